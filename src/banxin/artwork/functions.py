"""Functions of a PDF (ISO 32000-1, 7.10), evaluated for many rows of numbers at once."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Stream

from banxin.artwork.reading import bounded

Rows = NDArray[np.float64]
Function = Callable[[Rows], Rows]
DEEPEST: Final = 8  # functions in functions
MOST_SAMPLES: Final = 4_000_000
MOST_WORDS: Final = 20_000  # of a program
MOST_INPUTS: Final = 8
WIDEST: Final = 1 << 31  # of whole numbers in a program
_WORD: Final = re.compile(r"[{}]|[^\s{}]+")


def function(thing: Any, deep: int = 0) -> Function:
    """Raises: ValueError, it is none."""
    if deep > DEEPEST:
        message = "functions too deeply nested"
        raise ValueError(message)
    if isinstance(thing, Array):  # one for each output (8.7.4.5.2)
        parts = [function(part, deep + 1) for part in thing]
        return lambda rows: np.hstack([part(rows) for part in parts])
    if not isinstance(thing, Dictionary | Stream):
        message = "not a function"
        raise ValueError(message)
    kind = int(thing.FunctionType)
    makers = {0: _sampled, 2: _exponential, 3: _stitched, 4: _calculated}
    if kind not in makers:
        message = f"function of type {kind}"
        raise ValueError(message)
    domain = _pairs(thing.Domain)
    made = makers[kind](thing, domain, deep)
    limits = _pairs(thing.Range) if "/Range" in thing else None

    def whole(rows: Rows) -> Rows:
        with np.errstate(all="ignore"):
            made_of = made(np.clip(rows, domain[:, 0], domain[:, 1]))
        sound: Rows = np.nan_to_num(made_of, posinf=1.0, neginf=0.0)
        return sound if limits is None else np.clip(sound, limits[:, 0], limits[:, 1])

    return whole


def _pairs(numbers: Any) -> Rows:
    flat = np.array([float(n) for n in numbers])
    return flat.reshape(-1, 2)


def _exponential(thing: Any, domain: Rows, deep: int) -> Function:
    del domain, deep
    first = np.array([float(n) for n in thing.get("/C0", [0])])
    last = np.array([float(n) for n in thing.get("/C1", [1])])
    power = float(thing.N)
    return lambda rows: first + np.power(rows[:, :1], power) * (last - first)


def _stitched(thing: Any, domain: Rows, deep: int) -> Function:
    parts = [function(part, deep + 1) for part in thing.Functions]
    inner = [float(n) for n in thing.Bounds]
    encode = _pairs(thing.Encode)
    if len(parts) != len(inner) + 1:
        message = f"{len(parts)} functions with {len(inner)} bounds"
        raise ValueError(message)
    edges = [domain[0, 0], *inner, domain[0, 1]]

    def whole(rows: Rows) -> Rows:
        which = np.searchsorted(inner, rows[:, 0], side="right")
        out: Rows | None = None
        for at, part in enumerate(parts):
            mine = which == at
            if not mine.any():
                continue
            low, high = edges[at], edges[at + 1]
            share = (rows[mine] - low) / (high - low) if high > low else rows[mine] * 0
            given = part(encode[at, 0] + share * (encode[at, 1] - encode[at, 0]))
            if out is None:
                out = np.zeros((len(rows), given.shape[1]))
            out[mine] = given
        assert out is not None
        return out

    return whole


def _sampled(thing: Any, domain: Rows, deep: int) -> Function:
    del deep
    size = [int(n) for n in thing.Size]
    limits = _pairs(thing.Range)
    outputs, bits = len(limits), int(thing.BitsPerSample)
    if math.prod(size) * outputs > MOST_SAMPLES or len(size) > MOST_INPUTS or min(size) < 1:
        message = "a function of too many samples"
        raise ValueError(message)
    encode = _pairs(thing.get("/Encode", [n for s in size for n in (0, s - 1)]))
    decode = _pairs(thing.get("/Decode", thing.Range))
    samples = unpacked(bounded(thing), bits, math.prod(size) * outputs) / (2.0**bits - 1)
    table = samples.reshape(*size[::-1], outputs)

    def whole(rows: Rows) -> Rows:
        span = np.maximum(domain[:, 1] - domain[:, 0], 1e-12)
        at = encode[:, 0] + (rows - domain[:, 0]) / span * (encode[:, 1] - encode[:, 0])
        at = np.clip(at, 0, np.array(size) - 1)
        low = np.minimum(np.floor(at).astype(int), np.maximum(np.array(size) - 2, 0))
        part = at - low
        out = np.zeros((len(rows), outputs))
        for corner in range(1 << len(size)):
            on = np.array([(corner >> axis) & 1 for axis in range(len(size))])
            weight = np.prod(np.where(on, part, 1 - part), axis=1)
            index = np.minimum(low + on, np.array(size) - 1)
            out += weight[:, None] * table[tuple(index[:, ::-1].T)]
        return decode[:, 0] + out * (decode[:, 1] - decode[:, 0])

    return whole


def unpacked(data: bytes, bits: int, count: int) -> Rows:
    """*count* numbers of so many bits each, as they lie behind each other.

    Raises:
        ValueError: there are fewer, or no such depth.
    """
    if bits not in {1, 2, 4, 8, 12, 16, 24, 32}:
        message = f"{bits} bits"
        raise ValueError(message)
    if len(data) * 8 < bits * count:
        message = "fewer samples than there should be"
        raise ValueError(message)
    if bits == 8:
        return np.frombuffer(data, np.uint8, count).astype(float)
    if bits == 16:
        return np.frombuffer(data, ">u2", count).astype(float)
    flat = np.unpackbits(np.frombuffer(data, np.uint8, -(-bits * count // 8)))[: bits * count]
    return flat.reshape(count, bits) @ (2.0 ** np.arange(bits - 1, -1, -1))


# --- programs -----------------------------------------------------------------------------

Program = list[Any]  # numbers, words, and programs in braces
_TWO: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul,
    "div": lambda a, b: a / b if b else 0.0,
    "idiv": lambda a, b: int(a / b) if b else 0, "mod": lambda a, b: math.fmod(a, b) if b else 0,
    "exp": lambda a, b: float(a) ** b if a > 0 or b == int(b) else 0.0,
    "atan": lambda a, b: math.degrees(math.atan2(a, b)) % 360,
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge,
    "lt": operator.lt, "le": operator.le,
    "and": lambda a, b: a & b, "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b,
    "bitshift": lambda a, b: a << min(b, 32) if b >= 0 else a >> min(-b, 32),
}  # fmt: skip
_ONE: Final[dict[str, Callable[[Any], Any]]] = {
    "abs": abs, "neg": operator.neg, "ceiling": math.ceil, "floor": math.floor, "round": round,
    "truncate": math.trunc, "cvi": int, "cvr": float,
    "sqrt": lambda a: math.sqrt(max(a, 0)), "sin": lambda a: math.sin(math.radians(a)),
    "cos": lambda a: math.cos(math.radians(a)), "ln": lambda a: math.log(max(a, 1e-12)),
    "log": lambda a: math.log10(max(a, 1e-12)),
    "not": lambda a: not a if isinstance(a, bool) else ~int(a),
}  # fmt: skip


def _calculated(thing: Any, domain: Rows, deep: int) -> Function:
    """PostScript calculators (7.10.5): they have no loops, so each run ends."""
    del domain, deep
    words = _WORD.findall(bounded(thing).decode("latin-1"))
    if len(words) > MOST_WORDS or words[:1] != ["{"]:
        message = "a program too long, or none"
        raise ValueError(message)
    program, outputs = _program(iter(words[1:]), 0), len(thing.Range) // 2

    def whole(rows: Rows) -> Rows:
        out = np.zeros((len(rows), outputs))
        for at, row in enumerate(rows):
            stack: list[Any] = [float(n) for n in row]
            _run(program, stack)
            out[at] = [float(n) for n in stack[-outputs:]]
        return out

    return whole


def _program(words: Iterator[str], deep: int) -> Program:
    if deep > DEEPEST * 4:
        message = "a program too deeply nested"
        raise ValueError(message)
    made: Program = []
    for word in words:
        if word == "{":
            made.append(_program(words, deep + 1))
        elif word == "}":
            return made
        elif re.fullmatch(r"[-+]?\d+", word):
            made.append(int(word))
        elif re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", word):
            made.append(float(word))
        else:
            made.append(word)
    message = "a program that does not end"
    raise ValueError(message)


def _run(program: Program, stack: list[Any]) -> None:
    """Raises: ValueError, a word that is none; IndexError, it takes more than there is."""
    for word in program:
        if not isinstance(word, str):
            stack.append(word)
        elif word in _TWO:
            second, first = stack.pop(), stack.pop()
            stack.append(_narrow(_TWO[word](first, second)))
        elif word in _ONE:
            stack.append(_ONE[word](stack.pop()))
        elif word in {"if", "ifelse"}:
            other = stack.pop() if word == "ifelse" else []
            then, condition = stack.pop(), stack.pop()
            _run(then if condition else other, stack)
        else:
            _move(word, stack)


def _narrow(number: Any) -> Any:
    """Whole numbers have 32 bits, and larger ones are real (8.2 of the PostScript manual): none
    grows until it fills the memory.
    """
    return float(number) if type(number) is int and abs(number) >= WIDEST else number


def _move(word: str, stack: list[Any]) -> None:
    if word in {"true", "false"}:
        stack.append(word == "true")
    elif word == "pop":
        stack.pop()
    elif word == "dup":
        stack.append(stack[-1])
    elif word == "exch":
        stack[-1], stack[-2] = stack[-2], stack[-1]
    elif word == "copy":
        count = int(stack.pop())
        if 0 < count <= len(stack) <= 100:
            stack.extend(stack[-count:])
    elif word == "index":
        stack.append(stack[-1 - int(stack.pop())])
    elif word == "roll":
        by, count = int(stack.pop()), int(stack.pop())
        if 0 < count <= len(stack):
            part = stack[-count:]
            by %= count
            stack[-count:] = part[count - by :] + part[: count - by]
    else:
        message = f"{word[:20]!r} in a program"
        raise ValueError(message)
