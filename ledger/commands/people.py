"""Commands about persons: register, find, change how to reach them, follow their numbers."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from ledger.commands.loading import Loaded, answered, load_person, unchanged, until_settled
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.identifiers import NumberKind, check_number
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import person
from ledger.records.person import Person


class Directory(Protocol):
    """Finds a person's pseudonym by a number; not part of the ledger, and can be forgotten."""

    def find(self, number: str, *, kind: NumberKind) -> UUID | None:
        """Return the pseudonym that this number points to now."""
        ...

    def remember(self, number: str, subject: UUID, *, kind: NumberKind, at: datetime) -> None:
        """Let ``number`` point to ``subject`` from ``at`` on."""
        ...


def register(
    facts: FactStore,
    directory: Directory,
    *,
    subject: UUID,
    record: UUID,
    details: PersonalDetails,
    contact: ContactDetails,
    act: Act,
) -> UUID:
    """Make a person known and return their pseudonym: the known one if the number is known.

    Args:
        facts: The ledger.
        directory: Where the number leads to the pseudonym.
        subject: A new random identifier, used if the person is new.
        record: A new random identifier of the judicial record.
        details: Who they are.
        contact: How to reach them.
        act: Who registers them, when.
    """
    registered = person.register(record=record, details=details, contact=contact, at=act.at)
    kind = details.number_kind
    known = directory.find(details.number, kind=kind)
    if known is None:
        # The number first: a crash then leaves a pseudonym without facts, which the next try
        # fills. The other way round it would leave a person whom nobody finds.
        directory.remember(details.number, subject, kind=kind, at=act.at)
        known = directory.find(details.number, kind=kind) or subject
    stream = known

    def attempt() -> UUID:
        history = facts.history(stream)
        if history.version == 0:
            facts.append(act, history.then(registered, subject=stream))
        return stream

    return until_settled(attempt)


def find(
    facts: FactStore, directory: Directory, *, number: str, kind: NumberKind = NumberKind.PERSONAL
) -> Loaded[Person]:
    """Return the person to whom ``number`` points now.

    Raises:
        InvalidInputError: It is no such number.
        NotFoundError: Nobody is known by it.
    """
    check_number(number, kind, place="number")
    subject = directory.find(number, kind=kind)
    if subject is None:
        raise NotFoundError("nobody is known by this number")
    return load_person(facts, subject)


def change_contact(
    facts: FactStore,
    *,
    subject: UUID,
    contact: ContactDetails,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record how to reach somebody from now on."""

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_person(facts, subject)
        changed = person.change_contact(found.state, contact=contact)
        if not changed:
            return unchanged(found.history)
        change = found.history.then(*changed, subject=subject)
        return facts.append(act, change, idempotency=idempotency)

    return until_settled(attempt)


def correct_details(
    facts: FactStore,
    *,
    subject: UUID,
    details: PersonalDetails,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record what the population register says of somebody from now on."""

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_person(facts, subject)
        corrected = person.correct_details(found.state, details=details, at=act.at)
        change = found.history.then(corrected, subject=subject)
        return facts.append(act, change, idempotency=idempotency)

    return until_settled(attempt)


def add_identifier(
    facts: FactStore,
    directory: Directory,
    *,
    subject: UUID,
    kind: NumberKind,
    number: str,
    valid_from: date,
    act: Act,
) -> Receipt:
    """Record a further number of somebody, and let it lead to them."""

    def attempt() -> Receipt:
        found = load_person(facts, subject)
        added = person.add_identifier(found.state, kind=kind, number=number, valid_from=valid_from)
        return facts.append(act, found.history.then(added, subject=subject))

    receipt = until_settled(attempt)
    directory.remember(number, subject, kind=kind, at=act.at)
    return receipt


def supersede_identifier(
    facts: FactStore,
    directory: Directory,
    *,
    subject: UUID,
    kind: NumberKind,
    number: str,
    valid_from: date,
    act: Act,
) -> Receipt:
    """Record that somebody's number was replaced; both lead to them until one is reissued."""

    def attempt() -> Receipt:
        found = load_person(facts, subject)
        replaced = person.supersede_identifier(
            found.state, kind=kind, number=number, valid_from=valid_from
        )
        return facts.append(act, found.history.then(replaced, subject=subject))

    receipt = until_settled(attempt)
    directory.remember(number, subject, kind=kind, at=act.at)
    return receipt
