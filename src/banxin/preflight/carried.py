"""Fonts that a file carries: which, whether their programs are whole, and what widths it gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from banxin.preflight.content import OF_BROKEN_FILES, FaceOfFile
from banxin.preflight.pages import Pages
from banxin.preflight.programs import DamagedProgram, FontProgram, program

_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_OFF_BY: Final = 5.0  # thousandths of an em: rounding of the files that programs write
_BY_ITS_CODES: Final = frozenset({"/Identity-H", "/Identity-V"})
_MOST_CODES: Final = 20_000  # of a font whose map tells of every character there is


@dataclass(frozen=True, slots=True)
class Font:
    """`family` is the name in the PDF without its subset tag; `kind` its Subtype.

    `damage`: why its program cannot be drawn from, empty where it can; `unlike`: glyphs that the
    file spaces otherwise than the program does, and `off` by how much at most, thousandths of an
    em; `empty`: characters that the text has and no outline stands for.
    """

    family: str
    embedded: bool
    subset: bool
    kind: str = "CIDFontType2"
    damage: str = ""
    unlike: int = 0
    off: float = 0.0
    empty: int = 0


def fonts_of(
    pdf: pikepdf.Pdf, face_of: Callable[[Any], FaceOfFile], pages: Pages | None
) -> Iterator[Font]:
    """All fonts of a file, wherever they are kept.

    Args:
        face_of: reads what a font dictionary says of its codes.
        pages: what is known of the file's objects from before, and is from now on.
    """
    programs: dict[tuple[int, int], FontProgram | str] = {}
    maps: dict[tuple[int, int], Any] = {}
    found: list[tuple[Any, Any]] = []  # fonts; with those that lie within another, that one
    for thing in _all(pdf):
        if "/DescendantFonts" not in thing:
            found.append((thing, None))
            continue
        children = thing.DescendantFonts
        for child in children if isinstance(children, Array) else ():
            if not isinstance(child, Dictionary):
                continue
            if child.is_indirect:
                maps[child.objgen] = thing
            else:
                found.append((child, thing))
    for thing, holder in found:
        parent = maps.get(thing.objgen) if thing.is_indirect else holder
        number = (thing if parent is None else parent).objgen[0]
        known = pages.recall_of("font", number) if pages is not None else None
        if known is not None:
            yield Font(*json.loads(known))
            continue
        font = _font(thing, parent, programs, face_of)
        yield font
        if pages is not None:
            pages.keep_of("font", number, json.dumps(astuple(font)).encode())


def _all(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        if thing.get("/Type") == Name.Font:
            yield thing
            continue
        resources = thing if "/Font" in thing else thing.get("/Resources")
        held = resources.get("/Font") if isinstance(resources, Dictionary) else None
        if isinstance(held, Dictionary):
            for _, font in held.items():
                if isinstance(font, Dictionary) and not font.is_indirect:
                    yield font


def _font(
    thing: Any,
    parent: Any,
    programs: dict[tuple[int, int], FontProgram | str],
    face_of: Callable[[Any], FaceOfFile],
) -> Font:
    name = str(thing.get("/BaseFont", "/?")).removeprefix("/")
    tag, plus, family = name.partition("+")
    subset = bool(plus) and len(tag) == 6
    kind = str(thing.get("/Subtype", "/?")).removeprefix("/")
    said = thing.get("/FontDescriptor")
    descriptor = said if isinstance(said, Dictionary) else Dictionary()
    held = next((descriptor[key] for key in _FONT_FILES if key in descriptor), None)
    font = partial(Font, family if subset else name, held is not None or kind == "Type3", subset)
    if not isinstance(held, Stream):
        return font(kind)
    inside = programs.get(held.objgen)
    if inside is None:
        inside = programs[held.objgen] = _read(held)
    if isinstance(inside, str):
        return font(kind, inside)
    shown = thing if parent is None else parent
    if parent is not None and str(parent.get("/Encoding", "")) not in _BY_ITS_CODES:
        return font(kind)
    try:
        return font(kind, "", *_compared(thing, face_of(shown), inside, subset=subset))
    except OF_BROKEN_FILES:
        return font(kind)  # widths that are none are the page's own fault, and told there


def _read(held: Any) -> FontProgram | str:
    """The program of a font file, or why there is none."""
    try:
        return program(held.read_bytes())
    except DamagedProgram as problem:
        return problem.why
    except pikepdf.PdfError as problem:
        return str(problem)[:80]


def _compared(
    thing: Any, face: FaceOfFile, inside: FontProgram, *, subset: bool
) -> tuple[int, float, int]:
    """Glyphs spaced otherwise, by how much at most, and characters without an outline."""
    glyph_of = _glyphs(thing, inside)
    if glyph_of is None:
        return 0, 0.0, 0
    unlike, off = 0, 0.0
    legible = face.legible if len(face.legible) <= _MOST_CODES else frozenset[int]()
    for code in face.widths.keys() | legible:
        glyph = glyph_of(code)
        own = inside.advances.get(glyph)
        if not glyph or own is None or glyph not in inside.inked:
            continue
        by = abs(face.widths.get(code, face.usual) - own)
        if by > _OFF_BY:
            unlike, off = unlike + 1, max(off, by)
    if not subset or not inside.told:
        return unlike, round(off, 1), 0
    bare = (code for code in legible if glyph_of(code) not in inside.inked)
    lost = sum(not _is_blank(face.meaning.get(code, "\0")) for code in bare)
    return unlike, round(off, 1), lost


def _glyphs(thing: Any, inside: FontProgram) -> Callable[[int], int] | None:
    """From codes to glyphs; None where that goes by names, which programs take as they like."""
    kind = thing.get("/Subtype")
    if kind in (Name.CIDFontType2, Name.CIDFontType0):
        mapped = thing.get("/CIDToGIDMap")
        if isinstance(mapped, Stream):
            data = mapped.read_bytes()
            return lambda code: int.from_bytes(data[2 * code : 2 * code + 2])
    elif kind != Name.TrueType or inside.glyphs is None or "/Encoding" in thing:
        return None
    known = inside.glyphs
    return (lambda code: known.get(code, 0)) if known is not None else (lambda code: code)


_BLANKS: Final = frozenset("\0\u115f\u1160\u3164\uffa0\u2800\ufffd\ufffc")


def _is_blank(text: str) -> bool:
    """Whether characters leave no ink though Unicode calls them printable."""
    return all(character in _BLANKS for character in text)
