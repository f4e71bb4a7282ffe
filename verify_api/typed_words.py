"""The words of an answer about a paper that was typed and not read: its register was looked into.

A short code, a day and a holder's five fields can be copied onto any sheet. What they find is the
entry in the register; nothing printed was compared, and no answer may sound as if it were.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.wording import StateWords

IN_FORCE: Final = StateWords(
    Wording("Có trong sổ và còn hiệu lực", "In the register, and in force"),
    Wording(
        "Cơ quan cấp có một giấy tờ như vậy trong sổ và giấy tờ đó còn hiệu lực. Nội dung in trên "
        "tờ giấy trước mặt bạn chưa được đối chiếu.",
        "The issuer has such a paper in its register, and it is in force. What is printed on the "
        "sheet before you was not compared.",
    ),
    Wording(
        "Để tin vào nội dung, hãy quét mã QR của giấy tờ hoặc hỏi cơ quan cấp.",
        "To believe what it says, scan its QR code or ask the issuer.",
    ),
    Wording(
        "Ai cũng có thể in mã này lên một tờ giấy khác: kết quả không xác nhận nội dung và người "
        "xuất trình.",
        "Anybody can print this on another sheet: it proves neither the content nor who shows it.",
    ),
)
ENTRY_GENUINE: Final = Wording(
    "Bản trong sổ là thật; tờ giấy chưa được đối chiếu",
    "The register's copy is genuine; the sheet was not compared",
)

WRONG: Final[Mapping[str, Wording]] = MappingProxyType({
    "missing": Wording("Cần điền mục này.", "This has to be filled in."),
    "date": Wording(
        "Ngày không đúng; nhập như 24/11/2026.", "No such day; write it as 24/11/2026."),
    "legal_basis_missing": Wording(
        "Tổ chức phải nêu căn cứ pháp lý để hỏi.",
        "An organisation has to name the law that lets it ask."),
    "other": Wording("Mục này chưa đúng.", "This is not right."),
})  # fmt: skip
"""What a form says beside a field, by rule."""
