"""A receipt that the service gave is judged from a shell, with the ledger or without."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from app import System
from doors import join
from shell.demo import Note
from shell.first_start import ROOT_FILE
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

Run = Callable[..., Result]


@pytest.fixture
def client(system: System) -> Iterator[FlaskClient]:
    with join(
        system, ServiceSettings("https://records.example"), read_codes, media_type_of
    ).test_client() as one:
        yield one


@pytest.fixture
def text(demo_home: Path) -> str:
    found = Note.read(demo_home)
    assert found is not None
    return found.texts["active"]


def given(client: FlaskClient, text: str, file: Path) -> Path:
    sort = "pdf" if file.suffix == ".pdf" else "json"
    answer = client.post("/v1/receipts", data={"text": text, "as": sort, "person": "matches"})
    assert answer.status_code == 200, answer.text
    file.write_bytes(answer.data)
    return file


@pytest.mark.parametrize("name", ["receipt.json", "receipt.pdf"])
def test_a_receipt_of_the_service_is_genuine(
    records: Run, client: FlaskClient, text: str, tmp_path: Path, name: str
) -> None:
    told = records("receipt", "check", given(client, text, tmp_path / name))
    assert told.exit_code == 0, told.output
    for said in ("A genuine receipt", "valid", "LLTP-CA", "name, date of birth and number agree"):
        assert said in told.stdout


def test_a_receipt_is_judged_without_the_ledger(
    records: Run, client: FlaskClient, text: str, home: Path, tmp_path: Path
) -> None:
    file, bundle = given(client, text, tmp_path / "receipt.json"), tmp_path / "bundle"
    assert records("bundle", "write", bundle).exit_code == 0
    root = ("--root", home / ROOT_FILE)
    told = records(
        "receipt", "check", file, "--bundle", bundle, *root, "--json", on=tmp_path / "none"
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["finding"] == "counts"


def test_an_altered_receipt_and_other_files_are_refused(
    records: Run, client: FlaskClient, text: str, home: Path, tmp_path: Path
) -> None:
    file = given(client, text, tmp_path / "receipt.json")
    file.write_bytes(file.read_bytes().replace(b'"person":"matches"', b'"person":"differs"'))
    altered = records("receipt", "check", file)
    assert (altered.exit_code, "copies_differ" in altered.stderr) == (2, True)
    other = records("receipt", "check", home / "papers" / "active.pdf")
    assert (other.exit_code, "not_a_receipt" in other.stderr) == (2, True)
    assert records("receipt", "check", tmp_path / "nowhere.json").exit_code == 2
