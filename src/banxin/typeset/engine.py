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
from itertools import accumulate
from typing import Any, Final, TypeVar

from banxin.engine import cascade, css_limits, hooks, shapes, speed, unmixed
from banxin.engine.boxes import EngineBox, EngineDocument, EngineHtml
from banxin.engine.cascade import Cascade
from banxin.engine.hooks import Hook

import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import KNOWN_PROPERTIES
from weasyprint.urls import URLFetcher, URLFetcherResponse

from banxin import composer, stylesheets
from banxin.composer import numerals
from banxin.diagnostics import NOWHERE, BanxinError, Diagnostic, Place, error, note, warning
from banxin.edition import Asset
from banxin.markup.tokens import Stylesheet
from banxin.typeset import fallback, fill, following, galley, indexed, parts
from banxin.typeset.galley import Bearings, Stretch
from banxin.typeset.instead import instead_of
from banxin.typeset.parts import Given, LaidBook, LaidPart
from banxin.typeset.regions import Numbers, regions_of
from banxin.typeset.sheets import Sheets, Trim
from banxin.typeset.survey import Fonts, filled, fits, survey
from banxin.units import Length

TABLES: Final[Mapping[str, tuple[Hook, ...]]] = {
    "parts": galley.HOOKS,
    "fallback": fallback.HOOKS,
    "cascade": cascade.HOOKS,
    "inks": unmixed.HOOKS,
    "limits": css_limits.HOOKS,
    "shapes": shapes.HOOKS,
    "speed": speed.HOOKS,
}
TOGETHER: Final = frozenset({"parts", "fallback"})  # each of these needs the others of its table
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

    def work() -> Sheets:
        fetcher = AddressBook(assets)
        with at_work(compose=terms.compose) as work:
            with _crashes_told():  # at a base address that is none
                source = weasyprint.HTML(string=html, base_url=terms.base, url_fetcher=fetcher)
            left = (standing or StandingBook()).for_book(styles, assets, fonts, terms)
            text = StyledDocument.of(html, source, styles, work, parsed=left.parsed)
            fit = fitted(text, terms.pitch, terms.sides, left.memory)
            pdf = to_press(fit.document, identifier)
        return sheets_of(fit, source, pdf, fonts, work)

    return deeply(html, work)


@dataclass(slots=True)
class StandingBook:
    """A book that was laid out, left standing for one that differs from it in some parts.

    Attributes:
        memory: its parts, taken from where they are the same.
        parsed: its stylesheets.
    """

    memory: parts.Memory = field(default_factory=parts.Memory)
    parsed: ParsedStyles | None = None
    _terms: object = None
    _assets: Mapping[str, Asset] = field(default_factory=dict)

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
        asked = (terms, tuple(styles), tuple(face.url for face in fonts.faces))
        moved = (url for url in self._assets.keys() & assets if self._assets[url] != assets[url])
        if asked != self._terms or next(moved, None) is not None:
            self.memory, self.parsed = parts.Memory(), ParsedStyles()
        self._terms, self._assets = asked, assets
        return self


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
        laid, given = _full(parts.laid_out(text, memory), text, pitch, memory)
    document = laid.document
    beyond = _page_boxes(document)[sides:] if sides else ()
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


def to_press(document: EngineDocument, identifier: bytes) -> bytes:
    """What the finishes are made from: tagged, colours as keys, proxies for photographs."""
    return written(document, pdf_identifier=identifier, pdf_tags=True)


def sheets_of(
    made: FilledDocument, source: EngineHtml, pdf: bytes, fonts: Fonts, work: Work
) -> Sheets:
    """The pages, and all that is to be said of them."""
    document = made.document
    pages = _page_boxes(document)
    landed, found = survey(pages, source.etree_element, fonts, made.beyond)
    refused = source.url_fetcher.refused
    said = (
        *_told(work.heard, refused, {p for d in found for p in _codepoints(d)}, work.styles),
        *_composers_remarks(work.misfit, work.left_alone),
        *(warning("engine/changed", found=found) for found in work.misfits),
    )
    unfollowed = following.unfollowed(pages, source.etree_element, work.styles)
    return Sheets(
        pdf=pdf,
        trims=tuple(Trim(Length.px(p.width), Length.px(p.height)) for p in document.pages),
        labels=_labels(tuple(_folios(pages))),
        landed=landed,
        fits=tuple(fits(pages)),
        filled=tuple(filled(pages)),
        regions=tuple(regions_of(pages, Numbers(source.etree_element))),
        remarks=tuple(_at_its_rule(d, work.styles) for d in (*said, *unfollowed, *found)),
    )


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
        line = next((n for n, text in enumerate(lines, 1) if written in text), 0)
        if line:
            return replace(found, place=Place(sheet.name, line, 1))
    return found


# What stylesheets ask for, by its finding: the fact that names it, and what that is parted by.
_ASKED_BY_STYLES: Final = {
    "css/unknown-family": ("family", ", "),
    "css/no-outline": ("address", "/"),
    "engine/address-refused": ("address", "/"),
}


@contextmanager
def _crashes_told(place: Place = NOWHERE) -> Iterator[None]:
    try:
        yield
    except BanxinError:
        raise
    except Exception as problem:
        # WeasyPrint 70 meets some CSS with an AssertionError or a NotImplementedError.
        why = f"{type(problem).__name__}: {problem}"
        raise BanxinError(error("engine/crashed", place, why=why)) from problem


def _page_boxes(document: EngineDocument) -> tuple[EngineBox, ...]:
    return tuple(page._page_box for page in document.pages)


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
    return (*_told(heard, fetcher.refused, set(), styles), *crashed)


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


def _told(
    ear: _Ear, refused: Sequence[str], known: set[object], styles: Sequence[Stylesheet]
) -> Iterator[Diagnostic]:
    """The engine's log as diagnostics, each once."""
    seen: set[tuple[object, ...]] = set()
    for utterance in ear.heard:
        key = (utterance.stylesheet, utterance.template, *map(str, utterance.words))
        if key not in seen:
            seen.add(key)
            yield from _translated(utterance, known)
    for url in dict.fromkeys(refused):
        yield error("engine/address-refused", _asked_at(url, styles), address=url)


def _asked_at(url: str, styles: Iterable[Stylesheet]) -> Place:
    """The line of the stylesheet that names an address; nowhere where none does."""
    for sheet in styles:
        at = sheet.text.find(url)
        if url and at >= 0:
            return Place(sheet.name, sheet.text.count("\n", 0, at) + 1)
    return NOWHERE


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


def _folios(pages: Sequence[EngineBox]) -> Iterator[int | None]:
    """The counter `folio` on each page that counts, whether it is printed there or not."""
    count = 0
    for page in pages:
        steps = page.style["counter_increment"]
        step = 0 if steps == "auto" else dict(steps).get("folio", 0)
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
