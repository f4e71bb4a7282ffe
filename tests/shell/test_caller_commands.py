import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result

from app import System
from ledger.commands import facilities
from ledger.records.facility import Level
from verify_api.callers import Role
from verify_api.errors import SignInRefusedError

Run = Callable[..., Result]
PASSWORD = "a-long-enough-sentence"


def add(records: Run, name: str, *more: str) -> Result:
    return records(
        "account", "add", name, "--title", "Mẫu", *more, typed=f"{PASSWORD}\n{PASSWORD}\n"
    )


def listed(records: Run, group: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(records(group, "list", "--json").stdout)
    return rows


def test_an_account_is_added_used_changed_and_disabled(records: Run, system: System) -> None:
    added = add(records, "kim", "--role", "signer", "--organisation", "CA01")
    assert added.exit_code == 0, added.stderr
    now = datetime.now(UTC)
    account = system.accounts.sign_in("kim", PASSWORD, network="n", at=now)
    assert account.account_id in added.stdout
    assert PASSWORD not in added.stdout
    other = "another-long-sentence"
    assert records("account", "password", "kim", typed=f"{other}\n{other}\n").exit_code == 0
    assert system.accounts.sign_in("kim", other, network="n", at=now).name == "kim"
    assert records("account", "disable", "kim").stdout == "kim: disabled\n"
    with pytest.raises(SignInRefusedError):
        system.accounts.sign_in("kim", other, network="n", at=now)
    assert [row["state"] for row in listed(records, "account") if row["name"] == "kim"] == [
        "disabled"
    ]
    assert "kim" in records("account", "list").stdout


def test_accounts_that_cannot_be_meant_are_refused_in_one_line(records: Run) -> None:
    subject = str(UUID(int=5))
    for arguments, code in (
        (("Kim", "--role", "signer"), "invalid_input/account_name"),
        (("nguoi-ky", "--role", "signer"), "conflict"),
        (("kim", "--role", "citizen"), "invalid_input/subject"),
        (("kim", "--role", "signer", "--subject", subject), "invalid_input/subject"),
        (("kim", "--role", "signer", "--organisation", "XX"), "invalid_input/unknown"),
    ):
        refused = add(records, arguments[0], *arguments[1:])
        assert refused.exit_code == 2, arguments
        assert f"records: {code}: " in refused.stderr
    assert records("account", "disable", "nobody").stderr.startswith("records: not_found: ")
    assert add(records, "kim", "--role", "anonymous").exit_code == 3


def test_a_token_is_shown_once_and_revoked(records: Run, system: System) -> None:
    issued = records("token", "issue", "--organisation", "CA46", "--days", "7")
    text = issued.stdout.strip()
    assert text.startswith("lrl_")
    caller = system.api_tokens.find(text, at=datetime.now(UTC))
    assert caller is not None
    assert caller.organisation == "CA46"
    token = next(row for row in listed(records, "token") if row["token"] == caller.account)
    assert text not in records("token", "list").stdout
    assert records("token", "revoke", token["token"]).exit_code == 0
    assert system.api_tokens.find(text, at=datetime.now(UTC)) is None
    assert records("token", "revoke", "nothing").exit_code == 2
    assert records("token", "issue", "--organisation", "XX").exit_code == 2


def test_a_facilitys_system_gets_a_token_once_the_facility_is_registered(
    records: Run, system: System
) -> None:
    issue = ("token", "issue", "--role", "facility_system", "--organisation", "79B88")
    assert records(*issue).exit_code == 2
    facilities.register(
        system.facts, code="79B88", name="Bệnh viện mẫu", name_en="Specimen hospital",
        province="79", level=Level.BASIC, act=system.act("shell", "operator"),
    )  # fmt: skip
    issued = records(*issue)
    assert issued.exit_code == 0, issued.stderr
    caller = system.api_tokens.find(issued.stdout.strip(), at=datetime.now(UTC))
    assert caller is not None
    assert (caller.role, caller.organisation) == (Role.FACILITY_SYSTEM, "79B88")
