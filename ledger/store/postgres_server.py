"""The connections to one PostgreSQL server, and one prepared statement's way over such a one.

Statements and answers go in the protocol's binary form straight through libpq: what a driver does
for any statement and any type (quoting, finding types, a cursor) costs here more than the server.
Everything has a time limit, on the server and on this side, so that a lost server is an error
within seconds and never a stuck thread.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, cast

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection, generators
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import DictRow, tuple_row
from typing_extensions import override

from keys.patient_connection import PatientConnection

CONNECT_SECONDS = 2
LOCK_SECONDS = 3
STATEMENT_SECONDS = 4
CLIENT_SECONDS = 5.0
"""When this side gives up a statement that the server should have ended long ago."""
AT_HAND_SECONDS = 600.0
"""How long a connection stays at hand before the pool may look at its age and replace it."""
_CONNECTIONS = 8
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})

# The library mutes the pool; without its warnings a full server shows only as time-outs.
logging.getLogger("psycopg.pool").setLevel(logging.NOTSET)
logging.getLogger("psycopg").setLevel(logging.NOTSET)


class LedgerConnection(PatientConnection):
    """A connection that gives up in time, and asks by statements that stay prepared."""

    client_seconds = CLIENT_SECONDS
    at_hand_until = 0.0
    """When it has to go back to its pool, on the monotonic clock."""
    _known_statements: dict[bytes, bytes] | None = None

    def ask(self, statement: bytes, values: Sequence[bytes | None]) -> PGresult:
        """Return the answer to ``statement``, prepared at its first use on this connection.

        Args:
            statement: With ``$1``, ``$2`` …; one of a fixed few, since each stays prepared.
            values: In binary form; None is null. The answer's values are in binary form too.

        Raises:
            psycopg.Error: The server refused, or the connection broke.
        """
        try:
            return self._ask(statement, values)
        except InvalidSqlStatementName:
            # Somebody between here and the server has cleared the session.
            self._known_statements = None
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                raise
        return self._ask(statement, values)

    def _ask(self, statement: bytes, values: Sequence[bytes | None]) -> PGresult:
        if self._known_statements is None:
            self._known_statements = {}
        name = self._known_statements.get(statement)
        if name is None:
            name = b"ledger_%d" % len(self._known_statements)
            self.pgconn.send_prepare(name, statement)
            self._answer()
            self._known_statements[statement] = name
        formats = (Format.BINARY,) * len(values)
        self.pgconn.send_query_prepared(name, values, formats, Format.BINARY)
        return self._answer()

    def _answer(self) -> PGresult:
        # The last is the error, if there is one.
        answer: PGresult = self.wait(generators.execute(self.pgconn))[-1]
        if answer.status not in _DONE:
            raise error_from_result(answer)
        return answer


class LedgerServer(PostgresDatastore):
    """The connections to one ledger database."""

    def __init__(self, url: str, client_seconds: float) -> None:
        """Open nothing yet; the first use does."""
        self._client_seconds = client_seconds
        settings: dict[str, Any] = {**conninfo_to_dict(url)}
        self.url = url
        self._closed = False
        self._at_hand: deque[LedgerConnection] = deque()
        self._asking: deque[None] = deque()
        super().__init__(
            dbname="", host="", port="", user="", password="",
            connect_timeout=CONNECT_SECONDS, idle_in_transaction_session_timeout=STATEMENT_SECONDS,
            pool_size=1, max_overflow=_CONNECTIONS - 1, lock_timeout=LOCK_SECONDS,
        )  # fmt: skip
        limits = (
            f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
            r" -c default_transaction_isolation=read\ committed"
        )
        settings.setdefault("connect_timeout", CONNECT_SECONDS)
        # The connection string's own options come last and win.
        settings["options"] = f"{limits} {settings.get('options') or ''}"
        self.pool.kwargs = {**settings, "row_factory": tuple_row}
        self.pool.connection_class = cast(Any, LedgerConnection)

    @override
    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Return what is done to a new connection."""
        configure = super().after_connect_func()
        seconds = self._client_seconds

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            cast(LedgerConnection, connection).client_seconds = seconds

        return after_connect

    @override
    def register_type_adapters(self) -> None:
        """Do nothing: what goes over the wire is in its form already."""

    @override
    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Yield a connection; the library would open a closed pool again."""
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        self._put_back()
        with super().get_connection() as connection:
            yield connection

    @contextmanager
    def connection(self) -> Iterator[LedgerConnection]:
        """Yield a connection on which each statement stands by itself."""
        try:
            connection = self._taken()
            try:
                yield connection
            finally:
                self._give_back(connection)
        except psycopg.Error as error:
            raise _in_the_librarys_words(error) from error

    def ask(self, statement: bytes, values: Sequence[bytes | None] = ()) -> PGresult:
        """Return the answer of one statement: `connection`, for what is asked all the time."""
        try:
            connection = self._taken()
            try:
                return connection.ask(statement, values)
            finally:
                self._give_back(connection)
        except psycopg.Error as error:
            raise _in_the_librarys_words(error) from error

    def _taken(self) -> LedgerConnection:
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        try:
            # Taken from the pool for a while, used many times: the pool's own way in and out
            # keeps books that cost more than a statement's way to the server.
            return self._at_hand.pop()
        except IndexError:
            return self._from_pool()

    def _from_pool(self) -> LedgerConnection:
        if self.pool.closed:
            self.pool.open()
        self._asking.append(None)
        try:
            # Who gives back looks for askers after it has put down, who asks looks again here:
            # so nobody waits for a connection that lies at hand.
            with suppress(IndexError):
                return self._at_hand.pop()
            # The library's type says dictionaries; `__init__` sets tuples.
            connection = cast(LedgerConnection, self.pool.getconn())
        finally:
            self._asking.pop()
        connection.at_hand_until = monotonic() + AT_HAND_SECONDS
        return connection

    def _give_back(self, connection: LedgerConnection) -> None:
        at_rest = connection.pgconn.transaction_status == TransactionStatus.IDLE
        if not at_rest or monotonic() > connection.at_hand_until:
            self.pool.putconn(cast(Any, connection))
            return
        self._at_hand.append(connection)
        if self._asking or self._closed:
            self._put_back()

    def _put_back(self) -> None:
        with suppress(IndexError):
            while True:
                self.pool.putconn(cast(Any, self._at_hand.pop()))

    def replace_broken(self) -> None:
        """Look at every connection that nobody uses, and replace those that are broken."""
        self._put_back()
        self.pool.check()

    @override
    def close(self) -> None:
        """Close all connections that nobody uses now, the others when they are given back."""
        self._closed = True
        self._put_back()
        super().close()


def _in_the_librarys_words(error: psycopg.Error) -> Exception:
    match error:
        case psycopg.IntegrityError():
            return IntegrityError(str(error))
        case psycopg.OperationalError():
            return OperationalError(str(error))
        case psycopg.InterfaceError():
            return InterfaceError(str(error))
        case _:
            return DatabaseError(str(error))
