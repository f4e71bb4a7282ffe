import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result

from app import System
from ledger.certificates import lifecycle
from ledger.certificates.qr_text import short_code
from ledger.commands import certificates
from shell.demo import Note

Run = Callable[..., Result]
NUMBER = "1/LLTP-CA01"


def shown(records: Run, reference: str = NUMBER) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(records("certificate", "show", reference, "--json").stdout)
    return told


@pytest.fixture
def decision(tmp_path: Path) -> tuple[str, ...]:
    """The options of a written decision of yesterday."""
    (tmp_path / "decision.pdf").write_bytes(b"%PDF-1.7 the decision")
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    return ("--decision", "15/QĐ-CA01", "--day", day, "--reason", "content_wrong", "--document",
            str(tmp_path / "decision.pdf"))  # fmt: skip


@pytest.fixture
def in_force(records: Run) -> str:
    """The number of a certificate in force."""
    for ordinal in range(1, 40):
        if shown(records, f"{ordinal}/LLTP-CA01")["phase"] == "active":
            return f"{ordinal}/LLTP-CA01"
    raise AssertionError("the demonstration has certificates in force")


def test_a_certificate_is_found_by_number_short_code_and_dossier(
    records: Run, system: System
) -> None:
    stream = records("certificate", "find", NUMBER).stdout.strip()
    told = shown(records)
    assert told["certificate"] == stream
    assert records("certificate", "find", told["request"]).stdout.strip() == stream
    found = certificates.load(system.facts, UUID(stream))
    code = short_code(lifecycle.token_of(found.certificate))
    assert records("certificate", "find", code.lower()).stdout.strip() == stream
    assert records("certificate", "find", "77777/LLTP-CA01").exit_code == 2


def test_a_certificate_is_shown_without_the_person(records: Run, names: list[str]) -> None:
    told = records("certificate", "show", NUMBER)
    assert told.exit_code == 0
    assert "LLTP-CA01" in told.stdout
    assert not [name for name in names if name in told.stdout]


def test_a_request_without_a_certificate_has_none_to_show(records: Run) -> None:
    files = json.loads(records("request", "list", "--json").stdout)
    code = next(file["dossier_code"] for file in files if file["stage"] == "submitted")
    assert records("certificate", "show", code).stderr.startswith("records: not_found: ")


def test_a_paper_is_written_after_the_look_is_recorded(
    records: Run, in_force: str, tmp_path: Path
) -> None:
    file = tmp_path / "paper.pdf"
    assert records("certificate", "paper", in_force, "--to", file).exit_code == 3
    made = records("certificate", "paper", in_force, "--to", file, "--legal-basis", "a request")
    assert made.exit_code == 0, made.stderr
    assert file.read_bytes().startswith(b"%PDF-")
    assert records("verify", file).exit_code == 0
    again = tmp_path / "again.pdf"
    records("certificate", "paper", in_force, "--to", again, "--legal-basis", "a request")
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(("verb", "phase"), [("recall", "recalled"), ("cancel", "cancelled")])
def test_a_decision_ends_a_certificate(
    records: Run, in_force: str, decision: tuple[str, ...], verb: str, phase: str
) -> None:
    arguments = ("certificate", verb, in_force, *decision, "--summary", "sai", "--actor", "kim")
    ended = records(*arguments)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.endswith(f": {phase}\n")
    assert (shown(records, in_force)["phase"], shown(records, in_force)["decision"]) == (
        phase, "15/QĐ-CA01",
    )  # fmt: skip
    again = records(*arguments)
    assert again.exit_code == 2
    assert again.stderr.startswith("records: refused/")


def test_a_recall_without_a_decision_is_no_command_line(records: Run, in_force: str) -> None:
    refused = records("certificate", "recall", in_force, "--summary", "x", "--actor", "kim")
    assert refused.exit_code == 3


def test_a_decision_without_its_document_is_refused(
    records: Run, in_force: str, decision: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "decision.pdf").write_bytes(b"")
    refused = records("certificate", "recall", in_force, *decision, "--summary", "x",
                      "--actor", "kim")  # fmt: skip
    assert refused.stderr.startswith("records: refused/decision_document_missing: ")
    (tmp_path / "decision.pdf").unlink()
    lost = records("certificate", "recall", in_force, *decision, "--summary", "x",
                   "--actor", "kim")  # fmt: skip
    assert lost.stderr.startswith("records: unreadable_file: ")


def test_a_supplement_and_outdated_records_leave_it_in_force(
    records: Run, in_force: str, decision: tuple[str, ...]
) -> None:
    added = records("certificate", "supplement", in_force, *decision, "--addition", "bổ sung mẫu",
                    "--actor", "kim")  # fmt: skip
    assert added.stdout.endswith(": active\n"), added.stderr
    assert records("certificate", "outdate", in_force, "--actor", "kim").exit_code == 0
    told = shown(records, in_force)
    assert (told["supplements"], told["phase"]) == (1, "active")
    assert told["no_longer_current_since"]


def test_a_correction_supersedes_once_another_officer_issues_it(
    records: Run, in_force: str, decision: tuple[str, ...], tmp_path: Path
) -> None:
    content = tmp_path / "content.json"
    content.write_text(json.dumps({"purpose": "Bổ túc hồ sơ (mẫu)"}), "utf-8")
    drafted = records("certificate", "correct", in_force, *decision, "--content", content,
                      "--legal-basis", "article 50", "--actor", "an")  # fmt: skip
    assert drafted.exit_code == 0, drafted.stderr
    corrected = drafted.stdout.strip()
    same = records("certificate", "issue", corrected, "--actor", "an")
    assert same.stderr.startswith("records: refused/signer_is_drafter: ")
    issued = records("certificate", "issue", corrected, "--actor", "binh")
    assert "issued, short code " in issued.stdout, issued.stderr
    assert shown(records, corrected)["phase"] == "active"
    stream = shown(records, shown(records, corrected)["corrects"])
    assert (stream["phase"], stream["superseded_by"]) == ("superseded", corrected)


def test_a_draft_that_nobody_waits_for_is_given_up(
    records: Run, in_force: str, decision: tuple[str, ...], tmp_path: Path
) -> None:
    content = tmp_path / "content.json"
    content.write_text("{}", "utf-8")
    drafted = records("certificate", "correct", in_force, *decision, "--content", content,
                      "--legal-basis", "article 50", "--actor", "an")  # fmt: skip
    given_up = records("certificate", "withdraw", drafted.stdout.strip(), "--actor", "an")
    assert given_up.stdout.endswith(": withdrawn\n"), given_up.stderr


def test_what_a_request_waits_for_is_issued_through_it(records: Run, in_force: str) -> None:
    refused = records("certificate", "issue", in_force, "--actor", "kim")
    assert refused.stderr.startswith("records: refused/request_waits: ")


@pytest.mark.parametrize("content", ["not json", "[1]"])
def test_a_content_that_is_no_object_is_refused(
    records: Run, in_force: str, decision: tuple[str, ...], tmp_path: Path, content: str
) -> None:
    file = tmp_path / "content.json"
    file.write_text(content, "utf-8")
    refused = records("certificate", "correct", in_force, *decision, "--content", file,
                      "--legal-basis", "article 50", "--actor", "an")  # fmt: skip
    assert refused.stderr.startswith("records: invalid_input/not_")


def test_the_note_of_the_demonstration_can_be_verified(records: Run, demo_home: Path) -> None:
    note = Note.read(demo_home)
    assert note is not None
    assert records("verify", note.texts["active"]).exit_code == 0
