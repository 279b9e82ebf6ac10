"""Functions of the engine that ours stand in for: installed, guarded and removed in one way.

The engine has no door for what a room needs of it, so the room has a table of `Hook`s. A function
that is not there, or is asked other things than it was, is not touched; the room does without.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

# By name, what a replacement calls on; no two hooks have one name.
ORIGINAL: Final[dict[str, Callable[..., Any]]] = {}


@dataclass(frozen=True, slots=True)
class Hook:
    """A function of the engine.

    Attributes:
        owner: the module or class that has it.
        asked: its parameters, as WeasyPrint 70 and pydyf 0.13 name them.
        replacement: what takes its place; None if it is only called, and has to be as it was.
        also: modules that have it under the same name.
    """

    owner: Any
    name: str
    asked: str
    replacement: Any = None
    also: tuple[Any, ...] = ()

    @property
    def place(self) -> str:
        owner = self.owner
        return ".".join(
            (*((owner.__module__,) if isinstance(owner, type) else ()), owner.__name__, self.name)
        )

    @property
    def stands(self) -> bool:
        """Whether the replacement is in its place."""
        return self.replacement is not None and self._now() is self.replacement

    def misfit(self) -> str:
        """What is there instead of what was; empty if it is the same."""
        now = self._now()
        if now is None:
            return self.place
        function: Any = ORIGINAL[self.name] if self.stands else now
        if isinstance(function, property):
            function = function.fget
        asked = inspect.signature(function)
        return "" if list(asked.parameters) == self.asked.split() else f"{self.place}{asked}"

    def install(self) -> None:
        if self.replacement is None or self.stands:
            return
        ORIGINAL[self.name] = self._now()
        for owner in (self.owner, *self.also):
            setattr(owner, self.name, self.replacement)

    def remove(self) -> None:
        if not self.stands:
            return
        for owner in (self.owner, *self.also):
            setattr(owner, self.name, ORIGINAL[self.name])

    def _now(self) -> Any:
        return getattr(self.owner, self.name, None)


def guard(hooks: Iterable[Hook]) -> tuple[str, ...]:
    """What of the engine is not as it was."""
    return tuple(_misfits(hooks))


def install(hooks: Iterable[Hook], *, together: bool = False) -> tuple[str, ...]:
    """Put the replacements in place where the engine is as it was. Twice is once.

    Args:
        together: whether they need each other: all, or none.

    Returns:
        What of the engine is not as it was.
    """
    hooks = tuple(hooks)
    misfits = guard(hooks)
    if together and misfits:
        remove(hooks)
        return misfits
    for hook in hooks:
        if not misfits or not hook.misfit():
            hook.install()
        else:
            hook.remove()
    return misfits


def remove(hooks: Iterable[Hook]) -> None:
    """Leave the engine as it came."""
    for hook in hooks:
        hook.remove()


def stand(hooks: Iterable[Hook]) -> bool:
    """Whether all the replacements are in place."""
    return all(hook.stands for hook in hooks if hook.replacement is not None)


def told(tables: Iterable[tuple[str, Iterable[Hook]]]) -> Iterator[str]:
    """A line for each hook: its table, its place, what it is asked, and what takes its place."""
    for name, hooks in tables:
        for hook in hooks:
            ours = hook.replacement
            ours = getattr(ours, "fget", ours)
            by = f"{ours.__module__}.{ours.__qualname__}" if ours else "(as it is)"
            yield f"{name:<9} {hook.place}({', '.join(hook.asked.split())})  ←  {by}"


def _misfits(hooks: Iterable[Hook]) -> Iterator[str]:
    for hook in hooks:
        misfit = hook.misfit()
        if misfit:
            yield misfit
