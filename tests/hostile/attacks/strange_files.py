"""Folders, pipes, devices, rings of links and odd names where ordinary files should be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from attacks import FIGURE, LAST, SOUND, Attack, chapter, written
from attacks.metadata import plain
from attacks.pictures import saved

NAMES = ("edition.toml", "one.md", "photos/p.png", "photos/photos.toml")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_ring(path: Path) -> None:
    path.symlink_to(path.name)


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def a_link_outside(path: Path) -> None:
    path.symlink_to("/etc/passwd")


KINDS = (a_pipe, a_folder, a_device, a_ring, a_link_to_nowhere, a_link_outside)
ODD: Mapping[str, bytes] = {
    "in GBK": "照片.png".encode("gbk"),
    "of no encoding": b"\xff\xfe\x80.png",
    "with a line end": b"a\nb.png",
    "with an escape": b"a\x1b[31mb.png",
    "with a quote": b"a'\"`$(x).png",
    "like an option": b"--draft.png",
    "turned round": "a\u202egnp.png".encode(),
    "of 255 bytes": b"a" * 251 + b".png",
}


def in_place_of(name: str, make: Callable[[Path], None]) -> Attack:
    def lay(shop: Path, folder: Path) -> Sequence[str]:
        _sound(folder)
        (folder / name).unlink(missing_ok=True)
        make(folder / name)
        return ["build", str(folder), "--workspace", str(shop)]

    return Attack("files", f"{make.__name__.replace('_', ' ')}: {name}", lay, "")


def beside(name: str, raw: bytes) -> Attack:
    def lay(shop: Path, folder: Path) -> Sequence[str]:
        _sound(folder)
        with open(os.fsencode(folder / "photos") + b"/" + raw, "wb") as file:  # noqa: PTH123
            file.write(saved(plain(), "PNG"))
        return ["build", str(folder), "--workspace", str(shop)]

    return Attack("files", f"a photograph beside, its name {name}", lay, LAST)


def _sound(folder: Path) -> None:
    written(
        folder,
        {
            **SOUND,
            "one.md": chapter(FIGURE),
            "photos/p.png": saved(plain(), "PNG"),
            "photos/photos.toml": '["photos/p.png"]\ncaption = "图"\n',
        },
    )


def _output_onto_a_file(shop: Path, folder: Path) -> Sequence[str]:
    _sound(folder / "t")
    (folder / "file").write_text("x")
    return ["build", str(folder / "t"), "--workspace", str(shop), "-o", str(folder / "file")]


def _no_title(shop: Path, folder: Path) -> Sequence[str]:
    return ["build", str(folder / "none"), "--workspace", str(shop)]


def _a_title_of_nul(shop: Path, folder: Path) -> Sequence[str]:
    return ["build", "a" * 5000, "--workspace", str(shop)]


def attacks() -> Iterator[Attack]:
    for name in NAMES:
        for make in KINDS:
            yield in_place_of(name, make)
    for name, raw in ODD.items():
        yield beside(name, raw)
    yield Attack("files", "results onto a file", _output_onto_a_file)
    yield Attack("files", "a title that is not there", _no_title)
    yield Attack("files", "a title of 5,000 letters", _a_title_of_nul)
