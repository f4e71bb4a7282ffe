"""The journal is appended to, and whoever changes it is found."""

import sqlite3
from datetime import timedelta
from threading import Thread

import psycopg
import pytest

from tests_support.signed_certificates import AT
from verify_api.caller_database import CallerDatabase
from verify_api.identity.journal import Deed, Journal, append

DATABASE_ERRORS = (sqlite3.IntegrityError, psycopg.errors.RaiseException)


@pytest.fixture
def journal(callers: CallerDatabase) -> Journal:
    kept = Journal(callers)
    for number in range(5):
        kept.write(Deed.SIGNED_IN, at=AT, account=f"a-{number}", method="password")
    return kept


def unguarded(callers: CallerDatabase, statement: str) -> None:
    """Do to the table what its owner can do who has taken the guards off."""
    with callers.transaction() as transaction:
        if type(callers).__name__ == "SqliteCallers":
            transaction.run("DROP TRIGGER IF EXISTS journal_stays")
            transaction.run("DROP TRIGGER IF EXISTS journal_keeps")
        else:
            transaction.run("DROP TRIGGER IF EXISTS journal_stays ON caller_journal")
        transaction.run(statement)


def test_entries_come_in_their_order_each_with_the_one_before(journal: Journal) -> None:
    entries = list(journal.entries())
    assert [one.sequence for one in entries] == [1, 2, 3, 4, 5]
    assert [one.previous for one in entries[1:]] == [one.digest for one in entries[:-1]]
    assert [one.account for one in journal.entries(after=3)] == ["a-3", "a-4"]
    assert entries[0].detail == {"method": "password"}
    assert journal.first_broken() is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE caller_journal SET account = 'x'", "DELETE FROM caller_journal WHERE sequence = 2"],
)
def test_the_database_refuses_changes(
    journal: Journal, callers: CallerDatabase, statement: str
) -> None:
    with pytest.raises(DATABASE_ERRORS), callers.transaction() as transaction:
        transaction.run(statement)
    assert journal.first_broken() is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE caller_journal SET account = 'x' WHERE sequence = 3", 3),
        ("UPDATE caller_journal SET at = at + 1 WHERE sequence = 1", 1),
        ("UPDATE caller_journal SET deed = 'signed_out' WHERE sequence = 5", 5),
        ("DELETE FROM caller_journal WHERE sequence = 2", 2),
        ("DELETE FROM caller_journal WHERE sequence = 5", 5),
        ("DELETE FROM caller_journal", 1),
        ("UPDATE caller_journal SET sequence = 9 WHERE sequence = 5", 5),
    ],
)
def test_a_change_below_the_guards_is_found(
    journal: Journal, callers: CallerDatabase, statement: str, broken: int
) -> None:
    unguarded(callers, statement)
    assert journal.first_broken() == broken


def test_writers_at_the_same_moment_leave_no_gap(journal: Journal) -> None:
    def write() -> None:
        for _ in range(5):
            journal.write(Deed.SIGNED_OUT, at=AT, account="a")

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [one.sequence for one in journal.entries()] == list(range(1, 26))
    assert journal.first_broken() is None


def test_what_is_taken_back_leaves_no_entry(journal: Journal, callers: CallerDatabase) -> None:
    def fail() -> None:
        with callers.transaction() as transaction:
            append(transaction, Deed.MEMBER_REMOVED, at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(list(journal.entries())) == 5
    assert journal.first_broken() is None


def test_failures_count_once_a_minute(journal: Journal) -> None:
    for seconds in (0, 1, 59, 61):
        at = AT.replace(second=0) + timedelta(seconds=seconds)
        journal.write_seldom(Deed.SIGN_IN_FAILED, "password", at=at, account="a")
    journal.write_seldom(Deed.SIGN_IN_FAILED, "password", at=AT.replace(second=0), account="b")
    assert len(list(journal.entries())) == 5 + 3
