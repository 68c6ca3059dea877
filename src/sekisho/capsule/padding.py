"""Padmé: a payload's size rounded up, so that it says less of how many people are inside.

Of the size only the leading bits are left, as many as its magnitude has bits. It grows by 12 % at the most, less for what
is large, and all sizes are classed alike (Nikitin, Barman, Lueks, Underwood, Hubaux, Ford: "Reducing Metadata Leakage from
Encrypted Files and Communication with PURBs", PETS 2019, section 4).
"""


def padded(size: int) -> int:
    """Return the size that a payload of ``size`` bytes is padded to."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    low_bits = (1 << exponent - exponent.bit_length()) - 1
    return size + low_bits & ~low_bits
