"""A small invented town, driven by the command line alone: keys, register, tables, and one call a command."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sekisho.catalogue.words import Language
from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.clock import ManualClock

EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
STAFF = {"officer": ["requester"], "chief": ["approver", "privacy_officer"], "security": ["approver", "key_officer"]}
CONTRACTOR = ["carrier", "supervisor"]

PEOPLE = """統一コード,氏名,カナ,郵便番号,住所,生年月日,口座番号,申請書番号
0000000031,和田　茂,ワダ シゲル,688-0118,兵庫県汐見市貝殻町1-28,昭和6年8月28日,2882378,R4-0000001
0000000219,岩田　ヨシ,イワタ ヨシ,688-0119,兵庫県汐見市渚町5-1,1924-12-04,,
0000000578,磯部　航,イソベ ワタル,688-0119,兵庫県汐見市渚町5-2,1988-02-11,3824314,R4-0000002
"""

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
    _HEAD.format(id="rows", profile="rows", kinds=["case_number", "name_kana", "bank_account"])
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


@dataclass
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last object on standard output."""
        document: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return document

    @property
    def records(self) -> list[dict[str, Any]]:
        """All objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def sources(self) -> dict[str, Any]:
        """What a scan says about each source, by its file's name."""
        return {Path(each["source"]).name: each for each in self.records if each["type"] == "source"}

    @property
    def error(self) -> dict[str, Any]:
        """The error object on standard error."""
        document: dict[str, Any] = json.loads(self.err.strip().splitlines()[-1])
        return document


@dataclass
class Town:
    """The town's folder and clock."""

    root: Path
    capsys: pytest.CaptureFixture[str]
    clock: ManualClock = field(default_factory=lambda: ManualClock(EVENING))
    language: Language = "en"

    def say(self, *arguments: object) -> Said:
        """Run a command as it stands."""
        self.capsys.readouterr()
        session = Session(language=self.language, home=self.root / "office", clock=self.clock)
        code = run([str(argument) for argument in arguments], session)
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def json(self, *arguments: object) -> dict[str, Any]:
        """Run a command that must succeed, with ``--json``; return its object."""
        said = self.say(*arguments, "--json")
        assert said.code == 0, said.err
        return said.json

    def key(self, name: str) -> Path:
        """Return somebody's key file."""
        return self.root / "keys" / f"{name}.key"

    @property
    def identity(self) -> Path:
        """The supervisor's key for opening."""
        return self.root / "keys" / "supervisor.identity"


def found_town(root: Path, capsys: pytest.CaptureFixture[str], *init: str) -> Town:
    """Make the town: keys, office, register, table and purposes."""
    town = Town(root, capsys)
    (root / "keys").mkdir()
    lines = {
        name: town.json("keygen", name, "-o", root / "keys", "--no-passphrase")["key"] for name in [*STAFF, *CONTRACTOR]
    }
    recipient = town.json("keygen", "supervisor", "-o", root / "keys", "--recipient")["recipient"]
    town.json("custodian", "init", "--name", "汐見市", "--phone", "06-0123-0617", *init)
    register = ['office = "city"', '[[organisation]]\nid = "city"\nname = "汐見市"']
    register.append('[[organisation]]\nid = "callcentre"\nname = "磯風コールセンター"')
    for name, line in lines.items():
        employer = "city" if name in STAFF else "callcentre"
        register.append(f'[[person]]\nid = "{name}"\nname = "{name}さん"\nemployer = "{employer}"')
        register.append(f'roles = {STAFF.get(name, [])}\nkey = "{line}"')
        if name == "supervisor":
            register.append(f'recipient = "{recipient}"')
    register.append('[[contract]]\nid = "R4-1234"\ncompany = "callcentre"\npersons = ["carrier", "supervisor"]')
    register.append("starts = 2022-04-01\nends = 2023-03-31")
    (root / "register.toml").write_text("\n".join(register), encoding="utf-8")
    town.json("party", "import", root / "register.toml")
    for name, text in {"people.csv": PEOPLE, "rows.toml": ROWS, "answers.toml": ANSWERS}.items():
        (root / name).write_text(text, encoding="utf-8")
    return town


def seal_copies(town: Town, *media: str, save: bool = True) -> list[str]:
    """Cut both purposes (the answers alone, where nothing is saved), ask, approve twice, seal; return the slip numbers."""
    purposes = ("rows", "answers") if save else ("answers",)
    cuts = [town.json("cut", town.root / f"{name}.toml")["id"] for name in purposes]
    labels = [part for medium in media for part in ("--medium", medium)]
    asked = town.json(
        "request", *cuts, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", *labels,
        "--until", "2022-06-21T21:00", "--due", "2022-06-21T22:00", "--key", town.key("officer"),
        *(["--allow-save"] if save else []),
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    for medium in media:
        (town.root / medium).mkdir(exist_ok=True)
    folders = [part for medium in media for part in ("--medium", f"{medium}={town.root / medium}")]
    sealed = town.json("seal", asked, *folders, "--key", town.key("officer"))
    return [str(copy["slip"]) for copy in sealed["copies"]]


def carry(town: Town, slip: str) -> None:
    """Hand a copy to the carrier and on to the supervisor."""
    for giver, receiver in (("officer", "carrier"), ("carrier", "supervisor")):
        town.json("hand-over", slip, "--giver", town.key(giver), "--receiver", town.key(receiver))


def capsule(town: Town, medium: str, slip: str) -> Path:
    """Return where a copy's capsule is."""
    return town.root / medium / f"capsule-{slip}.age"
