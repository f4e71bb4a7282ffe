"""Concurrent appends in one transaction, concurrent loads in one query."""

from collections.abc import Callable, Sequence
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.store.gathering import Gathering
from ledger.store.rows import Answer, Batch, Row, StreamPoint

MOST_BYTES = 4 << 20
"""A gathered transaction stays well below the size at which it would be cut into statements."""
MOST_STREAMS = 256


def merged(batches: Sequence[Batch]) -> Batch:
    """Return one batch with everything that ``batches`` hold, in their order."""
    rows: list[Row] = []
    after: list[StreamPoint] = []
    absent: list[StreamPoint] = []
    answers: list[Answer] = []
    for batch in batches:
        answers += [answer._replace(first=len(rows) + answer.first) for answer in batch.answers]
        rows += batch.rows
        after += batch.after
        absent += batch.absent
    return Batch(rows, after, absent, answers)


def gathered_appends(append: Callable[[Batch], int]) -> Callable[[Batch], int]:
    """Return ``append`` for many threads: durable on return, the first position of the batch.

    If a gathered transaction conflicts, each of its batches is stored by itself, so that only the
    one that conflicts is refused.
    """

    def together(batches: Sequence[Batch]) -> list[int | Exception]:
        if len(batches) > 1:
            try:
                first = append(merged(batches))
            except IntegrityError:
                pass
            else:
                return _firsts(batches, first)
        return [_alone(append, batch) for batch in batches]

    return Gathering(together, weight=_weight, most=MOST_BYTES).ask


def _firsts(batches: Sequence[Batch], first: int) -> list[int | Exception]:
    firsts: list[int | Exception] = []
    for batch in batches:
        firsts.append(first)
        first += len(batch.rows)
    return firsts


def _alone(append: Callable[[Batch], int], batch: Batch) -> int | Exception:
    try:
        return append(batch)
    except Exception as error:  # noqa: BLE001 (each thread gets its own append's error)
        return error


def _weight(batch: Batch) -> int:
    # A batch that only looks at a stream must see it before its neighbours write: alone.
    return MOST_BYTES if batch.absent else batch.bytes_estimate


def gathered_loads(
    load: Callable[[UUID], list[Row]],
    load_many: Callable[[Sequence[UUID]], dict[UUID, list[Row]]],
) -> Callable[[UUID], list[Row]]:
    """Return ``load`` for many threads; each sees all that was stored before it."""

    def together(stream_ids: Sequence[UUID]) -> list[list[Row] | Exception]:
        if len(stream_ids) == 1:
            # The plainer question, which a server answers in the order of an index.
            return [load(stream_ids[0])]
        streams = load_many(list(set(stream_ids)))
        return [streams.get(stream_id, []) for stream_id in stream_ids]

    return Gathering(together, weight=lambda _: 1, most=MOST_STREAMS).ask
