"""What was probably meant, and what merely follows from something else."""

from __future__ import annotations

import pytest

from banxin.diagnostics import FOLLOWS, Diagnostic, Place, error, in_order, nearest, note, warning
from banxin.words import word_list


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("langfagn", ("langfang", "liuhe"), "langfang"),
        ("LangFang", ("langfang", "liuhe"), "langfang"),
        ("oen.md", ("one.md", "two.md"), "one.md"),
        ("market.jpeg", ("market.jpg", "sunset.jpg"), "market.jpg"),
        ("low_resolution", ("low-resolution", "soft"), "low-resolution"),
        ("--layuot", ("--layout", "--lang"), "--layout"),
        ("tempalte", ("title", "template"), "template"),
        ("b.jpg", ("a.jpg", "c.jpg"), ""),
        ("paper", ("press", "proof", "screen"), ""),
        ("nonsense", ("langfang", "liuhe"), ""),
        ("广场", ("市场", "车站"), ""),
        ("", ("one",), ""),
        ("one", (), ""),
    ],
)
def test_what_is_near_is_meant_and_what_is_not_is_passed_over(
    written: str, known: tuple[str, ...], meant: str
) -> None:
    assert nearest(written, known) == meant


LINE = Place("content/a/1.md", 4, 1)
MISSING = error("photo/missing", LINE, file="a.jpg", near="b.jpg")
NO_FACE = error("css/no-face", Place("layouts/l/type.css", 3, 9), family="Noto Sanz SC")


@pytest.mark.parametrize(
    ("cause", "consequence"),
    [
        (MISSING, error("photo/no-credit", LINE, file="a.jpg")),
        (MISSING, warning("photo/no-caption", Place("content/a/2.md", 9), file="a.jpg")),
        (error("photo/truncated", LINE, file="a.jpg"), error("photo/no-credit", file="a.jpg")),
        (NO_FACE, error("font/missing-character", LINE, family="Noto Sanz SC, serif")),
        (NO_FACE, warning("css/unknown-family", family="Noto Sanz SC, serif")),
        (NO_FACE, error("font/no-glyph", codepoint="U+4E00")),
        (
            error("font/no-face-has", LINE, codepoint="U+2CB0E"),
            error("font/missing-character", LINE, codepoint="U+2CB0E"),
        ),
        (
            error("css/unclosed", Place("a.css", 3), written="{"),
            warning("css/ignored", Place("a.css", 9), written="x: y"),
        ),
        (
            error("text/too-long", LINE.on_page(3), words="字"),
            error("text/over-text", LINE.on_page(3), words="字"),
        ),
    ],
)
def test_what_follows_from_another_finding_is_not_told(
    cause: Diagnostic, consequence: Diagnostic
) -> None:
    assert in_order((consequence, cause)) == (cause,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MISSING, error("photo/no-credit", LINE, file="other.jpg")),
        (NO_FACE, error("font/missing-character", LINE, family="Noto Serif SC")),
        (
            error("css/unclosed", Place("a.css", 3), written="{"),
            warning("css/ignored", Place("b.css", 9), written="x: y"),
        ),
        (
            error("text/too-long", LINE.on_page(3), words="字"),
            error("text/over-text", LINE.on_page(4), words="字"),
        ),
        (error("text/too-long", Place(page=3)), error("text/over-text", Place(page=3))),
        # What is graver than its cause would turn a bad book into one with a warning.
        (
            warning("css/no-face", family="Noto Sanz SC"),
            error("font/missing-character", LINE, family="Noto Sanz SC"),
        ),
    ],
)
def test_what_has_a_cause_of_its_own_stays(one: Diagnostic, other: Diagnostic) -> None:
    assert set(map(str, in_order((one, other)))) == {str(one), str(other)}


def test_the_gravest_comes_first_then_the_manuscript_and_each_once() -> None:
    told = [note("line/runt", LINE), warning("copy/dash", LINE), MISSING, MISSING]

    assert [d.code for d in in_order(told)] == ["photo/missing", "copy/dash", "line/runt"]


def test_causes_and_consequences_are_codes_that_there_are() -> None:
    named = {*FOLLOWS, *(code for following in FOLLOWS.values() for code in following)}

    assert named - word_list("en").keys() == set()
    assert not any(cause in following for cause, following in FOLLOWS.items())
