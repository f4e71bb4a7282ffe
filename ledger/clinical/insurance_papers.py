"""The two papers among the insurance tables, as values: referral (13) and appointment (14).

Read from XML and written to XML again, field by field, nothing added and nothing left out: what
is written reads back equal. And which paper a visit used, from the link fields of table 1.

Source: the domain reference, section 3; Circular 01/2025/TT-BYT, articles 11 and 12, and its
appendices V and VI, for which the tables carry the content.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

from lxml import etree

from ledger.clinical.findings import errors
from ledger.clinical.insurance_envelope import Episode
from ledger.clinical.insurance_fields import (
    APPOINTMENT,
    GENERAL,
    NOT_IN_EVERY_VERSION,
    REFERRAL,
    Kind,
    table_forms,
)
from ledger.clinical.insurance_forms import SEPARATOR, parts
from ledger.clinical.insurance_rules import check_record
from ledger.clinical.insurance_tables import Record, read_table
from ledger.clinical.insurance_times import InsuranceTime, parse_time
from ledger.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPaper:
    """What table 13 says; an empty text or list, or None, where it says nothing."""

    episode_key: str
    """MA_LK."""
    file_number: str
    """SO_HOSO."""
    number: str
    """SO_CHUYENTUYEN: the referral's number in the facility that refers."""
    used_paper: str
    """GIAY_CHUYEN_TUYEN: number of the paper as it is quoted by the receiving facility."""
    facility: str
    """MA_CSKCB: who refers."""
    came_from: tuple[str, ...]
    """MA_NOI_DI, later MA_CSKCB_DI: facilities that the patient came through."""
    to_facility: str
    """MA_NOI_DEN, later MA_CSKCB_DEN: who is to receive."""
    name: str
    birth: InsuranceTime | None
    sex: str
    """1 male, 2 female, 3 undetermined."""
    nationality: str
    ethnic_group: str
    occupation: str
    address: str
    cards: tuple[str, ...]
    cards_until: tuple[str, ...]
    """``yyyymmdd``, in the order of the cards."""
    arrived: InsuranceTime | None
    admitted: InsuranceTime | None
    discharged: InsuranceTime | None
    signs: str
    diagnosis: str
    course: str
    results: str
    treatment: str
    main_disease: str
    """ICD-10 as sent, with or without dot."""
    further_diseases: tuple[str, ...]
    traditional_diseases: tuple[str, ...]
    services: str
    drugs: str
    state: str
    """TINH_TRANG_CT, which not every published list of the table has."""
    discharge: str
    """MA_LOAI_RV: 2 professional, 5 at the patient's wish."""
    reason: str
    """MA_LYDO_CT: 1 fits the rules, 2 beyond capacity, 3 the patient's wish."""
    onward_treatment: str
    transport: str
    escort_name: str
    escort_title: str
    doctors: tuple[str, ...]
    head: str
    """MA_TTDV: who signs for the facility."""
    reserved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPaper:
    """What table 14 says; an empty text or list, or None, where it says nothing."""

    episode_key: str
    number: str
    """SO_GIAYHEN_KL: the appointment's number in the facility."""
    facility: str
    name: str
    birth: InsuranceTime | None
    sex: str
    address: str
    cards: tuple[str, ...]
    cards_until: tuple[str, ...]
    arrived: InsuranceTime | None
    admitted: InsuranceTime | None
    discharged: InsuranceTime | None
    appointed: InsuranceTime | None
    """NGAY_HEN_KL; a day, or a day with hour and minute."""
    diagnosis: str
    main_disease: str
    further_diseases: tuple[str, ...]
    traditional_diseases: tuple[str, ...]
    entitlement: str
    """MA_DOITUONG_KCB."""
    doctors: tuple[str, ...]
    head: str
    written: InsuranceTime | None
    """NGAY_CT: the day of the paper."""
    reserved: str


@dataclass(frozen=True, slots=True)
class UsedPaper:
    """Which referral or appointment a visit was made with, as its table 1 says."""

    number: str
    """GIAY_CHUYEN_TUYEN: the number of either; unique only within the facility that wrote it."""
    came_from: tuple[str, ...]
    """MA_NOI_DI: who referred; empty for an appointment of the facility's own."""
    entitlement: str
    """MA_DOITUONG_KCB: how the patient came, by the list of entitlements."""


_PATIENT: Final = {
    "name": "HO_TEN",
    "birth": "NGAY_SINH",
    "sex": "GIOI_TINH",
    "address": "DIA_CHI",
    "cards": "MA_THE_BHYT",
    "cards_until": "GT_THE_DEN",
}
_EPISODE: Final = {
    "episode_key": "MA_LK",
    "facility": "MA_CSKCB",
    "arrived": "NGAY_VAO",
    "admitted": "NGAY_VAO_NOI_TRU",
    "discharged": "NGAY_RA",
    "diagnosis": "CHAN_DOAN_RV",
    "main_disease": "MA_BENH_CHINH",
    "further_diseases": "MA_BENH_KT",
    "traditional_diseases": "MA_BENH_YHCT",
    "doctors": "MA_BAC_SI",
    "head": "MA_TTDV",
    "reserved": "DU_PHONG",
}
_REFERRAL: Final[Mapping[str, str]] = {
    **_PATIENT,
    **_EPISODE,
    "file_number": "SO_HOSO",
    "number": "SO_CHUYENTUYEN",
    "used_paper": "GIAY_CHUYEN_TUYEN",
    "came_from": "MA_NOI_DI",
    "to_facility": "MA_NOI_DEN",
    "nationality": "MA_QUOCTICH",
    "ethnic_group": "MA_DANTOC",
    "occupation": "MA_NGHE_NGHIEP",
    "signs": "DAU_HIEU_LS",
    "course": "QT_BENHLY",
    "results": "TOMTAT_KQ",
    "treatment": "PP_DIEUTRI",
    "services": "TEN_DICH_VU",
    "drugs": "TEN_THUOC",
    "state": "TINH_TRANG_CT",
    "discharge": "MA_LOAI_RV",
    "reason": "MA_LYDO_CT",
    "onward_treatment": "HUONG_DIEU_TRI",
    "transport": "PHUONGTIEN_VC",
    "escort_name": "HOTEN_NGUOI_HT",
    "escort_title": "CHUCDANH_NGUOI_HT",
}
"""Field of table 13 by our name of it."""
_APPOINTMENT: Final[Mapping[str, str]] = {
    **_PATIENT,
    **_EPISODE,
    "number": "SO_GIAYHEN_KL",
    "appointed": "NGAY_HEN_KL",
    "entitlement": "MA_DOITUONG_KCB",
    "written": "NGAY_CT",
}
"""Field of table 14 by our name of it."""

Paper = TypeVar("Paper", ReferralPaper, AppointmentPaper)

_TIMES: Final = frozenset({Kind.TIME, Kind.DAY})
_LISTS: Final = frozenset(
    {Kind.CODES, Kind.CARDS, Kind.DAYS, Kind.FACILITIES, Kind.DISEASES, Kind.DECIMALS}
)


def referral_of(record: Record) -> ReferralPaper:
    """Return the record of table 13 as a value; a wrong time is None."""
    return ReferralPaper(**_values(REFERRAL, _REFERRAL, record))


def appointment_of(record: Record) -> AppointmentPaper:
    """Return the record of table 14 as a value; a wrong time is None."""
    return AppointmentPaper(**_values(APPOINTMENT, _APPOINTMENT, record))


def read_referral(data: bytes) -> ReferralPaper:
    """Return what the XML document ``data`` of table 13 says.

    Raises:
        InvalidInputError: The first thing that is wrong in it, with the place of its field.
    """
    return referral_of(_read(REFERRAL, data))


def read_appointment(data: bytes) -> AppointmentPaper:
    """Return what the XML document ``data`` of table 14 says.

    Raises:
        InvalidInputError: The first thing that is wrong in it, with the place of its field.
    """
    return appointment_of(_read(APPOINTMENT, data))


def write_referral(paper: ReferralPaper) -> bytes:
    """Return the XML document of table 13; equal papers give equal bytes.

    Raises:
        InvalidInputError: It would not read back as this paper: a field is missing or has a wrong
            form (with its place), or a text is not in NFC or has spaces around (``paper_form``).
    """
    return _written(REFERRAL, _REFERRAL, paper, read_referral)


def write_appointment(paper: AppointmentPaper) -> bytes:
    """Return the XML document of table 14; equal papers give equal bytes.

    Raises:
        InvalidInputError: As `write_referral`.
    """
    return _written(APPOINTMENT, _APPOINTMENT, paper, read_appointment)


def used_paper(episode: Episode) -> UsedPaper | None:
    """Return which paper the visit used; None if its table 1 names none."""
    table = episode.tables.get(GENERAL)
    number = table.first.get("GIAY_CHUYEN_TUYEN") if table else None
    if table is None or number is None:
        return None
    came_from = parts(table.first.get("MA_NOI_DI", ""))
    return UsedPaper(number, came_from, table.first.get("MA_DOITUONG_KCB", ""))


def _values(number: int, names: Mapping[str, str], record: Record) -> dict[str, Any]:
    form = table_forms()[number]
    return {
        ours: _value(form.fields[field].kind, record.get(field, ""))
        for ours, field in names.items()
    }


def _value(kind: Kind, sent: str) -> str | tuple[str, ...] | InsuranceTime | None:
    if kind in _TIMES:
        return parse_time(sent)
    return parts(sent) if kind in _LISTS else sent


def _read(number: int, data: bytes) -> Record:
    table = read_table(number, data)
    place = f"XML{number}"
    for wrong in errors([*table.findings, *check_record(number, place, table.first)]):
        raise InvalidInputError(wrong.place, wrong.rule, wrong.expected)
    return table.first


def _written(
    number: int, names: Mapping[str, str], paper: Paper, read: Callable[[bytes], Paper]
) -> bytes:
    form = table_forms()[number]
    ours = {field: name for name, field in names.items()}
    root = etree.Element(form.root)
    for field in form.fields:
        text = _sent(getattr(paper, ours[field]))
        if text or field not in NOT_IN_EVERY_VERSION:
            try:
                etree.SubElement(root, field).text = text or None
            except ValueError:
                expected = "text without control characters"
                raise InvalidInputError(f"XML{number}.{field}", "invisible", expected) from None
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if read(data) != paper:
        raise _differs(number, names, paper, read(data))
    return data


def _sent(value: str | tuple[str, ...] | InsuranceTime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, InsuranceTime):
        return value.sent
    return value if isinstance(value, str) else SEPARATOR.join(value)


def _differs(number: int, names: Mapping[str, str], paper: Paper, back: Paper) -> InvalidInputError:
    wrong = next(
        one.name for one in fields(paper) if getattr(paper, one.name) != getattr(back, one.name)
    )
    expected = "composed text without spaces around, lists without ; in their parts"
    return InvalidInputError(f"XML{number}.{names[wrong]}", "paper_form", expected)
