"""Generated visits as a Vietnamese hospital sends them: ICD-10, Vietnamese texts; of nobody."""

import random
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any, Final
from uuid import UUID

from tests_support import visit_codes as codes
from tests_support import visit_results as results
from tests_support.visit_json import (
    SPACINGS,
    TERMINOLOGY,
    Json,
    concept,
    dumped,
    some_day,
    status,
)

FAMILY: Final = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "VŨ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ")
MIDDLE: Final = ("VĂN", "THỊ", "MINH", "NGỌC", "ĐỨC", "THU", "QUỐC", "HỒNG")
VIETNAM: Final = timezone(timedelta(hours=7))


def vietnamese_patient(rng: random.Random) -> Json:
    """Return a Patient as a Vietnamese hospital sends it; numbers that are issued to nobody."""
    number = f"000{rng.randrange(4)}{rng.randrange(100):02}{rng.randrange(10**6):06}"
    card = f"HS4{rng.randrange(100):02}{rng.randrange(10**10):010}"
    name = f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} MẪU {rng.randrange(1000)}"
    return {
        "resourceType": "Patient",
        "id": f"BN{rng.randrange(10**8):08}",
        "identifier": [
            {
                "type": concept(f"{TERMINOLOGY}v2-0203", "NI", "Số định danh cá nhân"),
                "system": "http://fhir.hl7.org.vn/core/sid/cccd",
                "value": number,
            },
            {
                "type": concept(f"{TERMINOLOGY}v2-0203", "HC", "Thẻ bảo hiểm y tế"),
                "system": "http://fhir.hl7.org.vn/core/sid/bhyt",
                "value": card,
            },
        ],
        "name": [{"use": "official", "text": name}],
        "gender": rng.choice(("male", "female")),
        "birthDate": rng.choice(("1985", "1974-05", "1990-02-28", "2015-11-03")),
        "address": [{"text": "Số 1, đường Mẫu, phường Mẫu, Thành phố Hồ Chí Minh"}],
    }


def vietnamese_visit(
    rng: random.Random, facility: str = "79A02", patient: Json | None = None
) -> Json:
    """Return one visit of a Vietnamese hospital as a collection Bundle."""
    person = patient or vietnamese_patient(rng)
    key = f"{facility}{rng.randrange(10**10):010}"
    at = some_day(rng).replace(tzinfo=VIETNAM, year=rng.randrange(2018, 2026))
    start, end = at.isoformat(), (at + timedelta(minutes=45)).isoformat()
    numbers = iter(range(1, 100))

    def url(kind: str) -> str:
        return f"urn:uuid:{UUID(int=rng.getrandbits(128), version=4)}" if kind else ""

    patient_url, encounter_url = url("Patient"), url("Encounter")
    subject = {"reference": patient_url}
    about = {"subject": subject, "encounter": {"reference": encounter_url}}

    def made(kind: str, **fields: Any) -> Json:
        resource = {"resourceType": kind, "id": f"{key}-{next(numbers)}"} | {
            name.rstrip("_"): value for name, value in fields.items()
        }
        return {"fullUrl": url(kind), "resource": resource}

    encounter = {
        "resourceType": "Encounter",
        "id": key,
        "identifier": [
            {"system": f"http://fhir.hl7.org.vn/core/sid/ma-lk/{facility}", "value": key}
        ],
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}v3-ActCode", "code": "AMB", "display": "ambulatory"},
        "subject": subject,
        "period": {"start": start, "end": end},
        "reasonCode": [{"text": rng.choice(results.VIETNAMESE_NOTES)}],
        "serviceProvider": {"identifier": {"value": facility}},
    }
    entries = [
        {"fullUrl": patient_url, "resource": person},
        {"fullUrl": encounter_url, "resource": encounter},
    ]
    for code, text in rng.sample(results.VIETNAMESE_DIAGNOSES, rng.randrange(1, 3)):
        entries.append(
            made(
                "Condition",
                clinicalStatus=status("condition-clinical", "active"),
                verificationStatus=status("condition-ver-status", "confirmed"),
                category=[status("condition-category", "encounter-diagnosis")],
                code=concept(codes.ICD_10, code, text),
                **about,
                recordedDate=start,
            )
        )
    for name, dose in rng.sample(results.VIETNAMESE_MEDICINES, rng.randrange(4)):
        entries.append(
            made(
                "MedicationRequest",
                status="active",
                intent="order",
                medicationCodeableConcept={"text": name},
                **about,
                authoredOn=start,
                dosageInstruction=[{"text": dose}],
            )
        )
    for code, display, unit, low, high in rng.sample(results.VITALS[:9], rng.randrange(4)):
        value = round(rng.uniform(low, high), 1)
        entries.append(
            made(
                "Observation",
                status="final",
                category=[status("observation-category", "vital-signs", "Vital Signs")],
                code=concept(codes.LOINC, code, display),
                **about,
                effectiveDateTime=start,
                valueQuantity={"value": value, "unit": unit, "system": codes.UCUM, "code": unit},
            )
        )
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def vietnamese_visits(seed: int, count: int, facility: str = "79A02") -> Iterator[bytes]:
    """Yield visits as a Vietnamese hospital would send them, each of somebody else."""
    rng = random.Random(seed)
    for _ in range(count):
        yield dumped(vietnamese_visit(rng, facility), rng.choice(SPACINGS))
