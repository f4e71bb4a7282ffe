"""The words of a patient's book at a facility, emergencies, and who looked; Vietnamese first."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

CARE: Final[Mapping[str, Wording]] = MappingProxyType({
    "patients.title": Wording("Sổ sức khỏe người bệnh", "Patient's health book"),
    "patients.lead": Wording(
        "Tìm người bệnh bằng số trên giấy tờ của họ.",
        "Find a patient by a number on a paper of theirs."),
    "patients.button": Wording("Mở sổ", "Open the book"),
    "patients.rule": Wording(
        "Sổ mở theo quan hệ điều trị hoặc sự đồng ý",
        "A book opens on a care relation or a consent"),
    "patients.rule_text": Wording(
        "Phiếu chuyển đã tiếp nhận, phiếu hẹn, lượt khám gần đây tại cơ sở, hoặc sự đồng ý "
        "của người bệnh. Mỗi lượt xem được ghi lại và người bệnh nhìn thấy.",
        "An accepted referral, an appointment, a recent visit here, or the patient's consent. "
        "Each look is recorded, and the patient can see it."),
    "closed.title": Wording("Sổ này không mở cho bạn", "This book is not open to you"),
    "closed.lead": Wording(
        "Cơ sở chưa có quan hệ điều trị với người này, và người này chưa đồng ý cho xem.",
        "The facility does not treat this person now, and the person has not consented."),
    "closed.ways": Wording("Những cách để được xem", "What opens it"),
    "closed.consent": Wording(
        "Người bệnh đồng ý trong ứng dụng của họ, cho cơ sở hoặc cho một phần sổ.",
        "The patient consents in their app, for the facility or for a part of the book."),
    "closed.paper": Wording(
        "Tiếp nhận phiếu chuyển hoặc phiếu hẹn của người bệnh tại quầy.",
        "Accept the patient's referral or appointment at the reception."),
    "closed.link": Wording(
        "Người bệnh đưa liên kết chia sẻ có thời hạn.",
        "The patient gives a share link for a short time."),
    "closed.emergency": Wording("Chỉ khi cấp cứu", "In an emergency only"),
    "closed.emergency_text": Wording(
        "Khi người bệnh không thể trả lời và tính mạng bị đe dọa.",
        "When the patient cannot be asked and life is at risk."),
    "closed.recorded": Wording("Lần thử xem này đã được ghi lại.", "That you tried is recorded."),
    "glass.title": Wording("Mở sổ khẩn cấp", "Open in an emergency"),
    "glass.over": Wording("Ngoại lệ của pháp luật", "An exception of the law"),
    "glass.lead": Wording(
        "Bạn sắp xem sổ sức khỏe của một người mà không có sự đồng ý của họ.",
        "You are about to read a person's health book without their consent."),
    "glass.weight": Wording("Điều gì sẽ xảy ra", "What will happen"),
    "glass.hours": Wording(
        "Sổ mở cho riêng bạn, lâu nhất bốn giờ, rồi tự đóng.",
        "It opens for you alone, for four hours at the most, and closes by itself."),
    "glass.person": Wording(
        "Người bệnh được báo ngay: ai, cơ sở nào, lúc nào, vì sao.",
        "The patient is told at once: which facility, when, and why."),
    "glass.facility": Wording(
        "Người có trách nhiệm của cơ sở phải xem xét, chậm nhất",
        "Somebody else at your facility has to review it, by"),
    "glass.protection": Wording(
        "Cán bộ bảo vệ dữ liệu cá nhân nhìn thấy lượt mở và kết quả xem xét. Mở không có lý "
        "do chính đáng bị xử lý.",
        "The data protection officer sees it and its review. Opening without need has "
        "consequences."),
    "glass.not_judicial": Wording(
        "Chỉ mở sổ sức khỏe; lý lịch tư pháp không bao giờ mở bằng cách này.",
        "It opens the health book alone; a judicial record never opens this way."),
    "glass.count": Wording("Số lượt bạn đã mở hôm nay", "Opened by you today"),
    "glass.reason": Wording("Vì sao không thể hỏi người bệnh", "Why the patient cannot be asked"),
    "glass.text": Wording("Chuyện gì đã xảy ra", "What happened"),
    "glass.text_hint": Wording(
        "Ít nhất 10 ký tự. Người xem xét và người bệnh đọc được.",
        "At least 10 letters. The reviewer and the patient can read it."),
    "glass.how_long": Wording("Mở trong bao lâu", "For how long"),
    "glass.minutes": Wording("phút", "minutes"),
    "glass.agree": Wording(
        "Tôi xác nhận đây là trường hợp khẩn cấp, tôi đang điều trị người này và chịu trách "
        "nhiệm về lượt mở này.",
        "I state that this is an emergency, that I treat this person, and that I answer for "
        "this look."),
    "glass.button": Wording("Mở sổ khẩn cấp", "Open the book now"),
    "book.title": Wording("Sổ sức khỏe", "Health book"),
    "book.no_name": Wording("Chưa rõ tên", "Name unknown"),
    "book.emergency": Wording("Đang mở khẩn cấp", "Open in an emergency"),
    "book.emergency_until": Wording("Tự đóng lúc", "Closes at"),
    "book.since": Wording(
        "Mới từ nơi khác kể từ lần khám gần nhất tại đây:",
        "New from elsewhere since the last visit here:"),
    "book.no_news": Wording("Không có gì mới.", "Nothing new."),
    "book.all": Wording("Xem tất cả", "Show all"),
    "book.timeline": Wording("Xem diễn biến đầy đủ", "Show the whole timeline"),
    "book.received": Wording("nhận lúc", "received"),
    "book.late": Wording("gửi muộn", "came late"),
    "book.by_person": Wording("người bệnh tự ghi", "told by the person"),
    "reviews.title": Wording("Xem xét lượt mở khẩn cấp", "Review emergency looks"),
    "reviews.lead": Wording(
        "Mỗi lượt mở phải được một người khác xem xét.",
        "Somebody else than who opened it reviews each of them."),
    "reviews.which": Wording("Lượt mở", "Look"),
    "reviews.look": Wording("Xem xét", "Review"),
    "reviews.opened": Wording("Ngày mở", "Opened on"),
    "reviews.due": Wording("Hạn xem xét", "Review due"),
    "reviews.none": Wording("Không có lượt nào chờ xem xét.", "None waits for a review."),
    "review.title": Wording("Lượt mở khẩn cấp", "Emergency look"),
    "review.lead": Wording(
        "Đối chiếu với hồ sơ cấp cứu của cơ sở trước khi kết luận.",
        "Compare with the facility's emergency records before you conclude."),
    "review.what": Wording("Đã xảy ra", "What happened"),
    "review.at": Wording("Mở lúc", "Opened at"),
    "review.until": Wording("Đóng lúc", "Closed at"),
    "review.account": Wording("Tài khoản", "Account"),
    "review.erased": Wording("Đã xóa", "Erased"),
    "review.own": Wording(
        "Bạn đã mở lượt này; người khác phải xem xét.",
        "You opened it; somebody else has to review it."),
    "review.outcome": Wording("Kết luận", "Conclusion"),
    "review.note": Wording("Giải thích", "Explanation"),
    "review.button": Wording("Ghi kết luận", "Record the conclusion"),
    "looks.title": Wording("Ai của cơ sở đã xem", "Who of the facility looked"),
    "looks.lead": Wording(
        "Các lượt xem dữ liệu cá nhân của người thuộc cơ sở. Người được xem chỉ hiện mã ẩn "
        "danh.",
        "Looks at personal data by the facility's own people. Whose data it was is shown as a "
        "pseudonym."),
    "looks.person": Wording("Người được xem", "Whose data"),
    "looks.refused": Wording("Bị từ chối", "Refused"),
    "looks.none": Wording(
        "Chưa có lượt xem nào trong phần đã duyệt.",
        "There are no looks in what was gone over."),
})  # fmt: skip
