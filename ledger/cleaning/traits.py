"""What of a description is compared, in the one form in which it is compared.

A description is what one source says of one person, as it was said. Its traits are the same in a
form in which spelling, case, order and notation no longer differ without need; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.names import normalise_name, search_key

_BIRTH: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)
_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_NOT_WORDS: Final = re.compile(r"[^0-9a-z]+")
PERSONAL: Final = "personal"
"""The kind of number that everybody has one of: two different ones speak against one person."""
_CARD: Final = "insurance-card"
_SOCIAL: Final = 10
"""Characters of a social insurance number, with which a card ends."""
_LEAST_PHONE: Final = 8


@dataclass(frozen=True, slots=True)
class Described:
    """What one source says of one person."""

    subject: UUID
    name: str
    birth: str | None = None
    """YYYY, YYYY-MM or YYYY-MM-DD: no more than was said."""
    sex: int | None = None
    """1 male, 2 female, 3 other."""
    numbers: tuple[tuple[str, str], ...] = ()
    """Kind and value, as the blind index knows them; the present personal number first."""
    address: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a description."""

    subject: UUID
    name: str
    """Case folded, composed, single spaces."""
    key: str
    """The name without diacritics."""
    marked: bool
    """Whether the name has diacritics at all: who types without them leaves all of them out."""
    words: str
    """The key's words, sorted: family and given name are swapped by foreign forms."""
    birth: tuple[int, ...]
    """Year, month, day, as far as they were said."""
    sex: int | None
    personal: str | None
    others: tuple[str, ...]
    """Kind and value of every other number, former personal ones too, sorted."""
    household: tuple[str, ...]
    """Phone and address: what a household shares."""

    @property
    def family(self) -> str:
        """The first word: names are written family, middle, given."""
        return self.key.partition(" ")[0]

    @property
    def given(self) -> str:
        """The last word."""
        return self.key.rpartition(" ")[2]


def traits_of(described: Described) -> Traits:
    """Return what is compared of ``described``."""
    name = normalise_name(described.name).casefold()
    key = search_key(described.name)
    said = [(kind, _number(value)) for kind, value in described.numbers]
    numbers = [(kind, value) for kind, value in said if value]
    personal = next((value for kind, value in numbers if kind == PERSONAL), None)
    others = {f"{kind}:{value}" for kind, value in numbers} | _within(numbers)
    return Traits(
        subject=described.subject,
        name=name,
        key=key,
        marked=key != name,
        words=" ".join(sorted(key.split())),
        birth=_birth(described.birth),
        sex=described.sex,
        personal=personal,
        others=tuple(sorted(others - {f"{PERSONAL}:{personal}"})),
        household=tuple(
            part for part in (_phone(described.phone), _address(described.address)) if part
        ),
    )


def _within(numbers: Iterable[tuple[str, str]]) -> set[str]:
    """Return the social insurance numbers that insurance cards end with."""
    cards = (value[-_SOCIAL:] for kind, value in numbers if kind == _CARD)
    return {f"social-insurance:{value}" for value in cards if len(value) == _SOCIAL}


def _birth(said: str | None) -> tuple[int, ...]:
    if said is None or not _BIRTH.fullmatch(said):
        return ()
    return tuple(int(part) for part in said.split("-"))


def _number(value: str) -> str:
    """Return a number without blanks and marks: it is typed with them and without."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", value).casefold())


def _phone(said: str | None) -> str:
    digits = _NOT_DIGITS.sub("", said or "")
    national = digits.removeprefix("84") if digits.startswith("84") else digits.removeprefix("0")
    return f"p:{national}" if len(digits) >= _LEAST_PHONE else ""


def _address(said: str | None) -> str:
    words = _NOT_WORDS.sub(" ", search_key(said)).strip() if said else ""
    return f"a:{words}" if words else ""
