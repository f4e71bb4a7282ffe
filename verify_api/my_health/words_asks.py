"""The words of the pages on which a person asks for an appointment: Vietnamese first."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

ASKS: Final[Mapping[str, Wording]] = MappingProxyType({
    "asks.mine": Wording("Đề nghị bạn đã gửi", "What you have asked for"),
    "asks.new": Wording("Xin hẹn khám mới", "Ask for a new appointment"),
    "asks.move": Wording("Xin đổi ngày hẹn", "Ask for another day"),
    "asks.give_up": Wording("Xin hủy hẹn", "Give the appointment up"),
    "asks.new_lead": Wording(
        "Cơ sở xem đề nghị và trả lời. Khi được đồng ý, phiếu hẹn có mã QR sẽ hiện ở trang này.",
        "The facility looks at it and answers. If it agrees, the paper with its QR code appears "
        "here."),
    "asks.move_lead": Wording(
        "Phiếu hẹn hiện tại vẫn có giá trị cho đến khi cơ sở cấp phiếu mới.",
        "The appointment that you have stays good until the facility issues another."),
    "asks.give_up_lead": Wording(
        "Cơ sở sẽ hủy phiếu hẹn để dành chỗ cho người khác. Cho đến lúc đó phiếu vẫn có giá trị.",
        "The facility cancels it, so that somebody else can come. Until then it stays good."),
    "asks.facility": Wording("Cơ sở", "Facility"),
    "asks.facility_where": Wording("Bạn muốn khám ở đâu", "Where you want to go"),
    "asks.facility_known": Wording(
        "Những nơi bạn từng khám ở trên cùng.", "Where you have been stands first."),
    "asks.facility_other": Wording("Cơ sở khác", "Another facility"),
    "asks.facility_code": Wording("Mã cơ sở", "The facility's code"),
    "asks.facility_code_hint": Wording(
        "5 ký tự, ví dụ 79A02; ghi trên thẻ bảo hiểm y tế và giấy ra viện.",
        "5 characters, such as 79A02; on the insurance card and on discharge papers."),
    "asks.named": Wording("Tên cơ sở", "The facility's name"),
    "asks.named_hint": Wording(
        "Gõ vài chữ của tên, có dấu hay không đều được, thêm tỉnh nếu trùng tên; rồi chọn ở danh "
        "sách hiện ra.",
        "A few words of its name, with or without accents, and the province if many have it; then "
        "choose from the list."),
    "asks.find": Wording("Tìm cơ sở", "Find the facility"),
    "asks.found": Wording("Cơ sở tìm thấy", "Facilities found"),
    "asks.found_none": Wording(
        "Không có cơ sở nào như vậy. Hãy gõ ít chữ hơn.",
        "There is none of that name. Type less of it."),
    "asks.found_more": Wording(
        "Còn cơ sở khác phù hợp. Hãy gõ thêm chữ của tên hoặc tên tỉnh.",
        "Others fit, too. Type more of the name, or the province."),
    "asks.first": Wording("Sớm nhất", "Not before"),
    "asks.last": Wording("Muộn nhất", "Not after"),
    "asks.days": Wording("Ngày mong muốn", "Days that suit"),
    "asks.days_hint": Wording(
        "Trong vòng 90 ngày tới. Hết ngày muộn nhất mà chưa được trả lời, đề nghị hết hạn.",
        "Within the next 90 days. If nobody answers by the last of them, the ask lapses."),
    "asks.part_of_day": Wording("Buổi", "Part of the day"),
    "asks.specialty": Wording("Chuyên khoa", "Specialty"),
    "asks.specialty_none": Wording("Chưa biết", "Not known"),
    "asks.reason": Wording("Lời nhắn cho cơ sở", "A word to the facility"),
    "asks.reason_hint": Wording(
        "Tối đa 300 ký tự. Cơ sở và bạn đọc được; được mã hóa trong sổ.",
        "300 characters at most. The facility reads it; it is kept encrypted."),
    "asks.told": Wording(
        "Cơ sở sẽ thấy họ tên, ngày sinh, giới tính và 4 số cuối giấy tờ của bạn.",
        "The facility sees your name, birth date, sex and the last 4 characters of your number."),
    "asks.send": Wording("Gửi đề nghị", "Send it"),
    "asks.until": Wording("Được trả lời chậm nhất", "Can be answered until"),
    "asks.made": Wording("Gửi lúc", "Sent"),
    "asks.note": Wording("Cơ sở trả lời", "The facility says"),
    "asks.open": Wording("Xem đề nghị", "Open it"),
    "asks.given": Wording("Xem phiếu hẹn được cấp", "See the appointment"),
    "asks.about": Wording("Xem phiếu hẹn", "See the appointment that it is about"),
    "asks.erased": Wording("Nội dung đã được xóa.", "What it said has been erased."),
    "asks.withdraw_title": Wording("Rút đề nghị này?", "Take this back?"),
    "asks.withdraw_1": Wording(
        "Cơ sở không phải trả lời nữa; phiếu hẹn đang có không thay đổi.",
        "The facility need not answer; the appointment that you have does not change."),
    "asks.withdraw_2": Wording(
        "Bạn có thể gửi đề nghị khác.", "You can ask for something else."),
    "asks.withdraw_yes": Wording("Rút đề nghị", "Take it back"),
    "asks.waits": Wording(
        "Bạn đã gửi đề nghị về phiếu hẹn này.", "You have asked about this appointment."),
})  # fmt: skip
"""By key."""
