"""Which checks go into the history of the caller's organisation, and what of them."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image

from ledger.certificates.qr_text import from_qr_text, short_code
from ledger.errors import ConflictError, StoreUnavailableError
from ledger.records.access import Channel
from ledger.records.check import PersonCompared
from tests_support.checks_house import FORGED
from tests_support.fake_register import DOSSIER
from tests_support.service_world import World
from tests_support.signed_certificates import TOKEN, code
from verify_api.callers import Role
from verify_api.check_notes import code_digest
from verify_api.line_answers import answer_lines
from verify_api.ports import CheckNote
from verify_api.service import create_service
from verify_api.verdict import State

DIGEST = sha256(from_qr_text(code())).digest()
FIELDS = {
    "dossier_code": DOSSIER, "name": "Nguyễn Văn Mẫu", "birth_date": "02/01/1990", "sex": "male",
    "number": "000000000001", "legal_basis": "45/2019/QH14",
}  # fmt: skip


def typed() -> dict[str, str]:
    return {"short_code": short_code(from_qr_text(code())), "issued_on": "20/11/2026"}


def one_note(
    world: World, address: str, body: Mapping[str, Any], role: Role = Role.VERIFIER
) -> CheckNote:
    header = world.token(role, "DN-MAU")
    answer = world.client().post(address, json=body, headers=header)
    assert answer.status_code == 200, answer.text
    (note,) = world.kept.notes
    return note


def state(note: CheckNote) -> State | None:
    return None if note.verdict is None else note.verdict.state


def test_a_code_is_kept_by_its_digest_with_who_and_what_was_answered(world: World) -> None:
    note = one_note(world, "/v1/verify", {"text": code()})
    assert (state(note), note.code_digest) == (State.VALID, DIGEST)
    assert (note.caller.account, note.caller.organisation) == ("token-verifier", "DN-MAU")
    assert (note.person, note.channel) == (PersonCompared.NOT_COMPARED, Channel.API)
    assert note.at == world.clock.at


def test_the_digits_alone_and_another_address_are_the_same_code() -> None:
    digits = code().split("#")[1]
    assert code_digest(digits) == code_digest(f"https://elsewhere.example/#{digits}") == DIGEST


@pytest.mark.parametrize(
    "text",
    ["000090001234", "452/LLTP-CA01", "", "HC1:NCF", "https://ll.example.vn/#1", code()[:-9]],
)
def test_of_what_is_no_signed_token_no_digest_is_kept(text: str) -> None:
    assert code_digest(text) is None


def test_a_forgery_is_kept_by_its_own_digest(world: World) -> None:
    note = one_note(world, "/v1/verify", {"text": FORGED})
    assert state(note) is State.ALTERED
    assert note.code_digest not in {None, DIGEST}
    assert note.verdict is not None
    assert note.verdict.token is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Nguyễn Văn Mẫu", PersonCompared.MATCHES), ("Ai Khác", PersonCompared.DIFFERS)],
)
def test_whether_the_person_was_compared_is_kept_and_not_with_whom(
    world: World, name: str, expected: PersonCompared
) -> None:
    note = one_note(world, "/v1/verify", {"text": code(), "asked": {"name": name}})
    assert note.person is expected
    assert name not in str(replace(note, verdict=None))


def test_a_short_code_is_kept_without_any_digest(world: World) -> None:
    note = one_note(world, "/v1/check/code", typed())
    assert (state(note), note.code_digest) == (State.VALID, None)


def test_five_fields_that_fit_are_a_person_that_matches(world: World) -> None:
    note = one_note(world, "/v1/check/fields", FIELDS)
    assert (state(note), note.person) == (State.VALID, PersonCompared.MATCHES)


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/v1/check/code", {**typed(), "issued_on": "21/11/2026"}),
        ("/v1/check/code", {**typed(), "short_code": "x"}),
        ("/v1/check/fields", {**FIELDS, "name": "Ai Đó"}),
    ],
)
def test_that_nothing_fits_is_kept_and_nothing_of_what_was_typed(
    world: World, address: str, body: dict[str, str]
) -> None:
    note = one_note(world, address, body)
    assert (note.verdict, note.code_digest) == (None, None)
    assert note.person is PersonCompared.NOT_COMPARED


def test_a_batch_is_kept_line_by_line_and_a_bad_line_is_no_check(world: World) -> None:
    lines = (json.dumps({"text": code()}), "{nonsense", json.dumps({"text": "x"}))
    answer = world.client().post(
        "/v1/verify/batch", data="\n".join(lines), content_type="application/x-ndjson",
        headers=world.token(Role.VERIFIER, "DN-MAU"),
    )  # fmt: skip
    assert len(answer.text.splitlines()) == 3
    assert [state(one) for one in world.kept.notes] == [State.VALID, State.NOT_OURS]
    assert len({one.check for one in world.kept.notes}) == 2


def test_a_picture_without_a_code_is_kept_as_unreadable(world: World) -> None:

    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(drawn, "PNG")
    world.client().post(
        "/v1/verify", data=drawn.getvalue(), content_type="image/png",
        headers=world.token(Role.VERIFIER, "DN-MAU"),
    )  # fmt: skip
    (note,) = world.kept.notes
    assert (state(note), note.code_digest) == (State.UNREADABLE, None)


@pytest.mark.parametrize("address", ["/v1/verify", "/v1/check/code"])
def test_nobody_in_particular_leaves_no_history(world: World, address: str) -> None:
    body = {"text": code()} if address == "/v1/verify" else typed()
    assert world.client().post(address, json=body).status_code == 200
    client, csrf = world.signed_in("congdan")
    client.post(address, json=body, headers={"X-CSRF-Token": csrf})
    assert world.kept.notes == []


def test_every_role_that_belongs_somewhere_has_a_history(world: World) -> None:
    for role in (Role.CLINICIAN, Role.PROCEDURAL_AGENCY, Role.FACILITY_SYSTEM, Role.CASE_OFFICER):
        world.kept.notes.clear()
        assert one_note(world, "/v1/verify", {"text": code()}, role).caller.role is role


def test_the_page_and_the_portal_are_doors_of_their_own(world: World) -> None:
    client, csrf = world.signed_in("doanhnghiep")
    client.post("/v1/verify", data={"text": code(), "csrf": csrf}, headers={"Accept": "text/html"})
    header = world.token(Role.PORTAL_SYSTEM)
    world.client().post("/v1/verify", json={"text": code()}, headers=header)
    assert [one.channel for one in world.kept.notes] == [Channel.PAGE, Channel.PORTAL]


def test_the_holder_still_sees_the_look(world: World) -> None:
    one_note(world, "/v1/verify", {"text": code()})
    (look,) = world.noted.notes
    assert look.seen.certificate == ("CA01", TOKEN.number)


@pytest.mark.parametrize("error", [StoreUnavailableError("down"), ConflictError("taken")])
@pytest.mark.parametrize(
    ("address", "body"),
    [("/v1/verify", {"text": code()}), ("/v1/check/code", typed()), ("/v1/check/fields", FIELDS)],
)
def test_nothing_is_answered_that_cannot_be_kept(
    world: World, error: Exception, address: str, body: dict[str, str]
) -> None:
    world.kept.fails_with = error
    header = world.token(Role.VERIFIER, "DN-MAU")
    answer = world.client().post(address, json=body, headers=header)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "access_not_recorded"
    assert TOKEN.number not in answer.text
    assert world.client().post(address, json=body).status_code == 200


def test_a_batch_that_cannot_be_kept_does_not_begin(world: World) -> None:
    world.kept.fails_with = StoreUnavailableError("down")
    answer = world.client().post(
        "/v1/verify/batch", data=json.dumps({"text": code()}), content_type="application/x-ndjson",
        headers=world.token(Role.VERIFIER, "DN-MAU"),
    )  # fmt: skip
    assert answer.status_code == 503
    assert TOKEN.number not in answer.text


def test_the_check_is_durable_before_the_answer_leaves(world: World) -> None:
    order: list[str] = []
    ports = replace(world.ports, record_checks=lambda _notes: order.append("kept"))
    app = create_service(ports)

    def leave(answer: Any) -> Any:
        order.append("leaves")
        return answer

    app.after_request(leave)
    header = world.token(Role.VERIFIER, "DN-MAU")
    app.test_client().post("/v1/verify", json={"text": code()}, headers=header)
    assert order == ["kept", "leaves"]


def test_no_line_at_all_is_no_question(world: World) -> None:
    with world.app.test_request_context("/check/many", method="POST"):
        assert answer_lines([]) == []
