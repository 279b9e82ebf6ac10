"""The slug line: what a sheet is, in words beside the cut page."""

from __future__ import annotations

from typing import Final

import pikepdf

from banxin.edition import Edition
from banxin.press.letters import Letters
from banxin.press.profiles import Profile
from banxin.units import Length

SIZE: Final = Length.pt(6)


class Slug:
    """The line of a file, in whatever colour is in force where it is drawn."""

    @classmethod
    def of(
        cls,
        pdf: pikepdf.Pdf,
        edition: Edition,
        profile: Profile,
        revision: int,
        what: str = "p. ",
    ) -> Slug:
        """Title, page, revision, date and output condition.

        Args:
            what: stands before the page's number.
        """
        face = next((f for f in edition.faces if "Sans" in f.family), edition.faces[0])
        title = edition.title.replace("|", "")
        said = f"   rev. {revision}" if revision else ""
        behind = f"{said}   {edition.date:%Y-%m-%d}   {profile.condition}   banxin"
        return cls(pdf, edition.assets[face.url].data, f"{title}   {what}", behind)

    def __init__(self, pdf: pikepdf.Pdf, face: bytes, before: str, behind: str) -> None:
        self._letters = Letters(pdf, face, "BanxinSlug")
        self._before, self._behind = before, behind

    def on(self, page: pikepdf.Page, number: int) -> bytes:
        """The line of page *number*, its first baseline at the origin; *page* gets the forms."""
        pieces = (self._before, *str(number), self._behind)
        return self._letters.on(page, pieces, SIZE.in_pt, (0, 0)).encode()
