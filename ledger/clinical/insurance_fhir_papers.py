"""Tables 7, 8, 13 and 14 as FHIR: discharge paper, summary, referral and appointment.

Source: the health reference, section 3: the mapping tables of referral and appointment. How long a
referral is valid is not in the table: it is computed where the paper is signed.
"""

import base64
from types import MappingProxyType
from typing import Final

from ledger.clinical.insurance_fhir_parts import (
    ACT_CODE,
    LANGUAGE,
    LOINC,
    SNOMED,
    Projection,
    Resource,
    coded,
    diseases,
    first,
    notes,
    organisation,
    own_system,
    practitioners,
    text_concept,
    when,
)
from ledger.clinical.insurance_fields import table_forms
from ledger.clinical.insurance_tables import Record
from ledger.clinical.insurance_times import InsuranceTime, parse_time

REASONS: Final = MappingProxyType(
    {
        "1": "Đủ điều kiện chuyển cơ sở khám chữa bệnh",
        "2": "Vượt quá khả năng chuyên môn",
        "3": "Theo yêu cầu của người bệnh hoặc người đại diện",
    }
)
"""MA_LYDO_CT in words."""
_PAPERS: Final = MappingProxyType(
    {7: ("18842-5", "Giấy ra viện"), 8: ("34133-9", "Tóm tắt hồ sơ bệnh án")}
)
"""LOINC code of the kind of document, and its name."""
_ADMINISTRATIVE: Final = frozenset({"MA_LK", "MA_TTDV", "MA_BS", "TEN_BS", "DU_PHONG"})
"""Fields that stand elsewhere in the document's resource."""
_REPRODUCTIVE: Final = frozenset(
    {"MA_DINH_CHI_THAI", "NGUYENNHAN_DINHCHI", "THOIGIAN_DINHCHI", "SO_CONCHET", "NGAY_CONCHET"}
)
"""Fields that tell of the end of a pregnancy or the loss of a child."""
_NOTHING: Final = frozenset({"0", ""})
_REFERRAL_NOTES: Final = (
    ("DAU_HIEU_LS", "Dấu hiệu lâm sàng"),
    ("CHAN_DOAN_RV", "Chẩn đoán"),
    ("QT_BENHLY", "Quá trình bệnh lý"),
    ("TOMTAT_KQ", "Tóm tắt kết quả cận lâm sàng"),
    ("PP_DIEUTRI", "Phương pháp điều trị"),
    ("TEN_DICH_VU", "Dịch vụ kỹ thuật"),
    ("TEN_THUOC", "Thuốc"),
    ("TINH_TRANG_CT", "Tình trạng lúc chuyển"),
    ("HOTEN_NGUOI_HT", "Người hộ tống"),
    ("CHUCDANH_NGUOI_HT", "Chức danh người hộ tống"),
)
_REFERRAL: Final = "Chuyển cơ sở khám bệnh, chữa bệnh"
_APPOINTMENT: Final = "Hẹn khám lại"
_DAY_BEGINS: Final = "T00:00:00+07:00"
_DAY_ENDS: Final = "T23:59:59+07:00"


def document(made: Projection, number: int, record: Record) -> Resource:
    """Return the Bundle's entry of the discharge paper (7) or the summary (8)."""
    code, name = _PAPERS[number]
    text = _text(number, record)
    written = when(record, "NGAY_CT")
    begun, ended = when(record, "NGAY_VAO"), when(record, "NGAY_RA")
    content = {
        "language": LANGUAGE,
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": LOINC, "code": code}], "text": name},
        "subject": made.patient,
        "author": practitioners(record.get("MA_BS"), record.get("TEN_BS")),
        "authenticator": first(practitioners(record.get("MA_TTDV"))),
        "custodian": organisation(made.episode.facility),
        "description": name,
        "securityLabel": [_reproductive()] if _tells_of_pregnancy(record) else [],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "language": LANGUAGE,
                    "data": base64.b64encode(text.encode()).decode("ascii"),
                    "title": name,
                    "creation": written,
                }
            }
        ],
        "context": {
            "encounter": [made.encounter],
            "period": {"start": begun, "end": ended},
        },
    }
    entry = made.resource("DocumentReference", f"XML{number}", content, text)
    if _tells_of_pregnancy(record):
        labels = entry["resource"].setdefault("meta", {}).setdefault("security", [])
        own = _reproductive()["coding"][0]
        if own not in labels:
            labels.append(own)
    return entry


def _text(number: int, record: Record) -> str:
    """Return the paper in words: every field that says something, under its name."""
    fields = table_forms()[number].fields
    return "\n".join(
        f"{fields[name].vi}: {_in_words(value, name)}"
        for name, value in record.items()
        if name not in _ADMINISTRATIVE
    )


def _in_words(value: str, name: str) -> str:
    time = parse_time(value) if name.startswith(("NGAY_", "THOIGIAN_", "NGOAITRU_")) else None
    return value if time is None else _day_in_words(time)


def _day_in_words(time: InsuranceTime) -> str:
    day = "/".join(reversed(time.date.split("-")))
    return f"{time.fhir[11:16]} {day}" if time.exact else day


def _tells_of_pregnancy(record: Record) -> bool:
    return any(record.get(name, "") not in _NOTHING for name in _REPRODUCTIVE)


def _reproductive() -> Resource:
    return {"coding": [{"system": ACT_CODE, "code": "SEX"}]}


def referral(made: Projection, record: Record) -> Resource:
    """Return the Bundle's entry of the referral paper, table 13."""
    category = {"coding": [{"system": SNOMED, "code": "3457005", "display": "Patient referral"}]}
    pairs = [(label, record.get(field)) for field, label in _REFERRAL_NOTES]
    reason = REASONS.get(record.get("MA_LYDO_CT", ""))
    content = {
        "extension": [
            _extension("MA_LYDO_CT", coded(record, "MA_LYDO_CT", reason)),
            _extension("PHUONGTIEN_VC", text_concept(record.get("PHUONGTIEN_VC"))),
        ],
        "identifier": [_paper_number(made, "SO_CHUYENTUYEN", record)],
        "status": "active",
        "intent": "order",
        "category": [category],
        "code": text_concept(_REFERRAL),
        **made.of_patient(),
        "authoredOn": when(record, "NGAY_RA"),
        "requester": first(practitioners(record.get("MA_BAC_SI"))),
        "performer": [organisation(record.get("MA_NOI_DEN"))],
        "reasonCode": diseases(record, "MA_BENH_CHINH", "MA_BENH_KT"),
        "note": notes(*pairs),
        "patientInstruction": record.get("HUONG_DIEU_TRI"),
    }
    text = "\n".join(filter(None, (value for _, value in pairs)))
    return made.resource("ServiceRequest", "XML13", content, text)


def _extension(field: str, concept: Resource) -> Resource:
    """Return an extension of one of our own; an empty one if the field says nothing."""
    if not concept.get("text") and not concept.get("coding"):
        return {}
    return {"url": own_system(field), "valueCodeableConcept": concept}


def _paper_number(made: Projection, field: str, record: Record) -> Resource:
    number = record.get(field)
    return {"system": own_system(field, made.episode.facility), "value": number} if number else {}


def appointment(made: Projection, record: Record) -> Resource:
    """Return the Bundle's entry of the re-examination appointment, table 14."""
    content = {
        "identifier": [_paper_number(made, "SO_GIAYHEN_KL", record)],
        **_appointed(parse_time(record.get("NGAY_HEN_KL", ""))),
        "serviceType": [text_concept(_APPOINTMENT)],
        "appointmentType": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
                    "code": "FOLLOWUP",
                    "display": "A follow up visit from a previous appointment",
                }
            ]
        },
        "reasonCode": diseases(record, "MA_BENH_CHINH", "MA_BENH_KT"),
        "description": record.get("CHAN_DOAN_RV") or _APPOINTMENT,
        "created": when(record, "NGAY_CT"),
        "participant": [
            {"actor": made.patient, "required": "required", "status": "accepted"},
            *(
                {"actor": one, "status": "accepted"}
                for one in [
                    organisation(made.episode.facility),
                    *practitioners(record.get("MA_BAC_SI")),
                ]
            ),
        ],
    }
    return made.resource("Appointment", "XML14", content)


def _appointed(time: InsuranceTime | None) -> Resource:
    """Return status and time.

    FHIR's start is a moment and needs an end: a day without hour is the whole day. A day that is
    unknown is only proposed.
    """
    if time is None or not time.whole_day:
        return {"status": "proposed"}
    if time.exact:
        return {"status": "booked", "start": time.fhir, "end": time.fhir}
    asked = {"start": time.date, "end": time.date}
    begins, ends = time.date + _DAY_BEGINS, time.date + _DAY_ENDS
    return {"status": "booked", "start": begins, "end": ends, "requestedPeriod": [asked]}
