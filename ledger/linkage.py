"""Finds likely pairs among many descriptions with Splink on DuckDB, in memory and nowhere else.

Splink scores what `ledger.cleaning` defines: the blocks, the levels, their weights. Nothing is
trained, drawn or remembered, so that the same descriptions always give the same pairs. The database
may neither touch a file nor load an extension, nor write what does not fit into memory to a disk.

Needs the extra ``cleaning``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa
import splink
from splink import DuckDBAPI, Linker
from splink.internals.exceptions import SplinkException

from ledger.cleaning.blocks import LARGEST, Blocks, blocked
from ledger.cleaning.comparing import LEAST_LETTERS, Level, Trait
from ledger.cleaning.likelihood import MODEL, WEIGHTS, expected
from ledger.cleaning.matching import Linked, Scored
from ledger.cleaning.traits import Traits
from ledger.errors import RefusedError

METHOD: Final = f"splink-{splink.__version__}/{MODEL}"
"""Kept with every proposal."""

_LOCKED: Final = (
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_SETTINGS: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_FREQUENCY: Final = "key"
"""The column whose values are counted: a name's key."""
_LONG: Final = f"least(length(key_l), length(key_r)) >= {LEAST_LETTERS}"
_FULL: Final = "day_l IS NOT NULL AND day_r IS NOT NULL"

_NOT_SAID: Final[Mapping[Trait, str]] = {
    Trait.NAME: "key_l IS NULL OR key_r IS NULL",
    Trait.BIRTH: "year_l IS NULL OR year_r IS NULL",
    Trait.SEX: "sex_l IS NULL OR sex_r IS NULL",
    Trait.PERSONAL_NUMBER: "personal_l IS NULL OR personal_r IS NULL",
    Trait.OTHER_NUMBERS: "others_l IS NULL OR others_r IS NULL",
    Trait.HOUSEHOLD: "len(household_l) = 0 OR len(household_r) = 0",
}
_LAST: Final[Mapping[Trait, Level]] = {
    trait: Level.NOT_SAID if trait is Trait.OTHER_NUMBERS else Level.OTHER for trait in Trait
}
"""The level of what no other one fits."""
_SHARED: Final = (
    "list_has_any(others_l, others_r) OR list_contains(others_l, 'personal:' || personal_r) "
    "OR list_contains(others_r, 'personal:' || personal_l)"
)
_LEVELS: Final[Mapping[Trait, Mapping[Level, str]]] = {
    Trait.NAME: {
        Level.SAME: "name_l = name_r",
        Level.MARKED_OTHERWISE: "key_l = key_r AND marked_l AND marked_r",
        Level.UNMARKED: "key_l = key_r",
        Level.REORDERED: "words_l = words_r",
        Level.ONE_SLIP: f"{_LONG} AND given_l = given_r AND damerau_levenshtein(key_l, key_r) = 1",
        Level.SLIP_IN_GIVEN: f"{_LONG} AND damerau_levenshtein(key_l, key_r) = 1",
        Level.TWO_SLIPS: f"{_LONG} AND damerau_levenshtein(key_l, key_r) = 2",
    },
    Trait.BIRTH: {
        Level.SAME: f"{_FULL} AND year_l = year_r AND month_l = month_r AND day_l = day_r",
        Level.AS_FAR_AS_SAID: "year_l = year_r AND (month_l IS NULL OR month_r IS NULL OR "
        "(month_l = month_r AND (day_l IS NULL OR day_r IS NULL)))",
        Level.SWAPPED: f"{_FULL} AND year_l = year_r AND month_l = day_r AND day_l = month_r",
        Level.ONE_SLIP: f"{_FULL} AND damerau_levenshtein(digits_l, digits_r) = 1",
        Level.SAME_YEAR: "year_l = year_r",
    },
    Trait.SEX: {Level.SAME: "sex_l = sex_r"},
    Trait.PERSONAL_NUMBER: {
        Level.SAME: "personal_l = personal_r",
        Level.ONE_SLIP: "damerau_levenshtein(personal_l, personal_r) = 1",
    },
    Trait.OTHER_NUMBERS: {Level.SAME: _SHARED},
    Trait.HOUSEHOLD: {
        Level.SAME: "len(list_intersect(household_l, household_r)) = "
        "least(len(household_l), len(household_r))",
        Level.PARTLY: "list_has_any(household_l, household_r)",
    },
}
"""In the order in which they are tried."""
_ANSWER: Final = ", ".join(
    [
        "unique_id_l",
        "unique_id_r",
        "match_probability",
        *(f"gamma_{trait.value}" for trait in Trait),
    ]
)
_COLUMNS: Final = pa.schema([
    ("unique_id", pa.int64()), ("subject", pa.int64()),
    ("name", pa.string()), ("key", pa.string()), ("marked", pa.bool_()), ("words", pa.string()),
    ("given", pa.string()), ("year", pa.int32()), ("month", pa.int32()), ("day", pa.int32()),
    ("digits", pa.string()), ("sex", pa.int32()), ("personal", pa.string()),
    ("others", pa.list_(pa.string())), ("household", pa.list_(pa.string())),
    ("block", pa.list_(pa.int64())),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class SplinkMatcher:
    """Finds pairs; implements `ledger.cleaning.matching.Matcher`."""

    threads: int = 1
    memory: str = "1GB"
    """Where it does not suffice the run fails; nothing goes to a disk."""
    largest: int = LARGEST
    method: str = METHOD

    def link(self, descriptions: Sequence[Traits], *, least: float) -> Linked:
        """Return the pairs of different persons whose probability is ``least`` or more.

        Raises:
            RefusedError: ``comparison_failed``: the memory allowed does not suffice.
        """
        blocks = blocked(descriptions, largest=self.largest)
        if not any(blocks.names):
            return Linked((), blocks.left_out)
        try:
            found = self._predicted(descriptions, blocks, least)
        except (SplinkException, duckdb.Error):  # their words quote statements at length
            message = "the comparison failed: expected more memory, or fewer descriptions"
            raise RefusedError("comparison_failed", message) from None
        return Linked(tuple(sorted(_scored(found), key=_places)), blocks.left_out)

    def _predicted(
        self, descriptions: Sequence[Traits], blocks: Blocks, least: float
    ) -> list[tuple[Any, ...]]:
        settings: dict[str, Any] = {
            **_SETTINGS,
            "threads": str(self.threads),
            "memory_limit": self.memory,
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            for statement in _LOCKED:
                connection.execute(statement)
            table = _table(descriptions, blocks.names)
            linker = Linker(
                DuckDBAPI(connection).register(table), _model(len(descriptions)), log_level=None
            )
            predicted: Any = linker.inference.predict(
                threshold_match_probability=least, warning_mode="never"
            )
            rows: list[tuple[Any, ...]] = (
                predicted.as_duckdbpyrelation().project(_ANSWER).fetchall()
            )
            return rows


def _places(pair: Scored) -> tuple[int, int]:
    return pair.one, pair.other


def _table(descriptions: Sequence[Traits], blocks: Sequence[tuple[str, ...]]) -> pa.Table:
    """Return the descriptions as columns; subjects and blocks as numbers that mean nothing."""
    subjects: dict[object, int] = {}
    known: dict[str, int] = {}
    rows = [
        {
            "unique_id": place,
            "subject": subjects.setdefault(traits.subject, len(subjects)),
            "name": traits.name,
            "key": traits.key,
            "marked": traits.marked,
            "words": traits.words,
            "given": traits.given,
            **_birth(traits.birth),
            "sex": traits.sex,
            "personal": traits.personal,
            "others": list(traits.others),
            "household": list(traits.household),
            "block": [known.setdefault(block, len(known)) for block in named],
        }
        for place, (traits, named) in enumerate(zip(descriptions, blocks, strict=True))
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMNS)


def _birth(birth: tuple[int, ...]) -> dict[str, int | str | None]:
    year, month, day = (*birth, None, None, None)[:3]
    digits = None if day is None else f"{year:04}{month:02}{day:02}"
    return {"year": year, "month": month, "day": day, "digits": digits}


def _model(descriptions: int) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": expected(descriptions),
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": "l.block = r.block AND l.subject <> r.subject",
                "sql_dialect": "duckdb",
                "arrays_to_explode": ["block"],
            }
        ],
        "comparisons": [_comparison(trait) for trait in Trait],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(trait: Trait) -> dict[str, Any]:
    tried = _LEVELS[trait]
    levels = [_level(trait, level, condition) for level, condition in tried.items()]
    nothing = {
        "sql_condition": _NOT_SAID[trait],
        "is_null_level": True,
        "label_for_charts": Level.NOT_SAID.value,
    }
    last = _level(trait, _LAST[trait], "ELSE")
    return {"output_column_name": trait.value, "comparison_levels": [nothing, *levels, last]}


def _level(trait: Trait, level: Level, condition: str) -> dict[str, Any]:
    weight = WEIGHTS[trait][level]
    made: dict[str, Any] = {
        "sql_condition": condition,
        "label_for_charts": level.value,
        "m_probability": weight.m,
        "u_probability": weight.u,
    }
    if weight.by_frequency:
        made |= {
            "tf_adjustment_column": _FREQUENCY,
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return made


def _scored(found: Iterable[tuple[Any, ...]]) -> Iterator[Scored]:
    by_value = {trait: _by_value(trait) for trait in Trait}
    for left, right, probability, *values in found:
        one, other = sorted((left, right))
        levels = {trait: by_value[trait][value] for trait, value in zip(Trait, values, strict=True)}
        yield Scored(one, other, probability, levels)


def _by_value(trait: Trait) -> dict[int, Level]:
    """Return which level Splink's numbers stand for: -1 for nothing, 0 for the last one tried."""
    tried = [*_LEVELS[trait], _LAST[trait]]
    return {-1: Level.NOT_SAID, **dict(enumerate(reversed(tried)))}
