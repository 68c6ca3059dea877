"""The release stanza: the reference's known answer, two halves that are worth nothing alone, and no way past either."""

import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pyrage
import pytest
from capsule_samples import BINDING, FILE_KEY, OTHER, OWNER, SHARE, arguments, capsule_of, sealed, stanza
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS, need
from sekisho.age import unpadded
from sekisho.age.decrypt import decrypt, decrypt_with_file_key
from sekisho.age.errors import NoMatchError
from sekisho.age.filekey import wrap as age_wrap
from sekisho.age.header import Header, read_header
from sekisho.age.stanza import Stanza
from sekisho.capsule import rel1
from sekisho.capsule.rel1 import Binding, MaskedKey, ReleaseStanza, read_stanzas, unwrap
from sekisho.codes import read_release_code, release_code
from sekisho.domain import STANZA
from sekisho.errors import NoKey, SekishoError, Unreadable

ANSWERS = json.loads((VECTORS / "rel1" / "known-answers.json").read_text(encoding="utf-8"))["cases"]
KEYS = st.binary(min_size=16, max_size=16)
BINDINGS = st.builds(Binding, cid=KEYS, tid=KEYS, kid=st.binary(min_size=8, max_size=8))


def header_of(*stanzas: Stanza) -> Header:
    return Header.authenticated(stanzas, file_key=FILE_KEY)


def masked(*stanzas: Stanza) -> MaskedKey:
    return unwrap(read_stanzas(header_of(*(stanzas or (stanza(),)))), OWNER)


def test_the_known_answers_of_the_reference() -> None:
    binding = Binding(cid=b"\xc1" * 16, tid=b"\x71" * 16, kid=bytes(8))
    mask = rel1.mask(bytes(range(16)), binding)
    assert mask.hex() == "37cf0b510e5310c851b84d9ec05a8dae"
    key = bytes.fromhex("59454c4c4f57205355424d4152494e45")
    assert bytes(a ^ b for a, b in zip(key, mask, strict=True)).hex() == "6e8a471d4104309b04fa00df9213c3eb"
    assert rel1.check_value(bytes(range(16)), binding).hex() == "bcb0ab90b44d036c"
    assert unpadded.encode(rel1.check_value(bytes(range(16)), binding)) == "vLCrkLRNA2w"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["comment"])
def test_the_published_known_answers(answer: dict[str, Any]) -> None:
    share, file_key = bytes.fromhex(answer["share"]), bytes.fromhex(answer["file key"])
    binding = Binding(bytes.fromhex(answer["cid"]), bytes.fromhex(answer["tid"]), bytes(8))
    mask, kcv = rel1.mask(share, binding), rel1.check_value(share, binding)
    wrapped = bytes(a ^ b for a, b in zip(file_key, mask, strict=True))
    assert (mask.hex(), wrapped.hex()) == (answer["mask"], answer["masked file key"])
    assert (kcv.hex(), unpadded.encode(kcv)) == (answer["kcv"], answer["kcv argument"])
    assert release_code(share) == answer["code"]


@given(KEYS, KEYS, BINDINGS)
def test_key_and_share_together_give_the_file_key(file_key: bytes, share: bytes, binding: Binding) -> None:
    made = rel1.wrap(file_key, share, binding, OWNER.recipient).to_stanza()
    header = Header.authenticated([made], file_key=file_key)
    found = unwrap(read_stanzas(read_header(BytesIO(header.encode()))), OWNER)
    assert found.unmask(read_release_code(release_code(share))) == file_key


def test_the_recipients_key_alone_gives_another_key() -> None:
    found = masked()
    assert found.masked != FILE_KEY
    with pytest.raises(NoKey) as caught:
        found.unmask(found.masked)
    assert caught.value.key == "capsule.wrong_share"


@given(KEYS.filter(lambda share: share != SHARE))
def test_another_share_is_told_by_the_check_value(share: bytes) -> None:
    with pytest.raises(NoKey) as caught:
        masked().unmask(share)
    assert caught.value.key == "capsule.wrong_share"


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_share_of_another_size_does_not_fit(size: int) -> None:
    assert not rel1.fits(SHARE[:1] * size, BINDING, kcv=bytes(8))
    with pytest.raises(NoKey):
        masked().unmask(bytes(size))


@pytest.mark.parametrize("changed", [{"cid": bytes(16)}, {"tid": bytes(16)}])
def test_a_share_fits_one_ticket_of_one_copy(changed: dict[str, bytes]) -> None:
    other = Binding(**({"cid": BINDING.cid, "tid": BINDING.tid, "kid": BINDING.kid} | changed))
    assert rel1.mask(SHARE, other) != rel1.mask(SHARE, BINDING)
    assert rel1.check_value(SHARE, other) != rel1.check_value(SHARE, BINDING)


@pytest.mark.parametrize("sizes", [(15, 16, 8), (16, 17, 8), (16, 16, 7), (0, 0, 0)])
def test_a_binding_of_other_sizes_cannot_be(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bytes"):
        Binding(*(bytes(size) for size in sizes))


@pytest.mark.parametrize("size", [15, 17])
def test_a_file_key_or_share_of_another_size_is_not_wrapped(size: int) -> None:
    with pytest.raises(ValueError, match=r"size|bytes|shorter|longer"):
        rel1.wrap(bytes(size), SHARE, BINDING, OWNER.recipient)
    with pytest.raises(ValueError, match="16 bytes"):
        rel1.wrap(FILE_KEY, bytes(size), BINDING, OWNER.recipient)


def test_another_recipients_capsule_says_so_before_a_release_is_asked_for() -> None:
    with pytest.raises(NoKey) as caught:
        unwrap(read_stanzas(header_of(stanza())), OTHER)
    assert caught.value.key == "capsule.other_recipient"


def test_each_of_three_recipients_has_a_way_in_of_their_own() -> None:
    shares = {bytes([n] * 16): bytes([n + 10] * 16) for n in range(3)}
    people = [OTHER, OWNER, OTHER]
    made = [
        rel1.wrap(FILE_KEY, share, Binding(BINDING.cid, tid, BINDING.kid), person.recipient).to_stanza()
        for person, (tid, share) in zip(people, shares.items(), strict=True)
    ]
    found = masked(*made)
    assert found.stanza.binding.tid == b"\x01" * 16
    assert found.unmask(b"\x0b" * 16) == FILE_KEY
    with pytest.raises(NoKey):
        found.unmask(b"\x0a" * 16)


class Scrypt:
    labels = frozenset[str]()

    def wrap(self, file_key: bytes) -> tuple[Stanza, ...]:
        return (Stanza("scrypt", ("c2FsdA", "10"), file_key),)


def test_a_passphrase_is_no_recipient_of_a_capsule() -> None:
    with pytest.raises(ValueError, match="scrypt"):
        rel1.wrap(FILE_KEY, SHARE, BINDING, Scrypt())


def test_a_way_past_the_custodian_is_refused_though_its_mac_is_right() -> None:
    foreign = age_wrap(FILE_KEY, [OTHER.recipient]).stanzas[0]
    capsule = capsule_of(b"payload", stanza(), foreign)
    plain = BytesIO()
    decrypt(BytesIO(capsule), plain, [OTHER])
    with pytest.raises(Unreadable) as caught:
        read_stanzas(read_header(BytesIO(capsule)))
    assert plain.getvalue() == b"payload"
    assert (caught.value.key, caught.value.values) == ("capsule.foreign_stanza", {"type": "X25519"})


@pytest.mark.parametrize("type_", ["X25519", "scrypt", "mlkem768x25519", f"{STANZA}x", "example.com/rel1", "grease"])
def test_every_other_type_beside_ours_is_foreign(type_: str) -> None:
    for order in ((stanza(), Stanza(type_)), (Stanza(type_), stanza())):
        with pytest.raises(Unreadable) as caught:
            read_stanzas(header_of(*order))
        assert caught.value.key == "capsule.foreign_stanza"


def test_the_type_of_a_foreign_stanza_is_shown_in_short() -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(stanza(), Stanza("x" * 5000)))
    assert len(caught.value.what()) < 200


def test_grease_means_nothing() -> None:
    grease = Stanza("Rq-grease", ("noise",), b"body")
    assert masked(grease, stanza(), grease).unmask(SHARE) == FILE_KEY


@pytest.mark.parametrize("stanzas", [[Stanza("X25519")], [Stanza("a-grease")], [Stanza("ssh-rsa", ("x",))]])
def test_an_age_file_without_our_stanza_is_no_capsule(stanzas: list[Stanza]) -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(*stanzas))
    assert caught.value.key == "capsule.not_a_capsule"


GOOD = stanza()
ID, SHORT, LONG = (unpadded.encode(bytes(size)) for size in (16, 15, 17))


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("value", [SHORT, LONG, ID + "==", ID[:-1] + "B", "AAAAAAAAAAB", "-" * 22, "x"])
def test_an_id_that_is_no_canonical_base64_of_its_size_is_refused(place: int, value: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(arguments(place, value)))
    assert caught.value.key == "capsule.bad_stanza"


@pytest.mark.parametrize("count", range(5))
def test_a_stanza_with_too_few_arguments_is_refused(count: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(Stanza(STANZA, GOOD.args[:count], GOOD.body)))
    assert caught.value.key == "capsule.bad_stanza"


@pytest.mark.parametrize(
    "inner", [GOOD.args[5:] * 2, (), ("AAAA",), (GOOD.args[5] + "=",), (unpadded.encode(bytes(32)),)]
)
def test_inner_arguments_that_are_not_the_types_are_refused(inner: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable) as caught:
        masked(Stanza(STANZA, (*GOOD.args[:5], *inner), GOOD.body))
    assert caught.value.key == "capsule.bad_stanza"


@pytest.mark.parametrize("first", [True, False])
def test_a_malformed_inner_stanza_is_refused_whomever_it_is_for(first: bool) -> None:
    low_order = Stanza(STANZA, (*GOOD.args[:1], ID, *GOOD.args[2:5], unpadded.encode(bytes(32))), GOOD.body)
    with pytest.raises(Unreadable) as caught:
        masked(*((low_order, GOOD) if first else (GOOD, low_order)))
    assert caught.value.key == "capsule.bad_stanza"


@pytest.mark.parametrize("size", [0, 16, 31, 33, 48])
def test_an_inner_body_of_another_size_is_refused_whomever_it_is_for(size: int) -> None:
    bad = Stanza(STANZA, (*GOOD.args[:1], ID, *GOOD.args[2:]), bytes(size))
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(GOOD, bad))
    assert caught.value.key == "capsule.bad_stanza"


@pytest.mark.parametrize("type_", ["scrypt", STANZA, "mlkem768p256tag", "x25519", "X25519x"])
def test_an_inner_type_that_is_not_on_the_list_is_refused(type_: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(arguments(4, type_)))
    assert (caught.value.key, caught.value.values) == ("capsule.unknown_recipient", {"type": type_})


def test_one_ticket_stands_once() -> None:
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(GOOD, stanza()))
    assert caught.value.key == "capsule.bad_stanza"


def test_two_copies_in_one_header_are_refused() -> None:
    other = rel1.wrap(FILE_KEY, SHARE, Binding(bytes(16), bytes(16), BINDING.kid), OWNER.recipient)
    with pytest.raises(Unreadable) as caught:
        read_stanzas(header_of(GOOD, other.to_stanza()))
    assert caught.value.key == "capsule.bad_stanza"


TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


@given(st.lists(st.sampled_from(GOOD.args) | TEXTS, max_size=8), st.binary(max_size=40) | st.just(GOOD.body))
def test_whatever_stands_in_a_stanza_it_is_read_or_refused(args: list[str], body: bytes) -> None:
    header = header_of(Stanza(STANZA, tuple(args), body))
    try:
        found = read_stanzas(header)
        unwrap(found, OWNER)
    except SekishoError:
        return
    assert [each.to_stanza() for each in found] == list(header.stanzas)


def test_a_capsule_is_an_age_file_that_our_age_finds_nothing_in() -> None:
    with pytest.raises(NoMatchError):
        decrypt(BytesIO(sealed()), BytesIO(), [OWNER])


def test_a_capsule_is_an_age_file_that_another_age_finds_nothing_in() -> None:
    identity = pyrage.x25519.Identity.from_str(OWNER.to_secret_text())
    with pytest.raises(pyrage.DecryptError, match="No matching keys found"):
        pyrage.decrypt(sealed(), [identity])


def test_a_capsule_is_an_age_file_that_the_program_age_finds_nothing_in(tmp_path: Path) -> None:
    age = shutil.which("age")
    need(age, "the program age is not installed: apt-get install age")
    (tmp_path / "key.txt").write_text(OWNER.to_secret_text() + "\n")
    command = [age or "", "-d", "-i", str(tmp_path / "key.txt")]
    told = subprocess.run(command, input=sealed(), check=False, capture_output=True)
    assert (told.returncode, told.stdout) == (1, b"")
    assert b"no identity matched any of the recipients" in told.stderr


def test_age_opens_a_capsule_with_the_unmasked_file_key() -> None:
    file, plain = BytesIO(sealed()), BytesIO()
    header = read_header(file)
    decrypt_with_file_key(file, plain, header, file_key=unwrap(read_stanzas(header), OWNER).unmask(SHARE))
    assert plain.getvalue().startswith(b"PK\x03\x04")


def test_nothing_secret_is_shown() -> None:
    found = masked()
    for value in (found, found.stanza, NoKey("capsule.wrong_share")):
        for secret in (SHARE, FILE_KEY, found.masked, rel1.mask(SHARE, BINDING)):
            assert secret.hex() not in repr(value)
            assert repr(secret)[2:-1] not in repr(value)


def test_a_stanza_is_written_as_the_reference_writes_it() -> None:
    args = stanza().args
    assert STANZA == "sekisho.example/rel1"
    assert args[:5] == ("wcHBwcHBwcHBwcHBwcHBwQ", "cXFxcXFxcXFxcXFxcXFxcQ", "HR0dHR0dHR0", "vLCrkLRNA2w", "X25519")
    assert len(stanza().body) == 32
    assert isinstance(read_stanzas(header_of(stanza()))[0], ReleaseStanza)
