"""Paying a request's fee over a platform: the order, the platform's word, what goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.commands import payments
from ledger.commands.loading import load_request
from ledger.commands.payments import Taking
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.records import payment
from ledger.records.payment import OrderStatus
from verify_api.callers import Caller, Scope
from verify_api.desk.files import NO_REQUEST
from verify_api.payment import (
    GivingBack,
    Heard,
    PaymentMessageError,
    PaymentOrder,
    PaymentProvider,
    PaymentUnavailableError,
    Told,
)

PLATFORM_ROLE: Final = "portal_system"
"""Of the step table: portals, and the payment platforms behind them."""


@dataclass(frozen=True, slots=True)
class HeardOf:
    """What became of a platform's word."""

    heard: Heard
    request: UUID | None = None
    """For whose fee it was; None if that cannot be told."""
    paid: bool = False
    """Whether the platform has taken money."""
    owed: bool = True
    """False if what it took goes back."""


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """Payments of citizens, over one platform."""

    facts: FactStore
    provider: PaymentProvider | None
    """None where no platform is joined: fees are paid at the counter."""

    def order(self, scope: Scope, caller: Caller, request: UUID, *, at: datetime) -> None:
        """Record that the citizen is sent to the platform with what is due.

        Raises:
            NotFoundError: The request is not theirs.
            RefusedError: ``no_payment_platform``, ``nothing_to_pay``, ``too_many_payment_orders``.
        """
        _check_own(self.facts, scope, request)
        provider = self._joined()
        payments.order(
            self.facts, request=request, provider=provider.code,
            act=Act(at, caller.account, caller.role.value, correlation=request),
        )  # fmt: skip

    def address(
        self, scope: Scope, request: UUID, *, at: datetime, language: str, client_address: str
    ) -> str | None:
        """Return where the browser pays the order that was just made; None without one.

        Raises:
            NotFoundError: The request is not theirs.
        """
        _check_own(self.facts, scope, request)
        if self.provider is None:
            return None
        waiting = payments.fresh_order(payments.load_payments(self.facts, request), at=at)
        if waiting is None or waiting.order.provider != self.provider.code:
            return None
        reference = payment.order_reference(request, waiting.order.number)
        return self.provider.address(
            PaymentOrder(reference, waiting.order.amount, waiting.at, language, client_address)
        )

    def hear(self, fields: Iterable[tuple[str, str]], *, at: datetime) -> HeardOf:
        """Take the platform's word, from its server or with a returning browser.

        Nothing is raised for a word that is wrong: the platform is told which way.
        """
        provider = self._joined()
        try:
            told = provider.read(fields)
            request, number = payment.read_reference(told.reference)
        except PaymentMessageError:
            return HeardOf(Heard.NOT_GENUINE)
        except NotFoundError:
            return HeardOf(Heard.UNKNOWN_ORDER)
        act = Act(at, f"payment-{provider.code}", PLATFORM_ROLE, correlation=request)
        return self._taken(told, request, number, act)

    def _taken(self, told: Told, request: UUID, number: int, act: Act) -> HeardOf:
        try:
            known = payment.find(payments.load_payments(self.facts, request).state, number)
            if known.amount != told.amount:
                return HeardOf(Heard.ANOTHER_AMOUNT, request)
            if not told.paid:
                payments.fail(self.facts, request=request, number=number, code=told.code, act=act)
                heard = Heard.TAKEN if known.status is OrderStatus.OPEN else Heard.KNOWN
                return HeardOf(heard, request, paid=known.has_money)
            taking = payments.take(
                self.facts, request=request, number=number, amount=told.amount,
                transaction=told.transaction, act=act,
            )  # fmt: skip
        except NotFoundError:
            return HeardOf(Heard.UNKNOWN_ORDER)
        except RefusedError:
            return HeardOf(Heard.CONTRADICTS, request)
        owed = self._gone_back(request, number, act)
        heard = Heard.KNOWN if taking is Taking.KNOWN else Heard.TAKEN
        return HeardOf(heard, request, paid=True, owed=owed)

    def _gone_back(self, request: UUID, number: int, act: Act) -> bool:
        """Ask for what is not owed back, and return whether it was owed.

        A platform that does not answer leaves it flagged; its next notice tries again.
        """
        known = payments.load_payments(self.facts, request)
        found = payment.find(known.state, number)
        if found.status is not OrderStatus.UNOWED:
            return found.status is not OrderStatus.GIVEN_BACK
        ordered_at = payments.ordered(known, number)

        def send_back(order: payment.Order) -> str:
            transaction = order.transaction if isinstance(order.transaction, str) else ""
            reference = payment.order_reference(request, number)
            return self._joined().give_back(
                GivingBack(reference, order.amount, ordered_at, transaction, act.at)
            )

        try:
            payments.give_back(
                self.facts, request=request, number=number, send_back=send_back, act=act
            )
        except PaymentUnavailableError:
            return False
        return False

    def _joined(self) -> PaymentProvider:
        if self.provider is None:
            raise RefusedError("no_payment_platform", "fees are paid at the counter here")
        return self.provider


def _check_own(facts: FactStore, scope: Scope, request: UUID) -> None:
    if scope.subject is None or load_request(facts, request).state.draft.subject != scope.subject:
        raise NotFoundError(NO_REQUEST)
