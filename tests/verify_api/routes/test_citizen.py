from http import HTTPStatus
from uuid import UUID

import pytest

from ledger.errors import StoreUnavailableError
from ledger.records.access import RecordKind
from tests_support.fake_desk import PDF, REQUEST
from tests_support.fake_register import DOSSIER, SUBJECT
from tests_support.service_world import World
from tests_support.signed_certificates import TOKEN

PAGE = {"Accept": "text/html"}


def test_a_citizen_sees_each_step_and_who_has_looked(world: World) -> None:
    client, _ = world.signed_in("congdan")
    page = client.get("/my", headers=PAGE).text
    assert DOSSIER in page
    assert page.count('class="number"') == 10
    assert page.count('aria-current="step"') == 1
    assert "Cán bộ tiếp nhận, CA01" in page
    (note,) = world.noted.notes
    assert (note.seen.kind, note.seen.subject, note.purpose) == (
        RecordKind.REQUEST,
        SUBJECT,
        "own_record",
    )


def test_a_holders_page_shows_no_green_tick_to_be_mistaken_for_a_check(world: World) -> None:
    client, _ = world.signed_in("congdan")
    assert "verdict" not in client.get("/my", headers=PAGE).text


def test_the_own_certificate_is_handed_out(world: World) -> None:
    client, _ = world.signed_in("congdan")
    answer = client.get(f"/my/{REQUEST}/certificate.pdf")
    assert answer.data == PDF
    assert TOKEN.holder.name not in answer.headers["Content-Disposition"]
    assert client.get(f"/my/{UUID(int=3)}/certificate.pdf").status_code == HTTPStatus.NOT_FOUND


def test_also_the_own_look_is_recorded_or_nothing_is_shown(world: World) -> None:
    client, _ = world.signed_in("congdan")
    world.noted.fails_with = StoreUnavailableError("down")
    for address in ("/my", f"/my/{REQUEST}/certificate.pdf"):
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert DOSSIER not in answer.text


@pytest.mark.parametrize("name", ["tiepnhan", "doanhnghiep"])
def test_nobody_else_has_such_a_page(world: World, name: str) -> None:
    client, _ = world.signed_in(name)
    assert client.get("/my").status_code == HTTPStatus.FORBIDDEN
