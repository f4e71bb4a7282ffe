"""Sound FHIR documents for tests: a visit of ten resources, every name in it plainly made up."""

from typing import Any

import orjson

Resource = dict[str, Any]

PATIENT = "urn:uuid:00000000-0000-4000-8000-000000000001"
ENCOUNTER = "urn:uuid:00000000-0000-4000-8000-000000000002"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
UCUM = "http://unitsofmeasure.org"


def concept(system: str, code: str, display: str) -> Resource:
    """Return a CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def address(number: int) -> str:
    """Return the fullUrl of the entry of this number."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def _patient() -> Resource:
    return {
        "resourceType": "Patient",
        "extension": [
            {
                "url": "http://example.org/fhir/StructureDefinition/ethnicity",
                "valueCodeableConcept": {"text": "Kinh"},
            }
        ],
        "identifier": [
            {"system": "http://example.org/id/personal-number", "value": "001099000001"}
        ],
        "active": True,
        "name": [{"use": "official", "text": "Nguyễn Thử Nghiệm", "given": ["Thử", "Nghiệm"]}],
        "telecom": [{"system": "phone", "value": "0900000000", "rank": 1}],
        "gender": "female",
        "birthDate": "1999-02-28",
        "address": [{"text": "Số 1 Phố Mẫu, Hà Nội", "period": {"start": "2020"}}],
    }


def _encounter() -> Resource:
    return {
        "resourceType": "Encounter",
        "text": {
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Khám <b>ngoại trú</b></p></div>',
        },
        "status": "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "AMB",
        },
        "subject": {"reference": PATIENT},
        "participant": [{"individual": {"reference": address(3)}}],
        "period": {"start": "2024-05-10T08:00:00+07:00", "end": "2024-05-10T09:30:00+07:00"},
        "reasonReference": [{"reference": address(4)}],
        "serviceProvider": {"reference": address(5)},
    }


def _observation(code: str, display: str, value: float, unit: str) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, code, display),
        "subject": {"reference": PATIENT},
        "encounter": {"reference": ENCOUNTER},
        "effectiveDateTime": "2024-05-10T08:20:00+07:00",
        "issued": "2024-05-10T08:21:00.125+07:00",
        "performer": [{"reference": address(3)}],
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
        "referenceRange": [{"low": {"value": 1}, "high": {"value": 200}}],
    }


def _condition() -> Resource:
    return {
        "resourceType": "Condition",
        "contained": [{"resourceType": "Practitioner", "id": "p1", "name": [{"text": "BS. Mẫu"}]}],
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                    "code": "active",
                }
            ]
        },
        "code": concept(ICD10, "I10", "Tăng huyết áp vô căn"),
        "subject": {"reference": PATIENT},
        "encounter": {"reference": ENCOUNTER},
        "onsetDateTime": "2024-05",
        "recorder": {"reference": "#p1"},
    }


def _request() -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Amlodipin 5 mg"},
        "subject": {"reference": PATIENT},
        "encounter": {"reference": ENCOUNTER},
        "authoredOn": "2024-05-10",
        "dosageInstruction": [
            {
                "text": "Ngày uống 1 viên, sáng",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "viên"}}],
            }
        ],
    }


def _document() -> Resource:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": PATIENT},
        "date": "2024-05-10T09:40:00+07:00",
        "content": [{"attachment": {"contentType": "text/plain", "data": "VGjhu60=", "size": 5}}],
        "context": {"encounter": [{"reference": ENCOUNTER}], "period": {"start": "2024-05-10"}},
    }


def _report() -> Resource:
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": concept(LOINC, "24323-8", "Comprehensive metabolic panel"),
        "subject": {"reference": PATIENT},
        "encounter": {"reference": ENCOUNTER},
        "effectivePeriod": {"start": "2024-05-10", "end": "2024-05-10"},
        "result": [{"reference": address(7)}, {"reference": address(8)}],
    }


def visit() -> Resource:
    """Return a sound visit Bundle, anew each time."""
    resources = [
        _patient(),
        _encounter(),
        {"resourceType": "Practitioner", "name": [{"text": "BS. Trần Mẫu"}]},
        _condition(),
        {"resourceType": "Organization", "name": "Trạm Y tế Mẫu"},
        _request(),
        _observation("8480-6", "Systolic blood pressure", 142, "mm[Hg]"),
        _observation("2339-0", "Glucose", 98.5, "mg/dL"),
        _report(),
        _document(),
    ]
    entries = [
        {"fullUrl": address(number), "resource": resource | {"id": f"r{number}"}}
        for number, resource in enumerate(resources, start=1)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def ordinary_visit() -> Resource:
    """Return a sound visit of eight resources as most systems send it, without narrative."""
    bundle = visit()
    condition = resource_of(bundle, "Condition")
    del condition["contained"], condition["recorder"]
    del resource_of(bundle, "Encounter")["text"], bundle["entry"][8:]
    return bundle


def resource_of(bundle: Resource, kind: str) -> Resource:
    """Return the first resource of the type ``kind`` in the Bundle."""
    found = (entry["resource"] for entry in bundle["entry"])
    return next(resource for resource in found if resource["resourceType"] == kind)


def written(value: object) -> bytes:
    """Return ``value`` as JSON text."""
    return orjson.dumps(value)
