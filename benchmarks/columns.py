"""A million facts in columns: verified and folded by one process and by two, and asked in SQL.

The facts are those of a small town's real commands, done by many towns, in a ledger of its own.
Floors are measured in the same run. The equality of the three accounts is asserted, not assumed.
"""

import resource
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from benchmarks.table import Row as Line
from benchmarks.table import interleaved, ratio_of_minima
from ledger.audit.segments import statistics
from ledger.audit.segments.archive import Tree
from ledger.audit.segments.columns import rows_of
from ledger.audit.segments.engine import Limits, columns
from ledger.audit.segments.export import carry_out, finish, plan
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.names import parse_name
from ledger.audit.segments.verify import verify_segment
from ledger.audit.segments.workers import Here, in_order, processes
from ledger.store.rows import Batch
from ledger.store.sqlite_recorder import SQLiteFacts
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.tiles import Edge
from projections.certificate_status import CERTIFICATES
from projections.daily_figures import DAYS
from projections.segment_fold import fold_segments
from tests_support.many_facts import many_rows, patterns, stored, walk_facts
from tests_support.segment_folders import paths_in

FACTS: Final = 1 << 20
CHUNK: Final = 20_000
ROUNDS: Final = 3
SQL_BAR: Final = 10.0
TWO_BAR: Final = 1.6
FEW: Final = 4
"""Segments over which two processes are compared with one."""


def fill(path: Path, facts: int) -> None:
    """Make a ledger of so many facts."""
    recorder = SQLiteFacts(path)
    recorder.create_table()
    rows = many_rows(patterns(stored(walk_facts(seed=14, steps=4_000))), facts)
    while chunk := list(islice(rows, CHUNK)):
        recorder.append(Batch(chunk))
    recorder.close()


def exporting(ledger: Path, folder: Path) -> Line:
    """Write the segments; for the record."""
    begun = process_time()
    work = plan(f"sqlite:///{ledger}", folder, None)
    assert not any(one.findings for one in carry_out(work, Here()))
    finish(folder, None, None)
    spent = process_time() - begun
    held = sum(path.stat().st_size for path in paths_in(folder))
    return Line(
        "segments: export, one process",
        f"{FACTS / spent:,.0f} facts/cpu-s, {held / FACTS:.0f} B a fact",
        f"SQLite: {ledger.stat().st_size / FACTS:.0f} B a fact",
        held / ledger.stat().st_size, 1.0, at_most=True,
    )  # fmt: skip


def verifying(paths: Sequence[Path]) -> Iterator[Line]:
    """Verify in one process, against hashing the same bytes alone; and in two."""
    spent = process_time()
    clean = all(verify_segment(path).is_clean for path in paths)
    spent = process_time() - spent
    assert clean
    floor = sum(_hashed(path) for path in paths)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line(
        "segments: verify, one process",
        f"{FACTS / spent:,.0f} facts/cpu-s, peak {peak:.0f} MiB",
        f"SHA-256 of the same bytes: {FACTS / floor:,.0f} facts/cpu-s",
        spent / floor, None, at_most=True,
    )  # fmt: skip
    some = paths[:FEW]
    # One spawned process, not this one, whose memory is full of other things by now.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as single, processes(2) as workers:

        def alone() -> None:
            list(single.map(verify_segment, some))

        def together() -> None:
            list(in_order(workers, verify_segment, some))

        alone()  # started, and everything imported
        together()
        one, two = interleaved(alone, together, rounds=ROUNDS)
    yield Line(
        "segments: verify, two processes",
        f"{FEW * (1 << 16) / min(two):,.0f} facts/s",
        f"one: {FEW * (1 << 16) / min(one):,.0f} facts/s",
        ratio_of_minima(one, two), TWO_BAR, at_most=False,
    )  # fmt: skip


def growing(paths: Sequence[Path]) -> Line:
    """Make the log's tiles again from the entries alone, as whoever keeps no rows checks a log."""
    edge, spent, floor = Edge(), 0.0, 0.0
    for path in paths:
        entries = read_segment(path, ["entry"]).column("entry").to_pylist()
        begun = process_time()
        edge.append(map(leaf_hash, entries))
        spent += process_time() - begun
        begun = process_time()
        for entry in entries:
            sha256(entry)
        floor += process_time() - begun
    tree = Tree(parse_name(path.name) for path in paths)
    assert edge.root == tree.root, "the names of the segments are their nodes"
    return Line(
        "entries to tiles and root",
        f"{FACTS / spent:,.0f} entries/cpu-s",
        f"SHA-256 of each entry alone: {FACTS / floor:,.0f}/cpu-s",
        spent / floor, None, at_most=True,
    )  # fmt: skip


def _hashed(path: Path) -> float:
    """Return how long the hashes of a segment's rows and entries take alone: the floor."""
    rows = rows_of(read_segment(path))
    begun = process_time()
    for row in rows:
        sha256(row.state)
        sha256(row.entry)
    return process_time() - begun


def asking(folder: Path, paths: Sequence[Path]) -> Iterator[Line]:
    """Fold in Python and ask in SQL, on one processor each; the rows are the same."""
    begun = process_time()
    folded = fold_segments(paths, Here())
    python = process_time() - begun
    sql: list[float] = []
    answers: dict[str, list[tuple[Any, ...]]] = {}
    with columns(folder, limits=Limits(threads=1)) as opened:
        for _ in range(ROUNDS):
            begun = process_time()
            answers[DAYS.name] = statistics.daily_figures(opened).rows
            answers[CERTIFICATES.name] = statistics.certificate_status(opened).rows
            sql.append(process_time() - begun)
        names = statistics.topics(opened)
    for name, rows in folded.items():
        assert [tuple(row) for row in rows] == answers[name], f"{name}: the accounts differ"
    assert sum(names.values()) == FACTS
    yield Line(
        "segments: figures and certificates, SQL",
        f"{FACTS / min(sql):,.0f} facts/cpu-s",
        f"fold of the views in Python: {FACTS / python:,.0f} facts/cpu-s",
        python / min(sql), SQL_BAR, at_most=False,
    )  # fmt: skip
    with processes(2) as workers:
        list(in_order(workers, verify_segment, paths[:2]))
        begun = perf_counter()
        assert fold_segments(paths[: FEW * 2], workers).keys() == folded.keys()
        two = perf_counter() - begun
    begun = perf_counter()
    fold_segments(paths[: FEW * 2], Here())
    one = perf_counter() - begun
    yield Line(
        "segments: fold of the views, two processes",
        f"{FEW * 2 * (1 << 16) / two:,.0f} facts/s",
        f"one: {FEW * 2 * (1 << 16) / one:,.0f} facts/s",
        one / two, None, at_most=False,
    )  # fmt: skip


def rows() -> Iterator[Line]:
    """Yield the lines of the table."""
    with tempfile.TemporaryDirectory() as name:
        ledger, folder = Path(name) / "ledger.db", Path(name) / "segments"
        folder.mkdir()
        fill(ledger, FACTS)
        yield exporting(ledger, folder)
        paths = paths_in(folder)
        yield growing(paths)
        yield from verifying(paths)
        yield from asking(folder, paths)
