"""The guide of the officers who process requests: counter, case, police check, signature."""

from typing import Final

from ledger.certificates.kind import Wording
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Picture, Section, say
from verify_api.officer_words import OFFICER

_QUEUE: Final = Picture(
    "officer-queue-vi-phone-light", "officer-queue-en-desk-light",
    say("Hàng việc của cả cơ quan, với hồ sơ quá hạn ở đầu",
        "Everybody's queue, with the late files first"),
)  # fmt: skip
_FOUND: Final = Picture(
    "officer-found-vi-phone-light", "officer-found-en-desk-light",
    say("Tìm theo họ tên gõ không dấu, hai hồ sơ được tìm thấy",
        "A search by a name without marks finds two files"),
)  # fmt: skip
_FILE: Final = Picture(
    "officer-file-vi-phone-light", "officer-file-en-desk-light",
    say("Một hồ sơ: việc có thể làm lúc này, ngày hẹn trả và các bước",
        "A file: what may be done now, the appointed day and the steps"),
)  # fmt: skip
_SIGN: Final = Picture(
    "officer-sign-vi-phone-light", "officer-sign-en-desk-light",
    say("Ba dự thảo chờ ký, mỗi dự thảo có ngày hẹn trả và người lập",
        "Three drafts that wait, each with its appointed day and who drafted it"),
)  # fmt: skip
_STEP_UP: Final = Picture(
    "step-up-vi-phone-light", "step-up-en-desk-light",
    say("Trang xác nhận lại danh tính bằng mật khẩu",
        "The page that asks for the password once more"),
)  # fmt: skip
_CONFLICT: Final = Picture(
    "officer-conflict-vi-phone-light", "officer-conflict-vi-phone-light",
    say("Thông báo hồ sơ đã thay đổi, kèm người và việc đã làm",
        "The notice (in Vietnamese) that the file has changed, with who did what"),
)  # fmt: skip

GUIDE: Final = Guide(
    say("Cán bộ giải quyết hồ sơ", "Officers"),
    say("Dành cho bộ phận một cửa, cán bộ thụ lý, cơ quan hồ sơ nghiệp vụ và người ký.",
        "For the counter, case officers, the police record unit and signers."),
    (
        Section(CAN, points=(
            say("Sau khi đăng nhập, {officer:queue} ở `/work` cho thấy hồ sơ chờ bạn.",
                "Once you sign in, the {officer:queue} at `/work` shows the files that wait for "
                "you."),
            say("Mỗi vai trò chỉ làm được bước của mình; mọi việc được ghi dưới tên bạn và không "
                "xoá được.",
                "Each role does its own steps only; every act is recorded under your name and "
                "cannot be erased."),
            say("Làm việc bằng {officer:keys}: bảng ở `/officer/keys`.",
                "Work by the {officer:keys}: the table is at `/officer/keys`."))),
        Section(OFFICER["queue"], picture=_QUEUE, steps=(
            say("Chọn {officer:whose.waiting}, {officer:whose.mine}, {officer:whose.nobody} hoặc "
                "{officer:whose.all}, rồi một nhóm ngày hẹn trả.",
                "Choose {officer:whose.waiting}, {officer:whose.mine}, {officer:whose.nobody} or "
                "{officer:whose.all}, then a group of appointed days."),
            say("{officer:holder}: tên cán bộ. Mở hồ sơ và nhận nó: từ đó chỉ bạn xử "
                "lý được.",
                "{officer:holder}: the officer's name. Open a file and take it: from then on only "
                "you work on it."),
            say("{officer:sieve}: theo bước, loại phiếu, tỉnh; bấm {officer:sieve.use}.",
                "{officer:sieve}: by step, form, province; press {officer:sieve.use}."),
            say("Mở hồ sơ; {officer:previous} và {officer:next} đi qua hàng việc.",
                "Open a file; {officer:previous} and {officer:next} walk through the queue."))),
        Section(OFFICER["search"], picture=_FOUND, steps=(
            say("Gõ mã hồ sơ, số Phiếu, số định danh hoặc họ tên, bấm {officer:search.button}.",
                "Type a dossier code, a certificate's number, a personal number or a name, and "
                "press {officer:search.button}."),
            say("Họ tên chỉ tìm trong hồ sơ đang chờ bạn; tìm theo người là một lượt xem.",
                "Names are searched in files that wait for you; finding a person is a look."))),
        Section(
            Wording("Giải quyết một hồ sơ", "Process a file"), picture=_FILE,
            steps=(
                say("Một cửa: {step:accept}, {step:request_supplement} hoặc {step:reject}.",
                    "Counter: {step:accept}, {step:request_supplement} or {step:reject}."),
                say("Một cửa và thụ lý mở {sent:applicant} để lưu về máy; mỗi lần mở được ghi "
                    "lại cho người yêu cầu.",
                    "Counter and case officer save {sent:applicant}; each opening is recorded "
                    "for the applicant."),
                say("Thụ lý: {step:forward}, {step:request_lookup}, {step:request_police_check}.",
                    "Case officer: {step:forward}, {step:request_lookup}, "
                    "{step:request_police_check}."),
                say("Cơ quan hồ sơ nghiệp vụ: {step:complete_police_check}.",
                    "Police record unit: {step:complete_police_check}."),
                say("Thụ lý: đọc {officer:look_ups}, {step:record_result}, rồi "
                    "{step:begin_certificate}.",
                    "Case officer: read {officer:look_ups}, {step:record_result}, then "
                    "{step:begin_certificate}."),
                say("Thư gửi người yêu cầu được ký và giữ nguyên như đã gửi: ở {officer:papers}, "
                    "họ tải về cùng một tệp.",
                    "Letters to the applicant are signed and kept as they were sent: under "
                    "{officer:papers}; they download the same file."),
                say("Người ký: ký dự thảo. Sau khi cấp: {step:deliver}.",
                    "Signer: sign the draft. Once it is issued: {step:deliver}."),
                say("Việc ở {officer:serious} hỏi lại một lần: đọc hệ quả, bấm "
                    "{officer:confirm.yes}.",
                    "What stands under {officer:serious} is asked again: read what follows, press "
                    "{officer:confirm.yes}.")),
        ),
        Section(OFFICER["sign"], picture=_SIGN, steps=(
            say("Ở `/officer/sign`, chọn dự thảo và bấm {officer:sign.read}, hoặc "
                "{officer:sign.read_all}. Phiếu đính chính cũng chờ ở đó.",
                "At `/officer/sign`, choose drafts and press {officer:sign.read}, or "
                "{officer:sign.read_all}. Corrections wait there, too."),
            say("Đọc từng dự thảo, bỏ dấu dự thảo chưa đúng, bấm {officer:sign.now}.",
                "Read each, untick what is not right, and press {officer:sign.now}."),
            say("Đọc {officer:sign.outcome}. Người lập dự thảo không được tự ký.",
                "Read {officer:sign.outcome}. Who drafted a certificate may not sign it."))),
        Section(MEANS, picture=_STEP_UP, points=(
            say("{page:pressure.late}, {page:pressure.near}, {page:pressure.easy}: so với ngày "
                "hẹn trả. {page:pressure.paused}: đang chờ người yêu cầu.",
                "{page:pressure.late}, {page:pressure.near}, {page:pressure.easy}: against the "
                "appointed day. {page:pressure.paused}: the applicant has to answer."),
            say("Có thông tin ở một nguồn tra cứu chưa phải là kết luận: người thụ lý xác minh.",
                "A hit in a look-up is no conclusion yet: the case officer verifies it."),
            say("{identity:step_up_title}: việc nặng cần một lần xác thực mới.",
                "{identity:step_up_title}: grave acts need a recent sign-in."))),
        Section(WRONG, picture=_CONFLICT, points=(
            say("Người khác vừa làm trước: trang nói điều gì đã thay đổi và giữ nội dung bạn gõ; "
                "xem lại rồi gửi lần nữa.",
                "Somebody was faster: the page says what has changed and keeps what you typed; "
                "look again, then send it once more."),
            say("Đồng nghiệp đang giữ hồ sơ: nhờ họ giao lại, hoặc tiếp quản và chọn lý do; "
                "lý do được ghi lại.",
                "A colleague has the file: ask them to give it to you, or take it over and choose "
                "why; the reason is recorded."),
            say("Một dự thảo ghi {officer:sign.failed}: các dự thảo khác vẫn đã ký; mở hồ sơ để "
                "biết lý do.",
                "A draft says {officer:sign.failed}: the others are signed all the same; open the "
                "file to learn why."),
            say("Phiếu đã cấp bị sai: lập bản đính chính, hoặc người ký thu hồi; ai kiểm tra cũng "
                "thấy ngay.",
                "An issued certificate is wrong: draft a correction, or the signer recalls it; "
                "whoever checks it sees that at once."),
            say("Trang báo lỗi: gửi {page:problem.reference} cho cơ quan vận hành.",
                "A page fails: send its {page:problem.reference} to the operator."))),
        Section(PRIVACY, points=(
            say("Mở hồ sơ hoặc tìm theo người được ghi lại, và người đó nhìn thấy.",
                "Opening a file or finding a person is recorded, and the person sees it."),
            say("Chỉ mở hồ sơ khi việc của bạn cần; trên máy dùng chung, hãy bấm "
                "{page:nav.logout}.",
                "Open a file only if your work needs it; on a shared device, press "
                "{page:nav.logout}."))),
    ),
)  # fmt: skip
