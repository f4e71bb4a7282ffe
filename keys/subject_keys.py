"""The data keys of all persons: one a (subject, purpose), made once, destroyed for ever.

A key is durable before anything is sealed under it. A destroyed one is refused for writing and
reads as None; it is never made anew. Used keys stay in memory, and the counter that each
shredding raises empties that memory in every process within `EPOCH_SECONDS`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from keys.blind_index import BlindIndex, index_label
from keys.key_cache import MOST_KEYS, KeyCache
from keys.key_database import KeyDatabase, KeySession
from keys.key_database_postgres import PostgresKeys
from keys.key_database_sqlite import SqliteKeys
from keys.key_store_copy import write_copy
from keys.key_store_errors import (
    KeyDestroyedError,
    KeyStoreError,
    OldKeyStoreError,
    UnknownKeyError,
)
from keys.root_key import RootKey
from keys.sealing import SECRET_BYTES, DataKey
from keys.shredding import Shredder, ShreddingReceipt, Step
from keys.subject_key_rows import BY_KEY_ID, BY_SUBJECT, KeyRows
from keys.subject_key_tree import KeyTree

EPOCH_SECONDS: Final = 0.25
"""How long a process may serve keys from memory without asking whether anybody was forgotten.

A shredding waits this long before it says that it is done, so then nobody serves them any more.
"""

Name = tuple[UUID, str]
"""A subject and a purpose."""

_STORE_BYTES = 16


class _Destroyed:
    """Stands in the memory for a key that is no more."""


_DESTROYED = _Destroyed()


class SubjectKeys:
    """The keys of one key store. Safe for threads; every process opens its own."""

    def __init__(
        self,
        database: KeyDatabase,
        root: RootKey,
        *,
        random: Callable[[int], bytes],
        copies: Path | None,
        after: Callable[[Step], None],
        clock: Callable[[], float],
        pause: Callable[[float], object],
    ) -> None:
        """Use `open_subject_keys`."""
        store = _store(database, root, random)
        self._database = database
        self._random = random
        self._clock = clock
        self._pause = pause
        self._tree = KeyTree(root, store, random)
        self._rows = KeyRows(self._tree)
        self._by_name: KeyCache[Name, DataKey] = KeyCache(MOST_KEYS // 2)
        self._by_key_id: KeyCache[bytes, DataKey | _Destroyed] = KeyCache(MOST_KEYS // 2)
        self._epoch = -1
        self._fresh_until = clock()
        self.numbers = BlindIndex(database, root, store)
        """Finds a subject by number."""
        self._shredder = Shredder(
            database, self._tree, root,
            copies=copies, empty_caches=self._empty_everywhere, after=after,
        )  # fmt: skip
        self._shredder.recover()

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        """Return the key, making it if there was never one; durable when it returns.

        Raises:
            KeyDestroyedError: It was destroyed; there will never be another one.
            KeyStoreError: The key store cannot be used.
        """
        self._freshen()
        key = self._by_name.get((subject, purpose))
        return key or self.for_writing_many([(subject, purpose)])[subject, purpose]

    def for_writing_many(self, wanted: Iterable[Name]) -> dict[Name, DataKey]:
        """Return the keys of all ``wanted``; the missing ones are made in one transaction.

        Raises:
            KeyDestroyedError: One of them was destroyed; none is made.
        """
        self._freshen()
        names = list(dict.fromkeys(wanted))
        seen = self._by_name.turn
        found = {name: key for name in names if (key := self._by_name.get(name)) is not None}
        found |= self._stored([name for name in names if name not in found])
        missing = [name for name in names if name not in found]
        if missing:
            found |= self._made(missing)
        for name, key in found.items():
            self._by_name.put(name, key, seen=seen)
        return found

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key, or None if it was destroyed.

        Raises:
            UnknownKeyError: There was never such a key.
            CommitmentMismatchError: What stands in its place is another key.
            KeyStoreError: The key store cannot be used.
        """
        self._freshen()
        key = self._by_key_id.get(key_id)
        if key is None:
            return self._looked_up(key_id)
        return None if isinstance(key, _Destroyed) else key

    def _looked_up(self, key_id: bytes) -> DataKey | None:
        found = self.for_reading_many([key_id])
        if key_id not in found:
            raise UnknownKeyError(f"no key {key_id.hex()}")
        return found[key_id]

    def for_reading_many(self, key_ids: Iterable[bytes]) -> dict[bytes, DataKey | None]:
        """Return many keys, None for a destroyed one; those never made are left out."""
        self._freshen()
        seen = self._by_key_id.turn
        found: dict[bytes, DataKey | None] = {}
        asked: list[tuple[bytes]] = []
        for key_id in set(key_ids):
            key = self._by_key_id.get(key_id)
            if key is None:
                asked.append((key_id,))
            else:
                found[key_id] = None if isinstance(key, _Destroyed) else key
        for _, asked_id, stored in self._rows.read(self._database.query, BY_KEY_ID, asked):
            assert asked_id is not None, "it was found by its key id"
            found[asked_id] = stored
            self._by_key_id.put(asked_id, stored or _DESTROYED, seen=seen)
        return found

    def hold(self, subject: UUID, purpose: str) -> None:
        """Forbid to destroy the key, which is made if there is none: the second wall of a hold.

        Raises:
            KeyDestroyedError: It was destroyed already, or is just being destroyed.
        """
        self.for_writing(subject, purpose)
        with self._database.writing() as session:
            pending = session.execute(
                "SELECT 1 FROM key_batch b JOIN key_root r ON r.batch = b.batch "
                "WHERE r.state = 'next' AND b.subject = ? AND b.purpose = ?",
                (subject.bytes, purpose),
            )
            if pending or _set_state(session, subject, purpose, "held") == "shredded":
                raise KeyDestroyedError("too late for a hold: the key is destroyed")

    def release(self, subject: UUID, purpose: str) -> None:
        """Lift the hold; nothing if there is none."""
        with self._database.writing() as session:
            _set_state(session, subject, purpose, "live")

    def forget(self, subject: UUID, purposes: Iterable[str], *, batch: UUID) -> ShreddingReceipt:
        """Destroy one person's keys for ever; the same ``batch`` again answers the same.

        Raises:
            KeyHeldError: A hold forbids it; nothing was destroyed.
            KeyStoreError: The batch had other keys before, or the tree is damaged.
        """
        return self.forget_many([(subject, purpose) for purpose in purposes], batch=batch)

    def forget_many(self, names: Iterable[Name], *, batch: UUID) -> ShreddingReceipt:
        """Destroy many keys under one new root, as `forget` does; none: only a new root."""
        return self._shredder.forget(names, batch=batch)

    def receipt(self, batch: UUID) -> ShreddingReceipt:
        """Return what a finished shredding did.

        Raises:
            KeyStoreError: There was no such batch.
        """
        return self._shredder.receipt(batch)

    def write_copy(self, path: Path) -> dict[str, int]:
        """Write a copy of the key store, worth nothing without the root; return its row counts.

        Waits for a shredding under way, which would make the copy dead.
        """
        with self._database.shredding():
            return write_copy(self._database, path)

    def close(self) -> None:
        """Forget all keys in memory and close the database."""
        self._empty()
        self._database.close()

    # Making

    def _stored(
        self, names: Sequence[Name], session: KeySession | None = None
    ) -> dict[Name, DataKey]:
        """Return those keys that exist."""
        query = self._database.query if session is None else session.execute
        asked = [(subject.bytes, purpose) for subject, purpose in names]
        found: dict[Name, DataKey] = {}
        for row, _, key in self._rows.read(query, BY_SUBJECT, asked):
            if key is None:
                raise KeyDestroyedError(f"the key for {row.purpose} was destroyed for ever")
            found[UUID(bytes=row.subject), row.purpose] = key
        return found

    def _made(self, names: Sequence[Name]) -> dict[Name, DataKey]:
        """Return the keys, making those that nobody made meanwhile."""
        with self._database.writing() as session:
            found = self._stored(names, session)
            missing = [name for name in names if name not in found]
            made, rows = {}, []
            for name, slot in zip(missing, self._tree.allocate(session, len(missing)), strict=True):
                secret = self._random(SECRET_BYTES)
                row = self._tree.wrap_data_key(secret, slot, name[0].bytes, name[1])
                made[name] = DataKey(secret)
                rows.append((row.slot, made[name].key_id, row.subject, row.purpose,
                             row.commitment, row.wrapped))  # fmt: skip
            session.execute_many(
                "INSERT INTO subject_key (slot, key_id, subject, purpose, commitment, wrapped, "
                "state) VALUES (?, ?, ?, ?, ?, ?, 'live')",
                rows,
            )
        # Only now, after the commit, may anything be sealed under them.
        return found | made

    # Memory

    def _freshen(self) -> None:
        """Empty the memory if anybody was forgotten since it was filled."""
        now = self._clock()
        if now < self._fresh_until:
            return
        epoch = self._database.query("SELECT epoch FROM key_store")[0][0]
        if epoch != self._epoch:
            self._empty()
            self._epoch = epoch
        self._fresh_until = now + EPOCH_SECONDS

    def _empty(self) -> None:
        self._by_name.empty()
        self._by_key_id.empty()
        self._rows.empty()

    def _empty_everywhere(self) -> None:
        """Return when no process has a key in memory from before the epoch was raised."""
        self._empty()
        self._pause(EPOCH_SECONDS)


def _set_state(session: KeySession, subject: UUID, purpose: str, state: str) -> str | None:
    """Set the state of a living key; return the state that it has then."""
    name = (subject.bytes, purpose)
    session.execute(
        "UPDATE subject_key SET state = ? "
        "WHERE subject = ? AND purpose = ? AND state <> 'shredded'",
        (state, *name),
    )
    rows = session.execute("SELECT state FROM subject_key WHERE subject = ? AND purpose = ?", name)
    return rows[0][0] if rows else None


def _store(database: KeyDatabase, root: RootKey, random: Callable[[int], bytes]) -> bytes:
    """Return the key store's random identifier; draw it, and name the first root, if it is new.

    Raises:
        OldKeyStoreError: It is empty, but the provider holds roots: the key store was lost.
    """
    known = database.query("SELECT store FROM key_store")
    if not known:
        with database.writing() as session:
            known = session.execute("SELECT store FROM key_store") or [
                _begin(session, root, random)
            ]
    store: bytes = known[0][0]
    root.new_index_key(index_label(store))
    return store


def _begin(session: KeySession, root: RootKey, random: Callable[[int], bytes]) -> tuple[bytes]:
    if root.roots():
        raise OldKeyStoreError("the provider holds roots of another key store: restore that one")
    store = random(_STORE_BYTES)
    session.execute(
        "INSERT INTO key_store (one, store, height, slots, epoch) VALUES (1, ?, 1, 0, 0)", (store,)
    )
    session.execute(
        "INSERT INTO key_root (generation, label, state) VALUES (1, ?, 'next')",
        (f"{store.hex()}.1",),
    )
    return (store,)


def open_subject_keys(
    url: str,
    root: RootKey,
    *,
    random: Callable[[int], bytes],
    copies: Path | None = None,
    after: Callable[[Step], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> SubjectKeys:
    """Open the key store at ``url``, ``sqlite:///path`` or ``postgresql://…``, made if new.

    A shredding that was interrupted is finished first.

    Args:
        url: Not the ledger's own database.
        root: Provider of the root key, of this key store alone.
        random: Number of bytes to as many random bytes, fit for keys.
        copies: Folder for the copy that each shredding writes; without it the older copies that
            an operator keeps are all dead after a shredding, with nothing in their place.
        after: Called after each step of a shredding.
        clock: Monotonic seconds.
        pause: Waits seconds.

    Raises:
        KeyStoreError: The database cannot be used or does not keep what it must.
        OldKeyStoreError: This is an older copy; the root has moved on.
    """
    if url.startswith("sqlite:///"):
        database: KeyDatabase = SqliteKeys(Path(url.removeprefix("sqlite:///")))
    elif url.startswith(("postgresql://", "postgres://")):
        database = PostgresKeys(url)
    else:
        raise KeyStoreError("expected sqlite:///path or postgresql://… for the key store")
    try:
        return SubjectKeys(
            database, root, random=random, copies=copies, after=after, clock=clock, pause=pause
        )
    except BaseException:
        database.close()
        raise
