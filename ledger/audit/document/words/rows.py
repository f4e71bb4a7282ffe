"""C1: stored rows against their entries."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import COPY_ROWS, NOT_WHO
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Dòng lưu và mục nhật ký",
        "Stored rows and their entries",
    ),
    Wording(
        "Từng dòng đã đọc được tính lại giá trị băm và so với mục 65 byte đã ghi lúc nó được tạo.",
        "Each row that was read was hashed again and compared with the 65-byte entry made when"
        " it was written.",
    ),
    Wording(
        "Mọi dòng đã đọc đúng là dòng mà mục của nó được tạo ra từ đó.",
        "Every row that was read is the one that its entry was made of.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C1.row": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Một dòng đang lưu không còn là dòng mà mục nhật ký của nó được tạo ra từ đó.",
            "A stored row is not the row that its log entry was made of.",
        ),
        Wording(
            "Sự kiện này, hoặc mục cạnh nó, đã bị thay sau khi ghi. Không được dựa vào nội "
            "dung hiện tại của dòng.",
            "This fact, or the entry beside it, was replaced after it was written. What the "
            "row says now must not be relied on.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C1.state": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Nội dung lưu của một sự kiện không đọc được hoặc thuộc về sự kiện khác.",
            "A fact's stored content cannot be read, or belongs to another fact.",
        ),
        Wording(
            "Dòng đã bị sửa, hoán đổi hoặc hỏng; không thể dùng làm chứng cứ cho đến khi khôi "
            "phục.",
            "The row was edited, exchanged or damaged; it is no evidence until it is restored.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C1.file": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Một tệp lưu cạnh sổ cái không còn là tệp mà sự kiện đã ghi tên.",
            "A file beside the ledger is not the file that its fact names.",
        ),
        Wording(
            "Tệp đã bị thay hoặc hỏng sau khi được giữ; nó không còn là điều người gửi đã gửi.",
            "The file was replaced or damaged after it was kept; it is not what its sender sent.",
        ),
        NOT_WHO,
        Wording(
            "Sao chép thư mục nguyên trạng; tìm trong các bản sao lưu tệp có đúng giá trị SHA-256 "
            "mang tên nó.",
            "Copy the folder as it is; look in the backups for the file whose SHA-256 is its name.",
        ),
    ),
    "C1.unreadable": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Một ô hoặc một tệp lưu trữ không có dạng mà sổ cái ghi.",
            "A cell or an archive file does not have the form that the ledger writes.",
        ),
        Wording(
            "Giá trị gốc đã mất ở bản này: bị thay bằng kiểu khác, bị xóa hoặc hỏng.",
            "The value is lost in this copy: replaced by another type, emptied or damaged.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C1.column": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Một cột có kiểu khác, hoặc giá trị trong cột khác với điều dòng lưu nói.",
            "A column has another type, or says something else than the stored row.",
        ),
        Wording(
            "Cấu trúc bảng hoặc cột tính sẵn đã bị đổi; số liệu lấy từ cột ấy không đáng tin.",
            "The table's structure or a derived column was changed; figures taken from it are "
            "not to be trusted.",
        ),
        Wording(
            "Không có nghĩa là sự kiện gốc bị sửa: các phát hiện C1.row và C2 nói về điều đó.",
            "It does not mean that the fact itself was changed: C1.row and C2 speak of that.",
        ),
        COPY_ROWS,
    ),
    "C1.more": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Một đoạn lưu trữ có nhiều sai lệch hơn số được liệt kê.",
            "An archive segment has more faults than are listed.",
        ),
        Wording(
            "Cả đoạn phải coi là không đáng tin.",
            "The whole segment must be taken as not to be trusted.",
        ),
        NOT_WHO,
        Wording(
            "Giữ lại đoạn này, rồi xuất lại từ sổ cái đã kiểm tra.",
            "Keep the segment, then export it again from a ledger that was verified.",
        ),
    ),
}
"""By code."""
