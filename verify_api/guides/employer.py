"""The guide of who checks papers: employers and other organisations, also without a network."""

from typing import Final

from verify_api.check_history_words import HISTORY
from verify_api.check_many_words import MANY
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Picture, Section, pair, say
from verify_api.identity_words import IDENTITY
from verify_api.verdict import State
from verify_api.wording import STATES
from verify_api.words import WORDS

_SHOWN: Final = (
    State.VALID, State.EXPIRED, State.SUPERSEDED, State.REVOKED, State.SUSPENDED, State.ALTERED,
    State.ISSUER_UNKNOWN, State.NOT_IN_REGISTER, State.CANNOT_CONFIRM, State.UNREADABLE,
    State.NOT_OURS,
)  # fmt: skip

GUIDE: Final = Guide(
    say("Người kiểm tra giấy tờ", "Whoever checks papers"),
    say(
        "Dành cho người sử dụng lao động và bất kỳ ai được xuất trình giấy tờ có mã QR. Không cần "
        "tài khoản.",
        "For employers, and for anybody who is shown a paper with a QR code. No account is "
        "needed.",
    ),
    (
        Section(CAN, points=(
            say("Biết giấy tờ có thật, có bị sửa đổi, có còn hiệu lực hay không.",
                "Learn whether a paper is genuine, unaltered and in force."),
            say("Kiểm tra cả khi không có mạng, nếu thiết bị đã được chuẩn bị.",
                "Check without a network, too, on a device that was prepared."),
            say("Kiểm tra khi mã bị hỏng, bằng mã ngắn hoặc năm thông tin.",
                "Check when the code is damaged, by the short code or by five fields."),
            say("Bạn không được yêu cầu người lao động nộp Phiếu lý lịch tư pháp, trừ khi luật, "
                "pháp lệnh, nghị quyết hoặc nghị định quy định; khi đó cũng chỉ là Phiếu số 1.",
                "You may not demand a judicial record certificate unless a law, ordinance, "
                "resolution or decree says so; and then Form 1 only."))),
        Section(WORDS["verify.title"], steps=(
            say("Mở `/` và xem địa chỉ trên trình duyệt có đúng là địa chỉ ghi ở chân trang.",
                "Open `/`, and see that the browser's address is the one at the foot of the page."),
            say("Bấm {page:verify.scan}, đưa mã QR vào khung.",
                "Press {page:verify.scan} and hold the QR code in the frame."),
            say("Không có máy ảnh: {page:verify.upload}, hoặc {page:verify.paste} bằng máy quét "
                "cầm tay.",
                "Without a camera: {page:verify.upload}, or {page:verify.paste} by a hand "
                "scanner."),
            say("Đọc câu trả lời, rồi so từng mục ở {page:verify.compare}.",
                "Read the answer, then compare each line under {page:verify.compare}."),
            say("{page:verify.print} nếu cần lưu; {page:verify.next} cho người sau.",
                "{page:verify.print} if you have to keep it; {page:verify.next} for who is "
                "next."))),
        Section(WORDS["receipt.keep"], picture=pair(
            "receipt-match",
            "So người đang ở trước mặt, rồi lưu xác nhận",
            "Compare the person, then keep a receipt",
        ), steps=(
            say("Dưới kết quả, trả lời {page:receipt.match} sau khi so với giấy tờ tùy thân có "
                "ảnh.",
                "Under the answer, say under {page:receipt.match} what a look at an identity "
                "document with a photo showed."),
            say("Bấm {page:receipt.keep}: giấy được kiểm tra lại một lần nữa, và bạn nhận một tệp "
                "PDF có chữ ký số, không ghi tên ai.",
                "Press {page:receipt.keep}: the paper is checked once more, and you get a signed "
                "PDF that names nobody."),
            say("Ai nhận tệp đó có thể kiểm tra ở `/receipts`. Nó nói kết quả vào lúc đó, không "
                "nói giấy tờ còn hiệu lực về sau.",
                "Whoever gets that file can check it at `/receipts`. It says what was answered "
                "then, and nothing of later."))),
        Section(WORDS["check.title"], steps=(
            say("Mở `/check`.", "Open `/check`."),
            say("{page:check.code}: gõ {page:check.short_code} và {page:check.issued_on}.",
                "{page:check.code}: type {page:check.short_code} and {page:check.issued_on}."),
            say("Hoặc {page:check.fields}: chỉ trả lời khi cả năm thông tin đều đúng; tổ chức ghi "
                "{page:check.legal_basis}.",
                "Or {page:check.fields}: answered only if all five are right; organisations give "
                "{page:check.legal_basis}."))),
        Section(MANY["title"], points=(say(
            "Mở `/check/many`; dán mỗi dòng một mã vào {many:codes}, trước mã có thể ghi ký hiệu "
            "riêng và dấu chấm phẩy (không được lưu lại), hoặc chọn {many:files}. {many:check} "
            "cho một bảng; {many:csv} kiểm tra lại và cho một tệp.",
            "Open `/check/many`; paste a code a line under {many:codes}, with a reference of your "
            "own and a semicolon before it if you like (it is not kept), or choose {many:files}. "
            "{many:check} gives a table; {many:csv} checks anew and gives a file."),)),
        Section(WORDS["offline.title"], steps=(
            say("Khi còn mạng, trên `/`, bấm {page:offline.prepare} và đợi dấu hiệu sẵn sàng.",
                "While online, on `/`, press {page:offline.prepare} and wait until it is ready."),
            say("Trước mỗi ngày làm việc, bấm {page:offline.update}.",
                "Before each working day, press {page:offline.update}."),
            say("Khi mất mạng, mở trang như thường và quét. Kết quả ghi tuổi của dữ liệu: việc "
                "thu hồi sau thời điểm đó chưa được biết. Mã theo định dạng của nơi khác (chứng "
                "nhận sức khỏe, thẻ SMART, thông tin định danh) cũng được kiểm tra, nếu dịch vụ đã "
                "nêu những nơi cấp mà mình tin cậy.",
                "Without a network, open the page as usual and scan. The answer tells how old its "
                "knowledge is: what was revoked later is not known. Codes in formats of others "
                "(health certificates, SMART Health Cards, identity claims) are checked as well, "
                "where the service has said whom it believes."),
            say("Không dùng thiết bị nữa: {page:offline.forget}.",
                "When the device is given away: {page:offline.forget}."))),
        Section(MEANS, answers=tuple(
            (STATES[state].heading, STATES[state].next_step) for state in _SHOWN)),
        Section(
            IDENTITY["organisation_title"],
            say("Chỉ khi đơn vị của bạn có tài khoản: người quản trị mời và cho thôi thành viên.",
                "Only if your organisation has accounts: its administrator invites and removes "
                "members."),
            steps=(
                say("{page:login.title} ở `/login`, mở {menu:organisation.members}.",
                    "{page:login.title} at `/login`, and open {menu:organisation.members}."),
                say("Ở {identity:invite_title}, điền tên rồi bấm {identity:invite_button}; trao "
                    "{identity:invitation_code} tận tay.",
                    "Under {identity:invite_title}, fill in the name and press "
                    "{identity:invite_button}; hand over the {identity:invitation_code} "
                    "yourself."),
                say("Người được mời mở `/join` và bấm {identity:join_button}.",
                    "Who is invited opens `/join` and presses {identity:join_button}."),
                say("Người đã nghỉ việc: bấm {identity:remove} ngay.",
                    "Somebody has left: press {identity:remove} at once.")),
            picture=Picture(
                "organisation-vi-phone-light", "organisation-en-desk-light",
                say("Trang thành viên của một đơn vị, với lời mời đang chờ và biểu mẫu mời",
                    "The page of an organisation's members, with an open invitation and the form")),
        ),
        Section(HISTORY["title"], points=(say(
            "Khi đã đăng nhập cho đơn vị, mỗi lần kiểm tra được ghi lại trước khi trả lời: lúc "
            "nào, ai, kết quả gì, số giấy tờ và mã băm của mã, kể cả với giấy giả; không ghi tên "
            "người trên giấy tờ, và đơn vị khác không xem được. Mở "
            "{menu:organisation_checks.show}, lọc, rồi {checks:download} để làm bằng chứng. Ai đã "
            "kiểm tra chỉ người quản trị thấy; người khác thấy {checks:colleague}.",
            "For who has signed in for an organisation, every check is recorded before it is "
            "answered: when, by whom, the answer, the paper's number and the code's digest, also "
            "of a forgery; not who is named on the paper. No other organisation sees it. Open "
            "{menu:organisation_checks.show}, filter, and {checks:download} as evidence. "
            "Administrators see who checked; to others it is {checks:colleague}."),),
            picture=pair(
                "checks",
                "Lịch sử kiểm tra của một đơn vị, có một giấy giả",
                "An organisation's history of checks, with a forgery")),
        Section(
            WRONG,
            points=(
                say("Nghi giấy giả: không chấp nhận, ghi lại số của giấy tờ và báo cơ quan cấp. "
                    "Đừng tự kết luận về người xuất trình.",
                    "You suspect a forgery: do not accept it, note its number and tell the "
                    "authority. Conclude nothing about the person."),
                say("Máy ảnh không mở: cho phép trong trình duyệt, hoặc tải ảnh lên.",
                    "The camera does not open: allow it in the browser, or upload a picture."),
                say("Dịch vụ và thiết bị trả lời khác nhau: chưa chấp nhận, báo cơ quan vận hành.",
                    "Service and device disagree: do not accept it yet, and tell the operator.")),
        ),
        Section(PRIVACY, points=(
            say("Mã quét không được lưu lại và không nằm trong địa chỉ gửi đi.",
                "A scanned code is not kept, and never part of an address that is sent."),
            say("Người có tên trên Phiếu lý lịch tư pháp thấy lần kiểm tra bằng năm thông tin.",
                "The person named on a judicial record sees that you checked by five fields."),
            say("Chỉ giữ bản in kết quả khi có căn cứ pháp luật; đừng chụp lại mã của người khác.",
                "Keep a printed result only on a legal basis; take no picture of others' codes."))),
    ),
)  # fmt: skip
