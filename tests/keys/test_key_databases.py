import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import psycopg
import pytest

from keys.key_connections import Connections
from keys.key_database import KeyDatabase, KeySession
from keys.key_database_postgres import PostgresKeys
from keys.key_database_sqlite import SqliteKeys, check_pragmas
from keys.key_store_errors import KeyStoreError


@pytest.fixture
def database(key_url: str) -> Iterator[KeyDatabase]:
    opened: KeyDatabase = (
        SqliteKeys(Path(key_url.removeprefix("sqlite:///")))
        if key_url.startswith("sqlite")
        else PostgresKeys(key_url)
    )
    yield opened
    opened.close()


def count(session: KeySession) -> None:
    session.execute_many(
        "INSERT INTO key_batch (batch, subject, purpose) VALUES (?, ?, ?)",
        [(b"batch", b"subject", f"purpose {number}") for number in range(3)],
    )


def counted(database: KeyDatabase) -> int:
    found: int = database.query("SELECT count(*) FROM key_batch")[0][0]
    return found


def test_a_transaction_is_all_or_nothing(database: KeyDatabase) -> None:
    def interrupted() -> None:
        with database.writing() as session:
            count(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert counted(database) == 0
    with database.writing() as session:
        count(session)
    assert counted(database) == 3


def test_a_failing_statement_is_an_error_of_ours_and_the_next_one_works(
    database: KeyDatabase,
) -> None:
    def failing() -> None:
        with database.writing() as session:
            count(session)
            session.execute("SELECT nonsense")

    with pytest.raises(KeyStoreError):
        failing()
    with pytest.raises(KeyStoreError):
        database.query("SELECT nonsense")
    assert counted(database) == 0


def test_a_snapshot_does_not_see_what_comes_later(database: KeyDatabase) -> None:
    with database.snapshot() as session:
        assert session.execute("SELECT count(*) FROM key_batch") == [(0,)]
        with database.writing() as other:
            count(other)
        assert session.execute("SELECT count(*) FROM key_batch") == [(0,)]


def test_writers_take_turns(database: KeyDatabase) -> None:
    with database.writing() as session:
        session.execute("INSERT INTO key_store VALUES (1, ?, 1, 0, 0)", (b"store",))

    def add(_: int) -> None:
        with database.writing() as session:
            slots = session.execute("SELECT slots FROM key_store")[0][0]
            session.execute("UPDATE key_store SET slots = ?", (slots + 1,))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(40)))
    assert database.query("SELECT slots FROM key_store") == [(40,)]


def test_only_one_may_shred_and_others_may_write_meanwhile(
    database: KeyDatabase,
) -> None:
    order = []

    def shred(_: int) -> None:
        with database.shredding():
            order.append("in")
            with database.writing() as session:
                session.execute("SELECT 1")
            order.append("out")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(shred, range(8)))
    assert order == ["in", "out"] * 8


def test_the_file_is_for_nobody_else(tmp_path: Path) -> None:
    database = SqliteKeys(tmp_path / "keys.db")
    with database.writing() as session:
        count(session)
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}
    database.close()


def test_a_lock_that_is_never_freed_is_an_error_after_a_while(tmp_path: Path) -> None:
    holder = SqliteKeys(tmp_path / "keys.db")
    waiting = SqliteKeys(tmp_path / "keys.db", lock_seconds=0.05)
    with holder.shredding(), pytest.raises(KeyStoreError, match="lock"), waiting.shredding():
        pytest.fail("two hold the lock")
    with holder.writing(), pytest.raises(KeyStoreError), waiting.writing():
        pytest.fail("two write")
    with waiting.shredding():
        pass
    holder.close()
    waiting.close()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "delete"), ("synchronous", 1), ("secure_delete", 0)]
)
def test_a_setting_that_did_not_hold_is_refused(tmp_path: Path, pragma: str, value: object) -> None:
    connection = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = 2")
    connection.execute("PRAGMA secure_delete = 1")
    check_pragmas(connection)
    connection.execute(f"PRAGMA {pragma} = {value}")
    with pytest.raises(KeyStoreError, match=pragma):
        check_pragmas(connection)


@pytest.mark.parametrize("setting", ["off", "local"])
@pytest.mark.postgresql
def test_a_lazy_server_is_told_to_commit_for_good(postgres_url: str, setting: str) -> None:
    name = urlparse(postgres_url).path.removeprefix("/")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {setting}".encode())
    database = PostgresKeys(postgres_url)
    assert database.query("SHOW synchronous_commit") == [("on",)]
    database.close()


# Time limits on PostgreSQL

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def limits(session: KeySession) -> list[str]:
    return [session.execute(f"SHOW {name}")[0][0] for name in LIMITS]


def limited(url: str, limit: str) -> PostgresKeys:
    return PostgresKeys(f"{url}&options=-c%20{limit}")


@pytest.mark.postgresql
def test_a_server_that_is_frozen_is_an_error_and_comes_back(postgres_url: str) -> None:
    database = PostgresKeys(postgres_url, client_seconds=1.0)

    def write() -> None:
        with database.writing():
            pytest.fail("it is frozen")

    for ask in (lambda: database.query("SELECT 1"), write):
        ((process,),) = database.query("SELECT pg_backend_pid()")
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(KeyStoreError):
                ask()
        finally:
            os.kill(process, signal.SIGCONT)
    assert database.query("SELECT 1") == [(1,)]
    database.close()


@pytest.mark.postgresql
def test_a_statement_that_takes_too_long_is_an_error(postgres_url: str) -> None:
    database = limited(postgres_url, "statement_timeout%3D1s")
    with pytest.raises(KeyStoreError):
        database.query("SELECT pg_sleep(20)")
    database.close()


@pytest.mark.postgresql
def test_who_freezes_while_writing_loses_it_and_the_next_one_goes_on(postgres_url: str) -> None:
    database = limited(postgres_url, "idle_in_transaction_session_timeout%3D800ms")

    def freeze() -> None:
        with database.writing() as session:
            count(session)
            with database.writing() as other:
                count(other)
            session.execute("SELECT 1")

    with pytest.raises(KeyStoreError):
        freeze()
    assert counted(database) == 3
    database.close()


@pytest.mark.postgresql
def test_a_shredding_may_take_long_and_nothing_else(postgres_url: str) -> None:
    database = PostgresKeys(postgres_url, client_seconds=1.0)
    ordinary = ["30s", "30s", "15s"]
    with database.shredding():
        with database.writing() as session:
            assert limits(session) == ["30min", "30s", "30min"]
            session.execute("SELECT pg_sleep(1.3)")
        with database.snapshot() as session:
            assert limits(session) == ["30min", "30s", "30min"]
    with database.writing() as session, database.snapshot() as beside:
        assert limits(session) == limits(beside) == ordinary
    with pytest.raises(KeyStoreError), database.writing() as session:
        session.execute("SELECT pg_sleep(20)")
    database.close()


# What a deletion leaves behind

MARK = bytes(range(60))


def _left_after_deleting(folder: Path, *, secure: bool) -> bool:
    path = folder / "plain.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute(f"PRAGMA secure_delete = {int(secure)}")
        connection.execute("CREATE TABLE key (wrapped BLOB)")
        connection.executemany("INSERT INTO key VALUES (?)", [(bytes(60),), (MARK,)])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("DELETE FROM key WHERE wrapped = ?", (MARK,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return any(MARK in file.read_bytes() for file in folder.iterdir())


def test_with_secure_delete_off_the_bytes_stay(tmp_path: Path) -> None:
    """Negative control: why the setting is asserted."""
    assert _left_after_deleting(tmp_path, secure=False)


def test_with_secure_delete_on_the_bytes_are_gone(tmp_path: Path) -> None:
    assert not _left_after_deleting(tmp_path, secure=True)


@pytest.mark.postgresql
def test_on_postgresql_a_plain_delete_leaves_the_bytes(postgres_url: str) -> None:
    """Negative control: why forgetting replaces the root and does not rely on deleting."""
    sockets = Path(parse_qs(urlparse(postgres_url).query)["host"][0])
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE key (wrapped BYTEA)")
        connection.execute("INSERT INTO key VALUES (%s)", (MARK,))
        connection.execute("DELETE FROM key")
        connection.execute("CHECKPOINT")
        path = connection.execute("SELECT pg_relation_filepath('key')").fetchone()
    assert path is not None
    assert MARK in (sockets / "data" / path[0]).read_bytes()


# Connections


class FakeConnection:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_connection_is_lent_again() -> None:
    made: list[FakeConnection] = []

    def connect() -> FakeConnection:
        made.append(FakeConnection())
        return made[-1]

    connections = Connections(connect)
    for _ in range(3):
        with connections.borrowed():
            pass
    assert len(made) == 1
    with connections.borrowed(), connections.borrowed():
        pass
    assert len(made) == 2
    connections.close()
    assert [connection.closed for connection in made] == [1, 1]


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError, psycopg.OperationalError], ids=["sqlite", "postgresql"]
)
def test_after_a_database_error_no_old_connection_is_lent(error: type[Exception]) -> None:
    connections = Connections(FakeConnection)
    with connections.borrowed() as first, connections.borrowed() as second:
        pass
    with pytest.raises(KeyStoreError), connections.borrowed():
        raise error
    assert (first.closed, second.closed) == (1, 1)


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError, psycopg.OperationalError], ids=["sqlite", "postgresql"]
)
def test_a_database_that_cannot_be_reached_is_named_so(error: type[Exception]) -> None:
    def connect() -> FakeConnection:
        raise error

    with pytest.raises(KeyStoreError, match="cannot be opened"), Connections(connect).borrowed():
        pytest.fail("nothing was opened")


def test_a_forked_child_leaves_its_parents_connections_alone() -> None:
    process = [1]
    connections = Connections(FakeConnection, process=lambda: process[0])
    with connections.borrowed() as first:
        pass
    process[0] = 2
    with connections.borrowed() as second:
        pass
    connections.close()
    assert first is not second
    assert (first.closed, second.closed) == (0, 1)
