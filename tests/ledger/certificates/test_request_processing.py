from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from ledger.certificates import request_filing as filing
from ledger.certificates import request_processing as processing
from ledger.certificates.fees import FeeStatus
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request, has_ended, on_time, portal_code
from ledger.certificates.request_facts import (
    CertificateReady,
    DeadlineMissed,
    DeadlineRecomputed,
    FeeRefundOrdered,
    PaperCopyDispatched,
    VerificationResultRecorded,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Delivery,
    FeeGroup,
    Lookup,
    Police,
    RefusalGround,
    Result,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased
from ledger.personal_details import Stay
from tests_support.request_desk import (
    CALENDAR,
    CERTIFICATE,
    MONDAY,
    PILOT_DAY,
    STRAIGHT_WAY,
    after,
    by,
    declared,
    new_request,
    request_in,
)

INTAKE, CASE = by(Role.INTAKE_OFFICER), by(Role.CASE_OFFICER)


def rule_of(decide: Callable[..., object], *known: object, **told: object) -> str:
    try:
        decide(*known, **told)
    except (RefusedError, InvalidInputError) as refused:
        return refused.rule
    pytest.fail("it was not refused")


def checked(police: Police, lookup: Lookup = Lookup.NOTHING, *, at: datetime = MONDAY) -> Request:
    """Return a request with both answers."""
    case = by(Role.CASE_OFFICER, at)
    state = request_in(Stage.LOOKUP_RUNNING, at=at)
    state = after(
        state, processing.complete_lookup(state, act=case, lookup=lookup, record_version=1)
    )
    state = after(state, processing.request_police_check(state, act=case))
    checker = by(Role.POLICE_CHECKER, at)
    return after(state, processing.complete_police_check(state, act=checker, police=police))


def test_the_straight_way_shows_the_portal_its_codes() -> None:
    codes = [portal_code(request_in(stage)) for stage, _ in STRAIGHT_WAY]
    assert codes == [None, 1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 9, 10]


def test_steps_out_of_order_are_refused() -> None:
    for wrong, (_, decide) in enumerate(STRAIGHT_WAY):
        for right, (stage, _) in enumerate(STRAIGHT_WAY[:-1]):
            if wrong == right + 1:
                continue
            with pytest.raises(RefusedError) as refused:
                decide(request_in(stage), MONDAY)
            assert refused.value.rule in {
                Rule.STEP_OUT_OF_ORDER,
                Rule.FEE_NOT_SETTLED,
                Rule.CERTIFICATE_BEFORE_VERIFICATION,
            }


@pytest.mark.parametrize("stage", [s for s, _ in STRAIGHT_WAY[:9]])
def test_no_certificate_is_begun_before_the_result_is_recorded(stage: Stage) -> None:
    assert (
        rule_of(processing.begin_certificate, request_in(stage), act=CASE, certificate=CERTIFICATE)
        == Rule.CERTIFICATE_BEFORE_VERIFICATION
    )


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.POLICE_CHECKER])
def test_only_the_police_record_unit_answers_for_it(role: Role) -> None:
    assert (
        rule_of(
            processing.complete_police_check,
            request_in(Stage.POLICE_CHECK),
            act=by(role),
            police=Police.NONE,
        )
        == Rule.ROLE_MAY_NOT
    )


def test_a_hit_never_passes_silently() -> None:
    for police in (Police.HIT, Police.POSSIBLE):
        state = checked(police)
        assert (
            rule_of(
                processing.record_result,
                state,
                act=CASE,
                result=Result.NO_RECORD,
                record_version=1,
                calendar=CALENDAR,
            )
            == Rule.HIT_NEEDS_EXPLANATION
        )
        recorded = processing.record_result(
            state,
            act=CASE,
            result=Result.NO_RECORD,
            record_version=1,
            calendar=CALENDAR,
            explanation="Trùng tên, khác số định danh",
        )
        assert isinstance(recorded[0], VerificationResultRecorded)


@pytest.mark.parametrize(
    ("police", "lookup", "result"),
    [
        (Police.HIT, Lookup.ENTRIES, Result.SEE_DOCUMENT),
        (Police.NONE, Lookup.ENTRIES, Result.NO_RECORD),
    ],
)
def test_what_was_found_lengthens_the_pilots_three_days_and_says_no_reason_of_the_record(
    police: Police, lookup: Lookup, result: Result
) -> None:
    at = MONDAY.replace(month=4, day=6, year=2026)
    state = checked(police, lookup, at=at)
    assert state.deadline is not None
    assert state.deadline.appointed_on == date(2026, 4, 9)
    _, moved = processing.record_result(
        state,
        act=by(Role.CASE_OFFICER, at),
        result=result,
        record_version=1,
        calendar=CALENDAR,
    )
    assert isinstance(moved, DeadlineRecomputed)
    assert (moved.former_on, moved.appointed_on) == (date(2026, 4, 9), date(2026, 4, 16))
    assert moved.reason == "verification"


def test_the_law_of_2026_knows_one_limit_only() -> None:
    facts = processing.record_result(
        checked(Police.HIT, Lookup.ENTRIES),
        act=CASE,
        result=Result.SEE_DOCUMENT,
        record_version=1,
        calendar=CALENDAR,
    )
    assert facts == (VerificationResultRecorded(Result.SEE_DOCUMENT, 1, None),)


def test_what_was_erased_is_no_result() -> None:
    erased = Erased(bytes(16))
    state = checked(Police.NONE)
    for lost in (replace(state, lookup=erased), replace(state, police=erased)):
        assert (
            rule_of(
                processing.record_result,
                lost,
                act=CASE,
                result=Result.NO_RECORD,
                record_version=1,
                calendar=CALENDAR,
            )
            == Rule.RECORD_ERASED
        )
    verified = replace(request_in(Stage.VERIFIED), result=erased)
    assert (
        rule_of(processing.begin_certificate, verified, act=CASE, certificate=CERTIFICATE)
        == Rule.RECORD_ERASED
    )


def test_over_tet_the_laws_ten_days_bind_before_three_working_days() -> None:
    at = PILOT_DAY + timedelta(days=2)
    deadline = request_in(Stage.ACCEPTED, at=at).deadline
    assert deadline is not None
    assert (deadline.appointed_on, deadline.legal_limit_on) == (
        date(2026, 2, 23),
        date(2026, 2, 23),
    )


def test_a_complex_request_of_the_pilot_is_due_within_fifteen_days() -> None:
    at = MONDAY.replace(month=4, day=6)
    stays = (Stay("2020", "2022", "Praha", abroad=True),)
    new = new_request(declaration=replace(declared(), stays=stays))
    deadline = request_in(Stage.ACCEPTED, new=new, at=at).deadline
    assert deadline is not None
    assert deadline.appointed_on == date(2026, 4, 21)


def test_an_urgent_request_of_an_agency_is_due_within_24_hours() -> None:
    new = new_request(applicant=Applicant.AGENCY, urgent=True, channel=Channel.COUNTER)
    state = after(None, (filing.draft(new, act=by(Role.PROCEDURAL_AGENCY)),))
    paid = after(
        state,
        filing.pay(state, act=by(Role.PROCEDURAL_AGENCY), amount=200_000, receipt="BL-1"),
    )
    submitted = after(paid, filing.submit(paid, act=by(Role.PROCEDURAL_AGENCY)))
    accepted = after(submitted, processing.accept(submitted, act=INTAKE, calendar=CALENDAR))
    assert accepted.deadline is not None
    assert accepted.deadline.appointed_on == date(2026, 11, 10)


def test_a_rejected_request_gives_the_fee_back_and_a_free_one_gives_nothing() -> None:
    state = request_in(Stage.SUBMITTED)
    facts = processing.reject(state, act=INTAKE, ground="wrong-authority", explanation="Sai nơi")
    assert facts[1:] == (FeeRefundOrdered(200_000),)
    rejected = after(state, facts)
    assert (portal_code(rejected), has_ended(rejected)) == (3, True)
    assert on_time(rejected, on=MONDAY.date()) is None
    refunded = after(
        rejected,
        processing.complete_refund(rejected, act=by(Role.PORTAL_SYSTEM), cancelled_receipt="BL-1"),
    )
    assert refunded.fee.status is FeeStatus.REFUNDED
    assert (
        rule_of(
            processing.complete_refund,
            refunded,
            act=by(Role.PORTAL_SYSTEM),
            cancelled_receipt="BL-1",
        )
        == Rule.REFUND_NOT_ORDERED
    )
    new = new_request(channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.EXEMPT)
    free = request_in(Stage.DRAFTED, new=new)
    free = after(free, filing.exempt(free, act=by(Role.CITIZEN), ground="poor-household"))
    free = after(free, filing.submit(free, act=by(Role.CITIZEN)))
    assert len(processing.reject(free, act=INTAKE, ground="g1", explanation="Sai nơi")) == 1


def test_a_missing_fee_is_demanded_and_paid() -> None:
    new = new_request(channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.REDUCED)
    state = request_in(Stage.SUBMITTED, new=new)
    required = after(state, processing.require_payment(state, act=INTAKE, amount=100_000))
    assert (required.stage, portal_code(required)) == (Stage.PAYMENT_REQUIRED, 6)
    paid = after(
        required, filing.pay(required, act=by(Role.CITIZEN), amount=100_000, receipt="BL-2")
    )
    assert (paid.stage, paid.fee.paid, paid.fee.due) == (Stage.SUBMITTED, 200_000, 0)
    assert rule_of(processing.require_payment, state, act=INTAKE, amount=100_001) == "fee_amount"


def test_a_refund_is_ordered_once_and_only_where_there_is_no_result() -> None:
    assert (
        rule_of(processing.order_refund, request_in(Stage.READY), act=INTAKE)
        == Rule.REFUND_ONLY_AFTER_THE_END
    )
    state = request_in(Stage.ACCEPTED)
    stopped = after(
        state, processing.stop(state, act=CASE, ground="citizen-died", explanation="Đã mất")
    )
    assert portal_code(stopped) == 8
    ordered = after(stopped, processing.order_refund(stopped, act=INTAKE))
    assert ordered.fee.status is FeeStatus.REFUND_ORDERED
    assert rule_of(processing.order_refund, ordered, act=INTAKE) == Rule.NOTHING_TO_REFUND


def test_a_refusal_is_in_writing_and_shows_code_8() -> None:
    state = request_in(Stage.IN_REGISTRY)
    facts = processing.refuse(
        state, act=CASE, ground=RefusalGround.NOT_COMPETENT, explanation="Không thuộc thẩm quyền"
    )
    refused = after(state, facts)
    assert (refused.stage, portal_code(refused)) == (Stage.REFUSED, 8)
    assert (
        rule_of(
            processing.refuse,
            state,
            act=CASE,
            ground=RefusalGround.NOT_COMPETENT,
            explanation="",
        )
        == "not_blank"
    )


def test_an_accepted_withdrawal_shows_code_7_and_ends_on_the_day_of_asking() -> None:
    state = request_in(Stage.POLICE_CHECK)
    asked = after(state, filing.request_withdrawal(state, act=by(Role.CITIZEN)))
    assert (asked.stage, portal_code(asked)) == (Stage.WITHDRAWING, 7)
    assert not has_ended(asked)
    assert rule_of(processing.accept_withdrawal, asked, act=by(Role.CITIZEN)) == Rule.ROLE_MAY_NOT
    later = by(Role.CASE_OFFICER, MONDAY + timedelta(days=30))
    given_back = after(asked, processing.accept_withdrawal(asked, act=later))
    assert given_back.ended_on == MONDAY.date()
    assert on_time(given_back, on=later.at.date()) is True


def test_one_certificate_is_made_at_a_time() -> None:
    issuing = request_in(Stage.ISSUING)
    assert issuing.certificate == CERTIFICATE
    assert (
        rule_of(processing.begin_certificate, issuing, act=CASE, certificate=UUID(int=2))
        == Rule.CERTIFICATE_BEFORE_VERIFICATION
    )
    assert (
        rule_of(processing.mark_ready, issuing, act=by(Role.SIGNER), certificate=UUID(int=2))
        == Rule.ANOTHER_CERTIFICATE
    )
    dropped = after(issuing, processing.drop_certificate(issuing, act=CASE))
    assert (dropped.stage, dropped.certificate) == (Stage.VERIFIED, None)
    assert processing.begin_certificate(dropped, act=CASE, certificate=UUID(int=2))


def test_a_certificate_that_comes_late_notes_the_missed_day_first() -> None:
    late = by(Role.SIGNER, MONDAY + timedelta(days=8))
    facts = processing.mark_ready(request_in(Stage.ISSUING), act=late, certificate=CERTIFICATE)
    assert facts == (
        DeadlineMissed(date(2026, 11, 16), date(2026, 11, 17)),
        CertificateReady(CERTIFICATE, date(2026, 11, 17)),
    )
    assert on_time(after(request_in(Stage.ISSUING), facts), on=date(2026, 11, 17)) is False


def test_dating_back_makes_nothing_punctual() -> None:
    late = by(Role.SIGNER, MONDAY + timedelta(days=8), occurred_at=MONDAY)
    ready = after(
        request_in(Stage.ISSUING),
        processing.mark_ready(request_in(Stage.ISSUING), act=late, certificate=CERTIFICATE),
    )
    assert on_time(ready, on=date(2026, 11, 17)) is False


def test_paper_copies_leave_by_post_or_over_the_counter() -> None:
    ready = request_in(Stage.READY)
    facts = processing.dispatch_copy(ready, act=CASE, delivery=Delivery.POST, tracking="VN123")
    assert facts == (PaperCopyDispatched(MONDAY.date(), Delivery.POST, "VN123"),)
    assert after(ready, facts).stage is Stage.READY
    assert (
        rule_of(processing.dispatch_copy, ready, act=CASE, delivery=Delivery.VNEID)
        == "paper_delivery"
    )
    returned = request_in(Stage.RETURNED)
    assert processing.dispatch_copy(returned, act=CASE, delivery=Delivery.COUNTER)


def test_references_and_sources_have_a_form() -> None:
    accepted = request_in(Stage.ACCEPTED)
    assert rule_of(processing.forward, accepted, act=CASE, reference="") == "reference"
    in_registry = request_in(Stage.IN_REGISTRY)
    assert rule_of(processing.request_lookup, in_registry, act=CASE, sources=()) == "sources"
    assert rule_of(processing.request_lookup, in_registry, act=CASE, sources=("a b",)) == "code"
