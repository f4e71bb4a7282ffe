"""Seven bytes in seventeen digits: the public values, both ways, and what no bytes would write."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates.digits import digits_for, from_digits, to_digits
from ledger.errors import InvalidInputError


def test_the_public_values_are_reproduced(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "credentials/encodings/fido_base10.json").read_text())
    for written, digits in vectors["encode_hex"]:
        assert to_digits(bytes.fromhex(written)) == digits
        assert from_digits(digits) == bytes.fromhex(written)
    for digits in vectors["invalid"]:
        with pytest.raises(InvalidInputError):
            from_digits(digits)


@given(st.binary(max_size=300))
def test_bytes_come_back_and_the_length_is_known(data: bytes) -> None:
    digits = to_digits(data)
    assert from_digits(digits) == data
    assert len(digits) == digits_for(len(data))


@given(st.text("0123456789", max_size=60))
def test_every_accepted_text_is_the_text_of_its_bytes(digits: str) -> None:
    try:
        data = from_digits(digits)
    except InvalidInputError:
        return
    assert to_digits(data) == digits


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("-01", "not_digits"),
        ("+1 ", "not_digits"),
        ("1_0", "not_digits"),
        (" 12", "not_digits"),
        ("１２３", "not_digits"),  # noqa: RUF001  full-width digits
        ("\u0660\u0660\u0660", "not_digits"),
        ("1" * 16, "digits_length"),
        ("1" * 18, "digits_length"),
        ("72057594037927936", "digits_overflow"),
        ("00000000000000000256", "digits_overflow"),
        ("99999999999999999000", "digits_overflow"),
    ],
)
def test_what_no_bytes_would_write_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        from_digits(text)
    assert refused.value.rule == rule
