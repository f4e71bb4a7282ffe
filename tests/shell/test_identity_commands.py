import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app import System
from ledger.errors import InvalidInputError
from settings import read_settings
from tests_support.identity_provider import SigningKey
from verify_api.identity.authentication import Assurance
from verify_api.identity.provider_settings import client_secret

Run = Callable[..., Result]
PASSWORD = "a-long-enough-sentence"
OIDC = """
[oidc]
issuer = "https://id.example"
client_id = "records"
name_vi = "Định danh"
name_en = "Identity"
number_claim = "number"
[oidc.assurances]
"muc-2" = "substantial"
"""


def add(records: Run, name: str, role: str, organisation: str) -> None:
    added = records(
        "account", "add", name, "--title", "Mẫu", "--role", role, "--organisation", organisation,
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert added.exit_code == 0, added.stderr


def test_a_system_and_its_keys_are_registered_listed_and_closed(
    records: Run, tmp_path: Path
) -> None:
    made = records(
        "client", "register", "Cổng", "--role", "portal_system", "--organisation", "CA01"
    )
    assert made.exit_code == 0, made.stderr
    client = made.stdout.strip()
    file = tmp_path / "key.json"
    file.write_text(json.dumps(SigningKey("k").jwk()), "utf-8")
    added = records("client", "add-key", client, file)
    assert added.exit_code == 0, added.stderr
    thumbprint = added.stdout.split()[-1]
    (row,) = json.loads(records("client", "list", "--json").stdout)
    assert (row["client"], row["keys"][0]["thumbprint"]) == (client, thumbprint)
    assert client in records("client", "list").stdout
    assert records("client", "add-key", client, file).exit_code == 2
    assert records("client", "revoke-key", thumbprint).exit_code == 0
    assert records("client", "disable", client).exit_code == 0
    (row,) = json.loads(records("client", "list", "--json").stdout)
    assert row["state"] == "disabled"
    assert row["keys"][0]["revoked_at"]
    assert records("client", "revoke-key", "nothing").exit_code == 2


def test_an_organisation_is_entered_and_administered_and_the_journal_tells(
    records: Run, system: System
) -> None:
    entered = records(
        "organisation", "enter", "CA01", "--kind", "authority", "--name-vi", "Mẫu",
        "--name-en", "S",
    )  # fmt: skip
    assert entered.exit_code == 0, entered.stderr
    add(records, "kiem", "verifier", "CA01")
    named = records("organisation", "administrator", "kiem")
    assert named.exit_code == 0, named.stderr
    add(records, "ky", "signer", "CA01")
    assert records("organisation", "administrator", "ky").exit_code == 2
    rows = json.loads(records("account", "journal", "--json").stdout)
    assert [row["deed"] for row in rows][-4:] == [
        "organisation_named", "account_added", "administrator_named", "account_added",
    ]  # fmt: skip
    assert "administrator_named" in records("account", "journal").stdout
    assert records("account", "journal", "--check").stdout == "the chain holds\n"
    with system.callers.transaction() as transaction:
        transaction.run("DROP TRIGGER journal_stays")
        transaction.run("UPDATE caller_journal SET account = 'x' WHERE sequence = 1")
    broken = records("account", "journal", "--check")
    assert (broken.exit_code, broken.stdout) == (1, "broken at 1\n")


def test_what_is_done_at_the_console_is_in_the_journal(records: Run) -> None:
    add(records, "kim", "signer", "CA01")
    records("account", "password", "kim", typed=f"{PASSWORD}-2\n{PASSWORD}-2\n")
    records("account", "disable", "kim")
    issued = records("token", "issue", "--organisation", "CA01")
    token = issued.stderr.partition(",")[0]
    records("token", "revoke", token)
    rows = json.loads(records("account", "journal", "--json").stdout)
    assert [row["deed"] for row in rows][-5:] == [
        "account_added", "password_changed", "account_disabled", "api_token_issued",
        "api_token_revoked",
    ]  # fmt: skip
    assert rows[-1]["detail"] == {"token": token}
    assert PASSWORD not in json.dumps(rows)
    assert issued.stdout.strip() not in json.dumps(rows)


def test_organisations_that_nobody_knows_are_not_entered(records: Run) -> None:
    for kind in ("authority", "facility"):
        refused = records(
            "organisation", "enter", "XX", "--kind", kind, "--name-vi", "x", "--name-en", "x"
        )
        assert refused.exit_code == 2


def test_an_account_is_linked_to_a_name_that_is_kept_as_a_hash(records: Run, home: Path) -> None:
    add(records, "kim", "signer", "CA01")
    assert records("account", "link", "kim", "--subject", "s-1").exit_code == 2
    with (home / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(OIDC)
    linked = records("account", "link", "kim", typed="s-012345678\n")
    assert linked.exit_code == 0, linked.stderr
    assert "s-012345678" not in linked.stdout
    assert records("account", "link", "kim", "--subject", "s-012345678").exit_code == 2
    held = b"".join(path.read_bytes() for path in home.glob("callers.db*"))
    assert b"s-012345678" not in held


def test_the_provider_is_read_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(OIDC, "utf-8")
    provider = read_settings(tmp_path, {}).oidc
    assert provider is not None
    assert provider.assurance_of("muc-2") is Assurance.SUBSTANTIAL
    assert provider.assurance_of("muc-9") is Assurance.LOW
    with pytest.raises(InvalidInputError, match="32 characters"):
        client_secret(tmp_path, provider)
    (tmp_path / "oidc-secret").write_text("x" * 32, "ascii")
    assert client_secret(tmp_path, provider) == "x" * 32


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('issuer = "http://id.example"', "oidc.issuer"),
        ('algorithm = "HS256"', "oidc.algorithm"),
        ('algorithm = "none"', "oidc.algorithm"),
        ('least = "very"', "oidc.least"),
        ('scope = "profile"', "oidc.scope"),
        ('client_id = ""', "oidc.client_id"),
        ("client_id = 5", "oidc.client_id"),
        ("unknown = 5", "settings.toml"),
    ],
)
def test_settings_that_are_not_safe_are_refused(tmp_path: Path, line: str, place: str) -> None:
    key = line.partition(" ")[0]
    kept = [one for one in OIDC.splitlines() if not one.startswith(f"{key} =")]
    kept.insert(kept.index("[oidc]") + 1, line)
    (tmp_path / "settings.toml").write_text("\n".join(kept), "utf-8")
    with pytest.raises(InvalidInputError) as refused:
        read_settings(tmp_path, {})
    assert refused.value.place == place
