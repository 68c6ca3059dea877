"""Alarms leave: to a real mail server and a real receiver of webhooks, each once or more, and never because of a name or an answer."""

import base64
import hmac
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from alarm_receivers import Received, certificate, mail_server, web_server
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from invented_office import Town, register_text, signing_key
from sekisho.custody import jobs
from sekisho.custody.alarm_sending import Round, run_round, send_test, watch
from sekisho.custody.alarm_status import alarm_status
from sekisho.custody.alarming import acknowledge, alarm_settings
from sekisho.custody.offering import offer
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Unreadable

pytest_plugins = ("office_fixtures",)

SECRET, SEED = bytes(range(32)), bytes(range(1, 33))
MIDNIGHT = timedelta(hours=7)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def mails(pem: Path) -> Iterator[Received]:
    with mail_server(pem, word="correct horse") as got:
        yield got


@pytest.fixture
def posts(pem: Path) -> Iterator[Received]:
    with web_server(pem) as got:
        yield got


def secret(town: Town, name: str, text: str) -> str:
    path = town.home / "keys" / name
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return f"keys/{name}"


def with_mail(town: Town, got: Received, pem: Path) -> str:
    return (
        '[[channel]]\nname = "mail"\nsender = "mail"\n[channel.options]\nhost = "localhost"\nuser = "city"\n'
        f'port = {got.port}\nfrom = "alarm@city.example"\nca_file = "{pem}"\n'
        f'password_file = "{secret(town, "mail.password", "correct horse")}"\n'
    )


def with_webhook(town: Town, got: Received, pem: Path, name: str = "siem") -> str:
    return (
        f'[[channel]]\nname = "{name}"\nsender = "webhook"\n[channel.options]\nprivate = true\nca_file = "{pem}"\n'
        f'url = "https://localhost:{got.port}/hook?office=1"\n'
        f'secret_file = "{secret(town, "hook.secret", f"whsec_{base64.b64encode(SECRET).decode()}")}"\n'
        f'key_file = "{secret(town, "hook.key", f"whsk_{base64.b64encode(SEED).decode()}")}"\n'
    )


def with_ping(town: Town, got: Received, pem: Path) -> str:
    url = secret(town, "ping.url", f"https://localhost:{got.port}/ping")
    options = f'url_file = "{url}"\nprivate = true\nca_file = "{pem}"\n'
    return f'[[channel]]\nname = "dead-man"\nsender = "ping"\n[channel.options]\n{options}'


def settle(town: Town, *channels: str) -> None:
    """Write the settings, and give everybody an address."""
    town.write("home/alarms.toml", "".join(channels))
    lines = []
    for line in register_text().splitlines():
        lines.append(line)
        if line.startswith("roles = "):
            person = lines[-4].split('"')[1]
            lines.append(f'email = "{person}@city.example"')
    town.learn("\n".join(lines))


def test_at_ten_four_people_have_mail_and_the_webhook_is_signed(
    out: Town, mails: Received, posts: Received, pem: Path
) -> None:
    """End to end: a real server under STARTTLS with a password, a real receiver that checks both signatures."""
    settle(out, with_mail(out, mails, pem), with_webhook(out, posts, pem))
    run_round(out.office)
    out.clock.advance(MIDNIGHT + timedelta(hours=1))
    done = run_round(out.office)
    assert done.faults == ()
    assert done.sent == len(mails.mails) + len(posts.posts)
    late = [str(mail["To"]) for mail in mails.mails if "消去がまだです" in str(mail["Subject"])]
    assert {to.partition("@")[0] for to in late} == {"carrier", "supervisor", "officer", "security"}
    assert all(mails.secured)
    assert set(mails.logins) == {"city"}
    assert len(posts.posts) == len(out.leaves("alarm.fired"))
    for post in posts.posts:
        signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
        shared, own = (each.partition(",") for each in post.headers["webhook-signature"].split())
        assert hmac.compare_digest(base64.b64decode(shared[2]), hmac.digest(SECRET, signed, "sha256"))
        key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
        key.verify(base64.b64decode(own[2]), signed)
        assert (shared[0], own[0]) == ("v1", "v1a")
    run_round(out.office)
    assert len(posts.posts) == len(out.leaves("alarm.fired"))


def test_what_leaves_holds_slips_and_ids_and_nobody_but_who_it_goes_to(
    out: Town, mails: Received, posts: Received, pem: Path
) -> None:
    settle(out, with_mail(out, mails, pem), with_webhook(out, posts, pem))
    out.clock.advance(MIDNIGHT + timedelta(hours=1))
    run_round(out.office)
    people = ("officer", "carrier", "supervisor", "security", "chief")
    for mail in mails.mails:
        addressee = str(mail["To"]).partition("@")[0]
        text = mail.get_content() + str(mail["Subject"])
        assert not [name for name in people if f"{name}さん" in text or f"{name}@" in text]
        assert not [name for name in people if name != addressee and f"{name}@" in mail.as_string()]
        assert any(slip in text for slip in out.slips)
    for post in posts.posts:
        event = post.document
        assert not [name for name in people if name in str(event).replace(event["data"]["rung"], "")]
        assert event["tlogorigin"] == "city.example/ledger"
        assert out.office.ledger.proof(int(event["tlogindex"]))


def test_a_server_that_puts_off_gets_the_same_mail_again(out: Town, pem: Path) -> None:
    with mail_server(pem, word="correct horse", greylist=2) as got:
        settle(out, with_mail(out, got, pem))
        out.clock.advance(MIDNIGHT - timedelta(hours=2))
        first = run_round(out.office)
        assert [fault.fault for fault in first.faults] == ["smtp_451"]
        for _ in range(20):
            out.clock.advance(timedelta(seconds=30))
            run_round(out.office)
        assert len(got.mails) == len({str(mail["Message-ID"]) for mail in got.mails}) == 2
    assert jobs.waiting(out.office.ledger.connection) == []


def test_a_server_that_speaks_tls_from_the_first_byte(out: Town, pem: Path) -> None:
    with mail_server(pem, word="correct horse", implicit=True) as got:
        settle(out, with_mail(out, got, pem).replace("port =", 'security = "tls"\nport ='))
        (sent,) = send_test(out.office, alarm_settings(out.office), to=["security"])
        assert (sent[2], got.secured, got.logins) == ("", [True], ["city"])


def test_a_relay_without_tls_is_told_no_password(out: Town, pem: Path) -> None:
    with mail_server(pem) as got:
        plain = with_mail(out, got, pem).replace("port =", 'security = "none"\nport =')
        settle(out, plain)
        (refused,) = send_test(out.office, alarm_settings(out.office), to=["security"])
        assert (refused[2], got.mails) == ("bad_channel", [])
        settle(out, "".join(line for line in plain.splitlines(keepends=True) if not line.startswith(("user", "pass"))))
        (sent,) = send_test(out.office, alarm_settings(out.office), to=["security"])
        assert (sent[2], got.secured, got.logins) == ("", [False], [])


def test_a_wrong_password_or_certificate_is_told_and_tried_again(
    out: Town, mails: Received, pem: Path, tmp_path: Path
) -> None:
    settle(out, with_mail(out, mails, pem))
    secret(out, "mail.password", "wrong")
    out.clock.advance(MIDNIGHT)
    assert [fault.fault for fault in run_round(out.office).faults] == ["smtp_535"]
    settle(out, with_mail(out, mails, certificate(tmp_path)))
    out.clock.advance(timedelta(minutes=5))
    assert [fault.fault for fault in run_round(out.office).faults] == ["certificate"]
    settle(out, with_mail(out, mails, pem))
    out.clock.advance(timedelta(minutes=5))
    assert run_round(out.office).faults == ()
    assert mails.mails


def test_a_channel_that_fails_holds_up_no_other(out: Town, posts: Received, pem: Path) -> None:
    nowhere = Received(port=1)
    settle(out, with_mail(out, nowhere, pem), with_webhook(out, posts, pem))
    out.clock.advance(MIDNIGHT)
    done = run_round(out.office)
    assert [(fault.channel, fault.fault) for fault in done.faults] == [("mail", "no_answer")]
    assert len(posts.posts) == len(done.fired)


def test_a_channel_carries_nothing_below_its_rung(out: Town, posts: Received, pem: Path) -> None:
    settle(
        out, with_webhook(out, posts, pem).replace("[channel.options]", 'from_rung = "supervisor"\n[channel.options]')
    )
    out.clock.advance(MIDNIGHT)
    run_round(out.office)
    assert posts.posts == []
    out.clock.advance(timedelta(hours=1))
    run_round(out.office)
    assert {post.document["data"]["rung"] for post in posts.posts} == {"supervisor", "officer"}


def test_a_clock_set_back_holds_up_no_message(out: Town, posts: Received, pem: Path) -> None:
    settle(out, with_webhook(out, posts, pem))
    out.clock.advance(MIDNIGHT)
    run_round(out.office)
    count = len(posts.posts)
    out.clock.advance(timedelta(hours=1))
    posts.answers[:] = [503]
    run_round(out.office)
    out.clock.advance(timedelta(minutes=1))
    with out.office.ledger.transaction() as tx:
        tx.append("office.noted")
    out.clock.advance(timedelta(hours=-3))
    assert run_round(out.office).faults == ()
    assert len(posts.posts) == len(out.leaves("alarm.fired")) + 1 > count


def test_no_redirection_is_followed_and_what_is_gone_is_given_up(out: Town, posts: Received, pem: Path) -> None:
    settle(out, with_webhook(out, posts, pem))
    posts.answers[:] = [302, 410]
    out.clock.advance(MIDNIGHT)
    assert [fault.fault for fault in run_round(out.office).faults] == ["status_302"]
    assert [post.path for post in posts.posts] == ["/hook?office=1"]
    out.clock.advance(timedelta(minutes=5))
    done = run_round(out.office)
    assert [fault.fault for fault in done.faults] == ["status_410"]
    (dead,) = alarm_status(out.office, alarm_settings(out.office)).dead
    assert dead.fault == "status_410"
    acknowledge(out.office, int(dead.payload["alarm"]), key=signing_key("security"))
    assert alarm_status(out.office, alarm_settings(out.office)).dead == ()


def test_a_receiver_that_is_private_is_not_spoken_to_unless_that_is_said(out: Town, posts: Received, pem: Path) -> None:
    settle(out, with_webhook(out, posts, pem).replace("private = true\n", ""))
    out.clock.advance(MIDNIGHT)
    assert {fault.fault for fault in run_round(out.office).faults} == {"private_address"}
    assert posts.posts == []


def test_the_handle_is_held_only_while_all_is_well(out: Town, posts: Received, pem: Path) -> None:
    settle(out, with_ping(out, posts, pem))
    run_round(out.office)
    assert [post.path for post in posts.posts] == ["/ping"]
    settle(out, with_mail(out, Received(port=1), pem), with_ping(out, posts, pem))
    out.clock.advance(MIDNIGHT)
    run_round(out.office)
    assert len(posts.posts) == 1


def test_a_channel_that_means_nothing_is_told_and_its_alarms_are_kept(out: Town) -> None:
    settle(out, '[[channel]]\nname = "x"\nsender = "pigeon"\n[[channel]]\nname = "y"\nsender = "webhook"\n')
    out.clock.advance(MIDNIGHT)
    done = run_round(out.office)
    assert {(fault.channel, fault.fault) for fault in done.faults} == {("x", "no_sender"), ("y", "bad_channel")}
    assert len(jobs.waiting(out.office.ledger.connection)) == 2 * len(done.fired)


def test_a_secret_that_others_can_read_is_not_used(out: Town, posts: Received, pem: Path) -> None:
    settle(out, with_webhook(out, posts, pem))
    (out.home / "keys" / "hook.secret").chmod(0o644)
    out.clock.advance(MIDNIGHT)
    assert {fault.fault for fault in run_round(out.office).faults} == {"secret_open"}
    assert posts.posts == []


def test_a_test_goes_out_on_every_channel(out: Town, mails: Received, posts: Received, pem: Path) -> None:
    settle(out, with_mail(out, mails, pem), with_webhook(out, posts, pem), with_ping(out, posts, pem))
    size = out.size
    sent = list(send_test(out.office, alarm_settings(out.office), to=["security", "officer"]))
    assert [(channel.name, person, fault) for channel, person, fault in sent] == [
        ("mail", "security", ""),
        ("mail", "officer", ""),
        ("siem", "", ""),
        ("dead-man", "", ""),
    ]
    assert [post.path for post in posts.posts] == ["/hook?office=1", "/ping"]
    assert posts.posts[0].document["type"].endswith(".alarm.test")
    assert out.size == size


def test_what_becomes_due_is_told_within_a_minute(out: Town, posts: Received, pem: Path) -> None:
    """The rounds of `--every 60s` by a clock of their own: from any moment the next one is less than a minute away."""
    settle(out, with_webhook(out, posts, pem))
    out.clock.advance(MIDNIGHT - timedelta(hours=2, seconds=137))
    seconds = [0.0]

    def pause(wait: float) -> None:
        seconds[0] += wait
        out.clock.advance(timedelta(seconds=wait))

    rounds = watch(lambda: nullcontext(out.office), every=timedelta(seconds=60), pause=pause, now=lambda: seconds[0])
    for _ in range(6):
        next(rounds)
    for leaf in out.leaves("alarm.fired"):
        due = out.office.ledger.time().fromisoformat(str(leaf.fields["due"])) - timedelta(hours=2)
        assert timedelta(0) <= leaf.at - due < timedelta(seconds=60)
    assert len(posts.posts) == len(out.leaves("alarm.fired")) == 2


def test_a_server_that_is_away_for_a_while_stops_one_look_and_not_the_next(out: Town) -> None:
    """The office is opened anew after whatever stopped a look: an old connection stays dead."""
    away = [MediumError("store.server_away", address="x")]

    def opened() -> nullcontext[Office]:
        if away:
            raise away.pop()
        return nullcontext(out.office)

    waits: list[float] = []
    rounds = watch(opened, every=timedelta(seconds=60), pause=waits.append, now=lambda: 0.0)
    assert isinstance(next(rounds), MediumError)
    out.write("home/alarms.toml", "[calendar")
    assert isinstance(next(rounds), Unreadable)
    out.write("home/alarms.toml", "")
    assert isinstance(next(rounds), Round)
    assert waits == [60.0, 60.0]


def test_a_round_ends_offers_and_finishes_destructions(out: Town) -> None:
    """An office that only watches opens itself once: what is begun later must not wait until it is started again."""
    slip, other = out.slips
    until = out.clock.now() + timedelta(hours=1)
    offer(out.office, slip, giver=signing_key("carrier"), to="supervisor", until=until)
    with out.office.ledger.transaction() as tx:
        out.office.destruction.begin(tx, out.cid(other), reason="lost", keys=[])
    out.clock.advance(timedelta(hours=1))
    done = run_round(out.office)
    assert done.unfinished is None
    assert out.office.destruction.unfinished() == set()
    assert (out.row(slip).copy.offer, len(out.leaves("copy.offer_expired"))) == (None, 1)
    assert "offer" in {leaf.fields["task"] for leaf in out.leaves("alarm.fired")}  # told before it ended


def test_a_destruction_that_is_held_up_is_told_and_holds_up_no_message(
    out: Town, posts: Received, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Office) -> None:
        raise MediumError("store.disk_failed", path="keys")

    settle(out, with_webhook(out, posts, pem), with_ping(out, posts, pem))
    monkeypatch.setattr(Office, "finish_destructions", away)
    out.clock.advance(MIDNIGHT)
    done = run_round(out.office)
    assert (done.unfinished.key if done.unfinished else "", done.sent) == ("store.disk_failed", len(done.fired))
    assert "/ping" not in {post.path for post in posts.posts}
