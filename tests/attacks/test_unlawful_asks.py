"""Asks and answers that no command decides, by people who may write: each is named by its rule."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.calendar import local_day
from ledger.certificates import lifecycle_facts as life
from ledger.certificates.kinds import KINDS
from ledger.identifiers import appointment_request_stream, appointment_stream
from ledger.records.appointment import facts as appointment
from ledger.records.appointment_request import facts as asks
from ledger.records.appointment_request.facts import AskKind, Outcome, Wish
from tests_support.attacked_copy import AttackedCopy
from tests_support.insider import Insider
from tests_support.unlawful_clinic import DOCTOR, HERE, HOSPITAL, THERE, Clinic

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
ME = "citizen-1"
STRANGER = UUID(int=0xBAD)


class Asking:
    """A patient of the clinic, and what is written about their asks."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    @property
    def wish(self) -> Wish:
        today: date = local_day(self.clinic.hands.copy.at)
        return Wish(today + timedelta(days=2), today + timedelta(days=9))

    def made(
        self, kind: AskKind = AskKind.NEW, about: UUID | None = None, *, where: str = HERE,
        role: str = "citizen",
    ) -> UUID:  # fmt: skip
        """Write that somebody asked; return the stream."""
        stream = self.clinic.new() if about is None else appointment_request_stream(about, 1)
        fact = asks.AppointmentRequestMade(where, kind, about, self.wish)
        self.clinic.say(stream, role, None, fact, actor=ME)
        return stream

    def answered(
        self, stream: UUID, given: UUID | None = None, *, where: str = HERE,
        role: str = HOSPITAL, outcome: Outcome = Outcome.GRANTED,
    ) -> int:  # fmt: skip
        """Write an answer; return its position."""
        fact = asks.AppointmentRequestAnswered(outcome, given, None)
        return self.clinic.say(stream, role, where, fact)

    def given(self, where: str = HERE) -> UUID:
        """Issue an appointment; return its paper."""
        paper = self.clinic.paper("appointment", by=where)
        self.clinic.appointed(paper, where)
        return paper


@pytest.fixture
def asking(copy: AttackedCopy) -> Asking:
    clinic = Clinic(Insider(copy))
    for code in (HERE, THERE):
        clinic.register(code)
    return Asking(clinic)


def test_asks_that_go_their_way_are_lawful(asking: Asking) -> None:
    clinic, at = asking.clinic, asking.clinic.hands.copy.at
    new = asking.made()
    draft = clinic.new()
    clinic.say(draft, HOSPITAL, HERE, life.CertificateDrafted(
        "appointment", None, DOCTOR, None, KINDS["appointment"].specimen_holder, b"\xa0", None,
        KINDS["appointment"].purpose,
    ))  # fmt: skip
    clinic.say(new, HOSPITAL, HERE, asks.AppointmentRequestTakenUp(draft, asking.wish.first))
    asking.answered(new, asking.given())
    old, other = asking.given(), asking.given()
    move, give_up = asking.made(AskKind.MOVE, old), asking.made(AskKind.GIVE_UP, other)
    new_paper = asking.given()
    clinic.say(
        appointment_stream(old), HOSPITAL, HERE, appointment.AppointmentRescheduled(new_paper, at)
    )
    clinic.say(
        appointment_stream(other), HOSPITAL, HERE, appointment.AppointmentCancelled(at, "Đề nghị")
    )
    asking.answered(move, new_paper)
    asking.answered(give_up)
    clinic.say(asking.made(), "citizen", None, asks.AppointmentRequestWithdrawn(), actor=ME)
    clinic.say(asking.made(), "system", None, asks.AppointmentRequestLapsed(), actor="worker")
    asking.answered(asking.made(), outcome=Outcome.DECLINED)
    clinic.expect()


def test_an_ask_that_another_facility_grants(asking: Asking) -> None:
    stream = asking.made()
    elsewhere = asking.given(THERE)
    position = asking.answered(stream, elsewhere, where=THERE)
    asking.clinic.expect(("C10.actor", position), ("C10.ask", position))


def test_an_ask_that_another_facility_declines(asking: Asking) -> None:
    stream = asking.made()
    position = asking.answered(stream, where=THERE, outcome=Outcome.DECLINED)
    asking.clinic.expect(("C10.actor", position))


def test_an_ask_that_is_granted_by_a_paper_that_nobody_issued(asking: Asking) -> None:
    position = asking.answered(asking.made(), asking.clinic.new())
    asking.clinic.expect(("C10.ask", position))


def test_an_ask_that_is_granted_by_no_paper(asking: Asking) -> None:
    asking.clinic.expect(("C10.ask", asking.answered(asking.made())))


def test_an_ask_that_is_granted_by_another_persons_paper(asking: Asking) -> None:
    clinic = asking.clinic
    stream, paper = asking.made(), clinic.paper("appointment")
    day = local_day(clinic.hands.copy.at) + timedelta(days=9)
    issued = appointment.AppointmentIssued(paper, HERE, None, day)
    clinic.say(appointment_stream(paper), "facility_signer", HERE, issued, subject=STRANGER)
    clinic.expect(("C10.ask", asking.answered(stream, paper)))


def test_another_day_that_was_never_given(asking: Asking) -> None:
    old, other = asking.given(), asking.given()
    position = asking.answered(asking.made(AskKind.MOVE, old), other)
    asking.clinic.expect(("C10.ask", position))


def test_an_appointment_that_was_said_to_be_given_up_and_stands(asking: Asking) -> None:
    position = asking.answered(asking.made(AskKind.GIVE_UP, asking.given()))
    asking.clinic.expect(("C10.ask", position))


def test_an_ask_about_another_facilitys_appointment(asking: Asking) -> None:
    there = asking.given(THERE)
    asking.made(AskKind.MOVE, there)
    (found,) = asking.clinic.hands.found()
    assert found.code == "C10.ask"


def test_an_ask_for_a_new_one_about_one_that_there_is(asking: Asking) -> None:
    asking.made(AskKind.NEW, asking.given())
    (found,) = asking.clinic.hands.found()
    assert found.code == "C10.ask"


def test_an_ask_that_is_answered_twice(asking: Asking) -> None:
    stream = asking.made()
    asking.answered(stream, outcome=Outcome.DECLINED)
    asking.clinic.expect(("C10.order", asking.answered(stream, asking.given())))


def test_an_ask_that_begins_with_its_answer(asking: Asking) -> None:
    position = asking.answered(asking.clinic.new(), outcome=Outcome.DECLINED)
    asking.clinic.expect(("C10.order", position))


def test_an_ask_that_is_taken_back_though_its_paper_is_drafted(asking: Asking) -> None:
    clinic, stream = asking.clinic, asking.made()
    paper = clinic.paper("appointment")
    clinic.say(stream, HOSPITAL, HERE, asks.AppointmentRequestTakenUp(paper, asking.wish.first))
    withdrawn = asks.AppointmentRequestWithdrawn()
    clinic.expect(("C10.order", clinic.say(stream, "citizen", None, withdrawn, actor=ME)))


def test_an_ask_that_is_taken_up_by_a_paper_that_nobody_drafted(asking: Asking) -> None:
    clinic, stream = asking.clinic, asking.made()
    taken = asks.AppointmentRequestTakenUp(clinic.new(), asking.wish.first)
    clinic.expect(("C10.ask", clinic.say(stream, HOSPITAL, HERE, taken)))


@pytest.mark.parametrize("role", ["clinician", "intake_officer"])
def test_an_ask_that_no_citizen_made(asking: Asking, role: str) -> None:
    asking.made(role=role)
    (found,) = asking.clinic.hands.found()
    assert (found.code, found.found) == ("C10.role", role)


def test_an_ask_that_a_clerk_answers(asking: Asking) -> None:
    stream = asking.made()
    position = asking.answered(stream, role="intake_officer", outcome=Outcome.DECLINED)
    asking.clinic.expect(("C10.role", position))
