from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import RefusedError
from ledger.records import portal
from ledger.records.portal import Answer, Outbox

REQUEST = UUID(int=1)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def after(*answers: Answer) -> Outbox:
    state = Outbox(REQUEST)
    for answer in answers:
        state = portal.evolve(state, portal.settle(state, 7, answer, at=AT))
    return state


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.ALREADY_THERE])
def test_accepted_and_already_there_both_settle_a_notice(answer: Answer) -> None:
    state = after(answer)
    assert state.delivery(7).done
    assert not portal.may_be_sent(state, 7, at=AT)


def test_a_refusal_goes_to_the_dead_letters_at_once() -> None:
    assert after(Answer.REFUSED).delivery(7).dead


def test_each_interruption_waits_twice_as_long_up_to_six_hours() -> None:
    pauses = []
    state = Outbox(REQUEST)
    for _ in range(portal.MAX_ATTEMPTS - 1):
        fact = portal.settle(state, 7, Answer.INTERRUPTED, at=AT)
        assert isinstance(fact, portal.NoticePutOff)
        pauses.append(fact.next_at - AT)
        state = portal.evolve(state, fact)
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses[-1] == timedelta(hours=6)


def test_the_last_attempt_gives_up() -> None:
    state = after(*[Answer.UNREACHABLE] * portal.MAX_ATTEMPTS)
    assert state.delivery(7).dead


def test_a_notice_put_off_is_due_at_its_time_and_not_before() -> None:
    state = after(Answer.INTERRUPTED)
    assert not portal.may_be_sent(state, 7, at=AT + timedelta(seconds=29))
    assert portal.may_be_sent(state, 7, at=AT + timedelta(seconds=30))


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.INTERRUPTED])
def test_later_notices_of_the_dossier_wait_for_one_that_was_not_taken(answer: Answer) -> None:
    assert not portal.may_be_sent(after(answer), 8, at=AT)
    assert portal.may_be_sent(after(answer), 6, at=AT)
    assert portal.may_be_sent(after(Answer.ACCEPTED), 8, at=AT)


def test_a_dead_letter_set_aside_holds_nothing_back_and_is_never_sent() -> None:
    dead = after(Answer.REFUSED)
    aside = portal.evolve(dead, portal.set_aside(dead, 7))
    assert portal.may_be_sent(aside, 8, at=AT)
    assert not portal.may_be_sent(aside, 7, at=AT)
    with pytest.raises(RefusedError):
        portal.set_aside(aside, 7)


def test_the_attempts_outlast_a_long_weekend() -> None:
    state, at = Outbox(REQUEST), AT
    while not state.delivery(7).dead:
        state = portal.evolve(state, portal.settle(state, 7, Answer.UNREACHABLE, at=at))
        at = state.delivery(7).next_at or at
    assert at - AT > timedelta(hours=84)


def test_a_settled_notice_is_not_settled_again() -> None:
    with pytest.raises(RefusedError, match="settled already"):
        portal.settle(after(Answer.ACCEPTED), 7, Answer.REFUSED, at=AT)


def test_only_a_dead_notice_is_revived_and_then_starts_anew() -> None:
    dead = after(Answer.INTERRUPTED, Answer.REFUSED)
    revived = portal.evolve(dead, portal.revive(dead, 7))
    assert revived.delivery(7).attempts == 0
    assert portal.may_be_sent(revived, 7, at=AT)
    with pytest.raises(RefusedError):
        portal.revive(revived, 7)


@given(st.lists(st.sampled_from(Answer), max_size=20))
def test_folding_in_two_parts_is_folding_at_once(answers: list[Answer]) -> None:
    facts: list[portal.Fact] = []
    state = Outbox(REQUEST)
    for notice, answer in enumerate(answers):
        facts.append(portal.settle(state, notice % 3 + 10 * notice, answer, at=AT))
        state = portal.evolve(state, facts[-1])
    half = len(facts) // 2
    first = reduce(portal.evolve, facts[:half], Outbox(REQUEST))
    assert reduce(portal.evolve, facts[half:], first) == state
