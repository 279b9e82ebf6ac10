"""A galley: some pages of a book set alone, as they would stand in the whole.

Pages that begin at a forced break depend on what was before them in few things: their number and
side, the counters, the named strings, and where the targets of references came to lie. `bearings`
takes these from a whole layout; `primed` gives them to the layout of a stretch. The rest of the
document stays in the tree as empty shells that display nothing, so that selectors see the same
neighbours. A page that shows a running element of pages before it is of one part with these.

WeasyPrint 70 has no door for this either: the functions of `HOOKS` are wrapped, and do what they
always did while no one asks for anything.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final
from xml.etree.ElementTree import Element

from banxin.engine import hooks
from banxin.engine.boxes import (
    Context,
    EngineBox,
    EngineHtml,
    NextPage,
    PageState,
    Skip,
    StyleFor,
    TargetCollector,
)
from banxin.engine.hooks import ORIGINAL, Hook

import tinyhtml5
from weasyprint import document, layout
from weasyprint.css.targets import TargetLookupItem
from weasyprint.formatting_structure import build
from weasyprint.layout import page as pages_of_engine

Counters = Mapping[str, tuple[int, ...]]
Shell = tuple[str, tuple[tuple[str, str], ...]]  # tag and attributes

# What reaches over forced breaks: boxes fixed on every page, notes that are counted through the
# document; and first letters and lines, whose styles WeasyPrint 70 mixes with what it happens to
# have worked out of the paragraph's by then.
_UNSTEADY: Final = re.compile(
    r"::?first-(?:letter|line)\b|\bposition[^;}]*:[^;}]*\b(?:fixed|note)\b"
)
_SHEETS: Final = frozenset({"style", "link"})  # in a body: a shell would not have their rules
PLACE: Final = "banxin-chapter"  # the element that stands for a chapter in a skeleton
SHELL: Final = "banxin-elsewhere"
SHELL_CSS: Final = f"[{SHELL}] {{ display: none !important }}"


@dataclass(frozen=True, slots=True)
class CounterState:
    """Counters as the engine keeps them. `scopes`: names that each depth has introduced."""

    quotes: int = 0
    values: Counters = field(default_factory=dict)
    scopes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What references ask of an element: counters of it and of its page, and its words.

    `texts`: by the parts that CSS names, `content` and the like.
    """

    counters: Counters
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """How a page begins.

    Attributes:
        child: which child of the body it begins with, from 0, if it does so by a forced break;
            otherwise None.
        forced: the break as CSS names it.
        strings: named strings in force.
        groups: of pages by name, for `:nth(… of …)`: how many were counted.
        counted_on: whether one of these goes on.
        running: names of the running elements that there are before it.
        borrows: whether one of these is shown on it, or on a page after it.
    """

    child: int | None
    forced: str
    right: bool
    counters: CounterState
    strings: Mapping[str, str]
    groups: tuple[tuple[str, int], ...] = ()
    counted_on: bool = False
    running: tuple[str, ...] = ()
    borrows: bool = False


@dataclass(frozen=True, slots=True)
class Bearings:
    """Of a whole layout, all that a galley has to know; by itself, that nothing was laid out yet.

    Attributes:
        starts: one a page.
        flows: element counters at each child of the body.
        targets: by id.
        shells: each child of the body, emptied.
        owners: the chapter that each of them belongs to, from 0; -1 for the page template's own.
        missing: address of a photograph that is not there → width and height of its box, mm.
        grown: lines that boxes have grown so that pages are full, by their ids.
        outline: of the skeleton, as `outline` gives it.
        inside: chapters that stand in elements of the page template's own.
    """

    starts: tuple[Start, ...] = ()
    flows: tuple[CounterState, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    shells: tuple[Shell, ...] = ()
    owners: tuple[int, ...] = ()
    missing: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    grown: Mapping[str, int] = field(default_factory=dict)
    outline: tuple[int, ...] = ()
    inside: tuple[int, ...] = ()

    def of(self, grown: Mapping[str, int], pages: int) -> Bearings:
        """With what boxes were given, and no more pages than are shown."""
        return replace(self, grown=grown, starts=self.starts[:pages])

    def stretch(self, first: int, last: int, *, chapters: bool = False) -> Stretch:
        """The smallest that has pages *first* to *last*, counted from 0.

        Args:
            chapters: of whole chapters only.
        """
        begins = [
            (page, start.child)
            for page, start in enumerate(self.starts)
            if start.child is not None
            and not start.borrows
            and (not chapters or self._opens_a_chapter(start.child))
        ]
        page, child = max(((p, c) for p, c in begins if p <= first), default=(0, 0))
        # A blank page stands before the child that it makes room for, and needs it to be there.
        needed = max((c for p, c in begins if p <= last), default=0)
        end = next((c for p, c in begins if p > last and c > needed), len(self.shells))
        return Stretch(page, child, end, last - page + 1)

    def parts(self) -> tuple[Stretch, ...]:
        """All pages, cut where the child of a body begins a page by a forced break.

        Blank pages before such a child belong to its part.
        """
        heads: dict[int, int] = {}
        for page, start in enumerate(self.starts):
            if start.child is not None and not (start.counted_on or start.borrows):
                heads.setdefault(start.child, page)
        children, pages = [*heads, len(self.shells)], [*heads.values(), len(self.starts)]
        return tuple(
            Stretch(pages[n], children[n], children[n + 1], pages[n + 1] - pages[n])
            for n in range(len(heads))
        )

    def _opens_a_chapter(self, child: int) -> bool:
        return child == 0 or self.owners[child] != self.owners[child - 1]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Children *first* to before *end* of the body, laid out for *wanted* pages from *page* on."""

    page: int
    first: int
    end: int
    wanted: int


def steady(texts: Iterable[str], elements: Iterable[Element]) -> bool:
    """Whether pages set by themselves are those of the whole.

    Args:
        texts: the stylesheets, and what else may hold declarations.
        elements: the body, and those in it.
    """
    elements = tuple(elements)
    if any(_words_of_its_own(e) for e in elements if e.tag == "body"):
        return False  # they are of no child, and so of no part
    sheets = any(element.tag in _SHEETS for element in elements)
    return not sheets and not any(map(_UNSTEADY.search, texts))


def _words_of_its_own(element: Element) -> bool:
    return any((text or "").strip() for text in (element.text, *(c.tail for c in element)))


@dataclass(frozen=True, slots=True)
class Tells:
    """What the layout of a part tells those after it, and those that refer to it.

    Attributes:
        starts: one a page, and how the next part begins.
        flows: element counters at each child of the body, by its number.
        targets: its own, by id; where they stand on its pages is not among their counters.
    """

    starts: tuple[Start, ...]
    flows: Mapping[int, CounterState]
    targets: Mapping[str, Target]

    def as_was_told(
        self, bearings: Bearings, part: Stretch, ids: Collection[str], *, quoted: bool
    ) -> bool:
        """Whether the parts around it need not be laid out again.

        Args:
            ids: of the elements that it had.
            quoted: whether words of targets are said elsewhere, and not only where they stand.
        """
        had = {name: told for name, told in bearings.targets.items() if name in ids}
        pages = slice(part.page, part.page + part.wanted)
        return (
            # As the first page of the part begins, so it was told.
            self.starts[1:-1] == bearings.starts[pages][1:]
            and all(
                _left(after) == _left(self.starts[-1])
                for after in bearings.starts[pages.stop : pages.stop + 1]
            )
            and all(
                self.flows.get(number) == bearings.flows[number]
                for number in range(part.first, min(part.end + 1, len(bearings.flows)))
            )
            and self.targets.keys() == had.keys()
            and all(_alike(told, had[name], quoted=quoted) for name, told in self.targets.items())
        )


def _left(start: Start) -> tuple[object, ...]:
    """What the pages before it leave to it."""
    return start.counters, start.strings, start.groups, start.running


def _alike(now: Target, before: Target, *, quoted: bool) -> bool:
    """Whether references to it say the same, on the same page."""
    counted = all(before.counters.get(name) == stack for name, stack in now.counters.items())
    return counted and (not quoted or now.texts == before.texts)


def quoted(texts: Iterable[str]) -> bool:
    """Whether words of a target may be said where it is referred to: CSS GCPM 3, target-text()."""
    return any("target-text" in text for text in texts)


def opening(chapters: int) -> Bearings:
    """Before anything was laid out: that the first chapter begins the first page.

    Args:
        chapters: how many there are; each counts as one part.
    """
    counted = CounterState(0, {"pages": (0,)}, (("pages",),))
    starts = tuple(
        Start(n, "page" if n else "any", right=True, counters=counted, strings={})
        for n in range(chapters)
    )
    nothing = CounterState(0, {"footnote": (0,), "note": (0,)}, (("footnote", "note"), (), ()))
    shells = (("section", ()),) * chapters
    numbers = tuple(range(chapters))
    return Bearings(starts, (nothing,) * chapters, {}, shells, numbers, outline=numbers)


def as_bytes(bearings: Bearings) -> bytes:
    """For the cache."""
    return json.dumps(asdict(bearings), ensure_ascii=False).encode()


def from_bytes(data: bytes) -> Bearings | None:
    """What `as_bytes` gave; None if it was another version's."""
    try:
        table = json.loads(data)
        return Bearings(
            starts=tuple(
                Start(
                    row["child"],
                    row["forced"],
                    row["right"],
                    _state_from(row["counters"]),
                    row["strings"],
                    tuple((name, count) for name, count in row["groups"]),
                    row["counted_on"],
                    tuple(row["running"]),
                    row["borrows"],
                )
                for row in table["starts"]
            ),
            flows=tuple(map(_state_from, table["flows"])),
            targets={
                name: Target(_counters_from(row["counters"]), row["texts"])
                for name, row in table["targets"].items()
            },
            shells=tuple(
                (tag, tuple((name, value) for name, value in about))
                for tag, about in table["shells"]
            ),
            owners=tuple(table["owners"]),
            missing={url: (wide, high) for url, (wide, high) in table["missing"].items()},
            grown=dict(table["grown"]),
            outline=tuple(table["outline"]),
            inside=tuple(table["inside"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _state_from(row: Any) -> CounterState:
    return CounterState(
        row["quotes"], _counters_from(row["values"]), tuple(map(tuple, row["scopes"]))
    )


def _counters_from(row: Any) -> Counters:
    return {name: tuple(stack) for name, stack in row.items()}


# --- trees --------------------------------------------------------------------------------


def place(number: int) -> str:
    """What stands for a chapter in a skeleton."""
    return f'<{PLACE} chapter="{number}"></{PLACE}>'


def parts_of(html: str) -> tuple[Element, ...]:
    """The outermost elements of a chapter."""
    return children(f"<body>{html}")


def children(html: str) -> tuple[Element, ...]:
    """The children of a document's body."""
    return tuple(body_of(tinyhtml5.parse(html, namespace_html_elements=False)))


def outline(skeleton: Sequence[Element]) -> tuple[int, ...]:
    """The chapters whose places are children of the body; -1 for the page template's own elements,
    -2 for those with places in them.
    """
    return tuple(
        int(child.get("chapter", 0))
        if child.tag == PLACE
        else -1
        if next(child.iter(PLACE), None) is None
        else -2
        for child in skeleton
    )


def inside(skeleton: Sequence[Element]) -> tuple[int, ...]:
    """The chapters whose places are not children of the body."""
    below = (found for child in skeleton if child.tag != PLACE for found in child.iter(PLACE))
    return tuple(int(found.get("chapter", 0)) for found in below)


def owners(outline: Sequence[int], parts: Mapping[int, int]) -> tuple[int, ...]:
    """The chapter of each child of the body, -1 for those of the skeleton itself.

    Args:
        parts: how many outermost elements each chapter has.
    """
    return tuple(n for number in outline for n in [max(number, -1)] * parts.get(number, 1))


def children_of(
    skeleton: Sequence[Element],
    chapters: Mapping[int, Sequence[Element]],
    bearings: Bearings,
    stretch: Stretch,
) -> tuple[Element, ...] | None:
    """The elements of a stretch; None if a chapter that it cuts has other parts than it had.

    Args:
        skeleton: the children of its body.
        chapters: those of the stretch, from 0.
    """
    asked = bearings.owners[stretch.first : stretch.end]
    out: list[Element] = []
    for owner in dict.fromkeys(owner for owner in asked if owner >= 0):
        had = bearings.owners.count(owner)
        parts, wanted = chapters[owner], asked.count(owner)
        if wanted < had and len(parts) != had:
            return None
        skipped = bearings.owners[: stretch.first].count(owner)
        out += parts if wanted == had else parts[skipped : skipped + wanted]
    if -1 in asked:
        own = [child for child in skeleton if child.tag != PLACE]
        for at, owner in enumerate(asked):
            if owner < 0:
                number = bearings.owners[: stretch.first + at].count(-1)
                out[at:at] = own[number : number + 1]
    return tuple(out)


@contextmanager
def excerpt(source: EngineHtml, bearings: Bearings, stretch: Stretch) -> Iterator[EngineHtml]:
    """A document of which all but a stretch are shells.

    It has the elements of *source*, whose body is whole again afterwards.
    """
    body = body_of(source.etree_element)
    every = list(body)
    fill(source.etree_element, every[stretch.first : stretch.end], bearings, stretch)
    part = copy.copy(source)
    part.wrapper_element = type(source.wrapper_element).from_html_root(
        source.etree_element, content_language=None
    )
    try:
        yield part
    finally:
        body[:] = every


def fill(root: Element, children: Sequence[Element], bearings: Bearings, stretch: Stretch) -> None:
    """Give the body the *children* of the stretch, and shells for all others."""
    body = body_of(root)
    for child in list(body):
        body.remove(child)
    body.extend(_element(shell) for shell in bearings.shells[: stretch.first])
    body.extend(children)
    body.extend(_element(shell) for shell in bearings.shells[stretch.end :])


def ids_of(children: Iterable[Element]) -> frozenset[str]:
    """Of these elements, and of all in them."""
    return frozenset(e.get("id", "") for child in children for e in child.iter())


def shells_of(children: Iterable[Element]) -> tuple[Shell, ...]:
    """What selectors see of elements that are not there."""
    return tuple(map(_shell, children))


def _shell(element: Element) -> Shell:
    kept = {name: value for name, value in element.attrib.items() if name not in {"id", "style"}}
    return element.tag, tuple(kept.items())


def _element(shell: Shell) -> Element:
    tag, about = shell
    return Element(tag, {**dict(about), SHELL: ""})


def body_of(root: Element) -> Element:
    """The body of a document's tree."""
    return next(child for child in root if child.tag == "body")


# --- what is asked of the engine -------------------------------------------------------------


@dataclass(slots=True)
class _Task:
    """What the wrapped functions do for the layout that is under way.

    `watched`: id of a child of the body → its number, and `flows` what was counted there;
    `targets`: a part's own, by id: element counters, and the box.
    `carried`: pages, from 0, on which a note or a box out of the flow goes on from before.
    `looked_back`: page, from 1 → the pages before it whose running elements it shows; 0 for one
    that stands before the galley.
    """

    between_pages: Callable[[], None]
    bearings: Bearings | None = None
    stretch: Stretch | None = None
    watched: dict[int, int] = field(default_factory=dict)
    flows: dict[int, CounterState] = field(default_factory=dict)
    carried: set[int] = field(default_factory=set)
    looked_back: dict[int, set[int]] = field(default_factory=dict)
    targets: dict[str, tuple[Counters, EngineBox]] = field(default_factory=dict)
    found: Bearings | None = None
    tells: Tells | None = None
    context: Context | None = None

    @property
    def start(self) -> Start | None:
        if self.bearings is None or self.stretch is None:
            return None
        return self.bearings.starts[self.stretch.page]

    @property
    def borrowing(self) -> frozenset[int]:
        """Pages, from 0, that stand between a running element and one that shows it, or are it."""
        shown = ((page, its) for page, found in self.looked_back.items() for its in found)
        return frozenset(number for page, its in shown for number in range(its, page))

    @property
    def lacks(self) -> bool:
        """Whether it shows what stands before the galley, and is not there."""
        return any(0 in found for found in self.looked_back.values())


_TASKS: Final[list[_Task]] = []


@dataclass(slots=True)
class FoundOut:
    """What was found out once the block is left: bearings of a whole, or what a part tells."""

    bearings: Bearings | None = None
    tells: Tells | None = None
    context: Context | None = None


@contextmanager
def whole(between_pages: Callable[[], None] = lambda: None) -> Iterator[FoundOut]:
    """Within it, the layout of a whole document takes its bearings.

    Args:
        between_pages: called before each page; what it raises ends the layout.
    """
    with _doing(_Task(between_pages)) as seen:
        yield seen


@contextmanager
def primed(
    bearings: Bearings,
    stretch: Stretch,
    between_pages: Callable[[], None] = lambda: None,
) -> Iterator[FoundOut]:
    """Within it, a document that `fill` made is laid out as a part of the whole."""
    with _doing(_Task(between_pages, bearings, stretch)) as seen:
        yield seen


@contextmanager
def _doing(task: _Task) -> Iterator[FoundOut]:
    hooks.install(HOOKS, together=True)
    _TASKS.append(task)
    seen = FoundOut()
    try:
        yield seen
    finally:
        _TASKS.pop()
    seen.bearings, seen.tells, seen.context = task.found, task.tells, task.context


# --- before boxes ----------------------------------------------------------------------------


def _build_formatting_structure(
    root: Element,
    style_for: StyleFor,
    images: object,
    base: object,
    targets: TargetCollector,
    *rest: object,
) -> EngineBox:
    if _TASKS:
        task = _TASKS[-1]
        task.flows.clear()
        task.watched = {id(child): number for number, child in enumerate(body_of(root))}
        if task.bearings is not None and task.stretch is not None:
            own = list(body_of(root))[task.stretch.first : task.stretch.end]
            _prime_targets(targets, task.bearings)
            _watch_targets(targets, ids_of(own), task)
    made: EngineBox = ORIGINAL["build_formatting_structure"](
        root, style_for, images, base, targets, *rest
    )
    return made


def _watch_targets(targets: TargetCollector, own: Collection[str], task: _Task) -> None:
    """What the part's own targets are by now, though references are told what they were."""
    store = targets.store_target

    def storing(name: str, counters: Mapping[str, Sequence[int]], box: EngineBox) -> None:
        if name in own:
            task.targets.setdefault(name, ({n: tuple(c) for n, c in counters.items()}, box))
        store(name, counters, box)

    targets.store_target = storing


def _prime_targets(targets: TargetCollector, bearings: Bearings) -> None:
    """References are told where their targets were, and nothing has to be laid out again."""
    targets.target_lookup_items = _Primed(targets.target_lookup_items, bearings.targets)


class _Primed(dict[str, Any]):
    """Targets as they were in the whole, each made when it is asked for; a part asks for few."""

    def __init__(self, own: Mapping[str, object], whole: Mapping[str, Target]) -> None:
        super().__init__((name, item) for name, item in own.items() if name not in whole)
        self._whole = whole

    def get(self, name: Any, default: Any = None) -> Any:
        if name not in self and name in self._whole:
            known = self[name] = TargetLookupItem("up-to-date")
            known.target_box = _Elsewhere(self._whole[name])
        return super().get(name, default)


class _Elsewhere:
    """A target as it was in the whole: its counters, and its text."""

    def __init__(self, target: Target) -> None:
        self.cached_counter_values = {name: list(stack) for name, stack in target.counters.items()}
        self._texts = target.texts

    def extract_text(self, part: str) -> str:
        return self._texts.get(part, "")


def _element_to_box(element: object, *rest: Any) -> Any:
    if _TASKS and id(element) in _TASKS[-1].watched and len(rest) > 6:
        task, state = _TASKS[-1], rest[6]
        number = task.watched[id(element)]
        stretch, flows = task.stretch, task.bearings.flows if task.bearings else ()
        if stretch is not None and number == stretch.first and number < len(flows):
            _restore(flows[number], *state[:3])
        task.flows[number] = _taken(*state[:3])
    return ORIGINAL["element_to_box"](element, *rest)


def _taken(
    quotes: Sequence[int], values: Mapping[str, Sequence[int]], scopes: Iterable[Iterable[str]]
) -> CounterState:
    (depth,) = quotes
    return CounterState(
        depth,
        {name: tuple(stack) for name, stack in values.items()},
        tuple(tuple(sorted(scope)) for scope in scopes),
    )


def _restore(
    taken: CounterState, quotes: list[int], values: dict[str, list[int]], scopes: list[set[str]]
) -> None:
    """In place: the engine shares these lists."""
    quotes[0] = taken.quotes
    values.clear()
    values.update((name, list(stack)) for name, stack in taken.values.items())
    scopes[:] = map(set, taken.scopes)


# --- pages --------------------------------------------------------------------------------------


def _initialize_page_maker(context: Context, root_box: EngineBox) -> None:
    ORIGINAL["initialize_page_maker"](context, root_box)
    start = _TASKS[-1].start if _TASKS else None
    if start is None:
        return
    (resume_at, following, _, state, remake), *_ = context.page_maker
    _restore(start.counters, *state[:3])
    following = {**following, "break": start.forced}
    context.page_maker[0] = (resume_at, following, start.right, state, remake)


def _PageType(side: object, blank: object, name: object, index: int, groups: object) -> Any:  # noqa: N802
    """Pages of a galley are counted as in the whole: `:nth()` and `:first` ask for it."""
    stretch = _TASKS[-1].stretch if _TASKS else None
    more = stretch.page if stretch else 0
    return ORIGINAL["PageType"](side, blank, name, index + more, groups)


def _make_all_pages(
    context: Context, root_box: EngineBox, html: EngineHtml, pages: object
) -> Iterator[EngineBox]:
    task = _TASKS[-1] if _TASKS else None
    made = ORIGINAL["make_all_pages"](context, root_box, html, pages)
    if task is None:
        yield from made
        return
    task.between_pages()
    for count, page in enumerate(made, 1):
        yield page
        if context.broken_out_of_flow or context.reported_footnotes:
            task.carried.add(count)
        task.between_pages()
        if task.stretch is not None and count >= task.stretch.wanted:
            # The page after it is due, and will never be made: nothing has to be done again.
            context.page_maker[count][-1]["content_changed"] = False
            del context.page_maker[count + 1 :]
            context.broken_out_of_flow.clear()
            context.reported_footnotes.clear()
            return


def _make_margin_boxes(context: Context, page: EngineBox, state: PageState) -> Any:
    task = _TASKS[-1] if _TASKS else None
    if task is not None:
        task.looked_back.pop(context.current_page or 0, None)  # it is made again
        # WeasyPrint 70 cuts margins in page margins, too, after a break that is not forced, and
        # looks at how the page began that was laid out last: in a part, and in the whole, another.
        context.forced_break = True
    if task is not None and task.start is not None:
        state[1]["pages"] = list(task.start.counters.values.get("pages", (0,)))
    return ORIGINAL["make_margin_boxes"](context, page, state)


def _layout_document(html: EngineHtml, root_box: EngineBox, context: Context, *rest: object) -> Any:
    task = _TASKS[-1] if _TASKS else None
    if task is None:
        return ORIGINAL["layout_document"](html, root_box, context, *rest)
    task.context = context
    _prime_running(context, task)
    if task.start is not None:
        _prime_strings(context, task.start.strings)
    made = list(ORIGINAL["layout_document"](html, root_box, context, *rest))
    if task.bearings is None:
        task.found = _bearings(html, root_box, context, len(made), task)
    else:
        task.tells = None if task.lacks else _tells(root_box, context, len(made), task)
        _forget_elsewhere(context)
    return made


def _forget_elsewhere(context: Context) -> None:
    """What a part keeps of the others: with all that there are, it adds up to their square."""
    context.target_collector.target_lookup_items = {}
    styles = context.style_for.get_computed_styles()
    for key in [key for key in styles if isinstance(key[0], Element) and SHELL in key[0].attrib]:
        del styles[key]


def _prime_strings(context: Context, strings: Mapping[str, str]) -> None:
    """What the engine does not find on the pages of the galley was set before them."""
    look_up = context.get_string_or_element_for

    def look_up_or_before(
        store: Mapping[str, Mapping[int, object]], page: object, name: str, keyword: str
    ) -> Any:
        found = look_up(store, page, name, keyword)
        here = context.current_page in store[name]
        if found or here or keyword == "all-once" or store is not context.string_set:
            return found
        return (strings[name],) if name in strings else ()

    context.get_string_or_element_for = look_up_or_before


def _prime_running(context: Context, task: _Task) -> None:
    """Notice which pages show a running element of a page before them (CSS GCPM 3, 1.2.2)."""
    look_up = context.get_string_or_element_for
    before = task.start.running if task.start else ()

    def noticed(
        store: Mapping[str, Mapping[int, Any]], page: object, name: str, keyword: str
    ) -> Any:
        found = look_up(store, page, name, keyword)
        if store is not context.running_elements or keyword == "all-once":
            return found
        number, pages = context.current_page or 0, store[name]
        own = pages.get(number)
        if own and (keyword != "start" or (found and found[0] is own[0])):
            return found
        behind = [at for at in pages if at < number]
        if behind or name in before:
            task.looked_back.setdefault(number, set()).add(max(behind, default=0))
        return found

    context.get_string_or_element_for = noticed


# --- bearings -----------------------------------------------------------------------------------


def _bearings(
    html: EngineHtml, root_box: EngineBox, context: Context, pages: int, task: _Task
) -> Bearings:
    body = body_of(html.etree_element)
    nowhere = Start(0, "any", right=True, counters=CounterState(), strings={})
    starts = tuple(_starts(root_box, context, pages, pages, task, nowhere))
    flows = tuple(task.flows.get(number, CounterState()) for number in range(len(body)))
    return Bearings(starts, flows, _targets(context), shells_of(body))


def _tells(root_box: EngineBox, context: Context, pages: int, task: _Task) -> Tells:
    start = task.start
    assert start is not None
    (total,) = start.counters.values.get("pages", (0,))
    # One more than there are pages: how the next part begins.
    starts = tuple(_starts(root_box, context, pages + 1, total, task, start))
    targets = {
        name: Target(counters, _texts_of(box)) for name, (counters, box) in task.targets.items()
    }
    return Tells(starts, task.flows, targets)


def _starts(
    root_box: EngineBox,
    context: Context,
    count: int,
    total: int,
    task: _Task,
    start: Start,
) -> Iterator[Start]:
    strings, running, borrowing = dict(start.strings), set(start.running), task.borrowing
    for number in range(count):
        resume_at, following, right, state, _ = context.page_maker[number]
        counters = _taken(state[0], {**state[1], "pages": [total]}, state[2])
        child = None
        if number not in task.carried:
            child = _child(resume_at, following, root_box, task, first=number == 0)
        groups = tuple((name, index) for name, index, _ in state[3])
        goes_on = resume_at is not None and any(
            pages_of_engine._includes_resume_at(resume_at, group[2]) for group in state[3]
        )
        yield Start(
            child, following["break"], right, counters, dict(strings), groups, goes_on,
            tuple(sorted(running)), number in borrowing,
        )  # fmt: skip
        for name, pages in context.string_set.items():
            if number + 1 in pages:
                strings[name] = pages[number + 1][-1]
        running.update(n for n, pages in context.running_elements.items() if pages.get(number + 1))


def _child(
    resume_at: Skip, following: NextPage, root_box: EngineBox, task: _Task, *, first: bool
) -> int | None:
    """Which child of the body a page begins with by a forced break."""
    if first:
        return task.stretch.first if task.stretch else 0
    if resume_at is None or (following["break"] == "any" and not following["page"]):
        return None
    ((place, inner),) = resume_at.items()
    if not inner or len(inner) != 1:
        return None
    ((number, rest),) = inner.items()
    children = root_box.children[place].children
    if rest is not None or number >= len(children):
        return None
    return task.watched.get(id(children[number].element))


_TEXTS: Final = ("text", "content", "before", "after", "first-letter")


def _texts_of(box: EngineBox) -> Mapping[str, str]:
    return {part: box.extract_text(part) for part in _TEXTS}


def _targets(context: Context) -> dict[str, Target]:
    found: dict[str, Target] = {}
    for name, item in context.target_collector.target_lookup_items.items():
        box = item.target_box
        values = dict(item.cached_page_counter_values)
        values.update(getattr(box, "cached_counter_values", None) or {})
        if box is not None and values:
            counters = {key: tuple(stack) for key, stack in values.items()}
            found[name] = Target(counters, _texts_of(box))
    return found


# --- what is wrapped ----------------------------------------------------------------------------

HOOKS: Final = (
    Hook(
        document, "build_formatting_structure",
        "element_tree style_for get_image_from_uri base_url target_collector counter_style"
        " footnotes",
        _build_formatting_structure,
    ),
    Hook(document, "layout_document", "html root_box context max_loops", _layout_document),
    Hook(
        build, "element_to_box",
        "element style_for get_image_from_uri base_url target_collector counter_style footnotes"
        " state",
        _element_to_box,
    ),
    Hook(layout, "initialize_page_maker", "context root_box", _initialize_page_maker),
    Hook(layout, "make_all_pages", "context root_box html pages", _make_all_pages),
    Hook(layout, "make_margin_boxes", "context page state", _make_margin_boxes),
    Hook(pages_of_engine, "PageType", "side blank name index groups", _PageType),
)  # fmt: skip
