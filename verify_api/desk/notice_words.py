"""What people are told about health books and passcodes, by the codes of the views of notices."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

NOTICES: Final[Mapping[str, Wording]] = MappingProxyType({
    "emergency_opened": Wording(
        "Sổ sức khỏe của bạn đã được mở trong trường hợp khẩn cấp",
        "Your health book was opened in an emergency",
    ),
    "emergency_reviewed": Wording(
        "Lượt mở khẩn cấp đã được xem xét", "The emergency look was reviewed"
    ),
    "share_opened": Wording(
        "Liên kết bạn chia sẻ đã được mở", "The link that you shared was opened"
    ),
    "share_passcode_failed": Wording(
        "Có người nhập sai mã của liên kết bạn chia sẻ",
        "Somebody typed a wrong passcode of the link that you shared",
    ),
    "misuse_answered": Wording(
        "Phản ánh của bạn về lượt xem đã được trả lời", "Your report of a look was answered"
    ),
    "rights_answered": Wording(
        "Yêu cầu của bạn đang được giải quyết", "Your request is being worked on"
    ),
    "rights_extended": Wording(
        "Thời hạn giải quyết yêu cầu của bạn được gia hạn", "Your request takes longer"
    ),
    "rights_completed": Wording("Yêu cầu của bạn đã hoàn thành", "Your request was done"),
    "rights_refused": Wording("Yêu cầu của bạn bị từ chối", "Your request was refused"),
    "rights_handed_on": Wording(
        "Yêu cầu xoá dữ liệu của bạn được chấp thuận, đang chờ phê duyệt",
        "Your request to erase was granted and waits for its approvals",
    ),
    "rights_erased": Wording("Dữ liệu của bạn đã được xoá", "Your data was erased"),
    "passcode_reset": Wording(
        "Mã bảo vệ của Phiếu số 2 đã được đặt lại; mã cũ hết hiệu lực",
        "The passcode before your Form 2 was set anew; the former one is good no more",
    ),
    "visit_moved_away": Wording(
        "Một lượt khám của người khác ghi nhầm trong sổ sức khỏe của bạn đã được chuyển đi",
        "A visit of somebody else that stood in your health book by mistake was moved away",
    ),
    "visit_moved_here": Wording(
        "Một lượt khám của bạn ghi nhầm cho người khác đã được chuyển vào sổ sức khỏe của bạn",
        "A visit of yours that was recorded for somebody else was moved into your health book",
    ),
})  # fmt: skip
"""To the person whose book it is."""

READ_WRONGLY: Final = Wording(
    "Một lượt khám mà bạn đã xem là của người khác: hãy xem lại những gì đã quyết định dựa vào đó",
    "A visit that you have read is somebody else's: look again at what was decided on it",
)
"""To whoever read a visit under the wrong person."""
