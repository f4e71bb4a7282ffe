import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from keys.key_database import KeyDatabase
from keys.key_store_errors import (
    CommitmentMismatchError,
    KeyDestroyedError,
    KeyHeldError,
    KeyStoreError,
    OldKeyStoreError,
    UnknownKeyError,
)
from keys.root_key import FileRootKey, MemoryRootKey
from keys.sealing import DataKey
from keys.subject_key_tree import KeyTree, StoredKey
from keys.subject_keys import EPOCH_SECONDS, SubjectKeys, open_subject_keys

OpenKeys = Callable[..., SubjectKeys]

ALICE, BOB = UUID(int=1), UUID(int=2)


def names(count: int, purpose: str = "identity") -> list[tuple[UUID, str]]:
    return [(uuid4(), purpose) for _ in range(count)]


def test_a_key_is_made_once(keys: SubjectKeys) -> None:
    first = keys.for_writing(ALICE, "identity")
    assert keys.for_writing(ALICE, "identity").key_id == first.key_id
    assert keys.for_writing(ALICE, "contact").key_id != first.key_id
    assert keys.for_writing(BOB, "identity").key_id != first.key_id


def test_a_key_is_found_by_its_identifier(keys: SubjectKeys) -> None:
    made = keys.for_writing(ALICE, "identity")
    found = keys.for_reading(made.key_id)
    assert found is not None
    assert found.open(made.seal(b"x", b"place", bytes(12)), b"place") == b"x"


def test_a_key_is_durable_before_it_is_returned(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    made = keys.for_writing(ALICE, "identity")
    elsewhere = open_keys()
    found = elsewhere.for_reading(made.key_id)
    assert found is not None
    assert elsewhere.for_writing(ALICE, "identity").commitment == made.commitment


def test_an_identifier_that_was_never_given_is_not_called_erased(keys: SubjectKeys) -> None:
    with pytest.raises(UnknownKeyError, match="00" * 16):
        keys.for_reading(bytes(16))
    assert keys.for_reading_many([bytes(16)]) == {}


def test_thousands_are_made_and_read_at_once(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    wanted = names(5000)  # three levels of the tree
    made = keys.for_writing_many(wanted)
    assert len({key.key_id for key in made.values()}) == 5000
    found = open_keys().for_reading_many([key.key_id for key in made.values()])
    assert {key_id for key_id, key in found.items() if key is not None} == set(found)
    assert len(found) == 5000
    again = open_keys().for_writing_many(wanted)
    assert {name: key.key_id for name, key in again.items()} == {
        name: key.key_id for name, key in made.items()
    }


def test_the_tree_grows_one_key_at_a_time_as_well(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    made = {name: keys.for_writing(*name).key_id for name in names(66)}
    found = open_keys().for_writing_many(made)
    assert {name: key.key_id for name, key in found.items()} == made


@pytest.mark.parametrize("steps", [(63, 1, 1), (64, 64), (1, 4095, 1), (4096, 64), (4097, 4097)])
def test_growing_over_the_edges_of_nodes_loses_nobody(
    keys: SubjectKeys, open_keys: OpenKeys, steps: tuple[int, ...]
) -> None:
    made: dict[tuple[UUID, str], DataKey] = {}
    for count in steps:
        made |= keys.for_writing_many(names(count))
    found = open_keys().for_reading_many([key.key_id for key in made.values()])
    assert len(found) == sum(steps)


def test_eight_threads_that_want_the_same_key_get_the_same(keys: SubjectKeys) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: keys.for_writing(ALICE, "identity").key_id, range(64)))
    assert len(set(got)) == 1


def test_threads_that_want_different_keys_all_get_one(
    keys: SubjectKeys, open_keys: OpenKeys
) -> None:
    wanted = names(80)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda name: keys.for_writing(*name).key_id, wanted))
    assert len(set(got)) == 80
    assert all(open_keys().for_reading_many(got).values())


SEVERAL_STARTING = """
import os, sys
from pathlib import Path
from uuid import UUID
from keys.root_key import FileRootKey
from keys.subject_keys import open_subject_keys
keys = open_subject_keys(sys.argv[1], FileRootKey(Path(sys.argv[2]), os.urandom), random=os.urandom)
print(*(keys.for_writing(UUID(int=i), "identity").key_id.hex() for i in range(20)))
"""


def test_eight_processes_that_start_at_once_make_one_store_and_the_same_keys(
    key_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", SEVERAL_STARTING, key_url, str(tmp_path / "root")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(8)]
    said = {process.communicate(timeout=50)[0] for process in started}
    assert [process.returncode for process in started] == [0] * 8
    assert len(said) == 1


def test_a_forked_child_uses_connections_of_its_own(keys: SubjectKeys) -> None:
    made = keys.for_writing(ALICE, "identity").key_id
    child = os.fork()
    if child == 0:  # the child must leave without the test runner's farewells
        keys._empty()
        os._exit(0 if keys.for_reading(made) else 1)
    assert os.waitpid(child, 0)[1] == 0
    keys._empty()
    assert keys.for_reading(made) is not None


def test_after_forgetting_a_reader_gets_none_and_a_writer_is_refused(keys: SubjectKeys) -> None:
    made = keys.for_writing(ALICE, "contact")
    keys.forget(ALICE, ["contact"], batch=uuid4())
    for _ in range(2):  # from the database, then from memory
        assert keys.for_reading(made.key_id) is None
        assert keys.for_reading_many([made.key_id]) == {made.key_id: None}
        with pytest.raises(KeyDestroyedError):
            keys.for_writing(ALICE, "contact")
    with pytest.raises(KeyDestroyedError):
        keys.for_writing_many([(BOB, "contact"), (ALICE, "contact")])


def test_a_purpose_that_was_forgotten_before_it_had_a_key_never_gets_one(
    keys: SubjectKeys,
) -> None:
    receipt = keys.forget(ALICE, ["contact"], batch=uuid4())
    assert [key.key_id for key in receipt.keys] == [None]
    with pytest.raises(KeyDestroyedError):
        keys.for_writing(ALICE, "contact")


def test_another_process_forgets_its_memory_within_the_promised_time(open_keys: OpenKeys) -> None:
    now = [0.0]
    waited: list[float] = []
    first, second = open_keys(clock=lambda: now[0]), open_keys(pause=waited.append)
    made = first.for_writing(ALICE, "contact")
    assert first.for_reading(made.key_id) is not None
    second.forget(ALICE, ["contact"], batch=uuid4())
    assert waited == [EPOCH_SECONDS]
    now[0] += EPOCH_SECONDS
    assert first.for_reading(made.key_id) is None
    with pytest.raises(KeyDestroyedError):
        first.for_writing(ALICE, "contact")


def test_a_held_key_is_not_destroyed_until_it_is_released(keys: SubjectKeys) -> None:
    made = keys.for_writing(ALICE, "judicial")
    keys.hold(ALICE, "judicial")
    with pytest.raises(KeyHeldError):
        keys.forget(ALICE, ["contact", "judicial"], batch=uuid4())
    assert keys.for_reading(made.key_id) is not None
    keys.release(ALICE, "judicial")
    keys.forget(ALICE, ["judicial"], batch=uuid4())
    assert keys.for_reading(made.key_id) is None
    with pytest.raises(KeyDestroyedError):
        keys.hold(ALICE, "judicial")
    keys.release(ALICE, "judicial")
    assert keys.for_reading(made.key_id) is None


def test_a_hold_can_come_before_the_first_fact(keys: SubjectKeys) -> None:
    keys.hold(ALICE, "judicial")
    with pytest.raises(KeyHeldError):
        keys.forget(ALICE, ["judicial"], batch=uuid4())


# What somebody with access to the database can do


def change(key_url: str, sql: str, *values: object) -> None:
    """Do what an intruder with the database's password does."""
    if key_url.startswith("sqlite"):
        with closing(sqlite3.connect(key_url.removeprefix("sqlite:///"))) as connection:
            connection.execute(sql, values)
            connection.commit()
    else:
        with psycopg.connect(key_url, autocommit=True) as connection_:
            connection_.execute(sql.replace("?", "%s").encode(), values)


SWAP = """UPDATE subject_key SET wrapped = new.wrapped FROM subject_key AS new
WHERE new.slot = 1 - subject_key.slot"""


@pytest.fixture
def two(keys: SubjectKeys, key_url: str) -> tuple[bytes, bytes]:
    """The identifiers of two keys in slots 0 and 1."""
    return keys.for_writing(ALICE, "identity").key_id, keys.for_writing(BOB, "identity").key_id


@pytest.mark.parametrize("sql", [SWAP, SWAP.replace("wrapped", "commitment")])
def test_swapped_keys_are_found(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys, sql: str
) -> None:
    change(key_url, sql)
    with pytest.raises(CommitmentMismatchError):
        open_keys().for_reading(two[0])


def test_a_key_under_anothers_identifier_is_found(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys
) -> None:
    change(key_url, "UPDATE subject_key SET key_id = ? WHERE slot = 0", bytes(16))
    with pytest.raises(CommitmentMismatchError):
        open_keys().for_reading(bytes(16))


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("UPDATE subject_key SET subject = ? WHERE slot = 0", bytes(16)),
        ("UPDATE subject_key SET purpose = ? WHERE slot = 0", "health"),
        ("UPDATE subject_key SET slot = ? WHERE slot = 0", 5),
    ],
)
def test_a_key_given_to_somebody_or_something_else_is_found(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys, sql: str, value: object
) -> None:
    change(key_url, sql, value)
    with pytest.raises(CommitmentMismatchError):
        open_keys().for_reading(two[0])


def test_a_living_key_without_its_wrapped_form_is_not_called_erased(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys
) -> None:
    change(key_url, "UPDATE subject_key SET wrapped = NULL WHERE slot = 0")
    with pytest.raises(CommitmentMismatchError):
        open_keys().for_reading(two[0])


def test_a_key_that_an_insider_wrapped_properly_fails_its_commitment() -> None:
    tree = KeyTree(MemoryRootKey(os.urandom), b"store", os.urandom)
    cipher = AESGCMSIV(bytes(32))
    bare = StoredKey(0, ALICE.bytes, "identity", bytes(32), b"")
    wrapped = tree._wrap(cipher, os.urandom(32), tree._key_place(bare, 1))
    with pytest.raises(CommitmentMismatchError, match="commitment"):
        tree.data_key(replace(bare, wrapped=wrapped), 1, cipher)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("UPDATE key_node SET generation = 9", CommitmentMismatchError),
        ("UPDATE key_node SET wrapped = key_store.store FROM key_store", CommitmentMismatchError),
        ("DELETE FROM key_node", KeyStoreError),
    ],
)
def test_a_damaged_tree_is_found(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys, sql: str, error: type[Exception]
) -> None:
    change(key_url, sql)
    with pytest.raises(error):
        open_keys().for_reading(two[0])


def test_a_hole_in_the_middle_of_the_tree_is_found(
    keys: SubjectKeys, key_url: str, open_keys: OpenKeys
) -> None:
    made = list(keys.for_writing_many(names(5000)).values())
    change(key_url, "DELETE FROM key_node WHERE level = 2 AND idx = 0")
    with pytest.raises((KeyStoreError, CommitmentMismatchError)):
        open_keys().for_reading(made[0].key_id)


def test_forgetting_stops_at_a_damaged_neighbour(
    two: tuple[bytes, bytes], key_url: str, open_keys: OpenKeys
) -> None:
    change(key_url, SWAP)
    with pytest.raises(CommitmentMismatchError):
        open_keys().forget(ALICE, ["identity"], batch=uuid4())


# Opening


@pytest.mark.parametrize("url", ["mysql://x", "keys.db", ""])
def test_other_databases_are_refused(url: str, root: MemoryRootKey) -> None:
    with pytest.raises(KeyStoreError, match="expected sqlite"):
        open_subject_keys(url, root, random=os.urandom)


def test_a_database_that_cannot_be_reached_is_an_error_of_ours(
    tmp_path: Path, root: MemoryRootKey
) -> None:
    (tmp_path / "keys.db").write_bytes(b"this is no database, whatever its name says" * 100)
    for url in (f"sqlite:///{tmp_path}/keys.db", f"postgresql:///x?host={tmp_path}"):
        with pytest.raises(KeyStoreError):
            open_subject_keys(url, root, random=os.urandom)


def test_a_store_without_its_root_is_refused(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    with pytest.raises(OldKeyStoreError):
        open_keys(root=MemoryRootKey(os.urandom))


def test_an_empty_store_beside_a_used_root_is_refused(
    keys: SubjectKeys, open_keys: OpenKeys, tmp_path: Path
) -> None:
    with pytest.raises(OldKeyStoreError, match="another key store"):
        open_keys(url=f"sqlite:///{tmp_path}/new.db")


def test_a_first_start_that_was_killed_is_finished_by_the_next(
    open_keys: OpenKeys, root: MemoryRootKey
) -> None:
    class KilledError(Exception):
        pass

    def kill(_: object) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        open_keys(after=kill)
    assert open_keys().for_writing(ALICE, "identity").key_id


def test_reading_is_tried_again_when_the_root_moves_on_meanwhile(
    open_keys: OpenKeys, key_url: str
) -> None:
    first, second = open_keys(), open_keys()
    made = first.for_writing(ALICE, "identity")
    first._empty()
    original: KeyDatabase = first._database

    class Overtaken:
        """Forgets somebody between the two statements of a read, once."""

        moved = False

        def query(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
            rows = original.query(sql, values)
            if "subject_key" in sql and not self.moved:
                self.moved = True
                second.forget(BOB, ["contact"], batch=uuid4())
            return rows

    first._database = Overtaken()  # type: ignore[assignment]
    found = first.for_reading(made.key_id)
    assert found is not None
    first._database = original


def test_a_root_that_is_away_is_an_error_not_an_erasure(
    open_keys: OpenKeys, root: MemoryRootKey, tmp_path: Path
) -> None:
    keys = open_keys(url=f"sqlite:///{tmp_path}/k.db", root=FileRootKey(tmp_path / "r", os.urandom))
    made = keys.for_writing(ALICE, "identity")
    keys._empty()
    for file in (tmp_path / "r").glob("*.root"):
        file.rename(file.with_suffix(".away"))
    with pytest.raises(KeyStoreError, match="not at hand"):
        keys.for_reading(made.key_id)
