"""What an audit finds: a stable code, the smallest place that can be proved, expected and found.

Codes are a check's class and what it saw, such as ``C1.row``:

    C1   a stored row against its logged entry, a file against the fact that names it
    C2   entries against tiles against roots
    C3   signatures and quorum of published heads
    C4   heads that outsiders hold
    C5   structure: positions, versions, chains, order of time
    C6   erasures: allowed, and carried out
    C7   views against the facts they are made of
    C8   a proof in a holder's hands
    C9   freshness
    C10  what was done, against the law's order and the officers' roles
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

PLACES: Final = frozenset({
    "position", "index", "event", "stream", "version", "topic", "level", "tile", "size", "origin",
    "key", "view", "table", "row", "bucket", "file", "segment", "since", "until", "column",
    "subject", "purpose", "day",
})  # fmt: skip
"""What a place may name; none of them is anything about a person but a pseudonym."""


class Severity(StrEnum):
    """How bad it is."""

    CRITICAL = "critical"
    """History was changed, or what was shown is not what happened."""
    ERROR = "error"
    """A rule was broken."""
    WARNING = "warning"
    """Late, stale, or not to be decided from what was there."""


class Bound(NamedTuple):
    """One published head beside what was found."""

    size: int
    at: datetime | None
    """When its quorum was complete, by the witnesses' clocks; None if not known."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {"size": self.size, "at": None if self.at is None else self.at.isoformat()}


class Interval(NamedTuple):
    """Between which two published heads it lies; None where there is none, or none is known."""

    after: Bound | None
    until: Bound | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. Never holds personal data."""

    code: str
    """Stable; a class of check, a dot, and what was seen."""
    severity: Severity
    place: Mapping[str, str | int]
    """Names from `PLACES` only, such as ``{"position": 17, "index": 16}``."""
    expected: str
    found: str
    interval: Interval | None = field(default=None)

    def __post_init__(self) -> None:
        """Refuse a place of another kind: what has no name here may be about a person."""
        strange = self.place.keys() - PLACES
        if strange:
            raise ValueError(f"expected names from PLACES, not {sorted(strange)}")

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values, ready for one line of JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "place": dict(self.place),
            "expected": self.expected,
            "found": self.found,
            "interval": None if self.interval is None else _interval_json(self.interval),
        }


def _interval_json(interval: Interval) -> dict[str, Any]:
    return {
        name: None if bound is None else bound.as_json()
        for name, bound in interval._asdict().items()
    }


def finding_from_json(value: Mapping[str, Any]) -> Finding:
    """Return the finding that `Finding.as_json` wrote."""
    interval = value["interval"]
    return Finding(
        code=value["code"],
        severity=Severity(value["severity"]),
        place=dict(value["place"]),
        expected=value["expected"],
        found=value["found"],
        interval=None if interval is None else _read_interval(interval),
    )


def _read_interval(value: Mapping[str, Any]) -> Interval:
    return Interval(*(_read_bound(value[name]) for name in Interval._fields))


def _read_bound(value: Mapping[str, Any] | None) -> Bound | None:
    if value is None:
        return None
    at = value["at"]
    return Bound(value["size"], None if at is None else datetime.fromisoformat(at))


_CLASS_ORDER: Final = {f"C{number}": number for number in range(1, 11)}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by class of check, then place: the same set is always the same list."""

    def key(found: Finding) -> tuple[int, str, int, str]:
        check = found.code.partition(".")[0]
        where = found.place.get("position", found.place.get("size", 0))
        return (
            _CLASS_ORDER.get(check, 0),
            found.code,
            where if isinstance(where, int) else 0,
            repr(sorted(found.place.items())) + found.found,
        )

    return sorted(findings, key=key)


class Exit(NamedTuple):
    """What a program says when it ends."""

    clean: int = 0
    findings: int = 1
    could_not_check: int = 2
    usage: int = 3


EXIT: Final = Exit()
