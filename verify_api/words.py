"""The words of the pages, beside those of verdicts: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.offline_words import OFFLINE_WORDS
from verify_api.receipt_words import RECEIPT_WORDS

WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    **OFFLINE_WORDS,
    **RECEIPT_WORDS,
    "service": Wording("Sổ cái hồ sơ", "Records ledger"),
    "skip": Wording("Đến nội dung chính", "Skip to main content"),
    "menu": Wording("Trình đơn", "Menu"),
    "demo": Wording(
        "Bản trình diễn: mọi người và giấy tờ ở đây đều do máy tạo ra.",
        "Demonstration: all people and papers here are generated."),
    "switch": Wording("English", "Tiếng Việt"),
    "nav.verify": Wording("Kiểm tra mã", "Check a code"),
    "nav.more": Wording("Thêm", "More"),
    "nav.trail": Wording("Bạn đang ở", "You are here"),
    "nav.login": Wording("Đăng nhập", "Sign in"),
    "nav.logout": Wording("Đăng xuất", "Sign out"),
    "footer.host": Wording(
        "Luôn xem địa chỉ trên trình duyệt có đúng là",
        "Always see that the address in the browser is"),
    "footer.privacy": Wording(
        "Mã quét không được lưu lại và không nằm trong địa chỉ gửi đi.",
        "A scanned code is not kept, and never part of an address that is sent."),
    "footer.help": Wording("Hướng dẫn", "Help"),

    "verify.title": Wording("Kiểm tra giấy tờ", "Check a paper"),
    "verify.lead": Wording(
        "Giấy tờ có mã QR: quét mã để biết giấy tờ là thật, không bị sửa đổi và còn hiệu lực.",
        "A paper with a QR code: scan it to learn whether it is genuine, unaltered and in force."),
    "verify.scan": Wording("Quét bằng máy ảnh", "Scan with the camera"),
    "verify.next": Wording("Quét mã tiếp theo", "Scan next"),
    "verify.stop": Wording("Dừng quét", "Stop scanning"),
    "verify.torch": Wording("Đèn", "Light"),
    "verify.camera": Wording("Máy ảnh", "Camera"),
    "verify.aim": Wording(
        "Đưa mã QR vào khung, đủ sáng, cách khoảng một gang tay.",
        "Hold the QR code in the frame, in good light, about a hand's width away."),
    "verify.busy": Wording("Đang kiểm tra…", "Checking…"),
    "verify.upload": Wording("Tải ảnh hoặc PDF lên", "Upload a picture or a PDF"),
    "verify.upload_hint": Wording(
        "PNG, JPEG hoặc PDF, tối đa 10 MB. Chụp trọn mã QR.",
        "PNG, JPEG or PDF, 10 MB at most. Show the whole QR code."),
    "verify.upload_button": Wording("Kiểm tra tệp", "Check the file"),
    "verify.paste": Wording("Dán nội dung mã", "Paste the code's text"),
    "verify.paste_hint": Wording(
        "Hoặc dùng máy quét cầm tay: đặt con trỏ vào ô rồi quét.",
        "Or use a hand scanner: put the cursor here and scan."),
    "verify.facility": Wording("Mã cơ sở khám bệnh, chữa bệnh", "Facility's code"),
    "verify.facility_hint": Wording(
        "Khi tiếp nhận phiếu chuyển hoặc phiếu hẹn.",
        "To accept a referral or an appointment."),
    "verify.paste_button": Wording("Kiểm tra", "Check"),
    "verify.no_code": Wording(
        "Mã bị hỏng? Gõ mã ngắn in trên giấy",
        "Code damaged? Type the short code printed on the paper"),
    "verify.compare": Wording(
        "Đối chiếu với giấy tờ tùy thân", "Compare with an identity document"),
    "verify.next_step": Wording("Cần làm gì", "What to do"),
    "verify.not_meaning": Wording("Cần hiểu đúng", "What it does not mean"),
    "verify.details": Wording("Đã kiểm tra những gì", "What was checked"),
    "verify.reasons": Wording("Lý do", "Reasons"),
    "verify.checked_at": Wording("Kiểm tra lúc", "Checked at"),
    "verify.print": Wording("In kết quả", "Print the result"),
    "verify.several": Wording("Tệp có nhiều mã.", "The file holds several codes."),
    "verify.keep": Wording("Giữ hiển thị", "Keep showing"),
    "verify.show": Wording("Hiện lại", "Show again"),
    "verify.hidden": Wording(
        "Thông tin cá nhân đã được ẩn.", "Personal data has been hidden."),

    "holder.name": Wording("Họ và tên", "Name"),
    "holder.birth_date": Wording("Ngày sinh", "Date of birth"),
    "holder.sex": Wording("Giới tính", "Sex"),
    "holder.id_tail": Wording("Số cuối giấy tờ tùy thân", "Identity paper ends in"),
    "sex.male": Wording("Nam", "Male"),
    "sex.female": Wording("Nữ", "Female"),
    "sex.other": Wording("Khác", "Other"),

    "axis.authenticity": Wording("Tính xác thực", "Authenticity"),
    "axis.standing": Wording("Hiệu lực", "Standing"),
    "axis.logged": Wording("Sổ công khai", "Public register"),
    "axis.subject": Wording("Người có tên", "Person"),
    "axis.acceptance": Wording("Tiếp nhận", "Acceptance"),
    "row.places": Wording("Nơi được tiếp nhận", "May be accepted by"),
    "row.present_until": Wording("Xuất trình chậm nhất", "To be presented by"),
    "row.days_left": Wording("Còn lại (ngày làm việc)", "Working days left"),
    "row.appointed_on": Wording("Ngày hẹn", "Day of the appointment"),
    "row.used_by": Wording("Cơ sở đang sử dụng", "Facility that has it"),
    "row.used_since": Wording("Tiếp nhận lúc", "Accepted"),
    "row.asked_for": Wording("Kiểm tra cho cơ sở", "Checked for facility"),
    "row.issuer": Wording("Cơ quan cấp", "Issued by"),
    "row.paper": Wording("Giấy tờ", "Paper"),
    "row.number": Wording("Số", "Number"),
    "row.issued_at": Wording("Cấp lúc", "Issued"),
    "row.expires_at": Wording("Mã chứng thực đến", "Code proves until"),
    "row.status": Wording("Trạng thái biết đến lúc", "Standing known as of"),
    "row.since": Wording("Kể từ", "Since"),
    "row.superseded_by": Wording("Được thay bằng số", "Replaced by number"),
    "row.log": Wording("Chỗ trong nhật ký", "Place in the log"),
    "row.log_head": Wording("Mốc nhật ký", "Head of the log"),
    "log.entries": Wording("mục", "entries"),
    "log.witness": Wording("bên làm chứng", "witness"),
    "log.witnesses": Wording("bên làm chứng", "witnesses"),
    "row.trust": Wording("Danh sách tin cậy ngày", "Trust list of"),
    "source.register": Wording("sổ gốc", "the register itself"),
    "source.signed_list": Wording("danh sách đã ký", "a signed list"),

    "picture.no_code": Wording(
        "Không tìm thấy mã QR trong tệp.", "No QR code was found in the file."),
    "picture.corrupt": Wording("Tệp bị hỏng.", "The file is damaged."),
    "picture.encrypted": Wording("Tệp PDF có mật khẩu.", "The PDF asks for a password."),
    "picture.too_slow": Wording(
        "Ảnh quá phức tạp để đọc.", "The picture is too complex to read."),

    "check.title": Wording("Kiểm tra khi mã bị hỏng", "When the code cannot be read"),
    "check.code": Wording("Bằng mã ngắn", "By short code"),
    "check.code_hint": Wording(
        "12 ký tự in cạnh mã QR, dạng XXXX-XXXX-XXXX.",
        "12 characters printed beside the QR code, as XXXX-XXXX-XXXX."),
    "check.short_code": Wording("Mã ngắn", "Short code"),
    "check.issued_on": Wording("Ngày cấp", "Date of issue"),
    "check.day_hint": Wording("Ngày/tháng/năm, ví dụ 24/11/2026.", "Day/month/year: 24/11/2026."),
    "check.fields": Wording("Bằng năm thông tin", "By five fields"),
    "check.fields_hint": Wording(
        "Chỉ trả lời khi cả năm thông tin đều đúng. Người có tên sẽ thấy lần kiểm tra này.",
        "Answered only if all five are right. The person named sees that you checked."),
    "check.dossier_code": Wording("Mã hồ sơ một cửa", "One-stop dossier code"),
    "check.number": Wording("Số định danh hoặc hộ chiếu", "ID or passport number"),
    "check.legal_basis": Wording(
        "Căn cứ pháp lý để hỏi", "Legal basis for asking"),
    "check.button": Wording("Kiểm tra", "Check"),
    "check.many": Wording("Kiểm tra nhiều mã một lần", "Check many codes at once"),
    "check.none": Wording("Không tìm thấy giấy tờ khớp", "No matching paper was found"),
    "check.none_why": Wording(
        "Thông tin đã nhập không khớp với giấy tờ nào. Kết quả giống nhau dù sai ở mục nào.",
        "What was entered fits no paper. The answer is the same whichever part is wrong."),
    "check.none_next": Wording(
        "Xem lại từng ký tự trên giấy rồi thử lại.", "Compare each character and try again."),

    "login.title": Wording("Đăng nhập", "Sign in"),
    "login.name": Wording("Tên đăng nhập", "Account name"),
    "login.password": Wording("Mật khẩu", "Password"),
    "login.button": Wording("Đăng nhập", "Sign in"),
    "login.note": Wording(
        "Kiểm tra giấy tờ không cần đăng nhập.", "Checking a paper needs no account."),
    "login.sign_in_refused": Wording(
        "Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is wrong."),
    "login.too_many_requests": Wording(
        "Sai quá nhiều lần. Đợi vài phút rồi thử lại.",
        "Too many attempts failed. Wait some minutes, then try again."),

    "pressure.late": Wording("Quá hạn", "Late"),
    "pressure.near": Wording("Sắp đến hạn", "Due soon"),
    "pressure.easy": Wording("Trong hạn", "In time"),
    "pressure.paused": Wording("Tạm dừng tính hạn", "Clock paused"),
    "pressure.none": Wording("Chưa tính hạn", "No limit yet"),

    "file.steps": Wording("Các bước", "Steps"),
    "file.current": Wording("Đang ở bước này", "Here now"),
    "file.open": Wording("Chưa đến", "Not yet"),
    "file.notes": Wording("Diễn biến", "History"),
    "file.no_acts": Wording(
        "Hồ sơ đang chờ người khác; bạn không có việc gì lúc này.",
        "The file waits for somebody else; there is nothing for you to do now."),
    "file.paper": Wording("Tải giấy chứng nhận (PDF)", "Download the certificate (PDF)"),
    "file.seen": Wording(
        "Lượt xem này được ghi lại và người có tên nhìn thấy.",
        "That you look is recorded, and the person named can see it."),

    "form.optional": Wording("không bắt buộc", "optional"),
    "form.wrong": Wording("Có mục cần sửa", "Something has to be put right"),
    "form.error": Wording("Lỗi", "Error"),
    "form.day": Wording("Ngày", "Day"),
    "form.month": Wording("Tháng", "Month"),
    "form.year": Wording("Năm", "Year"),
    "form.back": Wording("Quay lại", "Go back"),

    "table.pages": Wording("Các trang", "Pages"),
    "table.more": Wording("Xem tiếp", "Show more"),
    "table.first": Wording("Về đầu danh sách", "Back to the beginning"),

    "cards.how": Wording("Cách tính", "How this is computed"),

    "chart.see_table": Wording(
        "Số liệu nằm trong bảng bên dưới.", "The figures are in the table below."),
    "chart.table": Wording("Xem số liệu dạng bảng", "Show the figures as a table"),
    "chart.period": Wording("Thời gian", "Time"),
    "chart.reference": Wording("Mức so sánh (vạch đứng)", "To compare with (the upright mark)"),
    "chart.none": Wording("không có số liệu", "no figure"),

    "print.at": Wording("In lúc", "Printed"),
    "print.by": Wording("Người in", "Printed by"),
    "print.no_proof": Wording(
        "Bản in này chỉ để xem, không thay cho giấy tờ có mã QR.",
        "This print is for reading; it does not stand for a paper with a QR code."),

    "my.title": Wording("Hồ sơ của tôi", "My requests"),
    "my.none": Wording("Bạn chưa có hồ sơ nào.", "You have no requests yet."),
    "my.looks": Wording("Ai đã xem thông tin của tôi", "Who has looked at my data"),
    "my.no_looks": Wording("Chưa có ai xem.", "Nobody has looked."),
    "my.at": Wording("Lúc", "When"),
    "my.who": Wording("Ai", "Who"),
    "my.what": Wording("Xem gì", "What"),
    "my.why": Wording("Để làm gì", "Why"),

    "problem.reference": Wording("Mã tra cứu lỗi", "Reference"),
    "problem.back": Wording("Về trang kiểm tra", "Back to the front page"),
    "problem.detail": Wording("Chi tiết (tiếng Anh)", "Detail"),
    "problem.rule": Wording("Quy tắc", "Rule"),
    "problem.place": Wording("Mục", "Field"),
})  # fmt: skip
