"""Copy: the marks of Chinese, as GB/T 15834 sets them, found in the manuscript with their fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import Any, Final

import opencc

from banxin.diagnostics import Place, Severity
from banxin.preflight.book import HIDDEN, Book, Paragraph
from banxin.preflight.registry import Finding, Limits, found, rule
from banxin.visible import hidden, named

GBT: Final = "GB/T 15834-2011"
HAN: Final = r"\u3400-\u9fff\U00020000-\U0003ffff"
FULL: Final = {
    ",": "，",
    ";": "；",
    ":": "：",
    "!": "！",
    "?": "？",
    ".": "。",
    "(": "（",
    ")": "）",
}
OPENING: Final = "“‘（《〈【「『"
CLOSING: Final = "”’）》〉】」』"
BLANK: Final = HIDDEN + " \t\n\u3000"
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
AROUND: Final = 6  # characters shown on each side of a fault


@rule("copy/half-width", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def half_width(book: Book, limits: Limits) -> Iterator[Finding]:
    """Marks beside Chinese characters are Chinese marks, a full em wide."""
    del limits
    pattern = re.compile(
        rf"(?<=[{HAN}”’）》〉】」』])[,;:!?](?![,;:!?])|[,;!?](?=[{HAN}“‘（《])"
        rf"|(?<=[{HAN}”’）》])\.(?=$|[{HAN}\s”’）])|(?<=[{HAN}])\((?=[^()]*\)(?!\.[A-Za-z0-9]))"
        rf"|(?<=[{HAN}])\)(?!\.[A-Za-z0-9])|\((?=[{HAN}][^()]*\)(?!\.[A-Za-z0-9]))",
        re.MULTILINE,
    )
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            if not _in_latin(paragraph.text, match.start()):
                yield _told(paragraph, match, FULL[match[0]])


AROUND_WORDS: Final = 60  # characters on each side that tell which language a sentence is in
_WORD: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}")


def _in_latin(text: str, at: int) -> bool:
    """Whether most words of the sentence around *at* are Latin: a Chinese name in it is a guest."""
    start = max((text.rfind(mark, 0, at) for mark in "。！？；\n"), default=-1)
    end = min(
        (e for e in (text.find(m, at + 1) for m in "。！？；\n") if e >= 0), default=len(text)
    )
    around = text[max(start + 1, at - AROUND_WORDS) : min(end, at + AROUND_WORDS)]
    return len(_WORD.findall(around)) > len(re.findall(f"[{HAN}]", around))


@rule("copy/straight-quotes", severity=Severity.WARNING, source=f"{GBT} 4.8", judges="book")
def straight_quotes(book: Book, limits: Limits) -> Iterator[Finding]:
    """Quotation marks have a beginning and an end: “ ”, not the typewriter's."""
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，。：、！？])[\"']|(?<!\d)[\"'](?=[{HAN}])")
    for paragraph in book.paragraphs:
        for count, match in enumerate(pattern.finditer(paragraph.text)):
            pair = "“”" if match[0] == '"' else "‘’"
            yield _told(paragraph, match, pair[count % 2])


@rule("copy/dash", severity=Severity.WARNING, source=f"{GBT} 4.10, 4.13", judges="book")
def dash(book: Book, limits: Limits) -> Iterator[Finding]:
    """A dash is ——; — joins places and times, ～ numbers; hyphens stand in compounds and codes."""
    del limits
    for paragraph in book.paragraphs:
        for match in re.finditer(r"[-－―–—]+", paragraph.text):
            fix = _dash(paragraph.text, *match.span())
            if fix and fix != match[0]:
                yield _told(paragraph, match, fix)


@rule("copy/ellipsis", severity=Severity.WARNING, source=f"{GBT} 4.11", judges="book")
def ellipsis(book: Book, limits: Limits) -> Iterator[Finding]:
    """The Chinese ellipsis is six dots, ……, and neither three nor full stops."""
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，、”’》）])(?:\.{{3,}}|…(?!…))(?<!……)|。{{2,}}|·{{3,}}")
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, "……")


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
    joins = dated or (both and _joins(before, behind))
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


def _joins(before: str, behind: str) -> bool:
    """Whether what is on both sides are two places, two times, or two short names."""
    if re.match(rf"[{HAN}]{{1,{SHORT}}}—", behind) or re.search(rf"—[{HAN}]{{1,{SHORT}}}$", before):
        return True  # one of several: 龙门—檀口—白鹭
    pairs = (_ALIKE, _TIMED)
    if _JOINED[0].search(before) or _JOINED[1].match(behind):
        return True
    if any(one.search(before) and other.match(behind) for one, other in pairs):
        return True
    return _run(before[::-1]) <= SHORT and _run(behind) <= SHORT


def _run(text: str) -> int:
    """Chinese characters at the beginning of *text*."""
    match = re.match(rf"[{HAN}]*", text)
    return len(match[0]) if match else 0


@rule("copy/doubled-mark", severity=Severity.WARNING, source=f"{GBT} 5.1", judges="book")
def doubled_mark(book: Book, limits: Limits) -> Iterator[Finding]:
    """Two commas or stops in a row: one was left over from a correction."""
    del limits
    pattern = re.compile(r"[，、；：][，。、；：！？]+|。[，、；：！？]+")
    for paragraph in book.paragraphs:
        for match in pattern.finditer(paragraph.text):
            yield _told(paragraph, match, match[0][-1])


@rule("copy/space", severity=Severity.WARNING, source="CLREQ 3.2.1", judges="book")
def space(book: Book, limits: Limits) -> Iterator[Finding]:
    """No spaces between Chinese characters: the page makes all the room there is to be.

    A title and a slogan in quotes may hold one: it stands for the mark that both leave out.
    """
    del limits
    pattern = re.compile(rf"(?<=[{HAN}，。、；：！？“”])[ \t]+(?=[{HAN}，。、；：！？“”])")
    for paragraph in book.paragraphs:
        meant = [m.span() for m in re.finditer(rf"“[{HAN} ]+”", paragraph.text)]
        for match in pattern.finditer(paragraph.text):
            slogan = any(start < match.start() < end for start, end in meant)
            if not slogan and not paragraph.of_front:
                yield _told(paragraph, match, "")


@rule("copy/full-width-letters", severity=Severity.WARNING, source="CLREQ 3.2", judges="book")
def full_width_letters(book: Book, limits: Limits) -> Iterator[Finding]:
    """Digits and Latin letters are the ordinary ones, which have their own widths and shapes."""
    del limits
    for paragraph in book.paragraphs:
        for match in re.finditer(r"[０-９Ａ-Ｚａ-ｚ]+", paragraph.text):
            plain = "".join(chr(ord(character) - 0xFEE0) for character in match[0])
            yield _told(paragraph, match, plain)


@rule("copy/unbalanced", severity=Severity.WARNING, source=f"{GBT} 4.8, 4.9", judges="book")
def unbalanced(book: Book, limits: Limits) -> Iterator[Finding]:
    """What is opened is closed, in the same paragraph and in order: quotes, brackets, titles."""
    del limits
    for paragraph, after in zip_longest(book.paragraphs, book.paragraphs[1:]):
        fault = _first_unbalanced(_unnumbered(paragraph.text))
        if fault is None or _goes_on(paragraph, after, fault[0]):
            continue
        offset, wanted = fault
        match = re.compile(".").match(paragraph.text, offset)
        assert match is not None
        yield _told(paragraph, match, wanted)


_NUMBER_OF_ITEM: Final = re.compile(
    r"^[ \t\u3000\0]*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])）", re.MULTILINE
)


def _unnumbered(text: str) -> str:
    """*text* without numbers of items such as `1）`, each character where it was."""
    return _NUMBER_OF_ITEM.sub(lambda number: HIDDEN * len(number[0]), text)


def _goes_on(paragraph: Paragraph, after: Paragraph | None, offset: int) -> bool:
    """Whether a quotation of several paragraphs is only closed in its last (4.8.3.4)."""
    opens = paragraph.text.lstrip(BLANK)[:1] in {"“", "「"}
    first = not paragraph.text[:offset].strip(BLANK)
    follows = after is not None and after.file == paragraph.file and not after.of_front
    return bool(opens and first and follows and after and after.text.lstrip(BLANK)[:1] in "“「")


def _first_unbalanced(text: str) -> tuple[int, str] | None:
    """Where the first mark stands that has no other, and what is missing."""
    open_marks: list[tuple[int, str]] = []
    for offset, character in enumerate(text):
        if character in OPENING:
            wanted = CLOSING[OPENING.index(character)]
            if open_marks and open_marks[-1][1] == wanted and character in "“‘":
                return offset, wanted
            open_marks.append((offset, wanted))
        elif character in CLOSING:
            apostrophe = character == "’" and offset and text[offset - 1].isascii()
            if apostrophe and not (open_marks and open_marks[-1][1] == "’"):
                continue
            if not open_marks or open_marks[-1][1] != character:
                if open_marks:
                    return open_marks[-1]
                return offset, OPENING[CLOSING.index(character)]
            open_marks.pop()
    return open_marks[0] if open_marks else None


# But 目的的, 的的确, 为了了解, 现在在, 于是是, 参与与, 因为为 are words that meet.
_TWICE: Final = re.compile(
    r"(?<![目标])的的+(?!确)|了了+(?![解结却然事])|(?<![现正存实内外所])在在+"
    r"|(?<![于还但只可就要总都凡若])是是+|(?<![饱温暖柔平谐总共])和和+|(?<![参给赋])与与+"
    r"|(?<![因作成认以行])为为+"
)


@rule("copy/repeated", severity=Severity.WARNING, source="practice", judges="book")
def repeated(book: Book, limits: Limits) -> Iterator[Finding]:
    """A particle stands twice in a row: one was left over from a correction."""
    del limits
    for paragraph in book.paragraphs:
        for match in _TWICE.finditer(paragraph.text):
            doubled = re.compile(r"(.)\1(.)\2").match(paragraph.text, match.start())
            if not doubled:  # 的的确确, 是是非非
                yield _told(paragraph, match, match[0][0])


@rule("copy/hidden-character", severity=Severity.WARNING, source="UAX #9, UTR #36", judges="book")
def hidden_character(book: Book, limits: Limits) -> Iterator[Finding]:
    """No character that cannot be seen, or that turns the text after it around, came in unasked.

    Soft hyphens and word joiners are written on purpose; joiners in emoji and in scripts that need
    them, and marks of direction beside Hebrew or Arabic, are right.
    """
    del limits
    for file, text in book.raw:
        for number, line in enumerate(text.split("\n"), 1):
            there = list(hidden(_unescaped(line) if file == book.edition_file else line))
            if there:
                names = ", ".join(dict.fromkeys(named(character) for _, character in there))
                place = Place(file, number, there[0][0] + 1)
                yield found(place, names=names, count=len(there))


def _unescaped(line: str) -> str:
    """A line of TOML with the characters that it names by number, where they are."""
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), line)


@rule("copy/mixed-script", severity=Severity.WARNING, source="通用规范汉字表 (2013)", judges="book")
def mixed_script(book: Book, limits: Limits) -> Iterator[Finding]:
    """Simplified and traditional characters are not mixed; names may be, and then are right.

    A simplified form that few have ever seen, as 𬱖 is of 頔, is asked of nobody.
    """
    del limits
    if not book.lang.lower().startswith("zh"):
        return
    traditional = any(part in book.lang for part in ("Hant", "TW", "HK", "MO"))
    for paragraph in book.paragraphs:
        other = _converted(paragraph.text, traditional=traditional)
        pairs = zip(paragraph.text, other, strict=False)
        differs = "".join(
            "x"
            if have != wanted
            and _is_foreign(have, traditional=traditional)
            and (traditional or not _is_foreign(wanted, traditional=False))
            else "-"
            for have, wanted in pairs
        )
        for word in re.finditer("x+", differs):
            match = re.compile(".+").match(paragraph.text, word.start(), word.end())
            assert match is not None
            yield _told(paragraph, match, other[word.start() : word.end()])


def _converted(text: str, *, traditional: bool) -> str:
    converted = str(_converter("s2t" if traditional else "t2s").convert(text))
    return converted if len(converted) == len(text) else text


@cache
def _converter(direction: str) -> Any:
    return opencc.OpenCC(direction)


def _is_foreign(character: str, *, traditional: bool) -> bool:
    """Whether the other script has it and this one has not: 后 and 里 are in both."""
    try:
        character.encode("big5" if traditional else "gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _told(paragraph: Paragraph, match: re.Match[str], fix: str) -> Finding:
    start, end = match.span()
    text = paragraph.text
    before = text[max(0, start - AROUND) : start].split("\n")[-1]
    after = text[end : end + AROUND].split("\n")[0]
    around = f"{before}{match[0]}{after}".replace(HIDDEN, "")
    return found(paragraph.place(start), have=match[0], fix=fix, around=around)
