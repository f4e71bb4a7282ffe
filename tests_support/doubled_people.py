"""Generated people of whom some are known twice, with the truth: for measuring what is found.

Nobody of them exists: every personal number begins with 000, every phone number with 0000. Some are
twins, some share name and day of birth with a stranger: those are two persons.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from ledger.cleaning.traits import Described
from ledger.names import search_key

_FAMILIES: Final = (
    ("Nguyễn", 38), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 5), ("Phan", 5), ("Vũ", 4),
    ("Đặng", 2), ("Bùi", 2), ("Đỗ", 2), ("Hồ", 1), ("Ngô", 1), ("Dương", 1), ("Lý", 1),
)  # fmt: skip
_MIDDLES: Final = {
    1: ("Văn", "Hữu", "Đức", "Quốc", "Minh", "Công", "Thanh", "Xuân", "Đình", "Ngọc"),
    2: ("Thị", "Thị Ngọc", "Thị Thu", "Thuỳ", "Diệu", "Thị Kim", "Thị Mỹ", "Bích", "Hồng"),
}
_GIVENS: Final = {
    1: ("Anh", "An", "Bình", "Cường", "Dũng", "Hải", "Hùng", "Hưng", "Khoa", "Long", "Nghĩa",
        "Quý", "Thuận", "Tuấn", "Tú", "Sơn", "Phong", "Đạt", "Trung", "Việt"),
    2: ("Ánh", "Anh", "Bích", "Châu", "Duyên", "Hạnh", "Hường", "Hương", "Loan", "Mỹ", "Nguyệt",
        "Phượng", "Yến", "Lan", "Mai", "Trang", "Thảo", "Hoa", "Nga", "Linh"),
}  # fmt: skip
_STREETS: Final = ("Đường Mẫu Một", "Đường Mẫu Hai", "Phố Thử Nghiệm", "Ngõ Ví Dụ", "Thôn Mẫu")
_FIRST: Final = date(1940, 1, 1)
_LAST: Final = date(2024, 1, 1)
_WHOLE: Final = 10
"""Characters of a whole date."""
_LETTERS: Final = "abcdeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Town:
    """People as they are described, and which descriptions are of one person."""

    described: tuple[Described, ...]
    same: frozenset[frozenset[UUID]]
    """Pairs of pseudonyms of one person."""
    kinds: dict[frozenset[UUID], str] = field(default_factory=dict)
    """What made each pair of interest: the mistakes, ``twins`` or ``namesakes``."""


def town(people: int, *, seed: int, doubled: float = 0.02) -> Town:
    """Return ``people`` persons, of whom the share ``doubled`` is known twice."""
    dice = random.Random(seed)
    described: list[Described] = []
    same: set[frozenset[UUID]] = set()
    kinds: dict[frozenset[UUID], str] = {}
    while len(described) < people:
        one = _person(dice)
        described.append(one)
        drawn = dice.random()
        other: Described | None = None
        kind = ""
        if drawn < doubled:
            other, kind = _known_again(dice, one)
            same.add(frozenset({one.subject, other.subject}))
        elif drawn < doubled + 0.01:
            described[-1], other = _twins(dice, one)
            kind = "twins"
        elif drawn < doubled + 0.015:
            other, kind = _namesake(dice, one), "namesakes"
        if other is not None:
            described.append(other)
            kinds[frozenset({one.subject, other.subject})] = kind
    dice.shuffle(described)
    return Town(tuple(described), frozenset(same), kinds)


def _person(dice: random.Random) -> Described:
    sex = dice.choice((1, 2))
    street = dice.choice(_STREETS)
    born = _FIRST + timedelta(days=dice.randrange((_LAST - _FIRST).days))
    families, shares = zip(*_FAMILIES, strict=True)
    family = dice.choices(families, shares)[0]
    name = f"{family} {dice.choice(_MIDDLES[sex])} {dice.choice(_GIVENS[sex])}"
    return Described(
        subject=UUID(int=dice.getrandbits(128)),
        name=name,
        birth=born.isoformat(),
        sex=sex,
        numbers=(("personal", _number(dice, sex, born)), *_card(dice)),
        address=f"Số {dice.randrange(1, 900)} {street}, xã mẫu {dice.randrange(300)}",
        phone=f"0000{dice.randrange(10**6):06}",
    )


def _number(dice: random.Random, sex: int, born: date) -> str:
    century = 2 * (born.year // 100 - 19) + (sex - 1)
    return f"000{century}{born.year % 100:02}{dice.randrange(10**6):06}"


def _card(dice: random.Random) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.8:
        yield "insurance-card", f"HS4{dice.randrange(100):02}{dice.randrange(10**10):010}"


def _twins(dice: random.Random, one: Described) -> tuple[Described, Described]:
    """Return two children of one day and household, with names as twins have."""
    head, _, given = one.name.rpartition(" ")
    sex = one.sex or 1
    alike = {"An": "Anh", "Anh": "Ánh", "Hường": "Hương", "Hùng": "Hưng", "Tuấn": "Tú"}
    other = alike.get(given) if dice.random() < 0.5 else None
    while other is None or other == given:
        other = dice.choice(_GIVENS[sex])
    born = date.fromisoformat(one.birth or "")
    numbers = (("personal", _number(dice, sex, born)),)
    twin = replace(
        one, subject=UUID(int=dice.getrandbits(128)), name=f"{head} {other}", numbers=numbers
    )
    if dice.random() < 0.3:  # newborns have no number yet
        return replace(one, numbers=()), replace(twin, numbers=())
    return one, twin


def _namesake(dice: random.Random, one: Described) -> Described:
    """Return a stranger with the same name and day of birth."""
    other = replace(_person(dice), name=one.name, birth=one.birth, sex=one.sex)
    return replace(other, numbers=()) if dice.random() < 0.4 else other


def _known_again(dice: random.Random, one: Described) -> tuple[Described, str]:
    """Return the same person as another source has them, and the mistakes in it.

    A shared number would have led to the same pseudonym, so mostly there is none.
    """
    other = replace(one, subject=UUID(int=dice.getrandbits(128)))
    mistakes = [dice.choices(*zip(*_NUMBER_MISTAKES, strict=True))[0]]
    for chance, mistake in _OTHER_MISTAKES:
        if dice.random() < chance:
            mistakes.append(mistake)
    for mistake in mistakes:
        other = mistake(dice, other)
    names = sorted({mistake.__name__.strip("_") for mistake in mistakes})
    return other, " ".join(names)


Mistake = Callable[[random.Random, Described], Described]


def _no_number(dice: random.Random, one: Described) -> Described:
    return replace(one, numbers=(("mrn:79A02", f"BN{dice.randrange(10**6):06}"),))


def _number_slip(dice: random.Random, one: Described) -> Described:
    (kind, value), *_ = one.numbers
    return replace(one, numbers=((kind, _slip(dice, value, "0123456789", first=6)),))


def _number_changed(dice: random.Random, one: Described) -> Described:
    born = date.fromisoformat(one.birth or "")
    return replace(one, numbers=(("personal", _number(dice, one.sex or 1, born)),))


def _number_shared(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, numbers=one.numbers[1:] or one.numbers)


_NUMBER_MISTAKES: Final[tuple[tuple[Mistake, int], ...]] = (
    (_no_number, 45), (_number_slip, 30), (_number_changed, 10), (_number_shared, 15),
)  # fmt: skip


def _no_diacritics(dice: random.Random, one: Described) -> Described:
    del dice
    plain = search_key(one.name)
    return replace(one, name=plain.upper())


def _decomposed(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, name=unicodedata.normalize("NFD", one.name))


def _other_order(dice: random.Random, one: Described) -> Described:
    del dice
    head, _, given = one.name.rpartition(" ")
    return replace(one, name=f"{given} {head}")


def _name_slip(dice: random.Random, one: Described) -> Described:
    return replace(one, name=_slip(dice, one.name, _LETTERS))


def _swapped_day(dice: random.Random, one: Described) -> Described:
    del dice
    year, month, day = (one.birth or "").split("-")
    return replace(one, birth=f"{year}-{day}-{month}") if int(day) <= 12 else one


def _year_only(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, birth=(one.birth or "")[:4])


def _birth_slip(dice: random.Random, one: Described) -> Described:
    if len(one.birth or "") < _WHOLE:
        return one
    born = date.fromisoformat(one.birth or "")
    wrong = born.replace(day=born.day % 28 + 1) if dice.random() < 0.5 else born.replace(
        year=born.year - 1, day=min(born.day, 28)
    )  # fmt: skip
    return replace(one, birth=wrong.isoformat())


def _moved(dice: random.Random, one: Described) -> Described:
    return replace(one, address=_person(dice).address)


def _no_phone(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, phone=None)


def _new_phone(dice: random.Random, one: Described) -> Described:
    return replace(one, phone=f"0000{dice.randrange(10**6):06}")


def _abroad_phone(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, phone=f"+84 {(one.phone or '0')[1:]}")


def _no_sex(dice: random.Random, one: Described) -> Described:
    del dice
    return replace(one, sex=None)


_OTHER_MISTAKES: Final[tuple[tuple[float, Mistake], ...]] = (
    (0.15, _no_diacritics), (0.10, _decomposed), (0.04, _other_order), (0.08, _name_slip),
    (0.06, _swapped_day), (0.07, _year_only), (0.05, _birth_slip), (0.25, _moved),
    (0.20, _no_phone), (0.15, _new_phone), (0.10, _abroad_phone), (0.05, _no_sex),
)  # fmt: skip


def _slip(dice: random.Random, text: str, letters: str, *, first: int = 0) -> str:
    """Return ``text`` with one letter changed, left out, put in, or swapped with the next."""
    places = [n for n in range(first, len(text) - 1) if text[n] != " " and text[n + 1] != " "]
    at = dice.choice(places)
    if letters.isdigit():  # a number keeps its length: forms refuse another one
        done = dice.choice(("change", "swap"))
    else:
        done = dice.choice(("change", "drop", "insert", "swap"))
    if done == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if done == "drop":
        return text[:at] + text[at + 1 :]
    new = dice.choice([letter for letter in letters if letter != text[at].lower()])
    return text[:at] + new + text[at + (done == "change") :]
