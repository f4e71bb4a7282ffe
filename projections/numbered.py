"""Rows numbered 1, 2, 3 … within somebody: all of one person's are found, and forgotten, by number.

A table of counts beside the rows holds the last number of each; its key is who they are about.
"""

from typing import NamedTuple

from ledger.facts import RecordedFact
from ledger.personal import Purpose
from ledger.records.erasure.facts import SubjectErased
from projections.view import Key, Rows, Table


class CountRow(NamedTuple):
    """The number of a person's last row."""

    subject: str
    last: int


def next_number(rows: Rows, counts: Table, about: str) -> int:
    """Take the number of the next row of ``about``."""
    number = _last(rows, counts, about) + 1
    rows.put(counts, counts.row_of((about, number)))
    return number


def numbers_of(rows: Rows, counts: Table, about: str) -> range:
    """Return the numbers of all rows of ``about``."""
    return range(1, _last(rows, counts, about) + 1)


def forget_counted(recorded: RecordedFact, rows: Rows, counts: Table) -> list[Key]:
    """Forget the count of who was erased; return the keys of the rows that are to go with it.

    None unless it was their health data that was erased. What comes later begins with 1 again.
    """
    fact, subject = recorded.fact, str(recorded.subject)
    assert isinstance(fact, SubjectErased)
    if all(key.purpose is not Purpose.HEALTH for key in fact.keys):
        return []
    keys: list[Key] = [(subject, number) for number in numbers_of(rows, counts, subject)]
    rows.remove(counts, (subject,))
    return keys


def _last(rows: Rows, counts: Table, about: str) -> int:
    row = rows.get(counts, (about,), counts.row)
    return 0 if row is None else int(row[1])
