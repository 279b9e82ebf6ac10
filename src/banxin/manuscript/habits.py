"""How Chinese manuscripts are typed, and what is meant: full-width signs, indents, lists by hand.

Signs are put right one for one, so that every line keeps its length and each finding its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

HAN: Final = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
PICTURE: Final = r"\.(?:jpe?g|png|tiff?|webp|avif|heic|gif|bmp|svgz?|pdf|eps|ai)"

# What is not seen but is there: zero-width spaces and joiners, byte order marks, soft hyphens.
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Separators of lines and paragraphs other than the line feed.
SEPARATORS: Final = "\u2028\u2029\u0085\x0b\x0c"

_SPACES: Final = {"\u3000": 1.0, "\u2003": 1.0, "\u2002": 0.5, "\u00a0": 0.5, " ": 0.25, "\t": 1.0}
_INDENT: Final = re.compile(f"[{''.join(_SPACES)}]*")
_IDEOGRAPHIC: Final = frozenset("\u3000\u2003\u2002\u00a0")

_FENCE: Final = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)")
_UNSEEN_FIRST: Final = re.compile(rf"[{INVISIBLE}]{{1,3}}(?=[#>\-*+:\d|!\[`])")
_IMAGE: Final = re.compile(
    rf"[!！][\[［]([^\[\]［］\n]{{0,500}})[\]］][(（]([^()（）\n]{{0,300}}?{PICTURE}[^()（）\n]{{0,100}})[)）]",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(r"[\[［][\^＾]([^\[\]［］\s]{1,40})[\]］]([:：]?)")
_BRACES: Final = re.compile(r"(?<=[)\]])([ \t]?)｛([^{}｛｝\n]{0,500})｝")
_STARS: Final = re.compile(r"＊＊(?=\S)([^＊\n]{1,500}?)(?<=\S)＊＊")
_HASHES: Final = re.compile(r"[ ]{0,3}[#＃]{1,6}(?=[^#＃])")
_COLONS: Final = re.compile(r"[ ]{0,3}[:：]{3,}")


_Straight: TypeAlias = Callable[[re.Match[str]], str]
_SIGNS: Final[Sequence[tuple[re.Pattern[str], _Straight, str]]] = (
    (_IMAGE, lambda m: f"![{m[1]}]({m[2]})", "![…](photos/a.jpg)"),
    (_NOTE, lambda m: f"[^{m[1]}]{m[2] and ':' if m.start() < 4 else m[2]}", "[^1] [^1]: …"),
    (_BRACES, lambda m: f"{m[1]}{{{m[2]}}}", '{credit="…"}'),
    (_STARS, lambda m: f"**{m[1]}**", "**…**"),
)


@dataclass(frozen=True, slots=True)
class Habit:
    """Something read as it was meant: `written` so, and how it is to be written."""

    written: str
    write: str
    line: int  # from 0
    column: int  # from 0


def straightened(lines: Sequence[str], habits: list[Habit]) -> list[str]:
    """The lines with full-width signs put right, each as long as before. Verbatim stays."""
    found: list[str] = []
    fence = ""
    for number, line in enumerate(lines):
        match = _FENCE.fullmatch(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
        elif not fence:
            line = _straight(line, number, habits)
        found.append(line)
    return found


def _straight(line: str, number: int, habits: list[Habit]) -> str:
    if not line or "`" in line or line.isascii():
        return line
    for pattern, straight, write in _SIGNS:
        for match in list(pattern.finditer(line)):
            put = straight(match)
            if put != match[0]:
                line = line[: match.start()] + put + line[match.end() :]
                habits.append(Habit(match[0][:40], write, number, match.start()))
    for pattern, write in ((_HASHES, "## …"), (_COLONS, "::: …")):
        begun = pattern.match(line)
        if begun and not begun[0].isascii():
            put = begun[0].replace("＃", "#").replace("：", ":")
            line = put + line[begun.end() :]
            habits.append(Habit(begun[0].strip(), write, number, begun.start()))
    unseen = _UNSEEN_FIRST.match(line)
    if unseen:
        line = " " * len(unseen[0]) + line[unseen.end() :]
    return line


# --- indents --------------------------------------------------------------------------------


def is_indented(line: str) -> bool:
    """Whether a line begins with the two characters of space that begin a Chinese paragraph."""
    indent = _INDENT.match(line)
    space = indent[0] if indent else ""
    if not _IDEOGRAPHIC.intersection(space) or len(space) == len(line):
        return False
    return sum(_SPACES[c] for c in space) >= 1.99


def without_indent(line: str) -> str:
    return line.lstrip("".join(_SPACES))


_HAN_OR_MARK: Final = re.compile(rf"[{HAN}\u3001-\u301f\uff01-\uff5e“”‘’—…·]")
_SENTENCE: Final = re.compile(r"[，。；：！？、…—”]")


def is_prose(line: str) -> bool:
    """Whether a line that begins with four half spaces is Chinese text, and no program."""
    written = line.strip()
    chinese = len(_HAN_OR_MARK.findall(written))
    return 2 * chinese > len(written) and (chinese >= 12 or bool(_SENTENCE.search(written)))


# --- lists by hand --------------------------------------------------------------------------

BULLETS: Final = "•●○◆◇■□▪▫▶►➢※✓√★☆·"
_COUNTED: Final = "一二三四五六七八九十百"
_MARKS: Final = (
    ("1、", re.compile(r"\d{1,3}[、．](?!\d{1,3}[、．])")),
    ("1.", re.compile(r"\d{1,3}\.(?=[^\d\s.])")),
    ("1. ", re.compile(r"\d{1,3}\.(?=[ \u3000])")),
    ("1)", re.compile(r"\d{1,3}[)）]")),
    ("(1)", re.compile(r"[(（]\d{1,3}[)）]")),
    ("（一）", re.compile(rf"[(（][{_COUNTED}]{{1,4}}[)）]")),
    ("一、", re.compile(rf"[{_COUNTED}]{{1,4}}、")),
    ("①", re.compile(r"[①-⑳㉑-㉟㊱-㊿❶-❿➀-➓]")),
    ("⑴", re.compile(r"[⑴-⒇⒈-⒛]")),
    ("•", re.compile(f"[{BULLETS}]")),
)
SHORT: Final = 60  # characters of an item; what is longer is a paragraph with a number before it
_LOOK_AHEAD: Final = 6  # lines; an item of a list by hand may go on that far


@dataclass(frozen=True, slots=True)
class Marked:
    """A line of a list by hand: the mark as written, its kind, and where its words begin."""

    kind: str
    mark: str
    begins: int


def marked(line: str) -> Marked | None:
    start = len(line) - len(without_indent(line))
    for kind, pattern in _MARKS:
        match = pattern.match(line, start)
        if match and line[match.end() :].strip():
            begins = match.end()
            begins += len(line[begins:]) - len(without_indent(line[begins:]))
            return Marked(kind, match[0], begins)
    return None


_CHAPTERED: Final = frozenset({"一、", "（一）"})
_LONGEST_HEAD: Final = 30  # characters of a line that heads what follows
_PICTURE_LINE: Final = re.compile(r"[ ]{0,3}!\[[^\]\n]*\]\([^\n]*\)(?:[ \t]?\{[^{}\n]*\})?\s*")


def is_picture(line: str) -> bool:
    """Whether a line holds a picture and nothing else."""
    return "![" in line and bool(_PICTURE_LINE.fullmatch(line))


def is_counted(line: str) -> bool:
    """Whether a line begins a paragraph because it is counted: `二、`, `（三）`."""
    mark = marked(line)
    if mark is None or mark.kind not in _CHAPTERED:
        return False
    return not re.match(rf"[{_COUNTED}]+[、，等]", line[mark.begins :])


def stands_alone(line: str) -> bool:
    """Whether nothing that follows goes on with a line: a picture, or a short `二、` heading."""
    short = len(line.strip()) <= _LONGEST_HEAD and not re.search(r"[，、。；：！？…]\s*\Z", line)
    return is_picture(line) or (short and is_counted(line))


def begins_a_list(lines: Sequence[str], start: int) -> Marked | None:
    """The mark of a line, if one of the next lines goes on counting in the same way."""
    first = marked(lines[start])
    if first is None:
        return None
    for line in lines[start + 1 : start + 1 + _LOOK_AHEAD]:
        if not line.strip():
            return None
        other = marked(line)
        if other is not None and other.kind == first.kind:
            return first
    return None


def runs(lines: Sequence[str]) -> Iterator[tuple[Marked | None, int, int]]:
    """Stretches of *lines* from one mark of the first's kind to the next: mark, first, end."""
    first = marked(lines[0])
    starts = [
        (n, m)
        for n, line in enumerate(lines)
        if (m := marked(line)) is not None and first is not None and m.kind == first.kind
    ]
    ends = [n for n, _ in starts[1:]] + [len(lines)]
    for (start, mark), end in zip(starts, ends, strict=True):
        yield mark, start, end


_VERSE: Final = re.compile(r"[\s>]*[^\s>].{0,15}?[，。；：！？、…—”’]+\s*")
_LAST_OF_VERSE: Final = re.compile(r"[\s>]*[^\s>].{0,17}\s*")


_SOURCE: Final = re.compile(r"[\s>]*(?:——|―|—)\s*[^\s—].{0,40}")


def ends_of_quote(lines: Sequence[str]) -> Iterator[int]:
    """Which of quoted *lines* end where they are written, from 0: those of verse, and the one
    before a line that says whose words they are.
    """
    if is_verse(lines):
        yield from range(len(lines) - 1)
        return
    yield from (n - 1 for n, line in enumerate(lines) if n and _SOURCE.fullmatch(line))


def is_verse(lines: Sequence[str]) -> bool:
    """Whether quoted *lines* are verse: short ones, each with a mark at its end."""
    return (
        len(lines) > 1
        and all(_VERSE.fullmatch(line) for line in lines[:-1])
        and _LAST_OF_VERSE.fullmatch(lines[-1]) is not None
    )
