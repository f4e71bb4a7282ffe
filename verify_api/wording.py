"""The words of an answer in Vietnamese and English: heading, what it is, what to do, why.

One sentence a state, what the checker should do next, and what the answer does not mean; a reason
code has its own sentence. Pages, API and command line use these and no others. No sentence names a
person, and none says "invalid" for everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.acceptance_words import ACCEPTANCES
from verify_api.verdict import (
    Authenticity,
    Axis,
    Logged,
    Overall,
    Reason,
    Standing,
    State,
    SubjectMatch,
)


@dataclass(frozen=True, slots=True)
class StateWords:
    """What a person reads about one state."""

    heading: Wording
    sentence: Wording
    next_step: Wording
    not_meaning: Wording


_NOTHING_ABOUT_THE_PERSON: Final = Wording(
    "Kết quả này chỉ nói về mã và giấy tờ, không nói gì về nội dung hay về người có tên trên đó.",
    "This is about the code and the paper only; it says nothing about the person named on it.",
)
_NOT_THE_CONTENT: Final = Wording(
    "Kết quả không xác nhận người xuất trình chính là người có tên trên giấy tờ.",
    "It does not prove that whoever shows the paper is the person named on it.",
)
_NOT_FORGED: Final = Wording(
    "Không có nghĩa là giấy tờ bị làm giả.",
    "It does not mean that the paper is forged.",
)

STATES: Final[Mapping[State, StateWords]] = MappingProxyType({
    State.VALID: StateWords(
        Wording("Thật và còn hiệu lực", "Genuine and in force"),
        Wording(
            "Giấy tờ do cơ quan có thẩm quyền ký, không bị sửa đổi và vẫn còn hiệu lực.",
            "The authority signed it, nothing was changed, and it is still in force.",
        ),
        Wording(
            "Đối chiếu họ tên, ngày sinh và số cuối giấy tờ với giấy tờ tùy thân.",
            "Compare name, date of birth and the last digits with an identity document.",
        ),
        _NOT_THE_CONTENT,
    ),
    State.EXPIRED: StateWords(
        Wording("Thật nhưng đã hết hiệu lực", "Genuine, but expired"),
        Wording(
            "Chữ ký là thật nhưng thời hạn chứng thực của mã đã hết.",
            "The signature is genuine, but the time for which the code proves it is over.",
        ),
        Wording("Đề nghị cung cấp bản mới.", "Ask for a new one."),
        _NOT_FORGED,
    ),
    State.NOT_YET_VALID: StateWords(
        Wording("Chưa có hiệu lực", "Not valid yet"),
        Wording("Ngày cấp ở trong tương lai.", "Its date of issue is in the future."),
        Wording(
            "Kiểm tra lại ngày giờ của thiết bị, rồi thử lại từ ngày cấp.",
            "Check the date and time of this device; try again from the day of issue.",
        ),
        _NOT_FORGED,
    ),
    State.REVOKED: StateWords(
        Wording("Đã bị thu hồi", "Revoked by the issuer"),
        Wording(
            "Cơ quan cấp đã thu hồi hoặc hủy bỏ giấy tờ này.",
            "The authority that issued it has recalled or cancelled it.",
        ),
        Wording(
            "Không chấp nhận; liên hệ cơ quan cấp để biết thêm.",
            "Do not accept it; ask the issuing authority.",
        ),
        _NOTHING_ABOUT_THE_PERSON,
    ),
    State.SUSPENDED: StateWords(
        Wording("Đang tạm ngừng hiệu lực", "Suspended"),
        Wording(
            "Cơ quan cấp đang tạm ngừng hiệu lực của giấy tờ này.",
            "The authority that issued it has suspended it for now.",
        ),
        Wording("Hỏi cơ quan cấp trước khi chấp nhận.", "Ask the issuing authority first."),
        _NOTHING_ABOUT_THE_PERSON,
    ),
    State.SUPERSEDED: StateWords(
        Wording("Đã có bản mới thay thế", "Replaced by a newer one"),
        Wording(
            "Giấy tờ này là thật nhưng đã có bản đính chính thay thế.",
            "It is genuine, but a corrected one has replaced it.",
        ),
        Wording("Đề nghị cung cấp bản mới.", "Ask for the new one."),
        _NOT_FORGED,
    ),
    State.ALTERED: StateWords(
        Wording("Đã bị sửa đổi hoặc không thật", "Altered or not genuine"),
        Wording(
            "Chữ ký không khớp với nội dung của mã.",
            "The signature does not fit what the code says.",
        ),
        Wording(
            "Không chấp nhận; báo cho cơ quan cấp.",
            "Do not accept it; tell the issuing authority.",
        ),
        _NOTHING_ABOUT_THE_PERSON,
    ),
    State.ISSUER_UNKNOWN: StateWords(
        Wording("Không nhận ra cơ quan cấp", "Issuer not recognised"),
        Wording(
            "Không có cơ quan nào trong danh sách tin cậy được ký giấy tờ loại này bằng khóa này.",
            "No authority of the trust list may sign this kind of paper with this key.",
        ),
        Wording(
            "Cập nhật danh sách tin cậy rồi thử lại; hoặc hỏi cơ quan cấp.",
            "Update the trust list and try again, or ask the authority that it names.",
        ),
        _NOTHING_ABOUT_THE_PERSON,
    ),
    State.NOT_OURS: StateWords(
        Wording(
            "Không phải giấy tờ kiểm tra được ở đây",
            "Not a document this service can check",
        ),
        Wording(
            "Mã này thuộc loại khác hoặc dẫn đến địa chỉ khác.",
            "The code is of another sort, or leads to another address.",
        ),
        Wording(
            "Quét mã QR in trên giấy tờ, cạnh số của giấy tờ.",
            "Scan the QR code printed on the paper, beside its number.",
        ),
        _NOT_FORGED,
    ),
    State.UNREADABLE: StateWords(
        Wording("Không đọc được mã", "The code could not be read"),
        Wording(
            "Mã bị hỏng hoặc chưa được đọc đầy đủ.",
            "The code is damaged, or was not read as a whole.",
        ),
        Wording(
            "Thử lại với đủ sáng và gần hơn, tải ảnh lên, hoặc gõ mã ngắn in bên cạnh.",
            "Try more light and a shorter distance, upload a picture, or type the short code.",
        ),
        _NOT_FORGED,
    ),
    State.CANNOT_CONFIRM: StateWords(
        Wording("Hiện chưa thể xác nhận", "Cannot be confirmed now"),
        Wording(
            "Thiếu thông tin đủ mới để trả lời có hoặc không.",
            "What is known is too old, or missing, to say yes or no.",
        ),
        Wording(
            "Kiểm tra trực tuyến, hoặc thử lại sau.",
            "Check online, or try again later.",
        ),
        _NOT_FORGED,
    ),
    State.CAMERA_UNAVAILABLE: StateWords(
        Wording("Không dùng được máy ảnh", "Camera not available"),
        Wording("Trang này không mở được máy ảnh.", "This page cannot open a camera."),
        Wording(
            "Cho phép dùng máy ảnh, tải ảnh lên, hoặc gõ mã ngắn.",
            "Allow the camera, upload a picture, or type the short code.",
        ),
        Wording("Chưa kiểm tra gì.", "Nothing has been checked."),
    ),
    State.SERVICE_ERROR: StateWords(
        Wording(
            "Dịch vụ gặp lỗi, chưa kiểm tra",
            "The service failed, nothing was checked",
        ),
        Wording("Dịch vụ hiện không trả lời được.", "The service cannot answer now."),
        Wording("Thử lại sau ít phút.", "Try again in a few minutes."),
        Wording("Chưa kiểm tra gì.", "Nothing has been checked."),
    ),
    State.NOT_IN_REGISTER: StateWords(
        Wording("Không có trong sổ công khai", "Not in the public register"),
        Wording(
            "Chữ ký đúng nhưng sổ công khai không có giấy tờ này.",
            "The signature is right, but the public register does not have this paper.",
        ),
        Wording(
            "Không chấp nhận; báo cho cơ quan cấp.",
            "Do not accept it; report it to the issuing authority.",
        ),
        _NOTHING_ABOUT_THE_PERSON,
    ),
    State.SUBJECT_DIFFERS: StateWords(
        Wording("Không khớp với người được kiểm tra", "Belongs to someone else"),
        Wording(
            "Thông tin đã nhập không khớp với giấy tờ.",
            "What was entered does not fit the paper.",
        ),
        Wording(
            "Kiểm tra lại thông tin đã nhập; nếu vẫn không khớp thì không chấp nhận.",
            "Check what was entered; if it still differs, do not accept the paper.",
        ),
        _NOT_FORGED,
    ),
    State.NOT_ACCEPTABLE: StateWords(
        Wording("Thật nhưng không tiếp nhận được", "Genuine, but not to be accepted"),
        Wording(
            "Chữ ký là thật, nhưng phiếu này không dùng được ở đây hoặc không dùng được nữa.",
            "The signature is genuine, but it is not for here, or has served already.",
        ),
        Wording(
            "Xem lý do; cấp cứu thì tiếp nhận ngay, không cần phiếu.",
            "See the reason; an emergency is admitted at once, without any paper.",
        ),
        _NOT_FORGED,
    ),
})  # fmt: skip

OVERALLS: Final[Mapping[Overall, Wording]] = MappingProxyType({
    Overall.VALID: Wording("Hợp lệ", "Valid"),
    Overall.NOT_VALID: Wording("Không hợp lệ", "Not valid"),
    Overall.CANNOT_TELL: Wording("Chưa thể kết luận", "Cannot tell"),
})  # fmt: skip

AXES: Final[Mapping[Axis, Wording]] = MappingProxyType({
    Authenticity.GENUINE: Wording("Thật, không bị sửa đổi", "Genuine, not altered"),
    Authenticity.ALTERED: Wording("Chữ ký không khớp", "The signature does not fit"),
    Authenticity.UNKNOWN_ISSUER: Wording("Không rõ cơ quan cấp", "Unknown issuer"),
    Authenticity.NOT_FOR_THIS_KIND: Wording(
        "Khóa này không được ký loại giấy tờ này", "This key may not sign this kind"),
    Authenticity.DAMAGED: Wording("Mã bị hỏng", "The code is damaged"),
    Authenticity.UNSUPPORTED: Wording("Không phải loại kiểm tra được", "Not a kind checked here"),
    Authenticity.UNDETERMINED: Wording("Chưa xác định được", "Not determined"),
    Standing.IN_FORCE: Wording("Còn hiệu lực", "In force"),
    Standing.REVOKED: Wording("Đã bị thu hồi", "Revoked"),
    Standing.SUPERSEDED: Wording("Đã được thay thế", "Superseded"),
    Standing.SUSPENDED: Wording("Đang tạm ngừng", "Suspended"),
    Standing.EXPIRED: Wording("Đã hết hiệu lực", "Expired"),
    Standing.NOT_YET_VALID: Wording("Chưa có hiệu lực", "Not valid yet"),
    Standing.UNKNOWN: Wording("Chưa biết", "Not known"),
    Logged.IN_LOG: Wording("Có trong sổ công khai", "In the public register"),
    Logged.TOO_YOUNG: Wording("Mới cấp, sổ chưa kịp xác nhận", "Too new to be confirmed yet"),
    Logged.NOT_FOUND: Wording("Không có trong sổ công khai", "Not in the public register"),
    Logged.NOT_CHECKED: Wording("Chưa đối chiếu sổ công khai", "Public register not consulted"),
    SubjectMatch.MATCHES: Wording("Khớp với thông tin đã nhập", "Fits what was entered"),
    SubjectMatch.DOES_NOT_MATCH: Wording(
        "Không khớp với thông tin đã nhập", "Does not fit what was entered"),
    SubjectMatch.NOT_ASKED: Wording("Chưa đối chiếu với người", "Not compared with a person"),
    **{acceptance: words.text for acceptance, words in ACCEPTANCES.items()},
})  # fmt: skip

REASONS: Final[Mapping[Reason, Wording]] = MappingProxyType({
    Reason.TOO_LONG: Wording("Mã dài quá mức cho phép.", "The code is longer than any of ours."),
    Reason.UNKNOWN_FORMAT: Wording("Không nhận ra định dạng mã.", "The code's format is unknown."),
    Reason.FOREIGN_HOST: Wording(
        "Mã dẫn đến một địa chỉ không thuộc danh sách cho phép.",
        "The code leads to an address that is not on the list."),
    Reason.BROKEN_TEXT: Wording("Phần chữ số của mã bị hỏng.", "The code's digits are damaged."),
    Reason.BROKEN_LAYOUT: Wording(
        "Cấu trúc bên trong mã bị hỏng.", "The code's inner structure is damaged."),
    Reason.BROKEN_HEADER: Wording(
        "Phần đầu của chữ ký không đúng dạng.", "The signature's header has another form."),
    Reason.ENCRYPTED: Wording(
        "Nội dung được mã hóa, không hỗ trợ.", "The content is encrypted; that is not supported."),
    Reason.TRUST_LIST_STALE: Wording(
        "Danh sách tin cậy đã quá cũ.", "The trust list is too old."),
    Reason.TRUST_LIST_AGEING: Wording(
        "Danh sách tin cậy đã đến hạn cập nhật.", "The trust list is due for an update."),
    Reason.KEY_UNKNOWN: Wording(
        "Khóa ký không có trong danh sách tin cậy.", "The signing key is not on the trust list."),
    Reason.KEY_ALGORITHM: Wording(
        "Thuật toán không phải của khóa.", "The algorithm is not the key's."),
    Reason.KEY_NOT_YET_USED: Wording(
        "Khóa ký chưa được đưa vào sử dụng.", "The signing key is not in use yet."),
    Reason.KEY_WINDOW: Wording(
        "Khóa không được ký vào ngày cấp đó.", "The key might not sign on that day of issue."),
    Reason.KEY_RETIRED: Wording(
        "Đã quá thời hạn kiểm tra chữ ký của khóa này.",
        "The time to check this key's signatures is over."),
    Reason.KEY_REVOKED: Wording("Khóa ký đã bị hủy bỏ.", "The signing key was revoked."),
    Reason.KEY_COMPROMISED: Wording(
        "Khóa ký đã bị lộ trước khi giấy tờ vào sổ.",
        "The signing key was compromised before the paper was registered."),
    Reason.KEY_COMPROMISED_UNPROVEN: Wording(
        "Khóa ký đã bị lộ; cần đối chiếu sổ công khai trực tuyến.",
        "The signing key was compromised: the public register has to be consulted online."),
    Reason.KEY_LATER_COMPROMISED: Wording(
        "Khóa ký bị lộ về sau; sổ chứng minh giấy tờ có trước đó.",
        "The signing key was compromised later; the register proves that this came before."),
    Reason.SIGNATURE_WRONG: Wording(
        "Chữ ký không khớp với nội dung.", "The signature does not fit the content."),
    Reason.BROKEN_PAYLOAD: Wording(
        "Nội dung đã ký không ở dạng mã hóa duy nhất.",
        "The signed content is not in its one encoding."),
    Reason.BROKEN_CLAIMS: Wording(
        "Nội dung đã ký không đúng dạng.", "The signed content has another form."),
    Reason.KEY_USE: Wording(
        "Khóa này không được ký loại giấy tờ này.", "This key may not sign this kind of paper."),
    Reason.KEY_ISSUER: Wording(
        "Cơ quan ghi trong mã không phải chủ của khóa.",
        "The authority in the code does not own the key."),
    Reason.UNKNOWN_DOCUMENT: Wording(
        "Chữ ký đúng nhưng không rõ loại giấy tờ.",
        "The signature is right, but this kind of paper is unknown here."),
    Reason.ISSUED_IN_FUTURE: Wording(
        "Ngày cấp ở trong tương lai.", "The date of issue is in the future."),
    Reason.EXPIRED: Wording("Đã quá ngày hết hạn.", "The day of expiry has passed."),
    Reason.REVOKED: Wording("Cơ quan cấp đã thu hồi.", "The issuer has revoked it."),
    Reason.SUSPENDED: Wording("Cơ quan cấp đã tạm ngừng.", "The issuer has suspended it."),
    Reason.SUPERSEDED: Wording("Đã có bản mới thay thế.", "A newer one has replaced it."),
    Reason.STATUS_ELSEWHERE: Wording(
        "Địa chỉ trạng thái không thuộc cơ quan cấp.",
        "Its status is said to stand where this issuer publishes nothing."),
    Reason.STATUS_MISSING: Wording(
        "Không có thông tin trạng thái.", "Its status is not known here."),
    Reason.STATUS_STALE: Wording(
        "Thông tin trạng thái đã quá cũ.", "What is known of its status is too old."),
    Reason.STATUS_NOT_OFFERED: Wording(
        "Loại mã này không cho biết việc thu hồi; chỉ kiểm tra chữ ký và thời hạn.",
        "This kind of code tells nothing of revocation: signature and dates were checked."),
    Reason.NOT_IN_REGISTER: Wording(
        "Sổ công khai không có giấy tờ này.", "The register does not have this paper."),
    Reason.OTHER_CONTENT: Wording(
        "Sổ công khai có số này với nội dung khác.",
        "The register has this number with other content."),
    Reason.LOG_TOO_YOUNG: Wording(
        "Mới cấp; sổ công khai chưa kịp xác nhận.",
        "Just issued; the register has not been confirmed yet."),
    Reason.LOG_TIME: Wording(
        "Thời điểm vào sổ không hợp với ngày cấp.",
        "It was registered at a time that does not go with its date of issue."),
    Reason.YOUNGER_THAN_LANDMARKS: Wording(
        "Mới hơn các mốc của sổ công khai đang có ở đây.",
        "Younger than the register's landmarks that are kept here."),
    Reason.SUBJECT_DIFFERS: Wording(
        "Thông tin đã nhập không khớp.", "What was entered does not fit."),
    Reason.SUBJECT_NOT_COMPARED: Wording(
        "Thông tin đã nhập chưa được đối chiếu với loại mã này; hãy tự đối chiếu.",
        "What was entered is not compared with this kind of code: compare it yourself."),
    Reason.NOT_ADDRESSED: Wording(
        "Phiếu gửi đến cơ sở khác.", "It is addressed to another facility."),
    Reason.IN_USE_ELSEWHERE: Wording(
        "Một cơ sở đang sử dụng phiếu này.", "A facility has accepted it and treats by it."),
    Reason.USED_UP: Wording("Phiếu đã được sử dụng.", "It has been used."),
    Reason.FINALLY_REJECTED: Wording(
        "Một cơ sở đã từ chối phiếu này.", "A facility has finally rejected it."),
    Reason.TAKEN_BACK: Wording("Cơ sở cấp đã hủy phiếu.", "Its issuer has taken it back."),
    Reason.MOVED: Wording("Đã có phiếu khác thay thế.", "Another paper took its place."),
    Reason.DAY_WENT_BY: Wording("Đã qua ngày hẹn.", "The day of the appointment has gone by."),
    Reason.LAPSED: Wording(
        "Đã hết thời hạn xuất trình phiếu.", "The time to present it is over."),
    Reason.SERVES_EPISODE: Wording(
        "Phiếu đã được xuất trình trong thời hạn; có giá trị đến hết đợt điều trị.",
        "It was presented within its term, and serves to the end of the episode."),
})  # fmt: skip
