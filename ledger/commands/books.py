"""Commands on health books: open, link and part, representatives, closed sections, own words."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import cast
from uuid import UUID

from ledger.calendar import local_day
from ledger.categories import Category
from ledger.commands.loading import Loaded, answered, unchanged, until_settled
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore, History, Idempotency, Receipt
from ledger.identifiers import health_book_stream
from ledger.records.health_book import book, notes
from ledger.records.health_book.book import HealthBook, Named
from ledger.records.health_book.facts import Fact, Relation


def book_of(history: History) -> Loaded[HealthBook]:
    """Return the book whose stream ``history`` is; empty if nothing was ever appended to it."""
    return Loaded(history, book.fold(cast("tuple[Fact, ...]", history.facts)))


def load_book(facts: FactStore, subject: UUID) -> Loaded[HealthBook]:
    """Return a person's book; it is not open if there is none yet."""
    return book_of(facts.history(health_book_stream(subject)))


def whole_of(facts: FactStore, subject: UUID) -> Named:
    """Return the book that ``subject``'s is read through: their own, or the one it is part of."""
    found = load_book(facts, subject).state
    if found.into is None:
        return Named(subject, found)
    return Named(found.into, load_book(facts, found.into).state)


def subjects_of(facts: FactStore, subject: UUID) -> tuple[UUID, ...]:
    """Return every pseudonym whose visits read as the one book that ``subject``'s is in, sorted.

    The same whether one asks for the whole book or for a part of it.
    """
    return book.subjects_of(whole_of(facts, subject))


def open_book(facts: FactStore, *, subject: UUID, act: Act) -> Receipt:
    """Open a person's book; nothing if it is open."""
    return _take(facts, subject, act, None, book.open_book)


def link(
    facts: FactStore,
    *,
    part: UUID,
    whole: UUID,
    reason: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Let the book of ``part`` read as part of the book of ``whole``; nothing is copied.

    Raises:
        RefusedError: ``same_person``, ``already_linked`` or ``has_joined_books``.
        NotFoundError: One of them has no book.
    """
    return _both(facts, part, whole, act, idempotency, lambda a, b: book.link(a, b, reason=reason))


def unlink(
    facts: FactStore,
    *,
    part: UUID,
    whole: UUID,
    reason: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Undo a link: each book is as it was.

    Raises:
        RefusedError: ``not_linked``.
        NotFoundError: One of them has no book.
    """
    return _both(
        facts, part, whole, act, idempotency, lambda a, b: book.unlink(a, b, reason=reason)
    )


def appoint_representative(
    facts: FactStore,
    *,
    subject: UUID,
    representative: UUID,
    relation: Relation,
    until: date | None,
    evidence: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Let somebody act for the person, until the day before ``until`` if that is given."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: (
            book.appoint(
                state, representative=representative, relation=relation, until=until,
                evidence=evidence, today=local_day(act.at),
            ),
        ),
    )  # fmt: skip


def end_representation(
    facts: FactStore,
    *,
    subject: UUID,
    representative: UUID,
    reason: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Let them no longer act for the person."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: (
            book.end_representation(state, representative=representative, reason=reason),
        ),
    )  # fmt: skip


def close_section(
    facts: FactStore,
    *,
    subject: UUID,
    act: Act,
    category: Category | None = None,
    visit: UUID | None = None,
) -> Receipt:
    """Close a category or one visit to care providers; nothing if it is closed."""
    return _take(
        facts, subject, act, None, lambda state: book.close(state, category=category, visit=visit)
    )


def open_section_again(
    facts: FactStore,
    *,
    subject: UUID,
    act: Act,
    category: Category | None = None,
    visit: UUID | None = None,
) -> Receipt:
    """Open a category or one visit again; nothing if it is open."""
    return _take(
        facts, subject, act, None,
        lambda state: book.open_again(state, category=category, visit=visit),
    )  # fmt: skip


def enter_note(
    facts: FactStore,
    *,
    subject: UUID,
    note: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Keep what the person wrote, as theirs."""
    return _take(facts, subject, act, idempotency, lambda _: (notes.enter(note=note),))


def withdraw_note(facts: FactStore, *, subject: UUID, note: UUID, act: Act) -> Receipt:
    """Take back what the person wrote, in whichever of the books that read as one it stands.

    Raises:
        NotFoundError: No such note of theirs is known.
    """

    def attempt() -> Receipt:
        for one in subjects_of(facts, subject):
            history = facts.history(health_book_stream(one))
            known = notes.fold(history.recorded)
            if note in known.written:
                decided = notes.withdraw(known, note=note)
                if not decided:
                    return unchanged(history)
                return facts.append(act, history.then(*decided, subject=one))
        raise NotFoundError("no such note of this person is known")

    return until_settled(attempt)


def record_death(
    facts: FactStore,
    *,
    subject: UUID,
    on: date,
    evidence: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record the death; from then on nothing new is allowed to anybody in the person's name.

    Raises:
        InvalidInputError: The day lies ahead, or there are no words of evidence.
        RefusedError: ``death_recorded``, also in another book of theirs.
    """
    known = _with_death(facts, subject)

    def decide(state: HealthBook) -> tuple[Fact, ...]:
        before = state if known is None else load_book(facts, known).state
        today = local_day(act.at)
        return (book.record_death(before, on=on, evidence=evidence, today=today),)

    return _take(facts, subject, act, idempotency, decide)


def withdraw_death(facts: FactStore, *, subject: UUID, reason: str, act: Act) -> Receipt:
    """Take back a death that was recorded in error.

    Raises:
        InvalidInputError: No reason, or too long a one.
        RefusedError: ``no_death_recorded``.
    """
    found = _with_death(facts, subject) or subject
    return _take(
        facts, found, act, None, lambda state: (book.withdraw_death(state, reason=reason),)
    )


def _with_death(facts: FactStore, subject: UUID) -> UUID | None:
    """Return under which of a person's pseudonyms a death is on record."""
    everybody = subjects_of(facts, subject)
    return next((one for one in everybody if load_book(facts, one).state.died_on), None)


def check_lives(facts: FactStore, subject: UUID) -> None:
    """Refuse what only somebody who lives can allow.

    Raises:
        RefusedError: ``person_died``.
    """
    book.check_lives(load_book(facts, one).state for one in subjects_of(facts, subject))


def _take(
    facts: FactStore,
    subject: UUID,
    act: Act,
    idempotency: Idempotency | None,
    decide: Callable[[HealthBook], Sequence[Fact]],
) -> Receipt:
    """Decide on a book, opening it first if it is not; what was decided before is answered."""

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_book(facts, subject)
        decided = tuple(decide(found.state))
        new = _opened_first(found.state, decided)
        if not new:
            return unchanged(found.history)
        return facts.append(act, found.history.then(*new, subject=subject), idempotency=idempotency)

    return until_settled(attempt)


def _opened_first(state: HealthBook, decided: Iterable[Fact]) -> tuple[Fact, ...]:
    facts = tuple(decided)
    opening = book.open_book(state)
    return facts if opening == facts else (*opening, *facts)


def _both(
    facts: FactStore,
    part: UUID,
    whole: UUID,
    act: Act,
    idempotency: Idempotency | None,
    decide: Callable[[Named, Named], tuple[Fact, Fact]],
) -> Receipt:
    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        of_part, of_whole = load_book(facts, part), load_book(facts, whole)
        if not (of_part.state.is_open and of_whole.state.is_open):
            raise NotFoundError("no health book is known under this reference")
        for_part, for_whole = decide(Named(part, of_part.state), Named(whole, of_whole.state))
        return facts.append(
            act,
            of_part.history.then(for_part, subject=part),
            of_whole.history.then(for_whole, subject=whole),
            idempotency=idempotency,
        )

    return until_settled(attempt)
