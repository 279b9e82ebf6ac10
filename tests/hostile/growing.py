"""Titles that grow: `growing.py ROOT FOLDER KIND N` builds one, in a process of its own.

Prints CPU seconds in all and by stage, peak memory, findings and the codes of errors, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

SENTENCE: Final = "清晨的街道很安静，巡查的人已经走过三条巷子，记下了该修的灯和该扶正的牌子。"
FRONT: Final = "---\ntitle: 第一章\ntemplate: text\n---\n\n"
Files = Mapping[str, str | bytes]


def _chapter(body: str, **more: str | bytes) -> Files:
    return {"one.md": FRONT + body + "\n", **more}


def _notes(n: int) -> Files:
    paragraphs = "\n\n".join(f"第{i}段文字[^{i}]。" for i in range(n))
    return _chapter(paragraphs + "\n\n" + "\n\n".join(f"[^{i}]: 第{i}条注。" for i in range(n)))


def _notes_in_place(n: int) -> Files:
    return _chapter("\n\n".join(f"第{i}段文字^[第{i}条注。]。" for i in range(n)))


def _pixel() -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (12, 8), (180, 40, 30)).save(file, "PNG")
    return file.getvalue()


def _photos(n: int) -> dict[str, bytes]:
    pixel = _pixel()
    # Each another file: what stands behind the last chunk of a PNG is nobody's affair.
    return {f"photos/{i:05}.png": pixel + str(i).encode() for i in range(n)}


def _figures(n: int) -> str:
    return "\n\n".join(f'![第{i}张](photos/{i:05}.png){{credit="某某"}}' for i in range(n))


def _ledger(n: int) -> Files:
    rows = "".join(f'["{i:05}.png"]\ncaption = "第{i}张"\ncredit = "某某"\n' for i in range(n))
    shown = "![](photos/00000.png)\n\n![](photos/00001.png)\n\n"
    return _chapter(shown + SENTENCE, **{"photos/photos.toml": rows}, **_photos(2))


def _chapters(n: int) -> Files:
    listed = ", ".join(f'"{i:05}.md"' for i in range(n))
    made: dict[str, str | bytes] = {
        f"{i:05}.md": f"---\ntitle: 第{i}章\ntemplate: text\n---\n短章第{i}。\n" for i in range(n)
    }
    return {**made, "chapters": listed}


def _headings(n: int) -> Files:
    text = "\n\n".join(f"## 第{i}节\n\n短句{i}。" for i in range(n))
    contents = "---\ntitle: 目次\ntemplate: contents\n---\n"
    return {
        "chapters": '"contents.md", "one.md"',
        "contents.md": contents,
        "one.md": FRONT + text + "\n",
    }


def _nested(mark: str) -> Callable[[int], Files]:
    return lambda n: _chapter("".join(mark * i + f"第{i}层\n\n" for i in range(n)))


def _row(signs: str, before: str = SENTENCE) -> Callable[[int], Files]:
    return lambda n: _chapter(before + signs * n + "尾")


IN_A_ROW: Final = (
    " ", "\t", "　", "|", "| ", "-", "#", ":", "=", "_", "~", "&", "!", "1", "1.", "a@", "$", "](",
    ")", "）", "（", "“", "'", '"', "…", ".", "，", "^[字", "[^", "{#", "<a ", "&amp;", "\\", "`a",
    "<!--", "==", "·", "http://",
)  # fmt: skip
AT_THE_START: Final = (" ", "\t", "> ", "- ", "| ", "　", "#", "1.", ":", "-", "<")
KINDS: Final[Mapping[str, tuple[Callable[[int], Files], int]]] = {
    "notes": (_notes, 1_000),
    "notes in place": (_notes_in_place, 1_000),
    "notes nobody calls": (
        lambda n: _chapter(
            SENTENCE + "\n\n" + "\n\n".join(f"[^{i}]: 第{i}条注。" for i in range(n))
        ),
        2_000,
    ),
    "calls of nothing": (
        lambda n: _chapter("\n\n".join(f"第{i}段文字[^{i}]。" for i in range(n))),
        2_000,
    ),
    "hard breaks": (lambda n: _chapter("\\\n".join(f"第{i}行" for i in range(n))), 20_000),
    "br": (lambda n: _chapter("<br>".join(f"第{i}行" for i in range(n))), 20_000),
    "blank lines": (lambda n: _chapter(SENTENCE + "\n" * n + SENTENCE), 50_000_000),
    "blank lines with spaces": (lambda n: _chapter(SENTENCE + " \n" * n + SENTENCE), 5_000_000),
    "characters of a paragraph": (
        lambda n: _chapter(SENTENCE * (n // len(SENTENCE))), 1_000_000,
    ),
    "lines of a paragraph": (lambda n: _chapter("\n".join([SENTENCE] * n)), 20_000),
    "paragraphs": (lambda n: _chapter("\n\n".join(f"第{i}段。" for i in range(n))), 20_000),
    "figures": (lambda n: _chapter(_figures(n), **_photos(n)), 2_000),
    "gallery": (
        lambda n: _chapter(
            "::: gallery\n" + _figures(n).replace("\n\n", "\n") + "\n:::", **_photos(n)
        ),
        2_000,
    ),
    "missing photographs": (lambda n: _chapter(_figures(n), **_photos(1)), 5_000),
    "missing photographs beside others": (
        lambda n: _chapter(_figures(n).replace(".png", ".jpg"), **_photos(n)), 1_000,
    ),
    "chapters": (_chapters, 10_000),
    "ledger": (_ledger, 5_000),
    "headings": (_headings, 5_000),
    "names": (
        lambda n: _chapter(
            f'::: names {{title="全体" count="{n}人"}}\n'
            + "\n".join(f"- 王{chr(0x4E00 + i)}" for i in range(n)) + "\n:::"
        ),
        5_000,
    ),
    "rows": (
        lambda n: _chapter(
            "| 年 | 事 |\n|--|--|\n" + "\n".join(f"| {i} | 第{i}件事 |" for i in range(n))
        ),
        5_000,
    ),
    "links": (
        lambda n: _chapter(" ".join(f"[第{i}处](https://example.org/{i})" for i in range(n))),
        10_000,
    ),
    "addresses defined": (
        lambda n: _chapter(
            "\n\n".join(f"[第{i}处]" for i in range(n)) + "\n\n"
            + "\n".join(f"[第{i}处]: https://example.org/{i}" for i in range(n))
        ),
        5_000,
    ),
    "items": (lambda n: _chapter("\n".join(f"- 第{i}项" for i in range(n))), 10_000),
    "items by hand": (
        lambda n: _chapter("\n".join(f"{i % 900 + 1}、第{i}项" for i in range(n))), 10_000,
    ),
    "quotes within": (_nested("> "), 1_000),
    "lists within": (
        lambda n: _chapter("".join("  " * i + f"- 第{i}层\n" for i in range(n))), 1_000,
    ),
    "stars": (lambda n: _chapter(SENTENCE + "*" * n + SENTENCE), 1_000_000),
    "stars apart": (lambda n: _chapter("字*字 *" * n), 100_000),
    "brackets": (lambda n: _chapter(SENTENCE + "[" * n), 1_000_000),
    "brackets of pictures": (lambda n: _chapter(SENTENCE + "![" * n), 100_000),
    "brackets of notes": (lambda n: _chapter(SENTENCE + "^[" * n), 100_000),
    "braces": (lambda n: _chapter(SENTENCE + "{" * n), 1_000_000),
    "round brackets": (lambda n: _chapter("[字](" * n), 100_000),
    "angles": (lambda n: _chapter(SENTENCE + "<" * n), 1_000_000),
    "tags": (lambda n: _chapter("<b>字" * n), 20_000),
    "comments begun": (lambda n: _chapter("<!-- 字\n\n" * n), 20_000),
    "carets": (lambda n: _chapter("字^字 ~" * n), 100_000),
    "backticks": (lambda n: _chapter(" ".join("`" * (i % 500 + 1) for i in range(n))), 5_000),
    "dollars": (lambda n: _chapter("$字" * n), 100_000),
    "colons": (lambda n: _chapter(":::\n" * n), 100_000),
    "blocks begun": (lambda n: _chapter("::: note\n字\n" * n), 10_000),
    "fences": (lambda n: _chapter("```\n字\n" * n), 10_000),
    "letters of a word": (lambda n: _chapter("a" * n), 1_000_000),
    "straight quotes": (
        lambda n: _chapter("\n\n".join(f'第{i}段"引"。' for i in range(n // 2))), 10_000,
    ),
    "dots": (lambda n: _chapter("".join(f"[字{i}]{{.dots}}，" for i in range(n))), 5_000),
    "fields": (
        lambda n: {
            "one.md": FRONT.replace("---\n\n", "")
            + "".join(f"key{i}: 第{i}个\n" for i in range(n)) + "---\n字\n"
        },
        5_000,
    ),
    "offices": (
        lambda n: {
            "chapters": '"one.md", "imprint.md"',
            "one.md": FRONT + SENTENCE + "\n",
            "imprint.md": "---\ntitle: 版权页\ntemplate: imprint\n---\n",
            "more": "[imprint]\n" + "".join(f'"职务{i}" = "某{i}"\n' for i in range(n)),
        },
        1_000,
    ),
    **{f"{signs!r} in a row": (_row(signs), 100_000) for signs in IN_A_ROW},
    **{f"{signs!r} at the start": (_row(signs, ""), 100_000) for signs in AT_THE_START},
}  # fmt: skip


def write(folder: Path, kind: str, number: int, layout: str = "jinian") -> None:
    """The title of that *kind* with *number* of what it has too many of."""
    files = dict(KINDS[kind][0](number))
    chapters, more = files.pop("chapters", '"one.md"'), files.pop("more", "")
    edition = (
        f'title = "小册"\nlayout = "{layout}"\nbinding = "perfect"\ndate = 2026-01-02\n'
        f"chapters = [{chapters!s}]\n{more!s}"
    )
    for name, what in {**files, "edition.toml": edition}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(what if isinstance(what, bytes) else what.encode())


def main(root: Path, folder: Path, kind: str, number: int) -> None:
    from composer_run import peak_memory

    from banxin import pipeline
    from banxin.cache import Cache
    from banxin.diagnostics import BanxinError, Severity
    from banxin.request import Request
    from banxin.workspace import Workspace

    write(folder / "content" / "growing", kind, number)
    workspace = Workspace(root, output=folder / "output")
    workspace.cache = Cache(folder / "cache")
    workspace.mount(PurePosixPath("content"), folder / "content")
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak: without what is made above
    before, told = time.process_time(), dict[str, float]()
    stages: list[tuple[str, float]] = []

    def begun(stage: str) -> None:
        stages.append((stage, time.process_time()))

    try:
        made = pipeline.build(Request(PurePosixPath("content/growing")), workspace, progress=begun)
        found = made.report.findings
    except BanxinError as problem:
        found = problem.diagnostics
    errors = sorted({one.code for one in found if one.severity is Severity.ERROR})
    ends = [at for _, at in stages[1:]] + [time.process_time()]
    for (stage, at), end in zip(stages, ends, strict=True):
        told[stage] = round(end - at, 2)
    total = round(time.process_time() - before, 2)
    report = {"total": total, "peak": round(peak_memory()), "findings": len(found)}
    sys.stdout.write(json.dumps({**report, "errors": errors, "stages": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
