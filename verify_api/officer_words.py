"""The words of the officers' pages: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from projections.queue_pages import Due
from verify_api.tables import Column

OFFICER: Final[Mapping[str, Wording]] = MappingProxyType({
    "queue": Wording("Việc cần làm", "Work queue"),
    "whose": Wording("Hồ sơ của ai", "Whose files"),
    "whose.waiting": Wording("Chờ tôi xử lý", "Waiting for me"),
    "whose.mine": Wording("Của tôi", "Mine"),
    "whose.nobody": Wording("Chưa ai nhận", "Nobody's"),
    "whose.all": Wording("Cả cơ quan", "Everybody's"),
    "holder": Wording("Đang giữ hồ sơ", "Who has it"),
    "holder.nobody": Wording("Chưa ai nhận", "Nobody"),
    "holder.elses": Wording(
        "Cán bộ khác đang giữ hồ sơ này. Muốn xử lý, hãy tiếp quản và chọn lý do.",
        "A colleague has this file. To work on it, take it over and say why."),
    "due.ended": Wording("Đã xử lý xong", "Processed"),
    "other_acts": Wording("Việc khác", "Other acts"),
    "due": Wording("Theo ngày hẹn trả", "By the appointed day"),
    "sieve": Wording("Lọc và sắp xếp", "Filter and sort"),
    "sieve.use": Wording("Áp dụng", "Apply"),
    "sieve.clear": Wording("Bỏ lọc", "Clear"),
    "any": Wording("Tất cả", "All"),
    "step": Wording("Bước đang chờ", "Step that comes next"),
    "form": Wording("Loại phiếu", "Form"),
    "province": Wording("Tỉnh (mã)", "Province (code)"),
    "order": Wording("Sắp xếp", "Order"),
    "none": Wording(
        "Không có hồ sơ nào phù hợp.", "No files fit."),
    "urgent": Wording("Khẩn", "Urgent"),
    "apologised": Wording("Đã gửi thư xin lỗi", "Apologised"),
    "search": Wording("Tìm hồ sơ", "Find a file"),
    "search.label": Wording(
        "Mã hồ sơ, số Phiếu, số định danh hoặc họ tên",
        "Dossier code, certificate's number, personal number or name"),
    "search.hint": Wording(
        "Họ tên gõ không dấu cũng được; chỉ tìm trong hồ sơ đang chờ bạn. Tìm theo người là một "
        "lượt xem, được ghi lại.",
        "Names may be typed without marks; only files that wait for you are searched. Finding a "
        "person is a look, and is recorded."),
    "search.button": Wording("Tìm", "Find"),
    "search.found": Wording("Kết quả", "Found"),
    "search.none": Wording("Không tìm thấy hồ sơ nào.", "No file was found."),
    "search.name": Wording("Họ và tên", "Name"),
    "search.by.dossier": Wording("Tìm theo mã hồ sơ", "Searched by dossier code"),
    "search.by.certificate": Wording("Tìm theo số Phiếu", "Searched by the certificate's number"),
    "search.by.number": Wording("Tìm theo số giấy tờ", "Searched by the person's number"),
    "search.by.name": Wording("Tìm theo họ tên", "Searched by name"),
    "search.searched": Wording("Số hồ sơ đã so sánh", "Files that were compared"),
    "search.more": Wording(
        "Còn hồ sơ đến hạn muộn hơn chưa được so sánh. Hãy tìm bằng mã hồ sơ hoặc số định danh.",
        "Files that are due later were not compared. Search by dossier code or personal number."),
    "previous": Wording("Hồ sơ trước", "Previous file"),
    "next": Wording("Hồ sơ sau", "Next file"),
    "walk": Wording("Đi qua hàng việc", "Walk through the queue"),
    "parts": Wording("Các phần của hồ sơ", "Parts of the file"),
    "acts": Wording("Việc có thể làm lúc này", "What you may do now"),
    "applicant": Wording("Người yêu cầu", "Applicant"),
    "look_ups": Wording("Kết quả tra cứu", "What was looked up"),
    "days": Wording("Thời hạn", "Time limit"),
    "days.none": Wording("Chưa ấn định ngày hẹn trả.", "No day is appointed yet."),
    "days.to": Wording("Hẹn trả", "Appointed"),
    "days.from": Wording("Trước đó", "Before"),
    "days.legal": Wording("Hạn theo luật", "The law's limit"),
    "history": Wording("Diễn biến", "History"),
    "history.you": Wording("bạn", "you"),
    "messages": Wording("Đã viết cho người yêu cầu", "Written to the applicant"),
    "messages.none": Wording("Chưa có nội dung nào.", "Nothing yet."),
    "papers": Wording("Giấy tờ", "Documents"),
    "papers.none": Wording("Chưa có giấy tờ nào.", "None yet."),
    "papers.certificate": Wording("Phiếu lý lịch tư pháp (PDF)", "The certificate (PDF)"),
    "letter.download": Wording("Tải thư (PDF)", "Download the letter (PDF)"),
    "draft": Wording("Dự thảo chờ ký", "Draft that waits for a signature"),
    "draft.by": Wording("Người lập", "Drafted by"),
    "draft.at": Wording("Lập lúc", "Drafted"),
    "draft.yours": Wording(
        "Bạn lập dự thảo này nên không được ký.", "You drafted this, so you may not sign it."),
    "password": Wording("Mật khẩu của bạn, để xác nhận việc ký", "Your password, to confirm"),
    "serious": Wording("Việc kết thúc hoặc hoàn tác", "Acts that end or undo"),
    "go_on": Wording("Tiếp tục", "Go on"),
    "moved": Wording(
        "Hồ sơ đã thay đổi sau khi bạn mở; việc vừa gửi chưa được thực hiện.",
        "The file has changed since you opened it; what you sent was not done."),
    "moved.what": Wording("Những gì đã thay đổi:", "What has changed:"),
    "moved.typed": Wording("Nội dung bạn đã nhập", "What you had typed"),
    "confirm": Wording("Xem lại trước khi thực hiện", "Look again before it is done"),
    "confirm.kept": Wording(
        "Việc này được ghi vào sổ cái dưới tên bạn và không xoá được.",
        "This is recorded in the ledger under your name, and cannot be erased."),
    "confirm.yes": Wording("Thực hiện", "Do it"),
    "sign": Wording("Ký nhiều Phiếu", "Sign several"),
    "sign.lead": Wording(
        "Chọn các dự thảo, đọc từng dự thảo rồi ký một lần. Mỗi chữ ký được ghi riêng.",
        "Choose drafts, read each, then sign once. Each signature is recorded by itself."),
    "sign.choose": Wording("Chọn dự thảo", "Choose drafts"),
    "sign.none": Wording("Không có dự thảo nào chờ ký.", "No draft waits for a signature."),
    "sign.read": Wording("Đọc các dự thảo đã chọn", "Read those chosen"),
    "sign.read_all": Wording("Đọc tất cả", "Read all"),
    "sign.nothing": Wording(
        "Hãy chọn ít nhất một dự thảo còn chờ ký.", "Choose at least one draft that still waits."),
    "sign.reading": Wording("Đọc trước khi ký", "Read before you sign"),
    "sign.count": Wording("Số dự thảo sẽ ký", "Drafts that will be signed"),
    "sign.correction": Wording("Đính chính", "Correction"),
    "sign.include": Wording("Ký dự thảo này", "Sign this one"),
    "sign.now": Wording("Ký tất cả dự thảo được đánh dấu", "Sign all that are ticked"),
    "sign.outcome": Wording("Kết quả ký", "What was signed"),
    "sign.signed": Wording("Đã ký, số", "Signed, number"),
    "sign.failed": Wording("Chưa ký", "Not signed"),
    "sign.open": Wording("Mở hồ sơ", "Open the file"),
    "keys": Wording("Phím tắt", "Keyboard"),
    "keys.lead": Wording(
        "Giữ Alt (trên Firefox: Alt và Shift; trên máy Mac: Control và Option) rồi bấm phím.",
        "Hold Alt (Firefox: Alt and Shift; on a Mac: Control and Option), then press the key."),
    "keys.help": Wording("Mở bảng này (không cần Alt)", "Open this table (without Alt)"),
    "keys.close": Wording("Đóng", "Close"),
    "keys.key": Wording("Phím", "Key"),
    "keys.does": Wording("Để làm gì", "What it does"),
    "dossier": Wording("Mã hồ sơ", "Dossier"),
    "stage": Wording("Giai đoạn", "Stage"),
    "since": Wording("Từ lúc", "Since"),
    "due.column": Wording("Hẹn trả", "Appointed"),
    "seen": Wording(
        "Lượt xem này được ghi lại và người có tên nhìn thấy.",
        "That you look is recorded, and the person named can see it."),
})  # fmt: skip

DUES: Final[Mapping[Due, Wording]] = MappingProxyType({
    Due.ALL: Wording("Tất cả", "All"),
    Due.LATE: Wording("Quá hạn", "Late"),
    Due.TODAY: Wording("Hôm nay", "Today"),
    Due.WEEK: Wording("Tuần này", "This week"),
    Due.LATER: Wording("Sau tuần này", "Later"),
    Due.RESTING: Wording("Không tính hạn", "No clock runs"),
})  # fmt: skip

COLUMNS: Final = (
    Column("due", OFFICER["due.column"], sortable=True),
    Column("dossier", OFFICER["dossier"]),
    Column("stage", OFFICER["stage"]),
    Column("holder", OFFICER["holder"]),
    Column("since", OFFICER["since"], sortable=True),
)
"""Of the queue; by the first it is sorted if nothing else is asked for."""

ORDERS: Final[Mapping[str, Wording]] = MappingProxyType({
    "due": Wording("Đến hạn sớm trước", "Due first"),
    "-due": Wording("Đến hạn muộn trước", "Due last"),
    "since": Wording("Chờ lâu nhất trước", "Waiting longest"),
    "-since": Wording("Mới đến trước", "Newest"),
})  # fmt: skip

KEYS: Final[Mapping[str, Wording]] = MappingProxyType({
    "1": Wording("Về hàng việc", "To the queue"),
    "2": Wording("Tìm hồ sơ", "Find a file"),
    "3": Wording("Ký nhiều Phiếu (người ký)", "Sign several (signers)"),
    "n": Wording("Hồ sơ sau; ở hàng việc: hồ sơ đầu tiên", "Next file; in the queue: the first"),
    "p": Wording("Hồ sơ trước", "Previous file"),
    "7": Wording("Đến các việc có thể làm", "To what you may do"),
    "8": Wording("Đến kết quả tra cứu", "To what was looked up"),
    "9": Wording("Đến diễn biến", "To the history"),
})  # fmt: skip
"""Access keys, and what each does; templates set them."""

CONSEQUENCES: Final[Mapping[str, tuple[Wording, ...]]] = MappingProxyType({
    "reject": (
        Wording("Hồ sơ kết thúc, người yêu cầu được thông báo.",
                "The file ends, and the applicant is told."),
        Wording("Phí đã nộp được hoàn trả.", "The fee that was paid goes back.")),
    "refuse": (
        Wording("Hồ sơ kết thúc bằng văn bản từ chối.", "The file ends with a written refusal."),),
    "stop": (Wording("Hồ sơ kết thúc, không có kết quả.", "The file ends without a result."),),
    "recall": (
        Wording("Phiếu hết hiệu lực ngay; ai kiểm tra cũng thấy.",
                "The certificate ceases at once; whoever checks it sees that."),
        Wording("Không khôi phục được Phiếu đã thu hồi.", "A recall cannot be undone.")),
    "cancel": (
        Wording("Phiếu bị huỷ ngay; ai kiểm tra cũng thấy.",
                "The certificate is void at once; whoever checks it sees that."),
        Wording("Không khôi phục được Phiếu đã huỷ.", "A cancellation cannot be undone.")),
    "supplement": (
        Wording("Nội dung bổ sung được ghi thêm; Phiếu vẫn còn hiệu lực.",
                "The addition is recorded; the certificate stays in force."),),
    "draft_correction": (
        Wording("Dự thảo lấy thông tin hiện có trong cơ sở dữ liệu.",
                "The draft takes what the register says now."),
        Wording("Phiếu cũ chỉ hết hiệu lực khi người có thẩm quyền ký Phiếu mới.",
                "The old certificate ceases only when a signer signs the new one.")),
    "drop_correction": (
        Wording("Phiếu đang có hiệu lực vẫn giữ nguyên.", "The certificate in force stays."),),
    "drop_certificate": (
        Wording("Hồ sơ trở lại bước lập Phiếu.", "The file goes back to drafting."),),
    "request_withdrawal": (
        Wording("Ghi nhận người yêu cầu xin rút hồ sơ.", "The applicant's wish is recorded."),),
    "order_refund": (
        Wording("Phí được chuyển sang chờ hoàn trả.", "The fee waits to be given back."),),
    "extend_deadline": (
        Wording("Ngày hẹn trả lùi lại; lý do được ghi là sự cố hệ thống.",
                "The appointed day moves; the reason is recorded as an incident."),),
})  # fmt: skip
"""What an act that ends or undoes something leads to, said before it is done."""
