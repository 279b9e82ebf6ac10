"""Lists of names as offices keep them: over several lines, parted by any mark, spaced in two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from banxin.manuscript.habits import HAN

_SPACED: Final = re.compile(rf"(?<![{HAN}々·])([{HAN}])[ \u3000\u00a0]+([{HAN}])(?![{HAN}々·])")
_MARKS: Final = re.compile(r"[、，,；;\t|]+|[ \u3000\u00a0]{2,}")
_SPACES: Final = re.compile(r"[ \t\u3000\u00a0]+")
_LETTER: Final = "A-Za-zÀ-ɏḀ-ỿ"
_WORD: Final = rf"[{_LETTER}][{_LETTER}.’'\-]*"
# Müller, Hans, who has an item to himself; in a paragraph the comma parts names.
_WESTERN: Final = re.compile(rf"{_WORD}(?:,(?: {_WORD}){{1,2}}|(?: {_WORD})+)(?=[\s（(]|$)")
# A Japanese name shows itself by 々 or a syllabic letter, and has a space before its second part.
_SIGN: Final = f"[{HAN}々ぁ-ヺー]"
_JAPANESE: Final = re.compile(
    rf"(?=\S*[ \u3000]?\S*[々ぁ-ヺ]){_SIGN}+[ \u3000]{_SIGN}{{1,4}}(?=[\s（(]|$)"
)
_NAME: Final = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]+(?:·[{HAN}]+)+")
# Of nine in ten people: the commonest of the 2020 census, and what else is no usual first word.
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余蒋蔡杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴"
    "莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄"
    "窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑"
)
# How places and bodies end, which stand behind a name.
_BODY: Final = re.compile(
    r".*(?:[省市县区乡镇村街路州盟旗局处科室部委办院校系班组队厂矿站店社会所行馆园库团营连排级届]"
    r"|公司|集团|中心|医院|大学|支部|主任|书记|院长|校长|老师|教授)"
)


def in_item(written: str) -> Iterator[tuple[str, str]]:
    """Of an item of a list: one name with what is said of it, or several with 、 between."""
    written = _SPACED.sub(r"\1\2", written.strip())
    if "、" in written:
        yield from ((part.strip(), "") for part in written.split("、") if part.strip())
        return
    yield _with_about(written)


def in_paragraph(written: str) -> Iterator[tuple[str, str]]:
    """Of a paragraph: names parted by marks, spaces or line ends."""
    for line in written.split("\n"):
        line = _SPACED.sub(r"\1\2", line.strip())
        marks = _MARKS.search(line)
        for part in _MARKS.split(line) if marks else [line]:
            yield from _of_words([word for word in _SPACES.split(part) if word])


def _of_words(words: list[str]) -> Iterator[tuple[str, str]]:
    """Names one after another; what is no name belongs to the one before it."""
    if not words:
        return
    starts = [n for n, word in enumerate(words) if not n or _is_name(word)]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        yield _with_about(" ".join(words[start:end]))


def _with_about(written: str) -> tuple[str, str]:
    """A name and what is said of it: a Western one has spaces of its own."""
    written = written.strip()
    spaced = _WESTERN.match(written) or _JAPANESE.match(written)
    if spaced:
        return spaced[0], written[spaced.end() :].strip()
    name, *about = _SPACES.split(written, maxsplit=1)
    return name, "".join(about)


def _is_name(word: str) -> bool:
    named = _NAME.fullmatch(word) and (word[0] in _SURNAMES or "·" in word)
    return bool(named) and not _BODY.fullmatch(word)
