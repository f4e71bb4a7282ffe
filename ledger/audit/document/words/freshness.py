"""C9: how old heads and unlogged facts are."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Độ mới",
        "Freshness",
    ),
    Wording(
        "Tuổi của lần ký xác nhận mới nhất và của sự kiện chưa được mốc nào bao phủ.",
        "The age of the newest cosignature, and of facts that no head covers yet.",
    ),
    Wording(
        "Mốc mới nhất không quá một ngày và không sự kiện nào chờ quá năm phút.",
        "The newest head is at most a day old, and no fact has waited more than five minutes.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C9.stale": Meaning(
        Gravity.UNDECIDED,
        Section.C9,
        Wording(
            "Lần ký xác nhận mới nhất đã cũ.",
            "The newest cosignature is old.",
        ),
        Wording(
            "Từ đó đến nay không người ngoài nào xác nhận lịch sử; thay đổi trong khoảng này "
            "có thể không thấy được.",
            "Since then no outsider has vouched for history; a change in that time may not be "
            "seen.",
        ),
        Wording(
            "Không có nghĩa là đã có thay đổi; kiểm tra một bản sao cũ luôn cho kết quả này.",
            "It does not mean that anything was changed; auditing an old copy always gives this.",
        ),
        Wording(
            "Xem tiến trình nhật ký và các bên làm chứng có chạy không (`records log status`).",
            "See whether the log's process and its witnesses run (`records log status`).",
        ),
    ),
    "C9.unreachable": Meaning(
        Gravity.UNDECIDED,
        Section.C9,
        Wording(
            "Sổ cái hoặc nhật ký không trả lời khi được theo dõi.",
            "The ledger or the log did not answer while it was watched.",
        ),
        Wording(
            "Trong lúc ấy không kiểm tra được gì.",
            "Nothing could be checked in that time.",
        ),
        Wording(
            "Không có nghĩa là đã có thay đổi: thường là mạng hoặc bảo trì.",
            "It does not mean that anything was changed: mostly it is the network, or maintenance.",
        ),
        Wording(
            "Xem máy chủ có chạy không. Khi nó trả lời lại, kiểm tra phần chưa xem.",
            "See whether the server runs. When it answers again, audit what was not seen.",
        ),
    ),
    "C9.unchecked": Meaning(
        Gravity.UNDECIDED,
        Section.C9,
        Wording(
            "Một phép kiểm tra không thể thực hiện khi theo dõi.",
            "A check could not be made while watching.",
        ),
        Wording(
            "Lần theo dõi ấy không phải là kết quả sạch.",
            "That pass is not a clean result.",
        ),
        Wording(
            "Không có nghĩa là đã có thay đổi.",
            "It does not mean that anything was changed.",
        ),
        Wording(
            "Bổ sung điều còn thiếu, ví dụ chính sách hoặc bên làm chứng không trả lời.",
            "Bring what is missing, such as a policy or a witness that does not answer.",
        ),
    ),
    "C9.timestamp": Meaning(
        Gravity.UNDECIDED,
        Section.C9,
        Wording(
            "Quá lâu không có mốc nào được đóng dấu thời gian.",
            "For too long no head was time-stamped.",
        ),
        Wording(
            "Trong khoảng ấy thời điểm chỉ được chứng minh bằng giờ của các bên làm chứng.",
            "For that time only the witnesses' clocks prove when things were.",
        ),
        Wording(
            "Không có nghĩa là đã có thay đổi.",
            "It does not mean that anything was changed.",
        ),
        Wording(
            "Xem cơ quan cấp dấu thời gian có trả lời không, rồi đóng dấu mốc mới nhất "
            "(`records log timestamp`).",
            "See whether the authority answers, then stamp the newest head (`records log "
            "timestamp`).",
        ),
    ),
    "C9.unlogged": Meaning(
        Gravity.RULE,
        Section.C9,
        Wording(
            "Có sự kiện chưa được mốc nào bao phủ sau thời hạn.",
            "Facts have waited too long for a head that covers them.",
        ),
        Wording(
            "Những sự kiện này chưa được bảo vệ: sửa chúng lúc này không để lại dấu vết.",
            "They are not protected yet: a change to them now would leave no trace.",
        ),
        Wording(
            "Không có nghĩa là chúng bị sửa.",
            "It does not mean that they were changed.",
        ),
        Wording(
            "Khởi động lại tiến trình nhật ký, hỏi các bên làm chứng không trả lời; chưa giao "
            "giấy nào cho đến khi được bao phủ.",
            "Start the log's process again, ask witnesses that do not answer; release no paper"
            " until it is covered.",
        ),
    ),
}
"""By code."""
