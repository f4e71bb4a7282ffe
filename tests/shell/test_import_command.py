"""Facilities, imports and persons with two books, from the shell."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests_support.visit_json import dumped
from tests_support.visit_samples import vietnamese_patient, vietnamese_visit

Run = Callable[..., Result]
CHEAP = "key_memory_mib = 8\n"


@pytest.fixture
def records(tmp_path: Path) -> Run:
    """Run `records` on a new home with one facility."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text(CHEAP, "utf-8")

    def run(*arguments: str | Path, typed: str | None = None) -> Result:
        line = ["--home", str(home), *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, line, input=typed)

    assert run("init").exit_code == 0
    assert register(run).exit_code == 0
    return run


def register(run: Run, code: str = "79A02") -> Result:
    return run(
        "facility", "register", code, "--name", "Bệnh viện mẫu", "--name-en", "Specimen",
        "--province", "79", "--level", "basic",
    )  # fmt: skip


def a_visit(folder: Path, seed: int, **patient: object) -> dict[str, object]:
    rng = random.Random(seed)
    visit = vietnamese_visit(rng, "79A02", vietnamese_patient(rng) | patient)
    (folder / f"{seed}.json").write_bytes(dumped(visit, None))
    return visit


def test_a_facility_is_registered_renamed_suspended_and_listed(records: Run) -> None:
    assert register(records).exit_code == 0
    assert (
        records("facility", "rename", "79A02", "--name", "Mới", "--name-en", "New").exit_code == 0
    )
    basis = ("--legal-basis", "QĐ 1/2026")
    assert records("facility", "suspend", "79A02", *basis).exit_code == 0
    shown = json.loads(records("facility", "show", "79A02", "--json").output)
    assert (shown["name"], shown["standing"]) == ("Mới", "suspended")
    assert records("facility", "resume", "79A02", *basis).exit_code == 0
    assert records("facility", "synchronised", "79A02", "--since", "2026-01-01").exit_code == 0
    assert records("facility", "recode", "79A02", "79A03").exit_code == 2
    assert register(records, "79A03").exit_code == 0
    assert records("facility", "recode", "79A02", "79A03").exit_code == 0
    listed = records("facility", "list")
    assert "recoded" in listed.output
    assert "may send" in listed.output
    assert records("facility", "show", "79Z99").exit_code == 2


def test_an_import_is_told_reported_and_repeated(records: Run, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    visit = a_visit(sent, 1)
    (sent / "bad.json").write_bytes(b"{")
    report = tmp_path / "report.json"
    done = records("import", sent, "--facility", "79A02", "--report", report)
    assert done.exit_code == 1
    said = json.loads(report.read_text("utf-8"))
    assert (said["accepted"], said["refused"]) == (1, 1)
    assert said["refused_by"] == [{"rule": "json", "place": "line 1, column 2", "count": 1}]
    again = records("import", sent / "1.json", "--facility", "79A02", "--json", "--workers", "0")
    assert json.loads(again.stdout)["repeated"] == 1
    (sent / "1.json").write_bytes(dumped(visit, 2))
    resumed = records("import", sent, "--facility", "79A02", "--resume", "--reason", "Sửa")
    assert resumed.exit_code == 0
    assert "corrected" in resumed.output
    retried = records("import", "--retry-quarantine", "--facility", "79A02")
    assert retried.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--facility", "79A02"), 3),
        (("sent", "--facility", "79a02"), 2),
        (("sent", "--facility", "79Z99"), 2),
        (("nowhere", "--facility", "79A02"), 2),
        (("sent",), 3),
        (("sent", "--facility", "79A02", "--workers", "-1"), 3),
    ],
)
def test_an_import_that_cannot_be_is_refused_in_one_line(
    records: Run, arguments: tuple[str, ...], code: int
) -> None:
    done = records("import", *arguments)
    assert done.exit_code == code
    assert "Traceback" not in done.output


def test_two_books_of_one_person_are_merged_and_parted(records: Run, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    numbers = []
    for seed in (1, 2):
        visit = a_visit(sent, seed)
        patient = visit["entry"][0]["resource"]  # type: ignore[index]
        numbers.append(patient["identifier"][0]["value"])
    assert records("import", sent, "--facility", "79A02").exit_code == 0
    typed = "\n".join(numbers) + "\n"
    steward = ("--reason", "Cùng một người", "--actor", "steward-1")
    assert records("person", "merge", "-", "-", *steward, typed=typed).exit_code == 0
    told = json.loads(records("person", "history", "-", "--json", typed=typed).output)
    assert len(told["reads_as_one"]) == 2
    assert numbers[0] not in json.dumps(told)
    refused = records("person", "merge", "-", "-", *steward, typed=typed)
    assert refused.exit_code == 2
    assert "already_linked" in refused.output
    assert records("person", "unmerge", "-", "-", *steward, typed=typed).exit_code == 0
    parted = records("person", "history", "-", typed=typed)
    assert "reads as one" not in parted.output
    assert "health_book.unlinked/1" in parted.output
    assert records("person", "history", "-", typed="999999999999\n").exit_code == 2
