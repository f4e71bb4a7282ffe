"""Heads of the tables of figures, short enough for nine columns: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

HEADS: Final[Mapping[str, Mapping[str, Wording]]] = MappingProxyType({
    "province": MappingProxyType({
        "books": Wording("Số sổ", "Books"),
        "covered": Wording("Dân có sổ", "With a book"),
        "integrated": Wording("Trên ứng dụng", "In an app"),
        "synchronised": Wording("Cơ sở liên thông", "Facilities linked"),
        "referrals": Wording("Giấy chuyển", "Referrals"),
        "appointments": Wording("Phiếu hẹn", "Appointments"),
        "submitted": Wording("Hồ sơ lý lịch tư pháp", "Applications"),
        "share": Wording("Tỷ trọng hồ sơ", "Share of them"),
        "on_time": Wording("Đúng hạn", "In time"),
    }),
    "month": MappingProxyType({
        "books": Wording("Sổ mở mới", "Books opened"),
        "integrated": Wording("Thêm trên ứng dụng", "More in an app"),
        "visits": Wording("Lượt khám", "Visits"),
        "submitted": Wording("Hồ sơ nộp", "Applications"),
        "waived": Wording("Miễn phí", "Fee waived"),
        "ready": Wording("Có kết quả", "Ready"),
        "mean_days": Wording("Số ngày", "Days taken"),
        "on_time": Wording("Đúng hạn", "In time"),
    }),
})  # fmt: skip
"""By table, then by the figure's name."""
