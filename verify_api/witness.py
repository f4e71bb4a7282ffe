"""A witness: what it decides, what it remembers, its keys and its clock, joined.

The service answers with it over HTTP; a demonstration and a test ask it directly.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from ledger.errors import StoreUnavailableError
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.note import NoteKey
from ledger.transparency.witnessing import (
    UNAVAILABLE,
    KnownLog,
    Reply,
    Submission,
    Suspicion,
    cosign,
    examine,
    judge,
    require_apart,
)
from verify_api.errors import WitnessStateError
from verify_api.witness_marker import Marker
from verify_api.witness_store import WitnessStore


class LocalWitness:
    """A witness in this process. `add_checkpoint` is an `AskWitness`."""

    def __init__(
        self,
        *,
        logs: Mapping[str, KnownLog],
        signers: Sequence[NoteSigner],
        store: WitnessStore,
        marker: Marker,
        now: Callable[[], datetime],
    ) -> None:
        """Watch ``logs``; refuse to begin with a memory that is not whole.

        Args:
            logs: By origin.
            signers: The witness's own keys; an answer has a line by each.
            store: What it remembers.
            marker: How far it had gone, kept elsewhere.
            now: The clock.

        Raises:
            WitnessStateError: ``rolled_back``, ``marker_missing``, ``marker_wrong``.
            InvalidInputError: ``key_kind``, ``own_key``.
        """
        require_apart([one.key for one in signers], logs.values())
        self.logs = logs
        self.signers = signers
        self.store = store
        self.marker = marker
        self._now = now
        self.require_memory()

    @property
    def keys(self) -> list[NoteKey]:
        """The keys that it cosigns with."""
        return [one.key for one in self.signers]

    def require_memory(self) -> None:
        """Refuse if the database remembers less than was ever said.

        Raises:
            WitnessStateError: See above.
            StoreUnavailableError: The database does not answer.
        """
        # In this order: a head is in the database before it is marked.
        marked = self.marker.read()
        marked.require(self.store.marks())

    def add_checkpoint(self, body: bytes) -> Reply:
        """Return the answer to a request; when it is a cosignature, it is already remembered."""
        examined = examine(body, self.logs)
        if isinstance(examined, Reply):
            return examined
        try:
            return self._decide(examined)
        except (StoreUnavailableError, WitnessStateError) as error:
            structlog.get_logger("records.witness").error("witness_unavailable", error=str(error))
            return Reply(UNAVAILABLE, b"the witness cannot remember: nothing is cosigned\n")

    def _decide(self, submission: Submission) -> Reply:
        origin = submission.checkpoint.origin
        marked = self.marker.read().of(origin)  # before the database is looked at: see above
        at = self._now()
        with self.store.alone() as session:
            marked.require(session.reached(origin))
            memory = session.memory(submission.checkpoint)
            refusal, suspicion = judge(submission, memory, at)
            if suspicion is not None:
                session.keep(suspicion, submission, memory.head, at)
                _alarm(suspicion, submission, memory.size)
            if refusal is None:
                head, reply = cosign(submission, self.signers, at)
                session.remember(head)
            else:
                reply = refusal
            reached = session.reached(origin)
        # The head is on the disk, then the mark, then the answer leaves: killed in between, the
        # witness has seen a head of which nobody was told, and tells its size when asked again.
        self.marker.advance(reached)
        return reply


def _alarm(suspicion: Suspicion, submission: Submission, known: int) -> None:
    structlog.get_logger("records.witness").warning(
        "head_refused",
        suspicion=str(suspicion),
        origin=submission.checkpoint.origin,
        size=submission.checkpoint.size,
        known_size=known,
    )
