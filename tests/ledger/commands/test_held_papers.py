"""A person's papers as their book shows them: every state, every past moment, nothing withheld."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.calendar import VIETNAM_TIME, standard_calendar
from ledger.categories import WITHHELD, Category
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.clinical.book_papers import (
    BookPaper,
    Counted,
    PaperState,
    in_section,
    left_words,
    shown_papers,
    state_words,
)
from ledger.clinical.sections import Section
from ledger.commands import appointments, referrals
from ledger.commands.appointment_moves import Move, reschedule
from ledger.commands.held_papers import read_papers
from ledger.facts import FactStore, History
from ledger.identifiers import visit_stream
from ledger.records.referral.facts import RejectReason
from tests_support.paper_town import (
    CENTRAL,
    DISTRICT,
    MONDAY,
    NAMES,
    PROVINCIAL,
    SALT,
    PaperTown,
    trusted,
)

CALENDAR = standard_calendar()


@dataclass
class Many:
    """Reads many streams of a store that reads one."""

    facts: FactStore

    def histories(self, stream_ids: Sequence[UUID]) -> dict[UUID, History]:
        return {one: self.facts.history(one) for one in stream_ids}


@pytest.fixture
def town() -> PaperTown:
    return PaperTown()


def read(town: PaperTown, *references: UUID, at: datetime | None = None) -> tuple[BookPaper, ...]:
    return read_papers(
        Many(town.facts), references, at=at or town.at, calendar=CALENDAR, name_of=NAMES.get
    )


def one(town: PaperTown, reference: UUID, at: datetime | None = None) -> BookPaper:
    (paper,) = read(town, reference, at=at)
    return paper


def test_an_issued_referral_says_who_sends_whom_where_and_until_when(town: PaperTown) -> None:
    paper = one(town, town.referral(number="SỐ-7"))
    assert paper.section is Section.REFERRALS
    assert (paper.issuer.code, paper.issuer.name) == (DISTRICT, NAMES[DISTRICT])
    assert [(to.code, to.name) for to in paper.to] == [(CENTRAL, NAMES[CENTRAL])]
    assert (paper.state, paper.own_number) == (PaperState.USABLE, "SỐ-7")
    assert paper.number
    assert paper.last_day == CALENDAR.add_working_days(MONDAY.date(), 10)
    assert (paper.days_left, paper.counted) == (10, Counted.WORKING_DAYS)
    left = left_words(paper)
    assert left is not None
    assert (left.vi, left.en) == ("còn 10 ngày làm việc", "10 working days left")


def test_days_that_are_left_are_working_days_and_end_at_the_last_one(town: PaperTown) -> None:
    reference = town.referral()
    town.later(days=6)  # a Sunday, after the holiday of the 24th
    assert one(town, reference).days_left == 7
    last = one(town, reference).last_day
    evening = datetime(last.year, last.month, last.day, 23, 59, tzinfo=VIETNAM_TIME)
    assert one(town, reference, evening).days_left == 0
    lapsed = one(town, reference, evening + timedelta(minutes=1))
    assert (lapsed.state, lapsed.days_left) == (PaperState.LAPSED, None)
    assert left_words(lapsed) is None


def test_a_paper_of_one_year_counts_days_of_the_calendar(town: PaperTown) -> None:
    paper = one(town, town.referral(one_year=True))
    assert paper.one_year
    assert paper.counted is Counted.CALENDAR_DAYS
    assert paper.days_left == (paper.last_day - MONDAY.date()).days >= 365


def test_its_holder_sees_who_has_it_and_every_moment_stays_as_it_was(town: PaperTown) -> None:
    reference = town.referral()
    issued = town.at
    presented = town.later(hours=1)
    referrals.present(town.facts, certificate=reference, act=town.act(CENTRAL))
    accepted = town.later(hours=1)
    town.accept(reference)
    closed = town.later(days=3)
    town.close(reference)
    told = [one(town, reference, at) for at in (issued, presented, accepted, closed)]
    assert [paper.state for paper in told] == [
        PaperState.USABLE, PaperState.PRESENTED, PaperState.IN_USE, PaperState.USED,
    ]  # fmt: skip
    assert [paper.at and paper.at.name for paper in told] == [None, *[NAMES[CENTRAL]] * 3]
    assert [paper.since for paper in told] == [None, None, accepted, accepted]
    assert [paper.days_left for paper in told] == [10, 10, None, None]
    assert read(town, reference, at=issued - timedelta(seconds=1)) == ()


def test_what_lies_at_a_facility_in_time_does_not_lapse(town: PaperTown) -> None:
    reference = town.referral()
    referrals.present(town.facts, certificate=reference, act=town.act(CENTRAL))
    paper = one(town, reference, town.at + timedelta(days=40))
    assert (paper.state, paper.days_left) == (PaperState.PRESENTED, None)


def test_a_rejection_is_told_and_a_final_one_ends_it(town: PaperTown) -> None:
    reference = town.referral(to_facilities=[CENTRAL, PROVINCIAL])
    for facility, final in ((CENTRAL, False), (PROVINCIAL, True)):
        referrals.reject(town.facts, certificate=reference, reason=RejectReason.NO_CAPACITY,
                         final=final, act=town.act(facility))  # fmt: skip
        assert (one(town, reference).state is PaperState.REJECTED) == final
    assert [place.name for place in one(town, reference).rejected_by] == [
        NAMES[CENTRAL],
        NAMES[PROVINCIAL],
    ]


def test_a_cancelled_paper_says_so(town: PaperTown) -> None:
    referral, appointment = town.referral(), town.appointment()
    referrals.cancel(town.facts, certificate=referral, reason="Nhầm", act=town.act())
    appointments.cancel(town.facts, certificate=appointment, reason="Nhầm", act=town.act())
    assert {paper.state for paper in read(town, referral, appointment)} == {PaperState.CANCELLED}


def test_an_appointment_says_day_hour_and_where(town: PaperTown) -> None:
    reference = town.appointment()
    paper = one(town, reference)
    assert paper.section is Section.APPOINTMENTS
    assert (paper.last_day - MONDAY.date(), paper.clock) == (timedelta(days=28), "08:00")
    assert (paper.days_left, paper.counted) == (28, Counted.CALENDAR_DAYS)
    assert [place.name for place in paper.to] == [NAMES[DISTRICT]]
    on_the_day = one(town, reference, town.at + timedelta(days=28))
    assert (on_the_day.state, on_the_day.days_left) == (PaperState.USABLE, 0)
    after = one(town, reference, town.at + timedelta(days=29))
    assert (after.state, after.days_left) == (PaperState.MISSED, None)


def test_an_appointment_without_an_hour_says_the_day_alone(town: PaperTown) -> None:
    day = town.at + timedelta(days=5)
    assert one(town, town.appointment(appointed=f"{day:%Y%m%d}")).clock == ""


def test_a_used_appointment_says_where_and_when(town: PaperTown) -> None:
    reference = town.appointment()
    town.later(days=28)
    town.consume(reference)
    paper = one(town, reference)
    assert (paper.state, paper.since) == (PaperState.USED, town.at)
    assert paper.at is not None
    assert paper.at.name == NAMES[DISTRICT]


def test_a_draft_is_no_paper_and_another_reference_is_nothing(town: PaperTown) -> None:
    order = town.order(REFERRAL, facility=DISTRICT)
    referrals.draft(town.facts, order, act=town.act())
    assert read(town, order.certificate, UUID(int=5)) == ()
    assert read(town) == ()


def test_a_paper_whose_use_was_never_opened_can_be_used(town: PaperTown) -> None:
    """A failure came between the issue of the paper and the first fact of its use."""
    for reference in (town.referral(), town.appointment()):
        history = town.facts.history(reference)

        class Without:
            """The certificates alone."""

            def histories(
                self, ids: Sequence[UUID], kept: History = history
            ) -> dict[UUID, History]:
                return {one: kept if one == kept.stream_id else History(one, (), 0) for one in ids}

        (paper,) = read_papers(
            Without(), [reference], at=town.at, calendar=CALENDAR, name_of=NAMES.get
        )
        assert paper == one(town, reference)
        assert paper.state is PaperState.USABLE


@pytest.mark.parametrize(
    ("changes", "category"),
    [
        ({"main_disease": "B20"}, Category.HIV),
        ({"further_diseases": ["F20.0"]}, Category.MENTAL),
        ({"diagnosis": "Nhiễm HIV"}, Category.HIV),
        ({"course": "Loạn thần cấp"}, Category.MENTAL),
    ],
)
def test_what_its_illness_withholds_is_withheld_with_it(
    town: PaperTown, changes: dict[str, Any], category: Category
) -> None:
    paper = one(town, town.referral(**changes))
    assert category in paper.categories
    assert shown_papers([paper], withheld=WITHHELD, closed=frozenset()) == ()
    assert shown_papers([paper], withheld=frozenset(), closed=frozenset()) == (paper,)


def test_an_ordinary_paper_is_general_and_hidden_with_its_visit(town: PaperTown) -> None:
    paper = one(town, town.referral(episode_key="LK-9"))
    assert paper.categories == frozenset()
    assert shown_papers([paper], withheld=WITHHELD, closed=frozenset()) == (paper,)
    general = frozenset({Category.GENERAL})
    assert shown_papers([paper], withheld=general, closed=frozenset()) == ()
    closed = frozenset({visit_stream(DISTRICT, "LK-9")})
    assert shown_papers([paper], withheld=WITHHELD, closed=closed) == ()


def test_what_can_still_be_used_stands_first(town: PaperTown) -> None:
    old = town.referral()
    town.later(days=1)
    used = town.referral()
    town.accept(used)
    town.close(used)
    town.later(days=1)
    new, other = town.referral(), town.appointment()
    papers = read(town, old, used, new, other)
    shown = [paper.reference for paper in in_section(papers, Section.REFERRALS)]
    assert shown == [new, old, used]
    assert [paper.reference for paper in in_section(papers, Section.APPOINTMENTS)] == [other]
    assert in_section(papers, Section.PROBLEMS) == ()


def test_every_state_has_words() -> None:
    assert all(state_words(state).vi and state_words(state).en for state in PaperState)


def test_a_moved_appointment_names_its_successor(town: PaperTown) -> None:
    old = town.appointment()
    before = town.at
    town.later(hours=1)
    move = Move(old, town.new_id(), f"{town.at + timedelta(days=40):%Y%m%d}0900", "Bận", SALT[::-1])
    reschedule(town.facts, move, act=town.act())
    appointments.issue(
        town.desk, certificate=move.certificate, key=trusted(DISTRICT), act=town.act(actor="signer")
    )
    moved, new = read(town, old, move.certificate)
    assert (moved.state, moved.replaced_by) == (PaperState.MOVED, move.certificate)
    assert (new.state, new.clock, new.days_left) == (PaperState.USABLE, "09:00", 40)
    assert one(town, old, before).state is PaperState.USABLE
