"""Pages made full: lines that are left at a page's foot go to what may grow.

A layout says in CSS how many lines of the grid a box may grow, `--give: 6`, and adds to its
height what it gets: `calc((var(--n) + var(--more, 0)) * var(--baseline))`. It is for boxes with
an id: pictures, mostly, which lose a little at their sides. What is to be full is the page, and
each box in it that says so, `--full: 1`: two stacks that stand side by side end together. A page
or stack is either made full or left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from banxin.typeset.tokens import Stylesheet
from banxin.units import Length

NEARLY: Final = 2  # lines: level columns that end so short of the foot are as good as full
_NEAR: Final = 0.005  # of a line
_ASIDE: Final = frozenset({"MarginBox", "FootnoteAreaBox"})  # of a page, but not in its flow


@dataclass(frozen=True, slots=True)
class _Giver:
    """A box that may grow.

    `most`: lines that it may; `column`, `across`: where it stands in columns, if it does;
    `foot`: its own, px.
    """

    name: str
    most: int
    column: int
    across: int
    foot: float


def more(pages: Sequence[Any], pitch: Length, given: Mapping[str, int]) -> Mapping[str, int]:
    """Element id → lines that it is to grow in all, so that its page is full.

    Args:
        given: what they grew before these pages were laid out.
    """
    found = dict(given)
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        on = {id(box.element) for box in _multicols(following)} if following else set[int]()
        for name, lines in _of_page(page, on, pitch.in_pt / Length.px(1).in_pt, given):
            found[name] = found.get(name, 0) + lines
    return found


def pushed(before: Sequence[Any], after: Sequence[Any]) -> frozenset[str]:
    """Ids of what may grow on the first page that no longer holds what it held."""
    for was, now in zip(before, after, strict=False):
        if set(_written(was)) != set(_written(now)):
            return frozenset(box.name for box in _all_givers(was))
    return frozenset()


def stylesheet(given: Mapping[str, int]) -> Stylesheet:
    """What each box was given, as CSS."""
    # By attribute: an id that begins with a figure is none to CSS.
    rules = (f'[id="{name}"] {{ --more: {lines} }}' for name, lines in sorted(given.items()))
    return Stylesheet("(more)", "\n".join(rules))


def _of_page(
    page: Any, goes_on: set[int], pitch: float, given: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    def able(found: Iterable[_Giver]) -> tuple[_Giver, ...]:
        return tuple(replace(g, most=g.most - given.get(g.name, 0)) for g in found)

    for stack in _stacks(page):
        foot = stack.content_box_y() + stack.height
        inside = able(g for g in _givers(stack) if not g.across)
        yield from _shared(inside, _whole((foot - _low(stack)) / pitch))
    bottom, low = _bottom(page), _low(page)
    free = _whole((bottom - low) / pitch)
    single = able(g for g in _givers(page) if not g.across)
    last = next((b for b in reversed(list(_multicols(page))) if _low(b) > low - pitch / 2), None)
    if last is None:
        yield from _shared(single, free)
        return
    columns = [box for box in last.children if _is_column(box)]
    below = tuple(_whole((bottom - _low(box)) / pitch) for box in columns)
    # In its column it moves what stands below it, and no more than that.
    givers = able(
        replace(g, column=number, most=min(g.most, _whole((bottom - g.foot) / pitch)))
        for number, column in enumerate(columns)
        for g in _givers(column)
    )
    if id(last.element) in goes_on:
        # What comes next did not fit: each column is made full by itself.
        if shared := dict(_shared(single, min(below))):
            yield from shared.items()
            below = tuple(lines - min(below) for lines in below)
        for number, lines in enumerate(below):
            yield from _shared([g for g in givers if (g.column, g.across) == (number, 1)], lines)
        return
    if shared := dict(_shared(single, free)):
        yield from shared.items()
    elif free:
        yield from _pooled(givers, sum(below), len(columns))


def _shared(givers: Sequence[_Giver], lines: int) -> Iterator[tuple[str, int]]:
    """*lines* for each of the page, dealt out evenly; nothing where they cannot all be taken."""
    if lines < 1 or sum(giver.most for giver in givers) < lines:
        return
    dealt = dict.fromkeys((giver.name for giver in givers), 0)
    while lines:
        least = min((g for g in givers if dealt[g.name] < g.most), key=lambda g: dealt[g.name])
        dealt[least.name] += 1
        lines -= 1
    yield from ((name, count) for name, count in dealt.items() if count)


def _pooled(givers: Sequence[_Giver], lines: int, columns: int) -> Iterator[tuple[str, int]]:
    """The same in level columns: a line of a figure moves text on by as many as it crosses."""
    dealt = dict.fromkeys((giver.name for giver in givers), 0)
    while lines >= columns:
        able = [g for g in givers if dealt[g.name] < g.most and g.across <= lines]
        if not able:
            break
        least = min(able, key=lambda g: dealt[g.name])
        dealt[least.name] += 1
        lines -= least.across
    if lines < NEARLY * columns:
        yield from ((name, count) for name, count in dealt.items() if count)


def _whole(lines: float) -> int:
    return max(0, int(lines + _NEAR))


# --- boxes ------------------------------------------------------------------------------------


def _givers(box: Any) -> Iterator[_Giver]:
    """Boxes that may grow; those in columns or stacks only when asked of one."""
    for child in getattr(box, "children", ()):
        inner = getattr(child, "_box", child)
        most = _number(inner, "__give", 0)
        name = "" if inner.element is None else str(inner.element.get("id", ""))
        if most and name:
            in_column = _is_column(box)
            across = _number(inner, "__across", 1) if in_column else 0
            yield _Giver(name, most, 0, across, inner.position_y + inner.height)
        elif not _is_column(inner) and not _number(inner, "__full", 0):
            yield from _givers(inner)


def _all_givers(box: Any) -> Iterator[_Giver]:
    """Wherever they stand on a page."""
    yield from _givers(box)
    for inner in (*_stacks(box), *(c for m in _multicols(box) for c in m.children)):
        yield from _givers(inner)


def _written(box: Any) -> Iterator[str]:
    """Where in the manuscript the blocks on a page come from."""
    for child in getattr(box, "children", ()):
        inner = getattr(child, "_box", child)
        if inner.element is not None and (at := inner.element.get("data-at")):
            yield str(at)
        yield from _written(inner)


def _stacks(box: Any) -> Iterator[Any]:
    """Boxes that are to be full as a page is; inner ones first."""
    for child in getattr(box, "children", ()):
        inner = getattr(child, "_box", child)
        yield from _stacks(inner)
        if _number(inner, "__full", 0):
            yield inner


def _number(box: Any, name: str, otherwise: int) -> int:
    """A custom property of the box's own: what is inherited says nothing of it."""
    if name not in getattr(getattr(box, "style", None), "cascaded", {}):
        return otherwise
    for token in box.style[name] or ():
        if token.type == "number" and token.int_value:
            return int(token.int_value)
    return otherwise


def _multicols(box: Any) -> Iterator[Any]:
    """Boxes that are set in columns."""
    for child in getattr(box, "children", ()):
        inner = getattr(child, "_box", child)
        if any(_is_column(grandchild) for grandchild in getattr(inner, "children", ())):
            yield inner
        else:
            yield from _multicols(inner)


def _is_column(box: Any) -> bool:
    return bool(getattr(box, "is_column", False))


def _bottom(page: Any) -> float:
    """Of the type area, above its footnotes."""
    notes = (c for c in page.children if type(c).__name__ == "FootnoteAreaBox" and c.children)
    area = next(notes, None)
    return float(page.content_box_y() + page.height if area is None else area.position_y)


def _low(box: Any, moved: float = 0.0) -> float:
    """The lowest foot of a line, a picture, or a box of given height, in *box*'s flow.

    Args:
        moved: how far boxes around it are drawn from their places in the flow, px down.
    """
    return max((_foot(child, moved) for child in getattr(box, "children", ())), default=0.0)


def _foot(box: Any, moved: float) -> float:
    kind = type(box).__name__
    if hasattr(box, "_box") or kind in _ASIDE:
        return 0.0
    moved += _moved(box)
    if kind == "LineBox" or kind.endswith("ReplacedBox"):
        return float(box.position_y + box.height) - moved
    own = _number(box, "__full", 0) or _number(box, "__give", 0) or box.style["height"] != "auto"
    foot = box.border_box_y() + box.border_height() - moved if own else 0.0
    return max(_low(box, moved), foot)


def _moved(box: Any) -> float:
    """By `position: relative`: down from its place in the flow, px."""
    if box.style["position"] != "relative":
        return 0.0
    top: Any = getattr(box, "top", "auto")
    bottom: Any = getattr(box, "bottom", "auto")
    return float(top if top != "auto" else -bottom if bottom != "auto" else 0.0)
