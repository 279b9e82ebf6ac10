"""Random manuscripts, and blocks written back as Markdown: what the tests of the reader share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hypothesis import strategies as st

from banxin.diagnostics import Diagnostic, Place
from banxin.manuscript import blocks as b
from banxin.manuscript import read
from banxin.workspace import Workspace

PLACEHOLDER = "字"
# Han characters that no rule asks for: no numerals, no surnames, no ends of places.
DISTINCT = [chr(point) for point in range(0x5A00, 0x7000)]


def distinct(source: str) -> str:
    """Each placeholder as a character of its own, so that every one can be followed."""
    characters = iter(DISTINCT)
    return re.sub(PLACEHOLDER, lambda _: next(characters), source)


def chapter(folder: Path, text: str) -> tuple[b.Chapter, tuple[Diagnostic, ...]]:
    """*text* read as a chapter, and what was said of it."""
    (folder / "a.md").write_bytes(text.encode())
    whole = read([(PurePosixPath("a.md"), Place())], Workspace(folder))
    return whole.chapters[0], whole.remarks


def words_in(value: object) -> Iterator[str]:
    """Every text in *value*, however deep."""
    if isinstance(value, str | PurePosixPath):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from words_in(tuple(value.items()))
    elif isinstance(value, tuple):
        for item in value:
            yield from words_in(item)
    elif is_dataclass(value) and not isinstance(value, Place):
        for part in fields(value):
            yield from words_in(getattr(value, part.name))


def without_places(value: Any) -> Any:
    """*value* as plain tuples, so that the same words in other lines are the same."""
    if isinstance(value, Mapping):
        return {key: without_places(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(without_places(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Place):
            return None
        return type(value).__name__, *(
            without_places(getattr(value, part.name)) for part in fields(value)
        )
    return value


# --- random manuscripts ---------------------------------------------------------------------

INLINES = (
    "字", "字字，字字。", "“字”", "（字）", "字word字", " ", "*字*", "**字**", "*“字”*", "**字：**",
    "[字]{.dots}", '[字]{ruby="zì"}', "[字](https://example.org)", "`字`", "字H~2~O字", "字m^2^字",
    "[^1]", "^[字]", "<b>字</b>", "<br>", "<span class=x>字</span>", "<字>", "<name>",
    "![字](photos/字 1.jpg)", '![字](a.jpg "字"){credit=“字” focus=50%}', "！［字］（photos/a.jpg）",
    "[字]{.odd}", "[字](字)", '[字](https://example.org "字")', "字\\*字", "&copy;", "字\u200b字",
    "字\u2028字", "字\u00a0字",
)  # fmt: skip
SIGNS = (
    "*", "**", "~", "~~", "^", "^[", "`", "```", "[", "]", "(", ")", "![", "](", "{", "}", "{#字}",
    "{.x}", "<", ">", "</b>", "<div>", "<!--", "-->", "$", "==", "|", "\\", "：", "！［", "］（",
    "[ ]", "[TOC]", ":字:", "#", "_", "\t", "&", "　",
)  # fmt: skip
STARTS = (
    "", "　　", "    ", "# ", "## ", "##", "##　", "＃＃ ", "> ", "- ", "1. ", "1952. ", "3) ", "1、",
    "2、", "（一）", "①", "一、", "• ", "[^1]: ", "[^1]：", "[^字]: ", "[字]: ", "[字]: https://a.org ",
    "| 字 | ", "|---|---|", ": ", "* * *", "---", "===", "```", "``` 字", "::: names", "::: note",
    ":::", '::: sidebar {title="字"}', '::: note {titel="字"}', "::: numbers", "::: timeline",
    "::: 字", "::: gallery", "::: pullquote {upright}", '::: chart {kind=bars title="字"}', "：：：",
    "- **字** ", "- **3字** ", "### ", "字、字 字　字", "    - ", "  1. ", "> - ", "- > ", "![字](",
    "<script>字</script>", "<!-- -->", "\u200b## ", "~~~",
)  # fmt: skip
lines = st.builds(
    lambda start, parts: start + "".join(parts),
    st.sampled_from(STARTS),
    st.lists(st.one_of(st.sampled_from(INLINES), st.sampled_from(SIGNS)), max_size=5),
)
wild = st.lists(st.tuples(lines, st.sampled_from(("\n", "\n\n"))), max_size=12).map(
    lambda rows: distinct("".join(line + end for line, end in rows))
)
front = st.lists(
    st.sampled_from(
        (
            "title: 字#字 #字: 字", "titel：字", "", "deck: |", "  字", "- 字", "字", "# 注", "title: 字",
            "byline:\t“字”字", 'kicker: "字', "kicker: '字'", "list: [字, 字]", "plate:", "a: {字: 字}",
        )
    ),
    max_size=6,
)  # fmt: skip
headed = st.builds(
    lambda before, head, close, text: distinct(
        "\n".join([before + "---", *head, "---" if close else "", text])
    ),
    st.sampled_from(("", "\n", "\ufeff", "\ufeff\ufeff\n \n")),
    front,
    st.booleans(),
    st.sampled_from(("字\n", "", "## 字\n\n字\n")),
)

TAME = (
    "字", "字字，字字。", "“字”字", "字 word 字", "字*“字”*字", "字**字**字", "字[字]{.dots}字",
    '字[字]{ruby="zì"}字', "字[字](https://example.org)字", "字`字`字", "字H~2~O字", "字m^2^字",
    "字[^1]字", "字[^2]字", "字\\\n字",
)  # fmt: skip
text = st.lists(st.sampled_from(TAME), min_size=1, max_size=4).map("".join)
short = st.sampled_from(TAME[:-3])
blocks = st.one_of(
    text,
    text.map("　　{}".format),
    st.builds("{} {}".format, st.sampled_from(("##", "###", "####")), short),
    short.map("##{}".format),
    text.map("> {}".format),
    st.lists(text.map("- {}".format), min_size=1, max_size=3).map("\n".join),
    st.lists(short.map("7. {}".format), min_size=1, max_size=3).map("\n".join),
    st.sampled_from(("1、字\n2、字", "（一）字\n（三）字", "①字\n②字\n③字", "1952. 字", "3. 字\n5. 字")),
    short.map("| 字 | 字 |\n|:--|--:|\n| {} | 字 |".format),
    st.just("```\n字\n  字\n```"),
    st.just("* * *"),
    st.just('![字](photos/字.jpg){credit="字" size=full lines=12 focus="50% 30%"}'),
    st.just("！［字］（photos/微信图片 1.jpg）"),
    st.just('::: gallery {rows="8x2 9"}\n![字](a.jpg){credit="字"}\n![](b.jpg)\n:::'),
    short.map("::: numbers\n- **¥3.2亿** {}\n- **“字”** 字\n- **第1名** 字\n:::".format),
    short.map("::: timeline\n- **一月** 字\n\n### 字\n- **二月** {}\n:::".format),
    st.just('::: names {title="字" count="3人"}\n- 字字 字字\n- 字字、字字\n:::'),
    short.map('::: note {{title="字"}}\n{}\n:::'.format),
    short.map('::: sidebar {{title="字"}}\n{}\n\n- 字\n:::'.format),
    short.map('::: pullquote {{by="字"}}\n{}|字\n:::'.format),
    st.just('::: chart {kind=bars title="字" unit="字" source="字"}\n| 字 | 字 |\n|--|--|\n| 字 | 1,2 |\n:::'),
    st.just('::: chart {kind=line}\n| 字 | 字 |\n|--|--|\n| 字 | 1,200 |\n| 字 | - |\n:::'),
)  # fmt: skip
tame = st.lists(blocks, max_size=8).map(
    lambda rows: distinct("\n\n".join([*rows, "字[^1][^2]", "[^1]: 字*字*字", "[^2]: 字"]))
)


# --- written back ---------------------------------------------------------------------------


def written(chapter: b.Chapter) -> str:
    """*chapter* as the manuscript that the README describes."""
    head = "".join(f"{key}: {field.value}\n" for key, field in chapter.front.items())
    notes = [
        "\n\n    ".join([f"[^{number}]: {_block(note[0])}", *map(_block, note[1:])])
        for number, note in enumerate(chapter.notes, 1)
    ]
    body = "\n\n".join([*_blocks(chapter.blocks), *notes])
    return f"---\n{head}---\n{body}\n" if head else f"{body}\n"


def _blocks(blocks: b.Blocks) -> list[str]:
    found: list[str] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        if isinstance(before, b.ItemList) and isinstance(block, b.ItemList):
            found.append("<!-- -->")  # two lists one after the other are two
        found.append(_block(block))
    return found


def _block(block: b.Block) -> str:
    match block:
        case b.Heading(level, text, anchor):
            return f"{'#' * level} {_inlines(text)} {{#{anchor}}}"
        case b.Paragraph(text):
            return _inlines(text)
        case b.Figure():
            return _figure(block)
        case b.Gallery(figures, attributes):
            return _fenced("gallery", attributes, "\n".join(map(_figure, figures)))
        case b.Quote(inside):
            return "> " + "\n\n".join(_blocks(inside)).replace("\n", "\n> ")
        case b.PullQuote(text, by, attributes):
            return _fenced("pullquote", {"by": by, **attributes}, _inlines(text))
        case b.BigNumbers(items):
            rows = (
                f"- **{_text(n.before + n.figure + n.unit)}** {_inlines(n.text)}" for n in items
            )
            return _fenced("numbers", {}, "\n".join(rows))
        case b.Timeline(stages):
            return _fenced("timeline", {}, "\n".join(_stage(stage) for stage in stages))
        case b.NameList(title, count, people, attributes):
            rows = (f"- {_text(p.name)} {_text(p.about)}".rstrip() for p in people)
            return _fenced("names", {"title": title, "count": count, **attributes}, "\n".join(rows))
        case b.Note(title, inside):
            return _fenced("note", {"title": title}, "\n\n".join(_blocks(inside)))
        case b.Sidebar(title, inside):
            return _fenced("sidebar", {"title": title}, "\n\n".join(_blocks(inside)))
        case b.Chart():
            return _chart(block)
        case b.ItemList():
            return "\n".join(map(_item, block.marks, block.items))
        case b.Table(head, rows, align):
            signs = {"left": ":--", "right": "--:", "center": ":-:", "": "---"}
            under = "|".join(signs[side] for side in align)
            return "\n".join((_row(head), f"|{under}|", *map(_row, rows)))
        case b.Verbatim(text):
            return f"```\n{text}\n```"
        case b.Divider():
            return "* * *"
        case _:
            raise TypeError(block)


def _item(mark: str, item: b.Blocks) -> str:
    if mark == "·":
        lead = "- "
    elif re.fullmatch(r"\d+[.)]", mark):
        lead = f"{mark} "
    else:
        lead = mark
    return lead + "\n\n".join(_blocks(item)).replace("\n", "\n" + " " * len(lead))


def _stage(stage: b.Stage) -> str:
    rows = [f"- **{_text(event.when)}** {_inlines(event.text)}" for event in stage.events]
    return "\n".join([f"### {_text(stage.title)}"] * bool(stage.title) + rows)


def _chart(chart: b.Chart) -> str:
    attributes = {
        "kind": chart.kind, "title": chart.title, "unit": chart.unit, "source": chart.source,
        "size": chart.size, "lines": str(chart.lines or ""),
    }  # fmt: skip
    head = _row(
        tuple(
            (b.Text(series.name),) for series in (b.Series(chart.head or "　", ()), *chart.series)
        )
    )
    rows = (
        _row(tuple((b.Text(cell),) for cell in (name, *cells)))
        for name, cells in zip(chart.names, chart.written, strict=True)
    )
    under = "|" + "--|" * (len(chart.series) + 1)
    return _fenced("chart", attributes, "\n".join((head, under, *rows)))


def _figure(figure: b.Figure) -> str:
    given = {"credit": figure.credit, "size": figure.size, **figure.attributes}
    return f"![{_inlines(figure.caption)}](<{figure.source}>){_braces(given)}"


def _fenced(name: str, attributes: Mapping[str, str], inside: str) -> str:
    return f"::: {name} {_braces(attributes)}\n{inside}\n:::"


def _braces(given: Mapping[str, str]) -> str:
    pairs = " ".join(f'{key}="{value}"' for key, value in given.items() if value)
    return f"{{{pairs}}}" if pairs else ""


def _row(cells: tuple[b.Inlines, ...]) -> str:
    return "| " + " | ".join(map(_inlines, cells)) + " |"


def _inlines(inlines: b.Inlines) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: b.Inline) -> str:
    match inline:
        case b.Text(text):
            return _text(text)
        case b.Emphasis(inside):
            return f"*{_inlines(inside)}*"
        case b.Strong(inside):
            return f"**{_inlines(inside)}**"
        case b.Dots(inside):
            return f"[{_inlines(inside)}]{{.dots}}"
        case b.Sub(inside):
            return f"~{_inlines(inside)}~"
        case b.Sup(inside):
            return f"^{_inlines(inside)}^"
        case b.Ruby(pairs):
            base, reading = "".join(p[0] for p in pairs), " ".join(p[1] for p in pairs)
            return f'[{_text(base)}]{{ruby="{reading}"}}'
        case b.Link(href, inside):
            return f"[{_inlines(inside)}](<{href}>)"
        case b.Code(text):
            return f"`{text}`"
        case b.LineBreak():
            return "\\\n"
        case b.NoteRef(index):
            return f"[^{index + 1}]"


def _text(text: str) -> str:
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
