"""Six titles of the sort an office has, each put where it can be built.

The text stands in `tests/titles`, one folder a title. Pictures stand nowhere twice: each folder's
`EXPECT.toml` says which photograph of the sample is to be there under which name.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent / "titles"
SAMPLE_PHOTOS: Final = Path(__file__).parent.parent / "content/langfang/photos"
NAMES: Final = ("baogao", "gongsi", "jianghua", "wangwen", "xiaoshi", "xiaoyou")
CHAPTER_SUFFIXES: Final = (".md", ".txt")
EXPECT: Final = "EXPECT.toml"


@dataclass(frozen=True, slots=True)
class Expected:
    """What is right to be told of a title.

    Attributes:
        right: codes of warnings and errors, in any layout.
        right_in: those of one layout besides, by its name.
        encoding: what the chapters' files are written in.
        photos: a file below `photos/` → the sample's photograph that it is.
    """

    right: frozenset[str]
    right_in: dict[str, frozenset[str]]
    encoding: str
    photos: dict[str, str]

    def codes(self, layout: str) -> frozenset[str]:
        return self.right | self.right_in.get(layout, frozenset())


def expected(name: str) -> Expected:
    table = tomllib.loads((HERE / name / EXPECT).read_text("utf-8"))
    return Expected(
        right=frozenset(table["right"]),
        right_in={k: frozenset(codes) for k, codes in table.get("right_in", {}).items()},
        encoding=table.get("encoding", "utf-8"),
        photos=table["photos"],
    )


def put(name: str, folder: Path) -> Path:
    """The title *name* as an office's folder, in *folder*: its own encoding, its pictures."""
    there, wanted = folder / name, expected(name)
    shutil.copytree(HERE / name, there, ignore=shutil.ignore_patterns(EXPECT))
    if wanted.encoding != "utf-8":
        for chapter in there.iterdir():
            if chapter.suffix in CHAPTER_SUFFIXES:
                chapter.write_bytes(chapter.read_text("utf-8").encode(wanted.encoding))
    for photo, original in wanted.photos.items():
        shutil.copyfile(SAMPLE_PHOTOS / original, there / "photos" / photo)
    return there
