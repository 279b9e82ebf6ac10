"""Where the engine draws the pictures of pages that are laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from banxin.engine.boxes import EnginePage

from weasyprint.layout import replaced


class PicturePlaced(NamedTuple):
    """One that lies on a page, as `press.placement` finds it again in a PDF.

    Attributes:
        width, height: px of the whole of it, whatever part shows.
        kept: the part that its box and the trim leave, in the unit square, from the lower left.
    """

    width: float
    height: float
    kept: tuple[float, float, float, float]


def pictures_of(pages: Sequence[EnginePage]) -> Mapping[str, PicturePlaced]:
    """By the engine's id of the image, which is in all its names in a PDF.

    Of one that lies in several places, what is kept where it is largest: that is all of them where
    it lies across the gutter.
    """
    found = sorted((image, placed) for page in pages for image, placed in _on(page._page_box, page))
    largest = {}
    for image, places in groupby(found, lambda one: one[0]):
        each = [placed for _, placed in places]
        alike = [placed for placed in each if placed.width == each[-1].width]
        left, foot, right, head = zip(*(placed.kept for placed in alike), strict=True)
        kept = (min(left), min(foot), max(right), max(head))
        largest[image] = each[-1]._replace(kept=kept)
    return largest


def _on(box: Any, page: EnginePage) -> Iterator[tuple[str, PicturePlaced]]:
    """Those of a box and of all in it, also what is placed absolutely."""
    image = getattr(box, "replacement", None)
    if image is not None:
        wide, high, x, y = replaced.replacedbox_layout(box)
        frame = (box.content_box_x(), box.content_box_y(), box.width, box.height)
        yield from _named(image, (x, y, wide, high), frame, page)
    background = getattr(box, "background", None)
    for layer in background.layers if background is not None else ():
        if layer.image is not None:
            x, y = (a + b for a, b in zip(layer.positioning_area, layer.position, strict=False))
            yield from _named(layer.image, (x, y, *layer.size), layer.painting_area, page)
    for child in getattr(box, "children", ()):
        yield from _on(child, page)


def _named(
    image: Any, whole: Sequence[float], frame: Sequence[float], page: EnginePage
) -> Iterator[tuple[str, PicturePlaced]]:
    """An image with a name that is drawn as *whole*, of which *frame* shows: x, y, width, height.

    Nothing where nothing of it is left on the page.
    """
    x, y, wide, high = whole
    left, top = max(x, frame[0], 0), max(y, frame[1], 0)
    right = min(x + wide, frame[0] + frame[2], page.width)
    foot = min(y + high, frame[1] + frame[3], page.height)
    if hasattr(image, "id") and left < right and top < foot:
        kept = ((left - x) / wide, 1 - (foot - y) / high, (right - x) / wide, 1 - (top - y) / high)
        yield str(image.id), PicturePlaced(wide, high, kept)
