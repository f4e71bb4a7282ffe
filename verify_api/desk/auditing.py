"""What the auditor's endpoints need of the house, and how a record is found within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ledger.audit.report_file import ReportKind
from ledger.calendar import local_day
from ledger.commands.references import Known
from ledger.errors import NotFoundError
from ledger.facts import FactStore, RecordedFact
from projections.head_queries import own_streams
from projections.recount import published, recounted
from projections.view_store import ViewDatabase
from verify_api.desk.auditing_log import AuditedLog
from verify_api.desk.auditing_records import Case, Found, Times, find_record, history, states
from verify_api.desk.auditing_reports import FiledReport, Reports

MOST_WALKED: Final = 20_000
"""Facts that one answer walks; of a larger ledger a person's streams are asked of the view."""
MOST_COUNTED: Final = 50_000
"""Facts up to which published figures are counted again while somebody waits."""
FACTS_A_SECOND: Final = 20_000
"""Of one core, about: what counting again is said to cost."""
_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record, and how it was found."""

    record: Found
    by_view: bool
    """Whether a person's streams come from a view: one that was left out there is not among them.
    The daily seal holds that view to the facts, and `records audit history` walks all of them."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What counting every published figure again would take."""

    facts: int
    seconds: int
    """About, on one core."""
    allowed: bool
    """Whether it is done while somebody waits."""


@dataclass(frozen=True, slots=True)
class Auditing:
    """The ledger, its log, its views and the reports about them, as an auditor may ask."""

    facts: FactStore
    """Opened; only ever read in a case."""
    reading: FactStore
    """The same facts with every personal part withheld."""
    views: ViewDatabase
    views_url: str
    log: AuditedLog
    reports: Reports
    authorities: tuple[str, ...]
    most_walked: int = MOST_WALKED
    most_counted: int = MOST_COUNTED

    def find(self, typed: str, *, at: datetime) -> FoundRecord:
        """Return what ``typed`` names: a number, a code, a stream, or a person's pseudonym.

        Raises:
            NotFoundError: Nothing is known under it.
        """
        known = Known(self.reading, self.authorities, local_day(at).year)
        if self.reading.head() <= self.most_walked:
            return FoundRecord(find_record(known, typed, self._every()), by_view=False)
        found = find_record(known, typed, self._of_person(typed.strip()))
        return FoundRecord(found, by_view=found.is_person)

    def _every(self) -> Iterator[RecordedFact]:
        after = 0
        while some := self.reading.read(after=after, limit=_BATCH):
            yield from some
            after = some[-1].position

    def _of_person(self, typed: str) -> Iterator[RecordedFact]:
        """Yield the facts of the streams that the view has about a person."""
        try:
            subject = UUID(typed)
        except ValueError as error:
            raise NotFoundError("nothing is known under this name") from error
        with self.views.reading() as session:
            streams = own_streams(session, subject, until=self.reading.head())
        for one in streams:
            yield from self.reading.history(UUID(one.stream)).recorded

    def lines(self, found: Found, case: Case, times: Times) -> list[RecordedFact]:
        """Return a record's history as of some times: opened in a case, withheld without one."""
        opened = self.reading if case.number is None else self.facts
        return [one for one in history(opened, self.reading, found) if times.count(one)]

    def states(
        self, found: Found, case: Case, times: Times, *, at: datetime
    ) -> list[dict[str, Any]]:
        """Return each of a record's streams as of some times."""
        opened = self.reading if case.number is None else self.facts
        return list(states(opened, found, times, at=at, case=case))

    def cost(self) -> Cost:
        """Return what counting every published figure again would take."""
        facts = self.reading.head()
        return Cost(facts, -(-facts // FACTS_A_SECOND), facts <= self.most_counted)

    def figures(self, position: int | None) -> dict[str, Any]:
        """Return every published figure as the facts make it, and where a published one differs.

        Raises:
            ViewsUnavailableError: The views do not answer.
        """
        return recounted(self.reading, published(self.views_url), position)

    def last_figures(self) -> FiledReport | None:
        """Return the newest report of figures that were counted again elsewhere."""
        return self.reports.latest(ReportKind.FIGURES)
