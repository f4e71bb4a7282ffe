"""The log at rest: tiles, the size of the tree, and the heads that were published.

All of it is of public bytes: hashes, and notes for everybody. Whoever only looks opens it
``read_only``; one sequencer writes, and a second one that is started does no harm: a batch counts
only if the tree has still the size that it was made for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    NotSupportedError,
    PersistenceError,
)

from ledger.errors import (
    InvalidInputError,
    LogError,
    ProofError,
    RefusedError,
    StoreUnavailableError,
)
from ledger.store.log_databases import LogDatabase, PostgresLog, SqliteLog, is_guarded
from ledger.store.log_questions import TILES_A_QUERY, tiles_named
from ledger.transparency.log import PublishedHead, cut
from ledger.transparency.tiles import Edge, Tile

POLL_SECONDS: Final = 0.02
"""How often `LogStore.wait_for` looks."""
_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
_HEADS: Final = "SELECT size, root, note, quorum_at FROM log_checkpoint"
_NEWEST: Final = f"{_HEADS} ORDER BY size DESC LIMIT 1"
_NEWEST_RENEWED: Final = (
    "SELECT h.size, h.root, coalesce(r.note, h.note),"
    " CASE WHEN r.one IS NULL THEN h.quorum_at ELSE r.quorum_at END"
    " FROM log_checkpoint h LEFT JOIN log_renewal r ON r.size = h.size AND r.root = h.root"
    " ORDER BY h.size DESC LIMIT 1"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def open_log(url: str, *, read_only: bool = False) -> "LogStore":
    """Return the log at ``url``; its tables are made if they are not there, unless ``read_only``.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``; a server may be the ledger's.
        read_only: For auditors and web processes: the database itself then refuses to write.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: The database cannot be opened, or has no log in it.
    """
    database = _database(url, read_only=read_only)
    log = LogStore(database)
    try:
        with _log_errors():
            if not read_only:
                database.create_tables()
        log.size()
    except BaseException:
        log.close()
        raise
    return log


def _database(url: str, *, read_only: bool) -> LogDatabase:
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        return SqliteLog(Path(url.removeprefix(_SQLITE)), read_only=read_only)
    if url.startswith(_POSTGRES):
        return PostgresLog(url, read_only=read_only)
    raise InvalidInputError("log", "url", "sqlite:///path or postgresql://…")


@contextmanager
def _log_errors() -> Iterator[None]:
    """Name the databases' errors in the ledger's words."""
    try:
        yield
    except NotSupportedError:
        raise
    except (PersistenceError, ConnectionPoolClosedError) as error:
        if is_guarded(error):
            message = "the log's database holds other bytes than were to be written: stop, and look"
            raise LogError("log_changed", message) from error
        raise StoreUnavailableError("the log's database did not answer; ask again") from error


class LogStore:
    """A log in a database; safe for many threads. Implements `ledger.transparency.log.LogReader`.

    Every method raises StoreUnavailableError where the database does not answer.
    """

    def __init__(self, database: LogDatabase) -> None:
        """Read from and write to ``database``."""
        self._database = database
        self._has_renewals = False

    def _fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with _log_errors():
            return self._database.fetch(sql, values)

    def size(self) -> int:
        """Return how many leaves are in the tree, published or not yet."""
        return int(self._fetch("SELECT size FROM log_head")[0][0])

    def latest(self) -> PublishedHead | None:
        """Return the newest published head, with its newest cosignatures."""
        if not self._has_renewals:
            # Who only looks may have come before the log's process, which makes the table.
            with _log_errors():
                self._has_renewals = self._database.has_renewals()
        return _first(self._fetch(_NEWEST_RENEWED if self._has_renewals else _NEWEST))

    def covering(self, index: int) -> PublishedHead | None:
        """Return the oldest published head of a tree that has the leaf at ``index``."""
        return _first(self._fetch(f"{_HEADS} WHERE size > ? ORDER BY size LIMIT 1", [index]))

    def heads(self, *, after: int, limit: int) -> list[PublishedHead]:
        """Return published heads of more than ``after`` leaves, the smallest first."""
        found = self._fetch(f"{_HEADS} WHERE size > ? ORDER BY size LIMIT ?", [after, limit])
        return [_head(row) for row in found]

    def heads_before(self, *, before: int | None, limit: int) -> list[PublishedHead]:
        """Return published heads of fewer than ``before`` leaves, the largest first."""
        below, values = ("", []) if before is None else (" WHERE size < ?", [before])
        found = self._fetch(f"{_HEADS}{below} ORDER BY size DESC LIMIT ?", [*values, limit])
        return [_head(row) for row in found]

    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        """Return tiles, in their order; of a partial one as much as its name says.

        Raises:
            ProofError: ``no_such_tile``.
        """
        held: dict[tuple[int, int], bytes] = {}
        names = list({(tile.level, tile.number) for tile in wanted})
        for start in range(0, len(names), TILES_A_QUERY):
            some = names[start : start + TILES_A_QUERY]
            found = self._fetch(tiles_named(len(some)), [value for name in some for value in name])
            held |= {(level, number): bytes(data) for level, number, data in found}
        return [cut(tile, held.get((tile.level, tile.number), b"")) for tile in wanted]

    def wait_for(self, position: int, seconds: float) -> PublishedHead | None:
        """Return the oldest published head over the fact at ``position``, waiting so long for it.

        The facts' positions begin with 1, the leaves' indexes with 0.
        """
        deadline = monotonic() + seconds
        while (head := self.covering(position - 1)) is None:
            if monotonic() >= deadline:
                return None
            sleep(POLL_SECONDS)
        return head

    def edge(self) -> Edge:
        """Return the right edge of the tree as it is now.

        Raises:
            LogError: ``log_damaged``: the tiles do not hold what the size says.
        """
        try:
            return Edge.of(self.size(), self.tiles)
        except ProofError as error:
            raise LogError("log_damaged", f"the log's own tiles are not whole: {error}") from error

    def integrate(self, tiles: Sequence[tuple[Tile, bytes]], *, old: int, size: int) -> bool:
        """Store what has grown, all of it or nothing; whether the tree had still ``old`` leaves.

        Raises:
            LogError: ``log_changed``: what is stored is not the beginning of what would be.
        """
        with _log_errors(), self._database.writing() as session:
            moved = session.execute(
                "UPDATE log_head SET size = ? WHERE one = 1 AND size = ?", [size, old]
            )
            if not moved:
                return False
            session.execute_many(
                "INSERT INTO log_tile (level, number, width, data) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (level, number)"
                " DO UPDATE SET width = excluded.width, data = excluded.data",
                [(tile.level, tile.number, tile.width, data) for tile, data in tiles],
            )
        return True

    def publish(self, head: PublishedHead) -> bool:
        """Store a head that its quorum has cosigned; False if one of its size is there already."""
        with _log_errors(), self._database.writing() as session:
            stored = session.execute(
                "INSERT INTO log_checkpoint (size, root, note, quorum_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (size) DO NOTHING",
                _row(head),
            )
        return bool(stored)

    def renew(self, head: PublishedHead) -> bool:
        """Store later cosignatures of the newest published head beside it; False if it is not that.

        Proofs go on to be made under the head as it was published first: it says since when.
        """
        with _log_errors(), self._database.writing() as session:
            stored = session.execute(
                "INSERT INTO log_renewal (one, size, root, note, quorum_at)"
                " SELECT 1, h.size, h.root, ?, ? FROM log_checkpoint h"
                " WHERE h.size = ? AND h.root = ?"
                " AND h.size = (SELECT max(size) FROM log_checkpoint)"
                " ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root,"
                " note = excluded.note, quorum_at = excluded.quorum_at",
                [head.note, _row(head)[-1], head.size, head.root],
            )
        return bool(stored)

    def backup(self, to: Path) -> None:
        """Write a consistent copy to the file ``to`` while others go on.

        Raises:
            RefusedError: The database is a server, which is backed up by its own tools.
        """
        try:
            with _log_errors():
                self._database.backup(to)
        except NotSupportedError as error:
            raise RefusedError("server_backup", str(error)) from error

    def close(self) -> None:
        """Give back all connections."""
        self._database.close()


def _first(rows: list[tuple[Any, ...]]) -> PublishedHead | None:
    return _head(rows[0]) if rows else None


def _row(head: PublishedHead) -> list[object]:
    at = None if head.quorum_at is None else (head.quorum_at - _EPOCH) // _MICROSECOND
    return [head.size, head.root, head.note, at]


def _head(row: tuple[Any, ...]) -> PublishedHead:
    size, root, note, at = row
    quorum_at = None if at is None else _EPOCH + at * _MICROSECOND
    return PublishedHead(size, bytes(root), bytes(note), quorum_at)
