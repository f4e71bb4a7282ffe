"""What an online check costs in process, over a real ledger: as it grows, and the first time.

Two ledgers, of ten thousand and of a million facts, with certificates issued all along. They are
checked in turn, each certificate by its own facts. "The first time" is a process that has seen
neither the certificate's number nor its person's key.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks.append import ready
from benchmarks.issued import Town, online_check, reopened
from benchmarks.table import Row, interleaved, ratio_of_minima
from ledger.store.event_ids import event_id
from ledger.store.rows import Batch
from ledger.store.rows import Row as FactRow
from ledger.store.sqlite_recorder import SQLiteFacts
from tests_support.signed_certificates import ISSUING_KEY
from verify_api.verdict import Overall, Verdict

FEW = 10_000
MANY = 1_000_000
CERTIFICATES = 400
PORTIONS = 20
"""Certificates are issued between so many parts of the other facts."""
CHUNK = 5_000
ROUNDS = 20
FRESH_ROUNDS = 5
RAW_CHECKS = 500
BAR = 1.1


def rows() -> Iterator[Row]:
    """Measure, and yield the rows."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        few, many = grown(small, FEW), grown(large, MANY)
        with closing(reopened(small)) as one, closing(reopened(large)) as other:
            yield _growth(
                _every(online_check(one), few), _every(online_check(other), many), len(few)
            )
        yield _first_time(large, many)


def grown(home: Path, facts: int) -> list[str]:
    """Make a ledger of so many facts; return its certificates' codes in random order."""
    home.mkdir()
    (pattern,) = ready(1, 1)[0]
    recorder = SQLiteFacts(home / "ledger.db")
    recorder.create_table()
    texts: list[str] = []
    made = 0
    with closing(Town(home)) as town, closing(recorder):
        for portion in range(1, PORTIONS + 1):
            texts += [one.text for one in town.issue(CERTIFICATES // PORTIONS)]
            while (room := facts * portion // PORTIONS - recorder.head()) > 0:
                count = min(CHUNK, room)
                recorder.append(Batch([_other(pattern, made + n) for n in range(count)]))
                made += count
    Random(facts).shuffle(texts)
    return texts


def _other(pattern: FactRow, number: int) -> FactRow:
    # Stream ids are spread over the whole index, as random ones are.
    spread = UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))
    made = event_id(number, number.to_bytes(10))
    return pattern._replace(event_id=made, stream_id=spread)


def _every(check: Callable[[str], Verdict], texts: list[str]) -> Callable[[], None]:
    def each() -> None:
        for text in texts:
            assert check(text).overall is Overall.VALID

    return each


def _growth(few: Callable[[], None], many: Callable[[], None], codes: int) -> Row:
    large, small = interleaved(many, few, rounds=ROUNDS, cpu=True)
    return Row(
        f"SQLite: online check of {codes} certificates in turn at {MANY:,} facts",
        f"{min(large) / codes * 1e6:.0f} µs",
        f"{min(small) / codes * 1e6:.0f} µs at {FEW:,}",
        ratio_of_minima(large, small),
        BAR,
        at_most=True,
    )


def _first_time(home: Path, texts: list[str]) -> Row:
    spent, raw = [], []
    for _ in range(FRESH_ROUNDS):
        with closing(reopened(home)) as system:
            check = online_check(system)
            check(texts[0])  # the trust list, and the connections
            start = time.process_time()
            for text in texts[1:]:
                check(text)
            spent.append((time.process_time() - start) / (len(texts) - 1))
        raw.append(_raw())
    return Row(
        f"SQLite: online check of what a process sees for the first time, at {MANY:,} facts",
        f"{min(spent) * 1e6:.0f} µs",
        f"P-256 verification {min(raw) * 1e6:.0f} µs",
        ratio_of_minima(spent, raw),
        None,
        at_most=True,
    )


def _raw() -> float:
    message = bytes(200)
    signature = ISSUING_KEY.sign(message)
    start = time.process_time()
    for _ in range(RAW_CHECKS):
        assert ISSUING_KEY.public.verify(signature, message)
    return (time.process_time() - start) / RAW_CHECKS
