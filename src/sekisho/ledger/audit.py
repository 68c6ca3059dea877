"""Auditing an export from inside the program: runs the very verifier that travels in the bundle.

One checker, so that the office and its auditor cannot get two answers. It is the copy that ships with this program,
started as a program of its own; what lies in the folder is data and is never run.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from sekisho.catalogue.words import Language
from sekisho.errors import NoKey, Unreadable
from sekisho.ledger.note import VerifierKey

_NO_EXPORT, _OTHER_KEY = 3, 4  # exit statuses of the verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the verifier said.

    Attributes:
        sound: everything fits.
        lines: its findings and its verdict, in the language asked for.
    """

    sound: bool
    lines: tuple[str, ...]


def audit(folder: Path, *, key: VerifierKey | None, seen: Sequence[Path] = (), language: Language = "en") -> Audit:
    """Check an exported ledger.

    Args:
        folder: the export.
        key: the log's published key; None takes the one in the folder, which shows only that the folder fits itself.
        seen: checkpoints of this log that were kept from before.
        language: of the findings.

    Raises:
        Unreadable: the folder is no exported ledger.
        NoKey: the key is not the one in the folder; nothing is said of what else is in it.
    """
    options = [f"--language={language}", *(f"--seen={checkpoint}" for checkpoint in seen)]
    if key is not None:
        options.append(f"--key={key}")
    with as_file(files("sekisho.ledger").joinpath("verifier.py")) as verifier:
        command = [sys.executable, "-I", "-S", "-X", "utf8", str(verifier), *options, "--", str(folder)]
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")  # noqa: S603 - our own file
    if done.returncode == _NO_EXPORT:
        raise Unreadable("ledger.not_an_export", path=folder)
    if done.returncode == _OTHER_KEY:
        raise NoKey("ledger.other_key", path=folder)
    return Audit(sound=done.returncode == 0, lines=tuple(done.stdout.splitlines()))
