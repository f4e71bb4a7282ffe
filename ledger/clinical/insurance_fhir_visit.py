"""Table 1 as FHIR: the patient, the cards, the visit itself, its diseases and what was noted.

Source: the health reference, section 3; FHIR R4 4.0.1. What the codes of the tables mean is from
Decision 130/QĐ-BYT and its successors.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.fhir_dates import is_before
from ledger.clinical.insurance_envelope import Episode
from ledger.clinical.insurance_fhir_parts import (
    EPISODE_KEYS,
    INSURANCE_CARDS,
    LOINC,
    PERSONAL_NUMBERS,
    UCUM,
    Projection,
    Resource,
    coded,
    disease,
    disease_codes,
    number,
    organisation,
    own_system,
    text_concept,
    when,
)
from ledger.clinical.insurance_forms import parts
from ledger.clinical.insurance_tables import Record
from ledger.clinical.insurance_times import parse_time
from ledger.identifiers import FOREIGN_PASSPORT, OLD_IDENTITY_CARD, PERSONAL_NUMBER

_V3: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_GENDERS: Final = MappingProxyType({"1": "male", "2": "female", "3": "unknown"})
_INPATIENT: Final = ("IMP", "inpatient encounter")
_AMBULATORY: Final = ("AMB", "ambulatory")
_SHORT_STAY: Final = ("SS", "short stay")
_CLASSES: Final = MappingProxyType(
    {"01": _AMBULATORY, "02": _AMBULATORY, "03": _INPATIENT, "04": _SHORT_STAY, "05": _AMBULATORY,
     "06": _SHORT_STAY, "07": _AMBULATORY, "08": _AMBULATORY, "09": _SHORT_STAY}
)  # fmt: skip
"""Kind of encounter by MA_LOAI_KCB; of any other code by whether there was an admission."""
CARE_KINDS: Final = MappingProxyType(
    {
        "01": "Khám bệnh",
        "02": "Điều trị ngoại trú",
        "03": "Điều trị nội trú",
        "04": "Điều trị nội trú ban ngày",
        "05": "Điều trị ngoại trú bệnh mạn tính dài ngày, có khám và lĩnh thuốc",
        "06": "Điều trị lưu tại trạm y tế",
        "07": "Nhận thuốc theo hẹn, không khám bệnh",
        "08": "Điều trị ngoại trú bệnh mạn tính dài ngày, có dịch vụ kỹ thuật hoặc thuốc",
        "09": "Điều trị nội trú dưới 4 giờ",
        "10": "Các trường hợp khác",
    }
)
"""MA_LOAI_KCB in words."""
DISCHARGES: Final = MappingProxyType(
    {
        "1": "Ra viện",
        "2": "Chuyển cơ sở khám chữa bệnh theo yêu cầu chuyên môn",
        "3": "Trốn viện",
        "4": "Xin ra viện",
        "5": "Chuyển cơ sở khám chữa bệnh theo yêu cầu người bệnh",
    }
)
"""MA_LOAI_RV in words."""
OUTCOMES: Final = MappingProxyType(
    {
        "1": "Khỏi",
        "2": "Đỡ",
        "3": "Không thay đổi",
        "4": "Nặng hơn",
        "5": "Tử vong",
        "6": "Tiên lượng nặng xin về",
        "7": "Chưa xác định",
    }
)
"""KET_QUA_DTRI in words."""
_CURED: Final = "1"
_DEATH: Final = "5"
_INSURER: Final = "Bảo hiểm xã hội Việt Nam"
_NOTES: Final = (
    ("CHAN_DOAN_VAO", "Chẩn đoán lúc vào"),
    ("PP_DIEU_TRI", "Phương pháp điều trị"),
    ("GHI_CHU", "Ghi chú, lời dặn"),
)
"""Texts of table 1 that become observations, with what they are called."""
_ON_ARRIVAL: Final = frozenset({"CHAN_DOAN_VAO", "CAN_NANG"})
"""Fields that tell of the arrival; the others of the discharge."""


def visit_entries(made: Projection, general: Record) -> Iterator[Resource]:
    """Yield the Bundle's entries that table 1 makes."""
    conditions = list(_conditions(made, general))
    yield made.resource("Encounter", "", _encounter(made, general, conditions))
    yield made.resource("Patient", "", patient(made.episode, general))
    yield from _coverages(made, general)
    yield from conditions
    yield from _observations(made, general)


def _encounter(made: Projection, general: Record, conditions: list[Resource]) -> Resource:
    code, display = _class(general)
    ended = when(general, "NGAY_RA")
    reasons = [general.get(field) for field in ("LY_DO_VV", "LY_DO_VNT")]
    return {
        "identifier": [_key(made)],
        "status": "finished" if ended else "in-progress",
        "class": {"system": _V3, "code": code, "display": display},
        "type": [coded(general, "MA_LOAI_KCB", CARE_KINDS.get(general.get("MA_LOAI_KCB", "")))],
        "subject": made.patient,
        "period": {"start": when(general, "NGAY_VAO"), "end": ended},
        "reasonCode": [text_concept(text) for text in dict.fromkeys(reasons)],
        "diagnosis": [
            {"condition": {"reference": one["fullUrl"]}, "use": _discharge_use(), "rank": rank}
            for rank, one in enumerate(conditions, 1)
        ],
        "hospitalization": _hospitalization(general),
        "serviceProvider": organisation(made.episode.facility),
    }


def _key(made: Projection) -> Resource:
    return {"system": f"{EPISODE_KEYS}{made.episode.facility}", "value": made.episode.key}


def _class(general: Record) -> tuple[str, str]:
    known = _CLASSES.get(general.get("MA_LOAI_KCB", ""))
    return known or (_INPATIENT if "NGAY_VAO_NOI_TRU" in general else _AMBULATORY)


def _discharge_use() -> Resource:
    role = {"system": f"{_TERMS}diagnosis-role", "code": "DD", "display": "Discharge diagnosis"}
    return {"coding": [role]}


def _hospitalization(general: Record) -> Resource:
    """Return how they came and went; the number of the paper that was used is before admission."""
    used = general.get("GIAY_CHUYEN_TUYEN")
    system = own_system("GIAY_CHUYEN_TUYEN")
    origins = parts(general.get("MA_NOI_DI", ""))
    return {
        "preAdmissionIdentifier": {"system": system, "value": used} if used else {},
        "origin": organisation(origins[0] if origins else None),
        "destination": organisation(general.get("MA_NOI_DEN")),
        "dischargeDisposition": _in_words(general, "MA_LOAI_RV", DISCHARGES),
    }


def _in_words(record: Record, field: str, names: Mapping[str, str]) -> Resource:
    return coded(record, field, names.get(record.get(field, "")))


def patient(episode: Episode, general: Record) -> Resource:
    """Return what table 1 says of who the patient is, as elements of a Patient."""
    birth = parse_time(general.get("NGAY_SINH", ""))
    return {
        "identifier": list(_identifiers(episode, general)),
        "name": [{"text": general.get("HO_TEN")}],
        "telecom": [{"system": "phone", "value": general["DIEN_THOAI"]}]
        if "DIEN_THOAI" in general
        else [],
        "gender": _GENDERS.get(general.get("GIOI_TINH", "")),
        "birthDate": birth.date if birth else None,
        "deceasedBoolean": True if general.get("KET_QUA_DTRI") == _DEATH else None,
        "address": [{"text": general.get("DIA_CHI")}],
    }


def _identifiers(episode: Episode, general: Record) -> Iterator[Resource]:
    if identity := general.get("SO_CCCD"):
        yield _identity(identity)
    for card in dict.fromkeys(parts(general.get("MA_THE_BHYT", ""))):
        yield {"system": INSURANCE_CARDS, "value": card}
    if own := general.get("MA_BN"):
        yield {"system": own_system("MA_BN", episode.facility), "value": own}


def _identity(identity: str) -> Resource:
    """Return the number in SO_CCCD with the kind of paper that its form tells."""
    if PERSONAL_NUMBER.matches(identity):
        return {"type": _kind("NI"), "system": PERSONAL_NUMBERS, "value": identity}
    if OLD_IDENTITY_CARD.matches(identity):
        system = own_system("SO_CCCD", "old-identity-card")
        return {"type": _kind("NI"), "system": system, "value": identity}
    passport = FOREIGN_PASSPORT.matches(identity)
    return {
        "type": _kind("PPN") if passport else {},
        "system": own_system("SO_CCCD", "passport" if passport else "temporary"),
        "value": identity,
    }


def _kind(code: str) -> Resource:
    """Return a kind of number: NI national, PPN passport (HL7 v2, table 0203)."""
    return _coding("v2-0203", code)


def _coverages(made: Projection, general: Record) -> Iterator[Resource]:
    cards = parts(general.get("MA_THE_BHYT", ""))
    since, until = (parts(general.get(field, "")) for field in ("GT_THE_TU", "GT_THE_DEN"))
    for place, card in enumerate(dict.fromkeys(cards)):
        content = {
            "identifier": [{"system": INSURANCE_CARDS, "value": card}],
            "status": "active",
            "subscriberId": card,
            "beneficiary": made.patient,
            "period": _period(since[place:], until[place:]),
            "payor": [{"display": _INSURER}],
        }
        yield made.resource("Coverage", card, content)


def _period(since: tuple[str, ...], until: tuple[str, ...]) -> Resource:
    """Return the days of a card; one that ends before it begins says nothing."""
    times = [parse_time(sent[0]) if sent else None for sent in (since, until)]
    start, end = (time.date if time else None for time in times)
    return {} if start and end and is_before(end, start) else {"start": start, "end": end}


def _conditions(made: Projection, general: Record) -> Iterator[Resource]:
    """Yield the discharge diagnoses, the main one first.

    The sender's words are about all of them together: they stand with the main one.
    """
    words = general.get("CHAN_DOAN_RV")
    codes = disease_codes(general, "MA_BENH_CHINH", "MA_BENH_KT")
    if not codes and words:
        yield _condition(made, general, "", text_concept(words), main=True)
    for place, code in enumerate(codes):
        main = place == 0 and "MA_BENH_CHINH" in general
        yield _condition(made, general, code, disease(code, None if place else words), main=main)
    for code in dict.fromkeys(parts(general.get("MA_BENH_YHCT", ""))):
        concept = {"coding": [{"system": own_system("MA_BENH_YHCT"), "code": code}]}
        yield _condition(made, general, f"YHCT {code}", concept, main=False)


def _condition(
    made: Projection, general: Record, name: str, concept: Resource, *, main: bool
) -> Resource:
    cured = main and general.get("KET_QUA_DTRI") == _CURED
    content = {
        "clinicalStatus": _coding("condition-clinical", "resolved") if cured else {},
        "verificationStatus": _coding("condition-ver-status", "confirmed"),
        "category": [_coding("condition-category", "encounter-diagnosis")],
        "code": concept,
        **made.of_patient(),
        "recordedDate": when(general, "NGAY_RA", "NGAY_VAO"),
    }
    return made.resource("Condition", name, content)


def _coding(system: str, code: str) -> Resource:
    return {"coding": [{"system": _TERMS + system, "code": code}]}


def _observations(made: Projection, general: Record) -> Iterator[Resource]:
    if weight := number(general.get("CAN_NANG")):
        value = {"value": weight, "unit": "kg", "system": UCUM, "code": "kg"}
        code = {"coding": [{"system": LOINC, "code": "29463-7"}], "text": "Cân nặng"}
        yield _observation(
            made, general, "CAN_NANG", "vital-signs", {"code": code, "valueQuantity": value}
        )
    if group := general.get("NHOM_MAU"):
        code = {"coding": [{"system": LOINC, "code": "882-1"}], "text": "Nhóm máu"}
        yield _observation(
            made, general, "NHOM_MAU", "laboratory", {"code": code, "valueString": group}
        )
    if "KET_QUA_DTRI" in general:
        code = text_concept("Kết quả điều trị")
        value = _in_words(general, "KET_QUA_DTRI", OUTCOMES)
        yield _observation(
            made, general, "KET_QUA_DTRI", "exam", {"code": code, "valueCodeableConcept": value}
        )
    for field, label in _NOTES:
        if text := general.get(field):
            content = {"code": text_concept(label), "valueString": text}
            yield _observation(made, general, field, "exam", content, text)


def _observation(
    made: Projection,
    general: Record,
    name: str,
    category: str,
    content: Mapping[str, Any],
    text: str = "",
) -> Resource:
    times = ("NGAY_VAO",) if name in _ON_ARRIVAL else ("NGAY_RA", "NGAY_VAO")
    whole = {
        "status": "final",
        "category": [_coding("observation-category", category)],
        **made.of_patient(),
        "effectiveDateTime": when(general, *times),
        **content,
    }
    return made.resource("Observation", f"XML1.{name}", whole, text)
