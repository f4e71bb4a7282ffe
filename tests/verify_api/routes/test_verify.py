import io
import json
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from ledger.certificates.kind import Status
from ledger.errors import StoreUnavailableError
from ledger.paper.qr_code import draw_png
from ledger.records.access import RecordKind
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.signed_certificates import AT, ISSUER, TOKEN, UNLISTED_KEY, code
from verify_api.callers import Role
from verify_api.limiter import Rate
from verify_api.picture_error import PictureError, PictureRule
from verify_api.ports import Rates, ServiceSettings
from verify_api.service import create_service
from verify_api.verdict import StatusEvidence

PAGE = {"Accept": "text/html"}
REVOKED = StatusEvidence(Status.REVOKED, as_of=AT, since=AT, online=True, registered=True)


def ask(world: World, text: str, **more: object) -> dict[str, object]:
    answer = world.client().post("/v1/verify", json={"text": text, **more})
    assert answer.status_code == HTTPStatus.OK, answer.text
    return dict(answer.get_json())


def png(text: str = "") -> bytes:
    return draw_png(text or code())


def form_with(upload: bytes) -> dict[str, Any]:
    """Return a form as a browser sends it; the test client would write a large one to disk."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    content_type = "multipart/form-data; boundary=x"
    return {"data": head + upload + b"\r\n--x--\r\n", "content_type": content_type}


def test_a_genuine_code_is_answered_as_valid_with_its_holder(world: World) -> None:
    answer = ask(world, code())
    assert (answer["overall"], answer["state"]) == ("valid", "valid")
    assert answer["certificate"]["holder"]["name"] == TOKEN.holder.name  # type: ignore[index]


def test_a_bad_document_is_an_answer_and_not_a_client_error(world: World) -> None:
    for text, state in (
        ("hello", "not_ours"),
        ("https://ll.example.vn/#123", "unreadable"),
        (code(key=UNLISTED_KEY), "issuer_unknown"),
    ):
        assert ask(world, text)["state"] == state


def test_no_personal_data_leaves_with_an_answer_that_is_not_yes(world: World) -> None:
    world.standings.by_number[TOKEN.number] = REVOKED
    client = world.client()
    for headers in ({}, PAGE):
        text = client.post("/v1/verify", json={"text": code()}, headers=headers).text
        assert TOKEN.holder.name not in text
        assert "1990" not in text


def test_plain_text_with_white_space_around_it_is_read(world: World) -> None:
    answer = world.client().post("/v1/verify", data=f" {code()}\r\n", content_type="text/plain")
    assert answer.get_json()["state"] == "valid"


def test_what_the_checker_typed_is_compared(world: World) -> None:
    right = {"name": "Nguyen Van Mau", "birth_date": "02/01/1990", "sex": "male", "number": "0001"}
    assert ask(world, code(), asked=right)["state"] == "valid"
    assert ask(world, code(), asked={"birth_date": "1990-01-03"})["state"] == "subject_differs"


@pytest.mark.parametrize("content_type", ["image/png", "application/octet-stream"])
def test_a_picture_is_read(world: World, content_type: str) -> None:
    answer = world.client().post("/v1/verify", data=png(), content_type=content_type)
    if content_type == "image/png":
        assert [one["state"] for one in answer.get_json()["answers"]] == ["valid"]
    else:
        assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def test_an_upload_form_is_read(world: World) -> None:
    form = {"file": (io.BytesIO(png()), "photo.png"), "asked_sex": "female"}
    answer = world.client().post("/v1/verify", data=form)
    assert [one["state"] for one in answer.get_json()["answers"]] == ["subject_differs"]


def test_several_codes_of_one_picture_are_answered_in_their_order(world: World) -> None:
    first = Image.open(io.BytesIO(png()))
    second = Image.open(io.BytesIO(png(code(key=UNLISTED_KEY))))
    sheet = Image.new("L", (first.width + second.width + 80, first.height + 40), 255)
    sheet.paste(first, (20, 20))
    sheet.paste(second, (first.width + 60, 20))
    data = io.BytesIO()
    sheet.save(data, "PNG")
    client = world.client()
    answer = client.post("/v1/verify", data=data.getvalue(), content_type="image/png")
    assert [one["state"] for one in answer.get_json()["answers"]] == ["valid", "issuer_unknown"]
    page = client.post(
        "/v1/verify", data=data.getvalue(), content_type="image/png", headers=PAGE
    ).text
    assert page.count('data-state="') == 2


def test_a_picture_without_a_code_is_an_answer_that_says_so(world: World) -> None:
    blank = io.BytesIO()
    Image.new("L", (200, 200), 255).save(blank, "PNG")
    (answer,) = (
        world.client()
        .post("/v1/verify", data=blank.getvalue(), content_type="image/png")
        .get_json()["answers"]
    )
    assert (answer["state"], answer["picture"]) == ("unreadable", "no_code")
    assert answer["heading"] == "Không có mã QR trong tệp"
    assert "hỏng" not in answer["heading"] + answer["sentence"] + str(answer["rows"])
    page = world.client().post(
        "/v1/verify", data={"file": (io.BytesIO(blank.getvalue()), "a.png")}, headers=PAGE
    )
    assert "Không tìm thấy mã QR" in page.text


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (PictureRule.TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (PictureRule.TOO_MANY_PIXELS, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (PictureRule.NOT_A_PICTURE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (PictureRule.BUSY, HTTPStatus.SERVICE_UNAVAILABLE),
        (PictureRule.CORRUPT, HTTPStatus.OK),
        (PictureRule.ENCRYPTED, HTTPStatus.OK),
        (PictureRule.TOO_SLOW, HTTPStatus.OK),
    ],
)
def test_each_way_in_which_a_picture_fails_has_its_answer(
    world: World, rule: PictureRule, status: HTTPStatus
) -> None:
    def fail(_: bytes) -> list[str]:
        raise PictureError(rule, "a picture that fails")

    app = create_service(replace(world.ports, read_picture=fail))
    answer = app.test_client().post("/v1/verify", data=b"x", content_type="image/png")
    assert answer.status_code == status
    if status is HTTPStatus.OK:
        assert answer.get_json()["answers"][0]["picture"] == rule
    else:
        assert answer.get_json()["rule"] == rule


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code_"),
    [
        (b"{", "application/json", 400, "malformed_request"),
        (b'{"text": 1}', "application/json", 400, "malformed_request"),
        (b'{"text": "a", "extra": 1}', "application/json", 400, "malformed_request"),
        (b'{"text": "a", "asked": {"sex": "m"}}', "application/json", 422, "invalid_input"),
        (b'{"text":"a","asked":{"birth_date":"31/02/2000"}}', "application/json", 422, None),
        (b"\xff\xfe", "text/plain", 400, "malformed_request"),
        (b"x" * 17_000, "text/plain", 413, "too_large"),
        (b"<x/>", "application/xml", 415, "unsupported_media_type"),
        (b"", "application/x-www-form-urlencoded", 400, "malformed_request"),
        (b"text=", "application/x-www-form-urlencoded", 400, "malformed_request"),
    ],
)
def test_a_malformed_request_is_a_problem_that_repeats_nothing(
    world: World, body: bytes, content_type: str, status: int, code_: str | None
) -> None:
    answer = world.client().post("/v1/verify", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:records-ledger:problem:{problem['code']}"
    assert code_ in {problem["code"], None}


def test_a_file_and_a_text_at_once_are_refused(world: World) -> None:
    form = {"file": (io.BytesIO(png()), "a.png"), "text": code()}
    assert world.client().post("/v1/verify", data=form).get_json()["rule"] == "one_code"


def test_a_code_in_the_address_is_refused_and_sent_to_the_body(world: World) -> None:
    for method, address in (("post", "/v1/verify"), ("get", "/"), ("post", "/v1/check/code")):
        answer = getattr(world.client(), method)(f"{address}?text=123")
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "body" in answer.get_json()["detail"]


def test_an_upload_is_never_written_to_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise AssertionError("an upload was written to disk")

    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", refuse)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    answer = world.client().post("/v1/verify", **form_with(png() + bytes(2_000_000)))
    assert answer.get_json()["answers"][0]["state"] == "valid"


def test_an_upload_over_ten_megabytes_is_refused(world: World) -> None:
    data = bytes(10 * 1024 * 1024 + 1)
    answer = world.client().post("/v1/verify", data=data, content_type="image/png")
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    answer = world.client().post("/v1/verify", **form_with(data + bytes(100_000)))
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_an_outage_is_not_an_answer_about_the_certificate(world: World) -> None:
    world.standings.fails_with = StoreUnavailableError("down")
    answer = world.client().post("/v1/verify", json={"text": code()})
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"]


def test_whoever_asks_too_often_waits(tmp_path: Path) -> None:
    rates = replace(GENEROUS, verify=Rate(1, 2), picture=Rate(1, 1), batch=Rate(1, 3))
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates))
    client = world.client()
    statuses = [client.post("/v1/verify", json={"text": "x"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.post("/v1/verify", json={"text": "x"}).headers["Retry-After"] == "1"
    world.clock.later(seconds=5)
    upload = {"data": png(), "content_type": "image/png"}
    assert client.post("/v1/verify", **upload).status_code == HTTPStatus.OK
    assert client.post("/v1/verify", **upload).status_code == HTTPStatus.TOO_MANY_REQUESTS
    world.database.close()


def test_the_processes_share_the_rate(tmp_path: Path) -> None:
    settings = ServiceSettings(
        "http://localhost", Rates(verify=Rate(per_second=1, burst=8)), processes=4
    )
    world = open_world(tmp_path, settings=settings)
    client = world.client()
    statuses = [client.post("/v1/verify", json={"text": "x"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    world.database.close()


def test_a_check_by_a_signed_in_party_is_a_fact_that_the_holder_can_see(world: World) -> None:
    header = world.token(Role.VERIFIER, "DN-MAU")
    world.client().post("/v1/verify", json={"text": code()}, headers=header)
    (note,) = world.noted.notes
    assert note.seen.kind is RecordKind.CERTIFICATE
    assert note.seen.certificate == (ISSUER, TOKEN.number)
    assert (note.caller.role, note.caller.organisation) == (Role.VERIFIER, "DN-MAU")
    assert note.legal_basis


def test_a_check_by_nobody_in_particular_identifies_nobody(world: World) -> None:
    ask(world, code())
    assert world.noted.notes == []


def test_a_signed_in_check_that_cannot_be_recorded_shows_nothing(world: World) -> None:
    header = world.token(Role.VERIFIER)
    world.noted.fails_with = StoreUnavailableError("down")
    answer = world.client().post("/v1/verify", json={"text": code()}, headers=header)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert TOKEN.holder.name not in answer.text


def batch(world: World, *lines: object, **more: Any) -> TestResponse:
    data = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
    )
    return world.client().post(
        "/v1/verify/batch",
        data=data,
        content_type="application/x-ndjson",
        **more,
    )


def read(answer: TestResponse) -> list[dict[str, object]]:
    assert answer.mimetype == "application/x-ndjson", answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_is_answered_line_by_line_in_its_order(world: World) -> None:
    texts = [code(), "nothing", code(key=UNLISTED_KEY)] * 90
    answers = read(batch(world, *({"id": n, "text": t} for n, t in enumerate(texts))))
    assert [one["id"] for one in answers] == list(range(270))
    assert [one["line"] for one in answers] == list(range(1, 271))
    states = ["valid", "not_ours", "issuer_unknown"] * 90
    assert [one["state"] for one in answers] == states


def test_a_bad_line_is_an_answer_on_its_line(world: World) -> None:
    answers = read(
        batch(
            world,
            {"text": code()},
            b"{nonsense",
            b"",
            b'{"text":"' + b"x" * 20_000 + b'"}',
            {"id": "a", "text": "x", "asked": {"sex": "?"}},
            {"id": "z", "text": code()},
        )
    )
    assert [one.get("state") for one in answers] == ["valid", None, None, None, "valid"]
    rules = [one["problem"]["rule"] for one in answers if "problem" in one]  # type: ignore[index]
    assert rules == ["json", "line_too_long", "sex"]
    assert [one["id"] for one in answers] == [None, None, None, "a", "z"]
    assert [one["line"] for one in answers] == [1, 2, 4, 5, 6]  # as sent: the third is empty


def test_an_outage_in_a_batch_is_said_on_each_line(world: World) -> None:
    world.standings.fails_with = StoreUnavailableError("down")
    (answer,) = read(batch(world, {"text": code()}))
    assert answer["problem"]["status"] == 503  # type: ignore[index]


def test_a_batch_that_asks_too_much_breaks_off_with_a_problem(tmp_path: Path) -> None:
    rates = replace(GENEROUS, batch=Rate(1, 100))
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates))
    answers = read(batch(world, *({"text": "x"} for _ in range(150))))
    assert len(answers) == 101
    assert answers[-1]["problem"]["code"] == "too_many_requests"  # type: ignore[index]
    assert batch(world, {"text": "x"}).status_code == HTTPStatus.TOO_MANY_REQUESTS
    world.database.close()


def test_a_batch_has_a_last_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify_api.bodies.MOST_LINES", 5)
    answers = read(batch(world, *({"text": "x"} for _ in range(9))))
    assert len(answers) == 6
    assert answers[-1]["problem"]["rule"] == "too_many_lines"  # type: ignore[index]


def test_a_batch_of_another_type_or_size_is_refused(world: World) -> None:
    client = world.client()
    assert client.post("/v1/verify/batch", json={}).status_code == 415
    answer = client.post(
        "/v1/verify/batch", data=bytes(8 * 1024 * 1024 + 1), content_type="application/x-ndjson"
    )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_signed_in_batch_leaves_a_fact_a_line(world: World) -> None:
    answer = batch(world, {"text": code()}, {"text": "x"}, headers=world.token(Role.VERIFIER))
    assert len(read(answer)) == 2
    assert len(world.noted.notes) == 1


def test_an_answer_speaks_the_language_that_the_client_asks_for(world: World) -> None:
    client = world.client()
    vi = client.post("/v1/verify", json={"text": code()}).get_json()
    en = client.post(
        "/v1/verify", json={"text": code()}, headers={"Accept-Language": "en-GB, fr;q=0.5"}
    ).get_json()
    assert vi["heading"] == "Thật và còn hiệu lực"
    assert en["heading"] == "Genuine and in force"
