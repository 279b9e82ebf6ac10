"""The contact sheet: one HTML file with all pictures in it, that asks nobody for anything.

What is chosen leaves it as `choice.toml`, which the browser saves and `--take` reads.
"""

from __future__ import annotations

import base64
import json
from html import escape
from importlib import resources
from typing import Final

from banxin.darkroom.entered import measures
from banxin.darkroom.round import Round
from banxin.darkroom.waiting import BECAUSE
from banxin.visible import visible
from banxin.words import sentence
from banxin.workspace import alike

_WORDS: Final = (
    "title", "told", "caption", "credit", "place", "no-place", "aside", "save",
)  # fmt: skip


def as_page(made: Round, language: str, command: str) -> str:
    """The sheet in *language*, with the *command* that reads the choice back."""
    t = {word: sentence(f"sheet/{word}", language, title=made.title, command=command).message
         for word in _WORDS}  # fmt: skip
    page = resources.files(__package__).joinpath("sheet.html").read_text("utf-8")
    parts = {
        "lang": "zh-CN" if language == "zh" else "en",
        "title": _shown(t["title"]),
        "told": _shown(t["told"]),
        "save": _shown(t["save"]),
        "cards": "\n".join(_card(made, number, t, language) for number in range(len(made.found))),
    }
    for name, value in parts.items():
        page = page.replace(f"<!--{name}-->", value)
    return page


def _card(made: Round, number: int, t: dict[str, str], language: str) -> str:
    one = made.found[number]
    caption, credit = made.captions.get(alike(one.name), ""), made.credits.get(alike(one.name), "")
    match = next((m for m in made.matches if m.picture == one.name), None)
    data = base64.b64encode(one.thumb).decode()
    doubts = " ".join(
        f"<li>{_shown(sentence(code, language, file=one.name).message)}</li>" for code in one.doubts
    )
    if match:
        facts = {"file": one.name, "name": match.waiting.name}
        facts |= {"caption": match.waiting.caption or "–"}
        why = sentence(BECAUSE[match.why], language, **facts).message
        doubts += f"<li>{_shown(why)}</li>"
    places = "".join(
        f'<option value="{escape(wait.name)}">{_shown(wait.caption or wait.name)}</option>'
        for wait in made.waiting
    )
    return f"""<article data-name="{escape(json.dumps(one.name), quote=True)}">
<img src="data:image/jpeg;base64,{data}" alt="{_shown(caption or one.name)}">
<h2>{_shown(one.name)}</h2><p class="size">{_shown(measures(one)[3:])}</p><ul>{doubts}</ul>
<label>{t["caption"]}<input name="caption" value="{escape(caption)}"></label>
<label>{t["credit"]}<input name="credit" value="{escape(credit)}"></label>
<label>{t["place"]}<select name="place"><option value="">{t["no-place"]}</option>{places}
</select></label>
<label class="aside"><input type="checkbox" name="aside">{t["aside"]}</label>
</article>"""


def _shown(text: str) -> str:
    return escape(visible(text))
