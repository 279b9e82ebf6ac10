"""edition.toml and photos.toml: of the wrong kind, without end, leading elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attacks import EDITION, FIGURE, LAST, Attack, Content, chapter, title
from attacks.metadata import plain
from attacks.pictures import saved


def without(key: str) -> str:
    return "".join(line for line in EDITION.splitlines(keepends=True) if not line.startswith(key))


EDITIONS: Mapping[str, Content] = {
    "empty": "",
    "not TOML": "title == 3",
    "a PNG": saved(plain(), "PNG"),
    "NUL": EDITION.encode() + b"\0",
    "UTF-16": EDITION.encode("utf-16"),
    "GBK": EDITION.encode("gbk"),
    "a key twice": EDITION + 'title = "二"\n',
    "no title": without("title"),
    "no layout": without("layout"),
    "no chapters": without("chapters"),
    "chapters of nothing": without("chapters") + "chapters = []\n",
    "chapters of numbers": without("chapters") + "chapters = [1, 2]\n",
    "chapters outside": without("chapters") + 'chapters = ["../../etc/passwd"]\n',
    "chapters of devices": without("chapters") + 'chapters = ["/dev/zero"]\n',
    "a chapter that is a folder": without("chapters") + 'chapters = ["photos"]\n',
    "a chapter that is the edition": without("chapters") + 'chapters = ["edition.toml"]\n',
    "a chapter with NUL": without("chapters") + 'chapters = ["a\\u0000b.md"]\n',
    "a chapter of 5,000": without("chapters") + f'chapters = ["{"长" * 5000}.md"]\n',
    "the same chapter a hundred times": without("chapters")
    + "chapters = [" + '"one.md", ' * 100 + "]\n",
    "a layout outside": EDITION.replace("jinian", "../../etc"),
    "a layout of nothing": EDITION.replace("jinian", "."),
    "a layout with NUL": EDITION.replace("jinian", "a\\u0000b"),
    "a date of nowhere": EDITION.replace("2026-01-02", "2026-13-45"),
    "a date of year 1": EDITION.replace("2026-01-02", "0001-01-01"),
    "a date in words": EDITION.replace("2026-01-02", '"今天"'),
    "a title of 100,000": EDITION.replace("小册", "长" * 100_000),
    "a title of spaces": EDITION.replace("小册", "  "),
    "a title of strokes": EDITION.replace("小册", "|" * 999),
    "a title of numbers": EDITION.replace('"小册"', "42"),
    "5,000 digits": EDITION + f"publication = {'9' * 5000}\n",
    "deep": EDITION + f"imprint = {'[' * 3000}{']' * 3000}\n",
    "deep tables": EDITION + f"[{'.'.join('a' * 3000)}]\n",
    "encoding of nobody": 'encoding = "nobody"\n' + EDITION,
    "encoding undefined": 'encoding = "undefined"\n' + EDITION,
    "encoding of bytes": 'encoding = "base64"\n' + EDITION,
    "encoding of idna": 'encoding = "idna"\n' + EDITION,
    "encoding with NUL": 'encoding = "a\\u0000"\n' + EDITION,
    "a language of nobody": 'lang = "xx-YY-zz"\n' + EDITION,
    "a link of scripts": 'link = "javascript:1"\n' + EDITION,
    "a masthead of a thousand": EDITION + "[masthead]\n"
    + "".join(f'"职务{n}" = "某人"\n' for n in range(1000)),
    "a press outside": EDITION.replace("coarse.toml", "../../../etc/passwd.toml"),
    "a press of nothing": EDITION.replace("coarse.toml", ""),
    "a publication outside": 'publication = "../../x.toml"\n' + EDITION,
    "dress of nobody": EDITION + '[dress.nobody]\nchapters = ["none.md"]\n',
    "dress outside": EDITION + '[dress.jinian]\nchapters = ["../../etc/passwd"]\n',
}  # fmt: skip
LEDGERS: Mapping[str, Content] = {
    "empty": "",
    "not TOML": "[[[",
    "bytes": bytes(range(256)),
    "of numbers": '["photos/p.png"]\ncaption = 3\n',
    "5,000 rows": "".join(f'["photos/{n}.png"]\ncaption = "图"\n' for n in range(5000)),
    "a caption of HTML": '["photos/p.png"]\ncaption = "</div><script>"\ncredit = "{{ 7*7 }}"\n',
    "a caption of 50,000": f'["photos/p.png"]\ncaption = "{"长" * 50_000}"\n',
    "outside": '["../../etc/passwd"]\ncaption = "x"\n',
    "a key of controls": '["photos/\\u001b[31m"]\ncaption = "x"\n',
}
IMPRINTS: Mapping[str, str] = {
    "a pattern that explodes": '["书名"]\npattern = "^(a+)+$"\nbecause = "x"\n',
    "a pattern of nowhere": '["书名"]\npattern = "("\nbecause = "x"\n',
    "a pattern that repeats": '["书名"]\npattern = "(a{60000}){60000}"\nbecause = "x"\n',
}


def attacks() -> Iterator[Attack]:
    photo = saved(plain(), "PNG")
    pictured: dict[str, Content] = {"one.md": chapter(FIGURE), "photos/p.png": photo}
    for name, edition in EDITIONS.items():
        keeps = "" if name == "a chapter that is the edition" else LAST
        yield title("config", name, {**pictured, "edition.toml": edition}, keeps=keeps)
    for name, ledger in LEDGERS.items():
        yield title("config", f"ledger: {name}", {**pictured, "photos/photos.toml": ledger})
    for name, imprint in IMPRINTS.items():
        said = 'publication = "ours.toml"\n' + EDITION + f'[imprint]\n"书名" = "{"a" * 40}!"\n'
        front = "---\ntitle: 版权\ntemplate: imprint\n---\n"
        files = {"edition.toml": said, "one.md": front, "ours.toml": imprint}
        yield title("config", f"imprint: {name}", files, keeps="")
