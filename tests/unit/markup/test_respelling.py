from __future__ import annotations

import pytest

from banxin.assets.characters import Setting, otherwise
from banxin.lettering import MARK
from banxin.markup.respelling import respelled

ASCII = frozenset(range(0x20, 0x7F))
SETTINGS = {c: s for c in "₂⁵㎡⅔㉑＜" if (s := otherwise(c, ASCII))}
SETTINGS |= dict.fromkeys("𬬎ئۇيغرབཀྲ✔👨👩👧", MARK)
SETTINGS |= {"\x07": Setting(), "\x0b": Setting((("", " "),))}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>CO₂</p>", "<p>CO<sub>2</sub></p>"),
        ("<p>10⁵ ㎡</p>", "<p>10<sup>5</sup> m<sup>2</sup></p>"),
        ("<p>⅔，1⅔</p>", "<p><sup>2</sup>/<sub>3</sub>，1\u2009<sup>2</sup>/<sub>3</sub></p>"),
        ("<p>㉑</p>", "<p>(21)</p>"),
        ("<p>＜b></p>", "<p>&lt;b></p>"),
        ("<p>王𬬎</p>", "<p>王〓</p>"),
        ("<p>𬬎𬬎\U000e0100</p>", "<p>〓〓</p>"),
        ("<p>ئۇيغۇر</p>", "<p>〓〓〓</p>"),
        ("<p>བཀྲ</p>", "<p>〓</p>"),
        ("<p>✔️👨‍👩‍👧</p>", "<p>〓〓〓〓</p>"),
        ("<p>甲\x07乙\x0b丙</p>", "<p>甲乙 丙</p>"),
        ("<title>CO₂</title>", "<title>CO2</title>"),
        ("<svg><text>₂</text><path/></svg><p>₂", "<svg><text>2</text><path/></svg><p><sub>2</sub>"),
        ('<p data-a="₂" data-at="₂:1:1" alt="₂">', '<p data-a="2" data-at="₂:1:1" alt="₂">'),
        ("<h1 data-head='＜₂'>", "<h1 data-head='&lt;2'>"),
        ("<!--₂--><style>p{content:'₂'}</style>", "<!--₂--><style>p{content:'₂'}</style>"),
        ("<p>无事</p>", "<p>无事</p>"),
    ],
)  # fmt: skip
def test_characters_are_replaced_where_they_are_seen(html: str, expected: str) -> None:
    assert respelled(html, SETTINGS) == expected


def test_html_without_anything_to_replace_stays_as_it_is() -> None:
    assert respelled("<p>₂</p>", {}) == "<p>₂</p>"
