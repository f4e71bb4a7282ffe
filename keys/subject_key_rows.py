"""Reads rows of data keys and unwraps them, with the lowest nodes' keys kept ready."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from keys.key_cache import KeyCache
from keys.key_database import Query
from keys.key_store_errors import CommitmentMismatchError, KeyStoreError, RootKeyError
from keys.sealing import DataKey
from keys.subject_key_tree import FAN_OUT_BITS, KeyTree, StoredKey

AT_ONCE: Final = 300
"""Keys asked for in one statement; SQLite's oldest limit is 999 values."""
_TRIES = 3

# The generation of the lowest node comes from the same statement as the row: if a shredding is
# committed between this statement and that of the path above, the two do not agree.
_BASE = (
    "SELECT k.slot, k.subject, k.purpose, k.commitment, k.wrapped, k.state, k.key_id, n.generation "
    "FROM subject_key k LEFT JOIN key_node n ON n.level = 1 AND n.idx = k.slot >> 6 WHERE "
)
BY_KEY_ID: Final = _BASE + "k.key_id IN (VALUES {marks})"
BY_SUBJECT: Final = _BASE + "(k.subject, k.purpose) IN (VALUES {marks})"

T = TypeVar("T")


class _MovedOnError(Exception):
    """A shredding was committed between two statements."""


class KeyRows:
    """The rows of one key store, unwrapped."""

    def __init__(self, tree: KeyTree) -> None:
        """Unwrap with ``tree``."""
        self._tree = tree
        self._nodes: KeyCache[tuple[int, int], AESGCMSIV] = KeyCache()

    def empty(self) -> None:
        """Forget all nodes' keys."""
        self._nodes.empty()

    def read(
        self, query: Query, statement: str, asked: Sequence[Sequence[object]]
    ) -> Iterator[tuple[StoredKey, bytes | None, DataKey | None]]:
        """Yield row, key id and key of all that ``statement`` finds; no key: it was destroyed.

        Raises:
            CommitmentMismatchError: What stands in a key's place is not that key.
            KeyStoreError: The tree is damaged.
        """
        for start in range(0, len(asked), AT_ONCE):
            yield from _tried(self._some, query, statement, asked[start : start + AT_ONCE])

    def _some(
        self, query: Query, statement: str, asked: Sequence[Sequence[object]]
    ) -> list[tuple[StoredKey, bytes | None, DataKey | None]]:
        seen = self._nodes.turn
        one = f"({', '.join('?' * len(asked[0]))})"
        marks = ", ".join([one] * len(asked))
        rows = query(statement.format(marks=marks), [value for values in asked for value in values])
        living = {(row[0] >> FAN_OUT_BITS, row[7]) for row in rows if row[5] != "shredded"}
        ciphers = self._ciphers(query, living, seen)
        return [
            (StoredKey(*row[:5]), row[6], None if row[5] == "shredded" else self._key(row, ciphers))
            for row in rows
        ]

    def _key(self, row: tuple[Any, ...], ciphers: dict[tuple[int, int], AESGCMSIV]) -> DataKey:
        stored, key_id, generation = StoredKey(*row[:5]), row[6], row[7]
        if None in row:
            raise CommitmentMismatchError("a living key has lost its wrapped form")
        key = self._tree.data_key(
            stored, generation, ciphers[stored.slot >> FAN_OUT_BITS, generation]
        )
        if key.key_id != key_id:
            raise CommitmentMismatchError("a data key stands under another identifier")
        return key

    def _ciphers(
        self, query: Query, leaves: Iterable[tuple[int, int]], seen: int
    ) -> dict[tuple[int, int], AESGCMSIV]:
        """Return the ciphers of the lowest nodes ``leaves`` (index, generation)."""
        ciphers: dict[tuple[int, int], AESGCMSIV] = {}
        missing = []
        for leaf in leaves:
            cipher = self._nodes.get(leaf)
            if cipher is None:
                missing.append(leaf)
            else:
                ciphers[leaf] = cipher
        paths = self._tree.paths(query, [index for index, _ in missing]) if missing else {}
        for index, generation in missing:
            node = paths[1, index]
            if node.generation != generation:
                raise _MovedOnError
            ciphers[index, generation] = node.cipher
            self._nodes.put((index, generation), node.cipher, seen=seen)
        return ciphers


def _tried(work: Callable[..., list[T]], *arguments: object) -> list[T]:
    """Do ``work``, again if a shredding went on meanwhile."""
    for attempt in range(1, _TRIES + 1):
        try:
            return work(*arguments)
        except (_MovedOnError, RootKeyError) as error:
            if attempt == _TRIES:
                raise KeyStoreError("the root key is not at hand, or moves on too often") from error
    raise AssertionError("the last try returns or raises")
