"""The guide of auditors: the pages, and the programs that prove what the pages only tell."""

from typing import Final

from ledger.audit.coverage_map import CellState
from ledger.audit.report_file import Outcome
from ledger.certificates.kind import Wording
from verify_api.auditing_words import AUDITING, CELLS, OUTCOMES
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Section, pair, say

GUIDE: Final = Guide(
    say("Kiểm toán viên", "Auditors"),
    say("Xem sổ đứng ra sao, ai đã làm gì, và tự kiểm tra bằng chương trình của mình.",
        "See how the ledger stands and who did what, and check it by a program of your own."),
    (
        Section(CAN, points=(
            say("Đăng nhập ở `/login`; các trang bắt đầu ở `/audit`.",
                "Sign in at `/login`; the pages begin at `/audit`."),
            say("Đọc lịch sử một hồ sơ và việc của một tài khoản mà không mở dữ liệu cá nhân.",
                "Read a record's history and an account's acts without opening personal data."),
            say("Đọc báo cáo kiểm toán, và tính lại số liệu đã công bố.",
                "Read reports of audits, and count published figures again."))),
        Section(AUDITING["log.title"], picture=pair(
            "audit-log",
            "Đầu sổ mới nhất và ai đã đồng ký",
            "The newest head, and who cosigned it",
        ), steps=(
            say("Ở `/audit`, đọc {audit:log.head}, {audit:log.age} và {audit:log.witnesses}.",
                "At `/audit`, read {audit:log.head}, {audit:log.age} and {audit:log.witnesses}."),
            say("{audit:log.tail}: chờ quá năm phút là điều phải hỏi.",
                "{audit:log.tail}: waiting for more than five minutes is a question to ask."),
            say("{audit:log.self}: trang chỉ là lời của dịch vụ. Giữ một đầu sổ và chính sách lấy "
                "theo đường khác.",
                "{audit:log.self}: the page is the service's own word. Keep a head, and a policy "
                "that came another way."))),
        Section(AUDITING["record.title"], picture=pair(
            "audit-record",
            "Lịch sử một hồ sơ, không mở dữ liệu cá nhân",
            "A record's history, with nothing personal opened",
        ), steps=(
            say("Ở `/audit/record`, điền {audit:record.name}: số Phiếu, mã hồ sơ, mã luồng hoặc "
                "mã ẩn danh; không bao giờ gõ số định danh.",
                "At `/audit/record`, fill in {audit:record.name}: a certificate's number, a "
                "dossier code, a stream or a pseudonym; never a person's number."),
            say("Chọn ngày theo {audit:record.recorded} hoặc {audit:record.effective}.",
                "Choose a day by {audit:record.recorded} or {audit:record.effective}."),
            say("Bấm {audit:record.button}; mỗi dòng có {audit:proof}.",
                "Press {audit:record.button}; each line has its {audit:proof}."),
            say("Chỉ khi có vụ việc: điền {audit:record.case} và {audit:record.reason}. Lượt mở "
                "được ghi trước, và người có tên nhìn thấy.",
                "In a case only: give {audit:record.case} and {audit:record.reason}. Opening is "
                "recorded first, and the person sees it."))),
        Section(AUDITING["officer.title"], steps=(
            say("Ở `/audit/officer`, điền {audit:officer.account} và khoảng thời gian, bấm "
                "{audit:officer.button}.",
                "At `/audit/officer`, give {audit:officer.account} and a period, and press "
                "{audit:officer.button}."),
            say("Đọc {audit:officer.acts} và {audit:officer.counts}; nếu mới đi qua một phần thì "
                "đi tiếp.",
                "Read {audit:officer.acts} and {audit:officer.counts}; go on if only a part was "
                "walked."))),
        Section(AUDITING["findings.title"], picture=pair(
            "audit-findings",
            "Các báo cáo kiểm toán",
            "The reports of audits",
        ), steps=(
            say("Chạy `records audit verify` trên máy của bạn, với bản sao của sổ và chính sách "
                "của bạn.",
                "Run `records audit verify` on your machine, with your copy and your policy."),
            say("Ở `/audit/findings`, {audit:findings.upload}; tệp không được lưu lại.",
                "At `/audit/findings`, {audit:findings.upload}; the file is not kept."),
            say("{audit:map.title}: phần nào của sổ đã được kiểm tra, và khi nào.",
                "{audit:map.title}: which part of the log was verified, and when."),
            say("{audit:figures.title}, ở `/audit/figures`: bấm {audit:figures.button}; sổ lớn "
                "thì chạy `records audit stats`.",
                "{audit:figures.title}, at `/audit/figures`: press {audit:figures.button}; for a "
                "large ledger run `records audit stats`."))),
        Section(MEANS, answers=(
            (OUTCOMES[Outcome.CLEAN.value], Wording(
                "Những gì đã kiểm tra đều đúng. Phần chưa kiểm tra thì chưa nói được gì.",
                "All that was checked is right. What was not checked is not spoken of.")),
            (OUTCOMES[Outcome.FINDINGS.value], Wording(
                "Mỗi phát hiện có mã, mức độ và chỗ. Giữ nguyên bản sao, tìm mã trong hướng dẫn.",
                "Each has a code, a severity and a place. Keep the copy; look the code up.")),
            (OUTCOMES[Outcome.COULD_NOT_CHECK.value], Wording(
                "Không phải là đạt: thiếu gì thì bổ sung rồi chạy lại.",
                "This is not a pass: provide what was missing, then run it again.")),
            (CELLS[CellState.UNCHECKED.value], Wording(
                "Chưa ai kiểm tra đoạn này của sổ.", "Nobody has verified this stretch yet.")))),
        Section(WRONG, points=(
            say("Đầu sổ không khớp với bản bạn giữ: đừng báo riêng cho người vận hành trước. Giữ "
                "cả hai đầu sổ, hỏi nhân chứng.",
                "A head does not fit the one you keep: do not tell the operator alone. Keep both "
                "heads, and ask the witnesses."),
            say("Ý nghĩa của từng mã và việc phải làm: `docs/guide/findings.vi.md`.",
                "What each code means, and what to do: `docs/guide/findings.md`."),
            say("{audit:findings.unreadable}: tệp không do `records audit` viết ra.",
                "{audit:findings.unreadable}: `records audit` did not write that file."))),
        Section(PRIVACY, points=(
            say("Không có vụ việc thì mọi phần về cá nhân hiện là {audit:withheld}.",
                "Without a case, every part about a person reads as {audit:withheld}."),
            say("Số vụ việc và lý do nằm lại trong sổ mãi mãi: đừng ghi dữ liệu cá nhân vào đó.",
                "Case number and reason stay for ever: put no personal data there."))),
    ),
)  # fmt: skip
