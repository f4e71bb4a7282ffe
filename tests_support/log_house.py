"""A log over a toy ledger with all that belongs to it: keys, witnesses in memory, a publisher."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ledger.errors import StoreUnavailableError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.head_file import HeadFile
from ledger.store.log_publisher import LogPublisher
from ledger.store.log_store import LogStore
from ledger.store.log_writer import LogWriter
from ledger.store.witness_round import WitnessRound
from ledger.transparency import witnessing
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.note import ED25519_COSIGNATURE, ED25519_NOTE, ML_DSA_44_SUBTREE, NoteKey
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.witness_request import NO_ANSWER, AskWitness, Reply
from ledger.transparency.witnessing import KnownLog, Memory, WitnessedHead
from tests_support.memory_log import ORIGIN, note_signer
from tests_support.toy_ledger import Counted, new_stream, toy_act


@dataclass
class FakeWitness:
    """A witness that decides as ours does, and can be made lost, or slow."""

    name: str
    logs: dict[str, KnownLog]
    lost: bool = False
    held: threading.Event | None = None
    """What it waits for before it answers; None if it answers at once."""
    hiccups: int = 0
    """How often the log's own database is away while this one is asked."""
    heads: dict[str, WitnessedHead] = field(default_factory=dict)
    asked: int = 0
    answers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make its two keys."""
        kinds = (ED25519_COSIGNATURE, ML_DSA_44_SUBTREE)
        self.keys = [note_signer(f"{self.name}.example", kind) for kind in kinds]
        self._one_at_a_time = threading.Lock()

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"https://{self.name}.example/"

    def ask(self, body: bytes) -> Reply:
        """Answer one request."""
        self.asked += 1
        if self.hiccups:
            self.hiccups -= 1
            raise StoreUnavailableError("away for a moment")
        if self.held is not None:
            self.held.wait(30)
        reply = Reply(NO_ANSWER, b"") if self.lost else self._decide(body)
        self.answers.append(reply.status)
        return reply

    def _decide(self, body: bytes) -> Reply:
        examined = witnessing.examine(body, self.logs)
        if isinstance(examined, Reply):
            return examined
        with self._one_at_a_time:
            head = self.heads.get(examined.checkpoint.origin)
            size = examined.checkpoint.size
            root = head.checkpoint.root if head and head.checkpoint.size == size else None
            now = datetime.now(UTC)
            judged = witnessing.judge(examined, Memory(head, root), now)
            if judged.refusal is not None:
                return judged.refusal
            done = witnessing.cosign(examined, self.keys, now)
            self.heads[examined.checkpoint.origin] = done.head
            return done.reply


@dataclass
class LogHouse:
    """One ledger, its log, and so many witnesses of which so many are enough."""

    facts: LedgerFactStore
    log: LogStore
    folder: Path
    names: Sequence[str] = ("one",)
    enough: int = 1
    patience_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Make keys, witnesses and policy."""
        self.signers: list[NoteSigner] = [
            note_signer(ORIGIN, kind) for kind in (ED25519_NOTE, ML_DSA_44_SUBTREE)
        ]
        keys: tuple[NoteKey, ...] = tuple(signer.key for signer in self.signers)
        logs = {ORIGIN: KnownLog(ORIGIN, keys)}
        self.witnesses = {name: FakeWitness(name, logs) for name in self.names}
        self.policy = self._policy()
        self.writer = LogWriter(self.facts, self.log)
        self.publisher = self.new_publisher()

    def _policy(self) -> Policy:
        lines = [f"log {signer.key.vkey}" for signer in self.signers]
        for name, witness in self.witnesses.items():
            for kind, signer in zip(("ed", "ml"), witness.keys, strict=True):
                lines.append(f"witness {name}-{kind} {signer.key.vkey} {witness.address}")
            lines.append(f"group {name} all {name}-ed {name}-ml")
        lines.append(f"group enough {self.enough} {' '.join(self.witnesses)}")
        return parse_policy("\n".join((*lines, "quorum enough", "")))

    def client(self, address: str) -> AskWitness:
        """Return what asks the witness at ``address``."""
        return next(one.ask for one in self.witnesses.values() if one.address == address)

    def new_publisher(self, log: LogStore | None = None, memory: str = "newest") -> LogPublisher:
        """Return a publisher as another process would begin with it."""
        log = log or self.log
        asking = WitnessRound(log, self.policy, self.client, patience_seconds=self.patience_seconds)
        return LogPublisher(
            log,
            origin=ORIGIN,
            signers=self.signers,
            witnesses=asking,
            memory=HeadFile(self.folder / memory),
        )

    def happen(self, count: int) -> None:
        """Append so many facts."""
        for number in range(count):
            self.facts.append(toy_act(), new_stream(Counted(number)))

    def step(self, count: int = 0) -> None:
        """Append, take in and publish."""
        self.happen(count)
        self.writer.integrate()
        self.publisher.publish()
