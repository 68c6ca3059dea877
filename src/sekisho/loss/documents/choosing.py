"""Which documents a case asks for, where nobody names any: a paper that makes no sense is one that somebody sends by mistake. Pure."""

from sekisho.loss.documents.kinds import DocumentKind
from sekisho.loss.incident.case import Case
from sekisho.loss.law.calendar import covers
from sekisho.loss.law.obligation import ObligationState

_EXEMPT = frozenset({ObligationState.LIKELY_EXEMPT, ObligationState.EXEMPT_DECIDED})


def kinds_for(case: Case) -> tuple[DocumentKind, ...]:
    """Return the kinds of documents that a case asks for, in the order in which they are written.

    The notice to a controller is for who handles data for another; the form of the GDPR for whose law that is; a report of
    theft for what may be stolen; the memo on exemptions for what was sealed or otherwise may be exempt.
    """
    facts = case.facts
    roles, looked_at = facts.value("roles"), facts.value("jurisdictions")
    left_out = set[DocumentKind]()
    if not (isinstance(roles, tuple) and "processor" in roles):
        left_out.add(DocumentKind.PROCESSOR_NOTICE)
    if not (isinstance(looked_at, tuple) and any(covers(law, each) for law in ("EU", "UK") for each in looked_at)):
        left_out.add(DocumentKind.REGULATOR_GDPR)
    if facts.text("event") != "stolen" and facts.flag("theft_possible") is False:
        left_out.add(DocumentKind.POLICE_THEFT)
    if not (facts.flag("sealed") or any(each.state in _EXEMPT for each in case.obligations)):
        left_out.add(DocumentKind.EXEMPTION_MEMO)
    return tuple(each for each in DocumentKind if each not in left_out)
