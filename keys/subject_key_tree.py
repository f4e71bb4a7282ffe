"""The tree that wraps all data keys, so that destroying one root makes every older copy dead.

    root key (provider) wraps the top node, nodes wrap nodes, nodes of level 1 wrap data keys

Data keys stand in slots 0, 1, 2 …; the node of level n above a slot is ``slot >> 6 n``. The tree
grows by levels: a full one gets a new top above it. Each wrap is bound to its place and to the
generation of the root under which the keys on both sides were made, so that nothing of another
time or place can be put there. To forget, the nodes above the forgotten slots get fresh keys,
their other children are wrapped again, and the top goes under a new root.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from keys.deterministic import encode
from keys.key_database import KeySession, Query
from keys.key_store_errors import CommitmentMismatchError, KeyStoreError
from keys.root_key import RootKey
from keys.sealing import SECRET_BYTES, DataKey
from keys.wrapping import WRAP_NONCE_BYTES, unwrap, wrap

FAN_OUT_BITS: Final = 6
FAN_OUT: Final = 1 << FAN_OUT_BITS
_MOST_LEVELS = 6
"""64^6 slots: 68 thousand million keys."""
_LEAVES_A_QUERY = 300

_PATHS = """
WITH leaf(idx) AS (VALUES {leaves}), step(level) AS (VALUES {steps})
SELECT DISTINCT n.level, n.idx, n.generation, n.wrapped,
       (SELECT generation FROM key_root WHERE state = 'current') AS root
FROM leaf CROSS JOIN step JOIN key_node n
     ON n.level = step.level AND n.idx = leaf.idx >> (6 * (step.level - 1))
ORDER BY n.level DESC, n.idx"""
_STEPS = ", ".join(f"({level})" for level in range(1, _MOST_LEVELS + 1))

NodeName = tuple[int, int]
"""Level, 1 for the lowest, and index within the level."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node's key, unwrapped, and the generation of the root under which it was made."""

    generation: int
    secret: bytes

    @property
    def cipher(self) -> AESGCMSIV:
        """What wraps the node's children."""
        return AESGCMSIV(self.secret)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a new data key stands, and what wraps it."""

    number: int
    generation: int
    cipher: AESGCMSIV


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A living data key as its row says."""

    slot: int
    subject: bytes
    purpose: str
    commitment: bytes
    wrapped: bytes


class KeyTree:
    """Unwraps, adds and replaces keys of one store's tree, inside the caller's transactions."""

    def __init__(self, root: RootKey, store: bytes, random: Callable[[int], bytes]) -> None:
        """Work under ``root`` for the key store whose random identifier is ``store``."""
        self._root = root
        self._store = store
        self._random = random

    def label(self, generation: int) -> str:
        """Return the provider's name for the root of ``generation``."""
        return f"{self._store.hex()}.{generation}"

    def generations(self) -> frozenset[int]:
        """Return the generations of this store whose roots the provider still holds."""
        prefix = f"{self._store.hex()}."
        return frozenset(
            int(label.removeprefix(prefix))
            for label in self._root.roots()
            if label.startswith(prefix)
        )

    def begin(self, session: KeySession, generation: int) -> None:
        """Make the first node under the root of ``generation``."""
        top = Node(generation, self._random(SECRET_BYTES))
        self._write_top(session, 1, top, generation)

    # Reading

    def paths(self, query: Query, leaves: Iterable[int]) -> dict[NodeName, Node]:
        """Return all nodes above the level-1 nodes ``leaves`` and these themselves, unwrapped.

        Raises:
            KeyStoreError: The tree has a hole.
            RootKeyError: The root moved on meanwhile: ask again.
            CommitmentMismatchError: A node is not the one that belongs there.
        """
        wanted = sorted(set(leaves))
        nodes: dict[NodeName, Node] = {}
        for start in range(0, len(wanted), _LEAVES_A_QUERY):
            some = wanted[start : start + _LEAVES_A_QUERY]
            statement = _PATHS.format(leaves=", ".join(["(?)"] * len(some)), steps=_STEPS)
            rows = query(statement, some)
            top = rows[0][0] if rows else 0
            for level, index, generation, wrapped, root in rows:
                node = self._top(level, generation, wrapped, root) if level == top else None
                nodes[level, index] = node or self._child(nodes, level, index, generation, wrapped)
        missing = [leaf for leaf in wanted if (1, leaf) not in nodes]
        if missing:
            raise KeyStoreError(f"the key tree has no node {missing[0]} at level 1")
        return nodes

    def _top(self, level: int, generation: int, wrapped: bytes, root: int) -> Node:
        place = self._node_place(level, 0, generation, root)
        return Node(generation, self._root.unwrap(self.label(root), wrapped, place))

    def _child(
        self, nodes: dict[NodeName, Node], level: int, index: int, generation: int, wrapped: bytes
    ) -> Node:
        parent = nodes.get((level + 1, index >> FAN_OUT_BITS))
        if parent is None:
            raise KeyStoreError(f"the key tree has a hole above node {index} of level {level}")
        place = self._node_place(level, index, generation, parent.generation)
        return Node(generation, unwrap(parent.cipher, wrapped, place))

    def data_key(self, stored: StoredKey, generation: int, cipher: AESGCMSIV) -> DataKey:
        """Return the data key of a row under its level-1 node.

        Raises:
            CommitmentMismatchError: What is wrapped there is another key.
        """
        return DataKey(self._secret(stored, generation, cipher))

    def _secret(self, stored: StoredKey, generation: int, cipher: AESGCMSIV) -> bytes:
        secret = unwrap(cipher, stored.wrapped, self._key_place(stored, generation))
        if DataKey(secret).commitment != stored.commitment:
            raise CommitmentMismatchError("a data key does not match its commitment")
        return secret

    # Growing

    def allocate(self, session: KeySession, count: int) -> Iterator[Slot]:
        """Add ``count`` slots to the tree, in a writing transaction."""
        height, slots = session.execute("SELECT height, slots FROM key_store")[0]
        root = _current_root(session)
        edge = self.paths(session.execute, [max(slots - 1, 0) >> FAN_OUT_BITS])
        while slots + count > FAN_OUT**height:
            height += 1
            edge[height, 0] = self._raise_top(session, height, edge[height - 1, 0], root)
        self._add_nodes(session, height, (slots, slots + count), edge, root)
        session.execute("UPDATE key_store SET height = ?, slots = ?", (height, slots + count))
        for number in range(slots, slots + count):
            node = edge[1, number >> FAN_OUT_BITS]
            yield Slot(number, node.generation, node.cipher)

    def _raise_top(self, session: KeySession, level: int, former: Node, root: int) -> Node:
        """Put a new top above the ``former`` one, at ``level``."""
        top = Node(root, self._random(SECRET_BYTES))
        self._write_top(session, level, top, root)
        place = self._node_place(level - 1, 0, former.generation, root)
        session.execute(
            "UPDATE key_node SET wrapped = ? WHERE level = ? AND idx = 0",
            (self._wrap(top.cipher, former.secret, place), level - 1),
        )
        return top

    def _add_nodes(
        self, session: KeySession, height: int, slots: tuple[int, int],
        nodes: dict[NodeName, Node], root: int,
    ) -> None:  # fmt: skip
        """Add the nodes that stand above the new ``slots`` (from, until) and nowhere yet."""
        rows = []
        for level in range(height - 1, 0, -1):
            bits = FAN_OUT_BITS * level
            # Node 0 of each level has been there since the level began.
            first = max((slots[0] + (1 << bits) - 1) >> bits, 1)
            for index in range(first, ((slots[1] - 1) >> bits) + 1):
                node = Node(root, self._random(SECRET_BYTES))
                parent = nodes[level + 1, index >> FAN_OUT_BITS]
                place = self._node_place(level, index, root, parent.generation)
                rows.append((level, index, root, self._wrap(parent.cipher, node.secret, place)))
                nodes[level, index] = node
        session.execute_many(
            "INSERT INTO key_node (level, idx, generation, wrapped) VALUES (?, ?, ?, ?)", rows
        )

    def wrap_data_key(self, secret: bytes, slot: Slot, subject: bytes, purpose: str) -> StoredKey:
        """Return the row of a new data key in ``slot``."""
        bare = StoredKey(slot.number, subject, purpose, DataKey(secret).commitment, b"")
        wrapped = self._wrap(slot.cipher, secret, self._key_place(bare, slot.generation))
        return StoredKey(bare.slot, subject, purpose, bare.commitment, wrapped)

    # Forgetting

    def replace_paths(self, session: KeySession, slots: Sequence[int], *, new_root: int) -> None:
        """Give every node above ``slots`` a fresh key, and put the top under ``new_root``.

        All other children of these nodes are unwrapped and wrapped again; rows whose ``wrapped``
        is NULL are left so. The caller makes ``new_root`` current in the same transaction.

        Raises:
            CommitmentMismatchError: A neighbour is not the key that belongs there.
        """
        height = session.execute("SELECT height FROM key_store")[0][0]
        leaves = sorted({slot >> FAN_OUT_BITS for slot in slots})
        former = self.paths(session.execute, leaves)
        fresh = {name: Node(new_root, self._random(SECRET_BYTES)) for name in former}
        for leaf in leaves:
            self._rewrap_keys(session, leaf, former[1, leaf], fresh[1, leaf])
        for level, index in fresh:
            if level > 1:
                self._rewrap_nodes(session, level, index, former, fresh)
        session.execute("DELETE FROM key_node WHERE level = ?", (height,))
        self._write_top(session, height, fresh[height, 0], new_root)

    def _rewrap_keys(self, session: KeySession, leaf: int, former: Node, fresh: Node) -> None:
        rows = session.execute(
            "SELECT slot, subject, purpose, commitment, wrapped FROM subject_key "
            "WHERE slot >= ? AND slot < ? AND wrapped IS NOT NULL",
            (leaf << FAN_OUT_BITS, (leaf + 1) << FAN_OUT_BITS),
        )
        before, after = former.cipher, fresh.cipher
        changed = []
        for row in rows:
            stored = StoredKey(*row)
            secret = self._secret(stored, former.generation, before)
            place = self._key_place(stored, fresh.generation)
            changed.append((self._wrap(after, secret, place), stored.slot))
        session.execute_many("UPDATE subject_key SET wrapped = ? WHERE slot = ?", changed)

    def _rewrap_nodes(
        self, session: KeySession, level: int, index: int,
        former: dict[NodeName, Node], fresh: dict[NodeName, Node],
    ) -> None:  # fmt: skip
        """Wrap the children of one replaced node under its fresh key."""
        rows = session.execute(
            "SELECT idx, generation, wrapped FROM key_node "
            "WHERE level = ? AND idx >= ? AND idx < ?",
            (level - 1, index << FAN_OUT_BITS, (index + 1) << FAN_OUT_BITS),
        )
        parent, cipher = fresh[level, index], fresh[level, index].cipher
        changed = []
        for child, generation, wrapped in rows:
            node = fresh.get((level - 1, child))
            if node is None:
                node = self._child(former, level - 1, child, generation, wrapped)
            place = self._node_place(level - 1, child, node.generation, parent.generation)
            again = self._wrap(cipher, node.secret, place)
            changed.append((node.generation, again, level - 1, child))
        session.execute_many(
            "UPDATE key_node SET generation = ?, wrapped = ? WHERE level = ? AND idx = ?", changed
        )

    # Places

    def _write_top(self, session: KeySession, level: int, top: Node, root: int) -> None:
        place = self._node_place(level, 0, top.generation, root)
        wrapped = self._root.wrap(self.label(root), top.secret, place)
        session.execute(
            "INSERT INTO key_node (level, idx, generation, wrapped) VALUES (?, 0, ?, ?)",
            (level, top.generation, wrapped),
        )

    def _wrap(self, cipher: AESGCMSIV, secret: bytes, place: bytes) -> bytes:
        return wrap(cipher, secret, place, self._random(WRAP_NONCE_BYTES))

    def _node_place(self, level: int, index: int, generation: int, parent: int) -> bytes:
        return encode(["node/v1", self._store, level, index, generation, parent])

    def _key_place(self, stored: StoredKey, generation: int) -> bytes:
        return encode(
            ["key/v1", self._store, stored.subject, stored.purpose, stored.slot, generation]
        )


def _current_root(session: KeySession) -> int:
    generation: int = session.execute("SELECT generation FROM key_root WHERE state = 'current'")[0][
        0
    ]
    return generation
