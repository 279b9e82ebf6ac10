"""What the engine works out again for every box, remembered. Pages stay the same to the byte.

Measured with `tests/bench`. Each shortcut replaces a function of WeasyPrint 70 by one that asks
it once; where the engine has no such function, nothing is replaced.
"""

from __future__ import annotations

import copy
import ctypes
import gc
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

from banxin.engine.boxes import Context, EngineBox, EngineHtml, Skip
from banxin.engine.hooks import ORIGINAL, Hook

import pydyf
from weasyprint import layout
from weasyprint.css.functions import check_math
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, grid, inline, leader, page, percent, table
from weasyprint.layout import float as floats
from weasyprint.pdf import fonts

_LENGTHS: Final = (
    *(f"{edge}_{side}" for edge in ("margin", "padding") for side in
      ("left", "right", "top", "bottom")),
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_USED: Final = (
    *_LENGTHS,
    *(f"border_{side}_width" for side in ("left", "right", "top", "bottom")),
)
_IN_FLOW: Final = frozenset({"static", "relative"})
_SUBSETS: Final[OrderedDict[tuple[object, ...], bytes]] = OrderedDict()
MOST_SUBSETS: Final = 60  # some 60 kB each
LONG: Final = 100_000  # objects, of some 50 pages: what is not kept until the next document
MOST_ASIDE: Final = 1_500_000  # objects: some seventy pages


def harfbuzz_subset(font: Any, to_unicode: Mapping[int, str], hinting: object) -> None:
    """The engine's, remembered by the table directory, which has a checksum of every table."""
    head, length = font.file_content[:1024], len(font.file_content)
    key = (head, length, frozenset(to_unicode), hinting, bool(font.missing))
    known = _SUBSETS.get(key)
    if known is None:
        ORIGINAL["_harfbuzz_subset"](font, to_unicode, hinting)
        _SUBSETS[key] = font.file_content
        if len(_SUBSETS) > MOST_SUBSETS:
            _SUBSETS.popitem(last=False)
    else:
        _SUBSETS.move_to_end(key)
        font.file_content = known


@contextmanager
def without_collecting() -> Iterator[None]:
    """A layout makes a million objects and drops none: looking for garbage takes 6 % of it.

    What it made is set aside, or the first look would be the longest; once a few layouts lie
    there, those that nobody holds are let go.
    """
    was = gc.isenabled()
    gc.disable()
    if _ASIDE.objects > MOST_ASIDE:
        _ASIDE.look_through()
    try:
        yield
    finally:
        if was:
            set_aside()
            gc.enable()


class _Aside:
    """What lies where nobody looks for garbage.

    Attributes:
        objects: that have come there since it was looked through. To count them when they lie
            there takes as long as to look.
    """

    objects = 0

    def look_through(self) -> None:
        gc.unfreeze()
        gc.collect()
        self.objects = 0


_ASIDE: Final = _Aside()


def set_aside() -> None:
    """What was made so far is not looked through by `drop`."""
    _ASIDE.objects += gc.get_count()[0]
    gc.freeze()


def drop() -> None:
    """Of what was made since the last time, what nobody holds: pages that were tried in vain."""
    made = gc.get_count()[0]
    _ASIDE.objects += max(0, made - gc.collect())
    gc.freeze()


def let_go(least: int = 0) -> None:
    """Of a long document what nobody holds any more, before its finishes need as much again.

    Args:
        least: objects of which, as long as fewer lie aside, none is looked for.
    """
    if _ASIDE.objects < least:
        return
    _ASIDE.look_through()
    if os.name == "posix" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)  # glibc keeps what was freed in small pieces


def resolve_percentages(box: EngineBox, containing_block: Any) -> None:
    """The engine's, asked once for every style that has no percentages."""
    style = box.style
    used: dict[tuple[type, bool], dict[str, object]] | Literal[False] | None
    used = style.__dict__.get("banxin_used")
    if used is None:
        plain = not isinstance(box, boxes.PageBox) and style["border_collapse"] != "collapse"
        plain = plain and all(_is_absolute(style[name]) for name in _LENGTHS)
        used = {} if plain else False
        style.__dict__["banxin_used"] = used
    if used is False:
        ORIGINAL["resolve_percentages"](box, containing_block)
        return
    height = (
        containing_block.height if isinstance(containing_block, boxes.Box) else containing_block[1]
    )
    key = (type(box), height == "auto")
    values = used.get(key)
    if values is None:
        ORIGINAL["resolve_percentages"](box, containing_block)
        found = box.__dict__
        used[key] = {name: found[name] for name in _USED if name in found}
    else:
        box.__dict__.update(values)


def set_page_type_computed_styles(page_type: object, html: EngineHtml, style_for: Any) -> None:
    """The engine's, but pages that the same rules apply to share their styles."""
    style_for.add_page_declarations(page_type)
    cascaded, computed = style_for.get_cascaded_styles(), style_for.get_computed_styles()
    mine = {
        pseudo: declarations
        for (element, pseudo), declarations in cascaded.items()
        if element == page_type
    }
    key = tuple(
        (pseudo, *((name, id(value)) for name, (value, _) in declarations.items()))
        for pseudo, declarations in mine.items()
    )
    known = style_for.__dict__.setdefault("banxin_page_styles", {})
    styles = known.get(key)
    if styles is None:
        root = html.etree_element
        for pseudo in (None, *(pseudo for pseudo in mine if pseudo)):
            parent = page_type if pseudo else root
            style_for.set_computed_styles(
                page_type, root=root, parent=parent, pseudo_type=pseudo, base_url=html.base_url
            )
        known[key] = {
            p: computed[page_type, p] for p in (None, *mine) if (page_type, p) in computed
        }
    else:
        computed.update({(page_type, pseudo): style for pseudo, style in styles.items()})
    for pseudo in mine:
        del cascaded[page_type, pseudo]  # or the next page would look through all of them


class _AnyOf:
    """Equal to whatever was met before: a list of this alone is asked once for each question."""

    __hash__ = None  # type: ignore[assignment]  # what is equal to many has no digest

    def __init__(self) -> None:
        self.met: set[object] = set()

    def __eq__(self, other: object) -> bool:
        return other in self.met


class _MetBefore:
    """The states of a document's pages, of which all before one are read as a single state.

    The engine gathers the anchors and lookups of all the pages before each page, so that ten
    thousand pages cost fifty million turns (WeasyPrint 70).
    """

    def __init__(self) -> None:
        self.pages: list[Any] = []
        self.read = 0
        self.anchors, self.lookups = _AnyOf(), _AnyOf()

    def before(self, pages: list[Any], page: int) -> _MetBefore:
        """*pages*, read up to *page*, which counts from 0."""
        if page < self.read:  # another round over the pages
            self.read, self.anchors, self.lookups = 0, _AnyOf(), _AnyOf()
        self.pages = pages
        for *_, state in pages[self.read : page]:
            self.anchors.met.update(state.get("anchors", ()))
            self.lookups.met.update(state.get("content_lookups", ()))
        self.read = page
        return self

    def __len__(self) -> int:
        return len(self.pages)

    def __getitem__(self, asked: Any) -> Any:
        if isinstance(asked, slice) and asked == slice(None, self.read):
            state = {"anchors": (self.anchors,), "content_lookups": (self.lookups,)}
            return ((None, None, None, None, state),)
        return self.pages[asked]


def make_page(
    context: Context,
    root_box: EngineBox,
    page_type: object,
    resume_at: Skip,
    page_number: int,
    page_state: object,
) -> Any:
    """The engine's, to which all the pages before are one."""
    pages = context.page_maker
    met = context.__dict__.setdefault("banxin_met", _MetBefore())
    context.page_maker = met.before(pages, page_number - 1)
    try:
        return ORIGINAL["make_page"](
            context, root_box, page_type, resume_at, page_number, page_state
        )
    finally:
        context.page_maker = pages


def layout_fixed_boxes(
    context: Context, pages: Sequence[Any], containing_page: Any
) -> Iterator[Any]:
    """The engine's, which is not asked for every page about all others if none has any."""
    if context.__dict__.get("banxin_fixed") is None:
        # The first page is asked about before the others, and then about all of them at once.
        context.__dict__["banxin_fixed"] = (
            None if not pages else any(page.fixed_boxes for page in (containing_page, *pages))
        )
    if context.__dict__["banxin_fixed"] is not False:
        yield from ORIGINAL["layout_fixed_boxes"](context, pages, containing_page)


def is_in_normal_flow(box: EngineBox) -> bool:
    """The engine's five questions as two: asked sixty times a line, they were 5 % of a layout."""
    style = box.style
    # Running elements and notes have tuples for a position, footnotes a float of their own.
    return style["float"] == "none" and style["position"] in _IN_FLOW


def page_references(pdf: Any) -> Sequence[bytes]:
    """pydyf's, which makes all of them again for each element of the structure (pydyf 0.13)."""
    kids = pdf.pages["Kids"]
    known: list[bytes] = pdf.__dict__.setdefault("banxin_pages", [])
    known.extend(b"%d 0 R" % number for number in kids[3 * len(known) :: 3])
    return known


def handle_leader(context: Context, line: EngineBox, containing_block: EngineBox) -> None:
    """The engine's, but one text box a line instead of one a dot."""
    ORIGINAL["handle_leader"](context, line, containing_block)
    index, box = leader.leader_index(line)
    if index is None or len(box.children) < 3:
        return
    dots = box.children  # from right to left, all alike
    one = dots[-1].copy()
    one.text, one.width = one.text * len(dots), one.width * len(dots)
    one.pango_layout = copy.copy(one.pango_layout)
    one.pango_layout.text = one.text
    box.children = (one,)


def _is_absolute(value: object) -> bool:
    if value is None or value == "auto":
        return True
    return getattr(value, "unit", "%") not in {None, "%"} and not check_math(value)


HOOKS: Final = (
    Hook(
        percent, "resolve_percentages", "box containing_block", resolve_percentages,
        (absolute, block, column, floats, grid, inline, page, table),
    ),
    Hook(
        page, "set_page_type_computed_styles", "page_type html style_for",
        set_page_type_computed_styles,
    ),
    Hook(
        page, "make_page", "context root_box page_type resume_at page_number page_state", make_page
    ),
    Hook(layout, "layout_fixed_boxes", "context pages containing_page", layout_fixed_boxes),
    Hook(leader, "handle_leader", "context line containing_block", handle_leader, (inline,)),
    Hook(boxes.Box, "is_in_normal_flow", "self", is_in_normal_flow),
    Hook(pydyf.PDF, "page_references", "self", property(page_references)),
)  # fmt: skip
# For whoever draws the same pages again: no font is cut down twice to the same glyphs.
SUBSETS: Final = (Hook(fonts.Font, "_harfbuzz_subset", "self to_unicode hinting", harfbuzz_subset),)
