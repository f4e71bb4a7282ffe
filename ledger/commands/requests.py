"""Commands of the applicant's side: hand in, pay, submit, supplement, withdraw.

A request and its person move together: drafting opens it there, and its end closes it, in one
transaction, so that nobody ever has two requests open.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates import request_filing
from ledger.certificates.request import Request, evolve, fold, has_ended
from ledger.certificates.request_facts import Fact, RequestDrafted
from ledger.certificates.request_files import FileReceived
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Declaration, NewRequest
from ledger.commands.loading import (
    Loaded,
    answered,
    load_person,
    load_request,
    unchanged,
    until_settled,
)
from ledger.errors import RefusedError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.identifiers import request_stream
from ledger.personal import Erased
from ledger.personal_details import ContactDetails
from ledger.records import person
from ledger.records.person import Person

Decide = Callable[[Request], tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the fee of a handed-in request was settled: paid, or waived on a ground."""

    amount: int = 0
    """VND."""
    receipt: str | None = None
    ground: str | None = None


def draft(
    facts: FactStore,
    *,
    new: NewRequest,
    act: Act,
    files: tuple[FileReceived, ...] = (),
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Begin a request, and open it with its person; the same draft again changes nothing.

    Its ``files`` are kept already, by `ledger.commands.request_files`.

    Raises:
        InvalidInputError: A value has the wrong form; names the place.
        NotFoundError: Nobody is known under ``new.subject``.
        RefusedError: Who asks may not, or another request is open, or the dossier is known.
    """
    return _hand_in(facts, new, act, idempotency, lambda _: files)


def file(
    facts: FactStore,
    *,
    new: NewRequest,
    settlement: Settlement,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Draft, settle the fee and submit at once, as a portal hands a dossier in: all or nothing.

    Raises:
        InvalidInputError: A value has the wrong form; names the place.
        NotFoundError: Nobody is known under ``new.subject``.
        RefusedError: As of `draft`, `pay`, `exempt` and `submit`.
    """

    def settle_and_submit(drafted: Request) -> tuple[Fact, ...]:
        settled = _settle(drafted, settlement, act)
        return (*settled, *request_filing.submit(reduce(evolve, settled, drafted), act=act))

    return _hand_in(facts, new, act, idempotency, settle_and_submit)


def _settle(drafted: Request, settlement: Settlement, act: Act) -> tuple[Fact, ...]:
    if settlement.ground is not None:
        return request_filing.exempt(drafted, act=act, ground=settlement.ground)
    receipt = settlement.receipt or ""
    return request_filing.pay(drafted, act=act, amount=settlement.amount, receipt=receipt)


def _hand_in(
    facts: FactStore,
    new: NewRequest,
    act: Act,
    idempotency: Idempotency | None,
    then: Decide,
) -> Receipt:
    stream = request_stream(new.authority, new.dossier_code)
    drafted = request_filing.draft(new, act=act)

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        history = facts.history(stream)
        known = fold(history.facts)
        if known is not None:
            _check_same(known, drafted)
            return unchanged(history)
        applicant = load_person(facts, new.subject)
        _check_person(applicant.state, new.declaration)
        opened = person.open_request(applicant.state, request=stream)
        further = then(evolve(None, drafted))
        told = replace(act, correlation=stream, procedure_version=_procedure(further))
        return facts.append(
            told,
            history.then(drafted, *further, subject=new.subject),
            applicant.history.then(opened, subject=new.subject),
            idempotency=idempotency,
        )

    return until_settled(attempt)


def _procedure(facts: tuple[Fact, ...]) -> str | None:
    codes = [getattr(fact, "procedure", None) for fact in facts]
    return next((code for code in codes if code), None)


def _check_same(known: Request, drafted: RequestDrafted) -> None:
    if known.draft != drafted:
        raise RefusedError(Rule.DOSSIER_EXISTS, "expected a dossier code that is not taken")


def _check_person(known: Person, declaration: Declaration) -> None:
    if isinstance(known.details, Erased):
        raise RefusedError(Rule.RECORD_ERASED, "this person's identity has been erased")
    if declaration.details.number not in person.numbers(known):
        raise RefusedError(
            Rule.DECLARATION_CONTRADICTS_PERSON, "expected one of the person's own numbers"
        )


def pay(
    facts: FactStore,
    *,
    request: UUID,
    amount: int,
    receipt: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the fee was paid: exactly what is due, in VND."""
    return take(
        facts, request, act,
        lambda state: request_filing.pay(state, act=act, amount=amount, receipt=receipt),
        idempotency=idempotency,
    )  # fmt: skip


def exempt(
    facts: FactStore,
    *,
    request: UUID,
    ground: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that no fee is due, on a ground that the national portal has checked."""
    return take(
        facts, request, act,
        lambda state: request_filing.exempt(state, act=act, ground=ground),
        idempotency=idempotency,
    )  # fmt: skip


def submit(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Send the request to the authority; the day chooses the procedure version."""
    return take(
        facts, request, act,
        lambda state: request_filing.submit(state, act=act), idempotency=idempotency,
    )  # fmt: skip


def receive_supplement(
    facts: FactStore,
    *,
    request: UUID,
    act: Act,
    calendar: WorkingCalendar,
    declaration: Declaration | None = None,
    contact: ContactDetails | None = None,
    files: tuple[FileReceived, ...] = (),
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Take in what was missing; refused unless a supplement is asked for.

    Its ``files`` are kept already, by `ledger.commands.request_files`.

    A new way to reach the person is recorded with it or not at all: a repetition finds all done.
    """

    def decide(state: Request) -> tuple[Fact, ...]:
        if declaration is not None:
            _check_person(load_person(facts, state.draft.subject).state, declaration)
        return request_filing.receive_supplement(
            state, act=act, calendar=calendar, declaration=declaration, files=files
        )

    def reaching(state: Request) -> tuple[Change, ...]:
        if contact is None:
            return ()
        subject = state.draft.subject
        known = load_person(facts, subject)
        changed = person.change_contact(known.state, contact=contact)
        return (known.history.then(*changed, subject=subject),) if changed else ()

    return take(
        facts, request, act, decide, calendar=calendar, beside=reaching, idempotency=idempotency
    )


def request_withdrawal(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Ask to withdraw; before acceptance the request is withdrawn thereby."""
    return take(
        facts, request, act,
        lambda state: request_filing.request_withdrawal(state, act=act),
        idempotency=idempotency,
    )  # fmt: skip


def _nothing(_state: Request) -> tuple[Change, ...]:
    return ()


def take(
    facts: FactStore,
    request: UUID,
    act: Act,
    decide: Decide,
    *,
    calendar: WorkingCalendar | None = None,
    idempotency: Idempotency | None = None,
    beside: Callable[[Request], tuple[Change, ...]] = _nothing,
) -> Receipt:
    """Load a request, decide, and append; again if somebody was faster.

    What the decision ends is closed with the person too, in the same transaction.

    Args:
        facts: The ledger.
        request: The request's stream.
        act: Who, when.
        decide: From the request to the facts to add; may refuse.
        calendar: Named in the facts where a day was counted.
        idempotency: Makes a repetition return the first answer.
        beside: From the request as loaded to the changes of other streams that belong to the
            same transaction.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_request(facts, request)
        decided = decide(found.state)
        if not decided:
            return unchanged(found.history)
        after = reduce(evolve, decided, found.state)
        subject = found.state.draft.subject
        told = replace(
            act,
            correlation=request,
            procedure_version=after.procedure,
            calendar_version=calendar.version if calendar else act.calendar_version,
        )
        return facts.append(
            told,
            found.history.then(*decided, subject=subject),
            *_closing(facts, found, after),
            *beside(found.state),
            idempotency=idempotency,
        )

    return until_settled(attempt)


def _closing(facts: FactStore, found: Loaded[Request], after: Request) -> tuple[Change, ...]:
    if not has_ended(after) or has_ended(found.state):
        return ()
    subject = found.state.draft.subject
    applicant = load_person(facts, subject)
    closed = person.close_request(applicant.state, request=found.history.stream_id)
    return (applicant.history.then(*closed, subject=subject),) if closed else ()
