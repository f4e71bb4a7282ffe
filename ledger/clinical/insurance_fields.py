"""The insurance tables as facts: which fields, in which order, of which kind, what they mean.

The table itself is `insurance_fields.json`. Source: Decisions 130/QĐ-BYT (2023), 4750/QĐ-BYT and
3176/QĐ-BYT (2024); lengths only where a published field list names them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

READ: Final = (1, 2, 3, 4, 5, 7, 8, 13, 14)
"""Tables whose fields are read and checked."""
KEPT: Final = (0, 6, 9, 10, 11, 12, 15)
"""Tables that are kept as they came and not read."""
RESTRICTED: Final = frozenset({6})
"""Tables that only the restricted part of a record may hold: treatment of HIV.

Source: Law 64/2006/QH11 on HIV, article 30.
"""
GENERAL: Final = 1
REFERRAL: Final = 13
APPOINTMENT: Final = 14
NOT_IN_EVERY_VERSION: Final = frozenset({"TINH_TRANG_CT"})
"""Fields that only some of the published lists have: written only if they say something."""


class Kind(StrEnum):
    """What a field holds; a plural is a list with ``;`` between its parts."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    CODES = "codes"
    COUNT = "count"
    DECIMAL = "decimal"
    DECIMALS = "decimals"
    DAY = "day"
    DAYS = "days"
    TIME = "time"
    SEX = "sex"
    IDENTITY = "identity"
    CARDS = "cards"
    FACILITY = "facility"
    FACILITIES = "facilities"
    DISEASE = "disease"
    DISEASES = "diseases"
    OUTCOME = "outcome"
    DISCHARGE = "discharge"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one table."""

    name: str
    kind: Kind
    vi: str
    en: str
    longest: int | None
    """Characters; None where no published list says."""
    must: bool
    """Without it the record is refused."""
    should: bool
    """Without it the record is taken and the gap reported."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """One table: its elements and fields."""

    number: int
    vi: str
    en: str
    root: str
    inner: str | None
    """Element between the root and the records; None if there is none."""
    record: str
    """Element of one record; the root itself if there is exactly one."""
    fields: Mapping[str, Field]
    """By name, in the table's order."""

    @property
    def single(self) -> bool:
        """Whether the table is one record."""
        return self.root == self.record


@cache
def table_forms() -> Mapping[int, TableForm]:
    """Return the tables that are read, by number."""
    facts = _facts()
    forms = (_form(one, facts["fields"]) for one in facts["tables"])
    return MappingProxyType({form.number: form for form in forms})


@cache
def renamed_fields() -> Mapping[str, str]:
    """Return the name in our tables by the name that a later Decision gave the field."""
    return MappingProxyType(dict(_facts()["renamed"]))


@cache
def _facts() -> Any:
    return json.loads(files("ledger.clinical").joinpath("insurance_fields.json").read_text("utf-8"))


def _form(table: Any, meanings: Mapping[str, list[str]]) -> TableForm:
    """Return one table of the JSON text as a form."""
    fields = {}
    for name in table["fields"]:
        kind, vi, en = meanings[name]
        fields[name] = Field(
            name=name,
            kind=Kind(kind),
            vi=vi,
            en=en,
            longest=table["longest"].get(name),
            must=name in table["must"],
            should=name in table["should"],
        )
    return TableForm(
        number=table["number"],
        vi=table["vi"],
        en=table["en"],
        root=table["root"],
        inner=table["list"],
        record=table["record"],
        fields=MappingProxyType(fields),
    )
