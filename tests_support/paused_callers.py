"""A database of callers one of whose transactions pauses where another one is to come between."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

from verify_api.caller_database import CallerDatabase, Row, Transaction

_LONGEST_PAUSE_SECONDS = 0.5
"""Where the other one has to wait for this transaction, nobody else lets it go on."""


class PausedCallers:
    """As ``database``, but the first transaction to run a certain statement pauses behind it."""

    def __init__(self, database: CallerDatabase, *, after: str) -> None:
        """Pause after the first statement that contains ``after``."""
        self._database = database
        self._after = after
        self.reached = Event()
        self.may_go_on = Event()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction."""
        with self._database.transaction() as transaction:
            yield _Paused(transaction, self)

    def ran(self, statement: str) -> None:
        """Pause, if this is the statement."""
        if self._after in statement and not self.reached.is_set():
            self.reached.set()
            self.may_go_on.wait(_LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        """Leave the database to whoever opened it."""


class _Paused:
    def __init__(self, transaction: Transaction, callers: PausedCallers) -> None:
        self._transaction = transaction
        self._callers = callers

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        rows = self._transaction.run(statement, values)
        self._callers.ran(statement)
        return rows

    def alone(self, what: str) -> None:
        self._transaction.alone(what)
