"""Where a character comes from that the face asked for lacks: the other faces, as declared.

Fontconfig would take whichever scores best for the language of the text, by what a face that is
cut down to a few characters happens to have; and a taller face would push its line apart.
"""

from __future__ import annotations

from typing import Any, Final
from xml.sax.saxutils import escape

from weasyprint.text import line_break
from weasyprint.text.ffi import fontconfig
from weasyprint.text.fonts import FontConfiguration

from banxin.typeset.composer.shaping import metrics

_NEXT: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="pattern"><edit name="family" mode="append_last" binding="strong">
<string>{}</string></edit></match></fontconfig>"""
_ORIGINAL: Final = line_break.first_line_metrics


class Faces(FontConfiguration):  # type: ignore[misc]  # the engine has no types
    """The engine's, in which every family is followed by all the others, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._families: set[str] = set()

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        """A face, as the engine reads it from a stylesheet."""
        family = rule_descriptors["font_family"]
        if family not in self._families:
            self._families.add(family)
            rule = _NEXT.format(escape(family)).encode()
            fontconfig.FcConfigParseAndLoadFromMemory(self._config, rule, 1)
        super().add_font_face(rule_descriptors, url_fetcher)


def keep_lines_steady() -> None:
    """Lines that the engine sets are as high as their own face asks, like the composer's."""
    line_break.first_line_metrics = first_line_metrics


def first_line_metrics(
    first_line: Any, text: str, layout: Any, resume_at: Any, space_collapse: Any, style: Any,
    *hyphen: Any, **more: Any,
) -> Any:  # fmt: skip
    """The engine's, with the height and the baseline of the face that was asked for."""
    found = _ORIGINAL(first_line, text, layout, resume_at, space_collapse, style, *hyphen, **more)
    if not text or not style["font_size"]:  # the engine, or `metrics`, is measuring the face itself
        return found
    face = metrics(style)
    return (*found[:4], face.height, face.baseline)
