"""To the disk and back with real keys: what an intruder finds, what forgetting does."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import cbor2
import psycopg
import pytest

from keys.key_store_errors import KeyDestroyedError
from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger import canonical
from ledger.errors import TamperedError
from ledger.facts import RecordedFact
from ledger.personal import Erased
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.sealed_parts import SealedParts
from tests_support.toy_ledger import Met, fresh_id, toy_act, toy_types

ALICE, BOB = UUID(int=0xA11CE), UUID(int=0xB0B)
NAMES = {ALICE: "NGUYỄN THỊ MẪU", BOB: "TRẦN VĂN THỬ"}
PHONE = "+84 900 000 000"

Place = tuple[UUID, int]
"""Stream and version."""


@dataclass
class Desk:
    """A ledger with its keys, and where they lie."""

    store: LedgerFactStore
    keys: SubjectKeys
    url: str
    folder: Path

    def meet(self, subject: UUID) -> None:
        """Record something about a person in a stream of its own."""
        met = Met("01.H01", NAMES[subject], date(1999, 3, 1), PHONE)
        history = self.store.history(subject)
        self.store.append(toy_act(), history.then(met, subject=subject))

    def read(self) -> list[RecordedFact]:
        """Return all facts."""
        return self.store.read(after=0, limit=100)

    def states(self) -> dict[Place, bytes]:
        """Return the stored states, as an intruder reads them."""
        sql = "SELECT originator_id, originator_version, state FROM ledger_facts ORDER BY position"
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                rows = connection.execute(sql).fetchall()
            return {(UUID(bytes=stream), version): state for stream, version, state in rows}
        with psycopg.connect(self.url) as connection_:
            rows = connection_.execute(sql).fetchall()
        return {(stream, version): state for stream, version, state in rows}

    def write(self, place: Place, state: bytes) -> None:
        """Overwrite a stored state, as an intruder with all rights does."""
        stream, version = place
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                connection.execute("DROP TRIGGER IF EXISTS ledger_facts_never_change")
                connection.execute(
                    "UPDATE ledger_facts SET state = ? "
                    "WHERE originator_id = ? AND originator_version = ?",
                    (state, stream.bytes, version),
                )
                connection.commit()
        else:
            with psycopg.connect(self.url) as connection_:
                connection_.execute("ALTER TABLE ledger_facts DISABLE TRIGGER USER")
                connection_.execute(
                    "UPDATE ledger_facts SET state = %s "
                    "WHERE originator_id = %s AND originator_version = %s",
                    (state, stream, version),
                )


@pytest.fixture
def desk(ledger_url: str, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "all"
    folder.mkdir()
    url = ledger_url.replace(str(tmp_path), str(folder))
    keys = open_subject_keys(
        f"sqlite:///{folder}/keys.db", FileRootKey(folder / "root", os.urandom),
        random=os.urandom, pause=lambda _: None,
    )  # fmt: skip
    seals = SealedParts(keys, os.urandom)
    store = open_store(url, types=toy_types(), seals=seals, ids=fresh_id)
    yield Desk(store, keys, url, folder)
    store.close()
    keys.close()


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A ledger with one fact about each of two persons."""
    desk.meet(ALICE)
    desk.meet(BOB)
    return desk


def test_facts_about_persons_come_back_as_they_were(two: Desk) -> None:
    assert [recorded.fact for recorded in two.read()] == [
        Met("01.H01", NAMES[subject], date(1999, 3, 1), PHONE) for subject in (ALICE, BOB)
    ]


def test_the_stored_bytes_say_nothing_about_anybody(two: Desk) -> None:
    stored = b"".join(two.states().values())
    stored += b"".join(file.read_bytes() for file in two.folder.rglob("*") if file.is_file())
    assert b"01.H01" in stored  # the search finds what stands in the clear
    for private in (*NAMES.values(), "MẪU", "TRẦN", PHONE, "1999-03-01"):
        assert private.encode() not in stored


def test_two_persons_facts_cannot_change_places(two: Desk) -> None:
    parts = {place: cbor2.loads(state) for place, state in two.states().items()}
    alice, bob = parts[ALICE, 1], parts[BOB, 1]
    alice[3], bob[3] = bob[3], alice[3]
    for place, state in parts.items():
        two.write(place, canonical.encode(state))
    for stream in (ALICE, BOB):
        with pytest.raises(TamperedError, match="does not open where it stands"):
            two.store.history(stream)


def test_an_older_sealed_part_of_the_same_stream_does_not_pass_for_a_newer_one(desk: Desk) -> None:
    desk.meet(ALICE)
    desk.meet(ALICE)
    older, newer = (cbor2.loads(desk.states()[ALICE, version]) for version in (1, 2))
    newer[3] = older[3]
    desk.write((ALICE, 2), canonical.encode(newer))
    with pytest.raises(TamperedError, match="version 2"):
        desk.store.history(ALICE)


def test_forgetting_erases_what_is_read_and_changes_no_byte_of_the_ledger(two: Desk) -> None:
    states, entries = two.states(), [recorded.entry for recorded in two.read()]
    two.keys.forget(ALICE, ["identity"], batch=uuid4())
    alice, bob = two.read()
    assert isinstance(alice.fact, Met)
    assert isinstance(alice.fact.name, Erased)
    assert isinstance(alice.fact.born, Erased)
    assert (alice.fact.place, alice.fact.phone) == ("01.H01", PHONE)
    assert bob.fact == Met("01.H01", NAMES[BOB], date(1999, 3, 1), PHONE)
    assert two.states() == states
    assert [recorded.entry for recorded in two.read()] == entries


def test_nothing_more_is_recorded_about_whom_is_forgotten(two: Desk) -> None:
    two.keys.forget(ALICE, ["identity"], batch=uuid4())
    with pytest.raises(KeyDestroyedError):
        two.meet(ALICE)
    assert len(two.read()) == 2


def test_an_older_copy_of_the_ledger_gives_nothing_back(two: Desk, tmp_path: Path) -> None:
    if two.url.startswith("postgresql"):
        url = two.url  # no byte of it changes by forgetting, so it is its own older copy
    else:
        url = f"sqlite:///{tmp_path}/older.db"
        with (
            closing(sqlite3.connect(two.url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(tmp_path / "older.db")) as target,
        ):
            source.backup(target)
    two.keys.forget(ALICE, ["identity", "contact"], batch=uuid4())
    older = open_store(
        url, types=toy_types(), seals=SealedParts(two.keys, os.urandom), ids=fresh_id
    )
    fact = older.history(ALICE).facts[0]
    assert isinstance(fact, Met)
    assert isinstance(fact.name, Erased)
    assert isinstance(fact.phone, Erased)
    older.close()
