from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ledger.certificates.kind import Status
from ledger.certificates.qr_text import from_qr_text, short_code
from tests_support.fake_register import DOSSIER, SUBJECT, Papers
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.signed_certificates import AT, TOKEN, code
from verify_api.callers import Role
from verify_api.checking import unreadable
from verify_api.limiter import Rate
from verify_api.ports import PaperFound, PaperQuestion, ServiceSettings
from verify_api.service import create_service
from verify_api.verdict import StatusEvidence

RIGHT = {
    "dossier_code": DOSSIER,
    "name": "Nguyễn Văn Mẫu",
    "birth_date": "02/01/1990",
    "sex": "male",
    "number": "000000000001",
}
WRONG = {
    "dossier_code": "000.00.19.H26-261120-0013",
    "name": "Nguyễn Văn Khác",
    "birth_date": "03/01/1990",
    "sex": "female",
    "number": "000000000002",
}
PAGE = {"Accept": "text/html"}


def typed() -> dict[str, str]:
    return {"short_code": short_code(from_qr_text(code())), "issued_on": "20/11/2026"}


def ask(world: World, address: str, fields: dict[str, str], **more: Any) -> dict[str, Any]:
    answer = world.client().post(address, json=fields, **more)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return dict(answer.get_json())


def test_a_short_code_and_its_day_tell_whether_the_paper_stands_and_no_content(
    world: World,
) -> None:
    answer = ask(world, "/v1/check/code", typed())
    assert answer["found"]
    assert answer["answer"]["state"] == "valid"
    assert answer["answer"]["certificate"] is None
    assert answer["answer"]["paper"]["number"] == TOKEN.number
    assert TOKEN.holder.name not in str(answer)


@pytest.mark.parametrize(("address", "what"), [("code", typed()), ("fields", RIGHT)])
def test_no_answer_about_what_was_typed_sounds_as_if_the_sheet_had_been_read(
    world: World, address: str, what: dict[str, str]
) -> None:
    answer = ask(world, f"/v1/check/{address}", what)["answer"]
    assert (answer["state"], answer["overall"]) == ("valid", "valid")
    assert answer["heading"] == "Có trong sổ và còn hiệu lực"
    assert "chưa được đối chiếu" in answer["sentence"]
    assert "không bị sửa đổi" not in str(answer)
    page = world.client().post(f"/v1/check/{address}?", data=what, headers=PAGE).text
    assert "không bị sửa đổi" not in page
    english = ask(world, f"/v1/check/{address}", what, headers={"Accept-Language": "en"})["answer"]
    assert "was not compared" in english["sentence"]
    assert "not altered" not in str(english)


def test_five_fields_that_fit_are_the_persons(world: World) -> None:
    by_fields = ask(world, "/v1/check/fields", RIGHT)["answer"]
    by_code = ask(world, "/v1/check/code", typed())["answer"]
    assert by_fields["axes"]["subject"] == "matches"
    assert by_code["axes"]["subject"] == "not_asked"


def test_a_short_code_is_read_as_people_type_it(world: World) -> None:
    fields = typed()
    fields["short_code"] = fields["short_code"].replace("-", " ").lower()
    assert ask(world, "/v1/check/code", fields)["found"]


def test_a_recalled_paper_is_answered_as_recalled(world: World) -> None:
    world.standings.by_number[TOKEN.number] = StatusEvidence(
        Status.REVOKED, as_of=AT, online=True, registered=True
    )
    assert ask(world, "/v1/check/code", typed())["answer"]["state"] == "revoked"


@pytest.mark.parametrize(
    "change", [{"short_code": "0000-0000-0000"}, {"short_code": "x"}, {"issued_on": "21/11/2026"}]
)
def test_whatever_does_not_fit_a_short_code_gets_one_answer(
    world: World, change: dict[str, str]
) -> None:
    assert ask(world, "/v1/check/code", {**typed(), **change}) == {"found": False, "answer": None}


def test_five_right_fields_tell_standing_issuer_and_day(world: World) -> None:
    answer = ask(world, "/v1/check/fields", RIGHT)
    assert answer["answer"]["state"] == "valid"
    assert answer["answer"]["issuer"]["name"] == "Công an thành phố Mẫu"
    assert answer["answer"]["paper"]["issued_at"].startswith("2026-11-20")
    assert TOKEN.holder.name not in str(answer)


@pytest.mark.parametrize("wrong", WRONG)
def test_any_wrong_field_gets_the_same_bytes(world: World, wrong: str) -> None:
    answer = world.client().post("/v1/check/fields", json={**RIGHT, wrong: WRONG[wrong]})
    nothing = world.client().post("/v1/check/fields", json=WRONG)
    assert (answer.status_code, answer.data) == (nothing.status_code, nothing.data)
    for one in (answer, nothing):
        del one.headers["X-Request-Id"]  # of the request, whatever is answered
    assert dict(answer.headers) == dict(nothing.headers)


def test_the_holder_sees_every_such_check_also_an_anonymous_one(world: World) -> None:
    ask(world, "/v1/check/fields", RIGHT)
    ask(world, "/v1/check/code", typed())
    ask(world, "/v1/check/fields", WRONG)
    assert [note.seen.subject for note in world.noted.notes] == [SUBJECT, SUBJECT]
    assert {note.legal_basis for note in world.noted.notes} == {"presented_by_holder"}


def test_an_organisation_names_the_law_that_lets_it_ask(world: World) -> None:
    header = world.token(Role.VERIFIER, "DN-MAU")
    refused = world.client().post("/v1/check/fields", json=RIGHT, headers=header)
    assert refused.get_json()["rule"] == "legal_basis_missing"
    ask(world, "/v1/check/fields", {**RIGHT, "legal_basis": "45/2019/QH14"}, headers=header)
    (note,) = world.noted.notes
    assert note.legal_basis == "45/2019/QH14"


def test_a_paper_whose_code_was_erased_is_found_and_cannot_be_confirmed(world: World) -> None:
    class Erased(Papers):
        @override
        def by_code(self, question: PaperQuestion, *, at: datetime) -> PaperFound | None:
            return PaperFound(unreadable(at), SUBJECT)

    app = create_service(replace(world.ports, papers=Erased(world.standings)))
    answer = app.test_client().post("/v1/check/code", json=typed()).get_json()
    assert answer["found"]
    assert answer["answer"]["overall"] == "cannot_tell"
    assert "paper" not in answer["answer"]


def test_guessing_is_slow(tmp_path: Path) -> None:
    rates = replace(GENEROUS, paper=Rate(per_second=0.1, burst=6))
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates))
    client = world.client()
    statuses = [client.post("/v1/check/fields", json=WRONG).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]
    assert client.post("/v1/check/code", json=typed()).status_code == 429
    world.database.close()


@pytest.mark.parametrize(
    ("address", "fields", "status"),
    [
        ("/v1/check/code", {"short_code": "x"}, 400),
        ("/v1/check/code", {"short_code": "x", "issued_on": "hôm qua"}, 422),
        ("/v1/check/fields", {**RIGHT, "sex": "?"}, 422),
        ("/v1/check/fields", {**RIGHT, "birth_date": "30/02/1990"}, 422),
        ("/v1/check/fields", {"name": "x"}, 400),
    ],
)
def test_fields_that_are_none_are_problems(
    world: World, address: str, fields: dict[str, str], status: int
) -> None:
    assert world.client().post(address, json=fields).status_code == status
    # A form says the same as JSON, and its page is a page.
    answer = world.client().post(address, data=fields, headers=PAGE)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_another_media_type_is_refused(world: World) -> None:
    answer = world.client().post("/v1/check/code", data=b"x", content_type="text/plain")
    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def test_the_forms_work_without_scripts_and_say_what_was_found(world: World) -> None:
    client = world.client()
    assert "<script" not in client.get("/check").text
    found = client.post("/v1/check/code", data=typed(), headers=PAGE).text
    assert "<title>Có trong sổ và còn hiệu lực" in found
    missing = client.post("/v1/check/fields", data=WRONG, headers=PAGE).text
    assert "<title>Không tìm thấy" in missing


@pytest.mark.parametrize(
    ("address", "fields", "change", "place"),
    [
        ("code", typed(), {"issued_on": "31/02/2026"}, "issued_on"),
        ("code", typed(), {"short_code": ""}, "short_code"),
        ("fields", RIGHT, {"birth_date": "1990"}, "birth_date"),
        ("fields", RIGHT, {"sex": "none"}, "sex"),
        ("fields", RIGHT, {"number": " "}, "number"),
    ],
)
def test_a_person_mends_a_field_where_it_was_typed(
    world: World, address: str, fields: dict[str, str], change: dict[str, str], place: str
) -> None:
    sent = {**fields, **change}
    answer = world.client().post(f"/v1/check/{address}", data=sent, headers=PAGE)
    assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert f'<li><a href="#{place}">' in answer.text
    assert "<title>Lỗi" in answer.text
    for name, value in sent.items():
        if name != "sex":
            assert f'name="{name}" type="text" value="{value}"' in answer.text


def test_an_organisation_is_asked_for_the_law_beside_its_field(world: World) -> None:
    header = {**PAGE, **world.token(Role.VERIFIER, "DN-MAU")}
    page = world.client().get("/check", headers=header).text
    assert "(không bắt buộc)" not in page.split('id="legal_basis"')[0].rsplit("<label", 1)[1]
    answer = world.client().post("/v1/check/fields", data=RIGHT, headers=header)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert '<li><a href="#legal_basis">Tổ chức phải nêu căn cứ' in answer.text
    assert RIGHT["number"] in answer.text


def test_what_was_not_found_is_shown_again_to_be_compared(world: World) -> None:
    sent = {**typed(), "issued_on": "21/11/2026"}
    page = world.client().post("/v1/check/code", data=sent, headers=PAGE).text
    assert "Không tìm thấy" in page
    assert sent["short_code"] in page
