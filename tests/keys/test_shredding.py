"""Forgetting, attacked: old copies, kills after every step, neighbours, what stays in files."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest

from keys.errors import KeysError
from keys.key_database_sqlite import SqliteKeys
from keys.key_store_errors import KeyDestroyedError, KeyStoreError, OldKeyStoreError
from keys.root_key import FileRootKey, MemoryRootKey
from keys.sealing import DataKey
from keys.shredding import Step
from keys.subject_key_tree import KeyTree
from keys.subject_keys import SubjectKeys, open_subject_keys

OpenKeys = Callable[..., SubjectKeys]
ALICE, BOB = UUID(int=1), UUID(int=2)
BATCH = UUID(int=77)


class KilledError(Exception):
    """The process dies here."""


class KillAfter:
    """Lets the process die once, after ``step``."""

    def __init__(self, step: Step) -> None:
        self.step: Step | None = step

    def __call__(self, step: Step) -> None:
        if step is self.step:
            self.step = None
            raise KilledError


def people(keys: SubjectKeys, count: int) -> dict[tuple[UUID, str], DataKey]:
    return keys.for_writing_many([(uuid4(), "identity") for _ in range(count)])


def test_the_receipt_says_what_was_destroyed_and_how(keys: SubjectKeys) -> None:
    identity = keys.for_writing(ALICE, "identity")
    receipt = keys.forget(ALICE, ["identity", "contact"], batch=BATCH)
    assert [(key.subject, key.purpose) for key in receipt.keys] == [
        (ALICE, "contact"),
        (ALICE, "identity"),
    ]
    assert receipt.keys[1].key_id == identity.key_id
    assert receipt.keys[1].commitment == identity.commitment
    assert (receipt.old_root, receipt.new_root) == (1, 2)
    assert ".1: removed from memory" in receipt.provider
    assert receipt.assurance == "software"
    assert receipt.copy is None
    assert keys.receipt(BATCH) == receipt


def test_the_same_batch_again_answers_the_same_and_destroys_nothing_more(
    keys: SubjectKeys,
) -> None:
    keys.for_writing(ALICE, "contact")
    receipt = keys.forget(ALICE, ["contact"], batch=BATCH)
    assert keys.forget(ALICE, ["contact"], batch=BATCH) == receipt
    with pytest.raises(KeyStoreError, match="other keys before"):
        keys.forget(BOB, ["contact"], batch=BATCH)
    with pytest.raises(KeyStoreError, match="no finished shredding"):
        keys.receipt(uuid4())


def test_forgetting_again_in_another_batch_keeps_the_first_receipt(keys: SubjectKeys) -> None:
    made = keys.for_writing(ALICE, "contact")
    first = keys.forget(ALICE, ["contact"], batch=BATCH)
    keys.forget(ALICE, ["contact"], batch=uuid4())
    assert keys.receipt(BATCH) == first
    assert keys.for_reading(made.key_id) is None


def test_nobody_to_forget_still_replaces_the_root(
    keys: SubjectKeys, open_keys: OpenKeys, root: MemoryRootKey
) -> None:
    made = keys.for_writing(ALICE, "identity")
    before = root.roots()
    assert keys.forget_many([], batch=BATCH).keys == ()
    assert not before & root.roots()
    assert open_keys().for_reading(made.key_id) is not None


@pytest.mark.parametrize("count", [1, 64, 65, 5000])
def test_neighbours_stay_readable(keys: SubjectKeys, open_keys: OpenKeys, count: int) -> None:
    made = people(keys, count)
    goner = Random(count).choice(list(made))
    keys.forget_many([goner], batch=BATCH)
    found = open_keys().for_reading_many([key.key_id for key in made.values()])
    gone = {key_id for key_id, key in found.items() if key is None}
    assert gone == {made[goner].key_id}
    assert len(found) == count


def test_many_are_forgotten_under_one_new_root(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    made = people(keys, 3000)
    goners = Random(5).sample(list(made), 200)
    receipt = keys.forget_many(goners, batch=BATCH)
    assert receipt.new_root == 2
    found = open_keys().for_reading_many([key.key_id for key in made.values()])
    assert {key_id for key_id, key in found.items() if key is None} == {
        made[goner].key_id for goner in goners
    }


def test_new_keys_can_be_made_after_every_shredding(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    made = []
    for number in range(5):
        made.append(keys.for_writing(UUID(int=100 + number), "identity").key_id)
        keys.forget(UUID(int=200 + number), ["identity"], batch=uuid4())
    assert all(open_keys().for_reading_many(made).values())


def test_one_of_ten_thousand_is_forgotten_within_a_second(tmp_path: Path) -> None:
    root = FileRootKey(tmp_path / "root", os.urandom)
    keys = open_subject_keys(f"sqlite:///{tmp_path}/keys.db", root, random=os.urandom)
    made = people(keys, 10_000)
    goner = list(made)[4711]
    start = time.process_time()  # a busy machine does not count; the benchmark has the wall's time
    keys.forget_many([goner], batch=BATCH)
    assert time.process_time() - start <= 1
    found = keys.for_reading_many([key.key_id for key in made.values()])
    assert sum(key is not None for key in found.values()) == 9_999
    keys.close()


def test_a_hold_during_a_shredding_comes_too_late(open_keys: OpenKeys) -> None:
    keys = open_keys()
    keys.for_writing(ALICE, "contact")

    def hold(step: Step) -> None:
        if step is Step.NEXT_ROOT_NAMED:
            with pytest.raises(KeyDestroyedError, match="too late"):
                keys.hold(ALICE, "contact")

    open_keys(after=hold).forget(ALICE, ["contact"], batch=uuid4())


# Killed after each step


@pytest.mark.parametrize("step", Step)
def test_a_kill_after_any_step_is_recovered_when_the_store_is_opened(
    open_keys: OpenKeys, root: MemoryRootKey, tmp_path: Path, step: Step
) -> None:
    first = open_keys()
    gone, stays = first.for_writing(ALICE, "contact"), first.for_writing(BOB, "contact")
    first.close()
    dying = open_keys(copies=tmp_path / "copies", after=KillAfter(step))
    with pytest.raises(KilledError):
        dying.forget(ALICE, ["contact"], batch=BATCH)
    dying.close()
    keys = open_keys(copies=tmp_path / "copies")
    assert keys.for_reading(gone.key_id) is None
    assert keys.for_reading(stays.key_id) is not None
    assert len(root.roots()) == 1
    receipt = keys.forget(ALICE, ["contact"], batch=BATCH)
    assert (receipt.old_root, receipt.new_root) == (1, 2)
    assert [key.key_id for key in receipt.keys] == [gone.key_id]
    assert receipt.copy == "subject-keys-2.db: 2 keys, read back"


@pytest.mark.parametrize("step", Step)
def test_a_process_that_lives_on_after_anothers_kill_finishes_its_work(
    open_keys: OpenKeys, step: Step
) -> None:
    survivor = open_keys()
    gone = survivor.for_writing(ALICE, "contact")
    dying = open_keys(after=KillAfter(step))
    with pytest.raises(KilledError):
        dying.forget(ALICE, ["contact"], batch=BATCH)
    assert survivor.for_writing(BOB, "contact").key_id
    survivor.forget(BOB, ["identity"], batch=uuid4())
    assert survivor.for_reading(gone.key_id) is None
    assert survivor.receipt(BATCH).new_root == 2


REALLY_KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from keys.root_key import FileRootKey
from keys.subject_keys import open_subject_keys

def after(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

root = FileRootKey(Path(sys.argv[2]), os.urandom)
keys = open_subject_keys(sys.argv[1], root, random=os.urandom, after=after)
keys.forget(UUID(int=1), ["contact"], batch=UUID(int=77))
"""


@pytest.mark.parametrize("step", Step)
def test_kill_minus_nine_after_any_step_is_recovered(tmp_path: Path, step: Step) -> None:
    url, folder = f"sqlite:///{tmp_path}/keys.db", tmp_path / "root"
    keys = open_subject_keys(url, FileRootKey(folder, os.urandom), random=os.urandom)
    gone, stays = keys.for_writing(ALICE, "contact"), keys.for_writing(BOB, "contact")
    keys.close()
    command = [sys.executable, "-c", REALLY_KILLED, url, str(folder), step.value]
    killed = subprocess.run(command, timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL
    root = FileRootKey(folder, os.urandom)
    keys = open_subject_keys(url, root, random=os.urandom, pause=lambda _: None)
    assert keys.for_reading(gone.key_id) is None
    assert keys.for_reading(stays.key_id) is not None
    assert len(root.roots()) == 1
    assert keys.receipt(BATCH).new_root == 2
    keys.close()


def test_a_process_that_lost_the_lock_does_not_shred_what_another_has_shredded(
    keys: SubjectKeys, root: MemoryRootKey
) -> None:
    made = keys.for_writing(BOB, "contact")
    keys.forget(ALICE, ["contact"], batch=BATCH)
    before = keys._database.query("SELECT * FROM key_node")
    with keys._database.writing() as session:
        keys._shredder._shred(session, 2)
    assert keys._database.query("SELECT * FROM key_node") == before
    keys._empty()
    assert keys.for_reading(made.key_id) is not None


# Older copies


@pytest.fixture
def forgotten(tmp_path: Path, root: MemoryRootKey, open_keys: OpenKeys) -> Path:
    """A copy of the key store from before Alice was forgotten."""
    url = f"sqlite:///{tmp_path}/live.db"
    keys = open_keys(url=url)
    keys.for_writing(ALICE, "contact")
    keys.write_copy(tmp_path / "before.db")
    shutil.copy(tmp_path / "before.db", tmp_path / "control.db")
    keys.forget(ALICE, ["contact"], batch=BATCH)
    return tmp_path / "before.db"


def test_a_restored_older_copy_is_refused_after_forgetting(
    forgotten: Path, open_keys: OpenKeys, root: MemoryRootKey
) -> None:
    alive = root.roots()
    with pytest.raises(OldKeyStoreError, match="restore the newer"):
        open_keys(url=f"sqlite:///{forgotten}")
    assert root.roots() == alive  # above all, the newer root was not destroyed


def test_no_living_root_opens_an_older_copy(forgotten: Path, root: MemoryRootKey) -> None:
    database = SqliteKeys(forgotten)
    store = database.query("SELECT store FROM key_store")[0][0]
    level, generation, wrapped = database.query("SELECT level, generation, wrapped FROM key_node")[
        0
    ]
    tree = KeyTree(root, store, os.urandom)
    for label in root.roots():
        for parent in range(1, 5):
            place = tree._node_place(level, 0, generation, parent)
            with pytest.raises(KeysError):
                root.unwrap(label, wrapped, place)
    with pytest.raises(KeysError):
        tree.paths(database.query, [0])
    database.close()


def test_a_copy_whose_root_still_lives_gives_the_key_back(
    tmp_path: Path, root: MemoryRootKey, open_keys: OpenKeys
) -> None:
    """Negative control: without a new root, an older copy undoes every deletion."""
    keys = open_keys(url=f"sqlite:///{tmp_path}/live.db")
    made = keys.for_writing(ALICE, "contact")
    keys.write_copy(tmp_path / "before.db")
    with keys._database.writing() as session:
        session.execute("UPDATE subject_key SET wrapped = NULL, state = 'shredded'")
    keys._empty()
    assert keys.for_reading(made.key_id) is None
    assert open_keys(url=f"sqlite:///{tmp_path}/before.db").for_reading(made.key_id) is not None


def test_the_fresh_copy_lives_and_the_dead_ones_are_removed(
    tmp_path: Path, open_keys: OpenKeys
) -> None:
    copies = tmp_path / "copies"
    keys = open_keys(copies=copies)
    stays = keys.for_writing(BOB, "contact")
    for number in range(3):
        keys.forget(UUID(int=50 + number), ["contact"], batch=uuid4())
    assert [file.name for file in copies.glob("*.db")] == ["subject-keys-4.db"]
    restored = open_keys(url=f"sqlite:///{copies}/subject-keys-4.db")
    assert restored.for_reading(stays.key_id) is not None
    with pytest.raises(KeysError):
        restored.for_writing(UUID(int=50), "contact")


def test_nothing_of_a_forgotten_key_is_left_in_the_files(tmp_path: Path) -> None:
    root = FileRootKey(tmp_path / "root", os.urandom)
    url = f"sqlite:///{tmp_path}/db/keys.db"
    keys = open_subject_keys(url, root, random=os.urandom, pause=lambda _: None)
    people(keys, 100)
    keys.for_writing(ALICE, "contact")
    sql = "SELECT wrapped FROM subject_key WHERE subject = ?"
    wrapped = keys._database.query(sql, (ALICE.bytes,))[0][0]
    former_root = next((tmp_path / "root").glob("*.root")).read_bytes()[-32:]
    assert any(wrapped in file.read_bytes() for file in (tmp_path / "db").iterdir())
    receipt = keys.forget(ALICE, ["contact"], batch=BATCH)
    assert "log truncated" in receipt.provider
    left = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert wrapped not in left
    assert former_root not in left
    keys.close()


def test_a_reader_that_stays_keeps_the_log_and_the_receipt_says_so(tmp_path: Path) -> None:
    root = MemoryRootKey(os.urandom)
    keys = open_subject_keys(
        f"sqlite:///{tmp_path}/keys.db", root, random=os.urandom, pause=lambda _: None
    )
    keys.for_writing(ALICE, "contact")
    database = SqliteKeys(tmp_path / "keys.db", lock_seconds=0.05)
    keys._shredder._database = database
    with database.snapshot() as session:
        session.execute("SELECT 1 FROM key_node")
        receipt = keys.forget(ALICE, ["contact"], batch=BATCH)
    assert "log kept by a reader" in receipt.provider
    database.close()
    keys.close()
