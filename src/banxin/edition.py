"""bind(): manuscript, layout, photographs and fonts become one sealed Edition.

After this nothing is read, neither disk nor clock nor network: what an Edition does not hold
does not exist, and its digest is the key of everything made from it.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from banxin import artwork, drawings, treatments
from banxin.artwork import Artwork
from banxin.assets import fonts, kinds, ledger, placeholders
from banxin.assets.characters import GETA, Setting
from banxin.assets.photos import (
    EXAMINED,
    Photo,
    address,
    as_remembered,
    examine,
    proxy,
    remembered,
)
from banxin.cjk.classes import WESTERN_MARKS, is_full_width
from banxin.content import EDITION_FILE, guessed
from banxin.diagnostics import (
    BanxinError,
    Diagnostic,
    Place,
    Severity,
    error,
    nearest,
    note,
    warning,
)
from banxin.layouts import Ink, Layout
from banxin.lettering import Lettering, Source, letter, parts_of, texts_of
from banxin.manuscript.blocks import Chapter, Field, Figure, Manuscript
from banxin.ordered import Cover
from banxin.project import Job
from banxin.stylesheets import unknown_faces
from banxin.units import Length
from banxin.workspace import Workspace, alike

LEDGER: Final = PurePosixPath("photos/photos.toml")
PICTURE_SUFFIXES: Final = kinds.PICTURES
PHOTO_SUFFIXES: Final = frozenset({
    ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".avif", ".heic", ".gif", ".bmp",
})  # fmt: skip
WHOLE_PAGE: Final = "page"  # the template of a chapter that is a picture from edge to edge
PICTURE_KEYS: Final = frozenset({"picture", "plate"})  # of a front matter, in all our layouts
# Of a picture that prints as it should: said, and no more.
HARMLESS: Final = frozenset({"photo/no-profile"})
# Printed where a photograph has no credit: in a book in Chinese, and in others.
CREDIT_MARK: Final = {True: "〔缺署名〕", False: "[no credit]"}
# Names of pictures that are compared with those of missing ones: of 1,000 all, among 300.
MOST_COMPARED: Final = 300_000
LEAST_FLAP: Final = 40.0  # mm: a narrower flap springs out
LEAST_OF_FLAP: Final = 5.0  # mm that a flap keeps away from the spine, inside the cover
_HAN: Final = 0x4E00  # 一: a face that has it is a Chinese one
# What templates write by themselves: numerals, dates, marks. A face is cut down to the
# characters in use, so these have to be asked for.
TEMPLATE_CHARACTERS: Final = frozenset(
    "".join(map(chr, range(0x20, 0x7F)))
    + "〇零一二三四五六七八九十百千万第章节年月日图表注页上下左右续"
    + "　，。、；：！？“”‘’（）《》〈〉【】—…·×–／"
    + "︱︲︙﹁﹂﹃﹄"  # of vertical titles
    + GETA
)


# GB 2312, which fonts keep though nobody has written it yet: one character more does not renumber
# the glyphs of every page, and all titles but those with rare characters have the same fonts.
REPERTOIRE: Final = frozenset(
    bytes((row, cell)).decode("gb2312", "ignore")
    for row in range(0xA1, 0xF8)
    for cell in range(0xA1, 0xFF)
) - {""}


@dataclass(frozen=True, slots=True)
class Asset:
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph as the layout sees it. `width` and `height` in pixels, upright.

    `url`: of its first print; there is one for each way in which it is to print. `sha256` of its
    file, empty of a missing one. `bitmap`: it is of black and white alone. `label`: the name of a
    missing one's file, in characters that can be set. `vector`: it is artwork, and its pixels are
    micrometres.
    """

    name: PurePosixPath
    url: str
    width: int
    height: int
    caption: str
    credit: str
    licence: str
    consent: str
    asked_at: Place
    sha256: str = ""
    bitmap: bool = False
    label: str = ""
    vector: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether a box for position only stands in its place."""
        return self.url.startswith(placeholders.SCHEME)

    def stand_in(self, needs: str, width: float = 3, height: float = 2) -> Asset:
        """The box, at a shape of *width* to *height*, with the words *needs* in it."""
        return Asset("image/svg+xml", placeholders.drawing(self.label, width, height, needs))


@dataclass(frozen=True, slots=True)
class BoundFace:
    """A font cut down to the Edition's characters.

    `ascent` and `descent` are em, both positive; `coverage`, `variants`, `file` and `sha256` are
    those of the whole font.
    """

    family: str
    weight: int
    style: str
    url: str
    ascent: float
    descent: float
    coverage: frozenset[int]
    variants: frozenset[str]
    file: PurePosixPath
    sha256: str

    @property
    def name_in_pdf(self) -> str:
        """What WeasyPrint 70 calls it: the family, and Pango's word for the weight."""
        weights = {400: "", 700: "-Bold", 900: "-Heavy"}
        return self.family.replace(" ", "-") + weights.get(self.weight, f"-{self.weight}")


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything a build needs, and nothing that can change.

    Attributes:
        pictures: by name in the workspace, in the order of first mention.
        photos: the same photographs with their real pixels, for the finishes.
        artworks: vector artwork of title and layout, for the finishes; its inks are the layout's.
        assets: address → bytes: the only address book of the engine.
        link: where to go on reading, or empty.
        photo: how photographs print of which nothing else is said; see `treatments`.
        convert: `cmyk` where pictures in the inks of another press are to be converted, or empty.
        isbn: as it is printed, or empty.
        cover: one sheet by itself, of a perfect-bound book; None: its pages stay with the others.
        compose: whether lines are the composer's, or the engine's own.
        settings: what is set for characters that no face has, or nobody can see.
        digest: of all the above.
        digest_of_pages: of all that pages are laid out from: an ink's name, but not its value.
    """

    folder: PurePosixPath
    title: str
    subtitle: str
    lang: str
    date: datetime.date
    link: str
    binding: str
    draft: bool
    masthead: Mapping[str, str]
    imprint: Mapping[str, str]
    options: Mapping[str, str]
    chapters: tuple[Chapter, ...]
    layout: Layout
    pictures: Mapping[PurePosixPath, Picture]
    photos: tuple[Photo, ...]
    artworks: tuple[Artwork, ...]
    faces: tuple[BoundFace, ...]
    assets: Mapping[str, Asset]
    compose: bool
    photo: str
    convert: str
    isbn: str
    cover: Cover | None
    settings: Mapping[str, Setting]
    digest: str
    digest_of_pages: str
    remarks: tuple[Diagnostic, ...]


def bind(
    manuscript: Manuscript,
    layout: Layout,
    job: Job,
    workspace: Workspace,
) -> Edition:
    """Everything resolved: photographs found, verified and credited, fonts cut to measure.

    What is wrong with the content stands among the Edition's remarks: each photograph that is
    missing, damaged or without a credit, and each character that no font has. Something shows in
    its place, so that there are pages to be looked at.

    Raises:
        BanxinError: type styles that ask for a font which is not declared; faults of the fonts.
    """
    declared = _declared(layout, workspace)
    remarks = list(_about_the_whole(manuscript, job, layout, declared, workspace))
    manuscript = replace(manuscript, chapters=tuple(_dressed(manuscript, layout, remarks)))
    gathered = _gather(manuscript, layout, job, workspace, remarks)
    drawn = _drawings(gathered, layout, declared, workspace, remarks)
    known = workspace.remembered(
        ("faces", declared), lambda: {face: fonts.known(face, workspace) for face in declared}
    )
    lettering = _lettered(manuscript, job, gathered.pictures, known, workspace)
    pictures = {n: _labelled(p, lettering) for n, p in gathered.pictures.items()}
    characters = _characters(manuscript, job, drawn.layout, pictures, lettering)
    remarks.extend(misplaced(layout, known))
    lines = _beside(layout, known)
    faces, fonts_of = _cut_down(characters | drawn.characters | REPERTOIRE, known, workspace, lines)
    return _sealed(
        Edition(
            folder=job.folder,
            title=job.title,
            subtitle=job.subtitle,
            lang=job.lang,
            date=job.date,
            link=job.link,
            binding="folded" if layout.page.folds else job.binding,
            draft=job.draft,
            masthead=job.masthead,
            imprint=job.imprint,
            options={**layout.options, **job.options},
            chapters=manuscript.chapters,
            layout=drawn.layout,
            pictures=pictures,
            photos=gathered.photos,
            artworks=drawn.arts,
            faces=faces,
            assets={**_while_laid_out(pictures, gathered.photos, drawn.seen), **fonts_of},
            compose=job.compose,
            photo=job.photo,
            convert=job.convert,
            isbn=job.isbn,
            cover=_wrapped(job, layout),
            settings=lettering.settings,
            digest="",
            digest_of_pages="",
            remarks=(*remarks, *lettering.remarks),
        )
    )


def _while_laid_out(
    pictures: Mapping[PurePosixPath, Picture],
    photos: tuple[Photo, ...],
    drawn: Mapping[str, drawings.Data],
) -> dict[str, Asset]:
    """What has the size of each picture, until a finish puts the picture itself there."""
    found = {p.url: Asset("image/jpeg", proxy(p.width, p.height, p.silhouette)) for p in photos}
    found |= {url: Asset(*seen) for url, seen in drawn.items()}
    return found | {p.url: p.stand_in("") for p in pictures.values() if p.is_missing}


def _sealed(edition: Edition) -> Edition:
    """With its digests: what pages are laid out from knows an ink's name, and not its value."""
    named = tuple(Ink(ink.name, (0, 0, 0, 0), "") for ink in edition.layout.inks)
    inkless = replace(edition, layout=replace(edition.layout, inks=named))
    return replace(edition, digest=_digest(edition), digest_of_pages=_digest(inkless))


def _wrapped(job: Job, layout: Layout) -> Cover | None:
    """The cover, where it is a sheet of its own: a saddle-stitched book's are pages of it."""
    return job.cover if job.binding == "perfect" and not layout.page.folds else None


def _declared(layout: Layout, workspace: Workspace) -> tuple[fonts.Face, ...]:
    """Raises: BanxinError, type styles that ask for a font which is not declared."""
    declared = tuple(fonts.load(workspace))
    if lacking := tuple(undeclared(layout, declared)):
        raise BanxinError(*lacking)
    return declared


def _about_the_whole(
    manuscript: Manuscript,
    job: Job,
    layout: Layout,
    declared: Iterable[fonts.Face],
    workspace: Workspace,
) -> Iterator[Diagnostic]:
    yield from faces_in_styles(layout, declared)
    yield from _undecodable(job, workspace)
    yield from _about_cover(job, layout)
    yield from _about_isbn(manuscript, job, layout)
    yield from _about_options(job, layout)


def _about_cover(job: Job, layout: Layout) -> Iterator[Diagnostic]:
    """What of the cover cannot be as it was asked for."""
    cover, wide = job.cover, layout.page.width
    if cover is None:
        return
    if _wrapped(job, layout) is None:
        if cover.flap.in_mm:
            yield warning("cover/self-cover", cover.place)
    elif cover.flap.in_mm > wide.in_mm - LEAST_OF_FLAP:
        yield error("cover/flap", cover.place, flap=cover.flap, page=wide)
    elif 0 < cover.flap.in_mm < LEAST_FLAP:
        yield warning(
            "cover/narrow-flap", cover.place, flap=cover.flap, least=Length.mm(LEAST_FLAP)
        )


def _about_isbn(manuscript: Manuscript, job: Job, layout: Layout) -> Iterator[Diagnostic]:
    """A number that no back cover prints: there is none, or the layout's has no place for it."""
    template = layout.templates.get(layout.chapters.get("back", ""), "")
    has_back = any(c.field("template", "") == "back" for c in manuscript.chapters)
    if job.isbn and not (has_back and "edition.isbn" in template):
        place = Place(str(job.folder / EDITION_FILE))
        yield warning("title/isbn-unprinted", place, isbn=job.isbn)


def _about_options(job: Job, layout: Layout) -> Iterator[Diagnostic]:
    """Those that the layout has not declared, so that nothing asks for them."""
    for name, place in job.options_at.items():
        if name not in layout.options:
            facts = {"name": name, "layout": layout.name, "near": nearest(name, layout.options)}
            yield warning("edition/no-option", place, **facts)


def _undecodable(job: Job, workspace: Workspace) -> Iterator[Diagnostic]:
    """Files of the title with names that are no text: nobody can ask for them."""
    for folder in (job.folder, job.folder / LEDGER.parent):
        for name in workspace.undecodable(folder):
            facts = {"name": name, "guess": guessed(name)}
            yield warning("file/undecodable", Place(str(folder)), **facts)


# --- chapters -----------------------------------------------------------------------------


def _dressed(
    manuscript: Manuscript, layout: Layout, remarks: list[Diagnostic]
) -> Iterator[Chapter]:
    """The chapters, each with a template that the layout has: plain text for one that it lacks."""
    known = layout.chapters
    usual = "text" if "text" in known else next(iter(known))
    for chapter in manuscript.chapters:
        asked = chapter.field("template", "text")
        if asked in known:
            yield chapter
            continue
        place = chapter.front["template"].place if "template" in chapter.front else chapter.place
        near = nearest(asked, known)
        names = " · ".join(known)
        remarks.append(error("chapter/template", place, name=asked, near=near, known=names))
        yield replace(chapter, front={**chapter.front, "template": Field(usual, place)})


# --- photographs --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place that asks for a photograph, and what it leaves to the ledger.

    `fills`: it is to fill a page to beyond its cut; `squared`: it asks for a square itself.
    """

    name: PurePosixPath
    place: Place
    credit: str = ""
    lacks_caption: bool = False
    said: Mapping[str, str] = field(default_factory=dict)
    fills: bool = False
    squared: bool = False


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The pictures of a title. `drawn`: vector artwork, each time that it is asked for."""

    pictures: Mapping[PurePosixPath, Picture]
    photos: tuple[Photo, ...]
    drawn: tuple[tuple[Artwork, _Mention], ...]


def _gather(
    manuscript: Manuscript,
    layout: Layout,
    job: Job,
    workspace: Workspace,
    remarks: list[Diagnostic],
) -> _Gathered:
    """Every photograph that is asked for, once for each way in which it is to print; a stand-in
    for each that cannot be had.
    """
    entries: Mapping[str, ledger.Entry] | None = None
    try:
        entries = ledger_of(job, workspace)
    except BanxinError as problem:
        remarks.extend(problem.diagnostics)
    pictures: dict[PurePosixPath, Picture] = {}
    photos: dict[PurePosixPath, Photo | None] = {}
    prints: dict[str, Photo] = {}
    arts: dict[PurePosixPath, Artwork | None] = {}
    drawn: list[tuple[Artwork, _Mention]] = []
    neighbours = _Neighbours(job, workspace)
    for mention in _mentions(manuscript, job):
        name = mention.name
        if name not in photos and drawings.is_drawing(name, workspace):
            if name not in arts:
                entry = (entries or {}).get(alike(artwork.split(name)[0]))
                arts[name] = art = _artwork(mention, workspace, remarks)
                pictures[name] = (
                    _stand_in(mention, entry, job) if art is None else _drawn(art, mention, entry)
                )
            if (placed := arts[name]) is not None:
                drawn.append((placed, mention))
                if mention.squared:
                    remarks.append(error("figure/square-of-artwork", mention.place))
            continue
        remarks.extend(treatments.faults(layout, mention.said, mention.place))
        if name not in photos:
            photos[name] = _tried(mention, job, workspace, neighbours, remarks)
        photo = photos[name]
        entry = (entries or {}).get(alike(name))
        if photo is None:
            pictures.setdefault(name, _stand_in(mention, entry, job))
            continue
        treatment = treatments.treatment(layout, mention.said, bitmap=photo.is_bitmap)
        square = treatments.square(layout, mention.said, bitmap=photo.is_bitmap)
        if mention.squared:
            its = (layout, mention.said, mention.place)
            remarks.extend(treatments.square_faults(*its, bitmap=photo.is_bitmap))
        photo = replace(photo, treatment=treatment, square=square)
        prints.setdefault(photo.url, photo)
        picture = _picture(photo, mention, entry, job)
        if entries is not None:  # what a ledger that cannot be read would say, nobody knows
            remarks.extend(_wanting(picture, mention, job))
        marked = replace(picture, credit=picture.credit or CREDIT_MARK[job.lang[:2] == "zh"])
        pictures.setdefault(name, marked)
    return _Gathered(pictures, tuple(prints.values()), tuple(drawn))


def _artwork(mention: _Mention, workspace: Workspace, remarks: list[Diagnostic]) -> Artwork | None:
    """Vector artwork, or None and the reason why not."""
    try:
        return drawings.load(mention.name, mention.place, workspace)
    except BanxinError as problem:
        remarks.extend(problem.diagnostics)
        return None


def _drawn(art: Artwork, mention: _Mention, entry: ledger.Entry | None) -> Picture:
    """Artwork as the layout sees it: a logo needs neither caption nor credit, and has what is
    said of it.
    """
    width, height = art.size_um
    return Picture(
        name=mention.name,
        url=art.url,
        width=width,
        height=height,
        caption=entry.caption if entry else "",
        credit=mention.credit or (entry.credit if entry else ""),
        licence=entry.licence if entry else "",
        consent=entry.consent if entry else "",
        asked_at=mention.place,
        sha256=art.sha256,
        vector=True,
    )


@dataclass(frozen=True, slots=True)
class _Drawings:
    """All artwork of title and layout: `layout` has its inks among its own, `seen` is what the
    engine gets, `characters` are those of its type.
    """

    layout: Layout
    arts: tuple[Artwork, ...]
    seen: Mapping[str, drawings.Data]
    characters: frozenset[str]


def _drawings(
    gathered: _Gathered,
    layout: Layout,
    declared: Iterable[fonts.Face],
    workspace: Workspace,
    remarks: list[Diagnostic],
) -> _Drawings:
    of_layout = drawings.of_layout(layout, workspace, remarks)
    places = [(art, mention.place) for art, mention in gathered.drawn]
    places += [(art, Place(str(art.name))) for art in of_layout.values()]
    layout, arts = drawings.among(layout, (art for art, _ in places))
    faces, told = tuple(declared), set[str]()
    for art, place in places:
        if art.url not in told:
            told.add(art.url)
            remarks.extend(drawings.remarks(arts[art.url], layout, faces, place))
    for art, mention in gathered.drawn:
        if mention.fills:
            remarks.extend(drawings.as_a_page(art, layout, mention.place))
    seen = drawings.in_layout(arts.values(), of_layout, layout)
    characters = frozenset("".join(art.words for art in arts.values()))
    return _Drawings(layout, tuple(arts.values()), seen, characters)


def _tried(
    mention: _Mention,
    job: Job,
    workspace: Workspace,
    neighbours: _Neighbours,
    remarks: list[Diagnostic],
) -> Photo | None:
    """The photograph, or None and the reason why not.

    Of a draft's missing ones more is told once it is known how large they print.
    """
    try:
        photo = _photo(mention, workspace, neighbours)
    except BanxinError as problem:
        if workspace.exists(mention.name) or not job.draft:
            remarks.extend(problem.diagnostics)
        return None
    remarks.extend(_remarks(photo, mention))
    return photo


def _eased(fault: Diagnostic, job: Job) -> Diagnostic:
    """What a draft may lack is no error of it."""
    return replace(fault, severity=Severity.WARNING) if job.draft else fault


def _picture(photo: Photo, mention: _Mention, entry: ledger.Entry | None, job: Job) -> Picture:
    """What the line leaves out comes from the ledger, then from the file, then from the title."""
    return Picture(
        name=mention.name,
        url=photo.url,
        width=photo.width,
        height=photo.height,
        caption=(entry.caption if entry else "") or photo.caption(job.lang),
        credit=mention.credit or (entry.credit if entry else "") or photo.credit or job.credit,
        licence=(entry.licence if entry else "") or job.licence,
        consent=(entry.consent if entry else "") or job.consent,
        asked_at=mention.place,
        sha256=photo.sha256,
        bitmap=photo.is_bitmap,
    )


def _wanting(picture: Picture, mention: _Mention, job: Job) -> Iterator[Diagnostic]:
    """What nobody says of a photograph: line, ledger, and file."""
    name = str(mention.name)
    if not picture.credit:
        yield _eased(error("photo/no-credit", mention.place, file=name), job)
    if mention.lacks_caption and not picture.caption:
        yield warning("photo/no-caption", mention.place, file=name)


def _labelled(picture: Picture, lettering: Lettering) -> Picture:
    if not picture.is_missing:
        return picture
    return replace(picture, label=lettering.plain(picture.name.name))


def ledger_of(job: Job, workspace: Workspace) -> Mapping[str, ledger.Entry]:
    """The photo ledger of a title, by what is `alike` in names in the workspace; or empty."""
    name = job.folder / LEDGER
    if not workspace.exists(name):
        return {}
    entries = workspace.remembered(("ledger", name), lambda: ledger.read(name, workspace))
    return {alike(job.folder / key): entry for key, entry in entries.items()}


def _stand_in(mention: _Mention, entry: ledger.Entry | None, job: Job) -> Picture:
    """A box for position only; whatever the ledger knows of the photograph stays."""
    return Picture(
        name=mention.name,
        url=placeholders.address(mention.name),
        width=placeholders.WIDTH,
        height=placeholders.HEIGHT,
        caption=entry.caption if entry else "",
        credit=mention.credit or (entry.credit if entry else "") or job.credit or "FPO",
        licence=(entry.licence if entry else "") or job.licence,
        consent=(entry.consent if entry else "") or job.consent,
        asked_at=mention.place,
        label=mention.name.name,
    )


def _remarks(photo: Photo, mention: _Mention) -> Iterator[Diagnostic]:
    """What is to be known of a photograph, at the first place that asks for it."""
    for code in photo.remarks:
        told = note if code in HARMLESS else warning
        yield told(code, mention.place, file=str(photo.name), profile=photo.profile)


def _photo(mention: _Mention, workspace: Workspace, neighbours: _Neighbours) -> Photo:
    try:
        digest, original = workspace.original(mention.name, mention.place)
    except BanxinError as problem:
        if problem.diagnostics[0].code != "file/missing":
            raise
        near = neighbours.near(mention)
        code = "photo/missing" if near else "photo/missing-strange"
        raise BanxinError(
            error(code, mention.place, file=str(mention.name), near=near)
        ) from problem
    kept = workspace.recall("examined", f"{digest}-{EXAMINED}")
    if kept is not None:
        return remembered(mention.name, original, digest, kept)
    photo = replace(examine(mention.name, original(), mention.place), original=original)
    workspace.keep("examined", f"{digest}-{EXAMINED}", as_remembered(photo))
    return photo


class _Neighbours:
    """Pictures that lie where others are looked for in vain."""

    def __init__(self, job: Job, workspace: Workspace) -> None:
        self._job, self._workspace = job, workspace
        self._listed: dict[PurePosixPath, dict[str, str]] = {}
        self._left = MOST_COMPARED

    def near(self, mention: _Mention) -> str:
        """The address that was probably meant: beside the name that was written, or in photos/."""
        chapter = PurePosixPath(mention.place.file or "").parent
        folders = [
            folder
            for folder in (self._job.folder / LEDGER.parent, mention.name.parent)
            if folder.is_relative_to(chapter)
        ]
        for folder in folders:
            same = self._like(folder).get(alike(mention.name.name))
            if same:
                return str((folder / same).relative_to(chapter))
        known = {name: folder for folder in folders for name in self._like(folder).values()}
        self._left -= len(known)
        if self._left < 0:
            return ""
        near = nearest(mention.name.name, known)
        return str((known[near] / near).relative_to(chapter)) if near else ""

    def _like(self, folder: PurePosixPath) -> Mapping[str, str]:
        """The pictures of a folder, by what is alike in their names."""
        if folder not in self._listed:
            like = self._listed[folder] = dict[str, str]()
            for name in self._workspace.files(folder):
                if PurePosixPath(name).suffix.lower() in PICTURE_SUFFIXES:
                    like.setdefault(alike(name), name)
        return self._listed[folder]


def _mentions(manuscript: Manuscript, job: Job) -> Iterator[_Mention]:
    for chapter in manuscript.chapters:
        front = front_of(chapter)
        own = {**front, "focus": chapter.field("focus")}
        in_front = treatments.said_of(own, {}, job.photo)
        for key, value in chapter.front.items():
            if _names_a_picture(key, value.value):
                name = chapter.file.parent / value.value
                fills = chapter.field("template") == WHOLE_PAGE
                squared = bool(front["square"]) and key in PICTURE_KEYS
                yield _Mention(name, value.place, said=in_front, fills=fills, squared=squared)
        for figure in figures((chapter.blocks, chapter.notes)):
            yield _Mention(
                figure.source,
                figure.place,
                figure.credit,
                lacks_caption=not figure.caption,
                said=treatments.said_of(figure.attributes, front, job.photo),
                squared="square" in figure.attributes,
            )


def front_of(chapter: Chapter) -> Mapping[str, str]:
    """What a chapter's front matter says of how its photographs print."""
    return {key: chapter.field(key) for key in treatments.KEYS}


def url_of(edition: Edition, picture: Picture, said: Mapping[str, str]) -> str:
    """The address of *picture* in the way in which it is *said* to print."""
    if picture.is_missing or picture.vector:
        return picture.url
    asked = treatments.treatment(edition.layout, said, bitmap=picture.bitmap)
    square = treatments.square(edition.layout, said, bitmap=picture.bitmap)
    return address(picture.sha256, asked, square)


def bleeding(edition: Edition, url: str) -> str:
    """The address of a picture that is to fill a page to beyond its cut."""
    art = next((art for art in edition.artworks if art.url == url), None)
    return art.bleeding if art and drawings.is_page(art, edition.layout) else url


def _names_a_picture(key: str, value: str) -> bool:
    suffix = artwork.split(PurePosixPath(value))[0].suffix.lower()
    sure = key in PICTURE_KEYS or suffix in PHOTO_SUFFIXES
    return bool(value) and (sure or ("/" in value and suffix in PICTURE_SUFFIXES))


def figures(value: object) -> Iterator[Figure]:
    """Every figure in *value*, however deep, in reading order."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from figures(item)
    else:
        for name in parts_of(type(value)):
            yield from figures(getattr(value, name))


# --- fonts --------------------------------------------------------------------------------


def undeclared(layout: Layout, declared: Iterable[fonts.Face]) -> Iterator[Diagnostic]:
    """Type styles that ask for a face which fonts.toml does not have."""
    declared = tuple(declared)
    known = {f"{face.family} {face.weight}" for face in declared}
    told: set[tuple[str, Place]] = set()
    for style in layout.types:
        for family in style.families:
            asked = f"{family} {style.weight}"
            place = style.latin_at if family in style.latin else style.place
            if asked in known or (asked, place) in told:
                continue
            told.add((asked, place))
            yield error(
                "layout/no-face",
                place,
                style=style.name,
                family=family,
                weight=style.weight,
                near=_near(family, style.weight, declared),
            )


def _near(family: str, weight: int, declared: Sequence[fonts.Face]) -> str:
    """The family that was probably meant, in the weight that is nearest; the heavier of two."""
    family = nearest(family, {face.family: None for face in declared})
    weights = [face.weight for face in declared if face.family == family]
    if not weights:
        return ""
    return f"{family} {min(weights, key=lambda one: (abs(one - weight), -one))}"


def misplaced(layout: Layout, known: Mapping[fonts.Face, fonts.Known]) -> Iterator[Diagnostic]:
    """Faces that stand before another one and have Chinese characters, so that none are left."""
    chinese = {face.family for face, its in known.items() if _HAN in its.coverage}
    told: set[tuple[str, Place]] = set()
    for style in layout.types:
        for family in style.latin:
            if family in chinese and (family, style.latin_at) not in told:
                told.add((family, style.latin_at))
                facts = {"style": style.name, "family": family, "other": style.family}
                yield error("layout/not-latin", style.latin_at, **facts)


def faces_in_styles(layout: Layout, declared: Iterable[fonts.Face]) -> Iterator[Diagnostic]:
    """Families that stylesheets name and fonts.toml does not have."""
    families = tuple(dict.fromkeys(face.family for face in declared))
    for name, text in layout.styles.items():
        yield from unknown_faces(name, text, families)


def faces_for(
    characters: frozenset[str], workspace: Workspace
) -> tuple[tuple[BoundFace, ...], Mapping[str, Asset]]:
    """The declared faces cut down to *characters*, and their files by address.

    Raises:
        BanxinError: as `fonts.load` and `fonts.known`.
    """
    known = {face: fonts.known(face, workspace) for face in fonts.load(workspace)}
    return _cut_down(characters, known, workspace)


@dataclass(frozen=True, slots=True)
class _LatinLine:
    """How a Latin face stands in a line of Chinese: how large, and as high as which face, em."""

    scale: float
    ascent: float
    descent: float


def _beside(layout: Layout, known: Mapping[fonts.Face, fonts.Known]) -> Mapping[str, _LatinLine]:
    """Families that letters and figures are set in, each in the line of the first that it serves.

    So no Chinese line stands otherwise for it.
    """
    chinese = {face.family: its for face, its in known.items() if _HAN in its.coverage}
    lines: dict[str, _LatinLine] = {}
    for style in layout.types:
        for family in style.latin:
            its = chinese.get(style.family)
            if its is not None and family not in chinese:
                scale = layout.scales.get(family, 1.0)
                lines.setdefault(family, _LatinLine(scale, its.ascent, its.descent))
    return lines


def _cut_down(
    characters: frozenset[str],
    known: Mapping[fonts.Face, fonts.Known],
    workspace: Workspace,
    lines: Mapping[str, _LatinLine] = MappingProxyType({}),
) -> tuple[tuple[BoundFace, ...], Mapping[str, Asset]]:
    """The faces in their order; behind them, what Latin ones have for “ ” — … in Western text.

    A Latin face leaves to the Chinese ones what Chinese text sets an em wide, as far as they have
    it: it may be named before them.
    """
    assets: dict[str, Asset] = {}
    shared = _set_wide(characters, tuple(its.coverage for its in known.values()))
    faces: list[BoundFace] = []
    western: list[BoundFace] = []
    for face, its in known.items():
        if _HAN in its.coverage:
            faces.append(_bound(face, its, characters, workspace, assets))
            continue
        line = lines.get(face.family)
        marks = frozenset(c for c in shared if ord(c) in its.coverage)
        left = frozenset(map(ord, marks))
        faces.append(
            _bound(
                face,
                replace(its, coverage=_without(its.coverage, left)),
                characters - shared,
                workspace,
                assets,
                line,
            )
        )
        if line is not None and marks:
            named = replace(face, family=face.family + WESTERN_MARKS)
            its = replace(its, coverage=left)
            western.append(_bound(named, its, marks, workspace, assets, line))
    return (*faces, *western), assets


@lru_cache(maxsize=4)
def _set_wide(characters: frozenset[str], coverages: tuple[frozenset[int], ...]) -> frozenset[str]:
    """What Chinese text sets an em wide, as far as a Chinese face draws it."""
    drawn = frozenset[int]().union(*(points for points in coverages if _HAN in points))
    return frozenset(c for c in characters if ord(c) in drawn and is_full_width(c))


@lru_cache(maxsize=32)
def _without(coverage: frozenset[int], some: frozenset[int]) -> frozenset[int]:
    return coverage - some


def _bound(
    face: fonts.Face,
    known: fonts.Known,
    characters: frozenset[str],
    workspace: Workspace,
    assets: dict[str, Asset],
    line: _LatinLine | None = None,
) -> BoundFace:
    data = fonts.subset(face, workspace, characters)
    if line is not None:
        data = fonts.beside(data, face.family, line.scale, line.ascent, line.descent)
    url = _font_address(data)
    assets[url] = Asset("font/ttf", data)
    return BoundFace(
        face.family,
        face.weight,
        face.style,
        url,
        line.ascent if line else known.ascent,
        line.descent if line else known.descent,
        known.coverage,
        known.variants,
        face.file,
        face.sha256,
    )


@lru_cache(maxsize=32)
def _font_address(data: bytes) -> str:
    return f"font:{hashlib.sha256(data).hexdigest()}"


def _lettered(
    manuscript: Manuscript,
    job: Job,
    pictures: Mapping[PurePosixPath, Picture],
    known: Mapping[fonts.Face, fonts.Known],
    workspace: Workspace,
) -> Lettering:
    """What becomes of each character of the title that no face has."""
    at_edition = Place(str(job.folder / EDITION_FILE), 1, 1)
    parts = (manuscript.chapters, job, tuple(pictures.values()))
    return letter(
        texts_of(parts, at_edition),
        tuple(_sources(manuscript, job, workspace)),
        [its.coverage for its in known.values()],
        draft=job.draft,
    )


def _sources(manuscript: Manuscript, job: Job, workspace: Workspace) -> Iterator[Source]:
    """The files that a title is written in."""
    for chapter in manuscript.chapters:
        yield Source(chapter.file, workspace.read_text(chapter.file, encoding=job.encoding))
    for name in (job.folder / EDITION_FILE, job.folder / LEDGER):
        # A ledger that cannot be read is told of, and nothing of it is set.
        with contextlib.suppress(BanxinError):
            yield Source(name, workspace.read_text(name))


def _characters(
    manuscript: Manuscript,
    job: Job,
    layout: Layout,
    pictures: Mapping[PurePosixPath, Picture],
    lettering: Lettering,
) -> frozenset[str]:
    own = layout.words_in(job.lang)
    parts = (manuscript.chapters, job, own, pictures)
    settings = (setting.plain for setting in lettering.settings.values())
    written = "".join([*(text for _, text in texts_of(parts)), *settings])
    files = (*layout.templates.items(), *layout.styles.items())
    return TEMPLATE_CHARACTERS.union(written, *(_characters_of(*file) for file in files))


@lru_cache(maxsize=256)
def _characters_of(name: str, text: str) -> frozenset[str]:
    return frozenset(name + text)


# --- the seal -----------------------------------------------------------------------------


def _digest(edition: Edition) -> str:
    """sha256 of all that an Edition holds; addresses of assets and photos carry their own."""
    light = replace(edition, photos=(), artworks=(), assets={}, faces=())
    parts = [
        repr(light),
        *sorted(edition.assets),
        *(photo.url for photo in edition.photos),
        *(repr((art.url, art.swatch_of)) for art in edition.artworks),
        # Those of a layout's artwork do not: they are what its stylesheets write.
        *(
            f"{address} {hashlib.sha256(asset.data).hexdigest()}"
            for address, asset in edition.assets.items()
            if address.startswith(f"{drawings.FOLDER}/")
        ),
        *(
            repr(replace(face, coverage=frozenset(), variants=frozenset()))
            for face in edition.faces
        ),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
