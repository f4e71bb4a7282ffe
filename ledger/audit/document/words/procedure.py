"""C10: order, office and time of acts."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import ASK_OFFICE, NOT_CONTENT
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Trình tự và thẩm quyền",
        "Procedure and office",
    ),
    Wording(
        "Các bước của yêu cầu, vòng đời của giấy và vai trò của người thực hiện, xét lại theo "
        "bảng quy trình.",
        "The steps of requests, the life of certificates and the roles of who acted, judged "
        "again by the table of steps.",
    ),
    Wording(
        "Trong các luồng đã xét, mỗi bước đúng trình tự và do người đúng vai trò thực hiện. "
        "Không xét nội dung đúng hay sai.",
        "In the streams that were judged each step came in its order, by somebody of the right"
        " role. Whether the content is true was not judged.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C10.order": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước không được phép đứng sau bước trước nó.",
            "A step may not follow the one before it.",
        ),
        Wording(
            "Thủ tục không được tuân theo; giấy dựa trên nó có thể bị khiếu nại. Các bước sau "
            "trong luồng này không được xét.",
            "The procedure was not kept; a paper that rests on it can be challenged. Later "
            "steps of this stream were not judged.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.role": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước do người không có vai trò cần thiết thực hiện.",
            "A step was done by somebody without the role for it.",
        ),
        Wording(
            "Người thực hiện không có thẩm quyền theo bảng quy trình.",
            "Who acted had no authority by the table of steps.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.time": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước nói về thời điểm sau khi nó được ghi.",
            "A step tells of a time after its own recording.",
        ),
        Wording(
            "Điều chưa xảy ra đã được ghi như đã xảy ra.",
            "What had not happened yet was recorded as done.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.two_officers": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Người ký cũng là người soạn.",
            "Who signed is who drafted.",
        ),
        Wording(
            "Nguyên tắc hai người bị vi phạm; giá trị của giấy phải được xem lại.",
            "The rule of two officers was broken; what the paper is worth has to be looked at.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.actor": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Chữ ký nêu tên một người, nhưng tài khoản khác đã ghi.",
            "A signature names one person, and another account recorded it.",
        ),
        Wording(
            "Có thể ai đó đã dùng tên của người ký.",
            "Somebody may have used the signer's name.",
        ),
        NOT_CONTENT,
        Wording(
            "Hỏi người có tên; xem mọi việc của tài khoản ấy (`records audit acts-of`).",
            "Ask who is named; look at all acts of that account (`records audit acts-of`).",
        ),
    ),
}
"""By code."""
