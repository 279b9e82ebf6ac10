"""Western text inside Chinese: which marks belong to it.

“ ” ‘ ’ are one code in both scripts, full-width in Chinese and proportional in Western text
(CLREQ § 3.1.1, Unicode Standard § 6.2 "Quotation Marks and East Asian Usage"). By its language a
text says which it means; otherwise the words around a mark do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from banxin.cjk.classes import CHINESE, QUOTES, is_latin

_PARTNER: Final = {"”": "“", "’": "‘"}
_NEAR: Final = 16  # characters on either side of a quotation that say what it stands in
_LONGEST: Final = 400  # characters: what is quoted at such length says its language
_SPACES: Final = " \u00a0\u2009\u202f"


def western_quotes(text: str, western: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Indices of the quotation marks and apostrophes in *text* that are Western.

    Args:
        western: stretches whose language writes no full-width marks.
    """
    if not QUOTES.search(text):
        return frozenset()
    found = {
        start + match.start()
        for start, end in western
        for match in QUOTES.finditer(text[start:end])
    }
    open_marks: list[int] = []
    for match in QUOTES.finditer(text):
        here, mark = match.start(), match.group()
        if mark in _PARTNER.values():
            open_marks.append(here)
        elif mark == "’" and _is_apostrophe(text, here, open_marks):
            found.add(here)
        elif open_marks and text[open_marks[-1]] == _PARTNER[mark]:
            start = open_marks.pop()
            if _quotes_western(text, start, here):
                found.update(i for i in range(start, here + 1) if QUOTES.match(text[i]))
    return frozenset(found)


def _is_apostrophe(text: str, here: int, open_marks: list[int]) -> bool:
    """Children’s wherever it stands; students’ and ’90s where no ‘ is waiting for its ’."""
    before, after = text[here - 1 : here], text[here + 1 : here + 2]
    if _is_letter(before) and _is_letter(after):
        return True
    waiting = bool(open_marks) and text[open_marks[-1]] == "‘"
    return not waiting and (_is_letter(before) or (after != "" and is_latin(after)))


def _is_letter(character: str) -> bool:
    return character.isalpha() and is_latin(character)


def _quotes_western(text: str, start: int, end: int) -> bool:
    """Whether what is quoted is Western, and so is the sentence it stands in.

    A Western word beside it, a space between: He said “Hi”. Within a Chinese sentence a quoted
    name has Chinese marks: 与“GDP”有关.
    """
    if end - start > _LONGEST:
        return False
    inside = text[start + 1 : end]
    if CHINESE.search(inside) or not any(map(is_latin, inside)):
        return False
    before, after = text[max(0, start - _NEAR) : start], text[end + 1 : end + 1 + _NEAR]
    led = before.rstrip(_SPACES + "([")
    follows = after.lstrip(_SPACES + ".,;:!?)]")
    return (led != before and led[-1:].isascii() and led != "") or (
        follows != after and is_latin(follows[:1] or " ")
    )
