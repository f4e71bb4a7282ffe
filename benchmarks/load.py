"""How long a verification takes while certificates are issued and revoked beside it.

One worker on one core over a real ledger; on the other core the clients, the process of the
transparency log, and a desk that issues 200 certificates a second and revokes 50. Arrivals are due
at half of the peak rate, and waiting counts from when they were due. The floor is the median of the
same service with nothing else going on.

Then two workers, a certificate that is revoked, and how long until every connection is told: each
worker is shown to have answered.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles

from benchmarks.http_load import Serving, at_peak, at_rate, connected, over_ledger, server, single
from benchmarks.issued import Issued, Town
from benchmarks.load_writer import ISSUED_A_SECOND, REVOKED_A_SECOND, revoke
from benchmarks.table import Row

CODES = 400
SECONDS = 10.0
QUIET_RATE = 50.0
"""A second: an unloaded service."""
P99_BAR = 5.0
PACE_BAR = 0.95
SEEN_BAR_SECONDS = 1.0
REVOCATIONS = 20
WORKERS = 2


def rows() -> Iterator[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with closing(Town(home)) as town:
            issued = town.issue(CODES + REVOCATIONS)
        todo = [single(one.text) for one in issued[REVOCATIONS:]]
        with server(over_ledger.__name__, home) as serving:
            yield from _beside_a_desk(serving, todo, home)
        with server(over_ledger.__name__, home, workers=WORKERS) as serving:
            yield _seen(serving, issued[:REVOCATIONS], home)


def _beside_a_desk(serving: Serving, todo: list[bytes], home: Path) -> Iterator[Row]:
    at_peak(serving, todo, 2.0)
    load = at_peak(serving, todo, 4.0)
    peak = load.answers / load.wall_seconds
    unloaded = median(at_rate(serving, todo, 4.0, QUIET_RATE))
    alone = _p99(at_rate(serving, todo, SECONDS, peak / 2))
    with _sequencer(home), _desk(home) as desk:
        loaded = _p99(at_rate(serving, todo, SECONDS, peak / 2))
        done = json.loads(desk.stdout.readline()) if desk.stdout is not None else {}
    yield Row(
        what=f"p99 of a check at half the peak ({peak / 2:.0f} a second), certificates issued and "
        "revoked beside it",
        figure=f"{loaded * 1e3:.2f} ms (without them {alone * 1e3:.2f} ms)",
        floor=f"median at {QUIET_RATE:.0f} a second: {unloaded * 1e3:.2f} ms",
        ratio=loaded / unloaded,
        bar=P99_BAR,
        at_most=True,
    )
    wanted = ISSUED_A_SECOND + REVOKED_A_SECOND
    rate = (done["issued"] + done["revoked"]) / done["seconds"]
    yield Row(
        what="issued and revoked a second meanwhile",
        figure=" and ".join(f"{done[act] / done['seconds']:.0f}" for act in ("issued", "revoked")),
        floor=f"{ISSUED_A_SECOND} and {REVOKED_A_SECOND}",
        ratio=rate / wanted,
        bar=PACE_BAR,
        at_most=False,
    )


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


@contextmanager
def _sequencer(home: Path) -> Iterator[None]:
    """Run the log's process."""
    command = [sys.executable, "-m", "cli", "--home", str(home), "log", "run"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _desk(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a desk that begins to work now."""
    command = [sys.executable, "-m", "benchmarks.load_writer", str(home), str(SECONDS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        yield process


def _seen(serving: Serving, issued: list[Issued], home: Path) -> Row:
    """Revoke one certificate after the other; time until every connection is told."""
    waits = []
    with closing(Town(home)) as town, connected(serving.port) as connections:
        used = serving.processor_seconds()
        for one in issued:
            request = single(one.text)
            for connection in connections:
                assert b'"state":"valid"' in connection.ask(request)
            revoke(town.system, one.id, town.desk.authority)
            start = time.perf_counter()
            for connection in connections:
                while b'"state":"revoked"' not in connection.ask(request):
                    assert time.perf_counter() - start < 10 * SEEN_BAR_SECONDS
            waits.append(time.perf_counter() - start)
        asked = [now - then for then, now in zip(used, serving.processor_seconds(), strict=True)]
    assert all(asked), f"a worker was never asked: {asked}"
    return Row(
        what=f"until each of {WORKERS} workers tells of a revocation, the longest of {len(waits)}",
        figure=f"{max(waits) * 1e3:.1f} ms for {len(connections)} connections in turn",
        floor=f"{SEEN_BAR_SECONDS:.0f} s",
        ratio=max(waits) / SEEN_BAR_SECONDS,
        bar=1.0,
        at_most=True,
    )
