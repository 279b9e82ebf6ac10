"""From what was recognised to the files of a title: chapters by a plan, ledger, edition."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from banxin.importing.brochure import brochure
from banxin.importing.chapters import AWAITED, Chapters, figure
from banxin.importing.paragraphs import Form, begun
from banxin.importing.recognised import Recognised, Role, date_of
from banxin.pairing import Offered, PicturePlace, day_in, pairs

PLANS: Final = ("article", "brochure", "leaflet")
LAYOUTS: Final = {"article": "jinian", "brochure": "jinian", "leaflet": "xuanzhe"}
_ITEM: Final = 200  # characters: a numbered paragraph that may be one of a list
# A title has one of each: those of a second source are text.
_ONCE: Final = frozenset({Role.SUBTITLE, Role.KICKER, Role.DECK})


@dataclass(slots=True)
class ImportedSection:
    """A heading of level two with what follows it, in a file; the first has none."""

    title: str
    file: str = ""
    blocks: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(block) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Offer:
    """A picture for a place that awaits one, by its caption. `why`: `name`, `date` or `order`."""

    picture: str
    place: str
    caption: str
    why: str


@dataclass(frozen=True, slots=True)
class Title:
    """The head of a title, and what its chapters are made of."""

    title: str
    subtitle: str
    kicker: str
    deck: str
    byline: str
    date: datetime.date
    masthead: Mapping[str, str]
    imprint: Mapping[str, str]
    sections: Sequence[ImportedSection]
    captions: Mapping[str, str]
    loose: Sequence[str]  # pictures that have no place in the text
    offers: Sequence[Offer] = ()


def gather(found: Sequence[Recognised], pictures: Mapping[str, bytes], name: str) -> Title:
    """The title that *found* makes; captions are joined to the pictures they stand beside."""
    said = {role: [r for r in found if r.role is role] for role in Role}
    first = {role: rs[0].said for role, rs in said.items() if rs}
    captions, loose, figures = _captioned(found)
    awaited = [name for name in loose if name.startswith(AWAITED)]
    given = [name for name in loose if name not in awaited]
    offers = offered(captions, awaited, given)
    kept = {offer.picture for offer in offers}
    masthead: dict[str, str] = {}
    imprint: dict[str, str] = {}
    for r in said[Role.MASTHEAD]:
        to = imprint if r.key == "资料来源" else masthead
        to[r.key] = f"{to[r.key]}、{r.said}" if r.key in to else r.said
    for r in said[Role.DATE]:
        if r.said:
            imprint.setdefault("资料来源", r.said)
    days = [day for r in said[Role.DATE] if (day := date_of(r))]
    headed, added = first.get(Role.TITLE, name), first.get(Role.SUBTITLE, "")
    if not added:
        headed, added = _parted(headed)
    return Title(
        title=headed,
        subtitle=added,
        kicker=first.get(Role.KICKER, ""),
        deck=first.get(Role.DECK, ""),
        byline="；".join(r.said for r in said[Role.BYLINE]),
        date=_day(days),
        masthead=masthead,
        imprint=imprint,
        sections=_sections(found, figures),
        captions=captions,
        loose=[name for name in loose if name not in kept],
        offers=offers,
    )


def _parted(title: str) -> tuple[str, str]:
    """A title and what a dash adds to it: 一条河的三年——漪水河治理纪实."""
    found = re.fullmatch(r"(.{4,20}?)\s*(?:——|--)\s*(.{4,40})", title)
    return (found[1], found[2]) if found else (title, "")


def offered(
    captions: Mapping[str, str], awaited: Sequence[str], given: Sequence[str]
) -> tuple[Offer, ...]:
    """Pictures that captions may be waiting for: they stand nowhere until it is settled."""
    asked = [PicturePlace(name, captions[name]) for name in awaited]
    found = pairs(asked, [Offered(name, day_in(name)) for name in given])
    return tuple(
        Offer(given[pair.offered], awaited[pair.asked], asked[pair.asked].caption, pair.why)
        for pair in sorted(found, key=lambda pair: pair.asked)
    )


def _day(days: Sequence[tuple[int, int, int]]) -> datetime.date:
    for day in days:
        try:
            return datetime.date(*day)
        except ValueError:
            continue
    return datetime.date.today()  # a day on the editor's own calendar


def _captioned(
    found: Sequence[Recognised],
) -> tuple[dict[str, str], list[str], dict[int, str]]:
    """Captions of pictures; pictures without a place; and of *found* the pictures, by number.

    A caption right below a picture is its own. Others wait, each for a picture of a name to come.
    """
    captions: dict[str, str] = {}
    figures: dict[int, str] = {}
    loose: list[str] = []
    open_picture, waiting = "", 0
    for n, r in enumerate(found):
        if r.role is Role.PICTURE:
            open_picture = r.paragraph.picture
            captions.setdefault(open_picture, r.said)
            alone = r.paragraph.file == open_picture
            if alone:
                loose.append(open_picture)
            else:
                figures[n] = open_picture
        elif r.role is Role.CAPTION and open_picture and open_picture not in loose:
            captions[open_picture] = r.said or captions[open_picture]
            open_picture = ""
        elif r.role is Role.CAPTION:
            waiting += 1
            name = f"{AWAITED}{waiting:02}.jpg"
            captions[name] = r.said
            loose.append(name)
        elif r.role is not Role.DROPPED:
            open_picture = ""
    return captions, loose, figures


def _sections(found: Sequence[Recognised], figures: Mapping[int, str]) -> list[ImportedSection]:
    sections = [ImportedSection("")]
    items = False
    file = ""
    seen = dict.fromkeys(Role, False)
    titles = [r for r in found if r.role is Role.TITLE]
    for n, r in enumerate(found):
        here = sections[-1]
        if file and r.paragraph.file != file and r.role is not Role.PICTURE and here.blocks:
            sections.append(here := ImportedSection("", r.paragraph.file))
        file = r.paragraph.file if r.role is not Role.PICTURE else file
        sections[0].file = sections[0].file or file
        is_item = r.role is Role.BLOCK and r.said.startswith("- ")
        if (r.role is Role.TITLE and r is not titles[0]) or (
            r.role is Role.HEADING and r.level == 2
        ):
            sections.append(ImportedSection(r.said, r.paragraph.file))
        elif r.role is Role.HEADING:
            here.blocks.append(f"{'#' * r.level} {r.said}")
        elif r.role is Role.TEXT:
            listed = re.match(
                r"^(?:\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳•])", r.said
            )
            if (
                listed
                and here.blocks
                and re.match(r"^(?:\d{1,2}\\?[.．、]|[（(]|[①-⑳•])", here.blocks[-1])
                and len(r.said) < _ITEM
            ):
                here.blocks[-1] += "\n" + r.said
            else:
                here.blocks.append(r.said if listed and len(r.said) < _ITEM else begun(r.said))
        elif r.paragraph.form is Form.NOTE:
            _calling(sections, r.said).blocks.append(r.said)
        elif is_item and items and here.blocks:
            here.blocks[-1] += "\n" + r.said
        elif r.role is Role.BLOCK or (r.role in _ONCE and seen[r.role]):
            here.blocks.append(r.said)
        elif n in figures:
            here.blocks.append(figure(figures[n]))
            here.pictures.append(figures[n])
        items = is_item
        seen[r.role] = True
    return [section for section in sections if section.title or section.blocks]


def _calling(sections: Sequence[ImportedSection], note: str) -> ImportedSection:
    """The section whose text calls *note*; a note is set in its own chapter."""
    call = note.partition(":")[0]
    calling = (s for s in sections if any(call in block for block in s.blocks))
    return next(calling, sections[-1])


# --- files ----------------------------------------------------------------------------------


def files_of(
    title: Title, pictures: Mapping[str, bytes], plan: str, layout: str
) -> dict[str, bytes]:
    """Name → bytes of all that the title's folder holds, reports apart."""
    chapters = Chapters(title)
    chapters.add("fengmian", "cover", title.title)
    chapters.add("feiye", "inner", title.subtitle or title.title)
    if plan == "brochure":
        brochure(title, chapters, pictures)
    else:
        _article(title, chapters)
    chapters.add("banquan", "imprint", "版权页")
    chapters.add("fengdi", "back", title.title)
    files = {name: text.encode() for name, text in chapters.files.items()}
    files |= {f"photos/{name}": data for name, data in pictures.items()}
    files["photos/photos.toml"] = _ledger(title).encode()
    files["edition.toml"] = _edition(title, layout, chapters).encode()
    return files


def _article(title: Title, chapters: Chapters) -> None:
    blocks: list[str] = []
    loose = list(title.loose)
    for section in title.sections:
        if section.title:
            blocks.append(f"## {section.title}")
        blocks += section.blocks
        if loose and section.blocks:
            blocks.append(figure(loose.pop(0)))
    blocks += map(figure, loose)
    keys = {"kicker": title.kicker, "deck": title.deck, "byline": title.byline}
    chapters.add("zhengwen", "article", title.title, "\n\n".join(blocks), **keys)


def _ledger(title: Title) -> str:
    head = (
        "# 图说来自原稿；署名、许可、肖像同意请补全。\n"
        "# 没有图的先印成框（--draft），把照片照这个名字放进来。\n"
        "# Captions are the source's. A picture that is not here yet is a box in a draft.\n"
    )
    names = dict.fromkeys([*title.captions, *title.loose])
    rows = []
    for name in names:
        said = json.dumps(title.captions.get(name, ""), ensure_ascii=False)
        rows.append(f"\n[{json.dumps(f'photos/{name}', ensure_ascii=False)}]\ncaption = {said}\n")
    return head + "".join(rows)


def _edition(title: Title, layout: str, chapters: Chapters) -> str:
    def said(text: str) -> str:
        return json.dumps(" ".join(text.split()), ensure_ascii=False)

    lines = [f"title    = {said(title.title)}"]
    if title.subtitle:
        lines.append(f"subtitle = {said(title.subtitle)}")
    lines += [
        'lang     = "zh-CN"',
        f"layout   = {said(layout)}",
        'press    = "coated-sheetfed"',
        'binding  = "saddle"',
        f"date     = {title.date.isoformat()}",
        "",
        "chapters = [",
        *(f'    "{Path(name).name}",' for name in chapters.files),
        "]",
    ]
    for table, rows in (("masthead", title.masthead), ("imprint", title.imprint)):
        lines += [
            "",
            f"[{table}]",
            *(f"{said(key)} = {said(value)}" for key, value in rows.items()),
        ]
    if "contents" in chapters.kinds.values():
        kept = ", ".join(f'"{name}"' for name in _leaflet(chapters))
        lines += ["", "# 换成折页时只放这几章。What a leaflet holds.", "[dress.xuanzhe]"]
        lines.append(f"chapters = [{kept}]")
    return "\n".join(lines) + "\n"


def _leaflet(chapters: Chapters) -> list[str]:
    """Of a book what six panels hold: two chapters, beside what stands on the outside."""
    content = [name for name, kind in chapters.kinds.items() if kind in {"article", "text"}]
    outside = {"cover", "inner", "message", "imprint", "back"}
    return [n for n, kind in chapters.kinds.items() if kind in outside or n in content[:2]]
