"""A witness (C2SP tlog-witness v1.0.0): cosigns a log's checkpoint only if it goes on from the one it cosigned last.

It keeps one file for each log, the last note that it cosigned. Comparing and replacing that file is one step under a lock,
and the file is durable before the cosignature leaves; so whatever happens it never vouches for two histories of one log. A
witness proves nothing of what the entries say.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock
from sekisho.errors import LedgerBroken, MediumError, NoKey, NotFound, Refused, SekishoError, Unreadable
from sekisho.files import write_whole
from sekisho.ledger import note as notes
from sekisho.ledger.anchor import exclusive
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.encoding import read_base64, read_decimal
from sekisho.ledger.merkle import EMPTY_ROOT, proves_consistency
from sekisho.ledger.note import VerifierKey

_MOST_HASHES = 63
_REQUEST = re.compile(rb"old ([^\n]*)\n((?:[^\n]+\n)*)\n(.*)", re.DOTALL)

_GOOD, _NONSENSE, _UNSIGNED, _UNKNOWN, _CONFLICT, _NO_PREFIX = 200, 400, 403, 404, 409, 422
_REFUSALS: dict[int, Callable[[], SekishoError]] = {
    _NONSENSE: partial(Unreadable, "ledger.no_witness_request"),
    _UNKNOWN: partial(NotFound, "ledger.witness_knows_no_log"),
    _UNSIGNED: partial(NoKey, "ledger.unsigned"),
    _NO_PREFIX: partial(LedgerBroken, "ledger.witness_no_prefix"),
}

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MOST_REQUEST_BYTES = 64 << 10
"""What a request may have: 63 hashes and a checkpoint with a hundred signatures are far below."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers to ``add-checkpoint``.

    Attributes:
        status: as of HTTP.
        body: cosignature lines, or a size, or nothing.
        content_type: of the body.
    """

    status: int
    body: bytes = b""
    content_type: str = TEXT


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed request.

    Attributes:
        old: the size that the log believes was cosigned last.
        proof: that the new tree goes on from it.
        note: the checkpoint, with its signatures.
    """

    old: int
    proof: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """Read a request.

        Raises:
            ValueError: not of that form.
        """
        found = _REQUEST.fullmatch(body)
        if len(body) > MOST_REQUEST_BYTES or not found:
            raise ValueError("not a request to a witness")
        proof = found[2].decode().split("\n")[:-1]
        if len(proof) > _MOST_HASHES:
            raise ValueError("a proof of more than 63 hashes")
        return cls(read_decimal(found[1].decode()), tuple(map(read_base64, proof)), found[3].decode())


class Witness:
    """A witness over a folder in which it keeps what it cosigned last."""

    def __init__(
        self, folder: Path, *, name: str, signer: Ed25519PrivateKey, logs: Mapping[str, VerifierKey], clock: Clock
    ) -> None:
        """Take what makes a witness.

        Args:
            folder: of the last checkpoints; nothing else may be in it.
            name: of the witness.
            signer: its key, for cosignatures alone.
            logs: the logs that it knows, by origin.
            clock: the time of cosignatures.
        """
        self._folder = folder
        self._name = name
        self._signer = signer
        self._logs = logs
        self._clock = clock

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request, in the order of refusals that tlog-witness prescribes.

        Raises:
            MediumError: the disk refused; nothing was cosigned.
            LedgerBroken: what was kept is no checkpoint of that log.
            Busy: another program held the folder too long.
        """
        try:
            request = Request.parse(body)
        except ValueError:
            return Answer(_NONSENSE)
        origin = request.note.partition("\n")[0]
        if origin not in self._logs:
            return Answer(_UNKNOWN)
        try:
            new = open_checkpoint(request.note, self._logs[origin])
        except (Unreadable, NoKey, LedgerBroken):
            return Answer(_UNSIGNED)
        if request.old > new.size:
            return Answer(_NONSENSE)
        with exclusive(self._folder / "lock"):
            return self._record(request, new)

    def cosign(self, body: bytes) -> str:
        """Answer a request that somebody carried here: return the line to carry back.

        Raises:
            Unreadable: no request to a witness.
            NotFound: of a log that this witness does not know.
            NoKey: its log did not sign it.
            Refused: it does not begin where this witness stopped; the error names that size.
            LedgerBroken: it does not go on from what this witness cosigned: the log has two histories.
            MediumError, Busy: as :meth:`add_checkpoint`.
        """
        answer = self.add_checkpoint(body)
        if answer.status == _GOOD:
            return answer.body.decode().rstrip("\n")
        if answer.content_type == SIZE:
            raise Refused("ledger.witness_stands_elsewhere", size=int(answer.body))
        refusal = _REFUSALS[answer.status]()
        raise refusal

    def latest(self, digest: str) -> str | None:
        """Return the last checkpoint cosigned of a log, by the SHA-256 of its origin in hex; None where there is none.

        Raises:
            MediumError: the disk refused.
        """
        known = next((origin for origin in self._logs if _digest(origin) == digest), None)
        return None if known is None else self._read(known)

    def _record(self, request: Request, new: Checkpoint) -> Answer:
        """Compare with the last checkpoint, replace it, and only then give the cosignature away."""
        last = self._last(new.head.origin)
        old = last.size if last else 0
        if request.old != old:
            return Answer(_CONFLICT, f"{old}\n".encode(), SIZE)
        if not _goes_on(last, new, request.proof):
            return Answer(_NO_PREFIX)
        path, note = self._path(new.head.origin), notes.parse(new.note)
        line = cosign(note.text, self._signer, name=self._name, time=int(self._clock.now().timestamp())).line()
        log = self._logs[new.head.origin]
        signed = "".join(
            f"{each.line()}\n" for each in note.signatures if (each.name, each.key_id) == (log.name, log.id)
        )
        try:
            write_whole(path, f"{note.text}\n{signed}{line}\n".encode(), overwrite=True)
        except OSError as error:
            raise MediumError("ledger.witness_disk", path=path) from error
        return Answer(_GOOD, f"{line}\n".encode())

    def _last(self, origin: str) -> Checkpoint | None:
        note = self._read(origin)
        return None if note is None else open_checkpoint(note, self._logs[origin])

    def _read(self, origin: str) -> str | None:
        path = self._path(origin)
        try:
            return path.read_bytes().decode()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise MediumError("ledger.witness_disk", path=path) from error

    def _path(self, origin: str) -> Path:
        return self._folder / f"{_digest(origin)}.checkpoint"


def _goes_on(last: Checkpoint | None, new: Checkpoint, proof: tuple[bytes, ...]) -> bool:
    """Tell whether a checkpoint goes on from the last one cosigned; the first of a log is believed."""
    if new.size == 0 and new.root != EMPTY_ROOT:
        return False
    if last is None or last.size == 0:
        return not proof
    return proves_consistency(old=last.size, size=new.size, old_root=last.root, root=new.root, proof=proof)


def _digest(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()
