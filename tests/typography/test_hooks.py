"""Functions of the engine that ours stand in for: a changed one is told, and done without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from banxin.engine import hooks, speed
from banxin.engine.hooks import Hook

import pytest

from banxin import composer
from banxin.edition import TEMPLATE_CHARACTERS, faces_for
from banxin.markup.tokens import Stylesheet, fonts_css
from banxin.typeset.engine import TABLES, Terms, lay_out
from banxin.typeset.sheets import Sheets
from banxin.typeset.survey import Fonts
from banxin.units import Length
from banxin.workspace import Workspace

EVERY = {"composer": composer.HOOKS, "flush": composer.FLUSH_LEFT, **TABLES}
ALL = [
    pytest.param(name, hook, id=f"{name}-{hook.name.strip('_')}")
    for name, table in EVERY.items()
    if name != "flush"
    for hook in table
]
TEXT = "城乡面貌焕然一新，经济社会持续健康发展。" * 12
HTML = (
    '<html lang="zh-CN"><body>'
    f"<section><p>{TEXT}</p><p class=more id=more>{TEXT}</p></section>"
    f"<section><p>{TEXT}<a href=#more></a></p><ul><li>一<li>二</ul>"
    "<table><tr><td colspan=2>表<td>格</table></section>"
)
CSS = (
    "@page { size: 300pt 900pt; margin: 20pt; @bottom-center { content: counter(page) } }"
    "p { font: 12pt/20pt 'Noto Serif SC'; text-align: justify; border-top: 1pt solid }"
    "section { break-before: page } .more { --grow: yes }"
    "aside { position: fixed; top: 0 }"
    "a::after { content: leader('.') target-counter(attr(href), page) }"
)


def sheets(root: Path, html: str = HTML) -> Sheets:
    faces, assets = faces_for(TEMPLATE_CHARACTERS | frozenset(html + CSS), Workspace(root))
    styles = (Stylesheet("fonts", fonts_css(faces)), Stylesheet("own", CSS))
    return lay_out(html, styles, assets, Fonts(tuple(faces)), bytes(16), Terms(pitch=Length.pt(20)))


@pytest.fixture
def engine_as_it_came() -> Iterator[None]:
    def leave() -> None:
        for table in (*EVERY.values(), speed.SUBSETS):
            hooks.remove(table)

    leave()
    yield
    leave()


def changed(hook: Hook) -> Any:
    """The engine's function, working as ever, that wants to be asked other things."""
    now = getattr(hook.owner, hook.name)
    does: Any = now.fget if isinstance(now, property) else now

    def other(*asked: Any, banana: int = 0, **more: Any) -> Any:
        del banana
        return does(*asked, **more)

    return property(other) if isinstance(now, property) else other


@pytest.mark.usefixtures("engine_as_it_came")
@pytest.mark.parametrize(("name", "hook"), ALL)
def test_a_changed_function_is_told_and_pages_are_made_without_what_stood_in_for_it(
    name: str, hook: Hook, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (hook.owner, *hook.also):
        monkeypatch.setattr(owner, hook.name, changed(hook))

    made = sheets(root)

    (told,) = (d for d in made.remarks if d.code in {"engine/changed", "composer/off"})
    assert told.code == ("composer/off" if name == "composer" else "engine/changed")
    assert str(told.facts["found"]).startswith(f"{hook.place}(")
    assert len(made.trims) == 2
    assert not hook.stands


@pytest.mark.usefixtures("engine_as_it_came")
def test_the_engine_as_it_was_is_told_nothing_of_and_left_as_it_came(root: Path) -> None:
    before = {h.place: getattr(h.owner, h.name) for table in EVERY.values() for h in table}

    first = sheets(root)
    standing = {name: hooks.stand(table) for name, table in EVERY.items()}
    for table in EVERY.values():
        hooks.remove(table)
    after = {h.place: getattr(h.owner, h.name) for table in EVERY.values() for h in table}
    again = sheets(root)

    assert standing == {name: name != "flush" for name in EVERY}
    assert after == before
    assert again == first
    assert not [d for d in first.remarks if d.code in {"engine/changed", "composer/off"}]


@pytest.mark.usefixtures("engine_as_it_came")
@pytest.mark.parametrize(("name", "hook"), ALL)
def test_a_function_that_is_called_otherwise_now_is_missed(name: str, hook: Hook) -> None:
    gone = replace(hook, name=f"{hook.name}_of_old")

    assert hooks.install([gone], together=name in {"composer", "parts"}) == (gone.place,)
    assert not hasattr(hook.owner, gone.name)


BOOK = "".join(f"<a href='#s{n}'>{n} </a>" for n in range(9)) + "".join(
    f"<section id=s{n}><h2>{n}</h2><p>{TEXT * (n % 3)}<a href='#s{8 - n}'>→</a></p></section>"
    for n in range(9)
)


@pytest.mark.usefixtures("engine_as_it_came")
@pytest.mark.parametrize("fixed", [(), (0,), (3, 7)])
@pytest.mark.parametrize("hook", speed.HOOKS, ids=[h.name for h in speed.HOOKS])
def test_pages_are_the_same_without_what_makes_them_fast(
    hook: Hook, fixed: tuple[int, ...], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = BOOK
    for n in fixed:
        html = html.replace(f"<h2>{n}</h2>", f"<h2>{n}</h2><aside>定{n}</aside>")
    fast = sheets(root, html)
    for owner in (hook.owner, *hook.also):
        monkeypatch.setattr(owner, hook.name, changed(hook))
    plain = sheets(root, html)

    assert len(fast.trims) == 10
    assert [d.facts["found"] for d in plain.remarks if d.code == "engine/changed"]
    assert fast.pdf == plain.pdf


def test_every_hook_has_a_name_of_its_own_and_the_table_tells_them_all() -> None:
    tables = {**EVERY, "subsets": speed.SUBSETS}
    replaced = [h.name for t in tables.values() for h in t if h.replacement]

    lines = list(hooks.told(tables.items()))

    print(*lines, sep="\n")  # noqa: T201  # with -s
    assert len(replaced) == len(set(replaced))
    assert len(lines) == sum(map(len, tables.values()))
    assert all("←" in line for line in lines)
