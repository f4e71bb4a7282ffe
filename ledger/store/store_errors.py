"""The event-sourcing library's errors, in the ledger's words."""

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    IntegrityError,
    NotSupportedError,
    PersistenceError,
)

from ledger.errors import StoreUnavailableError


class StoreErrors:
    """Names the library's errors in the ledger's words; conflicts and refusals pass through."""

    # A class, not a generator: this is entered for each of the reads of an online check.
    def __enter__(self) -> None:
        """Listen for errors."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """Rename the database's own."""
        if isinstance(error, _UNAVAILABLE) and not isinstance(error, _ANSWERS):
            raise StoreUnavailableError("the database did not answer; ask again") from error


_UNAVAILABLE = (PersistenceError, ConnectionPoolClosedError)
_ANSWERS = (IntegrityError, NotSupportedError)
STORE_ERRORS = StoreErrors()
