"""The only door to the files of a title: by name, with a cache by content, results by renaming.

Names are `PurePosixPath`s below the workspace (`content/langfang/01.md`); the machine's own
paths stay in here. What was asked of the outside is remembered with what was answered: where
every question has the answer that it had, what was made of them is what would be made.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from banxin import scratch
from banxin.cache import Cache, Held
from banxin.diagnostics import BanxinError, Diagnostic, Place, error
from banxin.stamps import CLOCK_TICK, Look, Stamp, at_rest, look_at

Answer = TypeVar("Answer")

MARKERS: Final = ("layouts", "fonts/fonts.toml")
LONGEST_NAME: Final = 255  # bytes, on all usual file systems
PIECE: Final = 1 << 20  # bytes, of a file that is longer than it says
SMALL: Final = 1 << 18  # bytes: files up to this size may be held in memory
MOST_HELD: Final = 64 << 20  # bytes of fonts and the like that copies of a title hold
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
        self.asked = Questions()
        self.published = Published()

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

    def afresh(self) -> Workspace:
        """The same folder and cache, of which nothing was asked yet."""
        fresh = Workspace(self.root, output=self.output, cache=self._caching)
        fresh._mounts |= self._mounts
        fresh.cache = self.cache
        return fresh

    # --- reading --------------------------------------------------------------------------

    @property
    def read_so_far(self) -> Mapping[PurePosixPath, str]:
        """Every file read, with the sha256 of what was in it."""
        return dict(self._read)

    def digest(self, name: PurePosixPath, asked_at: Place | None = None) -> str:
        """The sha256 of a file. One that looks as it did is not read again. Raises: as `read`."""
        path, now = self._locate(name, asked_at or Place(str(name))), time.time_ns()
        look = look_at(path)
        if (known := self._known(name, look)) is not None:
            return known
        key = hashlib.sha256(f"{path} {look}".encode("utf-8", "surrogatepass")).hexdigest()
        kept = self.recall("digest", key) if look is not None else None
        if kept is None or look is None:
            self.read(name, asked_at)
            if look is not None and at_rest(look, now):
                self.keep("digest", key, self._read[name].encode())
        else:
            self._has_read(name, Stamp(kept.decode(), look, now))
        return self._read[name]

    def original(
        self, name: PurePosixPath, asked_at: Place | None = None
    ) -> tuple[str, Callable[[], bytes]]:
        """A large file: its sha256, and what reads its bytes when they are wanted.

        Raises:
            BanxinError: as `read`; and who reads later, `file/changed`.
        """
        digest = self.digest(name, asked_at)
        return digest, _OnDisk(self, name, digest)

    def remembered(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What *make* gives. A workspace that is asked again and again may know it already.

        Args:
            key: of the function and its arguments; what it reads here need not be among them.
        """
        del key
        return make()

    def exists(self, name: PurePosixPath) -> bool:
        return self._note("exists", name, self._exists(name))

    def folders(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names of the folders directly in *name*, sorted; hidden ones left out."""
        return self._note("folders", name, self._listed(name, Path.is_dir))

    def files(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names of the files directly in *name*, sorted; hidden ones left out."""
        return self._note("files", name, self._listed(name, Path.is_file))

    def below(self, name: PurePosixPath) -> Iterator[PurePosixPath]:
        """The files in *name* and in the folders below it; hidden ones left out."""
        yield from (name / file for file in self.files(name))
        for folder in self.folders(name):
            yield from self.below(name / folder)

    def undecodable(self, name: PurePosixPath) -> tuple[str, ...]:
        """Names in the folder *name* that are no text, as archives from elsewhere bring them."""
        return self._note("undecodable", name, self._undecodable(name))

    def read(self, name: PurePosixPath, asked_at: Place | None = None) -> bytes:
        """The bytes of one file.

        Raises:
            BanxinError: `file/missing`, `file/outside`, `file/unreadable`, `file/too-large`,
                `file/folder`, `file/special`, `file/name-too-long`, at *asked_at*: the line that
                names the file.
        """
        data, stamp = self._really_read(name, asked_at)
        self._has_read(name, stamp)
        return data

    def _really_read(
        self, name: PurePosixPath, asked_at: Place | None = None
    ) -> tuple[bytes, Stamp]:
        """The bytes of one file, and how it looked just before. Raises: as `read`."""
        place = asked_at or Place(str(name))
        try:
            path, now = self._locate(name, place), time.time_ns()
            look = look_at(path)
            data = ordinary(path)
            digest = self._known(name, look) or hashlib.sha256(data).hexdigest()
        except BanxinError:
            self.asked.is_clear = False
            raise
        except FileNotFoundError as problem:
            self._note("missing", name, answer=True)
            raise BanxinError(_not_read(problem, name, place)) from problem
        except OSError as problem:
            self.asked.is_clear = False
            raise BanxinError(_not_read(problem, name, place)) from problem
        return data, Stamp(digest, look or (-1, now, now, -1), now)

    def _known(self, name: PurePosixPath, look: Look | None) -> str | None:
        """The sha256 of a file that looks as it did when it was read before."""
        stamp = self.asked.stamps.get(name)
        return stamp.digest if stamp is not None and stamp.at_rest and stamp.look == look else None

    def _has_read(self, name: PurePosixPath, stamp: Stamp) -> None:
        self._read[name] = stamp.digest
        self.asked.read(name, stamp)

    def _note(self, kind: str, name: PurePosixPath, answer: Answer) -> Answer:
        """Remember a question with its answer, which is given back."""
        self.asked.told(kind, name, answer)
        return answer

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

    def still(self, kind: str, name: PurePosixPath, answer: object) -> bool:
        """Whether a question, but for what is in a file, has the answer that it had."""
        try:
            match kind:
                case "exists":
                    return self._exists(name) == answer
                case "files":
                    return self._listed(name, Path.is_file) == answer
                case "folders":
                    return self._listed(name, Path.is_dir) == answer
                case "undecodable":
                    return self._undecodable(name) == answer
                case _:  # missing
                    return not os.path.lexists(self._locate(name, Place()))
        except BanxinError:
            return False

    def read_again(self, name: PurePosixPath, stamp: Stamp) -> Stamp | None:
        """How the file *name* looks now, if it is what it was; None for another, or none."""
        try:
            return _again(self._locate(name, Place()), stamp)
        except BanxinError:
            return None

    def result_again(self, name: str, stamp: Stamp) -> Stamp | None:
        """The same of a result, by its name below `output`."""
        return _again(self.output / name, stamp)

    def holds_only(self, written: Collection[str], removed: Collection[str]) -> bool:
        """Whether nothing lies beside the results *written* that writing them would take away."""
        if any(os.path.lexists(self.output / name) for name in removed):
            return False
        names = {self.output / name for name in written}
        try:
            within = {path for path in names if path.relative_to(self.output).parent.parent.name}
            return not any(
                path.is_file()
                for folder in {path.parent for path in within}
                for path in set(folder.iterdir()) - names
            )
        except OSError:
            return False

    def _exists(self, name: PurePosixPath) -> bool:
        try:
            return self._locate(name, Place(str(name))).is_file()
        except (BanxinError, OSError):
            return False

    def _listed(self, name: PurePosixPath, kind: Callable[[Path], bool]) -> tuple[str, ...]:
        return tuple(n for n in self._there(name, kind) if is_decodable(n))

    def _undecodable(self, name: PurePosixPath) -> tuple[str, ...]:
        return tuple(n for n in self._there(name, Path.exists) if not is_decodable(n))

    def _there(self, name: PurePosixPath, kind: Callable[[Path], bool]) -> list[str]:
        place = Place(str(name))
        folder = self._locate(name, place)
        try:
            if not folder.is_dir():
                return []
            return sorted(p.name for p in folder.iterdir() if p.name[0] != "." and _is(kind, p))
        except OSError as problem:
            self.asked.is_clear = False
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
            written: dict[str, str] = {}

            def write(name: str, data: bytes) -> None:
                path = beside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                written[name] = hashlib.sha256(data).hexdigest()

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
            digests = {f"{folder}/{name}": digest for name, digest in written.items()}
            self.published = Published(digests, tuple(f"{folder}/{name}" for name in stale))
        except OSError as problem:
            raise _unwritable(problem, place) from problem
        finally:
            if beside is not None:
                shutil.rmtree(beside, ignore_errors=True)


class SteadyWorkspace(Workspace):
    """For the copies of one title: what all of them ask is asked of the disk once.

    A title that is changed while its copies are made is as it was in all of them.
    """

    def __init__(self, of: Workspace) -> None:
        super().__init__(of.root, output=of.output, cache=of.caching)
        self._mounts |= dict(of.mounts)
        self.cache = of.cache
        self._held = Held(MOST_HELD)
        self._answers: dict[Hashable, Any] = {}
        self._exist: dict[PurePosixPath, bool] = {}

    def remembered(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        if key not in self._answers:
            self._answers[key] = make()
        return self._answers[key]  # type: ignore[no-any-return]

    def read(self, name: PurePosixPath, asked_at: Place | None = None) -> bytes:
        held = self._held.recall("read", str(name))
        if held is not None:
            return held
        data = super().read(name, asked_at)
        if len(data) < SMALL:
            self._held.keep("read", str(name), data)
        return data

    def digest(self, name: PurePosixPath, asked_at: Place | None = None) -> str:
        return self._read.get(name) or super().digest(name, asked_at)

    def exists(self, name: PurePosixPath) -> bool:
        if name not in self._exist:
            self._exist[name] = super().exists(name)
        return self._exist[name]

    def recall(self, kind: str, key: str) -> bytes | None:
        held = self._held.recall(kind, key)
        if held is None:
            held = super().recall(kind, key)
            if held is not None:
                self._held.keep(kind, key, held)
        return held

    def keep(self, kind: str, key: str, data: bytes) -> None:
        self._held.keep(kind, key, data)
        super().keep(kind, key, data)


class Questions:
    """What was asked of the outside, and what was answered.

    Attributes:
        answers: by kind of question and name.
        stamps: of the files that were read.
        is_clear: whether each question had one answer for as long as it was asked, and none was
            refused.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, PurePosixPath], object] = {}
        self.stamps: dict[PurePosixPath, Stamp] = {}
        self.is_clear = True

    def told(self, kind: str, name: PurePosixPath, answer: object) -> None:
        self.is_clear &= self.answers.setdefault((kind, name), answer) == answer

    def read(self, name: PurePosixPath, stamp: Stamp) -> None:
        """A file. Whoever changes it while it is being used has made two files of it."""
        first = self.stamps.setdefault(name, stamp)
        self.is_clear &= first.digest == stamp.digest


@dataclass(frozen=True, slots=True)
class Published:
    """What was written last, by names below `output`.

    Attributes:
        written: the sha256 of each result.
        removed: what these results make untrue, and is there no more.
    """

    written: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """The bytes of a large file when they are wanted, if they are still the same."""

    workspace: Workspace
    name: PurePosixPath
    digest: str

    def __call__(self) -> bytes:
        data = self.workspace.read(self.name)
        if self.workspace.read_so_far[self.name] != self.digest:
            raise BanxinError(error("file/changed", Place(str(self.name)), file=str(self.name)))
        return data


def _again(path: Path, stamp: Stamp) -> Stamp | None:
    now = time.time_ns()
    look = look_at(path)
    if look is None:
        return None
    if stamp.at_rest and look == stamp.look:
        return stamp
    try:
        digest = hashlib.sha256(ordinary(path)).hexdigest()
    except OSError:
        return None
    return Stamp(digest, look, now) if digest == stamp.digest else None


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
