"""PDFs to be judged that are spoilt at random, cut, or claim what is not so."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from attacks import Attack


@cache
def sound() -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(3):
            page = pdf.add_blank_page(page_size=(300, 300))
            page.Contents = pdf.make_stream(b"0 0 0 1 k 20 20 90 90 re f " * 40)
        return _bytes_of(pdf)


def _bytes_of(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def shaken(seed: int) -> bytes:
    chance, data = random.Random(seed), bytearray(sound())
    for _ in range(chance.choice((1, 5, 40))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def remade(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        change(pdf)
        return _bytes_of(pdf)


def boxes_of_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([Name.A, Name.B, Name.C, Name.D])


def boxes_of_nothing(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([0, 0, 0, 0])


def boxes_without_end(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([-(10**9), -(10**9), 10**9, 10**9])


def no_resources(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources = Array([])
    pdf.pages[0].Contents = pdf.make_stream(b"/X Do /Y gs /Z cs BT /F 9 Tf (x) Tj ET")


def operators_of_nobody(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"Q Q Q 9 9 9 nobody << >> ]] BT BT ET" * 99)


def depth(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"q " * 100_000)


def an_intent_of_rubbish(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(b"rubbish", N=4)
    pdf.Root.OutputIntents = Array(
        [Dictionary(S=Name.GTS_PDFX, DestOutputProfile=profile, OutputConditionIdentifier=3)]
    )


def metadata_of_rubbish(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(b"<x", Type=Name.Metadata, Subtype=Name.XML)


FILES: Mapping[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "words": lambda: "不是 PDF".encode() * 99,
    "a head": lambda: b"%PDF-1.7\n",
    "half": lambda: sound()[: len(sound()) // 2],
    "without an end": lambda: sound()[:-30],
    "twice": lambda: sound() * 2,
    **{
        change.__name__.replace("_", " "): (lambda change=change: remade(change))  # type: ignore[misc]
        for change in (
            boxes_of_words, boxes_of_nothing, boxes_without_end, no_resources,
            operators_of_nobody, depth, an_intent_of_rubbish, metadata_of_rubbish,
        )
    },
    **{f"shaken {seed}": (lambda seed=seed: shaken(seed)) for seed in range(16)},  # type: ignore[misc]
}  # fmt: skip


def attacks() -> Iterator[Attack]:
    for name, make in FILES.items():

        def lay(shop: Path, folder: Path, make: Callable[[], bytes] = make) -> Sequence[str]:
            del shop
            (folder / "file.pdf").write_bytes(make())
            return ["preflight", str(folder / "file.pdf")]

        yield Attack("pdfs", name, lay)
