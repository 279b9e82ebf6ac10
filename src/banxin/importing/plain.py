"""Texts: which encoding, which lines are one paragraph; e-mails and chats; Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from banxin.importing.bounds import refused
from banxin.importing.paragraphs import Brought, Form, ImportedParagraph, escaped, table

# The most frequent characters of both scripts: text that is read wrongly has hardly any of them.
_FREQUENT: Final = frozenset(
    "的一是不了在人有我他这中大来上个国和地到们出时年们为会以要说生學学這國來個時為會，。、："
    "“”《》（）"
)
_MARKS: Final = "。！？；：…”）」』.!?;:"
_MAIL: Final = re.compile(
    r"^(From|To|Cc|Subject|Date|Sent|发件人|收件人|抄送|主题|日期|时间)\s*[:：]\s*(.*)$"
)
_STAMP: Final = re.compile(
    r"^(?:\S{1,20}\s+)?\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?\s+(?:[上下]午)?\d{1,2}:\d\d(?::\d\d)?(?:\s+\S{1,20})?$"
)
_HEAD: Final = re.compile(r"^(#{1,6})\s*(.+?)\s*#*$")
_WRAPPED: Final = range(28, 90)  # widths at which programs wrap lines, Han counted as two


def decoded(data: bytes, file: str) -> str:
    """The text of *data*: what its mark says, UTF-8, or the likelier of GB18030 and Big5.

    Raises:
        BanxinError: `import/encoding`.
    """
    if data[:3] == b"\xef\xbb\xbf":
        return _lines(data[3:].decode("utf-8", "replace"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _lines(data.decode("utf-16", "replace"))
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((sum(c in _FREQUENT for c in text) / len(text), text))
    share, text = max(readings, default=(0.0, ""))
    if share < 0.05 or "\0" in text:
        raise refused("import/encoding", file)
    return _lines(text)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_text(text: str, file: str) -> Brought:
    """Each line a paragraph; of e-mails and chats the heads are set aside, wrapped lines joined."""
    lines = [line.strip(" \t\u3000\ufeff") for line in text.split("\n")]
    stamps = sum(bool(_STAMP.match(line)) for line in lines)
    mail = sum(bool(_MAIL.match(line)) for line in lines[:8]) >= 2
    found: list[ImportedParagraph] = []
    signed = False
    in_head = mail
    for number, line in _paragraphs(lines, joins=mail or _is_wrapped(lines)):
        head = _MAIL.match(line) if in_head else None
        in_head = in_head and head is not None
        signed = signed or (mail and line in {"--", "—— ", "-- "})
        form, level, said = Form.TEXT, 0, line
        if head and head[1] in {"Subject", "主题"}:
            form, level = Form.HEADING, 1
            found.append(ImportedParagraph(file, number, head[1] + "：", "", Form.ASIDE))
            said = head[2]
        elif head or signed or (stamps >= 2 and _STAMP.match(line)):
            form = Form.ASIDE
        elif line.startswith(">"):
            form, said = Form.QUOTE, line.lstrip("> ")
        elif "\t" in line:
            form = Form.TABLE
        if said:
            found.append(ImportedParagraph(file, number, said, escaped(said), form, level))
    return Brought(tuple(_tabled(found)))


def _paragraphs(lines: list[str], *, joins: bool) -> Iterator[tuple[int, str]]:
    longest = max(map(_width, lines), default=0)
    start, held = 0, ""
    for number, line in enumerate(lines, 1):
        if not line:
            if held:
                yield start, held
            held = ""
            continue
        goes_on = held and joins and _width(lines[number - 2]) > longest * 0.8
        if held and not (goes_on and held[-1] not in _MARKS and not _MAIL.match(line)):
            yield start, held
            held = ""
        start = start if held else number
        gap = " " if held and held[-1].isascii() and line[0].isascii() else ""
        held += gap + line
    if held:
        yield start, held


def _is_wrapped(lines: list[str]) -> bool:
    said = [line for line in lines if line]
    longest = max(map(_width, said), default=0)
    full = [line for line in said if _width(line) > longest * 0.9 and line[-1] not in _MARKS]
    return longest in _WRAPPED and len(full) >= 4 and len(full) * 3 > len(said)


def _width(line: str) -> int:
    return sum(1 if c.isascii() else 2 for c in line)


def _tabled(found: list[ImportedParagraph]) -> Iterator[ImportedParagraph]:
    """Lines with tabs that follow one another as one table."""
    held: list[ImportedParagraph] = []
    for paragraph in [*found, None]:
        if paragraph is not None and paragraph.form is Form.TABLE:
            held.append(paragraph)
            continue
        if held:
            rows = tuple(tuple(cell.strip() for cell in p.marked.split("\t")) for p in held)
            plain = "\n".join(p.plain for p in held)
            yield ImportedParagraph(held[0].file, held[0].line, plain, table(rows), Form.TABLE)
            held = []
        if paragraph is not None:
            yield paragraph


def read_markdown(text: str, file: str) -> Brought:
    """Markdown stays as it is written; headings are told, fences and blocks kept together."""
    found: list[ImportedParagraph] = []
    held: list[str] = []
    start, fence = 1, ""

    def close() -> None:
        body = "\n".join(held).strip("\n")
        if body:
            found.append(ImportedParagraph(file, start, body, body, Form.MARKDOWN))
        held.clear()

    lines = text.split("\n")
    if lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:40]]:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
        for number, line in enumerate(lines[1:end], 2):
            key, colon, value = line.partition(":")
            named = colon and key.strip() == "title"
            said = value.strip() if named else line
            if named:
                found.append(ImportedParagraph(file, number, "title:", "", Form.ASIDE))
            form = Form.HEADING if named else Form.ASIDE
            found.append(ImportedParagraph(file, number, said, said, form, 1 if named else 0))
        lines[: end + 1] = [""] * (end + 1)
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        head = None if fence else _HEAD.match(bare)
        if head:
            close()
            level = len(head[1])
            found.append(ImportedParagraph(file, number, head[2], head[2], Form.HEADING, level))
            continue
        if bare[:3] in {"```", "~~~", ":::"}:
            fence = "" if fence and bare[:3] == fence else (fence or bare[:3])
        if not bare and not fence:
            close()
            continue
        if not held:
            start = number
        held.append(line)
    close()
    return Brought(tuple(found))
