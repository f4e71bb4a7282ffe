"""What a witness remembers: one SQLite file of its own, each answer's transaction on the disk.

Of each log the newest head that was cosigned, the roots of the sizes before it (so that a replay is
told from a second history), and the signed heads that were refused.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.errors import StoreUnavailableError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.witnessing import Memory, Submission, Suspicion, WitnessedHead
from verify_api.errors import WitnessStateError
from verify_api.witness_marker import Marks, Reached

LOCK_SECONDS: Final = 10.0
MOST_ROOTS: Final = 1_000_000
"""Of each log; about 100 bytes each. A head that comes again later looks like a rollback."""
MOST_EVIDENCE: Final = 1_000
"""Of each log and suspicion. Only the log's own key can make more; beyond it they are counted."""
_PRAGMAS: Final = (("journal_mode", "wal"), ("synchronous", 2))
"""Set and then asserted: each commit reaches the disk."""
_VERSION: Final = 1

_TABLES: Final = (
    """CREATE TABLE head (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
        at INTEGER NOT NULL, number INTEGER NOT NULL) STRICT""",
    """CREATE TABLE root (
        origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (origin, size)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX root_number ON root (origin, number)",
    """CREATE TABLE evidence (
        number INTEGER PRIMARY KEY, suspicion TEXT NOT NULL, origin TEXT NOT NULL,
        size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL, known BLOB,
        at INTEGER NOT NULL, UNIQUE (suspicion, origin, size, root)) STRICT""",
    """CREATE TABLE refused (
        suspicion TEXT NOT NULL, origin TEXT NOT NULL, times INTEGER NOT NULL,
        PRIMARY KEY (suspicion, origin)) STRICT, WITHOUT ROWID""",
    f"PRAGMA user_version = {_VERSION}",
)
"""Times are seconds since 1970 UTC. Evidence is numbered from 1 and never taken away."""
_NEWEST_EVIDENCE: Final = "SELECT coalesce(max(number), 0) FROM evidence"


class Evidence(NamedTuple):
    """A signed head that was refused."""

    number: int
    suspicion: Suspicion
    checkpoint: Checkpoint
    note: bytes
    """The refused head with the log's signatures."""
    known: bytes | None
    """The newest head that was cosigned then, with all signatures."""
    at: datetime


class WitnessStore:
    """One file, one connection, one transaction at a time."""

    def __init__(self, path: Path, *, most_roots: int = MOST_ROOTS) -> None:
        """Open the file at ``path``, which must be there: a witness does not begin anew by itself.

        Raises:
            WitnessStateError: ``database_missing``, ``database_wrong``.
        """
        if not path.is_file():
            message = f"{path.name} is lost: this witness would cosign a second history"
            raise WitnessStateError("database_missing", message)
        self._most_roots = most_roots
        self._one_at_a_time = threading.Lock()
        self._connection = _connect(path)

    def close(self) -> None:
        """Close the connection."""
        with self._one_at_a_time:
            self._connection.close()

    @contextmanager
    def alone(self) -> Iterator["WitnessSession"]:
        """Open the one writing transaction; it is on the disk when the block ends.

        Raises:
            StoreUnavailableError: Somebody else had the file for too long, or the disk refused.
        """
        with self._one_at_a_time, _available():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield WitnessSession(self._connection, self._most_roots)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def head(self, origin: str) -> WitnessedHead | None:
        """Return the newest head that was cosigned of a log."""
        rows = self._query("SELECT size, root, note, at FROM head WHERE origin = ?", origin)
        return _head(origin, rows)

    def marks(self) -> Marks:
        """Return how far this database remembers."""
        heads = self._query("SELECT origin, size, root FROM head")
        ((evidence,),) = self._query(_NEWEST_EVIDENCE)
        return Marks({origin: Reached(size, root) for origin, size, root in heads}, evidence)

    def evidence(self) -> list[Evidence]:
        """Return all that was kept, the oldest first."""
        rows = self._query(
            "SELECT number, suspicion, origin, size, root, note, known, at FROM evidence "
            "ORDER BY number"
        )
        return [
            Evidence(
                number, Suspicion(suspicion), Checkpoint(origin, size, root), note, known, _time(at)
            )
            for number, suspicion, origin, size, root, note, known, at in rows
        ]

    def refused(self) -> dict[tuple[str, Suspicion], int]:
        """Return how often heads were refused on a suspicion, by origin; repetitions count too."""
        rows = self._query("SELECT origin, suspicion, times FROM refused")
        return {(origin, Suspicion(suspicion)): times for origin, suspicion, times in rows}

    def _query(self, statement: str, *values: object) -> list[Any]:
        with self._one_at_a_time, _available():
            return self._connection.execute(statement, values).fetchall()


class WitnessSession:
    """What is done inside of one transaction."""

    def __init__(self, connection: sqlite3.Connection, most_roots: int) -> None:
        """Work on ``connection``."""
        self._connection = connection
        self._most_roots = most_roots

    def memory(self, checkpoint: Checkpoint) -> Memory:
        """Return what is remembered that bears on ``checkpoint``."""
        origin = checkpoint.origin
        rows = self._connection.execute(
            "SELECT size, root, note, at FROM head WHERE origin = ?", (origin,)
        ).fetchall()
        roots = self._connection.execute(
            "SELECT root FROM root WHERE origin = ? AND size = ?", (origin, checkpoint.size)
        ).fetchall()
        return Memory(_head(origin, rows), roots[0][0] if roots else None)

    def remember(self, head: WitnessedHead) -> None:
        """Keep ``head`` as the newest of its log."""
        origin, size, root = head.checkpoint
        ((number,),) = self._connection.execute(
            "INSERT INTO head (origin, size, root, note, at, number) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, "
            "note = excluded.note, at = excluded.at, number = number + 1 RETURNING number",
            (origin, size, root, head.note, int(head.at.timestamp())),
        ).fetchall()
        self._connection.execute(
            "INSERT INTO root (origin, size, root, number) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET number = excluded.number",
            (origin, size, root, number),
        )
        self._connection.execute(
            "DELETE FROM root WHERE origin = ? AND number <= ?", (origin, number - self._most_roots)
        )

    def keep(
        self,
        suspicion: Suspicion,
        submission: Submission,
        known: WitnessedHead | None,
        at: datetime,
    ) -> None:
        """Keep a refused head beside the newest that was cosigned; the same one once."""
        origin, size, root = submission.checkpoint
        self._connection.execute(
            "INSERT INTO refused (suspicion, origin, times) VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET times = times + 1",
            (suspicion, origin),
        )
        self._connection.execute(
            "INSERT INTO evidence (suspicion, origin, size, root, note, known, at) "
            "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?8 > "
            "(SELECT count(*) FROM evidence WHERE suspicion = ?1 AND origin = ?2) "
            "ON CONFLICT DO NOTHING",
            (
                suspicion, origin, size, root, submission.note,
                None if known is None else known.note, int(at.timestamp()), MOST_EVIDENCE,
            ),
        )  # fmt: skip

    def reached(self, origin: str) -> Marks:
        """Return how far this transaction has gone with one log."""
        heads = self._connection.execute(
            "SELECT size, root FROM head WHERE origin = ?", (origin,)
        ).fetchall()
        ((evidence,),) = self._connection.execute(_NEWEST_EVIDENCE).fetchall()
        return Marks({origin: Reached(*heads[0])} if heads else {}, evidence)


def begin_store(path: Path) -> None:
    """Make the empty database of a new witness, for its owner alone.

    Raises:
        WitnessStateError: ``database_there``.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise WitnessStateError("database_there", f"{path.name} is there already") from error
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=LOCK_SECONDS,
            isolation_level=None, check_same_thread=False,
        )  # fmt: skip
        try:
            _set(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise WitnessStateError("database_wrong", f"{path.name} is no database") from error
    return connection


def _set(connection: sqlite3.Connection, path: Path) -> None:
    for pragma, wanted in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma} = {wanted}")
    for pragma, wanted in (*_PRAGMAS, ("user_version", _VERSION)):
        if connection.execute(f"PRAGMA {pragma}").fetchone()[0] != wanted:
            message = f"{path.name} is not a witness's database: {pragma} is not {wanted}"
            raise WitnessStateError("database_wrong", message)


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailableError("the witness's database did not do what was asked") from error


def _head(origin: str, rows: list[Any]) -> WitnessedHead | None:
    if not rows:
        return None
    ((size, root, note, at),) = rows
    return WitnessedHead(Checkpoint(origin, size, root), note, _time(at))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
