import os
import signal
import sqlite3
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from projections.errors import ProjectionError, RebuildTakenOverError, ViewsUnavailableError
from projections.view import View
from projections.view_database import PostgresViews, SqliteViews, open_views
from projections.view_store import Session, ViewStore, physical_name
from projections.views import VIEWS
from tests_support.walked_town import Town

House = Any


def test_readers_of_one_thread_stand_inside_one_another(house: House) -> None:
    with house.store.database.reading() as outer, house.store.database.reading() as inner:
        assert outer.execute("SELECT 1") == inner.execute("SELECT 1")


def test_a_reading_transaction_sees_the_same_rows_to_its_end(house: House, lit: Any) -> None:
    house.say(lit("hall", 40))
    with house.store.database.reading() as session:
        before = session.execute("SELECT room FROM lamps")
        house.projector.catch_up()
        assert session.execute("SELECT room FROM lamps") == before == []
    assert house.lamps()


def test_a_wrong_statement_is_our_own_fault_and_not_an_outage(house: House) -> None:
    with (
        pytest.raises((sqlite3.OperationalError, errors.UndefinedTable)),
        house.store.database.reading() as session,
    ):
        session.execute("SELECT 1 FROM nowhere")


def test_a_locked_file_is_an_outage(tmp_path: Path) -> None:
    views = SqliteViews(tmp_path / "views.db", lock_seconds=0.05)
    other = sqlite3.connect(tmp_path / "views.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ViewsUnavailableError), views.transaction():
        pass
    other.close()
    views.close()


@pytest.mark.parametrize("kind", ["transaction", "reading"])
def test_a_close_lets_an_open_transaction_end(house: House, kind: str) -> None:
    views = house.store.database
    begun, may_end = threading.Event(), threading.Event()
    seen: list[object] = []

    def work() -> None:
        with getattr(views, kind)() as session:
            begun.set()
            may_end.wait(20)
            seen.extend(session.execute("SELECT 1"))

    working, closing = threading.Thread(target=work), threading.Thread(target=views.close)
    working.start()
    assert begun.wait(20)
    closing.start()
    closing.join(0.05)  # by then one that does not wait has closed
    may_end.set()
    working.join(20)
    closing.join(20)
    assert seen == [(1,)]
    with pytest.raises(ViewsUnavailableError), getattr(views, kind)():
        pass


def test_closed_views_are_an_outage_and_a_late_reader_leaves_nothing_open(tmp_path: Path) -> None:
    views = SqliteViews(tmp_path / "views.db")
    with views.reading() as session:
        views.close()
        assert session.execute("SELECT 1") == [(1,)]
    with pytest.raises(ViewsUnavailableError), views.reading():
        pass


def test_a_server_that_is_away_is_an_outage(postgres_url: str) -> None:
    views = PostgresViews(postgres_url)
    with pytest.raises(ViewsUnavailableError), views.transaction() as session:
        cut_off_everybody(postgres_url, session)
    views.close()


def cut_off_everybody(url: str, session: Session) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    session.execute("SELECT 1")


def limited(url: str, limit: str) -> PostgresViews:
    return PostgresViews(f"{url}&options=-c%20{limit}")


@pytest.mark.postgresql
def test_a_server_that_is_frozen_is_an_outage_and_comes_back(postgres_url: str) -> None:
    views = PostgresViews(postgres_url, connections=1, client_seconds=1.0)
    for kind in (views.reading, views.transaction, views.alone):
        with views.reading() as session:
            ((process,),) = session.execute("SELECT pg_backend_pid()")
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(ViewsUnavailableError), kind() as session:
                session.execute("SELECT 1")
        finally:
            os.kill(process, signal.SIGCONT)
    with views.reading() as session:
        assert session.execute("SELECT 1") == [(1,)]
    views.close()


@pytest.mark.postgresql
def test_a_statement_that_takes_too_long_is_an_outage(postgres_url: str) -> None:
    views = limited(postgres_url, "statement_timeout%3D1s")
    with pytest.raises(ViewsUnavailableError), views.reading() as session:
        session.execute("SELECT pg_sleep(20)")
    views.close()


@pytest.mark.postgresql
def test_who_moves_the_names_of_views_may_wait_and_work_for_long(postgres_url: str) -> None:
    views = PostgresViews(postgres_url, client_seconds=1.0)

    def limits(session: Session) -> list[str]:
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        return [session.execute(f"SHOW {name}")[0][0] for name in names]

    with views.alone() as session:
        assert limits(session) == ["5min", "5min", "15s"]
        session.execute("SELECT pg_sleep(1.3)")
    with views.transaction() as session:
        assert limits(session) == ["20s", "10s", "1min"]
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT pg_sleep(20)")
    views.close()


@pytest.mark.postgresql
def test_who_freezes_in_a_transaction_loses_it_and_the_next_one_goes_on(postgres_url: str) -> None:
    views = limited(postgres_url, "idle_in_transaction_session_timeout%3D800ms")
    done: list[str] = []

    def freeze() -> None:
        with views.transaction() as session:
            session.execute("SELECT pg_advisory_xact_lock(1)")
            with views.transaction() as other:
                other.execute("SELECT pg_advisory_xact_lock(1)")
                done.append("the next one")
            session.execute("SELECT 1")

    with pytest.raises(ViewsUnavailableError):
        freeze()
    assert done == ["the next one"]
    views.close()


@pytest.mark.postgresql
def test_a_server_that_only_reads_is_an_outage_for_who_writes(postgres_url: str) -> None:
    views = PostgresViews(postgres_url)

    def write() -> None:
        with views.transaction() as session:
            session.execute("SET TRANSACTION READ ONLY")  # as on a server that was set back
            session.execute("CREATE TABLE lamps (room TEXT)")

    with pytest.raises(ViewsUnavailableError):
        write()
    # Whoever writes while reading has made a mistake.
    with pytest.raises(errors.ReadOnlySqlTransaction), views.reading() as session:
        session.execute("CREATE TABLE lamps (room TEXT)")
    views.close()


@pytest.mark.postgresql
def test_a_transaction_that_has_failed_already_is_our_own_fault(postgres_url: str) -> None:
    views = PostgresViews(postgres_url)

    def go_on() -> None:
        with views.transaction() as session:
            with pytest.raises(errors.UndefinedTable):
                session.execute("SELECT 1 FROM nowhere")
            session.execute("SELECT 1")

    with pytest.raises(errors.InFailedSqlTransaction):
        go_on()
    views.close()


def test_many_who_prepare_at_once_make_each_table_once(views_url: str) -> None:
    stores = [ViewStore(open_views(views_url), VIEWS) for _ in range(6)]
    threads = [threading.Thread(target=store.prepare) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [g.number for g in stores[0].generations()] == [1] * len(VIEWS)
    for store in stores:
        store.database.close()


def raised(view: View) -> View:
    return View(view.name, view.version + 1, view.tables, view.handlers, view.touches)


def test_a_view_of_another_version_is_built_anew_before_it_is_fed(house: House, lit: Any) -> None:
    house.say(lit("hall", 40))
    house.projector.catch_up()
    view = house.store.views["lamps"]
    house.store.views = {"lamps": raised(view)}
    house.say(lit("hall", 41))
    house.projector.catch_up()
    assert house.lamps() == [("hall", 40, 1, None)]
    assert [outdated.version for outdated in house.store.outdated()] == [2]
    house.projector.renew()
    assert house.store.outdated() == []
    assert house.lamps() == [("hall", 41, 2, None)]


def test_a_rebuild_never_puts_rows_in_force_that_are_behind(house: House, lit: Any) -> None:
    house.say(lit("hall", 40))
    view = house.store.views["lamps"]
    number = house.store.start(view)
    house.projector.catch_up()
    assert not house.store.swap(view, number)
    assert house.lamps() == [("hall", 40, 1, None)]
    assert house.store.in_force("lamps").number == 1


def test_a_rebuild_that_somebody_else_takes_over_says_so(house: House, lit: Any) -> None:
    house.say(*[lit("hall", watts) for watts in range(9)])
    view = house.store.views["lamps"]

    def take_over(_progress: object) -> None:
        house.store.start(view)

    with pytest.raises(RebuildTakenOverError):
        house.projector.rebuild("lamps", report=take_over, batch=4)
    house.projector.catch_up()
    assert house.lamps()[0][1] == 8


def test_rows_are_read_page_by_page_in_the_order_of_their_bytes(walked: Town) -> None:
    with walked.store.database.reading() as session:
        for view in VIEWS:
            number = walked.store.in_force(view.name).number
            for table in view.tables:
                names = ", ".join(table.names)
                found = session.execute(f"SELECT {names} FROM {physical_name(table, number)}")  # noqa: S608 (our own names)
                paged = [
                    tuple(row[1:])
                    for row in walked.store.rows(session, view, number)
                    if row[0] == table.name
                ]
                assert paged == sorted(found, key=table.key_of)


def test_a_worker_outlives_a_database_that_is_away(house: House, lit: Any) -> None:
    troubles: list[object] = []
    asked = house.store.outdated

    def away() -> list[View]:
        if not troubles:
            raise ViewsUnavailableError("away")
        return list(asked())

    def tell(error: ProjectionError) -> None:
        troubles.append(error)

    house.store.outdated = away
    worker = threading.Thread(target=house.projector.run, kwargs={"on_trouble": tell})
    worker.start()
    try:
        house.projector.wait("lamps", house.say(lit("hall", 1)), seconds=5)
    finally:
        house.projector.stop()
        worker.join()
    assert len(troubles) == 1
