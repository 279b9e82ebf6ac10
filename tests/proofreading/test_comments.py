"""What proofreaders write into a PDF comes back: found, listed, written as text or refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pikepdf
import pytest
from hand import ORDERS, Hand
from pikepdf import Array, Name, String

from banxin import pipeline, project
from banxin.diagnostics import BanxinError
from banxin.press import Pin, outlined, unchecked
from banxin.proofreading import Read, Started, comments, proof, undo, write
from banxin.readings import readings_of
from banxin.request import Request
from banxin.workspace import Workspace
from conftest import Title

TODAY = datetime.date(2026, 11, 30)
CHAPTER = """---
title: 河边的灯
template: article
deck: 一盏灯照着过河的人。
---

渡口的老人每天傍晚点灯，点了**四十年**。雾里的船夫看见它，就知道岸在哪里[^1]。后来修了桥，灯还亮着。

## 点灯的人

他说：灯油一斤够烧三个晚上，the old lamp was made in 1952，擦干净了还能用。

| 年份 | 用油 |
|:--|--:|
| 甲子年 | 壹佰斤 |
| 乙丑年 | 贰佰斤 |

> 灯在人在。

- 添油要在天黑以前
- 擦罩要用旧报纸

![渡口的傍晚](photos/good.jpg){credit="摄影 某某"}

::: pullquote {upright=yes}
灯火长明|渡口平安
:::

[^1]: 渡口在县城西门外两里。
"""


@pytest.fixture
def river(title: Title, workspace: Workspace) -> Callable[[], Hand]:
    """The title's reading copy, to be marked."""
    title("river", CHAPTER)

    def copy() -> Hand:
        file = proof("river", Started(TODAY, 1, "张三"), workspace, here=workspace.root)
        return Hand(file.read_bytes())

    return copy


def read_back(hand: Hand, workspace: Workspace, name: str = "river-reading-1.pdf") -> Read:
    file = workspace.output / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(hand.save())
    return comments(file, workspace, here=workspace.root)


def places(read: Read) -> dict[str, str]:
    found = {}
    for outcome in read.outcomes:
        place = outcome.comment.place
        found[outcome.comment.words] = f"{Path(place.file or '').name}:{place.line}:{place.column}"
    return found


def chapter(workspace: Workspace) -> str:
    return workspace.read_text(PurePosixPath("content/river/one.md"))


WORDS = {
    "照着过": ("one.md:4:10", "a deck"),
    "船夫": ("one.md:7:26", "text behind bold letters"),
    "点灯的": ("one.md:9:4", "a heading"),
    "lamp": ("one.md:11:23", "a Western word"),
    "乙丑": ("one.md:16:3", "a cell"),
    "贰佰": ("one.md:16:9", "another cell"),
    "旧报纸": ("one.md:21:7", "an item"),
    "傍晚": ("one.md:23:6", "a caption"),
    "长明": ("one.md:26:3", "vertical text"),
    "西门外": ("one.md:29:12", "a footnote"),
}


def with_marks(hand: Hand, order: str) -> Hand:
    for words in WORDS:
        within = "渡口的傍晚" if words == "傍晚" else ""
        hand.on(words, within=within, order=ORDERS[order])
    return hand


@pytest.mark.parametrize("order", ORDERS)
def test_every_kind_of_text_is_found_whatever_the_order_of_corners(
    order: str, river: Callable[[], Hand], workspace: Workspace
) -> None:
    read = read_back(with_marks(river(), order), workspace)

    assert places(read) == {words: place for words, (place, _) in WORDS.items()}
    assert {outcome.why for outcome in read.outcomes} == {""}


@pytest.mark.parametrize("finish", ["screen", "press", "unchecked", "outlined"])
def test_every_finish_is_read(finish: str, title: Title, workspace: Workspace) -> None:
    folder = title("river", CHAPTER)
    pipeline.build(Request(folder), workspace)
    results = workspace.output / "river"
    kind = "press" if finish == "outlined" else "screen" if finish == "unchecked" else finish
    data = (results / f"river-{kind}.pdf").read_bytes()
    hand = with_marks(Hand(data), "iso")
    marked = hand.save()
    if finish == "outlined":
        marked = outlined(marked)
    if finish == "unchecked":
        face = workspace.read(PurePosixPath("fonts") / _a_face(workspace))
        pin = Pin(1, (10, 10, 30, 20), "毛病", is_error=True)
        marked = unchecked(marked, [pin], face, str)
    file = results / f"river-{finish}.pdf"
    file.write_bytes(marked)

    read = comments(file, workspace.afresh(), here=workspace.root)

    assert places(read) == {words: place for words, (place, _) in WORDS.items()}
    assert {outcome.why for outcome in read.outcomes} == {""}


def _a_face(workspace: Workspace) -> PurePosixPath:
    from banxin.assets import fonts

    face = next(face for face in fonts.load(workspace) if "Sans" in face.family)
    return face.file.relative_to("fonts")


def test_plain_corrections_are_written_and_what_was_is_kept(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    hand = river()
    hand.on("每天", Contents=String("删"))
    hand.on("老人", Contents=String("改为“艄公”"))
    hand.on("old")
    hand.replaced("三个", "五个")
    hand.behind("修了", "一座")
    hand.on("贰佰斤", Contents=String("二|百*斤*"))
    hand.on("照着", Contents=String("照着"))  # the program has copied what is struck
    read = read_back(hand, workspace)
    before = chapter(workspace)

    copies, *changed = write(read, workspace, date=TODAY)

    after = before.replace("老人每天", "艄公").replace("the old lamp", "the lamp")
    after = after.replace("三个", "五个").replace("修了桥", "修了一座桥").replace("照着", "")
    after = after.replace("贰佰斤", "二\\|百\\*斤\\*")
    assert chapter(workspace.afresh()) == after
    assert [file.name for file in changed] == ["one.md"]
    assert (copies / "one.md").read_text("utf-8") == before
    (reading,) = readings_of(PurePosixPath("content/river"), workspace.afresh())
    assert (reading.reading, reading.by, len(reading.changes)) == (1, "张三", 7)


def test_corrections_are_not_written_twice(river: Callable[[], Hand], workspace: Workspace) -> None:
    hand = river()
    hand.on("船夫", Contents=String("艄公"))
    read = read_back(hand, workspace)
    write(read, workspace, date=TODAY)

    again = read_back(hand, workspace)

    assert [o.why for o in again.outcomes] in (["comment/changed-since"], ["comment/not-found"])
    assert again.texts == {}


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("", ""),
        ("是否应删？", "comment/asks"),
        ("请核对", "comment/asks"),
        ("甲\n\n# 乙", "comment/too-much"),
        ("甲\x07乙", "comment/too-much"),
        ("甲" * 1_000_000, "comment/too-much"),
        ("\u202e甲", "comment/too-much"),
    ],
)
def test_what_is_no_plain_correction_is_told(
    says: str, why: str, river: Callable[[], Hand], workspace: Workspace
) -> None:
    hand = river()
    hand.on("船夫", Contents=String(says))

    (outcome,) = read_back(hand, workspace).outcomes

    assert outcome.why == why


@pytest.mark.parametrize(
    "says",
    [
        "**粗**",
        "[甲](http://a.b)",
        "`甲`",
        "<b>甲</b>",
        "^[注]",
        "![图](a.jpg)",
        "| 甲 |",
        "{.dots}",
        "::: note",
        "~~甲~~",
        "\\",
        "[^1]",
        "<!-- 甲",
        "&lt;",
        "H~2~O",
    ],
)
def test_what_was_written_stays_text(
    says: str, river: Callable[[], Hand], workspace: Workspace
) -> None:
    hand = river()
    hand.on("船夫", Contents=String(says))
    read = read_back(hand, workspace)
    write(read, workspace, date=TODAY)

    (outcome,) = read.outcomes
    if outcome.why:
        assert outcome.why == "comment/would-be-markup"
    else:
        job = project.load(Request(PurePosixPath("content/river")), workspace.afresh())
        shown = pipeline.shown(job, workspace.afresh())
        assert Hand(shown.pdf).has("".join(says.split()))


def test_states_and_replies_keep_a_correction_from_being_written(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    hand = river()
    struck = [hand.on(words, T=String(words)) for words in ("船夫", "岸在", "桥，灯")]
    at = {"Rect": Array([0, 0, 9, 9]), "Subtype": Name.Text}
    hand.add(0, IRT=struck[0], StateModel=String("Review"), State=String("Rejected"), **at)
    hand.add(0, IRT=struck[1], Contents=String("不改"), T=String("编辑"), **at)
    hand.add(0, IRT=struck[2], Contents=String("可以"), T=String("编辑"), **at)
    hand.add(0, IRT=struck[2], StateModel=String("Review"), State=String("Accepted"), **at)

    read = read_back(hand, workspace)

    assert [(o.comment.mark.author, o.why) for o in read.outcomes] == [
        ("船夫", "comment/decided"),
        ("岸在", "comment/answered"),
        ("桥，灯", ""),
    ]
    assert [len(o.comment.mark.replies) for o in read.outcomes] == [0, 1, 1]


def test_notes_ink_and_broken_places_are_listed(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    hand = river()
    page, boxes = hand.where("船夫")
    left, low, right, top = boxes[0]
    rect = Array([left, low, right, top])
    hand.add(page, Subtype=Name.Text, Rect=rect, Contents=String("注意"))
    hand.add(page, Subtype=Name.FreeText, Rect=rect, RC=String("<p>写在<b>旁边</b></p>"))
    hand.add(page, Subtype=Name.Ink, Rect=rect, InkList=Array([Array([left, low, right, top])]))
    hand.add(
        page, Subtype=Name.Highlight, Rect=Array([0, 0, 1, 1]), QuadPoints=Array([String("x")] * 8)
    )
    hand.add(page, Subtype=Name.Link, Rect=rect)
    hand.add(page, Subtype=Name.Popup, Rect=rect)

    read = read_back(hand, workspace)

    told = sorted((o.comment.mark.kind, o.comment.says, o.why) for o in read.outcomes)
    assert told == [
        ("drawn", "", "comment/to-be-read"),
        ("highlight", "", "comment/damaged"),
        ("note", "写在旁边", "comment/to-be-read"),
        ("note", "注意", "comment/to-be-read"),
    ]
    lines = {o.comment.place.line for o in read.outcomes if o.comment.mark.kind != "highlight"}
    assert lines == {7}


def test_a_copy_of_another_state_of_the_manuscript_is_told(
    river: Callable[[], Hand], workspace: Workspace, tmp_path: Path
) -> None:
    hand = river()
    hand.on("船夫")
    file = tmp_path / "content" / "river" / "one.md"
    file.write_text(CHAPTER.replace("渡口的老人", "\n渡口的老渔人"), "utf-8")

    read = read_back(hand, workspace)

    assert [(o.comment.place.line, o.why) for o in read.outcomes] == [(8, "comment/changed-since")]
    assert [remark.code for remark in read.remarks] == ["comments/other-build"]


def locked(hand: Hand) -> bytes:
    return hand.save(encryption=pikepdf.Encryption(owner="o", user="u"))


BAD: dict[str, tuple[Callable[[Hand], bytes], str, str]] = {
    "encrypted": (locked, "river-a.pdf", "comments/locked"),
    "no PDF": (lambda hand: b"hello", "river-a.pdf", "comments/no-pdf"),
    "empty": (lambda hand: b"", "river-a.pdf", "comments/no-pdf"),
    "cut off in its head": (lambda hand: hand.save()[:40], "river-a.pdf", "comments/no-pdf"),
    "nobody's": (lambda hand: _nobodys(hand), "letter.pdf", "comments/of-no-title"),
}


def _nobodys(hand: Hand) -> bytes:
    del hand.pdf.Root.PieceInfo
    return hand.save()


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_gets_a_clear_word(
    kind: str, river: Callable[[], Hand], workspace: Workspace
) -> None:
    make, name, code = BAD[kind]
    file = workspace.output / name
    data = make(river())
    file.write_bytes(data)

    with pytest.raises(BanxinError) as problem:
        comments(file, workspace.afresh(), here=workspace.root)

    assert [d.code for d in problem.value.diagnostics] == [code]


def test_a_file_without_comments_has_none(river: Callable[[], Hand], workspace: Workspace) -> None:
    assert read_back(river(), workspace).outcomes == ()


def test_a_file_of_another_title_is_refused(
    river: Callable[[], Hand], title: Title, workspace: Workspace
) -> None:
    title("lake", CHAPTER)
    file = workspace.output / "river-a.pdf"
    file.write_bytes(river().save())

    with pytest.raises(BanxinError) as problem:
        comments(file, workspace.afresh(), here=workspace.root, title="lake")

    assert [d.code for d in problem.value.diagnostics] == ["comments/of-another-title"]


def test_line_ends_and_byte_order_mark_stay(
    title: Title, workspace: Workspace, tmp_path: Path
) -> None:
    title("river")
    path = tmp_path / "content" / "river" / "one.md"
    raw = ("\ufeff" + CHAPTER).replace("\n", "\r\n").encode()
    path.write_bytes(raw)
    made = proof("river", Started(TODAY), workspace, here=workspace.root)
    hand = Hand(made.read_bytes())
    hand.on("船夫", Contents=String("艄公"))

    write(read_back(hand, workspace), workspace, date=TODAY)

    assert path.read_bytes() == raw.replace("船夫".encode(), "艄公".encode())


# --- back again ---------------------------------------------------------------------------------


def struck(river: Callable[[], Hand], workspace: Workspace, *words: str) -> Path:
    """A copy with *words* struck, as a file; what is struck is written."""
    hand = river()
    for word in words:
        hand.on(word, T=String("甲"))
    write(read_back(hand, workspace), workspace, date=TODAY)
    return workspace.output / "river-reading-1.pdf"


def changes(workspace: Workspace) -> list[str]:
    (reading,) = readings_of(PurePosixPath("content/river"), workspace.afresh())
    return [change.old for change in reading.changes]


def test_what_was_written_is_taken_back_step_by_step(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    river()
    first = chapter(workspace)
    struck(river, workspace, "每天", "old")
    second = chapter(workspace.afresh())
    file = struck(river, workspace.afresh(), "傍晚点灯")
    assert changes(workspace) == ["每天", "old ", "傍晚点灯"]

    here = workspace.afresh()
    assert undo(file, here, here=here.root) == (PurePosixPath("content/river/one.md"),)
    assert (chapter(workspace.afresh()), changes(workspace)) == (second, ["每天", "old "])
    undo(file, workspace.afresh(), here=workspace.root)

    assert (chapter(workspace.afresh()), changes(workspace)) == (first, [])
    assert not (workspace.root / "content/river/.before-comments").exists()
    with pytest.raises(BanxinError) as refused:
        undo(file, workspace.afresh(), here=workspace.root)
    assert [d.code for d in refused.value.diagnostics] == ["fix/nothing-kept"]


def test_what_somebody_has_changed_since_is_not_taken_back(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    file = struck(river, workspace, "每天")
    path = workspace.path(PurePosixPath("content/river/one.md"))
    path.write_text(path.read_text("utf-8") + "\n又一段。\n", "utf-8")
    now = path.read_bytes()

    with pytest.raises(BanxinError) as refused:
        undo(file, workspace.afresh(), here=workspace.root)

    assert [d.code for d in refused.value.diagnostics] == ["fix/changed-since"]
    assert (path.read_bytes(), changes(workspace)) == (now, ["每天"])


def test_a_reading_begun_since_and_its_changes_stay(
    river: Callable[[], Hand], workspace: Workspace
) -> None:
    file = struck(river, workspace, "每天")
    here = workspace.afresh()
    proof("river", Started(TODAY, 2, "李四"), here, here=here.root)

    undo(file, workspace.afresh(), here=workspace.root)

    known = readings_of(PurePosixPath("content/river"), workspace.afresh())
    assert [(one.reading, one.by, len(one.changes)) for one in known] == [
        (1, "张三", 0),
        (2, "李四", 0),
    ]


# --- upright text -------------------------------------------------------------------------------

UPRIGHT = "灯火长明渡口平安"  # two columns, the second left of the first


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
@pytest.mark.parametrize("aside", [-9.0, 0.0, 9.0])
def test_a_note_beside_upright_text_is_about_the_letter_at_its_height(
    layout: str, aside: float, title: Title, workspace: Workspace
) -> None:
    """A sign stands up to 9 pt beside its column, between its columns and what is around it."""
    title("river", CHAPTER)
    file = proof("river", Started(TODAY), workspace, here=workspace.root, layout=layout)
    hand = Hand(file.read_bytes())
    number, boxes = hand.where(UPRIGHT)
    for left, low, right, top in boxes:
        x, y = (left + right) / 2 + aside, (low + top) / 2
        rect = Array([round(side, 2) for side in (x - 3, y - 3, x + 3, y + 3)])
        hand.add(number, Subtype=Name.Text, Rect=rect, Contents=String("？"))

    read = read_back(hand, workspace, file.name)

    columns = {o.comment.place.column for o in read.outcomes}
    assert {o.comment.place.line for o in read.outcomes} == {26}
    assert columns == {1, 2, 3, 4, 6, 7, 8, 9}


@pytest.mark.parametrize("layout", ["jinian", "huace", "tekan"])
def test_a_caret_between_two_upright_letters_goes_between_them(
    layout: str, title: Title, workspace: Workspace
) -> None:
    title("river", CHAPTER)
    file = proof("river", Started(TODAY), workspace, here=workspace.root, layout=layout)
    hand = Hand(file.read_bytes())
    number, boxes = hand.where(UPRIGHT)
    for (left, low, right, _), (_, _, _, top) in pairwise(boxes):
        if top > low + 1:
            continue  # from the foot of one column to the head of the next
        x, y = (left + right) / 2, (low + top) / 2
        rect = Array([round(side, 2) for side in (x - 4, y - 4, x + 4, y + 4)])
        hand.add(number, Subtype=Name.Caret, Rect=rect, Contents=String("字"))

    read = read_back(hand, workspace, file.name)

    assert [o.comment.place.column for o in read.outcomes] == [2, 3, 4, 7, 8, 9]
    assert {o.comment.place.line for o in read.outcomes} == {26}
