"""A capsule of several custodians: the published vectors, and who is asked, in which order, how often."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass, field
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from capsule_samples import BINDING, FILE_KEY, OWNER
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.age.header import Header, read_header
from sekisho.age.reader import open_with_file_key
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule import rel1
from sekisho.capsule.opening import Ask, open_capsule, released_key
from sekisho.capsule.rel1 import Binding, DualStanza, read_stanzas
from sekisho.domain import STANZA
from sekisho.errors import NoKey, Refused, SekishoError, Unreadable

DUAL = VECTORS / "rel1" / "dual"
EXPECTED: dict[str, tuple[type[SekishoError], str]] = {
    "malformed stanza": (Unreadable, "capsule.bad_stanza"),
    "unknown recipient": (Unreadable, "capsule.unknown_recipient"),
    "other recipient": (NoKey, "capsule.other_recipient"),
    "custodians refused": (Refused, "capsule.custodians_refused"),
    "header altered": (Unreadable, "capsule.header_altered"),
}

BEFORE_A_RELEASE = {"malformed stanza", "unknown recipient", "other recipient"}


@dataclass
class Custodians:
    """Custodians who answer in the order of the header; None refuses."""

    answers: list[bytes | None]
    asked: list[Ask] = field(default_factory=list)

    def share(self, ask: Ask, /) -> bytes:
        answer = self.answers[len(self.asked)]
        self.asked.append(ask)
        if answer is None:
            raise Refused("custodian.suspended")
        return answer


def vector(path: Path) -> tuple[dict[str, str], bytes]:
    fields, _, capsule = path.read_bytes().partition(b"\n\n")
    return dict(line.split(": ", 1) for line in fields.decode().splitlines()), capsule


@pytest.mark.parametrize("path", sorted((DUAL / "testdata").iterdir()), ids=lambda path: path.name)
def test_published_vectors(path: Path) -> None:
    fields, capsule = vector(path)
    source = Custodians([None if each == "-" else bytes.fromhex(each) for each in fields["shares"].split()])
    identity = X25519Identity.from_text(fields["identity"])
    if fields["expect"] == "success":
        opened = open_capsule(BytesIO(capsule), identity, source)
        assert all(hashlib.sha256(opened.read(file.name)).hexdigest() == file.sha256 for file in opened.manifest.files)
        file = BytesIO(capsule)
        reader = open_with_file_key(file, read_header(file), file_key=bytes.fromhex(fields["file key"]))
        assert hashlib.sha256(reader.read()).hexdigest() == fields["payload"]
        return
    error, key = EXPECTED[fields["expect"]]
    with pytest.raises(error) as caught:
        open_capsule(BytesIO(capsule), identity, source)
    assert caught.value.key == key
    assert bool(source.asked) == (fields["expect"] not in BEFORE_A_RELEASE)


def test_the_script_beside_the_vectors_makes_them_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DUAL / "make_dual_vectors.py"), str(tmp_path)], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path: (DUAL / path).read_bytes() for path in made}
    assert len(made) == len(list((DUAL / "testdata").iterdir())) + 1


def shares(count: int) -> list[tuple[Binding, bytes]]:
    return [
        (Binding(BINDING.cid, bytes([place]) * 16, bytes([place]) * 8), bytes([place, 7]) * 8) for place in range(count)
    ]


def sealed(needed: int, count: int) -> tuple[rel1.MaskedKey, list[bytes]]:
    made = rel1.wrap_dual(
        FILE_KEY, shares(count), OWNER.recipient, needed=needed, randomness=lambda size: b"\xa5" * size
    )
    header = Header.authenticated([made.to_stanza()], file_key=FILE_KEY)
    stanzas = read_stanzas(header)
    assert stanzas == (made,)
    return rel1.unwrap(stanzas, OWNER), [share for _, share in shares(count)]


@pytest.mark.parametrize(("needed", "count"), [(2, 2), (2, 3), (3, 3), (3, 5), (2, 16)])
def test_any_that_are_needed_open_and_fewer_do_not(needed: int, count: int) -> None:
    masked, all_shares = sealed(needed, count)
    for chosen in list(combinations(all_shares, needed))[:40]:
        assert masked.unmask(*reversed(chosen)) == FILE_KEY
    with pytest.raises(NoKey):
        masked.unmask(*all_shares[: needed - 1])
    with pytest.raises(NoKey):
        masked.unmask(*[all_shares[0]] * needed)
    with pytest.raises(NoKey):
        masked.unmask(*all_shares[: needed - 1], bytes(16))


def test_no_more_custodians_are_asked_than_are_needed() -> None:
    masked, all_shares = sealed(2, 5)
    source = Custodians([None, *all_shares[1:]])
    assert released_key(masked, source, header_sha256=bytes(32)) == FILE_KEY
    assert [ask.binding.kid[0] for ask in source.asked] == [0, 1, 2]


def test_nobody_is_asked_once_too_many_have_refused() -> None:
    masked, all_shares = sealed(3, 4)
    source = Custodians([None, None, *all_shares[2:]])
    with pytest.raises(Refused) as refused:
        released_key(masked, source, header_sha256=bytes(32))
    assert len(source.asked) == 2
    assert isinstance(refused.value.__cause__, Refused)


def test_one_custodian_counts_once() -> None:
    twice = [(Binding(BINDING.cid, bytes([place]) * 16, bytes(8)), bytes(16)) for place in range(2)]
    with pytest.raises(ValueError, match="each once"):
        rel1.wrap_dual(FILE_KEY, twice, OWNER.recipient, needed=2, randomness=bytes)


def test_two_stanzas_of_two_recipients_stand_side_by_side() -> None:
    second = [(Binding(b.cid, b"\x90" * 15 + b.tid[:1], b.kid), share) for b, share in shares(2)]
    made = [
        rel1.wrap_dual(FILE_KEY, each, OWNER.recipient, needed=2, randomness=lambda size: b"\xa5" * size)
        for each in (shares(2), second)
    ]
    header = Header.authenticated([each.to_stanza() for each in made], file_key=FILE_KEY)
    assert read_stanzas(header) == tuple(made)


@given(
    arguments=st.lists(st.text(alphabet="2/3ABCQRgw+", min_size=1, max_size=24), max_size=20),
    body=st.binary(max_size=40),
)
def test_nonsense_is_a_bad_stanza_or_an_unknown_recipient(arguments: list[str], body: bytes) -> None:
    stanza = Stanza(STANZA, ("wcHBwcHBwcHBwcHBwcHBwQ", "2/2", *arguments), body)
    with pytest.raises(Unreadable):
        read_stanzas(Header((stanza,), bytes(32)))


def test_secrets_do_not_show() -> None:
    masked, all_shares = sealed(2, 2)
    assert masked.masked.hex() not in repr(masked)
    assert repr(masked.masked) not in repr(masked)
    assert isinstance(masked.stanza, DualStanza)
    assert all(repr(share) not in repr(masked) for share in all_shares)
