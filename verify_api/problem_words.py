"""What a page says of a problem: what happened, and what to do, in both languages.

A problem's detail is the interface's own: English, for whoever writes programs. It stands on a page
as well, below these sentences, because it names the field and the form that was expected.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request_rules import RULES
from verify_api.picture_error import PictureRule
from verify_api.problems import Problem

BY_STATUS: Final[Mapping[HTTPStatus, Wording]] = MappingProxyType({
    HTTPStatus.BAD_REQUEST: Wording(
        "Nội dung gửi lên không đọc được. Quay lại trang trước và thử lại.",
        "What was sent could not be read. Go back to the page before and try again."),
    HTTPStatus.UNAUTHORIZED: Wording(
        "Cần đăng nhập trước. Chưa có gì được thực hiện.",
        "Sign in first. Nothing was done."),
    HTTPStatus.FORBIDDEN: Wording(
        "Tài khoản này không được xem hoặc làm việc này. Hãy hỏi người quản lý của đơn vị.",
        "This account may not see or do this. Ask whoever leads your organisation."),
    HTTPStatus.NOT_FOUND: Wording(
        "Địa chỉ này không có, hoặc tài khoản đang dùng không được biết. Kiểm tra lại đường dẫn.",
        "There is nothing at this address, or this account may not know of it. Check the link."),
    HTTPStatus.METHOD_NOT_ALLOWED: Wording(
        "Trang này không nhận cách gửi đó. Quay lại trang trước và dùng nút trên trang.",
        "This page does not take that. Go back to the page before and use its buttons."),
    HTTPStatus.CONFLICT: Wording(
        "Quy định không cho phép việc này ở trạng thái hiện tại.",
        "A rule does not allow this as things stand."),
    HTTPStatus.GONE: Wording(
        "Dữ liệu này đã được xóa theo quyết định và không thể khôi phục.",
        "These data were erased by a decision, and cannot be brought back."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Wording(
        "Nội dung gửi lên quá lớn nên không được nhận. Chọn tệp nhỏ hơn rồi thử lại.",
        "What was sent is too large, and was not taken. Choose a smaller file and try again."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Wording(
        "Loại tệp này không đọc được ở đây. Chọn tệp PNG, JPEG hoặc PDF.",
        "This type of file is not read here. Choose a PNG, a JPEG or a PDF."),
    HTTPStatus.UNPROCESSABLE_ENTITY: Wording(
        "Có thông tin chưa đúng. Quay lại trang trước, sửa rồi gửi lại.",
        "A value is not right. Go back to the page before, mend it and send it again."),
    HTTPStatus.TOO_MANY_REQUESTS: Wording(
        "Có quá nhiều yêu cầu trong thời gian ngắn. Đợi một phút rồi thử lại.",
        "There were too many requests in a short time. Wait a minute and try again."),
    HTTPStatus.SERVICE_UNAVAILABLE: Wording(
        "Dịch vụ tạm thời gián đoạn, không phải lỗi của bạn. Thử lại sau ít phút.",
        "The service is not available for now; it is not your fault. Try again in a few minutes."),
})  # fmt: skip
"""Where a code has no words of its own."""

BY_CODE: Final[Mapping[str, Wording]] = MappingProxyType({
    # As errors and rules name themselves; what is not here is said by its status.
    "conflict": Wording(
        "Người khác vừa thay đổi mục này. Mở lại trang, xem rồi làm lại. Chưa có gì bị mất.",
        "Somebody else changed this just now. Open the page again, look, and do it again. "
        "Nothing is lost."),
    "idempotency_mismatch": Wording(
        "Biểu mẫu này đã được gửi với nội dung khác. Mở lại trang rồi điền từ đầu.",
        "This form was sent before with other content. Open the page again and fill it in anew."),
    "not_yet_logged": Wording(
        "Đã ghi nhận, đang chờ nhật ký xác nhận. Mở lại trang sau ít giây.",
        "It is recorded, and the log has yet to confirm it. Open the page again in some seconds."),
    "store_unavailable": Wording(
        "Cơ sở dữ liệu không trả lời. Thử lại sau ít phút; nếu vừa gửi biểu mẫu, hãy xem đã được "
        "ghi nhận chưa trước khi gửi lại.",
        "The database does not answer. Try again in a few minutes; if you have just sent a form, "
        "look whether it was recorded before you send it again."),
    "view_lagging": Wording(
        "Vừa có thay đổi và trang này chưa kịp cập nhật. Mở lại sau ít giây.",
        "There was a change just now, and this page has yet to show it. Open it again in some "
        "seconds."),
    "cross_site": Wording(
        "Biểu mẫu này không thuộc phiên hiện tại: bạn đã đăng nhập lại ở nơi khác, hoặc một "
        "trang khác đã gửi nó. Chưa có gì được thực hiện; mở lại trang rồi gửi lại.",
        "This form is not of the present session: you signed in again elsewhere, or another site "
        "sent it. Nothing was done; open the page again and send it anew."),
    "sign_in_refused": Wording(
        "Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is not right."),
    "identity_refused": Wording(
        "Đăng nhập tại nhà cung cấp không thành công. Hãy đăng nhập lại từ đầu.",
        "Signing in at the provider did not succeed. Begin to sign in again."),
    "provider_unavailable": Wording(
        "Nhà cung cấp định danh không trả lời. Thử lại sau ít phút.",
        "The identity provider does not answer. Try again in a few minutes."),
    "access_not_recorded": Wording(
        "Không ghi được lượt xem nên dữ liệu không được hiển thị. Thử lại sau ít phút.",
        "This look could not be recorded, so nothing is shown. Try again in a few minutes."),
    "passcode_refused": Wording(
        "Mã mở không đúng. Sau vài lần sai, mã sẽ bị khóa.",
        "The passcode is not right. After a few wrong ones it is locked."),
    PictureRule.CORRUPT.value: Wording(
        "Tệp bị hỏng nên không đọc được. Chọn tệp khác.",
        "The file is damaged and cannot be read. Choose another one."),
    PictureRule.ENCRYPTED.value: Wording(
        "PDF có mật khẩu nên không đọc được. Lưu bản không có mật khẩu rồi thử lại.",
        "The PDF has a password and cannot be read. Save it without one and try again."),
    PictureRule.NO_CODE.value: Wording(
        "Không tìm thấy mã QR trong tệp. Chụp lại cho rõ, thẳng và đủ sáng.",
        "There is no QR code in the file. Take the picture again, sharp, straight and bright."),
    PictureRule.TOO_SLOW.value: Wording(
        "Đọc tệp này mất quá nhiều thời gian. Cắt ảnh quanh mã QR rồi thử lại.",
        "Reading this file takes too long. Cut the picture down to the code and try again."),
    PictureRule.BUSY.value: Wording(
        "Đang có nhiều ảnh cần đọc. Thử lại sau ít giây.",
        "Many pictures are being read. Try again in some seconds."),
    **{rule.value: words for rule, words in RULES.items()},
})  # fmt: skip


def sentence(problem: Problem) -> Wording:
    """Return what to say of ``problem``: of its rule, of its code, or else of its status."""
    for name in (problem.members.get("rule", ""), problem.code):
        if (found := BY_CODE.get(name)) is not None:
            return found
    otherwise = (
        HTTPStatus.SERVICE_UNAVAILABLE
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else HTTPStatus.BAD_REQUEST
    )
    return BY_STATUS.get(problem.status, BY_STATUS[otherwise])
