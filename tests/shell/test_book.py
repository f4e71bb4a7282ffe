"""`records book`: what a shell shows of a health book, and that each look is a fact before it."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from ledger.identifiers import NumberKind
from tests_support.book_house import ANN, BookHouse, problem
from tests_support.ips_rules import broken

BASIS = ("--legal-basis", "15/2023/QH15")


@pytest.fixture
def house(house: BookHouse) -> BookHouse:
    ordinary, hidden = problem("Hen phế quản", "c1"), problem("Nhiễm HIV", "c2")
    house.visit(ANN, "1", ordinary, whole=(ordinary, hidden))
    return house


def records(house: BookHouse, *arguments: str) -> Result:
    return house.house.records("book", *arguments)


def done(house: BookHouse, *arguments: str) -> str:
    result = records(house, *arguments, *BASIS)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_section_is_shown_without_what_is_withheld(house: BookHouse) -> None:
    told = done(house, "show", str(ANN))
    assert "Hen phế quản" in told
    assert "HIV" not in told
    assert "HIV" in done(house, "show", str(ANN), "--withheld")


def test_a_look_of_the_shell_is_seen_by_the_person(house: BookHouse) -> None:
    done(house, "summary", str(ANN), "--actor", "operator-7")
    look = house.looks()[0]
    assert (look["channel"], look["legal_basis"]) == ("shell", "15/2023/QH15")


def test_nothing_is_shown_without_a_legal_basis(house: BookHouse) -> None:
    result = records(house, "show", str(ANN))
    assert result.exit_code == 3
    assert "Hen" not in result.output


def test_json_is_for_programs(house: BookHouse) -> None:
    told = json.loads(done(house, "show", str(ANN), "--section", "problems", "--json"))
    assert [one["text"] for one in told["entries"]] == ["Hen phế quản"]
    assert told["notice"]


def test_the_summary_is_one_screen(house: BookHouse) -> None:
    told = done(house, "summary", str(ANN))
    assert "Dị ứng · Allergies and intolerances: Chưa có dữ liệu · No data" in told
    assert "Hen phế quản" in told
    assert len(told.splitlines()) < 30


@pytest.mark.parametrize("form", ["ips", "fhir", "csv", "pdf"])
def test_an_export_can_be_read_by_its_owner_alone(
    house: BookHouse, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"book.{form}"
    done(house, "export", str(ANN), "--format", form, "--to", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert content
    if form == "ips":
        assert broken(json.loads(content)) == []
    if form != "pdf":
        assert "Hen phế quản".encode() in content
        assert b"HIV" not in content


def test_the_past_and_the_history_are_shown(house: BookHouse) -> None:
    before = house.house.clock.at
    house.house.clock.at += timedelta(minutes=5)
    house.visit(ANN, "2", problem("Ho", "c3"))
    assert "Ho" in done(house, "show", str(ANN))
    assert "Ho\n" not in done(house, "show", str(ANN), "--as-of", before.isoformat())
    assert "Hen" not in done(house, "show", str(ANN), "--effective", "2019-01-01")
    rows = json.loads(done(house, "history", str(ANN), "--json"))
    assert [row["event"] for row in rows] == ["recorded", "restricted", "recorded"]
    assert "recorded" in done(house, "history", str(ANN))


def test_somebody_is_found_by_number_from_standard_input(house: BookHouse) -> None:
    system = house.house.system
    system.directory.remember(
        "001199000001", ANN, kind=NumberKind.PERSONAL, at=house.house.clock.at
    )
    home = str(system.settings.home)
    for typed, code in (("001199000001\n", 0), ("001199000002\n", 2), ("nonsense", 2), ("", 2)):
        result = CliRunner().invoke(
            main, ["--home", home, "book", "show", "-", *BASIS], input=typed
        )
        assert result.exit_code == code, result.output
        assert ("Hen" in result.output) == (code == 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "nobody"), 2),
        (("show", "11111111-1111-4111-8111-111111111111"), 2),
        (("show", str(ANN), "--section", "nonsense"), 3),
        (("show", str(ANN), "--as-of", "yesterday"), 3),
        (("show", str(ANN), "--as-of", "2999-01-01"), 2),
        (("show", str(ANN), "--effective", "2026-02-30"), 3),
        (("export", str(ANN), "--format", "docx", "--to", "x"), 3),
    ],
)
def test_what_is_not_understood_is_refused(
    house: BookHouse, arguments: tuple[str, ...], code: int
) -> None:
    result = records(house, *arguments, *BASIS)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
