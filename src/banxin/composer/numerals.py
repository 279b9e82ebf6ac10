"""Counters in Chinese numerals (CSS Counter Styles 3 § 7.1.3), which the engine does not know.

`css.teach` enters them; a layout's own @counter-style may extend them, as for （一）.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA_COUNTER_STYLE
from weasyprint.logger import LOGGER

MOST: Final = 9999  # the longest that the standard asks for; beyond it, digit by digit
UNKNOWN: Final = "No counter style: %s"


@dataclass(frozen=True, slots=True)
class Numerals:
    """Ten digits; what stands behind tens, hundreds and thousands; and before what is below 0.

    `informal`: ten to nineteen begin with 十.
    """

    digits: str
    places: str
    minus: str
    informal: bool

    def write(self, number: int) -> str:
        """*number*, from -9999 to 9999, as it is read."""
        if number == 0:
            return self.digits[0]
        text, skipped = "", False
        for power in (3, 2, 1, 0):
            digit = abs(number) // 10**power % 10
            if not digit:
                skipped = bool(text)
                continue
            text += self.digits[0] if skipped else ""
            skipped = False
            ten = self.informal and power == 1 and abs(number) < 20
            text += ("" if ten else self.digits[digit]) + ("", *self.places)[power]
        return (self.minus if number < 0 else "") + text


_TRADITIONAL: Final = Numerals("零一二三四五六七八九", "十百千", "負", informal=True)
NUMERALS: Final = {
    "simp-chinese-informal": Numerals("零一二三四五六七八九", "十百千", "负", informal=True),
    "simp-chinese-formal": Numerals("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "负", informal=False),
    "trad-chinese-informal": _TRADITIONAL,
    "trad-chinese-formal": Numerals("零壹貳參肆伍陸柒捌玖", "拾佰仟", "負", informal=False),
    "cjk-ideographic": _TRADITIONAL,
}


def teach() -> None:
    """Enter them among the engine's counters, and have it say which it does not know."""
    if "cjk-ideographic" in UA_COUNTER_STYLE:
        return
    unsaid = UA_COUNTER_STYLE["cjk-decimal"]
    for name in NUMERALS:
        UA_COUNTER_STYLE[name] = {
            **dict.fromkeys(unsaid),
            "system": (None, name, None),
            "suffix": ("string", "、"),
            "range": ((-MOST, MOST),),
            "fallback": "cjk-decimal",
        }
    CounterStyle.render_value = _written(CounterStyle.render_value)
    CounterStyle.resolve_counter = _known(CounterStyle.resolve_counter)


def _written(render: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(render)
    def rendered(
        self: Any,
        counter_value: Any,
        counter_name: Any = None,
        counter: Any = None,
        previous_types: Any = None,
    ) -> Any:
        counter = counter or self.resolve_counter(counter_name, previous_types)
        system = counter["system"][1] if counter and counter["system"] else None
        if system in NUMERALS and abs(counter_value) <= MOST:
            return NUMERALS[system].write(counter_value)
        return render(self, counter_value, counter_name, counter, previous_types)

    return rendered


def _known(resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def resolved(self: Any, counter_name: Any, previous_types: Any = None) -> Any:
        if isinstance(counter_name, str) and counter_name not in self:
            LOGGER.warning(UNKNOWN, counter_name)
        return resolve(self, counter_name, previous_types)

    return resolved


__all__ = ["NUMERALS", "UNKNOWN", "Numerals", "teach"]
