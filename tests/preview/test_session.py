"""What is done after a save, and in which order; with workers that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from banxin.diagnostics import error, note
from banxin.preview.messages import (
    BLANK,
    All,
    Faults,
    Geometry,
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
from banxin.preview.session import Session
from banxin.preview.worker import Crashed, WorkerDied
from banxin.request import Request

GEOMETRY: Final = Geometry(1, 1, 1, 1, 3, 5, 4, 100, 2, 5, 40)
BEARINGS: Final = b"bearings"


def leaf(identity: str) -> PageView:
    return PageView(identity, 210, 285, (3, 3, 3, 3), (), f"stands of {identity}")


def about(digest: str) -> TitleView:
    return TitleView(digest, "小册", "jinian", "coated", "saddle", (), GEOMETRY, ())


def pages(digest: str, first: int, *names: str, expected: int = 4) -> SomePages:
    return SomePages(about(digest), first, tuple(map(leaf, names)), Path("x.pdf"), expected)


def everything(digest: str, *names: str, told: tuple[LocatedFinding, ...] = ()) -> All:
    labels = tuple(str(n) for n in range(1, len(names) + 1))
    return All(pages(digest, 0, *names, expected=len(names)), BEARINGS, labels, told)


def judged(digest: str, *told: LocatedFinding) -> Judged:
    return Judged(digest, told, (), (100, 150, 300), 300, with_ink=True)


@dataclass
class Fake:
    """A worker whose answers are at hand: `replies` makes them from the question.

    `lets_go`: what is given up goes on until it is set.
    """

    replies: Callable[[Any], Iterator[Any]]
    asked: list[Any] = field(default_factory=list)
    given_up: int = 0
    lets_go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.lets_go.set()

    async def ask(self, question: Any) -> AsyncGenerator[Any, None]:
        self.asked.append(question)
        try:
            for answer in self.replies(question):
                await asyncio.sleep(answer if isinstance(answer, float) else 0)
                if isinstance(answer, Exception):
                    raise answer
                if not isinstance(answer, float):
                    yield answer
        except (GeneratorExit, asyncio.CancelledError):
            self.given_up += 1
            await self.lets_go.wait()
            raise


def play(
    near: Callable[[Any], Iterator[Any]],
    far: Callable[[Any], Iterator[Any]],
    scene: Callable[[Session, list[str]], Awaitable[None]],
) -> tuple[Fake, Fake]:
    one, other = Fake(near), Fake(far)

    async def whole() -> None:
        heard: list[str] = []
        variant = Request(PurePosixPath("content/small"))
        room = Session(variant, one, other, PageStore(), heard.append)  # type: ignore[arg-type]
        room.open()
        try:
            async with asyncio.timeout(20):
                await scene(room, heard)
        finally:
            await room.close()

    asyncio.run(whole())
    return one, other


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def shown(room: Session) -> list[str]:
    return [page.leaf.identity if page else "" for page in room.leaves]


def alone(question: SetPages, digest: str = "1") -> Iterator[Any]:
    names = [f"near{n}" for n in range(question.first, question.last + 1)]
    yield pages(digest, question.first, *names)
    yield Noticed((), digest)


def whole(question: SetAll) -> Iterator[Any]:
    yield everything("1", "near0", "b", "c", "e")
    yield judged("1")


def test_the_pages_that_are_seen_come_first_and_then_the_whole_and_then_the_verdict() -> None:
    async def scene(room: Session, heard: list[str]) -> None:
        room.look(1, 0, 0)
        await until(lambda: room.state == "ready" and room.judged)
        assert shown(room) == ["near0", "b", "c", "e"]
        assert heard.index("book") < heard.index("findings")
        assert room.labels == ("1", "2", "3", "4")

    near, far = play(alone, whole, scene)
    assert (near.asked[-1].first, near.asked[-1].last) == (0, 0)
    assert len(far.asked) == 1


def test_what_is_looked_at_last_is_set_first() -> None:
    async def scene(room: Session, heard: list[str]) -> None:
        room.look(1, 0, 0)
        room.look(2, 2, 3)
        room.look(1, 1, 2)
        await until(lambda: room.state == "ready")

    near, _ = play(alone, whole, scene)
    assert [(q.first, q.last) for q in near.asked][:2] == [(1, 2), (2, 3)]


def test_a_newer_save_gives_up_the_older_work() -> None:
    def slow(question: SetAll) -> Iterator[Any]:
        yield everything("1", "a", "b", "c", "d")
        yield 30.0

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "judging")
        saves[0] = "2"
        room.stir()
        await until(lambda: len(far_asked()) == 2)

    saves = ["1"]
    asked: list[Any] = []

    def far(question: SetAll) -> Iterator[Any]:
        asked.append(question)
        yield from slow(question)

    def far_asked() -> list[Any]:
        return asked

    _, fake = play(lambda question: alone(question, saves[0]), far, scene)
    assert fake.given_up >= 1


def test_a_save_is_not_kept_waiting_by_work_that_is_given_up_slowly() -> None:
    """What renders a press file looks up now and then only; its worker may take seconds."""

    def far(question: SetAll) -> Iterator[Any]:
        yield everything("1", "a", "b", "c", "d")
        yield 30.0

    async def scene(room: Session, heard: list[str]) -> None:
        worker: Any = room.far
        worker.lets_go.clear()
        await until(lambda: room.state == "judging")
        for save in ("2", "3", "4"):
            saved[0] = save
            room.stir()
            while room.about is None or room.about.digest != save:
                await asyncio.sleep(0.005)
        assert worker.given_up >= 1
        worker.lets_go.set()

    saved = ["1"]
    play(lambda question: alone(question, saved[0]), far, scene)


def test_a_look_at_other_pages_does_not_begin_the_whole_anew() -> None:
    def near(question: SetPages) -> Iterator[Any]:
        if question.known:
            yield Unchanged()
        else:
            yield from alone(question)

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        heard.clear()
        room.look(1, 1, 1)
        await asyncio.sleep(0.4)
        assert heard == []

    _, far = play(near, whole, scene)
    assert len(far.asked) == 1


def test_leafing_through_a_book_that_is_being_set_does_not_begin_it_anew() -> None:
    """Every page that is turned to is set alone, of the draft that the whole is at."""

    def far(question: SetAll) -> Iterator[Any]:
        yield 1.0
        yield everything("1", "near0", "near1", "near2", "d")

    async def scene(room: Session, heard: list[str]) -> None:
        room.leaves = [None] * 4
        for page in (1, 2, 0):
            room.look(1, page, page)
            await until(lambda at=page: shown(room)[at] == f"near{at}")  # type: ignore[misc]
        await until(lambda: room.state == "ready")
        assert shown(room) == ["near0", "near1", "near2", "d"]

    _, fake = play(alone, far, scene)
    assert len(fake.asked) == 1


def test_pages_that_are_certain_are_not_shown_as_they_are_alone() -> None:
    """A worker that has set nothing yet is asked for pages all the same, to be quick later."""
    certain = [False]
    asked: list[SetPages] = []

    def near(question: SetPages) -> Iterator[Any]:
        asked.append(question)
        if question.known:
            yield Unchanged()
            return
        if certain[0]:
            yield pages("1", question.first, "not quite right")
        yield Noticed((), "1")

    def far(question: SetAll) -> Iterator[Any]:
        certain[0] = True
        yield everything("1", "a", "b", "c", "d")

    async def scene(room: Session, heard: list[str]) -> None:
        room.look(1, 0, 0)
        await until(lambda: room.state == "ready" and len(asked) > 1)
        room.look(1, 1, 1)
        await until(lambda: asked[-1].known)
        assert shown(room) == ["a", "b", "c", "d"]

    _, fake = play(near, far, scene)
    assert len(fake.asked) == 1


def test_a_whole_of_another_draft_than_the_pages_is_set_again() -> None:
    """The file was saved between the one reading and the other, and then put back."""

    def far(question: SetAll) -> Iterator[Any]:
        asked.append(question)
        yield everything("other" if len(asked) == 1 else "1", "a", "b", "c", "d")

    asked: list[Any] = []

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: len(asked) == 2)
        await until(lambda: room.about and room.about.digest == "1" and room.state == "ready")

    play(alone, far, scene)


def test_what_changed_is_kept_as_it_was_before() -> None:
    step = ["1"]

    def far(question: SetAll) -> Iterator[Any]:
        if step[0] == "1":
            yield everything("1", "a", "b", "c", "d")
        else:
            yield everything("2", "a", "B", "c", "d")

    def near(question: SetPages) -> Iterator[Any]:
        yield pages("1", 0, "a") if step[0] == "1" else pages("2", 1, "B")
        yield Noticed((), step[0])

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        assert room.before == {}
        step[0] = "2"
        room.look(1, 1, 1)
        room.stir()
        await until(lambda: shown(room) == ["a", "B", "c", "d"] and room.state == "ready")
        assert room.before == {1: "b"}
        assert set(room.identities()) == {"a", "B", "c", "d", "b"}

    play(near, far, scene)


def test_what_is_broken_leaves_the_pages_as_they_are_and_goes_when_it_is_mended() -> None:
    broken = [False]
    fault = LocatedFinding(error("table/syntax"), "title = 小册")

    def near(question: SetPages) -> Iterator[Any]:
        yield from ((Faults((fault,)),) if broken[0] else alone(question))

    def far(question: SetAll) -> Iterator[Any]:
        yield from ((Faults((fault,)),) if broken[0] else whole(question))

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        good = shown(room)
        broken[0] = True
        room.stir()
        await until(lambda: room.faults)
        assert room.faults == (fault,)
        assert shown(room) == good
        broken[0] = False
        room.stir()
        await until(lambda: not room.faults)

    play(near, far, scene)


def test_a_file_that_is_being_written_is_not_yet_a_broken_file() -> None:
    """Editors empty a file before they write it: the fault is over before it is told."""
    saves = [0]

    def near(question: SetPages) -> Iterator[Any]:
        saves[0] += 1
        yield (
            Faults((LocatedFinding(error("table/syntax")),))
            if saves[0] == 2
            else next(alone(question))
        )

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        heard.clear()
        room.stir()
        await until(lambda: saves[0] == 2)
        room.stir()
        await until(lambda: saves[0] == 3 and room.state == "ready")
        assert "faults" not in heard[: heard.index("book")]
        assert room.faults == ()

    play(near, whole, scene)


def test_a_worker_that_dies_twice_of_the_same_is_a_fault_that_is_told() -> None:
    def dies(question: SetPages) -> Iterator[Any]:
        yield WorkerDied("compositor")

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.faults)
        assert room.faults[0].diagnostic.code == "preview/worker"

    near, _ = play(dies, lambda question: iter([Crashed("ValueError")]), scene)
    assert len(near.asked) == 2


def test_blank_pages_are_counted_as_the_binding_counts_them() -> None:
    digest = ["1"]

    def far(question: SetAll) -> Iterator[Any]:
        if digest[0] == "1":
            yield everything("1", "near0", "b", "c", "d", "e", BLANK, BLANK, "back")

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        room.look(1, 7, 7)
        digest[0] = "2"
        room.stir()
        await until(lambda: shown(room)[7] == "near5")
        assert shown(room)[5:7] == [BLANK, BLANK]

    def near(question: SetPages) -> Iterator[Any]:
        yield replace(next(alone(question, digest[0])), expected=6)
        yield Noticed((), digest[0])

    play(near, far, scene)


def test_findings_of_the_rules_stay_until_the_rules_have_looked_again() -> None:
    step = [1]
    rule, page, css = (
        LocatedFinding(note("photo/no-profile")),
        LocatedFinding(error("text/too-long")),
        LocatedFinding(note("css/ignored")),
    )

    def near(question: SetPages) -> Iterator[Any]:
        yield next(alone(question))
        yield Noticed((css,) if step[0] == 2 else (), str(step[0]))

    def far(question: SetAll) -> Iterator[Any]:
        if step[0] == 1:
            yield everything("1", "a", "b", "c", "d", told=(page,))
            yield judged("1", page, rule)
        else:
            yield 1.0
            yield everything("2", "a", "b", "c", "d")
            yield judged("2", css)

    async def scene(room: Session, heard: list[str]) -> None:
        await until(lambda: room.state == "ready")
        assert set(map(code, room.told)) == {"text/too-long", "photo/no-profile"}
        step[0] = 2
        room.stir()
        await until(lambda: len(room.told) == 3)  # at once, before anything else is set
        await until(lambda: room.judged and room.judged.digest == "2")
        assert list(map(code, room.told)) == ["css/ignored"]

    def code(told: LocatedFinding) -> str:
        return told.diagnostic.code

    play(near, far, scene)


def test_a_change_that_is_undone_while_other_pages_are_looked_at_goes() -> None:
    """It was seen on one page; the whole was never set with it."""
    step = ["1"]

    def near(question: SetPages) -> Iterator[Any]:
        if question.known == step[0]:
            yield Unchanged()
            return
        names = ["a", "b", "c", "d"] if step[0] == "1" else ["a", "b", "C", "d"]
        yield pages(step[0], question.first, names[question.first])
        yield Noticed((), step[0])

    def far(question: SetAll) -> Iterator[Any]:
        if step[0] == "2":
            yield 60.0  # given up before it is done
        elif question.known == "1":
            yield Unchanged()
        else:
            yield everything("1", "a", "b", "c", "d")

    async def scene(room: Session, heard: list[str]) -> None:
        room.look(1, 2, 2)
        await until(lambda: room.state == "ready" and shown(room) == ["a", "b", "c", "d"])
        step[0] = "2"
        room.stir()
        await until(lambda: shown(room)[2] == "C")
        room.look(1, 0, 0)
        step[0] = "1"
        room.stir()
        await until(lambda: shown(room) == ["a", "b", "c", "d"])
        await until(lambda: room.about is not None and room.about.digest == "1")

    play(near, far, scene)
