from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Applicant,
    Channel,
    FeeGroup,
    Form,
    NewRequest,
    Representative,
)
from ledger.commands import processing, requests
from ledger.commands.loading import load_person
from ledger.commands.requests import Settlement
from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.identifiers import request_stream
from ledger.personal import Erased
from ledger.personal_details import ContactDetails
from ledger.records.person import DetailsCorrected
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import CALENDAR, DETAILS, NEW, SUBJECT, by, declared, new_request
from tests_support.request_office import ALL_TOPICS, PAID, RequestOffice, office

CITIZEN, INTAKE = by(Role.CITIZEN), by(Role.INTAKE_OFFICER)
STREAM = request_stream(NEW.authority, NEW.dossier_code)
OTHER = new_request(dossier_code="000.00.19.H26-261109-0013")


def open_request(ledger: RequestOffice) -> UUID | None:
    return load_person(ledger.facts, SUBJECT).state.open_request


def refused_filing(ledger: RequestOffice, new: NewRequest = NEW) -> str:
    with pytest.raises(RefusedError) as refused:
        requests.file(ledger.facts, new=new, settlement=PAID, act=CITIZEN)
    return refused.value.rule


def test_a_dossier_is_handed_in_at_once_and_opens_with_its_person() -> None:
    ledger = office()
    receipt = requests.file(ledger.facts, new=NEW, settlement=PAID, act=CITIZEN)
    assert len(receipt.positions) == 4
    assert ledger.state(STREAM).stage is Stage.SUBMITTED
    assert open_request(ledger) == STREAM
    recorded = ledger.facts.history(STREAM).recorded
    assert {r.act.correlation for r in recorded} == {STREAM}
    assert {r.act.procedure_version for r in recorded} == {"law-2026"}
    assert {r.subject for r in recorded} == {SUBJECT}


def test_step_by_step_is_the_same_as_at_once() -> None:
    ledger = office()
    requests.draft(ledger.facts, new=NEW, act=CITIZEN)
    requests.pay(ledger.facts, request=STREAM, amount=200_000, receipt="BL-1", act=CITIZEN)
    requests.submit(ledger.facts, request=STREAM, act=CITIZEN)
    at_once = office()
    at_once.file()
    assert ledger.facts.history(STREAM).facts == at_once.facts.history(STREAM).facts


def test_the_same_dossier_again_changes_nothing_and_another_content_is_refused() -> None:
    ledger = office()
    first = requests.file(ledger.facts, new=NEW, settlement=PAID, act=CITIZEN)
    again = requests.file(ledger.facts, new=NEW, settlement=PAID, act=CITIZEN)
    assert again.repeated
    assert again.last <= first.last
    assert ledger.facts.head() == 1 + 4
    assert refused_filing(ledger, new_request(copies=1)) == Rule.DOSSIER_EXISTS


def test_a_key_repeats_the_first_answer_and_is_not_used_for_another_content() -> None:
    ledger = office()
    hand_in = partial(requests.file, ledger.facts, new=NEW, settlement=PAID, act=CITIZEN)
    key = Idempotency("push-1", bytes(32))
    first = hand_in(idempotency=key)
    assert hand_in(idempotency=key).positions == first.positions
    with pytest.raises(IdempotencyMismatchError):
        hand_in(idempotency=replace(key, digest=bytes(31) + b"1"))


def test_a_second_request_waits_until_the_first_has_ended() -> None:
    ledger = office()
    ledger.file()
    assert refused_filing(ledger, OTHER) == Rule.ONE_OPEN_REQUEST
    requests.request_withdrawal(ledger.facts, request=STREAM, act=CITIZEN)
    assert open_request(ledger) is None
    requests.file(ledger.facts, new=OTHER, settlement=PAID, act=CITIZEN)


def test_a_refused_hand_in_leaves_nothing() -> None:
    ledger = office()
    with pytest.raises(RefusedError):
        requests.file(
            ledger.facts, new=NEW, settlement=Settlement(amount=1, receipt="B"), act=CITIZEN
        )
    with pytest.raises(InvalidInputError):
        requests.file(ledger.facts, new=NEW, settlement=Settlement(amount=200_000), act=CITIZEN)
    proxy = new_request(
        form=Form.TWO,
        applicant=Applicant.PROXY,
        representative=Representative("LÊ VĂN MẪU", "bạn"),
    )
    assert refused_filing(ledger, proxy) == Rule.FORM_2_NEVER_BY_PROXY
    assert ledger.facts.head() == 1
    assert open_request(ledger) is None


def test_nobody_is_asked_about_who_is_not_known_or_with_somebody_elses_number() -> None:
    ledger = office()
    with pytest.raises(NotFoundError):
        requests.draft(ledger.facts, new=new_request(subject=UUID(int=9)), act=CITIZEN)
    stranger = new_request(declaration=declared(number="000099005555"))
    assert refused_filing(ledger, stranger) == Rule.DECLARATION_CONTRADICTS_PERSON


def test_about_an_erased_person_nothing_is_asked() -> None:
    ledger = office()
    person = ledger.facts.history(SUBJECT)
    ledger.facts.append(by(Role.SYSTEM), person.then(DetailsCorrected(Erased(bytes(16)))))
    assert refused_filing(ledger) == Rule.RECORD_ERASED


def test_who_is_exempt_hands_in_without_paying() -> None:
    ledger = office()
    new = new_request(channel=Channel.NATIONAL_PORTAL, fee_group=FeeGroup.EXEMPT)
    free = Settlement(ground="poor-household")
    requests.file(ledger.facts, new=new, settlement=free, act=CITIZEN)
    assert ledger.state(STREAM).stage is Stage.SUBMITTED
    ledger = office()
    requests.draft(ledger.facts, new=new, act=CITIZEN)
    requests.exempt(ledger.facts, request=STREAM, ground="poor-household", act=CITIZEN)
    assert ledger.state(STREAM).stage is Stage.FEE_EXEMPT


def test_a_supplement_comes_with_the_persons_own_number_only() -> None:
    ledger = office()
    ledger.file()
    processing.request_supplement(
        ledger.facts, request=STREAM, missing="Hộ chiếu", act=INTAKE, calendar=CALENDAR
    )
    receive = partial(
        requests.receive_supplement,
        ledger.facts,
        request=STREAM,
        act=CITIZEN,
        calendar=CALENDAR,
    )
    with pytest.raises(RefusedError) as refused:
        receive(declaration=declared(number="000099005555"))
    assert refused.value.rule == Rule.DECLARATION_CONTRADICTS_PERSON
    receive(declaration=declared(other_names="MẪU"))
    state = ledger.state(STREAM)
    assert state.stage is Stage.SUBMITTED
    assert state.declaration == declared(other_names="MẪU")
    with pytest.raises(RefusedError) as refused:
        receive()
    assert refused.value.rule == Rule.RESUBMISSION_ONLY_IN_SUPPLEMENT


def test_a_supplement_and_how_to_reach_the_person_are_one_append() -> None:
    ledger = office()
    ledger.file()
    processing.request_supplement(
        ledger.facts, request=STREAM, missing="Hộ chiếu", act=INTAKE, calendar=CALENDAR
    )
    reached = ContactDetails(phone="0000999999")
    before = load_person(ledger.facts, SUBJECT).history.version
    receive = partial(
        requests.receive_supplement, ledger.facts, request=STREAM, act=CITIZEN, calendar=CALENDAR,
        contact=reached, idempotency=Idempotency("supplement", bytes(32)),
    )  # fmt: skip
    with pytest.raises(RefusedError):
        receive(declaration=declared(number="000099005555"))
    assert load_person(ledger.facts, SUBJECT).history.version == before
    assert not receive().repeated
    assert receive().repeated
    known = load_person(ledger.facts, SUBJECT)
    assert (known.state.contact, known.history.version) == (reached, before + 1)


class SomebodyElseDraftsFirst(MemoryFacts):
    """Another request of the same person is opened just before the first append of one."""

    raced = False

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append after the other one."""
        if not self.raced and changes[0].stream_id == STREAM:
            self.raced = True
            requests.draft(self, new=OTHER, act=CITIZEN)
        return super().append(act, *changes, idempotency=idempotency)


def test_of_two_requests_opened_at_once_only_one_is() -> None:
    ledger = RequestOffice(facts=SomebodyElseDraftsFirst(ALL_TOPICS))
    ledger.register()
    assert refused_filing(ledger) == Rule.ONE_OPEN_REQUEST
    assert ledger.facts.history(STREAM).version == 0
    assert open_request(ledger) == request_stream(OTHER.authority, OTHER.dossier_code)


class Jammed(MemoryFacts):
    """Every append of a request meets somebody faster."""

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Never append to the request."""
        if changes[0].stream_id == STREAM:
            raise ConflictError("somebody was faster")
        return super().append(act, *changes, idempotency=idempotency)


def test_a_jam_is_reported_as_a_conflict_after_a_bounded_number_of_tries() -> None:
    ledger = RequestOffice(facts=Jammed(ALL_TOPICS))
    ledger.register()
    with pytest.raises(ConflictError):
        requests.draft(ledger.facts, new=NEW, act=CITIZEN)


def test_the_sample_person_is_the_one_on_record() -> None:
    assert load_person(office().facts, SUBJECT).state.details == DETAILS
