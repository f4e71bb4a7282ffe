"""What endpoints about consents, links, rights and looks share: resources, acts, small forms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.commands.sharing import BuildSummary
from ledger.facts import Act, FactStore
from ledger.personal import Erased
from ledger.records.access import RecordKind
from projections.view_store import ViewDatabase
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answers import json_answer
from verify_api.callers import Role
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.ports import Seen
from verify_api.running import the_ports

LAW: Final = "91/2025/QH15"
"""The Personal Data Protection Law: officers look at what they have to answer."""
_ID_BYTES: Final = 16
_LARGEST: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Governing:
    """What these endpoints need of the house."""

    facts: FactStore
    views: ViewDatabase
    calendar: WorkingCalendar
    build: BuildSummary
    """Makes what a link shows."""
    organisation_name: Callable[[str], Wording | None]
    pause: Callable[[float], object]
    """Waits so many seconds while somebody looks on live."""
    viewer: str | None = None
    """Address of the page that shows what a link holds; before the link in its QR code."""


def act_of_caller(legal_basis: str | None = None) -> Act:
    """Return an act of now by who sends this request."""
    caller = the_caller()
    return Act(
        the_ports().clock(), caller.account, caller.role.value, caller.organisation,
        legal_basis=legal_basis,
    )  # fmt: skip


def new_id(given: UUID | None = None) -> UUID:
    """Return what the caller chose, so that sending twice is one act; or a new identifier."""
    return given or UUID(bytes=the_ports().random_bytes(_ID_BYTES), version=4)


def my_subject() -> UUID:
    """Return whose the calling account is.

    Raises:
        ForbiddenError: Nobody's.
    """
    subject = the_caller().subject
    if subject is None:
        raise ForbiddenError("the account belongs to nobody whose data could be shown")
    return subject


def check_task_is_mine(facility: str | None) -> None:
    """Refuse a facility's own people what is another facility's task.

    Raises:
        ForbiddenError: It is.
    """
    caller = the_caller()
    if caller.role is not Role.DATA_PROTECTION_OFFICER and caller.organisation != facility:
        raise ForbiddenError("this is another facility's task")


def disclosed(
    body: object,
    subject: UUID,
    *,
    kind: RecordKind = RecordKind.RIGHTS,
    reference: UUID | None = None,
    status: int = 200,
) -> Disclosed:
    """Return ``body`` as an answer that is a look at the data of ``subject``."""
    answer: Response = json_answer(body, status)
    return Disclosed(answer, (Seen(kind, subject, reference=reference),))


def done(body: object, status: int = 200) -> Disclosed:
    """Return what was done, which shows nothing about anybody."""
    return Disclosed(json_answer(body, status))


def asked_number(name: str, otherwise: int, *, least: int = 0, most: int = _LARGEST) -> int:
    """Return a number of the query.

    Raises:
        MalformedRequestError: It is none, or out of bounds.
    """
    text = request.args.get(name)
    if text is None:
        return otherwise
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not plain or not least <= int(text) <= most:
        raise MalformedRequestError("query_number", f"{name}: expected {least} to {most}")
    return int(text)


def plain(value: Any) -> Any:
    """Return a value of a fact as JSON has it; what was erased as None."""
    match value:
        case Erased():
            return None
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value
