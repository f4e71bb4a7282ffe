"""The words of the page that opens a shared link: for whoever was given it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

SHARED: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Phần sổ sức khỏe được chia sẻ", "A shared part of a health book"),
    "lead": Wording(
        "Chủ sổ sẽ thấy bạn mở lúc nào và bạn tự xưng là ai.",
        "Whose book it is sees when you open it, and who you say you are."),
    "who": Wording("Bạn là ai", "Who you are"),
    "who_hint": Wording(
        "Ví dụ: BS Nguyễn Văn A, Bệnh viện B.", "For example: Dr Nguyen Van A, Hospital B."),
    "passcode": Wording("Mã mở", "Passcode"),
    "passcode_hint": Wording(
        "Hỏi người đã chia sẻ. Sai 5 lần thì liên kết kết thúc.",
        "Ask who shared it. After five wrong ones the link ends."),
    "open": Wording("Mở", "Open"),
    "busy": Wording("Đang mở…", "Opening…"),
    "no_link": Wording(
        "Trang này mở từ mã QR hoặc liên kết mà chủ sổ đưa cho bạn.",
        "This page is opened from a QR code or a link that you were given."),
    "no_script": Wording(
        "Cần bật JavaScript: dữ liệu được giải mã ngay trong trình duyệt của bạn.",
        "JavaScript is needed: the data are decrypted in your own browser."),
    "over": Wording(
        "Liên kết không còn mở: đã hết hạn, đã dùng hết hoặc đã dừng. Hãy xin liên kết mới.",
        "The link is not open: it has ended, was used up, or was stopped. Ask for another."),
    "wrong": Wording("Mã mở chưa đúng. Số lần còn lại:", "The passcode is wrong. Attempts left:"),
    "elsewhere": Wording(
        "Liên kết này thuộc hệ thống khác nên không mở ở đây.",
        "This link belongs to another system and is not opened here."),
    "failed": Wording(
        "Chưa mở được. Hãy thử lại sau ít phút.", "It could not be opened. Try again later."),
    "damaged": Wording(
        "Dữ liệu bị hỏng hoặc liên kết không đầy đủ.",
        "The data are damaged, or the link is not whole."),
    "of": Wording("Sổ sức khỏe của", "Health book of"),
    "born": Wording("sinh", "born"),
    "made": Wording("Bản chụp lúc chia sẻ:", "As it was when it was shared:"),
    "month": Wording("tháng {month}/{year}", "{month} {year}"),
    "hide": Wording("Ẩn dữ liệu", "Hide the data"),
    "hidden": Wording(
        "Dữ liệu đã được ẩn. Mở lại cần một lượt mở mới.",
        "The data are hidden. To see them again takes another opening."),
    "what": Wording("Nội dung", "What"),
    "value": Wording("Giá trị", "Value"),
    "when": Wording("Khi nào", "When"),
    "from": Wording("Nơi gửi", "Sent by"),
})  # fmt: skip
"""By key."""
