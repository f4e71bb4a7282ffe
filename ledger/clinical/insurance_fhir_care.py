"""Tables 2 to 5 as FHIR: drugs, services, results and the clinical course.

Prices and shares of payment are left out: they say nothing about anybody's health and stay in the
evidence. Source: the health reference, section 3; FHIR R4 4.0.1.
"""

import re
from collections.abc import Iterator
from typing import Final

from ledger.clinical.insurance_fhir_parts import (
    Projection,
    Resource,
    coded,
    diseases,
    first,
    notes,
    number,
    own_system,
    practitioners,
    quantity,
    text_concept,
    when,
)
from ledger.clinical.insurance_forms import parts
from ledger.clinical.insurance_tables import Record

_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_OPERATIONS: Final = frozenset({"8", "18"})
"""MA_NHOM of operations and interventions; all else of table 3 was ordered and done."""
_MEASURED: Final = re.compile(r"(?P<than><=|>=|<|>)?\s*(?P<value>-?[0-9]{1,18}(?:\.[0-9]{1,10})?)")
_COURSE: Final = (
    ("GIAI_DOAN_BENH", "Giai đoạn bệnh"),
    ("HOI_CHAN", "Hội chẩn"),
    ("PHAU_THUAT", "Phẫu thuật"),
)
_COURSE_LABEL: Final = "Diễn biến lâm sàng"


def drug(made: Projection, place: str, record: Record) -> Resource:
    """Return the Bundle's entry of one drug of table 2."""
    name = " ".join(filter(None, (record.get("TEN_THUOC"), record.get("HAM_LUONG"))))
    content = {
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": coded(record, "MA_THUOC", name),
        **made.of_patient(),
        "authoredOn": when(record, "NGAY_YL"),
        "requester": first(practitioners(record.get("MA_BAC_SI"))),
        "note": notes(
            ("Số đăng ký", record.get("SO_DANG_KY")), ("Dạng bào chế", record.get("DANG_BAO_CHE"))
        ),
        "dosageInstruction": [
            {
                "text": "; ".join(filter(None, (record.get("LIEU_DUNG"), record.get("CACH_DUNG")))),
                "route": text_concept(record.get("DUONG_DUNG")),
            }
        ],
        "dispenseRequest": {
            "quantity": quantity(record.get("SO_LUONG"), record.get("DON_VI_TINH"))
        },
    }
    return made.resource("MedicationRequest", place, content)


def service(made: Projection, place: str, record: Record) -> Resource:
    """Return the Bundle's entry of one service or supply of table 3."""
    if "MA_PTTT_QT" in record or record.get("MA_NHOM") in _OPERATIONS:
        return made.resource("Procedure", place, _procedure(made, record))
    return made.resource("ServiceRequest", place, _order(made, record))


def _procedure(made: Projection, record: Record) -> Resource:
    codes = [
        {"system": own_system("MA_PTTT_QT"), "code": code}
        for code in parts(record.get("MA_PTTT_QT", ""))
    ]
    done = when(record, "NGAY_TH_YL", "NGAY_KQ", "NGAY_YL")
    concept = _service(record)
    return {
        "status": "completed",
        "code": {**concept, "coding": [*concept["coding"], *codes]},
        **made.of_patient(),
        "performedDateTime": done,
        "performer": [{"actor": one} for one in practitioners(record.get("NGUOI_THUC_HIEN"))],
        "reasonCode": diseases(record, "MA_BENH"),
        "bodySite": [text_concept(record.get("VI_TRI_TH_DVKT"))],
    }


def _order(made: Projection, record: Record) -> Resource:
    return {
        "status": "completed",
        "intent": "order",
        "code": _service(record),
        "quantityQuantity": quantity(record.get("SO_LUONG"), record.get("DON_VI_TINH")),
        **made.of_patient(),
        "occurrenceDateTime": when(record, "NGAY_TH_YL", "NGAY_KQ"),
        "authoredOn": when(record, "NGAY_YL"),
        "requester": first(practitioners(record.get("MA_BAC_SI"))),
        "performer": practitioners(record.get("NGUOI_THUC_HIEN")),
        "reasonCode": diseases(record, "MA_BENH"),
        "bodySite": [text_concept(record.get("VI_TRI_TH_DVKT"))],
    }


def _service(record: Record) -> Resource:
    """Return what it is: a service by its code and name, a supply likewise."""
    if "MA_DICH_VU" in record or "TEN_DICH_VU" in record:
        return coded(record, "MA_DICH_VU", record.get("TEN_DICH_VU"))
    return coded(record, "MA_VAT_TU", record.get("TEN_VAT_TU"))


def result(made: Projection, place: str, record: Record) -> Resource:
    """Return the Bundle's entry of one result of table 4; numbers and units stay as written."""
    measured = "MA_CHI_SO" in record or "TEN_CHI_SO" in record
    code = coded(record, "MA_CHI_SO", record.get("TEN_CHI_SO"))
    code["coding"] += coded(record, "MA_DICH_VU")["coding"]
    if not measured:
        code["text"] = "Kết quả cận lâm sàng"
    said = [record.get(field) for field in ("GIA_TRI", "KET_LUAN", "MO_TA")]
    texts = [text for text in said if text]
    content = {
        "status": "final",
        "category": [_category("laboratory" if "GIA_TRI" in record else "procedure")],
        "code": code,
        **made.of_patient(),
        "effectiveDateTime": when(record, "NGAY_KQ"),
        "performer": practitioners(record.get("MA_BS_DOC_KQ")),
        **_value(texts[0] if texts else "", record),
        "note": _remarks(record),
    }
    return made.resource("Observation", place, content, "\n".join(texts))


def _category(code: str) -> Resource:
    return {"coding": [{"system": f"{_TERMS}observation-category", "code": code}]}


def _value(text: str, record: Record) -> Resource:
    """Return the value: a number with its unit where it is one, else the words."""
    measured = _MEASURED.fullmatch(text) if "GIA_TRI" in record else None
    if measured is None:
        unit = record.get("DON_VI_DO") if "GIA_TRI" in record else None
        return {"valueString": " ".join(filter(None, (text, unit)))}
    value = {"value": number(measured["value"]), "comparator": measured["than"]}
    return {"valueQuantity": {**value, "unit": record.get("DON_VI_DO")}}


def _remarks(record: Record) -> list[Resource]:
    """Return what is said besides the value."""
    concluded = record.get("KET_LUAN") if "GIA_TRI" in record else None
    described = record.get("MO_TA") if "GIA_TRI" in record or "KET_LUAN" in record else None
    return notes(("Mô tả", described), ("Kết luận", concluded))


def course(made: Projection, place: str, record: Record) -> Resource:
    """Return the Bundle's entry of one note of table 5."""
    further = [
        {"code": text_concept(label), "valueString": record[field]}
        for field, label in _COURSE
        if field in record
    ]
    texts = [record[field] for field in ("DIEN_BIEN_LS", *dict(_COURSE)) if field in record]
    content = {
        "status": "final",
        "category": [_category("exam")],
        "code": text_concept(_COURSE_LABEL),
        **made.of_patient(),
        "effectiveDateTime": when(record, "THOI_DIEM_DBLS"),
        "performer": practitioners(record.get("NGUOI_THUC_HIEN")),
        "valueString": record.get("DIEN_BIEN_LS"),
        "component": further,
    }
    return made.resource("Observation", place, content, "\n".join(texts))


def care_entries(
    made: Projection, table: int, places: Iterator[tuple[str, Record]]
) -> list[Resource]:
    """Return the Bundle's entries of one of these tables."""
    make = {2: drug, 3: service, 4: result, 5: course}[table]
    return [make(made, place, record) for place, record in places]
