from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

import pytest
from typing_extensions import override

from keys.key_store_errors import NumberTakenError
from ledger.certificates.procedure import Role
from ledger.commands import people
from ledger.commands.loading import load_person
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Idempotency
from ledger.identifiers import NumberKind
from ledger.personal_details import ContactDetails, PersonalDetails
from tests_support.request_desk import CONTACT, DETAILS, MONDAY, RECORD, SUBJECT, by
from tests_support.request_office import Numbers, RequestOffice, office

SYSTEM = by(Role.SYSTEM)
NEWCOMER = UUID(int=0xB0B)
SOON = date(2026, 11, 10)


def register(
    ledger: RequestOffice, subject: UUID = NEWCOMER, details: PersonalDetails = DETAILS
) -> UUID:
    return people.register(
        ledger.facts, ledger.numbers, subject=subject, record=UUID(int=7), details=details,
        contact=CONTACT, act=SYSTEM,
    )  # fmt: skip


def supersede(ledger: RequestOffice, number: str) -> None:
    people.supersede_identifier(
        ledger.facts, ledger.numbers, subject=SUBJECT, kind=NumberKind.PERSONAL, number=number,
        valid_from=SOON, act=SYSTEM,
    )  # fmt: skip


def test_a_person_is_found_by_their_number() -> None:
    ledger = office()
    found = people.find(ledger.facts, ledger.numbers, number=DETAILS.number)
    assert found.state.details == DETAILS
    assert found.state.record == RECORD
    assert found.history.stream_id == SUBJECT
    assert {r.subject for r in found.history.recorded} == {SUBJECT}


def test_who_is_known_is_not_registered_again() -> None:
    ledger = office()
    again = replace(DETAILS, name="Nguyễn Văn Mẫu")
    assert register(ledger, details=again) == SUBJECT
    assert ledger.facts.head() == 1


@pytest.mark.parametrize(
    "details",
    [
        replace(DETAILS, name="LÊ VĂN MẪU"),
        replace(DETAILS, birth_date=date(1999, 3, 2)),
    ],
)
def test_another_person_is_not_registered_under_somebodys_number(details: PersonalDetails) -> None:
    with pytest.raises(RefusedError) as refused:
        register(office(), details=details)
    assert refused.value.rule == "number_of_somebody_else"


def test_a_number_that_was_replaced_may_be_given_to_somebody_else() -> None:
    ledger = office()
    supersede(ledger, "000099009999")
    newborn = replace(DETAILS, name="LÊ VĂN MẪU", birth_date=date(2020, 1, 1))
    assert register(ledger, details=newborn) == NEWCOMER
    find = people.find(ledger.facts, ledger.numbers, number=DETAILS.number)
    assert find.history.stream_id == NEWCOMER
    former = people.find(ledger.facts, ledger.numbers, number="000099009999")
    assert former.history.stream_id == SUBJECT


def test_after_a_crash_between_number_and_facts_the_next_try_fills_in() -> None:
    ledger = RequestOffice()
    ledger.numbers.remember(DETAILS.number, SUBJECT, kind=NumberKind.PERSONAL, at=MONDAY)
    assert register(ledger) == SUBJECT
    assert load_person(ledger.facts, SUBJECT).state.details == DETAILS


@dataclass
class SomebodyWasFaster(Numbers):
    """Another process registers the same number between looking and remembering."""

    @override
    def remember(
        self,
        number: str,
        subject: UUID,
        *,
        kind: NumberKind,
        at: datetime,
        instead_of: UUID | None = None,
    ) -> None:
        """Refuse, as the number leads elsewhere now."""
        self.known[kind, number] = SUBJECT
        raise NumberTakenError("the number points to another subject")


def test_of_two_who_register_one_person_at_once_both_get_the_same_pseudonym() -> None:
    ledger = RequestOffice(numbers=SomebodyWasFaster())
    assert register(ledger) == SUBJECT


def test_nobody_is_found_by_an_unknown_number_and_nothing_by_no_number() -> None:
    ledger = office()
    with pytest.raises(NotFoundError):
        people.find(ledger.facts, ledger.numbers, number="000099005678")
    with pytest.raises(InvalidInputError):
        people.find(ledger.facts, ledger.numbers, number="0000990056789")
    with pytest.raises(NotFoundError):
        load_person(ledger.facts, NEWCOMER)


def test_contact_is_changed_once_and_a_repetition_hears_the_first_answer() -> None:
    ledger = office()
    change = partial(
        people.change_contact,
        ledger.facts,
        subject=SUBJECT,
        contact=ContactDetails(phone="0000999999"),
        act=SYSTEM,
    )
    key = Idempotency("contact-1", bytes(32))
    first = change(idempotency=key)
    again = change(idempotency=key)
    assert (first.repeated, again.repeated) == (False, True)
    unchanged = change()
    assert (unchanged.repeated, unchanged.positions) == (True, first.positions)
    assert ledger.facts.head() == 2


def test_details_are_corrected() -> None:
    ledger = office()
    corrected = replace(DETAILS, name="NGUYỄN VĂN MẪU MỚI")
    key = Idempotency("details-1", bytes(32))
    for _ in range(2):
        people.correct_details(
            ledger.facts, subject=SUBJECT, details=corrected, act=SYSTEM, idempotency=key
        )
    assert load_person(ledger.facts, SUBJECT).state.details == corrected
    assert ledger.facts.head() == 2


def test_further_numbers_lead_to_their_person_and_to_nobody_elses() -> None:
    ledger = office()
    people.add_identifier(
        ledger.facts, ledger.numbers, subject=SUBJECT, kind=NumberKind.PASSPORT,
        number="B0000001", valid_from=SOON, act=SYSTEM,
    )  # fmt: skip
    found = people.find(ledger.facts, ledger.numbers, number="B0000001", kind=NumberKind.PASSPORT)
    assert found.history.stream_id == SUBJECT
    other = replace(DETAILS, number="000099005555", name="LÊ VĂN MẪU")
    register(ledger, details=other)
    with pytest.raises(RefusedError) as refused:
        supersede(ledger, "000099005555")
    assert refused.value.rule == "number_of_somebody_else"
    assert load_person(ledger.facts, SUBJECT).history.version == 2
