"""The words of the pages of links, consents, looks and representatives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.my_health.unusual import MANY, Mark

SHARING: Final[Mapping[str, Wording]] = MappingProxyType({
    "shares.lead": Wording(
        "Cho người khác xem một phần sổ trong thời gian ngắn bằng mã QR. Bạn thấy ai mở và dừng "
        "được bất cứ lúc nào.",
        "Show a part of the book for a short time by a QR code. You see who opens it, and can "
        "stop it at any time."),
    "shares.new": Wording("Tạo liên kết mới", "A new link"),
    "shares.sections": Wording("Chia sẻ phần nào", "What to share"),
    "shares.visits": Wording("Lượt khám", "Visits"),
    "shares.minutes": Wording("Trong bao lâu", "For how long"),
    "shares.minutes_15": Wording("15 phút", "15 minutes"),
    "shares.minutes_60": Wording("1 giờ", "1 hour"),
    "shares.minutes_1440": Wording("1 ngày", "1 day"),
    "shares.minutes_10080": Wording("7 ngày", "7 days"),
    "shares.opens": Wording("Được mở mấy lần", "How many openings"),
    "shares.opens_hint": Wording("Từ 1 đến 20.", "1 to 20."),
    "shares.label": Wording("Tên liên kết", "Name of the link"),
    "shares.label_hint": Wording(
        "Người nhận cũng thấy tên này; đừng ghi tên bệnh.",
        "Who gets it sees this name, too; name no illness."),
    "shares.recipient": Wording("Dành cho ai", "For whom"),
    "shares.recipient_hint": Wording("Chỉ để bạn nhớ.", "For you to remember."),
    "shares.passcode": Wording("Mã mở", "Passcode"),
    "shares.passcode_hint": Wording(
        "Từ 4 đến 64 ký tự. Nói mã cho người nhận, đừng gửi cùng liên kết. Nên có.",
        "4 to 64 characters. Say it to the other person; do not send it with the link. "
        "Recommended."),
    "shares.sensitive": Wording("Gồm cả nhóm nhạy cảm", "Sensitive categories, too"),
    "shares.sensitive_hint": Wording(
        "Mặc định không gồm. Chỉ chọn nếu người nhận cần biết.",
        "Left out unless you choose them."),
    "shares.create": Wording("Tạo mã QR", "Make the QR code"),
    "shares.mine": Wording("Liên kết của bạn", "Your links"),
    "shares.none": Wording("Bạn chưa tạo liên kết nào.", "You have made no links."),
    "shares.open": Wording("Đang mở", "Open"),
    "shares.ended": Wording("Đã kết thúc", "Ended"),
    "shares.used_up": Wording("Đã dùng hết lượt mở", "Used up"),
    "shares.made": Wording("Tạo lúc", "Made"),
    "shares.expires": Wording("Hết hạn lúc", "Ends"),
    "shares.opened": Wording("Số lần mở", "Openings"),
    "shares.state": Wording("Tình trạng", "State"),
    "shares.follow": Wording("Theo dõi", "Follow"),
    "shares.ready": Wording("Mã QR đã sẵn sàng", "The QR code is ready"),
    "shares.once": Wording(
        "Mã chỉ hiện một lần này. Hệ thống không giữ chìa khóa: rời trang là không xem lại được.",
        "The code is shown this once. Its key is not kept: it cannot be shown again."),
    "shares.link": Wording("Liên kết (nếu không quét được)", "The link (if it cannot be scanned)"),
    "shares.with_passcode": Wording(
        "Người nhận sẽ được hỏi mã mở.", "They are asked for the passcode."),
    "shares.without_passcode": Wording(
        "Không có mã mở: ai có liên kết đều xem được.",
        "Without a passcode: whoever has the link can look."),
    "shares.watch": Wording("Theo dõi ai mở", "See who opens it"),
    "shares.live": Wording("Tình trạng lúc này", "As it stands now"),
    "shares.left": Wording("Còn lại", "Time left"),
    "shares.minutes_left": Wording("phút", "minutes"),
    "shares.who": Wording("Ai đã mở", "Who opened it"),
    "shares.nobody": Wording("Chưa ai mở.", "Nobody has opened it."),
    "shares.says": Wording("Tự xưng là", "Says to be"),
    "shares.opening": Wording("Đã mở", "Opened"),
    "shares.failed": Wording("Nhập sai mã mở", "Wrong passcode"),
    "shares.renew": Wording("Cập nhật", "Look again"),
    "shares.renews": Wording(
        "Trang tự cập nhật khi có người mở.", "This page renews itself when somebody opens it."),
    "shares.stop": Wording("Dừng chia sẻ ngay", "Stop sharing now"),
    "shares.failures": Wording("Lần nhập sai mã", "Wrong passcodes"),
    "shares.is_past": Wording(
        "Điều đã xem thì không thu lại được.", "What was seen cannot be unseen."),

    "consents.lead": Wording(
        "Đồng ý cho một nơi xem hoặc dùng dữ liệu sức khỏe của bạn, cho một mục đích. Rút lại dễ "
        "như khi cho.",
        "Allow somebody to see or use your health data, for one purpose. Taking it back is as "
        "easy as giving it."),
    "consents.means": Wording("Đồng ý nghĩa là gì", "What a consent means"),
    "consents.means_1": Wording(
        "Nơi được nêu tên xem được các nhóm bạn chọn, chỉ cho mục đích đó, trong thời hạn đó.",
        "Who is named sees the categories that you choose, for that purpose, for that time."),
    "consents.means_2": Wording(
        "Dữ liệu sức khỏe là dữ liệu cá nhân nhạy cảm; bạn có quyền không đồng ý và không phải nêu "
        "lý do.",
        "Health data are sensitive personal data; you may refuse, and need no reason."),
    "consents.means_3": Wording(
        "Rút lại có hiệu lực ngay; việc đã làm trước đó vẫn hợp pháp.",
        "Taking it back takes effect at once; what was done before stays lawful."),
    "consents.means_4": Wording(
        "Bác sĩ đang điều trị xem được phần không nhạy cảm theo luật, không cần đồng ý này.",
        "Who treats you reads what is not sensitive by law, without this consent."),
    "consents.new": Wording("Cho phép mới", "A new consent"),
    "consents.purpose": Wording("Mục đích", "Purpose"),
    "consents.kind": Wording("Cho ai", "For whom"),
    "consents.reference": Wording("Mã của nơi đó", "Their code"),
    "consents.reference_hint": Wording(
        "Mã cơ sở khám bệnh gồm 5 ký tự, ví dụ 79A02; tổ chức khác thì ghi mã tổ chức.",
        "A facility's code has 5 characters, such as 79A02; other organisations have a code of "
        "their own."),
    "consents.categories": Wording("Nhóm dữ liệu", "Categories"),
    "consents.until": Wording("Đến hết ngày", "To the end of"),
    "consents.until_hint": Wording(
        "Bỏ trống: đến khi bạn rút lại.", "Empty: until you take it back."),
    "consents.agree": Wording(
        "Tôi đã đọc và đồng ý; tôi biết đây là dữ liệu nhạy cảm và tôi rút lại được bất cứ lúc "
        "nào.",
        "I have read this and agree; I know that the data are sensitive and that I can take it "
        "back at any time."),
    "consents.give": Wording("Đồng ý", "Give the consent"),
    "consents.mine": Wording("Các đồng ý của bạn", "Your consents"),
    "consents.none": Wording("Bạn chưa đồng ý cho ai.", "You have given no consent."),
    "consents.who": Wording("Nơi được phép", "Who"),
    "consents.time": Wording("Thời hạn", "Time"),
    "consents.standing": Wording("Hiệu lực", "Standing"),
    "consents.no_end": Wording("đến khi rút lại", "until taken back"),
    "consents.withdraw": Wording("Rút lại", "Take back"),
    "consents.unread": Wording("Nội dung đã xóa", "Erased"),
    "standing.in_force": Wording("Đang có hiệu lực", "In force"),
    "standing.not_yet": Wording("Chưa bắt đầu", "Not begun"),
    "standing.ended": Wording("Đã hết hạn", "Ended"),
    "standing.withdrawn": Wording("Đã rút lại", "Taken back"),
    "standing.erased": Wording("Nội dung đã xóa", "Erased"),
    "closings.title": Wording("Đóng một nhóm dữ liệu", "Close a category"),
    "closings.lead": Wording(
        "Nhóm đã đóng thì cơ sở đang điều trị cũng không xem được, trừ khi cấp cứu hoặc bạn đồng ý "
        "riêng.",
        "A closed category is not shown to who treats you either, save in an emergency or by your "
        "consent."),
    "closings.closed": Wording("Đang đóng", "Closed"),
    "closings.close": Wording("Đóng", "Close"),
    "closings.reopen": Wording("Mở lại", "Open again"),
    "closings.category": Wording("Nhóm", "Category"),
    "closings.act": Wording("Thay đổi", "Change"),
    "closings.withheld": Wording("Nhạy cảm: vốn không hiển thị", "Sensitive: not shown anyhow"),
    "closings.shown": Wording("Cơ sở điều trị xem được", "Shown to who treats you"),

    "looks.lead": Wording(
        "Mọi lượt xem đều được ghi trước khi dữ liệu hiện ra. Chúng tôi nêu vai trò và cơ quan, "
        "không nêu tên nhân viên.",
        "Each look is recorded before anything is shown. We name the role and the organisation, "
        "not the employee."),
    "looks.at": Wording("Lúc", "When"),
    "looks.who": Wording("Ai", "Who"),
    "looks.what": Wording("Xem gì", "What"),
    "looks.why": Wording("Để làm gì, căn cứ", "Why, on what basis"),
    "looks.marks": Wording("Đáng chú ý", "Worth a look"),
    "looks.report": Wording("Báo lượt xem này", "Report this look"),
    "looks.reported": Wording("Đã báo", "Reported"),
    "looks.all": Wording("Tất cả", "All"),
    "looks.others": Wording("Người khác", "By others"),
    "looks.unusual": Wording("Đáng chú ý", "Worth a look"),
    "looks.refused": Wording("Bị từ chối", "Refused"),
    "looks.show": Wording("Xem lượt nào", "Which looks"),
    "looks.none": Wording("Không có lượt xem nào như vậy.", "There are no such looks."),
    "looks.refused_why": Wording(
        "Có người muốn xem nhưng không có căn cứ: họ không thấy gì.",
        "Somebody wanted to look and had no ground: nothing was shown."),
    "looks.marks_why": Wording(
        "Dấu này nêu điều thấy được theo quy tắc đơn giản, không có nghĩa là sai.",
        "A mark says what is seen by a plain rule; it does not say that it was wrong."),
    "report.title": Wording("Báo lượt xem không cần thiết", "Report a look without need"),
    "report.lead": Wording(
        "Cán bộ bảo vệ dữ liệu sẽ xem xét và trả lời bạn trong 10 ngày.",
        "The data protection officer looks into it and answers within 10 days."),
    "report.words": Wording("Vì sao bạn thấy lượt xem này lạ", "Why you do not understand it"),
    "report.words_hint": Wording(
        "Ví dụ: tôi không khám ở đó ngày hôm ấy.", "For example: I was not there on that day."),
    "report.send": Wording("Gửi báo cáo", "Send the report"),
    "report.mine": Wording("Báo cáo của bạn", "Your reports"),
    "report.due": Wording("Trả lời chậm nhất", "Answer due"),
    "report.answer": Wording("Trả lời", "Answer"),
    "report.waiting": Wording("Đang xem xét", "Being looked into"),
    "finding.lawful": Wording("Lượt xem hợp lệ", "The look was lawful"),
    "finding.misuse": Wording("Lượt xem sai phạm", "The look was misuse"),
    "finding.unclear": Wording("Chưa rõ", "It is not clear"),

    "people.lead": Wording(
        "Người đại diện xem và quyết định thay cho người khác. Mỗi việc họ làm đều ghi tên cả hai.",
        "A representative sees and decides for somebody. Each act names both."),
    "people.mine": Wording("Ai đại diện cho tôi", "Who acts for me"),
    "people.none_mine": Wording("Không ai đại diện cho bạn.", "Nobody acts for you."),
    "people.for": Wording("Tôi đại diện cho ai", "For whom I act"),
    "people.none_for": Wording(
        "Bạn không đại diện cho ai lúc này.", "You act for nobody at present."),
    "people.name": Wording("Người", "Person"),
    "people.relation": Wording("Quan hệ", "Relation"),
    "people.until": Wording("Đến trước ngày", "Until"),
    "people.no_end": Wording("không ghi ngày kết thúc", "no end is named"),
    "people.open": Wording("Mở sổ của người này", "Open this book"),
    "people.how": Wording(
        "Cử hoặc chấm dứt người đại diện cần giấy tờ: giấy khai sinh, quyết định giám hộ, văn bản "
        "ủy quyền. Hãy đến cơ quan quản lý dữ liệu.",
        "To appoint or dismiss somebody takes a document: a birth certificate, a guardianship "
        "decision, a power of attorney. Go to the office that keeps the data."),
    "people.rules": Wording(
        "Quyền của cha mẹ kết thúc khi con đủ 18 tuổi. Từ 15 tuổi, phần nhạy cảm do con quyết "
        "định.",
        "A parent's right ends at 18. From 15 on, what is sensitive is the child's own."),
    "people.somebody": Wording("Một người trong hệ thống", "Somebody known here"),
    "relation.parent": Wording("Cha hoặc mẹ", "Parent"),
    "relation.guardian": Wording("Người giám hộ", "Guardian"),
    "relation.authorised": Wording("Người được ủy quyền", "Authorised person"),
})  # fmt: skip
"""By key."""

MARKS: Final[Mapping[str, Wording]] = MappingProxyType({
    Mark.EMERGENCY.value: Wording("Mở khẩn cấp", "Emergency"),
    Mark.REFUSED.value: Wording("Bị từ chối", "Refused"),
    Mark.NIGHT.value: Wording("Ban đêm (22 đến 6 giờ)", "At night (22 to 6)"),
    Mark.MANY.value: Wording(f"Hơn {MANY} lượt trong ngày", f"More than {MANY} on that day"),
    Mark.FIRST.value: Wording("Nơi này xem lần đầu", "First look of this place"),
})  # fmt: skip

CATEGORIES: Final[Mapping[str, Wording]] = MappingProxyType({
    "general": Wording("Thông tin chung", "General"),
    "hiv": Wording("HIV/AIDS", "HIV/AIDS"),
    "mental": Wording("Sức khỏe tâm thần", "Mental health"),
    "reproductive": Wording("Sức khỏe sinh sản", "Reproductive health"),
    "genetic": Wording("Di truyền", "Genetic"),
    "substance-use": Wording("Sử dụng chất gây nghiện", "Substance use"),
    "violence": Wording("Bạo lực gia đình, xâm hại", "Violence, abuse"),
    "restricted": Wording("Cơ sở đánh dấu hạn chế", "Marked as restricted by the sender"),
})  # fmt: skip

PURPOSES: Final[Mapping[str, Wording]] = MappingProxyType({
    "treatment": Wording("Khám bệnh, chữa bệnh", "Treatment"),
    "insurance": Wording("Bồi thường bảo hiểm thương mại", "A commercial insurer's claim"),
    "occupational-health": Wording("Sức khỏe nghề nghiệp", "Occupational health"),
    "research": Wording("Nghiên cứu", "Research"),
    "personal": Wording("Cho người thân biết", "For family to know"),
})  # fmt: skip

RECIPIENTS: Final[Mapping[str, Wording]] = MappingProxyType({
    "facility": Wording("Cơ sở khám bệnh, chữa bệnh", "A health facility"),
    "organisation": Wording("Tổ chức khác", "Another organisation"),
})  # fmt: skip
"""Persons are allowed by a share, not by typing a pseudonym."""
