"""Sharing a secret among custodians: any t of m points of a random polynomial give it, fewer tell nothing (Shamir 1979).

One polynomial of degree t - 1 for each byte, over GF(2^8) with the field polynomial x^8 + x^4 + x^3 + x + 1 (0x11B, that of AES
and of SLIP-39); the secret is its value at 0, custodian i of m has the value at i. The shares stand masked in a capsule's header,
so whoever joins them holds them in full already: nothing here is a secret that timing could tell.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import xor

_POLYNOMIAL = 0x11B
MOST = 16
"""How many custodians a capsule may have."""


def split(secret: bytes, *, needed: int, count: int, randomness: Callable[[int], bytes]) -> tuple[bytes, ...]:
    """Return the points at 1 to ``count``, of which any ``needed`` give the secret.

    Args:
        secret: what is shared.
        needed: how many points give it, at least two.
        count: how many points there are.
        randomness: gives the other coefficients, from the one of x on.

    Raises:
        ValueError: no such sharing.
    """
    if not 2 <= needed <= count <= MOST:
        raise ValueError("a secret is shared among two to sixteen, two of whom are needed at least")
    coefficients = [secret, *(randomness(len(secret)) for _ in range(needed - 1))]
    return tuple(bytes(_value(column, x) for column in zip(*coefficients, strict=True)) for x in range(1, count + 1))


def join(points: Mapping[int, bytes]) -> bytes:
    """Return the secret of points; of too few, or of others than :func:`split` made, some other bytes.

    Raises:
        ValueError: no points, one at 0, or points of unequal length.
    """
    if not points or not all(0 < x <= MOST for x in points) or len({len(point) for point in points.values()}) != 1:
        raise ValueError("not points of a sharing")
    weights = [_weight(x, points) for x in points]
    return bytes(
        _sum(_multiply(weight, value) for weight, value in zip(weights, values, strict=True))
        for values in zip(*points.values(), strict=True)
    )


def _value(coefficients: tuple[int, ...], x: int) -> int:
    """Return the value of a polynomial, constant first, by Horner's rule."""
    value = 0
    for coefficient in reversed(coefficients):
        value = _multiply(value, x) ^ coefficient
    return value


def _weight(x: int, points: Mapping[int, bytes]) -> int:
    """Return Lagrange's weight of the point at ``x`` for the value at 0: the product of others / (others - x)."""
    weight = 1
    for other in points:
        if other != x:
            weight = _multiply(weight, _multiply(other, _inverse(other ^ x)))
    return weight


def _multiply(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0x100:
            left ^= _POLYNOMIAL
        right >>= 1
    return product


def _inverse(element: int) -> int:
    """Return the multiplicative inverse, which is the power of 254."""
    power = 1
    for _ in range(254):
        power = _multiply(power, element)
    return power


def _sum(elements: Iterable[int]) -> int:
    return reduce(xor, elements, 0)
