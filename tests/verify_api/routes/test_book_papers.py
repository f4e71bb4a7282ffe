"""The papers in their holder's book: listed with where they are, fetched by the holder alone."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from ledger.certificates.kinds import KINDS
from ledger.commands import books
from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded, RecordKind
from ledger.records.health_book.facts import Relation
from tests_support.book_house import BEN, BookHouse
from tests_support.paper_house import PATIENT, Facilities
from tests_support.paper_town import CENTRAL, DISTRICT, NAMES
from tests_support.whole_house import House, open_house
from verify_api.callers import Role

REFERRAL, APPOINTMENT = KINDS["referral"], KINDS["appointment"]
REFERRALS, APPOINTMENTS = "/v1/referrals", "/v1/appointments"


@dataclass
class Town:
    """A patient with a referral and an appointment, and who comes to see them."""

    house: House
    facilities: Facilities
    readers: BookHouse
    subject: UUID
    referral: dict[str, Any]
    appointment: dict[str, Any]

    def body(self, address: str, subject: UUID | None = None) -> dict[str, Any]:
        self.house.system.projector.catch_up()
        answer = self.readers.get(self.citizen(subject), address)
        assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
        told: dict[str, Any] = answer.get_json()
        return told

    def citizen(self, subject: UUID | None = None) -> Any:
        return self.readers.browser(Role.CITIZEN, subject=subject or self.subject)

    def looks(self) -> list[AccessRecorded]:
        facts = self.house.system.facts.history(access_stream(self.subject)).facts
        return [fact for fact in facts if isinstance(fact, AccessRecorded)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_house(tmp_path / "home") as house:
        facilities, readers = Facilities(house), BookHouse(house)
        day = house.clock.at + timedelta(days=28)
        order = facilities.order(APPOINTMENT, written=f"{house.clock.at:%Y%m%d}",
                                 appointed=f"{day:%Y%m%d}0800")  # fmt: skip
        referral = facilities.issued(REFERRALS, facilities.order(REFERRAL))
        appointment = facilities.issued(APPOINTMENTS, order)
        subject = house.system.directory.find(str(PATIENT["number"]), kind="personal")
        assert subject is not None
        readers.know(BEN, "LÊ VĂN MẪU", "1990-02-03")
        yield Town(house, facilities, readers, subject, referral, appointment)


def test_the_holder_sees_a_referral_with_where_it_is(town: Town) -> None:
    told = town.body("/v1/records/me/referrals?lang=en")
    assert (told["standing"], told["entries"]) == ("some", [])
    (paper,) = told["papers"]
    assert paper["number"] == town.referral["number"]
    assert paper["issuer"] == {"code": DISTRICT, "name": NAMES[DISTRICT]}
    assert paper["to"] == [{"code": CENTRAL, "name": NAMES[CENTRAL]}]
    assert (paper["state"], paper["state_text"]) == ("usable", "can be used")
    assert (paper["days_left"], paper["days_left_unit"]) == (10, "working-days")
    assert paper["valid_until"] > "2026-11-23"
    assert paper["pdf"] == f"{REFERRALS}/{town.referral['id']}.pdf"


def test_an_appointment_is_in_its_own_section(town: Town) -> None:
    (paper,) = town.body("/v1/records/me/appointments")["papers"]
    assert (paper["day"], paper["clock"]) == ("2026-12-21", "08:00")
    assert paper["days_left_text"] == "còn 28 ngày"
    assert "papers" not in town.body("/v1/records/me/problems")


def test_a_past_moment_knows_no_later_paper_and_a_day_no_later_state(town: Town) -> None:
    asked = "/v1/records/me/referrals?as_of=2026-11-22"
    assert town.body(asked)["papers"] == []
    assert town.body("/v1/records/me/referrals?effective=2026-11-22")["papers"] == []


@pytest.mark.parametrize("kind", ["referral", "appointment"])
def test_the_holder_fetches_the_paper_and_that_is_a_look(town: Town, kind: str) -> None:
    before = len(town.looks())
    reference = getattr(town, kind)["id"]
    answer = town.readers.get(town.citizen(), f"/v1/{kind}s/{reference}.pdf")
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    assert answer.get_data().startswith(b"%PDF")
    (look,) = town.looks()[before:]
    assert (look.kind, look.reference) == (RecordKind(kind), UUID(reference))


@pytest.mark.parametrize("kind", ["referral", "appointment"])
def test_nobody_else_fetches_it_or_learns_that_it_is_there(town: Town, kind: str) -> None:
    before = len(town.looks())
    address = f"/v1/{kind}s/{getattr(town, kind)['id']}"
    other = town.citizen(BEN)
    missing = town.readers.get(other, f"/v1/{kind}s/{UUID(int=9)}.pdf")
    answers = [
        town.readers.get(other, f"{address}.pdf"),
        town.facilities.get(f"{address}.pdf", "79A03"),
    ]
    assert {answer.status_code for answer in (*answers, missing)} == {HTTPStatus.NOT_FOUND}
    nothing = town.facilities.get(f"/v1/{kind}s/{UUID(int=9)}.pdf", "79A03")
    assert answers[1].get_json()["detail"] == nothing.get_json()["detail"]
    assert answers[0].get_json()["detail"] == missing.get_json()["detail"]
    assert town.readers.get(town.citizen(), address).status_code == HTTPStatus.FORBIDDEN
    nobody = town.house.app.test_client()
    assert town.readers.get(nobody, f"{address}.pdf").status_code == HTTPStatus.UNAUTHORIZED
    homeless = town.readers.browser(Role.CLINICIAN)
    assert town.readers.get(homeless, f"{address}.pdf").status_code == HTTPStatus.FORBIDDEN
    assert len(town.looks()) == before


def test_a_reference_of_the_other_kind_or_a_draft_is_not_found(town: Town) -> None:
    drafted = town.facilities.post(REFERRALS, town.facilities.order(REFERRAL), DISTRICT)
    for address in (
        f"{APPOINTMENTS}/{town.referral['id']}.pdf",
        f"{REFERRALS}/{town.appointment['id']}.pdf",
        f"{REFERRALS}/{drafted.get_json()['id']}.pdf",
    ):
        answer = town.readers.get(town.citizen(), address)
        assert answer.status_code == HTTPStatus.NOT_FOUND, address


def test_exports_and_the_shell_tell_of_papers(town: Town, tmp_path: Path) -> None:
    town.house.system.projector.catch_up()
    sheet = town.readers.get(town.citizen(), "/v1/records/me/export?format=csv")
    rows = list(csv.reader(io.StringIO(sheet.get_data().decode("utf-8-sig"))))
    assert sum(town.referral["number"] in row[3] for row in rows) == 1
    assert sum("còn 28 ngày" in row[7] for row in rows) == 1
    pdf = town.readers.get(town.citizen(), "/v1/records/me/export?format=pdf").get_data()
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    for words in (town.referral["number"], NAMES[CENTRAL], "còn 10 ngày làm việc",
                  "Hẹn khám lại · Appointments", "21/12/2026 08:00"):  # fmt: skip
        assert words in text
    asked = (
        "--legal-basis",
        "x",
        "--section",
        "referrals",
        "--as-of",
        town.house.clock.at.isoformat(),
    )
    shown = town.house.records("book", "show", str(town.subject), *asked)
    assert shown.exit_code == 0, shown.stderr
    assert NAMES[CENTRAL] in shown.stdout
    told = json.loads(
        town.house.records("book", "show", str(town.subject), *asked, "--json").stdout
    )
    assert [paper["number"] for paper in told["papers"]] == [town.referral["number"]]
    assert told["papers"][0]["pdf"] is None


def test_who_else_reads_the_book_sees_the_paper_without_its_document(town: Town) -> None:
    town.facilities.post(f"{REFERRALS}/{town.referral['id']}/accept", {}, CENTRAL)
    town.house.system.projector.catch_up()
    doctor = town.readers.doctor(CENTRAL)
    told = town.readers.get(doctor, f"/v1/records/{town.subject}/referrals").get_json()
    (paper,) = told["papers"]
    assert (paper["state"], paper["pdf"]) == ("in-use", None)
    assert paper["held_by"] == {"code": CENTRAL, "name": NAMES[CENTRAL]}
    look = town.body("/v1/records/me/access-log?lang=en")["looks"]
    named = next(one for one in look if one["organisation"] == CENTRAL)
    assert named["organisation_name"] == f"Specimen {CENTRAL}"
    assert named["who"] == f"Clinician, Specimen {CENTRAL}"
    vietnamese = town.body("/v1/records/me/access-log?lang=vi")["looks"]
    assert NAMES[CENTRAL] in {one["organisation_name"] for one in vietnamese}


def test_a_copy_at_hand_is_wrong_once_a_day_has_gone_by(town: Town) -> None:
    address = "/v1/records/me/appointments"
    tag = town.readers.get(town.citizen(), address).headers["ETag"]
    same = town.readers.get(town.citizen(), address, **{"If-None-Match": tag})
    assert same.status_code == HTTPStatus.NOT_MODIFIED
    town.house.clock.at += timedelta(days=1)
    later = town.readers.browser(Role.CITIZEN, subject=town.subject, organisation="again")
    again = town.readers.get(later, address, **{"If-None-Match": tag})
    assert again.status_code == HTTPStatus.OK
    assert again.get_json()["papers"][0]["days_left"] == 27


def appointed(town: Town, relation: Relation) -> None:
    books.appoint_representative(
        town.house.system.facts, subject=town.subject, representative=BEN, relation=relation,
        until=None, evidence="Quyết định mẫu số 1", act=town.readers.act(DISTRICT),
    )  # fmt: skip


def test_a_guardian_fetches_the_paper_and_the_person_sees_who(town: Town) -> None:
    appointed(town, Relation.GUARDIAN)
    (paper,) = town.body(f"/v1/records/{town.subject}/referrals", BEN)["papers"]
    for address in (paper["pdf"], f"/v1/my/papers/{town.referral['id']}.pdf"):
        answer = town.readers.get(town.citizen(BEN), address)
        assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
        look = town.house.system.facts.history(access_stream(town.subject)).recorded[-1]
        assert (look.act.legal_basis, look.act.correlation) == ("representative", BEN)
    books.end_representation(
        town.house.system.facts, subject=town.subject, representative=BEN, reason="Thay đổi",
        act=town.readers.act(DISTRICT),
    )  # fmt: skip
    ended = town.readers.get(town.citizen(BEN), paper["pdf"])
    assert ended.status_code == HTTPStatus.NOT_FOUND


def test_who_may_not_read_of_an_illness_does_not_fetch_its_paper(town: Town) -> None:
    appointed(town, Relation.AUTHORISED)
    withheld = town.facilities.issued(
        REFERRALS, town.facilities.order(REFERRAL, main_disease="F20")
    )
    address = f"{REFERRALS}/{withheld['id']}.pdf"
    assert town.readers.get(town.citizen(BEN), address).status_code == HTTPStatus.NOT_FOUND
    assert town.readers.get(town.citizen(), address).status_code == HTTPStatus.OK
    open_to_all = f"{REFERRALS}/{town.referral['id']}.pdf"
    assert town.readers.get(town.citizen(BEN), open_to_all).status_code == HTTPStatus.OK


def test_papers_of_a_linked_book_are_the_persons_too(town: Town) -> None:
    act = town.readers.act(DISTRICT)
    books.link(town.house.system.facts, part=town.subject, whole=BEN, reason="Một người", act=act)
    try:
        (paper,) = town.body("/v1/records/me/referrals", BEN)["papers"]
        answer = town.readers.get(town.citizen(BEN), paper["pdf"])
        assert answer.status_code == HTTPStatus.OK
    finally:
        books.unlink(
            town.house.system.facts, part=town.subject, whole=BEN, reason="Hai người", act=act
        )
    assert town.body("/v1/records/me/referrals", BEN)["papers"] == []
