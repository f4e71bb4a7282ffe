"""Acts that no command decides, by people who may write: each is named by the rule that it breaks.

Every act is properly logged and cosigned. Each test begins with what is lawful, adds one thing that
is not, and expects that one finding.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.calendar import local_day
from ledger.certificates import lifecycle_facts as life
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds import KINDS
from ledger.identifiers import (
    appointment_stream,
    cleaning_pair_stream,
    emergency_stream,
    facility_stream,
    rights_stream,
)
from ledger.personal import Purpose
from ledger.records import cleaning, emergency, facility, person, rights
from ledger.records.appointment import facts as appointment
from ledger.records.erasure import facts as erasure
from ledger.records.referral import facts as referral
from tests_support.attacked_copy import AttackedCopy
from tests_support.insider import Insider
from tests_support.unlawful_clinic import DOCTOR, HERE, HOSPITAL, NOWHERE, PATIENT, THERE, Clinic

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def clinic(copy: AttackedCopy) -> Clinic:
    made = Clinic(Insider(copy))
    for code in (HERE, THERE):
        made.register(code)
    return made


# Referrals and appointments


def test_a_referral_and_an_appointment_that_go_their_way_are_lawful(clinic: Clinic) -> None:
    paper, again = clinic.paper(), clinic.paper("appointment", by=THERE)
    name, second = clinic.issued(paper, reusable=True), clinic.appointed(again, THERE)
    clinic.taken(name)
    at = clinic.hands.copy.at
    clinic.say(name, HOSPITAL, THERE, referral.ReferralUsed(THERE, at, clinic.new()),
               referral.ReferralClosed(THERE, at))  # fmt: skip
    clinic.say(
        second, HOSPITAL, THERE, appointment.AppointmentConsumed(THERE, at, paper, early=False)
    )
    clinic.taken(name, shown=again)
    clinic.expect()


def test_a_referral_that_is_accepted_twice(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper())
    clinic.taken(name)
    again = referral.ReferralAccepted(THERE, clinic.hands.copy.at, None)
    clinic.expect(("C10.order", clinic.say(name, HOSPITAL, THERE, again)))


def test_a_referral_that_is_accepted_twice_in_two_streams(clinic: Clinic) -> None:
    paper = clinic.paper()
    clinic.taken(clinic.issued(paper))
    other = clinic.issued(paper, stream=clinic.new())
    position = clinic.taken(other)
    clinic.expect(("C10.stream", position - 2))


def test_a_referral_that_is_taken_by_a_facility_it_is_not_addressed_to(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper())
    position = clinic.taken(name, where=HERE)
    clinic.expect(("C10.order", position - 1))


def test_a_referral_that_is_accepted_in_another_facilitys_name(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper())
    at = clinic.hands.copy.at
    clinic.say(name, HOSPITAL, THERE, referral.ReferralPresented(THERE, at))
    accepted = referral.ReferralAccepted(THERE, at, None)
    clinic.expect(("C10.actor", clinic.say(name, HOSPITAL, HERE, accepted)))


def test_a_referral_that_a_clerk_accepts(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper())
    at = clinic.hands.copy.at
    clinic.say(name, HOSPITAL, THERE, referral.ReferralPresented(THERE, at))
    accepted = referral.ReferralAccepted(THERE, at, None)
    clinic.expect(("C10.role", clinic.say(name, "intake_officer", THERE, accepted)))


def test_a_referral_that_a_clinician_signs(clinic: Clinic) -> None:
    clinic.paper(signer="clinician")
    (found,) = clinic.hands.found()
    assert (found.code, found.found) == ("C10.role", "clinician")


def test_a_referral_that_an_officer_of_the_justice_drafts(clinic: Clinic) -> None:
    clinic.paper(drafter="case_officer")
    (found,) = clinic.hands.found()
    assert (found.code, found.found) == ("C10.role", "case_officer")


def test_a_referral_without_a_paper(clinic: Clinic) -> None:
    clinic.issued(clinic.new())
    (found,) = clinic.hands.found()
    assert found.code == "C10.paper"


def test_a_referral_by_another_kind_of_paper(clinic: Clinic) -> None:
    clinic.issued(clinic.paper("appointment"))
    (found,) = clinic.hands.found()
    assert found.code == "C10.paper"


def test_a_second_episode_without_an_appointment(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper(), reusable=True)
    clinic.taken(name)
    clinic.say(name, HOSPITAL, THERE, referral.ReferralClosed(THERE, clinic.hands.copy.at))
    clinic.expect(("C10.appointment", clinic.taken(name)))


def test_a_second_episode_by_an_appointment_that_nobody_gave(clinic: Clinic) -> None:
    name = clinic.issued(clinic.paper(), reusable=True)
    clinic.taken(name)
    clinic.say(name, HOSPITAL, THERE, referral.ReferralClosed(THERE, clinic.hands.copy.at))
    clinic.expect(("C10.appointment", clinic.taken(name, shown=clinic.new())))


def test_an_appointment_that_is_used_with_a_referral_that_does_not_name_it(clinic: Clinic) -> None:
    paper = clinic.paper()
    clinic.issued(paper)
    name = clinic.appointed(clinic.paper("appointment"))
    used = appointment.AppointmentConsumed(HERE, clinic.hands.copy.at, paper, early=False)
    clinic.expect(("C10.appointment", clinic.say(name, HOSPITAL, HERE, used)))


def test_an_appointment_that_was_never_given_and_is_used(clinic: Clinic) -> None:
    used = appointment.AppointmentConsumed(HERE, clinic.hands.copy.at, None, early=False)
    name = appointment_stream(clinic.new())
    clinic.expect(("C10.order", clinic.say(name, HOSPITAL, HERE, used)))


def test_an_appointment_that_is_used_twice(clinic: Clinic) -> None:
    name = clinic.appointed(clinic.paper("appointment"))
    used = appointment.AppointmentConsumed(HERE, clinic.hands.copy.at, None, early=False)
    clinic.say(name, HOSPITAL, HERE, used)
    clinic.expect(("C10.order", clinic.say(name, HOSPITAL, HERE, used)))


def test_an_appointment_that_the_intake_gives(clinic: Clinic) -> None:
    made = clinic.paper("appointment")
    day = local_day(clinic.hands.copy.at) + timedelta(days=20)
    given = appointment.AppointmentIssued(made, HERE, None, day)
    position = clinic.say(appointment_stream(made), "intake_officer", HERE, given)
    clinic.expect(("C10.role", position))


# Facilities


def test_a_paper_of_a_facility_that_was_not_registered_yet(clinic: Clinic) -> None:
    clinic.paper(by=NOWHERE)
    clinic.register(NOWHERE)
    (found,) = clinic.hands.found()
    assert found.code == "C10.facility"


def test_a_paper_of_a_facility_that_was_suspended(clinic: Clinic) -> None:
    clinic.paper()
    act = clinic.hands.act("registrar", "operator")
    clinic.hands.say(facility_stream(HERE), act, facility.FacilitySuspended("quyết định mẫu"))
    clinic.paper()
    (found,) = clinic.hands.found()
    assert found.code == "C10.facility"


def test_a_referral_to_a_facility_that_there_is_not(clinic: Clinic) -> None:
    clinic.issued(clinic.paper(), to=(THERE, NOWHERE))
    (found,) = clinic.hands.found()
    assert found.code == "C10.facility"


# Names of certificates


def test_a_number_that_was_never_assigned(clinic: Clinic) -> None:
    clinic.paper(assigned=False)
    assert [one.code for one in clinic.hands.found()] == ["C10.number", "C10.status_index"]


def test_a_number_that_two_certificates_have(copy: AttackedCopy) -> None:
    """The certificate in force, signed again under another reference, for no request."""
    hands = Insider(copy)
    stream, other = UUID(int=77), copy.house.delivered
    facts = {one.topic: one for one in copy.facts() if one.stream == other.bytes}
    drafted, signed = (_opened(copy, facts[f"certificate.{n}/1"]) for n in ("drafted", "signed"))
    first, second = (
        hands.act("officer-1", "case_officer", "CA01"), hands.act("officer-2", "signer", "CA01"),
    )  # fmt: skip
    drafted, signed = replace(drafted, drafter="officer-1"), replace(signed, signer="officer-2")
    one = hands.say(stream, first, drafted, subject=PATIENT)
    two = hands.say(stream, second, signed, subject=PATIENT)
    found = [(found.code, found.place["position"]) for found in hands.found()]
    assert found == [("C10.dossier", one), ("C10.number", two), ("C10.status_index", two)]


def _opened(copy: AttackedCopy, fact: Any) -> Any:
    """Return a stored fact with new words in the place of what is sealed."""
    kind = KINDS["judicial-record"]
    body = fact.opened().body
    if fact.topic == "certificate.drafted/1":
        return life.CertificateDrafted(
            kind.code, None, "", None, kind.specimen_holder, b"\xa0", None
        )
    status = StatusReference(body["status"]["index"], body["status"]["uri"])
    at = copy.at.fromtimestamp(body["issued_at"] / 1_000_000, copy.at.tzinfo)
    return life.CertificateSigned(
        "", body["authority"], body["number"], bytes(32), status, at, at + timedelta(days=9),
        bytes(32),
    )  # fmt: skip


def test_a_certificate_for_a_request_that_does_not_name_it(copy: AttackedCopy) -> None:
    hands = Insider(copy)
    request = next(one for one in copy.facts() if one.topic == "request.drafted/1")
    kind = KINDS["judicial-record"]
    drafted = life.CertificateDrafted(
        kind.code,
        UUID(bytes=request.stream),
        "officer-1",
        None,
        kind.specimen_holder,
        b"\xa0",
        None,
    )
    act = hands.act("officer-1", "case_officer", "CA01")
    position = hands.say(UUID(int=78), act, drafted, subject=PATIENT)
    assert [(one.code, one.place["position"]) for one in hands.found()] == [
        ("C10.dossier", position)
    ]


# Persons


def test_a_second_open_request_of_one_person(copy: AttackedCopy) -> None:
    hands = Insider(copy)
    somebody = next(one for one in copy.facts() if one.topic == "person.registered/1")
    stream, act = UUID(bytes=somebody.stream), hands.act("citizen-1", "citizen")
    opened = [person.RequestOpened(UUID(int=number)) for number in (5, 6)]
    position = hands.say(stream, act, *opened, subject=stream)
    (found,) = [one for one in hands.found() if one.code.startswith("C10")]
    assert (found.code, found.place["position"]) == ("C10.open_request", position)


ASKED = rights.RightsOpened(
    UUID(int=5), rights.Right.VIEW, None, rights.RightsDetails("lời mẫu"),
    answer_due=date(2026, 11, 30), due=date(2026, 12, 30),
)  # fmt: skip
DONE = rights.RightsCompleted(UUID(int=5), "lời mẫu")


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        ("keeper", "data_protection_officer", None),
        ("citizen-1", "data_protection_officer", "C10.two_officers"),
        ("keeper", "operator", "C10.role"),
        ("keeper", "facility_signer", "C10.actor"),
    ],
)
def test_a_request_about_ones_data_is_answered_by_another(
    clinic: Clinic, actor: str, role: str, expected: str | None
) -> None:
    stream = rights_stream(PATIENT)
    clinic.say(stream, "citizen", None, ASKED, actor="citizen-1")
    position = clinic.say(stream, role, HERE, DONE, actor=actor)
    clinic.expect(*([] if expected is None else [(expected, position)]))


@pytest.mark.parametrize(
    ("role", "expected"),
    [("citizen", None), ("data_protection_officer", None), ("clinician", "C10.role")],
)
def test_a_request_is_taken_back_by_the_person_or_at_the_counter(
    clinic: Clinic, role: str, expected: str | None
) -> None:
    stream = rights_stream(PATIENT)
    clinic.say(stream, "citizen", None, ASKED, actor="citizen-1")
    taken = rights.RightsWithdrawn(UUID(int=5))
    position = clinic.say(stream, role, HERE, taken, actor="citizen-1")
    clinic.expect(*([] if expected is None else [(expected, position)]))


def test_an_answer_to_what_nobody_asked(clinic: Clinic) -> None:
    position = clinic.say(rights_stream(PATIENT), "data_protection_officer", None, DONE)
    clinic.expect(("C10.order", position))


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        ("keeper", "data_protection_officer", None),
        (DOCTOR, "data_protection_officer", "C10.two_officers"),
        ("other", "clinician", "C10.role"),
    ],
)
def test_an_emergency_look_is_reviewed_by_another(
    clinic: Clinic, actor: str, role: str, expected: str | None
) -> None:
    stream, look, at = emergency_stream(PATIENT), clinic.new(), clinic.hands.copy.at
    reason = emergency.EmergencyReason(emergency.ReasonCode.UNCONSCIOUS, "bất tỉnh (mẫu)")
    opened = emergency.EmergencyOpened(look, reason, at + timedelta(hours=4), local_day(at))
    clinic.say(stream, "clinician", HERE, opened)
    reviewed = emergency.EmergencyReviewed(look, emergency.Outcome.JUSTIFIED, "mẫu")
    position = clinic.say(stream, role, HERE, reviewed, actor=actor)
    clinic.expect(*([] if expected is None else [(expected, position)]))


@pytest.mark.parametrize(
    ("proposed", "role", "expected"),
    [(True, "data_steward", None), (True, "operator", "C10.role"),
     (False, "data_steward", "C10.order")],
)  # fmt: skip
def test_two_persons_are_judged_to_be_one_by_a_steward_after_a_proposal(
    clinic: Clinic, role: str, expected: str | None, *, proposed: bool
) -> None:
    one, other = sorted((PATIENT, clinic.new()))
    stream = cleaning_pair_stream(one, other)
    if proposed:
        clinic.say(stream, "data_steward", None, cleaning.PairProposed(
            one, other, 1, 1, "mẫu", 9_000, cleaning.Grade.LIKELY))  # fmt: skip
    judged = cleaning.PairJudged(cleaning.Judgement.SAME, "mẫu")
    position = clinic.say(stream, role, None, judged)
    clinic.expect(*([] if expected is None else [(expected, position)]))


# Erasures


@pytest.mark.parametrize("second", ["keeper-2", "keeper-1"])
def test_an_approval_in_another_officers_name(clinic: Clinic, second: str) -> None:
    stream, named, purposes = PATIENT, clinic.new(), (Purpose.CONTACT,)
    keeper, basis = "data_protection_officer", "luật mẫu"
    due = local_day(clinic.hands.copy.at)
    clinic.say(stream, "citizen", None,
               erasure.ErasureRequested(named, purposes, basis, "citizen-1", due),
               actor="citizen-1")  # fmt: skip
    one, two = (erasure.ErasureApproved(named, f"keeper-{n}") for n in (1, 2))
    clinic.say(stream, keeper, None, one, actor="keeper-1")
    position = clinic.say(stream, keeper, None, two, actor=second)
    clinic.expect(*([] if second == "keeper-2" else [("C10.actor", position)]))
