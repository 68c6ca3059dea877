"""The exemption pack: every limb with what is attached and what is not proven, under the digests of one leaf."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from invented_office import PERSONAL, Town, signing_key
from sekisho.catalogue.words import LANGUAGES, say
from sekisho.custody.handing import find
from sekisho.errors import LedgerBroken, Misuse, NotFound, Refused
from sekisho.ledger import verifier
from sekisho.loss.exempting import issue_exemption, pack_of
from sekisho.loss.exemption import Pack, exemption_papers, exemption_text, standing_of
from sekisho.loss.incident.opening import open_plain
from sekisho.loss.incident.stating import Stated, facts_of, state
from sekisho.loss.key_evidence import encryption_facts
from sekisho.loss.law.evaluate import Place, evaluate
from sekisho.loss.law.limbs import limb_rules
from sekisho.loss.law.obligation import Limb
from sekisho.loss.law.pack import shipped_pack
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

JAPAN = "jp-high-encryption"
LIST = "algorithm_on_cryptrec_egovernment_list_or_iso_iec_18033"
PAPERS = {"exemption.ja.txt", "exemption.en.txt", "exemption.json", "exemption-limbs.csv", "suites.csv", "build.json"}


def lost(town: Town, *, destroyed: bool = True) -> int:
    """Lose both copies, and return the incident's number."""
    town.clock.advance(timedelta(hours=10))
    report_lost(town.office, town.slips, key_officer=signing_key("security") if destroyed else None)
    return 1


def standing(pack: Pack, exemption: str = JAPAN) -> str:
    """Return how an exemption stands."""
    return next(standing_of(each) for each in pack.grounds if each.exemption.id == exemption)


def limb_of(pack: Pack, name: str) -> Limb:
    """Return a limb of Japan's exemption."""
    (found,) = [limb for each in pack.grounds for limb in each.limbs if (limb.exemption, limb.limb) == (JAPAN, name)]
    return found


def check(folder: Path) -> bool:
    """Check an evidence folder as an outsider does."""
    command = [sys.executable, "-I", "-S", str(verifier.__file__), str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


# What is likely, and what is not.


@pytest.mark.parametrize("destroyed", [True, False])
def test_copies_that_were_never_opened_are_likely_exempt_in_japan(out: Town, destroyed: bool) -> None:
    """Destroyed or only barred; and still nothing says that the list was met."""
    pack = pack_of(out.office, lost(out, destroyed=destroyed))
    assert standing(pack) == "likely"
    listed = limb_of(pack, LIST)
    assert (listed.met, listed.gap) == (None, "exemption.gap_list_membership")


def test_a_copy_that_was_opened_before_keeps_what_it_must_open(out: Town) -> None:
    """Whoever found it cannot read it; that nobody on the recipient's machine kept the key, no ledger can tell."""
    out.open(out.slips[0])
    pack = pack_of(out.office, lost(out))
    third = limb_of(pack, "third_party_cannot_exercise_the_key")
    assert (standing(pack), third.met) == ("likely", None)
    assert {keys.history.slip: keys.weak for keys in pack.keys} == dict(
        zip(out.slips, [("opening", "saved"), ()], strict=True)
    )
    assert say("exemption.weak_opening", "en") in exemption_text(pack, "en")
    assert "key_unexercisable" not in {fact.key for fact in facts_of(out.office, 1) if fact.value is not None}


def test_a_compromise_that_turns_up_later_denies_it(out: Town) -> None:
    number = lost(out)
    assert standing(pack_of(out.office, number)) == "likely"
    state(out.office, number, [Stated("key_compromised", True)], source="paper")
    assert standing(pack_of(out.office, number)) == "denied"


def test_all_copies_back_and_never_opened_is_no_leak_in_japan(out: Town) -> None:
    """One of two is not all."""
    number = lost(out)
    first, second = out.slips
    find(out.office, first, out.root / "USB-1")
    assert standing(pack_of(out.office, number), "jp-recovered-unread") == "denied"
    find(out.office, second, out.root / "USB-2")
    assert standing(pack_of(out.office, number), "jp-recovered-unread") == "likely"


def test_that_nobody_knows_of_the_key_keeps_it_open(out: Town) -> None:
    number = lost(out)
    state(out.office, number, [Stated("key_compromised", None)], source="paper")
    assert standing(pack_of(out.office, number)) == "open"


def test_a_ledger_with_a_gap_says_nothing_at_all(out: Town) -> None:
    """And so never "never released"."""
    number = lost(out)
    out.office.ledger.connection.execute("DROP TRIGGER entry_is_not_changed")
    out.office.ledger.connection.execute("UPDATE entry SET body = (SELECT body FROM entry WHERE idx = 1) WHERE idx = 2")
    with pytest.raises(LedgerBroken):
        pack_of(out.office, number)


def test_copies_of_which_one_cannot_be_told_are_not_claimed_for() -> None:
    facts = dict(encryption_facts([], kek="file", untold=1))
    assert set(facts.values()) == {None}


def test_what_was_no_capsule_has_no_pack(town: Town) -> None:
    number = open_plain(town.office)
    with pytest.raises(Refused) as refused:
        pack_of(town.office, number)
    assert refused.value.key == "loss.nothing_sealed"
    with pytest.raises(NotFound):
        pack_of(town.office, 77)


@pytest.mark.parametrize(
    ("said", "standing_in_japan", "state_of_duty"),
    [((), "likely", "likely_exempt"), ((Stated("key_compromised", True),), "denied", "open")],
)
def test_pack_and_clocks_say_the_same_of_what_lies_in_the_ledger(
    out: Town, said: tuple[Stated, ...], standing_in_japan: str, state_of_duty: str
) -> None:
    """Art. 68 for a city: every stage, and even where it may have been theft."""
    number = lost(out)
    known = [Stated("known_at", "2022-06-22T06:45:00Z"), Stated("malicious", True), *said]
    state(out.office, number, known, source="paper")
    pack = pack_of(out.office, number)
    place = Place(
        zone="Asia/Tokyo", body="public", roles=("controller",), jurisdictions=("JP",), law_of=date(2026, 11, 24)
    )
    at = out.clock.now()
    duties = evaluate(pack.facts, shipped_pack(), as_of=at, place=place, decisions=(), before=())
    assert standing(pack) == standing_in_japan
    assert {duty.state.value for duty in duties if duty.rule == "jp-appi-68"} == {state_of_duty}


# The papers.


@pytest.fixture(scope="module")
def folder(model_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evidence folder with the pack; nothing may change it."""
    from invented_office import copied  # noqa: PLC0415 - as the fixtures do

    root = tmp_path_factory.mktemp("exemption")
    town = copied(model_out, root / "town")
    issue_exemption(town.office, lost(town), root / "evidence")
    town.leave()
    return root / "evidence"


def test_the_folder_verifies_with_the_pack_in_it(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} >= PAPERS
    assert check(folder)


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_one_flipped_byte_in_a_paper_is_found(folder: Path, name: str) -> None:
    """Even where the sums were made anew: the leaf holds the digest."""
    path = folder / name
    whole, sums = path.read_bytes(), (folder / "SHA256SUMS").read_bytes()
    try:
        path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
        right = hashlib.sha256(path.read_bytes()).hexdigest().encode()
        (folder / "SHA256SUMS").write_bytes(sums.replace(hashlib.sha256(whole).hexdigest().encode(), right))
        assert not check(folder)
    finally:
        path.write_bytes(whole)
        (folder / "SHA256SUMS").write_bytes(sums)


def test_every_limb_names_files_that_lie_there_with_their_digests(folder: Path) -> None:
    said: dict[str, Any] = json.loads((folder / "exemption.json").read_bytes())
    files = {
        name: digest for each in said["exemptions"] for limb in each["limbs"] for name, digest in limb["files"].items()
    }
    assert files.keys() >= {"statement.json", "capsule.json", "build.json", "suites.csv"}
    for name, digest in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert said["decided"] == []


def test_leaves_that_are_named_are_those_of_the_log(folder: Path) -> None:
    said = json.loads((folder / "exemption.json").read_bytes())
    with (folder / "events.csv").open(encoding="utf-8") as file:
        events = {int(row["index"]): row["type"] for row in csv.DictReader(file)}
    leaves = [leaf for copy in said["copies"] for leaf in copy["leaves"]]
    assert {leaf["type"] for leaf in leaves} >= {"capsule.sealed", "ticket.destroyed", "copy.lost"}
    assert all(events[leaf["index"]] == leaf["type"] for leaf in leaves)


def test_the_papers_hold_nobody(folder: Path) -> None:
    told = "".join((folder / name).read_text(encoding="utf-8-sig") for name in PAPERS)
    assert not [word for word in PERSONAL if word in told]


def test_the_table_has_a_row_for_each_limb_of_the_laws_that_are_looked_at(folder: Path) -> None:
    text = (folder / "exemption-limbs.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    japan = {rule.limb for name in (JAPAN, "jp-recovered-unread") for rule in limb_rules()[name]}
    assert {row["limb"] for row in rows} == japan
    assert all(row["ja"] and row["en"] for row in rows)


def test_a_folder_that_is_there_is_not_overwritten(out: Town, tmp_path: Path) -> None:
    number = lost(out)
    (tmp_path / "there").mkdir()
    with pytest.raises(Misuse):
        issue_exemption(out.office, number, tmp_path / "there")


def test_no_membership_is_claimed_of_what_nobody_read(out: Town) -> None:
    """In neither language."""
    pack = pack_of(out.office, lost(out))
    for language in LANGUAGES:
        (line,) = [
            each for each in exemption_text(pack, language).splitlines() if each.startswith("  ChaCha20-Poly1305")
        ]
        assert line.count(say("exemption.list_unverified", language)) == 2
        listed, not_listed = (say(f"exemption.list_{word}", language) for word in ("listed", "not_listed"))
        assert listed not in line.replace(not_listed, "")


def test_every_limb_gap_and_weakness_has_words() -> None:
    for rules in limb_rules().values():
        for language in LANGUAGES:
            for rule in rules:
                assert say(f"exemption.limb_{rule.limb}", language)
                assert say(rule.gap, language)


def test_the_same_pack_makes_the_same_papers(out: Town) -> None:
    pack = pack_of(out.office, lost(out))
    assert exemption_papers(pack, {}) == exemption_papers(pack, {})


def test_the_table_of_limbs_names_exemptions_that_the_laws_have() -> None:
    """And has every limb that a record names of one of them."""
    exemptions = shipped_pack().exemptions
    assert limb_rules().keys() <= exemptions.keys()
    for name, rules in limb_rules().items():
        assert {rule.limb for rule in rules} == {*exemptions[name].all, *exemptions[name].any_of}


def test_an_office_that_looks_abroad_sees_their_exemptions_too(out: Town) -> None:
    (out.office.home.root / "incident.toml").write_text('jurisdictions = ["JP", "EU", "US-CA"]\n', encoding="utf-8")
    pack = pack_of(out.office, lost(out))
    standings = {each.exemption.id: standing_of(each) for each in pack.grounds}
    assert standings["eu-34-3-a-unintelligible"] == standings["us-encrypted-key-not-acquired"] == "likely"
    assert "us-hhs-74FR19006" not in standings


def test_who_handles_data_for_another_sees_that_telling_it_is_enough(out: Town) -> None:
    """Which the controller itself cannot rely on."""
    (out.office.home.root / "incident.toml").write_text('roles = ["processor"]\n', encoding="utf-8")
    told = "jp-processor-told-controller"
    number = lost(out)
    assert standing(pack_of(out.office, number), told) == "open"
    state(out.office, number, [Stated("controller_told_at", "2022-06-22T06:45:00Z")], source="paper")
    assert standing(pack_of(out.office, number), told) == "likely"
