"""What `build` says when nothing has changed, and that it notices when something has."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from banxin import pipeline
from banxin.cli import commands
from conftest import EDITION, GOOD_CHAPTER, ROOT

HEAVY = (
    "weasyprint", "numpy", "pikepdf", "fontTools", "PIL", "pydantic", "uharfbuzz", "pypdfium2",
    "jinja2", "markdown_it", "banxin.pipeline", "banxin.preflight", "banxin.typeset",
)  # fmt: skip
SPOKEN = (
    "import sys\n"
    "from banxin.cli import main\n"
    "try:\n    main(sys.argv[1:])\n"
    "finally:\n    print(sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)\n"
)


@dataclass(frozen=True)
class Shop:
    """A workspace of its own: the fonts, a layout, and one title.

    Attributes:
        stages: what the last run said of its progress.
    """

    root: Path
    stages: list[str] = field(default_factory=list)

    @property
    def title(self) -> Path:
        return self.root / "content" / "small"

    def run(self, output: str, *words: str, command: str = "build") -> tuple[int, str, str]:
        """Exit code and words; those that tell of a stage are kept apart."""
        here = self.root / output
        asked = [command, "small", "--workspace", str(self.root), "--lang", "en", *words]
        asked += ["-o", str(here), "--finish", "screen"] if command == "build" else []
        said = CliRunner().invoke(commands("en"), asked)
        assert said.exit_code in {0, 1, 3}, said.output
        spoken = said.stdout.replace(str(here), "OUT"), said.stderr.replace(str(here), "OUT")
        lines = spoken[1].splitlines()
        self.stages[:] = [line for line in lines if line.endswith("…")]
        rest = "\n".join(line for line in lines if line not in self.stages)
        return said.exit_code, spoken[0], rest


@pytest.fixture(scope="module")
def fonts_and_layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    shutil.copytree(ROOT / "fonts", root / "fonts")
    shutil.copytree(ROOT / "layouts" / "jinian", root / "layouts" / "jinian")
    return root


@pytest.fixture
def shop(fonts_and_layouts: Path) -> Shop:
    """The same fonts and layouts for all, and everything else as new."""
    for name in ("content", "output", "anew"):
        shutil.rmtree(fonts_and_layouts / name, ignore_errors=True)
    made = Shop(fonts_and_layouts)
    (made.title / "photos").mkdir(parents=True)
    (made.title / "edition.toml").write_text(EDITION, "utf-8")
    (made.title / "one.md").write_text(GOOD_CHAPTER, "utf-8")
    photo(made, (180, 40, 30))
    return made


def photo(shop: Shop, colour: tuple[int, int, int]) -> None:
    Image.new("RGB", (1200, 800), colour).save(shop.title / "photos" / "good.jpg", quality=80)


def results(folder: Path) -> dict[str, bytes]:
    """All that a build wrote, but for its seconds."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }
    for name in found:
        if name.endswith("report.json"):
            found[name] = json.dumps({**json.loads(found[name]), "timings_s": {}}).encode()
    return found


def with_modules(shop: Shop, words: Sequence[str]) -> tuple[str, list[str]]:
    """What a process of its own says, and the heavy modules that it has loaded."""
    run = subprocess.run(
        [sys.executable, "-c", SPOKEN.format(heavy=set(HEAVY)), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        cwd=shop.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout, json.loads(run.stderr.splitlines()[-1].replace("'", '"'))


@pytest.mark.parametrize(
    "words",
    [
        ("build", "small", "--lang", "zh"),
        ("check", "small", "--lang", "en", "--format", "short", "--notes"),
        ("build", "small", "--lang", "en", "--format", "json", "--finish", "screen"),
    ],
    ids=["build", "check", "json"],
)
def test_nothing_heavy_is_loaded_when_nothing_has_changed(
    shop: Shop, words: tuple[str, ...]
) -> None:
    first, loaded = with_modules(shop, words)
    assert "weasyprint" in loaded

    again, loaded = with_modules(shop, words)

    assert loaded == []
    if "json" in words:
        told, told_again = json.loads(first), json.loads(again)
        assert told["titles"][0].pop("timings_s").keys() >= {"read", "typeset", "preflight"}
        assert told_again["titles"][0].pop("timings_s") == {}
        assert told == told_again
    else:
        assert again == first


def test_a_title_that_is_known_is_told_in_every_form_by_itself(shop: Shop) -> None:
    (shop.title / "one.md").write_text(GOOD_CHAPTER.replace('{credit="摄影 某某"}', ""), "utf-8")
    for form in ("human", "short", "json"):
        shop.run("output", "--format", form)

        replayed = shop.run("output", "--format", form)

        told = shop.run("anew", "--format", form, "--no-cache")
        assert replayed[0] == told[0] == 1
        assert replayed[2] == told[2]
        if form != "json":
            assert replayed[1] == told[1]


# --- edits ------------------------------------------------------------------------------------

Edit = Callable[[Shop, random.Random], None]


def text(shop: Shop, chance: random.Random) -> None:
    sentence = "又一句话。" * chance.randrange(1, 40)
    (shop.title / "one.md").write_text(GOOD_CHAPTER + f"\n{sentence}\n", "utf-8")


def one_character(shop: Shop, chance: random.Random) -> None:
    """Of as many bytes, and the time of the file put back."""
    path = shop.title / "one.md"
    before = path.stat()
    old, new = chance.sample("这那此其", 2)
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def styles(shop: Shop, chance: random.Random) -> None:
    path = min((shop.root / "layouts" / "jinian").rglob("*.css"))
    kept = path.read_text("utf-8").partition("\n/* edited */")[0]
    path.write_text(f"{kept}\n/* edited */ p {{ margin-top: {chance.randrange(9)}pt }}\n", "utf-8")


def ink(shop: Shop, chance: random.Random) -> None:
    """What the layout's black is printed with."""
    path = shop.root / "layouts" / "jinian" / "tokens.toml"
    row = f"mo = {{ cmyk = [0, 0, 0, {chance.randrange(90, 100)}] }}"
    path.write_text(re.sub(r"(?m)^mo\s*=.*$", row, path.read_text("utf-8")), "utf-8")


def picture(shop: Shop, chance: random.Random) -> None:
    photo(shop, (chance.randrange(255), 40, 30))


def picture_gone(shop: Shop, chance: random.Random) -> None:
    del chance
    (shop.title / "photos" / "good.jpg").unlink(missing_ok=True)


def picture_renamed(shop: Shop, chance: random.Random) -> None:
    del chance
    picture = shop.title / "photos" / "good.jpg"
    if picture.exists():
        picture.rename(picture.with_name("goods.jpg"))


def edition(shop: Shop, chance: random.Random) -> None:
    subtitle = f"第{chance.randrange(99)}本"
    (shop.title / "edition.toml").write_text(EDITION.replace("一本很小的书", subtitle), "utf-8")


def ledger(shop: Shop, chance: random.Random) -> None:
    table = f'["good.jpg"]\ncredit = "摄影 某{chance.randrange(99)}"\n'
    (shop.title / "photos" / "photos.toml").write_text(table, "utf-8")


def press(shop: Shop, chance: random.Random) -> None:
    del chance
    asked = EDITION.replace('binding = "perfect"', 'binding = "perfect"\npress = "newsprint"')
    (shop.title / "edition.toml").write_text(asked, "utf-8")


def font(shop: Shop, chance: random.Random) -> None:
    """Another file than the one that is declared; and the right one again."""
    file = min((shop.root / "fonts").rglob("*.ttf"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2 + chance.randrange(2)] ^= 255
    file.write_bytes(data)


def declaration(shop: Shop, chance: random.Random) -> None:
    file = shop.root / "fonts" / "fonts.toml"
    file.write_text(file.read_text("utf-8") + f"# {chance.randrange(99)}\n", "utf-8")


def result(shop: Shop, chance: random.Random) -> None:
    """One is damaged, or gone, or too many."""
    folder = shop.root / "output" / "small"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    match chance.randrange(3), files:
        case 0, [*_]:
            for file in chance.sample(files, min(1, len(files))):
                file.write_bytes(file.read_bytes()[:-9])
        case 1, [*_]:
            for file in chance.sample(files, min(1, len(files))):
                file.unlink()
        case _:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "small-unchecked.pdf").write_bytes(b"of an earlier build")


def nothing(shop: Shop, chance: random.Random) -> None:
    del chance
    (shop.title / "one.md").touch()


EDITS: tuple[Edit, ...] = (
    text, one_character, styles, ink, picture, picture_gone, picture_renamed, edition, ledger,
    press, font, declaration, result, nothing,
)  # fmt: skip


def compared(shop: Shop, edit: Edit, chance: random.Random) -> None:
    """After an edit, two builds with the cache and one without come to the same."""
    edit(shop, chance)
    shutil.rmtree(shop.root / "anew", ignore_errors=True)
    expected = shop.run("anew", "--no-cache")
    for again in (False, True):
        assert shop.run("output") == expected, edit
        assert not (again and shop.stages and expected[0] != 3), edit
        if expected[0] == 0:
            assert results(shop.root / "output") == results(shop.root / "anew"), edit
        elif expected[0] == 1:  # the last good files stay as they were
            made = results(shop.root / "anew")
            found = results(shop.root / "output")
            assert {name: found[name] for name in made} == made, edit


@pytest.mark.parametrize("edits", [(text, one_character, font, font), (picture_gone, result)])
def test_after_an_edit_a_build_comes_to_what_one_without_a_cache_comes_to(
    shop: Shop, edits: Sequence[Edit]
) -> None:
    chance = random.Random(17)
    shop.run("output")
    for edit in edits:
        compared(shop, edit, chance)


def test_another_value_of_an_ink_lays_nothing_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run("output")
    before = results(shop.root / "output")
    laid_out: list[object] = []
    monkeypatch.setattr(pipeline, "typeset", laid_out.append)

    ink(shop, random.Random(3))
    code, *_ = shop.run("output")

    assert (code, laid_out) == (0, [])
    monkeypatch.undo()
    shop.run("anew", "--no-cache")
    made = results(shop.root / "output")
    assert made == results(shop.root / "anew")
    assert made["small/small-screen.pdf"] != before["small/small-screen.pdf"]


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(2))
def test_the_same_after_many_edits_at_random(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    shop.run("output")
    for _ in range(8):
        compared(shop, chance.choice(EDITS), chance)
