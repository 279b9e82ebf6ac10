"""A proofreader's hand: annotations as different readers' programs write them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, String

# How programs order the corners of a quad; tl, tr, bl, br by number.
ACROBAT = (0, 1, 2, 3)
ISO = (2, 3, 1, 0)
PREVIEW = (2, 3, 0, 1)
OKULAR = (0, 1, 3, 2)
ORDERS = {"acrobat": ACROBAT, "iso": ISO, "preview": PREVIEW, "okular": OKULAR}

Corners = tuple[float, float, float, float]  # left, low, right, top; pt


class Hand:
    """Marks a PDF. Words are looked for with PDFium's own search."""

    def __init__(self, data: bytes) -> None:
        self._pages = pypdfium2.PdfDocument(data)
        self.pdf = pikepdf.open(io.BytesIO(data))
        self._found: dict[int, tuple[str, list[int]]] = {}

    def where(self, words: str, within: str = "") -> tuple[int, list[Corners]]:
        """The page, from 0, and the box of each letter of *words*, where *within* stands first."""
        context = within or words
        for number in range(len(self._pages)):
            text, indices = self._text(number)
            at = text.find(context)
            if at < 0:
                continue
            at += context.index(words)
            textpage = self._pages[number].get_textpage()
            wanted = indices[at : at + len(words)]
            return number, [textpage.get_charbox(index) for index in wanted]
        raise LookupError(context)

    def has(self, words: str) -> bool:
        return any(words in self._text(number)[0] for number in range(len(self._pages)))

    def _text(self, number: int) -> tuple[str, list[int]]:
        """The letters of a page without white space, and their numbers."""
        if number not in self._found:
            textpage = self._pages[number].get_textpage()
            count = textpage.count_chars()
            get = pypdfium2.raw.FPDFText_GetUnicode
            letters = [(chr(get(textpage.raw, i)), i) for i in range(count)]
            kept = [(c, i) for c, i in letters if not c.isspace() and c > " "]
            self._found[number] = "".join(c for c, _ in kept), [i for _, i in kept]
        return self._found[number]

    def on(
        self,
        words: str,
        kind: str = "/StrikeOut",
        *,
        within: str = "",
        order: Sequence[int] = ACROBAT,
        **more: Any,
    ) -> Any:
        """A text mark over *words*, a quad for each letter."""
        number, boxes = self.where(words, within)
        quads: list[float] = []
        for left, low, right, top in boxes:
            corners = ((left, top), (right, top), (left, low), (right, low))
            quads += [side for corner in order for side in corners[corner]]
        return self.add(
            number,
            Subtype=Name(kind),
            QuadPoints=Array([round(q, 3) for q in quads]),
            Rect=Array([round(s, 3) for s in _around(boxes)]),
            **more,
        )

    def behind(self, words: str, says: str, *, within: str = "", **more: Any) -> Any:
        """A caret behind *words*, its point at the foot of the line, as Acrobat draws it."""
        number, boxes = self.where(words, within)
        _, low, right, _ = boxes[-1]
        rect = Array([right - 4, low - 7, right + 4, low + 1])
        told = {} if not says else {"Contents": String(says)}
        return self.add(number, Subtype=Name.Caret, Rect=rect, **told, **more)

    def add(self, number: int, **more: Any) -> Any:
        page = self.pdf.pages[number]
        if "/Annots" not in page:
            page.Annots = Array()
        item = self.pdf.make_indirect(Dictionary(Type=Name.Annot, **more))
        page.Annots.append(item)
        return item

    def replaced(self, words: str, says: str, *, within: str = "") -> None:
        """Acrobat's “Replace Text”: a caret that speaks, and a strike in its group."""
        rich = (
            f'<?xml version="1.0"?><body xmlns="http://www.w3.org/1999/xhtml"><p>{says}</p></body>'
        )
        caret = self.behind(words, says, within=within, RC=String(rich), T=String("甲"))
        strike = self.on(words, within=within, IRT=caret, RT=Name.Group, T=String("甲"))
        strike.IT = Name.StrikeOutTextEdit
        popup = self.add(0, Subtype=Name.Popup, Parent=caret, Rect=Array([0, 0, 90, 60]))
        caret.Popup = popup

    def save(self, **how: Any) -> bytes:
        out = io.BytesIO()
        self.pdf.save(out, **how)
        return out.getvalue()


def _around(boxes: Sequence[Corners]) -> Corners:
    lefts, lows, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(tops)
