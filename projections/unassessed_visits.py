"""Visits that the later checks have not looked at in their present revision: a worker's list."""

from typing import Final, NamedTuple
from uuid import UUID

from ledger.facts import RecordedFact
from ledger.records.visit import (
    VisitCorrected,
    VisitQualityAssessed,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View
from projections.view_store import Session

MOST: Final = 200
"""Visits of one page."""


class WaitingRow(NamedTuple):
    """A visit that waits."""

    visit: str
    position: int
    """Of the fact that made it wait."""


WAITING: Final = Table("unassessed_visits", WaitingRow, indexes=(("position",),))


def _waits(recorded: RecordedFact, rows: Rows) -> None:
    rows.put(WAITING, WaitingRow(stream_text(recorded.stream_id), recorded.position))


def _done(recorded: RecordedFact, rows: Rows) -> None:
    rows.remove(WAITING, (stream_text(recorded.stream_id),))


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(WAITING, (stream_text(recorded.stream_id),))]


VIEW: Final = View(
    name="unassessed_visits",
    version=1,
    tables=(WAITING,),
    handlers={
        VisitRecorded: _waits,
        VisitRecordedInParts: _waits,
        VisitCorrected: _waits,
        VisitReassigned: _waits,
        VisitVoided: _done,
        VisitQualityAssessed: _done,
    },
    touches=_touches,
)


def waiting(session: Session, *, after: int = 0, limit: int = MOST) -> list[tuple[UUID, int]]:
    """Return visits that wait, with the position that made each wait, oldest first."""
    found = session.execute(
        "SELECT visit, position FROM unassessed_visits WHERE position > ? "
        "ORDER BY position LIMIT ?",
        (after, limit),
    )
    return [(UUID(visit), position) for visit, position in found]
