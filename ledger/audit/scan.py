"""Reads a part of the rows once: rows against entries, the streams' chains, leaves, times.

The hot loop of the auditor. It decodes no state: the envelope is found by its event's identifier,
which stands in it and nowhere else, and is read alone. If anything in a batch is not in order,
its rows go to `ledger.audit.row_check` one by one, and the reading goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import cbor2

from ledger.audit.findings import Finding, Severity
from ledger.audit.row_check import ID_BYTES, Usable, examine
from ledger.audit.rows import RawRow, RowSource
from ledger.audit.stream_ends import pack_end
from ledger.store.entry import ENTRY_BYTES, Envelope
from ledger.transparency.log import index_of

_ID_LENGTH: Final = ID_BYTES.to_bytes(4)
_VERSION_LENGTH: Final = (8).to_bytes(4)
_ENVELOPE_HEAD: Final = bytes([0x80 | len(Envelope._fields), 0x40 | ID_BYTES])
"""An array of so many members begins, of which the first has 16 bytes."""
_ONCE: Final = {1}
_ALL: Final = {True}
_WHOLE_NUMBERS: Final = {int}
_ID_LENGTHS: Final = {ID_BYTES}
_ENTRY_LENGTHS: Final = {ENTRY_BYTES}
_MOST_NAMES: Final = 10_000
"""Stored names that are kept ready; there are a few hundred."""
_SAID: Final = itemgetter(Envelope._fields.index("recorded_at"), Envelope._fields.index("previous"))
"""What is taken from an envelope; its head has said its length and the event already."""
_ENTRY_HEAD: Final = b"\x01"
_LEAF_HEAD: Final = b"\x00"
_WRONG: Final = (
    TypeError, AttributeError, ValueError, OverflowError, LookupError, RecursionError,
    cbor2.CBORError,
)  # fmt: skip


class _Columns(NamedTuple):
    """What comes of rows of which nothing is wrong by itself."""

    streams: Sequence[bytes]
    versions: Sequence[int]
    entries: Sequence[bytes]
    leaves: Sequence[bytes]
    times: Sequence[int]
    previous: Sequence[bytes | None]


def _have_lengths(
    events: tuple[Any, ...], streams: tuple[Any, ...], entries: tuple[Any, ...]
) -> bool:
    """Whether all values have the lengths that the ledger gives them."""
    return (
        set(map(len, events)) == _ID_LENGTHS
        and set(map(len, streams)) == _ID_LENGTHS
        and set(map(len, entries)) == _ENTRY_LENGTHS
    )


class Scan:
    """The rows of the leaves from ``first`` to before ``end``, as far as they are there."""

    def __init__(
        self, first: int, end: int, *, judged: frozenset[str],
        also: Callable[[Sequence[RawRow]], list[Finding]] | None = None,
    ) -> None:  # fmt: skip
        """Expect the rows of these leaves.

        Args:
            first: Index of the first leaf.
            end: Index after the last one.
            judged: Streams with a fact of one of these names are judged by the law's order.
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
        """Take in rows that follow one another: at once if all is in order, else step by step."""
        self.rows += len(batch)
        try:
            columns = self._in_order_columns(batch)
        except _WRONG:
            columns = None
        if columns is None:
            for row in batch:
                self._slowly(row)
            return
        self.leaves += columns.leaves
        self.times += columns.times
        self._chain(batch, columns)

    def _in_order_columns(self, batch: list[tuple[Any, ...]]) -> "_Columns | None":
        """Return what comes of rows of which nothing is wrong by itself; None if something is.

        Column by column: that is several times as fast as row by row.
        """
        _, events, streams, versions, topics, states, entries = zip(*batch, strict=True)
        if not _have_lengths(events, streams, entries) or min(versions) < 1:
            return None
        # A value of another type cannot be joined to these bytes, nor counted up, nor encoded.
        named = [self._names.get(topic) or self._name(topic) for topic in topics]
        digests = [
            _ENTRY_HEAD + sha256(b"".join((
                _ID_LENGTH, stream, _VERSION_LENGTH, version.to_bytes(8), name, event,
                len(state).to_bytes(4), state,
            ))).digest()
            for stream, version, name, event, state
            in zip(streams, versions, named, events, states, strict=True)
        ]  # fmt: skip
        if set(map(bytes.startswith, entries, digests)) != _ALL:
            return None
        marks = [_ENVELOPE_HEAD + event for event in events]
        if set(map(bytes.count, states, marks)) != _ONCE:
            return None
        places = map(bytes.find, states, marks)
        said = [_SAID(cbor2.loads(state[at:])) for state, at in zip(states, places, strict=True)]
        times, previous = zip(*said, strict=True)
        if set(map(type, times)) != _WHOLE_NUMBERS:
            return None
        if [one is None for one in previous] != [version == 1 for version in versions]:
            return None
        leaves = [sha256(_LEAF_HEAD + entry).digest() for entry in entries]
        return _Columns(streams, versions, entries, leaves, times, previous)

    def _chain(self, batch: list[tuple[Any, ...]], columns: "_Columns") -> None:
        """Hold each row against the fact before it in its stream."""
        heads = self._heads
        topics = [row[4] for row in batch]
        if not self._judged.isdisjoint(topics):
            judged = self._judged
            self._flagged.update(
                stream
                for stream, topic in zip(columns.streams, topics, strict=True)
                if topic in judged
            )
        known, (streams, versions, entries, _, _, previous) = heads.get, columns
        for row, stream, version, entry, named in zip(
            batch, streams, versions, entries, previous, strict=True
        ):
            before = known(stream)
            if before is None:
                self._begin(row, named)
            elif version != before[0] + 1 or named != sha256(before[1]).digest():
                self._broken(row, before, named)
            heads[stream] = (version, entry)

    def _name(self, topic: str) -> bytes:
        name = topic.encode()
        known = len(name).to_bytes(4) + name + _ID_LENGTH
        if len(self._names) < _MOST_NAMES:
            self._names[topic] = known
        return known

    def _begin(self, row: tuple[Any, ...], previous: bytes | None) -> None:
        """Take in the first fact of a stream in this part."""
        position, stream, version = row[0], row[2], row[3]
        if version != 1:
            self._firsts[stream] = (version, previous, position)

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
        if isinstance(row.topic, str) and row.topic in self._judged:
            self._flagged.add(stream)
        if before is None:
            self._begin(tuple(row), usable.previous)
        elif version != before[0] + 1 or usable.previous != sha256(before[1]).digest():
            self._broken(tuple(row), before, usable.previous)
        self._heads[stream] = (version, entry)

    def _broken(
        self, row: tuple[Any, ...], before: tuple[int, bytes], previous: bytes | None
    ) -> None:
        chained = previous == sha256(before[1]).digest()
        self.findings += chain_findings(row[2], row[0], row[3], before[0] + 1, chained=chained)

    def ends(self) -> Iterator[bytes]:
        """Yield where each stream of this part begins and ends, in order of the streams."""
        firsts, flagged, pack = self._firsts, self._flagged, pack_end
        for stream, (version, entry) in sorted(self._heads.items()):
            first, previous, position = firsts.get(stream, _AT_ITS_FIRST)
            yield pack(
                stream, first, version, previous or b"", sha256(entry).digest(), position,
                stream in flagged,
            )  # fmt: skip


_AT_ITS_FIRST: Final = (1, None, 0)


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
