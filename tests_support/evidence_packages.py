"""Evidence packages of toy facts with real seals and a real log, in memory; and their forgers.

A forger of level 1 changes files. One of level 2 also makes every manifest and the text of the note
anew; he has a key, but not the exporter's.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from keys.sealing import SECRET_BYTES, DataKey
from ledger.audit.package import verify
from ledger.audit.package.bag import PAYLOAD, bag
from ledger.audit.package.facts import PackagedFact
from ledger.audit.package.openings import open_parts
from ledger.audit.package.package import NOTE, Contents, Origin, files_of, note_text
from ledger.facts import Act, Change
from ledger.store.mapper import FactMapper
from ledger.store.rows import Row
from ledger.store.sealed_parts import SealedParts
from ledger.transparency.bulk import prove_many
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    write_note,
)
from ledger.transparency.policy import write_policy
from tests_support.memory_log import MemoryLog, note_signer
from tests_support.toy_ledger import Counted, Met, fresh_id, sample_note, toy_types

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PACKAGE = UUID("11111111-1111-4111-8111-111111111111")
EXPORTER = "records.example/exporter"
WITNESS = "witness.example/one"
SUBJECT = UUID("22222222-2222-4222-8222-222222222222")
FORGOTTEN = UUID("33333333-3333-4333-8333-333333333333")
STREAM = UUID("44444444-4444-4444-8444-444444444444")
OTHERS = UUID("55555555-5555-4555-8555-555555555555")
Files = Mapping[str, bytes]


@dataclass
class Keys:
    """Data keys in memory."""

    known: dict[tuple[UUID, str], DataKey] = field(default_factory=dict)
    destroyed: set[bytes] = field(default_factory=set)

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        """Return the key, made if there was none."""
        return self.known.setdefault((subject, purpose), DataKey(os.urandom(SECRET_BYTES)))

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key, None if it was destroyed."""
        if key_id in self.destroyed:
            return None
        return next(key for key in self.known.values() if key.key_id == key_id)

    def for_writing_many(self, wanted: Any) -> dict[tuple[UUID, str], DataKey]:
        """Return many."""
        return {one: self.for_writing(*one) for one in wanted}

    def for_reading_many(self, key_ids: Any) -> dict[bytes, DataKey | None]:
        """Return many."""
        return {one: self.for_reading(one) for one in key_ids}


class House:
    """A ledger of a few facts among many others' entries, its log, and its exporter."""

    def __init__(self, edit: Callable[[list[Row]], list[Row]] = list) -> None:
        """Live through it: a stream about somebody, one about somebody who is forgotten.

        Args:
            edit: What was done to the rows before they were logged and witnessed.
        """
        self.keys = Keys()
        kinds = (ED25519_COSIGNATURE, ML_DSA_44_SUBTREE)
        self.log = MemoryLog(witnesses=[note_signer(WITNESS, kind) for kind in kinds])
        self.exporter = note_signer(EXPORTER, ED25519_NOTE)
        mapper = FactMapper(toy_types(), SealedParts(self.keys, os.urandom), fresh_id)
        met = Met("Hà Nội", "Nguyễn Văn Mẫu", None, "0900000000")
        rows: list[Row] = []
        for stream, subject in ((STREAM, SUBJECT), (OTHERS, FORGOTTEN)):
            facts = (Counted(1), sample_note(), met, Counted(2), sample_note())
            act = Act(AT + timedelta(seconds=len(rows)), "account-1", "tester")
            rows += mapper.rows_of(act, [Change(stream, 0, facts, subject)], None)
        self.rows = edit([row._replace(position=at) for at, row in enumerate(rows, 1)])
        for (subject, _), key in self.keys.known.items():
            if subject == FORGOTTEN:
                self.keys.destroyed.add(key.key_id)
        self.log.add(*(row.entry for row in self.rows), *(os.urandom(65) for _ in range(300)))
        self.head = self.log.publish(AT + timedelta(hours=1))

    @property
    def policy(self) -> str:
        """The log's policy, as outsiders have it."""
        return write_policy(self.log.policy)

    @property
    def key(self) -> verify.Key:
        """The exporter's key, as outsiders have it."""
        return verify.read_key(self.exporter.key.vkey)

    def contents(self, **other: Any) -> Contents:
        """Return all facts, opened where they can be, with proofs and a report."""
        indexes = [row.position - 1 for row in self.rows]
        proofs = prove_many(self.log, indexes, self.head)
        parts: dict[str, Any] = {
            "facts": [PackagedFact(row, open_parts(row, self.keys) or {}) for row in self.rows],
            "head": self.head.note,
            "policy": self.policy.encode(),
            "proofs": {index: proof.write() for index, proof in proofs},
            "report": {"jsonl": b'{"audit": {"findings": 0, "unchecked": {}}}\n'},
            "time_stamps": {"a.tsr": b"\x30\x03\x02\x01\x00"},
            "whole_streams": (STREAM, OTHERS),
            "span": (1, len(self.rows)),
        }
        return Contents(**{**parts, **other})

    def package(self, **other: Any) -> dict[str, bytes]:
        """Return the files of a package of `contents`."""
        return files_of(self.contents(**other), ORIGIN, self.exporter)

    def checked(self, files: Files, **other: Any) -> verify.Outcome:
        """Return what the package's program says to who has key and policy."""
        return checked(files, **{"key": self.key, "policy": self.policy, **other})


ORIGIN = Origin(
    package=PACKAGE, at=AT, organisation="records.example", actor="lan", case="17/2026",
    program="records-ledger 0",
)  # fmt: skip


def checked(files: Files, *, key: verify.Key | None, policy: str | None) -> verify.Outcome:
    """Return what the package's program says."""
    outcome = verify.Outcome()
    verify.check(files, key=key, policy=policy, outcome=outcome)
    return outcome


def forged(
    files: Files, changes: Mapping[str, bytes | None], *, hide: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Return a package of a forger of level 2: files changed or gone, all manifests anew.

    Args:
        files: Of the honest package.
        changes: Content by path; None takes a file away.
        hide: Labels of bag-info.txt that are left out.
    """
    payload = {
        name.removeprefix(PAYLOAD): content
        for name, content in {**files, **changes}.items()
        if name.startswith(PAYLOAD) and content is not None
    }
    facts = payload["facts.jsonl"].count(b"\n")
    lines = files["bag-info.txt"].decode().splitlines()
    info = [line.split(": ", 1) for line in lines if not line.startswith(("Payload-Oxum", *hide))]
    told = [(label, str(facts) if label == "Records-Facts" else value) for label, value in info]
    tags = {name: files[name] for name in ("verify.py", "README.txt")}
    made = bag(payload, tags, told)
    text = note_text(made, PACKAGE)
    forger = note_signer(EXPORTER, ED25519_NOTE)
    line = forger.key.signature(forger.sign(text.encode()))
    return {**made, NOTE: write_note(Note(text, (line,)))}


def written(files: Files, folder: Path) -> Path:
    """Write a package as a folder."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def flipped(content: bytes, at: int, bit: int = 0) -> bytes:
    """Return ``content`` with one bit of the byte at ``at`` changed."""
    changed = bytearray(content)
    changed[at] ^= 1 << bit
    return bytes(changed)
