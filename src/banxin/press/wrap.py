"""A perfect-bound book in two files: its inside, and its cover as one sheet.

Made from the press file, which has all pages as they are read: the same inks, pictures and type.
The outside of the sheet is, from the left, back flap, back, spine, front, front flap; its inside
is the other way round, and bare where the glue holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from banxin.cjk.classes import is_latin
from banxin.diagnostics import NOWHERE, BanxinError, Diagnostic, error, note
from banxin.edition import Edition
from banxin.layouts import Ink
from banxin.press.finish import give_spaces, label_tree, saved, set_boxes
from banxin.press.letters import Letters
from banxin.press.marks import SLUG, Sheet, marks, patches
from banxin.press.metadata import CREATOR
from banxin.press.profiles import Profile
from banxin.press.separation import REGISTRATION, Palette, space_name
from banxin.press.slug import Slug
from banxin.press.used import Plater
from banxin.typeset import Sheets
from banxin.units import Length

GLUE: Final = Length.mm(5)  # beside the spine, inside: ink keeps glue from holding
NARROWEST: Final = Length.mm(4)  # a spine with words on it: the fold may fall a millimetre off
SMALLEST: Final = Length.pt(6)  # of words on a spine
LARGEST: Final = Length.pt(28)
SHARE: Final = 0.6  # of the spine, that its words take
ENDS: Final = Length.mm(15)  # of the spine, without words at head and foot
_ABOVE: Final = 0.88  # em of a Han character above its baseline
_CAPITAL: Final = 0.36  # em, half of a capital's height
_AIR: Final = 0.12  # em between characters of a spine
# Written upright; all else of these lies on its side, as in vertical text.
_LYING: Final = frozenset("（）《》〈〉【】「」『』〔〕—…－～:：;；()[]-–~")
_LETTERS: Final = "BanxinSpine"
_CORNER: Final = frozenset("，。、．,.")


@dataclass(frozen=True, slots=True)
class CoverPages:
    """Pages of the press file, from 1, that are of the cover; None where there is none.

    `inner_front`, `inner_back`: what is printed on its inside.
    """

    front: int
    inner_front: int | None
    inner_back: int | None
    back: int | None

    @property
    def all(self) -> frozenset[int]:
        pages = (self.front, self.inner_front, self.inner_back, self.back)
        return frozenset(page for page in pages if page)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The two files, and what is to be said of them."""

    inside: bytes
    cover: bytes
    remarks: tuple[Diagnostic, ...]


def cover_pages(edition: Edition, sheets: Sheets) -> CoverPages:
    """Which pages the cover takes: the layout's `cover`, `inner` and `back`.

    An empty page behind the front, and before the back, is the inside of the cover.

    Raises:
        BanxinError: `cover/no-front`, `cover/no-inside`.
    """
    place = edition.cover.place if edition.cover else NOWHERE
    kinds = {str(c.file): c.field("template", "text") for c in edition.chapters}
    on_page: dict[int, set[str]] = {}
    for item in sheets.landed:
        if item.place.page and item.place.file:
            on_page.setdefault(item.place.page, set()).add(kinds.get(item.place.file, ""))
    last = len(sheets.trims)
    if on_page.get(1) != {"cover"} or last < 2:
        raise BanxinError(error("cover/no-front", place))

    def inner(page: int) -> int | None:
        return page if 1 < page < last and on_page.get(page, set()) <= {"inner"} else None

    back = last if on_page.get(last) == {"back"} else None
    behind = inner(2) if last > 3 else None
    before = inner(last - 1) if back and last - 1 != behind else None
    found = CoverPages(1, behind, before, back)
    if len(found.all) == last:
        raise BanxinError(error("cover/no-inside", place))
    return found


def spine_of(edition: Edition, pages: int, profile: Profile) -> tuple[Length, Length, str]:
    """The spine of so many pages, to a tenth of a millimetre; the leaf, and whose number it is."""
    cover = edition.cover
    assert cover is not None, "asked of a book with a cover of its own"
    leaf, source = cover.leaf, cover.source
    if not leaf.in_pt:
        leaf, source = profile.leaf, f"{profile.name}: leaf_mm"
    return Length.mm(round(pages / 2 * leaf.in_mm, 1)), leaf, source


@dataclass(frozen=True, slots=True)
class _Panels:
    """The sheet's parts, from its left edge, pt."""

    flap: float
    page: float
    spine: float
    height: float
    bleed: float

    @property
    def width(self) -> float:
        return 2 * (self.flap + self.page) + self.spine

    @property
    def folds(self) -> tuple[float, ...]:
        left = self.flap + self.page
        inner = (left, left + self.spine) if self.spine else (left,)
        return (self.flap, *inner, self.width - self.flap) if self.flap else inner


def wrapped(
    pressed: bytes,
    sheets: Sheets,
    edition: Edition,
    profile: Profile,
    *,
    with_marks: bool = True,
    revision: int = 0,
) -> Wrapped:
    """Inside and cover of the press file *pressed*.

    Raises:
        BanxinError: as `cover_pages`.
    """
    roles = cover_pages(edition, sheets)
    binder = _Binder(sheets, edition, profile, with_marks, revision)
    inside, count, blanks = binder.inside(pressed, roles)
    spine, leaf, source = spine_of(edition, count, profile)
    cover, said = binder.cover(pressed, roles, spine)
    reckoned = note("cover/spine-reckoned", spine=spine, pages=count, leaf=leaf, source=source)
    told = [reckoned, *said]
    if blanks:
        told.append(note("cover/blank-pages", count=len(blanks), pages=", ".join(map(str, blanks))))
    return Wrapped(inside, cover, tuple(told))


@dataclass(frozen=True, slots=True)
class _Binder:
    """Takes a press file apart."""

    sheets: Sheets
    edition: Edition
    profile: Profile
    with_marks: bool
    revision: int

    @property
    def slug(self) -> Length:
        return SLUG if self.with_marks else Length(0)

    # --- the inside -----------------------------------------------------------------------

    def inside(self, pressed: bytes, roles: CoverPages) -> tuple[bytes, int, tuple[int, ...]]:
        """The file without the cover's pages, how many there are, and which of them are blank.

        A left page stays a left one, and the last leaf has two pages.
        """
        with pikepdf.open(io.BytesIO(pressed)) as pdf:
            kept = [n for n in range(1, len(pdf.pages) + 1) if n not in roles.all]
            labels = [self.sheets.labels[n - 1] for n in kept]
            blanks: list[int] = []
            for number in sorted(roles.all, reverse=True):
                del pdf.pages[number - 1]
            if kept and kept[0] % 2 == 0:
                self._put_blank(pdf, 0)
                labels.insert(0, "")
                blanks.append(1)
            if len(pdf.pages) % 2:
                self._put_blank(pdf, len(pdf.pages))
                labels.append("")
                blanks.append(len(pdf.pages))
            pdf.Root.PageLabels = Dictionary(Nums=Array(label_tree(labels)))
            if "/Outlines" in pdf.Root:  # of pages that may not be there
                del pdf.Root["/Outlines"]
            return self._saved(pdf), len(pdf.pages), tuple(blanks)

    def _put_blank(self, pdf: pikepdf.Pdf, at: int) -> None:
        trim = self.sheets.trims[0]
        pdf.add_blank_page(page_size=(trim.width.in_pt, trim.height.in_pt))
        if at < len(pdf.pages) - 1:
            pdf.pages.insert(at, pdf.pages[-1])
            del pdf.pages[-1]
        sheet = Sheet(trim.width, trim.height, self.profile.bleed, (), self.slug)
        self._finish(pdf, pdf.pages[at], sheet, "blank ", at + 1)

    # --- the cover ------------------------------------------------------------------------

    def cover(
        self, pressed: bytes, roles: CoverPages, spine: Length
    ) -> tuple[bytes, tuple[Diagnostic, ...]]:
        """The sheet, outside first; its inside only where something is printed there."""
        with pikepdf.open(io.BytesIO(pressed)) as pdf:
            panels = self._panels(spine)
            drawn, remarks = self._outside(pdf, roles, panels)
            contents = [drawn]
            inner = self._inner(pdf, roles, panels)
            if inner is not None:
                contents.append(inner)
                remarks = (*remarks, note("cover/glue-bare", bare=GLUE))
            count = len(pdf.pages)
            sheet = Sheet(
                Length(panels.width),
                self.sheets.trims[0].height,
                self.profile.bleed,
                tuple(Length(fold) for fold in panels.folds),
                self.slug,
            )
            for content, resources in contents:
                size = (panels.width, panels.height)
                pdf.add_blank_page(page_size=size)
                page = pdf.pages[-1]
                page.obj.Resources = resources
                page.Contents = pdf.make_stream(content.encode())
            del pdf.pages[:count]
            for number, page in enumerate(pdf.pages, 1):
                self._finish(pdf, page, sheet, "cover ", number)
            for key in ("/PageLabels", "/Outlines"):
                if key in pdf.Root:
                    del pdf.Root[key]
            # A sheet that is folded around the inside, with no pages to be counted.
            pdf.Root.PieceInfo[f"/{CREATOR}"].Private.Binding = String("folded")
            return self._saved(pdf), remarks

    def _panels(self, spine: Length) -> _Panels:
        trim, cover = self.sheets.trims[0], self.edition.cover
        assert cover is not None
        flap = cover.flap.in_pt
        bleed = self.profile.bleed.in_pt
        return _Panels(flap, trim.width.in_pt, spine.in_pt, trim.height.in_pt, bleed)

    def _outside(
        self, pdf: pikepdf.Pdf, roles: CoverPages, panels: _Panels
    ) -> tuple[tuple[str, Dictionary], tuple[Diagnostic, ...]]:
        """The sheet as it is seen, and what was left out of it."""
        resources = Dictionary(XObject=Dictionary(), ColorSpace=Dictionary())
        palette = Palette.of(self.edition.layout.inks, self.profile.icc)
        ground = self._ink(self.edition.layout.spine.ground)
        over = panels.bleed if not panels.flap else 0.0  # what a page has beyond the cover's edge
        lines: list[str] = []
        if ground is not None:
            colour = _colour(pdf, resources, palette, ground)
            box = (-panels.bleed, -panels.bleed, panels.width + 2 * panels.bleed,
                   panels.height + 2 * panels.bleed)  # fmt: skip
            lines.append(f"q {colour} {' '.join(f'{side:.4f}' for side in box)} re f Q")
        back, front = panels.flap, panels.flap + panels.page + panels.spine
        if roles.back:
            lines.append(self._panel(pdf, resources, roles.back, back, (over, 0.0)))
        lines.append(self._panel(pdf, resources, roles.front, front, (0.0, over)))
        pdf_page = pdf.pages[roles.front - 1]
        words, remarks = self._spine_words(pdf, pdf_page, panels)
        if words:
            colour = _colour(pdf, resources, palette, self._ink(self.edition.layout.spine.ink))
            lines.append(f"q {colour}\n{words}\nQ")
            for name, form in pdf_page.resources.XObject.items():
                if name.startswith(f"/{_LETTERS}"):
                    resources.XObject[name] = form
        return ("\n".join(lines), resources), remarks

    def _inner(
        self, pdf: pikepdf.Pdf, roles: CoverPages, panels: _Panels
    ) -> tuple[str, Dictionary] | None:
        """The sheet seen from inside: the front's inside is on the left. None: nothing is on it."""
        resources = Dictionary(XObject=Dictionary())
        over = panels.bleed if not panels.flap else 0.0
        glue = -GLUE.in_pt
        left, right = panels.flap, panels.flap + panels.page + panels.spine
        lines = []
        for page, x, sides in (
            (roles.inner_front, left, (over, glue)),
            (roles.inner_back, right, (glue, over)),
        ):
            if page and Plater().take(pdf.pages[page - 1]) - {"All"}:
                lines.append(self._panel(pdf, resources, page, x, sides))
        return ("\n".join(lines), resources) if lines else None

    def _panel(
        self,
        pdf: pikepdf.Pdf,
        resources: Dictionary,
        number: int,
        x: float,
        beyond: tuple[float, float],
    ) -> str:
        """A page with its left edge at *x*, and with so much of what lies beyond its sides, pt."""
        page, bleed = pdf.pages[number - 1], self.profile.bleed.in_pt
        x0, y0, x1, y1 = (float(side) for side in page.trimbox)
        form = pdf.make_indirect(page.as_form_xobject())
        form.BBox = Array([x0 - beyond[0], y0 - bleed, x1 + beyond[1], y1 + bleed])
        resources.XObject[f"/Page{number}"] = form
        return f"q 1 0 0 1 {x - x0:.4f} {-y0:.4f} cm /Page{number} Do Q"

    def _ink(self, name: str) -> Ink | None:
        return next((ink for ink in self.edition.layout.inks if ink.name == name), None)

    # --- words on the spine ---------------------------------------------------------------

    def _spine_words(
        self, pdf: pikepdf.Pdf, page: pikepdf.Page, panels: _Panels
    ) -> tuple[str, tuple[Diagnostic, ...]]:
        """The words down the spine, in the middle of it both ways; or why there are none."""
        cover = self.edition.cover
        assert cover is not None
        text = " ".join(cover.spine.split())
        if not text:
            return "", ()
        spine = Length(panels.spine)
        if spine < NARROWEST:
            told = note(
                "cover/spine-narrow", cover.place, spine=spine, needed=NARROWEST, words=text
            )
            return "", (told,)
        letters = self._letters(pdf)
        room = panels.height - 2 * ENDS.in_pt
        pieces = list(_pieces(text))
        whole = sum(_length(piece, letters) for piece in pieces) - _AIR
        size = min(SHARE * panels.spine, LARGEST.in_pt, room / whole)
        if size < SMALLEST.in_pt:
            size, least = round(size, 1), SMALLEST.in_pt
            return "", (note("cover/spine-long", cover.place, words=text, size=size, least=least),)
        middle = panels.flap + panels.page + panels.spine / 2
        y = (panels.height + whole * size) / 2
        drawn = []
        for piece in pieces:
            drawn.append(_piece(piece, letters, page, size, (middle, y)))
            y -= _length(piece, letters) * size
        return "\n".join(drawn), ()

    def _letters(self, pdf: pikepdf.Pdf) -> _SpineFaces:
        """The spine's faces: of Chinese, and of letters and figures."""
        look = self.edition.layout.spine

        def cut(family: str, name: str) -> Letters:
            faces = [f for f in self.edition.faces if f.family == family]
            face = min(faces, key=lambda f: abs(f.weight - look.weight))
            return Letters(pdf, self.edition.assets[face.url].data, name)

        chinese = cut(look.families[-1], _LETTERS)
        if len(look.families) == 1:
            return _SpineFaces(chinese, chinese)
        return _SpineFaces(chinese, cut(look.families[0], f"{_LETTERS}L"))

    # --- the whole file -------------------------------------------------------------------

    def _finish(
        self, pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, what: str, number: int
    ) -> None:
        """Boxes, marks and slug of a page that has none, drawn from its trim's corner."""
        if "/Resources" not in page.obj:
            page.obj.Resources = Dictionary()
        if self.profile.version != "PDF/X-1a":
            page.obj.Group = Dictionary(
                Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
            )
        palette = Palette.of(self.edition.layout.inks, self.profile.icc)
        if "/Contents" not in page.obj:
            page.Contents = pdf.make_stream(b"")
        plates, drawn = Plater().take(page) - {"All"}, b""
        if self.with_marks:
            bar = patches(plates, give_spaces(pdf, page, palette, plates))
            slug = Slug.of(pdf, self.edition, self.profile, self.revision, what)
            drawn = marks(sheet, str(REGISTRATION), bar, slug.on(page, number))
        set_boxes(pdf, page, sheet, drawn)

    def _saved(self, pdf: pikepdf.Pdf) -> bytes:
        return saved(pdf, version=pdf.pdf_version, press=True)


def _colour(pdf: pikepdf.Pdf, resources: Dictionary, palette: Palette, ink: Ink | None) -> str:
    """What sets *ink* for filling; *resources* get the space of a spot."""
    if ink is None or not ink.spot:
        cmyk = ink.cmyk if ink else (0, 0, 0, 100)
        return " ".join(f"{part / 100:g}" for part in cmyk) + " k"
    name = space_name(palette, ink.spot)
    resources.ColorSpace[str(name)] = palette.spaces(pdf)[name]
    return f"{name} cs {ink.tint / 100:g} scn"


def _pieces(text: str) -> Iterator[str]:
    """Characters one by one; words and numbers of other scripts as they belong together."""
    word = ""
    for character in text:
        if is_latin(character):
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word


@dataclass(frozen=True, slots=True)
class _SpineFaces:
    """The two faces of a spine, which may be one."""

    chinese: Letters
    latin: Letters

    def of(self, piece: str) -> Letters:
        return self.latin if is_latin(piece[0]) else self.chinese

    def width(self, piece: str, size: float) -> float:
        return self.of(piece).width(piece, size)


def _is_upright(piece: str, letters: _SpineFaces) -> bool:
    """Han characters, and numbers so short that they stand side by side."""
    if piece in _LYING or piece == " ":
        return False
    return not _is_western(piece) or (len(piece) <= 2 and letters.width(piece, 1.0) <= 1.1)


def _is_western(piece: str) -> bool:
    return piece.isascii() or is_latin(piece[0])


def _length(piece: str, letters: _SpineFaces) -> float:
    """How far a piece goes down the spine, em."""
    if piece == " ":
        return 0.5
    return (1.0 if _is_upright(piece, letters) else letters.width(piece, 1.0)) + _AIR


def _piece(
    piece: str, letters: _SpineFaces, page: pikepdf.Page, size: float, at: tuple[float, float]
) -> str:
    """A piece whose head is at *at*: the middle of the spine, and a height, pt."""
    x, y = at
    if piece.isspace():
        return ""
    if _is_upright(piece, letters):
        left = x - letters.width(piece, size) / 2
        base = y - _ABOVE * size
        if piece in _CORNER:  # in the upper right of its em
            left, base = left + size / 2, base + size / 2
        return letters.of(piece).on(page, (piece,), size, (left, base))
    # On its side: its head looks to the right, and it is read downwards.
    lift = (_CAPITAL if _is_western(piece) else _ABOVE - 0.5) * size
    turned = letters.of(piece).on(page, (piece,), size, (0, 0))
    return f"q 0 -1 1 0 {x - lift:.3f} {y:.3f} cm\n{turned}\nQ"
