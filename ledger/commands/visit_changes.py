"""What happens to a visit after it was sent: voided, moved to another person, files attached."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from ledger import documents
from ledger.commands.books import load_book, subjects_of
from ledger.commands.kept_files import KeptFiles
from ledger.commands.loading import Loaded, answered, until_settled
from ledger.commands.visit_streams import document_of, load_visit, sender_of, subject_of
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, Change, FactStore, History, Idempotency, Receipt, RecordedFact
from ledger.identifiers import access_stream
from ledger.personal import Erased
from ledger.records import visit
from ledger.records.access import OWN_LOOK, AccessRecorded, RecordKind
from ledger.records.book_access import Basis
from ledger.records.health_book import book
from ledger.records.visit import DocumentAttached, Packed, ReadersTold, Visit

_WHOLE_BOOK: Final = frozenset({RecordKind.HEALTH_BOOK, RecordKind.SHARE})
"""Looks that showed the visit whatever they name."""
_NOBODY: Final = "anonymous"
"""Role of who opened a link without signing in: nobody knows where to tell them."""
_OWN: Final = frozenset({None, Basis.OWN.value})
"""On what a person's look at their own book rests; they have a notice of their own."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit was reassigned."""

    receipt: Receipt
    readers: tuple[str, ...]
    """References of the accounts that had read it under the wrong person, sorted: to be told."""


def void(
    facts: FactStore,
    *,
    stream: UUID,
    reason: str,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Mark a visit as entered in error: hidden in the book, kept in its history.

    Raises:
        NotFoundError: The facility never sent it.
        RefusedError: ``already_voided``, ``revision_differs``.
        IdempotencyMismatchError: The key was used for something else.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_own(facts, stream, act.organisation)
        voided = visit.void(found.state, reason=reason, expected=expected)
        change = found.history.then(voided, subject=subject_of(found.history))
        return facts.append(act, change, idempotency=idempotency)

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
        found = load_own(facts, stream, act.organisation)
        new = visit.attach(
            found.state, address=address, size=size, media_type=media_type, title=title
        )
        if not new:
            return None
        return facts.append(act, found.history.then(*new, subject=subject_of(found.history)))

    return until_settled(attempt)


def load_own(facts: FactStore, stream: UUID, facility: str | None) -> Loaded[Visit]:
    """Return a visit that ``facility`` sent.

    Raises:
        NotFoundError: There is none, or another facility sent it.
    """
    found = load_visit(facts, stream)
    if sender_of(found.history) != facility:
        raise NotFoundError("no visit is known under this reference")
    return found


def reassign(
    facts: FactStore,
    *,
    stream: UUID,
    to: UUID,
    reason: str,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
    files: KeptFiles | None = None,
) -> Moved:
    """Move a visit to the person whom it is really about: sealed anew under their key.

    Its files go with it; ``files`` may be left out where no visit has any.

    Whoever looked at the book or the visit of the wrong person since it was recorded is named in
    a fact of the same append, which fails if anybody looks meanwhile: nobody is left out but the
    person, who is told of the move itself, and whoever opened a link without signing in.

    Who may do so to a visit of which facility is the caller's to say: see `load_own`.

    Raises:
        NotFoundError: There is no such visit.
        RefusedError: ``same_person``, ``voided``, ``correction_needs_a_reason``,
            ``revision_differs``, ``visit_erased`` or ``files_elsewhere``.
        IdempotencyMismatchError: The key was used for something else.
    """

    def attempt() -> Moved:
        found = load_visit(facts, stream)
        if answer := answered(facts, idempotency):
            return Moved(answer, _told_in(found.history, answer))
        origin = subject_of(found.history)
        assert origin is not None, "a visit is about somebody"
        document, restricted = _packed(found.state)
        moved = visit.reassign(
            found.state, origin=origin, to=to, document=document, restricted=restricted,
            reason=reason, expected=expected,
        )  # fmt: skip
        looks = [facts.history(access_stream(one)) for one in subjects_of(facts, origin)]
        since = _held_since(found.history, origin)
        readers = tuple(sorted(_readers(looks, stream, since)))
        told = (ReadersTold(origin, readers),) if readers else ()
        renamed = _files_of(found.state, files, stream, to)
        receipt = facts.append(
            act,
            found.history.then(*moved, *renamed, *told, subject=to),
            *_opened(facts, to),
            *(history.then() for history in looks),
            idempotency=idempotency,
        )
        return Moved(receipt, readers)

    return until_settled(attempt)


def _told_in(history: History, receipt: Receipt) -> tuple[str, ...]:
    """Return who was told in the append that ``receipt`` is of."""
    told = (one.fact for one in history.recorded if one.position in receipt.positions)
    return next((fact.readers for fact in told if isinstance(fact, ReadersTold)), ())


def _packed(state: Visit) -> tuple[Packed, Packed | None]:
    """Return the newest revision as it is packed: it is only sealed anew."""
    held = state.newest
    if isinstance(held.document, Erased):
        raise RefusedError("visit_erased", "the visit can no longer be read")
    document = Packed(held.dictionary, held.document)
    if held.withheld is not None:
        whole = document_of(held)
        if whole is None:
            raise RefusedError("visit_erased", "a part of the visit can no longer be read")
        return document, Packed(*documents.pack(whole))
    if held.restricted is None:
        return document, None
    dictionary, restricted = held.restricted
    if isinstance(restricted, Erased):
        raise RefusedError("visit_erased", "a part of the visit can no longer be read")
    return document, Packed(dictionary, restricted)


def _files_of(
    state: Visit, files: KeptFiles | None, stream: UUID, to: UUID
) -> tuple[DocumentAttached, ...]:
    """Seal the files of a visit anew for ``to``; the old ones stay with the old revisions."""
    if not state.attached:
        return ()
    if files is None:
        raise RefusedError("files_elsewhere", "its files are not at hand here")
    return tuple(_file_for(to, one, files, stream) for one in state.attached)


def _file_for(to: UUID, one: DocumentAttached, files: KeptFiles, stream: UUID) -> DocumentAttached:
    content = files.get(one.address, stream=stream)
    if isinstance(content, Erased) or isinstance(one.title, Erased):
        raise RefusedError("visit_erased", "a file of the visit can no longer be read")
    return replace(one, address=files.put(content, subject=to, stream=stream))


def _held_since(history: History, subject: UUID) -> int:
    """Return the position from which on the visit stood in this person's book."""
    return next(one.position for one in history.recorded if one.subject == subject)


def _readers(looks: list[History], stream: UUID, since: int) -> set[str]:
    return {
        recorded.act.actor
        for history in looks
        for recorded in history.recorded
        if recorded.position > since and _showed(recorded, stream) and _can_be_told(recorded.act)
    }


def _showed(recorded: RecordedFact, stream: UUID) -> bool:
    look = recorded.fact
    if not isinstance(look, AccessRecorded):  # who was refused saw nothing
        return False
    return look.kind in _WHOLE_BOOK or look.reference == stream


def _can_be_told(act: Act) -> bool:
    return act.role != _NOBODY and not (act.role == OWN_LOOK and act.legal_basis in _OWN)


def _opened(facts: FactStore, subject: UUID) -> tuple[Change, ...]:
    found = load_book(facts, subject)
    new = book.open_book(found.state)
    return (found.history.then(*new, subject=subject),) if new else ()
