"""Arrays in PostgreSQL's binary form, packed in one go.

psycopg looks at every element of every list to find its type; that costs more than the rest of
an append. Here the columns' types are known.

    array = dimensions (i32) || has nulls (i32) || element type (u32)
            || length (i32) || lower bound (i32) || each element behind its length (i32)

Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_recv.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from typing_extensions import override

from ledger.store.rows import Batch, StreamPoint

_BYTEA, _BIGINT, _TEXT, _UUID = 17, 20, 25, 2950
"""Type numbers that are part of PostgreSQL's protocol. Source: pg_type.dat."""
_HEAD = Struct(">iiIii")
_EMPTY_HEAD = Struct(">iiI")
_LENGTH = Struct(">i")
_LONG = Struct(">iq")
_UUID_LENGTH = _LENGTH.pack(16)


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array in binary form, ready for the wire."""

    data: bytes


class PackedArrayDumper(Dumper):
    """Hands a packed array on as it is; the statement's cast names its type."""

    format = Format.BINARY

    @override
    def dump(self, obj: PackedArray) -> bytes:
        return obj.data


def register_arrays(connection: Connection[Any]) -> None:
    """Let ``connection`` take packed arrays as arguments."""
    connection.adapters.register_dumper(PackedArray, PackedArrayDumper)


def _array(element_type: int, length: int, elements: Iterable[bytes]) -> PackedArray:
    if not length:
        return PackedArray(_EMPTY_HEAD.pack(0, 0, element_type))
    return PackedArray(b"".join((_HEAD.pack(1, 0, element_type, length, 1), *elements)))


def _bytes(values: Sequence[bytes], element_type: int = _BYTEA) -> PackedArray:
    pack = _LENGTH.pack
    elements = [part for value in values for part in (pack(len(value)), value)]
    return _array(element_type, len(values), elements)


def _integers(values: Sequence[int]) -> PackedArray:
    pack = _LONG.pack
    return _array(_BIGINT, len(values), [pack(8, value) for value in values])


def _uuids(values: Sequence[bytes]) -> PackedArray:
    return _array(_UUID, len(values), [part for value in values for part in (_UUID_LENGTH, value)])


def _points(points: Sequence[StreamPoint]) -> tuple[PackedArray, PackedArray]:
    if not points:
        return _NO_POINTS
    return (
        _uuids([point.stream_id.bytes for point in points]),
        _integers([point.version for point in points]),
    )


_NO_POINTS = (_uuids(()), _integers(()))
_NO_ANSWERS = (_bytes(()), _bytes(()), _integers(()), _integers(()))


def append_arguments(batch: Batch) -> list[PackedArray]:
    """Return the arguments of `ledger.store.postgres_schema.APPEND` for ``batch``."""
    rows, answers = batch.rows, batch.answers
    packed = [
        _uuids([row.event_id.bytes for row in rows]),
        _uuids([row.stream_id.bytes for row in rows]),
        _integers([row.version for row in rows]),
        _bytes([row.topic.encode() for row in rows], _TEXT),
        _bytes([row.state for row in rows]),
        _bytes([row.entry for row in rows]),
        *_points(batch.after),
        *_points(batch.absent),
    ]
    if not answers:
        return [*packed, *_NO_ANSWERS]
    return [
        *packed,
        _bytes([answer.key_hash for answer in answers]),
        _bytes([answer.digest for answer in answers]),
        _integers([answer.first for answer in answers]),
        _integers([answer.facts for answer in answers]),
    ]
