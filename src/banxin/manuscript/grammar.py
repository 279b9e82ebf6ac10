"""The grammar of a manuscript: CommonMark, tables and footnotes; `:::` blocks, braces, sub- and
superscripts beyond it; and what Chinese editors write without knowing that there is a grammar.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.code import code
from markdown_it.rules_block.reference import reference
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.image import image
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline, footnote_ref

from banxin.manuscript import attributes
from banxin.manuscript.habits import (
    HAN,
    PICTURE,
    SHORT,
    Habit,
    begins_a_list,
    is_counted,
    is_indented,
    is_picture,
    is_prose,
    marked,
    runs,
    stands_alone,
    without_indent,
)

DEEPEST: Final = 32  # blocks inside one another; what lies deeper is told, line by line
CLOSING: Final = "closing"  # where the environment has the lines that close what is not shown
IN_VAIN: Final = "in vain"  # and how many `^[` of a text are closed by nothing
MOST_IN_VAIN: Final = 100
LONGEST_LABEL: Final = 1_000  # characters, as CommonMark has it for links
HABITS: Final = "habits"  # where the rules leave word of them in the environment


def parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table")
    # What an address may be is decided later, with a place; markdown-it would leave it as text.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    # The words of a bare address are printed as they are written.
    markdown.normalizeLinkText = lambda url: url  # type: ignore[method-assign, assignment]
    markdown.use(footnote_plugin, inline=True, move_to_end=False)
    # One container for every name: an unknown name is ours to report.
    markdown.use(container_plugin, name="block", validate=lambda params, markup: True)
    block, inline = markdown.block.ruler, markdown.inline.ruler
    breaks: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    block.at("code", _code)
    block.at("reference", _reference)
    block.at("table", _table, {"alt": ["paragraph", "reference"]})
    block.at("html_block", _html_block, breaks)
    block.at("paragraph", _paragraph)
    block.before("code", "counted", _counted, {"alt": ["paragraph", "reference"]})
    block.before("heading", "loose_heading", _loose_heading, breaks)
    block.before("paragraph", "indented", _indented, breaks)
    inline.at("image", _image)
    inline.at("emphasis", _emphasis)
    inline.after("emphasis", "raised", _raised)
    inline.before("link", "span", _span)
    inline.at("footnote_inline", _note_in_place)
    inline.at("footnote_ref", _note_called)
    markdown.core.ruler.before("inline", "heading_braces", _heading_braces)
    # Escaped characters stay apart from text, so that they are not taken for forgotten markup.
    markdown.core.ruler.disable("text_join")
    return markdown


# --- blocks ---------------------------------------------------------------------------------


def _line(state: StateBlock, line: int) -> str:
    """A line without the marks of the blocks around it."""
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _habit(state: StateBlock, written: str, write: str, line: int) -> None:
    found: list[Habit] = state.env.setdefault(HABITS, [])
    found.append(Habit(written.strip()[:40], write, line, state.tShift[line]))


def _indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line that ends the paragraph before it: it is indented, a picture, or counted `一、`."""
    line = _line(state, start)
    if not silent or "|" in line:
        return False
    return is_indented(line) or is_picture(line) or is_counted(line)


def _code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start) and is_prose(_line(state, start)):
        return False
    return code(state, start, end, silent)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark's, but for lines of text with an indent of their own: each begins another."""
    rules = state.md.block.ruler.getRules("paragraph")
    before, state.parentType = state.parentType, "paragraph"
    if state.is_code_block(start):
        _habit(state, _line(state, start), "　　…", start)
    last = start + 1
    alone = stands_alone(_line(state, start))
    while last < state.lineMax and not alone and not state.isEmpty(last):
        if state.sCount[last] - state.blkIndent > 3:
            if is_prose(_line(state, last)):
                break
        elif state.sCount[last] >= 0 and any(rule(state, last, end, True) for rule in rules):
            break
        last += 1
    _push_paragraph(state, start, last, state.getLines(start, last, state.blkIndent, False))
    state.line, state.parentType = last, before
    return True


def _push_paragraph(state: StateBlock, start: int, end: int, text: str) -> None:
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start, end]
    inline = state.push("inline", "", 0)
    inline.content = without_indent(text.strip(" \t\n"))
    inline.map = [start, end]
    inline.children = []
    state.push("paragraph_close", "p", -1)


_PROSE: Final = re.compile(rf"\[[^\[\]\n]+\]:[ \t]*(?![a-z]+:|[/.#<])\S*[{HAN}]")


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[编者按]: 本文有删节。` defines no address: it is text."""
    first = state.bMarks[start] + state.tShift[start]
    if _PROSE.match(state.src, first, state.eMarks[start]):
        return False
    return reference(state, start, end, silent)


_HASHES: Final = re.compile(r"(#{2,6})[\u3000\u00a0]*(?=[^#\s])(.*?)#*\s*")


def _loose_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`##小节`: Chinese editors put no space there, or a wide one."""
    if state.is_code_block(start):
        return False
    text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = _HASHES.fullmatch(text)
    if match is None or not match[2].strip():
        return False
    if silent:
        return True
    _habit(state, text, f"{match[1]} …", start)
    opening = state.push("heading_open", f"h{len(match[1])}", 1)
    opening.markup, opening.map = match[1], [start, start + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = match[2].strip(), [start, start + 1], []
    state.push("heading_close", f"h{len(match[1])}", -1)
    state.line = start + 1
    return True


_NOT_SHOWN: Final = re.compile(r"<(?:(script|style)(?=[\s>])|!--|\?|!\[CDATA\[)", re.IGNORECASE)


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What a browser would not show. All other tags stand in text, whose words are set."""
    if state.is_code_block(start):
        return False
    first = state.bMarks[start] + state.tShift[start]
    match = _NOT_SHOWN.match(state.src, first, state.eMarks[start])
    if match is None:
        return False
    close = {"<!--": "-->", "<?": "?>"}.get(match[0], "]]>")
    if match[1]:
        close = f"</{match[1].lower()}>"
    closing = _lines_with(state, close)
    at = bisect_left(closing, start)
    last = closing[at] if at < len(closing) else end
    if last >= end or _line(state, last).lower().rpartition(close)[2].strip():
        return False
    if silent:
        return True
    state.line = last + 1
    token = state.push("html_block", "", 0)
    token.map, token.content = [start, last + 1], state.getLines(start, last + 1, 0, True)
    return True


def _lines_with(state: StateBlock, words: str) -> Sequence[int]:
    """The lines that have *words* in them; sought once, however many look for them."""
    known: dict[str, list[int]] = state.env.setdefault(CLOSING, {})
    if words not in known:
        lines = state.src.lower().split("\n")
        known[words] = [number for number, line in enumerate(lines) if words in line]
    return known[words]


def _counted(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`1、甲⏎2、乙`: a list by hand, its marks kept as written; long items are paragraphs."""
    if state.parentType == "reference" or state.sCount[start] < 0:
        return False
    ahead = [_line(state, n) for n in range(start, min(end, start + 8))]
    first = begins_a_list(ahead, 0)
    if first is None:
        return False
    if first.kind == "1. " and not silent:
        return False  # a list of CommonMark's own; only a paragraph before it has to end
    if silent:
        return True
    last = start
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        if last > start and marked(_line(state, last)) is None and _ends_a_list(state, last, end):
            break
        last += 1
    lines = [_line(state, n) for n in range(start, last)]
    _push_runs(state, lines, start)
    state.line = last
    return True


def _ends_a_list(state: StateBlock, line: int, end: int) -> bool:
    rules = state.md.block.ruler.getRules("paragraph")
    return any(rule(state, line, end, True) for rule in rules)


def _push_runs(state: StateBlock, lines: list[str], first: int) -> None:
    """The items of *lines*, the first of which is marked; others of another kind lie within."""
    stretches = [(mark, a, b) for mark, a, b in runs(lines) if mark is not None]
    text = {a: _own_words(lines, mark.begins, a, b) for mark, a, b in stretches}
    short = all(len(words) <= SHORT for words, _ in text.values())
    if short:
        opening = state.push("ordered_list_open", "ol", 1)
        opening.map = [first, first + len(lines)]
        opening.meta = {"marks": [mark.mark for mark, _, _ in stretches]}
    for mark, a, b in stretches:
        words, own_end = text[a]
        if short:
            item = state.push("list_item_open", "li", 1)
            item.map = [first + a, first + b]
        written = words if short else without_indent(lines[a])[: len(mark.mark)] + words
        _push_paragraph(state, first + a, first + own_end, written)
        if own_end < b:
            _push_runs(state, lines[own_end:b], first + own_end)
        if short:
            state.push("list_item_close", "li", -1)
    if short:
        state.push("ordered_list_close", "ol", -1)


def _own_words(lines: list[str], begins: int, start: int, end: int) -> tuple[str, int]:
    """The words of an item, and where a list of another kind within it begins."""
    inner = next((n for n in range(start + 1, end) if marked(lines[n]) is not None), end)
    rest = (without_indent(line) for line in lines[start + 1 : inner])
    return "\n".join((lines[start][begins:], *rest)).strip(), inner


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark's friends drop the cells that have no head; here the table is made wider."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    columns = sum(token.type == "th_open" for token in state.tokens[before:])
    cells = {n: _cells(getLine(state, n)) for n in range(start + 2, state.line)}
    most = max((len(row) for row in cells.values()), default=0)
    if most <= columns:
        return True
    state.tokens[before].meta["surplus"] = min(n for n, row in cells.items() if len(row) > columns)
    widened: list[Token] = []
    for token in state.tokens[before:]:
        if token.type == "tr_open" and token.map:
            line = token.map[0]
        if token.type == "tr_close":
            row, kind = cells.get(line, []), "td" if line in cells else "th"
            for column in range(columns, most):
                words = row[column] if column < len(row) else ""
                widened.extend(_cell(kind, words.strip(), line, token.level + 1))
        widened.append(token)
    state.tokens[before:] = widened
    return True


def _cells(line: str) -> list[str]:
    found = escapedSplit(line.strip(" \t"))
    if found and not found[0]:
        found.pop(0)
    if found and not found[-1]:
        found.pop()
    return found


def _cell(kind: str, words: str, line: int, level: int) -> tuple[Token, Token, Token]:
    opening = Token(f"{kind}_open", kind, 1, level=level, block=True)
    content = Token("inline", "", 0, content=words, children=[], map=[line, line + 1])
    content.level, content.block = level + 1, True
    return opening, content, Token(f"{kind}_close", kind, -1, level=level, block=True)


_LAST_BRACES: Final = re.compile(r"\s*(\{[^{}\n]*\})\s*\Z")


def _heading_braces(state: StateCore) -> None:
    """`## 小节 {#name}`."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open" or inline.type != "inline":
            continue
        match = _LAST_BRACES.search(inline.content)
        read = attributes.parse(match[1]) if match else None
        if (
            match
            and match.start()
            and read
            and any(key[:1] in "#." or value for key, value in read[1].items())
        ):
            opening.meta["given"] = read[1]
            inline.content = inline.content[: match.start()]


# --- inlines --------------------------------------------------------------------------------


def _is_cjk(character: str) -> bool:
    """Of the wide characters all but emoji, as the CJK-friendly amendments to CommonMark say."""
    if not character >= "\u1100":
        return False
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return wide and not "\U0001f000" <= character <= "\U0001faff"


def _flanks(state: StateInline, start: int) -> tuple[int, bool, bool]:
    """Length of the run of marks at *start*, and whether it may open and close emphasis.

    Beside Chinese characters a mark opens and closes whatever punctuation it touches: CommonMark
    would see no boundary of a word there. As github.com/tats-u/markdown-cjk-friendly has it.
    """
    source, marker, end = state.src, state.src[start], start
    while end < state.posMax and source[end] == marker:
        end += 1
    before = source[start - 1] if start else " "
    if start > 1 and "\ufe00" <= before <= "\ufe0f":
        before = source[start - 2]
    after = source[end] if end < state.posMax else " "
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    cjk_before, cjk_after = _is_cjk(before), _is_cjk(after)
    mark_before = isMdAsciiPunct(ord(before)) or isPunctChar(before)
    mark_after = isMdAsciiPunct(ord(after)) or isPunctChar(after)
    left = not space_after and (
        not mark_after or cjk_after or space_before or mark_before or cjk_before
    )
    right = not space_before and (
        not mark_before or cjk_before or space_after or mark_after or cjk_after
    )
    if marker == "*":
        return end - start, left, right
    return end - start, left and (not right or mark_before), right and (not left or mark_after)


def _emphasis(state: StateInline, silent: bool) -> bool:
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    length, opens, closes = _flanks(state, state.pos)
    if marker == "*" and length == 1 and _between_digits(state.src, state.pos):
        opens = closes = False  # `5*3` is a product
    for _ in range(length):
        state.push("text", "", 0).content = marker
        index = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), length, index, -1, opens, closes))
    state.pos += length
    return True


def _between_digits(source: str, at: int) -> bool:
    return source[max(at - 1, 0) : at].isdigit() and source[at + 1 : at + 2].isdigit()


_RAISED: Final = re.compile(
    r"(?P<mark>[~^])(?P<inside>(?:(?![~^\s，。；：！？、])[^\x00-\x20]){1,20})(?P=mark)(?![~^])"
)


_CHARGES: Final = frozenset("+-−±")


def _raised(state: StateInline, silent: bool) -> bool:
    """`H~2~O`, `10^5^`, `Na^+^`.

    Not `9~10点，3~5人`: a subscript stands behind a letter or a bracket. Nor `好^-^`: a charge
    stands behind a Latin letter, a figure or a bracket.
    """
    mark, before = state.src[state.pos], state.src[state.pos - 1 : state.pos]
    if mark not in "~^" or not before or before in "~^([{（【“‘ \t\n\u3000":
        return False
    match = _RAISED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    charge = mark == "^" and set(match["inside"]) <= _CHARGES and before.isascii()
    if not charge and not any(c.isalnum() for c in match["inside"]):
        return False
    if mark == "~":
        han = re.search(f"[{HAN}]", match["inside"])
        bound = before in ")]）" or (before.isalpha() and (before < "\u3000" or not han))
        if not bound:
            return False
    if not silent:
        kind = "sub" if mark == "~" else "sup"
        _push_inside(state, kind, match.start("inside"), match.end("inside"))
    state.pos = match.end()
    return True


def _push_inside(state: StateInline, kind: str, start: int, end: int, **meta: Any) -> None:
    """Tokens of *kind* around those of a stretch of the source."""
    maximum = state.posMax
    state.pos, state.posMax = start, end
    state.push(f"{kind}_open", kind, 1).meta.update(meta)
    state.md.inline.tokenize(state)
    state.push(f"{kind}_close", kind, -1)
    state.posMax = maximum


def _braces(state: StateInline, start: int) -> tuple[int, dict[str, str]] | None:
    """Where the braces at *start* end, and what they hold."""
    text = state.src[start : min(state.posMax, start + attributes.LONGEST)]
    read = attributes.parse(text)
    return (start + read[0], read[1]) if read else None


def _span(state: StateInline, silent: bool) -> bool:
    """`[字]{.dots}`."""
    if state.src[state.pos] != "[":
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos, False)
    if end < 0 or end + 1 >= state.posMax:
        return False
    read = _braces(state, end + 1)
    if read is None or not read[1]:
        return False
    if not silent:
        _push_inside(state, "span", state.pos + 1, end, given=read[1])
    state.pos = read[0]
    return True


def _note_in_place(state: StateInline, silent: bool) -> bool:
    """`^[字]`. Of those that nothing closes each is looked for to the end: a few, but not all."""
    if not state.src.startswith("^[", state.pos):
        return False
    tried, in_vain = state.env.get(IN_VAIN, ("", 0))
    if tried != state.src:
        in_vain = 0
    if in_vain >= MOST_IN_VAIN or state.src.find("]", state.pos) < 0:
        return False
    found = bool(footnote_inline(state, silent))
    state.env[IN_VAIN] = state.src, in_vain + (not found)
    return found


def _note_called(state: StateInline, silent: bool) -> bool:
    """`[^1]`. No label is as long as a page, so none is looked for to the end."""
    if not state.src.startswith("[^", state.pos):
        return False
    if state.src.find("]", state.pos, state.pos + LONGEST_LABEL) < 0:
        return False
    return bool(footnote_ref(state, silent))


_NAME_WITH_SPACES: Final = re.compile(
    rf"!\[(?P<caption>[^\[\]\n]{{0,500}})\]\(\s*(?P<name>[^<>\n]{{1,300}}?{PICTURE})"
    r"(?:\s+[\"“](?P<title>[^\"“”\n]{0,500})[\"”])?\s*\)",
    re.IGNORECASE,
)
_BEFORE_BRACES: Final = re.compile(r"[ \t]?(?=\{)")


def _image(state: StateInline, silent: bool) -> bool:
    """CommonMark's picture, and one whose name has spaces and brackets, as phones write them."""
    begun, before = state.pos, len(state.tokens)
    if not image(state, silent) and not _named_with_spaces(state, silent):
        return False
    token = next((t for t in state.tokens[before:] if t.type == "image"), None)
    space = _BEFORE_BRACES.match(state.src, state.pos)
    if space:
        read = _braces(state, space.end())
        if read is not None:
            state.pos = read[0]
            if token:
                token.meta["given"] = read[1]
    if token:
        token.meta["written"] = state.src[begun : state.pos]
    return True


def _named_with_spaces(state: StateInline, silent: bool) -> bool:
    match = _NAME_WITH_SPACES.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        children: list[Token] = []
        state.md.inline.parse(match["caption"], state.md, state.env, children)
        token = state.push("image", "img", 0)
        token.attrs = {"src": match["name"], "alt": ""}
        if match["title"]:
            token.attrs["title"] = match["title"]
        token.meta["as_written"] = True
        token.children, token.content = children, match["caption"]
    state.pos = match.end()
    return True
