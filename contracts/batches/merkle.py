"""The tree over the answers of a batch: its root, a leaf's path to it, and the root that a path leads to. Pure.

As in RFC 9162, 2.1: a leaf's hash begins with 0x00 and a node's with 0x01, so that neither can stand for the other.
"""

import hashlib
from collections.abc import Sequence

Hash = bytes
Path = tuple[Hash, ...]
"""The hashes beside the way from a leaf to the root, the lowest first."""


def leaf_hash(said: bytes) -> Hash:
    return hashlib.sha256(b"\x00" + said).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(leaves: Sequence[Hash]) -> tuple[Hash, list[Path]]:
    """The root over these hashes of leaves, one at least, and the path of each."""
    if len(leaves) == 1:
        return leaves[0], [()]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, of_left = tree(leaves[:split])
    right, of_right = tree(leaves[split:])
    return node_hash(left, right), [(*path, right) for path in of_left] + [(*path, left) for path in of_right]


def root_by(leaf: Hash, index: int, count: int, path: Sequence[Hash]) -> Hash | None:
    """Where the path of the leaf at this index of so many leads; None if it is no such leaf's (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < count:
        return None
    place, last, found = index, count - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None
