from collections.abc import Iterator
from uuid import UUID

import pytest

from ledger.identifiers import cleaning_pair_stream
from ledger.records.cleaning import TOPICS, Grade, Judgement, PairJudged, PairProposed
from projections import cleaning_pairs
from projections.cleaning_pairs import WAITING
from projections.cleaning_queries import FIRST, Cursor, Outcome, listed, outcomes
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.known_twice import STEWARD, act
from tests_support.memory_facts import MemoryFacts


class Pairs:
    """Proposals and judgements, and the view of them."""

    def __init__(self, url: str) -> None:
        self.facts = MemoryFacts(TOPICS)
        self.store = ViewStore(open_views(url), [cleaning_pairs.VIEW])
        self.store.prepare()
        self.projector = Projector(self.facts, self.store)

    def proposed(self, number: int, likelihood: int, *, grade: Grade = Grade.LIKELY) -> UUID:
        one, other = UUID(int=number), UUID(int=number + 500)
        stream = cleaning_pair_stream(one, other)
        proposal = PairProposed(one, other, 1, 2, "told-1", likelihood, grade)
        self.facts.append(act(number), self.facts.history(stream).then(proposal))
        return stream

    def judged(self, stream: UUID, judgement: Judgement) -> None:
        change = self.facts.history(stream).then(PairJudged(judgement, "mẫu"), subject=UUID(int=1))
        self.facts.append(act(9), change)

    def waiting(self, *, after: Cursor = FIRST, limit: int = 9, state: str = WAITING) -> list[int]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            page = listed(session, state=state, after=after, limit=limit)
        return [row.likelihood for row in page.pairs]


@pytest.fixture
def pairs(views_url: str) -> Iterator[Pairs]:
    made = Pairs(views_url)
    yield made
    made.store.database.close()


def test_the_likeliest_come_first_and_a_judged_one_waits_no_more(pairs: Pairs) -> None:
    streams = [pairs.proposed(n, likelihood) for n, likelihood in ((1, 9901), (2, 9999), (3, 9950))]
    assert pairs.waiting() == [9999, 9950, 9901]
    pairs.judged(streams[1], Judgement.SAME)
    assert pairs.waiting() == [9950, 9901]
    assert pairs.waiting(state="same") == [9999]


def test_a_pair_that_is_proposed_again_waits_and_says_who_judged_before(pairs: Pairs) -> None:
    stream = pairs.proposed(1, 9901)
    pairs.judged(stream, Judgement.UNSURE)
    pairs.proposed(1, 9990)
    assert pairs.waiting() == [9990]
    with pairs.store.database.reading() as session:
        (row,) = listed(session).pairs
    assert (row.proposals, row.judged_by) == (2, STEWARD)


def test_pages_follow_one_another_without_a_gap_among_equals(pairs: Pairs) -> None:
    for number in range(7):
        pairs.proposed(number, 9950 if number < 5 else 9901)
    pairs.projector.catch_up()
    seen: list[str] = []
    after: Cursor | None = FIRST
    with pairs.store.database.reading() as session:
        while after is not None:
            page = listed(session, after=after, limit=2)
            seen += [row.pair for row in page.pairs]
            after = page.after
    assert len(seen) == len(set(seen)) == 7


def test_what_became_of_proposals_says_how_right_they_were(pairs: Pairs) -> None:
    for number, judgement in enumerate([Judgement.SAME] * 3 + [Judgement.DIFFERENT], 1):
        pairs.judged(pairs.proposed(number, 9950), judgement)
    pairs.judged(pairs.proposed(8, 9950), Judgement.UNSURE)
    pairs.proposed(9, 9999, grade=Grade.CERTAIN)
    pairs.projector.catch_up()
    with pairs.store.database.reading() as session:
        certain, likely = outcomes(session)
    assert certain == Outcome("told-1", "certain", 1, 0, 0, 0)
    assert certain.precision is None
    assert likely == Outcome("told-1", "likely", 0, 3, 1, 1)
    assert likely.precision == 0.75
