"""CSS that the engine does not know, taught to it: standard names and values only.

CSS Text 4 § 8 (text-autospace, text-spacing-trim), § 6 (text-wrap, line-break), § 7
(text-justify), § 9 (hanging-punctuation); CSS Text Decoration 4 § 3 (text-emphasis) and § 2.9
(text-decoration-inset); CSS Writing Modes 4 § 3.2 (writing-mode, for short titles).

One name is ours: the custom property `--autospace-gap`, since CSS has none for how wide the
gap between Han and Latin is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from banxin.engine.boxes import Style

from weasyprint.css import computed_values, properties
from weasyprint.css.tokens import get_keyword, get_length
from weasyprint.css.validation import expanders
from weasyprint.css.validation import properties as validation

from banxin.composer import numerals
from banxin.stylesheets import Token

GAP: Final = 0.25  # em, CLREQ § 3.2.2: a quarter; a layout may ask for less
ALL: Final = -1  # all of an element's text stands side by side
LEAST_GAP, MOST_GAP = 0.125, 0.5  # em: what it may give

_INITIAL: Final[dict[str, object]] = {
    "text_autospace": ("alpha", "numeric"),
    "text_spacing_trim": "auto",
    "hanging_punctuation": (),
    "line_break": "auto",
    "text_justify": "auto",
    "text_wrap_mode": "wrap",
    "text_wrap_style": "auto",
    "text_emphasis_style": "none",
    "text_emphasis_color": "currentcolor",
    "text_emphasis_position": ("over", "right"),
    "text_decoration_inset": properties.ZERO_PIXELS,
    "writing_mode": "horizontal-tb",
    "text_orientation": "mixed",
    "text_combine_upright": 0,
}
# Languages that are written with Chinese marks (ISO 639).
_CHINESE: Final = frozenset({"zh", "cmn", "yue", "wuu", "nan", "hak", "lzh"})
_SHAPES: Final = ("dot", "circle", "double-circle", "triangle", "sesame")


@dataclass(frozen=True, slots=True)
class TextSetting:
    """How one style sets its text.

    Attributes:
        gap: natural width between Han and Latin, em; 0 where the style wants none.
        alpha: whether letters are spaced from Han; `numeric`, whether digits are.
        squeeze: whether marks that meet lose the blank between them.
        trim_start: whether a mark that opens a line loses its blank; `trim_first`, the first
            line of a paragraph.
        trim_end: whether a mark that closes a line does.
        hang: `none`, `allow` or `force`: stops beyond the edge.
        hang_first: whether a paragraph's first bracket hangs; `hang_last`, its last one.
        centred: marks in the middle of their em (zh-Hant).
        interpunct: em that · takes between Chinese words; 0 where it is left as it is.
        western: whether the language writes no full-width marks.
        level: of line-break.
        justify: auto, none, inter-word, inter-character.
        wrap: auto, pretty, balance, stable, or nowrap.
        phrases: whether lines end between phrases only; `words`, at spaces and marks only.
        overlong: whether a word too long for its line may be cut,
        anywhere: and any long word.
        vertical: whether characters stand below each other; `orientation`, which way up those do
            that are not Chinese; `combine`, how many digits stand side by side, ALL: any text.
    """

    gap: float
    alpha: bool
    numeric: bool
    squeeze: bool
    trim_start: bool
    trim_first: bool
    trim_end: bool
    hang: str
    hang_first: bool
    hang_last: bool
    centred: bool
    interpunct: float
    western: bool
    level: str
    justify: str
    wrap: str
    phrases: bool
    words: bool
    overlong: bool
    anywhere: bool
    vertical: bool
    orientation: str
    combine: int


def setting(style: Style) -> TextSetting:
    """The Setting of an engine's style, worked out once."""
    known: TextSetting | None = style.__dict__.get("banxin_setting")
    if known is None:
        known = style.__dict__["banxin_setting"] = _setting(style)
    return known


def _setting(style: Style) -> TextSetting:
    language = str(style["lang"] or "").lower()
    spaced, trim = style["text_autospace"], style["text_spacing_trim"]
    hang = style["hanging_punctuation"]
    hant = language.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo"))
    chinese = language.partition("-")[0] in _CHINESE
    return TextSetting(
        gap=_gap(style) if spaced else 0.0,
        alpha="alpha" in spaced,
        numeric="numeric" in spaced,
        squeeze=trim != "space-all",
        trim_start=trim in {"auto", "trim-start", "trim-both", "trim-all", "space-first"},
        trim_first=trim in {"auto", "trim-start", "trim-both", "trim-all"},
        trim_end=trim in {"auto", "trim-both", "trim-all", "normal", "space-first", "trim-start"},
        hang="force" if "force-end" in hang else "allow" if "allow-end" in hang else "none",
        hang_first="first" in hang,
        hang_last="last" in hang,
        centred=hant,
        interpunct=1.0 if hant else 0.5 if chinese or not language else 0.0,
        western=bool(language) and language.partition("-")[0] not in {*_CHINESE, "ja", "ko"},
        level=style["line_break"],
        justify="inter-character"
        if style["text_justify"] == "distribute"
        else style["text_justify"],
        wrap="nowrap"
        if style["text_wrap_mode"] == "nowrap" or style["white_space"] == "nowrap"
        else style["text_wrap_style"],
        phrases=style["word_break"] == "auto-phrase",
        words=style["word_break"] == "keep-all",
        overlong=style["overflow_wrap"] == "break-word",
        anywhere=style["overflow_wrap"] == "anywhere"
        or style["word_break"] == "break-all"
        or style["line_break"] == "anywhere",
        vertical=style["writing_mode"] == "vertical-rl",
        orientation=style["text_orientation"],
        combine=style["text_combine_upright"],
    )


def _gap(style: Style) -> float:
    for token in style["__autospace_gap"] or ():
        if token.type == "number":
            return min(MOST_GAP, max(0.0, float(token.value)))
    return GAP


# --- teaching -------------------------------------------------------------------------------


def teach() -> None:
    """Enter the properties into the engine's tables. Twice is once."""
    if "line_break" in properties.INITIAL_VALUES:
        return
    numerals.teach()
    properties.INITIAL_VALUES.update(_INITIAL)
    # What is meant where nothing is said. Where `auto` is said the engine takes U+2010, which is
    # an em wide in Chinese faces, or lacking.
    properties.INITIAL_VALUES["hyphenate_character"] = "-"
    properties.INHERITED.update(_INITIAL)
    properties.KNOWN_PROPERTIES.update(name.replace("_", "-") for name in _INITIAL)
    for name, read in _READERS.items():
        read.wants_base_url = False  # type: ignore[attr-defined]
        validation.PROPERTIES[name] = read
    computers = computed_values.COMPUTER_FUNCTIONS
    computers["text_emphasis_color"] = computers["text_decoration_color"]
    expanders.EXPANDERS["text-wrap"] = expanders.generic_expander("-mode", "-style")(_wrap)
    expanders.EXPANDERS["text-emphasis"] = expanders.generic_expander("-style", "-color")(_emphasis)


def _words(tokens: Sequence[Token]) -> list[str] | None:
    """The keywords of a value, or None when it has anything else, or one twice."""
    words = [get_keyword(token) for token in tokens]
    if not words or None in words or len(set(words)) < len(words):
        return None
    return [str(word) for word in words]


def _one_of(*known: str) -> Callable[[Sequence[Token]], object]:
    def read(tokens: Sequence[Token]) -> str | None:
        words = _words(tokens)
        return words[0] if words and len(words) == 1 and words[0] in known else None

    return read


def _autospace(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    match _words(tokens):
        case ["normal" | "auto"]:
            return ("alpha", "numeric")
        case ["no-autospace"]:
            return ()
        case [*words] if set(words) <= {
            "ideograph-alpha",
            "ideograph-numeric",
            "punctuation",
            "insert",
            "replace",
        } and not {"insert", "replace"} <= set(words):
            return tuple(w.removeprefix("ideograph-") for w in words if w.startswith("ideograph"))
    return None


def _hanging(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    words = _words(tokens)
    if words == ["none"]:
        return ()
    known = {"first", "last", "force-end", "allow-end"}
    if words and set(words) <= known and not {"force-end", "allow-end"} <= set(words):
        return tuple(words)
    return None


def _emphasis_style(tokens: Sequence[Token]) -> str | None:
    words = _words(tokens)
    if words == ["none"]:
        return "none"
    if not words or len(words) > 2:
        return None
    fill = [w for w in words if w in {"filled", "open"}]
    shape = [w for w in words if w in _SHAPES]
    if len(fill) + len(shape) < len(words) or len(fill) > 1 or len(shape) > 1:
        return None
    return f"{fill[0] if fill else 'filled'} {shape[0] if shape else 'dot'}"


def _emphasis_position(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    words = set(_words(tokens) or ())
    if len(words & {"over", "under"}) != 1 or not words <= {"over", "under", "right", "left"}:
        return None
    if len(words & {"right", "left"}) > 1:
        return None
    return ("under" if "under" in words else "over", "left" if "left" in words else "right")


def _inset(tokens: Sequence[Token]) -> Any:
    words = _words(tokens)
    if words == ["auto"]:
        return "auto"
    return get_length(tokens[0], negative=False) if len(tokens) == 1 else None


def _combine(tokens: Sequence[Token]) -> int | None:
    """none, all, digits, digits 2 to 4 (CSS Writing Modes 4 § 9.1)."""
    match [get_keyword(token) or getattr(token, "int_value", None) for token in tokens]:
        case ["none"]:
            return 0
        case ["all"]:
            return ALL
        case ["digits"]:
            return 2
        case ["digits", 2 | 3 | 4 as most]:
            return int(most)
    return None


def _wrap(tokens: Sequence[Token], name: str) -> Iterator[tuple[str, list[Token]]]:
    del name
    for token in tokens:
        word = get_keyword(token)
        if word in {"wrap", "nowrap"}:
            yield "-mode", [token]
        else:
            yield "-style", [token]


def _emphasis(tokens: Sequence[Token], name: str) -> Iterator[tuple[str, list[Token]]]:
    del name
    shaped = [t for t in tokens if _emphasis_style([t]) is not None]
    coloured = [t for t in tokens if t not in shaped]
    if shaped:
        yield "-style", shaped
    for token in coloured:
        yield "-color", [token]


_READERS: Final[dict[str, Callable[[Sequence[Token]], object]]] = {
    "text-autospace": _autospace,
    "text-spacing-trim": _one_of(
        "auto", "normal", "space-all", "space-first", "trim-start", "trim-both", "trim-all"
    ),
    "hanging-punctuation": _hanging,
    "line-break": _one_of("auto", "loose", "normal", "strict", "anywhere"),
    "text-justify": _one_of("auto", "none", "inter-word", "inter-character", "distribute"),
    "text-wrap-mode": _one_of("wrap", "nowrap"),
    "text-wrap-style": _one_of("auto", "balance", "pretty", "stable"),
    "text-emphasis-style": _emphasis_style,
    "text-emphasis-color": validation.PROPERTIES["text-decoration-color"],
    "text-emphasis-position": _emphasis_position,
    "text-decoration-inset": _inset,
    "writing-mode": _one_of("horizontal-tb", "vertical-rl"),
    "text-orientation": _one_of("mixed", "upright", "sideways"),
    "text-combine-upright": _combine,
    "word-break": _one_of("normal", "break-all", "keep-all", "auto-phrase"),
}
