"""From a sealed Edition to Sheets: HTML by the layout's templates, pages by the engine."""

from __future__ import annotations

from banxin.edition import Edition
from banxin.typeset.boxes import Fonts
from banxin.typeset.engine import ENGINE, lay_out
from banxin.typeset.html import compose
from banxin.typeset.sheets import Landed, Sheets, Trim

__all__ = ["ENGINE", "Landed", "Sheets", "Trim", "typeset"]


def typeset(edition: Edition) -> Sheets:
    """The Edition's pages. A function of the Edition alone.

    Raises:
        BanxinError: faults of the templates, or of the laid-out pages.
    """
    page = compose(edition)
    return lay_out(
        page.html,
        page.styles,
        edition.assets,
        Fonts(edition.faces),
        bytes.fromhex(edition.digest)[:16],
    )
