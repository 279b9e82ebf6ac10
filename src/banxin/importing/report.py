"""`import-report.md`: what was recognised, with line and sureness; what was dropped, in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from banxin.importing.recognised import Recognised, Role
from banxin.words import sentence

# Their words are in the chapters as they were; of all others the report has them once more.
_WHOLE: Final = frozenset({Role.TEXT, Role.BLOCK})


def report(found: Sequence[Recognised], language: str) -> str:
    """Everything that is not plain text of a chapter, whole, so that nothing is lost."""

    def t(code: str) -> str:
        return sentence(f"say/import-{code}", language).message

    parts = [f"# {t('report')}", t("report-lead")]
    dropped = [r for r in found if r.role is Role.DROPPED]
    changed = [r for r in found if r.role not in _WHOLE and r.role is not Role.DROPPED]
    names = [r for r in found if r.role is Role.BLOCK and r.said.startswith("::: names")]
    for heading, rows in (("recognised", [*changed, *names]), ("dropped", dropped)):
        parts.append(f"## {t(heading)} · {len(rows)}")
        parts += [_row(r, t) for r in rows] or ["–"]
    body = sum(r.role in _WHOLE for r in found)
    parts.append(f"## {t('text')} · {body}")
    return "\n\n".join(parts) + "\n"


def _row(r: Recognised, t: Callable[[str], str]) -> str:
    p = r.paragraph
    said = "\n".join(f"    {line}" for line in (p.plain or p.picture).splitlines())
    return f"- {p.file}:{p.line} · {t(f'role-{r.role}')} · {t(f'sure-{r.sure}')}\n\n{said}"
