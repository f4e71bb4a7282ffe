"""What every finding's code means, and what every class of check looks at.

    meaning_of("C1.row").seen.vi        check_of("C1").clean.en

A code without words here is one of a newer program: it is told in the words of its class, so that
an old program still shows every finding. A test holds the table against the source.
"""

from collections.abc import Mapping
from typing import Final

from ledger.audit.document.meaning import CheckMeaning, Gravity, Meaning, Section
from ledger.audit.document.words import (
    erasures,
    freshness,
    heads,
    outside,
    procedure,
    proofs,
    rows,
    structure,
    tree,
    views,
)
from ledger.audit.document.words.shared import NOT_WHO
from ledger.certificates.kind import Wording

CHECKS: Final[Mapping[str, CheckMeaning]] = {
    "C1": rows.CHECK,
    "C2": tree.CHECK,
    "C3": heads.CHECK,
    "C4": outside.CHECK,
    "C5": structure.CHECK,
    "C6": erasures.CHECK,
    "C7": views.CHECK,
    "C8": proofs.CHECK,
    "C9": freshness.CHECK,
    "C10": procedure.CHECK,
}
"""By class, in their order."""
MEANINGS: Final[Mapping[str, Meaning]] = {
    **rows.MEANINGS,
    **tree.MEANINGS,
    **heads.MEANINGS,
    **outside.MEANINGS,
    **structure.MEANINGS,
    **erasures.MEANINGS,
    **views.MEANINGS,
    **proofs.MEANINGS,
    **freshness.MEANINGS,
    **procedure.MEANINGS,
}
"""By code."""
_NEWER: Final = CheckMeaning(
    Wording("Phép kiểm tra mới hơn", "A newer check"),
    Wording("Chương trình này không biết phép kiểm tra này.", "This program does not know it."),
    Wording("Không biết.", "Not known."),
)


def class_of(code: str) -> str:
    """Return the class of check of a code: ``C1`` of ``C1.row``."""
    return code.partition(".")[0]


def check_of(check: str) -> CheckMeaning:
    """Return what a class of check looks at."""
    return CHECKS.get(check, _NEWER)


def meaning_of(code: str) -> Meaning:
    """Return what a code means; of one without words here, what its class says."""
    return MEANINGS.get(code) or _of_class(class_of(code))


def _of_class(check: str) -> Meaning:
    title = check_of(check).title
    section = Section(check.lower()) if check in CHECKS else Section.RECOVERY
    return Meaning(
        Gravity.TAMPERED,
        section,
        Wording(
            f"Phép kiểm tra «{title.vi}» thấy điều mà chương trình này chưa có lời giải thích.",
            f"The check “{title.en}” saw what this program has no words for.",
        ),
        Wording(
            "Coi là nghiêm trọng cho đến khi được giải thích.",
            "Take it as grave until it is explained.",
        ),
        NOT_WHO,
        Wording("Đọc báo cáo bằng bản phát hành mới hơn.", "Read the report with a newer release."),
    )
