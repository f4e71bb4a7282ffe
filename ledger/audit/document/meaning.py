"""What the meaning of a finding's code consists of, and how grave it can be."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.certificates.kind import Wording


class Gravity(StrEnum):
    """What a code speaks about; the severity of a single finding stands beside it."""

    TAMPERED = "tampered"
    """What is stored or shown is not what was written."""
    RULE = "rule"
    """A rule was broken; what was written is there."""
    UNDECIDED = "undecided"
    """Late, or not to be decided."""
    OUTSIDE = "outside"
    """What was brought from outside cannot be used; nothing is said of the ledger."""


class Section(StrEnum):
    """Sections of the guide "Something was found: what now", by their anchors."""

    C1 = "c1"
    C2 = "c2"
    C3 = "c3"
    C4 = "c4"
    C5 = "c5"
    C6 = "c6"
    C7 = "c7"
    C8 = "c8"
    C9 = "c9"
    C10 = "c10"
    RECOVERY = "recovery"
    FORK = "fork"
    KEY = "key"
    DRIFT = "drift"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a lawyer has to know about one code."""

    gravity: Gravity
    section: Section
    """Where the guide goes on."""
    seen: Wording
    """What was seen, in one plain sentence."""
    means: Wording
    """What that means in law and in practice."""
    not_meaning: Wording
    """What must not be concluded from it."""
    next_step: Wording


@dataclass(frozen=True, slots=True)
class CheckMeaning:
    """What one class of check looks at, and what it says when it finds nothing."""

    title: Wording
    checked: Wording
    clean: Wording
    """What may be concluded where there is no finding, and what not."""


GRAVITIES: Final = {
    Gravity.TAMPERED: Wording(
        "Nghiêm trọng: điều đang lưu hoặc hiển thị không phải điều đã được ghi.",
        "Grave: what is stored or shown is not what was written.",
    ),
    Gravity.RULE: Wording(
        "Đáng kể: một quy tắc bị vi phạm; điều đã ghi vẫn còn.",
        "Serious: a rule was broken; what was written is still there.",
    ),
    Gravity.UNDECIDED: Wording(
        "Cần theo dõi: chậm, cũ hoặc chưa thể kết luận.",
        "To be watched: late, old, or not to be decided.",
    ),
    Gravity.OUTSIDE: Wording(
        "Về tài liệu được đưa ra: không dùng được; không nói gì về sổ cái.",
        "About what was brought: it cannot be used; nothing is said of the ledger.",
    ),
}
"""How grave, in words."""
