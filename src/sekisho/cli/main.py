"""The program: commands imported when they are called, errors turned into words and exit codes.

Exit codes are those of :mod:`sekisho.errors`. Bad input never yields a traceback; a bug of ours yields one line that names
the place and nothing of the data, and the traceback only with ``SEKISHO_DEBUG=1``.
"""

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from sekisho.cli.commands import COMMANDS
from sekisho.cli.session import Session, language_of
from sekisho.errors import INTERRUPTED, MediumError, SekishoError

_BROKEN_PIPE = 141
_DEBUG = "SEKISHO_DEBUG"
_OPTIONS = {
    "--lang": ("Language of the output.", "表示の言語。"),
    "--version": ("Print the version.", "版を示す。"),
    "-h": ("Print this help.", "この説明を出す。"),
}
_COMPLETING = "_SEKISHO_COMPLETE"
_OBJECTS_BEFORE_COLLECTING = 50_000


class LazyGroup(click.Group):
    """Lists commands from the table and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the way of the data."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one was probably meant."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from sekisho.cli.usage import no_such_command

            raise no_such_command(args[0], COMMANDS, ctx)
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        language = ctx.ensure_object(Session).language
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="使い方： " if language == "ja" else "Usage: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        japanese = ctx.ensure_object(Session).language == "ja"
        records = [(each, each.get_help_record(ctx)) for each in self.get_params(ctx)]
        rows = [(record[0], _OPTIONS[each.opts[0]][japanese]) for each, record in records if record]
        with formatter.section("オプション" if japanese else "Options"):
            formatter.write_dl(rows)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any."""
        language = ctx.ensure_object(Session).language
        with formatter.section("コマンド" if language == "ja" else "Commands"):
            formatter.write_dl([(name, entry.summary(language)) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(["ja", "en"]), expose_value=False)
@click.version_option(package_name="sekisho")
def program() -> None:
    """Sekisho 関所: hand people's data over so that losing it is not a breach, and prove it.

    落としても、漏れない。漏れていないと、証明できる。
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit with its code."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)  # imports make many objects and no garbage: a tenth of a short scan
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy would start threads for algebra that nobody does
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """Run the program and return its exit code."""
    session = session or Session(language=language_of(arguments))
    try:
        result = program.main(list(arguments), prog_name="sekisho", standalone_mode=False, obj=session)
    except SekishoError as error:
        return session.report(error)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        from sekisho.cli.usage import translated

        session.json |= "--json" in arguments  # click stopped before it came to it
        return session.report(translated(error, session))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        if os.environ.get(_COMPLETING):
            raise
        return _BROKEN_PIPE  # click ends so where nobody reads what it writes
    except OSError as error:
        return _disk_failed(error, session)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        return _own_fault(error, session)
    return result if isinstance(result, int) else 0


def _disk_failed(error: OSError, session: Session) -> int:
    """Report what no room expected of a disk; an error without a file is standard output's, which is then given up."""
    if os.environ.get(_DEBUG):
        raise error
    if error.filename is not None:
        return session.report(MediumError("cli.disk", path=error.filename))
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return session.report(MediumError("cli.output"))


def _own_fault(error: Exception, session: Session) -> int:
    """Name the kind and place of a bug; its message may hold data and is not shown."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    place = f"{traceback.tb_frame.f_globals.get('__name__')}:{traceback.tb_lineno}" if traceback else "?"
    words = session.say("own_fault", kind=type(error).__name__, place=place, debug=_DEBUG)
    click.echo(f"sekisho: {words}", err=True)
    return SekishoError.exit_code
