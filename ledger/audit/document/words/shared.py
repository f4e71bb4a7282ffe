"""What several codes say alike."""

from typing import Final

from ledger.certificates.kind import Wording

NOT_WHO: Final = Wording(
    "Không cho biết ai đã làm và vì sao: đĩa hỏng hoặc lỗi phần mềm cũng có thể để lại dấu vết"
    " như vậy.",
    "It does not say who did it or why: a failing disk or a fault in a program can leave the "
    "same trace.",
)
NOT_PERSON: Final = Wording(
    "Không nói gì bất lợi về người mà hồ sơ này nói đến.",
    "It says nothing against the person whom the record is about.",
)
NOT_ROWS: Final = Wording(
    "Không có nghĩa là nội dung hồ sơ bị sửa: chỉ phần lưu của nhật ký khác đi.",
    "It does not mean that a record was changed: only what the log keeps is different.",
)
NOT_LEDGER: Final = Wording(
    "Không có nghĩa là sổ cái bị sửa: chỉ tài liệu được đưa ra là không dùng được.",
    "It does not mean that the ledger was changed: only what was brought cannot be used.",
)
NOT_CONTENT: Final = Wording(
    "Không có nghĩa là nội dung sai; chỉ trình tự, thẩm quyền hoặc thời điểm không đúng.",
    "It does not mean that what was written is wrong; the order, the office or the time is.",
)
COPY_ROWS: Final = Wording(
    "Sao chép nguyên trạng cơ sở dữ liệu và nhật ký trước; không sửa tại chỗ. Sau đó tìm bản "
    "sao lưu cũ nhất còn khớp với mục nhật ký.",
    "Copy the database and the log as they are first; mend nothing in place. Then look for a "
    "backup whose row still fits the logged entry.",
)
COPY_LOG: Final = Wording(
    "Sao chép cả hai cơ sở dữ liệu trước. Sau đó so với bản nhật ký tĩnh đã xuất, bản sao lưu "
    "và bộ nhớ của kiểm toán viên khác.",
    "Copy both databases first. Then compare with the log's exported files, the backups and "
    "another auditor's memory.",
)
ASK_WITNESSES: Final = Wording(
    "Ngừng cấp giấy mới. Hỏi từng bên làm chứng về mốc mới nhất họ giữ và lưu lại mọi mốc khác"
    " nhau đã ký.",
    "Stop issuing. Ask each witness for the newest head it holds, and keep every signed head "
    "that differs.",
)
BRING_AGAIN: Final = Wording(
    "Lấy lại tài liệu từ người giữ bằng một đường khác rồi kiểm tra lại.",
    "Get it again from its holder by another way, and check again.",
)
ASK_OFFICE: Final = Wording(
    "Xem lịch sử của luồng này, hỏi đơn vị thực hiện, và quyết định về hiệu lực của giấy tờ "
    "theo pháp luật.",
    "Read this stream's history, ask the office that acted, and decide by law what the paper "
    "is worth.",
)
REBUILD: Final = Wording(
    "Giữ lại bảng đang sai làm chứng cứ, tìm nguyên nhân, rồi dựng lại bảng từ sự kiện.",
    "Keep the wrong view as evidence, find the cause, then build the view again from the facts.",
)
