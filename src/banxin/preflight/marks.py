"""How the marks of a paragraph are written, and how they are meant: one table, told and mended.

A rule of copy tells of each; `banxin fix` writes what stands in the same row. Positions are those
of the paragraph's text, in which Markdown's own signs, code and addresses are hidden.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from banxin.preflight.book import HIDDEN, WrittenParagraph
from banxin.visible import hidden

HAN: Final = r"\u3400-\u9fff\U00020000-\U0003ffff"
FULL: Final = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", ".": "。"}
BRACKETS: Final = {"(": "（", ")": "）"}


@dataclass(frozen=True, slots=True)
class Mend:
    """What stands from `start` to `end`, and what is to stand there.

    `sure`: it may be written without asking what was meant; where it is not, a person decides.
    """

    start: int
    end: int
    put: str
    sure: bool = True


Reading: TypeAlias = Callable[[WrittenParagraph], Iterator[Mend]]

_HALF: Final = re.compile(
    rf"(?<=[{HAN}”’）》〉】」』])[,;:!?](?![,;:!?])|[,;!?](?=[{HAN}“‘（《])"
    rf"|(?<=[{HAN}”’）》])\.(?=$|[{HAN}\s”’）])",
    re.MULTILINE,
)


def half_width(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Marks beside Chinese characters, and brackets of which one stands beside them, by pairs."""
    text = paragraph.text
    for match in _HALF.finditer(text):
        if not _in_latin(text, match.start()):
            yield Mend(*match.span(), FULL[match[0]])
    yield from _brackets(text)


_FILE: Final = re.compile(r"\)\.[A-Za-z0-9]")


def _brackets(text: str) -> Iterator[Mend]:
    open_ones: list[int] = []
    for match in re.finditer(r"[()（）]", text):
        at = match.start()
        if match[0] in "(（":
            open_ones.append(at)
        elif open_ones:
            first = open_ones.pop()
            if _is_chinese_pair(text, first, at):
                yield from (
                    Mend(n, n + 1, BRACKETS[text[n]]) for n in (first, at) if text[n] in "()"
                )
        elif text[at] == ")" and _is_han(text, at - 1) and not _FILE.match(text, at):
            yield Mend(at, at + 1, BRACKETS[")"], sure=False)


def _is_chinese_pair(text: str, first: int, last: int) -> bool:
    """Whether brackets are Chinese ones; not those of `f(x)`, of a file's name, of English."""
    if _FILE.match(text, last):
        return False
    if "（" in text[first] or "）" in text[last]:
        return True
    beside = any(_is_han(text, n) for n in (first - 1, first + 1, last - 1))
    return beside and not _in_latin(text, first)


def _is_han(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(re.match(rf"[{HAN}]", text[at]))


_CHINESE_MARK: Final = "，。：；、！？—…（）《》“”‘’「」『』"


def straight_quotes(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Typewriter's quotation marks by pairs, each kind by itself; one without another is told."""
    text = paragraph.text
    for straight, opening, closing in (('"', "“", "”"), ("'", "‘", "’")):
        first: int | None = None
        for match in re.finditer(f"[{straight}{opening}{closing}]", text):
            at = match.start()
            if match[0] == opening:
                first = at
            elif match[0] == closing:
                first = None
            elif _is_no_quote(text, at, opens=first is None):
                continue
            elif first is None:
                first = at
            else:
                yield from _pair(text, first, at, opening, closing)
                first = None
        if first is not None and text[first] == straight and _is_chinese(text, first, first):
            yield Mend(first, first + 1, opening, sure=False)


def _pair(text: str, first: int, last: int, opening: str, closing: str) -> Iterator[Mend]:
    if _is_chinese(text, first, last):
        if text[first] != opening:
            yield Mend(first, first + 1, opening)
        yield Mend(last, last + 1, closing)


def _is_no_quote(text: str, at: int, *, opens: bool) -> bool:
    """Inches and minutes, and the apostrophe of don't."""
    before, behind = text[at - 1 : at], text[at + 1 : at + 2]
    if opens and before.isdecimal():
        return True
    return text[at] == "'" and _is_latin(before) and (_is_latin(behind) or opens)


def _is_latin(character: str) -> bool:
    return character.isalnum() and not _is_han(character, 0)


def _is_chinese(text: str, first: int, last: int) -> bool:
    """Whether a quotation belongs to a Chinese sentence, whatever is quoted."""
    outside = text[first - 1 : first] + text[last + 1 : last + 2]
    if any(character in _CHINESE_MARK for character in outside):
        return True
    inside = text[first + 1 : first + 2] + text[last - 1 : last]
    return bool(re.search(rf"[{HAN}]", outside + inside)) and not _in_latin(text, first)


def dash(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """—— breaks off, — joins places and times, ～ numbers; hyphens stand in compounds and codes."""
    for match in re.finditer(r"[-－―–—]+", paragraph.text):
        put = _dash(paragraph.text, *match.span())
        if put and put != match[0]:
            yield Mend(*match.span(), put)


_ELLIPSIS: Final = re.compile(rf"(?<=[{HAN}，、”’》）])(?:\.{{3,}}|…(?!…))(?<!……)|。{{2,}}|·{{3,}}")


def ellipsis(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Six dots, neither three nor full stops."""
    for match in _ELLIPSIS.finditer(paragraph.text):
        yield Mend(*match.span(), "……")


_DOUBLED: Final = re.compile(r"[，、；：][，。、；：！？]+|。[，、；：！？]+")


def doubled_mark(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Of several marks in a row the last is probably the one that was meant."""
    for match in _DOUBLED.finditer(paragraph.text):
        yield Mend(*match.span(), match[0][-1], sure=len(set(match[0])) == 1)


_SPACE: Final = re.compile(rf"(?<=[{HAN}，。、；：！？“”])[ \t]+(?=[{HAN}，。、；：！？“”])")
_SLOGAN: Final = re.compile(rf"“[{HAN} ]+”|\"[{HAN} ]+\"|‘[{HAN} ]+’|「[{HAN} ]+」|《[{HAN} ]+》")


def space(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """A title and a slogan in quotes may hold one: it stands for the mark that both leave out."""
    if paragraph.of_front:
        return
    meant = [m.span() for m in _SLOGAN.finditer(paragraph.text)]
    for match in _SPACE.finditer(paragraph.text):
        if not any(start < match.start() and match.end() < end for start, end in meant):
            yield Mend(*match.span(), "")


def full_width_letters(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Digits and Latin letters have their own widths and shapes."""
    for match in re.finditer(r"[０-９Ａ-Ｚａ-ｚ]+", paragraph.text):
        yield Mend(*match.span(), "".join(chr(ord(one) - 0xFEE0) for one in match[0]))


# The Kangxi radicals, which PDF files put in the place of characters, and the compatibility ones.
_COMPATIBLE: Final = re.compile("[\u2f00-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")


def compatibility(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Of characters that Unicode has twice, the one that fonts and dictionaries know."""
    for match in _COMPATIBLE.finditer(paragraph.text):
        usual = unicodedata.normalize("NFKC", match[0])
        if usual != match[0]:
            yield Mend(*match.span(), usual)


_APART: Final = re.compile("[^\\W_][\u0300-\u036f\u3099\u309a]+")


def decomposed(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """A letter and its accent as two characters, as Macintosh files have them: NFC is one."""
    for match in _APART.finditer(paragraph.text):
        composed = unicodedata.normalize("NFC", match[0])
        if composed != match[0]:
            yield Mend(*match.span(), composed)


def unseen(paragraph: WrittenParagraph) -> Iterator[Mend]:
    """Characters that cannot be seen and do nothing where they stand."""
    start = 0
    for line in paragraph.lines:
        for offset, _ in hidden(line):
            yield Mend(start + offset, start + offset + 1, "")
        start += len(line) + 1


READINGS: Final[Mapping[str, Reading]] = {
    "copy/hidden-character": unseen,
    "copy/compatibility": compatibility,
    "copy/decomposed": decomposed,
    "copy/full-width-letters": full_width_letters,
    "copy/half-width": half_width,
    "copy/straight-quotes": straight_quotes,
    "copy/ellipsis": ellipsis,
    "copy/dash": dash,
    "copy/doubled-mark": doubled_mark,
    "copy/space": space,
}

# What is no name's own way: of the others, spaces and marks part one name from the next.
IN_NAMES: Final = frozenset({"copy/hidden-character", "copy/decomposed"})

# --- English ----------------------------------------------------------------------------------

AROUND_WORDS: Final = 60  # characters on each side that tell which language a sentence is in
_WORD: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}")


_QUOTED: Final = re.compile(r"[\"“][^\"“”\n]*[\"”]")


def _in_latin(text: str, at: int) -> bool:
    """Whether most words of the sentence around *at* are Latin: a Chinese name in it is a guest.

    What others say in quotation marks does not tell in which language they are quoted.
    """
    start = max((text.rfind(mark, 0, at) for mark in "。！？；\n"), default=-1)
    end = min(
        (e for e in (text.find(m, at + 1) for m in "。！？；\n") if e >= 0), default=len(text)
    )
    first = max(start + 1, at - AROUND_WORDS)
    around = _QUOTED.sub(
        lambda quoted: quoted[0] if quoted.start() < at - first < quoted.end() - 1 else "",
        text[first : min(end, at + AROUND_WORDS)],
    )
    return len(_WORD.findall(around)) > len(re.findall(f"[{HAN}]", around))


# --- dashes ------------------------------------------------------------------------------------

# Names that a single — may join; of others both have to look like places or times.
_PLACE: Final = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|"
    "江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|"
    "台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|石家庄|唐山|秦皇岛|邯郸|"
    "邢台|保定|张家口|承德|沧州|廊坊|衡水|雄安|太原|大同|呼和浩特|包头|"
    "沈阳|大连|长春|哈尔滨|南京|苏州|无锡|徐州|杭州|宁波|温州|合肥|福州|"
    "厦门|南昌|济南|青岛|烟台|郑州|洛阳|开封|武汉|宜昌|长沙|广州|深圳|"
    "珠海|佛山|东莞|南宁|桂林|海口|三亚|成都|绵阳|贵阳|昆明|大理|拉萨|"
    "西安|延安|兰州|西宁|银川|乌鲁木齐|喀什|台北|高雄|中国|美国|日本|"
    "韩国|俄罗斯|英国|法国|德国|东盟|欧盟|亚洲|欧洲|非洲|亚太|东京|首尔|"
    "莫斯科|伦敦|巴黎|纽约|新加坡|曼谷|河内"
)
_JOINED: Final = (  # before and behind
    re.compile(rf"(?:{_PLACE})[市省]?$"),
    re.compile(rf"^(?:{_PLACE})"),
)
_KINDS: Final = "省市县区镇乡村屯庄站港桥河江湖海山岛州路街口线"
_TIMES: Final = "年月日号时点分秒周晨早午晚夜初末春夏秋冬天"
_ALIKE: Final = (
    re.compile(rf"[{_KINDS}]$"),
    re.compile(rf"^[{HAN}]{{1,4}}[{_KINDS}]"),
)
_TIMED: Final = (re.compile(rf"[{_TIMES}]$"), re.compile(rf"^[{HAN}]{{0,3}}[{_TIMES}]"))
_YEAR: Final = re.compile(r"(?:1\d|20)\d\d")
_COUNTED: Final = (
    re.compile(r"(?<![\d-])\d{1,3}$"),
    re.compile(r"^\d{1,3}(?![\d-])\s?([^\W\d_a-zA-Z])"),
)
_NUMBERED: Final = re.compile(r"[表图式第号栋座室楼附例题条款]\s?\d{1,3}$")
SHORT: Final = 4  # characters: two names of no more stand joined
CLAUSE: Final = 5  # characters: a clause is longer


def _dash(text: str, start: int, end: int) -> str:
    """What is to stand for the mark between *start* and *end*; empty where it is right."""
    mark = text[start:end]
    before = text[max(0, start - 24) : start].replace(HIDDEN, "").split("\n")[-1]
    behind = text[end : end + 24].replace(HIDDEN, "").split("\n")[0]
    numbers = before[-1:].isdigit() and behind[:1].isdigit()
    if numbers:
        return (
            ""
            if mark == "–" and _of_latin(before, behind)
            else _between_numbers(mark, before, behind)
        )
    if re.search(r"[。！？.…]\s*$", before) and re.match(r"\s*[A-Z\u00c0-\u024f]", behind):
        return ""  # a name behind what its bearer has said: — José
    if re.match(r"\s*(?:表示|代表|指|为|是|即)", behind) and not re.search(rf"[{HAN}]$", before):
        return ""  # the mark itself is explained
    beside = re.search(rf"[{HAN}，。！？”’》）]$", before), re.match(rf"[{HAN}“‘《（]", behind)
    if not any(beside) or mark == "——":
        return ""
    both = bool(re.search(rf"[{HAN}》]$", before) and re.match(rf"[{HAN}《]", behind))
    dated = bool(re.search(r"[\d年月日]$", before) and re.match(r"[\d今至现]", behind))
    joins = dated or (both and _joins(before, behind, typed=len(mark) > 1))
    if mark == "-":
        return _for_hyphen(before, behind, both=both, joins=joins)
    return "—" if joins else "——"


def _of_latin(before: str, behind: str) -> bool:
    """Whether the words next to a range are Latin: Growing Up 2008–2012, 0–1.6 MPa."""
    first = re.search(rf"([A-Za-z{HAN}])[^A-Za-z{HAN}]*$", before)
    second = re.match(rf"[^A-Za-z{HAN}]*([A-Za-z{HAN}])", behind)
    return all(match is None or match[1].isascii() for match in (first, second)) and bool(
        first or second
    )


def _between_numbers(mark: str, before: str, behind: str) -> str:
    """2019—2021 and 3～5; a hyphen is right in dates, telephone numbers and codes."""
    if mark == "—":
        return ""
    if mark != "-":
        return "—" if re.search(rf"[{HAN}]", before + behind) else ""
    if _NUMBERED.search(before):
        return ""
    first = re.search(r"(?<![\d-])\d+$", before)
    second = re.match(r"\d+(?![\d-])", behind)
    if not (first and second):
        return ""
    if _YEAR.fullmatch(first[0]) and _YEAR.fullmatch(second[0]):
        return "—"
    counted = _COUNTED[0].search(before) and _COUNTED[1].match(behind)
    return "～" if counted else ""


def _for_hyphen(before: str, behind: str, *, both: bool, joins: bool) -> str:
    """A hyphen joins the parts of a compound: 吐鲁番-哈密盆地, 让-雅克."""
    if joins:
        return "—" if _JOINED[0].search(before) and _JOINED[1].match(behind) else ""
    sides = _run(before[::-1]), _run(behind)
    clauses = both and all(side >= CLAUSE for side in sides)
    after_mark = re.search(r"[，。！？”’）]$", before) and sides[1]
    return "——" if clauses or after_mark else ""


def _joins(before: str, behind: str, *, typed: bool) -> bool:
    """Whether what is on both sides are two places, two times, or two short names.

    Of two hyphens, as a dash is `typed`, places and times alone tell that they join.
    """
    if re.match(rf"[{HAN}]{{1,{SHORT}}}—", behind) or re.search(rf"—[{HAN}]{{1,{SHORT}}}$", before):
        return True  # one of several: 龙门—檀口—白鹭
    pairs = (_ALIKE, _TIMED)
    if _JOINED[0].search(before) or _JOINED[1].match(behind):
        return True
    if any(one.search(before) and other.match(behind) for one, other in pairs):
        return True
    return not typed and _run(before[::-1]) <= SHORT and _run(behind) <= SHORT


def _run(text: str) -> int:
    """Chinese characters at the beginning of *text*."""
    match = re.match(rf"[{HAN}]*", text)
    return len(match[0]) if match else 0
