"""What is due is computed with each fact, decided by persons with a reason, and never vanishes; contracts run clocks too."""

from datetime import timedelta

import pytest

from invented_office import Town, register_text, signing_key
from sekisho.clock import from_text, to_text
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.writer import Trust
from sekisho.loss.exempting import pack_of
from sekisho.loss.facts.fact import Value
from sekisho.loss.incident.closing import close, reopen
from sekisho.loss.incident.computing import compute, obligations_at
from sekisho.loss.incident.deciding import decide, reasons_of
from sekisho.loss.incident.declaring import declare
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.runs import changes, newest_run, run_of, runs_of
from sekisho.loss.incident.stating import Stated
from sekisho.loss.incident.updating import refresh, tell
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.loss.lost import lose, report_lost

pytest_plugins = ("office_fixtures",)

LATE_IN_THE_CASE = "2026-06-22T06:45:00Z"


@pytest.fixture
def town(out: Town) -> Town:
    """A town that lost both sticks in 2026, and says that it is a public body."""
    out.clock.time = from_text("2026-06-22T06:50:00Z")
    with out.office.ledger.transaction(Trust.CONFIRMED) as tx:  # four quiet years
        tx.append("clock.confirmed", fields={"by": []})
    (out.home / "incident.toml").write_text('body = "public"\njurisdictions = ["JP"]\n')
    report_lost(out.office, out.slips)
    return out


def stated(town: Town, **values: Value) -> None:
    tell(town.office, 1, [Stated(key, value) for key, value in values.items()], source="note")


def duties(town: Town, rule: str) -> dict[str, Obligation]:
    run = newest_run(town.office, 1)
    assert run is not None
    return {each.stage: each for each in run.obligations if each.rule == rule}


def test_what_is_known_decides_what_is_due(town: Town) -> None:
    declare(town.office, 1, known_at=from_text(LATE_IN_THE_CASE))
    stated(town, persons=101, persons_max=101, malicious=False)
    city = duties(town, "jp-appi-68")
    assert set(city) == {"preliminary", "final", "person"}
    assert city["final"].due is not None
    assert to_text(city["final"].due) == "2026-07-21T14:59:59Z"
    stated(town, malicious=True)
    later = duties(town, "jp-appi-68")["final"]
    assert later.due is not None
    assert later.due > city["final"].due


def test_a_run_is_kept_and_the_next_says_what_changed(town: Town) -> None:
    declare(town.office, 1)
    stated(town, persons=101, persons_max=101, malicious=False)
    first = newest_run(town.office, 1)
    assert first is not None
    nobody = dict.fromkeys(("sensitive_persons", "financial_harm_persons", "ordinance_sensitive_persons"), 0)
    stated(town, persons=100, persons_max=100, **nobody)
    second = newest_run(town.office, 1)
    assert second is not None
    assert second.n > first.n
    assert run_of(town.office, 1, first.n) == first
    found = {(each.rule, each.stage): each.after for each in changes(first.obligations, second.obligations)}
    assert found["jp-appi-68", "final"] is ObligationState.VOID
    assert all(each.why for each in second.obligations if each.state is ObligationState.VOID)
    assert {(each.rule, each.stage) for each in first.obligations} <= {
        (each.rule, each.stage) for each in second.obligations
    }


def test_the_ledger_says_so_only_when_something_came_out_otherwise(town: Town) -> None:
    refresh(town.office, 1)
    count = len(town.leaves("law.computed"))
    refresh(town.office, 1)
    assert len(town.leaves("law.computed")) == count
    stated(town, cause="置き忘れ")
    runs = runs_of(town.office, 1)
    assert len(town.leaves("law.computed")) == count
    assert runs[-1].obligations == runs[-2].obligations


def test_what_was_due_as_it_was_known_then(town: Town) -> None:
    declare(town.office, 1, known_at=from_text(LATE_IN_THE_CASE))
    stated(town, persons=101, persons_max=101, malicious=False)
    before = town.clock.now()
    town.clock.advance(timedelta(hours=1))
    stated(town, persons=100, persons_max=100)
    then = {(each.rule, each.stage): each.state for each in obligations_at(town.office, 1, before)}
    assert then["jp-appi-68", "final"] is ObligationState.OPEN


def test_one_person_says_what_is_done_and_two_what_nobody_has_to_do(town: Town) -> None:
    declare(town.office, 1, known_at=from_text(LATE_IN_THE_CASE))
    stated(town, persons=101, persons_max=101, malicious=False)
    privacy, chief = signing_key("privacy"), signing_key("chief")
    decide(
        town.office, 1, "jp-appi-68", "preliminary", what="done", reason="速報済み", keys=[privacy],
        done_at="2026-06-24T01:00:00Z",
    )  # fmt: skip
    compute(town.office, 1)
    assert duties(town, "jp-appi-68")["preliminary"].state is ObligationState.DONE
    with pytest.raises(Refused):
        decide(town.office, 1, "jp-appi-68", "final", what="exempt", reason="暗号化", keys=[privacy])
    with pytest.raises(Misuse):
        decide(town.office, 1, "jp-appi-68", "final", what="exempt", reason="暗号化", keys=[privacy, chief])
    decide(
        town.office, 1, "jp-appi-68", "final", what="exempt", reason="暗号化", keys=[privacy, chief],
        exemption="jp-recovered-unread",
    )  # fmt: skip
    assert [reason for _, reason in reasons_of(town.office, 1)] == ["速報済み", "暗号化"]
    (first, second) = town.leaves("obligation.decided")
    assert "暗号化" not in second.body().decode()
    assert len(list(second.fields["by"])) == 2  # type: ignore[arg-type]  # a list of the leaf
    assert first.fields["what"] == "done"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"reason": " "}, Misuse), ({"what": "done"}, Misuse), ({"rule": "jp-none"}, NotFound), ({"keys": []}, Refused)],
)
def test_a_decision_that_means_nothing_is_none(town: Town, wrong: dict[str, object], error: type[Exception]) -> None:
    refresh(town.office, 1)
    asked = {"rule": "jp-appi-68", "what": "applies", "reason": "確認", "keys": [signing_key("privacy")]} | wrong
    with pytest.raises(error):
        decide(town.office, 1, asked.pop("rule"), **asked)  # type: ignore[arg-type]  # what a person typed
    assert not town.leaves("obligation.decided")


def test_it_is_declared_once_and_known_since_what_was_said_last(town: Town) -> None:
    declare(town.office, 1)
    facts = declare(town.office, 1, known_at=from_text(LATE_IN_THE_CASE), unit="情報管理課")
    assert facts.text("known_at") == LATE_IN_THE_CASE
    assert len(town.leaves("incident.declared")) == 1
    with pytest.raises(Misuse):
        declare(town.office, 1, known_at=town.clock.now() + timedelta(hours=1))


def test_a_contract_that_says_by_when_runs_a_clock_of_its_own(town: Town) -> None:
    town.learn(register_text(notice='"1h"'))
    refresh(town.office, 1)
    (due,) = [each for each in read_case(town.office, 1).obligations if each.rule.startswith("contract-")]
    noticed = read_case(town.office, 1).facts.time("noticed_at")
    assert noticed is not None
    assert due.due == noticed + timedelta(hours=1)


def test_an_incident_is_closed_by_two_once_nothing_is_left_and_a_find_opens_it(town: Town) -> None:
    keys = [signing_key("privacy"), signing_key("chief")]
    refresh(town.office, 1)
    with pytest.raises(Refused) as missing:
        close(town.office, 1, reason="片付いた", keys=keys)
    assert missing.value.key in {"loss.copies_missing", "loss.duties_left"}
    with pytest.raises(Refused):
        close(town.office, 1, reason="片付いた", keys=keys[:1])
    assert not town.leaves("incident.closed")
    with pytest.raises(Refused):
        reopen(town.office, 1, reason="まだ", keys=keys)


def test_what_the_law_said_lies_open_nowhere(town: Town) -> None:
    declare(town.office, 1)
    stated(town, persons=123457, persons_max=123457)
    for path in town.home.rglob("*"):
        assert not path.is_file() or b"123457" not in path.read_bytes()


def test_a_second_stick_that_joins_is_computed_with_the_first(out: Town) -> None:
    lose(out.office, out.slips[:1])
    refresh(out.office, 1)
    lose(out.office, out.slips[1:])
    refresh(out.office, 1)
    assert read_case(out.office, 1).facts.number("media_count") == 2


def test_a_sealed_copy_nobody_opened_is_likely_exempt_until_two_decide_and_a_key_that_got_out_opens_it_again(
    out: Town,
) -> None:
    out.clock.time = from_text("2026-06-22T06:50:00Z")
    with out.office.ledger.transaction(Trust.CONFIRMED) as tx:
        tx.append("clock.confirmed", fields={"by": []})
    (out.home / "incident.toml").write_text('body = "public"\n')
    report_lost(out.office, out.slips, key_officer=signing_key("security"))
    declare(out.office, 1)
    refresh(out.office, 1)
    stated(out, persons=101, persons_max=101, malicious=False, key_compromised=False)
    final = duties(out, "jp-appi-68")["final"]
    assert final.state is ObligationState.LIKELY_EXEMPT, final.limbs
    assert final.limbs
    keys = [signing_key("privacy"), signing_key("chief")]
    decide(out.office, 1, "jp-appi-68", "final", what="exempt", reason="開かれていない", keys=keys)
    compute(out.office, 1)
    assert duties(out, "jp-appi-68")["final"].state is ObligationState.EXEMPT_DECIDED
    assert pack_of(out.office, 1).decided == ["jp-high-encryption"]
    stated(out, key_compromised=True)
    again = duties(out, "jp-appi-68")["final"]
    assert again.state not in {ObligationState.LIKELY_EXEMPT, ObligationState.EXEMPT_DECIDED}
    assert any("key_compromised" in each for each in (*again.why, str(again.warnings)))
