"""How far the country is joined, counted again from the facts alone.

A second implementation on purpose: every book, facility and paper is folded to what it counts for
at the end of each day, and days are told from one another; the view moves sums with each fact.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.facts import Fact, RecordedFact
from ledger.identifiers import FACILITY_CODE
from ledger.records import facility as facilities
from ledger.records.appointment import facts as appointments
from ledger.records.health_book import book as books
from ledger.records.health_book import facts as book_facts
from ledger.records.referral import facts as referrals
from ledger.records.visit import VisitRecorded

Sums = dict[tuple[str, ...], Counter[str]]
"""Figures by name, under the key of the published row: province and day, facility and month."""

_OF_BOOKS: Final = frozenset(book_facts.TOPICS.values())
_OF_FACILITIES: Final = frozenset(facilities.TOPICS.values())
_OF_PAPERS: Final = frozenset({*referrals.TOPICS.values(), *appointments.TOPICS.values()})


@dataclass(slots=True)
class _Counted:
    """One stream that counts: where, and for what at present."""

    province: str
    book: books.HealthBook = books.EMPTY
    facility: facilities.Facility | None = None
    papers: Counter[str] = field(default_factory=Counter)

    def now(self) -> Counter[str]:
        """Return what it counts for."""
        sums = Counter(self.papers)
        if self.book.is_open and self.book.into is None:
            sums.update(books=1, integrated=int(bool(self.book.apps)))
        if self.facility is not None and self.facility.successor is None:
            synchronised = self.facility.synchronised_since is not None
            sums.update(
                facilities=1, synchronised=int(synchronised), suspended=int(self.facility.suspended)
            )
        return sums


@dataclass(slots=True)
class ProgressCount:
    """Counts facts one by one."""

    sums: Sums = field(default_factory=lambda: defaultdict(Counter))
    _streams: dict[UUID, _Counted] = field(default_factory=dict)

    def take_in(self, one: RecordedFact) -> None:
        """Count a fact, which follows those before."""
        if isinstance(one.fact, VisitRecorded):
            day = local_day(one.act.at).isoformat()
            self.sums[_province(one.act.organisation), day]["visits"] += 1
        elif type(one.fact) in _OF_BOOKS | _OF_FACILITIES | _OF_PAPERS:
            self._stream(one)

    def _stream(self, one: RecordedFact) -> None:
        known = self._streams.setdefault(one.stream_id, _Counted(_place(one)))
        before = known.now()
        _evolve(known, one.fact)
        after = known.now()
        changed = {name: after[name] - before[name] for name in before.keys() | after.keys()}
        self.sums[known.province, local_day(one.act.at).isoformat()].update(changed)


def count_progress(facts: Iterable[RecordedFact]) -> Sums:
    """Return the figures of each province and day."""
    counting = ProgressCount()
    for one in facts:
        counting.take_in(one)
    return counting.sums


def _evolve(known: _Counted, fact: Fact) -> None:
    if isinstance(fact, book_facts.Fact):
        known.book = books.evolve(known.book, fact)
    elif isinstance(fact, facilities.Fact):
        known.facility = facilities.evolve(known.facility, fact)
    else:
        name = {
            referrals.ReferralIssued: "referrals",
            referrals.ReferralCancelled: "referrals_cancelled",
            appointments.AppointmentIssued: "appointments",
            appointments.AppointmentCancelled: "appointments_cancelled",
        }.get(type(fact))
        known.papers.update({} if name is None else {name: 1})


def _place(one: RecordedFact) -> str:
    """Return in which province a stream counts, by its first fact."""
    match one.fact:
        case facilities.FacilityRegistered(province=province):
            return province
        case referrals.ReferralIssued(origin=code) | appointments.AppointmentIssued(facility=code):
            return _province(code)
        case _:
            return _province(one.act.organisation)


def _province(code: str | None) -> str:
    return code[:2] if code and FACILITY_CODE.matches(code) else ""
