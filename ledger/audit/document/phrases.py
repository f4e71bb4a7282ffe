"""An auditor's short phrases about what could not be checked, in Vietnamese.

The report has them in English, as `ledger.audit` says them; one that is not known stays as it is.
"""

import re
from typing import Final

_PHRASES: Final = (
    (r"no log was given", r"không được đưa nhật ký"),
    (r"no policy was given", r"không được đưa chính sách"),
    (r"no head is published", r"chưa công bố mốc nào"),
    (
        r"no head is published under the newest policy",
        r"chưa công bố mốc nào theo chính sách mới nhất",
    ),
    (r"the roots of (\d+) heads are not known", r"không biết giá trị gốc của \1 mốc"),
    (r"the log's tiles lead to no root", r"các khối băm của nhật ký không dẫn đến giá trị gốc nào"),
    (r"no answer from (.+)", r"không có trả lời từ \1"),
    (r"the root of (\d+) entries is not known", r"không biết giá trị gốc của \1 mục"),
)


def reason(why: str, language: str) -> str:
    """Return why something could not be checked, in the document's language where it is known."""
    if language == "en":
        return why
    for pattern, words in _PHRASES:
        found = re.fullmatch(pattern, why)
        if found is not None:
            return found.expand(words)
    return why
