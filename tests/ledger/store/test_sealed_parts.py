import json
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from keys.key_store_errors import CommitmentMismatchError, KeyDestroyedError, UnknownKeyError
from keys.sealing import DataKey, seal_place
from ledger import canonical
from ledger.errors import TamperedError
from ledger.personal import Erased, Purpose
from ledger.store.sealed_parts import SealedParts

SUBJECT, STREAM = UUID(int=7), UUID(int=8)
TOPIC = "person.registered/1"
PARTS: dict[Purpose, dict[str, object]] = {
    Purpose.IDENTITY: {"name": "NGUYỄN VĂN MẪU", "number": "000099001234"},
    Purpose.CONTACT: {"phone": None, "lines": ["a", "b"]},
}


class Keys:
    """Data keys in memory."""

    def __init__(self) -> None:
        self.by_name: dict[tuple[UUID, str], DataKey] = {}
        self.by_id: dict[bytes, DataKey | None] = {}
        self.asked_at_once: list[int] = []

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        key = self.by_name.setdefault((subject, purpose), DataKey(os.urandom(32)))
        if self.by_id.setdefault(key.key_id, key) is None:
            raise KeyDestroyedError("destroyed")
        return key

    def for_reading(self, key_id: bytes) -> DataKey | None:
        try:
            return self.by_id[key_id]
        except KeyError as error:
            raise UnknownKeyError("no such key") from error

    def for_writing_many(self, wanted: Iterable[tuple[UUID, str]]) -> dict[Any, DataKey]:
        found = {name: self.for_writing(*name) for name in wanted}
        self.asked_at_once.append(len(found))
        return found

    def for_reading_many(self, key_ids: Iterable[bytes]) -> dict[bytes, DataKey | None]:
        found = {key_id: self.by_id[key_id] for key_id in key_ids if key_id in self.by_id}
        self.asked_at_once.append(len(found))
        return found

    def forget(self, purpose: str) -> None:
        self.by_id[self.by_name[SUBJECT, purpose].key_id] = None


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def parts(keys: Keys) -> SealedParts:
    return SealedParts(keys, os.urandom)


def seal(
    parts: SealedParts, wanted: dict[Purpose, dict[str, object]] = PARTS, *, stream: UUID = STREAM
) -> tuple[dict[str, bytes], list[bytes]]:
    return parts.seal(subject=SUBJECT, stream_id=stream, version=1, topic=TOPIC, parts=wanted)


def reopen(
    parts: SealedParts, sealed: dict[str, bytes], **place: Any
) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
    at: dict[str, Any] = {"stream_id": STREAM, "version": 1, "topic": TOPIC, **place}
    return parts.open(sealed=sealed, **at)


def test_what_is_sealed_opens_with_the_same_meanings(parts: SealedParts) -> None:
    sealed, meanings = seal(parts)
    assert list(sealed) == ["contact", "identity"]
    opened, again = reopen(parts, sealed)
    assert opened == {purpose.value: fields for purpose, fields in PARTS.items()}
    assert again == meanings


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(Purpose), st.dictionaries(st.text(min_size=1), VALUES, max_size=4)
    )
)
def test_any_fields_come_back(wanted: dict[Purpose, dict[str, object]]) -> None:
    parts = SealedParts(Keys(), os.urandom)
    sealed, meanings = seal(parts, wanted)
    assert reopen(parts, sealed) == (
        {purpose.value: wanted[purpose] for purpose in wanted},
        meanings,
    )


def test_the_plaintext_is_salt_and_map_and_the_meaning_their_hash(
    parts: SealedParts, keys: Keys
) -> None:
    sealed, meanings = seal(parts, {Purpose.IDENTITY: {"name": "MẪU", "a": 1}})
    key = keys.by_name[SUBJECT, "identity"]
    place = seal_place(STREAM.bytes, 1, TOPIC, "identity", key.key_id)
    plaintext = key.open(sealed["identity"], place)
    salt, fields = cbor2.loads(plaintext)
    assert plaintext == canonical.encode([salt, fields])
    assert (len(salt), fields) == (16, {"name": "MẪU", "a": 1})
    assert meanings == [sha256(salt + canonical.encode(fields)).digest()]


GOLDEN = Path(__file__).parents[2] / "golden" / "sealed_part.json"
"""A part sealed with fixed noise, in hex: what is in a ledger is opened by this for ever."""


def test_a_sealed_part_has_the_bytes_it_always_had(keys: Keys) -> None:
    golden = {name: bytes.fromhex(text) for name, text in json.loads(GOLDEN.read_text()).items()}
    key = keys.by_name[SUBJECT, "identity"] = DataKey(golden["secret"])
    keys.by_id[key.key_id] = key
    parts = SealedParts(keys, lambda count: golden["salt_and_nonce"][:count])
    sealed, meanings = seal(parts, {Purpose.IDENTITY: PARTS[Purpose.IDENTITY]})
    assert sealed == {"identity": golden["part"]}
    assert meanings == [golden["meaning"]]
    assert key.commitment == golden["commitment"]
    assert reopen(parts, sealed) == ({"identity": PARTS[Purpose.IDENTITY]}, meanings)


def test_every_part_has_its_own_salt(parts: SealedParts) -> None:
    same: dict[str, object] = {"field": "value"}
    wanted = {Purpose.IDENTITY: same, Purpose.CONTACT: same}
    _, meanings = seal(parts, wanted)
    _, again = seal(parts, wanted)
    assert len({*meanings, *again}) == 4


DIAGNOSES = ["healthy", "B20", "F32", "E11"]


def _guess(salt: bytes, published: bytes) -> list[str]:
    """What an attacker does who has a salt and the public log."""
    return [
        name
        for name in DIAGNOSES
        if sha256(salt + canonical.encode({"diagnosis": name})).digest() == published
    ]


def test_one_salt_for_two_parts_would_give_the_shredded_one_away(
    parts: SealedParts, keys: Keys
) -> None:
    """Negative control: why each part has a salt of its own."""
    shared = os.urandom(16)
    published = sha256(shared + canonical.encode({"diagnosis": "F32"})).digest()
    assert _guess(shared, published) == ["F32"]

    sealed, meanings = seal(
        parts, {Purpose.IDENTITY: {"name": "MẪU"}, Purpose.HEALTH: {"diagnosis": "F32"}}
    )
    keys.forget("health")
    identity = keys.by_name[SUBJECT, "identity"]
    place = seal_place(STREAM.bytes, 1, TOPIC, "identity", identity.key_id)
    salt, _ = cbor2.loads(identity.open(sealed["identity"], place))
    assert _guess(salt, meanings[0]) == []


def test_after_forgetting_the_part_reads_as_erased_and_the_others_as_ever(
    parts: SealedParts, keys: Keys
) -> None:
    sealed, meanings = seal(parts)
    keys.forget("contact")
    opened, again = reopen(parts, sealed)
    assert opened["contact"] == Erased(sealed["contact"][:16])
    assert opened["identity"] == PARTS[Purpose.IDENTITY]
    assert again == [None, meanings[1]]
    with pytest.raises(KeyDestroyedError):
        seal(parts)


@given(st.data())
def test_any_flipped_bit_is_tampering(data: st.DataObject) -> None:
    parts = SealedParts(Keys(), os.urandom)
    sealed, _ = seal(parts)
    purpose = data.draw(st.sampled_from(sorted(sealed)))
    part = bytearray(sealed[purpose])
    bit = data.draw(st.integers(0, len(part) * 8 - 1))
    part[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(TamperedError):
        reopen(parts, {**sealed, purpose: bytes(part)})


@pytest.mark.parametrize(
    "place",
    [{"stream_id": UUID(int=9)}, {"version": 2}, {"topic": "person.details_corrected/1"}],
    ids=["stream", "version", "topic"],
)
def test_a_part_that_was_moved_is_tampering(parts: SealedParts, place: dict[str, Any]) -> None:
    sealed, _ = seal(parts)
    with pytest.raises(TamperedError):
        reopen(parts, sealed, **place)


def test_parts_of_two_purposes_cannot_change_places(parts: SealedParts) -> None:
    sealed, _ = seal(parts)
    swapped = {"identity": sealed["contact"], "contact": sealed["identity"]}
    with pytest.raises(TamperedError):
        reopen(parts, swapped)


def test_parts_of_two_streams_of_one_person_cannot_change_places(parts: SealedParts) -> None:
    seal(parts)
    elsewhere, _ = seal(parts, stream=UUID(int=9))
    with pytest.raises(TamperedError):
        reopen(parts, elsewhere)


def test_the_message_names_the_place_and_nothing_of_the_person(parts: SealedParts) -> None:
    sealed, _ = seal(parts)
    with pytest.raises(TamperedError) as caught:
        reopen(parts, sealed, version=2)
    assert str(caught.value) == (
        f"stream {STREAM}, version 2, {TOPIC}: the part 'contact' does not open where it stands"
    )


@pytest.mark.parametrize("damaged", [b"", bytes(16), bytes(100)])
def test_what_is_no_part_of_a_known_key_is_tampering(parts: SealedParts, damaged: bytes) -> None:
    with pytest.raises(TamperedError):
        reopen(parts, {"identity": damaged})


def test_an_unknown_purpose_is_tampering(parts: SealedParts) -> None:
    sealed, _ = seal(parts)
    with pytest.raises(TamperedError):
        reopen(parts, {"secrets": sealed["identity"]})


@pytest.mark.parametrize("plaintext", [b"", b"\x83\x50" + bytes(20), b"\x82\x50" + bytes(16)])
def test_a_key_holders_other_messages_are_no_parts(
    parts: SealedParts, keys: Keys, plaintext: bytes
) -> None:
    key = keys.for_writing(SUBJECT, "identity")
    place = seal_place(STREAM.bytes, 1, TOPIC, "identity", key.key_id)
    with pytest.raises(TamperedError):
        reopen(parts, {"identity": key.seal(plaintext, place, bytes(12))})


def test_a_replaced_key_is_tampering(parts: SealedParts, keys: Keys) -> None:
    sealed, _ = seal(parts)

    class Replaced(Keys):
        @override
        def for_reading(self, key_id: bytes) -> DataKey | None:
            raise CommitmentMismatchError("replaced")

        @override
        def for_reading_many(self, key_ids: Iterable[bytes]) -> dict[bytes, DataKey | None]:
            raise CommitmentMismatchError("replaced")

    replaced = SealedParts(Replaced(), os.urandom)
    replaced.prepare_reading([sealed])
    with pytest.raises(TamperedError):
        reopen(replaced, sealed)


def test_many_keys_are_prepared_at_once(parts: SealedParts, keys: Keys) -> None:
    parts.prepare_writing((UUID(int=number), Purpose.IDENTITY) for number in range(50))
    rows = [
        parts.seal(
            subject=UUID(int=number), stream_id=STREAM, version=1, topic=TOPIC,
            parts={Purpose.IDENTITY: {"n": number}},
        )[0]
        for number in range(50)
    ]  # fmt: skip
    parts.prepare_reading([*rows, {"identity": b"damaged"}, {}])
    assert keys.asked_at_once == [50, 50]
