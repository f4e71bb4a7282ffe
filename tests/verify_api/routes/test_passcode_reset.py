"""A forgotten passcode: its holder alone sets it anew, after showing who they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

import pytest

from ledger.records.passcode import MOST_FAILURES
from tests_support.citizen_house import PASSCODE, Citizen, citizen, citizen_house, hidden
from tests_support.whole_house import PASSWORD, House
from verify_api.callers import Caller, Role, Scope
from verify_api.desk.citizen import TOLD_FOR
from verify_api.desk.citizen_code import OwnCodes
from verify_api.identity.errors import InsufficientAuthenticationError

WRONG, NEW = "482914", "705182"
RESET = "/my/passcode/reset"
RESET_JSON = "/v1/my/passcode/reset"
BODY = {"passcode": NEW, "again": NEW}
TOLD = "Mã bảo vệ của bạn đã được đặt lại"


@dataclass
class Holder:
    """Somebody with a Form 2 behind the passcode `PASSCODE`, who has just signed in."""

    one: Citizen
    request: UUID

    def opens(self, passcode: str) -> bool:
        """Tell whether a passcode shows the code of the certificate."""
        answer = self.one.post(f"/my/requests/{self.request}/code", passcode=passcode)
        return "data:image/png" in answer.text

    def program(self) -> Any:
        """Set it anew as a program does."""
        csrf = {"X-CSRF-Token": hidden(self.one.get("/my").text)["csrf"]}
        return self.one.browser.post(RESET_JSON, json=BODY, headers=csrf)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with citizen_house(tmp_path_factory.mktemp("resets") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def known(house: House) -> Holder:
    one = citizen(house)
    chosen = one.post("/my/passcode", passcode=PASSCODE, again=PASSCODE)
    assert chosen.status_code == HTTPStatus.SEE_OTHER
    return Holder(one, one.issued(form="2"))


@pytest.fixture
def holder(house: House, known: Holder) -> Holder:
    """Return the holder at a time when what other tests did is over."""
    house.clock.at += timedelta(minutes=20)
    known.one.sign_in()
    assert known.one.post(RESET, passcode=PASSCODE, again=PASSCODE).location == "/my"
    house.clock.at += timedelta(minutes=1)
    return known


def test_a_forgotten_one_is_set_anew_and_the_former_ends(holder: Holder) -> None:
    one, request = holder.one, holder.request
    assert f'href="{RESET}"' in one.read(f"/my/requests/{request}/code")
    assert f'href="{RESET}"' in one.read("/my/passcode")
    assert "Mã cũ hết hiệu lực ngay" in one.read(RESET)
    done = one.post(RESET, **BODY)
    assert (done.status_code, done.location) == (HTTPStatus.SEE_OTHER, "/my")
    assert not holder.opens(PASSCODE)
    assert holder.opens(NEW)


def test_it_is_told_on_the_first_page_in_the_notices_and_among_the_checks(
    house: House, holder: Holder
) -> None:
    one = holder.one
    assert TOLD in one.read("/my")
    house.system.projector.catch_up()
    told = one.browser.get("/v1/records/me/notices").get_json()["notices"][-1]
    assert told["what"] == "passcode_reset"
    assert PASSCODE not in str(told)
    history = one.read(f"/my/requests/{holder.request}").split('id="checks"')[1]
    assert "Đặt lại mã bảo vệ đã quên" in history
    house.clock.at += TOLD_FOR
    one.sign_in()
    assert TOLD not in one.read("/my")


def test_who_is_locked_out_sets_it_anew(holder: Holder) -> None:
    for _ in range(MOST_FAILURES):
        assert not holder.opens(WRONG)
    assert not holder.opens(PASSCODE)
    assert holder.one.post(RESET, **BODY).status_code == HTTPStatus.SEE_OTHER
    assert holder.opens(NEW)


def test_without_a_fresh_sign_in_nobody_sets_it_anew(house: House, holder: Holder) -> None:
    house.clock.at += timedelta(minutes=6)
    asked = holder.one.get(RESET)
    assert asked.status_code == HTTPStatus.UNAUTHORIZED
    assert 'action="/step-up"' in asked.text
    assert hidden(asked.text)["to"] == RESET
    refused = holder.one.post(RESET, **BODY)
    assert refused.status_code == HTTPStatus.UNAUTHORIZED
    assert NEW not in refused.text
    program = holder.program()
    assert program.status_code == HTTPStatus.UNAUTHORIZED
    assert program.get_json()["code"] == "insufficient_user_authentication"
    again = holder.one.post("/step-up", to=RESET, password=PASSWORD)
    assert (again.status_code, again.location) == (HTTPStatus.SEE_OTHER, RESET)
    assert holder.opens(PASSCODE)
    assert holder.program().status_code == HTTPStatus.OK


def test_the_accounts_other_sessions_end_with_it(house: House, holder: Holder) -> None:
    elsewhere = Citizen(house, holder.one.subject, holder.one.account)
    told = holder.program().get_json()
    assert told == {"reset_at": house.clock.at.isoformat(), "sessions_ended": 1}
    assert elsewhere.get("/my").status_code == HTTPStatus.FOUND
    assert holder.one.get("/my").status_code == HTTPStatus.OK


def test_nobody_sets_anothers_anew(house: House, holder: Holder) -> None:
    other = citizen(house, 1)
    assert "Bạn chưa có mã bảo vệ" in other.read(RESET)
    assert other.post(RESET, **BODY).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert house.app.test_client().post(RESET_JSON, json={}).status_code == HTTPStatus.UNAUTHORIZED
    assert holder.opens(PASSCODE)
    officer = house.browser(Role.SIGNER)
    assert officer.get(RESET).status_code == HTTPStatus.FORBIDDEN


def test_who_has_no_session_has_shown_nothing(house: House, holder: Holder) -> None:
    codes = OwnCodes(house.system.facts, cast("Any", None), house.system.clockwork.random)
    subject = holder.one.subject
    caller = Caller("token-1", Role.CITIZEN, None, subject)
    with pytest.raises(InsufficientAuthenticationError):
        codes.reset(Scope(subject), caller, passcode=NEW, again=NEW, at=house.clock.at)


def test_one_that_anybody_guesses_is_refused(holder: Holder) -> None:
    typed = (
        ("12345", "12345", "passcode"),
        ("111111", "111111", "passcode"),
        (NEW, WRONG, "again"),
    )
    for passcode, again, field in typed:
        answer = holder.one.post(RESET, passcode=passcode, again=again)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert f'id="{field}-error"' in answer.text
        assert passcode not in answer.text
