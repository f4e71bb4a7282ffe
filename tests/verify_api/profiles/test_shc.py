"""SMART Health Cards: the specification's examples through every stage, and answers of our own."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from keys.algorithms import PrivateKey
from keys.base64url import to_base64url
from verify_api.profiles.foreign import BadCredentialError, ForeignIssuer, ForeignTrust
from verify_api.profiles.jws import signing_keys
from verify_api.profiles.shc import (
    HEALTH_CARD,
    read_health_card,
    read_health_card_claims,
    read_revocation_list,
    verify_health_card,
)
from verify_api.verdict import Authenticity, Overall, Reason, State

AT = datetime(2026, 11, 24, tzinfo=UTC)
EXAMPLES = ("00", "01")
KEY = PrivateKey(derive_private_key(7, SECP256R1()))
KEYS = signing_keys(json.dumps({**KEY.public.jwk(), "alg": "ES256"}).encode())
KID = KEYS[0].kid or ""
ISSUER = "https://health.example/cards"
TRUST = ForeignTrust(smart_health_cards=(ForeignIssuer(KEYS, "Test Clinic", ISSUER),))
CARD: dict[str, Any] = {
    "iss": ISSUER,
    "nbf": 1_700_000_000.5,
    "vc": {"type": [HEALTH_CARD], "rid": "abc", "credentialSubject": {"fhirVersion": "4.0.1"}},
}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "credentials" / "shc"


@pytest.fixture(scope="module")
def example_trust(folder: Path) -> ForeignTrust:
    keys = signing_keys((folder / "jwks.json").read_bytes())
    return ForeignTrust(
        smart_health_cards=(
            ForeignIssuer(keys, url="https://spec.smarthealth.cards/examples/issuer"),
        )
    )


def code(jws: str) -> str:
    return "shc:/" + "".join(f"{ord(character) - 45:02d}" for character in jws)


def jws_of(claims: object, *, key: PrivateKey = KEY, **header: object) -> str:
    packer = zlib.compressobj(wbits=-15)
    payload = packer.compress(json.dumps(claims).encode()) + packer.flush()
    members = {"alg": "ES256", "zip": "DEF", "kid": KID} | header
    signing_input = f"{to_base64url(json.dumps(members).encode())}.{to_base64url(payload)}"
    return f"{signing_input}.{to_base64url(key.sign(signing_input.encode()))}"


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_examples_digits_are_their_jws(folder: Path, number: str) -> None:
    text = (folder / f"example-{number}-f-qr-code-numeric-value-0.txt").read_text().strip()
    jws = (folder / f"example-{number}-d-jws.txt").read_text().strip()
    assert code(jws) == text
    claims = read_health_card_claims(read_health_card(text))
    minified = (folder / f"example-{number}-c-jws-payload-minified.json").read_text("utf-8")
    assert claims == json.loads(minified)


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_examples_verify_with_their_issuers_keys_alone(
    folder: Path, example_trust: ForeignTrust, number: str
) -> None:
    text = (folder / f"example-{number}-f-qr-code-numeric-value-0.txt").read_text().strip()
    verdict = verify_health_card(text, trust=example_trust, at=AT)
    assert verdict.overall is Overall.VALID
    assert verdict.reasons == (Reason.STATUS_NOT_OFFERED,)
    assert verify_health_card(text, trust=TRUST, at=AT).reasons == (Reason.KEY_UNKNOWN,)


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_examples_files_hold_the_same_card(folder: Path, number: str) -> None:
    file = json.loads((folder / f"example-{number}-e-file.smart-health-card").read_text())
    jws = (folder / f"example-{number}-d-jws.txt").read_text().strip()
    assert file["verifiableCredential"] == [jws]


def test_the_published_revocation_list_is_read(folder: Path) -> None:
    kid, revoked = read_revocation_list(
        (folder / "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s.json").read_bytes()
    )
    assert kid == "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s"
    assert revoked["vwAjHdarZuc"] == 1_687_450_765
    assert revoked["FKDIxsTCGlU"] is None
    assert len(revoked) == 4


def test_a_set_of_codes_is_read_in_any_order() -> None:
    digits = code(jws_of(CARD)).removeprefix("shc:/")
    parts = [digits[:100], digits[100:300], digits[300:]]
    codes = [f"shc:/{number}/3/{part}" for number, part in enumerate(parts, 1)]
    for order in ((0, 1, 2), (2, 0, 1)):
        text = "\n".join(codes[number] for number in order)
        assert verify_health_card(text, trust=TRUST, at=AT).state is State.VALID
    for broken in (codes[:2], [*codes, codes[0]], [codes[0], codes[1], codes[1]]):
        verdict = verify_health_card(" ".join(broken), trust=TRUST, at=AT)
        assert verdict.state is State.UNREADABLE


@pytest.mark.parametrize("text", ["shc:/", "shc:/1", "shc:/00é0", "shc:/78", "shc:/2/1/00", "   "])
def test_broken_digits_are_unreadable(text: str) -> None:
    verdict = verify_health_card(text, trust=TRUST, at=AT)
    assert verdict.reasons == (Reason.BROKEN_TEXT,)


def test_a_text_beyond_any_code_is_not_looked_at() -> None:
    with pytest.raises(BadCredentialError) as refused:
        read_health_card("shc:/" + "00" * 16_000)
    assert refused.value.reason is Reason.TOO_LONG


def test_another_algorithm_is_a_broken_header() -> None:
    verdict = verify_health_card(code(jws_of(CARD, alg="HS256")), trust=TRUST, at=AT)
    assert verdict.reasons == (Reason.BROKEN_HEADER,)


def test_a_key_signs_only_for_its_own_address() -> None:
    other = jws_of(CARD | {"iss": "https://other.example"})
    verdict = verify_health_card(code(other), trust=TRUST, at=AT)
    assert verdict.reasons == (Reason.KEY_ISSUER,)
    anyone = ForeignTrust(smart_health_cards=(ForeignIssuer(KEYS),))
    assert verify_health_card(code(other), trust=anyone, at=AT).overall is Overall.VALID


def test_a_signature_by_another_key_is_not_genuine() -> None:
    stranger = PrivateKey(derive_private_key(8, SECP256R1()))
    verdict = verify_health_card(code(jws_of(CARD, key=stranger)), trust=TRUST, at=AT)
    assert verdict.authenticity is Authenticity.ALTERED


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"nbf": 1_900_000_000}, State.NOT_YET_VALID),
        ({"exp": 1_700_000_001}, State.EXPIRED),
        ({"exp": "tomorrow"}, State.CANNOT_CONFIRM),
        ({"nbf": 10**400}, State.CANNOT_CONFIRM),
        ({"nbf": "yesterday"}, State.NOT_OURS),
        ({"vc": {"type": ["other"], "credentialSubject": {"a": 1}}}, State.NOT_OURS),
        ({"vc": {"type": [HEALTH_CARD], "credentialSubject": {}}}, State.NOT_OURS),
    ],
)
def test_each_claim_that_tells_against_it_has_its_own_answer(
    changed: dict[str, object], state: State
) -> None:
    assert verify_health_card(code(jws_of(CARD | changed)), trust=TRUST, at=AT).state is state


@pytest.mark.parametrize(
    ("revoked", "state"),
    [
        ({"abc": None}, State.REVOKED),
        ({"abc": 1_800_000_000}, State.REVOKED),
        ({"abc": 1_600_000_000}, State.VALID),
        ({"xyz": None}, State.VALID),
    ],
)
def test_a_card_is_held_against_its_issuers_revocation_list(
    revoked: dict[str, int | None], state: State
) -> None:
    trust = ForeignTrust(smart_health_cards=TRUST.smart_health_cards, revoked_cards={KID: revoked})
    verdict = verify_health_card(code(jws_of(CARD)), trust=trust, at=AT)
    assert verdict.state is state
    assert Reason.STATUS_NOT_OFFERED not in verdict.reasons


@pytest.mark.parametrize(
    ("rid", "state"),
    [("abc", State.CANNOT_CONFIRM), ("xyz", State.REVOKED), (None, State.VALID)],
)
def test_revocations_that_are_too_old_still_count_against_a_card_and_no_more_for_it(
    rid: str | None, state: State
) -> None:
    trust = replace(TRUST, revoked_cards={KID: {"xyz": None}}, revoked_until=AT)
    text = code(jws_of({**CARD, "vc": {**CARD["vc"], "rid": rid}}))
    verdict = verify_health_card(text, trust=trust, at=AT)
    assert verdict.state is state
    assert (Reason.STATUS_STALE in verdict.reasons) is (state is State.CANNOT_CONFIRM)


def test_a_card_is_revoked_to_the_very_second() -> None:
    trust = replace(TRUST, revoked_cards={KID: {"abc": 1_700_000_000}})
    for nbf, state in ((1_700_000_000, State.VALID), (1_699_999_999.9999998, State.REVOKED)):
        verdict = verify_health_card(code(jws_of({**CARD, "nbf": nbf})), trust=trust, at=AT)
        assert verdict.state is state


def test_a_payload_without_compression_is_refused() -> None:
    verdict = verify_health_card(code(jws_of(CARD, zip="none")), trust=TRUST, at=AT)
    assert verdict.reasons == (Reason.BROKEN_PAYLOAD,)


def test_a_payload_that_is_no_object_is_refused() -> None:
    verdict = verify_health_card(code(jws_of([1])), trust=TRUST, at=AT)
    assert verdict.reasons == (Reason.BROKEN_PAYLOAD,)


@pytest.mark.parametrize(
    "text",
    ["[]", '{"kid": "k"}', '{"kid":"k","method":"rid","ctr":1,"rids":["!"]}',
     '{"kid":"k","method":"rid","ctr":1,"rids":[7]}'],
)  # fmt: skip
def test_a_revocation_list_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_revocation_list(text.encode())
