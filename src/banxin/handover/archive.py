"""A zip whose bytes repeat, and one that comes from anybody, looked at with care.

Files are stored, not squeezed: PDFs are squeezed already, and no version of a library can write
the same job differently.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from banxin.diagnostics import BanxinError, Diagnostic, Place, error
from banxin.workspace import LONGEST_NAME, alike

LARGEST: Final = 2 << 30  # bytes of a zip: what mail and shops' servers take is far less
MOST_BYTES: Final = 4 << 30  # of all files in it
MOST_FILES: Final = 10_000
MOST_LISTED: Final = 8 << 20  # bytes of its table of contents
MOST_SQUEEZED: Final = 300  # times; deflate makes at most 1,032 of text that repeats
_FREE: Final = 1 << 20  # bytes that may be squeezed at will
_PIECE: Final = 1 << 20
_BEGUN: Final = (1980, 1, 1, 0, 0, 0)  # no clock: the earliest that a zip can say
_UNIX: Final = 3
_MODE: Final = stat.S_IFREG | 0o644
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_SIZE: Final = 22
_HEAD_SIZE: Final = 30
_COMMENT: Final = 65_535
_LOCKED: Final = 0x1
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of *files*, by name and in this order: the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _BEGUN)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            packed.writestr(entry, data)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip of anybody's, after it has proved harmless. Nothing of it is ever written to disk."""

    packed: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]
    sha256: str

    def digest(self, name: str) -> str | None:
        """The sha256 of a file of it; None where its bytes cannot be had."""
        made = hashlib.sha256()
        try:
            with self.packed.open(self.entries[name]) as file:
                while piece := file.read(_PIECE):
                    made.update(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            return None
        return made.hexdigest()

    def read(self, name: str, most: int) -> bytes | None:
        """A small file of it; None where it is larger than *most*, or cannot be had."""
        entry = self.entries[name]
        if entry.file_size > most:
            return None
        try:
            with self.packed.open(entry) as file:
                return file.read(most)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            return None


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """A zip, looked through before anything of it is read.

    Raises:
        BanxinError: `zip/unreadable`; `zip/name`, `zip/twice`, `zip/link`, `zip/locked`,
            `zip/method`, `zip/bomb`, `zip/too-many`: all that is hostile in it.
    """
    place = Place(str(file))
    if not file.exists():
        raise BanxinError(error("file/missing", place, file=file.name))
    if not file.is_file():  # a pipe would be waited for
        raise BanxinError(error("zip/unreadable", place, why="not a file"))
    with file.open("rb") as stream:
        sha256 = _checked(stream, place)
        with _unzipped(stream, place) as packed:
            entries = {info.filename: info for info in packed.infolist() if not info.is_dir()}
            yield Archive(packed, entries, sha256)


def _unzipped(stream: IO[bytes], place: Place) -> zipfile.ZipFile:
    try:
        packed = zipfile.ZipFile(stream)
        found = tuple(hostile(packed.infolist(), place))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError) as problem:
        why = str(problem)[:200] or type(problem).__name__
        raise BanxinError(error("zip/unreadable", place, why=why)) from problem
    if found:
        raise BanxinError(*found)
    return packed


def _checked(stream: IO[bytes], place: Place) -> str:
    """The sha256 of a zip that is not too large, and whose table of contents is not either.

    Python reads the whole table before anybody is asked.
    """
    made, size = hashlib.sha256(), 0
    last = b""
    while piece := stream.read(_PIECE):
        made.update(piece)
        size += len(piece)
        last = (last + piece)[-(_COMMENT + _END_SIZE + 20) :]
        if size > LARGEST:
            raise BanxinError(error("zip/bomb", place, most=LARGEST >> 20))
    at = _end(last)
    if at < 0:
        raise BanxinError(error("zip/unreadable", place, why="no zip"))
    end = last[at : at + _END_SIZE]
    count, listed = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if _END_64 in last[max(0, at - 20) : at] or listed > MOST_LISTED or count > MOST_FILES:
        raise BanxinError(error("zip/too-many", place, most=MOST_FILES))
    stream.seek(0)
    return made.hexdigest()


def _end(last: bytes) -> int:
    """Where a zip's last record begins in its *last* bytes, as Python's reader finds it; or −1.

    Without a comment it is the end of the file, whatever may look like another one within it.
    """
    if last[-_END_SIZE:].startswith(_END) and last.endswith(b"\0\0"):
        return len(last) - _END_SIZE
    return last.rfind(_END)


def hostile(infos: list[zipfile.ZipInfo], place: Place) -> Iterator[Diagnostic]:
    """What no package of ours has, and what would harm who unpacks it."""
    if len(infos) > MOST_FILES:
        yield error("zip/too-many", place, most=MOST_FILES)
    seen: set[str] = set()
    for info in infos:
        # As it is written, and as Python reads it: an extra field may give it another name.
        names = info.orig_filename, info.filename
        told = info.orig_filename[:100]
        if not all(is_plain(name.removesuffix("/")) for name in names):
            yield error("zip/name", place, name=told)
            continue
        key = alike(info.filename.removesuffix("/"))
        if key in seen:
            yield error("zip/twice", place, name=told)
        seen.add(key)
        kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (info.is_dir() and info.file_size):
            yield error("zip/link", place, name=told)
        if info.flag_bits & _LOCKED:
            yield error("zip/locked", place, name=told)
        if info.compress_type not in _METHODS:
            yield error("zip/method", place, name=told, method=info.compress_type)
        squeezed = max(info.file_size, 0) > _FREE + MOST_SQUEEZED * info.compress_size
        stored = info.compress_type == zipfile.ZIP_STORED
        if squeezed or (stored and info.file_size != info.compress_size):
            yield error("zip/bomb-file", place, name=told)
    if sum(info.file_size for info in infos) > MOST_BYTES:
        yield error("zip/bomb", place, most=MOST_BYTES >> 20)
    yield from _overlapping(infos, place)


def _overlapping(infos: list[zipfile.ZipInfo], place: Place) -> Iterator[Diagnostic]:
    """Files that share bytes: so a small zip unpacks to petabytes."""
    inside = sorted(infos, key=lambda info: info.header_offset)
    end = 0
    for info in inside:
        if info.header_offset < end:
            yield error("zip/bomb-file", place, name=info.filename[:100])
        end = info.header_offset + _HEAD_SIZE + info.compress_size


def is_plain(name: str) -> bool:
    """Whether a name leads nowhere but into the folder that a zip is unpacked in."""
    parts = name.split("/")
    return (
        name.isprintable()
        and "\\" not in name
        and not _DRIVE.match(name)
        and not PurePosixPath(name).is_absolute()
        and all(part and part not in {".", ".."} for part in parts)
        and all(part == part.strip(" ") and not part.endswith(".") for part in parts)
        and all(len(part.encode()) <= LONGEST_NAME for part in parts)
        and unicodedata.normalize("NFC", name) == name
    )
