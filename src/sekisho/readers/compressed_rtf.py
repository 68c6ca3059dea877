"""The compressed RTF of Outlook messages ([MS-OXRTFCP])."""

from io import BytesIO

_PACKED, _PLAIN = b"LZFu", b"MELA"
_HEADER_BYTES = 16
_WINDOW = 4096
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(content: bytes) -> bytes:
    """Return the RTF; of what is damaged as much as there is.

    Raises:
        ValueError: it is not packed in a known way.
    """
    kind = content[8:12]
    if kind == _PLAIN:
        return content[_HEADER_BYTES:]
    if kind != _PACKED:
        raise ValueError(kind)
    window, place = bytearray(_KNOWN.ljust(_WINDOW, b" ")), len(_KNOWN)
    packed, out = BytesIO(content[_HEADER_BYTES:]), bytearray()

    def say(byte: int) -> None:
        nonlocal place
        out.append(byte)
        window[place] = byte
        place = (place + 1) % _WINDOW

    while flags := packed.read(1):
        for bit in range(8):
            if not flags[0] >> bit & 1:
                if literal := packed.read(1):
                    say(literal[0])
                continue
            reference = int.from_bytes(packed.read(2), "big")
            offset, length = reference >> 4, (reference & 0xF) + 2
            if offset == place:
                return bytes(out)
            for step in range(length):
                say(window[(offset + step) % _WINDOW])
    return bytes(out)
