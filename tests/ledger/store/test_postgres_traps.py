"""What goes wrong between a program and its PostgreSQL server, tried on our store."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Thread

import psycopg
import pytest
from eventsourcing.persistence import DatabaseError, OperationalError
from typing_extensions import override

from ledger.errors import ConflictError, StoreUnavailableError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.mapper import FactMapper
from ledger.store.postgres_listener import Listener
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Batch
from tests_support.toy_ledger import (
    Counted,
    OpenSeals,
    fresh_id,
    new_stream,
    toy_act,
    toy_ledger,
    toy_store,
    toy_types,
)

pytestmark = pytest.mark.postgresql

OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@pytest.fixture
def admin(postgres_url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Somebody else at the same database."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def others(admin: "psycopg.Connection[tuple[object, ...]]") -> list[int]:
    """Return the server's processes for everybody but ``admin``."""
    found = admin.execute(OTHERS, [admin.info.backend_pid]).fetchall()
    return [int(str(pid)) for (pid,) in found]


class LosesAnswers(PostgresFacts):
    """Its server commits, and the answer is lost on its way."""

    lost = 1
    recorded = True

    @override
    def _append(self, batch: Batch) -> int:
        if not self.lost:
            return super()._append(batch)
        self.lost -= 1
        if self.recorded:
            super()._append(batch)
        closed = psycopg.OperationalError("server closed the connection unexpectedly")
        raise OperationalError(str(closed)) from closed


def over(recorder: PostgresFacts) -> LedgerFactStore:
    recorder.create_table()
    return LedgerFactStore(lambda: recorder, FactMapper(toy_types(), OpenSeals(), fresh_id))


@pytest.mark.parametrize("recorded", [True, False])
def test_a_lost_answer_is_found_again(postgres_url: str, *, recorded: bool) -> None:
    recorder = LosesAnswers(postgres_url)
    recorder.recorded = recorded
    store = over(recorder)
    assert store.append(toy_act(), new_stream(Counted(1), Counted(2))).positions == (1, 2)
    assert store.append(toy_act(), new_stream(Counted(3))).positions == (3,)
    store.close()


def test_a_lost_answer_is_not_mistaken_for_somebody_elses_fact(postgres_url: str) -> None:
    with toy_ledger(postgres_url) as other:
        change = new_stream(Counted(1))
        other.append(toy_act(), change)
        recorder = LosesAnswers(postgres_url)
        recorder.recorded = False
        store = over(recorder)
        with pytest.raises(ConflictError):
            store.append(toy_act(), change)
        recorder.lost = 1
        only_looks = replace(other.history(change.stream_id).then(), expected_version=0)
        with pytest.raises(ConflictError):
            store.append(toy_act(), only_looks)
        store.close()


def test_connections_that_the_server_ended_are_replaced(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with toy_ledger(postgres_url) as store:
        change = new_stream(Counted(1))
        for ask in (
            lambda: store.append(toy_act(), change),
            lambda: store.append(toy_act(), new_stream(Counted(2))),
            lambda: store.history(change.stream_id),
            store.head,
        ):
            with ThreadPoolExecutor(4) as threads:
                list(threads.map(lambda _: store.head(), range(8)))
            for process in others(admin):
                admin.execute("SELECT pg_terminate_backend(%s)", [process])
            ask()
        assert store.head() == 2


def test_a_frozen_server_process_is_given_up_and_its_work_done_once(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    store = over(PostgresFacts(postgres_url, client_seconds=0.5))
    store.append(toy_act(), new_stream(Counted(1)))
    frozen = others(admin)
    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    change = new_stream(Counted(2))
    try:
        started = time.monotonic()
        assert store.append(toy_act(), change).positions == (2,)
        assert time.monotonic() - started < 5
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)
    # The frozen process wakes up and finds that its append has been done by another.
    assert store.append(toy_act(), new_stream(Counted(3))).positions == (3,)
    assert store.history(change.stream_id).version == 1
    store.close()


def test_vacuum_and_index_builds_do_not_stop_appends(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with toy_ledger(postgres_url) as store:
        store.append(toy_act(), new_stream(Counted(1)))
        with admin.transaction():
            # The lock that VACUUM, ANALYZE and CREATE INDEX CONCURRENTLY take.
            admin.execute("LOCK TABLE ledger_facts IN SHARE UPDATE EXCLUSIVE MODE")
            started = time.monotonic()
            store.append(toy_act(), new_stream(Counted(2)))
            assert time.monotonic() - started < 1


def test_a_writer_behind_a_stuck_one_is_told(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with toy_ledger(f"{postgres_url}&options=-c%20lock_timeout%3D100ms") as store:
        with admin.transaction():
            admin.execute("SELECT pg_advisory_xact_lock('ledger_facts'::regclass::oid::bigint)")
            with pytest.raises(StoreUnavailableError):
                store.append(toy_act(), new_stream(Counted(1)))
        assert store.append(toy_act(), new_stream(Counted(1))).positions == (1,)


def test_a_servers_own_isolation_level_does_not_matter(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    """A snapshot taken before the queue would number facts by an old head."""
    admin.execute(
        "DO $$ BEGIN EXECUTE format("
        "'ALTER DATABASE %I SET default_transaction_isolation = serializable',"
        " current_database()); END $$"
    )
    with toy_ledger(postgres_url) as one, toy_ledger(postgres_url) as other:

        def write(store: LedgerFactStore) -> None:
            for number in range(50):
                store.append(toy_act(), new_stream(Counted(number)))

        threads = [Thread(target=write, args=(store,)) for store in (one, other, one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [f.position for f in one.read(after=0, limit=999)] == list(range(1, 201))


def test_tables_of_a_later_program_are_left_alone(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    toy_store(postgres_url).close()
    admin.execute("INSERT INTO ledger_schema (version) SELECT max(version) + 1 FROM ledger_schema")
    with pytest.raises(StoreUnavailableError):
        toy_store(postgres_url)


def test_a_follower_outlives_its_connection(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with toy_ledger(postgres_url) as store, toy_ledger(postgres_url) as writer:
        follower = store.subscribe(after=0)
        writer.append(toy_act(), new_stream(Counted(1)))
        assert next(follower).position == 1
        for process in others(admin):
            admin.execute("SELECT pg_terminate_backend(%s)", [process])
        writer.append(toy_act(), new_stream(Counted(2)))
        assert next(follower).position == 2
        writer.append(toy_act(), new_stream(Counted(3)))
        assert next(follower).position == 3


def test_a_listener_wakes_up_at_once_and_is_used_again(postgres_url: str) -> None:
    recorder = PostgresFacts(postgres_url)
    recorder.create_table()
    first, second = recorder.wakeup(), recorder.wakeup()
    with toy_ledger(postgres_url) as writer:
        woken = Event()

        def wait() -> None:
            first.wait(10)
            woken.set()

        waiting = Thread(target=wait)
        waiting.start()
        writer.append(toy_act(), new_stream(Counted(1)))
        assert woken.wait(5)
        waiting.join()
    first.close()
    second.close()
    assert recorder.wakeup() is first
    first.close()
    recorder.close()


def test_a_listener_whose_connection_broke_listens_again(
    postgres_url: str, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    recorder = PostgresFacts(postgres_url)
    recorder.create_table()
    listener = recorder.wakeup()
    for process in others(admin):
        admin.execute("SELECT pg_terminate_backend(%s)", [process])
    # The first wait finds the connection broken, the second makes a new one, the third hears.
    listener.wait(0.01)
    listener.wait(0.01)
    recorder.append(Batch([]))
    started = time.monotonic()
    listener.wait(10)
    assert time.monotonic() - started < 5
    listener.close()
    recorder.close()


def test_who_cannot_listen_looks_now_and_then(postgres_url: str) -> None:
    """On a standby LISTEN is refused, and a lost server refuses all."""
    listener = Listener(f"{postgres_url}&connect_timeout=1&user=nobody", lambda _: False)
    started = time.monotonic()
    listener.wait(0.01)
    assert time.monotonic() - started < 1
    listener.close()


def test_a_ledger_without_its_tables_is_no_lost_connection(postgres_url: str) -> None:
    recorder = PostgresFacts(postgres_url)
    with pytest.raises(DatabaseError):
        recorder.head()
    with pytest.raises(DatabaseError):
        recorder.append(Batch([]))
    recorder.close()
