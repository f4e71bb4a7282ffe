"""A ledger with its log, as an auditor gets copies of them: random histories, heads, one policy."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ledger.audit.evidence import Evidence
from ledger.audit.rows import open_rows
from ledger.facts import Act, Change
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_store import LogStore, open_log
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.log import PublishedHead
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.note import ED25519_COSIGNATURE, Note, write_note
from ledger.transparency.policy import Policy
from tests_support.memory_log import MemoryLog, note_signer
from tests_support.toy_ledger import Counted, sample_note, toy_store

BEGINNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@dataclass
class AuditedLedger:
    """A ledger of toy facts at ``url`` and its log at ``log_url``; time goes by with each act."""

    url: str
    log_url: str
    seed: int = 0
    at: datetime = BEGINNING
    signers: MemoryLog = field(
        default_factory=lambda: MemoryLog(
            witnesses=[
                note_signer(f"witness.example/{n}", ED25519_COSIGNATURE) for n in ("one", "two")
            ]
        )
    )
    heads: list[PublishedHead] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open both; nothing is in them yet."""
        self.dice = random.Random(self.seed)
        self.facts: LedgerFactStore = toy_store(self.url)
        self.log: LogStore = open_log(self.log_url)
        self.streams: list[UUID] = []

    @property
    def policy(self) -> Policy:
        """Both keys of the log and all witnesses."""
        return self.signers.policy

    @property
    def keys(self) -> Sequence[NoteSigner]:
        """The log's keys."""
        return self.signers.keys

    @property
    def evidence(self) -> Evidence:
        """What an auditor is given: the two copies and the policy."""
        return Evidence(self.url, self.log_url, self.policy)

    def grow(self, facts: int, *, most: int = 20, publish_every: int = 0) -> None:
        """Append so many facts to old and new streams, up to ``most`` in one transaction."""
        done = since = 0
        while done < facts:
            count = min(self.dice.randint(1, most), facts - done)
            self._append(count)
            done += count
            since += count
            if publish_every and since >= publish_every:
                since = 0
                self.publish()

    def _append(self, count: int) -> None:
        self.at += timedelta(seconds=self.dice.uniform(0.1, 20))
        act = Act(self.at, "account-1", "tester")
        if self.streams and self.dice.random() < 0.6:
            history = self.facts.tip(self.dice.choice(self.streams))
        else:
            stream = UUID(int=self.dice.getrandbits(128), version=4)
            self.streams.append(stream)
            history = self.facts.tip(stream)
        made = [sample_note() if self.dice.random() < 0.5 else Counted(n) for n in range(count)]
        subject = UUID(int=self.dice.getrandbits(128), version=4)
        change = Change(history.stream_id, history.version, tuple(made), subject, history.head)
        self.facts.append(act, change)

    def integrate(self) -> None:
        """Take every fact's entry into the log's tree."""
        rows = open_rows(self.url)
        try:
            size = self.log.size()
            entries = [row[6] for batch in rows.batches(size + 1, rows.head()) for row in batch]
        finally:
            rows.close()
        edge = self.log.edge()
        tiles = edge.append([leaf_hash(entry) for entry in entries])
        assert self.log.integrate(tiles, old=size, size=edge.size)

    def publish(self) -> PublishedHead:
        """Integrate, and publish a head that all keys and witnesses sign now."""
        self.integrate()
        self.at += timedelta(seconds=1)
        edge = self.log.edge()
        head = self.signed(edge.size, edge.root)
        if self.log.publish(head):
            self.heads.append(head)
        return head

    def signed(self, size: int, root: bytes) -> PublishedHead:
        """Return a head of any tree, signed by everybody: what only their keys' thief can make."""
        checkpoint = Checkpoint(self.signers.origin, size, root)
        lines = [sign(checkpoint, one) for one in self.keys]
        lines += [sign(checkpoint, one, self.at) for one in self.signers.witnesses]
        note = write_note(Note(checkpoint.text, tuple(lines)))
        return PublishedHead(size, root, note, self.policy.judge(note).quorum_at)

    def close(self) -> None:
        """Give back all connections."""
        self.facts.close()
        self.log.close()
