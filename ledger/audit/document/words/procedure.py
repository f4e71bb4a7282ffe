"""C10: order, office and time of acts."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import ASK_OFFICE, NOT_CONTENT
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Trình tự và thẩm quyền",
        "Procedure and office",
    ),
    Wording(
        "Các bước của yêu cầu, vòng đời của giấy và vai trò của người thực hiện, xét lại theo "
        "bảng quy trình.",
        "The steps of requests, the life of certificates and the roles of who acted, judged "
        "again by the table of steps.",
    ),
    Wording(
        "Trong các luồng đã xét, mỗi bước đúng trình tự và do người đúng vai trò thực hiện. "
        "Không xét nội dung đúng hay sai.",
        "In the streams that were judged each step came in its order, by somebody of the right"
        " role. Whether the content is true was not judged.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C10.order": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước không được phép đứng sau bước trước nó.",
            "A step may not follow the one before it.",
        ),
        Wording(
            "Thủ tục không được tuân theo; giấy dựa trên nó có thể bị khiếu nại. Các bước sau "
            "trong luồng này không được xét.",
            "The procedure was not kept; a paper that rests on it can be challenged. Later "
            "steps of this stream were not judged.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.role": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước do người không có vai trò cần thiết thực hiện.",
            "A step was done by somebody without the role for it.",
        ),
        Wording(
            "Người thực hiện không có thẩm quyền theo bảng quy trình.",
            "Who acted had no authority by the table of steps.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.time": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một bước nói về thời điểm sau khi nó được ghi.",
            "A step tells of a time after its own recording.",
        ),
        Wording(
            "Điều chưa xảy ra đã được ghi như đã xảy ra.",
            "What had not happened yet was recorded as done.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.two_officers": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một người làm cả hai việc: soạn và ký, xin và trả lời, hoặc xem khẩn cấp và xét lại.",
            "One person did what two have to: draft and sign, ask and answer, or look and review.",
        ),
        Wording(
            "Nguyên tắc hai người bị vi phạm; giá trị của việc đã làm phải được xem lại.",
            "The rule of two officers was broken; what was done has to be looked at again.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.open_request": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một người có hai yêu cầu cùng lúc, hoặc yêu cầu chưa được mở cùng với người đó.",
            "A person has two requests at once, or a request was not opened with its person.",
        ),
        Wording(
            "Quy tắc một yêu cầu mở cho mỗi người bị vi phạm; có thể cấp hai giấy cho một việc.",
            "The rule of one open request a person was broken; two papers may come of one matter.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.dossier": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Giấy chứng nhận không dựa trên yêu cầu nào nêu nó.",
            "A certificate rests on no request that names it.",
        ),
        Wording(
            "Giấy được soạn ngoài thủ tục: không rõ ai đã xin và căn cứ nào.",
            "It was drafted outside the procedure: who asked for it, and on what ground, is "
            "not known.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.certificate": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Yêu cầu được coi là xong với một giấy chưa cấp hoặc của yêu cầu khác.",
            "A request was ended with a certificate that was not issued, or is another request's.",
        ),
        Wording(
            "Người xin có thể chưa nhận được điều được hứa, hoặc nhận giấy của người khác.",
            "Who asked may not have got what was promised, or got another's paper.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.number": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Số của giấy chưa được cấp, hoặc thuộc giấy khác.",
            "A certificate's number was never assigned, or is another's.",
        ),
        Wording(
            "Hai giấy có thể mang một số; số không còn chỉ đúng một giấy.",
            "Two papers may bear one number; it does not point to one paper any more.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.status_index": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Chỗ của giấy trong danh sách trạng thái chưa được cấp, hoặc thuộc giấy khác.",
            "A certificate's place in the status list was never taken, or is another's.",
        ),
        Wording(
            "Thu hồi một giấy có thể làm giấy khác hiện là bị thu hồi, hoặc không hiện gì.",
            "Recalling one paper may show another as recalled, or show nothing.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.facility": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Cơ sở chưa đăng ký hoặc không được phép vào lúc ấy.",
            "The facility was not registered, or not allowed to, at that time.",
        ),
        Wording(
            "Giấy do cơ sở không có thẩm quyền cấp hoặc tiếp nhận.",
            "The paper was issued or taken by a facility without authority.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.paper": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Việc sử dụng dựa trên một giấy không được cơ sở này cấp.",
            "What was used is no paper that this facility issued.",
        ),
        Wording(
            "Giấy chuyển tuyến hoặc giấy hẹn không có giấy đã cấp đứng sau.",
            "A referral or appointment was used that no issued paper stands behind.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.appointment": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Giấy chuyển tuyến và giấy hẹn phải đi cùng nhau nhưng không khớp.",
            "A referral and an appointment that belong together do not fit.",
        ),
        Wording(
            "Một lần khám lại được tính mà thiếu giấy hẹn đã dùng, hoặc ngược lại.",
            "A re-examination was counted without the appointment that was used, or the other "
            "way round.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.ask": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một đề nghị hẹn khám được ghi là đã đáp ứng, nhưng không có phiếu hẹn đứng sau.",
            "An ask about an appointment and the appointment behind it do not fit.",
        ),
        Wording(
            "Người bệnh có thể đã được báo điều không có thật.",
            "A patient may have been told what was not so.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.custody": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một hồ sơ được giao, nhận hoặc xử lý bởi người không đang thụ lý nó.",
            "A file was taken, given or worked on by somebody who did not have it.",
        ),
        Wording(
            "Không rõ ai chịu trách nhiệm về hồ sơ vào lúc ấy.",
            "Who answered for the file at that time is not clear.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.letter": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một thư được lưu không khớp với điều đã báo cho người yêu cầu.",
            "A letter that was kept does not belong to what the applicant was told.",
        ),
        Wording(
            "Thư ấy có thể chưa từng được gửi, hoặc thay cho thư đã gửi.",
            "It may never have been sent, or stand in the place of one that was.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.stream": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Một giấy có hai luồng sử dụng.",
            "One paper has two streams of use.",
        ),
        Wording(
            "Giấy chỉ dùng một lần có thể đã được dùng hai lần.",
            "A paper that counts once may have been used twice.",
        ),
        NOT_CONTENT,
        ASK_OFFICE,
    ),
    "C10.actor": Meaning(
        Gravity.RULE,
        Section.C10,
        Wording(
            "Chữ ký, phê duyệt hoặc bước nêu tên một người hay cơ sở, nhưng bên khác đã ghi.",
            "A signature, approval or step names one person or facility, and another recorded it.",
        ),
        Wording(
            "Có thể ai đó đã dùng tên của người khác.",
            "Somebody may have used another's name.",
        ),
        NOT_CONTENT,
        Wording(
            "Hỏi người có tên; xem mọi việc của tài khoản ấy (`records audit acts-of`).",
            "Ask who is named; look at all acts of that account (`records audit acts-of`).",
        ),
    ),
}
"""By code."""
