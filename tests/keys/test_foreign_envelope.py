import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ED25519, ESP256, PrivateKey
from keys.base64url import from_base64url
from keys.deterministic import encode
from keys.errors import EnvelopeError
from keys.foreign_envelope import (
    EDDSA,
    ES256,
    ES384,
    PS256,
    ForeignPublicKey,
    read_foreign_sign1,
    verify_foreign,
)

P256 = PrivateKey.generate(ESP256)
P256_KEY = P256.public.key
PAYLOAD = b"This is the content."

PASSING = [
    ("sign1-tests/sign-pass-01", ES256, ""),
    ("sign1-tests/sign-pass-02", ES256, "11aa22bb33cc44dd55006699"),
    ("ecdsa-examples/ecdsa-sig-01", ES256, ""),
    ("ecdsa-examples/ecdsa-sig-02", ES384, ""),
    ("eddsa-examples/eddsa-sig-01", EDDSA, ""),
    ("CWT/A_3", ES256, ""),
]


def _example(shared_data: Path, name: str) -> tuple[dict[str, Any], ForeignPublicKey]:
    example = json.loads((shared_data / f"credentials/cose/{name}.json").read_text())
    return example, _key(example["input"]["sign0"]["key"])


def _coordinate(key: dict[str, str], name: str) -> bytes:
    if f"{name}_hex" in key:
        return bytes.fromhex(key[f"{name}_hex"])
    return from_base64url(key[name])


def _key(key: dict[str, str]) -> ForeignPublicKey:
    if key["kty"] == "OKP":
        return Ed25519PublicKey.from_public_bytes(_coordinate(key, "x"))
    curve = SECP256R1() if key["crv"] == "P-256" else SECP384R1()
    x, y = (int.from_bytes(_coordinate(key, name), "big") for name in ("x", "y"))
    return EllipticCurvePublicNumbers(x, y, curve).public_key()


@pytest.mark.parametrize(("name", "algorithm", "external"), PASSING)
def test_the_published_example_verifies(
    shared_data: Path, name: str, algorithm: int, external: str
) -> None:
    example, key = _example(shared_data, name)
    envelope = read_foreign_sign1(bytes.fromhex(example["output"]["cbor"]))
    assert envelope.algorithm == algorithm
    message = envelope.signed_message(bytes.fromhex(external))
    assert message == bytes.fromhex(example["intermediates"]["ToBeSign_hex"])
    assert verify_foreign(envelope.signature, message, key, algorithm)
    assert not verify_foreign(envelope.signature, message + b"!", key, algorithm)


def test_the_claims_of_the_cwt_of_rfc_8392_are_its_payload(shared_data: Path) -> None:
    example, _ = _example(shared_data, "CWT/A_3")
    signed = bytes.fromhex(example["output"]["cbor"])
    for data in (signed, b"\xd8\x3d" + signed, signed[1:]):
        assert read_foreign_sign1(data).payload.hex() == example["input"]["plaintext_hex"]


@pytest.mark.parametrize("name", ["sign-fail-01", "sign-fail-02", "sign-fail-03"])
def test_the_published_bad_example_is_refused(shared_data: Path, name: str) -> None:
    example, key = _example(shared_data, f"sign1-tests/{name}")
    try:
        envelope = read_foreign_sign1(bytes.fromhex(example["output"]["cbor"]))
        assert envelope.algorithm is not None
        verified = verify_foreign(
            envelope.signature, envelope.signed_message(), key, envelope.algorithm
        )
    except EnvelopeError:
        verified = False
    assert not verified


def _write(protected: bytes, unprotected: dict[int, object], payload: object = PAYLOAD) -> bytes:
    return encode([protected, unprotected, payload, bytes(64)])


def test_a_header_is_read_from_either_bucket_and_the_protected_one_counts() -> None:
    both = read_foreign_sign1(_write(encode({4: b"good"}), {1: ES256, 4: b"bad"}))
    assert (both.kid, both.algorithm) == (b"good", ES256)
    none = read_foreign_sign1(_write(b"", {}))
    assert (none.kid, none.algorithm) == (None, None)
    odd = read_foreign_sign1(_write(b"", {1: "ES256", 4: "text"}))
    assert (odd.kid, odd.algorithm) == (None, None)
    assert read_foreign_sign1(_write(b"", {1: True})).algorithm is None


def test_a_loose_encoding_is_read() -> None:
    indefinite = b"\x9f\x40\xbf\x04\x41\x01\xff\x58\x01\x07\x40\xff"
    assert read_foreign_sign1(indefinite).kid == b"\x01"
    assert read_foreign_sign1(indefinite).payload == b"\x07"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(_write(b"", {}) + b"\x00", id="bytes after it"),
        pytest.param(_write(b"", {}, None), id="a detached payload"),
        pytest.param(_write(b"", {}, "text"), id="text for a payload"),
        pytest.param(encode([b"", {}, b"", b"", b""]), id="five parts"),
        pytest.param(encode([b"", [], b"", b""]), id="a list for headers"),
        pytest.param(_write(encode([1]), {}), id="a protected header that is no map"),
        pytest.param(_write(b"\xa0\x00", {}), id="bytes after the protected header"),
        pytest.param(_write(b"\xa2\x01\x26\x01\x27", {}), id="a duplicate algorithm"),
        pytest.param(b"\x84\x40\xa2\x01\x26\x01\x27\x40\x40", id="a duplicate outside"),
        pytest.param(b"\x84\x40\xa1\x05\xc1\x00\x40\x40", id="a tag inside"),
        pytest.param(b"\x84\x40\xa1\xf5\x26\x40\x40", id="true for a label"),
        pytest.param(_write(b"\xa1\xf9\x3c\x00\x26", {}), id="1.0 for a label, protected"),
        pytest.param(b"\x84\x40\xa1\x09\x81\xa1\xf6\x01\x40\x40", id="null for a label, deep"),
        pytest.param(b"\xd8\x62" + _write(b"", {}), id="the tag of many signatures"),
        pytest.param(b"\x84\x40\xa1\x05" + b"\x81" * 9 + b"\x00\x40\x40", id="too deep"),
    ],
)
def test_what_is_no_cose_sign1_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        read_foreign_sign1(data)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=80))
def test_random_bytes_raise_nothing_but_the_typed_error(data: bytes) -> None:
    for prefix in (b"", b"\xd2\x84", b"\xd8\x3d\xd2\x84\x43"):
        try:
            read_foreign_sign1(prefix + data)
        except EnvelopeError:
            continue


def test_ps256_is_verified_with_keys_that_are_long_enough() -> None:
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    key = generate_rsa(65537, 2048)
    signature = key.sign(b"message", pss, SHA256())
    assert verify_foreign(signature, b"message", key.public_key(), PS256)
    assert not verify_foreign(signature, b"massage", key.public_key(), PS256)
    short = generate_rsa(65537, 1024)  # noqa: S505 (the weak key is the point)
    signature = short.sign(b"message", pss, SHA256())
    assert not verify_foreign(signature, b"message", short.public_key(), PS256)


def _foreign(key: object) -> ForeignPublicKey:
    assert isinstance(key, ForeignPublicKey)
    return key


@pytest.mark.parametrize("algorithm", [EDDSA, PS256, ES384])
def test_a_key_of_another_type_never_verifies(algorithm: int) -> None:
    signature = P256.sign(b"message")
    assert verify_foreign(signature, b"message", _foreign(P256_KEY), ES256)
    assert not verify_foreign(signature, b"message", _foreign(P256_KEY), algorithm)


def test_an_ecdsa_signature_of_another_length_or_key_never_verifies() -> None:
    key = _foreign(P256_KEY)
    assert not verify_foreign(P256.sign(b"m")[:-1], b"m", key, ES256)
    assert not verify_foreign(bytes(64), b"m", key, ES256)
    other = _foreign(PrivateKey.generate(ED25519).public.key)
    assert not verify_foreign(P256.sign(b"m"), b"m", other, ES256)
    p384 = generate_private_key(SECP384R1()).public_key()
    assert not verify_foreign(P256.sign(b"m"), b"m", p384, ES256)


def test_an_algorithm_that_is_not_supported_is_an_error() -> None:
    with pytest.raises(EnvelopeError, match="unsupported"):
        verify_foreign(bytes(64), b"", _foreign(P256_KEY), -999)
