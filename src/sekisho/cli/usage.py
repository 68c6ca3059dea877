"""What click refuses of a command line, in our words: an option that is missing or unknown, a value that cannot be.

Click's own messages are English prose wherever it is asked; here each of its errors becomes one of ours, so that it speaks
both languages and is an object where ``--json`` was asked for.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import click

from sekisho.cli.session import Session
from sekisho.errors import Misuse


def translated(error: click.UsageError, session: Session) -> Misuse:
    """Return what a person, or a program, is told of a command line that cannot mean anything."""
    return _misuse(_what(error, session), error.ctx)


def no_such_command(name: str, known: Iterable[str], ctx: click.Context) -> Misuse:
    """Return the error of a command that is not there, with the one that was probably meant."""
    session = ctx.ensure_object(Session)
    return _misuse(session.say("usage.no_command", name=name) + _meant(get_close_matches(name, known), session), ctx)


def _misuse(what: str, ctx: click.Context | None) -> Misuse:
    return Misuse("cli.usage", what=what, command=ctx.command_path if ctx else "sekisho")


def _what(error: click.UsageError, session: Session) -> str:
    match error:
        case click.MissingParameter(param=click.Parameter() as parameter):
            return session.say("usage.missing", name=_called(parameter, error.ctx))
        case click.NoSuchOption():
            meant = _meant(error.possibilities or (), session)
            return session.say("usage.no_option", name=error.option_name) + meant
        case click.BadOptionUsage():
            key = "usage.takes_no_value" if _is_flag(error) else "usage.needs_value"
            return session.say(key, name=error.option_name)
        case click.BadParameter(param=click.Parameter() as parameter):
            expected = _expected(parameter.type, session)
            return session.say("usage.bad_value", name=_called(parameter, error.ctx), expected=expected)
        case _ if error.ctx and isinstance(error.ctx.command, click.Group):
            return session.say("usage.missing_command")
        case _:
            return session.say("usage.too_many")


def _called(parameter: click.Parameter, ctx: click.Context | None) -> str:
    """Return what a command line calls a parameter: the longest of an option's names, an argument's metavar."""
    if isinstance(parameter, click.Argument) or ctx is None:
        return (parameter.name or "").upper()
    return max(parameter.opts, key=len)


def _is_flag(error: click.BadOptionUsage) -> bool:
    parameters = error.ctx.command.params if error.ctx else []
    return any(isinstance(each, click.Option) and each.is_flag for each in parameters if error.option_name in each.opts)


def _expected(kind: object, session: Session) -> str:
    """Say which values an option takes."""
    match kind:
        case click.Choice():
            return session.say("usage.one_of", choices=session.say("separator").join(map(str, kind.choices)))
        case click.IntRange(min=int() as least, max=int() as most):
            return session.say("usage.between", least=least, most=most)
        case click.IntRange(min=int() as least):
            return session.say("usage.at_least", least=least)
        case click.FloatRange(min=int() | float() as least, max=int() | float() as most):
            return session.say("usage.number_between", least=least, most=most)
        case _:
            return session.say("usage.another_form")


def _meant(names: Sequence[str], session: Session) -> str:
    return session.say("usage.did_you_mean", name=names[0]) if names else ""
