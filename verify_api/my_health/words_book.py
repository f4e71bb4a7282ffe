"""The words of the pages of a health book: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

BOOK: Final[Mapping[str, Wording]] = MappingProxyType({
    "book.title": Wording("Sổ sức khỏe của tôi", "My health book"),
    "book.title_of": Wording("Sổ sức khỏe của", "Health book of"),
    "book.lead": Wording(
        "Những gì các cơ sở khám, chữa bệnh đã gửi về bạn và những gì bạn tự ghi.",
        "What hospitals and clinics have sent about you, and what you wrote yourself."),
    "book.all": Wording("Xem tất cả", "See all"),
    "book.contents": Wording("Trong sổ", "In the book"),
    "book.papers": Wording("Giấy và lịch hẹn", "Papers and appointments"),
    "book.control": Wording("Quyền của bạn", "Your rights"),
    "book.current_problems": Wording("Bệnh hiện tại", "Present problems"),
    "book.current_medicines": Wording("Thuốc đang dùng", "Present medicines"),
    "book.none_current": Wording("Không có mục nào hiện tại.", "Nothing at present."),
    "book.next": Wording("Sắp tới", "Coming up"),
    "book.nothing_next": Wording(
        "Không có lịch hẹn hay phiếu chuyển nào đang chờ.",
        "No appointment or referral is waiting."),
    "book.news": Wording("Tin mới", "News"),
    "book.no_news": Wording("Chưa có tin nào.", "No news yet."),
    "book.restricted": Wording(
        "Dữ liệu của bạn đang bị hạn chế xử lý: chỉ bạn xem được, trừ cấp cứu và yêu cầu của tòa "
        "án.",
        "The use of your data is restricted: only you read it, save in an emergency or by a "
        "court."),
    "book.withheld": Wording(
        "Một số nhóm nhạy cảm không hiển thị cho người đại diện, dù có hay không.",
        "Some sensitive categories are not shown to a representative, whether there are any or "
        "not."),
    "book.acting": Wording("Bạn đang xem thay cho", "You are acting for"),
    "book.act_ends": Wording("Trở về sổ của tôi", "Back to my own book"),
    "book.died": Wording("Đã ghi nhận tử vong ngày", "A death is recorded on"),

    "allergies.title": Wording("Dị ứng", "Allergies"),
    "allergies.none_known": Wording("Đã hỏi: không có dị ứng", "Asked: no known allergies"),
    "allergies.none_known_why": Wording(
        "Một cơ sở đã hỏi và ghi nhận là không có.", "A facility has asked, and recorded none."),
    "allergies.no_data": Wording("Chưa có dữ liệu về dị ứng", "No data about allergies"),
    "allergies.no_data_why": Wording(
        "Chưa cơ sở nào ghi nhận. Điều này không có nghĩa là bạn không dị ứng: hãy nói với bác sĩ.",
        "No facility has recorded anything. That does not mean that you have none: tell your "
        "doctor."),
    "allergies.grave": Wording("Nguy hiểm", "Dangerous"),

    "section.timeline": Wording("Diễn biến", "Timeline"),
    "section.problems": Wording("Bệnh và vấn đề sức khỏe", "Problems"),
    "section.medicines": Wording("Thuốc", "Medicines"),
    "section.allergies": Wording("Dị ứng", "Allergies"),
    "section.immunisations": Wording("Tiêm chủng", "Immunisations"),
    "section.vitals": Wording("Dấu hiệu sinh tồn", "Vital signs"),
    "section.results": Wording("Kết quả xét nghiệm", "Results"),
    "section.procedures": Wording("Thủ thuật, phẫu thuật", "Procedures"),
    "section.documents": Wording("Tài liệu", "Documents"),
    "section.visits": Wording("Lượt khám và tệp kèm theo", "Visits and their files"),
    "section.devices": Wording("Thiết bị y tế", "Devices"),
    "section.plans": Wording("Kế hoạch chăm sóc", "Care plans"),
    "section.notes": Wording("Ghi chú của tôi", "My own notes"),
    "section.referrals": Wording("Phiếu chuyển cơ sở", "Referral papers"),
    "section.appointments": Wording("Lịch hẹn khám lại", "Appointments"),
    "section.then": Wording("Sổ vào một ngày", "The book on a day"),
    "section.export": Wording("Tải sổ về", "Take the book away"),
    "section.shares": Wording("Chia sẻ bằng mã QR", "Share by a QR code"),
    "section.consents": Wording("Đồng ý và đóng dữ liệu", "Consents and closed parts"),
    "section.looks": Wording("Ai đã xem", "Who looked"),
    "section.people": Wording("Người đại diện", "Representatives"),
    "section.rights": Wording("Yêu cầu về dữ liệu", "Requests about my data"),
    "section.apps": Wording("Ứng dụng hiển thị sổ", "Apps that show the book"),
    "section.completeness": Wording("Chứng minh đầy đủ", "Proof of completeness"),
    "section.none_known": Wording("Đã hỏi, không có", "Asked, none known"),
    "section.no_data": Wording(
        "Chưa có dữ liệu: chưa cơ sở nào gửi mục này.",
        "No data: no facility has sent anything of this sort."),

    "entry.what": Wording("Nội dung", "What"),
    "entry.value": Wording("Giá trị", "Value"),
    "entry.when": Wording("Khi nào", "When"),
    "entry.from": Wording("Nơi gửi", "Sent by"),
    "entry.status": Wording("Tình trạng", "Standing"),
    "entry.received": Wording("nhận lúc", "received"),
    "entry.late": Wording("ghi nhận muộn", "recorded late"),
    "entry.since": Wording("từ", "since"),
    "entry.until": Wording("đến", "until"),
    "entry.times": Wording("lần ghi nhận", "times recorded"),
    "entry.by_me": Wording("Tự ghi", "Written by oneself"),
    "entry.versions": Wording("Xem các phiên bản", "See its versions"),
    "entry.absent": Wording("không có", "not there"),
    "entry.undated": Wording("Không rõ thời gian", "Undated"),
    "entry.unnamed": Wording("Không có tên", "Unnamed"),

    "history.title": Wording("Các phiên bản của mục này", "Versions of this entry"),
    "history.lead": Wording(
        "Không gì bị ghi đè: mỗi lần cơ sở sửa là một phiên bản mới.",
        "Nothing is overwritten: each correction is a new version."),
    "history.number": Wording("Phiên bản", "Version"),
    "history.gone": Wording("Đã được rút lại", "Taken back"),

    "timeline.kinds": Wording("Lọc theo loại", "Filter by kind"),
    "timeline.search": Wording("Tìm trong sổ", "Search the book"),
    "timeline.search_hint": Wording(
        "Tìm không cần dấu. Từ khóa không nằm trong địa chỉ trang.",
        "Marks are not needed. What you search for stands in no address."),
    "timeline.words": Wording("Từ khóa", "Words"),
    "timeline.since": Wording("Từ ngày", "From"),
    "timeline.until": Wording("Đến hết ngày", "To the end of"),
    "timeline.button": Wording("Tìm", "Search"),
    "timeline.found": Wording("mục tìm thấy", "entries found"),
    "timeline.first": Wording("chỉ hiện những mục mới nhất", "only the newest are shown"),
    "timeline.clear": Wording("Bỏ tìm kiếm", "Clear the search"),
    "timeline.none": Wording("Không có mục nào như vậy.", "There is nothing of this sort."),
    "timeline.paper": Wording("Được cấp", "Issued"),
    "kind.all": Wording("Tất cả", "All"),
    "kind.visits": Wording("Lượt khám, thủ thuật", "Visits, procedures"),
    "kind.problems": Wording("Bệnh, dị ứng", "Problems, allergies"),
    "kind.medicines": Wording("Thuốc, tiêm chủng", "Medicines, immunisations"),
    "kind.results": Wording("Kết quả", "Results"),
    "kind.notes": Wording("Tự ghi", "Own notes"),

    "vitals.lead": Wording(
        "Biểu đồ và bảng cùng số liệu. Số trong bảng đúng như cơ sở đã gửi.",
        "A chart and a table of the same figures. Those of the table are as they were sent."),
    "vitals.one": Wording(
        "Mới có một lần đo: chưa vẽ biểu đồ.", "Measured once: there is no chart yet."),
    "vitals.measured": Wording("Các lần đo", "Measurements"),

    "visits.none": Wording("Chưa có lượt khám nào.", "There are no visits yet."),
    "visits.files": Wording("Tệp kèm theo", "Files"),
    "visits.download": Wording("Tải tệp", "Download"),
    "visits.open": Wording("Xem những gì được ghi", "See what was recorded"),
    "visits.recorded": Wording("Những gì được ghi trong lượt khám", "Recorded in this visit"),
    "visits.untitled": Wording("Tệp không có tiêu đề", "File without a title"),
    "visits.files_own": Wording(
        "Tệp chỉ dành cho chính chủ và cơ sở đã gửi.",
        "Files are for the person and the facility that sent them."),
    "visits.wrong": Wording("Yêu cầu đính chính", "Ask for a correction"),

    "then.lead": Wording(
        "Sổ giữ mọi phiên bản, nên xem lại được đúng như trước kia.",
        "The book keeps every version, so it can be seen as it was."),
    "then.recorded": Wording("Sổ ghi gì vào cuối ngày", "What the book said at the end of"),
    "then.recorded_hint": Wording(
        "Ngày ghi nhận: chỉ tính những gì đã được gửi đến khi đó, kể cả điều sau này mới sửa.",
        "Recorded time: only what had been sent by then counts, also what was corrected later."),
    "then.effective": Wording("Sức khỏe ra sao vào ngày", "How things stood on the day"),
    "then.effective_hint": Wording(
        "Ngày hiệu lực: điều gì đúng với bạn vào ngày đó, theo mọi thông tin đã biết.",
        "Effective time: what was true of you on that day, by all that is known."),
    "then.button": Wording("Xem", "Show"),
    "then.now": Wording("Trở về hiện tại", "Back to the present"),
    "then.as_of": Wording("Như sổ đã ghi đến hết ngày", "As recorded by the end of"),
    "then.on": Wording("Tình trạng vào ngày", "As things stood on"),
    "then.not_now": Wording(
        "Bạn đang xem quá khứ, không phải hiện tại.", "You are looking at the past."),
})  # fmt: skip
"""By key; templates ask for them by `t`."""

DETAILS: Final[Mapping[str, Wording]] = MappingProxyType({
    "abatement": Wording("Kết thúc", "Ended"),
    "activities": Wording("Hoạt động", "Activities"),
    "attachment": Wording("Tệp", "Attachment"),
    "body_site": Wording("Vị trí trên cơ thể", "Site of the body"),
    "conclusion": Wording("Kết luận", "Conclusion"),
    "discharge": Wording("Ra viện", "Discharge"),
    "dosage": Wording("Cách dùng", "Dosage"),
    "dose": Wording("Liều", "Dose"),
    "instruction": Wording("Dặn dò", "Instruction"),
    "interpretation": Wording("Nhận định", "Interpretation"),
    "lot": Wording("Số lô", "Lot"),
    "manufacturer": Wording("Nhà sản xuất", "Manufacturer"),
    "method": Wording("Phương pháp", "Method"),
    "note": Wording("Ghi chú", "Note"),
    "onset": Wording("Bắt đầu", "Onset"),
    "outcome": Wording("Kết quả", "Outcome"),
    "performer": Wording("Người thực hiện", "Performer"),
    "quantity": Wording("Số lượng", "Quantity"),
    "range": Wording("Khoảng tham chiếu", "Reference range"),
    "reaction": Wording("Phản ứng", "Reaction"),
    "reason": Wording("Lý do", "Reason"),
    "route": Wording("Đường dùng", "Route"),
    "series": Wording("Mũi", "Series"),
    "service": Wording("Chuyên khoa", "Service"),
    "severity": Wording("Mức độ", "Severity"),
    "site": Wording("Vị trí", "Site"),
    "target": Wording("Phòng bệnh", "Against"),
})  # fmt: skip
"""Titles of further things that an entry says, by our names of them."""
