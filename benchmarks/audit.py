"""What auditing a million stored facts costs: against hashing the same rows, and in memory.

The ledger is written by SQL, its entries and chains as the mapper makes them; the log has all of it
in tiles and a head every thousand facts. The audit runs in a process of its own, so that its memory
is its own: rows against entries, entries against tiles and every head's root, streams and times
(C1, C2, C5); heads' signatures (C3) are a line of their own, for their share grows with the heads,
not with the facts. ``python -m benchmarks.audit --rows N`` makes another size.
"""

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.append import ready
from benchmarks.table import Row as Line
from ledger.store.entry import (
    meaning_digest,
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.store.event_ids import event_id
from ledger.store.sqlite_recorder import SQLiteFacts
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.policy import write_policy
from tests_support.audited_ledger import AuditedLedger

ROWS = 1_000_000
FEWER = 10
"""The same with so many times fewer rows, for how memory grows."""
HEAD_EVERY = 1_000
OPEN_STREAMS = 500
ROUNDS = 3
BAR = 12.0
MEMORY_MIB = 128
GROWTH_BAR = 1.1
TWO_PROCESSES_BAR = 1.6
_START = 1_750_000_000_000
"""Milliseconds of the first fact."""
_INSERT = (
    "INSERT INTO ledger_facts (position, event_id, originator_id, originator_version, topic, state,"
    " entry) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def made_rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Yield so many rows in streams of four facts on average, many of them open at once."""
    dice = random.Random(1)
    (pattern,) = ready(1, 1)[0]
    state = read_state(pattern.state)
    body = write_body(state.body)
    streams: list[list[Any]] = []
    for position in range(1, count + 1):
        if len(streams) < OPEN_STREAMS or dice.random() < 0.25:
            streams.append([UUID(int=dice.getrandbits(128)), 0, None])
            if len(streams) > OPEN_STREAMS:
                streams.pop(dice.randrange(len(streams) - 1))
        stream = streams[-1] if streams[-1][1] == 0 else dice.choice(streams)
        stream_id, version, previous = stream
        event = event_id(_START + position, dice.randbytes(10))
        envelope = state.envelope._replace(
            event_id=event.bytes, recorded_at=(_START + position) * 1_000, previous=previous
        )
        made = write_state(body, envelope, state.sealed)
        row = row_digest(stream_id, version + 1, pattern.topic, event, made)
        entry = write_entry(row, meaning_digest(event, pattern.topic, body, []))
        stream[1:] = version + 1, sha256(entry).digest()
        yield position, event.bytes, stream_id.bytes, version + 1, pattern.topic, made, entry


def fill(folder: Path, count: int) -> dict[str, str]:
    """Write a ledger and its log; return what an auditor is given."""
    ledger, log_file = folder / "ledger.db", folder / "log.db"
    recorder = SQLiteFacts(ledger)
    recorder.create_table()
    recorder.close()
    world = AuditedLedger(f"sqlite:///{folder}/none.db", f"sqlite:///{log_file}")
    edge = world.log.edge()
    with closing(sqlite3.connect(ledger)) as file:
        file.execute("PRAGMA synchronous=OFF")
        batch: list[tuple[Any, ...]] = []
        for row in made_rows(count):
            batch.append(row)
            if len(batch) == HEAD_EVERY or row[0] == count:
                file.executemany(_INSERT, batch)
                old = edge.size
                tiles = edge.append([leaf_hash(one[6]) for one in batch])
                world.log.integrate(tiles, old=old, size=edge.size)
                world.at = datetime.fromtimestamp((_START + row[0]) / 1_000, UTC)
                world.log.publish(world.signed(edge.size, edge.root))
                batch.clear()
        file.commit()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    policy = write_policy(world.policy)
    at = world.at.isoformat()
    world.close()
    return {"ledger": f"sqlite:///{ledger}", "log": f"sqlite:///{log_file}", "policy": policy,
            "at": at}  # fmt: skip


def audited(given: dict[str, str], processes: int) -> dict[str, float]:
    """Return seconds, processor seconds and MiB of an audit in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.audit_process",
         json.dumps({**given, "processes": processes})],
        check=True, capture_output=True,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(told.stdout)
    return figures


def lines(given: dict[str, str], fewer: dict[str, str], count: int) -> Iterator[Line]:
    """Yield the lines of the table."""
    unsigned = {**given, "policy": ""}
    one = min((audited(unsigned, 1) for _ in range(ROUNDS)), key=lambda run: run["ratio"])
    spent, floor, stream = (one[name] / count * 1e6 for name in ("cpu", "floor", "stream"))
    each = f"{floor:.2f} us: SHA-256 of each stored row"
    what = f"audit of {count:,} stored facts, one process"
    yield Line(what, f"{spent:.2f} us a fact", each, spent / floor, BAR, at_most=True)
    signed = audited(given, 1)["cpu"] / count * 1e6
    what = f"the same with the signatures of a head every {HEAD_EVERY:,} facts"
    yield Line(what, f"{signed:.2f} us a fact", each, signed / floor, None, at_most=True)
    what = "the same without them, against SHA-256 of all bytes as one stream"
    yield Line(what, f"{spent:.2f} us", f"{stream:.2f} us", spent / stream, None, at_most=True)
    yield from memory_lines(one["mib"], audited({**fewer, "policy": ""}, 1)["mib"], count)
    pairs = [[audited(unsigned, number)["rows_seconds"] for number in (1, 2)]
             for _ in range(ROUNDS)]  # fmt: skip
    alone, both = min(pairs, key=lambda pair: pair[1] / pair[0])
    rates = f"{count / both:,.0f} facts/s", f"{count / alone:,.0f} facts/s"
    yield Line("two processes against one", *rates, alone / both, TWO_PROCESSES_BAR, at_most=False)


def memory_lines(mib: float, fewer: float, count: int) -> Iterator[Line]:
    """Yield how much memory an audit takes, and how that grows."""
    figure = f"{mib:.0f} MiB"
    yield Line(
        "memory of the audit", figure, f"{MEMORY_MIB} MiB", mib / MEMORY_MIB, 1.0, at_most=True
    )
    yield Line(
        f"memory at {count:,} facts", figure, f"{fewer:.0f} MiB at {count // FEWER:,}",
        mib / fewer, GROWTH_BAR, at_most=True,
    )  # fmt: skip


def rows(count: int = ROWS) -> Iterator[Line]:
    """Yield the lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder) / "large", Path(folder) / "small"
        large.mkdir()
        small.mkdir()
        yield from lines(fill(large, count), fill(small, count // FEWER), count)


if __name__ == "__main__":
    for line in rows(int(sys.argv[2]) if sys.argv[1:2] == ["--rows"] else ROWS):
        print(line.line(), flush=True)
