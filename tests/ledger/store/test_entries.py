"""Log entries are read in order, without anything of the facts; a missing position stops loudly."""

import sqlite3

import psycopg
import pytest

from ledger.errors import TamperedError
from ledger.store.fact_store import LedgerFactStore
from tests_support.toy_ledger import Counted, new_stream, toy_act


def test_entries_are_those_of_the_facts_in_order(store: LedgerFactStore) -> None:
    for number in range(7):
        store.append(toy_act(), new_stream(Counted(number)))
    entries = [recorded.entry for recorded in store.read(after=0, limit=100)]
    assert store.entries(after=0, limit=100) == entries
    assert store.entries(after=2, limit=3) == entries[2:5]
    assert store.entries(after=7, limit=3) == []


def test_what_lies_behind_a_missing_position_is_not_returned(
    store: LedgerFactStore, ledger_url: str
) -> None:
    for number in range(6):
        store.append(toy_act(), new_stream(Counted(number)))
    entries = store.entries(after=0, limit=100)
    remove(ledger_url, 4)
    assert store.entries(after=0, limit=100) == entries[:3]
    with pytest.raises(TamperedError, match="position 4"):
        store.entries(after=3, limit=100)


def remove(url: str, position: int) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("DROP TRIGGER ledger_facts_never_go")
        connection.execute("DELETE FROM ledger_facts WHERE position = ?", (position,))
        connection.close()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP TRIGGER ledger_facts_stay ON ledger_facts")
        server.execute("DELETE FROM ledger_facts WHERE position = %s", (position,))
