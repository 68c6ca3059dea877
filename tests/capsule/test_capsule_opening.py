"""Opening: the recipient's key, then a release, then everything verified; whatever is wrong, nothing comes out."""

import hashlib
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from capsule_samples import (
    BINDING,
    FILE_KEY,
    FILES,
    OTHER,
    OWNER,
    SHARE,
    SIGNER,
    Spoken,
    arguments,
    capsule_of,
    extracted,
    manifest_of,
    opened,
    payload_of,
    refused,
    sealed,
    signed_payload,
    signing_key,
    stanza,
    with_header,
)

from sekisho.age import unpadded
from sekisho.age.errors import MacError
from sekisho.age.header import Header, read_header
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt
from sekisho.capsule import rel1
from sekisho.capsule.manifest import Manifest, sign_manifest
from sekisho.capsule.opening import Ask, Closed, Use, check_use, check_window, look_at
from sekisho.capsule.payload import MANIFEST, SIGNATURE
from sekisho.clock import from_text
from sekisho.errors import Misuse, NoKey, NotFound, Refused, Unreadable

CAPSULE = sealed()
OTHER_SHARE = b"\x42" * 16


# Without a key.


def test_anybody_sees_ids_and_nothing_else() -> None:
    closed = look_at(BytesIO(CAPSULE))
    assert (closed.cid, [each.binding for each in closed.stanzas]) == (BINDING.cid, [BINDING])
    assert closed.header_sha256 == hashlib.sha256(CAPSULE[: len(closed.header.encode())]).digest()


def test_after_a_look_the_file_stands_at_the_payload() -> None:
    file = BytesIO(CAPSULE)
    closed = look_at(file)
    assert file.tell() == len(closed.header.encode())


def _plain_age() -> bytes:
    made = BytesIO()
    with encrypt(made, [OWNER.recipient]) as writer:
        writer.write(b"plain")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "capsule.not_age"),
        (b"PK\x03\x04 a zip file", "capsule.not_age"),
        ("番号,氏名\n1,尼崎太郎\n".encode("cp932"), "capsule.not_age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "capsule.not_age"),
        (CAPSULE.replace(b"/v1\n", b"/v2\n", 1), "capsule.not_age"),
        (CAPSULE.replace(b"\n", b"\r\n"), "capsule.not_age"),
        (CAPSULE[:100], "capsule.not_age"),
        (_plain_age(), "capsule.not_a_capsule"),
    ],
)
def test_what_is_no_capsule_is_told(data: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as caught:
        look_at(BytesIO(data))
    assert caught.value.key == key
    assert "尼崎" not in caught.value.what("ja")


# Who is asked, and when.


def test_a_release_is_asked_for_what_the_header_says() -> None:
    source = Spoken()
    opened(CAPSULE, source=source)
    closed = look_at(BytesIO(CAPSULE))
    assert source.asked == [Ask(BINDING, closed.stanzas[0].parts[0].kcv, closed.header_sha256)]
    assert source.asked[0].fits(SHARE)
    assert not any(source.asked[0].fits(share) for share in (OTHER_SHARE, b"", SHARE + b"\0"))


def test_without_the_recipients_key_no_release_is_asked_for() -> None:
    source = Spoken()
    with pytest.raises(NoKey) as caught:
        opened(CAPSULE, identity=OTHER, source=source)
    assert (caught.value.key, source.asked) == ("capsule.other_recipient", [])


def test_a_foreign_stanza_is_refused_before_a_release_is_asked_for() -> None:
    source, (way_in,) = Spoken(), OTHER.recipient.wrap(FILE_KEY)
    error = refused(capsule_of(signed_payload(manifest_of()), stanza(), way_in), source=source)
    assert (error.key, source.asked) == ("capsule.foreign_stanza", [])


def test_each_opening_is_a_new_release() -> None:
    source = Spoken()
    opened(CAPSULE, source=source)
    opened(CAPSULE, source=source)
    assert len(source.asked) == 2


class No(Spoken):
    def share(self, ask: Ask, /) -> bytes:
        raise Refused("custodian.suspended", cid=ask.binding.cid)


def test_a_refused_release_opens_nothing() -> None:
    with pytest.raises(Refused):
        opened(CAPSULE, source=No())


# Share, check value, MAC: in this order.


@pytest.mark.parametrize("share", [OTHER_SHARE, b"", SHARE[:15], SHARE + b"\0", FILE_KEY])
def test_a_wrong_share_is_told_before_the_header_is(share: bytes) -> None:
    altered = with_header(CAPSULE, lambda header: Header(header.stanzas, bytes(32)))
    for capsule in (CAPSULE, altered):
        error = refused(capsule, source=Spoken(share))
        assert (type(error), error.key) == (NoKey, "capsule.wrong_share")


def _forged(share: bytes) -> bytes:
    """Return the capsule with the check value of another share in its header."""
    forged = unpadded.encode(rel1.check_value(share, BINDING))

    def change(header: Header) -> Header:
        good = header.stanzas[0]
        return Header((Stanza(good.type, (*good.args[:3], forged, *good.args[4:]), good.body),), header.mac)

    return with_header(CAPSULE, change)


def test_a_check_value_forged_to_fit_another_share_fails_the_mac() -> None:
    error = refused(_forged(OTHER_SHARE), source=Spoken(OTHER_SHARE))
    assert (type(error), error.key) == (Unreadable, "capsule.header_altered")


def test_a_forged_check_value_stops_the_right_share_and_would_fail_the_mac() -> None:
    forged = _forged(OTHER_SHARE)
    assert refused(forged).key == "capsule.wrong_share"
    header, key = read_header(BytesIO(forged)), rel1.mask(SHARE, BINDING)
    masked = rel1.unwrap(rel1.read_stanzas(header), OWNER).masked
    with pytest.raises(MacError):
        header.verify(bytes(a ^ b for a, b in zip(masked, key, strict=True)))


def test_every_argument_is_under_the_mac() -> None:
    grease = Stanza("x-grease")
    kid = arguments(2, unpadded.encode(bytes(8)))
    for stanzas in ((grease, stanza()), (kid,)):
        made = with_header(
            capsule_of(b"", stanza()),
            lambda header, shown=stanzas: Header(tuple(shown), header.mac),  # type: ignore[misc]
        )
        assert refused(made).key == "capsule.header_altered"


# Manifest and files.


def made_with(manifest: Manifest, **values: object) -> bytes:
    return capsule_of(signed_payload(manifest, **values))  # type: ignore[arg-type]  # handed through


@pytest.mark.parametrize(
    "manifest",
    [
        manifest_of(cid="00" * 16),
        manifest_of({}),
        manifest_of(dict(list(FILES.items())[::-1])),
        manifest_of({**FILES, "more": b""}),
        manifest_of({**FILES, "readme.txt": b"longer than it is, by far"}),
        manifest_of(signer=signing_key("stranger").public.line),
    ],
    ids=["another copy", "no files", "another order", "a file more", "another size", "another signer"],
)
def test_a_signed_manifest_that_does_not_fit_is_refused(manifest: Manifest) -> None:
    error = refused(made_with(manifest))
    assert (type(error), error.key) == (Unreadable, "capsule.bad_manifest")


def test_an_edited_manifest_is_refused() -> None:
    signature = sign_manifest(manifest_of(), SIGNER)
    assert refused(made_with(manifest_of(max_opens=99), signature=signature)).key == "signing.bad_signature"


@pytest.mark.parametrize(
    "signature", [b"signed", b"\xff", b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----"]
)
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    assert refused(made_with(manifest_of(), signature=signature)).key == "signing.not_a_signature"


@pytest.mark.parametrize("place", [MANIFEST, SIGNATURE])
def test_an_endless_manifest_or_signature_is_refused(place: str) -> None:
    entries = {MANIFEST: manifest_of({}).encode(), SIGNATURE: sign_manifest(manifest_of({}), SIGNER)}
    entries[place] = bytes((16 << 20) + 1)
    assert refused(capsule_of(payload_of(entries.items()))).key == "capsule.bad_manifest"


def test_a_payload_that_is_no_zip_file_is_refused() -> None:
    for payload in (b"", b"text", b"PK\x05\x06" + bytes(18)):
        assert refused(capsule_of(payload)).key == "capsule.bad_payload"


def _lying() -> bytes:
    """Return a capsule whose manifest, signed, has another digest of a file of the right size."""
    manifest = manifest_of()
    files = [msgspec.structs.replace(file, sha256="00" * 32) for file in manifest.files]
    return made_with(msgspec.structs.replace(manifest, files=files))


def test_a_file_that_is_not_what_the_manifest_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(_lying()).read("readme.txt")
    assert (caught.value.key, caught.value.values) == ("capsule.file_altered", {"file": "readme.txt"})
    with pytest.raises(Unreadable):
        extracted(_lying(), tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_file_whose_check_sum_is_wrong_is_refused() -> None:
    payload = signed_payload(manifest_of())
    for content in (b"Returned by Friday.", "給付対象.csv".encode()):
        assert content in payload
    damaged = payload.replace(b"Returned by Friday.", b"Returned by Monday.")
    with pytest.raises(Unreadable) as caught:
        opened(capsule_of(damaged)).read("readme.txt")
    assert caught.value.key == "capsule.truncated"


def test_a_file_that_is_not_inside_is_not_found() -> None:
    for name in ("other.csv", MANIFEST, "../readme.txt", ""):
        with pytest.raises(NotFound) as caught:
            opened(CAPSULE).read(name)
        assert caught.value.key == "capsule.no_such_file"


def test_the_manifest_and_who_signed_it_are_told() -> None:
    found = opened(CAPSULE)
    assert (found.manifest, found.signer) == (manifest_of(), SIGNER.public)


# Extracting.


@pytest.mark.parametrize("files", [{}, {"a": b""}, {"a": b"1", "b": b"2", "c": b"3"}])
def test_no_file_one_file_three_files(tmp_path: Path, files: dict[str, bytes]) -> None:
    out = extracted(sealed(files), tmp_path)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        opened(CAPSULE).extract(tmp_path)
    assert (tmp_path / "readme.txt").read_text() == "mine"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "empty.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        opened(CAPSULE).extract(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_secret_is_shown() -> None:
    source = Spoken()
    shown = repr([opened(CAPSULE, source=source), source.asked, look_at(BytesIO(CAPSULE))])
    assert isinstance(look_at(BytesIO(CAPSULE)), Closed)
    for secret in (repr(SHARE)[2:-1], SHARE.hex(), "00012", "対象\\n"):
        assert secret not in shown


# Whether it may be.


def test_a_window_counts_from_its_first_second_to_its_last() -> None:
    manifest = manifest_of()
    begins, ends, second = from_text(manifest.not_before), from_text(manifest.not_after), timedelta(seconds=1)
    for now in (begins, ends):
        check_window(manifest, now)
    for now, key in ((begins - second, "capsule.too_early"), (ends + second, "capsule.too_late")):
        with pytest.raises(Refused) as caught:
            check_window(manifest, now)
        assert caught.value.key == key


@pytest.mark.parametrize("forms", [{"table"}, {"table", "answers"}, {"question"}, set()])
def test_only_an_answer_table_with_its_question_is_asked(forms: set[str]) -> None:
    check_use(Use.ASK, allow_save=False, forms={"answers", "question", *forms})
    with pytest.raises(Misuse):
        check_use(Use.ASK, allow_save=True, forms=forms)


def test_only_what_may_be_saved_is_saved() -> None:
    check_use(Use.SAVE, allow_save=True, forms={"table"})
    with pytest.raises(Refused):
        check_use(Use.SAVE, allow_save=False, forms={"table"})
