"""For whom somebody may act today: the appointments of a view, each decided anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.calendar import local_day
from ledger.commands.representation import Representation, represent
from ledger.errors import RefusedError
from projections.governing_queries import represented_by
from verify_api.governing import Governing


@dataclass(frozen=True, slots=True)
class Represented:
    """One person for whom the caller may act."""

    representation: Representation
    relation: str
    """A code of `ledger.records.health_book.facts.Relation`."""

    @property
    def subject(self) -> UUID:
        """The person's pseudonym."""
        return self.representation.subject


def represented_now(desk: Governing, representative: UUID, *, at: datetime) -> list[Represented]:
    """Return for whom ``representative`` may act at ``at``, the newest appointment first.

    An appointment that has run out, or whose person has come of age, is not among them.
    """
    return list(_standing(desk, representative, at))


def _standing(desk: Governing, representative: UUID, at: datetime) -> Iterator[Represented]:
    with desk.views.reading() as session:
        rows = represented_by(session, representative)
    for row in rows:
        try:
            found = represent(
                desk.facts, representative=representative, subject=UUID(row.subject),
                on=local_day(at),
            )  # fmt: skip
        except RefusedError:
            continue
        yield Represented(found, row.relation)
