"""What a person asks of a facility: a new appointment, another day, or to give one up.

A facility answers with `ledger.commands.answering`. Whose appointment it is is asked of the papers;
of somebody else's the answer is that there is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.lifecycle import Phase
from ledger.commands import appointment_asks, appointments, health_papers
from ledger.commands.appointment_asks import Asked, AskOnFile, asked_about
from ledger.commands.books import check_lives
from ledger.commands.deciding import check_known
from ledger.commands.facilities import check_may_send
from ledger.commands.loading import answered, unchanged, until_settled
from ledger.errors import NotFoundError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.identifiers import health_book_stream
from ledger.records.appointment_request import request as record
from ledger.records.appointment_request.facts import AppointmentRequestMade, Wish
from ledger.records.appointment_request.request import About

UNKNOWN_APPOINTMENT: Final = "no appointment of this person is known under this reference"
UNKNOWN_ASK: Final = "no ask of this person is known under this reference"


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom something is asked."""

    subject: UUID
    waiting: int
    """How many of their asks wait for an answer, as far as is known."""


def ask_new(
    facts: FactStore,
    asker: Asker,
    *,
    ask: UUID,
    facility: str,
    wish: Wish,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Ask a facility for a new appointment; ``ask`` is a new random reference.

    Raises:
        NotFoundError: There is no such person.
        InvalidInputError: A part has the wrong form; names the place.
        RefusedError: ``facility_unknown``, ``person_died``, ``wished_in_the_past``,
            ``wished_too_far`` or ``too_many_asks``.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        _check_person(facts, asker.subject)
        made = record.ask_new(
            facility=facility, wish=wish, today=local_day(act.at), waiting=asker.waiting
        )
        check_may_send(facts, facility)
        change = facts.history(ask).then(made, subject=asker.subject)
        return facts.append(act, change, idempotency=idempotency)

    return until_settled(attempt)


def ask_to_move(
    facts: FactStore,
    asker: Asker,
    *,
    appointment: UUID,
    wish: Wish,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Ask the facility that gave an appointment for another day.

    Raises:
        NotFoundError: There is no such appointment of the person.
        InvalidInputError: A part has the wrong form; names the place.
        RefusedError: ``already_asked``, ``is_consumed`` and others.
    """

    def decide(about: About, asked: Asked) -> AppointmentRequestMade:
        return record.ask_to_move(
            about=about, before=_state(asked), times=asked.times, wish=wish,
            today=local_day(act.at), waiting=asker.waiting,
        )  # fmt: skip

    return _ask_about(facts, asker, appointment, decide, act, idempotency)


def ask_to_give_up(
    facts: FactStore,
    asker: Asker,
    *,
    appointment: UUID,
    reason: str | None,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Ask the facility that gave an appointment to cancel it.

    Raises:
        NotFoundError: There is no such appointment of the person.
        InvalidInputError: The reason is too long.
        RefusedError: ``already_asked``, ``day_went_by``, ``is_consumed`` and others.
    """

    def decide(about: About, asked: Asked) -> AppointmentRequestMade:
        return record.ask_to_give_up(
            about=about, before=_state(asked), times=asked.times, reason=reason,
            today=local_day(act.at), waiting=asker.waiting,
        )  # fmt: skip

    return _ask_about(facts, asker, appointment, decide, act, idempotency)


def _state(asked: Asked) -> record.Ask | None:
    return None if asked.last is None else asked.last.state


def _ask_about(
    facts: FactStore,
    asker: Asker,
    appointment: UUID,
    decide: Callable[[About, Asked], AppointmentRequestMade],
    act: Act,
    idempotency: Idempotency | None,
) -> Receipt:
    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        _check_person(facts, asker.subject)
        about, asked = _about(facts, asker, appointment, act), asked_about(facts, appointment)
        made = decide(about, asked)
        before: tuple[Change, ...] = ()
        if asked.last is not None:
            lapsed = record.lapse(asked.last.state, today=local_day(act.at))
            before = (asked.last.then(*lapsed),) if lapsed else ()
        change = asked.following.then(made, subject=asker.subject)
        return facts.append(act, change, *before, idempotency=idempotency)

    return until_settled(attempt)


def _about(facts: FactStore, asker: Asker, appointment: UUID, act: Act) -> About:
    try:
        found = appointments.load(facts, appointment)
    except NotFoundError:  # the same words, whether there is such a paper or not
        raise NotFoundError(UNKNOWN_APPOINTMENT) from None
    if not health_papers.same_person(facts, found.subject, asker.subject):
        raise NotFoundError(UNKNOWN_APPOINTMENT)
    state, ended = found.state, None
    course = health_papers.course_of(facts, appointment)
    if not state.open:
        ended = state.stage.value
    elif course.phase is not Phase.ACTIVE:
        ended = course.phase.value
    elif course.intent is not None and course.intent.expires_at <= act.at:
        ended = "expired"
    return About(appointment, state.facility, state.day, ended)


def _check_person(facts: FactStore, subject: UUID) -> None:
    check_known(facts, subject, book=health_book_stream(subject))
    check_lives(facts, subject)


def withdraw(facts: FactStore, *, subject: UUID, ask: UUID, act: Act) -> Receipt:
    """Take an ask back for the person; nothing if that was done before.

    Raises:
        NotFoundError: There is no such ask of theirs.
        RefusedError: ``ask_ended`` or ``ask_taken_up``.
    """

    def attempt() -> Receipt:
        found = own(facts, subject=subject, ask=ask)
        decided = record.withdraw(found.state)
        if not decided:
            return unchanged(found.history)
        return facts.append(act, found.then(*decided))

    return until_settled(attempt)


def own(facts: FactStore, *, subject: UUID, ask: UUID) -> AskOnFile:
    """Return an ask of the person, under any pseudonym of theirs.

    Raises:
        NotFoundError: There is none, or it is somebody else's; the same words.
    """
    try:
        found = appointment_asks.load(facts, ask)
    except NotFoundError:
        raise NotFoundError(UNKNOWN_ASK) from None
    if not health_papers.same_person(facts, found.subject, subject):
        raise NotFoundError(UNKNOWN_ASK)
    return found
