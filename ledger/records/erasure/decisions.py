"""Forgetting a person: holds, requests, approvals, the receipt. State and decisions.

Right to erasure (*quyền xóa dữ liệu cá nhân*) against duty to keep: what a law orders to keep is
refused, with the rule; what nothing orders to keep is forgotten after two officers approved, by
destroying its keys. No fact is ever changed. Source: Law 91/2025, articles 14 and 19.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Purpose
from ledger.records.erasure.facts import (
    ErasureApproved,
    ErasureBegun,
    ErasureOrdered,
    ErasureRefused,
    ErasureRequested,
    ErasureWithdrawn,
    Fact,
    HoldKind,
    RetentionEnded,
    RetentionHoldLifted,
    RetentionHoldPlaced,
    SubjectErased,
)

APPROVALS: Final = 2
"""Different officers, none of whom asked for it."""
TERM: Final = timedelta(days=20)
"""From the request to the erasure. Source: Decree 356/2025, article 5."""


class Phase(StrEnum):
    """How far a request for erasure has come."""

    REQUESTED = "requested"
    REFUSED = "refused"
    ORDERED = "ordered"
    BEGUN = "begun"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    """Taken back before it was approved by anybody."""


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """One request for erasure."""

    purposes: tuple[Purpose, ...]
    legal_basis: str
    requested_by: str
    due: date
    phase: Phase = Phase.REQUESTED
    approvals: tuple[str, ...] = ()
    refused_by: str | None = None
    """The rule by which data must stay."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is held, asked for and forgotten of one person."""

    holds: Mapping[UUID, RetentionHoldPlaced] = field(default_factory=lambda: MappingProxyType({}))
    """Those not lifted; some may have run out."""
    retention_ended: frozenset[Purpose] = frozenset()
    requests: Mapping[UUID, ErasureRequest] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def gone(self) -> frozenset[Purpose]:
        """The purposes whose keys are destroyed, or being destroyed."""
        return frozenset(
            purpose
            for request in self.requests.values()
            if request.phase in {Phase.BEGUN, Phase.DONE}
            for purpose in request.purposes
        )


EMPTY: Final = Erasure()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What other streams say about a person, as far as erasing is concerned."""

    on: date
    retained: frozenset[Purpose] = frozenset()
    """What a register keeps by law."""
    request_open: bool = False
    """A request of theirs is being processed, so they must be reached."""
    kept_until: str = ""
    """Until when the law keeps their health data, in words that name the rule."""


def evolve(state: Erasure, fact: Fact) -> Erasure:
    """Return what is known after ``fact``."""
    match fact:
        case RetentionHoldPlaced():
            return replace(state, holds={**state.holds, fact.hold: fact})
        case RetentionHoldLifted():
            left = {hold: placed for hold, placed in state.holds.items() if hold != fact.hold}
            return replace(state, holds=left)
        case RetentionEnded():
            return replace(state, retention_ended=state.retention_ended | {fact.purpose})
        case ErasureRequested():
            asked = ErasureRequest(fact.purposes, fact.legal_basis, fact.by, fact.due)
            return replace(state, requests={**state.requests, fact.request: asked})
        case _:
            known = _after(state.requests[fact.request], fact)
            return replace(state, requests={**state.requests, fact.request: known})


def _after(
    request: ErasureRequest,
    fact: ErasureRefused
    | ErasureApproved
    | ErasureWithdrawn
    | ErasureOrdered
    | ErasureBegun
    | SubjectErased,
) -> ErasureRequest:
    match fact:
        case ErasureApproved():
            return replace(request, approvals=(*request.approvals, fact.by))
        case ErasureRefused():
            return replace(request, phase=Phase.REFUSED, refused_by=fact.rule)
        case ErasureWithdrawn():
            return replace(request, phase=Phase.WITHDRAWN)
        case ErasureOrdered():
            return replace(request, phase=Phase.ORDERED)
        case ErasureBegun():
            return replace(request, phase=Phase.BEGUN)
        case SubjectErased():
            return replace(request, phase=Phase.DONE)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Erasure:
    """Return what ``facts`` tell."""
    state = EMPTY
    for fact in facts:
        state = evolve(state, fact)
    return state


def place_hold(
    state: Erasure, *, hold: UUID, kind: HoldKind, purpose: Purpose, legal_basis: str,
    until: date | None, on: date,
) -> tuple[RetentionHoldPlaced, ...]:  # fmt: skip
    """Return the hold, or nothing if it stands already.

    Raises:
        InvalidInputError: No legal basis, or it would have run out before ``on``.
        RefusedError: Rule ``already_erased``.
    """
    _check_basis(legal_basis)
    if until is not None and until <= on:
        raise InvalidInputError("until", "hold_in_the_past", "a day after today, or none")
    if purpose in state.gone:
        raise RefusedError("already_erased", f"nothing is left to hold for {purpose}")
    placed = RetentionHoldPlaced(hold, kind, purpose, legal_basis, until)
    return () if state.holds.get(hold) == placed else (placed,)


def lift_hold(state: Erasure, *, hold: UUID, legal_basis: str) -> RetentionHoldLifted:
    """Return the lifting.

    Raises:
        RefusedError: Rule ``unknown_hold``.
    """
    _check_basis(legal_basis)
    if hold not in state.holds:
        raise RefusedError("unknown_hold", "no such hold stands")
    return RetentionHoldLifted(hold, legal_basis)


def end_retention(
    state: Erasure, *, purpose: Purpose, legal_basis: str
) -> tuple[RetentionEnded, ...]:
    """Return that a register's duty to keep is over, or nothing if it is known."""
    _check_basis(legal_basis)
    return () if purpose in state.retention_ended else (RetentionEnded(purpose, legal_basis),)


def obstacle(
    state: Erasure, purposes: Iterable[Purpose], circumstances: Circumstances
) -> tuple[str, tuple[Purpose, ...]] | None:
    """Return the rule that forbids to erase, and which ``purposes`` must stay; None if none.

    Rules: ``legal_hold``, ``retention_hold``, ``request_open``.
    """
    standing = [
        hold for hold in state.holds.values() if hold.until is None or circumstances.on < hold.until
    ]
    legal = {hold.purpose for hold in standing if hold.kind is HoldKind.LEGAL}
    retained = {hold.purpose for hold in standing if hold.kind is HoldKind.RETENTION}
    retained |= circumstances.retained - state.retention_ended
    needed = {Purpose.CONTACT, Purpose.IDENTITY} if circumstances.request_open else set()
    rules = (("legal_hold", legal), ("retention_hold", retained), ("request_open", needed))
    for rule, kept in rules:
        must_stay = tuple(sorted(kept.intersection(purposes)))
        if must_stay:
            return rule, must_stay
    return None


def request(
    state: Erasure, *, request: UUID, purposes: Iterable[Purpose], legal_basis: str, by: str,
    circumstances: Circumstances,
) -> tuple[ErasureRequested | ErasureRefused, ...]:  # fmt: skip
    """Return the request, with its refusal if data must stay; nothing if it is known.

    Raises:
        InvalidInputError: No purpose, or no legal basis.
        RefusedError: Rule ``already_erased``, or ``request_differs`` from the one known.
    """
    _check_basis(legal_basis)
    wanted = tuple(sorted(set(purposes)))
    if not wanted:
        raise InvalidInputError("purposes", "purposes_empty", "at least one purpose")
    if (known := state.requests.get(request)) is not None:
        if (known.purposes, known.requested_by) != (wanted, by):
            raise RefusedError("request_differs", "this request was made before with other content")
        return ()
    if state.gone.intersection(wanted):
        raise RefusedError("already_erased", "some of it has been forgotten already")
    asked = ErasureRequested(request, wanted, legal_basis, by, circumstances.on + TERM)
    refused = obstacle(state, wanted, circumstances)
    return (asked,) if refused is None else (asked, ErasureRefused(request, *refused))


def approve(
    state: Erasure, *, request: UUID, by: str, circumstances: Circumstances
) -> tuple[ErasureApproved | ErasureOrdered, ...]:
    """Return the approval, and the order if it was the last one needed.

    Raises:
        RefusedError: Rules ``erasure_not_pending``, ``approver_is_requester``,
            ``approver_approved_before``, and those of `obstacle`.
    """
    asked = _in_phase(state, request, Phase.REQUESTED)
    if by == asked.requested_by:
        raise RefusedError("approver_is_requester", "who asked for it does not approve it")
    if by in asked.approvals:
        raise RefusedError("approver_approved_before", "a second approval is another officer's")
    check_nothing_must_stay(state, asked.purposes, circumstances)
    approved = ErasureApproved(request, by)
    approvals = (*asked.approvals, by)
    if len(approvals) < APPROVALS:
        return (approved,)
    return approved, ErasureOrdered(request, asked.purposes, asked.legal_basis, approvals)


def withdraw(state: Erasure, *, request: UUID) -> tuple[ErasureWithdrawn, ...]:
    """Return that a request is taken back; nothing if it was, or was refused.

    Raises:
        RefusedError: Rule ``erasure_not_pending``: there is none; ``erasure_approved``: an officer
            has agreed, and what two people decide is not stopped by a third unseen.
    """
    asked = state.requests.get(request)
    if asked is not None and asked.phase in {Phase.REFUSED, Phase.WITHDRAWN}:
        return ()
    if asked is None:
        raise RefusedError("erasure_not_pending", "expected a request that is requested")
    if asked.phase is not Phase.REQUESTED or asked.approvals:
        raise RefusedError("erasure_approved", "an officer approved it: ask for the officer")
    return (ErasureWithdrawn(request),)


def begin(
    state: Erasure, *, request: UUID, circumstances: Circumstances
) -> tuple[ErasureBegun, ...]:
    """Return the beginning of an ordered erasure; nothing if it has begun.

    Raises:
        RefusedError: Rule ``erasure_not_ordered``, and those of `obstacle`.
    """
    asked = state.requests.get(request)
    if asked is not None and asked.phase in {Phase.BEGUN, Phase.DONE}:
        return ()
    asked = _in_phase(state, request, Phase.ORDERED)
    check_nothing_must_stay(state, asked.purposes, circumstances)
    return (ErasureBegun(request),)


def check_nothing_must_stay(
    state: Erasure, purposes: Iterable[Purpose], circumstances: Circumstances
) -> None:
    """Refuse by the rule of `obstacle`, if there is one."""
    refused = obstacle(state, purposes, circumstances)
    if refused is not None:
        rule, must_stay = refused
        raise RefusedError(rule, must_stay_words(must_stay, circumstances))


HEALTH: Final = frozenset({Purpose.HEALTH, Purpose.HEALTH_RESTRICTED})


def must_stay_words(must_stay: Iterable[Purpose], circumstances: Circumstances) -> str:
    """Return what must stay and, of health data, until when; what else may be asked for."""
    kept = tuple(must_stay)
    words = f"must stay: {', '.join(kept)}"
    if circumstances.kept_until and HEALTH.intersection(kept):
        words += f", {circumstances.kept_until}; ask for a restriction of processing instead"
    return words


def _in_phase(state: Erasure, request: UUID, phase: Phase) -> ErasureRequest:
    asked = state.requests.get(request)
    if asked is None or asked.phase is not phase:
        names = {Phase.REQUESTED: "erasure_not_pending", Phase.ORDERED: "erasure_not_ordered"}
        raise RefusedError(names[phase], f"expected a request that is {phase}")
    return asked


def _check_basis(legal_basis: str) -> None:
    if not legal_basis.strip():
        raise InvalidInputError("legal_basis", "legal_basis_missing", "the law's name and article")
