"""Joins the streams over all parts, and judges those that the law's order applies to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.audit.findings import Finding, finding_from_json
from ledger.audit.law.others import Others
from ledger.audit.lawful import judge_stream
from ledger.audit.row_check import ID_BYTES
from ledger.audit.rows import RowSource
from ledger.audit.scan import chain_findings
from ledger.audit.stream_ends import NO_HASH, StreamEnd, read_ends

MOST_RECORDS: Final = 100_000
"""Records that are held together while they are joined: some 20 MB."""


_NOTHING: Final = (0, NO_HASH)
"""What comes before a stream's first fact."""


class JoinTask(NamedTuple):
    """A range of streams."""

    number: int
    low: bytes
    high: bytes | None
    parts: tuple[int, ...]
    """Those that were read, in order."""
    whole: bool
    """Whether all parts were: then a stream that does not begin with its first fact lacks it."""


@dataclass
class Judged:
    """What the law says of some streams."""

    streams: int
    findings: list[Finding] = field(default_factory=list)
    destroyed: dict[bytes, int] = field(default_factory=dict)
    begun: list[bytes] = field(default_factory=list)


@dataclass
class JoinResult:
    """What was found in a range of streams."""

    number: int
    streams: int = 0
    judged: int = 0
    findings: list[Finding] = field(default_factory=list)
    destroyed: dict[bytes, int] = field(default_factory=dict)
    """Keys that receipts of erasure name, with the receipts' positions."""
    begun: list[bytes] = field(default_factory=list)
    """Erasures that have begun."""

    def take(self, judged: Judged) -> None:
        """Take in what the law says of some of the streams."""
        self.judged += judged.streams
        self.findings += judged.findings
        self.destroyed |= judged.destroyed
        self.begun += judged.begun

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "number": self.number,
            "streams": self.streams,
            "judged": self.judged,
            "findings": [one.as_json() for one in self.findings],
            "destroyed": {key.hex(): position for key, position in self.destroyed.items()},
            "begun": [one.hex() for one in self.begun],
        }


def joined_from_json(value: dict[str, Any]) -> JoinResult:
    """Return the result that `JoinResult.as_json` wrote."""
    return JoinResult(
        value["number"],
        value["streams"],
        value["judged"],
        [finding_from_json(one) for one in value["findings"]],
        {bytes.fromhex(key): position for key, position in value["destroyed"].items()},
        [bytes.fromhex(one) for one in value["begun"]],
    )


def join_streams(
    task: JoinTask, folder: Path, rows: RowSource, *, forms: bool = False
) -> JoinResult:
    """Return what is wrong with the streams of a range, from part to part, and in law.

    ``forms`` as of `ledger.audit.lawful.judge_stream`.
    """
    result, lawful = chain_streams(task, folder, rows)
    result.take(judge_streams(lawful, rows, forms=forms))
    return result


def chain_streams(task: JoinTask, folder: Path, rows: RowSource) -> tuple[JoinResult, list[bytes]]:
    """Return what is wrong from part to part, and the streams that are still to be judged."""
    result = JoinResult(task.number)
    last: dict[bytes, tuple[int, bytes]] = {}
    judged: set[bytes] = set()
    known = last.get
    for part in task.parts:
        for record in read_ends(folder / f"{part}.ends", task.low, task.high):
            stream_id, first, version, previous, end_hash, _, is_judged = record
            before = known(stream_id)
            if (before or _NOTHING) != (first - 1, previous):
                result.findings += _joint(StreamEnd(*record), before, rows, whole=task.whole)
            last[stream_id] = (version, end_hash)
            if is_judged:
                judged.add(stream_id)
    result.streams = len(last)
    return result, sorted(judged)


def judge_streams(streams: Sequence[bytes], rows: RowSource, *, forms: bool = False) -> Judged:
    """Return what is unlawful in these streams."""
    judged, others = Judged(len(streams)), Others(rows)
    for stream_id in streams:
        judgement = judge_stream(rows.stream(stream_id), others, forms=forms)
        judged.findings += judgement.findings
        judged.destroyed |= judgement.keys.destroyed
        judged.begun += [one.bytes for one in judgement.keys.begun]
    return judged


def _joint(
    end: StreamEnd, before: tuple[int, bytes] | None, rows: RowSource, *, whole: bool
) -> Iterator[Finding]:
    """Yield what is wrong where a stream goes on in another part."""
    if not whole and (before is None or before[0] + 1 != end.first_version):
        before = _predecessor(end, rows)
    if before is None:
        if end.first_version != 1:
            yield from chain_findings(
                end.stream_id, end.first_position, end.first_version, 1, chained=True
            )
        return
    yield from chain_findings(
        end.stream_id, end.first_position, end.first_version, before[0] + 1,
        chained=end.first_previous == before[1],
    )  # fmt: skip


def _predecessor(end: StreamEnd, rows: RowSource) -> tuple[int, bytes] | None:
    """Return the fact before a stream's first one here, which lies in a part that was not read."""
    if end.first_version == 1:
        return None
    row = rows.version(end.stream_id, end.first_version - 1)
    if row is None or type(row.entry) is not bytes:
        return None
    return end.first_version - 1, sha256(row.entry).digest()[:ID_BYTES]
