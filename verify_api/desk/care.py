"""Which facility treats whom: by the papers that it took or gave, beside recent visits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.categories import EVERYTHING
from ledger.commands.book_access import CareRelations
from ledger.records.book_access import Basis, Ground
from projections.columns import microseconds
from projections.view_store import ViewDatabase

LONGEST: Final = timedelta(days=366)
"""Of an episode that nobody has closed, an appointment that nobody has used: the longest life of a
paper. Source: Circular 01/2025/TT-BYT, article 12."""
AFTERWARDS: Final = timedelta(days=90)
"""How long the facility may still read once the episode is over: results come in."""
_PAPERS: Final = (
    "SELECT kind, paper FROM care_papers WHERE subject = ? AND facility = ? AND void = 0 "
    "AND since <= ? AND ((ended IS NULL AND since > ?) OR ended > ?) ORDER BY number DESC"
)


@dataclass(frozen=True, slots=True)
class CareByPapers:
    """Finds care relations in the view of referrals and appointments."""

    views: ViewDatabase

    def __call__(
        self, subjects: Iterable[UUID], facility: str, *, at: datetime
    ) -> Iterator[Ground]:
        """Yield the papers by which ``facility`` treats the person of ``subjects`` at ``at``."""
        now = microseconds(at)
        bounds = (now, microseconds(at - LONGEST), microseconds(at - AFTERWARDS))
        with self.views.reading() as session:
            for subject in subjects:
                for kind, paper in session.execute(_PAPERS, (str(subject), facility, *bounds)):
                    yield Ground(Basis(kind), EVERYTHING, UUID(paper))


@dataclass(frozen=True, slots=True)
class AllCare:
    """Joins several sources of care relations."""

    sources: tuple[CareRelations, ...]

    def __call__(
        self, subjects: Iterable[UUID], facility: str, *, at: datetime
    ) -> Iterator[Ground]:
        """Yield the grounds of all sources."""
        persons = tuple(subjects)
        for source in self.sources:
            yield from source(persons, facility, at=at)
