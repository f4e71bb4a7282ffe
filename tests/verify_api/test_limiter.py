from math import isclose

import pytest

from tests_support.service_clock import Clock
from verify_api.errors import TooManyRequestsError
from verify_api.limiter import Limiter, Rate, network_of

TEN_A_SECOND = Rate(per_second=10, burst=20)


def hits(limiter: Limiter, count: int, who: str = "a") -> int:
    allowed = 0
    for _ in range(count):
        try:
            limiter.count("verify", who, TEN_A_SECOND)
        except TooManyRequestsError:
            continue
        allowed += 1
    return allowed


def test_ten_a_second_with_a_burst_of_twenty_lets_twenty_of_a_thousand_pass() -> None:
    assert hits(Limiter(Clock().monotonic), 1000) == 20


def test_after_a_second_ten_more_pass() -> None:
    clock = Clock()
    limiter = Limiter(clock.monotonic)
    hits(limiter, 1000)
    clock.later(seconds=1.001)
    assert hits(limiter, 1000) == 10


def test_the_wait_that_is_named_is_enough() -> None:
    clock = Clock()
    limiter = Limiter(clock.monotonic)
    hits(limiter, 20)
    with pytest.raises(TooManyRequestsError) as refused:
        limiter.count("verify", "a", TEN_A_SECOND)
    assert isclose(refused.value.retry_after_seconds, 0.1)
    clock.later(seconds=refused.value.retry_after_seconds + 1e-6)
    assert hits(limiter, 5) == 1


def test_callers_and_sorts_do_not_count_for_one_another() -> None:
    limiter = Limiter(Clock().monotonic)
    assert hits(limiter, 30, "a") == 20
    assert hits(limiter, 30, "b") == 20
    limiter.count("picture", "a", TEN_A_SECOND)


def test_a_request_may_cost_more_than_one() -> None:
    limiter = Limiter(Clock().monotonic)
    limiter.count("verify", "a", TEN_A_SECOND, cost=20)
    assert hits(limiter, 5) == 0


def test_the_table_is_bounded_and_forgets_those_who_do_not_wait_first() -> None:
    clock = Clock()
    limiter = Limiter(clock.monotonic, most_keys=10)
    for number in range(9):
        limiter.count("verify", f"early-{number}", TEN_A_SECOND)
    clock.later(seconds=1)
    limiter.count("verify", "busy", TEN_A_SECOND, cost=40)
    limiter.count("verify", "new", TEN_A_SECOND)
    assert len(limiter._arrival) == 2
    assert hits(limiter, 1, "busy") == 0


def test_a_table_full_of_those_who_wait_keeps_those_who_wait_longest() -> None:
    limiter = Limiter(Clock().monotonic, most_keys=10)
    for number in range(30):
        limiter.count("verify", f"{number}", TEN_A_SECOND, cost=100 - number)
        assert len(limiter._arrival) <= 10
    assert hits(limiter, 1, "0") == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_household_is_one_caller(address: str | None, network: str) -> None:
    assert network_of(address) == network
