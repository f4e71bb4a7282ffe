"""The words of a facility's pages, joined; and those of stages, reasons and places."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.kinds.appointment import claims as appointment
from ledger.certificates.kinds.referral import claims as referral
from ledger.records.book_access import Basis
from ledger.records.emergency import Outcome, ReasonCode
from ledger.records.referral.facts import Conflict, RejectReason
from verify_api.facility.words_asks import ASKS
from verify_api.facility.words_care import CARE
from verify_api.facility.words_data import DATA
from verify_api.facility.words_papers import PAPERS
from verify_api.facility.words_taking import TAKING

WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    **TAKING, **PAPERS, **ASKS, **DATA, **CARE,
})  # fmt: skip
STAGES: Final[Mapping[str, Wording]] = MappingProxyType({
    "drafted": Wording("Chờ ký", "To be signed"),
    "signed": Wording("Đang phát hành", "Being issued"),
    "available": Wording("Chưa sử dụng", "Available"),
    "issued": Wording("Chưa sử dụng", "Available"),
    "presented": Wording("Đã xuất trình", "Shown"),
    "in-use": Wording("Đang sử dụng", "In use"),
    "closed": Wording("Đã kết thúc", "Closed"),
    "rejected": Wording("Bị từ chối hẳn", "Finally rejected"),
    "cancelled": Wording("Đã hủy", "Cancelled"),
    "consumed": Wording("Đã khám", "Used"),
    "missed": Wording("Không đến", "Missed"),
    "rescheduled": Wording("Đã đổi ngày", "Moved"),
    "superseded": Wording("Đã được thay", "Replaced"),
    "recalled": Wording("Đã thu hồi", "Recalled"),
    "withdrawn": Wording("Đã rút", "Withdrawn"),
})  # fmt: skip
REJECTIONS: Final[Mapping[str, Wording]] = MappingProxyType({
    RejectReason.NO_CAPACITY.value: Wording(
        "Không còn giường, khoa hoặc thiết bị", "No bed, department or device"),
    RejectReason.WRONG_PATIENT.value: Wording(
        "Người mang phiếu không phải người có tên", "Not the person named on it"),
    RejectReason.INCOMPLETE.value: Wording("Phiếu thiếu nội dung", "It says too little"),
    RejectReason.NOT_NEEDED.value: Wording(
        "Đã khám, không cần điều trị tại đây", "Examined, not to be treated here"),
    RejectReason.OTHER.value: Wording("Lý do khác", "Another reason"),
})  # fmt: skip
CONFLICTS: Final[Mapping[str, Wording]] = MappingProxyType({
    Conflict.ACCEPTED_ELSEWHERE.value: Wording(
        "cơ sở khác đã tiếp nhận", "accepted elsewhere"),
    Conflict.USED_UP.value: Wording("phiếu đã được sử dụng", "used up"),
    Conflict.CANCELLED.value: Wording("phiếu đã bị hủy", "cancelled"),
    Conflict.NOT_ADDRESSED.value: Wording("phiếu không gửi đến cơ sở đó", "not addressed there"),
    Conflict.LAPSED.value: Wording("đã hết thời hạn", "its term was over"),
    Conflict.APPOINTMENT_MISSING.value: Wording("thiếu phiếu hẹn", "no appointment with it"),
    Conflict.REJECTED.value: Wording("phiếu đã bị từ chối", "rejected"),
})  # fmt: skip
DOORS: Final[Mapping[str, Wording]] = MappingProxyType({
    "interface": Wording("Kết nối hệ thống", "Interface"),
    "page": Wording("Trang này", "This page"),
    "import": Wording("Nhập tệp tại máy chủ", "Import"),
})  # fmt: skip
REASON_CODES: Final[Mapping[str, Wording]] = MappingProxyType({
    ReasonCode.UNCONSCIOUS.value: Wording("Người bệnh bất tỉnh", "The patient is unconscious"),
    ReasonCode.LIFE_THREATENING.value: Wording(
        "Tính mạng bị đe dọa, không kịp hỏi", "Life is at risk, no time to ask"),
    ReasonCode.CANNOT_COMMUNICATE.value: Wording(
        "Người bệnh không thể giao tiếp", "The patient cannot communicate"),
    ReasonCode.OTHER_URGENT.value: Wording("Khẩn cấp khác", "Another urgent case"),
})  # fmt: skip
OUTCOMES: Final[Mapping[str, Wording]] = MappingProxyType({
    Outcome.JUSTIFIED.value: Wording("Có lý do chính đáng", "It was needed"),
    Outcome.NOT_JUSTIFIED.value: Wording("Không có lý do chính đáng", "It was not needed"),
})  # fmt: skip
BASES: Final[Mapping[str, Wording]] = MappingProxyType({
    Basis.REFERRAL.value: Wording("Phiếu chuyển đã tiếp nhận", "An accepted referral"),
    Basis.APPOINTMENT.value: Wording("Phiếu hẹn khám lại", "An appointment here"),
    Basis.VISIT.value: Wording("Lượt khám gần đây tại cơ sở", "A recent visit here"),
    Basis.CONSENT.value: Wording("Người bệnh đồng ý", "The patient's consent"),
    Basis.EMERGENCY.value: Wording("KHẨN CẤP", "EMERGENCY"),
})  # fmt: skip

_OWN_PLACES: Final[Mapping[str, str]] = {
    "compared": "checked.compare", "appointment_code": "checked.appointment_code",
    "came_from": "checked.came_from", "offline_number": "admission.offline_number",
    "admitted_at": "admission.admitted_at", "text": "reception.code", "issuer": "admission.issuer",
    "year": "admission.year", "cancel_reason": "act.why", "move_reason": "act.why",
    "episode_key": "act.episode_key", "patient_number": "order.patient_number",
    "number_kind": "order.number_kind", "outcome": "review.outcome", "note": "review.note",
    "reason": "act.why", "number": "paper.number", "what": "glass.text",
    "minutes": "glass.how_long", "file": "intake.file", "paper": "sign.waits",
}  # fmt: skip
_PERSON: Final[Mapping[str, Wording]] = {
    "name": Wording("Họ và tên", "Name"),
    "birth_date": Wording("Ngày sinh", "Date of birth"),
    "sex": Wording("Giới tính", "Sex"),
}
PLACES: Final[Mapping[str, Wording]] = MappingProxyType({
    **{one.name: one.title for one in (*appointment.FIELDS, *referral.FIELDS)},
    **_PERSON,
    **{place: WORDS[key] for place, key in _OWN_PLACES.items()},
})  # fmt: skip
"""What a form calls the place that an error names."""
