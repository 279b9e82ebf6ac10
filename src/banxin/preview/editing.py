"""What is written on the page is written into the manuscript: one block, if it is as it was shown.

The words of a block are opened as they stand in its file, and go back to where they stood. All
other bytes stay: line ends, a mark of byte order, the encoding. Each step is kept, and can be taken
back as long as nobody else has gone on writing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from banxin import kept, project
from banxin.diagnostics import BanxinError, Place, error
from banxin.manuscript.extents import Changed, ChapterText, Extent, with_address, with_attribute
from banxin.manuscript.reader import FIGURE_ATTRIBUTES, SIZES
from banxin.manuscript.values import focus_of, height_of
from banxin.workspace import Workspace, folder_for, write_whole

COPIES: Final = ".before-edit"
MOST: Final = 200  # steps that can be taken back
PHOTOS: Final = "photos"
PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})
_SIGNATURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"RIFF")
_STRANGE: Final = re.compile(r"[^\w.-]+")
LONGEST_NAME: Final = 80
_BAR: Final = re.compile(r"(?<!\\)\|")  # that would part a cell in two


@dataclass(frozen=True, slots=True)
class EditSpot:
    """A block of a chapter: its place, counted from 1, and a cell of it, from 0, or None."""

    file: PurePosixPath
    line: int
    column: int
    cell: tuple[int, int] | None = None

    @property
    def place(self) -> Place:
        return Place(str(self.file), self.line, self.column)


@dataclass(frozen=True, slots=True)
class Opened:
    """The words of a block.

    Attributes:
        one_line: whether they have room for no more than that.
        row: the whole line that it begins on.
        takes: what `set_attribute` can say of it.
    """

    words: str
    kind: str
    one_line: bool
    row: str
    takes: tuple[str, ...]


def opened(folder: PurePosixPath, spot: EditSpot, workspace: Workspace) -> Opened:
    """The words at *spot*, as they are written.

    Raises:
        BanxinError: as `write`.
    """
    chapter = _OpenChapter.read(folder, spot, workspace)
    extent = chapter.extent(spot)
    row = chapter.written.rows[spot.line - 1]
    takes = chapter.takes(spot)
    return Opened(extent.shown, extent.kind, extent.is_one_line, row, takes)


def write(
    folder: PurePosixPath, spot: EditSpot, before: str, after: str, workspace: Workspace
) -> None:
    """Write *after* where *before* is written at *spot*.

    Args:
        folder: of the title, whose chapters alone are written to.

    Raises:
        BanxinError: `edit/nothing`, there is no such block, or the file is none of its chapters;
            `edit/changed`, it is not what was shown; `edit/empty`, `edit/one-line`,
            `edit/elsewhere`, the words would change what is around them; `fix/encoding`,
            `fix/not-in-encoding`; as `kept.write`. Nothing is written then.
    """
    chapter = _OpenChapter.read(folder, spot, workspace)
    extent = chapter.extent(spot)
    after = after.replace("\r\n", "\n").replace("\r", "\n")
    if extent.shown != before:
        raise BanxinError(error("edit/changed", spot.place))
    if after == before:
        return
    if not after.strip() and extent.kind != "cell":
        raise BanxinError(error("edit/empty", spot.place))
    if extent.is_one_line and "\n" in after:
        raise BanxinError(error("edit/one-line", spot.place))
    if extent.kind == "cell" and _BAR.search(after):
        raise BanxinError(error("edit/elsewhere", spot.place))
    text = extent.filled(chapter.written.text, after)
    chapter.put(Changed(text, extent.lines), workspace)


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said of a picture or a `:::` block.

    Attributes:
        value: None takes the key out.
        row: the line that the block begins on, as it was shown.
    """

    key: str
    value: str | None
    row: str


def set_attribute(
    folder: PurePosixPath, spot: EditSpot, saying: Saying, workspace: Workspace
) -> str:
    """Say it of the picture or the `:::` block at *spot*; its line as it is then.

    Raises:
        BanxinError: `edit/value`; as `write`.
    """
    key, value = saying.key, saying.value
    known = _VALUES.get(key)
    if known is None or (value is not None and not known(value)):
        raise BanxinError(error("edit/value", spot.place, key=key[:40], value=(value or "")[:40]))
    chapter = _OpenChapter.read(folder, spot, workspace)
    chapter.must_say(spot, saying.row)
    if key not in chapter.takes(spot):
        raise BanxinError(error("edit/nothing", spot.place))
    try:
        changed = with_attribute(chapter.written, spot.line, spot.column, key, value)
    except LookupError as problem:
        raise BanxinError(error("edit/nothing", spot.place)) from problem
    chapter.put(changed, workspace)
    return ChapterText(spot.file, changed.text).rows[spot.line - 1]


_VALUES: Final[dict[str, Callable[[str], object]]] = {
    "focus": focus_of,
    "lines": height_of,
    "size": SIZES.__contains__,
    "upright": lambda value: not value,
}
assert {"focus", "lines", "size"} <= set(FIGURE_ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A picture from elsewhere.

    Attributes:
        name: as it was called there; only its last part counts.
        row: the line of the picture that it is to replace, as it was shown.
    """

    name: str
    data: bytes
    row: str


def replace_picture(
    folder: PurePosixPath, spot: EditSpot, dropped: Dropped, workspace: Workspace
) -> PurePosixPath:
    """Put a picture among the title's photographs, and have the one at *spot* be it.

    Returns:
        Its name in the workspace. One that is there with the same bytes is taken as it is.

    Raises:
        BanxinError: `edit/no-picture`; as `write`.
    """
    name, data = dropped.name, dropped.data
    base = _STRANGE.sub("-", PurePosixPath(name.replace("\\", "/")).name).strip("-.")
    suffix = PurePosixPath(base).suffix.lower()
    if suffix not in PICTURES or not data.startswith(_SIGNATURES):
        raise BanxinError(error("edit/no-picture", spot.place, name=name[:80]))
    chapter = _OpenChapter.read(folder, spot, workspace)
    chapter.must_say(spot, dropped.row)
    stem = PurePosixPath(base).stem[:LONGEST_NAME] or "photo"
    photo, is_there = _free(folder / PHOTOS, stem, suffix, data, workspace)
    try:
        address = str(photo.relative_to(spot.file.parent))
        changed = with_address(chapter.written, spot.line, spot.column, address)
    except (LookupError, ValueError) as problem:
        raise BanxinError(error("edit/nothing", spot.place)) from problem
    path = workspace.path(photo)
    if not is_there:
        write_whole(folder_for(path.parent) / path.name, data)
    try:
        chapter.put(changed, workspace)
    except BanxinError:
        if not is_there:
            path.unlink(missing_ok=True)
        raise
    return photo


def _free(
    folder: PurePosixPath, stem: str, suffix: str, data: bytes, workspace: Workspace
) -> tuple[PurePosixPath, bool]:
    """A name that no other picture has, and whether the very same one has it."""
    number = 1
    while True:
        name = folder / (f"{stem}-{number}{suffix}" if number > 1 else f"{stem}{suffix}")
        if not workspace.exists(name):
            return name, False
        if workspace.read(name) == data:
            return name, True
        number += 1


def undo(folder: PurePosixPath, workspace: Workspace) -> PurePosixPath:
    """Take the last step back; the chapter that is as it was. Raises: as `kept.undo`."""
    return kept.undo(folder, workspace, COPIES).names[0]


# --- chapters ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OpenChapter:
    """One of a title's chapters: its bytes, and what is written in it."""

    folder: PurePosixPath
    name: PurePosixPath
    data: bytes
    encoding: str
    written: ChapterText

    @classmethod
    def read(cls, folder: PurePosixPath, spot: EditSpot, workspace: Workspace) -> _OpenChapter:
        nothing = BanxinError(error("edit/nothing", spot.place))
        chapters, encoding = project.every_chapter(folder, workspace)
        if spot.file not in chapters:
            raise nothing
        own, real = workspace.path(folder), workspace.path(spot.file)
        if not real.is_relative_to(own) or (own / spot.file.relative_to(folder)).is_symlink():
            raise nothing  # a link that leads out of the title, or into another of its files
        workspace.read_text(spot.file, encoding=encoding)  # says what is wrong with it, if anything
        data = workspace.read(spot.file)
        text = data.decode(encoding)
        if text.encode(encoding) != data:
            raise BanxinError(error("fix/encoding", Place(str(spot.file)), encoding=encoding))
        return cls(folder, spot.file, data, encoding, ChapterText(spot.file, text))

    def extent(self, spot: EditSpot) -> Extent:
        """Raises: BanxinError, `edit/nothing`."""
        found = self.written.extent(spot.line, spot.column, spot.cell)
        if found is None:
            raise BanxinError(error("edit/nothing", spot.place))
        return found

    def must_say(self, spot: EditSpot, row: str) -> None:
        """Raises: BanxinError, `edit/changed`, where a line is not what was shown."""
        rows = self.written.rows
        if not 1 <= spot.line <= len(rows) or rows[spot.line - 1] != row:
            raise BanxinError(error("edit/changed", spot.place))

    def takes(self, spot: EditSpot) -> tuple[str, ...]:
        """What can be said of the block at *spot*."""
        if self.written.key_at(spot.line) is not None:
            return "focus", "lines"
        row = self.written.row(spot.line)
        if row.startswith("![", spot.column - 1):
            return "focus", "lines", "size"
        return ("upright",) if row.startswith(":::", spot.column - 1) else ()

    def put(self, changed: Changed, workspace: Workspace) -> None:
        """Write a text that says something else in some lines, and nowhere else."""
        text, lines = changed.text, changed.lines
        place = Place(str(self.name), lines[0] + 1)
        now = ChapterText(self.name, text)
        more = len(now.rows) - len(self.written.rows)
        if now.beside(lines, more) != self.written.beside(lines):
            raise BanxinError(error("edit/elsewhere", place))
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as problem:
            facts = {"encoding": self.encoding, "character": text[problem.start]}
            raise BanxinError(error("fix/not-in-encoding", place, **facts)) from problem
        if data == self.data:
            return
        step = kept.Becomes(self.name, self.data, data)
        kept.write(self.folder, [step], workspace, COPIES, most=MOST)
