"""A message that is shown once, on the page after the one where something was done.

    answer = redirect("/work", HTTPStatus.SEE_OTHER)
    tell(answer, "saved")

The cookie carries a key of `SAID` and nothing else: no words of a stranger, no personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flask import Request, Response

from ledger.certificates.kind import Wording

COOKIE: Final = "said"
_SECONDS: Final = 60
"""The next page follows at once; one that never comes leaves nothing for a later day."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said, and of which kind (as the notices of ``parts/cards.html``)."""

    kind: str
    text: Wording


SAID: Final[Mapping[str, Said]] = MappingProxyType({
    "done": Said("good", Wording("Đã ghi nhận.", "Done and recorded.")),
    "note_written": Said("good", Wording("Đã ghi vào sổ.", "Written into the book.")),
    "taken_back": Said("good", Wording("Đã rút lại.", "Taken back.")),
    "share_stopped": Said("good", Wording("Đã dừng chia sẻ.", "Sharing has stopped.")),
    "consent_given": Said("good", Wording("Đã ghi nhận sự đồng ý.", "The consent stands.")),
    "category_closed": Said("good", Wording("Đã đóng nhóm dữ liệu.", "The category is closed.")),
    "category_opened": Said("good", Wording("Đã mở lại nhóm dữ liệu.", "It is open again.")),
    "look_reported": Said("good", Wording("Đã gửi báo cáo.", "The report is on record.")),
    "right_asked": Said("good", Wording("Đã gửi yêu cầu.", "The request is on record.")),
    "ask_made": Said("good", Wording(
        "Đã gửi đề nghị. Câu trả lời sẽ hiện ở đây.", "It is sent. The answer appears here.")),
    "ask_declined": Said("good", Wording(
        "Đã trả lời người bệnh.", "The person is told.")),
    "ask_given_up": Said("good", Wording(
        "Đã hủy phiếu hẹn theo đề nghị.", "The appointment is cancelled, as was asked.")),
    "app_shown": Said("good", Wording("Ứng dụng được hiển thị sổ.", "The app shows the book.")),
    "app_left": Said("good", Wording("Ứng dụng thôi hiển thị sổ.", "It shows it no longer.")),
    "judged": Said("good", Wording("Đã ghi kết luận về cặp này.", "The judgement is recorded.")),
    "request_made": Said("good", Wording(
        "Đã tạo hồ sơ. Hãy nộp phí để gửi đi.", "The request is made. Pay, so that it is sent.")),
    "one_request": Said("info", Wording(
        "Bạn đang có hồ sơ này chưa kết thúc.", "You have this request, which is still open.")),
    "request_sent": Said("good", Wording("Đã gửi hồ sơ.", "The request is sent.")),
    "supplement_sent": Said("good", Wording(
        "Đã gửi bổ sung; thời hạn được tính tiếp.", "It is sent, and the clock runs on.")),
    "withdrawn": Said("good", Wording(
        "Đã ghi nhận yêu cầu rút hồ sơ.", "Your withdrawal is recorded.")),
    "paid": Said("good", Wording("Đã nhận phí.", "The fee has been received.")),
    "payment_failed": Said("unsure", Wording(
        "Thanh toán không thành công; chưa có khoản tiền nào được ghi nhận. Bạn có thể thử lại.",
        "The payment failed and nothing was taken. You may try again.")),
    "payment_unowed": Said("unsure", Wording(
        "Cổng thanh toán đã thu tiền nhưng hồ sơ không còn phí phải nộp: số tiền được hoàn lại.",
        "The platform took money that the request does not owe: it goes back.")),
    "passcode_set": Said("good", Wording("Đã đặt mã bảo vệ.", "Your passcode is set.")),
    "passcode_reset": Said("good", Wording(
        "Đã đặt mã bảo vệ mới; mã cũ hết hiệu lực.",
        "The new passcode is set; the former one is good no more.")),
    "signed_out": Said("good", Wording("Bạn đã đăng xuất.", "You have signed out.")),
    "referral_presented": Said("good", Wording("Đã ghi nhận xuất trình.", "Recorded as shown.")),
    "referral_accepted": Said("good", Wording(
        "Đã tiếp nhận người bệnh bằng phiếu này.", "The patient is accepted by this paper.")),
    "referral_rejected": Said("good", Wording(
        "Đã ghi nhận việc không tiếp nhận.", "That it is not accepted is recorded.")),
    "referral_closed": Said("good", Wording(
        "Đã kết thúc đợt điều trị.", "The episode is closed.")),
    "admission_reported": Said("good", Wording(
        "Đã ghi nhận lượt tiếp nhận chưa xác minh.", "The unverified admission is recorded.")),
    "paper_drafted": Said("good", Wording(
        "Đã lập phiếu, chờ ký.", "The paper is put together and waits to be signed.")),
    "paper_use": Said("good", Wording("Đã ghi đợt điều trị.", "The episode is recorded.")),
    "paper_consume": Said("good", Wording(
        "Đã ghi nhận khám theo hẹn.", "That the patient was seen is recorded.")),
    "paper_miss": Said("good", Wording(
        "Đã ghi nhận người bệnh không đến.", "That the patient did not come is recorded.")),
    "paper_cancel": Said("good", Wording("Đã hủy phiếu.", "The paper is cancelled.")),
    "appointment_moved": Said("good", Wording(
        "Đã lập phiếu hẹn mới, chờ ký.", "The new appointment waits to be signed.")),
    "papers_signed": Said("good", Wording("Đã ký các phiếu đã chọn.", "The papers are signed.")),
    "document_taken": Said("good", Wording("Đã nhận tài liệu.", "The document is taken in.")),
    "document_refused_again": Said("unsure", Wording(
        "Tài liệu vẫn bị từ chối.", "The document is refused again.")),
    "documents_taken": Said("good", Wording(
        "Đã nhận tất cả tài liệu.", "All documents are taken in.")),
    "documents_tried": Said("unsure", Wording(
        "Đã thử lại; một số tài liệu vẫn bị từ chối.", "Tried again; some are still refused.")),
    "document_discarded": Said("good", Wording(
        "Đã bỏ tài liệu; lý do được giữ lại.", "The document is given up; why is kept.")),
    "patient_found": Said("info", Wording("Đã tìm thấy người bệnh.", "The patient is found.")),
    "glass_broken": Said("bad", Wording(
        "Sổ đã mở khẩn cấp. Người bệnh và cơ sở được báo.",
        "The book is open in an emergency. The patient and the facility are told.")),
    "emergency_reviewed": Said("good", Wording(
        "Đã ghi kết luận xem xét.", "The review is recorded.")),
})  # fmt: skip
"""By key; a page that needs another message adds a line."""


def tell(answer: Response, key: str, *, https: bool) -> None:
    """Let the next page say ``key``; an unknown key is a programming error."""
    assert key in SAID, key
    answer.set_cookie(
        COOKIE, key, max_age=_SECONDS, samesite="Lax", httponly=True, secure=https
    )  # fmt: skip


def told(request: Request) -> Said | None:
    """Return what this page is to say; None for nothing, or for what nobody here has written."""
    return SAID.get(request.cookies.get(COOKIE, ""))
