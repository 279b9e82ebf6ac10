"""How much of a chapter a panel holds, by count."""

from __future__ import annotations

from dataclasses import replace

from banxin.diagnostics import Place
from banxin.manuscript import blocks as b
from banxin.markup.copyfit import Room, lines_of, within

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
