"""How many people lived in each province: for shares of a population, and to spread a scenario.

A table of one year. It is about the 63 provinces before July 2025: where a code has meant a larger
area since, nothing is said of days after that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Populations:
    """The table, with where it comes from."""

    year: int
    until: date
    """First day on which provinces had been merged."""
    source: str
    people: Mapping[str, int]
    """By code of a province."""
    merged: frozenset[str]
    """Codes whose area is another one since, or that are none. Source: Resolution 202/2025/QH15."""

    @property
    def country(self) -> int:
        """The sum."""
        return sum(self.people.values())

    def share(self, code: str, *, on: date) -> float | None:
        """Return a province's part of the country; None where its area is another one ``on``."""
        if code not in self.people or (on >= self.until and code in self.merged):
            return None
        return self.people[code] / self.country


@lru_cache(maxsize=1)
def populations() -> Populations:
    """Return the table that comes with the program."""
    said = json.loads(files("projections").joinpath("populations.json").read_text("utf-8"))
    return Populations(
        said["year"],
        date.fromisoformat(said["until"]),
        said["source"],
        said["people"],
        frozenset(said["merged"]),
    )
