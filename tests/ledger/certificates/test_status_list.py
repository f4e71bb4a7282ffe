"""Status lists: the draft's vectors, packing, reading under a trust list, and bombs."""

import json
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.envelope import write_sign1
from keys.foreign_envelope import ES256, read_foreign_sign1, verify_foreign
from keys.foreign_keys import load_jwks
from keys.trust_list import KeyState, TrustList
from ledger import canonical
from ledger.certificates.kind import Status
from ledger.certificates.status_list import (
    LIST_TYP,
    SIZE,
    PublishedList,
    StatusList,
    inflate,
    read_status_list_claims,
    read_status_list_token,
    shuffled_index,
    write_status_list_token,
)
from ledger.errors import InvalidInputError
from tests_support.signed_certificates import (
    AT,
    ISSUING_KEY,
    STATUS_KEY,
    STATUS_URI,
    TRUST,
    TRUSTED_FOR_STATUS,
    UNLISTED_KEY,
    ed25519,
    published,
)


class Draft:
    """The vectors of the draft's own examples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected = json.loads((folder / "expected.json").read_text())

    def encoded(self, name: str) -> dict[str, Any]:
        text = (self.folder / f"{name}_cbor.md").read_text().split("encoded:")[-1]
        return dict(cbor2.loads(bytes.fromhex("".join(text.split()))))

    def token(self, name: str) -> bytes:
        return bytes.fromhex("".join((self.folder / f"{name}.md").read_text().split()))

    def key(self) -> Any:
        jwk = {k: v for k, v in self.expected["example_signing_key_public"].items() if k != "alg"}
        return load_jwks(json.dumps(jwk).encode())[0].key


@pytest.fixture(scope="module")
def draft(shared_data: Path) -> Draft:
    return Draft(shared_data / "credentials" / "token-status-list")


@pytest.mark.parametrize(
    ("name", "bits"),
    [("status_list_encoding", 1), ("status_list_encoding2", 2), ("status_list_encoding1_long", 1)],
)
def test_the_drafts_lists_have_the_statuses_that_it_names(
    draft: Draft, name: str, bits: int
) -> None:
    encoded = draft.encoded(name)
    assert encoded["bits"] == bits
    statuses = StatusList(bits, inflate(encoded["lst"]))
    expected = {int(index): value for index, value in draft.expected[name].items()}
    assert all(statuses.value(index) == expected.get(index, 0) for index in range(len(statuses)))
    assert StatusList.of(expected, bits=bits, size=len(statuses)) == statuses
    assert statuses.value(len(statuses)) is None


def test_the_long_list_has_a_million_entries(draft: Draft) -> None:
    long = StatusList(1, inflate(draft.encoded("status_list_encoding1_long")["lst"]))
    assert len(long) == draft.expected["size_long"] == SIZE


@pytest.mark.parametrize("name", ["status_list_cwt", "referenced_token_cwt"])
def test_both_signatures_of_the_draft_verify(draft: Draft, name: str) -> None:
    signed = read_foreign_sign1(draft.token(name))
    message = signed.signed_message()
    assert verify_foreign(signed.signature, message, draft.key(), ES256)
    assert not verify_foreign(signed.signature, message + b"\x00", draft.key(), ES256)


def test_the_drafts_list_token_is_read(draft: Draft) -> None:
    signed = read_foreign_sign1(draft.token("status_list_cwt"))
    assert signed.header(16) == LIST_TYP
    read = read_status_list_claims(cbor2.loads(signed.payload))
    assert read.uri == "https://example.com/statuslists/1"
    assert read.issued_at == datetime.fromtimestamp(1_686_920_170, UTC)
    assert read.ttl == timedelta(seconds=43_200)
    assert read.status(0) is Status.REVOKED
    assert read.status(1) is Status.VALID
    reference = cbor2.loads(read_foreign_sign1(draft.token("referenced_token_cwt")).payload)
    assert reference[65535]["status_list"]["uri"] == read.uri


def signed_list(listed: PublishedList) -> bytes:
    return write_status_list_token(listed, key=STATUS_KEY.public, sign=STATUS_KEY.sign)


def test_a_list_is_read_as_it_was_written() -> None:
    listed = published({0: 1, 5: 2, SIZE - 1: 3})
    read = read_status_list_token(signed_list(listed), uri=STATUS_URI, trust=TRUST, at=AT)
    assert read == listed
    assert [read.status(index) for index in (0, 1, 5, SIZE - 1, SIZE, -1)] == [
        Status.REVOKED, Status.VALID, Status.SUSPENDED, Status.SUPERSEDED, None, None,
    ]  # fmt: skip


def test_a_list_of_one_bit_is_written_and_read() -> None:
    listed = published(statuses={}, uri=STATUS_URI)
    one_bit = replace(listed, statuses=StatusList.of({9: 1}, bits=1))
    read = read_status_list_token(signed_list(one_bit), uri=STATUS_URI, trust=TRUST, at=AT)
    assert read.status(9) is Status.REVOKED


def test_a_list_with_a_thousandth_revoked_is_a_few_kilobytes() -> None:
    revoked = {shuffled_index(b"seed", ordinal): 1 for ordinal in range(SIZE // 1000)}
    assert len(signed_list(published(revoked))) < 3000


@given(
    st.dictionaries(st.integers(0, 63), st.integers(0, 3), max_size=20), st.sampled_from([2, 4, 8])
)
def test_every_entry_has_its_own_bits(statuses: dict[int, int], bits: int) -> None:
    packed = StatusList.of(statuses, bits=bits, size=64)
    assert [packed.value(index) for index in range(64)] == [
        statuses.get(index, 0) for index in range(64)
    ]


@pytest.mark.parametrize(
    ("statuses", "bits", "size"),
    [({64: 1}, 2, 64), ({-1: 1}, 2, 64), ({0: 4}, 2, 64), ({0: 2}, 1, 64), ({}, 3, 64), ({}, 2, 5)],
)
def test_entries_that_do_not_fit_are_refused(
    statuses: dict[int, int], bits: int, size: int
) -> None:
    with pytest.raises(InvalidInputError):
        StatusList.of(statuses, bits=bits, size=size)


def test_a_value_without_a_meaning_is_not_known() -> None:
    listed = published(statuses=None)
    assert replace(listed, statuses=StatusList.of({0: 9}, bits=4)).status(0) is None


@pytest.mark.parametrize(
    ("at", "current"),
    [
        (AT, True),
        (AT - timedelta(hours=2, seconds=300), True),
        (AT - timedelta(hours=2, seconds=301), False),
        (AT + timedelta(days=7), False),
    ],
)
def test_a_list_is_current_from_its_issue_to_its_expiry(at: datetime, current: object) -> None:
    assert published().is_current(at) is current


def other_trust(**changes: Any) -> TrustList:
    return replace(TRUST, keys=(replace(TRUSTED_FOR_STATUS, **changes),))


GOOD = signed_list(published())


@pytest.mark.parametrize(
    ("data", "uri", "trust", "rule"),
    [
        (GOOD, STATUS_URI + "x", TRUST, "uri"),
        (GOOD, STATUS_URI, other_trust(status_prefixes=("https://a.example/",)), "uri"),
        (GOOD, STATUS_URI, other_trust(public=UNLISTED_KEY.public), "key"),
        (GOOD, STATUS_URI, other_trust(uses=frozenset({1})), "key_not_for_this_use"),
        (GOOD, STATUS_URI, other_trust(state=KeyState.PENDING), "key_not_yet_active"),
        (GOOD, STATUS_URI, other_trust(state=KeyState.REVOKED), "key_revoked"),
        (GOOD, STATUS_URI, replace(TRUST, next_update=datetime(2026, 11, 1, tzinfo=UTC)),
         "trust_list_stale"),
        (GOOD[:-1] + b"\x00", STATUS_URI, TRUST, "signature"),
        (GOOD[:-1], STATUS_URI, TRUST, "layout"),
        (GOOD + b"\x00", STATUS_URI, TRUST, "layout"),
        (bytes((1 << 20) + 1), STATUS_URI, TRUST, "too_long"),
    ],
    ids=["other address", "not the issuer's address", "unknown key", "no key for lists",
         "pending key", "revoked key", "stale trust list", "signature", "cut off", "trailing",
         "too long"],
)  # fmt: skip
def test_a_list_that_is_not_to_be_believed_is_refused(
    data: bytes, uri: str, trust: TrustList, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_status_list_token(data, uri=uri, trust=trust, at=AT)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "header",
    [
        {1: -9, 4: STATUS_KEY.public.kid},
        {1: -9, 4: STATUS_KEY.public.kid, 16: "application/statuslist+jwt"},
        {1: -9, 4: STATUS_KEY.public.kid, 16: LIST_TYP, 33: b""},
        {1: -9, 4: STATUS_KEY.public.short_kid, 16: LIST_TYP},
        {1: -19, 4: STATUS_KEY.public.kid, 16: LIST_TYP},
        [],
    ],
)
def test_another_header_is_refused(header: object) -> None:
    payload = canonical.encode({})
    data = write_sign1(canonical.encode(header), payload, STATUS_KEY.sign)
    with pytest.raises(InvalidInputError) as refused:
        read_status_list_token(data, uri=STATUS_URI, trust=TRUST, at=AT)
    assert refused.value.rule in {"header", "key"}


def test_a_signature_by_the_certificates_key_is_not_one_for_lists() -> None:
    data = write_status_list_token(published(), key=ISSUING_KEY.public, sign=ISSUING_KEY.sign)
    with pytest.raises(InvalidInputError) as refused:
        read_status_list_token(data, uri=STATUS_URI, trust=TRUST, at=AT)
    assert refused.value.rule == "key_not_for_this_use"


CLAIMS: dict[int, Any] = {
    2: STATUS_URI,
    4: 2_000_000_000,
    6: 1_700_000_000,
    65533: {"bits": 2, "lst": zlib.compress(bytes(8))},
    65534: 3600,
}


@pytest.mark.parametrize(
    "change",
    [
        {2: 7},
        {4: "later"},
        {4: 1_600_000_000},
        {4: 1 << 60},
        {6: -1},
        {65534: -1},
        {65533: {"bits": 3, "lst": b""}},
        {65533: {"bits": 2}},
        {65533: {"bits": 2, "lst": "text"}},
    ],
)
def test_claims_of_another_form_are_refused(change: dict[int, Any]) -> None:
    assert read_status_list_claims(CLAIMS).uri == STATUS_URI
    with pytest.raises(InvalidInputError) as refused:
        read_status_list_claims(CLAIMS | change)
    assert refused.value.rule == "claim_form"
    with pytest.raises(InvalidInputError):
        read_status_list_claims([])


@pytest.mark.parametrize("level", range(10))
def test_every_level_of_compression_is_read(level: int) -> None:
    assert inflate(zlib.compress(b"list" * 100, level)) == b"list" * 100


@pytest.mark.parametrize(
    "compressed",
    [b"", b"list", zlib.compress(b"list")[:-1], zlib.compress(b"list") + b"\x00",
     zlib.compress(bytes((1 << 20) + 1)), zlib.compress(bytes(64 << 20))],
    ids=["empty", "not zlib", "cut off", "trailing", "one byte too large", "bomb"],
)  # fmt: skip
def test_what_would_not_inflate_as_a_whole_is_refused(compressed: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        inflate(compressed)
    assert refused.value.rule == "inflate"


@pytest.mark.parametrize("size", [1, 2, 3, 100, 1 << 10, 1000])
def test_the_shuffle_gives_every_index_once(size: int) -> None:
    assert sorted(shuffled_index(b"s", n, size) for n in range(size)) == [*range(size)]


def test_the_shuffle_is_another_for_another_seed_and_stays_the_same() -> None:
    first = [shuffled_index(b"one", ordinal) for ordinal in range(50)]
    assert first != [shuffled_index(b"two", ordinal) for ordinal in range(50)]
    assert first == [shuffled_index(b"one", ordinal) for ordinal in range(50)]
    assert len({index // 1000 for index in first}) > 40
    with pytest.raises(InvalidInputError) as refused:
        shuffled_index(b"one", SIZE)
    assert refused.value.rule == "list_full"


def test_ed25519_signs_lists_as_well() -> None:
    key = ed25519(1)
    data = write_status_list_token(published(), key=key.public, sign=key.sign)
    trust = other_trust(public=key.public)
    assert read_status_list_token(data, uri=STATUS_URI, trust=trust, at=AT) == published()
    assert re.fullmatch(r"[0-9a-f]{64}", key.public.kid.hex())
