"""Word, WPS and OpenDocument texts: unpacked within bounds, then read as a page."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zipfile import ZipFile

from defusedxml import ElementTree

from banxin.diagnostics import Place, warning
from banxin.importing.bounds import DEEPEST, parts_of, refused
from banxin.importing.paragraphs import Brought, Form, ImportedParagraph
from banxin.importing.web import read_html

# What Word and WPS call the same styles in Chinese.
_STYLES: Final = "\n".join(
    [
        *(f"p[style-name='标题 {n}'] => h{n}:fresh" for n in range(1, 7)),
        *(f"p[style-name='标题{n}'] => h{n}:fresh" for n in range(1, 7)),
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='Subtitle'] => p.subtitle:fresh",
        "p[style-name='副标题'] => p.subtitle:fresh",
        "p[style-name='caption'] => p.caption:fresh",
        "p[style-name='Caption'] => p.caption:fresh",
        "p[style-name='题注'] => p.caption:fresh",
        "p[style-name='Quote'] => blockquote > p:fresh",
        "p[style-name='引用'] => blockquote > p:fresh",
    ]
)
_RUNNING: Final = re.compile(r"word/(?:header|footer|comments)\d*\.xml")
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_DRAW: Final = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_WEIGHT: Final = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-weight"
_CAPTION: Final = 'p class="caption"'
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_TAGS: Final = {
    f"{{{_TEXT}}}p": "p",
    f"{{{_TEXT}}}list": "ul",
    f"{{{_TEXT}}}list-item": "li",
    f"{{{_TABLE}}}table": "table",
    f"{{{_TABLE}}}table-row": "tr",
    f"{{{_TABLE}}}table-cell": "td",
}


def read_word(data: bytes, file: str) -> Brought:
    """A `.docx` by mammoth; heads, feet and comments, which it leaves out, stand aside.

    Raises:
        BanxinError: as `parts_of`; `import/no-library`.
    """
    try:
        import mammoth
    except ImportError as problem:
        raise refused("import/no-library", file, library="mammoth") from problem
    with parts_of(data, file) as parts:
        names = parts.namelist()
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        aside = [_running(parts, name, file) for name in names if _RUNNING.fullmatch(name)]
    try:
        page = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, external_file_access=False
        ).value
    except Exception as problem:  # whatever a broken file makes of it
        raise refused("import/broken", file) from problem
    brought = read_html(page, file, lambda _: None)
    numbered = tuple(_renumbered(brought.paragraphs))
    running = tuple(ImportedParagraph(file, 0, text, "", Form.ASIDE) for text in aside if text)
    remarks = (warning("import/macros", Place(file), file=file),) if macros else ()
    return Brought((*numbered, *running), brought.pictures, remarks)


def _renumbered(paragraphs: tuple[ImportedParagraph, ...]) -> list[ImportedParagraph]:
    return [replace(p, line=n) for n, p in enumerate(paragraphs, 1)]


def _running(parts: ZipFile, name: str, file: str) -> str:
    try:
        root = ElementTree.fromstring(parts.read(name))
    except Exception as problem:
        raise refused("import/broken", file) from problem
    return "".join(piece.strip() for piece in root.itertext())


def read_opendocument(data: bytes, file: str) -> Brought:
    """An `.odt`: its few elements that carry text, as a page.

    Raises:
        BanxinError: as `parts_of`; `import/broken`.
    """
    with parts_of(data, file) as parts:
        try:
            root = ElementTree.fromstring(parts.read("content.xml"))
        except Exception as problem:
            raise refused("import/broken", file) from problem
        body = root.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text")
        if body is None:
            raise refused("import/broken", file)
        page: list[str] = []
        notes: list[str] = []
        styles = _Styles.of(root)
        _walk(body, page, notes, styles, file, 0)
        known = {
            name: parts.read(name) for name in parts.namelist() if name.startswith("Pictures/")
        }
    whole = "".join(page) + "<ol>" + "".join(notes) + "</ol>"
    brought = read_html(whole, file, known.get)
    return Brought(tuple(_renumbered(brought.paragraphs)), brought.pictures)


@dataclass(frozen=True, slots=True)
class _Styles:
    """What automatic styles stand for: which are bold, and whose children they are."""

    bold: frozenset[str]
    parents: Mapping[str, str]

    @classmethod
    def of(cls, root: Any) -> _Styles:
        bold, parents = set(), {}
        for each in root.iter(f"{_STYLE}style"):
            name = each.get(f"{_STYLE}name", "")
            parents[name] = each.get(f"{_STYLE}parent-style-name", "")
            if any(p.get(_WEIGHT) == "bold" for p in each.iter(f"{_STYLE}text-properties")):
                bold.add(name)
        return cls(frozenset(bold), parents)

    def opening(self, name: str) -> str:
        """The tag that a paragraph of style *name* begins with."""
        known = (self.parents.get(name) or name).casefold()
        return {"title": "h1", "标题": "h1", "caption": _CAPTION, "题注": _CAPTION}.get(known, "p")


def _walk(
    element: Any, page: list[str], notes: list[str], styles: _Styles, file: str, depth: int
) -> None:
    if depth > DEEPEST:
        raise refused("import/broken", file)
    name = element.tag
    tag = _TAGS.get(name, "")
    style = element.get(f"{{{_TEXT}}}style-name", "")
    if tag == "p":
        tag = styles.opening(style)
    if name == f"{{{_TEXT}}}h":
        tag = f"h{min(6, int(element.get(f'{{{_TEXT}}}outline-level', '1') or 1))}"
    elif name == f"{{{_TEXT}}}span" and style in styles.bold:
        tag = "b"
    elif name == f"{{{_TEXT}}}note":
        _note(element, page, notes, file)
        return
    elif name in {f"{{{_TEXT}}}tab", f"{{{_TEXT}}}s"}:
        page.append(" ")
    elif name == f"{{{_TEXT}}}line-break":
        page.append("<br>")
    elif name == f"{{{_DRAW}}}image":
        page.append(f'<img src="{html.escape(element.get(_LINK, ""))}">')
    if name in {f"{{{_TEXT}}}sequence-decls", f"{{{_TEXT}}}tracked-changes"}:
        return
    page.append(f"<{tag}>" if tag else "")
    page.append(html.escape(element.text or ""))
    for child in element:
        _walk(child, page, notes, styles, file, depth + 1)
        page.append(html.escape(child.tail or ""))
    page.append(f"</{tag.partition(' ')[0]}>" if tag else "")


def _note(element: Any, page: list[str], notes: list[str], file: str) -> None:
    number = len(notes) + 1
    body = element.find(f"{{{_TEXT}}}note-body")
    said = "".join(body.itertext()).strip() if body is not None else ""
    page.append(f'<sup><a href="#footnote-{number}">{number}</a></sup>')
    notes.append(f'<li id="footnote-{number}">{html.escape(said)}</li>')
