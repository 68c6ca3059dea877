"""From the call to the drafts: every command a process of its own, on a city's office, and on a loss of three people.

    python benchmarks/loss.py --people 460517 --folder /var/tmp

The city is the demo's: two sticks are out, one is lost at three in the morning. Each command is a new process with nothing in
memory, run under the case's clock. Wall time is from the start of the process; "stopped" is when it says so. CPU seconds are the
process's, user and system. The ordinary stick with all six tables is a second office (``loss from-files``), for what was sealed
holds less than that.

A person's time is the keystroke-level model (Card, Moran & Newell, CACM 23(7), 1980): 0.28 s a key for an average typist, 1.35 s to
make up one's mind before each command and each value that is typed; with 30 s of reading for every paper that goes out, which is
ours. Waiting for the machine is added.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from invented_office import EVENING, make_town
from sekisho.clock import to_text
from sekisho.demo.rehearsed import city_stage

KEY, MIND, READING = 0.28, 1.35, 30.0
NIGHT = EVENING + timedelta(hours=10)
PROGRAM = """import sys
from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.clock import ManualClock, from_text
sys.exit(run(sys.argv[2:], Session(language="en", clock=ManualClock(from_text(sys.argv[1])))))"""
STOPPED = "Releases are stopped"
TABLES = ("register", "resident_tax", "benefit_r3", "benefit_r4", "welfare_account", "child_allowance_account")
SETTINGS = """body = "private"
[contact]
unit = "お客様相談室"
phone = "06-0123-0617"
senders = ["06-0123-0617"]
"""


@dataclass(frozen=True)
class Ran:
    """A command that ran.

    Attributes:
        wall: seconds until it ended.
        cpu: seconds.
        stopped: seconds until it said that releases are stopped.
        out: what it printed.
    """

    wall: float
    cpu: float
    stopped: float
    out: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=460_517)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))  # noqa: S108 - a disk, not memory
    arguments = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        city(Path(name), arguments.people)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        three_people(Path(name))


def city(folder: Path, people: int) -> None:
    """Lose a stick of a city."""
    with city_stage(folder, people=people, language="en") as (office, slip):
        home = office.home.root
    lost = shown("lost SLIP --out (stopped, signed answer)", home, "lost", slip, "--out", folder / "evidence")
    print(f"    stopped after {lost.stopped:.2f} s; target 1 s")
    begin = time.perf_counter()
    verify = [sys.executable, "-I", "-S", str(folder / "evidence" / "verify.py"), str(folder / "evidence")]
    subprocess.run(verify, check=True, capture_output=True)
    print(f"{'verify.py, by an outsider':<58} {time.perf_counter() - begin:7.2f} s")
    shown("who SLIP (what was sealed)", home, "who", slip)
    shown("loss declare (clocks)", home, "loss", "declare", "1")
    shown("loss clocks 1", home, "loss", "clocks", "1")
    shown(
        "loss draft --out (all, ja en ja-plain)", home, "loss", "draft", "--incident", "1", "--out", folder / "drafts"
    )
    print(f"    {sum(1 for _ in (folder / 'drafts').iterdir())} drafts; clocks and drafts: target 120 s")
    files = [folder / "city" / f"{table}.csv" for table in TABLES]
    whose = ("--office", "汐見市", "--phone", "06-0123-0617", "--body", "public")
    shown("loss from-files, 6 tables (people, clocks, drafts)", folder / "plain", "loss", "from-files", *files, "--out",
          folder / "papers", *whose)  # fmt: skip
    shown("loss segments (people x kinds, 6 tables)", folder / "plain", "loss", "segments", "1")
    print("    people x kinds: target 10 s")


def three_people(folder: Path) -> None:
    """Lose a stick with three people, and count what a person does."""
    town = make_town(folder / "town")
    (slip,) = town.sealed("USB-1")
    town.carry(slip, "officer", "carrier")
    town.leave()
    (town.home / "incident.toml").write_text(SETTINGS, encoding="utf-8")
    said = ["place=駅の改札", "cause=鞄の置き忘れ", "circumstances=電車を降りて気づいた", "theft_possible=yes"]
    session: list[tuple[list[str], int]] = [
        (["lost", slip, "--out", "evidence"], 1),
        (["loss", "declare"], 1),
        (["loss", "state", *said, "--source", "holder"], len(said)),
        (["loss", "draft", "--out", "drafts"], 1),
        (["loss", "clocks"], 1),
    ]
    keys = minds = 0
    waited = 0.0
    for command, values in session:
        keys += len(" ".join(("sekisho", *command))) + 1
        minds += values + 1
        where = [str(folder / word) if word in {"evidence", "drafts"} else word for word in command]
        waited += ran(town.home, *where).wall
    papers = 2  # the preliminary report and the letter
    typing, thinking, reading = keys * KEY, minds * MIND, papers * READING
    total = typing + thinking + reading + waited
    print(f"three people: {len(session)} commands, {keys} keys ({typing:.0f} s), {minds} decisions ({thinking:.0f} s),")
    print(f"    {papers} papers read ({reading:.0f} s), waited {waited:.0f} s: {total:.0f} s of a person; target 300 s")


def shown(what: str, home: Path, *command: object) -> Ran:
    """Run a command and print how long it took."""
    done = ran(home, *command)
    print(f"{what:<58} {done.wall:7.2f} s {done.cpu:7.2f} CPU s")
    return done


def ran(home: Path, *command: object) -> Ran:
    """Run a command as a process of its own."""
    words = [str(word) for word in command]
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    stopped, errors = 0.0, list[str]()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, to_text(NIGHT), *words, "--home", str(home)],
            stdout=out, stderr=subprocess.PIPE, text=True,
        ) as process,
    ):  # fmt: skip
        for line in process.stderr or ():
            errors.append(line)
            if STOPPED in line and not stopped:
                stopped = time.perf_counter() - begin
        code = process.wait()
        out.seek(0)
        printed = out.read()
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in {0, 1}:
        raise SystemExit(f"{' '.join(words)}: exit code {code}\n{''.join(errors)}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(wall, cpu, stopped, printed)


if __name__ == "__main__":
    main()
