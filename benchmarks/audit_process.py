"""One audit in a process of its own, for `benchmarks.audit`: prints its figures as JSON."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from ledger.audit.evidence import Evidence
from ledger.audit.report import Progress
from ledger.audit.rows import open_rows
from ledger.audit.verify import verify
from ledger.transparency.policy import parse_policy

CHUNK = 20_000


def run(given: dict[str, Any]) -> dict[str, float]:
    """Audit; then hash the same rows and nothing else."""
    policy = parse_policy(given["policy"]) if given["policy"] else None
    evidence = Evidence(given["ledger"], given["log"], policy)
    ended: dict[str, float] = {}
    start, cpu = time.perf_counter(), time.process_time()

    def tell(progress: Progress) -> None:
        ended[progress.stage] = time.perf_counter()

    report = verify(
        evidence, at=datetime.fromisoformat(given["at"]), processes=given["processes"], tell=tell
    )
    spent = time.process_time() - cpu
    seconds = time.perf_counter() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert not report.findings, report.findings[:3]
    floor, stream = hashed(given["ledger"])
    return {
        "cpu": spent,
        "seconds": seconds,
        "rows_seconds": ended["rows"] - start,
        "floor": floor,
        "stream": stream,
        "ratio": spent / floor,
        "mib": mib,
    }


def hashed(ledger: str) -> tuple[float, float]:
    """Return the processor seconds of hashing each row by itself, and all of them as one stream."""
    each = whole = 0.0
    stream = sha256()
    for chunk in chunks(ledger):
        start = time.process_time()
        for row in chunk:
            sha256(row).digest()
        each += time.process_time() - start
        joined = b"".join(chunk)
        start = time.process_time()
        stream.update(joined)
        whole += time.process_time() - start
    return each, whole


def chunks(ledger: str) -> Iterator[list[bytes]]:
    """Yield every stored row as bytes, many at a time."""
    source = open_rows(ledger)
    for first in range(1, source.head() + 1, CHUNK):
        yield [
            b"".join((row[2], row[1], row[4].encode(), row[5], row[6]))
            for batch in source.batches(first, first + CHUNK - 1)
            for row in batch
        ]
    source.close()


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
