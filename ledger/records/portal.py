"""What one dossier's province has been told: deliveries acknowledged, put off, given up, revived.

A notice is not stored: it is derived from the request's own facts (``projections.portal_notices``)
and named by the position of the fact that it tells. Only what became of it is a fact here.

A dossier's notices go out in the order of what they tell. One that is put off or among the dead
letters holds back those after it, so that no province hears of a later status before an earlier
one; an officer lets a dead letter go out again, or sets it aside for good.

How a province's answer is taken (its own words, from a real integration):

=========================================  =============================================
accepted                                   acknowledged
"cannot move to that status"               acknowledged: it is there already
"interrupted, retry"; no answer; overload  put off, twice as long each time, then given up
anything else                              given up at once: a person has to look
=========================================  =============================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID, uuid5

from ledger.errors import RefusedError

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
MAX_ATTEMPTS = 24
"""With the pauses above, the last attempt comes three and a half days after the first: a long
weekend without anybody at the province fills no dead letters."""

_NAMESPACE = UUID("b0c1b8a4-52a6-5d0f-8f6c-0a8d1f6a7b11")


def outbox_stream(request: UUID) -> UUID:
    """Return the stream of what the province was told about ``request``."""
    return uuid5(_NAMESPACE, f"outbox\n{request}")


class Answer(StrEnum):
    """How a province answered a notice."""

    ACCEPTED = "accepted"
    ALREADY_THERE = "already_there"
    INTERRUPTED = "interrupted"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NoticeAcknowledged:
    """The province has the notice."""

    request: UUID
    notice: int
    """Position of the fact that the notice tells."""
    attempt: int
    already_there: bool


@dataclass(frozen=True, slots=True)
class NoticePutOff:
    """The province could not take the notice; it is sent again at ``next_at``."""

    request: UUID
    notice: int
    attempt: int
    answer: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeGivenUp:
    """The notice went to the dead letters."""

    request: UUID
    notice: int
    attempt: int
    answer: str


@dataclass(frozen=True, slots=True)
class NoticeRevived:
    """An officer took the notice out of the dead letters."""

    request: UUID
    notice: int


@dataclass(frozen=True, slots=True)
class NoticeSetAside:
    """An officer decided that a dead letter is not sent: the province was told in another way."""

    request: UUID
    notice: int


Fact: TypeAlias = NoticeAcknowledged | NoticePutOff | NoticeGivenUp | NoticeRevived | NoticeSetAside

TOPICS: dict[str, type] = {
    "portal.notice_acknowledged/1": NoticeAcknowledged,
    "portal.notice_put_off/1": NoticePutOff,
    "portal.notice_given_up/1": NoticeGivenUp,
    "portal.notice_revived/1": NoticeRevived,
    "portal.notice_set_aside/1": NoticeSetAside,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one notice stands."""

    attempts: int = 0
    next_at: datetime | None = None
    done: bool = False
    """Acknowledged, or set aside."""
    dead: bool = False

    def waits(self, at: datetime) -> bool:
        """Say whether it may not be sent ``at`` that time, though it has to be."""
        return self.dead or (self.next_at is not None and at < self.next_at)


@dataclass(frozen=True, slots=True)
class Outbox:
    """All notices of one dossier that anything has happened to."""

    request: UUID
    """Stream of the request."""
    deliveries: Mapping[int, Delivery] = field(default_factory=dict)

    def delivery(self, notice: int) -> Delivery:
        """Return where ``notice`` stands."""
        return self.deliveries.get(notice, Delivery())


def evolve(state: Outbox, fact: Fact) -> Outbox:
    """Return the outbox after ``fact``."""
    match fact:
        case NoticeAcknowledged():
            now = Delivery(attempts=fact.attempt, done=True)
        case NoticePutOff():
            now = Delivery(attempts=fact.attempt, next_at=fact.next_at)
        case NoticeGivenUp():
            now = Delivery(attempts=fact.attempt, dead=True)
        case NoticeRevived():
            now = Delivery()
        case NoticeSetAside():
            now = Delivery(attempts=state.delivery(fact.notice).attempts, done=True)
        case _:
            assert_never(fact)
    return replace(state, deliveries={**state.deliveries, fact.notice: now})


def may_be_sent(state: Outbox, notice: int, *, at: datetime) -> bool:
    """Say whether ``notice`` is due, and no earlier one of its dossier has to go first."""
    if state.delivery(notice).done:
        return False
    return not any(
        delivery.waits(at) for known, delivery in state.deliveries.items() if known <= notice
    )


def settle(state: Outbox, notice: int, answer: Answer, *, at: datetime) -> Fact:
    """Return what becomes of ``notice`` after the province's ``answer``, or refuse."""
    delivery = state.delivery(notice)
    if delivery.done or delivery.dead:
        raise RefusedError("notice_settled", "this notice is settled already")
    attempt = delivery.attempts + 1
    match answer:
        case Answer.ACCEPTED | Answer.ALREADY_THERE:
            return NoticeAcknowledged(
                state.request, notice, attempt, answer is Answer.ALREADY_THERE
            )
        case Answer.REFUSED:
            return NoticeGivenUp(state.request, notice, attempt, answer.value)
        case Answer.INTERRUPTED | Answer.UNREACHABLE:
            if attempt >= MAX_ATTEMPTS:
                return NoticeGivenUp(state.request, notice, attempt, answer.value)
            pause = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
            return NoticePutOff(state.request, notice, attempt, answer.value, at + pause)
        case _:
            assert_never(answer)


def revive(state: Outbox, notice: int) -> NoticeRevived:
    """Return ``notice`` to those that are sent, or refuse."""
    _check_dead(state, notice)
    return NoticeRevived(state.request, notice)


def set_aside(state: Outbox, notice: int) -> NoticeSetAside:
    """Take ``notice`` out of the dead letters for good, so that later ones go out, or refuse."""
    _check_dead(state, notice)
    return NoticeSetAside(state.request, notice)


def _check_dead(state: Outbox, notice: int) -> None:
    if not state.delivery(notice).dead:
        raise RefusedError("notice_not_dead", "expected a notice among the dead letters")
