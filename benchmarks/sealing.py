"""What sealing personal data costs, and what forgetting somebody costs."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.table import Row, interleaved, median_ratio
from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger import canonical
from ledger.facts import Change
from ledger.personal import Erased, Purpose
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.sealed_parts import SealedParts
from tests_support.toy_ledger import fresh_id, sample_note, toy_act, toy_types

SUBJECTS = 500
BATCH = 1_000
ROUNDS = 9
SMALL, LARGE = 10_000, 262_144
_PLACE = bytes(80)


class Unsealed:
    """Stores the parts as they are, with the hash that the entry needs anyway."""

    def seal(
        self, *, parts: Mapping[Purpose, Mapping[str, object]], **_place: object
    ) -> tuple[dict[str, bytes], list[bytes]]:
        """Return the plaintexts."""
        plain = {purpose.value: canonical.encode(dict(parts[purpose])) for purpose in sorted(parts)}
        return plain, [sha256(part).digest() for part in plain.values()]

    def open(
        self, *, sealed: Mapping[str, bytes], **_place: object
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return the plaintexts."""
        opened: dict[str, dict[str, Any] | Erased] = {
            purpose: canonical.decode(part) for purpose, part in sealed.items()
        }
        return opened, [sha256(part).digest() for part in sealed.values()]


def save(ledger: LedgerFactStore, subjects: list[UUID], each: int) -> None:
    """Append one fact a person, ``each`` of them a transaction."""
    for start in range(0, len(subjects), each):
        some = subjects[start : start + each]
        changes = (Change(uuid4(), 0, (sample_note(),), subject) for subject in some)
        ledger.append(toy_act(), *changes)


def saving_rows(folder: Path, keys: SubjectKeys) -> Iterator[Row]:
    """Compare saves of one sealed part a fact with saves of the same in the clear, CPU alone."""
    subjects = [uuid4() for _ in range(SUBJECTS)]
    keys.for_writing_many([(subject, "identity") for subject in subjects])

    def ledger(name: str, seals: SealedParts | Unsealed) -> LedgerFactStore:
        url = f"sqlite:///{folder}/{name}.db"
        return open_store(url, types=toy_types(), seals=seals, ids=fresh_id)

    sealed, plain = ledger("sealed", SealedParts(keys, os.urandom)), ledger("plain", Unsealed())
    for each in (1, SUBJECTS):
        ours, floor = interleaved(
            lambda each=each: save(sealed, subjects, each),  # type: ignore[misc]
            lambda each=each: save(plain, subjects, each),  # type: ignore[misc]
            rounds=ROUNDS,
            cpu=True,
        )
        yield Row(
            f"sealed save, {each} a transaction",
            f"{min(ours) / SUBJECTS * 1e6:.0f} us CPU a fact",
            f"{min(floor) / SUBJECTS * 1e6:.0f} us in the clear",
            median_ratio(ours, floor),
            1.6,
            at_most=True,
        )
    sealed.close()
    plain.close()


def part_row(keys: SubjectKeys) -> Row:
    """Compare sealing and opening one part with the bare cipher on the same bytes."""
    parts = SealedParts(keys, os.urandom)
    subject, stream = uuid4(), uuid4()
    fields = {Purpose.IDENTITY: {"text": "x" * 600}}
    cipher = AESGCM(os.urandom(32))

    def ours() -> None:
        for _ in range(BATCH):
            sealed, _ = parts.seal(
                subject=subject, stream_id=stream, version=1, topic="toy.noted/1", parts=fields
            )
            parts.open(stream_id=stream, version=1, topic="toy.noted/1", sealed=sealed)

    def bare() -> None:
        for _ in range(BATCH):
            noise = os.urandom(28)
            plaintext = canonical.encode([noise[:16], fields[Purpose.IDENTITY]])
            sealed = cipher.encrypt(noise[16:], plaintext, _PLACE)
            sha256(cipher.decrypt(noise[16:], sealed, _PLACE)).digest()

    spent, floor = interleaved(ours, bare, rounds=ROUNDS, cpu=True)
    return Row(
        "seal and open a part of 600 B",
        f"{min(spent) / BATCH * 1e6:.1f} us",
        f"{min(floor) / BATCH * 1e6:.1f} us bare: salt, CBOR, AES-GCM, hash",
        median_ratio(spent, floor),
        3.0,
        at_most=True,
    )


def cached_row(keys: SubjectKeys) -> Row:
    """Compare taking a known key with one bare AES-GCM opening of 600 B."""
    key = keys.for_writing(uuid4(), "identity")
    cipher, nonce = AESGCM(os.urandom(32)), bytes(12)
    sealed = cipher.encrypt(nonce, bytes(600), _PLACE)

    def ours() -> None:
        for _ in range(BATCH):
            keys.for_reading(key.key_id)

    def floor() -> None:
        for _ in range(BATCH):
            cipher.decrypt(nonce, sealed, _PLACE)

    spent, bare = interleaved(ours, floor, rounds=ROUNDS)
    return Row(
        "a known key for reading",
        f"{min(spent) / BATCH * 1e6:.2f} us",
        f"{min(bare) / BATCH * 1e6:.2f} us to open a part with it",
        median_ratio(spent, bare),
        1.0,
        at_most=True,
    )


def making_row(folder: Path, keys: SubjectKeys) -> Row:
    """Compare making keys, a thousand a transaction, with inserting rows of their size."""
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = wal")
        raw.execute("PRAGMA synchronous = full")
        raw.execute(
            "CREATE TABLE raw (slot INTEGER PRIMARY KEY, key_id BLOB UNIQUE, subject BLOB,"
            " purpose TEXT, commitment BLOB, wrapped BLOB, UNIQUE (subject, purpose))"
        )

        def bare() -> None:
            rows = [
                (os.urandom(16), uuid4().bytes, "identity", os.urandom(32), os.urandom(60))
                for _ in range(BATCH)
            ]
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(
                "INSERT INTO raw (key_id, subject, purpose, commitment, wrapped)"
                " VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            raw.execute("COMMIT")

        spent, floor = interleaved(
            lambda: keys.for_writing_many([(uuid4(), "identity") for _ in range(BATCH)]),
            bare,
            rounds=ROUNDS,
        )
    return Row(
        f"make {BATCH:,} keys in one transaction",
        f"{min(spent) / BATCH * 1e6:.0f} us a key",
        f"{min(floor) / BATCH * 1e6:.0f} us a raw row",
        median_ratio(spent, floor),
        5.0,
        at_most=True,
    )


def forgetting_row(folder: Path, size: int) -> Row:
    """Time the forgetting of one among ``size``, the wait for other processes included."""
    root = FileRootKey(folder / f"root-{size}", os.urandom)
    keys = open_subject_keys(f"sqlite:///{folder}/keys-{size}.db", root, random=os.urandom)
    goner, neighbour = uuid4(), uuid4()
    for start in range(0, size, 8192):
        keys.for_writing_many([(uuid4(), "identity") for _ in range(min(8192, size - start))])
    gone = keys.for_writing(goner, "identity")
    stays = keys.for_writing(neighbour, "identity")
    (spent,) = interleaved(lambda: keys.forget(goner, ["identity"], batch=uuid4()), rounds=1)
    assert keys.for_reading(gone.key_id) is None
    assert keys.for_reading(stays.key_id) is not None
    keys.close()
    return Row(
        f"forget one of {size:,} keys (SQLite, file root)",
        f"{spent[0]:.2f} s", "1 s", spent[0], 1.0, at_most=True,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    """Yield every row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = FileRootKey(folder / "root", os.urandom)
        keys = open_subject_keys(f"sqlite:///{folder}/keys.db", root, random=os.urandom)
        yield part_row(keys)
        yield from saving_rows(folder, keys)
        yield cached_row(keys)
        yield making_row(folder, keys)
        keys.close()
        yield forgetting_row(folder, SMALL)
        yield forgetting_row(folder, LARGE)
