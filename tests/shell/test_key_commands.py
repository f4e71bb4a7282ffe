import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import System
from keys.trust_document import read, read_root

Run = Callable[..., Result]


def known(records: Run, **wanted: str) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(records("keys", "list", "--json").stdout)
    return [key for key in keys if all(key[name] == value for name, value in wanted.items())]


def test_all_keys_are_listed_with_their_uses(records: Run) -> None:
    listed = records("keys", "list")
    assert listed.exit_code == 0
    assert len(listed.stdout.splitlines()) == 1 + len(known(records))
    assert known(records, uses="judicial-record", issuer="CA01", state="active")


def test_a_key_is_made_published_activated_and_retired(records: Run) -> None:
    made = records("keys", "create", "--issuer", "CA01", "--use", "judicial-record", "--use",
                   "status", "--actor", "kim")  # fmt: skip
    kid = made.stdout.strip()
    assert re.fullmatch(r"[0-9a-f]{64}", kid)
    early = records("keys", "activate", kid)
    assert early.exit_code == 2
    assert records("keys", "publish").stdout.startswith("trust list ")
    assert records("keys", "activate", kid[:16], "--now-because", "a drill").exit_code == 0
    assert known(records, kid=kid)[0]["state"] == "active"
    assert known(records, kid=kid)[0]["status_prefixes"] == "https://records.example/s/01/"
    assert records("keys", "retire", kid).stdout == f"{kid}: retired\n"
    shown = json.loads(records("keys", "show", kid, "--json").stdout)
    assert [one["fact"] for one in shown["life"]] == [
        "signing_key.created/1", "signing_key.activated/1", "signing_key.retired/1",
    ]  # fmt: skip
    assert shown["life"][0]["actor"] == "kim"
    assert "signing_key.retired/1" in records("keys", "show", kid).stdout


def test_a_rotation_makes_a_successor_of_the_same_kind(records: Run) -> None:
    old = known(records, issuer="CA46", uses="status", state="active")[0]
    rotated = records("keys", "rotate", old["kid"], "--overlap-days", "7")
    assert rotated.exit_code == 0, rotated.stderr
    new = known(records, kid=rotated.stdout.strip())[0]
    assert (new["issuer"], new["uses"], new["state"]) == ("CA46", "status", "pending")
    assert known(records, kid=old["kid"])[0]["state"] == "active"


def test_a_compromise_is_asked_for_twice_and_published_at_once(records: Run, home: Path) -> None:
    kid = known(records, issuer="CA01", uses="judicial-record")[0]["kid"]
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    arguments = ("keys", "compromise", kid, "--since", since, "--reason", "a stolen disk")
    assert records(*arguments, typed="n\n").exit_code == 1
    assert known(records, kid=kid)[0]["state"] == "active"
    given_up = records(*arguments, "--yes")
    assert given_up.exit_code == 0, given_up.stderr
    assert known(records, kid=kid)[0]["state"] == "revoked"
    now_unproven = records("verify", home / "papers" / "active.png")
    assert now_unproven.exit_code in {1, 2}


def test_the_list_in_force_is_exported_in_three_forms(records: Run, tmp_path: Path) -> None:
    root = read_root(records("keys", "export", "--root").stdout_bytes)
    trust = read(records("keys", "export").stdout_bytes, root)
    assert len(trust.keys) == len(known(records))
    jwks = json.loads(records("keys", "export", "--jwks").stdout)
    assert jwks["keys"]
    file = tmp_path / "trust.cbor"
    assert records("keys", "export", "--to", file).exit_code == 0
    assert read(file.read_bytes(), root) == trust
    lost = records("keys", "export", "--to", tmp_path / "no" / "folder")
    assert lost.stderr.startswith("records: unreadable_file: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "12"), "invalid_input/kid_form"),
        (("show", "zzzzzzzzzz"), "invalid_input/kid_form"),
        (("show", "0000000000000000"), "not_found"),
        (("retire", "0000000000000000"), "not_found"),
        (("create", "--issuer", "XX", "--use", "status"), "invalid_input/unknown"),
        (("create", "--issuer", "99Z99", "--use", "status"), "not_found"),
        (("equip", "99Z99"), "not_found"),
    ],
)
def test_a_key_that_is_not_there_is_told_in_one_line(
    records: Run, arguments: tuple[str, ...], code: str
) -> None:
    refused = records("keys", *arguments)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"records: {code}: ")
    assert len(refused.stderr.splitlines()) == 1


def test_a_facility_gets_keys_for_health_papers_and_their_lists_and_documents(
    records: Run, system: System
) -> None:
    made = records("keys", "equip", "46A02")
    assert made.exit_code == 0
    papers, lists = made.stdout.split()
    told = json.loads(records("keys", "show", papers, "--json").stdout)
    assert (told["issuer"], told["state"]) == ("46A02", "pending")
    assert set(told["uses"].split()) == {"referral", "appointment"}
    assert json.loads(records("keys", "show", lists, "--json").stdout)["uses"] == "status"
    assert system.document_signer("46A02").certificate


def test_a_facility_that_is_not_registered_has_no_keys(records: Run) -> None:
    refused = records("keys", "equip", "46A03")
    assert refused.stderr.startswith("records: not_found: ")
