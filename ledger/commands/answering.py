"""What a facility answers to those who ask it for an appointment, another day, or none.

    a new one, another day    a paper is drafted here, and the ask is taken up with the draft; when
                              the paper is signed and issued as any other, the ask is granted
    to be given up            the appointment is cancelled, and the ask is granted with that
    whatever it is            declined, with a word to the person

Each is one transaction: nothing is drafted or cancelled for an ask that was taken back meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import health_paper
from ledger.commands import appointment_asks, appointment_moves, appointments, health_papers
from ledger.commands.appointment_asks import AskOnFile
from ledger.commands.appointment_moves import Move
from ledger.commands.health_papers import Draft
from ledger.commands.loading import answered, unchanged, until_settled
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.records.appointment_request import request as record
from ledger.records.appointment_request.facts import AskKind

ASKED: Final = "Theo đề nghị của người bệnh"
"""Why an appointment was moved or cancelled: the person asked for it. Stands in the decision."""


def asked_here(facts: FactStore, ask: UUID, facility: str) -> AskOnFile:
    """Return an ask that ``facility`` was asked.

    Raises:
        NotFoundError: There is none, or another one was asked; the same words.
    """
    found = appointment_asks.load(facts, ask)
    if found.state.made.facility != facility:
        raise NotFoundError("no ask is known under this reference")
    return found


def decline(
    facts: FactStore, *, ask: UUID, note: str, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Tell the person that it cannot be.

    Raises:
        NotFoundError: There is no such ask here.
        InvalidInputError: No note, or too long a one.
        RefusedError: ``ask_ended``, ``ask_lapsed`` and others.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        facility = health_papers.acting_facility(act)
        found = asked_here(facts, ask, facility)
        said = record.decline(found.state, facility=facility, note=note, today=local_day(act.at))
        return facts.append(act, found.then(said), idempotency=idempotency)

    return until_settled(attempt)


def give_up(
    facts: FactStore, *, ask: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Cancel the appointment that the person gives up.

    Raises:
        NotFoundError: There is no such ask here.
        RefusedError: ``ask_ended``, ``not_asked_for``, ``is_consumed`` and others.
    """

    def still() -> Sequence[Change]:
        _answerable(facts, ask, AskKind.GIVE_UP, act)
        return ()

    if answer := answered(facts, idempotency):
        return answer
    return appointments.cancel(
        facts, certificate=_appointment(_answerable(facts, ask, AskKind.GIVE_UP, act)),
        reason=ASKED, act=act, idempotency=idempotency, beside=still,
    )  # fmt: skip


def move(
    facts: FactStore,
    *,
    ask: UUID,
    certificate: UUID,
    appointed: str,
    salt: bytes,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Draft the paper of the day that the person is given instead; it is signed as any other.

    Args:
        facts: The ledger.
        ask: What was asked.
        certificate: A new random reference, of the draft.
        appointed: ``YYYYMMDDHHMM``.
        salt: 16 random bytes.
        act: Who drafts, for which facility.
        idempotency: Makes a repetition return the first answer.

    Raises:
        NotFoundError: There is no such ask here.
        InvalidInputError: The day is none.
        RefusedError: ``ask_ended``, ``not_asked_for``, ``appointed_in_the_past`` and others.
    """
    if answer := answered(facts, idempotency):
        return answer
    found, day = _answerable(facts, ask, AskKind.MOVE, act), _day(appointed)
    wanted = Move(_appointment(found), certificate, appointed, ASKED, salt)
    return appointment_moves.reschedule(
        facts, wanted, act=act, idempotency=idempotency,
        beside=lambda: _taken_up(facts, ask, AskKind.MOVE, certificate, day, act),
    )  # fmt: skip


def draft(
    facts: FactStore,
    order: Draft,
    *,
    ask: UUID,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Draft a new appointment for who asked; the draft's act names the ask.

    Raises:
        NotFoundError: There is no such ask here.
        InvalidInputError: A field is wrong; names the place.
        RefusedError: ``other_person``: the order is for somebody else; ``ask_ended``,
            ``not_asked_for``, ``episode_taken`` and others.
    """
    if answer := answered(facts, idempotency):
        return answer
    found = _answerable(facts, ask, AskKind.NEW, act)
    if order.subject != found.subject:
        raise RefusedError("other_person", "expected an appointment for who asked")
    day = _day(order.content.get("appointed"))
    return appointments.draft(
        facts, order, act=replace(act, correlation=ask), idempotency=idempotency,
        beside=lambda: _taken_up(facts, ask, AskKind.NEW, order.certificate, day, act),
    )  # fmt: skip


def lapse(facts: FactStore, *, ask: UUID, act: Act) -> Receipt:
    """Record that nobody answered in time; nothing if somebody did, or still can.

    Raises:
        NotFoundError: There is no such ask.
    """

    def attempt() -> Receipt:
        found = appointment_asks.load(facts, ask)
        decided = record.lapse(found.state, today=local_day(act.at))
        if not decided:
            return unchanged(found.history)
        return facts.append(act, found.then(*decided))

    return until_settled(attempt)


def _answerable(facts: FactStore, ask: UUID, kind: AskKind, act: Act) -> AskOnFile:
    facility = health_papers.acting_facility(act)
    found = asked_here(facts, ask, facility)
    record.check_answerable(found.state, facility=facility, kinds=(kind,), today=local_day(act.at))
    return found


def _taken_up(
    facts: FactStore, ask: UUID, kind: AskKind, draft: UUID, day: date, act: Act
) -> tuple[Change, ...]:
    facility = health_papers.acting_facility(act)
    found = asked_here(facts, ask, facility)
    taken = record.take_up(
        found.state, facility=facility, kind=kind, appointment=draft, day=day,
        today=local_day(act.at),
    )  # fmt: skip
    return (found.then(taken),)


def _appointment(found: AskOnFile) -> UUID:
    appointment = found.state.made.appointment
    assert appointment is not None, "only what there is is moved or given up"
    return appointment


def _day(appointed: object) -> date:
    """Return the day of ``YYYYMMDDHHMM``.

    Raises:
        InvalidInputError: It is none.
    """
    day = health_paper.day_of(appointed)
    if day is None:
        raise InvalidInputError("content.appointed", "day_unknown", "a whole day, YYYYMMDDHHMM")
    return day
