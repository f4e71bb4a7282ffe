"""The publisher: signs the tree's head, has it cosigned, and stores it when its quorum is there.

What it signs is remembered first. It signs no head that does not go on from the newest one that it
has published or signed: then its databases have gone back or were changed, and somebody has to
look. A head that too few cosign is not published; nothing is lost by that, a later one is tried.
Where nothing happens the newest head is shown to witnesses that lack it, and cosigned anew before
its cosignatures grow old: so a ledger at rest is told from a log that stands still.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ledger.errors import LogError, ProofError, QuorumMissedError
from ledger.store.log_store import LogStore
from ledger.store.witness_round import WitnessRound
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.log import PublishedHead, connect
from ledger.transparency.merkle import verify_consistency
from ledger.transparency.note import parse_note


class HeadMemory(Protocol):
    """Remembers the newest head that was signed, apart from the log's database."""

    def read(self) -> Checkpoint | None:
        """Return it; None if there is none."""
        ...

    def write(self, head: Checkpoint) -> None:
        """Remember it durably."""
        ...


class LogPublisher:
    """Publishes the heads of one log."""

    def __init__(
        self,
        log: LogStore,
        *,
        origin: str,
        signers: Sequence[NoteSigner],
        witnesses: WitnessRound,
        memory: HeadMemory,
    ) -> None:
        """Sign as ``origin`` with each of ``signers``."""
        self._log = log
        self._origin = origin
        self._signers = signers
        self._memory = memory
        self._round = witnesses
        self.objections: list[LogError] = []
        """What witnesses held against the last head, whether or not it has its quorum."""

    def publish(self, *, renew_before: datetime | None = None) -> PublishedHead | None:
        """Publish the tree as it is stored now; return None if nothing is new.

        Args:
            renew_before: If the newest head had its quorum before this, it gets it anew, though
                nothing is in the tree that it does not cover.

        Raises:
            LogError: ``log_rolled_back``, ``log_forked``, ``fork_refused``, ``log_damaged``,
                ``memory_damaged``: nothing is published until somebody has looked.
            QuorumMissedError: Too few witnesses answered; ask again.
            StoreUnavailableError: The log's database did not answer; ask again.
        """
        # The tree is read last: what another sequencer has signed meanwhile is then in it.
        remembered, latest = self._memory.read(), self._log.latest()
        edge = self._log.edge()
        head = Checkpoint(self._origin, edge.size, edge.root)
        if latest is not None:
            self._check_goes_on(Checkpoint(self._origin, latest.size, latest.root), head)
        if remembered is not None:
            self._check_goes_on(remembered, head)
        if latest is not None and latest.size == head.size:
            return self._at_rest(head, latest, renew_before)
        if not head.size:
            return None
        self._memory.write(head)
        published = self._cosigned(head)
        self._log.publish(published)
        return published

    def _at_rest(
        self, head: Checkpoint, latest: PublishedHead, renew_before: datetime | None
    ) -> PublishedHead | None:
        """Return the newest published head with what was added to it now; None if nothing was."""
        at = latest.quorum_at
        aged = at is not None and renew_before is not None and at < renew_before
        if aged or not self._has_signed(latest):
            renewed: PublishedHead | None = self._cosigned(head)
        else:
            renewed, self.objections = self._round.joined(latest)
        return renewed if renewed is not None and self._log.renew(renewed) else None

    def _has_signed(self, latest: PublishedHead) -> bool:
        lines = parse_note(latest.note).signatures
        return all(any(one.key.has_signed(line) for line in lines) for one in self._signers)

    def _check_goes_on(self, old: Checkpoint, new: Checkpoint) -> None:
        """Refuse a head that is not what became of ``old``."""
        if old.origin != new.origin:
            raise LogError("other_origin", "the newest signed head is another log's")
        if old.size > new.size:
            message = f"the log has {new.size} leaves, and a head of {old.size} was signed"
            raise LogError("log_rolled_back", message)
        if old == new:
            return
        try:
            verify_consistency(
                old=old.size,
                size=new.size,
                old_root=old.root,
                root=new.root,
                proof=[]
                if old.size == new.size
                else connect(self._log, old.size, PublishedHead(new.size, new.root, b"", None)),
            )
        except ProofError as error:
            message = f"{new.size} leaves do not go on from the {old.size} that were signed"
            raise LogError("log_forked", f"{message}: {error}") from error

    def _cosigned(self, head: Checkpoint) -> PublishedHead:
        """Return the head with its quorum, every cosignature of which is new."""
        lines = [sign(head, signer) for signer in self._signers]
        published, self.objections = self._round.cosigned(head, lines)
        if published is None:
            if self.objections:
                raise self.objections[0]
            message = f"too few witnesses have cosigned the head of {head.size} leaves"
            raise QuorumMissedError(message)
        return published
