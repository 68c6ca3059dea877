"""Brings an office's checkpoints to its witnesses and keeps what they cosign.

Where a witness has no network, the same request and the same answer travel in a file or as a QR code.

Speaks to the addresses in the settings and to no other: no redirect is followed, no proxy of the environment asked. What
travels is a checkpoint and a proof, hashes alone. An answer counts for the cosignature in it, verified, never for its status;
only the size in a 409 is taken as a hint of where to prove from.
"""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from sekisho.errors import LedgerBroken, Missing, NotFound, Refused, SekishoError, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger import store
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.cosignature import cosigned
from sekisho.ledger.encoding import read_decimal, write_base64
from sekisho.ledger.quorum import Quorum, Witness
from sekisho.ledger.witness import SIZE, Answer
from sekisho.ledger.writer import Ledger

_TRIES = 3  # an answer may be overtaken by another program of this office
_PATIENCE_SECONDS = 3  # a release waits for them, and others behind it
_LONGEST_ANSWER = 64 << 10

Post = Callable[[str, bytes], Answer]
"""Sends a body to an address and returns the answer; raises OSError where there is none."""


def post(url: str, body: bytes) -> Answer:
    """Send a body by POST.

    Raises:
        OSError: nobody answers, or not in HTTP.
    """
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415 - 40 ms, for few commands

    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "text/plain; charset=utf-8"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(_LONGEST_ANSWER), answer.headers.get("Content-Type", ""))
    except HTTPException as error:
        raise OSError("no answer in HTTP") from error
    finally:
        connection.close()


class Cosigning:
    """An office's witnesses, as its ledger sees them."""

    def __init__(self, ledger: Ledger, quorum: Quorum, send: Post = post) -> None:
        self._ledger = ledger
        self.quorum = quorum
        self._send = send

    def covering(self, index: int) -> Checkpoint | None:
        """Return the newest checkpoint over an entry that the quorum has cosigned already; with no witness, the newest.

        Raises:
            LedgerBroken: a signature that is kept does not fit.
        """
        if not self.quorum.witnesses:
            newest = self._ledger.checkpoint()
            return newest if newest.size > index else None
        sizes = store.cosigned_sizes(self._ledger.connection, above=index)
        checkpoints = map(self._ledger.checkpoint, sizes)
        return next((each for each in checkpoints if self.quorum.is_met_by(each.note)), None)

    def cover(self, index: int) -> Checkpoint:
        """Return a checkpoint over an entry that the quorum cosigned; those who have not are asked, until it is met.

        Raises:
            Refused: too few of the witnesses answered; who asks again later goes on from what is kept.
            LedgerBroken: a witness has seen another history of this ledger.
        """
        if covering := self.covering(index):
            return covering
        broken: LedgerBroken | None = None
        for witness in self.quorum.witnesses:
            if not witness.url:
                continue  # its requests and answers are carried
            try:
                self._ask(witness)
            except LedgerBroken as error:
                broken = error  # one witness alone must not be able to shut the office, nor to pass unheard
            except (OSError, SekishoError):
                continue
            if covering := self.covering(index):
                return covering
        if broken:
            raise broken
        checkpoint = self._ledger.checkpoint()
        have = len(self.quorum.times(checkpoint.note))
        raise Refused("ledger.not_cosigned", have=have, need=self.quorum.needed)

    def request(self, name: str, *, old: int | None = None) -> bytes:
        """Return the request that somebody carries to a witness: under 2 kB, so that a QR code holds it.

        Args:
            name: of the witness.
            old: what it cosigned last, where it said so; else what is kept here.

        Raises:
            NotFound: the settings name no such witness.
            LedgerBroken: it has cosigned more than there is.
        """
        witness = self._named(name)
        kept = max(store.cosigned_sizes(self._ledger.connection, witness=str(witness.key)), default=0)
        return self._request(witness, kept if old is None else old, self._ledger.checkpoint())

    def keep(self, line: str) -> tuple[str, int]:
        """Keep the cosignature that somebody brought back; return whose it is and up to which entry.

        Raises:
            Unreadable: no cosignature of a witness in the settings under a checkpoint of this ledger.
        """
        for size in reversed(self._ledger.signed_sizes()):
            checkpoint = self._ledger.checkpoint(size)
            for witness in self.quorum.witnesses:
                with suppress(LedgerBroken, Unreadable):
                    self._keep(witness, checkpoint, f"{line.strip()}\n".encode())
                    return witness.key.name, size
        raise Unreadable("ledger.no_cosignature")

    def _named(self, name: str) -> Witness:
        for witness in self.quorum.witnesses:
            if witness.key.name == name:
                return witness
        raise NotFound("ledger.no_such_witness", witness=name)

    def _ask(self, witness: Witness) -> None:
        """Bring a witness the newest checkpoint, and keep its cosignature."""
        old = max(store.cosigned_sizes(self._ledger.connection, witness=str(witness.key)), default=0)
        for _ in range(_TRIES):
            new = self._ledger.checkpoint()
            if old > new.size:
                raise LedgerBroken("ledger.witness_ahead", witness=witness.key.name, size=old, own=new.size)
            answer = self._send(f"{witness.url}/add-checkpoint", self._request(witness, old, new))
            if answer.status == 200:
                self._keep(witness, new, answer.body)
                return
            if not answer.content_type.startswith(SIZE):
                break
            old = _size(answer.body)
        raise Unreadable("ledger.witness_refused", witness=witness.key.name)

    def _request(self, witness: Witness, old: int, new: Checkpoint) -> bytes:
        try:
            proof = self._ledger.consistency(self._ledger.checkpoint(old), new.size) if old else ()
        except Missing:  # of a size that was never signed here
            raise LedgerBroken("ledger.witness_ahead", witness=witness.key.name, size=old, own=new.size) from None
        text, signatures = notes.parse(new.note).text, notes.parse(new.note).signatures
        log = self._ledger.key  # what other witnesses signed is nothing to this one, and would not fit into a QR code
        own = "".join(f"{each.line()}\n" for each in signatures if (each.name, each.key_id) == (log.name, log.id))
        return "\n".join([f"old {old}", *map(write_base64, proof), "", f"{text}\n{own}"]).encode()

    def _keep(self, witness: Witness, new: Checkpoint, body: bytes) -> None:
        signed = notes.parse(new.note)
        for signature in notes.parse(f"{signed.text}\n".encode() + body).signatures:
            alone = notes.Note(text=signed.text, signatures=(signature,))
            if cosigned(alone, [witness.key]):
                self._ledger.add_cosignature(new.size, witness=str(witness.key), line=signature.line())
                return
        raise Unreadable("ledger.witness_refused", witness=witness.key.name)


def _size(body: bytes) -> int:
    try:
        return read_decimal(body.decode("ascii").removesuffix("\n"))
    except ValueError:
        raise Unreadable("ledger.bad_note") from None
