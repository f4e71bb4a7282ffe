"""Who read a visit under the wrong person, account by account: what each of them is to be told.

A notice is born of the fact that a visit was moved. It says which visit of whom that was, by
pseudonyms, so that whoever decided something on it can look again; nothing of its content.
"""

from typing import NamedTuple

from ledger.facts import RecordedFact
from ledger.records.visit import ReadersTold
from projections.columns import microseconds, stream_text
from projections.numbered import next_number
from projections.view import Key, Rows, Table, View


class ReaderNoticeRow(NamedTuple):
    """One notice."""

    reader: str
    """Reference of the account."""
    number: int
    """1, 2, 3 … within the account: the cursor."""
    at: int
    """Microseconds since 1970 UTC."""
    visit: str
    person: str
    """Pseudonym of the person under whom it was read."""
    organisation: str | None
    """Code of who moved it."""


class ReaderCountRow(NamedTuple):
    """The number of an account's last notice."""

    reader: str
    last: int


NOTICES = Table("reader_notices", ReaderNoticeRow, keys=2)
COUNTS = Table("reader_notice_counts", ReaderCountRow)


def _told(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ReadersTold)
    at, visit = microseconds(recorded.act.at), stream_text(recorded.stream_id)
    for reader in fact.readers:
        number = next_number(rows, COUNTS, reader)
        rows.put(
            NOTICES,
            ReaderNoticeRow(
                reader, number, at, visit, str(fact.origin), recorded.act.organisation
            ),
        )  # fmt: skip


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    fact = recorded.fact
    assert isinstance(fact, ReadersTold)
    return [(COUNTS, (reader,)) for reader in fact.readers]


VIEW = View(
    name="reader_notices",
    version=1,
    tables=(NOTICES, COUNTS),
    handlers={ReadersTold: _told},
    touches=_touches,
)
