"""What one account did, page by page: bounded, however large the ledger is.

There is no index by account, and a view could leave out just what is looked for: the facts are
walked, from the period's beginning on, and the answer says how far.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ledger.audit.acts import acts_of
from ledger.facts import FactStore, RecordedFact

MOST_WALKED: Final = 20_000
"""Facts that one answer walks: about a second."""
PAGE: Final = 25
_BATCH: Final = 1_000
_SLACK: Final = timedelta(minutes=5)
"""Facts are recorded in the order of commits: clocks of several processes may differ so much."""


@dataclass(frozen=True, slots=True)
class Period:
    """From when to before when; None is open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActsPage:
    """Some acts of an account."""

    acts: tuple[RecordedFact, ...]
    counts: dict[str, int]
    """How often each stored name came among the facts that were walked, the most frequent first."""
    first: int
    """Position of the first fact that was walked."""
    last: int
    """Position of the last one; `first` - 1 if there was none."""
    following: int | None
    """Behind which position to go on; None at the end of the period."""
    whole: bool
    """Whether the counts are those of the whole period."""


def acts_page(
    reading: FactStore, account: str, period: Period, *, after: int | None,
    page: int = PAGE, most: int = MOST_WALKED,
) -> ActsPage:  # fmt: skip
    """Return acts of ``account`` behind the position ``after``, and the counts of what was walked.

    Args:
        reading: The facts, without personal parts.
        account: Whose acts.
        period: When they were recorded.
        after: Where the page before ended; None for the first page, which counts all it can.
        page: How many acts.
        most: How many facts are walked at the most.
    """
    start = _beginning(reading, period) if after is None else after
    walk = _Walk(reading, account, period, start)
    # The first page walks as far as it may, for the counts; the others until they are full.
    walk.go(most, lambda: after is None or len(walk.found) <= page)
    shown = walk.found[:page]
    following = None
    if len(walk.found) > page:
        following = shown[-1].position
    elif not walk.ended:
        following = walk.at
    counts = Counter(one.topic for one in walk.found)
    ordered = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    whole = after is None and walk.ended
    return ActsPage(tuple(shown), ordered, start + 1, walk.at, following, whole)


class _Walk:
    """Goes over the facts from a position on, and keeps the acts."""

    def __init__(self, reading: FactStore, account: str, period: Period, start: int) -> None:
        self.reading, self.account, self.period = reading, account, period
        self.at = start
        self.found: list[RecordedFact] = []
        self.ended = False

    def go(self, most: int, wanted: Callable[[], bool]) -> None:
        """Walk ``most`` facts, or to the period's end, or while more is ``wanted``."""
        stop = self.at + most
        while self.at < stop and wanted() and not self.ended:
            some = self.reading.read(after=self.at, limit=min(_BATCH, stop - self.at))
            until, since = self.period.until, self.period.since
            self.found += acts_of(some, self.account, since=since, until=until)
            self.at = some[-1].position if some else self.at
            past = until is not None and some and some[0].act.at >= until + _SLACK
            self.ended = not some or bool(past)
        self.ended = self.ended or self.at >= self.reading.head()


def _beginning(reading: FactStore, period: Period) -> int:
    """Return a position behind which every fact of the period lies, found by halving."""
    if period.since is None:
        return 0
    low, high = 0, reading.head()
    while low < high:
        middle = (low + high) // 2
        some = reading.read(after=middle, limit=1)
        if some and some[0].act.at < period.since - _SLACK:
            low = middle + 1
        else:
            high = middle
    return low
