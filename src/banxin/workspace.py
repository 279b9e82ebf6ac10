"""The only door to the outside: files by name, a cache by content, results by renaming.

Names are `PurePosixPath`s below the workspace (`content/langfang/01.md`); the machine's own
paths stay in here. What was read is remembered, so that a preview watches just those files.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, TypeVar

from banxin import scratch
from banxin.cache import Cache
from banxin.diagnostics import BanxinError, Diagnostic, Place, error

Answer = TypeVar("Answer")

MARKERS: Final = ("layouts", "fonts/fonts.toml")
CLOCK_TICK: Final = 2_000_000_000  # ns: the coarsest clock of a file system, FAT's
LONGEST_NAME: Final = 255  # bytes, on all usual file systems
PIECE: Final = 1 << 20  # bytes, of a file that is longer than it says
LARGEST_FILE: Final = 2 << 30  # bytes; a manuscript or a picture beyond 2 GiB is a mistake

# A text of 5 million characters fills 5,000 pages; what is longer is no text that anybody wrote.
LARGEST_TEXT: Final = 16 << 20  # bytes
MOST_LINES: Final = 1_000_000


def alike(name: PurePosixPath | str) -> str:
    """What two spellings of a file's name have in common that everybody takes for one.

    Macintosh files come decomposed (é as e and an accent), cameras write in capitals.
    """
    return unicodedata.normalize("NFC", str(name)).casefold()


class Workspace:
    """The folder that holds `layouts/`, `fonts/`, `content/` and `output/`."""

    def __init__(self, root: Path, *, output: Path | None = None, cache: bool = True) -> None:
        self.root = root.resolve()
        self.output = output.resolve() if output else self.root / "output"
        self._mounts: dict[PurePosixPath, Path] = {}
        self._read: dict[PurePosixPath, str] = {}
        self._caching = cache
        self._folders = _Folders()

    @classmethod
    def around(cls, start: Path, *, output: Path | None = None, cache: bool = True) -> Workspace:
        """The workspace that *start* lies in.

        Raises:
            BanxinError: `workspace/not-found`, where no folder above has the markers.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            if all((folder / marker).exists() for marker in MARKERS):
                return cls(folder, output=output, cache=cache)
        raise BanxinError(
            error("workspace/not-found", Place(str(start)), markers=", ".join(MARKERS))
        )

    def mount(self, name: PurePosixPath, folder: Path) -> None:
        """Let *name* stand for a folder outside the workspace: a title given by its path."""
        self._mounts[name] = folder.resolve()

    @property
    def mounts(self) -> tuple[tuple[PurePosixPath, Path], ...]:
        """The names that stand for folders elsewhere, and those folders."""
        return tuple(self._mounts.items())

    @property
    def caching(self) -> bool:
        """Whether anything is kept for the next time."""
        return self._caching

    # --- reading --------------------------------------------------------------------------

    @property
    def read_so_far(self) -> Mapping[PurePosixPath, str]:
        """Every file read, with the sha256 of what was in it."""
        return dict(self._read)

    def original(
        self, name: PurePosixPath, asked_at: Place | None = None
    ) -> tuple[str, Callable[[], bytes]]:
        """A large file: its sha256, and what gives its bytes. Raises: as `read`."""
        data = self.read(name, asked_at)
        return self._read[name], lambda: data

    def remembered(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What *make* gives. A workspace that is asked again and again may know it already.

        Args:
            key: of the function and its arguments; what it reads here need not be among them.
        """
        del key
        return make()

    def exists(self, name: PurePosixPath) -> bool:
        try:
            return self._locate(name, Place(str(name))).is_file()
        except (BanxinError, OSError):
            return False

    def folders(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names of the folders directly in *name*, sorted; hidden ones left out."""
        return self._listed(name, Path.is_dir)

    def files(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names of the files directly in *name*, sorted; hidden ones left out."""
        return self._listed(name, Path.is_file)

    def read(self, name: PurePosixPath, asked_at: Place | None = None) -> bytes:
        """The bytes of one file.

        Raises:
            BanxinError: `file/missing`, `file/outside`, `file/unreadable`, `file/too-large`,
                `file/folder`, `file/special`, `file/name-too-long`, at *asked_at*: the line that
                names the file.
        """
        place = asked_at or Place(str(name))
        path = self._locate(name, place)
        try:
            data = ordinary(path)
        except OSError as problem:
            raise BanxinError(_not_read(problem, name, place)) from problem
        self._read[name] = hashlib.sha256(data).hexdigest()
        return data

    def read_text(
        self, name: PurePosixPath, asked_at: Place | None = None, *, encoding: str = "utf-8"
    ) -> str:
        """The text of one file, its line ends made `\\n`, a byte order mark dropped.

        Raises:
            BanxinError: as `read`, and `text/encoding` where the bytes are not *encoding*;
                the guess, GB18030 or UTF-16, is among its facts; `file/too-long`.
        """
        data = self.read(name, asked_at)
        lines = data.count(b"\n") + data.count(b"\r")
        if len(data) > LARGEST_TEXT or lines > MOST_LINES:
            place = asked_at or Place(str(name))
            facts = {"size": len(data) >> 20, "lines": lines, "most": LARGEST_TEXT >> 20}
            raise BanxinError(error("file/too-long", place, file=str(name), **facts))
        try:
            text = data.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
        except (ValueError, LookupError) as problem:  # not of it, or no encoding of text
            start = problem.start if isinstance(problem, UnicodeDecodeError) else 0
            place = Place(str(name), data[:start].count(b"\n") + 1, 1)
            guess = _guess_encoding(data)
            code = "text/encoding" if guess else "text/encoding-unknown"
            raise BanxinError(error(code, place, expected=encoding, guess=guess)) from problem
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def path(self, name: PurePosixPath) -> Path:
        """The machine's own path of *name*, for a program of the user's.

        Raises:
            BanxinError: `file/outside`.
        """
        return self._locate(name, Place(str(name)))

    def _listed(self, name: PurePosixPath, kind: Callable[[Path], bool]) -> tuple[str, ...]:
        return tuple(n for n in self._there(name, kind) if is_decodable(n))

    def undecodable(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names in the folder *name* that are no text, as archives from elsewhere bring them."""
        return tuple(n for n in self._there(name, Path.exists) if not is_decodable(n))

    def _there(self, name: PurePosixPath, kind: Callable[[Path], bool]) -> list[str]:
        place = Place(str(name))
        folder = self._locate(name, place)
        try:
            if not folder.is_dir():
                return []
            return sorted(p.name for p in folder.iterdir() if p.name[0] != "." and _is(kind, p))
        except OSError as problem:
            raise BanxinError(_not_read(problem, name, place)) from problem

    def _locate(self, name: PurePosixPath, place: Place) -> Path:
        """The real path of *name*, symlinks followed; it must stay where names may lead."""
        base, below = self._base_of(name)
        outside = BanxinError(error("file/outside", place, file=str(name)))
        if name.is_absolute() or ".." in name.parts or "\0" in str(name):
            raise outside
        if any(len(part.encode("utf-8", "surrogatepass")) > LONGEST_NAME for part in name.parts):
            raise BanxinError(error("file/name-too-long", place, file=str(name)[:60]))
        try:
            real = self._folders.stored(base, below).resolve()
        except (RuntimeError, UnicodeError) as problem:  # a loop of symlinks
            raise outside from problem
        except OSError as problem:
            if problem.errno == errno.ELOOP:
                raise outside from problem
            raise BanxinError(_not_read(problem, name, place)) from problem
        if not real.is_relative_to(base) and not real.is_relative_to(self.root):
            raise outside
        return real

    def _base_of(self, name: PurePosixPath) -> tuple[Path, PurePosixPath]:
        for mounted, folder in self._mounts.items():
            if name.is_relative_to(mounted):
                return folder, name.relative_to(mounted)
        return self.root, name

    # --- the cache ------------------------------------------------------------------------

    @cached_property
    def cache(self) -> Cache:
        """`.cache` beside the results: safe to delete at any time."""
        return Cache(self.output / ".cache")

    def recall(self, kind: str, key: str) -> bytes | None:
        """What was kept under *key*, a digest of everything it was made from."""
        return self.cache.recall(kind, key) if self._caching else None

    def keep(self, kind: str, key: str, data: bytes) -> None:
        """Remember *data* for the next time."""
        if self._caching:
            self.cache.keep(kind, key, data)

    def tidy(self) -> None:
        """Let go of what the cache has no room for."""
        if self._caching:
            self.cache.tidy()

    def forget(self) -> None:
        """Empty the cache.

        Raises:
            BanxinError: `output/unwritable`.
        """
        try:
            self.cache.clear()
        except OSError as problem:
            raise _unwritable(problem, Place(_shown(self.cache.folder, self.root))) from problem

    # --- results --------------------------------------------------------------------------

    @contextmanager
    def publishing(
        self, folder: str, stale: Sequence[str] = ()
    ) -> Iterator[Callable[[str, bytes], None]]:
        """Write results beside the old ones and rename them all at the end.

        When the block is left by an exception the old results stay as they were. A folder of
        results (`pages/`) is replaced whole: nothing of an older, longer one stays in it.

        Args:
            stale: results of an earlier build, files or folders, that these make untrue.

        Raises:
            BanxinError: `output/full`, `output/unwritable`.
        """
        target = self.output / folder
        place = Place(_shown(target, self.root))
        beside: Path | None = None
        try:
            target.mkdir(parents=True, exist_ok=True)
            beside = scratch.folder_in(target)
            written: list[str] = []

            def write(name: str, data: bytes) -> None:
                path = beside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                written.append(name)

            yield write
            for name in written:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (beside / name).replace(target / name)
            for inner in {(target / name).parent for name in written} - {target}:
                for old in set(inner.iterdir()) - {target / name for name in written}:
                    if old.is_file():
                        old.unlink()
            for name in stale:
                if (target / name).is_dir():
                    shutil.rmtree(target / name, ignore_errors=True)
                else:
                    (target / name).unlink(missing_ok=True)
        except OSError as problem:
            raise _unwritable(problem, place) from problem
        finally:
            if beside is not None:
                shutil.rmtree(beside, ignore_errors=True)


class _Folders:
    """What lies in folders, by what is `alike`: listed again only where a folder has changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, Mapping[str, str]]] = {}

    def like(self, folder: Path, name: str) -> str:
        """The first name in *folder* that is like *name*; *name* where there is none."""
        changed = folder.stat().st_mtime_ns
        known = self._known.get(folder)
        if known is None or known[0] != changed:
            known = changed, self._listed(folder)
            # A folder that has just changed may change again within one tick of its clock.
            if time.time_ns() - changed > CLOCK_TICK:
                self._known[folder] = known
        return known[1].get(alike(name), name)

    def _listed(self, folder: Path) -> Mapping[str, str]:
        names = sorted((path.name for path in folder.iterdir()), reverse=True)
        return {alike(name): name for name in names}

    def stored(self, base: Path, below: PurePosixPath) -> Path:
        """Where *below* lies: where no file has just that name, one that is `alike` is meant."""
        if _is(Path.exists, base / below):
            return base / below
        path = base
        for part in below.parts:
            there = path / part
            if not there.exists() and path.is_dir():
                there = path / self.like(path, part)
            path = there
        return path


class NotOrdinary(OSError):  # noqa: N818  # says what it is
    """A folder, a pipe, a device, or larger than any file that is meant. `code`: of the finding."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(errno.EINVAL, code, str(path))
        self.code = code


def ordinary(path: Path, most: int = LARGEST_FILE) -> bytes:
    """The bytes of an ordinary file. A pipe is not waited for, and a device not read to its end.

    What counts is how much is read, for what a file tells of its size need not be so.

    Raises:
        OSError: it cannot be read; `NotOrdinary`.
    """
    _must_be_ordinary(path.stat().st_mode, path)  # a device may act when it is only opened
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as file:
        now = os.fstat(handle)
        _must_be_ordinary(now.st_mode, path)
        parts, left = [], most + 1
        wanted = min(now.st_size + 1, left)
        while left > 0 and (part := file.read(min(wanted, left))):
            parts.append(part)
            left -= len(part)
            wanted = PIECE
    if left <= 0:
        raise NotOrdinary("file/too-large", path)
    return b"".join(parts)


def _must_be_ordinary(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise NotOrdinary("file/folder", path)
    if not stat.S_ISREG(mode):
        raise NotOrdinary("file/special", path)


def _not_read(problem: OSError, name: PurePosixPath, place: Place) -> Diagnostic:
    file = str(name)
    match problem:
        case NotOrdinary():
            return error(problem.code, place, file=file)
        case FileNotFoundError():
            return error("file/missing", place, file=file)
        case _ if problem.errno == errno.ENAMETOOLONG:
            return error("file/name-too-long", place, file=file[:60])
        case _:
            return error("file/unreadable", place, file=file, why=problem.strerror or str(problem))


def is_decodable(name: str) -> bool:
    """Whether a file's name is text: not so if it is of an encoding that this system has not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except OSError:
        return False


def folder_for(path: Path) -> Path:
    """*path* as a folder to write into, made if it is not there.

    Raises:
        BanxinError: `output/not-a-folder`, `output/full`, `output/unwritable`.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as problem:
        raise BanxinError(error("output/not-a-folder", folder=str(path))) from problem
    except OSError as problem:
        raise _unwritable(problem, Place(str(path))) from problem
    return path


def write_whole(file: Path, data: bytes) -> None:
    """Write *file*, or leave it as it was.

    Raises:
        BanxinError: `output/full`, `output/unwritable`.
    """
    try:
        scratch.write_whole(file, data)
    except OSError as problem:
        raise _unwritable(problem, Place(str(file))) from problem


def _unwritable(problem: OSError, place: Place) -> BanxinError:
    code = "output/full" if problem.errno == errno.ENOSPC else "output/unwritable"
    return BanxinError(error(code, place, why=problem.strerror or str(problem)))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _guess_encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "gb18030"
