from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.calendar import WorkingCalendar
from ledger.certificates.fees import FeeStatus
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import on_time, portal_code
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Channel,
    FeeGroup,
    Lookup,
    Police,
    RefusalGround,
    Result,
)
from ledger.commands import processing, registry, requests
from ledger.commands.loading import load_person
from ledger.errors import RefusedError
from ledger.facts import Idempotency
from ledger.identifiers import request_stream
from ledger.records.judicial_record.facts import Conviction
from tests_support.request_desk import CALENDAR, MONDAY, SUBJECT, by, new_request
from tests_support.request_office import RequestOffice, office

INTAKE, CASE = by(Role.INTAKE_OFFICER), by(Role.CASE_OFFICER)
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
)


def convict(ledger: RequestOffice) -> None:
    registry.enter_conviction(
        ledger.facts, subject=SUBJECT, conviction=UUID(int=1), content=THEFT, act=CASE
    )


def accepted() -> tuple[RequestOffice, UUID]:
    ledger = office()
    request = ledger.file()
    processing.accept(ledger.facts, request=request, act=INTAKE, calendar=CALENDAR)
    return ledger, request


def verify(
    ledger: RequestOffice, request: UUID, police: Police, explanation: str | None = None
) -> None:
    facts = ledger.facts
    processing.forward(facts, request=request, reference="QG-1", act=CASE)
    processing.acknowledge(facts, request=request, reference="QG-1", act=by(Role.SYSTEM))
    processing.request_lookup(facts, request=request, act=CASE)
    processing.complete_lookup(facts, request=request, act=CASE)
    processing.request_police_check(facts, request=request, act=CASE)
    processing.complete_police_check(
        facts, request=request, police=police, act=by(Role.POLICE_CHECKER)
    )
    processing.record_result(
        facts, request=request, act=CASE, calendar=CALENDAR, explanation=explanation
    )


def test_a_request_is_verified_step_by_step() -> None:
    ledger, request = accepted()
    verify(ledger, request, Police.NONE)
    state = ledger.state(request)
    assert (state.stage, state.lookup, state.result) == (
        Stage.VERIFIED,
        Lookup.NOTHING,
        Result.NO_RECORD,
    )
    by_calendar = [r for r in ledger.facts.history(request).recorded if r.act.calendar_version]
    assert {r.act.calendar_version for r in by_calendar} == {CALENDAR.version}
    assert {r.topic for r in by_calendar} == {
        "request.accepted/1",
        "request.deadline_set/1",
        "request.verification_result_recorded/1",
    }


def test_what_the_registry_holds_decides_the_result_and_nobody_else() -> None:
    ledger, request = accepted()
    convict(ledger)
    verify(ledger, request, Police.HIT)
    state = ledger.state(request)
    assert (state.lookup, state.result, state.record_version) == (
        Lookup.ENTRIES,
        Result.SEE_DOCUMENT,
        1,
    )


def test_a_hit_that_the_registry_does_not_hold_needs_an_explanation_or_an_entry() -> None:
    ledger, request = accepted()
    with pytest.raises(RefusedError) as refused:
        verify(ledger, request, Police.HIT)
    assert refused.value.rule == Rule.HIT_NEEDS_EXPLANATION
    convict(ledger)
    processing.record_result(ledger.facts, request=request, act=CASE, calendar=CALENDAR)
    assert ledger.state(request).result is Result.SEE_DOCUMENT
    ledger, request = accepted()
    verify(ledger, request, Police.HIT, explanation="Trùng tên")
    assert ledger.state(request).result is Result.NO_RECORD


def test_every_end_without_a_result_closes_the_request_with_its_person() -> None:
    def reject(ledger: RequestOffice, request: UUID) -> None:
        processing.reject(
            ledger.facts, request=request, ground="g1", explanation="Sai nơi", act=INTAKE
        )

    def stop(ledger: RequestOffice, request: UUID) -> None:
        processing.stop(ledger.facts, request=request, ground="g1", explanation="Dừng", act=CASE)

    def refuse(ledger: RequestOffice, request: UUID) -> None:
        processing.refuse(
            ledger.facts,
            request=request,
            ground=RefusalGround.NOT_ENTITLED,
            explanation="Không có quyền",
            act=CASE,
        )

    for stage, end, code in (
        (Stage.SUBMITTED, reject, 3),
        (Stage.LOOKED_UP, stop, 8),
        (Stage.VERIFIED, refuse, 8),
    ):
        ledger = office()
        request = ledger.bring_to(stage)
        end(ledger, request)
        assert load_person(ledger.facts, SUBJECT).state.open_request is None
        assert portal_code(ledger.state(request)) == code


def test_a_withdrawal_of_an_accepted_request_is_accepted_and_the_fee_may_go_back() -> None:
    ledger, request = accepted()
    facts = ledger.facts
    requests.request_withdrawal(facts, request=request, act=by(Role.CITIZEN))
    assert load_person(facts, SUBJECT).state.open_request == request
    processing.accept_withdrawal(facts, request=request, act=CASE)
    assert load_person(facts, SUBJECT).state.open_request is None
    processing.order_refund(facts, request=request, act=INTAKE)
    processing.complete_refund(
        facts, request=request, cancelled_receipt="BL-1", act=by(Role.PORTAL_SYSTEM)
    )
    assert ledger.state(request).fee.status is FeeStatus.REFUNDED
    assert ledger.facts.history(SUBJECT).version == 3


def test_a_missing_fee_is_demanded() -> None:
    ledger = office()
    new = new_request(channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.REDUCED)
    reduced = requests.Settlement(amount=100_000, receipt="BL-1")
    requests.file(ledger.facts, new=new, settlement=reduced, act=by(Role.CITIZEN))
    request = request_stream(new.authority, new.dossier_code)
    processing.require_payment(ledger.facts, request=request, amount=100_000, act=INTAKE)
    assert portal_code(ledger.state(request)) == 6
    requests.pay(
        ledger.facts, request=request, amount=100_000, receipt="BL-2", act=by(Role.CITIZEN)
    )
    assert portal_code(ledger.state(request)) == 1


def test_a_missed_day_is_noted_once_and_apologised_for() -> None:
    ledger, request = accepted()
    late = by(Role.SYSTEM, MONDAY + timedelta(days=8))
    first = processing.note_missed(ledger.facts, request=request, act=late)
    again = processing.note_missed(ledger.facts, request=request, act=late)
    assert not first.repeated
    assert again.repeated
    processing.apologise(
        ledger.facts,
        request=request,
        promised_on=date(2026, 11, 20),
        letter="XL-1/2026",
        act=by(Role.CASE_OFFICER, late.at),
    )
    state = ledger.state(request)
    assert on_time(state, on=late.at.date()) is False
    assert state.deadline is not None
    assert state.deadline.promised_on == date(2026, 11, 20)


def test_a_changed_calendar_and_an_incident_move_the_day_by_facts() -> None:
    ledger, request = accepted()
    decreed = WorkingCalendar(b'{"2026-11-12": {"day": "off", "source": "decreed"}}')
    moved = processing.recompute_deadline(ledger.facts, request=request, act=CASE, calendar=decreed)
    assert not moved.repeated
    last = ledger.facts.history(request).recorded[-1]
    assert (last.topic, last.act.calendar_version) == (
        "request.deadline_recomputed/1",
        decreed.version,
    )
    key = Idempotency("incident-1", bytes(32))
    for _ in range(2):
        processing.extend_deadline(
            ledger.facts, request=request, days=1, act=CASE, calendar=decreed, idempotency=key
        )
    deadline = ledger.state(request).deadline
    assert deadline is not None
    assert deadline.appointed_on == date(2026, 11, 18)
