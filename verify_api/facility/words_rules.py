"""What a form says of a rule that refused it: Vietnamese first, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

RULES: Final[Mapping[str, Wording]] = MappingProxyType({
    "missing": Wording("Cần điền hoặc đánh dấu mục này.", "This has to be filled in or ticked."),
    "accepted_here": Wording(
        "Cơ sở này đã tiếp nhận phiếu.",
        "This facility has accepted it already."),
    "accepted_elsewhere": Wording(
        "Cơ sở khác đã tiếp nhận trước. Liên hệ cơ sở đó.",
        "Another facility has accepted it first. Speak with them."),
    "not_addressed": Wording(
        "Phiếu không gửi đến cơ sở này.",
        "It is not addressed to this facility."),
    "not_the_direct_referrer": Wording(
        "Phải là phiếu của cơ sở mà người bệnh vừa rời đi.",
        "Expected the paper of the facility that the patient left."),
    "lapsed": Wording("Đã hết thời hạn xuất trình.", "The term to show it is over."),
    "appointment_needed": Wording(
        "Từ lần thứ hai cần có phiếu hẹn khám lại.",
        "From the second episode on an appointment is needed."),
    "used_up": Wording("Phiếu đã được sử dụng.", "It is used up."),
    "finally_rejected": Wording("Phiếu đã bị từ chối hẳn.", "It was finally rejected."),
    "cancelled": Wording("Phiếu đã bị hủy.", "It was cancelled."),
    "is_cancelled": Wording("Phiếu đã bị hủy.", "It was cancelled."),
    "is_rescheduled": Wording("Phiếu đã đổi sang ngày khác.", "It was moved to another day."),
    "is_consumed": Wording(
        "Người bệnh đã được khám theo phiếu này.",
        "The patient was seen by it already."),
    "version_differs": Wording(
        "Phiếu đã thay đổi từ khi bạn mở trang. Xem lại rồi thử lại.",
        "It has changed since you opened the page. Look again, then try again."),
    "in_use": Wording(
        "Người bệnh đang được điều trị bằng phiếu này; chỉ có thể kết thúc đợt điều trị.",
        "The patient is being treated by it; it can only be closed."),
    "not_in_use_here": Wording(
        "Phiếu không được sử dụng tại cơ sở này.",
        "It is not in use at this facility."),
    "not_the_issuer": Wording("Chỉ cơ sở cấp được làm việc này.", "Only its issuer may."),
    "double_use": Wording(
        "Phiếu hẹn đã được dùng một lần. Lần thử này được ghi lại.",
        "It was used once already. That it was tried is recorded."),
    "too_early": Wording(
        "Chưa đến ngày hẹn: chỉ khi có dấu hiệu bất thường.",
        "It is before its day: only with abnormal signs."),
    "missed": Wording(
        "Đã qua ngày hẹn: cần cơ sở đồng ý.",
        "Its day went by: the facility has to agree."),
    "other_facility": Wording("Phiếu hẹn của cơ sở khác.", "It is another facility's appointment."),
    "own_number_taken": Wording("Số này đã dùng cho phiếu khác.", "Another paper has this number."),
    "episode_taken": Wording(
        "Đợt điều trị này đã có phiếu hẹn.",
        "This episode has an appointment already."),
    "appointed_in_the_past": Wording("Cần một ngày sau hôm nay.", "Expected a day after today."),
    "appointed_before_written": Wording(
        "Cần một ngày sau ngày lập phiếu.",
        "Expected a day after the paper's own."),
    "appointed_too_far": Wording(
        "Ngày hẹn quá xa: trong vòng một năm.",
        "Too far ahead: within a year."),
    "facility_unknown": Wording(
        "Cơ sở chưa được đăng ký hoặc đang tạm dừng.",
        "The facility is not registered, or suspended."),
    "referred_to_itself": Wording(
        "Không chuyển đến chính cơ sở mình.",
        "A facility does not refer to itself."),
    "facility_code": Wording(
        "Mã cơ sở gồm 5 ký tự, ví dụ 79A01.",
        "A facility's code has 5 characters, such as 79A01."),
    "icd_10": Wording("Mã ICD-10, ví dụ B18.0.", "An ICD-10 code, such as B18.0."),
    "list_form": Wording(
        "Một đến vài mã, cách nhau bằng dấu phẩy.",
        "One or a few codes, with commas between."),
    "twice": Wording("Mỗi mã chỉ ghi một lần.", "Each code once."),
    "too_long": Wording("Quá dài.", "Too long."),
    "text_form": Wording("Ký tự không dùng được.", "There are characters that are not taken."),
    "time_form": Wording("Cần đủ ngày và giờ.", "Expected a day and a time."),
    "moment_form": Wording(
        "Cần đủ ngày và giờ, ví dụ 08:30.",
        "Expected a day and a time, such as 08:30."),
    "times_backwards": Wording("Các thời điểm không theo thứ tự.", "The times run backwards."),
    "day": Wording("Không phải là ngày.", "That is no day."),
    "date": Wording("Không phải là ngày, ví dụ 24/11/2026.", "Expected a day, such as 24/11/2026."),
    "date_form": Wording("Không phải là ngày.", "That is no day."),
    "number_form": Wording("Số giấy tờ không đúng dạng.", "The number has another form."),
    "personal_number": Wording("Số định danh gồm 12 chữ số.", "A personal number has 12 digits."),
    "insurance_card": Wording(
        "Số thẻ bảo hiểm y tế gồm 15 ký tự.",
        "A health insurance card's number has 15 characters."),
    "not_a_one_year_disease": Wording(
        "Bệnh này không thuộc danh mục một năm.",
        "This disease is not on the one-year list."),
    "signer_is_drafter": Wording(
        "Người lập phiếu không thể tự ký.",
        "Who drafted it cannot sign it."),
    "no_signing_key": Wording(
        "Cơ sở chưa có khóa ký đang hiệu lực.",
        "The facility has no signing key in force."),
    "none_chosen": Wording("Chọn từ 1 đến 20 phiếu.", "Choose 1 to 20 papers."),
    "code_unknown_here": Wording(
        "Không phải mã của phiếu có trong sổ.",
        "This is not the code of a paper on file."),
    "no_such_paper": Wording(
        "Không có phiếu nào khớp mã ngắn và ngày cấp.",
        "No paper fits this short code and day of issue."),
    "not_a_referral": Wording("Đây không phải phiếu chuyển.", "This is no referral."),
    "year_form": Wording("Năm gồm 4 chữ số, ví dụ 2026.", "A year has 4 digits, such as 2026."),
    "in_the_future": Wording("Thời điểm ở tương lai.", "It lies ahead."),
    "too_long_ago": Wording("Quá lâu: trong vòng một năm.", "Too long ago: within a year."),
    "once_missing": Wording(
        "Biểu mẫu đã cũ. Tải lại trang rồi thử lại.",
        "The form is too old. Load the page again."),
    "reason_too_short": Wording("Ít nhất 10 ký tự.", "At least 10 letters."),
    "emergency_too_long": Wording("Lâu nhất bốn giờ.", "Four hours at the most."),
    "too_many_emergencies": Wording(
        "Bạn đã mở năm lượt hôm nay; không thể mở thêm.",
        "You have opened five today; no more can be opened."),
    "already_reviewed": Wording("Lượt mở này đã được xem xét.", "It was reviewed before."),
    "reviewer_opened_it": Wording(
        "Người mở không thể tự xem xét.",
        "Who opened it cannot review it."),
    "no_such_book": Wording(
        "Không có sổ nào được biết với số này.",
        "No book is known under this number."),
    "file_size": Wording("Tệp quá lớn: tối đa 10 MB.", "The file is too large: 10 MB at most."),
    "file_form": Wording(
        "Không phải XML bảo hiểm, FHIR JSON hoặc tệp nhiều dòng FHIR.",
        "Neither insurance XML, FHIR JSON nor lines of it."),
    "correction_needs_a_reason": Wording(
        "Nội dung khác lần trước: cần lý do sửa.",
        "It differs from what was sent before: a reason is needed."),
    "json": Wording("Không phải JSON đúng.", "This is not JSON."),
    "xml": Wording("Không phải XML đúng.", "This is not XML."),
})  # fmt: skip

QUALITY_RULES: Final[Mapping[str, Wording]] = MappingProxyType({
    "code_missing": Wording("Chỉ có chữ, không có mã", "Text alone, without a code"),
    "code_without_system": Wording(
        "Mã không nói thuộc bảng mã nào", "A code without its code system"),
    "code_form": Wording("Mã không đúng dạng của bảng mã", "A code of another form"),
    "code_unknown": Wording(
        "Mã không có trong bảng mã vào ngày khám",
        "A code that the list of that day does not have"),
    "display_mismatch": Wording(
        "Tên không khớp với mã", "A name that is not the code's in the list"),
    "system_name": Wording(
        "Bảng mã ghi bằng địa chỉ không chính thức", "A code system under another address"),
    "essential_missing": Wording("Thiếu mục cần có", "An element that should be there is missing"),
    "ips_section": Wording(
        "Bản tóm tắt thiếu phần bắt buộc", "A summary without a section that it requires"),
    "example_address": Wording("Địa chỉ mẫu, chưa điền thật", "An address that is a placeholder"),
    "recorded_before_onset": Wording(
        "Ngày ghi nhận trước ngày khởi phát", "Recorded before it began"),
    "before_birth": Wording("Thời điểm trước ngày sinh", "A time before the patient's birth"),
    "after_death": Wording("Thời điểm sau khi mất", "A time after the patient's death"),
    "age": Wording("Tuổi không thể có", "An age that nobody has reached"),
    "vital_code": Wording(
        "Dấu hiệu sinh tồn không có mã LOINC", "A vital sign without its LOINC code"),
    "vital_time": Wording(
        "Dấu hiệu sinh tồn không có thời điểm đo", "A vital sign without when it was measured"),
    "vital_profile": Wording(
        "Mã không khớp với loại dấu hiệu sinh tồn đã khai",
        "A code that is not that of the vital sign's profile"),
    "vital_unit": Wording(
        "Đơn vị đo không dùng cho dấu hiệu này", "A unit that this vital sign does not have"),
    "implausible": Wording("Giá trị đo khó có thể đúng", "A value that can hardly be right"),
    "vs-2": Wording(
        "Dấu hiệu sinh tồn không có giá trị, cũng không nói vì sao",
        "A vital sign without a value, or the reason why"),
    "vs-3": Wording(
        "Thành phần đo không có giá trị, cũng không nói vì sao",
        "A part of a vital sign without a value, or the reason why"),
})  # fmt: skip
"""What the checks after intake find, by rule: nothing is refused, a facility's figures are made."""
