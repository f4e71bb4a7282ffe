"""What a person writes into the own health book, and takes back. State, decisions.

A note is known by the event id of the fact by which it was written: facts of the first days have no
other name. What was taken back is shown no longer; as it was before, the book still has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.errors import NotFoundError
from ledger.facts import RecordedFact
from ledger.names import check_text
from ledger.records.health_book.facts import SelfEntered, SelfWithdrawn

MAX_NOTE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one book, by their names."""

    written: frozenset[UUID] = frozenset()
    withdrawn: frozenset[UUID] = frozenset()


def fold(recorded: Iterable[RecordedFact]) -> Notes:
    """Return the notes among the facts of a book."""
    written: set[UUID] = set()
    withdrawn: set[UUID] = set()
    for one in recorded:
        match one.fact:
            case SelfEntered():
                written.add(one.event_id)
            case SelfWithdrawn(note=note):
                withdrawn.add(note)
            case _:
                pass
    return Notes(frozenset(written), frozenset(withdrawn))


def enter(*, note: str) -> SelfEntered:
    """Return what the person wrote.

    Raises:
        InvalidInputError: No words, or too many.
    """
    return SelfEntered(check_text(note, place="note", longest=MAX_NOTE))


def withdraw(state: Notes, *, note: UUID) -> tuple[SelfWithdrawn, ...]:
    """Return the withdrawal; nothing if it was withdrawn before.

    Raises:
        NotFoundError: No such note is in this book.
    """
    if note not in state.written:
        raise NotFoundError("no such note of this person is known")
    return () if note in state.withdrawn else (SelfWithdrawn(note),)
