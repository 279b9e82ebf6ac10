"""Photographs and artwork as they are shown: small, in sRGB, made once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from banxin.engine.pictures import PicturePlaced

from banxin.assets.photos import Photo, develop, pasted
from banxin.assets.squares import Square
from banxin.preview.camera import cut_out
from banxin.typeset import ScreenPhoto, Showing
from banxin.units import Length
from banxin.workspace import Workspace

LONGEST: Final = 1200  # pixels of the longer side
QUALITY: Final = 88
RECIPE: Final = 4  # counts up when the same photograph is shown in another way


class Lightbox:
    """Keeps what is shown of each photograph in the cache of a workspace."""

    def __init__(self, darkroom: Workspace) -> None:
        self._darkroom = darkroom

    def showing(
        self,
        photos: Sequence[Photo],
        artwork: Callable[[str], bytes | None] = lambda resource: None,
    ) -> Showing:
        """By the names that photographs and artwork have in a PDF.

        Args:
            artwork: the one of that name as a page of its own, or None.
        """
        by_resource = {photo.resource: photo for photo in photos}

        def shown(resource: str, placed: PicturePlaced | None) -> ScreenPhoto | None:
            photo = by_resource.get(resource)
            if photo is not None:
                return self._recalled(photo, placed)
            page = artwork(resource)
            return None if page is None else self._cut_out(page)

        return shown

    def _cut_out(self, page: bytes) -> ScreenPhoto:
        recipe = page + f"{LONGEST} {RECIPE}".encode()
        return self._remembered(recipe, lambda: cut_out(page, LONGEST))

    def _recalled(self, photo: Photo, placed: PicturePlaced | None) -> ScreenPhoto:
        about = f"{photo.sha256} {photo.treatment!r} {LONGEST} {QUALITY} {RECIPE}"
        square, inside = photo.square, photo.inside
        if square is None or inside is None or placed is None:
            return self._remembered(about.encode(), lambda: _shown(photo))
        # Pasted anew wherever it comes to lie: developing takes twenty times as long.
        around, within = self._recalled(replace(photo, square=None), None), inside
        recipe = f"{about} {square!r} {placed!r}".encode()
        return self._remembered(
            recipe, lambda: _with_square(around, self._recalled(within, None), square, placed)
        )

    def _remembered(self, recipe: bytes, make: Callable[[], ScreenPhoto]) -> ScreenPhoto:
        key = hashlib.sha256(recipe).hexdigest()
        kept = self._darkroom.recall("shown", key)
        if kept is None:
            kept = _to_keep(make())
            self._darkroom.keep("shown", key, kept)
        return _kept(kept)


def _kept(kept: bytes) -> ScreenPhoto:
    head, _, rest = kept.partition(b"\n")
    width, height, grey, length, has_alpha = json.loads(head)
    return ScreenPhoto(rest[:length], width, height, grey, rest[length:] if has_alpha else None)


def _to_keep(shown: ScreenPhoto) -> bytes:
    head = [shown.width, shown.height, shown.grey, len(shown.jpeg), shown.alpha is not None]
    return json.dumps(head).encode() + b"\n" + shown.jpeg + (shown.alpha or b"")


def _with_square(
    shown: ScreenPhoto, inside: ScreenPhoto, square: Square, placed: PicturePlaced
) -> ScreenPhoto:
    """The square pasted in, where the press has it."""
    width, height = Length.px(placed.width), Length.px(placed.height)
    left, foot, right, head = square.within(placed.kept, width, height)
    box = (left * shown.width, (1 - head) * shown.height,
           right * shown.width, (1 - foot) * shown.height)  # fmt: skip
    both = pasted(shown.jpeg, inside.jpeg, box, quality=QUALITY)
    return replace(shown, jpeg=both, grey=False)


def _shown(photo: Photo) -> ScreenPhoto:
    scale = min(1.0, LONGEST / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    whole = (0, 0, photo.width, photo.height)
    made = develop(photo, whole, size, quality=QUALITY, subsampling=0)
    return ScreenPhoto(made.data, *size, made.mode == "L", made.alpha)
