"""What a person asks about appointments: state and decisions. One stream an ask.

    made ──▶ taken up ──▶ granted    a paper was drafted for it, then issued: a new one, another day
      ├────────────────▶ granted     what was to be given up is cancelled
      ├──────┬─────────▶ declined    with a word to the person
      ├──────┼─────────▶ lapsed      nobody answered in time, or the appointment ended otherwise
      └────────────────▶ withdrawn   by the person, until it is taken up

An appointment is the facility's to give: an ask moves nothing by itself, and the paper stays good
until the answer. What is taken up waits for a signature as long as the day of its draft is ahead.

Source: Circular 01/2025/TT-BYT, article 11 (who cannot come, or missed the day, asks the facility).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import FACILITY_CODE
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.appointment_request.facts import (
    AppointmentRequestAnswered,
    AppointmentRequestLapsed,
    AppointmentRequestMade,
    AppointmentRequestTakenUp,
    AppointmentRequestWithdrawn,
    AskKind,
    Fact,
    Outcome,
    Wish,
)

FURTHEST: Final = timedelta(days=90)
"""How far ahead a day can be wished: no facility plans further for whoever asks."""
MAX_REASON: Final = 300
MAX_NOTE: Final = 300
MOST_OPEN: Final = 10
"""Asks of one person that wait for an answer."""
MOST_ABOUT: Final = 20
"""How often one appointment can be asked about."""

Ended: TypeAlias = (
    AppointmentRequestAnswered | AppointmentRequestWithdrawn | AppointmentRequestLapsed
)


class Stage(StrEnum):
    """Where an ask is."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask as the facts so far tell."""

    made: AppointmentRequestMade
    taken_up: AppointmentRequestTakenUp | None = None
    """The last draft for it."""
    ended: Ended | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.ended is None

    @property
    def stage(self) -> Stage:
        """Where it is, as far as facts say; a day that goes by is none."""
        match self.ended:
            case None:
                return Stage.OPEN if self.taken_up is None else Stage.TAKEN_UP
            case AppointmentRequestAnswered(outcome=Outcome.GRANTED):
                return Stage.GRANTED
            case AppointmentRequestAnswered():
                return Stage.DECLINED
            case AppointmentRequestWithdrawn():
                return Stage.WITHDRAWN
            case AppointmentRequestLapsed():
                return Stage.LAPSED
            case _:
                assert_never(self.ended)

    @property
    def last_day(self) -> date | None:
        """The last day on which it can be answered; None where that has been erased."""
        wish, drafted = self.made.wish, self.taken_up
        days = [wish if isinstance(wish, Erased) else wish.last]
        if drafted is not None:
            days.append(drafted.day)
        known = [day for day in days if not isinstance(day, Erased)]
        return max(known) if len(known) == len(days) else None

    def stage_on(self, today: date) -> Stage:
        """Return where it is on a day: what nobody answered in time has lapsed, told or not."""
        last = self.last_day
        if self.open and last is not None and last < today:
            return Stage.LAPSED
        return self.stage


@dataclass(frozen=True, slots=True)
class About:
    """The appointment that is asked about, as it stands."""

    appointment: UUID
    facility: str
    day: date | Erased
    ended: str | None = None
    """What ended it or its paper, as a code such as ``consumed``; None while it can be used."""


def evolve(state: Ask | None, fact: Fact) -> Ask:
    """Return the ask after ``fact``."""
    if isinstance(fact, AppointmentRequestMade):
        return Ask(fact)
    assert state is not None, "the first fact is that it was made"
    match fact:
        case AppointmentRequestTakenUp():
            return replace(state, taken_up=fact)
        case (
            AppointmentRequestAnswered() | AppointmentRequestWithdrawn()
            | AppointmentRequestLapsed()
        ):  # fmt: skip
            return replace(state, ended=fact)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Ask | None:
    """Return the ask after all ``facts``; None if there are none."""
    state: Ask | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def ask_new(*, facility: str, wish: Wish, today: date, waiting: int) -> AppointmentRequestMade:
    """Return that a person asks ``facility`` for a new appointment.

    Args:
        facility: Its code; whether it is registered is the command's to know.
        wish: When, for what, and why.
        today: The day in Vietnam.
        waiting: How many asks of the person wait for an answer.

    Raises:
        InvalidInputError: A part has the wrong form; names the place.
        RefusedError: ``wished_in_the_past``, ``wished_too_far`` or ``too_many_asks``.
    """
    FACILITY_CODE.check(facility, place="facility")
    _check_room(waiting)
    _check_days(wish, today)
    _check_reason(wish.reason)
    return AppointmentRequestMade(facility, AskKind.NEW, None, wish)


def ask_to_move(
    *, about: About, before: Ask | None, times: int, wish: Wish, today: date, waiting: int
) -> AppointmentRequestMade:
    """Return that a person asks for another day; also of one that they missed.

    Args:
        about: The appointment.
        before: What was asked about it last.
        times: How often it was asked about.
        wish: When, and why.
        today: The day in Vietnam.
        waiting: How many asks of the person wait for an answer.

    Raises:
        InvalidInputError: A part has the wrong form; names the place.
        RefusedError: ``already_asked``, ``too_many_asks``, ``wished_in_the_past``,
            ``wished_too_far``, or ``is_…``: what ended the appointment.
    """
    _check_about(about, before, times, today, waiting)
    _check_days(wish, today)
    _check_reason(wish.reason)
    if wish.specialty is not None:
        raise InvalidInputError("specialty", "specialty_of_new", "none: the appointment has one")
    return AppointmentRequestMade(about.facility, AskKind.MOVE, about.appointment, wish)


def ask_to_give_up(
    *, about: About, before: Ask | None, times: int, reason: str | None, today: date, waiting: int
) -> AppointmentRequestMade:
    """Return that a person will not come, and asks that the appointment be cancelled.

    It can be answered until the appointment's own day.

    Raises:
        InvalidInputError: The reason is too long.
        RefusedError: ``already_asked``, ``too_many_asks``, ``day_went_by``, or ``is_…``: what
            ended the appointment.
    """
    _check_about(about, before, times, today, waiting)
    _check_reason(reason)
    if isinstance(about.day, Erased):
        raise RefusedError("content_erased", "for which day it was has been erased")
    if about.day < today:
        raise RefusedError("day_went_by", "the day of the appointment went by")
    wish = Wish(today, about.day, reason=reason)
    return AppointmentRequestMade(about.facility, AskKind.GIVE_UP, about.appointment, wish)


def take_up(
    state: Ask, *, facility: str, kind: AskKind, appointment: UUID, day: date, today: date
) -> AppointmentRequestTakenUp:
    """Return that ``facility`` has drafted a paper for it; a later draft takes its place.

    Raises:
        RefusedError: What `check_answerable` refuses.
    """
    check_answerable(state, facility=facility, kinds=(kind,), today=today)
    return AppointmentRequestTakenUp(appointment, day)


def decline(state: Ask, *, facility: str, note: str, today: date) -> AppointmentRequestAnswered:
    """Return that ``facility`` will not, with a word to the person.

    Raises:
        InvalidInputError: No note, or too long a one.
        RefusedError: What `check_answerable` refuses.
    """
    check_answerable(state, facility=facility, kinds=tuple(AskKind), today=today)
    said = check_text(note, place="note", longest=MAX_NOTE)
    return AppointmentRequestAnswered(Outcome.DECLINED, None, said)


def check_answerable(state: Ask, *, facility: str, kinds: Iterable[AskKind], today: date) -> None:
    """Refuse an answer to what is not this facility's to answer, or not any more.

    Raises:
        RefusedError: ``not_asked_here``, ``not_asked_for``, ``ask_ended``, ``ask_lapsed`` or
            ``content_erased``.
    """
    if state.made.facility != facility:
        raise RefusedError("not_asked_here", "the person asked another facility")
    if state.made.kind not in kinds:
        raise RefusedError("not_asked_for", f"the person asked for {state.made.kind.value}")
    if not state.open:
        raise RefusedError("ask_ended", f"this ask is {state.stage.value}")
    if isinstance(state.made.wish, Erased):
        raise RefusedError("content_erased", "what was asked for has been erased")
    if state.stage_on(today) is Stage.LAPSED:
        raise RefusedError("ask_lapsed", "the last day of this ask went by")


def issued(state: Ask, *, appointment: UUID) -> tuple[AppointmentRequestAnswered, ...]:
    """Return the answer that the issue of a paper is, if it was drafted for this ask."""
    drafted = state.taken_up is not None and state.taken_up.appointment == appointment
    if not (state.open and drafted):
        return ()
    return (AppointmentRequestAnswered(Outcome.GRANTED, appointment, None),)


def appointment_ended(
    state: Ask, *, by: AskKind | None, replaced_by: UUID | None
) -> tuple[Fact, ...]:
    """Return what becomes of an ask about an appointment that ends: granted, or overtaken.

    Args:
        state: The ask.
        by: What was done, where that is something that can be asked for.
        replaced_by: The paper that took the appointment's place, if one did.
    """
    if not state.open:
        return ()
    if state.made.kind is by:
        return (AppointmentRequestAnswered(Outcome.GRANTED, replaced_by, None),)
    return (AppointmentRequestLapsed(),)


def withdraw(state: Ask) -> tuple[AppointmentRequestWithdrawn, ...]:
    """Return that the person takes it back; nothing if they did before.

    Raises:
        RefusedError: ``ask_ended``; ``ask_taken_up``: the paper may be issued at any moment, and
            can then be given up.
    """
    if isinstance(state.ended, AppointmentRequestWithdrawn):
        return ()
    if not state.open:
        raise RefusedError("ask_ended", f"this ask is {state.stage.value}")
    if state.taken_up is not None:
        raise RefusedError("ask_taken_up", "the facility has put the paper together already")
    return (AppointmentRequestWithdrawn(),)


def lapse(state: Ask, *, today: date) -> tuple[AppointmentRequestLapsed, ...]:
    """Return that nobody answered in time; nothing if somebody did, or can."""
    if not state.open or state.stage_on(today) is not Stage.LAPSED:
        return ()
    return (AppointmentRequestLapsed(),)


def _check_about(about: About, before: Ask | None, times: int, today: date, waiting: int) -> None:
    if about.ended is not None:
        raise RefusedError(f"is_{about.ended}", f"the appointment is {about.ended}")
    if before is not None and before.open and before.stage_on(today) is not Stage.LAPSED:
        raise RefusedError("already_asked", "an ask about this appointment waits for an answer")
    if times >= MOST_ABOUT:
        raise RefusedError("too_many_asks", f"asked about {MOST_ABOUT} times: call the facility")
    _check_room(waiting)


def _check_room(waiting: int) -> None:
    if waiting >= MOST_OPEN:
        raise RefusedError("too_many_asks", f"at most {MOST_OPEN} wait for an answer at a time")


def _check_days(wish: Wish, today: date) -> None:
    if wish.last < wish.first:
        raise InvalidInputError("last", "days_reversed", "a day that is not before the first")
    if wish.first <= today:
        raise RefusedError("wished_in_the_past", "expected days after today")
    if wish.last - today > FURTHEST:
        raise RefusedError("wished_too_far", f"expected days within {FURTHEST.days} days")


def _check_reason(reason: str | None) -> None:
    if reason is not None:
        check_text(reason, place="reason", longest=MAX_REASON)
