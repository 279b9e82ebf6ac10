"""Vector artwork: logos, ornaments, whole pages, as SVG, PDF or EPS.

A PDF's page, and an EPS by way of Ghostscript, is laid out as a stand-in of its size; a finish puts
the page itself there, as a form (`pages`). An SVG is drawn by the engine (`svg`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from banxin.artwork import pages, svg
from banxin.artwork.svg import OwnInk
from banxin.assets import kinds
from banxin.assets.colour import Cmyk

EXAMINED: Final = 2  # counts up when `examine` finds out other things about the same file
KINDS: Final = frozenset({"PDF", "EPS", "SVG"})
_DROPPED: Final = {
    "script": "artwork/script", "link": "artwork/link", "animation": "artwork/animation",
}  # fmt: skip
_PAGE: Final = re.compile(r"#page=(\d{1,6})$")
Original = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Artwork:
    """A drawing that is placed as it is.

    Attributes:
        name: in the workspace, with the page after `#`, if one was asked for.
        kind: `PDF`, `EPS` or `SVG`.
        original: gives the bytes of a PDF, or of the SVG.
        width, height: mm.
        inks: its colours beyond the four: the file's name for each, percent of what stands for its
            full tone, and the plate.
        light: what of it is in RGB or Lab, for a finding.
        notes: codes of what else is to be told.
        swatches: names of the layout's inks that an SVG asks for.
        families, words: of the type of an SVG.
        bleed: mm of the page that there are around its art box.
        profiled: whether its inks have a profile of their own.
        fonts: the names of those that the type of a PDF is in.
        swatch_of: for each of `inks` the swatch of the edition that stands for it.
    """

    name: PurePosixPath
    kind: str
    sha256: str
    original: Original
    page: int
    width: float
    height: float
    inks: tuple[tuple[str, Cmyk, str], ...] = ()
    light: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    swatches: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    words: str = ""
    bleed: float = 0.0
    profiled: bool = False
    fonts: tuple[str, ...] = ()
    swatch_of: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """Its address in a layout; by content, so that the same drawing is one."""
        return f"artwork:{self.sha256}-{self.page}"

    @property
    def bleeding(self) -> str:
        """The same with as much around it as a layout bleeds; an SVG has nothing there."""
        return f"{self.url}-bleed" if self.is_form else self.url

    @property
    def is_form(self) -> bool:
        """Whether a finish has to put it in place of its stand-in."""
        return self.kind != "SVG"

    @property
    def size_um(self) -> tuple[int, int]:
        """Width and height in micrometres, which stand for pixels: there are always enough."""
        return max(1, round(self.width * 1000)), max(1, round(self.height * 1000))


def split(name: PurePosixPath) -> tuple[PurePosixPath, int]:
    """The file that a name stands for, and its page: `ad.pdf#page=2` (RFC 8118)."""
    found = _PAGE.search(str(name))
    if not found:
        return name, 1
    return PurePosixPath(str(name)[: found.start()]), int(found[1])


def kind_of(data: bytes, suffix: str) -> str:
    """`PDF`, `EPS` or `SVG`; empty of all else."""
    if data[:2] == b"\x1f\x8b" and suffix.lower() == ".svgz":
        return "SVG"
    found = kinds.foreign(data[:2000], suffix)
    return found[1] if found and found[1] in KINDS else ""


def examine(
    name: PurePosixPath, kind: str, data: bytes, as_pdf: Callable[[bytes], bytes]
) -> Artwork:
    """A drawing that can be placed.

    Args:
        as_pdf: makes a PDF of an EPS.

    Raises:
        UnusableError: it cannot be, and why.
    """
    digest = hashlib.sha256(data).hexdigest()
    if kind == "SVG":
        return _of_svg(name, digest, data)
    page = split(name)[1]
    pdf = as_pdf(data) if kind == "EPS" else data
    found = pages.look(pdf, page)
    notes = [code for code, on in (("artwork/layer", found.hidden),) if on]
    if found.pages > 1 and "#page=" not in str(name):
        notes.append("artwork/pages")
    return Artwork(
        name,
        kind,
        digest,
        lambda: pdf,
        page,
        found.width,
        found.height,
        tuple((spot, cmyk, spot) for spot, cmyk in found.spots.items()),
        found.light,
        tuple(notes),
        bleed=found.bleed,
        profiled=bool(found.profiles),
        fonts=found.fonts,
    )


def _of_svg(name: PurePosixPath, digest: str, data: bytes) -> Artwork:
    found = svg.look(data)
    inks = tuple((name_of(own), own.cmyk, own.spot) for own in found.inks)
    return Artwork(
        name,
        "SVG",
        digest,
        lambda: data,
        1,
        found.width,
        found.height,
        inks,
        found.light,
        tuple(_DROPPED[what] for what in found.dropped),
        found.swatches,
        found.families,
        found.words,
    )


def name_of(own: OwnInk) -> str:
    """What stands for a colour that an SVG brings along."""
    return own.spot or "cmyk " + " ".join(f"{part:g}" for part in own.cmyk)


def as_remembered(art: Artwork) -> bytes:
    """What `examine` found out, for the next build."""
    kept = {
        part: getattr(art, part)
        for part in ("kind", "page", "width", "height", "inks", "light", "notes", "swatches",
                     "families", "words", "bleed", "profiled", "fonts")
    }  # fmt: skip
    return json.dumps(kept).encode()


def remembered(name: PurePosixPath, sha256: str, original: Original, kept: bytes) -> Artwork:
    """The artwork that `as_remembered` told of."""
    found: dict[str, Any] = json.loads(kept)
    found["inks"] = tuple((spot, tuple(cmyk), plate) for spot, cmyk, plate in found["inks"])
    for part in ("light", "notes", "swatches", "families", "fonts"):
        found[part] = tuple(found[part])
    return Artwork(name=name, sha256=sha256, original=original, **found)


def drawing(art: Artwork, keyed: svg.Keyed, own: Mapping[OwnInk, tuple[int, int, int]]) -> bytes:
    """An SVG as the engine is to see it."""
    return svg.drawn(art.original(), keyed, own)


def stand_in(url: str, width: float, height: float) -> bytes:
    """What a layout sees of a page: an SVG of its size, filled with the picture *url*, in whose
    place the page is put.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.4f} {height:.4f}"'
        f' width="{width:.4f}mm" height="{height:.4f}mm"><image href="{url}"'
        f' width="{width:.4f}" height="{height:.4f}" preserveAspectRatio="none"/></svg>'
    ).encode()


def inner(url: str) -> str:
    """The picture in a stand-in."""
    return f"{url}-form"


def resource(url: str) -> str:
    """What WeasyPrint 70 calls the picture in the stand-in *url*, but for a last 0 or 1."""
    return "i" + hashlib.md5(inner(url).encode(), usedforsecurity=False).hexdigest()
