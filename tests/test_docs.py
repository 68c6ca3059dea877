"""The documents are true: the tutorial runs, generated pages are current, links lead somewhere, words have their page."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, console_blocks
from sekisho.codes import checks, read_challenge_code

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
GENERATED = runpy.run_path(str(DOCS / "generate.py"))["pages"]()


def test_the_tutorial_runs_from_nothing_to_a_killed_capsule(tmp_path: Path) -> None:
    page = DOCS / "tutorial" / "first-capsule.md"
    script = "".join(console_blocks(page))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"set -u\n{script}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    shown = re.findall(r"^    (sekisho: .*)\n    (  → .*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [f"{what}\n{hint}" for what, hint in shown if f"{what}\n{hint}\n" not in done.stderr] == []
    assert len(shown) == 1
    assert "fault of Sekisho" not in done.stderr
    for seen in (
        "ワダ シゲル,＊＊＊＊378",
        "refused, exit code 3",
        "\nexit code 3",
        "evidence verifies",
        "found out",
        "resident_code,0000000578,1",
    ):
        assert seen in done.stdout, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_the_how_tos_of_cutting_run_on_a_town(tmp_path: Path) -> None:
    pages = [DOCS / "how-to" / name for name in ("cut-for-a-call-centre.md", "cut-for-a-mail-house.md")]
    commands = "".join(block for page in pages for block in console_blocks(page))
    script = re.sub(r"^ +\$ ", "", commands, flags=re.MULTILINE).replace("--city city", "--city city --quick")
    done = subprocess.run(
        ["bash", "-c", f"set -eu\n{script}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = [line.strip() for page in pages for line in page.read_text(encoding="utf-8").splitlines() if "\t" in line]
    said = [line.replace(" up to 90", "") for line in done.stdout.splitlines()]
    assert [line for line in shown if ".csv: " in line and line not in said] == []


def test_the_examples_of_age_run_as_they_stand(tmp_path: Path) -> None:
    page = (DOCS / "reference" / "age.md").read_text(encoding="utf-8")
    script = "".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    assert script.count("assert ") == 3
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    """`python docs/generate.py` writes them."""
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == GENERATED[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_slip_and_challenge_on_a_page_passes_its_own_check(page: Path) -> None:
    """Whoever tries what a page says must not be told that a digit was misread."""
    text = page.read_text(encoding="utf-8")
    for slip in re.findall(r"(?:capsule-|lost |who |found )(\d{6})\b", text):
        assert checks(slip), slip
    for challenge in re.findall(r"release \"([\d ]{20})\"", text):
        assert read_challenge_code(challenge)


def test_every_page_can_be_found_from_the_first_one() -> None:
    first = (DOCS / "README.md").read_text(encoding="utf-8") + (DOCS / "decisions" / "README.md").read_text(
        encoding="utf-8"
    )
    for page in DOCS.rglob("*.md"):
        assert page.name in first or page == DOCS / "README.md", page


def test_every_dependency_is_accounted_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    accounted = (DOCS / "dependencies.md").read_text(encoding="utf-8").lower()
    named = [*re.findall(r'^    "([a-z0-9-]+)>=', project, re.MULTILINE), "hatchling", "editables"]
    assert named
    for dependency in named:
        assert dependency in accounted, dependency


def test_locks_hold_versions_and_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        requirements = re.findall(r"^[a-z].*==", text, re.MULTILINE)
        assert len(requirements) > 10
        assert text.count("--hash=sha256:") >= len(requirements)
    packages = json.loads((ROOT / "opener" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert "://" not in json.dumps(packages)
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
