"""Every published figure, counted again from the facts alone.

A second implementation on purpose: requests and visits are folded whole and then counted, where
the views move sums with each fact. Both come to the same, or one of them is wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from ledger.audit.findings import Finding, Severity
from ledger.audit.progress_count import ProgressCount, Sums
from ledger.calendar import local_day
from ledger.certificates import request as requests
from ledger.certificates import request_facts as rf
from ledger.certificates.request_values import FeeGroup, Form
from ledger.facts import RecordedFact
from ledger.identifiers import FACILITY_CODE
from ledger.records import visit as visits
from ledger.records.health_book.facts import BookLinked, BookOpened, BookUnlinked


class Figures(NamedTuple):
    """All published figures at a position."""

    position: int
    """Of the last fact that is counted."""
    tables: Mapping[str, Sums]
    """By the name of the published table."""


DAILY, QUALITY, RULES = "daily_figures", "facility_quality", "facility_quality_rules"
PROGRESS = "integration_progress"


@dataclass(slots=True)
class _Visit:
    """One visit, as far as it is counted."""

    key: tuple[str, str]
    assessed: visits.VisitQualityAssessed | None = None
    corrected: bool = False
    voided: bool = False


@dataclass(slots=True)
class Counting:
    """Counts facts one by one; ask `figures` at any time."""

    position: int = 0
    _requests: dict[UUID, requests.Request] = field(default_factory=dict)
    _accepted: dict[UUID, date] = field(default_factory=dict)
    _daily: Sums = field(default_factory=lambda: defaultdict(Counter))
    _visits: dict[UUID, _Visit] = field(default_factory=dict)
    _books: dict[UUID, tuple[int, tuple[str, str]]] = field(default_factory=dict)
    """Position and key of each opened book."""
    _doubles: Counter[UUID] = field(default_factory=Counter)
    _progress: ProgressCount = field(default_factory=ProgressCount)

    def take_in(self, facts: Iterable[RecordedFact]) -> None:
        """Count ``facts``, which follow those before."""
        for one in facts:
            self.position = one.position
            self._progress.take_in(one)
            if isinstance(one.fact, rf.Fact):
                self._request(one, one.fact)
            elif isinstance(one.fact, visits.Fact):
                self._visit(one, one.fact)
            else:
                self._book(one)

    def figures(self) -> Figures:
        """Return every figure as the facts so far make it."""
        rules: Sums = defaultdict(Counter)
        quality: Sums = defaultdict(Counter)
        for one in self._visits.values():
            _add_visit(one, quality[one.key], rules)
        for subject, (_, key) in self._books.items():
            quality[key].update(books=1, doubled=int(self._doubles[subject] > 0))
        progress: Sums = defaultdict(Counter, self._progress.sums)
        tables = {DAILY: self._days(), QUALITY: quality, RULES: rules, PROGRESS: progress}
        return Figures(self.position, tables)

    def _request(self, one: RecordedFact, fact: rf.Fact) -> None:
        state = requests.evolve(self._requests.get(one.stream_id), fact)
        self._requests[one.stream_id] = state
        if isinstance(fact, rf.RequestAccepted):
            self._accepted[one.stream_id] = fact.accepted_on
        counted = _counted(fact, state, self._accepted.get(one.stream_id), local_day(one.act.at))
        if counted is not None:
            day, names = counted
            self._daily[state.draft.province, day.isoformat()].update(names)

    def _days(self) -> Sums:
        days: Sums = defaultdict(Counter, {key: Counter(sums) for key, sums in self._daily.items()})
        for state in self._requests.values():
            end = state.ended_on or state.asked_on
            if end is not None and state.deadline is not None:
                punctual = requests.on_time(state, on=end)
                days[state.draft.province, end.isoformat()].update(
                    measured=1, on_time=int(punctual is True)
                )
        return days

    def _visit(self, one: RecordedFact, fact: visits.Fact) -> None:
        if isinstance(fact, visits.VisitRecorded):
            key = (one.act.organisation or "", _month(one))
            self._visits[one.stream_id] = _Visit(key)
            return
        known = self._visits[one.stream_id]
        match fact:
            case visits.VisitCorrected():
                known.assessed, known.corrected, known.voided = None, True, False
            case visits.VisitReassigned():
                known.assessed, known.corrected = None, True
            case visits.VisitVoided():
                known.voided = True
            case visits.VisitQualityAssessed():
                known.assessed = fact
            case _:
                pass

    def _book(self, one: RecordedFact) -> None:
        fact, subject = one.fact, one.subject
        if subject is None:
            return
        if isinstance(fact, BookOpened):
            facility = one.act.organisation or ""
            if FACILITY_CODE.matches(facility):
                self._books[subject] = one.position, (facility, _month(one))
        elif isinstance(fact, BookLinked | BookUnlinked):
            both = [who for who in (subject, fact.into) if who in self._books]
            if both:
                later = max(both, key=lambda who: self._books[who][0])
                self._doubles[later] += 1 if isinstance(fact, BookLinked) else -1


def _month(one: RecordedFact) -> str:
    return local_day(one.act.at).isoformat()[:7]


def _counted(
    fact: rf.Fact, state: requests.Request, accepted: date | None, recorded: date
) -> tuple[date, dict[str, int]] | None:
    """Return on which day a fact counts, and for which figures."""
    match fact:
        case rf.RequestSubmitted(day):
            return day, _submitted(state)
        case rf.CertificateReady(_, day):
            return day, {"ready": 1, "days_taken": (day - accepted).days if accepted else 0}
        case rf.FeePaid(amount):
            return recorded, {"fees": amount}
        case rf.FeeRefunded(amount):
            return recorded, {"refunds": amount}
        case _:
            return _one(fact, recorded)


_ONES: Mapping[type, tuple[str, str | None]] = {
    rf.RequestAccepted: ("accepted", "accepted_on"),
    rf.RequestRejected: ("rejected", "rejected_on"),
    rf.RequestRefused: ("refused", "refused_on"),
    rf.ProcessingStopped: ("stopped", "stopped_on"),
    rf.WithdrawalRequested: ("withdrawn", "requested_on"),
    rf.SupplementRequested: ("supplements", "requested_on"),
    rf.ResultDelivered: ("delivered", "delivered_on"),
    rf.DeadlineMissed: ("missed", None),
    rf.ApologyIssued: ("apologies", None),
}
"""Facts that count one: for what, and which field says the day; the recorded day if none does."""


def _one(fact: rf.Fact, recorded: date) -> tuple[date, dict[str, int]] | None:
    found = _ONES.get(type(fact))
    if found is None:
        return None
    figure, of_day = found
    return (recorded if of_day is None else getattr(fact, of_day)), {figure: 1}


def _submitted(state: requests.Request) -> dict[str, int]:
    draft = state.draft
    return {
        "submitted": 1,
        "form_1": int(draft.form is Form.ONE),
        "form_2": int(draft.form is Form.TWO),
        "waived": int(draft.fee_group is FeeGroup.EXEMPT),
        "reduced": int(draft.fee_group is FeeGroup.REDUCED),
    }


def _add_visit(one: _Visit, sums: Counter[str], rules: Sums) -> None:
    sums.update(visits=1, corrected=int(one.corrected), voided=int(one.voided))
    found = one.assessed
    if found is None:
        return
    sums.update(
        assessed=1,
        with_errors=int(found.errors > 0),
        with_warnings=int(found.warnings > 0 and not found.errors),
        errors=found.errors,
        warnings=found.warnings,
        late=int(found.late),
    )
    for rule in found.rules:
        rules[*one.key, rule.rule]["times"] += rule.count


def disagreements(
    table: str, counted: Sums, published: Iterable[Mapping[str, Any]], keys: int, position: int
) -> Iterator[Finding]:
    """Yield where published rows differ from what was counted, figure by figure.

    Args:
        table: Name of the published table.
        counted: What the facts come to.
        published: The rows, each with its key's columns first.
        keys: How many columns the key has.
        position: For which both hold.
    """
    shown = {tuple(row.values())[:keys]: dict(list(row.items())[keys:]) for row in published}
    for key in sorted(counted.keys() | shown.keys(), key=str):
        there, made = shown.get(key, {}), counted.get(key, Counter())
        for figure in sorted(there.keys() | made.keys()):
            if there.get(figure, 0) != made.get(figure, 0):
                place: dict[str, str | int] = {
                    "view": table, "key": "/".join(map(str, key)), "column": figure,
                    "position": position,
                }  # fmt: skip
                yield Finding(
                    "C7.figure", Severity.CRITICAL, place,
                    str(made.get(figure, 0)), str(there.get(figure, 0)),
                )  # fmt: skip
