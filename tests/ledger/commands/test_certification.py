from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates import lifecycle
from ledger.certificates.lifecycle import Phase
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import portal_code
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Delivery, Form, Police
from ledger.commands import certification, issuing, processing, registry, requests
from ledger.commands.certificates import load as load_certificate
from ledger.commands.loading import load_person
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.personal import Erased
from ledger.records.judicial_record.facts import Conviction
from tests_support import issuing_office
from tests_support.issuing_office import open_office
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import (
    CALENDAR,
    CERTIFICATE,
    DETAILS,
    SUBJECT,
    by,
    declared,
    new_request,
)
from tests_support.request_office import ALL_TOPICS, RequestOffice, office

CASE, SIGNER = by(Role.CASE_OFFICER), by(Role.SIGNER)
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
)


def refused(ledger: RequestOffice, request: UUID, certificate: UUID = CERTIFICATE) -> str:
    with pytest.raises(RefusedError) as error:
        certification.draft_certificate(
            ledger.facts, request=request, certificate=certificate, act=CASE
        )
    return error.value.rule


def test_a_certificate_is_drafted_from_the_registry_for_a_verified_request() -> None:
    ledger = office()
    request = ledger.bring_to(Stage.VERIFIED)
    certification.draft_certificate(
        ledger.facts, request=request, certificate=CERTIFICATE, act=CASE
    )
    found = load_certificate(ledger.facts, CERTIFICATE)
    assert found.certificate.phase is Phase.DRAFTED
    assert (found.certificate.drafted.request, found.subject) == (request, SUBJECT)
    assert found.certificate.drafted.drafter == CASE.actor
    assert lifecycle.content_of(found.certificate) == {"form": 1, "result": 0, "convictions": []}
    holder = lifecycle.holder_of(found.certificate)
    assert (holder.name, holder.birth_date, holder.id_tail) == (
        DETAILS.name,
        DETAILS.birth_date,
        "1234",
    )
    assert ledger.state(request).certificate == CERTIFICATE


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.ACCEPTED, Stage.POLICE_CHECKED])
def test_nothing_is_drafted_before_the_result_is_recorded(stage: Stage) -> None:
    ledger = office()
    request = ledger.bring_to(stage)
    assert refused(ledger, request) == Rule.CERTIFICATE_BEFORE_VERIFICATION
    assert ledger.facts.history(CERTIFICATE).version == 0


def test_a_request_has_one_certificate_and_after_a_dropped_draft_another() -> None:
    ledger = office()
    request = ledger.bring_to(Stage.VERIFIED)
    draft = partial(certification.draft_certificate, ledger.facts, request=request, act=CASE)
    key = Idempotency("draft-1", bytes(32))
    draft(certificate=CERTIFICATE, idempotency=key)
    assert draft(certificate=CERTIFICATE, idempotency=key).repeated
    second = UUID(int=2)
    assert refused(ledger, request, second) == Rule.CERTIFICATE_BEFORE_VERIFICATION
    certification.drop_certificate(ledger.facts, request=request, act=SIGNER)
    assert load_certificate(ledger.facts, CERTIFICATE).certificate.phase is Phase.WITHDRAWN
    assert ledger.state(request).stage is Stage.VERIFIED
    draft(certificate=second)
    assert ledger.state(request).certificate == second


def test_form_2_says_what_was_known_when_the_result_was_recorded_and_names_the_family() -> None:
    ledger = office()
    facts = ledger.facts
    enter = partial(registry.enter_conviction, facts, subject=SUBJECT, content=THEFT, act=CASE)
    enter(conviction=UUID(int=1))
    new = new_request(form=Form.TWO, declaration=declared(other_names="MẪU"))
    request = ledger.bring_to(Stage.POLICE_CHECK, new)
    processing.complete_police_check(
        facts, request=request, police=Police.HIT, act=by(Role.POLICE_CHECKER)
    )
    processing.record_result(facts, request=request, act=CASE, calendar=CALENDAR)
    registry.expunge(
        facts, subject=SUBJECT, conviction=UUID(int=1), expunged_on=CASE.at.date(), act=CASE
    )
    certification.draft_certificate(facts, request=request, certificate=CERTIFICATE, act=CASE)
    content = lifecycle.content_of(load_certificate(facts, CERTIFICATE).certificate)
    assert content["result"] == 1
    assert content["father_name"] == "NGUYỄN VĂN CHA MẪU"
    said = content["convictions"]
    assert isinstance(said, list)
    assert "expunged_on" not in said[0]


def test_the_purpose_in_the_applicants_words_is_on_the_certificate() -> None:
    ledger = office()
    new = new_request(declaration=replace(declared(), purpose="Xin việc"))
    request = ledger.bring_to(Stage.VERIFIED, new)
    certification.draft_certificate(
        ledger.facts, request=request, certificate=CERTIFICATE, act=CASE
    )
    content = lifecycle.content_of(load_certificate(ledger.facts, CERTIFICATE).certificate)
    assert content["purpose"] == "Xin việc"


def test_without_its_personal_data_a_request_gives_no_certificate() -> None:
    ledger = office()
    request = ledger.bring_to(Stage.VERIFIED)
    erased = Erased(bytes(16))
    state = ledger.state(request)
    for lost in (replace(state, declaration=erased), replace(state, record_version=erased)):
        with pytest.raises(RefusedError) as error:
            certification.content_of(
                ledger.facts,
                state=lost,
                act=CASE,
            )
        assert error.value.rule == Rule.RECORD_ERASED


def issuing_desk() -> tuple[RequestOffice, issuing_office.Office]:
    """Return one ledger with a registered person and a desk that issues."""
    opened = open_office()
    opened.facts.topics = {**opened.facts.topics, **ALL_TOPICS}
    ledger = RequestOffice(facts=opened.facts)
    ledger.register()
    return ledger, opened


def test_a_request_is_ready_when_its_certificate_is_issued_and_then_it_is_delivered() -> None:
    ledger, desk = issuing_desk()
    facts = ledger.facts
    request = ledger.bring_to(Stage.VERIFIED)
    certification.draft_certificate(facts, request=request, certificate=CERTIFICATE, act=CASE)
    ready = partial(
        certification.mark_ready, facts, request=request, certificate=CERTIFICATE, act=SIGNER
    )
    with pytest.raises(RefusedError) as error:
        ready()
    assert error.value.rule == Rule.CERTIFICATE_NOT_ISSUED
    signing = Act(desk.at, SIGNER.actor, SIGNER.role)
    issuing.issue(desk.desk, certificate=CERTIFICATE, key=desk.key, act=signing)
    ready()
    assert (portal_code(ledger.state(request)), load_person(facts, SUBJECT).state.open_request) == (
        9,
        None,
    )
    certification.deliver(facts, request=request, delivery=Delivery.VNEID, act=by(Role.SYSTEM))
    certification.dispatch_copy(facts, request=request, delivery=Delivery.POST, act=CASE)
    assert portal_code(ledger.state(request)) == 10


def test_no_other_certificate_makes_a_request_ready() -> None:
    ledger, desk = issuing_desk()
    request = ledger.bring_to(Stage.VERIFIED)
    certification.draft_certificate(
        ledger.facts, request=request, certificate=CERTIFICATE, act=CASE
    )
    other = desk.issue().certificate
    with pytest.raises(RefusedError) as error:
        certification.mark_ready(ledger.facts, request=request, certificate=other, act=SIGNER)
    assert error.value.rule == Rule.ANOTHER_CERTIFICATE
    with pytest.raises(NotFoundError):
        certification.mark_ready(ledger.facts, request=request, certificate=UUID(int=3), act=SIGNER)


class WithdrawnMeanwhile(MemoryFacts):
    """The citizen withdraws while the certificate is being drafted."""

    withdrawn = False

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append after the withdrawal."""
        drafting = any(change.stream_id == CERTIFICATE for change in changes)
        if drafting and not self.withdrawn:
            self.withdrawn = True
            later = by(Role.CITIZEN, act.at + timedelta(seconds=1))
            requests.request_withdrawal(self, request=changes[0].stream_id, act=later)
        return super().append(act, *changes, idempotency=idempotency)


def test_a_request_withdrawn_meanwhile_gets_no_certificate() -> None:
    ledger = RequestOffice(facts=WithdrawnMeanwhile(ALL_TOPICS))
    ledger.register()
    request = ledger.bring_to(Stage.VERIFIED)
    assert refused(ledger, request) == Rule.CERTIFICATE_BEFORE_VERIFICATION
    assert ledger.facts.history(CERTIFICATE).version == 0
