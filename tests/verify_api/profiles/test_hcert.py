"""Health certificates of our own making: how keys are named, and every stage that can break."""

import json
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from keys.algorithms import PrivateKey
from keys.foreign_keys import ForeignKey, load_jwks
from ledger.certificates.disclosure import Asked
from tests_support.signed_certificates import AT as NATIVE_AT
from tests_support.signed_certificates import IN_FORCE, POLICY, TRUST
from verify_api.profiles.foreign import ForeignIssuer, ForeignTrust
from verify_api.profiles.hcert import verify_hcert
from verify_api.question import Policy
from verify_api.verdict import (
    Authenticity,
    Check,
    Overall,
    Profile,
    Reason,
    State,
    SubjectMatch,
    Verdict,
)
from verify_api.verification import verify

AT = datetime(2026, 11, 24, tzinfo=UTC)
KID = b"testkey1"
KEY = PrivateKey(derive_private_key(9, SECP256R1()))
JWK = {**KEY.public.jwk(), "kid": b64encode(KID).decode()}
(NAMED,) = load_jwks(json.dumps(JWK).encode())
BARE = ForeignKey(NAMED.key)
CERTIFICATE: dict[str, Any] = {
    "ver": "1.3.0", "nam": {"fnt": "MAU"}, "dob": "1990-01-02", "v": [{"co": "VN"}], "t": None,
}  # fmt: skip
CLAIMS: dict[int, Any] = {1: "VN", 4: 1_900_000_000, 6: 1_700_000_000, -260: {1: CERTIFICATE}}


def card(claims: object = CLAIMS, *, kid: bytes | None = KID, algorithm: int = -7) -> str:
    protected = cbor2.dumps({1: algorithm} if kid is None else {1: algorithm, 4: kid})
    payload = cbor2.dumps(claims)
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return packed(cbor2.dumps([protected, {}, payload, signature]))


def packed(envelope: bytes) -> str:
    return "HC1:" + str(base45.b45encode(zlib.compress(envelope)).decode())


def checked(text: str, *keys: ForeignKey, name: str = "") -> Verdict:
    return verify_hcert(text, trust=(ForeignIssuer(keys or (NAMED,), name),), at=AT)


def test_a_card_of_our_own_is_valid_and_says_that_nothing_is_known_of_revocation() -> None:
    verdict = checked(card(), name="Ministry of Samples")
    assert verdict.overall is Overall.VALID
    assert verdict.reasons == (Reason.STATUS_NOT_OFFERED,)
    assert verdict.failed_check is None
    assert verdict.issuer is not None
    assert (verdict.issuer.code, verdict.issuer.name_en) == ("VN", "Ministry of Samples")
    assert verdict.foreign_claims is not None
    assert verdict.foreign_claims["nam"] == {"fnt": "MAU"}


def test_a_key_set_names_keys_by_their_eight_bytes_in_base64() -> None:
    assert checked(card(kid=b"otherkey")).reasons == (Reason.KEY_UNKNOWN,)
    as_text = ForeignKey(NAMED.key, "not base64!")
    assert checked(card(kid=b"not base64!"), as_text).overall is Overall.VALID


def test_a_bare_key_is_tried_for_any_name_and_for_none() -> None:
    for kid in (KID, b"otherkey", None):
        assert checked(card(kid=kid), BARE).overall is Overall.VALID
    assert checked(card(kid=None), NAMED).reasons == (Reason.KEY_UNKNOWN,)


def test_a_scanners_line_end_is_dropped_and_a_blank_is_not() -> None:
    assert checked(card() + "\r\n").overall is Overall.VALID
    assert checked(card() + " ").overall is not Overall.VALID


@pytest.mark.parametrize(
    ("text", "check", "reason"),
    [
        ("HC2:6BF", Check.TEXT, Reason.UNKNOWN_FORMAT),
        ("HC1:", Check.LAYOUT, Reason.BROKEN_LAYOUT),
        ("HC1:lower case", Check.TEXT, Reason.BROKEN_TEXT),
        ("HC1:" + "0" * 20_000, Check.TEXT, Reason.TOO_LONG),
        (packed(b"\x80"), Check.LAYOUT, Reason.BROKEN_LAYOUT),
        (packed(bytes(1_000_000)), Check.LAYOUT, Reason.BROKEN_LAYOUT),
        (card(algorithm=-257), Check.KEY, Reason.KEY_ALGORITHM),
        (card(algorithm=-35), Check.KEY, Reason.KEY_ALGORITHM),
        (card(algorithm=-37), Check.SIGNATURE, Reason.SIGNATURE_WRONG),
        (card([1]), Check.PAYLOAD, Reason.BROKEN_PAYLOAD),
        (card({}), Check.PAYLOAD, Reason.BROKEN_CLAIMS),
        (card({-260: {1: {**CERTIFICATE, "t": [{"co": "VN"}]}}}), Check.PAYLOAD,
         Reason.BROKEN_CLAIMS),
        (card({-260: {1: {**CERTIFICATE, "v": ["text"]}}}), Check.PAYLOAD, Reason.BROKEN_CLAIMS),
        (card({-260: {1: {**CERTIFICATE, "v": []}}}), Check.PAYLOAD, Reason.BROKEN_CLAIMS),
        (card({-260: {1: {**CERTIFICATE, "nam": {}}}}), Check.PAYLOAD, Reason.BROKEN_CLAIMS),
    ],
    ids=["prefix", "nothing", "alphabet", "too long", "no envelope", "bomb", "unknown algorithm",
         "unlisted algorithm", "a key of another type", "no map", "no certificate", "two kinds",
         "entries", "no entry", "no name"],
)  # fmt: skip
def test_each_stage_that_breaks_is_named(text: str, check: Check, reason: Reason) -> None:
    verdict = checked(text, BARE)
    assert (verdict.failed_check, verdict.reasons) == (check, (reason,))
    assert verdict.overall is not Overall.VALID
    assert verdict.foreign_claims is None


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({4: 1_700_000_001}, State.EXPIRED),
        ({6: 1_890_000_000}, State.NOT_YET_VALID),
        ({6: "yesterday"}, State.CANNOT_CONFIRM),
        ({4: float("inf")}, State.CANNOT_CONFIRM),
        ({1: 84}, State.VALID),
    ],
)
def test_dates_decide_and_what_is_missing_cannot_be_told(
    changed: dict[int, object], state: State
) -> None:
    assert checked(card(CLAIMS | changed)).state is state


def through_the_front_door(text: str, foreign: ForeignTrust) -> Verdict:
    policy = Policy(POLICY.kinds, foreign=foreign)
    return verify(text, at=NATIVE_AT, trust=TRUST, status=IN_FORCE, policy=policy)


def test_the_prefix_chooses_the_format_and_only_its_own_keys_count() -> None:
    issuer = (ForeignIssuer((NAMED,)),)
    verdict = through_the_front_door(card(), ForeignTrust(hcert=issuer))
    assert (verdict.profile, verdict.overall) == (Profile.HCERT, Overall.VALID)
    others = ForeignTrust(smart_health_cards=issuer, claim_169=issuer)
    verdict = through_the_front_door(card(), others)
    assert verdict.authenticity is Authenticity.UNKNOWN_ISSUER


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("shc:/00", Profile.SMART_HEALTH_CARD),
        (card().removeprefix("HC1:"), Profile.CLAIM_169),
        ("https://shop.example", Profile.NATIVE),
        ("HC1", Profile.NATIVE),
    ],
    ids=["health card", "no prefix", "address", "half a prefix"],
)
def test_every_text_goes_to_one_format(text: str, profile: Profile) -> None:
    verdict = through_the_front_door(text, ForeignTrust())
    assert verdict.profile is profile
    assert verdict.overall is not Overall.VALID


def test_what_is_asked_of_the_person_is_said_not_to_be_compared() -> None:
    policy = Policy(POLICY.kinds, foreign=ForeignTrust(hcert=(ForeignIssuer((NAMED,)),)))
    for asked, told in ((Asked(name="Other"), True), (Asked(), False), (None, False)):
        verdict = verify(
            card(), at=NATIVE_AT, trust=TRUST, status=IN_FORCE, policy=policy, asked=asked
        )
        assert (Reason.SUBJECT_NOT_COMPARED in verdict.reasons) is told
        assert verdict.subject is SubjectMatch.NOT_ASKED
