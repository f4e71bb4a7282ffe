"""Forgetting: destroys data keys so that no older copy of the key store gives them back.

Deleting a wrapped key leaves its bytes in the log, in replicas and in backups. Here the whole path
above it gets fresh keys and a new root, and the old root is destroyed. The numbers are the steps
of the keys reference, section 5.3; the ledger decides before (1) and records after (8).

    2  take the shredding lock                5  write a copy under the new root, read it back
    3  name the next root, then make it       6  destroy every older root
    4  shred and re-wrap, one transaction     7  empty all caches, everywhere

A process may die after any step: recovery runs forward only, with the same steps, at the next
opening. A root that is newer than the table says is never destroyed: then the table is old.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from keys.blind_index import INDEXED_PURPOSE, unindex
from keys.key_database import KeyDatabase, KeySession
from keys.key_store_copy import write_copy
from keys.key_store_errors import KeyHeldError, KeyStoreError, OldKeyStoreError
from keys.root_key import RootKey
from keys.subject_key_tree import KeyTree


class Step(StrEnum):
    """What has just been done for ever; a test may kill the process there."""

    NEXT_ROOT_NAMED = "next root named"
    NEXT_ROOT_MADE = "next root made"
    SHREDDED = "shredded"
    COPIED = "copied"
    OLD_ROOT_DESTROYED = "old root destroyed"
    CACHES_EMPTIED = "caches emptied"


@dataclass(frozen=True, slots=True)
class ForgottenKey:
    """A key that is no more; without identifier if none was ever made: now none ever will be."""

    subject: UUID
    purpose: str
    key_id: bytes | None
    commitment: bytes | None


@dataclass(frozen=True, slots=True)
class ShreddingReceipt:
    """That the process was followed. Nobody can prove that no copy exists."""

    batch: UUID
    keys: tuple[ForgottenKey, ...]
    old_root: int
    new_root: int
    """Generations. All key-store copies of the old one and before are dead."""
    provider: str
    """What the root's provider said when it destroyed the old one."""
    copy: str | None
    """The fresh copy under the new root, None if none was asked for."""
    assurance: str


class Shredder:
    """Runs shreddings of one key store, one at a time over all processes."""

    def __init__(
        self,
        database: KeyDatabase,
        tree: KeyTree,
        root: RootKey,
        *,
        copies: Path | None,
        empty_caches: Callable[[], None],
        after: Callable[[Step], None],
    ) -> None:
        """Shred in ``database``; ``after`` is called after each step.

        The copy of step 5 goes to the folder ``copies``, where older ones, dead by then, are
        removed. ``empty_caches`` returns when no process has a cached key from before.
        """
        self._database = database
        self._tree = tree
        self._root = root
        self._copies = copies
        self._empty_caches = empty_caches
        self._after = after

    def forget(self, keys: Iterable[tuple[UUID, str]], *, batch: UUID) -> ShreddingReceipt:
        """Destroy the keys of all (subject, purpose), for ever; the same batch again is no second.

        Raises:
            KeyHeldError: One of them is under a hold; nothing was destroyed.
            KeyStoreError: The batch had other keys before, or a neighbour's key is damaged.
        """
        wanted = sorted({(subject.bytes, purpose) for subject, purpose in keys})
        with self._database.shredding():  # 2
            self._resume()
            if not self._known(wanted, batch):
                self._name_next_root(wanted, batch)  # 3
                self._resume()
        return self.receipt(batch)

    def recover(self) -> None:
        """Finish what a dead process began.

        Raises:
            OldKeyStoreError: The root has moved on: this is an old copy of the key store.
        """
        if not self._is_quiet():
            with self._database.shredding():
                self._resume()

    def receipt(self, batch: UUID) -> ShreddingReceipt:
        """Return what a finished batch did.

        Raises:
            KeyStoreError: There was no such batch.
        """
        rows = self._database.query(
            "SELECT n.generation, o.receipt, n.copy FROM key_root n JOIN key_root o "
            "ON o.generation = n.generation - 1 WHERE n.batch = ? AND o.state = 'destroyed'",
            (batch.bytes,),
        )
        if not rows:
            raise KeyStoreError(f"no finished shredding {batch}")
        generation, provider, copy = rows[0]
        keys = self._database.query(
            "SELECT k.subject, k.purpose, k.key_id, k.commitment FROM key_batch b "
            "JOIN subject_key k ON k.subject = b.subject AND k.purpose = b.purpose "
            "WHERE b.batch = ? ORDER BY k.subject, k.purpose",
            (batch.bytes,),
        )
        forgotten = tuple(ForgottenKey(UUID(bytes=row[0]), *row[1:]) for row in keys)
        return ShreddingReceipt(
            batch, forgotten, generation - 1, generation, provider, copy, self._root.assurance
        )

    def _known(self, wanted: Sequence[tuple[bytes, str]], batch: UUID) -> bool:
        sql = "SELECT subject, purpose FROM key_batch WHERE batch = ? ORDER BY subject, purpose"
        rows = self._database.query(sql, (batch.bytes,))
        if rows and rows != list(wanted):
            raise KeyStoreError(f"shredding {batch} had other keys before")
        return bool(rows)

    def _name_next_root(self, wanted: Sequence[tuple[bytes, str]], batch: UUID) -> None:
        with self._database.writing() as session:
            for subject, purpose in wanted:
                held = session.execute(
                    "SELECT 1 FROM subject_key "
                    "WHERE subject = ? AND purpose = ? AND state = 'held'",
                    (subject, purpose),
                )
                if held:
                    raise KeyHeldError(f"a hold forbids to destroy a key for {purpose}")
            current = session.execute("SELECT max(generation) FROM key_root")[0][0]
            session.execute(
                "INSERT INTO key_root (generation, label, state, batch) VALUES (?, ?, 'next', ?)",
                (current + 1, self._tree.label(current + 1), batch.bytes),
            )
            session.execute_many(
                "INSERT INTO key_batch (batch, subject, purpose) VALUES (?, ?, ?)",
                [(batch.bytes, subject, purpose) for subject, purpose in wanted],
            )
        self._after(Step.NEXT_ROOT_NAMED)

    # Forward from wherever it stands

    def _roots(self, state: str) -> list[int]:
        rows = self._database.query(
            "SELECT generation FROM key_root WHERE state = ? ORDER BY generation", (state,)
        )
        return [generation for (generation,) in rows]

    def _is_quiet(self) -> bool:
        """Whether no batch is under way; without the lock, only a yes can be relied on."""
        unfinished = self._database.query("SELECT 1 FROM key_root WHERE state IN ('next', 'old')")
        return not unfinished and self._tree.generations() == set(self._roots("current")) != set()

    def _check_age(self) -> None:
        """Refuse to work on an old copy, and so never destroy a root that is newer than it."""
        newest = self._database.query("SELECT max(generation) FROM key_root")[0][0]
        current = self._roots("current")
        alive = self._tree.generations()
        if max(alive, default=0) > newest or not alive.issuperset(current):
            raise OldKeyStoreError(
                f"the key store is at root {newest}, the provider holds {sorted(alive)}: "
                "restore the newer key store"
            )

    def _resume(self) -> None:
        self._check_age()
        for generation in self._roots("next"):
            self._root.new_root(self._tree.label(generation))  # 3
            self._after(Step.NEXT_ROOT_MADE)
            with self._database.writing() as session:  # 4
                self._shred(session, generation)
            self._after(Step.SHREDDED)
        if self._roots("old"):
            (current,) = self._roots("current")
            copy = self._copy(current)  # 5: before 6, because then all older copies are dead
            self._after(Step.COPIED)
            self._destroy_older(current, copy)

    def _shred(self, session: KeySession, generation: int) -> None:
        state, batch, wanted = self._batch(session, generation)
        if state != "next":  # the lock was lost with its connection, and somebody else went on
            return
        if not session.execute("SELECT 1 FROM key_root WHERE state = 'current'"):
            self._tree.begin(session, generation)
        else:
            self._bury(session, batch, wanted)
            slots = session.execute(
                "SELECT k.slot FROM key_batch b JOIN subject_key k "
                "ON k.subject = b.subject AND k.purpose = b.purpose WHERE b.batch = ?",
                (batch,),
            )
            paths = [slot for (slot,) in slots] or [0]  # nobody to forget: only a new root
            self._tree.replace_paths(session, paths, new_root=generation)
        session.execute("UPDATE key_root SET state = 'old' WHERE state = 'current'")
        session.execute("UPDATE key_root SET state = 'current' WHERE generation = ?", (generation,))
        session.execute("UPDATE key_store SET epoch = epoch + 1")

    @staticmethod
    def _batch(
        session: KeySession, generation: int
    ) -> tuple[str, bytes | None, list[tuple[bytes, str]]]:
        sql = "SELECT state, batch FROM key_root WHERE generation = ?"
        state, batch = session.execute(sql, (generation,))[0]
        rows = session.execute("SELECT subject, purpose FROM key_batch WHERE batch = ?", (batch,))
        return state, batch, [(subject, purpose) for subject, purpose in rows]

    def _bury(
        self, session: KeySession, batch: bytes | None, wanted: Sequence[tuple[bytes, str]]
    ) -> None:
        """Take the keys away and put a stone where none was, so that none will ever be made."""
        unborn = []
        for subject, purpose in wanted:
            known = session.execute(
                "SELECT state FROM subject_key WHERE subject = ? AND purpose = ?",
                (subject, purpose),
            )
            if not known:
                unborn.append((subject, purpose))
            elif known[0][0] != "shredded":
                session.execute(
                    "UPDATE subject_key SET wrapped = NULL, state = 'shredded', batch = ? "
                    "WHERE subject = ? AND purpose = ?",
                    (batch, subject, purpose),
                )
            if purpose == INDEXED_PURPOSE:
                unindex(session, subject)
        slots = self._tree.allocate(session, len(unborn))
        session.execute_many(
            "INSERT INTO subject_key (slot, subject, purpose, state, batch) "
            "VALUES (?, ?, ?, 'shredded', ?)",
            [(slot.number, *pair, batch) for slot, pair in zip(slots, unborn, strict=True)],
        )

    def _copy(self, generation: int) -> str | None:
        if self._copies is None:
            return None
        self._copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._copies / f"subject-keys-{generation}.db"
        counts = write_copy(self._database, path)
        for older in self._copies.glob("subject-keys-*.db"):
            if older != path:
                older.unlink()
        return f"{path.name}: {counts['subject_key']} keys, read back"

    def _destroy_older(self, current: int, copy: str | None) -> None:
        """Steps 6 and 7."""
        said = {
            generation: self._root.destroy(self._tree.label(generation))
            for generation in sorted(self._tree.generations())
            if generation < current
        }
        remnants = self._database.clear_remnants()
        self._after(Step.OLD_ROOT_DESTROYED)
        self._empty_caches()
        self._after(Step.CACHES_EMPTIED)
        with self._database.writing() as session:
            for generation in self._roots("old"):
                word = said.get(generation, f"{self._tree.label(generation)}: gone before")
                session.execute(
                    "UPDATE key_root SET state = 'destroyed', receipt = ? WHERE generation = ?",
                    (f"{word}; {remnants}", generation),
                )
            session.execute("UPDATE key_root SET copy = ? WHERE generation = ?", (copy, current))
