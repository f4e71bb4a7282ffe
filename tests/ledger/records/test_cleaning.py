from dataclasses import replace
from uuid import UUID

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.records import cleaning
from ledger.records.cleaning import Grade, Judgement, Pair, PairJudged, PairProposed

PROPOSAL = PairProposed(UUID(int=1), UUID(int=2), 10, 20, "told-1", 9950, Grade.LIKELY)


def judged(judgement: Judgement) -> Pair | None:
    return cleaning.fold([PROPOSAL, PairJudged(judgement, "mẫu")])


def test_a_pair_is_proposed_once() -> None:
    assert cleaning.propose(None, proposal=PROPOSAL) == (PROPOSAL,)
    assert cleaning.propose(cleaning.fold([PROPOSAL]), proposal=PROPOSAL) == ()
    assert cleaning.fold([]) is None


@pytest.mark.parametrize("judgement", list(Judgement))
def test_who_was_judged_is_not_proposed_again_while_nothing_more_is_known(
    judgement: Judgement,
) -> None:
    likelier = replace(PROPOSAL, likelihood=9999, method="told-2")
    assert cleaning.propose(judged(judgement), proposal=likelier) == ()


@pytest.mark.parametrize("judgement", [Judgement.DIFFERENT, Judgement.UNSURE])
@pytest.mark.parametrize("later", [{"one_as_of": 11}, {"other_as_of": 21}])
def test_who_was_not_judged_the_same_is_proposed_again_once_more_is_known(
    judgement: Judgement, later: dict[str, int]
) -> None:
    again = replace(PROPOSAL, **later)  # type: ignore[arg-type]
    state = judged(judgement)
    assert cleaning.propose(state, proposal=again) == (again,)
    waiting = cleaning.evolve(state, again)
    assert waiting == Pair(again, judgement, waits=True)
    assert cleaning.propose(waiting, proposal=again) == ()


def test_two_who_are_one_are_not_proposed_again() -> None:
    assert cleaning.propose(judged(Judgement.SAME), proposal=replace(PROPOSAL, one_as_of=99)) == ()


@pytest.mark.parametrize("likelihood", [0, 10_001, -1])
def test_a_likelihood_is_a_share(likelihood: int) -> None:
    with pytest.raises(InvalidInputError):
        cleaning.propose(None, proposal=replace(PROPOSAL, likelihood=likelihood))


def test_a_judgement_may_be_changed_and_is_not_made_twice() -> None:
    state = judged(Judgement.SAME)
    assert state is not None
    with pytest.raises(RefusedError) as caught:
        cleaning.judge(state, judgement=Judgement.SAME, reason="mẫu")
    assert caught.value.rule == "already_judged"
    changed = cleaning.judge(state, judgement=Judgement.DIFFERENT, reason="Hai người khác nhau")
    assert cleaning.evolve(state, changed).judgement is Judgement.DIFFERENT


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\u0000"])
def test_a_judgement_says_why(reason: str) -> None:
    with pytest.raises(InvalidInputError):
        cleaning.judge(Pair(PROPOSAL), judgement=Judgement.UNSURE, reason=reason)
