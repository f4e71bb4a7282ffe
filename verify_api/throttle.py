"""Counts this request against its caller: an account where there is one, else a network."""

from flask import request

from verify_api.access_rules import the_caller
from verify_api.callers import Caller
from verify_api.limiter import Rate, network_of
from verify_api.running import Running, the_running


def throttle(sort: str, rate: Rate, *, cost: int = 1) -> None:
    """Count ``cost`` requests of ``sort``; ``rate`` is over all processes.

    Raises:
        TooManyRequestsError: The caller asks too often.
    """
    count(the_running(), the_caller(), request.remote_addr, sort, rate, cost=cost)


def count(
    running: Running, caller: Caller, address: str | None, sort: str, rate: Rate, *, cost: int = 1
) -> None:
    """Count, as `throttle`, for ``caller`` at ``address``.

    Raises:
        TooManyRequestsError: The caller asks too often.
    """
    processes = running.ports.settings.processes
    who = caller.account if caller.signed_in else network_of(address)
    own = rate
    if processes > 1:
        own = Rate(rate.per_second / processes, max(1, rate.burst // processes))
    running.limiter.count(sort, who, own, cost=cost)
