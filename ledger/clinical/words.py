"""The book in words, Vietnamese first: headings, statuses, and values as a person reads them.

What somebody wrote stays in their own words; nothing is translated by guessing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.clinical.book import Item
from ledger.clinical.entry import Entry, Kind, Part, Status
from ledger.clinical.sections import Section, Standing


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing in both languages, NFC."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        """Return it in ``vi`` or ``en``."""
        return self.en if language == "en" else self.vi


_HEADINGS: Final[Mapping[Section, Words]] = {
    Section.TIMELINE: Words("Diễn biến", "Timeline"),
    Section.PROBLEMS: Words("Bệnh và vấn đề sức khỏe", "Problems"),
    Section.MEDICINES: Words("Thuốc", "Medicines"),
    Section.ALLERGIES: Words("Dị ứng", "Allergies and intolerances"),
    Section.IMMUNISATIONS: Words("Tiêm chủng", "Immunisations"),
    Section.VITALS: Words("Dấu hiệu sinh tồn", "Vital signs"),
    Section.RESULTS: Words("Kết quả xét nghiệm", "Results"),
    Section.PROCEDURES: Words("Thủ thuật, phẫu thuật", "Procedures"),
    Section.DOCUMENTS: Words("Tài liệu", "Documents"),
    Section.VISITS: Words("Lượt khám, chữa bệnh", "Visits"),
    Section.APPOINTMENTS: Words("Hẹn khám lại", "Appointments"),
    Section.REFERRALS: Words("Chuyển cơ sở khám bệnh", "Referrals"),
    Section.DEVICES: Words("Thiết bị y tế", "Devices"),
    Section.PLANS: Words("Kế hoạch chăm sóc", "Care plans"),
    Section.NOTES: Words("Người bệnh tự ghi", "The person's own words"),
}
_STATUSES: Final[Mapping[Status, Words]] = {
    Status.UNKNOWN: Words("chưa rõ", "unknown"),
    Status.ACTIVE: Words("hiện tại", "active"),
    Status.RESOLVED: Words("đã khỏi", "resolved"),
    Status.REFUTED: Words("đã loại trừ", "refuted"),
    Status.ENTERED_IN_ERROR: Words("nhập nhầm", "entered in error"),
    Status.STOPPED: Words("đã dừng", "stopped"),
    Status.COMPLETED: Words("đã xong", "completed"),
    Status.PLANNED: Words("dự kiến", "planned"),
    Status.NOT_DONE: Words("không thực hiện", "not done"),
    Status.ON_HOLD: Words("tạm ngưng", "on hold"),
    Status.PRELIMINARY: Words("sơ bộ", "preliminary"),
    Status.RECORDED: Words("đã ghi nhận", "recorded"),
}
_KINDS: Final[Mapping[Kind, Words]] = {
    Kind.OTHER: Words("Khác", "Other"),
    Kind.CONTEXT: Words("Thông tin kèm theo", "Context"),
    Kind.VISIT: Words("Lượt khám", "Visit"),
    Kind.PROBLEM: Words("Bệnh", "Problem"),
    Kind.MEDICINE: Words("Thuốc", "Medicine"),
    Kind.ALLERGY: Words("Dị ứng", "Allergy"),
    Kind.IMMUNISATION: Words("Tiêm chủng", "Immunisation"),
    Kind.VITAL: Words("Dấu hiệu sinh tồn", "Vital sign"),
    Kind.RESULT: Words("Kết quả", "Result"),
    Kind.PROCEDURE: Words("Thủ thuật", "Procedure"),
    Kind.REPORT: Words("Báo cáo kết quả", "Report"),
    Kind.DOCUMENT: Words("Tài liệu", "Document"),
    Kind.APPOINTMENT: Words("Hẹn khám lại", "Appointment"),
    Kind.REFERRAL: Words("Chuyển cơ sở", "Referral"),
    Kind.ORDER: Words("Chỉ định", "Order"),
    Kind.DEVICE: Words("Thiết bị", "Device"),
    Kind.PLAN: Words("Kế hoạch", "Plan"),
    Kind.SOCIAL: Words("Hoàn cảnh, thói quen", "Circumstances"),
    Kind.ALERT: Words("Cảnh báo", "Alert"),
    Kind.NOTE: Words("Người bệnh tự ghi", "The person's own words"),
    Kind.DEATH: Words("Tử vong (theo ghi nhận)", "Death (as recorded)"),
}
_STANDINGS: Final[Mapping[Standing, Words]] = {
    Standing.SOME: Words("Có", "Some"),
    Standing.NONE_KNOWN: Words("Đã hỏi, không có", "None known"),
    Standing.NO_DATA: Words("Chưa có dữ liệu", "No data"),
}


def heading(section: Section) -> Words:
    """Return a section's heading."""
    return _HEADINGS[section]


def status_words(status: Status) -> Words:
    """Return how an entry stands."""
    return _STATUSES[status]


def kind_words(kind: Kind) -> Words:
    """Return what an entry is."""
    return _KINDS[kind]


def source_words(item: Item) -> str:
    """Return who says it: a facility by its code, or in both languages who else."""
    teller = _TELLERS.get(item.entry.kind)
    if teller is None or item.source.facility:
        return item.source.facility
    return f"{teller.vi} · {teller.en}"


_TELLERS: Final[Mapping[Kind, Words]] = {
    Kind.NOTE: Words("người bệnh", "the person"),
    Kind.DEATH: Words("ghi nhận trong sổ", "recorded in the book"),
}


def standing_words(standing: Standing) -> Words:
    """Return whether there is anything in a section."""
    return _STANDINGS[standing]


def value_words(item: Item) -> str:
    """Return an entry's value with its unit, its parts, or what stands for one."""
    entry = item.entry
    if entry.parts:
        return "; ".join(f"{part.text}: {_measured(part)}" for part in entry.parts)
    if entry.value:
        return _measured(entry)
    said = dict(entry.details)
    return next((said[name] for name in _INSTEAD if said.get(name)), "")


_INSTEAD: Final = ("dosage", "reaction", "conclusion", "reason", "activities", "dose")
"""What a row shows of an entry that has no value."""


def _measured(given: Entry | Part) -> str:
    return f"{given.value} {given.unit}".strip()
