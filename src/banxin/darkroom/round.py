"""One round through a title's pictures: looked at, renamed, entered; and what was chosen, set.

All is worked out before anything is written; what was moved is moved back where the end fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict, RootModel

from banxin import project
from banxin.assets import kinds, ledger
from banxin.content import guessed
from banxin.darkroom import entered, heic, named, seen, waiting
from banxin.darkroom.entered import Defaults
from banxin.darkroom.named import LIST, ORIGINALS, Renaming
from banxin.darkroom.seen import PHOTOS, Seen
from banxin.darkroom.waiting import BECAUSE, Match, Waiting
from banxin.diagnostics import BanxinError, Diagnostic, Place, error, note, warning
from banxin.edition import LEDGER, PICTURE_KEYS, figures
from banxin.manuscript import read
from banxin.manuscript.inlines import plain
from banxin.request import Request
from banxin.tables import parse_table
from banxin.workspace import (
    Workspace,
    alike,
    folder_for,
    is_decodable,
    ordinary,
    write_whole,
)

_MARK_OF_ORDER: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Round:
    """What a round found. `text`: the ledger as it is to be; `matches`: proposals, not set."""

    title: str
    found: tuple[Seen, ...]
    captions: Mapping[str, str]
    credits: Mapping[str, str]
    waiting: tuple[Waiting, ...]
    matches: tuple[Match, ...]
    renamed: tuple[Renaming, ...]
    remarks: tuple[Diagnostic, ...]
    text: str


class ChosenTable(BaseModel):
    """What the contact sheet writes of one picture."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    caption: str | None = None
    credit: str | None = None
    place: str = ""
    aside: bool = False


class ChoiceTable(RootModel[dict[str, ChosenTable]]):
    """`choice.toml`: picture → what was chosen for it."""


def go_round(
    folder: PurePosixPath, workspace: Workspace, defaults: Defaults, *, write: bool
) -> Round:
    """Look at all pictures of a title; with *write* rename what has to be, and enter them.

    Raises:
        BanxinError: faults of edition.toml or of the ledger; `output/unwritable`. Nothing is
            written then.
    """
    job = project.load(Request(folder), workspace)
    before = _ledger_text(folder, workspace)
    renamed = tuple(named.renamings(workspace.path(folder / PHOTOS), kinds.PICTURES))
    with _moving(write=write) as done:
        faults = [
            fault for one in renamed for fault in (_rename(one, folder, done) if write else ())
        ]
        fresh = workspace.afresh()
        names = seen.pictures(folder, fresh)
        found, unread = seen.look_at_all(folder, names, fresh, job.lang)
        text = entered.refreshed(before, found, defaults)
        if write:
            _write_ledger(folder, workspace, before, text)
    table = ledger_in(text)
    captions = {alike(name): row.get("caption", "") for name, row in table.items()}
    credits = {alike(name): row.get("credit", "") for name, row in table.items()}
    asked, without = _asked_for(job, fresh)
    there = {alike(name) for name in names}
    without = (*without, *_entries_without(table, there, folder, {alike(w.name) for w in without}))
    without = tuple(
        replace(one, caption=one.caption or captions.get(alike(one.name), "")) for one in without
    )
    free = tuple(waiting.pictures_without(found, asked, captions))
    matches = waiting.matches(without, free)
    remarks = (*faults, *unread, *_remarks(folder, found, without, free, matches))
    return Round(job.title, found, captions, credits, without, matches, renamed, remarks, text)


def take(folder: PurePosixPath, choice: bytes, name: str, workspace: Workspace) -> int:
    """Set what was chosen on the contact sheet. Gives for how many pictures.

    Raises:
        BanxinError: the choice is not one, or names what is not there; `output/unwritable`.
            Nothing is changed then.
    """
    return _take(_choice(choice, name), name, folder, workspace)


def settle(folder: PurePosixPath, matches: Sequence[Match], name: str, workspace: Workspace) -> int:
    """Give each picture the place that a round proposed for it. Gives for how many.

    Args:
        name: what to call the source of these choices where one cannot be taken.

    Raises:
        BanxinError: as `take`.
    """
    table = {match.picture: ChosenTable(place=match.waiting.name) for match in matches}
    return _take(table, name, folder, workspace)


def _take(
    table: Mapping[str, ChosenTable], name: str, folder: PurePosixPath, workspace: Workspace
) -> int:
    there = {alike(n): n for n in seen.pictures(folder, workspace)}
    lost = [n for n in table if alike(n) not in there]
    if lost:
        raise BanxinError(*(error("photo/chosen-missing", Place(name), file=n) for n in lost))
    before = text = _ledger_text(folder, workspace)
    with _moving(write=True) as done:
        for asked, chosen in table.items():
            text = _set(text, there[alike(asked)], chosen, folder, workspace, done)
        _write_ledger(folder, workspace, before, text)
    return len(table)


def _choice(data: bytes, name: str) -> Mapping[str, ChosenTable]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BanxinError(error("photo/choice-unread", Place(name))) from problem
    return parse_table(PurePosixPath(name), text, ChoiceTable).root


def _set(
    text: str,
    picture: str,
    chosen: ChosenTable,
    folder: PurePosixPath,
    workspace: Workspace,
    done: list[Callable[[], object]],
) -> str:
    key = entered.keys_of(text).get(alike(picture))
    if key is None:
        text = text.rstrip("\n") + f"\n\n[{entered.quoted(picture)}]\n"
        key = picture
    for field, value in (("caption", chosen.caption), ("credit", chosen.credit)):
        if value is not None:
            text = entered.with_value(text, key, field, " ".join(value.split()))
    path = workspace.path(folder / picture)
    if chosen.aside:
        _move(path, folder_for(path.parent / ORIGINALS) / path.name, done)
    elif chosen.place and alike(chosen.place) != alike(picture):
        to = workspace.path(folder / chosen.place)
        if PurePosixPath(chosen.place).parent != PHOTOS or to.exists():
            raise BanxinError(error("photo/place-taken", file=picture, place=chosen.place))
        _move(path, to, done)
        known = entered.keys_of(text)
        text = entered.moved(text, key, known.get(alike(chosen.place), chosen.place))
    return text


# --- the ledger -------------------------------------------------------------------------------


def ledger_in(text: str) -> Mapping[str, Mapping[str, str]]:
    return {name: row.model_dump() for name, row in _table(text).items()}


def _table(text: str) -> Mapping[str, ledger.EntryTable]:
    return parse_table(LEDGER, text, ledger.LedgerTable).root


def _ledger_text(folder: PurePosixPath, workspace: Workspace) -> str:
    """The ledger as it is written; empty where there is none. Raises: BanxinError, its faults."""
    if not workspace.exists(folder / LEDGER):
        return ""
    ledger.read(folder / LEDGER, workspace)
    return workspace.read_text(folder / LEDGER)


def _write_ledger(folder: PurePosixPath, workspace: Workspace, before: str, text: str) -> None:
    """Write it as it was written: its line ends, its mark of byte order."""
    path = workspace.path(folder / LEDGER)
    now = ordinary(path) if path.is_file() else b""
    bare = now.removeprefix(_MARK_OF_ORDER)
    if bare.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n") != before:
        raise BanxinError(error("fix/changed", Place(str(folder / LEDGER))))
    if text == before:
        return
    data = text.encode()
    if b"\r\n" in bare:
        data = data.replace(b"\n", b"\r\n")
    folder_for(path.parent)
    write_whole(path, (_MARK_OF_ORDER if bare != now else b"") + data)


# --- files ------------------------------------------------------------------------------------


@contextmanager
def _moving(*, write: bool) -> Iterator[list[Callable[[], object]]]:
    """A list of ways back, which are gone where the end is not reached."""
    done: list[Callable[[], object]] = []
    try:
        yield done
    except BaseException:
        for back in reversed(done) if write else ():
            back()
        raise


def _rename(
    one: Renaming, folder: PurePosixPath, done: list[Callable[[], object]]
) -> Iterator[Diagnostic]:
    """A copy under the new name, then the file to the originals, then a line in their list."""
    place = Place(str(folder / PHOTOS / one.shown))
    try:
        data = ordinary(one.old)
        if one.old.suffix.lower() in heic.SUFFIXES:
            data = heic.as_jpeg(data, place)
    except BanxinError as problem:
        yield from problem.diagnostics
        return
    except OSError as problem:
        yield error("file/unreadable", place, file=one.shown, why=str(problem.strerror))
        return
    new = one.old.with_name(one.new)
    originals = folder_for(one.old.parent / ORIGINALS)
    write_whole(new, data)
    done.append(lambda: new.unlink(missing_ok=True))
    kept = _move(one.old, originals / one.old.name, done)
    table = originals / LIST
    old = ordinary(table) if table.is_file() else b""
    shown = kept.name if is_decodable(kept.name) else guessed(kept.name)
    row = f"{entered.quoted(one.new)} = {entered.quoted(shown)}\n"
    write_whole(table, old + row.encode())
    done.append(lambda: write_whole(table, old) if old else table.unlink(missing_ok=True))
    yield note("photo/renamed", place, file=one.shown, new=one.new)


def _move(path: Path, to: Path, done: list[Callable[[], object]]) -> Path:
    """Move a file to a name that is free. Raises: BanxinError, `output/unwritable`."""
    free, number = to, 2
    while os.path.lexists(free):
        free, number = to.with_name(f"{to.stem}-{number}{to.suffix}"), number + 1
    try:
        path.rename(free)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(error("output/unwritable", Place(str(path.parent)), why=why)) from problem
    done.append(lambda: free.rename(path))
    return free


# --- what waits -------------------------------------------------------------------------------


def _asked_for(
    job: project.Job, workspace: Workspace
) -> tuple[frozenset[str], tuple[Waiting, ...]]:
    """Pictures that the chapters ask for, by what is alike; and those that are not there."""
    try:
        manuscript = read(job.chapters, workspace, encoding=job.encoding)
    except BanxinError:
        return frozenset(), ()  # no chapter yet: a build tells of it
    asked: set[str] = set()
    without: dict[str, Waiting] = {}
    for chapter in manuscript.chapters:
        fields = [(chapter.file.parent / f.value, "", f.place) for k, f in chapter.front.items()
                  if k in PICTURE_KEYS and f.value]  # fmt: skip
        placed = [(f.source, plain(f.caption), f.place)
                  for f in figures((chapter.blocks, chapter.notes))]  # fmt: skip
        for source, caption, place in (*fields, *placed):
            if source.is_relative_to(job.folder):
                name = str(source.relative_to(job.folder))
                asked.add(alike(name))
                if not workspace.exists(source):
                    without.setdefault(alike(name), Waiting(name, caption, place))
    return frozenset(asked), tuple(without.values())


def _entries_without(
    table: Mapping[str, Mapping[str, str]],
    there: set[str],
    folder: PurePosixPath,
    known: set[str],
) -> Iterator[Waiting]:
    """Captions of the ledger whose pictures are not there."""
    for name, row in table.items():
        if row.get("caption") and alike(name) not in there | known:
            yield Waiting(name, row["caption"], Place(str(folder / LEDGER)))


def _remarks(
    folder: PurePosixPath,
    found: Sequence[Seen],
    without: Sequence[Waiting],
    free: Sequence[Seen],
    matches: Sequence[Match],
) -> Iterator[Diagnostic]:
    for one in found:
        place = Place(str(folder / one.name))
        yield from (warning(code, place, file=one.name) for code in one.doubts)
        if one.located:
            yield note("photo/located", place, file=one.name)
    for group in seen.alike(found):
        first, others = group[0].name, " · ".join(one.name for one in group[1:])
        yield warning("photo/alike", Place(str(folder / first)), file=first, others=others)
    for match in matches:
        facts = {"file": match.picture, "name": match.waiting.name}
        facts["caption"] = match.waiting.caption[:60] or "–"
        yield note(BECAUSE[match.why], match.waiting.place, **facts)
    settled = {match.waiting.name for match in matches} | {match.picture for match in matches}
    for wait in without:
        if wait.name not in settled:
            caption = wait.caption[:60] or "–"
            yield warning("photo/caption-waits", wait.place, file=wait.name, caption=caption)
    for one in free:
        if one.name not in settled:
            yield note("photo/waits", Place(str(folder / one.name)), file=one.name)
