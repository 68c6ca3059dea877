"""Anybody reports a loss without signing in: one number stops every copy on the medium; nothing but a POST does; and a fisher gets nowhere."""

import asyncio
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from asgi import Reply, call
from invented_office import Town
from sekisho.codes import with_check_digit
from sekisho.custody.alarms import Task
from sekisho.custody.office import Office
from sekisho.errors import Busy
from sekisho.loss.incident.stating import facts_of
from sekisho.loss.report_limits import Kind, Limits, Rate, network_of
from sekisho.loss.reporting import Outcome, held_reports, read_named
from sekisho.server.report import Place, make_app
from sekisho.server.report_desk import Caller, ReportDesk
from sekisho.server.report_pages import around_of

pytest_plugins = ("office_fixtures",)

VXML = "{http://www.w3.org/2001/vxml}"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Host": "lost.example"}


class Line:
    """The service, asked without a socket."""

    def __init__(self, town: Town, limits: Limits | None = None) -> None:
        self.town = town
        self.broken = 0
        self.desk = ReportDesk(self._open, town.clock, limits=limits, patience=30.0)
        self.desk.start()
        self.place = Place(around=around_of(town.home))
        self.app = make_app(self.desk, self.place)

    def _open(self) -> Office:
        if self.broken:
            self.broken -= 1
            raise Busy("ledger.busy", path=self.town.home)
        return Office.open(self.town.home, self.town.clock)

    def get(self, path: str, **headers: str) -> Reply:
        return call(self.app, "GET", path, headers={"Host": "lost.example", **headers})

    def post(self, path: str, headers: dict[str, str] | None = None, /, **fields: Any) -> Reply:
        return call(self.app, "POST", path, urlencode(fields).encode(), FORM | (headers or {}))


@pytest.fixture
def line(out: Town) -> Iterator[Line]:
    made = Line(out)
    yield made
    made.desk.stop()


def heard(reply: Reply) -> ET.Element:
    """Return a dialogue, which must be one."""
    assert reply.headers["content-type"].startswith("application/voicexml+xml")
    root = ET.fromstring(reply.body)  # noqa: S314 - our own answer
    assert (root.tag, root.get("version")) == (f"{VXML}vxml", "2.1")
    return root


def others(number: int) -> Iterator[str]:
    """Yield slip numbers that check."""
    return (with_check_digit(each, width=5) for each in range(number))


# On the page.


@pytest.mark.parametrize("spelling", ["{}", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}", " No. {} ", "受渡票 {}"])
def test_one_number_stops_it_however_it_is_written(out: Town, line: Line, spelling: str) -> None:
    slip = out.slips[0]
    reply = line.post("/lost", slip=spelling.format(slip) if "受" not in spelling and "No" not in spelling else slip)
    assert (reply.status, out.state(slip), out.ticket(slip)) == (200, "lost", "suspended")
    assert "止めました" in reply.text
    for shown in (slip, "2022-06-21 17:00 (Asia/Tokyo)", "06-0123-0617", "<dd>1</dd>"):
        assert shown in reply.text
    assert out.state(out.slips[1]) == "out"


def test_every_copy_on_the_medium_is_stopped(out: Town, line: Line) -> None:
    (later,) = out.sealed("USB-1")
    line.post("/lost", slip=out.slips[0])
    assert [out.state(slip) for slip in (out.slips[0], later)] == ["lost", "lost"]


def test_pressing_twice_changes_nothing_and_says_the_same(out: Town, line: Line) -> None:
    first = line.post("/lost", slip=out.slips[0])
    size = out.size
    out.clock.advance(timedelta(minutes=5))
    assert line.post("/lost", slip=out.slips[0]).text == first.text
    assert out.size == size


def test_a_link_that_is_previewed_stops_nothing(out: Town, line: Line) -> None:
    size = out.size
    slip = out.slips[0]
    for path in (f"/lost?slip={slip}", "/lost", "/", f"/ivr?slip={slip}&lang=ja", "/health"):
        assert line.get(path).status in {200, 307}
        call(line.app, "HEAD", path)
    assert (out.size, out.state(slip)) == (size, "out")
    assert f'value="{slip}"' in line.get(f"/lost?slip={slip}").text


def test_a_number_that_was_misread_is_told_with_what_was_understood(out: Town, line: Line) -> None:
    reply = line.post("/lost", slip="123456", lang="en")
    assert "understood: 1 2 3 4 5 6" in reply.text
    assert "4 were understood" in line.post("/lost", slip="1234", lang="en").text
    assert "123456" in reply.text
    assert {out.state(slip) for slip in out.slips} == {"out"}


def test_a_telephone_dials_the_office_at_a_touch(line: Line) -> None:
    page = line.get("/lost").text
    phone = line.place.around.phone
    assert f'href="tel:{"".join(each for each in phone if each.isdigit())}"' in page
    assert f">{phone}</a>" in page


def test_a_number_that_is_not_the_office_s_is_not_called_stopped(out: Town, line: Line) -> None:
    unknown = next(slip for slip in others(9) if slip not in out.slips)
    reply = line.post("/lost", slip=unknown, lang="en")
    assert "Nothing is stopped yet" in reply.text
    assert "06-0123-0617" in reply.text


@pytest.mark.parametrize("speech", ["ja", "ja-plain", "en", "en-plain"])
def test_the_page_needs_nothing_but_html(line: Line, speech: str) -> None:
    reply = line.get(f"/lost?lang={speech}")
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in reply.headers["content-security-policy"]
    assert "<script" not in reply.text
    assert 'name="viewport"' in reply.text
    assert 'label for="number"' in reply.text
    assert f'<html lang="{speech[:2]}">' in reply.text
    assert "《" not in reply.text
    assert "{" not in re.sub(r"<style>.*?</style>", "", reply.text, flags=re.DOTALL)
    assert ("<ruby>" in reply.text) is (speech == "ja-plain")


@pytest.mark.parametrize(
    ("accept", "language"), [("", "ja"), ("ja-JP,ja", "ja"), ("vi,en;q=0.5", "en"), ("en-GB", "en")]
)
def test_it_speaks_as_the_browser_does(line: Line, accept: str, language: str) -> None:
    assert f'<html lang="{language}">' in line.get("/lost", **{"Accept-Language": accept}).text


def test_no_word_of_it_blames(line: Line, out: Town) -> None:
    text = line.post("/lost", slip=out.slips[0], lang="en").text + line.get("/lost?lang=en").text
    assert not re.search(r"\b(fault|blame|must|failed|negligen|why did)\b", text, re.IGNORECASE)


def test_what_was_typed_is_never_markup(line: Line) -> None:
    assert "<b>" not in line.post("/lost", slip='"><b>x').text
    assert "<b>" not in line.get("/lost?slip=%22%3E%3Cb%3Ex").text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://lost.example.evil"])
def test_another_page_s_visitors_try_no_numbers_for_it(out: Town, line: Line, origin: str) -> None:
    assert line.post("/lost", {"Origin": origin}, slip=out.slips[0]).status == 403
    assert line.post("/ivr", {"Origin": origin}, slip=out.slips[0]).status == 403
    assert out.state(out.slips[0]) == "out"
    assert line.post("/lost", {"Origin": "https://lost.example"}, slip=out.slips[0]).status == 200


@pytest.mark.parametrize("body", [b"\xff", b"slip=" + b"1" * 40_000, b"&".join([b"a=1"] * 20)], ids=len)
def test_what_is_no_form_is_refused(line: Line, body: bytes) -> None:
    assert call(line.app, "POST", "/lost", body, FORM).status == 400
    assert call(line.app, "POST", "/ivr", body, {}).status == 400


# A few words afterwards.


def words_form(reply: Reply) -> dict[str, str]:
    fields = dict(re.findall(r'<input name="(\w+)" type="hidden" value="(\w+)">', reply.text))
    return {name: fields[name] for name in ("incident", "token")}


def test_words_become_facts_of_the_reporter_that_only_the_office_hears(out: Town, line: Line) -> None:
    form = words_form(line.post("/lost", slip=out.slips[0], lang="en"))
    said = {"place": "駅の東口", "last_seen": "11時ごろ", "words": "黒いかばん"}
    assert "enough for tonight" in line.post("/lost-words", **form, **said, lang="en").text
    facts = facts_of(out.office, int(form["incident"]))
    found = {key: facts.get(f"reporter_{key}") for key in said}
    assert {key: fact and fact.value for key, fact in found.items()} == said
    assert {(fact.source, fact.visibility.name) for fact in found.values() if fact} == {("reporter", "INTERNAL")}
    assert "かばん" not in "".join(str(entry.fields) for entry in out.office.ledger.entries())
    assert out.lying_open() == []


def test_words_without_a_report_are_not_kept(out: Town, line: Line) -> None:
    form = words_form(line.post("/lost", slip=out.slips[0], lang="en"))
    for change in ({"token": "0" * 32}, {"incident": "2"}, {"incident": "x"}):
        reply = line.post("/lost-words", **{**form, **change}, words="spam", lang="en")
        assert "What is stopped stays stopped" in reply.text
    assert facts_of(out.office, 1).get("reporter_words") is None


# When the office does not answer.


def test_a_ledger_that_is_held_is_told_and_it_is_stopped_later(out: Town, line: Line) -> None:
    line.broken = 1
    reply = line.post("/lost", slip=out.slips[0], lang="en")
    assert "cannot confirm yet" in reply.text
    assert "06-0123-0617" in reply.text
    line.desk.stop()  # as a service that ends does, after what waits
    assert out.state(out.slips[0]) in {"out", "lost"}


def test_what_had_to_wait_is_taken_with_the_next_look(out: Town, line: Line) -> None:
    line.broken = 1
    line.post("/lost", slip=out.slips[0])
    line.post("/lost", slip=out.slips[1])
    assert [out.state(slip) for slip in out.slips] == ["lost", "lost"]


def test_the_form_appears_whatever_the_office_does(line: Line) -> None:
    line.broken = 99
    assert line.get("/lost").status == 200
    assert "voice" not in line.get("/ivr?lang=en").text
    assert line.get("/health").status == 200


# Whoever tries numbers.


def tight(**alone: Any) -> Limits:
    rates = {kind: Rate(3, 60) for kind in Kind}
    return Limits(rates={**rates, **alone.get("rates", {})}, an_address={kind: Rate(2, 10) for kind in Kind})


def asked(do: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(do)


def test_a_fisher_gets_the_same_answer_for_every_number_and_the_duty_is_told_once(out: Town) -> None:
    line = Line(out, tight())
    try:
        tried = [
            asked(line.desk.report(read_named(slip), Caller(address=f"192.0.2.{place}"))).outcome
            for place, slip in enumerate([*[slip for slip in others(5) if slip not in out.slips], *out.slips])
        ]
    finally:
        line.desk.stop()
    assert set(tried[:3]) == {Outcome.UNKNOWN}
    assert set(tried[3:]) == {Outcome.ASK}
    assert {out.state(slip) for slip in out.slips} == {"out"}
    pages = [leaf for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.FLOOD]
    assert len(pages) == len(out.leaves("report.limited")) == 1
    assert line.desk.refused["alone"] >= 3


def test_one_address_does_not_use_up_what_others_need(out: Town) -> None:
    line = Line(out, tight(rates={Kind.ALONE: Rate(9, 60)}))
    try:
        for slip in others(6):
            asked(line.desk.report(read_named(slip), Caller(address="2001:db8::1")))
        blocked = line.desk.report(read_named(out.slips[0]), Caller(address="2001:db8::ffff"))
        assert asked(blocked).outcome is Outcome.ASK
        found = line.desk.report(read_named(out.slips[0]), Caller(address="2001:db8:0:1::1"))
        assert asked(found).outcome is Outcome.STOPPED
    finally:
        line.desk.stop()


def test_in_a_storm_the_label_stops_and_a_number_to_call_back_is_kept(out: Town) -> None:
    line = Line(out, tight(rates={Kind.ALONE: Rate(0, 0)}))
    try:
        first = line.post("/lost", slip=out.slips[0], lang="en")
        assert "Very many reports" in first.text
        assert "Nothing is stopped yet" in line.post("/lost", slip=out.slips[0], label="USB-2", lang="en").text
        assert "It is stopped" in line.post("/lost", slip=out.slips[0], label="usb 1", lang="en").text
        unknown = next(slip for slip in others(9) if slip not in out.slips)
        replies = [
            line.post("/lost", slip=slip, call_back="090-0000-0000", lang="en") for slip in (out.slips[1], unknown)
        ]
    finally:
        line.desk.stop()
    assert replies[0].text == replies[1].text
    assert "will call you back" in replies[0].text
    (held,) = held_reports(out.office)
    assert (held.slip, held.call_back) == (out.slips[1], "090-0000-0000")
    assert Task.HELD in {leaf.fields["task"] for leaf in out.leaves("alarm.fired")}
    assert "090-0000" not in "".join(str(entry.fields) for entry in out.office.ledger.entries())
    assert out.state(out.slips[1]) == "out"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("192.0.2.1", "192.0.2.2", False), ("2001:db8::1", "2001:db8::2:1", True), ("::ffff:192.0.2.1", "192.0.2.1", True),
     ("fe80::1%eth0", "fe80::2", True), ("no address", "", True)],
)  # fmt: skip
def test_what_counts_as_one_address(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_tokens_come_back_with_time_and_never_with_a_clock_set_back(out: Town) -> None:
    limits, now = tight(), out.clock.now()
    for _ in range(3):
        assert limits.allow(Kind.ALONE, "", now, trusted=True)
        limits.count(Kind.ALONE, "", now, trusted=True)
    assert not limits.allow(Kind.ALONE, "", now, trusted=True)
    assert not limits.allow(Kind.ALONE, "", now - timedelta(days=1), trusted=True)
    assert limits.allow(Kind.ALONE, "", now + timedelta(minutes=1), trusted=True)


# Over the telephone.


def test_a_dialogue_asks_reads_back_and_posts_after_one_was_pressed(line: Line) -> None:
    for language, locale in (("ja", "ja-JP"), ("en", "en-US")):
        root = heard(line.get(f"/ivr?lang={language}"))
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == locale
        fields = [each.get("name") for each in root.iter(f"{VXML}field")]
        assert fields == ["slip", "sure"]
        for each in root.iter(f"{VXML}field"):
            assert each.find(f"{VXML}prompt") is not None
            assert {None, "3"} == {say.get("count") for say in each.findall(f"{VXML}noinput")}
            assert {None, "3"} == {say.get("count") for say in each.findall(f"{VXML}nomatch")}
        (submit,) = root.iter(f"{VXML}submit")
        assert (submit.get("method"), submit.get("namelist")) == ("post", "slip lang")
        assert "06-0123-0617" in "".join(root.itertext())


def test_who_names_no_language_is_asked(line: Line) -> None:
    root = heard(line.get("/ivr"))
    assert [(each.get("dtmf"), each.get("next")) for each in root.iter(f"{VXML}choice")] == [
        ("1", "ivr?lang=ja"),
        ("2", "ivr?lang=en"),
    ]


def test_six_keys_stop_it(out: Town, line: Line) -> None:
    slip = out.slips[0]
    said = "".join(heard(line.post("/ivr", slip=" ".join(slip), lang="ja")).itertext())
    assert "止めました" in said
    assert "受付番号は、1、" in said
    assert out.state(slip) == "lost"


def test_a_system_that_knows_no_voicexml_is_answered_in_json(out: Town, line: Line) -> None:
    headers = {"Accept": "application/json"}
    told = json.loads(line.post("/ivr", headers, slip=out.slips[0], lang="en").body)
    assert (told["state"], told["slips"], told["incident"]) == ("stopped", [out.slips[0]], 1)
    assert told["say"].startswith("It is stopped.")
    assert json.loads(line.post("/ivr", headers, slip="123456").body)["state"] == "misread"


def test_a_misread_number_is_asked_for_again_and_nobody_is_hung_up_on(line: Line, out: Town) -> None:
    for slip in ("123456", "12", "", next(slip for slip in others(9) if slip not in out.slips)):
        root = heard(line.post("/ivr", slip=slip, lang="en"))
        assert [each.get("name") for each in root.iter(f"{VXML}field")] == ["slip", "sure"]


def test_in_a_storm_the_telephone_asks_for_a_number(out: Town) -> None:
    line = Line(out, tight(rates={Kind.ALONE: Rate(0, 0)}))
    try:
        root = heard(line.post("/ivr", slip=out.slips[0], lang="en"))
        (submit,) = root.iter(f"{VXML}submit")
        assert submit.get("namelist") == "slip lang call_back"
        said = "".join(heard(line.post("/ivr", slip=out.slips[0], lang="en", call_back="0901")).itertext())
    finally:
        line.desk.stop()
    assert "will call you back" in said


def test_nothing_of_a_report_is_logged(out: Town, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        form = words_form(line.post("/lost", slip=out.slips[0], lang="en"))
        line.post("/lost-words", **form, words="黒いかばん")
    assert out.slips[0] not in caplog.text
    assert "かばん" not in caplog.text
