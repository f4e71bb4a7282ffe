"""What one officer did: every fact that was recorded in their name, looks included."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from ledger.facts import RecordedFact


def acts_of(
    facts: Iterable[RecordedFact],
    officer: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[RecordedFact]:
    """Yield the facts whose actor is ``officer``, recorded from ``since`` to before ``until``."""
    for one in facts:
        at = one.act.at
        within = (since is None or since <= at) and (until is None or at < until)
        if one.act.actor == officer and within:
            yield one


def counted(facts: Iterable[RecordedFact]) -> dict[str, int]:
    """Return how often each stored name comes, the most frequent first."""
    counts = Counter(one.topic for one in facts)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
