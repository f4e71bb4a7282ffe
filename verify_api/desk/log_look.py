"""The *logged* axis online: the certificate's own leaf in the log, under a cosigned head."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Final, NamedTuple

from keys.trust_judgement import LOGGED_AFTER_ISSUED
from ledger.errors import ProofError
from ledger.facts import Leaf
from ledger.transparency.log import LogReader, PublishedHead, index_of
from ledger.transparency.merkle import HASH_BYTES, leaf_hash
from ledger.transparency.note import names_under
from ledger.transparency.tiles import WIDTH, Tile, width_at
from verify_api.verdict import LogEvidence, Logged, LoggedBy

MOST_HEADS: Final = 16_384
"""Heads that a process remembers; about 100 MB if all are different, and few are."""
MOST_TILES: Final = 2_048
"""Full tiles of hashes that a process remembers; 16 MB."""


class LedgerLog:
    """Knows from the log itself whether, and since when, it has a fact; one a process."""

    def __init__(self, log: LogReader) -> None:
        """Ask ``log``. What is remembered never changes: covering heads, and full tiles."""
        self._log = log
        self._heads = lru_cache(MOST_HEADS)(partial(_covering, log))
        self._full = lru_cache(MOST_TILES)(partial(_read, log))
        self._first: PublishedHead | None = None

    def evidence(self, leaf: Leaf, issued_at: datetime) -> LogEvidence:
        """Return what the log says of the fact with ``leaf``, which is dated ``issued_at``."""
        index = index_of(leaf.position)
        try:
            head, witnesses = self._heads(index)
        except ProofError:  # which is not remembered: it may be published at any time
            return LogEvidence(Logged.TOO_YOUNG, index)
        if not self._has(index, leaf.entry, head.size):
            return LogEvidence(Logged.NOT_FOUND)
        return LogEvidence(
            Logged.IN_LOG, index, head.quorum_at,
            exactly=not self._is_older(head, issued_at), by=LoggedBy.LOG,
            size=head.size, witnesses=witnesses,
        )  # fmt: skip

    def _is_older(self, head: PublishedHead, issued_at: datetime) -> bool:
        """Whether this was issued before there was a log, so that its first head came late."""
        if self._first is None:
            self._first = next(iter(self._log.heads(after=0, limit=1)))
        late = head.quorum_at is not None and head.quorum_at > issued_at + LOGGED_AFTER_ISSUED
        return late and head.size == self._first.size

    def _has(self, index: int, entry: bytes, size: int) -> bool:
        number, place = divmod(index, WIDTH)
        width = width_at(0, number, size)
        full = width == WIDTH
        data = (self._full if full else partial(_read, self._log))(Tile(0, number, width))
        return data[place * HASH_BYTES : (place + 1) * HASH_BYTES] == leaf_hash(entry)


class _Covering(NamedTuple):
    head: PublishedHead
    witnesses: int
    """How many have lines under it; they were checked before it was stored."""


def _covering(log: LogReader, index: int) -> _Covering:
    head = log.covering(index)
    if head is None:
        raise ProofError("no_such_tree", "no published head covers this leaf yet")
    own, _, _ = head.note.partition(b"\n")
    return _Covering(head, len(names_under(head.note) - {own.decode()}))


def _read(log: LogReader, tile: Tile) -> bytes:
    return log.tiles([tile])[0]
