"""What an audit comes to, in one line: the gravest thing that was found decides."""

from enum import StrEnum
from typing import Final

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.meaning import Gravity
from ledger.audit.document.meanings import meaning_of
from ledger.audit.scope import Mode
from ledger.certificates.kind import Wording


class Outcome(StrEnum):
    """From the gravest to the best."""

    TAMPERED = "tampered"
    RULE = "rule"
    UNDECIDED = "undecided"
    OUTSIDE = "outside"
    NOT_ALL_CHECKED = "not_all_checked"
    CLEAN_IN_PART = "clean_in_part"
    CLEAN_SINCE = "clean_since"
    CLEAN = "clean"


_BY_GRAVITY: Final = {
    Gravity.TAMPERED: Outcome.TAMPERED,
    Gravity.RULE: Outcome.RULE,
    Gravity.UNDECIDED: Outcome.UNDECIDED,
    Gravity.OUTSIDE: Outcome.OUTSIDE,
}
"""The gravest first."""
_BY_MODE: Final = {
    Mode.FULL: Outcome.CLEAN,
    Mode.SINCE: Outcome.CLEAN_SINCE,
    Mode.RANGE: Outcome.CLEAN_IN_PART,
    Mode.SAMPLE: Outcome.CLEAN_IN_PART,
}


def outcome_of(account: AuditAccount) -> Outcome:
    """Return what an audit comes to; what was not checked is never clean."""
    found = {meaning_of(one.code).gravity for one in account.report.findings}
    for gravity, outcome in _BY_GRAVITY.items():
        if gravity in found:
            return outcome
    return Outcome.NOT_ALL_CHECKED if account.report.unchecked else _BY_MODE[account.scope.mode]


VERDICTS: Final = {
    Outcome.TAMPERED: Wording(
        "Có dấu hiệu thay đổi: điều đang lưu không phải điều đã được ghi và công bố.",
        "Signs of a change: what is stored is not what was written and published.",
    ),
    Outcome.RULE: Wording(
        "Dữ liệu còn nguyên theo những gì đã kiểm tra, nhưng có quy tắc bị vi phạm.",
        "As far as was checked the data is whole, but rules were broken.",
    ),
    Outcome.UNDECIDED: Wording(
        "Không thấy thay đổi, nhưng có điều chậm, cũ hoặc chưa thể kết luận.",
        "No change was seen, but something is late, old or not to be decided.",
    ),
    Outcome.OUTSIDE: Wording(
        "Không thấy thay đổi; tài liệu do bên ngoài đưa ra không dùng được.",
        "No change was seen; what outsiders brought cannot be used.",
    ),
    Outcome.NOT_ALL_CHECKED: Wording(
        "Không phát hiện gì, nhưng không phải mọi điều đều kiểm tra được.",
        "Nothing was found, but not everything could be checked.",
    ),
    Outcome.CLEAN_IN_PART: Wording(
        "Không phát hiện gì trong phần đã đọc; không nói gì về phần còn lại.",
        "Nothing was found in the part that was read; nothing is said of the rest.",
    ),
    Outcome.CLEAN_SINCE: Wording(
        "Không phát hiện gì từ lần kiểm tra trước; nhật ký nối tiếp lịch sử đã kiểm tra khi đó.",
        "Nothing was found since the last audit; the log goes on from the history verified then.",
    ),
    Outcome.CLEAN: Wording(
        "Không phát hiện gì: toàn bộ lịch sử đúng là lịch sử đã ghi và công bố.",
        "Nothing was found: the whole history is the one that was written and published.",
    ),
}
"""One line each."""

ADVICE: Final = {
    Outcome.TAMPERED: Wording(
        "Sao chép nguyên trạng trước, không sửa tại chỗ; xem từng phát hiện bên dưới.",
        "Copy everything as it is first and mend nothing in place; see each finding below.",
    ),
    Outcome.RULE: Wording(
        "Xem từng phát hiện bên dưới và hỏi đơn vị đã thực hiện.",
        "See each finding below, and ask the office that acted.",
    ),
    Outcome.UNDECIDED: Wording(
        "Xem từng phát hiện bên dưới; kiểm tra lại sau khi khắc phục.",
        "See each finding below; audit again when it is mended.",
    ),
    Outcome.OUTSIDE: Wording(
        "Lấy lại tài liệu từ người giữ rồi kiểm tra lại.",
        "Get the documents again from their holders, and check again.",
    ),
    Outcome.NOT_ALL_CHECKED: Wording(
        "Bổ sung phần còn thiếu nêu bên dưới rồi kiểm tra lại; kết quả này chưa phải là sạch.",
        "Bring what is named below and audit again; this is not a clean result.",
    ),
    Outcome.CLEAN_IN_PART: Wording(
        "Muốn kết luận về toàn bộ thì kiểm tra toàn bộ.",
        "For a conclusion on the whole, audit the whole.",
    ),
    Outcome.CLEAN_SINCE: Wording(
        "Kiểm tra toàn bộ định kỳ: dòng cũ bị sửa chỉ thấy được khi đọc lại.",
        "Audit the whole from time to time: an old row that is edited shows only when it is read.",
    ),
    Outcome.CLEAN: Wording(
        "Giữ báo cáo này cùng giá trị gốc; lần sau có thể so với nó.",
        "Keep this report with its root: the next audit can be held against it.",
    ),
}
"""What to do with it, in one line each."""
