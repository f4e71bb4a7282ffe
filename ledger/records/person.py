"""A person: who they are, under which numbers, which request is open. Facts, state, decisions.

The stream's identifier is the person's pseudonym, drawn at random: nothing about them is in it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from ledger.errors import RefusedError
from ledger.identifiers import NumberKind, check_number
from ledger.personal import Contact, Erased, Identity
from ledger.personal_details import (
    ContactDetails,
    PersonalDetails,
    check_contact,
    check_details,
)


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    """Somebody became known to the ledger."""

    record: UUID
    """Stream of their judicial record, drawn for everybody, so that it tells nothing."""
    details: Identity[PersonalDetails]
    contact: Contact[ContactDetails]


@dataclass(frozen=True, slots=True)
class DetailsCorrected:
    """The population register said something else from now on."""

    details: Identity[PersonalDetails]


@dataclass(frozen=True, slots=True)
class IdentifierAdded:
    """Another number of the same person: a passport, an older card."""

    kind: NumberKind
    number: Identity[str]
    valid_from: Identity[date]


@dataclass(frozen=True, slots=True)
class IdentifierSuperseded:
    """A number was cancelled and replaced; the old one stays in the history."""

    kind: NumberKind
    former: Identity[str]
    number: Identity[str]
    valid_from: Identity[date]


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """How to reach them changed."""

    contact: Contact[ContactDetails]


@dataclass(frozen=True, slots=True)
class RequestOpened:
    """A request of theirs began; none other may begin while it is open."""

    request: UUID


@dataclass(frozen=True, slots=True)
class RequestClosed:
    """Their open request came to its end."""

    request: UUID


Fact: TypeAlias = (
    PersonRegistered
    | DetailsCorrected
    | IdentifierAdded
    | IdentifierSuperseded
    | ContactChanged
    | RequestOpened
    | RequestClosed
)

TOPICS: dict[str, type] = {
    "person.registered/1": PersonRegistered,
    "person.details_corrected/1": DetailsCorrected,
    "person.identifier_added/1": IdentifierAdded,
    "person.identifier_superseded/1": IdentifierSuperseded,
    "person.contact_changed/1": ContactChanged,
    "person.request_opened/1": RequestOpened,
    "person.request_closed/1": RequestClosed,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the facts so far tell."""

    record: UUID
    details: PersonalDetails | Erased
    contact: ContactDetails | Erased
    further_numbers: tuple[str | Erased, ...] = ()
    """Other and former numbers, in the order in which they became known."""
    open_request: UUID | None = None


def evolve(state: Person | None, fact: Fact) -> Person:
    """Return the person after ``fact``."""
    if isinstance(fact, PersonRegistered):
        return Person(fact.record, fact.details, fact.contact)
    assert state is not None, "a person's first fact is their registration"
    match fact:
        case DetailsCorrected():
            return replace(state, details=fact.details)
        case IdentifierAdded():
            return replace(state, further_numbers=(*state.further_numbers, fact.number))
        case IdentifierSuperseded():
            return _superseded(state, fact)
        case ContactChanged():
            return replace(state, contact=fact.contact)
        case RequestOpened():
            return replace(state, open_request=fact.request)
        case RequestClosed():
            return replace(state, open_request=None)
        case _:
            assert_never(fact)


def _superseded(state: Person, fact: IdentifierSuperseded) -> Person:
    details = state.details
    if not isinstance(details, Erased) and not isinstance(fact.number, Erased):
        details = replace(details, number=fact.number, number_kind=fact.kind)
    return replace(state, details=details, further_numbers=(*state.further_numbers, fact.former))


def register(
    *, record: UUID, details: PersonalDetails, contact: ContactDetails, at: datetime
) -> PersonRegistered:
    """Return the registration.

    Raises:
        InvalidInputError: A detail has the wrong form; names the place.
    """
    check_details(details, at=at, place="person")
    check_contact(contact, place="contact")
    return PersonRegistered(record, details, contact)


def correct_details(state: Person, *, details: PersonalDetails, at: datetime) -> DetailsCorrected:
    """Return the correction; a new number is a matter of `supersede_identifier`."""
    check_details(details, at=at, place="person")
    if not isinstance(state.details, Erased) and details.number != state.details.number:
        raise RefusedError("number_is_superseded", "a new number is recorded as superseding")
    return DetailsCorrected(details)


def add_identifier(
    state: Person, *, kind: NumberKind, number: str, valid_from: date
) -> IdentifierAdded:
    """Return the further number."""
    check_number(number, kind, place="number")
    if number in numbers(state):
        raise RefusedError("number_already_known", "this person has this number already")
    return IdentifierAdded(kind, number, valid_from)


def supersede_identifier(
    state: Person, *, kind: NumberKind, number: str, valid_from: date
) -> IdentifierSuperseded:
    """Return the replacement of the present number: numbers can be cancelled and reissued.

    Source: Decree 70/2024, which lets a number change with a corrected sex or birth year.
    """
    check_number(number, kind, place="number")
    if isinstance(state.details, Erased):
        raise RefusedError("person_erased", "this person's identity has been erased")
    if number in numbers(state):
        raise RefusedError("number_already_known", "this person has this number already")
    return IdentifierSuperseded(kind, state.details.number, number, valid_from)


def change_contact(state: Person, *, contact: ContactDetails) -> tuple[ContactChanged, ...]:
    """Return the change, or nothing if it is none."""
    check_contact(contact, place="contact")
    return () if contact == state.contact else (ContactChanged(contact),)


def open_request(state: Person, *, request: UUID) -> RequestOpened:
    """Return the opening, or refuse while another request is unpaid or in process."""
    if state.open_request is not None:
        raise RefusedError("one_open_request", "another request of this person is still open")
    return RequestOpened(request)


def close_request(state: Person, *, request: UUID) -> tuple[RequestClosed, ...]:
    """Return the closing of ``request``, or nothing if it is not the open one."""
    return (RequestClosed(request),) if state.open_request == request else ()


def numbers(state: Person) -> tuple[str, ...]:
    """Return every number that can still be read, the present one first."""
    present = () if isinstance(state.details, Erased) else (state.details.number,)
    former = tuple(n for n in state.further_numbers if not isinstance(n, Erased))
    return (*present, *former)
