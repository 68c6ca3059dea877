"""Passphrases: what they cost, that they stand alone, and that nobody is asked for one in vain."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import filekey, unpadded
from sekisho.age.errors import HeaderError, MixedRecipientsError
from sekisho.age.header import Header
from sekisho.age.scrypt import LARGEST_WORK_FACTOR, WORK_FACTOR, ScryptIdentity, ScryptRecipient
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity

FILE_KEY = bytes(range(16))
SALT = unpadded.encode(bytes(16))

# C2SP age.md, "The scrypt recipient type"; the passphrase is not printed there, so the shape alone is held to it.
EXAMPLE = Stanza(
    "scrypt", ("ajMFur+EJLGaohv/dLRGnw", "18"), unpadded.decode("8SHBz/ldWnjyGFQqfjat6uNBarWqqEMDS7W8X7+Xq5Q")
)


def _refuse() -> bytes:
    raise AssertionError("nobody should have been asked")


def test_the_passphrase_and_no_other_unwraps() -> None:
    (stanza,) = ScryptRecipient(b"right", work_factor=5).wrap(FILE_KEY)
    assert stanza.args[1] == "5"
    assert ScryptIdentity(b"right").unwrap([stanza]) == FILE_KEY
    assert ScryptIdentity(lambda: b"wrong").unwrap([stanza]) is None


def test_what_is_written_by_default_has_the_work_factor_of_the_specification() -> None:
    (stanza,) = ScryptRecipient(b"right").wrap(FILE_KEY)
    assert (stanza.type, stanza.args[1], len(stanza.body)) == (EXAMPLE.type, EXAMPLE.args[1], len(EXAMPLE.body))
    assert WORK_FACTOR == 18
    assert LARGEST_WORK_FACTOR == 22


@given(st.text(st.characters(max_codepoint=126, min_codepoint=33), min_size=1, max_size=8))
def test_only_a_plain_number_up_to_the_cap_is_a_work_factor(text: str) -> None:
    stanza = Stanza("scrypt", (SALT, text), bytes(32))
    if text in {"1", "2", "3"}:
        assert ScryptIdentity(b"x", largest_work_factor=3).unwrap([stanza]) is None
        return
    with pytest.raises(HeaderError, match="work factor"):
        ScryptIdentity(_refuse, largest_work_factor=3).unwrap([stanza])


@pytest.mark.parametrize("text", ["٣", "0", "23", "018", "+5", "1e1", "9" * 5000])
def test_work_factors_that_no_number_parser_must_let_through(text: str) -> None:
    if not text.isascii():
        with pytest.raises(ValueError, match="ASCII"):
            Stanza("scrypt", (SALT, text), bytes(32))
        return
    with pytest.raises(HeaderError, match="work factor"):
        ScryptIdentity(_refuse).unwrap([Stanza("scrypt", (SALT, text), bytes(32))])


@pytest.mark.parametrize(
    "stanza",
    [
        Stanza("scrypt", (SALT,), bytes(32)),
        Stanza("scrypt", (SALT, "5", "x"), bytes(32)),
        Stanza("scrypt", (SALT, "5"), bytes(31)),
        Stanza("scrypt", (unpadded.encode(bytes(15)), "5"), bytes(32)),
    ],
)
def test_a_malformed_stanza_is_refused_before_anybody_is_asked(stanza: Stanza) -> None:
    with pytest.raises(HeaderError):
        ScryptIdentity(_refuse).unwrap([stanza])


def test_it_stands_alone_whoever_seals_and_whoever_opens() -> None:
    words, other = ScryptRecipient(b"right", work_factor=5), X25519Identity.generate()
    for recipient in (other.recipient, ScryptRecipient(b"more", work_factor=5), words):
        with pytest.raises(MixedRecipientsError):
            filekey.wrap(FILE_KEY, [words, recipient])
    with pytest.raises(MixedRecipientsError):
        filekey.wrap(FILE_KEY, [words], more=[Stanza("a-grease")])
    both = Header.authenticated([*words.wrap(FILE_KEY), *other.recipient.wrap(FILE_KEY)], file_key=FILE_KEY)
    for identity in (other, ScryptIdentity(_refuse)):
        with pytest.raises(HeaderError, match="beside another"):
            filekey.unwrap(both, [identity])


def test_nobody_is_asked_where_no_passphrase_would_help() -> None:
    other = X25519Identity.generate()
    header = filekey.wrap(FILE_KEY, [other.recipient])
    assert filekey.unwrap(header, [ScryptIdentity(_refuse), other]) == FILE_KEY


@pytest.mark.parametrize(("passphrase", "work_factor"), [(b"", 18), (b"x", 0), (b"x", 23), (b"x", -1)])
def test_what_protects_nothing_or_nobody_reads_is_not_made(passphrase: bytes, work_factor: int) -> None:
    with pytest.raises(ValueError, match=r"passphrase|work factor"):
        ScryptRecipient(passphrase, work_factor=work_factor)


def test_a_work_factor_that_takes_more_memory_than_there_is_is_refused() -> None:
    script = """
import resource
from sekisho.age.scrypt import ScryptIdentity
from sekisho.age.stanza import Stanza
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
ScryptIdentity(b"x").unwrap([Stanza("scrypt", ("AAAAAAAAAAAAAAAAAAAAAA", "22"), bytes(32))])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "HeaderError: scrypt stanza: the work factor takes more memory than there is" in done.stderr


def test_neither_shows_the_passphrase() -> None:
    assert "right" not in f"{ScryptRecipient(b'right')!r} {ScryptIdentity(b'right')!r}"
