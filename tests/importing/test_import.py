"""Sources of an office become titles: what is recognised, what is dropped, that nothing is lost."""

from __future__ import annotations

import datetime
import io
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

import pypdfium2
import pytest
from PIL import Image

from banxin import importing, pipeline, starting
from banxin.diagnostics import BanxinError
from banxin.importing import Imported
from banxin.importing.plain import read_text
from banxin.importing.recognised import recognise
from banxin.importing.title import PLANS
from banxin.request import Request
from banxin.workspace import Workspace
from dresses import LAYOUTS
from importing_sources import LONG, LONG_TOO, PIXEL, SOURCES, Source

ROOT: Final = Path(__file__).parent.parent.parent
SAVED: Final = Path(__file__).with_name("saved")


def brought(tmp_path: Path, *sources: Source, plan: str = "brochure", layout: str = "") -> Imported:
    paths = [source.put(tmp_path) for source in sources]
    return importing.bring(
        paths, "made", Workspace(tmp_path), plan=plan, layout=layout, language="zh"
    )


def refusal(path: Path, tmp_path: Path) -> str:
    with pytest.raises(BanxinError) as refused:
        importing.bring(
            [path], "made", Workspace(tmp_path), plan="article", layout="", language="en"
        )
    assert not (tmp_path / "content").exists()
    return refused.value.diagnostics[0].code


def said(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\s\u3000\ufeff]", "", text))


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_character_of_a_source_is_in_the_title_or_in_the_report(
    tmp_path: Path, source: Source, plan: str
) -> None:
    files = brought(tmp_path, source, plan=plan).files

    texts = [
        data.decode() for name, data in files.items() if name.endswith((".md", "edition.toml"))
    ]
    lost = said(source.text) - said("".join(texts))
    assert lost == Counter()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_source_becomes_the_title_that_it_is(tmp_path: Path, source: Source) -> None:
    made = brought(tmp_path, source)
    roles = {
        begins: next(str(r.role) for r in made.found if r.paragraph.plain.startswith(begins))
        for begins in source.roles
    }

    job = made.files["edition.toml"].decode()
    assert f'title    = "{source.title}"' in job
    assert roles == dict(source.roles)


def test_captions_and_pictures_that_may_be_theirs_are_offered_and_placed_once(
    tmp_path: Path,
) -> None:
    """Two captions stand alone before the text; three pictures lie in the folder."""
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "a.txt").write_text(f"老渡口\n渡口的早晨\n新桥的栏杆\n{LONG}\n{LONG_TOO}\n", "utf-8")
    for name in ("新桥的栏杆.png", "IMG_2.png"):
        (folder / name).write_bytes(PIXEL)

    made = importing.bring(
        [folder], "made", Workspace(tmp_path), plan="article", layout="", language="zh"
    )

    offers = tomllib.loads(made.files["proposals.toml"].decode())["pictures"]
    assert offers == [
        {
            "picture": "IMG_2.png", "place": "配图-01.jpg", "caption": "渡口的早晨",
            "because": "order",
        },
        {
            "picture": "新桥的栏杆.png", "place": "配图-02.jpg", "caption": "新桥的栏杆",
            "because": "name",
        },
    ]  # fmt: skip
    text = "".join(data.decode() for name, data in made.files.items() if name.endswith(".md"))
    assert re.findall(r"!\[\]\(photos/([^)]*)\)", text) == ["配图-01.jpg", "配图-02.jpg"]
    assert {"photos/IMG_2.png", "photos/新桥的栏杆.png"} <= made.files.keys()


def test_a_picture_that_no_caption_waits_for_has_a_place_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"老渡口\n渡口的早晨\n新桥的栏杆\n{LONG}\n", "utf-8")
    pictures = [tmp_path / f"IMG_{n}.png" for n in range(3)]
    for picture in pictures:
        picture.write_bytes(PIXEL)

    made = importing.bring(
        [tmp_path / "a.txt", *pictures], "made", Workspace(tmp_path),
        plan="article", layout="", language="zh",
    )  # fmt: skip

    text = "".join(data.decode() for name, data in made.files.items() if name.endswith(".md"))
    assert len(re.findall(r"photos/IMG_\d\.png", text)) == 3
    assert "pictures" not in tomllib.loads(made.files["proposals.toml"].decode())


def chapters_of(made: Imported) -> list[tuple[str, str]]:
    """Template and title of each chapter."""
    texts = [data.decode() for name, data in made.files.items() if name.endswith(".md")]
    heads = [re.match(r"---\ntemplate: (\w+)\ntitle: (.*)", text) for text in texts]
    return [(head[1], head[2]) for head in heads if head]


def test_of_several_sources_one_of_short_sections_is_one_chapter_and_scraps_join(
    tmp_path: Path,
) -> None:
    news = f"一条河的三年——漪水河治理\n{LONG}\n一、截污\n{LONG_TOO}\n二、清淤\n{LONG}\n"
    word = (
        f"<h1>材料汇编</h1><h2>泵房</h2><p>{LONG_TOO * 40}</p>"
        "<h2>河长名单</h2><p>沈一帆、罗小满。</p>"
    )
    sources = [
        Source("a.txt", news.encode(), "", ""),
        Source("b.html", word.encode(), "", ""),
    ]

    made = brought(tmp_path, *sources)

    assert chapters_of(made) == [
        ("cover", "一条河的三年"),
        ("inner", "漪水河治理"),
        ("title", "一条河的三年"),
        ("message", "一条河的三年"),
        ("contents", "目次"),
        ("text", "漪水河治理"),
        ("article", "泵房"),
        ("imprint", "版权页"),
        ("back", "一条河的三年"),
    ]
    text = "".join(data.decode() for name, data in made.files.items() if name[0].isdigit())
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["一、截污", "二、清淤", "河长名单"]


def picture_of(wide: int, high: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (wide, high)).save(file, "PNG")
    return file.getvalue()


def test_pictures_stand_where_they_are_sharp_and_little_of_them_is_cut(tmp_path: Path) -> None:
    """A wide one over the message, an upright one beside a long chapter, a high one in a strip."""
    folder = tmp_path / "all"
    folder.mkdir()
    long = f"{LONG_TOO}\n" * 30
    (folder / "a.txt").write_text(f"题目\n{LONG}\n一、上\n{long}\n二、下\n{long}", "utf-8")
    shapes = [(900, 600), (2000, 2600), (4000, 1200), (3400, 2550), (600, 900)]
    for number, shape in enumerate(shapes):
        (folder / f"IMG_{number}.png").write_bytes(picture_of(*shape))

    made = importing.bring(
        [folder], "made", Workspace(tmp_path), plan="brochure", layout="", language="zh"
    )

    text = "".join(data.decode() for name, data in made.files.items() if name.endswith(".md"))
    assert re.findall(r"^(picture|plate): photos/IMG_(\d)", text, re.MULTILINE) == [
        ("picture", "2"),
        ("picture", "3"),
        ("plate", "1"),
    ]
    assert re.findall(r"!\[\]\(photos/IMG_(\d)", text) == ["0", "4"]


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("责任编辑：方　晴　　审核：卢定远", ["masthead", "masthead"]),
        ("主办：甲局　承办：乙中心　技术支持：丙公司", ["masthead", "masthead", "masthead"]),
        ("主办：甲局", ["masthead"]),
        ("索引号：LY0143/2024-00187 | 主题分类：水利、水务 | 有效性：有效", ["dropped"]),
        (
            "【索引号】LY0143/2024　【发文日期】2024年5月20日　【文　　号】临水〔2024〕31号",
            ["dropped"],
        ),
        ("【纠错】 【收藏】 【打印】", ["dropped"]),
        ("[打印] [关闭] [返回顶部]", ["dropped"]),
        ("主题分类很要紧。索引号也很要紧。", ["text"]),
        ("·报名邮箱：heZhang@example.org", ["text"]),
        ("——柳巷社区党总支书记 韩春梅", ["text"]),
    ],
)
def test_lines_of_an_office_are_what_they_are(line: str, roles: list[str]) -> None:
    found = recognise(read_text(f"题目\n{LONG}\n\n{line}\n\n{LONG_TOO}\n", "a.txt").paragraphs)

    assert [str(r.role) for r in found if r.paragraph.plain == line] == roles


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("2020-11-20 09:12 来源：本地日报 记者 王小满", "date 本地日报 记者 王小满"),
        ("发布时间：2023年5月1日 来源：县教育局 浏览次数：123", "date 县教育局 dropped"),
        (
            "2024-06-06 10:00:00　来源：河边网　作者：张三 李四　责任编辑：王五",
            "date 河边网 作者：张三 李四 王五",
        ),
        ("来源：河边镇政府 | 作者：周小雪 | 阅读 1024", "河边镇政府 作者：周小雪 dropped"),
        ("2021/3/4 本报记者 沈望之 通讯员 顾长河", "date 本报记者 沈望之 通讯员 顾长河"),
        (
            "来源：水利局 编辑：陈水生 审核：周小雪 字号：大 中 小 打印",
            "水利局 陈水生 周小雪 dropped dropped",
        ),
        ("2020年11月20日，全市召开大会", "2020年11月20日，全市召开大会"),
        ("2019-10-01 国庆", "2019-10-01 国庆"),
    ],
)
def test_what_a_line_says_of_its_publication_is_no_caption(line: str, what: str) -> None:
    """Though captions stand alone below it."""
    read = read_text(
        f"我们这座城\n\n{line}\n\n清晨的桥。\n\n六点半的街口。\n\n{LONG}", "a.txt"
    ).paragraphs

    found = [r for r in recognise(read) if r.paragraph.plain == line]

    assert " ".join(r.said or r.role.value for r in found) == what


def test_a_heading_that_stands_twice_stands_once_and_levels_go_down(tmp_path: Path) -> None:
    text = (
        f'# 材料\n\n## 一群“老头儿”\n\n一群"老头儿"\n\n{LONG}\n\n### 一、统一\n\n（一）公司\n\n{LONG}\n'
        f"\n（二）清单\n\n{LONG}\n"
    )
    page = "".join(
        f"<h{m[0].count('#')}>{m[2]}</h{m[0].count('#')}>" if m[1] else f"<p>{m[2]}</p>"
        for m in re.finditer(r"^(#+ )?(.+)$", text, re.MULTILINE)
    )
    made = brought(tmp_path, Source("a.html", page.encode(), "", ""), plan="article")

    body = next(data.decode() for name, data in made.files.items() if "zhengwen" in name)
    assert re.findall(r"^#+ .*", body, re.MULTILINE) == [
        "## 一群“老头儿”", "### 一、统一", "#### （一）公司", "#### （二）清单",
    ]  # fmt: skip
    assert '一群"老头儿"' in made.report


def test_a_long_title_is_offered_a_break_a_short_form_and_a_deck(tmp_path: Path) -> None:
    lead = "雾散以后，渡船上第一次没有人，只有一根缆绳还系在柳树上。"
    text = f"老渡口的最后一班船，和守了它四十年的船工沈师傅\n{lead}{LONG}\n{LONG_TOO}\n"
    made = brought(tmp_path, Source("a.txt", text.encode(), "", ""), plan="article")

    assert tomllib.loads(made.files["proposals.toml"].decode())["title"] == [
        {
            "title": "老渡口的最后一班船，|和守了它四十年的船工沈师傅",
            "short": "老渡口的最后一班船",
            "deck": lead,
        }
    ]


def test_there_are_sources_of_at_least_sixteen_kinds() -> None:
    assert len({source.name for source in SOURCES}) == 20


def test_signs_of_a_plain_text_are_escaped_where_a_manuscript_would_read_them(
    tmp_path: Path,
) -> None:
    signs = next(source for source in SOURCES if source.name == "signs.txt")
    files = brought(tmp_path, signs, plan="article").files

    chapter = next(data.decode() for name, data in files.items() if "zhengwen" in name)
    assert r"\<b\>不是\</b\>粗体，\$5 和 \[方括号\] 都照印，\`点\`、a\~b、1\^2、a\|b" in chapter
    assert "\n\\- 这一行" in chapter


def test_wrapped_lines_of_a_mail_become_whole_paragraphs() -> None:
    words = "船在岸边停了很久没有人来认领它的缆绳也就一直系在那棵柳树上" * 6 + "。"
    wrapped = "\n".join(words[at : at + 30] for at in range(0, len(words), 30))

    assert [p.plain for p in read_text(wrapped, "a.txt").paragraphs] == [words]


def test_sections_of_a_brochure_are_chapters_and_of_an_article_sections(tmp_path: Path) -> None:
    text = f"题目\n{LONG}\n一、上游\n{LONG_TOO}\n二、下游\n{LONG}\n".encode()
    source = Source("a.txt", text, "", "题目")
    heads = {}
    for plan in PLANS:
        files = brought(tmp_path, source, plan=plan).files
        chapters = [data.decode() for name, data in files.items() if name.endswith(".md")]
        heads[plan] = [
            re.findall(r"^template: (\w+)", chapter)[0]
            for chapter in (c.removeprefix("---\n") for c in chapters)
            if chapter.startswith("template")
        ]
    short = ["cover", "inner", "article", "imprint", "back"]
    long = ["cover", "inner", "title", "message", "contents", "text", "text", "imprint", "back"]

    assert heads == {"article": short, "leaflet": short, "brochure": long}


def test_proposals_have_their_line_and_are_set_nowhere(tmp_path: Path) -> None:
    text = f"一条很长的题目，要分成两行来排才好\n{LONG}2018年3月5日，第一台船下了水。全长23公里。\n"
    files = brought(tmp_path, Source("a.txt", text.encode(), "", "")).files
    offered = files["proposals.toml"].decode()

    assert 'title = "一条很长的题目，|要分成两行来排才好"' in offered
    assert offered.count("line = 2") == 2
    assert "- **2018年3月5日** 第一台船下了水。" in offered
    assert not any(b"::: timeline" in data for name, data in files.items() if name.endswith(".md"))


def test_a_second_import_of_the_name_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    made = brought(tmp_path, SOURCES[0])
    importing.write(made.files, made.folder, workspace)

    with pytest.raises(BanxinError) as refused:
        brought(tmp_path, SOURCES[1])

    assert refused.value.diagnostics[0].code == "import/taken"
    assert sorted(p.name for p in (tmp_path / "content").iterdir()) == ["made"]


def test_what_libreoffice_saves_as_odt_and_as_docx_says_the_same(tmp_path: Path) -> None:
    """The Word file of the sources, opened and saved by LibreOffice 7.4; then its result."""
    word = next(source for source in SOURCES if source.name == "word.docx")
    saved = []
    for file in (SAVED / "word.odt", SAVED / "word.docx"):
        made = importing.bring(
            [file], "made", Workspace(tmp_path), plan="article", layout="", language="en"
        )
        text = "".join(d.decode() for n, d in made.files.items() if n.endswith(".md"))
        assert said(word.text) - said(text) == Counter()
        saved.append([r.paragraph.plain for r in made.found if r.role == "heading"])

    assert saved[0] == saved[1] == ["水情", "涨水*不过*桥"]


# --- bad input --------------------------------------------------------------------------------


def _zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", data)
    return file.getvalue()


BAD: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "empty": ("a.txt", lambda: b"", "import/empty"),
    "blank": ("a.txt", lambda: b" \n\t\n", "import/empty"),
    "fifty megabytes": ("a.txt", lambda: b"a" * (50 << 20), "import/too-large"),
    "a million rows": ("a.csv", lambda: b"a,b\n" * 1_000_000, "import/too-many-rows"),
    "no text at all": ("a.txt", lambda: bytes(range(128, 256)) * 40, "import/encoding"),
    "locked": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 90, "import/locked"),
    "no archive": ("a.docx", lambda: b"not a zip", "import/broken"),
    "no parts": ("a.docx", lambda: _zipped(a=b"<a/>"), "import/broken"),
    "bomb": ("a.docx", lambda: _zipped(word__document=b" " * (40 << 20)), "import/bomb"),
    "bomb of odt": ("a.odt", lambda: _zipped(content=b" " * (40 << 20)), "import/bomb"),
    "bomb of xlsx": ("a.xlsx", lambda: _zipped(xl__sheet=b" " * (40 << 20)), "import/bomb"),
    "entities": ("a.docx", lambda: _zipped(word__document=b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a/>"), "import/entities"),
    "entities in utf-16": ("a.odt", lambda: _zipped(content="<!DOCTYPE a><a/>".encode("utf-16")), "import/entities"),
    "deep odt": ("a.odt", lambda: _zipped(content=_deep()), "import/broken"),
    "unknown": ("a.xyz", lambda: b"x", "import/unknown-kind"),
    "no page": ("a.mhtml", lambda: b"Subject: x\n\nx", "import/broken"),
}  # fmt: skip


def _deep() -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    return f'<o:text xmlns:o="{office}">{"<a>" * 5000}{"</a>" * 5000}</o:text>'.encode()


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_a_word_and_writes_nothing(tmp_path: Path, case: str) -> None:
    name, make, code = BAD[case]
    (tmp_path / name).write_bytes(make())

    assert refusal(tmp_path / name, tmp_path) == code


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.txt", tmp_path) == "import/not-there"


def test_ten_thousand_nested_tags_and_scripts_leave_the_text(tmp_path: Path) -> None:
    page = "<div>" * 10_000 + f"<script>{'x' * 99}</script><p>{LONG}</p>" + "</div>" * 10_000
    made = brought(tmp_path, Source("a.html", page.encode(), LONG, ""))

    assert [r.paragraph.plain for r in made.found] == [LONG]


def test_macros_are_told_and_the_text_is_read(tmp_path: Path) -> None:
    word = next(source for source in SOURCES if source.name == "word.docx")
    path = word.put(tmp_path)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("word/vbaProject.bin", b"x")
    made = importing.bring(
        [path], "made", Workspace(tmp_path), plan="article", layout="", language="en"
    )

    assert [remark.code for remark in made.remarks] == ["import/macros"]


# --- built ------------------------------------------------------------------------------------


def dressed(folder: Path) -> Workspace:
    """A workspace in *folder* with the layouts and fonts of this repository."""
    workspace = Workspace(folder, output=folder / "output", cache=False)
    for shared in ("layouts", "fonts"):
        workspace.mount(PurePosixPath(shared), ROOT / shared)
    return workspace


def drafted(tmp_path: Path, *sources: Source, layout: str) -> tuple[int, set[str]]:
    """Pages of the draft that the sources make in *layout*, and the errors told of it."""
    workspace = dressed(tmp_path)
    made = brought(tmp_path, *sources)
    importing.write(made.files, made.folder, workspace)
    report = pipeline.build(
        Request(made.folder, layout=layout, draft=True, finishes=("screen",)), workspace
    ).report
    errors = {f"{f.code} {f.place}" for f in report.findings if f.severity == "error"}
    (pdf,) = (tmp_path / "output/made").glob("*.pdf")
    with pypdfium2.PdfDocument(pdf) as pages:
        return len(pages), errors


def test_a_news_page_and_a_word_file_are_a_draft_at_once(tmp_path: Path) -> None:
    news, word = (s for s in SOURCES if s.name in {"news.txt", "word.docx"})

    assert drafted(tmp_path, news, word, layout="jinian") == (10, set())


@pytest.mark.stress
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_is_a_draft_in_every_layout(
    tmp_path: Path, source: Source, layout: str
) -> None:
    pages, errors = drafted(tmp_path, source, layout=layout)

    assert pages >= 2
    assert errors == set()


def test_a_new_title_is_all_right_in_a_book_and_has_every_block(tmp_path: Path) -> None:
    workspace = dressed(tmp_path)
    day = datetime.date(2026, 12, 1)
    folder = starting.start("ours", workspace, layout="jinian", title="十年", unit="某校", date=day)
    built = pipeline.build(Request(folder, finishes=("screen",)), workspace)
    text = "".join(path.read_text() for path in (tmp_path / folder).glob("*.md"))

    severe = {f.code for f in built.report.findings if f.severity in {"error", "warning"}}
    assert severe == set()
    assert set(re.findall(r"^::: (\w+)", text, re.MULTILINE)) == {
        "numbers", "chart", "pullquote", "note", "sidebar", "gallery", "names", "timeline",
    }  # fmt: skip
