"""SVG as artwork: cleaned, bounded, and its colours made the layout's.

The engine draws it, as lines and areas in keys and light; the finishes make inks of both as of any
page. What it would pass over in silence is refused here, by name.
"""

from __future__ import annotations

import gzip
import io
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree as Tree

import defusedxml
from defusedxml.ElementTree import fromstring

from banxin.artwork.reading import UnusableError
from banxin.assets.colour import MILLION, Cmyk, Key, in_hex
from banxin.units import Length

LARGEST: Final = 8_000_000  # bytes
MOST: Final = 40_000  # elements
MOST_DRAWN: Final = 100_000  # elements, each as often as it is used
DEEPEST: Final = 60
SVG: Final = "{http://www.w3.org/2000/svg}"
LINK: Final = "{http://www.w3.org/1999/xlink}href"
DRAWN: Final = frozenset({
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "textPath", "linearGradient", "radialGradient", "stop", "pattern",
    "clipPath", "mask", "marker", "style", "title", "desc",
})  # fmt: skip
# What would be missing from the page: told, and what to do.
REFUSED: Final = frozenset({
    "image", "filter", "foreignObject", "mesh", "meshgradient", "video", "canvas", "iframe",
    "font", "font-face", "hatch", "solidcolor", "flowRoot",
})  # fmt: skip
_AS_GROUP: Final = frozenset({"a", "switch"})  # a link and a choice: what shows of them stays
_CONDITIONS: Final = ("systemLanguage", "requiredExtensions", "requiredFeatures")
_LINKED: Final = frozenset({
    "use", "textPath", "linearGradient", "radialGradient", "pattern", "mask", "clipPath",
})  # fmt: skip
_GONE: Final = frozenset({"mix-blend-mode", "filter"})
PAINTS: Final = ("fill", "stroke", "stop-color", "color")
_VAR: Final = re.compile(r"var\(\s*--([\w-]+)\s*(?:,[^()]*(?:\([^()]*\))?[^()]*)?\)")
_CMYK: Final = re.compile(r"device-cmyk\(([^()]*)\)", re.IGNORECASE)
_DECLARED: Final = re.compile(r"(?<![\w-])(fill|stroke|stop-color|color)\s*:\s*([^;}!]+)")
_FAMILY: Final = re.compile(r"(?<![\w-])font-family\s*:\s*([^;}!]+)")
_HEX: Final = re.compile(r"#([0-9a-fA-F]{3,8})")
# A part of the drawing, as it may be written, and something that is not in it.
_HERE: Final = re.compile(r"url\(\s*['\"]?\s*#([^)'\"\s]+)\s*['\"]?\s*\)", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(r"url\((?!#)", re.IGNORECASE)
_FETCHING: Final = re.compile(
    rf"([\w-]+)\s*:\s*[^;{{}}]*{_ELSEWHERE.pattern}[^;}}]*", re.IGNORECASE
)
# What shows by what it is told to fetch.
_SHOWN: Final = frozenset({
    "fill", "stroke", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end",
})  # fmt: skip
_SAFE: Final = frozenset({
    "none", "currentcolor", "inherit", "transparent", "black", "white", "gray", "grey", "initial",
    "context-fill", "context-stroke", "dimgray", "dimgrey", "darkgray", "darkgrey", "silver",
    "lightgray", "lightgrey", "gainsboro", "whitesmoke",
})  # fmt: skip
_UNITS: Final = {
    "": Length.px(1), "px": Length.px(1), "pt": Length.pt(1), "pc": Length.pt(12),
    "mm": Length.mm(1), "cm": Length.mm(10), "in": Length.mm(25.4), "q": Length.mm(0.25),
}  # fmt: skip
LEAST: Final = Length.mm(0.5)
WIDEST: Final = Length.mm(6000)


@dataclass(frozen=True, slots=True)
class OwnInk:
    """A colour that a drawing brings along: inks in percent, and its plate, if it has one."""

    cmyk: Cmyk
    spot: str = ""


@dataclass(frozen=True, slots=True)
class SvgFacts:
    """What is known of an SVG.

    Attributes:
        width, height: mm.
        inks: the colours that it brings along.
        swatches: names of the layout's inks that it asks for.
        light: its colours in RGB, as they are written.
        families: of its type; words: all of it.
        dropped: what was left out of it: `script`, `link`, `animation`.
    """

    width: float
    height: float
    inks: tuple[OwnInk, ...]
    swatches: tuple[str, ...]
    light: tuple[str, ...]
    families: tuple[str, ...]
    words: str
    dropped: tuple[str, ...]


Keyed = Callable[[str], Key | None]  # the name of a swatch → as which it stands in a layout


def look(data: bytes) -> SvgFacts:
    """Raises: UnusableError."""
    return _Cleaner(_tree(data)).drawing()


def drawn(data: bytes, keyed: Keyed, own: Mapping[OwnInk, Key]) -> bytes:
    """The drawing as the engine is to see it: its swatches and inks by their keys."""
    cleaner = _Cleaner(_tree(data))
    cleaner.drawing()
    return cleaner.keyed(keyed, own)


def _tree(data: bytes) -> Tree.Element:
    """Raises: UnusableError."""
    if data[:2] == b"\x1f\x8b":
        data = _unzipped(data)
    if len(data) > LARGEST:
        raise UnusableError("artwork/too-large", what=f"{len(data) // 1_000_000} MB")
    try:
        root = fromstring(data, forbid_entities=True)
    except defusedxml.DefusedXmlException as problem:
        raise UnusableError("artwork/svg-entities") from problem
    except (Tree.ParseError, ValueError, LookupError) as problem:
        raise UnusableError("artwork/damaged", why=str(problem)[:120]) from problem
    if root.tag not in {f"{SVG}svg", "svg"}:
        raise UnusableError("artwork/damaged", why="no <svg>")
    for element in root.iter():  # those of old programs name no namespace
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            element.tag = SVG + element.tag
    return root


def _unzipped(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            return packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise UnusableError("artwork/damaged", why=str(problem)[:120]) from problem


@dataclass(slots=True)
class _Cleaner:
    root: Tree.Element
    inks: dict[OwnInk, None] = field(default_factory=dict)
    swatches: dict[str, None] = field(default_factory=dict)
    light: dict[str, None] = field(default_factory=dict)
    families: dict[str, None] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    dropped: dict[str, None] = field(default_factory=dict)

    def drawing(self) -> SvgFacts:
        count = sum(1 for _ in self.root.iter())
        if count > MOST:
            raise UnusableError("artwork/too-large", what=f"{count} elements")
        self._clean()
        self._refuse_endless()
        width, height = self._size()
        return SvgFacts(
            width.in_mm,
            height.in_mm,
            tuple(self.inks),
            tuple(self.swatches),
            tuple(self.light),
            tuple(self.families),
            "".join(self.words),
            tuple(self.dropped),
        )

    # --- cleaning -----------------------------------------------------------------------------

    def _clean(self) -> None:
        waiting = [(self.root, 0)]
        while waiting:
            element, deep = waiting.pop()
            if deep > DEEPEST:
                raise UnusableError("artwork/too-large", what=f"{DEEPEST} elements in each other")
            self._attributes(element)
            for child in list(element):
                if self._stays(child):
                    waiting.append((child, deep + 1))
                else:
                    _removed(element, child)

    def _stays(self, element: Tree.Element) -> bool:
        name = _name(element)
        if name in REFUSED:
            if name in {"filter", "font-face", "font"}:
                return False  # told where it is used
            raise UnusableError("artwork/svg-element", element=name)
        if name in _AS_GROUP:
            if name == "a":
                self.dropped["link"] = None
            else:
                _choose(element)
            element.tag = f"{SVG}g"
            return True
        if name in DRAWN:
            if name in {"text", "tspan", "textPath"}:
                self.words += [element.text or "", *(child.tail or "" for child in element)]
            return True
        if name == "script":
            self.dropped["script"] = None
        elif name.startswith(("animate", "set")):
            self.dropped["animation"] = None
        return False

    def _attributes(self, element: Tree.Element) -> None:
        name = _name(element)
        for key, value in list(element.attrib.items()):
            plain = key.rpartition("}")[2]
            if plain.startswith("on"):
                self.dropped["script"] = None
                del element.attrib[key]
            elif plain == "href":
                if name not in _LINKED or not value.startswith("#"):
                    del element.attrib[key]
                    if name == "use":
                        raise UnusableError("artwork/svg-element", element="use")
            elif key.startswith("{") or plain in {"class", "id"} or plain.startswith("data-"):
                continue
            else:
                self._attribute(element, plain, _HERE.sub(r"url(#\1)", value))
        if name == "style":
            element.text = self._style(element.text or "")
        spot = element.get("data-spot", "")
        if spot and not any(_CMYK.search(element.get(key, "")) for key in (*PAINTS, "style")):
            # Nobody would know what stands for the plate.
            raise UnusableError("artwork/svg-colour", colour=f'data-spot="{spot[:40]}"')

    def _attribute(self, element: Tree.Element, name: str, value: str) -> None:
        element.set(name, value)
        if name != "style" and _ELSEWHERE.search(value):
            _refuse_fetching(name)
            del element.attrib[name]
        elif name == "style":
            element.set("style", self._style(value, element.get("data-spot", "")))
        elif name in PAINTS:
            self._paint(value, element.get("data-spot", ""))
        elif name == "font-family":
            self._family(value)
        elif name in _GONE and value.strip() not in {"none", "normal", ""}:
            raise UnusableError("artwork/svg-element", element=name)

    def _style(self, text: str, spot: str = "") -> str:
        """CSS without what it would fetch."""
        text = re.sub(r"/\*.*?\*/|<!--|-->", "", text, flags=re.DOTALL)
        text = re.sub(r"@(?:import|charset)[^;]*;?|@font-face\s*\{[^}]*\}", "", text)
        for name in _GONE:
            found = re.search(rf"(?<![\w-]){name}\s*:\s*([^;}}]+)", text)
            if found and found[1].strip() not in {"none", "normal"}:
                raise UnusableError("artwork/svg-element", element=name)
        text = _HERE.sub(r"url(#\1)", text)
        for found in _FETCHING.finditer(text):
            _refuse_fetching(found[1].lower())
        text = _FETCHING.sub("", text)
        for _, value in _DECLARED.findall(text):
            self._paint(value, spot)
        for value in _FAMILY.findall(text):
            self._family(value)
        return text

    def _family(self, value: str) -> None:
        for family in value.split(","):
            bare = family.strip().strip("'\"").strip()
            if bare:
                self.families[bare] = None
            break  # what stands behind it is for where that is missing

    def _paint(self, value: str, spot: str) -> None:
        value = value.strip()
        for name in _VAR.findall(value):
            self.swatches[name] = None
        for parts in _CMYK.findall(value):
            self.inks[OwnInk(_cmyk(parts), spot)] = None
        rest = _CMYK.sub("", _VAR.sub("", value)).strip()
        if rest and not rest.lower().startswith("url(") and not _is_neutral(rest):
            self.light[in_hex(rest) or rest.lower()] = None

    def _refuse_endless(self) -> None:
        """A few elements that use each other draw without an end."""
        by_id = {e.get("id"): e for e in self.root.iter() if e.get("id")}
        costs: dict[Tree.Element, int] = {}
        _cost(self.root, by_id, costs, [])

    # --- size ---------------------------------------------------------------------------------

    def _size(self) -> tuple[Length, Length]:
        """As wide and high as it says, or as its view box; it says so itself afterwards.

        Raises:
            UnusableError: it does not say, or nothing could be printed so large.
        """
        root = self.root
        view = [_float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
        if len(view) != 4 or not all(map(math.isfinite, view)) or min(view[2:]) <= 0:
            view = []
        sides = [_length(root.get("width", "")), _length(root.get("height", ""))]
        if view:
            ratio = view[3] / view[2]
            wide, high = sides
            wide = wide or (high * (1 / ratio) if high else Length.px(view[2]))
            sides = [wide, high or wide * ratio]
        if not all(side and LEAST <= side <= WIDEST for side in sides):
            size = " × ".join(f"{side.in_mm:.4g}" if side else "?" for side in sides)
            raise UnusableError("artwork/size", size=size)
        wide, high = (side or LEAST for side in sides)
        if not view:
            root.set("viewBox", f"0 0 {wide.in_px:.4f} {high.in_px:.4f}")
        root.set("width", f"{wide.in_mm:.4f}mm")
        root.set("height", f"{high.in_mm:.4f}mm")
        return wide, high

    # --- colours ------------------------------------------------------------------------------

    def keyed(self, of: Keyed, own: Mapping[OwnInk, Key]) -> bytes:
        def swatch(found: re.Match[str]) -> str:
            key = of(found[1])
            return _written(key) if key else "black"

        def coloured(value: str, spot: str = "") -> str:
            value = _VAR.sub(swatch, value)
            return _CMYK.sub(lambda m: _written(own[OwnInk(_cmyk(m[1]), spot)]), value)

        for element in self.root.iter():
            spot = element.get("data-spot", "")
            for name in (*PAINTS, "style"):
                if value := element.get(name):
                    element.set(name, coloured(value, spot))
            if _name(element) == "style":
                element.text = coloured(element.text or "")
        Tree.register_namespace("", SVG[1:-1])
        return Tree.tostring(self.root)


def _name(element: Tree.Element) -> str:
    return element.tag.removeprefix(SVG) if isinstance(element.tag, str) else ""


def _refuse_fetching(name: str) -> None:
    """Raises: UnusableError, it would not show as it is meant to."""
    if name in _SHOWN:
        raise UnusableError("artwork/svg-element", element=f"{name}: url(…)")


def _choose(switch: Tree.Element) -> None:
    """Only one of the children of a choice shows: the first that is for everybody, else the first.
    What is refused is told by its name all the same.
    """
    children = [child for child in switch if isinstance(child.tag, str)]
    everybodys = (c for c in children if not any(c.get(key) for key in _CONDITIONS))
    shown = next(everybodys, children[0] if children else None)
    for child in list(switch):
        if child is not shown and _name(child) not in REFUSED:
            switch.remove(child)


def _removed(parent: Tree.Element, child: Tree.Element) -> None:
    """Without its tail: words between elements stay."""
    at = list(parent).index(child)
    if child.tail:
        if at:
            before = parent[at - 1]
            before.tail = (before.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _cost(
    element: Tree.Element,
    by_id: Mapping[Any, Tree.Element],
    known: dict[Tree.Element, int],
    around: list[Tree.Element],
) -> int:
    """Elements that are drawn for *element*."""
    if element in known:
        return known[element]
    if element in around or len(around) > 4 * DEEPEST:
        raise UnusableError("artwork/damaged", why="it draws itself")
    around.append(element)
    total = 1 + sum(_cost(child, by_id, known, around) for child in element)
    for used in _used(element):
        target = by_id.get(used)
        if target is not None:
            total += _cost(target, by_id, known, around)
    around.pop()
    if total > MOST_DRAWN:
        raise UnusableError("artwork/too-large", what=f"{total} elements")
    known[element] = total
    return total


def _used(element: Tree.Element) -> Iterator[str]:
    if _name(element) in _LINKED:
        yield (element.get("href") or element.get(LINK) or "#").removeprefix("#")
    for value in element.attrib.values():
        yield from re.findall(r"url\(\s*['\"]?#([^)'\"\s]+)", value)


def _cmyk(parts: str) -> Cmyk:
    """Raises: UnusableError."""
    numbers = re.findall(r"[-+]?[\d.]+%?", parts.split("/")[0])
    if len(numbers) != 4:
        raise UnusableError("artwork/svg-colour", colour=f"device-cmyk({parts})"[:60])
    c, m, y, k = (
        round(min(100.0, max(0.0, _float(n.rstrip("%")) * (1 if n.endswith("%") else 100))), 2)
        for n in numbers
    )
    return c, m, y, k


def _is_neutral(value: str) -> bool:
    """Whether a colour is grey, which prints on black alone, or no colour."""
    word = value.lower()
    if word in _SAFE:
        return True
    if found := _HEX.fullmatch(word):
        digits = found[1]
        size = 1 if len(digits) < 6 else 2
        parts = {digits[at : at + size] for at in range(0, 3 * size, size)}
        return len(parts) == 1
    numbers = re.findall(r"[\d.]+%?", word)
    return word.startswith("rgb") and len(numbers) >= 3 and len(set(numbers[:3])) == 1


def _written(key: Key) -> str:
    red, green, blue = (part / MILLION * 100 for part in key)
    return f"rgb({red:.4f}%, {green:.4f}%, {blue:.4f}%)"


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _length(text: str) -> Length | None:
    """None of one that depends on what is around it."""
    found = re.fullmatch(r"\s*([\d.]+(?:e[-+]?\d+)?)\s*([a-zA-Z]*)\s*", text)
    if not found or found[2].lower() not in _UNITS:
        return None
    number = _float(found[1])
    return number * _UNITS[found[2].lower()] if math.isfinite(number) else None
