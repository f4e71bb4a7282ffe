"""The forms of a referral and of an appointment: their fields, and the order that is made of them.

Titles are those of the printed papers. What is checked, is checked by the papers' own kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.health_paper import SALT_BYTES, PaperField, day_of
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.appointment import claims as appointment
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.kinds.referral import claims as referral
from ledger.certificates.kinds.referral.diseases import REMARKS, lists_on, remarks
from ledger.certificates.kinds.referral.terms import WORKING_DAYS, rule_on
from ledger.commands import health_papers
from ledger.errors import InvalidInputError
from ledger.facts import Act, FactStore
from verify_api.day_parts import read_day_parts
from verify_api.desk.health_papers import KINDS, Order
from verify_api.health_paper_acts import OrderBody, PatientBody, order_from
from verify_api.moments import day_words

NUMBER_KINDS: Final[Mapping[str, Wording]] = {
    "personal": Wording("Số định danh cá nhân", "Personal number"),
    "insurance-card": Wording("Số thẻ bảo hiểm y tế", "Health insurance card"),
    "passport": Wording("Số hộ chiếu", "Passport number"),
    "old-identity-card": Wording("Số chứng minh nhân dân cũ", "Old identity card number"),
}
SEXES: Final[Mapping[str, Wording]] = {
    "1": Wording("Nam", "Male"), "2": Wording("Nữ", "Female"), "3": Wording("Khác", "Other"),
}  # fmt: skip
PATIENT: Final = ("name", "patient_number", "number_kind", "sex")
_SEPARATORS: Final = str.maketrans(";\n", ",,")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    sort: str = "text"
    """``text``, ``area``, ``list``, ``moment``, ``choice``, ``tick`` or ``code``."""
    most: int = 255


@dataclass(frozen=True, slots=True)
class Group:
    """Some fields under one heading; a key of the pages' words."""

    title: str
    fields: tuple[Field, ...]
    folded: bool = False
    """Whether most papers do without all of them."""


_DISEASES: Final = (
    Field("main_disease", "code", 7), Field("further_diseases", "list", 200),
    Field("diagnosis", "area", 4000),
)  # fmt: skip
_STAY: Final = (Field("arrived", "moment"), Field("admitted", "moment"),
                Field("discharged", "moment"))  # fmt: skip
_INSURED: Final = (
    Field("cards", "list", 200), Field("address", "text", 1024),
)  # fmt: skip
_SIGNATURES: Final = (
    Field("doctors", "list", 240), Field("doctor_name"), Field("head", "code", 50),
)  # fmt: skip

GROUPS: Final[Mapping[str, tuple[Group, ...]]] = {
    REFERRAL.code: (
        Group("order.where", (
            Field("to_facilities", "list", 80), Field("department", "text", 60),
            Field("reason", "choice"), Field("one_year", "tick"),
        )),
        Group("order.disease", (
            *_DISEASES, Field("signs", "area", 4000), Field("course", "area", 4000),
            Field("results", "area", 4000), Field("onward_treatment", "area", 4000),
        )),
        Group("order.transfer", (
            Field("transport"), Field("transferred", "moment"),
        )),
        Group("order.numbers", (
            Field("file_number", "code", 50), Field("episode_key", "code", 100),
            Field("number", "code", 50), *_SIGNATURES,
        )),
        Group("order.more", (
            *_STAY, Field("treatment", "area", 4000), Field("drugs", "area", 4000),
            Field("services", "area", 4000), Field("state", "area", 2000), *_INSURED,
            Field("came_from", "list", 200), Field("used_paper", "code", 50),
            Field("escort_name"), Field("escort_title"),
        ), folded=True),
    ),
    APPOINTMENT.code: (
        Group("order.when", (Field("appointed", "moment"),)),
        Group("order.disease", _DISEASES),
        Group("order.numbers", (
            Field("episode_key", "code", 100), Field("number", "code", 50), *_SIGNATURES,
        )),
        Group("order.more", (*_STAY, Field("entitlement", "code", 4), *_INSURED), folded=True),
    ),
}  # fmt: skip
FIELDS: Final[Mapping[str, Mapping[str, PaperField]]] = {
    REFERRAL.code: {one.name: one for one in referral.FIELDS},
    APPOINTMENT.code: {one.name: one for one in appointment.FIELDS},
}
"""By kind and name: the titles, and whether a field is required."""


def order_of_form(kind: str, values: Mapping[str, str], *, facility: str, today: date) -> Order:
    """Return the order that was typed.

    Raises:
        InvalidInputError: A value of the patient or a moment is none; the place is the field's.
    """
    for name in PATIENT:
        if not values.get(name):
            raise InvalidInputError(name, "missing", "a value")
    born = read_day_parts(values, "birth_date")
    if born is None:
        raise InvalidInputError("birth_date", "missing", "a day")
    patient = PatientBody(
        values["name"], born.isoformat(), int(values["sex"]) if values["sex"] in SEXES else 0,
        values["patient_number"], values["number_kind"],
    )  # fmt: skip
    content = content_of_form(kind, values, facility=facility, today=today)
    return order_from(OrderBody(patient, content))


def content_of_form(
    kind: str, values: Mapping[str, str], *, facility: str, today: date
) -> dict[str, Any]:
    """Return what was typed of the paper itself, without whom it is for.

    Raises:
        InvalidInputError: A moment is none; the place is the field's.
    """
    content: dict[str, Any] = {"facility": facility}
    for group in GROUPS[kind]:
        for one in group.fields:
            told = _value(one, values)
            if told is not None:
                content[one.name] = told
    if kind == APPOINTMENT.code:
        content["written"] = f"{today:%Y%m%d}"
    return content


def _value(field: Field, values: Mapping[str, str]) -> Any:
    typed = values.get(field.name, "")
    match field.sort:
        case "moment":
            return _moment(values, field.name)
        case "tick":
            return True if typed else None
        case "list":
            parts = [part.strip() for part in typed.translate(_SEPARATORS).split(",")]
            return [part for part in parts if part] or None
        case "choice":
            return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 1 else None
        case _:
            return typed or None


def _moment(values: Mapping[str, str], name: str) -> str | None:
    """Return a day with its clock as the tables write it; a clock that was left out is zeros."""
    day, clock = values.get(name, ""), values.get(f"{name}-time", "")
    if not day and not clock:
        return None
    try:
        at = datetime.strptime(f"{day}T{clock or '00:00'}", "%Y-%m-%dT%H:%M")  # noqa: DTZ007  local
    except ValueError:
        raise InvalidInputError(name, "moment_form", "a day and a time such as 08:30") from None
    return f"{at:%Y%m%d%H%M}"


def check_content(
    facts: FactStore, kind: str, content: Mapping[str, object], act: Act
) -> dict[str, Any]:
    """Return the whole content as it would be, before anything is recorded.

    Raises:
        InvalidInputError: A field is wrong; names the place.
        RefusedError: ``facility_unknown``.
    """
    named: dict[str, object] = {"facility_name": health_papers.check_drafter(facts, content, act)}
    if kind == REFERRAL.code:
        named["to_names"] = health_papers.names_of(facts, content.get("to_facilities"))
    whole = health_papers.salted(content, bytes(SALT_BYTES), **named)
    KINDS[kind].check(whole)
    return whole


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a paper that is signed today may be presented, and by which rule."""

    last: date
    source: Wording
    working_days: int
    """0 for a year."""


def term_of(kind: str, content: Mapping[str, object], at: datetime, calendar: WorkingCalendar
            ) -> Term | None:  # fmt: skip
    """Return the term of a referral signed at ``at``; None of an appointment, which has a day.

    Raises:
        RefusedError: ``not_a_one_year_disease``, ``no_rule_in_force``.
    """
    if kind != REFERRAL.code:
        return None
    found = REFERRAL.term_of(content, at, calendar)
    last = local_day(found.until - timedelta(seconds=1))
    source = rule_on(local_day(at)).source
    told = Wording(source.replace("article", "Điều"), source)
    return Term(last, told, 0 if content.get("one_year") else WORKING_DAYS)


def notes_of(kind: str, content: Mapping[str, object], day: date) -> tuple[Wording, ...]:
    """Return what is worth a second look before a referral is signed."""
    if kind != REFERRAL.code:
        return ()
    return tuple(REMARKS[one] for one in remarks(content, day))


def known_diseases(day: date) -> tuple[tuple[str, Wording], ...]:
    """Return spans of codes with names, of the lists in force: what a form suggests."""
    known = {
        entry.first if entry.first == entry.last else f"{entry.first}-{entry.last}": entry.name
        for one in lists_on(day) for entry in one.entries
    }  # fmt: skip
    return tuple(sorted(known.items()))


def moment_text(written: object, tongue: str) -> str:
    """Return a day with its clock as people read it; empty for none.

    Args:
        written: ``YYYYMMDDHHMM`` or ``YYYYMMDD``.
        tongue: ``vi`` or ``en``.
    """
    if not isinstance(written, str) or (day := day_of(written)) is None:
        return ""
    clock = written[8:]
    known = f"{clock[:2]}:{clock[2:]}, " if clock and clock != "0000" else ""
    return known + day_words(day, tongue)
