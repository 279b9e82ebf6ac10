"""`shape-outside`, `shape-margin` and `clip-path` (CSS Shapes 1, CSS Masking 1), which the engine
does not know: read, followed by lines beside floats, and drawn as clipping paths of pictures.

Beyond the standard, `shape-outside` may stand at a picture within a float, so that a caption below
it is no part of its percentages; `alpha` is the outline of the picture itself; and words within
the float are always kept clear of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, hypot, inf, sqrt
from typing import Any, Final

from banxin.engine.boxes import (
    Context,
    EngineBox,
    ReplacedBox,
    Style,
    is_line,
    is_picture,
    text_of,
)
from banxin.engine.css_limits import TOO_MANY
from banxin.engine.hooks import ORIGINAL, Hook
from banxin.engine.outlines import (
    Box,
    ClearArea,
    Outline,
    Point,
    Polygon,
    Radii,
    Rounded,
    Silhouette,
    curves,
)

from weasyprint import draw
from weasyprint.css import computed_values, properties
from weasyprint.css.tokens import (
    InvalidValues,
    get_keyword,
    get_length,
    get_url,
    parse_position,
    remove_whitespace,
    split_on_comma,
)
from weasyprint.css.validation import properties as validation
from weasyprint.layout import block, inline, replaced
from weasyprint.layout import float as floats
from weasyprint.layout.percent import percentage
from weasyprint.logger import LOGGER

from banxin.assets import silhouettes
from banxin.stylesheets import Token

NO_SHAPE: Final = "no shape"  # begins the reason for which a shape is refused
NO_OUTLINE: Final = "No outline: %s"
LEAST: Final = 5.0  # em: no shorter line is begun beside a shape
MOST_POINTS: Final = 1000  # of a polygon
MOST_TRIED: Final = 300  # places for a line, one below the other: more than a page has
_NEAR: Final = 1e-4  # em: what is missing of a whole character by rounding
_BOXES: Final = ("margin-box", "border-box", "padding-box", "content-box")
_SIDES: Final = ("closest-side", "farthest-side")


# --- values -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PolygonValue:
    points: tuple[tuple[Any, Any], ...]
    even_odd: bool


@dataclass(frozen=True, slots=True)
class _EllipseValue:
    """`radii`: lengths, or on which sides they end; one of a circle."""

    radii: tuple[Any, ...]
    centre: tuple[str, Any, str, Any]


@dataclass(frozen=True, slots=True)
class _InsetValue:
    """`sides`: from the top clockwise; `radii`: of the corners from the head left."""

    sides: tuple[Any, ...]
    radii: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True, slots=True)
class ShapeValue:
    """A value of `shape-outside` or `clip-path`.

    Attributes:
        basic: None for that of a box or a picture.
        box: that it is in, or that it is.
        picture: an address, or `alpha` for that of the float's own picture; or empty.
    """

    basic: _PolygonValue | _EllipseValue | _InsetValue | None
    box: str = ""
    picture: str = ""


def teach() -> None:
    """Enter the properties into the engine's tables. Twice is once."""
    if "shape_outside" in properties.INITIAL_VALUES:
        return
    initial = {
        "shape_outside": "none",
        "shape_margin": properties.ZERO_PIXELS,
        "clip_path": "none",
    }
    properties.INITIAL_VALUES.update(initial)
    properties.KNOWN_PROPERTIES.update(name.replace("_", "-") for name in initial)
    readers: dict[str, Any] = {
        "shape-outside": _shape_outside,
        "shape-margin": _shape_margin,
        "clip-path": _clip_path,
    }
    for name, read in readers.items():
        read.wants_base_url = name == "shape-outside"
        validation.PROPERTIES[name] = read


def _shape_margin(tokens: Sequence[Token]) -> Any:
    return get_length(tokens[0], negative=False, percentage=True) if len(tokens) == 1 else None


def _shape_outside(tokens: Sequence[Token], base: str | None) -> ShapeValue | str:
    if len(tokens) == 1 and get_keyword(tokens[0]) in {"none", "alpha"}:
        said = get_keyword(tokens[0])
        return "none" if said == "none" else ShapeValue(None, picture="alpha")
    url = get_url(tokens[0], base) if len(tokens) == 1 else None
    if url:
        kind, address = url[1]
        if kind != "external":
            raise InvalidValues(NO_SHAPE)
        return ShapeValue(None, picture=address)
    return _shape(tokens, "margin-box", _BOXES)


def _clip_path(tokens: Sequence[Token]) -> ShapeValue | str:
    if len(tokens) == 1 and get_keyword(tokens[0]) == "none":
        return "none"
    return _shape(tokens, "border-box", _BOXES[1:])


def _shape(tokens: Sequence[Token], usual: str, known: Sequence[str]) -> ShapeValue:
    """A basic shape, the box that it is in, or both in any order."""
    boxes = [word for t in tokens if (word := get_keyword(t)) in known]
    basic = [t for t in tokens if t.type == "function"]
    if len(boxes) > 1 or len(basic) > 1 or len(boxes) + len(basic) != len(tokens) or not tokens:
        raise InvalidValues(NO_SHAPE)
    read = _basic(basic[0]) if basic else None
    return ShapeValue(read, boxes[0] if boxes else usual)


def _basic(function: Token) -> _PolygonValue | _EllipseValue | _InsetValue:
    read = _FUNCTIONS.get(function.lower_name)
    made = read(remove_whitespace(function.arguments)) if read else None
    if made is None:
        raise InvalidValues(NO_SHAPE)
    return made


def _polygon(tokens: Sequence[Token]) -> _PolygonValue | None:
    parts = list(split_on_comma(tokens))
    rule = get_keyword(parts[0][0]) if len(parts[0]) == 1 else None
    if rule in {"nonzero", "evenodd"}:
        parts = parts[1:]
    if len(parts) > MOST_POINTS:
        raise InvalidValues(f"{TOO_MANY}{len(parts)} {MOST_POINTS}")
    points = [tuple(_length(t) for t in part) for part in parts]
    if len(points) < 3 or any(len(point) != 2 or None in point for point in points):
        return None
    return _PolygonValue(tuple((x, y) for x, y in points), rule == "evenodd")


def _circle(tokens: Sequence[Token]) -> _EllipseValue | None:
    return _ellipse_of(tokens, 1)


def _ellipse(tokens: Sequence[Token]) -> _EllipseValue | None:
    return _ellipse_of(tokens, 2)


def _ellipse_of(tokens: Sequence[Token], radii: int) -> _EllipseValue | None:
    words = [get_keyword(token) for token in tokens]
    at = words.index("at") if "at" in words else len(tokens)
    sized, placed = tokens[:at], tokens[at + 1 :]
    read = tuple(
        word if (word := get_keyword(t)) in _SIDES else _length(t, negative=False) for t in sized
    )
    centre = parse_position(placed) if at < len(tokens) else _MIDDLE
    if len(read) not in {0, radii} or None in read or centre is None:
        return None
    return _EllipseValue(read or ("closest-side",) * radii, centre)


_MIDDLE: Final = (
    "left", properties.Dimension(50, "%"), "top", properties.Dimension(50, "%")
)  # fmt: skip


def _inset(tokens: Sequence[Token]) -> _InsetValue | None:
    words = [get_keyword(token) for token in tokens]
    at = words.index("round") if "round" in words else len(tokens)
    sides = _four([_length(t) for t in tokens[:at]])
    corners = tokens[at + 1 :]
    slashed = [n for n, t in enumerate(corners) if t.type == "literal" and t.value == "/"]
    split = slashed[0] if slashed else len(corners)
    wide = [_length(t, negative=False) for t in corners[:split]]
    high = [_length(t, negative=False) for t in corners[split + 1 :]] if slashed else wide
    square = (properties.ZERO_PIXELS,) * 4
    level, upright = (_four(wide), _four(high)) if at < len(tokens) else (square, square)
    if sides is None or level is None or upright is None:
        return None
    return _InsetValue(sides, tuple(zip(level, upright, strict=True)))


def _four(values: Sequence[Any]) -> tuple[Any, ...] | None:
    """One to four values as CSS has them go around; None where that is not what they are."""
    if not 1 <= len(values) <= 4 or None in values:
        return None
    order = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}[len(values)]
    return tuple(values[n] for n in order)


def _length(token: Token, *, negative: bool = True) -> Any:
    return get_length(token, negative=negative, percentage=True)


_FUNCTIONS: Final[
    dict[str, Callable[[Sequence[Token]], _PolygonValue | _EllipseValue | _InsetValue | None]]
] = {
    "polygon": _polygon,
    "circle": _circle,
    "ellipse": _ellipse,
    "inset": _inset,
}


# --- where they lie -----------------------------------------------------------------------------


def _px(value: Any, style: Style, whole: float) -> float:
    used = computed_values.length(style, "shape_outside", value)
    return float(percentage(used, style, whole))


def _box_of(box: EngineBox, name: str) -> Box:
    if name == "margin-box":
        x, y = box.position_x, box.position_y
        return x, y, x + box.margin_width(), y + box.margin_height()
    if name == "border-box":
        x, y = box.border_box_x(), box.border_box_y()
        return x, y, x + box.border_width(), y + box.border_height()
    if name == "padding-box":
        x, y = box.padding_box_x(), box.padding_box_y()
        return x, y, x + box.padding_width(), y + box.padding_height()
    x, y = box.content_box_x(), box.content_box_y()
    return x, y, x + box.width, y + box.height


def _figure(shape: ShapeValue, box: EngineBox) -> Polygon | Rounded:
    """The shape in its box, as it lies on the page."""
    around, basic, style = _box_of(box, shape.box), shape.basic, box.style
    left, top, right, bottom = around
    wide, high = right - left, bottom - top
    if basic is None:
        return Rounded(around)
    if isinstance(basic, _PolygonValue):
        points = ((_px(x, style, wide), _px(y, style, high)) for x, y in basic.points)
        return Polygon(tuple((left + x, top + y) for x, y in points))
    if isinstance(basic, _EllipseValue):
        return _ellipse_in(basic, style, around)
    head, end, foot, begin = (
        _px(side, style, wide if n % 2 else high) for n, side in enumerate(basic.sides)
    )
    # What is cut off at both sides is never more than there is.
    if begin + end > wide:
        begin, end = begin * wide / (begin + end), end * wide / (begin + end)
    if head + foot > high:
        head, foot = head * high / (head + foot), foot * high / (head + foot)
    radii = tuple((_px(x, style, wide), _px(y, style, high)) for x, y in basic.radii)
    a, b, c, d = radii
    return Rounded((left + begin, top + head, right - end, bottom - foot), (a, b, c, d))


def _ellipse_in(basic: _EllipseValue, style: Style, around: Box) -> Rounded:
    left, top, right, bottom = around
    wide, high = right - left, bottom - top
    from_x, x, from_y, y = basic.centre
    x, y = _px(x, style, wide), _px(y, style, high)
    x, y = (wide - x if from_x == "right" else x), (high - y if from_y == "bottom" else y)
    sides = (abs(x), abs(wide - x)), (abs(y), abs(high - y))
    if len(basic.radii) == 1:
        across = hypot(wide, high) / sqrt(2)
        radius = _radius(basic.radii[0], style, sides[0] + sides[1], across)
        rx = ry = radius
    else:
        rx, ry = (
            _radius(value, style, ends, whole)
            for value, ends, whole in zip(basic.radii, sides, (wide, high), strict=True)
        )
    radii: Radii = ((rx, ry),) * 4
    return Rounded((left + x - rx, top + y - ry, left + x + rx, top + y + ry), radii)


def _radius(value: Any, style: Style, ends: Sequence[float], whole: float) -> float:
    if value in _SIDES:
        return min(ends) if value == "closest-side" else max(ends)
    return _px(value, style, whole)


# --- what floats keep clear ---------------------------------------------------------------------


def area_of(float_: EngineBox, context: Context) -> ClearArea | None:
    """What lines beside a float keep clear of, from its corner; None where that is its box.

    Worked out once for each box that is laid out.
    """
    known = float_.__dict__.get("banxin_area")
    if known is None or known[0] is not float_:
        known = float_.__dict__["banxin_area"] = (float_, _area(float_, context))
    area: ClearArea | None = known[1]
    return area


def _area(float_: EngineBox, context: Context) -> ClearArea | None:
    shaped = list(_shaped(float_))
    if not shaped:
        return None
    outlines: list[Outline] = []
    for box in shaped:
        outlines += _outlines(box, context)
    outlines += [Rounded(_words_of(line)) for line in _lines(float_)]
    within = _box_of(float_, "margin-box")
    margin = max(_px(b.style["shape_margin"], b.style, within[2] - within[0]) for b in shaped)
    x, y = float_.position_x, float_.position_y
    return ClearArea(tuple(_moved(o, -x, -y) for o in outlines), margin, _shifted(within, -x, -y))


def _shaped(float_: EngineBox) -> Iterator[EngineBox]:
    """The float itself if it has a shape, or the boxes in it that have one."""
    if float_.style["shape_outside"] != "none":
        yield float_
        return
    for box in getattr(float_, "children", ()):
        if hasattr(box, "style"):
            yield from _shaped(box)


def _lines(box: EngineBox) -> Iterator[EngineBox]:
    """Lines in *box* that have words."""
    for child in getattr(box, "children", ()):
        if is_line(child):
            if text_of(child).strip():
                yield child
        else:
            yield from _lines(child)


def _words_of(line: EngineBox) -> Box:
    """Where its characters are, without the white between lines."""
    left, top, right, bottom = _box_of(line, "content-box")
    white = max((bottom - top - line.style["font_size"]) / 2, 0.0)
    return left, top + white, right, bottom - white


def _outlines(box: EngineBox, context: Context) -> Iterator[Outline]:
    shape: ShapeValue = box.style["shape_outside"]
    if not shape.picture:
        yield _figure(shape, box)
    elif shape.picture == "alpha":
        pictures = [b for b in (box, *_inside(box)) if is_picture(b)]
        for picture in pictures:
            yield _silhouette_of(picture)
        if not pictures:
            yield Rounded(_box_of(box, "margin-box"))
    else:
        image = context.get_image_from_uri(url=shape.picture)
        rows = rows_of(image)
        if image is not None and not rows:
            LOGGER.warning(NO_OUTLINE, shape.picture)
        around = _box_of(box, "content-box")
        yield Silhouette(around, rows) if rows else Rounded(_box_of(box, "margin-box"))


def _inside(box: EngineBox) -> Iterator[EngineBox]:
    for child in getattr(box, "children", ()):
        yield child
        yield from _inside(child)


def _silhouette_of(picture: ReplacedBox) -> Outline:
    wide, high, x, y = replaced.replacedbox_layout(picture)
    rows = rows_of(picture.replacement)
    if not rows:
        return Rounded(_box_of(picture, "border-box"))
    return Silhouette((x, y, x + wide, y + high), rows)


def rows_of(image: Any) -> silhouettes.Rows:
    """The rows of a picture of the engine's; none of one without an alpha channel."""
    if image is None or not hasattr(image, "image_data"):
        return ()
    known: silhouettes.Rows | None = image.__dict__.get("banxin_rows")
    if known is None:
        known = image.banxin_rows = silhouettes.rows_of(image.image_data.data)
    return known


def _shifted(box: Box, dx: float, dy: float) -> Box:
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def _moved(outline: Outline, dx: float, dy: float) -> Outline:
    if isinstance(outline, Polygon):
        return Polygon(tuple((x + dx, y + dy) for x, y in outline.points))
    if isinstance(outline, Silhouette):
        return Silhouette(_shifted(outline.box, dx, dy), outline.rows)
    assert isinstance(outline, Rounded)
    return Rounded(_shifted(outline.box, dx, dy), outline.radii)


def seen_of(picture: ReplacedBox) -> tuple[Outline, ...]:
    """The outlines that a picture is seen within: of its clipping path, and of its alpha."""
    shape = picture.style["clip_path"]
    clipped = () if shape == "none" else (_figure(shape, picture),)
    return (*clipped, _silhouette_of(picture)) if rows_of(picture.replacement) else clipped


# --- lines beside them --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stance:
    """How a line stands beside a shape, px.

    Attributes:
        above, below: from its top, between which heights its characters are.
        pitch: by how much lower it may stand where it has no room.
        least: as wide it has to be.
        step: it begins whole steps from the edge of its text, and is as many wide; 0: any.
    """

    above: float
    below: float
    pitch: float
    least: float
    step: float = 0.0


def are_there(context: Context) -> bool:
    """Whether anything that floats has a shape."""
    return any(area_of(each, context) for each in context.excluded_shapes)


def foot(context: Context) -> float:
    """How far down the shapes of floats reach; -inf without any."""
    found = ((each, area_of(each, context)) for each in context.excluded_shapes)
    return max(
        (each.position_y + each.margin_height() + area.margin for each, area in found if area),
        default=-inf,
    )


def beside(
    context: Context, line: EngineBox, container: EngineBox, stance: Stance
) -> tuple[float, float, float]:
    """Where a line as wide as *line* at least has room: x, y, and how wide it may be."""
    first = container.content_box_x()
    last = first + container.width
    least = min(max(line.width, stance.least), last - first)
    y = line.position_y
    for _ in range(MOST_TRIED):
        left, right, shaped, lower = first, last, False, [y + stance.pitch]
        for each in context.excluded_shapes:
            area = area_of(each, context)
            if area is not None:
                begin = y - each.position_y
                reach = area.reach(begin + stance.above, begin + stance.below)
            else:
                reach = _of_box(each, y, y + line.height)
            if reach is None:
                continue
            begins, ends = reach if area is None else (each.position_x + x for x in reach)
            before = left, right
            if _is_left(each, container):
                left = max(left, ends)
            else:
                right = min(right, begins)
            shaped |= area is not None and (left, right) != before
            if area is None:
                lower.append(each.position_y + each.margin_height())
        if shaped and stance.step:
            left, right = _stepped(left, right, first, last, stance.step)
        if right - left >= least - TOUCHING or (left, right) == (first, last):
            return left, y, right - left
        y = lower[0] if shaped else min(lower[1:])
    return first, max(y, _foot_of_all(context)), last - first


def _foot_of_all(context: Context) -> float:
    boxes = (each.position_y + each.margin_height() for each in context.excluded_shapes)
    return max(foot(context), *boxes)


TOUCHING: Final = 1e-3  # px


def _stepped(
    left: float, right: float, first: float, last: float, step: float
) -> tuple[float, float]:
    """A line that begins on a character's place, and ends on one where it is cut short."""
    if left > first:
        left = first + ceil((left - first) / step - _NEAR) * step
    if right < last:
        right = left + floor((right - left) / step + _NEAR) * step
    return left, right


def _of_box(float_: EngineBox, top: float, bottom: float) -> tuple[float, float] | None:
    head = float_.position_y
    foot = head + float_.margin_height()
    if head >= bottom - TOUCHING or foot <= top + TOUCHING:
        return None
    return float_.position_x, float_.position_x + float_.margin_width()


def _is_left(float_: EngineBox, container: EngineBox) -> bool:
    ltr = container.style["direction"] == "ltr"
    return float_.style["float"] in {"left", "inline-start" if ltr else "inline-end"}


def avoid_collisions(
    context: Context,
    box: EngineBox,
    containing_block: EngineBox,
    outer: bool = True,  # noqa: FBT001, FBT002  # as the engine has it
) -> tuple[float, float, float]:
    """The engine's, of all but its lines beside shapes."""
    if outer or not is_line(box) or not are_there(context):
        return ORIGINAL["avoid_collisions"](  # type: ignore[no-any-return]
            context, box, containing_block, outer
        )
    em = box.style["font_size"]
    return beside(
        context, box, containing_block, Stance(0.0, box.height, box.height or em, LEAST * em)
    )


# --- clipping -----------------------------------------------------------------------------------


def draw_replacedbox(stream: Any, box: ReplacedBox) -> None:
    """A picture, within its clipping path."""
    shape = box.style["clip_path"]
    if shape == "none":
        ORIGINAL["draw_replacedbox"](stream, box)
        return
    with stream.stacked():
        figure = _figure(shape, box)
        if isinstance(figure, Polygon):
            stream.move_to(*figure.points[0])
            for point in figure.points[1:]:
                stream.line_to(*point)
        else:
            for number, part in enumerate(curves(figure)):
                if len(part) == 3:
                    stream.curve_to(*part[0], *part[1], *part[2])
                else:
                    (stream.line_to if number else stream.move_to)(*part[0])
        stream.close()
        stream.clip(even_odd=isinstance(shape.basic, _PolygonValue) and shape.basic.even_odd)
        stream.end()
        ORIGINAL["draw_replacedbox"](stream, box)


def clipping_points(picture: ReplacedBox) -> Sequence[Point]:
    """Of the path that a picture is clipped to, ends and handles; none of one that is not."""
    shape = picture.style["clip_path"]
    if shape == "none":
        return ()
    figure = _figure(shape, picture)
    if isinstance(figure, Polygon):
        return figure.points
    return [point for part in curves(figure) for point in part]


HOOKS: Final = (
    Hook(
        floats, "avoid_collisions",
        "context box containing_block outer",
        avoid_collisions, (block, inline),
    ),
    Hook(draw, "draw_replacedbox", "stream box", draw_replacedbox),
    # These are called.
    Hook(replaced, "replacedbox_layout", "box"),
)  # fmt: skip
