"""The program in every package: what it says of an honest one, and how it is run by strangers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.audit.package import verify
from ledger.audit.package.bag import zipped
from ledger.audit.package.package import folder_name
from ledger.canonical import encode
from tests_support.evidence_packages import (
    EXPORTER,
    PACKAGE,
    STREAM,
    Files,
    House,
    checked,
    written,
)
from tests_support.golden_facts import STORED_FACTS

PROGRAM = Path(verify.__file__)
NO_DOORS = """
import runpy, sys
def refuse(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.remove", "os.mkdir")):
        raise SystemExit(f"{event} {arguments}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise SystemExit(f"{event} {arguments}")
program, sys.argv = sys.argv[1], sys.argv[1:]
sys.addaudithook(refuse)
runpy.run_path(program, run_name="__main__")
"""
"""Runs the program in an interpreter that opens no connection and writes no file."""
NO_ML_DSA = """
import runpy, sys
sys.modules["cryptography.hazmat.primitives.asymmetric.mldsa"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs the program with a `cryptography` that knows no ML-DSA."""


@pytest.fixture
def folder(package: Files, tmp_path: Path) -> Path:
    return written(package, tmp_path / "package")


@pytest.fixture
def trust(house: House, tmp_path: Path) -> list[str]:
    (tmp_path / "policy").write_text(house.policy, "utf-8")
    return ["--key", house.exporter.key.vkey, "--policy", str(tmp_path / "policy")]


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an isolated interpreter, in a place where nothing of this project can be imported."""
    ours = ("PYTHON", "COVERAGE")  # who counts lines writes files, and so would the program
    environment = {name: os.environ[name] for name in os.environ if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-I", *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_honest_package_is_right(house: House, package: Files) -> None:
    outcome = house.checked(package)
    assert (outcome.wrong, outcome.unchecked, outcome.exit_code) == ([], [], 0)
    begun = {line.partition(":")[0] for line in outcome.right}
    assert begun == {"files", "export", "head", "facts", "streams", "proofs", "report"}
    assert any(f"signed by {EXPORTER}" in line for line in outcome.right)


def test_what_nobody_asked_for_is_said_and_is_not_clean(house: House, package: Files) -> None:
    nobody = checked(package, key=None, policy=None)
    assert (nobody.wrong, nobody.exit_code) == ([], 2)
    assert "nobody's signature was asked for" in nobody.unchecked[0]
    assert "the package's own policy, which proves nothing" in nobody.unchecked[1]
    assert len(house.checked(package, key=None).unchecked) == 1
    assert len(house.checked(package, policy=None).unchecked) == 1


def test_a_package_without_proofs_is_not_clean(house: House) -> None:
    outcome = house.checked(house.package(proofs={}))
    assert (outcome.wrong, outcome.unchecked) == ([], ["proofs: the package has none"])
    assert outcome.exit_code == 2


def test_what_is_not_opened_is_told(house: House, package: Files) -> None:
    """Of the forgotten person's five facts two have no sealed parts."""
    assert "facts: 3 have parts that are not opened here" in house.checked(package).remarks


def test_facts_that_were_chosen_one_by_one_may_have_gaps(house: House) -> None:
    whole = house.contents()
    chosen = [whole.facts[0], whole.facts[3]]
    files = house.package(
        facts=chosen, whole_streams=(), span=None,
        proofs={index: whole.proofs[index] for index in (0, 3)},
    )  # fmt: skip
    outcome = house.checked(files)
    assert outcome.exit_code == 0
    assert f"streams: {STREAM}: not all facts in between are here" in outcome.remarks


def test_findings_of_the_enclosed_report_are_counted(house: House) -> None:
    warning = {"code": "C9.unlogged", "severity": "warning"}
    critical = {"code": "C1.row", "severity": "critical"}

    def told(*findings: dict[str, str], count: int | None = None) -> verify.Outcome:
        account = {"audit": {"findings": len(findings) if count is None else count,
                             "unchecked": {"C7": "no views"}}}  # fmt: skip
        lines = "".join(f"{json.dumps(one)}\n" for one in (account, *findings))
        return house.checked(house.package(report={"jsonl": lines.encode()}))

    late = told(warning)
    assert late.exit_code == 0
    assert {"report: warnings: C9.unlogged", "report: not audited: no views"} <= {*late.remarks}
    assert told(warning, critical).wrong == ["report: the enclosed audit names 2 findings: C1.row"]
    assert told(warning, count=0).wrong == ["report: not as many findings as it says"]


def test_a_row_that_is_not_what_was_logged_is_exported_and_found(house: House) -> None:
    whole = house.contents()
    changed = whole.facts[0].row._replace(topic="toy.counted/2")
    facts = [type(whole.facts[0])(changed), *whole.facts[1:]]
    assert house.checked(house.package(facts=facts)).wrong[0] == (
        "facts: line 1: not the row of its entry"
    )


# Run as a stranger runs it


def test_it_runs_alone_in_an_isolated_interpreter(folder: Path, trust: list[str]) -> None:
    ran = run(folder / "verify.py", folder, *trust, cwd=folder.parent)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("All is right.\n")


def test_it_checks_the_folder_in_which_it_lies(folder: Path) -> None:
    ran = run(folder / "verify.py", cwd=folder.parent)
    assert ran.returncode == 2
    assert ran.stdout.count("NOT CHECKED") == 2
    assert sorted(one.name for one in folder.iterdir() if one.suffix != ".txt") == [
        "data", "tagmanifest-sha256.note", "verify.py",
    ], "it leaves nothing behind"  # fmt: skip


def test_it_opens_no_connection_and_writes_nothing(folder: Path, trust: list[str]) -> None:
    ran = run("-c", NO_DOORS, folder / "verify.py", folder, *trust, cwd=folder.parent)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_guard_of_that_test_does_refuse(folder: Path, tmp_path: Path) -> None:
    for name, line in (("a", "import socket; socket.socket()"), ("b", "open('x', 'w')")):
        (tmp_path / f"{name}.py").write_text(line, "ascii")
        assert run("-c", NO_DOORS, tmp_path / f"{name}.py", cwd=tmp_path).returncode == 1


def test_without_ml_dsa_it_says_so(folder: Path, trust: list[str]) -> None:
    ran = run("-c", NO_ML_DSA, folder / "verify.py", folder, *trust, "--json", cwd=folder.parent)
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["exit_code"], told["wrong"]) == (2, 2, [])
    assert told["unchecked"] == ["head: ML-DSA-44 signatures: this `cryptography` has none"]


def test_the_program_imports_nothing_of_the_project() -> None:
    imports = [
        line.split()[1].partition(".")[0]
        for line in PROGRAM.read_text("utf-8").splitlines()
        if line.lstrip().startswith(("import ", "from ")) and " import " in f" {line}"
    ]
    assert {*imports} <= {*sys.stdlib_module_names, "cryptography"}


@pytest.mark.parametrize(
    "arguments", [["--key", "x"], ["--policy", "no-such-file"], ["--nonsense"], ["no-such-folder"]]
)
def test_a_command_line_that_makes_no_sense_exits_with_3(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main(arguments) == 3
    assert capsys.readouterr().err


def test_a_zip_is_checked_as_its_folder_is(
    package: Files, trust: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(zipped(folder_name(PACKAGE), package))
    assert verify.main([str(file), *trust]) == 0
    assert "container" in capsys.readouterr().out


def test_two_programs_make_the_same_zip(package: Files) -> None:
    name = folder_name(PACKAGE)
    assert zipped(name, package) == verify.zip_of(
        {f"{name}/{path}": content for path, content in package.items()}
    )


def test_it_reads_the_bodies_of_all_facts_as_the_ledger_does() -> None:
    for line in STORED_FACTS.read_text("utf-8").splitlines():
        body = bytes.fromhex(line.split(" ")[1])
        read, end = verify.cbor(body, 0)
        assert (encode(read), end) == (body, len(body))
