"""What a check costs: beside one raw signature verification, as lists grow, at its worst."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from random import Random
from statistics import quantiles

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.table import Row, interleaved, median_ratio, ratio_of_minima
from ledger.certificates.kind import StatusReference
from ledger.certificates.status_list import SIZE
from ledger.certificates.token import read_signed
from tests_support.signed_certificates import (
    AT,
    ISSUING_KEY,
    POLICY,
    STATUS_URI,
    TOKEN,
    TRUST,
    code,
    published,
    signed,
)
from tests_support.token_mutations import mutations
from verify_api.evidence import SnapshotStatus, StatusSource
from verify_api.verdict import Overall, Verdict
from verify_api.verification import verify

ROUNDS = 3000
BLOCK = 100
BLOCK_ROUNDS = 60
SPOILED = 20_000
LONGEST_MS = 2.0
REVOKED_SHARE = 100
"""One certificate of so many is revoked."""


def rows() -> Iterator[Row]:
    """Measure, and yield one row for each promise."""
    check, raw = _check(code(), _snapshot(10_000)), raw_verification(signed())
    yield _against_raw(check, raw)
    yield _growth()
    yield _worst()


def _check(text: str, status: StatusSource) -> Callable[[], Verdict]:
    check = partial(verify, text, at=AT, trust=TRUST, status=status, policy=POLICY)
    assert check().overall is Overall.VALID
    return check


def raw_verification(token: bytes) -> Callable[[], None]:
    """Return one ECDSA verification of the library, with everything prepared before."""
    parts = read_signed(token)
    half = len(parts.signature) // 2
    numbers = (int.from_bytes(parts.signature[:half]), int.from_bytes(parts.signature[half:]))
    key = ISSUING_KEY.public.key
    assert isinstance(key, EllipticCurvePublicKey)
    return partial(key.verify, encode_dss_signature(*numbers), parts.signed, ECDSA(SHA256()))


def _times(count: int, work: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(count):
            work()

    return repeated


def _against_raw(check: Callable[[], object], raw: Callable[[], object]) -> Row:
    """Compare in turn, one check and one signature: the least disturbed of either counts.

    Beside it, for the record, the ratio of whole blocks: there the floor runs in a warm cache,
    which a verification among other work never has.
    """
    ours, floor = interleaved(check, raw, rounds=ROUNDS)
    blocks = interleaved(_times(BLOCK, check), _times(BLOCK, raw), rounds=BLOCK_ROUNDS)
    return Row(
        "digits to verdict",
        f"{min(ours) * 1e6:.1f} µs (median of pairs {median_ratio(ours, floor):.2f}, "
        f"in blocks of {BLOCK} {ratio_of_minima(*blocks):.2f})",
        f"P-256 verification {min(floor) * 1e6:.1f} µs",
        ratio_of_minima(ours, floor),
        2.0,
        at_most=True,
    )


def _snapshot(certificates: int) -> SnapshotStatus:
    """Return signed lists, as read, that hold so many certificates with random indices."""
    random = Random(certificates)
    lists = {}
    for shard in range(-(-certificates // (SIZE // 4))):  # a quarter full, four are open at once
        revoked = {random.randrange(SIZE): 1 for _ in range(SIZE // 4 // REVOKED_SHARE)}
        revoked.pop(TOKEN.status.index, None)
        uri = STATUS_URI if shard == 0 else f"{STATUS_URI}{shard}"
        lists[uri] = published(revoked, uri=uri)
    return SnapshotStatus(lists)


def _growth() -> Row:
    few, many = _snapshot(10_000), _snapshot(1_000_000)
    references = [StatusReference(index, STATUS_URI) for index in _free(many)]
    texts = [code(replace(TOKEN, status=reference)) for reference in references]
    some = interleaved(
        _every([_check(text, many) for text in texts]),
        _every([_check(text, few) for text in texts]),
        rounds=BLOCK_ROUNDS,
        cpu=True,
    )
    return Row(
        "a check with 1,000,000 certificates in the status lists",
        f"{min(some[0]) / len(texts) * 1e6:.1f} µs",
        f"with 10,000: {min(some[1]) / len(texts) * 1e6:.1f} µs",
        ratio_of_minima(*some),
        1.1,
        at_most=True,
    )


def _every(checks: list[Callable[[], Verdict]]) -> Callable[[], None]:
    def each() -> None:
        for check in checks:
            check()

    return each


def _free(status: SnapshotStatus) -> list[int]:
    """Return indices all over a list that are not revoked in it."""
    listed = status.lists[STATUS_URI].statuses
    return [index for index in range(1, SIZE, SIZE // 50) if listed.value(index) == 0]


def _worst() -> Row:
    spent = []
    status = _snapshot(10_000)
    for text in mutations(seed=1, count=SPOILED):
        start = time.process_time()
        verdict = verify(text, at=AT, trust=TRUST, status=status, policy=POLICY)
        spent.append((time.process_time() - start) * 1e3)
        assert verdict.overall is not Overall.VALID
    worst = quantiles(spent, n=100)[98]
    return Row(
        f"p99 of {SPOILED:,} spoiled tokens",
        f"{worst:.3f} ms (longest {max(spent):.2f} ms)",
        f"{LONGEST_MS} ms",
        worst / LONGEST_MS,
        1.0,
        at_most=True,
    )
