"""The tree hashes, proves and verifies as RFC 6962 and RFC 9162 say, and refuses everything else."""

import json
from base64 import b64decode
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import LEDGER_VECTORS, OWN_LOG, own_entries

from sekisho.ledger import merkle

INCLUSION = sorted((LEDGER_VECTORS / "merkle/inclusion").rglob("*.json"))
CONSISTENCY = sorted((LEDGER_VECTORS / "merkle/consistency").rglob("*.json"))
SUBTREE_INCLUSION = sorted((LEDGER_VECTORS / "merkle/subtreeinclusion").rglob("*.json"))
SUBTREE_CONSISTENCY = sorted((LEDGER_VECTORS / "merkle/subtreeconsistency").rglob("*.json"))
EIGHT = json.loads((LEDGER_VECTORS / "merkle/rfc6962-eight-leaves.json").read_text(encoding="utf-8"))
OWN = json.loads((OWN_LOG / "expected.json").read_text(encoding="utf-8"))

leaf_lists = st.lists(st.binary(max_size=4).map(merkle.leaf_hash), min_size=1, max_size=70, unique=True)


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case | {"proof": [b64decode(each) for each in case["proof"] or []]}


def hashes(leaves: list[bytes], path: list[range]) -> list[bytes]:
    return [merkle.root_of(leaves[each.start : each.stop]) for each in path]


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 9162 §2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else merkle.EMPTY_ROOT
    split = max(1 << power for power in range(10) if 1 << power < len(leaves))
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def test_all_518_published_vectors_are_there() -> None:
    groups = (INCLUSION, CONSISTENCY, SUBTREE_INCLUSION, SUBTREE_CONSISTENCY)
    assert [len(group) for group in groups] == [98, 98, 204, 118]
    assert [sum(read(path)["wantErr"] for path in group) for group in groups] == [92, 92, 192, 106]


@pytest.mark.parametrize("path", INCLUSION, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_inclusion_proof(path: Path) -> None:
    case = read(path)
    proved = merkle.proves_inclusion(
        leaf=b64decode(case["leafHash"] or ""),
        index=case["leafIdx"],
        size=case["treeSize"],
        root=b64decode(case["root"] or ""),
        proof=case["proof"],
    )
    assert proved is not case["wantErr"]


@pytest.mark.parametrize("path", CONSISTENCY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_consistency_proof(path: Path) -> None:
    case = read(path)
    proved = merkle.proves_consistency(
        old=case["size1"],
        size=case["size2"],
        old_root=b64decode(case["root1"] or ""),
        root=b64decode(case["root2"] or ""),
        proof=case["proof"],
    )
    assert proved is not case["wantErr"]


@pytest.mark.parametrize("path", SUBTREE_INCLUSION, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_inclusion_proof_in_a_subtree(path: Path) -> None:
    case = read(path)
    proved = merkle.proves_inclusion_in_subtree(
        leaf=b64decode(case["leafHash"] or ""),
        index=case["leafIdx"],
        subtree=range(case["start"], case["end"]),
        root=b64decode(case["root"] or ""),
        proof=case["proof"],
    )
    assert proved is not case["wantErr"]


@pytest.mark.parametrize("path", SUBTREE_CONSISTENCY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_published_consistency_proof_of_a_subtree(path: Path) -> None:
    case = read(path)
    proved = merkle.proves_subtree(
        subtree=range(case["start"], case["end"]),
        size=case["size"],
        node=b64decode(case["root1"] or ""),
        root=b64decode(case["root2"] or ""),
        proof=case["proof"],
    )
    assert proved is not case["wantErr"]


def test_the_eight_leaves_give_the_published_nodes_and_roots() -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in EIGHT["leaf_inputs_hex"]]
    rows, expected = [leaves], EIGHT["node_hashes_hex_by_level"]
    while len(rows[-1]) > 1:
        rows.append([merkle.node_hash(a, b) for a, b in list(pairwise(rows[-1]))[::2]])
    assert [[node.hex() for node in row] for row in rows] == expected
    roots = [merkle.root_of(leaves[:size]).hex() for size in range(9)]
    assert roots == EIGHT["root_hex_by_size"]


def test_the_own_log_has_its_roots_and_peaks() -> None:
    tree = merkle.CompactRange()
    roots = {"0": tree.root().hex()}
    for entry in own_entries():
        tree.append(merkle.leaf_hash(entry))
        roots[str(tree.size)] = tree.root().hex()
    assert OWN["root_hex_by_size"].items() <= roots.items()
    assert [peak.hex() for peak in tree.peaks] == OWN["peaks_hex_at_300"]


@pytest.mark.parametrize("case", OWN["consistency"], ids=lambda case: f"{case['from']}-{case['to']}")
def test_the_own_log_has_its_consistency_proofs(case: dict[str, Any]) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in own_entries()]
    proof = hashes(leaves, merkle.consistency_path(case["from"], case["to"]))
    assert proof == [b64decode(each) for each in case["proof_b64"]]


@given(leaf_lists)
def test_appending_gives_the_root_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle.root_of(leaves) == by_definition(leaves)


@given(leaf_lists, st.data())
def test_every_inclusion_proof_verifies_and_no_other_place_does(leaves: list[bytes], data: st.DataObject) -> None:
    size, root = len(leaves), merkle.root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = hashes(leaves, merkle.inclusion_path(index, size))
    claim = {"leaf": leaves[index], "size": size, "root": root, "proof": proof}
    for other in range(size + 2):
        proved = merkle.proves_inclusion(index=other, **claim)  # type: ignore[arg-type] # mixed keywords
        assert proved is (other == index)


@given(leaf_lists, st.data())
def test_every_consistency_proof_verifies_until_a_bit_flips(leaves: list[bytes], data: st.DataObject) -> None:
    size, old = len(leaves), data.draw(st.integers(1, len(leaves)))
    roots = {"old_root": merkle.root_of(leaves[:old]), "root": merkle.root_of(leaves)}
    proof = hashes(leaves, merkle.consistency_path(old, size))
    assert merkle.proves_consistency(old=old, size=size, proof=proof, **roots)
    for at in range(len(proof)):
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        assert not merkle.proves_consistency(
            old=old, size=size, proof=[*proof[:at], flipped, *proof[at + 1 :]], **roots
        )
    assert not merkle.proves_consistency(old=old, size=size, proof=[*proof, merkle.EMPTY_ROOT], **roots)
    assert not proof or not merkle.proves_consistency(old=old, size=size, proof=proof[:-1], **roots)


def test_a_hash_of_another_length_is_refused_even_where_the_bytes_would_fit() -> None:
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    root = merkle.node_hash(left, right)
    shifted = {"leaf": left + right[:1], "proof": [right[1:]]}
    assert not merkle.proves_inclusion(index=0, size=2, root=root, **shifted)  # type: ignore[arg-type] # mixed


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_path_to_an_entry_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such entry"):
        merkle.inclusion_path(index, size)


def test_a_larger_tree_is_no_prefix() -> None:
    with pytest.raises(ValueError, match="smaller"):
        merkle.consistency_path(4, 3)


def test_paths_hold_beyond_63_bits() -> None:
    assert len(merkle.inclusion_path((1 << 70) - 1, 1 << 70)) == 70
