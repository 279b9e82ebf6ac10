"""What is shown in the end is what a build makes, and what is shown first is that, too."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pikepdf
import pypdfium2
import pytest
from shop import ROOT, Shop, identities, shop

from banxin.cache import Cache
from banxin.layouts import Ink
from banxin.press.separation import light_up
from banxin.preview.loader import Reader
from banxin.preview.messages import Home
from banxin.request import Request
from banxin.typeset import Forme, Kept, Proved, engine, incremental, prove, prove_pages, typeset
from banxin.typeset.galley import Bearings, as_bytes, from_bytes, opening
from dresses import LAYOUTS

QUICK: Final = ("liuhe", "jinian")
ALL: Final = [(t, y) for t in ("langfang", "liuhe") for y in LAYOUTS]
COLOURS: Final = """
p, h2 {{ color: #{0}0{1}0a0 }}
section {{ border-top: 1pt solid rgb(10 {0}0 30); background: linear-gradient(#fff, #ff{1}) }}
@page {{ background: #fffff{0} }}
"""


def cases() -> Iterator[Any]:
    for title, layout in ALL:
        marks = () if (title, layout) == QUICK else pytest.mark.stress
        yield pytest.param((title, layout), id=f"{title}-{layout}", marks=marks)


@pytest.fixture(scope="module", params=cases())
def shown(request: pytest.FixtureRequest, shared_cache: Path) -> tuple[Shop, Proved]:
    title, layout = request.param
    made = shop(title, layout, shared_cache)
    return made, prove(made.bound(), Forme(), lambda *_: None)


def spreads(pages: int) -> list[tuple[int, int]]:
    return [(0, 0), *((left, min(left + 1, pages - 1)) for left in range(1, pages, 2))]


def in_light(pdf: bytes, inks: Sequence[Ink]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        light_up(file, inks)
        file.save(out)
    return out.getvalue()


def pixels(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    for page in document:
        yield page.render(scale=1.0).to_numpy().copy()


def test_every_pixel_is_that_of_a_build(shown: tuple[Shop, Proved]) -> None:
    """Photographs aside: in both, a grey box is in the place of each until the finish."""
    made, proved = shown
    edition = made.bound()
    built = in_light(typeset(edition).pdf, edition.layout.inks)

    pages = list(zip(pixels(built), pixels(proved.proof.pdf), strict=True))
    assert [number for number, (a, b) in enumerate(pages, 1) if not np.array_equal(a, b)] == []
    assert len(pages) == len(proved.proof.leaves)


def test_each_spread_set_alone_is_what_it_is_in_the_whole(shown: tuple[Shop, Proved]) -> None:
    made, proved = shown
    bearings, bound, kept = proved.bearings, made.bound(), Kept()
    assert bearings is not None
    whole = proved.proof.leaves

    for first, last in spreads(len(whole)):
        alone = prove_pages(bound, bearings, (first, last), kept, lambda *_: None)
        assert alone is not None
        assert identities(alone) == identities(proved)[first : last + 1]
        assert [leaf.stands for leaf in alone.leaves] == [w.stands for w in whole[first : last + 1]]


def test_other_colours_are_what_a_layout_anew_would_draw(
    shown: tuple[Shop, Proved], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = shown
    forme = Forme()
    before = prove(made.bound(css=COLOURS.format(1, 2)), forme, lambda *_: None)
    bearings = before.bearings
    assert bearings is not None
    kept = Kept()
    bound = made.bound(css=COLOURS.format(3, 4))
    halves = spreads(len(before.proof.leaves))
    prove_pages(made.bound(css=COLOURS.format(1, 2)), bearings, halves[-1], kept, lambda *_: None)

    with monkeypatch.context() as without:
        without.setattr(engine, "rendered", None)  # nothing has to be laid out
        again = prove(bound, forme, lambda *_: None)
    alone = prove_pages(bound, bearings, halves[-1], kept, lambda *_: None)
    anew = prove(bound, Forme(), lambda *_: None)

    assert identities(again) == identities(anew) != identities(before)
    assert alone is not None
    assert identities(alone) == identities(anew)[halves[-1][0] :]
    assert again.bearings == anew.bearings == bearings
    assert again.sheets.landed == anew.sheets.landed
    assert sorted(map(repr, again.sheets.remarks)) == sorted(map(repr, anew.sheets.remarks))


def test_another_value_of_an_ink_is_what_a_layout_anew_would_draw(
    shown: tuple[Shop, Proved], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = shown
    forme, kept, bound = Forme(), Kept(), made.bound()
    before = prove(bound, forme, lambda *_: None)
    assert before.bearings is not None
    last = spreads(len(before.proof.leaves))[-1]
    prove_pages(bound, before.bearings, last, kept, lambda *_: None)
    black = (0, 0, 0, 100)  # what is drawn on it goes by which ink it is
    inks = tuple(
        ink if ink.cmyk == black else replace(ink, cmyk=(60, 10, ink.cmyk[3], 5))
        for ink in bound.layout.inks
    )
    other = replace(bound, layout=replace(bound.layout, inks=inks), digest="0" * 64)

    with monkeypatch.context() as without:
        without.setattr(engine, "rendered", None)  # nothing has to be laid out
        without.setattr(incremental, "reinked", None)  # nor drawn in other styles
        again = prove(other, forme, lambda *_: None)
        alone = prove_pages(other, before.bearings, last, kept, lambda *_: None)
    anew = prove(other, Forme(), lambda *_: None)

    assert identities(again) == identities(anew) != identities(before)
    assert again.proof.pdf == anew.proof.pdf
    assert alone is not None
    assert identities(alone) == identities(anew)[last[0] :]
    assert again.sheets.remarks == anew.sheets.remarks


def test_a_paragraph_that_keeps_its_page_is_right_at_once(shown: tuple[Shop, Proved]) -> None:
    """By bearings taken before the change."""
    made, before = shown
    assert before.bearings is not None
    bound = made.bound(的="之")
    after = prove(bound, Forme(), lambda *_: None)
    kept, right = Kept(), 0
    for first, last in spreads(len(after.proof.leaves)):
        if first >= len(before.bearings.starts):
            continue
        alone = prove_pages(bound, before.bearings, (first, last), kept, lambda *_: None)
        right += alone is not None and identities(alone) == identities(after)[first : last + 1]

    assert identities(before) != identities(after)
    assert right >= 0.8 * len(spreads(len(after.proof.leaves)))


# --- small things ------------------------------------------------------------------------------


def test_the_preview_reads_what_a_build_reads(shared_cache: Path) -> None:
    for title, layout in ALL:
        made = shop(title, layout, shared_cache)
        reader = Reader(Home(ROOT, shared_cache / "output"))
        reader.desk.cache = Cache(shared_cache)

        bound = reader.bound(Request(made.job.folder, layout)).edition

        assert bound.digest == made.bound().digest


def test_bearings_are_kept_in_the_cache_as_they_are(shown: tuple[Shop, Proved]) -> None:
    _, proved = shown
    assert proved.bearings is not None

    assert from_bytes(as_bytes(proved.bearings)) == proved.bearings
    assert from_bytes(as_bytes(Bearings())) == Bearings()
    for broken in (b"", b"{}", b"[]", b'{"starts": [1]}'):
        assert from_bytes(broken) is None


def test_the_first_page_is_there_before_anything_was_laid_out(shared_cache: Path) -> None:
    made = shop("liuhe", "jinian", shared_cache)
    bound = made.bound()
    proved = prove(bound, Forme(), lambda *_: None)

    first = prove_pages(bound, opening(len(bound.chapters)), (0, 0), Kept(), lambda *_: None)

    assert first is not None
    assert identities(first) == identities(proved)[:1]
