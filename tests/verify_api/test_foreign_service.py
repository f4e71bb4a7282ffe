"""A service that was told whom to believe for foreign formats answers their codes at every door."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import qrcode
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app import build
from cli import main
from doors import join
from keys.trust_document import read_root
from ledger.errors import InvalidInputError
from shell.doctor import examine
from shell.first_start import ROOT_FILE
from shell.home import Home
from tests_support.cheap_accounts import cheap_accounts
from tests_support.desk_home import SetClock
from tests_support.foreign_files import FILE, write_trust
from tests_support.foreign_vectors import CARD, KEY, card, health, identity
from tests_support.log_on_demand import publish_on_demand
from tests_support.signed_certificates import AT
from tests_support.whole_house import PASSWORD, SERVICE, House, open_house
from verify_api.accounts import Account
from verify_api.bundle import read_bundle
from verify_api.callers import Role
from verify_api.picture import media_type_of, read_codes
from verify_api.profiles.foreign import NO_FOREIGN_TRUST
from verify_api.verdict import State
from verify_api.wording import STATES

GOOD = {"hcert": health(), "smart_health_card": card(), "claim_169": identity()}
GONE = card({**CARD, "vc": {**CARD["vc"], "rid": "gone"}})
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service whose settings name the files of trust."""
    home = tmp_path_factory.mktemp("foreign") / "home"
    with open_house(home) as begun:
        settings = begun.system.settings
    named = write_trust(home)
    with (home / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(f'foreign_trust = "{named}"\n')
    clock = SetClock(AT)
    with closing(build(replace(settings, foreign_trust=named), clock)) as system:
        publish_on_demand(system)
        yield House(system, clock, join(system, SERVICE, read_codes, media_type_of))


@pytest.mark.parametrize("profile", GOOD)
def test_one_code_is_answered(house: House, profile: str) -> None:
    answer = house.check(GOOD[profile])
    assert (answer["profile"], answer["overall"]) == (profile, "valid")
    assert answer["issuer"]["name"].endswith("Mẫu")
    assert answer["certificate"]["claims"]


def test_a_revoked_card_is_answered(house: House) -> None:
    assert house.check(GONE)["state"] == "revoked"


def test_many_codes_are_answered_at_once(house: House) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in [*GOOD.values(), GONE])
    answer = house.app.test_client().post(
        "/v1/verify/batch", data=lines, content_type="application/x-ndjson"
    )
    states = [json.loads(line)["state"] for line in answer.text.splitlines()]
    assert states == ["valid", "valid", "valid", "revoked"]


def test_a_picture_is_answered(house: House) -> None:
    picture = io.BytesIO()
    qrcode.make(GOOD["hcert"]).save(picture)
    answer = house.upload(picture.getvalue(), "image/png").get_json()
    assert [one["overall"] for one in answer["answers"]] == ["valid"]


def test_the_pages_answer_and_show_what_it_says(house: House) -> None:
    browser = house.app.test_client()
    shown = browser.post("/v1/verify", data={"text": GOOD["hcert"]}, headers=PAGE).text
    for told in ('data-overall="valid"', "Bộ Mẫu", "1990-01-02"):
        assert told in shown
    table = browser.post("/check/many", data={"codes": f"A1;{GOOD['hcert']}"}, headers=PAGE).text
    assert "A1" in table
    assert STATES[State.VALID].heading.vi in table


def test_who_signed_in_finds_the_check_in_the_organisations_history(house: House) -> None:
    account = Account("id-hoasen", "hoasen", "Nhân sự Mẫu", Role.VERIFIER, "DN-MAU")
    salt = house.system.clockwork.random(16)
    cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
    browser = house.app.test_client()
    browser.post("/login", data={"name": "hoasen", "password": PASSWORD})
    page = browser.get("/", headers=PAGE).text
    head = {"X-CSRF-Token": page.split('name="csrf" value="')[1].split('"')[0]}
    answer = browser.post("/v1/verify", json={"text": GOOD["hcert"]}, headers=head).get_json()
    assert answer["overall"] == "valid"
    house.system.projector.catch_up()
    (noted,) = browser.get("/v1/organisation/checks").get_json()["checks"]
    assert (noted["state"], noted["certificate"]) == ("valid", None)


@pytest.mark.parametrize("profile", GOOD)
def test_a_receipt_is_signed_for_the_answer(house: House, profile: str) -> None:
    browser = house.app.test_client()
    answer = browser.post("/v1/receipts", json={"text": GOOD[profile]})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["claims"]["answer"]["profile"] == profile
    judged = browser.post(
        "/v1/receipts/check", data=answer.data, content_type="application/json"
    ).get_json()
    assert judged["finding"] == "counts"
    printed = browser.post("/v1/receipts", data={"text": GOOD[profile], "as": "pdf"})
    assert printed.mimetype == "application/pdf"


@pytest.mark.parametrize(
    "value",
    ["1" + "0" * 25, "-" + "9" * 30, '"\\ud83d"', "[" * 500 + "]" * 500, "1e999", "[1.5, -0.0]"],
)
def test_no_signed_value_makes_an_answer_impossible(house: House, value: str) -> None:
    """An issuer who is believed may still write what no reader expects."""
    claims = json.dumps(CARD).replace('"4.0.1"', value).encode()
    answer = house.check(card(claims))
    assert answer["profile"] == "smart_health_card"
    assert answer["state"] in {"valid", "not_ours"}


def test_the_bundle_carries_the_trust(house: House) -> None:
    home = house.system.settings.home
    root = read_root((home / ROOT_FILE).read_bytes())
    served = house.app.test_client().get("/v1/bundle")
    evidence = read_bundle(served.data, root, at=AT)
    assert evidence.foreign != NO_FOREIGN_TRUST
    assert [issuer.name for issuer in evidence.foreign.hcert] == ["Bộ Mẫu"]
    assert evidence.foreign.until is not None


def offline(house: House, folder: Path, text: str, *more: str) -> Result:
    bundle = folder / "bundle.cbor"
    bundle.write_bytes(house.system.bundle(AT))
    root = house.system.settings.home / ROOT_FILE
    asked = ["--home", str(folder / "nowhere"), "verify", text, "--json", "--bundle", str(bundle)]
    return CliRunner().invoke(
        main, [*asked, "--root", str(root), "--at", more[0] if more else AT.isoformat(), *more[1:]]
    )


@pytest.mark.parametrize("profile", GOOD)
def test_the_shell_checks_by_the_bundle_alone(house: House, tmp_path: Path, profile: str) -> None:
    checked = offline(house, tmp_path, GOOD[profile])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout) == house.check(GOOD[profile]) | _offline_parts(checked)


def _offline_parts(checked: Result) -> dict[str, Any]:
    """Return the parts of an offline answer that tell how it was made."""
    answer = json.loads(checked.stdout)
    return {name: answer[name] for name in ("evidence", "checked_at")}


def test_a_bundle_that_is_too_old_says_nothing_of_foreign_codes(
    house: House, tmp_path: Path
) -> None:
    late = (AT + timedelta(days=400)).isoformat()
    checked = offline(house, tmp_path, GOOD["hcert"], late)
    answer = json.loads(checked.stdout)
    assert (checked.exit_code, answer["state"]) == (2, "cannot_confirm")
    assert [one["code"] for one in answer["reasons"]] == ["trust_list_stale"]


def test_files_beside_the_bundle_are_believed_too(house: House, tmp_path: Path) -> None:
    stranger = health(kid=b"stranger")
    assert offline(house, tmp_path, stranger).exit_code == 1
    pem = tmp_path / "stranger.pem"
    pem.write_bytes(KEY.public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for text in (stranger, GOOD["smart_health_card"]):
        beside = offline(house, tmp_path, text, AT.isoformat(), "--trust", str(pem))
        assert beside.exit_code == 0, beside.output


def test_the_files_of_a_service_serve_the_shell_without_it(house: House, tmp_path: Path) -> None:
    index = house.system.settings.home / FILE
    asked = ["--home", str(tmp_path / "nowhere"), "verify", GOOD["hcert"], "--trust", str(index)]
    told = CliRunner().invoke(main, [*asked, "--at", AT.isoformat()])
    assert told.exit_code == 0, told.output


def test_the_shell_believes_online_whom_the_service_believes(house: House) -> None:
    checked = house.records("verify", GOOD["claim_169"], "--json", "--at", AT.isoformat())
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["issuer"]["name"] == "Sổ Mẫu"


def test_the_doctor_counts_the_issuers(house: House) -> None:
    home = Home(house.system.settings.home, {}, house.clock)
    (line,) = [line for line in examine(home) if line.name == "foreign trust"]
    assert line.found == "3 issuers with 3 keys"


def test_a_backup_takes_the_files_along(house: House, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = house.records("backup", str(copy), "--secrets-to", str(tmp_path / "secrets"))
    assert made.exit_code == 0, made.output
    kept = {file.name for file in (copy / "foreign").iterdir()}
    assert kept == {file.name for file in (house.system.settings.home / "foreign").iterdir()}


def test_a_service_does_not_start_with_a_file_that_says_something_else(tmp_path: Path) -> None:
    with open_house(tmp_path / "home") as begun:
        settings = replace(begun.system.settings, foreign_trust="gone.toml")
    with (
        closing(build(settings, SetClock(AT))) as system,
        pytest.raises(InvalidInputError) as refused,
    ):
        join(system, SERVICE, read_codes, media_type_of)
    assert (refused.value.place, refused.value.rule) == (
        "foreign_trust: gone.toml", "unreadable_file",
    )  # fmt: skip


def test_a_setting_that_is_no_file_is_refused(house: House) -> None:
    no_name: dict[str, Any] = {"foreign_trust": 5}
    with pytest.raises(InvalidInputError) as refused:
        replace(house.system.settings, **no_name)
    assert refused.value.rule == "setting_form"
