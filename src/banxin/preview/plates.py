"""What each ink puts on a page: plates one by one, total ink, and the look of it in print.

A page that is looked at goes through the press finish alone. MuPDF then renders its plates, spots
among them; it runs beside us and is never linked. Without it there are no plates, and the page
says what to install.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
from numpy.typing import NDArray

from banxin import press as finishes
from banxin import scratch
from banxin.assets.colour import on_screen, seen
from banxin.diagnostics import BanxinError
from banxin.edition import Edition
from banxin.preview.camera import MM, png
from banxin.preview.loader import Bound, Reader
from banxin.preview.messages import Faults, Fine, Home, InkReading, InkView, Lacking, Put, Snapshot
from banxin.typeset import Sheets, Trim
from banxin.units import Length

PROGRAM: Final = "mutool"
# The program's memory is bounded: 500 MiB, where the system can.
_BOUNDED: Final = ("sh", "-c", 'ulimit -v 512000 2>/dev/null; exec "$@"', "sh")
SECONDS: Final = 30
HELD: Final = 6  # pages
CLOSE: Final = finishes.OnScreen(ppi=400, jpeg=92, subsampling=0)
MOST: Final = 8_000_000  # pixels of a page
PROCESS: Final = ("cyan", "magenta", "yellow", "black")
_TINTS: Final = {
    "cyan": (0, 158, 224),
    "magenta": (229, 0, 125),
    "yellow": (255, 222, 0),
    "black": (26, 26, 26),
}

Inks = NDArray[np.uint8]  # plates × height × width, 255 is full ink


@dataclass(frozen=True, slots=True)
class _Plates:
    """`composite`: the four, spots by what stands for them; `per_mm`: pixels."""

    names: tuple[str, ...]
    inks: Inks
    composite: Inks
    per_mm: float


class Platemaker:
    """Answers `InkView` and `Fine`."""

    def __init__(self, place: Home) -> None:
        self._reader = Reader(place)
        self._darkroom = place.darkroom
        self._pressed: OrderedDict[str, bytes] = OrderedDict()
        self._held: OrderedDict[tuple[str, int], _Plates] = OrderedDict()

    def answer(
        self, asked: InkView | Fine, between: Callable[[], None]
    ) -> Iterator[Snapshot | InkReading | Put | Lacking | Faults]:
        if isinstance(asked, InkView) and shutil.which(PROGRAM) is None:
            yield Lacking(PROGRAM)
            return
        try:
            now = self._reader.bound(asked.request)
            between()
            yield self._fine(asked, now) if isinstance(asked, Fine) else self._plate(asked, now)
        except BanxinError as problem:
            yield Faults(tuple(map(self._reader.told, problem.diagnostics)))
        except OSError as problem:
            yield Lacking(str(problem))

    def _fine(self, asked: Fine, now: Bound) -> Put:
        sheets = _alone(asked.pdf, asked.page)
        with pikepdf.open(io.BytesIO(sheets.pdf)) as page:
            finishes.swap(
                page,
                now.edition.photos,
                now.profile.bleed,
                replace(CLOSE, icc=now.profile.icc),
                self._reader.desk,
            )
            icc = now.profile.icc
            finishes.put_in(page, now.edition, icc, self._reader.desk, screen=True)
            handle, name = tempfile.mkstemp(suffix=".pdf", dir=self._darkroom)
            with os.fdopen(handle, "wb") as file:
                page.save(file)
        return Put(Path(name))

    def _plate(self, asked: InkView, now: Bound) -> Snapshot | InkReading:
        plates = self._plates(asked, now)
        return _read_at(plates, asked) if asked.at else _picture(plates, asked, now)

    def _plates(self, asked: InkView, now: Bound) -> _Plates:
        key = (asked.identity, asked.width)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = _rendered(self._press_page(asked, now), asked, now)
            if len(self._held) > HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return held

    def _press_page(self, asked: InkView, now: Bound) -> bytes:
        """The page as the shop gets it, without marks. Its identity says all that it draws."""
        pressed = self._pressed.get(asked.identity)
        if pressed is None:
            sheets = _alone(asked.pdf, asked.page)
            edition = replace(now.edition, binding="perfect")  # a page needs no blank ones
            made = finishes.press(sheets, edition, now.profile, self._reader.desk, with_marks=False)
            pressed = self._pressed[asked.identity] = made.pdf
            if len(self._pressed) > HELD:
                self._pressed.popitem(last=False)
        return pressed


def _alone(pdf: Path, number: int) -> Sheets:
    with pikepdf.open(pdf) as source, pikepdf.new() as out:
        out.pages.append(source.pages[number])
        x0, y0, x1, y1 = (Length.pt(float(side)) for side in out.pages[0].trimbox)
        saved = io.BytesIO()
        out.save(saved)
    trim = Trim(x1 - x0, y1 - y0)
    return Sheets(saved.getvalue(), (trim,), ("1",), (), (), ())


# --- rendering --------------------------------------------------------------------------------


def _rendered(pdf: bytes, asked: InkView, now: Bound) -> _Plates:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        media = [float(side) for side in page.mediabox]
        trim = [float(side) for side in page.trimbox]
    left, top, right, bottom = (side * MM for side in asked.bleed)
    wide = trim[2] - trim[0] + left + right
    scale = min(asked.width / wide, (MOST / (wide * wide * 1.6)) ** 0.5)
    with scratch.temporary() as here:
        (here / "page.pdf").write_bytes(pdf)
        separated = _run(here, scale, "-O", "2", "-F", "psd")
        flat = _run(here, scale, "-F", "psd")
    names, inks = _from_psd(separated)
    _, composite = _from_psd(flat)
    corner = (trim[0] - media[0] - left, media[3] - trim[3] - top)  # of the part wanted, in pt
    size = (wide, trim[3] - trim[1] + top + bottom)
    window = [round(side * scale) for side in (*corner, *size)]
    return _Plates(names, _cut(inks, window), _cut(composite, window), scale * MM)


def _run(folder: Path, scale: float, *how: str) -> bytes:
    """Raises: OSError, with what the program said."""
    out = folder / "page.psd"
    try:
        done = subprocess.run(  # noqa: S603  # no word of it is a user's
            (*_BOUNDED, PROGRAM, "draw", "-q", "-r", f"{72 * scale:.3f}", "-c", "cmyk", *how,
             "-o", str(out), str(folder / "page.pdf")),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as problem:
        raise OSError(f"{PROGRAM}: timeout") from problem
    if done.returncode or not out.exists():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [str(done.returncode)]
        raise OSError(f"{PROGRAM}: {said[-1][:120]}")
    return out.read_bytes()


def _from_psd(data: bytes) -> tuple[tuple[str, ...], Inks]:
    """Plates of a flat PSD (Adobe Photoshop File Formats Specification, 2019), and their names.

    MuPDF writes it without compression; resource 0x03EE names the channels beyond the four.
    """
    channels, high, wide = struct.unpack_from(">HII", data, 12)
    at, names = 26, list(PROCESS)
    for section in range(3):  # colour mode, resources, layers
        (length,) = struct.unpack_from(">I", data, at)
        if section == 1:
            names += _names_in(data[at + 4 : at + 4 + length])
        at += 4 + length
    plates = np.frombuffer(data, np.uint8, channels * high * wide, at + 2)
    return tuple(names[:channels]), 255 - plates.reshape(channels, high, wide)


def _names_in(resources: bytes) -> Iterator[str]:
    at = 0
    while at + 12 <= len(resources) and resources[at : at + 4] == b"8BIM":
        (kind,) = struct.unpack_from(">H", resources, at + 4)
        name = resources[at + 6] + 1
        at += 6 + name + name % 2
        (length,) = struct.unpack_from(">I", resources, at)
        body = resources[at + 4 : at + 4 + length]
        while kind == 0x03EE and body and body[0]:
            yield body[1 : 1 + body[0]].decode("utf-8", "replace")
            body = body[1 + body[0] :]
        at += 4 + length + length % 2


def _cut(inks: Inks, window: Sequence[int]) -> Inks:
    """The part of the sheet that the preview shows; what lies beyond the sheet is bare."""
    left, top, wide, high = window
    out = np.zeros((inks.shape[0], high, wide), np.uint8)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(inks.shape[2], left + wide), min(inks.shape[1], top + high)
    if x1 > x0 and y1 > y0:
        out[:, y0 - top : y1 - top, x0 - left : x1 - left] = inks[:, y0:y1, x0:x1]
    return out


# --- showing ----------------------------------------------------------------------------------


def _picture(plates: _Plates, asked: InkView, now: Bound) -> Snapshot:
    ppi = plates.per_mm * 25.4
    if asked.kind == "print":
        rows = np.ascontiguousarray(plates.composite.transpose(1, 2, 0))
        size = (rows.shape[1], rows.shape[0])
        return Snapshot(seen(rows.tobytes(), size, now.profile.icc), "image/jpeg")
    if asked.kind == "total":
        return Snapshot(png(heat(plates.composite, now.profile.ink_limit), ppi), "image/png")
    name = asked.kind.removeprefix("spot:")
    known = dict(zip(plates.names, plates.inks, strict=True))
    ink = known.get(name, np.zeros(plates.inks.shape[1:], np.uint8))
    return Snapshot(png(_tinted(ink, _tint(name, now.edition)), ppi), "image/png")


def _tint(name: str, edition: Edition) -> tuple[int, int, int]:
    known = _TINTS.get(name)
    spot = next((ink for ink in edition.layout.inks if ink.spot == name), None)
    return known or (on_screen(spot.whole) if spot else _TINTS["black"])


def _tinted(ink: NDArray[np.uint8], tint: tuple[int, int, int]) -> Inks:
    """Paper, and *ink* on it."""
    share = ink[:, :, None].astype(np.uint16)
    paper = 255 - share * (255 - np.array(tint, np.uint16)) // 255
    shown: Inks = paper.astype(np.uint8)
    return shown


# Where the colours of the heat map stand, in shares of the limit: red, green, blue, opacity.
_STOPS: Final = (
    (0.0, (255, 255, 255, 0)),
    (0.02, (236, 242, 250, 235)),
    (0.33, (120, 170, 235, 245)),
    (0.6, (60, 200, 150, 250)),
    (0.85, (250, 215, 40, 252)),
    (0.98, (250, 130, 20, 255)),
    (1.0, (225, 15, 40, 255)),
    (1.4, (110, 0, 60, 255)),
)


def heat(composite: Inks, limit: int) -> Inks:
    """Total ink as colours: red from the limit on."""
    total = composite.sum(0, dtype=np.uint16).astype(np.float32) * (100 / 255) / limit
    places, colours = zip(*_STOPS, strict=True)
    channels = [np.interp(total, places, [colour[i] for colour in colours]) for i in range(4)]
    shown: Inks = np.stack(channels, axis=2).astype(np.uint8)
    return shown


def _read_at(plates: _Plates, asked: InkView) -> InkReading:
    assert asked.at is not None
    high, wide = plates.inks.shape[1:]
    x, y = (round((asked.at[i] + asked.bleed[i]) * plates.per_mm) for i in (0, 1))
    if not (0 <= x < wide and 0 <= y < high):
        return InkReading(())
    found = zip(plates.names, plates.inks[:, y, x], strict=True)
    return InkReading(tuple((name, round(float(ink) / 2.55, 1)) for name, ink in found))
