"""A facility treats whom it took by a referral or called by an appointment, and for how long."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.facts import Act
from ledger.personal import Purpose
from ledger.records.appointment import facts as appointments
from ledger.records.appointment.facts import (
    AppointmentCancelled,
    AppointmentConsumed,
    AppointmentIssued,
    AppointmentRescheduled,
)
from ledger.records.book_access import Basis, Ground
from ledger.records.erasure import facts as erasures
from ledger.records.erasure.facts import DestroyedKey, SubjectErased
from ledger.records.referral import facts as referrals
from ledger.records.referral.facts import (
    ReferralAccepted,
    ReferralAdmittedUnverified,
    ReferralClosed,
)
from projections import care_papers
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.health_people import FACILITY, NOW, OTHER, OTHER_FACILITY, PATIENT
from tests_support.memory_facts import MemoryFacts
from verify_api.desk.care import AFTERWARDS, LONGEST, AllCare, CareByPapers

PAPER, OTHER_PAPER = UUID(int=0x9A), UUID(int=0x9B)
TAKEN = ReferralAccepted(FACILITY, NOW, None)
CALLED = AppointmentIssued(PAPER, FACILITY, None, NOW.date())
SECOND = timedelta(seconds=1)


class Ward:
    """Papers in a ledger in memory, and the view on them."""

    def __init__(self, url: str) -> None:
        topics = {**referrals.TOPICS, **appointments.TOPICS, **erasures.TOPICS}
        self.facts = MemoryFacts(topics)
        self.store = ViewStore(open_views(url), (care_papers.VIEW,))
        self.store.prepare()
        self.projector = Projector(self.facts, self.store)
        self.care = CareByPapers(self.store.database)

    def happen(
        self, fact: object, *, stream: UUID = PAPER, at: datetime = NOW, subject: UUID = PATIENT
    ) -> None:
        """Let a fact be recorded."""
        act = Act(at, "his-1", "facility_system", FACILITY)
        self.facts.append(act, self.facts.history(stream).then(fact, subject=subject))
        self.projector.catch_up()

    def treats(self, at: datetime = NOW, facility: str = FACILITY) -> list[Basis]:
        """Return by which papers a facility treats the patient."""
        return [ground.basis for ground in self.care((OTHER, PATIENT), facility, at=at)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def ward(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ward]:
    url = f"sqlite:///{tmp_path}/views.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Ward(url)
    with closing(made.store.database):
        yield made


def test_who_accepted_a_referral_treats_until_some_time_after_the_episode(ward: Ward) -> None:
    assert ward.treats() == []
    ward.happen(TAKEN)
    assert ward.treats() == [Basis.REFERRAL]
    assert ward.treats(facility=OTHER_FACILITY) == []
    assert ward.treats(NOW - SECOND) == []
    ward.happen(ReferralClosed(FACILITY, NOW), at=NOW + timedelta(days=10))
    last = NOW + timedelta(days=10) + AFTERWARDS
    assert ward.treats(last - SECOND) == [Basis.REFERRAL]
    assert ward.treats(last) == []


def test_an_episode_that_nobody_closes_ends_with_the_longest_life_of_a_paper(ward: Ward) -> None:
    ward.happen(TAKEN)
    assert ward.treats(NOW + LONGEST - SECOND) == [Basis.REFERRAL]
    assert ward.treats(NOW + LONGEST) == []


def test_a_paper_of_one_year_serves_one_episode_after_another(ward: Ward) -> None:
    ward.happen(TAKEN)
    ward.happen(ReferralClosed(FACILITY, NOW))
    later = NOW + timedelta(days=200)
    assert ward.treats(later) == []
    ward.happen(TAKEN, at=later)
    assert ward.treats(later) == [Basis.REFERRAL]


def test_who_admitted_while_the_service_was_down_treats(ward: Ward) -> None:
    ward.happen(ReferralAdmittedUnverified(FACILITY, NOW, None, "12", NOW))
    assert ward.treats() == [Basis.REFERRAL]


def test_who_gave_an_appointment_treats_until_it_was_used(ward: Ward) -> None:
    ward.happen(CALLED)
    assert ward.treats() == [Basis.APPOINTMENT]
    used = AppointmentConsumed(FACILITY, NOW, None, early=False)
    ward.happen(used, at=NOW + timedelta(days=5))
    assert ward.treats(NOW + timedelta(days=5) + AFTERWARDS) == []
    assert ward.treats(NOW + timedelta(days=5)) == [Basis.APPOINTMENT]


def test_who_saw_the_patient_by_anothers_appointment_treats_too(ward: Ward) -> None:
    ward.happen(CALLED)
    ward.happen(AppointmentConsumed(OTHER_FACILITY, NOW, None, early=True))
    assert ward.treats(facility=OTHER_FACILITY) == [Basis.APPOINTMENT]


@pytest.mark.parametrize(
    "ending", [AppointmentCancelled(NOW, "mẫu"), AppointmentRescheduled(OTHER_PAPER, NOW)]
)
def test_nobody_treats_by_an_appointment_that_was_taken_back(ward: Ward, ending: object) -> None:
    ward.happen(TAKEN, stream=OTHER_PAPER)
    ward.happen(CALLED)
    ward.happen(ending)
    assert ward.treats() == [Basis.REFERRAL]


def test_the_view_built_anew_is_the_same_and_goes_with_the_person(ward: Ward) -> None:
    ward.happen(TAKEN)
    ward.happen(CALLED, stream=OTHER_PAPER)
    ward.happen(TAKEN, stream=UUID(int=0x9C), subject=OTHER)

    def rows() -> list[object]:
        number = ward.store.in_force("care_papers").number
        with ward.store.database.reading() as session:
            return [tuple(row) for row in ward.store.rows(session, care_papers.VIEW, number)]

    before = rows()
    ward.projector.rebuild("care_papers", batch=1)
    assert rows() == before
    key = DestroyedKey(Purpose.HEALTH, bytes(16), bytes(32))
    erased = SubjectErased(UUID(int=9), (key,), "mẫu", ("a", "b"), 1, 2, "m", None, "software")
    ward.happen(erased, stream=UUID(int=0x9D))
    assert str(PATIENT) not in str(rows())
    assert str(OTHER) in str(rows())


def visits(subjects: Iterable[UUID], facility: str, *, at: datetime) -> list[Ground]:
    del subjects, facility, at
    return [Ground(Basis.VISIT, frozenset(), PAPER)]


def test_all_sources_are_asked(ward: Ward) -> None:
    ward.happen(TAKEN)
    both = AllCare((ward.care, visits))
    assert [one.basis for one in both(iter([PATIENT]), FACILITY, at=NOW)] == [
        Basis.REFERRAL, Basis.VISIT,
    ]  # fmt: skip
