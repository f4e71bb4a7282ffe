"""The form of every kind of field in the insurance tables: a fault's name and what was expected.

Source of the patterns: the domain reference, section 8; Decision 130/QĐ-BYT. Digits are ASCII
digits: full-width ones look alike and are other characters.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ledger.clinical.fhir_narrative import ACTIVE, MARKUP
from ledger.clinical.insurance_fields import Kind
from ledger.clinical.insurance_times import is_time
from ledger.identifiers import (
    FACILITY_CODE,
    FOREIGN_PASSPORT,
    INSURANCE_CARD,
    OLD_IDENTITY_CARD,
    PERSONAL_NUMBER,
    TEMPORARY_NUMBER,
    Pattern,
)

SEPARATOR: Final = ";"
LONGEST_TEXT: Final = 65_536
"""Characters; what the FHIR projection of a text may have."""


class Fault(NamedTuple):
    """What is wrong with a value: a stable rule and the form wanted, never the value."""

    rule: str
    expected: str


Check = Callable[[str], Fault | None]

_UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_INVISIBLE: Final = Fault("invisible", "text without control characters or turned direction")
_MARKUP: Final = Fault("html_in_text", "plain text without markup or scripts")
_NAME_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

_PLAIN_CODE: Final = re.compile("[!-9=-~]++", re.ASCII)
"""Most codes: printable ASCII without a colon, a semicolon or the beginning of markup."""
# Printable ASCII, or letters of any script: never digits of another script.
_CODE: Final = re.compile(r"(?:[!-~†]|[^\W\d_])++(?: (?:[!-~†]|[^\W\d_])++)*+")
_ONE_CODE: Final = Fault("code", "printable characters, digits 0-9, single spaces between words")
_COUNT: Final = re.compile("[0-9]{1,9}", re.ASCII)
DECIMAL: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,10})?", re.ASCII)
_DECIMAL_FAULT: Final = Fault("decimal", "digits with a point before the decimals")
_DAY: Final = re.compile("[0-9]{8}", re.ASCII)
_DAY_FAULT: Final = Fault("day", "yyyymmdd, zeros for unknown parts, a day of the calendar")
_TIME_FAULT: Final = Fault(
    "time", "yyyymmddHHMM, zeros for unknown parts, a day of the calendar and a time of the day"
)
ICD: Final = re.compile(r"[A-Z][0-9]{2}(?:\.?[0-9]{1,2})?[†*]?", re.ASCII)
"""With or without its dot. Source: Circular 06/2026/TT-BYT, 3 to 5 characters."""
_ICD_FAULT: Final = Fault("icd_10", "an ICD-10 code such as B18.0 or B180")
_IDENTITIES: Final = (PERSONAL_NUMBER, OLD_IDENTITY_CARD, TEMPORARY_NUMBER)
_ONLY_DIGITS: Final = re.compile("[0-9]+", re.ASCII)


def _text(value: str) -> Fault | None:
    if not value.isprintable() and _UNREADABLE.search(value):
        return _INVISIBLE
    return _markup(value) if "<" in value or ":" in value else None


def _name(value: str) -> Fault | None:
    hidden = (unicodedata.category(letter) in _NAME_INVISIBLE for letter in value)
    if not value.isprintable() and any(hidden):
        return _INVISIBLE
    return _markup(value)


def _code(value: str) -> Fault | None:
    if _PLAIN_CODE.fullmatch(value):
        return None
    return _markup(value) if _CODE.fullmatch(value) else _ONE_CODE


def _markup(value: str) -> Fault | None:
    """Judge a text as the texts of a FHIR visit are judged: signs alone, nothing that runs."""
    return _MARKUP if ACTIVE.search(value) or MARKUP.search(value) else None


def _count(value: str) -> Fault | None:
    return None if _COUNT.fullmatch(value) else Fault("count", "1 to 9 digits")


def _decimal(value: str) -> Fault | None:
    return None if DECIMAL.fullmatch(value) else _DECIMAL_FAULT


def _day(value: str) -> Fault | None:
    return None if _DAY.fullmatch(value) and is_time(value) else _DAY_FAULT


def _time(value: str) -> Fault | None:
    return None if is_time(value) else _TIME_FAULT


def _disease(value: str) -> Fault | None:
    return None if ICD.fullmatch(value) else _ICD_FAULT


def _identity(value: str) -> Fault | None:
    """Judge the number of whatever paper a person showed.

    Digits alone are a personal number or an old card: eleven or thirteen are a typing error, and
    would find somebody else or nobody.
    """
    if any(one.matches(value) for one in _IDENTITIES):
        return None
    if FOREIGN_PASSPORT.matches(value) and not _ONLY_DIGITS.fullmatch(value):
        return None
    return Fault("identity_number", "12 digits, 9 digits, a passport or a temporary number")


def _one_of(rule: str, *codes: str) -> Check:
    allowed = frozenset(codes)
    fault = Fault(rule, f"one of {', '.join(codes)}")
    return lambda value: None if value in allowed else fault


def _pattern(pattern: Pattern) -> Check:
    fault = Fault(pattern.rule, pattern.expected)
    matches = pattern.regex.fullmatch
    return lambda value: None if matches(value) else fault


def _each(check: Check) -> Check:
    def check_all(value: str) -> Fault | None:
        if SEPARATOR not in value:
            return check(value)
        for part in parts(value):
            fault = check(part)
            if fault:
                return Fault(fault.rule, f"{fault.expected}; several with ; between them")
        return None

    return check_all


CHECKS: Final[Mapping[Kind, Check]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.CODE: _code,
    Kind.CODES: _each(_code),
    Kind.COUNT: _count,
    Kind.DECIMAL: _decimal,
    Kind.DECIMALS: _each(_decimal),
    Kind.DAY: _day,
    Kind.DAYS: _each(_day),
    Kind.TIME: _time,
    Kind.SEX: _one_of("sex", "1", "2", "3"),
    Kind.IDENTITY: _identity,
    Kind.CARDS: _each(_pattern(INSURANCE_CARD)),
    Kind.FACILITY: _pattern(FACILITY_CODE),
    Kind.FACILITIES: _each(_pattern(FACILITY_CODE)),
    Kind.DISEASE: _disease,
    Kind.DISEASES: _each(_disease),
    Kind.OUTCOME: _one_of("outcome", "1", "2", "3", "4", "5", "6", "7"),
    Kind.DISCHARGE: _one_of("discharge", "1", "2", "3", "4", "5"),
    Kind.REASON: _one_of("referral_reason", "1", "2", "3"),
}
"""What judges a value that is not empty, by the kind of its field."""


def parts(value: str) -> tuple[str, ...]:
    """Return the parts of a list field; the first of diseases is the main one."""
    return tuple(part.strip() for part in value.split(SEPARATOR) if part.strip())


def with_dot(code: str) -> str:
    """Return an ICD-10 code in its usual writing: ``B180`` is ``B18.0``."""
    plain = code.replace(".", "")
    main, rest = plain[:3], plain[3:]
    return f"{main}.{rest}" if rest and rest[0].isdigit() else main + rest


def without_mark(code: str) -> str:
    """Return an ICD-10 code without the dagger or asterisk of double coding."""
    return code.rstrip("†*")
