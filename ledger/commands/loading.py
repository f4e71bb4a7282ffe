"""What every command needs: load and fold a stream, try again when somebody was faster."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final, Generic, TypeVar, cast
from uuid import UUID

from ledger.certificates import request
from ledger.certificates.request import Request
from ledger.certificates.request_facts import RequestDrafted
from ledger.errors import ConflictError, NotFoundError
from ledger.facts import FactStore, History, Idempotency, Receipt
from ledger.records import person
from ledger.records.judicial_record import record
from ledger.records.judicial_record.facts import Fact as RecordFact
from ledger.records.judicial_record.record import JudicialRecord
from ledger.records.person import Person

ATTEMPTS: Final = 8
"""How often a command is decided anew; two who meet once seldom meet again."""

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A stream, and the state that its facts fold to."""

    history: History
    state: S


def load_request(facts: FactStore, stream: UUID) -> Loaded[Request]:
    """Return a request.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(stream)
    # Whoever asks may name the stream of something else.
    if not isinstance(next(iter(history.facts), None), RequestDrafted):
        raise NotFoundError("no request is known under this reference")
    state = request.fold(history.facts)
    assert state is not None, "it has a draft"
    return Loaded(history, state)


def load_person(facts: FactStore, subject: UUID) -> Loaded[Person]:
    """Return a person.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(subject)
    if not isinstance(next(iter(history.facts), None), person.PersonRegistered):
        raise NotFoundError("no person is known under this reference")
    state: Person | None = None
    for fact in cast("tuple[person.Fact, ...]", history.facts):
        state = person.evolve(state, fact)
    assert state is not None, "they are registered"
    return Loaded(history, state)


def load_record(
    facts: FactStore, stream: UUID, *, version: int | None = None
) -> Loaded[JudicialRecord]:
    """Return a judicial record, as it stood after ``version`` facts if that is given; may be empty.

    Raises:
        NotFoundError: It has fewer facts than ``version``.
    """
    history = facts.history(stream)
    if version is not None and version > history.version:
        raise NotFoundError("the record has no such version")
    known = cast("tuple[RecordFact, ...]", history.facts[:version])
    return Loaded(history, reduce(record.evolve, known, record.EMPTY))


def until_settled(attempt: Callable[[], T], *, attempts: int = ATTEMPTS) -> T:
    """Return what ``attempt`` returns; load, decide and append again when somebody was faster.

    Only a conflict is tried again: whether anything was recorded is then known, and it was not.

    Raises:
        ConflictError: Somebody was faster every time.
    """
    for _ in range(attempts - 1):
        try:
            return attempt()
        except ConflictError:
            continue
    return attempt()


def answered(facts: FactStore, idempotency: Idempotency | None) -> Receipt | None:
    """Return the first answer of a repeated command; None if it is new or cannot be repeated."""
    return facts.answered(idempotency) if idempotency is not None else None


def unchanged(history: History) -> Receipt:
    """Return the receipt of a command that had nothing to add: the stream's last fact."""
    last = history.recorded[-1]
    return Receipt((last.position,), (last.event_id,), repeated=True)
