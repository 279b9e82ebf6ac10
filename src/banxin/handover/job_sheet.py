"""The job sheet: what a shop has to know of a job, as JSON and as a page to be signed."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, Final

import jinja2
from markupsafe import Markup

from banxin import press
from banxin.content import EDITION_FILE
from banxin.diagnostics import page_ranges
from banxin.ordered import CoverTable, OrderTable
from banxin.pipeline import Build
from banxin.preflight import Report
from banxin.press import CutSheet, Profile
from banxin.project import EditionTable
from banxin.request import Request
from banxin.source import digest_of_source
from banxin.tables import read_table
from banxin.typeset import ENGINE
from banxin.units import Length
from banxin.visible import visible
from banxin.words import LANGUAGES, sentence
from banxin.workspace import Workspace

JOB: Final = "job.json"
SHEET: Final = "job.html"
SCHEMA: Final = 1
THUMB: Final = 150  # px wide
MOST_THUMBS: Final = 120  # a sheet has to be sent by mail
_SHORT: Final = {"Cyan": "C", "Magenta": "M", "Yellow": "Y", "Black": "K"}


def job_table(
    build: Build,
    profile: Profile,
    request: Request,
    files: Mapping[str, bytes],
    workspace: Workspace,
) -> Mapping[str, Any]:
    """What `job.json` holds.

    Args:
        files: what is packed, but for the sheet itself, by name.
    """
    documents = [
        {"file": name, **_document(press.sheets_of(data))}
        for name, data in files.items()
        if name.endswith(("-press.pdf", "-cover.pdf"))
    ]
    return {
        "schema": SCHEMA,
        **_title(build),
        "request": {
            "layout": request.layout,
            "press": request.press,
            "marks": request.marks,
            "language": request.language,
        },
        "bleed_mm": round(profile.bleed.in_mm, 2),
        "documents": documents,
        "plates": _plates(documents),
        "binder_plates": [name for name in files if "-plate-" in name and name.endswith(".pdf")],
        **_ordered(build, workspace),
        "press": {
            "name": profile.name,
            "condition": profile.condition,
            "described": profile.described,
            "version": profile.version,
            "ink_limit_percent": profile.ink_limit,
        },
        "fonts": _fonts(build.report),
        "made_by": {"banxin": digest_of_source(), "engine": ENGINE},
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        ],
    }


def _title(build: Build) -> Mapping[str, Any]:
    """Which title it is, and what was found in it."""
    job, report = build.job, build.report
    return {
        "name": job.name,
        "title": job.title.replace("|", ""),
        "subtitle": job.subtitle.replace("|", ""),
        "date": job.date.isoformat(),
        "revision": job.revision,
        "verdict": report.verdict,
        "findings": dict(sorted(Counter(one.severity.value for one in report.findings).items())),
        "layout": job.layout,
        "binding": report.limits.binding or job.binding,
        "masthead": dict(job.masthead),
    }


def _ordered(build: Build, workspace: Workspace) -> Mapping[str, Any]:
    """What `edition.toml` says to the shop. Raises: BanxinError: its faults."""
    table, _ = read_table(build.job.folder / EDITION_FILE, workspace, EditionTable)
    ordered, cover = table.job or OrderTable(), table.cover or CoverTable()
    return {
        "paper": ordered.paper,
        "cover_paper": cover.paper,
        "spine_mm": _spine(build.report),
        "flap_mm": cover.flap_mm,
        "copies": ordered.copies,
        "finishing": list(ordered.finishing),
        "delivery": ordered.delivery,
        "contact": list(ordered.contact),
        "remarks": ordered.remarks,
    }


def _spine(report: Report) -> float | None:
    """Of a cover by itself."""
    told = (one.facts["spine"] for one in report.findings if one.code == "cover/spine-reckoned")
    return next((round(spine.in_mm, 2) for spine in told if isinstance(spine, Length)), None)


def _fonts(report: Report) -> list[Mapping[str, str]]:
    return [
        {
            "family": font.family,
            "file": report.files_of_fonts.get(font.family, ""),
            "licence": report.licences.get(font.family, ""),
        }
        for font in report.facts.fonts
    ]


def _document(sheets: Sequence[CutSheet]) -> Mapping[str, Any]:
    """The pages of a PDF, a row each."""
    pages = [
        {
            "page": number,
            "trim_mm": [round(sheet.width.in_mm, 2), round(sheet.height.in_mm, 2)],
            "plates": list(sheet.plates),
        }
        for number, sheet in enumerate(sheets, 1)
    ]
    return {"pages": len(pages), "sheets": pages}


def _plates(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """All plates of the job, the process ones first."""
    used = {plate for one in documents for page in one["sheets"] for plate in page["plates"]}
    return press.in_order(used)


# --- the page -------------------------------------------------------------------------------


def as_page(table: Mapping[str, Any], files: Mapping[str, bytes], language: str) -> str:
    """The sheet as HTML, in Chinese and English, opened in *language*; it needs only itself."""
    return _template().render(
        language=language,
        job=table,
        trims=list(_trims(table)),
        pages={one["file"]: list(_alike(one["sheets"])) for one in table["documents"]},
        inks=[_SHORT.get(plate, plate) for plate in table["plates"]],
        thumbs=list(_thumbs(table, files)),
        licences=list(_by_licence(table["fonts"])),
        t=_both,
    )


def _trims(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """File, and the sizes of its pages once cut."""
    for one in table["documents"]:
        sizes = dict.fromkeys(tuple(page["trim_mm"]) for page in one["sheets"])
        yield one["file"], " · ".join(f"{wide:g} × {tall:g} mm" for wide, tall in sizes)


def _alike(sheets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pages with the same plates, as `1–3, 8`, and those plates."""

    def plates(page: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(page["plates"])

    ordered = sorted(sheets, key=lambda page: (-len(plates(page)), plates(page)))
    for same, pages in groupby(ordered, key=plates):
        numbers = ", ".join(page_ranges(sorted(page["page"] for page in pages)))
        yield numbers, " ".join(_SHORT.get(plate, plate) for plate in same) or "–"


def _thumbs(
    table: Mapping[str, Any], files: Mapping[str, bytes]
) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Small pictures of the press files' pages as cut, by file."""
    for one in table["documents"]:
        shown = press.thumbnails(files[one["file"]], THUMB, MOST_THUMBS)
        pictures = (f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for data in shown)
        yield one["file"], list(enumerate(pictures, 1))


def _by_licence(fonts: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    ordered = sorted(fonts, key=lambda font: (font["licence"], font["family"]))
    for licence, same in groupby(ordered, key=lambda font: font["licence"]):
        yield " · ".join(font["family"] for font in same), licence or "–"


def _both(code: str, **facts: Any) -> Markup:
    """A sentence in both languages; the page shows one of them."""
    said = [(lang, sentence(f"jobsheet/{code}", lang, **facts).message) for lang in LANGUAGES]
    return Markup("").join(
        Markup("<span lang={}>{}</span>").format(lang, visible(text)) for lang, text in said
    )


@cache
def _template() -> jinja2.Template:
    text = resources.files(__package__).joinpath("job_sheet.html.j2").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)
