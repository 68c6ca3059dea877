"""What every back-end of key-encryption keys must do; one suite for all of them.

What it cannot show of ``awskms``: moto stands in for KMS, keeps keys in this process, and still decrypts after
ScheduleKeyDeletion. So these tests show that requests and encryption context are right, and that destroying an epoch destroys
the *inner* key. That KMS destroys a key, ever, they cannot show, and nothing rests on it.
"""

import boto3
import pytest
from kek_benches import *  # noqa: F403 - its fixtures
from kek_benches import Bench, bench_of

from openbao_server import BaoServer
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.errors import MediumError, Missing, NoKey, Refused, SekishoError, Unreadable
from soft_token import SoftToken

SHARE, TICKET = b"sixteen bytes!!!", b"\x71" * 16


def refused(bench: Bench, epoch: int, wrapped: bytes, context: bytes = TICKET) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        bench.open().unwrap(epoch, wrapped, context)
    return caught.value


@pytest.fixture
def wrapped(bench: Bench) -> bytes:
    """A share under the first epoch's key."""
    kek = bench.open()
    kek.make(1)
    return kek.wrap(1, SHARE, TICKET)


def test_a_share_comes_back_in_another_process(bench: Bench, wrapped: bytes) -> None:
    assert bench.open().unwrap(1, wrapped, TICKET) == SHARE
    assert SHARE not in wrapped


def test_it_says_what_it_is_and_where_its_keys_lie(bench: Bench) -> None:
    kek = bench.open()
    assert kek.kind == bench.kind
    assert kek.place.startswith(bench.kind)
    assert kek.place == bench.open().place
    for secret in ("pin", "token-file", "ca-file"):
        assert secret not in kek.place


def test_two_wraps_of_one_share_differ(bench: Bench, wrapped: bytes) -> None:
    assert bench.open().wrap(1, SHARE, TICKET) != wrapped


def test_a_share_is_bound_to_its_ticket(bench: Bench, wrapped: bytes) -> None:
    error = refused(bench, 1, wrapped, b"\x72" * 16)
    assert (type(error), error.key) == (Unreadable, "custodian.damaged_ticket")


def test_a_share_is_bound_to_its_epoch(bench: Bench, wrapped: bytes) -> None:
    bench.open().make(2)
    error = refused(bench, 2, wrapped)
    assert (type(error), error.key) == (Unreadable, "custodian.damaged_ticket")


def test_a_damaged_share_is_a_damaged_ticket(bench: Bench, wrapped: bytes) -> None:
    flipped = bytearray(wrapped)
    flipped[-1] ^= 1
    for damaged in (b"", b"x", wrapped[:20], wrapped[:-1], wrapped + b"x", bytes(flipped), b"\xff" * 44):
        error = refused(bench, 1, damaged)
        assert (type(error), error.key) == (Unreadable, "custodian.damaged_ticket"), damaged


def test_a_missing_epoch_is_told_and_nothing_is_made_by_asking(bench: Bench, wrapped: bytes) -> None:
    assert isinstance(refused(bench, 7, wrapped), Missing)
    with pytest.raises(Missing):
        bench.open().wrap(7, SHARE, TICKET)
    assert (bench.open().has(1), bench.open().has(7)) == (True, False)


def test_making_again_changes_nothing(bench: Bench, wrapped: bytes) -> None:
    bench.open().make(1)
    assert bench.open().unwrap(1, wrapped, TICKET) == SHARE


def test_a_destroyed_epoch_is_never_unwrapped_again(bench: Bench, wrapped: bytes) -> None:
    elsewhere = bench.open()
    assert elsewhere.unwrap(1, wrapped, TICKET) == SHARE  # a process that has used the key, and runs on
    kek = bench.open()
    kek.make(2)
    later = kek.wrap(2, SHARE, TICKET)
    kek.destroy_all_but(2)
    kek.destroy_all_but(2)
    assert not kek.has(1)
    assert isinstance(refused(bench, 1, wrapped), Missing)
    with pytest.raises(Missing):
        elsewhere.unwrap(1, wrapped, TICKET)
    kek.make(1)  # even a new key of the same name is another one
    assert isinstance(refused(bench, 1, wrapped), Unreadable)
    assert elsewhere.unwrap(2, later, TICKET) == SHARE


def test_destroying_where_nothing_is_kept_destroys_all(bench: Bench, wrapped: bytes) -> None:
    bench.open().destroy_all_but(9)
    assert not bench.open().has(1)
    assert isinstance(refused(bench, 1, wrapped), Missing)


def test_another_offices_keys_are_not_touched(
    bench: Bench, around: Surroundings, request: pytest.FixtureRequest, wrapped: bytes
) -> None:
    other = around.folder.parent / "other"
    other.mkdir()
    neighbour = bench_of(bench.kind, request, Surroundings(folder=other, scope="0" * 16))
    neighbour.open().make(1)
    neighbour.open().destroy_all_but(4)
    assert bench.open().unwrap(1, wrapped, TICKET) == SHARE


def test_what_is_away_is_told_and_not_taken_for_destroyed(bench: Bench, wrapped: bytes) -> None:
    with bench.down():
        error = refused(bench, 1, wrapped)
        assert isinstance(error, MediumError | Missing)
        assert error.what("ja")
        assert error.hint("ja") or error.key == "custodian.no_secret"
        with pytest.raises(MediumError if bench.kind != "pkcs11" else Missing):
            bench.open().make(2)
        with pytest.raises(MediumError if bench.kind != "pkcs11" else Missing):
            bench.open().destroy_all_but(2)
    assert bench.open().unwrap(1, wrapped, TICKET) == SHARE


def test_a_key_of_a_token_cannot_be_taken_out(token: SoftToken, around: Surroundings) -> None:
    import pkcs11  # noqa: PLC0415 - the token's settings come first

    kek = open_kek(token.address, around)
    kek.make(1)
    session = pkcs11.lib(str(token.module)).get_token(token_label=token.label).open()
    key = session.get_key(label=f"sekisho-{around.scope}-000001")
    assert (key.key_type, key.key_length) == (pkcs11.KeyType.AES, 256)
    assert (key[pkcs11.Attribute.EXTRACTABLE], key[pkcs11.Attribute.SENSITIVE]) == (False, True)
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        _ = key[pkcs11.Attribute.VALUE]


def test_a_token_that_is_not_there_is_told(token: SoftToken, around: Surroundings) -> None:
    kek = open_kek(token.address.replace("office?", "elsewhere?"), around)
    with pytest.raises(Missing) as caught:
        kek.has(1)
    assert caught.value.key == "custodian.no_token"
    with pytest.raises(MediumError):
        open_kek(token.address.replace(str(token.module), "/nowhere.so"), around).has(1)


def test_a_server_without_a_verified_certificate_is_sent_nothing(bao: BaoServer, around: Surroundings) -> None:
    kek = open_kek(f"openbao+https://{bao.host}/?token-file={bao.token_file}", around)
    with pytest.raises(MediumError) as caught:
        kek.has(1)
    assert caught.value.key == "custodian.kek_tls"


def test_a_server_that_is_not_there_and_one_that_is_sealed_are_told(bao: BaoServer, around: Surroundings) -> None:
    with pytest.raises(MediumError) as caught:
        open_kek(bao.address.replace(bao.host, "127.0.0.1:1"), around).has(1)
    assert caught.value.key == "custodian.kek_server"
    bao.seal()
    try:
        with pytest.raises(MediumError) as caught:
            open_kek(bao.address, around).has(1)
    finally:
        bao.unseal()
    assert caught.value.key == "custodian.kek_sealed"


def test_a_token_that_may_not_is_told(bao: BaoServer, around: Surroundings) -> None:
    other = around.folder / "token"
    other.touch(0o600)
    other.write_text("s.nobody\n")
    with pytest.raises(NoKey) as caught:
        open_kek(bao.address.replace(str(bao.token_file), str(other)), around).has(1)
    assert caught.value.key == "custodian.kek_token"


def test_the_environment_names_neither_server_nor_proxy(
    bao: BaoServer, around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VAULT_ADDR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "https://127.0.0.1:1")
    monkeypatch.setenv("VAULT_TOKEN", "s.nobody")
    assert not open_kek(bao.address, around).has(1)


def test_a_key_that_could_leave_the_server_is_refused(bao: BaoServer, around: Surroundings) -> None:
    transit = bao.client().secrets.transit
    transit.create_key(f"sekisho-{around.scope}-000001", exportable=True, key_type="aes256-gcm96")
    with pytest.raises(Refused) as caught:
        open_kek(bao.address, around).make(1)
    assert caught.value.key == "custodian.kek_leaves"


def test_kms_sees_the_ticket_as_a_hash_and_the_share_never(
    kms: str, around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kek = open_kek(kms, around)
    kek.make(1)
    seen: list[object] = []
    client = boto3.client("kms", region_name="ap-northeast-1")
    monkeypatch.setattr(boto3, "client", lambda *_, **__: _Watched(client, seen))
    kek = open_kek(kms, around)
    assert kek.unwrap(1, kek.wrap(1, SHARE, TICKET), TICKET) == SHARE
    shown = repr(seen)
    assert "sekisho:epoch" in shown
    assert TICKET.hex() not in shown
    assert repr(SHARE)[2:-1] not in shown


def test_moto_cannot_prove_that_kms_destroys_a_key_and_nothing_rests_on_it(kms: str, around: Surroundings) -> None:
    kek = open_kek(kms, around)
    kek.make(1)
    wrapped = kek.wrap(1, SHARE, TICKET)
    client = boto3.client("kms", region_name="ap-northeast-1")
    client.schedule_key_deletion(KeyId=kms.split(":")[1].split("?", maxsplit=1)[0], PendingWindowInDays=7)
    inner = around.folder / "000001.kek"
    inner.unlink()
    with pytest.raises(Missing):
        kek.unwrap(1, wrapped, TICKET)


class _Watched:
    """A client that keeps what it was asked."""

    def __init__(self, client: object, seen: list[object]) -> None:
        self._client, self._seen = client, seen

    def __getattr__(self, name: str) -> object:
        method = getattr(self._client, name)

        def call(**asked: object) -> object:
            self._seen.append((name, asked))
            answer = method(**asked)
            self._seen.append(answer)
            return answer

        return call
