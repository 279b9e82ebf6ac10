"""A job handed over: one zip for the print shop, what proves it unchanged, paper for the hands.

packing      files, job sheet and their digests → zip
job_sheet    what a shop has to know, as JSON and as a page that is signed
verifying    a zip of anybody's against its own list, and against the sources
archive      zips: written so that their bytes repeat, read so that nothing of them does harm
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from banxin.diagnostics import BanxinError, Place, error
from banxin.handover.packing import Packed, package
from banxin.handover.verifying import Examined, built_again, examined, sources_of
from banxin.press import Dummy, dummy
from banxin.workspace import NotOrdinary, ordinary

__all__ = [
    "Examined",
    "Packed",
    "built_again",
    "examined",
    "folding_dummy",
    "package",
    "sources_of",
]


def folding_dummy(file: Path, target: Path, paper: str) -> Dummy:
    """The dummy of a PDF on disk, which is not written over by it.

    Raises:
        BanxinError: `file/missing` and the like; `dummy/same-file`; as `press.dummy`.
    """
    place = Place(str(file))
    try:
        if target.exists() and target.samefile(file):
            raise BanxinError(error("dummy/same-file", place, file=file.name))
        data = ordinary(file)
    except FileNotFoundError as problem:
        raise BanxinError(error("file/missing", place, file=file.name)) from problem
    except NotOrdinary as problem:
        raise BanxinError(error(problem.code, place, file=file.name)) from problem
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BanxinError(error("file/unreadable", place, file=file.name, why=why)) from problem
    try:
        return dummy(data, paper)
    except BanxinError as problem:
        raise BanxinError(*(replace(d, place=place) for d in problem.diagnostics)) from problem
