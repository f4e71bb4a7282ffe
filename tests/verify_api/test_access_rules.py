from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from flask import Blueprint, Response

from ledger.errors import ConflictError, RefusedError, StoreUnavailableError
from ledger.records.access import Channel, RecordKind
from tests_support.fake_desk import ORGANISATION
from tests_support.service_world import World, open_world
from verify_api.access_rules import (
    Arguments,
    Disclosed,
    DisclosedStream,
    Released,
    access,
    rule_of,
    the_scope,
)
from verify_api.callers import Reach, Role
from verify_api.errors import UndeclaredEndpointError
from verify_api.ports import Seen
from verify_api.service import create_service

SEEN = Seen(RecordKind.PERSON, UUID(int=9))


def add(world: World, *more: Blueprint) -> World:
    return replace(world, app=create_service(world.ports, more=more))


def endpoint(view: object, rule: str = "/extra") -> Blueprint:
    blueprint = Blueprint("extra", __name__)
    blueprint.add_url_rule(rule, "view", view)  # type: ignore[arg-type]
    return blueprint


def declared(
    roles: set[Role], *, reads_personal: bool = True, scope: Reach = Reach.PUBLIC
) -> Callable[[Callable[Arguments, Released]], Callable[Arguments, Response]]:
    return access(
        frozenset(roles),
        scope=scope,
        purpose="testing",
        reads_personal=reads_personal,
        legal_basis="a law",
    )


def test_the_service_does_not_start_with_an_endpoint_that_declares_nothing(world: World) -> None:
    def silent() -> Response:
        return Response()

    with pytest.raises(UndeclaredEndpointError, match=r"extra\.view"):
        create_service(world.ports, more=[endpoint(silent)])


def test_every_endpoint_of_the_service_is_declared(world: World) -> None:
    rules = {name: rule_of(view) for name, view in world.app.view_functions.items()}
    assert rules
    assert all(rule is not None and rule.purpose for rule in rules.values())


def test_whoever_reads_personal_data_without_being_a_citizen_needs_a_legal_basis(
    world: World,
) -> None:
    for view in world.app.view_functions.values():
        rule = rule_of(view)
        assert rule is not None
        if rule.reads_personal and rule.scope is not Reach.OWN:
            assert rule.legal_basis


def test_the_look_is_recorded_before_the_answer_leaves(world: World) -> None:
    order: list[str] = []

    @declared({Role.ANONYMOUS})
    def view() -> Disclosed:
        order.append("read")
        return Disclosed(Response("content"), (SEEN,))

    def record(notes: object) -> None:
        order.append("recorded")
        world.noted.record(notes)  # type: ignore[arg-type]

    app = create_service(replace(world.ports, record_access=record), more=[endpoint(view)])

    def leave(answer: Response) -> Response:
        order.append("leaves")
        return answer

    app.after_request(leave)
    assert app.test_client().get("/extra").text == "content"
    assert order == ["read", "recorded", "leaves"]
    (note,) = world.noted.notes
    assert (note.seen, note.purpose, note.legal_basis) == (SEEN, "testing", "a law")
    assert (note.caller.role, note.channel, note.at) == (
        Role.ANONYMOUS,
        Channel.API,
        world.clock.at,
    )


@pytest.mark.parametrize("error", [StoreUnavailableError("down"), ConflictError("busy")])
def test_nothing_leaves_if_the_look_cannot_be_recorded(world: World, error: Exception) -> None:
    @declared({Role.ANONYMOUS})
    def view() -> Disclosed:
        return Disclosed(Response("content of a person"), (SEEN,))

    world.noted.fails_with = error
    answer = add(world, endpoint(view)).client().get("/extra")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.get_json()["code"] == "access_not_recorded"
    assert answer.headers["Retry-After"]
    assert "content" not in answer.text


def test_a_look_without_a_legal_basis_is_refused_by_its_own_rule(world: World) -> None:
    @declared({Role.ANONYMOUS})
    def view() -> Disclosed:
        return Disclosed(Response("content of a person"), (SEEN,))

    world.noted.fails_with = RefusedError("access_needs_a_legal_basis", "nobody looks without")
    answer = add(world, endpoint(view)).client().get("/extra")
    assert answer.get_json()["rule"] == "access_needs_a_legal_basis"
    assert "content" not in answer.text


def test_an_endpoint_that_forgets_to_say_whose_data_it_shows_shows_nothing(world: World) -> None:
    @declared({Role.ANONYMOUS})
    def view() -> Response:
        return Response("content of a person")

    answer = add(world, endpoint(view)).client().get("/extra")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "content" not in answer.text


def test_an_endpoint_that_denies_reading_personal_data_cannot_show_any(world: World) -> None:
    @declared({Role.ANONYMOUS}, reads_personal=False)
    def view() -> Disclosed:
        return Disclosed(Response("content of a person"), (SEEN,))

    answer = add(world, endpoint(view)).client().get("/extra")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "content" not in answer.text


def stream_of(*parts: tuple[bytes, tuple[Seen, ...]]) -> Blueprint:
    @declared({Role.ANONYMOUS})
    def view() -> DisclosedStream:
        return DisclosedStream(iter(parts), "text/plain", lambda _: b"broken off")

    return endpoint(view)


def test_each_part_of_a_stream_is_recorded_before_it_leaves(world: World) -> None:
    opened = add(world, stream_of((b"one ", (SEEN,)), (b"two", (SEEN, SEEN))))
    answer = opened.client().get("/extra", buffered=False)
    parts = answer.iter_encoded()
    assert next(parts) == b"one "
    assert len(world.noted.notes) == 1
    assert next(parts) == b"two"
    assert len(world.noted.notes) == 3


def test_a_stream_breaks_off_where_a_look_cannot_be_recorded(world: World) -> None:
    world.noted.fails_with, world.noted.calls_left = StoreUnavailableError("down"), 1
    opened = add(world, stream_of((b"one ", (SEEN,)), (b"two", (SEEN,)), (b"three", ())))
    assert opened.client().get("/extra").text == "one broken off"


def test_a_stream_whose_first_look_cannot_be_recorded_does_not_begin(world: World) -> None:
    world.noted.fails_with = StoreUnavailableError("down")
    answer = add(world, stream_of((b"one", (SEEN,)))).client().get("/extra")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "one" not in answer.text


def test_a_stream_may_be_empty(world: World) -> None:
    assert add(world, stream_of()).client().get("/extra").text == ""


def test_an_endpoint_is_for_its_roles_only(world: World) -> None:
    @declared({Role.SIGNER}, scope=Reach.ORGANISATION)
    def view() -> Disclosed:
        scope = the_scope()
        return Disclosed(Response(str(scope.organisation)))

    opened = add(world, endpoint(view))
    client = opened.client()
    nobody = client.get("/extra")
    assert nobody.status_code == HTTPStatus.UNAUTHORIZED
    assert "Bearer" in nobody.headers["WWW-Authenticate"]
    other = client.get("/extra", headers=opened.token(Role.AUDITOR))
    assert other.status_code == HTTPStatus.FORBIDDEN
    assert client.get("/extra", headers=opened.token(Role.SIGNER)).text == ORGANISATION


def test_an_account_that_is_nobodys_has_no_own_records(world: World) -> None:
    @declared({Role.SIGNER}, scope=Reach.OWN)
    def view() -> Disclosed:
        raise AssertionError(the_scope())

    opened = add(world, endpoint(view))
    answer = opened.client().get("/extra", headers=opened.token(Role.SIGNER))
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_portal_and_a_page_leave_their_own_channel(world: World) -> None:
    @declared({Role.PORTAL_SYSTEM, Role.ANONYMOUS})
    def view() -> Disclosed:
        return Disclosed(Response("x"), (SEEN,), "the caller's own law")

    opened = add(world, endpoint(view))
    opened.client().get("/extra", headers=opened.token(Role.PORTAL_SYSTEM))
    opened.client().get("/extra", headers={"Accept": "text/html"})
    assert [note.channel for note in world.noted.notes] == [Channel.PORTAL, Channel.PAGE]
    assert {note.legal_basis for note in world.noted.notes} == {"the caller's own law"}


@pytest.fixture
def two_worlds(tmp_path: Path) -> Iterator[tuple[World, World]]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    worlds = open_world(tmp_path / "a"), open_world(tmp_path / "b")
    yield worlds
    for one in worlds:
        one.database.close()


def test_two_services_in_one_process_share_nothing(two_worlds: tuple[World, World]) -> None:
    first, second = two_worlds
    header = first.token(Role.OPERATOR)
    assert first.client().get("/metrics", headers=header).status_code == HTTPStatus.OK
    assert second.client().get("/metrics", headers=header).status_code == HTTPStatus.UNAUTHORIZED
