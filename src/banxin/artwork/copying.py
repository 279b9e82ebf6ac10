"""Parts of a stranger's PDF carried over into a new one: only what is asked for by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from banxin.artwork.reading import UnusableError

DEEPEST: Final = 16  # things in things
MOST: Final = 400_000  # things of all that is carried over
_OF_STREAMS: Final = frozenset({"/Length", "/Filter", "/DecodeParms", "/F", "/DL"})


@dataclass(slots=True)
class Transfer:
    """Carries into *pdf*, and counts. What is met again is the same thing there."""

    pdf: pikepdf.Pdf
    count: int = 0
    made: dict[tuple[int, int], Any] = field(default_factory=dict)

    def carried(self, thing: Any, deep: int = 0) -> Any:
        """A copy of *thing* and all that is in it.

        Raises:
            UnusableError: it is too much; ValueError: it is nested without end.
        """
        self.count += 1
        if self.count > MOST:
            raise UnusableError("artwork/too-large", what=f"{MOST} objects")
        if deep > DEEPEST:
            message = "objects too deeply nested"
            raise ValueError(message)
        if isinstance(thing, Stream):
            return self._stream(thing, deep)
        if isinstance(thing, Dictionary):
            return Dictionary({
                key: self.carried(value, deep + 1) for key, value in thing.items()
            })  # fmt: skip
        if isinstance(thing, Array):
            return Array([self.carried(value, deep + 1) for value in thing])
        if isinstance(thing, Name):
            return Name(str(thing))
        return String(bytes(thing)) if isinstance(thing, String) else thing

    def of_keys(self, thing: Any, keys: Iterable[str], deep: int = 0) -> dict[str, Any]:
        """The *keys* of a dictionary that it has."""
        return {key: self.carried(thing[key], deep + 1) for key in keys if key in thing}

    def _stream(self, stream: Any, deep: int) -> Any:
        number, generation = stream.objgen
        known = self.made.get((number, generation))
        if known is None:
            known = self.raw(stream)
            for key, value in stream.items():
                if key not in _OF_STREAMS:
                    known[key] = self.carried(value, deep + 1)
            self.made[number, generation] = known
        return known

    def raw(self, stream: Any) -> Any:
        """A stream of the same bytes, packed as they are, and nothing else."""
        made = self.pdf.make_stream(b"")
        packed = {
            key: self.carried(stream[key]) for key in ("/Filter", "/DecodeParms") if key in stream
        }
        made.write(
            bytes(stream.read_raw_bytes()),
            filter=packed.get("/Filter"),
            decode_parms=packed.get("/DecodeParms"),
        )
        return made
