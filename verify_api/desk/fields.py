"""What the forms of the acts ask for: each field with its words, named as the rules name places."""

from enum import StrEnum
from typing import Final

from ledger.certificates import request_custody
from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle_facts import Reason
from ledger.certificates.request_values import Delivery, Police, RefusalGround
from verify_api.ports import Field, FieldSort

EXPLANATION: Final = Field("explanation", Wording("Giải thích", "Explanation"), FieldSort.LONG_TEXT)
HIT_EXPLANATION: Final = Field(
    "explanation",
    Wording("Giải thích (nếu tra cứu có thông tin)", "Explanation (after a hit)"),
    FieldSort.LONG_TEXT,
    required=False,
)
MISSING: Final = Field(
    "missing", Wording("Giấy tờ còn thiếu", "What is missing"), FieldSort.LONG_TEXT
)
REFERENCE: Final = Field("reference", Wording("Mã tham chiếu", "Reference"))
AMOUNT: Final = Field("amount", Wording("Số tiền (đồng)", "Amount (VND)"), FieldSort.NUMBER)
RECEIPT: Final = Field("receipt", Wording("Số biên lai", "Number of the receipt"))
WAIVER_GROUND: Final = Field("ground", Wording("Mã đối tượng miễn phí", "Ground (code)"))
STOP_GROUND: Final = Field("ground", Wording("Mã căn cứ", "Ground (code)"))
GROUND: Final = Field("ground", Wording("Căn cứ", "Ground"), FieldSort.CHOICE, choices=(
    (RefusalGround.NOT_COMPETENT.value, Wording("Không thuộc thẩm quyền", "Not competent")),
    (RefusalGround.NOT_ENTITLED.value,
     Wording("Không có quyền yêu cầu", "The requester is not entitled")),
    (RefusalGround.INCOMPLETE_OR_FORGED.value,
     Wording("Hồ sơ thiếu hoặc giả mạo", "Incomplete or forged")),
))  # fmt: skip
_POST: Final = (Delivery.POST.value, Wording("Bưu điện", "Post"))
_COUNTER: Final = (Delivery.COUNTER.value, Wording("Tại quầy", "Counter"))
DELIVERY: Final = Field("delivery", Wording("Cách trả", "Channel"), FieldSort.CHOICE, choices=(
    (Delivery.VNEID.value, Wording("VNeID", "VNeID")),
    (Delivery.PORTAL.value, Wording("Cổng dịch vụ công", "Public service portal")),
    _POST,
    _COUNTER,
))  # fmt: skip
COPY_DELIVERY: Final = Field(
    "delivery", Wording("Cách gửi", "Channel"), FieldSort.CHOICE, choices=(_POST, _COUNTER)
)
TRACKING: Final = Field("tracking", Wording("Mã vận đơn", "Tracking number"), required=False)
POLICE: Final = Field(
    "police", Wording("Kết quả tra cứu", "What was found"), FieldSort.CHOICE, choices=(
        (Police.NONE.value, Wording("Không có thông tin", "Nothing")),
        (Police.POSSIBLE.value, Wording("Có thể trùng, cần xác minh", "Possibly; to be verified")),
        (Police.HIT.value, Wording("Có thông tin", "A hit")),
    ))  # fmt: skip
DECISION: Final = (
    Field("decision_number", Wording("Số quyết định", "Number of the decision")),
    Field("decision_date", Wording("Ngày quyết định", "Day of the decision"), FieldSort.DATE),
    Field("reason", Wording("Lý do", "Reason"), FieldSort.CHOICE, choices=(
        (Reason.CONTENT_MISSING.value, Wording("Thiếu nội dung", "Content is missing")),
        (Reason.CONTENT_WRONG.value, Wording("Nội dung sai", "Content is wrong")),
        (Reason.CONTENT_UNLAWFUL.value, Wording("Nội dung trái luật", "Content is unlawful")),
        (Reason.ISSUED_AGAINST_PROCEDURE.value,
         Wording("Cấp sai quy trình", "Issued against procedure")),
        (Reason.OBTAINED_BY_FRAUD.value, Wording("Có được do gian dối", "Obtained by fraud")),
    )),
    Field("decision_text", Wording("Toàn văn quyết định", "Text of the decision"),
          FieldSort.LONG_TEXT),
)  # fmt: skip
SUMMARY: Final = Field("summary", Wording("Trích yếu", "Summary"))
ADDITION: Final = Field(
    "addition", Wording("Nội dung bổ sung", "What is added"), FieldSort.LONG_TEXT
)


class SexChoice(StrEnum):
    """The values of `ledger.certificates.kind.Sex` as a form sends them."""

    MALE = "1"
    FEMALE = "2"
    OTHER = "3"


CORRECTED: Final = (
    Field("name", Wording("Họ và tên đúng (nếu ghi sai)", "Full name, if it was wrong"),
          required=False),
    Field("birth_date", Wording("Ngày sinh đúng (nếu ghi sai)", "Date of birth, if it was wrong"),
          FieldSort.DATE, required=False),
    Field("sex", Wording("Giới tính đúng (nếu ghi sai)", "Sex, if it was wrong"), FieldSort.CHOICE,
          required=False, choices=(
        (SexChoice.MALE.value, Wording("Nam", "Male")),
        (SexChoice.FEMALE.value, Wording("Nữ", "Female")),
        (SexChoice.OTHER.value, Wording("Khác", "Other")),
    )),
)  # fmt: skip
"""What of the person a correction may write otherwise; the rest comes from the register."""
CANCELLED_RECEIPT: Final = Field(
    "cancelled_receipt", Wording("Số biên lai đã huỷ", "Number of the cancelled receipt")
)
DAYS: Final = Field("days", Wording("Số ngày lùi hạn", "Days to add"), FieldSort.NUMBER)
PROMISED_ON: Final = Field(
    "promised_on", Wording("Ngày hẹn trả mới", "The day now promised"), FieldSort.DATE
)
LETTER: Final = Field("letter", Wording("Số thư xin lỗi", "Number of the letter"))
TAKE_OVER_REASONS: Final = (
    (request_custody.Reason.ABSENT.value,
     Wording("Cán bộ đang giữ hồ sơ vắng mặt", "Who has it is away")),
    (request_custody.Reason.REASSIGNED.value,
     Wording("Lãnh đạo phân công lại", "The work was given to another")),
    (request_custody.Reason.CONFLICT_OF_INTEREST.value,
     Wording("Có xung đột lợi ích", "There is a conflict of interest")),
    (request_custody.Reason.ACCOUNT_DISABLED.value,
     Wording("Tài khoản đã bị khoá", "Their account is disabled")),
)  # fmt: skip
TAKE_OVER_REASON: Final = Field(
    "take_over_reason", Wording("Lý do tiếp quản", "Why you take it over"), FieldSort.CHOICE,
    choices=TAKE_OVER_REASONS,
)  # fmt: skip
COLLEAGUE: Final = Field("officer", Wording("Giao cho", "Give it to"), FieldSort.CHOICE)
"""Whom it offers is known once it is known who asks."""
