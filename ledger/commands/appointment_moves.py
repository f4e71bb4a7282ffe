"""Moving an appointment: a new paper of another day, which supersedes the old one.

Drafted here as the old certificate's correction; signing and issuing it as any other ends the old
one, and its use, with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds.appointment import KIND
from ledger.certificates.kinds.appointment.claims import check_ahead
from ledger.certificates.lifecycle_facts import Correction, Reason
from ledger.certificates.lifecycle_facts import Fact as CertificateFact
from ledger.commands import certificates, health_papers
from ledger.commands.appointment_asks import Beside, nothing
from ledger.commands.appointments import load
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import answered, until_settled
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.records.appointment import use as record
from ledger.records.paper_key import KeyKind, PaperKeyTaken, paper_key_stream


@dataclass(frozen=True, slots=True)
class Move:
    """An appointment that is moved to another day."""

    appointment: UUID
    certificate: UUID
    """A new random reference, of the paper that takes its place."""
    appointed: str
    """``YYYYMMDDHHMM``."""
    reason: str
    salt: bytes


def reschedule(
    facts: FactStore,
    move: Move,
    *,
    act: Act,
    idempotency: Idempotency | None = None,
    beside: Beside = nothing,
) -> Receipt:
    """Draft the paper of another day; once it is signed and issued it supersedes the old one.

    Raises:
        NotFoundError: There is no such appointment.
        RefusedError: ``is_consumed``, ``not_the_issuer``, ``appointed_in_the_past`` and others.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        facility = health_papers.acting_facility(act)
        old = load(facts, move.appointment)
        record.reschedule(old.state, facility=facility, replaced_by=move.certificate, at=act.at)
        wrong = certificates.load(facts, move.appointment)
        drafted, content = _moved(facts, wrong, move, act)
        key = (KeyKind.EPISODE, str(content["episode_key"]))
        episode = facts.history(paper_key_stream(KIND.code, facility, *key))
        return facts.append(
            act,
            facts.history(move.certificate).then(drafted, subject=old.subject),
            episode.then(PaperKeyTaken(move.certificate)),
            *beside(),
            idempotency=idempotency,
        )

    return until_settled(attempt)


def _moved(
    facts: FactStore, wrong: CertificateOnFile, move: Move, act: Act
) -> tuple[CertificateFact, Mapping[str, object]]:
    intent = wrong.certificate.intent
    assert intent is not None, "an issued certificate was signed"
    decision = health_papers.own_decision(
        f"{intent.number}-D", move.reason, act, why=Reason.CONTENT_WRONG
    )
    today = local_day(act.at)
    lifecycle.may_correct(wrong.certificate, decision=decision.recorded(), today=today)
    before = {
        name: value
        for name, value in lifecycle.content_of(wrong.certificate).items()
        if name != "number"  # the facility's own number was the old paper's
    }
    content = {
        **before,
        "appointed": move.appointed,
        "written": f"{today:%Y%m%d}",
        "salt": move.salt.hex(),
    }
    KIND.check(content)
    check_ahead(content, today)
    history = facts.history(move.certificate)
    drafted = lifecycle.draft(
        lifecycle.fold(cast("tuple[CertificateFact, ...]", history.facts)),
        kind=KIND,
        content=content,
        holder=lifecycle.holder_of(wrong.certificate),
        drafter=act.actor,
        correction=Correction(wrong.id, decision.recorded()),
        correction_document=decision.document,
    )
    return drafted, content
