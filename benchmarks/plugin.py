"""What ``age-plugin-sekisho`` costs to open a small capsule: CPU milliseconds of its process, from start to file key.

    python benchmarks/plugin.py --rounds 9

A capsule's header is made for an X25519 and for a post-quantum recipient, and unwrapped as ``age`` would have it done: one
process a file, over the plugin protocol, with a release by telephone whose 48 digits are typed at once. Beside it what a bare
Python costs, and one that only imports the plugin. The least of so many rounds is printed.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.plugin_client import Dialogue, PluginIdentity
from sekisho.age.plugin_ipc import identity_text
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule import rel1
from sekisho.capsule.plugin import NAME, PluginKey, Route
from sekisho.codes import release_code

SHARE, FILE_KEY = os.urandom(16), os.urandom(16)
BINDING = rel1.Binding(os.urandom(16), os.urandom(16), os.urandom(8))
TYPING = Dialogue(message=lambda *_: True, confirm=lambda *_: True, secret=lambda *_: release_code(SHARE))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "age-plugin-sekisho"
        program.write_text(f"#!{sys.executable}\nfrom sekisho.cli.age_plugin import main\nmain()\n")
        program.chmod(0o755)
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        acts: dict[str, Callable[[], object]] = {
            "bare Python": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            "import": lambda: subprocess.run([sys.executable, "-c", "import sekisho.cli.age_plugin"], check=True),
            "X25519, by telephone": lambda: opened(X25519Identity.generate()),
            "post-quantum, by telephone": lambda: opened(HybridIdentity.generate()),
        }
        for name, act in acts.items():
            print(f"{name}: {min(cpu(act) for _ in range(rounds)):.0f} ms")


def opened(identity: X25519Identity | HybridIdentity) -> None:
    """Have the plugin open a header."""
    key = PluginKey(route=Route.VOICE, key=identity.to_secret_text())
    stanza = rel1.wrap(FILE_KEY, SHARE, BINDING, identity.recipient).to_stanza()
    if PluginIdentity.from_text(identity_text(NAME, key.encode()), dialogue=TYPING).unwrap([stanza]) != FILE_KEY:
        raise SystemExit("it did not open")


def cpu(act: Callable[[], object]) -> float:
    """Return the CPU milliseconds of the processes that something starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    main()
