"""A series of the sample village school: a cover, a page and a photograph for each pupil."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from PIL import Image, ImageDraw

SAMPLE = Path(__file__).parent.parent / "content" / "liuhe"
CHAPTERS = ("00-fengmian.md", "01-juanshou.md", "03-shuzi.md", "08-dashi.md", "09-banquan.md")
COLUMNS = ("学号", "姓名", "班级", "奖项", "评语")
PAGE = """---
template: article
title: "{{姓名}}|在柳河的六年"
kicker: "{{班级}}"
deck: 送给{{姓名}}同学
---

{{姓名}}同学，{{评语}}

![{{姓名}}，{{班级}}。配图（示意）]({{照片}})
"""
PRIZE = """---
template: text
title: 校长的话
when: 奖项 = 一等 | 二等
---

{{姓名}}同学得了{{奖项}}奖。你六年里没有迟到过一天，下雪的早晨也是第一个到，替大家生好炉子，再去河边挑水。
"""
SURNAMES = "沈顾白丁方萧邱叶宋韩马于王毛冯吕朱孙苏李吴何张陈罗周郑龚"
GIVEN = "望之长河云生守一桂兰平国栋晓岚雨石头秀英安小满立秋春大川玉珍有田梅青芬明亮夏水家驹雪白露文"


def pupils(count: int) -> list[dict[str, str]]:
    """As many rows, the same each time."""
    chance = random.Random(count)
    return [
        {
            "学号": f"{n:03}",
            "姓名": chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)),
            "班级": f"{'一二三'[n % 3]}班",
            "奖项": ("", "一等", "二等")[n % 3],
            "评语": f"你每天走{n % 12 + 1}公里路来上学，风雨不误。",
        }
        for n in range(1, count + 1)
    ]


def village(
    above: Path,
    rows: Sequence[Mapping[str, str]],
    *,
    chapters: Sequence[str] = CHAPTERS,
    name: str = "cunxiao",
) -> PurePosixPath:
    """A title of that name below the folder *above*: its name in a workspace."""
    folder = above / name
    (folder / "photos").mkdir(parents=True)
    every = (*chapters[:2], "02-ming.md", "02-jiang.md", *chapters[2:])
    table = (SAMPLE / "edition.toml").read_text("utf-8").split("[dress")[0]
    head, _, tables = table.partition("chapters = [")
    _, _, tables = tables.partition("]\n")
    head = head.replace("liuhe", "liuhe/{{学号}}")
    defaults = 'credit = "校庆小组"\nlicence = "自有"\nconsent = "家长同意"\n'
    listed = "chapters = [" + ", ".join(f'"{c}"' for c in every) + "]\n"
    series = '[series]\ntable = "rows.csv"\nname = "{{学号}}"\nphoto = "photos/{{学号}}.jpg"\n'
    number = '"编号" = "第{{序号:3}}册，共{{总数}}册，校验码{{校验码}}"\n'
    tables = tables.replace("[imprint]\n", f"[imprint]\n{number}")
    (folder / "edition.toml").write_text(f"{head}{defaults}{listed}{tables}\n{series}", "utf-8")
    for chapter in chapters:
        text = (SAMPLE / chapter).read_text("utf-8")
        text = text.replace("title: 河边的七十年", "title: 河边的七十年|赠{{姓名}}")
        (folder / chapter).write_text(text, "utf-8")
    (folder / "02-ming.md").write_text(PAGE, "utf-8")
    (folder / "02-jiang.md").write_text(PRIZE, "utf-8")
    for photo in (SAMPLE / "photos").iterdir():
        (folder / "photos" / photo.name).write_bytes(photo.read_bytes())
    for row in rows:
        picture(folder / "photos" / f"{row['学号']}.jpg", row["学号"])
    write_rows(folder, rows)
    return PurePosixPath("content") / name


def write_rows(folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    lines = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
    text = "\n".join(",".join(_cell(cell) for cell in line) for line in lines)
    (folder / "rows.csv").write_text(text + "\n", "utf-8")


def picture(file: Path, of: str) -> None:
    """A photograph of nobody: discs, which no two have alike."""
    chance = random.Random(of)
    image = Image.new("RGB", (1500, 1000), tuple(chance.randrange(120, 230) for _ in "rgb"))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = (chance.randrange(most) for most in (1500, 1000, 200))
        colour = tuple(chance.randrange(256) for _ in "rgb")
        draw.ellipse((x, y, x + 2 * r, y + 2 * r), fill=colour)
    image.save(file, quality=85)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n;') else text
