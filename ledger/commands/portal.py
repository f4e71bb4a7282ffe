"""Commands of a province's one-stop system: hand a dossier in, and be told what becomes of it.

A dossier is known by its province's code. The same content again is "already received"; another
content is taken only while a supplement is asked for, and else refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import cast
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates.request_values import Declaration, NewRequest
from ledger.commands import people, requests
from ledger.commands.loading import until_settled
from ledger.commands.people import Directory
from ledger.commands.requests import Settlement
from ledger.errors import IdempotencyMismatchError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.identifiers import request_stream
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import portal
from ledger.records.portal import Answer, Outbox


class Intake(StrEnum):
    """What happened to a dossier that was handed in."""

    RECEIVED = "received"
    ALREADY_RECEIVED = "already_received"
    SUPPLEMENT_RECEIVED = "supplement_received"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A dossier, in the ledger's words."""

    authority: str
    code: str
    digest: bytes
    """SHA-256 over the whole content."""
    details: PersonalDetails
    contact: ContactDetails
    declaration: Declaration
    request: Callable[[UUID], NewRequest]
    """From the person's pseudonym to the request."""
    settlement: Callable[[], Settlement]
    """How the fee was settled; asked only for a new dossier."""

    @property
    def stream(self) -> UUID:
        """The request's stream."""
        return request_stream(self.authority, self.code)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a province is to be told."""

    position: int
    request: UUID
    body: dict[str, object]


def receive(
    facts: FactStore,
    directory: Directory,
    *,
    dossier: HandedIn,
    act: Act,
    calendar: WorkingCalendar,
    ids: Callable[[], UUID],
) -> Intake:
    """Take a dossier in.

    Raises:
        InvalidInputError: A value has the wrong form; names the place.
        RefusedError: Another content outside of a supplement
            (``resubmission_only_in_supplement``), or a rule of filing.
    """
    first = Idempotency(f"portal\n{dossier.authority}\n{dossier.code}", dossier.digest)
    try:
        if facts.answered(first) is not None:
            return Intake.ALREADY_RECEIVED
    except IdempotencyMismatchError:
        return _supplement(facts, dossier=dossier, act=act, calendar=calendar)
    subject = people.register(
        facts,
        directory,
        subject=ids(),
        record=ids(),
        details=dossier.details,
        contact=dossier.contact,
        act=act,
    )
    receipt = requests.file(
        facts,
        new=dossier.request(subject),
        settlement=dossier.settlement(),
        act=act,
        idempotency=first,
    )
    return Intake.ALREADY_RECEIVED if receipt.repeated else Intake.RECEIVED


def _supplement(
    facts: FactStore, *, dossier: HandedIn, act: Act, calendar: WorkingCalendar
) -> Intake:
    again = Idempotency(
        f"portal\n{dossier.authority}\n{dossier.code}\n{dossier.digest.hex()}", dossier.digest
    )
    receipt = requests.receive_supplement(
        facts,
        request=dossier.stream,
        act=act,
        calendar=calendar,
        declaration=dossier.declaration,
        idempotency=again,
    )
    return Intake.ALREADY_RECEIVED if receipt.repeated else Intake.SUPPLEMENT_RECEIVED


def deliver(
    facts: FactStore,
    *,
    notices: Iterable[Notice],
    send: Callable[[dict[str, object], datetime], Answer],
    act: Act,
) -> list[Receipt]:
    """Send each notice that is due, in order, and record what became of it.

    A dossier whose notice was put off is passed over for the rest of the round, so that no
    province ever hears of a later status before an earlier one.
    """
    held: set[UUID] = set()
    receipts = []
    for notice in notices:
        if notice.request in held:
            continue
        outbox = load_outbox(facts, notice.request)
        if not portal.may_be_sent(outbox, notice.position, at=act.at):
            held.add(notice.request)
            continue
        answer = send(notice.body, act.at)
        receipts.append(_settle(facts, notice, answer, act))
        if answer in {Answer.INTERRUPTED, Answer.UNREACHABLE}:
            held.add(notice.request)
    return receipts


def _settle(facts: FactStore, notice: Notice, answer: Answer, act: Act) -> Receipt:
    def attempt() -> Receipt:
        history = facts.history(portal.outbox_stream(notice.request))
        outbox = _folded(notice.request, history.facts)
        fact = portal.settle(outbox, notice.position, answer, at=act.at)
        return facts.append(act, history.then(fact))

    return until_settled(attempt)


def revive(facts: FactStore, *, request: UUID, notice: int, act: Act) -> Receipt:
    """Take a notice out of the dead letters, to be sent again.

    Raises:
        RefusedError: It is not among them.
    """

    def attempt() -> Receipt:
        history = facts.history(portal.outbox_stream(request))
        fact = portal.revive(_folded(request, history.facts), notice)
        return facts.append(act, history.then(fact))

    return until_settled(attempt)


def load_outbox(facts: FactStore, request: UUID) -> Outbox:
    """Return what the province was told about ``request``."""
    return _folded(request, facts.history(portal.outbox_stream(request)).facts)


def _folded(request: UUID, facts: tuple[object, ...]) -> Outbox:
    return reduce(portal.evolve, cast("tuple[portal.Fact, ...]", facts), Outbox(request))
