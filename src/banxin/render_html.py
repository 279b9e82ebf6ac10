"""Any HTML page through the engine and the composer: no layout, no manuscript, no finishes."""

from __future__ import annotations

import contextlib
import hashlib
import html
import mimetypes
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from banxin.diagnostics import BanxinError, Place, error
from banxin.edition import TEMPLATE_CHARACTERS, Asset, faces_for
from banxin.typeset import Sheets, set_html
from banxin.workspace import NotOrdinary, Workspace, ordinary

# What a stylesheet can bring into a page by escapes: quotes, dashes, list marks, arrows.
_BY_CSS: Final = frozenset("‘’“”–—…•◦▪‣→←·①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_ESCAPED: Final = re.compile(r"\\([0-9a-fA-F]{1,6})")


def render(
    page: Path | str, workspace: Workspace, *, base: Path | None = None, compose: bool = True
) -> Sheets:
    """The pages of an HTML file, or of HTML itself.

    Fonts are the workspace's; style sheets and pictures lie in the page's own folder or below.
    Text that runs out of its box is among the remarks, and no reason to stop.

    Args:
        base: the folder that addresses in an HTML text are seen from.
        compose: whether lines are the composer's.

    Raises:
        BanxinError: `render/page`, where the file cannot be read as UTF-8; `engine/crashed`.
    """
    if isinstance(page, Path):
        text, base = _read(page), page.resolve().parent
    else:
        text = page
    beside = Beside(base)
    characters = TEMPLATE_CHARACTERS | _BY_CSS | frozenset(_characters(text, beside))
    faces, assets = faces_for(characters, workspace)
    identifier = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
    beside.own = assets
    return set_html(text, beside, faces, identifier, base=beside.address, compose=compose)


def _read(page: Path) -> str:
    try:
        return ordinary(page).decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        why = f"UTF-8, {problem.reason}"
    except NotOrdinary as problem:
        raise BanxinError(error(problem.code, Place(str(page)), file=page.name)) from problem
    except OSError as problem:
        why = problem.strerror or str(problem)
    raise BanxinError(error("render/page", Place(str(page)), why=why))


def _characters(text: str, beside: Beside) -> Iterator[str]:
    yield from html.unescape(text)
    for drawing in beside.drawings():
        yield from html.unescape(drawing)
    for source in (text, *beside.stylesheets()):
        yield from source
        for match in _ESCAPED.finditer(source):
            code = int(match[1], 16)
            if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000:
                yield chr(code)


class Beside(Mapping[str, Asset]):
    """Address → file, for files of one folder and those below; links out of it are refused."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None
        self.own: Mapping[str, Asset] = {}

    @property
    def address(self) -> str | None:
        return self._folder.as_uri() + "/" if self._folder else None

    def stylesheets(self) -> Iterator[str]:
        return self._texts("*.css")

    def drawings(self) -> Iterator[str]:
        """SVG has words of its own, in the same fonts."""
        return self._texts("*.svg")

    def _texts(self, names: str) -> Iterator[str]:
        for path in sorted(self._folder.rglob(names))[:200] if self._folder else ():
            if path.resolve().is_relative_to(path.parent.resolve()):
                with contextlib.suppress(OSError):  # told where the page asks for it
                    yield ordinary(path).decode("utf-8", "replace")

    def __getitem__(self, address: str) -> Asset:
        if address in self.own:
            return self.own[address]
        path = self._path_of(address)
        if self._folder is None or not path.is_relative_to(self._folder):
            raise KeyError(address)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        try:
            return Asset(kind, ordinary(path))
        except OSError as problem:
            raise KeyError(address) from problem

    def _path_of(self, address: str) -> Path:
        """Raises: KeyError, for an address that is no file's."""
        try:
            parts = urlsplit(address)
            if self._folder is not None and parts.scheme == "file":
                return Path(unquote(parts.path)).resolve()
        except (OSError, ValueError) as problem:
            raise KeyError(address) from problem
        raise KeyError(address)

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)
