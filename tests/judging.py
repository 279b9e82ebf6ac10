"""What the judge of a screen file knows and says of the book, without writing anything."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from banxin import edition, pipeline, preflight, project
from banxin import press as finishes_of
from banxin.diagnostics import Diagnostic
from banxin.preflight.book import Book
from banxin.preflight.judging import Case, book_of
from banxin.preflight.registry import Limits
from banxin.request import Request
from banxin.typeset.sheets import Sheets
from banxin.units import Length
from banxin.workspace import Workspace

LIMITS: Final = Limits(Length.mm(3), 150, 225, 300, 300, "saddle", frozenset())
CONSERVED: Final = (
    "text/not-printed",
    "text/mark-not-printed",
    "photo/not-printed",
)
LEDGER: Final = '["photos/good.jpg"]\ncredit = "王某"\ncaption = "台账的图说"\n'


def facts_of(folder: PurePosixPath, workspace: Workspace, layout: str = "jinian") -> Book:
    """What the judge of a screen file knows."""
    job = project.load(Request(folder, layout=layout), workspace)
    text, dress = pipeline._read(job, workspace)
    bound = edition.bind(text, dress, job, workspace)
    sheets = pipeline._laid_out(bound, workspace)
    made = finishes_of.screen(sheets, bound, workspace)
    pages = preflight.Pages()
    preflight.read(made.pdf, pages)
    case = Case(job, text, bound, sheets, "screen", made, LIMITS, b"")
    return book_of(case, pages, workspace)


def sheets_of(folder: PurePosixPath, workspace: Workspace, layout: str = "jinian") -> Sheets:
    """The pages of a title as they are laid out, and all that was told until then."""
    job = project.load(Request(folder, layout=layout), workspace)
    text, dress = pipeline._read(job, workspace)
    bound = edition.bind(text, dress, job, workspace)
    return pipeline._laid_out(bound, workspace)


def judged(book: Book, *codes: str) -> list[Diagnostic]:
    asked = codes or CONSERVED
    return [d for d in preflight.inspect(book, LIMITS, "book") if d.code in asked]
