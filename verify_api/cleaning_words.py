"""The words of the steward's pages: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.records.cleaning import Grade, Judgement
from projections.cleaning_pairs import WAITING

CLEANING: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Người có thể trùng nhau", "Persons who may be one"),
    "lead": Wording(
        "Chỉ hiện mã ẩn danh. Mở một cặp là xem dữ liệu của hai người, và lượt xem được ghi lại.",
        "Pseudonyms only. Opening a pair shows two persons, and that look is recorded."),
    "pair": Wording("Cặp", "Pair"),
    "likelihood": Wording("Khả năng", "Likelihood"),
    "state": Wording("Trạng thái", "State"),
    "proposed": Wording("Đề xuất lúc", "Proposed"),
    "open": Wording("So sánh", "Compare"),
    "none": Wording("Không có cặp nào.", "There are no pairs."),
    "one": Wording("Người thứ nhất", "First person"),
    "other": Wording("Người thứ hai", "Second person"),
    "agree": Wording("So sánh", "Agreement"),
    "trait": Wording("Thông tin", "Field"),
    "seen": Wording(
        "Lượt xem này được ghi lại và cả hai người nhìn thấy.",
        "That you look is recorded, and both persons can see it."),
    "gone": Wording(
        "Dữ liệu của một người đã bị xóa, không thể so sánh.",
        "The data of one of them have been erased: nothing can be compared."),
    "judge": Wording("Kết luận", "Judge"),
    "reason": Wording("Lý do", "Reason"),
    "caution": Wording(
        "Cùng họ tên và ngày sinh chưa phải là cùng một người: có người trùng tên, có anh chị em "
        "sinh đôi.",
        "The same name and birth date are not yet one person: there are namesakes, and twins."),
})  # fmt: skip
STATE_WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    WAITING: Wording("Chờ kết luận", "Waiting"),
    Judgement.SAME.value: Wording("Là một người", "The same person"),
    Judgement.DIFFERENT.value: Wording("Hai người khác nhau", "Two persons"),
    Judgement.UNSURE.value: Wording("Chưa chắc", "Unsure"),
})  # fmt: skip
GRADE_WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    Grade.CERTAIN.value: Wording("có số giấy tờ trùng", "a number is shared"),
    Grade.LIKELY.value: Wording("không có số nào chứng minh", "no number proves it"),
})  # fmt: skip
