"""May a paper be taken in now, by whom, until when? For papers that are used up by it. Pure.

Signature and standing are judged elsewhere; here it is judged who asks, what the paper's use says,
and the day. A use is known only online: offline, addressee, term and day are still judged, and
what cannot be known is answered as that. Whoever is not sure who asks (an anonymous check in which
a facility's code was typed) is not told where somebody is treated.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.kind import Taking, Token


class Acceptance(StrEnum):
    """Whether a facility may take the paper in."""

    NOT_TAKEN_IN = "not_taken_in"
    """This kind of paper is shown and not used up."""
    ACCEPTABLE = "acceptable"
    IN_USE_HERE = "in_use_here"
    """The facility that asks has it: it serves to the end of the episode."""
    APPOINTMENT_NEEDED = "appointment_needed"
    """From the second episode on an appointment is shown with it."""
    BEFORE_ITS_DAY = "before_its_day"
    """Only for abnormal signs."""
    USE_UNKNOWN = "use_unknown"
    """Nothing is known of its use: offline."""
    OTHER_ADDRESSEE = "other_addressee"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    USED_UP = "used_up"
    FINALLY_REJECTED = "finally_rejected"
    TAKEN_BACK = "taken_back"
    MOVED = "moved"
    """Another paper with another day took its place."""
    DAY_WENT_BY = "day_went_by"
    """The facility is asked what is right now."""
    LAPSED = "lapsed"


class UseStage(StrEnum):
    """What a paper's use says, as far as an answer needs it."""

    AVAILABLE = "available"
    IN_USE = "in_use"
    USED_UP = "used_up"
    FINALLY_REJECTED = "finally_rejected"
    TAKEN_BACK = "taken_back"
    MOVED = "moved"


class UseEvidence(NamedTuple):
    """What a source knows of one paper's use."""

    stage: UseStage | None = None
    """None if nothing is known."""
    facility: str | None = None
    """Who has it, or had it last."""
    since: datetime | None = None
    presented: tuple[str, ...] = ()
    """Facilities at which it was shown in time and lies."""
    needs_appointment: bool = False


NO_USE: Final = UseEvidence()


@dataclass(frozen=True, slots=True)
class Checker:
    """For which facility somebody asks."""

    facility: str
    vouched: bool = False
    """True if it is known that they work there, and not only typed."""


@dataclass(frozen=True, slots=True)
class Accepting:
    """The answer about taking a paper in."""

    axis: Acceptance
    places: tuple[str, ...]
    """Codes of the facilities that may."""
    until: date
    """The last day on which it can be presented."""
    days_left: int
    """Working days after today, until that day."""
    appointed_on: date | None = None
    facility: str | None = None
    """For which one it was judged; None: for nobody in particular."""
    used_by: str | None = None
    used_since: datetime | None = None
    serves: bool = False
    """True if it serves although its term is over: it was presented in time, and is in use, or lies
    at the facility that asks."""


def judge(
    taking: Taking,
    token: Token,
    *,
    at: datetime,
    evidence: UseEvidence,
    checker: Checker | None,
    calendar: WorkingCalendar,
) -> Accepting:
    """Return whether ``checker`` may take the paper of ``token`` in at ``at``.

    Args:
        taking: How this kind is taken in.
        token: The claims of a genuine code.
        at: The moment to judge.
        evidence: What is known of its use.
        checker: Who asks; None if that was not said.
        calendar: In which working days are counted.
    """
    today, last = local_day(at), local_day(token.expires_at - timedelta(seconds=1))
    places, appointed = taking.places(token), taking.appointed(token)
    facility = None if checker is None else checker.facility
    axis = (
        _for_this_facility(places, facility, evidence)
        or _by_its_use(facility, evidence)
        or _by_the_day(today, last, appointed, facility, evidence)
        or _what_remains(evidence)
    )
    told = axis in _TOLD and checker is not None and checker.vouched
    return Accepting(
        axis,
        places,
        last,
        calendar.working_days_between(today, last),
        appointed,
        facility,
        evidence.facility if told else None,
        evidence.since if told else None,
        evidence.stage is UseStage.IN_USE or facility in evidence.presented,
    )


_TOLD: Final = frozenset({Acceptance.IN_USE_HERE, Acceptance.IN_USE_ELSEWHERE, Acceptance.USED_UP})
"""Answers in which it is said who has it, to a facility that it is addressed to."""


def _for_this_facility(
    places: tuple[str, ...], facility: str | None, evidence: UseEvidence
) -> Acceptance | None:
    if facility is None or facility in places or facility == evidence.facility:
        return None
    return Acceptance.OTHER_ADDRESSEE


def _by_its_use(facility: str | None, evidence: UseEvidence) -> Acceptance | None:
    if evidence.stage is UseStage.IN_USE:
        here = facility is not None and facility == evidence.facility
        return Acceptance.IN_USE_HERE if here else Acceptance.IN_USE_ELSEWHERE
    return _ENDED.get(evidence.stage) if evidence.stage is not None else None


_ENDED: Final = {
    UseStage.USED_UP: Acceptance.USED_UP,
    UseStage.FINALLY_REJECTED: Acceptance.FINALLY_REJECTED,
    UseStage.TAKEN_BACK: Acceptance.TAKEN_BACK,
    UseStage.MOVED: Acceptance.MOVED,
}


def _by_the_day(
    today: date,
    last: date,
    appointed: date | None,
    facility: str | None,
    evidence: UseEvidence,
) -> Acceptance | None:
    if today > last and facility not in evidence.presented:
        return Acceptance.LAPSED
    if appointed is not None and today > appointed:
        return Acceptance.DAY_WENT_BY
    early = appointed is not None and today < appointed and evidence.stage is not None
    return Acceptance.BEFORE_ITS_DAY if early else None


def _what_remains(evidence: UseEvidence) -> Acceptance:
    if evidence.stage is None:
        return Acceptance.USE_UNKNOWN
    return Acceptance.APPOINTMENT_NEEDED if evidence.needs_appointment else Acceptance.ACCEPTABLE
