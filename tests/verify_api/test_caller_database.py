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
