"""Which links a person has made, how often they were opened, whether they still stand.

Nothing of what they show, no label, no recipient: those are sealed in the links' own streams.
"""

from typing import NamedTuple

from ledger.facts import RecordedFact
from ledger.records.erasure.facts import SubjectErased
from ledger.records.share import (
    MOST_FAILURES,
    PasscodeFailed,
    ShareCreated,
    ShareOpened,
    ShareRevoked,
)
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Key, Rows, Table, View


class ShareRow(NamedTuple):
    """One link. Times are microseconds since 1970 UTC."""

    subject: str
    number: int
    """1, 2, 3 … within the person."""
    share: str
    created_at: int
    expires_at: int
    max_opens: int
    opened: int
    failures: int
    ended: int
    """1 once it was revoked, or five passcodes were wrong."""
    last_opened_at: int | None


class PlaceRow(NamedTuple):
    """Where the row of a link is."""

    share: str
    subject: str
    number: int


SHARES = Table("shares", ShareRow, keys=2)
PLACES = Table("share_places", PlaceRow)
COUNTS = Table("share_counts", CountRow)


def _created(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ShareCreated)
    share, subject = stream_text(recorded.stream_id), str(recorded.subject)
    number = next_number(rows, COUNTS, subject)
    rows.put(PLACES, PlaceRow(share, subject, number))
    rows.put(
        SHARES,
        ShareRow(
            subject, number, share, microseconds(recorded.act.at), microseconds(fact.expires_at),
            fact.max_opens, 0, 0, 0, None,
        ),
    )  # fmt: skip


def _changed(recorded: RecordedFact, rows: Rows) -> None:
    place = rows.get(PLACES, (stream_text(recorded.stream_id),), PlaceRow)
    row = place and rows.get(SHARES, (place.subject, place.number), ShareRow)
    if row is None:  # the person was erased since
        return
    match recorded.fact:
        case ShareOpened(number=number):
            row = row._replace(opened=number, last_opened_at=microseconds(recorded.act.at))
        case PasscodeFailed():
            failures = row.failures + 1
            row = row._replace(failures=failures, ended=int(row.ended or failures >= MOST_FAILURES))
        case ShareRevoked():
            row = row._replace(ended=1)
        case _:
            raise AssertionError("no other fact changes a link")
    rows.put(SHARES, row)


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget which links somebody had, with their health data."""
    for key in forget_counted(recorded, rows, COUNTS):
        row = rows.get(SHARES, key, ShareRow)
        assert row is not None, "rows are numbered without gaps"
        rows.remove(PLACES, (row.share,))
        rows.remove(SHARES, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [
        (PLACES, (stream_text(recorded.stream_id),)),
        (COUNTS, (str(recorded.subject),)),
    ]


VIEW = View(
    name="shares",
    version=1,
    tables=(SHARES, PLACES, COUNTS),
    handlers={
        ShareCreated: _created,
        **dict.fromkeys((ShareOpened, PasscodeFailed, ShareRevoked), _changed),
        SubjectErased: _erased,
    },
    touches=_touches,
)
