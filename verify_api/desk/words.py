"""The words that pages use of a request: its stages, its history, what was declared."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import PaperLine, Wording
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateNoLongerCurrent,
    CertificateRecalled,
    CertificateSupplemented,
)
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_custody import RequestAssigned, RequestHandedBack, RequestTaken
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineMissed,
    DeadlineRecomputed,
    FeeRefunded,
    FeeRefundOrdered,
)
from ledger.certificates.request_values import Declaration, FeeGroup, Form

STAGES: Final[Mapping[Stage, Wording]] = MappingProxyType({
    Stage.DRAFTED: Wording("Đang kê khai", "Being filled in"),
    Stage.PAID: Wording("Đã nộp phí", "Fee paid"),
    Stage.FEE_EXEMPT: Wording("Được miễn phí", "Exempt from the fee"),
    Stage.SUBMITTED: Wording("Chờ tiếp nhận", "Waiting at the counter"),
    Stage.PAYMENT_REQUIRED: Wording("Chờ nộp phí", "Waiting for the fee"),
    Stage.SUPPLEMENT: Wording("Chờ bổ sung", "Waiting for a supplement"),
    Stage.ACCEPTED: Wording("Đã tiếp nhận", "Accepted"),
    Stage.TRANSFERRING: Wording("Đang chuyển dữ liệu", "Being forwarded"),
    Stage.IN_REGISTRY: Wording("Phần mềm dùng chung đã nhận", "With the shared software"),
    Stage.LOOKUP_RUNNING: Wording("Đang tra cứu", "Being looked up"),
    Stage.LOOKED_UP: Wording("Đã tra cứu", "Looked up"),
    Stage.POLICE_CHECK: Wording("Chờ kết quả của Công an", "Waiting for the police unit"),
    Stage.POLICE_CHECKED: Wording("Công an đã trả lời", "Answered by the police unit"),
    Stage.VERIFIED: Wording("Đã xác minh", "Verified"),
    Stage.ISSUING: Wording("Đang lập Phiếu", "Certificate being made"),
    Stage.READY: Wording("Đã cấp Phiếu", "Certificate issued"),
    Stage.RETURNED: Wording("Đã trả kết quả", "Delivered"),
    Stage.REJECTED: Wording("Không được tiếp nhận", "Rejected"),
    Stage.REFUSED: Wording("Bị từ chối cấp", "Refused"),
    Stage.WITHDRAWING: Wording("Xin rút hồ sơ", "Withdrawal asked for"),
    Stage.WITHDRAWN: Wording("Đã rút", "Withdrawn"),
    Stage.STOPPED: Wording("Dừng xử lý", "Stopped"),
})  # fmt: skip
FORMS: Final[Mapping[int, Wording]] = MappingProxyType({
    Form.ONE: Wording("Phiếu số 1", "Form 1"),
    Form.TWO: Wording("Phiếu số 2", "Form 2"),
})  # fmt: skip
NOTES: Final[Mapping[type, Wording]] = MappingProxyType({
    DeadlineMissed: Wording("Quá ngày hẹn trả", "The appointed day went by"),
    ApologyIssued: Wording("Đã gửi thư xin lỗi", "A letter of apology was sent"),
    DeadlineRecomputed: Wording("Ngày hẹn trả thay đổi", "The appointed day changed"),
    FeeRefundOrdered: Wording("Hoàn phí", "The fee goes back"),
    FeeRefunded: Wording("Đã hoàn phí", "The fee was given back"),
    CertificateNoLongerCurrent: Wording(
        "Thông tin lý lịch đã thay đổi sau khi cấp", "The records have changed since the issue"),
})  # fmt: skip
"""What is noted of a fact beside the steps of the table."""
_TAKEN: Final = Wording("Nhận thụ lý hồ sơ", "Took the file")
_TAKEN_OVER: Final = Wording("Tiếp quản hồ sơ", "Took the file over")
_ASSIGNED: Final = Wording("Giao hồ sơ cho", "Gave the file to")
_HANDED_BACK: Final = Wording("Trả hồ sơ về hàng việc", "Gave the file back to the queue")
_DECISIONS: Final[Mapping[type, Wording]] = MappingProxyType({
    CertificateSupplemented: Wording("Phiếu được bổ sung", "Certificate supplemented"),
    CertificateCorrected: Wording("Phiếu được đính chính", "Certificate corrected"),
    CertificateRecalled: Wording("Phiếu bị thu hồi", "Certificate recalled"),
    CertificateCancelled: Wording("Phiếu bị huỷ bỏ", "Certificate cancelled"),
})  # fmt: skip
_FEES: Final = {
    FeeGroup.STANDARD: Wording("Mức thường", "Standard"),
    FeeGroup.REDUCED: Wording("Mức giảm", "Reduced"),
    FeeGroup.EXEMPT: Wording("Miễn phí", "Exempt"),
}
_SEXES: Final = {1: Wording("Nam", "Male"), 2: Wording("Nữ", "Female"), 3: Wording("Khác", "Other")}
_ERASED: Final = Wording("Đã xoá", "Erased")


def custody_note(fact: object) -> Wording | None:
    """Return what officers are told of who has a file; applicants are not."""
    match fact:
        case RequestTaken(former=None):
            return _TAKEN
        case RequestTaken():
            return _TAKEN_OVER
        case RequestAssigned():
            return _ASSIGNED
        case RequestHandedBack():
            return _HANDED_BACK
        case _:
            return None


def decision_note(fact: object) -> Wording | None:
    """Return what is noted of a written decision about a certificate, with its number."""
    match fact:
        case (
            CertificateSupplemented(decision=decision)
            | CertificateCorrected(decision=decision)
            | CertificateRecalled(decision=decision)
            | CertificateCancelled(decision=decision)
        ):
            words = _DECISIONS[type(fact)]
            return Wording(
                f"{words.vi} (quyết định {decision.number})",
                f"{words.en} (decision {decision.number})",
            )
        case _:
            return None


def details_lines(state: Request, declared: object) -> tuple[PaperLine, ...]:
    """Return what is known of the person and the request; an erased declaration says so."""
    shown = (
        PaperLine(Wording("Loại phiếu", "Form"), FORMS[state.draft.form]),
        PaperLine(Wording("Mức phí", "Fee"), _FEES[state.draft.fee_group]),
    )
    if not isinstance(declared, Declaration):
        return (PaperLine(Wording("Người yêu cầu", "Applicant"), _ERASED), *shown)
    details = declared.details
    day = details.birth_date
    return (
        PaperLine(Wording("Họ và tên", "Full name"), Wording(details.name, details.name)),
        PaperLine(
            Wording("Ngày sinh", "Date of birth"),
            Wording(f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}"),
        ),
        PaperLine(Wording("Giới tính", "Sex"), _SEXES[details.sex]),
        PaperLine(
            Wording("Số định danh", "Personal number"), Wording(details.number, details.number)
        ),
        *shown,
    )
