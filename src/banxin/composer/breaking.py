"""Where lines end: total fit over the whole paragraph.

D. E. Knuth and M. F. Plass, "Breaking Paragraphs into Lines" (1981), with the costs of Chinese.
A line that is squeezed costs the cube of the share that it uses of what it can give: many lines
give a little, none gives all. One that is stretched costs the square of what its gaps take,
where that is little, and the cube where it shows. `spacing` shares it out.
A line unlike the one above costs too, and a last line of a character or two (孤字), and ends that
have a price. A narrow search comes first; the full one, by the same costs, only where a line came
out bad.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from banxin.cjk import classes as m
from banxin.cjk.phrases import phrase_ends
from banxin.composer.paragraph import ShapedParagraph, packed

# Costs of a line: squeezed by all that it can give; half of one whose gaps take SHOWN each; of
# one whose gaps differ by SHOWN from those of the line above; of one that ends inside a phrase
# that should stand. Weighed on texts of several kinds in measures of 12 to 36 em (tests/bench).
SQUEEZED, STRETCHED, UNLIKE, CUT_PHRASE = 1000.0, 110.0, 230.0, 1000.0
SHOWN: Final = 0.1  # em
# Measures in em: from the first on all costs are as they are; in narrower columns, down to the
# second, lines are never quite alike, and numbers and names count so much more, that less.
WIDE_ENOUGH: Final = (18.0, 15.0)
NARROW_PRICES, NARROW_UNLIKE = 1.45, 0.55
OVERFULL: Final = 1e6
# Costs of a last line of one character; of two, where lines are justified.
LONE, PAIR = 3000.0, 150.0
BAD: Final = 200.0  # a line that costs more calls for the full search
NARROW: Final = (1.4, 60.0)  # window in em, beam in costs
WIDE: Final = (4.0, 1e18)
PHRASED: Final = (12.0, 1e18)  # as much may be left where phrases stand
BOUNDLESS: Final = (1e4, 1e18)
TOLERANCE: Final = 1e-3  # px

# Of lines, px: the last of them is that of all others.
Widths = tuple[float, ...]


@dataclass(slots=True)
class Cuts:
    """All places where a line may end, and a line's edge there.

    Attributes:
        at: the next line's first character; `ends`, the first after this line's last.
        edges: `room` up to the end, without the last mark's blank half.
        give: `give` up to the end; `open`, gaps that grow up to there.
        prices: of ending a line there.
    """

    at: Sequence[int]
    ends: Sequence[int]
    edges: Sequence[float]
    give: Sequence[float]
    open: Sequence[int]
    prices: list[float]


def last_of(p: ShapedParagraph, start: int, following: int) -> int:
    """The first character after the line that begins at *start*, without its trailing spaces."""
    end = following
    while end > start + 1 and p.text[end - 1] in m.HANGING_SPACES:
        end -= 1
    return end


def tail_of(p: ShapedParagraph, end: int) -> float:
    """What the line that ends before *end* does not need: the last gap, and a mark's blank.

    Below 0 where it needs a hyphen.
    """
    last = end - 1
    hyphen = p.hyphens.get(last)
    return p.gaps[last] + (p.hangs[last] or p.tail_blank[last]) - (hyphen.width if hyphen else 0.0)


def natural_width(p: ShapedParagraph, start: int, following: int) -> float:
    """Of the line from *start* up to *following*, neither stretched nor squeezed."""
    while start < following - 1 and p.text[start] == " ":
        start += 1
    end = last_of(p, start, following)
    return p.room[end] - p.room[start] - tail_of(p, end) - head_of(p, start)


def head_of(p: ShapedParagraph, start: int) -> float:
    """What the line that begins at *start* does not need; below 0: what a reading needs besides."""
    if start == 0 and not (p.setting.trim_first or p.setting.hang_first):
        return min(0.0, p.head_blank[start])
    return p.head_blank[start]


def next_line(p: ShapedParagraph, start: int, available: float, rest: Widths) -> int:
    """The first character of the line after the one that begins at *start*.

    The rest of the paragraph is planned with it, on lines as wide as *rest*.
    """
    widths = round(available, 3), *(round(width, 3) for width in rest)
    key = (start, widths)
    known = p.next.get(key)
    if known is not None:
        return known
    if not p.forced and natural_width(p, start, p.length) <= available + TOLERANCE:
        p.next[key] = p.length
        return p.length
    if p.cuts is None:
        p.cuts = _cuts(p, min(rest))
    path = _path(p, start, (available, *rest))
    if start == 0:
        _pack(p)
    for here, there in zip([start, *path], path, strict=False):
        p.next[here, widths] = there
        widths = widths[1:] if len(widths) > 2 else (widths[-1],) * 2
    return p.next[key]


def _pack(p: ShapedParagraph) -> None:
    """Let go of what only the search for its lines needs: half of a paragraph's memory."""
    p.cuts = None
    p.room, p.give, p.open = array("d", p.room), array("d", p.give), array("q", p.open)


def _path(p: ShapedParagraph, start: int, widths: Widths) -> list[int]:
    """Where each line after the one at *start* begins, and the end."""
    if p.setting.wrap == "balance":
        balanced = _search(p, start, widths, BOUNDLESS, ragged=True)
        if balanced is not None:
            return balanced
    ragged, found = not p.justified, None
    if not p.setting.phrases:
        found = _search(p, start, widths, NARROW, bad=BAD, ragged=ragged)
    if found is None:
        room = PHRASED if p.setting.phrases else WIDE
        found = _search(p, start, widths, room, ragged=ragged)
    return found if found is not None else _emergency(p, start, widths)


def _cuts(p: ShapedParagraph, measure: float) -> Cuts:
    _loosen(p, measure)
    if (p.setting.anywhere or p.setting.overlong) and p.setting.wrap != "nowrap":
        _cut_long_words(p, measure)
    places = [i for i in range(1, p.length + 1) if p.breaks[i]]
    if p.forced:
        places = sorted({*places, *(i + 1 for i in p.forced)})
    at = packed(places, "q")
    spaced = not m.HANGING_SPACES.isdisjoint(p.text)
    ends = packed([last_of(p, 0, i) for i in at], "q") if spaced else at
    return Cuts(
        at,
        ends,
        packed([p.room[end] - tail_of(p, end) for end in ends]),
        packed([p.give[end - 1] for end in ends]),
        packed([p.open[end - 1] for end in ends], "q"),
        _prices(p, at, _graded(p, measure, NARROW_PRICES)),
    )


def _graded(p: ShapedParagraph, measure: float, narrow: float) -> float:
    """1 where columns are wide enough, *narrow* where they are narrow."""
    wide, least = WIDE_ENOUGH
    em = measure / (p.sizes[0] or 1.0)
    return 1 + (narrow - 1) * min(max((wide - em) / (wide - least), 0.0), 1.0)


def _prices(p: ShapedParagraph, at: Sequence[int], factor: float) -> list[float]:
    if not p.setting.phrases:
        return [p.prices.get(i, 0.0) * factor for i in at]
    ends = phrase_ends(p.text)
    return [
        p.prices.get(i, 0.0 if i in ends or not m.is_han(p.text[i - 1]) else CUT_PHRASE) for i in at
    ]


def _loosen(p: ShapedParagraph, measure: float) -> None:
    """Between a word and the number that follows it, after ·, and after the marks of an address,
    where nothing else will do.
    """
    last = 0
    for i in range(1, p.length + 1):
        if p.breaks[i]:
            if p.room[i] - p.room[last] > measure:
                for k in range(last + 1, i):
                    a, b = p.text[k - 1], p.text[k]
                    numbered = b.isdigit() and ((a.isalpha() and not m.is_han(a)) or a == "·")
                    p.breaks[k] = numbered or (a in m.OF_ADDRESSES and b.isalpha())
            last = i


def _cut_long_words(p: ShapedParagraph, measure: float) -> None:
    """`overflow-wrap`: where a line may end inside words: those longer than a line, or than eight
    em where any long word may be cut.
    """
    last = 0
    for i in range(1, p.length + 1):
        if p.breaks[i]:
            most = min(measure, 8 * p.sizes[last]) if p.setting.anywhere else measure
            if p.room[i] - p.room[last] > most:
                p.breaks[last + 1 : i] = [True] * (i - last - 1)
            last = i


@dataclass(slots=True)
class _Ways:
    """The cheapest way to each cut, as far as it is known.

    Attributes:
        first: the node before the first cut is the line's own start, which may be no cut: node k
            has its cost at k - first.
        tables: of the cuts, by node: where, edges, gives, opens, prices; and from the first node
            on: what the way to it costs, the node that it comes from, and what the gaps take, in
            SHOWN, or would have to give, in the line that ends there. In one, since they are taken
            apart for every node.
        em: px; `shown`, SHOWN in px; `unlike`, what it costs that neighbours are so.
        balanced: whether the last line is as wide as the others.
    """

    first: int
    tables: tuple[
        Sequence[int], Sequence[float], Sequence[float], Sequence[int], list[float],
        list[float], list[int], list[float],
    ]  # fmt: skip
    em: float
    shown: float
    unlike: float
    ragged: bool
    balanced: bool

    @classmethod
    def from_start(cls, p: ShapedParagraph, start: int, measure: float, *, ragged: bool) -> _Ways:
        cuts: Cuts = p.cuts
        first = bisect_right(cuts.at, start) - 1
        nodes, em = len(cuts.at) - first, p.sizes[start] or 1.0
        costs = [0.0, *[1e18] * (nodes - 1)]
        tables = (
            cuts.at, cuts.edges, cuts.give, cuts.open, cuts.prices,
            costs, [0] * nodes, [0.0] * nodes,
        )  # fmt: skip
        unlike = UNLIKE * _graded(p, measure, NARROW_UNLIKE)
        return cls(first, tables, em, SHOWN * em, unlike, ragged, p.setting.wrap == "balance")

    def path(self, bad: float) -> list[int] | None:
        """From the start to the end; None if there is none, or one of its lines costs too much."""
        at, cost, came, first = self.tables[0], self.tables[5], self.tables[6], self.first
        if cost[-1] >= 1e18:
            return None
        path, node = [], len(at) - 1
        while node != first:
            before = came[node - first]
            if cost[node - first] - cost[before - first] > bad:
                return None
            path.append(at[node])
            node = before
        return path[::-1]


def _search(
    p: ShapedParagraph,
    start: int,
    widths: Widths,
    room: tuple[float, float],
    *,
    bad: float = 1e18,
    ragged: bool,
) -> list[int] | None:
    """The cheapest way from *start* to the end; None if one of its lines costs more than *bad*.

    Args:
        widths: of the line at *start*, and of those after it, the last of them of all others. As
            the cheapest way to a cut counts its lines: other ways to it may have one more or less.
        room: how much shorter than its measure a line may be for a start, em; and how much more
            than the best nearby a way may cost.
    """
    ways = _Ways.from_start(p, start, widths[-1], ragged=ragged)
    at, edges, gives, _, _, cost, came, _ = ways.tables
    lines, latest = [0] * len(cost), len(widths) - 1
    first, count, em, (window, beam) = ways.first, len(at), ways.em, room
    best, best_at = 1e18, -1.0
    for node in range(first, count - 1):
        paid = cost[node - first]
        if paid >= 1e18:
            continue
        here = start if node == first else at[node]
        position = p.room[here]
        if paid < best or position - best_at > 2.5 * em:
            best, best_at = paid, position
        elif paid > best + beam:
            continue
        if node > first:
            lines[node - first] = lines[came[node - first] - first] + 1
        limit = position + widths[min(lines[node - first], latest)]
        if p.head_blank[here]:
            limit += head_of(p, here)
        stop = count if not p.forced else _forced_stop(p, at, here, count)
        j = bisect_right(edges, limit - window * em, node + 1, stop)
        if j == stop:
            j = stop - 1
        elif j > node + 1 and edges[j] - (gives[j] - p.give[here]) > limit + TOLERANCE:
            j -= 1  # nothing in the window fits: a looser line
        _extend(p, ways, node, here, limit, j, stop)
    return ways.path(bad)


def _extend(
    p: ShapedParagraph, ways: _Ways, node: int, here: int, limit: float, began: int, stop: int
) -> None:
    """The ways that go on from *node* by one line: to the cuts from *began* to before *stop*.

    Args:
        here: the first character of that line.
        limit: where it ends, as `ShapedParagraph.room` counts.
    """
    at, edges, gives, opens, prices, cost, came, taken = ways.tables
    first, em, shown, ragged, balanced = ways.first, ways.em, ways.shown, ways.ragged, ways.balanced
    unlike = ways.unlike
    paid, above = cost[node - first], taken[node - first]
    given, opened, last = p.give[here], p.open[here], len(at) - 1
    for j in range(began, stop):
        spare = limit - edges[j]
        each = spare / shown / ((opens[j] - opened) or 1)
        price = prices[j]
        if spare < -1e-6:
            give = gives[j] - given
            if give > 1e-6 and spare >= -TOLERANCE - give:
                share = spare / give
                price += unlike * (each - above) ** 2 - SQUEEZED * share**3
            elif j > began:
                break
            else:
                price += OVERFULL * (1 - spare)
        elif j == stop - 1 and not balanced:
            each = 0.0
        elif ragged:
            price += (spare / em) ** 2
        else:
            price += unlike * (each - above) ** 2 + STRETCHED * each * each * (1 + each)
        if j == last and here and at[j] - here < 10:
            price += _short_last(p, here, p.cuts.ends[j], ragged=ragged)
        slot = j - first
        if paid + price < cost[slot]:
            cost[slot], came[slot], taken[slot] = paid + price, node, each


def _forced_stop(p: ShapedParagraph, at: Sequence[int], here: int, count: int) -> int:
    place = bisect_left(p.forced, here)
    return bisect_left(at, p.forced[place] + 1) + 1 if place < len(p.forced) else count


def _short_last(p: ShapedParagraph, start: int, end: int, *, ragged: bool) -> float:
    letters = sum(m.is_han(c) or m.is_latin(c) for c in p.text[start:end])
    if letters < 2:
        return LONE
    return PAIR if letters == 2 and not ragged else 0.0


def _emergency(p: ShapedParagraph, start: int, widths: Widths) -> list[int]:
    """First fit: when no way was found at all."""
    cuts: Cuts = p.cuts
    path, here, width = [], start, widths[0]
    while here < p.length:
        place = bisect_right(cuts.at, here)
        limit = _forced_stop(p, cuts.at, here, len(cuts.at))
        origin = p.room[here] + head_of(p, here)
        fits = bisect_right(cuts.edges, origin + width, place, limit)
        here = cuts.at[max(place, min(fits, limit) - 1)]
        path.append(here)
        width = widths[min(len(path), len(widths) - 1)]
    return path


def widest_word(p: ShapedParagraph) -> float:
    """Width of the longest stretch that no line may end in."""
    widest, last = 0.0, 0
    for i in range(1, p.length + 1):
        if p.ends_freely(i) or (i - 1 < p.length and p.text[i - 1] == "\n"):
            widest = max(widest, natural_width(p, last, i))
            last = i
    return widest


def widest_line(p: ShapedParagraph, indent: float) -> float:
    """Width of the paragraph with only its forced breaks."""
    widest, last, more = 0.0, 0, indent
    for following in (*(i + 1 for i in p.forced), p.length):
        if following > last:
            widest = max(widest, natural_width(p, last, following) + more)
            last, more = following, 0.0
    return widest
