"""Where streams begin and end in each part of the rows, in small sorted files; joined afterwards.

A stream's facts lie scattered over all parts, which are read apart from one another. So each part
leaves a file with one record a stream, in order of the streams. Joining reads the same range of
streams from every file, part by part: memory stays as small as the range is chosen, however many
facts and streams there are.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

_RECORD: Final = struct.Struct(">16sQQ16s16sQ?")
_AT_ONCE: Final = 2_048
NO_HASH: Final = bytes(16)


class StreamEnd(NamedTuple):
    """One stream in one part. Hashes are cut to 16 bytes: nobody finds a second one to such."""

    stream_id: bytes
    first_version: int
    last_version: int
    first_previous: bytes
    """Of the stream's previous entry, as its first fact here names it; zeros for none."""
    last_hash: bytes
    """Of the entry of its last fact here."""
    first_position: int
    """0 where the first fact is the stream's first, as it should be."""
    judged: bool
    """Whether the law's order is checked in this stream."""


pack_end: Final = _RECORD.pack
"""Writes a `StreamEnd`, given by its members; longer hashes are cut."""


def unpack_ends(records: bytes) -> Iterator[StreamEnd]:
    """Yield what `pack_end` has written, one after the other."""
    yield from map(StreamEnd._make, _RECORD.iter_unpack(records))


def write_ends(path: Path, ends: Iterable[bytes]) -> int:
    """Write a part's packed records, whole or not at all; return how many there are."""
    records = list(ends)
    new = path.with_suffix(".new")
    new.write_bytes(b"".join(records))
    new.replace(path)
    return len(records)


def read_ends(path: Path, low: bytes, high: bytes | None) -> Iterator[tuple[Any, ...]]:
    """Yield the records of streams from ``low`` to before ``high``; to the last one if None.

    Each is the members of a `StreamEnd`.
    """
    with path.open("rb") as file:
        total = path.stat().st_size // _RECORD.size
        at = _first_from(file.fileno(), total, low)
        file.seek(at * _RECORD.size)
        while data := file.read(_RECORD.size * _AT_ONCE):
            for record in _RECORD.iter_unpack(data):
                if high is not None and record[0] >= high:
                    return
                yield record


def _first_from(descriptor: int, total: int, low: bytes) -> int:
    """Return the number of the first record of a stream from ``low`` on."""
    left, right = 0, total
    while left < right:
        middle = (left + right) // 2
        if _stream_at(descriptor, middle) < low:
            left = middle + 1
        else:
            right = middle
    return left


def _stream_at(descriptor: int, number: int) -> bytes:
    return os.pread(descriptor, 16, number * _RECORD.size)


def ranges(records: int, most: int) -> list[tuple[bytes, bytes | None]]:
    """Return ranges of streams of about ``most`` records each, if streams are spread evenly."""
    count = 1
    while records > most * count and count < 1 << 16:
        count *= 2
    lows = [(number * (1 << 32) // count).to_bytes(4) for number in range(count)]
    return list(zip(lows, [*lows[1:], None], strict=True))
