"""The log's own tables, raw: a `LogReader` over a copy that does not trust what it reads.

A note that is text instead of bytes, a size that is no number: such a head is handed on as far as
it can be, with a root or note that nobody will believe, so that it becomes a finding at its place.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ledger.audit.raw import RawDatabase, Rows, open_raw
from ledger.store.log_questions import TILES_A_QUERY, renewals_are_there, tiles_named
from ledger.transparency.log import PublishedHead, cut
from ledger.transparency.tiles import Tile

_HEADS: Final = "SELECT size, root, note, quorum_at FROM log_checkpoint"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253402300799 * 1_000_000


def open_raw_log(url: str) -> "RawLog":
    """Return the copy of a log at ``url``, ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: It cannot be opened, or has no log in it.
    """
    log = RawLog(open_raw(url))
    try:
        log.size()
    except BaseException:
        log.close()
        raise
    return log


class RawLog:
    """A log in a database that is only read. Implements `ledger.transparency.log.LogReader`."""

    def __init__(self, database: RawDatabase) -> None:
        """Read from ``database``."""
        self._database = database

    def size(self) -> int:
        """Return how many leaves it says are in the tree; 0 where it says nothing of the kind."""
        found = self._database.fetch("SELECT size FROM log_head")
        size = found[0][0] if found else 0
        return size if isinstance(size, int) else 0

    def latest(self) -> PublishedHead | None:
        """Return the newest published head."""
        found = _heads(self._database.fetch(f"{_HEADS} ORDER BY size DESC LIMIT 1"))
        return found[0] if found else None

    def covering(self, index: int) -> PublishedHead | None:
        """Return the oldest published head over a leaf."""
        found = self.heads(after=index, limit=1)
        return found[0] if found else None

    def heads(self, *, after: int, limit: int) -> list[PublishedHead]:
        """Return published heads of more than ``after`` leaves, the smallest first."""
        sql = f"{_HEADS} WHERE size > ? ORDER BY size LIMIT ?"
        return _heads(self._database.fetch(sql, [after, limit]))

    def head_before(self, size: int) -> PublishedHead | None:
        """Return the largest published head of at most ``size`` leaves."""
        sql = f"{_HEADS} WHERE size <= ? ORDER BY size DESC LIMIT 1"
        found = _heads(self._database.fetch(sql, [size]))
        return found[0] if found else None

    def renewed(self) -> PublishedHead | None:
        """Return the head that was cosigned again after it was published; None if none was."""
        if not self._database.fetch(renewals_are_there(server=self._database.is_server)):
            return None
        found = _heads(self._database.fetch("SELECT size, root, note, quorum_at FROM log_renewal"))
        return found[0] if found else None

    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        """Return tiles, in their order.

        Raises:
            ProofError: ``no_such_tile``.
        """
        held: dict[tuple[int, int], bytes] = {}
        names = list({(tile.level, tile.number) for tile in wanted})
        for start in range(0, len(names), TILES_A_QUERY):
            some = names[start : start + TILES_A_QUERY]
            values = [value for name in some for value in name]
            found = self._database.fetch(tiles_named(len(some)), values)
            held |= {(level, number): as_bytes(data) for level, number, data in found}
        return [cut(tile, held.get((tile.level, tile.number), b"")) for tile in wanted]

    def close(self) -> None:
        """Give back the connection."""
        self._database.close()


def as_bytes(value: Any) -> bytes:
    """Return ``value`` as bytes as far as it can be taken for some."""
    match value:
        case bytes():
            return value
        case memoryview():
            return bytes(value)
        case str():
            return value.encode("utf-8", "surrogateescape")
        case _:
            return b""


def _heads(rows: Rows) -> list[PublishedHead]:
    return [_head(row) for row in rows if isinstance(row[0], int)]


def _head(row: tuple[Any, ...]) -> PublishedHead:
    size, root, note, at = row
    known = isinstance(at, int) and 0 <= at <= _LATEST
    quorum_at = _EPOCH + timedelta(microseconds=at) if known else None
    return PublishedHead(size, as_bytes(root), as_bytes(note), quorum_at)
