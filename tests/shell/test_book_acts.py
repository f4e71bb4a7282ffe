"""`records book note`, `death` and their undoing: what a counter writes into a book itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests_support.book_house import ANN, BEN, BookHouse, open_book_house

BY = ("--actor", "steward-1")
LAW = ("--legal-basis", "60/2014/QH13")
DIED = ("--on", "2026-11-20", "--evidence", "Giấy báo tử mẫu số 1", *LAW, *BY)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        yield opened


def records(house: BookHouse, *arguments: str) -> Result:
    return house.house.records("book", *arguments)


def ok(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return done.output.strip()


def timeline(house: BookHouse) -> str:
    return ok(records(house, "show", str(ANN), "--withheld", *LAW))


def test_a_note_is_written_and_taken_back(house: BookHouse) -> None:
    named = ok(records(house, "note", str(ANN), "--words", "Tôi hay chóng mặt", *BY))
    assert "Tôi hay chóng mặt" in timeline(house)
    ok(records(house, "withdraw-note", str(ANN), "--note", named, *BY))
    assert "chóng mặt" not in timeline(house)
    again = records(house, "withdraw-note", str(ANN), "--note", str(ANN), *BY)
    assert (again.exit_code, "not_found" in again.stderr) == (2, True)


def test_a_death_is_recorded_once_and_taken_back(house: BookHouse) -> None:
    ok(records(house, "death", str(ANN), *DIED))
    assert "Giấy báo tử" not in records(house, "death", str(ANN), *DIED).stderr
    assert "2026-11-20" in ok(records(house, "summary", str(ANN), *LAW))
    ok(records(house, "withdraw-death", str(ANN), "--reason", "nhầm người", *LAW, *BY))
    assert "2026-11-20" not in ok(records(house, "summary", str(ANN), *LAW))
    none = records(house, "withdraw-death", str(ANN), "--reason", "x", *LAW, *BY)
    assert "refused/no_death_recorded" in none.stderr


def test_a_representative_is_appointed_once_and_dismissed(house: BookHouse) -> None:
    by = ("--by", str(BEN), *BY)
    paper = ("--relation", "guardian", "--evidence", "Quyết định mẫu số 1")
    ok(house.house.records("person", "appoint-representative", str(ANN), *by, *paper))
    again = house.house.records("person", "appoint-representative", str(ANN), *by, *paper)
    assert "refused/already_representative" in again.stderr
    ended = ("person", "end-representation", str(ANN), *by, "--reason", "hết hạn")
    assert ok(house.house.records(*ended)) == f"{BEN} acts for {ANN} no longer"
    assert "refused/no_representative" in house.house.records(*ended).stderr
