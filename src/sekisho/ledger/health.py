"""How fresh a ledger is: the ages of its newest checkpoint and of what its witnesses last cosigned."""

from datetime import datetime

from sekisho.ledger import store
from sekisho.ledger.quorum import Quorum
from sekisho.ledger.reader import Reader


def health(ledger: Reader, quorum: Quorum, now: datetime) -> dict[str, int | None]:
    """Return size and age of the newest checkpoint and of the newest that a witness cosigned; ages in whole seconds.

    Raises:
        LedgerBroken: a signature that is kept does not fit.
        Missing: nothing was ever signed.
    """
    checkpoint, at = ledger.checkpoint(), store.checkpoint_time(ledger.connection)
    cosigned = next(iter(ledger.cosigned_sizes()), None)
    times = [] if cosigned is None else quorum.times(ledger.checkpoint(cosigned).note).values()
    return {
        "size": checkpoint.size,
        "checkpoint_age": None if at is None else _age(now, int(at.timestamp())),
        "cosigned_size": cosigned,
        "cosignature_age": _age(now, max(times)) if times else None,
    }


def _age(now: datetime, then: int) -> int:
    return max(0, int(now.timestamp()) - then)
