import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

from ledger.facts import Act
from ledger.records import portal
from ledger.records.portal import Answer
from projections.errors import ViewsUnavailableError
from projections.portal_notices import PENDING, NoticeRow
from projections.view_store import Session
from tests_support.memory_facts import MemoryFacts
from verify_api.portal_worker import PortalWorker

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
REQUEST = "00000000-0000-0000-0000-000000000001"


def row(position: int, authority: str) -> NoticeRow:
    code, at = "H26-261124-0001", 0
    return NoticeRow(
        position, REQUEST, authority, "01", code, "status", 2, at, None, PENDING, 0, None, None
    )


class Views:
    """Answers every question with the rows of the authority that is asked for."""

    def __init__(self, *rows: NoticeRow, outages: int = 0) -> None:
        self.rows = rows
        self.outages = outages

    def execute(self, _sql: str, values: tuple[Any, ...]) -> list[NoticeRow]:
        return [one for one in self.rows if one.authority == values[0]]

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        if self.outages:
            self.outages -= 1
            raise ViewsUnavailableError("away")
        yield self

    def reading(self) -> AbstractContextManager[Session]:
        return self._reading()

    transaction = alone = reading

    def close(self) -> None:
        """Nothing is open."""


class Ear:
    """A province that takes everything, once ``let`` lets it."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.let = threading.Event()
        self.told = threading.Event()

    def send(self, notice: dict[str, object], at: datetime) -> Answer:
        del at
        assert self.let.wait(5)
        self.heard.append(notice["viTri"])
        self.told.set()
        return Answer.ACCEPTED


def worker_for(views: Views, **ears: Ear) -> PortalWorker:
    act = Act(AT, "worker", "system")
    facts = MemoryFacts(portal.TOPICS)
    return PortalWorker(facts, views, ears, lambda: act, idle_seconds=0.005)


@contextmanager
def at_work(worker: PortalWorker, **options: Any) -> Iterator[None]:
    thread = threading.Thread(target=worker.run, kwargs=options)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


def test_a_slow_province_holds_back_no_other() -> None:
    slow, quick = Ear(), Ear()
    quick.let.set()
    views = Views(row(3, "CA01"), row(4, "CA46"))
    with at_work(worker_for(views, CA01=slow, CA46=quick)):
        assert quick.told.wait(5)
        assert slow.heard == []
        slow.let.set()
        assert slow.told.wait(5)


def test_a_database_that_is_away_is_told_of_and_waited_for() -> None:
    ear, troubles = Ear(), []
    ear.let.set()
    views = Views(row(3, "CA01"), outages=2)

    def tell(authority: str, error: Exception) -> None:
        troubles.append((authority, type(error)))

    with at_work(worker_for(views, CA01=ear), on_trouble=tell):
        assert ear.told.wait(5)
    assert troubles == [("CA01", ViewsUnavailableError)] * 2


class Odd(Ear):
    """A province whose answers nobody has thought of, at first."""

    @override
    def send(self, notice: dict[str, object], at: datetime) -> Answer:
        if not self.heard:
            self.heard.append("odd")
            raise ZeroDivisionError
        return super().send(notice, at)


def test_what_nobody_has_thought_of_ends_no_delivering() -> None:
    ear, troubles = Odd(), []
    ear.let.set()

    def tell(authority: str, error: Exception) -> None:
        troubles.append((authority, type(error)))

    with at_work(worker_for(Views(row(3, "CA01")), CA01=ear), on_trouble=tell):
        assert ear.told.wait(5)
    assert troubles == [("CA01", ZeroDivisionError)]
    assert ear.heard == ["odd", 3]


def test_nobody_has_to_be_told() -> None:
    ear = Ear()
    ear.let.set()
    with at_work(worker_for(Views(row(3, "CA01"), outages=1), CA01=ear)):
        assert ear.told.wait(5)
    assert ear.heard == [3]
