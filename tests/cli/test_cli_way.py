"""The way of the data through the commands: scanned, cut, approved, sealed, opened, erased, and what each one says."""

import io
import re
import stat
from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies

from sekisho.catalogue.words import say
from sekisho.cli.fields import field_line
from sekisho.cli.session import Session
from sekisho.codes import read_challenge_code


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _type(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_scan_finds_and_ends_with_one(town: Town) -> None:
    said = town.say("scan", town.root / "people.csv", "--json")
    assert said.code == 1
    found = {each["column"]: each["kind"] for each in said.records if each["type"] == "column"}
    assert found["統一コード"] == "resident_code"
    assert found["口座番号"] == "bank_account"
    assert "和田" not in said.out


def test_scan_of_nothing_personal_ends_with_zero(town: Town) -> None:
    (town.root / "weather.csv").write_text("day,rain\n2022-06-21,3\n", encoding="utf-8")
    assert town.say("scan", town.root / "weather.csv").code == 0


def test_scan_of_what_cannot_be_inspected_does_not_end_as_if_it_were_clean(town: Town) -> None:
    (town.root / "scan.pdf").write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n")
    assert town.say("scan", town.root / "scan.pdf").code == 6
    said = town.say("scan", town.root, "--json")
    assert said.code == 1
    not_inspected = [name for name, each in said.sources().items() if each["reason"]]
    assert not_inspected == ["scan.pdf"]


def test_a_purpose_is_checked_with_every_problem_named(town: Town) -> None:
    purpose = town.root / "rows.toml"
    extra = '[[field]]\nout = "住所"\nfrom = "住所"\nop = "keep"\nwhy = "?"\n'
    text = purpose.read_text(encoding="utf-8") + extra
    purpose.write_text(text, encoding="utf-8")
    said = town.say("purpose", "check", purpose)
    assert said.code == 3
    line = text.splitlines().index('out = "住所"') + 1
    assert f"line {line}:" in said.err
    assert "address" in said.err


def test_a_draft_purpose_lists_every_column_and_lets_out_a_case_number(town: Town) -> None:
    draft = town.say("purpose", "new", town.root / "people.csv").out
    assert all(column in draft for column in ("氏名", "住所", "口座番号"))
    (town.root / "draft.toml").write_text(draft.replace('= "…"', '= "給付金"'), encoding="utf-8")
    assert town.json("cut", town.root / "draft.toml")["fields"][0]["kind"] == "case_number"


@pytest.mark.parametrize("how", [["cut"], ["purpose", "check"]])
def test_a_draft_that_nobody_filled_in_is_refused_by_line(town: Town, how: list[str]) -> None:
    draft = town.say("purpose", "new", town.root / "people.csv").out
    (town.root / "draft.toml").write_text(draft, encoding="utf-8")
    said = town.say(*how, town.root / "draft.toml")
    assert said.code == 3
    lines = [number for number, line in enumerate(draft.splitlines(), 1) if "…" in line and line[0] != "#"]
    assert [int(line) for line in re.findall(r"line (\d+): “…”", said.err)] == lines
    assert len(lines) == 3
    assert said.err.count("→") == 1
    assert town.json("cut", "list")["cuts"] == []


def test_problems_are_told_in_the_order_of_their_lines(town: Town) -> None:
    purpose = town.root / "rows.toml"
    text = purpose.read_text(encoding="utf-8")
    extra = "".join(
        f'[[field]]\nout = "{out}"\nfrom = "住所"\nop = "keep"\nwhy = "?"\n' for out in ("a", "整理番号", "b")
    )
    purpose.write_text(text + extra, encoding="utf-8")
    lines = [int(line) for line in re.findall(r"line (\d+):", town.say("purpose", "check", purpose).err)]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_a_check_promises_no_more_than_it_looked_at(town: Town) -> None:
    purpose = town.root / "rows.toml"
    text = purpose.read_text(encoding="utf-8").replace('from = "people"', 'from = "people"\nexpect = { max = 1 }', 1)
    purpose.write_text(text, encoding="utf-8")
    town.language = "ja"
    said = town.say("purpose", "check", purpose)
    assert (said.code, "行数と結合は切り出すときに調べます" in said.out) == (0, True)
    assert town.say("cut", purpose).code == 3


def test_what_was_cut_is_listed(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")
    listed = town.json("cut", "list")["cuts"]
    assert [(each["id"], each["people"]) for each in listed] == [(cut["id"], 3)]


def test_an_approver_sees_who_what_why_and_signs(town: Town) -> None:
    seal_copies(town, "USB-1")
    cut = town.json("cut", town.root / "rows.toml")["id"]
    town.json("request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-2",
              "--until", "2022-06-21T20:00", "--allow-save", "--key", town.key("officer"))  # fmt: skip
    said = town.say("approve", "C-2", "--key", town.key("chief"), "--yes")
    assert said.code == 0
    for seen in ("carrier", "supervisor", "2022-06-21 20:00", "USB-2", "整理番号", "bank account number"):
        assert seen in said.err


def test_an_approval_that_is_not_confirmed_is_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    town.json("request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-2",
              "--until", "2022-06-21T20:00", "--allow-save", "--key", town.key("officer"))  # fmt: skip
    for answer in ("n\n", "\n", ""):
        _type(monkeypatch, answer)
        said = town.say("approve", "C-1", "--key", town.key("chief"))
        assert (said.code, "Not approved; nothing was signed." in said.err) == (3, True)
    assert [entry["type"] for entry in town.json("ledger", "show")["entries"]].count("copy.approved") == 0
    assert town.json("approve", "--list")["waiting"] == ["C-1"]


def test_the_requester_cannot_approve(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    town.json("request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-2",
              "--until", "2022-06-21T20:00", "--allow-save", "--key", town.key("officer"))  # fmt: skip
    assert town.say("approve", "C-1", "--key", town.key("officer"), "--yes").code == 3


def test_what_was_sealed_before_is_not_said_to_be_read_back(town: Town) -> None:
    """The stick may have gone its way by then; nobody looked."""
    slips = seal_copies(town, "USB-1", "USB-2")
    capsule(town, "USB-2", slips[1]).unlink()
    seal = ("seal", "C-1", "--medium", f"USB-1={town.root / 'USB-1'}", "--medium", f"USB-2={town.root / 'USB-2'}",
            "--key", town.key("officer"))  # fmt: skip
    assert [copy["read_back"] for copy in town.json(*seal)["copies"]] == [False, False]
    said = town.say(*seal).out
    assert f"Slip {slips[0]}, {slips[1]}: Sealed before; the medium was not read this time." in said
    assert "Read back" not in said


def test_a_request_that_is_half_sealed_says_which_copies_were_read_back(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    asked = town.json(
        "request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "赤=1",
        "--medium", "USB-2", "--until", "2022-06-21T21:00", "--allow-save", "--key", town.key("officer"),
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    (town.root / "first").mkdir()
    seal = ("seal", asked, "--medium", f"赤=1={town.root / 'first'}", "--medium", f"USB-2={town.root / 'second'}", "--key",
            town.key("officer"))  # fmt: skip
    assert town.say(*seal).code == 4
    (town.root / "second").mkdir()
    copies = town.json(*seal)["copies"]
    assert [(copy["medium"], copy["read_back"]) for copy in copies] == [("赤=1", False), ("USB-2", True)]


def test_a_capsule_shows_only_what_anybody_can_see(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    seen = town.json("inspect", capsule(town, "USB-1", slip))
    assert (seen["recipients"], seen["types"]) == (1, ["mlkem768x25519"])
    assert town.json("inspect", "--slip", slip)["state"] == "sealed"


def test_a_finder_reads_whom_to_call(town: Town) -> None:
    seal_copies(town, "USB-1")
    (label,) = [path for path in (town.root / "USB-1").iterdir() if path.suffix == ".txt"]
    text = label.read_text(encoding="utf-8")
    assert "06-0123-0617" in text
    assert "汐見市" not in text


def test_opened_here_the_files_are_the_owners_alone(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    out = town.root / "opened"
    town.json("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"),
              "--key", town.key("security"), "--out", out)  # fmt: skip
    assert "ワダ シゲル" in (out / "rows.csv").read_text(encoding="utf-8")
    assert "＊＊＊＊378" in (out / "rows.csv").read_text(encoding="utf-8")
    assert "和田" not in (out / "rows.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "rows.csv").stat().st_mode) == 0o600


def test_content_that_may_not_be_saved_is_not(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1", save=False)
    carry(town, slip)
    said = town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"),
                    "--key", town.key("security"), "--out", town.root / "opened")  # fmt: skip
    assert said.code == 3
    assert not (town.root / "opened").exists()


def _challenge(said: str) -> str:
    return next(line for line in said.splitlines() if len(line.replace(" ", "")) == 18 and line.strip()[:1].isdigit())


def test_over_the_telephone_a_misread_group_is_named_and_the_right_code_opens(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    open_it = ("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--code", "--ask")
    monkeypatch.setattr("sekisho.cli.open_routes.secrets.token_bytes", lambda size: b"\x07" * size)
    _type(monkeypatch, "")
    challenge = _challenge(town.say(*open_it).err)
    assert read_challenge_code(challenge)[2:] == b"\x07" * 4
    released = town.json(
        "custodian", "release", "--yes", challenge, "--key", town.key("chief"), "--key", town.key("security")
    )
    code = released["code"]
    groups = code.split()
    groups[4] = groups[4][:-1] + str((int(groups[4][-1]) + 1) % 10)
    _type(monkeypatch, f"{' '.join(groups)}\n123\n{code}\nﾜﾀﾞｼｹﾞﾙ,S6.8.28,６８８０１１８\nダレカ,S6.8.28,6880118\nx\n\n")
    said = town.say(*open_it)
    assert said.code == 0, said.err
    assert "Group 5 was misread" in said.err
    assert "That was 3 digits" in said.err
    assert said.out.splitlines()[-3:] == ["yes", say("cli.open.not_found", "en"), say("cli.open.unclear", "en")]


def test_the_code_of_another_copy_is_told_before_anything_is_decrypted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slip,) = seal_copies(town, "USB-1")
    _type(monkeypatch, "000001 000002 000003 000004 000005 000006 000007 000008\n")
    said = town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--code", "--ask")
    assert "not this capsule's" in said.err


def test_a_release_waits_for_the_second_officer(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    short = town.json("inspect", capsule(town, "USB-1", slip))["short"]
    challenge = f"{short} 000010 000011"
    waits = town.json("custodian", "release", "--yes", challenge, "--key", town.key("chief"))
    assert (waits["request"], waits["approvals"], waits["needed"]) == ("R-1", 1, 2)
    town.json("approve", "R-1", "--key", town.key("security"), "--yes")
    assert len(town.json("custodian", "release", "--yes", "R-1")["code"].split()) == 8


def test_a_misread_challenge_is_named_by_group(town: Town) -> None:
    said = town.say("custodian", "release", "--yes", "000009 000010 000012")
    assert said.code == 2
    assert "Group 3" in said.err


def test_a_suspended_copy_is_not_released_until_two_lift_it(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.json("custodian", "suspend", slip)
    open_it = ("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"),
               "--key", town.key("security"), "--out", town.root / "opened")  # fmt: skip
    assert town.say(*open_it).code == 3
    assert town.say("custodian", "lift", slip, "--key", town.key("chief")).code == 3
    town.json("custodian", "lift", slip, "--key", town.key("chief"), "--key", town.key("security"))
    assert town.say(*open_it).code == 0


def test_an_erased_copy_is_closed_and_its_file_gone(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    erased = town.json("erase", slip, "--on", town.root / "USB-1", "--holder", town.key("supervisor"),
                       "--witness", town.key("carrier"))  # fmt: skip
    assert (erased["state"], erased["verified"], erased["category"]) == ("closed", True, "purge")
    assert not capsule(town, "USB-1", slip).exists()


def test_status_names_every_copy_its_holder_and_what_waits(town: Town) -> None:
    slips = seal_copies(town, "USB-1", "USB-2")
    carry(town, slips[0])
    status = town.json("custodian", "status")
    assert [(copy["slip"], copy["holder"], copy["state"]) for copy in status["copies"]] == [
        (slips[0], "supervisor", "out"),
        (slips[1], "officer", "sealed"),
    ]
    assert "06-21 22:00" in town.say("custodian", "status").out


def test_an_approver_reads_every_field_in_words_before_signing(town: Town) -> None:
    town.language = "ja"
    cut = town.json("cut", town.root / "rows.toml")["id"]
    asked = town.json(
        "request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
        "--until", "2022-06-21T21:00", "--allow-save", "--key", town.key("officer"),
    )["request"]  # fmt: skip
    shown = town.say("approve", asked, "--key", town.key("chief"), "--yes").err
    assert "rows.csv: カナ：氏名カナ（そのまま）" in shown
    assert "rows.csv: 口座末尾：口座番号（末尾 3 文字）" in shown


@pytest.mark.parametrize("stated", ["rows.csv: a (b) (no_such_kind, keep)", "rows.csv: a (name)", "rows.csv"])
def test_what_another_version_stated_is_shown_as_it_stands(stated: str) -> None:
    assert field_line(Session(language="en"), stated) == stated
