"""Foil, varnish, embossing and die: each plate of the binder's as a file of its own, at 100 %.

Made from the press file: the same pages, boxes and marks, with nothing on them but what the plate
has to hold, in black.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream, String

from banxin.press.metadata import CREATOR
from banxin.press.used import Plater

_SOLID: Final = [0, 0, 0, 1]
_SPACES: Final = {"cs": False, "CS": True}
_OTHER_COLOURS: Final = {"k": False, "g": False, "rg": False, "K": True, "G": True, "RG": True}
_TINTS: Final = {"scn": False, "sc": False, "SCN": True, "SC": True}
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
# Operators that paint: whether they close the path, fill it and stroke it; the filling one.
_PAINTS: Final = {
    "f": (False, True, False, "f"), "F": (False, True, False, "f"),
    "f*": (False, True, False, "f*"),
    "S": (False, False, True, ""), "s": (True, False, True, ""),
    "B": (False, True, True, "f"), "B*": (False, True, True, "f*"),
    "b": (True, True, True, "f"), "b*": (True, True, True, "f*"),
}  # fmt: skip

_Line = tuple[Sequence[Any], Operator]


def plates(pressed: bytes, wanted: Sequence[str]) -> Mapping[str, bytes]:
    """A file for each of the plates *wanted* that *pressed* has, with the pages that it is on."""
    found: dict[str, bytes] = {}
    for plate in wanted:
        with pikepdf.open(io.BytesIO(pressed)) as pdf:
            plater = Plater()
            there = [plate in plater.take(page) for page in pdf.pages]
            if any(there):
                found[plate] = _file(pdf, plate, there)
    return found


def pages_with(pressed: bytes, plate: str) -> tuple[int, ...]:
    """The pages of *pressed* that a plate is on, from 1."""
    with pikepdf.open(io.BytesIO(pressed)) as pdf:
        plater = Plater()
        return tuple(n for n, page in enumerate(pdf.pages, 1) if plate in plater.take(page))


def _file(pdf: pikepdf.Pdf, plate: str, there: Sequence[bool]) -> bytes:
    for at in reversed(range(len(there))):
        if not there[at]:
            del pdf.pages[at]
    engraver = _Engraver(frozenset({f"/{plate}", "/All"}))
    for page in pdf.pages:
        page.Contents = pdf.make_stream(engraver.engraved(page.obj, page.resources, _PlatePaint()))
        page.Resources = _without_spaces(page.resources)
    for key in ("/PageLabels", "/Outlines"):  # of pages that may not be there
        if key in pdf.Root:
            del pdf.Root[key]
    order = pdf.Root.PieceInfo[f"/{CREATOR}"].Private
    order.Finish, order.Spots = String("plate"), Array([String(plate)])
    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(
        out,
        force_version=pdf.pdf_version,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        deterministic_id=True,
    )
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _PlatePaint:
    """Whether what is filled and what is stroked is on the plate."""

    fills: bool = False
    strokes: bool = False

    def set(self, *, on: bool, stroke: bool) -> _PlatePaint:
        return replace(self, strokes=on) if stroke else replace(self, fills=on)


@dataclass(slots=True)
class _Engraver:
    """Leaves of content what is on a plate. `spaces`: the names of its colorants."""

    spaces: frozenset[str]
    done: set[tuple[tuple[int, int], _PlatePaint]] = field(default_factory=set)

    def engraved(self, stream: Any, resources: Any, pen: _PlatePaint) -> bytes:
        out: list[_Line] = []
        saved: list[_PlatePaint] = []
        for instruction in pikepdf.parse_content_stream(stream):
            operands, operator = list(instruction.operands), str(instruction.operator)
            if operator == "q":
                saved.append(pen)
            elif operator == "Q":
                pen = saved.pop() if saved else pen
            if operator in _SPACES:
                on = self._is_on(operands[0], resources)
                pen = pen.set(on=on, stroke=_SPACES[operator])
            elif operator in _OTHER_COLOURS:
                pen = pen.set(on=False, stroke=_OTHER_COLOURS[operator])
            elif operator in _TINTS:
                stroke = _TINTS[operator]
                if pen.strokes if stroke else pen.fills:
                    out.append((_SOLID, Operator("K" if stroke else "k")))
            elif operator in _PAINTS:
                out += _painted(operator, pen)
            elif operator == "Do":
                if self._shows(resources.XObject[str(operands[0])], resources, pen):
                    out.append((operands, instruction.operator))
            elif operator not in {"sh", "gs", "INLINE IMAGE"} and (
                operator not in _SHOWS or pen.fills
            ):
                out.append((operands, instruction.operator))
        return bytes(pikepdf.unparse_content_stream(out))

    def _is_on(self, name: Any, resources: Any) -> bool:
        space = resources.get("/ColorSpace", Dictionary()).get(str(name))
        return isinstance(space, Array) and str(space[1]) in self.spaces

    def _shows(self, thing: Any, around: Any, pen: _PlatePaint) -> bool:
        """Whether an object has something of the plate; a form is left with nothing else."""
        if thing.get("/Subtype") == Name.Image:
            return bool(thing.get("/ImageMask", False)) and pen.fills
        number, generation = thing.objgen
        key = ((number, generation), pen)
        if key not in self.done:
            self.done.add(key)
            resources = thing.get("/Resources", around)
            thing.write(self.engraved(thing, resources, pen))
            if isinstance(thing, Stream) and "/Group" in thing:
                del thing["/Group"]
            thing.Resources = _without_spaces(resources)
        return True


def _painted(operator: str, pen: _PlatePaint) -> list[_Line]:
    closes, fills, strokes, filling = _PAINTS[operator]
    fills, strokes = fills and pen.fills, strokes and pen.strokes
    if fills and strokes:
        return [([], Operator(operator))]
    close: list[_Line] = [([], Operator("h"))] if closes else []
    return [*close, ([], Operator(filling if fills else "S" if strokes else "n"))]


def _without_spaces(resources: Any) -> Dictionary:
    """Black alone is left, and no state: a plate has neither overprint nor transparency."""
    gone = {"/ColorSpace", "/Shading", "/Pattern", "/ExtGState"}
    return Dictionary({kind: held for kind, held in resources.items() if kind not in gone})
