"""The hook, run by pre-commit itself; what it installs is what stands here, so that no network is needed."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from invented_tables import people, write_csv

from conftest import ROOT

_HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository of git with the hook."""
    (hook,) = _HOOKS
    program, *rest = hook["entry"].split()
    assert program == "sekisho"
    here = hook | {"language": "system", "entry": " ".join([sys.executable, "-m", program, *rest])}
    config = {"repos": [{"repo": "local", "hooks": [here]}]}
    project = tmp_path / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    _git(project, "init", "--quiet")
    _git(project, "add", ".pre-commit-config.yaml")
    return project


def _git(project: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=project, env=_environment(project), check=True, capture_output=True)


def _environment(project: Path) -> dict[str, str]:
    """Return an environment in which neither the user's git nor pre-commit's cache has a say."""
    own = {"HOME": str(project.parent), "PRE_COMMIT_HOME": str(project.parent / "cache"), "GIT_CONFIG_NOSYSTEM": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | own | {"LC_ALL": "C.UTF-8"}


def _run(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "sekisho", "--color", "never"],
        cwd=project,
        env=_environment(project),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_commit_with_personal_data_is_stopped(project: Path) -> None:
    write_csv(project / "住民.csv", people(30))
    _git(project, "add", ".")

    done = _run(project)

    assert done.returncode == 1, done.stderr
    assert "personal data (sekisho)" in done.stdout
    assert "exit code: 1" in done.stdout
    assert "My Number" in done.stdout


def test_what_is_staged_counts_not_what_lies_beside_it(project: Path) -> None:
    write_csv(project / "a.csv", people(30))
    _git(project, "add", ".")
    (project / "a.csv").write_text("品名,数\nねじ,3\n", encoding="utf-8")

    assert _run(project).returncode == 1


def test_other_commits_go_through(project: Path) -> None:
    (project / "parts.csv").write_text("品名,数\nねじ,3\nくぎ,5\n", encoding="utf-8")
    _git(project, "add", ".")

    done = _run(project)

    assert done.returncode == 0, done.stdout


def test_the_hook_itself_is_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
