"""Which of the log's entries were verified, when last, and where something was found.

Each audit gives a coverage of what it has read; joined to the one before, the newer word counts.
An auditor's memory keeps it in a small file, and a map is drawn of it. Indexes begin with 0 and
ends are exclusive; nothing in it is about a person.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ledger.audit.findings import Finding
from ledger.errors import InvalidInputError
from ledger.transparency.tiles import WIDTH

FORMAT: Final = 1
MOST_PLACES: Final = 4_096
"""Places of findings that are kept; of more, neighbours are told as one."""
NEEDED: Final = frozenset({"C1", "C2", "C3"})
"""What must have been checked before an entry counts as verified: row, tree, and heads."""
_OF_NO_ENTRY: Final = frozenset({"C7", "C9"})
"""Views and freshness: where such a finding names a size or position, nothing is wrong there."""


class Span(NamedTuple):
    """Entries that one audit has read and held against the log."""

    first: int
    until: int
    at: datetime
    """When, by the auditor's clock."""


class Place(NamedTuple):
    """Where something was found."""

    first: int
    until: int
    code: str
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was verified of one log."""

    spans: tuple[Span, ...] = ()
    """In order, none over another."""
    places: tuple[Place, ...] = ()
    """In order; whole tiles of 256 entries, or more where there are many."""
    elsewhere: int = 0
    """Findings of the last audit that are at no entry, such as one about a view."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "coverage": FORMAT,
            "spans": [[one.first, one.until, one.at.isoformat()] for one in self.spans],
            "places": [[*one[:4], one.at.isoformat()] for one in self.places],
            "elsewhere": self.elsewhere,
        }


def coverage_of(
    read: Iterable[tuple[int, int]], findings: Sequence[Finding], at: datetime
) -> Coverage:
    """Return what an audit has verified.

    Args:
        read: First and end of the entries that were read, under a published head; in order.
        findings: What was found.
        at: When.
    """
    places: Counter[tuple[int, int, str]] = Counter()
    elsewhere = 0
    for one in findings:
        stretch = stretch_of(one)
        if stretch is None:
            elsewhere += 1
        else:
            places[*_in_tiles(*stretch, WIDTH), one.code] += 1
    spans = [Span(first, until, at) for first, until in read if first < until]
    made = (Place(*where, times, at) for where, times in places.items())
    return Coverage(_joined(spans), _few(made), elsewhere)


def stretch_of(finding: Finding) -> tuple[int, int] | None:
    """Return first index and end of the entries that a finding is at; None if at none."""
    if finding.code.partition(".")[0] in _OF_NO_ENTRY:
        return None
    place = {name: value for name, value in finding.place.items() if isinstance(value, int)}
    index = place.get("index", place.get("position", 0) - 1)
    if index >= 0:
        return index, max(index + 1, place.get("until", 0))
    if "tile" in place:
        width = WIDTH ** (place.get("level", 0) + 1)
        return place["tile"] * width, (place["tile"] + 1) * width
    size = place.get("size", 0)
    if size < 1:
        return None
    after = None if finding.interval is None else finding.interval.after
    return (min(after.size, size - 1) if after is not None else size - 1), size


def merged(older: Coverage, newer: Coverage) -> Coverage:
    """Return both, with the newer word where both have one."""
    fresh = newer.spans
    left = [part for one in older.spans for part in _without(one, fresh)]
    places = [
        one for one in older.places if _without(Span(one.first, one.until, one.at), fresh)
    ]  # fmt: skip
    spans = _joined(sorted([*left, *newer.spans]))
    return Coverage(spans, _few([*places, *newer.places]), newer.elsewhere)


def coverage_from_json(value: object) -> Coverage:
    """Return the coverage that `Coverage.as_json` wrote.

    Raises:
        InvalidInputError: ``coverage_form``: it is none.
    """
    if not isinstance(value, Mapping) or value.get("coverage") != FORMAT:
        raise _refused()
    try:
        spans = [Span(int(a), int(b), _moment(at)) for a, b, at in value["spans"]]
        places = [
            Place(int(a), int(b), str(code), int(times), _moment(at))
            for a, b, code, times, at in value["places"]
        ]
        elsewhere = int(value["elsewhere"])
    except (KeyError, TypeError, ValueError) as error:
        raise _refused() from error
    stretches = [one[:2] for one in spans] + [one[:2] for one in places]
    if not all(0 <= first < until for first, until in stretches):
        raise _refused()
    if any(one.until > two.first for one, two in pairwise(spans)):
        raise _refused()
    return Coverage(tuple(spans), tuple(places), elsewhere)


def _refused() -> InvalidInputError:
    return InvalidInputError("coverage", "coverage_form", f"a coverage of format {FORMAT}")


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("expected an aware time")
    return at


def _in_tiles(first: int, until: int, width: int) -> tuple[int, int]:
    return first // width * width, -(-until // width) * width


def _without(span: Span, others: Iterable[Span]) -> list[Span]:
    """Return what is left of ``span`` beside ``others``, which are in order."""
    left, first = [], span.first
    for start, end, _ in others:
        if start >= span.until:
            break
        if first < start:
            left.append(span._replace(first=first, until=start))
        first = max(first, end)
    if first < span.until:
        left.append(span._replace(first=first))
    return left


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return neighbours of one audit as one."""
    found: list[Span] = []
    for one in spans:
        if found and found[-1].until == one.first and found[-1].at == one.at:
            found[-1] = found[-1]._replace(until=one.until)
        else:
            found.append(one)
    return tuple(found)


def _few(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return at most `MOST_PLACES`: where there are more, wider ones that hold several."""
    found, width = sorted(places), WIDTH
    while len(found) > MOST_PLACES:
        width *= 2
        times: Counter[tuple[int, int, str]] = Counter()
        latest: dict[tuple[int, int, str], datetime] = {}
        for one in found:
            where = *_in_tiles(one.first, one.until, width), one.code
            times[where] += one.times
            latest[where] = max(one.at, latest.get(where, one.at))
        found = sorted(Place(*where, count, latest[where]) for where, count in times.items())
    return tuple(found)
