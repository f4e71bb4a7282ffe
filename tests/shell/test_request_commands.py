import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]


def open_files(records: Run, **wanted: str) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads(records("request", "list", "--json").stdout)
    return [file for file in files if all(file[name] == value for name, value in wanted.items())]


def stage(records: Run, reference: str) -> str:
    return str(json.loads(records("request", "show", reference, "--json").stdout)["stage"])


def test_open_requests_are_listed_by_authority_and_role(records: Run) -> None:
    everybody = open_files(records)
    assert {file["authority"] for file in everybody} == {"CA01", "CA46"}
    listed = records("request", "list")
    assert len(listed.stdout.splitlines()) == 1 + len(everybody)
    only = json.loads(records("request", "list", "--authority", "CA46", "--json").stdout)
    assert {file["authority"] for file in only} == {"CA46"}
    police = json.loads(records("request", "list", "--role", "police_checker", "--json").stdout)
    assert police
    assert all("police_checker" in file["waits_for"].split() for file in police)
    assert records("request", "list", "--authority", "XX").exit_code == 2


def test_a_request_is_shown_without_the_person(records: Run, names: list[str]) -> None:
    for file in open_files(records)[:5]:
        for reference in (file["dossier_code"], file["request"]):
            shown = records("request", "show", reference)
            assert shown.exit_code == 0
            assert file["stage"] in shown.stdout
            assert not [name for name in names if name in shown.stdout]


def test_an_act_moves_a_request_on(records: Run) -> None:
    code = open_files(records, stage="submitted", authority="CA01")[0]["dossier_code"]
    done = records("request", "act", code, "accept", "--role", "intake_officer", "--actor", "an")
    assert done.stdout == "accept: done; now accepted\n"
    asked = records(
        "request", "act", code, "request_supplement", "--role", "case_officer", "--actor", "binh",
        "--field", "missing=Giấy tờ mẫu",
    )  # fmt: skip
    assert asked.exit_code == 0, asked.stderr
    assert stage(records, code) == "supplement"


def test_an_act_with_the_same_key_is_done_once(records: Run) -> None:
    code = open_files(records, stage="submitted", authority="CA01")[0]["dossier_code"]
    arguments = ("request", "act", code, "accept", "--role", "intake_officer", "--actor", "an")
    assert records(*arguments, "--key", "k-1").exit_code == 0
    head = json.loads(records("projections", "status", "--json").stdout)["head"]
    assert records(*arguments, "--key", "k-1").exit_code == 0
    assert json.loads(records("projections", "status", "--json").stdout)["head"] == head


@pytest.mark.parametrize(
    ("action", "role", "fields", "code"),
    [
        ("deliver", "case_officer", (), "refused/step_out_of_order"),
        ("accept", "signer", (), "refused/step_out_of_order"),
        ("reject", "intake_officer", ("--field", "ground=x"), "invalid_input/"),
        ("reject", "intake_officer", ("--field", "ground"), "invalid_input/field_form"),
    ],
)
def test_what_may_not_be_done_now_is_refused_in_one_line(
    records: Run, action: str, role: str, fields: tuple[str, ...], code: str
) -> None:
    dossier = open_files(records, stage="submitted", authority="CA01")[0]["dossier_code"]
    refused = records("request", "act", dossier, action, "--role", role, "--actor", "x", *fields)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"records: {code}"), refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert stage(records, dossier) == "submitted"


@pytest.mark.parametrize(
    "reference",
    ["H99-261122-0040", "00000000-0000-0000-0000-000000000001", "no such thing", "9999/LLTP-CA01"],
)
def test_a_request_that_is_not_there_is_not_found(records: Run, reference: str) -> None:
    refused = records("request", "show", reference)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: not_found: ")


def test_a_certificate_is_no_request(records: Run, home: Path) -> None:
    found = records("certificate", "find", "1/LLTP-CA01").stdout.strip()
    assert records("request", "show", found).stderr.startswith("records: not_found: ")


def test_a_request_is_assigned_to_an_officer_who_can_sign_in(records: Run) -> None:
    code = open_files(records, stage="submitted", authority="CA01")[0]["dossier_code"]
    accounts = json.loads(records("account", "list", "--json").stdout)
    officer = next(one for one in accounts if one["role"] == "intake_officer")
    assign = ("request", "assign", code, "--reason", "account-disabled", "--to")
    assert records(*assign, "khong-co").stderr.startswith("records: invalid_input/officer")
    done = records(*assign, officer["name"])
    assert done.stdout == f"{officer['name']} has it now\n", done.stderr
    shown = json.loads(records("request", "show", code, "--json").stdout)
    assert shown["has_it"] == {"intake_officer": officer["account"]}
    refused = records("request", "act", code, "accept", "--role", "intake_officer", "--actor", "x")
    assert refused.stderr.startswith("records: refused/anothers_file")
