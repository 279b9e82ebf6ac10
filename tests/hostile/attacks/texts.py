"""Manuscripts: too much, too deep, never closed, not text; and what hides in characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attacks import EDITION, FIGURE, FRONT, Attack, Content, chapter, title
from attacks.metadata import plain
from attacks.pictures import saved

NOTES = "\n\n".join(f"一段[^{n}]。\n\n[^{n}]: 注 {n}。" for n in range(300))

MANUSCRIPTS: Mapping[str, Content] = {
    "empty": "",
    "blank": " \n" * 9000,
    "front matter alone": FRONT,
    "front matter never closed": "---\ntitle: 一\n",
    "front matter of lists": "---\n- 一\n- 二\n---\n一\n",
    "front matter of bombs": "---\na: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n---\n一\n",
    "front matter of Python": "---\ntitle: !!python/object/apply:os.system [true]\n---\n一\n",
    "front matter deep": f"---\ntitle: {'[' * 3000}\n---\n一\n",
    "front matter with 5,000 digits": f"---\ntitle: 一\nnumber: {'9' * 5000}\n---\n一\n",
    "a template outside": "---\ntitle: 一\ntemplate: ../../../etc/passwd\n---\n一\n",
    "a plate outside": "---\ntitle: 一\ntemplate: article\nplate: ../../../etc/passwd\n---\n一\n",
    "a title of 20,000": f"---\ntitle: {'题' * 20_000}\ntemplate: text\n---\n一\n",
    "NUL": b"---\ntitle: \xe4\xb8\x80\ntemplate: text\n---\n\xe4\xb8\x80\0\xe4\xba\x8c\n",
    "bytes of nowhere": FRONT.encode() + bytes(range(128, 256)) * 20,
    "half a character": FRONT.encode() + "字".encode()[:2],
    "UTF-16": chapter("一段。").encode("utf-16"),
    "UTF-32": chapter("一段。").encode("utf-32"),
    "GB 18030": chapter("一段。").encode("gb18030"),
    "two byte order marks": b"\xef\xbb\xbf" * 2 + chapter("一段。").encode(),
    "a PNG": saved(plain(), "PNG"),
    "old line ends": chapter("甲\n\n乙").replace("\n", "\r"),
    "20,000 breaks": chapter("行\\\n" * 20_000 + "末"),
    "a million characters": chapter("长" * 1_000_000),
    "a word of 100,000": chapter("a" * 100_000),
    "a hundred thousand blank lines": chapter("\n" * 100_000),
    "300 notes": chapter(NOTES),
    "a note of itself": chapter("一[^1]\n\n[^1]: 注[^1]"),
    "a note of nobody": chapter("一[^9]"),
    "the same note twice": chapter("一[^1]\n\n[^1]: 甲\n\n[^1]: 乙"),
    "10,000 stars": chapter("*" * 10_000 + "字" + "*" * 10_000),
    "10,000 brackets": chapter("[" * 10_000 + "字" + "]" * 10_000),
    "10,000 quotes": chapter("> " * 10_000 + "字"),
    "1,000 lists in lists": chapter("\n".join("  " * n + "- 项" for n in range(1000))),
    "10,000 backticks": chapter("`" * 9_999 + "字" + "`" * 10_000),
    "10,000 underlines and stars": chapter("_*" * 5_000),
    "a fence never closed": f"{FRONT}```\n末一行的话。\n",
    "containers in containers": chapter("\n".join(f"{':' * (n + 3)} note" for n in range(200))),
    "a container never closed": f"{FRONT}::: sidebar\n末一行的话。\n",
    "a container of nobody": chapter("::: nobody\n字\n:::"),
    "a table of 1,000 columns": chapter("|" + "甲|" * 1000 + "\n|" + "-|" * 1000),
    "a table of 5,000 rows": chapter("| 甲 | 乙 |\n|---|---|\n" + "| 一 | 二 |\n" * 5000),
    "a table of one cell": chapter("|\n|-|"),
    "a chart of words": chapter("::: chart {kind=bar}\n| 年 | 数 |\n|---|---|\n| 一 | 多 |\n:::"),
    "a chart without end": chapter(
        "::: chart {kind=line}\n| 年 | 数 |\n|---|---|\n| 1 | 1e308 |\n| 2 | -1e308 |\n:::"
    ),
    "a chart of no number": chapter(
        "::: chart {kind=bar}\n| 年 | 数 |\n|---|---|\n| 1 | nan |\n| 2 | inf |\n:::"
    ),
    "numbers of 5,000 digits": chapter(f"::: numbers\n- {'9' * 5000} 件\n:::"),
    "a list from 9,999,999,999": chapter("9999999999. 项\n9999999999. 项"),
    "attributes never closed": chapter("[字]{.dots ruby="),
    "a reading of 1,000": chapter('[字]{ruby="' + "zi " * 1000 + '"}'),
    "a link to nowhere": chapter("[字](#nowhere)"),
    "a link of scripts": chapter("[字](javascript:alert(1)) [字](file:///etc/passwd)"),
    "a link of 100,000": chapter(f"[字](https://example.org/{'a' * 100_000})"),
    "HTML": chapter("<script>1</script><iframe src=/etc/passwd></iframe><b>字</b>"),
    "HTML never closed": chapter("<b>" * 3000 + "字"),
    "a base of nowhere": chapter('<base href="http://[::">'),
    "a comment never closed": chapter("<!-- 字"),
    "entities": chapter("&#0; &#xD800; &#x110000; &#99999999999999999999; &nbsp; &amp;"),
    "templates": chapter("{{ 7*7 }} {% for i in range(10) %}x{% endfor %} {# x #}"),
    "superscripts of superscripts": chapter("x" + "^a~b" * 500),
}  # fmt: skip

CHARACTERS: Mapping[str, str] = {
    "escapes of a terminal": "\x1b[31m红\x1b[0m \x1b]0;x\x07 \x9b31m",
    "all controls": "".join(map(chr, (*range(1, 9), *range(11, 13), *range(14, 32), 127))),
    "all C1 controls": "".join(map(chr, range(128, 160))),
    "overridden direction": "甲\u202e乙丙\u202c丁",
    "isolates never closed": "甲\u2066\u2067\u2068乙",
    "zero widths": "甲\u200b\u200c\u200d\u2060\ufeff乙",
    "a thousand accents": "e" + "\u0301" * 1000,
    "a thousand joiners": "👩" + "\u200d👩" * 1000,
    "variation selectors": "葛\U000e0100\U000e0101\ufe0f",
    "tags": "甲" + "".join(chr(0xE0000 + n) for n in range(32, 127)),
    "private": "\ue000\uf8ff\U000f0000\U0010fffd",
    "no characters": "\ufffe\uffff\U0001fffe\ufdd0",
    "lost": "甲\ufffd乙",
    "flags": "🇨🇳🇺🇳🏴",
    "line separators": "甲\u2028乙\u2029丙\x85丁",
    "spaces of every width": "甲".join(map(chr, (*range(0x2000, 0x200B), 0x3000, 0xA0, 0x202F))),
    "right to left": "שלום مرحبا ܫܠܡܐ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Hangul in parts": "ᄒ" + "ᅡ" * 500 + "ᆫ",
    "Han of every plane": "𠀀𪜀𫝀𫠠𬺰𰀀𱍐",
    "descriptions of characters": "⿰⿱⿲" * 300,
    "mathematics": "𝕏𝒳𝔛" * 99,
    "ligatures": "ﷺﷻ﷽" * 99,
    "normal forms": "ﬀ㎏Å豈 ①½",
}
INJECTIONS: Mapping[str, str] = {
    "focus": '![图](photos/p.png){credit="某" focus="50% 50%; position: fixed; top: 0"}',
    "focus that computes": '![图](photos/p.png){credit="某" focus="calc(1px * 1e9) 50%"}',
    "lines": '![图](photos/p.png){credit="某" lines="9; background: url(file:///etc/passwd)"}',
    "lines without end": '![图](photos/p.png){credit="某" lines=999999999}',
    "lines below nothing": '![图](photos/p.png){credit="某" lines=-5}',
    "a credit of HTML": '![图](photos/p.png){credit="</figcaption><script>1</script>"}',
    "a caption of CSS": '![</style>*{display:none}](photos/p.png){credit="某"}',
    "a style": '[字]{style="display: none"} [字]{class="a b" onclick="x"}',
    "an id": '## 节 {#a"onload="x}\n\n字',
    "a class": "::: sidebar {.hidden style=color:red}\n字\n:::",
    "an address of data": '![图](data:image/png;base64,AAAA){credit="某"}',
    "an address outside": '![图](../../../../etc/passwd){credit="某"}',
    "an address far away": '![图](http://127.0.0.1:9/x.png){credit="某"}',
    "an address of devices": '![图](/dev/zero){credit="某"}',
    "an address with NUL": '![图](photos/%00.png){credit="某"}',
    "an address of 5,000": f'![图](photos/{"长" * 5000}.png){{credit="某"}}',
    "names in braces": "::: names {title='{{ 7*7 }}' count=\"9人\"}\n- {{ x }}\n:::",
}  # fmt: skip
SHOWN = "\n\n末一行的话。\n"


def attacks() -> Iterator[Attack]:
    photo = {"photos/p.png": saved(plain(), "PNG")}
    for name, text in MANUSCRIPTS.items():
        keeps = "末一行的话。" if isinstance(text, str) and "末一行的话。" in text else ""
        yield title("manuscripts", name, {"one.md": text}, keeps=keeps)
    for name, text in CHARACTERS.items():
        yield title("characters", name, {"one.md": chapter(f"一{text}二")})
        dressed = EDITION.replace("小册", f"小{_in_toml(text)}册")
        yield title("characters", f"{name}, in the title", {"edition.toml": dressed})
    for name, text in INJECTIONS.items():
        yield title("injection", name, {"one.md": chapter(text), **photo})
    yield title("injection", "a figure without its file", {"one.md": chapter(FIGURE)})


def _in_toml(text: str) -> str:
    return "".join(f"\\U{ord(c):08X}" for c in text)
