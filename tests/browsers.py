"""Real browsers for the opener's tests: Debian's Chromium through Playwright, Debian's Firefox through WebDriver BiDi.

Both are driven in the same few words. Debian's Firefox is not the patched one that Playwright drives, and it has no
geckodriver; it speaks the W3C's own protocol over a WebSocket instead.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, Any, Protocol

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium")
FIREFOX = shutil.which("firefox-esr")
NAMES = ("chromium", "firefox")

_QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
_PREFERENCES = {
    "remote.active-protocols": 1,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/none",
    "toolkit.telemetry.enabled": False,
    "browser.startup.page": 0,
}


class Browser(Protocol):
    """A browser with one page.

    Attributes:
        name: chromium or firefox.
        pid: of its first process.
    """

    name: str
    pid: int

    def go(self, url: str) -> None:
        """Load a page and wait until it stands."""
        ...

    def evaluate(self, script: str) -> Any:
        """Return what an expression comes to, a promise's result if it is one, as JSON gives it."""
        ...

    def choose(self, selector: str, *files: Path) -> None:
        """Choose files in a file input, as a person does."""
        ...

    def click(self, selector: str) -> None:
        """Click an element, as a person does."""
        ...

    def type(self, selector: str, text: str) -> None:
        """Put text into a field, as a person does who pastes."""
        ...

    def screenshot(self, path: Path) -> None:
        """Keep a picture of the page."""
        ...


@contextmanager
def browser(name: str) -> Iterator[Browser]:
    """Start a browser of that name with a profile of its own; it ends with the ``with``."""
    start = _chromium if name == "chromium" else _firefox
    with (
        tempfile.TemporaryDirectory(prefix="opener-browser-", ignore_cleanup_errors=True) as profile,
        start(Path(profile)) as started,
    ):
        yield started


class _Chromium:
    name = "chromium"

    def __init__(self, page: Page, pid: int) -> None:
        self.page = page
        self.pid = pid

    def go(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(f"async () => ({script})")

    def choose(self, selector: str, *files: Path) -> None:
        self.page.set_input_files(selector, list(files))

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def type(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=path)


@contextmanager
def _chromium(profile: Path) -> Iterator[_Chromium]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=[*_QUIET, *sandbox], headless=True, accept_downloads=True
        )
        context.set_default_timeout(300_000)
        try:
            yield _Chromium(context.pages[0], _owner(profile))
        finally:
            context.close()


def _owner(profile: Path) -> int:
    """Return the process that was started with a profile."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if f"--user-data-dir={profile}" in words and not any(word.startswith("--type=") for word in words):
                return int(entry.name)
    return 0


class _Firefox:
    name = "firefox"

    def __init__(self, socket: ClientConnection, pid: int) -> None:
        self.pid = pid
        self._socket = socket
        self._ids = count(1)
        self._ask("session.new", {"capabilities": {}})
        self._context = self._ask("browsingContext.create", {"type": "tab"})["context"]

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})

    def evaluate(self, script: str) -> Any:
        wrapped = f"(async () => JSON.stringify((await ({script})) ?? null))()"
        return json.loads(self._run(wrapped)["value"])

    def choose(self, selector: str, *files: Path) -> None:
        element = {"sharedId": self._element(selector)}
        self._ask("input.setFiles", {"context": self._context, "element": element, "files": [str(f) for f in files]})

    def click(self, selector: str) -> None:
        origin = {"type": "element", "element": {"sharedId": self._element(selector)}}
        self._run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("input.performActions", {"context": self._context, "actions": [pointer]})

    def type(self, selector: str, text: str) -> None:
        self._run(f"document.querySelector({json.dumps(selector)}).select()")
        self.click(selector)
        self._run(f"document.querySelector({json.dumps(selector)}).select?.()")
        keys = [{"type": each, "value": letter} for letter in text for each in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keys", "actions": keys}]
        self._ask("input.performActions", {"context": self._context, "actions": actions})

    def screenshot(self, path: Path) -> None:
        shot = self._ask("browsingContext.captureScreenshot", {"context": self._context})
        path.write_bytes(base64.b64decode(shot["data"]))

    def _element(self, selector: str) -> str:
        return str(self._run(f"document.querySelector({json.dumps(selector)})")["sharedId"])

    def _run(self, expression: str) -> dict[str, Any]:
        target = {"context": self._context}
        answer = self._ask(
            "script.evaluate",
            {"expression": expression, "target": target, "awaitPromise": True, "userActivation": True},
        )
        if answer["type"] != "success":
            raise AssertionError(answer["exceptionDetails"]["text"])
        found: dict[str, Any] = answer["result"]
        return found

    def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=1800))
            if answer.get("id") == number:
                if answer["type"] != "success":
                    raise AssertionError(f"{method}: {answer['error']}: {answer['message']}")
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def _firefox(profile: Path) -> Iterator[_Firefox]:
    preferences = (f'user_pref("{name}", {json.dumps(value)});\n' for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(preferences), encoding="utf-8")
    words = [FIREFOX or "", "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            with connect(_address(process.stderr), max_size=None, proxy=None) as socket:
                yield _Firefox(socket, process.pid)
        finally:
            process.terminate()


def _address(said: IO[str] | None) -> str:
    for line in said or ():
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return f"{found[1]}/session"
    raise AssertionError("Firefox did not start")


def memory(pid: int) -> int:
    """Return the bytes that a process and all its children hold resident now, what they share counted once (PSS)."""
    return sum(_pss(each) for each in _family(pid))


def largest(pid: int) -> int:
    """Return the resident bytes of the largest of a process and all its children."""
    return max(_rss(each) for each in _family(pid))


def cpu(pid: int) -> float:
    """Return the CPU seconds that a process and all its children have used so far."""
    ticks = 0
    for each in _family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found, new = [pid], [pid]
    while new:
        new = [child for parent in new for child in parents.get(parent, [])]
        found += new
    return found


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
