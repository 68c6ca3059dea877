"""``sekisho completion``: the script that a shell loads to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from sekisho.cli.command import command


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def run(shell: str) -> None:
    """Print."""
    from sekisho.cli.main import program

    maker = get_completion_class(shell)
    assert maker is not None
    click.echo(maker(program, {}, "sekisho", "_SEKISHO_COMPLETE").source())
