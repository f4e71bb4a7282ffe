"""What endpoints about consents, links, rights and looks share: resources, acts, small forms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from ledger.calendar import WorkingCalendar, local_day
from ledger.categories import Category
from ledger.certificates.kind import Wording
from ledger.commands.erasure import RetainedHealth, nobody_can_say
from ledger.commands.refusals import record_refusal
from ledger.commands.representation import Representation, represent
from ledger.commands.sharing import BuildSummary
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore
from ledger.personal import Erased
from ledger.records.access import Channel, RecordKind
from ledger.records.book_access import NO_GROUND, Basis
from projections.view_store import ViewDatabase
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answers import json_answer
from verify_api.callers import Role
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.ports import Seen
from verify_api.running import the_ports

LAW: Final = "91/2025/QH15"
"""The Personal Data Protection Law: officers look at what they have to answer."""
REPRESENTED: Final = "manage_represented"
"""Why somebody looks at what is another's whom they represent; a code of access facts."""
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
    retained: RetainedHealth = nobody_can_say
    """Knows how long the law keeps somebody's health data."""
    viewer: str | None = None
    """Address of the page that shows what a link holds; before the link in its QR code."""


@dataclass(frozen=True, slots=True)
class Managed:
    """Whose data a request governs: the caller's own, or somebody's whom they represent.

    What a representative does and sees is a look in the person's history; what the person does
    themself is not, for it shows nothing.
    """

    subject: UUID
    act: Act
    representation: Representation | None = None

    def shown(
        self, body: object, *, kind: RecordKind = RecordKind.RIGHTS,
        reference: UUID | None = None, status: int = 200,
    ) -> Disclosed:  # fmt: skip
        """Return an answer that shows something about the person."""
        return Disclosed(json_answer(body, status), (self.seen(kind, reference),))

    def seen(self, kind: RecordKind = RecordKind.RIGHTS, reference: UUID | None = None) -> Seen:
        """Return the look that an answer about the person is."""
        if self.representation is None:
            return Seen(kind, self.subject, reference=reference)
        return Seen(
            kind, self.subject, reference=reference, legal_basis=Basis.REPRESENTATIVE.value,
            basis=self.representation.representative, purpose=REPRESENTED,
        )  # fmt: skip

    def did(
        self, body: object, *, kind: RecordKind = RecordKind.RIGHTS,
        reference: UUID | None = None, status: int = 200,
    ) -> Disclosed:  # fmt: skip
        """Return what was done for the person."""
        if self.representation is None:
            return done(body, status)
        return self.shown(body, kind=kind, reference=reference, status=status)

    def may_see(self, categories: Iterable[Category]) -> bool:
        """Tell whether the caller may see what is of these categories."""
        if self.representation is None:
            return True
        return self.representation.may_read(categories, local_day(self.act.at))

    def check_may_open(self, categories: Iterable[Category], until: datetime | None) -> None:
        """Refuse a representative what they could not open themselves, up to the last day of it.

        Raises:
            RefusedError: ``beyond_representation``.
        """
        if self.representation is not None:
            today = local_day(self.act.at)
            self.representation.check_may_open(
                categories, on=today, last=_last_day(until, self.act.at)
            )


def _last_day(until: datetime | None, at: datetime) -> date:
    """Return the last day before ``until``; for ever, if that is none or as far as days go."""
    if until is None or until.year == date.max.year:
        return date.max
    return local_day(until - timedelta(microseconds=1) if until > at else at)


def own() -> Managed:
    """Return that the caller governs what is theirs.

    Raises:
        ForbiddenError: The account is nobody's.
    """
    return Managed(my_subject(), act_of_caller())


def for_person(desk: Governing, person: UUID) -> Managed:
    """Return that the caller governs what is somebody's whom they represent.

    Raises:
        ForbiddenError: They do not; the same words whether there is such a person or not. The
            attempt is a fact by then.
    """
    me, act = my_subject(), act_of_caller(Basis.REPRESENTATIVE.value)
    try:
        found = represent(desk.facts, representative=me, subject=person, on=local_day(act.at))
    except RefusedError as error:
        if error.rule != NO_GROUND:
            raise
        record_refusal(
            desk.facts, subject=person, kind=RecordKind.RIGHTS, purpose=REPRESENTED,
            channel=Channel.API, act=act_of_caller(),
        )  # fmt: skip
        raise ForbiddenError(str(error)) from error
    return Managed(person, replace(act, correlation=me), found)


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
