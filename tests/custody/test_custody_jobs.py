"""Jobs are done at least once and by one worker at a time, on the file and on a server, whoever is killed."""

import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database_servers import fresh_postgresql, postgresql
from sekisho.custody import jobs
from sekisho.custody.jobs import LEASE, MOST_TRIES, Job
from sekisho.sql import Connection
from sekisho.store.database import create_database, open_database
from sekisho.store.postgresql import create_postgresql, open_postgresql

NOON = datetime(2022, 6, 21, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Connect = Callable[[], Connection]


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Connect:
    """What opens a connection to one database with nothing in it but the tables of jobs."""
    migrations = [jobs.SCHEMA_3]
    if request.param == "sqlite":
        path = tmp_path / "jobs.db"
        create_database(path, migrations).close()
        return lambda: open_database(path, migrations)
    address = fresh_postgresql(request.getfixturevalue("server"), token_hex(8))
    create_postgresql(address, migrations).close()
    return lambda: open_postgresql(address, migrations)


@pytest.fixture
def connection(connect: Connect) -> Iterator[Connection]:
    with closing(connect()) as opened:
        yield opened


def queue(connection: Connection, *keys: str, kind: str = "send/mail", due: datetime = NOON) -> None:
    for key in keys:
        jobs.enqueue(connection, kind, key=key, payload={"alarm": 1}, due=due)


def claimed(connection: Connection, worker: str = "a", now: datetime = NOON, without: Sequence[str] = ()) -> Job:
    job = jobs.claim(connection, worker=worker, now=now, without=without)
    assert job is not None
    return job


def test_a_key_is_queued_once(connection: Connection) -> None:
    queue(connection, "one", "one")
    jobs.finish(connection, claimed(connection), worker="a", now=NOON)
    queue(connection, "one")
    assert jobs.claim(connection, worker="a", now=NOON) is None


def test_the_oldest_that_is_due_comes_first_and_none_before_its_time(connection: Connection) -> None:
    queue(connection, "later", due=NOON + SECOND)
    queue(connection, "first", "second")
    assert [claimed(connection).key, claimed(connection).key] == ["first", "second"]
    assert jobs.claim(connection, worker="a", now=NOON) is None
    assert claimed(connection, now=NOON + SECOND).key == "later"


def test_kinds_can_be_left_alone(connection: Connection) -> None:
    queue(connection, "mail")
    queue(connection, "hook", kind="send/hook")
    assert claimed(connection, without=["send/mail"]).key == "hook"


def test_nobody_else_gets_what_somebody_holds_until_the_lease_runs_out(connection: Connection) -> None:
    queue(connection, "one")
    first = claimed(connection, "a")
    assert jobs.claim(connection, worker="b", now=NOON + LEASE - SECOND) is None
    second = claimed(connection, "b", NOON + LEASE)
    assert (second.key, second.tries) == (first.key, 2)
    assert not jobs.finish(connection, first, worker="a", now=NOON + LEASE)
    assert jobs.finish(connection, second, worker="b", now=NOON + LEASE)


def test_a_worker_that_slept_through_its_lease_does_not_settle_its_later_claim(connection: Connection) -> None:
    queue(connection, "one")
    old = claimed(connection)
    claimed(connection, now=NOON + LEASE)
    assert not jobs.finish(connection, old, worker="a", now=NOON + LEASE)


def test_what_fails_waits_twice_as_long_each_time_and_dies_in_the_end(connection: Connection) -> None:
    queue(connection, "one")
    now, waits = NOON, list[timedelta]()
    for number in range(1, MOST_TRIES + 1):
        job = claimed(connection, now=now)
        dead = jobs.fail(connection, job, worker="a", now=now, fault="no_answer")
        assert dead is (number == MOST_TRIES)
        if not dead:
            (left,) = jobs.waiting(connection)
            waits.append(left.due - now)
            now = left.due
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert max(waits) == timedelta(hours=1)
    assert timedelta(hours=4) < now - NOON < timedelta(hours=6)
    (job,) = jobs.dead(connection)
    assert (job.key, job.fault) == ("one", "no_answer")
    jobs.bury(connection, job, now=now)
    assert jobs.dead(connection) == []


def test_what_is_of_no_use_is_not_tried_again(connection: Connection) -> None:
    queue(connection, "one")
    assert jobs.fail(connection, claimed(connection), worker="a", now=NOON, fault="status_410", final=True)
    assert jobs.claim(connection, worker="a", now=NOON + timedelta(days=9)) is None


def test_a_job_on_which_everybody_dies_does_not_go_on_for_ever(connection: Connection) -> None:
    """Whoever claims it is killed, each time: no `fail` is ever called."""
    queue(connection, "poison")
    now = NOON
    for _ in range(MOST_TRIES):
        claimed(connection, now=now)
        now += LEASE
    assert jobs.claim(connection, worker="a", now=now) is None
    assert [job.key for job in jobs.dead(connection)] == ["poison"]


def test_what_is_queued_in_a_transaction_that_fails_is_not_there(connection: Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    queue(connection, "one")
    connection.execute("ROLLBACK")
    assert jobs.claim(connection, worker="a", now=NOON) is None


def test_a_heartbeat_is_the_last_one(connection: Connection) -> None:
    assert jobs.last_beat(connection, "alarm") is None
    jobs.beat(connection, "alarm", NOON)
    jobs.beat(connection, "alarm", NOON + SECOND)
    assert jobs.last_beat(connection, "alarm") == NOON + SECOND


def test_workers_at_once_do_each_job_once_and_never_together(connect: Connect) -> None:
    """Four of them, thirty jobs: whoever sends writes down when it begins and ends."""
    keys = [f"job-{number}" for number in range(30)]
    with closing(connect()) as connection:
        queue(connection, *keys)
    log, faults = list[tuple[str, str]](), list[BaseException]()
    begin = threading.Barrier(4)

    def work(name: str) -> None:
        try:
            with closing(connect()) as connection:
                begin.wait()
                while job := jobs.claim(connection, worker=name, now=NOON):
                    log.append((job.key, "begins"))
                    log.append((job.key, "ends"))
                    assert jobs.finish(connection, job, worker=name, now=NOON)
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(log) == sorted((key, what) for key in keys for what in ("begins", "ends"))


def test_a_worker_killed_at_any_point_leaves_every_job_to_be_done(connect: Connect, tmp_path: Path) -> None:
    """SIGKILL after the claim, after the sending, after the finish: at least once each, twice only where it was sent before."""
    sent = tmp_path / "sent"
    points = ["claimed", "sent", "finished", ""]
    with closing(connect()) as connection:
        queue(connection, *points[:3])
    now = NOON
    for point in points:
        child = os.fork()
        if child == 0:
            _work_until(connect(), point, sent, now)
        os.waitpid(child, 0)
        now += LEASE
    assert sorted(sent.read_text().split()) == ["claimed", "finished", "sent", "sent"]


def _work_until(connection: Connection, point: str, sent: Path, now: datetime) -> None:
    """Work, and die at a point of the job that is called so."""

    def at(job: Job, here: str) -> None:
        if job.key == point == here:
            os.kill(os.getpid(), signal.SIGKILL)

    while job := jobs.claim(connection, worker=str(os.getpid()), now=now):
        at(job, "claimed")
        with sent.open("a") as file:
            file.write(f"{job.key}\n")
        at(job, "sent")
        jobs.finish(connection, job, worker=str(os.getpid()), now=now)
        at(job, "finished")
    os._exit(0)


STEPS = st.one_of(
    st.tuples(st.just("queue"), st.sampled_from("xyz")),
    st.tuples(st.sampled_from(["claim", "finish", "fail"]), st.sampled_from("ab")),
    st.tuples(st.just("wait"), st.sampled_from([1, 40, 299, 300])),
)


def no_key_is_held_twice(connection: Connection, steps: list[tuple[str, str | int]]) -> None:
    """Do the steps; a claim is refused exactly while another one holds the key, and what is done stays done."""
    now, held, done = NOON, dict[str, tuple[str, Job, datetime]](), set[str]()
    for step, value in steps:
        match step, value:
            case "queue", str(key):
                queue(connection, key, due=now)
            case "wait", int(seconds):
                now += timedelta(seconds=seconds)
            case "claim", str(worker):
                if job := jobs.claim(connection, worker=worker, now=now):
                    assert job.key not in done
                    assert job.key not in held or held[job.key][2] <= now
                    held[job.key] = (worker, job, now + LEASE)
            case _, str(worker):
                mine = {key: each for key, each in held.items() if each[0] == worker}
                for key, (_, job, until) in mine.items():
                    del held[key]
                    if step == "fail":
                        jobs.fail(connection, job, worker=worker, now=now, fault="x")
                    else:
                        finished = jobs.finish(connection, job, worker=worker, now=now)
                        assert finished or until <= now
                        done |= {key} if finished else set()


@given(steps=st.lists(STEPS, max_size=40))
@settings(max_examples=60)
def test_no_key_is_held_twice_whatever_happens(steps: list[tuple[str, str | int]]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(jobs.SCHEMA_3)
        no_key_is_held_twice(connection, steps)


@given(steps=st.lists(STEPS, min_size=10, max_size=40))
@settings(max_examples=8)
def test_nor_on_a_server(server: Path, steps: list[tuple[str, str | int]]) -> None:
    address = fresh_postgresql(server, token_hex(8))
    with closing(create_postgresql(address, [jobs.SCHEMA_3])) as connection:
        no_key_is_held_twice(connection, steps)
