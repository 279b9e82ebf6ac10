"""The preview among nonsense: what is no question is refused, and what is killed comes back."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
from shop import shop
from test_worker import answers, run

from banxin.preview.guard import Door, Guard
from banxin.preview.messages import Home
from banxin.preview.server import LONGEST_QUESTION, Preview, application
from banxin.preview.worker import Worker, WorkerDied
from banxin.request import Request
from banxin.typeset import Forme, prove
from banxin.workspace import Workspace

PORT: Final = 8123


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    (tmp_path / "a.md").write_text("甲")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    first = Request(PurePosixPath("content/small"))
    here, place = Workspace(tmp_path), Home(tmp_path, tmp_path)
    return Preview(here, place, first, editor="true {file} {line} {column}")


def asked(preview: Preview, path: str, body: bytes = b"", *, host: str = "") -> int:
    """The status of what is answered."""
    app, said = Guard(application(preview), Door("127.0.0.1", PORT)), list[int]()
    host = host or f"127.0.0.1:{PORT}"
    headers = [(b"host", host.encode("latin-1")), (b"origin", f"http://{host}".encode("latin-1"))]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": "POST" if path == "/open" else "GET", "path": path, "query_string": b"",
        "raw_path": path.encode(), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 9), "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    parts = [body[at : at + 30_000] for at in range(0, len(body), 30_000)] or [b""]

    async def receive() -> Any:
        part = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    asyncio.run(app(scope, receive, send))
    return said[0]


NONSENSE: Final = [
    b"", b"{", b"[]", b"null", b"1", b'"a.md"', b"true", b"\xff\xfe", b"\x00", b"{}",
    b'{"file": "a.md"}', b'{"line": 1}', b'{"file": null, "line": 1}',
    b'{"file": "a.md", "line": null}', b'{"file": "a.md", "line": "x"}',
    b'{"file": "a.md", "line": 1e999}', b'{"file": "a.md", "line": -1e999}',
    b'{"file": "a.md", "line": NaN}', b'{"file": "a.md", "line": Infinity}',
    b'{"file": "a.md", "line": []}', b'{"file": "a.md", "line": {}}',
    b'{"file": "a.md", "line": 0}', b'{"file": "a.md", "line": -1}',
    b'{"file": "a.md", "line": 1, "column": 1e999}', b'{"file": "a.md", "line": 1, "column": null}',
    b'{"file": "a.md", "line": 1, "column": -3}',
    b'{"file": "a.md", "line": ' + b"9" * 5000 + b"}",
    b'{"file": "a.md", "line": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    b'{"a":' * 9000 + b"1" + b"}" * 9000,
    b'{"file": "", "line": 1}', b'{"file": ".", "line": 1}', b'{"file": "..", "line": 1}',
    b'{"file": "/etc/passwd", "line": 1}', b'{"file": "../../etc/passwd", "line": 1}',
    b'{"file": "a.md\\u0000", "line": 1}', b'{"file": "\\ud800", "line": 1}',
    b'{"file": "' + b"a" * 5000 + b'", "line": 1}', b'{"file": "' + b"a/" * 9000 + b'", "line": 1}',
    b'{"file": "folder", "line": 1}', b'{"file": "pipe", "line": 1}',
    b'{"file": "no.md", "line": 1}', b'{"file": ["a.md"], "line": 1}', b'{"file": {}, "line": 1}',
    b" " * (LONGEST_QUESTION + 1), b"[" * 5_000_000,
]  # fmt: skip


@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: repr(body[:36]))
def test_a_question_that_is_none_is_refused(body: bytes, preview: Preview) -> None:
    assert 400 <= asked(preview, "/open", body) < 500


def test_three_hundred_changes_of_a_good_question_are_answered_or_refused(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*words: str, **how: int) -> None:
        assert words[0] == "true"

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    good = json.dumps({"file": "a.md", "line": 3, "column": 2}).encode()
    chance = random.Random(15)
    statuses = {asked(preview, "/open", good)}
    for _ in range(300):
        changed = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        statuses.add(asked(preview, "/open", bytes(changed)))

    assert 200 in statuses
    assert not {status for status in statuses if status >= 500}


HOSTS: Final = [
    "[[[127.0.0.1]]]", "[[127.0.0.1]]", "[127.0.0.1]", "127.0.0.1]", "[127.0.0.1", "[localhost]",
    "[[::1]]", "::1", "[::1", "::1]", "[]", "", "a@127.0.0.1", "127.0.0.1@a", "127.0.0.1/",
    "127.0.0.1?", "127.0.0.1#", "127.0.0.1.", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\\", "127.1",
    "0x7f.1", "2130706433", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_only_our_own_names_are_ours(host: str, preview: Preview) -> None:
    assert not Door("127.0.0.1", PORT).knows(f"{host}:{PORT}")
    assert not Door("127.0.0.1", 80).knows(host)
    assert asked(preview, "/about", host=f"{host}:{PORT}") == 403


@pytest.mark.parametrize("port", ["", ":", ":0", ":08123", ":8123:8123", ":+8123", ":8１23"])
def test_and_only_our_own_port(port: str) -> None:
    assert not Door("127.0.0.1", PORT).knows(f"127.0.0.1{port}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_our_own_names_go_on(host: str) -> None:
    assert Door("127.0.0.1", PORT).knows(f"{host}:{PORT}")
    assert Door("127.0.0.1", 80).knows(host)


# --- workers --------------------------------------------------------------------------------


def test_a_worker_that_is_killed_under_load_comes_back() -> None:
    async def answered(worker: Worker, number: int, died: list[int]) -> list[Any]:
        while True:
            try:
                return await answers(worker, f"say {number}")
            except WorkerDied:
                died.append(number)

    async def killing(worker: Worker, killed: set[int]) -> None:
        while len(killed) < 6:
            await asyncio.sleep(0.02)
            if worker.pid is not None and worker.pid not in killed:
                killed.add(worker.pid)
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)

    async def work(worker: Worker) -> None:
        killed, died = set[int](), list[int]()
        murder = asyncio.create_task(killing(worker, killed))
        said: list[list[Any]] = []
        for first in range(0, 10_000, 40):
            said += await asyncio.gather(
                *(answered(worker, number, died) for number in range(first, first + 40))
            )
            if murder.done():
                break
        assert [answer for (answer,) in said] == [f"here {n}" for n in range(len(said))]
        assert len(killed) == 6
        assert worker.pid not in killed
        assert worker.waiting == 0

    run(work)


def test_a_worker_that_cannot_be_started_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work(worker: Worker) -> None:
        really = asyncio.create_subprocess_exec

        async def refuse(*words: Any, **how: Any) -> Any:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        with monkeypatch.context() as full:
            full.setattr(asyncio, "create_subprocess_exec", refuse)
            with pytest.raises(WorkerDied):
                await answers(worker, "who")
        assert asyncio.create_subprocess_exec is really
        assert await answers(worker, "say on") == ["here on"]

    run(work)


# --- pages ----------------------------------------------------------------------------------


def test_a_shadow_is_a_page_like_any_other(shared_cache: Path) -> None:
    made = shop("liuhe", "xuanzhe", shared_cache)
    css = "h2, p {{ box-shadow: 0 0 3px rgb({}%, 0%, 0%), inset 1px 1px 2px 1px currentcolor }}"
    forme = Forme()
    before = prove(made.bound(css=css.format(10)), forme, lambda *_: None)
    again = prove(made.bound(css=css.format(90)), forme, lambda *_: None)
    anew = prove(made.bound(css=css.format(90)), Forme(), lambda *_: None)

    drawn = [[leaf.identity for leaf in proved.proof.leaves] for proved in (before, again, anew)]
    assert drawn[1] == drawn[2] != drawn[0]
