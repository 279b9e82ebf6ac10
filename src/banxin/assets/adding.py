"""A font taken into a workspace: its file and its licence, and what `fonts.toml` says of it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from banxin.assets import fonts
from banxin.assets.fonts import DECLARATION, FOLDER, Face
from banxin.diagnostics import BanxinError, Place, error
from banxin.workspace import Workspace, write_whole

# Where a licence usually lies: beside the font, under one of these names.
_TERMS: Final = ("OFL*", "LICEN[CS]E*", "COPYING*", "copyright*")
# What its name table says of it → SPDX.
_KNOWN: Final = (
    (re.compile(r"SIL Open Font|scripts\.sil\.org/OFL|openfontlicense", re.I), "OFL-1.1"),
    (re.compile(r"Apache License|apache\.org/licenses", re.I), "Apache-2.0"),
    (re.compile(r"Ubuntu Font Licen", re.I), "Ubuntu-font-1.0"),
)


def add(file: Path, terms: Path | None, workspace: Workspace) -> Face:
    """Copy *file* and its licence below `fonts/`, and declare it at the end of `fonts.toml`.

    Args:
        terms: the licence's text; None: as it lies beside the font.

    Raises:
        BanxinError: `font/unreadable` and the like, `font/licence`, `font/declared-twice`,
            `font/embedding`, `output/unwritable`.
    """
    data, licence = _bytes_of(file), terms or _beside(file)
    if licence is None or not licence.is_file():
        raise BanxinError(error("font/licence", Place(str(file)), file=str(terms or "OFL.txt")))
    face = _described(file, data, licence)
    for known in fonts.load(workspace):
        if (known.family, known.weight, known.style) == (face.family, face.weight, face.style):
            code = "font/declared-twice"
            raise BanxinError(error(code, known.place, family=face.family, weight=face.weight))
    for name, what in ((face.file, data), (face.terms, licence.read_bytes())):
        there = workspace.root / name
        if not there.is_file() or there.read_bytes() != what:
            there.parent.mkdir(parents=True, exist_ok=True)
            write_whole(there, what)
    declared = workspace.root / DECLARATION
    before = declared.read_text("utf-8")
    write_whole(declared, f"{before.rstrip()}\n\n{_entry(face)}".encode())
    return face


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(
            error("font/unreadable", Place(str(file)), file=str(file), why=why)
        ) from problem


def _beside(file: Path) -> Path | None:
    found = (path for name in _TERMS for path in sorted(file.parent.glob(name)))
    return next((path for path in found if path.is_file()), None)


def _described(file: Path, data: bytes, licence: Path) -> Face:
    said = fonts.described(file, data)
    folder = re.sub(r"[^a-z0-9]+", "-", said.family.lower()).strip("-") or "font"
    spdx = next((name for known, name in _KNOWN if known.search(said.licence)), "")
    return replace(
        said,
        file=FOLDER / folder / file.name,
        terms=FOLDER / folder / licence.name,
        licence=spdx or said.licence[:80] or licence.name,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _entry(face: Face) -> str:
    """As `fonts.toml` has it."""
    style = f"style      = {_quoted(face.style)}\n" if face.style != "normal" else ""
    return f"""[[face]]
family     = {_quoted(face.family)}
weight     = {face.weight}
{style}file       = {_quoted(_below(face.file))}
role       = {_quoted(face.role)}
licence    = {_quoted(face.licence)}
terms      = {_quoted(_below(face.terms))}
provenance = {_quoted(face.provenance)}
sha256     = {_quoted(face.sha256)}
"""


def _below(name: PurePosixPath) -> str:
    return str(name.relative_to(FOLDER))


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among its own (TOML 1.0)."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
