"""The worker notes once a day which asks nobody answered in time; nothing else is needed for it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ledger.commands import appointment_asks
from shell.worker import Worker
from tests_support.asking_house import AskingHouse, open_asking_house


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[AskingHouse]:
    with open_asking_house(tmp_path) as opened:
        yield opened


def stage(asking: AskingHouse, ask: str) -> str:
    facts = asking.citizen.books.house.system.facts
    return appointment_asks.load(facts, UUID(ask)).state.stage.value


def test_what_nobody_answered_in_time_is_noted_on_the_next_day(asking: AskingHouse) -> None:
    worker = Worker(asking.citizen.books.house.system)
    short = asking.ask(first=asking.day(1), last=asking.day(1))
    long, about = asking.ask(), asking.ask("give_up")
    worker.round()
    asking.later(days=1)
    worker.round()
    assert [stage(asking, one) for one in (short, long, about)] == ["open"] * 3
    asking.later(days=1)
    worker.round()
    assert [stage(asking, one) for one in (short, long, about)] == ["lapsed", "open", "open"]
    asking.later(days=20)
    worker.round()
    assert [stage(asking, one) for one in (short, long, about)] == ["lapsed"] * 3
    asking.catch_up()
    assert {one["stage"] for one in asking.me().get("/v1/my/appointment-requests").get_json()[
        "asks"]} == {"lapsed"}  # fmt: skip


def test_a_row_that_no_fact_stands_behind_holds_back_no_other(asking: AskingHouse) -> None:
    system = asking.citizen.books.house.system
    worker = Worker(system)
    with system.views.database.transaction() as session:
        names = "subject, number, ask, facility, kind, stage, waits, made_at, changed_at"
        session.execute(
            f"INSERT INTO appointment_asks_g1 ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own words)
            (str(UUID(int=1)), 1, str(UUID(int=2)), "79A02", "new", "open", 1, 1, 1),
        )
    ask = asking.ask(first=asking.day(1), last=asking.day(1))
    asking.later(days=2)
    worker.round()
    assert stage(asking, ask) == "lapsed"
    assert worker.state.troubles["ask"] == 1
