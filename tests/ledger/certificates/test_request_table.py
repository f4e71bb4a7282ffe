"""The step table itself, and random walks through it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.certificates import request_facts
from ledger.certificates import request_filing as filing
from ledger.certificates import request_processing as processing
from ledger.certificates.fees import FeeStatus
from ledger.certificates.kinds.judicial_record.procedure import (
    DRAFTING,
    PORTAL_CODES,
    PORTAL_TITLES,
    PROCEDURE,
    STEPS,
)
from ledger.certificates.procedure import BACK, Role, Stage
from ledger.certificates.request import Request, evolve, fold, has_ended, on_time, portal_code
from ledger.certificates.request_facts import TOPICS, Fact, StepFact
from ledger.certificates.request_rules import RULES, Rule
from ledger.certificates.request_values import (
    Delivery,
    Lookup,
    Police,
    RefusalGround,
    Result,
)
from ledger.errors import InvalidInputError, RefusedError
from tests_support.request_desk import (
    CALENDAR,
    CERTIFICATE,
    MONDAY,
    STRAIGHT_WAY,
    after,
    by,
    history_to,
    request_in,
)

BEFORE_SUBMISSION = {Stage.DRAFTED, Stage.PAID, Stage.FEE_EXEMPT}


def reachable() -> set[Stage]:
    found, news = {Stage.DRAFTED}, {Stage.DRAFTED}
    while news:
        news = {
            to for step in STEPS for start, to in step.moves.items() if start in news and to
        } - found
        found |= news
    return found


def test_every_stage_is_reached_and_only_ends_have_no_way_on() -> None:
    assert reachable() == set(Stage)
    for stage in Stage:
        on = {step.action for step in STEPS if stage in step.moves}
        if stage in PROCEDURE.ended:
            assert on <= {"deliver", "dispatch_copy"}
        else:
            assert on


def test_every_stage_at_the_authority_has_a_portal_code_and_every_code_a_title() -> None:
    assert set(Stage) - set(PORTAL_CODES) == BEFORE_SUBMISSION
    assert set(PORTAL_CODES.values()) == set(range(1, 11)) == set(PORTAL_TITLES)


def test_every_step_fact_has_one_row_and_every_row_a_step_fact() -> None:
    assert [step.fact for step in STEPS] == list(dict.fromkeys(step.fact for step in STEPS))
    assert {step.fact for step in STEPS} == set(get_args(StepFact))
    assert len({step.action for step in STEPS}) == len(STEPS)


def test_the_ten_steps_are_counted_and_said_in_two_languages() -> None:
    assert {step.number for step in STEPS} == set(range(11))
    for step in STEPS:
        assert step.title.vi
        assert step.title.en
        assert step.roles <= set(Role)
        assert PROCEDURE.step(step.action) is step


def test_only_a_supplement_goes_back() -> None:
    assert [step.action for step in STEPS if BACK in step.moves.values()] == ["receive_supplement"]


def test_every_rule_has_its_words_in_two_languages_and_every_rows_rule_is_listed() -> None:
    assert set(RULES) == set(Rule)
    assert all(words.vi and words.en for words in RULES.values())
    assert {step.rule for step in STEPS} <= set(Rule)


def test_every_fact_has_one_stored_name() -> None:
    assert set(TOPICS.values()) == set(get_args(Fact))
    assert len(set(TOPICS.values())) == len(TOPICS)


def test_what_a_role_may_do_is_read_from_the_table() -> None:
    intake = [step.action for step in PROCEDURE.possible(Stage.SUBMITTED, Role.INTAKE_OFFICER)]
    assert intake == [
        "accept",
        "reject",
        "require_payment",
        "request_supplement",
        "request_withdrawal",
    ]
    assert [s.action for s in PROCEDURE.possible(Stage.POLICE_CHECK, Role.POLICE_CHECKER)] == [
        "complete_police_check"
    ]
    assert PROCEDURE.possible(Stage.RETURNED, Role.CITIZEN) == ()
    assert Role.SIGNER not in DRAFTING


def test_procedure_versions_follow_one_another_without_gap() -> None:
    for earlier, later in pairwise(PROCEDURE.versions):
        assert earlier.effective_until == later.effective_from
    assert PROCEDURE.versions[-1].effective_until is None
    assert PROCEDURE.in_force(date(2026, 7, 1)) is PROCEDURE.version("law-2026")
    with pytest.raises(RefusedError) as refused:
        PROCEDURE.in_force(date(2024, 4, 21))
    assert refused.value.rule == "no_procedure_in_force"


def test_no_facts_are_no_request() -> None:
    assert fold(()) is None


@pytest.mark.parametrize("stage", [stage for stage, _ in STRAIGHT_WAY])
def test_folding_in_two_parts_is_folding(stage: Stage) -> None:
    facts = history_to(stage)
    whole = fold(facts)
    for cut in range(1, len(facts)):
        assert reduce(evolve, facts[cut:], fold(facts[:cut])) == whole


def test_a_fact_that_the_table_does_not_have_there_is_a_broken_history() -> None:
    with pytest.raises(AssertionError, match="no move"):
        evolve(
            request_in(Stage.DRAFTED), request_facts.ResultDelivered(MONDAY.date(), Delivery.POST)
        )


def moves(state: Request, role: Role, day: int) -> list[tuple[Fact, ...]]:
    """Return what every decision says to ``role`` now; refusals left out."""
    act = by(role, MONDAY + timedelta(days=day))
    decisions: tuple[Callable[[], tuple[Fact, ...]], ...] = (
        lambda: filing.pay(state, act=act, amount=state.fee.due, receipt="BL-1"),
        lambda: filing.submit(state, act=act),
        lambda: filing.receive_supplement(state, act=act, calendar=CALENDAR),
        lambda: filing.request_withdrawal(state, act=act),
        lambda: processing.accept(state, act=act, calendar=CALENDAR),
        lambda: processing.reject(state, act=act, ground="g1", explanation="Sai nơi"),
        lambda: processing.require_payment(state, act=act, amount=50_000),
        lambda: processing.request_supplement(state, act=act, missing="Tên", calendar=CALENDAR),
        lambda: processing.forward(state, act=act, reference="QG-1"),
        lambda: processing.acknowledge(state, act=act, reference="QG-1"),
        lambda: processing.request_lookup(state, act=act, sources=("db",)),
        lambda: processing.complete_lookup(
            state, act=act, lookup=Lookup.ENTRIES, record_version=1
        ),
        lambda: processing.request_police_check(state, act=act),
        lambda: processing.complete_police_check(state, act=act, police=Police.POSSIBLE),
        lambda: processing.record_result(
            state, act=act, result=Result.NO_RECORD, record_version=1, calendar=CALENDAR,
            explanation="Trùng tên",
        ),
        lambda: processing.begin_certificate(state, act=act, certificate=CERTIFICATE),
        lambda: processing.drop_certificate(state, act=act),
        lambda: processing.mark_ready(state, act=act, certificate=CERTIFICATE),
        lambda: processing.deliver(state, act=act, delivery=Delivery.VNEID),
        lambda: processing.dispatch_copy(state, act=act, delivery=Delivery.POST),
        lambda: processing.accept_withdrawal(state, act=act),
        lambda: processing.stop(state, act=act, ground="g1", explanation="Dừng"),
        lambda: processing.refuse(
            state, act=act, ground=RefusalGround.NOT_ENTITLED, explanation="Không có quyền"
        ),
        lambda: processing.order_refund(state, act=act),
        lambda: processing.complete_refund(state, act=act, cancelled_receipt="BL-1"),
        lambda: processing.note_missed(state, act=act),
        lambda: processing.extend_deadline(state, act=act, days=1, calendar=CALENDAR),
    )  # fmt: skip
    said = []
    for decide in decisions:
        try:
            said.append(decide())
        except (RefusedError, InvalidInputError):
            continue
    return [facts for facts in said if facts]


def check(state: Request, facts: list[Fact]) -> None:
    """Check what is so of every request, whatever happened."""
    code = portal_code(state)
    assert (code is None) == (state.submitted_on is None)
    assert has_ended(state) == (state.stage in PROCEDURE.ended)
    assert has_ended(state) <= (state.ended_on is not None)
    assert (state.asked_on is not None) >= (state.stage is Stage.SUPPLEMENT)
    on_time(state, on=MONDAY.date())
    if state.certificate is not None:
        assert state.result is not None
    if state.fee.status is FeeStatus.REFUND_ORDERED:
        assert state.stage in {Stage.REJECTED, Stage.REFUSED, Stage.WITHDRAWN, Stage.STOPPED}
    if state.deadline is not None:
        assert state.deadline.appointed_on >= state.deadline.running_since
    numbers = [PROCEDURE.step_of(type(f)).number for f in facts if isinstance(f, StepFact)]
    forward = [n for n in numbers if n > 3]
    assert forward == sorted(forward)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([Stage.DRAFTED, *(stage for stage, _ in STRAIGHT_WAY)]),
    st.lists(st.integers(0, 999), max_size=25),
)
def test_no_random_walk_reaches_an_illegal_state(start: Stage, choices: list[int]) -> None:
    facts: list[Fact] = list(history_to(start))
    state, day = after(None, facts), 0
    for choice in choices:
        possible = [said for role in Role for said in moves(state, role, day)]
        if not possible:
            break
        day += choice // 200
        taken = possible[choice % len(possible)]
        facts.extend(taken)
        state = after(state, taken)
        check(state, facts)
    assert fold(facts) == state
