"""Files and folders as they are given: each read by what it is, pictures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from banxin.importing import office, plain, sheets, web
from banxin.importing.bounds import LARGEST_FILE, LARGEST_TEXT, bytes_of, refused
from banxin.importing.paragraphs import Brought, Form, ImportedParagraph

PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".avif", ".bmp", ".gif"}
)
_TEXTS: Final = frozenset(
    {".txt", ".text", ".eml", ".md", ".markdown", ".html", ".htm", ".csv", ".mhtml", ".mht"}
)
_OFFICE: Final = frozenset({".docx", ".docm", ".odt", ".xlsx"})
MOST_FILES: Final = 500


def read(given: Sequence[Path]) -> Iterator[Brought]:
    """What each of *given* holds, folders by the names of their files.

    Raises:
        BanxinError: `import/not-there`, `import/unknown-kind` and all that readers refuse.
    """
    for path in _files(given):
        kind = path.suffix.lower()
        if kind in PICTURES:
            picture = ImportedParagraph(path.name, 1, "", "", Form.PICTURE, picture=path.name)
            yield Brought((picture,), {path.name: bytes_of(path, LARGEST_FILE)})
        else:
            yield _document(path, kind)


def _document(path: Path, kind: str) -> Brought:
    name = path.name
    data = bytes_of(path, LARGEST_FILE if kind in {*_OFFICE, ".mhtml", ".mht"} else LARGEST_TEXT)
    match kind:
        case ".txt" | ".text" | ".eml":
            brought = plain.read_text(plain.decoded(data, name), name)
        case ".md" | ".markdown":
            brought = plain.read_markdown(plain.decoded(data, name), name)
        case ".html" | ".htm":
            brought = web.read_page(data, name, _beside(path))
        case ".mhtml" | ".mht":
            brought = web.read_archive(data, name)
        case ".docx" | ".docm":
            brought = office.read_word(data, name)
        case ".odt":
            brought = office.read_opendocument(data, name)
        case ".csv":
            brought = sheets.read_csv(data, name)
        case _:
            brought = sheets.read_sheets(data, name)
    if not brought.paragraphs:
        raise refused("import/empty", name)
    return brought


def _files(given: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file())
            files += [p for p in inside if _is_read(p) and not p.name.startswith((".", "~$"))]
        elif not path.exists():
            raise refused("import/not-there", path.name)
        elif _is_read(path):
            files.append(path)
        else:
            raise refused("import/unknown-kind", path.name)
    if not files or len(files) > MOST_FILES:
        raise refused("import/no-files", given[0].name, most=MOST_FILES)
    return files


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in PICTURES | _TEXTS | _OFFICE


def _beside(page: Path) -> web.Find:
    """Pictures that a saved page keeps in a folder next to it, and none from elsewhere."""
    folder = page.resolve().parent

    def find(source: str) -> bytes | None:
        name = unquote(source.partition("?")[0])
        if "://" in name or name.startswith(("/", "data:")) or not name:
            return None
        try:
            file = (folder / name).resolve()
            inside = file.is_relative_to(folder) and file.suffix.lower() in PICTURES
            return bytes_of(file, LARGEST_FILE) if inside and file.is_file() else None
        except (OSError, ValueError):
            return None

    return find
