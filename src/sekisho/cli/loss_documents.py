"""The commands of ``sekisho loss`` about documents."""

from sekisho.cli.command import Group


def add_to(group: Group) -> None:
    """Add them to the group."""
