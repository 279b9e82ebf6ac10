"""What the book says, for the rules of the manuscript: its words with their places, its claims.

Made from the sealed Edition, the laid-out Sheets and the manuscript's own lines, so that a finding
names the line and column that an editor has to mend.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Final, TypeVar
from unicodedata import normalize

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from banxin.artwork import split
from banxin.diagnostics import Diagnostic, Place
from banxin.manuscript.blocks import Figure, NameList
from banxin.manuscript.habits import is_prose, straightened
from banxin.manuscript.inlines import plain
from banxin.preflight.entered import Entered, captions, entered
from banxin.preflight.lost import Compared, compared
from banxin.preflight.tabled import rows
from banxin.preflight.told import untold, untold_names
from banxin.preflight.written import Written, letters, written
from banxin.tables import place_of
from banxin.workspace import alike

if TYPE_CHECKING:  # the reader of a stranger's file starts without the typesetting
    from banxin.assets.ledger import Entry
    from banxin.edition import Edition
    from banxin.typeset import Sheets
    from banxin.typeset.sheets import Filled, Fit

T = TypeVar("T")

FULL: Final = 20  # lines of a page that shows how many characters a line has
USUAL: Final = 30  # characters to a line, where a chapter has too little to tell
HIDDEN: Final = "\x00"  # stands where Markdown's own signs stood
SPOKEN_KEYS: Final = ("title", "kicker", "deck", "byline", "subtitle", "caption", "credit", "lead")

_FENCE: Final = re.compile(r"[\s>\x00]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?[ \t>]*(`{3,}|~{3,})")
_ITEM: Final = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_CODE: Final = re.compile(r"(?<![`\\])(`{1,32})(?!`).{1,2000}?(?<!`)\1(?!`)", re.DOTALL)
_SIGNS: Final = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # what is escaped stands as it is
    r"|^\s{0,3}\[[^\]^\n][^\]\n]*\]:\s*\S.*$"  # what a link leads to, for all of its kind
    r"|\]\((?:[^()\s]|\([^()\s]*\))*(?:\s[^)]{0,500})?\)"  # where a link or a picture leads
    r"|!?\[\^?[^\[\]\s]*\](?=:)|\[\^[^\[\]]+\]"  # footnotes
    r"|\{[^{}\n]*\}"  # attributes
    r"|(?<=\w)([~^])[^\s~^]{1,20}\1"  # sub- and superscripts
    r"|<[^<>\n]+>|&(?:#\w{1,8}|[A-Za-z]\w{1,31});"
    r"|(?:https?://|mailto:|www\.)[!-~]+|[!-~]{1,64}@[!-~]+"
    r"|^\s*(?:#{1,6}\s|:::.*$|[-*+]\s|\d+[.)]\s|>\s?|\|)"
    r"|!?\[|\]|\*+|\\$",
    re.MULTILINE,
)
_NAMES: Final = re.compile(r"[ ]{0,3}[:：]{3,}\s*names\b")
_KEY: Final = re.compile(r"^\s*([A-Za-z_-]+)[:：]\s*[\"']?")


@dataclass(frozen=True)
class WrittenParagraph:
    """Lines that belong together, Markdown's signs hidden. Offsets in `text` lead to places."""

    file: str
    line: int
    lines: tuple[str, ...]
    of_front: bool = False  # the front matter: titles and the like
    of_names: bool = False  # lines of a list of names

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """The offset at which each line begins."""
        return tuple(accumulate((len(line) + 1 for line in self.lines), initial=0))

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset, hi=len(self.lines)) - 1
        return Place(self.file, self.line + line, offset - self._starts[line] + 1)


@dataclass(frozen=True, slots=True)
class ChapterOpening:
    """A chapter as it came to stand. `label` is the folio that readers are sent to."""

    title: str
    template: str
    place: Place
    page: int
    label: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and who says so: `list` of names, `byline`, `credit`."""

    name: str
    place: Place
    by: str


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph in use, and which columns of its ledger are empty."""

    file: str
    place: Place
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A line that a kind of publication has to have, from a TOML of the title's."""

    field: str
    pattern: str
    because: str

    def accepts(self, value: str) -> bool:
        """Whether the pattern is found in *value*; none asks for nothing."""
        try:
            matcher(self.pattern).validate_python(value)
        except ValidationError:
            return False
        return True


@lru_cache(maxsize=256)
def matcher(pattern: str) -> TypeAdapter[str]:
    """What accepts texts in which *pattern* is found, in time that grows with the text.

    A title may come from a stranger: Python's own `re` takes for ever over `^(a+)+$`.

    Raises:
        SchemaError: it is no regular expression of Rust's, which has no look-around, or too large.
    """
    linear = StringConstraints(pattern=pattern)
    return TypeAdapter(Annotated[str, linear], config=ConfigDict(regex_engine="rust-regex"))


@dataclass(frozen=True)
class Book:
    """One title, written and laid out.

    Attributes:
        particulars: masthead and imprint together: field → text, with its place.
        captions: of figures, as the manuscript has them, in reading order.
        pages: the words on each page, without white space; `heads`: those above its type area.
        lines: the words on each page as they stand, line by line.
        written: the chapters as their raw lines have them.
        told: what others have found, so that nothing is told twice.
        entered: what edition.toml says that is to be printed.
        placed: of each picture on a page, its file, and the page; `landed`: files and lines that
            placed one; `spans`: of each chapter, the pages that have something of it.
        title_parts: of a title that has a line end, its lines.
        labels: of each page, its number as it is printed or would be.
        same: file → what it shows: two files with the same picture in them are one picture.
        folds: whether it is a leaflet; `columns`: those that its text stands in.
        raw: the text of its files, as it is.
        filled: how full its pages are; `fits`: and its columns.
    """

    lang: str
    date: datetime.date
    title: str
    edition_file: str
    particulars: tuple[tuple[str, str, Place], ...]
    paragraphs: tuple[WrittenParagraph, ...]
    headings: tuple[ChapterOpening, ...]
    captions: tuple[tuple[str, Place], ...]
    people: tuple[Named, ...]
    photographs: tuple[Photograph, ...]
    unused: tuple[str, ...]
    covers: tuple[tuple[str, str, Place], ...]
    pages: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    required: tuple[Required, ...] = ()
    lines: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()
    told: tuple[Diagnostic, ...] = ()
    entered: tuple[Entered, ...] = ()
    placed: tuple[tuple[str, int], ...] = ()
    spans: Mapping[str, frozenset[int]] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    title_parts: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    landed: frozenset[tuple[str | None, int | None]] = frozenset()
    folds: bool = False
    columns: int = 1
    raw: tuple[tuple[str, str], ...] = ()
    filled: tuple[Filled, ...] = ()
    fits: tuple[Fit, ...] = ()

    def told_of(self, file: str) -> tuple[Diagnostic, ...]:
        """What others have found in *file*."""
        return self._told_by_file.get(file, ())

    @cached_property
    def _told_by_file(self) -> Mapping[str | None, tuple[Diagnostic, ...]]:
        found: dict[str | None, list[Diagnostic]] = {}
        for one in self.told:
            found.setdefault(one.place.file, []).append(one)
        return {file: tuple(of) for file, of in found.items()}

    def template_of(self, file: str | None) -> str:
        """What the chapter of *file* is set in; empty for what is none."""
        return self._templates.get(file, "")

    @cached_property
    def _templates(self) -> Mapping[str | None, str]:
        return {chapter.file: chapter.template for chapter in reversed(self.written)}

    def is_last(self, page: Filled) -> bool:
        """Whether the chapter of *page* has nothing on a later one."""
        return self._last_pages[page.place.file] <= (page.place.page or 0)

    @cached_property
    def _last_pages(self) -> Mapping[str | None, int]:
        last: dict[str | None, int] = {}
        for page in self.filled:
            last[page.place.file] = max(last.get(page.place.file, 0), page.place.page or 0)
        return last

    @cached_property
    def characters(self) -> int:
        """To a line, as the fullest page has them; those of columns side by side together."""
        full = [
            len(self.pages[(page.place.page or 1) - 1]) // page.lines
            for page in self.filled
            if page.lines >= FULL and self.pages
        ]
        return max(full, default=USUAL)

    @cached_property
    def compared(self) -> Compared:
        """The manuscript against the pages, without what other findings tell of."""
        if not self.lines:
            return Compared((), ())
        chapters = [self._untold(chapter) for chapter in self.written]
        listing = next((h.page for h in self.headings if h.template == "contents" and h.page), 0)
        behind = (h.page for h in self.headings if h.page > listing)
        last = max(min(behind, default=0), listing + 1)
        contents = range(listing, last) if listing else range(0)
        folios = () if self.folds else self.labels  # a leaflet's panels have no numbers
        return compared(chapters, self.lines, self.heads, contents, folios)

    def _untold(self, chapter: Written) -> Written:
        """*chapter* and the rows of its tables without what is told of either."""
        own, others = chapter.own_and_tables
        said = list(untold(own, self.told_of(chapter.file)).said)
        for file, names in others.items():
            said.extend(untold_names(names, self.told_of(file)))
        return replace(chapter, said=tuple(said))


@dataclass(frozen=True, slots=True)
class Material:
    """What a book is gathered from.

    Attributes:
        sources: the text of the title's files: chapters and `edition.toml`.
        files: the pictures that lie in the title's folder.
        words: of each page, all of them and those in its head.
        told: what reader, binding and pages have told of.
        placed: the pictures on the pages, as often as they are, and on which.
        photos: the ledger of photographs, as it is written.
        tables: those that lists of names are taken from.
    """

    edition: Edition
    sheets: Sheets
    sources: Mapping[PurePosixPath, str]
    ledger: Mapping[str, Entry]
    files: Sequence[PurePosixPath]
    required: Sequence[Required]
    words: tuple[Sequence[str], Sequence[str]]
    told: Sequence[Diagnostic]
    placed: Sequence[tuple[PurePosixPath, int]]
    photos: str
    tables: Mapping[PurePosixPath, bytes]


def book(of: Material) -> Book:
    """Gather the facts."""
    edition, sheets, sources, words = of.edition, of.sheets, of.sources, of.words
    edition_file = next(name for name in sources if name.name == "edition.toml")
    known = captions(edition_file.parent, of.photos, sources[edition_file])
    listed = {
        normalize("NFC", str(name)): rows(name.name, data) for name, data in of.tables.items()
    }
    return Book(
        lang=edition.lang,
        date=edition.date,
        title=edition.title.replace("|", ""),
        edition_file=str(edition_file),
        particulars=tuple(_particulars(edition, edition_file, sources[edition_file])),
        paragraphs=tuple(
            paragraph
            for name, text in sources.items()
            if name != edition_file
            for paragraph in paragraphs(str(name), text)
        ),
        headings=tuple(_headings(edition, sheets, [_joined(page) for page in words[0]])),
        captions=tuple(
            (plain(figure.caption), figure.place)
            for figure in _all(edition.chapters, Figure)
            if figure.caption
        ),
        people=tuple(_people(edition)),
        photographs=tuple(_photographs(edition, of.ledger)),
        unused=tuple(sorted(_unused(edition, of.files))),
        covers=tuple(_covers(edition)),
        pages=tuple(_joined(text) for text in words[0]),
        heads=tuple(_joined(text) for text in words[1]),
        required=tuple(of.required),
        lines=tuple(words[0]),
        written=tuple(
            written(str(name), text, known, listed)
            for name, text in sources.items()
            if name != edition_file
        ),
        entered=entered(str(edition_file), sources[edition_file]),
        raw=tuple((str(name), text) for name, text in sources.items()),
        told=tuple(of.told),
        placed=tuple((normalize("NFC", str(name)), page) for name, page in of.placed),
        spans=_spans(sheets),
        labels=sheets.labels,
        title_parts=tuple(edition.title.split("|")) if "|" in edition.title else (),
        same={
            normalize("NFC", str(name)): picture.url
            for name, picture in edition.pictures.items()
            if not picture.vector  # of which the pages are several pictures
        },
        landed=frozenset((o.place.file, o.place.line) for o in sheets.landed if o.photo),
        folds=bool(edition.layout.page.folds),
        columns=edition.layout.grid.columns,
        filled=sheets.filled,
        fits=sheets.fits,
    )


# --- the manuscript's lines -----------------------------------------------------------------


def paragraphs(file: str, text: str, *, with_names: bool = False) -> Iterator[WrittenParagraph]:
    """The paragraphs of a Markdown file, each character where it stands in the file.

    Lists of names are left out if they are not asked for: their spaces and marks part one column
    from the next.
    """
    bare = text.lstrip("\ufeff")
    lines = (HIDDEN * (len(text) - len(bare)) + bare).split("\n")
    body = end_of_front(lines)
    for number, raw in enumerate(lines[:body], 1):
        shown = _of_front_matter(raw)
        if shown.strip(HIDDEN + " "):
            yield WrittenParagraph(file, number, (shown,), of_front=True)
    gathered: list[str] = []
    listing = False
    for number, raw in enumerate([*readable(straightened(lines[body:], [])), ""], body + 1):
        listing = (listing or bool(_NAMES.match(raw))) and raw.strip() != ":::"
        if not listing and raw.strip(HIDDEN + " \t"):
            gathered.append(raw)
            continue
        if gathered:
            yield WrittenParagraph(file, number - len(gathered), tuple(_without_signs(gathered)))
            gathered = []
        if listing and with_names and not _NAMES.match(raw):
            yield WrittenParagraph(file, number, tuple(_without_signs([raw])), of_names=True)


def end_of_front(lines: Sequence[str]) -> int:
    """How many lines the front matter takes, with the two that enclose it."""
    first = next((n for n, line in enumerate(lines) if line.strip(HIDDEN + " \t")), 0)
    if lines[first].strip(HIDDEN + " \t") != "---":
        return 0
    behind = range(first + 1, len(lines))
    return next((n + 1 for n in behind if lines[n].strip() == "---"), len(lines))


def readable(lines: Sequence[str]) -> Iterator[str]:
    """*lines* of a chapter's text with code and comments hidden, each as long as it was."""
    fence, comment, blank, listing, code = "", False, True, False, False
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip(HIDDEN + " \t"):
                fence = ""
            yield HIDDEN * len(line)
            continue
        if mark and not comment and "`" not in line[mark.end() :]:
            fence = mark[1]
            yield HIDDEN * len(line)
            continue
        listing = bool(_ITEM.match(line)) or (listing and (not blank or line[:1] in " \t"))
        deep = line.startswith(("        ", "\t\t") if listing else ("    ", "\t"))
        code = deep and (blank or code) and not is_prose(line)
        blank = not line.strip()
        line, comment = _uncommented(line, within=comment)
        yield HIDDEN * len(line) if code else line


def _uncommented(line: str, *, within: bool) -> tuple[str, bool]:
    """*line* with its comments hidden, and whether one goes on."""
    done = ""
    while line:
        mark = "-->" if within else "<!--"
        before, found, line = line.partition(mark)
        done += HIDDEN * len(before + found) if within else before + HIDDEN * len(found)
        if not found:
            break
        within = not within
    return done, within


def _without_signs(lines: Sequence[str]) -> Iterator[str]:
    """Lines of one paragraph with Markdown's signs, addresses and code of any length hidden."""
    text = _CODE.sub(lambda span: re.sub(r"[^\n]", HIDDEN, span[0]), "\n".join(lines))
    for line in text.split("\n"):
        yield _SIGNS.sub(lambda sign: HIDDEN * len(sign[0]), line)


def _of_front_matter(line: str) -> str:
    """The value of a key that is printed; nothing of the others."""
    key = _KEY.match(line)
    if not key or key[1] not in SPOKEN_KEYS:
        return HIDDEN * len(line)
    return HIDDEN * key.end() + line[key.end() :].rstrip("\"'").replace("|", HIDDEN)


# --- what the edition claims ----------------------------------------------------------------


def _particulars(
    edition: Edition, file: PurePosixPath, text: str
) -> Iterator[tuple[str, str, Place]]:
    for table, said in (("masthead", edition.masthead), ("imprint", edition.imprint)):
        for key, value in said.items():
            yield key, value, place_of(file, text, (table, key))


def _headings(edition: Edition, sheets: Sheets, pages: Sequence[str]) -> Iterator[ChapterOpening]:
    """Chapters where their titles stand: an opening picture may come a page before."""
    firsts: dict[str, int] = {}
    lines: dict[tuple[str, int | None], int] = {}
    for landed in sheets.landed:
        if landed.place.file and landed.place.page:
            firsts.setdefault(landed.place.file, landed.place.page)
            lines.setdefault((landed.place.file, landed.place.line), landed.place.page)
    for chapter in edition.chapters:
        first = firsts.get(str(chapter.file), 0)
        title = chapter.field("title").replace("|", "")
        near = range(first, min(first + 2, len(pages) + 1)) if first else ()
        # Of a long title the last line may share its baseline with something else.
        begins = letters(title)[0][:12]
        place = chapter.front["title"].place if "title" in chapter.front else chapter.place
        read = (n for n in near if begins in letters(pages[n - 1])[0])
        # One set upright may be read piece by piece, and whole in the running head overleaf.
        own = lines.get((str(chapter.file), place.line), 0)
        page = min(filter(None, (own, *read)), default=first)
        label = sheets.labels[page - 1] if page else ""
        yield ChapterOpening(title, chapter.field("template"), place, page, label)


def _spans(sheets: Sheets) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for landed in sheets.landed:
        if landed.place.file and landed.place.page:
            found.setdefault(landed.place.file, set()).add(landed.place.page)
    return {file: frozenset(pages) for file, pages in found.items()}


def _covers(edition: Edition) -> Iterator[tuple[str, str, Place]]:
    """Titles that stand on covers and the title page, against the edition's own."""
    for chapter in edition.chapters:
        template = chapter.field("template")
        if template in {"cover", "inner", "title", "imprint", "back"} and "title" in chapter.front:
            title = chapter.front["title"]
            yield template, title.value.replace("|", ""), title.place


def _people(edition: Edition) -> Iterator[Named]:
    for listed in _all(edition.chapters, NameList):
        for person in listed.people:
            yield Named(_joined(person.name), person.place, "list")
    for chapter in edition.chapters:
        if "byline" in chapter.front:
            line = chapter.front["byline"]
            yield from (Named(name, line.place, "byline") for name in names_in(line.value))
    for figure in _all(edition.chapters, Figure):
        yield from (Named(name, figure.place, "credit") for name in names_in(figure.credit))


_ROLE: Final = re.compile(
    r"(摄影|撰文|文字|文|图|编辑|记者|通讯员|供图|作者|绘图|整理)\s*[：:/／\s]?\s*"
)


def names_in(credit: str) -> Iterator[str]:
    """Chinese names of two to four characters in a byline or a credit."""
    for part in re.split(r"[，、,;；/／\s]+", _ROLE.sub(" ", credit)):
        if re.fullmatch(r"[\u3400-\u9fff·]{2,4}", part):
            yield part


def _unused(edition: Edition, files: Sequence[PurePosixPath]) -> Iterator[str]:
    placed = {alike(split(name)[0]) for name in edition.pictures}
    return (str(file) for file in files if alike(file) not in placed)


def _photographs(edition: Edition, ledger: Mapping[str, Entry]) -> Iterator[Photograph]:
    for name, picture in edition.pictures.items():
        if picture.is_missing or picture.vector:
            continue
        entry = ledger.get(alike(name))
        source = entry.source if entry else ""
        columns = {"source": source, "licence": picture.licence, "consent": picture.consent}
        lacking = tuple(column for column, said in columns.items() if not said)
        place = entry.place if entry else picture.asked_at
        yield Photograph(str(name), place, lacking)


def _all(value: object, kind: type[T]) -> Iterator[T]:
    """Every *kind* in *value*, however deep, in reading order."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _all(item, kind)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _all(getattr(value, part.name), kind)


def _joined(text: str) -> str:
    return "".join(text.split())
