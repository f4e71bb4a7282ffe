"""Every pair of persons that was proposed as one: how likely, how judged. Pseudonyms only."""

from typing import NamedTuple

from ledger.facts import RecordedFact
from ledger.records.cleaning import PairJudged, PairProposed
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View

WAITING = "waiting"
"""The state of a pair whose newest proposal was not judged yet."""


class PairRow(NamedTuple):
    """One pair. Times are microseconds since 1970 UTC."""

    pair: str
    state: str
    """`WAITING`, or the judgement: same, different, unsure."""
    likelihood: int
    """Parts per ten thousand."""
    grade: str
    one: str
    other: str
    method: str
    proposed_at: int
    judged_at: int | None
    judged_by: str | None
    """Reference of an account; of the last judgement, also while a new proposal waits."""
    proposals: int
    """How often it was proposed."""


PAIRS = Table("cleaning_pairs", PairRow, indexes=(("state", "likelihood", "pair"),))


def _proposed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, PairProposed)
    pair = stream_text(recorded.stream_id)
    known = rows.get(PAIRS, (pair,), PairRow)
    rows.put(
        PAIRS,
        PairRow(
            pair=pair,
            state=WAITING,
            likelihood=fact.likelihood,
            grade=fact.grade.value,
            one=str(fact.one),
            other=str(fact.other),
            method=fact.method,
            proposed_at=microseconds(recorded.act.at),
            judged_at=None if known is None else known.judged_at,
            judged_by=None if known is None else known.judged_by,
            proposals=1 if known is None else known.proposals + 1,
        ),
    )


def _judged(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, PairJudged)
    row = rows.get(PAIRS, (stream_text(recorded.stream_id),), PairRow)
    assert row is not None, "a pair's first fact is its proposal"
    judged_at = microseconds(recorded.act.at)
    rows.put(
        PAIRS,
        row._replace(state=fact.judgement.value, judged_at=judged_at, judged_by=recorded.act.actor),
    )


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(PAIRS, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="cleaning_pairs",
    version=1,
    tables=(PAIRS,),
    handlers={PairProposed: _proposed, PairJudged: _judged},
    touches=_touches,
)
