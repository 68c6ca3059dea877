"""The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: hashing, appending, proving, verifying.

Pure functions of hashes. Which subtrees a proof is made of is told as ranges of leaves (:func:`inclusion_path`,
:func:`consistency_path`), so that it is left to a store how it knows their hashes. The verifiers are the loops of
RFC 9162 §2.1.3.2 and §2.1.4.2; they check the length of every hash that they concatenate, and leave the length of a
root, which they only compare, to the parser of the text it stood in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from itertools import islice

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_PAGE = 256


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class CompactRange:
    """A growing tree, known by its peaks: its perfect subtrees, large to small, one for each set bit of the size."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add the hash of the next entry; return the perfect subtrees that it completes, from the leaf itself up."""
        node, rest, completed = leaf, self.size, [leaf]
        while rest & 1:
            node = node_hash(self.peaks.pop(), node)
            completed.append(node)
            rest >>= 1
        self.peaks.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return join(self.peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes.

    A page of them is hashed level by level, which takes half as long as one by one.
    """
    coming, pages, rest = iter(leaves), CompactRange(), CompactRange()
    while page := list(islice(coming, _PAGE)):
        if len(page) == _PAGE:
            pages.append(_perfect_root(page))
        else:
            for leaf in page:
                rest.append(leaf)
    return join([*pages.peaks, *rest.peaks])


def _perfect_root(nodes: Sequence[bytes]) -> bytes:
    """Return the root over as many hashes as a power of two says."""
    while len(nodes) > 1:
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)]
    return nodes[0]


def perfect_subtrees(leaves: range) -> list[range]:
    """Return what a range of leaves that a proof names is made of: perfect subtrees, large to small."""
    parts, start = [], leaves.start
    while start < leaves.stop:
        end = start + (1 << ((leaves.stop - start).bit_length() - 1))
        parts.append(range(start, end))
        start = end
    return parts


def join(subtrees: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees, given large to small."""
    if not subtrees:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees))


def inclusion_path(index: int, size: int) -> list[range]:
    """Return the subtrees, leaf to root, that prove entry ``index`` in a tree of ``size`` (RFC 9162 §2.1.3.1).

    Raises:
        ValueError: the tree has no such entry.
    """
    if not 0 <= index < size:
        raise ValueError("no such entry in the tree")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range(middle, end))
            end = middle
        else:
            path.append(range(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int) -> list[range]:
    """Return the subtrees that prove a tree of ``old`` entries a prefix of one of ``size`` (RFC 9162 §2.1.4.1).

    Raises:
        ValueError: the older tree is the larger one.
    """
    if not 0 <= old <= size:
        raise ValueError("a tree cannot be a prefix of a smaller one")
    if old in {0, size}:
        return []
    start, end, path = 0, size, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range(middle, end))
            end = middle
        else:
            path.append(range(start, middle))
            start = middle
    # A verifier knows the old root, so the last subtree is left out where it is the whole old tree.
    if start:
        path.append(range(start, end))
    return path[::-1]


def proves_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the entry of hash ``leaf`` stands at ``index`` under ``root``."""
    if not 0 <= index < size or not _all_hashes([leaf, *proof]):
        return False
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def proves_consistency(*, old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree of ``old`` entries is a prefix of the tree of ``size``.

    The empty tree is a prefix of everything, so a proof from it would say nothing and is refused.
    """
    return old > 0 and proves_subtree(subtree=range(old), size=size, node=old_root, root=root, proof=proof)


def proves_subtree(*, subtree: range, size: int, node: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the entries of a subtree, whose root is ``node``, stand in the tree of ``size``.

    A subtree begins at a multiple of the smallest power of two that holds it (draft-ietf-plants-merkle-tree-certs, §4.4); one
    that begins at 0 is the beginning of the tree, which makes this the loop of RFC 9162 §2.1.4.2.
    """
    if not _is_subtree(subtree) or subtree.stop > size or not _all_hashes(proof):
        return False
    if not subtree:
        return not proof and node == EMPTY_ROOT
    first, last, end = subtree.start, subtree.stop - 1, size - 1
    while first != last and (last & 1 or last == end):
        first, last, end = first >> 1, last >> 1, end >> 1
    # Where the subtree is a perfect one, or the whole right edge, its root is the first node, which a proof leaves out.
    path = [node, *proof] if first == last else list(proof)
    if not path:
        return False
    old = new = path[0]
    for sibling in path[1:]:
        if end == 0:
            return False
        if last & 1 or last == end:
            old = node_hash(sibling, old) if first < last else old
            new = node_hash(sibling, new)
            while not last & 1 and last:
                first, last, end = first >> 1, last >> 1, end >> 1
        else:
            new = node_hash(new, sibling)
        first, last, end = first >> 1, last >> 1, end >> 1
    return end == 0 and old == node and new == root


def proves_inclusion_in_subtree(
    *, leaf: bytes, index: int, subtree: range, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether ``proof`` shows that the entry of hash ``leaf`` stands at ``index`` under the root of a subtree."""
    if not _is_subtree(subtree):
        return False
    place = {"index": index - subtree.start, "size": subtree.stop - subtree.start}
    return proves_inclusion(leaf=leaf, root=root, proof=proof, **place)


def _is_subtree(leaves: range) -> bool:
    """Tell whether a range begins at a multiple of the smallest power of two that holds it."""
    count = leaves.stop - leaves.start
    return 0 <= leaves.start <= leaves.stop and leaves.start % (1 << max(count - 1, 0).bit_length()) == 0


def _split(size: int) -> int:
    """Return the largest power of two below ``size``: where RFC 9162 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _all_hashes(hashes: Sequence[bytes]) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
