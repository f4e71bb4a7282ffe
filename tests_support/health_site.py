"""A citizen with a full health book, a child of theirs, papers, links, and somebody who looked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ledger.certificates.kinds import KINDS
from ledger.commands import books, misuse
from ledger.records.health_book.facts import Relation
from tests_support.book_doors import door
from tests_support.book_house import BookHouse, problem
from tests_support.browser_site import Site, served
from tests_support.cheap_accounts import cheap_accounts
from tests_support.governing_world import Door
from tests_support.paper_house import PATIENT, Facilities
from tests_support.service_world import PASSWORD, World, open_world
from tests_support.whole_house import House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role

CITIZEN: Final = "congdan"
CHILD: Final = UUID("c0000000-0000-4000-8000-00000000000c")
HOSPITAL: Final = "79A02"
_LOINC: Final = "http://loinc.org"


def _about(number: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": number, "subject": {"reference": "urn:uuid:p"}, **more}


def _vital(number: str, code: str, text: str, day: str, value: float, unit: str) -> dict[str, Any]:
    return _about(
        number, "Observation", status="final", effectiveDateTime=f"{day}T08:00:00+07:00",
        category=[{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs"}]}],
        code={"coding": [{"system": _LOINC, "code": code}], "text": text},
        valueQuantity={"value": value, "unit": unit},
    )  # fmt: skip


def _pressure(number: str, day: str, high: int, low: int, unit: str = "mmHg") -> dict[str, Any]:
    made = _vital(number, "85354-9", "Huyết áp", day, 0, "")
    del made["valueQuantity"]
    made["component"] = [
        {"code": {"coding": [{"system": _LOINC, "code": code}], "text": text},
         "valueQuantity": {"value": value, "unit": unit}}
        for code, text, value in (
            ("8480-6", "Tâm thu", high), ("8462-4", "Tâm trương", low))
    ]  # fmt: skip
    return made


def _medicine(number: str, text: str, dosage: str, status: str = "active") -> dict[str, Any]:
    return _about(
        number, "MedicationRequest", status=status, intent="order",
        medicationCodeableConcept={"text": text}, authoredOn="2026-11-02",
        dosageInstruction=[{"text": dosage}],
    )  # fmt: skip


def allergy(number: str, text: str, *, grave: bool = False) -> dict[str, Any]:
    """Return an allergy as a facility sends it."""
    made = {
        "resourceType": "AllergyIntolerance", "id": number, "code": {"text": text},
        "patient": {"reference": "urn:uuid:p"}, "recordedDate": "2026-10-01",
        "clinicalStatus": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
            "code": "active"}]},
    }  # fmt: skip
    return {**made, "criticality": "high"} if grave else made


def encounter(number: str, day: str, text: str) -> dict[str, Any]:
    """Return a visit's own resource."""
    return _about(
        number, "Encounter", status="finished", type=[{"text": text}],
        **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}},
        period={"start": f"{day}T08:00:00+07:00", "end": f"{day}T09:00:00+07:00"},
    )  # fmt: skip


def immunisation(number: str, text: str, day: str) -> dict[str, Any]:
    """Return a vaccination."""
    return {
        "resourceType": "Immunization", "id": number, "status": "completed",
        "vaccineCode": {"text": text}, "patient": {"reference": "urn:uuid:p"},
        "occurrenceDateTime": day, "lotNumber": "MAU-1",
    }  # fmt: skip


@dataclass
class HealthSite:
    """The house, and the service as a browser reaches it."""

    site: Site
    books: BookHouse
    facilities: Facilities
    subject: UUID
    referral: str
    appointment: str
    visit: UUID

    @property
    def house(self) -> House:
        """The running home."""
        return self.books.house

    def citizen(self) -> Door:
        """The citizen, sending JSON."""
        return door(self.books, Role.CITIZEN, subject=self.subject)

    def officer(self, number: int = 1) -> Door:
        """A data protection officer, sending JSON."""
        return door(self.books, Role.DATA_PROTECTION_OFFICER, subject=UUID(int=number))

    def catch_up(self) -> None:
        """Let the views see all facts."""
        self.house.system.projector.catch_up()


@contextmanager
def open_health_house(home: Path) -> Iterator[tuple[BookHouse, Facilities, dict[str, Any]]]:
    """Open a house in which a citizen was treated, referred, and given an appointment."""
    with open_house(home) as house:
        facilities, known = Facilities(house), BookHouse(house)
        day = house.clock.at + timedelta(days=14)
        order = facilities.order(
            KINDS["appointment"], written=f"{house.clock.at:%Y%m%d}", appointed=f"{day:%Y%m%d}0800"
        )
        referral = facilities.issued("/v1/referrals", facilities.order(KINDS["referral"]))
        appointment = facilities.issued("/v1/appointments", order)
        subject = house.system.directory.find(str(PATIENT["number"]), kind="personal")
        assert subject is not None
        visit = _treated(known, subject)
        _family(known, subject)
        house.system.projector.catch_up()
        told = {"subject": subject, "referral": referral, "appointment": appointment}
        yield known, facilities, {**told, "visit": visit}


def _treated(known: BookHouse, subject: UUID) -> UUID:
    first = known.visit(
        subject, "1", encounter("e1", "2026-10-01", "Khám ngoại trú"),
        problem("Tăng huyết áp", "c1"), allergy("a1", "Penicillin", grave=True),
        _pressure("b1", "2026-10-01", 150, 95),
        _vital("w1", "29463-7", "Cân nặng", "2026-10-01", 61.5, "kg"),
    )  # fmt: skip
    known.correct(
        subject, first, encounter("e1", "2026-10-01", "Khám ngoại trú"),
        problem("Tăng huyết áp vô căn", "c1"), allergy("a1", "Penicillin", grave=True),
        _pressure("b1", "2026-10-01", 150, 95),
        _vital("w1", "29463-7", "Cân nặng", "2026-10-01", 61.5, "kg"),
    )  # fmt: skip
    known.visit(
        subject, "2", encounter("e2", "2026-11-02", "Tái khám"),
        problem("Tăng huyết áp vô căn", "c2"),
        _medicine("m1", "Amlodipin 5 mg", "Uống 1 viên buổi sáng"),
        _medicine("m2", "Paracetamol 500 mg", "Khi đau", "completed"),
        _pressure("b2", "2026-11-02", 138, 88, "mm[Hg]"),
        _vital("w2", "29463-7", "Cân nặng", "2026-11-02", 60.8, "kg"),
        immunisation("i1", "Cúm mùa", "2026-11-02"),
    )  # fmt: skip
    return first


def _family(known: BookHouse, subject: UUID) -> None:
    """Give the citizen a child, who has a book with one allergy asked for and none known."""
    known.know(CHILD, "NGUYỄN THỊ MẪU CON", "2019-05-01")
    known.visit(CHILD, "9", encounter("e9", "2026-11-10", "Khám nhi"), problem("Viêm họng", "c9"))
    books.appoint_representative(
        known.house.system.facts, subject=CHILD, representative=subject, relation=Relation.PARENT,
        until=date(2037, 5, 1), evidence="Giấy khai sinh mẫu", act=known.act(),
    )  # fmt: skip


@contextmanager
def open_health_site(folder: Path) -> Iterator[HealthSite]:
    """Serve that house on a port of its own."""
    with open_health_house(folder / "home") as (known, facilities, told):
        house = known.house
        account = Account(
            "account-citizen", CITIZEN, "NGUYỄN VĂN MẪU", Role.CITIZEN, None, told["subject"]
        )
        salt = house.system.clockwork.random(16)
        cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
        assert misuse.load_reports(house.system.facts, told["subject"]) == ()
        doctor = known.doctor(HOSPITAL)
        known.get(doctor, f"/v1/records/{told['subject']}/problems")
        known.get(known.doctor("01B03"), f"/v1/records/{told['subject']}/problems")

        def open_at(url: str) -> World:
            del url
            return replace(open_world(folder), app=house.app)

        with served(open_at) as site:
            yield HealthSite(
                site, known, facilities, told["subject"], told["referral"]["id"],
                told["appointment"]["id"], told["visit"],
            )  # fmt: skip
