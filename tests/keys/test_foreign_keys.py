import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ALGORITHMS, ED25519, ESP256, PrivateKey
from keys.base64url import to_base64url
from keys.errors import KeyFormatError
from keys.foreign_keys import jwk_thumbprint, load_der, load_jwks, load_keys

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
HEALTH_PURPOSE = "1.3.6.1.4.1.1847.2021.1.1"
EC = generate_private_key(SECP256R1())
RSA = generate_rsa(65537, 2048)


def _certificate(
    key: EllipticCurvePrivateKey | RSAPrivateKey, *extensions: x509.ExtensionType
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Specimen issuer")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1000)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, SHA256())


PURPOSES = x509.ExtendedKeyUsage([x509.ObjectIdentifier(HEALTH_PURPOSE)])
CERTIFICATE = _certificate(EC, PURPOSES)


def _numbers(key: object) -> object:
    assert hasattr(key, "public_numbers")
    return key.public_numbers()


def test_a_certificate_is_read_with_its_names_and_purposes() -> None:
    for data in (CERTIFICATE.public_bytes(DER), CERTIFICATE.public_bytes(PEM)):
        (found,) = load_keys(data)
        assert _numbers(found.key) == EC.public_key().public_numbers()
        assert found.window == (
            CERTIFICATE.not_valid_before_utc, CERTIFICATE.not_valid_after_utc,
        )  # fmt: skip
        assert found.hcert_kid == CERTIFICATE.fingerprint(SHA256())[:8]
        assert found.purposes == {HEALTH_PURPOSE}


def test_a_certificate_without_purposes_restricts_nothing() -> None:
    (found,) = load_keys(_certificate(RSA).public_bytes(DER))
    assert found.purposes == frozenset()
    assert _numbers(found.key) == RSA.public_key().public_numbers()


def test_a_certificate_whose_purposes_cannot_be_read_restricts_nothing() -> None:
    broken = x509.UnrecognizedExtension(x509.ExtendedKeyUsage.oid, b"\x30\x00")
    (found,) = load_keys(_certificate(EC, broken).public_bytes(DER))
    assert found.purposes == frozenset()


def test_of_a_malformed_certificate_the_key_is_used_and_nothing_else() -> None:
    # Version 3 becomes version 7: refused by the library, but the key is where it always is.
    der = CERTIFICATE.public_bytes(DER).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", 1)
    with pytest.raises(x509.InvalidVersion):
        x509.load_der_x509_certificate(der)
    found = load_der(der)
    assert _numbers(found.key) == EC.public_key().public_numbers()
    assert found.window is None
    assert found.purposes == frozenset()
    assert found.hcert_kid is not None


@pytest.mark.parametrize(
    "key",
    [EC, RSA, Ed25519PrivateKey.generate(), generate_private_key(SECP384R1())],
    ids=["P-256", "RSA", "Ed25519", "P-384"],
)
def test_a_bare_public_key_is_read(
    key: EllipticCurvePrivateKey | RSAPrivateKey | Ed25519PrivateKey,
) -> None:
    public = key.public_key()
    for data in (public.public_bytes(DER, SPKI), public.public_bytes(PEM, SPKI)):
        (found,) = load_keys(data)
        assert found.key.public_bytes(DER, SPKI) == public.public_bytes(DER, SPKI)
        assert found.hcert_kid is None
        assert found.purposes == frozenset()


def test_a_pem_file_may_hold_several() -> None:
    data = CERTIFICATE.public_bytes(PEM) + EC.public_key().public_bytes(PEM, SPKI)
    assert len(load_keys(data)) == 2


@pytest.mark.parametrize("algorithm", [ESP256, ED25519], ids=lambda algorithm: algorithm.name)
def test_our_own_jwks_are_read(algorithm: object) -> None:
    public = next(
        PrivateKey.generate(ours).public for ours in ALGORITHMS.values() if ours == algorithm
    )
    jwk = public.jwk()
    for value in (jwk, {"keys": [jwk]}):
        (found,) = load_keys(json.dumps(value).encode())
        assert found.kid == to_base64url(public.kid)
        assert found.key.public_bytes(DER, SPKI) == public.key.public_bytes(DER, SPKI)


# RFC 7638, section 3.1.
RFC_7638 = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B"
    "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q"
    "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6We"
    "Zu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


def test_the_thumbprint_of_the_rfc_7638_example_is_exact() -> None:
    assert jwk_thumbprint(RFC_7638) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    (found,) = load_jwks(json.dumps(RFC_7638).encode())
    assert found.kid == "2011-04-29"


@pytest.mark.parametrize("jwk", [{}, {"kty": "oct", "k": ""}, {"kty": "EC", "crv": "P-256"}])
def test_what_is_no_whole_jwk_has_no_thumbprint(jwk: dict[str, object]) -> None:
    with pytest.raises(KeyFormatError):
        jwk_thumbprint(jwk)


EC_JWK = PrivateKey.generate(ESP256).public.jwk()
OKP_JWK = PrivateKey.generate(ED25519).public.jwk()
PRIVATE_PEM = EC.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello", id="text"),
        pytest.param(b"\x30\x80", id="a DER sequence without an end"),
        pytest.param(b"\x30\x02\x30\x00", id="an empty certificate"),
        pytest.param(b"\x30\x05\x30\x7f\x00\x00\x00", id="a DER element that ends after it"),
        pytest.param(b"\x02\x01\x00", id="a DER number"),
        pytest.param(CERTIFICATE.public_bytes(DER)[:100], id="half a certificate"),
        pytest.param(bytes(1 << 20) + b"\x00", id="too large"),
        pytest.param(
            X448PrivateKey.generate().public_key().public_bytes(DER, SPKI), id="an X448 key"
        ),
        pytest.param(PRIVATE_PEM, id="a private key"),
        pytest.param(PRIVATE_PEM + CERTIFICATE.public_bytes(PEM), id="a private key beside"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----", id="PEM without base64"
        ),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nAAAA\n", id="PEM without an end"),
        pytest.param(b"{", id="half a JSON text"),
        pytest.param(b'{"keys": []}', id="no keys"),
        pytest.param(b'{"keys": 5}', id="a number of keys"),
        pytest.param(b'{"keys": [5]}', id="a number as a key"),
        pytest.param(b'{"keys": ' + b"[" * 100_000, id="deep JSON"),
        pytest.param(b'{"\xff": 1}', id="JSON that is not UTF-8"),
        pytest.param(_json({}), id="a JWK without a type"),
        pytest.param(_json({"kty": ["EC"]}), id="a type that is a list"),
        pytest.param(_json({"kty": "oct", "k": "AA"}), id="a symmetric key"),
        pytest.param(_json({**EC_JWK, "kid": 7}), id="a kid that is a number"),
        pytest.param(_json({**EC_JWK, "crv": "secp256k1"}), id="another curve"),
        pytest.param(_json({**EC_JWK, "x": "AA"}), id="a short coordinate"),
        pytest.param(_json({**EC_JWK, "x": EC_JWK["y"]}), id="a point off the curve"),
        pytest.param(_json({**EC_JWK, "x": 5}), id="a coordinate that is a number"),
        pytest.param(_json({**EC_JWK, "x": f"{EC_JWK['x']}="}), id="padded base64url"),
        pytest.param(_json({**OKP_JWK, "crv": "X25519"}), id="a key for another purpose"),
        pytest.param(_json({**OKP_JWK, "x": "AA"}), id="a short Ed25519 key"),
        pytest.param(_json({"kty": "RSA", "n": "AA", "e": "AA"}), id="an RSA key of zeros"),
    ],
)
def test_a_file_of_another_sort_gets_the_typed_error(data: bytes) -> None:
    with pytest.raises(KeyFormatError):
        load_keys(data)


def test_a_list_of_jwks_without_a_set_around_it_is_read_too() -> None:
    assert len(load_jwks(_json([EC_JWK, OKP_JWK]))) == 2


MUTATED = CERTIFICATE.public_bytes(DER)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(MUTATED) * 8 - 1), cut=st.integers(0, 8))
def test_a_damaged_certificate_raises_nothing_but_the_typed_error(place: int, cut: int) -> None:
    data = bytearray(MUTATED)
    data[place // 8] ^= 1 << place % 8
    try:
        load_keys(bytes(data[: len(data) - cut])).__iter__().__next__().purposes  # noqa: B018
    except KeyFormatError:
        return


def test_the_certificates_of_the_public_health_cards_are_read(shared_data: Path) -> None:
    read = 0
    for path in (shared_data / "credentials/hcert").rglob("*.json"):
        certificate = json.loads(path.read_text())["TESTCTX"].get("CERTIFICATE")
        if certificate:
            (found,) = load_keys(base64.b64decode(certificate))
            assert found.hcert_kid is not None
            read += 1
    assert read == 43
