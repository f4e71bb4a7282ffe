import random
import threading
from typing import Any

import pytest
from typing_extensions import override

from projections.errors import LaggingError, StalledError, UnknownViewError
from projections.projector import Progress
from tests_support.memory_facts import MemoryFacts

House = Any


def test_catching_up_folds_facts_into_rows(house: House, lit: Any, broken: Any) -> None:
    house.say(lit("hall", 40), lit("hall", 60), lit("attic", 25), lit("hall", 60))
    house.say(broken("attic"))
    assert house.projector.catch_up() == 5
    assert house.lamps() == [("hall", 60, 3, "often")]


def test_a_row_removed_and_made_again_in_one_batch_starts_anew(
    house: House, lit: Any, broken: Any
) -> None:
    house.say(lit("hall", 40))
    house.projector.catch_up()
    house.say(lit("hall", 41), broken("hall"), lit("hall", 42), broken("nowhere"))
    house.projector.catch_up()
    assert house.lamps() == [("hall", 42, 1, None)]


def test_a_rebuild_gives_the_same_bytes_as_catching_up_in_any_batches(
    house: House, lit: Any, broken: Any
) -> None:
    dice = random.Random(20261124)
    for _ in range(60):
        room = dice.choice("abcdefg")
        house.say(*([lit(room, dice.randrange(9))] * dice.randrange(1, 4)))
        if dice.random() < 0.2:
            house.say(broken(dice.choice("abcdefg")))
        if dice.random() < 0.3:
            house.projector.catch_up(batch=dice.randrange(1, 9))
    house.projector.catch_up()
    view = house.store.views["lamps"]
    before = house.store.in_force("lamps")
    digest = house.store.digest(view, before.number)
    after = house.projector.rebuild("lamps", batch=7)
    assert after.number == before.number + 1
    assert after.in_force
    assert house.store.digest(view, after.number) == digest
    assert [g.number for g in house.store.generations()] == [after.number]


def test_a_rebuild_tells_its_progress(house: House, lit: Any) -> None:
    house.say(*[lit("hall", watts) for watts in range(10)])
    seen: list[Progress] = []
    house.projector.rebuild("lamps", report=seen.append, batch=4)
    assert [(p.position, p.head) for p in seen] == [(4, 10), (8, 10), (10, 10)]
    assert seen[0].rate > 0
    assert seen[-1].eta_seconds == 0


def test_progress_at_the_first_instant_claims_no_rate() -> None:
    nothing = Progress("lamps", 0, 10, 0.0)
    assert (nothing.rate, nothing.eta_seconds) == (0, 0)


def test_an_abandoned_rebuild_is_cleared_by_the_next(house: House, lit: Any) -> None:
    house.say(lit("hall", 40))
    house.store.start(house.store.views["lamps"])
    rebuilt = house.projector.rebuild("lamps")
    assert house.store.generations() == [rebuilt]
    assert house.lamps() == [("hall", 40, 1, None)]


def test_an_unknown_view_is_not_rebuilt(house: House) -> None:
    with pytest.raises(UnknownViewError):
        house.projector.rebuild("cellar")


def test_a_view_that_cannot_take_in_a_fact_stands_before_it_and_the_others_move_on(
    nervous_house: House, lit: Any, thunder: Any
) -> None:
    nervous_house.say(lit("hall", 40))
    nervous_house.projector.catch_up()
    nervous_house.say(thunder(), lit("hall", 41))
    with pytest.raises(StalledError) as caught:
        nervous_house.projector.catch_up()
    assert (caught.value.view, caught.value.position) == ("nervous", 2)
    assert nervous_house.store.in_force("lamps").position == 3
    assert nervous_house.store.in_force("nervous").position == 1


def test_a_stalled_rebuild_leaves_the_old_rows_in_force(nervous_house: House, thunder: Any) -> None:
    nervous_house.say(thunder())
    with pytest.raises(StalledError):
        nervous_house.projector.rebuild("nervous")
    assert nervous_house.store.in_force("nervous").number == 1


def test_waiting_for_a_position_that_nobody_reaches_says_how_far_the_view_is(
    house: House, lit: Any
) -> None:
    position = house.say(lit("hall", 40))
    with pytest.raises(LaggingError, match="stands at 0, waited for 1"):
        house.projector.wait("lamps", position, seconds=0.01)


def test_a_running_worker_shows_a_writer_its_own_write(house: House, lit: Any) -> None:
    worker = threading.Thread(target=house.projector.run)
    worker.start()
    try:
        for watts in range(5):
            house.projector.wait("lamps", house.say(lit("hall", watts)))
            assert house.lamps()[0][1] == watts
    finally:
        house.projector.stop()
        worker.join()


def test_a_running_worker_reports_a_stall_and_goes_on(
    nervous_house: House, lit: Any, thunder: Any
) -> None:
    stalls: list[StalledError] = []
    told = threading.Event()

    def tell(error: StalledError) -> None:
        stalls.append(error)
        told.set()

    worker = threading.Thread(target=nervous_house.projector.run, kwargs={"on_trouble": tell})
    nervous_house.say(thunder())
    worker.start()
    try:
        assert told.wait(5)
        nervous_house.projector.wait("lamps", nervous_house.say(lit("hall", 1)), seconds=5)
    finally:
        nervous_house.projector.stop()
        worker.join()
    assert stalls[0].view == "nervous"


class Odd(MemoryFacts):
    """A ledger that fails as nobody has thought of."""

    @override
    def head(self) -> int:
        raise ZeroDivisionError


def test_what_nobody_has_thought_of_ends_no_worker(house: House, lit: Any) -> None:
    told = threading.Event()
    troubles: list[Exception] = []
    facts = house.projector.facts

    def tell(error: Exception) -> None:
        troubles.append(error)
        house.projector.facts = facts
        told.set()

    house.projector.facts = Odd(facts.topics, facts.recorded)
    worker = threading.Thread(target=house.projector.run, kwargs={"on_trouble": tell})
    worker.start()
    try:
        assert told.wait(5)
        house.projector.wait("lamps", house.say(lit("hall", 1)), seconds=5)
    finally:
        house.projector.stop()
        worker.join()
    assert {type(one) for one in troubles} == {ZeroDivisionError}


def test_two_workers_never_take_in_a_fact_twice(house: House, lit: Any) -> None:
    workers = [threading.Thread(target=house.projector.run) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        said = [house.say(lit("hall", 1), lit("attic", 1)) for _ in range(40)]
        house.projector.wait("lamps", said[-1], seconds=10)
    finally:
        house.projector.stop()
        for worker in workers:
            worker.join()
    assert house.lamps() == [("attic", 1, 40, "often"), ("hall", 1, 40, "often")]


def test_preparing_again_keeps_what_stands(house: House, lit: Any) -> None:
    house.say(lit("hall", 40))
    house.projector.catch_up()
    house.store.prepare()
    assert house.lamps() == [("hall", 40, 1, None)]


def test_a_failed_step_writes_neither_rows_nor_position(house: House) -> None:
    def fail() -> None:
        with house.store.database.transaction() as session:
            session.execute("UPDATE view_generations SET position = 9")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert house.store.in_force("lamps").position == 0
