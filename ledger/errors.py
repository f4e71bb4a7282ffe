"""What can go wrong on the ledger's floor; each class is one thing that a caller can act on."""

import copyreg
from typing import Any, ClassVar

from typing_extensions import override


class LedgerError(Exception):
    """Base of everything this floor raises on purpose; never raised itself."""

    code: ClassVar[str] = "ledger_error"

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as it is, whatever its class wants to be made of."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class RefusedError(LedgerError):
    """A rule says no: ``rule`` names it, the message says what was wrong and what is expected.

    Messages never hold personal data: they name places and forms, not values of people.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name that clients may match on."""
        super().__init__(message)
        self.rule = rule


class InvalidInputError(LedgerError):
    """A value that came from outside has the wrong form."""

    code: ClassVar[str] = "invalid_input"

    def __init__(self, place: str, rule: str, expected: str) -> None:
        """Name the ``place`` (such as ``toKhai.nycNgaySinh``), the ``rule``, the form wanted."""
        super().__init__(f"{place}: expected {expected}")
        self.place = place
        self.rule = rule
        self.expected = expected


class NotFoundError(LedgerError):
    """Nothing is known under this reference, or the caller may not know that it is."""

    code: ClassVar[str] = "not_found"


class ConflictError(LedgerError):
    """Somebody was faster: the stream has moved on since it was loaded. Load and decide again."""

    code: ClassVar[str] = "conflict"


class IdempotencyMismatchError(LedgerError):
    """The idempotency key was used before for a command with other content."""

    code: ClassVar[str] = "idempotency_mismatch"


class NotYetLoggedError(LedgerError):
    """It is issued, and no cosigned head of the log covers it yet: ask again in a moment."""

    code: ClassVar[str] = "not_yet_logged"


class StoreUnavailableError(LedgerError):
    """The database did not answer in time; whether it was recorded is unknown: ask again."""

    code: ClassVar[str] = "store_unavailable"


class ProofError(LedgerError):
    """A proof does not prove what it is held against: ``rule`` says where it fails."""

    code: ClassVar[str] = "proof"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule


class LogError(LedgerError):
    """The log would contradict itself, its ledger or its witnesses: nothing is signed.

    ``rule`` says what was found. Not for trying again: somebody has to look.
    """

    code: ClassVar[str] = "log"

    def __init__(self, rule: str, message: str) -> None:
        """Stop by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule


class QuorumMissedError(LedgerError):
    """Too few witnesses cosigned a head, so that it is not published: ask again."""

    code: ClassVar[str] = "quorum_missed"


class TamperedError(LedgerError):
    """Stored bytes are not what was written: a sealed part does not open where it stands."""

    code: ClassVar[str] = "tampered"


class UnknownFactError(LedgerError):
    """A stored fact has a name or schema version that this program does not know."""

    code: ClassVar[str] = "unknown_fact"
