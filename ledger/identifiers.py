"""Numbers and codes from outside, each with its form; and the names of streams.

Digits are ASCII digits: a pattern's ``[0-9]`` refuses full-width and Arabic-Indic ones, which
``isdigit`` would let through. Source of the patterns: the domain reference, section 8.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from uuid import UUID, uuid5

from ledger.errors import InvalidInputError

STREAMS = UUID("6f0a3d4e-52c1-5b7e-9a44-2f1d8c7be310")
"""Namespace of streams that are found by a public name; fixed for ever."""
ERASURES = UUID("c0d1e9b6-54a4-4f0e-9d0b-7d9a4a3d8a55")
"""Namespace of the erasure streams; fixed for ever."""


class NumberKind(StrEnum):
    """Which paper a person's number stands on."""

    PERSONAL = "personal"
    """Số định danh cá nhân: twelve digits."""
    OLD_IDENTITY_CARD = "old-identity-card"
    """Chứng minh nhân dân: nine digits."""
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The form of a code: the rule's name, what must match wholly, and the form in words."""

    rule: str
    regex: re.Pattern[str]
    expected: str

    def matches(self, value: object) -> bool:
        """Tell whether ``value`` has this form."""
        return isinstance(value, str) and self.regex.fullmatch(value) is not None

    def check(self, value: object, *, place: str) -> str:
        """Return ``value``, or refuse it as what stands at ``place``."""
        if isinstance(value, str) and self.matches(value):
            return value
        raise InvalidInputError(place, self.rule, self.expected)


def _pattern(rule: str, regex: str, expected: str) -> Pattern:
    return Pattern(rule, re.compile(regex, re.ASCII), expected)


PERSONAL_NUMBER = _pattern("personal_number", "[0-9]{12}", "12 digits")
OLD_IDENTITY_CARD = _pattern("old_identity_card", "[0-9]{9}", "9 digits")
VIETNAMESE_PASSPORT = _pattern("passport", "[A-Z][0-9]{7}", "a capital letter and 7 digits")
FOREIGN_PASSPORT = _pattern("passport", "[0-9A-Z]{5,15}", "5 to 15 capital letters and digits")
TEMPORARY_NUMBER = _pattern(
    "temporary_number",
    "[A-Z]{2,4}-[0-9A-Z]{5}-[0-9]{8}-[0-9]{3,6}",
    "letters, facility, date and number joined by hyphens",
)
INSURANCE_CARD = _pattern(
    "insurance_card", "[A-Z]{2}[1-5][0-9]{2}[0-9A-Z]{10}", "2 letters, 1-5, 2 digits, 10 characters"
)
SOCIAL_INSURANCE_NUMBER = _pattern("social_insurance_number", "[0-9]{10}", "10 digits")
FACILITY = _pattern("facility", "[0-9]{2}[0-9A-Z]{3}", "2 digits and 3 characters")
FACILITY_CODE = _pattern(
    "facility_code", "[0-9]{2}[0-9A-Z]{3}|[0-9]{13}", "a facility code such as 79A02, or a GLN"
)
ICD_10 = _pattern("icd_10", r"[A-Z][0-9]{2}(\.[0-9]{1,2})?[†*]?", "an ICD-10 code such as B18.0")
DOSSIER_CODE = _pattern(
    "dossier_code",
    r"([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(\.[0-9]{1,3})*-[0-9]{6}-[0-9]{4,7}",
    "a dossier code such as 000.00.19.H26-241015-0012",
)
JUDICIAL_RECORD_CODE = _pattern(
    "judicial_record_code",
    "[0-9]{2}[A-ZĐ]{2,4}(19|20)[0-9]{2}/[0-9]{5}",
    "a record code such as 25HN2013/00001",
)
CERTIFICATE_NUMBER = _pattern(
    "certificate_number", r"[0-9]{1,9}/[0-9A-ZĐ.\-]{1,40}", "a number, a slash, a suffix"
)
PASSCODE = _pattern("passcode", "[0-9]{6}", "6 digits")
PROVINCE = _pattern("province_code", "[0-9]{2}", "2 digits")
COMMUNE = _pattern("commune_code", "[0-9]{5}", "5 digits")
AUTHORITY = _pattern("authority_code", r"[0-9A-Z][0-9A-Z.\-]{0,11}", "1 to 12 of A-Z 0-9 . -")
COUNTRY = _pattern("country_code", "[A-Z]{2}", "2 capital letters (ISO 3166-1)")
PHONE = _pattern("phone", r"\+?[0-9]{8,15}", "8 to 15 digits, a plus sign before them if abroad")
EMAIL = _pattern("email", r"[^@\s]{1,64}@[^@\s]{1,190}", "an address with one @")
CODE = _pattern("code", "[0-9A-Za-z][0-9A-Za-z_.-]{0,39}", "a code of at most 40 characters")
REFERENCE = _pattern(
    "reference", r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ_./:-]{0,79}", "a reference of at most 80 characters"
)

_NUMBERS = {
    NumberKind.PERSONAL: PERSONAL_NUMBER,
    NumberKind.OLD_IDENTITY_CARD: OLD_IDENTITY_CARD,
}


def check_number(number: object, kind: NumberKind, *, place: str, nationality: str = "VN") -> str:
    """Return ``number`` if it has the form of its paper.

    Raises:
        InvalidInputError: It has not.
    """
    if kind is NumberKind.PASSPORT:
        passport = VIETNAMESE_PASSPORT if nationality == "VN" else FOREIGN_PASSPORT
        return passport.check(number, place=place)
    return _NUMBERS[kind].check(number, place=place)


def number_warnings(number: str, *, birth_date: date, sex: int) -> tuple[str, ...]:
    """Return what is odd about a personal number; advice only, for numbers are reissued.

    A personal number says sex and century in its fourth digit and the birth year in the next two;
    no check digit is published. ``sex`` is 1 male, 2 female, 3 other.
    """
    if not PERSONAL_NUMBER.matches(number):
        return ()
    century, year = int(number[3]), int(number[4:6])
    found = []
    if 1900 + 100 * (century // 2) + year != birth_date.year:
        found.append("birth_year_differs_from_number")
    if sex in {1, 2} and century % 2 != sex - 1:
        found.append("sex_differs_from_number")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Provinces:
    since: date
    until: date | None
    names: dict[str, str]


@lru_cache(maxsize=1)
def _provinces() -> tuple[_Provinces, ...]:
    rows = json.loads(files("ledger").joinpath("provinces.json").read_text("utf-8"))
    return tuple(
        _Provinces(
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["until"]) if row["until"] else None,
            row["names"],
        )
        for row in rows
    )


def provinces(on: date) -> dict[str, str]:
    """Return code to Vietnamese name of the provinces that exist ``on`` that day.

    63 before July 2025, 34 since; a code may have named another province before the mergers.
    Source: Decisions 124/2004/QĐ-TTg and 19/2025/QĐ-TTg.
    """
    for known in _provinces():
        if known.since <= on and (known.until is None or on < known.until):
            return dict(known.names)
    return {}


def check_province(code: object, *, on: date, place: str) -> str:
    """Return ``code`` if it is a province ``on`` that day.

    Raises:
        InvalidInputError: rule ``province_code`` (form) or ``unknown_province``.
    """
    checked = PROVINCE.check(code, place=place)
    if checked not in provinces(on):
        raise InvalidInputError(place, "unknown_province", "the code of a province of that day")
    return checked


_UNTIL_2008 = frozenset({"28"})
"""Hà Tây, part of Hà Nội since 1 August 2008. Source: Resolution 15/2008/QH12."""


def check_former_province(code: object, *, place: str) -> str:
    """Return ``code`` if it is or once was a province: where somebody used to live.

    Raises:
        InvalidInputError: rule ``province_code`` (form) or ``unknown_province``.
    """
    checked = PROVINCE.check(code, place=place)
    if checked not in _UNTIL_2008 and not any(checked in known.names for known in _provinces()):
        raise InvalidInputError(place, "unknown_province", "the code of a present or past province")
    return checked


def system_stream(name: str) -> UUID:
    """Return the stream of a part of the system, such as ``trust-list``."""
    return uuid5(STREAMS, f"system:{name}")


def request_stream(authority: str, dossier_code: str) -> UUID:
    """Return the stream of a request; never made from anything about a person."""
    AUTHORITY.check(authority, place="authority")
    DOSSIER_CODE.check(dossier_code, place="dossier_code")
    return uuid5(STREAMS, f"request:{authority}:{dossier_code}")


def correction_stream(certificate: UUID, ordinal: int) -> UUID:
    """Return the stream of the draft that is to correct a certificate for the ``ordinal``-th time.

    Made from the certificate, so that two who draft at once meet in one stream.
    """
    return uuid5(STREAMS, f"correction:{certificate}:{ordinal}")


def series_stream(authority: str, year: int) -> UUID:
    """Return the stream that numbers an authority's certificates of a year."""
    AUTHORITY.check(authority, place="authority")
    return uuid5(STREAMS, f"series:{authority}:{year:04}")


def erasure_stream(subject: UUID) -> UUID:
    """Return the stream of what is held and forgotten of a person, made from the pseudonym."""
    return uuid5(ERASURES, str(subject))


def access_stream(subject: UUID) -> UUID:
    """Return the stream of who looked at this person's data, made from the pseudonym."""
    return uuid5(STREAMS, f"access:{subject}")


def visit_stream(facility: str, key: str) -> UUID:
    """Return the stream of what a facility sends of one treatment episode.

    ``key`` is unique within the facility: MA_LK of the insurance tables, or the number of the
    FHIR encounter; at most 100 characters. Source: Decision 130/QĐ-BYT, table 1.
    """
    FACILITY_CODE.check(facility, place="facility")
    return uuid5(STREAMS, f"visit:{facility}:{key}")


def resource_stream(facility: str, resource_type: str, resource_id: str) -> UUID:
    """Return the stream of a FHIR resource that a facility sends outside of any visit."""
    FACILITY_CODE.check(facility, place="facility")
    return uuid5(STREAMS, f"resource:{facility}:{resource_type}/{resource_id}")


def facility_stream(code: str) -> UUID:
    """Return the stream of a facility."""
    FACILITY_CODE.check(code, place="facility")
    return uuid5(STREAMS, f"facility:{code}")


def referral_stream(certificate: UUID) -> UUID:
    """Return the stream of what becomes of a referral paper."""
    return uuid5(STREAMS, f"referral:{certificate}")


def appointment_stream(certificate: UUID) -> UUID:
    """Return the stream of what becomes of a re-examination appointment."""
    return uuid5(STREAMS, f"appointment:{certificate}")


def appointment_request_stream(appointment: UUID, ordinal: int) -> UUID:
    """Return the stream of what is asked for the ``ordinal``-th time about an appointment.

    Made from the appointment's paper, so that two who ask at once meet in one stream.
    """
    return uuid5(STREAMS, f"appointment-request:{appointment}:{ordinal}")


def health_book_stream(subject: UUID) -> UUID:
    """Return the stream of a person's health book itself, made from the pseudonym."""
    return uuid5(STREAMS, f"health-book:{subject}")


def consent_stream(subject: UUID) -> UUID:
    """Return the stream of a person's consents."""
    return uuid5(STREAMS, f"consent:{subject}")


def emergency_stream(subject: UUID) -> UUID:
    """Return the stream of emergency looks at a person's health book."""
    return uuid5(STREAMS, f"emergency:{subject}")


def misuse_stream(subject: UUID) -> UUID:
    """Return the stream of a person's reports that somebody looked without need."""
    return uuid5(STREAMS, f"misuse:{subject}")


def rights_stream(subject: UUID) -> UUID:
    """Return the stream of a person's requests about their data."""
    return uuid5(STREAMS, f"rights:{subject}")


def emergency_day_stream(account: str, day: date) -> UUID:
    """Return the stream that counts the emergency looks of an account on one day."""
    return uuid5(STREAMS, f"emergency-day:{account}:{day:%Y-%m-%d}")


def refusal_day_stream(account: str, day: date) -> UUID:
    """Return the stream that counts what an account was refused to see on one day."""
    return uuid5(STREAMS, f"refusal-day:{account}:{day:%Y-%m-%d}")


def written_order_stream(subject: UUID) -> UUID:
    """Return the stream of written orders to see a person's health book."""
    return uuid5(STREAMS, f"written-order:{subject}")


def cleaning_pair_stream(one: UUID, other: UUID) -> UUID:
    """Return the stream of two persons who may be one, whichever is named first."""
    low, high = sorted((one, other))
    return uuid5(STREAMS, f"cleaning-pair:{low}:{high}")
