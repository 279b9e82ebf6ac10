"""Tint functions of spot colours (ISO 32000-2 §7.10), at their full tone.

A broken one tells no tone; the plate that it belongs to is known all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pikepdf import Dictionary, Stream

from banxin.preflight.content import OF_BROKEN_FILES

Tone = tuple[float, ...]

_MOST: Final = 4096  # words of a calculator's program
_ROOM: Final = 100  # numbers on its stack, §7.10.5.1; without an end, `copy` would double them
_DEEPEST: Final = 16  # braces within braces
_WORD: Final = re.compile(rb"[{}]|[^\s{}]+")


def full_tone(function: Any) -> Tone:
    """What a function of one tint gives for all of it; empty where it cannot be told."""
    try:
        return _told(function, 0)
    except (*OF_BROKEN_FILES, ArithmeticError):
        return ()


def _told(function: Any, depth: int) -> Tone:
    if not isinstance(function, Dictionary | Stream) or depth > 4:
        return ()
    match int(function.get("/FunctionType", -1)):
        case 0:
            return _sampled(function)
        case 2:
            return _floats(function.get("/C1", [1]))
        case 3:
            last = function.Functions[-1]
            ends = _floats(function.get("/Encode", [0, 1]))[-2:]
            # Turned round, the last one ends where it begins.
            turned = ends[0] > ends[1] and int(last.get("/FunctionType", -1)) == 2
            return _floats(last.get("/C0", [0])) if turned else _told(last, depth + 1)
        case 4:
            return _calculated(function)
    return ()


def _floats(numbers: Any) -> Tone:
    return tuple(float(number) for number in numbers)


def _sampled(function: Any) -> Tone:
    """The last sample of a table."""
    bits = int(function.BitsPerSample)
    limits = _floats(function.get("/Decode", function.Range))
    parts, data = len(limits) // 2, function.read_bytes()
    count = math.prod(int(size) for size in function.Size)
    tone = []
    for part in range(parts):
        first = ((count - 1) * parts + part) * bits
        last = first + bits
        if last > len(data) * 8:
            return ()
        value = int.from_bytes(data[first // 8 : -(-last // 8)]) >> (-last % 8) & ((1 << bits) - 1)
        low, high = limits[2 * part : 2 * part + 2]
        tone.append(low + (high - low) * value / ((1 << bits) - 1))
    return tuple(tone)


def _calculated(function: Any) -> Tone:
    """The result of a PostScript calculator, ISO 32000-2 §7.10.5."""
    words = _WORD.findall(function.read_bytes()[: _MOST * 8])[:_MOST]
    stack: list[float] = [1.0]
    program, _ = _block(words, 1)
    _run(program, stack)
    limits = _floats(function.get("/Range", []))
    if len(stack) != len(limits) // 2:
        return ()
    pairs = zip(limits[::2], limits[1::2], strict=True)
    return tuple(min(max(v, low), high) for v, (low, high) in zip(stack, pairs, strict=True))


_Program = list[Any]  # words, and programs in braces


def _block(words: list[bytes], at: int, depth: int = 0) -> tuple[_Program, int]:
    """Raises: ValueError, where braces nest deeper than anybody writes."""
    if depth > _DEEPEST:
        raise ValueError(depth)
    found: _Program = []
    while at < len(words):
        word = words[at]
        at += 1
        if word == b"}":
            break
        if word == b"{":
            inner, at = _block(words, at, depth + 1)
            found.append(inner)
        else:
            found.append(word.decode("latin-1"))
    return found, at


_ONE: Final[Mapping[str, Callable[[float], float]]] = {
    "abs": abs, "neg": lambda a: -a, "ceiling": math.ceil, "floor": math.floor, "round": round,
    "truncate": math.trunc, "cvi": math.trunc, "cvr": float, "sqrt": math.sqrt, "ln": math.log,
    "log": math.log10, "sin": lambda a: math.sin(math.radians(a)),
    "cos": lambda a: math.cos(math.radians(a)), "not": lambda a: float(not a),
}  # fmt: skip
_TWO: Final[Mapping[str, Callable[[float, float], float]]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "idiv": lambda a, b: math.trunc(a / b), "mod": math.fmod,
    "exp": lambda a, b: a**b, "atan": lambda a, b: math.degrees(math.atan2(a, b)) % 360,
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "and": lambda a, b: int(a) & int(b), "or": lambda a, b: int(a) | int(b),
    "xor": lambda a, b: int(a) ^ int(b),
}  # fmt: skip


def _run(program: _Program, stack: list[float]) -> None:
    """Raises: IndexError, ValueError and the like where the program is none.

    All numbers are floats: whole ones of Python's would grow to any length by multiplying.
    """
    pending: list[_Program] = []
    for word in program:
        if len(stack) > _ROOM:
            raise ValueError(word)
        if isinstance(word, list):
            pending.append(word)
        elif word in {"if", "ifelse"}:
            other = pending.pop() if word == "ifelse" else []
            chosen = pending.pop()
            _run(chosen if stack.pop() else other, stack)
        elif word in _ONE:
            stack.append(float(_ONE[word](stack.pop())))
        elif word in _TWO:
            b, a = stack.pop(), stack.pop()
            stack.append(float(_TWO[word](a, b)))
        else:
            _move(word, stack)


def _move(word: str, stack: list[float]) -> None:
    match word:
        case "pop":
            stack.pop()
        case "exch":
            stack[-1], stack[-2] = stack[-2], stack[-1]
        case "dup":
            stack.append(stack[-1])
        case "copy":
            count = int(stack.pop())
            stack.extend(stack[len(stack) - count :] if count else [])
        case "index":
            stack.append(stack[-1 - int(stack.pop())])
        case "roll":
            turns, count = int(stack.pop()), int(stack.pop())
            if count > 0:
                top = stack[-count:]
                turns %= count
                stack[-count:] = top[count - turns :] + top[: count - turns]
        case "true" | "false":
            stack.append(float(word == "true"))
        case _:
            stack.append(float(word))
