"""Links, notices and tasks as views: equal however they are built, purged with the person."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.commands import emergencies, rights, sharing, visit_changes
from ledger.commands.access import record_access
from ledger.commands.sharing import PasscodeRefusedError
from ledger.errors import NotFoundError
from ledger.facts import Act
from ledger.personal import Purpose
from ledger.records.access import Channel, RecordKind
from ledger.records.emergency import EmergencyReason, Outcome, ReasonCode
from ledger.records.erasure.facts import DestroyedKey, SubjectErased
from ledger.records.rights import Right, RightsDetails
from projections import book_notices, health_tasks, reader_notices, shares
from projections.governing_queries import notices_of, notices_to, open_tasks, shares_of
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests.ledger.commands.test_sharing import SECRETS, open_link, share, terms
from tests_support.health_people import (
    CALENDAR,
    FACILITY,
    NOW,
    OTHER,
    PATIENT,
    HealthPeople,
    act,
    clinician,
    officer,
)

VIEWS = (shares.VIEW, book_notices.VIEW, reader_notices.VIEW, health_tasks.VIEW)
REASON = EmergencyReason(ReasonCode.UNCONSCIOUS, "bệnh nhân mẫu bất tỉnh")
EMERGENCY, REQUEST, VISIT = UUID(int=1), UUID(int=2), UUID(int=3)


class Town:
    """A ledger in memory and the views on it."""

    def __init__(self, url: str) -> None:
        self.people = HealthPeople()
        self.store = ViewStore(open_views(url), VIEWS)
        self.store.prepare()
        self.projector = Projector(self.people.facts, self.store)

    def live(self) -> UUID:
        """Let something of everything happen; return the link."""
        facts = self.people.facts
        emergencies.open_book(
            facts, subject=PATIENT, emergency_id=EMERGENCY, reason=REASON,
            lasting=timedelta(hours=1), calendar=CALENDAR, act=clinician(),
        )  # fmt: skip
        rights.open_request(
            facts, subject=PATIENT, request=REQUEST, right=Right.VIEW,
            details=RightsDetails("mẫu"), calendar=CALENDAR, act=act(),
        )  # fmt: skip
        stream = share(facts, passcode="hash of 4711", asks=terms(max_opens=2))
        with pytest.raises(PasscodeRefusedError):
            open_link(facts, passcode="1")
        open_link(facts, passcode="4711", minutes=1)
        rights.answer(facts, subject=PATIENT, request=REQUEST, words="a", act=officer())
        return stream

    def mistake(self, *readers: str) -> None:
        """Let a visit stand in the wrong book, be read by ``readers``, and be moved."""
        facts = self.people.facts
        self.people.visit(VISIT)
        for reader in readers:
            look = Act(NOW, reader, "clinician", FACILITY, legal_basis="care-visit")
            record_access(
                facts, subject=PATIENT, kind=RecordKind.HEALTH_BOOK, purpose="treatment",
                channel=Channel.API, act=look,
            )  # fmt: skip
        visit_changes.reassign(
            facts, stream=VISIT, to=OTHER, reason="nhầm người bệnh", act=clinician()
        )

    def erase(self, *purposes: Purpose) -> None:
        """Let the person's keys be destroyed."""
        keys = tuple(DestroyedKey(purpose, bytes(16), bytes(32)) for purpose in purposes)
        fact = SubjectErased(
            UUID(int=9), keys, "luật mẫu", ("a", "b"), 1, 2, "mẫu", None, "software"
        )
        stream = UUID(int=77)
        self.people.facts.append(
            officer(), self.people.facts.history(stream).then(fact, subject=PATIENT)
        )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path}/views.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    made = Town(url)
    with closing(made.store.database):
        yield made


def rows(town: Town) -> list[list[object]]:
    with town.store.database.reading() as session:
        return [
            list(row)
            for view in VIEWS
            for row in town.store.rows(session, view, town.store.in_force(view.name).number)
        ]


def test_a_link_is_listed_with_how_often_it_was_opened(town: Town) -> None:
    stream = town.live()
    town.projector.catch_up()
    with town.store.database.reading() as session:
        (one,) = shares_of(session, PATIENT)
        assert shares_of(session, PATIENT, before=1) == ()
    assert (one.share, one.opened, one.failures, one.ended) == (str(stream), 1, 1, 0)
    sharing.revoke(town.people.facts, subject=PATIENT, stream=stream, act=act())
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert shares_of(session, PATIENT)[0].ended == 1


def test_the_person_is_told_in_order_and_once(town: Town) -> None:
    town.live()
    town.projector.catch_up()
    with town.store.database.reading() as session:
        told = notices_of(session, PATIENT)
        assert [one.what for one in told] == [
            "emergency_opened", "share_passcode_failed", "share_opened", "rights_answered",
        ]  # fmt: skip
        assert told[0].organisation == FACILITY
        assert notices_of(session, PATIENT, after=told[-1].number) == ()
        assert [one.number for one in notices_of(session, PATIENT, after=2, limit=1)] == [3]


def test_both_persons_and_all_readers_are_told_of_a_visit_that_was_moved(town: Town) -> None:
    town.mistake("doctor-1", "doctor-2", "doctor-1")
    town.projector.catch_up()
    with town.store.database.reading() as session:
        (away,), (here,) = notices_of(session, PATIENT), notices_of(session, OTHER)
        assert (away.what, away.reference) == ("visit_moved_away", str(VISIT))
        assert (here.what, here.reference) == ("visit_moved_here", str(VISIT))
        (first,), (second,) = notices_to(session, "doctor-1"), notices_to(session, "doctor-2")
        assert (first.visit, first.person, first.organisation) == (
            str(VISIT), str(PATIENT), FACILITY,
        )  # fmt: skip
        assert second == first._replace(reader="doctor-2")
        assert notices_to(session, "doctor-1", after=first.number) == ()
        assert notices_to(session, "doctor-3") == ()


def test_nobody_is_told_of_a_visit_that_nobody_read(town: Town) -> None:
    town.mistake()
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert [one.what for one in notices_of(session, PATIENT)] == ["visit_moved_away"]
        assert notices_to(session, "doctor-1") == ()


def test_what_is_due_waits_until_it_is_done(town: Town) -> None:
    town.live()
    town.projector.catch_up()
    with town.store.database.reading() as session:
        waiting = open_tasks(session)
        assert [(one.kind, one.due) for one in waiting] == [
            ("review", "2026-12-02"), ("rights", "2026-12-07"),
        ]  # fmt: skip
        assert open_tasks(session, facility=FACILITY) == waiting[:1]
        assert open_tasks(session, facility="01B03") == ()
        assert open_tasks(session, overdue_on=date(2026, 12, 2)) == ()
        assert open_tasks(session, overdue_on=date(2026, 12, 3)) == waiting[:1]
        last = waiting[0]
        assert open_tasks(session, after=(last.due, last.task, last.kind)) == waiting[1:]
    emergencies.review(
        town.people.facts, subject=PATIENT, emergency_id=EMERGENCY, outcome=Outcome.JUSTIFIED,
        note="đã xem", act=officer(),
    )  # fmt: skip
    rights.extend(
        town.people.facts, subject=PATIENT, request=REQUEST, reason="a", calendar=CALENDAR,
        act=officer(),
    )  # fmt: skip
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert [one.due for one in open_tasks(session)] == ["2026-12-17"]
    rights.complete(town.people.facts, subject=PATIENT, request=REQUEST, words="a", act=officer())
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert open_tasks(session) == ()


def test_views_built_anew_are_the_same_byte_for_byte(town: Town) -> None:
    town.live()
    town.mistake("doctor-1", "doctor-2")
    town.projector.catch_up(batch=3)
    before = rows(town)
    assert before
    for view in VIEWS:
        town.projector.rebuild(view.name, batch=2)
    assert rows(town) == before


def test_no_row_holds_a_label_a_reason_or_a_name(town: Town) -> None:
    town.live()
    town.mistake("doctor-1")
    town.projector.catch_up()
    told = str(rows(town))
    for word in ("mẫu", "nhầm", "Bác sĩ", "4711", "bất tỉnh", "unconscious", SECRETS.address.hex()):
        assert word not in told


def test_links_and_notices_go_with_the_persons_health_data_and_not_with_other_data(
    town: Town,
) -> None:
    stream = town.live()
    town.erase(Purpose.CONTACT)
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert shares_of(session, PATIENT)
        assert notices_of(session, PATIENT)
    town.erase(Purpose.HEALTH)
    sharing.revoke(town.people.facts, subject=PATIENT, stream=stream, act=act())
    town.projector.catch_up()
    with town.store.database.reading() as session:
        assert shares_of(session, PATIENT) == ()
        assert notices_of(session, PATIENT) == ()
        assert session.execute("SELECT * FROM share_places") == []


def test_a_link_of_somebody_unknown_is_nobodys(town: Town) -> None:
    with pytest.raises(NotFoundError):
        sharing.own_share(town.people.facts, subject=PATIENT, stream=UUID(int=5))
