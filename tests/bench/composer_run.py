"""One document, set once in a process of its own: `composer_run.py ROOT PAGES plain|composed`.

Prints CPU seconds of layout and of the whole run, pages, and peak memory, as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from contextlib import nullcontext
from pathlib import Path

ARTICLE = """\
廊坊的志愿服务有一条不写在墙上的规矩：十五分钟。从一个电话打出去，到有人敲门，不超过这个数。
十五分钟能做什么？够从社区活动室走到最远的那栋楼，够给轮椅换一只气门芯，够陪一位老人把药盒重新分好。做得到，是因为人就在附近——17000多支志愿服务队散在城乡，哪条街都有穿红马甲的邻居。
全市491个老旧小区排着次序改，21家民营企业参与进来，投入2.31亿元；两家全国知名的物业公司请进了门，物业服务做到全覆盖。机械化清扫率到了93.1%，包括数字城管在内的10套系统日夜醒着。
“廊坊最严交规20条”跟着施行，11万起违法行为得到处理。严是为了有一天不必再严：车停在斑马线前，行人走过去，回头点一点头。2020年11月20日，表彰大会在北京召开。
先到的是绿色，一车一车运进城。173.5万株乔木、灌木和地被，把街角、桥下和墙根一处处补满。背街小巷拆去2.5万平方米违建，6000多万元花在巷子和门店的脸面上。
地面干了，过道宽了，价签写得清清楚楚，秤就摆在明处。市场照旧热闹，热闹里多了秩序；拎菜篮子的人不必再踮着脚走路，自然愿意早一点来，晚一点走。"""


def document(pages: int) -> str:
    """Two columns on A4: a contents page with leaders, sections that begin pages, running heads
    and folios.
    """
    order = random.Random(7)
    paragraphs = [p for p in ARTICLE.splitlines() if p]
    sections: list[str] = []
    contents: list[str] = []
    characters = 0
    while characters < 910 * pages:
        chosen = [order.choice(paragraphs) for _ in range(18)]
        characters += sum(map(len, chosen))
        body = "".join(f"<p>{p}</p>" for p in chosen)
        number = len(sections) + 1
        head = f"第{number}节　走在街上看见的变化"
        anchor = f"s{number}"
        contents.append(f'<li><a href="#{anchor}">{head}</a></li>')
        sections.append(
            f"<section id={anchor}><h2>{head}</h2><div class=columns>{body}</div></section>"
        )
    listed = "".join(contents)
    return f"<html lang=zh-CN><body><ul>{listed}</ul>{''.join(sections)}</body></html>"


CSS = """
@page { size: A4; margin: 25mm 20mm; @top-left { content: string(head); font: 8pt "Noto Sans SC" }
  @bottom-right { content: counter(page); font: 8pt "Noto Serif SC" } }
html { font: 10.5pt/1.75 "Noto Serif SC"; text-align: justify }
h2 { font: 700 14pt/1.5 "Noto Sans SC"; string-set: head content(); margin: 0 0 1em;
  break-before: page }
.columns { columns: 2; column-gap: 2em; column-fill: auto }
p { margin: 0; text-indent: 2em }
ul { list-style: none; padding: 0 } a { color: inherit; text-decoration: none }
li a::after { content: leader(".") target-counter(attr(href), page) }
"""


def peak_memory() -> float:
    """MiB. Not `ru_maxrss`: after a fork it begins with what the parent had."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(root: Path, pages: int, mode: str) -> None:
    source = document(pages)
    import banxin.edition  # noqa: F401  # what of banxin is neither engine nor composer

    started = time.process_time()
    from banxin.engine import speed  # seals fontconfig, then the engine

    from banxin import composer  # seals fontconfig, then the engine

    import weasyprint  # isort:skip
    from weasyprint.text.fonts import FontConfiguration  # isort:skip

    if mode == "composed":
        composer.prepare()
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
        f" src: url({file.as_uri()}) }}"
        for family, weight, file in (
            ("Noto Serif SC", 400, next(root.glob("fonts/**/NotoSerifSC_400*.ttf"))),
            ("Noto Sans SC", 400, next(root.glob("fonts/**/NotoSansSC_400*.ttf"))),
            ("Noto Sans SC", 700, next(root.glob("fonts/**/NotoSansSC_700*.ttf"))),
        )
    )
    composed = mode == "composed"
    collecting = speed.without_collecting() if composed else nullcontext()
    with collecting, composer.composing(on=composed):
        sheets = [weasyprint.CSS(string=faces + CSS, font_config=fonts)]
        page = weasyprint.HTML(string=source)
        before = time.process_time()
        laid = page.render(stylesheets=sheets, font_config=fonts)
        layout = time.process_time() - before
        laid.write_pdf()
    found = {
        "layout": layout,
        "total": time.process_time() - started,
        "pages": len(laid.pages),
        "peak": peak_memory(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3])
