"""What an append, and finding rare facts, cost at a million facts, against ten thousand.

Two ledgers of the two sizes are appended to in turn, one fact a transaction to a new stream: the
cost that a growing ledger must keep. Each has as many facts of a rare name, spread over all of it,
as a status board folds when a process starts.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from benchmarks.append import ready
from benchmarks.table import Row as Line
from benchmarks.table import interleaved, median_ratio
from ledger.commands.status_lists import TOPICS
from ledger.store.event_ids import event_id
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Batch, Recorder, Row
from ledger.store.sqlite_recorder import SQLiteFacts
from tests_support.postgres import private_server

FEW = 10_000
MANY = 1_000_000
CHUNK = 5_000
APPENDS = 200
ROUNDS = 15
BAR = 1.1
RARE = 100
WALK_BAR = 2.0
"""The same facts lie on more pages in the larger ledger; reading all of it would be 100."""


def fill(recorder: Recorder, count: int) -> Recorder:
    """Append ``count`` rows, of the size of a common fact, to as many streams."""
    recorder.create_table()
    (pattern,) = ready(1, 1)[0]
    for start in range(0, count, CHUNK):
        rows = [_row(pattern, start + n) for n in range(CHUNK)]
        recorder.append(Batch([_named(row, start + n, count) for n, row in enumerate(rows)]))
    return recorder


def _named(row: Row, number: int, count: int) -> Row:
    return row if number % (count // RARE) else row._replace(topic=TOPICS[0])


def _row(pattern: Row, number: int) -> Row:
    # Stream ids are spread over the whole index, as random ones are.
    spread = UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))
    made = event_id(number, number.to_bytes(10))
    return pattern._replace(event_id=made, stream_id=spread)


def line(name: str, few: Recorder, many: Recorder) -> Line:
    """Return the cost of an append to ``many`` against one to ``few``."""
    rows: list[list[Row]] = []

    def prepare() -> None:
        rows[:] = ready(2 * APPENDS, 1)

    def append(recorder: Recorder, batches: slice) -> None:
        for batch in rows[batches]:
            recorder.append(Batch(batch))

    _, small, large = interleaved(
        prepare,
        lambda: append(few, slice(0, APPENDS)),
        lambda: append(many, slice(APPENDS, None)),
        rounds=ROUNDS,
    )
    return Line(
        f"{name}: append of one fact to {MANY:,} facts",
        f"{sorted(large)[ROUNDS // 2] / APPENDS * 1e6:,.0f} us",
        f"{sorted(small)[ROUNDS // 2] / APPENDS * 1e6:,.0f} us at {FEW:,}",
        median_ratio(large, small),
        BAR,
        at_most=True,
    )


def walk_line(name: str, few: Recorder, many: Recorder) -> Line:
    """Return what it costs to find the rare facts in ``many`` against in ``few``."""

    def walk(recorder: Recorder) -> None:
        assert len(recorder.rows(after=0, limit=CHUNK, topics=TOPICS)) == RARE

    large, small = interleaved(lambda: walk(many), lambda: walk(few), rounds=ROUNDS)
    return Line(
        f"{name}: finding {RARE} facts of a rare name among {MANY:,}",
        f"{sorted(large)[ROUNDS // 2] * 1e3:,.1f} ms",
        f"{sorted(small)[ROUNDS // 2] * 1e3:,.1f} ms among {FEW:,}",
        median_ratio(large, small),
        WALK_BAR,
        at_most=True,
    )


def rows() -> Iterator[Line]:
    """Yield the lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        few = fill(SQLiteFacts(Path(folder) / "few.db"), FEW)
        many = fill(SQLiteFacts(Path(folder) / "many.db"), MANY)
        yield line("SQLite", few, many)
        yield walk_line("SQLite", few, many)
        few.close()
        many.close()
    with private_server(fsync=True) as server:
        few = fill(PostgresFacts(server.new_database()), FEW)
        many = fill(PostgresFacts(server.new_database()), MANY)
        yield line("PostgreSQL", few, many)
        yield walk_line("PostgreSQL", few, many)
        few.close()
        many.close()
