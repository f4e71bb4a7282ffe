"""Which diseases may go direct, and for which a referral holds for one year: dated lists as data.

`diseases.json` has what is known, each entry with whether that is sure; a list says whether it is
complete. Nobody is refused anything because of a list that is not.

Source: Circular 01/2025/TT-BYT, appendix I (direct) and appendix III (one year).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ledger.certificates.kind import Wording

DIRECT: Final = "I"
"""May go to a specialised facility without a referral."""
ONE_YEAR: Final = "III"


class Remark(StrEnum):
    """What a facility should be told before it signs; advice, and no refusal."""

    DIRECT_ALLOWED = "direct_allowed"
    """The disease is on the list of those that need no referral."""
    ONE_YEAR_EXPECTED = "one_year_expected"
    """The disease is on the list for one year, and the box is not ticked."""
    ONE_YEAR_UNLISTED = "one_year_unlisted"
    """The box is ticked, and the disease is not on the list as far as it is known here."""


REMARKS: Final[Mapping[Remark, Wording]] = {
    Remark.DIRECT_ALLOWED: Wording(
        "Bệnh này có thể thuộc danh mục được đến thẳng cơ sở chuyên sâu, không cần phiếu chuyển.",
        "This disease may be on the list of those that need no referral."),
    Remark.ONE_YEAR_EXPECTED: Wording(
        "Bệnh này có thể thuộc danh mục phiếu chuyển có giá trị 1 năm.",
        "This disease may be on the list for which a referral holds for one year."),
    Remark.ONE_YEAR_UNLISTED: Wording(
        "Danh mục đang có ở đây không có bệnh này: kiểm tra lại ô 1 năm.",
        "The list known here does not have this disease: look at the one-year box again."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disease:
    """An entry of a list: a span of codes."""

    first: str
    last: str
    """Inclusive; with whatever follows their own characters."""
    name: Wording
    sure: bool
    """False where the entry was not read in the circular itself."""

    def covers(self, disease: str) -> bool:
        """Tell whether a code, with or without its dot, is in the span."""
        code = disease.replace(".", "").rstrip("†*")
        return self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last


@dataclass(frozen=True, slots=True)
class DiseaseList:
    """One list, as it stood from one day on until another."""

    appendix: str
    source: str
    effective_from: date
    effective_until: date | None
    complete: bool
    entries: tuple[Disease, ...]

    def names(self, disease: str) -> bool:
        """Tell whether the list has the disease."""
        return any(entry.covers(disease) for entry in self.entries)


@cache
def known_lists() -> tuple[DiseaseList, ...]:
    """Return every list that this program carries."""
    data = json.loads(files(__package__ or "").joinpath("diseases.json").read_text("utf-8"))
    return read_lists(data)


def read_lists(data: Any) -> tuple[DiseaseList, ...]:
    """Return the lists in decoded JSON of the form of `diseases.json`."""
    return tuple(
        DiseaseList(
            appendix=one["appendix"],
            source=one["source"],
            effective_from=date.fromisoformat(one["effective_from"]),
            effective_until=_day(one["effective_until"]),
            complete=one["complete"],
            entries=tuple(_entry(entry) for entry in one["entries"]),
        )
        for one in data
    )


def _entry(entry: Mapping[str, Any]) -> Disease:
    first, _, last = entry["codes"].partition("-")
    return Disease(first, last or first, Wording(entry["vi"], entry["en"]), entry["sure"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def lists_on(day: date) -> tuple[DiseaseList, ...]:
    """Return the lists in force on ``day``."""
    return tuple(
        known
        for known in known_lists()
        if known.effective_from <= day
        and (known.effective_until is None or day < known.effective_until)
    )


def remarks(content: Mapping[str, object], day: date) -> tuple[Remark, ...]:
    """Return what is worth a second look before ``content`` is signed on ``day``."""
    disease = content.get("main_disease")
    if not isinstance(disease, str):
        return ()
    on = {known.appendix: known.names(disease) for known in lists_on(day)}
    found = [Remark.DIRECT_ALLOWED] if on.get(DIRECT) else []
    ticked = bool(content.get("one_year"))
    if ticked and not on.get(ONE_YEAR):
        found.append(Remark.ONE_YEAR_UNLISTED)
    if on.get(ONE_YEAR) and not ticked:
        found.append(Remark.ONE_YEAR_EXPECTED)
    return tuple(found)
