from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import NumberKind
from ledger.personal import Erased
from ledger.personal_details import ContactDetails
from ledger.records import person
from ledger.records.person import (
    ContactChanged,
    DetailsCorrected,
    Fact,
    IdentifierAdded,
    IdentifierSuperseded,
    Person,
    PersonRegistered,
    RequestClosed,
    RequestOpened,
)
from tests_support.request_desk import CONTACT, DETAILS, RECORD

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
ERASED = Erased(bytes(16))
REGISTERED = PersonRegistered(RECORD, DETAILS, CONTACT)


def given(*facts: Fact) -> Person:
    state = reduce(person.evolve, facts, person.evolve(None, REGISTERED))
    assert state is not None
    return state


def test_a_person_is_registered_with_a_judicial_record_of_their_own() -> None:
    fact = person.register(record=RECORD, details=DETAILS, contact=CONTACT, at=NOW)
    assert fact == REGISTERED
    assert given() == Person(RECORD, DETAILS, CONTACT)


def test_a_person_with_a_wrong_detail_is_not_registered() -> None:
    with pytest.raises(InvalidInputError) as refused:
        person.register(
            record=RECORD,
            details=replace(DETAILS, birth_date=date(2027, 1, 1)),
            contact=CONTACT,
            at=NOW,
        )
    assert refused.value.place == "person.birth_date"
    with pytest.raises(InvalidInputError):
        person.register(record=RECORD, details=DETAILS, contact=ContactDetails(phone="1"), at=NOW)


def test_corrected_details_replace_the_former_but_never_the_number() -> None:
    corrected = replace(DETAILS, name="NGUYỄN VĂN MẪU MỚI")
    fact = person.correct_details(given(), details=corrected, at=NOW)
    assert given(fact).details == corrected
    with pytest.raises(RefusedError, match="superseding") as refused:
        person.correct_details(given(), details=replace(DETAILS, number="000099009999"), at=NOW)
    assert refused.value.rule == "number_is_superseded"
    person.correct_details(given(DetailsCorrected(ERASED)), details=DETAILS, at=NOW)


def test_a_superseded_number_stays_in_the_history_and_is_not_taken_twice() -> None:
    fact = person.supersede_identifier(
        given(), kind=NumberKind.PERSONAL, number="000099009999", valid_from=NOW.date()
    )
    assert fact == IdentifierSuperseded(
        NumberKind.PERSONAL, DETAILS.number, "000099009999", NOW.date()
    )
    state = given(fact)
    assert person.numbers(state) == ("000099009999", DETAILS.number)
    for again in ("000099009999", DETAILS.number):
        with pytest.raises(RefusedError) as refused:
            person.supersede_identifier(
                state, kind=NumberKind.PERSONAL, number=again, valid_from=NOW.date()
            )
        assert refused.value.rule == "number_already_known"


def test_a_further_number_is_added_once() -> None:
    fact = person.add_identifier(
        given(), kind=NumberKind.OLD_IDENTITY_CARD, number="000123456", valid_from=NOW.date()
    )
    assert isinstance(fact, IdentifierAdded)
    assert person.numbers(given(fact)) == (DETAILS.number, "000123456")
    with pytest.raises(RefusedError):
        person.add_identifier(
            given(fact),
            kind=NumberKind.OLD_IDENTITY_CARD,
            number="000123456",
            valid_from=NOW.date(),
        )


def test_an_erased_identity_has_no_numbers_and_takes_none() -> None:
    state = given(
        IdentifierAdded(NumberKind.PASSPORT, ERASED, ERASED),
        IdentifierSuperseded(NumberKind.PERSONAL, ERASED, ERASED, ERASED),
        DetailsCorrected(ERASED),
    )
    assert person.numbers(state) == ()
    with pytest.raises(RefusedError) as refused:
        person.supersede_identifier(
            state, kind=NumberKind.PERSONAL, number="000099009999", valid_from=NOW.date()
        )
    assert refused.value.rule == "person_erased"


def test_the_same_contact_again_is_no_fact() -> None:
    assert person.change_contact(given(), contact=CONTACT) == ()
    moved = ContactDetails(phone="0000999999")
    assert person.change_contact(given(), contact=moved) == (ContactChanged(moved),)
    assert given(ContactChanged(moved)).contact == moved


def test_only_one_request_is_open_at_a_time() -> None:
    opened = person.open_request(given(), request=ONE)
    assert opened == RequestOpened(ONE)
    with pytest.raises(RefusedError) as refused:
        person.open_request(given(opened), request=OTHER)
    assert refused.value.rule == "one_open_request"
    closed = person.close_request(given(opened), request=ONE)
    assert closed == (RequestClosed(ONE),)
    assert person.open_request(given(opened, *closed), request=OTHER) == RequestOpened(OTHER)


def test_closing_what_is_not_open_is_no_fact() -> None:
    assert person.close_request(given(), request=ONE) == ()
    assert person.close_request(given(RequestOpened(ONE)), request=OTHER) == ()
