"""Opens the ledger that a connection string names."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import PersistenceError

from ledger.errors import InvalidInputError, StoreUnavailableError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.fact_types import FactTypes
from ledger.store.mapper import FactMapper, Seals
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Recorder
from ledger.store.sqlite_recorder import SQLiteFacts

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def open_store(
    url: str, *, types: FactTypes, seals: Seals, ids: Callable[[], UUID], coalesce: bool = True
) -> LedgerFactStore:
    """Return the ledger at ``url``; its tables are made if they are not there.

    Args:
        url: ``sqlite:///`` and a path as it is (an absolute one makes four slashes), or
            ``postgresql://…``.
        types: The facts that can be written and read.
        seals: Seals and opens the parts about a person.
        ids: Gives fresh event ids; see `ledger.store.event_ids`.
        coalesce: Whether concurrent appends of this process share transactions.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: The database cannot be opened.
    """
    try:
        # Closed again, so that a server which forks its workers now hands no connection on.
        first = _recorder(url)
        first.create_table()
        first.close()
        mapper = FactMapper(types, seals, ids)
        return LedgerFactStore(partial(_recorder, url), mapper, coalesce=coalesce)
    except PersistenceError as error:
        raise StoreUnavailableError("the ledger's database cannot be opened") from error


def _recorder(url: str) -> Recorder:
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        return SQLiteFacts(Path(url.removeprefix(_SQLITE)))
    if url.startswith(_POSTGRES):
        return PostgresFacts(url)
    raise InvalidInputError("database", "url", "sqlite:///path or postgresql://…")
