"""Counts this request against its caller: an account where there is one, else a network."""

from flask import request

from verify_api.access_rules import the_caller
from verify_api.limiter import Rate, network_of
from verify_api.running import the_running


def throttle(sort: str, rate: Rate, *, cost: int = 1) -> None:
    """Count ``cost`` requests of ``sort``; ``rate`` is over all processes.

    Raises:
        TooManyRequestsError: The caller asks too often.
    """
    running, caller = the_running(), the_caller()
    processes = running.ports.settings.processes
    who = caller.account if caller.signed_in else network_of(request.remote_addr)
    own = rate
    if processes > 1:
        own = Rate(rate.per_second / processes, max(1, rate.burst // processes))
    running.limiter.count(sort, who, own, cost=cost)
