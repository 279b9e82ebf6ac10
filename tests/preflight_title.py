"""A good title of four pages, in which every fault of `tests/preflight` is then sown.

A village school's seventy years, invented.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

EDITION = """title = "柳河小学七十年"
subtitle = "一所村小的纪念册"
layout = "jinian"
press = "coated-sheetfed"
binding = "saddle"
date = 2024-09-10
chapters = ["cover.md", "one.md", "two.md", "imprint.md"]

[masthead]
"主编" = "柳河小学校友会"

[imprint]
"书名" = "柳河小学七十年"
"印刷日期" = "2024年9月"
"""
COVER = """---
title: 柳河|小学|七十年
template: cover
---
"""
ONE = """---
title: 河边的课堂
template: text
kicker: 校史
---
1954年春天，村里人用拆下来的祠堂木料盖起三间教室，柳河小学于1954年建校。今年是建校七十周年。

“那时候没有钟，”老校长周明远说，“敲的是一截铁轨。”铁轨挂在槐树上，一直敲到1987年9月1日（星期二）。

![图1　三间教室。门前的槐树还在。](photos/school.jpg){credit="摄影 李春燕" lines=12 focus="50% 50%"}
"""
TWO = """---
title: 后来的孩子
template: text
---
孩子们毕业以后，有的去了县城，有的留下来种地——还有三个回来当了老师。

![图2　操场上的早操……每天七点半。](photos/field.jpg){credit="摄影 李春燕" lines=12 focus="50% 50%"}

::: names {title="历任教师" count="3人"}
- 周明远
- 李春燕
- 王晓明
:::
"""
IMPRINT = """---
title: 版权页
template: imprint
---
"""
LEDGER = """["photos/school.jpg"]
source = "校史室"
licence = "校方所有"
consent = "无可辨认的人物"

["photos/field.jpg"]
source = "校史室"
licence = "校方所有"
consent = "家长已书面同意"
"""


def write(folder: Path) -> None:
    """The files of the title."""
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("edition.toml", EDITION),
        ("cover.md", COVER),
        ("one.md", ONE),
        ("two.md", TWO),
        ("imprint.md", IMPRINT),
        ("photos/photos.toml", LEDGER),
    ):
        (folder / name).write_text(text, "utf-8")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for seed, name in enumerate(("school", "field")):
        coarse = np.random.default_rng(seed).integers(60, 230, (12, 18, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((2700, 1800), Image.Resampling.BICUBIC)
        image.save(folder / "photos" / f"{name}.jpg", quality=85, icc_profile=srgb)
