"""Whose signature a text is, under which statement, and what it is worth: by key, security key, passkey, or PIN and paper."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_office import Town, register_text, signing_key
from security_key import TOUCHED, SecurityKey
from sekisho.custody.counters import advance
from sekisho.custody.pins import MOST_WRONG, set_pin, sign_on_paper
from sekisho.custody.register import Register, parse_register
from sekisho.custody.signatures import (
    DEFAULT_LEVELS,
    PAPER,
    Checked,
    Level,
    PaperSignature,
    check_signature,
    least_level,
    must_reach,
    paper_statement,
    verify_signature,
)
from sekisho.custody.statements import HANDOVER
from sekisho.errors import Missing, Misuse, NoKey, Refused, SekishoError, Unreadable
from sekisho.signing.sshsig import sign
from sekisho.signing.webauthn import to_base64url
from soft_passkey import RP, SoftPasskey

pytest_plugins = ("office_fixtures",)

STATEMENT = b'{"copy":"C-1","type":"handover","v":1}'
PASSKEY, SECURITY_KEY = SoftPasskey(), SecurityKey()
PIN = "260815"
REGISTER = parse_register(register_text(), Path("register.toml"))


def passkey_line(passkey: SoftPasskey) -> str:
    return f'passkeys = [{{ id = "{to_base64url(passkey.id)}", key = "{to_base64url(passkey.cose)}", rp = "{RP}" }}]'


@pytest.fixture
def register(town: Town) -> Register:
    """The town's register, in which the carrier has a passkey and the agent a security key."""
    text = register_text()
    text = text.replace('[[person]]\nid = "carrier"\n', f'[[person]]\nid = "carrier"\n{passkey_line(PASSKEY)}\n')
    text = text.replace(signing_key("agent").public.line, SECURITY_KEY.public.line)
    town.learn(text)
    return town.office.register


def _refused(register: Register, person: str, signature: str, statement: bytes = STATEMENT) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        verify_signature(register, person, statement, HANDOVER, signature)
    return caught.value


def test_a_key_in_a_file_is_worth_its_passphrase(register: Register) -> None:
    signature = sign(signing_key("officer"), STATEMENT, namespace=HANDOVER)
    assert verify_signature(register, "officer", STATEMENT, HANDOVER, signature) is Level.L2
    assert _refused(register, "officer", signature, STATEMENT + b" ").key == "signing.bad_signature"
    refused = _refused(register, "carrier", signature)
    assert (refused.key, refused.values["person"]) == ("custody.other_signer", "carrier")
    assert _refused(register, "ghost", signature).key == "custody.unregistered"


def test_a_signature_for_another_purpose_serves_no_hand_over(register: Register) -> None:
    signature = sign(signing_key("officer"), STATEMENT, namespace="erasure@sekisho.example")
    assert _refused(register, "officer", signature).key == "signing.other_purpose"


def test_a_key_of_nobody_signs_for_nobody(register: Register) -> None:
    signature = sign(signing_key("ghost"), STATEMENT, namespace=HANDOVER)
    assert _refused(register, "officer", signature).key == "custody.unregistered_key"


def test_a_security_key_is_worth_what_it_asked(register: Register) -> None:
    touched = SECURITY_KEY.sign(STATEMENT, namespace=HANDOVER, flags=TOUCHED)
    asked = SECURITY_KEY.sign(STATEMENT, namespace=HANDOVER)
    assert verify_signature(register, "agent", STATEMENT, HANDOVER, touched) is Level.L1
    assert verify_signature(register, "agent", STATEMENT, HANDOVER, asked) is Level.L3


def test_a_passkey_signs_for_its_person_alone(register: Register) -> None:
    signature = PASSKEY.assertion(STATEMENT).text()
    checked = check_signature(register, "carrier", STATEMENT, HANDOVER, signature)
    assert (checked.level, checked.credential, checked.counter) == (Level.L3, to_base64url(PASSKEY.id), PASSKEY.counter)
    assert _refused(register, "supervisor", signature).key == "custody.unregistered_passkey"
    assert _refused(register, "carrier", signature, b"{}").key == "signing.passkey_challenge"
    other = SoftPasskey(identity=b"another").assertion(STATEMENT).text()
    assert _refused(register, "carrier", other).key == "custody.unregistered_passkey"


def test_a_passkey_that_nobody_unlocked_is_refused(register: Register) -> None:
    assert (
        _refused(register, "carrier", PASSKEY.assertion(STATEMENT, flags=1).text()).key
        == "signing.passkey_verification"
    )


def test_two_persons_share_no_passkey(town: Town) -> None:
    text = register_text()
    for name in ("carrier", "supervisor"):
        text = text.replace(f'[[person]]\nid = "{name}"\n', f'[[person]]\nid = "{name}"\n{passkey_line(PASSKEY)}\n')
    with pytest.raises(Unreadable) as caught:
        town.learn(text)
    assert caught.value.key == "custody.bad_register"


def test_a_person_without_a_device_signs_on_paper_before_staff(town: Town) -> None:
    set_pin(town.office, "carrier", PIN, staff=signing_key("officer"))
    signature = sign_on_paper(town.office, "carrier", PIN, STATEMENT, paper="P-7", staff=signing_key("officer"))
    checked = check_signature(town.office.register, "carrier", STATEMENT, HANDOVER, signature)
    assert (checked.level, checked.key) == (Level.L0, signing_key("officer").public.id)
    assert _refused(town.office.register, "supervisor", signature).key == "custody.other_signer"
    assert _refused(town.office.register, "carrier", signature, b"{}").key == "signing.bad_signature"
    other = msgspec.structs.replace(msgspec.json.decode(signature, type=PaperSignature), paper="P-8").text()
    assert _refused(town.office.register, "carrier", other).key == "signing.bad_signature"
    assert [leaf.fields for leaf in town.leaves("pin.set")] == [{"by": signing_key("officer").public.id}]


@pytest.mark.parametrize("witness", ["carrier", "supervisor"])
def test_nobody_but_staff_sees_a_paper(town: Town, witness: str) -> None:
    """Neither the person nor a colleague, whether the office's own code signs or somebody writes the line by hand."""
    with pytest.raises(Refused):
        set_pin(town.office, "carrier", PIN, staff=signing_key(witness))
    with pytest.raises(Refused):
        sign_on_paper(town.office, "carrier", PIN, STATEMENT, paper="P-7", staff=signing_key(witness))
    by_hand = sign(signing_key(witness), paper_statement("carrier", "P-7", STATEMENT), namespace=PAPER)
    forged = PaperSignature(person="carrier", paper="P-7", staff=by_hand).text()
    assert isinstance(_refused(town.office.register, "carrier", forged), Refused)


def test_five_wrong_pins_lock_it_until_staff_set_a_new_one(town: Town) -> None:
    office, staff = town.office, signing_key("officer")
    set_pin(office, "carrier", PIN, staff=staff)
    for left in reversed(range(MOST_WRONG)):
        with pytest.raises(NoKey) as caught:
            sign_on_paper(office, "carrier", "118118", STATEMENT, paper="P-7", staff=staff)
        assert caught.value.values["left"] == left
    with pytest.raises(Refused) as refused:
        sign_on_paper(office, "carrier", PIN, STATEMENT, paper="P-7", staff=staff)
    assert refused.value.key == "custody.pin_locked"
    assert len(town.leaves("pin.locked")) == 1
    set_pin(office, "carrier", PIN, staff=staff)
    assert sign_on_paper(office, "carrier", PIN, STATEMENT, paper="P-7", staff=staff)
    assert PIN.encode() not in b"".join(path.read_bytes() for path in town.home.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "１２３４５６", "12345a", "000000", "123456", "654321", "567890"]
)
def test_a_pin_that_anybody_would_try_first_is_none(town: Town, pin: str) -> None:
    with pytest.raises(Misuse):
        set_pin(town.office, "carrier", pin, staff=signing_key("officer"))


def test_without_a_pin_nobody_signs_on_paper(town: Town) -> None:
    with pytest.raises(Missing):
        sign_on_paper(town.office, "carrier", PIN, STATEMENT, paper="P-7", staff=signing_key("officer"))
    with pytest.raises(Misuse):
        sign_on_paper(town.office, "carrier", PIN, STATEMENT, paper="磯部さんの書面", staff=signing_key("officer"))


def test_a_counter_that_does_not_go_on_means_a_copy(town: Town) -> None:
    def checked(counter: int) -> Checked:
        return Checked(level=Level.L3, key="00", counter=counter)

    with town.office.ledger.transaction() as tx:
        advance(tx.connection, checked(0), person="carrier")
        advance(tx.connection, checked(4), person="carrier")
        advance(tx.connection, checked(9), person="carrier")
        for counter in (0, 4, 9):
            with pytest.raises(Refused, match=r"."):
                advance(tx.connection, checked(counter), person="carrier")


def test_what_says_something_of_a_life_takes_a_key() -> None:
    assert least_level(DEFAULT_LEVELS, ["name"]) is Level.L0
    assert least_level(DEFAULT_LEVELS, ["name", "bank_account"]) is Level.L2
    assert least_level((Level.L0, Level.L1, Level.L2, Level.L3), ["bank_account", "name"]) is Level.L2
    assert least_level(DEFAULT_LEVELS, []) is Level.L0
    assert Level.L0 < Level.L1 < Level.L2 < Level.L3


@pytest.mark.parametrize("least", [Level.L1, Level.L2, Level.L3])
def test_too_little_is_refused_with_what_would_do(least: Level) -> None:
    must_reach(least, least, person="carrier")
    with pytest.raises(Refused) as caught:
        must_reach(Level.L0, least, person="carrier")
    for language in ("ja", "en"):
        assert least in caught.value.what(language)
        assert caught.value.hint(language)


@given(
    st.text(max_size=120) | st.sampled_from(['{"alg":"webauthn"}', '{"alg":"paper"}', '{"alg":1}', '{"alg":"none"}'])
)
def test_no_text_is_a_signature_by_chance(text: str) -> None:
    with pytest.raises(Unreadable):
        verify_signature(REGISTER, "officer", STATEMENT, HANDOVER, text)
