from uuid import UUID

import pytest

from ledger.certificates import lifecycle
from ledger.clinical.insurance_papers import (
    read_appointment,
    read_referral,
    write_appointment,
    write_referral,
)
from ledger.commands import appointments, books, certificates, paper_tables, referrals
from ledger.commands.health_papers import Draft
from ledger.commands.paper_use import Noted, Quoted, note_use_by_visit
from ledger.errors import InvalidInputError
from ledger.records.appointment.use import Stage
from tests_support.paper_town import CENTRAL, DISTRICT, PATIENT, PROVINCIAL, SALT, PaperTown

VISIT = UUID(int=0x717)


@pytest.fixture
def town() -> PaperTown:
    return PaperTown()


def quoted(number: str, *came_from: str, subject: UUID = PATIENT, visit: UUID = VISIT) -> Quoted:
    return Quoted(number, came_from, visit, subject)


def note(town: PaperTown, told: Quoted, facility: str = CENTRAL) -> Noted:
    return note_use_by_visit(town.facts, told, act=town.act(facility, "his"))


def test_a_visit_that_quotes_a_referral_uses_it(town: PaperTown) -> None:
    referral = town.referral(number="CT-7")
    told = quoted("CT-7", PROVINCIAL, DISTRICT)
    assert note(town, told) is Noted.USED
    use = referrals.load(town.facts, referral).state.use
    assert use is not None
    assert (use.facility, use.visits) == (CENTRAL, (VISIT,))
    head = town.facts.head()
    assert note(town, told) is Noted.USED
    assert town.facts.head() == head


def test_a_visit_after_the_acceptance_is_added_to_it(town: PaperTown) -> None:
    referral = town.referral(number="CT-7")
    town.accept(referral)
    assert note(town, quoted("CT-7", DISTRICT)) is Noted.USED
    assert referrals.load(town.facts, referral).state.conflicts == ()


def test_a_visit_by_a_paper_that_is_not_good_for_it_flags_the_paper(town: PaperTown) -> None:
    referral = town.referral(number="CT-7")
    assert note(town, quoted("CT-7", DISTRICT), PROVINCIAL) is Noted.FLAGGED
    town.accept(referral)
    state = referrals.load(town.facts, referral).state
    assert [facility for facility, _ in state.conflicts] == [PROVINCIAL]
    head = town.facts.head()
    assert note(town, quoted("CT-7", DISTRICT), PROVINCIAL) is Noted.FLAGGED
    assert town.facts.head() == head


def test_a_paper_of_somebody_else_is_left_alone(town: PaperTown) -> None:
    town.referral(number="CT-7")
    town.appointment(number="HK-7")
    head, stranger = town.facts.head(), UUID(int=0xBAD)
    assert note(town, quoted("CT-7", DISTRICT, subject=stranger)) is Noted.OTHER_PERSON
    assert note(town, quoted("HK-7", subject=stranger), DISTRICT) is Noted.OTHER_PERSON
    assert note(town, quoted("CT-8", DISTRICT)) is Noted.UNKNOWN
    assert town.facts.head() == head


def test_a_paper_of_the_same_person_under_another_pseudonym_is_used(town: PaperTown) -> None:
    known_twice = UUID(int=0x2BE7)
    for subject in (PATIENT, known_twice):
        books.open_book(town.facts, subject=subject, act=town.act())
    books.link(town.facts, part=known_twice, whole=PATIENT, reason="Trùng hồ sơ", act=town.act())
    town.referral(number="CT-7")
    town.appointment(number="HK-7")
    assert note(town, quoted("CT-7", DISTRICT, subject=known_twice)) is Noted.USED
    assert note(town, quoted("HK-7", subject=known_twice), DISTRICT) is Noted.USED


def test_a_visit_that_quotes_an_appointment_uses_it_up(town: PaperTown) -> None:
    appointment = town.appointment(number="HK-7")
    told = quoted("HK-7")
    assert note(town, told, DISTRICT) is Noted.USED
    assert note(town, told, DISTRICT) is Noted.USED
    state = appointments.load(town.facts, appointment).state
    assert (state.stage, state.visit, state.double_uses) == (Stage.CONSUMED, VISIT, 0)
    other = quoted("HK-7", visit=UUID(int=0x718))
    assert note(town, other, DISTRICT) is Noted.FLAGGED
    assert appointments.load(town.facts, appointment).state.double_uses == 1


def test_a_use_at_the_desk_and_the_visit_that_follows_are_one_use(town: PaperTown) -> None:
    appointment = town.appointment(number="HK-7")
    town.later(days=28)
    town.consume(appointment)
    assert note(town, quoted("HK-7"), DISTRICT) is Noted.USED
    assert appointments.load(town.facts, appointment).state.double_uses == 0


def test_a_referral_goes_out_as_table_13_and_comes_in_again(town: PaperTown) -> None:
    found = certificates.load(town.facts, town.referral(number="CT-7")).certificate
    holder, content = lifecycle.holder_of(found), lifecycle.content_of(found)
    xml = write_referral(paper_tables.as_referral(content, holder, "12/CT"))
    ordered = paper_tables.ordered(read_referral(xml), id_tail=holder.id_tail)
    assert ordered.holder == holder
    assert {**content, **ordered.content} == content
    left_out = {"facility_name", "to_names", "salt", "in_code", "one_year", "transferred",
                "doctor_name"}  # fmt: skip
    assert content.keys() - ordered.content.keys() == left_out
    order = Draft(town.new_id(), PATIENT, ordered.holder, {**ordered.content, "number": "CT-8"},
                  SALT)  # fmt: skip
    referrals.draft(town.facts, order, act=town.act())


def test_an_appointment_goes_out_as_table_14_and_comes_in_again(town: PaperTown) -> None:
    found = certificates.load(town.facts, town.appointment()).certificate
    holder, content = lifecycle.holder_of(found), lifecycle.content_of(found)
    xml = write_appointment(paper_tables.as_appointment(content, holder, "12/HK"))
    ordered = paper_tables.ordered(read_appointment(xml), id_tail=holder.id_tail)
    assert ordered.holder == holder
    assert {**content, **ordered.content} == content
    assert content.keys() - ordered.content.keys() == {"facility_name", "salt", "doctor_name"}


def test_a_paper_without_a_number_of_its_facility_goes_out_under_ours(town: PaperTown) -> None:
    found = certificates.load(town.facts, town.referral(number=None)).certificate
    paper = paper_tables.as_referral(
        lifecycle.content_of(found), lifecycle.holder_of(found), "12/CT"
    )
    assert paper.number == "12/CT"


def test_who_was_born_nobody_knows_when_is_not_given_a_birthday(town: PaperTown) -> None:
    found = certificates.load(town.facts, town.referral()).certificate
    paper = paper_tables.as_referral(
        lifecycle.content_of(found), lifecycle.holder_of(found), "12/CT"
    )
    xml = write_referral(paper).replace(b"199901010000", b"199900000000")
    with pytest.raises(InvalidInputError, match="NGAY_SINH"):
        paper_tables.ordered(read_referral(xml), id_tail="0000")
