"""Between insurance tables 13 and 14 and what a referral or an appointment says.

The fields are called alike on both sides; what differs stands here: who it is about, lists, times,
the addressees (the table has one, the paper up to four), and fields that only one side has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

from ledger.certificates.health_paper import day_of
from ledger.certificates.kind import Holder, Sex
from ledger.clinical.insurance_papers import AppointmentPaper, ReferralPaper
from ledger.clinical.insurance_times import InsuranceTime, parse_time
from ledger.errors import InvalidInputError

Paper = TypeVar("Paper", ReferralPaper, AppointmentPaper)

_PERSON: Final = frozenset({"name", "birth", "sex"})
_NUMBERS: Final = frozenset({"reason", "discharge"})
"""Fields that the table writes as text and the paper has as numbers."""
_TIMES: Final = frozenset({"arrived", "admitted", "discharged", "appointed", "written"})
_LISTS: Final = frozenset({
    "came_from", "cards", "cards_until", "further_diseases", "traditional_diseases", "doctors",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ordered:
    """A paper as a table orders it."""

    holder: Holder
    content: Mapping[str, object]


def ordered(paper: ReferralPaper | AppointmentPaper, *, id_tail: str) -> Ordered:
    """Return what a table's record says, as a paper's holder and content.

    Args:
        paper: The record, as `ledger.clinical.insurance_papers` reads it.
        id_tail: Last four characters of the patient's number, which neither table has.

    Raises:
        InvalidInputError: The day of birth or the sex is not known, which every code says.
    """
    content: dict[str, object] = {}
    for one in fields(paper):
        value = _told(one.name, getattr(paper, one.name))
        if one.name not in _PERSON and value not in ("", [], None):
            content[one.name] = value
    if content.get("used_paper") == content.get("number"):
        content.pop("used_paper", None)  # it says how the paper is quoted: by its number
    to = content.pop("to_facility", None)
    if to is not None:
        content["to_facilities"] = [to]
    return Ordered(_holder(paper, id_tail), content)


def _told(name: str, value: object) -> object:
    if isinstance(value, InsuranceTime):
        return value.sent
    if isinstance(value, tuple):
        return list(value)
    if name in _NUMBERS and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value


def _holder(paper: ReferralPaper | AppointmentPaper, id_tail: str) -> Holder:
    born = None if paper.birth is None else day_of(paper.birth.sent)
    if born is None:
        raise InvalidInputError("NGAY_SINH", "day_unknown", "a whole day of birth")
    if paper.sex not in _SEXES:
        raise InvalidInputError("GIOI_TINH", "code_unknown", "1, 2 or 3")
    return Holder(paper.name, born, _SEXES[paper.sex], id_tail)


_SEXES: Final = {str(int(sex)): sex for sex in Sex}


def as_referral(content: Mapping[str, object], holder: Holder, number: str) -> ReferralPaper:
    """Return a referral as a record of table 13; ``number`` is ours, used if it has no own one."""
    return _record(ReferralPaper, content, holder, number)


def as_appointment(content: Mapping[str, object], holder: Holder, number: str) -> AppointmentPaper:
    """Return an appointment as a record of table 14; ``number`` as in `as_referral`."""
    return _record(AppointmentPaper, content, holder, number)


def _record(form: type[Paper], content: Mapping[str, object], holder: Holder, number: str) -> Paper:
    values: dict[str, Any] = {
        one.name: _field(one.name, content.get(one.name)) for one in fields(form)
    }
    values["number"] = content.get("number", number)
    values["name"] = holder.name
    values["birth"] = parse_time(f"{holder.birth_date:%Y%m%d}0000")
    values["sex"] = str(int(holder.sex))
    to = content.get("to_facilities")
    if "to_facility" in values and isinstance(to, list | tuple):
        values["to_facility"] = str(to[0])
    if "used_paper" in values and not values["used_paper"]:
        values["used_paper"] = values["number"]
    return form(**values)


def _field(name: str, value: object) -> object:
    if name in _TIMES:
        return None if value is None else parse_time(str(value))
    if name in _LISTS:
        return tuple(str(part) for part in value) if isinstance(value, list | tuple) else ()
    return "" if value is None else str(value)
