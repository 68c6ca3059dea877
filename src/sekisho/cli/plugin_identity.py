"""Making the text of an identity for ``age-plugin-sekisho``: the recipient's key, and the way to a release."""

from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.disk import disk
from sekisho.cli.identities import read_identities
from sekisho.cli.session import Session
from sekisho.errors import Missing, Misuse, NotFound, Unreadable

if TYPE_CHECKING:
    from sekisho.custodian.card import Card


def make_plugin_identity(
    session: Session, identity: Path, *, card: Path | None, code: bool, inside: bool
) -> tuple[str, str]:
    """Return the text of the identity, and how a release is asked for: ``here``, ``code`` or ``online``.

    Args:
        session: asks for the passphrase of the key's file.
        identity: the recipient's key file, which is read to see that it is one.
        card: of the office that is asked over a network, or whose capsules alone are opened.
        code: whether the release comes over the telephone.
        inside: whether the key itself stands in the text, else the path of its file.

    Raises:
        Missing: there is neither a card nor an office on this machine.
        Misuse: the key cannot stand in the text.
        NotFound: the card names no address.
    """
    from sekisho.age.plugin_ipc import identity_text
    from sekisho.capsule.plugin import NAME, PluginKey, Route

    known = _card(card)
    address, kid = "", known.kid if known else None
    if code:
        route, way = Route.VOICE, "code"
    elif known:
        route, way, address = Route.ONLINE, "online", known.text.decode()
        if not known.url:
            raise NotFound("custodian.no_address")
    else:
        route, way, address = Route.LOCAL, "here", str(session.home.absolute())
        kid = _kid_here(session)
    key = _secret(session, identity, inside=inside)
    path = "" if inside else str(identity.absolute())
    return identity_text(NAME, PluginKey(route=route, address=address, kid=kid, path=path, key=key).encode()), way


def _card(path: Path | None) -> "Card | None":
    from sekisho.custodian.card import read_card

    if path is None:
        return None
    with disk(path):
        return read_card(path.read_bytes())


def _kid_here(session: Session) -> bytes:
    try:
        with session.office(finish=False) as office:
            return office.custodian.kid
    except Missing as error:
        if error.key != "store.no_office":
            raise
        raise Missing("age.no_way_to_a_release", path=session.home) from None


def _secret(session: Session, path: Path, *, inside: bool) -> str:
    """Read the key file, and return its one key if that is to stand in the text."""
    identities = read_identities(session, path)
    if not inside:
        return ""
    secret = getattr(identities[0], "to_secret_text", None)
    if len(identities) != 1 or secret is None:
        raise Misuse("age.not_inside", path=path)
    text = secret()
    if not isinstance(text, str):
        raise Unreadable("cli.not_an_identity", path=path)
    return text
