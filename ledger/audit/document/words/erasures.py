"""C6: erasures of personal data."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import ASK_OFFICE, COPY_ROWS, NOT_WHO
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Xóa dữ liệu cá nhân",
        "Erasures",
    ),
    Wording(
        "Lệnh xóa, hai phê duyệt và, nếu đưa kho khóa, từng khóa đã hủy hay còn.",
        "The order, two approvals and, where the key store was given, each key destroyed or kept.",
    ),
    Wording(
        "Mọi lần xóa trong các luồng đã xét đều được phép. Nếu kho khóa không được đưa ra thì "
        "không rõ khóa đã thật sự bị hủy chưa.",
        "Every erasure in the streams that were judged was allowed. Where the key store was "
        "not given, it is not known whether keys are really gone.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C6.unauthorised": Meaning(
        Gravity.RULE,
        Section.C6,
        Wording(
            "Một lần xóa không có yêu cầu, hai phê duyệt hoặc lệnh đứng trước.",
            "An erasure has no request, two approvals or order before it.",
        ),
        Wording(
            "Dữ liệu cá nhân bị hủy trái quy định; người có dữ liệu và cơ quan bảo vệ dữ liệu "
            "có thể phải được báo.",
            "Personal data was destroyed against the rules; the person and the data protection"
            " authority may have to be told.",
        ),
        Wording(
            "Không có nghĩa là dòng trong sổ cái bị sửa.",
            "It does not mean that a row of the ledger was changed.",
        ),
        Wording(
            "Giữ kho khóa nguyên trạng, tìm ai đã vào kho; khôi phục khóa từ bản sao lưu chỉ "
            "khi pháp luật cho phép.",
            "Keep the key store as it is, find who had access; restore keys from a backup only"
            " where the law allows.",
        ),
    ),
    "C6.readable": Meaning(
        Gravity.TAMPERED,
        Section.PERSONAL,
        Wording(
            "Một khóa đã có biên bản hủy vẫn còn mở được dữ liệu.",
            "A key whose destruction has a receipt can still open data.",
        ),
        Wording(
            "Người đã được quên nay đọc lại được: thường do đặt lại bản sao lưu cũ của kho khóa.",
            "A person who was forgotten can be read again: mostly an old backup of the key "
            "store was put back.",
        ),
        Wording(
            "Không có nghĩa là có người đã đọc; hãy xem các sự kiện truy cập.",
            "It does not mean that anybody has read it; see the access facts.",
        ),
        Wording(
            "Ngắt kho khóa khỏi hệ thống ngay, báo người phụ trách dữ liệu cá nhân, đặt lại "
            "kho khóa có sau lần xóa và hủy bản sao lưu cũ.",
            "Take the key store off the system at once, tell the data protection officer, put "
            "back the key store of after the erasure, and destroy the old backup.",
        ),
    ),
    "C6.used_after": Meaning(
        Gravity.TAMPERED,
        Section.C6,
        Wording(
            "Một phần được khóa bằng khóa mà biên nhận trước đó nói là đã hủy.",
            "A part was sealed under a key that an earlier receipt says was destroyed.",
        ),
        Wording(
            "Khóa chưa bị hủy: dữ liệu được nói là đã xóa vẫn có thể đọc được.",
            "The key was not destroyed: what is said to be erased may still be read.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C6.not_carried_out": Meaning(
        Gravity.RULE,
        Section.C6,
        Wording(
            "Người yêu cầu được báo là đã xóa, nhưng không có biên nhận xóa nào.",
            "Somebody was told that their data were erased, and there is no receipt of it.",
        ),
        Wording(
            "Việc xóa có thể chưa được thực hiện; lời báo là sai.",
            "The erasure may not have been carried out; what was told is not so.",
        ),
        NOT_WHO,
        ASK_OFFICE,
    ),
    "C6.key_missing": Meaning(
        Gravity.TAMPERED,
        Section.C6,
        Wording(
            "Dữ liệu được khóa bằng một khóa không còn trong kho và không có lệnh hủy.",
            "Data is sealed under a key that is not in the store, and no order destroyed it.",
        ),
        Wording(
            "Dữ liệu không mở được nữa nếu không có bản sao lưu kho khóa.",
            "The data cannot be opened any more unless a backup of the key store has the key.",
        ),
        Wording(
            "Có thể chỉ là kho khóa được đưa ra không thuộc bản sổ cái này.",
            "The key store that was given may simply not belong to this copy of the ledger.",
        ),
        Wording(
            "So ngày của hai bản sao; tìm khóa trong các bản sao lưu.",
            "Compare the dates of both copies; look for the key in the backups.",
        ),
    ),
    "C6.file_missing": Meaning(
        Gravity.TAMPERED,
        Section.C6,
        Wording(
            "Một tệp mà sự kiện ghi tên không còn ở cạnh sổ cái.",
            "A file that a fact names is not beside the ledger any more.",
        ),
        Wording(
            "Không có lệnh xóa nào cho người đó được biết; điều đã gửi không còn đọc được.",
            "No erasure of that person is known; what was sent cannot be read any more.",
        ),
        Wording(
            "Nếu không đưa kho khóa, có thể người đó đã được xóa đúng luật; thư mục cũng có thể "
            "không thuộc bản sổ cái này.",
            "Without the key store the person may have been forgotten lawfully; and the folder may "
            "not belong to this copy of the ledger.",
        ),
        Wording(
            "Kiểm tra lại cùng kho khóa; sau đó tìm tệp trong các bản sao lưu.",
            "Audit again with the key store; then look for the file in the backups.",
        ),
    ),
    "C6.part_missing": Meaning(
        Gravity.TAMPERED,
        Section.C6,
        Wording(
            "Một sự kiện thiếu phần đã được khóa.",
            "A fact lacks a sealed part that it has to have.",
        ),
        Wording(
            "Phần dữ liệu cá nhân đã bị gỡ khỏi dòng, điều mà xóa hợp pháp không làm.",
            "Personal data was taken out of the row, which no lawful erasure does.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C6.unknown_fact": Meaning(
        Gravity.UNDECIDED,
        Section.C6,
        Wording(
            "Một sự kiện có tên mà chương trình này không biết.",
            "A fact has a name that this program does not know.",
        ),
        Wording(
            "Phần khóa của sự kiện ấy không được kiểm tra.",
            "Its sealed parts were not checked.",
        ),
        Wording(
            "Thường là chương trình kiểm toán cũ hơn sổ cái.",
            "Mostly the auditor's program is older than the ledger.",
        ),
        Wording(
            "Kiểm tra lại bằng bản phát hành mới hơn.",
            "Check again with a newer release.",
        ),
    ),
}
"""By code."""
