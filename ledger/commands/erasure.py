"""Commands on holds and on forgetting: ask, approve, erase.

`erase` records that it begins, destroys the keys, records the receipt. Killed anywhere between, it
is repeated with the same request and goes on; the key store finishes its own part when opened.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, Protocol, TypeAlias, cast
from uuid import UUID

from keys.key_store_errors import KeyDestroyedError, KeyHeldError
from keys.shredding import ShreddingReceipt
from ledger.calendar import local_day
from ledger.commands.loading import load_person, unchanged, until_settled
from ledger.errors import ConflictError, RefusedError
from ledger.facts import Act, Change, FactStore, History, Receipt
from ledger.identifiers import erasure_stream, health_book_stream, rights_stream
from ledger.personal import Purpose
from ledger.records import rights
from ledger.records.erasure import decisions as erasure
from ledger.records.erasure.decisions import Circumstances, Erasure, ErasureRequest, Phase
from ledger.records.erasure.facts import (
    DestroyedKey,
    ErasureRefused,
    Fact,
    HoldKind,
    SubjectErased,
)
from ledger.records.erasure.retention import Retention
from ledger.records.person import RequestOpened

KEPT_FOR_A_FILE: Final = frozenset({Purpose.IDENTITY, Purpose.JUDICIAL})
"""What the judicial register and its files keep of whoever has one."""


RetainedHealth: TypeAlias = Callable[[FactStore, UUID], Retention]
"""Knows how long the law keeps a person's health data: `ledger.commands.retention`."""


def nobody_can_say(_facts: FactStore, _subject: UUID) -> Retention:
    """Return that health data are kept: where no records can be looked through, none are lost."""
    return Retention(None)


class ForgettingKeys(Protocol):
    """The keys of all persons, as far as they can be held and destroyed."""

    def hold(self, subject: UUID, purpose: str) -> None:
        """Forbid to destroy a key; raises KeyDestroyedError if it is too late."""
        ...

    def release(self, subject: UUID, purpose: str) -> None:
        """Allow it again."""
        ...

    def forget(self, subject: UUID, purposes: Iterable[str], *, batch: UUID) -> ShreddingReceipt:
        """Destroy keys for ever, once a batch; raises KeyHeldError."""
        ...


def load(facts: FactStore, subject: UUID) -> tuple[History, Erasure]:
    """Return the erasure stream of a person; may be empty."""
    history = facts.history(erasure_stream(subject))
    return history, erasure.fold(cast("tuple[Fact, ...]", history.facts))


def circumstances(
    facts: FactStore, subject: UUID, act: Act, health: RetainedHealth = nobody_can_say
) -> Circumstances:
    """Return what the person's other streams say about keeping their data.

    Somebody whom facilities know and nobody has registered has health data alone.

    Raises:
        NotFoundError: There is no such person.
    """
    on, retained = local_day(act.at), health(facts, subject)
    kept = erasure.HEALTH if retained.keeps(on) else frozenset[Purpose]()
    if not facts.tip(subject).version and facts.tip(health_book_stream(subject)).version:
        return Circumstances(on, kept, kept_until=retained.words)
    person = load_person(facts, subject)
    has_file = any(isinstance(fact, RequestOpened) for fact in person.history.facts)
    if has_file or facts.history(person.state.record).version > 0:
        kept |= KEPT_FOR_A_FILE
    return Circumstances(on, kept, person.state.open_request is not None, retained.words)


def place_hold(
    facts: FactStore,
    keys: ForgettingKeys,
    *,
    subject: UUID,
    hold: UUID,
    kind: HoldKind,
    purpose: Purpose,
    legal_basis: str,
    act: Act,
    until: date | None = None,
) -> Receipt:
    """Let data stay until a day, or until `lift_hold`; ``hold`` is a new random identifier.

    Raises:
        InvalidInputError: No legal basis, or it has run out already.
        RefusedError: Rule ``already_erased``.
    """

    def decide(state: Erasure) -> tuple[Fact, ...]:
        placed = erasure.place_hold(
            state, hold=hold, kind=kind, purpose=purpose, legal_basis=legal_basis, until=until,
            on=local_day(act.at),
        )  # fmt: skip
        # The key first: a crash then leaves a key that is held for nothing, never a hold that
        # holds nothing.
        _hold(keys, subject, purpose)
        return placed

    return _take(facts, subject, act, decide)


def _hold(keys: ForgettingKeys, subject: UUID, purpose: Purpose) -> None:
    try:
        keys.hold(subject, purpose)
    except KeyDestroyedError as error:
        raise RefusedError("already_erased", f"nothing is left to hold for {purpose}") from error


def lift_hold(
    facts: FactStore,
    keys: ForgettingKeys,
    *,
    subject: UUID,
    hold: UUID,
    legal_basis: str,
    act: Act,
) -> Receipt:
    """End a hold before its time; the register's own retention goes on.

    Raises:
        RefusedError: Rule ``unknown_hold``.
    """
    receipt = _take(
        facts, subject, act,
        lambda state: (erasure.lift_hold(state, hold=hold, legal_basis=legal_basis),),
    )  # fmt: skip
    _, state = load(facts, subject)
    still_held = {placed.purpose for placed in state.holds.values()}
    for purpose in frozenset(Purpose) - still_held:
        keys.release(subject, purpose)
    return receipt


def end_retention(
    facts: FactStore, *, subject: UUID, purpose: Purpose, legal_basis: str, act: Act
) -> Receipt:
    """Record that no register has to keep this person's data for ``purpose`` any longer."""
    return _take(
        facts, subject, act,
        lambda state: erasure.end_retention(state, purpose=purpose, legal_basis=legal_basis),
    )  # fmt: skip


def request_erasure(
    facts: FactStore,
    *,
    subject: UUID,
    request: UUID,
    purposes: Iterable[Purpose],
    legal_basis: str,
    act: Act,
    health: RetainedHealth = nobody_can_say,
) -> Receipt:
    """Ask to forget a person for ``purposes``; a refusal is recorded, then raised.

    Raises:
        InvalidInputError: No purpose, or no legal basis.
        NotFoundError: There is no such person.
        RefusedError: Rules ``legal_hold``, ``retention_hold``, ``request_open``,
            ``already_erased``.
    """
    wanted = tuple(purposes)
    around = circumstances(facts, subject, act, health)
    refused: list[ErasureRefused] = []

    def decide(state: Erasure) -> tuple[Fact, ...]:
        decided = erasure.request(
            state, request=request, purposes=wanted, legal_basis=legal_basis, by=act.actor,
            circumstances=around,
        )  # fmt: skip
        refused[:] = [fact for fact in decided if isinstance(fact, ErasureRefused)]
        return decided

    receipt = _take(facts, subject, act, decide)
    for refusal in refused:
        raise RefusedError(refusal.rule, erasure.must_stay_words(refusal.purposes, around))
    return receipt


def approve_erasure(
    facts: FactStore,
    *,
    subject: UUID,
    request: UUID,
    act: Act,
    health: RetainedHealth = nobody_can_say,
) -> Receipt:
    """Approve as the act's actor; the second approval orders the erasure.

    Raises:
        RefusedError: Rules ``erasure_not_pending``, ``approver_is_requester``,
            ``approver_approved_before``, ``legal_hold``, ``retention_hold``, ``request_open``.
    """
    around = circumstances(facts, subject, act, health)
    return _take(
        facts, subject, act,
        lambda state: erasure.approve(
            state, request=request, by=act.actor, circumstances=around
        ),
    )  # fmt: skip


def erase(
    facts: FactStore,
    keys: ForgettingKeys,
    *,
    subject: UUID,
    request: UUID,
    act: Act,
    health: RetainedHealth = nobody_can_say,
) -> Receipt:
    """Destroy the keys of an ordered erasure and record the receipt; repeatable after a crash.

    Raises:
        RefusedError: Rule ``erasure_not_ordered``, or a hold came before it began.
        ConflictError: Holds were placed at the keys each time it was tried.
    """
    around = circumstances(facts, subject, act, health)
    receipt = _take(
        facts, subject, act,
        lambda state: erasure.begin(state, request=request, circumstances=around),
    )  # fmt: skip
    _, state = load(facts, subject)
    asked = state.requests[request]
    if asked.phase is Phase.DONE:
        return receipt
    forgotten = until_settled(lambda: _forget(keys, subject, asked.purposes, request))

    def record() -> Receipt:
        history, state = load(facts, subject)
        if state.requests[request].phase is Phase.DONE:
            return unchanged(history)
        erased = history.then(_erased(asked, request, forgotten), subject=subject)
        return facts.append(act, erased, *_request_ended(facts, subject, request))

    return until_settled(record)


def _request_ended(facts: FactStore, subject: UUID, erasure: UUID) -> tuple[Change, ...]:
    """Return the end of the person's own request to erase that led to this erasure."""
    history = facts.history(rights_stream(subject))
    known = rights.fold(cast("tuple[rights.Fact, ...]", history.facts))
    ended = rights.erased(known, erasure=erasure)
    return (history.then(*ended, subject=subject),) if ended else ()


def _forget(
    keys: ForgettingKeys, subject: UUID, purposes: Iterable[Purpose], request: UUID
) -> ShreddingReceipt:
    # What is held now has run out, or comes too late: the beginning is on record.
    for purpose in purposes:
        keys.release(subject, purpose)
    try:
        return keys.forget(subject, purposes, batch=request)
    except KeyHeldError as error:
        raise ConflictError("a hold was placed at the keys meanwhile") from error


def _erased(asked: ErasureRequest, request: UUID, forgotten: ShreddingReceipt) -> SubjectErased:
    destroyed = tuple(
        DestroyedKey(Purpose(key.purpose), key.key_id, key.commitment) for key in forgotten.keys
    )
    return SubjectErased(
        request, destroyed, asked.legal_basis, asked.approvals, forgotten.old_root,
        forgotten.new_root, forgotten.provider, forgotten.copy, forgotten.assurance,
    )  # fmt: skip


def _take(
    facts: FactStore,
    subject: UUID,
    act: Act,
    decide: Callable[[Erasure], tuple[Fact, ...]],
) -> Receipt:
    """Load, decide, append; decide anew when somebody was faster."""

    def attempt() -> Receipt:
        history, state = load(facts, subject)
        decided = decide(state)
        if not decided:
            return unchanged(history)
        return facts.append(act, history.then(*decided, subject=subject))

    return until_settled(attempt)
