"""How much of a chapter a panel holds, by count."""

from __future__ import annotations

from dataclasses import replace

from banxin.diagnostics import Place
from banxin.manuscript import blocks as b
from banxin.markup.copyfit import Room, Roster, dealt, lines_of, within

HERE = Place("a.md", 1, 1)
ROOM = Room(10, 10, hero=4, row=3)


def paragraph(characters: int) -> b.Paragraph:
    return b.Paragraph((b.Text("字" * characters),), HERE)


def test_paragraphs_are_whole_or_left_out() -> None:
    """The first line is indented by two: 48 characters are five lines, 49 are six."""
    five, six = paragraph(48), paragraph(49)

    assert within((five, five), ROOM) == (five, five)
    assert within((five, six), ROOM) == (five,)
    assert within((six, five, five), ROOM) == (six,)


def test_no_heading_stays_behind_without_its_text() -> None:
    heading = b.Heading(2, (b.Text("小节"),), "", HERE)

    assert within((paragraph(48), heading, paragraph(48)), ROOM) == (paragraph(48),)


def test_notes_count_where_they_are_called() -> None:
    called = b.Paragraph((b.Text("字" * 38), b.NoteRef(0)), HERE)
    notes = ((paragraph(60),),)

    assert within((called, paragraph(48)), ROOM, ((),)) == (called, paragraph(48))
    assert within((called, paragraph(48)), ROOM, notes) == ()


def test_big_numbers_are_cut_by_rows_of_two() -> None:
    items = tuple(b.BigNumber(str(n), "个", (b.Text("字"),), HERE) for n in range(8))
    block = b.BigNumbers(items, HERE)

    (held,) = within((block,), ROOM)
    assert held == replace(block, items=items[:5])
    assert within((block,), replace(ROOM, lines=3)) == ()


def test_a_timeline_is_cut_between_two_events() -> None:
    events = tuple(b.Event(str(n), (b.Text("字" * 25),), HERE) for n in range(5))
    block = b.Timeline((b.Stage("一", events, HERE),), HERE)

    (held,) = within((block,), ROOM)
    assert isinstance(held, b.Timeline)
    assert held.stages == (b.Stage("一", events[:2], HERE),)  # two lines of name, three for each


def test_the_lines_of_a_whole_text() -> None:
    assert lines_of((paragraph(48), paragraph(49)), 10) == 11
    assert lines_of((), 10) == 0


def test_lists_and_numbers_are_counted_whole() -> None:
    """Three items of two lines; the first big number, and two rows of two."""
    items = b.ItemList(False, tuple((paragraph(15),) for _ in range(3)), HERE)
    number = b.BigNumber("1", "个", (b.Text("字"),), HERE)

    assert lines_of((items,), 10) == 6
    assert lines_of((b.BigNumbers((number,) * 5, HERE),), 10) == 11 + 2 * 6


def names(count: int) -> b.NameList:
    people = tuple(b.Person(f"王{n}", "", HERE) for n in range(count))
    return b.NameList("一班", f"{count}人", people, {}, HERE, repeats=True)


def counts(*blocks: b.Block) -> list[list[int]]:
    """People of each list, panel by panel; 0 for a block that is none."""
    panels = dealt(blocks, ROOM, 12, ROSTER)
    return [[len(x.people) if isinstance(x, b.NameList) else 0 for x in p] for p in panels]


ROSTER = Roster(lambda block: 5, many=40, row=1, around=2)


def test_a_roster_goes_on_in_the_next_panel_under_its_head() -> None:
    """Ten lines hold eight rows of five, the next ones of twelve hold ten."""
    assert counts(names(100)) == [[40], [50], [10]]
    ((first,), (second,), _) = dealt((names(100),), ROOM, 12, ROSTER)
    assert isinstance(first, b.NameList)
    assert isinstance(second, b.NameList)
    assert (first.title, first.count) == (second.title, second.count) == ("一班", "100人")


def test_no_row_of_a_roster_stands_alone() -> None:
    """Of nine rows eight have room: two go on. Where but one has room, none stays."""
    assert counts(names(45)) == [[35], [10]]
    assert counts(paragraph(68), names(45)) == [[0], [45]]


def test_what_fits_no_panel_is_dealt_all_the_same() -> None:
    assert dealt((paragraph(400), names(5)), ROOM, 3, ROSTER) == ((paragraph(400),), (names(5),))
