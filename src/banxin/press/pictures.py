"""Proxies out, photographs in: each at the size it is printed, cut to what shows."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Operator, Stream, String

from banxin.artwork.colourspaces import OVERPRINTED, space_of
from banxin.assets.colour import MILLION
from banxin.assets.decoding import our_limits
from banxin.assets.photos import Crop, Photo, Print, Size, develop, separate
from banxin.assets.squares import Square
from banxin.assets.tones import Treatment
from banxin.press.placement import Placement, Rect, placements
from banxin.press.reworked import content_of
from banxin.units import Length
from banxin.workspace import Workspace

RECIPE: Final = 7  # counts up when `develop` gives other pixels for the same arguments
MARGIN: Final = 2  # px kept round a crop, so that resampling has neighbours to look at
_SPACES: Final = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
LINES: Final = 1200  # pixels an inch of line art: finer than any plate is seen (GWG 2015, 4.27)
ENLARGED: Final = 4.0  # times, of a grey scan that becomes line art: its tones say where edges run
MOST_DRAWN: Final = 60_000_000  # pixels of line art
_SQUARE: Final = "s"  # at the end of a square's name
AT_A_TIME: Final = 2  # photographs in the making
PIXELS: Final = 30_000_000  # of them together, for each million takes some 8 MB
_DRAWN: Final = re.compile(rb"^/(\S+) Do$", re.MULTILINE)
WORTH_CROPPING: Final = 0.92  # above this share of the picture a crop saves nothing


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Pictures for readers, in sRGB.

    `subsampling`: 0 is 4:4:4, 2 is 4:2:0. `icc`: of the press, for pictures that come as inks and
    do not say whose; the usual one if empty.
    """

    ppi: int
    jpeg: int
    subsampling: int
    icc: bytes = b""

    @property
    def recipe(self) -> str:
        return f"screen {self.jpeg} {self.subsampling} {hashlib.sha256(self.icc).hexdigest()}"

    def ppi_of(self, photo: Photo) -> int:
        """Pixels an inch that it is brought down to."""
        return self.ppi

    def make(self, photo: Photo, crop: Crop, size: Size) -> Print:
        return develop(
            photo, crop, size, quality=self.jpeg, subsampling=self.subsampling, icc=self.icc
        )


@dataclass(frozen=True, slots=True)
class OnPress:
    """Pictures for an output condition. `limit`: total ink, percent. `convert`: those in the inks
    of another press are brought to this one's.
    """

    ppi: int
    icc: bytes
    limit: int
    convert: bool = False

    @property
    def recipe(self) -> str:
        return f"press {hashlib.sha256(self.icc).hexdigest()} {self.limit} {self.convert}"

    def ppi_of(self, photo: Photo) -> int:
        """Pixels an inch that it is brought down to."""
        return LINES if photo.is_lineart else self.ppi

    def make(self, photo: Photo, crop: Crop, size: Size) -> Print:
        return separate(photo, crop, size, icc=self.icc, limit=self.limit, convert=self.convert)


Quality = OnScreen | OnPress


@dataclass(frozen=True, slots=True)
class Placed:
    """A photograph on a page, for the report.

    `width`, `height`: of the whole picture, whatever shows of it; `ppi`: pixels of the original
    per printed inch, before any reduction; `kept`: left, foot, right and head of what is on the
    page once it is cut, as shares of the picture; `box_mm`: where that lies, from the top left.
    """

    name: PurePosixPath
    url: str
    page: int
    width: Length
    height: Length
    ppi: float
    pixels: Size
    kept: Rect
    box_mm: Rect


@dataclass(frozen=True, slots=True)
class Negative:
    """What is wanted of a photograph."""

    photo: Photo
    crop: Crop
    size: Size

    @property
    def pixels(self) -> int:
        """Of the whole photograph, which is what is decoded."""
        return self.photo.width * self.photo.height

    def key(self, quality: Quality) -> str:
        """Of its print."""
        treated = repr(self.photo.treatment) if self.photo.treatment else ""
        recipe = f"{self.photo.sha256}{treated} {self.crop} {self.size} {quality.recipe} {RECIPE}"
        return hashlib.sha256(recipe.encode()).hexdigest()


def swap(
    pdf: pikepdf.Pdf,
    photos: Sequence[Photo],
    bleed: Length,
    quality: Quality,
    darkroom: Workspace,
) -> tuple[Placed, ...]:
    """Put the real pictures into *pdf*.

    Args:
        bleed: how much beyond the trim is printed.
        darkroom: where developed pictures are kept for the next build.
    """
    by_resource = {photo.resource: photo for photo in photos}
    where: dict[str, list[Placement]] = {}
    for placement in placements(pdf, bleed):
        where.setdefault(placement.resource, []).append(placement)
    drawn: dict[str, _Appearance] = {}
    squares: dict[str, Stream] = {}
    swapped: list[tuple[Stream, Negative]] = []
    for name, image in images(pdf).items():
        photo = by_resource.get(name[:-1])
        if photo is None:
            continue  # a picture of the layout's own, already as it should be
        places = [place for place in where.get(name, ()) if place.shows]
        crop, size = _wanted(photo, places, quality.ppi_of(photo))
        swapped.append((image, Negative(photo, crop, size)))
        part = _of_unit_square(crop, photo)
        on_press = photo.treatment if photo.is_lineart and isinstance(quality, OnPress) else None
        square = None
        if photo.square and photo.inside and places:
            square, inner = _square_of(name, photo.square, photo.inside, places, quality)
            squares[name] = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
            swapped.append((squares[name], inner))
        if on_press or part is not None or square:
            drawn[name] = _Appearance(part, on_press, square)
    prints = developed([negative for _, negative in swapped], quality, darkroom)
    for (image, negative), made in zip(swapped, prints, strict=True):
        _replace(pdf, image, made, negative.photo.treatment)
    _add_beside(pdf, squares)
    if drawn:
        _redraw(pdf, drawn)
    return tuple(
        _for_report(by_resource[p.resource[:-1]], p)
        for places in where.values()
        for p in places
        if p.shows and p.resource[:-1] in by_resource
    )


def images(pdf: pikepdf.Pdf) -> Mapping[str, Stream]:
    """All image XObjects by their resource name; the engine gives each one name only."""
    found: dict[str, Stream] = {}
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and isinstance(thing.get("/XObject"), Dictionary):
            for name, item in thing.XObject.items():
                if isinstance(item, Stream) and item.get("/Subtype") == Name.Image:
                    found[name.removeprefix("/")] = item
    return found


def _square_of(
    name: str, square: Square, inside: Photo, places: Sequence[Placement], quality: Quality
) -> tuple[_Inset, Negative]:
    """Where the square of a picture lies, and what is wanted for it.

    In one that is printed more than once, it has its size where the picture is largest.
    """
    largest = max(places, key=lambda place: place.width.in_pt)
    alike = [place for place in places if place.width == largest.width]
    rect = square.within(_around([p.kept for p in alike]), largest.width, largest.height)
    crop, size = _cut_to(inside, rect, largest.width, quality.ppi_of(inside))
    return _Inset(name + _SQUARE, rect, _of_unit_square(crop, inside)), Negative(inside, crop, size)


def _add_beside(pdf: pikepdf.Pdf, squares: Mapping[str, Stream]) -> None:
    """Squares among the resources of all that draw the pictures which they are of."""
    for thing in pdf.objects:
        named = thing.get("/XObject") if isinstance(thing, Dictionary) else None
        if isinstance(named, Dictionary):
            for name in [key.removeprefix("/") for key in named.keys()]:  # noqa: SIM118
                if name in squares:
                    named[f"/{name}{_SQUARE}"] = squares[name]


def _around(rects: Sequence[Rect]) -> Rect:
    left, foot, right, head = zip(*rects, strict=True)
    return min(left), min(foot), max(right), max(head)


def _wanted(photo: Photo, places: Sequence[Placement], ppi: int) -> tuple[Crop, Size]:
    """The part of *photo* that shows anywhere, and the pixels it needs."""
    if not places:
        return (0, 0, photo.width, photo.height), (1, 1)
    widest = max((place.width for place in places), key=lambda width: width.in_pt)
    return _cut_to(photo, _around([place.seen for place in places]), widest, ppi)


def _cut_to(photo: Photo, seen: Rect, printed: Length, ppi: int) -> tuple[Crop, Size]:
    """The part *seen* of a photograph that is *printed* so wide, and the pixels it needs; never
    more than it has.
    """
    left, low, right, high = seen
    crop = (
        max(0, math.floor(left * photo.width) - MARGIN),
        max(0, math.floor((1 - high) * photo.height) - MARGIN),
        min(photo.width, math.ceil(right * photo.width) + MARGIN),
        min(photo.height, math.ceil((1 - low) * photo.height) + MARGIN),
    )
    wide, tall = crop[2] - crop[0], crop[3] - crop[1]
    if wide * tall > WORTH_CROPPING * photo.width * photo.height:
        crop, wide, tall = (0, 0, photo.width, photo.height), photo.width, photo.height
    scale = min(_most(photo), printed.in_inches * ppi / photo.width)
    if photo.is_lineart:
        scale = min(scale, max(1.0, math.sqrt(MOST_DRAWN / (wide * tall))))
    return crop, (max(1, round(wide * scale)), max(1, round(tall * scale)))


def _most(photo: Photo) -> float:
    """How much larger than it is a photograph may be made."""
    return ENLARGED if photo.is_lineart and not photo.is_bitmap else 1.0


def _of_unit_square(crop: Crop, photo: Photo) -> Matrix | None:
    """The crop's place in the unit square that the whole picture was drawn in; None: all of it."""
    if crop == (0, 0, photo.width, photo.height):
        return None
    return Matrix(
        (crop[2] - crop[0]) / photo.width,
        0,
        0,
        (crop[3] - crop[1]) / photo.height,
        crop[0] / photo.width,
        1 - crop[3] / photo.height,
    )


def developed(
    negatives: Sequence[Negative], quality: Quality, darkroom: Workspace
) -> Iterator[Print]:
    """Their prints, in order; those that are new are made side by side.

    Pillow lets other threads run while it works. What is kept is recalled and kept in this one.
    """
    keys = [negative.key(quality) for negative in negatives]
    prints: dict[str, Print] = {}
    new: dict[str, Negative] = {}
    for key, negative in zip(keys, negatives, strict=True):
        if key not in prints and key not in new:
            kept = darkroom.recall("photo", key)
            if kept is None:
                new[key] = negative
            else:
                prints[key] = _print_from(kept)
    for key, made in _made(new, quality):
        darkroom.keep("photo", key, _print_to(made))
        prints[key] = made
    return (prints[key] for key in keys)


def _made(new: Mapping[str, Negative], quality: Quality) -> Iterator[tuple[str, Print]]:
    def make(key: str) -> tuple[str, Print]:
        negative = new[key]
        return key, quality.make(negative.photo, negative.crop, negative.size)

    # Its limits are the process's: set once around all threads, they are the same for each.
    with our_limits(), ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            for some in _together(new):
                yield from pool.map(make, some)
        finally:
            pool.shutdown(cancel_futures=True)


def _together(new: Mapping[str, Negative]) -> Iterator[Sequence[str]]:
    """The keys, in order, in groups that memory has room for at a time."""
    group: list[str] = []
    for key, negative in new.items():
        pixels = sum(new[other].pixels for other in group) + negative.pixels
        if group and (len(group) == AT_A_TIME or pixels > PIXELS):
            yield group
            group = []
        group.append(key)
    if group:
        yield group


def _print_to(made: Print) -> bytes:
    lengths = [len(made.data), len(made.rows)]
    head = [made.mode, made.width, made.height, *lengths, made.plates, made.alpha is not None]
    return json.dumps(head).encode() + b"\n" + made.data + made.rows + (made.alpha or b"")


def _print_from(kept: bytes) -> Print:
    head, _, rest = kept.partition(b"\n")
    mode, width, height, length, rows, plates, has_alpha = json.loads(head)
    end = length + rows
    alpha = rest[end:] if has_alpha else None
    return Print(rest[:length], mode, width, height, alpha, tuple(plates), rest[length:end])


def _replace(pdf: pikepdf.Pdf, image: Stream, made: Print, treatment: Treatment | None) -> None:
    for key in list(image.keys()):
        if key not in {"/Type", "/Subtype", "/Length"}:
            del image[key]
    image.Width, image.Height, image.BitsPerComponent = made.width, made.height, 8
    if made.mode == "1":
        rows = Dictionary(K=-1, Columns=made.width, Rows=made.height, BlackIs1=False)
        image.write(made.data, filter=Name.CCITTFaxDecode, decode_parms=rows)
        image.ImageMask, image.BitsPerComponent = True, 1
        return
    image.write(made.data, filter=Name.DCTDecode)
    if made.mode == "tones" and treatment:
        image.ColorSpace = _tones(pdf, made, treatment)
    else:
        image.ColorSpace = _SPACES[made.mode]
    if made.mode == "CMYK":
        image.Decode = Array([1, 0] * 4)
    if made.alpha is not None:
        mask = pdf.make_stream(
            b"",
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=made.width,
            Height=made.height,
            ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        )
        mask.write(made.alpha, filter=Name.FlateDecode)
        image.SMask = mask


def _tones(pdf: pikepdf.Pdf, made: Print, treatment: Treatment) -> Array:
    """The inks of each tone (ISO 32000-1, 8.6.6.3): the picture itself stays one of tones."""
    recipes = {colour.plate: colour.cmyk for colour in treatment.colours if colour.plate}
    return Array([Name.Indexed, space_of(pdf, made.plates, recipes), 255, String(made.rows)])


@dataclass(frozen=True, slots=True)
class _Inset:
    """A square of a picture: its name, where it is seen, and what part of the picture it is."""

    name: str
    seen: Rect
    part: Matrix | None

    def instructions(self) -> Iterator[tuple[Sequence[Any], Operator]]:
        left, foot, right, head = self.seen
        yield [], Operator("q")
        yield _written(left, foot, right - left, head - foot), Operator("re")
        yield [], Operator("W")
        yield [], Operator("n")
        yield from _moved(self.part)
        yield [Name(f"/{self.name}")], Operator("Do")
        yield [], Operator("Q")


def _moved(part: Matrix | None) -> Iterator[tuple[Sequence[Any], Operator]]:
    if part is not None:
        yield _written(part.a, part.b, part.c, part.d, part.e, part.f), Operator("cm")


def _written(*numbers: float) -> list[Decimal]:
    return [Decimal(f"{number:.8f}") for number in numbers]


@dataclass(frozen=True, slots=True)
class _Appearance:
    """How a picture is drawn: in a part of the square that the whole one would fill; in an ink; a
    square over it.
    """

    part: Matrix | None
    ink: Treatment | None
    square: _Inset | None = None

    def before(self) -> Iterator[tuple[Sequence[Any], Operator]]:
        yield from _moved(self.part)
        if self.ink:
            key = self.ink.colours[0].key
            yield [Decimal(f"{part / MILLION:.6f}") for part in key], Operator("rg")
            if self.ink.over:
                yield [OVERPRINTED], Operator("gs")


def _redraw(pdf: pikepdf.Pdf, drawn: Mapping[str, _Appearance]) -> None:
    for page in pdf.pages:
        page.Contents = pdf.make_stream(_redrawn(page.obj, drawn))
    for thing in list(pdf.objects):
        draws = isinstance(thing, Stream) and (
            thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1
        )
        if draws:
            thing.write(_redrawn(thing, drawn))


def _redrawn(stream: Any, drawn: Mapping[str, _Appearance]) -> bytes:
    """In its bytes: to read all operators of a page with a drawing takes a hundred times as long.

    The engine writes an operator a line, text in hexadecimal, and each picture under a name that
    is a digest: what looks like the drawing of one is that.
    """

    def with_appearance(found: re.Match[bytes]) -> bytes:
        drawing = drawn.get(found[1].decode("latin-1"))
        if drawing is None:
            return found[0]
        before = pikepdf.unparse_content_stream([([], Operator("q")), *drawing.before()])
        behind = drawing.square.instructions() if drawing.square else ()
        after = pikepdf.unparse_content_stream([([], Operator("Q")), *behind])
        return b"%s\n%s\n%s" % (before, found[0], after)

    return _DRAWN.sub(with_appearance, content_of(stream))


def _for_report(photo: Photo, placement: Placement) -> Placed:
    return Placed(
        photo.name,
        photo.url,
        placement.page,
        placement.width,
        placement.height,
        photo.width / placement.width.in_inches,
        (photo.width, photo.height),
        placement.kept,
        placement.box_mm,
    )
