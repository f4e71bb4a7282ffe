"""Code lists by date: a code is judged by the list in force on the day of care.

A list replaced later does not make old records wrong (the insurance rules say the same of files
sent again: the lists of the date of care). Lists are loaded, not built in: the official ones are
published as files and change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ledger.errors import InvalidInputError

_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class CodeList:
    """One edition of a code system or of a closed list of it."""

    system: str
    valid_from: date
    valid_to: date | None
    """Last day; None while it is in force."""
    codes: Mapping[str, str]
    """Display by code; "" where the list gives none."""

    def is_in_force(self, day: date) -> bool:
        """Return whether the edition holds on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All editions that are loaded, by system."""

    by_system: Mapping[str, tuple[CodeList, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @classmethod
    def of(cls, lists: Iterable[CodeList]) -> "CodeLists":
        """Return these editions, the newest of each system first."""
        found: dict[str, list[CodeList]] = {}
        for one in lists:
            found.setdefault(one.system, []).append(one)
        newest_first = {
            system: tuple(sorted(editions, key=lambda each: each.valid_from, reverse=True))
            for system, editions in found.items()
        }
        return cls(MappingProxyType(newest_first))

    def in_force(self, system: str, day: date) -> CodeList | None:
        """Return the newest edition in force on ``day``, None if none is loaded."""
        editions = self.by_system.get(system, ())
        return next((one for one in editions if one.is_in_force(day)), None)


def read_code_list(
    text: str, *, system: str, valid_from: date, valid_to: date | None = None
) -> CodeList:
    """Return the edition written in ``text``: a line a code, then a tab and its display if any.

    Empty lines and lines that begin with # say nothing.

    Raises:
        InvalidInputError: A line has more columns, or a code stands twice; names the line.
    """
    codes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        columns = line.strip().split("\t")
        if not columns[0] or columns[0].startswith("#"):
            continue
        if len(columns) > _COLUMNS:
            raise InvalidInputError(f"line {number}", "code_list_line", "code, tab, display")
        if columns[0] in codes:
            raise InvalidInputError(f"line {number}", "code_list_twice", "each code once")
        codes[columns[0]] = columns[1] if len(columns) == _COLUMNS else ""
    return CodeList(system, valid_from, valid_to, MappingProxyType(codes))
