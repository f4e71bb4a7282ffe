"""Commands about money for a request: ask a platform for it, take its word, give back the rest.

What the platform says and what it settles are one transaction, so that a fee counts once, however
often and however late the platform says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID

from ledger.certificates import request_filing
from ledger.certificates.fees import FeeStatus
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request, has_ended
from ledger.commands.loading import Loaded, load_request, until_settled
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.records import payment
from ledger.records.payment import Payments, Unowed

PAYABLE = frozenset({Stage.DRAFTED, Stage.PAYMENT_REQUIRED})
"""Stages in which a request waits for money."""


FRESH = timedelta(minutes=10)
"""How long an order is used again: less than the 15 minutes for which platforms wait."""


@dataclass(frozen=True, slots=True)
class OrderedAt:
    """An order, and when it was made."""

    order: payment.Order
    at: datetime


class Taking(StrEnum):
    """What became of the platform's word that money came."""

    SETTLED = "settled"
    """The fee is paid by it."""
    KNOWN = "known"
    """It was said before."""
    UNOWED = "unowed"
    """Nobody owed it: it goes back."""


def load_payments(facts: FactStore, request: UUID) -> Loaded[Payments]:
    """Return what was ordered and paid for ``request``; nothing if nothing was."""
    history = facts.history(payment.payment_stream(request))
    return Loaded(history, payment.fold(cast("tuple[payment.Fact, ...]", history.facts)))


def order(facts: FactStore, *, request: UUID, provider: str, act: Act) -> int:
    """Record that the citizen is sent to the platform with what is due; return the order's number.

    An order that is still `FRESH`, open, and of the same amount and platform is used again: whoever
    goes back and forth between the pages fills no ledger.

    Raises:
        NotFoundError: There is no such request.
        RefusedError: ``nothing_to_pay``, or ``too_many_payment_orders``.
    """

    def attempt() -> int:
        found = load_request(facts, request)
        if not is_payable(found.state):
            raise RefusedError("nothing_to_pay", "expected a request whose fee is due")
        known, due = load_payments(facts, request), found.state.fee.due
        waiting = fresh_order(known, at=act.at)
        if waiting is not None and (waiting.order.amount, waiting.order.provider) == (
            due,
            provider,
        ):
            return waiting.order.number
        ordered = payment.order(known.state, amount=due, provider=provider)
        facts.append(act, known.history.then(ordered, subject=found.state.draft.subject))
        return ordered.number

    return until_settled(attempt)


def fresh_order(known: Loaded[Payments], *, at: datetime) -> OrderedAt | None:
    """Return the newest order if nothing was heard of it yet and it is `FRESH`."""
    if not known.state or known.state[-1].status is not payment.OrderStatus.OPEN:
        return None
    ordered_at = ordered(known, known.state[-1].number)
    return OrderedAt(known.state[-1], ordered_at) if at - ordered_at < FRESH else None


def ordered(known: Loaded[Payments], number: int) -> datetime:
    """Return when an order was made.

    Raises:
        NotFoundError: It never was.
    """
    for one in known.history.recorded:
        if isinstance(one.fact, payment.PaymentOrdered) and one.fact.number == number:
            return one.act.at
    raise NotFoundError(payment.NO_ORDER)


def is_payable(state: Request) -> bool:
    """Tell whether a request waits for money."""
    return state.stage in PAYABLE and state.fee.status is FeeStatus.DUE and state.fee.due > 0


def take(
    facts: FactStore, *, request: UUID, number: int, amount: int, transaction: str, act: Act
) -> Taking:
    """Record that the platform has taken the money, and that the fee is paid if it was owed.

    Raises:
        NotFoundError: There is no such request or order.
        RefusedError: The amount is another, or the order was taken by another transaction.
    """

    def attempt() -> Taking:
        found = load_request(facts, request)
        state, known = found.state, load_payments(facts, request)
        unowed = _why_unowed(state, amount)
        came = payment.take(
            known.state, number=number, amount=amount, transaction=transaction, unowed=unowed
        )
        if not came:
            return Taking.KNOWN
        subject = state.draft.subject
        change = known.history.then(*came, subject=subject)
        if unowed is not None:
            facts.append(act, change)
            return Taking.UNOWED
        # Both streams in one append: of a notice and a return at the same time one is in conflict,
        # and finds when it tries again that the other has settled it.
        paid = request_filing.pay(state, act=act, amount=amount, receipt=transaction)
        told = replace(act, correlation=request, procedure_version=state.procedure)
        facts.append(told, found.history.then(*paid, subject=subject), change)
        return Taking.SETTLED

    return until_settled(attempt)


def _why_unowed(state: Request, amount: int) -> Unowed | None:
    if is_payable(state):
        return None if state.fee.due == amount else Unowed.AMOUNT_CHANGED
    without_result = has_ended(state) and state.fee.status is FeeStatus.DUE
    return Unowed.REQUEST_ENDED if without_result else Unowed.SETTLED


def fail(facts: FactStore, *, request: UUID, number: int, code: str, act: Act) -> None:
    """Record that the platform has taken nothing.

    Raises:
        NotFoundError: There is no such request or order.
    """

    def attempt() -> None:
        subject = load_request(facts, request).state.draft.subject
        known = load_payments(facts, request)
        failed = payment.fail(known.state, number=number, code=code)
        if failed:
            facts.append(act, known.history.then(*failed, subject=subject))

    until_settled(attempt)


def give_back(
    facts: FactStore,
    *,
    request: UUID,
    number: int,
    send_back: Callable[[payment.Order], str],
    act: Act,
) -> None:
    """Let the platform give back what was not owed, and record it.

    The platform is asked first: who dies between leaves what is to be given back, and the
    platform, asked again under the same reference, answers as before.

    Args:
        facts: The ledger.
        request: For which it was paid.
        number: Of the order.
        send_back: Asks the platform; returns the number of its own transaction.
        act: Who, when.

    Raises:
        NotFoundError: There is no such request or order.
        RefusedError: ``payment_is_owed``.
    """
    subject = load_request(facts, request).state.draft.subject
    wanted = payment.find(load_payments(facts, request).state, number)
    if wanted.status is not payment.OrderStatus.UNOWED:
        payment.give_back((wanted,), number=number, transaction="none")
        return
    transaction = send_back(wanted)

    def attempt() -> None:
        known = load_payments(facts, request)
        gone = payment.give_back(known.state, number=number, transaction=transaction)
        if gone:
            facts.append(act, known.history.then(*gone, subject=subject))

    until_settled(attempt)
