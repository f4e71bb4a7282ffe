"""What is asked of an organisation's history of checks, by pages that cost the same everywhere.

Number and issuer come from the certificate register by the certificate's stream. Each question is
about one organisation, and the answer about no other.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from projections.organisation_checks import CHECKS, CheckRow
from projections.view_store import Session

PAGE: Final = 50
"""Rows a page, if nothing else is asked for."""
_COLUMNS: Final = ", ".join(f"c.{name}" for name in CHECKS.names)
_ALWAYS: Final = 1 << 62
"""Later than any time, and behind any position."""


class Place(NamedTuple):
    """Where a page ended: the time and the position of its last check."""

    at: int
    position: int


NEWEST: Final = Place(_ALWAYS, _ALWAYS)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which checks of an organisation."""

    organisation: str
    since: int | None = None
    """Microseconds since 1970 UTC; not before."""
    until: int | None = None
    """Before."""
    state: str | None = None
    account: str | None = None
    """Only those of this account."""


class CheckLine(NamedTuple):
    """One check, and what the register says of its certificate."""

    check: CheckRow
    number: str | None
    """As printed; None where there is no certificate of ours."""
    issuer: str | None
    """The authority's code."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.check.at, self.check.position)


@dataclass(frozen=True, slots=True)
class ChecksPart:
    """Some checks, the newest first, and whether there are older ones."""

    lines: tuple[CheckLine, ...]
    more: bool


def checks(
    session: Session, sieve: Sieve, *, before: Place = NEWEST, limit: int = PAGE
) -> ChecksPart:
    """Return the checks that are older than ``before``, ``limit`` at most."""
    conditions = ["c.organisation = ?", "(c.at, c.position) < (?, ?)"]
    values: list[str | int] = [sieve.organisation, *before]
    wanted = (
        ("c.at >= ?", sieve.since),
        ("c.at < ?", sieve.until),
        ("c.state = ?", sieve.state),
        ("c.account = ?", sieve.account),
    )
    for words, value in wanted:
        if value is not None:
            conditions.append(words)
            values.append(value)
    found = session.execute(
        f"SELECT {_COLUMNS}, r.number, r.authority FROM organisation_checks c "  # noqa: S608 (our own words)
        "LEFT JOIN certificate_register r ON r.certificate = c.certificate "
        f"WHERE {' AND '.join(conditions)} ORDER BY c.at DESC, c.position DESC LIMIT ?",
        (*values, limit + 1),
    )
    lines = (CheckLine(CheckRow._make(row[:-2]), row[-2], row[-1]) for row in found[:limit])
    return ChecksPart(tuple(lines), len(found) > limit)
