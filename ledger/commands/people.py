"""Commands about persons: register, find, change how to reach them, follow their numbers."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from keys.key_store_errors import NumberTakenError
from ledger.commands.loading import Loaded, answered, load_person, unchanged, until_settled
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.identifiers import NumberKind, check_number
from ledger.names import same_name
from ledger.personal import Erased
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import person
from ledger.records.person import Person


class Directory(Protocol):
    """Finds a person's pseudonym by a number; not part of the ledger, and can be forgotten."""

    def find(self, number: str, *, kind: NumberKind) -> UUID | None:
        """Return the pseudonym that this number points to now."""
        ...

    def remember(
        self,
        number: str,
        subject: UUID,
        *,
        kind: NumberKind,
        at: datetime,
        instead_of: UUID | None = None,
    ) -> None:
        """Let ``number`` point to ``subject`` from ``at`` on, and no longer to ``instead_of``.

        Raises:
            NumberTakenError: It points to somebody else than these two.
        """
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
    """Make a person known and return their pseudonym: the known one if they are known.

    Args:
        facts: The ledger.
        directory: Where the number leads to the pseudonym.
        subject: A new random identifier, used if the person is new.
        record: A new random identifier of the judicial record.
        details: Who they are.
        contact: How to reach them.
        act: Who registers them, when.

    Raises:
        InvalidInputError: A detail has the wrong form; names the place.
        RefusedError: Rule ``number_of_somebody_else``.
    """
    registered = person.register(record=record, details=details, contact=contact, at=act.at)
    number, kind = details.number, details.number_kind
    known = directory.find(number, kind=kind)
    if known is None or _is_free_again(facts, known, number):
        known = _claim(directory, subject, details, act, instead_of=known)
    stream = known

    def attempt() -> UUID:
        history = facts.history(stream)
        if history.version:
            _check_same_person(load_person(facts, stream).state, details)
        else:
            facts.append(act, history.then(registered, subject=stream))
        return stream

    return until_settled(attempt)


def _is_free_again(facts: FactStore, known: UUID, number: str) -> bool:
    """Tell whether who had this number now has another: numbers are reissued."""
    if not facts.history(known).version:
        return False
    details = load_person(facts, known).state.details
    return not isinstance(details, Erased) and details.number != number


def _claim(
    directory: Directory,
    subject: UUID,
    details: PersonalDetails,
    act: Act,
    *,
    instead_of: UUID | None,
) -> UUID:
    """Return to whom the number leads now: to ``subject``, or to who was faster.

    The number comes before the facts: a crash between leaves a pseudonym without facts, which the
    next try fills. The other way round it would leave a person whom nobody finds.
    """
    number, kind = details.number, details.number_kind
    try:
        directory.remember(number, subject, kind=kind, at=act.at, instead_of=instead_of)
    except NumberTakenError:
        return directory.find(number, kind=kind) or subject
    return subject


def _check_same_person(known: Person, details: PersonalDetails) -> None:
    same = (
        not isinstance(known.details, Erased)
        and known.details.birth_date == details.birth_date
        and same_name(known.details.name, details.name)
    )
    if not same:
        raise RefusedError("number_of_somebody_else", "expected the name and birth date on record")


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
    return _take_number(
        facts, directory, subject, kind, number, act,
        lambda state: person.add_identifier(
            state, kind=kind, number=number, valid_from=valid_from
        ),
    )  # fmt: skip


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
    return _take_number(
        facts, directory, subject, kind, number, act,
        lambda state: person.supersede_identifier(
            state, kind=kind, number=number, valid_from=valid_from
        ),
    )  # fmt: skip


def _take_number(
    facts: FactStore,
    directory: Directory,
    subject: UUID,
    kind: NumberKind,
    number: str,
    act: Act,
    decide: Callable[[Person], person.Fact],
) -> Receipt:
    def attempt() -> Receipt:
        found = load_person(facts, subject)
        decided = decide(found.state)
        try:
            directory.remember(number, subject, kind=kind, at=act.at)
        except NumberTakenError as error:
            raise RefusedError(
                "number_of_somebody_else", "expected a number that leads to nobody else"
            ) from error
        return facts.append(act, found.history.then(decided, subject=subject))

    return until_settled(attempt)
