"""How somebody showed who they are, how far that is believed, and whether it is fresh. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FRESH_FOR: Final = timedelta(minutes=5)
"""How long an act of weight may follow; then one shows again who one is (RFC 9470)."""


class Method(StrEnum):
    """By what somebody was known."""

    PASSWORD = "password"  # noqa: S105  a name
    PROVIDER = "provider"


class Assurance(StrEnum):
    """How far it is believed; the levels of ISO/IEC 29115 as eIDAS names them."""

    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0, 1 or 2: the higher, the surer."""
        return list(Assurance).index(self)


@dataclass(frozen=True, slots=True)
class Authentication:
    """One time that somebody showed who they are."""

    at: datetime
    """When they did, which may be before they came to us."""
    method: Method
    assurance: Assurance = Assurance.LOW
    subject_hash: str | None = None
    """The provider's name for them, as `verify_api.identity.links` keeps it."""
    provider_session_hash: str | None = None
    """The provider's own session (``sid``), by which it ends ours."""

    def is_fresh(self, at: datetime) -> bool:
        """Whether an act of weight may follow at ``at``."""
        return at < self.at + FRESH_FOR
