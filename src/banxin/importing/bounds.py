"""How much is read of a source, and what is refused before any of it is understood."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Final

from banxin.diagnostics import BanxinError, Place, error

LARGEST_TEXT: Final = 8 << 20  # bytes; a book of a million characters has three
LARGEST_FILE: Final = 256 << 20  # with its pictures
LARGEST_XML: Final = 32 << 20  # bytes of one part, unpacked
LARGEST_ALL: Final = 512 << 20  # bytes of all parts, unpacked
MOST_PARTS: Final = 5_000
MOST_ROWS: Final = 5_000
MOST_PARAGRAPHS: Final = 50_000
DEEPEST: Final = 200  # tags in one another, where XML is walked
_LOCKED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE, in which Office keeps locked files
_DECLARES: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def refused(code: str, file: str, /, **facts: str | int) -> BanxinError:
    return BanxinError(error(code, Place(file), file=file, **facts))


def bytes_of(path: Path, most: int) -> bytes:
    """The bytes of an ordinary file, at most *most* of them.

    Raises:
        BanxinError: `import/not-there`, `import/unreadable`, `import/empty`, `import/too-large`.
    """
    try:
        if not path.is_file():
            raise refused("import/not-there", path.name)
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as problem:
        raise refused("import/unreadable", path.name, why=str(problem)) from problem
    if not data.strip():
        raise refused("import/empty", path.name)
    if len(data) > most:
        raise refused("import/too-large", path.name, most=most >> 20)
    return data


def parts_of(data: bytes, file: str) -> zipfile.ZipFile:
    """The parts of an office file: not locked, no bomb, no entities.

    Raises:
        BanxinError: `import/locked`, `import/broken`, `import/bomb`, `import/entities`.
    """
    if data.startswith(_LOCKED):
        raise refused("import/locked", file)
    try:
        parts = zipfile.ZipFile(io.BytesIO(data))
        infos = parts.infolist()
        if any(info.flag_bits & 1 for info in infos):
            raise refused("import/locked", file)
        xml = [info for info in infos if info.filename.lower().endswith((".xml", ".rels"))]
        large = any(info.file_size > LARGEST_XML for info in xml)
        if large or len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > LARGEST_ALL:
            raise refused("import/bomb", file)
        for info in xml:
            if _DECLARES.search(_part(parts, info, file)):
                raise refused("import/entities", file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as problem:
        raise refused("import/broken", file) from problem
    return parts


def _part(parts: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    with parts.open(info) as part:
        data = part.read(LARGEST_XML + 1)
    if len(data) > LARGEST_XML:
        raise refused("import/bomb", file)
    return data.replace(b"\0", b"")  # UTF-16 says it with zeros between
