"""The fields of health papers: one row a field, checked in one way, printed in two languages.

A referral and an appointment are told field by field in tables 13 and 14 of the insurance XML.
Each kind has a table of `PaperField` rows; a row knows its name, what is allowed, and its words.
Fields that are in the XML are called here as there (`ledger.clinical.insurance_papers`). Times
stand as the XML has them, so that what is not known of them (the minute of an admission) is
written as zeros and never invented.

Source: Decision 130/QĐ-BYT as amended by 4750/QĐ-BYT and 3176/QĐ-BYT, tables 13 and 14.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger import canonical
from ledger.certificates.kind import PaperLine, Wording
from ledger.errors import InvalidInputError
from ledger.identifiers import FACILITY_CODE, INSURANCE_CARD, Pattern
from ledger.names import check_text

BINDING_BYTES: Final = 16
"""Of the SHA-256 that binds a code to its whole content. Source: credential reference, 2.2."""
SALT_BYTES: Final = 16
"""Random bytes in every content: without them a short diagnosis could be guessed from the hash."""
MAX_TEXT: Final = 20_000
"""Characters of a clinical text; the tables set no limit."""
MAX_ENTRIES: Final = 50

Check: TypeAlias = Callable[[object, str], None]
Content: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PaperField:
    """One field of a paper."""

    name: str
    """In the content."""
    title: Wording
    check: Check
    required: bool = False
    printed: bool = True
    timed: bool = False
    """True if its values are times, to be printed as people write them."""


def check_fields(content: Content, fields: Sequence[PaperField]) -> None:
    """Refuse unknown and missing fields, and any that is not of its form.

    Raises:
        InvalidInputError: Names the field by its place under ``content``.
    """
    known = {one.name for one in fields}
    if any(name not in known for name in content):
        raise InvalidInputError("content", "unknown_field", "no fields but those of this paper")
    for one in fields:
        if one.name in content:
            one.check(content[one.name], f"content.{one.name}")
        elif one.required:
            raise InvalidInputError(f"content.{one.name}", "missing", "this field")


def binding_of(content: Content) -> bytes:
    """Return what binds a code to the whole of ``content``: the head of its SHA-256."""
    return sha256(canonical.encode(dict(content))).digest()[:BINDING_BYTES]


def lines_of(content: Content, fields: Sequence[PaperField]) -> tuple[PaperLine, ...]:
    """Return the printed lines of all fields that are there, in the order of the table."""
    return tuple(
        PaperLine(one.title, same(shown(content[one.name], is_time=one.timed)))
        for one in fields
        if one.printed and one.name in content
    )


def card_lines(content: Content) -> tuple[PaperLine, ...]:
    """Return the line of the insurance cards with their last days; none without a card."""
    cards, until = content.get("cards"), content.get("cards_until")
    if not isinstance(cards, list | tuple):
        return ()
    days = [shown(day, is_time=True) for day in until] if isinstance(until, list | tuple) else []
    told = [
        f"{card} ({days[place]})" if place < len(days) else str(card)
        for place, card in enumerate(cards)
    ]
    title = Wording("Số thẻ bảo hiểm y tế (đến)", "Health insurance card (until)")
    return (PaperLine(title, same(", ".join(told))),)


def stay_lines(content: Content) -> tuple[PaperLine, ...]:
    """Return the line of when the patient came, was admitted and left, as far as that is said."""
    times = [
        (words, shown(content[name], is_time=True))
        for name, words in _STAY.items()
        if name in content
    ]
    if not times:
        return ()
    told = Wording(
        "; ".join(f"{words.vi} {time}" for words, time in times),
        "; ".join(f"{words.en} {time}" for words, time in times),
    )
    return (PaperLine(Wording("Thời gian điều trị", "Time of treatment"), told),)


_STAY: Final = MappingProxyType({
    "arrived": Wording("vào khám", "came"),
    "admitted": Wording("nội trú từ", "inpatient since"),
    "discharged": Wording("đến", "until"),
})  # fmt: skip


def same(text: str) -> Wording:
    """Return what is written alike in both languages: names, codes, a doctor's own words."""
    return Wording(text, text)


def shown(value: object, *, is_time: bool = False) -> str:
    """Return how a value is printed: times as people write them, lists with commas."""
    if isinstance(value, list | tuple):
        return ", ".join(shown(part, is_time=is_time) for part in value)
    text = str(value)
    if not is_time:
        return text
    clock = text[8:] or _NO_CLOCK
    known = "" if clock == _NO_CLOCK else f" {clock[:2]}:{clock[2:]}"
    return _day_words(text[:8]) + known


def _day_words(text: str) -> str:
    """Return ``YYYYMMDD`` with what is known of it: zeros are left out."""
    parts = [text[6:], text[4:6], text[:4]]
    return "/".join(part for part in parts if part != "00")


def text(longest: int = MAX_TEXT) -> Check:
    """Return a check for text of at most ``longest`` characters."""

    def check(value: object, place: str) -> None:
        check_text(value, place=place, longest=longest)

    return check


def matches(pattern: Pattern) -> Check:
    """Return a check for a code of that form."""

    def check(value: object, place: str) -> None:
        pattern.check(value, place=place)

    return check


def one_of(*allowed: int | str) -> Check:
    """Return a check for one of a few codes."""

    def check(value: object, place: str) -> None:
        if type(value) not in {int, str} or value not in allowed:
            raise InvalidInputError(place, "code_unknown", " or ".join(map(str, allowed)))

    return check


def each(check_one: Check, *, most: int = MAX_ENTRIES, least: int = 1) -> Check:
    """Return a check for a list of ``least`` to ``most``, each once."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, list | tuple) or not least <= len(value) <= most:
            raise InvalidInputError(place, "list_form", f"a list of {least} to {most}")
        for number, part in enumerate(value):
            check_one(part, f"{place}[{number}]")
        if len({str(part) for part in value}) != len(value):
            raise InvalidInputError(place, "twice", "each entry once")

    return check


def flag(value: object, place: str) -> None:
    """Check a tick."""
    if type(value) is not bool:
        raise InvalidInputError(place, "flag_form", "true or false")


def moment(value: object, place: str) -> None:
    """Check a time as the XML writes it; what is not known is zeros, or the clock left out."""
    expected = "YYYYMMDD or YYYYMMDDHHMM"
    if not isinstance(value, str) or not _TIME.fullmatch(value) or not _is_day(value[:8]):
        raise InvalidInputError(place, "time_form", expected)
    clock = value[8:] or _NO_CLOCK
    if int(clock[:2]) > 23 or int(clock[2:]) > 59:  # noqa: PLR2004  hours and minutes
        raise InvalidInputError(place, "time_form", expected)


def day(value: object, place: str) -> None:
    """Check a day of the calendar, ``YYYYMMDD``, without zeros for what is not known."""
    if not isinstance(value, str) or not _DAY.fullmatch(value) or day_of(value) is None:
        raise InvalidInputError(place, "date_form", "YYYYMMDD")


def salt(value: object, place: str) -> None:
    """Check the random part of a content."""
    if not isinstance(value, str) or not _SALT.fullmatch(value):
        raise InvalidInputError(place, "salt_form", f"{2 * SALT_BYTES} hexadecimal digits")


def day_of(value: object) -> date | None:
    """Return the day that a text of the XML names; None if it names none exactly."""
    try:
        return date.fromisoformat(str(value)[:8])
    except ValueError:
        return None


def in_order(content: Content, *names: str) -> None:
    """Refuse times that run backwards; those with unknown parts are compared as far as known.

    Raises:
        InvalidInputError: rule ``times_out_of_order``, at the later field.
    """
    told = [(name, str(content[name])) for name in names if name in content]
    for (_, before), (name, after) in pairwise(told):
        known = min(len(_known(before)), len(_known(after)))
        if after[:known] < before[:known]:
            raise InvalidInputError(f"content.{name}", "times_out_of_order", "not before the other")


def _known(written: str) -> str:
    """Return the parts that are known of a time: a month or day of zeros ends them."""
    for end in (4, 6):
        if written[end : end + 2] == "00":
            return written[:end]
    return written


def _is_day(text: str) -> bool:
    if text[4:] == "0000":
        return text[:4] != "0000"
    if text[6:] == "00":
        return text[:4] != "0000" and 1 <= int(text[4:6]) <= 12  # noqa: PLR2004  months
    return day_of(text) is not None


def facility_place(value: object, place: str) -> None:
    """Check a facility's code."""
    FACILITY_CODE.check(value, place=place)


def disease(value: object, place: str) -> None:
    """Check a disease's code, with its dot or, as the XML allows, without."""
    if not isinstance(value, str) or not _DISEASE.fullmatch(value):
        raise InvalidInputError(place, "icd_10", "an ICD-10 code such as B18.0")


def insurance_card(value: object, place: str) -> None:
    """Check a health insurance card's number."""
    INSURANCE_CARD.check(value, place=place)


_TIME: Final = re.compile(r"[0-9]{8}([0-9]{4})?", re.ASCII)
_NO_CLOCK: Final = "0000"
_DAY: Final = re.compile(r"[0-9]{8}", re.ASCII)
_DISEASE: Final = re.compile(r"[A-Z][0-9]{2}(\.?[0-9]{1,2})?[†*]?", re.ASCII)
_SALT: Final = re.compile(rf"[0-9a-f]{{{2 * SALT_BYTES}}}", re.ASCII)
