"""The life of a certificate of any kind: the state its facts fold to, and what may happen next.

    Drafted ──▶ Signed ──▶ Sealed ──▶ Active ──▶ Superseded │ Recalled │ Cancelled
       └────────────┴──▶ Withdrawn

Signed is the intent: everything that decides the token's bytes is fixed, no signature exists yet.
Sealed is the signature recorded, Active is released. The last four never change again.

The kind decides what a certificate says; nothing here asks which kind it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar, assert_never
from uuid import UUID

from ledger import canonical
from ledger.certificates.kind import CertificateKind, Holder, Status
from ledger.certificates.lifecycle_facts import (
    DIGEST_BYTES,
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateNoLongerCurrent,
    CertificatePaperMade,
    CertificateRecalled,
    CertificateSealed,
    CertificateSigned,
    CertificateSupplemented,
    CertificateWithdrawn,
    Correction,
    Decision,
    Fact,
    Step,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased

MAX_DECISION_NUMBER = 64
"""Longest number of a decision, in characters."""


class Phase(StrEnum):
    """Where a certificate is in its life."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    SEALED = "sealed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """What is to be said of a certificate at one time."""

    NOT_ISSUED = "not_issued"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    """Only the code's own proof has run out; expired goes before recalled and cancelled."""
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Course:
    """How far a certificate has come: all of it that decides what the register says."""

    phase: Phase = Phase.DRAFTED
    intent: CertificateSigned | None = None
    issued_at: datetime | None = None
    """When it came into force; the time that it bears is the intent's."""
    ended_at: datetime | None = None
    decision: Decision | None = None
    """The decision that ended it."""
    superseded_by: UUID | None = None
    no_longer_current_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Course):
    """A certificate as its facts say it is."""

    drafted: CertificateDrafted
    sealed: CertificateSealed | None = None
    paper: CertificatePaperMade | None = None
    supplements: tuple[CertificateSupplemented, ...] = ()


_Came = TypeVar("_Came", bound=Course)


def evolve(state: Certificate | None, fact: Fact) -> Certificate:
    """Return the certificate after ``fact``."""
    if isinstance(fact, CertificateDrafted):
        return Certificate(drafted=fact)
    before = drafted(state)
    match fact:
        case CertificateSealed():
            return replace(before, phase=Phase.SEALED, sealed=fact)
        case CertificatePaperMade():
            return replace(before, paper=fact)
        case CertificateSupplemented():
            return replace(before, supplements=(*before.supplements, fact))
        case _:
            return _stepped(before, fact)


def _stepped(before: _Came, fact: Step) -> _Came:
    match fact:
        case CertificateSigned():
            return replace(before, phase=Phase.SIGNED, intent=fact)
        case CertificateIssued():
            return replace(before, phase=Phase.ACTIVE, issued_at=fact.at)
        case CertificateNoLongerCurrent():
            return replace(before, no_longer_current_since=fact.at)
        case _:
            return _ended(before, fact)


def _ended(
    before: _Came,
    fact: CertificateWithdrawn | CertificateCorrected | CertificateRecalled | CertificateCancelled,
) -> _Came:
    after = replace(before, ended_at=fact.at)
    match fact:
        case CertificateWithdrawn():
            return replace(after, phase=Phase.WITHDRAWN)
        case CertificateCorrected():
            successor = fact.superseded_by
            return replace(
                after, phase=Phase.SUPERSEDED, decision=fact.decision, superseded_by=successor
            )
        case CertificateRecalled():
            return replace(after, phase=Phase.RECALLED, decision=fact.decision)
        case CertificateCancelled():
            return replace(after, phase=Phase.CANCELLED, decision=fact.decision)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Certificate | None:
    """Return the certificate after all ``facts``; None if there are none."""
    state: Certificate | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def course(steps: Iterable[Step]) -> Course:
    """Return how far a certificate has come by the `STEPS` of its facts alone.

    As the fold of all facts has it, but for a seal that is not issued yet, which stays signed.
    """
    state = Course()
    for step in steps:
        state = _stepped(state, step)
    return state


def drafted(state: Certificate | None) -> Certificate:
    """Return ``state``, or refuse where there is no certificate."""
    if state is None:
        raise RefusedError("certificate_not_drafted", "there is no such certificate")
    return state


def content_of(state: Certificate) -> Mapping[str, object]:
    """Return what was drafted, as the kind checked it.

    Raises:
        RefusedError: ``content_erased``: its key was destroyed.
    """
    if isinstance(state.drafted.content, Erased):
        raise RefusedError("content_erased", "what this certificate says has been erased")
    content: Mapping[str, object] = canonical.decode(state.drafted.content)
    return content


def holder_of(state: Certificate) -> Holder:
    """Return whom it is about.

    Raises:
        RefusedError: ``holder_erased``: the key was destroyed.
    """
    if isinstance(state.drafted.holder, Erased):
        raise RefusedError("holder_erased", "whom this certificate is about has been erased")
    return state.drafted.holder


def token_of(state: Certificate) -> bytes:
    """Return the signed token.

    Raises:
        RefusedError: ``not_issued``, or ``token_erased``: the key was destroyed.
    """
    if state.sealed is None or state.issued_at is None:
        raise RefusedError("not_issued", "this certificate has not been issued")
    if isinstance(state.sealed.token, Erased):
        raise RefusedError("token_erased", "the token of this certificate has been erased")
    return state.sealed.token


def standing(state: Certificate, at: datetime) -> Standing:
    """Return what was so of the certificate at ``at``, by what is known now."""
    if state.intent is None or state.issued_at is None or at < state.issued_at:
        return Standing.NOT_ISSUED
    if at >= state.intent.expires_at:
        return Standing.EXPIRED
    if state.ended_at is None or at < state.ended_at:
        return Standing.IN_FORCE
    return Standing(state.phase.value)


def published_status(kind: CertificateKind, phase: Phase) -> Status:
    """Return what the kind's public status list shows of a certificate in ``phase``."""
    if phase in {Phase.RECALLED, Phase.CANCELLED, Phase.WITHDRAWN}:
        return Status.REVOKED
    if phase is Phase.SUPERSEDED:
        return Status.SUPERSEDED if Status.SUPERSEDED in kind.statuses else Status.REVOKED
    return Status.VALID


def draft(
    state: Certificate | None,
    *,
    kind: CertificateKind,
    content: Mapping[str, object],
    holder: Holder,
    drafter: str,
    request: UUID | None = None,
    correction: Correction | None = None,
    correction_document: bytes | None = None,
) -> CertificateDrafted:
    """Return the draft of ``content`` about ``holder``, or refuse.

    Raises:
        InvalidInputError: The kind may not say this.
    """
    if state is not None:
        raise RefusedError("certificate_exists", "this certificate has been drafted already")
    kind.check(content)
    return CertificateDrafted(
        kind=kind.code,
        request=request,
        drafter=drafter,
        correction=correction,
        holder=holder,
        content=canonical.encode(dict(content)),
        correction_document=correction_document,
        purpose=kind.purpose,
    )


def may_sign(state: Certificate | None, *, signer: str) -> Certificate:
    """Return the draft that ``signer`` may sign, or refuse."""
    before = _in_phase(state, Phase.DRAFTED)
    if signer == before.drafted.drafter:
        raise RefusedError("signer_is_drafter", "who drafted a certificate may not sign it")
    return before


def seal(
    state: Certificate | None, *, token: bytes, token_digest: bytes, at: datetime
) -> tuple[CertificateSealed, CertificateIssued]:
    """Return the seal and the issue of a certificate whose ``token`` now is signed, or refuse."""
    purpose = _in_phase(state, Phase.SIGNED).drafted.purpose
    return CertificateSealed(token_digest, token, purpose), CertificateIssued(at)


def may_make_paper(state: Certificate | None) -> Certificate:
    """Return the certificate of which a document may be made, or refuse."""
    before, _ = _active(state)
    if before.paper is not None:
        raise RefusedError("paper_exists", "the document of this certificate exists already")
    return before


def file_paper(
    state: Certificate | None, *, document: bytes, document_digest: bytes
) -> CertificatePaperMade:
    """Return the signed page as the document of the certificate, or refuse."""
    purpose = may_make_paper(state).drafted.purpose
    return CertificatePaperMade(document_digest, document, purpose)


def withdraw(state: Certificate | None, *, by: str, at: datetime) -> CertificateWithdrawn:
    """Return the withdrawal of what has not been issued, or refuse."""
    before = drafted(state)
    if before.phase not in {Phase.DRAFTED, Phase.SIGNED}:
        raise RefusedError("not_withdrawable", "only what has not been issued can be withdrawn")
    return CertificateWithdrawn(at, by, before.intent.status if before.intent else None)


def supplement(
    state: Certificate | None,
    *,
    decision: Decision,
    addition: str,
    document: bytes,
    today: date,
    at: datetime,
) -> CertificateSupplemented:
    """Return the addition, or refuse."""
    before, _ = _active(state)
    _check_decision(decision, today)
    if not addition.strip():
        raise InvalidInputError("addition", "missing", "what is added")
    return CertificateSupplemented(decision, at, addition, document, before.drafted.purpose)


def may_correct(state: Certificate | None, *, decision: Decision, today: date) -> Certificate:
    """Return the certificate that a new draft may be the correction of, or refuse."""
    _check_decision(decision, today)
    before, _ = _active(state)
    return before


def correct(
    state: Certificate | None, *, decision: Decision, superseded_by: UUID, at: datetime
) -> CertificateCorrected:
    """Return that another certificate, now issued, takes the place of this one, or refuse."""
    _, intent = _active(state)
    return CertificateCorrected(decision, at, superseded_by, intent.status)


def recall(
    state: Certificate | None,
    *,
    decision: Decision,
    summary: str,
    document: bytes,
    today: date,
    at: datetime,
) -> CertificateRecalled:
    """Return the recall, or refuse."""
    before, intent = _active(state)
    _check_decision(decision, today)
    purpose = before.drafted.purpose
    return CertificateRecalled(decision, at, intent.status, summary, document, purpose)


def cancel(
    state: Certificate | None,
    *,
    decision: Decision,
    summary: str,
    document: bytes,
    today: date,
    at: datetime,
) -> CertificateCancelled:
    """Return the cancellation, or refuse."""
    before, intent = _active(state)
    _check_decision(decision, today)
    purpose = before.drafted.purpose
    return CertificateCancelled(decision, at, intent.status, summary, document, purpose)


def outdate(state: Certificate | None, *, at: datetime) -> CertificateNoLongerCurrent:
    """Return that the records have changed since the issue, or refuse."""
    before, _ = _active(state)
    if before.no_longer_current_since is not None:
        raise RefusedError("already_outdated", "this certificate is known not to be current")
    return CertificateNoLongerCurrent(at)


def _in_phase(state: Certificate | None, phase: Phase) -> Certificate:
    before = drafted(state)
    if before.phase is not phase:
        raise RefusedError(
            f"not_{phase.value}",
            f"the certificate is {before.phase.value}, expected {phase.value}",
        )
    return before


def _active(state: Certificate | None) -> tuple[Certificate, CertificateSigned]:
    before = _in_phase(state, Phase.ACTIVE)
    intent = before.intent
    assert intent is not None, "an active certificate was signed"
    return before, intent


def _check_decision(decision: Decision, today: date) -> None:
    """Refuse a decision that could not be found again, or that is not yet taken."""
    if not decision.number.strip() or len(decision.number) > MAX_DECISION_NUMBER:
        raise RefusedError(
            "decision_number_missing", "a decision has a number of 1 to 64 characters"
        )
    if decision.date > today:
        raise RefusedError("decision_in_the_future", "a decision is not dated after today")
    if len(decision.document_digest) != DIGEST_BYTES:
        raise RefusedError("decision_document_missing", "a decision has a signed document")
