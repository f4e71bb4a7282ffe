"""A connection to PostgreSQL that waits so long and no longer, also for a server that is frozen."""

from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from typing_extensions import override

_Answered = TypeVar("_Answered")


class PatientConnection(psycopg.Connection[TupleRow]):
    """A connection that gives up and closes when an answer does not come in time."""

    client_seconds: float
    """How long it waits for one answer: longer than the server may take by its own limits."""

    @override
    def wait(
        self, gen: PQGen[_Answered], interval: float = 0.1, timeout: float | None = None
    ) -> _Answered:
        """Wait as psycopg does, for ``client_seconds`` where it would wait for ever."""
        try:
            return super().wait(gen, interval, self.client_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise
