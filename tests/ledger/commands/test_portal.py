from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.commands import portal
from ledger.commands.portal import Notice
from ledger.errors import ConflictError, RefusedError, StoreUnavailableError
from ledger.facts import Act, Change, Receipt
from ledger.records import portal as records
from ledger.records.portal import Answer
from tests_support.memory_facts import MemoryFacts

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)


def notices(*positions: int, request: UUID = ONE) -> list[Notice]:
    return [Notice(position, request, {"viTri": position}) for position in positions]


class Province:
    """Answers as it is told, and remembers what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[object] = []
        self.before: Callable[[], object] = lambda: None

    def send(self, body: dict[str, object], at: datetime) -> Answer:
        del at
        self.sent.append(body["viTri"])
        self.before()
        return self.answers.pop(0) if self.answers else Answer.ACCEPTED


def deliver(
    facts: MemoryFacts, province: Province, waiting: list[Notice], at: datetime = AT
) -> int:
    act = Act(at, "worker", "system")
    sent = portal.deliver(facts, notices=waiting, send=province.send, act=lambda: act)
    return len(sent)


@pytest.fixture
def facts() -> MemoryFacts:
    return MemoryFacts(records.TOPICS)


def test_notices_go_out_in_order_and_only_once(facts: MemoryFacts) -> None:
    province = Province()
    waiting = notices(3, 5, 9)
    assert deliver(facts, province, waiting) == 3
    assert deliver(facts, province, waiting) == 0
    assert province.sent == [3, 5, 9]


@pytest.mark.parametrize("answer", [Answer.INTERRUPTED, Answer.REFUSED])
def test_a_notice_that_is_not_taken_holds_back_its_dossier_and_no_other(
    facts: MemoryFacts, answer: Answer
) -> None:
    province = Province(answer)
    waiting = [*notices(3), *notices(4, request=OTHER), *notices(5)]
    assert deliver(facts, province, waiting) == 2
    assert deliver(facts, province, waiting) == 0
    assert province.sent == [3, 4]


def test_a_province_that_is_away_is_asked_once_a_round(facts: MemoryFacts) -> None:
    province = Province(Answer.UNREACHABLE)
    waiting = [*notices(3), *notices(4, request=OTHER)]
    assert deliver(facts, province, waiting) == 1
    assert deliver(facts, province, waiting) == 1
    assert province.sent == [3, 4]


def test_one_put_off_goes_out_at_its_time_and_before_the_later_ones(facts: MemoryFacts) -> None:
    province = Province(Answer.INTERRUPTED)
    deliver(facts, province, notices(3, 5))
    assert deliver(facts, province, notices(3, 5), AT + timedelta(seconds=31)) == 2
    assert province.sent == [3, 3, 5]


def test_two_workers_that_send_the_same_notice_settle_it_once(facts: MemoryFacts) -> None:
    province = Province()
    province.before = lambda: deliver(facts, Province(), notices(3))
    assert deliver(facts, province, notices(3)) == 1
    assert facts.head() == 1


def test_a_dead_letter_is_revived_or_set_aside_by_its_position(facts: MemoryFacts) -> None:
    province = Province(Answer.REFUSED, Answer.REFUSED)
    deliver(facts, province, notices(3))
    act = Act(AT, "operator-1", "operator")
    with pytest.raises(RefusedError):
        portal.revive(facts, request=ONE, notice=4, act=act)
    portal.revive(facts, request=ONE, notice=3, act=act)
    deliver(facts, province, notices(3, 5))
    portal.set_aside(facts, request=ONE, notice=3, act=act)
    deliver(facts, province, notices(3, 5))
    assert province.sent == [3, 3, 5]


@pytest.mark.parametrize("error", [StoreUnavailableError("away"), ConflictError("faster")])
def test_what_cannot_be_recorded_is_sent_again(facts: MemoryFacts, error: Exception) -> None:
    province = Province()

    class Broken(MemoryFacts):
        @override
        def append(self, act: Act, *changes: Change, **named: object) -> Receipt:
            raise error

    with pytest.raises(type(error)):
        deliver(Broken(records.TOPICS), province, notices(3))
    deliver(facts, province, notices(3))
    assert province.sent == [3, 3]
