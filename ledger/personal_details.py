"""What is said about a person in facts: details, relatives, contact. Values only, always sealed.

The person's own stream and each request keep a copy: a request says what was declared that day.
"""

from dataclasses import dataclass
from datetime import date, datetime

from ledger.calendar import add_years, local_day
from ledger.errors import InvalidInputError
from ledger.identifiers import (
    COUNTRY,
    EMAIL,
    PHONE,
    NumberKind,
    check_former_province,
    check_number,
)
from ledger.names import check_name, check_text

MALE, FEMALE, OTHER = 1, 2, 3
"""A person's sex as stored: the values of ``certificates.kind.Sex``."""
EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent or a spouse, as far as Form 2 names them."""

    name: str
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """Who somebody is; text in NFC."""

    name: str
    birth_date: date
    sex: int
    """1 male, 2 female, 3 other."""
    number: str
    number_kind: NumberKind = NumberKind.PERSONAL
    nationality: str = "VN"
    """ISO 3166-1 alpha-2."""
    birthplace: str | None = None
    other_names: str | None = None
    ethnicity: str | None = None
    father: Relative | None = None
    mother: Relative | None = None
    spouse: Relative | None = None


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to reach somebody."""

    phone: str | None = None
    email: str | None = None
    permanent_address: str | None = None
    current_address: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A line of the residence and work history; both ends as declared, such as ``03/2019``."""

    since: str
    until: str | None
    place: str
    occupation: str | None = None
    province: str | None = None
    """Code of the province, where it is known; two of them make a request complex."""
    abroad: bool = False


def check_details(details: PersonalDetails, *, at: datetime, place: str) -> PersonalDetails:
    """Return ``details`` if each has its form.

    Raises:
        InvalidInputError: Names the place of the first that has not, such as ``person.name``.
    """
    check_name(details.name, place=f"{place}.name")
    check_birth_date(details.birth_date, at=at, place=f"{place}.birth_date")
    if details.sex not in {MALE, FEMALE, OTHER}:
        raise InvalidInputError(f"{place}.sex", "sex", "1 (male), 2 (female) or 3 (other)")
    COUNTRY.check(details.nationality, place=f"{place}.nationality")
    check_number(
        details.number,
        details.number_kind,
        place=f"{place}.number",
        nationality=details.nationality,
    )
    for field in ("birthplace", "other_names", "ethnicity"):
        _check_optional(getattr(details, field), place=f"{place}.{field}")
    for field in ("father", "mother", "spouse"):
        _check_relative(getattr(details, field), at=at, place=f"{place}.{field}")
    return details


def check_birth_date(value: object, *, at: datetime, place: str) -> date:
    """Return ``value`` if it is a day from 1900 to the day of ``at``."""
    if not isinstance(value, date):
        raise InvalidInputError(place, "date", "a date")
    if value > local_day(at):
        raise InvalidInputError(place, "not_in_the_future", "a day that has been")
    if value < EARLIEST_BIRTH:
        raise InvalidInputError(place, "too_long_ago", "a day since 1900")
    return value


def check_contact(contact: ContactDetails, *, place: str) -> ContactDetails:
    """Return ``contact`` if each has its form.

    Raises:
        InvalidInputError: Names the place of the first that has not.
    """
    if contact.phone is not None:
        PHONE.check(contact.phone, place=f"{place}.phone")
    if contact.email is not None:
        EMAIL.check(contact.email, place=f"{place}.email")
    _check_optional(contact.permanent_address, place=f"{place}.permanent_address")
    _check_optional(contact.current_address, place=f"{place}.current_address")
    return contact


def age(birth_date: date, on: date) -> int:
    """Return the completed years ``on`` that day; one born on 29 February turns on the 28th."""
    years = on.year - birth_date.year
    return years if add_years(birth_date, years) <= on else years - 1


def _check_optional(text: str | None, *, place: str) -> None:
    if text is not None:
        check_text(text, place=place, longest=500)


def _check_relative(relative: Relative | None, *, at: datetime, place: str) -> None:
    if relative is None:
        return
    check_name(relative.name, place=f"{place}.name")
    year = relative.birth_year
    if year is not None and not 1800 <= year <= local_day(at).year:  # noqa: PLR2004 (a bound of sense)
        raise InvalidInputError(f"{place}.birth_year", "birth_year", "a year that has been")


def check_stay(stay: Stay, *, place: str) -> Stay:
    """Return ``stay`` if each part is readable text, and its province was one at some time."""
    check_text(stay.since, place=f"{place}.since", longest=20)
    check_text(stay.place, place=f"{place}.place", longest=500)
    _check_optional(stay.until, place=f"{place}.until")
    _check_optional(stay.occupation, place=f"{place}.occupation")
    if stay.province is not None:
        check_former_province(stay.province, place=f"{place}.province")
    return stay
