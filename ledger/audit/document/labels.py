"""The document's own words in Vietnamese and English, and how numbers and times are written."""

from datetime import datetime
from typing import Final

from ledger.audit.document.checks import State
from ledger.audit.findings import Severity
from ledger.certificates.kind import Wording
from ledger.clinical.moments import VIETNAM

LANGUAGES: Final = ("vi", "en")

LABELS: Final = {
    "title": Wording("Báo cáo kiểm toán sổ cái", "Audit report of a ledger"),
    "verdict": Wording("Kết luận", "Verdict"),
    "account": Wording("Cuộc kiểm tra này", "This audit"),
    "log": Wording("Nhật ký", "Log"),
    "head": Wording("Mốc mới nhất mà các mục dẫn đến", "Newest head that the entries lead to"),
    "root": Wording("Giá trị gốc", "Root"),
    "none": Wording("không có", "none"),
    "unknown": Wording("không biết", "not known"),
    "quorum": Wording("Bên làm chứng cần có", "Witnesses that are needed"),
    "policy": Wording("Chính sách (SHA-256)", "Policy (SHA-256)"),
    "scope": Wording("Phạm vi", "Scope"),
    "begun": Wording("Bắt đầu", "Begun"),
    "ended": Wording("Kết thúc", "Ended"),
    "program": Wording("Chương trình", "Program"),
    "brought": Wording("Bên ngoài đưa ra", "Brought from outside"),
    "held": Wording("Bộ nhớ kiểm toán viên trước đó", "The auditor's memory before"),
    "moved_on": Wording("Bộ nhớ sau đó", "The auditor's memory after"),
    "moved_yes": Wording("đã tiến đến mốc mới nhất", "has moved on to the newest head"),
    "moved_no": Wording("giữ nguyên", "stays as it was"),
    "counts": Wording("Số lượng", "Counts"),
    "rows": Wording("Dòng đã đọc", "Rows read"),
    "entries": Wording("Mục trong nhật ký", "Entries in the log"),
    "heads": Wording("Mốc (đã kiểm tra chữ ký)", "Heads (checked by their signatures)"),
    "streams": Wording("Luồng (đã xét theo thủ tục)", "Streams (judged by the procedure)"),
    "findings": Wording("Phát hiện", "Findings"),
    "checks": Wording("Đã kiểm tra gì, và gì thì không được", "What was checked, and what was not"),
    "check": Wording("Phép kiểm tra", "Check"),
    "result": Wording("Kết quả", "Result"),
    "what": Wording("Xem gì", "What it looks at"),
    "seen": Wording("Đã thấy", "What was seen"),
    "means": Wording("Có nghĩa là", "What it means"),
    "not_meaning": Wording("Không có nghĩa là", "What it does not mean"),
    "gravity": Wording("Mức độ", "How grave"),
    "next": Wording("Việc cần làm", "What to do"),
    "place": Wording("Chỗ", "Place"),
    "expected": Wording("Phải là", "Expected"),
    "found": Wording("Thấy", "Found"),
    "between": Wording("Giữa hai mốc", "Between two heads"),
    "severity": Wording("Mức", "Severity"),
    "reproduce": Wording("Cách làm lại", "How to make it again"),
    "reproduce_how": Wording(
        "Trên bản sao của cùng dữ liệu, với cùng chính sách và bộ nhớ như trước lần này, lệnh sau "
        "cho cùng phát hiện; chỉ điều về tuổi (C9) tùy ngày chạy:",
        "On a copy of the same data, with the same policy and the memory as it was before, this "
        "gives the same findings; only what is about age (C9) depends on the day:",
    ),
    "limits": Wording("Giới hạn trung thực", "Honest limits"),
    "limits_how": Wording(
        "Điều mà một cuộc kiểm tra như thế này không thể chứng minh:",
        "What an audit of this sort cannot prove:",
    ),
    "machine": Wording(
        "Phần “Phải là” và “Thấy” là nguyên văn của chương trình, bằng tiếng Anh.",
        "“Expected” and “Found” are the program's own words.",
    ),
    "nothing": Wording("Không có phát hiện nào.", "There is no finding."),
    "guide": Wording("Hướng dẫn", "Guide"),
    "page": Wording("Trang", "Page"),
    "of": Wording("trên", "of"),
    "person": Wording(
        "Báo cáo không chứa dữ liệu cá nhân: chỗ được nêu bằng số thứ tự và bí danh.",
        "The report holds no personal data: places are named by numbers and pseudonyms.",
    ),
}

SEVERITIES: Final = {
    Severity.CRITICAL: Wording("nghiêm trọng", "critical"),
    Severity.ERROR: Wording("lỗi", "error"),
    Severity.WARNING: Wording("cảnh báo", "warning"),
}
STATES: Final = {
    State.FOUND: Wording("Có phát hiện", "Findings"),
    State.UNCHECKED: Wording("Không kiểm tra được", "Could not be checked"),
    State.NOT_ASKED: Wording("Không thuộc lần này", "Not part of this audit"),
    State.CLEAN: Wording("Sạch", "Clean"),
}
PLACES: Final = {
    "position": Wording("vị trí", "position"),
    "index": Wording("chỉ số", "index"),
    "size": Wording("mốc cỡ", "head of size"),
    "since": Wording("từ", "since"),
    "until": Wording("đến", "until"),
    "stream": Wording("luồng", "stream"),
    "version": Wording("phiên bản", "version"),
    "event": Wording("sự kiện", "event"),
    "topic": Wording("loại", "topic"),
    "level": Wording("tầng", "level"),
    "tile": Wording("khối băm", "tile"),
    "row": Wording("hàng", "row"),
    "segment": Wording("đoạn lưu trữ", "segment"),
    "file": Wording("tệp", "file"),
    "view": Wording("bảng hiển thị", "view"),
    "table": Wording("bảng", "table"),
    "key": Wording("khóa", "key"),
    "column": Wording("cột", "column"),
    "bucket": Wording("ô", "bucket"),
    "subject": Wording("bí danh", "subject"),
    "purpose": Wording("mục đích", "purpose"),
    "day": Wording("ngày", "day"),
    "origin": Wording("nhật ký", "log"),
}
"""Names of places, in the order in which they are told."""

LIMITS: Final = (
    Wording(
        "Sửa một sự kiện trong lúc nó chưa được mốc nào có đủ chữ ký bao phủ thì không để lại dấu "
        "vết, trừ khi nơi gửi đã ký.",
        "A change to a fact before the first cosigned head covers it leaves no trace, unless its "
        "source signed it.",
    ),
    Wording(
        "Nội dung sai được ghi đúng cách vẫn là nội dung sai: nhật ký chứng minh điều đã ghi, "
        "không chứng minh điều đó đúng.",
        "False content that was truly recorded stays false: the log proves what was written, not "
        "that it is true.",
    ),
    Wording(
        "Điều chưa từng được ghi thì không ai thấy thiếu.",
        "Nobody can see that something is missing which was never recorded.",
    ),
    Wording(
        "Dữ liệu đã mã hóa phải được giữ; nơi pháp luật buộc xóa cả nó, chỉ còn chứng minh được "
        "rằng mục còn đó và việc xóa được phép.",
        "What is encrypted has to be kept; where the law makes that go too, only the entry and the "
        "authorised erasure can be proved.",
    ),
    Wording(
        "Bên làm chứng do chính người vận hành điều hành thì không chứng minh gì.",
        "A witness that is run by the ledger's own operator proves nothing.",
    ),
    Wording(
        "Khi nhật ký cũng bị viết lại, chỉ biết được khoảng giữa hai mốc; bộ nhớ của kiểm toán "
        "viên thu hẹp đến 256 mục, hoặc đúng một mục.",
        "Where the log was rewritten too, only the interval between two heads is known; an "
        "auditor's memory narrows it to 256 entries, or to the very one.",
    ),
    Wording(
        "Ai có khóa của nhật ký và đủ bên làm chứng thì chỉ bị lộ bởi bằng chứng cũ hơn ở bên "
        "ngoài: giấy của người giữ, bộ nhớ kiểm toán viên, dấu thời gian.",
        "Who has the log's keys and a quorum of witnesses is found only by older proofs outside: "
        "holders' papers, auditors' memories, time-stamps.",
    ),
)
"""Source: the audit reference, section 2."""


def say(key: str, language: str) -> str:
    """Return the words under ``key``; an unknown key is a programming error."""
    return LABELS[key].of(language)


def number(value: int, language: str) -> str:
    """Return a count with its thousands apart, as the language writes them."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def moment(at: datetime, language: str) -> str:
    """Return a time as clocks in Vietnam showed it, to the second."""
    form = "%Y-%m-%d %H:%M:%S" if language == "en" else "%d/%m/%Y %H:%M:%S"
    return f"{at.astimezone(VIETNAM):{form}} (UTC+7)"
