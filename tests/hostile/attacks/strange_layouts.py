"""Layouts of strangers: templates that waste or reach out, styles and tables of nonsense."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attacks import EDITION, LAST, SOUND, Attack, Content, chapter, written

PARAGRAPH = "templates/blocks/paragraph.html.j2"
STYLES = (
    "page.css", "type.css", "cjk.css", "grid.css", "blocks.css", "plates.css", "covers.css",
    "imprint.css", "chapters.css",
)  # fmt: skip
HEAD = 'name = { zh = "异", en = "Strange" }\nextends = "jinian"\n'
NAMES = ", ".join(f'"styles/{name}"' for name in (*STYLES, "ours.css"))
STYLED = f"{HEAD}styles = [{NAMES}]\n"

TEMPLATES: Mapping[str, str] = {
    "a loop of a billion": "{% for i in range(1000000000) %}x{% endfor %}",
    "loops in loops": "{% for a in range(9999) %}{% for b in range(9999) %}x"
    "{% endfor %}{% endfor %}",
    "3 billion characters": "{{ 'x' * 3000000000 }}",
    "a number of a billion digits": "{{ 9 ** 999999999 }}",
    "strings that double": "{% set ns = namespace(s='x') %}{% for i in range(99) %}"
    "{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s|length }}",
    "padding": "{{ '%999999999d' % 1 }}",
    "formats": "{{ '{:>999999999}'.format(1) }}",
    "centred": "{{ 'x'|center(999999999) }}",
    "indented": "{{ ('x\\n' * 9999)|indent(999999) }}",
    "itself": "{% include 'blocks/paragraph.html.j2' %}",
    "a macro of itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "extends itself": "{% extends 'blocks/paragraph.html.j2' %}",
    "outside": "{% include '../../../../etc/passwd' %}",
    "classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ cycler.__init__.__globals__ }}",
    "globals by name": "{{ lipsum|attr('__globals__') }}",
    "lipsum": "{{ lipsum(999999) }}",
    "random": "{{ [1, 2, 3]|random }}",
    "clears": "{{ edition.assets.clear() }}",
    "sets": "{% set edition.title = 'x' %}",
    "takes away": "{{ chapter.blocks.pop() }}",
    "nobody": "{{ nobody.nothing.never }}",
    "a filter of nobody": "{{ 'x'|nobody }}",
    "never closed": "{% for i in x %}",
    "never closed print": "{{ x",
    "by zero": "{{ 1 / 0 }}",
    "no words": "",
    "HTML": "</p></body><script>1</script><iframe src=/etc/passwd></iframe>",
    "deep": "<div>" * 3000,
    "a grid of a million": '<div style="display:grid;grid-template-columns:repeat(1000000,1fr)">'
    "x</div>",
    "a span of a billion": '<table><tr><td colspan="1000000000">x</td></tr></table>',
    "a picture outside": '<img src="file:///etc/passwd"><img src="http://127.0.0.1:9/">',
    "a picture of nowhere": '<img src="http://[::">',
    "a base of nowhere": '<base href="http://[::"><p>x</p>',
}
SHEETS: Mapping[str, Content] = {
    "never closed": "p { color: red",
    "bytes": bytes(range(256)),
    "imports itself": '@import "ours.css";',
    "imports far away": '@import "http://127.0.0.1:9/x.css";',
    "pictures outside": "body { background: url(file:///etc/passwd) }",
    "nested": "a{" * 5000,
    "a page of a kilometre": "@page { size: 1000000mm 1000000mm }",
    "a page of nothing": "@page { size: 0 0 }",
    "pages without end": "p { break-before: page; page-break-after: always; height: 900mm }",
    "type of a metre": "p { font-size: 1000mm }",
    "type of nothing": "p { font-size: 0 }",
    "hidden": "p { display: none }",
    "off the page": "p { position: absolute; left: -9999mm }",
    "variables in a ring": ":root { --a: var(--b); --b: var(--a) } p { width: var(--a) }",
    "variables that double": ":root { --a0: xxxxxxxxxx;"
    + "".join(f"--a{n + 1}: var(--a{n}) var(--a{n});" for n in range(30))
    + "} p { content: var(--a30) }",
    "a shadow": "p { box-shadow: 0 0 9px red }",
    "columns without end": "p { columns: 1000000 }",
    "counters without end": "p { counter-increment: a 999999999999 }"
    " p::before { content: counter(a, upper-roman) }",
}
TABLES: Mapping[str, str] = {
    "empty": "",
    "not TOML": "[[[",
    "extends itself": 'name = { zh = "异", en = "S" }\nextends = "evil"\n',
    "extends nobody": 'name = { zh = "异", en = "S" }\nextends = "nobody"\n',
    "extends outside": 'name = { zh = "异", en = "S" }\nextends = "../../etc"\n',
    "a page of a kilometre": HEAD + '[page]\ntrim = ["1000000mm", "1000000mm"]\n',
    "a page of nothing": HEAD + '[page]\ntrim = ["0mm", "0mm"]\n',
    "a page below nothing": HEAD + '[page]\ntrim = ["-9mm", "9mm"]\n',
    "a million columns": HEAD + "[grid]\ncolumns = 1000000\n",
    "no lines": HEAD + "[grid]\nlines = 0\n",
    "styles outside": HEAD + 'styles = ["../../../etc/passwd"]\n',
    "templates outside": HEAD + '[blocks]\nparagraph = "../../../etc/passwd"\n',
    "deep": HEAD + f"styles = {'[' * 3000}{']' * 3000}\n",
}


def attacks() -> Iterator[Attack]:
    for name, text in TEMPLATES.items():
        yield strange(f"template: {name}", {"layout.toml": HEAD, PARAGRAPH: text})
    for name, style in SHEETS.items():
        yield strange(f"style: {name}", {"layout.toml": STYLED, "styles/ours.css": style})
    for name, table in TABLES.items():
        yield strange(f"table: {name}", {"layout.toml": table})


def strange(name: str, files: Mapping[str, Content]) -> Attack:
    def lay(shop: Path, folder: Path) -> Sequence[str]:
        shutil.rmtree(shop / "layouts" / "evil", ignore_errors=True)
        written(shop / "layouts" / "evil", files)
        edition = EDITION.replace("jinian", "evil")
        written(folder, {**SOUND, "edition.toml": edition, "one.md": chapter("一段。")})
        return ["build", str(folder), "--workspace", str(shop)]

    return Attack("layouts", name, lay, LAST)
