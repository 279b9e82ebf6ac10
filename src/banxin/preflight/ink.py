"""Total ink: pages rendered in DeviceCMYK by a program of the machine, and added up.

MuPDF's `mutool` is asked first, Ghostscript otherwise; both run beside us and are never linked.
Debian's mutool has no colour management: it is exact for DeviceCMYK, so a file that still holds
colours of light is to be mended before its ink is believed. Spots count by their alternates.
"""

from __future__ import annotations

import hashlib
import json
import math
import resource
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from banxin import scratch
from banxin.assets.colour import seen
from banxin.diagnostics import page_ranges
from banxin.preflight.facts import Facts, InkOfPage, PageBoxes
from banxin.preflight.pages import Pages
from banxin.preflight.rims import edges

PPI: Final = 100
LARGEST: Final = 6_000_000  # pixels a page: a poster is measured more coarsely
WINDOW: Final = math.sqrt(15.0)  # mm: the side of 15 mm², GWG 2015 4.22
MEMORY: Final = 500 * 2**20  # of the program: beyond it a file is not measured
SECONDS_A_PAGE: Final = 10
LOOK: Final = 0.05  # seconds until the program is looked after again
COARSE: Final = 4  # pixels of the rendering to one of the heat map

Plates = NDArray[np.uint8]  # height × width × 4, 255 is full ink


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page as a drawing shows it.

    Attributes:
        heat: total percent in coarse pixels, top row first, inside the bleed.
        proof: a JPEG in sRGB, of the inside of the bleed, as the press profile prints it.
    """

    ink: InkOfPage
    heat: NDArray[np.uint16]
    proof: bytes

    def to_bytes(self) -> bytes:
        """For the cache: a line of JSON, the heat map deflated, the proof."""
        heat = zlib.compress(self.heat.tobytes(), 1)
        ink = [self.ink.window, self.ink.pixel, self.ink.box, self.ink.edges]
        head = json.dumps([*ink, self.heat.shape, len(heat)])
        return head.encode() + b"\n" + heat + self.proof

    @classmethod
    def from_bytes(cls, data: bytes, page: int) -> Drawn:
        head, _, body = data.partition(b"\n")
        window, pixel, box, edges, shape, length = json.loads(head)
        heat = np.frombuffer(zlib.decompress(body[:length]), np.uint16).reshape(shape)
        straight = tuple((side, out) for side, out in edges)
        ink = InkOfPage(page, window, pixel, tuple(box), edges=straight)
        return cls(ink, heat, body[length:])


@dataclass(frozen=True, slots=True)
class Measured:
    """The ink of a file.

    Attributes:
        inks: of each page, in their order; of some it may be reckoned.
        drawn: by number, the pages that had to be drawn for it.
        missing: why there is nothing: `no-program`, or what the program said.
    """

    inks: tuple[InkOfPage, ...] = ()
    drawn: Mapping[int, Drawn] = field(default_factory=dict)
    missing: str = ""

    def told_to(self, facts: Facts) -> Facts:
        """*facts* with the ink of their pages."""
        return replace(facts, inks=self.inks, inks_missing=self.missing)


Between = Callable[[], None]


def measure(
    source: bytes | Path,
    facts: Facts,
    icc: bytes,
    between: Between = lambda: None,
    *,
    reckoned: Mapping[int, InkOfPage] = MappingProxyType({}),
    pages: Pages | None = None,
) -> Measured:
    """The ink of every page of a PDF, and the look through the press profile *icc* of those drawn.

    Args:
        between: called every now and then; what it raises ends the work, and the program.
        reckoned: the ink of pages that need not be drawn.
        pages: what is known of the pages from before, and is from now on.
    """
    ppi = _resolution(facts.sheets)
    kind = f"ink and edges {hashlib.sha256(icc).hexdigest()} {ppi:.2f}"
    wanted = [sheet for sheet in facts.sheets if sheet.number not in reckoned]
    drawn = dict(_drawn_before(pages, kind, wanted)) if pages is not None else {}
    left = [sheet for sheet in wanted if sheet.number not in drawn]
    if left:
        found = _drawn(source, left, icc, ppi, between)
        if isinstance(found, str):
            return Measured(missing=found)
        drawn |= found
        if pages is not None:
            for number, page in found.items():
                pages.keep(kind, number, page.to_bytes())
    inks = {**reckoned, **{number: page.ink for number, page in drawn.items()}}
    return Measured(tuple(inks[sheet.number] for sheet in facts.sheets), drawn)


def _drawn_before(
    pages: Pages, kind: str, sheets: Sequence[PageBoxes]
) -> Iterator[tuple[int, Drawn]]:
    for sheet in sheets:
        kept = pages.recall(kind, sheet.number)
        if kept is not None:
            yield sheet.number, Drawn.from_bytes(kept, sheet.number)


def _drawn(
    source: bytes | Path, sheets: Sequence[PageBoxes], icc: bytes, ppi: float, between: Between
) -> Mapping[int, Drawn] | str:
    """Those pages by their numbers; or why they cannot be drawn."""
    program = next((make for name, make in _PROGRAMS if shutil.which(name)), None)
    if program is None:
        return "no-program"
    found: dict[int, Drawn] = {}
    with scratch.temporary() as here:
        file = source if isinstance(source, Path) else here / "file.pdf"
        if isinstance(source, bytes):
            file.write_bytes(source)
        numbers = ",".join(page_ranges((sheet.number for sheet in sheets), dash="-"))
        fault = _run(program(file.resolve(), here, ppi, numbers), len(sheets), between)
        pages = sorted(here.glob("*.pam"), key=lambda path: int(path.stem))
        if len(pages) != len(sheets):
            return fault or f"{len(pages)} of {len(sheets)} pages rendered"
        for sheet, page in zip(sheets, pages, strict=True):
            plates, corner = _inside_bleed(_read(page), sheet)
            page.unlink()
            between()
            total = _total(plates)
            proof = seen(plates.tobytes(), (plates.shape[1], plates.shape[0]), icc)
            ink = replace(_worst(total, sheet, corner, ppi), edges=edges(plates, corner, ppi))
            found[sheet.number] = Drawn(ink, _coarse(total), proof)
    return found


# --- the programs ---------------------------------------------------------------------------


def _with_mutool(file: Path, folder: Path, ppi: float, pages: str) -> Sequence[str]:
    # -L: MuPDF (1.21) would draw a picture from what it has decoded for another page, in that size.
    return (
        "mutool", "draw", "-q", "-L", "-r", f"{ppi:.2f}", "-A", "0", "-c", "cmyk", "-F", "pam",
        "-o", str(folder / "%d.pam"), str(file), pages,
    )  # fmt: skip


def _with_ghostscript(file: Path, folder: Path, ppi: float, pages: str) -> Sequence[str]:
    return (
        "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pamcmyk32", f"-r{ppi:.2f}",
        f"-sPageList={pages}", f"-sOutputFile={folder / '%d.pam'}", str(file),
    )  # fmt: skip


_PROGRAMS: Final[tuple[tuple[str, Callable[[Path, Path, float, str], Sequence[str]]], ...]] = (
    ("mutool", _with_mutool),
    ("gs", _with_ghostscript),
)


def _run(command: Sequence[str], pages: int, between: Between) -> str:
    """Why it failed, or an empty string."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    with subprocess.Popen(  # noqa: S603  # no shell, and the path is whole, so it is no option
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=bounded,  # nothing else of ours runs in threads here
    ) as running:
        try:
            said = _heard(running, time.monotonic() + 30 + SECONDS_A_PAGE * pages, between)
        except subprocess.TimeoutExpired:
            return "timeout"
        finally:
            running.kill()  # it has ended, or is to
    return f"{command[0]}: {said[-1][:120]}" if running.returncode and said else ""


def _heard(running: subprocess.Popen[bytes], until: float, between: Between) -> Sequence[str]:
    """The lines that a program has complained in. Raises: subprocess.TimeoutExpired."""
    while True:
        try:
            _, said = running.communicate(timeout=LOOK)
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                raise
            between()
        else:
            return said.decode("utf-8", "replace").strip().splitlines()


def _resolution(sheets: Sequence[PageBoxes]) -> float:
    """PPI, or less where the largest page would fill the memory."""
    square_inches = max((s.media[2] * s.media[3] / 25.4**2 for s in sheets), default=1.0)
    return min(PPI, math.sqrt(LARGEST / max(square_inches, 0.01)))


def _read(path: Path) -> Plates:
    """A PAM of four components (netpbm's format, as both programs write it)."""
    data = path.read_bytes()
    head, _, body = data.partition(b"ENDHDR\n")
    about = dict(line.split(b" ", 1) for line in head.splitlines()[1:] if b" " in line)
    width, height, depth = (int(about[key]) for key in (b"WIDTH", b"HEIGHT", b"DEPTH"))
    return np.frombuffer(body, np.uint8, width * height * depth).reshape(height, width, depth)[
        :, :, :4
    ]


# --- adding up ------------------------------------------------------------------------------


def _inside_bleed(plates: Plates, sheet: PageBoxes) -> tuple[Plates, tuple[float, float]]:
    """What lies inside the bleed, and its corner in mm from the trim's top left."""
    box = sheet.bleed or sheet.trim or sheet.media
    trim = sheet.trim or sheet.media
    wide, high = plates.shape[1] / sheet.media[2], plates.shape[0] / sheet.media[3]
    left, right = max(0, round(box[0] * wide)), max(1, round(box[2] * wide))
    top = max(0, round((sheet.media[3] - box[3]) * high))
    foot = max(top + 1, round((sheet.media[3] - box[1]) * high))
    return plates[top:foot, left:right], (box[0] - trim[0], trim[3] - box[3])


def _total(plates: Plates) -> NDArray[np.uint16]:
    """Percent."""
    added = plates[..., 0].astype(np.uint16) + plates[..., 1] + plates[..., 2] + plates[..., 3]
    total: NDArray[np.uint16] = (added * np.float32(100 / 255)).astype(np.uint16)
    return total


def _worst(
    total: NDArray[np.uint16], sheet: PageBoxes, corner: tuple[float, float], ppi: float
) -> InkOfPage:
    side = max(1, round(WINDOW / 25.4 * ppi))
    rows, columns = min(side, total.shape[0]), min(side, total.shape[1])
    # Sums of all that is above and to the left; 32 bits may run over, and differences stay true.
    summed = np.pad(total, ((1, 0), (1, 0))).astype(np.uint32).cumsum(0, np.uint32)
    summed = summed.cumsum(1, np.uint32)
    bands = summed[rows:] - summed[:-rows]
    windows = bands[:, columns:] - bands[:, :-columns]
    row, column = divmod(int(windows.argmax()), windows.shape[1])
    mean = float(windows[row, column]) / (rows * columns)
    x, y = (corner[0] + column * 25.4 / ppi, corner[1] + row * 25.4 / ppi)
    box = tuple(round(v, 1) for v in (x, y, x + WINDOW, y + WINDOW))
    return InkOfPage(
        sheet.number, round(mean, 1), float(total.max()), (box[0], box[1], box[2], box[3])
    )


def _coarse(total: NDArray[np.uint16]) -> NDArray[np.uint16]:
    height, width = (max(1, side // COARSE) for side in total.shape)
    cut = total[: height * COARSE, : width * COARSE]
    if cut.shape != (height * COARSE, width * COARSE):
        return total
    blocks = cut.reshape(height, COARSE, width, COARSE)
    means: NDArray[np.uint16] = blocks.mean((1, 3)).astype(np.uint16)
    return means
