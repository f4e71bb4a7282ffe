"""What a facility sent, on its pages: receipts, quality, and a quarantine that is worked off."""

import re
import stat
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from ledger.clinical import fhir_profiles, fhir_quality, fhir_terminology, vital_signs
from ledger.commands.visit_quality import assess_visits
from ledger.importers.journal import LARGEST, Delivered, Journal, Reason
from projections import unassessed_visits
from projections.facility_quality import MonthRow
from projections.quality_figures import Quality
from tests_support.facility_house import FacilityPages, open_facilities
from tests_support.paper_town import CENTRAL, DISTRICT
from tests_support.visit_samples import vietnamese_visits
from verify_api.callers import Role
from verify_api.facility.words_rules import QUALITY_RULES
from verify_api.routes.facility_intake import charts_of


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FacilityPages]:
    with open_facilities(tmp_path_factory.mktemp("facility")) as opened:
        yield opened


VISIT, NEVER_SENT_ELSEWHERE = vietnamese_visits(7, 2, DISTRICT)
NAME = "MẪU"


def send(pages: FacilityPages, content: bytes) -> TestResponse:
    return pages.desk(DISTRICT).send(content)


def broken() -> bytes:
    return VISIT.replace(b"Encounter", b"Encountre", 1)


def digests(pages: FacilityPages, facility: str = DISTRICT) -> list[str]:
    page = pages.desk(facility).get("/facility/quarantine").text
    return [part.split('"')[0] for part in page.split('href="/facility/quarantine/')[1:]]


def test_a_file_that_is_sent_twice_is_taken_in_once(pages: FacilityPages) -> None:
    first, again = (send(pages, NEVER_SENT_ELSEWHERE) for _ in range(2))
    assert "Đã nhận: <strong>1</strong>" in first.text
    assert "Gửi lại, không đổi: <strong>1</strong>" in again.text
    page = pages.desk(DISTRICT).get("/facility/intake").text
    assert "Trang này" in page
    assert "NGUYEN VAN MAU" not in page


def test_what_comes_by_the_interface_is_in_the_journal_too(pages: FacilityPages) -> None:
    answer = pages.town.client.post(
        "/v1/visits", data=broken(), content_type="application/fhir+json",
        headers=pages.town.token(Role.FACILITY_SYSTEM, CENTRAL),
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = pages.desk(CENTRAL).get("/facility/intake").text
    assert "Kết nối hệ thống" in page
    assert answer.get_json()["rule"] in page
    folder = pages.house.system.settings.home / "intake"
    assert stat.S_IMODE((folder / f"{CENTRAL}.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 422), (b"xin ch\xc3\xa0o", 422), (b"<x", 200), (b"{", 200)]
)
def test_what_cannot_be_read_is_refused_or_quarantined(
    pages: FacilityPages, content: bytes, status: int
) -> None:
    assert send(pages, content).status_code == status


def test_without_a_file_nothing_is_sent(pages: FacilityPages) -> None:
    answer = pages.desk(DISTRICT).post("/facility/intake")
    assert (answer.status_code, 'href="#file"' in answer.text) == (422, True)


def test_quarantine_shows_place_and_reason_and_no_person(pages: FacilityPages) -> None:
    told = send(pages, broken())
    assert "Bị từ chối: <strong>1</strong>" in told.text
    digest = digests(pages)[0]
    listed = pages.desk(DISTRICT).get("/facility/quarantine").text
    page = pages.desk(DISTRICT).get(f"/facility/quarantine/{digest}").text
    assert digest in page
    for text in (listed, page):
        assert NAME not in text
    assert digests(pages, CENTRAL) == []
    assert pages.desk(CENTRAL).get(f"/facility/quarantine/{digest}").status_code == 404
    assert pages.desk(DISTRICT).get("/facility/quarantine/x").status_code == 404
    assert pages.desk(DISTRICT).get(f"/facility/quarantine/{digest.upper()}").status_code == 404


def test_a_document_is_tried_again_and_given_up_with_a_sealed_reason(
    pages: FacilityPages,
) -> None:
    send(pages, broken())
    digest, desk = digests(pages)[0], pages.desk(DISTRICT)
    address = f"/facility/quarantine/{digest}"
    assert desk.post(f"{address}/retry").location == address
    bare = desk.post(f"{address}/discard", confirmed="yes")
    assert (bare.status_code, 'href="#reason"' in bare.text) == (422, True)
    unticked = desk.post(f"{address}/discard", reason="Đã gửi bản đúng")
    assert (unticked.status_code, "Đã gửi bản đúng" in unticked.text) == (422, True)
    long = desk.post(f"{address}/discard", reason="x" * 501, confirmed="yes")
    assert long.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = desk.post(f"{address}/discard", reason="Đã gửi bản đúng", confirmed="yes")
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert desk.get(address).status_code == HTTPStatus.NOT_FOUND
    page = desk.get("/facility/quarantine").text
    assert "Đã gửi bản đúng" in page
    folder = pages.house.system.settings.home / "quarantine" / DISTRICT
    kept = (folder / "discarded.jsonl").read_bytes()
    assert digest.encode() in kept
    assert "bản đúng".encode() not in kept
    assert not (folder / f"{digest}.sealed").exists()
    assert desk.post(f"{address}/retry").status_code == HTTPStatus.NOT_FOUND


def test_all_that_waits_is_tried_again(pages: FacilityPages) -> None:
    send(pages, broken())
    tried = pages.desk(DISTRICT).post("/facility/quarantine/retry")
    assert tried.status_code == HTTPStatus.SEE_OTHER
    assert digests(pages)


def test_quality_is_shown_by_month_with_its_figures(pages: FacilityPages) -> None:
    send(pages, VISIT)
    pages.catch_up()
    for role in (Role.CLINICIAN, Role.FACILITY_SIGNER):
        page = pages.desk(DISTRICT, role).get("/facility/quality").text
        assert "11/2026" in page
        assert "ít nhất hai tháng" in page
    empty = pages.desk(CENTRAL).get("/facility/quality").text
    assert "Chưa có lượt khám nào" in empty


def test_a_signer_sends_nothing_and_works_quarantine_off(pages: FacilityPages) -> None:
    signer = pages.desk(DISTRICT, Role.FACILITY_SIGNER)
    assert "Gửi tệp" not in signer.get("/facility/intake").text
    assert signer.post("/facility/intake").status_code == HTTPStatus.FORBIDDEN
    assert signer.get("/facility/quarantine").status_code == HTTPStatus.OK


def test_the_journal_survives_half_a_line_and_stays_short(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal") / "intake")
    line = Delivered(
        "2026-11-23T10:00:00", "page", 9, 0.5, refused=2, reasons=(Reason("r", "p", 2),)
    )
    journal.note("79A02", line)
    path = journal.folder / "79A02.jsonl"
    with path.open("ab") as file:
        file.write(b'{"at": "2026\n[1]\n{}\n')
    journal.note("79A02", line)
    assert journal.last("79A02", 5) == [line, line]
    assert journal.last("79A02", 1) == [line]
    assert journal.last("79A09", 1) == []
    with path.open("ab") as file:
        file.write(b"{}\n" * (LARGEST // 3))
    journal.note("79A02", line)
    assert path.stat().st_size < LARGEST
    assert journal.last("79A02", 1) == [line]


def test_two_months_with_a_score_make_a_chart(pages: FacilityPages) -> None:
    good = Quality(MonthRow(DISTRICT, "2026-10", visits=4, assessed=4))
    worse = Quality(MonthRow(DISTRICT, "2026-11", visits=4, assessed=4, with_errors=2, late=1))
    nothing = Quality(MonthRow(DISTRICT, "2026-12", visits=1))
    with pages.house.app.test_request_context("/", headers={"Accept": "text/html"}):
        assert charts_of((good, nothing)) is None
        drawn = charts_of((good, worse, nothing))
    assert drawn is not None
    assert drawn["score"].series[0].values == [100, 70, None]
    assert [one.values for one in drawn["shares"].series] == [
        [0.0, 50.0, None], [0.0, 25.0, None], [0.0, 0.0, 0.0],
    ]  # fmt: skip


RAISED = re.compile(
    r'(?:yield warning\(|yield quality\(Severity\.\w+,)\s*(?:f"[^"]*"|[\w.]+),\s*"([a-z0-9_-]+)"'
)


def test_each_rule_of_the_later_checks_has_words(pages: FacilityPages) -> None:
    rules: set[str] = set()
    for module in (fhir_quality, fhir_profiles, fhir_terminology, vital_signs):
        source = Path(str(module.__file__)).read_text("utf-8")
        found = RAISED.findall(source)
        assert len(found) == source.count("yield warning(") + source.count("yield quality(") > 0
        rules.update(found)
    assert "code_missing" in rules
    assert rules == set(QUALITY_RULES)
    send(pages, VISIT)
    pages.catch_up()
    system = pages.house.system
    with system.views.database.reading() as session:
        visits = [visit for visit, _ in unassessed_visits.waiting(session, after=0)]
    assess_visits(system.facts, visits, act=system.act("worker", "system"))
    pages.catch_up()
    page = pages.desk(DISTRICT).get("/facility/quality").text
    told = re.findall(r"<li>[0-9.]+ . ([^<]*) <code>([a-z_]+)</code>", page)
    assert told
    assert all(words == QUALITY_RULES[rule].vi for words, rule in told)
