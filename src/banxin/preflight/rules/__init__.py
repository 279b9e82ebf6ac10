"""All rules, listed by hand: a rule that is not here does not run."""

from __future__ import annotations

from banxin.preflight.rules import boxes, fonts, pages, photos

__all__ = ["boxes", "fonts", "pages", "photos"]
