"""Up to where witnesses had seen the ledger at the moments that matter: before a loss, after the stop, after the destruction.

A checkpoint that another machine cosigned before a loss shows that the ledger was not made up after it; one after the stop and
one after the destruction, that both were on record by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.custody.office import Office
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.loss.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A checkpoint, and who cosigned it.

    Attributes:
        size: its number of entries.
        cosigned: name of a witness → when, in seconds since 1970.
    """

    size: int
    cosigned: Mapping[str, int]


def moments(office: Office, history: History) -> dict[str, Moment | None]:
    """Return the checkpoints around a copy's loss: ``before_loss``, ``after_stop``, ``after_destruction``.

    Each is one that witnesses cosigned, where there is one; otherwise one that only the ledger signed, or none.
    """
    stopped, destroyed = history.stopped_index, history.index_of("ticket.destroyed")
    return {
        "before_loss": None if history.lost_index is None else _last(office, history.lost_index),
        "after_stop": None if stopped is None else _first(office, stopped),
        "after_destruction": None if destroyed is None else _first(office, destroyed),
    }


def _last(office: Office, before: int) -> Moment | None:
    """Return the last checkpoint that ends before an entry, a cosigned one if there is any."""
    return _choice(office, [size for size in reversed(office.ledger.signed_sizes()) if size <= before])


def _first(office: Office, index: int) -> Moment | None:
    """Return the first checkpoint that covers an entry, a cosigned one if there is any."""
    return _choice(office, [size for size in office.ledger.signed_sizes() if size > index])


def _choice(office: Office, sizes: list[int]) -> Moment | None:
    cosigned = set(office.ledger.cosigned_sizes())
    size = next((size for size in sizes if size in cosigned), next(iter(sizes), None))
    return None if size is None else _moment(office, office.ledger.checkpoint(size))


def _moment(office: Office, checkpoint: Checkpoint) -> Moment:
    return Moment(size=checkpoint.size, cosigned=office.cosigning.quorum.times(checkpoint.note))
