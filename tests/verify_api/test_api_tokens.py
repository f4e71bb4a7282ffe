from datetime import timedelta

import pytest

from ledger.errors import InvalidInputError, NotFoundError
from tests_support.signed_certificates import AT
from verify_api.api_tokens import LONGEST_LIFE, ApiToken, ApiTokens
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Caller, Role

TOKEN = ApiToken("portal-01", Role.PORTAL_SYSTEM, "CA01", AT, AT + timedelta(days=90))
SECRET = bytes(range(32))


def test_a_token_names_its_organisation_until_it_is_over(callers: CallerDatabase) -> None:
    tokens = ApiTokens(callers)
    text = tokens.issue(TOKEN, secret=SECRET)
    assert text.startswith("lrl_")
    assert tokens.find(text, at=AT) == Caller("portal-01", Role.PORTAL_SYSTEM, "CA01")
    assert tokens.find(text, at=TOKEN.expires_at - timedelta(seconds=1)) is not None
    assert tokens.find(text, at=TOKEN.expires_at) is None
    assert tokens.find(text, at=AT - timedelta(seconds=1)) is None


def test_the_table_holds_the_hash_only(callers: CallerDatabase) -> None:
    tokens = ApiTokens(callers)
    text = tokens.issue(TOKEN, secret=SECRET)
    with callers.transaction() as transaction:
        rows = transaction.run("SELECT * FROM api_tokens")
    assert text not in str(rows)
    assert tokens.find("lrl_" + rows[0][0][:43], at=AT) is None


def test_a_revoked_token_counts_no_more_and_stays_on_the_list(callers: CallerDatabase) -> None:
    tokens = ApiTokens(callers)
    text = tokens.issue(TOKEN, secret=SECRET)
    tokens.revoke("portal-01", at=AT + timedelta(days=1))
    tokens.revoke("portal-01", at=AT + timedelta(days=2))
    assert tokens.find(text, at=AT) is None
    (listed,) = tokens.all()
    assert listed.revoked_at == AT + timedelta(days=1)
    with pytest.raises(NotFoundError):
        tokens.revoke("other", at=AT)


@pytest.mark.parametrize(
    "text", ["", "lrl_", "lrl_" + "x" * 42, "abc_" + "x" * 43, "lrl_" + "ă" * 43]
)
def test_other_texts_are_no_tokens(callers: CallerDatabase, text: str) -> None:
    assert ApiTokens(callers).find(text, at=AT) is None


@pytest.mark.parametrize("life", [timedelta(0), LONGEST_LIFE + timedelta(seconds=1)])
def test_a_token_lives_a_year_at_most(callers: CallerDatabase, life: timedelta) -> None:
    token = ApiToken("t", Role.OPERATOR, "CA01", AT, AT + life)
    with pytest.raises(InvalidInputError):
        ApiTokens(callers).issue(token, secret=SECRET)
