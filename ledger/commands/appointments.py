"""Commands on re-examination appointments: draft, sign, use, miss, cancel.

An appointment is used once at all facilities together: the first use on its stream is the one. At
most one stands for each finished episode. `ledger.commands.appointment_moves` moves one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds.appointment import KIND
from ledger.certificates.kinds.appointment.claims import check_ahead, day_of
from ledger.certificates.lifecycle import Certificate
from ledger.commands import appointment_asks, certificates, health_papers
from ledger.commands.appointment_asks import Beside, nothing
from ledger.commands.health_papers import Draft
from ledger.commands.issuing import IssuedCertificate, IssuingDesk
from ledger.commands.loading import answered, unchanged, until_settled
from ledger.errors import RefusedError
from ledger.facts import Act, Change, FactStore, History, Idempotency, Receipt
from ledger.identifiers import appointment_stream
from ledger.records.appointment import use as record
from ledger.records.appointment.facts import AppointmentIssued, Fact
from ledger.records.appointment.use import Appointment
from ledger.records.appointment_request.facts import AskKind
from ledger.records.paper_key import KeyKind

ATTEMPTS: Final = 64


@dataclass(frozen=True, slots=True)
class AppointmentOnFile:
    """An appointment with the stream that it was folded from."""

    certificate: UUID
    history: History
    state: Appointment
    subject: UUID | None
    opening: tuple[Fact, ...] = ()
    """What the stream has to begin with, where that was never recorded."""

    @property
    def version(self) -> int:
        """The stream's version that was decided on."""
        return self.history.version


@dataclass(frozen=True, slots=True)
class AppointmentUse:
    """Which appointment is shown, and what was found about its day."""

    appointment: UUID
    abnormal_signs: bool = False
    """Why the patient comes before the day."""
    agreed: bool = False
    """The facility sees the patient although the day went by."""


def draft(
    facts: FactStore,
    order: Draft,
    *,
    act: Act,
    idempotency: Idempotency | None = None,
    beside: Beside = nothing,
) -> Receipt:
    """Put an appointment together for the acting facility; ``beside`` in the same transaction.

    Raises:
        InvalidInputError: A field is wrong; names the place.
        RefusedError: ``episode_taken``: this episode has one; ``appointed_in_the_past`` and others.
    """
    name = health_papers.check_drafter(facts, order.content, act)
    content = health_papers.salted(order.content, order.salt, facility_name=name)
    KIND.check(content)
    check_ahead(content, local_day(act.at))
    return health_papers.draft(
        facts, order, kind=KIND, content=content, act=act, idempotency=idempotency,
        keys=_keys(content), beside=beside,
    )  # fmt: skip


def _keys(content: Mapping[str, object]) -> list[tuple[KeyKind, str]]:
    keys = [(KeyKind.EPISODE, str(content["episode_key"]))]
    if "number" in content:
        keys.append((KeyKind.OWN_NUMBER, str(content["number"])))
    return keys


def issue(desk: IssuingDesk, *, certificate: UUID, key: TrustedKey, act: Act) -> IssuedCertificate:
    """Sign and issue an appointment; one that it replaces ends with that.

    Raises:
        NotFoundError: There is no such draft.
        RefusedError: ``issuer_differs``, ``signer_is_drafter``, ``appointed_in_the_past``; or what
            it was to replace has been used.
    """
    drafted = certificates.load(desk.facts, certificate).certificate.drafted
    if drafted.correction is not None and drafted.kind == KIND.code:
        _check_still_open(desk.facts, drafted.correction.certificate, certificate)
    issued = health_papers.sign_and_issue(
        desk, certificate=certificate, key=key, act=act, kind=KIND.code
    )
    open_use(desk.facts, certificate=certificate, act=act)
    return issued


def _check_still_open(facts: FactStore, replaced: UUID, by: UUID) -> None:
    old = load(facts, replaced).state
    if not old.open and old.replaced_by != by:
        raise RefusedError(f"is_{old.stage.value}", f"the old appointment is {old.stage.value}")


def open_use(facts: FactStore, *, certificate: UUID, act: Act) -> None:
    """Record that the paper can be used, and that it took another's place; unless recorded."""

    def attempt() -> None:
        found = load(facts, certificate)
        if found.opening:
            facts.append(act, *_opened(facts, found, act))

    until_settled(attempt)


def _opened(facts: FactStore, found: AppointmentOnFile, act: Act) -> tuple[Change, ...]:
    """Return the beginning of a stream, the end of the one that it replaces, and what was asked."""
    change = found.history.then(*found.opening, subject=found.subject)
    if found.state.replaces is None:
        return (change, *appointment_asks.when_issued(facts, found.certificate))
    old = load(facts, found.state.replaces)
    if not old.state.open:
        return (change,)
    moved = record.reschedule(
        old.state, facility=old.state.facility, replaced_by=found.certificate, at=act.at
    )
    asked = appointment_asks.when_ended(
        facts, old.certificate, by=AskKind.MOVE, replaced_by=found.certificate
    )
    return (change, old.history.then(*old.opening, moved, subject=old.subject), *asked)


def load(facts: FactStore, certificate: UUID) -> AppointmentOnFile:
    """Return an issued appointment.

    Raises:
        NotFoundError: There is none.
    """
    history = facts.history(appointment_stream(certificate))
    state = record.fold(cast("tuple[Fact, ...]", history.facts))
    if state is not None:
        return AppointmentOnFile(certificate, history, state, history.recorded[0].subject)
    found = health_papers.load_issued(facts, certificate, KIND.code)
    opened = opening_of(certificate, found.certificate)
    return AppointmentOnFile(certificate, history, record.evolve(None, opened), found.subject,
                             (opened,))  # fmt: skip


def opening_of(certificate: UUID, paper: Certificate) -> AppointmentIssued:
    """Return the fact that an appointment's use begins with, from its issued paper."""
    content, correction = lifecycle.content_of(paper), paper.drafted.correction
    assert paper.issued_at is not None, "only issued ones are loaded"
    return record.issue(
        certificate=certificate,
        facility=str(content["facility"]),
        day=day_of(content),
        today=local_day(paper.issued_at),
        replaces=None if correction is None else correction.certificate,
    )


def consume(
    facts: FactStore,
    *,
    shown: AppointmentUse,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the acting facility sees the patient by it; once, for ever.

    A second try is refused, and that it was tried is recorded before it is.

    Raises:
        NotFoundError: There is no such appointment.
        RefusedError: ``double_use``, ``too_early``, ``missed``, ``other_facility`` and others.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load(facts, shown.appointment)
        _check_version(found, expected)
        changes = _using(facts, found, shown, act, None)
        return facts.append(act, *changes, idempotency=idempotency)

    try:
        return until_settled(attempt, attempts=ATTEMPTS)
    except RefusedError as error:
        if error.rule == "double_use":
            _note_double_use(facts, shown.appointment, act)
        raise


def note_visit(facts: FactStore, *, certificate: UUID, visit: UUID, act: Act) -> Receipt:
    """Record which visit of the acting facility was made by it; uses it up, if need be.

    Raises:
        NotFoundError: There is no such appointment.
        RefusedError: ``double_use`` (recorded before it is refused), ``other_facility`` and others.
    """

    def decide(found: AppointmentOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility, today = health_papers.acting_facility(act), local_day(act.at)
        visited = record.visited(
            found.state, facility=facility, visit=visit, today=today, at=act.at
        )
        return visited, appointment_asks.when_ended(facts, certificate, by=None)

    try:
        return _take(facts, certificate, act, decide, expected=None, idempotency=None)
    except RefusedError as error:
        if error.rule == "double_use":
            _note_double_use(facts, certificate, act)
        raise


def _note_double_use(facts: FactStore, appointment: UUID, act: Act) -> None:
    def attempt() -> None:
        found = load(facts, appointment)
        facility = health_papers.acting_facility(act)
        tried = record.refuse_double_use(found.state, facility=facility, at=act.at)
        facts.append(act, found.history.then(tried, subject=found.subject))

    until_settled(attempt, attempts=ATTEMPTS)


def using(
    facts: FactStore, shown: AppointmentUse, *, act: Act, subject: UUID | None, referral: UUID
) -> tuple[Change, ...]:
    """Return the use of an appointment that is shown with a referral, to be appended with it.

    Raises:
        NotFoundError: There is no such appointment.
        RefusedError: ``other_person``: it is another patient's; and what `consume` refuses.
    """
    found = load(facts, shown.appointment)
    if not health_papers.same_person(facts, found.subject, subject):
        raise RefusedError("other_person", "expected an appointment of the same patient")
    return _using(facts, found, shown, act, referral)


def _using(
    facts: FactStore,
    found: AppointmentOnFile,
    shown: AppointmentUse,
    act: Act,
    referral: UUID | None,
) -> tuple[Change, ...]:
    used = record.consume(
        found.state,
        facility=health_papers.acting_facility(act),
        today=local_day(act.at),
        at=act.at,
        abnormal_signs=shown.abnormal_signs,
        agreed=shown.agreed,
        referral=referral,
    )
    health_papers.check_in_force(facts, found.certificate)
    change = found.history.then(*found.opening, used, subject=found.subject)
    return (change, *appointment_asks.when_ended(facts, found.certificate, by=None))


def miss(
    facts: FactStore,
    *,
    certificate: UUID,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the patient did not come on the day."""

    def decide(found: AppointmentOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        missed = record.miss(found.state, facility=facility, today=local_day(act.at), at=act.at)
        return (missed,), ()

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def cancel(
    facts: FactStore,
    *,
    certificate: UUID,
    reason: str,
    act: Act,
    expected: int | None = None,
    idempotency: Idempotency | None = None,
    beside: Beside = nothing,
) -> Receipt:
    """Take an appointment back; its paper ends with it, and what was asked, in one transaction."""

    def decide(found: AppointmentOnFile) -> tuple[Sequence[Fact], Sequence[Change]]:
        facility = health_papers.acting_facility(act)
        cancelled = record.cancel(found.state, facility=facility, reason=reason, at=act.at)
        ended = health_papers.cancelled_paper(facts, certificate, reason, act)
        asked = appointment_asks.when_ended(facts, certificate, by=AskKind.GIVE_UP)
        return (cancelled,), (*beside(), ended, *asked)

    return _take(facts, certificate, act, decide, expected=expected, idempotency=idempotency)


def _take(
    facts: FactStore,
    certificate: UUID,
    act: Act,
    decide: Callable[[AppointmentOnFile], tuple[Sequence[Fact], Sequence[Change]]],
    *,
    expected: int | None,
    idempotency: Idempotency | None,
) -> Receipt:
    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load(facts, certificate)
        decided, beside = decide(found)
        _check_version(found, expected)
        if not (found.opening or decided):
            return unchanged(found.history)
        change = found.history.then(*found.opening, *decided, subject=found.subject)
        return facts.append(act, change, *beside, idempotency=idempotency)

    return until_settled(attempt, attempts=ATTEMPTS)


def _check_version(found: AppointmentOnFile, expected: int | None) -> None:
    if expected is not None and expected != found.version:
        raise RefusedError("version_differs", f"the appointment is at version {found.version}")
