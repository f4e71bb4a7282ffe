"""The sequencer: everything in order, once; and it stops where the ledger is not its ledger."""

import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from typing_extensions import override

from ledger.errors import LogError, StoreUnavailableError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_store import LogStore, open_log
from ledger.store.log_writer import LogWriter
from ledger.transparency.merkle import leaf_hash, root_of
from tests_support.toy_ledger import Counted, new_stream, toy_act


@pytest.fixture
def log(ledger_url: str) -> Iterator[LogStore]:
    opened = open_log(ledger_url.replace("ledger.db", "log.db"))
    yield opened
    opened.close()


def happen(facts: LedgerFactStore, *numbers: int) -> None:
    facts.append(toy_act(), new_stream(*[Counted(number) for number in numbers]))


def root_of_ledger(facts: LedgerFactStore) -> bytes:
    return root_of(map(leaf_hash, facts.entries(after=0, limit=100_000)))


def test_the_tree_is_that_of_all_entries_in_order(store: LedgerFactStore, log: LogStore) -> None:
    writer = LogWriter(store, log)
    assert writer.integrate() == 0
    for count in (1, 255, 1, 2_300):
        happen(store, *range(count))
        assert writer.integrate() == store.head()
    assert log.edge().root == root_of_ledger(store)
    assert writer.integrate() == 2_557


def test_another_sequencer_goes_on_where_the_first_was(
    store: LedgerFactStore, log: LogStore
) -> None:
    first, second = LogWriter(store, log), LogWriter(store, log)
    for round_of in range(6):
        happen(store, *range(200))
        (first, second)[round_of % 2].integrate()
        happen(store, 1)
        assert (first, second)[round_of % 3 % 2].integrate() == store.head()
    assert log.edge().root == root_of_ledger(store)


def test_a_ledger_that_has_gone_back_is_not_followed(
    store: LedgerFactStore, log: LogStore, ledger_url: str
) -> None:
    happen(store, *range(20))
    writer = LogWriter(store, log)
    writer.integrate()
    remove(ledger_url, "position > 15")
    for each in (writer, LogWriter(store, log)):
        with pytest.raises(LogError) as refused:
            each.integrate()
        assert refused.value.rule == "ledger_rolled_back"
    assert log.size() == 20


def test_a_ledger_that_went_back_and_has_grown_again_is_not_followed(
    store: LedgerFactStore, log: LogStore, ledger_url: str
) -> None:
    happen(store, *range(20))
    LogWriter(store, log).integrate()
    remove(ledger_url, "position > 15", forget=True)
    happen(store, *range(100, 130))
    with pytest.raises(LogError) as refused:
        LogWriter(store, log).integrate()
    assert refused.value.rule == "ledger_changed"
    assert log.size() == 20


def test_a_missing_position_stops_the_log_before_it(
    store: LedgerFactStore, log: LogStore, ledger_url: str
) -> None:
    happen(store, *range(20))
    remove(ledger_url, "position = 12")
    writer = LogWriter(store, log)
    for _ in range(2):
        with pytest.raises(LogError, match="position 12") as refused:
            writer.integrate()
        assert refused.value.rule == "position_missing"
    assert log.size() == 11


class Unreliable(LogStore):
    """A database that commits, and loses the answer."""

    loses = True

    @override
    def integrate(self, *args: object, **kwargs: object) -> bool:
        done = super().integrate(*args, **kwargs)  # type: ignore[arg-type]
        if self.loses:
            raise StoreUnavailableError("no answer")
        return done


def test_a_batch_whose_answer_is_lost_counts_once(store: LedgerFactStore, log: LogStore) -> None:
    happen(store, *range(300))
    unreliable = Unreliable(log._database)
    writer = LogWriter(store, unreliable)
    with pytest.raises(StoreUnavailableError):
        writer.integrate()
    unreliable.loses = False
    happen(store, *range(300))
    assert writer.integrate() == 600
    assert log.edge().root == root_of_ledger(store)


def remove(url: str, which: str, *, forget: bool = False) -> None:
    """Take facts away as an administrator can: guards first."""
    statements = [f"DELETE FROM ledger_facts WHERE {which}"]  # noqa: S608 (our own words)
    if forget:
        statements.append("UPDATE ledger_removed SET highest = 0")
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for statement in ("DROP TRIGGER ledger_facts_never_go", *statements):
            connection.execute(statement)
        connection.close()
        return
    with psycopg.connect(url, autocommit=True) as server:
        for statement in ("DROP TRIGGER ledger_facts_stay ON ledger_facts", *statements):
            server.execute(statement.encode())
