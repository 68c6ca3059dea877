"""Filling the certificate of an erasure, and the record of one that nobody could verify: two forms that are never confused."""

from collections.abc import Sequence

from sekisho.clock import from_text
from sekisho.custody import certificate_records
from sekisho.custody.certificate_form import Certificate, CopyFacts, Signer
from sekisho.custody.certificate_form import Facts as Certified
from sekisho.custody.certificates import Issued, certificate, result_of
from sekisho.custody.paper.collect_media import gigabytes
from sekisho.custody.paper.facts import ErasedRow, ErasureHead, Facts
from sekisho.custody.paper.trail import Trail
from sekisho.errors import Refused
from sekisho.media.erasing import Method, NotVerifiable

_SLIP_DIGITS = 6
_ON_FLASH = frozenset({Method.OVERWRITE_FILE, Method.OVERWRITE_DEVICE})


def erasure(trail: Trail, about: str) -> tuple[Facts, Sequence[Facts]]:
    """Return a certificate, by its number, or the newest one about a slip.

    Raises:
        NotFound: there is none of this number.
        Refused: none was issued, or it could not be verified: what was not seen is not certified.
    """
    issued = _issued(trail, about)
    if not isinstance(issued.document, Certificate):
        raise Refused("custody.paper_not_verified", number=issued.document.number)
    return _filled(trail, issued)


def erasure_record(trail: Trail, about: str) -> tuple[Facts, Sequence[Facts]]:
    """Return the record of an erasure that could not be verified.

    Raises:
        NotFound: there is none of this number.
        Refused: none was issued, or it was verified and is a certificate.
    """
    issued = _issued(trail, about)
    if isinstance(issued.document, Certificate):
        raise Refused("custody.paper_is_certificate", number=issued.document.number)
    return _filled(trail, issued)


def _issued(trail: Trail, about: str) -> Issued:
    connection = trail.office.ledger.connection
    if len(about) != _SLIP_DIGITS:
        return certificate(connection, about)
    numbers = certificate_records.numbers_of(connection, about)
    if not numbers:
        raise Refused("custody.paper_not_erased", slip=about)
    return certificate(connection, numbers[-1])


def _filled(trail: Trail, issued: Issued) -> tuple[Facts, Sequence[Facts]]:
    document, facts = issued.document, issued.document.facts
    seen = document.verification
    operator, witness = facts.sanitiser, facts.verifier
    head = ErasureHead(
        certificate=document.number,
        manufacturer=facts.medium.manufacturer,
        product=facts.medium.model,
        serial=facts.medium.serial,
        number=facts.medium.number,
        label=facts.medium.label,
        media_type=facts.medium.type,
        capacity=gigabytes(facts.medium.size),
        source=facts.medium.section,
        category_before=tuple(dict.fromkeys(kind for each in facts.copies for kind in each.kinds)),
        sanitization=document.category.value if isinstance(document, Certificate) else "",
        method=facts.method.value,
        manner=facts.manner,
        tool=f"{facts.tool} {facts.version}",
        verification="" if isinstance(seen, NotVerifiable) else seen.check.value,
        result=result_of(document),
        why=seen.why.value if isinstance(seen, NotVerifiable) else "",
        openings=len(facts.openings),
        weakest="opened" if facts.openings else "old_blocks" if facts.method in _ON_FLASH else "",
        destination=facts.destination,
        backup=facts.backup,
        at=from_text(document.at),
        place=trail.office.ledger.details(issued.index).get("place", ""),
        operator=trail.person(operator.person),
        operator_roles=_roles(trail, operator),
        operator_contact=_contact(trail, operator),
        witness=trail.person(witness.person),
        witness_roles=_roles(trail, witness),
        witness_contact=_contact(trail, witness),
        entries=(issued.index,),
    )
    return head, [_copy(facts, each) for each in facts.copies]


def _copy(facts: Certified, copy: CopyFacts) -> ErasedRow:
    openings = [each for each in facts.openings if each.copy_id == copy.copy_id]
    keys = [each for each in facts.keys if each.copy_id == copy.copy_id]
    indexes = {each.index for each in openings} | {each.index for each in keys}
    indexes |= {copy.erased} if copy.erased is not None else set()
    return ErasedRow(
        slip=copy.slip,
        copy=copy.copy_id,
        capsule=copy.capsule,
        opens=len(openings),
        share_destroyed_at=from_text(keys[-1].at) if keys else None,
        entries=tuple(sorted(indexes)),
    )


def _roles(trail: Trail, signer: Signer) -> tuple[str, ...]:
    known = trail.register.persons.get(signer.person)
    return tuple(role.value for role in known.roles) if known else ()


def _contact(trail: Trail, signer: Signer) -> str:
    known = trail.register.persons.get(signer.person)
    return trail.register.phone(known) if known else ""
