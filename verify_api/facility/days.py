"""The appointments of one day at a facility: days are sealed, so each open paper is asked."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.health_paper import day_of
from ledger.certificates.kind import Holder
from ledger.certificates.kinds.appointment import KIND
from ledger.commands import certificates, health_papers
from ledger.facts import FactStore
from projections.paper_desk import PaperRow
from projections.paper_queries import papers_of_facility
from projections.view_store import ViewDatabase

MOST_OPENED: Final = 2_000
"""Open appointments that one page asks; a hospital with more asks its own system."""
_STAGES: Final = ("available", "missed", "consumed")


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is expected on the day."""

    reference: UUID
    subject: UUID | None
    number: str
    clock: str
    """``0830``; zeros if no time was given."""
    holder: Holder
    stage: str


def expected_on(
    facts: FactStore, views: ViewDatabase, facility: str, day: date
) -> tuple[tuple[Expected, ...], bool]:
    """Return who is expected on ``day`` in order of the clock, and whether all were asked."""
    rows, whole = _open_rows(views, facility)
    found = [one for row in rows if (one := _on(facts, row, day)) is not None]
    return tuple(sorted(found, key=lambda one: (one.clock, one.number))), whole


def _open_rows(views: ViewDatabase, facility: str) -> tuple[list[PaperRow], bool]:
    rows: list[PaperRow] = []
    with views.reading() as session:
        for stage in _STAGES:
            after = ""
            while some := papers_of_facility(
                session, facility=facility, kind=KIND.code, role="from", stage=stage, after=after
            ):
                rows += some
                after = some[-1].certificate
                if len(rows) >= MOST_OPENED:
                    return rows[:MOST_OPENED], False
    return rows, True


def _on(facts: FactStore, row: PaperRow, day: date) -> Expected | None:
    found = certificates.load(facts, UUID(row.certificate))
    if health_papers.is_erased(found):
        return None
    content = lifecycle.content_of(found.certificate)
    appointed = str(content["appointed"])
    if day_of(appointed) != day:
        return None
    return Expected(
        found.id, found.subject, row.number or "", appointed[8:] or "0000",
        lifecycle.holder_of(found.certificate), row.stage,
    )  # fmt: skip
