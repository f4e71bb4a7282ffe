"""Files beside visits in the section of documents: whom they are shown to, and from when on."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from doors import visit_desk
from ledger.categories import Category
from ledger.commands import consents
from ledger.commands.visit_files import NewFile
from ledger.records.consent import Recipient, RecipientKind
from tests_support.book_house import ANN, BEN, ELSEWHERE, BookHouse, open_book_house, problem
from tests_support.health_people import EVIDENCE, act, terms
from verify_api.callers import Role
from verify_api.desk.visits import Change

PDF = b"%PDF-1.7 mau"
TITLE = "Phim chụp mẫu"
BASIS = ("--legal-basis", "15/2023/QH15")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def visit(house: BookHouse) -> UUID:
    return house.visit(ANN, "1", problem("Hen", "c1"))


def attach(house: BookHouse, visit: UUID, title: str = TITLE, content: bytes = PDF) -> None:
    desk = visit_desk(house.house.system)
    desk.attach(visit, NewFile(content, "application/pdf", title), house.act())


def documents(house: BookHouse, client: Any, more: str = "", who: object = "me") -> dict[str, Any]:
    answer = house.get(client, f"/v1/records/{who}/documents{more}")
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_the_person_sees_a_file_and_fetches_it(house: BookHouse, visit: UUID) -> None:
    assert documents(house, house.ann())["files"] == []
    attach(house, visit)
    told = documents(house, house.ann())
    (file,) = told["files"]
    assert (file["title"], file["size"], file["facility"]) == (TITLE, len(PDF), "79A02")
    assert told["standing"] == "some"
    fetched = house.get(house.ann(), file["href"])
    assert fetched.get_data() == PDF
    assert [one["kind"] for one in house.looks()[:2]] == ["visit", "health-book"]
    assert "files" not in house.get(house.ann(), "/v1/records/me/problems").get_json()


def test_a_copy_at_hand_is_wrong_once_a_file_came(house: BookHouse, visit: UUID) -> None:
    before = house.get(house.ann(), "/v1/records/me/documents").headers["ETag"]
    attach(house, visit)
    again = house.get(house.ann(), "/v1/records/me/documents", **{"If-None-Match": before})
    assert again.status_code == HTTPStatus.OK


def test_before_it_came_there_was_no_file(house: BookHouse, visit: UUID) -> None:
    moment = quote(house.house.clock.at.isoformat())
    house.house.clock.at += timedelta(minutes=5)
    attach(house, visit)
    assert documents(house, house.ann(), f"?as_of={moment}")["files"] == []
    assert len(documents(house, house.ann())["files"]) == 1


def test_a_facility_sees_what_it_sent_and_no_other_does(house: BookHouse, visit: UUID) -> None:
    attach(house, visit)
    house.visit(ANN, "9", problem("Gút", "c9"), facility=ELSEWHERE)
    sender, other = house.doctor(), house.doctor(ELSEWHERE)
    assert len(documents(house, sender, who=ANN)["files"]) == 1
    assert documents(house, other, who=ANN)["files"] == []


def test_not_even_a_consent_to_everything_shows_files(house: BookHouse, visit: UUID) -> None:
    attach(house, visit)
    at = house.house.clock.at
    everything = terms(
        categories=tuple(Category), since=at, until=None,
        recipient=Recipient(RecipientKind.FACILITY, ELSEWHERE),
    )  # fmt: skip
    consents.grant(
        house.house.system.facts, subject=ANN, consent_id=UUID(int=7), terms=everything,
        evidence=EVIDENCE, explicit=True, act=act(at=at),
    )  # fmt: skip
    told = documents(house, house.doctor(ELSEWHERE), who=ANN)
    assert (told["notice"], told["files"]) == (None, [])


def test_a_file_moves_with_its_visit(house: BookHouse, visit: UUID) -> None:
    attach(house, visit)
    steward = house.house.system.act("steward-1", "data_steward")
    visit_desk(house.house.system).reassign(Change(visit, "Nhầm người", None), BEN, steward)
    house.house.system.projector.catch_up()
    assert documents(house, house.ann())["files"] == []
    ben = house.browser(Role.CITIZEN, subject=BEN)
    (file,) = documents(house, ben)["files"]
    assert house.get(ben, file["href"]).get_data() == PDF


def test_the_newest_file_is_first(house: BookHouse, visit: UUID) -> None:
    attach(house, visit, "Cũ")
    house.house.clock.at += timedelta(minutes=1)
    attach(house, visit, "Mới", PDF + b"2")
    assert [one["title"] for one in documents(house, house.ann())["files"]] == ["Mới", "Cũ"]


def test_a_shell_lists_and_saves_files_and_each_is_a_look(
    house: BookHouse, visit: UUID, tmp_path: Path
) -> None:
    attach(house, visit)
    shown = house.house.records("book", "show", str(ANN), "--section", "documents", *BASIS)
    assert TITLE not in shown.output
    shown = house.house.records(
        "book", "show", str(ANN), "--section", "documents", "--withheld", *BASIS
    )
    assert TITLE in shown.output
    listed = house.house.records("visit", "files", str(visit), "--json", *BASIS)
    (file,) = json.loads(listed.output)
    into = tmp_path / "saved.pdf"
    save = ("visit", "file", str(visit), "--address", file["address"], "--to", str(into), *BASIS)
    done = house.house.records(*save)
    assert done.exit_code == 0, done.output
    assert (into.read_bytes(), stat.S_IMODE(into.stat().st_mode)) == (PDF, 0o600)
    looks = [(one["kind"], one["channel"]) for one in house.looks()[:2]]
    assert looks == [("visit", "shell")] * 2
    missing = house.house.records(*[*save[:4], "00" * 32, *save[5:]])
    assert (missing.exit_code, "not_found" in missing.stderr) == (2, True)
    misread = house.house.records(*[*save[:4], "zz", *save[5:]])
    assert "invalid_input" in misread.stderr
    assert house.house.records(*save[:-2]).exit_code == 3
