"""A health book: whose it is said to be, with which it reads as one, who may act. State, decisions.

Two books of one person are linked one deep: a part is read through the whole, and no reader ever
follows a chain or a circle.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.categories import Category
from ledger.errors import InvalidInputError, RefusedError
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.health_book.facts import (
    AssertedIdentity,
    BookIntegrated,
    BookJoined,
    BookLinked,
    BookOpened,
    BookParted,
    BookUnlinked,
    DeathRecorded,
    DeathWithdrawn,
    Fact,
    IdentityAsserted,
    IntegrationEnded,
    Relation,
    RepresentativeAppointed,
    RepresentativeEnded,
    SectionClosed,
    SectionOpenedAgain,
    SelfEntered,
    SelfWithdrawn,
)

MAX_REASON = 500
MAX_NUMBERS = 20
_APP: Final = re.compile(r"[a-z][a-z0-9_-]{1,19}", re.ASCII)
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)

Closed: TypeAlias = tuple[Category | Erased | None, UUID | Erased | None]


@dataclass(frozen=True, slots=True)
class HealthBook:
    """A book as the facts so far tell."""

    is_open: bool = False
    identities: tuple[AssertedIdentity | Erased, ...] = ()
    """In the order in which they were asserted."""
    into: UUID | None = None
    """The pseudonym whose book it reads as part of."""
    joined: frozenset[UUID] = frozenset()
    """Pseudonyms whose books read as part of this one."""
    representatives: tuple[RepresentativeAppointed, ...] = ()
    """Appointed and not ended; some may have run out."""
    closed: tuple[Closed, ...] = ()
    died_on: date | Erased | None = None
    apps: frozenset[str] = frozenset()
    """Apps in which the person sees it."""


EMPTY: Final = HealthBook()

Link: TypeAlias = BookLinked | BookJoined | BookUnlinked | BookParted


def evolve(state: HealthBook, fact: Fact) -> HealthBook:
    """Return the book after ``fact``."""
    match fact:
        case BookOpened():
            return replace(state, is_open=True)
        case IdentityAsserted():
            return replace(state, identities=(*state.identities, fact.identity))
        case BookLinked() | BookJoined() | BookUnlinked() | BookParted():
            return _linked(state, fact)
        case SelfEntered() | SelfWithdrawn():  # `ledger.records.health_book.notes` reads them
            return state
        case DeathRecorded():
            return replace(state, died_on=fact.on)
        case DeathWithdrawn():
            return replace(state, died_on=None)
        case BookIntegrated() | IntegrationEnded():
            left = state.apps - {fact.app}
            shown = isinstance(fact, BookIntegrated)
            return replace(state, apps=left | {fact.app} if shown else left)
        case _:
            return _governed(state, fact)


def _linked(state: HealthBook, fact: Link) -> HealthBook:
    match fact:
        case BookLinked():
            return replace(state, into=fact.into)
        case BookUnlinked():
            return replace(state, into=None)
        case BookJoined():
            return replace(state, joined=state.joined | {fact.other})
        case BookParted():
            return replace(state, joined=state.joined - {fact.other})
        case _:
            assert_never(fact)


def _governed(
    state: HealthBook,
    fact: RepresentativeAppointed | RepresentativeEnded | SectionClosed | SectionOpenedAgain,
) -> HealthBook:
    match fact:
        case RepresentativeAppointed():
            return replace(state, representatives=(*state.representatives, fact))
        case RepresentativeEnded():
            left = tuple(
                one for one in state.representatives if one.representative != fact.representative
            )
            return replace(state, representatives=left)
        case SectionClosed():
            return replace(state, closed=(*state.closed, (fact.category, fact.visit)))
        case SectionOpenedAgain():
            left_closed = tuple(one for one in state.closed if one != (fact.category, fact.visit))
            return replace(state, closed=left_closed)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> HealthBook:
    """Return the book after all ``facts``."""
    state = EMPTY
    for fact in facts:
        state = evolve(state, fact)
    return state


def open_book(state: HealthBook) -> tuple[BookOpened, ...]:
    """Return the opening, or nothing if it is open."""
    return () if state.is_open else (BookOpened(),)


def assert_identity(
    state: HealthBook, *, identity: AssertedIdentity
) -> tuple[IdentityAsserted, ...]:
    """Return what a facility says of who this is; nothing if it was said before.

    Raises:
        InvalidInputError: A part has the wrong form; names the place.
    """
    check_text(identity.name, place="patient.name", longest=200)
    if identity.birth is not None and not _BIRTH.fullmatch(identity.birth):
        raise InvalidInputError("patient.birth", "birth_form", "YYYY, YYYY-MM or YYYY-MM-DD")
    if identity.sex not in {None, 1, 2, 3}:
        raise InvalidInputError("patient.sex", "sex", "1, 2 or 3")
    if len(identity.numbers) > MAX_NUMBERS:
        raise InvalidInputError("patient.numbers", "too_many", f"at most {MAX_NUMBERS} numbers")
    return () if identity in state.identities else (IdentityAsserted(identity),)


@dataclass(frozen=True, slots=True)
class Named:
    """A book and whose it is."""

    subject: UUID
    book: HealthBook = field(default=EMPTY)


def link(part: Named, whole: Named, *, reason: str) -> tuple[BookLinked, BookJoined]:
    """Return the facts by which ``part`` reads as part of ``whole``: one for each stream.

    Links are one deep: a book that others read as part of is not made part of another one, so that
    no reader ever follows a chain or a circle.

    Raises:
        RefusedError: ``same_person``, ``already_linked`` or ``has_joined_books``.
    """
    if part.subject == whole.subject:
        raise RefusedError("same_person", "expected two different books")
    if part.book.into is not None or whole.book.into is not None:
        raise RefusedError("already_linked", "one of them reads as part of a book already")
    if part.book.joined:
        raise RefusedError("has_joined_books", "link the other way round, or unlink those first")
    checked = _reason(reason)
    return BookLinked(whole.subject, checked), BookJoined(part.subject, checked)


def unlink(part: Named, whole: Named, *, reason: str) -> tuple[BookUnlinked, BookParted]:
    """Return the facts that undo the link of ``part`` to ``whole``.

    Raises:
        RefusedError: ``not_linked``.
    """
    if part.book.into != whole.subject:
        raise RefusedError("not_linked", "these two books are not linked")
    checked = _reason(reason)
    return BookUnlinked(whole.subject, checked), BookParted(part.subject, checked)


def subjects_of(named: Named) -> tuple[UUID, ...]:
    """Return every pseudonym whose visits read as this whole book, sorted; it must not be a part.

    A part is read through the book that it is part of.
    """
    assert named.book.into is None, "ask for the whole book"
    return tuple(sorted({named.subject, *named.book.joined}))


def appoint(
    state: HealthBook, *, representative: UUID, relation: Relation, until: date | None,
    evidence: str, today: date,
) -> RepresentativeAppointed:  # fmt: skip
    """Return the appointment, or refuse."""
    if any(one.representative == representative for one in state.representatives):
        raise RefusedError("already_representative", "they may act for this person already")
    if until is not None and until <= today:
        raise RefusedError("appointment_ended", "expected an end after today")
    checked = check_text(evidence, place="evidence", longest=MAX_REASON)
    return RepresentativeAppointed(representative, relation, until, checked)


def end_representation(
    state: HealthBook, *, representative: UUID, reason: str
) -> RepresentativeEnded:
    """Return the end, or refuse."""
    if all(one.representative != representative for one in state.representatives):
        raise RefusedError("no_representative", "they do not act for this person")
    return RepresentativeEnded(representative, _reason(reason))


def close(
    state: HealthBook, *, category: Category | None = None, visit: UUID | None = None
) -> tuple[SectionClosed, ...]:
    """Return the closing of a category or of one visit, or nothing if it is closed."""
    _one_of(category, visit)
    return () if (category, visit) in state.closed else (SectionClosed(category, visit),)


def open_again(
    state: HealthBook, *, category: Category | None = None, visit: UUID | None = None
) -> tuple[SectionOpenedAgain, ...]:
    """Return the opening again, or nothing if it is open."""
    _one_of(category, visit)
    return (SectionOpenedAgain(category, visit),) if (category, visit) in state.closed else ()


def integrate(state: HealthBook, *, app: str) -> tuple[BookIntegrated, ...]:
    """Return that the person sees the book in ``app`` from now on; nothing if they do already.

    Raises:
        InvalidInputError: ``app_name``.
    """
    if not _APP.fullmatch(app):
        raise InvalidInputError("app", "app_name", "2 to 20 of a-z, 0-9, - and _")
    return () if app in state.apps else (BookIntegrated(app),)


def end_integration(state: HealthBook, *, app: str) -> tuple[IntegrationEnded, ...]:
    """Return that the book is no longer shown in ``app``; nothing if it is not."""
    return (IntegrationEnded(app),) if app in state.apps else ()


def record_death(state: HealthBook, *, on: date, evidence: str, today: date) -> DeathRecorded:
    """Return the death, or refuse."""
    if state.died_on is not None:
        raise RefusedError("death_recorded", "the death of this person is recorded already")
    if on > today:
        raise InvalidInputError("on", "in_the_future", "a day up to today")
    return DeathRecorded(on, check_text(evidence, place="evidence", longest=MAX_REASON))


def withdraw_death(state: HealthBook, *, reason: str) -> DeathWithdrawn:
    """Return that the death was recorded in error.

    Raises:
        InvalidInputError: No reason, or too long a one.
        RefusedError: ``no_death_recorded``.
    """
    if state.died_on is None:
        raise RefusedError("no_death_recorded", "no death of this person is on record")
    return DeathWithdrawn(_reason(reason))


def check_lives(books: Iterable[HealthBook]) -> None:
    """Refuse what only somebody who lives can allow: consents and links.

    Raises:
        RefusedError: ``person_died``; also where nobody can read any more on which day.
    """
    if any(book.died_on is not None for book in books):
        raise RefusedError("person_died", "a death is recorded: nothing new is allowed to anybody")


def _one_of(category: Category | None, visit: UUID | None) -> None:
    if (category is None) == (visit is None):
        raise InvalidInputError("section", "one_of", "a category or a visit")


def _reason(reason: str) -> str:
    return check_text(reason, place="reason", longest=MAX_REASON)
