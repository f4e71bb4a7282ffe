"""The words of the citizen's pages: Vietnamese first, then English.

What is asked in the form stands in `verify_api.citizen_form_words`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle import Standing
from ledger.certificates.lifecycle_facts import Reason
from ledger.certificates.procedure import Stage
from ledger.certificates.request_values import Delivery, RefusalGround
from ledger.records.payment import OrderStatus
from verify_api.number_words import number_words

CITIZEN: Final[Mapping[str, Wording]] = MappingProxyType({
    "ask": Wording("Yêu cầu cấp Phiếu lý lịch tư pháp", "Ask for a certificate"),
    "ask_lead": Wording(
        "Kê khai, nộp phí và theo dõi hồ sơ ngay tại đây; kết quả là Phiếu điện tử có mã QR.",
        "Fill in, pay and follow your request here; the result is an electronic certificate "
        "with a QR code."),
    "one_open": Wording(
        "Bạn đang có một hồ sơ chưa kết thúc. Mỗi người chỉ có một hồ sơ đang giải quyết.",
        "You have a request that is still open. Everybody has one at a time."),
    "open_file": Wording("Xem hồ sơ", "Open the request"),
    "now": Wording("Việc cần làm", "What happens now"),
    "about": Wording("Thông tin hồ sơ", "About this request"),
    "dossier": Wording("Mã hồ sơ", "Dossier code"),
    "authority": Wording("Cơ quan tiếp nhận", "Authority"),
    "submitted": Wording("Đã gửi lúc", "Submitted"),
    "not_submitted": Wording("Chưa gửi", "Not yet"),
    "purpose": Wording("Mục đích", "Purpose"),
    "form": Wording("Loại phiếu", "Form"),
    "name": Wording("Họ và tên", "Full name"),
    "number": Wording("Số định danh", "Personal number"),
    "erased": Wording("Đã xoá", "Erased"),
    "copies": Wording("Bản giấy", "Paper copies"),
    "fee": Wording("Phí", "Fee"),
    "fee_due": Wording("Phải nộp", "Due"),
    "steps": Wording("Mười bước giải quyết", "The ten steps"),
    "day": Wording("Ngày hẹn trả, và vì sao", "When it is due, and why"),
    "no_day": Wording(
        "Ngày hẹn trả được đặt khi cơ quan tiếp nhận hồ sơ.",
        "The day is set when the authority accepts the request."),
    "history": Wording("Diễn biến", "History"),
    "letters": Wording("Thư của cơ quan (PDF, đã ký)", "Letters from the authority (PDF, signed)"),

    "pay": Wording("Nộp phí", "Pay the fee"),
    "pay_lead": Wording(
        "Hồ sơ chỉ được gửi đi sau khi nộp phí.", "The request is sent once the fee is paid."),
    "pay_amount": Wording("Số tiền", "Amount"),
    "pay_for": Wording("Nội dung", "For"),
    "pay_over": Wording("Thanh toán qua", "Paid over"),
    "pay_start": Wording("Thanh toán", "Pay"),
    "pay_go": Wording("Sang trang thanh toán", "Go to the payment page"),
    "pay_leave": Wording(
        "Bạn sắp rời trang này để sang cổng thanh toán. Thông tin gửi kèm chỉ gồm số tiền và một "
        "mã tham chiếu, không có họ tên hay số định danh.",
        "You are about to leave for the payment platform. It is sent the amount and a reference "
        "only, neither your name nor your number."),
    "pay_waits": Wording(
        "Cổng thanh toán giữ giao dịch trong 15 phút. Nếu bạn đóng trang sau khi đã trả tiền, "
        "hồ sơ vẫn ghi nhận khi cổng thanh toán báo về.",
        "The platform waits for 15 minutes. If you close its page after paying, the payment is "
        "still recorded as soon as the platform says so."),
    "pay_none": Wording(
        "Trang này chưa kết nối cổng thanh toán. Hãy nộp phí tại bộ phận một cửa, mang theo mã "
        "hồ sơ.",
        "No payment platform is joined here. Pay at the counter, with the dossier code."),
    "pay_tries": Wording("Các lần thanh toán", "Payments so far"),
    "pay_paid": Wording("Phí của hồ sơ này đã nộp", "The fee of this request is paid"),
    "pay_refunded": Wording(
        "Phí đã nộp của hồ sơ này đã được hoàn lại.", "The fee of this request was given back."),
    "pay_nothing": Wording("Hồ sơ này không có phí phải nộp.", "Nothing is due for this request."),
    "pay_recorded": Wording("Cổng thanh toán đã báo về", "The platform has answered"),
    "pay_recorded_text": Wording(
        "Kết quả thanh toán đã được ghi nhận. Hãy đăng nhập để xem hồ sơ của bạn.",
        "The outcome is recorded. Sign in to see your request."),
    "pay_bad": Wording("Không ghi nhận được thanh toán", "The payment could not be recorded"),
    "pay_bad_text": Wording(
        "Thông tin trả về không đúng của cổng thanh toán, hoặc không khớp với giao dịch đã tạo. "
        "Nếu bạn đã bị trừ tiền, cổng thanh toán sẽ báo lại cho chúng tôi; hồ sơ sẽ tự cập nhật.",
        "What came back is not the platform's word, or does not fit the order. If money was "
        "taken, the platform tells us by itself, and your request is updated."),

    "submit": Wording("Gửi hồ sơ", "Send the request"),
    "submit_hint": Wording(
        "Phí đã nộp. Hồ sơ được gửi đến cơ quan tiếp nhận khi bạn bấm nút này.",
        "The fee is paid. The request goes to the authority when you press this."),
    "supplement": Wording("Bổ sung hồ sơ", "Answer what is missing"),
    "missing": Wording("Cơ quan yêu cầu bổ sung", "The authority asks for"),
    "withdraw": Wording("Rút hồ sơ", "Withdraw"),
    "withdraw_title": Wording("Rút hồ sơ này?", "Withdraw this request?"),
    "withdraw_end": Wording(
        "Hồ sơ kết thúc, không có kết quả; việc này không hoàn tác được.",
        "The request ends without a result; this cannot be undone."),
    "withdraw_before": Wording(
        "Cơ quan chưa tiếp nhận nên hồ sơ được rút ngay.",
        "The authority has not accepted it yet, so it is withdrawn at once."),
    "withdraw_after": Wording(
        "Cơ quan đã tiếp nhận nên cần cơ quan đồng ý; trong lúc chờ, hồ sơ dừng lại.",
        "The authority has accepted it and has to agree; until then it rests."),
    "withdraw_fee": Wording(
        "Phí đã nộp chỉ được hoàn theo quyết định của cơ quan.",
        "A fee that was paid goes back only if the authority so orders."),
    "withdraw_again": Wording(
        "Sau khi rút xong, bạn có thể lập hồ sơ mới.",
        "Once it is withdrawn you may ask again."),
    "withdraw_agree": Wording("Tôi muốn rút hồ sơ này.", "I want to withdraw this request."),

    "ended": Wording("Lý do cơ quan nêu", "The authority's reasons"),
    "apology": Wording("Thư xin lỗi của cơ quan", "The authority's apology"),
    "sent_by": Wording("Gửi bản giấy", "Paper sent"),
    "tracking": Wording("Mã vận đơn", "Tracking number"),

    "certificate": Wording("Phiếu của bạn", "Your certificate"),
    "cert_number": Wording("Số phiếu", "Number"),
    "cert_issued": Wording("Cấp lúc", "Issued"),
    "cert_until": Wording("Mã QR chứng thực đến", "The code proves until"),
    "cert_standing": Wording("Trong sổ gốc", "In the register"),
    "cert_replaced_by": Wording("Được thay bằng phiếu số", "Replaced by number"),
    "cert_decision": Wording("Quyết định số", "Decision"),
    "cert_gone": Wording(
        "Phiếu này không còn hiệu lực; đừng dùng nữa. Nếu vẫn cần, hãy yêu cầu phiếu mới.",
        "This certificate is not in force any more: do not use it. Ask for a new one if needed."),
    "cert_outdated": Wording(
        "Thông tin lý lịch đã thay đổi sau ngày cấp. Phiếu vẫn đúng cho ngày cấp; nơi nhận có thể "
        "yêu cầu phiếu mới.",
        "The records have changed since the issue. The certificate was right on its day; whoever "
        "is shown it may ask for a new one."),
    "show_code": Wording("Hiện mã QR", "Show the QR code"),
    "checks": Wording("Ai đã kiểm tra phiếu này", "Who has checked this certificate"),
    "checks_hint": Wording(
        "Cột cuối là điều sổ gốc trả lời vào lúc đó.",
        "The last column is what the register answered at that moment."),
    "checks_none": Wording("Chưa có ai kiểm tra phiếu này.", "Nobody has checked it yet."),
    "check_said": Wording("Trả lời", "Answer"),

    "code": Wording("Mã QR của phiếu", "The certificate's QR code"),
    "code_lead": Wording(
        "Đưa mã này cho người kiểm tra quét. Kết quả chỉ hiện trên máy của họ.",
        "Hold it before the checker's camera. The answer appears on their screen only."),
    "code_short": Wording("Mã ngắn, nếu không quét được", "Short code, if it cannot be scanned"),
    "code_alt": Wording("Mã QR của Phiếu lý lịch tư pháp", "QR code of the certificate"),
    "code_leave": Wording("Đóng", "Close"),
    "code_none": Wording(
        "Phiếu không còn hiệu lực nên không có mã để đưa.",
        "The certificate is not in force any more, so there is no code to show."),
    "law_form1": Wording(
        "Cơ quan, tổ chức, cá nhân không được yêu cầu bạn nộp phiếu, trừ khi luật, pháp lệnh, nghị "
        "quyết hoặc nghị định quy định; khi đó cũng chỉ là Phiếu số 1.",
        "Nobody may demand a certificate from you unless a law, ordinance, resolution or decree "
        "says so; and then Form 1 only."),
    "law_form2": Wording(
        "Phiếu số 2 chỉ để bạn biết về lý lịch của mình hoặc cho cơ quan tiến hành tố tụng. "
        "Không nơi nào khác được yêu cầu bạn cho xem.",
        "Form 2 is for you to know your own record, and for procedural agencies. Nobody else may "
        "ask to see it."),
    "passcode": Wording("Mã bảo vệ 6 chữ số", "Six-digit passcode"),
    "passcode_why": Wording(
        "Phiếu số 2 nói đủ mọi án tích, kể cả đã xóa. Mỗi lần hiện cần nhập mã bảo vệ.",
        "Form 2 tells every conviction, expunged ones too. Each showing asks for your passcode."),
    "passcode_hint": Wording(
        "Sai 5 lần liên tiếp thì phải đợi 30 phút.", "After five wrong ones you wait 30 minutes."),
    "passcode_show": Wording("Hiện mã QR", "Show the QR code"),
    "passcode_paper": Wording("Tải phiếu (PDF)", "Download (PDF)"),
    "passcode_set": Wording("Đặt mã bảo vệ", "Choose a passcode"),
    "passcode_change": Wording("Đổi mã bảo vệ", "Change the passcode"),
    "passcode_first": Wording(
        "Bạn chưa có mã bảo vệ. Hãy đặt mã trước khi xem Phiếu số 2.",
        "You have no passcode yet. Choose one before Form 2 can be shown."),
    "passcode_former": Wording("Mã đang dùng", "Present passcode"),
    "passcode_new": Wording("Mã mới (6 chữ số)", "New passcode (6 digits)"),
    "passcode_new_hint": Wording(
        "Không dùng sáu chữ số giống nhau hoặc liên tiếp.",
        "Not one digit six times, nor digits in a row."),
    "passcode_again": Wording("Nhập lại mã mới", "New passcode once more"),
    "passcode_forgotten": Wording("Quên mã bảo vệ?", "Forgotten the passcode?"),
    "passcode_reset": Wording("Đặt lại mã bảo vệ", "Set the passcode anew"),
    "passcode_reset_lead": Wording(
        "Bạn vừa xác nhận danh tính, nên có thể đặt mã mới mà không cần mã cũ, kể cả khi đang bị "
        "khóa vì nhập sai.",
        "You have just shown who you are, so you can set a new one without the former, also "
        "while wrong ones have locked it."),
    "passcode_reset_ends": Wording(
        "Mã cũ hết hiệu lực ngay; tài khoản của bạn bị đăng xuất trên các thiết bị khác.",
        "The former one ends at once, and your account is signed out on every other device."),
    "passcode_reset_told": Wording(
        "Việc đặt lại được ghi vào sổ, báo cho bạn và hiện trong lịch sử kiểm tra Phiếu số 2.",
        "That it was set anew is recorded, told to you, and shown among the checks of Form 2."),
    "passcode_reset_paper": Wording(
        "Bản bạn đã tải hoặc đã đưa cho người khác vẫn dùng được như trước.",
        "What you have downloaded or handed to others stays as good as it was."),
    "passcode_was_reset": Wording(
        "Mã bảo vệ của bạn đã được đặt lại lúc", "Your passcode was set anew at"),
    "passcode_not_you": Wording(
        "Nếu không phải bạn làm, hãy đổi mật khẩu tài khoản định danh, đặt lại mã bảo vệ và báo "
        "cho cơ quan cấp Phiếu.",
        "If that was not you, change the password of your identity account, set the passcode "
        "anew, and tell the authority that issued the certificate."),
    "check_reset": Wording("Mã cũ hết hiệu lực", "The former one ended"),
    "passcode_until": Wording(
        "Đã nhập sai quá nhiều lần. Có thể thử lại sau:", "Too many wrong ones. Try again after:"),

    "demo": Wording("Cổng thanh toán trình diễn", "Demonstration payment platform"),
    "demo_lead": Wording(
        "Không có tiền thật nào được chuyển. Hãy chọn điều cổng thanh toán sẽ làm.",
        "No money moves. Choose what the platform is to do."),
    "demo_reference": Wording("Mã tham chiếu", "Reference"),
    "demo_succeed": Wording("Thanh toán thành công", "Pay with success"),
    "demo_close": Wording("Trả tiền rồi đóng trang", "Pay, then close the page"),
    "demo_fail": Wording("Thanh toán thất bại", "Let it fail"),
    "demo_abandon": Wording("Bỏ dở", "Leave without an answer"),
    "demo_closed": Wording("Bạn đã đóng trang thanh toán", "You closed the payment page"),
    "demo_closed_text": Wording(
        "Cổng thanh toán vẫn báo cho máy chủ. Mở hồ sơ của bạn để xem.",
        "The platform tells the server all the same. Open your requests to see it."),
    "back_to_my": Wording("Về hồ sơ của tôi", "Back to my requests"),
})  # fmt: skip

NEXT: Final[Mapping[Stage, Wording]] = MappingProxyType({
    Stage.DRAFTED: Wording(
        "Bạn cần nộp phí để gửi hồ sơ.", "Pay the fee, so that the request can be sent."),
    Stage.PAID: Wording(
        "Phí đã nộp. Hồ sơ chưa được gửi: bạn cần bấm gửi.",
        "The fee is paid. The request is not sent yet: send it."),
    Stage.FEE_EXEMPT: Wording(
        "Hồ sơ được miễn phí. Bạn cần bấm gửi.", "No fee is due. Send the request."),
    Stage.SUBMITTED: Wording(
        "Cơ quan đang xem hồ sơ. Bạn không phải làm gì.",
        "The authority looks at it. There is nothing for you to do."),
    Stage.PAYMENT_REQUIRED: Wording(
        "Phí chưa đủ. Bạn cần nộp phần còn thiếu.", "The fee is short. Pay what is missing."),
    Stage.SUPPLEMENT: Wording(
        "Cơ quan cần bạn bổ sung. Thời hạn tạm dừng cho đến khi bạn trả lời.",
        "The authority needs something from you. The clock stands still until you answer."),
    **dict.fromkeys(
        (Stage.ACCEPTED, Stage.TRANSFERRING, Stage.IN_REGISTRY, Stage.LOOKUP_RUNNING,
         Stage.LOOKED_UP, Stage.POLICE_CHECK, Stage.POLICE_CHECKED, Stage.VERIFIED, Stage.ISSUING),
        Wording(
            "Hồ sơ đang được giải quyết. Bạn không phải làm gì.",
            "It is being processed. There is nothing for you to do."),
    ),
    Stage.READY: Wording(
        "Phiếu đã được cấp. Bạn xem và tải được ngay tại đây.",
        "The certificate is issued. See and download it here."),
    Stage.RETURNED: Wording(
        "Phiếu đã được trả. Bạn xem và tải được tại đây.",
        "The certificate was delivered. See and download it here."),
    Stage.REJECTED: Wording(
        "Cơ quan không tiếp nhận hồ sơ. Phí đã nộp được hoàn lại.",
        "The authority did not accept the request. A fee that was paid goes back."),
    Stage.REFUSED: Wording(
        "Cơ quan từ chối cấp phiếu bằng văn bản.", "The authority refused in writing."),
    Stage.WITHDRAWING: Wording(
        "Bạn đã xin rút; đang chờ cơ quan đồng ý.",
        "You asked to withdraw; the authority has to agree."),
    Stage.WITHDRAWN: Wording(
        "Hồ sơ đã rút. Bạn có thể lập hồ sơ mới.", "It is withdrawn. You may ask again."),
    Stage.STOPPED: Wording("Cơ quan đã dừng xử lý hồ sơ.", "The authority stopped processing."),
})  # fmt: skip
"""What the citizen has to know, by stage."""

STANDINGS: Final[Mapping[Standing, tuple[str, Wording]]] = MappingProxyType({
    Standing.NOT_ISSUED: ("info", Wording("Chưa cấp", "Not issued")),
    Standing.IN_FORCE: ("info", Wording("Còn hiệu lực", "In force")),
    Standing.EXPIRED: ("unsure", Wording("Mã QR hết hạn", "Code expired")),
    Standing.SUPERSEDED: ("unsure", Wording("Đã được thay thế", "Replaced")),
    Standing.RECALLED: ("bad", Wording("Đã bị thu hồi", "Recalled")),
    Standing.CANCELLED: ("bad", Wording("Đã bị hủy bỏ", "Cancelled")),
})  # fmt: skip
"""With the badge's kind. In force is no green tick: a holder's screen proves nothing."""

DECISIONS: Final[Mapping[str, tuple[str, Wording]]] = MappingProxyType({
    "supplemented": ("info", Wording("Phiếu được bổ sung", "The certificate was supplemented")),
    "superseded": ("unsure", Wording("Phiếu được đính chính, thay bằng phiếu mới",
                                     "The certificate was corrected and replaced")),
    "recalled": ("bad", Wording("Phiếu bị thu hồi", "The certificate was recalled")),
    "cancelled": ("bad", Wording("Phiếu bị hủy bỏ", "The certificate was cancelled")),
})  # fmt: skip
REASONS: Final[Mapping[Reason, Wording]] = MappingProxyType({
    Reason.CONTENT_MISSING: Wording("Nội dung phiếu thiếu", "Content is missing"),
    Reason.CONTENT_WRONG: Wording("Nội dung phiếu không chính xác", "Content is wrong"),
    Reason.CONTENT_UNLAWFUL: Wording("Nội dung phiếu trái pháp luật", "Content is unlawful"),
    Reason.ISSUED_AGAINST_PROCEDURE: Wording(
        "Phiếu cấp không đúng quy trình", "Issued against procedure"),
    Reason.OBTAINED_BY_FRAUD: Wording("Phiếu có được do gian dối", "Obtained by fraud"),
})  # fmt: skip
GROUNDS: Final[Mapping[str, Wording]] = MappingProxyType({
    RefusalGround.NOT_COMPETENT.value: Wording("Không thuộc thẩm quyền", "Not competent"),
    RefusalGround.NOT_ENTITLED.value: Wording(
        "Không có quyền yêu cầu", "The requester is not entitled"),
    RefusalGround.INCOMPLETE_OR_FORGED.value: Wording(
        "Hồ sơ thiếu hoặc giả mạo", "Incomplete or forged"),
})  # fmt: skip
DELIVERIES: Final[Mapping[Delivery, Wording]] = MappingProxyType({
    Delivery.VNEID: Wording("VNeID", "VNeID"),
    Delivery.PORTAL: Wording("Cổng dịch vụ công", "Public service portal"),
    Delivery.POST: Wording("Bưu điện", "Post"),
    Delivery.COUNTER: Wording("Tại quầy", "Counter"),
})  # fmt: skip
ORDERS: Final[Mapping[OrderStatus, tuple[str, Wording]]] = MappingProxyType({
    OrderStatus.OPEN: ("wait", Wording("Chưa có trả lời", "No answer yet")),
    OrderStatus.FAILED: ("bad", Wording("Không thành công", "Failed")),
    OrderStatus.TAKEN: ("good", Wording("Đã nhận", "Received")),
    OrderStatus.UNOWED: ("unsure", Wording("Thu thừa, sẽ hoàn lại", "Not owed, goes back")),
    OrderStatus.GIVEN_BACK: ("info", Wording("Đã hoàn lại", "Given back")),
})  # fmt: skip


def vnd(amount: int) -> Wording:
    """Return an amount of money as each language writes it."""
    return Wording(f"{number_words(amount, 'vi')} đồng", f"VND {number_words(amount, 'en')}")
