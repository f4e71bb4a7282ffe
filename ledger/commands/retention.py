"""How long the law keeps what facilities sent about a person: read from their visits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ledger.calendar import VIETNAM_TIME
from ledger.categories import Category
from ledger.clinical.book import Event, Known
from ledger.clinical.entry import Entry, Kind
from ledger.commands.books import load_book
from ledger.commands.reading import KnownVisits
from ledger.facts import FactStore
from ledger.personal import Erased
from ledger.records.erasure.retention import (
    ClosedRecord,
    Retention,
    RetentionClass,
    retention,
)

_CODES: Final = (
    (RetentionClass.TRANSPLANT, ("Z94", "T86", "Y830")),
    (RetentionClass.ACCIDENT, ("V", "Y96")),
)
"""ICD-10 codes, dots left out, that begin so. V: transport accidents; Y96: at work."""
_PSYCHIATRIC: Final = frozenset({Category.MENTAL, Category.SUBSTANCE_USE})


@dataclass(frozen=True, slots=True)
class HealthRetention:
    """Fills `ledger.commands.erasure.RetainedHealth` from what is known of a person's visits."""

    visits: KnownVisits

    def __call__(self, facts: FactStore, subject: UUID) -> Retention:
        """Return how long the person's health data are kept."""
        book = load_book(facts, subject)
        died = book.state.died_on
        return retention(
            closed_records(self.visits.known((subject,))),
            has_book=book.history.version > 0,
            died_on=None if isinstance(died, Erased) else died,
            death_known=died is not None,
        )


def closed_records(known: Iterable[Known]) -> Iterator[ClosedRecord]:
    """Yield every record of a person and each sort that it is; the longest term counts.

    What was corrected or entered in error counts as it was, too: it is kept with what replaced it.
    A visit without an end is closed when it was recorded, which is never too early.
    """
    for one in known:
        if one.event in {Event.LEFT, Event.VOIDED}:
            continue
        year = _year(one)
        yield ClosedRecord(RetentionClass.RECORD, year)
        for sort in _sorts(one.entries):
            yield ClosedRecord(sort, year)


def _year(one: Known) -> int:
    visits = [entry for entry in one.entries if entry.kind is Kind.VISIT]
    ends = [entry.until for entry in visits if entry.until is not None]
    return _local(max(ends, default=one.recorded_at)).year


def _local(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, tz=VIETNAM_TIME).date()


def _sorts(entries: Iterable[Entry]) -> set[RetentionClass]:
    found: set[RetentionClass] = set()
    for entry in entries:
        if _PSYCHIATRIC.intersection(entry.categories):
            found.add(RetentionClass.PSYCHIATRIC)
        codes = [code.code.replace(".", "") for code in entry.codings if "icd-10" in code.system]
        found.update(sort for sort, begins in _CODES if any(c.startswith(begins) for c in codes))
    return found
