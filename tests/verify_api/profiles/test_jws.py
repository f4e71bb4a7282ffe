"""JSON Web Signatures: the Wycheproof cases, and what is refused before a signature is checked.

This profile reads ES256 and nothing else, so a valid signature of another algorithm is refused as
well: those cases are counted, none is skipped but the ones that the data's README names.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from keys.algorithms import PrivateKey
from keys.base64url import to_base64url
from keys.errors import KeyFormatError
from verify_api.profiles.jws import (
    BrokenJwsError,
    Jws,
    read_json_object,
    read_jws,
    signing_keys,
)

ODD_OR_CONTESTED = {346, 347, 350, 351, 372, 373}
KEY = PrivateKey(derive_private_key(7, SECP256R1()))
JWK = {**KEY.public.jwk(), "alg": "ES256"}


def accepted(jws: str, jwk: dict[str, Any] | None) -> bool:
    keys = () if jwk is None else signing_keys(json.dumps(jwk).encode())
    try:
        read = read_jws(jws)
    except BrokenJwsError:
        return False
    return any(read.signed_by(key) for key in keys)


def written(header: object, payload: bytes = b"{}", *, raw: str | None = None) -> str:
    head = to_base64url(json.dumps(header).encode() if raw is None else raw.encode())
    signing_input = f"{head}.{to_base64url(payload)}"
    return f"{signing_input}.{to_base64url(KEY.sign(signing_input.encode()))}"


def test_every_wycheproof_case_is_answered_as_expected(shared_data: Path) -> None:
    path = shared_data / "credentials/wycheproof/json_web_signature_test.json"
    counted: Counter[str] = Counter()
    for group in json.loads(path.read_text())["testGroups"]:
        jwk = group.get("public")
        es256 = jwk is not None and jwk.get("crv") == "P-256"
        for case in group["tests"]:
            if case["tcId"] in ODD_OR_CONTESTED:
                counted["named in the README"] += 1
                continue
            answer = accepted(case["jws"], jwk)
            if case["result"] == "valid" and not es256:
                assert not answer, f"tc{case['tcId']}: another algorithm"
                counted["valid under an algorithm that is not read"] += 1
            else:
                assert answer is (case["result"] == "valid"), f"tc{case['tcId']}"
                counted["as expected"] += 1
                counted["accepted"] += answer
    assert counted.total() - counted["accepted"] == 401
    assert counted["accepted"] > 0
    assert counted["named in the README"] == len(ODD_OR_CONTESTED)


def test_what_we_sign_is_read_and_named_by_its_thumbprint() -> None:
    (key,) = signing_keys(json.dumps({"keys": [{**JWK, "kid": "chosen by the set"}]}).encode())
    read = read_jws(written({"alg": "ES256", "kid": key.kid}, b"payload"))
    assert isinstance(read, Jws)
    assert read.signed_by(key)
    assert read.payload == b"payload"
    assert read.kid == key.kid != "chosen by the set"
    assert key.kid is not None
    assert len(key.kid) == 43


def test_a_kid_that_is_no_text_names_nothing() -> None:
    assert read_jws(written({"alg": "ES256", "kid": 7})).kid is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        written({"alg": "none"}),
        written({"alg": "HS256"}),
        written({"alg": "es256"}),
        written({"alg": "ES256", "crit": ["exp"]}),
        written({"alg": "ES256", "b64": False}),
        written(["ES256"]),
        written({}, raw='{"alg":"none","alg":"ES256"}'),
        written({}, raw='{"alg":"ES256","x":NaN}'),
        written({}, raw='{"alg":"ES256"'),
        written({}, raw="[" * 5000),
        written({"alg": "ES256"}) + "=",
        written({"alg": "ES256"}).replace(".", ". ", 1),
    ],
)
def test_other_forms_are_refused_unread(text: str) -> None:
    with pytest.raises(BrokenJwsError):
        read_jws(text)


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "ES384"},
        {"kty": "OKP"},
        {"crv": "P-384"},
    ],
)
def test_a_key_for_something_else_is_left_out(change: dict[str, object]) -> None:
    assert signing_keys(json.dumps(JWK | change).encode()) == ()


@pytest.mark.parametrize(
    "jwks",
    [b"", b"[]", b'{"keys": {}}', b'{"keys": ["key"]}', b"{" * 9, b" " * ((1 << 20) + 1)],
)
def test_what_is_no_key_set_is_refused(jwks: bytes) -> None:
    with pytest.raises(KeyFormatError):
        signing_keys(jwks)


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    with pytest.raises(KeyFormatError):
        signing_keys(json.dumps(JWK | {"x": to_base64url(bytes(32))}).encode())


def test_json_is_read_only_as_an_object_of_utf_8() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        read_json_object(b'{"a": "\xff"}')


@pytest.mark.parametrize(
    "value",
    [b'"\\ud83d"', b'{"\\ude00": 1}', b'["\\ude00\\ud83d"]', b"[" * 32 + b"]" * 32,
     b"[" * 20_000, b"9" * 4301],
    ids=["half a pair", "half a pair in a name", "halves in another order", "deep",
         "beyond any stack", "more digits than are read"],
)  # fmt: skip
def test_json_that_no_answer_could_repeat_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r"surrogates|deeply|digits"):
        read_json_object(b'{"a": ' + value + b"}")


def test_json_is_read_as_deep_as_a_card_may_be() -> None:
    assert read_json_object(b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}")
    assert read_json_object(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
