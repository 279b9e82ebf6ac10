"""Click in our words: help, and what is wrong with what was typed, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NoReturn

import click

from banxin.diagnostics import Diagnostic, error, nearest
from banxin.words import LANGUAGES, language_here, sentence

FORMS: Final = ("human", "short", "json")
_EXTRA: Final = re.compile(r"\((.*)\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Speech:
    """How the program is to speak."""

    language: str
    form: str

    @classmethod
    def of(cls, words: Sequence[str], language: str = "") -> Speech:
        """What `--lang` and `--format` ask for, wherever they stand among *words*.

        Looked for before Click is asked, so that help and usage errors speak so, too.
        """
        return cls(
            _value_of("--lang", words, LANGUAGES) or language or language_here(),
            _value_of("--format", words, FORMS) or "human",
        )


def _value_of(option: str, words: Sequence[str], known: Sequence[str]) -> str:
    for word, following in pairwise([*words, ""]):
        found = following if word == option else word.removeprefix(f"{option}=")
        if found in known and found != word:
            return found
    return ""


def help_of(code: str, language: str) -> str:
    return sentence(f"help/{code}", language).message


# --- help -----------------------------------------------------------------------------------


class _Spoken(click.Command):
    """Headings in the language asked for; `--lang` and `--format` wherever they stood."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        pieces = pieces.replace("[OPTIONS]", f"[{_t(ctx, 'options').upper()}]")
        pieces = pieces.replace("[COMMAND]", "COMMAND").replace(
            "COMMAND [ARGS]...", _t(ctx, "command-metavar")
        )
        formatter.write_usage(ctx.command_path, pieces, f"{_t(ctx, 'usage')} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            record
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx))
        ]
        with formatter.section(_t(ctx, "options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _t(ctx, "help-option")
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as problem:
            problem.ctx = problem.ctx or ctx
            raise

    def invoke(self, ctx: click.Context) -> Any:
        asked: Speech = ctx.obj
        for key, value in (("form", asked.form), ("lang", asked.language)):
            if key in ctx.params and ctx.params[key] is None:
                ctx.params[key] = value
        return super().invoke(ctx)


class Command(_Spoken):
    """A command of the program."""


class CommandGroup(_Spoken, click.Group):
    """A command of commands."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [
            (name, (command.help or "").split("\n")[0])
            for name, command in self.commands.items()
            if not command.hidden
        ]
        with formatter.section(_t(ctx, "commands")):
            formatter.write_dl(rows)


class Program(CommandGroup):
    """The whole command line: it ends by exiting, and never with words of Click's.

    Attributes:
        language: where no `--lang` asks for another.
        wrong: told what is wrong with what was typed, as it was asked to be told.
    """

    group_class = CommandGroup

    def __init__(
        self, *, language: str, wrong: Callable[[Diagnostic, Speech], NoReturn], **more: Any
    ) -> None:
        super().__init__(**more)
        self.language = language
        self.wrong = wrong

    def main(self, args: Sequence[str] | None = None, **how: Any) -> NoReturn:  # type: ignore[override]
        asked = Speech.of(args or (), self.language)
        how |= {"prog_name": "banxin", "obj": asked, "standalone_mode": False}
        try:
            code = super().main(list(args or ()), **how)
        except click.exceptions.NoArgsIsHelpError as problem:
            click.echo(problem.ctx.get_help())
            code = 0
        except click.UsageError as problem:
            self.wrong(_told(problem), asked)
        raise SystemExit(code or 0)


def _t(ctx: click.Context, code: str) -> str:
    asked: Speech = ctx.obj
    return help_of(code, asked.language)


# --- what was typed wrongly ----------------------------------------------------------------


class Choice(click.Choice[str]):
    """One of several words. What was written instead is kept, for the message."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as problem:
            raise _NoChoice(str(value), tuple(self.choices), param, ctx) from problem


class _NoChoice(click.BadParameter):
    def __init__(
        self,
        found: str,
        known: tuple[str, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        super().__init__(found, ctx, param)
        self.found, self.known = found, known


def _told(problem: click.UsageError) -> Diagnostic:
    """What is wrong, as a finding."""
    ctx = problem.ctx
    command = ctx.command_path if ctx else "banxin"
    match problem:
        case click.exceptions.NoSuchCommand():
            return no_command(problem.command_name, ctx)
        case click.NoSuchOption():
            known = [name for p in (ctx.command.params if ctx else ()) for name in p.opts]
            near = nearest(problem.option_name, known)
            return error("usage/no-option", option=problem.option_name, near=near, command=command)
        case click.MissingParameter():
            return error("usage/missing", what=_name(problem), command=command)
        case _NoChoice(found=found, known=known):
            facts = {"found": found, "near": nearest(found, known), "known": " · ".join(known)}
            return error("usage/choice", option=_name(problem), **facts)
        case click.BadParameter():
            kind = problem.param.type if problem.param else None
            if isinstance(kind, click.IntRange):
                span = f"{kind.min}–{kind.max}"
                return error("usage/number", option=_name(problem), span=span)
        case click.BadOptionUsage():
            options = ctx.command.params if ctx else []
            flag = any(
                getattr(p, "is_flag", False) for p in options if problem.option_name in p.opts
            )
            code = "usage/takes-no-value" if flag else "usage/needs-value"
            return error(code, option=problem.option_name, command=command)
        case _:
            surplus = _EXTRA.search(problem.message)
            if surplus:
                return error("usage/surplus", words=surplus[1], command=command)
    return error("usage/other", why=problem.message, command=command)


def no_command(name: str, ctx: click.Context | None) -> Diagnostic:
    """There is no command *name* where *ctx* stands."""
    commands = getattr(ctx.command, "commands", {}) if ctx else {}
    known = [word for word, command in commands.items() if not command.hidden]
    return error("usage/no-command", name=name, near=nearest(name, known), known=" · ".join(known))


def _name(problem: click.BadParameter) -> str:
    """The option as it is typed, or the argument as help shows it."""
    param = problem.param
    if isinstance(param, click.Option):
        return param.opts[-1]
    if param is not None and problem.ctx is not None:
        return param.make_metavar(problem.ctx).strip("[].")
    return "–"
