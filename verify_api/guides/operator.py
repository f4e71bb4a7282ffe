"""The guide of who runs the service: short, it leads to the operator's handbook."""

from typing import Final

from ledger.certificates.kind import Wording
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Section, say

GUIDE: Final = Guide(
    say("Người vận hành", "Operators"),
    say("Bản ngắn. Sổ tay đầy đủ là `docs/guide/operate.md`; mọi lệnh có trong "
        "`docs/guide/command-line.md`.",
        "The short form. The handbook is `docs/guide/operate.md`; every command stands in "
        "`docs/guide/command-line.md`."),
    (
        Section(CAN, points=(
            say("Dựng, chạy, sao lưu và nâng cấp hệ thống.",
                "Set up, run, back up and upgrade the service."),
            say("Theo dõi tình trạng và xử lý cảnh báo.",
                "Watch how it stands, and answer alarms."),
            say("Vai trò này không mở được hồ sơ của ai qua các trang.",
                "This role opens nobody's records through the pages."))),
        Section(Wording("Bắt đầu", "Begin"), steps=(
            say("Tạo cơ sở dữ liệu, viết tệp cài đặt, trao mật khẩu của kho khóa theo sổ tay.",
                "Make the databases, write the settings, hand over the passphrase as the handbook "
                "says."),
            say("Chạy `records init`, rồi `records log witness add` cho từng nhân chứng.",
                "Run `records init`, then `records log witness add` for each witness."),
            say("Chạy `records doctor`; sửa hết những gì lệnh này nêu.",
                "Run `records doctor`; mend all that it names."),
            say("Khởi động `records web`, `records worker` và `records log run`.",
                "Start `records web`, `records worker` and `records log run`."))),
        Section(Wording("Hằng ngày", "Every day"), steps=(
            say("Xem `/health/ready`: câu trả lời nêu điều kiện nào chưa đạt.",
                "Look at `/health/ready`: the answer names what is not ready."),
            say("Xem bảng theo dõi; mỗi cảnh báo có một mục trong sổ tay.",
                "Look at the dashboard; each alarm has a section of the handbook."),
            say("Chạy `records projections status`: bảng tra nào chậm thì có tên.",
                "Run `records projections status`: a view that is behind is named."),
            say("Kiểm tra bản sao lưu bằng cách phục hồi thử, theo lịch.",
                "Prove the backups by restoring one, by the calendar."))),
        Section(MEANS, answers=(
            (Wording("Nhiều kết quả sai cùng lúc", "Many wrong verdicts at once"), Wording(
                "Kẻ làm giả, máy in hỏng, hoặc danh sách tin cậy chưa đến nơi: xem từng loại.",
                "A forger, a broken printer, or a trust list that did not arrive: see which.")),
            (Wording("Nhiều kết quả chưa thể xác nhận", "Many that cannot be confirmed"), Wording(
                "Danh sách tin cậy hoặc danh sách hiệu lực đã cũ: xem tiến trình nền.",
                "The trust list or the status lists are too old: look at the worker.")),
            (Wording("Báo động của sổ công khai", "An alarm of the log"), Wording(
                "Sổ ngừng ký. Giữ nguyên mọi thứ, làm theo sổ tay.",
                "The log signs nothing. Keep everything as it is, and follow the handbook.")))),
        Section(WRONG, points=(
            say("Người dùng gửi {page:problem.reference}: tìm dòng nhật ký có mã đó; dòng này "
                "không chứa những gì đã gửi.",
                "A user sends a {page:problem.reference}: find its log line; it does not hold what "
                "was sent."),
            say("Người dùng báo dịch vụ và thiết bị trả lời khác nhau: coi là sự cố về khóa cho "
                "đến khi biết rõ.",
                "A user reports that service and device disagree: treat it as an incident of keys "
                "until you know."),
            say("Kiểm toán viên báo phát hiện: không sửa gì trước khi đọc "
                "`docs/guide/findings.vi.md`.",
                "An auditor reports a finding: change nothing before you read "
                "`docs/guide/findings.md`."))),
        Section(PRIVACY, points=(
            say("Nhật ký không chứa tên, số hay nội dung của ai; giữ nguyên như vậy.",
                "Log lines hold nobody's name, number or content; keep it so."),
            say("Mật khẩu của kho khóa không nằm trong biến môi trường, dòng lệnh hay kho mã.",
                "The passphrase stands in no environment, command line or repository."),
            say("Khóa đã hủy để xóa dữ liệu không được phục hồi từ bản sao lưu cũ: làm theo mục "
                "sao lưu.",
                "Keys that were destroyed to erase data do not come back from an old backup: see "
                "the section on backups."))),
    ),
)  # fmt: skip
