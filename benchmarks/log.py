"""What the log costs: appends beside it, heads behind it, proofs out of it.

The sequencer and its witness run as a process of their own, as in service; both databases are
SQLite with durable commits. Proofs are made from stored tiles, of a hundred thousand leaves and of
a million.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from benchmarks.append import ready
from benchmarks.table import Row as Line
from benchmarks.table import median_ratio
from ledger.store.log_store import LogStore, open_log
from ledger.store.rows import Batch
from ledger.store.sqlite_recorder import SQLiteFacts
from ledger.transparency.bulk import prove_many
from ledger.transparency.log import PublishedHead, prove
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.tiles import Tile

ROOT = Path(__file__).parents[1]
FACTS_A_SECOND = 500
SECONDS = 30
APPENDS = 400
ROUNDS = 9
FEW, MANY = 100_000, 1_000_000
PROOFS = 400
BULK = 64 * 256
AT = datetime(2026, 11, 20, tzinfo=UTC)


@contextmanager
def sequencing(folder: Path) -> Iterator[LogStore]:
    """Run the sequencer with a witness as another process; yield its log, to look at."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests_support.log_server", str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with closing(open_log(f"sqlite:///{folder / 'log.db'}", read_only=True)) as log:
            yield log
    finally:
        process.terminate()
        process.wait()


def recorder_of(folder: Path) -> SQLiteFacts:
    """Return an empty ledger."""
    recorder = SQLiteFacts(folder / "ledger.db")
    recorder.create_table()
    return recorder


def append_lines() -> Iterator[Line]:
    """Yield what an append costs with the log on, against the log off, in turn on one disk."""
    for name, pace in (("without a pause", 0.0), (f"at {FACTS_A_SECOND} a second", 0.002)):
        with tempfile.TemporaryDirectory() as off, tempfile.TemporaryDirectory() as on:
            plain, logged = recorder_of(Path(off)), recorder_of(Path(on))
            without, beside = [], []
            for _ in range(ROUNDS):
                without.append(spent(plain, pace))
                with sequencing(Path(on)):
                    spent(logged, pace)
                    beside.append(spent(logged, pace))
            yield Line(
                f"append of one fact {name}, the log on",
                f"{statistics.median(beside) / APPENDS * 1e6:,.0f} µs",
                f"{statistics.median(without) / APPENDS * 1e6:,.0f} µs, the log off",
                median_ratio(beside, without), 1.1, at_most=True,
            )  # fmt: skip
            plain.close()
            logged.close()


def spent(recorder: SQLiteFacts, pace: float) -> float:
    """Return the seconds inside of so many appends."""
    total = 0.0
    for rows in ready(APPENDS, 1):
        start = time.perf_counter()
        recorder.append(Batch(rows))
        took = time.perf_counter() - start
        total += took
        time.sleep(max(0.0, pace - took))
    return total


def head_line() -> Line:
    """Return how long after its commit a fact is under a cosigned head, 99 in 100."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recorder = recorder_of(folder)
        committed: list[float] = [0.0]
        with sequencing(folder) as log:
            appending = Thread(target=_append_steadily, args=(recorder, committed))
            appending.start()
            waits = _waits(log, committed, appending)
            appending.join()
        recorder.close()
    worst = statistics.quantiles(waits, n=100)[98]
    rate = (len(committed) - 1) / SECONDS
    return Line(
        f"commit to cosigned head, 99th percentile, {rate:,.0f} facts a second",
        f"{worst * 1000:,.0f} ms (median {statistics.median(waits) * 1000:,.0f})", "2 s",
        worst / 2.0, 1.0, at_most=True,
    )  # fmt: skip


def _append_steadily(recorder: SQLiteFacts, committed: list[float]) -> None:
    batches = ready(FACTS_A_SECOND * SECONDS, 1)
    began = time.perf_counter()
    for number, rows in enumerate(batches):
        time.sleep(max(0.0, began + number / FACTS_A_SECOND - time.perf_counter()))
        recorder.append(Batch(rows))
        committed.append(time.perf_counter())


def _waits(log: LogStore, committed: list[float], appending: Thread) -> list[float]:
    """Return for each fact how long its head was in coming."""
    covered, waits = 0, []
    while appending.is_alive() or covered < len(committed) - 1:
        head = log.latest()
        now = time.perf_counter()
        if head is not None and head.size > covered:
            waits += [now - at for at in committed[covered + 1 : head.size + 1]]
            covered = min(head.size, len(committed) - 1)
        time.sleep(0.002)
    return waits


class Counting:
    """A log that counts which tiles are read."""

    def __init__(self, log: LogStore) -> None:
        """Read from ``log``."""
        self._log = log
        self.read = 0

    def __getattr__(self, name: str) -> object:
        """Ask the log itself."""
        return getattr(self._log, name)

    def tiles(self, wanted: list[Tile]) -> list[bytes]:
        """Count and read."""
        self.read += len(wanted)
        return self._log.tiles(wanted)


def filled(path: Path, count: int) -> tuple[LogStore, PublishedHead]:
    """Return a log of ``count`` leaves and its head."""
    log = open_log(f"sqlite:///{path}")
    edge = log.edge()
    for start in range(0, count, 50_000):
        written = edge.append(
            leaf_hash(number.to_bytes(65)) for number in range(start, start + 50_000)
        )
        assert log.integrate(written, old=start, size=start + 50_000)
    return log, PublishedHead(count, edge.root, b"", AT)


def proof_lines() -> Iterator[Line]:
    """Yield what a proof costs, alone and among many."""
    with tempfile.TemporaryDirectory() as name:
        small, small_head = filled(Path(name) / "small.db", FEW)
        large, large_head = filled(Path(name) / "large.db", MANY)
        dice = random.Random(3)
        singles, smalls = [], []
        for _ in range(ROUNDS):
            smalls.append(timed(lambda: _prove(small, small_head, dice)))
            singles.append(timed(lambda: _prove(large, large_head, dice)))
        single = statistics.median(singles) / PROOFS
        yield Line(
            f"inclusion proof out of {MANY:,}", f"{single * 1e3:.2f} ms", "1 ms",
            single * 1e3, 1.0, at_most=True,
        )  # fmt: skip
        yield Line(
            f"the same, out of {MANY:,} against {FEW:,}", f"{single * 1e6:,.0f} µs",
            f"{statistics.median(smalls) / PROOFS * 1e6:,.0f} µs", median_ratio(singles, smalls),
            1.3, at_most=True,
        )  # fmt: skip
        counting = Counting(large)
        most = 0
        for index in dice.choices(range(MANY), k=PROOFS):
            before = counting.read
            prove(counting, index, large_head)  # type: ignore[arg-type]
            most = max(most, counting.read - before)
        yield Line("tiles read for it, at most", f"{most}", "6", most / 6, 1.0, at_most=True)
        start = dice.randrange(MANY // 256 - BULK // 256) * 256
        together = [
            timed(lambda: list(prove_many(large, range(start, start + BULK), large_head)))
            for _ in range(ROUNDS)
        ]
        bulk = statistics.median(together) / BULK
        yield Line(
            f"a proof among {BULK:,} neighbours, against one alone", f"{bulk * 1e6:.1f} µs",
            f"{single * 1e6:,.0f} µs", single / bulk, 50.0, at_most=False,
        )  # fmt: skip
        small.close()
        large.close()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _prove(log: LogStore, head: PublishedHead, dice: random.Random) -> None:
    for index in dice.choices(range(head.size), k=PROOFS):
        prove(log, index, head)


def rows() -> Iterator[Line]:
    """Yield the lines of the table."""
    yield from proof_lines()
    yield head_line()
    yield from append_lines()
