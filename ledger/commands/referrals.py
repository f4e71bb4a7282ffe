"""Commands on referral papers: draft, sign, present, accept, reject, use, close, cancel.

A paper's use is a stream of its own, beside the certificate's. It is opened when the paper is
issued; a crash between leaves it closed, and the next command opens it with the same fact.
Whoever loses a race at a paper decides anew and is told who has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds.referral import KIND
from ledger.certificates.kinds.referral.diseases import Remark, remarks
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.commands import appointments, health_papers
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import Draft
from ledger.commands.issuing import IssuedCertificate, IssuingDesk
from ledger.commands.loading import answered, unchanged, until_settled
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, Change, FactStore, History, Idempotency, Receipt
from ledger.identifiers import referral_stream
from ledger.records.paper_key import KeyKind
from ledger.records.referral import use as record
from ledger.records.referral.facts import Fact, ReferralAccepted, ReferralIssued, RejectReason
from ledger.records.referral.use import Referral

ATTEMPTS: Final = 64
"""Rounds in which somebody else may be faster: everybody comes at once to one paper."""


@dataclass(frozen=True, slots=True)
class ReferralOnFile:
    """A referral with the stream that it was folded from."""

    certificate: UUID
    history: History
    state: Referral
    subject: UUID | None
    opening: tuple[Fact, ...] = ()
    """What the stream has to begin with, where that was never recorded."""

    @property
    def version(self) -> int:
        """The stream's version that was decided on."""
        return self.history.version


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a draft answers."""

    receipt: Receipt
    remarks: tuple[Remark, ...]
    """What is worth a second look before it is signed."""


def draft(
    facts: FactStore, order: Draft, *, act: Act, idempotency: Idempotency | None = None
) -> Drafted:
    """Put a referral together for the acting facility.

    Raises:
        InvalidInputError: A field is wrong; names the place.
        RefusedError: ``facility_unknown``, ``own_number_taken``, ``no_facility``.
    """
    given = order.content
    name = health_papers.check_drafter(facts, given, act)
    content = health_papers.salted(
        given,
        order.salt,
        facility_name=name,
        to_names=health_papers.names_of(facts, given.get("to_facilities")),
    )
    number = given.get("number")
    receipt = health_papers.draft(
        facts, order, kind=KIND, content=content, act=act, idempotency=idempotency,
        keys=[(KeyKind.OWN_NUMBER, number)] if isinstance(number, str) else [],
    )  # fmt: skip
    return Drafted(receipt, remarks(content, local_day(act.at)))


def issue(desk: IssuingDesk, *, certificate: UUID, key: TrustedKey, act: Act) -> IssuedCertificate:
    """Sign and issue a referral; from then on it can be presented.

    Raises:
        NotFoundError: There is no such draft.
        RefusedError: ``issuer_differs``, ``signer_is_drafter``, ``not_a_one_year_disease`` …
    """
    issued = health_papers.sign_and_issue(
        desk, certificate=certificate, key=key, act=act, kind=KIND.code
    )
    open_use(desk.facts, certificate=certificate, act=act)
    return issued


def open_use(facts: FactStore, *, certificate: UUID, act: Act) -> None:
    """Record that the paper can be presented, unless that is recorded."""

    def attempt() -> None:
        found = load(facts, certificate)
        if found.opening:
            facts.append(act, found.history.then(*found.opening, subject=found.subject))

    until_settled(attempt)


def load(facts: FactStore, certificate: UUID) -> ReferralOnFile:
    """Return an issued referral.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(referral_stream(certificate))
    state = record.fold(cast("tuple[Fact, ...]", history.facts))
    if state is not None:
        return ReferralOnFile(certificate, history, state, history.recorded[0].subject)
    found = health_papers.load_issued(facts, certificate, KIND.code)
    opened = opening_of(certificate, found.certificate)
    return ReferralOnFile(certificate, history, record.evolve(None, opened), found.subject,
                          (opened,))  # fmt: skip


def opening_of(certificate: UUID, paper: Certificate) -> ReferralIssued:
    """Return the fact that a referral's use begins with, from its issued paper."""
    content, intent = lifecycle.content_of(paper), paper.intent
    assert intent is not None, "an issued certificate was signed"
    return record.issue(
        certificate=certificate,
        origin=str(content["facility"]),
        addressed_to=tuple(cast("Sequence[str]", content["to_facilities"])),
        valid_until=intent.expires_at,
        reusable=bool(content.get("one_year")),
    )


Decide = Callable[[ReferralOnFile], tuple[Sequence[Fact], Sequence[Change]]]


def _take(
    facts: FactStore,
    certificate: UUID,
    act: Act,
    decide: Decide,
    *,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Load, decide, append; decide anew when somebody was faster.

    Raises:
        RefusedError: ``version_differs``: the caller decided on another version than there is.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load(facts, certificate)
        decided, beside = decide(found)
        if expected is not None and expected != found.version and decided:
            raise RefusedError("version_differs", f"the referral is at version {found.version}")
        new = (*found.opening, *decided)
        if not new:
            return unchanged(found.history)
        change = found.history.then(*new, subject=found.subject)
        return facts.append(act, change, *beside, idempotency=idempotency)

    return until_settled(attempt, attempts=ATTEMPTS)


def present(
    facts: FactStore,
    *,
    certificate: UUID,
    act: Act,
    came_from: str | None = None,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the patient shows it at the acting facility.

    Raises:
        NotFoundError: There is no such referral.
        RefusedError: ``lapsed``, ``not_addressed``, ``accepted_elsewhere`` and others.
    """

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        health_papers.check_in_force(facts, certificate)
        facility = health_papers.acting_facility(act)
        return record.present(found.state, facility=facility, at=act.at, came_from=came_from), ()

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def accept(
    facts: FactStore,
    *,
    certificate: UUID,
    act: Act,
    came_from: str | None = None,
    appointment: AppointmentUse | None = None,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the acting facility takes the patient in by it; exactly one facility can.

    Args:
        facts: The ledger.
        certificate: The referral.
        act: Who accepts, for which facility.
        came_from: Which facility sent the patient, where that is known.
        appointment: What is shown with it from its second episode on; used up with it.
        expected: The version of the referral that the caller saw.
        idempotency: Makes a repetition return the first answer.

    Raises:
        NotFoundError: There is no such referral or appointment.
        RefusedError: ``accepted_elsewhere`` says by whom; and others.
    """

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        shown = appointment if found.state.needs_appointment else None
        decided = record.accept(
            found.state, facility=facility, at=act.at, came_from=came_from,
            appointment=None if shown is None else shown.appointment,
        )  # fmt: skip
        health_papers.check_in_force(facts, certificate)
        return decided, _used_with(facts, found, shown, act)

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def _used_with(
    facts: FactStore, found: ReferralOnFile, shown: AppointmentUse | None, act: Act
) -> tuple[Change, ...]:
    if shown is None:
        return ()
    return appointments.using(
        facts, shown, act=act, subject=found.subject, referral=found.certificate
    )


def reject(
    facts: FactStore,
    *,
    certificate: UUID,
    reason: RejectReason,
    act: Act,
    final: bool = False,
    note: str | None = None,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the acting facility does not take it."""

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        rejected = record.reject(
            found.state, facility=facility, at=act.at, reason=reason, final=final, note=note
        )
        return (rejected,), ()

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def admit_unverified(
    facts: FactStore,
    *,
    certificate: UUID,
    admitted_at: datetime,
    offline_number: str,
    act: Act,
    appointment: AppointmentUse | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Take in what a facility did while the service was down; never refused for being wrong.

    It becomes the acceptance if it was right, else it is flagged with why.

    Raises:
        InvalidInputError: Number or time is none.
        NotFoundError: There is no such referral.
    """

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        shown, used = _reported_with(facts, found, appointment, act)
        ended = health_papers.course_of(facts, certificate)
        decided = record.report_admission(
            found.state,
            facility=health_papers.acting_facility(act),
            at=act.at,
            admitted_at=admitted_at,
            offline_number=offline_number,
            cancelled=ended.phase is not Phase.ACTIVE and (ended.ended_at or act.at) <= admitted_at,
            appointment=shown,
        )
        accepted = any(isinstance(fact, ReferralAccepted) for fact in decided)
        return decided, used if accepted else ()

    return _take(facts, certificate, act, decide, idempotency=idempotency)


def _reported_with(
    facts: FactStore, found: ReferralOnFile, shown: AppointmentUse | None, act: Act
) -> tuple[UUID | None, tuple[Change, ...]]:
    """Return the appointment that was shown with it and its use, if that is good."""
    if shown is None or not found.state.needs_appointment:
        return None, ()
    try:
        return shown.appointment, _used_with(facts, found, shown, act)
    except (RefusedError, NotFoundError):
        return None, ()


def use(
    facts: FactStore,
    *,
    certificate: UUID,
    visit: UUID,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record which visit of the acting facility was made by it."""

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        return record.use(found.state, facility=facility, visit=visit, at=act.at), ()

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def close(
    facts: FactStore,
    *,
    certificate: UUID,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the acting facility's episode is over."""

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        return (record.close(found.state, facility=facility, at=act.at),), ()

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def cancel(
    facts: FactStore,
    *,
    certificate: UUID,
    reason: str,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Take a referral back before anybody has used it: its use ends and its certificate does.

    Both in one transaction, so that no facility accepts what offline verifiers refuse.

    Raises:
        RefusedError: ``not_the_issuer``, ``in_use`` and others.
    """

    def decide(found: ReferralOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        cancelled = record.cancel(found.state, facility=facility, reason=reason, at=act.at)
        return (cancelled,), (health_papers.cancelled_paper(facts, certificate, reason, act),)

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)
