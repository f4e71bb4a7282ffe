"""Dated lists of the codes and labels that mean a category: a table of facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from ledger.categories import Category


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes of one system that mean a category, while the list is in force."""

    category: Category
    codes: frozenset[str]
    """As in the system, dots left out; if ``prefix`` each stands for all that begin with it."""
    prefix: bool
    since: date = date.min
    until: date = date.max
    """Exclusive."""


def _range(letter: str, first: int, last: int) -> frozenset[str]:
    return frozenset(f"{letter}{number:02}" for number in range(first, last + 1))


_ICD: Final = (
    CodeList(
        Category.HIV, _range("B", 20, 24) | {"Z21", "R75", "Z206", "O987", "F024"}, prefix=True
    ),
    CodeList(
        Category.MENTAL,
        _range("F", 0, 9) | _range("F", 20, 99) | _range("X", 60, 84) | {"Z915"},
        prefix=True,
    ),
    CodeList(Category.SUBSTANCE_USE, _range("F", 10, 19), prefix=True),
    CodeList(
        Category.REPRODUCTIVE,
        _range("O", 3, 8) | _range("A", 50, 64) | {"Z30", "Z31", "Z640", "N46", "N96", "N97"},
        prefix=True,
    ),
    CodeList(Category.GENETIC, _range("Q", 90, 99) | {"Z315"}, prefix=True),
    CodeList(Category.VIOLENCE, _range("Y", 5, 7) | {"T74"}, prefix=True),
)
_ATC: Final = (
    CodeList(Category.HIV, frozenset({"J05AE", "J05AR"}), prefix=True),
    CodeList(Category.MENTAL, frozenset({"N05A", "N06A"}), prefix=True),
    CodeList(Category.REPRODUCTIVE, frozenset({"G03A", "G02B"}), prefix=True),
)
_SNOMED: Final = (
    CodeList(Category.HIV, frozenset({"86406008", "62479008", "165816005"}), prefix=False),
    CodeList(
        Category.MENTAL,
        frozenset({
            "74732009", "35489007", "370143000", "197480006", "58214004", "13746004", "47505003",
            "36923009", "55822004",
        }),
        prefix=False,
    ),
    CodeList(Category.REPRODUCTIVE, frozenset({"386639001", "8619003"}), prefix=False),
)  # fmt: skip
_LOINC: Final = (
    CodeList(
        Category.HIV,
        frozenset({
            "56888-1", "75622-1", "7917-8", "25836-8", "20447-9", "29893-5", "5221-7", "80387-4",
        }),
        prefix=False,
    ),
    CodeList(
        Category.GENETIC, frozenset({"51969-4", "51958-7", "69548-6", "81247-9"}), prefix=False
    ),
)  # fmt: skip

LISTS: Final[Mapping[str, tuple[CodeList, ...]]] = {
    "icd-10": _ICD,
    "whocc.no/atc": _ATC,
    "snomed.info/sct": _SNOMED,
    "loinc.org": _LOINC,
}
"""By a part of the code system's address. Another list is another entry with its dates."""

LABELS: Final[Mapping[str, Category]] = {
    "HIV": Category.HIV,
    "PSY": Category.MENTAL,
    "PSYTHPN": Category.MENTAL,
    "MH": Category.MENTAL,
    "SUD": Category.SUBSTANCE_USE,
    "ETH": Category.SUBSTANCE_USE,
    "SEX": Category.REPRODUCTIVE,
    "STD": Category.REPRODUCTIVE,
    "SDV": Category.VIOLENCE,
    "DVD": Category.VIOLENCE,
    "GDIS": Category.GENETIC,
    "R": Category.RESTRICTED,
    "V": Category.RESTRICTED,
}
"""Codes of ``meta.security``. Source: HL7 v3 ActCode (information sensitivity), Confidentiality."""


@lru_cache(maxsize=8_192)
def lists_with(system: str, code: str) -> tuple[CodeList, ...]:
    """Return the lists that ``code`` is on; codes are no personal data, so they may be kept."""
    found: list[CodeList] = []
    for part, lists in LISTS.items():
        if part in system:
            plain = code.replace(".", "") if part == "icd-10" else code
            found.extend(one for one in lists if _holds(one, plain))
    return tuple(found)


def _holds(codes: CodeList, code: str) -> bool:
    if not codes.prefix:
        return code in codes.codes
    return any(code[:length] in codes.codes for length in range(3, len(code) + 1))
