"""The words of the auditor's pages: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.audit.coverage_map import CellState
from ledger.audit.findings import Severity
from ledger.audit.report_file import Outcome, ReportKind
from ledger.certificates.kind import Wording
from verify_api.auditing_forms import CaseReason
from verify_api.problems import Problem

AUDITING: Final[Mapping[str, Wording]] = MappingProxyType({
    "audit": Wording("Kiểm toán", "Audit"),
    "position": Wording("Vị trí", "Position"),
    "when": Wording("Lúc", "When"),
    "what": Wording("Việc", "What"),
    "who": Wording("Ai", "Who"),
    "why": Wording("Căn cứ", "Why"),
    "place": Wording("Trong sổ công khai", "In the log"),
    "proof": Wording("Tải bằng chứng", "Proof"),
    "covered": Wording("Có đầu sổ xác nhận", "Covered by a head"),
    "uncovered": Wording("Chưa có đầu sổ", "No head yet"),
    "look": Wording("Lượt xem", "A look"),
    "happened": Wording("Xảy ra lúc", "Happened"),
    "says": Wording("Nội dung", "Content"),
    "withheld": Wording("không mở", "withheld"),
    "erased": Wording("đã xóa", "erased"),
    "since": Wording("Từ ngày", "From"),
    "until": Wording("Đến hết ngày", "To the end of"),
    "next": Wording("Trang sau", "Next page"),
    "none": Wording("Không có.", "None."),
    "day": Wording("Ngày", "Day"),
    "state": Wording("Trạng thái", "State"),
    "times": Wording("Số lần", "Times"),
    "table": Wording("Bảng", "Table"),
    "key": Wording("Dòng", "Row"),
    "expected": Wording("Lẽ ra phải là", "Expected"),
    "found": Wording("Thấy là", "Found"),

    "log.title": Wording("Tình trạng sổ công khai", "How the log stands"),
    "log.lead": Wording(
        "Đây là điều dịch vụ tự nói về sổ của mình. Muốn tin, hãy tự kiểm tra như hướng dẫn ở "
        "cuối trang.",
        "This is what the service says of its own log. To believe it, check it yourself as the "
        "end of this page says."),
    "log.none": Wording("Hệ thống này chưa có sổ công khai.", "This home has no log."),
    "log.no_head": Wording("Chưa có đầu sổ nào được công bố.", "No head was published yet."),
    "log.head": Wording("Đầu sổ mới nhất", "Newest head"),
    "log.origin": Wording("Tên sổ", "Origin"),
    "log.size": Wording("Số mục", "Entries"),
    "log.root": Wording("Gốc", "Root"),
    "log.quorum_at": Wording("Đủ chữ ký đồng xác nhận lúc", "Quorum complete"),
    "log.age": Wording("Tuổi của đầu sổ", "Age of the head"),
    "log.fresh": Wording("Còn mới", "Fresh"),
    "log.stale": Wording("Cũ hơn một ngày", "Older than a day"),
    "log.believed": Wording("Chính sách chấp nhận đầu sổ này", "The policy believes this head"),
    "log.wrong": Wording("Chính sách KHÔNG chấp nhận đầu sổ", "The policy does NOT believe it"),
    "log.quorum": Wording("Số chữ ký cần có", "Quorum"),
    "log.tail": Wording("Sự kiện chưa có đầu sổ", "Facts without a head"),
    "log.in_time": Wording("Trong hạn năm phút", "Within five minutes"),
    "log.late": Wording("Chờ quá năm phút", "Waiting for more than five minutes"),
    "log.waiting": Wording("Chờ từ", "Waiting since"),
    "log.tree": Wording("Mục trong cây", "Entries in the tree"),
    "log.facts": Wording("Sự kiện trong sổ cái", "Facts in the ledger"),
    "log.witnesses": Wording("Ai đồng xác nhận, lần gần nhất", "Who cosigns, and when last"),
    "log.witness": Wording("Nhân chứng", "Witness"),
    "log.newest_one": Wording("Đầu sổ mới nhất", "The newest head"),
    "log.older_one": Wording("Một đầu sổ cũ hơn", "An older head"),
    "log.never": Wording("Không thấy chữ ký gần đây", "None of the recent heads"),
    "log.no_witness": Wording("Chính sách không nêu nhân chứng nào.", "The policy names none."),
    "log.heads": Wording("Các đầu sổ", "Heads"),
    "log.download": Wording("Tải đầu sổ", "Download the note"),
    "log.seals": Wording("Niêm phong hằng ngày gần đây", "Last daily seals"),
    "log.views": Wording("Số bảng", "Views"),
    "log.streams_root": Wording("Gốc các luồng", "Root of the streams"),
    "log.sealed_log": Wording("Sổ công khai lúc đó", "The log then"),
    "log.no_seals": Wording("Chưa có ngày nào được niêm phong.", "No day is sealed yet."),
    "log.self": Wording("Tự kiểm tra", "Check it yourself"),
    "log.self_head": Wording(
        "Đầu sổ mới nhất, để so với bản bạn giữ và với nhân chứng",
        "The newest head, to compare with the one you keep and with witnesses"),
    "log.self_policy": Wording(
        "Chính sách của sổ: hãy lấy một bản theo đường khác và giữ lại",
        "The log's policy: get a copy of it another way, and keep that"),
    "log.self_tiles": Wording(
        "Các mảnh của cây và các mục ở /log/tile/, đúng dạng C2SP tlog-tiles: chương trình của "
        "người khác đọc được",
        "Tiles and entries under /log/tile/, in C2SP tlog-tiles: others' programs read them"),
    "log.self_audit": Wording(
        "Với một bản sao của sổ cái, trên máy của bạn",
        "With a copy of the ledger, on your machine"),

    "record.title": Wording("Lịch sử một hồ sơ", "A record's history"),
    "record.lead": Wording(
        "Ai làm gì, lúc nào, theo căn cứ nào, kể cả ai đã xem. Không có số vụ việc thì không mở "
        "nội dung về cá nhân nào.",
        "Who did what, when and why, looks included. Without a case number nothing about a person "
        "is opened."),
    "record.name": Wording("Hồ sơ", "Record"),
    "record.name_hint": Wording(
        "Số Phiếu, mã hồ sơ một cửa, mã luồng hoặc mã ẩn danh. Không gõ số định danh cá nhân.",
        "Certificate number, dossier code, stream or pseudonym. Never a person's number."),
    "record.recorded": Wording("Theo những gì sổ biết đến hết ngày", "As known to the end of"),
    "record.effective": Wording(
        "Theo những gì đã xảy ra đến hết ngày", "As happened to the end of"),
    "record.case_part": Wording("Chỉ khi có vụ việc", "In a case only"),
    "record.case": Wording("Số vụ việc", "Case number"),
    "record.case_hint": Wording(
        "Lượt mở được ghi lại trước, với số này làm căn cứ, và người có tên nhìn thấy.",
        "Opening is recorded first, with this number as its basis; the person sees it."),
    "record.reason": Wording("Lý do", "Reason"),
    "record.button": Wording("Xem lịch sử", "Show the history"),
    "record.opened": Wording(
        "Đã mở theo vụ việc; lượt xem đã được ghi lại.", "Opened in a case; the look is recorded."),
    "record.closed": Wording(
        "Không mở nội dung về cá nhân nào.", "Nothing about a person was opened."),
    "record.by_view": Wording(
        "Các luồng của người này lấy từ bảng tra. Muốn đi qua mọi sự kiện: records audit history.",
        "This person's streams come from a view. To walk all facts: records audit history."),
    "record.stream": Wording("Luồng", "Stream"),
    "record.version": Wording("Số sự kiện", "Facts"),
    "record.later": Wording("Sự kiện muộn hơn, không tính", "Later facts, not counted"),
    "record.states": Wording("Trạng thái khi đó", "State then"),
    "record.lines": Wording("Diễn biến", "History"),
    "record.no_lines": Wording("Khi đó chưa có gì.", "Nothing was there then."),
    "record.no_state": Wording(
        "Với ngày xảy ra, luồng không gộp thành một trạng thái.",
        "By the day things happened, a stream folds to no state."),

    "officer.title": Wording("Việc một tài khoản đã làm", "What an account did"),
    "officer.lead": Wording(
        "Mọi sự kiện đứng tên tài khoản, kể cả lượt xem.",
        "Every fact in the name of the account, looks included."),
    "officer.account": Wording("Tài khoản", "Account"),
    "officer.account_hint": Wording(
        "Tên đăng nhập của cán bộ, hoặc mã tài khoản.",
        "An officer's sign-in name, or an account's reference."),
    "officer.button": Wording("Xem các việc", "Show the acts"),
    "officer.acts": Wording("Các việc", "Acts"),
    "officer.counts": Wording("Theo loại", "By sort"),
    "officer.whole": Wording("Đã đi qua toàn bộ khoảng thời gian.", "The whole period was walked."),
    "officer.part": Wording(
        "Mới đi qua một phần khoảng thời gian; trang sau đi tiếp.",
        "Only part of the period was walked; the next page goes on."),
    "officer.unknown": Wording(
        "Không có tài khoản cán bộ nào mang tên này, và không có tài khoản nào mang mã này.",
        "No officer's account has this name, and no account has this reference."),
    "officer.unknown_text": Wording(
        "Trong các vị trí đã đi qua cũng không có việc nào được ghi dưới tên hoặc mã này.",
        "Nor was anything recorded in its name at the positions that were walked."),
    "officer.walked": Wording("Đã đi qua các vị trí", "Positions walked"),

    "findings.title": Wording("Phát hiện của các lần kiểm toán", "Findings of audits"),
    "findings.lead": Wording(
        "Báo cáo do chương trình của kiểm toán viên viết. Dịch vụ chỉ đọc, không sửa và không bảo "
        "đảm nội dung.",
        "Reports that an auditor's program wrote. The service only reads them, and vouches for "
        "nothing in them."),
    "findings.reports": Wording("Báo cáo", "Reports"),
    "findings.no_reports": Wording("Chưa có báo cáo nào.", "There are no reports yet."),
    "findings.report": Wording("Báo cáo", "Report"),
    "findings.kind": Wording("Loại", "Kind"),
    "findings.outcome": Wording("Kết quả", "Outcome"),
    "findings.count": Wording("Phát hiện", "Findings"),
    "findings.unreadable": Wording("Không phải báo cáo", "Not a report"),
    "findings.other_log": Wording("Của sổ khác", "Of another log"),
    "findings.same_log": Wording("Của sổ này", "Of this log"),
    "findings.unknown_log": Wording("Không nói sổ nào", "Does not say of which log"),
    "findings.upload": Wording("Đọc báo cáo của bạn", "Read a report of yours"),
    "findings.upload_hint": Wording(
        "JSON Lines hoặc JSON mà records audit viết ra, tối đa 8 MB. Không được lưu lại.",
        "JSON Lines or JSON that records audit wrote, 8 MB at most. It is not kept."),
    "findings.file": Wording("Tệp báo cáo", "Report file"),
    "findings.button": Wording("Đọc", "Read"),
    "findings.refused": Wording("Tệp không phải báo cáo", "The file is no report"),
    "findings.list": Wording("Từng phát hiện", "Each finding"),
    "findings.no_list": Wording("Không có phát hiện nào.", "Nothing was found."),
    "findings.code": Wording("Mã", "Code"),
    "findings.severity": Wording("Mức độ", "Severity"),
    "findings.where": Wording("Ở đâu", "Where"),
    "findings.unchecked": Wording("Không kiểm tra được", "Could not be checked"),
    "findings.check": Wording("Phép kiểm tra", "Check"),
    "findings.drift": Wording("Bảng tra so với sự kiện", "Views against the facts"),
    "findings.view": Wording("Bảng tra", "View"),
    "findings.behind": Wording("Chậm (sự kiện)", "Behind (facts)"),
    "findings.differing": Wording("Dòng khác", "Rows that differ"),
    "findings.seals": Wording("So với niêm phong hằng ngày", "Against the daily seals"),
    "findings.equal": Wording("Khớp", "Equal"),
    "findings.differs": Wording("Khác", "Differs"),
    "findings.not_remade": Wording("Không dựng lại được", "Cannot be made again"),
    "map.title": Wording("Bản đồ phần đã kiểm tra", "Map of what was verified"),
    "map.lead": Wording(
        "Mỗi ô là một đoạn của sổ công khai, từ mục đầu tiên, theo từng hàng.",
        "Each cell is a stretch of the log, from the first entry on, row by row."),
    "map.cell": Wording("Số mục một ô", "Entries a cell"),
    "map.verified": Wording("Mục đã kiểm tra", "Entries verified"),
    "map.none": Wording("Sổ chưa có mục nào.", "The log has no entries yet."),
    "map.range": Wording("Vị trí", "Positions"),
    "map.since": Wording("Kiểm tra lần cuối", "Last verified"),

    "figures.title": Wording("Tính lại số liệu đã công bố", "Published figures, counted again"),
    "figures.lead": Wording(
        "Đếm lại từ từng sự kiện, bằng cách khác với bảng đã công bố, rồi so sánh.",
        "Counted from each fact, another way than the published tables, then compared."),
    "figures.facts": Wording("Sự kiện phải đếm", "Facts to count"),
    "figures.seconds": Wording("Khoảng bao nhiêu giây", "About so many seconds"),
    "figures.button": Wording("Tính lại ngay", "Count now"),
    "figures.too_many": Wording(
        "Sổ cái quá lớn để đếm tại đây. Chạy records audit stats --json rồi đặt kết quả vào thư "
        "mục báo cáo.",
        "The ledger is too large to count here. Run records audit stats --json and put its output "
        "into the folder of reports."),
    "figures.last": Wording("Lần đếm gần nhất", "Last count"),
    "figures.no_last": Wording("Chưa có lần đếm nào được báo cáo.", "No count was reported yet."),
    "figures.holds": Wording("Đúng tại vị trí", "Hold for position"),
    "figures.equal": Wording("Mọi số liệu đã công bố đều khớp.", "Every published figure agrees."),
    "figures.differ": Wording("Có số liệu đã công bố bị sai.", "Published figures differ."),
    "figures.differences": Wording("Chỗ khác nhau", "Differences"),
    "figures.published": Wording("Công bố tại vị trí", "Published for position"),
    "figures.uncompared": Wording("không so được", "not compared"),
    "figures.counted": Wording("Đếm được", "Counted"),
    "figures.rows": Wording("Số dòng", "Rows"),
})  # fmt: skip
CELLS: Final[Mapping[str, Wording]] = MappingProxyType({
    CellState.VERIFIED.value: Wording("Đã kiểm tra", "Verified"),
    CellState.PARTLY.value: Wording("Kiểm tra một phần", "Partly verified"),
    CellState.FINDINGS.value: Wording("Có phát hiện", "Findings"),
    CellState.UNCHECKED.value: Wording("Chưa kiểm tra", "Unchecked"),
})  # fmt: skip
KINDS: Final[Mapping[str, Wording]] = MappingProxyType({
    ReportKind.VERIFY.value: Wording("Kiểm tra sổ", "Verification"),
    ReportKind.REPLAY.value: Wording("Dựng lại bảng tra", "Replay of the views"),
    ReportKind.FIGURES.value: Wording("Tính lại số liệu", "Figures"),
    ReportKind.COVERAGE.value: Wording("Phần đã kiểm tra", "Coverage"),
})  # fmt: skip
OUTCOMES: Final[Mapping[str, Wording]] = MappingProxyType({
    Outcome.CLEAN.value: Wording("Không phát hiện gì", "Clean"),
    Outcome.FINDINGS.value: Wording("Có phát hiện", "Findings"),
    Outcome.COULD_NOT_CHECK.value: Wording("Không kiểm tra hết được", "Could not check"),
})  # fmt: skip
SEVERITIES: Final[Mapping[str, Wording]] = MappingProxyType({
    Severity.CRITICAL.value: Wording("Nghiêm trọng", "Critical"),
    Severity.ERROR.value: Wording("Lỗi", "Error"),
    Severity.WARNING.value: Wording("Cảnh báo", "Warning"),
})  # fmt: skip
REASONS: Final[Mapping[str, Wording]] = MappingProxyType({
    CaseReason.COMPLAINT.value: Wording("Khiếu nại, tố cáo", "Complaint"),
    CaseReason.INSPECTION.value: Wording("Thanh tra, kiểm tra", "Inspection"),
    CaseReason.INCIDENT.value: Wording("Sự cố", "Incident"),
    CaseReason.COURT.value: Wording("Yêu cầu của tòa án", "Court order"),
    CaseReason.SAMPLE.value: Wording("Chọn mẫu kiểm toán", "Audit sample"),
})  # fmt: skip
REFUSED: Final[Mapping[str, str]] = MappingProxyType({
    "name": "Cần 1 đến 80 ký tự.",
    "not_found": "Không tìm thấy gì mang tên này.",
    "number": "Cần một số.",
    "date": "Cần một ngày, ví dụ 24/11/2026.",
    "moment": "Cần một ngày, hoặc một thời điểm có múi giờ.",
    "period": "Cần một thời điểm sau thời điểm đầu.",
    "case_reason": "Chọn một lý do trong danh sách.",
    "case_number": "Cần số vụ việc, tối đa 40 ký tự, không phải số của một người.",
})  # fmt: skip
"""What a form's refusal says in Vietnamese, by rule or code; in English its detail says it."""


def refusal_of(problem: Problem) -> Wording:
    """Return what a page says of ``problem`` beside its form."""
    told = REFUSED.get(problem.members.get("rule", problem.code), problem.title.vi)
    return Wording(told, problem.detail)
