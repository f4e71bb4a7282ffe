"""A document in two parts: together they are the whole, and neither holds what the other does."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.document_parts import rest_of, together
from ledger.errors import TamperedError
from ledger.importers.restricted import NOTHING, open_part
from tests_support.visit_json import dumped, some_day
from tests_support.visit_lives import Life

PIECES = st.lists(st.tuples(st.binary(max_size=90), st.booleans()), max_size=12)
REPEATED = st.lists(st.tuples(st.sampled_from([b"a" * 40, b"a", b"ab" * 30]), st.booleans()))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_two_byte_strings_have_a_rest(whole: bytes, shown: bytes) -> None:
    assert together(shown, rest_of(whole, shown)) == whole


@given(PIECES | REPEATED)
def test_pieces_that_were_taken_out_are_put_back(pieces: list[tuple[bytes, bool]]) -> None:
    whole = b"".join(piece for piece, _ in pieces)
    shown = b"".join(piece for piece, taken in pieces if not taken)
    assert together(shown, rest_of(whole, shown)) == whole


@pytest.mark.parametrize("spacing", [None, 2])
def test_the_rest_of_a_visit_is_about_what_was_taken_out(spacing: int | None) -> None:
    rng = random.Random(5)
    life = Life(rng, spacing)
    resources = [one for _ in range(6) for one in life.visit(some_day(rng))]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    taken = {1, 2, len(entries) // 2, len(entries) - 1}
    raw = [dumped(one, spacing) for one in entries]
    whole, shown = (
        b'{"resourceType":"Bundle","entry":[' + b",".join(some) + b"]}"
        for some in (raw, [one for place, one in enumerate(raw) if place not in taken])
    )
    rest = rest_of(whole, shown)
    assert together(shown, rest) == whole
    assert len(rest) < sum(len(raw[place]) for place in taken) + 40 * len(taken)
    for place, one in enumerate(resources):
        own = one["id"].encode() + b'"'
        head = b'"id": "' if spacing else b'"id":"'
        assert (head + own in rest) == (place in taken)


@pytest.mark.parametrize("spacing", [None, 1, 4])
def test_a_shown_part_that_is_written_otherwise_at_its_head_costs_its_head(
    spacing: int | None,
) -> None:
    rng = random.Random(6)
    life = Life(rng, spacing)
    resources = [one for _ in range(6) for one in life.visit(some_day(rng))]
    resources[2]["meta"] = {
        "security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        ]
    }
    value = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources
    ]}  # fmt: skip
    whole = dumped(value, spacing)
    shown = open_part(whole, value)
    assert shown is not None
    rest = rest_of(whole, shown)
    assert together(shown, rest) == whole
    assert len(rest) < len(whole) - len(shown) + 300
    ids = {one["id"] for one in resources if one["id"].encode() in rest}
    assert resources[2]["id"] in ids
    assert resources[-1]["id"] not in ids


def test_a_document_that_never_fits_is_given_up() -> None:
    whole, shown = bytes(2_000_000), bytes(range(1, 256)) * 4_000
    assert together(shown, rest_of(whole, shown)) == whole


def test_what_is_wholly_withheld_has_a_rest_of_its_own_size() -> None:
    value = {
        "resourceType": "Observation", "id": "a",
        "meta": {"security": [{"code": "R", "system":
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"}]},
    }  # fmt: skip
    whole = json.dumps(value).encode()
    shown = open_part(whole, value)
    assert shown == NOTHING
    rest = rest_of(whole, shown)
    assert together(shown, rest) == whole
    assert len(rest) < len(whole) + 20


@pytest.mark.parametrize(
    "rest",
    [b"", b"\xff", b"\x01", canonical.encode([0]), canonical.encode([-7]), canonical.encode([7]),
     canonical.encode([3, b"x", 4]), canonical.encode(["text"]), canonical.encode([True]),
     canonical.encode([[1]]), canonical.encode({1: 2}), canonical.encode([1]) + b"\x00"],
)  # fmt: skip
def test_another_rest_is_an_error(rest: bytes) -> None:
    with pytest.raises(TamperedError):
        together(b"shown ", rest)
