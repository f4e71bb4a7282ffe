from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError, RefusedError
from ledger.records.referral import use
from ledger.records.referral.facts import (
    Conflict,
    Fact,
    ReferralAccepted,
    ReferralAdmittedUnverified,
    ReferralPresented,
    RejectReason,
)
from ledger.records.referral.use import Referral, Stage

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
END = AT + timedelta(days=14)
FROM, HERE, THERE, NOWHERE = "79A02", "79A01", "79A03", "79A09"
VISIT = UUID(int=7)


def issued(*, reusable: bool = False) -> Referral:
    fact = use.issue(
        certificate=UUID(int=1), origin=FROM, addressed_to=(HERE, THERE), valid_until=END,
        reusable=reusable,
    )  # fmt: skip
    return use.evolve(None, fact)


def after(state: Referral, facts: Sequence[Fact]) -> Referral:
    for fact in facts:
        state = use.evolve(state, fact)
    return state


def accepted(state: Referral, facility: str = HERE, at: datetime = AT) -> Referral:
    appointment = UUID(int=5) if state.needs_appointment else None
    return after(state, use.accept(state, facility=facility, at=at, appointment=appointment))


def closed(state: Referral, facility: str = HERE) -> Referral:
    return after(state, (use.close(state, facility=facility, at=AT),))


def rule_of(error: pytest.ExceptionInfo[RefusedError]) -> str:
    return error.value.rule


def test_an_accepted_referral_was_presented_first() -> None:
    facts = use.accept(issued(), facility=HERE, at=AT)
    assert facts == (ReferralPresented(HERE, AT), ReferralAccepted(HERE, AT, None))
    assert after(issued(), facts).stage is Stage.IN_USE


def test_who_comes_second_is_told_who_has_it() -> None:
    state = accepted(issued())
    with pytest.raises(RefusedError, match="facility 79A01 has it since 2026-11-23") as refused:
        use.accept(state, facility=THERE, at=AT)
    assert rule_of(refused) == "accepted_elsewhere"


def test_the_facility_that_has_it_is_told_so_when_it_accepts_again() -> None:
    state = accepted(issued())
    with pytest.raises(RefusedError, match="facility 79A01 has it") as refused:
        use.accept(state, facility=HERE, at=AT)
    assert rule_of(refused) == "accepted_here"
    assert use.present(state, facility=HERE, at=AT) == ()


def test_a_facility_that_it_is_not_addressed_to_learns_nothing_of_its_use() -> None:
    for state in (issued(), accepted(issued()), closed(accepted(issued()))):
        with pytest.raises(RefusedError) as refused:
            use.accept(state, facility=NOWHERE, at=AT)
        assert rule_of(refused) == "not_addressed"
        assert HERE not in str(refused.value)


def test_only_the_direct_referrers_paper_counts() -> None:
    with pytest.raises(RefusedError) as refused:
        use.accept(issued(), facility=HERE, at=AT, came_from=THERE)
    assert rule_of(refused) == "not_the_direct_referrer"
    assert use.accept(issued(), facility=HERE, at=AT, came_from=FROM)


def test_a_facility_does_not_refer_to_itself() -> None:
    with pytest.raises(RefusedError, match="itself"):
        use.issue(
            certificate=UUID(int=1), origin=FROM, addressed_to=(HERE, FROM), valid_until=END,
            reusable=False,
        )  # fmt: skip


def test_the_term_counts_at_presentation_alone() -> None:
    last = END - timedelta(microseconds=1)
    presented = after(issued(), use.present(issued(), facility=HERE, at=last))
    assert use.accept(presented, facility=HERE, at=END + timedelta(days=3))
    with pytest.raises(RefusedError) as refused:
        use.accept(presented, facility=THERE, at=END)
    assert rule_of(refused) == "lapsed"
    with pytest.raises(RefusedError):
        use.present(issued(), facility=HERE, at=END)


def test_what_is_in_use_never_lapses() -> None:
    state = accepted(issued())
    assert not state.lapsed(END + timedelta(days=99))
    assert use.use(state, facility=HERE, visit=VISIT, at=END + timedelta(days=99))
    assert issued().lapsed(END)


def test_a_paper_of_ten_days_is_closed_for_good() -> None:
    state = closed(accepted(issued()))
    assert state.stage is Stage.CLOSED
    with pytest.raises(RefusedError) as refused:
        use.accept(state, facility=THERE, at=AT)
    assert rule_of(refused) == "used_up"


def test_a_paper_of_one_year_needs_an_appointment_from_the_second_episode_on() -> None:
    state = closed(accepted(issued(reusable=True)))
    assert state.stage is Stage.AVAILABLE
    assert state.needs_appointment
    with pytest.raises(RefusedError) as refused:
        use.accept(state, facility=HERE, at=AT)
    assert rule_of(refused) == "appointment_needed"
    again = accepted(state)
    assert [one.facility for one in again.past] == [HERE]
    assert not again.needs_appointment
    assert closed(again).needs_appointment


def test_a_rejection_leaves_it_to_another_rightful_facility_unless_it_is_final() -> None:
    def rejected(*, final: bool) -> Referral:
        fact = use.reject(
            issued(), facility=HERE, at=AT, reason=RejectReason.NO_CAPACITY, final=final
        )
        return after(issued(), (fact,))

    assert accepted(rejected(final=False), THERE).stage is Stage.IN_USE
    assert rejected(final=True).stage is Stage.REJECTED
    with pytest.raises(RefusedError) as refused:
        use.present(rejected(final=True), facility=THERE, at=AT)
    assert rule_of(refused) == "finally_rejected"


def test_a_rejected_facility_may_change_its_mind() -> None:
    fact = use.reject(issued(), facility=HERE, at=AT, reason=RejectReason.OTHER)
    assert accepted(after(issued(), (fact,)), HERE).stage is Stage.IN_USE


def test_only_who_has_it_uses_and_closes_it() -> None:
    state = accepted(issued())
    for decide in (
        lambda: use.use(state, facility=THERE, visit=VISIT, at=AT),
        lambda: use.close(state, facility=THERE, at=AT),
        lambda: use.close(issued(), facility=HERE, at=AT),
    ):
        with pytest.raises(RefusedError) as refused:
            decide()
        assert rule_of(refused) == "not_in_use_here"
    used = after(state, use.use(state, facility=HERE, visit=VISIT, at=AT))
    assert use.use(used, facility=HERE, visit=VISIT, at=AT) == ()


def test_only_its_issuer_cancels_it_and_never_while_it_is_used() -> None:
    with pytest.raises(RefusedError) as refused:
        use.cancel(issued(), facility=HERE, reason="sai", at=AT)
    assert rule_of(refused) == "not_the_issuer"
    with pytest.raises(RefusedError) as refused:
        use.cancel(accepted(issued()), facility=FROM, reason="sai", at=AT)
    assert rule_of(refused) == "in_use"
    state = after(issued(), (use.cancel(issued(), facility=FROM, reason="sai", at=AT),))
    assert state.stage is Stage.CANCELLED
    with pytest.raises(RefusedError) as refused:
        use.accept(state, facility=HERE, at=AT)
    assert rule_of(refused) == "cancelled"
    with pytest.raises(InvalidInputError):
        use.cancel(issued(), facility=FROM, reason="  ", at=AT)


def reported(
    state: Referral, facility: str = HERE, admitted_at: datetime = AT, **more: object
) -> tuple[Fact, ...]:
    return use.report_admission(
        state, facility=facility, at=END + timedelta(days=9), admitted_at=admitted_at,
        offline_number="GIẤY-1", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_admission_without_the_service_becomes_the_acceptance_if_it_was_right() -> None:
    facts = reported(issued())
    assert [type(fact) for fact in facts] == [ReferralAdmittedUnverified, ReferralAccepted]
    state = after(issued(), facts)
    assert (state.stage, state.conflicts) == (Stage.IN_USE, ())
    assert reported(state) == ()


ONE_YEAR_USED = closed(accepted(issued(reusable=True)))
CANCELLED = after(issued(), (use.cancel(issued(), facility=FROM, reason="sai", at=AT),))


@pytest.mark.parametrize(
    ("state", "facility", "admitted_at", "more", "conflict"),
    [
        (accepted(issued()), THERE, AT, {}, Conflict.ACCEPTED_ELSEWHERE),
        (closed(accepted(issued())), HERE, AT, {}, Conflict.USED_UP),
        (CANCELLED, HERE, AT, {}, Conflict.CANCELLED),
        (issued(), HERE, AT, {"cancelled": True}, Conflict.CANCELLED),
        (issued(), NOWHERE, AT, {}, Conflict.NOT_ADDRESSED),
        (issued(), HERE, END, {}, Conflict.LAPSED),
        (ONE_YEAR_USED, HERE, AT, {}, Conflict.APPOINTMENT_MISSING),
    ],
)
def test_one_that_was_not_right_is_flagged_and_care_stays(
    state: Referral,
    facility: str,
    admitted_at: datetime,
    more: dict[str, object],
    conflict: Conflict,
) -> None:
    (fact,) = reported(state, facility, admitted_at, **more)
    flagged = after(state, (fact,))
    assert flagged.conflicts == ((facility, conflict),)
    assert (flagged.use, flagged.stage) == (state.use, state.stage)


def test_a_report_after_ones_own_acceptance_is_no_second_one() -> None:
    (fact,) = reported(accepted(issued()))
    assert isinstance(fact, ReferralAdmittedUnverified)
    assert fact.conflict is None


def test_nobody_was_admitted_in_the_future() -> None:
    with pytest.raises(InvalidInputError) as refused:
        reported(issued(), HERE, END + timedelta(days=10))
    assert refused.value.place == "admitted_at"
    with pytest.raises(InvalidInputError) as refused:
        reported(issued(), HERE, datetime(1, 1, 1, tzinfo=UTC))
    assert refused.value.rule == "too_long_ago"


@given(st.data())
def test_a_history_folds_in_two_parts_as_in_one(data: st.DataObject) -> None:
    state, facts = issued(reusable=True), list[Fact]()
    for _ in range(data.draw(st.integers(0, 12))):
        facility = data.draw(st.sampled_from([HERE, THERE, NOWHERE, FROM]))
        step = data.draw(st.sampled_from(["accept", "close", "reject", "cancel", "report"]))
        try:
            new = decided(state, step, facility)
        except RefusedError:
            continue
        facts += new
        state = after(state, new)
        assert len([fact for fact in facts if isinstance(fact, ReferralAccepted)]) == len(
            state.past
        ) + (state.use is not None)
    cut = data.draw(st.integers(0, len(facts)))
    assert after(after(issued(reusable=True), facts[:cut]), facts[cut:]) == state


def decided(state: Referral, step: str, facility: str) -> tuple[Fact, ...]:
    if step == "accept":
        return use.accept(state, facility=facility, at=AT, appointment=UUID(int=5))
    if step == "close":
        return (use.close(state, facility=facility, at=AT),)
    if step == "reject":
        return (use.reject(state, facility=facility, at=AT, reason=RejectReason.OTHER),)
    if step == "cancel":
        return (use.cancel(state, facility=facility, reason="sai", at=AT),)
    return reported(state, facility)
