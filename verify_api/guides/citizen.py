"""The guide of the citizen: requests for a certificate, and the health book."""

from typing import Final

from verify_api.citizen_words import CITIZEN
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Picture, Section, pair, say
from verify_api.my_health.words import MY_HEALTH

_LOGIN: Final = Picture(
    "login-provider-vi-phone-light", "login-provider-en-desk-light",
    say("Trang đăng nhập, với nút của hệ thống định danh",
        "The page for signing in, with the identity system's button"),
)  # fmt: skip
_REFUSED: Final = Picture(
    "identity-refused-vi-phone-light", "identity-refused-en-desk-light",
    say("Trang báo không đăng nhập được và đường về trang đăng nhập",
        "The page that says that nobody was signed in, and the way back"),
)  # fmt: skip

GUIDE: Final = Guide(
    say("Người dân", "Citizens"),
    say("Yêu cầu cấp Phiếu lý lịch tư pháp, theo dõi hồ sơ và giữ quyền với sổ sức khỏe của mình.",
        "Ask for a judicial record certificate, follow it, and keep control of your health book."),
    (
        Section(CAN, picture=_LOGIN, points=(
            say("Đăng nhập ở `/login` bằng tài khoản định danh; việc quan trọng cần xác nhận lại.",
                "Sign in at `/login` with your identity account; grave acts ask you to confirm."),
            say("{menu:citizen.mine}, ở `/my`: lập, nộp phí, theo dõi, rút, đưa mã QR.",
                "{menu:citizen.mine}, at `/my`: ask, pay, follow, withdraw, show the QR code."),
            say("{menu:my_health.overview}, ở `/my/health`: đọc, chia sẻ, đóng, tải về, yêu cầu "
                "đính chính.",
                "{menu:my_health.overview}, at `/my/health`: read, share, close, take away, ask "
                "for corrections."))),
        Section(CITIZEN["ask"], picture=pair(
            "request-form",
            "Biểu mẫu yêu cầu cấp Phiếu",
            "The form for a request",
        ), steps=(
            say("Ở `/my`, bấm {citizen:ask}. Mỗi người chỉ có một hồ sơ đang giải quyết.",
                "At `/my`, press {citizen:ask}. Everybody has one open request at a time."),
            say("Trả lời {ask:form} {ask:purpose} Chọn {ask:authority} và {ask:receiving}, rồi "
                "bấm {ask:go_on}.",
                "Answer {ask:form} {ask:purpose} Choose {ask:authority} and {ask:receiving}, then "
                "press {ask:go_on}."),
            say("Xem lại, đánh dấu vào ô cam đoan, bấm {ask:check_yes}.",
                "Look at it again, tick the declaration, and press {ask:check_yes}."),
            say("Bấm {citizen:pay_start}, rồi {citizen:pay_go}. Trở về và bấm {citizen:submit}.",
                "Press {citizen:pay_start}, then {citizen:pay_go}. Come back and press "
                "{citizen:submit}."),
            say("Theo dõi {citizen:steps} và {citizen:day}.",
                "Follow {citizen:steps} and {citizen:day}."),
            say("Được yêu cầu bổ sung: {citizen:supplement}, kèm {sent:field} (PDF, ảnh) nếu cần; "
                "xem lại ở {sent:yours}. Không cần nữa: {citizen:withdraw}.",
                "If something is asked for: {citizen:supplement}, with {sent:field} (PDF, "
                "pictures) if need be; see them under {sent:yours}. If you need it no more: "
                "{citizen:withdraw}."))),
        Section(CITIZEN["certificate"], picture=pair(
            "request-issued",
            "Phiếu đã cấp: hiện mã QR hoặc tải về",
            "An issued certificate: show the code or download it",
        ), steps=(
            say("Mở hồ sơ, bấm {citizen:show_code} và đưa mã cho người kiểm tra quét.",
                "Open the request, press {citizen:show_code}, and let the checker scan it."),
            say("Phiếu số 2 cần {citizen:passcode}. Không nơi nào ngoài cơ quan tiến hành tố tụng "
                "được yêu cầu xem Phiếu số 2.",
                "Form 2 asks for your {citizen:passcode}. Nobody but procedural agencies may ask "
                "to see it."),
            say("{citizen:passcode_forgotten} Xác nhận danh tính, rồi {citizen:passcode_reset}: mã "
                "cũ hết hiệu lực ngay, cả khi đang bị khóa.",
                "{citizen:passcode_forgotten} Show who you are, then {citizen:passcode_reset}: the "
                "former one ends at once, also while it is locked."),
            say("{citizen:checks}: mỗi lần kiểm tra và điều sổ gốc đã trả lời.",
                "{citizen:checks}: each check, and what the register answered."))),
        Section(MEANS, points=(
            say("Trạng thái trên máy của bạn không chứng minh gì với người khác: chỉ kết quả trên "
                "máy của người kiểm tra mới có giá trị.",
                "What your own screen says proves nothing to others: only the answer on the "
                "checker's screen counts."),
            say("Mã QR hết hạn không có nghĩa là Phiếu sai: nơi nhận có thể đề nghị bản mới.",
                "A code that has expired does not make the certificate wrong: a new one may be "
                "asked for."))),
        Section(MY_HEALTH["book.title"], picture=pair(
            "my-health-overview",
            "Trang đầu của sổ sức khỏe",
            "The health book at a glance",
        ), steps=(
            say("Ở `/my/health`, xem {book:section.allergies}, {book:section.medicines} và "
                "{book:book.next}.",
                "At `/my/health`, see {book:section.allergies}, {book:section.medicines} and "
                "{book:book.next}."),
            say("Phiếu chuyển và lịch hẹn có mã QR để đưa ở quầy tiếp nhận.",
                "Referrals and appointments have a QR code to show at a reception."),
            say("{book:section.shares}, ở `/my/health/shares`: chọn phần và thời gian, bấm "
                "{book:shares.create}. Mã chỉ hiện một lần; {book:shares.stop} bất cứ lúc nào.",
                "{book:section.shares}, at `/my/health/shares`: choose parts and time, press "
                "{book:shares.create}. The code is shown once; {book:shares.stop} at any time."),
            say("{book:section.consents}, ở `/my/health/consents`: cho phép, rút lại, hoặc đóng "
                "một nhóm dữ liệu.",
                "{book:section.consents}, at `/my/health/consents`: allow, take back, or close a "
                "category."),
            say("{book:section.looks}, ở `/my/health/looks`: bấm {book:looks.report} nếu thấy lạ.",
                "{book:section.looks}, at `/my/health/looks`: press {book:looks.report} if you do "
                "not understand one."),
            say("{book:section.people}, ở `/my/health/people`: xem thay con hoặc người được giám "
                "hộ.",
                "{book:section.people}, at `/my/health/people`: act for a child or a ward."),
            say("{book:section.export} và {book:section.then}: cả sổ, hiện tại hoặc như trước "
                "kia.",
                "{book:section.export} and {book:section.then}: the whole book, now or as it "
                "was."))),
        Section(MY_HEALTH["asks.mine"], picture=pair(
            "asks-list",
            "Các đề nghị và câu trả lời",
            "What was asked for, and the answers",
        ), steps=(
            say("Ở `/my/health/appointments`, bấm {book:asks.new}. Gõ {book:asks.named}, bấm "
                "{book:asks.find} rồi chọn.",
                "At `/my/health/appointments`, press {book:asks.new}. Type {book:asks.named}, "
                "press {book:asks.find}, and choose."),
            say("Trên trang của phiếu: {book:asks.move}, {book:asks.give_up}. Phiếu giữ nguyên giá "
                "trị cho đến khi cơ sở trả lời.",
                "On the paper's page: {book:asks.move}, {book:asks.give_up}. The paper stays good "
                "until the facility answers."),
            say("{book:asks.withdraw_yes}: được, khi cơ sở chưa lập phiếu.",
                "{book:asks.withdraw_yes}: until a paper is drafted for it."))),
        Section(WRONG, picture=_REFUSED, points=(
            say("Không đăng nhập được: bắt đầu lại từ {identity:back_to_login}; chưa có hồ sơ gắn "
                "với bạn thì hỏi bộ phận một cửa.",
                "You cannot sign in: begin again by {identity:back_to_login}; if no record belongs "
                "to you yet, ask at the counter."),
            say("Đã trả tiền mà chưa thấy: hồ sơ tự cập nhật khi cổng thanh toán báo về.",
                "You paid and see nothing: the request is updated once the platform says so."),
            say("Nội dung Phiếu sai: đề nghị cơ quan cấp đính chính. Lượt khám sai: bấm "
                "{book:visits.wrong}.",
                "A certificate is wrong: ask the authority to correct it. A visit is wrong: press "
                "{book:visits.wrong}."),
            say("{book:section.rights}, ở `/my/health/rights`: chúng tôi trả lời trong 2 ngày làm "
                "việc.",
                "{book:section.rights}, at `/my/health/rights`: we answer within 2 working "
                "days."))),
        Section(PRIVACY, points=(
            say("Mọi lượt xem dữ liệu của bạn được ghi trước khi dữ liệu hiện ra, và bạn thấy ở "
                "{page:my.looks}.",
                "Each look at your data is recorded before it is shown, and you see it under "
                "{page:my.looks}."),
            say("Nhóm nhạy cảm không được chia sẻ nếu bạn không chọn.",
                "Sensitive categories are not shared unless you choose them."),
            say("Đừng cho ai mã bảo vệ của bạn. Trên máy dùng chung, hãy bấm {page:nav.logout}.",
                "Tell nobody your passcode. On a shared device, press {page:nav.logout}."))),
    ),
)  # fmt: skip
