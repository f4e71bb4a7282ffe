"""Correcting the certificate of a request (*đính chính*): drafted by decision, signed by another.

A case officer drafts what is to take the certificate's place; when a signer has signed and sealed
it, the wrong one is superseded in the same transaction. The request itself stays as it ended: its
certificate is the last of the chain.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from ledger import canonical
from ledger.certificates import lifecycle
from ledger.certificates.kind import Holder, Sex
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.lifecycle import Phase
from ledger.certificates.request_rules import Rule
from ledger.commands import certificates, registry
from ledger.commands.certificates import CertificateOnFile, WrittenDecision
from ledger.commands.loading import load_request
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.identifiers import correction_stream
from ledger.names import check_name
from ledger.personal import Erased

MOST_IN_CHAIN: Final = 100
"""Certificates that followed one another for one request; more is an error of ours."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What of the person was written wrongly, as it should read; None: as it is."""

    name: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None


def chain(facts: FactStore, certificate: UUID) -> tuple[CertificateOnFile, ...]:
    """Return a certificate and all that took its place, the one that counts now last."""
    found = [certificates.load(facts, certificate)]
    while (successor := found[-1].certificate.superseded_by) is not None:
        assert len(found) < MOST_IN_CHAIN, "a chain of certificates ends"
        found.append(certificates.load(facts, successor))
    return tuple(found)


def pending(facts: FactStore, certificate: UUID) -> CertificateOnFile | None:
    """Return the correction of ``certificate`` that is being made; None if there is none."""
    stream = _next_stream(facts, certificate)
    try:
        return certificates.load(facts, stream)
    except NotFoundError:
        return None


def draft(
    facts: FactStore,
    *,
    request: UUID,
    certificate: UUID,
    decision: WrittenDecision,
    changes: Changes,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Draft what is to supersede ``certificate``: the register as it stands now, and ``changes``.

    Args:
        facts: The ledger.
        request: The request that the certificate answers.
        certificate: The one in force.
        decision: The written decision to correct it.
        changes: What of the person is to read otherwise.
        act: Who drafts, when.
        idempotency: Makes a repetition return the first answer.

    Raises:
        InvalidInputError: A name that can be none.
        NotFoundError: There is no such request or certificate.
        RefusedError: Rule ``correction_changes_nothing``, ``correction_pending``; the decision is
            not complete, the certificate not in force, or the record erased.
    """
    if idempotency is not None and (answer := facts.answered(idempotency)) is not None:
        return answer
    if pending(facts, certificate) is not None:
        raise RefusedError("correction_pending", "a correction is being made already")
    wrong = certificates.load(facts, certificate).certificate
    content = _content_now(facts, request, act)
    holder = _changed(lifecycle.holder_of(wrong), changes)
    same = canonical.encode(content) == wrong.drafted.content and holder == wrong.drafted.holder
    if same:
        raise RefusedError("correction_changes_nothing", "the correction would read the same")
    return certificates.draft_correction(
        facts,
        certificate=_next_stream(facts, certificate),
        corrects=certificate,
        decision=decision,
        kind=KIND,
        content=content,
        holder=holder,
        act=act,
        idempotency=idempotency,
    )


def drop(
    facts: FactStore, *, certificate: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Give up the correction of ``certificate`` that is being made.

    Raises:
        RefusedError: Rule ``no_correction``, or it is issued already.
    """
    if idempotency is not None and (answer := facts.answered(idempotency)) is not None:
        return answer
    found = require(facts, certificate)
    withdrawn = lifecycle.withdraw(found.certificate, by=act.actor, at=act.at)
    change = found.history.then(withdrawn, subject=found.subject)
    return facts.append(act, change, idempotency=idempotency)


def require(facts: FactStore, certificate: UUID) -> CertificateOnFile:
    """Return the correction that is being made.

    Raises:
        RefusedError: Rule ``no_correction``.
    """
    found = pending(facts, certificate)
    if found is None:
        raise RefusedError("no_correction", "expected a correction that is being made")
    return found


def _next_stream(facts: FactStore, certificate: UUID) -> UUID:
    """Return the stream of the first correction that was not given up."""
    ordinal = 1
    while True:
        stream = correction_stream(certificate, ordinal)
        if not facts.tip(stream).version:
            return stream
        if certificates.load(facts, stream).certificate.phase is not Phase.WITHDRAWN:
            return stream
        ordinal += 1


def _content_now(facts: FactStore, request: UUID, act: Act) -> dict[str, Any]:
    """Return what the register says of the person now, for the form that was asked for."""
    state = load_request(facts, request).state
    declared = state.declaration
    if isinstance(declared, Erased):
        raise RefusedError(Rule.RECORD_ERASED, "the request's personal data have been erased")
    content, _ = registry.extract(
        facts,
        subject=state.draft.subject,
        form=state.draft.form,
        include_post_bans=state.draft.include_post_bans,
        act=act,
        details=declared.details,
    )
    return content if declared.purpose is None else {**content, "purpose": declared.purpose}


def _changed(holder: Holder, changes: Changes) -> Holder:
    name = holder.name if changes.name is None else check_name(changes.name, place="name")
    return replace(
        holder,
        name=name,
        birth_date=changes.birth_date or holder.birth_date,
        sex=changes.sex or holder.sex,
    )
