"""One title in one layout while it is looked at: its pages as they are, and what to do next.

A save makes the room stir. The pages that somebody looks at are set first, alone; then the whole
title is, and replaces what was shown wherever it differs; then it is judged.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from banxin.diagnostics import error, in_order
from banxin.preview.messages import (
    BLANK,
    All,
    Faults,
    Judged,
    LocatedFinding,
    Noticed,
    PageView,
    SetAll,
    SetPages,
    SomePages,
    TitleView,
    Unchanged,
)
from banxin.preview.page_store import PageStore
from banxin.preview.worker import Crashed, Worker, WorkerDied
from banxin.request import Request

SETTLE: Final = 0.15  # seconds: a file that is being written is not yet a broken file
BREATH: Final = 0.12  # seconds left to the browser to paint what was set first

Tell = Callable[[str], None]  # told what has changed: book, findings, faults, state


@dataclass(slots=True)
class TabView:
    """What one tab looks at: pages first to last, counted from 0. `turn` counts up as it acts."""

    first: int = 0
    last: int = 0
    turn: int = 0


@dataclass(slots=True)
class PageShown:
    """A page as it is shown. `digest`: of the title when it was set."""

    leaf: PageView
    digest: str


@dataclass(slots=True)
class Session:
    """See the module. `near` sets pages alone, `far` the whole title.

    Attributes:
        bearings: of the whole as it was last set, be it of another draft of it.
        leaves: as they are shown; None where a page is expected and was not set yet.
        fullness: of each page, as of `All`.
        before: what the pages were before the last change, where they differ from what is shown.
        state: waiting, proving, judging or ready.
        times: when the last save was heard of, its pages were asked for, and they were there; in
            milliseconds since 1970, for whoever wants to know where the time goes.
    """

    request: Request
    near: Worker
    far: Worker
    shelf: PageStore
    tell: Tell
    bearings: bytes | None = None
    about: TitleView | None = None
    leaves: list[PageShown | None] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    fullness: tuple[float, ...] = ()
    before: dict[int, str] = field(default_factory=dict)
    told: tuple[LocatedFinding, ...] = ()
    judged: Judged | None = None
    state: str = "waiting"
    times: dict[str, float] = field(default_factory=dict)
    seen: dict[int, TabView] = field(default_factory=dict)
    _blanks: int = 0
    # Digests of the title: when it was last read, when the whole was begun, when it was set.
    _read: str = ""
    _setting: str = ""
    _whole: str = ""
    _is_warm: bool = False  # whether pages were set alone since the whole was known
    # What was said: before anything was laid out, of the pages, by the rules of the press file.
    _front: tuple[LocatedFinding, ...] = ()
    _laid: tuple[LocatedFinding, ...] = ()
    _ruled: tuple[LocatedFinding, ...] = ()
    _faults_of_near: tuple[LocatedFinding, ...] = ()
    _faults_of_far: tuple[LocatedFinding, ...] = ()
    _change: str = ""  # digest of the change that `before` is before
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _ending: set[asyncio.Task[None]] = field(default_factory=set)  # so that they are not lost
    _turns: int = 0

    # --- from outside -------------------------------------------------------------------------

    @property
    def faults(self) -> tuple[LocatedFinding, ...]:
        return self._faults_of_near or self._faults_of_far

    def open(self) -> None:
        """Begin to work."""
        if self._task is None:
            self._stirred.set()
            self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            await _given_up(task)

    def stir(self) -> None:
        """Something may have been saved."""
        self.times["saved"] = _now()
        self._stirred.set()

    def look(self, tab: int, first: int, last: int) -> None:
        """A tab looks at pages *first* to *last*, counted from 0."""
        self._turns += 1
        before = self.seen.get(tab)
        self.seen[tab] = TabView(first, last, self._turns)
        if before is None or (before.first, before.last) != (first, last):
            self._stirred.set()

    def leave(self, tab: int) -> None:
        self.seen.pop(tab, None)

    def identities(self) -> Iterator[str]:
        """All that may still be asked for."""
        yield from (shown.leaf.identity for shown in self.leaves if shown is not None)
        yield from self.before.values()

    def shows(self, file: str, line: int, column: int) -> bool:
        """Whether a block that is written there stands on a page that is shown."""
        return any(
            (stand.file, stand.line, stand.column) == (file, line, column)
            for shown in self.leaves
            if shown is not None
            for stand in shown.leaf.stands
        )

    def lies_with(self, number: int) -> tuple[int, tuple[int, int]]:
        """A page that is shown, as it was set, and the first and last that somebody has open
        with it.
        """
        open_with = (
            (seen.first, seen.last)
            for seen in sorted(self.seen.values(), key=lambda seen: -seen.turn)
            if seen.first <= number <= seen.last
        )
        first, last = next(open_with, (number, number))
        return self._as_set(number), (self._as_set(first), self._as_set(last))

    # --- at work ------------------------------------------------------------------------------

    async def _work(self) -> None:
        """Again and again: the pages that are seen, then the whole; a new save begins anew."""
        far: asyncio.Task[None] | None = None
        try:
            while True:
                await self._stirred.wait()
                self._stirred.clear()
                await self._set_seen()
                if far is not None and self._is_at(far):
                    continue
                if far is not None:
                    self._let_go(far)
                self._setting = self._read
                far = asyncio.create_task(self._set_whole())
        finally:
            if far is not None:
                far.cancel()

    def _is_at(self, far: asyncio.Task[None]) -> bool:
        """Whether *far* sets the very draft that was read last, or has set it."""
        if not self._read or self._read != self._setting:
            return False
        return not far.done() or self._is_whole()

    def _let_go(self, far: asyncio.Task[None]) -> None:
        """Nobody waits until it has ended: its worker may take seconds, and the next save is soon.
        The worker answers one at a time, so that what is asked of it next waits there.
        """
        far.cancel()
        self._ending.add(far)
        far.add_done_callback(self._ending.discard)

    async def _set_seen(self) -> None:
        """Set what the tabs look at, the last that acted first."""
        for seen in sorted(self.seen.values(), key=lambda seen: -seen.turn) or [TabView()]:
            first, last = self._as_set(seen.first), self._as_set(seen.last)
            asked = SetPages(self.request, first, last, self.bearings, self._known(seen))
            self.times["asked"] = _now()
            async for answer in self._answers(self.near, asked):
                await self._take_near(answer, asked.known)
            if self._stirred.is_set():
                break  # a newer save: the others wait for it

    def _is_whole(self) -> bool:
        """Whether what is seen and the whole are the same draft: a look at it changes nothing."""
        return self.about is not None and self.about.digest == self._whole

    def _known(self, seen: TabView) -> str:
        """The digest that all pages of *seen* were set from, if it is what was read last; or "".

        A change that was seen on other pages and is undone has to be told, though these pages
        never had it.
        """
        shown = self.leaves[seen.first : seen.last + 1]
        digests = {page.digest if page else "" for page in shown} | {self._read}
        return digests.pop() if len(digests) == 1 and not self.faults and self._is_warm else ""

    def _known_whole(self) -> str:
        """The digest that every page was set from, or an empty text."""
        return self._whole if all(p and p.digest == self._whole for p in self.leaves) else ""

    async def _take_near(self, answer: Any, known: str) -> None:
        match answer:
            case SomePages():
                had_faults = bool(self._faults_of_near)
                self._faults_of_near = ()
                if had_faults:
                    self._faults_of_far = ()
                    self.tell("faults")
                self._is_warm = self.bearings is not None
                self._show(answer)
            case Noticed(told, digest):
                self._read = digest
                self._front = told
                self._list_findings()
            case Unchanged():
                self._read = known
            case Faults(told):
                await self._settled(partial(self._fail_near, told))
            case Crashed(what):
                self._fail_near((_bug(what),))

    def _fail_near(self, told: tuple[LocatedFinding, ...]) -> None:
        self._read = ""
        self._faults_of_near = told
        self._say("ready")
        self.tell("faults")

    async def _settled(self, then: Callable[[], None]) -> None:
        """Do it unless another save follows at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE):
                await self._stirred.wait()
                return
        then()

    async def _set_whole(self) -> None:
        if not self._faults_of_near:
            self._say("proving")
        await asyncio.sleep(BREATH)
        asked = SetAll(self.request, self._known_whole())
        async for answer in self._answers(self.far, asked):
            match answer:
                case All():
                    self._faults_of_far = ()
                    self._show_all(answer)
                    self._say("judging")
                    self._compare(answer)
                case Judged():
                    self._judge(answer)
                case Faults(told):
                    self._whole = ""
                    await self._settled(partial(self._fail_far, told))
                case Crashed(what):
                    self._fail_far((_bug(what),))
        self._say("ready")

    def _compare(self, everything: All) -> None:
        """Look again where the whole is of another draft than the pages that were seen; and where
        no page was set alone yet, so that the first save need not wait for a cold worker.
        """
        before, self._setting = self._setting, everything.pages.about.digest
        is_other = before != self._setting or not self._is_warm
        if self._read and is_other:
            self._stirred.set()

    def _judge(self, judged: Judged) -> None:
        others = [told.diagnostic for told in (*self._front, *self._laid)]
        self._ruled = tuple(told for told in judged.told if told.diagnostic not in others)
        self.judged, self.told = judged, judged.told
        self.tell("findings")

    def _list_findings(self) -> None:
        """What was last said of the pages, and by the rules, stays until it is said anew."""
        self.told = _in_order((*self._front, *self._laid, *self._ruled))
        self.tell("findings")

    def _fail_far(self, told: tuple[LocatedFinding, ...]) -> None:
        self._faults_of_far = told
        self.tell("faults")

    async def _answers(self, worker: Worker, asked: object) -> AsyncGenerator[Any, None]:
        """A worker that dies is started again; one that dies twice over the same is a fault."""
        for attempt in range(2):
            try:
                async with aclosing(worker.ask(asked)) as answers:
                    async for answer in answers:
                        yield answer
                return
            except WorkerDied as problem:
                if attempt:
                    yield Crashed(str(problem))

    def _say(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.tell("state")

    # --- pages ----------------------------------------------------------------------------------

    def _as_set(self, number: int) -> int:
        """The number of a page before blank ones were put before the last."""
        total = len(self.leaves)
        if not self._blanks or number < total - 1 - self._blanks:
            return number
        return total - 1 - self._blanks

    def _as_shown(self, number: int, expected: int) -> int:
        return number + self._blanks if self._blanks and number == expected - 1 else number

    def _show(self, pages: SomePages) -> None:
        """Pages that were set alone. What is shown of the others stays until the whole is set."""
        self.times["set"] = _now()
        self.about = pages.about
        self.shelf.put(pages)
        total = max(pages.expected + self._blanks, len(self.leaves))
        self.leaves += [None] * (total - len(self.leaves))
        for number, leaf in enumerate(pages.leaves, pages.first):
            at = self._as_shown(number, pages.expected)
            if not self._is_certain(at, pages.about.digest):
                self._replace(at, leaf, pages.about.digest)
        self.tell("book")

    def _is_certain(self, number: int, digest: str) -> bool:
        """Whether a page is shown as it is in the whole of that draft: set alone it may differ."""
        shown = self.leaves[number]
        return shown is not None and shown.digest == digest == self._whole

    def _show_all(self, everything: All) -> None:
        pages = everything.pages
        self.about, self.bearings = pages.about, everything.bearings
        self._blanks = sum(leaf.identity == BLANK for leaf in pages.leaves)
        self.shelf.put(pages)
        del self.leaves[len(pages.leaves) :]
        self.leaves += [None] * (len(pages.leaves) - len(self.leaves))
        for number, leaf in enumerate(pages.leaves):
            self._replace(number, leaf, pages.about.digest)
        self.before = {n: old for n, old in self.before.items() if n < len(self.leaves)}
        self._whole, self.labels = pages.about.digest, everything.labels
        self.fullness = everything.fullness
        self._laid = everything.told
        self._list_findings()
        self.tell("book")
        self.tell("faults")

    def _replace(self, number: int, leaf: PageView, digest: str) -> None:
        """Show *leaf*; what it takes the place of is what was before the change *digest*."""
        if self._change != digest:
            self._change, self.before = digest, {}
        old = self.leaves[number]
        self.leaves[number] = PageShown(leaf, digest)
        if old is not None and old.leaf.identity != leaf.identity:
            self.before.setdefault(number, old.leaf.identity)
        if self.before.get(number) == leaf.identity:
            del self.before[number]  # set alone it was not quite right, and nothing has changed


async def _given_up(task: asyncio.Task[None]) -> None:
    """Cancel *task* and let it end. Whoever waits here may be cancelled, too, and is."""
    task.cancel()
    await asyncio.wait({task})


def _in_order(told: tuple[LocatedFinding, ...]) -> tuple[LocatedFinding, ...]:
    by_diagnostic = {id(item.diagnostic): item for item in told}
    found = in_order(item.diagnostic for item in told)
    return tuple(by_diagnostic[id(diagnostic)] for diagnostic in found)


def _now() -> float:
    return time.time() * 1000


def _bug(what: str) -> LocatedFinding:
    return LocatedFinding(error("preview/worker", what=what))
