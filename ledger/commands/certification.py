"""The gate between a request and its certificate: begin, drop, ready, delivered.

Drafting and withdrawing append to both streams in one transaction: no certificate is drafted for a
request that is not verified, and no request ever has two. Signing and issuing are in
`ledger.commands.issuing`.
"""

from typing import Any, cast
from uuid import UUID

from ledger.certificates import lifecycle, request_processing
from ledger.certificates.kind import Holder, Sex
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.lifecycle import Phase
from ledger.certificates.lifecycle_facts import Fact as CertificateFact
from ledger.certificates.request import Request
from ledger.certificates.request_facts import Fact
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Delivery
from ledger.commands import registry
from ledger.commands.certificates import load as load_certificate
from ledger.commands.requests import take
from ledger.errors import RefusedError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.personal import Erased

ID_TAIL = 4
"""How much of the identity paper's number a certificate's code says."""


def content_of(facts: FactStore, *, state: Request, act: Act) -> tuple[dict[str, Any], Holder]:
    """Return what the certificate of a verified request says, and of whom.

    Raises:
        RefusedError: rule ``record_erased``.
    """
    declaration, version = state.declaration, state.record_version
    if isinstance(declaration, Erased) or isinstance(version, Erased):
        raise RefusedError(Rule.RECORD_ERASED, "the request's personal data have been erased")
    details = declaration.details
    content, _ = registry.extract(
        facts,
        subject=state.draft.subject,
        form=state.draft.form,
        include_post_bans=state.draft.include_post_bans,
        act=act,
        version=version,
        details=details,
    )
    if declaration.purpose is not None:
        content["purpose"] = declaration.purpose
    holder = Holder(details.name, details.birth_date, Sex(details.sex), details.number[-ID_TAIL:])
    return content, holder


def draft_certificate(
    facts: FactStore,
    *,
    request: UUID,
    certificate: UUID,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Draft the certificate that the result calls for; the act's actor is its drafter.

    Args:
        facts: The ledger.
        request: A verified request.
        certificate: A new random reference.
        act: Who drafts, when.
        idempotency: Makes a repetition return the first answer.

    Raises:
        RefusedError: Rule ``certificate_before_verification``, or one is being made already.
    """

    def begin(state: Request) -> tuple[Fact, ...]:
        return request_processing.begin_certificate(state, act=act, certificate=certificate)

    def drafting(state: Request) -> tuple[Change, ...]:
        content, holder = content_of(facts, state=state, act=act)
        history = facts.history(certificate)
        drafted = lifecycle.draft(
            lifecycle.fold(cast("tuple[CertificateFact, ...]", history.facts)),
            kind=KIND,
            content=content,
            holder=holder,
            drafter=act.actor,
            request=request,
        )
        return (history.then(drafted, subject=state.draft.subject),)

    return take(facts, request, act, begin, beside=drafting, idempotency=idempotency)


def drop_certificate(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Withdraw the certificate that is being made, so that another can be begun."""

    def withdrawing(state: Request) -> tuple[Change, ...]:
        assert state.certificate is not None, "the decision before has seen it"
        found = load_certificate(facts, state.certificate)
        withdrawn = lifecycle.withdraw(found.certificate, by=act.actor, at=act.at)
        return (found.history.then(withdrawn, subject=state.draft.subject),)

    return take(
        facts, request, act,
        lambda state: request_processing.drop_certificate(state, act=act),
        beside=withdrawing, idempotency=idempotency,
    )  # fmt: skip


def mark_ready(
    facts: FactStore,
    *,
    request: UUID,
    certificate: UUID,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the request's certificate is issued: the authority is done.

    Raises:
        NotFoundError: There is no such certificate.
        RefusedError: Rule ``certificate_not_issued`` or ``another_certificate``.
    """

    def decide(state: Request) -> tuple[Fact, ...]:
        if load_certificate(facts, certificate).certificate.phase is not Phase.ACTIVE:
            raise RefusedError(Rule.CERTIFICATE_NOT_ISSUED, "expected an issued certificate")
        return request_processing.mark_ready(state, act=act, certificate=certificate)

    return take(facts, request, act, decide, idempotency=idempotency)


def deliver(
    facts: FactStore,
    *,
    request: UUID,
    delivery: Delivery,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the electronic certificate reached the citizen."""
    return take(
        facts, request, act,
        lambda state: request_processing.deliver(state, act=act, delivery=delivery),
        idempotency=idempotency,
    )  # fmt: skip


def dispatch_copy(
    facts: FactStore,
    *,
    request: UUID,
    delivery: Delivery,
    act: Act,
    tracking: str | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that a paper copy left, by post or over the counter."""
    return take(
        facts, request, act,
        lambda state: request_processing.dispatch_copy(
            state, act=act, delivery=delivery, tracking=tracking
        ),
        idempotency=idempotency,
    )  # fmt: skip
