"""Photographs: verified before anything else sees them, laid out as proxies, developed at the end.

What strangers send as a picture is opened here and in `decoding`, and nowhere else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
from PIL import Image, ImageChops, ImageCms, ImageFile, ImageFilter, UnidentifiedImageError

from banxin.assets import inscriptions, kinds, lineart, samples, silhouettes
from banxin.assets.colour import (
    SRGB,
    between_presses,
    built_in,
    from_press,
    is_other_press,
    on_screen,
    to_press,
    to_srgb,
)
from banxin.assets.decoding import (
    FAULTS,
    FORMATS,
    as_meant,
    grey_profile,
    of_opened,
    our_limits,
    said_inside,
    upright_size,
    without_chatter,
)
from banxin.assets.squares import Square
from banxin.assets.tones import Treatment, black_of_another, black_plate, colours_of_tones, tones
from banxin.diagnostics import BanxinError, Place, error

# A 300-megapixel original fills 120 × 170 cm at 300 ppi; beyond it a file is a mistake or a bomb.
LEAST_QUALITY: Final = 60  # what messengers send; blocks begin to show in print
LUMINANCE_SUM: Final = 3688  # of the standard's example table (ITU-T T.81, K.1)
EXAMINED: Final = 6  # counts up when `examine` finds out other things about the same file
LARGEST: Final = 300_000_000

Crop = tuple[int, int, int, int]
Size = tuple[int, int]

PRESS_QUALITY: Final = 92
# Below this share of their pixels pictures look soft in print.
SHARPEN_BELOW: Final = 0.8
SHARPENING: Final = ImageFilter.UnsharpMask(radius=0.7, percent=60, threshold=2)
_FINER: Final = 3  # times as fine as a screen's pixels is line art drawn, for smooth edges
_CHANNELS_OF: Final = {  # of a mode, for what a profile has to be
    "RGBA": "RGB", "P": "RGB", "PA": "RGB", "YCbCr": "RGB",
    "LA": "L", "La": "L", "1": "L", "F": "L",
}  # fmt: skip
# A drawing, seen at this many pixels, is flat here and there, and in few tones.
_SEEN_AT: Final = 400
_FLAT: Final = 0.4
_TONES: Final = 4


Original = Callable[[], bytes]  # gives the file's bytes


@dataclass(frozen=True, slots=True)
class Photo:
    """An original as it came. Width and height in pixels, turned upright.

    `captions` (language, text) and `credit` are those written inside the file; `profile` is the
    name of its colour profile, empty where there is none, `?` where it is broken or for another
    mode. `mode` is Pillow's. `remarks`: codes of what an editor should know of it. `drawn`: it
    looks like a chart, a screenshot or a document, of which every part counts. `treatment`: how it
    prints when not in its own colours; `square`: a part of it that prints in another way; the same
    file in two ways is two photographs. `silhouette`: what its alpha channel lets be seen, see
    `silhouettes`; empty where that is all of it.
    """

    name: PurePosixPath
    original: Original
    sha256: str
    width: int
    height: int
    captions: tuple[tuple[str, str], ...] = ()
    credit: str = ""
    profile: str = ""
    mode: str = "RGB"
    remarks: tuple[str, ...] = ()
    drawn: bool = False
    treatment: Treatment | None = None
    square: Square | None = None
    silhouette: str = ""

    def caption(self, language: str) -> str:
        """What is written inside the file for readers of *language*; or empty."""
        return inscriptions.in_language(dict(self.captions), language)

    @property
    def data(self) -> bytes:
        """The whole file."""
        return self.original()

    @property
    def url(self) -> str:
        """Its address in a layout; by content, so that the same picture is one picture."""
        return address(self.sha256, self.treatment, self.square)

    @property
    def is_bitmap(self) -> bool:
        """Whether it is of black and white alone."""
        return self.mode == "1"

    @property
    def is_lineart(self) -> bool:
        """Whether it prints as black or nothing."""
        return self.treatment is not None and self.treatment.kind == "lineart"

    @property
    def inside(self) -> Photo | None:
        """Itself in the way in which its square prints."""
        return replace(self, treatment=self.square.inside, square=None) if self.square else None

    @property
    def resource(self) -> str:
        """What WeasyPrint 70 calls it in the PDF, but for a last 0 or 1."""
        return "i" + hashlib.md5(self.url.encode(), usedforsecurity=False).hexdigest()


def address(sha256: str, treatment: Treatment | None, square: Square | None = None) -> str:
    """What a layout calls the photograph of that file, printed so."""
    return "-".join([f"photo:{sha256}", *(way.name for way in (treatment, square) if way)])


@dataclass(frozen=True, slots=True)
class Print:
    """Pixels for one finish: a JPEG in `RGB`, `CMYK` or `L`; alpha as deflated rows, or None.

    Pillow writes CMYK inverted, as Adobe does: it needs `/Decode [1 0 1 0 1 0 1 0]`. In mode
    `tones` it is a JPEG in L, and `rows` are the inks of each tone, a byte for each of `plates`; in
    mode `1` it is no JPEG but CCITT group 4, black where the ink is.
    """

    data: bytes
    mode: str
    width: int
    height: int
    alpha: bytes | None
    plates: tuple[str, ...] = ()
    rows: bytes = b""


_ORIENTATION: Final = 0x0112  # Exif 2.3
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


def examine(name: PurePosixPath, data: bytes, asked_at: Place) -> Photo:
    """A photograph that is whole and can be printed.

    Decodes every pixel: a truncated file shows nowhere else, and the engine would accept it.

    Raises:
        BanxinError: `photo/empty`, `photo/format` and its kin, `photo/unreadable`,
            `photo/unusual`, `photo/truncated`, `photo/too-large`.
    """
    file = str(name)
    _refuse_foreign(file, name.suffix, data, asked_at)
    digest = hashlib.sha256(data).hexdigest()
    with our_limits(), _faults_of_decoding(file, asked_at):
        try:
            return _examined(name, data, digest, asked_at)
        except FAULTS:
            bare = without_chatter(data)
            if not bare:
                raise
            pixels = _examined(name, bare, digest, asked_at)
    remarks = ("photo/metadata", *pixels.remarks)
    return replace(pixels, original=lambda: data, remarks=remarks)


def shape_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, upright, by what a picture says of itself; None if it is none."""
    try:
        with our_limits(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            wide, high = image.size
            turned = image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
    except (*FAULTS, UnidentifiedImageError):
        return None
    return (high, wide) if turned else (wide, high)


def _examined(name: PurePosixPath, data: bytes, digest: str, asked_at: Place) -> Photo:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        if without_chatter(data):
            raise
        return _unusual(name, data, digest, asked_at)
    with image:
        _refuse_too_large(str(name), *image.size, asked_at)
        mode, quality = image.mode, _jpeg_quality(image)
        size = upright_size(image) if image.format == "JPEG" else None
        # All of a JPEG's data is read at an eighth of the size too, in half the time.
        meant = of_opened(image, data, (1, 1))
        profile = _profile_of(image, mode)
        written = inscriptions.inside(image)
        remarks = tuple(_remarks(image, mode, profile, quality))
        drawn = _is_drawn(meant.image)
        silhouette = silhouettes.of_alpha(meant.alpha)
    return Photo(
        name,
        lambda: data,
        digest,
        *(size or meant.image.size),
        tuple(written.captions.items()),
        written.credit,
        profile,
        mode,
        remarks,
        drawn,
        silhouette=silhouette,
    )


def as_remembered(photo: Photo) -> bytes:
    """What `examine` found out, for the next build."""
    about = (part.name for part in fields(photo)[3:] if part.name != "treatment")
    return json.dumps({name: getattr(photo, name) for name in about}).encode()


def remembered(name: PurePosixPath, original: Original, sha256: str, kept: bytes) -> Photo:
    """The photograph that `as_remembered` told of."""
    found = json.loads(kept)
    found["remarks"] = tuple(found["remarks"])
    found["captions"] = tuple((language, text) for language, text in found["captions"])
    return Photo(name, original, sha256, **found)


@cache
def proxy(width: int, height: int, silhouette: str = "") -> bytes:
    """A flat grey JPEG of that many pixels, and the picture's outline: all that a layout sees."""
    out = io.BytesIO()
    comment = silhouettes.as_comment(silhouette)
    Image.new("L", (width, height), 200).save(out, "JPEG", quality=10, comment=comment)
    return out.getvalue()


def develop(
    photo: Photo,
    crop: Crop,
    size: Size,
    *,
    quality: int,
    subsampling: int,
    icc: bytes = b"",
) -> Print:
    """The pixels of *crop*, brought to *size*, in sRGB or grey, upright, without metadata.

    One with a treatment looks as it prints.

    Args:
        crop: left, top, right, bottom in pixels of the upright picture.
        size: width and height to make; never larger than the crop.
        quality: of the JPEG, 1 to 95.
        subsampling: of its colours: 0 is 4:4:4, 2 is 4:2:0.
        icc: of the press, whose inks a picture in CMYK has that does not say; or the usual one.
    """
    icc = icc or built_in()
    if photo.treatment and photo.is_lineart:
        return _drawn_on_screen(photo, photo.treatment, crop, size, quality, icc)
    image, alpha, profile = _at_size(photo, crop, size)
    if photo.treatment:
        image = _in_grey(image, profile, icc)
        image = _coloured(image, photo.treatment, icc)
    image = _in_srgb(image, profile, icc)
    return Print(_jpeg(image, quality, subsampling), image.mode, *size, alpha)


def separate(
    photo: Photo, crop: Crop, size: Size, *, icc: bytes, limit: int, convert: bool = False
) -> Print:
    """The pixels of *crop* as inks of the output condition *icc*, at *size*.

    Relative colorimetric with black-point compensation; grey stays on the black plate, as light as
    it is meant, and a picture in CMYK keeps its numbers. What is made much smaller is sharpened a
    little.

    Args:
        limit: total ink, percent: what is above it has its colours scaled down, black kept.
        convert: whether a picture in the inks of another press is brought to this one's.
    """
    if photo.is_lineart:
        bits = _bits(photo, crop, size, icc)
        return Print(lineart.as_fax(bits), "1", *size, None)
    image, alpha, profile = _at_size(photo, crop, size)
    if size[0] < SHARPEN_BELOW * (crop[2] - crop[0]) and image.mode in {"RGB", "L"}:
        image = image.filter(SHARPENING)
    if photo.treatment:
        image = _in_grey(image, profile, icc)
        if not photo.treatment.is_grey:
            found = tones(photo.treatment, icc, limit)
            data = _jpeg(image, PRESS_QUALITY, 0)
            return Print(data, "tones", *size, alpha, found.plates, found.rows)
    if convert and profile and image.mode == "CMYK" and is_other_press(profile, icc):
        image = _from_another_press(image, profile, icc)
    image = _in_inks(image, profile, icc)
    if image.mode == "CMYK":
        image = _held_under(image, limit)
    return Print(_jpeg(image, PRESS_QUALITY, 0), image.mode, *size, alpha)


def pasted(
    around: bytes, inside: bytes, box: tuple[float, float, float, float], *, quality: int
) -> bytes:
    """Two JPEGs of one size, of ours, as one: what is within *box*, in pixels, is the second's."""
    pictures = [Image.open(io.BytesIO(data)).convert("RGB") for data in (around, inside)]
    left, top, right, bottom = map(round, box)
    pictures[0].paste(pictures[1].crop((left, top, right, bottom)), (left, top))
    return _jpeg(pictures[0], quality, 0)


# --- verifying ----------------------------------------------------------------------------


@contextmanager
def _faults_of_decoding(file: str, place: Place) -> Iterator[None]:
    try:
        yield
    except FAULTS as problem:
        code = "photo/truncated" if "truncated" in str(problem) else "photo/unreadable"
        why = str(problem) or type(problem).__name__
        raise BanxinError(error(code, place, file=file, why=why)) from problem


def _refuse_foreign(file: str, suffix: str, data: bytes, place: Place) -> None:
    if not data:
        raise BanxinError(error("photo/empty", place, file=file))
    if found := kinds.foreign(data, suffix):
        code, kind = found
        raise BanxinError(error(code, place, file=file, format=kind))


def _refuse_too_large(file: str, width: int, height: int, place: Place) -> None:
    if width * height > LARGEST:
        megapixels, limit = round(width * height / 1e6), LARGEST // 1_000_000
        facts = {"width": width, "height": height, "megapixels": megapixels, "limit": limit}
        raise BanxinError(error("photo/too-large", place, file=file, **facts))


def _unusual(name: PurePosixPath, data: bytes, digest: str, place: Place) -> Photo:
    """A TIFF of a kind that Pillow does not know; nothing written inside it is looked for."""
    size = samples.size(data)
    if size is None:
        tiff = data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
        code = "photo/unusual" if tiff else "photo/unreadable"
        raise BanxinError(error(code, place, file=str(name), why="not a picture Pillow knows"))
    _refuse_too_large(str(name), *size, place)
    meant = as_meant(data)
    profile = _name_of(meant.profile, meant.image.mode) if meant.profile else ""
    remarks = () if profile or meant.image.mode != "RGB" else ("photo/no-profile",)
    drawn = _is_drawn(meant.image)
    mode = meant.image.mode
    return Photo(name, lambda: data, digest, *size, (), "", profile, mode, remarks, drawn)


def _is_drawn(image: Image.Image) -> bool:
    """Whether it looks like a chart, a screenshot or a document: few tones, and flat areas.

    A photograph has grain and gradients; where it is burnt out it is flat in one tone only.
    """
    grey = image.getchannel(0) if image.mode == "LAB" else image.convert("L")
    grey = grey.reduce(max(1, min(grey.size) // _SEEN_AT))
    tones = np.asarray(grey).astype(np.int16)
    if min(tones.shape) < 3:
        return False
    middle = tones[1:-1, 1:-1]
    around = (tones[:-2, 1:-1], tones[2:, 1:-1], tones[1:-1, :-2], tones[1:-1, 2:])
    flat = np.all([abs(middle - other) <= 1 for other in around], axis=0)
    counts = np.sort(np.bincount(middle[flat], minlength=256))[::-1]
    return bool(counts[:_TONES].sum() > _FLAT * middle.size)


def _profile_of(image: ImageFile.ImageFile, mode: str) -> str:
    """Name of the embedded profile; `?` where it cannot be used for the picture."""
    if icc := image.info.get("icc_profile"):
        return _name_of(icc, mode)
    return "gAMA" if said_inside(image) else ""


def _name_of(icc: bytes, mode: str) -> str:
    space = {b"RGB ": "RGB", b"CMYK": "CMYK", b"GRAY": "L", b"Lab ": "LAB"}.get(icc[16:20], "?")
    own = "L" if mode.startswith("I") else _CHANNELS_OF.get(mode, mode)
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()
        if space == own:
            to_srgb(icc, own)  # a sound header may have nothing behind it
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "?"
    return name or "–" if space == own else "?"


def _remarks(image: ImageFile.ImageFile, mode: str, profile: str, quality: float) -> Iterator[str]:
    """What an editor should know of a picture that can be printed."""
    own = "L" if mode.startswith("I") else _CHANNELS_OF.get(mode, mode)
    if profile == "?":
        yield "photo/broken-profile"
    elif not profile and own == "RGB":
        yield "photo/no-profile"
    if mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        yield "photo/cmyk-unmarked"
    if _has_frames(image):
        yield "photo/animated"
    if image.format == "JPEG" and quality < LEAST_QUALITY:
        yield "photo/compressed"


def _has_frames(image: ImageFile.ImageFile) -> bool:
    try:
        return getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
    except inscriptions.FAULTS:
        return False  # only of the frames that are not printed


def _jpeg_quality(image: Any) -> float:
    """Of the encoder's scale 1 to 100, from the luminance table (libjpeg, jcparam.c)."""
    table = getattr(image, "quantization", {}).get(0)
    if not table:
        return 100.0
    scale = 100 * float(sum(table)) / LUMINANCE_SUM
    return 5000 / scale if scale > 100 else (200 - scale) / 2


# --- developing ---------------------------------------------------------------------------


def _at_size(
    photo: Photo, crop: Crop, size: Size
) -> tuple[Image.Image, bytes | None, bytes | None]:
    """The crop in its own colours, upright, eight bits deep; its alpha, deflated; its profile."""
    wide = round(photo.width * size[0] / (crop[2] - crop[0]))
    high = round(photo.height * size[1] / (crop[3] - crop[1]))
    meant = as_meant(photo.data, (wide, high))
    image, alpha = meant.image, meant.alpha
    box = _scaled(crop, image.width / photo.width, image.height / photo.height)
    image = image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=3)
    mask = alpha.resize(size, Image.Resampling.LANCZOS, box) if alpha else None
    return image, zlib.compress(mask.tobytes()) if mask else None, meant.profile


def _in_inks(image: Image.Image, profile: bytes | None, icc: bytes) -> Image.Image:
    if image.mode == "CMYK":
        return image
    if image.mode == "L":
        return image.point(black_plate(icc))
    for source in (profile, None):
        try:
            moved = ImageCms.applyTransform(image, to_press(icc, source or None, image.mode))
        except (ImageCms.PyCMSError, OSError, ValueError):
            continue  # a profile that is broken, or for another mode: it counts as none
        if moved is not None:
            return moved
    return image.convert("CMYK")  # pragma: no cover  # sRGB to the press is always there


def inside(photo: Photo) -> bytes | None:
    """The colour profile in its file, if it has one."""
    with our_limits():
        try:
            with Image.open(io.BytesIO(photo.data), formats=FORMATS) as image:
                return said_inside(image)
        except FAULTS:
            return as_meant(photo.data).profile


def _from_another_press(image: Image.Image, profile: bytes, icc: bytes) -> Image.Image:
    """The same colours in the inks of *icc*: black alone stays black alone, solid black solid."""
    moved = ImageCms.applyTransform(image, between_presses(profile, icc))
    assert moved is not None
    cyan, magenta, yellow, black = image.split()
    coloured = ImageChops.lighter(ImageChops.lighter(cyan, magenta), yellow)
    alone = coloured.point([255, *[0] * 255])
    none = Image.new("L", image.size)
    *colours, plane = moved.split()
    colours = [Image.composite(none, band, alone) for band in colours]
    blacks = black.point(black_of_another(profile, icc))
    return Image.merge("CMYK", (*colours, Image.composite(blacks, plane, alone)))


def _held_under(image: Image.Image, limit: int) -> Image.Image:
    """Total ink held: cyan, magenta and yellow scaled alike, black as it is. In strips."""
    most = limit * 2.55
    for top in range(0, image.height, 256):
        box = (0, top, image.width, min(top + 256, image.height))
        strip = np.array(image.crop(box))
        over = strip.sum(2, dtype=np.uint16) > most
        if over.any():
            pixels = strip[over].astype(np.float32)
            room = np.maximum(most - pixels[:, 3], 0)
            pixels[:, :3] *= (room / np.maximum(pixels[:, :3].sum(1), 1))[:, None]
            strip[over] = pixels.astype(np.uint8)
            size = (strip.shape[1], strip.shape[0])
            image.paste(Image.frombytes("CMYK", size, strip.tobytes()), box)
    return image


def _in_srgb(image: Image.Image, profile: bytes | None, icc: bytes) -> Image.Image:
    """Relative colorimetric with black-point compensation; grey stays grey.

    A profile that is broken, or for another mode than the picture's, is not used.
    """
    if image.mode == "L":
        return image
    if profile:
        try:
            moved = ImageCms.applyTransform(image, to_srgb(profile, image.mode))
        except (ImageCms.PyCMSError, OSError, ValueError):
            moved = None
        if moved is not None:
            return moved
    if image.mode == "CMYK":
        return ImageCms.applyTransform(image, from_press(icc)) or image.convert("RGB")
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        moved = ImageCms.profileToProfile(
            image, lab, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
        )
        assert moved is not None
        return moved
    return image.convert("RGB")


# --- treatments ---------------------------------------------------------------------------


def _in_grey(image: Image.Image, profile: bytes | None, icc: bytes) -> Image.Image:
    """As light as it is, in sRGB's grey."""
    image = _in_srgb(image, profile, icc)
    if image.mode == "L":
        return image
    target = ImageCms.ImageCmsProfile(io.BytesIO(grey_profile(None)))
    moved = ImageCms.profileToProfile(
        image, SRGB, target, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="L"
    )
    assert moved is not None
    return moved


def _coloured(grey: Image.Image, treatment: Treatment, icc: bytes) -> Image.Image:
    """As its inks look."""
    if treatment.is_grey:
        return grey
    table = colours_of_tones(treatment, icc)
    return Image.merge("RGB", [grey.point(table[channel::3]) for channel in range(3)])


def _bits(photo: Photo, crop: Crop, size: Size, icc: bytes) -> Image.Image:
    """Line art, set where the ink is."""
    image, alpha, profile = _at_size(photo, crop, size)
    grey = _in_grey(image, profile, icc)
    if alpha:
        mask = Image.frombytes("L", size, zlib.decompress(alpha))
        grey = Image.composite(grey, Image.new("L", size, 255), mask)
    return lineart.inked(grey, bitmap=photo.is_bitmap)


def _drawn_on_screen(
    photo: Photo, treatment: Treatment, crop: Crop, size: Size, quality: int, icc: bytes
) -> Print:
    """The ink's colour, and how much of each pixel it covers."""
    finer = (size[0] * _FINER, size[1] * _FINER)
    covered = _bits(photo, crop, finer, icc).convert("L").reduce(_FINER)
    alpha = zlib.compress(covered.tobytes())
    flat = Image.new("RGB", size, on_screen(treatment.colours[0].cmyk))
    return Print(_jpeg(flat, quality, 0), "RGB", *size, alpha)


def _scaled(crop: Crop, x: float, y: float) -> tuple[float, float, float, float]:
    return crop[0] * x, crop[1] * y, crop[2] * x, crop[3] * y


def _jpeg(image: Image.Image, quality: int, subsampling: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()
