"""A layout of a stranger's: its templates read, come to an end, and change nothing."""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from banxin import edition, layouts, manuscript, project
from banxin.diagnostics import BanxinError, Diagnostic
from banxin.edition import Edition
from banxin.markup import bounds
from banxin.markup.document import compose
from banxin.request import Request
from banxin.typeset import examine, typeset
from banxin.words import LANGUAGES, say
from banxin.workspace import Workspace
from conftest import Title

PARAGRAPH = "blocks/paragraph.html.j2"
FILE = f"layouts/jinian/templates/{PARAGRAPH}"
Dressed = Callable[[str], Edition]


@pytest.fixture
def dressed(title: Title, workspace: Workspace) -> Dressed:
    """A small Edition whose paragraphs are made by another template."""
    job = project.load(Request(title()), workspace)
    text = manuscript.read(job.chapters, workspace)
    layout = layouts.load(job.layout, workspace, job.layout_asked_at)
    bound = edition.bind(text, layout, job, workspace)

    def dress(template: str) -> Edition:
        templates = {**layout.templates, PARAGRAPH: template}
        return replace(bound, layout=replace(layout, templates=templates))

    return dress


def refusal(bound: Edition) -> Diagnostic:
    """Why the document cannot be made. In words, in both languages."""
    with pytest.raises(BanxinError) as problem:
        compose(bound)
    (told,) = problem.value.diagnostics
    assert all(say(told, language).message for language in LANGUAGES)
    return told


SLEEPING = "<p>\n{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"
REFUSED = {
    # what is printed
    "{{ block }}": "not-text",
    "{{ edition }}": "not-text",
    "{{ edition.masthead }}": "not-text",
    "{{ block.text }}": "not-text",
    "{{ [1, 2] }}": "not-text",
    "{{ none }}": "not-text",
    "{{ range }}": "not-text",
    "{{ 'a' ~ block }}": "not-text",
    "{{ block|string }}": "not-text",
    "{{ '%s' % block }}": "not-text",
    "{{ '%s'|format(block) }}": "not-text",
    "{{ '{}'.format(block) }}": "not-text",
    "{{ '<b>{}</b>'|safe }}{{ ('{}'|safe).format(block) }}": "not-text",
    "{{ [block]|join }}": "not-text",
    "{{ [block, block]|join('-', attribute='place') }}": "not-text",
    "{{ [block]|map('string')|join }}": "not-text",
    "{{ block|upper }}": "not-text",
    "{{ block|e }}": "not-text",
    "{{ namespace() }}": "not-text",
    "{{ self }}": "not-text",
    # chance and the clock
    "{{ [1, 2]|random }}": "by-chance",
    "{{ lipsum() }}": "by-chance",
    "{{ lipsum }}": "not-text",
    "{{ edition.date.today() }}": "forbidden",
    "{{ edition.date.fromtimestamp(0) }}": "forbidden",
    "{{ now() }}": "no-such",
    # what could be changed or reached
    "{{ edition.assets }}": "no-such",
    "{{ edition.assets.clear() }}": "no-such",
    "{{ edition.photos }}": "no-such",
    "{{ edition.faces }}": "no-such",
    "{{ edition.layout.templates }}": "no-such",
    "{{ edition.masthead.clear() }}": "no-such",
    "{{ edition.masthead.copy() }}": "forbidden",
    "{{ words.update(a=1) }}": "no-such",
    "{{ block.attributes.clear() }}": "no-such",
    "{% set x = [] %}{{ x.append(1) }}": "forbidden",
    "{% set x = {} %}{{ x.update(a=1) }}": "forbidden",
    "{{ ''.__class__ }}": "forbidden",
    "{{ ''.__class__.__mro__ }}": "forbidden",
    "{{ ''|attr('__class__') }}": "forbidden",
    "{{ [block]|map(attribute='__class__')|list }}": "forbidden",
    "{{ '{0.__class__}'.format(1) }}": "forbidden",
    "{{ ''['__class__'] }}": "forbidden",
    "{{ ''.encode() }}": "forbidden",
    "{{ '{a}'.format_map({'a': 1}) }}": "forbidden",
    "{{ (1).to_bytes(1000000000) }}": "forbidden",
    "{{ (1.5).hex() }}": "forbidden",
    "{{ range.__self__ }}": "no-such",
    "{{ front_plate.func }}": "no-such",
    "{{ cycler.__init__.__globals__ }}": "forbidden",
    # long texts
    "{{ 'a' * 3000000000 }}": "too-long",
    "{{ 3000000000 * 'a' }}": "too-long",
    "{{ 'ab' * 9000000 }}": "too-long",
    "{{ [1] * 3000000000 }}": "too-long",
    "{{ '%1000000000d' % 1 }}": "too-long",
    "{{ '%.1000000000f' % 1 }}": "too-long",
    "{{ '%*d' % (1000000000, 1) }}": "forbidden",
    "{{ '%1000000000d'|format(1) }}": "too-long",
    "{{ '%(a)1000000000d'|format(a=1) }}": "too-long",
    "{{ '{:1000000000}'.format(1) }}": "too-long",
    "{{ '{:{}}'.format(1, 1000000000) }}": "too-long",
    "{{ 'a'|center(1000000000) }}": "too-long",
    "{{ 'a'.center(1000000000) }}": "too-long",
    "{{ 'a'.ljust(1000000000) }}": "too-long",
    "{{ 'a'.rjust(1000000000) }}": "too-long",
    "{{ 'a'.zfill(1000000000) }}": "too-long",
    "{{ '\t'.expandtabs(1000000000) }}": "too-long",
    "{{ ('\t' * 1000).expandtabs(99999) }}": "too-long",
    "{{ ('a\n' * 1000)|indent(99999) }}": "too-long",
    "{{ ('a\n' * 100000)|indent('a' * 1000) }}": "too-long",
    "{{ ('a' * 100000)|replace('a', 'b' * 100000) }}": "too-long",
    "{{ ('a' * 100000).replace('a', 'b' * 100000) }}": "too-long",
    "{{ ('a' * 100000).replace('', 'b' * 100000) }}": "too-long",
    "{{ range(100000)|join('a' * 100000) }}": "too-long",
    "{{ 'a'|batch(1000000000, 'a')|list }}": "too-long",
    "{{ 'a'|slice(1000000000)|list }}": "too-long",
    "{% set x = namespace(s='ab') %}{% for i in range(99) %}{% set x.s = x.s ~ x.s %}{% endfor %}":
        "too-long",
    "{% set x = namespace(s='ab') %}{% for i in range(99) %}{% set x.s = x.s + x.s %}{% endfor %}":
        "too-long",
    "{% set x = namespace(s='a') %}{% for i in range(99) %}{% set x.s = '%s%s' % (x.s, x.s) %}"
    "{% endfor %}": "too-long",
    "{% set x = namespace(s=[1]) %}{% for i in range(99) %}{% set x.s = x.s + x.s %}{% endfor %}":
        "too-long",
    "{% set x = namespace(s=[1]) %}{% for i in range(99) %}{% set x.s = [x.s, x.s] %}{% endfor %}":
        "too-long",
    "{% set x = namespace(s=(1,)) %}{% for i in range(99) %}{% set x.s = (x.s, x.s) %}{% endfor %}":
        "too-long",
    "{% set x = namespace(s={}) %}{% for i in range(99) %}{% set x.s = {1: x.s, 2: x.s} %}"
    "{% endfor %}": "too-long",
    "{% for i in range(301) %}<div>{% endfor %}": "too-deep",
    "{% for i in range(400) %}<b class='>' title=\">\"><br>{% endfor %}": "too-deep",
    # large numbers
    "{{ 10 ** 1000000000 }}": "too-long",
    "{{ 2 ** (2 ** 40) }}": "too-long",
    "{{ 1.5|round(1000000000, 'ceil') }}": "too-long",
    "{{ 1.5|round(-1000000000, 'floor') }}": "too-long",
    "{% set x = namespace(n=9) %}{% for i in range(99) %}{% set x.n = x.n * x.n %}{% endfor %}":
        "too-long",
    "{{ range(1000000000)|list }}": "error",
    "{{ 1 // 0 }}": "error",
    # loops
    SLEEPING: "too-many-turns",
    "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}":
        "too-many-turns",
    "{% for i in range(99) recursive %}{{ loop(range(99)) }}{% endfor %}": "too-nested",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "too-nested",
    "{% include 'blocks/paragraph.html.j2' %}": "too-nested",
    "{% import 'blocks/paragraph.html.j2' as p %}": "too-nested",
    # what cannot be read
    "{% for i in %}": "no-expression",
    "{{ 1|nothing }}": "no-filter",
    "{{ 1|tojson }}": "no-filter",
    "{% for a in b %}" * 30 + "{% endfor %}" * 30: "too-nested",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}": "too-nested",
    "{{ " + "[" * 300 + "]" * 300 + " }}": "too-nested",
}  # fmt: skip


@pytest.mark.parametrize("template", REFUSED, ids=lambda template: template[:60])
def test_what_a_template_may_not_do_is_told_with_its_file(template: str, dressed: Dressed) -> None:
    told = refusal(dressed(template))

    assert (told.code, told.place.file) == (f"template/{REFUSED[template]}", FILE)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("{{ block }}", "not-text"),
        ("{{ 'a' * 3000000000 }}", "too-long"),
        ("{% set x = [1]|random %}", "by-chance"),
        ("{{ edition.masthead.copy() }}", "forbidden"),
        ("{% for a in range(9999) %}{% for b in range(999) %}{% endfor %}{% endfor %}",
         "too-many-turns"),
        ("{{ nothing }}", "no-such"),
        ("{{ 1|nothing }}", "no-filter"),
        ("{{ 1 // 0 }}", "error"),
    ],
)  # fmt: skip
def test_and_with_its_line(fault: str, code: str, dressed: Dressed) -> None:
    told = refusal(dressed(f"<p>\n\n{fault}\n</p>"))

    assert (told.code, told.place.line) == (f"template/{code}", 3)


@pytest.mark.parametrize(
    "template",
    [
        "{{ {'ab' * 50000: 1}['ab' * 50000 ~ 'a'] }}",
        "{{ {'ab' * 50000: 1}.abab }}",
        "{{ {'abab': 1}['abab' ~ 'x' * 3000000] }}",
        "{{ {1111: 1}['1112'] }}",
        "{{ {block: 1}['Paragraph(text=())'] }}",
        "{{ {(1, 2): 1}['(1, 2'] }}",
    ],
)
def test_what_is_no_name_is_not_looked_through_for_what_was_meant(
    template: str, dressed: Dressed
) -> None:
    told = refusal(dressed(template))

    assert (told.code, told.facts["near"]) == ("template/no-such", "")
    assert len(str(told.facts["name"])) <= 80


def test_of_a_large_table_only_the_beginning_is_looked_through(dressed: Dressed) -> None:
    table = "{" + ", ".join(f"'{n:05}': 1" for n in range(2000)) + ", 'abcdef': 1}"
    told = refusal(dressed(f"{{% set x = {table} %}}{{{{ x.abcdeg }}}}"))

    assert (told.code, told.facts["near"]) == ("template/no-such", "")


@pytest.mark.parametrize(
    ("template", "near"),
    [
        ("{{ edition.titel }}", "title"),
        ("{{ {'abcdef': 1}.abcdeg }}", "abcdef"),
        ("{{ editon.title }}", "edition"),
    ],
)
def test_names_are_told_with_what_they_are_near_to(
    template: str, near: str, dressed: Dressed
) -> None:
    assert refusal(dressed(template)).facts["near"] == near


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{ edition.title }}", "小册"),
        ("{{ edition.date.year }}-{{ edition.date }}", "2026-2026-01-02"),
        ("{{ 'a' ~ 1 ~ '<'|e }}", "a1&lt;"),
        ("{{ ('x'|safe) ~ '<' }}", "x&lt;"),
        ("{{ ['a', '<']|join(',') }}", "a,&lt;"),
        ("{{ '%s-%03d' % ('a', 7) }}", "a-007"),
        ("{{ '{:>5}'.format(7) }}", "    7"),
        ("{{ 'a|b'.replace('|', ' ').split()|join('/') }}", "a/b"),
        ("{% for i in [1, 2, 3] %}{{ loop.index }}/{{ loop.length }} {% endfor %}", "1/3 2/3 3/3"),
        ("{% for i in [1, 2] if i > 1 %}{{ i }}{% else %}-{% endfor %}", "2"),
        ("{% for i in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for a, b in {'k': 1}.items() %}{{ a }}{{ b }}{% endfor %}", "k1"),
        ("{% set x = namespace(l=[]) %}{% set x.l = x.l + [1] %}{{ x.l|length }}", "1"),
        ("{{ 7.26|round(1) }} {{ 7.2|round(0, 'ceil')|int }}", "7.3 8"),
        ("{{ 'yes' if false }}", ""),
        ("{{ {'copy': 'key'}.copy }}", "key"),
        ("{% for i in range(400) %}<br><img><b></b><b/>{% endfor %}", "<br><img><b></b><b/>" * 400),
    ],
)
def test_what_layouts_do_goes_on(template: str, printed: str, dressed: Dressed) -> None:
    assert f"<i>{printed}</i>" in compose(dressed(f"<i>{template}</i>")).html.replace(
        " </i>", "</i>"
    )


# --- time and memory ------------------------------------------------------------------------


LONG_CALLS = [
    "{{ range(100000)|map('string')|map('replace', '1', '2')|list|length }}" * 60,
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
]


@pytest.mark.parametrize("template", LONG_CALLS, ids=["filters", "macros"])
def test_what_takes_too_long_is_stopped(
    template: str, dressed: Dressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SECONDS", 1.0)
    monkeypatch.setattr(bounds, "TURNS", 10**9)  # or both bounds would be reached at once
    began = time.process_time()
    told = refusal(dressed(template))

    assert told.code == "template/too-slow"
    assert told.place.file == FILE
    assert time.process_time() - began < 10  # of 2 ** 60 calls


@pytest.mark.parametrize("thread", [False, True])
def test_what_is_loaded_for_a_template_takes_none_of_its_time(
    thread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matplotlib looks through all fonts of a machine when it is first met."""
    monkeypatch.setattr(bounds, "SECONDS", 0.2)
    told: list[str] = []

    def busy(seconds: float) -> None:
        began = time.thread_time()
        while time.thread_time() - began < seconds:
            bound.turn()

    def template() -> None:
        with bound.kept():
            busy(0.01)
            with bound.aside():
                began = time.thread_time()
                while time.thread_time() - began < 0.5:
                    pass
            told.append("loaded")
            busy(5.0)

    def run() -> None:
        with pytest.raises(bounds.Refused) as problem:
            template()
        told.append(problem.value.code)

    monkeypatch.setattr(bounds, "TURNS", 10**9)
    bound = bounds.Bounds()
    if thread:
        aside = threading.Thread(target=run)
        aside.start()
        aside.join()
    else:
        run()

    assert told == ["loaded", "template/too-slow"]
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_in_another_thread_the_turns_are_counted_and_the_clock_looked_at(
    dressed: Dressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SECONDS", 0.2)
    monkeypatch.setattr(bounds, "TURNS", 10**9)
    told: list[Diagnostic] = []
    thread = threading.Thread(target=lambda: told.append(refusal(dressed(SLEEPING))))
    thread.start()
    thread.join()

    assert [(d.code, d.place.line) for d in told] == [("template/too-slow", 2)]


HUNGRY = (
    "{% set x = namespace(l=[]) %}\n"
    "{% for i in range(100000) %}{% set x.l = [x.l, 'ab' * 2000000] %}{% endfor %}"
)


def test_what_takes_too_much_memory_is_stopped(
    dressed: Dressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MEMORY", 200 << 20)
    told = refusal(dressed(HUNGRY))

    assert (told.code, told.place.file) == ("template/too-much-memory", FILE)


def test_where_the_system_does_not_tell_of_memory_the_clock_stops_it(
    dressed: Dressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "_address_space", lambda: None)
    monkeypatch.setattr(bounds, "SECONDS", 0.1)
    told = refusal(dressed(HUNGRY))

    assert (told.code, told.place.file) == ("template/too-slow", FILE)


def test_limits_of_the_system_are_put_back(dressed: Dressed) -> None:
    before = (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF))
    compose(dressed("<p>"))
    refusal(dressed("{{ 'a' * 3000000000 }}"))

    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_without_these_limits_documents_are_made_all_the_same(
    dressed: Dressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = dressed("<p>{{ block.text|inline }}</p>")
    made = compose(bound)
    monkeypatch.setattr(bounds, "resource", None)
    with monkeypatch.context() as without:
        without.delattr(signal, "setitimer")

        assert compose(bound) == made


# --- stylesheets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declaration",
    [
        "grid-template-columns: repeat(100000, 1fr)",
        "grid-template-rows: repeat(100000, 1fr)",
        "grid-template-columns: repeat(20, 1fr) repeat(95, 1fr 1fr)",
        "grid-template: repeat(1000000000, 1px) / 1fr",
        "grid: repeat(99999, 1fr) / 1fr",
        "grid-column: 1 / span 100000",
        "grid-column-start: 100000",
        "grid-row-end: -100000",
        "grid-area: 1 / 1 / 1000000 / 2",
        "columns: 100000",
        "column-count: 1000000000",
        "display: grid; --n: 100000; grid-template-columns: repeat(var(--n), 1fr)",
    ],
)
def test_a_stylesheet_that_asks_for_too_much_is_told_by_its_line(
    declaration: str, dressed: Dressed
) -> None:
    bound = dressed("<p>{{ block.text|inline }}</p>")
    styles = {**bound.layout.styles, "layouts/jinian/styles/more.css": f"\np {{ {declaration} }}"}
    sheets = typeset(replace(bound, layout=replace(bound.layout, styles=styles)))

    (told,) = [d for d in sheets.remarks if d.code == "css/too-many"]
    if "var(" not in declaration:
        assert (told.place.file, told.place.line) == ("layouts/jinian/styles/more.css", 2)


@pytest.mark.parametrize(
    "declaration",
    ["repeat(100000, 1fr)", "repeat({{ 100000 }}, 1fr)"],
)
def test_a_style_in_a_template_as_well(declaration: str, dressed: Dressed) -> None:
    template = f'\n<p style="display: grid; grid-template-columns: {declaration}">a</p>'
    sheets = typeset(dressed(template))

    (told,) = [d for d in sheets.remarks if d.code == "css/too-many"]
    assert (told.place.file, told.place.line) == (FILE, 2)


@pytest.mark.parametrize(
    "style",
    [
        "@counter-style star { system: symbolic; symbols: '*' }",
        "@counter-style star { system: additive; additive-symbols: 1 '*' }",
        "@counter-style star { system: numeric; symbols: '0' '1'; pad: 1000000000 '*' }",
        "@counter-style star { system: cyclic; symbols: '" + "*" * 100_000 + "' }",
    ],
)
def test_counters_stay_short(style: str, dressed: Dressed) -> None:
    bound = dressed("<p class=n>{{ block.text|inline }}</p>")
    css = style + " .n { counter-reset: a 1000000000 } .n::before { content: counter(a, star) }"
    styles = {**bound.layout.styles, "layouts/jinian/styles/more.css": css}
    sheets = typeset(replace(bound, layout=replace(bound.layout, styles=styles)))

    assert len(sheets.pdf) < 2_000_000


def test_a_cell_spans_no_more_than_html_lets_it(dressed: Dressed) -> None:
    sheets = typeset(dressed("<table><tr><td colspan=1000000000>a</table>"))

    assert len(sheets.trims) >= 1


def test_checking_a_layout_tells_templates_that_cannot_be_read(dressed: Dressed) -> None:
    found = [d for d in examine(dressed("{{ " + "(" * 5000).layout) if d.place.file == FILE]

    assert [d.code for d in found] == ["template/too-nested"]


def test_titles_say_the_same_from_run_to_run(dressed: Dressed) -> None:
    bound = dressed("{% for k, v in {'b': 1, 'a': 2}|dictsort %}{{ k }}{{ v }}{% endfor %}")

    assert compose(bound) == compose(bound)
    assert PurePosixPath(FILE).name == "paragraph.html.j2"
