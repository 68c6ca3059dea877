"""Segments: people who are told the same words, because the same kinds of their data were lost.

Whom nobody may simply write to leaves first, each into a segment of their own: people under address protection (for the
officer who handles them alone), then the dead, then who has no address, then minors, whose guardian is written to. Who
is left is cut by the set of kinds, and so are those groups. A person is in one segment, and the segments together are all
persons that could be told; rows that could not be are in none, and might be one person more each in any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap

from sekisho.errors import NotFound
from sekisho.kinds.taxonomy import Kind, kinds_in
from sekisho.loss.affected.flags import Flags
from sekisho.people.index import Index


class Group(StrEnum):
    """Why people leave before they are cut by kinds; in the order in which they do."""

    PROTECTED = "protected"
    DECEASED = "deceased"
    UNREACHABLE = "unreachable"
    MINORS = "minors"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """People of one group with one set of kinds.

    Attributes:
        id: the same for the same group and kinds, in every incident.
        group: which group.
        mask: the kinds, as a mask.
        people: how many there are.
    """

    id: str
    group: Group
    mask: int
    people: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds, in the order of their bits."""
        return kinds_in(self.mask)

    @property
    def is_guardian_told(self) -> bool:
        """Whether the guardian is written to."""
        return self.group is Group.MINORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Everybody, in segments.

    Attributes:
        segments: in the order of the groups, the largest first.
        at_least: persons who were surely told apart.
        unresolved: rows that could not be told.
        by_household: persons who are, beside their own data, concerned through a row about their household.
    """

    segments: tuple[Segment, ...]
    at_least: int
    unresolved: int
    by_household: int = 0

    @property
    def people(self) -> int:
        """Persons in all segments together."""
        return sum(segment.people for segment in self.segments)

    @property
    def at_most(self) -> int:
        """Persons, if every row that could not be told was one more."""
        return self.people + self.unresolved

    def of(self, group: Group) -> int:
        """Return how many persons a group has."""
        return sum(segment.people for segment in self.segments if segment.group is group)

    def named(self, segment_id: str) -> Segment:
        """Return one segment.

        Raises:
            NotFound: there is none of that id.
        """
        for segment in self.segments:
            if segment.id == segment_id:
                return segment
        raise NotFound("loss.no_such_segment", segment=segment_id)


def groups(everybody: BitMap, flags: Flags) -> dict[Group, BitMap]:
    """Return who is in which group, everybody in one."""
    leaving = {
        Group.PROTECTED: flags.protected,
        Group.DECEASED: flags.deceased,
        Group.UNREACHABLE: everybody - flags.addressed if flags.are_addresses_known else BitMap(),
        Group.MINORS: flags.minors,
    }
    left, found = everybody, dict[Group, BitMap]()
    for group, people in leaving.items():
        found[group] = left & people
        left = left - people
    return found | {Group.OTHERS: left}


def segments_of(index: Index, flags: Flags, *, at_least: int | None = None) -> Segments:
    """Return everybody of an index in segments.

    Args:
        index: who was on what was lost, with which kinds.
        flags: what is known of them.
        at_least: persons who were surely told apart, where several kinds of key tell them; else all of the index.
    """
    found = list[Segment]()
    for group, people in groups(index.everybody(), flags).items():
        for part in index.within(people).segments() if people else ():
            found.append(Segment(id=_id(group, part.mask), group=group, mask=part.mask, people=part.people))
    return Segments(
        segments=tuple(found),
        at_least=index.people if at_least is None else at_least,
        unresolved=index.unresolved,
        by_household=len(flags.by_household),
    )


def people_in(index: Index, flags: Flags, segment: Segment) -> BitMap:
    """Return who is in a segment."""
    people = groups(index.everybody(), flags)[segment.group]
    return index.within(people).with_exactly(segment.mask)


def rows_of(segments: Segments) -> Sequence[tuple[str, ...]]:
    """Return the segments as rows of a table, the head first: counts alone, for everybody on the case."""
    rows = [
        (
            each.id,
            each.group.value,
            str(each.people),
            " ".join(k.id for k in each.kinds),
            "・".join(k.ja for k in each.kinds),
        )
        for each in segments.segments
    ]
    return [("segment", "group", "people", "kinds", "ja"), *rows]


def _id(group: Group, mask: int) -> str:
    return f"{group.value[0]}-{mask:x}"
