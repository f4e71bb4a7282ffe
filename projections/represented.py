"""Whom somebody represents, as the appointments say: pseudonyms alone, both of which stand in them.

Whether a right has run out is not kept here: it depends on the day and on who the person is, and
`ledger.commands.representation` decides it anew each time.
"""

from typing import NamedTuple

from ledger.facts import RecordedFact
from ledger.records.health_book.facts import RepresentativeAppointed, RepresentativeEnded
from projections.view import Rows, Table, View


class RepresentedRow(NamedTuple):
    """One person for whom somebody was appointed, and not ended."""

    representative: str
    subject: str
    relation: str
    position: int
    """Of the appointment, which orders the list."""


REPRESENTED = Table("represented", RepresentedRow, keys=2)


def _appointed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RepresentativeAppointed)
    rows.put(
        REPRESENTED,
        RepresentedRow(
            str(fact.representative), str(recorded.subject), fact.relation.value, recorded.position
        ),
    )


def _ended(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RepresentativeEnded)
    rows.remove(REPRESENTED, (str(fact.representative), str(recorded.subject)))


VIEW = View(
    name="represented",
    version=1,
    tables=(REPRESENTED,),
    handlers={RepresentativeAppointed: _appointed, RepresentativeEnded: _ended},
)
