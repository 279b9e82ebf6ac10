"""Plates by the names that a shop gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from banxin.assets.photos import Photo
from banxin.assets.tones import Treatment
from banxin.edition import Edition
from banxin.layouts import Ink


def as_the_shop_calls_them(edition: Edition, names: Mapping[str, str]) -> Edition:
    """*edition* with its plates renamed.

    Args:
        names: a plate as the layout has it, or a kind of plates (`foil`), to the shop's name.
    """
    inks = tuple(_renamed(ink, names) for ink in edition.layout.inks)
    if inks == edition.layout.inks:
        return edition
    plates = {old.spot: new.spot for old, new in zip(edition.layout.inks, inks, strict=True)}
    photos = tuple(_printed_in(photo, plates) for photo in edition.photos)
    return replace(edition, layout=replace(edition.layout, inks=inks), photos=photos)


def _renamed(ink: Ink, names: Mapping[str, str]) -> Ink:
    # A kind stands for the plate that has no other name: two foils with their own stay two.
    return replace(ink, spot=names.get(ink.spot, ink.spot)) if ink.spot else ink


def _printed_in(photo: Photo, plates: Mapping[str, str]) -> Photo:
    square = photo.square
    if square:
        square = replace(square, inside=_treated_in(square.inside, plates))
    return replace(photo, treatment=_treated_in(photo.treatment, plates), square=square)


def _treated_in(asked: Treatment | None, plates: Mapping[str, str]) -> Treatment | None:
    if asked is None:
        return None
    colours = (replace(c, plate=plates.get(c.plate, c.plate)) for c in asked.colours)
    return replace(asked, colours=tuple(colours))
