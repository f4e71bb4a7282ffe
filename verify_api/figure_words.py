"""What each published figure is called, and how it is computed: Vietnamese first, then English."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure in words."""

    title: Wording
    how: Wording
    """What is counted, from which facts, and what is not."""
    view: str
    """The view that holds it."""


def _progress(vi: str, en: str, how_vi: str, how_en: str) -> Meaning:
    return Meaning(Wording(vi, en), Wording(how_vi, how_en), "integration_progress")


def _daily(vi: str, en: str, how_vi: str, how_en: str) -> Meaning:
    return Meaning(Wording(vi, en), Wording(how_vi, how_en), "daily_figures")


MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType({
    "books": _progress(
        "Sổ sức khỏe điện tử", "Health books",
        "Số sổ đã mở. Hai sổ được nối là của một người thì tính là một. Sổ tính vào tỉnh của cơ sở "
        "đã mở sổ; sổ do người dân tự mở không thuộc tỉnh nào.",
        "Books opened. Two that read as one person's are one. A book counts in the province of the "
        "facility that opened it; one that a person opened counts in none."),
    "covered": _progress(
        "Người dân có sổ", "People with a book",
        "Số sổ chia cho dân số. Dân số cả nước do đơn vị vận hành khai trong cấu hình; phần của "
        "mỗi tỉnh theo Niên giám thống kê 2023. Sổ tính vào tỉnh của cơ sở đã mở sổ, nên người đi "
        "khám ở tỉnh khác được tính ở đó và tỷ lệ của một tỉnh có thể vượt 100 %.",
        "Books among the population. That of the country is set by whoever runs the service; "
        "each province has its part by the Statistical Yearbook of 2023. A book counts where it "
        "was opened, so people treated elsewhere count there, and a province may exceed 100 %."),
    "integrated": _progress(
        "Đã tích hợp trên ứng dụng", "Shown in an app",
        "Số sổ mà chủ sổ đang xem được trong ít nhất một ứng dụng, như VNeID. Tỷ lệ là phần trong "
        "tổng số sổ.",
        "Books that the person sees in at least one app, such as VNeID. The share is among all "
        "books."),
    "facilities": _progress(
        "Cơ sở khám bệnh, chữa bệnh", "Facilities",
        "Số cơ sở đã đăng ký. Cơ sở đổi mã vẫn là một cơ sở. Cơ sở đang tạm ngừng vẫn được tính.",
        "Facilities registered. One that has a new code is still one. Suspended ones count."),
    "synchronised": _progress(
        "Đã liên thông dữ liệu", "Synchronised",
        "Số cơ sở đã liên thông qua Bảo hiểm xã hội. Tỷ lệ là phần trong số cơ sở đã đăng ký.",
        "Facilities that send through social insurance. The share is among those registered."),
    "referrals": _progress(
        "Giấy chuyển cơ sở", "Referral papers",
        "Số giấy đã phát hành, tính theo cơ sở chuyển đi. Giấy đã hủy vẫn được tính và được nêu "
        "riêng.",
        "Papers published, by the facility that refers. Cancelled ones count and are told apart."),
    "appointments": _progress(
        "Phiếu hẹn khám lại", "Re-examination appointments",
        "Số phiếu đã phát hành. Phiếu dời sang ngày khác là một phiếu mới. Phiếu đã hủy vẫn được "
        "tính và được nêu riêng.",
        "Papers published. One that was moved to another day is a new paper. Cancelled ones count "
        "and are told apart."),
    "visits": _progress(
        "Lượt khám đã nhận", "Visits received",
        "Số lượt khám được gửi đến lần đầu. Bản sửa của cùng một lượt không tính thêm.",
        "Visits that came for the first time. A correction of the same visit adds nothing."),
    "saved": _progress(
        "Tiết kiệm tiền sổ giấy", "Saved on paper booklets",
        "Số lượt khám nhân với giá một sổ giấy. Cách tính của ngày công bố: 230 triệu lượt một năm "
        "là 1.150 tỷ đồng, tức 5.000 đồng mỗi lượt. Đây là ước tính, không phải số thu chi.",
        "Visits times the price of a paper booklet. The launch's own arithmetic: 230 million "
        "visits a year are 1,150 billion VND, which is 5,000 VND each. An estimate, not accounts."),
    "submitted": _daily(
        "Hồ sơ xin cấp Phiếu lý lịch tư pháp", "Applications for certificates",
        "Số hồ sơ đã nộp từ trước đến hết ngày này, theo tỉnh nộp.",
        "Applications handed in up to the end of this day, by the province applied to."),
    "waived": _daily(
        "Được miễn phí", "Fee waived",
        "Số hồ sơ thuộc diện không phải nộp phí. Tỷ lệ là phần trong số hồ sơ đã nộp.",
        "Applications by people who pay nothing. The share is among those handed in."),
    "ready": _daily(
        "Đã có kết quả", "Certificates ready",
        "Số hồ sơ đã có Phiếu, kể cả chưa nhận.",
        "Applications whose certificate is ready, fetched or not."),
    "mean_days": _daily(
        "Số ngày trung bình", "Days taken",
        "Số ngày lịch từ khi tiếp nhận đến khi có kết quả, trung bình của các hồ sơ đã có kết quả.",
        "Calendar days from acceptance to result, on average over those that are ready."),
    "on_time": _daily(
        "Đúng hạn", "In time",
        "Phần hồ sơ kết thúc trước hoặc đúng ngày hẹn và không bị yêu cầu bổ sung quá một lần, "
        "theo chỉ số của Cổng Dịch vụ công.",
        "Applications that ended by the appointed day with at most one supplement asked for, as "
        "the national portal's indicator counts."),
    "net_fees": _daily(
        "Phí đã thu", "Fees kept",
        "Phí đã thu trừ phí đã hoàn, đồng.",
        "Fees taken less those given back, in VND."),
})  # fmt: skip
"""By the figure's name."""

RECOUNT: Final = "records audit stats"
"""The command that computes every figure again."""

FIGURES_PAGE: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Số liệu cả nước", "The country's figures"),
    "lead": Wording(
        "Mỗi số được tính từ sự kiện trong sổ cái và ai cũng có thể tính lại.",
        "Every figure is computed from facts in the ledger, and anybody can compute it again."),
    "on": Wording("Đến hết ngày", "At the end of"),
    "on_hint": Wording("Chọn một ngày để xem số liệu của ngày đó.", "Choose any day up to today."),
    "province": Wording("Tỉnh, thành phố", "Province"),
    "country": Wording("Cả nước", "The whole country"),
    "show": Wording("Xem", "Show"),
    "health": Wording("Sức khỏe", "Health"),
    "judicial": Wording("Lý lịch tư pháp", "Judicial records"),
    "of": Wording("trong số", "of"),
    "people": Wording("người", "people"),
    "no_population": Wording("Chưa khai dân số", "The population is not set"),
    "suspended": Wording("đang tạm ngừng", "suspended"),
    "cancelled": Wording("đã hủy", "cancelled"),
    "course": Wording("30 ngày đến hết", "The 30 days to"),
    "books_by_month": Wording("Sổ mở mới mỗi tháng", "Books opened each month"),
    "requests_by_month": Wording("Hồ sơ mỗi tháng", "Applications each month"),
    "days_by_month": Wording(
        "Số ngày trung bình để có kết quả", "Average days to a result"),
    "months": Wording("Theo tháng", "Month by month"),
    "months_hint": Wording(
        "Phát sinh trong từng tháng, 12 tháng gần nhất; tháng cuối tính đến hết ngày đã chọn.",
        "What each of the last twelve months brought, the last up to the day chosen."),
    "mark": Wording("Vạch đứng: thời hạn", "Upright mark: the limit of"),
    "all_provinces": Wording("Tất cả tỉnh, thành phố", "All provinces"),
    "month": Wording("Tháng", "Month"),
    "most_books": Wording("Mười tỉnh, thành phố có nhiều sổ nhất", "The ten with the most books"),
    "by_province": Wording("Theo tỉnh, thành phố", "By province"),
    "nowhere": Wording("Không thuộc tỉnh nào", "In no province"),
    "files": Wording("Tải số liệu (CSV)", "Download the figures (CSV)"),
    "csv": Wording("Theo tỉnh", "By province"),
    "csv_months": Wording("Theo tháng", "By month"),
    "csv_days": Wording("Theo ngày", "By day"),
    "how": Wording("Số liệu được tính thế nào", "How the figures are computed"),
    "how_lead": Wording(
        "Sổ cái chỉ ghi thêm. Kiểm toán viên tính lại mọi số từ chính các sự kiện, bằng một chương "
        "trình khác.",
        "The ledger only grows. Auditors compute every figure again from the facts themselves, by "
        "another program."),
    "holds_for": Wording("Đúng đến vị trí", "Holds up to position"),
    "again": Wording("Lệnh tính lại", "To compute it again"),
    "none": Wording("Chưa có số liệu.", "There are no figures yet."),
    "back": Wording("Số liệu cả nước", "The country's figures"),
    "limit": Wording("Thời hạn", "Limit"),
    "and": Wording("và", "and"),
    "working-days": Wording("ngày làm việc", "working days"),
    "calendar-days": Wording("ngày", "days"),
    "hours": Wording("giờ", "hours"),
    "vnd": Wording("đồng", "VND"),
    "million_vnd": Wording("triệu đồng", "million VND"),
})  # fmt: skip
