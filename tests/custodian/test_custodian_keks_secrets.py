"""Addresses of key-encryption keys, and where their secrets are read: never from what others on the machine can see."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from custodian_office import PASSPHRASE
from hypothesis import given
from hypothesis import strategies as st
from kek_benches import cheap

from sekisho.custodian.keks import passphrase as passphrases
from sekisho.custodian.keks.address import parse_kek_address
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.custodian.keks.passphrase import Cost, PassphraseKek
from sekisho.custodian.keks.secret import ask_on_terminal, secret_source
from sekisho.errors import Missing, Misuse, NoKey, Refused, Unreadable

SHARE, TICKET = b"sixteen bytes!!!", b"\x71" * 16


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return Surroundings(folder=tmp_path, scope="a" * 16, ask=lambda what: f"{what} was asked")


def test_an_address_is_taken_apart() -> None:
    found = parse_kek_address("openbao+https://bao.city.example:8200/?mount=kv%2Ftransit&token-file=/run/token")
    assert (found.scheme, found.host, found.path) == ("openbao+https", "bao.city.example:8200", "")
    assert found.options == {"mount": "kv/transit", "token-file": "/run/token"}
    token = parse_kek_address("pkcs11:office?module=/usr/lib/x.so")
    assert (token.scheme, token.path, token.options) == ("pkcs11", "office", {"module": "/usr/lib/x.so"})
    assert parse_kek_address("passphrase?fd=3").options == {"fd": "3"}


@pytest.mark.parametrize(
    "address",
    [
        "", "File", "nonsense", "file?x=1", "file:x", "passphrase?passphrase=secret", "pkcs11:office", "pkcs11:?module=/x",
        "pkcs11:office?module=/x&pin=1234", "pkcs11:office?module=/x&pin-file=/a&pin-fd=3", "pkcs11:office?module=/x&pin-fd=x",
        "openbao+http://host/?token-file=/x", "openbao+https://host/", "openbao+https://host/path?token-file=/x",
        "openbao+https://me:secret@host/?token-file=/x", "openbao+https://host/?token=secret", "awskms:key",
        "awskms:key?region=a&inner=openbao%2Bhttps%3A%2F%2Fh%2F%3Ftoken-file%3D%2Fx", "awskms:key?region=a&region=b",
        "openbao+https://[/?token-file=/x", "file?%ff",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str, around: Surroundings) -> None:
    with pytest.raises(Misuse):
        open_kek(address, around)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_misuse(text: str) -> None:
    try:
        parse_kek_address(text)
    except Misuse:
        return


def test_opening_asks_for_nothing_and_connects_to_nothing(around: Surroundings) -> None:
    def ask(what: str) -> str:
        raise AssertionError(what)

    quiet = Surroundings(folder=around.folder, scope=around.scope, ask=ask)
    for address in (
        "passphrase", "pkcs11:office?module=/nowhere.so", "openbao+https://127.0.0.1:1/?token-file=/nowhere",
        "awskms:key?region=ap-northeast-1",
    ):  # fmt: skip
        assert open_kek(address, quiet).place


def source(text: str) -> str:
    return secret_source(parse_kek_address(text), "")[0]()


def test_a_secret_comes_from_a_file_a_credential_or_a_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text("from a file\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert source(f"passphrase?file={path}") == "from a file"
    assert source("passphrase?credential=secret") == "from a file"
    reading, writing = os.pipe()
    os.write(writing, b"from a pipe\n")
    os.close(writing)
    read = secret_source(parse_kek_address(f"passphrase?fd={reading}"), "")[0]
    assert (read(), read()) == ("from a pipe", "from a pipe")
    os.close(reading)


def test_a_secret_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("x\n")
    path.chmod(0o644)
    with pytest.raises(Refused):
        source(f"passphrase?file={path}")


def test_a_secret_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    empty = tmp_path / "empty"
    empty.touch(0o600)
    for text in (f"passphrase?file={tmp_path / 'none'}", "passphrase?credential=kek", f"passphrase?file={empty}"):
        with pytest.raises(Missing):
            source(text)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(Missing):
        source("passphrase?credential=../elsewhere")


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.custodian.keks.secret._TERMINAL", Path("/nowhere"))
    with pytest.raises(Missing) as caught:
        ask_on_terminal("ask_pin")
    assert caught.value.key == "custodian.no_terminal"


def test_a_guess_costs_what_the_reference_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = Argon2id

    def noted(**cost: int | bytes) -> object:
        asked.append((cost["memory_cost"], cost["iterations"], cost["lanes"], cost["length"]))
        return real(**cost)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(passphrases, "Argon2id", noted)
    kek = PassphraseKek(tmp_path, lambda: PASSPHRASE)
    kek.make(1)
    assert kek.unwrap(1, kek.wrap(1, SHARE, TICKET), TICKET) == SHARE
    assert asked == [(65536, 3, 4, 32)]


def test_a_wrong_passphrase_opens_nothing_and_makes_nothing(tmp_path: Path) -> None:
    kek = cheap(tmp_path)
    kek.make(1)
    wrapped = kek.wrap(1, SHARE, TICKET)
    wrong = cheap(tmp_path, "some other words here")
    for act in (lambda: wrong.unwrap(1, wrapped, TICKET), lambda: wrong.make(2), lambda: wrong.make(1)):
        with pytest.raises(NoKey):
            act()
    assert [path.name for path in tmp_path.iterdir()] == ["000001.locked"]


def test_whoever_mistyped_may_try_again(tmp_path: Path) -> None:
    cheap(tmp_path).make(1)
    typed = iter(["mistyped, by somebody", PASSPHRASE])
    kek = PassphraseKek(tmp_path, lambda: next(typed), cost=Cost(mebibytes=1, passes=1, lanes=1))
    with pytest.raises(NoKey):
        kek.wrap(1, SHARE, TICKET)
    assert kek.wrap(1, SHARE, TICKET)


def test_a_new_passphrase_is_long_and_typed_twice_alike(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        cheap(tmp_path, "eleven chrs").make(1)
    with pytest.raises(Refused):
        PassphraseKek(tmp_path, lambda: PASSPHRASE, again=lambda: PASSPHRASE + "!").make(1)
    assert not list(tmp_path.iterdir())


def test_full_width_letters_are_the_same_passphrase(tmp_path: Path) -> None:
    kek = cheap(tmp_path, "ｔｈｅ　ｔｅａ　ｉｓ　ｃｏｌｄ")
    kek.make(1)
    wrapped = kek.wrap(1, SHARE, TICKET)
    assert cheap(tmp_path, "the tea is cold").unwrap(1, wrapped, TICKET) == SHARE


@pytest.mark.parametrize("place", [0, 4, 20, 40, 79, 87])
def test_a_damaged_file_is_not_called_a_wrong_passphrase(tmp_path: Path, place: int) -> None:
    kek = cheap(tmp_path)
    kek.make(1)
    data = bytearray((tmp_path / "000001.locked").read_bytes())
    data[place] ^= 1
    (tmp_path / "000001.locked").write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        cheap(tmp_path).wrap(1, SHARE, TICKET)
    assert caught.value.key == "custodian.damaged_kek"


def test_no_secret_is_shown(tmp_path: Path) -> None:
    kek = cheap(tmp_path)
    kek.make(1)
    with pytest.raises(NoKey) as caught:
        cheap(tmp_path, "some other words here").wrap(1, SHARE, TICKET)
    for shown in (repr(kek), repr(caught.value), caught.value.what(), caught.value.hint()):
        assert PASSPHRASE not in shown
        assert "some other words" not in shown
