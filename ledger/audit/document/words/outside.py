"""C4: heads that outsiders hold."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import (
    ASK_WITNESSES,
    BRING_AGAIN,
    COPY_LOG,
    COPY_ROWS,
    NOT_LEDGER,
    NOT_WHO,
)
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Mốc do bên ngoài giữ",
        "Heads that outsiders hold",
    ),
    Wording(
        "Mốc trong tệp, ở bên làm chứng, trong bằng chứng của người giữ giấy và trong bộ nhớ "
        "của kiểm toán viên.",
        "Heads in files, with witnesses, in holders' proofs and in the auditor's memory.",
    ),
    Wording(
        "Lịch sử hiện có là phần nối tiếp của mọi mốc được đưa ra. Không đưa mốc nào thì mục "
        "này không chứng minh gì.",
        "The present history goes on from every head that was brought. Where none was brought,"
        " this proves nothing.",
    ),
)
_FORM: Final = Meaning(
    Gravity.OUTSIDE,
    Section.C4,
    Wording(
        "Tài liệu do bên ngoài đưa ra không phải là một mốc đọc được.",
        "What was brought from outside is no head that can be read.",
    ),
    Wording(
        "Không thể so nó với lịch sử; việc kiểm tra này còn thiếu.",
        "It cannot be compared with history; this check is still to be made.",
    ),
    NOT_LEDGER,
    BRING_AGAIN,
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C4.rollback": Meaning(
        Gravity.TAMPERED,
        Section.FORK,
        Wording(
            "Người ngoài giữ một mốc lớn hơn lịch sử hiện có.",
            "An outsider holds a head of a longer history than the one that is there.",
        ),
        Wording(
            "Sự kiện đã có, đã ký, nay không còn: phần cuối bị xóa hoặc bản cũ được đặt lại.",
            "Facts that were there and signed for are gone: the end was removed, or an old "
            "copy put back.",
        ),
        Wording(
            "Không có nghĩa là phần còn lại bị sửa. Nếu bản được kiểm tra cũ hơn mốc thì đây "
            "là báo động giả.",
            "It does not mean that what is left was changed. Where the audited copy is simply "
            "older than the head, this is a false alarm.",
        ),
        ASK_WITNESSES,
    ),
    "C4.root": Meaning(
        Gravity.TAMPERED,
        Section.FORK,
        Wording(
            "Lịch sử hiện có không bắt đầu bằng lịch sử mà mốc của người ngoài nói đến.",
            "The present history does not begin with the one that an outsider's head is of.",
        ),
        Wording(
            "Nhật ký đã ký hai lịch sử khác nhau: bằng chứng về việc viết lại hoặc phân nhánh.",
            "The log has signed two different histories: proof that history was rewritten or "
            "forked.",
        ),
        Wording(
            "Không cho biết lịch sử nào đúng; cũng không chứng minh rằng bên làm chứng có lỗi.",
            "It does not say which history is true, nor that a witness did wrong.",
        ),
        ASK_WITNESSES,
    ),
    "C4.entry": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Một mục khác với mục mà kiểm toán viên đã thấy lần trước.",
            "An entry is another one than the auditor saw last time.",
        ),
        Wording(
            "Lịch sử đã được viết lại đúng tại chỗ này sau lần kiểm tra trước.",
            "History was rewritten at this very place since the last audit.",
        ),
        NOT_WHO,
        COPY_ROWS,
    ),
    "C4.tile": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Trong 256 mục này có mục khác với lần kiểm tra trước.",
            "Among these 256 entries are others than at the last audit.",
        ),
        Wording(
            "Lịch sử đã được viết lại trong khoảng này sau lần kiểm tra trước.",
            "History was rewritten within this range since the last audit.",
        ),
        Wording(
            "Không cho biết mục nào trong 256 mục; muốn biết phải giữ từng mục (`--keep-entries`).",
            "It does not name the one among 256; an auditor who keeps entries (`--keep-"
            "entries`) would know.",
        ),
        COPY_ROWS,
    ),
    "C4.head": Meaning(
        Gravity.TAMPERED,
        Section.FORK,
        Wording(
            "Các đoạn lưu trữ không phải là lịch sử của mốc.",
            "The archive segments are not the history that the head is of.",
        ),
        Wording(
            "Kho lưu trữ đã bị đổi, hoặc thuộc về lịch sử khác.",
            "The archive was changed, or is of another history.",
        ),
        Wording(
            "Không có nghĩa là sổ cái bị sửa; hãy kiểm tra sổ cái riêng.",
            "It does not mean that the ledger was changed; verify the ledger by itself.",
        ),
        Wording(
            "Giữ kho lưu trữ và mốc, kiểm tra sổ cái, rồi xuất lại.",
            "Keep archive and head, verify the ledger, then export again.",
        ),
    ),
    "C4.timestamp": Meaning(
        Gravity.TAMPERED,
        Section.FORK,
        Wording(
            "Cơ quan cấp dấu thời gian đã đóng dấu một mốc khác với mốc đang lưu cạnh nó.",
            "The time-stamping authority stamped another head than the one kept beside its token.",
        ),
        Wording(
            "Có hai mốc cho cùng một chỗ: mốc đã bị thay sau khi đóng dấu, hoặc tệp dấu bị đặt"
            " nhầm.",
            "There were two heads for one place: the head was replaced after stamping, or the "
            "token's file was misplaced.",
        ),
        Wording(
            "Không cho biết mốc nào đúng; chữ ký của các bên làm chứng quyết định.",
            "It does not say which head is true: the witnesses' signatures decide.",
        ),
        COPY_LOG,
    ),
    "C4.unsigned": Meaning(
        Gravity.OUTSIDE,
        Section.C4,
        Wording(
            "Mốc do bên ngoài đưa ra không có đủ chữ ký của nhật ký này.",
            "A head from outside lacks this log's signatures.",
        ),
        Wording(
            "Mốc ấy không ràng buộc nhật ký và không chứng minh gì.",
            "The head does not bind the log and proves nothing.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    "C4.signature_wrong": Meaning(
        Gravity.OUTSIDE,
        Section.C4,
        Wording(
            "Mốc do bên ngoài đưa ra mang chữ ký sai.",
            "A head from outside carries a wrong signature.",
        ),
        Wording(
            "Mốc đã bị sửa hoặc làm giả sau khi rời nhật ký; nó không chứng minh gì.",
            "The head was changed or made up after it left the log; it proves nothing.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    **dict.fromkeys(
        (
            "C4.base64",
            "C4.checkpoint_form",
            "C4.name_length",
            "C4.note_form",
            "C4.note_size",
            "C4.signature_form",
            "C4.size_form",
        ),
        _FORM,
    ),
}
"""By code."""
