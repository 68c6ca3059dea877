"""Columns of text between Polars and the kernel, where they lie: Arrow's C data interface, without a copy.

Any column that has ``__arrow_c_stream__`` with string views will do, so this module knows nothing of Polars.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_P, _I64 = ctypes.c_void_p, ctypes.c_int64
_STRING_VIEW, _NULLABLE = b"vu", 2


class Column(Protocol):
    """A column of text in one piece, of which each cell can be had as well."""

    def __iter__(self) -> Iterator[str]:
        """Yield the cells."""
        ...

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the column away as a capsule."""
        ...


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", _P),
        ("flags", _I64),
        ("n_children", _I64),
        ("children", _P),
        ("dictionary", _P),
        ("release", _P),
        ("private_data", _P),
    )


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", _I64),
        ("null_count", _I64),
        ("offset", _I64),
        ("n_buffers", _I64),
        ("n_children", _I64),
        ("buffers", _P),
        ("children", _P),
        ("dictionary", _P),
        ("release", _P),
        ("private_data", _P),
    )


_Next = ctypes.CFUNCTYPE(ctypes.c_int, _P, _P)
_Release = ctypes.CFUNCTYPE(None, _P)


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", _Next),
        ("get_next", _Next),
        ("get_last_error", _P),
        ("release", _Release),
        ("private_data", _P),
    )


_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = _P, (ctypes.py_object, ctypes.c_char_p)
_capsule_of = ctypes.pythonapi.PyCapsule_New
_capsule_of.restype, _capsule_of.argtypes = ctypes.py_object, (_P, ctypes.c_char_p, _P)


def _released(address: int) -> None:
    """Mark a schema as released; it owns nothing."""
    _Schema.from_address(address).release = None


_release_schema = _Release(_released)


class Written:
    """A column that the kernel wrote, to be taken over once: ``polars.Series(values=written)``."""

    def __init__(self) -> None:
        """Make room for what the kernel will say of the column."""
        self._array = _Array()
        self._schema = _Schema(format=_STRING_VIEW, name=b"", flags=_NULLABLE, release=ctypes.cast(_release_schema, _P))

    @property
    def address(self) -> int:
        """Where the kernel says it."""
        return ctypes.addressof(self._array)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Give the column away; whoever takes it frees it."""
        del requested_schema
        return (
            _capsule_of(ctypes.addressof(self._schema), b"arrow_schema", None),
            _capsule_of(self.address, b"arrow_array", None),
        )


@contextmanager
def lent(column: Column) -> Iterator[int]:
    """Lend the kernel a column in one piece; yield where its Arrow array is.

    Raises:
        ValueError: no string views, or several pieces.
    """
    capsule = column.__arrow_c_stream__()
    address = _pointer_of(capsule, b"arrow_array_stream")
    stream, schema, array = _Stream.from_address(address), _Schema(), _Array()
    failed = stream.get_schema(address, ctypes.addressof(schema)) or stream.get_next(address, ctypes.addressof(array))
    try:
        if failed or schema.format != _STRING_VIEW or not array.release:
            raise ValueError("no column of string views")
        more = _Array()
        if stream.get_next(address, ctypes.addressof(more)) or more.release:
            raise ValueError("a column in several pieces")
        yield ctypes.addressof(array)
    finally:
        for given in (array, schema):
            if given.release:
                _Release(given.release)(ctypes.addressof(given))
