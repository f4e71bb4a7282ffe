"""Base45 against the RFC's values, against another implementation, and everything it refuses."""

import json
from pathlib import Path

import base45
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_api.profiles.base45 import decode_base45

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def test_the_rfcs_values_are_reproduced(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "credentials/encodings/rfc9285_base45.json").read_text())
    for written, text in vectors["encode"]:
        assert decode_base45(text) == written.encode()
    for text, written in vectors["decode"]:
        assert decode_base45(text) == written.encode()
    for text in vectors["invalid"]:
        with pytest.raises(ValueError, match="not Base45"):
            decode_base45(text)


def test_every_pair_of_bytes_is_read() -> None:
    pairs = b"".join(number.to_bytes(2, "big") for number in range(65536))
    assert decode_base45(base45.b45encode(pairs).decode()) == pairs


@given(st.binary(max_size=400))
def test_what_another_implementation_writes_is_read(data: bytes) -> None:
    assert decode_base45(base45.b45encode(data).decode()) == data


@given(st.text(ALPHABET, max_size=40))
def test_both_implementations_refuse_the_same(text: str) -> None:
    try:
        theirs = base45.b45decode(text)
    except ValueError:
        theirs = None
    try:
        ours: bytes | None = decode_base45(text)
    except ValueError:
        ours = None
    assert ours == theirs


@pytest.mark.parametrize("text", ["GGX", ":::", "::", "A", "bb8", "BB8?", "BB８", "Đ00", "\n00"])  # noqa: RUF001  a full-width digit
def test_what_no_byte_string_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not Base45"):
        decode_base45(text)
