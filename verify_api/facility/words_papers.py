"""The words of papers that a facility issues and signs: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

PAPERS: Final[Mapping[str, Wording]] = MappingProxyType({
    "papers.title": Wording("Phiếu của cơ sở", "The facility's papers"),
    "papers.lead": Wording(
        "Phiếu chuyển và phiếu hẹn do cơ sở lập. Danh sách không hiện tên người bệnh.",
        "Referrals and appointments of this facility. The list shows no names."),
    "papers.kind": Wording("Loại phiếu", "Kind"),
    "papers.referrals": Wording("Phiếu chuyển", "Referrals"),
    "papers.appointments": Wording("Phiếu hẹn khám lại", "Appointments"),
    "papers.new_referral": Wording("Lập phiếu chuyển", "New referral"),
    "papers.new_appointment": Wording("Lập phiếu hẹn", "New appointment"),
    "papers.none": Wording(
        "Không có phiếu nào ở trạng thái này.",
        "There are no papers in this state."),
    "paper.number": Wording("Số phiếu", "Number"),
    "paper.draft": Wording("Bản nháp", "Draft"),
    "paper.stage": Wording("Trạng thái", "State"),
    "paper.from": Wording("Cơ sở chuyển đi", "From"),
    "paper.to": Wording("Cơ sở chuyển đến", "To"),
    "paper.until": Wording("Xuất trình chậm nhất", "To be shown by"),
    "paper.changed": Wording("Thay đổi lúc", "Changed"),
    "paper.elsewhere": Wording("Đang dùng tại cơ sở khác", "In use elsewhere"),
    "paper.lapsed": Wording("Đã hết thời hạn xuất trình", "Its term is over"),
    "paper.conflicts": Wording("Cần đối soát", "To be reconciled"),
    "paper.waits": Wording("Phiếu đang chờ ký", "This paper waits for its signature"),
    "paper.waits_text": Wording(
        "Phiếu chưa có giá trị. Người ký của cơ sở sẽ xem lại rồi ký.",
        "It is not valid yet. Who signs for the facility looks at it, then signs."),
    "paper.person": Wording("Người bệnh", "Patient"),
    "paper.says": Wording("Nội dung phiếu", "What it says"),
    "paper.where": Wording("Tình trạng phiếu", "Where it stands"),
    "paper.day": Wording("Hẹn khám lại lúc", "Appointed for"),
    "paper.presented_at": Wording("Đã xuất trình tại", "Shown at"),
    "paper.rejected_by": Wording("Đã từ chối tại", "Rejected by"),
    "paper.in_use_by": Wording("Cơ sở đang sử dụng", "In use at"),
    "paper.used_by": Wording("Đã khám tại", "Used at"),
    "paper.episodes": Wording("Đợt điều trị đã kết thúc", "Episodes that are over"),
    "paper.conflict": Wording("Tiếp nhận chưa xác minh", "Unverified admission"),
    "paper.double_uses": Wording("Số lần dùng lại bị từ chối", "Second uses refused"),
    "paper.replaces": Wording("Thay cho phiếu trước", "Replaces an earlier paper"),
    "paper.replaced_by": Wording("Đã được thay bằng phiếu mới", "Replaced by a new paper"),
    "paper.pdf": Wording("Tải bản PDF đã ký", "Download the signed PDF"),
    "paper.code": Wording("Mã QR", "QR code"),
    "paper.no_code": Wording(
        "Mã QR và PDF có sau khi phiếu vào sổ công khai, thường trong vài giây.",
        "Code and PDF follow once the public log has the paper, usually within seconds."),
    "paper.acts": Wording("Việc có thể làm lúc này", "What may be done now"),
    "order.lead": Wording(
        "Kiểm tra một lần nữa ở bước sau, rồi gửi người ký.",
        "You look at it once more in the next step; then it goes to who signs."),
    "order.patient": Wording("Người bệnh", "Patient"),
    "order.number_kind": Wording("Loại số giấy tờ", "Kind of number"),
    "order.patient_number": Wording("Số giấy tờ", "Number"),
    "order.where": Wording("Chuyển đi đâu, vì sao", "Where to, and why"),
    "order.when": Wording("Hẹn khi nào", "When"),
    "order.reason": Wording("Lý do chuyển", "Reason"),
    "order.disease": Wording("Bệnh và điều trị", "Illness and treatment"),
    "order.transfer": Wording("Vận chuyển", "Transport"),
    "order.numbers": Wording("Số sổ và người ký", "Numbers and signatures"),
    "order.more": Wording("Thông tin thêm", "Further information"),
    "order.validity": Wording(
        "Thời hạn của phiếu ký hôm nay",
        "Term of a paper that is signed today"),
    "order.ten_days": Wording(
        "Thông thường: 10 ngày làm việc, xuất trình chậm nhất",
        "Usually 10 working days, to be shown by"),
    "order.one_year": Wording(
        "Bệnh thuộc danh mục một năm, xuất trình chậm nhất",
        "For a disease of the one-year list, to be shown by"),
    "order.source": Wording("Căn cứ", "Source"),
    "order.listed": Wording("Mã bệnh đã biết trong danh mục", "Listed diseases known here"),
    "order.listed_hint": Wording(
        "Danh mục tại đây chưa đầy đủ; văn bản của Bộ Y tế là căn cứ.",
        "The list here is not complete; the Ministry's text decides."),
    "order.look": Wording("Xem lại phiếu", "Look at the paper"),
    "hint.to_facilities": Wording(
        "Mã cơ sở 5 ký tự; nhiều cơ sở cách nhau bằng dấu phẩy, tối đa 4.",
        "Codes of 5 characters; up to 4, with commas between."),
    "hint.main_disease": Wording("Mã ICD-10, ví dụ I20.9.", "ICD-10 code, such as I20.9."),
    "hint.further_diseases": Wording(
        "Các mã ICD-10, cách nhau bằng dấu phẩy.",
        "ICD-10 codes, with commas between."),
    "hint.one_year": Wording(
        "Chỉ đánh dấu khi mã bệnh chính thuộc danh mục một năm.",
        "Only if the main disease is on the one-year list."),
    "hint.doctors": Wording(
        "Số chứng chỉ hành nghề; nhiều bác sĩ cách nhau bằng dấu phẩy.",
        "Licence numbers, with commas between."),
    "hint.appointed": Wording(
        "Một ngày sau hôm nay, trong vòng một năm.",
        "A day after today, within a year."),
    "hint.cards": Wording(
        "Số thẻ 10 hoặc 15 ký tự, cách nhau bằng dấu phẩy.",
        "Card numbers of 10 or 15 characters, with commas between."),
    "hint.transferred": Wording("Thời điểm người bệnh rời cơ sở.", "When the patient leaves."),
    "look.title": Wording("Xem lại trước khi lập", "Look at it once more"),
    "look.lead": Wording(
        "Chưa có gì được ghi lại. Kiểm tra tên cơ sở đến và nội dung.",
        "Nothing is recorded yet. Check the facility it goes to, and what it says."),
    "look.second": Wording("Nên xem lại", "Worth a second look"),
    "look.term": Wording("Nếu ký hôm nay, xuất trình chậm nhất", "Signed today, to be shown by"),
    "look.working_days": Wording("ngày làm việc từ ngày ký", "working days from signing"),
    "look.one_year": Wording("Một năm từ ngày ký", "One year from signing"),
    "look.confirm": Wording("Lập phiếu và gửi ký", "Put it together and send it to be signed"),
    "look.change": Wording("Sửa lại", "Change it"),
    "sign.title": Wording("Ký phiếu", "Sign papers"),
    "sign.lead": Wording(
        "Chọn phiếu, xem nội dung, rồi ký. Người lập phiếu không thể tự ký.",
        "Choose papers, look at them, then sign. Who drafted a paper cannot sign it."),
    "sign.waits": Wording("Phiếu chờ ký", "Papers that wait"),
    "sign.most": Wording("Số phiếu ký một lần, tối đa:", "Papers at once, at most:"),
    "sign.drafted": Wording("Lập lúc", "Drafted"),
    "sign.look": Wording("Xem các phiếu đã chọn", "Look at the chosen papers"),
    "sign.none": Wording("Không có phiếu nào chờ ký.", "No paper waits for a signature."),
    "sign.done": Wording("Kết quả ký", "What was signed"),
    "sign.signed": Wording("Đã ký", "Signed"),
    "sign.refused": Wording("Chưa ký", "Not signed"),
    "sign.look_title": Wording("Xem trước khi ký", "Look before you sign"),
    "sign.look_lead": Wording(
        "Mỗi phiếu bạn xem được ghi lại và người bệnh nhìn thấy.",
        "Each paper that you look at is recorded, and the patient can see it."),
    "sign.confirm": Wording("Ký bằng khóa của cơ sở", "Sign with the facility's key"),
    "sign.point_key": Wording(
        "Chữ ký của cơ sở có giá trị pháp lý như ký và đóng dấu.",
        "The facility's signature counts as signing and sealing by hand."),
    "sign.point_back": Wording(
        "Phiếu đã ký chỉ có thể hủy, không thể sửa.",
        "A signed paper can be cancelled, never changed."),
    "sign.seen": Wording(
        "Tôi đã xem từng phiếu ở trên.",
        "I have looked at each of the papers above."),
    "sign.button": Wording("Ký", "Sign"),
    "day.title": Wording("Lịch hẹn", "Appointments"),
    "day.lead": Wording(
        "Người được hẹn khám lại tại cơ sở.",
        "Who is expected for re-examination."),
    "day.other": Wording("Ngày khác", "Other days"),
    "day.before": Wording("Ngày trước", "Day before"),
    "day.today": Wording("Hôm nay", "Today"),
    "day.behind": Wording("Ngày sau", "Day after"),
    "day.clock": Wording("Giờ", "Time"),
    "day.no_clock": Wording("Chưa định giờ", "No time"),
    "day.none": Wording("Không có ai được hẹn ngày này.", "Nobody is expected on this day."),
    "day.part": Wording(
        "Cơ sở có nhiều phiếu hẹn; chỉ xét số phiếu đầu:",
        "There are many appointments; only so many were asked:"),
    "day.seen": Wording(
        "Lượt xem này được ghi lại cho từng người bệnh.",
        "That you look is recorded for each patient."),
    "day.choose": Wording("Chọn ngày", "Choose a day"),
    "day.show": Wording("Xem ngày này", "Show this day"),
})  # fmt: skip
