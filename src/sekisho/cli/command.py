"""A click command whose words stand in the catalogue, in both languages, and which has the options that all have.

The words of a command are under its key (``cli.seal``, ``cli.custodian.release``), those of an option under the key and the
option's name (``cli.seal.medium``) or, where commands share it, under ``cli.option.<name>``. A test finds what is missing.
"""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sekisho.catalogue.words import Language, area_words, say
from sekisho.cli.session import Session
from sekisho.cli.usage import no_such_command
from sekisho.errors import MediumError, Misuse, NotFound


class _Existing(click.Path):
    """A file or a folder that must be there; what is not there is told as everywhere in Sekisho."""

    def __init__(self, *, folder: bool) -> None:
        super().__init__(path_type=Path, file_okay=not folder, dir_okay=folder)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401, ARG002 - click's signature
        """Return the path.

        Raises:
            NotFound: nothing is there.
            Misuse: a folder where a file is meant, or the other way round.
            MediumError: the disk does not say.
        """
        path = Path(value)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound("cli.no_file", path=path) from None
        except OSError as error:
            raise MediumError("cli.disk", path=path) from error
        if is_folder != self.dir_okay:
            raise Misuse("cli.no_file_but_folder" if is_folder else "cli.no_folder_but_file", path=path)
        return path


PATH = click.Path(path_type=Path)
FILE = _Existing(folder=False)
FOLDER = _Existing(folder=True)


class _Worded(click.Command):
    """Writes its help from the catalogue."""

    key: str

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; an error knows which command it is of."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('cli.usage', _language(ctx))} ")

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

    def __init__(self, *arguments: Any, key: str, office: bool = True, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        self.key = key
        self.params += [_home_option(), *_common()] if office else _common()

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Run it, after what an earlier run was killed over is gone: plaintext may be in it, and a person may wait long."""
        ctx.ensure_object(Session).sweep()
        return super().invoke(ctx)


class Group(_Worded, click.Group):
    """A command with commands below it."""

    def __init__(self, *arguments: Any, key: str, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        self.key = key
        self.params.append(_language_option())

    def command(self, name: str, **options: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]  # noqa: ANN401 - narrower than click's: always our class, always named
        """Add a command below this one."""
        return super().command(name, cls=Command, key=f"{self.key}.{name}", **options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command below this one, or say which one was probably meant."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise no_such_command(args[0], self.commands, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands below, each with its words."""
        super().format_options(ctx, formatter)
        language = _language(ctx)
        rows = [(name, say(f"cli.{self.key}.{name}", language).split("\n")[0]) for name in self.list_commands(ctx)]
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl(rows)


def command(key: str, *, office: bool = True) -> Callable[[Callable[..., Any]], Command]:
    """Make a command whose words stand under ``key``; ``office`` says whether it takes the folder of one."""

    def decorate(function: Callable[..., Any]) -> Command:
        return click.command(name=key.rpartition(".")[2], cls=Command, key=key, office=office)(function)

    return decorate


def group(key: str, cls: type[Group] = Group) -> Callable[[Callable[..., Any]], Group]:
    """Make a group whose words stand under ``key``."""

    def decorate(function: Callable[..., Any]) -> Group:
        return click.group(name=key.rpartition(".")[2], cls=cls, key=key)(function)

    return decorate


def option_words(key: str, parameter: click.Parameter, language: Language) -> str:
    """Return the words of an option (the command's own, else those that commands share), and whether it can be left out."""
    words = area_words("cli")
    name = "help" if "--help" in parameter.opts else parameter.name
    own, shared = f"{key}.{name}", f"option.{name}"
    text = words[own if own in words else shared][language]
    if parameter.required:
        return words["option.required"][language].format(words=text.rstrip("。."))
    default = parameter.default
    if isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        return words["option.default"][language].format(words=text.rstrip("。."), default=default)
    return text


def _common() -> list[click.Parameter]:
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_set("json")),
        _language_option(),
    ]


def _home_option() -> click.Option:
    return click.Option(["--home"], type=PATH, expose_value=False, callback=_set("home"))


def _language_option() -> click.Option:
    return click.Option(["--lang"], type=click.Choice(["ja", "en"]), expose_value=False, callback=_set("language"))


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: object) -> None:
        if value:
            setattr(ctx.ensure_object(Session), name, value)

    return callback


def _language(ctx: click.Context) -> Language:
    return ctx.ensure_object(Session).language
