"""Received bytes: every text that is not strict JSON is refused with rule and place."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.fhir_bytes import (
    LARGEST_DOCUMENT,
    MAX_DEPTH,
    parse,
    split_bundle,
    without_spacing,
)
from ledger.errors import InvalidInputError
from tests_support.fhir_samples import visit

BAD = {
    b"\xef\xbb\xbf{}": ("document", "json_byte_order_mark"),
    '{"a":1}'.encode("utf-16"): ("byte 0", "json_encoding"),
    b'{"a":"\xff"}': ("byte 6", "json_encoding"),
    b"": ("line 1, column 1", "json"),
    b'{"a":1,}': ("line 1, column 7", "json"),
    b'{"a":\n NaN}': ("line 2, column 2", "json"),
    b'{"a":-Infinity}': ("line 1, column 7", "json"),
    b'{"a":1e400}': ("line 1, column 6", "json"),
    b'{"a":"\\ud800"}': ("line 1, column 7", "json"),
    b"{a:1}": ("line 1, column 2", "json"),
    b'{"a":1 // note\n}': ("line 1, column 8", "json"),
    b'{"a":1} {"b":2}': ("line 1, column 9", "json"),
    b'{"a":1,"a":2}': ("a", "json_duplicate_key"),
    b'{"a":[{"b":{"c":1,"c":2}}]}': ("a[0].b.c", "json_duplicate_key"),
    b'{"a":1,"\\u0061":2,"c":"\\u003a"}': ("a", "json_duplicate_key"),
    b'{"a" :1, "a" : 2, "c":"x\\u003Ay"}': ("a", "json_duplicate_key"),
    b'{"Nguy\xe1\xbb\x85n A":{"a":1,"a":1}}': ("?.a", "json_duplicate_key"),
    b"[" * 300 + b"]" * 300: ("document", "json_depth"),
    b"[" * 100_000 + b"]" * 100_000: ("document", "json_depth"),
    b'{"a":' * 255 + b"1" + b"}" * 255: ("document", "json_depth"),
}


@pytest.mark.parametrize("data", BAD, ids=lambda data: f"{data[:24]!r} of {len(data)} bytes")
def test_what_is_not_strict_json_is_refused_at_its_place(data: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse(data)
    assert (refused.value.place, refused.value.rule) == BAD[data]


def test_the_greatest_size_is_named_and_nothing_is_read_of_a_greater_one() -> None:
    assert parse(b"[1]", largest=3) == [1]
    with pytest.raises(InvalidInputError) as refused:
        parse(b"[" * (LARGEST_DOCUMENT + 1))
    assert refused.value.rule == "json_size"
    assert str(LARGEST_DOCUMENT) in refused.value.expected


def test_the_greatest_depth_is_read() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_json_is_read_as_any_other_reader_does(value: Any, ascii_only: bool, indent: Any) -> None:  # noqa: FBT001
    assert parse(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@given(
    st.dictionaries(st.text(), JSON, min_size=1), JSON, st.integers(0, 3), st.booleans(), st.data()
)
def test_a_repeated_key_is_found_wherever_it_stands_and_however_it_is_written(
    value: dict[str, Any],
    other: Any,
    depth: int,
    escaped: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    key = json.dumps(data.draw(st.sampled_from(sorted(value))), ensure_ascii=escaped)
    text = json.dumps(value)[:-1] + f", {key} :{json.dumps(other)}}}"
    for _ in range(depth):
        text = json.dumps({"x:\u003a": 0})[:-1] + f', "y": [{text}]}}'
    with pytest.raises(InvalidInputError) as refused:
        parse(text.encode())
    assert refused.value.rule == "json_duplicate_key"


def test_a_bundle_is_cut_into_the_exact_bytes_of_its_resources() -> None:
    first = b'{ "resourceType":"Observation","id":"a" , "valueQuantity":{"value":12.50} }'
    second = b'{"resourceType":"Patient","note":"\\u1ea1"}'
    data = (
        b'{"resourceType":"Bundle","entry":[{"fullUrl":"urn:x","resource":' + first + b"},"
        b'{"request":{"method":"DELETE"}},\n{"resource":  ' + second + b"\n}]}"
    )
    one, two = split_bundle(data)
    assert (one.full_url, one.resource_type, one.id) == ("urn:x", "Observation", "a")
    assert one.resource == first
    assert (two.full_url, two.resource_type, two.id) == (None, "Patient", None)
    assert two.resource == second


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{",
        b"\xff",
        b'{"entry":1}',
        b'{"entry":[{"resource":null}]}',
        b'{"entry":[{"resource":{"id":"a"}}]}',
        b"[" * 5000,
    ],
)
def test_what_is_no_bundle_is_not_cut(data: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        split_bundle(data)
    assert refused.value.rule == "bundle_form"


def test_the_parts_of_a_bundle_are_its_whole() -> None:
    bundle = visit()
    parts = split_bundle(json.dumps(bundle).encode())
    assert [json.loads(part.resource) for part in parts] == [
        entry["resource"] for entry in bundle["entry"]
    ]


TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[][{}:,]|[^][\s"{}:,]+', re.DOTALL)
SPACES = st.text(" \t\r\n", max_size=3).map(str.encode)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8).flatmap(
    lambda text: st.sampled_from([
        json.dumps(text).encode(),
        json.dumps(text, ensure_ascii=False).encode(),
        b'"' + b"".join(b"\\u%04X" % ord(letter) for letter in text if ord(letter) < 0xD800) + b'"',
    ])
)  # fmt: skip
"""Texts with all the escapes that there can be, with some, and with as few as must be."""
NUMBERS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?", fullmatch=True
).map(str.encode)


def _array(members: list[list[bytes]]) -> list[bytes]:
    between = [token for member in members for token in (b",", *member)]
    return [b"[", *between[1:], b"]"]


def _object(members: list[tuple[bytes, list[bytes]]]) -> list[bytes]:
    between = [token for name, member in members for token in (b",", name, b":", *member)]
    return [b"{", *between[1:], b"}"]


TOKENS = st.recursive(
    (TEXTS | NUMBERS | st.sampled_from([b"true", b"false", b"null"])).map(lambda one: [one]),
    lambda inner: (
        st.lists(inner, max_size=4).map(_array)
        | st.lists(st.tuples(TEXTS, inner), max_size=4).map(_object)
    ),
    max_leaves=12,
)


@given(TOKENS, st.data())
def test_without_spacing_every_token_stays_byte_for_byte(
    tokens: list[bytes], data: st.DataObject
) -> None:
    spaced = b"".join(part for token in tokens for part in (data.draw(SPACES), token))
    spaced += data.draw(SPACES)
    bare = without_spacing(spaced)
    assert bare == b"".join(tokens)
    assert TOKEN.findall(bare) == tokens
    assert json.loads(bare) == json.loads(spaced)


@pytest.mark.parametrize("spacing", [None, 1, 4, "\t"])
def test_spacing_of_a_visit_makes_no_difference_without_it(spacing: int | str | None) -> None:
    value = visit()
    bare = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert without_spacing(json.dumps(value, ensure_ascii=False, indent=spacing).encode()) == bare


def test_the_deepest_nesting_that_is_taken_loses_its_spacing_too() -> None:
    deep = b"[ " * MAX_DEPTH + b" ]" * MAX_DEPTH
    assert parse(deep) is not None
    assert without_spacing(deep) == b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
