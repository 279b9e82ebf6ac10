"""The preview's addresses: the page, its pictures, and the line on which it hears of changes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import math
import re
import shlex
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from banxin import content, layouts
from banxin.diagnostics import BanxinError
from banxin.preview import names
from banxin.preview.edits import edited
from banxin.preview.json_state import TOPICS, told
from banxin.preview.messages import (
    Fine,
    Home,
    InkReading,
    InkView,
    Inspect,
    Inspected,
    Lacking,
    Put,
    SearchResult,
    SearchWords,
    Shot,
    Snapshot,
    Spread,
    Window,
    WordsFound,
)
from banxin.preview.page_store import PageStore, StoredPage
from banxin.preview.session import Session
from banxin.preview.watch import saves
from banxin.preview.worker import Worker, WorkerDied
from banxin.request import Request as Wanted
from banxin.words import LANGUAGES, Said, say, sentence, word_list
from banxin.workspace import Workspace

TRIES: Final = 2  # a worker may have been killed for what it has not done
CAMERAS: Final = 2  # one for each page of a spread
AHEAD: Final = 200  # pictures last taken before they were asked for
LINGER: Final = 10.0  # seconds that a PDF outlives its pages: somebody may be at it
MOMENT: Final = 2.0  # seconds that a picture is kept for whoever asks for it, too
GRACE: Final = 30.0  # seconds that a room stays open after its last tab has gone: a reload is quick
WIDEST: Final = 20_000  # pixels of a page
EXPORT_PPI: Final = 300
MOST_UP: Final = 100  # elements outward
LONGEST_SEARCH: Final = 200  # characters
MOST_FOUND: Final = 200
UNKNOWN: Final = 4404  # a line closes with it: there is no such title
FOREVER: Final = {"cache-control": "private, max-age=31536000, immutable"}
NEVER: Final = {"cache-control": "no-store"}
LONGEST_QUESTION: Final = 64_000  # bytes
LARGEST_PICTURE: Final = 100 << 20  # bytes
# What a question that is none raises: no JSON, or JSON of another shape, infinite or too deep.
_NONSENSE: Final = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError,
    ClientDisconnect, BanxinError,
)  # fmt: skip
_IDENTITY: Final = re.compile(r"[0-9a-f]{32}")
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript",
                 ".svg": "image/svg+xml"}  # fmt: skip


class Preview:
    """The state of the server: rooms, workers, and the pages that they have made.

    Attributes:
        first: what is shown first, in the words of the command line.
        editor: the command that opens a file at a line; empty: none.
        edits: whether manuscripts may be written to from the page.
    """

    def __init__(
        self,
        workspace: Workspace,
        place: Home,
        first: Wanted,
        *,
        editor: str = "",
        edits: bool = False,
    ) -> None:
        compositor = "banxin.preview.renderer:Renderer"
        self.workspace, self.first, self.editor, self.edits = workspace, first, editor, edits
        self.shelf = PageStore()
        self.rooms: dict[Wanted, Session] = {}
        self._near = Worker(compositor, place)
        # Both cores of a small machine belong to what is seen: near, cameras, browser.
        self._far = Worker(compositor, place, niceness=15)
        self._cameras = [Worker("banxin.preview.camera:Camera", place) for _ in range(CAMERAS)]
        self._platemaker = Worker("banxin.preview.plates:Platemaker", place)
        self._tabs: dict[int, _Tab] = {}
        self._pictures: dict[tuple[object, ...], asyncio.Task[Any]] = {}
        self._fine: dict[str, asyncio.Task[Any]] = {}
        self._ahead: deque[tuple[str, int]] = deque(maxlen=AHEAD)
        self._stop = asyncio.Event()
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def workers(self) -> tuple[Worker, ...]:
        return (self._near, self._far, *self._cameras, self._platemaker)

    # --- life -----------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self, app: Starlette) -> AsyncIterator[None]:
        del app
        self._spawn(self._watch())
        for worker in (self._near, self._far, *self._cameras):
            self._spawn(worker.warm())
        try:
            yield
        finally:
            self._stop.set()
            for room in tuple(self.rooms.values()):
                await room.close()
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*(worker.stop() for worker in self.workers))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        async for _ in saves(self._folders(), self._stop):
            for room in self.rooms.values():
                room.stir()

    def _folders(self) -> tuple[Path, ...]:
        """What is watched: where titles, layouts and fonts are, whatever links lead to."""
        names = ("content", "layouts", "fonts", str(self.first.folder))
        found = dict.fromkeys(self.workspace.path(PurePosixPath(name)) for name in names)
        return tuple(f for f in found if not any(f != o and f.is_relative_to(o) for o in found))

    # --- rooms ----------------------------------------------------------------------------------

    def room(self, wanted: Wanted) -> Session:
        room = self.rooms.get(wanted)
        if room is None:
            room = Session(wanted, self._near, self._far, self.shelf, lambda topic: None)
            room.tell = lambda topic: self._tell(room, topic)
            room.bearings = self._bearings_like(wanted)
            self.rooms[wanted] = room
        room.open()
        return room

    def _bearings_like(self, wanted: Wanted) -> bytes | None:
        """Of the same title in the same layout: for others, or as a draft, most of it is alike."""
        alike = (
            r for v, r in self.rooms.items() if replace(wanted, press=v.press, draft=v.draft) == v
        )
        return next((room.bearings for room in alike if room.bearings), None)

    def enter(self, tab: _Tab) -> None:
        self._tabs[id(tab)] = tab

    def leave(self, tab: _Tab) -> None:
        self._tabs.pop(id(tab), None)
        tab.room.leave(id(tab))
        if not self._has_tabs(tab.room):
            self._spawn(self._close_later(tab.room))

    def _has_tabs(self, room: Session) -> bool:
        """Be it that they have not said yet what they look at."""
        return any(tab.room is room for tab in self._tabs.values())

    async def _close_later(self, room: Session) -> None:
        await asyncio.sleep(GRACE)
        if not self._has_tabs(room) and self.rooms.get(room.request) is room:
            del self.rooms[room.request]
            await room.close()
            self._tidy()

    def _tell(self, room: Session, topic: str) -> None:
        if topic == "book":
            self._tidy()
            self._take_ahead(room)
        if topic == "state" and room.state == "ready":
            self._spawn(self._platemaker.warm())  # while there is nothing else to do
        for tab in self._tabs.values():
            if tab.room is room:
                tab.mark(topic)

    def _tidy(self) -> None:
        wanted = {i for room in self.rooms.values() for i in room.identities()}
        for pdf in self.shelf.keep_only(wanted):
            self._throw_away(pdf)
        for identity in [i for i, made in self._fine.items() if i not in wanted and made.done()]:
            put = self._fine.pop(identity).result()
            if isinstance(put, Put):
                self._throw_away(put.pdf)

    def _throw_away(self, pdf: Path) -> None:
        """Not at once. A page comes into another PDF with each save, and whoever was told of the
        old one, a camera or a platemaker, may open it only now.
        """
        later = partial(pdf.unlink, missing_ok=True)
        asyncio.get_running_loop().call_later(LINGER, later)

    # --- pictures -------------------------------------------------------------------------------

    def _take_ahead(self, room: Session) -> None:
        """Begin with the pictures that will be asked for, before they are."""
        for tab in self._tabs.values():
            if tab.room is not room or not tab.width:
                continue
            seen = room.seen.get(id(tab))
            for shown in room.leaves[seen.first : seen.last + 1] if seen else ():
                source = shown and self.shelf.find(shown.leaf.identity)
                if source and (source.leaf.identity, tab.width) not in self._ahead:
                    self._ahead.append((source.leaf.identity, tab.width))
                    self._spawn(self._quietly(self.picture(source, tab.width)))

    async def _quietly(self, work: Any) -> None:
        with contextlib.suppress(_Gone):
            await work

    async def close_up(self, source: StoredPage) -> StoredPage:
        """The same page with its photographs as sharp as they are, made when it is looked into."""
        identity = source.leaf.identity
        made = self._fine.get(identity)
        if made is None:
            room = next((r for r in self.rooms.values() if identity in r.identities()), None)
            if room is None:
                return source
            asked = Fine(room.request, source.pdf, source.page)
            made = self._fine[identity] = asyncio.create_task(_only(self._platemaker, asked))
        put = await asyncio.shield(made)
        return replace(source, pdf=put.pdf, page=0) if isinstance(put, Put) else source

    async def picture(
        self,
        source: StoredPage,
        width: int,
        window: Window | None = None,
        *,
        lossless: bool = False,
    ) -> Snapshot:
        """A page as a picture; asked for twice at a time, it is taken once."""
        key = (source.leaf.identity, source.pdf if window else "", width, window, lossless)
        task = self._pictures.get(key)
        if task is None:
            shot = Shot(source.pdf, source.page, width, window, lossless)
            task = self._pictures[key] = asyncio.create_task(self._taken(shot))
            task.add_done_callback(lambda done: self._forget(key, done))
        made = await asyncio.shield(task)
        if not isinstance(made, Snapshot):
            raise _Gone
        return made

    async def _taken(self, shot: Shot) -> Any:
        """By the camera that has least to do, chosen when it is asked: not before."""
        return await _only(min(self._cameras, key=lambda camera: camera.waiting), shot)

    def _forget(self, key: tuple[object, ...], done: asyncio.Task[Any]) -> None:
        """Kept for a moment: what was taken ahead is asked for within it. A failure is not."""
        if done.cancelled() or done.exception() or not isinstance(done.result(), Snapshot):
            del self._pictures[key]
        else:
            asyncio.get_running_loop().call_later(MOMENT, self._pictures.pop, key, None)

    async def inspect(self, room: Session, number: int, **what: Any) -> Any:
        """What lies on a page that is shown; by whom the page stands, or can be set soonest."""
        page, pages = room.lies_with(number)
        asked = Inspect(room.request, pages, room.bearings, page, **what)
        return await _only(self._near if room.bearings else self._far, asked)

    async def search(self, room: Session, words: str) -> tuple[WordsFound, ...]:
        """Where words stand on the pages that are shown."""
        there = (
            (number, shown and self.shelf.find(shown.leaf.identity))
            for number, shown in enumerate(room.leaves)
        )
        pages = tuple((n, s.pdf, s.page, s.leaf.bleed) for n, s in there if s)
        made = await _only(self._cameras[-1], SearchWords(pages, words, MOST_FOUND))
        return made.hits if isinstance(made, SearchResult) else ()

    # --- writing ----------------------------------------------------------------------------

    async def edit(self, room: Session, what: str, asked: Mapping[str, Any], body: bytes) -> Any:
        """Do it, one thing at a time, beside the loop.

        Raises:
            BanxinError: why it is not done.
            LookupError: what is asked of is not shown.
        """
        done = partial(edited, self.workspace.afresh(), room, what, asked, body)
        async with self._writing:
            return await asyncio.to_thread(done)

    async def plate(self, asked: InkView) -> Any:
        return await _only(self._platemaker, asked)

    async def spread(self, asked: Spread) -> Any:
        return await _only(self._cameras[0], asked)


class _Gone(Exception):  # noqa: N818  # not an error: the page has changed since it was asked for
    """No such picture any more."""


async def _only(worker: Worker, asked: object) -> Any:
    """The first answer, or None from a worker that died of the question, and died of it again."""
    for _ in range(TRIES):
        try:
            async with aclosing(worker.ask(asked)) as answers:
                async for answer in answers:
                    return answer
        except WorkerDied:
            continue
        break
    return None


# --- tabs -------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Tab:
    """One page in a browser. `width`: of the page images that it shows, in pixels."""

    socket: WebSocket
    room: Session
    width: int = 0
    _news: set[str] = field(default_factory=lambda: set(TOPICS))
    _waiting: asyncio.Event = field(default_factory=asyncio.Event)

    def mark(self, topic: str) -> None:
        self._news.add(topic)
        self._waiting.set()

    async def speak(self) -> None:
        """Say what is new, the newest state of each thing, pages first."""
        self._waiting.set()
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            for topic in TOPICS:
                if topic in self._news:
                    self._news.discard(topic)
                    await self.socket.send_text(
                        json.dumps(told(self.room, topic), ensure_ascii=False)
                    )

    async def listen(self) -> None:
        while True:
            heard = json.loads(await self.socket.receive_text())
            if heard.get("kind") == "look":
                first, last = (max(0, int(number)) for number in heard["pages"])
                self.width = min(WIDEST, max(0, int(heard.get("width", 0))))
                self.room.look(id(self), first, max(first, last))


async def line(socket: WebSocket) -> None:
    """What a tab hears and says. It ends with the tab."""
    preview: Preview = socket.app.state.preview
    try:
        wanted = _wanted(preview, socket.query_params)
    except LookupError:
        await socket.close(UNKNOWN)
        return
    await socket.accept()
    tab = _Tab(socket, preview.room(wanted))
    preview.enter(tab)
    speaking = asyncio.create_task(tab.speak())
    try:
        await tab.listen()
    except (WebSocketDisconnect, RuntimeError, *_NONSENSE):
        pass  # gone, or not our page: either way there is nobody to talk to
    finally:
        preview.leave(tab)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)


def _wanted(preview: Preview, asked: Mapping[str, str]) -> Wanted:
    """Raises: LookupError, for a title that is not there; a path is none."""
    own = preview.first
    title = asked.get("title", "")
    folder = own.folder
    if title and title != own.folder.name:
        if title not in content.titles(preview.workspace):
            raise LookupError(title)
        folder = content.find(title, preview.workspace, preview.workspace.root)
    draft = asked.get("draft", "1" if own.draft else "") == "1"
    return replace(own, folder=folder, layout=asked.get("layout", own.layout), draft=draft)


# --- pages and pictures -------------------------------------------------------------------------


@cache
def _file(name: str) -> tuple[bytes, str] | None:
    """A file of the page, and its type; None for any other name."""
    folder = resources.files(__package__).joinpath("page")
    there = {item.name for item in folder.iterdir()}
    kind = _TYPES.get(PurePosixPath(name).suffix)
    return (folder.joinpath(name).read_bytes(), kind) if name in there and kind else None


async def page(request: Request) -> Response:
    return _served(request, request.path_params.get("name", "index.html"))


def _served(request: Request, name: str) -> Response:
    found = _file(name)
    if found is None:
        return _missing()
    data, kind = found
    tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    headers = {"cache-control": "no-cache", "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


async def about(request: Request) -> Response:
    """What does not change while the page is open: words, titles, layouts."""
    preview: Preview = request.app.state.preview
    workspace, own = preview.workspace, preview.first
    folders = {own.folder.name: own.folder}
    folders |= {name: content.CONTENT / name for name in content.titles(workspace)}
    folders[own.folder.name] = own.folder
    styles = layouts.names(workspace)
    return JSONResponse(
        {
            "words": {language: _words(language) for language in LANGUAGES},
            "language": own.language,
            "titles": list(folders),
            "called": {name: names.of_title(folder, workspace) for name, folder in folders.items()},
            "title": own.folder.name,
            "layouts": styles,
            "styled": {name: names.of_layout(name, workspace) for name in styles},
            "layout": own.layout,
            "draft": own.draft,
            "edits": bool(preview.editor),
            "writes": preview.edits,
        },
        headers=NEVER,
    )


def _words(language: str) -> Mapping[str, str]:
    spoken = (code for code in word_list(language) if code.startswith("view/"))
    return {code.removeprefix("view/"): word_list(language)[code]["message"] for code in spoken}


async def leaf(request: Request) -> Response:
    """A page as a picture: `/leaf/<identity>/<width>`, and the part of it that is wanted."""
    preview: Preview = request.app.state.preview
    source = _source(request)
    width = min(WIDEST, max(16, request.path_params["width"]))
    if source is None:
        return _missing()
    started = time.perf_counter()
    try:
        window = _window(request.query_params.get("window", ""))
        lossless = "lossless" in request.query_params
        if "close" in request.query_params:
            source = await preview.close_up(source)
        made = await preview.picture(source, width, window, lossless=lossless)
    except (_Gone, ValueError):
        return _missing()
    waited = (time.perf_counter() - started) * 1000
    timing = f"wait;dur={waited:.1f}, take;dur={made.seconds * 1000:.1f}"
    return Response(made.data, media_type=made.mime, headers={**FOREVER, "server-timing": timing})


def _window(asked: str) -> Window | None:
    """Raises: ValueError."""
    if not asked:
        return None
    left, top, width, height = (int(number) for number in asked.split(","))
    if not (left >= 0 and top >= 0 and 0 < width <= WIDEST and 0 < height <= WIDEST):
        raise ValueError(asked)
    return left, top, width, height


async def plate(request: Request) -> Response:
    """A page by its inks: `/ink/<identity>/<kind>/<width>`; with `at=x,y` in mm, what is there."""
    preview: Preview = request.app.state.preview
    source = _source(request)
    at = request.query_params.get("at", "")
    try:
        wanted = _wanted(preview, request.query_params)
        point = tuple(float(number) for number in at.split(",")) if at else None
    except (ValueError, LookupError):
        return _missing()
    if source is None or (point is not None and len(point) != 2):
        return _missing()
    width = min(WIDEST, max(16, request.path_params["width"]))
    made = await preview.plate(
        InkView(
            wanted, source.pdf, source.page, source.leaf.identity, source.leaf.bleed,
            request.path_params["kind"], width, point,
        )
    )  # fmt: skip
    match made:
        case Snapshot(data, mime):
            return Response(data, media_type=mime, headers=NEVER)
        case InkReading(inks):
            return JSONResponse({"inks": inks}, headers=NEVER)
        case Lacking(what):
            return JSONResponse({"lacking": what}, 424, NEVER)
        case _:
            return JSONResponse({"lacking": ""}, 500, NEVER)


async def stands(request: Request) -> Response:
    """Where everything stands on a page: `/stands/<digest>` of any page that is shown."""
    preview: Preview = request.app.state.preview
    wanted = request.path_params["digest"]
    for room in preview.rooms.values():
        for shown in room.leaves:
            if shown is not None and shown.leaf.digest == wanted:
                rows = [asdict(stand) for stand in shown.leaf.stands]
                return JSONResponse(rows, headers=FOREVER)
    return _missing()


async def inspect(request: Request) -> Response:
    """What lies at a point of a page: `/inspect/<number>?at=x,y`, in mm, and the variant's words.

    `box`: of a block instead; `up`: so many elements further out; `lines`: instead all lines.
    """
    preview: Preview = request.app.state.preview
    asked = request.query_params
    number = request.path_params["number"]
    try:
        room = preview.rooms.get(_wanted(preview, asked))
        what = {
            "at": _numbers(asked.get("at", "0,0"), 2),
            "box": _numbers(asked["box"], 4) if asked.get("box") else None,
            "up": min(MOST_UP, max(0, int(asked.get("up", 0)))),
            "lines": "lines" in asked,
        }
    except (ValueError, LookupError):
        return _missing()
    if room is None or number >= len(room.leaves):
        return _missing()
    made = await preview.inspect(room, number, **what)
    return JSONResponse(made.told if isinstance(made, Inspected) else None, headers=NEVER)


def _numbers(asked: str, count: int) -> tuple[float, ...]:
    """Raises: ValueError."""
    numbers = tuple(float(part) for part in asked.split(","))
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise ValueError(asked)
    return numbers


async def search(request: Request) -> Response:
    """`/search?words=…` and the variant's words: pages by number, pictures by name, and text."""
    preview: Preview = request.app.state.preview
    words = request.query_params.get("words", "")[:LONGEST_SEARCH].strip()
    room = _room(preview, request)
    if room is None or not words:
        return _missing()
    labels = dict(enumerate(room.labels))
    found: list[dict[str, Any]] = [
        {"kind": "page", "page": number, "box": None, "words": ""}
        for number in range(len(room.leaves))
        if words in {labels.get(number, ""), str(number + 1)}
    ]
    for number, shown in enumerate(room.leaves):
        for stand in shown.leaf.stands if shown else ():
            name = PurePosixPath(stand.photo).name
            if words.casefold() in name.casefold():
                hit = {"kind": "photo", "page": number, "box": stand.box, "words": name}
                found.append(hit)
    hits = await preview.search(room, words)
    found += [{"kind": "text", "page": h.page, "box": h.box, "words": h.around} for h in hits]
    return JSONResponse(found[:MOST_FOUND], headers=NEVER)


async def page_of(request: Request) -> Response:
    """`/page-of?file=…&line=…` and the variant's words: the page that a block stands on, from 0.

    Where it has none, that of the last block before it in its file.
    """
    preview: Preview = request.app.state.preview
    room, asked = _room(preview, request), request.query_params
    try:
        file, row = asked["file"], int(asked["line"])
    except (KeyError, ValueError):
        return _missing()
    best: tuple[int, int] | None = None
    for number, shown in enumerate(room.leaves if room else ()):
        for stand in shown.leaf.stands if shown else ():
            if stand.file == file and stand.line <= row and (best is None or stand.line > best[0]):
                best = stand.line, number
    return JSONResponse({"page": best[1] if best else None}, headers=NEVER)


def _room(preview: Preview, request: Request) -> Session | None:
    """The room that the variant's words name, if somebody is in it."""
    try:
        return preview.rooms.get(_wanted(preview, request.query_params))
    except LookupError:
        return None


async def spread(request: Request) -> Response:
    """`/spread/<identity>[+<identity>].png` or `.pdf`: what is looked at, to pass on."""
    preview: Preview = request.app.state.preview
    name, _, form = request.path_params["name"].rpartition(".")
    sources = [preview.shelf.find(identity) for identity in name.split("+")]
    if form not in {"png", "pdf"} or not 0 < len(sources) < 3:
        return _missing()
    pages = tuple((s.pdf, s.page, s.leaf.bleed) for s in sources if s is not None)
    if len(pages) < len(sources):
        return _missing()
    made = await preview.spread(Spread(pages, EXPORT_PPI, form))
    if not isinstance(made, Snapshot):
        return _missing()
    called = re.sub(r"[^\w-]+", "-", request.query_params.get("as", "spread")) or "spread"
    attachment = f"attachment; filename*=UTF-8''{quote(called)}.{form}"
    return Response(
        made.data, media_type=made.mime, headers={**NEVER, "content-disposition": attachment}
    )


async def open_editor(request: Request) -> Response:
    """The user's editor at a line. Only files of the workspace, and only the user's own words."""
    preview: Preview = request.app.state.preview
    try:
        asked = json.loads(await _body(request))
        name, row, column = str(asked["file"]), int(asked["line"]), int(asked.get("column", 1))
        if not preview.workspace.exists(PurePosixPath(name)) or min(row, column) < 1:
            return _missing()
        file = preview.workspace.path(PurePosixPath(name))
    except _NONSENSE:
        return _missing()
    if not preview.editor:
        return _missing()
    facts = {"file": str(file), "line": str(row), "column": str(column)}
    try:
        words = [word.format_map(facts) for word in shlex.split(preview.editor)]
        await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, KeyError, ValueError, IndexError) as problem:
        why = str(problem)
        said = {name: _said(sentence("preview/editor", name, why=why)) for name in LANGUAGES}
        return JSONResponse({"said": said}, 500, NEVER)
    return JSONResponse({}, headers=NEVER)


async def edit(request: Request) -> Response:
    """What is done to a block on the page: `open`, `write`, `set`, `undo`, and `picture`, whose
    bytes are the body. The variant's words say which title.
    """
    preview: Preview = request.app.state.preview
    what, words = request.path_params["what"], request.query_params
    if not preview.edits:
        return _missing()
    try:
        room = preview.rooms[_wanted(preview, words)]
        picture = what == "picture"
        body = await _body(request, LARGEST_PICTURE if picture else LONGEST_QUESTION)
        asked: Mapping[str, Any] = words if picture else json.loads(body)
        done = await preview.edit(room, what, asked, body)
    except BanxinError as problem:
        return _refused(problem)
    except _NONSENSE:
        return _missing()
    return JSONResponse(done, headers=NEVER)


def _refused(problem: BanxinError) -> Response:
    """Why nothing was written, and what to do, in both languages."""
    found = problem.diagnostics[0]
    said = {language: _said(say(found, language)) for language in LANGUAGES}
    return JSONResponse({"code": found.code, "said": said}, 409, NEVER)


def _said(words: Said) -> dict[str, str]:
    """What was wrong, and what to do, for the page to show."""
    return {"message": words.message, "hint": words.hint}


async def _body(request: Request, most: int = LONGEST_QUESTION) -> bytes:
    """Raises: ValueError, if it is longer than any question of our page."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise ValueError
    return bytes(body)


def _source(request: Request) -> StoredPage | None:
    preview: Preview = request.app.state.preview
    identity = request.path_params["identity"]
    return preview.shelf.find(identity) if _IDENTITY.fullmatch(identity) else None


def _missing() -> Response:
    return PlainTextResponse("404\n", 404, NEVER)


def application(preview: Preview) -> Starlette:
    """Everything but the guard, who stands before it."""
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/page/{name}", page),
            Route("/about", about),
            Route("/leaf/{identity}/{width:int}", leaf),
            Route("/ink/{identity}/{kind}/{width:int}", plate),
            Route("/stands/{digest}", stands),
            Route("/inspect/{number:int}", inspect),
            Route("/search", search),
            Route("/page-of", page_of),
            Route("/spread/{name}", spread),
            Route("/open", open_editor, methods=["POST"]),
            Route("/edit/{what}", edit, methods=["POST"]),
            WebSocketRoute("/line", line),
        ],
        lifespan=preview.running,
    )
    app.state.preview = preview
    return app
