"""The words of the pages on which a facility answers asks: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

ASKS: Final[Mapping[str, Wording]] = MappingProxyType({
    "asks.title": Wording("Đề nghị hẹn khám", "Asks for appointments"),
    "asks.lead": Wording(
        "Người bệnh xin hẹn mới, đổi ngày hoặc hủy hẹn. Ngày mong muốn sớm nhất ở trên cùng.",
        "Patients ask for a new appointment, another day, or to give one up. The first wished day "
        "comes first."),
    "asks.home": Wording("Đề nghị hẹn khám chờ trả lời", "Asks that wait for an answer"),
    "asks.none": Wording("Không có đề nghị nào chờ trả lời.", "Nothing waits for an answer."),
    "asks.kind": Wording("Đề nghị", "Ask"),
    "asks.days": Wording("Ngày mong muốn", "Days that suit"),
    "asks.specialty": Wording("Chuyên khoa", "Specialty"),
    "asks.stage": Wording("Trạng thái", "State"),
    "asks.made": Wording("Gửi lúc", "Sent"),
    "asks.seen": Wording(
        "Danh sách không hiện tên; mỗi đề nghị hiện ở đây là một lượt xem được ghi lại.",
        "The list shows no names; each ask that is shown is recorded as a look."),
    "asks.part": Wording(
        "Có nhiều đề nghị; chỉ xét số đề nghị gửi sớm nhất:",
        "There are many asks; only so many of the oldest were looked at:"),
    "asks.person": Wording("Người đề nghị", "Who asks"),
    "asks.for_another": Wording(
        "Do người đại diện gửi.", "Sent by who represents the person."),
    "asks.unknown": Wording(
        "Chưa đủ thông tin (ngày sinh, giới tính, số giấy tờ) để lập phiếu có mã QR.",
        "Too little is known (birth date, sex, number) for a paper with a code."),
    "asks.what": Wording("Nội dung đề nghị", "What is asked"),
    "asks.reason": Wording("Lời nhắn", "In their words"),
    "asks.until": Wording("Trả lời chậm nhất", "To be answered by"),
    "asks.paper": Wording("Xem phiếu hẹn liên quan", "See the appointment that it is about"),
    "asks.draft": Wording("Xem bản nháp chờ ký", "See the draft that waits to be signed"),
    "asks.given": Wording("Xem phiếu đã cấp", "See the appointment that was given"),
    "asks.taken_up": Wording(
        "Đã lập phiếu, chờ ký. Người bệnh được báo khi phiếu được ký.",
        "A paper is put together and waits to be signed. The person is told once it is."),
    "asks.answer": Wording("Trả lời", "Answer"),
    "asks.about": Wording(
        "Người bệnh có đề nghị về phiếu hẹn này.", "The patient asks about this appointment."),
    "asks.new": Wording("Lập phiếu hẹn", "Put the appointment together"),
    "asks.new_hint": Wording(
        "Họ tên và giấy tờ lấy từ sổ; bạn điền ngày hẹn và nội dung khám.",
        "Name and number come from the ledger; you fill in the day and what it is for."),
    "asks.move": Wording("Lập phiếu ngày khác", "Draft the new day"),
    "asks.new_day": Wording("Ngày hẹn mới", "The new day"),
    "asks.move_hint": Wording(
        "Phiếu mới phải được ký; khi đó phiếu cũ hết giá trị và đề nghị được đáp ứng.",
        "The new paper has to be signed; the old one ends with that, and the ask is granted."),
    "asks.give_up": Wording("Hủy phiếu hẹn", "Cancel the appointment"),
    "asks.give_up_agree": Wording(
        "Hủy phiếu hẹn này theo đề nghị của người bệnh.",
        "Cancel this appointment, as the patient asks."),
    "asks.decline": Wording("Không đáp ứng được", "It cannot be"),
    "asks.note": Wording("Lời nhắn cho người bệnh", "A word to the patient"),
    "asks.note_hint": Wording("Tối đa 300 ký tự.", "300 characters at most."),
    "asks.over": Wording("Đề nghị đã kết thúc.", "This ask is over."),
    "asks.doctor": Wording(
        "Nhân viên y tế lập phiếu; bạn có thể trả lời là không đáp ứng được.",
        "A clinician puts papers together; you can answer that it cannot be."),
})  # fmt: skip
"""By key."""
