"""The tree, its tiles and its proofs, on trees of every shape."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency import merkle, tiles
from ledger.transparency.merkle import Frontier, Node
from ledger.transparency.tiles import Bundle, Edge, Tile

LEAVES = [merkle.leaf_hash(index.to_bytes(4)) for index in range(1_200)]
sizes = st.integers(min_value=1, max_value=len(LEAVES))


def straight(nodes: Sequence[Node]) -> list[bytes]:
    """Return nodes from the leaves themselves: the slow way that cannot be wrong."""
    return [
        merkle.root_of(LEAVES[node.number << node.level : node.number + 1 << node.level])
        for node in nodes
    ]


class Shelf:
    """Tiles in memory, counted as they are read."""

    def __init__(self) -> None:
        self.held: dict[Tile, bytes] = {}
        self.reads = 0

    def read(self, wanted: Sequence[Tile]) -> list[bytes]:
        self.reads += len(wanted)
        return [self.held[tile] for tile in wanted]


def shelf_of(size: int) -> Shelf:
    shelf = Shelf()
    shelf.held |= dict(Edge().append(LEAVES[:size]))
    return shelf


@given(sizes, st.data())
def test_every_leaf_is_proved_in_every_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    proof = merkle.inclusion_proof(index, size, straight)
    root = merkle.root_of(LEAVES[:size])
    merkle.verify_inclusion(index=index, size=size, leaf=LEAVES[index], root=root, proof=proof)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(
            index=index,
            size=size,
            leaf=LEAVES[index - 1 if size > 1 else 5],
            root=root,
            proof=proof,
        )


@given(sizes, st.data())
def test_every_older_tree_is_proved_to_be_the_beginning(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(min_value=1, max_value=size))
    proof = merkle.consistency_proof(old, size, straight)
    older, newer = merkle.root_of(LEAVES[:old]), merkle.root_of(LEAVES[:size])
    merkle.verify_consistency(old=old, size=size, old_root=older, root=newer, proof=proof)
    if proof:
        spoiled = [proof[0][::-1], *proof[1:]]
        with pytest.raises(ProofError):
            merkle.verify_consistency(old=old, size=size, old_root=older, root=newer, proof=spoiled)


@given(sizes, st.data())
def test_tiles_prove_the_same_as_leaves_do(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    old = data.draw(st.integers(min_value=1, max_value=size))
    read = tiles.node_reader(size, shelf_of(size).read)
    assert merkle.inclusion_proof(index, size, read) == merkle.inclusion_proof(
        index, size, straight
    )
    assert merkle.consistency_proof(old, size, read) == merkle.consistency_proof(
        old, size, straight
    )


@given(st.lists(st.integers(min_value=1, max_value=400), min_size=1, max_size=5))
def test_a_tree_that_grows_in_steps_is_the_tree_that_was_made_at_once(steps: list[int]) -> None:
    shelf, edge, tree, size = Shelf(), Edge(), Frontier(), 0
    for step in steps:
        leaves = LEAVES[size : size + step]
        written = edge.append(leaves)
        tree.extend(leaves)
        grown = size + len(leaves)
        assert [tile for tile, _ in sorted(written)] == sorted(tiles.tiles_of(grown, since=size))
        shelf.held |= dict(written)
        size = grown
        again = Edge.of(size, shelf.read)
        assert edge.root == tree.root == again.root == merkle.root_of(LEAVES[:size])
    assert all(shelf.held[tile] == data for tile, data in shelf_of(size).held.items())


def test_a_tree_with_nothing_in_it_has_the_root_of_nothing() -> None:
    assert Edge().root == Frontier().root == merkle.EMPTY_ROOT
    assert not list(tiles.tiles_of(0))


@pytest.mark.parametrize(
    "proof_from", [merkle.inclusion_proof, merkle.consistency_proof], ids=["leaf", "tree"]
)
def test_nothing_is_proved_of_what_is_not_there(proof_from: object) -> None:
    assert callable(proof_from)
    with pytest.raises(ProofError):
        proof_from(9, 8, straight)


@pytest.mark.parametrize(
    ("named", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(2, 5, 17), "tile/2/005.p/17"),
        (Bundle(1_000, 3), "tile/entries/x001/000.p/3"),
        (Bundle(7), "tile/entries/007"),
    ],
)
def test_tiles_are_published_where_the_format_says(named: Tile | Bundle, path: str) -> None:
    assert named.path == path
    assert tiles.parse_path(path) == named


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/-1/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0", "entries/000", "tile/0/x1/000", "",
    ],
)  # fmt: skip
def test_a_path_in_another_form_names_nothing(path: str) -> None:
    with pytest.raises(InvalidInputError):
        tiles.parse_path(path)


@given(
    st.integers(min_value=0, max_value=63),
    st.integers(min_value=0, max_value=1 << 50),
    st.integers(min_value=1, max_value=256),
)
def test_every_name_is_read_as_it_is_written(level: int, number: int, width: int) -> None:
    assert tiles.parse_path(Tile(level, number, width).path) == Tile(level, number, width)
    assert tiles.parse_path(Bundle(number, width).path) == Bundle(number, width)


def test_bundles_give_back_their_entries_and_refuse_a_torn_one() -> None:
    entries = [bytes([index]) * index for index in range(200)]
    data = tiles.write_bundle(entries)
    assert tiles.entries_in(data) == entries
    for torn in (data[:-1], b"\x00", b"\x00\x05abc"):
        with pytest.raises(ProofError):
            tiles.entries_in(torn)


def test_a_tile_that_is_torn_or_of_another_width_is_refused() -> None:
    with pytest.raises(ProofError):
        tiles.hashes_in(b"x" * 33)
    read = tiles.node_reader(300, lambda wanted: [b"x" * 32 for _ in wanted])
    with pytest.raises(ProofError):
        merkle.inclusion_proof(0, 300, read)


def test_a_proof_in_a_large_tree_reads_few_tiles() -> None:
    edge, shelf = Edge(), Shelf()
    size = 70_000
    shelf.held |= dict(edge.append([merkle.leaf_hash(index.to_bytes(4)) for index in range(size)]))
    proof = merkle.inclusion_proof(1_234, size, tiles.node_reader(size, shelf.read))
    assert shelf.reads <= 6
    merkle.verify_inclusion(
        index=1_234,
        size=size,
        leaf=merkle.leaf_hash((1_234).to_bytes(4)),
        root=edge.root,
        proof=proof,
    )
