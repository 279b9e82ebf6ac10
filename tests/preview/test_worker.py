"""Processes that answer: in turn, until they are interrupted, and again after they have died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest

from banxin.preview import worker as module
from banxin.preview.worker import Crashed, Worker, WorkerDied


@asynccontextmanager
async def working() -> AsyncIterator[Worker]:
    worker = Worker("toy:Toy", "here")
    try:
        yield worker
    finally:
        await worker.stop()


async def answers(worker: Worker, asked: str) -> list[object]:
    return [answer async for answer in worker.ask(asked)]


def run(work: Callable[[Worker], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(60):
            async with working() as worker:
                await work(worker)

    asyncio.run(whole())


def test_questions_are_answered_in_turn_by_one_process() -> None:
    async def work(worker: Worker) -> None:
        asked = ("say 1", "count 3", "say 2")
        said = await asyncio.gather(*(answers(worker, question) for question in asked))
        assert said == [["here 1"], ["0", "1", "2"], ["here 2"]]
        assert await answers(worker, "who") == await answers(worker, "who") == [str(worker.pid)]

    run(work)


def test_whoever_stops_listening_ends_the_work_and_the_next_is_answered() -> None:
    async def work(worker: Worker) -> None:
        async with aclosing(worker.ask("count 100000")) as counting:
            async for answer in counting:
                if answer == "5":
                    break
        assert await answers(worker, "say on") == ["here on"]

        task = asyncio.create_task(answers(worker, "count 100000"))
        await asyncio.sleep(0.1)
        task.cancel()
        assert await answers(worker, "say on") == ["here on"]
        assert task.cancelled()

    run(work)


def test_one_that_is_cancelled_twice_leaves_nothing_of_its_answer_behind() -> None:
    async def work(worker: Worker) -> None:
        for pause in (0.0, 0.001, 0.02, 0.05):
            task = asyncio.create_task(answers(worker, "count 100000"))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.sleep(pause)
            task.cancel()
            await asyncio.wait({task})
            assert await answers(worker, "say on") == ["here on"]

    run(work)


def test_a_fault_of_the_task_is_an_answer_and_the_process_lives_on() -> None:
    async def work(worker: Worker) -> None:
        (before,) = await answers(worker, "who")
        assert await answers(worker, "fail") == [Crashed("ValueError: no such thing")]
        assert await answers(worker, "who") == [before]

    run(work)


def test_one_that_dies_is_told_and_started_again() -> None:
    async def work(worker: Worker) -> None:
        (before,) = await answers(worker, "who")
        with pytest.raises(WorkerDied):
            await answers(worker, "die")
        (after,) = await answers(worker, "who")
        assert after != before

    run(work)


def test_one_that_grows_is_replaced_between_two_questions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LEAST", 1 << 20)

    async def work(worker: Worker) -> None:
        (before,) = await answers(worker, "who")
        for _ in range(3):
            await answers(worker, "hoard 60")
        (after,) = await answers(worker, "who")
        assert after != before

    run(work)


def test_what_libraries_print_is_no_answer() -> None:
    async def work(worker: Worker) -> None:
        assert await answers(worker, "print") == ["said"]
        assert await answers(worker, "say on") == ["here on"]

    run(work)


def test_warming_starts_the_process() -> None:
    async def work(worker: Worker) -> None:
        assert worker.pid is None
        await worker.warm()
        assert worker.pid is not None

    run(work)
