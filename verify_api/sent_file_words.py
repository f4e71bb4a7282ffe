"""The words of files that a citizen sends: what may be sent, what was sent, what was wrong."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

SENT_FILES: Final[Mapping[str, Wording]] = MappingProxyType({
    "field": Wording("Tệp gửi kèm", "Files to send along"),
    "hint": Wording(
        "PDF, JPEG hoặc PNG; tối đa 5 tệp, mỗi tệp 5 MiB. Tệp được giữ đúng như bạn gửi, kể cả nơi "
        "chụp nếu máy ảnh ghi vào. Nếu trang báo lỗi, hãy chọn lại tệp.",
        "PDF, JPEG or PNG; at most 5 files of 5 MiB each. Files are kept exactly as you send them, "
        "with the place where a photograph was taken if the camera wrote it. If the page says that "
        "something is wrong, choose the files again."),
    "yours": Wording("Tệp bạn đã gửi", "Files that you sent"),
    "applicant": Wording("Tệp người yêu cầu gửi", "Files from the applicant"),
    "erased": Wording("Đã xoá", "Erased"),
    "came": Wording("gửi lúc", "sent"),
    "kib": Wording("KiB", "KiB"),
    "opened": Wording(
        "Mỗi lần mở được ghi lại cho người yêu cầu. Kiểm tra tệp trước khi mở: nội dung do người "
        "ngoài gửi.",
        "Each opening is recorded for the applicant. Take care: what is inside was made by "
        "somebody outside."),
})  # fmt: skip

FILE_TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG",
})  # fmt: skip
"""What a media type is called, in either language."""

FILE_FAULTS: Final[Mapping[str, Wording]] = MappingProxyType({
    "too_many_files": Wording("Chọn tối đa 5 tệp.", "Choose at most 5 files."),
    "file_too_large": Wording("Mỗi tệp tối đa 5 MiB.", "A file has at most 5 MiB."),
    "file_empty": Wording("Tệp này trống.", "This file is empty."),
    "file_type": Wording(
        "Tệp phải là PDF, JPEG hoặc PNG.", "A file has to be a PDF, a JPEG or a PNG."),
    "file_damaged": Wording(
        "Tệp bị hỏng, không mở được.", "The file is damaged and does not open."),
    "file_locked": Wording(
        "Tệp có mật khẩu; hãy gửi bản không khóa.",
        "The file asks for a password: send one that opens without."),
    "file_pixels": Wording(
        "Ảnh quá lớn: tối đa 50 triệu điểm ảnh.", "The picture is too large: at most 50 "
        "million pixels."),
    "file_busy": Wording(
        "Hệ thống đang bận đọc tệp; hãy gửi lại sau ít phút.",
        "Files cannot be read just now: send it again in a few minutes."),
})  # fmt: skip
"""By rule, beside the field."""
