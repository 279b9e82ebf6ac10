"""Pages by WeasyPrint 70: sealed in, listened to, and its boxes read.

It sees an address book instead of the network and the disk, no font but the Edition's, and
whatever it would only have logged becomes a diagnostic.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import accumulate, chain
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from banxin.engine import cascade, css_limits, hooks, shapes, speed, unmixed
from banxin.engine.boxes import EngineBox, EngineDocument, EngineHtml, EnginePage, KeptPage
from banxin.engine.cascade import Cascade
from banxin.engine.hooks import Hook

import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import KNOWN_PROPERTIES
from weasyprint.document import Document
from weasyprint.html import get_html_metadata
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.urls import URLFetcher, URLFetcherResponse

from banxin import composer, stylesheets
from banxin.composer import numerals
from banxin.diagnostics import NOWHERE, BanxinError, Diagnostic, Place, error, note, warning
from banxin.edition import Asset
from banxin.markup.tokens import Stylesheet
from banxin.typeset import drawn, fallback, fill, following, galley, indexed, keeping, parts
from banxin.typeset.galley import Bearings, Stretch
from banxin.typeset.instead import instead_of
from banxin.typeset.parts import AnewError, Given, KeptBook, LaidBook, LaidPart
from banxin.typeset.regions import Numbers
from banxin.typeset.sheets import Sheets, Trim
from banxin.typeset.survey import Fonts, KnownOfDocument, Surveyed, heads_of, survey, together
from banxin.units import Length

TABLES: Final[Mapping[str, tuple[Hook, ...]]] = {
    "parts": galley.HOOKS,
    "fallback": fallback.HOOKS,
    "cascade": cascade.HOOKS,
    "inks": unmixed.HOOKS,
    "limits": css_limits.HOOKS,
    "shapes": shapes.HOOKS,
    "speed": speed.HOOKS,
    "drawing": drawn.HOOKS,
}
TOGETHER: Final = frozenset(
    {"parts", "fallback", "drawing"}
)  # each of these needs the others of its table
DEFAULTS: Final = Stylesheet("composer.css", composer.STYLESHEET)
# A made-up scheme: relative addresses have nothing to be relative to and are refused.
BASE: Final = "edition:/"
DEEP: Final = 100
INDEXINGS: Final = 3  # of the book: an index that takes another page may move what follows
SHELLS: Final = 300  # of elements elsewhere: to style so many takes as long as to lay out a page
_STRANGE: Final = "Invalid or unsupported selector"
_FOR_SCREENS: Final = "the property does not apply"
_PREFIXED: Final = "prefix"
_PREFIX: Final = re.compile(r"^-[a-z]+-")
_TAG: Final = re.compile(r"<(/?)[A-Za-z]")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a document is laid out.

    Attributes:
        base: what relative addresses are seen from.
        compose: whether lines are the composer's.
        pitch: of the grid's lines, by which boxes may grow; None where there is no grid.
        sides: pages that there may be: what goes on beyond them is in no finish. 0: any number.
    """

    base: str | None = BASE
    compose: bool = True
    pitch: Length | None = None
    sides: int = 0


USUAL: Final = Terms()


def lay_out(
    html: str,
    styles: Sequence[Stylesheet],
    assets: Mapping[str, Asset],
    fonts: Fonts,
    identifier: bytes,
    terms: Terms = USUAL,
    standing: StandingBook | None = None,
) -> Sheets:
    """Pages from HTML. Same arguments, same bytes.

    Args:
        identifier: for the PDF's /ID.
        standing: what another book has left; only time depends on it.

    Raises:
        BanxinError: `engine/crashed`.
    """
    left = (standing or StandingBook()).for_book(styles, assets, fonts, terms)

    def work() -> Sheets:
        fetcher = AddressBook(assets)
        with at_work(compose=terms.compose) as work:
            with _crashes_told():  # at a base address that is none
                source = weasyprint.HTML(string=html, base_url=terms.base, url_fetcher=fetcher)
            text = StyledDocument.of(html, source, styles, work, parsed=left.parsed)
            left.recall(text)
            fit = fitted(text, terms.pitch, terms.sides, left.memory)
            pdf = to_press(fit.document, fit.cuts, identifier, left.drawn)
        made = sheets_of(fit, source, pdf, fonts, work, left.surveyed)
        can_be_kept = text.said_nothing() and fit.cuts == fit.laid.parts
        left.made = fit.laid if can_be_kept and left.drawn else None
        return made

    try:
        return deeply(html, work)
    except AnewError:
        left.forget()
        return deeply(html, work)


Pages = tuple[EnginePage, ...]
DrawnParts = dict[int, tuple[Pages, drawn.DrawnPart]]  # by their first child of the body
SurveyedParts = dict[int, tuple[Pages, Surveyed]]


@dataclass(slots=True)
class StandingBook:
    """A book that was laid out, left standing for one that differs from it in some parts.

    Attributes:
        memory: its parts, taken from where they are the same.
        parsed: its stylesheets.
        drawn, surveyed: its parts, and the pages that these were then.
        made: the book as it was made full, if another process can take it apart.
        kept: what another process has left, until it is asked for.
    """

    memory: parts.Memory = field(default_factory=parts.Memory)
    parsed: ParsedStyles | None = None
    drawn: DrawnParts = field(default_factory=dict)
    surveyed: SurveyedParts = field(default_factory=dict)
    made: LaidBook | None = None
    kept: KeptBook | None = None
    _asked: str = ""
    _assets: Mapping[str, Asset] = field(default_factory=dict)
    _digests: Mapping[str, str] = field(default_factory=dict)

    def for_book(
        self,
        styles: Sequence[Stylesheet],
        assets: Mapping[str, Asset],
        fonts: Fonts,
        terms: Terms,
    ) -> StandingBook:
        """Itself, emptied where a book is set otherwise or an address leads elsewhere.

        An address that only one of them has is none of a part that they have in common.
        """
        faces = [
            (face.family, face.weight, face.style, face.url, face.sha256) for face in fonts.faces
        ]
        asked = _digest(repr((terms, tuple(styles), faces)).encode("utf-8", "surrogatepass"))
        moved = (url for url in self._assets.keys() & assets if self._assets[url] != assets[url])
        others = (url for url, was in self._digests.items() if was != _digest_at(url, assets, was))
        if asked != self._asked or any(True for _ in chain(moved, others)):
            self.forget()
        self._asked, self._assets, self._digests = asked, assets, {}
        return self

    def forget(self) -> None:
        """Begin anew."""
        self.memory, self.parsed = parts.Memory(), ParsedStyles()
        self.drawn, self.surveyed = {}, {}
        self.made = self.kept = None

    def recall(self, text: StyledDocument) -> None:
        """Take up what another process has left."""
        if self.kept is not None:
            self.memory.recall(self.kept, text)
            self.kept = None

    def to_bytes(self) -> bytes | None:
        """For the cache; None where nothing of it can be used again."""
        kept = None if self.made is None else self.memory.to_keep(self.made)
        if kept is None:
            return None
        firsts = [part.first for part in kept.parts]
        drawn = [self.drawn[first][1] for first in firsts]
        surveyed = [self.surveyed[first][1] for first in firsts]
        digests = {url: _digest(asset.data) for url, asset in self._assets.items()}
        return keeping.packed((self._asked, digests, kept, drawn, surveyed))

    @classmethod
    def from_bytes(cls, data: bytes) -> StandingBook:
        """What `to_bytes` gave; empty if it was another version's."""
        found = keeping.unpacked(data)
        if found is None:
            return cls()
        asked, digests, kept, drawn, surveyed = found
        numbered = [(part.first, pages) for part, pages in zip(kept.parts, kept.pages, strict=True)]
        return cls(
            drawn={n: (pages, part) for (n, pages), part in zip(numbered, drawn, strict=True)},
            surveyed={
                n: (pages, part) for (n, pages), part in zip(numbered, surveyed, strict=True)
            },
            kept=kept,
            _asked=asked,
            _digests=digests,
        )


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=20).hexdigest()


def _digest_at(url: str, assets: Mapping[str, Asset], default: str) -> str:
    asset = assets.get(url)
    return default if asset is None else _digest(asset.data)


@dataclass(slots=True)
class ParsedStyles:
    """Stylesheets as the engine has them, kept where it had nothing to say of them."""

    sheets: Sequence[object] = ()
    configuration: object = None
    counters: object = None


# --- steps, shared with incremental.py ------------------------------------------------------


@dataclass(slots=True)
class Work:
    """One layout under way: what the engine says, and what the composer leaves to it.

    Attributes:
        misfit: what of the engine the composer does not fit, and is off for.
        misfits: what else is not as it was, and is done without.
    """

    heard: _Ear
    left: composer.LeftToEngine
    misfit: str
    misfits: tuple[str, ...]
    styles: Sequence[Stylesheet] = ()
    left_alone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StyledDocument:
    """A document, and all that styles it: laid out as a whole, or one part of it.

    Attributes:
        between_pages: called before each page; what it raises ends the layout.
        steady: whether a part by itself is what it is in the whole.
        quoted: whether words of a target may be said where it is referred to.
        heard: what the engine had to say before it laid anything out.
    """

    source: EngineHtml
    work: Work
    sheets: Sequence[object]
    configuration: object
    counters: object
    between_pages: Callable[[], None]
    steady: bool
    quoted: bool
    heard: int

    @classmethod
    def of(
        cls,
        html: str,
        source: EngineHtml,
        styles: Sequence[Stylesheet],
        work: Work,
        between_pages: Callable[[], None] = lambda: None,
        parsed: ParsedStyles | None = None,
    ) -> StyledDocument:
        """Args: parsed: the same *styles*, of an earlier document; it is added to."""
        known = parsed or ParsedStyles()
        work.styles = styles
        if not known.sheets:
            known = _parsed(styles, source.url_fetcher, work)
            if parsed is not None and not (work.heard.heard or source.url_fetcher.refused):
                parsed.sheets = known.sheets
                parsed.configuration, parsed.counters = known.configuration, known.counters
        sheets = [*known.sheets, Cascade(known.configuration)]
        configuration, counters = known.configuration, known.counters
        texts = (html, *(sheet.text for sheet in styles))
        return cls(
            source,
            work,
            sheets,
            configuration,
            counters,
            between_pages,
            steady=hooks.stand(galley.HOOKS)
            and galley.steady(texts, galley.body_of(source.etree_element).iter()),
            quoted=galley.quoted(texts),
            heard=len(work.heard.heard),
        )

    def whole(self, given: Given) -> LaidBook:
        with galley.whole(self.between_pages) as seen:
            document = self._rendered(self.source, fill.stylesheet(given).text)
        bearings, pages = seen.bearings or Bearings(), len(document.pages)
        cut = bearings.parts() if self.steady else (Stretch(0, 0, len(bearings.shells), pages),)
        return LaidBook(document, bearings, cut, (seen.context,) * pages)

    def part(self, bearings: Bearings, part: Stretch, given: Given) -> LaidPart:
        if part.end - part.first == len(bearings.shells):
            laid = self.whole(given)
            return LaidPart(tuple(laid.document.pages), None, laid.contexts[0])
        # One page more is enough to see that it is too many.
        part = replace(part, wanted=part.wanted + 1)
        with (
            galley.excerpt(self.source, bearings, part) as source,
            galley.primed(bearings, part, self.between_pages) as seen,
        ):
            css = f"{galley.SHELL_CSS}\n{fill.stylesheet(given).text}"
            document = self._rendered(source, css)
        return LaidPart(tuple(document.pages), seen.tells, seen.context)

    def tries(
        self, laid: LaidBook, asked: Mapping[Stretch, Given], given: Given
    ) -> Mapping[Stretch, LaidPart]:
        """One by one; of a great many, since each meets the shells of all others, together."""
        if len(asked) * len(laid.bearings.shells) <= SHELLS * len(laid.document.pages):
            return {part: self.part(laid.bearings, part, lines) for part, lines in asked.items()}
        together = {name: n for lines in (given, *asked.values()) for name, n in lines.items()}
        again = self.whole(together)
        now = {part.first: part for part in again.parts}
        return {
            part: LaidPart(again.pages_of(now[part.first]), None, again.contexts[0], moved=True)
            for part in asked
            if part.first in now
        }

    def index(self, laid: LaidBook) -> bool:
        """Whether the numbers of an index have become others, by the pages of *laid*."""
        root = self.source.etree_element
        if not indexed.entered(root, laid.bearings.targets):
            return False
        wrapper = type(self.source.wrapper_element)
        self.source.wrapper_element = wrapper.from_html_root(root, content_language=None)
        return True

    def document_of(self, pages: Sequence[EnginePage]) -> EngineDocument:
        about = DocumentMetadata(**get_html_metadata(self.source))
        fetcher, faces = self.source.url_fetcher, self.configuration
        made: EngineDocument = Document(list(pages), about, fetcher, faces, {}, None)
        return made

    def said_nothing(self) -> bool:
        return not self.work.left.counts and len(self.work.heard.heard) == self.heard

    def _rendered(self, source: EngineHtml, css: str) -> EngineDocument:
        sheets = [*self.sheets, weasyprint.CSS(string=css)]
        return rendered(source, sheets, self.configuration, self.counters)


@dataclass(frozen=True, slots=True)
class FilledDocument:
    """A document whose pages are full.

    Attributes:
        laid: the same with the pages `beyond` those that the layout may have.
        steady: as of `StyledDocument`.
        given: lines that boxes have grown, by their ids.
    """

    document: EngineDocument
    laid: LaidBook
    steady: bool
    beyond: tuple[EngineBox, ...]
    given: Given

    @property
    def cuts(self) -> tuple[Stretch, ...]:
        """The parts that are drawn and looked through one by one."""
        if not self.beyond:
            return self.laid.parts
        return (Stretch(0, 0, len(self.laid.bearings.shells), len(self.document.pages)),)


@contextmanager
def at_work(*, compose: bool) -> Iterator[Work]:
    """The engine as we want it: composing, listened to, not looking for garbage."""
    misfit = composer.prepare()
    misfits = _hooked()
    with (
        speed.without_collecting(),
        _listening() as heard,
        composer.composing(on=compose and not misfit) as left,
    ):
        yield Work(heard, left, misfit if compose else "", misfits)


def _hooked() -> tuple[str, ...]:
    """Put our functions into their places; what of the engine is not as it was stays."""
    css_limits.temper()
    shapes.teach()
    return tuple(
        found
        for name, table in TABLES.items()
        for found in hooks.install(table, together=name in TOGETHER)
    )


def _parsed(styles: Sequence[Stylesheet], fetcher: URLFetcher, work: Work) -> ParsedStyles:
    """The composer's stylesheet and *styles*, as the engine's own."""
    configuration, counters = fallback.Faces(), CounterStyle()
    made = [_parse(s, configuration, counters, fetcher, work.heard) for s in (DEFAULTS, *styles)]
    return ParsedStyles(made, configuration, counters)


def rendered(
    source: EngineHtml, sheets: Sequence[object], fonts: object, counters: object
) -> EngineDocument:
    """The engine's document. Raises: BanxinError, `engine/crashed`."""
    with _crashes_told():
        return source.render(stylesheets=sheets, font_config=fonts, counter_style=counters)


def fitted(
    text: StyledDocument, pitch: Length | None, sides: int, memory: parts.Memory | None = None
) -> FilledDocument:
    """A document with pages made full where the layout lets boxes grow.

    Args:
        pitch, sides: as for `lay_out`.
        memory: of the same book as it was laid out last, in the same styles; it is added to.

    Raises:
        AnewError: what the memory has kept of it is not enough.
    """
    memory = memory or parts.Memory()
    if memory.laid is not None:  # so that an index is the one that it was, if its pages are
        text.index(memory.laid)
    laid = parts.laid_out(text, memory)
    work = text.work
    work.left_alone = dict(work.left.counts)  # of the text once, however often it is laid out
    laid, given = _full(laid, text, pitch, memory)
    for _ in range(INDEXINGS):
        if not text.index(laid):
            break
        if memory.is_kept:
            raise AnewError
        laid, given = _full(parts.laid_out(text, memory), text, pitch, memory)
    document = laid.document
    beyond = _page_boxes(document.pages[sides:]) if sides else ()
    return FilledDocument(
        document.copy(document.pages[:sides]) if beyond else document,
        laid,
        text.steady,
        beyond,
        given,
    )


def _full(
    laid: LaidBook, text: StyledDocument, pitch: Length | None, memory: parts.Memory
) -> tuple[LaidBook, Given]:
    return parts.made_full(laid, text, pitch, memory) if pitch is not None else (laid, {})


def written(document: EngineDocument, **how: object) -> bytes:
    """The document as a PDF. Raises: BanxinError, `engine/crashed`."""
    with _crashes_told():
        return bytes(document.write_pdf(**how))


def to_press(
    document: EngineDocument, cuts: Sequence[Stretch], identifier: bytes, known: DrawnParts
) -> bytes:
    """What the finishes are made from: tagged, colours as keys, proxies for photographs.

    Args:
        cuts: its parts.
        known: those that were drawn; it is made the document's. Emptied where it is drawn as one.

    Raises:
        BanxinError: `engine/crashed`.
        AnewError: pages are not known as they were drawn.
    """
    if not hooks.stand(drawn.HOOKS) or any(_has_fields(page) for page in document.pages):
        known.clear()
        return _drawn_as_one(document, identifier)
    with _crashes_told():
        made: DrawnParts = {}
        with drawn.drawing(document) as draw:
            for cut in cuts:
                pages = _pages_of(document, cut)
                before = known.get(cut.first)
                same = before is not None and before[0] == pages
                made[cut.first] = before if before and same else (pages, draw(_laid_now(pages)))
        known.clear()
        try:
            pdf = drawn.put_together(document, [part for _, part in made.values()], identifier)
        except drawn.CannotJoinError:
            return _drawn_as_one(document, identifier)
    known.update(made)
    return pdf


def _drawn_as_one(document: EngineDocument, identifier: bytes) -> bytes:
    _laid_now(document.pages)
    return written(document.copy(), pdf_identifier=identifier, pdf_tags=True)


def _has_fields(page: Any) -> bool:
    """Whether there is something to be filled in on it: a form is the document's."""
    return any(getattr(page, "forms", {}).values())


def _pages_of(document: EngineDocument, cut: Stretch) -> Pages:
    return tuple(document.pages[cut.page : cut.page + cut.wanted])


def _laid_now(pages: Sequence[EnginePage]) -> Sequence[EnginePage]:
    """The same, if they can be looked into. Raises: AnewError."""
    if any(isinstance(page, KeptPage) for page in pages):
        raise AnewError
    return pages


def sheets_of(
    made: FilledDocument,
    source: EngineHtml,
    pdf: bytes,
    fonts: Fonts,
    work: Work,
    known: SurveyedParts,
) -> Sheets:
    """The pages, and all that is to be said of them.

    Args:
        known: parts that were looked through; it is made the document's.

    Raises:
        AnewError: pages cannot be looked into.
    """
    document = made.document
    is_shaped = following.is_asked(source.etree_element, work.styles)
    about = KnownOfDocument(
        heads_of(source.etree_element), Numbers(source.etree_element), fonts, is_shaped
    )
    seen = _looked_through(made, source.etree_element, about, known)
    known.clear()
    known.update(seen)
    all_of_it = together([part for _, part in seen.values()])
    found = (*all_of_it.found, *all_of_it.notes, *all_of_it.lost)
    refused = source.url_fetcher.refused
    said = (
        *_told(work.heard, refused, {p for d in found for p in _codepoints(d)}),
        *_composers_remarks(work.misfit, work.left_alone),
        *(warning("engine/changed", found=found) for found in work.misfits),
    )
    unfollowed = following.unfollowed(all_of_it.in_vain, work.styles)
    return Sheets(
        pdf=pdf,
        trims=tuple(Trim(Length.px(p.width), Length.px(p.height)) for p in document.pages),
        labels=_labels(tuple(_folios(all_of_it.steps))),
        landed=all_of_it.landed,
        fits=all_of_it.fits,
        filled=all_of_it.filled,
        regions=all_of_it.regions,
        remarks=tuple(_at_its_rule(d, work.styles) for d in (*said, *unfollowed, *found)),
    )


def _looked_through(
    made: FilledDocument, root: Element, about: KnownOfDocument, known: SurveyedParts
) -> SurveyedParts:
    children = list(galley.body_of(root))
    seen: SurveyedParts = {}
    for cut in made.cuts:
        pages = _pages_of(made.document, cut)
        is_all = cut.end - cut.first == len(children)
        elements = [root] if is_all else children[cut.first : cut.end]
        before = known.get(cut.first)
        if before and before[0] == pages and before[1].holds(about.heads):
            seen[cut.first] = pages, before[1].numbered(about.numbers.first_of(elements))
            continue
        part = survey(_page_boxes(pages), cut.page + 1, elements, about, made.beyond)
        seen[cut.first] = pages, part
    return seen


def _codepoints(found: Diagnostic) -> Sequence[str]:
    return [f"U+{ord(c):04X}" for c in str(found.facts.get("character", ""))]


def _at_its_rule(found: Diagnostic, styles: Sequence[Stylesheet]) -> Diagnostic:
    """A family that no face has, an address that is not followed, where a stylesheet asks for it;
    all else as it is.
    """
    if found.code not in _ASKED_BY_STYLES or found.place.file:
        return found
    fact, parted = _ASKED_BY_STYLES[found.code]
    asked = str(found.facts[fact])
    written = asked.split(parted)[0 if fact == "family" else -1]
    for sheet in styles:
        lines = sheet.text.split("\n")
        line = next((n for n, text in enumerate(lines, 1) if written and written in text), 0)
        if line:
            return replace(found, place=Place(sheet.name, line, 1))
    return found


# What stylesheets ask for, by its finding: the fact that names it, and what that is parted by.
_ASKED_BY_STYLES: Final = {
    "css/unknown-family": ("family", ", "),
    "css/no-outline": ("address", "/"),
    "engine/address-refused": ("address", "/"),
}
# What stands at a line of a stylesheet, and is not told by reading it: pages were looked at.
OF_PAGES: Final = frozenset({*_ASKED_BY_STYLES, *following.TOLD})


@contextmanager
def _crashes_told(place: Place = NOWHERE) -> Iterator[None]:
    try:
        yield
    except (BanxinError, AnewError):
        raise
    except Exception as problem:
        # WeasyPrint 70 meets some CSS with an AssertionError or a NotImplementedError.
        why = f"{type(problem).__name__}: {problem}"
        raise BanxinError(error("engine/crashed", place, why=why)) from problem


def _page_boxes(pages: Sequence[EnginePage]) -> tuple[EngineBox, ...]:
    return tuple(page._page_box for page in _laid_now(pages))


def deeply(html: str, work: Callable[[], T]) -> T:
    """What *work* gives, done with as deep a stack as *html* is nested."""
    return _with_a_deep_stack(work) if _depth(html) > DEEP else work()


def _depth(html: str) -> int:
    """How deep elements may be nested: an upper bound, since not all of them have end tags."""
    steps = (-1 if match[1] else 1 for match in _TAG.finditer(html))
    return max(accumulate(steps), default=0)


def _with_a_deep_stack(work: Callable[[], T]) -> T:
    """*work* in a thread of its own: the engine calls itself several times for each level."""
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as problem:  # carried over, not swallowed
            failed.append(problem)

    limit, size = sys.getrecursionlimit(), threading.stack_size(512 << 20)
    sys.setrecursionlimit(400_000)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if failed:
        raise failed[0]
    return made[0]


def _composers_remarks(misfit: str, left: Mapping[str, int]) -> Iterator[Diagnostic]:
    if misfit:
        yield warning("composer/off", found=misfit)
    for holding, count in left.items():
        yield note("composer/left", count=count, holding=holding)


class AddressBook(URLFetcher):
    """Serves what the Edition holds, refuses the rest, and remembers what was refused."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols=())
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> Any:
        asset = self._assets.get(url)
        if asset is None:
            self.refused.append(url)
            message = "not in this edition"
            raise ValueError(message)
        return URLFetcherResponse(url, asset.data, {"Content-Type": asset.mime})


# --- what the engine says -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Utterance:
    """`stylesheet`: its name, and `text` what it says; both empty of a style in the document."""

    stylesheet: str
    template: str
    words: tuple[object, ...]
    text: str = ""


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.stylesheet = ""
        self.text = ""
        self.heard: list[_Utterance] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = str(record.msg)
        # What the engine passes over on purpose it only murmurs.
        if record.levelno < logging.WARNING and not (
            self.stylesheet and said.startswith(("Ignored `", _STRANGE))
        ):
            return
        words = record.args if isinstance(record.args, tuple) else ()
        self.heard.append(_Utterance(self.stylesheet, said, words, self.text))


def ignored(styles: Iterable[Stylesheet]) -> tuple[Diagnostic, ...]:
    """What the engine will not understand of *styles*, told without laying anything out."""
    styles = tuple(styles)
    composes = not composer.prepare()  # then it understands what the engine alone does not
    _hooked()  # behind it, as when pages are laid out: both have a hold of counters
    with _listening() as heard, composer.composing(on=composes):
        configuration, counters, fetcher = fallback.Faces(), CounterStyle(), AddressBook({})
        crashed: list[Diagnostic] = []
        for sheet in styles:
            try:
                _parse(sheet, configuration, counters, fetcher, heard)
            except BanxinError as problem:
                crashed.extend(problem.diagnostics)
    said = (*_told(heard, fetcher.refused, set()), *crashed)
    return tuple(_at_its_rule(found, styles) for found in said)


@contextmanager
def _listening() -> Iterator[_Ear]:
    logger = logging.getLogger("weasyprint")
    ear = _Ear()
    passing_on, logger.propagate = logger.propagate, False
    logger.addHandler(ear)
    try:
        yield ear
    finally:
        logger.removeHandler(ear)
        logger.propagate = passing_on


def _parse(
    sheet: Stylesheet, fonts: object, counters: object, fetcher: URLFetcher, ear: _Ear
) -> Any:
    """One stylesheet at a time: WeasyPrint's warnings carry a line, never a file."""
    ear.stylesheet, ear.text = sheet.name, sheet.text
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        with _crashes_told(Place(sheet.name)):
            return weasyprint.CSS(
                string=sheet.text,
                base_url=BASE,
                url_fetcher=fetcher,
                font_config=fonts,
                counter_style=counters,
            )
    finally:
        logger.setLevel(level)
        ear.stylesheet = ear.text = ""


def _told(ear: _Ear, refused: Sequence[str], known: set[object]) -> Iterator[Diagnostic]:
    """The engine's log as diagnostics, each once."""
    seen: set[tuple[object, ...]] = set()
    for utterance in ear.heard:
        key = (utterance.stylesheet, utterance.template, *map(str, utterance.words))
        if key not in seen:
            seen.add(key)
            yield from _translated(utterance, known)
    for url in dict.fromkeys(refused):
        yield error("engine/address-refused", address=url)


def _translated(said: _Utterance, known: set[object]) -> Iterator[Diagnostic]:
    words = said.words
    where = _place(said)
    match said.template:
        case "Ignored `%s:%s` at %d:%d, %s." | "Ignored `%s: %s` at %d:%d, %s.":
            written, why = f"{words[0]}: {str(words[1]).strip()}", str(words[4])
            if why.startswith(css_limits.TOO_MANY):
                count, most = why.removeprefix(css_limits.TOO_MANY).split()
                shown = f"{written[:60]}…" if len(written) > 60 else written
                yield error("css/too-many", where, written=shown, count=count, most=most)
                return
            if why.startswith(shapes.NO_SHAPE):
                yield warning("css/no-shape", where, written=written)
                return
            yield _ignored(written, why, where)
        case template if template.startswith("Ignored `"):
            yield _ignored(f"{words[0]}: {str(words[1]).strip()}", _PREFIXED, where)
        case "Unknown rule %s at %d:%d":
            rule: Any = words[0]
            yield warning("css/unknown-rule", where, rule=_head(rule))
        case template if template.startswith("Invalid media type") and "@media" in template:
            rule = " ".join(f"@media {words[0]}".split())
            yield warning("css/media", where, rule=rule)
        case "Expected a media type, got %r":
            return  # the rule is told, with its line
        case template if template.startswith(_STRANGE):
            selector = " ".join(str(words[0]).partition("'")[2].rpartition("'")[0].split())
            place = Place(said.stylesheet or None, _line_of(selector, said.text))
            yield warning("css/unknown-selector", place, selector=selector)
        case template if template.startswith(".notdef glyph"):
            codepoint = f"U+{words[1]:04X}"
            if codepoint not in known:  # written by a template, so without a place
                yield error("font/no-glyph", character=str(words[0]), codepoint=codepoint)
        case template if template.startswith("Failed to load image"):
            if "not in this edition" not in str(words[1]):
                yield error("engine/picture-unreadable", address=str(words[0]), why=str(words[1]))
        case template if "has no required alt description" in template:
            return  # photo/no-caption says it, with its place
        case template if template.startswith("Failed to load stylesheet"):
            return  # the refused address is told by itself
        case "Font-face %r cannot be loaded":
            yield error("engine/font-unreadable", family=str(words[0]))
        case shapes.NO_OUTLINE:
            yield warning("css/no-outline", address=str(words[0]))
        case numerals.UNKNOWN:
            yield warning("css/unknown-counter", where, name=str(words[0]))
        case template if template.startswith("No anchor"):
            yield error("engine/no-anchor", anchor=str(words[0]))
        case template:
            text = template % words if words else template
            yield warning("engine/said", where, text=re.sub(r"\s+", " ", text))


def _ignored(written: str, why: str, where: Place) -> Diagnostic:
    """A declaration that is not followed, with what to write instead, where that is known."""
    if why.startswith(_FOR_SCREENS):
        return note("css/for-screens", where, written=written)
    why = "unknown property" if why.startswith(_PREFIXED) else why
    instead = instead_of(written)
    name, _, value = written.partition(":")
    bare = _PREFIX.sub("", name)
    if not instead and bare != name and bare in KNOWN_PROPERTIES:
        instead = f"{bare}:{value}"
    if instead:
        return warning("css/ignored-known", where, written=written, why=why, instead=instead)
    return warning("css/ignored", where, written=written, why=why)


def _head(rule: Any) -> str:
    """Of an at-rule, what stands before its block."""
    return f"@{rule.at_keyword} {stylesheets.serialize(rule.prelude).strip()}".strip()


def _line_of(selector: str, text: str) -> int | None:
    """The line of the rule that a selector begins."""
    left = [*stylesheets.rules(text)]
    while left:
        rule = left.pop(0)
        if rule.type == "qualified-rule":
            if " ".join(stylesheets.serialize(rule.prelude).split()) == selector:
                return int(rule.source_line)
        elif getattr(rule, "content", None) is not None:
            left += stylesheets.rules_in(rule.content)
    return None


def _place(said: _Utterance) -> Place:
    """The stylesheet's line, where the template names one as `%d:%d`."""
    if not said.stylesheet:
        return Place()
    numbers = [word for word in said.words if isinstance(word, int)]
    line, column = (numbers[0], numbers[1]) if len(numbers) > 1 else (None, None)
    return Place(said.stylesheet, line, column)


# --- folios -------------------------------------------------------------------------------


def _folios(steps: Sequence[int]) -> Iterator[int | None]:
    """The counter `folio` on each page that counts, whether it is printed there or not.

    Args:
        steps: by how much it goes on there.
    """
    count = 0
    for step in steps:
        count += step
        yield count if step else None


def _labels(folios: Sequence[int | None]) -> tuple[str, ...]:
    """A label for every page: folios, carried on over pages that do not count.

    Pages before the first folio's 1 get small roman numerals.
    """
    printed = [(index, folio) for index, folio in enumerate(folios) if folio is not None]
    number = printed[0][1] - printed[0][0] if printed else 1
    labels = []
    for folio in folios:
        number = folio if folio is not None else number
        labels.append(str(number) if number > 0 else "")
        number += 1
    leading = labels.count("")
    return (*(_roman(n) for n in range(1, leading + 1)), *labels[leading:])


def _roman(number: int) -> str:
    numerals = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    out = ""
    for value, letters in numerals:
        out += letters * (number // value)
        number %= value
    return out
