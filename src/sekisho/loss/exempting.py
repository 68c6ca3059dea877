"""Writing the exemption pack of an incident: the evidence folder with the papers on each limb in it.

Nothing is decided here; who decides does so beside it, with a reason, and the obligation says so.
"""

from pathlib import Path

from sekisho.custodian.keks.address import parse_kek_address
from sekisho.custody import incident_records
from sekisho.custody.office import Office
from sekisho.errors import Refused
from sekisho.loss.evidence import Enclosed, gather, issue_evidence, statement_papers
from sekisho.loss.exemption import Pack, exemption_papers
from sekisho.loss.facts.fact import Facts
from sekisho.loss.history import tell_of
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.deciding import decisions_of
from sekisho.loss.key_evidence import keys_of
from sekisho.loss.law import pack as law
from sekisho.loss.law.exempting import Ground, ground


def pack_of(office: Office, number: int) -> Pack:
    """Return what an incident's exemption pack is made of, after what the office's own records say was stated.

    Raises:
        NotFound: there is no such incident.
        Refused: nothing of it was sealed, so that there is no evidence about a key.
        LedgerBroken: the ledger is not the one that was signed, and so nothing is said.
        Unreadable: a record is damaged.
    """
    slips = incident_records.slips_of(office.ledger.connection, number)
    facts = collect(office, number)
    if not slips:
        raise Refused("loss.nothing_sealed", incident=number)
    return Pack(
        incident=number,
        grounds=grounds(law.load_pack([office.home.root / law.FOLDER]), facts),
        office=office.settings.name,
        at=office.ledger.time(),
        zone=office.settings.zone,
        facts=facts,
        keys=[keys_of(copy) for copy in tell_of(office, slips).copies],
        kek=parse_kek_address(office.settings.kek).scheme,
        decided=_decided(office, number),
    )


def _decided(office: Office, number: int) -> list[str]:
    """Return the exemptions of which the last decision about some duty says that they hold."""
    last = {(each.rule, each.stage): each for each in decisions_of(office.ledger.connection, number)}
    return sorted({each.exemption for each in last.values() if each.what == "exempt"})


def grounds(pack: law.Pack, facts: Facts) -> list[Ground]:
    """Hold facts against the exemptions of the laws that an office looks at, those that have limbs and that it may rely on.

    Where the office has not said which laws, or as what it handles the data, it is those of all.
    """
    looked_at, roles = _words(facts, "jurisdictions"), _words(facts, "roles")
    asked = [each for each in pack.records if not looked_at or each.jurisdiction in looked_at]
    named = (pack.exemptions[name] for name in dict.fromkeys(name for each in asked for name in each.exempt))
    held = (ground(each, facts) for each in named if not (each.roles and roles) or roles & set(each.roles))
    return [each for each in held if each.limbs]


def _words(facts: Facts, key: str) -> set[str]:
    value = facts.value(key)
    return set(value) if isinstance(value, tuple) else set()


def issue_exemption(office: Office, number: int, folder: Path) -> Pack:
    """Write the evidence folder of an incident's copies with the exemption pack in it, and return the pack.

    Raises:
        Misuse: the folder exists.
        Busy: something happened to one of the copies meanwhile; nothing was recorded.
        MediumError: the disk refused.
        SekishoError: as :func:`pack_of`.
    """
    pack = pack_of(office, number)
    findings = gather(office, [keys.history.slip for keys in pack.keys])
    issue_evidence(
        office, findings, folder, enclosed=Enclosed(papers=exemption_papers(pack, statement_papers(findings)))
    )
    return pack
