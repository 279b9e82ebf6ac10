"""Fonts: declared in `fonts/fonts.toml`, checked against their files, cut down to the text in use.

The one door to fontTools and uharfbuzz.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

import numpy as np
import uharfbuzz
from fontTools.ttLib import TTFont, TTLibError
from fontTools.unicodedata import block as block_of
from PIL import ImageFont
from pydantic import BaseModel, ConfigDict, Field

from banxin.assets.characters import GETA, is_drawn, is_private
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, warning
from banxin.tables import place_of, read_table
from banxin.workspace import Workspace

Answer = TypeVar("Answer")

FOLDER: Final = PurePosixPath("fonts")
DECLARATION: Final = FOLDER / "fonts.toml"
IDEOGRAPHIC_SELECTOR: Final = 0xE0100  # the first of 240
# OpenType OS/2 fsType: bit 1 forbids embedding, bit 9 allows bitmaps only.
MAY_NOT_EMBED: Final = 0x0002 | 0x0200


# What a damaged font raises in fontTools, HarfBuzz and FreeType.
_FAULTS_OF_FONTS: Final = (
    TTLibError, OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
    AssertionError, EOFError, RuntimeError, MemoryError, struct.error,
)  # fmt: skip
_WINDOWS_UNICODE: Final = (b"\0\3\0\1", b"\0\3\0\n")  # its first plane; all of it
_SFNT: Final = (b"\0\1\0\0", b"true", b"OTTO")
_FILLERS: Final = "\u115f\u1160\u3164\uffa0"  # letters by their class, and empty by their nature
_FAMILY_NAMES: Final = frozenset({1, 16})  # OpenType 1.9, name: family, typographic family
_NEEDED: Final = ("head", "hhea", "maxp", "name", "OS/2", "post")


@dataclass(frozen=True, slots=True)
class Face:
    """One font file as declared. `file` and `terms` (the licence text) are workspace names.

    `private`: whether what it has for private use is meant for this workspace.
    """

    family: str
    weight: int
    style: str
    file: PurePosixPath
    role: str
    licence: str
    terms: PurePosixPath
    provenance: str
    sha256: str
    private: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """What a font file says of itself.

    Attributes:
        coverage: code points that it draws, private ones only where they are declared to be meant.
        variants: Han characters that it draws in another form for a selector behind them (IVS),
            each as it is written: the character and its selector.
        ascent, descent: em, both positive, from `hhea`: the ones Pango lays out with.
    """

    coverage: frozenset[int]
    variants: frozenset[str]
    ascent: float
    descent: float


class FaceTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    weight: int = Field(ge=100, le=900, multiple_of=100)
    style: str = Field(default="normal", pattern="^(normal|italic)$")
    file: str
    role: str
    licence: str
    terms: str
    provenance: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    reserved: tuple[str, ...] = ()
    private: bool = False


class FontsTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    face: tuple[FaceTable, ...] = Field(min_length=1)


def load(workspace: Workspace) -> tuple[Face, ...]:
    """The declared faces. Nothing but `fonts.toml` is read.

    Raises:
        BanxinError: faults of the declaration; `font/declared-twice`.
    """
    return workspace.remembered("fonts", lambda: _declared(workspace))


def _declared(workspace: Workspace) -> tuple[Face, ...]:
    table, text = read_table(DECLARATION, workspace, FontsTable)
    faces = tuple(
        Face(
            row.family,
            row.weight,
            row.style,
            FOLDER / row.file,
            row.role,
            row.licence,
            FOLDER / row.terms,
            row.provenance,
            row.sha256,
            row.private,
            place_of(DECLARATION, text, ("face", index, "file")),
        )
        for index, row in enumerate(table.face)
    )
    names = [(face.family, face.weight, face.style) for face in faces]
    twice = [face for i, face in enumerate(faces) if names[i] in names[:i]]
    if twice:
        raise BanxinError(
            *(
                error("font/declared-twice", f.place, family=f.family, weight=f.weight)
                for f in twice
            )
        )
    return faces


def check(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Whether every file is the one declared, may be embedded, and draws rightly everywhere."""
    found: list[Diagnostic] = []
    for face in load(workspace):
        try:
            data = _read(face, workspace)
            with _named(face):
                found.extend(_faults(face, data, workspace))
        except BanxinError as problem:
            found.extend(problem.diagnostics)
    return tuple(found)


def described(file: Path, data: bytes) -> Face:
    """What a font file says of itself, as a face that is still to be declared.

    Its `licence` is in the font's own words.

    Raises:
        BanxinError: `font/unreadable`, `font/file-damaged`, `font/embedding`.
    """
    name, at = PurePosixPath(file.name), Place(str(file))
    blank = Face("", 400, "normal", name, "", "", name, "", "", private=False, place=at)
    font = _open(blank, data)
    with _named(blank):
        said = {n: font["name"].getDebugName(n) or "" for n in (1, 5, 11, 13, 14, 16)}
        about = font["OS/2"]
        weight = min(900, max(100, round(about.usWeightClass / 100) * 100))
        slanted, barred = about.fsSelection & 1, about.fsType & MAY_NOT_EMBED
    if barred:
        raise BanxinError(error("font/embedding", at, file=str(file)))
    return Face(
        family=said[16] or said[1],
        weight=weight,
        style="italic" if slanted else "normal",
        file=name,
        role="",
        licence=" ".join(filter(None, (said[13], said[14]))),
        terms=name,
        provenance="; ".join(filter(None, (said[5], said[11], file.name))),
        sha256="",
        private=False,
        place=at,
    )


def known(face: Face, workspace: Workspace) -> Known:
    """What the file of *face* says of itself.

    Raises:
        BanxinError: `font/missing`, `font/digest`, `font/unreadable`, `font/file-damaged`.
    """
    _is_as_declared(face, workspace, lambda: workspace.digest(face.file, face.place))
    kept = workspace.recall("face", face.sha256)
    if kept is None:
        with _named(face):
            kept = _looked_through(face, _read(face, workspace))
        workspace.keep("face", face.sha256, kept)
    return _told(kept, private=face.private)


def _looked_through(face: Face, data: bytes) -> bytes:
    """By HarfBuzz, which takes a hundredth of what fontTools takes for thirty thousand glyphs."""
    font, drawn = _open(face, data), _drawn_by(data).face
    selectors = (one for one in drawn.variation_selectors if one >= IDEOGRAPHIC_SELECTOR)
    pairs = (
        chr(base) + chr(selector)
        for selector in selectors
        for base in drawn.variation_unicodes(selector)
    )
    em = font["head"].unitsPerEm
    about = {
        "points": sorted(drawn.unicodes),
        "variants": sorted(pairs),
        "ascent": font["hhea"].ascent / em,
        "descent": -font["hhea"].descent / em,
    }
    return json.dumps(about).encode()


@cache
def _told(kept: bytes, *, private: bool) -> Known:
    """Thirty thousand numbers a face: parsed once a process."""
    about = json.loads(kept)
    points = (point for point in about["points"] if private or not is_private(point))
    return Known(frozenset(points), frozenset(about["variants"]), about["ascent"], about["descent"])


def block(character: str) -> str:
    """The name of the Unicode block of *character*."""
    return str(block_of(character))


def subset(face: Face, workspace: Workspace, characters: frozenset[str]) -> bytes:
    """*face* cut down to *characters*, all its layout features kept.

    The engine copies and reads whole font files for every document: 15 MB a face, against
    some 0.3 MB after this. Same arguments, same bytes.

    Raises:
        BanxinError: as `known`.
    """
    _is_as_declared(face, workspace, lambda: workspace.digest(face.file, face.place))
    wanted = _in_order(characters)
    recipe = f"{face.sha256} {uharfbuzz.__version__} {wanted}"
    key = hashlib.sha256(recipe.encode()).hexdigest()
    kept = workspace.recall("font", key)
    if kept is not None:
        return kept
    settings = uharfbuzz.SubsetInput()
    settings.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, wanted))
    # All features: without locl and its like, —— would lose its two-em ligature.
    for kind in (
        uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG,
        uharfbuzz.SubsetInputSets.LAYOUT_SCRIPT_TAG,
        uharfbuzz.SubsetInputSets.NAME_ID,
    ):
        settings.sets(kind).clear()
        settings.sets(kind).invert()
    whole = _read(face, workspace)
    with _named(face):
        data = bytes(uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob(whole)), settings).blob.data)
        _try_out(data, wanted)
    workspace.keep("font", key, data)
    return data


def beside(font: bytes, family: str, scale: float, ascent: float, descent: float) -> bytes:
    """A Latin face as it stands beside a Chinese one: *scale* as large, its line as high.

    Its em is what is scaled (OpenType 1.9, head), and everything with it.

    Args:
        family: that it goes by, and no other: an engine finds a face by its file's names, too.
        ascent, descent: em of the Chinese one, both positive.
    """
    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    em = opened["head"].unitsPerEm = round(opened["head"].unitsPerEm / scale)
    above, below = round(ascent * em), round(descent * em)
    lines, about = opened["hhea"], opened["OS/2"]
    lines.ascent, lines.descent, lines.lineGap = above, -below, 0
    about.sTypoAscender, about.sTypoDescender, about.sTypoLineGap = above, -below, 0
    about.usWinAscent, about.usWinDescent = above, below
    for record in opened["name"].names:
        if record.nameID in _FAMILY_NAMES:
            record.string = family
    made = io.BytesIO()
    opened.save(made, reorderTables=False)
    return made.getvalue()


@lru_cache(maxsize=8)
def _in_order(characters: frozenset[str]) -> str:
    return "".join(sorted(characters))


@lru_cache(maxsize=256)
def outlines(font: bytes, text: str, size: float) -> bytes:
    """*text* as filled paths in PDF operators, its first baseline at the origin, *size* in pt.

    For words that must not need a font; 〓 stands for characters that the font lacks.
    """
    drawn = _standing(font)
    scale = size / drawn.face.upem
    out: list[str] = []
    x = 0.0
    for glyph in _sorts(drawn, text):
        out += _path(drawn, glyph, _PathPen(scale, x))
        x += drawn.get_glyph_h_advance(glyph) * scale
    return " ".join([*out, "f"] if out else []).encode()


@lru_cache(maxsize=256)
def width_of(font: bytes, text: str, size: float) -> float:
    """How far `outlines` goes to the right, pt."""
    drawn = _standing(font)
    advances = map(drawn.get_glyph_h_advance, _sorts(drawn, text))
    return float(sum(advances)) * size / float(drawn.face.upem)


def _sorts(font: Any, text: str) -> Iterator[int]:
    """Numbers of the glyphs for *text*."""
    for character in text:
        glyph = font.get_nominal_glyph(ord(character))
        if not glyph and is_drawn(character):
            glyph = font.get_nominal_glyph(ord(GETA))
        if glyph:
            yield glyph


def glyph_paths(font: bytes) -> Callable[[int], bytes]:
    """Glyph number → its path in PDF operators, an em of 1, unpainted; empty for a space."""
    drawn = _drawn_by(font)
    scale = 1 / drawn.face.upem

    @cache
    def path(glyph: int) -> bytes:
        return " ".join(_path(drawn, glyph, _PathPen(scale, 0, digits=5))).encode()

    return path


@lru_cache(maxsize=8)  # fonts of some MB
def _standing(font: bytes) -> Any:
    return _drawn_by(font)


def _path(font: Any, glyph: int, pen: _PathPen) -> list[str]:
    font.draw_glyph_with_pen(glyph, pen)
    return pen.operators


class _PathPen:
    """A glyph's outline as path operators. Its methods are called by uharfbuzz (0.57)."""

    def __init__(self, scale: float, left: float, digits: int = 3) -> None:
        self.operators: list[str] = []
        self._scale, self._left, self._digits = scale, left, digits
        self._begun = ""
        self._at = (0.0, 0.0)

    def _points(self, *points: tuple[float, float]) -> str:
        digits, self._at = self._digits, points[-1]
        return " ".join(
            f"{x * self._scale + self._left:.{digits}f} {y * self._scale:.{digits}f}"
            for x, y in points
        )

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._begun = self._points(point)
        self.operators.append(f"{self._begun} m")

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append(f"{self._points(point)} l")

    def curveTo(  # noqa: N802
        self, one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]
    ) -> None:
        self.operators.append(f"{self._points(one, two, three)} c")

    def qCurveTo(self, off: tuple[float, float], on: tuple[float, float]) -> None:  # noqa: N802
        """PDF has cubic curves alone."""
        (x, y), (u, v), (a, b) = self._at, off, on
        first = x + 2 / 3 * (u - x), y + 2 / 3 * (v - y)
        self.curveTo(first, (a + 2 / 3 * (u - a), b + 2 / 3 * (v - b)), on)

    def closePath(self) -> None:  # noqa: N802
        """HarfBuzz draws back to where it began, which closing does."""
        if self.operators[-1] == f"{self._begun} l":
            self.operators.pop()
        self.operators.append("h")


def _read(face: Face, workspace: Workspace) -> bytes:
    return _is_as_declared(face, workspace, lambda: workspace.read(face.file, face.place))


def _is_as_declared(face: Face, workspace: Workspace, asked: Callable[[], Answer]) -> Answer:
    """What is *asked* of the file, once it is seen that it is the one that is meant."""
    try:
        answer = asked()
    except BanxinError as problem:
        if problem.diagnostics[0].code != "file/missing":
            raise
        raise BanxinError(error("font/missing", face.place, file=str(face.file))) from problem
    found = workspace.read_so_far[face.file]
    if found != face.sha256:
        raise BanxinError(
            error("font/digest", face.place, file=str(face.file), found=found, needed=face.sha256)
        )
    return answer


@contextmanager
def _named(face: Face) -> Iterator[None]:
    """What a damaged file makes a library say, as a finding about the file.

    Raises:
        BanxinError: `font/unreadable`.
    """
    try:
        yield
    except _FAULTS_OF_FONTS as problem:
        why = str(problem) or type(problem).__name__
        raise BanxinError(
            error("font/unreadable", face.place, file=str(face.file), why=why)
        ) from problem


def _open(face: Face, data: bytes) -> TTFont:
    """A font whose tables are where its head says, and can be read.

    Raises:
        BanxinError: `font/unreadable`, `font/file-damaged`.
    """
    with _named(face):
        if data[:4] not in _SFNT:
            message = f"it begins with {data[:4]!r}"
            raise ValueError(message)
        font = TTFont(io.BytesIO(data), lazy=True)
        for tag, entry in font.reader.tables.items():
            if entry.offset + entry.length > len(data):
                message = f"{tag}: {entry.offset} + {entry.length} > {len(data)}"
                raise ValueError(message)
            if entry.checkSum != _checksum(data[entry.offset :][: entry.length], tag):
                at = face.place
                raise BanxinError(error("font/file-damaged", at, file=str(face.file), table=tag))
        for tag in _NEEDED:
            font[tag]
        wide, glyphs = font["hhea"].numberOfHMetrics, font["maxp"].numGlyphs
        if glyphs < 1 or wide < 1:
            message = "no glyphs"
            raise ValueError(message)
        # Not read: it has two numbers a glyph.
        if font.reader.tables["hmtx"].length < 4 * wide + 2 * max(glyphs - wide, 0):
            message = f"hmtx: too short for {glyphs} glyphs"
            raise ValueError(message)
        if font["head"].unitsPerEm not in range(16, 16385):  # OpenType 1.9, head
            message = f"unitsPerEm {font['head'].unitsPerEm}"
            raise ValueError(message)
        if not (_is_of_unicode(font.reader["cmap"]) and _drawn_by(data).face.unicodes):
            message = "cmap: no characters"
            raise ValueError(message)
        return font


def _is_of_unicode(cmap: bytes) -> bool:
    """Whether one of its tables is of Unicode's characters (OpenType 1.9, cmap)."""
    count = int.from_bytes(cmap[2:4])
    records = (cmap[at : at + 4] for at in range(4, 4 + 8 * count, 8))
    return any(record[:2] == b"\0\0" or record in _WINDOWS_UNICODE for record in records)


def _drawn_by(data: bytes) -> Any:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))


def _checksum(table: bytes, tag: str) -> int:
    """OpenType 1.9, “Calculating checksums”; in `head` what adjusts the whole file counts as 0."""
    if tag == "head":
        table = table[:8] + bytes(4) + table[12:]
    words = np.frombuffer(table + bytes(-len(table) % 4), ">u4")
    return int(words.sum(dtype=np.uint64)) & 0xFFFFFFFF


def _try_out(data: bytes, characters: str) -> None:
    """Read what was cut out as the engine will: a face that FreeType refuses would end it.

    A letter without an outline would be a hole in the text.
    """
    ImageFont.truetype(io.BytesIO(data), 12, layout_engine=ImageFont.Layout.BASIC)
    font = _drawn_by(data)
    if "glyf" not in font.face.table_tags:
        return
    for character in characters:
        glyph = font.get_nominal_glyph(ord(character))
        drawn = character.isalnum() and character not in _FILLERS
        if drawn and glyph is not None and not _has_outline(font, glyph):
            message = f"U+{ord(character):04X} has no outline"
            raise ValueError(message)


def _has_outline(font: Any, glyph: int) -> bool:
    extents = font.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width or extents.height)


def _faults(face: Face, data: bytes, workspace: Workspace) -> Iterator[Diagnostic]:
    font = _open(face, data)
    names = _family_names(font)
    if face.family not in names:
        yield error("font/family", face.place, found=", ".join(sorted(names)), needed=face.family)
    weight = font["OS/2"].usWeightClass
    if weight != face.weight:
        yield error("font/weight", face.place, found=weight, needed=face.weight)
    if font["OS/2"].fsType & MAY_NOT_EMBED:
        yield error("font/embedding", face.place, file=str(face.file))
    if not workspace.exists(face.terms):
        yield error("font/licence", face.place, file=str(face.terms))
    if "glyf" not in font:
        yield warning("font/outlines", face.place, file=str(face.file))


def _family_names(font: TTFont) -> set[str]:
    """Its names, in every language."""
    records: Iterable[object] = (r for r in font["name"].names if r.nameID in _FAMILY_NAMES)
    return {str(record) for record in records}
