from __future__ import annotations

import gc
import hashlib
import io
import json
import shutil
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from banxin.assets import adding, fonts
from banxin.diagnostics import BanxinError
from banxin.workspace import Workspace

FACE = """
[[face]]
family = "{family}"
weight = {weight}
file = "kai/LXGWWenKai-Regular.ttf"
role = "kai"
licence = "OFL-1.1"
terms = "{terms}"
provenance = "a test"
sha256 = "{sha256}"
"""
GOOD = {"family": "LXGW WenKai", "weight": 400, "terms": "kai/OFL.txt"}


@pytest.fixture(scope="session")
def kai(root: Path) -> Path:
    (file,) = (root / "fonts").rglob("LXGWWenKai-Regular.ttf")
    return file


@pytest.fixture
def declared(tmp_path: Path, kai: Path) -> Workspace:
    """A workspace of one true face, its declaration still to be written."""
    folder = tmp_path / "fonts" / "kai"
    folder.mkdir(parents=True)
    shutil.copy(kai, folder)
    (folder / "OFL.txt").write_text("terms")
    return Workspace(tmp_path, output=tmp_path / "output")


def declare(workspace: Workspace, digest: str, **facts: object) -> None:
    text = FACE.format(**GOOD | facts, sha256=digest)
    (workspace.root / "fonts" / "fonts.toml").write_text(text, "utf-8")


def digest_of(root: Path) -> str:
    faces = fonts.load(Workspace(root))
    return next(face.sha256 for face in faces if face.family == "LXGW WenKai")


def codes(workspace: Workspace) -> list[str]:
    return [d.code for d in fonts.check(workspace)]


def test_our_faces_are_as_declared(root: Path) -> None:
    workspace = Workspace(root)

    assert [(f.family, f.weight) for f in fonts.load(workspace)] == [
        ("Noto Serif SC", 400),
        ("Noto Serif SC", 700),
        ("Noto Serif SC", 900),
        ("Noto Sans SC", 400),
        ("Noto Sans SC", 700),
        ("LXGW WenKai", 400),
        ("Crimson Pro", 400),
        ("Crimson Pro", 700),
        ("Crimson Pro", 900),
    ]
    assert fonts.check(workspace) == ()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"family": "LXGW Wenkai"}, "font/family"),
        ({"weight": 500}, "font/weight"),
        ({"terms": "kai/LICENCE.txt"}, "font/licence"),
    ],
)
def test_what_is_declared_wrongly_is_found(
    declared: Workspace, root: Path, facts: dict[str, object], code: str
) -> None:
    declare(declared, digest_of(root), **facts)

    assert codes(declared) == [code]


def test_a_font_file_that_is_another_is_not_used(declared: Workspace) -> None:
    declare(declared, "0" * 64)

    (found,) = fonts.check(declared)
    assert (found.code, str(found.place)) == ("font/digest", "fonts/fonts.toml:5:1")
    assert found.facts["needed"] == "0" * 64


def test_a_font_file_that_is_gone_is_named(declared: Workspace, root: Path) -> None:
    declare(declared, digest_of(root))
    (declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf").unlink()

    assert codes(declared) == ["font/missing"]


def test_a_font_that_forbids_embedding_is_refused(declared: Workspace, kai: Path) -> None:
    font = TTFont(kai)
    font["OS/2"].fsType = fonts.MAY_NOT_EMBED
    font.save(declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf")
    digest = _digest(declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf")
    declare(declared, digest)

    assert codes(declared) == ["font/embedding"]


def test_rubbish_in_a_font_file_is_a_sentence_not_a_crash(declared: Workspace) -> None:
    file = declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf"
    file.write_bytes(b"not a font")
    declare(declared, _digest(file))

    assert codes(declared) == ["font/unreadable"]


def table_at(data: bytes | bytearray, tag: bytes) -> tuple[int, int]:
    """Offset and length of a table, from the font's directory."""
    entry = data.index(tag, 12)
    return int.from_bytes(data[entry + 8 : entry + 12]), int.from_bytes(data[entry + 12 :][:4])


def overwritten(data: bytes, tag: bytes, byte: bytes) -> bytes:
    """A table of that byte alone, its checksum made right."""
    start, length = table_at(data, tag)
    entry = data.index(tag, 12) + 4
    words = np.frombuffer((byte * length).ljust(-(-length // 4) * 4, b"\0"), ">u4").copy()
    if tag == b"head":
        words[2] = 0
    checksum = (int(words.sum(dtype=np.uint64)) & 0xFFFFFFFF).to_bytes(4)
    sound = data[:entry] + checksum + data[entry + 4 :]
    return sound[:start] + byte * length + sound[start + length :]


def all_read(workspace: Workspace) -> None:
    """What a build asks of a face."""
    (face,) = fonts.load(workspace)
    fonts.known(face, workspace)
    fonts.subset(face, workspace, frozenset("版心天头地脚Az"))


@pytest.mark.parametrize(
    "tag", [b"head", b"hhea", b"maxp", b"cmap", b"loca", b"glyf", b"GSUB", b"post"]
)
@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
def test_a_font_that_is_nonsense_behind_a_sound_head_is_named(
    tag: bytes, byte: bytes, declared: Workspace, kai: Path
) -> None:
    file = declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf"
    file.write_bytes(overwritten(kai.read_bytes(), tag, byte))
    declare(declared, _digest(file))

    with pytest.raises(BanxinError) as problem:
        all_read(declared)

    (told,) = problem.value.diagnostics
    assert (told.code, str(told.place)) == ("font/unreadable", "fonts/fonts.toml:5:1")
    assert told.facts["why"]


@pytest.mark.parametrize("tag", [b"head", b"cmap", b"loca", b"glyf", b"hmtx", b"GSUB"])
def test_a_bit_that_fell_over_in_a_font_is_noticed(
    tag: bytes, declared: Workspace, kai: Path
) -> None:
    file = declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf"
    data = bytearray(kai.read_bytes())
    start, length = table_at(data, tag)
    data[start + length // 2] ^= 4
    file.write_bytes(data)
    declare(declared, _digest(file))

    with pytest.raises(BanxinError) as problem:
        all_read(declared)

    (told,) = problem.value.diagnostics
    assert (told.code, told.facts["table"]) == ("font/file-damaged", tag.decode())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:100],
        lambda data: data[: len(data) // 2],
        lambda data: b"PK\3\4" + data[4:],
        lambda data: data[:4] + b"\xff\xff" + data[6:],
    ],
    ids=["empty", "a head", "half", "a zip", "65,535 tables"],
)
def test_a_font_file_that_is_cut_or_no_font_is_named(
    damage: Callable[[bytes], bytes], declared: Workspace, kai: Path
) -> None:
    file = declared.root / "fonts" / "kai" / "LXGWWenKai-Regular.ttf"
    file.write_bytes(damage(kai.read_bytes()))
    declare(declared, _digest(file))

    assert codes(declared) == ["font/unreadable"]


def test_the_same_face_twice_is_refused(declared: Workspace, root: Path) -> None:
    text = FACE.format(**GOOD, sha256=digest_of(root))
    (declared.root / "fonts" / "fonts.toml").write_text(text * 2, "utf-8")

    with pytest.raises(BanxinError) as problem:
        fonts.load(declared)
    assert [d.code for d in problem.value.diagnostics] == ["font/declared-twice"]


def test_coverage_knows_the_standing_example(root: Path, tmp_path: Path) -> None:
    workspace = Workspace(root, output=tmp_path)
    serif = fonts.load(workspace)[0]

    drawn = fonts.known(serif, workspace).coverage
    assert ord("廊") in drawn
    assert 0x2CB0E not in drawn  # 𬬎
    kept = workspace.recall("face", serif.sha256)
    assert kept is not None
    assert drawn == frozenset(json.loads(kept)["points"])


def test_a_subset_holds_the_text_and_is_the_same_every_time(root: Path, tmp_path: Path) -> None:
    one, two = (Workspace(root, output=tmp_path / name) for name in "ab")
    serif = fonts.load(one)[0]

    data = fonts.subset(serif, one, frozenset("廊坊——"))
    assert data == fonts.subset(serif, two, frozenset("—坊廊"))
    font = TTFont(io.BytesIO(data))
    assert set(font.getBestCmap()) == set(map(ord, "廊坊—"))
    assert "GSUB" in font  # —— keeps its two-em ligature
    assert len(data) < 100_000


def test_a_file_is_read_once_for_all_that_is_known_of_it_and_then_let_go(
    declared: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[TTFont]] = []

    def opened(*asked: Any, **how: Any) -> TTFont:
        font = TTFont(*asked, **how)
        made.append(weakref.ref(font))
        return font

    declare(declared, digest_of(root))
    (face,) = fonts.load(declared)
    monkeypatch.setattr(fonts, "TTFont", opened)
    gc.collect()
    gc.disable()
    try:
        fonts.known(face, declared)
        fonts.known(face, declared)
        assert len(made) == 1
        fonts.subset(face, declared, frozenset("廊坊"))
        fonts.check(declared)
        assert [font() for font in made] == [None] * 2
    finally:
        gc.enable()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_private_characters_are_a_faces_own_only_where_it_says_so(
    declared: Workspace, root: Path
) -> None:
    digest = digest_of(root)
    declare(declared, digest)
    (face,) = fonts.load(declared)
    allowed = replace(face, private=True)

    public, all_of_them = (fonts.known(f, declared).coverage for f in (face, allowed))

    assert len(all_of_them - public) == 11
    assert 0xE501 in all_of_them - public
    assert ord("𠮷") in public


def test_words_as_outlines_lose_no_character(kai: Path) -> None:
    font = kai.read_bytes()

    missing, geta = (fonts.outlines(font, text, 10) for text in ("王𬬎", "王〓"))

    assert missing == geta
    assert fonts.width_of(font, "王𬬎\u200d", 10) == fonts.width_of(font, "王〓", 10) == 20


def test_no_face_here_has_han_variants(root: Path) -> None:
    workspace = Workspace(root)

    assert {fonts.known(face, workspace).variants for face in fonts.load(workspace)} == {
        frozenset()
    }


def test_the_variants_of_a_face_are_read_from_it(tmp_path: Path, kai: Path) -> None:
    font = TTFont(kai)
    table = CmapSubtable.newSubtable(14)
    table.platformID, table.platEncID, table.language = 0, 5, 0
    name = font.getBestCmap()[ord("葛")]
    table.cmap, table.uvsDict = {}, {0xFE00: [(ord("葛"), name)], 0xE0100: [(ord("葛"), name)]}
    font["cmap"].tables.append(table)
    file = tmp_path / "fonts" / "kai" / kai.name
    file.parent.mkdir(parents=True)
    font.save(file)
    workspace = Workspace(tmp_path, output=tmp_path / "output")
    declare(workspace, hashlib.sha256(file.read_bytes()).hexdigest())
    (face,) = fonts.load(workspace)

    assert fonts.known(face, workspace).variants == {"葛\U000e0100"}
    assert fonts.known(face, workspace).variants == {"葛\U000e0100"}  # remembered, and the same


# --- taken in ---------------------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path, root: Path) -> Workspace:
    """A workspace that declares one face of another family."""
    (tmp_path / "fonts").mkdir()
    first = (root / "fonts/fonts.toml").read_text("utf-8").split("[[face]]")[:2]
    (tmp_path / "fonts/fonts.toml").write_text("[[face]]".join(first), "utf-8")
    return Workspace(tmp_path, output=tmp_path / "output")


def test_a_font_that_is_added_is_declared_with_its_digest_and_licence(
    empty: Workspace, kai: Path
) -> None:
    face = adding.add(kai, None, empty)

    (_, declared) = fonts.load(Workspace(empty.root))
    assert (declared.family, declared.weight, declared.style) == ("LXGW WenKai", 400, "normal")
    assert declared.sha256 == face.sha256 == hashlib.sha256(kai.read_bytes()).hexdigest()
    assert declared.licence == "OFL-1.1"
    assert (empty.root / declared.file).read_bytes() == kai.read_bytes()
    assert (empty.root / declared.terms).read_bytes() == (kai.parent / "OFL.txt").read_bytes()
    assert [d.code for d in fonts.check(Workspace(empty.root)) if d.place == declared.place] == []


def test_a_font_is_added_once(empty: Workspace, kai: Path) -> None:
    adding.add(kai, None, empty)
    before = (empty.root / "fonts/fonts.toml").read_bytes()

    with pytest.raises(BanxinError) as problem:
        adding.add(kai, None, Workspace(empty.root))

    assert problem.value.diagnostics[0].code == "font/declared-twice"
    assert (empty.root / "fonts/fonts.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("data", "terms", "code"),
    [
        (b"no font at all", "OFL.txt", "font/unreadable"),
        (None, "nothing.txt", "font/licence"),
        (b"", "OFL.txt", "font/unreadable"),
    ],
)
def test_what_is_no_font_or_has_no_licence_changes_nothing(
    data: bytes | None, terms: str, code: str, empty: Workspace, kai: Path, tmp_path: Path
) -> None:
    file = tmp_path / "taken" / "strange.ttf"
    file.parent.mkdir()
    file.write_bytes(kai.read_bytes() if data is None else data)
    (file.parent / "OFL.txt").write_text("terms")
    before = sorted(empty.root.glob("fonts/**/*"))

    with pytest.raises(BanxinError) as problem:
        adding.add(file, file.parent / terms, empty)

    assert problem.value.diagnostics[0].code == code
    assert sorted(empty.root.glob("fonts/**/*")) == before
