"""What is said of an ask on everybody's pages: kinds, stages, parts of the day, specialties."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.records.appointment_request.facts import AskKind, PartOfDay, Specialty
from ledger.records.appointment_request.request import Stage

KINDS: Final[Mapping[str, Wording]] = MappingProxyType({
    AskKind.NEW.value: Wording("Hẹn khám mới", "A new appointment"),
    AskKind.MOVE.value: Wording("Đổi ngày hẹn", "Another day"),
    AskKind.GIVE_UP.value: Wording("Không đến được, xin hủy hẹn", "To give it up"),
})  # fmt: skip
STAGES: Final[Mapping[str, Wording]] = MappingProxyType({
    Stage.OPEN.value: Wording("Chờ cơ sở trả lời", "Waits for an answer"),
    Stage.TAKEN_UP.value: Wording("Cơ sở đang lập phiếu hẹn", "The paper is being made"),
    Stage.GRANTED.value: Wording("Đã được đáp ứng", "Granted"),
    Stage.DECLINED.value: Wording("Không đáp ứng được", "Declined"),
    Stage.WITHDRAWN.value: Wording("Đã rút", "Taken back"),
    Stage.LAPSED.value: Wording("Hết hạn, chưa được trả lời", "Lapsed without an answer"),
})  # fmt: skip
SIGNS: Final[Mapping[str, str]] = MappingProxyType({
    Stage.OPEN.value: "wait", Stage.TAKEN_UP.value: "wait", Stage.GRANTED.value: "good",
    Stage.DECLINED.value: "bad", Stage.WITHDRAWN.value: "info", Stage.LAPSED.value: "unsure",
})  # fmt: skip
"""The badge of each stage."""
PARTS_OF_DAY: Final[Mapping[str, Wording]] = MappingProxyType({
    PartOfDay.ANY.value: Wording("Buổi nào cũng được", "Any time of the day"),
    PartOfDay.MORNING.value: Wording("Buổi sáng", "In the morning"),
    PartOfDay.AFTERNOON.value: Wording("Buổi chiều", "In the afternoon"),
})  # fmt: skip
SPECIALTIES: Final[Mapping[str, Wording]] = MappingProxyType({
    Specialty.GENERAL.value: Wording("Khám tổng quát", "General medicine"),
    Specialty.INTERNAL.value: Wording("Nội", "Internal medicine"),
    Specialty.CARDIOLOGY.value: Wording("Tim mạch", "Cardiology"),
    Specialty.RESPIRATORY.value: Wording("Hô hấp", "Respiratory medicine"),
    Specialty.GASTROENTEROLOGY.value: Wording("Tiêu hóa", "Gastroenterology"),
    Specialty.ENDOCRINOLOGY.value: Wording("Nội tiết", "Endocrinology"),
    Specialty.NEPHROLOGY.value: Wording("Thận, tiết niệu", "Kidneys and urology"),
    Specialty.NEUROLOGY.value: Wording("Thần kinh", "Neurology"),
    Specialty.RHEUMATOLOGY.value: Wording("Cơ xương khớp", "Rheumatology"),
    Specialty.SURGERY.value: Wording("Ngoại", "Surgery"),
    Specialty.ORTHOPAEDICS.value: Wording("Chấn thương chỉnh hình", "Orthopaedics"),
    Specialty.OBSTETRICS.value: Wording("Phụ sản", "Obstetrics and gynaecology"),
    Specialty.PAEDIATRICS.value: Wording("Nhi", "Paediatrics"),
    Specialty.ONCOLOGY.value: Wording("Ung bướu", "Oncology"),
    Specialty.INFECTIOUS.value: Wording("Truyền nhiễm", "Infectious diseases"),
    Specialty.MENTAL.value: Wording("Sức khỏe tâm thần", "Mental health"),
    Specialty.DERMATOLOGY.value: Wording("Da liễu", "Dermatology"),
    Specialty.EYE.value: Wording("Mắt", "Eyes"),
    Specialty.EAR_NOSE_THROAT.value: Wording("Tai mũi họng", "Ear, nose and throat"),
    Specialty.DENTAL.value: Wording("Răng hàm mặt", "Teeth and jaw"),
    Specialty.REHABILITATION.value: Wording("Phục hồi chức năng", "Rehabilitation"),
    Specialty.TRADITIONAL.value: Wording("Y học cổ truyền", "Traditional medicine"),
})  # fmt: skip
ASK_PROBLEMS: Final[Mapping[str, Wording]] = MappingProxyType({
    "wished_in_the_past": Wording("Chọn những ngày sau hôm nay.", "Choose days after today."),
    "wished_too_far": Wording(
        "Chọn những ngày trong vòng 90 ngày tới.", "Choose days within the next 90 days."),
    "already_asked": Wording(
        "Bạn đã gửi một đề nghị về phiếu hẹn này và đang chờ trả lời.",
        "You have asked about this appointment already, and it waits for an answer."),
    "too_many_asks": Wording(
        "Quá nhiều đề nghị. Hãy chờ trả lời hoặc gọi cho cơ sở.",
        "Too many asks. Wait for answers, or call the facility."),
    "day_went_by": Wording(
        "Đã qua ngày hẹn; không cần xin hủy nữa.",
        "The day went by; there is nothing to give up any more."),
    "ask_ended": Wording("Đề nghị này đã kết thúc.", "This ask has ended."),
    "ask_lapsed": Wording("Đề nghị này đã hết hạn.", "This ask has lapsed."),
    "ask_taken_up": Wording(
        "Cơ sở đã lập phiếu hẹn nên không rút được nữa. Khi có phiếu, bạn có thể xin hủy hẹn.",
        "The facility has made the paper, so the ask cannot be taken back. Once you have the "
        "paper you can give it up."),
    "not_asked_for": Wording(
        "Người bệnh đề nghị điều khác.", "The person asked for something else."),
    "holder_unknown": Wording(
        "Chưa đủ thông tin về người bệnh để lập phiếu có mã QR.",
        "Too little is known of the person for a paper with a code."),
    "other_person": Wording("Phiếu này của người khác.", "This is another person's paper."),
    "facility_unknown": Wording(
        "Không có cơ sở nào đang hoạt động với mã này.",
        "No facility that may give appointments has this code."),
    "search_too_short": Wording(
        "Gõ ít nhất 2 chữ cái của tên cơ sở.", "Type at least 2 letters of the facility's name."),
    "is_consumed": Wording(
        "Phiếu hẹn này đã được sử dụng.", "This appointment has been used."),
    "is_rescheduled": Wording(
        "Phiếu hẹn này đã đổi sang ngày khác.", "This appointment was moved already."),
    "is_cancelled": Wording("Phiếu hẹn này đã bị hủy.", "This appointment was cancelled."),
    "is_recalled": Wording("Phiếu hẹn này đã bị thu hồi.", "This appointment was recalled."),
    "is_superseded": Wording("Phiếu hẹn này đã được thay.", "This appointment was replaced."),
    "is_expired": Wording("Phiếu hẹn này đã hết hạn.", "The paper of this appointment lapsed."),
    "missing": Wording("Cần điền mục này.", "This has to be filled in."),
})  # fmt: skip
"""What was refused about an ask, by rule."""
