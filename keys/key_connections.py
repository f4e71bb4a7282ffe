"""Open database connections that are lent one at a time, and never shared with a forked child."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import psycopg

from keys.key_store_errors import KeyStoreError


class Closable(Protocol):
    """All that is asked of a connection here."""

    def close(self) -> None:
        """Close it, undoing an open transaction."""
        ...


Connection = TypeVar("Connection", bound=Closable)


class Connections(Generic[Connection]):
    """Open connections that nobody uses at the moment; never those of a parent process."""

    def __init__(
        self, connect: Callable[[], Connection], *, process: Callable[[], int] = os.getpid
    ) -> None:
        """Lend connections that ``connect`` opens; ``process`` tells in which process this is."""
        self._connect = connect
        self._idle: list[Connection] = []
        self._here = process
        self._process = process()
        self._guard = threading.Lock()

    @contextmanager
    def borrowed(self) -> Iterator[Connection]:
        """Lend a connection; one that failed is closed, and so are all that idle beside it."""
        connection = self._take()
        try:
            yield connection
        except (sqlite3.Error, psycopg.Error) as error:
            connection.close()
            self.close()
            raise KeyStoreError("the key store's database did not do what was asked") from error
        except BaseException:
            connection.close()
            raise
        with self._guard:
            self._idle.append(connection)

    def _take(self) -> Connection:
        with self._guard:
            if self._process != self._here():
                # A forked child must not speak, not even goodbye, on its parent's connections.
                _inherited.append(self._idle)
                self._idle, self._process = [], self._here()
            if self._idle:
                return self._idle.pop()
        try:
            return self._connect()
        except (sqlite3.Error, psycopg.Error) as error:
            raise KeyStoreError("the key store's database cannot be opened") from error

    def close(self) -> None:
        """Close all that nobody uses at the moment."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


_inherited: list[object] = []
"""Keeps a parent's connections alive in a forked child, because closing them would harm both."""
