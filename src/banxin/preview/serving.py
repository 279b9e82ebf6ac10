"""`banxin preview`: a server on this machine, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from banxin import scratch
from banxin.diagnostics import BanxinError, error
from banxin.preview import Service
from banxin.preview.guard import LOOPBACK, Door, Guard
from banxin.preview.messages import Home
from banxin.preview.server import Preview, application
from banxin.request import Request
from banxin.workspace import Workspace

PORT: Final = 8321  # if nothing else is asked for, and nobody has it; otherwise any that is free


def serve(
    first: Request, service: Service, workspace: Workspace, ready: Callable[[str], None]
) -> None:
    """See `preview.serve`."""
    with prepared(first, service, workspace) as (server, sockets, door):
        ready(door.address)
        if service.opens:
            webbrowser.open(door.address)
        with contextlib.suppress(KeyboardInterrupt):  # it is how one ends it
            server.run(sockets=sockets)


@contextmanager
def prepared(
    first: Request, service: Service, workspace: Workspace
) -> Iterator[tuple[uvicorn.Server, list[socket.socket], Door]]:
    """A server that is ready to run, its sockets bound. Raises: as `preview.serve`."""
    with _listening(service) as bound, scratch.temporary() as darkroom:
        door = Door.at(service.host, bound.getsockname()[1])
        place = Home(
            workspace.root,
            workspace.output,
            workspace.mounts,
            workspace.caching,
            darkroom,
        )
        here = service.host in LOOPBACK
        edits = here if service.editing is None else service.editing
        preview = Preview(workspace, place, first, editor=service.editor, edits=edits)
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
def _listening(service: Service) -> Iterator[socket.socket]:
    """Raises: BanxinError, `preview/port` and `preview/host`."""
    family = socket.AF_INET6 if ":" in service.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        _bind(bound, service)
        bound.listen(128)
        yield bound
    finally:
        bound.close()


def _bind(bound: socket.socket, service: Service) -> None:
    try:
        bound.bind((service.host, PORT if service.port is None else service.port))
    except OSError as problem:
        if problem.errno not in {errno.EADDRINUSE, errno.EACCES}:
            why = problem.strerror or str(problem)
            raise BanxinError(error("preview/host", host=service.host, why=why)) from problem
        if service.port is not None:
            raise BanxinError(error("preview/port", port=service.port)) from problem
        bound.bind((service.host, 0))
