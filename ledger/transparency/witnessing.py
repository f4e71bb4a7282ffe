"""What a witness decides: pure, so that a service, a demonstration and a test decide alike.

First `examine`: is it a request, of a log that is known, signed by it? Then `judge`, in one
transaction with remembering: does the head go on from the newest that was cosigned? Then `cosign`.
Source of the statuses and of the order of the checks: C2SP tlog-witness v1.0.0, and where it was
amended its text of 22 July 2026 (commit 5ba5ee8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, by_each_kind, sign, verify_signatures
from ledger.transparency.merkle import EMPTY_ROOT, verify_consistency
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    Note,
    NoteKey,
    Signature,
    has_controls,
    write_note,
    write_signature,
)
from ledger.transparency.witness_request import (
    ACCEPTED,
    BEHIND,
    SIZE_TYPE,
    AskWitness,
    Reply,
    Request,
    parse_request,
)

__all__ = [
    "AskWitness", "Cosigned", "Judgement", "KnownLog", "Memory", "Reply", "Request", "Submission",
    "Suspicion", "WitnessedHead", "cosign", "examine", "judge", "require_apart",
]  # fmt: skip

MALFORMED: Final = 400
UNSIGNED: Final = 403
UNKNOWN_LOG: Final = 404
UNPROVEN: Final = 422
UNAVAILABLE: Final = 503
"""Ours, not the protocol's: the head may be good, but cosigning it now would be wrong."""
LONGEST_ORIGIN: Final = 255
"""Bytes; ML-DSA signatures name it with a length of one byte."""


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that a witness follows."""

    origin: str
    keys: tuple[NoteKey, ...]
    """Their names may differ from the origin."""
    needs_all: bool = True
    """Whether of each kind of the keys one must have signed; otherwise one of all is enough."""

    def __post_init__(self) -> None:
        """Refuse what no head could be checked with."""
        if not self.keys or len(set(self.keys)) != len(self.keys):
            raise InvalidInputError("log", "log_key", "at least one key, each once")
        if any(key.kind == ED25519_COSIGNATURE for key in self.keys):
            raise InvalidInputError("log", "key_kind", "a log's keys: of kind 1 or 6")
        lines = has_controls(self.origin, but="")
        if lines or not 0 < len(self.origin.encode()) <= LONGEST_ORIGIN:
            raise InvalidInputError("log", "origin_form", f"1 to {LONGEST_ORIGIN} bytes, one line")


def require_apart(own: Sequence[NoteKey], logs: Iterable[KnownLog]) -> None:
    """Refuse keys that a witness cannot cosign with: no key may speak for two.

    Raises:
        InvalidInputError: ``key_kind``: not a cosigner's key, or none; ``own_key``: it is a log's.
    """
    if not own or any(key.kind == ED25519_NOTE for key in own):
        raise InvalidInputError("key", "key_kind", "a witness's keys: of kind 4 or 6")
    raw = [key.raw for key in own]
    if len(set(raw)) != len(raw) or any(key.raw in raw for log in logs for key in log.keys):
        raise InvalidInputError("key", "own_key", "keys that are nobody else's, each of one kind")


class Submission(NamedTuple):
    """A request whose head is the known log's own word."""

    request: Request
    signatures: tuple[Signature, ...]
    """The log's, checked; lines of strangers are left out."""

    @property
    def checkpoint(self) -> Checkpoint:
        """The head."""
        return self.request.checkpoint

    @property
    def note(self) -> bytes:
        """The head with the log's own signatures."""
        return write_note(Note(self.request.note.text, self.signatures))


class WitnessedHead(NamedTuple):
    """The head of a log that was cosigned last."""

    checkpoint: Checkpoint
    note: bytes
    """With the log's signatures and the witness's."""
    at: datetime
    """Of the cosignature."""


class Memory(NamedTuple):
    """What a witness remembers that bears on a submission."""

    head: WitnessedHead | None
    root_then: bytes | None
    """The root that it cosigned for a tree of the submitted size; None if it never did."""

    @property
    def size(self) -> int:
        """Leaves of the newest head; 0 if there is none."""
        return 0 if self.head is None else self.head.checkpoint.size


class Suspicion(StrEnum):
    """Why a refused head is kept."""

    FORK = "fork"
    """Two signed heads of one size with two roots: the log has two histories. A proof."""
    ROLLBACK = "rollback"
    """A smaller head than the newest, one that was never shown here."""
    UNPROVEN = "unproven"
    """A head for which no way from the newest was shown; anybody may have left the way out."""


class Judgement(NamedTuple):
    """What becomes of a submission."""

    refusal: Reply | None
    """None if the head is to be cosigned."""
    suspicion: Suspicion | None = None
    """Not None if the submitted head is to be kept beside the newest one."""


class Cosigned(NamedTuple):
    """A head that was cosigned."""

    head: WitnessedHead
    """To be remembered before anybody is told."""
    reply: Reply


def examine(body: bytes, logs: Mapping[str, KnownLog]) -> Submission | Reply:
    """Return what is submitted, or the refusal; of what was sent before nothing is asked.

    Args:
        body: What was sent.
        logs: The logs that are followed, by origin.
    """
    try:
        request = parse_request(body)
    except InvalidInputError as error:
        return _unreadable(body, logs, error)
    log = logs.get(request.checkpoint.origin)
    if log is None:
        return _unknown()
    try:
        signed = {one.key for one in verify_signatures(request.note, log.keys)}
    except ProofError:
        # Who sent it may have added the bad line; but no part of such a note counts.
        return _refuse(UNSIGNED, "invalid signature by a known key")
    if not signed or (log.needs_all and not by_each_kind(log.keys, signed)):
        return _refuse(UNSIGNED, "not signed by a key of each kind that is asked for")
    return Submission(request, _lines(request.note, signed))


def _unreadable(body: bytes, logs: Mapping[str, KnownLog], error: InvalidInputError) -> Reply:
    """Return the refusal of what is no request; an unreadable signature is one that is no good.

    Other implementations read base64 in several forms, and then find that nobody signed so.
    """
    if error.place != "signature" or error.rule != "base64":
        return _refuse(MALFORMED, f"{error.rule}: {error}")
    origin = body.partition(b"\n\n")[2].partition(b"\n")[0].decode(errors="replace")
    return _refuse(UNSIGNED, "invalid signature") if origin in logs else _unknown()


def _unknown() -> Reply:
    return _refuse(UNKNOWN_LOG, "unknown log")


def _lines(note: Note, signed: Iterable[NoteKey]) -> tuple[Signature, ...]:
    """Return one line of each key, in the note's order."""
    by = {(key.name, key.key_id): key for key in signed}
    kept: dict[NoteKey, Signature] = {}
    for line in note.signatures:
        key = by.get((line.name, line.key_id))
        if key is not None:
            kept.setdefault(key, line)
    return tuple(kept.values())


def judge(submission: Submission, memory: Memory, at: datetime) -> Judgement:
    """Return whether the head goes on from the newest that was cosigned.

    Args:
        submission: What `examine` let pass.
        memory: Of this log; nobody else may change it until the judgement is carried out.
        at: Now, by the witness's clock.
    """
    request, head = submission.request, memory.head
    if request.old > request.checkpoint.size:
        refusal = _refuse(MALFORMED, "old_size: the old head is larger than the new one")
        return Judgement(refusal, _suspicion(request.checkpoint, memory))
    if request.old != memory.size:
        size = Reply(BEHIND, f"{memory.size}\n".encode("ascii"), SIZE_TYPE)
        return Judgement(size, _suspicion(request.checkpoint, memory))
    failure = _inconsistency(request, head)
    if failure is not None:
        suspicion = _suspicion(request.checkpoint, memory) or Suspicion.UNPROVEN
        return Judgement(_refuse(UNPROVEN, f"bad consistency proof: {failure}"), suspicion)
    if head is not None and at < head.at:
        # A cosignature says that at its time no larger tree was known: never of an earlier time.
        return Judgement(_refuse(UNAVAILABLE, "the witness's clock stands before its last word"))
    return Judgement(None)


def _suspicion(checkpoint: Checkpoint, memory: Memory) -> Suspicion | None:
    """Return what the head says against its log, whatever was asked; a replay says nothing."""
    if memory.root_then is not None:
        return None if memory.root_then == checkpoint.root else Suspicion.FORK
    return Suspicion.ROLLBACK if checkpoint.size < memory.size else None


def _inconsistency(request: Request, head: WitnessedHead | None) -> str | None:
    """Return why the head does not go on from ``head``; None if it does."""
    new = request.checkpoint
    if new.size == 0 and new.root != EMPTY_ROOT:
        return "an empty tree has another root"
    if request.old == 0:  # from nothing anything follows, and nothing can be shown of it
        return "expected no hashes from size 0" if request.proof else None
    assert head is not None, "the old size is the newest head's"
    try:
        verify_consistency(
            old=request.old,
            size=new.size,
            old_root=head.checkpoint.root,
            root=new.root,
            proof=request.proof,
        )
    except ProofError as error:
        return str(error)
    return None


def cosign(submission: Submission, signers: Iterable[NoteSigner], at: datetime) -> Cosigned:
    """Return the head with a cosignature by each of ``signers``, and the answer to the log."""
    text = submission.request.note.text
    lines = tuple(sign(submission.checkpoint, one, at, text=text) for one in signers)
    note = write_note(Note(text, submission.signatures + lines))
    answer = "".join(map(write_signature, lines)).encode()
    head = WitnessedHead(submission.checkpoint, note, at.replace(microsecond=0))
    return Cosigned(head, Reply(ACCEPTED, answer))


def _refuse(status: int, reason: str) -> Reply:
    return Reply(status, f"{reason}\n".encode())
