"""What an auditor sends: bodies of JSON and forms, read to the same values and refused by place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from flask import Request
from msgspec import Struct

from ledger.errors import InvalidInputError
from ledger.facts import Act
from ledger.identifiers import Pattern
from ledger.records import access
from ledger.records.access import Channel, RecordKind
from verify_api.bodies import LARGEST_TEXT, day
from verify_api.callers import Role
from verify_api.desk.auditing_acts import Period
from verify_api.desk.auditing_records import PURPOSE, Case, Times
from verify_api.errors import MalformedRequestError
from verify_api.moments import VIETNAM

LONGEST_NAME: Final = 80
LARGEST_NUMBER: Final = 2**53 - 1
CASE_NUMBER: Final = Pattern(
    "case_number", re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ_./-]{0,39}"),
    "a case number of at most 40 letters, digits and _ . / -",
)  # fmt: skip
_YEARS: Final = range(1970, 9999)
_MICROSECOND: Final = timedelta(microseconds=1)


class CaseReason(StrEnum):
    """Why a case looks at a person's record; a code, for it stays in the clear for ever."""

    COMPLAINT = "complaint"
    INSPECTION = "inspection"
    INCIDENT = "incident"
    COURT = "court"
    SAMPLE = "sample"


class RecordBody(Struct, forbid_unknown_fields=True):
    """Which record, as of when, and in which case."""

    record: str
    """A certificate's number, a dossier code, a stream, or a person's pseudonym."""
    recorded_until: str | None = None
    """As the ledger knew it then: a moment, or a day in Vietnam to its end."""
    effective_until: str | None = None
    """And what had happened in the world by then."""
    case: str | None = None
    """Without one nothing about a person is opened."""
    reason: CaseReason | None = None
    """Required with a case."""
    after: int = 0
    """Position behind which to go on."""


class OfficerBody(Struct, forbid_unknown_fields=True):
    """Whose acts, from when to when."""

    account: str
    """Reference of an account, or the name that it signs in with."""
    since: str | None = None
    """A moment, or a day in Vietnam from its beginning."""
    until: str | None = None
    """Before this moment, or to the end of this day in Vietnam."""
    after: int | None = None
    """Position behind which to go on."""


class FiguresBody(Struct, forbid_unknown_fields=True):
    """For which position; the latest that is published if left out."""

    position: int | None = None


@dataclass(frozen=True, slots=True)
class RecordAsked:
    """A question about a record."""

    record: str
    times: Times
    case: Case
    after: int


def record_asked(body: RecordBody, *, account: str, at: datetime) -> RecordAsked:
    """Return the question in ``body``.

    Raises:
        InvalidInputError: A time, the case's number or its reason has not the form wanted.
    """
    record = _name(body.record, "record")
    times = Times(
        _until(body.recorded_until, "recorded_until"),
        _until(body.effective_until, "effective_until"),
    )
    case = Case(account, None)
    if body.case is not None:
        case = Case(account, CASE_NUMBER.check(body.case, place="case"), _reason(body.reason))
        _check_basis(case, at)
    return RecordAsked(record, times, case, _number(body.after, "after"))


def _reason(reason: CaseReason | None) -> str:
    if reason is None:
        raise InvalidInputError("reason", "case_reason", f"one of {', '.join(CaseReason)}")
    return reason.value


def _check_basis(case: Case, at: datetime) -> None:
    """Refuse a number that could be a person's before anything is opened for it."""
    act = Act(at, case.actor, Role.AUDITOR.value, legal_basis=case.basis)
    try:
        access.record(act, kind=RecordKind.PERSON, purpose=PURPOSE, channel=Channel.PAGE)
    except InvalidInputError as error:
        expected = "a case's number, not a person's"
        raise InvalidInputError("case", "case_number", expected) from error


def period_asked(body: OfficerBody) -> Period:
    """Return the period in ``body``.

    Raises:
        InvalidInputError: A time has not the form wanted, or none lies between.
    """
    period = Period(_since(body.since, "since"), _until(body.until, "until"))
    if period.since is not None and period.until is not None and period.since >= period.until:
        raise InvalidInputError("until", "period", "a time after the first one")
    return period


def account_asked(body: OfficerBody) -> str:
    """Return the account as it was typed.

    Raises:
        InvalidInputError: It is empty or too long.
    """
    return _name(body.account, "account")


def position_asked(number: int | None, place: str) -> int | None:
    """Return a position.

    Raises:
        InvalidInputError: It is none.
    """
    return None if number is None else _number(number, place)


def record_form(request: Request) -> RecordBody:
    """Return the form of a page as the body that a program sends.

    Raises:
        InvalidInputError: The reason is none of those offered.
    """
    typed = _typed(request)
    reason = typed.get("reason")
    if reason is not None and reason not in set(CaseReason):
        raise InvalidInputError("reason", "case_reason", f"one of {', '.join(CaseReason)}")
    return RecordBody(
        typed.get("record", ""), typed.get("recorded_until"), typed.get("effective_until"),
        typed.get("case"), None if reason is None else CaseReason(reason),
        _digits(typed.get("after"), "after") or 0,
    )  # fmt: skip


def officer_form(request: Request) -> OfficerBody:
    """Return the form of a page as the body that a program sends."""
    typed = _typed(request)
    after = _digits(typed.get("after"), "after")
    return OfficerBody(typed.get("account", ""), typed.get("since"), typed.get("until"), after)


def number_in_query(request: Request, name: str) -> int | None:
    """Return a number of the address, None without one.

    Raises:
        MalformedRequestError: It is none.
    """
    typed = request.args.get(name)
    try:
        return _digits(typed, name)
    except InvalidInputError as error:
        raise MalformedRequestError(name, f"{name}: expected {error.expected}") from error


def _typed(request: Request) -> Mapping[str, str]:
    request.max_content_length = LARGEST_TEXT
    return {name: value.strip() for name, value in request.form.items() if value.strip()}


def _digits(typed: str | None, place: str) -> int | None:
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(LARGEST_NUMBER))):
        raise InvalidInputError(place, "number", "digits")
    return _number(int(typed), place)


def _number(number: int, place: str) -> int:
    if not 0 <= number <= LARGEST_NUMBER:
        raise InvalidInputError(place, "number", f"a number from 0 to {LARGEST_NUMBER}")
    return number


def _name(typed: str, place: str) -> str:
    name = typed.strip()
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise InvalidInputError(place, "name", f"1 to {LONGEST_NAME} characters")
    return name


def _since(typed: str | None, place: str) -> datetime | None:
    return None if typed is None else _moment(typed, place, ends=False)


def _until(typed: str | None, place: str) -> datetime | None:
    return None if typed is None else _moment(typed, place, ends=True)


def _moment(typed: str, place: str, *, ends: bool) -> datetime:
    """Return a moment with its offset, or where a day in Vietnam begins or ends."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return _of_day(day(typed, place), place, ends=ends)
    if at.tzinfo is None:
        if len(typed) > len("2026-11-24"):
            raise InvalidInputError(place, "moment", "a day, or a time with its offset from UTC")
        return _of_day(at.date(), place, ends=ends)
    if at.year not in _YEARS:
        raise _no_day(place)
    return at


def _of_day(one: date, place: str, *, ends: bool) -> datetime:
    if one.year not in _YEARS:
        raise _no_day(place)
    begins = datetime.combine(one, time(), VIETNAM)
    return begins + timedelta(days=1) - _MICROSECOND if ends else begins


def _no_day(place: str) -> InvalidInputError:
    return InvalidInputError(place, "date", "a day such as 24/11/2026")
