"""What the book says: Markdown files become typed blocks, each with the place it was written at."""

from __future__ import annotations

from banxin.manuscript.blocks import Manuscript
from banxin.manuscript.reader import joined, read

__all__ = ["Manuscript", "joined", "read"]
