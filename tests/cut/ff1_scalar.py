"""FF1 for one text, read from NIST SP 800-38G line by line: what the arrays are held against."""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB


def number(numerals: list[int], radix: int) -> int:
    value = 0
    for numeral in numerals:
        value = value * radix + numeral
    return value


def numerals_of(value: int, radix: int, length: int) -> list[int]:
    return [value // radix**place % radix for place in reversed(range(length))]


def prf(key: bytes, data: bytes) -> bytes:
    return Cipher(AES(key), CBC(bytes(16))).encryptor().update(data)[-16:]


def ciph(key: bytes, block: bytes) -> bytes:
    return Cipher(AES(key), ECB()).encryptor().update(block)  # noqa: S305 - what the standard calls CIPH


def ff1(key: bytes, tweak: bytes, numerals: list[int], radix: int, *, back: bool) -> list[int]:
    n, t = len(numerals), len(tweak)
    u, v = n // 2, n - n // 2
    a, b = numerals[:u], numerals[u:]
    size = 0
    while 256**size < radix**v:  # b: the bytes that hold v numerals
        size += 1
    d = 4 * ((size + 3) // 4) + 4
    p = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256]) + n.to_bytes(4, "big") + t.to_bytes(4, "big")
    for i in reversed(range(10)) if back else range(10):
        known = a if back else b
        q = tweak + bytes((-t - size - 1) % 16) + bytes([i]) + number(known, radix).to_bytes(size, "big")
        r = prf(key, p + q)
        s = r
        for j in range(1, (d + 15) // 16):
            s += ciph(key, bytes(x ^ y for x, y in zip(r, j.to_bytes(16, "big"), strict=True)))
        y = int.from_bytes(s[:d], "big")
        m = u if i % 2 == 0 else v
        if back:
            a, b = numerals_of((number(b, radix) - y) % radix**m, radix, m), a
        else:
            a, b = b, numerals_of((number(a, radix) + y) % radix**m, radix, m)
    return a + b
