"""What a witness remembers: forks and rollbacks, many at once, kills, lost and older copies."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typing_extensions import override

from ledger.errors import StoreUnavailableError
from ledger.transparency.policy import parse_policy
from ledger.transparency.witness_request import write_request
from ledger.transparency.witnessing import Suspicion
from shell.home import MODULE_FOLDER
from shell.witness_home import WitnessHome
from tests_support.memory_log import MemoryLog
from tests_support.witness_bench import Bench, asked, entries, head_of, way
from verify_api.errors import WitnessStateError
from verify_api.witness import LocalWitness
from verify_api.witness_marker import FileMarker, Marker, Marks, Reached, read_marks, write_marks
from verify_api.witness_store import MOST_EVIDENCE, WitnessStore, begin_store


def forked(log: MemoryLog, *, at: int, to: int) -> MemoryLog:
    """Return a second history of the log that leaves the first one at ``at``."""
    other = MemoryLog(keys=log.keys)
    other.add(*log.entries[:at], *entries(at, to - at, "other"))
    return other


def suspicions(witness: LocalWitness) -> list[tuple[Suspicion, int]]:
    return [(one.suspicion, one.checkpoint.size) for one in witness.store.evidence()]


def test_a_fork_of_the_newest_size_is_kept_with_both_heads(
    witness: LocalWitness, log: MemoryLog
) -> None:
    witness.add_checkpoint(asked(log, 0))
    fork = forked(log, at=1, to=3)
    for old in (0, 3):  # whatever it is asked as
        assert witness.add_checkpoint(asked(fork, old)).status == (422 if old else 409)
    (kept,) = witness.store.evidence()
    assert kept.suspicion is Suspicion.FORK
    assert kept.known is not None
    logs = "".join(f"log {one.key.vkey}\n" for one in log.keys)
    policy = parse_policy(f"{logs}quorum none\n")
    one, two = policy.judge(kept.note).checkpoint, policy.judge(kept.known).checkpoint
    assert (one.size, one.origin) == (two.size, two.origin)
    assert one.root != two.root


def test_a_fork_of_an_older_size_is_known_for_one(witness: LocalWitness, log: MemoryLog) -> None:
    for _ in range(3):
        size = log.size()
        log.add(*entries(size, 2))
        witness.add_checkpoint(asked(log, 0 if size == 3 else size))
    fork = forked(log, at=2, to=7)
    assert witness.add_checkpoint(asked(fork, 5)).status == 409
    assert suspicions(witness) == [(Suspicion.FORK, 7)]


def test_a_fork_that_goes_on_is_refused_and_kept(witness: LocalWitness, log: MemoryLog) -> None:
    witness.add_checkpoint(asked(log, 0))
    fork = forked(log, at=2, to=8)
    body = write_request(3, way(fork, 3), head_of(fork))
    assert witness.add_checkpoint(body).status == 422
    assert suspicions(witness) == [(Suspicion.UNPROVEN, 8)]
    log.add(*entries(3, 1))
    assert witness.add_checkpoint(asked(log, 3)).status == 200  # the first history goes on


def test_a_rollback_is_refused_and_kept(witness: LocalWitness, log: MemoryLog) -> None:
    log.add(*entries(3, 7))
    witness.add_checkpoint(asked(log, 0))
    restored = MemoryLog(keys=log.keys)
    restored.add(*log.entries[:6])
    assert witness.add_checkpoint(asked(restored, 6)).status == 409
    assert witness.add_checkpoint(asked(restored, 0)).body == b"10\n"
    assert suspicions(witness) == [(Suspicion.ROLLBACK, 6)]
    assert witness.store.refused() == {(log.origin, Suspicion.ROLLBACK): 2}


def test_a_head_that_comes_again_says_nothing_against_its_log(
    witness: LocalWitness, log: MemoryLog
) -> None:
    first = asked(log, 0)
    witness.add_checkpoint(first)
    log.add(*entries(3, 2))
    witness.add_checkpoint(asked(log, 3))
    assert witness.add_checkpoint(first).status == 409
    assert not suspicions(witness)


def test_only_so_many_roots_are_kept(log: MemoryLog, bench: Bench) -> None:
    bench.most_roots = 2
    witness = bench.open()
    old = 0
    for _ in range(4):
        witness.add_checkpoint(asked(log, old))
        old = log.size()
        log.add(*entries(old, 1))
    with sqlite3.connect(bench.database) as looking:
        sizes = [size for (size,) in looking.execute("SELECT size FROM root ORDER BY size")]
    looking.close()
    assert sizes == [5, 6]


def test_evidence_is_bounded_and_counted_beyond(
    witness: LocalWitness, log: MemoryLog, bench: Bench
) -> None:
    witness.add_checkpoint(asked(log, 0))
    with sqlite3.connect(bench.database) as filling:
        filling.executemany(
            "INSERT INTO evidence (suspicion, origin, size, root, note, at) "
            "VALUES ('fork', ?, ?, x'00', x'00', 0)",
            [(log.origin, number) for number in range(MOST_EVIDENCE)],
        )
    filling.close()
    witness.add_checkpoint(asked(forked(log, at=0, to=3), 3))
    assert len(witness.store.evidence()) == MOST_EVIDENCE
    assert witness.store.refused() == {(log.origin, Suspicion.FORK): 1}


def test_of_fifty_at_once_one_wins(witness: LocalWitness, log: MemoryLog) -> None:
    witness.add_checkpoint(asked(log, 0))
    bodies = []
    for _ in range(50):
        log.add(*entries(log.size(), 1))
        bodies.append(asked(log, 3))
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(witness.add_checkpoint, bodies))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: 49}
    won = next(number for number, reply in enumerate(replies) if reply.status == 200)
    assert witness.store.marks().heads[log.origin].size == 4 + won
    assert {reply.body for reply in replies if reply.status == 409} == {b"%d\n" % (4 + won)}


def test_two_processes_over_one_home_decide_as_one(bench: Bench, log: MemoryLog) -> None:
    one, two = bench.open(), bench.open()
    assert one.add_checkpoint(asked(log, 0)).status == 200
    assert two.add_checkpoint(asked(log, 0)).status == 409
    log.add(b"more")
    assert two.add_checkpoint(asked(log, 3)).status == 200
    assert one.add_checkpoint(asked(log, 3)).body == b"4\n"


def test_what_was_cosigned_is_known_after_a_new_start(bench: Bench, log: MemoryLog) -> None:
    bench.open().add_checkpoint(asked(log, 0))
    bench.close()
    again = bench.open()
    assert again.add_checkpoint(asked(log, 0)).body == b"3\n"


def test_a_lost_database_is_refused_at_the_start(bench: Bench, log: MemoryLog) -> None:
    bench.open().add_checkpoint(asked(log, 0))
    bench.close()
    bench.database.unlink()
    with pytest.raises(WitnessStateError) as refused:
        bench.open()
    assert refused.value.rule == "database_missing"
    assert not bench.database.exists()  # looking makes none
    begin_store(bench.database)
    with pytest.raises(WitnessStateError) as refused:
        bench.open()
    assert refused.value.rule == "rolled_back"


def test_an_older_copy_of_the_database_is_refused_at_the_start(
    bench: Bench, log: MemoryLog
) -> None:
    bench.open().add_checkpoint(asked(log, 0))
    bench.close()
    old = shutil.copy(bench.database, bench.folder / "old")
    log.add(b"more")
    bench.open().add_checkpoint(asked(log, 3))
    bench.close()
    new = shutil.copy(bench.database, bench.folder / "new")
    shutil.copy(old, bench.database)
    with pytest.raises(WitnessStateError) as refused:
        bench.open()
    assert refused.value.rule == "rolled_back"
    shutil.copy(new, bench.database)
    assert bench.open().add_checkpoint(asked(log, 0)).body == b"4\n"


def test_a_copy_without_the_evidence_is_refused_at_the_start(bench: Bench, log: MemoryLog) -> None:
    bench.open().add_checkpoint(asked(log, 0))
    bench.close()
    old = shutil.copy(bench.database, bench.folder / "old")
    bench.open().add_checkpoint(asked(forked(log, at=0, to=3), 3))
    bench.close()
    shutil.copy(old, bench.database)
    with pytest.raises(WitnessStateError, match="1 refused heads were kept, there are 0"):
        bench.open()


def test_a_database_that_is_put_back_while_it_runs_cosigns_nothing(
    bench: Bench, log: MemoryLog
) -> None:
    witness = bench.open()
    witness.add_checkpoint(asked(log, 0))
    with sqlite3.connect(bench.database) as thief:
        thief.execute("UPDATE head SET size = 1, root = x'00'")
    thief.close()
    log.add(b"more")
    assert witness.add_checkpoint(asked(log, 1)).status == 503
    with pytest.raises(WitnessStateError):
        witness.require_memory()


def test_another_root_of_the_same_size_is_an_older_copy_too() -> None:
    said = Marks({"a": Reached(3, bytes(32))})
    said.require(said)
    said.require(Marks({"a": Reached(4, b"\1" * 32)}))
    with pytest.raises(WitnessStateError):
        said.require(Marks({"a": Reached(3, b"\1" * 32)}))
    with pytest.raises(WitnessStateError):
        said.require(Marks({}))


def test_marks_only_go_on() -> None:
    one = Marks({"a": Reached(3, bytes(32)), "b": Reached(9, bytes(32))}, 2)
    two = Marks({"a": Reached(4, b"\1" * 32), "b": Reached(8, b"\1" * 32)}, 1)
    both = Marks({"a": Reached(4, b"\1" * 32), "b": Reached(9, bytes(32))}, 2)
    assert one.and_also(two) == both
    assert two.and_also(one) == both


def test_a_marker_is_read_as_it_was_written_and_no_other_way(bench: Bench) -> None:
    marks = Marks({"a b": Reached(3, bytes(32)), "c": Reached(0, b"\2" * 32)}, 7)
    signer = bench.signers[0]
    data = write_marks(marks, signer.sign)
    assert read_marks(data, signer.key.public) == marks
    for place in range(len(data)):
        spoiled = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(WitnessStateError):
            read_marks(spoiled, signer.key.public)
    for cut in (0, 1, len(data) // 2):
        with pytest.raises(WitnessStateError):
            read_marks(data[:cut], signer.key.public)


@pytest.mark.parametrize(
    "text",
    [
        "records-ledger witness marker 2\nevidence 0\n", "records-ledger witness marker 1\nx\n",
        "records-ledger witness marker 1\n", "",
        "records-ledger witness marker 1\nevidence 0\n1 AAAA a\n",
        "records-ledger witness marker 1\nevidence 0\n1\n",
    ],
)  # fmt: skip
def test_a_signed_marker_in_another_form_is_refused(bench: Bench, text: str) -> None:
    signer = bench.signers[0]
    data = text.encode() + b"signature " + b64encode(signer.sign(text.encode())) + b"\n"
    with pytest.raises(WitnessStateError):
        read_marks(data, signer.key.public)


def test_a_lost_or_forged_marker_is_refused_at_the_start(bench: Bench, log: MemoryLog) -> None:
    bench.open().add_checkpoint(asked(log, 0))
    bench.close()
    place = bench.folder / "marker"
    whole = place.read_bytes()
    place.write_bytes(whole.replace(b"\n3 ", b"\n0 "))
    with pytest.raises(WitnessStateError) as refused:
        bench.open()
    assert refused.value.rule == "marker_wrong"
    place.unlink()
    with pytest.raises(WitnessStateError) as refused:
        bench.open()
    assert refused.value.rule == "marker_missing"


def test_nothing_is_begun_over_what_is_there(bench: Bench) -> None:
    with pytest.raises(WitnessStateError) as refused:
        begin_store(bench.database)
    assert refused.value.rule == "database_there"
    with pytest.raises(WitnessStateError) as refused:
        bench.marker.begin()
    assert refused.value.rule == "marker_there"


def test_a_file_that_is_no_witnesss_database_is_refused(tmp_path: Path) -> None:
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"not a database at all, whatever its name says" * 100)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as made:
        made.execute("CREATE TABLE a (b)")
    made.close()
    for path in (noise, other):
        with pytest.raises(WitnessStateError) as refused:
            WitnessStore(path)
        assert refused.value.rule == "database_wrong"


@dataclass
class FullDisk(Marker):
    """A marker that can be read and not written."""

    held: Marks = field(default_factory=Marks)

    @override
    def read(self) -> Marks:
        return self.held

    @override
    def advance(self, marks: Marks) -> None:
        raise WitnessStateError("marker_unwritten", "the disk is full")


def test_what_cannot_be_marked_is_not_told(bench: Bench, log: MemoryLog) -> None:
    witness = bench.open()
    marker, witness.marker = witness.marker, FullDisk()
    assert witness.add_checkpoint(asked(log, 0)).status == 503
    witness.marker = marker
    # It was remembered though nobody was told: the log learns the size, and asks again.
    assert witness.add_checkpoint(asked(log, 0)).body == b"3\n"
    assert witness.add_checkpoint(asked(log, 3)).status == 200


def test_a_folder_that_cannot_be_written_is_said_to_be_so(bench: Bench) -> None:
    class Stuck(FileMarker):
        @override
        def _write(self, marks: Marks) -> None:
            raise OSError("no space left on device")

    signer = bench.signers[0]
    stuck = Stuck(bench.folder / "marker", signer.key.public, signer.sign)
    with pytest.raises(WitnessStateError) as refused:
        stuck.advance(Marks(evidence=1))
    assert refused.value.rule == "marker_unwritten"


def test_a_database_that_does_not_answer_cosigns_nothing(
    witness: LocalWitness, log: MemoryLog
) -> None:
    witness.store.close()
    assert witness.add_checkpoint(asked(log, 0)).status == 503
    with pytest.raises(StoreUnavailableError):
        witness.store.head(log.origin)


@pytest.mark.parametrize(("moment", "size"), [("signing", 0), ("marking", 3), ("answering", 3)])
def test_killed_between_check_and_answer_it_goes_on(
    home: WitnessHome, log: MemoryLog, moment: str, size: int
) -> None:
    request = asked(log, 0)
    killed = subprocess.run(
        [sys.executable, "-m", "tests_support.killed_witness", str(home.path), moment],
        cwd=MODULE_FOLDER, input=request, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    with home.opened() as witness:
        head = witness.store.head(log.origin)
        assert (0 if head is None else head.checkpoint.size) == size
        if size:
            assert witness.add_checkpoint(request).body == b"3\n"
        assert witness.add_checkpoint(asked(log, size)).status == 200
        log.add(b"more")
        assert witness.add_checkpoint(asked(log, 3)).status == 200


def test_a_rollback_that_claims_to_be_farther_is_kept_too(
    witness: LocalWitness, log: MemoryLog
) -> None:
    log.add(*entries(3, 7))
    witness.add_checkpoint(asked(log, 0))
    restored = MemoryLog(keys=log.keys)
    restored.add(*log.entries[:6])
    assert witness.add_checkpoint(write_request(10, [], head_of(restored))).status == 400
    assert suspicions(witness) == [(Suspicion.ROLLBACK, 6)]
