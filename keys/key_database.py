"""The two databases in which the key store can lie, behind one small port.

Statements are written once, with ``?`` for values, in what both databases understand. The key
store has a file or database of its own, apart from the ledger: it changes, the ledger never does,
and whoever holds a copy of only one of them can read nobody's data.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, TypeAlias

Rows: TypeAlias = list[tuple[Any, ...]]
Query: TypeAlias = Callable[[str, Sequence[object]], Rows]
"""Runs one statement, consistent in itself."""

LOCK_SECONDS: Final = 30.0
"""How long anybody waits for another process before giving up."""

TABLES: dict[str, tuple[str, ...]] = {
    "key_store": ("one", "store", "height", "slots", "epoch"),
    "key_root": ("generation", "label", "state", "batch", "receipt", "copy"),
    "key_batch": ("batch", "subject", "purpose"),
    "key_node": ("level", "idx", "generation", "wrapped"),
    "subject_key": (
        "slot", "key_id", "subject", "purpose", "commitment", "wrapped", "state", "batch",
    ),
    "blind_index": ("tag", "valid_from", "subject"),
}  # fmt: skip
"""Every table with its columns, in the order in which a copy writes them."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS key_store (
        one INTEGER PRIMARY KEY CHECK (one = 1), store BYTES NOT NULL, height INTEGER NOT NULL,
        slots INTEGER NOT NULL, epoch INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS key_root (
        generation INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
        batch BYTES UNIQUE, receipt TEXT, copy TEXT)""",
    """CREATE TABLE IF NOT EXISTS key_batch (
        batch BYTES NOT NULL, subject BYTES NOT NULL, purpose TEXT NOT NULL,
        PRIMARY KEY (batch, subject, purpose))""",
    """CREATE TABLE IF NOT EXISTS key_node (
        level INTEGER NOT NULL, idx INTEGER NOT NULL, generation INTEGER NOT NULL,
        wrapped BYTES NOT NULL, PRIMARY KEY (level, idx))""",
    """CREATE TABLE IF NOT EXISTS subject_key (
        slot INTEGER PRIMARY KEY, key_id BYTES UNIQUE, subject BYTES NOT NULL,
        purpose TEXT NOT NULL, commitment BYTES, wrapped BYTES, state TEXT NOT NULL, batch BYTES,
        UNIQUE (subject, purpose))""",
    """CREATE TABLE IF NOT EXISTS blind_index (
        tag BYTES NOT NULL, valid_from INTEGER NOT NULL, subject BYTES NOT NULL,
        PRIMARY KEY (tag, valid_from))""",
    "CREATE INDEX IF NOT EXISTS blind_index_subject ON blind_index (subject)",
)


class KeySession(Protocol):
    """One transaction."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one statement and return its rows."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of ``rows``."""
        ...


class KeyDatabase(Protocol):
    """Where the key store lies. Every method may raise `KeyStoreError`."""

    def query(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one reading statement, consistent in itself."""
        ...

    def writing(self) -> AbstractContextManager[KeySession]:
        """Open the one writing transaction of all processes; durable when the block ends."""
        ...

    def snapshot(self) -> AbstractContextManager[KeySession]:
        """Open a reading transaction that sees one state to its end."""
        ...

    def shredding(self) -> AbstractContextManager[None]:
        """Hold the lock that lasts for a whole shredding; freed too if the process dies."""
        ...

    def clear_remnants(self) -> str:
        """Remove deleted bytes as far as the database can, and say how far that is."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
