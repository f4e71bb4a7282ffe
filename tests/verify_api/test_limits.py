"""What is open to everybody has a limit, and says when to come back."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests_support.rates import UNLIMITED
from tests_support.service_world import World, open_world
from verify_api.access_rules import rule_of
from verify_api.callers import Role
from verify_api.limiter import Rate
from verify_api.limits import rate_words, sort_of
from verify_api.ports import Rates, ServiceSettings

ASKED = {
    "verify": ("POST", "/v1/verify", {"json": {"text": "x"}}),
    "page": ("GET", "/check", {}),
    "published": ("GET", "/v1/trust/list", {}),
    "sign_in": ("POST", "/login", {"data": {"name": "x", "password": "y"}}),
    "paper": (
        "POST", "/v1/check/code",
        {"json": {"short_code": "AAAA-AAAA-AAAA", "issued_on": "2026-11-02"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("sort", ASKED)
def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path, sort: str) -> None:
    method, path, sent = ASKED[sort]
    rates = replace(UNLIMITED, **{sort: Rate(per_second=0.5, burst=1)})
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates))
    client = world.client()
    first = client.open(path, method=method, **sent)  # type: ignore[arg-type]
    second = client.open(path, method=method, **sent)  # type: ignore[arg-type]
    assert first.status_code != 429
    assert second.status_code == 429
    assert second.headers["Retry-After"] == "2"
    assert second.mimetype == "application/problem+json"
    assert second.get_json()["code"] == "too_many_requests"
    world.clock.seconds += 2
    assert client.open(path, method=method, **sent).status_code == first.status_code  # type: ignore[arg-type]
    world.database.close()


def test_one_network_does_not_slow_another(tmp_path: Path) -> None:
    rates = replace(UNLIMITED, page=Rate(per_second=0.5, burst=1))
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates))
    statuses = [
        world.client().get("/check", environ_overrides={"REMOTE_ADDR": address}).status_code
        for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert statuses == [200, 429, 200]
    world.database.close()


def test_each_sort_is_a_rate_with_room(world: World) -> None:
    known = {one.name for one in fields(Rates)}
    for endpoint, view in world.app.view_functions.items():
        rule = rule_of(view)
        assert rule is not None
        sort = sort_of(endpoint, is_open=Role.ANONYMOUS in rule.roles)
        assert (sort is None) == (Role.ANONYMOUS not in rule.roles)
        if sort is not None:
            assert sort in known
            assert "a second" in rate_words(endpoint, Rates())
    for one in fields(Rates):
        rate = getattr(Rates(), one.name)
        assert rate.per_second > 0
        assert rate.burst >= 1


def test_an_address_that_leads_nowhere_is_not_counted(world: World) -> None:
    assert [world.client().get("/nowhere").status_code for _ in range(3)] == [404] * 3
