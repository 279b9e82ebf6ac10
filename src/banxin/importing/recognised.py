"""What each paragraph is, with how sure that is: by what it says, its length, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from banxin.importing.paragraphs import Form, ImportedParagraph, escaped


class Role(StrEnum):
    """What becomes of a paragraph."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    KICKER = "kicker"
    DECK = "deck"
    BYLINE = "byline"
    MASTHEAD = "masthead"
    DATE = "date"
    CAPTION = "caption"
    PICTURE = "picture"
    HEADING = "heading"
    TEXT = "text"
    BLOCK = "block"  # lists, tables, notes, Markdown: set as they are
    DROPPED = "dropped"


class Sure(StrEnum):
    CERTAIN = "certain"  # the source says so
    LIKELY = "likely"  # by its words
    PERHAPS = "perhaps"  # by its length and neighbours


@dataclass(frozen=True, slots=True)
class Recognised:
    """A paragraph and its role.

    Attributes:
        said: what is kept of it, as Markdown, or plain where a key of a table takes it.
        key: of a line of the masthead, what it is called.
        level: of a heading, 2 to 4.
    """

    paragraph: ImportedParagraph
    role: Role
    sure: Sure
    said: str = ""
    key: str = ""
    level: int = 2


LONG: Final = 40  # characters: a paragraph of running text
_TITLE: Final = 60
_HEAD: Final = 26
_LONGEST: Final = 80  # of what the source itself calls a heading
_END: Final = "。！？；：，、…,.;:!?"
_FURNITURE: Final = re.compile(
    r"""^\s*(?:
      (?:您|你)?(?:的)?(?:当前|现在|目前|當前|現在)?的?(?:位置|所在)\s*[:：]
    | (?:首页|首頁|Home)\s*[>»›/|＞]
    | (?:上|下)一?(?:篇|页|頁|条|條|则)\s*[:：]?
    | (?:返回|回到)(?:首页|顶部|列表|頂部|首頁)
    | [\[【]?(?:打印|打印本页|关闭|关闭窗口|收藏|分享|分享到.*|字号.*|字体.*|大\s+中\s+小|扫一扫.*|點擊.*分享|阅读原文|点击蓝字.*|长按.*二维码.*)[\]】]?\s*$
    | (?:浏览|阅读|点击|访问|瀏覽|點閱)(?:次数|人数|量|数|數)?\s*[:：]?\s*\d+
    | (?:索\s*引\s*号|信息编号|文档编号|稿件编号|记录号|编号|序号|No\.?|ID)\s*[:：]\s*[\w\-/〔〕\[\]号]+\s*$
    | .{0,30}(?:版权所有|版權所有|Copyright|All\s+Rights\s+Reserved|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP备|公网安备|网站标识码|备案号)
    | [|｜·\-_=*\s]+$
    | \[?(?:图片|表情|语音|视频|文件|撤回了一条消息)\]?\s*$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# What an office's page says of itself, field by field: 索引号：… | 主题分类：… | 有效性：…
_FIELD: Final = (
    r"(?:索\s*引\s*号|主题分类|体裁分类|公文种类|有\s*效\s*性|发布机构|发文机关|发文日期|成文日期|发布日期|生成日期"
    r"|公开方式|公开日期|信息分类|文\s*号|文件编号|名\s*称|关\s*键\s*词|信息来源|浏览次数|责任部门)"
)
_FIELDS: Final = re.compile(
    rf"^(?:[【\[]?{_FIELD}[】\]]?\s*[:：]?[^。！？]{{0,60}}?[\s|｜;；]*){{2,12}}$"
)
_TOOLS: Final = re.compile(
    r"^(?:[\[【(（]?\s*(?:打印(?:本页)?|关闭(?:窗口|本页)?|返回(?:顶部|首页|列表)?|纠错|收藏|分享|字[号体]|大|中|小|微信|微博|QQ空间)\s*[\]】)）]?[\s|｜/:：]*){2,}$"
)
_DATE: Final = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_DATE_LINE: Final = re.compile(
    r"^(?:(?:发布|發佈|发表|更新|成文)?(?:时间|日期|時間)\s*[:：]?\s*)?(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?(?:\s*(?:来源|來源)\s*[:：]\s*(?P<source>\S+))?\s*$"
)
_KEYS: Final = (
    "主办|承办|协办|技术支持|指导|支持|主编|副主编|责任编辑|责编|编辑|校对|审核"
    "|监制|出品|供稿|印制|设计|来源|信息来源|主辦|承辦|協辦|技術支援|來源|責任編輯|編輯"
)
# One line may name several: 责任编辑：… 审核：…
_MASTHEAD: Final = re.compile(
    rf"^[（(]?(?={_KEYS})(?:(?:{_KEYS})(?:单位|單位)?\s*[:：]\s*[^:：]{{1,80}}?[\s；;|｜]*)+[）)]?$"
)
_NAMED: Final = re.compile(
    rf"({_KEYS})(?:单位|單位)?\s*[:：]\s*(.{{1,80}}?)"
    rf"(?=[\s；;|｜]+(?:{_KEYS})(?:单位|單位)?\s*[:：]|[\s；;|｜）)]*$)"
)
_BYLINE: Final = re.compile(
    r"^[（(]?\s*(?:(?:文字?|图片?|撰文|摄影|圖|攝影|作者)(?:\s*[/／、和]\s*(?:文字?|图片?|摄影|圖|攝影))?\s*[:：]\s*\S.{0,60}"
    r"|(?:本报|本刊|本台|本網|本网|特约)?\s*(?:记者|記者|通讯员|通訊員|见习记者)[:：\s]\s*\S.{0,40}|本[报刊网](?:记者|讯)\s*\S{0,20}[^。]{0,20})[）)]?$"
)
# One line may say when, whence, by whom and how often read: 2020-11-20 09:12 来源：… 记者 …
_PUBLISHED: Final = re.compile(
    r"(?P<date>(?:(?:发布|發佈|发表|更新|成文)?(?:时间|日期|時間)\s*[:：]?\s*)?(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]"
    r"\s*\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?)"
    r"|(?:来源|來源|稿源|信息来源)\s*[:：]\s*(?P<source>[^\s:：|｜]+)"
    r"|(?P<by>(?:(?:本报|本刊|本台|本网|本網|特约|见习)?(?:记者|記者|通讯员|通訊員)\s*[:：]?|(?:作者|撰文|文|图|摄影|攝影)\s*[:：])"
    r"\s*[\u4e00-\u9fff·]{2,6}(?:[、\s]+(?![\u4e00-\u9fff]+[:：]|字[号体]|打印|分享|阅读|浏览)[\u4e00-\u9fff·]{2,6})*)"
    rf"|(?P<of>{_KEYS})\s*[:：]\s*(?P<who>[^\s:：|｜]+)"
    r"|(?P<read>(?:浏览|阅读|点击|访问|瀏覽|點閱)(?:次数|人数|量|数|數)?\s*[:：]?\s*\d+\s*次?|字[号体]\s*[:：]?(?:\s*[大中小])*|打印(?:本页)?|分享(?:到)?\s*[:：]?)"
)
_BETWEEN: Final = re.compile(r"[\s|｜;；/]*")
_DECK: Final = re.compile(r"^(?:摘要|导语|导读|編者按|编者按|核心提示|提要|引言)\s*[:：]\s*(.+)$")
_NUMBERED: Final = re.compile(
    r"^(?:(?P<big>第?[一二三四五六七八九十]{1,3}[、章节部]\s*)|(?P<mid>[（(][一二三四五六七八九十]{1,3}[）)])|(?P<low>\d{1,2}[.．、](?!\d)\s*))"
)
_RUN_IN: Final = re.compile(
    r"^——\s*((?:重点|着力|突出|集中|聚焦)?[^，。；,]{2,20}(?:问题|工程|行动|攻坚|難題))[，,](.+)$",
    re.DOTALL,
)
_ONE: Final = re.compile(r"^(一[套个支把批张本条项股盘][^，。,]{2,12})。(.{20,})$", re.DOTALL)
_CAPTION: Final = re.compile(
    r"^(?:图\s*[\d一二三四五六七八九十]*\s*[:：]?|▲|△|↑|圖)|(?:摄|攝|资料图|资料图片|配图)[）)]?[。]?$"
)
_SENTENCE: Final = re.compile(r"[。！？!?]")


def recognise(paragraphs: Sequence[ImportedParagraph]) -> tuple[Recognised, ...]:
    """A role for every paragraph, in their order."""
    found = [r for p in paragraphs for r in _each(p)]
    _head(found)
    _headings(found)
    return tuple(found)


def _each(p: ImportedParagraph) -> Iterator[Recognised]:
    """One role for a paragraph, or one for each line of the masthead that it names, or for each
    thing that it says of how the text was published.
    """
    alone = _alone(p)
    plain = p.plain.strip()
    if alone.role in {Role.TEXT, Role.BYLINE} and p.form is Form.TEXT:
        published = tuple(_published(p, plain))
        if published:
            yield from published
            return
    if alone.role is not Role.TEXT or p.form is not Form.TEXT or not _MASTHEAD.match(plain):
        yield alone
        return
    for said in _NAMED.finditer(plain):
        key = "资料来源" if "来源" in said[1] or "來源" in said[1] else said[1]
        yield Recognised(p, Role.MASTHEAD, Sure.LIKELY, said[2].strip(), key)


def _published(p: ImportedParagraph, plain: str) -> Iterator[Recognised]:
    """A date or a source, and what stands beside it; nothing if one word of the line is another."""
    pieces, at = [], 0
    while at < len(plain):
        piece = _PUBLISHED.match(plain, at)
        if piece is None:
            return
        pieces.append(piece)
        between = _BETWEEN.match(plain, piece.end())
        at = between.end() if between else piece.end()
    if len(pieces) < 2 or not any(piece["date"] or piece["source"] for piece in pieces):
        return
    for piece in pieces:
        if piece["date"]:
            yield Recognised(p, Role.DATE, Sure.LIKELY)
        elif piece["source"]:
            yield Recognised(p, Role.MASTHEAD, Sure.LIKELY, piece["source"], "资料来源")
        elif piece["by"]:
            yield Recognised(p, Role.BYLINE, Sure.LIKELY, piece["by"])
        elif piece["of"]:
            yield Recognised(p, Role.MASTHEAD, Sure.LIKELY, piece["who"], piece["of"])
        else:
            yield Recognised(p, Role.DROPPED, Sure.LIKELY)


def _alone(p: ImportedParagraph) -> Recognised:
    """What a paragraph is whatever stands beside it."""
    plain = p.plain.strip()
    match p.form:
        case Form.ASIDE:
            return Recognised(p, Role.DROPPED, Sure.CERTAIN)
        case Form.PICTURE:
            return Recognised(p, Role.PICTURE, Sure.CERTAIN, p.marked)
        case Form.CAPTION:
            return Recognised(p, Role.CAPTION, Sure.CERTAIN, plain)
        case Form.TABLE | Form.NAMES | Form.MARKDOWN | Form.QUOTE | Form.NOTE:
            said = f"> {p.marked}" if p.form is Form.QUOTE else p.marked
            return Recognised(p, Role.BLOCK, Sure.CERTAIN, said)
        case _:
            pass
    if len(plain) < 200 and (_FIELDS.match(plain) or _TOOLS.match(plain)):
        return Recognised(p, Role.DROPPED, Sure.LIKELY)
    if _FURNITURE.match(plain) and len(plain) < 120:
        return Recognised(p, Role.DROPPED, Sure.LIKELY)
    if dated := _DATE_LINE.match(plain):
        return Recognised(p, Role.DATE, Sure.LIKELY, dated["source"] or "")
    if _BYLINE.match(plain):
        return Recognised(p, Role.BYLINE, Sure.LIKELY, plain.strip("（()） "))
    if p.form is Form.HEADING:
        return Recognised(p, Role.HEADING, Sure.CERTAIN, p.marked, level=p.level)
    if p.form is Form.ITEM:
        return Recognised(p, Role.BLOCK, Sure.CERTAIN, f"- {p.marked}")
    return Recognised(p, Role.TEXT, Sure.CERTAIN, p.marked)


def _is_long(r: Recognised) -> bool:
    plain = r.paragraph.plain
    return r.role is Role.BLOCK or (
        r.role is Role.TEXT and (len(plain) >= LONG or len(_SENTENCE.findall(plain)) > 1)
    )


def _is_title(plain: str) -> bool:
    return len(plain) <= _TITLE and not plain.endswith(("。", "；", "，", "："))


def _head(found: list[Recognised]) -> None:
    """Title, what stands around it, and captions that stand alone before the text."""
    body = next((n for n, r in enumerate(found) if _is_long(r)), len(found))
    declared = next(
        (n for n, r in enumerate(found) if r.role is Role.HEADING and r.level == 1), None
    )
    at = declared
    if at is None:
        at = next(
            (n for n, r in enumerate(found[:body]) if r.role in {Role.TEXT, Role.HEADING}), None
        )
    if at is None or not _is_title(found[at].paragraph.plain):
        return
    sure = Sure.CERTAIN if declared is not None else Sure.LIKELY
    found[at] = replace(found[at], role=Role.TITLE, sure=sure, said=found[at].paragraph.plain)
    if body == len(found):
        body = at + 2  # nothing is long: all but a subtitle is text
    lone = [n for n in range(body) if n != at and found[n].role is Role.TEXT]
    for n in lone:
        plain, said = found[n].paragraph.plain, found[n]
        if n == at + 1 and re.match(r"^[—―－-]{1,2}\s*\S", plain):
            found[n] = replace(
                said, role=Role.SUBTITLE, sure=Sure.LIKELY, said=plain.lstrip("—―－- ")
            )
        elif deck := _DECK.match(plain):
            found[n] = replace(said, role=Role.DECK, sure=Sure.LIKELY, said=deck[1])
        elif n < at:
            if n == at - 1 and len(plain) <= 16:
                found[n] = replace(said, role=Role.KICKER, sure=Sure.PERHAPS, said=plain)
        elif _CAPTION.search(plain) or (
            len(lone) >= 2 and _is_lone(plain) and not said.paragraph.bold
        ):
            sure = Sure.LIKELY if _CAPTION.search(plain) else Sure.PERHAPS
            found[n] = replace(said, role=Role.CAPTION, sure=sure, said=plain)
    if body < len(found) and found[body].role is Role.TEXT:
        deck = _DECK.match(found[body].paragraph.plain)
        if deck and len(deck[1]) <= 120:
            found[body] = replace(found[body], role=Role.DECK, sure=Sure.LIKELY, said=deck[1])


def _is_lone(plain: str) -> bool:
    """Whether a line before the text may be the words of a picture: no salutation, no number."""
    return len(plain) < LONG and plain[-1] not in "：:，,！!" and not _NUMBERED.match(plain)


def _headings(found: list[Recognised]) -> None:
    ones = sum(bool(r.role is Role.TEXT and _ONE.match(r.paragraph.plain)) for r in found)
    bigs = any(r.role is Role.TEXT and _is_numbered(r, "big") for r in found)
    levels = sorted({r.level for r in found if r.role is Role.HEADING})
    out: list[Recognised] = []
    for n, r in enumerate(found):
        plain = r.paragraph.plain
        if r.role is Role.HEADING:
            out.append(replace(r, level=2 + min(1, levels.index(r.level))))
            continue
        if r.role is not Role.TEXT:
            out.append(r)
            continue
        before = next((x for x in reversed(out) if x.role is not Role.DROPPED), None)
        after = next((x for x in found[n + 1 :] if x.role is not Role.DROPPED), None)
        if _says_again(r, before):
            out.append(replace(r, role=Role.DROPPED, sure=Sure.LIKELY))
            continue
        heads = (x for x in reversed(out) if x.role is Role.HEADING and x.level < 4)
        under = next(heads, None)
        deeper = under is not None and under.level == 3 and _is_numbered(under, "big", _LONGEST)
        run_in = _RUN_IN.match(plain) or (_ONE.match(plain) if ones > 1 else None)
        if run_in:
            head, rest = run_in[1], run_in[2]
            out.append(replace(r, role=Role.HEADING, sure=Sure.LIKELY, said=escaped(head), level=3))
            out.append(replace(r, sure=Sure.LIKELY, said=escaped(rest)))
        elif _is_numbered(r, "big") and plain[-1] not in _END:
            out.append(replace(r, role=Role.HEADING, sure=Sure.LIKELY, level=2))
        elif _is_numbered(r, "mid") and plain[-1] not in _END:
            level = 4 if deeper else 3 if bigs else 2
            out.append(replace(r, role=Role.HEADING, sure=Sure.LIKELY, level=level))
        elif _is_numbered(r, "low") and plain[-1] not in _END and after and _is_long(after):
            out.append(replace(r, role=Role.HEADING, sure=Sure.PERHAPS, level=3 if bigs else 2))
        elif (
            _CAPTION.search(plain)
            and len(plain) <= LONG * 2
            and before
            and before.role is Role.PICTURE
        ):
            out.append(replace(r, role=Role.CAPTION, sure=Sure.LIKELY, said=plain))
        elif _stands_out(r) and after and _is_long(after) and before is not None:
            sure = Sure.LIKELY if r.paragraph.bold else Sure.PERHAPS
            out.append(
                replace(
                    r, role=Role.HEADING, sure=sure, said=escaped(plain), level=3 if bigs else 2
                )
            )
        else:
            out.append(r)
    found[:] = out


def _is_numbered(r: Recognised, kind: str, most: int = LONG) -> bool:
    numbered = _NUMBERED.match(r.paragraph.plain)
    return bool(numbered and numbered[kind]) and len(r.paragraph.plain) <= most


def _stands_out(r: Recognised) -> bool:
    plain = r.paragraph.plain
    begins = re.match(r"^[\d（(“①-⑳•·>—]", plain)
    address = re.search(r"@|://|www\.", plain)
    return 2 <= len(plain) <= _HEAD and plain[-1] not in _END and not begins and not address


def _says_again(r: Recognised, before: Recognised | None) -> bool:
    """Whether a short paragraph is the title or heading right before it once more."""
    if before is None or before.role not in {Role.TITLE, Role.HEADING}:
        return False
    once, again = (re.sub(r"[\W_]", "", x.paragraph.plain) for x in (before, r))
    return bool(again) and once == again


def date_of(r: Recognised) -> tuple[int, int, int] | None:
    said = _DATE.search(r.paragraph.plain)
    return (int(said[1]), int(said[2]), int(said[3])) if said else None
