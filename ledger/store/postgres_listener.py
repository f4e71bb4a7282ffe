"""Hears of every commit with facts, whichever process made it."""

import contextlib
import threading
from collections.abc import Callable

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from ledger.store import postgres_schema

CONNECT_SECONDS = 2
POLL_SECONDS = 0.5
"""How often a follower looks by itself where it cannot listen, as on a standby."""


class Listener:
    """A connection that hears of every commit with facts; where it cannot, waits a little."""

    def __init__(self, url: str, keep: Callable[["Listener"], bool]) -> None:
        """Listen to the database at ``url``; ask ``keep`` before the connection is closed."""
        self._url = url
        self._keep = keep
        self._connection: Connection[TupleRow] | None = None
        self._nobody = threading.Event()
        self._listen()

    def _listen(self) -> None:
        # A lost server is not there, and a standby refuses to LISTEN: both mean polling.
        with contextlib.suppress(psycopg.Error):
            self._connection = Connection.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS
            )
            self._connection.execute(postgres_schema.LISTEN)

    def wait(self, seconds: float) -> None:
        """Return after a commit, or after ``seconds``."""
        if self._connection is None:
            self._nobody.wait(min(POLL_SECONDS, seconds))
            self._listen()
            return
        try:
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self.end()

    def close(self) -> None:
        """Close the connection, unless it is kept for the next follower."""
        if self._connection is None or not self._keep(self):
            self.end()

    def end(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
