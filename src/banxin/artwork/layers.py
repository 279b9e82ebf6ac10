"""Layers that a PDF hides (optional content, ISO 32000-1, 8.11)."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name


def hidden_layers(pdf: pikepdf.Pdf) -> frozenset[tuple[int, int]]:
    """The groups that are off as the file is opened, by their object numbers."""
    about = pdf.Root.get("/OCProperties")
    if not isinstance(about, Dictionary):
        return frozenset()
    usual = about.get("/D")
    if not isinstance(usual, Dictionary):
        return frozenset()
    off = _groups(usual.get("/OFF"))
    if usual.get("/BaseState") == Name.OFF:
        off |= _groups(about.get("/OCGs")) - _groups(usual.get("/ON"))
    return frozenset(off)


def _groups(listed: object) -> set[tuple[int, int]]:
    if not isinstance(listed, Array):
        return set()
    return {(g.objgen[0], g.objgen[1]) for g in listed if isinstance(g, Dictionary)}
