from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests_support.service_world import GENEROUS, PASSWORD, World, open_world
from verify_api.callers import Role
from verify_api.ports import ServiceSettings

PAGE = {"Accept": "text/html"}


def sign_in(
    world: World, name: str = "congdan", password: str = PASSWORD, **more: Any
) -> tuple[FlaskClient, TestResponse]:
    client = world.client()
    return client, client.post("/login", data={"name": name, "password": password}, **more)


@pytest.mark.parametrize(
    ("name", "home"), [("congdan", "/my"), ("tiepnhan", "/work"), ("doanhnghiep", "/")]
)
def test_signing_in_leads_to_where_the_account_begins(world: World, name: str, home: str) -> None:
    client, answer = sign_in(world, name)
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, home)
    again = client.get("/login")
    assert (again.status_code, again.location) == (HTTPStatus.SEE_OTHER, home)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    _, answer = sign_in(world)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    settings = ServiceSettings("https://ll.example.vn", GENEROUS, proxies=1)
    world = open_world(tmp_path, settings=settings)
    headers = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    _, answer = sign_in(world, headers=headers)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    world.database.close()


def test_every_sign_in_has_a_new_identifier(world: World) -> None:
    client, first = sign_in(world)
    second = client.post("/login", data={"name": "congdan", "password": PASSWORD})
    assert second.status_code == HTTPStatus.FORBIDDEN  # signed in already: its forms have a token
    _, third = sign_in(world)
    assert first.headers["Set-Cookie"] != third.headers["Set-Cookie"]


def test_a_cookie_that_somebody_else_chose_is_worth_nothing(world: World) -> None:
    client = world.client()
    client.set_cookie("session", "chosen")
    client.post("/login", data={"name": "congdan", "password": PASSWORD})
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.value != "chosen"


def test_a_wrong_password_and_too_many_are_said_on_the_form(world: World) -> None:
    _, answer = sign_in(world, password="sai")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert "không đúng" in answer.text
    for _ in range(4):
        sign_in(world, password="sai")
    _, answer = sign_in(world)
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert int(answer.headers["Retry-After"]) > 0
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_sign_anybody_in(world: World, headers: dict[str, str]) -> None:
    _, answer = sign_in(world, headers=headers)
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_our_own_site_may_say_that_it_is_itself(world: World) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        assert sign_in(world, headers=headers)[1].status_code == HTTPStatus.SEE_OTHER


def test_signing_out_needs_the_forms_token_and_ends_the_session(world: World) -> None:
    client, csrf = world.signed_in("congdan")
    assert client.post("/logout").status_code == HTTPStatus.FORBIDDEN
    assert client.post("/logout", data={"csrf": "x"}).status_code == HTTPStatus.FORBIDDEN
    assert client.get("/my").status_code == HTTPStatus.OK
    answer = client.post("/logout", data={"csrf": csrf})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert client.get_cookie("session") is None
    assert client.get("/my").status_code == HTTPStatus.UNAUTHORIZED


def test_signing_out_without_a_session_is_no_error(world: World) -> None:
    assert world.client().post("/logout").status_code == HTTPStatus.SEE_OTHER


def test_a_session_that_is_over_leads_back_to_the_form(world: World) -> None:
    client, _ = world.signed_in("congdan")
    world.clock.later(minutes=16)
    assert client.get("/my", headers=PAGE).location == "/login"
    assert client.get("/my").status_code == HTTPStatus.UNAUTHORIZED


def test_a_change_under_a_session_from_another_site_is_refused(world: World) -> None:
    client, csrf = world.signed_in("doanhnghiep")
    headers = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "cross-site"}
    answer = client.post("/v1/verify", json={"text": "x"}, headers=headers)
    assert answer.get_json()["code"] == "cross_site"
    headers = {"X-CSRF-Token": csrf}
    assert client.post("/v1/verify", json={"text": "x"}, headers=headers).status_code == 200


def test_a_machine_is_known_by_its_token_alone(world: World) -> None:
    client = world.client()
    good = world.token(Role.OPERATOR)
    assert client.get("/metrics", headers=good).status_code == HTTPStatus.OK
    for wrong in ("Bearer lrl_x", "Basic YTpi", "Bearer", good["Authorization"] + "x"):
        answer = client.get("/metrics", headers={"Authorization": wrong})
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
    # A token that counts for nothing is never taken for nobody in particular.
    answer = client.post("/v1/verify", json={"text": "x"}, headers={"Authorization": "Bearer x"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_a_machine_cannot_take_the_form(world: World) -> None:
    answer = world.client().get("/login", headers=world.token(Role.PORTAL_SYSTEM))
    assert answer.status_code == HTTPStatus.FORBIDDEN
