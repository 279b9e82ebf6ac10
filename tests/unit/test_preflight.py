from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from banxin import terminal
from banxin.diagnostics import BanxinError, Place, Severity, error, in_order, note, warning
from banxin.preflight import (
    Limits,
    Report,
    as_json,
    content,
    inspect,
    measure,
    read,
)
from banxin.preflight.carried import Font
from banxin.preflight.facts import Facts, InkOfPage, Intent, PageBoxes
from banxin.preflight.painted import PROCESS, PaintedColour, PaintedPicture, Run
from banxin.preflight.registry import RULES, Finding, found, rule
from banxin.schema import verdict
from banxin.units import Length
from banxin.words import LANGUAGES, looks_in_chinese, word_list

LIMITS = Limits(
    bleed=Length.mm(3),
    least_ppi=150,
    low_ppi=225,
    wanted_ppi=300,
    ink_limit=300,
    binding="saddle",
    families=frozenset({"Noto Serif SC"}),
    condition="FOGRA39",
)
SHEET = PageBoxes(1, (0, 0, 238, 313), (14, 14, 224, 299), (11, 11, 227, 302))
BLACK = PaintedColour("DeviceCMYK", tuple(zip(PROCESS, (0, 0, 0, 100), strict=True)))
PAPER = PaintedColour("DeviceCMYK", tuple(zip(PROCESS, (0, 0, 0, 0), strict=True)))
TEXT = Run(
    1, (30, 30, 60, 35), BLACK, True, 1, 1, False, "ABCDEF+Noto-Serif-SC", 10.5, 9, 0, False,
    False, True,
)  # fmt: skip
GOOD = Facts(
    sheets=tuple(replace(SHEET, number=n) for n in (1, 2, 3, 4)),
    runs=tuple(replace(TEXT, page=n) for n in (1, 2, 3, 4)),
    strokes=(),
    fills=(),
    pictures=(),
    shades=(),
    groups=(),
    fonts=(Font("Noto-Serif-SC-Bold", embedded=True, subset=True),),
    plates=(),
    intents=(Intent("GTS_PDFX", "FOGRA39", "Offset", "http://www.color.org", "prtr CMYK"),),
    annotations=(),
    version="1.6",
    has_id=True,
    information={"Title": "小册", "Trapped": "/False"},
    metadata={
        "version": "PDF/X-4", "trapped": "False", "title": "小册", "created": "2026",
        "modified": "2026", "document": "uuid:1", "edition": "1", "rendition": "default",
    },
    forbidden={},
    unread={},
    inks=tuple(InkOfPage(n, 200.0, 250.0, (0, 0, 4, 4)) for n in (1, 2, 3, 4)),
)  # fmt: skip


def photo(ppi: float) -> PaintedPicture:
    pixels = round(ppi * 100 / 25.4)
    return PaintedPicture(
        2, (30, 30, 130, 130), PaintedColour("DeviceCMYK"), False, 0, 1, False, (pixels, pixels),
        100, 100, 8, "DCTDecode", False, 7,
    )  # fmt: skip


def codes(facts: Facts) -> list[str]:
    return [d.code for d in inspect(facts, LIMITS)]


def test_a_good_file_is_met_with_silence() -> None:
    assert codes(replace(GOOD, pictures=(photo(300),))) == []


@pytest.mark.parametrize(
    ("ppi", "code"),
    [
        (149, "photo/soft"),
        (140, "photo/low-resolution"),
        (200, "photo/soft"),
        (260, "photo/below-wish"),
    ],
)
def test_a_soft_photo_is_found_and_told_how_wide_it_may_print(ppi: int, code: str) -> None:
    (soft,) = inspect(replace(GOOD, pictures=(photo(ppi),)), LIMITS)

    assert soft.code == code
    assert soft.place.page == 2
    widest = soft.facts["widest"]
    assert isinstance(widest, Length)
    needed = soft.facts["needed"]
    assert isinstance(needed, int)
    assert widest.in_mm == pytest.approx(100 * ppi / needed, abs=0.5)


def test_a_cropped_photo_is_told_how_wide_what_shows_of_it_may_print() -> None:
    picture = replace(photo(200), box=(30, 30, 70, 130))

    (soft,) = inspect(replace(GOOD, pictures=(picture,)), LIMITS)

    widest, needed = soft.facts["widest"], soft.facts["needed"]
    assert isinstance(widest, Length)
    assert isinstance(needed, int)
    assert widest.in_mm == pytest.approx(40 * 200 / needed, abs=0.5)


@pytest.mark.parametrize(
    ("pages", "ppis", "told"),
    [
        ((2, 3), (200, 200), [2]),  # over the fold
        ((3, 4), (200, 200), [3, 4]),  # on two leaves
        ((2, 3), (200, 180), [2, 3]),  # once larger
        ((2, 2), (200, 200), [2, 2]),
    ],
)
def test_a_soft_photo_that_goes_over_the_fold_is_one(
    pages: tuple[int, int], ppis: tuple[int, int], told: list[int]
) -> None:
    pictures = tuple(replace(photo(p), page=n) for n, p in zip(pages, ppis, strict=True))

    found = inspect(replace(GOOD, pictures=pictures), LIMITS)

    assert [(d.code, d.place.page) for d in found] == [("photo/soft", n) for n in told]


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (replace(SHEET, trim=None), "box/no-trim"),
        (replace(SHEET, bleed=(11.5, 11, 227, 302)), "box/bleed"),
        (replace(SHEET, bleed=None), "box/bleed"),
        (replace(SHEET, media=(0, 0, 220, 313)), "box/nesting"),
        (replace(SHEET, trim=(14, 14, 224.5, 299)), "box/size"),
    ],
)
def test_a_wrong_box_is_found_on_its_page(sheet: PageBoxes, code: str) -> None:
    sheets = (SHEET, replace(sheet, number=2), replace(SHEET, number=3), replace(SHEET, number=4))

    found = {d.code: d for d in inspect(replace(GOOD, sheets=sheets), LIMITS)}

    assert found[code].place.page == 2


def test_fonts_that_are_not_carried_or_not_chosen_are_found() -> None:
    fonts = (Font("Noto-Serif-SC", embedded=False, subset=False), Font("DejaVu-Sans", True, True))

    assert codes(replace(GOOD, fonts=fonts)) == ["font/not-embedded", "font/stranger"]


def test_pages_that_do_not_fold_are_counted() -> None:
    (fours,) = inspect(replace(GOOD, sheets=GOOD.sheets[:2], runs=GOOD.runs[:2]), LIMITS)

    assert (fours.code, fours.facts["lacking"]) == ("page/not-in-fours", 2)


def test_a_rule_that_breaks_is_itself_a_finding() -> None:
    @rule("test/broken", severity=Severity.NOTE, source="this test")
    def broken(pdf: Facts, limits: Limits) -> Iterator[Finding]:
        """Divides by nothing."""
        del limits
        yield found(Place(), share=1 / (len(pdf.sheets) - 4))

    try:
        (crash,) = inspect(GOOD, LIMITS)
    finally:
        del RULES["test/broken"]

    assert (crash.code, crash.severity) == ("internal/rule-crashed", Severity.CRASH)
    assert crash.facts["rule"] == "test/broken"


def test_a_rule_needs_a_code_of_its_own_and_an_explanation() -> None:
    with pytest.raises(ValueError, match="two rules have the code box/bleed"):
        rule("box/bleed", severity=Severity.NOTE, source="")(lambda pdf, limits: iter(()))
    with pytest.raises(ValueError, match="explains nothing"):
        rule("test/mute", severity=Severity.NOTE, source="")(lambda pdf, limits: iter(()))


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_words_and_an_explanation_in_both_languages(code: str) -> None:
    assert all(word_list(language)[code].get("hint") for language in LANGUAGES)
    assert looks_in_chinese()[code].endswith("。")
    assert RULES[code].source


def test_the_manual_explains_no_rule_that_is_gone() -> None:
    assert looks_in_chinese().keys() == RULES.keys()


def test_a_rule_that_cannot_run_says_so() -> None:
    (skipped,) = inspect(replace(GOOD, inks=(), inks_missing="no-program"), LIMITS)

    assert (skipped.code, skipped.severity) == ("check/skipped", Severity.SKIPPED)
    assert skipped.facts == {"rule": "ink/too-much", "why": "no-program"}


def test_ink_that_is_no_longer_wanted_is_given_up_with_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, slow = tmp_path / "number", tmp_path / "mutool"
    slow.write_text(f"#!/bin/sh\necho $$ > {number}\nexec sleep 60\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def no_longer_wanted() -> None:
        if number.exists() and number.read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(b"%PDF-1.7", GOOD, b"", no_longer_wanted)

    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_a_softened_rule_gives_its_reason() -> None:
    softened = {"photo/soft": (Severity.NOTE, "新闻纸网点粗")}
    limits = replace(LIMITS, softened=softened)
    (soft,) = inspect(replace(GOOD, pictures=(photo(200),)), limits)

    assert (soft.severity, soft.facts["because"]) == (Severity.NOTE, "新闻纸网点粗")


@pytest.mark.parametrize("data", [b"", b" \n", b"%PDF-1.7\n"])
def test_an_empty_file_is_told_to_be_one(data: bytes) -> None:
    with pytest.raises(BanxinError) as problem:
        read(data)

    assert problem.value.diagnostics[0].code in {"pdf/empty", "pdf/damaged"}


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"\0" * 1000])
def test_a_damaged_file_is_told_to_be_one(data: bytes) -> None:
    with pytest.raises(BanxinError) as problem:
        read(data)

    (damaged,) = problem.value.diagnostics
    assert damaged.code == "pdf/damaged"


def test_a_locked_file_is_told_to_be_one() -> None:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(BanxinError) as problem:
        read(out.getvalue())

    (locked,) = problem.value.diagnostics
    assert locked.code == "pdf/encrypted"


def test_the_verdict_follows_the_gravest_finding() -> None:
    assert verdict([]) == "pass"
    assert verdict([note("press/rgb")]) == "pass"
    assert verdict([note("press/rgb"), warning("page/untitled")]) == "warn"
    assert verdict([warning("page/untitled"), error("pdf/encrypted")]) == "fail"


def test_findings_stand_gravest_first_and_each_once() -> None:
    one, two = note("press/rgb"), error("pdf/encrypted")

    assert in_order([one, two, one]) == (two, one)


def test_report_json_has_the_form_that_programs_rely_on() -> None:
    finding = error(
        "photo/low-resolution",
        Place("content/a.md", 14, 3, 7, (20, 40, 105, 110)),
        ppi=143,
        needed=300,
        widest=Length.mm(41.2),
    )
    report = Report("a", "press", (finding,), (), GOOD, {}, {"read": 0.0123}, LIMITS)

    table = json.loads(as_json(report, "en"))

    assert table["schema"] == 1
    assert table["verdict"] == "fail"
    assert table["pages"] == 4
    assert table["timings_s"] == {"read": 0.01}
    (only,) = table["findings"]
    assert only["place"] == {
        "file": "content/a.md",
        "line": 14,
        "column": 3,
        "page": 7,
        "box_mm": [20, 40, 105, 110],
    }
    assert only["facts"] == {"ppi": 143, "needed": 300, "widest_mm": 41.2}
    assert only["hint"] == "use a larger original, or print it no wider than 41.20 mm"


def test_a_person_sees_the_line_with_a_caret_under_the_place() -> None:
    finding = error("html/raw", Place("a.md", 2, 3), tag="<b>")

    assert terminal.human([finding], "zh", lambda place: "文字<b>") == "\n".join(
        (
            "a.md:2:3: 错误: html/raw: HTML 标签不起作用，只排了其中的字：<b>",
            "    2 │ 文字<b>",
            "      │ 　　^",
            "  办法: 请删去标签；样子由版式决定，可用的写法见 content/README.md",
        )
    )


def test_what_is_wrong_with_page_after_page_is_told_once() -> None:
    found = [error("box/no-trim", Place(page=page)) for page in (1, 2, 3, 5)]
    found += [error("file/trapped", have="–"), error("html/raw", Place("a.md", 2, 3), tag="<b>")]

    lines = terminal.human(found, "en", lambda place: None).splitlines()

    assert "  p.1–3, 5" in lines
    assert sum("box/no-trim" in line for line in lines) == 1


def test_the_short_form_is_one_line_a_finding() -> None:
    finding = error("html/raw", Place("a.md", 2, 3), tag="<b>")

    assert (
        terminal.short([finding], "en")
        == "a.md:2:3: error: html/raw: an HTML tag does nothing here;"
        " only the words in it were set: <b>"
    )


def test_what_each_code_of_a_font_stands_for_is_read_from_its_map() -> None:
    """Lines of pairs, ranges that count on, and ranges with a list (ISO 32000-2 §9.10.3)."""
    pairs = "".join(f"<{code:04x}> <{0x4E00 + code:04x}>\n" for code in range(1, 8))
    ranges = "<0010> <0012> <4e00>\n<0020> <0022> [<6751> <0041> <0020>]\n<0030><0030><0042>\n"
    text = f"7 beginbfchar\n{pairs}endbfchar\n3 beginbfrange\n{ranges}endbfrange\n"
    pdf = pikepdf.new()
    stream = pdf.make_stream(text.encode())

    han, legible = content._codes(content._told(stream))

    assert sorted(han) == [*range(1, 8), 0x10, 0x11, 0x12, 0x20]
    assert sorted(legible) == [*sorted(han), 0x21, 0x30]
