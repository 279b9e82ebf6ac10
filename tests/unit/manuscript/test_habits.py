"""What Chinese editors write without thinking of Markdown is read as they mean it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from banxin.manuscript import blocks as b
from banxin.manuscript.containers.numbers import split_number
from banxin.manuscript.inlines import plain
from banxin.workspace import Workspace
from manuscripts import chapter


def outline(blocks: b.Blocks) -> list[object]:
    """Blocks as kinds and words."""
    return [one for block in blocks for one in _outlined(block)]


def _outlined(block: b.Block) -> list[object]:
    match block:
        case b.Paragraph(text):
            return [plain(text)]
        case b.Heading(level, text):
            return [f"{'#' * level} {plain(text)}"]
        case b.ItemList(_, items):
            return [[(m, *outline(item)) for m, item in zip(block.marks, items, strict=True)]]
        case b.Figure():
            return [f"!{block.source} {plain(block.caption)} {block.credit}".rstrip()]
        case _:
            return [type(block).__name__]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # paragraphs by their indent
        ("　　甲门朝南。\n　　河上有桥。\n　　“上学去！”", ["甲门朝南。", "河上有桥。", "“上学去！”"]),
        ("　　甲，\n乙。\n　　丙。", ["甲，乙。", "丙。"]),
        ("\u2003\u2003甲。\n\u2003\u2003乙。", ["甲。", "乙。"]),
        ("\u00a0\u00a0\u00a0\u00a0甲。\n\u00a0\u00a0\u00a0\u00a0乙。", ["甲。", "乙。"]),
        ("    校门朝南，门前是河。\n    河上有桥。", ["校门朝南，门前是河。", "河上有桥。"]),
        ("甲甲。\n    乙乙，丙。", ["甲甲。", "乙乙，丙。"]),
        ("- 甲\n　　乙", [[("·", "甲")], "乙"]),
        ("> 甲\n\n　　乙", ["Quote", "乙"]),
        ("    print('甲')", ["Verbatim"]),
        ("    原样", ["Verbatim"]),
        ("```\n　　甲\n　　乙\n```", ["Verbatim"]),
        ("甲\n　乙", ["甲　乙"]),
        # lists by hand
        ("1、甲\n2、乙", [[("1、", "甲"), ("2、", "乙")]]),
        ("1．甲\n2．乙", [[("1．", "甲"), ("2．", "乙")]]),
        ("1.甲\n2.乙", [[("1.", "甲"), ("2.", "乙")]]),
        ("（一）甲\n（二）乙", [[("（一）", "甲"), ("（二）", "乙")]]),
        ("(1)甲\n(2)乙", [[("(1)", "甲"), ("(2)", "乙")]]),
        ("①甲\n②乙\n③丙", [[("①", "甲"), ("②", "乙"), ("③", "丙")]]),
        ("一、甲\n二、乙", [[("一、", "甲"), ("二、", "乙")]]),
        ("• 甲\n• 乙", [[("•", "甲"), ("•", "乙")]]),
        ("要点：\n1、甲\n2、乙", ["要点：", [("1、", "甲"), ("2、", "乙")]]),
        ("　　1、甲\n　　2、乙", [[("1、", "甲"), ("2、", "乙")]]),
        ("1、甲\n3、丙", [[("1、", "甲"), ("3、", "丙")]]),
        ("一、甲\n（一）乙\n（二）丙\n二、丁",
         [[("一、", "甲", [("（一）", "乙"), ("（二）", "丙")]), ("二、", "丁")]]),
        ("1、甲甲\n乙乙\n2、丙", [[("1、", "甲甲乙乙"), ("2、", "丙")]]),
        ("一、" + "甲" * 80 + "\n二、乙", ["一、" + "甲" * 80, "二、乙"]),
        ("一、只有一条。", ["一、只有一条。"]),
        ("1、甲\n\n2、乙", ["1、甲", "2、乙"]),
        ("二、师资力量\n教师八十六人。", ["二、师资力量", "教师八十六人。"]),
        ("学校很大。\n（二）师资", ["学校很大。", "（二）师资"]),
        ("二、师资力量，\n教师八十六人。", ["二、师资力量，教师八十六人。"]),
        ("评出\n一、二、三等奖", ["评出一、二、三等奖"]),
        ("共有\n1、2、3号楼", ["共有1、2、3号楼"]),
        ("3.5亿\n4.2亿", ["3.5亿4.2亿"]),
        # numbers of lists
        ("1952. 这一年春天。", ["1952. 这一年春天。"]),
        ("1949. 甲\n1978. 乙", ["1949. 甲", "1978. 乙"]),
        ("2024) 甲", ["2024) 甲"]),
        ("3. 第三件事", [[("3.", "第三件事")]]),
        ("3. 甲\n4. 乙\n\n1952. 丙", [[("3.", "甲"), ("4.", "乙")], "1952. 丙"]),
        ("1. 甲\n3. 乙", [[("1.", "甲"), ("3.", "乙")]]),
        ("1. 甲\n1. 乙", [[("1.", "甲"), ("2.", "乙")]]),
        ("0) 甲\n1) 乙", [[("0)", "甲"), ("1)", "乙")]]),
        ("次序：\n2. 甲\n3. 乙", ["次序：", [("2.", "甲"), ("3.", "乙")]]),
        # headings
        ("##小节", ["## 小节"]),
        ("##　小节", ["## 小节"]),
        ("＃＃ 小节", ["## 小节"]),
        ("＃＃小节", ["## 小节"]),
        ("###小节###", ["### 小节"]),
        ("甲\n##小节\n乙", ["甲", "## 小节", "乙"]),
        ("\u200b## 小节", ["## 小节"]),
        ("#1 车间", ["#1 车间"]),
        ("#话题#", ["#话题#"]),
        ("这一段很长，底下紧接着一条分隔线。\n---\n乙", ["这一段很长，底下紧接着一条分隔线。", "Divider", "乙"]),
        ("小节\n---", ["## 小节"]),
        # pictures
        ("![甲](photos/微信图片 1.jpg)", ["!photos/微信图片 1.jpg 甲"]),
        ("![甲](photos/图 (1).JPG)", ["!photos/图 (1).JPG 甲"]),
        ("![甲](photos/图[1].png)", ["!photos/图[1].png 甲"]),
        ("![甲](photos/IMG 2020-01-01 10.30.jpeg){credit=“某某”}", ["!photos/IMG 2020-01-01 10.30.jpeg 甲 某某"]),
        ("！［甲］（photos/a.jpg）", ["!photos/a.jpg 甲"]),
        ("！[甲]（photos/a.jpg）｛credit=\"某\"｝", ["!photos/a.jpg 甲 某"]),
        ("![甲](photos\\a.jpg)", ["!photos/a.jpg 甲"]),
        ("![](a.jpg \"图说\")", ["!a.jpg 图说"]),
        ("![甲](a.jpg) {credit='某 某'}", ["!a.jpg 甲 某 某"]),
        ("文![甲](a.jpg)字", ["文字", "!a.jpg 甲"]),
        ("## 题![甲](a.jpg)", ["## 题", "!a.jpg 甲"]),
        ("- 项![甲](a.jpg)", [[("·", "项", "!a.jpg 甲")]]),
        ("图1 校门\n![甲](a.jpg)\n下文", ["图1 校门", "!a.jpg 甲", "下文"]),
        ("![甲](<a b.jpg>)\n![乙](c.jpg)", ["!a b.jpg 甲", "!c.jpg 乙"]),
    ],
)  # fmt: skip
def test_what_is_written_is_read_as_it_is_meant(
    tmp_path: Path, source: str, expected: list[object]
) -> None:
    read, remarks = chapter(tmp_path, source)

    assert outline(read.blocks) == expected
    assert [d for d in remarks if d.severity == "error"] == []


@pytest.mark.parametrize(
    ("source", "emphasized"),
    [
        ("甲*“一”*乙*“二”*丙", ["“一”", "“二”"]),
        ("他说**“创城”**是大事。", ["“创城”"]),
        ("**注意：**请看", ["注意："]),
        ("甲**（乙）**丙", ["（乙）"]),
        ("甲*《书》*、*《报》*", ["《书》", "《报》"]),
        ("**甲。**乙", ["甲。"]),
        ("a**あ**b", ["あ"]),
        ("5*3=15，4*2=8", []),
        ("snake_case_name", []),
    ],
)
def test_emphasis_stands_beside_chinese_marks(
    tmp_path: Path, source: str, emphasized: list[str]
) -> None:
    (paragraph,) = chapter(tmp_path, source)[0].blocks

    assert isinstance(paragraph, b.Paragraph)
    kinds = (b.Emphasis, b.Strong)
    assert [plain(i.inside) for i in paragraph.text if isinstance(i, kinds)] == emphasized


@pytest.mark.parametrize(
    ("source", "kinds", "words"),
    [
        ("H~2~O", ["Sub"], "H2O"),
        ("10^5^", ["Sup"], "105"),
        ("m^2^和CO~2~", ["Sup", "Sub"], "m2和CO2"),
        ("(a+b)^2^", ["Sup"], "(a+b)2"),
        ("x^n+1^", ["Sup"], "xn+1"),
        ("T~室温~", ["Sub"], "T室温"),
        ("Na^+^和Cl^−^", ["Sup", "Sup"], "Na+和Cl−"),
        ("Ca^2+^", ["Sup"], "Ca2+"),
        ("好^-^", [], "好^-^"),
        ("H<sub>2</sub>O", ["Sub"], "H2O"),
        ("10<sup>5</sup>", ["Sup"], "105"),
        ("9~10点，3~5人", [], "9~10点，3~5人"),
        ("周一~周五，周六~周日", [], "周一~周五，周六~周日"),
        ("一月~二月~三月", [], "一月~二月~三月"),
        ("^_^", [], "^_^"),
        ("~~删去~~", [], "~~删去~~"),
        ("H\\~2\\~O", [], "H~2~O"),
    ],
)
def test_what_stands_above_and_below_the_line(
    tmp_path: Path, source: str, kinds: list[str], words: str
) -> None:
    (paragraph,) = chapter(tmp_path, source)[0].blocks

    assert isinstance(paragraph, b.Paragraph)
    assert [type(i).__name__ for i in paragraph.text if not isinstance(i, b.Text)] == kinds
    assert plain(paragraph.text) == words


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("490万", ("", "490", "万")),
        ("¥3.2亿", ("¥", "3.2", "亿")),
        ("约500", ("约", "500", "")),
        ("≥99%", ("≥", "99%", "")),
        ("第1名", ("第", "1", "名")),
        ("−40℃", ("", "−40", "℃")),
        ("3.2万㎡", ("", "3.2", "万㎡")),
        ("1：3", ("", "1：3", "")),
        ("24小时", ("", "24", "小时")),
        ("No.1", ("No.", "1", "")),
        ("COVID-19", ("COVID-", "19", "")),
        ("5—8月", ("", "5—8", "月")),
        ("1,234.5吨", ("", "1,234.5", "吨")),
        ("+12.5%", ("", "+12.5%", "")),
        ("“双百”", ("", "“双百”", "")),
    ],
)
def test_a_big_number_is_its_longest_run_of_digits(
    tmp_path: Path, written: str, parts: tuple[str, str, str]
) -> None:
    (numbers,) = chapter(tmp_path, f"::: numbers\n- **{written}** 说明\n:::")[0].blocks

    assert split_number(written) == parts
    assert isinstance(numbers, b.BigNumbers)
    (number,) = numbers.items
    assert (number.before, number.figure, number.unit) == parts
    assert plain(number.text) == "说明"


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("张　三　李　四", ["张三", "李四"]),
        ("王明、李四\n赵六、钱七", ["王明", "李四", "赵六", "钱七"]),
        ("王明、李四、\n赵六", ["王明", "李四", "赵六"]),
        ("王明，李四；赵六", ["王明", "李四", "赵六"]),
        ("王明\t李四\t赵六", ["王明", "李四", "赵六"]),
        ("王明 李四\n赵小六", ["王明", "李四", "赵小六"]),
        ("黄长河 大城县", ["黄长河 大城县"]),
        ("阎平 安次区\n李四 水利局", ["阎平 安次区", "李四 水利局"]),
        ("阿依古丽·买买提 王明", ["阿依古丽·买买提", "王明"]),
        ("- 黄长河 大城县\n- 王明、李四", ["黄长河 大城县", "王明", "李四"]),
        ("- 张　三\n- 李　四 某校", ["张三", "李四 某校"]),
        ("1. 王明\n2. 李四", ["王明", "李四"]),
    ],
)
def test_names_are_read_however_they_are_parted(
    tmp_path: Path, written: str, people: list[str]
) -> None:
    (names,) = chapter(tmp_path, f"::: names\n{written}\n:::")[0].blocks

    assert isinstance(names, b.NameList)
    assert [f"{p.name} {p.about}".strip() for p in names.people] == people


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        ("focus=50%", {"focus": "50% 50%"}),
        ("focus=50% 30%", {"focus": "50% 30%"}),
        ('focus="50% 30%" lines=12', {"focus": "50% 30%", "lines": "12"}),
        ("lines=“12”", {"lines": "12"}),
        ("alt='一座 桥'", {"alt": "一座 桥"}),
        ('alt="他说“走”"', {"alt": "他说“走”"}),
        (r'alt="一\"二"', {"alt": '一"二'}),
        ("lines＝12", {"lines": "12"}),
    ],
)
def test_attributes_are_read_as_they_are_typed(
    tmp_path: Path, written: str, attributes: dict[str, str]
) -> None:
    read, remarks = chapter(tmp_path, f'![图](photos/good.jpg){{credit="某" {written}}}')
    (figure,) = read.blocks

    assert isinstance(figure, b.Figure)
    assert (figure.credit, figure.attributes, remarks) == ("某", attributes, ())


@pytest.mark.parametrize("name", ["é.jpg", "が.jpg", "café 图.jpg"])
def test_a_picture_is_found_however_its_name_is_composed(tmp_path: Path, name: str) -> None:
    on_disk = unicodedata.normalize("NFD", name)
    (tmp_path / on_disk).touch()
    (figure,) = chapter(tmp_path, f"![图]({unicodedata.normalize('NFC', name)})")[0].blocks

    assert isinstance(figure, b.Figure)
    assert Workspace(tmp_path).exists(figure.source)


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("\n---\ntitle: 甲\n---\n", {"title": "甲"}),
        ("\ufeff\ufeff\n　\n---\ntitle: 甲\n---\n", {"title": "甲"}),
        ("---\ntitle: 第1号 #1 车间\n---\n", {"title": "第1号 #1 车间"}),
        ("---\ntitle: 甲: 乙\n---\n", {"title": "甲: 乙"}),
        ("---\ntitle：甲：乙\n---\n", {"title": "甲：乙"}),
        ("---\ntitle:\t甲\n---\n", {"title": "甲"}),
        ('---\ntitle: "甲 # 乙"\n---\n', {"title": "甲 # 乙"}),
        ("---\ntitle: '甲''乙'\n---\n", {"title": "甲'乙"}),
        ("---\ntitle: “甲”——乙\n---\n", {"title": "“甲”——乙"}),
        ("---\ntitle: [甲]乙\n---\n", {"title": "[甲]乙"}),
        ("---\ntitle: @甲 %乙 `丙`\n---\n", {"title": "@甲 %乙 `丙`"}),
        ("---\ndate: 2020-11-20\n---\n", {"date": "2020-11-20"}),
        ("---\n# 说明\ntitle: 甲\n\ndeck: 乙\n---\n", {"title": "甲", "deck": "乙"}),
        ("---\ndeck: |\n  甲\n  乙\ntitle: 丙\n---\n", {"deck": "甲|乙", "title": "丙"}),
        ("---\ndeck: 甲\n  乙\n---\n", {"deck": "甲乙"}),
        ("---\nlink: https://example.org/a#b\n---\n", {"link": "https://example.org/a#b"}),
        ("---\n\n正文\n", {}),
        ("---\n正文\n---\n", {}),
    ],
)
def test_front_matter_is_what_stands_behind_the_colon(
    tmp_path: Path, source: str, fields: dict[str, str]
) -> None:
    read, remarks = chapter(tmp_path, source)

    assert {key: field.value for key, field in read.front.items()} == fields
    assert [d for d in remarks if d.severity == "error"] == []


def test_two_sections_of_one_name_have_anchors_of_their_own(tmp_path: Path) -> None:
    blocks = chapter(tmp_path, "## 同名\n\n## 同名\n\n## 甲 {#jia}\n\n## 乙 {#jia}")[0].blocks

    assert [x.anchor for x in blocks if isinstance(x, b.Heading)] == ["a-1", "a-2", "jia", "a-4"]


@pytest.mark.parametrize(
    ("written", "breaks"),
    [
        ("> 望舒城外草初薰，\n> 一夜春潮到石门。\n> 不向东风借颜色，\n> 自家桃李自家村。", 3),
        ("> 五星的床太软，\n> 我睡不着", 1),
        ("> 他说，这条路\n> 要修三年。", 0),
        ("> 这句话是说给后来的人听的，一字不改地抄在这里。\n> ——某某", 1),
        ("> 这句话是说给后来的人听的，一字不改地\n> 抄在这里。\n> —— 柳巷社区 韩某", 1),
        ("> 这句话是说给后来的人听的——\n> 一字不改地抄在这里，长到没有一首诗会这样写。", 0),
        ("> 一句很长很长的话，长到没有一首诗会这样写它，\n> 所以它是散文。", 0),
        ("> 只有一行。", 0),
        ("一行不在引文里，\n第二行也不在。", 0),
    ],
)
def test_lines_of_a_poem_end_where_they_were_ended(
    tmp_path: Path, written: str, breaks: int
) -> None:
    read, remarks = chapter(tmp_path, written)
    (block,) = read.blocks
    (paragraph,) = block.blocks if isinstance(block, b.Quote) else (block,)

    assert isinstance(paragraph, b.Paragraph)
    assert sum(isinstance(inline, b.LineBreak) for inline in paragraph.text) == breaks
    assert remarks == ()


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("张　三、李四\n王小明", ["张三 2:1", "李四 2:5", "王小明 3:1"]),
        ("王一、王二、王一", ["王一 2:1", "王二 2:4", "王一 2:7"]),
        ("- 周明远 校长\n- 李　燕", ["周明远 2:3", "李燕 3:3"]),
        ("John Whitfield，陈静", ["John Whitfield 2:1", "陈静 2:16"]),
        ("**张三**、李四", ["张三 2:3", "李四 2:8"]),
    ],
)
def test_every_name_has_the_place_of_its_own(
    tmp_path: Path, written: str, places: list[str]
) -> None:
    (names,) = chapter(tmp_path, f"::: names\n{written}\n:::")[0].blocks

    assert isinstance(names, b.NameList)
    assert [f"{p.name} {p.place.line}:{p.place.column}" for p in names.people] == places


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("John Whitfield", [("John Whitfield", "")]),
        ("Dr. A. K. Rao", [("Dr. A. K. Rao", "")]),
        ("Kim Min-ji（金敏智）", [("Kim Min-ji", "（金敏智）")]),
        ("Nguyễn Thị Hoa 越南", [("Nguyễn Thị Hoa", "越南")]),
        ("José 1998届", [("José", "1998届")]),
        ("Ann Lee、Zoë O’Connor", [("Ann Lee", ""), ("Zoë O’Connor", "")]),
        ("佐々木 誠", [("佐々木 誠", "")]),
        ("佐々木 誠一（东京）", [("佐々木 誠一", "（东京）")]),
        ("長谷川 さくら 京都", [("長谷川 さくら", "京都")]),
        ("张伟 北京", [("张伟", "北京")]),
    ],
)
def test_a_western_name_keeps_its_family_name(
    tmp_path: Path, written: str, people: list[tuple[str, str]]
) -> None:
    for mark in ("", "- "):
        (names,) = chapter(tmp_path, f"::: names\n{mark}{written}\n:::")[0].blocks
        assert isinstance(names, b.NameList)
        assert [(p.name, p.about) for p in names.people] == people


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("Müller, Hans", [("Müller, Hans", "")]),
        ("O’Connor, Fiona（Cork）", [("O’Connor, Fiona", "（Cork）")]),
        ("Vega, María José 1998届", [("Vega, María José", "1998届")]),
    ],
)
def test_a_family_name_before_a_comma_keeps_its_first_name_in_an_item(
    tmp_path: Path, written: str, people: list[tuple[str, str]]
) -> None:
    (names,) = chapter(tmp_path, f"::: names\n- {written}\n:::")[0].blocks
    assert isinstance(names, b.NameList)
    assert [(p.name, p.about) for p in names.people] == people
