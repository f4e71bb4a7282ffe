"""A process of its own over a toy ledger: ``python -m tests_support.toy_process URL TASK …``.

    write WRITER APPENDS FACTS   append so many times so many facts, numbered by the writer
    tail COUNT                   follow the ledger until COUNT facts have come, and judge them
    begin PROCESSES              open a new ledger and append, all at the same moment
    fork                         use the ledger, fork, use it on both sides
    kill CYCLES                  append one by one in a child that is killed, again and again

Each prints one line of JSON.
"""

import json
import os
import random
import select
import signal
import sys
import time
from contextlib import suppress

from ledger.errors import StoreUnavailableError
from ledger.facts import Change, Idempotency
from ledger.store.fact_store import LedgerFactStore
from tests_support.toy_ledger import Counted, new_stream, toy_act, toy_ledger, toy_store

NUMBERS_A_WRITER = 1_000_000
DIGEST = b"d" * 32
ATTEMPTS = 10


def write(url: str, writer: int, appends: int, facts: int) -> dict[str, object]:
    """Append facts whose numbers tell the writer and their order."""
    with toy_ledger(url) as store:
        for number in range(appends):
            start = writer * NUMBERS_A_WRITER + number * facts
            change = new_stream(*[Counted(n) for n in range(start, start + facts)])
            patiently(store, change, Idempotency(f"{writer}-{number}", DIGEST))
    return {"written": appends * facts}


def patiently(store: LedgerFactStore, change: Change, once: Idempotency) -> None:
    """Append, and ask again as any caller would where the database was too busy to answer."""
    for _ in range(ATTEMPTS):
        with suppress(StoreUnavailableError):
            store.append(toy_act(), change, idempotency=once)
            return
    raise StoreUnavailableError(f"no answer to {ATTEMPTS} attempts")


def tail(url: str, count: int) -> dict[str, object]:
    """Follow until ``count`` facts have come; say what was wrong with their order."""
    expected, wrong = 1, 0
    last: dict[int, int] = {}
    with toy_ledger(url) as store:
        for recorded in store.subscribe(after=0, timeout=60):
            fact = recorded.fact
            assert isinstance(fact, Counted)
            writer, number = divmod(fact.number, NUMBERS_A_WRITER)
            wrong += recorded.position != expected or number != last.get(writer, -1) + 1
            last[writer] = number
            expected += 1
            if recorded.position >= count:
                break
    return {"seen": expected - 1, "wrong": wrong, "writers": len(last)}


def begin(url: str, processes: int) -> dict[str, object]:
    """Let ``processes`` children open the ledger at once; say how many could not use it."""
    reader, writer = os.pipe()
    children = [_begin(url, reader, writer) for _ in range(processes)]
    os.close(writer)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    with toy_ledger(url) as store:
        return {"failed": sum(status != 0 for status in statuses), "facts": store.head()}


def _begin(url: str, reader: int, writer: int) -> int:
    """Return a child that waits until ``writer`` is closed everywhere, then uses the ledger."""
    child = os.fork()
    if child:
        return child
    os.close(writer)
    os.read(reader, 1)
    with toy_ledger(url) as store:
        store.append(toy_act(), new_stream(Counted(1)))
    os._exit(0)


def fork(url: str) -> dict[str, object]:
    """Append before a fork, then on both sides at once, through the same store."""
    with toy_ledger(url) as store:
        store.append(toy_act(), new_stream(Counted(0)))
        child = os.fork()
        for number in range(50):
            store.append(toy_act(), new_stream(Counted(number)))
            store.history(new_stream().stream_id)
        if not child:
            os._exit(0)
        _, status = os.waitpid(child, 0)
        numbers = [r.position for r in store.read(after=0, limit=1_000)]
        return {"status": status, "gapless": numbers == list(range(1, 102))}


def kill(url: str, cycles: int) -> dict[str, object]:
    """Kill a writer ``cycles`` times; its successor asks again for what was not acknowledged."""
    toy_store(url).close()
    acknowledged = [0]
    noise = random.Random(7)
    for _ in range(cycles):
        acknowledged += _until_killed(url, acknowledged[-1] + 1, noise.uniform(0.002, 0.05))
    with toy_ledger(url) as store:
        return {"acknowledged": len(acknowledged) - 1, **_judge(store, acknowledged[-1])}


def _until_killed(url: str, number: int, seconds: float) -> list[int]:
    """Return the numbers that a child acknowledged before it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _append_for_ever(url, number, writer)
    os.close(writer)
    with os.fdopen(reader) as lines:
        first = lines.readline()
        # Only now is it surely appending; the kill comes somewhere inside the next ones.
        select.select([], [], [], seconds)
        os.kill(child, signal.SIGKILL)
        rest = lines.read()
    os.waitpid(child, 0)
    # A line that was cut by the kill was not acknowledged.
    return [int(line) for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]


def _append_for_ever(url: str, number: int, acknowledge: int) -> None:
    store = toy_store(url)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        once = Idempotency(f"number-{number}", DIGEST)
        store.append(toy_act(), new_stream(Counted(number)), idempotency=once)
        os.write(acknowledge, f"{number}\n".encode())
        number += 1
    os._exit(1)


def _judge(store: LedgerFactStore, last: int) -> dict[str, object]:
    facts = [r.fact for r in store.read(after=0, limit=1_000_000)]
    numbers = [fact.number for fact in facts if isinstance(fact, Counted)]
    findings = [f.check for f in store.integrity(deep=True) if not f.holds and f.check != "fsync"]
    return {
        "lost": len(set(range(1, last + 1)) - set(numbers)),
        "duplicated": len(numbers) - len(set(numbers)),
        # What was committed but not acknowledged by the last killed child.
        "further": max(numbers) - last,
        "findings": findings,
    }


TASKS = {"begin": begin, "write": write, "tail": tail, "fork": fork, "kill": kill}


def main(url: str, task: str, *numbers: str) -> None:
    """Do ``task`` and print what came of it."""
    print(json.dumps(TASKS[task](url, *map(int, numbers))))  # type: ignore[operator]  # noqa: T201 (its answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
