"""Between tabs and workers: pictures that move, rooms that stay open."""

from __future__ import annotations

import asyncio
import io
import shutil
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pikepdf
import pytest
from PIL import Image

from banxin.preview import server
from banxin.preview.messages import Geometry, Home, PageView, SomePages, TitleView
from banxin.preview.page_store import StoredPage
from banxin.preview.server import Preview, _Gone, _Tab
from banxin.preview.session import PageShown
from banxin.request import Request
from banxin.workspace import Workspace

BLEED: Final = (3.0, 3.0, 3.0, 3.0)
MM: Final = 72 / 25.4


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A page of 60 × 80 mm with 3 mm of bleed."""
    file = tmp_path / "pages.pdf"
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(66 * MM, 86 * MM))
        made.save(file)
    return file


def opened(picture: Any) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def shelved(preview: Preview, pdf: Path) -> StoredPage:
    """The first page of *pdf*, put on the shelf as the page that it always was."""
    geometry = Geometry(1, 1, 1, 1, 3, 5, 4, 100, 2, 5, 40)
    about = TitleView("digest", "小册", "jinian", "coated", "saddle", (), geometry, ())
    leaf = PageView("a" * 32, 60, 80, BLEED, (), "stands")
    preview.shelf.put(SomePages(about, 0, (leaf,), pdf, 1))
    source = preview.shelf.find(leaf.identity)
    assert source is not None
    return source


def pictures(preview: Preview, *sources: StoredPage) -> list[Any]:
    """What comes of asking for each in turn."""

    async def asked() -> list[Any]:
        try:
            return [await preview.picture(source, 330) for source in sources]
        finally:
            for worker in preview.workers:
                await worker.stop()

    return asyncio.run(asked())


@pytest.fixture
def preview(tmp_path: Path) -> Preview:
    first = Request(PurePosixPath("content/small"))
    return Preview(Workspace(tmp_path), Home(tmp_path, tmp_path), first)


def test_a_pdf_outlives_its_pages_for_whoever_is_at_it(
    preview: Preview, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save is set twice, alone and with the whole: the first PDF goes when the second comes."""
    monkeypatch.setattr(server, "LINGER", 0.2)
    before = shelved(preview, pdf)
    whole = shelved(preview, Path(shutil.copy(pdf, pdf.with_name("whole.pdf"))))

    async def scene() -> list[bool]:
        room = preview.room(Request(PurePosixPath("content/small")))
        await room.close()
        room.leaves = [PageShown(whole.leaf, "digest")]
        room.tell("book")
        there = [before.pdf.exists()]
        await asyncio.sleep(0.4)
        return [*there, before.pdf.exists(), whole.pdf.exists()]

    assert asyncio.run(scene()) == [True, False, True]


def test_two_pages_of_a_spread_are_taken_side_by_side(preview: Preview, pdf: Path) -> None:
    source = shelved(preview, pdf)
    cameras = preview.workers[2:4]

    async def spread() -> list[int | None]:
        try:
            await asyncio.gather(preview.picture(source, 330), preview.picture(source, 331))
            return [camera.pid for camera in cameras]
        finally:
            for worker in preview.workers:
                await worker.stop()

    assert None not in asyncio.run(spread())


def test_a_picture_that_failed_is_not_kept(preview: Preview, pdf: Path) -> None:
    source = shelved(preview, pdf)
    elsewhere = pdf.rename(pdf.with_name("elsewhere.pdf"))

    with pytest.raises(_Gone):
        pictures(preview, source)
    elsewhere.rename(pdf)

    assert opened(pictures(preview, source)[0]).size == (330, 430)


# --- rooms --------------------------------------------------------------------------------------


def test_a_room_stays_open_for_a_tab_that_has_not_said_yet_what_it_looks_at(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One goes, and half a minute later, to the very moment, another comes."""
    monkeypatch.setattr(server, "GRACE", 0.05)
    variant = Request(PurePosixPath("content/small"))
    nobody: Any = None

    async def scene() -> list[bool]:
        first = _Tab(nobody, preview.room(variant))
        preview.enter(first)
        first.room.look(id(first), 0, 0)
        preview.leave(first)
        second = _Tab(nobody, preview.room(variant))
        preview.enter(second)
        await asyncio.sleep(0.2)
        kept = preview.rooms.get(variant) is second.room
        preview.leave(second)
        await asyncio.sleep(0.2)
        await asyncio.gather(*(worker.stop() for worker in preview.workers))
        return [kept, variant in preview.rooms]

    assert asyncio.run(scene()) == [True, False]
