"""Money for a request: counted once, however often and late the platform says so."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import fold
from ledger.certificates.request_facts import FeePaid
from ledger.commands import payments, processing, requests
from ledger.commands.payments import FRESH, Taking
from ledger.errors import NotFoundError, RefusedError
from ledger.identifiers import request_stream
from ledger.records import payment
from ledger.records.payment import Order, OrderStatus, Unowed
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import MONDAY, NEW, by
from tests_support.request_office import ALL_TOPICS, RequestOffice

REQUEST = request_stream(NEW.authority, NEW.dossier_code)


@pytest.fixture
def office() -> RequestOffice:
    office = RequestOffice(MemoryFacts({**ALL_TOPICS, **payment.TOPICS}))
    office.register()
    requests.draft(office.facts, new=NEW, act=by(Role.CITIZEN))
    return office


def order(office: RequestOffice, at: datetime = MONDAY) -> int:
    act = by(Role.CITIZEN, at)
    return payments.order(office.facts, request=REQUEST, provider="demo", act=act)


def take(
    office: RequestOffice, number: int = 1, amount: int = 200_000, transaction: str = "T-1"
) -> Taking:
    return payments.take(
        office.facts, request=REQUEST, number=number, amount=amount, transaction=transaction,
        act=by(Role.PORTAL_SYSTEM),
    )  # fmt: skip


def withdraw(office: RequestOffice) -> None:
    requests.request_withdrawal(office.facts, request=REQUEST, act=by(Role.CITIZEN))


def paid(office: RequestOffice) -> list[FeePaid]:
    return [one for one in office.facts.history(REQUEST).facts if isinstance(one, FeePaid)]


def orders(office: RequestOffice) -> tuple[Order, ...]:
    return payments.load_payments(office.facts, REQUEST).state


def test_the_fee_is_paid_once_however_often_it_is_said(office: RequestOffice) -> None:
    assert order(office) == 1
    assert [take(office) for _ in range(3)] == [Taking.SETTLED, Taking.KNOWN, Taking.KNOWN]
    assert paid(office) == [FeePaid(200_000, "T-1")]
    state = fold(office.facts.history(REQUEST).facts)
    assert state is not None
    assert state.stage is Stage.PAID


def test_an_open_order_is_used_again_and_a_failed_one_is_not(office: RequestOffice) -> None:
    assert [order(office), order(office)] == [1, 1]
    payments.fail(office.facts, request=REQUEST, number=1, code="24", act=by(Role.PORTAL_SYSTEM))
    assert order(office) == 2
    assert [one.status for one in orders(office)] == [OrderStatus.FAILED, OrderStatus.OPEN]


def test_an_order_for_which_the_platform_no_longer_waits_is_not_used_again(
    office: RequestOffice,
) -> None:
    almost = MONDAY + FRESH - timedelta(seconds=1)
    assert [order(office), order(office, almost), order(office, MONDAY + FRESH)] == [1, 1, 2]
    assert take(office, 1) is Taking.SETTLED


def test_another_amount_settles_nothing(office: RequestOffice) -> None:
    order(office)
    with pytest.raises(RefusedError, match="200000"):
        take(office, amount=100_000)
    assert paid(office) == []
    assert orders(office)[0].status is OrderStatus.OPEN


def test_who_pays_twice_gets_the_second_back(office: RequestOffice) -> None:
    order(office)
    payments.fail(office.facts, request=REQUEST, number=1, code="24", act=by(Role.PORTAL_SYSTEM))
    order(office)
    assert take(office, 2, transaction="T-2") is Taking.SETTLED
    assert take(office, 1, transaction="T-1") is Taking.UNOWED
    assert len(paid(office)) == 1
    assert [one.status for one in orders(office)] == [OrderStatus.UNOWED, OrderStatus.TAKEN]


def test_money_for_a_withdrawn_request_is_flagged_and_goes_back_once(
    office: RequestOffice,
) -> None:
    order(office)
    withdraw(office)
    assert take(office) is Taking.UNOWED
    assert paid(office) == []
    last = office.facts.history(payment.payment_stream(REQUEST)).facts[-1]
    assert last == payment.PaymentUnowed(1, 200_000, Unowed.REQUEST_ENDED)
    asked: list[Order] = []

    def send_back(one: Order) -> str:
        asked.append(one)
        return "R-1"

    for _ in range(2):
        payments.give_back(
            office.facts, request=REQUEST, number=1, send_back=send_back,
            act=by(Role.PORTAL_SYSTEM),
        )  # fmt: skip
    assert len(asked) == 1
    assert orders(office)[0].status is OrderStatus.GIVEN_BACK


def test_what_is_owed_is_not_given_back(office: RequestOffice) -> None:
    order(office)
    take(office)
    with pytest.raises(RefusedError):
        payments.give_back(
            office.facts, request=REQUEST, number=1, send_back=lambda _: "R-1",
            act=by(Role.PORTAL_SYSTEM),
        )  # fmt: skip


def test_nothing_is_ordered_where_nothing_is_due(office: RequestOffice) -> None:
    order(office)
    take(office)
    with pytest.raises(RefusedError) as refused:
        order(office)
    assert refused.value.rule == "nothing_to_pay"


def test_a_fee_that_the_authority_asks_for_later_is_paid_the_same_way(
    office: RequestOffice,
) -> None:
    order(office)
    take(office)
    requests.submit(office.facts, request=REQUEST, act=by(Role.CITIZEN))
    with pytest.raises(RefusedError):
        order(office)
    withdraw(office)
    with pytest.raises(RefusedError):
        processing.require_payment(
            office.facts, request=REQUEST, amount=1, act=by(Role.INTAKE_OFFICER)
        )


def test_of_a_request_that_is_not_there_nothing_is_taken(office: RequestOffice) -> None:
    with pytest.raises(NotFoundError):
        payments.take(
            office.facts, request=UUID(int=5), number=1, amount=1, transaction="T",
            act=by(Role.PORTAL_SYSTEM),
        )  # fmt: skip
    with pytest.raises(NotFoundError):
        take(office, number=3)
