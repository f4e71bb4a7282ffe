"""The view of asks on both databases: what waits where, who asked what, nothing once forgotten."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from ledger.facts import Act, Change
from ledger.personal import Purpose
from ledger.records.erasure.facts import SubjectErased
from projections.appointment_asks import VIEW, AskRow
from projections.ask_queries import (
    FIRST,
    Place,
    asks_of,
    place_of,
    waiting_anywhere,
    waiting_at,
)
from projections.projector import Projector
from projections.view import AnyRow
from projections.view_database import open_views
from projections.view_store import Session, ViewStore
from tests_support.asked_town import AskedTown
from tests_support.golden_facts import sample_of
from tests_support.memory_facts import MemoryFacts
from tests_support.paper_town import CENTRAL, DISTRICT, PATIENT

OTHER = UUID(int=0xA5)


class Desk:
    """A town in which somebody asks, and the view of it."""

    def __init__(self, url: str) -> None:
        self.asked = AskedTown()
        self.asked.know(OTHER)
        assert isinstance(self.asked.town.facts, MemoryFacts)
        self.store = ViewStore(open_views(url), (VIEW,))
        self.store.prepare()
        self.projector = Projector(self.asked.town.facts, self.store)

    def later(self) -> None:
        self.asked.town.later(minutes=1)

    def waiting(self, facility: str = DISTRICT) -> list[UUID]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return [UUID(row.ask) for row in waiting_at(session, facility)]

    def of(self, subject: UUID = PATIENT) -> tuple[AskRow, ...]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return asks_of(session, subject)

    def stages(self, subject: UUID = PATIENT) -> list[tuple[str, str, int]]:
        return [(row.kind, row.stage, row.waits) for row in self.of(subject)]

    def erase(self, subject: UUID, purpose: Purpose) -> None:
        erased = sample_of(SubjectErased)
        key = sample_of(type(erased.keys[0]))
        object.__setattr__(key, "purpose", purpose)
        object.__setattr__(erased, "keys", (key,))
        stream = UUID(int=0xE00 + len(self.asked.town.facts.read(after=0, limit=10_000)))
        self.asked.town.facts.append(
            Act(self.asked.town.at, "dpo", "dpo"), Change(stream, 0, (erased,), subject=subject)
        )


@pytest.fixture
def desk(views_url: str) -> Iterator[Desk]:
    opened = Desk(views_url)
    yield opened
    opened.store.database.close()


def test_what_waits_stands_at_who_was_asked_in_the_order_of_asking(desk: Desk) -> None:
    first = desk.asked.new()
    desk.later()
    second = desk.asked.move(desk.asked.town.appointment())
    desk.later()
    elsewhere = desk.asked.new(CENTRAL)
    assert desk.waiting() == [first, second]
    assert desk.waiting(CENTRAL) == [elsewhere]
    desk.asked.decline(first)
    assert desk.waiting() == [second]


def test_each_end_is_told_and_waits_no_more(desk: Desk) -> None:
    asked, town = desk.asked, desk.asked.town
    declined, lapsed = asked.new(), asked.new(wish=asked.wish(1, 1))
    withdrawn, moved = asked.move(town.appointment()), asked.move(town.appointment())
    given_up, drafted = asked.give_up(town.appointment()), asked.new()
    asked.decline(declined)
    asked.withdraw(withdrawn)
    asked.sign(asked.draft_move(moved))
    asked.grant_giving_up(given_up)
    asked.draft_new(drafted)
    town.later(days=2)
    asked.lapse(lapsed)
    assert desk.stages() == [
        ("new", "taken_up", 1), ("give_up", "granted", 0), ("move", "granted", 0),
        ("move", "withdrawn", 0), ("new", "lapsed", 0), ("new", "declined", 0),
    ]  # fmt: skip
    assert desk.waiting() == [drafted]


def test_a_row_says_who_which_paper_and_when_and_nothing_that_is_sealed(desk: Desk) -> None:
    paper = desk.asked.town.appointment()
    ask = desk.asked.move(paper, wish=desk.asked.wish(reason="Đi công tác"))
    (row,) = desk.of()
    assert (row.ask, row.appointment, row.facility) == (str(ask), str(paper), DISTRICT)
    wish = desk.asked.wish()
    for sealed in ("Đi công tác", wish.first.isoformat(), wish.last.isoformat()):
        assert sealed not in str(row)


def test_one_person_never_sees_anothers_asks(desk: Desk) -> None:
    mine, theirs = desk.asked.new(), desk.asked.new(subject=OTHER)
    assert [row.ask for row in desk.of()] == [str(mine)]
    assert [row.ask for row in desk.of(OTHER)] == [str(theirs)]
    assert desk.of(UUID(int=1)) == ()


def test_who_is_forgotten_leaves_nothing_and_what_follows_stops_nothing(desk: Desk) -> None:
    mine, theirs = desk.asked.new(), desk.asked.new(subject=OTHER)
    desk.erase(PATIENT, Purpose.CONTACT)
    assert len(desk.of()) == 1
    desk.erase(PATIENT, Purpose.HEALTH)
    assert (desk.of(), desk.waiting()) == ((), [theirs])
    desk.asked.withdraw(mine)
    desk.erase(PATIENT, Purpose.HEALTH)
    assert desk.waiting() == [theirs]


def test_pages_follow_one_another_without_a_gap(desk: Desk) -> None:
    for number in range(7):
        desk.asked.new(DISTRICT if number % 2 else CENTRAL)
        if number % 3:
            desk.later()
    desk.projector.catch_up()
    seen: list[str] = []
    after = FIRST
    with desk.store.database.reading() as session:
        whole = waiting_anywhere(session)
        while page := waiting_anywhere(session, after=after, limit=2):
            seen += [row.ask for row in page]
            after = place_of(page[-1])
        first = waiting_at(session, CENTRAL, limit=2)
        rest = waiting_at(session, CENTRAL, after=place_of(first[-1]))
        older = asks_of(session, PATIENT, before=whole[-1].number)
    assert seen == [row.ask for row in whole]
    assert len(seen) == 7
    assert [row.facility for row in (*first, *rest)] == [CENTRAL] * 4
    assert [row.number for row in older] == [6, 5, 4, 3, 2, 1]


def test_built_anew_the_view_is_the_same_byte_for_byte(desk: Desk) -> None:
    for number in range(6):
        ask = desk.asked.new(subject=(PATIENT, OTHER)[number % 2])
        if number % 3 == 0:
            desk.asked.decline(ask)
        desk.projector.catch_up(batch=number + 1)
    desk.erase(OTHER, Purpose.HEALTH)
    desk.projector.catch_up()
    before = desk.store.digest(VIEW, desk.store.in_force(VIEW.name).number)
    rebuilt = desk.projector.rebuild(VIEW.name, batch=4)
    assert desk.store.digest(VIEW, rebuilt.number) == before


class Explained:
    """A session that tells how a question would be answered, and answers nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plans: list[str] = []

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        rows = self._session.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        self.plans.append("; ".join(str(row[-1]) for row in rows))
        return []


def test_each_question_is_read_in_its_order_wherever_it_lies(tmp_path: Path) -> None:
    made = Desk(f"sqlite:///{tmp_path / 'views.db'}")
    with made.store.database.reading() as session:
        explained = Explained(session)
        behind = Place(5, str(PATIENT))
        waiting_at(explained, DISTRICT, after=behind)  # type: ignore[arg-type]  # asks only
        waiting_anywhere(explained, after=behind)  # type: ignore[arg-type]
        asks_of(explained, PATIENT, before=5)  # type: ignore[arg-type]
    made.store.database.close()
    assert len(explained.plans) == 3
    for plan in explained.plans:
        assert "SEARCH" in plan
        assert "TEMP B-TREE" not in plan
        assert "SCAN" not in plan
