"""What happens to a visit after it was sent: voided, moved to another person, files attached."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.commands.books import load_book, subjects_of
from ledger.commands.loading import Loaded, until_settled
from ledger.commands.visit_streams import load_visit, subject_of
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, Change, FactStore, History, Receipt
from ledger.identifiers import access_stream
from ledger.personal import Erased
from ledger.records import visit
from ledger.records.access import AccessRecorded, RecordKind
from ledger.records.health_book import book
from ledger.records.visit import Packed, ReadersTold, Visit

_WHOLE_BOOK: Final = frozenset({RecordKind.HEALTH_BOOK, RecordKind.SHARE})
"""Looks that showed the visit whatever they name."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit was reassigned."""

    receipt: Receipt
    readers: tuple[str, ...]
    """References of the accounts that had read it under the wrong person, sorted: to be told."""


def void(
    facts: FactStore, *, stream: UUID, reason: str, act: Act, expected: int | None = None
) -> Receipt:
    """Mark a visit as entered in error: hidden in the book, kept in its history.

    Raises:
        NotFoundError: The facility never sent it.
        RefusedError: ``already_voided``, ``revision_differs``.
    """

    def attempt() -> Receipt:
        found = _own(facts, stream, act)
        voided = visit.void(found.state, reason=reason, expected=expected)
        return facts.append(act, found.history.then(voided, subject=subject_of(found.history)))

    return until_settled(attempt)


def attach(
    facts: FactStore,
    *,
    stream: UUID,
    address: bytes,
    size: int,
    media_type: str,
    title: str,
    act: Act,
) -> Receipt | None:
    """Record that a file belongs to a visit; None if that is known.

    The sealed file itself lies outside of the ledger, under ``address``, and is there first.

    Raises:
        NotFoundError: The facility never sent the visit.
        RefusedError: ``voided``.
    """

    def attempt() -> Receipt | None:
        found = _own(facts, stream, act)
        new = visit.attach(
            found.state, address=address, size=size, media_type=media_type, title=title
        )
        if not new:
            return None
        return facts.append(act, found.history.then(*new, subject=subject_of(found.history)))

    return until_settled(attempt)


def _own(facts: FactStore, stream: UUID, act: Act) -> Loaded[Visit]:
    found = load_visit(facts, stream)
    if found.history.recorded[0].act.organisation != act.organisation:
        raise NotFoundError("no visit is known under this reference")
    return found


def reassign(facts: FactStore, *, stream: UUID, to: UUID, reason: str, act: Act) -> Moved:
    """Move a visit to the person whom it is really about: sealed anew under their key.

    Whoever looked at the book or the visit of the wrong person since it was recorded is named in
    a fact of the same append, which fails if anybody looks meanwhile: nobody is left out.

    Raises:
        NotFoundError: There is no such visit.
        RefusedError: ``same_person``, ``voided``, ``correction_needs_a_reason`` or
            ``visit_erased``.
    """

    def attempt() -> Moved:
        found = load_visit(facts, stream)
        origin = subject_of(found.history)
        assert origin is not None, "a visit is about somebody"
        document, restricted = _packed(found.state)
        moved = visit.reassign(
            found.state, origin=origin, to=to, document=document, restricted=restricted,
            reason=reason,
        )  # fmt: skip
        looks = [facts.history(access_stream(one)) for one in subjects_of(facts, origin)]
        since = _held_since(found.history, origin)
        readers = tuple(sorted(_readers(looks, stream, since)))
        told = (ReadersTold(origin, readers),) if readers else ()
        receipt = facts.append(
            act,
            found.history.then(*moved, *told, subject=to),
            *_opened(facts, to),
            *(history.then() for history in looks),
        )
        return Moved(receipt, readers)

    return until_settled(attempt)


def _packed(state: Visit) -> tuple[Packed, Packed | None]:
    """Return the newest revision as it is packed: it is only sealed anew."""
    held = state.newest
    if isinstance(held.document, Erased):
        raise RefusedError("visit_erased", "the visit can no longer be read")
    document = Packed(held.dictionary, held.document)
    if held.restricted is None:
        return document, None
    dictionary, restricted = held.restricted
    if isinstance(restricted, Erased):
        raise RefusedError("visit_erased", "a part of the visit can no longer be read")
    return document, Packed(dictionary, restricted)


def _held_since(history: History, subject: UUID) -> int:
    """Return the position from which on the visit stood in this person's book."""
    return next(one.position for one in history.recorded if one.subject == subject)


def _readers(looks: list[History], stream: UUID, since: int) -> set[str]:
    return {
        recorded.act.actor
        for history in looks
        for recorded in history.recorded
        if recorded.position > since
        and isinstance(recorded.fact, AccessRecorded)
        and (recorded.fact.kind in _WHOLE_BOOK or recorded.fact.reference == stream)
    }


def _opened(facts: FactStore, subject: UUID) -> tuple[Change, ...]:
    found = load_book(facts, subject)
    new = book.open_book(found.state)
    return (found.history.then(*new, subject=subject),) if new else ()
