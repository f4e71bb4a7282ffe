from collections.abc import Callable
from functools import partial

import pytest

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_custody import Reason, RequestTaken
from ledger.certificates.request_rules import Rule
from ledger.commands import custody, processing
from ledger.errors import RefusedError
from ledger.facts import Act, Idempotency
from tests_support.request_desk import MONDAY
from tests_support.request_office import office

CASE = Role.CASE_OFFICER


def act(actor: str, role: str = CASE) -> Act:
    return Act(MONDAY, actor, role, "CA01")


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        attempt()
    return error.value.rule


def test_a_file_goes_from_the_queue_to_a_colleague_and_back() -> None:
    opened = office()
    request = opened.bring_to(Stage.ACCEPTED)
    custody.take_file(opened.facts, request=request, act=act("an"))
    custody.hand_over(opened.facts, request=request, officer="binh", act=act("an"))
    custody.take_file(opened.facts, request=request, act=act("an"), reason=Reason.ABSENT)
    assert opened.state(request).custody.case == "an"
    custody.assign(
        opened.facts, request=request, desk=CASE, officer="chi", reason=Reason.REASSIGNED,
        act=act("boss", "operator"),
    )  # fmt: skip

    def forward() -> object:
        return processing.forward(opened.facts, request=request, reference="QG-1", act=act("an"))

    assert refused(forward) == Rule.ANOTHERS_FILE
    custody.give_back(opened.facts, request=request, act=act("chi"))
    assert opened.state(request).custody.case is None
    assert forward()


def test_the_same_form_takes_once_and_what_is_refused_records_nothing() -> None:
    opened = office()
    request = opened.bring_to(Stage.ACCEPTED)
    once = Idempotency("form-1", bytes(32))
    first = custody.take_file(opened.facts, request=request, act=act("an"), idempotency=once)
    again = custody.take_file(opened.facts, request=request, act=act("an"), idempotency=once)
    assert again.positions == first.positions
    head = opened.facts.head()
    back = partial(custody.give_back, opened.facts, request=request, act=act("binh"))
    assert refused(back) == Rule.NOT_YOUR_FILE
    assert opened.facts.head() == head
    taken = [one.fact for one in opened.facts.history(request).recorded
             if isinstance(one.fact, RequestTaken)]  # fmt: skip
    assert taken == [RequestTaken(CASE, "an", None, None)]


def test_what_has_ended_is_taken_and_given_no_more() -> None:
    opened = office()
    request = opened.bring_to(Stage.READY)
    take = partial(custody.take_file, opened.facts, request=request, act=act("an"))
    assert refused(take) == Rule.PROCESSING_ENDED
