from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.certificates import request_custody as custody
from ledger.certificates import request_processing as processing
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request
from ledger.certificates.request_custody import (
    NOBODY,
    Custody,
    Fact,
    Reason,
    RequestAssigned,
    RequestHandedBack,
    RequestTaken,
)
from ledger.certificates.request_filing import request_withdrawal
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Delivery
from ledger.errors import RefusedError
from ledger.facts import Act
from tests_support.request_desk import CALENDAR, MONDAY, after, by, request_in

CASE, INTAKE = Role.CASE_OFFICER, Role.INTAKE_OFFICER
BINHS = Custody(case="binh")


def act(actor: str, role: str = CASE) -> Act:
    return Act(MONDAY, actor, role, "CA01")


def refused(decide: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        decide()
    return error.value.rule


def test_an_officer_takes_what_nobody_has_and_a_reason_is_not_kept() -> None:
    taken = custody.take(NOBODY, act=act("an"), reason=Reason.ABSENT)
    assert taken == (RequestTaken(CASE, "an", None, None),)
    assert custody.evolve(NOBODY, taken[0]) == Custody(case="an")


def test_a_take_over_needs_a_reason_and_names_from_whom() -> None:
    assert refused(lambda: custody.take(BINHS, act=act("an"))) == Rule.TAKE_OVER_NEEDS_REASON
    (taken,) = custody.take(BINHS, act=act("an"), reason=Reason.CONFLICT_OF_INTEREST)
    assert taken == RequestTaken(CASE, "an", "binh", Reason.CONFLICT_OF_INTEREST)
    assert custody.evolve(BINHS, taken).at(CASE) == "an"


def test_each_desk_has_its_own_officer() -> None:
    (taken,) = custody.take(BINHS, act=act("an", INTAKE))
    assert custody.evolve(BINHS, taken) == Custody(intake="an", case="binh")
    assert BINHS.at(Role.SIGNER) is None


def test_who_has_it_gives_it_to_a_colleague_or_back() -> None:
    (given,) = custody.hand_over(BINHS, act=act("binh"), officer="an")
    assert given == RequestAssigned(CASE, "an", "binh", None)
    assert custody.evolve(BINHS, given) == Custody(case="an")
    (back,) = custody.give_back(BINHS, act=act("binh"))
    assert back == RequestHandedBack(CASE)
    assert custody.evolve(BINHS, back) == NOBODY


def test_what_is_no_lawful_move_is_refused() -> None:
    signer = act("an", Role.SIGNER)
    assert refused(lambda: custody.take(BINHS, act=act("binh"))) == Rule.HAS_IT_ALREADY
    assert refused(lambda: custody.take(NOBODY, act=signer)) == Rule.ROLE_MAY_NOT
    assert refused(lambda: custody.hand_over(BINHS, act=act("an"), officer="an")) == (
        Rule.NOT_YOUR_FILE
    )
    assert refused(lambda: custody.hand_over(BINHS, act=act("binh"), officer="binh")) == (
        Rule.HAS_IT_ALREADY
    )
    assert refused(lambda: custody.give_back(NOBODY, act=act("an"))) == Rule.NOT_YOUR_FILE


def test_an_administrator_assigns_whoever_had_it_and_nobody_else_does() -> None:
    def assign(role: str, officer: str, desk: str = CASE) -> tuple[Fact, ...]:
        return custody.assign(
            BINHS, act=act("boss", role), desk=desk, officer=officer,
            reason=Reason.ACCOUNT_DISABLED,
        )  # fmt: skip

    assert assign("operator", "an") == (
        RequestAssigned(CASE, "an", "binh", Reason.ACCOUNT_DISABLED),
    )
    assert refused(lambda: assign(CASE, "an")) == Rule.ROLE_MAY_NOT
    assert refused(lambda: assign("operator", "binh")) == Rule.HAS_IT_ALREADY
    assert refused(lambda: assign("operator", "an", "signer")) == Rule.ROLE_MAY_NOT


def had(stage: Stage, **by_desk: str) -> Request:
    return replace(request_in(stage), custody=Custody(**by_desk))


def test_what_nobody_has_is_worked_on_by_whoever_of_the_role_comes() -> None:
    assert processing.forward(had(Stage.ACCEPTED), act=act("an"), reference="QG-1")


def test_what_somebody_has_is_worked_on_by_them_alone() -> None:
    state = had(Stage.ACCEPTED, case="binh")
    for decide in (
        lambda: processing.forward(state, act=act("an"), reference="QG-1"),
        lambda: processing.extend_deadline(state, act=act("an"), days=2, calendar=CALENDAR),
        lambda: processing.apologise(
            state, act=act("an"), promised_on=MONDAY.date(), letter="XL-1"
        ),
    ):
        assert refused(decide) == Rule.ANOTHERS_FILE
    assert processing.forward(state, act=act("binh"), reference="QG-1")
    other_desk = processing.stop(state, act=act("an", INTAKE), ground="other", explanation="lý do")
    assert after(state, other_desk).stage is Stage.STOPPED


def test_what_the_applicant_does_the_counter_passes_on_whoever_has_the_file() -> None:
    state = had(Stage.SUBMITTED, intake="binh")
    assert request_withdrawal(state, act=act("an", INTAKE))


def test_signing_and_the_clockwork_are_at_no_desk() -> None:
    state = had(Stage.ISSUING, case="binh")
    assert state.certificate is not None
    for role in (Role.SIGNER, Role.SYSTEM):
        assert processing.mark_ready(state, act=by(role), certificate=state.certificate)


def test_once_processing_has_ended_whoever_stands_there_hands_the_result_over() -> None:
    state = had(Stage.READY, case="binh")
    assert processing.deliver(state, act=act("an"), delivery=Delivery.POST)
