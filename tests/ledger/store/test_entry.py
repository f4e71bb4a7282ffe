"""The bytes of a stored fact and of its leaf; the literal ones here may never change."""

from hashlib import sha256
from uuid import UUID

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.errors import TamperedError, UnknownFactError
from ledger.store import entry
from ledger.store.entry import Envelope
from ledger.store.event_ids import RANDOM_BYTES, event_id

STREAM = UUID("11111111-1111-4111-8111-111111111111")
EVENT = UUID("01980000-0000-7000-8000-000000000001")
ENVELOPE = Envelope(
    event_id=EVENT.bytes,
    recorded_at=1_793_608_200_000_000,
    occurred_at=None,
    actor="account-1",
    role="tester",
    organisation=None,
    legal_basis=None,
    procedure_version=None,
    calendar_version=None,
    correlation=None,
    causation=None,
    subject=None,
    idempotency=None,
    previous=None,
)
STATE = bytes.fromhex(
    "8401a1666e756d626572078e500198000000007000800000000000000"
    "11b00065f46f3a09200f6696163636f756e742d3166746573746572f6f6f6f6f6f6f6f6f6a0"
)


def test_a_state_has_these_very_bytes() -> None:
    body = entry.write_body({"number": 7})
    state = entry.write_state(body, ENVELOPE, {})
    assert state.hex() == STATE.hex()
    assert entry.read_state(STATE) == ({"number": 7}, ENVELOPE, {})


def test_a_leaf_is_the_row_and_the_meaning_hashed_apart() -> None:
    topic = b"toy.counted/1"
    row = b"".join(
        len(part).to_bytes(4) + part
        for part in (STREAM.bytes, (3).to_bytes(8), topic, EVENT.bytes, STATE)
    )
    meaning = sha256(
        sha256(EVENT.bytes + canonical.encode(["toy.counted/1", {"number": 7}])).digest()
        + b"a" * 32
        + b"b" * 32
    ).digest()
    leaf = entry.write_entry(
        entry.row_digest(STREAM, 3, "toy.counted/1", EVENT, STATE),
        entry.meaning_digest(
            EVENT, "toy.counted/1", entry.write_body({"number": 7}), [b"a" * 32, b"b" * 32]
        ),
    )
    assert leaf == b"\x01" + sha256(row).digest() + meaning
    assert len(leaf) == entry.ENTRY_BYTES
    assert leaf.hex() == (
        "01"
        "7bdec29fa07aa7ba1ec8826923b93d2c27e34dae98c1e784612bd410ccce2959"
        "420d104f19b807c1b97eed862b1eef3fcb5bcbfa46dea492d2f8f913dc334405"
    )


def test_a_leaf_stands_for_its_row_alone() -> None:
    leaf = entry.write_entry(entry.row_digest(STREAM, 3, "toy/1", EVENT, STATE), bytes(32))
    stands = entry.entry_stands_for_row
    assert stands(leaf, STREAM, 3, "toy/1", EVENT, STATE)
    assert not stands(leaf, EVENT, 3, "toy/1", EVENT, STATE)
    assert not stands(leaf, STREAM, 4, "toy/1", EVENT, STATE)
    assert not stands(leaf, STREAM, 3, "toy/2", EVENT, STATE)
    assert not stands(leaf, STREAM, 3, "toy/1", STREAM, STATE)
    assert not stands(leaf, STREAM, 3, "toy/1", EVENT, STATE + b"\0")
    assert not stands(b"\x02" + leaf[1:], STREAM, 3, "toy/1", EVENT, STATE)
    assert not stands(leaf[:-1], STREAM, 3, "toy/1", EVENT, STATE)


@given(
    st.dictionaries(st.text(max_size=30), st.integers(0, 2**64 - 1) | st.text(), max_size=6),
    st.dictionaries(st.text(max_size=12), st.binary(max_size=80), max_size=5),
)
def test_a_state_is_the_one_deterministic_encoding(
    fields: dict[str, object], sealed: dict[str, bytes]
) -> None:
    in_order = dict(sorted(fields.items(), key=lambda item: cbor2.dumps(item[0])))
    state = entry.write_state(entry.write_body(in_order), ENVELOPE, sealed)
    assert state == canonical.encode([1, fields, list(ENVELOPE), sealed])
    assert entry.read_state(state) == (fields, ENVELOPE, sealed)


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff",
        STATE[:-1],
        b"\x83\x01\xa0\x80",
        canonical.encode({"a": 1}),
        canonical.encode([1, {}, [], {}]),
        canonical.encode([1, [], list(ENVELOPE), {}]),
        canonical.encode([1, {}, list(ENVELOPE), []]),
        canonical.encode([1, {}, list(ENVELOPE)]),
    ],
)
def test_damaged_states_are_found(state: bytes) -> None:
    with pytest.raises(TamperedError):
        entry.read_state(state)


def test_a_later_programs_state_is_not_guessed_at() -> None:
    with pytest.raises(UnknownFactError):
        entry.read_state(canonical.encode([2, {}, list(ENVELOPE), {}]))


@given(st.integers(0, 2**48 - 1), st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_event_ids_are_of_version_7_and_tell_their_time(
    milliseconds: int, randomness: bytes
) -> None:
    made = event_id(milliseconds, randomness)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == milliseconds


def test_an_event_id_holds_all_randomness_it_can() -> None:
    # RFC 9562, appendix A.6, as far as 74 random bits determine it.
    random = (0xCC3 << 62 | 0x18C4DC0C0C07398F).to_bytes(RANDOM_BYTES)
    assert event_id(0x017F22E279B0, random) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
