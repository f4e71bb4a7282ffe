"""Evidence packages of the demonstration: written by the command, checked as by a stranger."""

import json
import sqlite3
import stat
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import bagit  # type: ignore[import-untyped]
import cbor2
import pytest
from click.testing import Result

from app import System
from ledger.audit.package.facts import row_of
from ledger.audit.package.package import MOST_FACTS
from ledger.audit.package.verify import unzip
from ledger.audit.rows import open_rows
from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from ledger.errors import RefusedError
from ledger.facts import RecordedFact
from ledger.records.access import AccessRecorded
from ledger.store.entry import (
    Envelope,
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.transparency.log import PublishedHead
from shell import local_witness
from shell.evidence import of_range
from shell.references import find_request

Run = Callable[..., Result]


@pytest.fixture
def dossier(records: Run) -> str:
    return str(json.loads(records("request", "list", "--json").stdout)[0]["dossier_code"])


@pytest.fixture
def stream(system: System, dossier: str) -> UUID:
    return find_request(system, dossier)


@pytest.fixture
def subject(system: System, stream: UUID) -> UUID:
    return load_request(system.reading, stream).state.draft.subject


@pytest.fixture
def judged(home: Path, records: Run) -> Callable[..., tuple[int, Any]]:
    """Check a package by the program in it, with key and policy from outside."""

    def judge(package: Path, program: Path) -> tuple[int, Any]:
        key = records("audit", "exporter").stdout.strip()
        ran = subprocess.run(
            [sys.executable, "-I", program, package, "--json", "--key", key,
             "--policy", home / "log" / "policy"],
            capture_output=True, text=True, check=False, cwd=package.parent,
        )  # fmt: skip
        return ran.returncode, json.loads(ran.stdout)

    return judge


def exported(records: Run, out: Path, *more: str | Path, code: int = 0) -> Any:
    said = records("audit", "export", out, *more, "--json")
    assert said.exit_code == code, said.output
    return json.loads(said.stdout)


def rows_of(package: Path) -> list[dict[str, Any]]:
    text = (package / "data" / "facts.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def looks(system: System, subject: UUID) -> tuple[RecordedFact, ...]:
    return who_looked(system.reading, subject=subject)


def test_a_record_is_written_and_a_stranger_finds_it_right(
    records: Run, dossier: str, stream: UUID, system: System, tmp_path: Path,
    judged: Callable[..., tuple[int, Any]],
) -> None:  # fmt: skip
    out = tmp_path / "package"
    said = records("audit", "export", out, "--record", dossier)
    history = system.reading.history(stream).recorded
    assert said.exit_code == 0, said.output
    assert f"{out}: {len(history)} facts under a head of " in said.stdout
    assert ", 0 opened; package " in said.stdout
    assert f"check: python3 -I verify.py {out} --policy FILE --key " in said.stdout
    assert [row["position"] for row in rows_of(out)] == [one.position for one in history]
    code, told = judged(out, out / "verify.py")
    assert (code, told["wrong"], told["unchecked"]) == (0, [], [])
    assert "streams: 1 looked at, 1 told as whole" in told["right"]
    assert bagit.Bag(str(out)).validate()
    assert bagit.Bag(str(out)).info["Records-Whole-Stream"] == str(stream)


def test_a_package_is_its_owner_s_alone_and_replaces_nothing(
    records: Run, dossier: str, tmp_path: Path
) -> None:
    out = tmp_path / "package"
    exported(records, out, "--record", dossier)
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    again = records("audit", "export", out, "--record", dossier)
    assert again.exit_code == 2
    assert "unreadable_file" in again.stderr
    assert [path.name for path in tmp_path.iterdir() if "package" in path.name] == ["package"]


def test_without_a_case_nobody_is_opened_and_the_look_is_a_fact_all_the_same(
    records: Run, dossier: str, stream: UUID, subject: UUID, system: System, tmp_path: Path,
    names: list[str],
) -> None:  # fmt: skip
    before = len(looks(system, subject))
    told = exported(records, tmp_path / "package", "--record", dossier)
    assert not [row for row in rows_of(tmp_path / "package") if "opening" in row]
    content = b"".join(
        path.read_bytes() for path in (tmp_path / "package").rglob("*") if path.is_file()
    )
    assert not [name for name in names if name.encode() in content]
    (look,) = looks(system, subject)[before:]
    assert isinstance(look.fact, AccessRecorded)
    assert (look.fact.purpose, look.fact.reference) == ("audit_export_sealed", stream)
    assert look.act.legal_basis == "audit without a case"
    assert look.act.correlation == UUID(told["package"])
    assert told["persons"] == 1


def test_a_case_opens_what_the_second_hash_proves_and_is_recorded_first(
    records: Run, dossier: str, subject: UUID, system: System, tmp_path: Path, names: list[str],
    judged: Callable[..., tuple[int, Any]],
) -> None:  # fmt: skip
    out = tmp_path / "package"
    before = len(looks(system, subject))
    told = exported(records, out, "--record", dossier, "--case", "17/2026", "--actor", "lan")
    (look,) = looks(system, subject)[before:]
    assert isinstance(look.fact, AccessRecorded)
    assert (look.act.actor, look.act.legal_basis) == ("lan", "case 17/2026")
    assert look.fact.purpose == "audit_export"
    opened = [
        cbor2.loads(b64decode(part["plaintext"]))
        for row in rows_of(out)
        for part in row.get("opening", {}).values()
    ]
    assert told["opened"] == len([row for row in rows_of(out) if "opening" in row])
    assert [name for name in names if name in str(opened)]
    code, said = judged(out, out / "verify.py")
    assert (code, said["remarks"]) == (0, []), "nothing is left that was not opened"
    assert "case 17/2026" in (out / "bag-info.txt").read_text("utf-8")


def test_a_person_s_number_is_no_case_and_nothing_is_written(
    records: Run, dossier: str, tmp_path: Path
) -> None:
    refused = records(
        "audit", "export", tmp_path / "x", "--record", dossier, "--case", "0123456789"
    )
    assert refused.exit_code == 2
    assert "legal_basis" in refused.stderr
    assert not (tmp_path / "x").exists()


def test_who_was_shown_it_comes_along_if_asked(
    records: Run, dossier: str, subject: UUID, system: System, tmp_path: Path,
    judged: Callable[..., tuple[int, Any]],
) -> None:  # fmt: skip
    assert records("audit", "history", dossier, "--case", "1/2026").exit_code == 0
    look = looks(system, subject)[-1]
    out = tmp_path / "late"
    told = exported(records, out, "--record", dossier, "--looks")
    assert told["later"] == 1, "no head covers the look yet"
    assert look.position not in {row["position"] for row in rows_of(out)}
    local_witness.publish(system)
    out = tmp_path / "package"
    told = exported(records, out, "--record", dossier, "--looks")
    assert told["later"] == 0
    assert look.position in {row["position"] for row in rows_of(out)}
    assert judged(out, out / "verify.py")[0] == 0
    assert exported(records, tmp_path / "plain", "--record", dossier)["facts"] < told["facts"]


def test_a_person_is_exported_with_all_their_streams(
    records: Run, subject: UUID, tmp_path: Path, judged: Callable[..., tuple[int, Any]]
) -> None:
    out = tmp_path / "package"
    exported(records, out, "--record", str(subject), "--looks")
    code, told = judged(out, out / "verify.py")
    assert code == 0, told
    streams = {row["stream"] for row in rows_of(out)}
    assert len(streams) > 1
    assert f"streams: {len(streams)} looked at, {len(streams)} told as whole" in told["right"]


def test_a_range_and_single_positions(
    records: Run, tmp_path: Path, judged: Callable[..., tuple[int, Any]]
) -> None:
    exported(records, tmp_path / "range", "--range", "1:40")
    exported(records, tmp_path / "some", "--positions", "30,7,30,12")
    assert [row["position"] for row in rows_of(tmp_path / "range")] == [*range(1, 41)]
    assert [row["position"] for row in rows_of(tmp_path / "some")] == [7, 12, 30]
    for name in ("range", "some"):
        assert judged(tmp_path / name, tmp_path / name / "verify.py")[0] == 0


def test_a_zip_holds_the_same_package(
    records: Run, dossier: str, tmp_path: Path, judged: Callable[..., tuple[int, Any]]
) -> None:
    told = exported(records, tmp_path / "p.zip", "--record", dossier, "--zip")
    assert stat.S_IMODE((tmp_path / "p.zip").stat().st_mode) == 0o600
    files = unzip((tmp_path / "p.zip").read_bytes())
    top = f"evidence-{told['package']}"
    assert {name.partition("/")[0] for name in files} == {top}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    program = tmp_path / top / "verify.py"
    assert judged(tmp_path / "p.zip", program)[0] == judged(tmp_path / top, program)[0] == 0
    assert bagit.Bag(str(tmp_path / top)).validate()


def test_without_proofs_the_program_says_so(
    records: Run, dossier: str, tmp_path: Path, judged: Callable[..., tuple[int, Any]]
) -> None:
    out = tmp_path / "package"
    told = exported(records, out, "--record", dossier, "--no-proofs")
    assert told["not_checked"] == ["proofs: the package has none"]
    assert judged(out, out / "verify.py")[0] == 2


def test_reports_and_time_stamps_are_taken_along(
    records: Run, dossier: str, tmp_path: Path
) -> None:
    report, page = tmp_path / "r.jsonl", tmp_path / "r.html"
    report.write_bytes(b"")
    page.write_text("<!doctype html>", "ascii")
    (tmp_path / "day.tsr").write_bytes(b"token")
    out = tmp_path / "package"
    exported(records, out, "--record", dossier, "--report", report, "--report", page,
             "--tsr", tmp_path / "day.tsr")  # fmt: skip
    assert (out / "data" / "report.html").read_text("ascii") == "<!doctype html>"
    assert (out / "data" / "report.jsonl").read_bytes() == b""
    assert (out / "data" / "tsr" / "day.tsr").read_bytes() == b"token"
    other = records("audit", "export", tmp_path / "y", "--record", dossier, "--report", report,
                    "--report", report)  # fmt: skip
    assert other.exit_code == 2
    assert "report_kind" in other.stderr


def test_a_changed_ledger_is_exported_as_it_is_and_found_wrong(
    records: Run, home: Path, tmp_path: Path, judged: Callable[..., tuple[int, Any]]
) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER ledger_facts_never_change")
        ledger.execute("UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = 20")
    out = tmp_path / "package"
    told = exported(records, out, "--positions", "19,20", code=1)
    assert told["wrong"] == [
        "facts: line 2: not the row of its entry",
        "proofs: not one for each fact",
        "report: the enclosed audit names 1 findings: C1.row",
    ]
    assert rows_of(out)[1]["topic"] == "toy.met/1"
    code, said = judged(out, out / "verify.py")
    assert (code, said["wrong"]) == (1, told["wrong"])
    assert bagit.Bag(str(out)).validate(), "the package is whole, the ledger is not"


def test_too_much_for_a_package_is_not_exported() -> None:
    head = PublishedHead(MOST_FACTS + 1, bytes(32), b"", None)
    assert len(of_range(1, MOST_FACTS, head).positions) == MOST_FACTS
    with pytest.raises(RefusedError) as refused:
        of_range(1, MOST_FACTS + 1, head)
    assert refused.value.rule == "too_many_facts"


def test_a_row_that_is_not_what_was_logged_is_not_opened(
    records: Run, dossier: str, stream: UUID, system: System, home: Path, tmp_path: Path
) -> None:
    """Its state names whom it is about, and so whose look it was: an attacker may have changed it.

    Level 1 changes the state alone, level 2 makes the entry anew.
    """
    sealed = exported(records, tmp_path / "honest", "--record", dossier, "--case", "17/2026")
    assert sealed["opened"]
    at = next(row["position"] for row in rows_of(tmp_path / "honest") if "opening" in row)
    with closing(open_rows(f"sqlite:///{home}/ledger.db")) as source:
        raw = source.at(at)
    assert raw is not None
    row = row_of(raw)
    kept = read_state(row.state)
    envelope = Envelope(*kept.envelope)._replace(subject=bytes(16))
    state = write_state(write_body(kept.body), envelope, kept.sealed)
    digest = row_digest(row.stream_id, row.version, row.topic, row.event_id, state)
    anew = write_entry(digest, row.entry[33:])
    for level, entry in enumerate((row.entry, anew), 1):
        with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
            ledger.execute("DROP TRIGGER IF EXISTS ledger_facts_never_change")
            ledger.execute(
                "UPDATE ledger_facts SET state = ?, entry = ? WHERE position = ?",
                (state, entry, at),
            )
        out = tmp_path / f"level-{level}"
        told = exported(records, out, "--positions", str(at), "--case", "17/2026", code=1)
        assert told["opened"] == 0
        assert "opening" not in rows_of(out)[0]
    assert row.stream_id == stream


def test_names_of_time_stamps_fit_a_manifest(records: Run, dossier: str, tmp_path: Path) -> None:
    for name in ("ngày.tsr", "a b.tsr", "token.txt", ".tsr"):
        (tmp_path / name).write_bytes(b"token")
        refused = records("audit", "export", tmp_path / "x", "--record", dossier, "--tsr",
                          tmp_path / name)  # fmt: skip
        assert refused.exit_code == 2
        assert "stamp_name" in refused.stderr
    assert not (tmp_path / "x").exists()


def test_the_audit_that_is_made_for_it_is_enclosed_in_three_forms(
    records: Run, dossier: str, tmp_path: Path
) -> None:
    for language in ("vi", "en"):
        out = tmp_path / language
        exported(records, out, "--record", dossier, "--language", language)
        page = (out / "data" / "report.html").read_text("utf-8")
        assert f'lang="{language}"' in page
        assert (out / "data" / "report.pdf").read_bytes().startswith(b"%PDF-")
        (account,) = (out / "data" / "report.jsonl").read_text("utf-8").splitlines()
        assert json.loads(account)["audit"]["findings"] == 0


def test_what_no_head_covers_is_not_exported(records: Run, tmp_path: Path) -> None:
    for choice in (("--range", "1:9999"), ("--positions", "99999")):
        refused = records("audit", "export", tmp_path / "x", *choice)
        assert refused.exit_code == 2
        assert "not_covered" in refused.stderr
    backwards = records("audit", "export", tmp_path / "x", "--range", "9:1")
    assert "range_form" in backwards.stderr
    unknown = records("audit", "export", tmp_path / "x", "--record", "no-such-thing")
    assert unknown.exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--range", "1:2", "--positions", "1"),
        ("--range", "1"),
        ("--range", "0:5"),
        ("--positions", "1-3"),
        ("--positions", "1,,3"),
        ("--range", "1:2", "--looks"),
    ],
)
def test_a_command_line_that_makes_no_sense_exits_with_3(
    records: Run, options: tuple[str, ...], tmp_path: Path
) -> None:
    assert records("audit", "export", tmp_path / "x", *options).exit_code == 3


def test_one_key_signs_all_packages_of_a_home(records: Run, home: Path) -> None:
    key = records("audit", "exporter").stdout
    assert key.startswith("records.example/exporter+")
    assert records("audit", "exporter").stdout == key
    (home / "documents" / "exporter.vkey").write_text("no key", "ascii")
    refused = records("audit", "exporter")
    assert refused.exit_code == 2
    assert "invalid_input/vkey" in refused.stderr
