"""The demonstration's visits, as a hospital's system sends them: FHIR, ICD-10, Vietnamese words.

Everything in them is made up for people who do not exist; the same for the same dice.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from uuid import UUID

import orjson

from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber
from shell.population import SamplePerson

Json = dict[str, Any]

VIETNAM: Final = timezone(timedelta(hours=7))
_HL7: Final = "http://terminology.hl7.org/CodeSystem/"
_LOINC: Final = "http://loinc.org"
_ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
_UCUM: Final = "http://unitsofmeasure.org"
_GENDERS: Final = {1: "male", 2: "female", 3: "other"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why somebody comes, what is found, what is given."""

    reason: str
    code: str
    diagnosis: str
    medicines: tuple[tuple[str, str], ...] = ()
    """Name, and how it is taken."""


COMPLAINTS: Final = (
    Complaint(
        "Tái khám huyết áp", "I10", "Tăng huyết áp vô căn (nguyên phát)",
        (("Amlodipin 5 mg", "Uống 1 viên mỗi sáng"),),
    ),
    Complaint(
        "Kiểm tra đường huyết", "E11.9", "Đái tháo đường típ 2, không biến chứng",
        (("Metformin 500 mg", "Uống 1 viên sau ăn, ngày 2 lần"),),
    ),
    Complaint(
        "Ho, sốt hai ngày", "J20.9", "Viêm phế quản cấp",
        (("Paracetamol 500 mg", "Uống 1 viên khi sốt, cách nhau ít nhất 6 giờ"),),
    ),
    Complaint(
        "Đau thượng vị", "K29.7", "Viêm dạ dày",
        (("Omeprazol 20 mg", "Uống 1 viên trước ăn sáng, 14 ngày"),),
    ),
    Complaint("Đau khớp gối", "M17.9", "Thoái hóa khớp gối"),
    Complaint("Khám sức khỏe định kỳ", "Z00.0", "Khám sức khỏe tổng quát"),
)  # fmt: skip
ALLERGIES: Final = (("Penicillin", "Phát ban"), ("Tôm, cua", "Nổi mề đay"))
VACCINES: Final = (("140", "Vắc xin cúm mùa"), ("113", "Vắc xin uốn ván, bạch hầu"))


def identity_of(person: SamplePerson) -> AssertedIdentity:
    """Return a sample person as a hospital says who it treated."""
    return AssertedIdentity(
        name=person.name,
        birth=person.birth_date.isoformat(),
        sex=person.sex,
        numbers=(AssertedNumber("personal", person.number),),
    )


def visits_of(
    person: SamplePerson, *, facility: str, at: Sequence[datetime], dice: random.Random
) -> Iterator[tuple[str, bytes]]:
    """Yield key and bytes of one visit for each moment of ``at``, oldest first."""
    complaint = dice.choice(COMPLAINTS)
    allergy = dice.choice((None, *ALLERGIES))
    for ordinal, moment in enumerate(at):
        key = f"{facility}{moment:%y%m%d}{dice.randrange(10**6):06}"
        bundle = _Bundle(person, facility, key, moment.astimezone(VIETNAM), dice)
        bundle.visit(complaint)
        bundle.measure()
        if ordinal == 0:
            bundle.allergy(allergy)
            bundle.vaccinate(dice.choice(VACCINES))
        yield key, orjson.dumps(bundle.whole())


class _Bundle:
    """One visit's Bundle while it is being put together."""

    def __init__(
        self, person: SamplePerson, facility: str, key: str, at: datetime, dice: random.Random
    ) -> None:
        self._key, self._facility, self._dice = key, facility, dice
        self._at = at.replace(microsecond=0)
        self._entries: list[Json] = []
        self._patient = self._add("Patient", _patient(person))
        self._encounter = ""

    def whole(self) -> Json:
        return {"resourceType": "Bundle", "type": "collection", "entry": self._entries}

    def visit(self, complaint: Complaint) -> None:
        start, end = self._at.isoformat(), (self._at + timedelta(minutes=40)).isoformat()
        self._encounter = self._add("Encounter", {
            "identifier": [{
                "system": f"http://fhir.hl7.org.vn/core/sid/ma-lk/{self._facility}",
                "value": self._key,
            }],
            "status": "finished",
            "class": {"system": f"{_HL7}v3-ActCode", "code": "AMB"},
            "subject": self._subject,
            "period": {"start": start, "end": end},
            "reasonCode": [{"text": complaint.reason}],
            "serviceProvider": {"identifier": {"value": self._facility}},
        })  # fmt: skip
        self._add("Condition", {
            "clinicalStatus": _status("condition-clinical", "active"),
            "verificationStatus": _status("condition-ver-status", "confirmed"),
            "category": [_status("condition-category", "encounter-diagnosis")],
            "code": _concept(_ICD_10, complaint.code, complaint.diagnosis),
            **self._about,
            "recordedDate": start,
        })  # fmt: skip
        for name, dosage in complaint.medicines:
            self._add("MedicationRequest", {
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": name},
                **self._about,
                "authoredOn": start,
                "dosageInstruction": [{"text": dosage}],
            })  # fmt: skip

    def measure(self) -> None:
        dice = self._dice
        upper, lower = dice.randrange(105, 150), dice.randrange(65, 95)
        self._observe(
            "85354-9",
            "Huyết áp",
            component=[
                {"code": _concept(_LOINC, code, text), "valueQuantity": _quantity(value, "mm[Hg]")}
                for code, text, value in (
                    ("8480-6", "Huyết áp tâm thu", upper),
                    ("8462-4", "Huyết áp tâm trương", lower),
                )
            ],
        )
        pulse, weight = dice.randrange(58, 96), dice.randrange(420, 850) / 10
        self._observe("8867-4", "Nhịp tim", valueQuantity=_quantity(pulse, "/min"))
        self._observe("29463-7", "Cân nặng", valueQuantity=_quantity(weight, "kg"))

    def _observe(self, code: str, text: str, **value: Any) -> None:
        self._add("Observation", {
            "status": "final",
            "category": [_status("observation-category", "vital-signs")],
            "code": _concept(_LOINC, code, text),
            **self._about,
            "effectiveDateTime": self._at.isoformat(),
            **value,
        })  # fmt: skip

    def allergy(self, known: tuple[str, str] | None) -> None:
        what = {"text": known[0]} if known else _concept(
            "http://snomed.info/sct", "716186003", "Không có dị ứng nào được biết"
        )  # fmt: skip
        reaction = {"reaction": [{"manifestation": [{"text": known[1]}]}]} if known else {}
        self._add("AllergyIntolerance", {
            "clinicalStatus": _status("allergyintolerance-clinical", "active"),
            "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
            "code": what,
            "patient": self._subject,
            "encounter": {"reference": self._encounter},
            "recordedDate": self._at.isoformat(),
            **reaction,
        })  # fmt: skip

    def vaccinate(self, vaccine: tuple[str, str]) -> None:
        self._add("Immunization", {
            "status": "completed",
            "vaccineCode": _concept("http://hl7.org/fhir/sid/cvx", *vaccine),
            "patient": self._subject,
            "encounter": {"reference": self._encounter},
            "occurrenceDateTime": self._at.date().isoformat(),
            "primarySource": True,
        })  # fmt: skip

    @property
    def _subject(self) -> Json:
        return {"reference": self._patient}

    @property
    def _about(self) -> Json:
        return {"subject": self._subject, "encounter": {"reference": self._encounter}}

    def _add(self, kind: str, content: Json) -> str:
        address = f"urn:uuid:{UUID(int=self._dice.getrandbits(128), version=4)}"
        name = f"{self._key}-{len(self._entries) + 1}"
        resource = {"resourceType": kind, "id": name, **content}
        self._entries.append({"fullUrl": address, "resource": resource})
        return address


def _patient(person: SamplePerson) -> Json:
    return {
        "identifier": [{
            "type": _concept(f"{_HL7}v2-0203", "NI", "Số định danh cá nhân"),
            "system": "http://fhir.hl7.org.vn/core/sid/cccd",
            "value": person.number,
        }],
        "name": [{"use": "official", "text": person.name}],
        "gender": _GENDERS[person.sex],
        "birthDate": person.birth_date.isoformat(),
        "address": [{"text": person.address}],
    }  # fmt: skip


def _concept(system: str, code: str, text: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _status(table: str, code: str) -> Json:
    return {"coding": [{"system": f"{_HL7}{table}", "code": code}]}


def _quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": _UCUM, "code": unit}
