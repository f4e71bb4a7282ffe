"""Fills `verify_api.book_access.BookAccess` from the ledger, and care relations from the views."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.categories import EVERYTHING, Category
from ledger.commands.book_access import CareRelations, Reader, decide
from ledger.errors import RefusedError
from ledger.facts import FactStore
from ledger.records.book_access import NO_GROUND, Basis, Grant, Ground
from projections.columns import microseconds
from projections.view_store import ViewDatabase
from verify_api.callers import Caller, Role
from verify_api.errors import NoAccessGroundError

CARE_WINDOW: Final = timedelta(days=30)
"""How long after a facility last sent something of a visit it still treats the person: results
come in, questions are asked. No law counts it; an authority may set another."""

MoreCare = Callable[[Iterable[UUID], str, datetime], Iterable[Ground]]
"""Further care relations: referrals that a facility accepted, appointments that it gave."""


def _no_more(_subjects: Iterable[UUID], _facility: str, _at: datetime) -> Iterable[Ground]:
    return ()


@dataclass(frozen=True, slots=True)
class ViewedCare:
    """Finds care relations in the view of visits: what a facility sent lately."""

    views: ViewDatabase
    more: MoreCare = field(default=_no_more)

    def __call__(
        self, subjects: Iterable[UUID], facility: str, *, at: datetime
    ) -> Iterator[Ground]:
        """Yield the grounds of ``facility`` to treat the person of ``subjects`` at ``at``."""
        persons = tuple(subjects)
        since = microseconds(at - CARE_WINDOW)
        with self.views.reading() as session:
            for subject in persons:
                found = session.execute(
                    "SELECT v.visit FROM health_about a JOIN health_visits v ON v.visit = a.visit "
                    "WHERE a.subject = ? AND v.subject = ? AND v.facility = ? AND v.voided = 0 "
                    "AND v.recorded_at > ? AND v.recorded_at <= ? "
                    "ORDER BY v.recorded_at DESC LIMIT 1",
                    (str(subject), str(subject), facility, since, microseconds(at)),
                )
                for (visit,) in found:
                    yield Ground(Basis.VISIT, EVERYTHING, UUID(visit))
        yield from self.more(persons, facility, at)


@dataclass(frozen=True, slots=True)
class LedgerBookAccess:
    """Decides by the person's own streams; a caller is who the session or token says."""

    facts: FactStore
    care: CareRelations

    def decide(
        self, caller: Caller, subject: UUID, categories: Iterable[Category], *, at: datetime
    ) -> Grant:
        """Return what the caller may see.

        Raises:
            NoAccessGroundError: Nothing.
        """
        try:
            return decide(
                self.facts, self.care, reader=reader_of(caller), subject=subject,
                categories=categories, at=at,
            )  # fmt: skip
        except RefusedError as error:
            if error.rule != NO_GROUND:
                raise
            raise NoAccessGroundError(str(error)) from error


def reader_of(caller: Caller) -> Reader:
    """Return who ``caller`` is to a health book; a role without a part in it is a stranger."""
    organisation = caller.organisation
    match caller.role:
        case Role.CITIZEN:
            return Reader(caller.account, person=caller.subject)
        case Role.CLINICIAN | Role.FACILITY_SIGNER | Role.FACILITY_SYSTEM:
            return Reader(caller.account, facility=organisation)
        case Role.PROCEDURAL_AGENCY:
            return Reader(caller.account, agency=organisation)
        case Role.VERIFIER | Role.SOCIAL_INSURANCE:
            return Reader(caller.account, organisation=organisation)
        case _:
            return Reader(caller.account)
