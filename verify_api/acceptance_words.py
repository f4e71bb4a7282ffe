"""The words about taking a paper in: what it is, and what the facility should do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.acceptance import Acceptance


@dataclass(frozen=True, slots=True)
class AcceptanceWords:
    """What a person reads about one answer."""

    text: Wording
    next_step: Wording


_ASK_ISSUER: Final = Wording(
    "Đề nghị người bệnh liên hệ cơ sở đã cấp phiếu; cấp cứu thì tiếp nhận ngay.",
    "Let the patient ask the facility that issued it; an emergency is admitted at once.",
)

ACCEPTANCES: Final[Mapping[Acceptance, AcceptanceWords]] = MappingProxyType({
    Acceptance.NOT_TAKEN_IN: AcceptanceWords(
        Wording("Không phải loại giấy thu lại khi dùng", "Not a paper that is used up"),
        Wording("Không cần làm gì thêm.", "Nothing more to do."),
    ),
    Acceptance.ACCEPTABLE: AcceptanceWords(
        Wording("Có thể tiếp nhận", "May be accepted"),
        Wording(
            "Đối chiếu người bệnh với phiếu, rồi ghi nhận việc tiếp nhận.",
            "Compare the patient with the paper, then record the acceptance."),
    ),
    Acceptance.IN_USE_HERE: AcceptanceWords(
        Wording("Cơ sở này đang sử dụng phiếu", "In use at this facility"),
        Wording(
            "Phiếu có giá trị đến hết đợt điều trị.",
            "It serves to the end of the episode of treatment."),
    ),
    Acceptance.APPOINTMENT_NEEDED: AcceptanceWords(
        Wording("Cần có phiếu hẹn khám lại", "An appointment is needed with it"),
        Wording(
            "Từ lần thứ hai trở đi, đề nghị xuất trình phiếu hẹn khám lại.",
            "From the second episode on, ask for the re-examination appointment."),
    ),
    Acceptance.BEFORE_ITS_DAY: AcceptanceWords(
        Wording("Chưa đến ngày hẹn", "Before the day of the appointment"),
        Wording(
            "Chỉ khám sớm khi có dấu hiệu bất thường; nếu có, ghi rõ khi tiếp nhận.",
            "Earlier only with abnormal signs; if there are, say so when you record it."),
    ),
    Acceptance.USE_UNKNOWN: AcceptanceWords(
        Wording("Chưa biết phiếu đã được sử dụng hay chưa", "Whether it was used is not known"),
        Wording(
            "Vẫn tiếp nhận người bệnh, ghi lại số phiếu và thời điểm, báo lại khi có kết nối.",
            "Admit the patient, write down number and time, and report it once you are online."),
    ),
    Acceptance.OTHER_ADDRESSEE: AcceptanceWords(
        Wording("Phiếu gửi đến cơ sở khác", "Addressed to another facility"),
        _ASK_ISSUER,
    ),
    Acceptance.IN_USE_ELSEWHERE: AcceptanceWords(
        Wording("Phiếu đang được sử dụng", "In use already"),
        Wording(
            "Không tiếp nhận bằng phiếu này; liên hệ cơ sở đang sử dụng.",
            "Do not accept it; speak with the facility that has it."),
    ),
    Acceptance.USED_UP: AcceptanceWords(
        Wording("Phiếu đã được sử dụng", "Used up"),
        _ASK_ISSUER,
    ),
    Acceptance.FINALLY_REJECTED: AcceptanceWords(
        Wording("Phiếu đã bị từ chối", "Finally rejected"),
        _ASK_ISSUER,
    ),
    Acceptance.TAKEN_BACK: AcceptanceWords(
        Wording("Cơ sở cấp đã hủy phiếu", "Taken back by its issuer"),
        _ASK_ISSUER,
    ),
    Acceptance.MOVED: AcceptanceWords(
        Wording("Đã đổi sang ngày hẹn khác", "Moved to another day"),
        Wording("Đề nghị xuất trình phiếu hẹn mới.", "Ask for the new appointment."),
    ),
    Acceptance.DAY_WENT_BY: AcceptanceWords(
        Wording("Đã qua ngày hẹn", "The day of the appointment has gone by"),
        Wording(
            "Cơ sở đã hẹn quyết định: khám, hoặc hẹn ngày khác.",
            "The facility that gave it decides: to see the patient, or to give another day."),
    ),
    Acceptance.LAPSED: AcceptanceWords(
        Wording("Đã hết thời hạn xuất trình", "The time to present it is over"),
        _ASK_ISSUER,
    ),
})  # fmt: skip
