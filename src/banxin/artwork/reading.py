"""A stranger's PDF opened: bounded in time and memory, whatever it claims of itself."""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

LARGEST: Final = 100_000_000  # bytes of a file
MOST_UNPACKED: Final = 64_000_000  # bytes of one stream, unpacked
MOST_SQUEEZED: Final = 1_000_000  # bytes of one that is packed in a way which cannot be watched
MOST_OBJECTS: Final = 300_000
_STREAM: Final = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
# What a damaged file makes pikepdf, and those who read it here, raise. Not AssertionError: that
# is a fault of ours, and no file is to blame for it.
FAULTS: Final = (
    pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError,
    RecursionError, MemoryError, zlib.error, UserWarning, NotImplementedError,
)  # fmt: skip


class UnusableError(Exception):
    """Why artwork cannot be placed: the code of a finding, and its facts."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@contextmanager
def opened(data: bytes) -> Iterator[pikepdf.Pdf]:
    """Raises: UnusableError."""
    if len(data) > LARGEST:
        raise UnusableError("artwork/too-large", what=f"{len(data) // 1_000_000} MB")
    _refuse_bombs(data)
    try:
        # It warns of content that ends in the middle, which would print in part.
        with warnings.catch_warnings(), pikepdf.open(io.BytesIO(data)) as pdf:
            warnings.simplefilter("error", UserWarning)
            if pdf.is_encrypted:
                raise UnusableError("artwork/locked")
            if len(pdf.objects) > MOST_OBJECTS:
                raise UnusableError("artwork/too-large", what=f"{len(pdf.objects)} objects")
            yield pdf
    except pikepdf.PasswordError as problem:
        raise UnusableError("artwork/locked") from problem
    except FAULTS as problem:
        why = f"{type(problem).__name__}: {problem}".splitlines()[0][:120]
        raise UnusableError("artwork/damaged", why=why) from problem


def _refuse_bombs(data: bytes) -> None:
    """Streams that hold objects are unpacked as soon as a file is opened, whatever their size."""
    left = MOST_UNPACKED
    for found in _STREAM.finditer(data):
        start = data.find(b"stream", found.end())
        if start < 0:
            return
        body = data[start + 6 : data.find(b"endstream", start)].lstrip(b"\r\n")
        try:
            left -= len(zlib.decompressobj().decompress(body, left + 1))
        except zlib.error:
            continue
        if left < 0:
            raise UnusableError("artwork/too-large", what="objects, unpacked")


def bounded(stream: Any) -> bytes:
    """What is in a stream, unpacked.

    Raises:
        UnusableError: it is larger than anything that is drawn; ValueError: it is no stream.
    """
    if not isinstance(stream, Stream):
        message = "a stream is missing"
        raise ValueError(message)
    filters = stream.get("/Filter", Array())
    names = [filters] if isinstance(filters, Name) else list(filters)
    if not names:
        data = bytes(stream.read_raw_bytes())
    elif names == [Name.FlateDecode] and not _predicted(stream):
        data = _inflated(bytes(stream.read_raw_bytes()))
    else:
        # qpdf cannot be told when to stop: what it may unpack is looked at before.
        packed = bytes(stream.read_raw_bytes())
        for name in names:
            if name != Name.FlateDecode:
                break
            packed = _inflated(packed)
        if Name.FlateDecode in names and names[0] != Name.FlateDecode:
            most = MOST_SQUEEZED // 100
        else:
            most = MOST_UNPACKED if names[-1] == Name.FlateDecode else MOST_SQUEEZED * 10
        if len(packed) > most:
            raise UnusableError("artwork/too-large", what=f"{len(packed) // 1000} kB")
        data = bytes(stream.read_bytes())
    if len(data) > MOST_UNPACKED:
        raise UnusableError("artwork/too-large", what=f"{len(data) // 1_000_000} MB")
    return data


def _predicted(stream: Any) -> bool:
    parms = stream.get("/DecodeParms", Dictionary())
    each = list(parms) if isinstance(parms, Array) else [parms]
    return any(isinstance(p, Dictionary) and int(p.get("/Predictor", 1)) > 1 for p in each)


def _inflated(packed: bytes) -> bytes:
    """Raises: UnusableError; zlib.error and ValueError, it is damaged."""
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(packed, MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise UnusableError("artwork/too-large", what="a stream, unpacked")
    if not unpacker.eof:
        message = "a stream is cut off"
        raise ValueError(message)
    return data
