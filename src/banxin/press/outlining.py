"""An outlined copy (转曲): every glyph as a path, no font left. For shops that ask for it.

It looks the same and prints the same; its text can be neither searched nor mended, and small
type loses its hinting. The PDF/X-4 with its fonts is the better file wherever it is taken.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Matrix, Name, Operator, Stream

from banxin.assets.fonts import glyph_paths

EM: Final = 1000  # glyph space of a PDF font, ISO 32000-2 §9.2.4
# Text rendering modes, §9.3.6, and how their paths are painted. Those above 3 clip as well.
PAINT: Final = {0: b"f", 1: b"S", 2: b"B"}
INVISIBLE: Final = 3
_STATE: Final = {
    "Tc": "character_space", "Tw": "word_space", "TL": "leading", "Ts": "rise",
}  # fmt: skip

Instruction = tuple[list[Any], Operator]


@dataclass(frozen=True, slots=True)
class _OutlineFont:
    """A font of the file: two-byte codes to outlines, widths in thousandths of an em."""

    path: Callable[[int], bytes]
    glyphs: bytes | None  # CIDToGIDMap, or None where code and glyph are one
    widths: dict[int, float]
    usual: float

    def glyph(self, code: int) -> int:
        if self.glyphs is None:
            return code
        return int.from_bytes(self.glyphs[2 * code : 2 * code + 2], "big")

    def width(self, code: int) -> float:
        return self.widths.get(code, self.usual)


@dataclass(frozen=True, slots=True)
class _TextState:
    """Text state, ISO 32000-2 §9.3; it lives on between text objects."""

    face: _OutlineFont | None = None
    size: float = 0
    character_space: float = 0
    word_space: float = 0
    leading: float = 0
    rise: float = 0
    scale: float = 1
    mode: int = 0


def outlined(press_file: bytes) -> bytes:
    """The same pages with paths for glyphs.

    Raises:
        ValueError: a font or a way of setting text that this engine does not write.
    """
    with pikepdf.open(io.BytesIO(press_file)) as pdf:
        faces: dict[tuple[int, int], _OutlineFont] = {}
        for page in pdf.pages:
            page.Contents = pdf.make_stream(_redrawn(page.obj, page.resources, faces))
        for thing in list(pdf.objects):
            drawn = isinstance(thing, Stream) and (
                thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1
            )
            if drawn and "/Resources" in thing:
                thing.write(_redrawn(thing, thing.Resources, faces))
        for thing in pdf.objects:
            if isinstance(thing, Dictionary | Stream):
                holder = thing.get("/Resources", thing) if "/Resources" in thing else thing
                if isinstance(holder, Dictionary) and isinstance(holder.get("/Font"), Dictionary):
                    del holder["/Font"]
        out = io.BytesIO()
        pdf.save(
            out,
            force_version=pdf.pdf_version,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def _redrawn(stream: Any, resources: Any, faces: dict[tuple[int, int], _OutlineFont]) -> bytes:
    return bytes(pikepdf.unparse_content_stream(list(_paths(stream, resources, faces))))


def _paths(
    stream: Any, resources: Any, faces: dict[tuple[int, int], _OutlineFont]
) -> Iterator[Instruction]:
    text, saved = _TextState(), list[_TextState]()
    line = here = Matrix()
    for instruction in pikepdf.parse_content_stream(stream):
        operands, op = list(instruction.operands), str(instruction.operator)
        if op == "BT":
            line = here = Matrix()
        elif op == "Tf":
            text = replace(
                text, face=_face(resources.Font[str(operands[0])], faces), size=float(operands[1])
            )
        elif op in _STATE:
            named: dict[str, Any] = {_STATE[op]: float(operands[0])}
            text = replace(text, **named)
        elif op == "Tz":
            text = replace(text, scale=float(operands[0]) / 100)
        elif op == "Tr":
            text = replace(text, mode=int(operands[0]))
        elif op == "Tm":
            line = here = Matrix(*map(float, operands))
        elif op in {"Td", "TD", "T*"}:
            x, y = map(float, operands) if operands else (0.0, -text.leading)
            text = replace(text, leading=-y) if op == "TD" else text
            line = here = Matrix().translated(x, y) @ line
        elif op in {"Tj", "TJ"}:
            shown = operands[0] if op == "TJ" else [operands[0]]
            drawn, here = _shown(list(shown), text, here)
            yield from drawn
        elif op in {"'", '"'}:
            message = f"the operator {op} in a press file"
            raise ValueError(message)
        elif op != "ET":
            if op == "q":
                saved.append(text)
            elif op == "Q" and saved:
                text = saved.pop()
            yield operands, instruction.operator


def _shown(parts: list[Any], text: _TextState, here: Matrix) -> tuple[list[Instruction], Matrix]:
    """The glyphs of one string or array, and where the next one begins."""
    face, drawn = text.face, list[Instruction]()
    if face is None:
        message = "text before any font was chosen"
        raise ValueError(message)
    for part in parts:
        if not isinstance(part, pikepdf.String):
            here = Matrix().translated(-float(part) / EM * text.size * text.scale, 0) @ here
            continue
        codes = bytes(part)
        for start in range(0, len(codes), 2):
            code = int.from_bytes(codes[start : start + 2], "big")
            path = face.path(face.glyph(code))
            if path and text.mode != INVISIBLE:
                size = Matrix(text.size * text.scale, 0, 0, text.size, 0, text.rise)
                drawn += _drawn(path, size @ here, text.mode)
            step = face.width(code) / EM * text.size + text.character_space
            here = Matrix().translated(step * text.scale, 0) @ here
    return drawn, here


def _drawn(path: bytes, matrix: Matrix, mode: int) -> Iterator[Instruction]:
    # A path is written as one operator, raw: a glyph is drawn once for the whole book.
    if mode:
        # Its points are moved one by one, since under a `cm` its strokes would grow with it.
        yield [], Operator((_moved(path, matrix) + b" " + PAINT[mode]).decode())
        return
    numbers = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    yield [], Operator("q")
    yield [pikepdf.Object.parse(f"{v:.6f}".encode()) for v in numbers], Operator("cm")
    yield [], Operator((path + b" " + PAINT[mode]).decode())
    yield [], Operator("Q")


def _moved(path: bytes, matrix: Matrix) -> bytes:
    out: list[str] = []
    x: float | None = None
    for word in path.decode().split():
        if word.isalpha():
            out.append(word)
        elif x is None:
            x = float(word)
        else:
            out.append("{:.4f} {:.4f}".format(*matrix.transform((x, float(word)))))
            x = None
    return " ".join(out).encode()


def _face(font: Any, faces: dict[tuple[int, int], _OutlineFont]) -> _OutlineFont:
    known = faces.get(font.objgen)
    if known is None:
        known = faces[font.objgen] = _read(font)
    return known


def _read(font: Any) -> _OutlineFont:
    if font.Subtype != Name.Type0 or font.Encoding != Name("/Identity-H"):
        message = f"a font of the kind {font.Subtype} in a press file"
        raise ValueError(message)
    (child,) = font.DescendantFonts
    mapped = child.get("/CIDToGIDMap")
    glyphs = mapped.read_bytes() if isinstance(mapped, Stream) else None
    data = child.FontDescriptor.FontFile2.read_bytes()
    return _OutlineFont(
        glyph_paths(data), glyphs, dict(_widths(child.get("/W", []))), float(child.get("/DW", EM))
    )


def _widths(table: Any) -> Iterator[tuple[int, float]]:
    """ISO 32000-2 §9.7.4.3: `c [w1 w2 …]` or `first last w`."""
    items = list(table)
    while items:
        first, second = int(items[0]), items[1]
        if isinstance(second, pikepdf.Array):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
            items = items[2:]
        else:
            yield from ((code, float(items[2])) for code in range(first, int(second) + 1))
            items = items[3:]
