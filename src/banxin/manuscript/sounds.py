"""Names in the order of their readings, 按音序: syllable by syllable, then tone, then strokes.

The readings are those of pypinyin, surnames as surnames are read (单 shàn, 曾 zēng), so that the
order is the same on every machine, whatever its locale says.
"""

from __future__ import annotations

from banxin.manuscript.strokes import by_strokes

Key = tuple[tuple[tuple[str, int], ...], tuple[tuple[int, int], ...]]
# Read otherwise as a surname than in words: those of the 400 commonest.
_SURNAMES = {
    "单": "shan4", "解": "xie4", "曾": "zeng1", "仇": "qiu2", "区": "ou1", "查": "zha1",
    "任": "ren2", "华": "hua4", "覃": "qin2", "尉": "wei4", "朴": "piao2", "盖": "ge3",
    "缪": "miao4", "翟": "zhai2", "宁": "ning4", "燕": "yan1", "乐": "yue4", "冼": "xian3",
    "员": "yun4", "重": "chong2", "召": "shao4", "秘": "bi4", "薄": "bo2", "折": "she2",
    "黑": "he4", "长": "zhang3", "隗": "wei3", "纪": "ji3", "应": "ying1", "种": "chong2",
}  # fmt: skip


def by_sound(name: str) -> Key:
    """A key to sort *name* by. What has no reading stands as it is written, before all others."""
    from pypinyin import Style, lazy_pinyin

    readings = lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)
    if name[:1] in _SURNAMES and readings:
        readings = [_SURNAMES[name[0]], *readings[1:]]
    return tuple(_parted(reading) for reading in readings), by_strokes(name)


def _parted(reading: str) -> tuple[str, int]:
    tone = reading[-1:]
    return (reading[:-1], int(tone)) if tone in set("12345") else (reading.casefold(), 0)
