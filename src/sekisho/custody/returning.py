"""A copy comes back: staff take it under two signatures, and look at the medium without changing anything on it.

What lies there is compared with what was written there: every file is identical, altered, missing or additional. That is a
finding and never a refusal: what came back is the office's, whatever is on it. The names of files stay in the signed
statement in the office; the ledger has its digest and the numbers.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from sekisho.capsule import opener
from sekisho.clock import to_text
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.checking import two_persons
from sekisho.custody.found_label import found_label
from sekisho.custody.handing import hand_over, keep_medium_apart, last_entry, sealed_parts
from sekisho.custody.media_meeting import marked_medium
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import DECIDERS
from sekisho.custody.statements import AUDIT, WRITE_OFF, AuditStatement, SeenFile, Standing, WriteOffStatement
from sekisho.errors import MediumError, Refused
from sekisho.files import NotAFile, open_file, printable
from sekisho.signing.keys import SigningKey
from sekisho.signing.sshsig import sign

_MARKER = ".sekisho/medium.json"
"""The marker of the medium itself, of which registering and identifying media judges, not this."""


def return_copy(office: Office, slip: str, *, giver: SigningKey, receiver: SigningKey) -> CopyRow:
    """Take a copy back: its holder and a member of staff sign at one table.

    Raises:
        Refused: whoever takes it does not belong to the office, or as :func:`~sekisho.custody.handing.hand_over`.
        NotFound: there is no such copy.
    """
    person = office.register.owner(receiver.public)
    if not office.register.is_staff(person):
        raise Refused("custody.not_taken_back", person=person.id)
    return hand_over(office, slip, giver=giver, receiver=receiver)


def audit_copy(office: Office, slip: str, folder: Path, *, by: SigningKey) -> AuditStatement:
    """Look at everything on a copy's medium, and record how it stands to what was written there.

    A registered medium on which anything is not as it was written is kept apart.

    Args:
        office: whose copy it is.
        slip: its slip number.
        folder: where its medium is mounted; read-only is enough, and better.
        by: the key of the member of staff who looks.

    Raises:
        Refused: whoever looks does not belong to the office, the copy is not sealed, or another of the office's media lies
            there.
        NotFound: there is no such copy.
        MediumError: the medium is not there, or failed.
    """
    person = office.register.owner(by.public)
    if not office.register.is_staff(person):
        raise Refused("custody.not_taken_back", person=person.id)
    row = records.get_copy(office.ledger.connection, slip)
    cid, capsule = sealed_parts(row)
    check_medium(office, slip, folder)
    seen = _look(office, row, folder)
    standing = next(file.standing for file in seen if file.path == capsule.name)
    with office.ledger.transaction() as tx:
        statement = AuditStatement(
            v=1,
            type="audit",
            slip=slip,
            copy_id=cid.hex(),
            medium=row.medium,
            capsule=standing,
            files=seen,
            by=person.id,
            at=to_text(tx.at),
            previous=last_entry(office, cid),
        )
        raw = statement.encode()
        counts = Counter(file.standing for file in seen)
        fields = {name: counts[name] for name in ("identical", "altered", "missing", "additional")}
        index = tx.append(
            "copy.audited",
            copy=cid.hex(),
            fields={
                "slip": slip,
                "capsule": standing,
                **fields,
                "statement": hashlib.sha256(raw).hexdigest(),
                "by": by.public.id,
                "previous": statement.previous,
            },
        )
        records.add_signed(tx.connection, index, raw, [sign(by, raw, namespace=AUDIT)])
        if counts.keys() - {"identical"}:
            keep_medium_apart(tx, row.medium)
    return statement


def check_medium(office: Office, slip: str, folder: Path) -> None:
    """See that what lies in a folder is not another of the office's media, plugged in by mistake.

    Only that is refused: a mark that is missing, foreign or forged is of the medium itself, and a finding of the audit.

    Raises:
        Refused: the office's mark there names another medium than the copy's.
        NotFound: there is no such copy.
        MediumError: the medium failed.
    """
    row = records.get_copy(office.ledger.connection, slip)
    met = marked_medium(office, row.medium, folder)
    if met is not None and met.label != row.medium:
        raise Refused("custody.medium_another", medium=row.medium, other=met.label, path=folder)


def write_off(office: Office, slip: str, *, keys: Sequence[SigningKey]) -> CopyRow:
    """Give up looking for a lost copy: two persons who have no part in it. It can still be found.

    Raises:
        Refused: fewer than two who may, one of them has a part in it, or it was not reported lost.
        NotFound: there is no such copy.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    first, second, *_ = sorted(deciders)
    with office.ledger.transaction() as tx:
        row = records.get_copy(tx.connection, slip)
        changed = msgspec.structs.replace(row, copy=life.after(row.copy, life.WriteOff(first, second)))
        cid, _ = sealed_parts(row)
        statement = WriteOffStatement(
            v=1,
            type="write-off",
            slip=slip,
            copy_id=cid.hex(),
            holder=row.copy.holder or "",
            at=to_text(tx.at),
            previous=last_entry(office, cid),
        )
        raw = statement.encode()
        records.update_copy(tx.connection, changed)
        index = tx.append(
            "copy.written_off",
            copy=cid.hex(),
            fields={
                "slip": slip,
                "statement": hashlib.sha256(raw).hexdigest(),
                "by": sorted(deciders.values()),
                "previous": statement.previous,
            },
        )
        signers = {key.public.id: key for key in keys}
        records.add_signed(tx.connection, index, raw, [sign(key, raw, namespace=WRITE_OFF) for key in signers.values()])
    return changed


def _look(office: Office, row: CopyRow, folder: Path) -> list[SeenFile]:
    """Return how every file on a medium stands, and what is missing, by path."""
    if not folder.is_dir():
        raise MediumError("custody.no_medium", medium=row.medium, path=folder)
    written = _written(office, row)
    try:
        seen = [_seen(folder, path, written) for path in _files(folder)]
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=row.medium, path=folder) from error
    there = {file.path for file in seen}
    missing = [SeenFile(path=path, standing="missing", size=0, sha256="") for path in written if path not in there]
    return sorted([*seen, *missing], key=lambda file: file.path)


def _written(office: Office, row: CopyRow) -> dict[str, frozenset[str]]:
    """Return what was written to a medium and should be there still: name → digests that it may have."""
    label, text = found_label(office.settings)
    written = {label: frozenset({hashlib.sha256(text.encode()).hexdigest()})}
    connection, openers = office.ledger.connection, set[str]()
    for slip in records.slips_on(connection, row.medium):
        beside = records.get_copy(connection, slip)
        capsule = beside.capsule
        if capsule is None or (beside.copy.state is life.State.CLOSED and slip != row.slip):
            continue
        written[capsule.name] = frozenset({capsule.sha256})
        if capsule.page:
            written[capsule.page.name] = frozenset({capsule.page.sha256})
        openers |= {capsule.opener} - {""}
    if openers:  # each capsule that came to the medium renewed it
        written[opener.NAME] = frozenset(openers)
    return written


def _files(folder: Path) -> Iterator[Path]:
    """Yield everything on a medium that is no folder, without following a link out of it."""
    for place, folders, names in os.walk(folder, onerror=_raise):
        for name in names + [each for each in folders if (Path(place) / each).is_symlink()]:
            yield (Path(place) / name).relative_to(folder)


def _raise(error: OSError) -> None:
    raise error


def _seen(folder: Path, path: Path, written: dict[str, frozenset[str]]) -> SeenFile:
    name, digest = path.as_posix(), ""
    size = (folder / path).lstat().st_size
    if stat.S_ISREG((folder / path).lstat().st_mode):
        digest = _digest(folder / path)
    return SeenFile(path=printable(path), standing=_standing(name, digest, written), size=size, sha256=digest)


def _standing(name: str, digest: str, written: dict[str, frozenset[str]]) -> Standing:
    if name in written:
        return "identical" if digest in written[name] else "altered"
    return "identical" if name == _MARKER else "additional"


def _digest(path: Path) -> str:
    """Return the digest of a file as its medium gives it back; none of what is no file of its own."""
    try:
        with open_file(path) as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except NotAFile:
        return ""
