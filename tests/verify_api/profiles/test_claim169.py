"""Identity claims: the public vectors, and answers with a key, without, and with another."""

import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.foreign_keys import ForeignKey
from verify_api.profiles.claim169 import (
    ATTRIBUTES,
    looks_like_claim_169,
    read_claim_169,
    verify_claim_169,
)
from verify_api.profiles.foreign import BadCredentialError, ForeignIssuer, read_claims
from verify_api.verdict import Authenticity, Overall, Reason, Standing, State

AT = datetime(2026, 11, 24, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
TRUSTED = (ForeignIssuer((ForeignKey(KEY.public_key()),), "Test Issuer", "https://id.example"),)
CLAIMS: dict[object, object] = {
    1: "https://id.example", 4: 1_900_000_000, 6: 1_700_000_000, 169: {4: "Nguyễn Văn Mẫu", 99: 1}
}  # fmt: skip


def vectors(shared_data: Path, folder: str) -> list[dict[str, Any]]:
    paths = sorted((shared_data / "credentials/claim169" / folder).glob("*.json"))
    assert paths
    return [json.loads(path.read_text("utf-8")) for path in paths]


def written(claims: object, *, key: Ed25519PrivateKey = KEY, kid: bytes | None = None) -> str:
    protected = cbor2.dumps({1: -8} if kid is None else {1: -8, 4: kid})
    payload = cbor2.dumps(claims)
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return packed(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature])))


def packed(envelope: bytes) -> str:
    return str(base45.b45encode(zlib.compress(envelope)).decode())


@pytest.mark.parametrize("folder", ["valid", "edge"])
def test_well_formed_vectors_have_the_claims_that_they_name(shared_data: Path, folder: str) -> None:
    for vector in vectors(shared_data, folder):
        assert looks_like_claim_169(vector["qr_data"]), vector["name"]
        claims = read_claims(read_claim_169(vector["qr_data"]).payload)
        named = {ATTRIBUTES[label]: value for label, value in claims[169].items()}
        expected = vector["expected_claim169"]
        assert {name.replace("_", "") for name in named} == {name.lower() for name in expected}
        assert all(value in expected.values() for value in named.values()), vector["name"]
        assert claims[4] == vector["expected_cwt_meta"]["expiresAt"]


def test_the_vector_with_a_published_key_is_valid_under_it_and_no_other(shared_data: Path) -> None:
    vector = next(v for v in vectors(shared_data, "valid") if "signing_key" in v)
    public = bytes.fromhex(vector["signing_key"]["public_key_hex"])
    key = ForeignKey(Ed25519PublicKey.from_public_bytes(public))
    text = vector["qr_data"]
    assert verify_claim_169(text, trust=(ForeignIssuer((key,)),), at=AT).state is State.VALID
    other = verify_claim_169(text, trust=(ForeignIssuer(TRUSTED[0].keys),), at=AT)
    assert other.authenticity is Authenticity.ALTERED
    unknown = verify_claim_169(text, trust=(), at=AT)
    assert unknown.authenticity is Authenticity.UNKNOWN_ISSUER


def test_a_vector_with_an_empty_signature_is_never_valid(shared_data: Path) -> None:
    for vector in vectors(shared_data, "valid") + vectors(shared_data, "edge"):
        if "signing_key" not in vector:
            verdict = verify_claim_169(vector["qr_data"], trust=TRUSTED, at=AT)
            assert verdict.authenticity is Authenticity.ALTERED, vector["name"]


def test_malformed_vectors_are_refused_where_they_say(shared_data: Path) -> None:
    reasons = {"Base45Decode": Reason.BROKEN_TEXT, "CoseParse": Reason.BROKEN_LAYOUT}
    for vector in vectors(shared_data, "invalid"):
        with pytest.raises(BadCredentialError) as refused:
            read_claim_169(vector["qr_data"])
        assert refused.value.reason is reasons[vector["expected_error"]]


def test_a_genuine_one_shows_the_attributes_that_have_a_name() -> None:
    verdict = verify_claim_169(written(CLAIMS), trust=TRUSTED, at=AT)
    assert verdict.overall is Overall.VALID
    assert verdict.foreign_claims == {"full_name": "Nguyễn Văn Mẫu"}
    assert verdict.issuer is not None
    assert verdict.issuer.name_en == "Test Issuer"


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({4: 1_700_000_001}, State.EXPIRED),
        ({6: 1_899_999_999}, State.NOT_YET_VALID),
        ({4: None}, State.CANNOT_CONFIRM),
        ({4: float("nan")}, State.CANNOT_CONFIRM),
        ({4: True}, State.CANNOT_CONFIRM),
        ({1: "https://other.example"}, State.ISSUER_UNKNOWN),
        ({169: "text"}, State.NOT_OURS),
    ],
)
def test_each_claim_that_tells_against_it_has_its_own_answer(
    changed: dict[object, object], state: State
) -> None:
    verdict = verify_claim_169(written(CLAIMS | changed), trust=TRUSTED, at=AT)
    assert verdict.state is state
    assert verdict.overall is not Overall.VALID


def test_a_kid_selects_among_named_keys() -> None:
    named = (ForeignIssuer((ForeignKey(KEY.public_key(), "key-1"),)),)
    assert verify_claim_169(written(CLAIMS, kid=b"key-1"), trust=named, at=AT).state is State.VALID
    other = verify_claim_169(written(CLAIMS, kid=b"key-2"), trust=named, at=AT)
    assert other.reasons == (Reason.KEY_UNKNOWN,)


def test_an_encrypted_one_is_told_apart() -> None:
    envelope = cbor2.dumps(cbor2.CBORTag(16, [b"", {}, b"ciphertext"]))
    verdict = verify_claim_169(packed(envelope), trust=TRUSTED, at=AT)
    assert verdict.reasons == (Reason.ENCRYPTED,)
    assert verdict.overall is Overall.CANNOT_TELL


def test_the_claims_may_not_be_followed_by_anything() -> None:
    protected, payload = cbor2.dumps({1: -8}), cbor2.dumps(CLAIMS) + b"\x00"
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    text = packed(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature])))
    verdict = verify_claim_169(text, trust=TRUSTED, at=AT)
    assert verdict.reasons == (Reason.BROKEN_PAYLOAD,)


@pytest.mark.parametrize(
    "claims", [[1, 2], {1: cbor2.CBORTag(35, "(")}, {1: {2: {3: [[[[[1]]]]]}}}]
)
def test_claims_in_another_form_are_refused(claims: object) -> None:
    verdict = verify_claim_169(written(claims), trust=TRUSTED, at=AT)
    assert verdict.reasons[0] in {Reason.BROKEN_PAYLOAD, Reason.BROKEN_CLAIMS}
    assert verdict.standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    "key", [1.5, 77.0, False, None, b"4", (4,), cbor2.CBORSimpleValue(77)], ids=repr
)
def test_a_key_that_is_no_integer_and_no_text_is_refused_however_deep(key: object) -> None:
    for claims in (CLAIMS | {key: 1}, CLAIMS | {169: {4: [{key: 1}]}}):
        verdict = verify_claim_169(written(claims), trust=TRUSTED, at=AT)
        assert verdict.reasons == (Reason.BROKEN_PAYLOAD,)


def test_an_algorithm_of_nobodys_list_is_refused() -> None:
    protected = cbor2.dumps({1: -257})
    text = packed(cbor2.dumps([protected, {}, cbor2.dumps(CLAIMS), bytes(64)]))
    verdict = verify_claim_169(text, trust=TRUSTED, at=AT)
    assert verdict.reasons == (Reason.KEY_ALGORITHM,)


def test_a_bomb_is_refused_before_it_grows() -> None:
    verdict = verify_claim_169(packed(bytes(20_000_000)), trust=TRUSTED, at=AT)
    assert verdict.reasons == (Reason.TOO_LONG,)
    small = base45.b45encode(zlib.compress(bytes(1_000_000))).decode()
    assert verify_claim_169(small, trust=TRUSTED, at=AT).reasons == (Reason.BROKEN_LAYOUT,)


@pytest.mark.parametrize("text", ["", "6BF", "not base45 at all, in lower case", "A" * 40])
def test_other_texts_are_not_taken_for_one(text: str) -> None:
    assert not looks_like_claim_169(text)
