"""The words of the letters to applicants, in both languages, as one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request_facts import (
    ApologyIssued,
    ProcessingStopped,
    RequestRefused,
    RequestRejected,
    SupplementRequested,
)
from ledger.certificates.request_values import RefusalGround

ADDRESSEE: Final = Wording("Kính gửi", "To")
DOSSIER: Final = Wording("Mã hồ sơ", "Dossier code")
MISSING: Final = Wording("Nội dung cần bổ sung", "What is missing")
DEADLINE: Final = Wording("Ngày đã hẹn trả", "Day that was appointed")
PROMISED: Final = Wording("Ngày hẹn trả lại", "Day that is now promised")
LETTER_NUMBER: Final = Wording("Số thư", "Number of the letter")
GROUND: Final = Wording("Căn cứ", "Ground")
EXPLANATION: Final = Wording("Lý do", "Reasons")
GROUNDS: Final[Mapping[str, Wording]] = MappingProxyType({
    RefusalGround.NOT_COMPETENT.value: Wording(
        "Việc cấp Phiếu không thuộc thẩm quyền của cơ quan", "The authority is not competent"),
    RefusalGround.NOT_ENTITLED.value: Wording(
        "Người yêu cầu không đủ điều kiện yêu cầu cấp Phiếu", "The requester is not entitled"),
    RefusalGround.INCOMPLETE_OR_FORGED.value: Wording(
        "Hồ sơ không đầy đủ hoặc giả mạo", "The documents are incomplete or forged"),
})  # fmt: skip
"""Source: Law on Judicial Records 2009, article 49."""


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What one sort of letter says."""

    title: Wording
    paragraphs: tuple[Wording, ...]


_SUPPLEMENT_HOW: Final = Wording(
    "Đề nghị ông (bà) bổ sung qua VNeID, Cổng dịch vụ công hoặc tại quầy tiếp nhận nơi đã nộp hồ "
    "sơ. Thời gian chờ bổ sung không tính vào thời hạn giải quyết; khi nhận đủ, cơ quan tiếp tục "
    "giải quyết và thông báo ngày hẹn trả mới.",
    "Please send it through VNeID, the public service portal, or at the counter where you applied. "
    "The waiting does not count towards the time limit; once it has come, the authority goes on "
    "and tells you the new appointed day.",
)
_COMPLAIN: Final = Wording(
    "Nếu không đồng ý, ông (bà) có quyền khiếu nại theo quy định của pháp luật về khiếu nại.",
    "If you do not agree, you may complain as the law on complaints provides.",
)
LETTERS: Final[Mapping[type, LetterWords]] = MappingProxyType({
    SupplementRequested: LetterWords(
        Wording("Phiếu yêu cầu bổ sung hồ sơ", "Request for a supplement"),
        (Wording(
            "Cơ quan đã xem xét hồ sơ yêu cầu cấp Phiếu lý lịch tư pháp của ông (bà) và thấy cần "
            "bổ sung nội dung nêu trên để tiếp tục giải quyết.",
            "We have looked at your request for a judicial record certificate, and need what is "
            "named above before we can go on."), _SUPPLEMENT_HOW)),
    ApologyIssued: LetterWords(
        Wording("Thư xin lỗi và hẹn lại ngày trả kết quả", "Letter of apology"),
        (Wording(
            "Hồ sơ của ông (bà) chưa có kết quả vào ngày đã hẹn. Cơ quan thành thật xin lỗi ông "
            "(bà) về sự chậm trễ này và hẹn trả kết quả chậm nhất vào ngày nêu trên.",
            "The result of your request was not ready on the day that we had appointed. We are "
            "sorry for the delay, and will give it to you no later than the day named above."),
         Wording(
            "Ông (bà) không phải làm thêm thủ tục hay nộp thêm khoản phí nào.",
            "You need not do or pay anything more."))),
    RequestRejected: LetterWords(
        Wording("Thông báo không tiếp nhận hồ sơ", "Notice that the request was not accepted"),
        (Wording(
            "Cơ quan không tiếp nhận hồ sơ của ông (bà) vì lý do nêu trên. Phí đã nộp (nếu có) "
            "được hoàn trả.",
            "We have not accepted your request for the reason named above. A fee that you paid "
            "goes back to you."), _COMPLAIN)),
    RequestRefused: LetterWords(
        Wording("Thông báo từ chối cấp Phiếu lý lịch tư pháp", "Notice of refusal"),
        (Wording(
            "Căn cứ Điều 49 Luật Lý lịch tư pháp, cơ quan từ chối cấp Phiếu lý lịch tư pháp theo "
            "hồ sơ của ông (bà) vì lý do nêu trên.",
            "Under article 49 of the Law on Judicial Records, we refuse to issue the certificate "
            "for the reason named above."), _COMPLAIN)),
    ProcessingStopped: LetterWords(
        Wording("Thông báo dừng giải quyết hồ sơ", "Notice that processing has stopped"),
        (Wording(
            "Cơ quan dừng giải quyết hồ sơ của ông (bà) vì lý do nêu trên.",
            "We have stopped processing your request for the reason named above."), _COMPLAIN)),
})  # fmt: skip
"""By the fact that the letter tells of."""
