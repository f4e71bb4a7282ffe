"""A payment platform, as the service sees it: ask for money, read what it says, ask it back.

The port that an adapter fills (`verify_api.payment_signed`). An adapter knows a platform's fields
and signatures and nothing of requests; what its word means for a fee is decided in
`ledger.commands.payments`. Amounts are whole VND here, in whatever unit the platform counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from ledger.certificates.kind import Wording
from verify_api.errors import MalformedRequestError, ServiceError


class PaymentMessageError(MalformedRequestError):
    """What came as the platform's word is not: form, signature or addressee is another."""


class PaymentUnavailableError(ServiceError):
    """The platform did not answer, or not as agreed: ask again later."""

    code: ClassVar[str] = "payment_unavailable"


class Heard(StrEnum):
    """What became of a platform's word; what it is answered."""

    TAKEN = "taken"
    """Recorded: the fee is paid, or the failure noted, or the money flagged to go back."""
    KNOWN = "known"
    UNKNOWN_ORDER = "unknown-order"
    ANOTHER_AMOUNT = "another-amount"
    NOT_GENUINE = "not-genuine"
    CONTRADICTS = "contradicts"
    """The order was taken by another transaction: a person has to look."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the platform is asked for."""

    reference: str
    """Ours, of 34 characters; says nothing of anybody."""
    amount: int
    """VND."""
    at: datetime
    """When it was ordered."""
    language: str
    """``vi`` or ``en``."""
    client_address: str
    """The network address of the browser, which platforms ask for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform says of one order, its signature checked."""

    reference: str
    amount: int
    """VND."""
    paid: bool
    transaction: str
    """The platform's own number."""
    code: str
    """The platform's own word for the outcome."""


@dataclass(frozen=True, slots=True)
class GivingBack:
    """What the platform is asked to give back: all of it."""

    reference: str
    amount: int
    """VND."""
    ordered_at: datetime
    transaction: str
    """The platform's number of the payment."""
    at: datetime


class PaymentProvider(Protocol):
    """One platform."""

    @property
    def code(self) -> str:
        """Return its code, as facts have it."""
        ...

    @property
    def title(self) -> Wording:
        """Return its name, as people know it."""
        ...

    def address(self, order: PaymentOrder) -> str:
        """Return where the browser pays ``order``."""
        ...

    def read(self, fields: Iterable[tuple[str, str]]) -> Told:
        """Return what a notice or a returning browser carries.

        Raises:
            PaymentMessageError: It is not the platform's word to us.
        """
        ...

    def acknowledgement(self, heard: Heard) -> Mapping[str, str]:
        """Return what the platform's server is answered to a notice."""
        ...

    def give_back(self, back: GivingBack) -> str:
        """Ask for the money back; return the number of the platform's transaction.

        Raises:
            PaymentUnavailableError: It did not answer, refused, or did not sign what it said.
        """
        ...
