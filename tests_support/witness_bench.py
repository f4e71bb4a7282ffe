"""A log in memory and witnesses over real files, for tests of both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.merkle import consistency_proof
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ML_DSA_44_SUBTREE,
    Note,
    write_note,
)
from ledger.transparency.tiles import node_reader
from ledger.transparency.witness_request import write_request
from ledger.transparency.witnessing import KnownLog
from tests_support.memory_log import MemoryLog, note_signer
from verify_api.witness import LocalWitness
from verify_api.witness_marker import FileMarker
from verify_api.witness_store import WitnessStore, begin_store

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def entries(first: int, number: int, kind: str = "entry") -> list[bytes]:
    """Return entries that are like no others."""
    return [f"{kind} {one}".encode() for one in range(first, first + number)]


def head_of(log: MemoryLog, signers: Sequence[NoteSigner] | None = None) -> bytes:
    """Return the log's tree as it is, signed by its keys, or by ``signers``."""
    tree = Checkpoint(log.origin, log.size(), log._edge.root)  # noqa: SLF001 (not published yet)
    lines = [sign(tree, one) for one in (log.keys if signers is None else signers)]
    return write_note(Note(tree.text, tuple(lines)))


def way(log: MemoryLog, old: int) -> list[bytes]:
    """Return the proof from ``old`` leaves to the tree as it is."""
    size = log.size()
    return consistency_proof(old, size, node_reader(size, log.tiles)) if 0 < old < size else []


def asked(log: MemoryLog, old: int) -> bytes:
    """Return the request to cosign the tree as it is."""
    return write_request(old, way(log, old), head_of(log))


def known(log: MemoryLog) -> KnownLog:
    """Return the log as a witness knows it."""
    return KnownLog(log.origin, tuple(one.key for one in log.keys))


@dataclass
class Clock:
    """A clock that is put by hand."""

    at: datetime = AT

    def now(self) -> datetime:
        """Return the time."""
        return self.at

    def on(self, seconds: float) -> None:
        """Go on, or back."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Bench:
    """A witness in a folder; closed and opened again at will."""

    folder: Path
    logs: Sequence[KnownLog]
    name: str = "witness.example/one"
    clock: Clock = field(default_factory=Clock)
    most_roots: int = 1_000_000

    def __post_init__(self) -> None:
        """Make the witness: keys, empty memory."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kinds = (ED25519_COSIGNATURE, ML_DSA_44_SUBTREE)
        self.signers = [note_signer(self.name, kind) for kind in kinds]
        begin_store(self.database)
        self.marker.begin()
        self._open: list[LocalWitness] = []

    @property
    def database(self) -> Path:
        """Where it remembers."""
        return self.folder / "witness.db"

    @property
    def marker(self) -> FileMarker:
        """How far it had gone."""
        signer = self.signers[0]
        return FileMarker(self.folder / "marker", signer.key.public, signer.sign)

    def open(self) -> LocalWitness:
        """Open the witness."""
        store = WitnessStore(self.database, most_roots=self.most_roots)
        try:
            opened = LocalWitness(
                logs={log.origin: log for log in self.logs},
                signers=self.signers,
                store=store,
                marker=self.marker,
                now=self.clock.now,
            )
        except BaseException:
            store.close()
            raise
        self._open.append(opened)
        return opened

    def close(self) -> None:
        """Close all that was opened."""
        for one in self._open:
            one.store.close()
        self._open.clear()
