"""C2: entries against tiles and roots."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import ASK_WITNESSES, COPY_ROWS, NOT_ROWS, NOT_WHO
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Mục, khối băm và giá trị gốc",
        "Entries, tiles and roots",
    ),
    Wording(
        "Cây băm được tính lại từ các mục và so với phần lưu của nhật ký và giá trị gốc của "
        "các mốc.",
        "The hash tree was computed again from the entries and compared with the log's tiles "
        "and the roots of its heads.",
    ),
    Wording(
        "Các mục đã đọc dẫn đến đúng những giá trị gốc đã công bố.",
        "The entries that were read lead to the roots that were published.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C2.tile": Meaning(
        Gravity.TAMPERED,
        Section.C2,
        Wording(
            "Một khối băm của nhật ký bị thiếu hoặc khác với kết quả tính từ các mục.",
            "A tile of the log is missing, or is not what the entries lead to.",
        ),
        Wording(
            "Phần tính sẵn của nhật ký đã bị đổi hoặc hỏng; bằng chứng cấp từ đó có thể sai.",
            "What the log had computed was changed or damaged; proofs made from it may fail.",
        ),
        NOT_ROWS,
        Wording(
            "Sao chép trước. Nếu C1 và C3 sạch, lấy khối từ nhật ký tĩnh đã xuất hoặc từ bản "
            "sao lưu khớp với giá trị gốc.",
            "Copy first. If C1 and C3 are clean, take the tile from the exported log or from a"
            " backup that fits the root.",
        ),
    ),
    "C2.leaf": Meaning(
        Gravity.TAMPERED,
        Section.C2,
        Wording(
            "Mục của một sự kiện khác với mục đã có trong nhật ký ở vị trí ấy.",
            "A fact's entry is another one than the log has at that place.",
        ),
        Wording(
            "Sự kiện đã bị thay cùng với mục của nó sau khi vào nhật ký. Nhật ký giữ dấu vết "
            "của bản đúng.",
            "The fact was replaced together with its entry after it was logged. The log keeps "
            "the mark of the true one.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C2.root": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Các mục hiện có không dẫn đến giá trị gốc của một mốc đã công bố.",
            "The entries that are there do not lead to the root of a published head.",
        ),
        Wording(
            "Lịch sử trước mốc đó đã bị đổi sau khi công bố. Khoảng giữa hai mốc cho biết sớm "
            "nhất và muộn nhất ở đâu.",
            "History before that head was changed after it was published. The two heads around"
            " it say where at the earliest and latest.",
        ),
        Wording(
            "Không chỉ ra được dòng nào nếu không có bộ nhớ của kiểm toán viên; cũng không cho"
            " biết ai làm.",
            "It does not name the row unless an auditor's memory narrows it, nor who did it.",
        ),
        ASK_WITNESSES,
    ),
    "C2.shorter": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Nhật ký có ít mục hơn mốc đã công bố.",
            "The log has fewer entries than a published head.",
        ),
        Wording(
            "Phần cuối của lịch sử đã bị xóa, hoặc một bản sao lưu cũ được đặt lại.",
            "The end of history was removed, or an old backup was put in its place.",
        ),
        NOT_WHO,
        ASK_WITNESSES,
    ),
    "C2.segment": Meaning(
        Gravity.TAMPERED,
        Section.C2,
        Wording(
            "Một đoạn lưu trữ không phải là đoạn mà nhật ký hoặc tên tệp nói.",
            "An archive segment is not the one that the log or its own name says.",
        ),
        Wording(
            "Tệp lưu trữ đã bị thay, hoặc được xuất từ lịch sử khác.",
            "The archive file was replaced, or exported from another history.",
        ),
        Wording(
            "Không có nghĩa là sổ cái bị sửa; hãy kiểm tra sổ cái riêng.",
            "It does not mean that the ledger was changed; verify the ledger by itself.",
        ),
        Wording(
            "Giữ tệp, kiểm tra sổ cái, rồi xuất lại đoạn vào thư mục mới.",
            "Keep the file, verify the ledger, then export the segment into a new folder.",
        ),
    ),
    "C2.doubled": Meaning(
        Gravity.TAMPERED,
        Section.FORK,
        Wording(
            "Có hai đoạn lưu trữ cho cùng một chỗ với giá trị gốc khác nhau.",
            "Two archive segments stand for one place, with different roots.",
        ),
        Wording(
            "Thư mục chứa phần của hai lịch sử khác nhau; chỉ một phần có thể đúng.",
            "The folder holds parts of two histories; only one can be true.",
        ),
        Wording(
            "Không cho biết phần nào đúng: mốc đã ký xác nhận quyết định điều đó.",
            "It does not say which one is true: a cosigned head decides that.",
        ),
        Wording(
            "Giữ cả hai, và kiểm tra từng phần với mốc do bên ngoài giữ.",
            "Keep both, and check each beside a head that an outsider holds.",
        ),
    ),
}
"""By code."""
