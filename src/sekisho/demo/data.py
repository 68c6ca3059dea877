"""The demo's own data files, read into types: figures and habits live in TOML beside the code."""

from typing import TypeVar

from sekisho.invented import data

Shape = TypeVar("Shape")


def read(name: str, shape: type[Shape]) -> Shape:
    """Return the data file of that name as a ``shape``.

    Raises:
        msgspec.ValidationError: the file is not of that shape.
    """
    return data.read(name, shape, "sekisho.demo")
