from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.calendar import Term, TermUnit, WorkingCalendar
from ledger.certificates import request_deadlines as deadlines
from ledger.certificates import request_filing as filing
from ledger.certificates import request_processing as processing
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request, on_time
from ledger.certificates.request_deadlines import Deadline, evolve_deadline
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSuspended,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Lookup, Police, RecomputeReason, Result
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from tests_support.request_desk import CALENDAR, MONDAY, after, by, declared, request_in

CASE = by(Role.CASE_OFFICER)
FIVE = Term(TermUnit.WORKING_DAYS, 5)
EIGHT = Term(TermUnit.WORKING_DAYS, 8)
MON_9, FRI_13, MON_16, TUE_17 = (date(2026, 11, day) for day in (9, 13, 16, 17))


def on_day(day: date, role: Role = Role.CASE_OFFICER) -> Act:
    """Return an act of ten in the morning."""
    return by(role, MONDAY + (day - MON_9))


def appointed(*terms: Term, on: date = MON_9) -> Deadline:
    return evolve_deadline(
        None, deadlines.appoint(on=on, legal=(FIVE,), calendar=CALENDAR, appointed=terms or None)
    )


def supplement(state: Request, asked: date, came: date) -> Request:
    asking = processing.request_supplement(
        state, act=on_day(asked), missing="Bản sao hộ chiếu", calendar=CALENDAR
    )
    waiting = after(state, asking)
    came_in = on_day(came, Role.CITIZEN)
    return after(waiting, filing.receive_supplement(waiting, act=came_in, calendar=CALENDAR))


def refused(decide: Callable[..., object], *known: object, **told: object) -> str:
    try:
        decide(*known, **told)
    except (RefusedError, InvalidInputError) as error:
        return error.rule
    pytest.fail("it was not refused")


def test_the_day_of_acceptance_is_not_counted() -> None:
    assert appointed().appointed_on == MON_16


def test_an_authority_may_appoint_another_day_than_the_law() -> None:
    state = request_in(Stage.SUBMITTED)
    facts = processing.accept(
        state, act=by(Role.INTAKE_OFFICER), calendar=CALENDAR, appointed=(EIGHT,)
    )
    deadline = after(state, facts).deadline
    assert deadline is not None
    assert (deadline.appointed_on, deadline.legal_limit_on) == (date(2026, 11, 19), MON_16)


def test_acceptance_recorded_late_starts_the_clock_when_it_happened() -> None:
    state = request_in(Stage.SUBMITTED)
    late = by(Role.INTAKE_OFFICER, MONDAY + timedelta(days=2), occurred_at=MONDAY)
    deadline = after(state, processing.accept(state, act=late, calendar=CALENDAR)).deadline
    assert deadline is not None
    assert deadline.running_since == MON_9
    before = by(Role.INTAKE_OFFICER, occurred_at=MONDAY - timedelta(days=9))
    deadline = after(state, processing.accept(state, act=before, calendar=CALENDAR)).deadline
    assert deadline is not None
    assert deadline.running_since == MON_9


def test_the_clock_stands_still_while_a_supplement_is_pending() -> None:
    # Asked on Wednesday: two of five working days are used. Back on Wednesday a week later: the
    # remaining three end on Monday.
    state = supplement(request_in(Stage.IN_REGISTRY), date(2026, 11, 11), date(2026, 11, 18))
    assert state.stage is Stage.IN_REGISTRY
    assert state.deadline is not None
    assert state.deadline.appointed_on == date(2026, 11, 23)
    assert state.deadline.suspended_on is None


def test_while_it_stands_still_no_day_is_missed_and_none_is_moved() -> None:
    state = request_in(Stage.ACCEPTED)
    waiting = after(
        state,
        processing.request_supplement(state, act=CASE, missing="Hộ chiếu", calendar=CALENDAR),
    )
    much_later = on_day(date(2027, 3, 1))
    assert processing.note_missed(waiting, act=much_later) == ()
    assert processing.recompute_deadline(waiting, act=CASE, calendar=WorkingCalendar(b"{}")) == ()
    assert processing.extend_deadline(waiting, act=CASE, days=2, calendar=CALENDAR) == ()


def test_a_supplement_before_acceptance_stops_no_clock_and_returns_to_intake() -> None:
    state = supplement(request_in(Stage.SUBMITTED), MON_9, FRI_13)
    assert (state.stage, state.deadline, state.supplements) == (Stage.SUBMITTED, None, 1)


def test_a_resubmission_is_taken_only_while_a_supplement_is_asked_for() -> None:
    for stage in (Stage.DRAFTED, Stage.SUBMITTED, Stage.ACCEPTED, Stage.READY, Stage.RETURNED):
        assert (
            refused(
                filing.receive_supplement,
                request_in(stage),
                act=by(Role.CITIZEN),
                calendar=CALENDAR,
            )
            == Rule.RESUBMISSION_ONLY_IN_SUPPLEMENT
        )


def test_a_supplement_may_replace_the_declaration() -> None:
    state = request_in(Stage.ACCEPTED)
    waiting = after(
        state, processing.request_supplement(state, act=CASE, missing="Tên", calendar=CALENDAR)
    )
    mended = declared(other_names="MẪU")
    facts = filing.receive_supplement(
        waiting, act=by(Role.CITIZEN), calendar=CALENDAR, declaration=mended
    )
    assert after(waiting, facts).declaration == mended
    assert after(waiting, facts).draft == state.draft
    wrong = declared(name="1")
    assert (
        refused(
            filing.receive_supplement,
            waiting,
            act=by(Role.CITIZEN),
            calendar=CALENDAR,
            declaration=wrong,
        )
        == "name"
    )


def test_a_supplement_cannot_come_before_it_was_asked_for() -> None:
    asked = on_day(date(2026, 11, 11))
    state = request_in(Stage.ACCEPTED)
    waiting = after(
        state, processing.request_supplement(state, act=asked, missing="Tên", calendar=CALENDAR)
    )
    back_dated = by(Role.CITIZEN, asked.at, occurred_at=MONDAY)
    _, resumed = filing.receive_supplement(waiting, act=back_dated, calendar=CALENDAR)
    assert isinstance(resumed, DeadlineResumed)
    assert resumed.resumed_on == date(2026, 11, 11)


def test_a_missed_day_does_not_come_back_by_a_supplement() -> None:
    state = supplement(request_in(Stage.ACCEPTED), TUE_17, date(2026, 11, 20))
    assert state.deadline is not None
    assert state.deadline.appointed_on == MON_16
    assert on_time(state, on=TUE_17) is False


def test_a_legal_limit_that_ran_out_stays_while_a_later_promise_moves() -> None:
    deadline = appointed(EIGHT)
    (stopped,) = deadlines.suspend(deadline, on=TUE_17, calendar=CALENDAR)
    standing = evolve_deadline(deadline, stopped)
    assert deadlines.suspend(standing, on=TUE_17, calendar=CALENDAR) == ()
    (resumed,) = deadlines.resume(standing, on=date(2026, 11, 20), calendar=CALENDAR)
    assert (resumed.appointed_on, resumed.legal_limit_on) == (date(2026, 11, 25), MON_16)


def test_the_portals_measure_of_punctuality() -> None:
    state = request_in(Stage.ACCEPTED)
    assert on_time(request_in(Stage.SUBMITTED), on=MON_9) is None
    assert on_time(state, on=MON_16) is None
    assert on_time(state, on=TUE_17) is False
    assert on_time(request_in(Stage.READY), on=date(2027, 1, 1)) is True
    waiting = after(
        state, processing.request_supplement(state, act=CASE, missing="Tên", calendar=CALENDAR)
    )
    assert on_time(waiting, on=date(2027, 1, 1)) is True
    twice = supplement(supplement(state, MON_9, MON_9), MON_9, MON_9)
    assert twice.supplements == 2
    assert on_time(twice, on=MON_9) is False


def test_a_missed_day_is_noted_once() -> None:
    state = request_in(Stage.ACCEPTED)
    assert processing.note_missed(state, act=on_day(MON_16)) == ()
    noted = processing.note_missed(state, act=on_day(TUE_17, Role.SYSTEM))
    assert noted == (DeadlineMissed(MON_16, TUE_17),)
    assert processing.note_missed(after(state, noted), act=on_day(TUE_17)) == ()
    assert processing.note_missed(request_in(Stage.READY), act=on_day(TUE_17)) == ()


def test_an_apology_follows_a_missed_day_and_promises_a_later_one() -> None:
    state = request_in(Stage.ACCEPTED)
    told = {"act": on_day(TUE_17), "letter": "XL-1/2026"}
    later = date(2026, 11, 20)
    assert (
        refused(processing.apologise, state, promised_on=later, **told) == Rule.DEADLINE_NOT_MISSED
    )
    missed = after(state, processing.note_missed(state, act=on_day(TUE_17)))
    assert (
        refused(processing.apologise, missed, promised_on=TUE_17, **told)
        == Rule.APOLOGY_NEEDS_A_LATER_DAY
    )
    facts = processing.apologise(missed, act=on_day(TUE_17), promised_on=later, letter="XL-1/2026")
    assert facts == (ApologyIssued(later, "XL-1/2026"),)
    apologised = after(missed, facts).deadline
    assert apologised is not None
    assert (apologised.promised_on, apologised.appointed_on) == (later, MON_16)


def test_a_changed_calendar_moves_a_day_by_a_fact_with_its_reason() -> None:
    decreed = WorkingCalendar(b'{"2026-11-12": {"day": "off", "source": "decreed"}}')
    state = request_in(Stage.ACCEPTED)
    assert processing.recompute_deadline(state, act=CASE, calendar=CALENDAR) == ()
    (moved,) = processing.recompute_deadline(state, act=CASE, calendar=decreed)
    assert isinstance(moved, DeadlineRecomputed)
    assert (moved.former_on, moved.appointed_on) == (MON_16, TUE_17)
    assert (moved.reason, moved.calendar) == (RecomputeReason.CALENDAR, decreed.version)
    again = after(state, (moved,))
    assert processing.recompute_deadline(again, act=CASE, calendar=decreed) == ()
    assert processing.recompute_deadline(request_in(Stage.READY), act=CASE, calendar=decreed) == ()


def test_an_incident_moves_the_day_by_its_days() -> None:
    state = request_in(Stage.ACCEPTED)
    (moved,) = processing.extend_deadline(state, act=CASE, days=2, calendar=CALENDAR)
    assert isinstance(moved, DeadlineRecomputed)
    assert moved.appointed_on == date(2026, 11, 18)
    for days in (0, 91, 10**11):
        assert (
            refused(processing.extend_deadline, state, act=CASE, days=days, calendar=CALENDAR)
            == "incident_days"
        )
    done = request_in(Stage.READY)
    assert processing.extend_deadline(done, act=CASE, days=2, calendar=CALENDAR) == ()


def test_without_acceptance_there_is_no_day_to_move() -> None:
    assert (
        refused(
            processing.recompute_deadline,
            request_in(Stage.SUBMITTED),
            act=CASE,
            calendar=CALENDAR,
        )
        == Rule.DEADLINE_NOT_SET
    )


def test_a_longer_verification_after_a_supplement_loses_what_was_used_before() -> None:
    # The pilot: accepted on Monday 6 April 2026; two days used by Wednesday; back on the 15th.
    at = MONDAY.replace(month=4, day=6)
    state = supplement_of_the_pilot(at)
    result = processing.record_result(
        state,
        act=by(Role.CASE_OFFICER, at + timedelta(days=9)),
        result=Result.SEE_DOCUMENT,
        record_version=1,
        calendar=CALENDAR,
    )
    moved = result[1]
    assert isinstance(moved, DeadlineRecomputed)
    # Ten calendar days less two, from 15 April: the 23rd.
    assert moved.appointed_on == date(2026, 4, 23)
    assert after(state, result).deadline is not None


def supplement_of_the_pilot(at: datetime) -> Request:
    state = request_in(Stage.LOOKUP_RUNNING, at=at)
    asked = processing.request_supplement(
        state,
        act=by(Role.CASE_OFFICER, at + timedelta(days=2)),
        missing="Hộ chiếu",
        calendar=CALENDAR,
    )
    assert isinstance(asked[1], DeadlineSuspended)
    state = after(state, asked)
    came = by(Role.CITIZEN, at + timedelta(days=9))
    state = after(state, filing.receive_supplement(state, act=came, calendar=CALENDAR))
    case, checker = came_as(came, Role.CASE_OFFICER), came_as(came, Role.POLICE_CHECKER)
    found = processing.complete_lookup(state, act=case, lookup=Lookup.ENTRIES, record_version=1)
    state = after(state, found)
    state = after(state, processing.request_police_check(state, act=case))
    return after(state, processing.complete_police_check(state, act=checker, police=Police.HIT))


def came_as(act: Act, role: Role) -> Act:
    return by(role, act.at)


def test_a_day_that_the_authority_promised_itself_is_not_lengthened_by_a_finding() -> None:
    deadline = appointed(EIGHT)
    ten = (Term(TermUnit.CALENDAR_DAYS, 10),)
    (moved,) = deadlines.lengthen(deadline, legal=ten, calendar=CALENDAR)
    assert (moved.appointed_on, moved.legal_limit_on) == (date(2026, 11, 19), date(2026, 11, 19))


@given(
    st.dates(date(2026, 7, 1), date(2027, 12, 31)),
    st.lists(st.integers(0, 40), min_size=2, max_size=6),
)
@example(date(2026, 8, 1), [0, 1, 0, 3, 19, 2])  # twice on the last day
def test_standing_still_never_shortens_and_never_gives_more_than_it_took(
    start: date, pauses: list[int]
) -> None:
    deadline = appointed(on=start)
    day, stood_still, on_the_last_day = start, 0, 0
    for number, pause in enumerate(pauses):
        before = deadline.appointed_on
        for stopped in deadlines.suspend(deadline, on=day, calendar=CALENDAR):
            on_the_last_day += day == before  # which is not over: a day is left of it
            deadline = evolve_deadline(deadline, stopped)
            day += timedelta(days=pause)
            for resumed in deadlines.resume(deadline, on=day, calendar=CALENDAR):
                deadline = evolve_deadline(deadline, resumed)
            stood_still += CALENDAR.working_days_between(day - timedelta(days=pause), day)
        assert deadline.appointed_on >= before
        day += timedelta(days=number)
    given_back = stood_still + on_the_last_day
    assert CALENDAR.working_days_between(start, deadline.appointed_on) <= 5 + given_back
