"""Pages as pictures, when they are seen and as large as they are seen."""

from __future__ import annotations

import io
import math
import struct
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image

from banxin.diagnostics import Box
from banxin.preview.messages import (
    Bleed,
    Home,
    SearchResult,
    SearchWords,
    Shot,
    Snapshot,
    Spread,
    Window,
    WordsFound,
)
from banxin.typeset import ScreenPhoto

OPEN: Final = 6  # PDFs at a time
LARGEST: Final = 40_000_000  # pixels of one picture
QUALITY: Final = 93
AROUND: Final = 12  # characters on each side of what is found
MM: Final = 72 / 25.4

Pixels = NDArray[np.uint8]  # height × width × 3, or 4 with alpha


class Camera:
    """Answers `Shot`, `Spread` and `SearchWords`."""

    def __init__(self, place: Home) -> None:
        del place  # it is told where everything is
        self._open: OrderedDict[Path, Any] = OrderedDict()

    def answer(
        self, asked: Shot | Spread | SearchWords, between: Callable[[], None]
    ) -> Iterator[Snapshot | SearchResult]:
        if isinstance(asked, SearchWords):
            yield SearchResult(tuple(islice(self._found(asked, between), asked.most)))
        elif isinstance(asked, Shot):  # no picture takes long
            yield self._shot(asked)
        elif asked.form == "pdf":
            yield Snapshot(side_by_side(asked), "application/pdf")
        else:
            yield Snapshot(self._as_png(asked), "image/png")

    def _found(self, asked: SearchWords, between: Callable[[], None]) -> Iterator[WordsFound]:
        wanted = _folded(asked.words)
        for number, pdf, index, bleed in asked.pages:
            between()
            page = self._document(pdf)[index]
            try:
                yield from _on_page(page, number, bleed, wanted)
            finally:
                page.close()

    def _shot(self, asked: Shot) -> Snapshot:
        started = time.perf_counter()
        page = self._document(asked.pdf)[asked.page]
        try:
            pixels = _taken(page, asked)
            if asked.lossless or not _has_photographs(page):
                data, mime = png(pixels, asked.width / page.get_size()[0] * 72), "image/png"
            else:
                data, mime = _jpeg(pixels), "image/jpeg"
            return Snapshot(data, mime, time.perf_counter() - started)
        finally:
            page.close()

    def _as_png(self, asked: Spread) -> bytes:
        parts: list[Pixels] = []
        for pdf, number, bleed in asked.pages:
            page = self._document(pdf)[number]
            scale = min(asked.ppi / 72, _most(page))
            left, top, right, bottom = (round(side * MM * scale) for side in bleed)
            pixels = _pixels(page, scale)
            high, wide = pixels.shape[:2]
            parts.append(pixels[top : high - bottom, left : wide - right])
            page.close()
        high = min(part.shape[0] for part in parts)
        return png(np.hstack([part[:high] for part in parts]), asked.ppi)

    def _document(self, pdf: Path) -> Any:
        document = self._open.get(pdf)
        if document is None:
            # In memory: the file may be gone before the last of its pages is looked at.
            document = self._open[pdf] = pypdfium2.PdfDocument(pdf.read_bytes())
            if len(self._open) > OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(pdf)
        return document


def _folded(text: str) -> str:
    """Without what parts words on lines, and without regard to case."""
    return "".join(text.split()).casefold()


def _on_page(page: Any, number: int, bleed: Bleed, wanted: str) -> Iterator[WordsFound]:
    """Where *wanted* stands, however it is broken into lines."""
    text = page.get_textpage()
    try:
        said = [(i, text.get_text_range(i, 1)) for i in range(text.count_chars())]
        kept = [(i, _folded(c)) for i, c in said if c.strip() and len(_folded(c)) == 1]
        whole = "".join(c for _, c in kept)
        at = whole.find(wanted) if wanted else -1
        while at >= 0:
            boxes = [text.get_charbox(i) for i, _ in kept[at : at + len(wanted)]]
            around = whole[max(0, at - AROUND) : at + len(wanted) + AROUND]
            yield WordsFound(number, _bounds(boxes, page.get_height(), bleed), around)
            at = whole.find(wanted, at + len(wanted))
    finally:
        text.close()


def _bounds(boxes: Sequence[tuple[float, ...]], high: float, bleed: Bleed) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    x0, x1 = (side / MM - bleed[0] for side in (min(lefts), max(rights)))
    y0, y1 = ((high - side) / MM - bleed[1] for side in (max(tops), min(bottoms)))
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)


def _taken(page: Any, asked: Shot) -> Pixels:
    wide, high = page.get_size()
    scale = asked.width / wide
    if asked.window is None:
        scale = min(scale, _most(page))
    window = asked.window or (0, 0, round(wide * scale), round(high * scale))
    return _pixels(page, scale, _beside(window, wide * scale, high * scale, scale))


def _beside(window: Window, wide: float, high: float, scale: float) -> tuple[float, ...]:
    """What is left off around *window*, as PDFium's door wants it: left, bottom, right, top in pt.

    pypdfium2 5 rounds up the page and each of the four by itself; half a pixel less than a whole
    number is that number, whatever was lost to floating point.
    """
    left, top, width, height = window
    right, bottom = math.ceil(wide) - left - width, math.ceil(high) - top - height
    return tuple(max(0.0, (side - 0.5) / scale) for side in (left, bottom, right, top))


def _most(page: Any) -> float:
    """The scale beyond which a picture would be too large."""
    wide, high = page.get_size()
    return float((LARGEST / (wide * high)) ** 0.5)


def _pixels(page: Any, scale: float, crop: tuple[float, ...] = (0, 0, 0, 0)) -> Pixels:
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True)
    try:
        return np.array(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()


def _has_photographs(page: Any) -> bool:
    """Whether JPEG is the better form: a photograph as PNG is large and slow."""
    kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    return any(True for _ in page.get_objects(filter=kinds, max_depth=4))


def cut_out(pdf: bytes, longest: int) -> ScreenPhoto:
    """The first page of *pdf* on nothing: what it does not cover shows through.

    Args:
        longest: pixels of its longer side.
    """
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    try:
        scale = longest / max(page.get_size())
        bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 0), rev_byteorder=True)
        pixels = np.array(bitmap.to_numpy())
        bitmap.close()
    finally:
        page.close()
        document.close()
    high, wide = pixels.shape[:2]
    alpha = pixels[:, :, 3]
    # Colours come mixed with the ground that is not there, as much as it shows.
    jpeg = _jpeg(np.ascontiguousarray(pixels[:, :, :3]))
    return ScreenPhoto(jpeg, wide, high, alpha=zlib.compress(alpha.tobytes()))


# --- forms ----------------------------------------------------------------------------------


def png(pixels: Pixels, ppi: float) -> bytes:
    """*pixels* as a PNG, at the least cost: no filter, zlib's quickest.

    Pillow chooses a filter for each row, which takes two and a half times as long, and is no
    smaller for pages of type (measured at 815 × 1098: 22 ms against 8).
    """
    high, wide, channels = pixels.shape
    rows = np.zeros((high, 1 + channels * wide), np.uint8)
    rows[:, 1:] = pixels.reshape(high, -1)
    kind = {3: 2, 4: 6}[channels]
    per_metre = round(ppi / 0.0254)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack("!IIBBBBB", wide, high, 8, kind, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack("!IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    """PNG 3rd edition, 5.3."""
    check = zlib.crc32(kind + data)
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", check)


def _jpeg(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def side_by_side(asked: Spread) -> bytes:
    """One PDF page as wide as its pages' trims together; what was type stays type."""
    with pikepdf.new() as out:
        content, forms, x, height = b"", Dictionary(), 0.0, 0.0
        for number, (pdf, index, bleed) in enumerate(asked.pages):
            with pikepdf.open(pdf) as source:
                page = source.pages[index]
                x0, y0, x1, y1 = (float(side) for side in page.mediabox)
                left, top, right, bottom = (side * MM for side in bleed)
                forms[f"/P{number}"] = out.copy_foreign(page.as_form_xobject())
            wide, high = x1 - x0 - left - right, y1 - y0 - top - bottom
            content += (
                f"q {x:.3f} 0 {wide:.3f} {high:.3f} re W n "
                f"1 0 0 1 {x - x0 - left:.3f} {-y0 - bottom:.3f} cm /P{number} Do Q\n"
            ).encode()
            x, height = x + wide, max(height, high)
        out.add_blank_page(page_size=(x, height))
        page = out.pages[0]
        page.obj.MediaBox = page.obj.TrimBox = Array([0, 0, round(x, 3), round(height, 3)])
        page.obj.Resources = Dictionary(XObject=forms)
        page.obj.Contents = out.make_stream(content)
        out.Root.PageLayout = Name.SinglePage
        saved = io.BytesIO()
        out.save(saved, deterministic_id=True)
        return saved.getvalue()
