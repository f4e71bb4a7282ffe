import os
import signal
import sqlite3
import stat
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from ledger.errors import StoreUnavailableError
from tests_support.cheap_accounts import CHEAP
from tests_support.signed_certificates import AT
from verify_api.accounts import Accounts
from verify_api.caller_database import CallerDatabase, PostgresCallers, SqliteCallers, open_callers
from verify_api.errors import SignInRefusedError, TooManyRequestsError

SESSION_OF_NOBODY = "INSERT INTO sessions VALUES ('hash', 'nobody', 1, 1)"
ATTEMPT = "INSERT INTO sign_in_attempts (who, free_at) VALUES (?, ?)"


def test_a_transaction_that_fails_leaves_nothing(callers: CallerDatabase) -> None:
    def fail() -> None:
        with callers.transaction() as transaction:
            transaction.run(ATTEMPT, ("somebody", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with callers.transaction() as transaction:
        assert transaction.run("SELECT * FROM sign_in_attempts") == []


def test_a_close_lets_an_open_transaction_end_and_refuses_the_next(
    callers: CallerDatabase,
) -> None:
    begun, may_end = Event(), Event()
    seen: list[object] = []

    def work() -> None:
        with callers.transaction() as transaction:
            begun.set()
            may_end.wait(20)
            transaction.run(ATTEMPT, ("somebody", 1))
            seen.extend(transaction.run("SELECT who, free_at FROM sign_in_attempts"))

    working, closing = Thread(target=work), Thread(target=callers.close)
    working.start()
    assert begun.wait(20)
    closing.start()
    closing.join(0.05)  # by then one that does not wait has closed
    may_end.set()
    working.join(20)
    closing.join(20)
    assert seen == [("somebody", 1)]
    with pytest.raises(StoreUnavailableError), callers.transaction():
        pass


def test_what_only_one_does_at_a_time_waits_for_the_one_before(callers: CallerDatabase) -> None:
    begun, may_end = Event(), Event()
    order: list[str] = []

    def work(name: str) -> None:
        with callers.transaction() as transaction:
            transaction.alone("work")
            order.append(f"{name} begins")
            begun.set()
            may_end.wait(0.3)
            order.append(f"{name} ends")

    first, second = Thread(target=work, args=("one",)), Thread(target=work, args=("two",))
    first.start()
    assert begun.wait(20)
    second.start()
    first.join(20)
    may_end.set()
    second.join(20)
    assert order == ["one begins", "one ends", "two begins", "two ends"]


def test_attempts_of_the_same_moment_are_all_counted(callers: CallerDatabase) -> None:
    accounts = Accounts(callers, cost=CHEAP)
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            accounts.sign_in("mau", "sai mật khẩu rồi", network="192.0.2.1", at=AT)
        except (SignInRefusedError, TooManyRequestsError) as error:
            outcomes.append(type(error))

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count(SignInRefusedError) == 5
    assert outcomes.count(TooManyRequestsError) == 7


def test_an_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "callers.db"
    SqliteCallers(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_sqlite_file_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "callers.db"
    database = SqliteCallers(path)
    database._connection.execute("PRAGMA busy_timeout = 1")
    blocking = sqlite3.connect(path, isolation_level=None)
    blocking.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailableError), database.transaction():
        pass
    blocking.close()
    database.close()


def test_a_commit_that_sqlite_refuses_is_taken_back_and_the_next_one_works(tmp_path: Path) -> None:
    database = SqliteCallers(tmp_path / "callers.db")

    def write() -> None:
        with database.transaction() as transaction:
            transaction.run("PRAGMA defer_foreign_keys = ON")  # refused at the end, not before
            transaction.run(SESSION_OF_NOBODY)

    with pytest.raises(sqlite3.IntegrityError):
        write()
    with database.transaction() as transaction:
        assert transaction.run("SELECT * FROM sessions") == []
    database.close()


def test_an_sqlite_file_without_a_wal_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreUnavailableError, match="memory"):
        SqliteCallers(Path(":memory:"))


def limited(url: str, limit: str) -> PostgresCallers:
    return PostgresCallers(f"{url}&options=-c%20{limit}")


@pytest.mark.postgresql
def test_every_postgresql_connection_has_the_servers_limits(postgres_url: str) -> None:
    database = PostgresCallers(postgres_url)
    with database.transaction() as transaction:
        for name, limit in (
            ("statement_timeout", "4s"), ("lock_timeout", "3s"),
            ("idle_in_transaction_session_timeout", "10s"), ("search_path", "callers"),
        ):  # fmt: skip
            assert transaction.run(f"SHOW {name}") == [(limit,)]
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_server_that_is_frozen_is_unavailable_and_comes_back(
    postgres_url: str,
) -> None:
    database = PostgresCallers(postgres_url, connections=1, client_seconds=1.0)
    with database.transaction() as transaction:
        ((process,),) = transaction.run("SELECT pg_backend_pid()")
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailableError), database.transaction() as transaction:
            transaction.run("SELECT 1")
    finally:
        os.kill(process, signal.SIGCONT)
    with database.transaction() as transaction:
        assert transaction.run("SELECT 1") == [(1,)]
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_statement_that_takes_too_long_is_unavailable(postgres_url: str) -> None:
    database = limited(postgres_url, "statement_timeout%3D1s")
    with pytest.raises(StoreUnavailableError), database.transaction() as transaction:
        transaction.run("SELECT pg_sleep(20)")
    database.close()


@pytest.mark.postgresql
def test_who_waits_too_long_for_anothers_row_is_told(postgres_url: str) -> None:
    database = limited(postgres_url, "lock_timeout%3D100ms")
    with database.transaction() as transaction:
        transaction.run(ATTEMPT, ("somebody", 1))
        with pytest.raises(StoreUnavailableError), database.transaction() as other:
            other.run(ATTEMPT, ("somebody", 2))
    database.close()


@pytest.mark.postgresql
def test_who_freezes_in_a_transaction_loses_it_and_the_next_one_goes_on(postgres_url: str) -> None:
    database = limited(postgres_url, "idle_in_transaction_session_timeout%3D800ms")

    def freeze() -> None:
        with database.transaction() as transaction:
            transaction.run(ATTEMPT, ("somebody", 1))
            with database.transaction() as other:
                other.run(ATTEMPT, ("somebody", 2))
            transaction.run("SELECT 1")

    with pytest.raises(StoreUnavailableError):
        freeze()
    with database.transaction() as transaction:
        assert transaction.run("SELECT free_at FROM sign_in_attempts") == [(2,)]
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_server_that_only_reads_is_unavailable(postgres_url: str) -> None:
    database = PostgresCallers(postgres_url)

    def write() -> None:
        with database.transaction() as transaction:
            transaction.run("SET TRANSACTION READ ONLY")  # as on a server that was set back
            transaction.run(ATTEMPT, ("somebody", 1))

    with pytest.raises(StoreUnavailableError):
        write()
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_connection_that_was_cut_is_unavailable_and_comes_back(
    postgres_url: str,
) -> None:
    database = open_callers(postgres_url)
    assert isinstance(database, PostgresCallers)

    def ask_over_a_connection_that_is_cut() -> None:
        with database.transaction() as transaction:
            ((pid,),) = transaction.run("SELECT pg_backend_pid()")
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            transaction.run("SELECT 1")

    with pytest.raises(StoreUnavailableError):
        ask_over_a_connection_that_is_cut()
    with database.transaction() as transaction:
        assert transaction.run("SELECT 1") == [(1,)]
    database.close()


@pytest.mark.postgresql
def test_two_workers_may_open_a_new_database_at_once(postgres_url: str) -> None:
    opened: list[CallerDatabase] = []
    threads = [Thread(target=lambda: opened.append(open_callers(postgres_url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(opened) == 3
    for database in opened:
        database.close()
