"""A click command whose words stand in the catalogue, in both languages, and which has the options that all have.

The words of a command are under its key (``cli.seal``, ``cli.custodian.release``), those of an option under the key and the
option's name (``cli.seal.medium``) or, where commands share it, under ``cli.option.<name>``. A test finds what is missing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sekisho.catalogue.words import Language, area_words, say
from sekisho.cli.session import Session

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


class _Worded(click.Command):
    """Writes its help from the catalogue."""

    key: str

    def summary(self, language: Language) -> str:
        """Return the first line of its words."""
        return say(f"cli.{self.key}", language).split("\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its words."""
        with formatter.indentation():
            for paragraph in say(f"cli.{self.key}", _language(ctx)).strip().split("\n\n"):
                formatter.write_paragraph()
                formatter.write_text(paragraph)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each with its words."""
        records = [
            (record[0], option_words(self.key, parameter, _language(ctx)))
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx))
        ]
        with formatter.section(say("cli.options", _language(ctx))):
            formatter.write_dl(records)


class Command(_Worded):
    """One command."""

    def __init__(self, *arguments: Any, key: str, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        self.key = key
        self.params += _common()


class Group(_Worded, click.Group):
    """A command with commands below it."""

    def __init__(self, *arguments: Any, key: str, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        self.key = key
        self.params.append(_language_option())

    def command(self, name: str, **options: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]  # noqa: ANN401 - narrower than click's: always our class, always named
        """Add a command below this one."""
        return super().command(name, cls=Command, key=f"{self.key}.{name}", **options)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands below, each with its words."""
        super().format_options(ctx, formatter)
        language = _language(ctx)
        rows = [(name, say(f"cli.{self.key}.{name}", language).split("\n")[0]) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl(rows)


def command(key: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a command whose words stand under ``key``."""

    def decorate(function: Callable[..., Any]) -> Command:
        return click.command(name=key, cls=Command, key=key)(function)

    return decorate


def group(key: str) -> Callable[[Callable[..., Any]], Group]:
    """Make a group whose words stand under ``key``."""

    def decorate(function: Callable[..., Any]) -> Group:
        return click.group(name=key, cls=Group, key=key)(function)

    return decorate


def option_words(key: str, parameter: click.Parameter, language: Language) -> str:
    """Return the words of an option: the command's own, else those that commands share."""
    words = area_words("cli")
    name = "help" if "--help" in parameter.opts else parameter.name
    own, shared = f"{key}.{name}", f"option.{name}"
    return words[own if own in words else shared][language]


def _common() -> list[click.Parameter]:
    return [
        click.Option(["--home"], type=PATH, expose_value=False, callback=_set("home")),
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_set("json")),
        _language_option(),
    ]


def _language_option() -> click.Option:
    return click.Option(["--lang"], type=click.Choice(["ja", "en"]), expose_value=False, callback=_set("language"))


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: object) -> None:
        if value:
            setattr(ctx.ensure_object(Session), name, value)

    return callback


def _language(ctx: click.Context) -> Language:
    return ctx.ensure_object(Session).language
