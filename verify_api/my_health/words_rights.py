"""The words of the pages of rights and apps, and of what was refused: Vietnamese first."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

RIGHTS: Final[Mapping[str, Wording]] = MappingProxyType({
    "rights.lead": Wording(
        "Quyền của bạn theo Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15. Chúng tôi trả lời trong 2 "
        "ngày làm việc và phải xong trước ngày đến hạn.",
        "Your rights under the Personal Data Protection Law 91/2025/QH15. We answer within 2 "
        "working days and have to be done by the due day."),
    "rights.new": Wording("Gửi yêu cầu", "Ask for something"),
    "rights.right": Wording("Bạn muốn gì", "What you want"),
    "rights.words": Wording("Viết rõ yêu cầu", "Say what it is about"),
    "rights.words_hint": Wording("Tối đa 4.000 ký tự.", "4,000 characters at most."),
    "rights.visit": Wording("Lượt khám cần đính chính", "The visit to be corrected"),
    "rights.visit_hint": Wording(
        "Chỉ dùng khi yêu cầu đính chính: cơ sở đã gửi lượt khám sẽ giải quyết.",
        "Only for a correction: the facility that sent the visit answers."),
    "rights.no_visit": Wording("Không riêng lượt khám nào", "No visit in particular"),
    "rights.send": Wording("Gửi yêu cầu", "Send the request"),
    "rights.mine": Wording("Yêu cầu của bạn", "Your requests"),
    "rights.none": Wording("Bạn chưa gửi yêu cầu nào.", "You have asked for nothing yet."),
    "rights.answer_due": Wording("Trả lời chậm nhất", "Answer due"),
    "rights.due": Wording("Hoàn thành chậm nhất", "Done by"),
    "rights.answer": Wording("Đã trả lời", "Answered"),
    "rights.extended": Wording("Gia hạn vì", "Extended because"),
    "rights.end": Wording("Kết quả", "Result"),
    "rights.rule": Wording("Căn cứ từ chối", "Refused by"),
    "rights.your_words": Wording("Bạn viết", "Your words"),
    "rights.withdraw": Wording("Rút yêu cầu", "Take the request back"),
    "rights.withdraw_title": Wording("Rút yêu cầu này?", "Take this request back?"),
    "rights.withdraw_1": Wording(
        "Yêu cầu kết thúc ngay và không ai phải giải quyết nữa.",
        "It ends at once, and nobody has to do anything any more."),
    "rights.withdraw_2": Wording(
        "Bạn gửi lại yêu cầu mới bất cứ lúc nào.", "You can ask again at any time."),
    "rights.withdraw_3": Wording(
        "Việc xóa đang chờ duyệt cũng dừng lại; khi một cán bộ đã duyệt thì không rút được nữa.",
        "An erasure that waits for approval is stopped, too; once an officer has approved it, it "
        "cannot be."),
    "rights.withdraw_yes": Wording("Rút yêu cầu", "Take it back"),
    "rights.erasure": Wording("Việc xóa", "The erasure"),
    "rights.approvals": Wording("cán bộ đã duyệt", "officers have approved"),
    "rights.retains": Wording("Luật buộc lưu giữ gì", "What the law retains"),
    "rights.retains_why": Wording(
        "Hồ sơ bệnh án phải lưu theo thời hạn của Luật Khám bệnh, chữa bệnh và Thông tư "
        "33/2025/TT-BYT. Trong thời hạn đó dữ liệu không xóa được; bạn có thể yêu cầu hạn chế xử "
        "lý.",
        "Medical records have to be kept for the terms of the Law on Medical Examination and "
        "Treatment and Circular 33/2025/TT-BYT. Until then they cannot be erased; you may ask to "
        "restrict their use."),
    "rights.retained_until": Wording(
        "Dữ liệu sức khỏe của bạn phải lưu đến hết năm",
        "Your health data have to be kept to the end of"),
    "rights.retained_life": Wording(
        "Dữ liệu sức khỏe của bạn phải lưu suốt đời và thêm 10 năm sau năm mất.",
        "Your health data have to be kept for life and ten years after the year of death."),
    "rights.not_retained": Wording(
        "Hiện không có thời hạn lưu giữ nào đối với dữ liệu sức khỏe của bạn.",
        "No term binds your health data at present."),
    "rights.forgotten": Wording(
        "Xóa nghĩa là hủy khóa mã hóa: không ai đọc lại được, kể cả chúng tôi. Cần hai cán bộ khác "
        "nhau duyệt.",
        "Erasing means destroying the keys: nobody can read it again, nor can we. Two other "
        "officers have to approve."),
    "state.open": Wording("Đang giải quyết", "Under way"),
    "state.completed": Wording("Đã hoàn thành", "Done"),
    "state.refused": Wording("Bị từ chối", "Refused"),
    "state.withdrawn": Wording("Đã rút", "Taken back"),
    "state.erased": Wording("Đã xóa", "Erased"),
    "phase.requested": Wording("Đang chờ duyệt", "Waits for approval"),
    "phase.refused": Wording("Phải lưu theo luật", "The law retains it"),
    "phase.ordered": Wording("Đã duyệt, sắp xóa", "Approved, about to be erased"),
    "phase.begun": Wording("Đang xóa", "Being erased"),
    "phase.done": Wording("Đã xóa xong", "Erased"),
    "phase.withdrawn": Wording("Đã rút", "Taken back"),
    "right.view": Wording("Xem dữ liệu của tôi", "See my data"),
    "right.correct": Wording("Đính chính", "Correct something"),
    "right.provide": Wording("Cung cấp bản sao", "A copy of my data"),
    "right.withdraw": Wording("Rút sự đồng ý", "Take back a consent"),
    "right.restrict": Wording("Hạn chế xử lý", "Restrict the use"),
    "right.lift-restriction": Wording("Bỏ hạn chế xử lý", "Lift the restriction"),
    "right.erase": Wording("Xóa dữ liệu", "Erase my data"),
    "right.view_hint": Wording("Trong 10 ngày.", "Within 10 days."),
    "right.correct_hint": Wording(
        "Trong 10 ngày; 15 ngày nếu cơ sở khác phải sửa.",
        "Within 10 days; 15 if a facility has to do it."),
    "right.provide_hint": Wording(
        "Trong 10 ngày. Bạn cũng tự tải được ở trang Tải sổ về.",
        "Within 10 days. You can also download it yourself."),
    "right.withdraw_hint": Wording(
        "Nhanh hơn: rút ngay ở trang Đồng ý.", "Faster: take it back on the page of consents."),
    "right.restrict_hint": Wording(
        "Trong 15 ngày. Sau đó chỉ bạn xem được, trừ cấp cứu và tòa án.",
        "Within 15 days. Then only you read it, save in an emergency or by a court."),
    "right.lift-restriction_hint": Wording("Trong 15 ngày.", "Within 15 days."),
    "right.erase_hint": Wording(
        "Trong 20 ngày, với phần luật không buộc lưu giữ.",
        "Within 20 days, of what the law does not retain."),

    "apps.lead": Wording(
        "Bạn chọn ứng dụng nào được hiển thị sổ sức khỏe của mình (tích hợp).",
        "You choose in which apps your health book is shown."),
    "apps.app": Wording("Ứng dụng", "App"),
    "apps.shown": Wording("Đang hiển thị", "Shown there"),
    "apps.not_shown": Wording("Không hiển thị", "Not shown there"),
    "apps.connect": Wording("Hiển thị sổ ở đây", "Show the book here"),
    "apps.leave": Wording("Thôi hiển thị", "Stop showing it"),
    "apps.state": Wording("Tình trạng", "State"),
    "apps.act": Wording("Thay đổi", "Change"),
})  # fmt: skip
"""By key."""

PROBLEMS: Final[Mapping[str, Wording]] = MappingProxyType({
    "not_blank": Wording("Hãy nhập nội dung.", "Write something."),
    "too_long": Wording("Nội dung quá dài.", "This is too long."),
    "invisible": Wording(
        "Có ký tự ẩn không dùng được.", "There are invisible characters that cannot be kept."),
    "share_time": Wording("Chọn thời gian từ 1 phút đến 7 ngày.", "Choose 1 minute to 7 days."),
    "share_opens": Wording("Nhập số từ 1 đến 20.", "Enter a number from 1 to 20."),
    "sections_empty": Wording("Chọn ít nhất một phần.", "Choose at least one part."),
    "passcode_length": Wording("Mã mở từ 4 đến 64 ký tự.", "A passcode has 4 to 64 characters."),
    "categories_empty": Wording("Chọn ít nhất một nhóm.", "Choose at least one category."),
    "consent_not_explicit": Wording(
        "Hãy đánh dấu vào ô đồng ý.", "Tick the box if you agree."),
    "consent_in_the_past": Wording("Chọn một ngày sau hôm nay.", "Choose a day after today."),
    "facility_code": Wording(
        "Mã cơ sở gồm 5 ký tự, ví dụ 79A02.", "A facility's code has 5 characters, such as 79A02."),
    "beyond_representation": Wording(
        "Người đại diện chỉ mở được phần mình được xem, trong thời gian còn quyền.",
        "A representative opens what they may read, while they may."),
    "processing_restricted": Wording(
        "Dữ liệu đang bị hạn chế xử lý: hãy yêu cầu bỏ hạn chế trước.",
        "The use of the data is restricted: ask to lift that first."),
    "person_died": Wording(
        "Đã ghi nhận tử vong: không cho phép điều gì mới.",
        "A death is recorded: nothing new is allowed."),
    "link_made_before": Wording(
        "Liên kết này đã được tạo và mã chỉ hiện một lần. Hãy dừng nó và tạo mã mới.",
        "This link was made before, and its code was shown once. Stop it and make another."),
    "already_reported": Wording("Bạn đã báo lượt xem này.", "You have reported this look."),
    "too_many_reports": Wording(
        "Quá nhiều báo cáo đang chờ trả lời.", "Too many reports wait for their answers."),
    "too_many_requests": Wording(
        "Quá nhiều yêu cầu đang mở: tối đa 20.", "Too many requests are open: 20 at most."),
    "not_restricted": Wording(
        "Dữ liệu của bạn không bị hạn chế xử lý.", "The use of your data is not restricted."),
    "visit_only_corrected": Wording(
        "Chỉ chọn lượt khám khi yêu cầu đính chính.", "A visit is named only for a correction."),
    "request_ended": Wording("Yêu cầu này đã kết thúc.", "This request has ended."),
    "erasure_approved": Wording(
        "Một cán bộ đã duyệt việc xóa nên không rút được nữa. Hãy liên hệ cán bộ bảo vệ dữ liệu.",
        "An officer has approved the erasure, so it cannot be taken back. Ask the data protection "
        "officer."),
    "day_form": Wording("Nhập ngày, ví dụ 24/11/2026.", "Enter a day, such as 24 November 2026."),
    "days_reversed": Wording(
        "Ngày cuối phải sau ngày đầu.", "The last day comes after the first."),
    "in_the_future": Wording("Chọn một ngày đến hôm nay.", "Choose a day up to today."),
    "search_words": Wording("Từ khóa quá dài.", "Too many words."),
    "app_name": Wording("Không có ứng dụng này.", "There is no such app."),
    "right_unknown": Wording("Chọn điều bạn muốn.", "Choose what you want."),
    "choice": Wording("Chọn một mục trong danh sách.", "Choose one of the list."),
    "idempotency_mismatch": Wording(
        "Biểu mẫu này đã được gửi với nội dung khác. Hãy tải lại trang.",
        "This form was sent before with other content. Load the page again."),
    "conflict": Wording("Có thay đổi cùng lúc. Hãy thử lại.", "Something changed. Try again."),
})  # fmt: skip
"""What was refused, by rule or code; another one is told by its kind."""
