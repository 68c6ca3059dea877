"""Hashing and proving in a large ledger, beside hashlib and pymerkle, for ``benchmarks/ledger.py``."""

import random
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from ledger_bench import BODY, LEDGER, connect, make_ledger, measured
from sekisho.ledger import store
from sekisho.ledger.audit import audit
from sekisho.ledger.export import export_bundle
from sekisho.ledger.merkle import CompactRange, consistency_path, inclusion_path, leaf_hash, root_of
from sekisho.ledger.proof import Proof
from sekisho.ledger.writer import Ledger
from sekisho.sql import Connection

PEER_ENTRIES = 1_000_000
PAGE = 65_536


def body(index: int) -> bytes:
    """Return an entry of its own, as long as an event."""
    return BODY.replace(b"0" * 64, b"%064d" % index)


def rehash(folder: Path, *, entries: int = 200_000) -> None:
    """Time the whole tree made anew, an export and its audit."""
    bodies = [body(index) for index in range(entries)]
    with measured() as twice:
        for each in bodies:
            sha256(b"\x00" + each).digest()
            sha256(b"\x01" + bytes(64)).digest()
    with measured() as ours:
        root_of(map(leaf_hash, bodies))
    print(f"{entries:,} entries hashed anew, entries a CPU second")
    print(f"  two SHA-256 an entry {entries / twice[1]:10,.0f}   root {entries / ours[1]:10,.0f}", end="   ")
    print(f"ratio {twice[1] / ours[1]:.2f}\n")
    ledger = make_ledger(folder / "export", connect(folder / "export.db", "".join(LEDGER)))
    for _ in range(20):
        with ledger.transaction() as tx:
            for _ in range(5000):
                tx.append("copy.released", copy="C-1", fields={"sealed": "0" * 64})
    with measured() as exporting:
        export_bundle(ledger, folder / "bundle")
    with measured() as auditing:
        sound = audit(folder / "bundle", key=ledger.key).sound
    print(f"a ledger of {ledger.checkpoint().size:,} entries under {len(ledger.signed_sizes())} checkpoints, CPU")
    print(f"  export {exporting[1]:.2f} s   audit {auditing[1]:.2f} s, {'sound' if sound else 'NOT SOUND'}\n")


def proofs(folder: Path, *, entries: int, count: int = 500) -> None:
    """Fill a ledger, then time proofs at random places, ours and pymerkle's."""
    connection = connect(folder / "large.db", "".join(LEDGER))
    ledger = make_ledger(folder / "large", connection)
    fill(connection, entries)
    ledger.publish()
    places = random.Random(1).sample(range(1, entries), count)
    entry, proof = body(1), Proof.parse(ledger.proof(1))
    ways: dict[str, Callable[[int], object]] = {
        "inclusion path": lambda place: hashes(connection, inclusion_path(place, entries)),
        "consistency path": lambda place: hashes(connection, consistency_path(place, entries)),
        "proof, verified before it is given": ledger.proof,
        "verifying it": lambda _: proof.verify(entry=entry, key=ledger.key),
    }
    costs = {name: cpu_of(way, places) for name, way in ways.items()}
    print(f"a ledger of {entries:,} entries, CPU of one, mean of {count}; a proof has {len(proof.text())} bytes")
    for name, cost in costs.items():
        print(f"  {name:36} {cost * 1e3:9.3f} ms")
    wrong = sum(not is_right(ledger, place) for place in places)
    print(f"  {'of which wrong':36} {wrong:9}")
    connection.close()
    peer(folder, costs["inclusion path"], places=[place % PEER_ENTRIES for place in places[:100]])


def peer(folder: Path, ours: float, *, places: list[int]) -> None:
    """Time pymerkle's proofs, as it is installed and without what it keeps in memory."""
    try:
        from pymerkle import SqliteTree  # noqa: PLC0415 - a peer, in no lock of ours
    except ImportError:
        print("  pymerkle is not here: pip install pymerkle")
        return
    path = str(folder / "peer.db")
    with SqliteTree(path) as tree:
        tree.append_entries(body(index) for index in range(PEER_ENTRIES))
    print(f"pymerkle SqliteTree of {PEER_ENTRIES:,} entries, CPU of one, against our inclusion path above")
    for name, options, asked in (
        ("first after opening", {}, places[:1]),
        ("mean of 100 after opening", {}, places),
        ("mean of 5 without its cache", {"disable_cache": True}, places[:5]),
    ):
        with SqliteTree(path, **options) as tree:
            with measured() as cost:
                for place in asked:
                    tree.prove_inclusion(place + 1)
            each = cost[1] / len(asked)
        print(f"  {name:36} {each * 1e3:9.3f} ms   ours is 1/{each / ours:.0f}")


def fill(connection: Connection, entries: int) -> None:
    """Put so many entries in, in larger steps than a ledger is written in, with the tree that it would have."""
    tree = CompactRange()
    for start in range(0, entries, PAGE):
        connection.execute("BEGIN IMMEDIATE")
        rows = list(_rows(tree, range(start, min(start + PAGE, entries))))
        connection.executemany("INSERT INTO entry (idx, leaf, body) VALUES (?, ?, ?)", rows)  # type: ignore[attr-defined]
        connection.execute("UPDATE head SET size = ?, peaks = ?", (tree.size, b"".join(tree.peaks)))
        connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    store.complete(connection)
    connection.execute("COMMIT")


def _rows(tree: CompactRange, indexes: range) -> Iterator[tuple[int, bytes, bytes]]:
    for index in indexes:
        entry = body(index)
        leaf = leaf_hash(entry)
        tree.append(leaf)
        yield index, leaf, entry


def hashes(connection: Connection, path: list[range]) -> list[bytes]:
    """Return the hashes of a path."""
    return [store.subtree(connection, part) for part in path]


def is_right(ledger: Ledger, place: int) -> bool:
    """Tell whether a proof leads from the entry that we put there to the signed root."""
    return Proof.parse(ledger.proof(place)).verify(entry=body(place), key=ledger.key) is not None


def cpu_of(way: Callable[[int], object], places: list[int]) -> float:
    """Return the CPU seconds of one."""
    with measured() as cost:
        for place in places:
            way(place)
    return cost[1] / len(places)
