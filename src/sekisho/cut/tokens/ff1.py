"""FF1 (NIST SP 800-38G): tokens that have the form of what they stand for. Off unless a purpose asks for it by name.

A text of n characters of an alphabet becomes another of n characters of that alphabet, one to one under a key and a
tweak; the key leads back.

Patents are asserted against format-preserving encryption (:data:`NOTICE` says so in the catalogue's words), so nothing
here is in a template, and whoever enables it has read that. Such a token looks like the number that it stands for: for
a My Number this is refused by whoever carries a purpose out, since a token whose check digit holds would be taken for
somebody's number. Case numbers and AES tokens serve nearly every purpose better.

Sets of fewer than a million texts are refused, as revision 1 of the standard has it (second draft, February 2025): they
could be tried through. A character outside the alphabet is an error, a full-width digit as much as any other: it is no
numeral, and what it should be is for the caller to say.
"""

import numpy as np
import polars as pl

from sekisho.cut.tokens.alphabet import AsciiAlphabet, WideAlphabet, of_characters
from sekisho.cut.tokens.ff1_rounds import Domain, permute
from sekisho.errors import Misuse, Refused

NOTICE = "cut.ff1_notice"
ACCEPTANCE = "accept-patent-notice"
DIGITS = "0123456789"
LEAST_TEXTS = 1_000_000

_KEY_BYTES = (16, 24, 32)
_MOST_CHARACTERS = 1 << 16
_SLICE = 1 << 18  # texts at a time: what is between text and text stays small


def must_be_accepted(said: str | None) -> None:
    """Refuse FF1 unless who answers for a purpose has read the notice and says so.

    Raises:
        Refused: with the notice.
    """
    if said != ACCEPTANCE:
        raise Refused(NOTICE, acceptance=ACCEPTANCE)


def encrypt(texts: pl.Series, key: bytes, *, alphabet: str = DIGITS, tweak: bytes = b"") -> pl.Series:
    """Return the token of each text; a null stays null.

    Args:
        texts: of any lengths; each length is a permutation of its own.
        key: 16, 24 or 32 bytes.
        alphabet: 2 to 65,536 different characters, in the order of their values.
        tweak: what else tokens depend on; may be known to anybody.

    Raises:
        Refused: a text that is too short, or that has a character outside the alphabet.
        Misuse: no such key or alphabet.
    """
    return _carried(texts, key, alphabet, tweak, back=False)


def decrypt(tokens: pl.Series, key: bytes, *, alphabet: str = DIGITS, tweak: bytes = b"") -> pl.Series:
    """Return the text of each token; a null stays null.

    What was altered, or made with another key, leads to some other text: nothing tells.

    Raises:
        Refused: a token that is too short, or that has a character outside the alphabet.
        Misuse: no such key or alphabet.
    """
    return _carried(tokens, key, alphabet, tweak, back=True)


def least_length(radix: int) -> int:
    """Return how many characters a text must have at least."""
    length = 2
    while radix**length < LEAST_TEXTS:
        length += 1
    return length


def _carried(texts: pl.Series, key: bytes, characters: str, tweak: bytes, *, back: bool) -> pl.Series:
    radix = len(characters)
    if not 2 <= radix <= _MOST_CHARACTERS or len(set(characters)) != radix:
        raise Misuse("cut.ff1_alphabet", most=_MOST_CHARACTERS)
    if len(key) not in _KEY_BYTES:
        raise Misuse("cut.ff1_key")
    sizes, least = texts.str.len_chars(), least_length(radix)
    if short := int((sizes < least).sum()):
        raise Refused("cut.ff1_too_short", rows=short, least=least)
    alphabet, made, places = of_characters(characters), [texts.clear()], [np.zeros(0, np.uint32)]
    for length in sizes.drop_nulls().unique().sort().to_list():
        where = (sizes == length).arg_true()
        places.append(where.to_numpy())
        same, domain = texts.gather(where), Domain(radix=radix, length=length, tweak=tweak)
        for at in range(0, len(same), _SLICE):
            some = _permuted(same[at : at + _SLICE], alphabet, domain, key, back=back)
            if some is None:
                raise Refused("cut.ff1_outside_alphabet", rows=_outside(texts, characters))
            made.append(some)
    return _in_order(pl.concat(made), np.concatenate(places), len(texts)).alias(texts.name)


def _permuted(
    texts: pl.Series, alphabet: AsciiAlphabet | WideAlphabet, domain: Domain, key: bytes, *, back: bool
) -> pl.Series | None:
    """Carry texts of one length through the rounds; None if a character is outside the alphabet."""
    halves = alphabet.halves(texts, domain.length, as_objects=not domain.is_small)
    return halves and alphabet.texts(*permute(*halves, domain, key, back=back), length=domain.length)


def _outside(texts: pl.Series, characters: str) -> int:
    """Return how many texts have a character outside the alphabet."""
    known = set(characters)
    return sum(not known.issuperset(text) for text in texts.drop_nulls().to_list())


def _in_order(values: pl.Series, places: np.ndarray, size: int) -> pl.Series:
    """Return values at their places, nulls elsewhere."""
    if len(values) == size and bool((places[1:] > places[:-1]).all()):
        return values
    order = np.full(size, -1, np.int64)
    order[places] = np.arange(len(places))
    return values.gather(pl.Series(order).replace(-1, None))
