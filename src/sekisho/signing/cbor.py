"""CBOR in its deterministic form (RFC 8949 section 4.2.1), as far as passkeys and hand-over codes need it.

Whole numbers, bytes, text, arrays, maps, true, false and null. What is not in the shortest form, has keys out of order or
twice, or is a float, a tag or of indefinite length is refused, so that a value has one spelling. A library would read all of
those from whatever a camera has scanned.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "int | bytes | str | bool | Sequence[Value] | Mapping[int | str, Value] | None"
"""What can be said."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _, _SIMPLE = range(8)
_SIMPLE_VALUES: dict[int, bool | None] = {20: False, 21: True, 22: None}
_DEEPEST = 16


def encode(value: Value) -> bytes:
    """Write a value.

    Raises:
        ValueError: a number beyond 64 bits.
        TypeError: something else than a value.
    """
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            data = value.encode()
            return _head(_TEXT, len(data)) + data
        case Mapping():
            pairs = sorted((encode(key), encode(inner)) for key, inner in value.items())
            return _head(_MAP, len(pairs)) + b"".join(key + inner for key, inner in pairs)
        case Sequence():
            return _head(_ARRAY, len(value)) + b"".join(encode(inner) for inner in value)
    raise TypeError("not a value")


def decode(data: bytes) -> Value:
    """Read a value that fills the data.

    Raises:
        ValueError: no such value.
    """
    value, rest = decode_first(data)
    if rest:
        raise ValueError("trailing data")
    return value


def decode_first(data: bytes) -> tuple[Value, bytes]:
    """Return the value that stands first, and what stands behind it.

    Raises:
        ValueError: there is none.
    """
    return _decode(data, _DEEPEST)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for more, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | more]) + number.to_bytes(size, "big")
    raise ValueError("a number beyond 64 bits")


def _decode(data: bytes, depth: int) -> tuple[Value, bytes]:
    if not depth:
        raise ValueError("too deep")
    major, number, rest = _read_head(data)
    match major:
        case 0:
            return number, rest
        case 1:
            return -1 - number, rest
        case 2 | 3:
            if len(rest) < number:
                raise ValueError("truncated")
            found = rest[:number]
            return found if major == _BYTES else found.decode(), rest[number:]
        case 4:
            return _decode_array(rest, number, depth)
        case 5:
            return _decode_map(rest, number, depth)
        case 7 if number in _SIMPLE_VALUES:
            return _SIMPLE_VALUES[number], rest
    raise ValueError("a tag, a float or an unknown value")


def _read_head(data: bytes) -> tuple[int, int, bytes]:
    if not data:
        raise ValueError("truncated")
    major, more = data[0] >> 5, data[0] & 31
    if more < 24:
        return major, more, data[1:]
    if more > 27:
        raise ValueError("of indefinite length")
    end = 1 + (1 << more - 24)
    number = int.from_bytes(data[1:end], "big")
    if len(data) < end or major == _SIMPLE or _head(major, number) != data[:end]:
        raise ValueError("not the shortest form")
    return major, number, data[end:]


def _decode_array(rest: bytes, size: int, depth: int) -> tuple[Value, bytes]:
    found: list[Value] = []
    while len(found) < size:
        value, rest = _decode(rest, depth - 1)
        found.append(value)
    return found, rest


def _decode_map(rest: bytes, size: int, depth: int) -> tuple[Value, bytes]:
    found: dict[int | str, Value] = {}
    last = b""
    while len(found) < size:
        key, behind = _decode(rest, depth - 1)
        spelled = rest[: len(rest) - len(behind)]
        if isinstance(key, bool) or not isinstance(key, int | str) or spelled <= last:
            raise ValueError("a key out of order, twice, or of another type")
        found[key], rest = _decode(behind, depth - 1)
        last = spelled
    return found, rest
