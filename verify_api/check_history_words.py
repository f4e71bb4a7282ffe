"""The words of an organisation's history of checks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.records.access import Channel
from ledger.records.check import NOT_FOUND, PersonCompared
from verify_api.wording import STATES
from verify_api.words import WORDS

HISTORY: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Lần kiểm tra của đơn vị", "Checks by your organisation"),
    "lead": Wording(
        "Mỗi lần kiểm tra khi đã đăng nhập được ghi lại trước khi kết quả được trả lời, kể cả khi "
        "giấy tờ là giả. Không ghi tên người trên giấy tờ.",
        "Every check by somebody signed in is recorded before it is answered, also of a forgery. "
        "The person named on the paper is not recorded."),
    "whose": Wording("Của ai", "Whose"),
    "all": Wording("Cả đơn vị", "The whole organisation"),
    "own": Wording("Của tôi", "Mine"),
    "sieve": Wording("Lọc", "Filter"),
    "since": Wording("Từ ngày", "From"),
    "until": Wording("Đến hết ngày", "Up to and with"),
    "state": Wording("Kết quả", "Answer"),
    "any": Wording("Mọi kết quả", "Any answer"),
    "use": Wording("Lọc", "Filter"),
    "clear": Wording("Bỏ lọc", "Clear"),
    "when": Wording("Lúc", "When"),
    "answer": Wording("Kết quả", "Answer"),
    "paper": Wording("Giấy tờ", "Paper"),
    "person": Wording("Người có tên", "Person"),
    "who": Wording("Người kiểm tra", "Checked by"),
    "self": Wording("Tôi", "Me"),
    "colleague": Wording("Đồng nghiệp", "A colleague"),
    "none": Wording("Chưa có lần kiểm tra nào như vậy.", "There is no such check."),
    "none_next": Wording(
        "Kiểm tra một giấy tờ khi đang đăng nhập, rồi mở lại trang này.",
        "Check a paper while signed in, and come back to this page."),
    "no_paper": Wording("Không có", "None"),
    "download": Wording("Tải xuống (CSV)", "Download (CSV)"),
    "download_hint": Wording(
        "Tất cả các lần kiểm tra theo bộ lọc, mở được bằng bảng tính.",
        "All checks of this filter, for a spreadsheet."),
    "incomplete": Wording(
        "Tệp này chưa đầy đủ: dịch vụ bị gián đoạn. Hãy tải lại.",
        "This file is not complete: the service was interrupted. Download it again."),
    "state_code": Wording("Mã kết quả", "Answer (code)"),
    "number": Wording("Số", "Number"),
    "issuer": Wording("Cơ quan cấp", "Issuer"),
    "kind": Wording("Loại", "Kind"),
    "channel": Wording("Qua", "By"),
    "code_digest": Wording("SHA-256 của mã", "SHA-256 of the code"),
    "check": Wording("Mã lần kiểm tra", "Check's reference"),
    "many": Wording("Kiểm tra nhiều mã", "Check many codes"),
})  # fmt: skip
"""By key."""

COMPARED: Final[Mapping[str, Wording]] = MappingProxyType({
    PersonCompared.MATCHES.value: Wording("Khớp", "Matches"),
    PersonCompared.DIFFERS.value: Wording("Không khớp", "Differs"),
    PersonCompared.NOT_COMPARED.value: Wording("Không đối chiếu", "Not compared"),
})  # fmt: skip
CHANNELS: Final[Mapping[str, Wording]] = MappingProxyType({
    Channel.PAGE.value: Wording("trang web", "page"),
    Channel.API.value: Wording("chương trình", "program"),
    Channel.PORTAL.value: Wording("cổng dịch vụ", "portal"),
    Channel.SHELL.value: Wording("dòng lệnh", "command line"),
})  # fmt: skip
ANSWERS: Final[Mapping[str, Wording]] = MappingProxyType({
    **{state.value: words.heading for state, words in STATES.items()},
    NOT_FOUND: WORDS["check.none"],
})  # fmt: skip
"""What was answered, in a line; by state."""
WRONG: Final[Mapping[str, Wording]] = MappingProxyType({
    "days_reversed": Wording(
        "Ngày cuối đứng trước ngày đầu.", "The last day is before the first."),
    "day_form": Wording("Đây không phải là một ngày.", "This is not a day."),
    "check_state": Wording("Không có kết quả như vậy.", "There is no such answer."),
    "checks_by": Wording("Chỉ có: của tôi, cả đơn vị.", "Expected: mine, or all."),
    "checks_before": Wording(
        "Chỗ bắt đầu của trang không đúng; hãy xem từ đầu.",
        "Where the page begins is not right: begin anew."),
})  # fmt: skip
"""Why a filter is refused, by rule."""
