"""PDFs that are damaged, locked, empty or too large: a clear finding, soon, in little memory."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import cairocffi
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from banxin.diagnostics import BanxinError
from banxin.preflight_file import judge
from banxin.words import LANGUAGES, say

MOST: Final = 500  # MiB


def a_page() -> bytes:
    """A small sound file."""
    out = io.BytesIO()
    surface = cairocffi.PDFSurface(out, 300, 300)
    context = cairocffi.Context(surface)
    for step in range(9):
        context.set_source_rgb(step / 9, 0, 0)
        context.rectangle(step * 20, 9, 15, 200)
        context.fill()
    surface.finish()
    return out.getvalue()


def remade(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    with pikepdf.open(io.BytesIO(a_page())) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def nothing(pdf: pikepdf.Pdf) -> None:
    del pdf


def locked(user: str) -> bytes:
    return remade(nothing, encryption=pikepdf.Encryption(user=user, owner="o", R=6))


def without_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


@cache
def two_gigabytes() -> bytes:
    """Of blanks, deflated."""
    squeezer = zlib.compressobj(1)
    chunk = b" " * (1 << 20)
    return b"".join((*(squeezer.compress(chunk) for _ in range(2 << 10)), squeezer.flush()))


def a_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(two_gigabytes(), Filter=Name.FlateDecode)


def a_bomb_in_a_bomb(pdf: pikepdf.Pdf) -> None:
    twice = zlib.compress(two_gigabytes())
    filters = Array([Name.FlateDecode, Name.FlateDecode])
    pdf.pages[0].Contents = pdf.make_stream(twice, Filter=filters)


def a_gigantic_picture(pdf: pikepdf.Pdf) -> None:
    picture = pdf.make_stream(
        zlib.compress(bytes(9)), Type=Name.XObject, Subtype=Name.Image, Width=1 << 20,
        Height=1 << 20, ColorSpace=Name.DeviceCMYK, BitsPerComponent=16, Filter=Name.FlateDecode,
    )  # fmt: skip
    pdf.pages[0].Resources.XObject = Dictionary(Big=picture)
    pdf.pages[0].contents_add(b"q 200 0 0 200 0 0 cm /Big Do Q")


def a_metadata_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(
        two_gigabytes(), Type=Name.Metadata, Filter=Name.FlateDecode
    )


def a_million_boxes(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"0 0 9 9 re f\n" * 3_000_000)


def forms_in_forms(pdf: pikepdf.Pdf) -> None:
    """Ten forms, each drawing the next ten times: 10 thousand million marks."""
    inner = pdf.make_stream(b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(10):
        inner = pdf.make_stream(
            b"/F Do " * 10, Subtype=Name.Form, BBox=[0, 0, 9, 9],
            Resources=Dictionary(XObject=Dictionary(F=inner)),
        )  # fmt: skip
    pdf.pages[0].Resources.XObject = Dictionary(F=inner)
    pdf.pages[0].contents_add(b"/F Do")


def a_form_that_draws_itself(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/F Do", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    pdf.pages[0].Resources.XObject = Dictionary(F=form)
    pdf.pages[0].contents_add(b"/F Do")


def pages_in_a_ring(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def claims(old: bytes, new: bytes) -> bytes:
    data = a_page()
    assert old in data
    return data.replace(old, new)


FILES: Final[dict[str, tuple[Callable[[], bytes], set[str]]]] = {
    "empty": (lambda: b"", {"pdf/empty"}),
    "blanks": (lambda: b" \n" * 900, {"pdf/damaged"}),
    "words": (lambda: "不是 PDF".encode() * 99, {"pdf/damaged"}),
    "half": (lambda: a_page()[:300], {"pdf/damaged", "pdf/empty"}),
    "zip": (lambda: b"PK\3\4" + random.Random(1).randbytes(9000), {"pdf/damaged"}),
    "no pages": (lambda: remade(without_pages), {"pdf/empty"}),
    "locked": (lambda: locked("secret"), {"pdf/encrypted"}),
    "locked for editing": (lambda: locked(""), {"pdf/encrypted"}),
    "a million boxes": (lambda: remade(a_million_boxes), {"pdf/too-large"}),
    "pages in a ring": (lambda: remade(pages_in_a_ring), {"pdf/damaged"}),
}
READ_AFTER_ALL: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "2 GB of blanks": (lambda: remade(a_bomb), "file/unread"),
    "2 GB twice pressed": (lambda: remade(a_bomb_in_a_bomb), "file/unread"),
    "2 GB of metadata": (lambda: remade(a_metadata_bomb), "file/metadata"),
    "forms in forms": (lambda: remade(forms_in_forms), "file/unread"),
    "a form that draws itself": (lambda: remade(a_form_that_draws_itself), "file/unread"),
    "a gigantic picture": (lambda: remade(a_gigantic_picture), "check/skipped"),
    "a stream of 2 GB": (lambda: claims(b"/Length", b"/Length 2147483647 %"), "file/not-pdfx"),
    "200 million objects": (lambda: claims(b"xref\n0 ", b"xref\n0 200000000"), "file/not-pdfx"),
}

PEAK: Final = """
import json, resource, sys
from pathlib import Path
from banxin.preflight_file import judge
from banxin.diagnostics import BanxinError
try:
    codes = [d.code for d in judge(Path(sys.argv[1])).findings]
except BanxinError as problem:
    codes = [d.code for d in problem.diagnostics]
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([codes, max(int(own.split()[1]), children) >> 10]))
"""


def judged_apart(data: bytes, tmp_path: Path) -> tuple[set[str], int]:
    """The codes, and the most memory that one process took, in MiB."""
    file = tmp_path / "file.pdf"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(file)],
        capture_output=True, text=True, check=True, timeout=240,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    codes, peak = json.loads(done.stdout)
    return set(codes), peak


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_judged_says_why(name: str, tmp_path: Path) -> None:
    make, expected = FILES[name]

    codes, peak = judged_apart(make(), tmp_path)

    assert len(codes) == 1
    assert codes <= expected
    assert peak < MOST


@pytest.mark.stress
@pytest.mark.parametrize("name", READ_AFTER_ALL)
def test_a_file_that_only_claims_to_be_large_is_judged(name: str, tmp_path: Path) -> None:
    make, expected = READ_AFTER_ALL[name]

    codes, peak = judged_apart(make(), tmp_path)

    assert expected in codes
    assert "internal/rule-crashed" not in codes
    assert peak < MOST


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    codes = {"pipe.pdf": "pdf/unreadable", "": "pdf/unreadable", "missing.pdf": "file/missing"}
    for name, code in codes.items():
        with pytest.raises(BanxinError) as problem:
            judge(tmp_path / name)
        (told,) = problem.value.diagnostics
        assert told.code == code
        assert told.place.file == str(tmp_path / name)
        assert all(say(told, language).hint for language in LANGUAGES)


@pytest.mark.parametrize("seed", range(60))
def test_a_flipped_byte_is_a_finding_or_nothing_but_never_a_crash(seed: int) -> None:
    from banxin import preflight
    from banxin.preflight.registry import Limits
    from banxin.units import Length

    dice = random.Random(seed)
    data = bytearray(remade(nothing, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    for _ in range(dice.randint(1, 30)):
        data[dice.randrange(9, len(data))] = dice.randrange(256)
    limits = Limits(Length.mm(3), 150, 225, 300, 300, "", frozenset())
    try:
        found = preflight.inspect(preflight.read(bytes(data)), limits)
        codes = {finding.code for finding in found}
    except BanxinError as problem:
        codes = {told.code for told in problem.diagnostics}

    assert codes
    assert "internal/rule-crashed" not in codes


def test_a_long_book_is_read_to_its_last_page_however_many_forms_it_has() -> None:
    """A slug line draws one form a word: what is too much is reckoned by the page."""
    from banxin import preflight

    pages, forms = 2200, 12  # together more than a file of one page may have

    def many(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"0 0 9 9 re f", Subtype=Name.Form, BBox=[0, 0, 9, 9])
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
        pdf.pages[0].Contents = pdf.make_stream(b"/F Do " * forms)
        for _ in range(pages - 1):
            pdf.pages.append(pdf.pages[0])

    facts = preflight.read(remade(many))

    assert facts.unread == {}
    assert len(facts.fills) == pages * forms


def test_pages_too_crowded_to_be_compared_are_told_and_what_was_found_stays() -> None:
    """On both pages text is covered, cyan mixes with yellow, small type is cut out of inks."""
    from banxin import preflight
    from sowing import LIMITS

    faults = (
        b"BT /A 12 Tf 10 10 Td (under) Tj ET 0 0 0 .2 k 0 0 90 90 re f "
        b"0 0 1 0 k 100 100 50 50 re f q /O gs 1 0 0 0 k 110 110 20 20 re f Q "
        b".8 .5 .5 0 k 0 120 90 90 re f 0 .04 .08 0 k BT /A 9 Tf 10 130 Td (light) Tj ET "
    )
    crowd = (
        b"0 0 0 .5 k 180 20 4 4 re f BT /A 9 Tf 180 20 Td (x) Tj ET "
        b"q /O gs .5 0 0 0 k 180 40 4 4 re f Q "
    )

    def two(pdf: pikepdf.Pdf) -> None:
        pdf.pages.append(pdf.pages[0])
        for page, content in zip(pdf.pages, (faults, faults + 800 * crowd), strict=True):
            page.Resources = Dictionary(
                Font=Dictionary(A=Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica)),
                ExtGState=Dictionary(O=Dictionary(OP=True, op=True, OPM=1)),
            )
            page.Contents = pdf.make_stream(content)

    found = preflight.inspect(preflight.read(remade(two)), LIMITS)

    codes = {"text/covered", "text/small-reversed", "overprint/process"}
    assert codes == {
        d.facts["rule"]
        for d in found
        if d.code == "check/skipped" and d.facts["why"] == "too-many-marks: 2"
    }
    for page in (1, 2):
        assert codes <= {d.code for d in found if d.place.page == page}
