"""Requests of many threads answered together."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from ledger.store.coalescing import MOST_BYTES, gathered_appends, gathered_loads, merged
from ledger.store.gathering import Gathering
from ledger.store.rows import Answer, Batch, Row, StreamPoint
from tests_support.toy_ledger import fresh_id


class Held:
    """Holds the first leader back until told, so that all others gather behind it."""

    def __init__(self, answer: Callable[[Sequence[int]], Sequence[int | Exception]]) -> None:
        self.calls: list[list[int]] = []
        self.may_go = Event()
        self._answer = answer

    def together(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        self.calls.append(list(asked))
        if len(self.calls) == 1:
            assert self.may_go.wait(10)
        return self._answer(asked)


def ask_behind(
    gathering: "Gathering[int, int]", held: Held, numbers: Sequence[int]
) -> list[object]:
    """Ask 0 first, then all ``numbers`` while it is answered; return what each was told."""
    told: dict[int, object] = {}

    def ask(number: int) -> None:
        try:
            told[number] = gathering.ask(number)
        except (ValueError, KeyboardInterrupt) as error:
            told[number] = error

    threads = [Thread(target=ask, args=(number,)) for number in (0, *numbers)]
    threads[0].start()
    while not held.calls:
        threads[0].join(0.001)
    for count, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(gathering._waiting) < count:
            thread.join(0.001)
    held.may_go.set()
    for thread in threads:
        thread.join(10)
    return [told[number] for number in (0, *numbers)]


def test_who_comes_while_another_is_answered_is_answered_together() -> None:
    held = Held(lambda asked: [10 * number for number in asked])
    gathering = Gathering(held.together, weight=lambda _: 1, most=100)
    assert ask_behind(gathering, held, [1, 2, 3]) == [0, 10, 20, 30]
    assert held.calls == [[0], [1, 2, 3]]
    assert gathering.ask(4) == 40


def test_no_more_is_gathered_than_fits() -> None:
    held = Held(lambda asked: [10 * number for number in asked])
    gathering = Gathering(held.together, weight=lambda number: number, most=5)
    assert ask_behind(gathering, held, [1, 2, 3, 9, 1]) == [0, 10, 20, 30, 90, 10]
    assert held.calls == [[0], [1, 2], [3], [9], [1]]


def test_each_is_told_its_own_error() -> None:
    def answer(asked: Sequence[int]) -> list[int | Exception]:
        return [ValueError(number) if number == 2 else number for number in asked]

    held = Held(answer)
    gathering = Gathering(held.together, weight=lambda _: 1, most=100)
    told = ask_behind(gathering, held, [1, 2, 3])
    assert isinstance(told[2], ValueError)
    assert [told[0], told[1], told[3]] == [0, 1, 3]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_when_all_fails_all_are_told_and_the_next_lead_on(error: type[BaseException]) -> None:
    def answer(asked: Sequence[int]) -> list[int | Exception]:
        if 1 in asked:
            raise error
        return list(asked)

    held = Held(answer)
    gathering = Gathering(held.together, weight=lambda number: number, most=3)
    told = ask_behind(gathering, held, [1, 2, 3])
    assert [type(one) for one in told] == [int, error, error, int]
    assert gathering.ask(7) == 7


def row(version: int = 1, size: int = 10) -> Row:
    return Row(0, fresh_id(), uuid4(), version, "toy.counted/1", b"s" * size, b"e" * 65)


def test_batches_are_merged_with_their_answers_at_the_right_place() -> None:
    one = Batch([row(), row()], after=[StreamPoint(uuid4(), 1)])
    other = Batch([row()], absent=[StreamPoint(uuid4(), 2)], answers=[Answer(b"k", b"d", 0, 1)])
    both = merged([one, other])
    assert both.rows == [*one.rows, *other.rows]
    assert (both.after, both.absent) == (one.after, other.absent)
    assert both.answers == [Answer(b"k", b"d", 2, 1)]


class HeldStore:
    """Stores batches; holds the first one back until told."""

    def __init__(self, refuse: Batch | None) -> None:
        self.stored: list[Sequence[Row]] = []
        self.started, self.may_go = Event(), Event()
        self._refuse = refuse

    def append(self, batch: Batch) -> int:
        if not self.started.is_set():
            self.started.set()
            assert self.may_go.wait(10)
        if self._refuse is not None and self._refuse.rows[0] in batch.rows:
            raise IntegrityError
        first = 1 + sum(len(rows) for rows in self.stored)
        self.stored.append(batch.rows)
        return first

    def position(self, wanted: Row) -> int:
        rows = [row for rows in self.stored for row in rows]
        return 1 + rows.index(wanted)


def appends(behind: Sequence[Batch], refuse: Batch | None = None) -> list[Sequence[Row]]:
    """Return what is stored in one transaction when ``behind`` gather behind a first one."""
    store = HeldStore(refuse)
    gathered = gathered_appends(store.append)
    gathering = gathered.__self__  # type: ignore[attr-defined]  # a bound method
    firsts: dict[int, int] = {}

    def ask(number: int, batch: Batch) -> None:
        with suppress(IntegrityError):
            firsts[number] = gathered(batch)

    threads = [Thread(target=ask, args=(0, Batch([row()])))]
    threads[0].start()
    assert store.started.wait(10)
    for number, batch in enumerate(behind, 1):
        threads.append(Thread(target=ask, args=(number, batch)))
        threads[-1].start()
        while len(gathering._waiting) < number:
            threads[-1].join(0.001)
    store.may_go.set()
    for thread in threads:
        thread.join(10)
    told = {n: first for n, first in firsts.items() if n}
    assert told == {
        n: store.position(batch.rows[0]) for n, batch in enumerate(behind, 1) if batch is not refuse
    }
    return store.stored


def test_gathered_appends_are_one_transaction() -> None:
    assert [len(rows) for rows in appends([Batch([row(), row()]), Batch([row()])])] == [1, 3]


def test_a_conflict_is_refused_alone() -> None:
    refused = Batch([row()])
    stored = appends([Batch([row()]), refused, Batch([row(), row()])], refuse=refused)
    assert [len(rows) for rows in stored] == [1, 1, 2]


def test_a_batch_that_only_looks_goes_alone() -> None:
    looks = Batch([row()], absent=[StreamPoint(uuid4(), 2)])
    assert [len(rows) for rows in appends([Batch([row()]), looks, Batch([row()])])] == [1, 1, 1, 1]


def test_large_batches_are_not_gathered() -> None:
    large = [Batch([row(size=MOST_BYTES // 2)]) for _ in range(3)]
    assert [len(rows) for rows in appends(large)] == [1, 1, 1, 1]


def test_an_append_that_fails_otherwise_fails_for_all() -> None:
    def append(_batch: Batch) -> int:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        gathered_appends(append)(Batch([row()]))


def test_loads_are_shared_and_empty_streams_are_empty() -> None:
    known, unknown = uuid4(), uuid4()
    streams = {known: [row()]}
    load = gathered_loads(
        lambda stream_id: streams.get(stream_id, []),
        lambda ids: {stream_id: streams[stream_id] for stream_id in ids if stream_id in streams},
    )
    assert len(load(known)) == 1
    assert load(unknown) == []
