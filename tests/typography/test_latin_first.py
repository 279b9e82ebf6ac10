"""A family for letters and figures before the Chinese one: who draws what, and where it stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pypdfium2
import pytest

from banxin import edition, layouts, manuscript, project
from banxin.assets import fonts
from banxin.cache import Cache
from banxin.cjk.classes import is_full_width
from banxin.diagnostics import BanxinError, Diagnostic, Place
from banxin.edition import Edition
from banxin.request import Request
from banxin.typeset import typeset
from banxin.workspace import Workspace
from conftest import EDITION
from measure import Glyph, glyphs

LATIN, MARKS, HAN = "Crimson-Pro", "Crimson-Pro-Western", "Noto-Serif-SC"
FACE = 'family = ["Crimson Pro", "Noto Serif SC"], weight = 400'
BODY = f'[type]\nbody = {{ {FACE}, size = "10.5pt", leading = "6mm" }}\n'
COMPANION = '[latin]\n"Noto Serif SC" = "Crimson Pro"\n'
TEXT = "1912年，沃森·某在Xi’an与Beijing往返42次，“GDP”增长7.5%——他说：He said “Hi” to us.……完①"
CHAPTER = "---\ntitle: 第一章\ntemplate: text\n---\n"

Dress = Callable[[str], Workspace]


@pytest.fixture
def dress(root: Path, tmp_path: Path, shared_cache: Path) -> Dress:
    """A workspace with a layout `lat`, jinian with other tokens, and a title in it."""

    def made(tokens: str) -> Workspace:
        folder = tmp_path / "layouts"
        shutil.copytree(root / "layouts/jinian", folder / "jinian", dirs_exist_ok=True)
        (folder / "lat").mkdir(exist_ok=True)
        said = 'name = { zh = "西", en = "Latin" }\nextends = "jinian"\n'
        (folder / "lat/layout.toml").write_text(said, "utf-8")
        (folder / "lat/tokens.toml").write_text(tokens, "utf-8")
        title = tmp_path / "content/small"
        title.mkdir(parents=True, exist_ok=True)
        (title / "edition.toml").write_text(EDITION.replace("jinian", "lat"), "utf-8")
        (title / "one.md").write_text(f"{CHAPTER}{TEXT}\n", "utf-8")
        here = Workspace(root, output=tmp_path / "output")
        here.cache = Cache(shared_cache)
        for name in ("layouts", "content"):
            here.mount(PurePosixPath(name), tmp_path / name)
        return here

    return made


def bound(here: Workspace) -> Edition:
    job = project.load(Request(PurePosixPath("content/small")), here)
    layout = layouts.load("lat", here, Place())
    return edition.bind(manuscript.read(job.chapters, here), layout, job, here)


def drawn(here: Workspace) -> list[Glyph]:
    """The characters of the text, as they stand on their page."""
    document = pypdfium2.PdfDocument(typeset(bound(here)).pdf)
    found = [g for page in document for g in glyphs(page) if g.font.startswith((LATIN, HAN))]
    document.close()
    return [g for g in found if "-Heavy" not in g.font]


def by_font(found: list[Glyph]) -> dict[str, str]:
    fonts: dict[str, str] = {}
    for glyph in found:
        fonts[glyph.font] = fonts.get(glyph.font, "") + glyph.text
    return fonts


@pytest.mark.parametrize("tokens", [BODY, COMPANION], ids=["listed", "beside"])
def test_letters_and_figures_are_of_the_first_family_and_nothing_else_is(
    dress: Dress, tokens: str
) -> None:
    found = by_font(drawn(dress(tokens)))

    assert set(found[LATIN]) >= set("1912XianBeijing42GDP7.5%HesaidHitous.")
    assert not any(map(is_full_width, found[LATIN]))
    assert found[MARKS] == "’“”"  # Xi’an; He said “Hi”
    marks = [c for c in found[HAN] if not ("一" <= c <= "鿿" or c.isascii())]  # and the folio
    assert marks == list("，·，“”——：……①")


def test_no_chinese_character_stands_otherwise_for_it(dress: Dress) -> None:
    def baselines(tokens: str) -> list[float]:
        found = (g for g in drawn(dress(tokens)) if "一" <= g.text <= "鿿")
        return sorted({round(g.y, 2) for g in found})

    plain = pytest.approx(baselines(""), abs=0.03)  # pt
    assert baselines(COMPANION) == plain
    assert baselines(BODY + '[scale]\n"Crimson Pro" = 1.1\n') == plain


def test_it_shares_the_baseline_of_the_characters_beside_it(dress: Dress) -> None:
    found = drawn(dress(COMPANION))
    start = "".join(g.text for g in found).index("1912年")

    assert len({round(g.y, 2) for g in found[start : start + 5]}) == 1


@pytest.mark.parametrize("scale", [0.9, 1.1, 1.25])
def test_a_scale_makes_letters_larger(dress: Dress, scale: float) -> None:
    def word(tokens: str) -> float:
        """From the head of Beijing to its last letter, pt."""
        found = drawn(dress(tokens))
        start = "".join(g.text for g in found).index("Beijing")
        return found[start + 6].x - found[start].x

    scaled = word(f'{COMPANION}[scale]\n"Crimson Pro" = {scale}\n')

    assert scaled / word(COMPANION) == pytest.approx(scale, rel=0.01)


def test_the_spine_has_both(dress: Dress) -> None:
    layout = layouts.load("lat", dress(COMPANION), Place())

    assert layout.spine.families == ("Crimson Pro", "Noto Serif SC")


def told(here: Workspace) -> list[Diagnostic]:
    try:
        return [d for d in bound(here).remarks if d.code.startswith("layout/")]
    except BanxinError as problem:
        return list(problem.diagnostics)


@pytest.mark.parametrize(
    ("tokens", "code", "line", "near"),
    [
        (BODY.replace("Crimson Pro", "Crimson Por"), "layout/no-face", 2, "Crimson Pro 400"),
        (COMPANION.replace("Crimson", "Crimsen"), "layout/no-face", 2, "Crimson Pro 400"),
        (BODY.replace("400", "700").replace("Crimson Pro", "LXGW WenKai"),
         "layout/no-face", 2, "LXGW WenKai 400"),
        (BODY.replace("400", "800"), "layout/no-face", 2, "Crimson Pro 900"),
        (BODY.replace("400", "600"), "layout/no-face", 2, "Crimson Pro 700"),
    ],
)  # fmt: skip
def test_a_family_that_is_not_there_is_told_where_it_is_asked_for(
    dress: Dress, tokens: str, code: str, line: int, near: str
) -> None:
    first = told(dress(tokens))[0]

    assert (first.code, first.facts["near"]) == (code, near)
    assert first.place == Place("layouts/lat/tokens.toml", line, 1)


def test_of_many_styles_beside_one_family_each_weight_is_told_once(dress: Dress) -> None:
    found = told(dress('[latin]\n"Noto Serif SC" = "Georgia"\n'))

    assert sorted(str(d.facts["weight"]) for d in found) == ["400", "700", "900"]


def test_a_chinese_face_before_another_leaves_nothing_to_it(dress: Dress) -> None:
    (found,) = told(dress(BODY.replace("Crimson Pro", "Noto Sans SC")))

    assert (found.code, found.severity) == ("layout/not-latin", "error")
    assert (found.facts["family"], found.facts["other"]) == ("Noto Sans SC", "Noto Serif SC")


@pytest.mark.parametrize(
    ("tokens", "near"),
    [
        ('[latin]\n"Noto Serif CS" = "Crimson Pro"\n', "Noto Serif SC"),
        (f'{COMPANION}[scale]\n"Crimson" = 1.1\n', "Crimson Pro"),
        (f'{COMPANION}[scale]\n"Noto Serif SC" = 1.1\n', ""),
    ],
)
def test_what_serves_no_style_is_told(dress: Dress, tokens: str, near: str) -> None:
    (found,) = layouts.load("lat", dress(tokens), Place()).remarks

    assert (found.code, found.facts["near"]) == ("layout/family-idle", near)
    assert found.place.line == tokens.count("\n")


def test_a_layout_may_take_back_what_it_inherits(dress: Dress) -> None:
    here = dress('[latin]\n"Noto Serif SC" = ""\n')
    layout = layouts.load("lat", here, Place())

    assert {style.latin for style in layout.types} == {()}


def test_a_face_beside_keeps_its_licence_and_its_file(dress: Dress) -> None:
    faces = [f for f in bound(dress(COMPANION)).faces if f.family.startswith("Crimson Pro")]
    declared = {f.file: f.licence for f in fonts.load(dress(COMPANION))}

    assert {f.family for f in faces} == {"Crimson Pro", "Crimson Pro Western"}
    assert {declared[f.file] for f in faces} == {"OFL-1.1"}


@pytest.mark.parametrize("character", "“”‘’—…·，。（①→■★Ⅲ℃〇一　々：％")
def test_what_chinese_sets_an_em_wide(character: str) -> None:
    assert is_full_width(character) is (character != "℃")


@pytest.mark.parametrize("character", "aZ09.,:;%()-/&éłΩ×÷±°§–†‰™€½²‐ ")
def test_what_stands_with_letters(character: str) -> None:
    assert not is_full_width(character)
