"""C5: positions, versions, chains and time."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import COPY_ROWS, NOT_PERSON, NOT_WHO
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Cấu trúc và thời gian",
        "Structure and time",
    ),
    Wording(
        "Vị trí liên tục, phiên bản và chuỗi trong từng luồng, và thời điểm ghi so với giờ của"
        " các bên làm chứng.",
        "Gapless positions, versions and chain within each stream, and times of recording "
        "against the witnesses' clocks.",
    ),
    Wording(
        "Không thiếu, không thừa, không đổi chỗ, không ghi lùi ngày quá sai số đồng hồ 5 phút.",
        "Nothing is missing, added or moved, and nothing is dated back by more than the "
        "clocks' five minutes.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C5.missing": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Không có sự kiện ở một vị trí lẽ ra phải có.",
            "No fact stands at a position where one has to be.",
        ),
        Wording(
            "Sự kiện đã bị xóa, hoặc bản sao không đầy đủ. Vị trí không bao giờ bị bỏ trống "
            "khi ghi.",
            "A fact was deleted, or the copy is not whole. Positions are never left empty when"
            " facts are written.",
        ),
        Wording(
            "Không có nghĩa là dữ liệu được xóa theo yêu cầu: xóa hợp pháp hủy khóa, không xóa"
            " dòng.",
            "It does not mean a lawful erasure: that destroys keys, and never a row.",
        ),
        COPY_ROWS,
    ),
    "C5.twice": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Một vị trí có hơn một dòng.",
            "One position has more than one row.",
        ),
        Wording(
            "Một dòng đã được chèn thêm; chỉ một dòng có thể là dòng đã ghi nhật ký.",
            "A row was inserted; only one of them can be the logged one.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C5.stray": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Một dòng nằm ở chỗ không phải vị trí của sổ cái.",
            "A row stands where the ledger has no positions.",
        ),
        Wording(
            "Dòng được chèn từ bên ngoài, hoặc vị trí của nó bị đổi.",
            "The row was put in from outside, or its position was changed.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C5.position": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Một đoạn lưu trữ chứa vị trí không thuộc về nó.",
            "An archive segment holds positions that are not its own.",
        ),
        Wording(
            "Tệp lưu trữ bị ghép hoặc bị sửa.",
            "The archive file was put together from others, or edited.",
        ),
        NOT_WHO,
        Wording(
            "Giữ tệp, rồi xuất lại đoạn từ sổ cái đã kiểm tra.",
            "Keep the file, then export the segment again from a verified ledger.",
        ),
    ),
    "C5.gap": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Kho lưu trữ thiếu một đoạn ở giữa.",
            "The archive lacks a segment in the middle.",
        ),
        Wording(
            "Phần sau chỗ thiếu không thể kiểm tra cùng với phần trước.",
            "What comes after the gap cannot be checked together with what is before it.",
        ),
        Wording(
            "Không có nghĩa là sổ cái thiếu: có thể chỉ là tệp chưa được chép.",
            "It does not mean that the ledger lacks it: a file may just not have been copied.",
        ),
        Wording(
            "Tìm tệp còn thiếu, hoặc xuất lại; xuất chỉ ghi phần chưa có.",
            "Look for the missing file, or export again: only what is missing is written.",
        ),
    ),
    "C5.version": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Thứ tự phiên bản trong một luồng bị đứt hoặc lặp.",
            "The versions within one stream have a gap, or one comes twice.",
        ),
        Wording(
            "Một sự kiện của hồ sơ này bị bỏ đi, chèn vào hoặc đổi chỗ.",
            "A fact of this record was taken out, put in or moved.",
        ),
        NOT_PERSON,
        COPY_ROWS,
    ),
    "C5.chain": Meaning(
        Gravity.TAMPERED,
        Section.C5,
        Wording(
            "Một sự kiện không nối với sự kiện ngay trước nó trong cùng hồ sơ.",
            "A fact does not lead on from the fact before it in the same record.",
        ),
        Wording(
            "Sự kiện ấy hoặc sự kiện trước nó đã bị thay.",
            "It, or the fact before it, was replaced.",
        ),
        NOT_PERSON,
        COPY_ROWS,
    ),
    "C5.backdated": Meaning(
        Gravity.RULE,
        Section.C5,
        Wording(
            "Sự kiện mang thời điểm sớm hơn mốc mà nó chưa có trong đó.",
            "A fact says an earlier time than a head that does not have it yet.",
        ),
        Wording(
            "Ngày giờ ghi đã bị lùi lại, hoặc đồng hồ của máy chạy sai nhiều. Thời hạn tính "
            "theo ngày ấy không chắc chắn.",
            "The time of recording was put back, or the machine's clock was far off. Terms "
            "that run from it are not certain.",
        ),
        Wording(
            "Không có nghĩa là sự kiện không xảy ra.",
            "It does not mean that it did not happen.",
        ),
        Wording(
            "Lấy giờ của hai mốc quanh nó làm giới hạn; đối chiếu với tài liệu gốc và nhật ký "
            "đồng hồ.",
            "Take the times of the two heads around it as bounds; compare with the papers and "
            "the clock's own records.",
        ),
    ),
    "C5.postdated": Meaning(
        Gravity.RULE,
        Section.C5,
        Wording(
            "Sự kiện mang thời điểm muộn hơn mốc đã có nó.",
            "A fact says a later time than a head that already has it.",
        ),
        Wording(
            "Ngày giờ ghi đã bị đẩy lên trước, hoặc đồng hồ sai nhiều.",
            "The time of recording was put forward, or the clock was far off.",
        ),
        Wording(
            "Không có nghĩa là sự kiện không xảy ra.",
            "It does not mean that it did not happen.",
        ),
        Wording(
            "Lấy giờ của hai mốc quanh nó làm giới hạn; đối chiếu với tài liệu gốc.",
            "Take the times of the two heads around it as bounds; compare with the papers.",
        ),
    ),
    "C5.time": Meaning(
        Gravity.RULE,
        Section.C5,
        Wording(
            "Sự kiện mang thời điểm sớm hơn các sự kiện trước nó quá sai số đồng hồ.",
            "A fact says an earlier time than facts before it, by more than clocks may differ.",
        ),
        Wording(
            "Thời điểm ghi không theo thứ tự; có thể bị lùi ngày.",
            "Times of recording are out of order; one may be dated back.",
        ),
        Wording(
            "Đồng hồ chạy sai ở một máy cũng gây ra điều này.",
            "A wrong clock on one machine does the same.",
        ),
        Wording(
            "Xem máy nào đã ghi, và đồng hồ của máy đó.",
            "Look at which machine wrote it, and at its clock.",
        ),
    ),
}
"""By code."""
