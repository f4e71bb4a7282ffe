"""The words of the pages of referrals, appointments, notes and files to take away."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

PAPERS: Final[Mapping[str, Wording]] = MappingProxyType({
    "papers.referral": Wording("Phiếu chuyển cơ sở", "Referral paper"),
    "papers.appointment": Wording("Phiếu hẹn khám lại", "Appointment"),
    "papers.open": Wording("Mở phiếu và mã QR", "Open the paper and its code"),
    "papers.pdf": Wording("Tải phiếu đã ký (PDF)", "Download the signed paper (PDF)"),
    "papers.calendar": Wording("Thêm vào lịch", "Add to the calendar"),
    "papers.number": Wording("Số phiếu", "Number"),
    "papers.issuer": Wording("Nơi cấp", "Issued by"),
    "papers.to": Wording("Nơi đến", "Addressed to"),
    "papers.issued": Wording("Cấp lúc", "Issued"),
    "papers.valid_until": Wording("Xuất trình chậm nhất", "To be presented by"),
    "papers.day": Wording("Ngày hẹn", "Day"),
    "papers.held": Wording("Đang ở", "Held by"),
    "papers.rejected": Wording("Không được tiếp nhận tại", "Rejected by"),
    "papers.none_referrals": Wording(
        "Bạn chưa có phiếu chuyển nào.", "You have no referral papers."),
    "papers.none_appointments": Wording(
        "Bạn chưa có lịch hẹn khám lại nào.", "You have no appointments."),
    "papers.received": Wording("Cơ sở gửi kèm hồ sơ khám", "Sent with visits"),
    "papers.received_hint": Wording(
        "Những mục này chỉ là thông tin trong hồ sơ, không phải phiếu có mã QR.",
        "These are entries of visits, not papers with a code."),
    "papers.over": Wording("Phiếu cũ", "Papers that are over"),
    "papers.show": Wording("Đưa mã này cho cơ sở quét", "Let the facility scan this code"),
    "papers.short": Wording(
        "Nếu không quét được, đọc mã ngắn", "If it cannot be scanned, read out"),
    "papers.allows": Wording("Phiếu này cho phép gì", "What this paper allows"),
    "papers.not_now": Wording(
        "Phiếu không còn sử dụng được nên không hiện mã.",
        "The paper cannot be used any more, so no code is shown."),
    "papers.not_logged": Wording(
        "Phiếu vừa được cấp, đang chờ ghi vào sổ công khai. Tải lại trang sau vài giây.",
        "The paper was issued just now and waits for the public log. Load the page again in some "
        "seconds."),
    "papers.replaced_by": Wording("Xem phiếu thay thế", "See the paper that replaced it"),
    "papers.change": Wording("Đổi hoặc hủy lịch hẹn", "Move or cancel the appointment"),
    "papers.change_how": Wording(
        "Chỉ cơ sở đã hẹn mới đổi hoặc hủy được lịch. Gửi đề nghị từ trang của phiếu; phiếu mới sẽ "
        "hiện ở đây và phiếu cũ hết giá trị.",
        "Only the facility can move or cancel it. Ask them on the paper's page; the new paper "
        "appears here, and the old one ends."),
    "papers.ask": Wording("Cần hẹn khám mới", "To get a new appointment"),
    "papers.ask_how": Wording(
        "Bác sĩ điều trị cấp phiếu hẹn khi kết thúc lượt khám. Bạn cũng có thể gửi đề nghị.",
        "The doctor who treats you gives one at the end of a visit. You can also ask for one."),
    "papers.to_screen": Wording("Tăng độ sáng màn hình để dễ quét.", "Turn the screen bright."),
    "papers.calendar_summary": Wording("Khám lại", "Re-examination"),
    "papers.calendar_note": Wording(
        "Mang theo phiếu hẹn khám lại (mã QR), giấy tờ tùy thân và thẻ bảo hiểm y tế.",
        "Bring the appointment paper (QR code), an identity document and the insurance card."),

    "notes.lead": Wording(
        "Ghi chú của bạn được hiển thị là do bạn tự ghi, không phải của cơ sở y tế.",
        "Notes are shown as your own words, never as a facility's."),
    "notes.note": Wording("Nội dung ghi chú", "Note"),
    "notes.hint": Wording(
        "Ví dụ: thuốc tự mua, phản ứng sau tiêm, thói quen. Tối đa 4.000 ký tự.",
        "For example a medicine you bought, a reaction, a habit. 4,000 characters at most."),
    "notes.write": Wording("Ghi vào sổ", "Write into the book"),
    "notes.written": Wording("Đã ghi", "Written"),
    "notes.none": Wording("Bạn chưa ghi gì.", "You have written nothing yet."),
    "notes.withdraw": Wording("Rút lại", "Take back"),
    "notes.withdraw_title": Wording("Rút lại ghi chú này?", "Take this note back?"),
    "notes.withdraw_1": Wording(
        "Ghi chú không còn hiển thị trong sổ.", "The note is shown in the book no longer."),
    "notes.withdraw_2": Wording(
        "Khi xem lại sổ vào ngày trước đó, ghi chú vẫn còn.",
        "As the book was before, the note still stands."),
    "notes.withdraw_yes": Wording("Rút lại ghi chú", "Take the note back"),

    "export.lead": Wording(
        "Mỗi tệp chứa toàn bộ sổ. Giữ tệp cẩn thận: ai có tệp đều đọc được.",
        "Each file holds the whole book. Keep it well: whoever has it can read it."),
    "export.pdf": Wording("PDF để đọc và in", "PDF, to read and print"),
    "export.pdf_for": Wording(
        "Cho bạn và bác sĩ; tiếng Việt và tiếng Anh.", "For you and your doctor, both languages."),
    "export.csv": Wording("CSV để mở bằng bảng tính", "CSV, for a spreadsheet"),
    "export.csv_for": Wording("Mỗi mục một dòng.", "One line an entry."),
    "export.ips": Wording("IPS (JSON) cho hệ thống y tế", "IPS (JSON), for health systems"),
    "export.ips_for": Wording(
        "Bản tóm tắt bệnh án quốc tế (International Patient Summary 2.0.0).",
        "The International Patient Summary 2.0.0."),
    "export.fhir": Wording("FHIR (JSON) đầy đủ", "FHIR (JSON), everything"),
    "export.fhir_for": Wording(
        "Mọi tài nguyên đúng như cơ sở đã gửi.", "All resources as facilities sent them."),
    "export.when": Wording("Sổ của ngày nào", "As it was when"),
    "export.when_hint": Wording("Bỏ trống để lấy sổ hiện tại.", "Leave empty for the present."),
    "export.button": Wording("Tải về", "Download"),
    "export.form": Wording("Loại tệp", "Kind of file"),

    "complete.lead": Wording(
        "Tệp này chứng minh: đây là tất cả những gì được ghi về bạn, không thiếu mục nào.",
        "This file proves: these are all records about you, and none is left out."),
    "complete.streams": Wording("Chuỗi hồ sơ về bạn", "Records about you"),
    "complete.facts": Wording("Sự kiện trong đó", "Facts in them"),
    "complete.logged": Wording("Có trong sổ công khai", "In the public log"),
    "complete.unlogged": Wording("Hệ thống này chưa có sổ công khai", "This ledger has no log"),
    "complete.how": Wording("Chứng minh như thế nào", "How it proves that"),
    "complete.how_1": Wording(
        "Mỗi ngày hệ thống niêm phong một cây băm trên mọi chuỗi hồ sơ; gốc của cây nằm trong sổ "
        "công khai mà nhân chứng độc lập đã ký.",
        "Each day a hash tree over all records is sealed; its root stands in the public log, which "
        "independent witnesses sign."),
    "complete.how_2": Wording(
        "Tệp nêu số chuỗi của bạn và số sự kiện của từng chuỗi, kèm đường đi đến gốc.",
        "The file says how many records are about you and how many facts each has, with the way "
        "up to the root."),
    "complete.how_3": Wording(
        "Bất kỳ ai có tệp và khóa công khai đều kiểm tra được mà không cần hỏi chúng tôi.",
        "Anybody with the file and the public keys can check it without asking us."),
    "complete.limit": Wording(
        "Điều gì xảy ra sau lần niêm phong gần nhất sẽ có trong lần sau.",
        "What came after the last seal is in the next one."),
    "complete.download": Wording("Tải tệp chứng minh (JSON)", "Download the proof (JSON)"),
    "complete.none": Wording(
        "Chưa có ngày nào được niêm phong và ghi vào sổ công khai. Hãy quay lại vào ngày mai.",
        "No day is sealed and logged yet. Come back tomorrow."),
})  # fmt: skip
"""By key."""

ALLOWS: Final[Mapping[str, Wording]] = MappingProxyType({
    "referral": Wording(
        "Đến khám, chữa bệnh tại nơi được chuyển đến và được hưởng bảo hiểm y tế đúng tuyến.",
        "Be treated at the facility that it names, with the insurance's full share."),
    "referral_once": Wording(
        "Phiếu có giá trị 10 ngày làm việc kể từ ngày ký; cơ sở đầu tiên tiếp nhận ghi nhận việc "
        "sử dụng.",
        "It is valid for 10 working days from signing; the first facility that accepts it uses "
        "it."),
    "referral_year": Wording(
        "Phiếu có giá trị 1 năm; từ lần khám thứ hai cần kèm phiếu hẹn khám lại.",
        "It is valid for one year; from the second episode on an appointment goes with it."),
    "referral_treatment": Wording(
        "Nếu hết hạn khi đang điều trị, phiếu vẫn có giá trị đến hết đợt điều trị đó.",
        "If it lapses during treatment it serves to the end of that episode."),
    "emergency": Wording(
        "Cấp cứu thì đến ngay cơ sở gần nhất, không cần phiếu chuyển.",
        "In an emergency go to the nearest facility; no referral is needed."),
    "appointment": Wording(
        "Đến khám đúng ngày hẹn, hoặc sớm hơn nếu có dấu hiệu bất thường.",
        "Come on the day, or earlier with abnormal signs."),
    "appointment_once": Wording(
        "Phiếu dùng một lần cho một lượt khám.", "It is used once, for one visit."),
    "appointment_missed": Wording(
        "Nếu lỡ ngày hẹn, hãy liên hệ cơ sở: cơ sở vẫn có thể khám cho bạn.",
        "If you missed the day, ask the facility: they may still see you."),
})  # fmt: skip
"""What papers allow. Source: Circular 01/2025/TT-BYT, articles 11 and 12."""
