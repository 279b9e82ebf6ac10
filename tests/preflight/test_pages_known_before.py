"""What was found out of pages before: the same as if it were found out again, with less work."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from banxin import pipeline, preflight
from banxin.pipeline import Build
from banxin.preflight import Facts, Pages, content, ink, page_text, report_html
from banxin.preflight.pages import FORMAT
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import Title

ICC: Final = (
    Path(__file__).parents[2] / "src/banxin/assets/icc/fogra39-coated-300.icc"
).read_bytes()
PARAGRAPH: Final = "廊坊的街道一天一天地干净起来，住在街边的人看得见。\n\n"
CHAPTER: Final = "---\ntitle: 第一章\n---\n\n" + PARAGRAPH * 200


@pytest.fixture(scope="module")
def press(sample: Build) -> bytes:
    return next(f for f in sample.files if f.name.endswith("-press.pdf")).read_bytes()


def changed(
    data: bytes, *pages: int, operators: bytes = b"\nq 0 0 0 1 k 99 99 9 9 re f Q\n"
) -> bytes:
    """*data* with something drawn upon those pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number in pages:
            pdf.pages[number - 1].contents_add(pdf.make_stream(operators))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def before(press: bytes) -> bytes:
    """What is found out of the sample where nothing is known."""
    pages = Pages()
    looked_at(press, pages)
    found = pages.to_bytes()
    assert found is not None
    return found


@contextmanager
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[int]]]:
    """The numbers of the pages that are walked, copied, and drawn."""
    done: dict[str, list[int]] = {"walked": [], "copied": [], "drawn": []}
    walk, copy, draw = content.Walker.page, page_text._read, ink._drawn

    def walked(self: content.Walker, number: int, *rest: Any) -> Any:
        done["walked"].append(number)
        return walk(self, number, *rest)

    def copied(data: bytes, numbers: list[int]) -> Any:
        done["copied"] += numbers
        return copy(data, numbers)

    def drawn(source: bytes, sheets: Any, *rest: Any) -> Any:
        done["drawn"] += [sheet.number for sheet in sheets]
        return draw(source, sheets, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(content.Walker, "page", walked)
        patched.setattr(page_text, "_read", copied)
        patched.setattr(ink, "_drawn", drawn)
        yield done


def looked_at(data: bytes, pages: Pages) -> tuple[Facts, Any, Any]:
    facts = preflight.read(data, pages)
    words = page_text.words(data, pages)
    reckoned = preflight.reckon(facts, 300)
    measured = preflight.measure(data, facts, ICC, reckoned=reckoned, pages=pages)
    seen = {page: (d.ink, d.heat.tolist(), d.proof) for page, d in measured.drawn.items()}
    return measured.told_to(facts), words, seen


def test_nothing_is_looked_at_twice(
    press: bytes, before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = looked_at(press, Pages())
    pages = Pages(before)

    with work(monkeypatch) as done:
        again = looked_at(press, pages)

    assert again == anew
    assert done == {"walked": [], "copied": [], "drawn": []}
    assert pages.to_bytes() is None


def test_a_changed_page_is_looked_at_and_no_other(
    press: bytes, before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = changed(press, 4, 9)
    anew = looked_at(edited, Pages())
    pages = Pages(before)

    with work(monkeypatch) as done:
        again = looked_at(edited, pages)

    assert again == anew
    assert done == {"walked": [4, 9], "copied": [4, 9], "drawn": [4]}  # 9 is text: it is reckoned
    assert Pages(pages.to_bytes()).to_bytes() is None


@pytest.mark.parametrize("seed", [1, 2])
def test_pages_in_another_order_are_known_by_what_they_are(
    press: bytes, before: bytes, seed: int
) -> None:
    dice = random.Random(seed)
    with pikepdf.open(io.BytesIO(press)) as pdf:
        order = dice.sample(range(24), 12)
        pages = [pdf.pages[number] for number in order]
        shuffled = pikepdf.new()
        shuffled.pages.extend(pages)
        out = io.BytesIO()
        shuffled.save(out)

    assert looked_at(out.getvalue(), Pages(before)) == looked_at(out.getvalue(), Pages())


@pytest.mark.parametrize(
    "part", ["/MediaBox", "/BleedBox", "/Group", "font", "state", "colour", "picture"]
)
def test_a_page_is_another_one_where_any_of_its_parts_is(press: bytes, part: str) -> None:
    def digests(data: bytes) -> tuple[str, ...]:
        pages = Pages()
        preflight.read(data, pages)
        return pages.digests

    with pikepdf.open(io.BytesIO(press)) as pdf:
        page = pdf.pages[3].obj
        resources = page.Resources
        match part:
            case "font":
                font = next(iter(resources.Font.values())).DescendantFonts[0]
                font.FontDescriptor.FontFile2.write(b"another one")
            case "state":
                next(iter(resources.ExtGState.values())).ca = 0.5
            case "colour":
                resources.ColorSpace.BanxinAll[3].C1[0] = 0.5
            case "picture":
                next(x for x in resources.XObject.values() if x.Subtype == Name.Image).Width = 9
            case "/Group":
                page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
            case _:
                page[part][3] = page[part][3] + 1
        out = io.BytesIO()
        pdf.save(out)

    assert digests(out.getvalue())[3] != digests(press)[3]
    assert digests(changed(press))[3] == digests(press)[3]


def test_pages_whose_settings_the_file_counts_are_walked_each_time(press: bytes) -> None:
    with pikepdf.open(io.BytesIO(press)) as pdf:
        for page in pdf.pages:
            next(iter(page.Resources.ExtGState.values())).TR = Name.Identity
        out = io.BytesIO()
        pdf.save(out)
    pages = Pages()

    first = preflight.read(out.getvalue(), pages)

    assert first.forbidden["transfer"] > 0
    assert preflight.read(out.getvalue(), Pages(pages.to_bytes())) == first


def test_what_an_older_banxin_kept_is_not_known(press: bytes, before: bytes) -> None:
    older = before.replace(f"[{FORMAT}, ".encode(), b"[0, ", 1)
    pages = Pages(older)
    preflight.read(press, pages)

    assert [pages.recall("words", number) for number in range(1, 25)] == [None] * 24


def test_a_word_that_is_changed_has_its_page_looked_at_and_no_other(
    title: Title, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built(chapter: str) -> bytes:
        folder = title(chapter=chapter)
        here = Workspace(root, output=tmp_path / "output")
        here.mount(PurePosixPath("content"), tmp_path / "content")
        made = pipeline.build(Request(folder, finishes=("press",)), here)
        assert len(made.report.facts.sheets) > 3
        return (tmp_path / "output/small/small-press.pdf").read_bytes()

    built(CHAPTER)
    words = CHAPTER.split("\n\n")
    words[-3] = words[-3].replace("街道", "道街")
    with work(monkeypatch) as done:
        built("\n\n".join(words))

    assert {name: len(pages) for name, pages in done.items()} == {
        "walked": 1,
        "copied": 1,
        "drawn": 0,
    }


def test_a_report_has_no_picture_made_twice(
    sample: Build, press: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    opened = report_html._Proofs._opened

    def counted(self: report_html._Proofs, number: int, across: int) -> Any:
        made.append(number)
        return opened(self, number, across)

    monkeypatch.setattr(report_html._Proofs, "_opened", counted)
    digests = sample.report.facts.digests
    plain = preflight.as_page(sample.report, "zh", "", press)
    first, pages = len(made), Pages(digests=digests)
    anew = preflight.as_page(sample.report, "zh", "", press, pages)
    again = preflight.as_page(sample.report, "zh", "", press, Pages(pages.to_bytes(), digests))

    assert plain == anew == again
    assert first >= 24
    assert len(made) == 2 * first
