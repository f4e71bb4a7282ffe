"""What a person is told about their health book, in words, by the codes of the view of notices."""

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
})  # fmt: skip
