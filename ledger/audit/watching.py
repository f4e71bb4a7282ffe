"""What a standing watch tells: each finding once, and once more when it is gone. Pure.

A finding is the same one as long as code and place are: what it was found to be may change, and how
far it reaches (``until``). Of lateness (C9) the place moves on while the same thing lasts, so its
code is enough. It is gone only when a look that could have seen it has not: a pass over what is new
says nothing about rows that it did not read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ledger.audit.findings import Finding, Severity, finding_from_json
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Plan
from ledger.errors import InvalidInputError
from ledger.transparency.tiles import WIDTH

FORMAT: Final = 1
MOST_KNOWN: Final = 10_000
"""Findings that are remembered; of more than that only the number is told."""
UNREACHABLE: Final = "C9.unreachable"
UNCHECKED: Final = "C9.unchecked"
VIEWS: Final = "views"
"""Place of what was not checked where the views could not be made again."""
_BLIND: Final = frozenset({UNREACHABLE, UNCHECKED})
"""What says that something could not be looked at, and not what is there."""
_MOVING: Final = frozenset({"position", "index", "size", "until", "since"})
"""Parts of a late thing's place that change while it lasts."""
_REACH: Final = frozenset({"until"})


class State(StrEnum):
    """How the watched log stands."""

    CLEAN = "clean"
    FINDINGS = "findings"
    COULD_NOT_CHECK = "could_not_check"


class Event(StrEnum):
    """What has happened to a finding."""

    FOUND = "found"
    GONE = "gone"


class News(NamedTuple):
    """One thing to tell."""

    event: Event
    finding: Finding


class Known(NamedTuple):
    """A finding that was told and is there still."""

    finding: Finding
    since: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What a watch remembers between passes."""

    present: Mapping[str, Known] = field(default_factory=dict)
    """By identity."""
    overflow: int = 0
    """Findings of the last pass beyond `MOST_KNOWN`."""
    full_at: datetime | None = None
    """When the last pass over everything was."""
    number: int = 0
    """Of the next thing to tell."""

    @property
    def state(self) -> State:
        """How the log stands by what is remembered; not clean before everything was read once."""
        codes = {one.finding.code for one in self.present.values()}
        if codes - _BLIND:
            return State.FINDINGS
        return State.COULD_NOT_CHECK if codes or self.full_at is None else State.CLEAN

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "format": FORMAT,
            "present": [
                {"since": one.since.isoformat(), "finding": one.finding.as_json()}
                for one in self.present.values()
            ],
            "overflow": self.overflow,
            "full_at": None if self.full_at is None else self.full_at.isoformat(),
            "number": self.number,
        }


def memory_from_json(value: Any) -> Memory:
    """Return what `Memory.as_json` wrote.

    Raises:
        InvalidInputError: ``memory``: it is not that.
    """
    try:
        if value["format"] != FORMAT:
            raise InvalidInputError("memory", "memory", f"a watch's memory of format {FORMAT}")
        known = [
            Known(finding_from_json(one["finding"]), datetime.fromisoformat(one["since"]))
            for one in value["present"]
        ]
        at = value["full_at"]
        return Memory(
            {identity(one.finding): one for one in known},
            int(value["overflow"]),
            None if at is None else datetime.fromisoformat(at),
            int(value["number"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError("memory", "memory", "the state of a watch") from error


def identity(finding: Finding) -> str:
    """Return what makes a finding the same one in every pass."""
    without = _MOVING if _class(finding) == "C9" else _REACH
    place = {name: value for name, value in finding.place.items() if name not in without}
    return json.dumps([finding.code, sorted(place.items())])


def arrived(
    memory: Memory, findings: Iterable[Finding], at: datetime, *, most: int = MOST_KNOWN
) -> tuple[Memory, list[Finding]]:
    """Return the memory with what is new of ``findings``, and those that are new, each once."""
    present = dict(memory.present)
    fresh: list[Finding] = []
    overflow = 0
    for one in findings:
        name = identity(one)
        if name in present:
            present[name] = present[name]._replace(finding=one)
        elif len(present) < most:
            present[name] = Known(one, at)
            fresh.append(one)
        else:
            overflow += 1
    return replace(memory, present=present, overflow=overflow), fresh


@dataclass(frozen=True, slots=True)
class Look:
    """What a pass could have seen."""

    whole: bool = False
    """Everything was read."""
    first: int = 0
    """Index from which on it was read."""
    asked: frozenset[str] = frozenset()
    """Names of the outsiders' heads and proofs that were held against the tree."""
    unchecked: frozenset[str] = frozenset()
    """Classes of checks that were not made to the end, or not asked for in full."""

    def saw(self, finding: Finding) -> bool:
        """Whether it would have been found if it were still there."""
        if _is_of_views(finding):
            return False
        if finding.code in _BLIND:
            return True
        if _class(finding) in self.unchecked:
            return False
        if "file" in finding.place:
            return finding.place["file"] in self.asked
        if self.whole or _class(finding) == "C9":
            return True
        index = _index(finding)
        return index is not None and index >= self.first


class ViewLook(NamedTuple):
    """What a comparison of the views could have seen."""

    whole: bool
    """It came to its end."""

    def saw(self, finding: Finding) -> bool:
        """Whether it would have been found if it were still there."""
        return _is_of_views(finding) and (self.whole or finding.code == UNCHECKED)


def views_unchecked(why: str) -> Finding:
    """Return that views could not be compared, or not all of them."""
    place: dict[str, str | int] = {"file": VIEWS}
    return Finding(UNCHECKED, Severity.WARNING, place, "every view made again", why)


def look_of(plan: Plan, report: Report, asked: Iterable[str]) -> Look:
    """Return what a pass of ``plan`` could have seen."""
    whole = plan.scope.mode is Mode.FULL
    first = 0 if whole else plan.remembered // WIDTH * WIDTH
    unchecked = report.unchecked.keys() | report.unasked.keys()
    return Look(whole, first, frozenset(asked), frozenset(unchecked))


def departed(
    memory: Memory, findings: Iterable[Finding], look: Look | ViewLook
) -> tuple[Memory, list[Known]]:
    """Return the memory without what was not found any more, and what that was."""
    found = {identity(one) for one in findings}
    gone = {
        name: one
        for name, one in memory.present.items()
        if name not in found and look.saw(one.finding)
    }
    left = {name: one for name, one in memory.present.items() if name not in gone}
    return replace(memory, present=left), list(gone.values())


def blind_spots(report: Report, silent: Iterable[str]) -> list[Finding]:
    """Return what of a pass could not be checked, as findings; missing evidence is not clean."""
    quiet = sorted(set(silent))
    found = [
        Finding(
            UNCHECKED, Severity.WARNING, {"file": name}, "the newest head it knows", "no answer"
        )
        for name in quiet
    ]
    left = {
        name: why
        for name, why in report.unchecked.items()
        if not (quiet and why.startswith("no answer from "))
    }
    if left:
        why = "; ".join(f"{name}: {left[name]}" for name in sorted(left))
        found.append(Finding(UNCHECKED, Severity.WARNING, {}, "every class of checks", why))
    return found


def unreachable(why: str) -> Finding:
    """Return that nothing could be looked at."""
    return Finding(UNREACHABLE, Severity.WARNING, {}, "a ledger and a log that answer", why)


def _is_of_views(finding: Finding) -> bool:
    return _class(finding) == "C7" or finding.place.get("file") == VIEWS


def _class(finding: Finding) -> str:
    return finding.code.partition(".")[0]


def _index(finding: Finding) -> int | None:
    """Return where the first leaf lies that a finding is about; None if it names none."""
    place = finding.place
    for name, before in (("position", 1), ("index", 0), ("size", 1)):
        value = place.get(name)
        if isinstance(value, int):
            return value - before
    tile, level = place.get("tile"), place.get("level", 0)
    return tile * WIDTH if isinstance(tile, int) and level == 0 else None


# The canary: how long a fact takes from its append to a cosigned head, seen from outside


class Canary(NamedTuple):
    """A fact that was the newest one when it was noticed."""

    position: int
    recorded_at: datetime

    def seconds(self, quorum_at: datetime) -> float:
        """Return how long it took to the head, not below 0: witnesses tell whole seconds."""
        return max(0.0, (quorum_at - self.recorded_at).total_seconds())
