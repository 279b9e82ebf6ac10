"""`report.html`: everything that was found, on one page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby
from typing import Any, Final

import jinja2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from banxin.diagnostics import GRAVEST_FIRST, Box, Diagnostic, page_ranges
from banxin.preflight.facts import InkOfPage, PageBoxes
from banxin.preflight.looks import Looks, opened
from banxin.preflight.pages import Pages
from banxin.preflight.report import Report
from banxin.visible import visible, visible_lines
from banxin.words import LANGUAGES, say, sentence

THUMB: Final = 150  # px wide
LOOK: Final = 827  # px: a page of A4 at 100 ppi, of which pieces are shown
WIDE: Final = 320  # px: a piece of a page beside a finding
CROP: Final = (90.0, 58.0)  # mm: what is larger is shown on the whole page
AROUND: Final = 8.0  # mm
MOST_CROPS: Final = 80  # pictures of spots; a report has to be sent by mail
COLD, WARM, HOT = (0xF3, 0xEE, 0xE4), (0xE8, 0xA3, 0x3D), (0xB8, 0x1C, 0x22)
BURNT: Final = (0x3A, 0x00, 0x4A)  # over the limit


@dataclass(frozen=True, slots=True)
class _Cutout:
    """A piece of a page with a frame around what is meant; all in percent of the piece."""

    picture: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _FindingRow:
    """A finding, ready to be shown."""

    severity: str
    code: str
    place: str
    page: int
    message: Markup
    hint: Markup
    because: str
    cause: str
    spot: _Cutout | None


def as_page(
    report: Report,
    language: str,
    manifest: str = "",
    pdf: bytes = b"",
    pages: Pages | None = None,
) -> str:
    """The report as HTML, in Chinese and English, opened in *language*.

    Args:
        manifest: the text of manifest.json, or empty for a file that we did not make.
        pdf: the file that was judged, to show its pages; without it, those drawn for their ink.
        pages: those of the file, and what of their pictures is known from before.
    """
    with opened(pdf) as looks:
        proofs = _Proofs(report, looks, pages or Pages())
        return _rendered(report, language, manifest, proofs)


def _rendered(report: Report, language: str, manifest: str, proofs: _Proofs) -> str:
    rows = tuple(_rows(report, proofs))
    marks = _marks(rows)
    pages = [
        {
            "number": sheet.number,
            "thumb": proofs.thumb(sheet.number),
            "marks": [(s.value, n) for s in GRAVEST_FIRST if (n := marks[sheet.number, s.value])],
        }
        for sheet in report.facts.sheets
    ]
    limit = report.limits.ink_limit
    return _template().render(
        language=language,
        report=report,
        limits=report.limits,
        groups=list(_groups(rows)),
        counts={s.value: sum(r.severity == s.value for r in rows) for s in GRAVEST_FIRST},
        pages=pages,
        heats=[
            {"ink": page.ink, "picture": _heat(page.heat, limit), "over": page.ink.window > limit}
            for _, page in sorted(report.measured.drawn.items())
        ],
        reckoned=_reckoned(report.facts.inks),
        fits=report.fits,
        fitting=[row for row in rows if row.code.startswith("line/")],
        manifest=manifest,
        t=_both,
    )


# --- words ----------------------------------------------------------------------------------


def _both(code: str, **facts: Any) -> Markup:
    """A sentence in both languages; the page shows one of them."""
    said = ((language, sentence(f"report/{code}", language, **facts)) for language in LANGUAGES)
    return _spans((language, words.message) for language, words in said)


def _spans(texts: Iterator[tuple[str, str]]) -> Markup:
    pairs = [(language, visible(text)) for language, text in texts if text]
    return Markup("").join(Markup("<span lang={}>{}</span>").format(a, b) for a, b in pairs)


def _rows(report: Report, proofs: _Proofs) -> Iterator[_FindingRow]:
    for finding in report.findings:
        said = [(language, say(finding, language)) for language in LANGUAGES]
        yield _FindingRow(
            severity=finding.severity.value,
            code=finding.code,
            place=visible(str(finding.place).strip()),
            page=finding.place.page or 0,
            message=_spans((language, words.message) for language, words in said),
            hint=_spans((language, words.hint) for language, words in said),
            because=visible(str(finding.facts.get("because", ""))),
            cause=visible(str(finding.cause or "")),
            spot=proofs.spot(finding),
        )


def _groups(
    rows: Sequence[_FindingRow],
) -> Iterator[tuple[str, list[tuple[str, list[_FindingRow]]]]]:
    """Severity → code → rows, gravest first."""
    for severity in GRAVEST_FIRST:
        these = sorted((r for r in rows if r.severity == severity.value), key=lambda r: r.code)
        if these:
            codes = groupby(these, key=lambda row: row.code)
            yield severity.value, [(code, list(found)) for code, found in codes]


def _marks(rows: Sequence[_FindingRow]) -> Counter[tuple[int | None, str]]:
    """How many findings of each severity a page has."""
    return Counter((row.page, row.severity) for row in rows)


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """Pages that were not drawn, as `3–20, 22`, and what their ink adds up to at most."""

    pages: str
    most: float


def _reckoned(inks: Sequence[InkOfPage]) -> _Reckoned | None:
    found = [ink for ink in inks if ink.reckoned]
    if not found:
        return None
    pages = ", ".join(page_ranges(ink.page for ink in found))
    return _Reckoned(pages, max(ink.window for ink in found))


# --- pictures -------------------------------------------------------------------------------


class _Proofs:
    """The pages as pictures, and pieces of them."""

    def __init__(self, report: Report, looks: Looks | None, pages: Pages) -> None:
        self._sheets: Mapping[int, PageBoxes] = {s.number: s for s in report.facts.sheets}
        self._drawn = report.measured.drawn
        self._looks = looks
        self._known = pages
        self._left = MOST_CROPS
        self._page = lru_cache(maxsize=2)(self._opened)

    def thumb(self, page: int) -> str:
        return self._kept("thumb", page, lambda: self._thumb(page)) if self._shows(page) else ""

    def spot(self, finding: Diagnostic) -> _Cutout | None:
        page, box = finding.place.page, finding.place.box_mm
        if not page or not box or self._left <= 0 or not self._shows(page):
            return None
        self._left -= 1
        made = self._kept(f"spot {box}", page, lambda: json.dumps(self._spot(page, box)))
        return _Cutout(*found) if (found := json.loads(made)) else None

    def _shows(self, page: int) -> bool:
        return page in self._drawn or (self._looks is not None and page in self._sheets)

    def _kept(self, kind: str, page: int, make: Callable[[], str]) -> str:
        """A picture of a page, made only where it is not known from before."""
        if not self._known.digests:
            return make()
        drawn = self._drawn.get(page)
        name = f"{kind} {hashlib.sha256(drawn.proof).hexdigest() if drawn else 'seen'}"
        known = self._known.recall(name, page)
        if known is None:
            known = make().encode()
            self._known.keep(name, page, known)
        return known.decode()

    def _thumb(self, page: int) -> str:
        image = self._page(page, THUMB)
        x0, y0, x1, y1 = self._trim_in(page, image)
        cut = image.crop((round(x0), round(y0), round(x1), round(y1)))
        cut.thumbnail((THUMB, THUMB * 3))
        return _jpeg(cut)

    def _spot(self, page: int, box: Box) -> Sequence[str | float] | None:
        """What makes a `_Cutout`."""
        image = self._page(page, LOOK)
        x0, y0, x1, _ = self._trim_in(page, image)
        scale = (x1 - x0) / self._sheets[page].size[0]  # px a mm
        large = box[2] - box[0] > CROP[0] or box[3] - box[1] > CROP[1]
        window = (0.0, 0.0, *self._sheets[page].size) if large else _window(box)
        left, top, right, foot = (
            max(0, round(x0 + window[0] * scale)),
            max(0, round(y0 + window[1] * scale)),
            min(image.width, round(x0 + window[2] * scale)),
            min(image.height, round(y0 + window[3] * scale)),
        )
        if right - left < 8 or foot - top < 8:
            return None
        wide, high = right - left, foot - top
        frame = (
            (x0 + box[0] * scale - left) / wide,
            (y0 + box[1] * scale - top) / high,
            (x0 + box[2] * scale - left) / wide,
            (y0 + box[3] * scale - top) / high,
        )
        a, b, c, d = (100 * min(1.0, max(0.0, side)) for side in frame)
        piece = image.crop((left, top, right, foot))
        piece.thumbnail((WIDE, WIDE))
        return _jpeg(piece), round(a, 1), round(b, 1), round(c - a, 1), round(d - b, 1)

    def _opened(self, page: int, across: int) -> Image.Image:
        """The inside of the bleed, as it was drawn; else, the trim *across* pixels wide."""
        if page in self._drawn:
            return Image.open(io.BytesIO(self._drawn[page].proof))
        assert self._looks is not None
        return self._looks.page(self._sheets[page], across)

    def _trim_in(self, page: int, image: Image.Image) -> tuple[float, float, float, float]:
        """The trim in pixels of the proof, which shows the inside of the bleed."""
        sheet = self._sheets[page]
        outer = sheet.bleed or sheet.trim or sheet.media
        trim = sheet.trim or sheet.media
        scale = image.width / max(outer[2] - outer[0], 0.1)
        left, top = (trim[0] - outer[0]) * scale, (outer[3] - trim[3]) * scale
        return left, top, left + sheet.size[0] * scale, top + sheet.size[1] * scale


def _window(box: Box) -> Box:
    """The piece of the page to show for *box*, in mm: with room around it, and not too large."""
    sides: list[tuple[float, float]] = []
    for low, high, most in ((box[0], box[2], CROP[0]), (box[1], box[3], CROP[1])):
        middle, size = (low + high) / 2, min(most, high - low + 2 * AROUND)
        size = max(size, 2 * AROUND + 10)
        sides.append((middle - size / 2, middle + size / 2))
    (x0, x1), (y0, y1) = sides
    return x0, y0, x1, y1


def _heat(heat: NDArray[np.uint16], limit: int) -> str:
    """Ink as colours: paper, amber at half the limit, red at the limit, violet above it."""
    steps = np.linspace(0, 1, 128)[:, None]
    cold, warm, hot = (np.array(colour, float) for colour in (COLD, WARM, HOT))
    ramp = np.vstack([cold + (warm - cold) * steps, warm + (hot - warm) * steps])
    ramp = np.vstack([ramp[:255], np.array(BURNT, float)])
    level = np.minimum(heat.astype(np.float32) * (254 / max(limit, 1)), 254).astype(np.uint8)
    level[heat > limit] = 255
    image = Image.fromarray(level).convert("P")
    image.putpalette(ramp.astype(np.uint8).tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return _address("png", out.getvalue())


def _jpeg(image: Image.Image) -> str:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=72)
    return _address("jpeg", out.getvalue())


def _address(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@cache
def _template() -> jinja2.Template:
    text = resources.files(__package__).joinpath("report.html.j2").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible_lines(value) if type(value) is str else value,
    )
    return environment.from_string(text)
