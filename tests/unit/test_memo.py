"""A build that is not done again would have come to the same: never otherwise."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

from banxin import memo, stamps
from banxin.diagnostics import Diagnostic, Place, Severity
from banxin.memo import Told
from banxin.units import Length
from banxin.workspace import Workspace

TITLE = PurePosixPath("content/t")
TICK = 20_000_000  # ns: of the file systems that tests are run on
NAMES = ("a.md", "b.md", "photos/p.jpg", "photos/q.jpg", "photos/r.png")


@pytest.fixture(autouse=True)
def _fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "CLOCK_TICK", TICK)


def rest() -> None:
    """Let everything come to rest."""
    time.sleep(1.5 * TICK / 1e9)


@dataclass
class Shop:
    """A title whose result is all that can be asked of its folder, and how often it was made."""

    root: Path
    output: Path
    made: int = 0
    asked: dict[str, object] = field(default_factory=lambda: {"folder": str(TITLE)})

    @classmethod
    def at(cls, folder: Path) -> Shop:
        (folder / TITLE / "photos").mkdir(parents=True)
        for name in NAMES[:-1]:
            (folder / TITLE / name).write_bytes(f"this is {name}\n".encode())
        rest()
        return cls(folder, folder / "output")

    def build(self, language: str = "zh", severity: Severity = Severity.NOTE) -> Told:
        asked = {**self.asked, "language": language}
        here = Workspace(self.root, output=self.output)
        known = memo.recall(asked, here)
        if known is not None:
            return known
        self.made += 1
        told = made_of(here, language, severity)
        memo.keep(asked, here, told)
        return told

    def anew(self, elsewhere: Path) -> Told:
        shutil.rmtree(elsewhere, ignore_errors=True)
        return made_of(Workspace(self.root, output=elsewhere, cache=False))


def made_of(here: Workspace, language: str = "zh", severity: Severity = Severity.NOTE) -> Told:
    """Asks each kind of question, and writes down what was answered."""
    answers = [language]
    for name in NAMES:
        if here.exists(TITLE / name):
            digest, original = here.original(TITLE / name)
            answers.append(f"{name} {digest} {original()!r}")
        else:
            answers.append(f"{name} is not there")
    for folder in (TITLE, TITLE / "photos"):
        answers += [*here.files(folder), *here.folders(folder), *here.undecodable(folder)]
    text = "\n".join(answers).encode()
    pages = 1 + text.count(b"this is")
    with here.publishing("t", ("t-unchecked.pdf", "unchecked")) as write:
        write("t.pdf", text)
        for page in range(pages):
            write(f"pages/{page}.png", b"%d" % page + text)
    box = (0.1, 1 / 3, 2.0, 3e-7)
    finding = Diagnostic(
        "page/left-blank",
        severity,
        Place("content/t/a.md", 1, 2, 3, box),
        {"words": "廊坊\ud800", "n": 3, "share": 0.1, "wide": Length.mm(9.83), "text": str(text)},
    )
    files = tuple(here.output / name for name in here.published.written)
    rows = {"zh": {"pages": pages, "timings_s": {}, "facts": {"n": 0.1, "more": [1, "二"]}}}
    return Told("t", "pass", pages, (finding,), files, withheld=False, rows=rows)


def results(output: Path) -> dict[str, bytes]:
    folder = output / "t"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


Edit = Callable[[Shop, random.Random], None]


def some(shop: Shop, chance: random.Random) -> Path:
    """A file of the title's; where there is none, there is one now."""
    if not files_of(shop):
        cleared(shop.root / TITLE / "a.md").write_bytes(b"this is a.md again")
    return chance.choice(files_of(shop))


def files_of(shop: Shop) -> list[Path]:
    return sorted(p for p in (shop.root / TITLE).rglob("*") if p.is_file())


def cleared(path: Path) -> Path:
    """The same, with nothing there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    return path


def one_result(shop: Shop, chance: random.Random) -> Path:
    return chance.choice(sorted(p for p in (shop.output / "t").rglob("*") if p.is_file()))


def rewritten(shop: Shop, chance: random.Random) -> None:
    some(shop, chance).write_bytes(b"this is new %d" % chance.randrange(10**6))


def in_one_letter(shop: Shop, chance: random.Random) -> None:
    """Of the same size, and its time put back: only the change of state tells."""
    path = some(shop, chance)
    before, data = path.stat(), bytearray(path.read_bytes() or b"x")
    data[chance.randrange(len(data))] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def taken_away(shop: Shop, chance: random.Random) -> None:
    cleared(some(shop, chance))


def added(shop: Shop, chance: random.Random) -> None:
    name = chance.choice([*NAMES, "c.md", "photos/s.jpg", "A.MD", "photos/P.JPG", ".hidden"])
    cleared(shop.root / TITLE / name).write_bytes(b"this is %d" % chance.randrange(10**6))


def renamed(shop: Shop, chance: random.Random) -> None:
    path = some(shop, chance)
    path.replace(cleared(path.parent / f"{chance.choice('xyz')}{path.suffix}"))


def made_a_link(shop: Shop, chance: random.Random) -> None:
    path = some(shop, chance)
    target = shop.root / "elsewhere"
    target.write_bytes(b"this is elsewhere %d" % chance.randrange(3))
    cleared(path).symlink_to(target)


def made_a_folder(shop: Shop, chance: random.Random) -> None:
    cleared(some(shop, chance)).mkdir()


def result_damaged(shop: Shop, chance: random.Random) -> None:
    path = one_result(shop, chance)
    before = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def result_deleted(shop: Shop, chance: random.Random) -> None:
    one_result(shop, chance).unlink()


def result_too_many(shop: Shop, chance: random.Random) -> None:
    name = chance.choice(["t-unchecked.pdf", "unchecked/1.png", "pages/99.png"])
    path = shop.output / "t" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"old")


EDITS: tuple[Edit, ...] = (
    rewritten, in_one_letter, taken_away, added, renamed, made_a_link, made_a_folder,
    result_damaged, result_deleted, result_too_many,
)  # fmt: skip


def left_alone(shop: Shop, chance: random.Random) -> None:
    del shop, chance


def touched(shop: Shop, chance: random.Random) -> None:
    for path in files_of(shop)[: chance.randrange(1, 3)]:
        path.touch()


def written_the_same(shop: Shop, chance: random.Random) -> None:
    for path in files_of(shop)[: chance.randrange(1, 3)]:
        data = path.read_bytes()
        cleared(path).write_bytes(data)


NO_EDITS: tuple[Edit, ...] = (left_alone, touched, written_the_same)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_a_build_comes_to_what_one_without_a_cache_comes_to(
    tmp_path: Path, seed: int
) -> None:
    chance, shop = random.Random(seed), Shop.at(tmp_path)
    shop.build()
    for _ in range(40):
        edit = chance.choice((*EDITS, *NO_EDITS))
        edit(shop, chance)
        if chance.random() < 0.5:
            rest()
        before = shop.made

        told, expected = shop.build(), shop.anew(tmp_path / "anew")

        assert [f.facts for f in told.findings] == [f.facts for f in expected.findings], edit
        assert told.pages == expected.pages
        assert results(shop.output) == results(tmp_path / "anew"), edit
        if edit in NO_EDITS:
            assert shop.made == before, edit


@pytest.mark.parametrize("edit", EDITS)
def test_each_kind_of_edit_alone_is_noticed(tmp_path: Path, edit: Edit) -> None:
    shop = Shop.at(tmp_path)
    shop.build()
    rest()
    shop.build()
    assert shop.made == 1

    edit(shop, random.Random(1))
    shop.build()

    assert shop.made == 2
    assert results(shop.output) == results_anew(shop, tmp_path / "anew")


def results_anew(shop: Shop, elsewhere: Path) -> dict[str, bytes]:
    shop.anew(elsewhere)
    return results(elsewhere)


def test_what_was_told_is_told_again_to_the_last_digit(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)

    assert shop.build() == shop.build()
    assert shop.made == 1


def test_no_seconds_are_told_of_a_build_that_was_not_done(tmp_path: Path) -> None:
    here = Workspace(tmp_path, output=tmp_path / "output")
    told = Told("t", "pass", 1, (), (), withheld=False, rows={"zh": {"timings_s": {"read": 1.5}}})
    memo.keep({}, here, told)

    again = memo.recall({}, here)

    assert again is not None
    assert again.table("zh") == {"timings_s": {}}


def test_another_question_has_another_answer(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)
    shop.build()
    shop.build(language="en")
    assert shop.made == 2


def test_results_of_another_question_are_not_taken_for_these(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)
    shop.build()
    shop.build(language="en")
    shop.build()

    assert shop.made == 3
    assert results(shop.output) == results_anew(shop, tmp_path / "anew")


@pytest.mark.parametrize("severity", [Severity.SKIPPED, Severity.CRASH])
def test_a_check_that_could_not_be_made_is_tried_again(tmp_path: Path, severity: Severity) -> None:
    shop = Shop.at(tmp_path)
    for _ in range(2):
        shop.build(severity=severity)
    assert shop.made == 2


def test_a_file_that_changes_while_it_is_used_leaves_no_memo(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)
    here = Workspace(shop.root, output=shop.output)
    here.read(TITLE / "a.md")
    (shop.root / TITLE / "a.md").write_bytes(b"other")
    told = made_of(here)

    memo.keep({**shop.asked, "language": "zh"}, here, told)

    assert (
        memo.recall({**shop.asked, "language": "zh"}, Workspace(shop.root, output=shop.output))
        is None
    )


def test_a_file_that_cannot_be_read_leaves_no_memo(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)
    (shop.root / TITLE / "a.md").unlink()
    (shop.root / TITLE / "a.md").mkdir()
    here = Workspace(shop.root, output=shop.output)
    with pytest.raises(Exception, match="file/folder"):
        here.read(TITLE / "a.md")
    assert not here.asked.is_clear


def test_a_machine_that_has_changed_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop.at(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    loaded = programs / "library.so"
    loaded.write_bytes(b"1")
    rest()
    monkeypatch.setattr(memo, "_BEGAN", time.time_ns())
    monkeypatch.setattr(memo, "_loaded", lambda: {str(loaded)})
    monkeypatch.setattr(memo, "_OURS", tmp_path / "ours")
    monkeypatch.setenv("PATH", str(programs))

    def made() -> int:
        shop.build()
        shop.build()
        return shop.made

    def old(path: Path, mode: int = 0o644) -> None:
        """A file that was there before a process began."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"22")
        path.chmod(mode)
        rest()
        monkeypatch.setattr(memo, "_BEGAN", time.time_ns())

    assert made() == 1
    old(loaded)
    assert made() == 2
    old(programs / "mutool", 0o755)
    assert made() == 3
    old(tmp_path / "ours" / "words" / "zh.toml")
    assert made() == 4
    monkeypatch.setattr(memo, "_ENVIRONMENT", "HB_OPTIONS=1")
    assert made() == 5


def test_what_was_changed_while_the_process_ran_may_not_be_what_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop.at(tmp_path)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "rule.py").write_bytes(b"1")
    monkeypatch.setattr(memo, "_OURS", tmp_path / "ours")

    shop.build()
    shop.build()

    assert shop.made == 2


def test_a_memo_that_is_damaged_or_of_no_cache_is_none(tmp_path: Path) -> None:
    shop = Shop.at(tmp_path)
    shop.build()
    uncached = Workspace(shop.root, output=shop.output, cache=False)
    assert memo.recall({**shop.asked, "language": "zh"}, uncached) is None
    (kept,) = (shop.output / ".cache" / "memo").glob("*/*")
    kept.write_bytes(kept.read_bytes()[:-1])

    shop.build()

    assert shop.made == 2


def test_what_came_to_rest_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, read = Shop.at(tmp_path), list[str]()
    shop.build()
    rest()
    shop.build()  # reads the results, which were written just before

    def counted(path: Path) -> bytes:
        read.append(path.name)
        return path.read_bytes()

    monkeypatch.setattr("banxin.workspace.ordinary", counted)
    told = shop.build()

    assert (shop.made, read) == (1, [])
    assert told.pages == shop.anew(tmp_path / "anew").pages == 5
