"""A large ledger's auditor waits no longer than a small one's: questions are bounded."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest

from doors import auditing_desk
from ledger.errors import NotFoundError
from tests_support.audit_house import HTML, AuditHouse, open_audit_house
from tests_support.book_house import ANN
from tests_support.service_world import World, open_world
from verify_api.callers import Role
from verify_api.desk.auditing import Auditing
from verify_api.desk.auditing_records import Case, Times
from verify_api.routes.audit_pages import audit_page_routes
from verify_api.routes.auditing import auditing_routes
from verify_api.service import create_service

NOBODY = Case("auditor", None)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[AuditHouse]:
    with open_audit_house(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def large(house: AuditHouse) -> Auditing:
    """The desk of a ledger that is larger than may be walked."""
    return replace(auditing_desk(house.books.house.system), most_walked=10, most_counted=10)


@pytest.fixture
def world(large: Auditing, tmp_path: Path) -> Iterator[World]:
    """The service in front of that desk."""
    opened = open_world(tmp_path)
    app = create_service(opened.ports, more=[auditing_routes(large), audit_page_routes(large)])
    yield replace(opened, app=app)
    opened.database.close()


def test_the_view_finds_the_streams_that_the_facts_tell(house: AuditHouse, large: Auditing) -> None:
    at = house.books.house.clock.at
    walked = auditing_desk(house.books.house.system).find(str(ANN), at=at)
    viewed = large.find(str(ANN), at=at)
    assert (walked.by_view, viewed.by_view) == (False, True)
    assert viewed.record == walked.record
    assert large.lines(viewed.record, NOBODY, Times())


def test_a_single_record_is_found_without_the_view(house: AuditHouse, large: Auditing) -> None:
    found = large.find(str(house.request), at=house.books.house.clock.at)
    assert not found.by_view
    assert found.record.streams == (house.request,)


def test_a_person_without_a_stream_is_not_found(house: AuditHouse, large: Auditing) -> None:
    for unknown in (str(UUID(int=0xDEAD)), "nobody"):
        with pytest.raises(NotFoundError):
            large.find(unknown, at=house.books.house.clock.at)


def test_a_large_ledger_is_not_counted_while_somebody_waits(world: World) -> None:
    token = world.token(Role.AUDITOR)
    cost = world.client().get("/v1/audit/figures", headers=token).get_json()
    assert not cost["allowed"]
    assert cost["facts"] > 10
    refused = world.client().post("/v1/audit/figures", headers=token, json={})
    assert (refused.status_code, refused.get_json()["rule"]) == (
        HTTPStatus.BAD_REQUEST, "too_large_to_count",
    )  # fmt: skip
    page = world.client().post("/audit/figures", headers={**token, **HTML})
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert "records audit stats --json" in page.text
    asked = world.client().get("/audit/figures", headers={**token, **HTML}).text
    assert "<button type=" not in asked.partition("<main")[2]


def test_the_page_says_that_the_view_was_asked(world: World) -> None:
    headers = {**world.token(Role.AUDITOR), **HTML}
    client = world.client()
    client.set_cookie("lang", "en")
    page = client.post("/audit/record", headers=headers, data={"record": str(ANN)})
    assert "streams come from a view" in page.text
