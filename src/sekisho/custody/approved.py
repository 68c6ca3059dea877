"""What was approved and is to be sealed: the same for a medium that is here, and for one at a station without the office."""

import hashlib

import msgspec

from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef
from sekisho.clock import from_text
from sekisho.custodian.policy import Policy
from sekisho.custody import records
from sekisho.custody.checking import check_sealable
from sekisho.custody.cut_kept import load_cut_index
from sekisho.custody.office import Office
from sekisho.custody.records import CapsuleRecord, CopyRow
from sekisho.custody.register import Register, Role
from sekisho.ledger.writer import Transaction
from sekisho.people.index import union
from sekisho.signing.keys import PublicKey

RELEASE_APPROVALS = 2


class Approved:
    """A request that may be sealed now, with what its capsules hold and say.

    Attributes:
        request: the request.
        cuts: what goes into each capsule, in order.
        index: the people in it.
    """

    def __init__(self, office: Office, number: int) -> None:
        """Check that it may be sealed.

        Raises:
            NotFound: there is no such request.
            Refused: not approved, or a person or contract no longer allows it.
            NoKey, Unreadable: what is to be sealed, or a signature under it, is not what was approved.
        """
        self._office = office
        self._register = office.register
        self.request = records.get_request(office.ledger.connection, number)
        self.cuts = [records.get_cut(office.ledger.connection, cut_id) for cut_id in self.request.statement.cuts]
        check_sealable(office, self._register, self.request, self.cuts)
        self.index = union(load_cut_index(office, cut) for cut in self.cuts)

    def policy(self) -> Policy:
        """Return the policy of its tickets."""
        statement = self.request.statement
        not_after = from_text(statement.not_after)
        people = [self._register.person(each) for each in (statement.requester, statement.carrier, statement.recipient)]
        return Policy(
            not_before=from_text(statement.not_before),
            not_after=not_after,
            max_opens=statement.max_opens,
            approvals=RELEASE_APPROVALS,
            barred=frozenset(person.public_key.id for person in people if person.key),
            kept_until=self._office.settings.kept_until(not_after, due=from_text(statement.due)),
        )

    def manifest(self, slip: str, cid: bytes, *, sealed_at: str, signer: str) -> Manifest:
        """Return the manifest of one copy; whoever knows these four makes the same bytes."""
        statement = self.request.statement
        files = [stored for cut in self.cuts for stored in cut.files]
        fields = [each for cut in self.cuts for each in cut.leaving]
        return Manifest(
            v=1,
            cid=cid.hex(),
            slip=slip,
            purposes=[PurposeRef(id=cut.purpose, title=cut.title, digest=cut.purpose_sha256) for cut in self.cuts],
            controller=", ".join(sorted({cut.controller for cut in self.cuts})),
            recipient=self._register.person(statement.recipient).name,
            carrier=self._register.person(statement.carrier).name,
            files=[File(name=f.name, form=f.form, size=f.size, sha256=f.sha256, rows=f.rows) for f in files],
            fields=[FieldForm(file=each.file, name=each.name, kind=each.kind, form=each.form) for each in fields],
            people=self.index.people,
            unresolved=self.index.unresolved,
            index=self.index.digest().hex(),
            not_before=statement.not_before,
            not_after=statement.not_after,
            due=statement.due,
            max_opens=statement.max_opens,
            allow_save=statement.allow_save,
            sealed_at=sealed_at,
            signer=signer,
        )

    def record_sealed(
        self,
        tx: Transaction,
        row: CopyRow,
        capsule: CapsuleRecord,
        *,
        header: bytes,
        manifest: Manifest,
        by: str,
        guarded: tuple[int, list[str]] | None = None,
    ) -> CopyRow:
        """Record the capsule of a copy whose ticket has come to life, and return the copy with it.

        Args:
            tx: the transaction that brought the ticket to life.
            row: the copy; its id is set.
            capsule: the file.
            header: SHA-256 of its header.
            manifest: its manifest.
            by: id of the key that sealed it.
            guarded: with several custodians, how many are needed, and the kid of each.
        """
        row = msgspec.structs.replace(row, capsule=capsule)
        records.update_copy(tx.connection, row)
        tx.append(
            "capsule.sealed",
            copy=manifest.cid,
            fields={
                "request": self.request.id,
                "slip": row.slip,
                "capsule": capsule.sha256,
                "size": capsule.size,
                "manifest": capsule.manifest_sha256,
                "index": manifest.index,
                "people": manifest.people,
                "header": header.hex(),
                "sealed_to": hashlib.sha256(self.request.statement.sealed_to.encode()).hexdigest(),
                "by": by,
                **({"needed": guarded[0], "custodians": guarded[1]} if guarded else {}),
            },
        )
        return row


def sealing_officer(register: Register, key: PublicKey) -> str:
    """Return the person who seals with a key.

    Raises:
        Refused: nobody of the office who may.
    """
    officer = register.owner(key)
    register.require_role(officer, Role.REQUESTER, Role.APPROVER, Role.KEY_OFFICER)
    return officer.id
