"""Commands of a province's one-stop system: hand a dossier in, and be told what becomes of it.

A dossier is known by its province's code. The same content again is "already received"; another
content is taken only while a supplement is asked for, and else refused. A dossier that is refused
leaves nothing behind, not even the person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import cast
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates import request_filing
from ledger.certificates.procedure import Stage
from ledger.certificates.request import evolve
from ledger.certificates.request_facts import RequestDrafted
from ledger.certificates.request_values import Declaration, NewRequest
from ledger.commands import people, requests
from ledger.commands.loading import load_request, unchanged, until_settled
from ledger.commands.people import Directory
from ledger.commands.requests import Settlement
from ledger.errors import IdempotencyMismatchError, RefusedError
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
    _check(dossier, act, ids())
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


def _check(dossier: HandedIn, act: Act, anybody: UUID) -> None:
    """Refuse what filing would refuse, before anybody is registered for its sake."""
    drafted = evolve(None, request_filing.draft(dossier.request(anybody), act=act))
    settlement = dossier.settlement()
    if settlement.ground is not None:
        request_filing.exempt(drafted, act=act, ground=settlement.ground)
    else:
        receipt = settlement.receipt or ""
        request_filing.pay(drafted, act=act, amount=settlement.amount, receipt=receipt)


def _supplement(
    facts: FactStore, *, dossier: HandedIn, act: Act, calendar: WorkingCalendar
) -> Intake:
    again = Idempotency(
        f"portal\n{dossier.authority}\n{dossier.code}\n{dossier.digest.hex()}", dossier.digest
    )
    if facts.answered(again) is not None:
        return Intake.ALREADY_RECEIVED
    known = load_request(facts, dossier.stream).state
    if known.stage is Stage.SUPPLEMENT:
        _check_same_request(known.draft, dossier, act)
    receipt = requests.receive_supplement(
        facts,
        request=dossier.stream,
        act=act,
        calendar=calendar,
        declaration=dossier.declaration,
        contact=dossier.contact,
        idempotency=again,
    )
    return Intake.ALREADY_RECEIVED if receipt.repeated else Intake.SUPPLEMENT_RECEIVED


def _check_same_request(before: RequestDrafted, dossier: HandedIn, act: Act) -> None:
    """Refuse a supplement that asks for something else than the dossier did.

    What may differ is what is declared, and how to reach the person. Whether the case is complex
    was decided by the first declaration, and is an officer's to decide anew.
    """
    after = request_filing.draft(dossier.request(before.subject), act=act)
    kept = {
        name: getattr(before, name)
        for name in ("declaration", "contact", "declared_convictions", "complex_case", "fee")
    }
    if replace(after, **kept) != before:
        raise RefusedError(
            "supplement_changes_request", "expected the same form, applicant, fee group and copies"
        )


def deliver(
    facts: FactStore,
    *,
    notices: Iterable[Notice],
    send: Callable[[dict[str, object], datetime], Answer],
    act: Callable[[], Act],
) -> list[Receipt]:
    """Send each notice that is due, in order, and record what became of it.

    A dossier whose notice was not taken is passed over for the rest of the round, so that no
    province ever hears of a later status before an earlier one; and a province that does not
    answer at all is left alone until the next round.

    A kill between sending and recording sends the notice once more: its ``viTri`` is the same.

    Args:
        facts: The ledger.
        notices: Of one province, in the order of their positions.
        send: To the province; signs with the time that it is given.
        act: Who sends, when: asked anew for every notice.
    """
    held: set[UUID] = set()
    receipts = []
    for notice in notices:
        if notice.request in held:
            continue
        now = act()
        outbox = load_outbox(facts, notice.request)
        if outbox.delivery(notice.position).done:  # the view that named it lags behind
            continue
        if not portal.may_be_sent(outbox, notice.position, at=now.at):
            held.add(notice.request)
            continue
        answer = send(notice.body, now.at)
        receipts.append(_settle(facts, notice, answer, now))
        if answer not in _TAKEN:
            held.add(notice.request)
        if answer is Answer.UNREACHABLE:
            break
    return receipts


_TAKEN = frozenset({Answer.ACCEPTED, Answer.ALREADY_THERE})


def _settle(facts: FactStore, notice: Notice, answer: Answer, act: Act) -> Receipt:
    def attempt() -> Receipt:
        history = facts.history(portal.outbox_stream(notice.request))
        outbox = _folded(notice.request, history.facts)
        if outbox.delivery(notice.position).done:  # another worker has delivered it too
            return unchanged(history)
        fact = portal.settle(outbox, notice.position, answer, at=act.at)
        return facts.append(act, history.then(fact))

    return until_settled(attempt)


def revive(facts: FactStore, *, request: UUID, notice: int, act: Act) -> Receipt:
    """Take a notice out of the dead letters, to be sent again.

    Raises:
        RefusedError: It is not among them.
    """
    return _mend(facts, request, act, lambda outbox: portal.revive(outbox, notice))


def set_aside(facts: FactStore, *, request: UUID, notice: int, act: Act) -> Receipt:
    """Take a notice out of the dead letters for good; those after it go out.

    Raises:
        RefusedError: It is not among them.
    """
    return _mend(facts, request, act, lambda outbox: portal.set_aside(outbox, notice))


def _mend(
    facts: FactStore, request: UUID, act: Act, decide: Callable[[Outbox], portal.Fact]
) -> Receipt:
    def attempt() -> Receipt:
        history = facts.history(portal.outbox_stream(request))
        return facts.append(act, history.then(decide(_folded(request, history.facts))))

    return until_settled(attempt)


def load_outbox(facts: FactStore, request: UUID) -> Outbox:
    """Return what the province was told about ``request``."""
    return _folded(request, facts.history(portal.outbox_stream(request)).facts)


def _folded(request: UUID, facts: tuple[object, ...]) -> Outbox:
    return reduce(portal.evolve, cast("tuple[portal.Fact, ...]", facts), Outbox(request))
