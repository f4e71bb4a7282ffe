"""Deterministic CBOR: one value, one byte string; the short way gives what the long one does."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import NotCanonicalError, decode, encode

keys = st.integers(-(1 << 70), 1 << 70) | st.text(max_size=30)
leaves = st.none() | st.booleans() | keys | st.binary(max_size=30) | st.floats(allow_nan=False)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)


@given(values)
def test_a_value_comes_back_from_its_one_encoding(value: object) -> None:
    assert decode(encode(value), max_depth=30) == value


@given(values)
def test_a_plain_encoding_is_accepted_only_if_it_is_the_deterministic_one(value: object) -> None:
    plain = cbor2.dumps(value)
    try:
        decode(plain, max_depth=30)
    except NotCanonicalError:
        assert plain != encode(value)
    else:
        assert plain == encode(value)


@given(st.binary(max_size=60))
def test_any_accepted_bytes_are_the_encoding_of_their_value(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonicalError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "written",
    [
        "a2010102020000",  # trailing
        "a201010101",  # a key twice
        "a202010101",  # unsorted
        "a2613101012a",  # text before an integer
        "a220010102",  # negative before positive
        "a262616101616201",  # longer text first
        "1801",  # a long head
        "9fff",  # indefinite
        "fb3ff8000000000000",  # a long float
        "d8238128",  # a tag with a broken regular expression
        "d81c81d81d00",  # a list in itself
        "81818181818181818100",  # deep
        "a1c249010000000000000000c249010000000000000000ff",
        "",
    ],
)
def test_every_other_encoding_is_refused(written: str) -> None:
    with pytest.raises(NotCanonicalError):
        decode(bytes.fromhex(written))


@pytest.mark.parametrize("written", ["a20101f502", "a20101f93c0002", "a2f501f93c0002"])
def test_keys_that_python_takes_for_one_are_not_mixed_up(written: str) -> None:
    with pytest.raises(NotCanonicalError):
        decode(bytes.fromhex(written))


def test_a_large_integer_as_a_key_is_sorted_as_the_tag_that_it_is() -> None:
    value = {1 << 64: 0, "a": 1}
    assert decode(encode(value)) == value
    with pytest.raises(NotCanonicalError):
        decode(cbor2.dumps(value))


def test_keys_that_are_bytes_are_sorted_like_any_others() -> None:
    value = {b"b": 1, b"a": 2}
    assert encode(value) == bytes.fromhex("a2416102416201")
    assert decode(encode(value)) == value
    with pytest.raises(NotCanonicalError):
        decode(cbor2.dumps(value))


def test_keys_of_two_types_sort_bytewise_and_not_by_length() -> None:
    # RFC 8949, section 4.2.1: 0x1818 comes before 0x60, though it is longer.
    assert encode({"": None, 24: None}) == bytes.fromhex("a21818f660f6")
    with pytest.raises(NotCanonicalError):
        decode(bytes.fromhex("a260f61818f6"))
