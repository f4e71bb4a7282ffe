"""The event-sourcing library's own reading methods, over the rows of either database."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    NotSupportedError,
    StoredEvent,
    Subscription,
)
from typing_extensions import override

from ledger.store.rows import Batch, Row, Wakeup
from ledger.store.subscription import Tail, notification
from ledger.store.walked import all_walked

Condition = tuple[str, Any]
"""A piece of a WHERE with one ``?``, and its value."""

# In one statement, so that the last position and the rows are of one moment.
EXCERPT = (
    "SELECT (SELECT max(position) FROM ledger_facts),"
    " position, event_id, originator_id, originator_version, topic, state, entry"
    " FROM ledger_facts WHERE originator_id = {stream} AND topic {topics}"
    " ORDER BY originator_version"
)


class LibraryDoors(ApplicationRecorder):
    """Answers as the library's recorders do; the database's own part is `select`."""

    @abstractmethod
    def select(
        self, conditions: Sequence[Condition], order: str, limit: int | None = None
    ) -> list[Row]:
        """Return the rows that meet all ``conditions``, ordered by the column ``order``."""

    @abstractmethod
    def walk(self, after: int, limit: int, names: Sequence[str]) -> list[Row]:
        """Return the rows with these stored names, all of `ledger.store.walked`, in order."""

    @abstractmethod
    def wakeup(self) -> Wakeup:
        """Start to listen for appends."""

    @abstractmethod
    def head(self) -> int:
        """Return the last position given."""

    @abstractmethod
    def append(self, batch: Batch) -> int:
        """Store the rows at the next positions; return the first."""

    def row_of(self, stored_event: StoredEvent) -> Row:
        """Return the row of a plain event of the library.

        Raises:
            NotSupportedError: Always: a plain event has neither event id nor entry.
        """
        raise NotSupportedError(f"{stored_event.topic}: the ledger stores rows with entries only")

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Store plain events, as far as `row_of` knows how."""
        first = self.append(Batch([self.row_of(event) for event in stored_events], **kwargs))
        return list(range(first, first + len(stored_events)))

    def stream(self, stream_id: UUID) -> list[Row]:
        """Return a stream's rows, oldest first."""
        return self.select([("originator_id = ?", stream_id)], "originator_version")

    def streams(self, stream_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
        """Return several streams' rows, oldest first; without those that are not there."""
        streams: dict[UUID, list[Row]] = {}
        conditions = [("originator_id IN (?)", list(stream_ids))]
        for row in self.select(conditions, "originator_version"):
            streams.setdefault(row.stream_id, []).append(row)
        return streams

    def row(self, stream_id: UUID, version: int) -> Row | None:
        """Return one fact's row, None if the stream has not come that far."""
        conditions = [("originator_id = ?", stream_id), ("originator_version = ?", version)]
        found = self.select(conditions, "position")
        return found[0] if found else None

    def last_row(self, stream_id: UUID, topics: Sequence[str] | None = None) -> Row | None:
        """Return the row of a stream's last fact, with ``topics`` of one of these stored names."""
        conditions: list[Condition] = [("originator_id = ?", stream_id)]
        if topics is not None:
            conditions.append(("topic IN (?)", list(topics)))
        found = self.select(conditions, "originator_version DESC", 1)
        return found[0] if found else None

    def rows(self, *, after: int, limit: int, topics: Sequence[str] | None = None) -> list[Row]:
        """Return up to ``limit`` rows above position ``after``, in order."""
        if topics is not None and all_walked(topics):
            return self.walk(after, limit, topics)
        conditions: list[Condition] = [("position > ?", after)]
        if topics is not None:
            conditions.append(("topic IN (?)", list(topics)))
        return self.select(conditions, "position", limit)

    @override
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events between two versions."""
        conditions: list[Condition] = [("originator_id = ?", originator_id)]
        if gt is not None:
            conditions.append(("originator_version > ?", gt))
        if lte is not None:
            conditions.append(("originator_version <= ?", lte))
        order = "originator_version DESC" if desc else "originator_version"
        return [
            StoredEvent(row.stream_id, row.version, row.topic, row.state)
            for row in self.select(conditions, order, limit)
        ]

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in order of position."""
        conditions: list[Condition] = []
        if start is not None:
            conditions.append(("position >= ?" if inclusive_of_start else "position > ?", start))
        if stop is not None:
            conditions.append(("position <= ?", stop))
        if topics:
            conditions.append(("topic IN (?)", list(topics)))
        return [notification(row) for row in self.select(conditions, "position", limit)]

    @override
    def max_notification_id(self) -> int | None:
        """Return the last position that holds a fact, None if there is none."""
        last = self.select([], "position DESC", 1)
        return last[0].position if last else None

    @override
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Return an endless iterator of the events after ``gt``."""
        return Tail(self, gt, topics)
