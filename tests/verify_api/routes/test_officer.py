from http import HTTPStatus
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.errors import ConflictError, RefusedError
from ledger.records.access import Channel, RecordKind
from tests_support.fake_desk import PDF, REQUEST
from tests_support.fake_register import DOSSIER, SUBJECT
from tests_support.service_world import World
from tests_support.signed_certificates import TOKEN

PAGE = {"Accept": "text/html"}
FILE = f"/work/{REQUEST}"


def send(client: FlaskClient, csrf: str, act: str, **fields: str) -> TestResponse:
    form = {"csrf": csrf, "once": "k1", **fields}
    return client.post(f"{FILE}/{act}", data=form, headers=PAGE)


def test_the_queue_shows_no_names_and_leaves_no_access_fact(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    page = client.get("/work", headers=PAGE).text
    assert DOSSIER in page
    assert TOKEN.holder.name not in page
    assert world.noted.notes == []
    assert "Chờ tôi xử lý" in page
    assert "000.00.19.H26-261101-0007" not in page
    assert "000.00.19.H26-261101-0007" in client.get("/work?whose=all", headers=PAGE).text


def test_a_file_is_shown_after_the_look_has_been_recorded(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    page = client.get(FILE, headers=PAGE).text
    assert TOKEN.holder.name in page
    (note,) = world.noted.notes
    assert (note.seen.kind, note.seen.subject, note.seen.reference) == (
        RecordKind.REQUEST,
        SUBJECT,
        REQUEST,
    )
    assert (note.purpose, note.channel) == ("process_request", Channel.PAGE)
    assert note.legal_basis


def test_a_look_that_cannot_be_recorded_shows_no_file(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    world.noted.fails_with = ConflictError("busy")
    answer = client.get(FILE, headers=PAGE)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert TOKEN.holder.name not in answer.text


def test_an_officer_sees_what_the_role_may_do_and_another_does_not(world: World) -> None:
    intake, _ = world.signed_in("tiepnhan")
    assert f'action="{FILE}/accept"' in intake.get(FILE, headers=PAGE).text
    case, _ = world.signed_in("thuly")
    page = case.get(FILE, headers=PAGE).text
    assert f'action="{FILE}/' not in page
    assert "chờ người khác" in page


def test_another_organisations_file_is_not_there(world: World) -> None:
    client, csrf = world.signed_in("khac")
    assert DOSSIER not in client.get("/work").text
    assert client.get(FILE).status_code == HTTPStatus.NOT_FOUND
    assert send(client, csrf, "accept").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{FILE}/certificate.pdf").status_code == HTTPStatus.NOT_FOUND
    assert world.noted.notes == []


@pytest.mark.parametrize("name", ["congdan", "doanhnghiep"])
def test_whoever_is_no_officer_sees_no_queue(world: World, name: str) -> None:
    client, _ = world.signed_in(name)
    assert client.get("/work").status_code == HTTPStatus.FORBIDDEN


def test_nobody_in_particular_is_sent_to_the_form(world: World) -> None:
    assert world.client().get("/work", headers=PAGE).location == "/login"
    assert world.client().post(f"{FILE}/accept").status_code == HTTPStatus.UNAUTHORIZED


def test_an_act_is_done_in_the_officers_name_with_what_was_typed(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    answer = send(client, csrf, "request_supplement", missing=" Bản sao hộ khẩu ", until="")
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, FILE)
    ((account, deed),) = world.office.deeds
    assert account == "account-tiepnhan"
    assert (deed.request, deed.act) == (REQUEST, "request_supplement")
    assert deed.values == {"missing": "Bản sao hộ khẩu"}
    assert deed.idempotency_key == "account-tiepnhan:k1"


def test_each_form_of_a_page_has_a_key_of_its_own(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    first, second = (client.get(FILE, headers=PAGE).text for _ in range(2))
    keys = [part.split('"')[0] for part in (first + second).split('name="once" value="')[1:]]
    assert len(keys) == len(set(keys)) == 6


def test_a_form_without_its_key_does_nothing(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    answer = client.post(f"{FILE}/accept", data={"csrf": csrf})
    assert answer.get_json()["rule"] == "once_missing"
    assert world.office.deeds == []


def test_a_form_of_another_session_does_nothing(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    _, foreign = world.signed_in("thuly")
    assert send(client, foreign, "accept").status_code == HTTPStatus.FORBIDDEN
    assert world.office.deeds == []


def test_an_act_of_another_role_is_forbidden(world: World) -> None:
    client, csrf = world.signed_in("thuly")
    answer = client.post(f"{FILE}/accept", data={"csrf": csrf, "once": "k"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert world.office.deeds == []


def test_a_wrong_field_is_named_beside_what_was_typed(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    answer = send(client, csrf, "reject", ground="x", copies="7")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'role="alert"' in answer.text
    assert "refusal_ground" in answer.text
    assert 'value="7"' in answer.text
    assert "<details open>" in answer.text


def test_somebody_faster_is_said_on_the_file_as_it_stands_now(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    world.office.fails_with = ConflictError("the stream has moved on")
    answer = send(client, csrf, "accept")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert DOSSIER in answer.text


def test_a_rule_that_refuses_is_named(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    world.office.fails_with = RefusedError("open_request_exists", "one open request a person")
    answer = send(client, csrf, "accept")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "open_request_exists" in answer.text


def test_the_certificate_is_handed_out_and_the_look_recorded(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    answer = client.get(f"{FILE}/certificate.pdf")
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=LLTP-452.pdf"
    assert [note.seen.kind for note in world.noted.notes] == [RecordKind.CERTIFICATE]


def test_an_unknown_file_and_a_reference_that_is_none_are_not_found(world: World) -> None:
    client, _ = world.signed_in("tiepnhan")
    assert client.get(f"/work/{UUID(int=99)}").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/work/12").status_code == HTTPStatus.NOT_FOUND
