"""Which of the words that are written are on no page.

Both sides are letters without marks and spaces. Each letter of a page answers for one letter of
the manuscript: long stretches find their places first, short ones then those that are left near
their neighbours. Linear in what is written and printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from banxin.preflight.written import CALL, HIDDEN, Written, WrittenWords, letters, marks

LONG: Final = 8  # letters that are told apart by themselves
MOST_TRIED: Final = 16  # places with the same letters
MOST_FOUND: Final = 200  # of a short stretch within its pages
NEAR: Final = 60  # letters: within them a single character is its sentence's
LARGE: Final = 20_000  # letters: some pages
BEFORE: Final = 12  # letters: so far before its text an item's number stands at most
MOST_MISSED: Final = 16  # letters: where so many are nowhere, so is what is left of the stretch
MOST_SEARCHED: Final = 400_000_000  # letters of whole chapters; a book where half is lost needs it
LOOK: Final = 6  # neighbours that tell where to look
FIGURES: Final = 3  # of the number of a note that is called, at most
TURNED: Final = 4  # letters of a title that are known without a space beside them
TITLES: Final = frozenset({"title", "label", "kicker"})
FRONT: Final = frozenset({"cover", "title"})  # chapters whose title is the book's
NAMELESS: Final = frozenset({"axis", "label"})  # what is seen without being read
NO_MARKS: Final[Mapping[int, str]] = {}
MARKED: Final = (
    frozenset(  # names are taken apart at their marks, attributes have marks of their own
        {"title", "kicker", "front", "heading", "text", "item", "note", "cell", "caption"}
    )
)


@dataclass(frozen=True, slots=True)
class Lost:
    """Letters of *said* from `start` to `end` that no page has."""

    said: WrittenWords
    start: int
    end: int
    words: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A mark of *said* before letter `at` that no page has, though the letters beside it are."""

    said: WrittenWords
    at: int
    mark: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What of a manuscript is on no page, in reading order."""

    lost: tuple[Lost, ...]
    marks: tuple[Unmarked, ...]


@dataclass(slots=True)
class _SoughtText:
    """What is said once, and where its parts came to stand: start, end, place among all letters."""

    said: WrittenWords
    text: str
    joined: bytearray
    loose: set[int]  # letters that may begin a part: behind a call, or where a page cuts a word
    marker: int  # letters of an item's number
    cuts: tuple[int, ...]  # where the manuscript wants a new line or column
    marks: Mapping[int, str]  # before letters, that have to be printed with them
    found: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def is_title(self) -> bool:
        return self.said.kind in TITLES

    @property
    def places(self) -> list[int]:
        """Of each letter, where it stands among all that are printed; -1 where it does not."""
        there = [-1] * len(self.text)
        for start, end, at in self.found:
            there[start:end] = range(at, at + end - start)
        return there

    def whole_word(self, at: int) -> bool:
        """Whether a cut before letter *at* goes through no word."""
        return at >= len(self.text) or not self.joined[at] or at in self.loose

    def gaps(self) -> Iterator[tuple[int, int]]:
        start = 0
        for begin, end, _ in sorted(self.found):
            if begin > start:
                yield start, begin
            start = end
        if start < len(self.text):
            yield start, len(self.text)


def compared(
    chapters: Sequence[Written],
    pages: Sequence[str],
    heads: Sequence[str] = (),
    contents: Sequence[int] = (),
    folios: Sequence[str] = (),
) -> Compared:
    """*chapters* against *pages*.

    Args:
        pages: all words of each, and *heads* those in its head.
        contents: numbers, from 1, of the pages that name other pages.
        folios: of each page its own number, as it is printed or would be.
    """
    printed = _Printed(pages)
    said = [[_stretch(one) for one in chapter.said] for chapter in chapters]
    spans = [_span(stretches, printed) for stretches in said]
    _set_aside(said, spans, printed, heads, contents, frozenset(map(str.casefold, folios)))
    taken = list(zip(_windows(spans, len(pages)), said, strict=True))
    front = _front(chapters, said)
    # A newspaper has one head, and no title page: the book's title need not stand once more, and
    # where it does not, it must not claim a place of those that have to.
    more = {id(t) for n, t in enumerate(front) if any(t.text in one.text for one in front[:n])}
    for once_more in (False, True):
        part = [(w, [s for s in every if (id(s) in more) == once_more]) for w, every in taken]
        _take(part, printed, folios)
    whole = [title.text for title in front if not any(title.gaps())]
    known = {id(title) for title in front if any(title.text in text for text in whole)}
    every = [stretch for stretches in said for stretch in stretches]
    missing = (
        Lost(s.said, start, end, s.text[start:end], whole=not s.found)
        for s in every
        if id(s) not in known
        for start, end in s.gaps()
    )
    unmarked = (one for s in every for one in _unmarked(s, printed))
    return Compared(tuple(missing), tuple(unmarked))


def _take(
    taken: Sequence[tuple[tuple[int, int], Sequence[_SoughtText]]],
    printed: _Printed,
    folios: Sequence[str],
) -> None:
    """Find the stretches of each chapter within its pages."""
    # What need not be read must not claim the words of what must.
    for nameless in (False, True):
        for window, stretches in taken:
            for stretch in stretches:
                if (stretch.said.kind in NAMELESS) == nameless:
                    printed.take_long(stretch, window)
    printed.set_aside(folios)
    for stretch in (stretch for _, stretches in taken for stretch in stretches):
        printed.set_calls_aside(stretch)
    _take_short(taken, printed, _Search.take)
    # A title that is nowhere must not claim the words of a text that is.
    # The pieces twice: what stands before them is its sentence's only once they are found.
    for titles in (False, True):
        for how in (
            _Search.take_lines, _Search.take_pieces, _Search.take_pieces, _Search.take_letters,
        ):  # fmt: skip
            _take_short(taken, printed, how, titles=titles)


def _front(
    chapters: Sequence[Written], said: Sequence[Sequence[_SoughtText]]
) -> Sequence[_SoughtText]:
    """Titles of the book, on its cover and behind it."""
    return [
        stretch
        for chapter, stretches in zip(chapters, said, strict=True)
        if chapter.template in FRONT
        for stretch in stretches
        if stretch.said.kind == "title"
    ]


def _unmarked(stretch: _SoughtText, printed: _Printed) -> Iterator[Unmarked]:
    """Marks beside letters that are found, where the page has none of their kind."""
    if not stretch.marks:
        return
    there = stretch.places
    parts: list[tuple[int, int, int]] = [(0, 0, -1)] * len(there)
    for part in stretch.found:
        parts[part[0] : part[1]] = [part] * (part[1] - part[0])
    for at, wanted in stretch.marks.items():
        before = there[at - 1] + 1 if at and there[at - 1] >= 0 else None
        behind = there[at] if at < len(there) and there[at] >= 0 else None
        if (before is None and at) or (behind is None and at < len(there)):
            continue  # what is beside it is lost, and told
        beside = {parts[place] for place in (at - 1, at) if 0 <= place < len(parts)}
        if not all(printed.is_sure(stretch.text, *part) for part in beside):
            continue
        places = dict.fromkeys(place for place in (before, behind) if place is not None)
        have = "".join(printed.marks.get(place, "") for place in places)
        lacking = [
            mark for mark in _lacking(wanted, have) if not _is_within(stretch, printed, mark)
        ]
        yield from (Unmarked(stretch.said, at, mark) for mark in lacking)


def _is_within(stretch: _SoughtText, printed: _Printed, mark: str) -> bool:
    """Whether a title has as many of a mark as it should, wherever in it they are read.

    Of one set upright, figures and marks lie on their side, and are read apart from the rest.
    """
    there = [place for place in stretch.places if place >= 0]
    if not stretch.is_title or not there or max(there) - min(there) > len(stretch.text) + NEAR:
        return False
    have = "".join(printed.marks.get(at, "") for at in range(min(there), max(there) + 2))
    return not _lacking_of(mark, "".join(stretch.marks.values()), have)


def _lacking(wanted: str, have: str) -> Iterator[str]:
    return (mark for mark in dict.fromkeys(wanted) if _lacking_of(mark, wanted, have))


def _lacking_of(mark: str, wanted: str, have: str) -> bool:
    least = 1 if mark == "—" else wanted.count(mark)  # —— may be one glyph
    return have.count(mark) < least


def _stretch(said: WrittenWords) -> _SoughtText:
    bare = said.text.replace(HIDDEN, "")
    text, joined = letters(bare.replace(CALL, ""))
    loose, at = set[int](), 0
    for part in bare.split(CALL)[:-1]:
        at += len(letters(part)[0])
        loose.add(at)
    cuts, at = [], 0
    for part in re.split(r"\s|\|" if said.kind == "title" else r"\|", bare)[:-1]:
        at += len(letters(part.replace(CALL, ""))[0])
        cuts.append(at)
    marker = len(said.number) if len(said.number) < len(text) else 0
    return _SoughtText(said, text, joined, loose, marker, tuple(cuts), _marks(said))


def _marks(said: WrittenWords) -> Mapping[int, str]:
    """Those that a page has to have with the letters."""
    if said.kind not in MARKED:
        return {}
    text = said.text.replace(HIDDEN, "").replace(CALL, "")
    if said.kind in {"title", "kicker", "front"}:
        text = text.strip(" \"'")  # of the notation
    return marks(text, strict=True)


class _Printed:
    """The letters of all pages, one after another, and which of them are spoken for."""

    def __init__(self, pages: Sequence[str]) -> None:
        told = [letters(page) for page in pages]
        self.text = "".join(text for text, _ in told)
        self._pages = pages
        self._joined = bytearray().join(joined for _, joined in told)
        self._starts = [0]
        for text, _ in told:
            self._starts.append(self._starts[-1] + len(text))
        self._used = bytearray(len(self.text))
        self._known: dict[str, list[int]] = {}
        for at in range(len(self.text) - LONG + 1):
            self._known.setdefault(self.text[at : at + LONG], []).append(at)
        self._next = 0  # behind what was found last
        self._searched = 0

    @cached_property
    def marks(self) -> Mapping[int, str]:
        """Before each letter."""
        found: dict[int, str] = {}
        for start, page in zip(self._starts, self._pages, strict=False):
            for at, signs in marks(page, strict=False).items():
                found[start + at] = found.get(start + at, "") + signs
        return found

    def set_aside(self, folios: Sequence[str]) -> None:
        """A page's own number in its last line is no word of the manuscript."""
        for number, (page, folio) in enumerate(zip(self._pages, folios, strict=False), 1):
            label = letters(folio)[0]
            last = letters(page.rstrip().rpartition("\n")[2])[0]
            low, high = self.stretch(number, number)
            for at in (high - len(label), high - len(last)) if label else ():
                end = at + len(label)
                is_word = self.whole_word(at) and (end == high or self.whole_word(end))
                if at >= low and is_word and self.text[at:end] == label and self.free(at, end - at):
                    self.use(at, end - at)
                    break

    def set_calls_aside(self, of: _SoughtText) -> None:
        """The number of a note, where it is called and where it stands, is not written so."""
        there = of.places
        for at in of.loose:
            if at and there[at - 1] >= 0:
                self.use_number(there[at - 1] + 1)
        if of.said.kind == "note" and there and there[0] > 0:
            start = there[0] - 1
            while start and not self.whole_word(start):
                start -= 1
            self.use_number(start)

    def is_sure(self, text: str, start: int, end: int, at: int) -> bool:
        """Whether a part that is found at *at* is long, or stands nowhere else near."""
        page = self.page(at)
        near = self.stretch(page - 1, page + 1)
        return end - start >= LONG or self.text.count(text[start:end], *near) == 1

    def word(self, start: int) -> str:
        """The one that begins there."""
        end = start + 1
        while end < len(self.text) and not self.whole_word(end):
            end += 1
        return self.text[start:end]

    def use_number(self, start: int) -> None:
        number = self.word(start)
        if number.isdigit() and len(number) <= FIGURES and self.free(start, len(number)):
            self.use(start, len(number))

    def page(self, at: int) -> int:
        """The number, from 1, of the page that has letter *at*."""
        return bisect_right(self._starts, at)

    def stretch(self, first: int, last: int) -> tuple[int, int]:
        """The letters of some pages."""
        count = len(self._starts) - 1
        return self._starts[max(first, 1) - 1], self._starts[max(min(last, count), 0)]

    def last(self, part: str, page: int) -> tuple[int, int] | None:
        """The letters of *part* on a page, where it stands last; None where it does not."""
        at = self.text.rfind(part, *self.stretch(page, page)) if part else -1
        return None if at < 0 else (at, at + len(part))

    def only(self, part: str) -> int | None:
        """Where *part*, a long one, stands, if it stands once."""
        places = self._known.get(part, ())
        return places[0] if len(places) == 1 else None

    def free(self, at: int, count: int) -> bool:
        return self._used.find(1, at, at + count) < 0

    def use(self, at: int, count: int) -> None:
        self._used[at : at + count] = b"\1" * count

    def whole_word(self, at: int) -> bool:
        return at >= len(self.text) or not self._joined[at]

    def take_long(self, of: _SoughtText, window: tuple[int, int]) -> None:
        """Find all of its long parts."""
        low, high = self.stretch(*window)
        if of.is_title:
            self._take_whole(of, low, high)
            return
        start = 0
        while start + LONG <= len(of.text):
            count, at = self._longest(of, start, low, high) if of.whole_word(start) else (0, 0)
            if count < LONG:
                start += 1
                continue
            self.use(at, count)
            of.found.append((start, start + count, at))
            start += count
            self._next = at + count

    def _take_whole(self, of: _SoughtText, low: int, high: int) -> None:
        count, at = self._longest(of, 0, low, high) if len(of.text) >= LONG else (0, 0)
        if count and count == len(of.text):
            self.use(at, count)
            of.found.append((0, count, at))
            self._next = at + count

    def _longest(self, of: _SoughtText, start: int, low: int, high: int) -> tuple[int, int]:
        """How much of *of* from *start* on is printed together, and where."""
        places = self._known.get(of.text[start : start + LONG], [])
        if not places:
            return 0, 0
        here = bisect_left(places, max(self._next, low))
        near = places[here : here + MOST_TRIED]
        if near and near[0] == self._next:
            near = near[:1]
        else:
            first = bisect_left(places, low)
            near = [*near, *places[first : min(here, first + MOST_TRIED)]]
        best = (0, 0)
        for at in near:
            if at < high:
                count = self._fitted(of, start, at, self._same(of, start, at, high))
                best = max(best, (count, at), key=lambda found: found[0])
        return best

    def _same(self, of: _SoughtText, start: int, at: int, high: int) -> int:
        """How many letters are the same and free."""
        count, step, grows = 0, 64, True
        while step:
            size = min(step, len(of.text) - start - count, high - at - count)
            if size <= 0:
                break
            there, here = at + count, start + count
            if self.text.startswith(of.text[here : here + size], there) and self.free(there, size):
                count += size
                step = step * 2 if grows else step
            else:
                step, grows = size // 2, False
        return count

    def _fitted(self, of: _SoughtText, start: int, at: int, count: int) -> int:
        """As many of them as end with a word on both sides; 0 where one does not begin there."""
        if not self.whole_word(at) and start not in of.loose:
            return 0
        while count and not self._ends(of, start + count, at + count):
            if self.marks.get(at + count) == "-" and not of.whole_word(start + count):
                of.loose.add(start + count)  # hyphenated at the end of a page: it goes on overleaf
                break
            count -= 1
        return count

    def _ends(self, of: _SoughtText, end: int, at: int) -> bool:
        return of.whole_word(end) and (self.whole_word(at) or end in of.loose)

    def find(
        self,
        of: _SoughtText,
        start: int,
        end: int,
        window: tuple[int, int],
        wanted: Mapping[int, str] = NO_MARKS,
    ) -> int:
        """Where a part of *of* stands free between two letters; -1 where it does not.

        Args:
            wanted: marks that have to be there, before letters of the part.
        """
        part, count = of.text[start:end], end - start
        size = window[1] - window[0]
        if size < count or (size > LARGE and self._searched > MOST_SEARCHED):
            return -1
        at = self.text.find(part, *window)
        if size > LARGE:
            self._searched += (at if at >= 0 else window[1]) - window[0]
        for _ in range(MOST_FOUND):
            if at < 0:
                break
            whole = (self.whole_word(at) or start in of.loose) and self._ends(of, end, at + count)
            # Words of upright titles lie on their side: their spaces are not seen as such.
            known = (whole or (of.is_title and count >= TURNED)) and self.free(at, count)
            if known and all(self._has(at + n, signs) for n, signs in wanted.items()):
                return at
            at = self.text.find(part, at + 1, window[1])
        return -1

    def _has(self, at: int, wanted: str) -> bool:
        return not any(_lacking(wanted, self.marks.get(at, "")))


# --- where a chapter is ---------------------------------------------------------------------


def _span(stretches: Sequence[_SoughtText], printed: _Printed) -> tuple[int, int] | None:
    """First and last page of a chapter's running text; None where it has none."""
    pages = [
        printed.page(at)
        for stretch in stretches
        if stretch.said.kind in {"text", "item"} and len(stretch.text) >= 2 * LONG
        for start in range(0, len(stretch.text) - LONG, LONG)
        if (at := printed.only(stretch.text[start : start + LONG])) is not None
    ]
    return (min(pages), max(pages)) if pages else None


def _windows(spans: Sequence[tuple[int, int] | None], count: int) -> Iterator[tuple[int, int]]:
    """The pages on which each chapter can be: from the one before it to the one after it."""
    ends = accumulate((span[1] if span else 1 for span in spans), max, initial=1)
    begins = accumulate((s[0] if s else count for s in reversed(spans)), min, initial=count)
    for span, before, after in zip(spans, ends, [*begins][-2::-1], strict=False):
        if span is None:
            yield 1, count
        else:
            yield min(before, span[0]), max(after, span[1])


def _set_aside(
    said: Sequence[Sequence[_SoughtText]],
    spans: Sequence[tuple[int, int] | None],
    printed: _Printed,
    heads: Sequence[str],
    contents: Sequence[int],
    folios: frozenset[str],
) -> None:
    """Titles in contents and running heads stand for no title at its place."""
    shared = {page: any(s and s[0] <= page <= s[1] for s in spans) for page in contents}
    for span, stretches in zip(spans, said, strict=True):
        if span is None:
            continue
        titles = [s for s in stretches if s.said.kind in {"title", "kicker", "heading"}]
        for title in titles:
            for page in contents:
                _aside(title, printed, page, folios if shared[page] else None)
        for page in range(span[0] + 1, min(span[1], len(heads)) + 1):
            head = letters(heads[page - 1])[0]
            within = printed.last(head, page)
            for title in titles:
                if title.said.kind != "heading" and title.text in head:
                    _aside(title, printed, page, None, within)


def _aside(
    title: _SoughtText,
    printed: _Printed,
    page: int,
    folios: frozenset[str] | None,
    within: tuple[int, int] | None = None,
) -> None:
    """Set aside where a title is named on a page.

    Args:
        folios: only where one of them follows, since the title itself may be on the page.
        within: the letters among which it may be named; None: all of the page's.
    """
    low, high = within or printed.stretch(page, page)
    count = len(title.text)
    while (at := printed.find(title, 0, count, (low, high))) >= 0:
        if folios is None:
            printed.use(at, count)
        elif printed.word(at + count) in folios:
            printed.use(at, count)
            printed.use_number(at + count)
        low = at + count


# --- short stretches ------------------------------------------------------------------------

_Taken = Sequence[tuple[tuple[int, int], Sequence[_SoughtText]]]
_How = Callable[["_Search", int, int], None]


def _take_short(taken: _Taken, printed: _Printed, how: _How, *, titles: bool | None = None) -> None:
    """What is left of each stretch, long ones first; of titles alone, of others, or of all."""
    left = [
        (start - end, stretch.said.kind in NAMELESS, chapter, number, start, end)
        for chapter, (_, stretches) in enumerate(taken)
        for number, stretch in enumerate(stretches)
        if titles is None or stretch.is_title == titles
        for start, end in stretch.gaps()
    ]
    order = _ChapterOrder()
    for chapter, (_, stretches) in enumerate(taken):
        order.learn(chapter, stretches)
    for _, _, chapter, number, start, end in sorted(left, key=lambda gap: gap[:2]):
        window, stretches = taken[chapter]
        how(_Search(printed, stretches, number, window, order.behind(chapter)), start, end)
        order.learn(chapter, stretches[number : number + 1])


class _ChapterOrder:
    """Where chapters begin, as far as anything of them is found: they are printed in their order.

    In a book of a thousand chapters of a line each, all of it need not be searched for every line.
    """

    def __init__(self) -> None:
        self._chapters: list[int] = []
        self._begins: dict[int, int] = {}

    def learn(self, chapter: int, stretches: Sequence[_SoughtText]) -> None:
        found = [at for stretch in stretches for _, _, at in stretch.found]
        if not found:
            return
        if chapter not in self._begins:
            insort(self._chapters, chapter)
        self._begins[chapter] = min(min(found), self._begins.get(chapter, min(found)))

    def behind(self, chapter: int) -> int:
        """The first letter of the last chapter up to this one of which something is found."""
        number = bisect_right(self._chapters, chapter)
        return self._begins[self._chapters[number - 1]] if number else 0


@dataclass(slots=True)
class _Search:
    """For short parts of the stretch with that number in its chapter.

    `behind`: the letter from which on they are looked for first.
    """

    printed: _Printed
    stretches: Sequence[_SoughtText]
    number: int
    pages: tuple[int, int]
    behind: int

    @property
    def stretch(self) -> _SoughtText:
        return self.stretches[self.number]

    def take(self, start: int, end: int) -> None:
        """Find a part, and keep its place: the one where its marks are, too, if there is one.

        ``——校庆小组`` is signed below its text; a picture's ``校庆小组`` may be nearer.
        """
        marked = {n - start: signs for n, signs in self.stretch.marks.items() if start <= n <= end}
        for wanted in (marked, NO_MARKS) if marked else (NO_MARKS,):
            for window in self._windows(start, end):
                at = self.printed.find(self.stretch, start, end, window, wanted)
                if at >= 0:
                    self._keep(start, end, at)
                    return

    def take_lines(self, start: int, end: int) -> None:
        """Of a title each line, which may stand in a column of its own."""
        parts = [start, *(cut for cut in self.stretch.cuts if start < cut < end), end]
        for begin, stop in pairwise(parts):
            self.take(begin, stop)

    def _keep(self, start: int, end: int, at: int) -> None:
        self.printed.use(at, end - start)
        self.stretch.found.append((start, end, at))

    def _windows(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Between which letters to look: near its neighbours, on their pages, in its chapter."""
        before, after = self._before(start), self._after(start)
        marker = self.stretch.marker
        if start == 0 and marker and end <= marker:
            # A marker is painted before its item's text, or behind it.
            if self.stretch.found and after is not None:
                yield max(0, after - BEFORE), after
                begin, stop, at = max(self.stretch.found)
                yield at + stop - begin, at + stop - begin + BEFORE
            return
        yield from self._near(start)
        near = [self.printed.page(at) for at in (before, after) if at is not None]
        if near:
            yield self.printed.stretch(min(near) - 1, max(near) + 1)
        if not near or not self.stretch.text[start:end].isdigit():
            first, last = self.printed.stretch(*self.pages)
            if last - first > LARGE:
                yield max(first, self.behind), min(last, self.behind + LARGE)
            yield first, last

    def _near(self, start: int) -> Iterator[tuple[int, int]]:
        """Behind what is found before it, and before what is found behind it."""
        before, after = self._before(start), self._after(start)
        yield (before, before + NEAR) if before is not None else (0, 0)
        yield (max(0, after - NEAR), after) if after is not None else (0, 0)
        own = [part for part in self.stretch.found if part[0] > start]
        if own and self.stretch.text[start].isdigit():
            begin, end, at = min(own)  # a mark by hand, ①, is painted behind its text
            yield at + end - begin, at + end - begin + BEFORE

    def _before(self, start: int) -> int | None:
        """Behind the part that was found last before *start*."""
        parts = [part for part in self.stretch.found if part[1] <= start]
        for other in reversed(self.stretches[max(0, self.number - LOOK) : self.number]):
            if parts:
                break
            parts = other.found
        if not parts:
            return None
        begin, end, at = max(parts)
        return at + end - begin

    def _after(self, start: int) -> int | None:
        """Where the part begins that was found first behind *start*."""
        parts = [part for part in self.stretch.found if part[0] > start]
        for other in self.stretches[self.number + 1 : self.number + 1 + LOOK]:
            if parts:
                break
            parts = other.found
        return min(parts)[2] if parts else None

    def take_pieces(self, start: int, end: int) -> None:
        """Words one by one, as readings between the characters part them."""
        stretch = self.stretch
        marker = stretch.marker if start == 0 else 0
        at = marker or start
        if marker and end > marker:
            self.take(marker, end)
            self.take(0, marker)
        missed = 0
        while at < end and missed < MOST_MISSED:
            after = self._piece(at, end)
            missed = missed + 1 if after == at else 0
            at = max(after, at + 1)

    def take_letters(self, start: int, end: int) -> None:
        """All that is left of a title, letter by letter and in order: set upright, it is read with
        the lines beside it in between. One letter by itself is a guess, and is not taken.
        """
        low, high = self.printed.stretch(*self.pages)
        if not self.stretch.is_title or end - start == 1:
            return
        for _ in range(MOST_TRIED):
            places = list(self._in_order(start, end, low, high))
            if not places:
                return
            if len(places) == end - start:
                for n, at in enumerate(places, start):
                    self._keep(n, n + 1, at)
                return
            low = places[0] + 1

    def _in_order(self, start: int, end: int, low: int, high: int) -> Iterator[int]:
        """Where each letter stands behind the one before it, until one does not."""
        last = high
        for n in range(start, end):
            at = self.printed.find(self.stretch, n, n + 1, (low, last))
            if at < 0:
                return
            yield at
            low, last = at + 1, min(high, at + 1 + NEAR)

    def _piece(self, start: int, end: int) -> int:
        """The longest part from *start* on that stands free, near what was found before it."""
        stretch = self.stretch
        if any(begin <= start < stop for begin, stop, _ in stretch.found):
            return start
        windows = [near for near in self._near(start) if near[0] < near[1]]
        near = len(windows)
        if end - start <= NEAR:
            windows.append(self.printed.stretch(*self.pages))
        for stop in range(min(end, start + LONG), start, -1):
            if not (stretch.whole_word(start) and stretch.whole_word(stop)):
                continue
            for window in windows[: near if stop - start == 1 else None]:
                at = self.printed.find(stretch, start, stop, window)
                if at >= 0:
                    self._keep(start, stop, at)
                    return stop
        return start
