"""The files beside a person's visits, as the book knew them at one time: named, not opened.

Few visits have files, so each is asked for its file facts alone first; only those that have any are
read whole, to learn which files stood then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.clinical.moments import seconds
from ledger.commands.visit_streams import sender_of
from ledger.facts import FactStore, History, RecordedFact
from ledger.records.visit import DocumentAttached, VisitReassigned

_TOPIC: Final = "visit.attached/1"


@dataclass(frozen=True, slots=True)
class BookFile:
    """One file that belongs to a visit."""

    visit: UUID
    facility: str
    """Who sent it."""
    at: datetime
    """When it came."""
    named: DocumentAttached


def files_of(
    facts: FactStore, visits: Iterable[UUID], *, as_of: int | None = None
) -> tuple[BookFile, ...]:
    """Return the files of some visits, the newest first.

    Args:
        facts: The ledger.
        visits: Those of the book that is shown.
        as_of: Second since 1970: what came later does not count.
    """
    found = [
        file
        for visit in dict.fromkeys(visits)
        if facts.latest(visit, (_TOPIC,)) is not None
        for file in _standing(visit, facts.history(visit), as_of)
    ]
    return tuple(sorted(found, key=lambda file: (file.at, file.named.address), reverse=True))


def _standing(visit: UUID, history: History, as_of: int | None) -> Iterator[BookFile]:
    standing: list[RecordedFact] = []
    for recorded in history.recorded:
        if as_of is not None and seconds(recorded.act.at) > as_of:
            break
        match recorded.fact:
            case VisitReassigned():  # they are named again, sealed for whom it is about
                standing = []
            case DocumentAttached():
                standing.append(recorded)
            case _:
                pass
    for recorded in standing:
        assert isinstance(recorded.fact, DocumentAttached)
        yield BookFile(visit, sender_of(history), recorded.act.at, recorded.fact)
