"""Every hostile input ends as pages, as pages with what is wrong with them, or as a reason why not.

Never as a traceback, a hang, or in silence. The inputs are made by `attacks`, a class to a module.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from attacks import (
    Attack,
    documents,
    metadata,
    pictures,
    presses,
    settings,
    strange_files,
    strange_layouts,
    texts,
    typefaces,
)
from cell import Cell, Ran

from banxin.voice import Exit

MODULES: Final = (
    pictures, metadata, presses, typefaces, texts, settings, strange_files, documents,
    strange_layouts,
)  # fmt: skip
ALL: Final = tuple(
    sorted((attack for module in MODULES for attack in module.attacks()), key=lambda a: a.kind)
)
MOST: Final = 1500  # MiB in memory
# Six hundred pages, of which each character is held once set and once read.
MOST_OF: Final = {"a million characters": 2500}
# A layout may leave out what a manuscript has; then it is said.
TOLD_AS_LOST: Final = frozenset({"layout/not-placed"})
# What is wrong with the content stops no pages, if only there is a chapter and a title to be read.
CONTENT: Final = frozenset({"characters", "injection", "manuscripts", "metadata", "pictures"})
UNREADABLE: Final = frozenset({"table/bad-value", "text/encoding", "text/encoding-unknown"})
# Of each class, those that are tried every day.
EVERYDAY: Final = frozenset({
    "png: a bit", "tiff lzw: zeros below", "frames: one broken", "profile of 4 GB",
    "zeros behind the list", "5,000 digits", "glyf of zeros", "front matter never closed",
    "overridden direction", "focus", "encoding undefined", "a link outside: one.md",
    "shaken 3", "template: by zero", "style: a page of nothing", "style: never closed",
})  # fmt: skip


@pytest.fixture(scope="session")
def shop(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace to attack. Only layouts of its own may be added to it: a shop that one attack
    has spoilt would refuse all that come after it.
    """
    folder = tmp_path_factory.mktemp("shop")
    for name in ("layouts", "fonts"):
        shutil.copytree(root / name, folder / name)
    sound = contents_of(folder)
    yield folder
    assert {name: data for name, data in contents_of(folder).items() if name in sound} == sound


def contents_of(folder: Path) -> dict[str, str]:
    """Files, by what is in them."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(f.relative_to(folder)): sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def cell(root: Path) -> Iterator[Cell]:
    with Cell(root) as started:
        yield started


def named(attack: Attack) -> str:
    return f"{attack.kind}: {attack.name}"


def number_of(attack: Attack) -> int:
    return ALL.index(attack)


def tried(attack: Attack, shop: Path, results: Path, cell: Cell, folder: Path) -> tuple[Ran, Path]:
    """How it ended, and where its pages are, if it has any."""
    folder = folder / f"n{number_of(attack)}"
    folder.mkdir()
    words = list(attack.lay(shop, folder))
    if "-o" not in words:
        words += ["-o", str(results)]
    ran = cell.run([*words, "--format", "json", "--lang", "en"])
    return ran, results / Path(words[1]).name


def outcome_of(attack: Attack, ran: Ran, pages: Path) -> str:
    """`printed`, `unchecked` or `refused`; anything else fails."""
    assert "Traceback" not in ran.aside, ran.aside[-3000:]
    assert ran.code in {Exit.FINE, Exit.FINDINGS, Exit.CANNOT_BUILD, Exit.USAGE}, (
        ran.code, ran.cpu, ran.peak, ran.aside[-3000:],
    )  # fmt: skip
    assert ran.peak < MOST_OF.get(attack.name, MOST)
    told = json.loads(ran.said)
    if ran.code == Exit.FINE:
        assert not errors_in(told)
        printed_whole(attack, told, pages)
        return "printed"
    errors = errors_in(told)
    assert errors
    for error in errors:
        assert error["message"]
        assert not error["code"].startswith("internal/")
    if ran.code != Exit.FINDINGS:
        assert attack.kind not in CONTENT or {error["code"] for error in errors} <= UNREADABLE
        return "refused"
    if attack.kind != "pdfs":
        assert [p for p in pages.glob("*-unchecked.pdf") if p.stat().st_size > 1000]
    return "unchecked"


def errors_in(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Findings that are errors, of titles and of the run."""
    groups = [told, *told.get("titles", [])]
    every = (finding for group in groups for finding in group.get("findings", []))
    return [finding for finding in every if finding["severity"] in {"error", "crash"}]


def codes_in(told: Mapping[str, Any]) -> set[str]:
    return {finding["code"] for title in told["titles"] for finding in title["findings"]}


def printed_whole(attack: Attack, told: Mapping[str, Any], pages: Path) -> None:
    """The files are there, and in them the words and the picture that were handed in."""
    if attack.kind == "pdfs":
        return
    assert (pages / f"{pages.name}-press.pdf").stat().st_size > 1000
    document = pypdfium2.PdfDocument(pages / f"{pages.name}-screen.pdf")
    words = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert attack.keeps in "".join(words.split()) or TOLD_AS_LOST & codes_in(told)
    if attack.kind in {"pictures", "metadata"}:
        (photo,) = json.loads((pages / "report.json").read_text("utf-8"))["photos"]
        assert photo["file"].endswith("p.png")
    assert told["titles"]


def test_there_are_at_least_three_hundred_of_them_and_no_two_are_alike() -> None:
    names = [named(attack) for attack in ALL]

    assert len(names) >= 300
    assert len(set(names)) == len(names)
    assert {attack.name for attack in ALL} >= EVERYDAY


@pytest.mark.parametrize("attack", [a for a in ALL if a.name in EVERYDAY], ids=named)
def test_what_is_handed_in_ends_as_pages_or_as_a_reason(
    attack: Attack, shop: Path, results: Path, cell: Cell, tmp_path: Path
) -> None:
    ran, pages = tried(attack, shop, results, cell, tmp_path)

    assert outcome_of(attack, ran, pages)


@pytest.mark.stress
@pytest.mark.parametrize("attack", ALL, ids=named)
def test_whatever_is_handed_in_ends_as_pages_or_as_a_reason(
    attack: Attack,
    shop: Path,
    results: Path,
    cell: Cell,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("attack", f"{attack.kind}|broken|0|0")
    ran, pages = tried(attack, shop, results, cell, tmp_path)
    record_property("attack", f"{attack.kind}|broken|{ran.cpu}|{ran.peak}")

    ended = outcome_of(attack, ran, pages)

    record_property("attack", f"{attack.kind}|{ended}|{ran.cpu}|{ran.peak}")
