"""One prepared statement's way to a PostgreSQL server, and whose connections are whose."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event, Thread
from time import monotonic
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.postgres_arrays import bytes_of, integer_of, text_of, value_of
from ledger.store.postgres_server import LedgerServer

pytestmark = pytest.mark.postgresql

ONE = b"SELECT 1::bigint"
POOL = 8
PATIENCE = 10.0
"""Seconds in which a server's process ends after its connection was closed."""


@pytest.fixture
def server(postgres_url: str) -> Iterator[LedgerServer]:
    """The connections to an empty database."""
    server = LedgerServer(postgres_url, 5.0)
    yield server
    server.close()


@pytest.fixture
def admin(postgres_url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Somebody else at the same database."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def process_of(server: LedgerServer) -> int:
    return integer_of(server.ask(b"SELECT pg_backend_pid()::bigint"), 0, 0)


def test_every_kind_of_value_comes_back_as_it_was(server: LedgerServer) -> None:
    stream = uuid4()
    values = [stream, -7, "Phiếu lý lịch tư pháp", b"\x00\xff", [uuid4(), stream], ["a", "ơ"]]
    found = server.ask(
        b"SELECT uuid_send($1), $2::bigint, $3::text, $4::bytea,"
        b" uuid_send(($5::uuid[])[2]), ($6::text[])[2], cardinality($5), cardinality($6)",
        [value_of(value) for value in values],
    )
    assert UUID(bytes=bytes_of(found, 0, 0)) == stream
    assert integer_of(found, 0, 1) == -7
    assert text_of(found, 0, 2) == "Phiếu lý lịch tư pháp"
    assert bytes_of(found, 0, 3) == b"\x00\xff"
    assert UUID(bytes=bytes_of(found, 0, 4)) == stream
    assert text_of(found, 0, 5) == "ơ"
    assert [integer_of(found, 0, column) for column in (6, 7)] == [2, 2]


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_bigint_has_eight_bytes(number: int) -> None:
    assert int.from_bytes(value_of(number), signed=True) == number
    assert len(value_of(number)) == 8


def test_a_value_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        value_of(1.5)


def test_a_missing_value_is_not_taken_for_one(server: LedgerServer) -> None:
    found = server.ask(b"SELECT NULL::bigint")
    with pytest.raises(ValueError, match="no value"):
        integer_of(found, 0, 0)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (b"SELECT * FROM nowhere", DatabaseError),
        (b"SELECT 1 / 0", DatabaseError),
        (b"DO $$ BEGIN RAISE unique_violation; END $$", IntegrityError),
        (b"SELECT pg_sleep(30) /* longer than the server's limit */", OperationalError),
    ],
)
def test_what_the_server_refuses_has_the_librarys_name_and_harms_no_connection(
    postgres_url: str, statement: bytes, expected: type[Exception]
) -> None:
    server = LedgerServer(f"{postgres_url}&options=-c%20statement_timeout%3D100ms", 5.0)
    process = process_of(server)
    with pytest.raises(expected) as raised:
        server.ask(statement)
    assert type(raised.value) is expected
    assert process_of(server) == process
    server.close()


def test_a_session_that_was_cleared_is_prepared_again(server: LedgerServer) -> None:
    """Connection poolers between a program and its server do so."""
    assert integer_of(server.ask(ONE), 0, 0) == 1
    with server.connection() as connection:
        connection.execute("DEALLOCATE ALL")
    assert integer_of(server.ask(ONE), 0, 0) == 1
    with server.connection() as connection:
        connection.execute("DEALLOCATE ALL")
        with pytest.raises(psycopg.Error), connection.transaction():
            connection.ask(ONE, [])
        assert integer_of(connection.ask(ONE, []), 0, 0) == 1


def test_an_answer_that_does_not_come_closes_the_connection(postgres_url: str) -> None:
    server = LedgerServer(postgres_url, 0.2)
    process = process_of(server)
    started = monotonic()
    with pytest.raises(OperationalError):
        server.ask(b"SELECT pg_sleep(3)")
    assert monotonic() - started < 2
    assert process_of(server) != process
    server.close()


def test_one_thread_uses_one_connection_again_and_again(server: LedgerServer) -> None:
    assert len({process_of(server) for _ in range(20)}) == 1


def test_a_thread_that_waits_gets_the_connection_that_is_given_back(server: LedgerServer) -> None:
    answered = Event()

    def ask() -> None:
        server.ask(ONE)
        answered.set()

    with ExitStack() as all_of_them:
        for _ in range(POOL - 1):
            all_of_them.enter_context(server.connection())
        with server.connection():
            waiting = Thread(target=ask)
            waiting.start()
            while not server._asking:
                pass
            assert not answered.is_set()
        assert answered.wait(1)
        waiting.join()


def test_many_threads_share_few_connections(
    server: LedgerServer, admin: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with ThreadPoolExecutor(4 * POOL) as threads:
        answers = list(threads.map(lambda _: integer_of(server.ask(ONE), 0, 0), range(2_000)))
    assert answers == [1] * 2_000
    assert server.pool.get_stats()["pool_size"] <= POOL
    # One that was closed stands in the server's list until its process has ended.
    deadline = monotonic() + PATIENCE
    while at_the_server(admin) > POOL and monotonic() < deadline:
        pass
    assert at_the_server(admin) <= POOL


def at_the_server(admin: "psycopg.Connection[tuple[object, ...]]") -> int:
    found = admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s",
        [admin.info.backend_pid],
    ).fetchone()
    assert found is not None
    return int(str(found[0]))


def test_the_librarys_way_in_is_never_starved(server: LedgerServer) -> None:
    with ExitStack() as all_of_them:
        for _ in range(POOL):
            all_of_them.enter_context(server.connection())
    with server.get_connection() as connection:
        assert connection.execute("SELECT 1").fetchone() is not None


def test_an_old_connection_goes_back_to_its_pool(server: LedgerServer) -> None:
    with server.connection() as connection:
        connection.at_hand_until = 0.0
    assert not server._at_hand
    server.ask(ONE)
    assert len(server._at_hand) == 1


def test_a_connection_in_use_while_all_are_closed_is_closed_when_given_back(
    server: LedgerServer,
) -> None:
    with server.connection() as connection:
        server.close()
        assert integer_of(connection.ask(ONE, []), 0, 0) == 1
    assert connection.closed
    assert not server._at_hand
    with pytest.raises(InterfaceError):
        server.ask(ONE)
