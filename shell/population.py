"""A demo population: generated people, the same for the same seed, who plainly are nobody.

Every name holds the word Mẫu (specimen) and every number begins with 000, which no province has.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "Hồ", "Ngô", "Dương", "Lý", "Tôn Nữ", "Đoàn",
)  # fmt: skip
_MIDDLES = {1: ("Văn", "Hữu", "Đức", "Quốc", "Minh"), 2: ("Thị", "Thị Ngọc", "Thuỳ", "Diệu")}
_GIVENS = {
    1: ("Anh", "Bình", "Cường", "Dũng", "Hải", "Hùng", "Khoa", "Long", "Nghĩa", "Quý", "Thuận"),
    2: ("Ánh", "Bích", "Châu", "Duyên", "Hạnh", "Hường", "Loan", "Mỹ", "Nguyệt", "Phượng", "Yến"),
}
_STREETS = ("Đường Mẫu Một", "Đường Mẫu Hai", "Phố Thử Nghiệm", "Ngõ Ví Dụ")
_FIRST_BIRTH = date(1950, 1, 1)
_LAST_BIRTH = date(2008, 1, 1)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody who does not exist."""

    name: str
    birth_date: date
    sex: int
    """1 male, 2 female."""
    number: str
    """Twelve digits in the form of a personal identification number."""
    phone: str
    address: str
    mother: str
    father: str


def people(seed: int) -> Iterator[SamplePerson]:
    """Yield people without end."""
    dice = random.Random(seed)  # noqa: S311 (sample people, not secrets)
    taken: set[str] = set()
    while True:
        sex = dice.choice((1, 2))
        born = _FIRST_BIRTH + timedelta(days=dice.randrange((_LAST_BIRTH - _FIRST_BIRTH).days))
        number = _number(dice, sex, born)
        if number in taken:
            continue
        taken.add(number)
        family = dice.choice(_FAMILIES)
        yield SamplePerson(
            name=_name(dice, family, sex),
            birth_date=born,
            sex=sex,
            number=number,
            phone=f"0000{dice.randrange(10**6):06}",
            address=f"Số {dice.randrange(1, 400)} {dice.choice(_STREETS)}",
            mother=_name(dice, dice.choice(_FAMILIES), 2),
            father=_name(dice, family, 1),
        )


def _name(dice: random.Random, family: str, sex: int) -> str:
    return f"{family} {dice.choice(_MIDDLES[sex])} Mẫu {dice.choice(_GIVENS[sex])}"


def _number(dice: random.Random, sex: int, born: date) -> str:
    """Return place 000, sex and century, birth year, six random digits."""
    century = 2 * (born.year // 100 - 19) + (sex - 1)
    return f"000{century}{born.year % 100:02}{dice.randrange(10**6):06}"
