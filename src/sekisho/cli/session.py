"""What every command has: the office's folder, the language, whether it speaks JSON, and how to ask for a passphrase."""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.catalogue.words import Language, choose_language, say
from sekisho.clock import Clock, SystemClock, to_local
from sekisho.errors import MediumError, Missing, Misuse, NoKey, SekishoError, Unreadable

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.signing.keys import SigningKey

_HOME = "SEKISHO_HOME"
_YES, _NO = frozenset({"y", "yes", "はい"}), frozenset({"n", "no", "いいえ"})


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language that a command line and the environment ask for; wrong values are click's to refuse."""
    asked = None
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return choose_language(asked, environment)


def default_home() -> Path:
    """Return the office's folder where none is named: ``$SEKISHO_HOME``, else ``~/.sekisho``."""
    return Path(os.environ.get(_HOME) or Path.home() / ".sekisho")


@dataclass(slots=True)
class Session:
    """One run of one command."""

    language: Language = "en"
    home: Path = field(default_factory=default_home)
    json: bool = False
    clock: Clock = field(default_factory=SystemClock)

    def say(self, key: str, /, **values: object) -> str:
        """Return the words for a key of the CLI's catalogue."""
        return say(f"cli.{key}", self.language, **values)

    def words(self, key: str, /, **values: object) -> str:
        """Return the words for a key of any area of the catalogue."""
        return say(key, self.language, **values)

    @contextmanager
    def office(self, *, finish: bool = True) -> "Iterator[Office]":
        """Open the office, and close it when the block ends; times in an error are said by its clock on the wall.

        A destruction that cannot be finished now is told and blocks no command.

        Args:
            finish: whether destructions that were begun are finished first.
        """
        from sekisho.custody.office import Office
        from sekisho.store.database import translated

        office = Office.open(self.home, self.clock, finish=False)
        try:
            with translated(office.home.database):
                if finish:
                    self._finish_destructions(office)
                yield office
        except SekishoError as error:
            error.values = _on_the_wall(error.values, office.settings.zone)
            raise
        finally:
            office.close()

    def _finish_destructions(self, office: "Office") -> None:
        try:
            office.finish_destructions()
        except (MediumError, Misuse, Missing, NoKey, Unreadable) as error:
            self.note("unfinished", why=error.what(self.language))

    def sweep(self) -> None:
        """Remove what a run that was killed left half-written, wherever it noted that; where nothing is, nothing is made."""
        with suppress(OSError):  # of a folder that may not be entered; the command itself says so, if it matters to it
            if self.home.is_dir():
                from sekisho.store.home import Home

                Home(self.home).leftovers.sweep()

    def key(self, path: Path) -> "SigningKey":
        """Load a signing key, asking for its passphrase if it has one."""
        from sekisho.signing.keys import load

        return load(path, passphrase=self.passphrase)

    def passphrase(self, path: Path) -> bytes:
        """Ask for the passphrase of a key file on the terminal, without showing it."""
        return self.hidden("passphrase", path=path.name).encode()

    def password(self, place: Path) -> str | None:
        """Ask for the password to a database on the terminal; None where nobody is there to answer."""
        return self.hidden("password", place=place) if sys.stdin and sys.stdin.isatty() else None

    def hidden(self, key: str, /, **values: object) -> str:
        """Ask on the terminal for what must not be shown; an empty answer is none."""
        return self.asked(self.say(key, **values), hide_input=True)

    def asked(self, question: str, **options: Any) -> str:  # noqa: ANN401 - click's own
        """Ask on the terminal, with the options of :func:`click.prompt`."""
        # A library that computes on several threads answers Ctrl-C too, and has the reading go on; here it ends.
        signal.siginterrupt(signal.SIGINT, True)
        answer: str = click.prompt(question, err=True, **options)
        return answer

    def confirm(self, key: str) -> bool:
        """Ask yes or no on the terminal until it is answered; Enter alone is a no."""
        while True:
            answer = self.asked(f"{self.say(key)} [y/N]", default="n", show_default=False).strip().lower()
            if answer in _YES | _NO:
                return answer in _YES
            click.echo(self.say("yes_or_no"), err=True)

    def emit(self, document: Mapping[str, object], lines: Iterable[str]) -> None:
        """Print the result: the document where JSON was asked for, else the lines."""
        if self.json:
            click.echo(json.dumps(document, ensure_ascii=False))
        else:
            for line in lines:
                click.echo(line)

    def report(self, *errors: "SekishoError") -> int:
        """Say on standard error what is wrong, in words, or the first of it as an object; return the first one's exit code."""
        first = errors[0]
        if self.json:
            what, hint = first.what(self.language), first.hint(self.language)
            document = {"error": first.key, "exit": first.exit_code, "what": what, "hint": hint}
            click.echo(json.dumps(document, ensure_ascii=False), err=True)
            return first.exit_code
        hints = [error.hint(self.language) for error in errors]
        for error, hint, following in zip(errors, hints, [*hints[1:], ""], strict=True):
            click.echo(f"sekisho: {error.what(self.language)}", err=True)
            if hint and hint != following:  # what helps against several is said once
                click.echo(f"  → {hint}", err=True)
        return first.exit_code

    def tell(self, key: str, /, **values: object) -> None:
        """Print to standard error what whoever is asked must know, where JSON was asked for too."""
        click.echo(self.say(key, **values), err=True)

    def note(self, key: str, /, **values: object) -> None:
        """Print a remark to standard error, where a pipe does not see it."""
        self.note_lines([self.say(key, **values)])

    def note_lines(self, lines: Iterable[str]) -> None:
        """Print lines to standard error, where a pipe does not see them."""
        if not self.json:
            for line in lines:
                click.echo(line, err=True)


def _on_the_wall(values: Mapping[str, object], zone: str) -> dict[str, object]:
    return {
        name: f"{to_local(value, zone)} ({zone})" if isinstance(value, datetime) else value
        for name, value in values.items()
    }


pass_session = click.make_pass_decorator(Session)
