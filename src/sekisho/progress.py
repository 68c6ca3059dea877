"""How work that takes longer than a second says how far it is."""

from collections.abc import Callable

Progress = Callable[[int], None]
"""Told how many more rows or bytes are done."""


def silent(_amount: int) -> None:
    """Tell nobody."""
