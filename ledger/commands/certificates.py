"""What officers do with certificates besides issuing them: find, draft, withdraw, decide.

`ledger.commands.issuing` signs and issues. The officer of a command is its act's actor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, cast
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kind import CertificateKind, Holder
from ledger.certificates.lifecycle import Certificate
from ledger.certificates.lifecycle_facts import (
    CertificateDrafted,
    Correction,
    Decision,
    Fact,
    Reason,
)
from ledger.certificates.qr_text import normalise_short_code
from ledger.certificates.register import (
    NumberAssigned,
    ShortCodeAssigned,
    number_stream,
    short_code_stream,
)
from ledger.commands.loading import answered
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore, History, Idempotency, Receipt

_NUMBER: Final = ("register.number_assigned/1",)


@dataclass(frozen=True, slots=True)
class CertificateOnFile:
    """A certificate with the stream that it was folded from."""

    history: History
    certificate: Certificate

    @property
    def subject(self) -> UUID | None:
        """Pseudonym of the person whom it is about."""
        return self.history.recorded[0].subject

    @property
    def id(self) -> UUID:
        """The certificate's stream."""
        return self.history.stream_id


@dataclass(frozen=True, slots=True)
class WrittenDecision:
    """A decision as it comes in: its number, day and reason, and its signed document."""

    number: str
    date: date
    reason: Reason
    document: bytes

    def recorded(self) -> Decision:
        """Return the decision as facts have it, or refuse one without a document."""
        if not self.document:
            raise RefusedError("decision_document_missing", "a decision has a signed document")
        return Decision(self.number, self.date, self.reason, sha256(self.document).digest())


def load(facts: FactStore, certificate: UUID) -> CertificateOnFile:
    """Return the certificate.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(certificate)
    # Whoever asks may name the stream of something else.
    if not isinstance(next(iter(history.facts), None), CertificateDrafted):
        raise NotFoundError("no certificate is known under this reference")
    state = lifecycle.fold(cast("tuple[Fact, ...]", history.facts))
    assert state is not None, "it has a draft"
    return CertificateOnFile(history, state)


def find_by_number(facts: FactStore, *, authority: str, year: int, number: str) -> UUID | None:
    """Return the certificate with ``number`` as printed; ``year`` is that of issue in Vietnam.

    One read of one fact, however many certificates there are.
    """
    for fact in facts.excerpt(number_stream(authority, year, number), _NUMBER).facts:
        if isinstance(fact, NumberAssigned):
            return fact.certificate
    return None


def find_by_short_code(facts: FactStore, typed: str) -> UUID | None:
    """Return the certificate whose short code somebody ``typed``.

    Raises:
        InvalidInputError: Nothing that could be a short code.
    """
    code = normalise_short_code(typed)
    for fact in facts.history(short_code_stream(code)).facts:
        if isinstance(fact, ShortCodeAssigned):
            return fact.certificate
    return None


def draft(
    facts: FactStore,
    *,
    certificate: UUID,
    subject: UUID,
    kind: CertificateKind,
    content: Mapping[str, object],
    holder: Holder,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Put a certificate together that nobody had to ask for; ``certificate`` is a new reference.

    `ledger.commands.certification` drafts those that answer a request.

    Raises:
        InvalidInputError: The kind may not say this.
        RefusedError: The reference is taken, or the kind needs a request.
    """
    if kind.needs_request:
        raise RefusedError("request_missing", "this kind is only drafted for a request")
    if answer := answered(facts, idempotency):
        return answer
    history = facts.history(certificate)
    drafted = lifecycle.draft(
        lifecycle.fold(cast("tuple[Fact, ...]", history.facts)),
        kind=kind,
        content=content,
        holder=holder,
        drafter=act.actor,
    )
    return facts.append(act, history.then(drafted, subject=subject), idempotency=idempotency)


def draft_correction(
    facts: FactStore,
    *,
    certificate: UUID,
    corrects: UUID,
    decision: WrittenDecision,
    kind: CertificateKind,
    content: Mapping[str, object],
    holder: Holder,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Put together what will supersede ``corrects``, once it is signed and issued.

    Raises:
        InvalidInputError: The kind may not say this.
        NotFoundError: There is no certificate to correct.
        RefusedError: It is not in force, or the decision is not complete.
    """
    if answer := answered(facts, idempotency):
        return answer
    wrong = load(facts, corrects)
    recorded = decision.recorded()
    before = lifecycle.may_correct(
        wrong.certificate, decision=recorded, today=local_day(act.at)
    ).drafted
    if before.kind != kind.code:
        raise RefusedError("kind_differs", "a correction is of the same kind")
    history = facts.history(certificate)
    drafted = lifecycle.draft(
        lifecycle.fold(cast("tuple[Fact, ...]", history.facts)),
        kind=kind,
        content=content,
        holder=holder,
        drafter=act.actor,
        request=before.request,
        correction=Correction(corrects, recorded),
        correction_document=decision.document,
    )
    return facts.append(act, history.then(drafted, subject=wrong.subject), idempotency=idempotency)


def withdraw(facts: FactStore, *, certificate: UUID, act: Act) -> Receipt:
    """Give up a draft, or an intent that cannot be finished; its number stays void.

    Raises:
        RefusedError: It is issued, or a request waits for it: drop it there, in both streams.
    """
    found = load(facts, certificate)
    drafted = found.certificate.drafted
    if drafted.request is not None and drafted.correction is None:
        raise RefusedError("request_waits", "this certificate is dropped through its request")
    fact = lifecycle.withdraw(found.certificate, by=act.actor, at=act.at)
    return _append(facts, act, found, fact)


def supplement(
    facts: FactStore, *, certificate: UUID, decision: WrittenDecision, addition: str, act: Act
) -> Receipt:
    """Add to a certificate in force by decision (*bổ sung*)."""
    found = load(facts, certificate)
    fact = lifecycle.supplement(
        found.certificate,
        decision=decision.recorded(),
        addition=addition,
        document=decision.document,
        today=local_day(act.at),
        at=act.at,
    )
    return _append(facts, act, found, fact)


def recall(
    facts: FactStore, *, certificate: UUID, decision: WrittenDecision, summary: str, act: Act
) -> Receipt:
    """Take a certificate back by decision (*thu hồi*)."""
    found = load(facts, certificate)
    fact = lifecycle.recall(
        found.certificate,
        decision=decision.recorded(),
        summary=summary,
        document=decision.document,
        today=local_day(act.at),
        at=act.at,
    )
    return _append(facts, act, found, fact)


def cancel(
    facts: FactStore, *, certificate: UUID, decision: WrittenDecision, summary: str, act: Act
) -> Receipt:
    """Declare a certificate void by decision (*hủy bỏ*)."""
    found = load(facts, certificate)
    fact = lifecycle.cancel(
        found.certificate,
        decision=decision.recorded(),
        summary=summary,
        document=decision.document,
        today=local_day(act.at),
        at=act.at,
    )
    return _append(facts, act, found, fact)


def outdate(facts: FactStore, *, certificate: UUID, act: Act) -> Receipt:
    """Record that the records have changed since the certificate was issued."""
    found = load(facts, certificate)
    return _append(facts, act, found, lifecycle.outdate(found.certificate, at=act.at))


def _append(facts: FactStore, act: Act, found: CertificateOnFile, fact: Fact) -> Receipt:
    return facts.append(act, found.history.then(fact, subject=found.subject))
