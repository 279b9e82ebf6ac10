"""PDF, EPS and SVG as they come in: what is taken over, what is left out, and what is told."""

from __future__ import annotations

import io
import shutil
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from banxin.artwork import as_remembered, examine, pages, remembered, svg
from banxin.assets.colour import built_in
from banxin.diagnostics import Severity
from conftest import EDITION, Builder, Title
from drawings import (
    GOLD,
    MM,
    RED,
    a_logo,
    a_pdf,
    advertisement,
    an_eps,
    lettered,
)
from placed import errors, figure, file_of, fills, inked, told

# --- what comes in ------------------------------------------------------------------------


def test_type_keeps_its_fonts(root: Path, title: Title, build: Builder) -> None:
    data = lettered(root)
    made = build(figure(title, "artwork/word.pdf", data), finishes="press outlined")

    (refused,) = (f for f in made.report.findings if f.severity is Severity.ERROR)
    assert refused.code == "artwork/not-outlined"  # of the other file that was asked for
    (font,) = (f for f in made.report.facts.fonts if f.family == "Stranger")
    assert font.embedded


def test_each_glyph_of_a_bitmap_font_keeps_its_own_picture() -> None:
    """As old TeX writes them: every glyph is a stencil in the text of its procedure."""
    rows = {"a": b"\xf0", "b": b"\x0f", "c": b"\xaa", "d": b"\x81"}

    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        stencil = b"10 0 0 0 10 10 d1 10 0 0 10 0 0 cm BI /W 8 /H 1 /BPC 1 /IM true ID %s EI"
        page.obj.Resources.Font = Dictionary(F=Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 10, 10],
            FontMatrix=[0.1, 0, 0, 0.1, 0, 0], FirstChar=97, LastChar=100, Widths=[10] * 4,
            Encoding=Dictionary(Differences=[97, *(Name(f"/{name}") for name in rows)]),
            CharProcs=Dictionary({f"/{n}": pdf.make_stream(stencil % r) for n, r in rows.items()}),
        ))  # fmt: skip

    data = a_pdf(b"BT /F 20 Tf 9 40 Td (abcd) Tj ET", change)
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        font = pdf.Root.Artwork.Resources.Font["/F"]
        found = {}
        for name, glyph in font.CharProcs.items():
            asked = glyph.read_bytes().split()[-2].decode()
            found[name[1:]] = font.Resources.XObject[asked].read_bytes()[:1]

    assert found == rows


def test_a_font_that_is_not_there_is_refused_by_name(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+Songti"))
        page.obj.Resources.Font = Dictionary(F=font)

    data = a_pdf(b"BT /F 12 Tf 9 9 Td (a) Tj ET", change)
    made = build(figure(title, "artwork/word.pdf", data), finishes="press")

    (found,) = (f for f in made.report.findings if f.code == "artwork/font")
    assert found.facts["font"] == "Songti"
    assert found.place.line == 8


def test_an_eps_comes_in_by_ghostscript(title: Title, build: Builder) -> None:
    made = build(figure(title, "artwork/old.eps", an_eps()), finishes="press")

    assert errors(made) == []
    inks = [inked(m) for m in fills(made)]
    assert {"Cyan": 10.0, "Magenta": 20.0, "Yellow": 30.0, "Black": 40.0} in inks
    assert {RED: 100.0} in inks


def test_an_eps_without_ghostscript_is_told(
    title: Title, build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shutil.which

    def which(name: str, *rest: Any) -> str | None:
        return None if name == "gs" else there(name, *rest)

    monkeypatch.setattr(shutil, "which", which)
    made = build(figure(title, "artwork/older.eps", an_eps() + b"%"), finishes="screen")

    assert "artwork/no-ghostscript" in told(made)


@pytest.mark.parametrize(
    ("written_so", "page"), [("{page=1}", 1), ("{page=2}", 2), ("{page=02}", 2)]
)
def test_a_page_is_chosen_by_its_number(
    written_so: str, page: int, title: Title, build: Builder
) -> None:
    folder = figure(title, "artwork/ad.pdf", advertisement(60, 40), written_so)
    made = build(folder, finishes="press")

    ground = {1: {"Magenta": 30.0, "Yellow": 90.0}, 2: {"Cyan": 40.0, "Magenta": 10.0}}
    inks = [inked(m) for m in fills(made)]
    assert errors(made) == []
    assert [ground[n] in inks for n in (1, 2)] == [page == 1, page == 2]


@pytest.mark.parametrize(
    ("written_so", "code"),
    [("{page=3}", "artwork/no-page"), ("{page=0}", "figure/page"), ("{page=zwei}", "figure/page")],
)
def test_a_page_that_there_is_not_is_told(
    written_so: str, code: str, title: Title, build: Builder
) -> None:
    made = build(figure(title, "artwork/ad.pdf", advertisement(60, 40), written_so))

    assert code in told(made)


def test_a_shop_that_takes_pdf_x_1a_gets_opaque_artwork_alone(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5))
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    shop = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)
    own = {"edition_dot_toml": shop, "shop_dot_toml": 'version = "PDF/X-1a"\n'}
    found = []
    for content in (b"0 0 0 1 k 9 9 80 80 re f", b"/G gs 0 0 0 1 k 9 9 80 80 re f"):
        folder = figure(title, "artwork/a.pdf", a_pdf(content, change), **own)
        found.append(errors(build(folder, finishes="press")))

    assert found[0] == []
    assert ["press/transparent" in error for error in found[1]] == [True]


def test_transparency_stays_where_it_may(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5, BM=Name.Multiply))
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    data = a_pdf(b"/G gs 1 0 0 0 k 9 9 80 80 re f", change)
    made = build(figure(title, "artwork/a.pdf", data), finishes="press")

    assert errors(made) == []
    assert 0.5 in {m.alpha for m in fills(made)}
    assert {g.space for g in made.report.facts.groups if not g.mask} <= {"DeviceCMYK", ""}


def shown(data: bytes) -> np.ndarray[Any, Any]:
    """Levels of grey, of a page as it comes in or of the form that it becomes, a pixel a point."""
    document = pypdfium2.PdfDocument(data)
    pixels = document[0].render(scale=1, grayscale=True).to_numpy().reshape(100, 100)
    document.close()
    return np.asarray(pixels, int)


def test_a_mask_keeps_its_curve() -> None:
    """The left half lets through, and the curve turns it round."""

    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        form = pdf.make_stream(
            b"1 g 0 0 50 100 re f", Subtype=Name.Form, BBox=[0, 0, 100, 100],
            Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray), Resources=Dictionary(),
        )  # fmt: skip
        turned = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)
        mask = Dictionary(S=Name.Luminosity, G=form, TR=turned)
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(SMask=mask))

    data = a_pdf(b"/G gs 0 g 0 0 100 100 re f", change)
    form = shown(pages.form(data, 1, built_in(), {}, screen=True))

    assert (form[50, 25], form[50, 75]) == (255, 0)
    assert np.abs(form - shown(data)).max() <= 2


@pytest.mark.parametrize("modes", [["Multiply"], ["Multiply", "Normal"], ["Screen", "Multiply"]])
def test_of_several_blend_modes_the_first_is_taken(modes: list[str]) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        listed = Array([Name(f"/{mode}") for mode in modes])
        page.obj.Resources.ExtGState = Dictionary(G=Dictionary(BM=listed))

    data = a_pdf(b"/G gs 0 0 100 100 re f", change)
    with pikepdf.open(io.BytesIO(pages.form(data, 1, built_in(), {}, screen=False))) as pdf:
        state = pdf.Root.Artwork.Resources.ExtGState["/G"]

        assert str(state.BM) == f"/{modes[0]}"
    assert pages.look(data, 1).transparent


def test_a_hidden_layer_stays_hidden(title: Title, build: Builder) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        off = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"notes"))
        on = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"art"))
        page.obj.Resources.Properties = Dictionary(Off=off, On=on)
        pdf.Root.OCProperties = Dictionary(OCGs=[off, on], D=Dictionary(OFF=[off]))

    content = (
        b"/OC /Off BDC 1 0 0 0 k 0 0 50 50 re f EMC /OC /On BDC 0 1 0 0 k 50 50 40 40 re f EMC"
    )
    made = build(figure(title, "artwork/a.pdf", a_pdf(content, change)), finishes="press")

    inks = [inked(m) for m in fills(made)]
    assert {"Magenta": 100.0} in inks
    assert {"Cyan": 100.0} not in inks
    assert "artwork/layer" in told(made)


OFF, ON = "off", "on"
MEMBERS = {
    "AnyOn": {(ON, ON): True, (ON, OFF): True, (OFF, OFF): False},
    "AllOn": {(ON, ON): True, (ON, OFF): False, (OFF, OFF): False},
    "AnyOff": {(ON, ON): False, (ON, OFF): True, (OFF, OFF): True},
    "AllOff": {(ON, ON): False, (ON, OFF): False, (OFF, OFF): True},
}


@pytest.mark.parametrize(
    ("policy", "states", "shows"),
    [(policy, states, shows) for policy, all_ in MEMBERS.items() for states, shows in all_.items()],
)
def test_what_belongs_to_several_layers_shows_by_its_policy(
    policy: str, states: tuple[str, str], shows: bool
) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        layers = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"a")) for _ in states]
        off = [layer for layer, state in zip(layers, states, strict=True) if state == OFF]
        members = Dictionary(Type=Name.OCMD, OCGs=layers, P=Name(f"/{policy}"))
        page.obj.Resources.Properties = Dictionary(M=members)
        pdf.Root.OCProperties = Dictionary(OCGs=layers, D=Dictionary(OFF=off))

    data = a_pdf(b"/OC /M BDC 0 g 0 0 100 100 re f EMC", change)
    found = shown(pages.form(data, 1, built_in(), {}, screen=True))

    assert bool(found[50, 50] == 0) is shows


@pytest.mark.parametrize(
    ("opened", "printed", "shows"),
    [(ON, ON, True), (ON, OFF, False), (OFF, ON, True), (OFF, OFF, False), (OFF, "", False)],
)
def test_a_layer_shows_if_it_prints(opened: str, printed: str, shows: bool) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=b"a"))
        if printed:
            state = Dictionary(PrintState=Name(f"/{printed.upper()}"))
            layer.Usage = Dictionary(Print=state)
        page.obj.Resources.Properties = Dictionary(L=layer)
        when = Dictionary(Event=Name.Print, OCGs=[layer], Category=[Name.Print])
        usual = Dictionary(OFF=[layer] if opened == OFF else [], AS=[when])
        pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=usual)

    data = a_pdf(b"/OC /L BDC 0 g 0 0 100 100 re f EMC", change)
    found = shown(pages.form(data, 1, built_in(), {}, screen=True))

    assert bool(found[50, 50] == 0) is shows
    assert pages.look(data, 1).hidden is not shows


@pytest.mark.parametrize("name", ["Pantone 871C", "PANTONE  871 C", "pantone 871 c"])
def test_a_plate_that_is_written_otherwise_is_the_same(
    name: str, title: Title, build: Builder
) -> None:
    data = a_logo(gold=name)
    made = build(figure(title, "artwork/logo.pdf", data), finishes="press")

    assert {p.name for p in made.report.facts.plates} == {RED, GOLD}
    assert "artwork/plate" in told(made)


def test_the_shops_name_for_a_plate_is_that_of_artwork_too(title: Title, build: Builder) -> None:
    shop = f'[plates]\n"{RED}" = "专红"\n'
    edition = EDITION.replace("\n", '\npress = "shop.toml"\n', 1)
    own = {"edition_dot_toml": edition, "shop_dot_toml": shop}
    made = build(figure(title, "artwork/logo.pdf", a_logo(), **own), finishes="press")

    assert {p.name for p in made.report.facts.plates} == {"专红", GOLD}


@pytest.mark.parametrize(
    ("size", "bleed", "code"),
    [((100, 100), 3, "artwork/page-size"), ((210, 285), 0, "artwork/no-bleed")],
)
def test_a_whole_page_is_told_of_although_it_stood_smaller_before(
    size: tuple[int, int], bleed: float, code: str, title: Title, build: Builder
) -> None:
    small = "---\ntitle: 一\ntemplate: text\n---\n\n这是一段文字。\n\n![](artwork/ad.pdf)\n"
    whole = "---\ntitle: 二\ntemplate: page\npicture: artwork/ad.pdf\n---\n"
    edition = EDITION.replace('["one.md"]', '["one.md", "two.md"]')
    ad = advertisement(*size, bleed=bleed, pages=1)
    folder = title(
        chapter=small, two_dot_md=whole, edition_dot_toml=edition, artwork__ad_dot_pdf=ad
    )

    made = build(folder, finishes="screen")

    (found,) = (f for f in made.report.findings if f.code == code)
    assert (Path(str(found.place.file)).name, found.place.line) == ("two.md", 4)


# --- sizes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turned", "size"), [(0, (40, 20)), (90, (20, 40)), (180, (40, 20)), (-90, (20, 40))]
)
def test_a_page_that_is_turned_stands_upright(turned: int, size: tuple[int, int]) -> None:
    def change(pdf: Pdf, page: pikepdf.Page) -> None:
        del pdf
        page.obj.Rotate = turned

    data = a_pdf(b"0 0 0 1 k 0 0 10 10 re f", change, (40 * MM, 20 * MM))
    found = pages.look(data, 1)

    assert (found.width, found.height) == pytest.approx(size)
    document = pypdfium2.PdfDocument(pages.form(data, 1, built_in(), {}, screen=True))
    pixels = document[0].render(scale=1).to_numpy()[:, :, 0]
    high, wide = pixels.shape
    corner = {0: (-3, 3), 90: (3, 3), 180: (3, -3), -90: (-3, -3)}[turned]
    assert pixels[corner[0] % high, corner[1] % wide] < 60
    document.close()


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('width="30mm" height="20mm"', (30, 20)),
        ('width="300" height="200" viewBox="0 0 30 20"', (79.375, 52.917)),
        ('viewBox="0 0 96 48"', (25.4, 12.7)),
        ('width="2cm" viewBox="0 0 10 5"', (20, 10)),
        ('height="1in" viewBox="0 0 10 5"', (50.8, 25.4)),
        ('width="100%" height="100%" viewBox="0 0 72 36"', (19.05, 9.525)),
    ],
)
def test_a_drawing_is_as_large_as_it_says(head: str, size: tuple[float, float]) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {head}><path d="M0 0h5v5z"/></svg>'
    found = svg.look(data.encode())

    assert (found.width, found.height) == pytest.approx(size, abs=0.001)


# --- drawings -----------------------------------------------------------------------------


GRADIENT = (
    '<linearGradient id="g"><stop offset="0" stop-color="#000"/>'
    '<stop offset="1" stop-color="#fff"/></linearGradient>'
)


def drawn(body: str, head: str = 'width="30mm" height="20mm"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{body}</svg>'.encode()


def test_what_a_drawing_does_beside_drawing_is_left_out() -> None:
    data = drawn(
        '<script>alert(1)</script><a href="https://example.org"><rect width="9" height="9"'
        ' onclick="go()"/></a><animate attributeName="x"/>'
    )
    found = svg.look(data)
    left = svg.drawn(data, lambda name: None, {})

    assert found.dropped == ("script", "link", "animation")
    for word in (b"script", b"onclick", b"example.org", b"animate"):
        assert word not in left
    assert b"<rect" in left


@pytest.mark.parametrize(
    "address", ["url(#g)", "url('#g')", "url(&quot;#g&quot;)", "url( #g )", "URL( '#g' )"]
)
@pytest.mark.parametrize(
    "body",
    [
        '<rect width="9" height="9" fill="{}"/>',
        '<rect width="9" height="9" style="fill: {}"/>',
        '<style>rect {{ fill: {} }}</style><rect width="9" height="9"/>',
    ],
    ids=["attribute", "style", "style sheet"],
)
def test_a_gradient_is_found_however_its_address_is_written(address: str, body: str) -> None:
    left = svg.drawn(drawn(GRADIENT + body.format(address)), lambda name: None, {})

    assert b"url(#g)" in left


@pytest.mark.parametrize(
    ("children", "shown"),
    [
        ('<g id="de" systemLanguage="de"/><g id="zh" systemLanguage="zh"/><g id="all"/>', "all"),
        ('<g id="de" systemLanguage="de"/><g id="zh" systemLanguage="zh"/>', "de"),
        ('<g id="one"/><g id="other"/>', "one"),
        ('<g id="new" requiredExtensions="http://example.org"/><g id="old"/>', "old"),
    ],
)
def test_of_a_choice_one_shows(children: str, shown: str) -> None:
    left = svg.drawn(drawn(f"<switch>{children}</switch>"), lambda name: None, {})

    ids = [e.get("id") for e in ElementTree.fromstring(left).iter() if e.get("id")]
    assert ids == [shown]


def test_a_drawing_fetches_nothing() -> None:
    left = svg.drawn(
        drawn(
            '<style>@import "http://example.org/a.css"; rect { cursor: url(http://example.org/b) }'
            '</style><rect cursor="url(http://example.org/c)" width="9" height="9"/>'
        ),
        lambda name: None,
        {},
    )

    assert b"example.org" not in left


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<text font-family="Comic Sans MS">a</text>', "artwork/family"),
        ("<text>a</text>", "artwork/family"),
        ('<rect fill="var(--zuh)" width="9" height="9"/>', "artwork/swatch"),
    ],
)
def test_what_a_drawing_asks_for_and_nobody_has_is_told(
    body: str, code: str, title: Title, build: Builder
) -> None:
    made = build(figure(title, "artwork/a.svg", drawn(body)))

    assert code in told(made)


def test_type_of_a_drawing_is_in_our_fonts(title: Title, build: Builder) -> None:
    body = '<text x="2" y="40" font-family="Noto Serif SC" fill="var(--zhu)">騄骥</text>'
    made = build(figure(title, "artwork/a.svg", drawn(body)), finishes="press")

    assert errors(made) == []
    document = pypdfium2.PdfDocument(file_of(made, "press"))
    assert "騄骥" in document[0].get_textpage().get_text_range()
    document.close()


def test_artwork_is_known_again() -> None:
    name = PurePosixPath("artwork/logo.pdf")
    made = examine(name, "PDF", a_logo(), lambda data: data)
    again = remembered(name, made.sha256, made.original, as_remembered(made))

    assert again == made


def test_an_untouched_file_of_a_stranger_draws_the_same(root: Path) -> None:
    """Rendered before and after: the page that comes in, and the form that goes out."""
    data = lettered(root)
    before, after = (
        pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_numpy().astype(int)
        for pdf in (data, pages.form(data, 1, built_in(), {}, screen=True))
    )

    assert before.shape == after.shape
    assert float(np.abs(before - after).mean()) < 0.5
