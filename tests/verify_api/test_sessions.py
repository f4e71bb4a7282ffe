from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests_support.cheap_accounts import CHEAP
from tests_support.paused_callers import PausedCallers
from tests_support.service_world import PASSWORD
from tests_support.signed_certificates import AT
from verify_api.accounts import Account, Accounts
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Role
from verify_api.errors import NotSignedInError, SignInRefusedError
from verify_api.identity.authentication import Authentication, Method
from verify_api.sessions import IDLE, LIFETIME, Sessions, csrf_of, is_csrf

ACCOUNT = Account("a-1", "mau", "Người Mẫu", Role.SIGNER, "CA01")
IDENTIFIER = bytes(range(32))


@pytest.fixture
def sessions(callers: CallerDatabase) -> Sessions:
    Accounts(callers, cost=CHEAP).add(ACCOUNT, PASSWORD, salt=bytes(16), at=AT)
    return Sessions(callers)


def test_a_session_is_found_by_its_cookie_alone(sessions: Sessions) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    found = sessions.find(cookie, at=AT)
    assert found is not None
    assert found.account == ACCOUNT
    assert sessions.find(cookie + "x", at=AT) is None


def test_the_table_holds_nothing_that_signs_anybody_in(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    with callers.transaction() as transaction:
        rows = transaction.run("SELECT session_hash FROM sessions")
    assert [cookie] not in [list(row) for row in rows]
    assert sessions.find(rows[0][0], at=AT) is None


def test_a_session_ends_a_quarter_of_an_hour_after_its_last_request(sessions: Sessions) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    active = AT + IDLE - timedelta(seconds=1)
    assert sessions.find(cookie, at=active) is not None
    assert sessions.find(cookie, at=active + IDLE - timedelta(seconds=1)) is not None
    assert sessions.find(cookie, at=active + 2 * IDLE) is None


def test_a_session_ends_after_eight_hours_however_busy(sessions: Sessions) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    at = AT
    while at < AT + LIFETIME - timedelta(minutes=10):
        at += timedelta(minutes=10)
        assert sessions.find(cookie, at=at) is not None
    assert sessions.find(cookie, at=AT + LIFETIME) is None


def test_signing_out_ends_it_on_the_server(sessions: Sessions) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    sessions.end(cookie)
    assert sessions.find(cookie, at=AT) is None


def test_the_others_of_an_account_end_and_nobody_elses(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    other = Account("a-2", "khac", "Người Khác", Role.SIGNER, "CA01")
    Accounts(callers, cost=CHEAP).add(other, PASSWORD, salt=bytes(16), at=AT)
    begun = [(ACCOUNT, 1), (ACCOUNT, 2), (ACCOUNT, 3), (other, 4)]
    one, *mine, anothers = [
        sessions.begin(account, identifier=bytes([number]) * 32, at=AT) for account, number in begun
    ]
    assert sessions.end_others(one, ACCOUNT.account_id) == len(mine)
    assert [sessions.find(cookie, at=AT) is None for cookie in mine] == [True, True]
    assert sessions.find(one, at=AT) is not None
    assert sessions.find(anothers, at=AT) is not None


def signed_in(callers: CallerDatabase) -> Account:
    return Accounts(callers, cost=CHEAP).sign_in("mau", PASSWORD, network="192.0.2.1", at=AT)


def change_password(callers: CallerDatabase) -> None:
    Accounts(callers, cost=CHEAP).set_password("mau", "một mật khẩu khác", salt=bytes(16))


def test_a_session_begins_with_the_password_that_counts(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    cookie = sessions.begin(signed_in(callers), identifier=IDENTIFIER, at=AT)
    assert sessions.find(cookie, at=AT) is not None


def test_no_session_begins_with_a_password_that_was_changed_meanwhile(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    account = signed_in(callers)
    change_password(callers)
    with pytest.raises(SignInRefusedError):
        sessions.begin(account, identifier=IDENTIFIER, at=AT)
    assert sessions.count(at=AT) == 0


def test_no_session_begins_while_the_password_is_changed(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    account = signed_in(callers)
    paused = PausedCallers(callers, after="DELETE FROM sessions")
    with ThreadPoolExecutor(1) as beside:
        changing = beside.submit(change_password, paused)
        assert paused.reached.wait(20)
        with pytest.raises(SignInRefusedError):
            sessions.begin(account, identifier=IDENTIFIER, at=AT)
        paused.may_go_on.set()
    changing.result()
    assert sessions.count(at=AT) == 0


def test_a_session_that_is_just_beginning_ends_with_the_password(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    account = signed_in(callers)
    paused = PausedCallers(callers, after="INSERT INTO sessions")
    with ThreadPoolExecutor(1) as beside:
        beginning = beside.submit(
            Sessions(paused).begin, account, identifier=IDENTIFIER, at=AT
        )  # fmt: skip
        assert paused.reached.wait(20)
        change_password(callers)
        paused.may_go_on.set()
    assert sessions.find(beginning.result(), at=AT) is None


def test_no_session_begins_for_an_account_that_was_closed_meanwhile(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    Accounts(callers, cost=CHEAP).disable("mau")
    with pytest.raises(SignInRefusedError):
        sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)


def test_a_session_that_has_ended_is_not_renewed(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    cookie = sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    sessions.end(cookie)
    with pytest.raises(NotSignedInError):
        sessions.renew(cookie, Authentication(AT, Method.PASSWORD))
    with callers.transaction() as transaction:
        assert transaction.run("SELECT * FROM authentications") == []


def test_sessions_that_are_over_are_swept_at_the_next_sign_in(
    sessions: Sessions, callers: CallerDatabase
) -> None:
    sessions.begin(ACCOUNT, identifier=IDENTIFIER, at=AT)
    sessions.begin(ACCOUNT, identifier=bytes(32), at=AT + timedelta(hours=1))
    with callers.transaction() as transaction:
        ((count,),) = transaction.run("SELECT count(*) FROM sessions")
    assert count == 1


def test_every_session_has_its_own_form_token() -> None:
    assert csrf_of("a") != csrf_of("b")
    assert is_csrf(csrf_of("a"), csrf_of("a"))
    assert not is_csrf("ư", csrf_of("a"))
