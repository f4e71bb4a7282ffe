"""Who may read a book, asked as the service asks: over the streams of a ledger."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from ledger.categories import EVERYTHING, WITHHELD, Category
from ledger.commands import book_access, books, consents, emergencies, misuse, orders, rights
from ledger.commands.access import record_access
from ledger.commands.book_access import Reader
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act
from ledger.identifiers import health_book_stream
from ledger.records.access import Channel, RecordKind
from ledger.records.book_access import Basis, Grant, Ground
from ledger.records.consent import Asker, ConsentPurpose, Recipient, RecipientKind
from ledger.records.emergency import MOST_A_DAY, EmergencyReason, Outcome, ReasonCode
from ledger.records.health_book.facts import AssertedIdentity, IdentityAsserted, Relation
from ledger.records.misuse import Finding
from ledger.records.rights import Right, RightsDetails
from ledger.records.written_order import OrderTerms
from tests_support.health_people import (
    CALENDAR,
    FACILITY,
    NOW,
    OTHER,
    OTHER_FACILITY,
    PARENT,
    PATIENT,
    HealthPeople,
    act,
    clinician,
    officer,
)

ONE, TWO, VISIT = (UUID(int=number) for number in range(1, 4))
DOCTOR = Reader("doctor-1", facility=FACILITY)
REASON = EmergencyReason(ReasonCode.UNCONSCIOUS, "bệnh nhân mẫu bất tỉnh")
AGENCY = Reader("investigator-1", agency="CQDT-MAU")
GENERAL = frozenset({Category.GENERAL})


def nobody_treats(subjects: Iterable[UUID], facility: str, *, at: datetime) -> Iterable[Ground]:
    del subjects, facility, at
    return ()


def treated_here(subjects: Iterable[UUID], facility: str, *, at: datetime) -> Iterable[Ground]:
    del at
    here = facility == FACILITY and PATIENT in subjects
    return (Ground(Basis.VISIT, EVERYTHING, VISIT),) if here else ()


@pytest.fixture
def people() -> HealthPeople:
    return HealthPeople()


def decide(
    people: HealthPeople,
    reader: Reader,
    *,
    subject: UUID = PATIENT,
    at: datetime = NOW,
    care: book_access.CareRelations = nobody_treats,
) -> Grant | None:
    """Return what the reader may see; None if that is nothing."""
    try:
        return book_access.decide(
            people.facts, care, reader=reader, subject=subject, categories=EVERYTHING, at=at
        )
    except RefusedError as error:
        assert_no_ground(error)
        return None


def assert_no_ground(error: RefusedError) -> None:
    if error.rule != "no_access_ground":
        raise error


def basis(grant: Grant | None) -> list[Basis]:
    assert grant is not None
    return [ground.basis for ground in grant.grounds]


def test_strangers_and_the_unknown_are_refused_alike(people: HealthPeople) -> None:
    assert decide(people, DOCTOR) is None
    assert decide(people, DOCTOR, subject=UUID(int=999)) is None
    assert decide(people, Reader("citizen-2", person=OTHER)) is None


def test_the_person_reads_their_own_book_and_nobody_elses(people: HealthPeople) -> None:
    mine = decide(people, Reader("citizen-1", person=PATIENT))
    assert basis(mine) == [Basis.OWN]
    assert decide(people, Reader("citizen-1", person=PATIENT), subject=OTHER) is None


def test_a_person_of_two_linked_books_reads_both(people: HealthPeople) -> None:
    books.open_book(people.facts, subject=OTHER, act=act("intake"))
    books.link(people.facts, part=OTHER, whole=PATIENT, reason="một người", act=officer())
    for person, subject in ((OTHER, PATIENT), (PATIENT, OTHER), (PATIENT, PATIENT)):
        assert decide(people, Reader("citizen-1", person=person), subject=subject) is not None
    people.consent(ONE)
    assert basis(decide(people, DOCTOR, subject=OTHER)) == [Basis.CONSENT]
    books.unlink(people.facts, part=OTHER, whole=PATIENT, reason="hai người", act=officer())
    assert decide(people, Reader("citizen-1", person=OTHER)) is None
    assert decide(people, DOCTOR, subject=OTHER) is None


def test_who_treats_reads_what_is_not_withheld_and_not_closed(people: HealthPeople) -> None:
    grant = decide(people, DOCTOR, care=treated_here)
    assert grant is not None
    assert grant.categories == GENERAL
    assert grant.grounds[0].reference == VISIT
    assert decide(people, Reader("doctor-9", facility=OTHER_FACILITY), care=treated_here) is None
    books.close_section(people.facts, subject=PATIENT, visit=VISIT, act=act())
    grant = decide(people, DOCTOR, care=treated_here)
    assert grant is not None
    assert grant.closed_visits == {VISIT}
    books.close_section(people.facts, subject=PATIENT, category=Category.GENERAL, act=act())
    assert decide(people, DOCTOR, care=treated_here) is None
    books.open_section_again(people.facts, subject=PATIENT, category=Category.GENERAL, act=act())
    assert decide(people, DOCTOR, care=treated_here) is not None


def test_a_consent_opens_what_it_names_until_it_is_withdrawn(people: HealthPeople) -> None:
    people.consent(ONE, categories=(Category.HIV,))
    grant = decide(people, DOCTOR, care=treated_here)
    assert grant is not None
    assert grant.categories == {Category.GENERAL, Category.HIV}
    assert [ground.reference for ground in grant.grounds] == [VISIT, ONE]
    consents.withdraw(people.facts, subject=PATIENT, consent_id=ONE, act=act())
    assert decide(people, DOCTOR) is None


def test_a_consent_for_research_treats_nobody(people: HealthPeople) -> None:
    people.consent(ONE, purpose=ConsentPurpose.RESEARCH)
    assert decide(people, DOCTOR) is None
    asked = {"subject": PATIENT, "asker": Asker(facility=FACILITY), "at": NOW}
    assert consents.allowed(
        people.facts, purpose=ConsentPurpose.RESEARCH, category=Category.GENERAL, **asked  # type: ignore[arg-type]
    ) == ONE  # fmt: skip


def test_an_order_about_nobody_is_not_recorded(people: HealthPeople) -> None:
    with pytest.raises(NotFoundError):
        order_about(people, UUID(int=12345))


def order_about(people: HealthPeople, subject: UUID) -> None:
    orders.record(
        people.facts, subject=subject, order=ONE,
        terms=OrderTerms("CQDT-MAU", "12/LENH", (Category.GENERAL,), NOW + timedelta(days=1)),
        act=officer(),
    )  # fmt: skip


def child(people: HealthPeople, *births: str) -> Reader:
    """Let there be a child whom nobody registered, and return a parent of theirs."""
    books.open_book(people.facts, subject=OTHER, act=act("intake"))
    history = people.facts.history(health_book_stream(OTHER))
    for birth in births:
        asserted = IdentityAsserted(AssertedIdentity("NGUYỄN THỊ MẪU", birth, 2))
        people.facts.append(clinician(), history.then(asserted, subject=OTHER))
        history = people.facts.history(history.stream_id)
    books.appoint_representative(
        people.facts, subject=OTHER, representative=PARENT, relation=Relation.PARENT, until=None,
        evidence="giấy khai sinh mẫu", act=officer(),
    )  # fmt: skip
    return Reader("citizen-9", person=PARENT)


def test_a_parent_reads_until_the_eighteenth_birthday(people: HealthPeople) -> None:
    parent = child(people, "2008-11-28")
    seen = decide(people, parent, subject=OTHER)
    assert seen is not None
    assert seen.categories == GENERAL
    assert basis(seen) == [Basis.REPRESENTATIVE]
    # From midnight in Vietnam, which is 17:00 UTC the day before.
    assert decide(people, parent, subject=OTHER, at=datetime.fromisoformat("2026-11-27T16:59Z"))
    assert not decide(people, parent, subject=OTHER, at=datetime.fromisoformat("2026-11-27T17:00Z"))


@pytest.mark.parametrize(
    ("births", "sees"),
    [
        (("2020",), True),
        (("2008",), False),
        (("2009",), True),
        (("2008-11",), False),
        (("2009-02",), True),
        (("2020", "2001-05-05"), False),
        ((), False),
    ],
)
def test_of_what_is_said_of_a_birth_the_earliest_day_ends_the_right(
    people: HealthPeople, births: tuple[str, ...], *, sees: bool
) -> None:
    assert (decide(people, child(people, *births), subject=OTHER) is not None) is sees


def test_a_child_of_fifteen_opens_what_is_withheld_by_consent(people: HealthPeople) -> None:
    grant = decide(people, child(people, "2010-01-01"), subject=OTHER)
    assert grant is not None
    assert not grant.categories & WITHHELD


def test_an_emergency_opens_everything_for_its_time_to_who_opened_it(people: HealthPeople) -> None:
    books.close_section(people.facts, subject=PATIENT, category=Category.GENERAL, act=act())
    found = emergencies.open_book(
        people.facts, subject=PATIENT, emergency_id=ONE, reason=REASON,
        lasting=timedelta(minutes=30), calendar=CALENDAR, act=clinician(),
    )  # fmt: skip
    grant = decide(people, DOCTOR)
    assert grant is not None
    assert grant.categories == EVERYTHING
    assert grant.grounds == (Ground(Basis.EMERGENCY, EVERYTHING, found),)
    assert decide(people, DOCTOR, at=NOW + timedelta(minutes=30)) is None
    assert decide(people, Reader("doctor-2", facility=FACILITY)) is None


def open_emergency(
    people: HealthPeople, number: int, *, doctor: Act | None = None, subject: UUID | None = None
) -> UUID:
    return emergencies.open_book(
        people.facts, subject=subject or UUID(int=1_000 + number), emergency_id=UUID(int=number),
        reason=REASON, lasting=timedelta(hours=1), calendar=CALENDAR, act=doctor or clinician(),
    )  # fmt: skip


def test_one_account_opens_five_a_day_over_all_persons(people: HealthPeople) -> None:
    for number in range(MOST_A_DAY):
        open_emergency(people, number)
    with pytest.raises(RefusedError) as refused:
        open_emergency(people, 50)
    assert refused.value.rule == "too_many_emergencies"
    open_emergency(people, 51, doctor=clinician("doctor-2"))
    open_emergency(people, 52, doctor=clinician(at=NOW + timedelta(days=1)))


def test_one_that_is_open_is_returned_again_and_not_counted(people: HealthPeople) -> None:
    first = open_emergency(people, 1, subject=PATIENT)
    assert [open_emergency(people, number, subject=PATIENT) for number in range(2, 20)] == [
        first
    ] * 18
    assert len(emergencies.load_emergencies(people.facts, PATIENT)) == 1


def test_an_emergency_belongs_to_a_facility_that_reviews_it(people: HealthPeople) -> None:
    with pytest.raises(RefusedError) as refused:
        open_emergency(people, 1, doctor=clinician(facility=None))
    assert refused.value.rule == "emergency_without_facility"
    open_emergency(people, 1, subject=PATIENT)
    emergencies.review(
        people.facts, subject=PATIENT, emergency_id=UUID(int=1), outcome=Outcome.NOT_JUSTIFIED,
        note="không có căn cứ", act=officer(),
    )  # fmt: skip
    (one,) = emergencies.load_emergencies(people.facts, PATIENT)
    assert one.opened.review_due == date(2026, 12, 2)
    assert one.reviewed is not None


def test_an_agency_reads_what_an_order_names(people: HealthPeople) -> None:
    assert decide(people, AGENCY) is None
    order_about(people, PATIENT)
    grant = decide(people, AGENCY)
    assert grant == Grant(GENERAL, (Ground(Basis.ORDER, GENERAL, ONE),))
    assert decide(people, Reader("x", agency="CQDT-KHAC")) is None
    assert decide(people, AGENCY, at=NOW + timedelta(days=1)) is None
    orders.end(people.facts, subject=PATIENT, order=ONE, act=officer())
    assert decide(people, AGENCY) is None
    assert orders.end(people.facts, subject=PATIENT, order=ONE, act=officer()).repeated
    with pytest.raises(RefusedError):
        orders.end(people.facts, subject=PATIENT, order=TWO, act=officer())


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=91)])
def test_an_order_lasts_ninety_days_at_most(people: HealthPeople, until: datetime) -> None:
    terms = OrderTerms("CQDT-MAU", "12/LENH", (Category.GENERAL,), until)
    with pytest.raises(InvalidInputError) as refused:
        orders.record(people.facts, subject=PATIENT, order=ONE, terms=terms, act=officer())
    assert refused.value.place == "until"


def test_a_restriction_is_honoured_until_it_is_lifted(people: HealthPeople) -> None:
    people.consent(ONE)
    for number, right in enumerate((Right.RESTRICT, Right.LIFT_RESTRICTION)):
        assert (decide(people, DOCTOR, care=treated_here) is None) is (number == 1)
        request = UUID(int=70 + number)
        rights.open_request(
            people.facts, subject=PATIENT, request=request, right=right,
            details=RightsDetails("mẫu"), calendar=CALENDAR, act=act(),
        )  # fmt: skip
        rights.answer(people.facts, subject=PATIENT, request=request, words="a", act=officer())
        rights.complete(people.facts, subject=PATIENT, request=request, words="a", act=officer())
    assert decide(people, DOCTOR, care=treated_here) is not None


def correct(people: HealthPeople, visit: UUID, subject: UUID = PATIENT) -> None:
    rights.open_request(
        people.facts, subject=subject, request=ONE, right=Right.CORRECT,
        details=RightsDetails("sai ngày sinh", visit), calendar=CALENDAR, act=act(),
    )  # fmt: skip


def test_a_correction_is_the_task_of_the_facility_that_sent_the_visit(
    people: HealthPeople,
) -> None:
    people.visit(VISIT, facility=OTHER_FACILITY)
    correct(people, VISIT)
    known = rights.load_rights(people.facts, PATIENT).requests[ONE]
    assert known.opened.facility == OTHER_FACILITY
    assert known.due == date(2026, 12, 14)  # 15 days and a Saturday: another one holds the data
    recorded = people.facts.recorded[-1]
    assert recorded.act.calendar_version == CALENDAR.version


def test_nobody_has_somebody_elses_visit_corrected(people: HealthPeople) -> None:
    people.visit(VISIT, OTHER)
    for visit in (VISIT, PATIENT, UUID(int=4711)):
        with pytest.raises(NotFoundError):
            correct(people, visit)


def test_a_request_ends_by_refusal_and_runs_longer_once(people: HealthPeople) -> None:
    correct_nothing = RightsDetails("mẫu")
    rights.open_request(
        people.facts, subject=PATIENT, request=ONE, right=Right.VIEW, details=correct_nothing,
        calendar=CALENDAR, act=act(),
    )  # fmt: skip
    rights.extend(
        people.facts, subject=PATIENT, request=ONE, reason="nhiều hồ sơ", calendar=CALENDAR,
        act=officer(),
    )  # fmt: skip
    rights.refuse(
        people.facts, subject=PATIENT, request=ONE, rule="not_entitled", words="lý do",
        act=officer(),
    )  # fmt: skip
    known = rights.load_rights(people.facts, PATIENT).requests[ONE]
    assert known.due == date(2026, 12, 17)
    assert known.ended is not None


def test_a_look_is_reported_and_answered_by_somebody_else(people: HealthPeople) -> None:
    looked = Act(NOW, "doctor-1", "clinician", FACILITY, legal_basis="care-visit")
    receipt = record_access(
        people.facts, subject=PATIENT, kind=RecordKind.HEALTH_BOOK, purpose="treatment",
        channel=Channel.API, act=looked,
    )  # fmt: skip
    look = receipt.event_ids[0]

    def report(report_id: UUID, look: UUID) -> None:
        misuse.report(
            people.facts, subject=PATIENT, report_id=report_id, look=look, words="tôi không khám",
            calendar=CALENDAR, act=act(),
        )  # fmt: skip

    def answer(by: Act, report_id: UUID = ONE) -> None:
        misuse.answer(
            people.facts, subject=PATIENT, report_id=report_id, finding=Finding.MISUSE,
            words="đã xử lý", act=by,
        )  # fmt: skip

    with pytest.raises(NotFoundError):
        report(ONE, UUID(int=9_999))
    report(ONE, look)
    (known,) = misuse.load_reports(people.facts, PATIENT)
    assert known.reported.due == date(2026, 12, 7)
    with pytest.raises(RefusedError, match="waits for its answer"):
        report(TWO, look)
    with pytest.raises(RefusedError, match="somebody else answers"):
        answer(clinician())
    with pytest.raises(RefusedError, match="no such report"):
        answer(officer(), TWO)
    answer(officer())
    with pytest.raises(RefusedError) as refused:
        answer(officer())
    assert refused.value.rule == "already_answered"


def test_a_consent_to_a_person_is_read_by_that_person(people: HealthPeople) -> None:
    people.consent(
        ONE, purpose=ConsentPurpose.PERSONAL,
        recipient=Recipient(RecipientKind.PERSON, str(OTHER)),
    )  # fmt: skip
    assert basis(decide(people, Reader("citizen-2", person=OTHER))) == [Basis.CONSENT]
