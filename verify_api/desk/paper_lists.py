"""Lists of papers for desks and for their holders, from the view; days left are counted now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.commands.books import subjects_of
from ledger.facts import FactStore
from projections.columns import moment
from projections.paper_desk import PaperRow
from projections.paper_queries import MOST, papers_of_facility, papers_of_holder
from projections.view_store import ViewStore


@dataclass(frozen=True, slots=True)
class Asked:
    """Which papers of a facility."""

    kind: str
    role: str
    """``from`` for its own, ``to`` for those addressed to it."""
    stage: str | None = None
    after: str = ""
    """Reference of the last one of the page before."""


@dataclass(frozen=True, slots=True)
class PaperLists:
    """Answers which papers a facility or a person has; nothing of what they say."""

    facts: FactStore
    views: ViewStore
    calendar: WorkingCalendar

    def of_facility(self, facility: str, asked: Asked, *, at: datetime) -> Mapping[str, Any]:
        """Return a page of papers, and where the next begins; null if there is none."""
        with self.views.database.reading() as session:
            rows = papers_of_facility(
                session, facility=facility, kind=asked.kind, role=asked.role, stage=asked.stage,
                after=asked.after,
            )  # fmt: skip
        more = len(rows) == MOST
        return {
            "papers": [self._told(row, at) for row in rows],
            "after": rows[-1].certificate if more else None,
        }

    def of_holder(self, subject: UUID, *, at: datetime) -> list[Mapping[str, Any]]:
        """Return a person's papers, the newest first, `MOST` of each pseudonym at most."""
        return [self._told(row, at) for row in self._rows(subject)]

    def _rows(self, subject: UUID) -> list[PaperRow]:
        everybody = dict.fromkeys((subject, *subjects_of(self.facts, subject)))
        with self.views.database.reading() as session:
            rows = [row for one in everybody for _, row in papers_of_holder(session, one)]
        issued = (row for row in rows if row.stage not in {"drafted", "signed", "withdrawn"})
        return sorted(issued, key=lambda row: row.changed_at, reverse=True)

    def _told(self, row: PaperRow, at: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": row.certificate,
            "kind": row.kind,
            "number": row.number,
            "facility": row.facility,
            "stage": row.stage,
            "changed_at": moment(row.changed_at).isoformat(),
            "to": row.addressed_to.split(),
            "used_by": row.used_by,
            "conflicts": row.conflicts,
            "present_until": None,
            "days_left": None,
        }
        if row.kind == REFERRAL.code and row.until is not None:
            # An appointment's code ends with a month; its day stands on the paper alone.
            last = local_day(moment(row.until) - timedelta(seconds=1))
            told["present_until"] = last.isoformat()
            told["days_left"] = self.calendar.working_days_between(local_day(at), last)
        return told
