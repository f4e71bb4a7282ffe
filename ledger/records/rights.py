"""A person's requests about their data: view, correct, restrict, withdraw. Facts, state, decisions.

    opened --answered--> in work --completed-->            done
               |            |--extended (once)--> in work
               |            |--refused-->                  refused, by a rule, in words
    any of these that has not ended --withdrawn--> taken back by the person
    restrict, completed: nobody but the person reads, save in an emergency or by a court's order;
    lift-restriction, completed: as before

Forgetting has a stream of its own (`ledger.records.erasure`); a request to erase is begun here, so
that its clock runs, is handed on to there when it is granted, and ends here with the erasure.

Source: Law 91/2025/QH15, articles 4 and 14; Decree 356/2025, article 5 (the clocks): an answer in
2 working days; to view, correct or provide 10 days (15 where others hold the data, 10 more once);
to withdraw or restrict 15 (20; 15 more); to erase 20 (30; 20 more).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.calendar import Term, TermUnit, WorkingCalendar
from ledger.errors import RefusedError
from ledger.identifiers import CODE, FACILITY_CODE
from ledger.names import check_text
from ledger.personal import Health

MAX_WORDS: Final = 4_000
MOST_OPEN: Final = 20
"""Requests of one person that are not done."""
ANSWER_TERM: Final = Term(TermUnit.WORKING_DAYS, 2)


class Right(StrEnum):
    """What is asked for."""

    VIEW = "view"
    CORRECT = "correct"
    PROVIDE = "provide"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    LIFT_RESTRICTION = "lift-restriction"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Clock:
    """How many days a request may take."""

    days: int
    with_others: int
    """Where another organisation holds the data."""
    extension: int


CLOCKS: Final[Mapping[Right, Clock]] = MappingProxyType({
    **dict.fromkeys((Right.VIEW, Right.CORRECT, Right.PROVIDE), Clock(10, 15, 10)),
    **dict.fromkeys((Right.WITHDRAW, Right.RESTRICT, Right.LIFT_RESTRICTION), Clock(15, 20, 15)),
    Right.ERASE: Clock(20, 30, 20),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class RightsDetails:
    """What the person writes."""

    words: str
    visit: UUID | None = None
    """The visit that it is about, where it is one."""


@dataclass(frozen=True, slots=True)
class RightsOpened:
    """A person asked."""

    request: UUID
    right: Right
    facility: str | None
    """Whose task it is: the facility that sent what is to be corrected; None: the officer's."""
    details: Health[RightsDetails]
    answer_due: date
    due: date


@dataclass(frozen=True, slots=True)
class RightsAnswered:
    """The person was told that it is in work, and what happens next."""

    request: UUID
    words: Health[str]


@dataclass(frozen=True, slots=True)
class RightsExtended:
    """It takes longer, once."""

    request: UUID
    due: date
    reason: Health[str]


@dataclass(frozen=True, slots=True)
class RightsCompleted:
    """It was done."""

    request: UUID
    words: Health[str]


@dataclass(frozen=True, slots=True)
class RightsRefused:
    """The answer was no."""

    request: UUID
    rule: str
    words: Health[str]


@dataclass(frozen=True, slots=True)
class RightsHandedOn:
    """A request to erase was granted: an erasure was asked for, which needs its approvals."""

    request: UUID
    erasure: UUID
    """The request on the person's erasure stream."""


@dataclass(frozen=True, slots=True)
class RightsErased:
    """The erasure was done; nothing is said in words, for the key of the words may be gone."""

    request: UUID
    erasure: UUID


@dataclass(frozen=True, slots=True)
class RightsWithdrawn:
    """The person took the request back; nobody has to do anything any more."""

    request: UUID


Fact: TypeAlias = (
    RightsOpened | RightsAnswered | RightsExtended | RightsCompleted | RightsRefused
    | RightsHandedOn | RightsErased | RightsWithdrawn
)  # fmt: skip
Ended: TypeAlias = RightsCompleted | RightsRefused | RightsErased | RightsWithdrawn

TOPICS: dict[str, type] = {
    "rights.opened/1": RightsOpened,
    "rights.answered/1": RightsAnswered,
    "rights.extended/1": RightsExtended,
    "rights.completed/1": RightsCompleted,
    "rights.refused/1": RightsRefused,
    "rights.handed_on/1": RightsHandedOn,
    "rights.erased/1": RightsErased,
    "rights.withdrawn/1": RightsWithdrawn,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    opened: RightsOpened
    due: date
    answered: RightsAnswered | None = None
    extended: RightsExtended | None = None
    ended: Ended | None = None
    erasure: UUID | None = None
    """The erasure to which it was handed on, the last one."""


@dataclass(frozen=True, slots=True)
class Rights:
    """All requests of a person."""

    requests: Mapping[UUID, Request] = field(default_factory=lambda: MappingProxyType({}))
    restricted: bool = False
    """Whether their data may be kept and not used."""


EMPTY: Final = Rights()


def evolve(state: Rights, fact: Fact) -> Rights:
    """Return the requests after ``fact``."""
    if isinstance(fact, RightsOpened):
        return replace(state, requests={**state.requests, fact.request: Request(fact, fact.due)})
    known = state.requests[fact.request]
    after = replace(state, requests={**state.requests, fact.request: _after(known, fact)})
    if isinstance(fact, RightsCompleted) and known.opened.right in _RESTRICTS:
        return replace(after, restricted=_RESTRICTS[known.opened.right])
    return after


_RESTRICTS: Final = MappingProxyType({Right.RESTRICT: True, Right.LIFT_RESTRICTION: False})


def _after(
    request: Request, fact: RightsAnswered | RightsExtended | RightsHandedOn | Ended
) -> Request:
    match fact:
        case RightsAnswered():
            return replace(request, answered=fact)
        case RightsExtended():
            return replace(request, extended=fact, due=fact.due)
        case RightsHandedOn():
            return replace(request, erasure=fact.erasure)
        case RightsCompleted() | RightsRefused() | RightsErased() | RightsWithdrawn():
            return replace(request, ended=fact)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Rights:
    """Return the requests after all ``facts``."""
    state = EMPTY
    for fact in facts:
        state = evolve(state, fact)
    return state


def open_request(
    state: Rights,
    *,
    request: UUID,
    right: Right,
    details: RightsDetails,
    facility: str | None,
    with_others: bool,
    on: date,
    calendar: WorkingCalendar,
) -> tuple[RightsOpened, ...]:
    """Return the request; nothing if this one is known.

    Args:
        state: The person's requests so far.
        request: A new random identifier.
        right: What is asked for.
        details: In the person's words.
        facility: Whose task it is, where it is a facility's.
        with_others: Whether another organisation has to do something: the longer clock runs.
        on: Today, in Vietnam.
        calendar: The working days.

    Raises:
        InvalidInputError: A part has the wrong form.
        RefusedError: ``request_differs``, ``too_many_requests`` or ``not_restricted``.
    """
    check_text(details.words, place="words", longest=MAX_WORDS)
    if facility is not None:
        FACILITY_CODE.check(facility, place="facility")
    known = state.requests.get(request)
    if known is not None:
        if (known.opened.right, known.opened.details) != (right, details):
            raise RefusedError("request_differs", "this request was made with other content")
        return ()
    if sum(one.ended is None for one in state.requests.values()) >= MOST_OPEN:
        raise RefusedError("too_many_requests", f"at most {MOST_OPEN} are open at a time")
    if right is Right.LIFT_RESTRICTION and not state.restricted:
        raise RefusedError("not_restricted", "nothing is restricted")
    clock = CLOCKS[right]
    days = clock.with_others if with_others else clock.days
    opened = RightsOpened(
        request, right, facility, details,
        answer_due=calendar.end_of(ANSWER_TERM, on), due=calendar.add_calendar_days(on, days),
    )  # fmt: skip
    return (opened,)


def answer(state: Rights, *, request: UUID, words: str) -> RightsAnswered:
    """Return the answer that it is in work.

    Raises:
        RefusedError: ``unknown_request``, ``request_ended`` or ``already_answered``.
    """
    if _open(state, request).answered is not None:
        raise RefusedError("already_answered", "this request was answered before")
    return RightsAnswered(request, _words(words))


def extend(
    state: Rights, *, request: UUID, reason: str, on: date, calendar: WorkingCalendar
) -> RightsExtended:
    """Return the extension: once, before the time is over, with a reason.

    Raises:
        RefusedError: ``unknown_request``, ``request_ended``, ``extended_before`` or
            ``already_overdue``.
    """
    known = _open(state, request)
    if known.extended is not None:
        raise RefusedError("extended_before", "a request is extended once")
    if on > known.due:
        raise RefusedError("already_overdue", "what is overdue is not extended but done")
    more = CLOCKS[known.opened.right].extension
    return RightsExtended(request, calendar.add_calendar_days(known.due, more), _words(reason))


def complete(state: Rights, *, request: UUID, words: str) -> RightsCompleted:
    """Return the completion.

    Raises:
        RefusedError: ``unknown_request``, ``request_ended``, or ``erasure_not_done``: nobody says
            that somebody was forgotten who was not.
    """
    if _open(state, request).opened.right is Right.ERASE:
        raise RefusedError("erasure_not_done", "a request to erase ends with its erasure")
    return RightsCompleted(request, _words(words))


def hand_on(
    state: Rights, *, request: UUID, erasure: UUID, former_refused: bool
) -> tuple[RightsHandedOn, ...]:
    """Return that a request to erase was granted; nothing if it was handed on to this erasure.

    Args:
        state: The person's requests so far.
        request: The granted one.
        erasure: A new random identifier.
        former_refused: Whether an erasure to which it was handed on before was refused.

    Raises:
        RefusedError: ``unknown_request``, ``request_ended``, ``no_request_to_erase`` or
            ``erasure_under_way``.
    """
    known = _open(state, request)
    if known.opened.right is not Right.ERASE:
        raise RefusedError("no_request_to_erase", "the person asked for something else")
    if known.erasure == erasure:
        return ()
    _check_no_erasure(known, former_refused=former_refused)
    return (RightsHandedOn(request, erasure),)


def _check_no_erasure(known: Request, *, former_refused: bool) -> None:
    if known.erasure is not None and not former_refused:
        raise RefusedError("erasure_under_way", "an erasure was asked for and waits for its end")


def erased(state: Rights, *, erasure: UUID) -> tuple[RightsErased, ...]:
    """Return the end of the request that was handed on to an erasure; nothing if none was."""
    return tuple(
        RightsErased(request, erasure)
        for request, known in state.requests.items()
        if known.erasure == erasure and known.ended is None
    )


def withdraw(state: Rights, *, request: UUID) -> tuple[RightsWithdrawn, ...]:
    """Return that the person takes a request back; nothing if they did before.

    An erasure to which it was handed on is stopped beside it (`ledger.commands.erasure_requests`).

    Raises:
        RefusedError: ``unknown_request`` or ``request_ended``.
    """
    known = state.requests.get(request)
    if known is not None and isinstance(known.ended, RightsWithdrawn):
        return ()
    return (RightsWithdrawn(_open(state, request).opened.request),)


def refuse(
    state: Rights, *, request: UUID, rule: str, words: str, former_refused: bool = False
) -> RightsRefused:
    """Return the refusal, by a named rule and in words.

    Args:
        state: The person's requests so far.
        request: The refused one.
        rule: A code.
        words: What the person is told.
        former_refused: Whether the erasure to which it was handed on was refused.

    Raises:
        InvalidInputError: The rule is no code.
        RefusedError: ``unknown_request``, ``request_ended`` or ``erasure_under_way``.
    """
    _check_no_erasure(_open(state, request), former_refused=former_refused)
    return RightsRefused(request, CODE.check(rule, place="rule"), _words(words))


def _open(state: Rights, request: UUID) -> Request:
    known = state.requests.get(request)
    if known is None:
        raise RefusedError("unknown_request", "no such request is on record")
    if known.ended is not None:
        raise RefusedError("request_ended", "this request has ended")
    return known


def _words(words: str) -> str:
    return check_text(words, place="words", longest=MAX_WORDS)
