"""The header: it has one text, that text is read exactly, and its MAC binds it to the file key."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.errors import HeaderError, MacError
from sekisho.age.header import LIMIT, Header, read_header
from sekisho.age.stanza import Stanza

FILE_KEY = bytes(range(16))
ARGUMENTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)
STANZAS = st.builds(Stanza, ARGUMENTS, st.lists(ARGUMENTS, max_size=3).map(tuple), st.binary(max_size=150))
HEADERS = st.lists(STANZAS, min_size=1, max_size=4).map(lambda each: Header.authenticated(each, file_key=FILE_KEY))

V1 = "age-encryption.org/v1\n"
MAC = f"--- {'A' * 43}\n"

# What stands in the file, and what the error says of it.
WRONG = {
    "": "not an age file",
    "\x00" * 100: "not an age file",
    "%PDF-1.7\n": "not an age file",
    "age-encryption.org/v2\n": "another version",
    "age-encryption.org/v1": "another version",
    "-----BEGIN AGE ENCRYPTED FILE-----\n": "armored",
    V1: "line 2: the file ends inside its header",
    V1 + MAC: "line 2: a stanza belongs here",
    V1 + "-> \n\n" + MAC: "line 2: an argument",
    V1 + "-> T\n": "line 3: the file ends inside its header",
    V1 + "-> T\n" + MAC: "line 3: not base64",
    V1 + f"-> T\n{'A' * 65}\n\n" + MAC: "line 3: longer than 64 columns",
    V1 + f"-> T\n{'A' * 64}\n" + MAC: "line 4: not base64",
    V1 + "-> T\nAB\n" + MAC: "line 3: not canonical",
    V1 + "-> T\n\n->\n": "line 4: a stanza or the MAC belongs here",
    V1 + "-> T\n\n---\n": "line 4: a stanza or the MAC belongs here",
    V1 + "-> T\n\n--- AAAA\n": "line 4: 3 bytes where 32 belong",
    V1 + f"-> T\n\n--- {'A' * 43}": "line 4: the file ends inside its header",
    V1 + "-> T\n\né\n": "line 4: not the text of an age header",
}


@given(HEADERS, st.binary(max_size=20))
def test_a_header_reads_back_and_leaves_the_source_at_the_payload(header: Header, payload: bytes) -> None:
    source = BytesIO(header.encode() + payload)
    assert read_header(source) == header
    assert source.read() == payload


@given(HEADERS, st.data())
def test_a_header_has_one_text(header: Header, data: st.DataObject) -> None:
    """What still reads after one byte was changed was another header's only text."""
    raw = bytearray(header.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_header(BytesIO(bytes(raw)))
    except HeaderError:
        return
    assert raw.startswith(read.encode())


@given(st.binary(max_size=200))
def test_any_bytes_after_the_version_are_read_or_refused(raw: bytes) -> None:
    try:
        read_header(BytesIO(V1.encode() + raw))
    except HeaderError:
        return


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_by_line(text: str) -> None:
    with pytest.raises(HeaderError, match=WRONG[text]):
        read_header(BytesIO(text.encode()))


def test_a_file_that_is_no_age_file_is_given_up_after_its_first_bytes() -> None:
    source = BytesIO(bytes(LIMIT))
    with pytest.raises(HeaderError, match="not an age file"):
        read_header(source)
    assert source.tell() == 80


def test_a_file_without_end_is_given_up() -> None:
    source = BytesIO(f"{V1}-> {'A' * (LIMIT + 100)}".encode())
    with pytest.raises(HeaderError, match="too long"):
        read_header(source)
    assert source.tell() == LIMIT


def test_many_stanzas_without_end_are_given_up() -> None:
    with pytest.raises(HeaderError, match="too long"):
        read_header(BytesIO((V1 + "-> T\n\n" * (LIMIT // 6 + 1)).encode()))


@pytest.mark.parametrize("spare", [0, 1])
def test_a_header_too_long_to_be_read_is_not_made(spare: int) -> None:
    longest = LIMIT - len(V1 + "-> \n\n" + MAC)
    header = Header.authenticated([Stanza("T" * (longest - spare))], file_key=FILE_KEY)
    assert read_header(BytesIO(header.encode())) == header
    with pytest.raises(ValueError, match="too many recipients"):
        Header.authenticated([Stanza("T" * (longest + 1))], file_key=FILE_KEY)


def test_a_closed_file_is_not_called_malformed() -> None:
    source = BytesIO(V1.encode())
    source.close()
    with pytest.raises(ValueError, match="closed"):
        read_header(source)


@given(HEADERS)
def test_a_mac_verifies_under_its_file_key_only(header: Header) -> None:
    header.verify(FILE_KEY)
    with pytest.raises(MacError):
        header.verify(bytes(16))


@given(HEADERS, STANZAS)
def test_a_mac_covers_every_stanza(header: Header, another: Stanza) -> None:
    with pytest.raises(MacError):
        Header((*header.stanzas, another), header.mac).verify(FILE_KEY)
    with pytest.raises(MacError):
        Header(header.stanzas[1:], header.mac).verify(FILE_KEY)


@pytest.mark.parametrize(
    ("stanzas", "file_key"), [([], FILE_KEY), ([Stanza("T")], b"short"), ([Stanza("T")], bytes(32))]
)
def test_a_header_needs_a_stanza_and_a_whole_file_key(stanzas: list[Stanza], file_key: bytes) -> None:
    with pytest.raises(ValueError, match="needs"):
        Header.authenticated(stanzas, file_key=file_key)
