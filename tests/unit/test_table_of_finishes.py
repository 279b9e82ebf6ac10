"""The table of finishes: what has to be made for what is asked, what is judged, what is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from banxin import finishes
from banxin.cli import commands
from banxin.finishes import FINISHES, Finish


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (("press",), ("press",)),
        (("outlined",), ("press", "outlined")),
        (("proof",), ("screen",)),
        (("screen", "press"), ("press", "screen")),
        (("proof", "outlined"), ("press", "outlined", "screen")),
        ((), ()),
    ],
)
def test_what_is_asked_for_is_made_after_what_it_is_made_from(
    asked: tuple[str, ...], made: tuple[str, ...]
) -> None:
    assert finishes.to_make(asked) == made


def test_each_finish_stands_behind_its_base() -> None:
    names = [*FINISHES]

    for name, finish in FINISHES.items():
        assert not finish.base or names.index(finish.base) < names.index(name)
        assert finish.make or (finish.base and finish.files)


def test_the_press_file_is_judged_before_the_screen_file() -> None:
    made: dict[str, Any] = dict.fromkeys(("screen", "outlined", "press"))

    assert finishes.judged(made) == "press"
    assert finishes.judged({"screen": made["screen"]}) == "screen"


def test_the_command_line_knows_every_finish() -> None:
    build = commands("en").commands["build"]
    option = next(param for param in build.params if param.name == "finishes")

    assert [*getattr(option.type, "choices", ())] == [*FINISHES]


def test_a_finish_of_ones_own_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made from another one, it is written under its own name."""

    def turned(order: Any, made: Any) -> Any:
        return replace(made["press"], pdf=made["press"].pdf[::-1])

    monkeypatch.setattr(finishes, "FINISHES", {**FINISHES, "turned": Finish(turned, "press")})
    made: Any = {"turned": type("Made", (), {"pdf": b"fdp"})()}

    assert finishes.to_make(("turned",)) == ("press", "turned")
    assert finishes.files_of("turned", "ours", made, made) == {"ours-turned.pdf": b"fdp"}
