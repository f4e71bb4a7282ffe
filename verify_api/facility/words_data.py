"""The words of what a facility sends: intake, quality, quarantine. Vietnamese first."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

DATA: Final[Mapping[str, Wording]] = MappingProxyType({
    "intake.title": Wording("Dữ liệu đã gửi", "Data sent"),
    "intake.lead": Wording(
        "Các lần gửi gần đây và kết quả. Không hiện nội dung tài liệu.",
        "The last deliveries and what became of them. No content is shown."),
    "intake.summary": Wording("Tổng hợp", "Summary"),
    "intake.receipt": Wording("Biên nhận", "Receipt"),
    "intake.accepted": Wording("Đã nhận", "Accepted"),
    "intake.corrected": Wording("Đã sửa", "Corrected"),
    "intake.repeated": Wording("Gửi lại, không đổi", "Repeated"),
    "intake.refused": Wording("Bị từ chối", "Refused"),
    "intake.rate": Wording("Tốc độ nhận", "Rate"),
    "intake.rate_note": Wording("lượt khám mỗi giây", "visits a second"),
    "intake.waiting": Wording("Chờ xử lý", "In quarantine"),
    "intake.sums": Wording(
        "Cộng của số lần gửi gần nhất:",
        "Sums of so many deliveries, the newest:"),
    "intake.reasons": Wording("Vì sao bị từ chối", "Why some were refused"),
    "intake.count": Wording("Số lần", "Times"),
    "intake.last": Wording("Các lần gửi gần nhất", "The last deliveries"),
    "intake.at": Wording("Lúc", "When"),
    "intake.door": Wording("Cách gửi", "Door"),
    "intake.size": Wording("Dung lượng", "Size"),
    "intake.none": Wording("Cơ sở chưa gửi gì.", "The facility has sent nothing yet."),
    "intake.send": Wording("Gửi tệp", "Send a file"),
    "intake.file": Wording("Tệp XML bảo hiểm hoặc FHIR", "Insurance XML or FHIR file"),
    "intake.file_hint": Wording(
        "Tối đa 10 MB. Gửi lại cùng một tệp không làm thay đổi gì.",
        "10 MB at most. The same file again changes nothing."),
    "intake.reason": Wording("Lý do sửa", "Reason of a correction"),
    "intake.reason_hint": Wording(
        "Cần khi nội dung khác với lần gửi trước.",
        "Needed where it differs from what was sent before."),
    "intake.button": Wording("Gửi tệp", "Send the file"),
    "quality.title": Wording("Chất lượng dữ liệu", "Quality of the data"),
    "quality.lead": Wording(
        "Điểm theo tháng nhận, và những gì bước kiểm tra sau phát hiện.",
        "The score by month of intake, and what the later checks found."),
    "quality.score": Wording("Điểm", "Score"),
    "quality.score_now": Wording("Điểm tháng này", "This month's score"),
    "quality.chart_score": Wording(
        "Điểm chất lượng theo tháng (0 đến 100)",
        "Score by month (0 to 100)"),
    "quality.chart_shares": Wording(
        "Tỷ lệ lượt khám có lỗi, gửi muộn, phải sửa (%)",
        "Visits with errors, late, corrected (%)"),
    "quality.errors": Wording("Có lỗi", "With errors"),
    "quality.late": Wording("Gửi muộn", "Late"),
    "quality.corrected": Wording("Phải sửa", "Corrected"),
    "quality.formula": Wording(
        "100 trừ 50 lần tỷ lệ có lỗi, 10 lần tỷ lệ chỉ có cảnh báo, 20 lần tỷ lệ gửi muộn, 5 "
        "lần tỷ lệ phải sửa, 15 lần tỷ lệ sổ mở trùng.",
        "100 less 50 times the share with errors, 10 with warnings alone, 20 late, 5 "
        "corrected, 15 of books opened twice."),
    "quality.months": Wording("Từng tháng", "Month by month"),
    "quality.month": Wording("Tháng", "Month"),
    "quality.visits": Wording("Lượt khám", "Visits"),
    "quality.assessed": Wording("Đã kiểm tra", "Assessed"),
    "quality.none": Wording("Chưa có lượt khám nào.", "There are no visits yet."),
    "quality.no_chart": Wording(
        "Biểu đồ có khi đã có điểm của ít nhất hai tháng.",
        "A chart follows once two months have a score."),
    "quality.found": Wording("Phát hiện của", "Found in"),
    "quarantine.title": Wording("Tài liệu bị từ chối", "Quarantine"),
    "quarantine.lead": Wording(
        "Mỗi tài liệu nằm niêm phong cho đến khi được nhận hoặc bị bỏ. Danh sách không hiện "
        "tên người bệnh.",
        "Each document lies sealed until it is taken in or given up. The list shows no "
        "patient."),
    "quarantine.all": Wording("Tất cả", "All"),
    "quarantine.none": Wording("Không có tài liệu nào chờ xử lý.", "Nothing waits here."),
    "quarantine.more": Wording(
        "Còn tài liệu cũ hơn; xử lý các tài liệu này trước.",
        "There are older ones; work these off first."),
    "quarantine.retry_all": Wording("Thử lại tất cả", "Try all again"),
    "quarantine.retry_hint": Wording(
        "Thử lại sau khi cơ sở được đăng ký, hoặc khi tài liệu trước đó đã đến. Tối đa 100 "
        "tài liệu một lần.",
        "Try again once the facility is registered, or what they build on has come. At most "
        "100 at once."),
    "quarantine.discarded": Wording("Đã bỏ", "Given up"),
    "document.title": Wording("Tài liệu", "Document"),
    "document.lead": Wording(
        "Vì sao bị từ chối, ở chỗ nào, và dạng đúng. Nội dung được niêm phong.",
        "Why it was refused, where, and the form expected. Its content is sealed."),
    "document.why": Wording("Vì sao", "Why"),
    "document.rule": Wording("Quy tắc", "Rule"),
    "document.place": Wording("Vị trí trong tài liệu", "Place in the document"),
    "document.expected": Wording("Dạng đúng", "Expected"),
    "document.form": Wording("Dạng tài liệu", "Form"),
    "document.digest": Wording("Mã băm", "Digest"),
    "document.retry": Wording("Thử lại", "Try again"),
    "document.retry_hint": Wording(
        "Nếu nội dung sai, hãy sửa tại hệ thống của cơ sở rồi gửi lại; thử lại chỉ có ích khi "
        "nguyên nhân nằm ngoài tài liệu.",
        "If its content is wrong, put it right in your own system and send it again; a retry "
        "helps where the cause lay elsewhere."),
    "document.discard": Wording("Bỏ tài liệu", "Give it up"),
    "document.discard_text": Wording(
        "Tài liệu bị xóa khỏi đây và không vào sổ sức khỏe. Việc bỏ và lý do được giữ lại.",
        "It is taken away and never comes into a health book. That it was given up, and why, "
        "is kept."),
    "document.reason_hint": Wording(
        "Ví dụ: đã gửi bản đúng. Lý do được niêm phong.",
        "Such as: the right one was sent. The reason is sealed."),
    "document.agree": Wording(
        "Tôi hiểu tài liệu này sẽ không được nhận nữa.",
        "I understand that this document will not be taken in."),
})  # fmt: skip
