"""What was asked about appointments, by facility and by person: what waits, what was answered.

Pseudonyms and references alone. On which days, for what and why is sealed in the asks' own streams,
so that what is asked of a facility stands here in the order in which it was asked.
"""

from typing import Final, NamedTuple

from ledger.facts import RecordedFact
from ledger.records.appointment_request.facts import (
    AppointmentRequestAnswered,
    AppointmentRequestLapsed,
    AppointmentRequestMade,
    AppointmentRequestTakenUp,
    AppointmentRequestWithdrawn,
)
from ledger.records.erasure.facts import SubjectErased
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Key, Rows, Table, View

OPEN, TAKEN_UP, WITHDRAWN, LAPSED = "open", "taken_up", "withdrawn", "lapsed"
"""Values of `AskRow.stage`, beside the outcomes of an answer."""


class AskRow(NamedTuple):
    """One ask. Times are microseconds since 1970 UTC."""

    subject: str
    number: int
    """1, 2, 3 … within the person."""
    ask: str
    facility: str
    """That is asked."""
    kind: str
    appointment: str | None
    """The paper that is asked about."""
    stage: str
    waits: int
    """1 while it waits for an answer."""
    made_at: int
    changed_at: int


class PlaceRow(NamedTuple):
    """Where the row of an ask is."""

    ask: str
    subject: str
    number: int


ASKS: Final = Table(
    "appointment_asks",
    AskRow,
    keys=2,
    indexes=(("facility", "waits", "made_at", "ask"), ("waits", "made_at", "ask")),
)
PLACES: Final = Table("appointment_ask_places", PlaceRow)
COUNTS: Final = Table("appointment_ask_counts", CountRow)


def _made(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, AppointmentRequestMade)
    ask, subject = stream_text(recorded.stream_id), str(recorded.subject)
    number = next_number(rows, COUNTS, subject)
    at = microseconds(recorded.act.at)
    about = None if fact.appointment is None else stream_text(fact.appointment)
    rows.put(PLACES, PlaceRow(ask, subject, number))
    rows.put(
        ASKS,
        AskRow(subject, number, ask, fact.facility, fact.kind.value, about, OPEN, 1, at, at),
    )


def _changed(recorded: RecordedFact, rows: Rows) -> None:
    place = rows.get(PLACES, (stream_text(recorded.stream_id),), PlaceRow)
    row = place and rows.get(ASKS, (place.subject, place.number), AskRow)
    if row is None:  # the person was erased since
        return
    match recorded.fact:
        case AppointmentRequestTakenUp():
            stage, waits = TAKEN_UP, 1
        case AppointmentRequestAnswered(outcome=outcome):
            stage, waits = outcome.value, 0
        case AppointmentRequestWithdrawn():
            stage, waits = WITHDRAWN, 0
        case AppointmentRequestLapsed():
            stage, waits = LAPSED, 0
        case _:
            raise AssertionError("no other fact changes an ask")
    changed_at = microseconds(recorded.act.at)
    rows.put(ASKS, row._replace(stage=stage, waits=waits, changed_at=changed_at))


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget what somebody asked for, with their health data."""
    for key in forget_counted(recorded, rows, COUNTS):
        row = rows.get(ASKS, key, AskRow)
        assert row is not None, "rows are numbered without gaps"
        rows.remove(PLACES, (row.ask,))
        rows.remove(ASKS, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [
        (PLACES, (stream_text(recorded.stream_id),)),
        (COUNTS, (str(recorded.subject),)),
    ]


_CHANGES: Final = (
    AppointmentRequestTakenUp, AppointmentRequestAnswered, AppointmentRequestWithdrawn,
    AppointmentRequestLapsed,
)  # fmt: skip

VIEW: Final = View(
    name="appointment_asks",
    version=1,
    tables=(ASKS, PLACES, COUNTS),
    handlers={
        AppointmentRequestMade: _made,
        **dict.fromkeys(_CHANGES, _changed),
        SubjectErased: _erased,
    },
    touches=_touches,
)
