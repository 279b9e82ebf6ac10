"""What results depend on besides their inputs: our own source, and the libraries below it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Final

from banxin.source import digest_of_source

# Libraries that draw, read or decide something; those that only speak or serve are not among them.
LIBRARIES: Final = (
    "weasyprint", "pydyf", "tinycss2", "cssselect2", "tinyhtml5", "pyphen", "jieba", "jinja2",
    "markupsafe", "fonttools", "uharfbuzz", "markdown-it-py", "mdit-py-plugins", "pyyaml",
    "pydantic", "pillow", "numpy", "pikepdf", "pypdfium2", "matplotlib", "segno", "opencc",
    "pypinyin",
)  # fmt: skip
NONE: Final = "–"


@cache
def versions() -> Mapping[str, str]:
    """By name; of what is not installed, a dash."""
    return {
        "python": platform.python_version(),
        "banxin": digest_of_source()[:16],
        **{name: _of(name) for name in LIBRARIES},
    }


def _of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return NONE
