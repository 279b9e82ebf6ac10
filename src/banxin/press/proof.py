"""Pages as pictures, to be looked at. The one door to PDFium."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import pypdfium2

PPI: Final = 110


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
