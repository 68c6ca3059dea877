"""The identity behind ``age-plugin-sekisho``: what its text carries, and when somebody is asked for a release."""

import pytest
from capsule_samples import BINDING, FILE_KEY, OTHER, OWNER, Spoken, stanza
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.plugin_ipc import identity_text, read_identity
from sekisho.age.stanza import Stanza
from sekisho.capsule.plugin import NAME, CapsuleIdentity, PluginKey, Route
from sekisho.domain import STANZA
from sekisho.errors import NoKey, SekishoError, Unreadable

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)
KIDS = st.none() | st.binary(min_size=8, max_size=8)


@given(st.sampled_from([Route.LOCAL, Route.ONLINE]), TEXTS, KIDS, TEXTS, st.booleans())
def test_a_text_carries_everything(route: Route, address: str, kid: bytes | None, key: str, in_file: bool) -> None:
    where = {"path": key} if in_file else {"key": key}
    made = PluginKey(route=route, address=address, kid=kid, **where)
    assert read_identity(identity_text(NAME, made.encode())) == (NAME, made.encode())
    assert PluginKey.decode(made.encode()) == made


def test_a_text_for_the_telephone_needs_no_address() -> None:
    made = PluginKey(route=Route.VOICE, key=OWNER.to_secret_text())
    assert PluginKey.decode(made.encode()) == made
    assert OWNER.to_secret_text() not in repr(made)


@given(st.binary(max_size=60))
def test_whatever_bytes_a_text_has_they_are_a_key_or_refused(data: bytes) -> None:
    try:
        assert PluginKey.decode(b"\1" + data).encode() == b"\1" + data
    except ValueError as error:
        assert data.hex() not in str(error) or not data  # noqa: PT017


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\2" + PluginKey(route=Route.VOICE, key="k").encode()[1:],
        PluginKey(route=Route.VOICE, key="k").encode()[:-1],
        b"\1\0\4" + bytes(4) + b"\0\0\0k",
        b"\1\0\0\0\0\2k",
        b"\1\3\0\0\0\0k",
        b"\1\1\0\0\0\0k",
        b"\1\0\0\0\1a\0k",
        b"\1\0\0\0\0\0\xff",
    ],
)
def test_half_a_key_is_none(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which rule it breaks first does not matter
        PluginKey.decode(data)


def unwrapped(*stanzas: Stanza, source: Spoken, kid: bytes | None = None, mine: bool = True) -> bytes | None:
    return CapsuleIdentity(lambda: [OTHER, OWNER] if mine else [OTHER], source, kid=kid).unwrap(stanzas)


@pytest.mark.parametrize("kid", [None, BINDING.kid])
def test_a_capsule_opens_with_key_and_release(kid: bytes | None) -> None:
    source = Spoken()
    assert unwrapped(stanza(), source=source, kid=kid) == FILE_KEY
    assert [(ask.binding, ask.header_sha256) for ask in source.asked] == [(BINDING, b"")]


def test_grease_is_passed_over() -> None:
    assert unwrapped(Stanza("x-grease", ("1",)), stanza(), source=Spoken()) == FILE_KEY


def test_another_recipients_capsule_and_another_file_are_passed_on_and_nobody_is_asked() -> None:
    source = Spoken()
    assert unwrapped(stanza(), source=source, mine=False) is None
    assert unwrapped(*OWNER.recipient.wrap(FILE_KEY), source=source) is None
    assert source.asked == []


def test_a_way_past_the_custodian_another_custodian_or_a_bent_stanza_is_refused_and_nobody_is_asked() -> None:
    source, bent = Spoken(), Stanza(STANZA, (*stanza().args[:4], "scrypt"), stanza().body)
    for stanzas, kid, error, key in (
        ((stanza(), *OTHER.recipient.wrap(FILE_KEY)), None, Unreadable, "capsule.foreign_stanza"),
        ((stanza(),), bytes(8), NoKey, "capsule.other_custodian"),
        ((bent,), None, Unreadable, "capsule.unknown_recipient"),
        ((stanza(), stanza()), None, Unreadable, "capsule.bad_stanza"),
    ):
        with pytest.raises(SekishoError) as caught:
            unwrapped(*stanzas, source=source, kid=kid)
        assert (type(caught.value), caught.value.key) == (error, key)
    assert source.asked == []


def test_a_share_that_does_not_fit_opens_nothing() -> None:
    with pytest.raises(NoKey):
        unwrapped(stanza(), source=Spoken(bytes(16)))
