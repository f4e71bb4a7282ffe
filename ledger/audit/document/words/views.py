"""C7: views against the facts."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import NOT_WHO, REBUILD
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Bảng hiển thị và sự kiện",
        "Views and facts",
    ),
    Wording(
        "Lệnh này không dựng lại bảng hiển thị; việc đó do `records audit replay` và `records "
        "audit stats` làm.",
        "This command does not make views again; `records audit replay` and `records audit "
        "stats` do.",
    ),
    Wording(
        "Bảng được so khớp với sự kiện tạo ra nó.",
        "The views that were compared are what the facts make.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C7.missing": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Bảng hiển thị thiếu một dòng mà sự kiện tạo ra.",
            "A view lacks a row that the facts make.",
        ),
        Wording(
            "Người xem không thấy điều đã xảy ra, ví dụ một lần thu hồi.",
            "Whoever looks does not see what happened, a revocation for example.",
        ),
        Wording(
            "Không có nghĩa là sự kiện bị mất: sự kiện vẫn ở trong sổ cái.",
            "It does not mean that the fact is lost: it is in the ledger.",
        ),
        REBUILD,
    ),
    "C7.extra": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Bảng hiển thị có một dòng mà không sự kiện nào tạo ra.",
            "A view has a row that no fact makes.",
        ),
        Wording(
            "Điều được hiển thị chưa từng xảy ra; không được dựa vào dòng ấy.",
            "What is shown never happened; the row must not be relied on.",
        ),
        Wording(
            "Không có nghĩa là sổ cái có sự kiện giả.",
            "It does not mean that the ledger holds a false fact.",
        ),
        REBUILD,
    ),
    "C7.changed": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Một dòng hiển thị khác với dòng mà sự kiện tạo ra.",
            "A row of a view is another one than the facts make.",
        ),
        Wording(
            "Điều được hiển thị không phải điều đã xảy ra; câu trả lời dựa vào dòng ấy có thể sai.",
            "What is shown is not what happened; answers that rest on it may be wrong.",
        ),
        Wording(
            "Không có nghĩa là sự kiện bị sửa: sổ cái được kiểm tra riêng.",
            "It does not mean that facts were changed: the ledger is checked by itself.",
        ),
        REBUILD,
    ),
    "C7.view": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Một bảng hiển thị không có mặt.",
            "A view is not there.",
        ),
        Wording(
            "Các trang dùng bảng này không thể trả lời đúng.",
            "Pages that use it cannot answer rightly.",
        ),
        Wording(
            "Không có nghĩa là mất sự kiện.",
            "It does not mean that facts are lost.",
        ),
        REBUILD,
    ),
    "C7.table": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Một bảng trong cơ sở dữ liệu không có các cột của nó.",
            "A table of a view does not have its columns.",
        ),
        Wording(
            "Cấu trúc bảng đã bị đổi từ bên ngoài.",
            "The table's structure was changed from outside.",
        ),
        Wording(
            "Không có nghĩa là mất sự kiện.",
            "It does not mean that facts are lost.",
        ),
        REBUILD,
    ),
    "C7.position": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Bảng hiển thị nói nó ở một vị trí không thể đúng.",
            "A view says that it stands at a position that cannot be.",
        ),
        Wording(
            "Vị trí của bảng đã bị sửa, hoặc bản cũ của bảng được đặt lại.",
            "Its position was edited, or an old copy of the view was put back.",
        ),
        Wording(
            "Không có nghĩa là mất sự kiện.",
            "It does not mean that facts are lost.",
        ),
        REBUILD,
    ),
    "C7.figure": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Một số liệu đã công bố khác với số đếm từ sự kiện.",
            "A published figure differs from what the facts count to.",
        ),
        Wording(
            "Báo cáo dựa vào số ấy phải đính chính.",
            "Reports that use the figure have to be corrected.",
        ),
        Wording(
            "Không cho biết số liệu bị sửa hay chương trình đếm sai.",
            "It does not say whether the figure was edited or miscounted.",
        ),
        REBUILD,
    ),
    "C7.seal": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Bảng dựng lại không khớp với niêm phong của một ngày.",
            "A view that was made again does not fit a day's seal.",
        ),
        Wording(
            "Vào ngày ấy bảng đã hiển thị điều khác, hoặc sự kiện đã bị đổi sau đó.",
            "On that day the view showed something else, or facts were changed afterwards.",
        ),
        Wording(
            "Không cho biết điều nào trong hai điều; kết quả C1 đến C5 quyết định.",
            "It does not say which of the two; what C1 to C5 say decides.",
        ),
        Wording(
            "Kiểm tra sổ cái trước; sau đó xem các ô sai lệch được nêu.",
            "Verify the ledger first; then look at the buckets that are named.",
        ),
    ),
    "C7.heads": Meaning(
        Gravity.TAMPERED,
        Section.DRIFT,
        Wording(
            "Danh mục các luồng không khớp với niêm phong của một ngày.",
            "The tree of stream heads does not fit a day's seal.",
        ),
        Wording(
            "Một luồng đã bị thêm, bớt hoặc cắt ngắn sau khi niêm phong, hoặc niêm phong sai.",
            "A stream was added, removed or cut after the seal, or the seal was wrong.",
        ),
        Wording(
            "Không cho biết luồng nào.",
            "It does not name the stream.",
        ),
        Wording(
            "Kiểm tra sổ cái, rồi so danh mục với bản của người có hồ sơ (`records audit "
            "complete`).",
            "Verify the ledger, then compare with a holder's file (`records audit complete`).",
        ),
    ),
    "C7.fact": Meaning(
        Gravity.TAMPERED,
        Section.C1,
        Wording(
            "Việc dựng lại bảng dừng ở một sự kiện không đọc được.",
            "Making views again stopped at a fact that cannot be read.",
        ),
        Wording(
            "Từ đó trở đi không so được bảng nào.",
            "No view can be compared from there on.",
        ),
        NOT_WHO,
        Wording(
            "Kiểm tra sổ cái: dòng ấy cũng có phát hiện C1.",
            "Verify the ledger: the row has a C1 finding, too.",
        ),
    ),
    "C7.stalled": Meaning(
        Gravity.RULE,
        Section.DRIFT,
        Wording(
            "Một bảng không thể tiếp nhận một sự kiện.",
            "A view cannot take in a fact.",
        ),
        Wording(
            "Bảng dừng lại ở đó và cũ dần.",
            "The view stands still there and grows old.",
        ),
        Wording(
            "Thường là lỗi phần mềm; không có nghĩa là sổ cái bị sửa.",
            "Mostly a fault in the program; it does not mean that the ledger was changed.",
        ),
        Wording(
            "Báo nhà phát triển với tên bảng và vị trí.",
            "Tell the developers the view and the position.",
        ),
    ),
}
"""By code."""
