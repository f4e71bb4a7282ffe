"""Two persons side by side as JSON: what each source says of them, and how far that agrees."""

from msgspec import Struct

from ledger.certificates.kind import Wording
from ledger.cleaning.comparing import LEVEL_WORDS, TRAIT_WORDS, Level, Trait
from ledger.cleaning.traits import PERSONAL, Described
from ledger.commands.cleaning import Compared, SideBySide
from ledger.records.cleaning import SURE, Grade, Judgement

_SEXES = {
    1: Wording("nam", "male"),
    2: Wording("nữ", "female"),
    3: Wording("khác", "other"),
}


class JudgementBody(Struct, forbid_unknown_fields=True):
    """What a steward found, and why."""

    judgement: Judgement
    reason: str


class TraitRow(Struct):
    """One trait of both."""

    trait: Trait
    title: str
    one: str | None
    other: str | None
    level: Level
    text: str


class Sources(Struct):
    """One description of each of the two, trait by trait."""

    rows: list[TraitRow]


class PairAnswer(Struct):
    """Two persons who may be one; a description of the first with each of the second."""

    pair: str
    one: str
    """Pseudonyms."""
    other: str
    likelihood: float
    grade: Grade
    method: str
    judgement: Judgement | None
    waits: bool
    compared: list[Sources]
    """Those that agree most first; empty where nothing can be read of one of them any more."""


def pair_answer(shown: SideBySide, language: str) -> PairAnswer:
    """Return two persons side by side, with words in ``language``."""
    proposed = shown.state.proposed
    return PairAnswer(
        pair=str(shown.pair),
        one=str(proposed.one),
        other=str(proposed.other),
        likelihood=proposed.likelihood / SURE,
        grade=proposed.grade,
        method=proposed.method,
        judgement=shown.state.judgement,
        waits=shown.state.waits,
        compared=[Sources(_rows(compared, language)) for compared in shown.compared],
    )


def _rows(compared: Compared, language: str) -> list[TraitRow]:
    one, other = _values(compared.one, language), _values(compared.other, language)
    return [
        TraitRow(
            trait=trait,
            title=TRAIT_WORDS[trait].of(language),
            one=one[trait],
            other=other[trait],
            level=level,
            text=LEVEL_WORDS[level].of(language),
        )
        for trait, level in compared.comparison.levels.items()
    ]


def _values(one: Described, language: str) -> dict[Trait, str | None]:
    personal = [value for kind, value in one.numbers if kind == PERSONAL][:1]
    others = [
        f"{kind} {value}"
        for kind, value in one.numbers
        if kind != PERSONAL or value not in personal
    ]
    household = [part for part in (one.phone, one.address) if part]
    return {
        Trait.NAME: one.name,
        Trait.BIRTH: one.birth,
        Trait.SEX: None if one.sex is None else _SEXES[one.sex].of(language),
        Trait.PERSONAL_NUMBER: _joined(personal),
        Trait.OTHER_NUMBERS: _joined(others),
        Trait.HOUSEHOLD: _joined(household),
    }


def _joined(parts: list[str]) -> str | None:
    return "; ".join(parts) or None
