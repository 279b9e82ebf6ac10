"""From Sheets to files: one layout, several finishes.

`press` is for the print shop, `screen` for readers, `proof` for eyes. None of them judges
itself: that is preflight's work, which shares no code with this.
"""

from __future__ import annotations

from banxin.press.artworks import artwork_of, put_in
from banxin.press.cropping import told as cropped
from banxin.press.dummy import Dummy, dummy
from banxin.press.finish import Finished, press, screen
from banxin.press.handed import CutSheet, in_order, sheets_of
from banxin.press.naming import as_the_shop_calls_them
from banxin.press.outlining import outlined
from banxin.press.pictures import OnScreen, Placed, swap
from banxin.press.plate_previews import preview as plate_preview
from banxin.press.plates import pages_with, plates
from banxin.press.profiles import Profile, profile
from banxin.press.profiles import names as profiles
from banxin.press.profiles import table_of as profile_table
from banxin.press.proof import Dressed, contact_sheet, overview, proof, thumbnails
from banxin.press.run_on import RunOn, Signature, run_on
from banxin.press.unchecked import Pin, unchecked
from banxin.press.wrap import cover_pages, spine_of, wrapped

__all__ = [
    "CutSheet",
    "Dressed",
    "Dummy",
    "Finished",
    "OnScreen",
    "Pin",
    "Placed",
    "Profile",
    "RunOn",
    "Signature",
    "artwork_of",
    "as_the_shop_calls_them",
    "contact_sheet",
    "cover_pages",
    "cropped",
    "dummy",
    "in_order",
    "outlined",
    "overview",
    "pages_with",
    "plate_preview",
    "plates",
    "press",
    "profile",
    "profile_table",
    "profiles",
    "proof",
    "put_in",
    "run_on",
    "screen",
    "sheets_of",
    "spine_of",
    "swap",
    "thumbnails",
    "unchecked",
    "wrapped",
]
