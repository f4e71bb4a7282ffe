"""What a request costs, and where the fee stands: due, paid, waived, ordered back, given back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from ledger.certificates.request_facts import (
    FeeExemptionGranted,
    FeePaid,
    FeeRefunded,
    FeeRefundOrdered,
    PaymentRequired,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Channel, FeeGroup
from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import CODE, REFERENCE
from ledger.personal import Erased

FEES: Final[Mapping[FeeGroup, int]] = MappingProxyType(
    {FeeGroup.STANDARD: 200_000, FeeGroup.REDUCED: 100_000, FeeGroup.EXEMPT: 0}
)
"""VND. Source: Circular 16/2025/TT-BTC, as secondary sources give its table."""

WAIVER_CHANNEL: Final = Channel.NATIONAL_PORTAL
"""Only the national public service portal checks who is exempt or pays less."""


class FeeStatus(StrEnum):
    """Where the fee stands."""

    DUE = "due"
    PAID = "paid"
    EXEMPT = "exempt"
    REFUND_ORDERED = "refund-ordered"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one request; amounts in VND."""

    group: FeeGroup
    due: int
    status: FeeStatus = FeeStatus.DUE
    paid: int = 0
    receipt: str | Erased | None = None


FeeFact: TypeAlias = (
    PaymentRequired | FeePaid | FeeExemptionGranted | FeeRefundOrdered | FeeRefunded
)


def evolve_fee(fee: Fee, fact: FeeFact) -> Fee:
    """Return the fee after ``fact``."""
    match fact:
        case PaymentRequired():
            return replace(fee, status=FeeStatus.DUE, due=fact.amount)
        case FeePaid():
            total = fee.paid + fact.amount
            return replace(fee, status=FeeStatus.PAID, paid=total, due=0, receipt=fact.receipt)
        case FeeExemptionGranted():
            return replace(fee, status=FeeStatus.EXEMPT, due=0)
        case FeeRefundOrdered():
            return replace(fee, status=FeeStatus.REFUND_ORDERED)
        case FeeRefunded():
            return replace(fee, status=FeeStatus.REFUNDED, paid=0)
        case _:
            assert_never(fact)


def check_group(group: FeeGroup, channel: Channel) -> None:
    """Refuse a waived or reduced fee that did not come through the national portal."""
    if group is not FeeGroup.STANDARD and channel is not WAIVER_CHANNEL:
        raise RefusedError(
            Rule.WAIVER_NEEDS_NATIONAL_PORTAL,
            f"fee group {group}: expected channel {WAIVER_CHANNEL}, not {channel}",
        )


def pay(fee: Fee, *, amount: int, receipt: str) -> FeePaid:
    """Return the payment of exactly what is due."""
    REFERENCE.check(receipt, place="receipt")
    if amount != fee.due or amount <= 0:
        raise RefusedError(Rule.WRONG_AMOUNT, f"paid {amount} VND: expected {fee.due} VND")
    return FeePaid(amount, receipt)


def exempt(fee: Fee, *, ground: str) -> FeeExemptionGranted:
    """Return the exemption of a request of the exempt group."""
    CODE.check(ground, place="ground")
    if fee.group is not FeeGroup.EXEMPT:
        raise RefusedError(Rule.NOT_EXEMPT, f"fee group {fee.group}: expected {FeeGroup.EXEMPT}")
    return FeeExemptionGranted(ground)


def require_payment(fee: Fee, *, amount: int) -> PaymentRequired:
    """Return the demand for what is missing."""
    if not 0 < amount <= FEES[FeeGroup.STANDARD] - fee.paid:
        raise InvalidInputError("amount", "fee_amount", "more than 0, at most what is missing")
    return PaymentRequired(amount)


def order_refund(fee: Fee) -> FeeRefundOrdered:
    """Return the order to give back what was paid."""
    if fee.paid == 0 or fee.status in {FeeStatus.REFUND_ORDERED, FeeStatus.REFUNDED}:
        raise RefusedError(Rule.NOTHING_TO_REFUND, f"the fee is {fee.status}: expected paid")
    return FeeRefundOrdered(fee.paid)


def complete_refund(fee: Fee, *, cancelled_receipt: str) -> FeeRefunded:
    """Return the refund, once the platform has paid it and cancelled the electronic receipt."""
    REFERENCE.check(cancelled_receipt, place="cancelled_receipt")
    if fee.status is not FeeStatus.REFUND_ORDERED:
        raise RefusedError(Rule.REFUND_NOT_ORDERED, f"the fee is {fee.status}: expected an order")
    return FeeRefunded(fee.paid, cancelled_receipt)
