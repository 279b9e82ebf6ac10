"""One call of the command line: options that commands share, and what all of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from banxin import usage
from banxin.diagnostics import Diagnostic, Severity
from banxin.usage import Choice, help_of
from banxin.voice import Voice, leaving_well
from banxin.words import LANGUAGES

if TYPE_CHECKING:
    from banxin.workspace import Workspace

FAILS_ON: Final = {
    "error": {Severity.ERROR, Severity.CRASH},
    "warning": {Severity.ERROR, Severity.CRASH, Severity.WARNING},
    "never": set[Severity](),
}
PATH: Final = click.Path(path_type=Path)

Decorator = Callable[[Any], Any]


@dataclass
class Call:
    """Where a command is at home, and how it speaks.

    Attributes:
        root: the workspace's folder, or one inside it; None: the current one.
        output: where results go; None: the workspace's own `output/`.
    """

    voice: Voice
    root: Path | None = None
    output: Path | None = None
    caching: bool = True

    @property
    def language(self) -> str:
        return self.voice.language

    @property
    def form(self) -> str:
        return self.voice.form

    @cached_property
    def workspace(self) -> Workspace:
        """Raises: BanxinError, where there is none."""
        # Imports of what works stay in functions, so that help and usage errors come at once.
        from banxin.workspace import Workspace

        found = Workspace.around(self.root or Path.cwd(), output=self.output, cache=self.caching)
        self.voice.output = found.output
        return found


def fails(found: Iterable[Diagnostic], on: str = "error") -> bool:
    """Whether the exit code says that something was found."""
    return any(finding.severity in FAILS_ON[on] for finding in found)


class Options:
    """The options that commands share, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        t = self.t
        self.titles = click.argument("titles", nargs=-1, metavar=t("titles-metavar"))
        self.title = click.argument("title", metavar=t("title-metavar"))
        self.layout = click.option("--layout", default="", metavar="NAME", help=t("layout"))
        self.press = click.option("--press", default="", metavar="PROFILE", help=t("press"))
        self.draft = click.option("--draft", is_flag=True, help=t("draft"))
        self.fail_on = click.option(
            "--fail-on", type=Choice(list(FAILS_ON)), default="error", help=t("fail-on")
        )
        self.no_compose = self.switched_off("no-compose", "compose")
        self.no_cache = self.switched_off("no-cache", "caching")
        self.workspace = click.option("--workspace", "root", type=PATH, help=t("workspace"))
        self.output = click.option("-o", "--output", type=PATH, metavar="DIR", help=t("output"))
        self.notes = click.option("--notes", is_flag=True, help=t("notes"))
        self.by = click.option("--by", default="", metavar="NAME", help=t("by"))
        self._forms, self._spoken = Choice(usage.FORMS), Choice(LANGUAGES)

    def t(self, code: str) -> str:
        """What the help says of an option or a command."""
        return help_of(code, self.language)

    def switched_off(self, option: str, name: str) -> Decorator:
        """`--no-something`: with it, *name* is false."""
        return click.option(
            f"--{option}", name, flag_value=False, default=True, help=self.t(option)
        )

    def heard(self) -> list[click.Parameter]:
        """Of groups: read by `usage.Asked.of`, wherever they stand."""
        return [
            click.Option(["--format"], type=self._forms, expose_value=False, help=self.t("format")),
            click.Option(["--lang"], type=self._spoken, expose_value=False, help=self.t("lang")),
        ]

    def called(self, handler: Callable[..., None]) -> Any:
        """The callback of a command: *handler* is given the call, and what only it is asked."""

        @wraps(handler)
        def callback(
            *,
            form: str,
            lang: str,
            notes: bool = False,
            root: Path | None = None,
            output: Path | None = None,
            caching: bool = True,
            **asked: Any,
        ) -> None:
            voice = Voice(form, lang, notes=notes)
            with leaving_well(voice):
                handler(Call(voice, root, output, caching), **asked)

        speaking = (
            click.option("--format", "form", type=self._forms, help=self.t("format")),
            click.option("--lang", type=self._spoken, help=self.t("lang")),
        )
        return together(speaking)(callback)


def together(options: Sequence[Decorator]) -> Decorator:
    """Options as one decorator, in this order."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
