"""C3: signatures and quorum of published heads."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import COPY_LOG, NOT_LEDGER, NOT_ROWS, NOT_WHO
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Chữ ký và số bên làm chứng",
        "Signatures and quorum",
    ),
    Wording(
        "Chữ ký của nhật ký và của các bên làm chứng trên từng mốc, theo chính sách được đưa ra.",
        "The signatures of the log and of its witnesses on each head, by the policy that was "
        "given.",
    ),
    Wording(
        "Mỗi mốc đã kiểm tra có đủ chữ ký mà chính sách đòi hỏi.",
        "Each head that was checked has the signatures that the policy asks for.",
    ),
)
_FORM: Final = Meaning(
    Gravity.TAMPERED,
    Section.C3,
    Wording(
        "Một mốc được lưu không có dạng của một văn bản đã ký.",
        "A stored head does not have the form of a signed note.",
    ),
    Wording(
        "Văn bản của mốc đã bị sửa hoặc hỏng; các chữ ký của nó không còn giá trị.",
        "The head's text was edited or damaged; its signatures count no more.",
    ),
    NOT_ROWS,
    Wording(
        "Sao chép trước; lấy mốc đúng từ một bên làm chứng hoặc từ nhật ký tĩnh.",
        "Copy first; get the true head from a witness or from the exported log.",
    ),
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C3.head": Meaning(
        Gravity.TAMPERED,
        Section.C3,
        Wording(
            "Mốc được lưu khác với nội dung đã ký của nó, hoặc chính sách không tin mốc nằm "
            "cạnh đoạn lưu trữ.",
            "A stored head differs from its own signed text, or the policy does not believe "
            "the head beside the segments.",
        ),
        Wording(
            "Bản lưu của mốc đã bị đổi. Điều có giá trị là văn bản đã ký.",
            "What is stored of the head was changed. What counts is the signed text.",
        ),
        NOT_ROWS,
        Wording(
            "Sao chép trước; lấy mốc đúng từ một bên làm chứng hoặc từ nhật ký tĩnh.",
            "Copy first; get the true head from a witness or from the exported log.",
        ),
    ),
    "C3.signature_wrong": Meaning(
        Gravity.TAMPERED,
        Section.KEY,
        Wording(
            "Một chữ ký mang tên khóa đã biết nhưng không phải do khóa đó tạo ra.",
            "A signature in the name of a known key was not made by that key.",
        ),
        Wording(
            "Mốc đã bị sửa sau khi ký, hoặc có người giả danh. Cả mốc không được tin.",
            "The head was changed after signing, or somebody used the name. No part of the "
            "head counts.",
        ),
        Wording(
            "Không có nghĩa là khóa đã lộ: kẻ có khóa sẽ tạo được chữ ký đúng.",
            "It does not mean that the key is stolen: a thief of the key would sign rightly.",
        ),
        COPY_LOG,
    ),
    "C3.quorum_missed": Meaning(
        Gravity.TAMPERED,
        Section.C3,
        Wording(
            "Một mốc đã công bố không có đủ bên làm chứng mà chính sách đòi hỏi.",
            "A published head has fewer witnesses than the policy asks for.",
        ),
        Wording(
            "Mốc ấy không chứng minh được rằng người ngoài đã thấy cùng một lịch sử.",
            "The head does not prove that outsiders have seen the same history.",
        ),
        Wording(
            "Có thể vô hại nếu chính sách được đưa ra mới hơn mốc; không có nghĩa là lịch sử "
            "đã đổi.",
            "It can be harmless where the policy is newer than the head; it does not mean that"
            " history was changed.",
        ),
        Wording(
            "So chính sách với bản có hiệu lực vào ngày của mốc; sau đó hỏi các bên làm chứng.",
            "Compare the policy with the one in force when the head was made; then ask the "
            "witnesses.",
        ),
    ),
    "C3.log_unsigned": Meaning(
        Gravity.TAMPERED,
        Section.C3,
        Wording(
            "Một mốc thiếu chữ ký của một trong các khóa của nhật ký.",
            "A head lacks the signature of one of the log's keys.",
        ),
        Wording(
            "Ai tin hai khóa thì không tin mốc chỉ do một khóa ký: có thể chữ ký bị gỡ, hoặc "
            "mốc do kẻ chỉ có một khóa làm ra.",
            "Who trusts two keys believes no head that one alone signed: a signature was taken"
            " away, or the maker had one key only.",
        ),
        NOT_WHO,
        COPY_LOG,
    ),
    "C3.log_unknown": Meaning(
        Gravity.TAMPERED,
        Section.C3,
        Wording(
            "Mốc mang tên một nhật ký mà chính sách không có.",
            "The head names a log that the policy does not know.",
        ),
        Wording(
            "Chính sách thuộc về nhật ký khác, hoặc mốc đã bị thay bằng mốc của nhật ký khác.",
            "The policy belongs to another log, or the head was exchanged for another log's.",
        ),
        Wording(
            "Thường là nhầm chính sách; tự nó không chứng minh sổ cái bị sửa.",
            "Often it is the wrong policy; by itself it does not prove that the ledger was "
            "changed.",
        ),
        Wording(
            "Lấy chính sách bằng một đường khác, so từng khóa, rồi kiểm tra lại.",
            "Get the policy by another way, compare each key, and check again.",
        ),
    ),
    "C3.other_origin": Meaning(
        Gravity.TAMPERED,
        Section.C3,
        Wording(
            "Mốc là của nhật ký khác với nhật ký được hỏi.",
            "The head is of another log than the one that was asked for.",
        ),
        Wording(
            "Mốc này không nói gì về sổ cái này.",
            "The head says nothing about this ledger.",
        ),
        Wording(
            "Tự nó không chứng minh sổ cái bị sửa.",
            "By itself it does not prove that the ledger was changed.",
        ),
        Wording(
            "Lấy lại chính sách và mốc, so tên nhật ký, rồi kiểm tra lại.",
            "Get policy and head again, compare the log's name, and check again.",
        ),
    ),
    "C3.timestamp": Meaning(
        Gravity.OUTSIDE,
        Section.C3,
        Wording(
            "Một dấu thời gian (RFC 3161) không phải của cơ quan cấp dấu thời gian được tin "
            "cho mốc này.",
            "A time-stamp (RFC 3161) is not the trusted authority's over this head.",
        ),
        Wording(
            "Dấu ấy không chứng minh thời điểm nào; các dấu khác và bên làm chứng vẫn có giá trị.",
            "It proves no time; other time-stamps and the witnesses still count.",
        ),
        NOT_LEDGER,
        Wording(
            "So chứng thư của cơ quan cấp dấu thời gian; lấy lại tệp `.tsr` từ bản sao lưu.",
            "Compare the authority's certificate; get the `.tsr` file again from a backup.",
        ),
    ),
    **dict.fromkeys(
        (
            "C3.base64",
            "C3.checkpoint_form",
            "C3.name_length",
            "C3.note_form",
            "C3.note_size",
            "C3.signature_form",
            "C3.size_form",
        ),
        _FORM,
    ),
}
"""By code."""
