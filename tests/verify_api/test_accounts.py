from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ledger.errors import ConflictError, InvalidInputError, NotFoundError
from tests_support.cheap_accounts import CHEAP
from tests_support.paused_callers import PausedCallers
from tests_support.service_world import PASSWORD
from tests_support.signed_certificates import AT
from verify_api.accounts import BY_NAME, BY_NETWORK, Account, Accounts, _attempt
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Role
from verify_api.errors import SignInRefusedError, TooManyRequestsError
from verify_api.sessions import Sessions

ACCOUNT = Account("a-1", "mau", "Người Mẫu", Role.CITIZEN, subject=UUID(int=7))
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def accounts(callers: CallerDatabase) -> Accounts:
    made = Accounts(callers, cost=CHEAP)
    made.add(ACCOUNT, PASSWORD, salt=bytes(16), at=AT)
    return made


def fail(accounts: Accounts, name: str = "mau", network: str = HOME) -> None:
    with pytest.raises(SignInRefusedError):
        accounts.sign_in(name, "không phải mật khẩu", network=network, at=AT)


def test_the_right_password_gives_the_account(accounts: Accounts) -> None:
    assert accounts.sign_in(" MAU ", PASSWORD, network=HOME, at=AT) == ACCOUNT
    assert accounts.all() == [ACCOUNT]


def test_unknown_names_wrong_passwords_and_disabled_accounts_are_refused_alike(
    accounts: Accounts,
) -> None:
    accounts.add(replace(ACCOUNT, account_id="a-2", name="tat"), PASSWORD, salt=bytes(16), at=AT)
    accounts.disable("tat")
    said = set()
    for name, password in (("mau", "sai"), ("khong-co", PASSWORD), ("tat", PASSWORD)):
        with pytest.raises(SignInRefusedError) as refused:
            accounts.sign_in(name, password, network=HOME, at=AT)
        said.add(str(refused.value))
    assert len(said) == 1


def test_after_five_failures_a_name_waits_and_is_not_compared(accounts: Accounts) -> None:
    for _ in range(BY_NAME.burst):
        fail(accounts)
    with pytest.raises(TooManyRequestsError) as refused:
        accounts.sign_in("mau", PASSWORD, network=HOME, at=AT)
    wait = refused.value.retry_after_seconds
    assert 0 < wait <= BY_NAME.interval.total_seconds()
    later = AT + timedelta(seconds=wait)
    assert accounts.sign_in("mau", PASSWORD, network=HOME, at=later) == ACCOUNT


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(accounts: Accounts) -> None:
    for _ in range(BY_NAME.burst):
        fail(accounts, network=ELSEWHERE)
    assert accounts.sign_in("mau", PASSWORD, network=HOME, at=AT) == ACCOUNT


def test_one_network_cannot_try_many_names(accounts: Accounts) -> None:
    for number in range(BY_NETWORK.burst):
        fail(accounts, name=f"ten-{number}")
    with pytest.raises(TooManyRequestsError):
        accounts.sign_in("mau", PASSWORD, network=HOME, at=AT)


def test_a_sign_in_that_succeeds_forgets_the_failures_before_it(accounts: Accounts) -> None:
    for _ in range(3):
        for _ in range(BY_NAME.burst - 1):
            fail(accounts)
        accounts.sign_in("mau", PASSWORD, network=HOME, at=AT)


def test_a_sign_in_that_sweeps_and_one_that_counts_do_not_block_each_other(
    accounts: Accounts, callers: CallerDatabase
) -> None:
    accounts.add(replace(ACCOUNT, account_id="a-2", name="khac"), PASSWORD, salt=bytes(16), at=AT)
    # Long over, and stored against the order in which one sign-in counts.
    attempts = (("network", HOME), ("name", "mau"), ("name and network", f"mau {HOME}"))
    with callers.transaction() as transaction:
        for attempt in attempts:
            transaction.run("INSERT INTO sign_in_attempts VALUES (?, 1)", (_attempt(*attempt),))
    paused = PausedCallers(callers, after="INSERT INTO sign_in_attempts")
    counting = Accounts(paused, cost=CHEAP)
    with ThreadPoolExecutor(1) as beside:
        counted = beside.submit(counting.sign_in, "mau", PASSWORD, network=HOME, at=AT)
        assert paused.reached.wait(20)
        assert accounts.sign_in("khac", PASSWORD, network=ELSEWHERE, at=AT).name == "khac"
        paused.may_go_on.set()
    assert counted.result() == ACCOUNT


def test_attempts_that_no_longer_count_are_swept(
    accounts: Accounts, callers: CallerDatabase
) -> None:
    for number in range(BY_NETWORK.burst):
        fail(accounts, name=f"ten-{number}")
    accounts.sign_in("mau", PASSWORD, network=ELSEWHERE, at=AT + timedelta(days=1))
    with callers.transaction() as transaction:
        rows = transaction.run("SELECT who FROM sign_in_attempts ORDER BY who")
    kept = {_attempt("name", "mau"), _attempt("network", ELSEWHERE)}
    assert {who for (who,) in rows} == kept


def test_what_is_typed_into_the_name_is_kept_as_a_hash_only(
    accounts: Accounts, callers: CallerDatabase
) -> None:
    fail(accounts, name="mật khẩu gõ nhầm ô")
    with callers.transaction() as transaction:
        rows = transaction.run("SELECT who FROM sign_in_attempts")
    assert rows
    assert all(len(who) == 64 for (who,) in rows)


def test_an_account_is_added_once_and_in_lower_case(accounts: Accounts) -> None:
    with pytest.raises(ConflictError):
        accounts.add(replace(ACCOUNT, account_id="a-9"), PASSWORD, salt=bytes(16), at=AT)
    for name in ("Mau", "", "x" * 65):
        with pytest.raises(InvalidInputError):
            accounts.add(replace(ACCOUNT, name=name), PASSWORD, salt=bytes(16), at=AT)


def test_a_new_password_ends_the_sessions_and_counts_at_once(
    accounts: Accounts, callers: CallerDatabase
) -> None:
    sessions = Sessions(callers)
    cookie = sessions.begin(ACCOUNT, identifier=bytes(32), at=AT)
    accounts.set_password("mau", "một mật khẩu khác", salt=bytes(16))
    assert sessions.find(cookie, at=AT) is None
    fail(accounts)
    assert accounts.sign_in("mau", "một mật khẩu khác", network=HOME, at=AT) == ACCOUNT


def test_a_disabled_account_has_no_session(accounts: Accounts, callers: CallerDatabase) -> None:
    sessions = Sessions(callers)
    cookie = sessions.begin(ACCOUNT, identifier=bytes(32), at=AT)
    accounts.disable("mau")
    assert sessions.find(cookie, at=AT) is None


def test_nobody_changes_an_account_that_is_not_there(accounts: Accounts) -> None:
    with pytest.raises(NotFoundError):
        accounts.disable("khong-co")
    with pytest.raises(NotFoundError):
        accounts.set_password("khong-co", PASSWORD, salt=bytes(16))
