"""The live preview: a designer saves, and sees the spread.

    cached_workspace, loader  what is written, read again and again
    renderer                  from files to pages, in a process of its own
    session                   what is looked at, and what is to be done next
    page_store                pages that may still be asked for
    camera, plates            pages as pictures, and by their inks
    inspector                 what lies at a point of a page
    edits, editing            what is written on the page, written into the manuscript
    server, guard             the addresses, and who may ask
    page/                     what the browser shows: one HTML, its modules, its stylesheet

Nothing is written but the cache, and what somebody writes on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from banxin.request import Request
    from banxin.workspace import Workspace

__all__ = ["Service", "serve"]


@dataclass(frozen=True, slots=True)
class Service:
    """How it is served.

    Attributes:
        port: None for the usual one, or any that is free; 0 for any.
        editor: what opens a file at a line, with {file}, {line} and {column}.
        opens: whether the browser is opened, too.
        editing: whether manuscripts may be written to from the page; None: on this machine alone.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    editor: str = ""
    opens: bool = False
    editing: bool | None = None


def serve(
    first: Request, service: Service, workspace: Workspace, ready: Callable[[str], None]
) -> None:
    """Serve the preview until it is interrupted.

    Args:
        first: what is shown first.
        ready: told the address.

    Raises:
        banxin.diagnostics.BanxinError: `preview/port`, `preview/host`.
    """
    # Workers are of this package, too, and need no server.
    from banxin.preview.serving import serve as really

    really(first, service, workspace, ready)
