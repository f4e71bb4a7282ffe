"""C8: proofs in holders' hands."""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words.shared import BRING_AGAIN, NOT_LEDGER
from ledger.certificates.kind import Wording

CHECK: Final = CheckMeaning(
    Wording(
        "Bằng chứng trong tay người giữ",
        "Proofs in holders' hands",
    ),
    Wording(
        "Từng bằng chứng được đưa ra, từ mục hiện có đến mốc của nó.",
        "Each proof that was brought, from the entry that is there now to its head.",
    ),
    Wording(
        "Mọi bằng chứng được đưa ra vẫn đúng. Không đưa bằng chứng nào thì mục này không chứng"
        " minh gì.",
        "Every proof that was brought still holds. Where none was brought, this proves nothing.",
    ),
)
_FORM: Final = Meaning(
    Gravity.OUTSIDE,
    Section.C8,
    Wording(
        "Tài liệu được đưa ra không phải là một bằng chứng đọc được, hoặc đường băm của nó "
        "không thể đúng.",
        "What was brought is no proof that can be read, or its path cannot be right.",
    ),
    Wording(
        "Không kiểm tra được với bằng chứng này.",
        "Nothing can be checked by it.",
    ),
    NOT_LEDGER,
    BRING_AGAIN,
)
MEANINGS: Final[Mapping[str, Meaning]] = {
    "C8.missing": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Người giữ có bằng chứng cho một mục nay không còn.",
            "A holder has the proof of an entry that is not there.",
        ),
        Wording(
            "Sự kiện mà bằng chứng nói đến đã bị xóa, hoặc bản được kiểm tra cũ hơn bằng chứng.",
            "The fact that it proves was removed, or the audited copy is older than the proof.",
        ),
        Wording(
            "Không có nghĩa là bằng chứng giả.",
            "It does not mean that the proof is forged.",
        ),
        Wording(
            "Giữ bằng chứng; so kích thước của mốc trong đó với bản được kiểm tra.",
            "Keep the proof; compare the size of its head with the audited copy.",
        ),
    ),
    "C8.other_root": Meaning(
        Gravity.TAMPERED,
        Section.RECOVERY,
        Wording(
            "Bằng chứng không dẫn từ mục hiện có đến giá trị gốc của nó.",
            "A proof does not lead from the entry that is there to its root.",
        ),
        Wording(
            "Mục đã bị thay sau khi bằng chứng được cấp, hoặc bằng chứng thuộc vị trí khác.",
            "The entry was replaced after the proof was made, or the proof is of another place.",
        ),
        Wording(
            "Chữ ký đúng trên mốc của bằng chứng có lợi cho người giữ, không phải cho sổ cái.",
            "Where the signatures on its head are good, this speaks for the holder, not for "
            "the ledger.",
        ),
        Wording(
            "Giữ bằng chứng và bản sao của dòng; kiểm tra chữ ký của mốc trong bằng chứng.",
            "Keep the proof and a copy of the row; check the signatures of its head.",
        ),
    ),
    "C8.signature_wrong": Meaning(
        Gravity.OUTSIDE,
        Section.C8,
        Wording(
            "Mốc trong bằng chứng mang chữ ký sai.",
            "The head in a proof carries a wrong signature.",
        ),
        Wording(
            "Bằng chứng đã bị sửa; nó không chứng minh gì.",
            "The proof was changed; it proves nothing.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    "C8.quorum_missed": Meaning(
        Gravity.OUTSIDE,
        Section.C8,
        Wording(
            "Mốc trong bằng chứng không có đủ bên làm chứng.",
            "The head in a proof has too few witnesses.",
        ),
        Wording(
            "Bằng chứng không đủ theo chính sách được đưa ra.",
            "The proof is not enough by the policy that was given.",
        ),
        NOT_LEDGER,
        Wording(
            "So với chính sách có hiệu lực khi bằng chứng được cấp; xin bằng chứng mới.",
            "Compare with the policy in force when it was made; ask for a new proof.",
        ),
    ),
    "C8.log_unsigned": Meaning(
        Gravity.OUTSIDE,
        Section.C8,
        Wording(
            "Mốc trong bằng chứng thiếu chữ ký của nhật ký.",
            "The head in a proof lacks a signature of the log.",
        ),
        Wording(
            "Bằng chứng không ràng buộc nhật ký.",
            "The proof does not bind the log.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    "C8.log_unknown": Meaning(
        Gravity.OUTSIDE,
        Section.C8,
        Wording(
            "Bằng chứng là của một nhật ký mà chính sách không có.",
            "A proof is of a log that the policy does not know.",
        ),
        Wording(
            "Nó không nói gì về sổ cái này, hoặc chính sách bị nhầm.",
            "It says nothing about this ledger, or the policy is the wrong one.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    "C8.other_origin": Meaning(
        Gravity.OUTSIDE,
        Section.C8,
        Wording(
            "Bằng chứng là của nhật ký khác.",
            "A proof is of another log.",
        ),
        Wording(
            "Nó không nói gì về sổ cái này.",
            "It says nothing about this ledger.",
        ),
        NOT_LEDGER,
        BRING_AGAIN,
    ),
    **dict.fromkeys(
        (
            "C8.base64",
            "C8.checkpoint_form",
            "C8.hash_length",
            "C8.name_length",
            "C8.no_such_leaf",
            "C8.note_form",
            "C8.note_size",
            "C8.proof_form",
            "C8.proof_length",
            "C8.proof_size",
            "C8.signature_form",
            "C8.size_form",
        ),
        _FORM,
    ),
}
"""By code."""
