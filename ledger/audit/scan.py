"""Reads a part of the rows once: rows against entries, the streams' chains, leaves, times.

The hot loop of the auditor. It decodes no state: the envelope is found by its event's identifier,
which stands in it and nowhere else, and is read alone. A row for which anything is not as it should
be goes to `ledger.audit.row_check`, and the reading goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import cbor2

from ledger.audit.findings import Finding, Severity
from ledger.audit.row_check import ID_BYTES, Usable, examine
from ledger.audit.rows import RawRow, RowSource
from ledger.audit.stream_ends import StreamEnd
from ledger.store.entry import ENTRY_BYTES, Envelope
from ledger.transparency.log import index_of

_ID_LENGTH: Final = ID_BYTES.to_bytes(4)
_VERSION_LENGTH: Final = (8).to_bytes(4)
_ENVELOPE_HEAD: Final = bytes([0x80 | len(Envelope._fields), 0x40 | ID_BYTES])
"""An array of so many members begins, of which the first has 16 bytes."""
_MEMBERS: Final = len(Envelope._fields)
_RECORDED_AT: Final = Envelope._fields.index("recorded_at")
_PREVIOUS: Final = Envelope._fields.index("previous")
_ENTRY_HEAD: Final = b"\x01"
_LEAF_HEAD: Final = b"\x00"
_WRONG: Final = (
    TypeError, AttributeError, ValueError, OverflowError, LookupError, RecursionError,
    cbor2.CBORError,
)  # fmt: skip


class _NotAtOnceError(ValueError):
    """This row has to be looked at step by step."""


class Scan:
    """The rows of the leaves from ``first`` to before ``end``, as far as they are there."""

    def __init__(
        self, first: int, end: int, *, judged: Callable[[str], bool],
        also: Callable[[Sequence[RawRow]], list[Finding]] | None = None,
    ) -> None:  # fmt: skip
        """Expect the rows of these leaves.

        Args:
            first: Index of the first leaf.
            end: Index after the last one.
            judged: Whether a stream with a fact of this name is judged by the law's order.
            also: One more look at rows, such as opening what is sealed.
        """
        self.first = first
        self.end = end
        self.rows = 0
        self.leaves: list[bytes | None] = []
        """One a leaf; None where no row is there, or it has no entry."""
        self.times: list[int | None] = []
        """Microseconds since 1970, one a leaf."""
        self.findings: list[Finding] = []
        self._judged = judged
        self._also = also
        self._heads: dict[bytes, tuple[int, bytes]] = {}
        self._firsts: dict[bytes, tuple[int, bytes | None, int]] = {}
        self._flagged: set[bytes] = set()
        self._names: dict[str, bytes] = {}

    def read(self, source: RowSource) -> None:
        """Take in all rows."""
        for batch in source.batches(self.first + 1, self.end):
            for rows in self._in_order(batch):
                self._take(rows)
                if self._also is not None:
                    self.findings += self._also([RawRow(*row) for row in rows])
        self._miss(self.end - self.first - len(self.leaves))

    def _in_order(self, batch: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of ``batch`` in runs that follow one another without a gap."""
        expected = self.first + len(self.leaves) + 1
        if [row[0] for row in batch] == list(range(expected, expected + len(batch))):
            yield batch
            return
        for row in batch:
            expected = self.first + len(self.leaves) + 1
            if row[0] < expected:
                self._twice(row[0])
                continue
            self._miss(row[0] - expected)
            yield [row]

    def _twice(self, position: int) -> None:
        place: dict[str, str | int] = {"position": position, "index": index_of(position)}
        self.findings.append(
            Finding("C5.twice", Severity.CRITICAL, place, "one fact at each position", "another")
        )

    def _miss(self, count: int) -> None:
        """Note that the next ``count`` leaves have no row."""
        if count <= 0:
            return
        start = self.first + len(self.leaves)
        place: dict[str, str | int] = {"position": start + 1, "index": start}
        if count > 1:
            place["until"] = start + count
        self.findings.append(
            Finding("C5.missing", Severity.CRITICAL, place, "a fact at each position",
                    "none")
        )  # fmt: skip
        self.leaves += [None] * count
        self.times += [None] * count

    def _take(self, batch: list[tuple[Any, ...]]) -> None:
        """Take in rows that follow one another."""
        heads, names, hashed, read = self._heads, self._names, sha256, cbor2.loads
        leaf, time = self.leaves.append, self.times.append
        for row in batch:
            position, event, stream, version, topic, state, entry = row
            try:
                name = names.get(topic) or self._name(topic)
                digest = hashed(b"".join((
                    _ID_LENGTH, stream, _VERSION_LENGTH, version.to_bytes(8), name, event,
                    len(state).to_bytes(4), state,
                ))).digest()  # fmt: skip
                mark = _ENVELOPE_HEAD + event
                envelope = read(state[state.find(mark) :])
                if (
                    entry[:33] != _ENTRY_HEAD + digest
                    or len(entry) != ENTRY_BYTES
                    or envelope[0] != event
                    or len(envelope) != _MEMBERS
                    or state.count(mark) != 1
                ):
                    self._slowly(row)
                    continue
                recorded_at = envelope[_RECORDED_AT] | 0  # nothing but a whole number passes
                entry_hash = hashed(_LEAF_HEAD + entry).digest()
                before = heads.get(stream)
                if before is None:
                    self._begin(stream, version, envelope[_PREVIOUS], position, topic)
                elif version != before[0] + 1 or envelope[_PREVIOUS] != hashed(before[1]).digest():
                    self._broken(row, before, envelope[_PREVIOUS])
            except _WRONG:
                self._slowly(row)
                continue
            heads[stream] = (version, entry)
            leaf(entry_hash)
            time(recorded_at)
        self.rows += len(batch)

    def _name(self, topic: str) -> bytes:
        if type(topic) is not str:
            raise _NotAtOnceError
        name = topic.encode()
        known = len(name).to_bytes(4) + name + _ID_LENGTH
        if len(self._names) < 10_000:  # noqa: PLR2004 (names are a few hundred; no more is kept)
            self._names[topic] = known
        return known

    def _begin(
        self, stream: bytes, version: int, previous: bytes | None, position: int, topic: str
    ) -> None:
        """Take in the first fact of a stream in this part."""
        if len(stream) != ID_BYTES or version < 1 or (version == 1) != (previous is None):
            raise _NotAtOnceError
        if version != 1:
            self._firsts[stream] = (version, previous, position)
        if self._judged(topic):
            self._flagged.add(stream)

    def _slowly(self, row: tuple[Any, ...]) -> None:
        """Take in a row that is not in order, with all that is wrong with it."""
        raw = RawRow(*row)
        findings, usable = examine(raw)
        self.findings += findings
        self.leaves.append(usable.leaf)
        self.times.append(usable.recorded_at)
        self._follow(raw, usable)

    def _follow(self, row: RawRow, usable: Usable) -> None:
        stream, version, entry = usable.stream_id, usable.version, usable.entry
        if stream is None or version is None or entry is None:
            return
        before = self._heads.get(stream)
        if before is None:
            self._firsts[stream] = (version, usable.previous, row.position)
            if isinstance(row.topic, str) and self._judged(row.topic):
                self._flagged.add(stream)
        elif version != before[0] + 1 or usable.previous != sha256(before[1]).digest():
            self._broken(tuple(row), before, usable.previous)
        self._heads[stream] = (version, entry)

    def _broken(
        self, row: tuple[Any, ...], before: tuple[int, bytes], previous: bytes | None
    ) -> None:
        chained = previous == sha256(before[1]).digest()
        self.findings += chain_findings(row[2], row[0], row[3], before[0] + 1, chained=chained)

    def ends(self) -> Iterator[StreamEnd]:
        """Yield where each stream of this part begins and ends, in order of the streams."""
        for stream in sorted(self._heads):
            version, entry = self._heads[stream]
            first, previous, position = self._firsts.get(stream, (1, None, 0))
            yield StreamEnd(
                stream, first, version, _short(previous), sha256(entry).digest()[:ID_BYTES],
                position, stream in self._flagged,
            )  # fmt: skip


def _short(previous: bytes | None) -> bytes:
    return bytes(ID_BYTES) if previous is None else previous[:ID_BYTES].ljust(ID_BYTES, b"\x00")


def chain_findings(
    stream: bytes, position: int, version: int, expected: int, *, chained: bool
) -> Iterator[Finding]:
    """Yield what is wrong where one fact of a stream follows another.

    Args:
        stream: 16 bytes.
        position: Of the later fact; 0 if not known.
        version: Of the later fact.
        expected: The version that should come.
        chained: Whether the later fact names the entry of the one before.
    """
    place: dict[str, str | int] = {"stream": str(UUID(bytes=stream)), "version": version}
    if position:
        place |= {"position": position, "index": index_of(position)}
    if version != expected:
        yield Finding(
            "C5.version", Severity.CRITICAL, place, f"version {expected} next", f"version {version}"
        )
    elif not chained:
        yield Finding(
            "C5.chain",
            Severity.CRITICAL,
            place,
            "a fact that names the entry of the stream's fact before it",
            "one that names another, or none",
        )
