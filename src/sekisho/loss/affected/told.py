"""What the people of an incident say as facts beside their bare number: counts alone, never who. Pure.

What nobody looked for (birth dates, an address table) is not said, rather than said to be none.
"""

from sekisho.loss.affected.people import People
from sekisho.loss.affected.roles import Role

Told = dict[str, bool | int | str | tuple[str, ...] | None]

_ACCOUNTS = ("bank_account", "yucho_account", "iban")


def facts_of_tables(people: People) -> Told:
    """Return the tables with their rows, and the sums over those of one sort."""
    counted = [table for table in people.tables if table.filled]
    facts: Told = {
        "records": people.records,
        "tables": tuple(f"{table.name}: {table.rows}" for table in people.tables),
    }
    if counted:
        facts["households"] = sum(table.rows for table in counted if table.of_head) or None
        facts["account_records"] = (
            sum(max(table.filled.get(kind, 0) for kind in _ACCOUNTS) for table in counted) or None
        )
    return facts


def facts_of_flags(people: People) -> Told:
    """Return how many need to be told otherwise than by a letter to themselves, or are concerned through others."""
    flags, facts = people.flags, Told()
    if Role.BIRTH_DATE in flags.asked:
        facts["minors"] = len(flags.minors)
    if {Role.DECEASED, Role.DATE_OF_DEATH} & flags.asked:
        facts["deceased"] = len(flags.deceased)
    if flags.protected or Role.PROTECTED in flags.asked:
        facts["protected_persons"] = len(flags.protected)
    if flags.are_addresses_known:
        facts["unreachable"] = people.found.index.people - len(flags.addressed)
    if flags.by_household:
        facts["persons_by_household"] = len(flags.by_household)
    return facts
