"""The words of receipts for checks: on the pages, and on the paper that is kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keys.trust_judgement import Finding
from ledger.certificates.kind import Wording
from ledger.records.check import PersonCompared

RECEIPT_WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    "receipt.match": Wording(
        "Có đúng là người đang ở trước mặt bạn không?", "Is it the person before you?"),
    "receipt.match_hint": Wording(
        "So họ tên, ngày sinh và các số cuối với giấy tờ tùy thân có ảnh.",
        "Compare name, date of birth and the last digits with an identity document with a photo."),
    "receipt.differs": Wording(
        "Nếu có điều gì khác: không chấp nhận, và hỏi lại người xuất trình.",
        "If anything differs: do not accept it, and ask whoever shows it."),
    "receipt.keep": Wording("Lưu xác nhận đã kiểm tra", "Keep a receipt for this check"),
    "receipt.keep_hint": Wording(
        "Giấy được kiểm tra lại một lần nữa. Xác nhận có chữ ký số, không ghi tên ai.",
        "The paper is checked once more. The receipt is signed, and names no person."),
    "receipt.json": Wording("Bản cho máy (JSON)", "For programs (JSON)"),
    "receipt.title": Wording("Kiểm tra một xác nhận", "Check a receipt"),
    "receipt.lead": Wording(
        "Tải lên tệp xác nhận (PDF hoặc JSON) đã lưu khi kiểm tra giấy tờ.",
        "Upload a receipt (PDF or JSON) that was kept when a paper was checked."),
    "receipt.file": Wording("Tệp xác nhận", "The receipt's file"),
    "receipt.check": Wording("Kiểm tra xác nhận", "Check the receipt"),
    "receipt.link": Wording("Kiểm tra một xác nhận đã lưu", "Check a receipt that was kept"),
    "receipt.said": Wording("Xác nhận này ghi", "What this receipt says"),
    "receipt.then": Wording(
        "Đây là kết quả vào lúc đó. Muốn biết bây giờ, hãy quét lại mã trên giấy tờ.",
        "This was the answer at that time. To know how it stands now, scan the paper's code."),
    "receipt.wrong": Wording("Không phải xác nhận của dịch vụ này", "No receipt of this service"),
    "receipt.wrong_lead": Wording(
        "Tệp không phải là xác nhận, đã bị sửa đổi, hoặc do nơi khác ký.",
        "It is no receipt, it was altered, or somebody else signed it."),
})  # fmt: skip
"""On pages, by key; part of `verify_api.words.WORDS`."""

COMPARED: Final[Mapping[PersonCompared, Wording]] = MappingProxyType({
    PersonCompared.MATCHES: Wording(
        "Đúng: họ tên, ngày sinh và số khớp", "Yes: name, date of birth and number agree"),
    PersonCompared.DIFFERS: Wording("Không: có điều khác", "No: something differs"),
    PersonCompared.NOT_COMPARED: Wording("Chưa so", "Not compared"),
})  # fmt: skip

LOOKED: Final[Mapping[PersonCompared, Wording]] = MappingProxyType({
    one: COMPARED[one] for one in (PersonCompared.MATCHES, PersonCompared.DIFFERS)
})  # fmt: skip
"""What somebody who has looked can say."""

FINDINGS: Final[Mapping[Finding, tuple[Wording, Wording]]] = MappingProxyType({
    Finding.COUNTS: (
        Wording("Xác nhận thật", "A genuine receipt"),
        Wording(
            "Dịch vụ này đã ký đúng những gì ghi dưới đây.",
            "This service signed exactly what stands below."),
    ),
    Finding.DOES_NOT_COUNT: (
        Wording("Chữ ký không có giá trị", "The signature does not count"),
        Wording(
            "Khóa ký xác nhận này không được dùng vào lúc đó hoặc đã bị thu hồi.",
            "The key that signed it was not in use then, or it was revoked."),
    ),
    Finding.CANNOT_TELL: (
        Wording("Không thể khẳng định", "Nobody can tell"),
        Wording(
            "Khóa ký đã bị lộ hoặc danh sách khóa quá cũ; hãy kiểm tra lại giấy tờ.",
            "The key was compromised, or the list of keys is too old; check the paper again."),
    ),
})  # fmt: skip
"""Heading and sentence of what was found of a receipt."""

RECEIPT_FAULTS: Final[Mapping[str, Wording]] = MappingProxyType({
    "too_long": Wording("Tệp quá lớn.", "The file is too large."),
    "not_a_receipt": Wording(
        "Tệp không phải là xác nhận của dịch vụ.", "The file is no receipt of a service."),
    "copies_differ": Wording(
        "Nội dung đọc được khác với nội dung đã ký.",
        "What is there to read is not what was signed."),
    "algorithm": Wording(
        "Cách ký không phải cách ký của xác nhận.", "It is signed in another way than receipts."),
    "unknown_key": Wording(
        "Người ký không có trong danh sách khóa.", "Who signed it is not on the list of keys."),
    "signature": Wording("Chữ ký không khớp.", "The signature does not fit."),
    "claims": Wording(
        "Nội dung đã ký không đúng mẫu xác nhận.", "What was signed has not a receipt's form."),
    "from_the_future": Wording(
        "Xác nhận ghi thời điểm chưa đến.", "It says a time that has not come yet."),
})  # fmt: skip
"""Why a file is no receipt, by rule."""

TITLE: Final = Wording("Xác nhận đã kiểm tra", "Receipt for a check")
BY: Final = Wording("Dịch vụ xác minh giấy tờ", "Verification service")
ATTACHED: Final = "The receipt as it was signed, for programs"

NOT_THE_PERSON: Final = Wording(
    "Không đúng người: không chấp nhận", "Not the person: not to be accepted"
)
"""The answer on paper where the checker saw somebody else, whatever the code says."""

PAPER: Final = Wording("Giấy tờ", "Paper")
NUMBER: Final = Wording("Số", "Number")
ISSUER: Final = Wording("Cơ quan cấp", "Issued by")
ISSUED: Final = Wording("Ngày cấp", "Issued")
CHECKED: Final = Wording("Lúc kiểm tra", "Checked")
FOR: Final = Wording("Kiểm tra cho", "Checked for")
NOBODY: Final = Wording("Không đăng nhập", "Nobody had signed in")
PERSON: Final = Wording("Đúng người", "The person")
STATUS: Final = Wording("Tình trạng tính đến", "Status as of")
LOG: Final = Wording("Trong sổ công khai", "In the public log")
TRUST: Final = Wording("Danh sách khóa", "List of keys")
CODE: Final = Wording("Mã băm SHA-256 của mã", "SHA-256 of the code")
REFERENCE: Final = Wording("Số xác nhận", "Receipt")
REASONS: Final = Wording("Lý do", "Reasons")

TITLES: Final[Mapping[str, Wording]] = MappingProxyType({
    "for": FOR, "nobody": NOBODY, "person": PERSON, "code": CODE, "reference": REFERENCE,
    "differs": NOT_THE_PERSON,
})  # fmt: skip
"""Of rows, and what stands above them where the checker saw somebody else, for the page."""

MEANS: Final = (
    Wording(
        "Xác nhận ghi kết quả vào lúc kiểm tra, không nói giấy tờ còn hiệu lực về sau. Không ghi "
        "tên người nào: số giấy tờ và mã băm gắn xác nhận với đúng giấy tờ đã xem.",
        "It says what was answered at that time, and nothing of later. It names no person: number "
        "and hash tie it to the very paper that was seen.",
    ),
    Wording(
        "Bản cho máy (JSON, có chữ ký số) được đính kèm trong tệp PDF này. Kiểm tra xác nhận tại",
        "A signed copy for programs (JSON) is attached to this PDF. Check the receipt at",
    ),
)
"""What a reader must know; the address follows the second."""
