"""The desks' view of referrals and appointments, on both databases; rebuilt, it is the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.commands import appointments, referrals
from ledger.commands.appointment_moves import Move, reschedule
from ledger.facts import Act, Change
from ledger.personal import Purpose
from ledger.records.erasure.facts import SubjectErased
from ledger.records.referral.facts import RejectReason
from projections.paper_desk import PAPERS, VIEW, PaperRow
from projections.paper_queries import papers_of_facility, papers_of_holder
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.golden_facts import sample_of
from tests_support.memory_facts import MemoryFacts
from tests_support.paper_town import (
    CENTRAL,
    DISTRICT,
    PATIENT,
    PROVINCIAL,
    SALT,
    PaperTown,
    trusted,
)


class Desk:
    """A town of papers and the view of it."""

    def __init__(self, url: str) -> None:
        self.town = PaperTown()
        assert isinstance(self.town.facts, MemoryFacts)
        self.store = ViewStore(open_views(url), (VIEW,))
        self.store.prepare()
        self.projector = Projector(self.town.facts, self.store)

    def rows(self, facility: str, role: str, kind: str = "referral") -> tuple[PaperRow, ...]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return papers_of_facility(session, facility=facility, kind=kind, role=role)

    def row(self, certificate: UUID) -> PaperRow:
        self.projector.catch_up()
        names = ", ".join(PAPERS.names)
        with self.store.database.reading() as session:
            found = session.execute(
                f"SELECT {names} FROM paper_desk WHERE certificate = ?",  # noqa: S608
                (str(certificate),),
            )
        return PaperRow._make(found[0])

    def held(self, subject: UUID) -> list[str]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return [row.certificate for _, row in papers_of_holder(session, subject)]


@pytest.fixture
def desk(views_url: str) -> Iterator[Desk]:
    opened = Desk(views_url)
    yield opened
    opened.store.database.close()


def test_a_referral_is_seen_from_both_sides_as_it_goes_on(desk: Desk) -> None:
    town = desk.town
    referral = town.referral(to_facilities=[CENTRAL, PROVINCIAL])
    (mine,), (theirs,) = desk.rows(DISTRICT, "from"), desk.rows(PROVINCIAL, "to")
    assert mine == theirs
    assert (mine.stage, mine.number, mine.addressed_to) == (
        "available", "1/CT", f"{CENTRAL} {PROVINCIAL}",
    )  # fmt: skip
    assert desk.rows(DISTRICT, "to") == desk.rows(CENTRAL, "from") == ()
    assert desk.rows(CENTRAL, "to", "appointment") == ()
    steps: list[tuple[Callable[[], object], str]] = [
        (lambda: referrals.present(town.facts, certificate=referral, act=town.act(CENTRAL)),
         "presented"),
        (lambda: referrals.reject(town.facts, certificate=referral, act=town.act(CENTRAL),
                                  reason=RejectReason.OTHER), "available"),
        (lambda: town.accept(referral, PROVINCIAL), "in-use"),
    ]  # fmt: skip
    for step, stage in steps:
        step()
        assert desk.row(referral).stage == stage
    assert desk.row(referral).used_by == PROVINCIAL
    town.close(referral, PROVINCIAL)
    row = desk.row(referral)
    assert (row.stage, row.episodes, row.used_by) == ("closed", 1, None)


def test_a_paper_of_one_year_is_available_again_and_flags_are_counted(desk: Desk) -> None:
    town = desk.town
    referral = town.referral(one_year=True, main_disease="E11.9")
    town.accept(referral)
    town.close(referral)
    referrals.admit_unverified(
        town.facts, certificate=referral, admitted_at=town.at, offline_number="7",
        act=town.act(CENTRAL),
    )  # fmt: skip
    row = desk.row(referral)
    assert (row.stage, row.episodes, row.conflicts, row.reusable) == ("available", 1, 1, 1)


def test_an_appointments_ways_are_shown(desk: Desk) -> None:
    town = desk.town
    used, moved, missed, cancelled = (town.appointment() for _ in range(4))
    town.consume(used, abnormal_signs=True)
    day = f"{town.at + timedelta(days=40):%Y%m%d}0900"
    move = Move(moved, town.new_id(), day, "Bận", SALT)
    reschedule(town.facts, move, act=town.act())
    appointments.issue(
        town.desk, certificate=move.certificate, key=trusted(DISTRICT),
        act=town.act(actor="signer"),
    )  # fmt: skip
    appointments.cancel(town.facts, certificate=cancelled, reason="Nhầm", act=town.act())
    town.later(days=29)
    appointments.miss(town.facts, certificate=missed, act=town.act())
    stages = [desk.row(one).stage for one in (used, moved, missed, cancelled, move.certificate)]
    assert stages == ["consumed", "rescheduled", "missed", "cancelled", "available"]


def test_a_holder_has_the_newest_first_and_nothing_once_forgotten(desk: Desk) -> None:
    town = desk.town
    mine = [str(town.referral()), str(town.appointment())]
    somebody_elses = town.referral(subject=UUID(int=0xBAD))
    assert desk.held(PATIENT) == mine[::-1]
    erased = sample_of(SubjectErased)
    keys = tuple(_key(purpose) for purpose in (Purpose.IDENTITY, Purpose.HEALTH))
    object.__setattr__(erased, "keys", keys)
    town.facts.append(
        Act(town.at, "dpo", "dpo"), Change(UUID(int=0xE), 0, (erased,), subject=PATIENT)
    )
    assert desk.held(PATIENT) == []
    assert [row.certificate for row in desk.rows(CENTRAL, "to")] == [str(somebody_elses)]


def _key(purpose: Purpose) -> object:
    key = sample_of(type(sample_of(SubjectErased).keys[0]))
    object.__setattr__(key, "purpose", purpose)
    return key


def test_it_is_the_same_when_it_is_built_anew(desk: Desk) -> None:
    town = desk.town
    for number in range(4):
        referral = town.referral()
        if number % 2:
            town.accept(referral)
        desk.projector.catch_up(batch=number + 1)
    desk.projector.catch_up()
    before = desk.store.digest(VIEW, desk.store.in_force(VIEW.name).number)
    rebuilt = desk.projector.rebuild(VIEW.name, batch=7)
    assert desk.store.digest(VIEW, rebuilt.number) == before
