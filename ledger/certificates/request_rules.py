"""Every rule that a request can break: its stable name, and its words in both languages.

The name is what clients match on (`ledger.errors.RefusedError.rule`); the words are for people.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording


class Rule(StrEnum):
    """Why a step was refused."""

    STEP_OUT_OF_ORDER = "step_out_of_order"
    FEE_NOT_SETTLED = "fee_not_settled"
    RESUBMISSION_ONLY_IN_SUPPLEMENT = "resubmission_only_in_supplement"
    CERTIFICATE_BEFORE_VERIFICATION = "certificate_before_verification"
    ROLE_MAY_NOT = "role_may_not"
    ONE_OPEN_REQUEST = "one_open_request"
    DOSSIER_EXISTS = "dossier_exists"
    NO_PROCEDURE_IN_FORCE = "no_procedure_in_force"
    TOO_YOUNG = "too_young"
    FORM_2_NEVER_BY_PROXY = "form_2_never_by_proxy"
    PARENT_ONLY_FOR_MINORS = "parent_only_for_minors"
    REPRESENTATIVE_MISSING = "representative_missing"
    AUTHORISATION_MISSING = "authorisation_missing"
    APPLICANT_CONTRADICTS_ROLE = "applicant_contradicts_role"
    IDENTIFICATION_LEVEL_TOO_LOW = "identification_level_too_low"
    URGENT_ONLY_FOR_AGENCIES = "urgent_only_for_agencies"
    WAIVER_NEEDS_NATIONAL_PORTAL = "waiver_needs_national_portal"
    WRONG_AMOUNT = "wrong_amount"
    NOT_EXEMPT = "not_exempt"
    NOTHING_TO_REFUND = "nothing_to_refund"
    REFUND_NOT_ORDERED = "refund_not_ordered"
    REFUND_ONLY_AFTER_THE_END = "refund_only_after_the_end"
    DECLARATION_CONTRADICTS_PERSON = "declaration_contradicts_person"
    ANOTHER_CERTIFICATE = "another_certificate"
    CERTIFICATE_NOT_ISSUED = "certificate_not_issued"
    HIT_NEEDS_EXPLANATION = "hit_needs_explanation"
    RECORD_ERASED = "record_erased"
    DEADLINE_NOT_SET = "deadline_not_set"
    DEADLINE_NOT_MISSED = "deadline_not_missed"
    APOLOGY_NEEDS_A_LATER_DAY = "apology_needs_a_later_day"
    IN_THE_FUTURE = "in_the_future"
    ANOTHERS_FILE = "anothers_file"
    NOT_YOUR_FILE = "not_your_file"
    HAS_IT_ALREADY = "has_it_already"
    TAKE_OVER_NEEDS_REASON = "take_over_needs_reason"
    PROCESSING_ENDED = "processing_ended"


RULES: Final[Mapping[Rule, Wording]] = MappingProxyType({
    Rule.STEP_OUT_OF_ORDER: Wording(
        "Bước này không thực hiện được ở trạng thái hiện tại của hồ sơ.",
        "This step is not possible in the present stage of the request."),
    Rule.FEE_NOT_SETTLED: Wording(
        "Hồ sơ chưa nộp phí hoặc chưa được miễn phí.",
        "The fee is neither paid nor waived."),
    Rule.RESUBMISSION_ONLY_IN_SUPPLEMENT: Wording(
        "Chỉ được nộp lại khi có yêu cầu bổ sung.",
        "A resubmission is taken only while a supplement is asked for."),
    Rule.CERTIFICATE_BEFORE_VERIFICATION: Wording(
        "Chưa ghi nhận kết quả xác minh nên chưa được cấp phiếu.",
        "No certificate before the verification result is recorded."),
    Rule.ROLE_MAY_NOT: Wording(
        "Vai trò này không được thực hiện bước này.",
        "This role may not take this step."),
    Rule.ONE_OPEN_REQUEST: Wording(
        "Người này đang có một hồ sơ chưa kết thúc.",
        "Another request of this person is still open."),
    Rule.DOSSIER_EXISTS: Wording(
        "Mã hồ sơ này đã được tiếp nhận với nội dung khác.",
        "This dossier code is known already, with other content."),
    Rule.NO_PROCEDURE_IN_FORCE: Wording(
        "Không có quy trình nào có hiệu lực vào ngày này.",
        "No procedure version holds on this day."),
    Rule.TOO_YOUNG: Wording(
        "Người được cấp phiếu chưa đủ tuổi theo quy định.",
        "The person is younger than the law requires."),
    Rule.FORM_2_NEVER_BY_PROXY: Wording(
        "Phiếu số 2 không được ủy quyền cho người khác yêu cầu.",
        "Form 2 is never requested by a proxy."),
    Rule.PARENT_ONLY_FOR_MINORS: Wording(
        "Cha, mẹ chỉ yêu cầu thay cho con chưa thành niên.",
        "A parent asks for a minor only."),
    Rule.REPRESENTATIVE_MISSING: Wording(
        "Thiếu thông tin người đại diện, người được ủy quyền.",
        "Who asks in the person's place must be named, and only then."),
    Rule.AUTHORISATION_MISSING: Wording(
        "Thiếu văn bản ủy quyền.",
        "A proxy needs a written authorisation with its date."),
    Rule.APPLICANT_CONTRADICTS_ROLE: Wording(
        "Người yêu cầu không phù hợp với vai trò đang sử dụng.",
        "Who asks does not fit the role that is used."),
    Rule.IDENTIFICATION_LEVEL_TOO_LOW: Wording(
        "Cần tài khoản định danh điện tử mức độ 2.",
        "An electronic identification account of level 2 is needed."),
    Rule.URGENT_ONLY_FOR_AGENCIES: Wording(
        "Chỉ cơ quan tiến hành tố tụng được yêu cầu khẩn.",
        "Only procedural agencies make urgent requests."),
    Rule.WAIVER_NEEDS_NATIONAL_PORTAL: Wording(
        "Miễn, giảm phí chỉ thực hiện qua Cổng Dịch vụ công quốc gia.",
        "A waived or reduced fee goes through the national public service portal."),
    Rule.WRONG_AMOUNT: Wording(
        "Số tiền không đúng mức phí phải nộp.",
        "The amount is not what is due."),
    Rule.NOT_EXEMPT: Wording(
        "Hồ sơ không thuộc nhóm được miễn phí.",
        "The request is not of the exempt group."),
    Rule.NOTHING_TO_REFUND: Wording(
        "Không có khoản phí nào để hoàn.",
        "There is no paid fee to give back."),
    Rule.REFUND_NOT_ORDERED: Wording(
        "Chưa có quyết định hoàn phí.",
        "No refund is ordered."),
    Rule.REFUND_ONLY_AFTER_THE_END: Wording(
        "Chỉ hoàn phí khi hồ sơ kết thúc mà không có kết quả.",
        "A fee goes back only where the request ended without a result."),
    Rule.DECLARATION_CONTRADICTS_PERSON: Wording(
        "Số giấy tờ trong tờ khai không phải của người này.",
        "The number in the declaration is not one of this person's."),
    Rule.ANOTHER_CERTIFICATE: Wording(
        "Đây không phải là phiếu đang lập cho hồ sơ này.",
        "This is not the certificate that was begun for the request."),
    Rule.CERTIFICATE_NOT_ISSUED: Wording(
        "Phiếu chưa được cấp hoặc đã được cấp nên không hủy được.",
        "The certificate is not in the state that this needs."),
    Rule.HIT_NEEDS_EXPLANATION: Wording(
        "Công an có thông tin: cần giải trình trước khi ghi không có án tích.",
        "The police found something: say why the certificate will show nothing."),
    Rule.RECORD_ERASED: Wording(
        "Dữ liệu lý lịch tư pháp đã được xóa nên không thể kết luận.",
        "An entry of the record has been erased: nothing can be concluded."),
    Rule.DEADLINE_NOT_SET: Wording(
        "Hồ sơ chưa có ngày hẹn trả.",
        "No day has been appointed yet."),
    Rule.DEADLINE_NOT_MISSED: Wording(
        "Hồ sơ chưa quá hạn.",
        "The appointed day has not gone by."),
    Rule.APOLOGY_NEEDS_A_LATER_DAY: Wording(
        "Thư xin lỗi phải hẹn ngày trả mới.",
        "An apology promises a day that is still to come."),
    Rule.IN_THE_FUTURE: Wording(
        "Thời điểm xảy ra nằm ở tương lai.",
        "What has happened cannot lie in the future."),
    Rule.ANOTHERS_FILE: Wording(
        "Cán bộ khác đang giữ hồ sơ này; muốn xử lý, hãy tiếp quản và ghi lý do.",
        "Somebody else has this file; to work on it, take it over and say why."),
    Rule.NOT_YOUR_FILE: Wording(
        "Bạn không đang giữ hồ sơ này.",
        "You do not have this file."),
    Rule.HAS_IT_ALREADY: Wording(
        "Cán bộ này đang giữ hồ sơ rồi.",
        "This officer has the file already."),
    Rule.TAKE_OVER_NEEDS_REASON: Wording(
        "Tiếp quản hồ sơ của cán bộ khác phải ghi lý do.",
        "Taking over what somebody has needs a reason."),
    Rule.PROCESSING_ENDED: Wording(
        "Hồ sơ đã kết thúc nên không giao, nhận nữa.",
        "Processing has ended: nobody takes or gives the file any more."),
})  # fmt: skip
