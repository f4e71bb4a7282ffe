"""The words of the reception and of acts with papers: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

TAKING: Final[Mapping[str, Wording]] = MappingProxyType({
    "form.time": Wording("Giờ", "Time"),
    "home.title": Wording("Cơ sở khám bệnh, chữa bệnh", "Health care facility"),
    "home.lead": Wording("Việc đang chờ tại cơ sở.", "What waits at the facility."),
    "home.waits": Wording("Đang chờ", "Waiting"),
    "home.open": Wording("Xem", "Open"),
    "home.waiting": Wording("Phiếu chuyển chờ tiếp nhận", "Referrals to be taken in"),
    "home.in_use": Wording("Phiếu chuyển đang sử dụng", "Referrals in use"),
    "home.unsigned": Wording("Phiếu chờ ký", "Papers to be signed"),
    "home.quarantine": Wording("Tài liệu bị từ chối, chờ xử lý", "Refused documents to work off"),
    "home.reviews": Wording("Lượt mở khẩn cấp chờ xem xét", "Emergency looks to be reviewed"),
    "home.go": Wording("Bắt đầu", "Begin"),
    "reception.title": Wording("Tiếp nhận người bệnh", "Reception"),
    "reception.lead": Wording(
        "Quét mã trên phiếu chuyển hoặc phiếu hẹn, đối chiếu người bệnh, rồi tiếp nhận.",
        "Scan the code of a referral or an appointment, compare the patient, then accept."),
    "reception.code": Wording("Nội dung mã QR", "Text of the QR code"),
    "reception.code_hint": Wording(
        "Đặt con trỏ vào ô rồi quét bằng máy quét cầm tay, hoặc dán nội dung mã.",
        "Put the cursor here and use a hand scanner, or paste the text."),
    "reception.check": Wording("Kiểm tra phiếu", "Check the paper"),
    "reception.no_camera": Wording(
        "Không dùng được máy ảnh. Hãy dùng máy quét cầm tay, tải ảnh lên hoặc gõ mã ngắn.",
        "The camera cannot be used. Use a hand scanner, upload a picture or type the short "
        "code."),
    "reception.outage": Wording(
        "Hệ thống gián đoạn không phải là lý do từ chối người bệnh",
        "An outage is no reason to turn a patient away"),
    "reception.outage_text": Wording(
        "Vẫn tiếp nhận, ghi lại số phiếu và thời điểm, rồi báo lại khi có kết nối. Cấp cứu "
        "không cần phiếu chuyển.",
        "Admit, write down the number and the time, and report it once you are online. An "
        "emergency needs no referral."),
    "reception.list": Wording("Phiếu chuyển gửi đến cơ sở", "Referrals addressed to the facility"),
    "reception.none": Wording(
        "Không có phiếu nào ở trạng thái này.",
        "There are no papers in this state."),
    "checked.title": Wording("Kết quả kiểm tra phiếu", "The paper, checked"),
    "checked.compare": Wording(
        "Đối chiếu với giấy tờ tùy thân",
        "Compare with an identity document"),
    "checked.compare_text": Wording(
        "Phiếu là thật chưa có nghĩa người cầm phiếu là người bệnh. So từng mục với giấy tờ "
        "tùy thân trước khi tiếp nhận.",
        "A genuine paper does not prove who brings it. Compare each line with an identity "
        "document before you accept."),
    "checked.compared": Wording(
        "Tôi đã đối chiếu họ tên, ngày sinh, giới tính và số cuối với giấy tờ tùy thân của "
        "người bệnh.",
        "I have compared name, date of birth, sex and the last digits with the patient's "
        "identity document."),
    "checked.came_from": Wording(
        "Mã cơ sở người bệnh vừa rời đi",
        "Code of the facility that the patient left"),
    "checked.came_from_hint": Wording(
        "Chỉ phiếu của cơ sở chuyển trực tiếp mới được dùng.",
        "Only the direct referrer's paper counts."),
    "checked.appointment_code": Wording(
        "Mã QR của phiếu hẹn khám lại",
        "QR code of the re-examination appointment"),
    "checked.abnormal_signs": Wording(
        "Người bệnh đến trước ngày hẹn vì có dấu hiệu bất thường.",
        "The patient comes before the day because of abnormal signs."),
    "checked.agreed": Wording(
        "Đã qua ngày hẹn, cơ sở đồng ý khám.",
        "The day went by, and the facility agrees to see the patient."),
    "checked.elsewhere": Wording(
        "Đây không phải phiếu chuyển hay phiếu hẹn",
        "This is no referral and no appointment"),
    "checked.elsewhere_text": Wording(
        "Giấy tờ này không dùng để tiếp nhận người bệnh. Hãy hỏi người bệnh phiếu của họ.",
        "A patient is not taken in by this paper. Ask for their referral or appointment."),
    "checked.unsure": Wording("Chưa thể biết chắc lúc này", "Nothing certain can be told now"),
    "checked.unsure_text": Wording(
        "Vẫn tiếp nhận người bệnh. Ghi nhận lượt tiếp nhận chưa xác minh; hệ thống sẽ đối "
        "soát sau.",
        "Admit the patient all the same. Report an unverified admission; it is reconciled "
        "later."),
    "checked.admit": Wording("Ghi nhận tiếp nhận chưa xác minh", "Report an unverified admission"),
    "checked.open": Wording("Xem phiếu", "Open the paper"),
    "admission.title": Wording(
        "Báo lượt tiếp nhận khi hệ thống gián đoạn",
        "Report an admission made during an outage"),
    "admission.lead": Wording(
        "Việc tiếp nhận đã xảy ra và không bị hủy. Nếu phiếu không đúng, trường hợp được đánh "
        "dấu để đối soát.",
        "The admission has happened and is never undone. If the paper was not right, the case "
        "is flagged to be reconciled."),
    "admission.what": Wording("Hệ thống sẽ làm gì với báo cáo này", "What becomes of the report"),
    "admission.what_text": Wording(
        "Phiếu dùng được vào lúc tiếp nhận: báo cáo trở thành lượt tiếp nhận. Không dùng "
        "được: lý do được ghi lại, người bệnh vẫn được điều trị.",
        "If the paper was good at that time, the report becomes the acceptance. If not, the "
        "reason is kept, and care goes on."),
    "admission.which": Wording("Phiếu nào", "Which paper"),
    "admission.code_hint": Wording(
        "Nếu không đọc được mã, để trống và điền số phiếu, mã cơ sở cấp, năm cấp.",
        "If the code cannot be read, leave it empty and give number, issuer's code and year."),
    "admission.issuer": Wording("Mã cơ sở cấp", "Issuer's code"),
    "admission.year": Wording("Năm cấp", "Year of issue"),
    "admission.when": Wording("Tiếp nhận khi nào", "When it was"),
    "admission.admitted_at": Wording("Ngày tiếp nhận", "Day of the admission"),
    "admission.offline_number": Wording("Số trong sổ ghi tạm", "Number in the offline book"),
    "admission.offline_hint": Wording(
        "Số mà cơ sở đã ghi lại lúc gián đoạn.",
        "Under which the facility wrote it down."),
    "admission.appointment_hint": Wording(
        "Chỉ cần từ lần điều trị thứ hai bằng phiếu có giá trị một năm.",
        "Only from the second episode on a paper of one year."),
    "admission.button": Wording("Gửi báo cáo", "Send the report"),
    "act.accept": Wording("Tiếp nhận người bệnh", "Accept the patient"),
    "act.consume": Wording("Ghi nhận khám theo hẹn", "Record that the patient was seen"),
    "act.present": Wording("Ghi nhận đã xuất trình", "Record that it was shown"),
    "act.present_hint": Wording(
        "Giữ thời hạn của phiếu khi chưa thể tiếp nhận ngay.",
        "Keeps the paper's term while it cannot be accepted yet."),
    "act.reject": Wording("Không tiếp nhận", "Reject"),
    "act.reject_instead": Wording("Không tiếp nhận bằng phiếu này", "Do not accept this paper"),
    "act.use": Wording("Ghi mã đợt điều trị", "Name the episode"),
    "act.episode_key": Wording("Mã lượt điều trị (MA_LK)", "Episode (MA_LK)"),
    "act.close": Wording("Kết thúc đợt điều trị", "Close the episode"),
    "act.close_hint": Wording(
        "Kết thúc khi người bệnh ra viện. Phiếu một năm sẽ dùng được cho lần sau.",
        "Close it when the patient leaves. A paper of one year can then be used again."),
    "act.cancel": Wording("Hủy phiếu", "Cancel the paper"),
    "act.cancel_hint": Wording(
        "Chỉ cơ sở cấp được hủy, khi chưa ai sử dụng. Mã QR bị thu hồi ngay.",
        "Only its issuer can, before anybody has used it. Its code is revoked at once."),
    "act.cancel_agree": Wording(
        "Tôi hiểu việc hủy không thể hoàn tác.",
        "I understand that this cannot be undone."),
    "act.reschedule": Wording("Đổi ngày hẹn", "Move to another day"),
    "act.reschedule_hint": Wording(
        "Lập phiếu hẹn mới chờ ký; phiếu cũ hết giá trị khi phiếu mới được ký.",
        "Drafts a new paper to be signed; the old one ends when that is signed."),
    "act.new_day": Wording("Ngày hẹn mới", "The new day"),
    "act.miss": Wording("Người bệnh không đến", "The patient did not come"),
    "act.miss_hint": Wording(
        "Cơ sở vẫn có thể khám hoặc hẹn ngày khác.",
        "The facility may still see the patient, or give another day."),
    "act.why": Wording("Lý do", "Reason"),
    "act.none": Wording(
        "Không có việc gì cần làm với phiếu này lúc này.",
        "There is nothing to do with this paper now."),
    "reject.reason": Wording("Vì sao không tiếp nhận", "Why it is not accepted"),
    "reject.note": Wording("Ghi chú", "Note"),
    "reject.final": Wording("Từ chối hẳn", "Reject it finally"),
    "reject.final_hint": Wording(
        "Phiếu hết giá trị với mọi cơ sở; người bệnh cần phiếu khác.",
        "It then serves at no facility; the patient needs another paper."),
})  # fmt: skip
