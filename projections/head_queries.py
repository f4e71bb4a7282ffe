"""The sealed tree from the rows of `projections.stream_heads`: now, and as it was at a position."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final
from uuid import UUID

from ledger.transparency.stream_heads import (
    BUCKET_BYTES,
    BUCKETS,
    Head,
    HeadsTree,
    bucket_hash,
    bucket_of,
    chain,
)
from projections.stream_heads import HEADS, OWN, PERSON, HeadRow, OwnRow
from projections.view_store import Session

HeadAt = Callable[[UUID, int], tuple[int, bytes] | None]
"""Returns version and digest of a stream's last fact up to a position; None before its first."""

_ROWS: Final = f"SELECT {', '.join(HEADS.names)} FROM {HEADS.name}"  # noqa: S608 (our own names)
_OWN: Final = f"SELECT {', '.join(OWN.names)} FROM {OWN.name}"  # noqa: S608 (our own names)
_PAGE: Final = 5_000
_REST_BYTES: Final = 30
_BEGIN, _END = bytes(32), b"\xff" * 32


def head_of(row: HeadRow) -> Head:
    """Return the leaf of a row."""
    return Head(row.blind, row.version, row.digest)


def all_rows(session: Session, begin: bytes = _BEGIN, end: bytes = _END) -> Iterator[HeadRow]:
    """Yield the rows whose blinds lie from ``begin`` to ``end``, in their order."""
    condition = "blind >= ?"
    while True:
        found = session.execute(
            f"{_ROWS} WHERE {condition} AND blind <= ? ORDER BY blind LIMIT {_PAGE}", (begin, end)
        )
        yield from map(HeadRow._make, found)
        if len(found) < _PAGE:
            return
        begin, condition = found[-1][0], "blind > ?"


def bucket_rows(session: Session, number: int) -> list[HeadRow]:
    """Return the rows of one bucket, in order."""
    first = number.to_bytes(BUCKET_BYTES)
    return list(all_rows(session, first + bytes(_REST_BYTES), first + b"\xff" * _REST_BYTES))


def tree_of_rows(rows: Iterable[HeadRow]) -> tuple[HeadsTree, int]:
    """Return the tree over rows that come in the order of their blinds, and how many there are."""
    tree, count = HeadsTree(), 0
    for number, some in groupby(rows, key=lambda row: bucket_of(row.blind)):
        heads = [head_of(row) for row in some]
        count += len(heads)
        tree.replace(number, bucket_hash(heads))
    return tree, count


def moved_tree(session: Session, before: HeadsTree, after: int) -> HeadsTree:
    """Return ``before``, which holds for the position ``after``, with the buckets changed since."""
    changed = session.execute(f"SELECT blind FROM {HEADS.name} WHERE position > ?", (after,))  # noqa: S608 (our own names)
    for number in {bucket_of(blind) for (blind,) in changed}:
        before.replace(number, bucket_hash([head_of(row) for row in bucket_rows(session, number)]))
    return before


def count_rows(session: Session) -> int:
    """Return how many leaves there are."""
    return int(session.execute(f"SELECT COUNT(*) FROM {HEADS.name}")[0][0])  # noqa: S608 (our own names)


def own_streams(session: Session, subject: UUID, *, until: int) -> list[OwnRow]:
    """Return the streams that had a fact about ``subject`` up to the position, as they came."""
    found = session.execute(
        f"{_OWN} WHERE subject = ? AND position <= ? ORDER BY number", (str(subject), until)
    )
    return [OwnRow._make(row) for row in found]


def bucket_at(session: Session, number: int, position: int, head_at: HeadAt) -> list[Head]:
    """Return the leaves that a bucket had at ``position``; what came later is taken back.

    Few rows of a bucket change in a day: those alone are asked for in the facts.
    """
    found: list[Head] = []
    for row in bucket_rows(session, number):
        head = (
            head_of(row) if row.position <= position else _former(session, row, position, head_at)
        )
        if head is not None:
            found.append(head)
    return found


def tree_at(session: Session, position: int, head_at: HeadAt) -> HeadsTree:
    """Return the tree as it was at ``position``, from all rows: slow, where nothing was kept."""
    tree = HeadsTree()
    for number in range(BUCKETS):
        heads = bucket_at(session, number, position, head_at)
        if heads:
            tree.replace(number, bucket_hash(heads))
    return tree


def _former(session: Session, row: HeadRow, position: int, head_at: HeadAt) -> Head | None:
    if row.kind == PERSON:
        streams = own_streams(session, UUID(row.name), until=position)
        digest = chain((UUID(own.stream), own.blind) for own in streams)
        return Head(row.blind, len(streams), digest) if streams else None
    found = head_at(UUID(row.name), position)
    return None if found is None else Head(row.blind, *found)
