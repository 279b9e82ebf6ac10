"""Who may ask: no foreign web page can read a manuscript.

A page from elsewhere cannot read our answers, but it can send requests, and with a name of its own
that leads to this machine (DNS rebinding) it could read them. So the Host has to be ours, the
Origin too, and beyond this machine a token is needed besides.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "banxin-preview"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  # what people write for it
HEADERS: Final[Mapping[bytes, bytes]] = {
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; "
        b"img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'"
    ),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
# RFC 3986, 3.2.2: numbers of IPv6 stand in one pair of brackets, and nothing else does.
_HOST: Final = re.compile(
    r"(?:\[(?P<number>[0-9a-f:.]*:[0-9a-f:.]*)\]|(?P<name>[^\[\]:@/?#\s]+))(?::(?P<port>[0-9]{1,5}))?"
)
_UPWARD: Final = re.compile(rb"\.\.|%2e|\\|%5c|%00|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Door:
    """Where the preview is to be found. `token`: empty on this machine alone."""

    host: str
    port: int
    token: str = ""

    @classmethod
    def at(cls, host: str, port: int) -> Door:
        return cls(host, port, "" if host in LOOPBACK else secrets.token_urlsafe(18))

    @property
    def address(self) -> str:
        """What to type into a browser."""
        host = socket.gethostname() if self.host in EVERYWHERE else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}/" + (f"?token={self.token}" if self.token else "")

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server."""
        written = _HOST.fullmatch(host.lower())
        if written is None or (written["port"] or "80") != str(self.port):
            return False
        name = written["number"] or written["name"]
        if self.host in LOOPBACK:
            return name in LOOPBACK
        if self.host in EVERYWHERE:
            return name in LOOPBACK or name == socket.gethostname().lower() or _is_number(name)
        return name == self.host.lower()


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """Stands before the application, and refuses what does not come from our own page."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        reason = self._refused(scope, headers)
        if reason:
            await _refuse(reason, scope, receive, send)
            return
        if self._has_token_in_address(scope):
            answer = RedirectResponse(_without_token(scope), 303)
            answer.set_cookie(COOKIE, self._door.token, httponly=True, samesite="strict")
            await answer(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Why, or an empty text."""
        host = headers.get("host", "")
        if not self._door.knows(host):
            return "host"
        origin = headers.get("origin")
        reads = scope.get("method", "GET") in {"GET", "HEAD"} and scope["type"] == "http"
        if origin != f"http://{host}" and (origin is not None or not reads):
            return "origin"
        asks_us = headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
        arrives = headers.get("sec-fetch-mode") == "navigate" and scope["path"] == "/"
        if not asks_us and not arrives:
            return "site"
        if _UPWARD.search(scope.get("raw_path") or b""):
            return "path"
        if self._door.token and not self._has_token(scope, headers):
            return "token"
        return ""

    def _has_token(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        if self._has_token_in_address(scope):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        value = cookie.value.encode() if cookie else b""
        return secrets.compare_digest(value, self._door.token.encode())

    def _has_token_in_address(self, scope: Scope) -> bool:
        if not self._door.token or scope["path"] != "/":
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return secrets.compare_digest(given.encode(), self._door.token.encode())


def _without_token(scope: Scope) -> str:
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    asked.pop("token", None)
    return "/" + (f"?{urlencode(asked, doseq=True)}" if asked else "")


async def _refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4403, "reason": reason})
        return
    answer = PlainTextResponse(f"banxin: {reason}\n", 400 if reason == "path" else 403)
    await answer(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            told: list[Any] = message.setdefault("headers", [])
            present = {name.lower() for name, _ in told}
            told.extend((name, value) for name, value in HEADERS.items() if name not in present)
        await send(message)

    return sending
