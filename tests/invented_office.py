"""A small invented office with its people, tables and sticks, for the tests of ``custody`` and ``loss``."""

import hashlib
import os
import re
import shutil
import threading
import weakref
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opening import OpenCapsule, open_capsule
from sekisho.clock import ManualClock
from sekisho.custody import records
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.cutting import make_cut, prepare
from sekisho.custody.handing import hand_over
from sekisho.custody.office import Office, Settings
from sekisho.custody.records import CapsuleRecord, CopyRow, Request
from sekisho.custody.register import parse_register
from sekisho.custody.releasing import LocalDesk
from sekisho.custody.requesting import Wish, approve_copy, request_copy
from sekisho.custody.sealing import seal_request
from sekisho.ledger.entry import Entry
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.signing.keys import SigningKey

EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
PHONE = "06-0123-0617"

STAFF = {
    "officer": ["requester"],
    "chief": ["approver"],
    "security": ["approver", "key_officer"],
    "privacy": ["privacy_officer"],
    "clerk": [],
}
CONTRACTOR = ["carrier", "supervisor", "agent"]

PEOPLE = """統一コード,氏名,カナ,郵便番号,住所,生年月日,口座番号,申請書番号
0000000031,和田　茂,ワダ シゲル,688-0118,兵庫県汐見市貝殻町1-28,昭和6年8月28日,2882378,R4-0000001
0000000219,岩田　ヨシ,イワタ ヨシ,688-0119,兵庫県汐見市渚町5-1,1924-12-04,,
0000000578,磯部　航,イソベ ワタル,688-0119,兵庫県汐見市渚町5-2,1988-02-11,3824314,R4-0000002
,髙﨑　𠮷男,タカサキ ヨシオ,688-0120,兵庫県汐見市帆町3,1950-01-01,7716615,R4-0000003
"""
PERSONAL = (
    "0000000031", "0000000219", "0000000578", "和田", "岩田", "磯部", "髙﨑", "ワダ", "イワタ", "イソベ", "タカサキ",
    "688-0118", "6880118", "貝殻町", "渚町", "帆町", "昭和6年", "1924-12-04", "1988-02-11", "2882378", "3824314", "7716615",
    "R4-0000001",
)  # fmt: skip
"""What must lie open nowhere once it was cut."""

_HEAD = """schema = 1
[purpose]
id = "{id}"
title = "給付金 {id}"
legal_basis = "entrustment"
profile = "{profile}"
contact = true
not_after = 2022-09-30
kinds = {kinds}
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1234" }}
[source.people]
path = "people.csv"
columns = ["統一コード", "氏名", "カナ", "郵便番号", "住所", "生年月日", "口座番号", "申請書番号"]
subject = {{ column = "統一コード" }}
[rows]
from = "people"
"""

ROWS = (
    _HEAD.format(id="rows", profile="rows", kinds=["case_number", "name_kana", "bank_account", "address"])
    + """
[[field]]
out = "整理番号"
from = "統一コード"
op = "token.serial"
why = "書き戻し"
[[field]]
out = "カナ"
from = "カナ"
op = "keep"
why = "呼びかけ"
[[field]]
out = "住所"
from = "住所"
op = "keep"
why = "確認"
[[field]]
out = "口座末尾"
from = "口座番号"
op = "mask.last"
why = "確認"
"""
)

ANSWERS = (
    _HEAD.format(id="answers", profile="answer", kinds=["lookup_token", "benefit_status"])
    + """
[query]
ja = "対象ですか"
en = "Eligible?"
kind = "benefit_status"
keys = { kana = "カナ", birth_date = "生年月日", postal_code = "郵便番号" }
[[query.answer]]
id = "yes"
where = "申請書番号 is not null"
ja = "対象です"
en = "yes"
[[query.answer]]
id = "no"
ja = "対象ではありません"
en = "no"
"""
)


def signing_key(name: str) -> SigningKey:
    """Return somebody's test key."""
    seed = hashlib.sha256(f"Sekisho test key: {name}".encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


IDENTITY = X25519Identity(hashlib.sha256(b"Sekisho test key: supervisor opens").digest())
"""The supervisor's key for opening."""


def register_text(**contract: str) -> str:
    """Return the register: the office, its contractor and a sub-contractor, and a company that nobody agreed to."""
    parts = ['office = "city"\n']
    companies = {
        "city": "汐見市",
        "prime": "かもめシステム",
        "callcentre": "磯風コールセンター",
        "third": "とびうお情報",
    }
    parts += [f'[[organisation]]\nid = "{id_}"\nname = "{name}"\n' for id_, name in companies.items()]
    for name in (*STAFF, *CONTRACTOR, "stranger"):
        employer = "city" if name in STAFF else "third" if name == "stranger" else "callcentre"
        parts.append(
            f'[[person]]\nid = "{name}"\nname = "{name}さん"\nemployer = "{employer}"\n'
            f'roles = {STAFF.get(name, [])}\nkey = "{signing_key(name).public.line}"\n'
            + (f'recipient = "{IDENTITY.recipient}"\n' if name in ("supervisor", "stranger") else "")
        )
    term = {"starts": "2022-04-01", "ends": "2023-03-31", "persons": '["carrier", "supervisor"]'} | contract
    parts.append(
        '[[contract]]\nid = "R4-0001"\ncompany = "prime"\npersons = []\nstarts = 2022-04-01\nends = 2023-03-31\n'
    )
    parts.append('[[contract]]\nid = "R4-1234"\ncompany = "callcentre"\nparent = "R4-0001"\n')
    parts += [f"{name} = {value}\n" for name, value in term.items()]
    return "".join(parts)


_FORGOTTEN: list[Office] = []
"""Offices that a thread which reads ahead collected as rubbish; SQLite closes them only in the one that opened them."""


def _leave(office: Office, thread: int) -> None:
    if threading.get_ident() == thread:
        office.close()
    else:
        _FORGOTTEN.append(office)


@dataclass
class Town:
    """An open office in ``root/home`` with tables, purposes and sticks beside it."""

    root: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(EVENING))

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        """Open the office; whoever forgets the town has closed it."""
        self.office = Office.open(self.home, self.clock)
        while _FORGOTTEN:
            _FORGOTTEN.pop().close()
        self._leaving = weakref.finalize(self, _leave, self.office, threading.get_ident())

    def leave(self) -> None:
        """Close the office now, in the thread that opened it: rubbish is also collected in one that reads ahead."""
        self._leaving()

    @property
    def home(self) -> Path:
        return self.root / "home"

    # What people do.

    def restart(self) -> None:
        """Close the office and open it again, as the next command does."""
        self.leave()
        self._open()

    def learn(self, register: str) -> None:
        """Take over a new register without asking two persons to sign it, whoever is left who could."""
        parse_register(register, Path("register.toml"))
        with self.office.ledger.transaction() as tx:
            tx.append("register.changed", fields={"version": records.add_register(tx.connection, register)})

    def write(self, name: str, text: str) -> Path:
        """Put a file beside the tables."""
        (self.root / name).write_text(text, encoding="utf-8")
        return self.root / name

    def cut(self, name: str) -> CutRecord:
        return make_cut(self.office, prepare(self.root / f"{name}.toml"))

    @property
    def cuts(self) -> list[CutRecord]:
        return records.cuts(self.office.ledger.connection)

    def wish(self, **changes: Any) -> Wish:
        """Return the wish for one copy of both cuts on USB-1, open until midnight, due an hour later."""
        now = self.office.ledger.time()
        values: dict[str, Any] = {
            "cuts": tuple(cut.id for cut in self.cuts[:2]),
            "carrier": "carrier",
            "recipient": "supervisor",
            "route": "電車、市役所から磯風コールセンターまで",
            "media": ("USB-1",),
            "not_before": now,
            "not_after": now + timedelta(hours=7),
            "due": now + timedelta(hours=8),
            "allow_save": True,
        }
        return Wish(**(values | changes))

    def request(self, *, requester: str = "officer", **changes: Any) -> Request:
        return request_copy(self.office, self.wish(**changes), requester=signing_key(requester))

    def request_made(self) -> Request:
        """Return the request that was made last."""
        return records.requests(self.office.ledger.connection)[-1]

    def approve(self, number: int, *names: str) -> None:
        for name in names:
            approve_copy(self.office, number, approver=signing_key(name))

    def approved(self, **changes: Any) -> Request:
        request = self.request(**changes)
        self.approve(request.id, "chief", "security")
        return records.get_request(self.office.ledger.connection, request.id)

    def stick(self, medium: str) -> Path:
        """Plug a stick in."""
        folder = self.root / medium
        folder.mkdir(exist_ok=True)
        return folder

    def seal(
        self, request: Request, *, sealer: str = "officer", one_file: bool = False, pad: bool = False
    ) -> list[CopyRow]:
        folders = {medium: self.stick(medium) for medium in request.statement.media}
        return seal_request(self.office, request.id, folders, sealer=signing_key(sealer), one_file=one_file, pad=pad)

    def sealed(self, *media: str, **changes: Any) -> list[str]:
        """Ask for copies on these sticks, approve and seal them; return their slip numbers."""
        return [row.slip for row in self.seal(self.approved(media=media, **changes))]

    def carry(self, slip: str, *names: str) -> None:
        """Hand a copy on along a line of people."""
        for giver, receiver in pairwise(names):
            hand_over(self.office, slip, giver=signing_key(giver), receiver=signing_key(receiver))

    def desk(self, *names: str) -> LocalDesk:
        return LocalDesk(self.office, tuple(signing_key(name) for name in names))

    def open(self, slip: str, *approvers: str) -> OpenCapsule:
        """Open a copy on its stick, as far as the manifest."""
        with self.capsule(slip).open("rb") as file:
            return open_capsule(file, IDENTITY, self.desk(*(approvers or ("chief", "security"))))

    # What can be seen.

    @property
    def slips(self) -> list[str]:
        """The slip numbers of every copy, oldest first."""
        return [row.slip for row in records.copies(self.office.ledger.connection)]

    def row(self, slip: str) -> CopyRow:
        return records.get_copy(self.office.ledger.connection, slip)

    def state(self, slip: str) -> str:
        return self.row(slip).copy.state.value

    def record(self, slip: str) -> CapsuleRecord:
        found = self.row(slip).capsule
        assert found is not None
        return found

    def cid(self, slip: str) -> bytes:
        found = self.row(slip).cid
        assert found is not None
        return found

    def ticket(self, slip: str) -> str:
        """Return the state of a copy's ticket."""
        (ticket,) = self.office.custodian.tickets(self.cid(slip))
        return ticket.state.value

    def capsule(self, slip: str) -> Path:
        return self.root / self.row(slip).medium / f"capsule-{slip}.age"

    def leaves(self, event: str) -> list[Entry]:
        return [entry for entry in self.office.ledger.entries() if entry.type == event]

    @property
    def size(self) -> int:
        """How many entries the ledger has."""
        return self.office.ledger.checkpoint().size

    def partials(self) -> list[str]:
        """Return what kills left behind, wherever it lies."""
        return [str(path.relative_to(self.root)) for path in self.root.rglob(".sekisho-*.partial")]

    def lying_open(self) -> list[tuple[str, str]]:
        """Return each file outside the tables in which something personal can be read, and what."""
        files = [path for path in self.root.rglob("*") if path.is_file() and path.suffix not in {".csv", ".toml"}]
        contents = [(path.name, path.read_bytes()) for path in files]
        return [(name, text) for name, content in contents for text in PERSONAL if _stands_in(content, text)]

    def verify(self) -> None:
        """Hash the whole ledger anew and compare it with everything that was signed."""
        hashes = [leaf_hash(entry.body()) for entry in self.office.ledger.entries()]
        for checkpoint in self.office.ledger.checkpoints():
            assert root_of(iter(hashes[: checkpoint.size])) == checkpoint.root
        assert self.size == len(hashes)


def _stands_in(content: bytes, text: str) -> bool:
    """Tell whether a text stands in a file; seven digits in the midst of a digest are there by chance."""
    if not text.isdigit():
        return text.encode() in content
    return re.search(rb"(?<![0-9a-f])" + text.encode() + rb"(?![0-9a-f])", content) is not None


def make_town(root: Path, *, database: str = "") -> Town:
    """Make the office, tell it who is who, and take both cuts."""
    root.mkdir(exist_ok=True)
    settings = Settings(name="汐見市", phone=PHONE, zone="Asia/Tokyo", origin="city.example/ledger", database=database)
    Office.make(root / "home", settings, ManualClock(EVENING)).close()
    town = Town(root)
    town.learn(register_text())
    for name, text in {"people.csv": PEOPLE, "rows.toml": ROWS, "answers.toml": ANSWERS}.items():
        town.write(name, text)
    town.cut("rows")
    town.cut("answers")
    return town


def copied(model: Path, root: Path) -> Town:
    """Return a town like another one; nothing that happens to it happens to that."""
    shutil.copytree(model, root, dirs_exist_ok=True)
    return Town(root)


def unwritable() -> Path:
    """Return a folder in which nobody, not even root, can make a file."""
    folder = Path("/proc/self/fdinfo")
    assert folder.is_dir()
    assert os.access(folder, os.R_OK)
    return folder
