"""A log in memory with its own keys and witnesses: `LogReader` for tests, nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from keys.algorithms import ED25519, ML_DSA_44, PrivateKey
from ledger.errors import ProofError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.log import PublishedHead, cut
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    NoteKey,
    write_note,
)
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.tiles import Edge, Tile

ORIGIN = "records.example/log"


def note_signer(name: str, kind: int) -> NoteSigner:
    """Return a new key of this kind."""
    private = PrivateKey.generate(ML_DSA_44 if kind == ML_DSA_44_SUBTREE else ED25519)
    return NoteSigner(NoteKey(name, kind, private.public), private.sign)


@dataclass
class MemoryLog:
    """Entries in, cosigned heads out; two log keys and, unless told otherwise, one witness."""

    origin: str = ORIGIN
    keys: Sequence[NoteSigner] = ()
    witnesses: Sequence[NoteSigner] = ()
    entries: list[bytes] = field(default_factory=list)
    published: list[PublishedHead] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make what was not given."""
        if not self.keys:
            kinds = (ED25519_NOTE, ML_DSA_44_SUBTREE)
            self.keys = [note_signer(self.origin, kind) for kind in kinds]
        if not self.witnesses:
            self.witnesses = [note_signer("witness.example/one", ED25519_COSIGNATURE)]
        self._edge = Edge()
        self._tiles: dict[tuple[int, int], bytes] = {}

    @property
    def policy(self) -> Policy:
        """Believe heads that both of its keys and all of its witnesses have signed."""
        logs = "".join(f"log {one.key.vkey}\n" for one in self.keys)
        named = [(f"w{number}", one) for number, one in enumerate(self.witnesses)]
        witnesses = "".join(f"witness {name} {one.key.vkey}\n" for name, one in named)
        names = " ".join(name for name, _ in named)
        return parse_policy(f"{logs}{witnesses}group g all {names}\nquorum g\n")

    def add(self, *entries: bytes) -> None:
        """Take entries into the tree, without a head over them."""
        self.entries += entries
        for tile, data in self._edge.append([leaf_hash(entry) for entry in entries]):
            self._tiles[tile.level, tile.number] = data

    def publish(self, at: datetime) -> PublishedHead:
        """Sign the tree as it is and let every witness cosign it at ``at``."""
        head = Checkpoint(self.origin, self._edge.size, self._edge.root)
        lines = [sign(head, one) for one in self.keys]
        lines += [sign(head, one, at) for one in self.witnesses]
        note = write_note(Note(head.text, tuple(lines)))
        found = PublishedHead(head.size, head.root, note, self.policy.judge(note).quorum_at)
        self.published.append(found)
        return found

    def size(self) -> int:
        """Return how many leaves are in the tree."""
        return self._edge.size

    def latest(self) -> PublishedHead | None:
        """Return the newest head."""
        return self.published[-1] if self.published else None

    def covering(self, index: int) -> PublishedHead | None:
        """Return the oldest head over the leaf."""
        return next((head for head in self.published if head.size > index), None)

    def heads(self, *, after: int, limit: int) -> list[PublishedHead]:
        """Return heads, the smallest first."""
        return [head for head in self.published if head.size > after][:limit]

    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        """Return tiles."""
        return [cut(tile, self._held(tile)) for tile in wanted]

    def _held(self, tile: Tile) -> bytes:
        data = self._tiles.get((tile.level, tile.number))
        if data is None:
            raise ProofError("no_such_tile", f"{tile.path}: the log has no such tile")
        return data
