"""A patient's book on a facility's pages: by care, by breaking the glass; and who looked."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest

from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded, AccessRefused
from tests_support.facility_house import FacilityPages, open_facilities
from tests_support.paper_house import PATIENT
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL
from tests_support.visit_samples import vietnamese_visits
from verify_api.callers import Role

WHOM = {"number_kind": "personal", "patient_number": str(PATIENT["number"])}
WHY = {
    "reason": "unconscious", "what": "Bất tỉnh khi nhập viện", "minutes": "60", "agreed": "yes",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FacilityPages]:
    with open_facilities(tmp_path_factory.mktemp("facility")) as opened:
        opened.signed("referrals", opened.referral_form())
        yield opened


@pytest.fixture(scope="module")
def patient(pages: FacilityPages) -> UUID:
    """Whose papers and visits there are: the district hospital has them."""
    found = pages.house.system.directory.find(str(PATIENT["number"]), kind="personal")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def book(pages: FacilityPages) -> str:
    """The page of somebody whose visit the district hospital has sent."""
    return sent_book(pages, next(vietnamese_visits(7, 1, DISTRICT)))


def sent_book(pages: FacilityPages, visit: bytes) -> str:
    sent = pages.town.client.post(
        "/v1/visits", data=visit,
        content_type="application/fhir+json",
        headers=pages.town.token(Role.FACILITY_SYSTEM, DISTRICT),
    )  # fmt: skip
    assert sent.status_code == HTTPStatus.CREATED, sent.text
    position = sent.get_json()["position"]
    (fact,) = pages.house.system.reading.read(after=position - 1, limit=1)
    pages.catch_up()
    return f"/facility/patients/{fact.subject}"


def subject_of(book: str) -> UUID:
    return UUID(book.rsplit("/", 1)[1])


def access(pages: FacilityPages, subject: UUID) -> tuple[object, ...]:
    return pages.house.system.facts.history(access_stream(subject)).facts


def test_a_number_that_nobody_has_finds_nobody(pages: FacilityPages) -> None:
    desk = pages.desk(DISTRICT)
    for change in (
        {"patient_number": "079099999999"},
        {"patient_number": "12"},
        {"number_kind": "x"},
    ):
        answer = desk.post("/facility/patients", **{**WHOM, **change})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    found = desk.post("/facility/patients", **WHOM)
    assert found.status_code == HTTPStatus.SEE_OTHER
    assert str(PATIENT["number"]) not in found.location


def test_who_treats_sees_the_book_after_the_look_is_recorded(
    pages: FacilityPages, book: str
) -> None:
    before = len(access(pages, subject_of(book)))
    page = pages.desk(DISTRICT).get(book)
    assert page.status_code == HTTPStatus.OK
    assert "Lượt khám gần đây tại cơ sở" in page.text
    assert "Dị ứng" in page.text
    (look,) = access(pages, subject_of(book))[before:]
    assert isinstance(look, AccessRecorded)
    for section in ("timeline", "medicines", "visits"):
        assert pages.desk(DISTRICT).get(f"{book}/{section}").status_code == HTTPStatus.OK
    assert pages.desk(DISTRICT).get(f"{book}/timeline?cursor=x").status_code == 422
    assert pages.desk(DISTRICT).get(f"{book}/timeline?count=0").status_code == 422


def test_a_book_writes_dates_numbers_and_units_as_all_pages_do(pages: FacilityPages) -> None:
    visit = json.loads(next(vietnamese_visits(8, 1, DISTRICT)))
    person, encounter = (one["resource"] for one in visit["entry"][:2])
    person["birthDate"] = "1980-09-04"
    encounter["period"] = {
        "start": "2026-11-02T08:00:00+07:00", "end": "2026-11-02T09:00:00+07:00",
    }  # fmt: skip
    about = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-02",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs",
        }]}],
        "subject": {"reference": visit["entry"][0]["fullUrl"]},
        "encounter": {"reference": visit["entry"][1]["fullUrl"]},
    }  # fmt: skip
    for number, (text, value, unit) in enumerate(
        [("Cân nặng", 82.1, "kg"), ("Huyết áp tâm thu", 138, "mm[Hg]"), ("Mạch", 72, "/min")]
    ):
        measured = {"code": {"text": text}, "valueQuantity": {"value": value, "unit": unit}}
        resource = {**about, **measured, "id": f"dau-hieu-{number}"}
        visit["entry"].append({"fullUrl": f"urn:uuid:{UUID(int=number + 1)}", "resource": resource})
    page = sent_book(pages, json.dumps(visit).encode())
    desk = pages.desk(DISTRICT)
    english = desk.get(f"{page}?lang=en").text
    for written in ("4 September 1980", "82.1 kg", "138 mmHg", "72 per minute"):
        assert written in english
    told = desk.get(f"{page}?lang=vi").text
    for written in ("Ngày sinh: 04/09/1980", "82,1 kg", "138 mmHg", "72 lần/phút", "02/11/2026 ·"):
        assert written in told
    assert "08:00, 02/11/2026" in told
    for raw in ("1980-09-04", "2026-11-02", "82.1", "mm[Hg]", "/min"):
        assert raw not in told


def test_who_does_not_treat_sees_nothing_and_the_attempt_is_kept(
    pages: FacilityPages, book: str
) -> None:
    page = pages.desk(PROVINCIAL).get(book)
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "Dị ứng" not in page.text
    assert f"{book}/emergency" in page.text
    assert isinstance(access(pages, subject_of(book))[-1], AccessRefused)
    nobody = pages.desk(PROVINCIAL).get(f"/facility/patients/{UUID(int=5)}")
    assert nobody.status_code == HTTPStatus.FORBIDDEN
    assert pages.desk(PROVINCIAL).get(f"{book}/timeline").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"agreed": ""}, "agreed"), ({"reason": "x"}, "reason"), ({"what": "ngắn"}, "what"),
        ({"minutes": "600"}, "minutes"), ({"what": ""}, "what"), ({"minutes": ""}, "minutes"),
    ],
)  # fmt: skip
def test_the_glass_does_not_break_by_half(
    pages: FacilityPages, book: str, change: dict[str, str], place: str
) -> None:
    head = pages.house.system.facts.head()
    answer = pages.desk(PROVINCIAL).post(f"{book}/emergency", **{**WHY, **change})
    assert (answer.status_code, f'href="#{place}"' in answer.text) == (422, True)
    assert pages.house.system.facts.head() == head


def test_an_emergency_opens_is_reviewed_by_another_and_closes(
    pages: FacilityPages, book: str
) -> None:
    desk, signer = pages.desk(CENTRAL), pages.desk(CENTRAL, Role.FACILITY_SIGNER)
    weighed = desk.get(f"{book}/emergency").text
    assert "chậm nhất" in weighed
    assert "0/5" in weighed
    assert desk.post(f"{book}/emergency", **WHY).status_code == HTTPStatus.SEE_OTHER
    opened = desk.get(book)
    assert (opened.status_code, "Đang mở khẩn cấp" in opened.text) == (200, True)
    pages.catch_up()
    listed = signer.get("/facility/reviews").text
    address = "/facility/reviews/" + listed.split('href="/facility/reviews/')[1].split('"')[0]
    assert "Bất tỉnh khi nhập viện" not in listed
    shown = signer.get(address).text
    assert "Bất tỉnh khi nhập viện" in shown
    assert pages.desk(DISTRICT, Role.FACILITY_SIGNER).get(address).status_code == 404
    assert desk.get(address).status_code == HTTPStatus.FORBIDDEN
    assert signer.post(address, outcome="x", note="Đúng").status_code == 422
    done = signer.post(address, outcome="justified", note="Có hồ sơ cấp cứu")
    assert done.status_code == HTTPStatus.SEE_OTHER
    again = signer.post(address, outcome="justified", note="Có hồ sơ cấp cứu")
    assert again.status_code == HTTPStatus.CONFLICT
    assert "Có lý do chính đáng" in signer.get(address).text
    pages.catch_up()
    assert "Không có lượt nào" in signer.get("/facility/reviews").text
    pages.house.clock.at += timedelta(minutes=61)
    assert pages.desk(CENTRAL).get(book).status_code == HTTPStatus.FORBIDDEN


def test_an_emergency_needs_a_book_that_there_is(pages: FacilityPages) -> None:
    address = f"/facility/patients/{UUID(int=5)}/emergency"
    assert pages.desk(CENTRAL).get(address).status_code == HTTPStatus.NOT_FOUND
    assert pages.desk(CENTRAL).post(address, **WHY).status_code == HTTPStatus.NOT_FOUND
    signer = pages.desk(CENTRAL, Role.FACILITY_SIGNER)
    assert signer.get(address).status_code == HTTPStatus.FORBIDDEN


def test_a_signer_sees_who_of_the_facility_looked_and_no_names(
    pages: FacilityPages, book: str, patient: UUID
) -> None:
    pages.desk(DISTRICT).get(book)
    page = pages.desk(DISTRICT, Role.FACILITY_SIGNER).get("/facility/looks")
    assert page.status_code == HTTPStatus.OK
    assert f"id-clinician-{DISTRICT}-a".lower() in page.text
    assert str(subject_of(book))[:8] in page.text
    assert str(PATIENT["name"]) not in page.text
    assert f"id-clinician-{PROVINCIAL}".lower() not in page.text
    assert patient != subject_of(book)
    older = pages.desk(DISTRICT, Role.FACILITY_SIGNER).get("/facility/looks?before=2")
    assert "Chưa có lượt xem nào" in older.text
    assert (
        pages.desk(DISTRICT, Role.FACILITY_SIGNER).get("/facility/looks?before=x").status_code
        == 400
    )
