"""A process of our own: asked by one message at a time, it answers by any number.

What takes long, or may crash, is done beside the server, whose loop never waits. A newer question
takes the place of an older one: the worker notices between two pages, and goes on to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import pickle
import queue
import resource
import struct
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

START: Final = f"import sys; from {__name__} import main; main(*sys.argv[1:])"
LENGTH: Final = struct.Struct("!Q")
GROWN: Final = 2.0  # times its first size: a worker that has grown so much starts afresh
LEAST: Final = 400 << 20  # bytes that any worker may have
IDLE: Final = 0.5  # seconds without a question, after which there is time to tidy up
UNTIDY: Final = 1.0  # seconds of work after which it is worth it
MOST_UNTIDY: Final = 20.0  # seconds of work after which it is done in any case
PATIENCE: Final = 15.0  # seconds that a worker may go on with what is no longer wanted


class Superseded(BaseException):
    """The work is no longer wanted. Not an error, so that nothing on the way catches it."""


class Handler(Protocol):
    def answer(self, asked: Any, between: Callable[[], None]) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Done:
    """The end of an answer. `memory`: bytes in use before it; `whole`: it was not cut short."""

    memory: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Crashed:
    """A bug of ours, in a worker that goes on."""

    what: str


class WorkerDied(Exception):  # noqa: N818  # says what happened
    """The process ended while it was asked."""


# --- on the server's side -----------------------------------------------------------------


class Worker:
    """Starts its process when it is first asked, and again when it has died or grown.

    Args:
        handler: `module:Class`, made there with *argument*.
        niceness: how far the process stands back for others, 0 to 19.
    """

    def __init__(self, handler: str, argument: object, *, niceness: int = 0) -> None:
        self._words = (handler, str(niceness))
        self._argument = argument
        self._process: _Process | None = None
        self._turn = asyncio.Lock()
        self._first_memory = 0
        self._former: set[_Process] = set()  # that were told to end by themselves
        self.waiting = 0  # questions that are asked and not answered

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def ask(self, question: object) -> AsyncGenerator[Any, None]:
        """The answers, as they come. One question at a time: the others wait.

        Raises:
            WorkerDied: it will be started again for the next question.
        """
        self.waiting += 1
        try:
            async with self._turn:
                try:
                    running = await self._running()
                except OSError as problem:  # there is no room for it, or it ended at once
                    await self.stop()
                    raise WorkerDied(self._words[0]) from problem
                try:
                    await running.send(question)
                    while not isinstance(answer := await running.receive(), Done):
                        yield answer
                except (EOFError, ConnectionError) as problem:
                    await self.stop()
                    raise WorkerDied(self._words[0]) from problem
                except (GeneratorExit, asyncio.CancelledError):
                    await self._give_up(running)
                    raise
                self._grown(answer.memory)
        finally:
            self.waiting -= 1

    async def warm(self) -> None:
        """Start the process, so that the first question need not wait for it."""
        async with self._turn:
            await self._running()

    async def stop(self) -> None:
        running, self._process = self._process, None
        self._first_memory = 0
        ending = {*self._former, *({running} if running else ())}
        self._former.clear()
        await asyncio.gather(*(process.kill() for process in ending))

    async def _running(self) -> _Process:
        if self._process is None or self._process.has_ended:
            self._first_memory = 0
            self._process = await _Process.start(self._words)
            await self._process.send(self._argument)
        return self._process

    async def _give_up(self, running: _Process) -> None:
        """Whoever asked has gone. What is still to come of the answer is let go."""
        try:
            await running.send(None)
            async with asyncio.timeout(PATIENCE):
                while not isinstance(await running.receive(), Done):
                    pass
        except (EOFError, ConnectionError, TimeoutError):
            await self.stop()
        except asyncio.CancelledError:  # not even that is waited for
            self._dismiss()
            raise

    def _grown(self, memory: int) -> None:
        self._first_memory = self._first_memory or memory
        if memory > max(LEAST, GROWN * self._first_memory):
            self._dismiss()

    def _dismiss(self) -> None:
        running, self._process = self._process, None
        self._first_memory = 0
        if running is not None:
            self._former = {process for process in self._former if not process.has_ended}
            self._former.add(running)
            running.dismiss()


class _Process:
    """One process. Its answers are taken in by a task of their own: whoever waits for one may
    stop waiting, and none is torn.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, words: Sequence[str]) -> _Process:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", START, *words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def send(self, thing: object) -> None:
        assert self._process.stdin is not None
        data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.write(LENGTH.pack(len(data)) + data)
        await self._process.stdin.drain()

    async def receive(self) -> Any:
        """Raises: EOFError, once the process has ended."""
        answer = await self._answers.get()
        if isinstance(answer, EOFError):
            self._answers.put_nowait(answer)
            raise answer
        return answer

    def dismiss(self) -> None:
        """Let it end by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                head = await self._process.stdout.readexactly(LENGTH.size)
                data = await self._process.stdout.readexactly(LENGTH.unpack(head)[0])
                self._answers.put_nowait(pickle.loads(data))  # noqa: S301  # from our own
        except (asyncio.IncompleteReadError, ConnectionError):
            self._answers.put_nowait(EOFError("the process has ended"))
            await self._process.wait()


# --- in the process -------------------------------------------------------------------------


def main(handler: str, niceness: str) -> None:
    """Answer questions from the standard input until it ends."""
    os.nice(int(niceness))
    # A server that was killed hears no answer, and nobody is left to be told.
    with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever a library prints is not an answer
        _work(handler, answers)


def _work(handler: str, answers: BinaryIO) -> None:
    module, _, name = handler.partition(":")
    questions = _Inbox(sys.stdin.buffer)
    maker: Callable[[object], Handler] = getattr(importlib.import_module(module), name)
    argument = questions.next()
    if argument is _END:
        return
    at_work = maker(argument)
    work = 0.0  # seconds since the memory was tidied
    while (asked := questions.next(IDLE if work > UNTIDY else None)) is not _END:
        if asked is _NOTHING:
            _tidy()
            work = 0.0
            continue
        if asked is None:
            continue  # given up, but it was answered before that was known
        memory, started = _memory(), time.monotonic()
        whole = _answer(at_work, asked, questions, answers)
        _put(answers, Done(memory, whole))
        work += time.monotonic() - started
        if work > MOST_UNTIDY:
            _tidy()
            work = 0.0


def _answer(at_work: Handler, asked: object, questions: _Inbox, answers: BinaryIO) -> bool:
    try:
        for answer in at_work.answer(asked, questions.raise_if_superseded):
            _put(answers, answer)
            questions.raise_if_superseded()
    except Superseded:
        return False
    except Exception as problem:  # the server goes on, and says that this is a bug
        _put(answers, Crashed(f"{type(problem).__name__}: {problem}"))
        if os.environ.get("BANXIN_TRACEBACKS"):
            raise
    return True


_END: Final = object()
_NOTHING: Final = object()


class _Inbox:
    """Read by a thread, so that a newer one is noticed while the older is answered."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._waiting: queue.SimpleQueue[object] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, patience: float | None = None) -> object:
        """The next one; or `_NOTHING`, if there is none for so many seconds."""
        try:
            return self._waiting.get(timeout=patience)
        except queue.Empty:
            return _NOTHING

    def raise_if_superseded(self) -> None:
        if not self._waiting.empty():
            raise Superseded

    def _read(self) -> None:
        while len(head := self._source.read(LENGTH.size)) == LENGTH.size:
            data = self._source.read(LENGTH.unpack(head)[0])
            self._waiting.put(pickle.loads(data))  # noqa: S301  # from the server
        self._waiting.put(_END)


def _tidy() -> None:
    gc.unfreeze()  # what a layout set aside
    gc.collect()


def _put(answers: BinaryIO, thing: object) -> None:
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    answers.write(LENGTH.pack(len(data)) + data)
    answers.flush()


def _memory() -> int:
    """Bytes of this process in memory; where the system does not tell, the most it had."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123  # not a file of the workspace
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
