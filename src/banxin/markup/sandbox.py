"""The environment in which a stranger's templates are filled in.

They read frozen views, can change nothing, know no clock and no chance, print nothing but text,
numbers and dates, and come to an end. Whatever can take long in one call is looked at before.
"""

from __future__ import annotations

import datetime
import numbers
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from itertools import islice
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, Undefined, nodes, pass_context, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, markup_join
from jinja2.sandbox import (
    ImmutableSandboxedEnvironment,
    SandboxedEscapeFormatter,
    SandboxedFormatter,
)
from jinja2.utils import missing
from markupsafe import Markup

from banxin.diagnostics import nearest
from banxin.markup.bounds import AT_ONCE, DIGITS, ITEMS, NUMBER, Bounds, Refused

PLAIN: Final = (str, int, float, datetime.date, Undefined)
LONGEST_WIDTH: Final = 1000  # in a format
FINEST: Final = 20  # digits that `round` keeps
LONGEST_NAME: Final = 80  # characters of a name that is told, or compared with others
MOST_NAMES: Final = 1000  # that one is compared with
# By chance, or for whoever writes programs: nothing that a page is made of.
_BY_CHANCE: Final = frozenset({"random", "lipsum"})
_LEFT_OUT: Final = frozenset({"pprint", "tojson", "urlize", "xmlattr"})
_PRINTING: Final = frozenset(
    {
        "capitalize", "center", "e", "escape", "filesizeformat", "forceescape", "format", "indent",
        "lower", "replace", "safe", "string", "striptags", "title", "trim", "truncate", "upper",
        "urlencode", "wordcount", "wordwrap",
    }
)  # fmt: skip
_OF_TEXT: Final = frozenset(
    {
        "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format",
        "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric",
        "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition",
        "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition",
        "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "striptags", "swapcase",
        "title", "unescape", "upper", "zfill",
    }
)  # fmt: skip
_OF_TABLES: Final = frozenset({"get", "items", "keys", "values"})
_OF_LISTS: Final = frozenset({"count", "index"})
_OF_DATES: Final = frozenset({"isocalendar", "isoformat", "isoweekday", "weekday"})
_WIDTH: Final = re.compile(r"\d+")
_FORMAT: Final = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\d+|\*)?(?:\.(\d+|\*))?")


class NoSuch(str):
    """Jinja's message of something that is not there, with what was asked and of what.

    Attributes:
        kind: what was asked.
        name: what it was asked for; `near`: what it has that is called nearly so.
    """

    __slots__ = ("kind", "name", "near")
    kind: str
    name: str
    near: str

    def __new__(cls, message: str, kind: str, name: str, near: str) -> NoSuch:
        made = super().__new__(cls, message)
        made.kind, made.name, made.near = kind, name, near
        return made


class Missing(StrictUndefined):
    """What a template asks for and does not get: told with what it may have meant."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:  # Jinja's name
        said: str = super()._undefined_message
        of, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or not isinstance(name, str):
            return said
        if of is missing:
            return NoSuch(said, "template", name[:LONGEST_NAME], meant(name, GIVEN))
        kind = "{…}" if isinstance(of, Mapping) else type(of).__name__
        return NoSuch(said, kind, name[:LONGEST_NAME], meant(name, _parts_of(of)))


# What templates are given by name.
GIVEN: Final = (
    "block", "body", "chapter", "chapters", "edition", "front_plate", "grid", "index", "layout",
    "loop", "pictures", "plate_of", "shape", "words",
)  # fmt: skip


def meant(name: str, known: Iterable[str]) -> str:
    """Which of *known* is called nearly so.

    A template's own tables may be large, and their keys long.
    """
    if len(name) > LONGEST_NAME:
        return ""
    short = (one for one in known if len(one) <= LONGEST_NAME)
    return nearest(name, islice(short, MOST_NAMES))


def _parts_of(of: Any) -> Iterable[str]:
    if isinstance(of, Mapping):
        return (key for key in of if isinstance(key, str))
    if is_dataclass(of):
        own = (name for name, part in vars(type(of)).items() if isinstance(part, property))
        return (*(field.name for field in fields(of)), *own)
    return ()


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja, with bounds. The names of its methods are Jinja's."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class: type[CodeGenerator]

    def __init__(self, bounds: Bounds | None = None, **options: Any) -> None:
        self.bounds = bounds or Bounds()
        super().__init__(
            autoescape=True,
            undefined=Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=self.printed,
            **options,
        )
        self.filters = {
            name: _watched(name, made) for name, made in FILTERS.items() if name not in _LEFT_OUT
        }
        self.filters |= {
            "random": partial(_by_chance, "random"),
            "join": _joined,
            "round": _rounded,
            "each": self.bounds.each,
        }
        self.globals["lipsum"] = partial(_by_chance, "lipsum")

    # --- what is printed --------------------------------------------------------------------

    @pass_context
    def printed(self, context: Context, value: Any) -> Any:
        """What `{{ value }}` prints. With the context, so that it is never done in advance."""
        del context
        plainly(value)
        self.bounds.printed(len(value) if isinstance(value, str) else 20)
        return value

    def joined(self, values: Sequence[Any]) -> str:
        """What `a ~ b` gives."""
        for value in values:
            plainly(value)
        _bounded_text("~", sum(len(value) for value in values if isinstance(value, str)))
        return markup_join(values)

    def gathered(self, items: Any) -> Any:
        """What `[a, b]` gives: lists in lists are many more items than they look."""
        return _of_bounded_weight("[]", items)

    # --- what is reached ---------------------------------------------------------------------

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and _is_shown(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
        """A key may be called as a method is."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        raise Refused("template/forbidden", name=attribute, kind=type(obj).__name__)

    # --- what is computed --------------------------------------------------------------------

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self.bounds.turn()
        of = getattr(obj, "__self__", None)
        if isinstance(of, str):
            _look_before(obj.__name__, of, args)
            for argument in (*args, *kwargs.values()):
                _bounded_number(obj.__name__, argument)
        elif isinstance(obj, LoopContext):
            args = (self.bounds.each(args[0]), *args[1:])
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _BEFORE[operator](left, right)
        return _of_bounded_weight(operator, super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        if not isinstance(value, (MethodType, BuiltinMethodType)) or value.__name__ != "format":
            return None
        text = value.__self__
        if not isinstance(text, str):
            return None
        made = (
            _EscapeFormatter(self, escape=text.escape)
            if isinstance(text, Markup)
            else _Formatter(self)
        )
        kind = type(text)

        def format(*args: Any, **kwargs: Any) -> str:  # its name in a template
            return kind(made.vformat(text, args, kwargs))

        return format

    # --- how it is compiled ------------------------------------------------------------------

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """With each loop's turns counted."""
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            counted = nodes.Filter(loop.iter, "each", [], [], None, None)
            loop.iter = counted.set_lineno(loop.iter.lineno)
        tree.set_environment(self)
        return tree


class _Generator(CodeGenerator):
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802
        self._gathered(super().visit_List, node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        self._gathered(super().visit_Dict, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802
        if node.ctx == "load":
            self._gathered(super().visit_Tuple, node, frame)
        else:
            super().visit_Tuple(node, frame)

    def _gathered(self, visit: Callable[[Any, Frame], None], node: Any, frame: Frame) -> None:
        self.write("environment.gathered(")
        visit(node, frame)
        self.write(")")


Sandbox.code_generator_class = _Generator


class _Formatter(SandboxedFormatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        plainly(value)
        _bounded_widths(format_spec)
        return super().format_field(value, format_spec)


class _EscapeFormatter(SandboxedEscapeFormatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        plainly(value)
        _bounded_widths(format_spec)
        return super().format_field(value, format_spec)


def plainly(value: Any) -> None:
    """What says itself how it prints is text, too.

    Raises:
        Refused: `template/not-text`: its words would have an address or an order in them.
    """
    if not isinstance(value, PLAIN) and not hasattr(value, "__html__"):
        raise Refused("template/not-text", kind=type(value).__name__)


def _is_shown(of: Any, name: str, value: Any) -> bool:
    """Whether templates may see *value*: all that is data, and of methods only harmless ones."""
    match of:
        case str():
            return name in _OF_TEXT
        case bool() | numbers.Number():
            return False
        case datetime.date():
            return name in _OF_DATES or not callable(value)
        case Mapping():
            return name in _OF_TABLES
        case FunctionType() | MethodType() | BuiltinMethodType() | partial():
            return False
        case Sequence():
            return name in _OF_LISTS
        case _ if is_dataclass(of):
            return name in {field.name for field in fields(of)} or not callable(value)
        case _ if type(of).__module__.startswith("jinja2"):
            return True
        case _:
            return not callable(value)


# --- looked at before it is done --------------------------------------------------------------


def _by_chance(name: str, *args: Any, **named: Any) -> NoReturn:
    del args, named
    raise Refused("template/by-chance", name=name)


def _bounded_text(what: str, characters: int) -> None:
    if characters > AT_ONCE:
        raise Refused("template/too-long", what=what, count=characters, most=AT_ONCE)


def _bounded_number(what: str, number: Any) -> None:
    if isinstance(number, int) and abs(number) > NUMBER:
        raise Refused("template/too-long", what=what, count=str(number)[:20], most=NUMBER)


def _bounded_widths(written: str) -> None:
    for width in _WIDTH.findall(written):
        if len(width) > 6 or int(width) > LONGEST_WIDTH:
            raise Refused("template/too-long", what="format", count=width[:20], most=LONGEST_WIDTH)


def _added(left: Any, right: Any) -> None:
    if isinstance(left, str) and isinstance(right, str):
        _bounded_text("+", len(left) + len(right))


def _multiplied(left: Any, right: Any) -> None:
    for one, times in ((left, right), (right, left)):
        if isinstance(times, int) and isinstance(one, (str, list, tuple)):
            most = AT_ONCE if isinstance(one, str) else ITEMS
            if len(one) * times > most:
                raise Refused("template/too-long", what="*", count=str(times)[:20], most=most)
    if isinstance(left, int) and isinstance(right, int):
        _bounded_bits("*", left.bit_length() + right.bit_length())


def _raised(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        _bounded_bits("**", max(left.bit_length(), 1) * right)


def _bounded_bits(what: str, bits: int) -> None:
    if bits > DIGITS:
        raise Refused("template/too-long", what=what, count=str(bits)[:20], most=DIGITS)


def _formatted(left: Any, right: Any) -> None:
    """`"%5d" % 3`: the widths are written, or are among the values."""
    if not isinstance(left, str):
        return
    values = right if isinstance(right, tuple) else (right,)
    if isinstance(right, Mapping):
        values = tuple(right.values())
    for value in values:
        plainly(value)
    for found in _FORMAT.finditer(left):
        for width in found.groups(""):
            if width == "*":
                raise Refused("template/forbidden", name="%*", kind="str")
            _bounded_widths(width)
    _bounded_text("%", len(left) + sum(len(value) for value in values if isinstance(value, str)))


_BEFORE: Final[Mapping[str, Callable[[Any, Any], None]]] = {
    "+": _added,
    "*": _multiplied,
    "**": _raised,
    "%": _formatted,
}


def _look_before(name: str, text: str, args: Sequence[Any]) -> None:
    """Before a text's own method, or the filter of that name, makes a longer one."""
    match name, args:
        case "replace", [str(old), str(new), *_]:
            found = text.count(old) if old else len(text) + 1
            _bounded_text(name, len(text) + found * max(len(new) - len(old), 0))
        case "expandtabs", [int(wide), *_]:
            _bounded_text(name, len(text) + text.count("\t") * max(wide, 0))
        case "indent", [int(wide), *_]:
            _bounded_text(name, len(text) + (text.count("\n") + 1) * max(wide, 0))
        case ("indent", [str(by), *_]):
            _bounded_text(name, len(text) + (text.count("\n") + 1) * len(by))
        case "join", [Sequence() as items, *_]:
            _bounded_text(name, sum(len(str(i)) + len(text) for i in items if isinstance(i, str)))
        case _:
            pass


@pass_eval_context
def _joined(
    how: EvalContext, items: Iterable[Any], between: str = "", attribute: Any = None
) -> Any:
    """Jinja's `join`, of what can be printed."""
    given = list(items)
    if attribute is not None:
        given = list(map(make_attrgetter(how.environment, attribute), given))
    for item in (between, *given):
        plainly(item)
    written = sum(len(item) for item in given if isinstance(item, str))
    _bounded_text("join", written + len(between) * len(given))
    return FILTERS["join"](how, given, between)


def _rounded(number: Any, precision: int = 0, method: str = "common") -> Any:
    """Jinja's `round`, which would compute ten to that power."""
    if abs(precision) > FINEST:
        raise Refused("template/too-long", what="round", count=str(precision)[:20], most=FINEST)
    return FILTERS["round"](number, precision, method)


def _of_bounded_weight(what: str, made: Any) -> Any:
    """*made*, if it is not too large: lists are looked into, for they may hold one list twice."""
    if isinstance(made, str):
        _bounded_text(what, len(made))
    elif isinstance(made, (list, tuple, dict)):
        _weigh(what, made, 0)
    return made


def _weigh(what: str, items: Any, before: int) -> int:
    weight = before + len(items)
    if weight > ITEMS:
        raise Refused("template/too-long", what=what, count=weight, most=ITEMS)
    for item in items.values() if isinstance(items, dict) else items:
        if type(item) in {list, tuple, dict}:
            weight = _weigh(what, item, weight)
    return weight


def _watched(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's filter, its arguments and what it gives looked at."""
    passed = 1 if hasattr(made, "jinja_pass_arg") else 0

    @wraps(made)
    def watched(*args: Any, **named: Any) -> Any:
        given = (*args[passed:], *named.values())
        for value in given[1:]:
            _bounded_number(name, value)
        if name in _PRINTING:
            for value in given:
                if value is not None:
                    plainly(value)
            if given and isinstance(given[0], str):
                _look_before(name, given[0], given[1:])
                if name == "format":
                    _formatted(given[0], given[1:])
        return _of_bounded_weight(name, made(*args, **named))

    return watched
