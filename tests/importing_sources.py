"""Sources of many makers, made here: each a file, and what it has to become."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import docx
import openpyxl
from docx.enum.style import WD_STYLE_TYPE

LONG: Final = "渡口的钟敲过三遍，雾才从水面上散开，等船的人把担子换到另一边肩上，谁也不说话，只看着对岸那棵歪脖子的柳树慢慢显出来。"
LONG_TOO: Final = "后来修了桥，渡船拖上了岸，船底朝天晾在打谷场边上。孩子们钻到下面避雨，说里面听得见河水的声音，大人听了只是笑。"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PIXEL: Final = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\xc0\x40\x40"))
    + _chunk(b"IEND", b"")
)


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Attributes:
        name: of its file.
        data: of it.
        text: all that it says, for the count of characters.
        roles: what a line, by its beginning, has to be taken for.
        title: of the title that it becomes.
    """

    name: str
    data: bytes
    text: str
    title: str
    roles: Mapping[str, str] = field(default_factory=dict)

    def put(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_bytes(self.data)
        return path


NEWS: Final = f"""当前位置：首页 > 要闻 > 正文
文档编号：2021-0456
老渡口,今天不摆渡
——柳湾镇渡口改造侧记
2021-05-06
（文/图：沈小舟 何大江）
渡口的早晨
新桥的栏杆
{LONG.replace("，", ",")}
一根缆绳
{LONG_TOO}
——重点解决夜航问题，{LONG}
一张图纸来管工。{LONG}
一支队伍来守夜。{LONG_TOO}
上一篇：春耕忙
下一篇：柳湾小学开学
主办：柳湾镇人民政府
版权所有 柳湾镇 冀ICP备00000001号
|
"""


def _page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>页</title>{head}</head><body>{body}</body></html>"


def _portal() -> Source:
    body = (
        '<div class="breadcrumb">首页 &gt; 专题</div><h1>桥头的人</h1>'
        f"<p>{LONG}</p><h2>守桥</h2><p>{LONG_TOO}<b>一天</b>也没有缺过。</p>"
        '<div class="footer">版权所有</div><script>var a = "不是字";</script>'
    )
    said = f"页首页 > 专题桥头的人{LONG}守桥{LONG_TOO}一天也没有缺过。版权所有"
    roles = {"首页": "dropped", "守桥": "heading", "版权所有": "dropped", LONG[:6]: "text"}
    return Source("portal.html", _page(body).encode(), said, "桥头的人", roles)


def _chat_page() -> Source:
    body = (
        '<h1 class="rich_media_title">船工的晚年</h1><div id="js_content">'
        f"<section><section><span>{LONG}</span></section></section>"
        '<p><img data-src="https://example.org/a.jpg" alt=""></p>'
        "<p>△ 船还在，桨已经裂了</p>"
        f"<section><strong>上岸以后</strong></section><section>{LONG_TOO}</section></div>"
    )
    said = f"页船工的晚年{LONG}△ 船还在，桨已经裂了上岸以后{LONG_TOO}"
    roles = {"△": "caption", "上岸以后": "heading"}
    return Source("weixin.html", _page(body).encode(), said, "船工的晚年", roles)


def _old_page() -> Source:
    body = (
        "<table><tr><td><table><tr><td><h1>旧站的文章</h1></td></tr></table></td></tr>"
        f"<tr><td>{LONG}<br>{LONG_TOO}</td></tr></table>"
        "<table><tr><th>年份</th><th>船</th></tr><tr><td>1962</td><td>9</td></tr></table>"
    )
    said = f"页旧站的文章{LONG}{LONG_TOO}年份船19629"
    data = _page(body, '<meta charset="gb2312">').encode("gb18030")
    return Source("old.htm", data, said, "旧站的文章", {"年份": "block", LONG[:6]: "text"})


def _archive() -> Source:
    html = _page(f'<h1>存下来的网页</h1><p>{LONG}</p><img src="https://example.org/p.png">')
    data = "\r\n".join(
        [
            "MIME-Version: 1.0", 'Content-Type: multipart/related; boundary="b"', "",
            "--b", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "",
            base64.b64encode(html.encode()).decode(),
            "--b", "Content-Type: image/png", "Content-Transfer-Encoding: base64",
            "Content-Location: https://example.org/p.png", "", base64.b64encode(PIXEL).decode(),
            "--b--", "",
        ]
    )  # fmt: skip
    return Source("saved.mhtml", data.encode(), f"页存下来的网页{LONG}", "存下来的网页")


def _saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _word() -> Source:
    document = docx.Document()
    document.add_heading("渡口志", 0)
    document.add_heading("水情", 1)
    document.add_paragraph(LONG)
    document.add_picture(io.BytesIO(PIXEL))
    document.add_paragraph("水尺立在石阶旁", style="Caption")
    for item in ("看水色", "听风声"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, said in zip(table._cells, ("月份", "水位", "七月", "3.2米"), strict=True):
        cell.text = said
    document.add_paragraph("").add_run("涨水*不过*桥").bold = True
    document.add_paragraph(LONG_TOO)
    said = f"渡口志水情{LONG}水尺立在石阶旁看水色听风声月份水位七月3.2米涨水*不过*桥{LONG_TOO}"
    roles = {
        "水情": "heading",
        "水尺": "caption",
        "看水色": "block",
        "月份": "block",
        "涨水": "heading",
    }
    return Source("word.docx", _saved(document), said, "渡口志", roles)


def _wps() -> Source:
    document = docx.Document()
    for style in ("标题 1", "副标题"):
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("年终的几句话", style="标题 1")
    document.add_paragraph(LONG)
    document.add_paragraph("一、收成")
    document.add_paragraph(LONG_TOO)
    document.add_paragraph("（一）稻子")
    document.add_paragraph(LONG)
    document.sections[0].header.paragraphs[0].text = "内部传阅"
    said = f"年终的几句话{LONG}一、收成{LONG_TOO}（一）稻子{LONG}内部传阅"
    roles = {"一、收成": "heading", "（一）稻子": "heading", "内部传阅": "dropped"}
    return Source("wps.docx", _saved(document), said, "年终的几句话", roles)


def _opendocument() -> Source:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:text="{names}text:1.0" '
        f'xmlns:table="{names}table:1.0"><office:body><office:text>'
        f'<text:h text:outline-level="1">开放的文档</text:h><text:p>{LONG}<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>注在页脚</text:p>"
        f'</text:note-body></text:note></text:p><text:h text:outline-level="2">其次</text:h>'
        f"<text:p>{LONG_TOO}</text:p></office:text></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("content.xml", content)
    said = f"开放的文档{LONG}注在页脚其次{LONG_TOO}"
    return Source(
        "open.odt", file.getvalue(), said, "开放的文档", {"其次": "heading", "注": "block"}
    )


def _people() -> Source:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [("班级", "姓名"), ("一班", "沈小舟"), ("二班", "何大江")]
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    said = "".join("".join(row) for row in rows)
    return Source("people.xlsx", file.getvalue(), said, "made", {"班级": "block"})


def _texts() -> list[Source]:
    traditional = f"橋邊的學校\n{LONG}\n讀書的人\n{LONG_TOO}\n下一篇：沒有了\n"
    bare = f"{LONG}\n{LONG_TOO}\n{LONG}\n"
    mail = (
        f"From: 沈小舟 <a@example.org>\nTo: b@example.org\nSubject: 送上一篇稿子\n\n{LONG}\n\n{LONG_TOO}\n"
        "--\n柳湾镇办公室\n"
    )
    chat = (
        f"沈小舟 2024-03-01 09:12:33\n{LONG}\n何大江 2024-03-01 09:13:05\n[图片]\n"
        f"沈小舟 2024-03-01 09:15:41\n{LONG_TOO}\n"
    )
    markdown = (
        f"---\ntitle: 写成记号的稿子\ntags: 船\n---\n\n## 起头\n\n{LONG}**要紧**。\n\n- 甲\n- 乙\n"
    )
    notice = f"柳湾镇办公室\n关于夏季防汛的通知\n各村：\n{LONG}\n一、总的要求\n1、早看\n2、早报\n{LONG_TOO}\n"
    tabs = f"各村的船\n{LONG}\n村\t船\n上湾\t3\n下湾\t5\n"
    signs = f"符号*很*多_的_稿#1\n{LONG}<b>不是</b>粗体，$5 和 [方括号] 都照印，`点`、a~b、1^2、a|b。\n- 这一行用横线起头，后面还有很长很长的一段话，要照原样排在正文里。\n"
    return [
        Source("news.txt", NEWS.encode(), NEWS, "老渡口,今天不摆渡", {
            "当前": "dropped", "文档编号": "dropped", "——柳湾镇": "subtitle", "2021": "date",
            "（文/图": "byline", "渡口的早晨": "caption", "新桥": "caption", "一根缆绳": "heading",
            "——重点": "heading", "一张图纸": "heading", "一支": "heading", "上一篇": "dropped",
            "下一篇": "dropped", "主办": "masthead", "版权": "dropped", "|": "dropped",
        }),
        Source("gb.txt", f"渡口记\n{LONG}\n".encode("gb18030"), f"渡口记\n{LONG}\n", "渡口记"),
        Source("big5.txt", traditional.encode("big5hkscs", "ignore"), traditional, "橋邊的學校", {
            "讀書": "heading", "下一篇": "dropped",
        }) if _fits(traditional) else Source("hant.txt", traditional.encode(), traditional,
            "橋邊的學校", {"讀書": "heading", "下一篇": "dropped"}),
        Source("utf16.txt", f"宽字\n{LONG}\n".encode("utf-16"), f"宽字\n{LONG}\n", "宽字"),
        Source("bare.txt", bare.encode(), bare, "made"),
        Source("mail.txt", mail.encode(), mail, "送上一篇稿子", {
            "From": "dropped", "柳湾镇办公室": "dropped", LONG[:6]: "text",
        }),
        Source("chat.txt", chat.encode(), chat, "made", {"沈小舟 ": "dropped", "[图片]": "dropped"}),
        Source("marks.md", markdown.encode(), markdown, "写成记号的稿子", {"起头": "heading"}),
        Source("notice.txt", notice.encode(), notice, "柳湾镇办公室", {"一、": "heading"}),
        Source("tabs.txt", tabs.encode(), tabs, "各村的船", {"村\t船": "block"}),
        Source("signs.txt", signs.encode(), signs, "符号*很*多_的_稿#1"),
        Source("boats.csv", "村,船\n上湾,3\n".encode(), "村,船\n上湾,3\n".replace(",", ""), "made"),
    ]  # fmt: skip


def _fits(text: str) -> bool:
    try:
        text.encode("big5hkscs")
    except UnicodeEncodeError:
        return False
    return True


_MADE: Final[tuple[Callable[[], Source], ...]] = (
    _portal, _chat_page, _old_page, _archive, _word, _wps, _opendocument, _people,
)  # fmt: skip
SOURCES: Final = (*_texts(), *(make() for make in _MADE))
