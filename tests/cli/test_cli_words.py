"""Every command and option has its words, in both languages, and the table of commands says what the commands say."""

from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from sekisho.catalogue.words import LANGUAGES, Language
from sekisho.cli.command import Command, Group, option_words
from sekisho.cli.commands import COMMANDS
from sekisho.cli.main import run
from sekisho.cli.session import Session


def _load(name: str) -> Command | Group:
    module, _, attribute = COMMANDS[name].target.partition(":")
    loaded = getattr(import_module(module), attribute)
    assert isinstance(loaded, Command | Group)
    return loaded


def _walk(command: Command | Group) -> Iterator[Command | Group]:
    yield command
    if isinstance(command, Group):
        for below in command.commands.values():
            assert isinstance(below, Command | Group)
            yield from _walk(below)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_commands_says_what_the_command_says(name: str, language: Language) -> None:
    assert _load(name).summary(language) == COMMANDS[name].summary(language)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_has_words(name: str, language: Language) -> None:
    for command in _walk(_load(name)):
        for parameter in command.get_params(click.Context(command)):
            if isinstance(parameter, click.Option):
                text = option_words(command.key, parameter, language)
                assert text
                assert "{" not in text, f"{command.key}: what a running command says, with a place to fill in"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_printed_in_the_language_asked_for(
    name: str, language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([name, "--help"], Session(language=language)) == 0
    assert ("オプション" if language == "ja" else "Options") in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "_SEKISHO_COMPLETE" in capsys.readouterr().out
