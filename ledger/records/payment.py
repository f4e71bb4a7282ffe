"""What a payment platform was asked for and said about one request's fee. Facts, state, decisions.

One stream a request. Its own facts (`request.fee_paid/1` …) say what is owed and settled; here
stands what happened with the money: each time the citizen was sent to the platform, what the
platform said of it, and what came though nobody owed it, which goes back.

    ordered ─▶ taken (─▶ unowed ─▶ given back)
         └──▶ failed ─▶ taken: a bank's late yes is money all the same

A platform says everything at least once, in any order, long after its page was closed. So the
same news again adds nothing, and other news of an order that was taken is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias, assert_never
from uuid import UUID, uuid5

from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.identifiers import CODE, REFERENCE
from ledger.personal import Erased, Identity

MOST_ORDERS: Final = 20
"""Of one request: who fails so often has another problem than the platform's."""
NO_ORDER: Final = "no payment was asked for under this reference"

_NAMESPACE: Final = UUID("5e0a0a52-8a1b-5e6e-8d6f-2f6b6a2d9c41")
"""Namespace of the payment streams; fixed for ever."""
_REFERENCE: Final = re.compile(r"([0-9a-f]{32})([0-9]{2})", re.ASCII)


class Unowed(StrEnum):
    """Why money that came is not owed."""

    REQUEST_ENDED = "request-ended"
    """The request was withdrawn, or ended otherwise, before the platform said so."""
    SETTLED = "settled"
    """The fee had been paid or waived already."""
    AMOUNT_CHANGED = "amount-changed"
    """Another amount is due by now than when it was ordered."""


@dataclass(frozen=True, slots=True)
class PaymentOrdered:
    """The citizen was sent to the platform with this amount."""

    number: int
    """1, 2, 3 … of the request."""
    amount: int
    """VND."""
    provider: str
    """Code of the platform."""


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """The platform has taken the money."""

    number: int
    amount: int
    """VND."""
    transaction: Identity[str]
    """The platform's own number."""


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """The platform has taken nothing: refused, broken off or run out of time."""

    number: int
    code: str
    """The platform's own code."""


@dataclass(frozen=True, slots=True)
class PaymentUnowed:
    """What was taken is not owed and goes back."""

    number: int
    amount: int
    """VND."""
    reason: Unowed


@dataclass(frozen=True, slots=True)
class PaymentGivenBack:
    """The platform gave it back."""

    number: int
    amount: int
    """VND."""
    transaction: Identity[str]


Fact: TypeAlias = PaymentOrdered | PaymentTaken | PaymentFailed | PaymentUnowed | PaymentGivenBack

TOPICS: dict[str, type] = {
    "payment.ordered/1": PaymentOrdered,
    "payment.taken/1": PaymentTaken,
    "payment.failed/1": PaymentFailed,
    "payment.unowed/1": PaymentUnowed,
    "payment.given_back/1": PaymentGivenBack,
}
"""Stored name with schema version, and the fact; never renamed once written."""


class OrderStatus(StrEnum):
    """Where one order stands."""

    OPEN = "open"
    """Nothing was heard of it yet."""
    FAILED = "failed"
    TAKEN = "taken"
    UNOWED = "unowed"
    """Taken, and to be given back."""
    GIVEN_BACK = "given-back"


@dataclass(frozen=True, slots=True)
class Order:
    """One time that the citizen was sent to the platform."""

    number: int
    amount: int
    """VND."""
    provider: str
    status: OrderStatus = OrderStatus.OPEN
    transaction: str | Erased | None = None

    @property
    def has_money(self) -> bool:
        """Whether the platform has taken money for it, given back or not."""
        return self.status not in {OrderStatus.OPEN, OrderStatus.FAILED}


Payments: TypeAlias = tuple[Order, ...]
"""All orders of one request, the oldest first."""


def payment_stream(request: UUID) -> UUID:
    """Return the stream of what was paid for ``request``."""
    return uuid5(_NAMESPACE, f"payments\n{request}")


def order_reference(request: UUID, number: int) -> str:
    """Return what the platform knows the order by: 34 of ``0-9 a-f``, about nobody."""
    return f"{request.hex}{number:02}"


def read_reference(reference: str) -> tuple[UUID, int]:
    """Return the request and the number of an order.

    Raises:
        NotFoundError: It cannot be a reference of ours.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise NotFoundError(NO_ORDER)
    return UUID(match[1]), int(match[2])


def evolve(state: Payments, fact: Fact) -> Payments:
    """Return the orders after ``fact``."""
    if isinstance(fact, PaymentOrdered):
        return (*state, Order(fact.number, fact.amount, fact.provider))
    return tuple(_after(one, fact) if one.number == fact.number else one for one in state)


def _after(
    order: Order, fact: PaymentTaken | PaymentFailed | PaymentUnowed | PaymentGivenBack
) -> Order:
    match fact:
        case PaymentTaken():
            return replace(order, status=OrderStatus.TAKEN, transaction=fact.transaction)
        case PaymentFailed():
            return replace(order, status=OrderStatus.FAILED)
        case PaymentUnowed():
            return replace(order, status=OrderStatus.UNOWED)
        case PaymentGivenBack():
            return replace(order, status=OrderStatus.GIVEN_BACK)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Payments:
    """Return all orders."""
    state: Payments = ()
    for fact in facts:
        state = evolve(state, fact)
    return state


def order(state: Payments, *, amount: int, provider: str) -> PaymentOrdered:
    """Return the next order.

    Raises:
        InvalidInputError: Nothing is to be paid, or the platform has no code.
        RefusedError: ``too_many_payment_orders``.
    """
    CODE.check(provider, place="provider")
    if amount <= 0:
        raise InvalidInputError("amount", "payment_amount", "more than 0 VND")
    if len(state) >= MOST_ORDERS:
        raise RefusedError("too_many_payment_orders", f"expected at most {MOST_ORDERS} attempts")
    return PaymentOrdered(len(state) + 1, amount, provider)


def find(state: Payments, number: int) -> Order:
    """Return the order with ``number``.

    Raises:
        NotFoundError: There is none.
    """
    found = next((one for one in state if one.number == number), None)
    if found is None:
        raise NotFoundError(NO_ORDER)
    return found


def take(
    state: Payments, *, number: int, amount: int, transaction: str, unowed: Unowed | None
) -> tuple[Fact, ...]:
    """Return that the money came; nothing if that is known.

    Args:
        state: All orders of the request.
        number: Which of them.
        amount: What the platform says that it took, in VND.
        transaction: The platform's own number of it.
        unowed: Why the request does not owe it; None if it does.

    Raises:
        NotFoundError: It was never ordered.
        RefusedError: ``payment_amount_differs``, ``payment_already_taken`` by another transaction,
            or ``payment_transaction_used`` for another order.
    """
    REFERENCE.check(transaction, place="transaction")
    wanted = find(state, number)
    if amount != wanted.amount:
        raise RefusedError("payment_amount_differs", f"expected {wanted.amount} VND")
    if wanted.has_money:
        if isinstance(wanted.transaction, str) and wanted.transaction != transaction:
            raise RefusedError("payment_already_taken", "taken already by another transaction")
        return ()
    if any(one.transaction == transaction for one in state):
        raise RefusedError("payment_transaction_used", "this transaction paid another order")
    taken = PaymentTaken(number, amount, transaction)
    return (taken,) if unowed is None else (taken, PaymentUnowed(number, amount, unowed))


def fail(state: Payments, *, number: int, code: str) -> tuple[PaymentFailed, ...]:
    """Return that nothing was taken; nothing if that is known, or money has come.

    Raises:
        NotFoundError: It was never ordered.
    """
    CODE.check(code, place="code")
    return (PaymentFailed(number, code),) if find(state, number).status is OrderStatus.OPEN else ()


def give_back(state: Payments, *, number: int, transaction: str) -> tuple[PaymentGivenBack, ...]:
    """Return that what was not owed went back; nothing if that is known.

    Raises:
        NotFoundError: It was never ordered.
        RefusedError: ``payment_is_owed``.
    """
    REFERENCE.check(transaction, place="transaction")
    found = find(state, number)
    if found.status is OrderStatus.GIVEN_BACK:
        return ()
    if found.status is not OrderStatus.UNOWED:
        raise RefusedError("payment_is_owed", f"the order is {found.status}: expected one unowed")
    return (PaymentGivenBack(number, found.amount, transaction),)
