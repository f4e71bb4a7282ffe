"""One act about to be done: what it acts on, and its form's values with their types."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import WorkingCalendar
from ledger.certificates.lifecycle_facts import Reason
from ledger.commands.certificates import CertificateOnFile, WrittenDecision, load
from ledger.commands.issuing import IssuingDesk
from ledger.errors import InvalidInputError
from ledger.facts import Act, FactStore, Idempotency

LONGEST_NUMBER: Final = 12
"""Digits of a number that is read at all; no fee has more."""
_LOCAL_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)

Choice = TypeVar("Choice", bound=StrEnum)


Colleagues = Callable[[str, str], Mapping[str, str]]
"""From an authority and a role to who can sign in there: account and name."""


def nobody(_authority: str, _role: str) -> Mapping[str, str]:
    """Return no colleagues, where it is not known who works there."""
    return {}


@dataclass(frozen=True, slots=True)
class Desk:
    """What acts need besides their values."""

    facts: FactStore
    calendar: WorkingCalendar
    issuing: IssuingDesk
    issuing_key: Callable[[str, int], TrustedKey]
    """From authority and document type to the key that signs now."""
    new_id: Callable[[], UUID]
    colleagues: Colleagues = nobody


@dataclass(frozen=True, slots=True)
class Doing:
    """One act about to be done."""

    desk: Desk
    request: UUID
    certificate: UUID | None
    """Of the request, once it is begun."""
    authority: str
    act: Act
    values: Mapping[str, str]
    """As typed, by field."""
    idempotency: Idempotency

    def text(self, name: str) -> str:
        """Return a field that must be filled in.

        Raises:
            InvalidInputError: It is empty.
        """
        value = self.optional(name)
        if value is None:
            raise InvalidInputError(name, "missing", "a value")
        return value

    def optional(self, name: str) -> str | None:
        """Return a field that may be empty, None if it is."""
        return self.values.get(name, "").strip() or None

    def day(self, name: str) -> date:
        """Return a field that is a day: ``2026-11-24`` or ``24/11/2026``.

        Raises:
            InvalidInputError: It is none.
        """
        typed = self.text(name)
        local = _LOCAL_DAY.fullmatch(typed)
        try:
            if local is not None:
                return date(int(local[3]), int(local[2]), int(local[1]))
            return date.fromisoformat(typed)
        except ValueError:
            raise InvalidInputError(name, "no_such_day", "a day such as 24/11/2026") from None

    def number(self, name: str) -> int:
        """Return a field that is a whole number of at most `LONGEST_NUMBER` digits.

        Raises:
            InvalidInputError: It is none.
        """
        value = self.text(name)
        if not (value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER):
            raise InvalidInputError(name, "not_a_number", f"up to {LONGEST_NUMBER} digits")
        return int(value)

    def choice(self, name: str, allowed: type[Choice]) -> Choice:
        """Return a field that is one of an enumeration's values.

        Raises:
            InvalidInputError: It is another.
        """
        value = self.text(name)
        try:
            return allowed(value)
        except ValueError:
            raise InvalidInputError(name, "unknown_choice", "one of the values offered") from None

    def decision(self) -> WrittenDecision:
        """Return the written decision that the form is about.

        Raises:
            InvalidInputError: A part of it is missing or of another form.
        """
        return WrittenDecision(
            number=self.text("decision_number"),
            date=self.day("decision_date"),
            reason=self.choice("reason", Reason),
            document=self.text("decision_text").encode(),
        )

    @property
    def certificate_on_file(self) -> CertificateOnFile:
        """The request's certificate, as its facts have it now.

        Raises:
            InvalidInputError: It has none.
        """
        if self.certificate is None:
            raise InvalidInputError("certificate", "missing", "a request with a certificate")
        return load(self.desk.facts, self.certificate)
