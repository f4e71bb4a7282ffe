"""What is decided of a platform's word about money."""

from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records import payment
from ledger.records.payment import (
    MOST_ORDERS,
    OrderStatus,
    PaymentFailed,
    PaymentGivenBack,
    PaymentOrdered,
    Payments,
    PaymentTaken,
    PaymentUnowed,
    Unowed,
)

REQUEST = UUID(int=0xF11E)
ORDERED = PaymentOrdered(1, 200_000, "demo")
OPEN = payment.fold((ORDERED,))
TAKEN = payment.fold((ORDERED, PaymentTaken(1, 200_000, "T-1")))
UNOWED = payment.fold(
    (
        ORDERED,
        PaymentTaken(1, 200_000, "T-1"),
        PaymentUnowed(1, 200_000, Unowed.REQUEST_ENDED),
    )
)


def taken(
    state: Payments = OPEN, *, amount: int = 200_000, transaction: str = "T-1", number: int = 1,
    unowed: Unowed | None = None,
) -> tuple[payment.Fact, ...]:  # fmt: skip
    return payment.take(state, number=number, amount=amount, transaction=transaction, unowed=unowed)


def test_orders_are_counted_and_not_without_end() -> None:
    assert payment.order((), amount=200_000, provider="demo") == ORDERED
    assert payment.order(OPEN, amount=1, provider="demo").number == 2
    many = payment.fold(PaymentOrdered(n, 1, "demo") for n in range(1, MOST_ORDERS + 1))
    with pytest.raises(RefusedError, match="attempts"):
        payment.order(many, amount=1, provider="demo")
    with pytest.raises(InvalidInputError):
        payment.order((), amount=0, provider="demo")


def test_what_came_is_taken_once() -> None:
    assert taken() == (PaymentTaken(1, 200_000, "T-1"),)
    assert taken(TAKEN) == ()
    assert taken(UNOWED) == ()


@pytest.mark.parametrize("amount", [199_999, 200_001, 20_000_000, 0])
def test_another_amount_is_refused(amount: int) -> None:
    with pytest.raises(RefusedError) as refused:
        taken(amount=amount)
    assert refused.value.rule == "payment_amount_differs"


def test_an_order_is_paid_by_one_transaction_and_a_transaction_pays_one_order() -> None:
    with pytest.raises(RefusedError) as refused:
        taken(TAKEN, transaction="T-2")
    assert refused.value.rule == "payment_already_taken"
    two = payment.evolve(TAKEN, PaymentOrdered(2, 200_000, "demo"))
    with pytest.raises(RefusedError) as refused:
        taken(two, number=2)
    assert refused.value.rule == "payment_transaction_used"


def test_what_was_never_ordered_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        taken(number=2)
    with pytest.raises(NotFoundError):
        payment.fail(OPEN, number=9, code="24")


def test_a_late_yes_after_a_failure_is_money_and_a_late_no_changes_nothing() -> None:
    assert payment.fail(OPEN, number=1, code="24") == (PaymentFailed(1, "24"),)
    failed = payment.evolve(OPEN, PaymentFailed(1, "24"))
    assert failed[0].status is OrderStatus.FAILED
    assert payment.fail(failed, number=1, code="24") == ()
    assert taken(failed) == (PaymentTaken(1, 200_000, "T-1"),)
    assert payment.fail(TAKEN, number=1, code="24") == ()


def test_what_is_not_owed_goes_back_once_and_what_is_owed_does_not() -> None:
    assert taken(unowed=Unowed.SETTLED)[1:] == (PaymentUnowed(1, 200_000, Unowed.SETTLED),)
    back = payment.give_back(UNOWED, number=1, transaction="R-1")
    assert back == (PaymentGivenBack(1, 200_000, "R-1"),)
    gone = payment.evolve(UNOWED, back[0])
    assert gone[0].status is OrderStatus.GIVEN_BACK
    assert payment.give_back(gone, number=1, transaction="R-1") == ()
    for state in (OPEN, TAKEN):
        with pytest.raises(RefusedError, match="unowed"):
            payment.give_back(state, number=1, transaction="R-1")


def test_a_reference_leads_back_to_its_order() -> None:
    reference = payment.order_reference(REQUEST, 7)
    assert payment.read_reference(reference) == (REQUEST, 7)
    for wrong in ("", reference[:-1], reference + "0", reference.upper(), "x" * 34):
        with pytest.raises(NotFoundError):
            payment.read_reference(wrong)
