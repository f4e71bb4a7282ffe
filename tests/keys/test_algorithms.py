import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP384R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import (
    ALGORITHMS,
    ED25519,
    ESP256,
    ML_DSA_44,
    Algorithm,
    PrivateKey,
    PublicKey,
    by_cose,
    thumbprint,
)
from keys.base64url import from_base64url, to_base64url
from keys.errors import KeyFormatError

# The order of the P-256 group. Source: SEC 2, section 2.4.2.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EVERY_ALGORITHM = pytest.mark.parametrize(
    "algorithm", ALGORITHMS.values(), ids=lambda algorithm: algorithm.name
)
KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in ALGORITHMS.values()}


@EVERY_ALGORITHM
def test_a_key_verifies_its_own_signature_and_no_other(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    signature = key.sign(b"message")
    assert len(signature) == algorithm.signature_bytes
    assert key.public.verify(signature, b"message")
    assert not key.public.verify(signature, b"massage")
    assert not PrivateKey.generate(algorithm).public.verify(signature, b"message")


@EVERY_ALGORITHM
@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, 2420 * 8 - 1))
def test_any_one_flipped_bit_breaks_a_signature(algorithm: Algorithm, place: int) -> None:
    key = KEYS[algorithm]
    signature = bytearray(key.sign(b"message"))
    place %= len(signature) * 8
    signature[place // 8] ^= 1 << place % 8
    assert not key.public.verify(bytes(signature), b"message")


@EVERY_ALGORITHM
@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 70, 72, 2419, 2421])
def test_a_signature_of_another_length_is_refused(algorithm: Algorithm, length: int) -> None:
    assert not KEYS[algorithm].public.verify(bytes(length), b"message")
    assert not KEYS[algorithm].public.verify(b"\xff" * length, b"message")


@pytest.mark.parametrize("algorithm", [ESP256, ED25519], ids=lambda algorithm: algorithm.name)
def test_signing_again_gives_the_same_bytes(algorithm: Algorithm) -> None:
    assert KEYS[algorithm].sign(b"intent") == KEYS[algorithm].sign(b"intent")


def test_the_mirrored_signature_verifies_too_so_a_signature_is_no_identity() -> None:
    key = KEYS[ESP256]
    signature = key.sign(b"message")
    s = P256_ORDER - int.from_bytes(signature[32:], "big")
    mirrored = signature[:32] + s.to_bytes(32, "big")
    assert mirrored != signature
    assert key.public.verify(mirrored, b"message")


@EVERY_ALGORITHM
def test_a_key_survives_its_cose_form_and_pkcs8(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    again = PublicKey.from_cose_key(key.public.cose_key, by_cose(algorithm.cose))
    assert again == key.public
    assert hash(again) == hash(key.public)
    assert again.kid == thumbprint(key.public.cose_key)
    assert again.short_kid == again.kid[:8]
    assert PrivateKey.from_pkcs8(key.pkcs8()).public == key.public


def test_an_mldsa_key_is_kept_as_its_seed() -> None:
    assert len(KEYS[ML_DSA_44].pkcs8()) == 54


@EVERY_ALGORITHM
def test_a_private_key_shows_nothing_of_itself(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    shown = repr(key) + str(key) + repr(key.public)
    assert key.pkcs8().hex() not in shown
    assert algorithm.name in shown


def test_the_thumbprint_of_the_rfc_9679_example_is_exact() -> None:
    # RFC 9679, section 6.
    cose_key = {
        1: 2,
        2: b"\x01",
        -1: 1,
        -2: bytes.fromhex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"),
        -3: bytes.fromhex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"),
    }
    expected = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
    assert thumbprint(cose_key).hex() == expected


@pytest.mark.parametrize(
    "cose_key",
    [{}, {1: 9}, {1: True}, {1: "EC2"}, {1: 2, -1: 1, -2: b"x"}, {1: 7, -1: b"x"}, {1: [2]}],
)
def test_what_is_no_whole_cose_key_has_no_thumbprint(cose_key: dict[int, object]) -> None:
    with pytest.raises(KeyFormatError):
        thumbprint(cose_key)


@pytest.mark.parametrize("number", [-7, -8, -37, 0, True, None, "ESP256", -9.0])
def test_only_three_algorithms_are_known(number: object) -> None:
    with pytest.raises(KeyFormatError):
        by_cose(number)


EC2 = KEYS[ESP256].public.cose_key
OKP = KEYS[ED25519].public.cose_key
AKP = KEYS[ML_DSA_44].public.cose_key


@pytest.mark.parametrize(
    ("members", "algorithm"),
    [
        pytest.param(EC2, ED25519, id="a P-256 key as Ed25519"),
        pytest.param(OKP, ESP256, id="an Ed25519 key as ESP256"),
        pytest.param({**EC2, 3: -7}, ESP256, id="a key that says ES256"),
        pytest.param({**EC2, -1: 2}, ESP256, id="P-384"),
        pytest.param({**EC2, -3: True}, ESP256, id="a compressed point"),
        pytest.param({**EC2, -3: bytes(32)}, ESP256, id="a point off the curve"),
        pytest.param({**EC2, -2: b"\x00" + bytes(32)}, ESP256, id="a long coordinate"),
        pytest.param({1: 2, -1: 1, -2: bytes(32)}, ESP256, id="no y"),
        pytest.param({**OKP, -1: 7}, ED25519, id="Ed448"),
        pytest.param({**OKP, -2: bytes(31)}, ED25519, id="a short Ed25519 key"),
        pytest.param({**AKP, -1: bytes(1311)}, ML_DSA_44, id="a short ML-DSA key"),
        pytest.param({**AKP, -1: "text"}, ML_DSA_44, id="text for bytes"),
        pytest.param({}, ESP256, id="nothing"),
    ],
)
def test_a_cose_key_of_another_sort_is_refused(
    members: dict[int, object], algorithm: Algorithm
) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.from_cose_key(members, algorithm)


def test_a_key_cannot_be_given_another_algorithm() -> None:
    with pytest.raises(KeyFormatError):
        PublicKey(ED25519, KEYS[ESP256].public.key)


def _pkcs8(key: X25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x30\x03\x02\x01\x00", id="another structure"),
        pytest.param(_pkcs8(X25519PrivateKey.generate()), id="X25519"),
        pytest.param(_pkcs8(generate_private_key(SECP384R1())), id="P-384"),
        pytest.param(_pkcs8(generate_rsa(65537, 2048)), id="RSA"),
    ],
)
def test_a_private_key_of_another_sort_is_refused(der: bytes) -> None:
    with pytest.raises(KeyFormatError):
        PrivateKey.from_pkcs8(der)


def test_jwks_name_the_fully_specified_algorithms() -> None:
    esp256, ed25519, ml_dsa = (KEYS[name].public for name in (ESP256, ED25519, ML_DSA_44))
    x, y = esp256.cose_key[-2], esp256.cose_key[-3]
    assert isinstance(x, bytes)
    assert isinstance(y, bytes)
    assert esp256.jwk() == {
        "kty": "EC",
        "crv": "P-256",
        "x": to_base64url(x),
        "y": to_base64url(y),
        "alg": "ES256",
        "kid": to_base64url(esp256.kid),
        "use": "sig",
    }
    assert ed25519.jwk().items() >= {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519"}.items()
    assert ml_dsa.jwk().items() >= {"kty": "AKP", "alg": "ML-DSA-44"}.items()


@pytest.mark.parametrize("text", ["A", "AA==", "AB", "A+/A", "ab cd", "AAé", "AA\n"])
def test_base64url_has_one_text_for_each_byte_string(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        from_base64url(text)


def _wycheproof(shared_data: Path, name: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    groups = json.loads((shared_data / "credentials/wycheproof" / name).read_text())["testGroups"]
    return [(group["publicKey"], case) for group in groups for case in group["tests"]]


def test_wycheproof_ed25519_comes_out_as_expected(shared_data: Path) -> None:
    cases = _wycheproof(shared_data, "ed25519_test.json")
    for named, case in cases:
        cose_key = {1: 1, -1: 6, -2: bytes.fromhex(named["pk"])}
        key = PublicKey.from_cose_key(cose_key, ED25519)
        verified = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
        assert verified is (case["result"] == "valid"), case["tcId"]
    assert len(cases) == 151


def test_wycheproof_p256_comes_out_as_expected(shared_data: Path) -> None:
    cases = _wycheproof(shared_data, "ecdsa_secp256r1_sha256_p1363_first60.json")
    for named, case in cases:
        point = bytes.fromhex(named["uncompressed"])
        key = PublicKey.from_cose_key({1: 2, -1: 1, -2: point[1:33], -3: point[33:]}, ESP256)
        verified = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
        assert verified is (case["result"] == "valid"), case["tcId"]
    assert len(cases) == 60
