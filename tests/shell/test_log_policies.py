import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from ledger.transparency.note import ED25519_COSIGNATURE
from tests_support.memory_log import note_signer

Run = Callable[..., Result]


def test_a_log_without_changes_lists_none(records: Run, home: Path) -> None:
    for file in (home / "log").glob("policy-until-*"):
        file.unlink()
    said = records("log", "policies", "--json")
    assert said.stdout == "[]\n"


def test_former_policies_are_listed_with_the_size_that_they_reached(
    records: Run, home: Path, tmp_path: Path
) -> None:
    size = json.loads(records("log", "status", "--json").stdout)["published_size"]
    assert size > 0
    key = note_signer("w.example", ED25519_COSIGNATURE).key.vkey
    records("log", "witness", "add", "inspectorate", key, "https://w.example/w")
    assert records("log", "quorum", "2").exit_code == 0
    refused = records("audit", "verify")
    assert (refused.exit_code, json.loads(refused.stdout)["code"]) == (1, "C3.quorum_missed")
    *_, last = json.loads(records("log", "policies", "--json").stdout)
    assert last["until"] == size
    assert str(size) in records("log", "policies").stdout
    # What one witness saw is fine, but nothing is published yet that two saw.
    said = records("audit", "verify", "--policy-until", f"{size}:{last['file']}")
    assert (said.exit_code, said.stdout) == (2, "")
    assert "no head is published under the newest policy" in said.stderr


def test_a_former_policy_that_is_none_exits_with_3(records: Run, home: Path) -> None:
    for given in ("policy", "x:policy", f"5:{home}/log/none"):
        assert records("audit", "verify", "--policy-until", given).exit_code == 3
