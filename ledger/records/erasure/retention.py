"""How long the law keeps a person's health data: the day from which they may be forgotten.

Terms run from the end of the year in which a record was closed; the longest of a person's records
decides, for all of them are sealed under one key. A health book is kept until ten years after its
person's death, so that of the living there is no day.

Source: Circular 33/2025/TT-BYT (retention of medical records); Law 75/2006/QH11 (transplants).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class RetentionClass(StrEnum):
    """Sorts of records, by how long they are kept."""

    CHECK_UP = "check-up"
    RECORD = "medical-record"
    PSYCHIATRIC = "psychiatric"
    ACCIDENT = "accident"
    """At work or in traffic."""
    DEATH = "death"
    TRANSPLANT = "transplant"


YEARS: Final[Mapping[RetentionClass, int]] = MappingProxyType({
    RetentionClass.CHECK_UP: 2,
    RetentionClass.RECORD: 10,
    RetentionClass.PSYCHIATRIC: 20,
    RetentionClass.ACCIDENT: 20,
    RetentionClass.DEATH: 30,
    RetentionClass.TRANSPLANT: 30,
})  # fmt: skip
BOOK_YEARS: Final = 10
"""Of a health book, after the year of death."""
SOURCE: Final = "Circular 33/2025/TT-BYT"


@dataclass(frozen=True, slots=True)
class ClosedRecord:
    """One record of a person, as far as retention is concerned."""

    sort: RetentionClass
    year: int
    """In which it was closed."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What the law says of a person's health data."""

    free_from: date | None
    """First day on which they may be forgotten; None while nobody can say."""

    def keeps(self, on: date) -> bool:
        """Tell whether they must stay on that day."""
        return self.free_from is None or on < self.free_from

    @property
    def words(self) -> str:
        """Until when, in words for who asks; names the rule."""
        if self.free_from is None:
            return f"until {BOOK_YEARS} years after the year of death ({SOURCE})"
        return f"until the end of {self.free_from.year - 1} ({SOURCE})"


NOTHING_KEPT: Final = Retention(date.min)


def retention(
    records: Iterable[ClosedRecord], *, has_book: bool, died_on: date | None, death_known: bool
) -> Retention:
    """Return how long a person's health data are kept.

    Args:
        records: All of them; a corrected one as it was last sent.
        has_book: Whether the person has a health book.
        died_on: When they died; None if they live, or nobody can read it any more.
        death_known: Whether a death is on record, be its day readable or not.
    """
    known = tuple(records)
    ends = [one.year + YEARS[one.sort] for one in known]
    if has_book and (not death_known or died_on is None):
        return Retention(None)
    if died_on is not None:
        ends.append(died_on.year + BOOK_YEARS)
        if any(one.year >= died_on.year for one in known):  # the illness that they died of
            ends.append(died_on.year + YEARS[RetentionClass.DEATH])
    if not ends:
        return NOTHING_KEPT
    return Retention(date(max(ends) + 1, 1, 1))
