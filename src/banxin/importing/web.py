"""Saved pages: HTML as paragraphs, without recursion, scripts or the network."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

from banxin.importing.bounds import MOST_PARAGRAPHS, refused
from banxin.importing.paragraphs import Brought, Form, ImportedParagraph, escaped, table
from banxin.importing.plain import decoded

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "title",
        "button",
        "option",
        "select",
    ]
)
_VOID: Final = frozenset(
    ["br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed"]
)
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "svg"})
_ASIDES: Final = frozenset({"nav", "footer", "aside", "button", "option", "form"})
_ASIDE_NAMES: Final = re.compile(
    r"bread|crumb|nav(?:bar|igation)?\b|footer|copyright|related|share|toolbar|sidebar|prev|next|comment|qr_?code|reward",
    re.IGNORECASE,
)
_CHARSET: Final = re.compile(rb"""charset=["']?([\w-]+)""", re.IGNORECASE)

Find = Callable[[str], bytes | None]


def read_page(data: bytes, file: str, find: Find) -> Brought:
    """A page; *find* gives the bytes of a picture that it names, if they are at hand."""
    said = _CHARSET.search(data[:4096])
    if said:
        encoding = said[1].decode().lower()
        encoding = "gb18030" if encoding.startswith("gb") else encoding
        try:
            return read_html(data.decode(encoding), file, find)
        except (LookupError, ValueError):
            pass
    return read_html(decoded(data, file), file, find)


def read_archive(data: bytes, file: str) -> Brought:
    """An `.mhtml`: a page and its pictures as parts of a message.

    Raises:
        BanxinError: `import/broken` where no part is a page.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    pages: list[bytes] = []
    pictures: dict[str, bytes] = {}
    for part in message.walk():
        if not isinstance(part, EmailMessage) or part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if part.get_content_type() == "text/html":
            charset = part.get_content_charset()
            pages.append(b"<!--charset=%s-->" % charset.encode() + body if charset else body)
        elif part.get_content_maintype() == "image":
            for name in (part["Content-Location"], f"cid:{(part['Content-ID'] or '').strip('<>')}"):
                if name:
                    pictures[str(name)] = body
    if not pages:
        raise refused("import/broken", file)
    return read_page(pages[0], file, pictures.get)


def read_html(text: str, file: str, find: Find) -> Brought:
    walker = _ParagraphParser(file, find)
    walker.feed(text)
    walker.close()
    walker.flush()
    return Brought(tuple(walker.found), walker.pictures)


class _ParagraphParser(HTMLParser):
    """Paragraphs as they close. What is open is counted, so depth costs nothing."""

    def __init__(self, file: str, find: Find) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.find = file, find
        self.found: list[ImportedParagraph] = []
        self.pictures: dict[str, bytes] = {}
        self.stack: list[tuple[str, bool]] = []
        self.open: Counter[str] = Counter()
        self.aside = 0
        self.plain: list[str] = []
        self.marked: list[str] = []
        self.bold_chars = 0
        self.bolded = False
        self.note = self.class_said = ""
        self.back = False
        self.rows: list[list[tuple[str, str]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "br":
            self._broken()
        elif tag == "img":
            self._picture(said)
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self._end_of_cell() if tag in {"td", "th", "tr"} else self._break_block()
        named = bool(_ASIDE_NAMES.search(f"{said.get('class', '')} {said.get('id', '')}"))
        is_aside = tag in _ASIDES or (named and tag not in {"body", "html"})
        if tag == "form" and self.open["form"] == 0:
            is_aside = False  # some makers put the whole page into one
        self.stack.append((tag, is_aside))
        self.open[tag] += 1
        self.aside += is_aside
        if tag == "table":
            self._table()
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag == "li" and re.match(r"(?:foot|end)note-", said.get("id", "")):
            self.note = said["id"]
        elif tag == "a":
            self._link(said.get("href", ""))
        elif tag == "p":
            self.class_said = said.get("class", "")
        elif tag in {"sup", "sub"}:
            self.marked.append("\ue001" if tag == "sup" else "\ue002")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self.open[tag]:
            return
        if tag in {"td", "th"}:
            self._end_of_cell()
        elif tag in _BLOCKS and tag != "tr":
            self._break_block()
        if tag in {"sup", "sub"}:
            self.marked.append("\ue001" if tag == "sup" else "\ue002")
        while self.stack:
            closed, is_aside = self.stack.pop()
            self.open[closed] -= 1
            self.aside -= is_aside
            if closed == tag:
                break
        if tag == "table":
            self._table_ends()
        elif tag == "li":
            self.note = ""
        elif tag == "a":
            self.back = False

    def handle_data(self, data: str) -> None:
        if self.back or any(self.open[tag] for tag in _UNSEEN):
            return
        text = re.sub(r"[ \t\r\n\f\u200b\ufeff]+", " ", data)
        self.plain.append(text)
        bold = bool(self.open["b"] or self.open["strong"])
        self.bold_chars += len(text.strip()) if bold else 0
        self.marked.append(
            f"\ue000{escaped(text)}\ue000" if bold and text.strip() else escaped(text)
        )

    def _broken(self) -> None:
        """A line end: of long texts a new paragraph, as old editors write them."""
        if self.rows is None:
            self.flush()
        else:
            self.plain.append(" ")
            self.marked.append(" ")

    def _break_block(self) -> None:
        if self.rows is None:
            self.flush()

    def _link(self, href: str) -> None:
        called = re.match(r"#((?:foot|end)note-)(ref-)?(\S+)", href)
        if called and called[2]:
            self.back = True
        elif called:
            self.back = True
            self.marked.append(f"[^{called[1][0]}{called[3]}]")

    def _picture(self, said: dict[str, str]) -> None:
        source = said.get("data-src") or said.get("src", "")
        name, data = self._bytes(source)
        if self.aside or (self.rows is not None and not data):
            return
        if data:
            self.pictures[name] = data
        plain = said.get("alt", "").strip()
        if source:
            self._break_block()
            self.found.append(self._made(plain, escaped(plain), Form.PICTURE, picture=name))

    def _bytes(self, source: str) -> tuple[str, bytes | None]:
        number = len(self.pictures) + 1
        if source.startswith("data:"):
            head, _, body = source.partition(",")
            kind = re.match(r"data:image/(png|jpeg|gif|webp|bmp|tiff)", head)
            try:
                data = base64.b64decode(body) if kind and "base64" in head else None
            except (binascii.Error, ValueError):
                data = None
            suffix = {"jpeg": "jpg"}.get(kind[1], kind[1]) if kind else "jpg"
            return f"图{number:02}.{suffix}", data
        data = self.find(source)
        last = re.sub(r"[?#].*", "", unquote(source)).rpartition("/")[2]
        plain = re.sub(r"[^\w.-]+", "-", last) or "图"
        if "." not in plain:
            plain += ".jpg"
        return f"{number:02}-{plain}" if data else plain, data

    def _table(self) -> None:
        if self.rows is not None:  # a table in a table is there for the look of a page
            self._untabled()
        self.rows = []

    def _untabled(self) -> None:
        rows, self.rows = self.rows or [], None
        for row in rows:
            for plain, marked in row:
                self._emit(plain, marked)
        self.flush()

    def _end_of_cell(self) -> None:
        if self.rows is None:
            self.flush()
            return
        plain, marked = self._taken()
        inside = self.open["td"] or self.open["th"]
        if not self.rows:
            self.rows.append([])
        if plain or inside:
            self.rows[-1].append((plain, marked))

    def _table_ends(self) -> None:
        if self.rows is None:
            return
        self._end_of_cell()
        rows = [row for row in self.rows if any(plain for plain, _ in row)]
        wide = max((len(row) for row in rows), default=0)
        longest = max((len(p) for row in rows for p, _ in row), default=0)
        if wide < 2 or len(rows) < 2 or longest > 300:
            self._untabled()
            return
        self.rows = None
        plain = "\n".join("\t".join(p for p, _ in row) for row in rows)
        marked = table(tuple(tuple(m for _, m in row) for row in rows))
        self._add(self._made(plain, marked, Form.ASIDE if self.aside else Form.TABLE))

    def flush(self) -> None:
        is_bold = self.bold_chars
        plain, marked = self._taken()
        self.bolded = bool(plain) and is_bold >= len(plain.replace(" ", "")) > 0
        self._emit(plain, marked)

    def _taken(self) -> tuple[str, str]:
        plain, marked = "".join(self.plain), "".join(self.marked)
        self.plain.clear()
        self.marked.clear()
        self.bold_chars = 0
        strip = " \u3000\xa0"
        return plain.strip(strip), _signed(marked).strip(strip)

    def _emit(self, plain: str, marked: str) -> None:
        if not plain:
            return
        head = next((n for n in range(1, 7) if self.open[f"h{n}"]), 0)
        form = Form.TEXT
        if self.aside:
            form = Form.ASIDE
        elif self.note:
            form = Form.NOTE
            marked = f"[^{self.note[0]}{self.note.partition('-')[2]}]: {marked}"
        elif self.open["title"] and not self.open["body"]:
            form = Form.ASIDE
        elif head:
            form, marked = Form.HEADING, escaped(plain)
        elif self.open["li"]:
            form = Form.ITEM
        elif self.open["figcaption"] or self.class_said == "caption":
            form = Form.CAPTION
        elif self.open["blockquote"]:
            form = Form.QUOTE
        self._add(self._made(plain, marked, form, level=head))

    def _made(
        self, plain: str, marked: str, form: Form, *, level: int = 0, picture: str = ""
    ) -> ImportedParagraph:
        line = self.getpos()[0]
        return ImportedParagraph(self.file, line, plain, marked, form, level, self.bolded, picture)

    def _add(self, paragraph: ImportedParagraph) -> None:
        if len(self.found) >= MOST_PARAGRAPHS:
            raise refused("import/too-large", self.file, most=MOST_PARAGRAPHS)
        self.found.append(paragraph)


def _signed(marked: str) -> str:
    """Bold and raised pieces as Markdown: neighbours joined, no space inside the stars."""
    joined = re.sub("\ue000(\\s*)\ue000", r"\1", marked)
    bold = re.sub("\ue000(\\s*)([^\ue000]*?)(\\s*)\ue000", r"\1**\2**\3", joined)
    for mark, sign in (("\ue001", "^"), ("\ue002", "~")):
        bold = re.sub(f"{mark}([^{mark}\\s]+){mark}", rf"{sign}\1{sign}", bold)
        bold = re.sub(f"\\{sign}(\\[\\^[^\\]]+\\])\\{sign}", r"\1", bold).replace(mark, "")
    return bold
