"""Papers in the timeline and on the read side of FHIR: valid, found, as they are on a day."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.book import Event, Item, Known
from ledger.clinical.book_papers import BookPaper, PaperState, Place, beside
from ledger.clinical.entry import Entry, Kind, Status
from ledger.clinical.fhir_validation import Accepted, validate_document
from ledger.clinical.paper_resources import TYPES, paper_resource
from ledger.clinical.sections import Section
from tests.verify_api.routes.test_book_papers import Town, town
from tests_support.book_house import BEN, problem
from tests_support.paper_town import CENTRAL, DISTRICT
from verify_api.callers import Role

__all__ = ["town"]

ISSUED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PAPER = BookPaper(
    Section.REFERRALS, UUID(int=1), UUID(int=2), "01A01-1", "", Place("01A01", "Trạm mẫu"),
    (Place("79A02", "Bệnh viện mẫu"),), ISSUED, PaperState.USABLE, date(2026, 12, 7), days_left=3,
)  # fmt: skip


def asked(town: Town, address: str, subject: UUID | None = None) -> dict[str, Any]:
    told = town.body(address, subject)
    assert isinstance(told, dict)
    return told


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", ())]


@pytest.mark.parametrize("section", TYPES)
@pytest.mark.parametrize("state", PaperState)
@pytest.mark.parametrize("clock", ["", "08:30"])
def test_every_paper_is_a_valid_resource(section: Section, state: PaperState, clock: str) -> None:
    paper = replace(PAPER, section=section, state=state, clock=clock)
    made = paper_resource(paper, f"Patient/{PAPER.subject}")
    found = validate_document(json.dumps(made).encode(), at=ISSUED + timedelta(days=30))
    assert isinstance(found, Accepted), found
    assert made["resourceType"] == TYPES[section]


def test_a_referral_is_found_and_read_and_changes_with_its_use(town: Town) -> None:
    (found,) = resources(asked(town, f"/fhir/ServiceRequest?patient={town.subject}"))
    assert (found["status"], found["intent"]) == ("active", "order")
    assert found["identifier"][0]["value"] == town.referral["number"]
    assert found["performer"][0]["identifier"]["value"] == CENTRAL
    assert found["requester"]["identifier"]["value"] == DISTRICT
    assert "reasonCode" not in found
    address = f"/fhir/ServiceRequest/{found['id']}"
    assert asked(town, address) == found
    tag = town.readers.get(town.citizen(), address).headers["ETag"]
    same = town.readers.get(town.citizen(), address, **{"If-None-Match": tag})
    assert same.status_code == HTTPStatus.NOT_MODIFIED
    town.facilities.post(f"/v1/referrals/{town.referral['id']}/accept", {}, CENTRAL)
    again = town.readers.get(town.citizen(), address, **{"If-None-Match": tag})
    assert again.status_code == HTTPStatus.OK


def test_an_appointment_has_its_moment(town: Town) -> None:
    (found,) = resources(asked(town, f"/fhir/Appointment?patient={town.subject}"))
    assert (found["status"], found["start"]) == ("booked", "2026-12-21T08:00:00+07:00")
    assert asked(town, f"/fhir/Appointment/{found['id']}") == found
    wrong = town.readers.get(town.citizen(), f"/fhir/ServiceRequest/{found['id']}")
    assert wrong.status_code == HTTPStatus.NOT_FOUND


def test_a_search_means_what_its_parameters_say(town: Town) -> None:
    search = f"/fhir/ServiceRequest?patient={town.subject}"
    for more, count in (
        ("&date=2026-11-23", 1), ("&date=lt2026-11-23", 0), ("&_lastUpdated=ge2026-11-23", 1),
        ("&code=3457005", 0), ("&as_of=2026-11-22", 0),
    ):  # fmt: skip
        assert len(resources(asked(town, search + more))) == count, more


def test_everything_and_exports_have_the_papers(town: Town) -> None:
    kinds = [one["resourceType"] for one in resources(
        asked(town, f"/fhir/Patient/{town.subject}/$everything"))]  # fmt: skip
    assert (kinds[0], sorted(kinds[1:3])) == ("Patient", ["Appointment", "ServiceRequest"])
    bundle = asked(town, "/v1/records/me/export?format=fhir")
    assert "Appointment" in {one["resourceType"] for one in resources(bundle)}
    started = town.readers.get(town.citizen(), f"/fhir/Patient/{town.subject}/$export")
    status = started.headers["Content-Location"].removeprefix("http://localhost")
    told = asked(town, status)
    assert {one["type"] for one in told["output"]} >= {"Appointment", "ServiceRequest"}
    (file,) = [one["url"] for one in told["output"] if one["type"] == "Appointment"]
    content = town.readers.get(town.citizen(), file.removeprefix("http://localhost"))
    assert json.loads(content.get_data())["resourceType"] == "Appointment"


def test_nobody_else_reads_a_paper_as_a_resource(town: Town) -> None:
    (found,) = resources(asked(town, f"/fhir/ServiceRequest?patient={town.subject}"))
    for reader in (town.citizen(BEN), town.readers.browser(Role.CLINICIAN, organisation="79A03")):
        answer = town.readers.get(reader, f"/fhir/ServiceRequest/{found['id']}")
        assert answer.status_code == HTTPStatus.FORBIDDEN


def test_the_timeline_has_the_papers_each_on_one_page(town: Town) -> None:
    for number in range(3):
        town.readers.visit(town.subject, f"v{number}", problem("Hen", f"c{number}"))
    whole = asked(town, "/v1/records/me/timeline")
    assert {one["section"] for one in whole["papers"]} == {"referrals", "appointments"}
    met: list[str] = []
    address: str | None = "/v1/records/me/timeline?count=1"
    while address is not None:
        page = asked(town, address)
        met += [one["reference"] for one in page["papers"]]
        address = page["next"]
    assert sorted(met) == sorted(one["reference"] for one in whole["papers"])


def item(at: int | None, number: int) -> Item:
    entry = Entry(kind=Kind.PROBLEM, type="", id="", place=number, status=Status.ACTIVE, at=at)
    known = Known(UUID(int=number), 1, Event.RECORDED, UUID(int=2), "", number, 0, 0, (entry,))
    return Item(entry, known, Status.ACTIVE, 1)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=12),
    st.lists(st.integers(0, 9), max_size=6),
    st.integers(1, 5),
)
def test_each_paper_is_on_exactly_one_page(
    times: list[int | None], issued: list[int], size: int
) -> None:
    base = int(ISSUED.timestamp())
    dated = sorted((one for one in times if one is not None), reverse=True)
    undated: list[int | None] = [None] * (len(times) - len(dated))
    items = [item(None if at is None else base + at, n) for n, at in enumerate([*dated, *undated])]
    papers = [
        replace(PAPER, reference=UUID(int=n), issued_at=ISSUED + timedelta(seconds=at))
        for n, at in enumerate(issued)
    ]
    starts = range(0, max(len(items), 1), size)
    met = [one for start in starts for one in beside(papers, items, slice(start, start + size))]
    assert sorted(one.reference.int for one in met) == list(range(len(papers)))
