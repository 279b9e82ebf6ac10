"""Photographs made side by side: the same prints, in order, and no more work than there is."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PIL import Image, ImageFile

from banxin.assets.photos import Crop, Photo, Print, Size, examine
from banxin.diagnostics import BanxinError, Place, error
from banxin.press import pictures
from banxin.press.pictures import Negative, OnScreen, developed
from banxin.workspace import Workspace

MADE: list[str] = []


@dataclass(frozen=True, slots=True)
class Counting(OnScreen):
    def make(self, photo: Photo, crop: Crop, size: Size) -> Print:
        MADE.append(photo.sha256)
        return OnScreen(self.ppi, self.jpeg, self.subsampling).make(photo, crop, size)


QUALITY = Counting(150, 80, 2)


@pytest.fixture
def negatives() -> list[Negative]:
    """Seven, of which two are the same."""
    MADE.clear()
    order = np.random.default_rng(1)
    found = []
    for number in range(6):
        out = io.BytesIO()
        pixels = order.integers(0, 255, (90, 120 + number, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(out, "PNG" if number % 2 else "JPEG")
        photo = examine(PurePosixPath(f"{number}.jpg"), out.getvalue(), Place())
        found.append(Negative(photo, (0, 0, photo.width, photo.height), (60, 45)))
    return [*found, found[2]]


@pytest.mark.parametrize("large", [1, 30_000_000])
def test_they_are_those_that_are_made_one_by_one_each_once(
    negatives: list[Negative], tmp_path: Path, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "LARGE", large)
    limits = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    alone = [QUALITY.make(one.photo, one.crop, one.size) for one in negatives]
    MADE.clear()

    for runs in (6, 6):
        here = Workspace(tmp_path, output=tmp_path / "output")
        assert list(developed(negatives, QUALITY, here)) == alone
        assert len(MADE) == runs
    assert limits == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_one_that_cannot_be_made_ends_the_work_with_its_reason(
    negatives: list[Negative], tmp_path: Path
) -> None:
    def gone() -> bytes:
        raise BanxinError(error("file/changed", Place("a.jpg"), file="a.jpg"))

    first = negatives[0]
    broken = Photo(first.photo.name, gone, "0" * 64, 120, 90)
    asked = [Negative(broken, first.crop, first.size), *negatives]

    with pytest.raises(BanxinError) as problem:
        developed(asked, QUALITY, Workspace(tmp_path, cache=False))

    assert [d.code for d in problem.value.diagnostics] == ["file/changed"]


def test_of_no_photographs_there_are_no_prints(tmp_path: Path) -> None:
    assert list(developed([], QUALITY, Workspace(tmp_path, cache=False))) == []
