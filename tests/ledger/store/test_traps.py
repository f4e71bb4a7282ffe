"""What goes wrong with the stock recorders, each tried on ours."""

import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier, Thread

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError
from typing_extensions import override

from ledger.errors import ConflictError, StoreUnavailableError
from ledger.facts import Idempotency
from ledger.store.fact_store import LedgerFactStore
from ledger.store.mapper import FactMapper
from ledger.store.rows import Batch, Recorder, Row, Wakeup
from ledger.store.sqlite_recorder import SQLiteFacts
from ledger.store.subscription import BATCH, Tail, follow
from tests_support.toy_ledger import (
    Counted,
    OpenSeals,
    fresh_id,
    new_stream,
    sample_painted,
    toy_act,
    toy_ledger,
    toy_types,
)

ONCE = Idempotency("once", b"d" * 32)


def by_force(url: str, *statements: str) -> None:
    """Do to the database what nobody may do, as somebody with its password would."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with psycopg.connect(url, autocommit=True) as server:
        for statement in statements:
            server.execute(statement.encode())


def drop_guard(url: str) -> str:
    if url.startswith("sqlite"):
        return "DROP TRIGGER ledger_facts_never_go"
    return "DROP TRIGGER ledger_facts_stay ON ledger_facts"


def over(recorder: Recorder, *, coalesce: bool = True) -> LedgerFactStore:
    recorder.create_table()
    mapper = FactMapper(toy_types(), OpenSeals(), fresh_id)
    return LedgerFactStore(lambda: recorder, mapper, coalesce=coalesce)


def test_ten_megabytes_are_appended_at_once(store: LedgerFactStore) -> None:
    painted = [sample_painted("x" * 60_000) for _ in range(180)]
    change = new_stream(*painted)
    started = time.monotonic()
    assert len(store.append(toy_act(), change).positions) == 180
    assert time.monotonic() - started < 4
    assert store.history(change.stream_id).facts[-1] == painted[-1]
    # No lock was left behind.
    assert store.append(toy_act(), new_stream(Counted(1))).positions == (181,)


def test_facts_are_neither_changed_nor_removed_by_a_slip(
    store: LedgerFactStore, ledger_url: str
) -> None:
    store.append(toy_act(), new_stream(Counted(1), Counted(2)))
    for statement in (
        "DELETE FROM ledger_facts WHERE position = 2",
        "DELETE FROM ledger_facts",
        "UPDATE ledger_facts SET topic = 'toy.met/1'",
    ):
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException)):
            by_force(ledger_url, statement)
    assert len(store.read(after=0, limit=9)) == 2


def test_the_position_of_a_removed_fact_is_not_given_again(
    store: LedgerFactStore, ledger_url: str
) -> None:
    store.append(toy_act(), new_stream(Counted(1)), new_stream(Counted(2)))
    by_force(ledger_url, drop_guard(ledger_url), "DELETE FROM ledger_facts WHERE position = 2")
    assert store.head() == 2
    assert store.append(toy_act(), new_stream(Counted(3))).positions == (3,)
    findings = {finding.check: finding for finding in store.integrity()}
    assert not findings["gapless"].holds
    assert findings["gapless"].found == "2 facts, last 3, removed up to 2"


def test_an_altered_fact_is_found_by_the_deep_check(
    store: LedgerFactStore, ledger_url: str
) -> None:
    store.append(toy_act(), new_stream(Counted(1)), new_stream(Counted(2)))
    guard = drop_guard(ledger_url).replace("never_go", "never_change")
    by_force(ledger_url, guard, "UPDATE ledger_facts SET originator_version = 2 WHERE position = 2")
    (entries,) = [f for f in store.integrity(deep=True) if f.check == "entries"]
    assert not entries.holds
    assert entries.found == "position 2 differs"


def test_an_unreadable_fact_is_found_by_the_deep_check(
    store: LedgerFactStore, ledger_url: str
) -> None:
    store.append(toy_act(), new_stream(Counted(1)))
    guard = drop_guard(ledger_url).replace("never_go", "never_change")
    by_force(ledger_url, guard, "UPDATE ledger_facts SET state = entry")
    (entries,) = [f for f in store.integrity(deep=True) if f.check == "entries"]
    assert not entries.holds


def test_a_refused_append_leaves_no_gap(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1))
    store.append(toy_act(), change)
    for _ in range(3):
        with pytest.raises(ConflictError):
            store.append(toy_act(), new_stream(Counted(2)), change)
    assert store.append(toy_act(), new_stream(Counted(3))).positions == (2,)


class Failing(SQLiteFacts):
    """Fails at its next appends, before or after they are recorded."""

    before = 0
    after = 0

    @override
    def append(self, batch: Batch) -> int:
        if self.before:
            self.before -= 1
            raise OperationalError("the disk is full")
        first = super().append(batch)
        if self.after:
            self.after -= 1
            raise OperationalError("the answer got lost")
        return first


@pytest.mark.parametrize("coalesce", [True, False])
def test_an_append_that_failed_can_be_done_again(tmp_path: Path, *, coalesce: bool) -> None:
    recorder = Failing(tmp_path / "ledger.db")
    store = over(recorder, coalesce=coalesce)
    change = new_stream(Counted(1))
    recorder.before = 1
    with pytest.raises(StoreUnavailableError):
        store.append(toy_act(), change)
    # The very same change: nothing of it was used up by the failure.
    assert store.append(toy_act(), change).positions == (1,)
    assert store.history(change.stream_id).facts == (Counted(1),)
    store.close()


def test_an_answer_that_got_lost_is_given_to_who_asks_again(tmp_path: Path) -> None:
    recorder = Failing(tmp_path / "ledger.db")
    store = over(recorder)
    change = new_stream(Counted(1))
    recorder.after = 1
    with pytest.raises(StoreUnavailableError):
        store.append(toy_act(), change, idempotency=ONCE)
    again = store.append(toy_act(), change, idempotency=ONCE)
    assert (again.positions, again.repeated) == ((1,), True)
    assert store.head() == 1
    store.close()


def test_two_stores_write_and_read_the_same_ledger_without_errors(ledger_url: str) -> None:
    """A deferred BEGIN would fail here at once: "database is locked"."""
    together = Barrier(8)
    failed: list[BaseException] = []

    def work(store: LedgerFactStore) -> None:
        together.wait()
        change = new_stream(Counted(0))
        try:
            store.append(toy_act(), change)
            for number in range(20):
                history = store.history(change.stream_id)
                store.append(toy_act(), history.then(Counted(number)))
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failed.append(error)

    with toy_ledger(ledger_url) as one, toy_ledger(ledger_url) as other:
        workers = [Thread(target=work, args=(store,)) for store in (one, other) * 4]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert failed == []
        assert [f.position for f in one.read(after=0, limit=999)] == list(range(1, 169))


def test_a_conflict_among_gathered_appends_refuses_that_one_alone(store: LedgerFactStore) -> None:
    taken = new_stream(Counted(0))
    store.append(toy_act(), taken)
    together = Barrier(24)
    outcomes: list[str] = []

    def work(number: int) -> None:
        together.wait()
        change = taken if number % 4 == 0 else new_stream(Counted(number))
        try:
            store.append(toy_act(), change)
        except ConflictError:
            outcomes.append("conflict")
        else:
            outcomes.append("stored")

    workers = [Thread(target=work, args=(number,)) for number in range(24)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["conflict"] * 6 + ["stored"] * 18
    assert store.head() == 19


class Deaf:
    """A wake-up that never comes: each wait lasts as long as it may."""

    def __init__(self, recorder: "Scripted") -> None:
        self._recorder = recorder

    def wait(self, seconds: float) -> None:
        assert seconds <= 1.0
        self._recorder.waited += 1

    def close(self) -> None:
        self._recorder.closed = True


class Scripted:
    """A recorder whose facts appear while a follower waits."""

    def __init__(self, topics: str, *, appear_after: int = 0) -> None:
        self._rows = [_row(number, topic) for number, topic in enumerate(topics, 1)]
        self._appear_after = appear_after
        self.waited = 0
        self.closed = False
        self.looked_at: list[int] = []

    def rows(self, *, after: int, limit: int, topics: Sequence[str] | None = None) -> list[Row]:
        self.looked_at.append(after)
        if self.waited < self._appear_after:
            return []
        return [r for r in self._rows[after:] if topics is None or r.topic in topics][:limit]

    def head(self) -> int:
        return 0 if self.waited < self._appear_after else len(self._rows)

    def wakeup(self) -> Wakeup:
        assert self.looked_at == [], "who looks before listening misses what comes between"
        return Deaf(self)


def _row(position: int, topic: str) -> Row:
    return Row(position, fresh_id(), fresh_id(), 1, topic, b"", b"")


def test_a_lost_wake_up_delays_a_fact_but_never_loses_it() -> None:
    recorder = Scripted("aaa", appear_after=2)
    batches = follow(recorder, after=0, timeout=None)
    assert [row.position for row in next(batches)] == [1, 2, 3]
    assert recorder.waited == 2
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert recorder.closed


def test_following_one_name_moves_on_over_all_others() -> None:
    recorder = Scripted("b" + "a" * 5_000)
    with Tail(recorder, None, ["b"]) as tail:
        assert next(tail).id == 1
        recorder._rows.append(_row(5_002, "b"))
        assert next(tail).id == 5_002
    # The 5,000 others were passed once, not looked at again.
    assert recorder.looked_at == [0, 5_001]


def test_a_subscription_waits_for_what_comes_and_may_be_left_unread() -> None:
    recorder = Scripted("aa", appear_after=3)
    with Tail(recorder, None, []) as tail:
        assert [next(tail).id, next(tail).id] == [1, 2]
    assert (recorder.waited, recorder.closed) == (3, True)
    with Tail(recorder, None, []):
        pass


def test_a_long_ledger_is_followed_in_small_pieces() -> None:
    recorder = Scripted("a" * (2 * BATCH + 1))
    batches = follow(recorder, after=0, timeout=0)
    assert [len(batch) for batch in batches] == [BATCH, BATCH, 1]


def test_the_pools_warnings_are_heard() -> None:
    """The library mutes them, and a full server then shows as nothing but time-outs."""
    assert logging.getLogger("psycopg.pool").getEffectiveLevel() <= logging.WARNING


def test_a_file_that_cannot_be_durable_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("CREATE TABLE held (x)")
        recorder = SQLiteFacts(path)
        recorder.datastore.lock_seconds = 0.05
        with pytest.raises(OperationalError):
            recorder.create_table()
        recorder.close()


def test_a_ledger_that_no_disk_keeps_is_refused() -> None:
    recorder = SQLiteFacts(Path(":memory:"))
    with pytest.raises(OperationalError, match="not be durable"):
        recorder.create_table()
    recorder.close()


def test_more_readers_than_are_kept_are_served(tmp_path: Path) -> None:
    recorder = SQLiteFacts(tmp_path / "ledger.db")
    recorder.create_table()
    with ExitStack() as many:
        for _ in range(20):
            many.enter_context(recorder.datastore.reading())
        assert recorder.head() == 0
    assert len(recorder.datastore._idle) < 20
    recorder.close()


def test_a_connection_in_use_at_the_end_is_closed_when_given_back(tmp_path: Path) -> None:
    recorder = SQLiteFacts(tmp_path / "ledger.db")
    recorder.create_table()
    with recorder.datastore.reading() as connection:
        recorder.close()
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path) -> None:
    recorder = SQLiteFacts(tmp_path / "ledger.db")
    recorder.datastore.lock_seconds = 0.05
    store = over(recorder)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError):
            store.append(toy_act(), new_stream(Counted(1)))
        with recorder.datastore._writing, pytest.raises(StoreUnavailableError):
            store.append(toy_act(), new_stream(Counted(1)))
        other.execute("ROLLBACK")
    assert store.append(toy_act(), new_stream(Counted(1))).positions == (1,)
    store.close()


def test_an_event_cannot_stand_at_two_places(store: LedgerFactStore) -> None:
    row = _row(0, "toy.counted/1")._replace(entry=b"e" * 65, state=b"s")
    with pytest.raises(IntegrityError):
        store._opened.append(Batch([row, row]))
    assert store.head() == 0
