"""The event-sourcing library's own tests for recorders, run over ours."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing import persistence
from eventsourcing.persistence import StoredEvent

# The module, not the names: abstract test cases that stand here by name would be collected.
from eventsourcing.tests import persistence as library_tests
from typing_extensions import override

from ledger.store.entry import row_digest, write_entry
from ledger.store.library_doors import LibraryDoors
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Row
from ledger.store.sqlite_recorder import SQLiteFacts


class PlainEvents(LibraryDoors):
    """Gives the library's plain events the event id and entry that every row has here."""

    @override
    def row_of(self, stored_event: StoredEvent) -> Row:
        stream_id = stored_event.originator_id
        assert isinstance(stream_id, UUID)
        event_id, version = uuid4(), stored_event.originator_version
        digest = row_digest(stream_id, version, stored_event.topic, event_id, stored_event.state)
        entry = write_entry(digest, bytes(32))
        return Row(0, event_id, stream_id, version, stored_event.topic, stored_event.state, entry)


class SQLitePlain(PlainEvents, SQLiteFacts):  # type: ignore[misc]  # as in SQLiteFacts itself
    pass


class PostgresPlain(PlainEvents, PostgresFacts):
    pass


class Silent:
    """What the library calls an aggregate recorder: it answers an insert with nothing."""

    def __init__(self, recorder: SQLitePlain | PostgresPlain) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> None:
        self._recorder.insert_events(stored_events)

    def select_events(self, *args: Any, **kwargs: Any) -> Sequence[StoredEvent]:
        return self._recorder.select_events(*args, **kwargs)


class OnSQLite:
    """Opens a fresh file for each recorder a test asks for."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self._opened: list[SQLitePlain] = []
        self._path = tmp_path
        yield
        for recorder in self._opened:
            recorder.close()

    def create_recorder(self) -> SQLitePlain:
        recorder = SQLitePlain(self._path / f"{len(self._opened)}.db")
        recorder.create_table()
        self._opened.append(recorder)
        return recorder


class OnPostgres:
    """Opens a fresh database for each recorder a test asks for."""

    @pytest.fixture(autouse=True)
    def _server(self, new_database: Callable[[], str]) -> Iterator[None]:
        self._opened: list[PostgresPlain] = []
        self._new_database = new_database
        yield
        for recorder in self._opened:
            recorder.close()

    def create_recorder(self) -> PostgresPlain:
        recorder = PostgresPlain(self._new_database())
        recorder.create_table()
        self._opened.append(recorder)
        return recorder


class TestStreamsInSQLite(OnSQLite, library_tests.AggregateRecorderTestCase):
    @override
    def create_recorder(self) -> Any:
        return Silent(super().create_recorder())


class TestLedgerInSQLite(
    OnSQLite, library_tests.ApplicationRecorderTestCase[persistence.ApplicationRecorder]
):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestOrderInSQLite(OnSQLite, library_tests.NonInterleavingNotificationIDsBaseCase):
    pass


@pytest.mark.postgresql
class TestStreamsInPostgres(OnPostgres, library_tests.AggregateRecorderTestCase):
    @override
    def create_recorder(self) -> Any:
        return Silent(super().create_recorder())


@pytest.mark.postgresql
class TestLedgerInPostgres(
    OnPostgres, library_tests.ApplicationRecorderTestCase[persistence.ApplicationRecorder]
):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


@pytest.mark.postgresql
class TestOrderInPostgres(OnPostgres, library_tests.NonInterleavingNotificationIDsBaseCase):
    pass


def test_plain_events_are_refused_by_the_ledger_itself(tmp_path: Path) -> None:
    recorder = SQLiteFacts(tmp_path / "ledger.db")
    recorder.create_table()
    with pytest.raises(persistence.NotSupportedError):
        recorder.insert_events([StoredEvent(uuid4(), 1, "toy.counted/1", b"")])
    recorder.close()
