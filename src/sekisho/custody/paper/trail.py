"""What the ledger says, sorted by what it is about: one pass over it for a form of any number of lines."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sekisho.custody import records
from sekisho.custody.office import Office
from sekisho.custody.records import Request
from sekisho.custody.register import Register
from sekisho.ledger.entry import Entry


@dataclass(frozen=True)
class Trail:
    """An office's records beside the ledger entries about them."""

    office: Office

    @cached_property
    def register(self) -> Register:
        """Who is who."""
        return self.office.register

    @cached_property
    def _sorted(self) -> Mapping[tuple[str, object], Sequence[Entry]]:
        found = defaultdict[tuple[str, object], list[Entry]](list)
        for entry in self.office.ledger.entries():
            found["type", entry.type].append(entry)
            if entry.copy is not None:
                found["copy", entry.copy].append(entry)
            for about in ("medium", "request"):
                if about in entry.fields:
                    found[about, entry.fields[about]].append(entry)
        return found

    def of_copy(self, cid: bytes | None, *types: str) -> list[Entry]:
        """Return the entries of a copy, of these types if any are given, oldest first."""
        return _of(self._sorted.get(("copy", cid.hex() if cid else None), ()), types)

    def of_medium(self, number: str, *types: str) -> list[Entry]:
        """Return the entries of a medium."""
        return _of(self._sorted.get(("medium", number), ()), types)

    def of_request(self, number: int, *types: str) -> list[Entry]:
        """Return the entries of a request for copies."""
        copies = [entry for entry in self._sorted.get(("request", number), ()) if entry.type.startswith("copy.")]
        return _of(copies, types)

    def of_type(self, name: str) -> list[Entry]:
        """Return the entries of a type."""
        return list(self._sorted.get(("type", name), ()))

    def details(self, entry: Entry) -> dict[str, str]:
        """Return the personal values behind an entry, without the erased ones."""
        return self.office.ledger.details(entry.index)

    def person(self, person_id: str) -> str:
        """Return a person in words: name and employer, the id alone of who has left the register, nothing for nobody."""
        known = self.register.persons.get(person_id)
        return f"{known.name} ({self.register.organisations[known.employer].name})" if known else person_id

    def signer(self, entry: Entry, field: str = "by") -> str:
        """Return the id of who signed an entry, by the key that a field names; the key of who has left the register."""
        key = str(entry.fields.get(field, ""))
        for person in self.register.persons.values():
            if person.key and person.public_key.id == key:
                return person.id
        return key

    def receiver(self, entry: Entry) -> str:
        """Return the id of who took a copy over, by the key where the name was erased."""
        return self.details(entry).get("receiver") or self.signer(entry, "to")

    def request(self, number: int) -> Request:
        """Return a request."""
        return records.get_request(self.office.ledger.connection, number)

    def day(self, time: datetime) -> date:
        """Return the day of a time, on the office's wall."""
        return time.astimezone(ZoneInfo(self.office.settings.zone)).date()

    def chain(self, person_id: str, day: date) -> tuple[str, ...]:
        """Return the contracts that admit a person on a day, from the employer's up, in words; none of staff."""
        person = self.register.persons.get(person_id)
        if person is None or self.register.is_staff(person):
            return ()
        chain = next(self.register.chains(person, day), ())
        return tuple(f"{each.id} {self.register.organisations[each.company].name}" for each in chain)


def indexes(*entries: Entry | None) -> tuple[int, ...]:
    """Return the indexes of entries, each once, in order."""
    return tuple(sorted({entry.index for entry in entries if entry is not None}))


def _of(entries: Sequence[Entry], types: tuple[str, ...]) -> list[Entry]:
    return [entry for entry in entries if not types or entry.type in types]
