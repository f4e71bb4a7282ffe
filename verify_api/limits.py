"""How often anybody may ask for what is open to everybody: the one table of that.

Each open endpoint has a sort, and each sort a rate (`verify_api.ports.Rates`). Most are counted
before the endpoint runs; those whose cost depends on what is sent count it themselves. An open
endpoint that is in no line here counts as a page, so that none is without a limit.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import current_app, request

from verify_api.access_rules import rule_of
from verify_api.callers import Role
from verify_api.ports import Rates
from verify_api.running import the_ports
from verify_api.throttle import throttle

OWN_COUNT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "verify.verify": ("verify", "picture"),
    "verify.verify_batch": ("batch",),
    "many.check_all": ("batch", "picture"),
    "check.by_code": ("paper",),
    "check.by_fields": ("paper",),
    "shl.manifest": ("share",),
    "shl.file": ("share",),
})  # fmt: skip
"""Endpoints that count by themselves, and as what."""

SORTS: Final[Mapping[str, str]] = MappingProxyType({
    "session.sign_in": "sign_in",
    "oidc": "sign_in",
    "oidc.ended": "page",
    "oauth": "sign_in",
    "step_up": "sign_in",
    "log": "published",
    "lists": "published",
    "offline": "published",
    "pages.static": "published",
})  # fmt: skip
"""By endpoint or by group: what monitors, checkers' devices and browsers fetch many of."""

OTHER: Final = "page"


def sort_of(endpoint: str, *, is_open: bool) -> str | None:
    """Return as what a request of ``endpoint`` is counted first; None if it is not open.

    Args:
        endpoint: As Flask names it.
        is_open: Whether anybody may call it.
    """
    if not is_open:
        return None
    if endpoint in OWN_COUNT:
        return OWN_COUNT[endpoint][0]
    return SORTS.get(endpoint, SORTS.get(endpoint.partition(".")[0], OTHER))


def rate_words(endpoint: str, rates: Rates) -> str:
    """Return the rates of an open endpoint for people: ``20 a second, 60 at once``."""
    own = OWN_COUNT.get(endpoint)
    sorts = own if own is not None else (sort_of(endpoint, is_open=True) or OTHER,)
    said = []
    for sort in sorts:
        rate = getattr(rates, sort)
        said.append(f"{sort}: {rate.per_second:g} a second, {rate.burst} at once")
    return "; ".join(said)


def count_open_request() -> None:
    """Count this request if its endpoint is open and does not count by itself.

    Raises:
        TooManyRequestsError: The caller asks too often.
    """
    endpoint = request.endpoint
    if endpoint is None or endpoint in OWN_COUNT:
        return
    rule = rule_of(current_app.view_functions[endpoint])
    sort = sort_of(endpoint, is_open=rule is not None and Role.ANONYMOUS in rule.roles)
    if sort is not None:
        throttle(sort, getattr(the_ports().settings.rates, sort))
