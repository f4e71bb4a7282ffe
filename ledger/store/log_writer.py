"""The sequencer: takes the ledger's entries, in order and without gaps, into the log's tree.

The leaf at index i is the entry at position i + 1, so there is nothing to number and nothing to
remember but the tree's size. A batch counts as a whole or not at all; killed at any point, or
started twice, it goes on from the size that is stored.
"""

from typing import Final, Protocol

from ledger.errors import LogError, TamperedError
from ledger.store.log_store import LogStore
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.tiles import WIDTH, Edge, Tile, hashes_in, width_at

BATCH: Final = 1_000
"""Entries a transaction, so that a head is never long in coming."""
FAR_BEHIND: Final = 20_000
"""From here on batches are larger: nobody waits for these any more."""
LARGE_BATCH: Final = 16_384


class Entries(Protocol):
    """A ledger, as far as its log needs it."""

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        """Return entries from the position behind ``after`` on, as far as none is missing.

        Raises:
            TamperedError: The very next position is missing.
        """
        ...

    def head(self) -> int:
        """Return the position of the last fact."""
        ...


class LogWriter:
    """Keeps one log behind one ledger."""

    def __init__(self, facts: Entries, log: LogStore) -> None:
        """Take the entries of ``facts`` into ``log``."""
        self._facts = facts
        self._log = log
        self._edge: Edge | None = None
        self._last = b""
        """Hash of the last leaf; empty for an empty tree."""

    def integrate(self) -> int:
        """Take in every entry that is there; return the tree's size afterwards.

        Raises:
            LogError: ``ledger_rolled_back``, ``ledger_changed``, ``position_missing``: the ledger
                is not the one that is in the log; ``log_damaged``, ``log_changed``.
            StoreUnavailableError: A database did not answer; ask again.
        """
        while batch := self._next():
            self._take(batch)
        assert self._edge is not None, "read by the last `_next`"
        return self._edge.size

    def _take(self, batch: list[bytes]) -> None:
        edge, self._edge = self._edge, None  # if anything goes wrong, what is stored is read anew
        assert edge is not None, "read by `_next`"
        leaves = [leaf_hash(entry) for entry in batch]
        old = edge.size
        written = edge.append(leaves)
        if self._log.integrate(written, old=old, size=edge.size):
            self._edge, self._last = edge, leaves[-1]

    def _next(self) -> list[bytes]:
        """Return the entries that come next; the last one that is in must still be there."""
        if self._edge is None:
            self._edge = self._log.edge()
            self._last = _last_leaf(self._log, self._edge.size)
        size = self._edge.size
        if not size:
            return self._read(0, BATCH)
        limit = BATCH if self._facts.head() - size <= FAR_BEHIND else LARGE_BATCH
        found = self._read(size - 1, limit + 1)
        if not found:
            message = f"the ledger ends before position {size}, which is in the log"
            raise LogError("ledger_rolled_back", message)
        if leaf_hash(found[0]) != self._last:
            raise LogError("ledger_changed", f"position {size} is not the fact that is in the log")
        return found[1:] or self._read(size, limit)  # which also says if a position is missing

    def _read(self, after: int, limit: int) -> list[bytes]:
        try:
            return self._facts.entries(after=after, limit=limit)
        except TamperedError as error:
            raise LogError("position_missing", str(error)) from error


def _last_leaf(log: LogStore, size: int) -> bytes:
    if not size:
        return b""
    number = (size - 1) // WIDTH
    (data,) = log.tiles([Tile(0, number, width_at(0, number, size))])
    return hashes_in(data)[-1]
