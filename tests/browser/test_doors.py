"""Who may ask: a foreign page, a wrong name, a path upward, a missing token are refused."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser
from served import Served, Tab, opened, serving, small_title
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

Opener = Callable[..., Tab]
OURS: Final = {"sec-fetch-site": "same-origin"}


class Door:
    """Speaks to a preview as anyone could."""

    def __init__(self, served: Served) -> None:
        self.port = urlsplit(served.address).port or 80
        self.name = f"127.0.0.1:{self.port}"
        self.origin = f"http://{self.name}"
        _, _, self.token = served.address.partition("?token=")

    def ask(
        self, path: str, *, method: str = "GET", body: str | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        line.putrequest(method, path, skip_host="host" in told, skip_accept_encoding=True)
        for name, value in told.items():
            line.putheader(name, value)
        if body is not None:
            line.putheader("content-length", str(len(body)))
        line.endheaders(body.encode() if body is not None else None)
        answer = line.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        line.close()
        return answer

    def status(self, path: str, **more: Any) -> int:
        return self.ask(path, **more).status

    def line(self, query: str = "", **headers: str) -> ClientConnection:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        origin = Origin(told.pop("origin")) if "origin" in told else None
        address = f"ws://{self.name}/line{query}"
        return connect(address, origin=origin, additional_headers=told, proxy=None)

    def call(self, **headers: str) -> Any:
        """The first thing that is said on the line."""
        with self.line(**headers) as line:
            return json.loads(line.recv(30))


@pytest.fixture(scope="module")
def door(served: Served) -> Door:
    return Door(served)


@pytest.fixture(scope="module")
def behind_a_token(
    tmp_path_factory: pytest.TempPathFactory, preview_output: Path
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("elsewhere")
    small_title(folder / "content" / "small")
    with serving(folder, preview_output, title="small", host="0.0.0.0") as preview:
        yield preview


def test_our_own_page_is_let_in(door: Door) -> None:
    assert door.status("/") == 200
    assert door.status("/about", **OURS) == 200
    assert door.status("/page/main.js", **OURS) == 200
    assert door.call(origin=door.origin)["kind"] == "book"
    assert door.status("/", host=f"localhost:{door.port}") == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "10.0.0.7:{port}"],
)
def test_another_name_that_leads_here_is_refused(door: Door, host: str) -> None:
    host = host.format(port=door.port)

    assert door.status("/about", host=host) in {400, 403}
    assert door.status("/", host=host) in {400, 403}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    ],
)
def test_a_foreign_page_may_not_ask(door: Door, headers: dict[str, str]) -> None:
    assert door.status("/about", **headers) == 403


def test_a_link_elsewhere_may_lead_to_the_page_and_to_nothing_else(door: Door) -> None:
    follows = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}

    assert door.status("/", **follows) == 200
    assert door.status("/about", **follows) == 403
    assert door.status("/spread/x.pdf", **follows) == 403


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
def test_the_line_is_for_our_own_page(door: Door, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        door.call(**({} if origin is None else {"origin": origin}))
    assert refused.value.response.status_code == 403


def test_the_editor_is_not_opened_for_others(door: Door) -> None:
    asked = json.dumps({"file": "content/small/one.md", "line": 1})

    assert door.status("/open", method="POST", body=asked) == 403
    evil = {"origin": "https://evil.example", "content_type": "text/plain"}
    assert door.status("/open", method="POST", body=asked, **evil) == 403
    # Our own page may ask, and is told that no editor was named.
    assert door.status("/open", method="POST", body=asked, origin=door.origin) == 404


# --- writing ----------------------------------------------------------------------------------

SPOT: Final = {"file": "content/small/one.md", "line": 5, "column": 1}
WORDS: Final = {"before": "这是第一章的第一段。", "after": "不是我写的。"}
EVIL: Final = {"origin": "https://evil.example", "content_type": "text/plain"}
DEEDS: Final = {
    "open": SPOT, "write": {**SPOT, **WORDS}, "undo": {}, "picture": {},
    "set": {**SPOT, "key": "focus", "value": "1% 1%", "row": WORDS["before"]},
}  # fmt: skip


def writing(served: Served) -> dict[Path, bytes]:
    return {f: f.read_bytes() for f in served.title.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def shown(browser: Browser, served: Served) -> Iterator[Served]:
    """The preview with a tab that shows the title, as it is when somebody attacks."""
    tab = opened(browser, f"{served.address}#p=1")
    tab.ready()
    yield served
    tab.page.context.close()


def test_our_own_page_may_open_what_is_shown(door: Door, shown: Served) -> None:
    body = json.dumps(SPOT)

    assert door.status("/edit/open", method="POST", body=body, origin=door.origin) == 200


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    "headers",
    [
        {}, EVIL, {"origin": "null"}, {"origin": "http://127.0.0.1:1"},
        {**OURS, "origin": "https://evil.example"},
        {"sec_fetch_site": "cross-site", "origin": "{ours}"},
        {"sec_fetch_site": "same-site", "origin": "{ours}"},
        {"host": "evil.example:{port}", "origin": "http://evil.example:{port}"},
    ],
)  # fmt: skip
def test_no_foreign_page_writes(
    door: Door, shown: Served, deed: str, headers: dict[str, str]
) -> None:
    there = writing(shown)
    told = {k: v.format(ours=door.origin, port=door.port) for k, v in headers.items()}
    body = json.dumps(DEEDS[deed])

    assert door.status(f"/edit/{deed}", method="POST", body=body, **told) == 403
    assert writing(shown) == there


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_written_by_a_link(door: Door, shown: Served, method: str) -> None:
    there = writing(shown)

    status = door.status("/edit/undo", method=method, origin=door.origin)
    assert status in {404, 405}
    assert writing(shown) == there


@pytest.mark.parametrize(
    "spot",
    [
        {"file": "content/small/../small/one.md"}, {"file": "/etc/passwd"}, {"file": "../one.md"},
        {"file": "content/small/edition.toml"}, {"file": "layouts/jinian/layout.toml"},
        {"file": "content/small/hidden.md"}, {"file": "content/other/one.md"}, {"file": ""},
        {"line": 4}, {"line": 0}, {"line": -5}, {"line": 10**12}, {"line": "x"}, {"line": None},
        {"column": 2}, {"cell": [-1, 0]}, {"cell": [0]}, {"cell": "xx"}, {"cell": {"a": 1}},
    ],
)  # fmt: skip
def test_only_what_is_shown_is_written_to(door: Door, shown: Served, spot: dict[str, Any]) -> None:
    hidden = shown.title / "hidden.md"
    hidden.write_text("这是第一章的第一段。\n", "utf-8")
    try:
        there = writing(shown)
        for deed in ("open", "write", "set"):
            body = json.dumps({**DEEDS[deed], **spot})
            status = door.status(f"/edit/{deed}", method="POST", body=body, origin=door.origin)
            assert status == 404, (deed, status)
        if "cell" not in spot:  # a picture has none
            asked = {**SPOT, **spot, "row": WORDS["before"], "name": "a.jpg"}
            address = f"/edit/picture?{urlencode(asked)}"
            assert door.status(address, method="POST", body="no", origin=door.origin) == 404
        assert writing(shown) == there
    finally:
        hidden.unlink()


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{", '"x"', "[" * 20_000, "\u0000", '{"file":{}}']
)
def test_nonsense_is_not_written(door: Door, shown: Served, body: str) -> None:
    there = writing(shown)
    for deed in (*DEEDS, "rm", "..%2fopen"):
        status = door.status(f"/edit/{deed}", method="POST", body=body, origin=door.origin)
        assert status in {400, 404} or (deed == "undo" and status == 409), deed
    assert writing(shown) == there


def test_a_huge_body_is_not_read_to_its_end(door: Door, shown: Served) -> None:
    there = writing(shown)
    body = json.dumps({**SPOT, "before": WORDS["before"], "after": "长" * 100_000})

    assert door.status("/edit/write", method="POST", body=body, origin=door.origin) == 404
    assert writing(shown) == there
    assert door.status("/about", **OURS) == 200


def test_a_chapter_that_has_become_a_link_is_not_written_through(
    door: Door, shown: Served, tmp_path: Path
) -> None:
    chapter, secret = shown.title / "one.md", tmp_path / "secret.md"
    before = chapter.read_bytes()
    secret.write_bytes(before)
    chapter.unlink()
    chapter.symlink_to(secret)
    try:
        body = json.dumps(DEEDS["write"])
        status = door.status("/edit/write", method="POST", body=body, origin=door.origin)
        assert status in {404, 409}
        assert secret.read_bytes() == before
    finally:
        chapter.unlink()
        chapter.write_bytes(before)


@pytest.mark.parametrize("deed", DEEDS)
def test_beyond_this_machine_nothing_is_written_unless_it_was_allowed(
    behind_a_token: Served, deed: str
) -> None:
    door, there = Door(behind_a_token), writing(behind_a_token)
    sent = f"banxin-preview={door.token}"
    body = json.dumps(DEEDS[deed])

    asked = {"method": "POST", "body": body, "origin": door.origin}
    assert door.status(f"/edit/{deed}", **asked) == 403
    assert door.status(f"/edit/{deed}", cookie=sent, **asked) == 404
    about = door.ask("/about", cookie=sent, **OURS).body  # type: ignore[attr-defined]
    assert json.loads(about)["writes"] is False
    assert writing(behind_a_token) == there


@pytest.mark.parametrize(
    "path",
    [
        "/page/../room.py", "/page/%2e%2e/room.py", "/page/..%2froom.py", "/page/%2E%2E%5Croom.py",
        "//etc/passwd", "/page/\\..\\room.py", "/leaf/../../x/10", "/stands/%2e%2e",
    ],
)  # fmt: skip
def test_a_path_upward_is_refused(door: Door, path: str) -> None:
    assert door.status(path) == 400


@pytest.mark.parametrize(
    "path",
    [
        "/page/room.py", "/page/main.py", "/leaf/zz/100", f"/leaf/{'0' * 32}/100", "/spread/x.svg",
        "/stands/x", "/nothing", f"/leaf/{'0' * 32}/100?window=1,2", "/leaf/blank/100",
        f"/ink/{'0' * 32}/cyan/100?title=/etc", "/page/index.html/x", "/page/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(door: Door, path: str) -> None:
    assert door.status(path) == 404


def test_a_path_is_no_title(door: Door, tmp_path: Path) -> None:
    small_title(tmp_path / "secret")
    query = f"?title={tmp_path / 'secret'}"

    with pytest.raises(InvalidStatus), door.line(query, origin=door.origin) as line:
        line.recv(30)


def test_pages_may_be_shown_nowhere_else_and_load_nothing_from_elsewhere(door: Door) -> None:
    for path in ("/", "/about", "/page/main.js", "/nothing"):
        headers = {name.lower(): value for name, value in door.ask(path).getheaders()}
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?:|\*", policy)
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_nonsense_on_the_line_ends_that_line_and_no_other(door: Door) -> None:
    for nonsense in ("[]", "{", '{"kind":"look"}', '{"kind":"look","pages":[-5,"x"]}', "null"):
        with door.line(origin=door.origin) as line:
            line.send(nonsense)
    assert door.call(origin=door.origin)["kind"] == "book"


# --- beyond this machine --------------------------------------------------------------------


def test_beyond_this_machine_a_token_is_needed(behind_a_token: Served) -> None:
    door = Door(behind_a_token)
    assert len(door.token) > 20

    assert door.status("/") == 403
    assert door.status("/about", **OURS) == 403
    assert door.status("/?token=") == 403
    assert door.status(f"/?token={door.token[:-1]}") == 403
    for value in ("x", '"\\351"'):  # the other one is é, as cookies write it
        assert door.status("/about", cookie=f"banxin-preview={value}", **OURS) == 403
    with pytest.raises(InvalidStatus):
        door.call(origin=door.origin)


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address(
    behind_a_token: Served,
) -> None:
    door = Door(behind_a_token)
    answer = door.ask(f"/?token={door.token}&layout=huace")

    assert answer.status == 303
    assert answer.getheader("location") == "/?layout=huace"
    cookie = answer.getheader("set-cookie") or ""
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    sent = cookie.split(";")[0]
    assert door.status("/about", cookie=sent, **OURS) == 200
    assert door.call(origin=door.origin, cookie=sent)["kind"] == "book"


def test_a_wrong_name_is_refused_even_with_the_token(behind_a_token: Served) -> None:
    door = Door(behind_a_token)

    asked = f"/?token={door.token}"
    assert door.status(asked, host=f"evil.example:{door.port}") == 403
    assert door.status(asked, origin="https://evil.example") == 403


def test_a_browser_is_let_in_with_the_token(browser: Browser, behind_a_token: Served) -> None:
    door = Door(behind_a_token)
    tab = opened(browser, f"{door.origin}/?token={door.token}#p=2")
    tab.ready()

    assert "token" not in tab.page.url
    assert tab.spread == [2, 3]
    tab.page.context.close()


def test_a_foreign_page_reads_nothing_of_a_manuscript(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    """A page from elsewhere, in the same browser, tries what a page can try."""
    door = Door(served)
    (tmp_path / "evil.html").write_text("<!doctype html><title>evil</title>", "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "evil.html").as_uri())
    tried = page.evaluate(
        """async here => {
             const got = [];
             const text = a => a.text();
             for (const path of ['/', '/about'])
               await fetch(here + path).then(text).then(t => got.push(t), () => 0);
             await fetch(here + '/about', { mode: 'no-cors' }).then(text)
               .then(t => t && got.push(t), () => 0);
             await new Promise(done => {
               const line = new WebSocket(here.replace('http', 'ws') + '/line');
               line.onmessage = event => { got.push(event.data); done(); };
               line.onclose = line.onerror = done; });
             await new Promise(done => {
               const script = document.createElement('script');
               script.src = here + '/page/main.js';
               script.onload = () => { got.push('script'); done(); };
               script.onerror = done; document.head.append(script); });
             await new Promise(done => {
               const frame = document.createElement('iframe');
               frame.onload = () => {
                 try { frame.contentDocument.querySelector('#bar') && got.push('frame'); } catch {}
                 done(); };
               frame.src = here + '/'; document.body.append(frame); });
             return got }""",
        door.origin,
    )
    page.close()

    assert tried == []
