"""The guides of all roles by the name in their address, and the words of the pages of help."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.guides import auditor, citizen, employer, hospital, officer, operator
from verify_api.guides.form import Guide

GUIDES: Final[Mapping[str, Guide]] = MappingProxyType({
    "employer": employer.GUIDE,
    "citizen": citizen.GUIDE,
    "officer": officer.GUIDE,
    "hospital": hospital.GUIDE,
    "auditor": auditor.GUIDE,
    "operator": operator.GUIDE,
})  # fmt: skip
HELP: Final[Mapping[str, Wording]] = MappingProxyType({
    "title": Wording("Hướng dẫn", "Help"),
    "lead": Wording(
        "Một trang ngắn cho mỗi vai trò: làm được gì, từng bước, và khi có điều không ổn.",
        "A short page for each role: what you can do, step by step, and what if it goes wrong."),
    "answer": Wording("Trả lời", "Answer"),
    "then": Wording("Cần làm gì", "What to do"),
    "other": Wording("Hướng dẫn cho vai trò khác", "Guides of other roles"),
})  # fmt: skip
