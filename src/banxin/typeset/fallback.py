"""Where a character comes from that the face asked for lacks: the other faces, as declared.

Pango would take whichever scores best for the language of the text, by what a face that is cut
down to a few characters happens to have; and a taller face would push its line apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from banxin.engine.boxes import Style
from banxin.engine.hooks import ORIGINAL, Hook

from weasyprint.text import line_break
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration

from banxin import scratch
from banxin.composer.shaping import metrics


class Faces(FontConfiguration):  # type: ignore[misc]  # the engine has no types
    """The engine's, with its families in the order of their declaration.

    Its files go with the process, too: WeasyPrint (70) removes them in `__del__` alone, which
    Python does not call of what still stands at its end; 4 MB were left by each build.
    """

    _folder: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.families: list[str] = []

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        """A face, as the engine reads it from a stylesheet."""
        family = rule_descriptors["font_family"]
        if family not in self.families:
            self.families.append(family)
        self._folder = self._folder or scratch.kept_by(self)
        super().add_font_face(rule_descriptors, url_fetcher)


def get_font_description(style: Style) -> Any:
    """The engine's, in which the families asked for are followed by all the others."""
    description = ORIGINAL["get_font_description"](style)
    others = getattr(style.font_config, "families", ())
    families = dict.fromkeys((*style["font_family"], *others))
    pango.pango_font_description_set_family(description, ",".join(families).encode())
    return description


def first_line_metrics(
    first_line: Any, text: str, layout: Any, resume_at: Any, space_collapse: Any, style: Style,
    *hyphen: Any, **more: Any,
) -> Any:  # fmt: skip
    """The engine's, with the height and the baseline of the face asked for, like the composer."""
    found = ORIGINAL["first_line_metrics"](
        first_line, text, layout, resume_at, space_collapse, style, *hyphen, **more
    )
    if not text or not style["font_size"]:  # the engine, or `metrics`, is measuring the face itself
        return found
    face = metrics(style)
    return (*found[:4], face.height, face.baseline)


HOOKS: Final = (
    Hook(line_break, "get_font_description", "style", get_font_description),
    Hook(
        line_break, "first_line_metrics",
        "first_line text layout resume_at space_collapse style hyphenated hyphenation_character",
        first_line_metrics,
    ),
)  # fmt: skip
