"""A title in which everything that can be long is long, in one script or another.

Each text begins with the name of what it is, so that it is known again wherever it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Final

SCRIPTS: Final[Mapping[str, str]] = {
    "han": (
        "在新的起点上推进学校教育高质量发展与家校社协同育人工作纪实暨年度总结表彰大会侧记"
        "以及今后三年的行动计划和展望"
    ),
    "english": (
        "Seventy Years of Teaching and Learning by the River, a History of the School, "
        "Its Teachers and Everyone Who Ever Walked Across That Old Stone Bridge"
    ),
    "capitals": "ANNUAL REPORT ON THE WATER AND WORKING MEMBERSHIP OF MOUNTAIN WOMEN AND MEN",
    "mixed": (
        "中国与ASEAN青年Innovation Forum第12届年会在Guangxi举行综述暨Roadmap 2030"
        "与GB/T 15834标准解读及PDF/X-4印前流程培训纪要"
    ),
    "figures": (
        "2026年1月1日至12月31日服务1,234,567人次覆盖98.7%的乡镇并在365天里接听0316-2345678共"
        "40万次总投入2.31亿元同比增长12.5%"
    ),
    "word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten",
    "name": "中华人民共和国国务院办公厅",
}
SPACED: Final = frozenset({"english", "capitals"})  # cut between two words
KINDS: Final = ("article", "text", "people", "gallery", "timeline", "numbers")
PICTURE: Final = "photos/good.jpg"


@dataclass
class Natural:
    """Texts of one script, as long as is asked, and all that were given out.

    Attributes:
        said: what each is → the text.
    """

    script: str
    said: dict[str, str] = field(default_factory=dict)

    def __call__(self, role: str, length: int) -> str:
        """A text for *role* of about so many characters."""
        base = SCRIPTS[self.script]
        # Half as wide, twice as many.
        length *= 2 if self.script in {*SPACED, "word"} else 1
        if self.script in SPACED:
            words = list(islice(cycle(base.replace(",", "").split()), 60))
            while len(" ".join(words)) > length and len(words) > 1:
                words.pop()
            cut = " ".join(words)
        else:
            cut = base[: max(1, length - len(role))]
        text = f"{role} {cut}" if cut[:1].isascii() else f"{role}{cut}"
        self.said[role] = text
        return text


def title_of(script: str, names: int = 6) -> tuple[dict[str, str], Mapping[str, str]]:
    """The files of a title, and what must be found on its pages.

    Args:
        names: in the masthead, and as many in the imprint.
    """
    say = Natural(script)
    name = say("书名", 30)
    chapters = dict(_chapters(say))
    masthead = "".join(f'"{say(f"职务{n}", 8)}" = "{say(f"单位{n}", 30)}"\n' for n in range(names))
    imprint = "".join(f'"{say(f"项目{n}", 8)}" = "{say(f"说明{n}", 60)}"\n' for n in range(names))
    edition = (
        f'title = "{name}"\nsubtitle = "{say("副题", 40)}"\nlayout = "jinian"\n'
        f'binding = "perfect"\ndate = 2026-01-02\nlink = "https://example.org/"\n'
        f"chapters = {list(chapters)}\n"
        f"[masthead]\n{masthead}[imprint]\n{imprint}"
    ).replace("'", '"')
    ledger = f'["{PICTURE}"]\ncredit = "{say("摄影", 24)}"\nlicence = "CC BY-SA 4.0"\n'
    ledger += 'source = "https://example.org/"\nconsent = "none needed"\n'
    files = {name.replace(".", "_dot_"): text for name, text in chapters.items()}
    return {"edition_dot_toml": edition, "photos__photos_dot_toml": ledger, **files}, say.said


def _front(template: str, say: Natural, name: str, length: int, *, more: str = "") -> str:
    return (
        f"---\ntemplate: {template}\ntitle: {say(f'章名{name}', length)}\n"
        f"kicker: {say(f'眉题{name}', 16)}\ndeck: {say(f'提要{name}', 60)}\n{more}---\n\n"
    )


def _chapters(say: Natural) -> list[tuple[str, str]]:
    picture = f"picture: {PICTURE}\n"
    plate = f"plate: {PICTURE}\nbyline: {say('作者', 40)}\n"
    body = (
        "清晨的街道很安静，巡查的人已经走过三条巷子，记下了该修的灯、该清的沟和该扶正的牌子。\n\n"
    )
    found = [
        ("cover.md", _cover(say)),
        ("inner.md", f"---\ntemplate: inner\ntitle: {say('题词', 24)}\n---\n\n{say('扉页', 60)}\n"),
        ("title.md", "---\ntemplate: title\nseal: 印章\n---\n"),
        (
            "message.md",
            _front("message", say, "卷首", 30, more=f"{picture}byline: {say('落款', 30)}\n") + body,
        ),
        ("contents.md", f"---\ntemplate: contents\ntitle: {say('目次', 20)}\n{picture}---\n"),
    ]
    for n in range(12):
        kind, name = KINDS[n % len(KINDS)], f"{n}号"
        length = (30, 45, 60)[n % 3]
        text = _front(kind, say, name, length, more=plate if kind == "article" else picture) + body
        for section in range(30 if n == 6 else 4):
            text += f"## {say(f'小节{n}之{section}', 30)}\n\n{body}"
        found.append((f"one{n}.md", text))
    found[8] = (found[8][0], found[8][1] + _blocks(say))
    found += [
        ("spread.md", f"---\ntemplate: spread\ntitle: {say('跨页', 20)}\n---\n\n{_spread(say)}"),
        ("imprint.md", f"---\ntemplate: imprint\ntitle: 版权页\n---\n\n{say('版权', 60)}\n"),
        ("back.md", f"---\ntemplate: back\ntitle: {say('封底', 24)}\n---\n\n{say('封底字', 60)}\n"),
    ]
    return found


def _cover(say: Natural) -> str:
    return f"---\ntemplate: cover\ntitle: {say.said['书名']}\n---\n"


def _spread(say: Natural) -> str:
    return f"![{say('跨页图说', 60)}]({PICTURE}){{size=spread}}\n"


def _blocks(say: Natural) -> str:
    """Everything in a text that can be long."""
    heads = [say(f"表头{n}", 12) for n in range(5)]
    rows = [[say(f"格{r}之{c}", 20) for c in range(5)] for r in range(4)]
    names = [say(f"数列{n}", 16) for n in range(3)]
    bars = " ".join(
        f'{key}="{say(role, length)}"'
        for key, role, length in (
            ("title", "条图题", 40),
            ("unit", "单位量", 12),
            ("source", "来源", 40),
        )
    )
    shares = [say(f"份{n}", 20) for n in range(5)]
    return f"""
### {say("小小节", 40)}

![{say("图说", 60)}]({PICTURE})

![{say("通栏图说", 120)}]({PICTURE}){{size=full}}

| {" | ".join(heads)} |
|---|---|---|---|---|
{chr(10).join("| " + " | ".join(row) + " |" for row in rows)}

::: pullquote {{by="{say("谁说", 30)}"}}
{say("说的话", 70)}
:::

::: pullquote {{upright=yes}}
{say("上联", 20)}|{say("下联", 20)}
:::

::: timeline
### {say("阶段", 24)}
- **{say("时候甲", 16)}** {say("事情甲", 60)}
- **2026年1月1日至12月31日** {say("事情乙", 30)}
:::

::: numbers
- **1,234,567,890万元** {say("大数甲", 60)}
- **98.75%** {say("大数乙", 60)}
- **12,345,678平方公里** {say("大数丙", 40)}
:::

::: names {{title="{say("名录题", 30)}" count="12345人次"}}
- {say("人甲", 24)} {say("单位甲", 24)}
- 阿不都热依木·买买提吐尔逊·阿卜杜喀迪尔 {say("单位乙", 16)}
- Christopher Alexander Montgomery-Featherstonehaugh {say("单位丙", 8)}
- 王明 {say("单位丁", 12)}
:::

::: note {{title="{say("说明题", 40)}"}}
{say("说明", 40)}
:::

::: sidebar {{title="{say("旁记题", 40)}"}}
{say("旁记", 40)}
:::

::: chart {{kind=bars {bars}}}
| 项 | {names[0]} |
|:--|--:|
{chr(10).join(f"| {share} | {n + 3} |" for n, share in enumerate(shares))}
:::

::: chart {{kind=line title="{say("线图题", 40)}" unit="{say("单位线", 12)}"}}
| 年 | {" | ".join(names)} |
|:--|--:|--:|--:|
{chr(10).join(f"| {2018 + n} | {n + 3} | {n * 2 + 1} | {9 - n} |" for n in range(5))}
:::

::: chart {{kind=share title="{say("环图题", 40)}"}}
| 项 | 数 |
|:--|--:|
{chr(10).join(f"| {say(f'环{n}', 20)} | {n + 3} |" for n in range(4))}
:::

::: gallery {{rows="8x2"}}
![{say("集图一", 60)}]({PICTURE})
![{say("集图二", 40)}]({PICTURE})
:::
"""
