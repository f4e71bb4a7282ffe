"""Files of a visit over HTTP: kept for the sender, read by it and by the person, by nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from urllib.parse import quote
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded, RecordKind
from tests.verify_api.routes.test_intake import Hospital
from tests.verify_api.routes.test_visits import sent
from tests_support.cheap_accounts import cheap_accounts
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

CODES = (f"79C{number:02}" for number in count())
NAMES = (f"benhnhan{number}" for number in count())
PDF = b"%PDF-1.7 specimen"
TITLE = "Kết quả mẫu"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("files") / "home") as opened:
        yield opened


@pytest.fixture
def hospital(house: House) -> Hospital:
    """Another hospital for each test."""
    return Hospital(house, next(CODES))


def attach(
    hospital: Hospital, visit: str, content: bytes = PDF, media_type: str = "application/pdf",
    **headers: str,
) -> TestResponse:  # fmt: skip
    more = {"Attachment-Title": quote(TITLE)} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return hospital.client.post(
        f"/v1/visits/{visit}/attachments", data=content, content_type=media_type,
        headers={**hospital.headers, **more},
    )  # fmt: skip


def get(hospital: Hospital, path: str) -> TestResponse:
    return hospital.client.get(f"/v1/visits/{path}", headers=hospital.headers)


def looks(house: House, subject: UUID) -> list[tuple[RecordKind, UUID | None, str | None]]:
    return [
        (one.fact.kind, one.fact.reference, one.act.legal_basis)
        for one in who_looked(house.system.facts, subject=subject)
        if isinstance(one.fact, AccessRecorded)
    ]


def test_a_file_is_kept_listed_and_fetched_and_every_look_is_recorded(
    house: House, hospital: Hospital
) -> None:
    visit, subject, _ = sent(hospital)
    first = attach(hospital, visit)
    assert first.status_code == 201, first.text
    again = attach(hospital, visit)
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert looks(house, subject) == []
    address = first.get_json()["address"]
    (listed,) = get(hospital, f"{visit}/attachments").get_json()["attachments"]
    assert listed == {
        "address": address, "size": len(PDF), "media_type": "application/pdf", "title": TITLE,
    }  # fmt: skip
    fetched = get(hospital, f"{visit}/attachments/{address}")
    assert (fetched.data, fetched.mimetype) == (PDF, "application/pdf")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert looks(house, subject) == [(RecordKind.VISIT, UUID(visit), "care-visit")] * 2


def test_the_person_reads_their_own_and_another_person_or_facility_finds_nothing(
    house: House, hospital: Hospital
) -> None:
    visit, subject, _ = sent(hospital)
    _, stranger, _ = sent(hospital)
    address = attach(hospital, visit).get_json()["address"]
    path = f"/v1/visits/{visit}/attachments/{address}"
    statuses = []
    for whose in (subject, stranger):
        name = next(NAMES)
        account = Account(f"id-{name}", name, "Người bệnh mẫu", Role.CITIZEN, None, whose)
        salt = house.system.clockwork.random(16)
        cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
        browser = house.app.test_client()
        browser.post("/login", data={"name": name, "password": PASSWORD})
        statuses.append(browser.get(path).status_code)
    assert statuses == [200, 404]
    assert looks(house, subject) == [(RecordKind.VISIT, UUID(visit), "own")]
    other = Hospital(house, next(CODES))
    assert get(other, f"{visit}/attachments/{address}").status_code == 404
    assert get(other, f"{visit}/attachments").status_code == 404
    assert attach(other, visit).status_code == 404
    assert house.app.test_client().get(path).status_code == 401
    at = house.clock.at
    token = ApiToken("steward-files", Role.DATA_STEWARD, "SYT01", at, at + timedelta(days=1))
    secret = house.system.api_tokens.issue(token, secret=house.system.clockwork.random(32))
    steward = house.app.test_client().get(path, headers={"Authorization": f"Bearer {secret}"})
    assert steward.status_code == 403


def test_a_file_moves_with_its_visit(house: House, hospital: Hospital) -> None:
    visit, *_ = sent(hospital)
    _, right, _ = sent(hospital)
    old = attach(hospital, visit).get_json()["address"]
    moved = hospital.client.post(
        f"/v1/visits/{visit}/reassign", json={"to": str(right), "reason": "Nhầm"},
        headers={**hospital.headers, "If-Match": 'W/"1"'},
    )  # fmt: skip
    assert moved.status_code == 200, moved.text
    assert get(hospital, f"{visit}/attachments/{old}").status_code == 404
    (listed,) = get(hospital, f"{visit}/attachments").get_json()["attachments"]
    assert get(hospital, f"{visit}/attachments/{listed['address']}").data == PDF
    assert len(looks(house, right)) == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"media_type": "text/html"}, 415),
        ({"media_type": "application/pdf", "content": b"<html>"}, 422),
        ({"media_type": "image/png"}, 422),
        ({"content": b""}, 422),
        ({"content": PDF + bytes(10 << 20)}, 413),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Attachment_Title": "%20"}, 422),
        ({"Attachment_Title": quote("x" * 501)}, 422),
        ({"Attachment_Title": "%FF%FE"}, 201),
    ],
)
def test_what_is_not_kept_is_refused_and_leaves_no_fact(
    hospital: Hospital, change: dict[str, object], status: int
) -> None:
    visit, *_ = sent(hospital)
    head = hospital.house.system.facts.head()
    answer = attach(hospital, visit, **change)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    assert (hospital.house.system.facts.head() == head) == (status != 201)


def test_a_file_without_a_title_or_an_address_of_another_form_is_refused(
    hospital: Hospital,
) -> None:
    visit, *_ = sent(hospital)
    untitled = hospital.client.post(
        f"/v1/visits/{visit}/attachments", data=PDF, content_type="application/pdf",
        headers=hospital.headers,
    )  # fmt: skip
    assert untitled.status_code == 400
    for address in ("x", "0" * 63, "0" * 64, "..%2f..%2froot"):
        assert get(hospital, f"{visit}/attachments/{address}").status_code == 404
