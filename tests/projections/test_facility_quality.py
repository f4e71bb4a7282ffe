"""Sums of facilities by month, against what the visits and books fold to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from ledger.calendar import local_day
from ledger.facts import Act
from ledger.identifiers import health_book_stream
from ledger.records import visit
from ledger.records.health_book.facts import BookLinked, BookOpened, BookUnlinked
from ledger.records.visit import (
    Form,
    RuleCount,
    VisitCorrected,
    VisitQualityAssessed,
    VisitReassigned,
    VisitRecorded,
    VisitVoided,
)
from ledger.store.registry import FACT_TYPES
from projections import facility_quality
from projections.facility_quality import MonthRow
from projections.projector import Projector
from projections.quality_figures import Quality, by_facility, by_month
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.memory_facts import MemoryFacts

START = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
"""Half past eleven in the evening, in Vietnam, on the last day of October."""
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}
A, B = "79A02", "01B01"
FORM, SCHEMA, SEALED = Form.FHIR_VISIT, "r4-1", b"sealed"


@dataclass
class Country:
    """Facts of facilities, and the view of them."""

    store: ViewStore
    facts: MemoryFacts = field(default_factory=lambda: MemoryFacts(TOPICS))

    def say(
        self, stream: UUID, *facts: object, by: str | None = A, minutes: int = 0,
        subject: UUID | None = None,
    ) -> None:  # fmt: skip
        act = Act(START + timedelta(minutes=minutes), "account-1", "facility_system", by)
        self.facts.append(act, self.facts.history(stream).then(*facts, subject=subject))

    def sent(self, number: int, *, by: str = A, minutes: int = 0) -> UUID:
        stream = UUID(int=0x1000 + number)
        recorded = VisitRecorded(FORM, SCHEMA, 1, SEALED)
        self.say(stream, recorded, by=by, minutes=minutes, subject=UUID(int=number))
        return stream

    def assessed(
        self, stream: UUID, revision: int = 1, *, late: bool = False, **rules: int
    ) -> None:
        errors = rules.get("bad_code", 0)
        counts = tuple(RuleCount(name, count) for name, count in sorted(rules.items()))
        self.say(stream, VisitQualityAssessed(
            revision, "quality-1", errors, sum(rules.values()) - errors, late, counts,
        ), by=None)  # fmt: skip

    def opened(self, number: int, *, by: str | None = A) -> UUID:
        subject = UUID(int=number)
        self.say(health_book_stream(subject), BookOpened(), by=by, subject=subject)
        return subject

    def months(self, facility: str = A) -> dict[str, Quality]:
        Projector(self.facts, self.store).catch_up(batch=7)
        with self.store.database.reading() as session:
            return {one.sums.month: one for one in by_month(session, facility=facility)}


@pytest.fixture
def country(views_url: str) -> Iterator[Country]:
    store = ViewStore(open_views(views_url), [facility_quality.VIEW])
    store.prepare()
    yield Country(store)
    store.database.close()


def test_a_visit_counts_in_the_vietnamese_month_in_which_it_came(country: Country) -> None:
    country.sent(1)
    country.sent(2, minutes=31)
    months = country.months()
    assert [months[month].sums.visits for month in ("2026-10", "2026-11")] == [1, 1]
    assert country.months(B) == {}


def test_what_was_found_counts_with_its_rules(country: Country) -> None:
    one, two, three = (country.sent(number) for number in (1, 2, 3))
    country.assessed(one, bad_code=2, odd_date=1)
    country.assessed(two, late=True, odd_date=1)
    country.assessed(three)
    quality = country.months()["2026-10"]
    assert quality.sums == MonthRow(
        A, "2026-10", visits=3, assessed=3, with_errors=1, with_warnings=1, errors=2, warnings=2,
        late=1,
    )  # fmt: skip
    assert [(rule.rule, rule.times) for rule in quality.rules] == [("bad_code", 2), ("odd_date", 2)]


def test_a_correction_takes_back_what_was_found_until_it_is_looked_at(country: Country) -> None:
    one = country.sent(1)
    country.assessed(one, late=True, bad_code=1)
    country.say(one, VisitCorrected(FORM, SCHEMA, 1, "mẫu", SEALED), minutes=60 * 24 * 40)
    country.say(one, VisitCorrected(FORM, SCHEMA, 1, "mẫu", SEALED))
    quality = country.months()["2026-10"]
    assert quality.sums == MonthRow(A, "2026-10", visits=1, corrected=1)
    assert not quality.rules
    country.assessed(one, 3, odd_date=4)
    quality = country.months()["2026-10"]
    assert (quality.sums.assessed, quality.sums.errors, quality.sums.warnings) == (1, 0, 4)
    assert [(rule.rule, rule.times) for rule in quality.rules] == [("odd_date", 4)]


def test_what_was_voided_is_told_and_a_correction_brings_it_back(country: Country) -> None:
    one = country.sent(1)
    country.say(one, VisitVoided("mẫu"))
    assert country.months()["2026-10"].sums.voided == 1
    moved = VisitReassigned(UUID(int=1), UUID(int=2), FORM, SCHEMA, 1, "mẫu", SEALED)
    country.say(one, moved)
    assert country.months()["2026-10"].sums.voided == 1
    country.say(one, VisitCorrected(FORM, SCHEMA, 1, "mẫu", SEALED))
    assert country.months()["2026-10"].sums.voided == 0
    assert country.months()["2026-10"].sums.corrected == 1


def test_the_later_of_two_books_of_one_person_need_not_have_been_opened(country: Country) -> None:
    early, late = country.opened(1), country.opened(2, by=B)
    country.say(health_book_stream(early), BookLinked(late, "mẫu"), by="SYT01", subject=early)
    assert country.months(A)["2026-10"].sums.doubled == 0
    assert country.months(B)["2026-10"].sums[-2:] == (1, 1)
    country.say(health_book_stream(early), BookUnlinked(late, "mẫu"), by="SYT01", subject=early)
    assert country.months(B)["2026-10"].sums.doubled == 0


def test_a_book_that_no_facility_opened_counts_for_nobody(country: Country) -> None:
    own, theirs = country.opened(1, by=None), country.opened(2)
    country.opened(3, by="CA01-DESK")
    country.say(health_book_stream(own), BookLinked(theirs, "mẫu"), subject=own)
    assert country.months()["2026-10"].sums == MonthRow(A, "2026-10", books=1, doubled=1)


def test_facilities_are_added_up_over_months(country: Country) -> None:
    for number in range(4):
        country.sent(number, by=(A, B)[number % 2], minutes=40 * number)
    country.months()
    with country.store.database.reading() as session:
        whole = by_facility(session)
        october = by_facility(session, last="2026-10")
    assert [(one.sums.facility, one.sums.visits) for one in whole] == [(B, 2), (A, 2)]
    assert [(one.sums.facility, one.sums.visits) for one in october] == [(A, 1)]


@pytest.mark.parametrize(
    ("sums", "score"),
    [
        ({}, None),
        ({"visits": 9, "corrected": 9}, None),
        ({"visits": 4, "assessed": 4}, 100),
        ({"visits": 4, "assessed": 4, "with_errors": 1}, 88),
        ({"visits": 4, "assessed": 4, "with_warnings": 4}, 90),
        ({"visits": 4, "assessed": 4, "late": 2}, 90),
        ({"visits": 4, "assessed": 2, "corrected": 4}, 95),
        ({"visits": 1, "assessed": 1, "books": 2, "doubled": 1}, 93),
        ({"visits": 2, "assessed": 2, "with_errors": 2, "late": 2, "corrected": 2, "books": 1,
          "doubled": 1}, 10),
        ({"visits": 3, "assessed": 3, "with_errors": 3, "with_warnings": 3, "late": 3,
          "corrected": 3, "books": 1, "doubled": 1}, 0),
    ],
)  # fmt: skip
def test_a_score_is_what_the_formula_says(sums: dict[str, int], score: int | None) -> None:
    assert Quality(MonthRow(A, "2026-10", **sums)).score == score


def test_a_random_year_adds_up_to_what_the_visits_fold_to(country: Country) -> None:
    dice = Random(14)
    revisions: dict[UUID, int] = {}
    for number in range(60):
        revisions[country.sent(number, by=dice.choice((A, B)), minutes=number * 900)] = 1
    for _ in range(300):
        stream = dice.choice(list(revisions))
        act = dice.choice(["correct", "assess", "assess", "void"])
        if act == "correct":
            revisions[stream] += 1
            country.say(stream, VisitCorrected(FORM, SCHEMA, 1, "mẫu", SEALED))
        elif act == "void":
            country.say(stream, VisitVoided("mẫu"))
        else:
            found = {"bad_code": dice.randrange(3), "odd_date": dice.randrange(3)}
            rules = {name: count for name, count in found.items() if count}
            country.assessed(stream, revisions[stream], late=dice.random() < 0.3, **rules)
    for facility in (A, B):
        assert {m: q.sums for m, q in country.months(facility).items()} == folded(country, facility)


def folded(country: Country, facility: str) -> dict[str, MonthRow]:
    """Return the sums anew, each visit by its own facts."""
    streams = {r.stream_id: r for r in country.facts.recorded if isinstance(r.fact, VisitRecorded)}
    sums: dict[str, Counter[str]] = {}
    for stream, first in streams.items():
        if first.act.organisation != facility:
            continue
        month = sums.setdefault(local_day(first.act.at).isoformat()[:7], Counter())
        facts = country.facts.history(stream).facts
        state = visit.fold(facts)  # type: ignore[arg-type]
        assert state is not None
        last = [f for f in facts if isinstance(f, VisitQualityAssessed)][-1:]
        month.update(visits=1, corrected=int(state.revision > 1), voided=int(state.voided))
        if state.assessed == state.revision:
            (found,) = last
            month.update(
                assessed=1, errors=found.errors, warnings=found.warnings, late=int(found.late),
                with_errors=int(found.errors > 0),
                with_warnings=int(found.warnings > 0 and not found.errors),
            )  # fmt: skip
    return {month: MonthRow(facility, month, **counts) for month, counts in sums.items()}
