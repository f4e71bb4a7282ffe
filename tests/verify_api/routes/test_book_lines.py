"""Problems that are sent at every visit: one line where people read, every entry for programs."""

import json
from http import HTTPStatus
from typing import Any

import pypdfium2
import pytest

from tests_support.book_house import ANN, BookHouse, problem

ADDRESS = "/v1/records/me/problems"


@pytest.fixture
def house(house: BookHouse) -> BookHouse:
    for number, day in enumerate(("2019-03-02", "2021-04-05", "2026-10-11"), start=1):
        house.visit(ANN, str(number), problem("Hen", f"c{number}", onsetDateTime=day))
    house.visit(ANN, "4", problem("Ho", "c4", onsetDateTime="2020-01-01"))
    return house


def body(house: BookHouse, address: str) -> dict[str, Any]:
    answer = house.get(house.ann(), address)
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_programs_get_every_entry_in_its_order_and_the_lines_beside(house: BookHouse) -> None:
    told = body(house, ADDRESS)
    assert [one["start"] for one in told["entries"]] == [
        "2026-10-11", "2021-04-05", "2020-01-01", "2019-03-02",
    ]  # fmt: skip
    asthma, cough = told["lines"]
    assert (asthma["text"], asthma["times"]) == ("Hen", 3)
    assert (asthma["first"], asthma["last"]) == ("2019-03-02", "2026-10-11")
    assert asthma["entries"] == [one["id"] for one in told["entries"] if one["text"] == "Hen"]
    assert (cough["times"], cough["first"]) == (1, cough["last"])
    assert "lines" not in body(house, "/v1/records/me/timeline")


def test_over_all_pages_each_line_comes_once_and_whole(house: BookHouse) -> None:
    found: list[dict[str, Any]] = []
    address: str | None = f"{ADDRESS}?count=1"
    while address is not None:
        told = body(house, address)
        found += told["lines"]
        address = told["next"]
    assert [(one["text"], one["times"]) for one in found] == [("Hen", 3), ("Ho", 1)]


def test_a_past_moment_has_the_lines_of_then(house: BookHouse) -> None:
    (line,) = body(house, f"{ADDRESS}?effective=2019-12-31")["lines"]
    assert (line["times"], line["last"]) == (1, "2019-03-02")


def test_the_print_and_the_shell_show_one_line(house: BookHouse) -> None:
    pdf = house.get(house.ann(), "/v1/records/me/export?format=pdf").get_data()
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "02/03/2019 - 11/10/2026" in text
    assert "ghi nhận 3 lần · sent 3 times" in text
    shown = house.house.records("book", "show", str(ANN), "--section", "problems",
                                "--legal-basis", "x")  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert "2019-03-02 - 2026-10-11" in shown.output
    assert len(shown.output.splitlines()) == 4
    asked = ("--section", "problems", "--legal-basis", "x", "--json")
    told = json.loads(house.house.records("book", "show", str(ANN), *asked).output)
    assert (len(told["entries"]), len(told["lines"])) == (4, 2)
    summary = house.house.records("book", "summary", str(ANN), "--legal-basis", "x").output
    assert summary.count("Hen") == 1
