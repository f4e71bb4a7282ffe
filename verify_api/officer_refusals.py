"""Why an officer's act was refused, in both languages; what is not here is told by its rule."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request_rules import RULES
from verify_api.problems import Problem

REFUSALS: Final[Mapping[str, Wording]] = MappingProxyType({
    "missing": Wording("Chưa nhập mục này.", "Fill this in."),
    "not_blank": Wording("Chưa nhập mục này.", "Fill this in."),
    "no_such_day": Wording(
        "Ngày không đúng; nhập như 24/11/2026.", "No such day; write it as 24/11/2026."),
    "not_a_number": Wording("Chỉ nhập chữ số.", "Digits only."),
    "unknown_choice": Wording("Hãy chọn một mục trong danh sách.", "Choose one of the list."),
    "too_long": Wording("Nội dung quá dài.", "This is too long."),
    "invisible": Wording(
        "Có ký tự không nhìn thấy được; hãy gõ lại.", "It has invisible characters; type it anew."),
    "nfc": Wording("Dấu tiếng Việt ở dạng tổ hợp; hãy gõ lại.", "Type the marks anew (NFC)."),
    "name": Wording("Họ tên chỉ gồm chữ cái.", "A name is letters with single spaces."),
    "reference": Wording(
        "Mã chỉ gồm chữ không dấu, số và dấu nối.", "Letters without marks, digits, hyphens."),
    "code": Wording("Mã chỉ gồm chữ thường không dấu, số, dấu nối.",
                    "Small letters without marks, digits, hyphens."),
    "incident_days": Wording("Số ngày từ 1 đến 90.", "1 to 90 days."),
    "paper_delivery": Wording("Bản giấy gửi bưu điện hoặc trả tại quầy.",
                              "Paper goes by post or over the counter."),
    "search_too_short": Wording("Nhập ít nhất hai ký tự.", "Type at least two characters."),
    "password_wrong": Wording("Mật khẩu không đúng; chưa ký.",
                              "The password is wrong; nothing was signed."),
    "signer_is_drafter": Wording(
        "Người lập Phiếu không được ký Phiếu đó.", "Who drafted a certificate may not sign it."),
    "not_drafted": Wording("Phiếu này không còn chờ ký.", "It waits for no signature any more."),
    "not_active": Wording("Phiếu không còn hiệu lực.", "The certificate is not in force."),
    "not_withdrawable": Wording("Phiếu đã cấp, không huỷ dự thảo được.",
                                "It is issued; no draft is left to drop."),
    "decision_number_missing": Wording(
        "Số quyết định có từ 1 đến 64 ký tự.", "A decision has a number of 1 to 64 characters."),
    "decision_in_the_future": Wording(
        "Ngày quyết định không được sau hôm nay.", "A decision is not dated after today."),
    "decision_document_missing": Wording("Chưa có văn bản quyết định.",
                                         "The decision's document is missing."),
    "correction_pending": Wording("Đang có một Phiếu đính chính chờ ký.",
                                  "A correction is being made already."),
    "correction_changes_nothing": Wording(
        "Phiếu đính chính không khác Phiếu hiện tại.", "The correction would read the same."),
    "no_correction": Wording("Không có Phiếu đính chính đang lập.",
                             "No correction is being made."),
    "no_signing_key": Wording("Cơ quan chưa có khoá ký đang hiệu lực.",
                              "The authority has no key in force."),
    "key_not_active": Wording("Khoá ký của cơ quan không dùng được lúc này.",
                              "The authority's key may not sign now."),
    "key_not_entitled": Wording("Khoá ký của cơ quan không dùng cho loại Phiếu này.",
                                "The authority's key is not for this kind."),
    "record_erased": Wording("Dữ liệu cá nhân đã được xoá.", "The personal data are erased."),
    "letter_erased": Wording("Thư đã được xoá cùng dữ liệu của người nhận.",
                             "The letter was erased with its person."),
    "conflict": Wording("Cán bộ khác vừa thao tác trên hồ sơ này.",
                        "Somebody else has just worked on this file."),
    "not_found": Wording("Không còn hồ sơ này trong phạm vi của bạn.",
                         "The file is not within your reach."),
})  # fmt: skip
"""By the rule's name, or the error's code where it has no rule."""
_OTHER: Final = Wording("Chưa thực hiện được", "It could not be done")


def refusal(rule: str) -> Wording | None:
    """Return the words of a rule or an error's code; None if there are none."""
    known = {one.value: words for one, words in RULES.items()}
    return REFUSALS.get(rule) or known.get(rule)


def refusal_of(problem: Problem) -> Wording:
    """Return why something was refused; by its rule's name, where there are no words for it."""
    rule = problem.members.get("rule", problem.code)
    found = refusal(rule)
    if found is not None:
        return found
    return Wording(f"{_OTHER.vi} ({rule}).", f"{_OTHER.en} ({rule}): {problem.detail}")
