"""Geometry, inks and type styles as CSS. They have one source, the layout's TOML.

Stylesheets say `var(--baseline)`, never 6mm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from banxin.assets.colour import keys
from banxin.edition import BoundFace
from banxin.layouts import Layout, TypeStyle
from banxin.markup.grid import gap, uneven
from banxin.units import Length

# The em box of a Han character stands .88 em above the baseline and .12 em below it (OpenType
# BASE: `idtp` and `ideo` of the Noto faces).
IDEOGRAPHIC: Final = 0.88
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_ASKED: Final = re.compile(r"var\(\s*--([\w-]+)\s*\)")
STYLE_PARTS: Final = ("", "-size", "-leading", "-shift", "-foot", "-sink")  # of each type style


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """`name` as in the workspace, for messages; CSS text."""

    name: str
    text: str


def page_css(layout: Layout) -> str:
    """`@page`: trim, bleed, and the type area, mirrored on facing pages."""
    page = layout.page
    return f"""
@page {{
  size: {_mm(page.width)} {_mm(page.height)};
  bleed: {_mm(page.bleed)};
  margin: {_mm(page.top)} {_mm(page.outside)} {_mm(page.bottom)} {_mm(page.inside)};
}}
@page :left {{ margin-left: {_mm(page.outside)}; margin-right: {_mm(page.inside)} }}
@page :right {{ margin-left: {_mm(page.inside)}; margin-right: {_mm(page.outside)} }}
"""


def tokens_css(layout: Layout, faces: Sequence[BoundFace], lang: str) -> str:
    """Fonts, and everything the layout counts in, as custom properties of the root.

    Args:
        lang: of the title, for the layout's own words.
    """
    lengths = ((token.name, _pt(token.length)) for token in layout.lengths)
    words = ((f"word-{n}", _quoted(word)) for n, word in layout.words_in(lang).items())
    properties = dict(
        [*_geometry(layout), *_inks(layout), *_types(layout, faces), *lengths, *words]
    )
    rows = "\n".join(f"  --{name}: {value};" for name, value in properties.items())
    # Margin boxes inherit from the page context and see nothing of the root (WeasyPrint 70).
    blocks = (f"{selector} {{\n{rows}\n}}" for selector in (":root", "@page"))
    return "\n".join([fonts_css(faces), *blocks, *_classes(layout)])


def fonts_css(faces: Sequence[BoundFace]) -> str:
    """`@font-face` of each face."""
    return "\n".join(map(_font_face, faces))


def property_names(layout: Layout) -> Iterator[str]:
    """The custom properties that `tokens_css` writes."""
    yield "picture-shift"
    yield from (name for name, _ in _geometry(layout))
    for ink in layout.inks:
        yield from (ink.name, f"{ink.name}-rgb")
    for style in layout.types:
        yield from (f"{style.name}{part}" for part in STYLE_PARTS)
    yield from (token.name for token in layout.lengths)
    yield from {f"word-{name}" for words in layout.words.values() for name in words}


def reckoned_properties(layout: Layout) -> Mapping[str, str]:
    """Those of them that are numbers and lengths, as far as no font has to be read for them."""
    sizes = ((f"{style.name}-size", _pt(style.size)) for style in layout.types)
    leadings = ((f"{style.name}-leading", _mm(style.leading)) for style in layout.types)
    lengths = ((token.name, _pt(token.length)) for token in layout.lengths)
    return dict([*_geometry(layout), *sizes, *leadings, *lengths])


def _font_face(face: BoundFace) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"font-style: {face.style}; src: url({face.url}) }}"
    )


def _geometry(layout: Layout) -> Iterator[tuple[str, str]]:
    page, grid = layout.page, layout.grid
    yield "trim-width", _mm(page.width)
    yield "trim-height", _mm(page.height)
    yield "bleed", _mm(page.bleed)
    yield "margin-top", _mm(page.top)
    yield "margin-bottom", _mm(page.bottom)
    yield "margin-inside", _mm(page.inside)
    yield "margin-outside", _mm(page.outside)
    yield "margin-widest", _mm(max(page.inside, page.outside))
    yield "margin-uneven", _mm(uneven(page))
    yield "baseline", _mm(grid.baseline)
    yield "char", _pt(grid.character)
    yield "measure", _pt(grid.character * grid.characters)
    yield "measure-height", _mm(grid.baseline * grid.lines)
    yield "grid-chars", str(grid.characters)
    yield "grid-lines", str(grid.lines)
    yield "text-chars", str(grid.text)
    yield "column-chars", str(grid.column)
    yield "side-chars", str(grid.side)
    yield from ((f"wide-{name}", str(part)) for name, part in grid.wide.items())
    yield from ((f"high-{name}", str(part)) for name, part in grid.high.items())
    yield "columns", str(grid.columns)
    yield "gutter", _pt(grid.character * grid.gutter)
    yield "gap", _mm(gap(grid))
    for side, folds in enumerate(page.folds, 1):
        edges = (Length(0), *folds, page.width)
        for number, (left, right) in enumerate(pairwise(edges), 1):
            yield f"panel-{side}-{number}", _mm(right - left)
            if number > 1:
                yield f"fold-{side}-{number - 1}", _mm(left)


def colours(layout: Layout) -> Mapping[str, str]:
    """Each ink as CSS has it: three channels, to stand in `rgb(…)`."""
    found = keys(ink.name for ink in layout.inks)
    # Four decimals of a percent are six of the whole: the key as the PDF will have it.
    return {n: " ".join(f"{part / 10_000:.4f}%" for part in key) for n, key in found.items()}


def inked(html: str, layout: Layout) -> str:
    """*html*, its drawings with colours for the inks that they name.

    Inside of SVG the engine follows no custom property: `fill="var(--zhu)"` would print black.
    """
    found = colours(layout)

    def colour(asked: re.Match[str]) -> str:
        return f"rgb({found[asked[1]]})" if asked[1] in found else asked[0]

    return _DRAWING.sub(lambda drawing: _ASKED.sub(colour, drawing[0]), html)


def _inks(layout: Layout) -> Iterator[tuple[str, str]]:
    for name, channels in colours(layout).items():
        yield name, f"rgb({channels})"
        yield f"{name}-rgb", channels


def _types(layout: Layout, faces: Sequence[BoundFace]) -> Iterator[tuple[str, str]]:
    yield "picture-shift", _mm(head(layout, faces))
    for style in layout.types:
        yield (
            style.name,
            f"{style.weight} {_pt(style.size)}/{_mm(style.leading)} {_listed(style.families)}",
        )
        yield f"{style.name}-size", _pt(style.size)
        yield f"{style.name}-leading", _mm(style.leading)
        yield f"{style.name}-shift", _mm(shift(style, layout, faces))
        yield f"{style.name}-foot", _mm(foot_leading(style, layout, faces))
        yield f"{style.name}-sink", f"{sink(style, faces):.4f}"


def _classes(layout: Layout) -> Iterator[str]:
    """Each type style as a class that sits on the grid.

    Moved by `position`, not by margins: those would collapse, and move what follows.
    """
    for style in layout.types:
        name = style.name
        yield (
            f".t-{name} {{ font: var(--{name}); --sink: var(--{name}-sink);"
            f" position: relative; top: var(--{name}-shift) }}"
        )


def first_baseline(style: TypeStyle, faces: Sequence[BoundFace]) -> Length:
    """From the top of a line to its baseline: half the leading, and half of what the face has
    more above its baseline than below. The first of its families says how a line stands.
    """
    face = next(f for f in faces if f.family == style.families[0])
    return style.leading * 0.5 + style.size * ((face.ascent - face.descent) / 2)


def head(layout: Layout, faces: Sequence[BoundFace]) -> Length:
    """From the top of a line of the body to the head of its characters: pictures begin there."""
    return first_baseline(layout.body, faces) - layout.body.size * IDEOGRAPHIC


def shift(style: TypeStyle, layout: Layout, faces: Sequence[BoundFace]) -> Length:
    """How far a style's line has to move for its baseline to stand on the grid.

    At most half a line of the grid, down or up.
    """
    pitch = layout.grid.baseline.in_pt
    off = (first_baseline(layout.body, faces) - first_baseline(style, faces)).in_pt % pitch
    return Length(off if off <= pitch / 2 else off - pitch)


def sink(style: TypeStyle, faces: Sequence[BoundFace]) -> float:
    """How much too low a Han character stands in a line as high as its size, in em.

    By this much a vertical title is lifted, so that it begins where its box does.
    """
    solid = replace(style, leading=style.size)
    return first_baseline(solid, faces) / style.size - IDEOGRAPHIC


def foot_leading(style: TypeStyle, layout: Layout, faces: Sequence[BoundFace]) -> Length:
    """The leading of a single line at the foot of the type area that stands on the last baseline.

    For margin boxes, which cannot be moved by `position`.
    """
    below = layout.grid.baseline - first_baseline(layout.body, faces)
    off_middle = first_baseline(style, faces) - style.leading * 0.5
    return (below + off_middle) * 2


def _listed(families: Sequence[str]) -> str:
    return ", ".join(map(_quoted, families))


def _quoted(word: str) -> str:
    """A CSS string."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _mm(length: Length) -> str:
    return f"{round(length.in_mm, 4):g}mm"


def _pt(length: Length) -> str:
    return f"{round(length.in_pt, 4):g}pt"
