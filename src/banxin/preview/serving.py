"""`banxin preview`: a server on this machine, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from banxin import scratch
from banxin.content import find, titles
from banxin.diagnostics import BanxinError, error
from banxin.preview import Asked
from banxin.preview.guard import Door, Guard
from banxin.preview.messages import Place
from banxin.preview.server import Preview, Settings, application
from banxin.workspace import Workspace

PORT: Final = 8321  # if nothing else is asked for, and nobody has it; otherwise any that is free


def serve(asked: Asked, workspace: Workspace, here: Path, ready: Callable[[str], None]) -> None:
    """See `preview.serve`."""
    with prepared(asked, workspace, here) as (server, sockets, door):
        ready(door.address)
        if asked.opens:
            webbrowser.open(door.address)
        with contextlib.suppress(KeyboardInterrupt):  # it is how one ends it
            server.run(sockets=sockets)


@contextmanager
def prepared(
    asked: Asked, workspace: Workspace, here: Path
) -> Iterator[tuple[uvicorn.Server, list[socket.socket], Door]]:
    """A server that is ready to run, its sockets bound. Raises: as `preview.serve`."""
    known = titles(workspace)
    if not asked.title and not known:
        raise BanxinError(error("title/no-titles"))
    folder = find(asked.title or known[0], workspace, here)
    with _listening(asked) as bound, scratch.temporary() as darkroom:
        door = Door.at(asked.host, bound.getsockname()[1])
        place = Place(
            workspace.root,
            workspace.output,
            workspace.mounts,
            workspace.caching,
            darkroom,
        )
        settings = Settings(
            folder, asked.layout, asked.press, asked.draft, asked.editor, asked.language
        )
        preview = Preview(workspace, place, settings)
        config = uvicorn.Config(
            Guard(application(preview), door),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            ws_ping_interval=20,
            ws_max_size=1 << 16,
        )
        yield uvicorn.Server(config), [bound], door


@contextmanager
def _listening(asked: Asked) -> Iterator[socket.socket]:
    """Raises: BanxinError, `preview/port` and `preview/host`."""
    family = socket.AF_INET6 if ":" in asked.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        _bind(bound, asked)
        bound.listen(128)
        yield bound
    finally:
        bound.close()


def _bind(bound: socket.socket, asked: Asked) -> None:
    try:
        bound.bind((asked.host, PORT if asked.port is None else asked.port))
    except OSError as problem:
        if problem.errno not in {errno.EADDRINUSE, errno.EACCES}:
            why = problem.strerror or str(problem)
            raise BanxinError(error("preview/host", host=asked.host, why=why)) from problem
        if asked.port is not None:
            raise BanxinError(error("preview/port", port=asked.port)) from problem
        bound.bind((asked.host, 0))
