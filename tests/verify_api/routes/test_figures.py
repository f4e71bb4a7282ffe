"""The country's figures, for everybody: what was done shows in them, of any day."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.commands.integration import integrate
from tests_support.book_house import ANN, BookHouse, open_book_house
from tests_support.book_house import problem as illness
from verify_api.figure_words import MEANINGS

PAGE = {"Accept": "text/html"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        opened.visit(ANN, "1", illness("Hen", "c1"))
        integrate(opened.house.system.facts, subject=ANN, app="vneid", act=opened.act())
        opened.house.system.projector.catch_up()
        yield opened


@pytest.fixture
def anybody(house: BookHouse) -> FlaskClient:
    return house.house.app.test_client()


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_anybody_reads_what_the_facts_come_to(house: BookHouse, anybody: FlaskClient) -> None:
    found = told(anybody.get("/figures"))
    head = house.house.system.facts.head()
    assert found["holds_for"] == {"integration_progress": head, "daily_figures": head}
    assert found["health"]["visits"] == 1
    assert found["health"]["integrated"] == 1
    assert found["saved_vnd"] == 5_000
    assert found["covered_share"] is None
    (saigon,) = [one for one in found["by_province"] if one["province"] == "79"]
    assert saigon["name"] == "Hồ Chí Minh"
    assert saigon["health"]["visits"] == 1


def test_a_day_before_anything_has_nothing(anybody: FlaskClient) -> None:
    found = told(anybody.get("/figures?on=2020-01-01"))
    assert (found["health"]["books"], found["health"]["integrated_share"]) == (0, None)
    assert found["by_province"] == []


def test_a_province_is_asked_for_alone(anybody: FlaskClient) -> None:
    found = told(anybody.get("/figures?province=01"))
    assert (found["provinces"], found["health"]["visits"]) == (["01"], 0)
    both = told(anybody.get("/figures?province=01&province=79"))
    assert both["health"]["visits"] == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("on=2026-13-01", "2026-11-24"), ("on=yesterday", "2026-11-24"), ("on=1999-01-01", "today"),
        ("province=00", "code of a province"), ("province=Hà Nội", "code of a province"),
    ],
)  # fmt: skip
def test_what_is_no_day_or_province_is_refused(anybody: FlaskClient, asked: str, said: str) -> None:
    answer = anybody.get(f"/figures?{asked}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert said in answer.get_data(as_text=True)


def test_a_day_to_come_is_refused(house: BookHouse, anybody: FlaskClient) -> None:
    tomorrow = house.house.system.clockwork.now() + timedelta(days=2)
    answer = anybody.get(f"/figures?on={tomorrow.date()}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("kind", ["provinces", "days"])
def test_a_table_says_the_same(anybody: FlaskClient, kind: str) -> None:
    answer = anybody.get(f"/figures/{kind}.csv")
    assert answer.status_code == HTTPStatus.OK
    assert answer.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    found = told(anybody.get("/figures"))
    assert int(lines[-1]["visits"]) == found["health"]["visits"]
    assert int(lines[-1]["integrated"]) == found["health"]["integrated"]


def test_there_is_no_other_table(anybody: FlaskClient) -> None:
    assert anybody.get("/figures/people.csv").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("tongue", ["vi", "en"])
def test_the_page_links_every_figure_to_how_it_is_computed(
    anybody: FlaskClient, tongue: str
) -> None:
    shown = anybody.get(f"/figures?lang={tongue}", headers=PAGE).get_data(as_text=True)
    how = anybody.get(f"/figures/how?lang={tongue}", headers=PAGE).get_data(as_text=True)
    for name, meaning in MEANINGS.items():
        assert f'href="/figures/how#{name}"' in shown
        assert f'id="{name}"' in how
        assert meaning.title.of(tongue) in shown


def test_a_program_is_told_the_meanings_too(anybody: FlaskClient) -> None:
    found = told(anybody.get("/figures/how"))
    assert found["figures"].keys() == MEANINGS.keys()
    assert found["figures"]["books"]["view"] in found["holds_for"]
