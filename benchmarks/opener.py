"""A capsule opened in real browsers from ``file://``: seconds and memory, by digits and over a network, beside and inside.

    python benchmarks/opener.py --city FOLDER      a city made by `sekisho demo --city FOLDER`
    python benchmarks/opener.py --gigabytes 2      a large file, for its memory

Needs `npm ci` done in opener/, Debian's chromium and firefox-esr. The page holds the engine alone (opener/test/engine_page.ts):
no clicks are in the figures, and no rows are drawn. Opening is everything from the click to the last byte: the recipient's key
(post-quantum), the release, every chunk authenticated, the manifest's signature, every digest and check sum, every row counted.
The custodian is one of three lines in this process, so that what is measured is the browser. Memory is the sum over all of a
browser's processes of what they alone hold and their part of what they share (PSS), and what the largest of them has resident
(RSS), which is the page's; the highest that was seen every 50 ms.
"""

import argparse
import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef
from sekisho.capsule.opener import MOST_EMBEDDED, fill
from sekisho.capsule.payload import deflated
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, Sealed, seal
from sekisho.codes import release_code
from sekisho.custodian.boxes import seal_share
from sekisho.custodian.card import make_card
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof
from sekisho.signing.keys import SigningKey

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from browsers import NAMES, Browser, browser, cpu, largest, memory  # noqa: E402 - the tests' browsers, beside this folder

LOG = Ed25519PrivateKey.generate()
VKEY = VerifierKey.of(LOG, name="city.example/ledger")
SIGNER = SigningKey(Ed25519PrivateKey.generate())
OWNER = HybridIdentity.generate()
SHARE = os.urandom(16)
BINDING = Binding(os.urandom(16), os.urandom(16), hashlib.sha256(VKEY.public).digest()[:8])
TIME = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:{port}"


def main() -> None:
    """Seal, open in each browser in each way, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--city", type=Path, help="its folder")
    parser.add_argument("--table", default="register.csv", help="which of its tables")
    parser.add_argument("--gigabytes", type=float, help="of random bytes, beside the page only")
    parser.add_argument("--deflate", action="store_true", help="deflate the table")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--browser", choices=NAMES, action="append")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opener-benchmark-", dir=arguments.city) as name:
        folder = Path(name)
        content = arguments.city / arguments.table if arguments.city else _large(folder, arguments.gigabytes)
        sealed = _seal(content, folder / "capsule.age", deflate=arguments.deflate)
        print(
            f"{content.stat().st_size / 1e6:.1f} MB, sealed {sealed.size / 1e6:.1f} MB; {platform.machine()},", end=" "
        )
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")
        (folder / "key.txt").write_text(OWNER.to_secret_text() + "\n")
        with _custodian(sealed) as url:
            ways = _pages(folder, url, inside=sealed.size <= MOST_EMBEDDED)
            if not arguments.city:
                ways = {"beside, digits": ways["beside, digits"]}
            for browser_name in arguments.browser or NAMES:
                for way, (page, by_code) in ways.items():
                    for _ in range(arguments.rounds if arguments.city else 1):
                        print(
                            f"{browser_name:9}{way:18}{_measured(browser_name, page, folder, by_code=by_code)}",
                            flush=True,
                        )


def _measured(name: str, page: Path, folder: Path, *, by_code: bool) -> str:
    """Open once in a fresh browser."""
    with browser(name) as started:
        started.go(page.as_uri())
        idle = memory(started.pid)
        if page.name == "OPEN.html":
            started.choose("#capsule", folder / "capsule.age")
        started.choose("#key", folder / "key.txt")
        before = cpu(started.pid)
        with _watched(started) as peak:
            found = started.evaluate(f"attempt({json.dumps([release_code(SHARE)] if by_code else None)})")
        used = cpu(started.pid) - before
    told = " ".join(
        f"{key} {found.get(key)}" for key in ("load", "decode", "release", "open", "read", "all", "rows", "engine")
    )
    told += f" CPU {used:.1f}"
    return f"{told if 'all' in found else found}  peak {peak[0] / 1e6:.0f} MB, {idle / 1e6:.0f} before; page {peak[1] / 1e6:.0f} MB"


@contextmanager
def _watched(started: Browser) -> Iterator[list[int]]:
    """Give the highest memory that was seen, of all processes and of the largest."""
    peak, done = [0, 0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[:] = [max(peak[0], memory(started.pid)), max(peak[1], largest(started.pid))]

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _pages(folder: Path, url: str, *, inside: bool) -> dict[str, tuple[Path, bool]]:
    words = [shutil.which("node") or "", "build.mjs", str(folder), "test/engine_page.ts"]
    subprocess.run(words, cwd=_HERE.parent / "opener", check=True, stdout=subprocess.DEVNULL)
    built = (folder / "OPEN.html").read_bytes()
    relay = X25519PrivateKey.generate().public_key().public_bytes_raw()
    card = make_card(name="汐見市", phone="06-0123-0617", url=url, log=VKEY, signer=LOG, relay=relay).text
    beside, bearing = folder / "OPEN.html", folder / "capsule.html"
    beside.write_bytes(fill(card, url=url, page=built))
    ways = {"beside, online": (beside, False), "beside, digits": (beside, True)}
    if inside:
        bearing.write_bytes(fill(card, url=url, capsule=(folder / "capsule.age").read_bytes(), page=built))
        ways |= {"inside, online": (bearing, False), "inside, digits": (bearing, True)}
    return ways


def _large(folder: Path, gigabytes: float) -> Path:
    path = folder / "large.bin"
    block = os.urandom(1_000_000)
    with path.open("wb") as file:
        for _ in range(round(gigabytes * 1000)):
            file.write(block)
    return path


def _seal(content: Path, path: Path, *, deflate: bool) -> Sealed:
    size = content.stat().st_size
    with content.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    entry = deflated(content.name, _blocks(content))
    entry = entry if deflate else replace(entry, packed=None)
    manifest = Manifest(
        v=1, cid=BINDING.cid.hex(), slip="118488",
        purposes=[PurposeRef(id="benefit", title="給付金の案内", digest="aa" * 32)],
        controller="汐見市", recipient="コールセンター", carrier="再委託先",
        files=[File(name=content.name, form="table", size=size, sha256=digest.hexdigest(), rows=0)],
        fields=[FieldForm(file=content.name, name="番号", kind="record_id", form="token")],
        people=1, unresolved=0, index="bb" * 32,
        not_before="2022-06-21T08:00:00Z", not_after="2022-06-24T08:00:00Z", due="2022-06-24T09:00:00Z",
        max_opens=3, allow_save=True, sealed_at="2022-06-21T08:00:00Z", signer=SIGNER.public.line,
    )  # fmt: skip
    contents = [Content(entry, lambda: content.open("rb"))]
    with path.open("wb") as file:
        return seal(file, manifest, contents, [Lock(OWNER.recipient, BINDING, SHARE)], signer=SIGNER, time=TIME)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


@contextmanager
def _custodian(sealed: Sealed) -> Iterator[str]:
    """Answer every request with a release at once, proven in a log of one entry."""

    class Custodian(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(_released(base64.b64decode(body["request"]), sealed)).encode()
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "null")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Custodian) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ORIGIN.format(port=server.server_address[1])
        server.shutdown()


def _released(document: bytes, sealed: Sealed) -> dict[str, Any]:
    said = json.loads(document)
    asked = hashlib.sha256(document).hexdigest()
    leaf = json.dumps({"asked": asked, "copy": BINDING.cid.hex(), "type": "release.given", "v": 1}).encode()
    head = sign_head(TreeHead(origin=VKEY.name, size=1, root=leaf_hash(leaf)), LOG)
    box = seal_share(SHARE, suite=said["suite"], key=base64.b64decode(said["key"]), leaf=leaf_hash(leaf))
    return {
        "state": "released",
        "sealed": base64.b64encode(box).decode(),
        "leaf": base64.b64encode(leaf).decode(),
        "proof": Proof(index=0, hashes=(), checkpoint=head.note).text(),
        "capsule": sealed.sha256.hex(),
        "manifest": sealed.manifest_sha256.hex(),
    }


if __name__ == "__main__":
    main()
