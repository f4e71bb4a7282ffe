"""Makes what a link shows: the patient summary of the chosen sections and categories."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from ledger.categories import EVERYTHING, Category, Section
from ledger.clinical.book import without
from ledger.clinical.ips import Issued, summary, to_json
from ledger.commands.sharing import SharedFile
from ledger.records.book_access import Basis
from verify_api.books import HealthBooks, Opened

CONTENT_TYPE: Final = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class BookSummaries:
    """Fills `ledger.commands.sharing.BuildSummary` from the books as they are now."""

    books: HealthBooks
    office: str
    """Author of the summary."""

    def __call__(
        self,
        subject: UUID,
        *,
        sections: frozenset[Section],
        categories: frozenset[Category],
        at: datetime,
    ) -> Iterator[SharedFile]:
        """Yield the summary: the person's own book, without what they did not choose."""
        withheld = EVERYTHING - categories
        opened = Opened(subject, withheld, frozenset(), Basis.OWN.value)
        shown = self.books.read(opened)
        bundle = summary(
            without(shown.book, categories=withheld),
            patient=self.books.patient(opened),
            issued=Issued(at, self.office, shown.revision),
            sections=sections,
            called=cache(self._called),
        )
        yield SharedFile(CONTENT_TYPE, to_json(bundle))

    def _called(self, facility: str) -> str:
        """Return a facility's name for whoever opens the link, who has no list of codes."""
        known = self.books.organisation(facility)
        return facility if known is None else known.vi
