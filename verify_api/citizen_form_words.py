"""The words of what a citizen is asked: choices with what they mean, and what was wrong."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request_values import FeeGroup, Form
from verify_api.desk.citizen_requests import Receiving

ASK: Final[Mapping[str, Wording]] = MappingProxyType({
    "who": Wording("Người được cấp phiếu", "Whom it is about"),
    "who_hint": Wording(
        "Lấy từ Cơ sở dữ liệu quốc gia về dân cư. Nếu sai, hãy đề nghị công an nơi cư trú "
        "đính chính trước.",
        "Taken from the population register. If it is wrong, have it corrected there first."),
    "name": Wording("Họ và tên", "Full name"),
    "birth_date": Wording("Ngày sinh", "Date of birth"),
    "number": Wording("Số định danh", "Personal number"),
    "form": Wording("Bạn cần loại phiếu nào?", "Which form do you need?"),
    "post_bans": Wording(
        "Ghi cả thông tin cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp (Phiếu số 1 chỉ "
        "ghi khi bạn yêu cầu).",
        "State bans on posts and on running enterprises too (Form 1 says them only on request)."),
    "post_bans_short": Wording("Thông tin cấm chức vụ", "Bans on posts"),
    "purpose": Wording("Bạn dùng phiếu để làm gì?", "What is it for?"),
    "purpose_words": Wording("Mục đích cụ thể", "Purpose in your own words"),
    "purpose_words_hint": Wording(
        "Bắt buộc nếu chọn mục đích khác.", "Required for another purpose."),
    "authority": Wording("Tỉnh, thành phố tiếp nhận", "Province that takes the request"),
    "authority_hint": Wording(
        "Nơi bạn thường trú, hoặc tạm trú nếu không có nơi thường trú.",
        "Where you are registered as resident, or stay if you are not."),
    "receiving": Wording("Cách nhận kết quả", "How you receive it"),
    "copies": Wording("Số bản giấy", "Paper copies"),
    "copies_hint": Wording("Từ 1 đến 20; chỉ khi nhận bản giấy.", "1 to 20; for paper only."),
    "address": Wording("Địa chỉ nhận bản giấy", "Address for paper"),
    "address_hint": Wording(
        "Chỉ khi nhận qua bưu điện.", "Only if it comes by post."),
    "phone": Wording("Số điện thoại", "Phone"),
    "email": Wording("Thư điện tử", "E-mail"),
    "fee_group": Wording("Mức phí", "Fee"),
    "fee_rule": Wording(
        "Miễn, giảm phí chỉ làm qua Cổng Dịch vụ công quốc gia (dichvucong.gov.vn): nơi đó kiểm "
        "tra giấy tờ chứng minh. Không nộp hồ sơ ở đây trước, vì mỗi người chỉ có một hồ sơ.",
        "A waived or reduced fee goes through the national public service portal "
        "(dichvucong.gov.vn) only, which checks the proof. Do not begin here first: everybody has "
        "one request at a time."),
    "go_on": Wording("Tiếp tục", "Continue"),
    "check": Wording("Kiểm tra lại trước khi tạo hồ sơ", "Check before the request is made"),
    "check_yes": Wording("Tạo hồ sơ và nộp phí", "Make the request and pay"),
    "check_change": Wording("Sửa lại", "Change"),
    "check_agree": Wording(
        "Tôi cam đoan những thông tin trên là đúng và chịu trách nhiệm trước pháp luật.",
        "I declare that the above is true and answer for it before the law."),
    "check_point": Wording(
        "Hồ sơ được tạo với các thông tin này; sau đó bạn nộp phí và gửi đi.",
        "The request is made with this; then you pay and send it."),
    "yes": Wording("Có", "Yes"),
    "no": Wording("Không", "No"),
    "none": Wording("Không", "None"),
    "always": Wording("Có (Phiếu số 2 luôn ghi)", "Yes (Form 2 always does)"),

    "answer": Wording("Trả lời yêu cầu bổ sung", "Answer what is missing"),
    "answer_hint": Wording(
        "Sửa hoặc điền phần còn thiếu rồi gửi. Thời hạn tính tiếp từ ngày hôm sau.",
        "Correct or complete, then send. The clock runs on from the day after."),
    "birthplace": Wording("Nơi sinh", "Place of birth"),
    "other_names": Wording("Tên gọi khác", "Other names"),
    "stays": Wording(
        "Quá trình cư trú, nghề nghiệp từ năm 14 tuổi", "Residence and work since the age of 14"),
    "since": Wording("Từ (tháng/năm)", "From (month/year)"),
    "until": Wording("Đến (tháng/năm)", "Until (month/year)"),
    "place": Wording("Nơi ở", "Place"),
    "occupation": Wording("Nghề nghiệp", "Occupation"),
    "line": Wording("Dòng", "Line"),
    "send": Wording("Gửi bổ sung", "Send the supplement"),
})  # fmt: skip

FORMS: Final[Mapping[str, tuple[Wording, Wording]]] = MappingProxyType({
    str(Form.ONE.value): (
        Wording("Phiếu số 1", "Form 1"),
        Wording(
            "Chỉ ghi án tích chưa được xóa. Dùng khi nơi khác được luật cho phép yêu cầu phiếu.",
            "Says convictions that are not expunged. For others who may ask for one by law."),
    ),
    str(Form.TWO.value): (
        Wording("Phiếu số 2", "Form 2"),
        Wording(
            "Ghi mọi án tích, kể cả đã xóa, và lệnh cấm chức vụ. Chỉ để bạn tự biết hoặc cho cơ "
            "quan tiến hành tố tụng; xem lại cần mã bảo vệ 6 chữ số.",
            "Says every conviction, expunged ones too, and bans. For you to know and for "
            "procedural agencies only; shown behind a six-digit passcode."),
    ),
})  # fmt: skip
"""Title, and what it says and who may have it."""

PURPOSES: Final[Mapping[str, Wording]] = MappingProxyType({
    "1": Wording("Xin việc làm", "Employment"),
    "2": Wording("Học tập, lao động, định cư ở nước ngoài", "Study, work or settle abroad"),
    "3": Wording("Xin cấp giấy phép hành nghề", "A licence to practise"),
    "4": Wording("Thủ tục quốc tịch", "Nationality"),
    "5": Wording("Nhận con nuôi", "Adoption"),
    "6": Wording("Thành lập, quản lý doanh nghiệp", "To found or run an enterprise"),
    "7": Wording("Tự biết về lý lịch tư pháp của mình", "To know one's own record"),
    "9": Wording("Mục đích khác", "Another purpose"),
})  # fmt: skip
"""By code; a dossier of a province may have a code that is not here."""
OTHER_PURPOSE: Final = "9"

RECEIVINGS: Final[Mapping[str, tuple[Wording, Wording]]] = MappingProxyType({
    Receiving.ELECTRONIC.value: (
        Wording("Chỉ bản điện tử", "Electronic only"),
        Wording("Tải tại đây và hiện trên VNeID; có giá trị như bản giấy.",
                "Downloaded here and shown in VNeID; counts as paper does."),
    ),
    Receiving.POST.value: (
        Wording("Thêm bản giấy qua bưu điện", "Paper too, by post"),
        Wording("Gửi đến địa chỉ bạn ghi.", "To the address that you give."),
    ),
    Receiving.COUNTER.value: (
        Wording("Thêm bản giấy tại quầy", "Paper too, at the counter"),
        Wording("Nhận tại bộ phận một cửa, mang theo giấy tờ tùy thân.",
                "At the one-stop counter, with an identity document."),
    ),
})  # fmt: skip

FEE_GROUPS: Final[Mapping[str, tuple[Wording, Wording]]] = MappingProxyType({
    FeeGroup.STANDARD.value: (
        Wording("Mức thường", "Standard"),
        Wording("Không thuộc diện miễn, giảm.", "Neither waived nor reduced."),
    ),
    FeeGroup.REDUCED.value: (
        Wording("Mức giảm", "Reduced"),
        Wording("Học sinh, sinh viên; người có công và thân nhân.",
                "Pupils and students; people with merit and their kin."),
    ),
    FeeGroup.EXEMPT.value: (
        Wording("Miễn phí", "Exempt"),
        Wording("Người thuộc hộ nghèo và các nhóm khác theo quy định.",
                "Poor households and other groups that the rules name."),
    ),
})  # fmt: skip

WRONG: Final[Mapping[str, Wording]] = MappingProxyType({
    "form": Wording("Chọn Phiếu số 1 hoặc Phiếu số 2.", "Choose Form 1 or Form 2."),
    "purpose": Wording("Chọn mục đích sử dụng phiếu.", "Choose what it is for."),
    "purpose_words": Wording(
        "Ghi mục đích cụ thể, tối đa 500 ký tự.", "Say what it is for, in 500 characters at most."),
    "authority": Wording("Chọn nơi tiếp nhận.", "Choose where the request goes."),
    "receiving": Wording("Chọn cách nhận kết quả.", "Choose how you receive it."),
    "copies": Wording("Ghi số bản giấy từ 1 đến 20.", "Say how many copies, 1 to 20."),
    "address": Wording(
        "Ghi địa chỉ nhận, tối đa 500 ký tự.", "Say where it is sent, in 500 characters at most."),
    "phone": Wording(
        "Ghi số điện thoại gồm 8 đến 15 chữ số.", "A phone number has 8 to 15 digits."),
    "email": Wording("Ghi địa chỉ dạng ten@example.vn.", "An address such as name@example.vn."),
    "fee_group": Wording("Chọn mức phí.", "Choose the fee."),
    "fee_waiver": Wording(
        "Miễn, giảm phí phải làm qua Cổng Dịch vụ công quốc gia.",
        "A waived or reduced fee goes through the national public service portal."),
    "confirmed": Wording("Hãy đánh dấu vào ô cam đoan.", "Tick the statement first."),
    "birthplace": Wording("Tối đa 500 ký tự.", "500 characters at most."),
    "other_names": Wording("Tối đa 500 ký tự.", "500 characters at most."),
    "stays": Wording(
        "Mỗi dòng cần thời điểm bắt đầu và nơi ở.", "Each line needs when it began and where."),
    "passcode": Wording("Mã bảo vệ gồm đúng 6 chữ số.", "A passcode has exactly 6 digits."),
    "passcode_wrong": Wording("Mã bảo vệ không đúng.", "That is not your passcode."),
    "passcode_locked": Wording(
        "Đã nhập sai quá nhiều lần; hãy đợi.", "Too many wrong ones; please wait."),
    "passcode_too_easy": Wording("Mã này quá dễ đoán.", "That one is too easy to guess."),
    "passcode_differs": Wording("Hai lần nhập không giống nhau.", "The two are not the same."),
    "passcode_not_set": Wording("Hãy đặt mã bảo vệ trước.", "Choose a passcode first."),
    "passcode_exists": Wording(
        "Bạn đã có mã bảo vệ; hãy nhập mã đang dùng.",
        "You have a passcode; type the present one."),
    "identity_not_fresh": Wording(
        "Hãy xác nhận lại danh tính rồi làm lại.", "Show again who you are, then repeat this."),
    "former": Wording("Nhập mã đang dùng, 6 chữ số.", "Type the present one, 6 digits."),
})  # fmt: skip
"""What was wrong, by field or rule."""
