"""Pages as pictures, to be looked at. The one door to PDFium."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2
from PIL import Image

PPI: Final = 110
ACROSS: Final = 3  # spreads in a row of the overview
PAGE_WIDTH: Final = 240  # of a page in the overview, pixels; so is what follows
AIR: Final = 16
DESK: Final = (224, 222, 218)


def proof(pdf: bytes, *, ppi: int = PPI) -> Iterator[bytes]:
    """Each page of *pdf*, its crop box, as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            bitmap = page.render(scale=ppi / 72)
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG")
            yield out.getvalue()
            bitmap.close()
            page.close()
    finally:
        document.close()


def overview(pages: Sequence[bytes]) -> bytes:
    """All *pages*, as `proof` made them, in spreads on one JPEG; page 1 is a recto."""
    pictures = [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]
    tall = max(round(PAGE_WIDTH * p.height / p.width) for p in pictures)
    rows = -(-(len(pictures) // 2 + 1) // ACROSS)
    desk = Image.new(
        "RGB",
        (ACROSS * (2 * PAGE_WIDTH + AIR) + AIR, rows * (tall + AIR) + AIR),
        DESK,
    )
    for number, picture in enumerate(pictures, 1):
        spread, right = divmod(number, 2)
        row, column = divmod(spread, ACROSS)
        left = AIR + column * (2 * PAGE_WIDTH + AIR) + right * PAGE_WIDTH
        height = round(PAGE_WIDTH * picture.height / picture.width)
        small = picture.resize((PAGE_WIDTH, height), Image.Resampling.LANCZOS)
        desk.paste(small, (left, AIR + row * (tall + AIR)))
    out = io.BytesIO()
    desk.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()
