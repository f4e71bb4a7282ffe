"""What was imported is found again in the books: counted by a program without our code."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ledger.commands.reading import Moments, read_book
from projections.health_queries import HealthViews
from tests_support.whole_house import House, open_house

FACILITY = "79A02"
COUNTER = Path(__file__).parents[2] / "tests_support" / "count_sources.py"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "home") as opened:
        registered = opened.records(
            "facility", "register", FACILITY, "--name", "Bệnh viện Mẫu", "--name-en",
            "Specimen Hospital", "--province", "79", "--level", "basic",
        )  # fmt: skip
        assert registered.exit_code == 0, registered.output
        yield opened


def counted(paths: list[Path]) -> dict[str, int]:
    found = subprocess.run(
        [sys.executable, str(COUNTER), *map(str, paths)], check=True, capture_output=True, text=True
    )
    told: dict[str, int] = json.loads(found.stdout)
    return told


def in_books(house: House) -> dict[str, int]:
    system = house.system
    system.projector.catch_up()
    views = HealthViews(system.views.database, system.subject_keys)
    with system.views.database.reading() as session:
        subjects = [
            UUID(one) for (one,) in session.execute("SELECT subject FROM health_about_counts")
        ]
    found: Counter[str] = Counter()
    for subject in subjects:
        book = read_book(views, views, subject=subject, moments=Moments())
        found.update(item.entry.type for item in book.items)
    return found


@pytest.mark.parametrize("folder", ["synthea_r4", "bulk_ndjson_10p"])
def test_every_imported_resource_is_in_a_book(house: House, shared_data: Path, folder: str) -> None:
    paths = sorted((shared_data / "health" / folder).iterdir())
    result = house.records("import", *map(str, paths), "--facility", FACILITY, "--workers", "0")
    assert result.exit_code == 0, result.output
    found = in_books(house)
    wanted = counted(paths)
    assert wanted
    assert {name: found.get(name, 0) for name in wanted} == wanted


def test_summaries_from_abroad_are_in_a_book(house: House, shared_data: Path) -> None:
    paths = sorted((shared_data / "health" / "ips_2.0.0").glob("Bundle-*.json"))
    result = house.records("import", *map(str, paths), "--facility", FACILITY, "--workers", "0")
    assert result.exit_code == 0, result.output
    found, wanted = in_books(house), counted(paths)
    assert {name: found.get(name, 0) for name in wanted} == wanted
