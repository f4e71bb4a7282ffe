"""What verification costs on the production server: one worker on one core, kept connections.

Once over a register in memory, which leaves what the server, the protocol and the check itself
cost: one code a request through plain Flask and by the fast path before it, a hundred a request.
Once with the whole system behind it, where each certificate's standing is folded from its own
facts in the ledger and all certificates are different.

The figure is checks a second of the worker's processor time, so that whatever else the machine does
meanwhile does not count; the wall's figure stands beside it. The floor is the raw signature check
of `cryptography` on a second of the same processor, measured between the rounds.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.http_load import (
    CONNECTIONS,
    LINES,
    at_peak,
    batch,
    over_ledger,
    over_memory,
    raw_seconds,
    server,
    single,
)
from benchmarks.issued import Town
from benchmarks.table import Row
from tests_support.fake_register import Standings
from tests_support.signed_certificates import AT, TOKEN, code
from verify_api.verdict import Overall

ROUNDS = 5
SECONDS_A_ROUND = 2.0
CODES = 400
PLAIN_BAR, FAST_BAR, LEDGER_BAR = 0.17, 0.35, 0.15
BATCH_BAR, BATCH_IN_PROCESS_BAR = 0.57, 0.88


@dataclass(frozen=True, slots=True)
class Measured:
    """The best round, and the floors measured between the rounds."""

    rate: float
    """Checks a second of the worker's processor."""
    wall: float
    """Checks a second by the clock, of the best round for that."""
    raw: float
    """Raw signature checks a second."""
    in_process: float
    """Checks a second of the same function without a server."""


def rows() -> Iterator[Row]:
    """Measure."""
    texts = [code(replace(TOKEN, number=f"{number}/LLTP-CA01")) for number in range(CODES)]
    memory, home = over_memory.__name__, Path(tempfile.gettempdir())
    alone = [single(text) for text in texts]
    plain = measured(memory, home, alone, texts, fast_path=False)
    yield _row("plain Flask, a register in memory", plain, plain.raw, PLAIN_BAR)
    fast = measured(memory, home, alone, texts)
    yield _row("the fast path, a register in memory", fast, fast.raw, FAST_BAR)
    parts = [batch(texts[start : start + LINES]) for start in range(0, CODES, LINES)]
    many = measured(memory, home, parts, texts, lines=LINES, clients=1)
    what = f"`POST /v1/verify/batch`, {LINES} codes a request, one client"
    yield _row(what, many, many.raw, BATCH_BAR)
    yield _row(what, many, many.in_process, BATCH_IN_PROCESS_BAR, floor_is="checks/s in process")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with closing(Town(home)) as town:
            texts = [one.text for one in town.issue(CODES)]
        ledger = measured(over_ledger.__name__, home, [single(text) for text in texts], None)
        yield _row("the fast path, the ledger behind it", ledger, ledger.raw, LEDGER_BAR)
        with (home / "settings.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"remember_signatures = {CODES}\n")
        again = measured(over_ledger.__name__, home, [single(text) for text in texts], None)
        yield _row("likewise, signatures remembered", again, again.raw, None)


def measured(
    factory: str,
    home: Path,
    todo: list[bytes],
    texts: Sequence[str] | None,
    *,
    lines: int = 1,
    fast_path: bool = True,
    clients: int = CONNECTIONS,
) -> Measured:
    """Measure ``todo``, each of ``lines`` checks, beside ``texts`` in process."""
    raw, alone, loads = [], [], []
    with server(factory, home, fast_path=fast_path) as serving:
        at_peak(serving, todo, 1.0, valid=lines, clients=clients)
        for _ in range(ROUNDS):
            raw.append(raw_seconds())
            alone.append(raw[-1] if texts is None else _in_process(texts))
            loads.append(at_peak(serving, todo, SECONDS_A_ROUND, valid=lines, clients=clients))
    return Measured(
        rate=lines * max(one.answers / one.processor_seconds for one in loads),
        wall=lines * max(one.answers / one.wall_seconds for one in loads),
        raw=1 / min(raw),
        in_process=1 / min(alone),
    )


def _in_process(texts: Sequence[str]) -> float:
    """Return processor seconds of one check by the function that the service calls."""
    verify = Standings().verify
    start = time.process_time()
    for text in texts:
        assert verify(text, at=AT).overall is Overall.VALID
    return (time.process_time() - start) / len(texts)


def _row(
    what: str, measured: Measured, floor: float, bar: float | None, *, floor_is: str = ""
) -> Row:
    return Row(
        what=what if what.startswith("`") else f"`POST /v1/verify`, one code a request, {what}",
        figure=f"{measured.rate:.0f} checks/s of its core ({measured.wall:.0f} by the wall)",
        floor=f"{floor:.0f} {floor_is or 'raw P-256 checks/s of a core'}",
        ratio=measured.rate / floor,
        bar=bar,
        at_most=False,
    )
