"""A copy of the attacked ledger under an attacker's hands, and under an auditor's eyes after that.

Level 1 edits rows by SQL. Level 2 also makes entries, chains and tiles anew, so that all that it
can compute fits. Level 3 also has the log's keys and those of one witness, and signs every head.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from ledger.audit.evidence import Evidence, HeldProof
from ledger.audit.findings import Finding
from ledger.audit.heads import OutsideHead
from ledger.audit.memory import AuditorMemory
from ledger.audit.raw_facts import RawFacts
from ledger.audit.report import Report
from ledger.audit.rows import open_rows
from ledger.audit.verify import verify
from ledger.errors import LedgerError
from ledger.store.entry import Envelope, State, read_state, row_digest, write_body, write_state
from ledger.store.log_store import open_log
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.log import prove
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.note import Note, write_note
from ledger.transparency.tiles import Edge
from projections import certificate_register, certificate_status
from projections.replay import Evidence as Held
from projections.replay import replay
from projections.shadow import Shadow
from projections.view_database import open_views
from tests_support.attacked_house import PART, AttackedHouse
from tests_support.attacked_places import by_sql, copied, fetch
from tests_support.memory_log import ORIGIN

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "position, event_id, originator_id, originator_version, topic, state, entry"
_VIEWS = (certificate_status.VIEW, certificate_register.VIEW)


class Fact(NamedTuple):
    """One stored row, its identifiers as bytes on either database."""

    position: int
    event: bytes
    stream: bytes
    version: int
    topic: str
    state: bytes
    entry: bytes

    def opened(self) -> State:
        """Return its parts."""
        return read_state(self.state)

    def enveloped(self, **changes: Any) -> "Fact":
        """Return it with another envelope."""
        state = self.opened()
        envelope = Envelope(*state.envelope)._replace(**changes)
        return self._replace(state=write_state(write_body(state.body), envelope, state.sealed))

    def head(self) -> bytes:
        """Return what its stream's next fact names as the one before it."""
        return sha256(self.entry).digest()

    def entered(self) -> "Fact":
        """Return it with the entry that its row needs; what it means is left as it is."""
        digest = row_digest(
            UUID(bytes=self.stream), self.version, self.topic, UUID(bytes=self.event), self.state
        )
        return self._replace(entry=b"\x01" + digest + self.entry[33:])


@dataclass
class AttackedCopy:
    """All databases of the house, copied, and the auditor's memory."""

    house: AttackedHouse
    folder: Path
    at: datetime

    def __post_init__(self) -> None:
        """Copy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.places = copied(self.house.places, self.folder)
        shutil.copytree(self.house.memory, self.folder / "memory")

    # What an attacker does

    @property
    def is_file(self) -> bool:
        """Whether the databases are files."""
        return self.places.ledger.startswith("sqlite")

    def identifier(self, value: bytes) -> object:
        """Return an identifier as the ledger's columns have it."""
        return value if self.is_file else UUID(bytes=value)

    def edit(self, sql: str, *values: object) -> None:
        """Run one statement on the ledger."""
        by_sql(self.places.ledger, (sql, values))

    def facts(self) -> list[Fact]:
        """Return all rows that are still of our form."""
        rows = fetch(self.places.ledger, f"SELECT {_COLUMNS} FROM ledger_facts ORDER BY position")
        return [
            Fact(r[0], _id(r[1]), _id(r[2]), r[3], r[4], bytes(r[5] or b""), bytes(r[6] or b""))
            for r in rows
        ]

    def write(self, facts: Iterable[Fact]) -> None:
        """Replace all rows."""
        marks = ", ".join("?" * len(Fact._fields))
        insert = f"INSERT INTO ledger_facts ({_COLUMNS}) VALUES ({marks})"
        by_sql(
            self.places.ledger,
            ("DELETE FROM ledger_facts", ()),
            *(
                (insert, (f[0], self.identifier(f[1]), self.identifier(f[2]), *f[3:]))
                for f in facts
            ),
        )

    def fact(self, position: int) -> Fact:
        """Return one row."""
        return next(one for one in self.facts() if one.position == position)

    def put(self, fact: Fact) -> None:
        """Replace one row."""
        self.write([fact if one.position == fact.position else one for one in self.facts()])

    def rebuild(self) -> None:
        """Level 2: gapless positions, chains, entries and tiles that all fit one another."""
        made: list[Fact] = []
        ends: dict[bytes, bytes] = {}
        for position, fact in enumerate(self.facts(), 1):
            new = _chained(fact._replace(position=position), ends.get(fact.stream))
            ends[fact.stream] = new.head()
            made.append(new)
        self.write(made)
        self.rebuild_log(made)

    def rebuild_log(self, facts: Sequence[Fact]) -> None:
        """Make all tiles of these rows; heads of larger trees go, no head is signed."""
        edge = Edge()
        tiles = edge.append([leaf_hash(one.entry) for one in facts])
        insert = "INSERT INTO log_tile (level, number, width, data) VALUES (?, ?, ?, ?)"
        by_sql(
            self.places.log,
            ("DELETE FROM log_tile", ()),
            *((insert, (t.level, t.number, t.width, data)) for t, data in tiles),
            ("UPDATE log_head SET size = ?", (len(facts),)),
            ("DELETE FROM log_checkpoint WHERE size > ?", (len(facts),)),
        )

    def sign_heads(self) -> None:
        """Level 3: every head anew, by the log's keys and one witness's, at the old times."""
        thief = self.house.benches["http://one.example"].signers
        log = open_log(self.places.log)
        heads = log.heads(after=0, limit=1000)
        size = log.size()
        log.close()
        times = {head.size: head.quorum_at or self.house.at for head in heads}
        times.setdefault(size, self.house.at)
        for head_size, at in times.items():
            self.head(head_size, at, thief)

    def head(self, size: int, at: datetime, cosigners: Sequence[NoteSigner]) -> None:
        """Publish a head of the rows as they are, signed by the log's keys and these."""
        edge = Edge()
        edge.append([leaf_hash(one.entry) for one in self.facts()[:size]])
        head = Checkpoint(ORIGIN, size, edge.root)
        lines = [sign(head, one) for one in self.house.signers]
        lines += [sign(head, one, at) for one in cosigners]
        note = write_note(Note(head.text, tuple(lines)))
        by_sql(
            self.places.log,
            ("DELETE FROM log_checkpoint WHERE size = ?", (size,)),
            (
                "INSERT INTO log_checkpoint (size, root, note, quorum_at) VALUES (?, ?, ?, ?)",
                (size, edge.root, note, (at - _EPOCH) // timedelta(microseconds=1)),
            ),
        )

    def log_lawfully(self, at: datetime) -> None:
        """Take the rows into the log with everybody's signatures: nobody was robbed."""
        facts = self.facts()
        self.rebuild_log(facts)
        everybody = [one for bench in self.house.benches.values() for one in bench.signers]
        self.head(len(facts), at, everybody)

    # What an auditor does

    def evidence(self) -> Evidence:
        """Return the copy with what witnesses and the holder of a certificate have."""
        outside = [
            OutsideHead(witness.signers[0].key.name, head.note)
            for witness in self.house.witnesses.values()
            if (head := witness.store.head(ORIGIN)) is not None
        ]
        return Evidence(
            self.places.ledger, self.places.log, self.house.policy, tuple(outside),
            proofs=self._held(), keys=self.places.keys,
        )  # fmt: skip

    def _held(self) -> tuple[HeldProof, ...]:
        log = open_log(self.house.places.log, read_only=True)
        rows = fetch(
            self.house.places.ledger,
            "SELECT position FROM ledger_facts WHERE originator_id = ? ORDER BY position",
            [self.identifier(self.house.recalled.bytes)],
        )
        try:
            return tuple(
                HeldProof(f"{at}.tlog-proof", prove(log, at - 1, self.house.heads[-1]).write())
                for (at,) in rows
            )
        finally:
            log.close()

    def audit(self, *, at: datetime | None = None) -> Report:
        """Return what the auditor finds, with the memory of the audit before."""
        memory = AuditorMemory(self.folder / "memory")
        return verify(self.evidence(), at=at or self.at, memory=memory, part_rows=PART)

    def drift(self) -> list[Finding]:
        """Return how the views differ from the rows."""
        rows = open_rows(self.places.ledger)
        database = open_views(f"sqlite:///{self.folder / 'shadow.db'}")
        try:
            shadow = Shadow(database, _VIEWS, RawFacts(rows))
            return replay(shadow, Held(self.places.views), report=lambda _position: None).findings
        finally:
            database.close()
            rows.close()

    def findings(self, *, at: datetime | None = None) -> list[Finding]:
        """Return all findings of audit and replay."""
        report = self.audit(at=at)
        drift = self.drift()
        assert report.exit_code == (1 if report.findings else 0), report.unchecked
        return [*report.findings, *drift]


def _chained(fact: Fact, previous: bytes | None) -> Fact:
    try:
        envelope = fact.opened().envelope
    except LedgerError:
        return fact.entered()
    if envelope.previous != previous:
        fact = fact.enveloped(previous=previous)
    return fact.entered()


def _id(value: Any) -> bytes:
    return value.bytes if isinstance(value, UUID) else bytes(value)


def without_part(fact: Fact) -> Fact:
    """Return a row whose sealed parts are gone."""
    state = fact.opened()
    assert state.sealed, "this fact has something about a person"
    bare = write_state(write_body(state.body), state.envelope, {})
    return fact._replace(state=bare)
