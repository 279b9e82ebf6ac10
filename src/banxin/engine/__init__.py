"""WeasyPrint 70, loaded sealed in: whatever uses it comes after this package.

hooks        functions that ours stand in for: one table a room, installed, guarded, removed
boxes        its boxes with types, and of which kind one is
unmixed      no mixtures of inks
speed        what it works out again for every box, remembered
shapes       shape-outside and clip-path: lines along the outline of a float; `outlines`, how far
             one reaches
css_limits   CSS that would take for ever, refused
cascade      styles kept from one layout to the next
recolour     pages drawn again in other colours
fingerprint  what a page draws, as a digest
"""

from __future__ import annotations

import ctypes.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Final

# Fontconfig reads this each time a font map is made. By absolute path: for a relative or
# missing one it falls back to the machine's fonts with only a line on stderr.
os.environ["FONTCONFIG_FILE"] = str(resources.files(__package__).joinpath("fonts.conf"))


@contextmanager
def _found_by_name() -> Iterator[None]:
    """On Linux the loader finds a library by the last of the names that WeasyPrint 70 tries; for
    each name before it cffi would have a compiler look for it: 54 processes at each import.
    """
    look_up = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = look_up


with warnings.catch_warnings(), _found_by_name():
    # WeasyPrint 70 warns at import that the machine has no fonts; here that is the point.
    warnings.filterwarnings("ignore", message="No fonts configured")
    import weasyprint

VERSION: Final[str] = weasyprint.__version__
ENGINE: Final = f"weasyprint {VERSION}"


def libraries() -> dict[str, str]:
    """The versions of the machine's own libraries that pages are laid out with."""
    from weasyprint.text.ffi import pango

    return {"pango": str(pango.pango_version())}
