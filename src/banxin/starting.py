"""A new title: every block once, explained in comments, and pages that fall right."""

from __future__ import annotations

import datetime
import json
from pathlib import PurePosixPath
from typing import Final

from banxin import layouts
from banxin.diagnostics import BanxinError, Place, error
from banxin.importing import place_for, write
from banxin.workspace import Workspace

# The title page is the third, a right one; a cover and a page inside it stand before.
_CHAPTERS: Final = {
    "00-封面.md": """---
template: cover
title: {title}
---
""",
    "01-扉页.md": """---
template: inner
title: {title}
---

<!-- 扉页的题词，一两行。A line or two on the page inside the cover. -->

谨以此册，献给一起走过的日子。
""",
    "02-书名.md": """---
template: title
title: {title}
---
""",
    "03-卷首.md": """---
template: message
title: 写在前面
kicker: 卷首
byline: ——{unit}
---

<!-- 图写在章节信息里：picture: photos/a.jpg。A picture: picture: photos/a.jpg above. -->

这里是卷首语。空一行是新的一段。把要说的话写在这里，三五段就够。

这本册子记下做过的事、做事的人，也记下还没有做完的部分。
""",
    "04-目次.md": """---
template: contents
title: 目次
---
""",
    "05-数字.md": """---
template: numbers
title: 数字里的一年
kicker: 数字
---

<!-- 加粗的是大字，后面是说明；第一个最大。Bold is set large; the first is the largest. -->

::: numbers
- **12件** 今年列进清单的事。
- **365天** 每天都有人值守。
- **98%** 按期办完。
- **40人** 从头到尾参与其中。
:::
""",
    "06-文章.md": """---
template: article
title: 第一篇文章
kicker: 经过
deck: 一两行提要，|竖线处可以换行。
byline: {unit} 文
---

<!-- 小标题用 ##；题目在上面的章节信息里。Sections begin with ##. -->

文章从这里开始。开篇讲清楚是什么事、从哪里来，不必写长，后面各节再细说。

## 列表、引文和脚注

脚注写在句末[^1]，注文另起一行。*楷体*用单星号，**粗体**用双星号。

- 第一件：先看现场。
- 第二件：再写清单。
- 第三件：做完一件，划去一件。

> 事情是一件一件做的，日子是一天一天过的。

[^1]: 这里是脚注，排在当页。

## 表格和图表

| 项目 | 数量 |
|:--|--:|
| 房屋 | 24 |
| 道路 | 8 |

::: chart {{kind=bars title="两年相比" unit="件" source="办公室台账"}}
| 年份 | 数 |
|:--|--:|
| 去年 | 8 |
| 今年 | 12 |
:::

## 说明和旁边的话

::: pullquote {{by="一位同事"}}
把小事做好，就是把大事做成。
:::

::: note {{title="说明"}}
说明文字放在这里。
:::

::: sidebar {{title="一盏灯"}}
正文旁边另讲的一件小事。
:::

<!-- 图：![图说](photos/a.jpg){{credit="某某"}}。图放进 photos/，署名写在 photos/photos.toml。
A figure: as above. Photographs go to photos/, their credits to photos/photos.toml.
图集 · a gallery:
::: gallery {{rows="9x2"}}
![甲](photos/a.jpg)
![乙](photos/b.jpg)
:::
-->

图片放进文件夹以后，照上面批注里的样子写一行，就排在文字中间。
""",
    "07-名录.md": """---
template: people
title: 把名字留下
kicker: 名录
---

<!-- 一行一人，空一格写单位。One person a line, with a note behind a space. -->

::: names {{title="工作组" count="3人"}}
- 张一山 办公室
- 李小河 工程部
- 王大林 宣传部
:::
""",
    "08-大事.md": """---
template: timeline
title: 一年的日历
kicker: 大事记
---

::: timeline
### 上半年
- **3月** 列出清单，分到各组。
- **6月** 第一批完工。

### 下半年
- **9月** 逐件回访。
- **12月** 汇总成册。
:::
""",
    "09-版权.md": """---
template: imprint
title: 版权页
---
""",
    "10-封底.md": """---
template: back
title: {title}
---

{unit}
""",
}
_EDITION: Final = """# 题名、版式、次序。All keys: content/README.md
title    = {title}
lang     = "zh-CN"
layout   = {layout}
press    = "coated-sheetfed"   # uncoated 胶版纸 · newsprint 新闻纸 · digital 数码
binding  = "saddle"            # 骑马订，页数凑足四的倍数 · perfect 胶装
date     = {date}

chapters = [
{chapters}
]

[masthead]
"编印" = {unit}

[imprint]
"说明" = "内部交流"

# 换成折页时只放这几章。What a leaflet holds.
[dress.xuanzhe]
chapters = [{leaflet}]
"""
_LEAFLET: Final = ("00", "01", "03", "05", "06", "08", "09", "10")


def start(
    name: str, workspace: Workspace, *, layout: str, title: str, unit: str, date: datetime.date
) -> PurePosixPath:
    """Make the folder of a new title.

    Raises:
        BanxinError: `import/bad-name`, `import/taken`, `start/no-line`, `layout/unknown`.
    """
    folder = place_for(name, workspace)
    layouts.load(layout, workspace, Place())
    for key, value in (("title", title), ("unit", unit)):
        if not value.strip() or len(value.splitlines()) > 1:
            raise BanxinError(error("start/no-line", key=key))
    files = {file: text.format(title=title, unit=unit).encode() for file, text in _CHAPTERS.items()}

    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    edition = _EDITION.format(
        title=said(title),
        layout=said(layout),
        date=date.isoformat(),
        unit=said(unit),
        chapters="\n".join(f"    {said(file)}," for file in files),
        leaflet=", ".join(said(file) for file in files if file.startswith(_LEAFLET)),
    )
    files["edition.toml"] = edition.encode()
    files["photos/photos.toml"] = (
        '# ["photos/a.jpg"]\n# caption = "图说"\n# credit  = "作者"\n'
        '# licence = "许可"\n# consent = "肖像同意"\n'
    ).encode()
    write(files, folder, workspace)
    return folder
