"""Contents that were rewritten before in the same way: copies of a series share most of theirs."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from pikepdf import Array, Stream

MOST: Final = 48 << 20  # bytes that are remembered
LARGEST: Final = 1 << 20  # bytes of one


class _Reworked(OrderedDict[bytes, bytes]):
    """What came of contents, the one that was used last at the end."""

    size = 0

    def add(self, key: bytes, made: bytes) -> None:
        self[key] = made
        self.size += len(made)
        while self.size > MOST:
            self.size -= len(self.popitem(last=False)[1])


_known: Final = _Reworked()


def reworked(
    content: bytes, recipe: bytes, make: Callable[[], bytes], lasts: Callable[[], bool]
) -> bytes:
    """What *make* makes of a content; a function of it and of *recipe*.

    Args:
        lasts: asked once it is made: whether making it has told nobody anything.
    """
    key = hashlib.sha256(recipe + b"\0" + content).digest()
    known = _known.get(key)
    if known is not None:
        _known.move_to_end(key)
        return known
    made = make()
    if len(made) < LARGEST and lasts():
        _known.add(key, made)
    return made


def content_of(holder: Any) -> bytes:
    """What a page or a form draws, decoded."""
    if isinstance(holder, Stream):
        return holder.read_bytes()
    contents = holder.get("/Contents", Array())
    streams = contents if isinstance(contents, Array) else (contents,)
    return b"\n".join(stream.read_bytes() for stream in streams)
