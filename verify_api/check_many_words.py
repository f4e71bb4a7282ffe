"""The words of checking many codes at once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.picture_error import PictureRule
from verify_api.verdict import Overall

MANY: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Kiểm tra nhiều giấy tờ", "Check many papers"),
    "lead": Wording(
        "Dán nội dung của nhiều mã QR, hoặc tải lên nhiều ảnh và PDF, rồi nhận một bảng kết quả.",
        "Paste the text of many QR codes, or upload several pictures and PDFs, and get one table."),
    "codes": Wording("Các mã, mỗi dòng một mã", "Codes, one a line"),
    "codes_hint": Wording(
        "Tối đa 200 dòng. Có thể ghi ký hiệu riêng trước mã, cách bằng dấu tab hoặc dấu chấm phẩy; "
        "ký hiệu không được lưu lại.",
        "200 lines at most. A reference of your own may stand before a code, with a tab or a "
        "semicolon between them; it is not kept."),
    "files": Wording("Ảnh và PDF", "Pictures and PDFs"),
    "files_hint": Wording(
        "PNG, JPEG hoặc PDF; tối đa 20 tệp, tổng cộng 10 MB.",
        "PNG, JPEG or PDF; 20 files and 10 MB in all at most."),
    "check": Wording("Kiểm tra", "Check"),
    "csv": Wording("Kiểm tra và tải xuống (CSV)", "Check and download (CSV)"),
    "csv_hint": Wording(
        "Tải xuống là kiểm tra lại từ đầu: kết quả là của lúc tải. Tệp đã tải lên phải chọn lại.",
        "A download checks anew: its answers are of that moment. Choose uploaded files again."),
    "kept": Wording(
        "Mỗi lần kiểm tra được ghi vào lịch sử của đơn vị bạn.",
        "Each check is recorded in your organisation's history."),
    "history": Wording("Xem lịch sử", "See the history"),
    "again": Wording("Kiểm tra tiếp", "Check more"),
    "results": Wording("Kết quả", "Answers"),
    "counts": Wording("Tổng hợp", "In all"),
    "reference": Wording("Ký hiệu", "Reference"),
    "answer": Wording("Kết quả", "Answer"),
    "number": Wording("Số", "Number"),
    "next": Wording("Cần làm gì", "What to do"),
    "state": Wording("Mã kết quả", "Answer (code)"),
    "checked_at": Wording("Kiểm tra lúc", "Checked at"),
    "line": Wording("Dòng", "Line"),
    "unchecked": Wording("chưa kiểm tra được", "not checked"),
    "nothing": Wording(
        "Hãy dán ít nhất một mã hoặc chọn ít nhất một tệp.",
        "Paste one code at least, or choose one file."),
})  # fmt: skip
"""By key."""

COUNTED: Final[Mapping[Overall, Wording]] = MappingProxyType({
    Overall.VALID: Wording("hợp lệ", "valid"),
    Overall.NOT_VALID: Wording("không hợp lệ", "not valid"),
    Overall.CANNOT_TELL: Wording("chưa thể kết luận", "cannot tell"),
})  # fmt: skip
"""Behind how many there are."""

MEND: Final = Wording("Sửa dòng này rồi kiểm tra lại.", "Mend this line and check it again.")
LATER: Final = Wording("Thử lại sau ít phút.", "Try again in a few minutes.")
OTHER_FILE: Final = Wording("Chọn tệp khác rồi thử lại.", "Choose another file and try again.")

FAULTS: Final[Mapping[str, tuple[Wording, Wording]]] = MappingProxyType({
    "too_many_lines": (
        Wording("Quá 200 dòng: phần còn lại chưa được kiểm tra",
                "More than 200 lines: the rest was not checked"),
        Wording("Kiểm tra phần còn lại trong lần sau.", "Check the rest in another go.")),
    "too_many_files": (
        Wording("Quá 20 tệp: tệp này chưa được kiểm tra",
                "More than 20 files: this one was not checked"),
        Wording("Kiểm tra tệp này trong lần sau.", "Check it in another go.")),
    "line_too_long": (Wording("Dòng quá dài", "The line is too long"), MEND),
    "reference_too_long": (
        Wording("Ký hiệu quá dài", "The reference is too long"),
        Wording("Dùng tối đa 80 ký tự.", "Use 80 characters at most.")),
    "code_missing": (Wording("Không có mã", "There is no code"), MEND),
    PictureRule.TOO_LARGE.value: (Wording("Tệp quá lớn", "The file is too large"), OTHER_FILE),
    PictureRule.TOO_MANY_PIXELS.value: (
        Wording("Ảnh quá lớn", "The picture is too large"), OTHER_FILE),
    PictureRule.NOT_A_PICTURE.value: (
        Wording("Không phải PNG, JPEG hoặc PDF", "No PNG, JPEG or PDF"), OTHER_FILE),
    PictureRule.BUSY.value: (Wording("Dịch vụ đang bận", "The service is busy"), LATER),
    "store_unavailable": (
        Wording("Dịch vụ tạm thời gián đoạn", "The service is not available now"), LATER),
})  # fmt: skip
"""Why there is no answer, and what to do, by rule or code of the error."""
