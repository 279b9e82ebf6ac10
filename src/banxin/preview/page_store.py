"""Where the PDF of each page lies, for as long as anybody may ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from banxin.preview.messages import PageView, SomePages


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of a PDF, counted from 0."""

    pdf: Path
    page: int
    leaf: PageView


class PageStore:
    """Pages by their identities, and the PDFs that they are in."""

    def __init__(self) -> None:
        self._sources: dict[str, StoredPage] = {}
        self._pdfs: dict[Path, set[str]] = {}

    def put(self, pages: SomePages) -> None:
        """The pages of a PDF. A page that was there already is from now on in this one."""
        shown = (leaf for leaf in pages.leaves if leaf.identity != "blank")
        for number, leaf in enumerate(shown):
            known = self._sources.get(leaf.identity)
            if known is not None:
                self._pdfs[known.pdf].discard(leaf.identity)
            self._sources[leaf.identity] = StoredPage(pages.pdf, number, leaf)
            self._pdfs.setdefault(pages.pdf, set()).add(leaf.identity)

    def find(self, identity: str) -> StoredPage | None:
        return self._sources.get(identity)

    def keep_only(self, identities: Iterable[str]) -> list[Path]:
        """Forget what is neither among *identities* nor in a PDF with one that is: those PDFs."""
        wanted = set(identities)
        unwanted = [pdf for pdf, held in self._pdfs.items() if not held & wanted]
        for pdf in unwanted:
            for identity in self._pdfs.pop(pdf):
                del self._sources[identity]
        return unwanted
