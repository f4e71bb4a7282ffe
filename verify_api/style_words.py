"""The words of the style page: what each component is for, and what its examples say."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording


@dataclass(frozen=True, slots=True)
class Part:
    """One component, or a group of them."""

    title: Wording
    text: Wording
    """When to use it, in a sentence."""
    macros: str = ""
    """Where it stands: the file under ``templates/parts`` and its macros."""


PARTS: Final[Mapping[str, Part]] = MappingProxyType({
    "colours": Part(
        Wording("Màu và chữ", "Colours and type"),
        Wording(
            "Mỗi trạng thái có màu, hình và chữ; không bao giờ chỉ có màu. Chữ của hệ thống, dòng "
            "cao 1,6 để dấu tiếng Việt không chạm nhau.",
            "A state has a colour, a shape and a word, never a colour alone. System fonts; lines "
            "1.6 high, so that Vietnamese marks never touch."),
        "records.css"),
    "headings": Part(
        Wording("Đầu trang", "Heading of a page"),
        Wording(
            "Một tiêu đề cho mỗi trang, dưới đường dẫn về các trang cấp trên.",
            "One heading a page, below the trail of the pages above it."),
        "cards.title · set trail"),
    "badges": Part(
        Wording("Nhãn trạng thái", "Badges"),
        Wording(
            "Trạng thái của một hồ sơ trong một, hai từ.",
            "The state of one thing in a word or two."),
        "cards.badge · cards.pressure"),
    "notices": Part(
        Wording("Thông báo", "Notices"),
        Wording(
            "Điều người đọc phải biết trước khi làm tiếp. Lỗi vừa xảy ra được đọc lên ngay.",
            "What a reader has to know before going on. What went wrong just now is read out."),
        "cards.notice · verify_api.said"),
    "buttons": Part(
        Wording("Nút", "Buttons"),
        Wording(
            "Một nút chính cho mỗi biểu mẫu. Việc không thể hoàn tác có nút riêng.",
            "One primary button a form. What cannot be undone has a kind of its own."),
        "forms.button · forms.go"),
    "fields": Part(
        Wording("Ô nhập", "Fields"),
        Wording(
            "Nhãn luôn ở trên; gợi ý và lỗi nằm giữa nhãn và ô. Mục không bắt buộc thì nói rõ.",
            "The label is always above; hint and error stand between it and the field. What is "
            "not required says so."),
        "forms.text · forms.area · forms.select · forms.file"),
    "choices": Part(
        Wording("Lựa chọn", "Choices"),
        Wording(
            "Đến sáu khả năng thì hiện hết; không chọn sẵn điều gì.",
            "Up to six are all shown; nothing is chosen beforehand."),
        "forms.choices · forms.tick"),
    "days": Part(
        Wording("Ngày", "Days"),
        Wording(
            "Ngày đã thuộc lòng: ba ô. Ngày gần hôm nay: lịch của trình duyệt.",
            "A day known by heart: three fields. A day near today: the browser's calendar."),
        "forms.day_parts · forms.day"),
    "errors": Part(
        Wording("Khi có lỗi", "When something is wrong"),
        Wording(
            "Danh sách lỗi ở đầu trang dẫn đến từng ô; lỗi lặp lại tại ô đó.",
            "A list at the top leads to each field; the same sentence stands at the field."),
        "forms.summary"),
    "confirm": Part(
        Wording("Bước xác nhận", "A last look"),
        Wording(
            "Trước việc không thể hoàn tác: điều gì sẽ xảy ra, rồi làm hoặc quay lại.",
            "Before what cannot be undone: what will happen, then do it or go back."),
        "forms.confirm"),
    "summaries": Part(
        Wording("Thẻ và bảng tóm tắt", "Cards and summary lists"),
        Wording(
            "Những gì biết về một hồ sơ, mỗi dòng một điều.",
            "What is known of one thing, a line each."),
        "cards.card · cards.facts · cards.fact"),
    "figures": Part(
        Wording("Con số", "Figures"),
        Wording(
            "Mỗi con số dẫn đến cách tính của nó.",
            "Every figure leads to how it is computed."),
        "cards.stats · cards.stat · charts.sparkline"),
    "histories": Part(
        Wording("Các bước và diễn biến", "Steps and histories"),
        Wording(
            "Các bước cho thấy hồ sơ đang ở đâu; diễn biến cho thấy ai đã làm gì, lúc nào.",
            "Steps show where a file is; a history shows who did what, and when."),
        "cards.steps · cards.timeline · cards.notes"),
    "folding": Part(
        Wording("Gấp lại, và trống", "Folded, and empty"),
        Wording(
            "Gấp lại điều mà đa số không cần. Chỗ trống nói vì sao trống và nên làm gì.",
            "Fold what most can leave. An empty place says why, and what to do."),
        "cards.disclosure · cards.empty"),
    "lists": Part(
        Wording("Danh sách", "Lists"),
        Wording(
            "Sắp xếp, lọc và lật trang bằng liên kết. Trên điện thoại mỗi dòng là một thẻ.",
            "Sorted, filtered and turned over by links. On a phone every row is a card."),
        "tables.filters · tables.table · tables.pager"),
    "lines": Part(
        Wording("Biểu đồ đường", "Line charts"),
        Wording(
            "Diễn biến theo thời gian. Mỗi đường có nét và dấu riêng; khoảng trống là không có số "
            "liệu, không phải số không. Số liệu luôn có ở dạng bảng.",
            "A course over time. Each line has its own dashes and dots; a gap is no figure, not "
            "nought. The figures are always there as a table."),
        "charts.line · verify_api.charts"),
    "bars": Part(
        Wording("Biểu đồ cột theo tỉnh", "Bars by province"),
        Wording(
            "So sánh các tỉnh hoặc cơ sở; bản thân biểu đồ là một bảng.",
            "Provinces or facilities compared; the chart itself is a table."),
        "charts.bars"),
    "verdicts": Part(
        Wording("Kết quả kiểm tra", "Verdicts"),
        Wording(
            "Ba câu trả lời: hợp lệ, không hợp lệ, chưa thể kết luận; rồi từng điều đã kiểm tra.",
            "Three answers: valid, not valid, cannot tell; then each thing that was looked at."),
        "verdict.verdict · verdict.receipt · verdict.frame · verdict.paused"),
    "states": Part(
        Wording("Mọi trạng thái của kết quả", "Every state of a verdict"),
        Wording(
            "Cùng các mã và các câu như trong API.",
            "The same codes and sentences as in the API.")),
    "print": Part(
        Wording("Bản in", "On paper"),
        Wording(
            "Hãy in thử trang này: đầu trang in nói đây là gì, in lúc nào, kiểm tra ở đâu.",
            "Print this page: the head on paper says what it is, when, and where to check it."),
        "file.print_head · file.print_foot"),
})  # fmt: skip
"""In the page's order."""

STYLE: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Kiểu dáng của các trang", "How pages look"),
    "lead": Wording(
        "Mọi thành phần trong mọi trạng thái, để người làm trang dùng lại và người dùng xem thử. "
        "Dữ liệu trên trang này là mẫu.",
        "Every component in every state, for those who build pages and those who try them. "
        "Everything on this page is a sample."),
    "front": Wording("Trang đầu", "Front page"),
    "over": Wording("Phiếu số 1", "Form 1"),
    "dossier": Wording("000.00.19.H26-261124-0001", "000.00.19.H26-261124-0001"),
    "good": Wording("Đã trả kết quả", "Delivered"),
    "bad": Wording("Đã thu hồi", "Revoked"),
    "unsure": Wording("Cần xem lại", "To be reviewed"),
    "info": Wording("Bản nháp", "Draft"),
    "wait": Wording("Tạm dừng", "Paused"),
    "lock": Wording("Hạn chế xem", "Restricted"),
    "notice_good": Wording("Đã ghi nhận yêu cầu của bạn.", "Your request is recorded."),
    "notice_info": Wording(
        "Lượt xem này được ghi lại.", "That you look is recorded."),
    "notice_unsure": Wording(
        "Danh sách tin cậy đã đến hạn cập nhật.", "The trust list is due for an update."),
    "notice_bad": Wording("Không lưu được: hồ sơ vừa được người khác xử lý.",
                          "Not saved: somebody else has just worked on this file."),
    "notice_text": Wording(
        "Xem lại hồ sơ rồi thử lại; những gì bạn đã nhập vẫn còn bên dưới.",
        "Look at it again, then try once more; what you typed is still below."),
    "button": Wording("Gửi yêu cầu", "Send the request"),
    "button_plain": Wording("Lưu bản nháp", "Save the draft"),
    "button_danger": Wording("Từ chối tiếp nhận", "Reject"),
    "button_quiet": Wording("Để sau", "Later"),
    "name": Wording("Họ và tên", "Name"),
    "name_hint": Wording("Như trên giấy tờ tùy thân.", "As on the identity document."),
    "number": Wording("Số định danh", "ID number"),
    "number_error": Wording("Số định danh có 12 chữ số.", "An ID number has 12 digits."),
    "mail": Wording("Thư điện tử", "E-mail"),
    "purpose": Wording("Mục đích", "Purpose"),
    "province": Wording("Tỉnh, thành phố", "Province"),
    "file": Wording("Bản chụp giấy tờ", "Picture of the document"),
    "file_hint": Wording("PNG, JPEG hoặc PDF, tối đa 10 MB.", "PNG, JPEG or PDF, 10 MB at most."),
    "who": Wording("Bạn yêu cầu cho ai?", "For whom do you ask?"),
    "who_self": Wording("Cho chính tôi", "For myself"),
    "who_child": Wording("Cho con chưa thành niên", "For my child"),
    "who_child_hint": Wording("Cần giấy khai sinh.", "With the birth certificate."),
    "share": Wording("Phần được chia sẻ", "What is shared"),
    "share_error": Wording("Chọn ít nhất một phần.", "Choose at least one part."),
    "share_visits": Wording("Lượt khám", "Visits"),
    "share_medicines": Wording("Thuốc", "Medicines"),
    "yes": Wording("Có", "Yes"),
    "no": Wording("Không", "No"),
    "told": Wording("Bạn đã được giải thích chưa?", "Has it been explained to you?"),
    "agree": Wording(
        "Tôi đồng ý cho cơ sở này xem sổ sức khỏe.",
        "I agree that this facility reads my health book."),
    "agree_hint": Wording(
        "Có thể rút lại bất cứ lúc nào.", "You can withdraw this at any time."),
    "birth": Wording("Ngày sinh", "Date of birth"),
    "birth_hint": Wording("Ví dụ 24 11 1990.", "For example 24 11 1990."),
    "birth_error": Wording("Không có ngày 30 tháng 2.", "There is no 30 February."),
    "until": Wording("Đến ngày", "Until"),
    "confirm": Wording("Thu hồi phiếu này?", "Revoke this certificate?"),
    "confirm_1": Wording(
        "Mọi lần kiểm tra từ lúc này sẽ trả lời là đã thu hồi.",
        "Every check from now on answers that it is revoked."),
    "confirm_2": Wording(
        "Người có tên được thông báo, và thấy ai đã thu hồi.",
        "The person named is told, and sees who did it."),
    "confirm_agree": Wording("Tôi đã đọc và hiểu.", "I have read and understood this."),
    "revoke": Wording("Thu hồi", "Revoke"),
    "change": Wording("Sửa", "Change"),
    "card": Wording("Thông tin hồ sơ", "What the file says"),
    "card_sub": Wording("Theo tờ khai ngày 24/11/2026.", "As declared on 24 November 2026."),
    "sample_name": Wording("NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẪU"),
    "employment": Wording("Xin việc làm", "Employment"),
    "visits": Wording("Lượt khám đã nhận", "Visits received"),
    "visits_note": Wording("7 ngày qua", "in the last 7 days"),
    "visits_course": Wording("Tăng dần trong 8 tuần", "Rising over 8 weeks"),
    "on_time": Wording("Đúng hạn", "In time"),
    "on_time_note": Wording("Đạt mục tiêu 95 %", "Meets its aim of 95 %"),
    "late": Wording("Quá hạn", "Late"),
    "late_note": Wording("Cần xử lý hôm nay", "To be dealt with today"),
    "step_1": Wording("Tiếp nhận hồ sơ", "Accept"),
    "step_2": Wording("Tra cứu, xác minh", "Look up the record"),
    "step_3": Wording("Trả kết quả", "Deliver the result"),
    "officer": Wording("Cán bộ tiếp nhận, CA01", "Intake officer, CA01"),
    "looked": Wording("Đã xem hồ sơ", "Looked at the file"),
    "looked_why": Wording("Để giải quyết yêu cầu", "To process the request"),
    "fold": Wording("Căn cứ pháp lý", "Legal basis"),
    "fold_text": Wording(
        "Luật Lý lịch tư pháp, được sửa đổi năm 2025.",
        "The Law on Judicial Records, as amended in 2025."),
    "empty": Wording("Bạn chưa có giấy tờ nào.", "You have no papers yet."),
    "empty_next": Wording(
        "Khi có, giấy tờ sẽ hiện ở đây.", "They appear here as soon as there are any."),
    "state": Wording("Trạng thái", "State"),
    "state_all": Wording("Tất cả", "All"),
    "state_waiting": Wording("Đang chờ", "Waiting"),
    "state_done": Wording("Đã xong", "Done"),
    "files": Wording("Hồ sơ", "Files"),
    "since": Wording("Từ lúc", "Since"),
    "copies": Wording("Số bản", "Copies"),
    "none": Wording("Không có hồ sơ nào.", "No files."),
    "issued": Wording("Phiếu đã cấp mỗi tháng", "Certificates issued each month"),
    "issued_form_1": Wording("Phiếu số 1", "Form 1"),
    "issued_form_2": Wording("Phiếu số 2", "Form 2"),
    "issued_paper": Wording("Bản giấy", "On paper"),
    "joined": Wording("Cơ sở đã kết nối", "Facilities joined"),
    "share_of": Wording("Tỷ lệ, %", "Share, %"),
})  # fmt: skip
"""Examples."""
