"""How much processor time, memory and output the templates of a layout may take.

Counting is exact and the same everywhere. What cannot be counted, a call that takes long in C or a
structure that grows, is stopped by the system: by a timer of processor time and a limit of the
address space, both where the system has them and this is the main thread, and both put back
afterwards.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from banxin.diagnostics import Fact

try:
    import resource
except ImportError:  # not on this system
    resource = None  # type: ignore[assignment]

SECONDS: Final = 10.0  # of processor time, for a document
SECONDS_A_CHAPTER: Final = 0.02  # and for each of its chapters: ten times what ours take
MEMORY: Final = 1 << 30  # bytes beyond what was there
TURNS: Final = 1_000_000  # of all the loops of a template
OUTPUT: Final = 100_000_000  # characters that a template prints
AT_ONCE: Final = 10_000_000  # characters of one text
ITEMS: Final = 1_000_000  # of one list, those of lists in it counted
DIGITS: Final = 10_000  # bits of a whole number
NUMBER: Final = 100_000  # given to a filter: a width, a count
DEEPEST: Final = 300  # elements in one another; pages of ours have a dozen
AGAIN: Final = 0.5  # seconds until a word that was not heard is said again
_OFTEN: Final = 4096  # turns from one look at the clock to the next


_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?P<empty>/?)>"
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


class Refused(Exception):  # noqa: N818  # says what happened
    """A template asks for what it cannot have. `code` and `facts` are those of the finding."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Bounds:
    """Those of one document. `chapters`: how many it has."""

    def __init__(self, chapters: int = 0) -> None:
        self.seconds = SECONDS + SECONDS_A_CHAPTER * chapters
        self._spent = 0.0
        self._began: float | None = None
        self._rings = False
        self._turns = 0
        self._output = 0

    @contextmanager
    def kept(self) -> Iterator[bool]:
        """While a template is filled in. Gives whether it is the outermost one.

        Raises:
            Refused: `template/too-slow`, at any place.
            MemoryError: at any place.
        """
        turns, output, self._turns, self._output = self._turns, self._output, 0, 0
        try:
            if self._began is not None:
                yield False
                return
            self._began = time.thread_time()
            try:
                left = max(self.seconds - self._spent, 0.01)
                with _timed(left, self._slow) as self._rings, _in_memory():
                    yield True
            finally:
                self._spent += time.thread_time() - self._began
                self._began = None
        finally:
            self._turns, self._output = turns, output

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While something is loaded that templates use: its time is not theirs.

        Once each: what is set anew time and again loses what is below the clock's tick.
        """
        if self._began is None:
            yield
            return
        began = time.thread_time()
        left = signal.setitimer(signal.ITIMER_PROF, 0)[0] if self._rings else 0.0
        try:
            yield
        finally:
            self._began += time.thread_time() - began
            if self._rings:
                signal.setitimer(signal.ITIMER_PROF, left or AGAIN, AGAIN)

    def each(self, items: Iterable[Any]) -> Iterator[Any]:
        """*items*, one by one, counted."""
        for item in items:
            self.turn()
            yield item

    def turn(self) -> None:
        self._turns += 1
        if self._turns > TURNS:
            raise Refused("template/too-many-turns", most=TURNS)
        if self._turns % _OFTEN == 0:
            self._look_at_the_clock()

    def printed(self, characters: int) -> None:
        self._output += characters
        if self._output > OUTPUT:
            raise Refused("template/too-much-output", most=OUTPUT)

    def _look_at_the_clock(self) -> None:
        if self._began is not None:
            spent = self._spent + time.thread_time() - self._began
            if spent > self.seconds:
                if self._rings:  # not while this is being told: it would be of another place
                    signal.setitimer(signal.ITIMER_PROF, AGAIN, AGAIN)
                raise self._slow()

    def _slow(self) -> Refused:
        return Refused("template/too-slow", most=round(self.seconds))


def nested(made: str) -> None:
    """Look how deep elements lie in one another: the engine's time grows with the square of it.

    Raises:
        Refused: `template/too-deep`.
    """
    deep = 0
    for tag in _TAG.finditer(made):
        if tag["name"].lower() in _VOID or tag["empty"]:
            continue
        deep += -1 if tag["end"] else 1
        if deep > DEEPEST:
            raise Refused("template/too-deep", most=DEEPEST)


@contextmanager
def _timed(seconds: float, slow: Any) -> Iterator[bool]:
    """A timer of this process's time, unless another one runs already. Gives whether it does."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_PROF)[0]
        or signal.getsignal(signal.SIGPROF) is None
    ):
        yield False
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise slow()

    before = signal.signal(signal.SIGPROF, ring)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
        yield True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _in_memory() -> Iterator[None]:
    """The address space bounded; not where it is already, or cannot be measured."""
    there = None if resource is None else _address_space()
    if there is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = there + MEMORY
    known = [limit for limit in before if limit != resource.RLIM_INFINITY]
    if known and min(known) <= most:
        yield
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    except (OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space() -> int | None:
    """Bytes of it that this process has; None where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except (OSError, IndexError):
        return None
    return int(pages) * resource.getpagesize()
