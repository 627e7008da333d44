"""The tree over a batch's answers: each leaf proves itself in its place, and nothing else does."""

import hashlib

import pytest

from contracts.batches.merkle import leaf_hash, node_hash, root_by, tree

SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 31, 33, 64, 100, 256]
RFC_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
RFC_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Known answers of RFC 6962's reference implementation."""


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"answer %d" % n) for n in range(count)]


@pytest.mark.parametrize("count", RFC_ROOTS)
def test_the_roots_are_those_of_rfc_6962(count: int) -> None:
    root, _ = tree([leaf_hash(bytes.fromhex(said)) for said in RFC_INPUTS[:count]])
    assert root.hex() == RFC_ROOTS[count]


@pytest.mark.parametrize("count", SIZES)
def test_each_leaf_leads_to_the_root_from_its_own_place_and_from_no_other(count: int) -> None:
    all_of_them = leaves(count)
    root, paths = tree(all_of_them)
    for index, (leaf, path) in enumerate(zip(all_of_them, paths, strict=True)):
        assert root_by(leaf, index, count, path) == root
        others = {root_by(leaf, other, count, path) for other in range(count) if other != index}
        assert root not in others
        assert root_by(leaf_hash(b"another answer"), index, count, path) != root


@pytest.mark.parametrize("count", SIZES)
def test_a_path_that_is_cut_or_longer_leads_nowhere(count: int) -> None:
    all_of_them = leaves(count)
    root, paths = tree(all_of_them)
    for index, path in enumerate(paths):
        assert root_by(all_of_them[index], index, count, (*path, root)) != root
        assert not path or root_by(all_of_them[index], index, count, path[:-1]) != root
        assert not path or root_by(all_of_them[index], index, count, path[1:]) != root


@pytest.mark.parametrize(("index", "count"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_that_is_not_in_the_tree_has_no_root(index: int, count: int) -> None:
    assert root_by(leaf_hash(b""), index, count, ()) is None


def test_a_node_does_not_pass_for_a_leaf() -> None:
    """The second preimage: the two hashes under a node, handed in as an answer."""
    left, right = leaves(2)
    root, _ = tree([left, right])
    assert node_hash(left, right) == root
    assert root_by(leaf_hash(left + right), 0, 1, ()) != root
    assert root_by(hashlib.sha256(left + right).digest(), 0, 1, ()) != root
    bigger, paths = tree(leaves(4))
    assert root_by(leaf_hash(left + right), 0, 2, paths[0][1:]) != bigger


def test_a_lone_last_leaf_is_not_doubled() -> None:
    """Where it is, a batch of three has the root of one of four."""
    three = leaves(3)
    assert tree(three)[0] != tree([*three, three[-1]])[0]
