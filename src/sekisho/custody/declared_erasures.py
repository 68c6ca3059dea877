"""What the browser page prints as "certificate of erasure (unverified)", read and recorded as just that.

A page cannot check what stayed on a computer, so what a recipient says there is a declaration. It is worth something all the
same: a copy that was opened counts as purged only where its recipient says that nothing is left. The text is read line by line
in both languages of the page (``opener/src/pages/words.ts``), and only its times and counts are kept: who signed it stands on
paper.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sekisho.codes import spoken_digits
from sekisho.custody import records
from sekisho.custody.certificate_form import Declared, Signer
from sekisho.custody.certificates import Draft, Issued, issue
from sekisho.custody.certifying import facts_of, known_of
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Refused, Unreadable
from sekisho.files import NotAFile, open_file
from sekisho.media.erasing import Category, Method, NotVerifiable, Why
from sekisho.signing.keys import SigningKey

MOST_BYTES = 64 << 10

_TITLES = frozenset({"消去の証明（未確認）", "Certificate of erasure (unverified)"})
_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?Z)"
_LINES = {
    "slip": re.compile(r"(?:受渡票：|Slip: )([0-9０-９ -]{1,40})"),
    "opened": re.compile(rf"(?:開いた時刻：|Opened: ){_TIME}?"),
    "wiped": re.compile(rf"(?:消した時刻：|Wiped: ){_TIME}"),
    "saved": re.compile(r"(?:保存したファイル：|Files saved: )([0-9]{1,6})\b.*"),
    "asked": re.compile(r"(?:調べた人数：|People looked up: )([0-9]{1,9})\b.*"),
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A text of the page, as read.

    Attributes:
        slip: the slip number that it names.
        declared: what it says.
    """

    slip: str
    declared: Declared


def read_declaration(data: bytes) -> Declaration:
    """Read the text that the browser page saves, whatever an editor did to its line ends.

    Raises:
        Unreadable: it is none.
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise Unreadable("custody.no_declaration") from None
    found = {name: [match for line in lines if (match := form.fullmatch(line))] for name, form in _LINES.items()}
    if len(data) > MOST_BYTES or not lines or lines[0] not in _TITLES or any(len(each) != 1 for each in found.values()):
        raise Unreadable("custody.no_declaration")
    values = {name: each[0][1] or "" for name, each in found.items()}
    declared = Declared(
        text_sha256=hashlib.sha256(data).hexdigest(),
        opened=values["opened"],
        wiped=values["wiped"],
        saved=int(values["saved"]),
        asked=int(values["asked"]),
    )
    return Declaration(spoken_digits(values["slip"]), declared)


def import_declaration(office: Office, path: Path, *, clerk: SigningKey, place: str = "") -> Issued:
    """Record what a recipient declared, as an erasure that nobody can verify, signed by who takes it in.

    Raises:
        Unreadable: it is no such text.
        NotFound: there is no copy of its slip number.
        Refused: the copy's recipient takes it in, or somebody whom nobody registered.
        MediumError: it cannot be read.
    """
    declaration = read_declaration(_read(path))
    row = records.get_copy(office.ledger.connection, declaration.slip)
    recipient, taker = row.copy.recipient, office.register.owner(clerk.public)
    if taker.id == recipient:
        raise Refused("custody.two_signatures", person=taker.id)
    facts = facts_of(
        office,
        row.medium,
        (Signer(person=recipient, key=""), Signer(person=taker.id, key=clerk.public.id)),
        method=Method.DECLARED,
        copies=[(row, None, known_of(office, row))],
        destination="unknown",
    )
    facts = msgspec.structs.replace(facts, declared=declaration.declared, declarations=[])
    draft = Draft(facts=facts, result=NotVerifiable(why=Why.DECLARATION), category=Category.CLEAR)
    return issue(office, draft, [clerk], place=place)


def _read(path: Path) -> bytes:
    try:
        with open_file(path, follow=True) as file:
            return file.read(MOST_BYTES + 1)
    except NotAFile:
        raise Unreadable("custody.no_declaration") from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error
