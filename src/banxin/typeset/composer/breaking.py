"""Where lines end: total fit over the whole paragraph.

D. E. Knuth and M. F. Plass, "Breaking Paragraphs into Lines" (1981), with the costs of Chinese:
marks give way before anything is stretched (先挤进后推出), and no single character is left on
the last line (孤字). A narrow search comes first; the full one only where a line came out bad.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from banxin.typeset.composer import marks as m
from banxin.typeset.composer.paragraph import Paragraph, let_phrases_stand

# Costs: of a line stretched by 0.03 em a gap; of one squeezed by all it can give; of a line so
# loose that it shows; of a last line that is one character.
STRETCHED, SQUEEZED, GAPING, ORPHAN = 10.0, 4.0, 50.0, 3000.0
LOOSE: Final = 0.25  # em a gap
OVERFULL: Final = 1e6
BAD: Final = 90.0  # a line that costs more calls for the full search
NARROW: Final = (1.7, 45.0)  # window in em, beam in costs
WIDE: Final = (6.0, 1e18)
TOLERANCE: Final = 1e-3  # px
LEAST_LAST: Final = 2  # characters on the last line


@dataclass(slots=True)
class Cuts:
    """All places where a line may end, and a line's edge there.

    Attributes:
        at: the next line's first character; `ends`, the first after this line's last.
        edges: `room` up to the end, without the last mark's blank half.
        give: `give` up to the end; `open`, gaps that grow up to there.
    """

    at: list[int]
    ends: list[int]
    edges: list[float]
    give: list[float]
    open: list[int]


def last_of(p: Paragraph, start: int, following: int) -> int:
    """The first character after the line that begins at *start*, without its trailing spaces."""
    end = following
    while end > start + 1 and p.text[end - 1] in m.HANGING_SPACES:
        end -= 1
    return end


def tail_of(p: Paragraph, end: int) -> float:
    """What the line that ends before *end* does not need: the last gap, and a mark's blank.

    Below 0 where it needs a hyphen.
    """
    last = end - 1
    hyphen = p.hyphens.get(last)
    return p.gaps[last] + (p.hangs[last] or p.tail_blank[last]) - (hyphen.width if hyphen else 0.0)


def natural_width(p: Paragraph, start: int, following: int) -> float:
    """Of the line from *start* up to *following*, neither stretched nor squeezed."""
    while start < following - 1 and p.text[start] == " ":
        start += 1
    end = last_of(p, start, following)
    return p.room[end] - p.room[start] - tail_of(p, end) - head_of(p, start)


def head_of(p: Paragraph, start: int) -> float:
    if start == 0 and not (p.setting.trim_first or p.setting.hang_first):
        return 0.0
    return p.head_blank[start]


def next_line(p: Paragraph, start: int, available: float, rest: float) -> int:
    """The first character of the line after the one that begins at *start*.

    The rest of the paragraph is planned with it, on lines as wide as *rest*.
    """
    key = (start, round(available, 3), round(rest, 3))
    known = p.next.get(key)
    if known is not None:
        return known
    if not p.forced and natural_width(p, start, p.length) <= available + TOLERANCE:
        p.next[key] = p.length
        return p.length
    if p.cuts is None:
        p.cuts = _cuts(p, rest)
    path = _path(p, start, available, rest)
    for here, there in zip([start, *path], path, strict=False):
        p.next[here, key[1] if here == start else key[2], key[2]] = there
    return p.next[key]


def _path(p: Paragraph, start: int, available: float, rest: float) -> list[int]:
    """Where each line after the one at *start* begins, and the end."""
    wrap = p.setting.wrap
    if wrap == "balance":
        balanced = _search(p, start, available, rest, 1e4, 1e18, ragged=True)
        if balanced is not None:
            return balanced
    ragged = not p.justified
    window, beam = NARROW
    found = _search(p, start, available, rest, window, beam, bad=BAD, ragged=ragged)
    if found is None:
        found = _search(p, start, available, rest, *WIDE, ragged=ragged)
    return found if found is not None else _emergency(p, start, available, rest)


def _cuts(p: Paragraph, measure: float) -> Cuts:
    if p.setting.phrases and not p.phrased:
        let_phrases_stand(p)
    _loosen(p, measure)
    if (p.setting.anywhere or p.setting.overlong) and p.setting.wrap != "nowrap":
        _cut_long_words(p, measure)
    at = [i for i in range(1, p.length + 1) if p.breaks[i]]
    if p.forced:
        at = sorted({*at, *(i + 1 for i in p.forced)})
    spaced = not m.HANGING_SPACES.isdisjoint(p.text)
    ends = [last_of(p, 0, i) for i in at] if spaced else at
    return Cuts(
        at,
        ends,
        [p.room[end] - tail_of(p, end) for end in ends],
        [p.give[end - 1] for end in ends],
        [p.open[end - 1] for end in ends],
    )


def _loosen(p: Paragraph, measure: float) -> None:
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


def _cut_long_words(p: Paragraph, measure: float) -> None:
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


def _search(
    p: Paragraph,
    start: int,
    available: float,
    rest: float,
    window: float,
    beam: float,
    *,
    bad: float = 1e18,
    ragged: bool,
) -> list[int] | None:
    """The cheapest way from *start* to the end; None if one of its lines costs more than *bad*.

    Args:
        window: how much shorter than its measure a line may be for a start, em.
        beam: ways that cost so much more than the best nearby are left.
    """
    cuts: Cuts = p.cuts
    at, edges, gives, opens = cuts.at, cuts.edges, cuts.give, cuts.open
    room, heads = p.room, p.head_blank
    balanced = p.setting.wrap == "balance"
    first, count, em = bisect_right(at, start) - 1, len(at), p.sizes[start] or 1.0
    # The node before the first cut is the line's own start, which may be no cut.
    cost, came, worst = [1e18] * (count - first), [0] * (count - first), [0.0] * (count - first)
    cost[0] = 0.0
    best, best_at = 1e18, -1.0
    for node in range(first, count - 1):
        paid = cost[node - first]
        if paid >= 1e18:
            continue
        here = start if node == first else at[node]
        position = room[here]
        if paid < best or position - best_at > 2.5 * em:
            best, best_at = paid, position
        elif paid > best + beam:
            continue
        width = available if here == start else rest
        origin = position + (head_of(p, here) if heads[here] else 0.0)
        given, opened = p.give[here], p.open[here]
        stop = count if not p.forced else _forced_stop(p, at, here, count)
        j = bisect_right(edges, origin + width - window * em, node + 1, stop)
        if j == stop:
            j = stop - 1
        elif j > node + 1 and edges[j] - origin - (gives[j] - given) > width + TOLERANCE:
            j -= 1  # nothing in the window fits: a looser line
        began = j
        while j < stop:
            spare = width - (edges[j] - origin)
            give = gives[j] - given
            if spare < -TOLERANCE - give and j > began:
                break
            if spare < -1e-6:
                if give > 1e-6 and spare >= -TOLERANCE - give:
                    price = (spare / give) ** 2 * SQUEEZED + 0.5
                else:
                    price = OVERFULL * (1 - spare)
            elif j == stop - 1 and not balanced:
                price = 0.0
            elif ragged:
                price = (spare / em) ** 2
            else:
                each = spare / em / ((opens[j] - opened) or 1)
                price = (each / 0.03) ** 2 * STRETCHED + (GAPING if each > LOOSE else 0.0)
            if j == count - 1:
                if here and at[j] - here < 10:
                    price += _orphan(p, here, cuts.ends[j])
            elif p.prices:
                price += p.prices.get(at[j], 0.0)
            slot = j - first
            if paid + price < cost[slot]:
                cost[slot], came[slot] = paid + price, node
                worst[slot] = max(price, worst[node - first])
            if spare < -TOLERANCE - give:
                break
            j += 1
    if worst[-1] > bad or cost[-1] >= 1e18:
        return None
    path, node = [], count - 1
    while node != first:
        path.append(at[node])
        node = came[node - first]
    return path[::-1]


def _forced_stop(p: Paragraph, at: list[int], here: int, count: int) -> int:
    place = bisect_left(p.forced, here)
    return bisect_left(at, p.forced[place] + 1) + 1 if place < len(p.forced) else count


def _orphan(p: Paragraph, start: int, end: int) -> float:
    letters = sum(m.is_han(c) or m.is_latin(c) for c in p.text[start:end])
    return ORPHAN if letters < LEAST_LAST else 0.0


def _emergency(p: Paragraph, start: int, available: float, rest: float) -> list[int]:
    """First fit: when no way was found at all."""
    cuts: Cuts = p.cuts
    path, here, width = [], start, available
    while here < p.length:
        place = bisect_right(cuts.at, here)
        limit = _forced_stop(p, cuts.at, here, len(cuts.at))
        origin = p.room[here] + head_of(p, here)
        fits = bisect_right(cuts.edges, origin + width, place, limit)
        here = cuts.at[max(place, min(fits, limit) - 1)]
        path.append(here)
        width = rest
    return path


def widest_word(p: Paragraph) -> float:
    """Width of the longest stretch that no line may end in."""
    widest, last = 0.0, 0
    for i in range(1, p.length + 1):
        if p.breaks[i] or (i - 1 < p.length and p.text[i - 1] == "\n"):
            widest = max(widest, natural_width(p, last, i))
            last = i
    return widest


def widest_line(p: Paragraph, indent: float) -> float:
    """Width of the paragraph with only its forced breaks."""
    widest, last, more = 0.0, 0, indent
    for following in (*(i + 1 for i in p.forced), p.length):
        if following > last:
            widest = max(widest, natural_width(p, last, following) + more)
            last, more = following, 0.0
    return widest
