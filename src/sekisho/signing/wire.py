"""Values as SSH writes them (RFC 4251 section 5): strings, and whole numbers that are not negative."""


def ssh_string(data: bytes) -> bytes:
    """Encode bytes as a string."""
    return len(data).to_bytes(4, "big") + data


def read_string(data: bytes) -> tuple[bytes, bytes]:
    """Return the string that stands first, and what stands behind it.

    Raises:
        ValueError: there is no whole one.
    """
    end = 4 + int.from_bytes(data[:4], "big")
    if len(data) < max(end, 4):
        raise ValueError("truncated")
    return data[4:end], data[end:]


def read_strings(data: bytes, count: int) -> list[bytes]:
    """Return exactly ``count`` strings that fill ``data``.

    Raises:
        ValueError: they do not.
    """
    found = []
    for _ in range(count):
        first, data = read_string(data)
        found.append(first)
    if data:
        raise ValueError("trailing data")
    return found


def mpint(number: int) -> bytes:
    """Encode a number that is not negative."""
    return ssh_string(number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"")


def read_mpint(data: bytes) -> int:
    """Return the number whose bytes these are, spelled as :func:`mpint` spells it.

    Raises:
        ValueError: negative, or not its shortest form.
    """
    number = int.from_bytes(data, "big")
    if mpint(number) != ssh_string(data):
        raise ValueError("no number of the shortest form")
    return number
