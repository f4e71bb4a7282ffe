from unicodedata import normalize

import pytest

from ledger.errors import InvalidInputError
from tests_support.cheap_accounts import CHEAP
from verify_api.passwords import COST, check_new_password, hash_password, is_password

GOOD = "Mười hai chữ cái"


def test_a_password_is_known_again_and_another_is_not() -> None:
    hashed = hash_password(GOOD, salt=bytes(16), cost=CHEAP)
    assert is_password(GOOD, hashed)
    assert not is_password(GOOD + " ", hashed)


def test_a_password_typed_in_another_unicode_form_is_the_same() -> None:
    hashed = hash_password(normalize("NFC", GOOD), salt=bytes(16), cost=CHEAP)
    assert is_password(normalize("NFD", GOOD), hashed)


def test_the_cost_is_what_the_source_asks_for() -> None:
    hashed = hash_password(GOOD, salt=bytes(16))
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (COST.memory_kibibytes, COST.iterations, COST.lanes) == (19456, 2, 1)


def test_a_very_long_password_is_refused_before_it_costs_anything() -> None:
    assert not is_password("x" * 300, "not even a hash")


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("ngắn quá", "password_length"),
        ("x" * 257, "password_length"),
        ("the Name in it 123", "password_is_name"),
    ],
)
def test_a_new_password_has_a_length_and_is_not_the_name(password: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_new_password(password, account_name="name")
    assert refused.value.rule == rule
    assert password not in str(refused.value)
