"""How far the country is joined, against a count over all facts by another way."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

import pytest

from ledger.audit.progress_count import count_progress
from ledger.facts import Act
from ledger.identifiers import facility_stream, health_book_stream
from ledger.records.appointment.facts import AppointmentCancelled, AppointmentIssued
from ledger.records.facility import (
    FacilityRecoded,
    FacilityRegistered,
    FacilityResumed,
    FacilitySuspended,
    FacilitySynchronised,
    Level,
)
from ledger.records.health_book.facts import (
    BookIntegrated,
    BookLinked,
    BookOpened,
    BookUnlinked,
    IntegrationEnded,
)
from ledger.records.referral.facts import ReferralCancelled, ReferralIssued
from ledger.records.visit import Form, VisitRecorded
from ledger.store.registry import FACT_TYPES
from projections import integration_progress
from projections.integration_progress import CHANGES, ChangeRow
from projections.national_figures import (
    Standing,
    changes_by_day,
    course,
    standing,
    standing_by_province,
)
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import Session, ViewStore
from tests_support.memory_facts import MemoryFacts

START = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
"""Half past eleven in the evening, in Vietnam."""
FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}
HANOI, SAIGON = "01B01", "79A02"
DAY = timedelta(days=1)
Answer = TypeVar("Answer")


@dataclass
class Country:
    """Facts of the whole country, and the view of them."""

    store: ViewStore
    facts: MemoryFacts = field(default_factory=lambda: MemoryFacts(TOPICS))
    now: datetime = START

    def say(
        self, stream: UUID, *facts: object, by: str | None = SAIGON, subject: UUID | None = None
    ) -> None:
        act = Act(self.now, "account-1", "facility_system", by)
        self.facts.append(act, self.facts.history(stream).then(*facts, subject=subject))

    def facility(self, code: str) -> UUID:
        stream = facility_stream(code)
        named = f"Cơ sở {code}", f"Facility {code}"
        self.say(stream, FacilityRegistered(code, *named, code[:2], Level.BASIC), by=None)
        return stream

    def book(self, number: int, *, by: str | None = SAIGON) -> UUID:
        subject = UUID(int=number)
        self.say(health_book_stream(subject), BookOpened(), by=by, subject=subject)
        return subject

    def of_book(self, subject: UUID, *facts: object) -> None:
        self.say(health_book_stream(subject), *facts, by=None, subject=subject)

    def referral(self, number: int, *, origin: str = SAIGON) -> UUID:
        stream = UUID(int=0x2000 + number)
        issued = ReferralIssued(stream, origin, (HANOI,), self.now + 10 * DAY, reusable=False)
        self.say(stream, issued, subject=UUID(int=number))
        return stream

    def appointment(self, number: int, *, facility: str = SAIGON) -> UUID:
        stream = UUID(int=0x3000 + number)
        issued = AppointmentIssued(stream, facility, None, SECOND)
        self.say(stream, issued, subject=UUID(int=number))
        return stream

    def ask(self, question: Callable[[Session], Answer]) -> Answer:
        Projector(self.facts, self.store).catch_up(batch=7)
        with self.store.database.reading() as session:
            return question(session)

    def on(self, day: date, *provinces: str) -> Standing:
        return self.ask(lambda session: standing(session, day, provinces=provinces))


@pytest.fixture
def country(views_url: str) -> Iterator[Country]:
    store = ViewStore(open_views(views_url), [integration_progress.VIEW])
    store.prepare()
    yield Country(store)
    store.database.close()


def test_a_day_is_one_in_vietnam_and_its_evening_holds_all_before(country: Country) -> None:
    country.book(1)
    country.now += timedelta(minutes=31)
    country.book(2, by=HANOI)
    assert country.on(FIRST - DAY).sums.books == 0
    assert country.on(FIRST).sums.books == 1
    assert country.on(SECOND).sums.books == 2
    assert country.on(SECOND, "01").sums.books == 1
    by_province = country.ask(lambda session: standing_by_province(session, SECOND))
    assert [(one.sums.province, one.sums.books) for one in by_province] == [("01", 1), ("79", 1)]


def test_a_book_is_integrated_while_it_is_shown_in_any_app(country: Country) -> None:
    one, _ = country.book(1), country.book(2)
    country.of_book(one, BookIntegrated("vneid"))
    assert country.on(FIRST).integrated_share == 0.5
    country.of_book(one, BookIntegrated("clinic"), IntegrationEnded("vneid"))
    assert country.on(FIRST).sums.integrated == 1
    country.now += DAY
    country.of_book(one, IntegrationEnded("clinic"))
    assert country.on(SECOND).sums.integrated == 0
    assert country.on(FIRST).sums.integrated == 1


def test_two_books_that_read_as_one_are_one_book(country: Country) -> None:
    part, whole = country.book(1), country.book(2, by=HANOI)
    country.of_book(part, BookIntegrated("vneid"))
    country.of_book(part, BookLinked(whole, "mẫu"))
    assert country.on(FIRST).sums[2:4] == (1, 0)
    country.of_book(part, BookUnlinked(whole, "mẫu"))
    assert country.on(FIRST).sums[2:4] == (2, 1)


def test_a_book_that_no_facility_opened_counts_in_no_province(country: Country) -> None:
    country.book(1, by=None)
    country.book(2, by="CA01-DESK")
    assert country.on(FIRST).sums.books == 2
    assert country.on(FIRST, "79").sums.books == 0


def test_a_facility_with_a_new_code_is_still_one_facility(country: Country) -> None:
    old = country.facility("79A02")
    country.say(old, FacilitySynchronised(FIRST), by=None)
    country.say(old, FacilityRecoded("79A99"), by=None)
    new = country.facility("79A99")
    assert country.on(FIRST).sums[4:7] == (1, 0, 0)
    country.say(new, FacilitySynchronised(FIRST), FacilitySynchronised(SECOND), by=None)
    assert country.on(FIRST).synchronised_share == 1.0
    country.say(new, FacilitySuspended("mẫu"), by=None)
    assert country.on(FIRST).sums.suspended == 1
    country.say(new, FacilityResumed("mẫu"), by=None)
    assert country.on(FIRST).sums.suspended == 0


def test_papers_count_where_they_were_made_and_cancelled_ones_apart(country: Country) -> None:
    referral, appointment = country.referral(1, origin=HANOI), country.appointment(1)
    country.referral(2)
    country.now += DAY
    country.say(referral, ReferralCancelled(country.now, "mẫu"), subject=UUID(int=1))
    country.say(appointment, AppointmentCancelled(country.now, "mẫu"), subject=UUID(int=1))
    hanoi, saigon = country.on(SECOND, "01").sums, country.on(SECOND, "79").sums
    assert (hanoi.referrals, hanoi.referrals_cancelled) == (1, 1)
    assert (saigon.referrals, saigon.referrals_cancelled) == (1, 0)
    assert (saigon.appointments, saigon.appointments_cancelled) == (1, 1)
    assert country.on(FIRST).sums.referrals_cancelled == 0


def test_shares_of_nothing_are_none(country: Country) -> None:
    nothing = country.on(FIRST)
    assert (nothing.integrated_share, nothing.synchronised_share) == (None, None)
    assert nothing.covered_share(0) is None
    country.book(1)
    assert country.on(FIRST).covered_share(4) == 0.25


def test_a_course_begins_with_its_first_day_and_ends_with_the_standing(country: Country) -> None:
    for number in range(6):
        country.book(number + 1)
        country.now += DAY
    ends = FIRST + 2 * DAY, FIRST + 5 * DAY
    walked = country.ask(lambda session: list(course(session, *ends)))
    assert [(one.sums.day[-2:], one.sums.books) for one in walked] == [
        ("03", 3), ("04", 4), ("05", 5), ("06", 6),
    ]  # fmt: skip
    changes = country.ask(lambda session: changes_by_day(session, *ends))
    assert [one.books for one in changes] == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(6))
def test_random_weeks_add_up_to_an_independent_count(country: Country, seed: int) -> None:
    _live(country, Random(seed))
    counted = count_progress(country.facts.recorded)

    def shown(session: Session) -> dict[tuple[str, ...], Counter[str]]:
        rows = session.execute(f"SELECT {', '.join(CHANGES.names)} FROM {CHANGES.name}")  # noqa: S608 (our own names)
        made = [ChangeRow._make(row) for row in rows]
        return {
            row[:2]: Counter(dict(zip(CHANGES.names[2:], row[2:], strict=True))) for row in made
        }

    published = country.ask(shown)
    assert sum(published.values(), Counter()).total() > 30
    for key in published.keys() | counted.keys():
        assert published.get(key, Counter()) == counted[key], key


def _live(country: Country, dice: Random) -> None:
    """Let a random week go by."""
    facilities = [country.facility(code) for code in ("01B01", "01B02", "79A02", "79A03")]
    books = [country.book(number, by=dice.choice([HANOI, SAIGON, None])) for number in range(1, 9)]
    lives = Lives(country, dice, books)
    for number in range(120):
        country.now += timedelta(minutes=dice.randrange(1, 180))
        match dice.randrange(5):
            case 0:
                lives.show_or_hide()
            case 1:
                lives.link_or_part()
            case 2:
                happened = FacilitySynchronised(FIRST), FacilitySuspended("x"), FacilityResumed("x")
                country.say(dice.choice(facilities), dice.choice(happened))
            case 3:
                lives.publish_or_cancel(number)
            case _:
                sent = VisitRecorded(Form.FHIR_VISIT, "r4-1", 1, b"sealed")
                where = dice.choice([HANOI, SAIGON])
                country.say(UUID(int=0x9000 + number), sent, by=where, subject=books[0])


@dataclass
class Lives:
    """What may happen to books and papers, by chance."""

    country: Country
    dice: Random
    books: list[UUID]
    shown: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    into: dict[UUID, UUID] = field(default_factory=dict)
    papers: list[tuple[UUID, type]] = field(default_factory=list)

    def show_or_hide(self) -> None:
        book, app = self.dice.choice(self.books), self.dice.choice(["vneid", "clinic"])
        hidden = app not in self.shown[book]
        self.shown[book] ^= {app}
        self.country.of_book(book, BookIntegrated(app) if hidden else IntegrationEnded(app))

    def link_or_part(self) -> None:
        whole, *parts = self.books
        book = self.dice.choice(parts)
        if book in self.into:
            self.country.of_book(book, BookUnlinked(self.into.pop(book), "mẫu"))
        else:
            self.into[book] = whole
            self.country.of_book(book, BookLinked(whole, "mẫu"))

    def publish_or_cancel(self, number: int) -> None:
        where = self.dice.choice([HANOI, SAIGON])
        match self.dice.randrange(3):
            case 0:
                paper = self.country.referral(number, origin=where)
                self.papers.append((paper, ReferralCancelled))
            case 1:
                paper = self.country.appointment(number, facility=where)
                self.papers.append((paper, AppointmentCancelled))
            case _ if self.papers:
                paper, kind = self.papers.pop()
                self.country.say(paper, kind(self.country.now, "mẫu"), subject=UUID(int=1))
            case _:
                pass
