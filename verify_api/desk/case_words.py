"""The words of an officer's file: what look-ups answered, why a day moved."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineMissed,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
)
from ledger.certificates.request_values import Lookup, Police, RecomputeReason

REGISTER: Final = Wording("Cơ sở dữ liệu lý lịch tư pháp", "Judicial record register")
POLICE: Final = Wording("Hồ sơ nghiệp vụ Công an", "Police record unit")
EARLIER: Final = Wording("Hồ sơ khác của người này tại cơ quan", "This person's other files here")
NONE_EARLIER: Final = Wording("Không có hồ sơ khác", "No other files")
NOT_ASKED: Final = Wording("Chưa tra cứu", "Not asked yet")
WAITING: Final = Wording("Đang chờ trả lời", "Waiting for the answer")
ERASED: Final = Wording("Đã xoá", "Erased")
LOOKED_UP: Final = Wording("Giải thích kết quả xác minh", "Explanation of the result")
REGISTER_SAID: Final[Mapping[Lookup, Wording]] = MappingProxyType({
    Lookup.NOTHING: Wording("Không có thông tin", "Nothing"),
    Lookup.ENTRIES: Wording("Có thông tin", "There are entries"),
})  # fmt: skip
POLICE_SAID: Final[Mapping[Police, Wording]] = MappingProxyType({
    Police.NONE: Wording("Không có thông tin", "Nothing"),
    Police.POSSIBLE: Wording("Có thể trùng, cần xác minh", "Possibly; to be verified"),
    Police.HIT: Wording("Có thông tin", "A hit"),
})  # fmt: skip
WHY_DAYS: Final[Mapping[type, Wording]] = MappingProxyType({
    DeadlineSet: Wording("Ngày hẹn trả được ấn định khi tiếp nhận", "Set when it was accepted"),
    DeadlineSuspended: Wording(
        "Tạm dừng tính hạn: chờ người yêu cầu bổ sung", "Clock paused: a supplement is awaited"),
    DeadlineResumed: Wording(
        "Tính hạn tiếp: đã nhận bổ sung", "Clock goes on: the supplement came"),
    DeadlineMissed: Wording("Quá ngày hẹn trả", "The appointed day went by"),
    ApologyIssued: Wording(
        "Thư xin lỗi hẹn lại; việc đúng hạn vẫn tính theo ngày hẹn cũ",
        "A letter of apology promised it; being on time is still measured by the former day"),
})  # fmt: skip
WHY_MOVED: Final[Mapping[RecomputeReason, Wording]] = MappingProxyType({
    RecomputeReason.VERIFICATION: Wording(
        "Việc xác minh thuộc loại có thời hạn dài hơn", "Verification is of the longer kind"),
    RecomputeReason.CALENDAR: Wording(
        "Lịch nghỉ, lịch làm việc thay đổi", "Public holidays or working days changed"),
    RecomputeReason.INCIDENT: Wording(
        "Sự cố hệ thống mà hai bên cùng cần", "A system that both sides need was down"),
})  # fmt: skip
