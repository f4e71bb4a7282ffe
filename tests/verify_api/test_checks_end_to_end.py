"""An employer checks real certificates; its history, the holder's list and the audit agree."""

import json
from pathlib import Path

from flask.testing import FlaskClient

from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from ledger.facts import Act
from ledger.records.access import RecordKind
from tests_support.cheap_accounts import cheap_accounts
from tests_support.officer_site import open_officer_house
from tests_support.service_world import PASSWORD
from tests_support.whole_house import House
from verify_api.accounts import Account
from verify_api.callers import Role

HISTORY = "/v1/organisation/checks"


class Employer:
    """Somebody of an organisation, in a browser."""

    def __init__(self, house: House, name: str, organisation: str) -> None:
        account = Account(f"id-{name}", name, "Nhân sự Mẫu", Role.VERIFIER, organisation)
        salt = house.system.clockwork.random(16)
        cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
        self.client: FlaskClient = house.app.test_client()
        self.client.post("/login", data={"name": name, "password": PASSWORD})
        page = self.client.get("/", headers={"Accept": "text/html"}).text
        self.head = {"X-CSRF-Token": page.split('name="csrf" value="')[1].split('"')[0]}

    def checks(self, text: str) -> str:
        """Check a code; return the state that was answered."""
        answer = self.client.post("/v1/verify", json={"text": text}, headers=self.head)
        assert answer.status_code == 200, answer.text
        return str(answer.get_json()["state"])

    def history(self) -> list[tuple[str, str | None]]:
        """Return state and number of what the organisation has checked, the newest first."""
        told = self.client.get(HISTORY).get_json()["checks"]
        return [(one["state"], one["certificate"] and one["certificate"]["number"]) for one in told]


def test_history_and_audit_agree(tmp_path: Path) -> None:
    with open_officer_house(tmp_path / "home") as made:
        house = made.house
        request, text = house.issued()
        employer, other = Employer(house, "hoasen", "DN-MAU"), Employer(house, "khac", "DN-KHAC")
        number = house.check(text)["certificate"]["number"]
        forged = f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
        assert [employer.checks(one) for one in (text, forged)] == ["valid", "altered"]
        made.later(minutes=1)
        recalled = house.do(
            request, "recall", Role.SIGNER, decision_number="15/QĐ", decision_date="2026-11-23",
            reason="content_wrong", decision_text="mẫu", summary="mẫu",
        )  # fmt: skip
        assert recalled.status_code == 303, recalled.text
        made.later(seconds=1)
        assert employer.checks(text) == "revoked"
        made.catch_up()
        assert employer.history() == [("revoked", number), ("altered", None), ("valid", number)]
        assert other.history() == []
        subject = load_request(house.system.facts, request).state.draft.subject
        looks = [
            one for one in who_looked(house.system.facts, subject=subject)
            if one.act.organisation == "DN-MAU"
        ]  # fmt: skip
        assert [one.fact.kind for one in looks] == [RecordKind.CERTIFICATE] * 2  # type: ignore[attr-defined]
        batch(employer, text, 120)
        made.catch_up()
        assert len(employer.history()) == 50
        made.replay()


def batch(employer: Employer, text: str, lines: int) -> None:
    """Check one code so often in one request."""
    answer = employer.client.post(
        "/v1/verify/batch", data="\n".join(json.dumps({"text": text}) for _ in range(lines)),
        content_type="application/x-ndjson", headers=employer.head,
    )  # fmt: skip
    assert len(answer.text.splitlines()) == lines


def test_a_check_is_an_act_of_its_account_and_of_nobody_else(tmp_path: Path) -> None:
    with open_officer_house(tmp_path / "home") as made:
        house = made.house
        _, text = house.issued()
        Employer(house, "hoasen", "DN-MAU").checks(text)
        house.check(text)
        found = house.system.reading.read(after=0, limit=99, topics=("check.recorded/1",))
        assert [one.act for one in found] == [
            Act(house.clock.at, "id-hoasen", "verifier", "DN-MAU")
        ]
