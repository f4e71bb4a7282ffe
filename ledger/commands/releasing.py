"""Nothing leaves the house before the log has it: the last step of issuing.

A certificate is released when its issue stands in a head that enough witnesses have cosigned: then
nobody can ever say that it was not issued, or issue another one unseen. That takes a second or two
after the issue, so who asks waits a little, and is then told to ask again. Source: the ledger's
design, section 5.
"""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from ledger.errors import NotYetLoggedError
from ledger.store.opening import StoredRows, open_issue
from ledger.transparency.landmark_log import prove_to_landmark
from ledger.transparency.log import LogReader, PublishedHead, index_of, prove

RELEASE_SECONDS: Final = 2.0
"""How long who asks for a paper waits for the log."""


class WaitingLog(LogReader, Protocol):
    """A log that can be waited for."""

    def wait_for(self, position: int, seconds: float) -> PublishedHead | None:
        """Return the oldest published head over the fact at ``position``, waiting for it."""
        ...


class Release(Protocol):
    """Says whether a certificate may leave."""

    def proof(self, certificate: UUID) -> bytes | None:
        """Return the ``.tlog-proof`` that goes with it; None where there is no log.

        Raises:
            NotFoundError: It was never issued.
            NotYetLoggedError: Not yet: ask again.
            RefusedError: The person was forgotten.
        """
        ...

    def landmark_proof(self, certificate: UUID) -> bytes | None:
        """Return the proof to a landmark; None while the newest is older than the certificate.

        Raises:
            NotFoundError: It was never issued.
            RefusedError: The person was forgotten.
        """
        ...


@dataclass(frozen=True, slots=True)
class LoggedRelease:
    """Releases what the log covers."""

    facts: StoredRows
    log: WaitingLog
    seconds: float = RELEASE_SECONDS

    def proof(self, certificate: UUID) -> bytes:
        """Return the proof under the first head that covers the issue, waiting a little for it."""
        position, opening = open_issue(self.facts, certificate)
        head = self.log.wait_for(position, self.seconds)
        if head is None:
            raise NotYetLoggedError(
                "issued, and not yet in a head of the log that enough witnesses have cosigned"
            )
        return prove(self.log, index_of(position), head, extra=opening.write()).write()

    def landmark_proof(self, certificate: UUID) -> bytes | None:
        """Return the proof to a landmark, if one is whole over the issue by now."""
        position, opening = open_issue(self.facts, certificate)
        proof = prove_to_landmark(self.log, index_of(position), extra=opening.write())
        return None if proof is None else proof.write()


class UnloggedRelease:
    """Releases everything: of a ledger that has no log, and whose answers say so."""

    def proof(self, certificate: UUID) -> None:
        """Return nothing."""
        del certificate

    def landmark_proof(self, certificate: UUID) -> None:
        """Return nothing."""
        del certificate


UNLOGGED: Final = UnloggedRelease()
