"""What a person asks about appointments: what may be asked, who answers, and how it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased
from ledger.records.appointment_request import request as record
from ledger.records.appointment_request.facts import (
    AppointmentRequestAnswered,
    AppointmentRequestLapsed,
    AppointmentRequestMade,
    AppointmentRequestWithdrawn,
    AskKind,
    Fact,
    Outcome,
    PartOfDay,
    Specialty,
    Wish,
)
from ledger.records.appointment_request.request import About, Ask, Stage

TODAY = date(2026, 11, 23)
DAY = TODAY + timedelta(days=14)
HERE, THERE = "79A02", "79A01"
PAPER, NEW, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
WISH = Wish(TODAY + timedelta(days=3), TODAY + timedelta(days=10))
APPOINTMENT = About(PAPER, HERE, DAY)


def days(first: int, last: int) -> Wish:
    return Wish(TODAY + timedelta(days=first), TODAY + timedelta(days=last))


def asked(wish: Wish = WISH) -> Ask:
    made = record.ask_new(facility=HERE, wish=wish, today=TODAY, waiting=0)
    return record.evolve(None, made)


def moving(about: About = APPOINTMENT, before: Ask | None = None, **more: int) -> Ask:
    given = {"times": 0, "waiting": 0, **more}
    made = record.ask_to_move(about=about, before=before, wish=WISH, today=TODAY, **given)
    return record.evolve(None, made)


def giving_up(about: About = APPOINTMENT, reason: str | None = None) -> Ask:
    made = record.ask_to_give_up(
        about=about, before=None, times=0, reason=reason, today=TODAY, waiting=0
    )
    return record.evolve(None, made)


def taken_up(state: Ask, day: date = DAY) -> Ask:
    kind = state.made.kind
    fact = record.take_up(state, facility=HERE, kind=kind, appointment=NEW, day=day, today=TODAY)
    return record.evolve(state, fact)


def after(state: Ask, facts: tuple[Fact, ...]) -> Ask:
    for fact in facts:
        state = record.evolve(state, fact)
    return state


def refused(rule: str, do: Callable[[], object]) -> None:
    with pytest.raises(RefusedError) as error:
        do()
    assert error.value.rule == rule


# What may be asked


@given(st.integers(-200, 200), st.integers(-200, 200))
def test_days_are_after_today_and_within_ninety(first: int, last: int) -> None:
    allowed = 0 < first <= last <= record.FURTHEST.days
    try:
        made = record.ask_new(facility=HERE, wish=days(first, last), today=TODAY, waiting=0)
    except (RefusedError, InvalidInputError):
        assert not allowed
    else:
        assert allowed
        assert (made.kind, made.appointment, made.wish) == (AskKind.NEW, None, days(first, last))


def test_what_is_wrong_with_the_days_is_named() -> None:
    refused("wished_in_the_past", lambda: asked(days(0, 5)))
    refused("wished_too_far", lambda: asked(days(1, 91)))
    with pytest.raises(InvalidInputError) as error:
        asked(days(5, 4))
    assert (error.value.place, error.value.rule) == ("last", "days_reversed")


def test_a_facility_has_a_code_and_a_reason_has_an_end() -> None:
    with pytest.raises(InvalidInputError) as error:
        record.ask_new(facility="x", wish=WISH, today=TODAY, waiting=0)
    assert error.value.place == "facility"
    assert asked(replace(WISH, reason="a" * record.MAX_REASON)).open
    for reason in ("a" * (record.MAX_REASON + 1), " ", "a\x00"):
        with pytest.raises(InvalidInputError) as error:
            asked(replace(WISH, reason=reason))
        assert error.value.place == "reason"


def test_nobody_has_more_than_so_many_asks_open() -> None:
    most = record.MOST_OPEN
    made = record.ask_new(facility=HERE, wish=WISH, today=TODAY, waiting=most - 1)
    assert made.kind is AskKind.NEW
    refused("too_many_asks", lambda: record.ask_new(
        facility=HERE, wish=WISH, today=TODAY, waiting=most))  # fmt: skip
    refused("too_many_asks", lambda: moving(waiting=most))
    refused("too_many_asks", lambda: moving(times=record.MOST_ABOUT))


@pytest.mark.parametrize("ended", ["consumed", "rescheduled", "cancelled", "recalled", "expired"])
def test_what_is_over_is_neither_moved_nor_given_up(ended: str) -> None:
    over = replace(APPOINTMENT, ended=ended)
    refused(f"is_{ended}", lambda: moving(over))
    refused(f"is_{ended}", lambda: giving_up(over))


def test_one_that_was_missed_can_be_moved_and_not_given_up() -> None:
    missed = replace(APPOINTMENT, day=TODAY - timedelta(days=1))
    assert moving(missed).open
    refused("day_went_by", lambda: giving_up(missed))
    assert giving_up(replace(APPOINTMENT, day=TODAY)).last_day == TODAY


def test_a_second_ask_about_the_same_waits_for_the_end_of_the_first() -> None:
    first = moving()
    refused("already_asked", lambda: moving(before=first))
    refused("already_asked", lambda: moving(before=taken_up(first)))
    withdrawn = after(first, record.withdraw(first))
    assert moving(before=withdrawn, times=1).open
    lapsed = replace(first, made=replace(first.made, wish=days(-9, -1)))
    assert moving(before=lapsed, times=1).open


def test_one_that_is_moved_keeps_its_specialty() -> None:
    with pytest.raises(InvalidInputError) as error:
        record.ask_to_move(
            about=APPOINTMENT, before=None, times=0, today=TODAY, waiting=0,
            wish=replace(WISH, specialty=Specialty.EYE),
        )  # fmt: skip
    assert error.value.place == "specialty"


def test_giving_up_can_be_answered_until_the_day_itself() -> None:
    state = giving_up(reason="Đã khỏi")
    assert state.made.wish == Wish(TODAY, DAY, PartOfDay.ANY, None, "Đã khỏi")
    assert state.stage_on(DAY) is Stage.OPEN
    assert state.stage_on(DAY + timedelta(days=1)) is Stage.LAPSED


# Who answers, and how


def test_another_facility_does_not_answer() -> None:
    state = asked()
    refused("not_asked_here", lambda: record.decline(
        state, facility=THERE, note="Hết chỗ", today=TODAY))  # fmt: skip
    refused("not_asked_here", lambda: record.take_up(
        state, facility=THERE, kind=AskKind.NEW, appointment=NEW, day=DAY, today=TODAY,
    ))  # fmt: skip


def test_an_answer_is_to_what_was_asked() -> None:
    refused("not_asked_for", lambda: record.take_up(
        giving_up(), facility=HERE, kind=AskKind.MOVE, appointment=NEW, day=DAY, today=TODAY,
    ))  # fmt: skip
    refused("not_asked_for", lambda: record.take_up(
        asked(), facility=HERE, kind=AskKind.MOVE, appointment=NEW, day=DAY, today=TODAY,
    ))  # fmt: skip


def test_no_is_said_with_a_word_to_the_person() -> None:
    said = record.decline(moving(), facility=HERE, note="Hết chỗ", today=TODAY)
    assert said == AppointmentRequestAnswered(Outcome.DECLINED, None, "Hết chỗ")
    assert record.evolve(moving(), said).stage is Stage.DECLINED
    for note in ("", "a" * (record.MAX_NOTE + 1)):
        with pytest.raises(InvalidInputError) as error:
            record.decline(moving(), facility=HERE, note=note, today=TODAY)
        assert error.value.place == "note"


@pytest.mark.parametrize("make", [asked, moving, giving_up])
def test_nobody_answers_twice_or_too_late(make: Callable[[], Ask]) -> None:
    state = make()

    def decline(one: Ask, today: date = TODAY) -> Ask:
        said = record.decline(one, facility=HERE, note="Không", today=today)
        return record.evolve(one, said)

    refused("ask_ended", lambda: decline(decline(state)))
    last = state.last_day
    assert last is not None
    assert decline(state, last).stage is Stage.DECLINED
    refused("ask_lapsed", lambda: decline(state, last + timedelta(days=1)))


def test_what_was_erased_is_not_answered() -> None:
    made = AppointmentRequestMade(HERE, AskKind.NEW, None, Erased(bytes(16)))
    state = record.evolve(None, made)
    refused("content_erased", lambda: record.decline(
        state, facility=HERE, note="Không", today=TODAY))  # fmt: skip
    assert record.lapse(state, today=TODAY + timedelta(days=400)) == ()


def test_a_paper_that_was_drafted_for_it_grants_it_once_it_is_issued() -> None:
    state = taken_up(asked())
    assert state.stage is Stage.TAKEN_UP
    granted = record.issued(state, appointment=NEW)
    assert granted == (AppointmentRequestAnswered(Outcome.GRANTED, NEW, None),)
    assert after(state, granted).stage is Stage.GRANTED
    assert record.issued(after(state, granted), appointment=NEW) == ()
    assert record.issued(state, appointment=OTHER) == ()
    assert record.issued(asked(), appointment=NEW) == ()


def test_a_second_draft_takes_the_place_of_the_first() -> None:
    again = record.take_up(
        taken_up(asked()), facility=HERE, kind=AskKind.NEW, appointment=OTHER, day=DAY,
        today=TODAY,
    )  # fmt: skip
    state = record.evolve(taken_up(asked()), again)
    assert record.issued(state, appointment=NEW) == ()
    assert record.issued(state, appointment=OTHER)


def test_what_is_drafted_waits_as_long_as_its_day_is_ahead() -> None:
    late = taken_up(asked(), WISH.last + timedelta(days=20))
    assert late.stage_on(WISH.last + timedelta(days=20)) is Stage.TAKEN_UP
    assert late.stage_on(WISH.last + timedelta(days=21)) is Stage.LAPSED
    early = taken_up(asked(), WISH.first)
    assert early.stage_on(WISH.last) is Stage.TAKEN_UP


@pytest.mark.parametrize("make", [moving, giving_up])
def test_an_appointment_that_ends_as_asked_grants_it(make: Callable[[], Ask]) -> None:
    state = make()
    (granted,) = record.appointment_ended(state, by=state.made.kind, replaced_by=NEW)
    assert granted == AppointmentRequestAnswered(Outcome.GRANTED, NEW, None)
    for by in (None, *(set(AskKind) - {state.made.kind})):
        ended = record.appointment_ended(state, by=by, replaced_by=NEW)
        assert ended == (AppointmentRequestLapsed(),)
    over = after(state, record.withdraw(state))
    assert record.appointment_ended(over, by=state.made.kind, replaced_by=NEW) == ()


def test_it_is_taken_back_until_a_paper_is_drafted() -> None:
    state = moving()
    assert record.withdraw(state) == (AppointmentRequestWithdrawn(),)
    assert record.withdraw(after(state, record.withdraw(state))) == ()
    refused("ask_taken_up", lambda: record.withdraw(taken_up(state)))
    declined = record.decline(state, facility=HERE, note="Không", today=TODAY)
    refused("ask_ended", lambda: record.withdraw(record.evolve(state, declined)))


def test_it_lapses_the_day_after_its_last() -> None:
    state = asked()
    assert record.lapse(state, today=WISH.last) == ()
    later = WISH.last + timedelta(days=1)
    assert record.lapse(state, today=later) == (AppointmentRequestLapsed(),)
    assert record.lapse(after(state, record.lapse(state, today=later)), today=later) == ()


# Whatever happens


def _take(state: Ask, today: date) -> tuple[Fact, ...]:
    day = today + timedelta(days=2)
    kind = state.made.kind
    return (record.take_up(
        state, facility=HERE, kind=kind, appointment=NEW, day=day, today=today),)  # fmt: skip


ACTS: dict[str, Callable[[Ask, date], tuple[Fact, ...]]] = {
    "take": _take,
    "decline": lambda state, today: (
        record.decline(state, facility=HERE, note="Không", today=today),),
    "issue": lambda state, _: record.issued(state, appointment=NEW),
    "move": lambda state, _: record.appointment_ended(
        state, by=AskKind.MOVE, replaced_by=NEW),
    "consume": lambda state, _: record.appointment_ended(state, by=None, replaced_by=None),
    "withdraw": lambda state, _: record.withdraw(state),
    "lapse": lambda state, today: record.lapse(state, today=today),
}  # fmt: skip


@given(
    st.sampled_from([asked, moving, giving_up]),
    st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 9)), max_size=12),
)
def test_whatever_happens_it_ends_once_and_stays_as_it_ended(
    make: Callable[[], Ask], acts: list[tuple[str, int]]
) -> None:
    state, today = make(), TODAY
    facts: list[Fact] = [state.made]
    for name, passed in acts:
        today += timedelta(days=passed)
        before = state
        try:
            decided = ACTS[name](state, today)
        except RefusedError:
            continue
        facts += decided
        state = after(state, decided)
        if not before.open:
            assert decided == ()
        if decided:
            assert before.stage_on(today) is not Stage.LAPSED or state.stage in {
                Stage.LAPSED, Stage.GRANTED, Stage.WITHDRAWN,
            }  # fmt: skip
    assert record.fold(facts) == state
    ends = (AppointmentRequestAnswered, AppointmentRequestWithdrawn, AppointmentRequestLapsed)
    assert sum(isinstance(fact, ends) for fact in facts) == (0 if state.open else 1)
