"""Asking all witnesses at once for their cosignatures of one head.

Each address is asked in a thread of its own, so that a slow one holds up nobody: a head is ready
when enough have answered. One that still thinks about an older head is not asked a second time.
Whoever has not cosigned the newest head is asked for it again, also where no later one comes.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from ledger.errors import (
    InvalidInputError,
    LogError,
    ProofError,
    QuorumMissedError,
    StoreUnavailableError,
)
from ledger.store.log_store import LogStore
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.log import PublishedHead, connect
from ledger.transparency.note import Note, NoteKey, Signature, parse_note, write_note
from ledger.transparency.policy import Policy
from ledger.transparency.witness_request import (
    AskWitness,
    cosignatures,
    known_size,
    write_request,
)

UNPROVEN: Final = 422
"""A witness's word for a head that does not go on from what it has cosigned."""
PATIENCE_SECONDS: Final = 5.0
"""How long a head waits for a quorum before it is given up; a later one is asked for anew."""
GRACE_SECONDS: Final = 0.05
"""How long the other witnesses are waited for once there are enough."""
_ATTEMPTS: Final = 3
"""A witness may say twice that it knows another head than we thought."""

Clients = Callable[[str], AskWitness]
"""Returns what asks the witness at an address."""


@dataclass(slots=True)
class Asked:
    """One witness, by its address, with all of its keys."""

    address: str
    names: tuple[str, ...]
    keys: tuple[NoteKey, ...]
    ask: AskWitness
    known: int = 0
    """Size of the head that it cosigned last, as far as is known here."""
    answered: bool | None = None
    """Whether it has cosigned the last head that it was asked for; None before the first."""
    asked_for: Checkpoint | None = None
    """The head that `pending` is about."""
    alarm: LogError | None = None
    """What it holds against this log."""
    pending: Future[tuple[Signature, ...]] | None = field(default=None, repr=False)

    @property
    def is_free(self) -> bool:
        """Whether it can be asked: it does not think any more about what it was asked."""
        return self.pending is None or self.pending.done()

    def has_signed(self, lines: Iterable[Signature]) -> bool:
        """Whether each of its keys has one of these lines."""
        return all(any(key.has_signed(line) for line in lines) for key in self.keys)


def witnesses_of(policy: Policy, clients: Clients) -> list[Asked]:
    """Return the witnesses that have an address, each once."""
    by_address: dict[str, list[tuple[str, NoteKey]]] = {}
    for one in policy.witnesses.values():
        if one.address is not None:
            by_address.setdefault(one.address, []).append((one.name, one.key))
    return [
        Asked(
            address,
            tuple(name for name, _ in some),
            tuple(key for _, key in some),
            clients(address),
        )
        for address, some in by_address.items()
    ]


class WitnessRound:
    """Asks the same witnesses for one head after another."""

    def __init__(
        self,
        log: LogStore,
        policy: Policy,
        clients: Clients,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Ask the witnesses of ``policy``, proving with the tiles of ``log``."""
        self._log = log
        self._policy = policy
        self._patience = patience_seconds
        self.witnesses = witnesses_of(policy, clients)
        self._threads = ThreadPoolExecutor(max(1, len(self.witnesses)), "witness")

    def cosigned(
        self, head: Checkpoint, signatures: Sequence[Signature]
    ) -> tuple[PublishedHead | None, list[LogError]]:
        """Return the head with its quorum, None if too few cosign it; and what witnesses objected.

        Args:
            head: The head.
            signatures: The log's own.
        """
        own = write_note(Note(head.text, tuple(signatures)))
        asked = [one for one in self.witnesses if one.is_free]
        for one in asked:
            self._begin_asking(one, head, own)
        published = self._gathered(head, signatures, asked)
        return published, _alarms(asked)

    def joined(self, latest: PublishedHead) -> tuple[PublishedHead | None, list[LogError]]:
        """Return a published head with cosignatures that it lacked; None if none has come.

        Who has not cosigned it is asked, and waited for a moment only: who is slower is in the next
        round.

        Raises:
            QuorumMissedError: The policy asks for more by now than have cosigned it.
        """
        note = parse_note(latest.note)
        absent = [one for one in self.witnesses if not one.has_signed(note.signatures)]
        if not absent:
            return None, []
        head = parse_checkpoint(note.text)
        own = _by(note.signatures, [log.key for log in self._policy.logs])
        for one in absent:
            if one.is_free and not (one.asked_for == head and one.answered):
                self._begin_asking(one, head, write_note(Note(head.text, own)))
        wait([one.pending for one in absent if one.pending], timeout=GRACE_SECONDS)
        come = tuple(line for one in absent if one.asked_for == head for line in _lines(one))
        present = [one for one in self.witnesses if one not in absent]
        kept = _by(note.signatures, [key for one in present for key in one.keys])
        found = self._believed(head, (*own, *kept, *come))
        if found is None:
            message = f"the head of {head.size} leaves has not the quorum that is asked for by now"
            raise QuorumMissedError(message)
        return (found if come else None), _alarms(absent)

    def _begin_asking(self, one: Asked, head: Checkpoint, own: bytes) -> None:
        one.asked_for = head
        one.pending = self._threads.submit(self._ask, one, head, own)

    def _gathered(
        self, head: Checkpoint, signatures: Sequence[Signature], asked: Sequence[Asked]
    ) -> PublishedHead | None:
        deadline = monotonic() + self._patience
        published: PublishedHead | None = None
        while True:
            waiting = [one.pending for one in asked if one.pending and not one.pending.done()]
            found = self._judged(head, signatures, asked)
            if found is not None and published is None:
                deadline = min(deadline, monotonic() + GRACE_SECONDS)
            published = found or published
            if not waiting or monotonic() >= deadline:
                return published
            wait(waiting, timeout=deadline - monotonic(), return_when=FIRST_COMPLETED)

    def _judged(
        self, head: Checkpoint, signatures: Sequence[Signature], asked: Iterable[Asked]
    ) -> PublishedHead | None:
        lines = [line for one in asked for line in _lines(one)]
        return self._believed(head, (*signatures, *lines))

    def _believed(self, head: Checkpoint, lines: tuple[Signature, ...]) -> PublishedHead | None:
        note = write_note(Note(head.text, lines))
        try:
            judged = self._policy.judge(note, origin=head.origin)
        except ProofError as error:
            if error.rule == "quorum_missed":
                return None
            raise
        return PublishedHead(head.size, head.root, note, judged.quorum_at)

    def _ask(self, one: Asked, head: Checkpoint, own: bytes) -> tuple[Signature, ...]:
        """Return one witness's cosignatures; none, and why, where it does not cosign."""
        one.alarm = None
        try:
            lines = self._cosignatures(one, head, own)
        except LogError as error:
            one.alarm, lines = error, ()
        except (ProofError, InvalidInputError, StoreUnavailableError):
            lines = ()  # the log's own database may be away for a moment: asked again next round
        one.answered = bool(lines)
        return lines

    def _cosignatures(self, one: Asked, head: Checkpoint, own: bytes) -> tuple[Signature, ...]:
        reply = one.ask(self._request(one.known, head, own))
        for _ in range(_ATTEMPTS - 1):
            size = known_size(reply)
            if size is None:
                break
            if size > head.size:
                raise self._overtaken(one, size)
            if size < one.known:
                message = f"{one.names[0]}: holds {size} leaves, and has cosigned {one.known}"
                raise LogError("witness_went_back", message)
            one.known = size
            reply = one.ask(self._request(size, head, own))
        if reply.status == UNPROVEN:
            message = f"{one.names[0]}: this head does not go on from the one that it has cosigned"
            raise LogError("fork_refused", message)
        lines = cosignatures(reply, head.text, one.keys)
        one.known = head.size
        return lines

    def _request(self, old: int, head: Checkpoint, own: bytes) -> bytes:
        if not 0 < old < head.size:
            return write_request(old, (), own)
        proof = connect(self._log, old, PublishedHead(head.size, head.root, own, None))
        return write_request(old, proof, own)

    def _overtaken(self, one: Asked, size: int) -> LogError | ProofError:
        """Return why a witness knows a larger head: another sequencer's, or one that is lost."""
        if size <= self._log.size():
            return ProofError("not_cosigned", "a larger head of this log was cosigned meanwhile")
        message = f"{one.names[0]} has cosigned {size} leaves: more than this log has any more"
        return LogError("log_rolled_back", message)

    def close(self) -> None:
        """Let the threads end; what a witness still answers is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _lines(one: Asked) -> tuple[Signature, ...]:
    return one.pending.result() if one.pending is not None and one.pending.done() else ()


def _by(lines: Iterable[Signature], keys: Sequence[NoteKey]) -> tuple[Signature, ...]:
    return tuple(line for line in lines if any(key.has_signed(line) for key in keys))


def _alarms(asked: Iterable[Asked]) -> list[LogError]:
    return [one.alarm for one in asked if one.alarm is not None]
