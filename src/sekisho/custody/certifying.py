"""What an erased copy gets: a certificate of what was seen, with the purge that its destroyed key makes of it, or a record.

Where every copy of the key is gone, the copy is purged, whatever old blocks of flash memory still hold: they are ciphertext.
Where a key may be left, the overwritten and removed file is cleared and no more.
"""

from collections.abc import Sequence
from importlib.metadata import version

from sekisho.custody import records
from sekisho.custody.certificate_form import CopyFacts, Destination, Facts, MediumFacts, Signer
from sekisho.custody.certificates import Draft, Hands, Issued, issue
from sekisho.custody.handing import sealed_parts
from sekisho.custody.key_facts import KeyFacts, judge_keys, key_facts
from sekisho.custody.media_records import get_medium
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.errors import NotFound, Refused
from sekisho.ledger.entry import Entry
from sekisho.media.erasing import Category, Check, Method, NotVerifiable, Verified, Why

TOOL = "Sekisho"


def certify_copy(office: Office, slip: str, hands: Hands) -> Issued:
    """Issue what is due for a copy that was erased on its medium.

    Raises:
        Refused: it was not erased, or one person signs for both.
        NotFound: there is no such copy.
    """
    row, entries = _copy(office, slip)
    erased = next((entry for entry in reversed(entries) if entry.type == "copy.erased"), None)
    if erased is None:
        raise Refused("custody.not_erased", slip=slip)
    known = key_facts(erased.copy or "", entries)
    purged = judge_keys(known)
    by_key = erased.fields["verified"] == 1 and isinstance(purged, Verified)
    method = Method.CRYPTO_ERASE if by_key else Method.OVERWRITE_FILE
    facts = facts_of(office, row.medium, hands.signers(office), method=method, copies=[(row, erased.index, known)])
    if erased.fields["verified"] != 1:
        draft = Draft(facts=facts, result=NotVerifiable(why=Why.ALTERED), category=Category.CLEAR)
    elif by_key:
        draft = Draft(facts=facts, result=purged, category=Category.PURGE)
    else:
        draft = Draft(facts=facts, result=Verified(check=Check.FILE), category=Category.CLEAR)
    return issue(office, draft, hands.keys, place=hands.place)


def certify_keys(office: Office, slip: str, hands: Hands) -> Issued:
    """Issue what is due for a copy whose medium is not at hand: it is purged if no copy of its key is left.

    Raises:
        Refused: one person signs for both, or the copy was never sealed.
        NotFound: there is no such copy.
    """
    row, entries = _copy(office, slip)
    cid, _ = sealed_parts(row)
    known = key_facts(cid.hex(), entries)
    facts = facts_of(
        office,
        row.medium,
        hands.signers(office),
        method=Method.CRYPTO_ERASE,
        copies=[(row, None, known)],
        destination="unknown",
    )
    draft = Draft(facts=facts, result=judge_keys(known), category=Category.PURGE)
    return issue(office, draft, hands.keys, place=hands.place)


def facts_of(
    office: Office,
    label: str,
    signers: tuple[Signer, Signer],
    *,
    method: Method,
    copies: Sequence[tuple[CopyRow, int | None, KeyFacts]],
    destination: Destination = "store",
    tool: tuple[str, str] | None = None,
) -> Facts:
    """Return what a form says of a medium, the copies that were on it with their keys, the tool, and who signs.

    Args:
        office: the office.
        label: the medium.
        signers: who erased and who saw to it.
        method: how.
        copies: each with the ledger's entry of its erasure, if it has one, and what is known of its key.
        destination: where the medium goes now.
        tool: name and version, if it was not Sekisho itself.
    """
    sanitiser, verifier = signers
    name, number = tool or (TOOL, version("sekisho"))
    known = [each for _, _, each in copies]
    return Facts(
        medium=_medium(office, label),
        copies=[_copy_facts(office, row, erased) for row, erased, _ in copies],
        method=method,
        tool=name,
        version=number,
        sanitiser=sanitiser,
        verifier=verifier,
        keys=[each.destroyed for each in known if each.destroyed],
        openings=[opening for each in known for opening in each.openings],
        declarations=sorted({number for each in known for number in each.declarations}),
        destination=destination,
    )


def known_of(office: Office, row: CopyRow) -> KeyFacts:
    """Return what the ledger tells of a copy's key."""
    cid, _ = sealed_parts(row)
    return key_facts(cid.hex(), list(office.ledger.entries_of(cid.hex())))


def _medium(office: Office, label: str) -> MediumFacts:
    try:
        medium = get_medium(office.ledger.connection, label)
    except NotFound:
        return MediumFacts(label=label)
    return MediumFacts(
        label=medium.label,
        number=medium.id,
        manufacturer=medium.manufacturer,
        model=medium.product,
        serial=medium.serial,
        size=medium.size,
        type="usb" if medium.vendor_id else "unregistered",
        section=medium.section,
    )


def _copy_facts(office: Office, row: CopyRow, erased: int | None) -> CopyFacts:
    cid, capsule = sealed_parts(row)
    kinds = sorted(records.get_request(office.ledger.connection, row.request).statement.kinds)
    return CopyFacts(slip=row.slip, copy_id=cid.hex(), capsule=capsule.sha256, kinds=kinds, erased=erased)


def _copy(office: Office, slip: str) -> tuple[CopyRow, list[Entry]]:
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    return row, list(office.ledger.entries_of(cid.hex()))
