"""A receipt for a check proves what was answered then, and names nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from keys.algorithms import PrivateKey
from keys.base64url import from_base64url, to_base64url
from keys.trust_judgement import Finding, KeyReason
from keys.trust_list import KeyState, TrustedKey, TrustList, jwks
from ledger.certificates.kind import Status
from ledger.certificates.qr_text import from_qr_text
from ledger.errors import InvalidInputError, RefusedError
from ledger.records.check import PersonCompared
from tests_support.signed_certificates import (
    AT,
    ISSUER,
    ISSUING_KEY,
    POLICY,
    STATUS_KEY,
    TOKEN,
    TRUST,
    TRUSTED,
    TRUSTED_FOR_STATUS,
    UNLISTED_KEY,
    Says,
    code,
    ed25519,
)
from verify_api.check_receipt import (
    CheckReceipt,
    digest_of,
    read_receipt,
    receipt_of,
    write_receipt,
)
from verify_api.receipt_form import HEAD, LARGEST
from verify_api.verdict import StatusEvidence, Verdict
from verify_api.verification import verify

NUMBER = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
CODE = code()


def verdict(text: str = CODE, status: Status = Status.VALID) -> Verdict:
    source = Says(StatusEvidence(status, AT, registered=True, online=True))
    return verify(text, at=AT, trust=TRUST, status=source, policy=POLICY)


def receipt(text: str = CODE, status: Status = Status.VALID, **more: object) -> CheckReceipt:
    said = receipt_of(
        verdict(text, status), text, receipt=NUMBER, issuer=ISSUER, service="https://ll.example.vn"
    )
    return replace(said, **more)  # type: ignore[arg-type]


def document(said: CheckReceipt | None = None, key: PrivateKey = STATUS_KEY) -> bytes:
    return write_receipt(said or receipt(), key=key.public, sign=key.sign)


def trusting(**changes: object) -> TrustList:
    key: TrustedKey = replace(TRUSTED_FOR_STATUS, **changes)  # type: ignore[arg-type]
    return replace(TRUST, keys=(TRUSTED, key))


def refused(data: bytes, trust: TrustList = TRUST) -> str:
    with pytest.raises(InvalidInputError) as caught:
        read_receipt(data, trust, at=AT)
    assert caught.value.place == "receipt"
    return caught.value.rule


def resigned(change: Callable[[dict[str, object], dict[str, object]], object]) -> bytes:
    """Return the JWS of a receipt with other header or claims, signed well."""
    header, payload, _ = orjson.loads(document())["signed"].split(".")
    parts = [orjson.loads(from_base64url(part)) for part in (header, payload)]
    change(*parts)
    message = ".".join(to_base64url(orjson.dumps(part)) for part in parts).encode()
    return message + b"." + to_base64url(STATUS_KEY.sign(message)).encode()


@pytest.mark.parametrize("status", [Status.VALID, Status.REVOKED])
@pytest.mark.parametrize("person", list(PersonCompared))
def test_what_was_answered_is_read_back(status: Status, person: PersonCompared) -> None:
    said = receipt(status=status, person=person, organisation="DN-MAU")
    judged = read_receipt(document(said), TRUST, at=AT + timedelta(days=30))
    assert (judged.finding, judged.reason) == (Finding.COUNTS, KeyReason.TRUSTED)
    assert judged.receipt == said
    assert judged.receipt.answer["state"] == verdict(status=status).state


def test_a_forged_certificate_gets_a_receipt_that_says_so() -> None:
    said = receipt(code(key=UNLISTED_KEY))
    assert (said.answer["overall"], said.certificate) == ("not_valid", None)
    assert read_receipt(document(said), TRUST, at=AT).receipt == said


def test_no_receipt_names_the_person() -> None:
    holder = TOKEN.holder
    text = (
        document().decode()
        + from_base64url(orjson.loads(document())["signed"].split(".")[1]).decode()
    )
    for told in (*holder.name.split(), holder.birth_date.isoformat(), holder.id_tail):
        assert told not in text


def test_the_jws_alone_is_a_receipt() -> None:
    jws = orjson.loads(document())["signed"].encode()
    assert read_receipt(jws, TRUST, at=AT) == read_receipt(document(), TRUST, at=AT)


def test_another_library_checks_it_by_the_published_keys() -> None:
    published = {one["kid"]: one for one in jwks(TRUST)["keys"]}
    jws = orjson.loads(document())["signed"]
    key = published[orjson.loads(from_base64url(jws.split(".")[0]))["kid"]]
    opened = jwt.decode(jws, ECKey.import_key(key), algorithms=["ES256"])  # type: ignore[arg-type]
    assert opened.claims == orjson.loads(document())["claims"]
    assert opened.header["typ"] == "check-receipt+jwt"


def test_the_same_paper_has_one_digest_however_it_was_read() -> None:
    assert digest_of(CODE) == digest_of(f" {CODE.partition('#')[2]}\n")
    assert digest_of(CODE) != digest_of(code(replace(TOKEN, number="453/LLTP-CA01")))
    assert len(digest_of("HC1:ABC")) == 32


def test_there_is_no_receipt_for_what_cannot_be_read() -> None:
    with pytest.raises(RefusedError, match="no receipt") as caught:
        receipt("079099000001")
    assert caught.value.rule == "nothing_was_read"


def test_only_a_key_that_jose_knows_as_es256_signs() -> None:
    with pytest.raises(RefusedError, match="ES256"):
        document(key=ed25519(1))


def test_a_changed_copy_beside_an_intact_signature_is_refused() -> None:
    changed = orjson.loads(document(receipt(status=Status.REVOKED)))
    changed["claims"]["answer"]["state"] = "valid"
    assert refused(orjson.dumps(changed)) == "copies_differ"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_part_of_what_was_signed_is_refused(part: int) -> None:
    parts = orjson.loads(document())["signed"].split(".")
    parts[part] = parts[part][:40] + ("A" if parts[part][40] != "A" else "B") + parts[part][41:]
    rule = refused(".".join(parts).encode())
    assert rule in {"signature", "not_a_receipt", "unknown_key", "algorithm"}


def test_a_stranger_s_receipt_is_refused() -> None:
    assert refused(document(key=UNLISTED_KEY)) == "unknown_key"


def test_a_key_for_papers_makes_no_statements_about_status() -> None:
    judged = read_receipt(document(key=ISSUING_KEY), TRUST, at=AT)
    assert (judged.finding, judged.reason) == (Finding.DOES_NOT_COUNT, KeyReason.OTHER_USE)


def test_nobody_signs_for_another_authority() -> None:
    judged = read_receipt(document(receipt(issuer="CA02")), TRUST, at=AT)
    assert judged.reason is KeyReason.OTHER_ISSUER


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"state": KeyState.RETIRED}, Finding.COUNTS),
        ({"state": KeyState.PENDING}, Finding.DOES_NOT_COUNT),
        ({"verify_until": AT}, Finding.DOES_NOT_COUNT),
        ({"sign_until": AT - timedelta(days=1)}, Finding.DOES_NOT_COUNT),
        ({"state": KeyState.REVOKED, "revoked_at": AT}, Finding.DOES_NOT_COUNT),
        (
            {"state": KeyState.REVOKED, "revoked_at": AT, "compromised_since": AT},
            Finding.CANNOT_TELL,
        ),
    ],
    ids=["retired", "pending", "too-old", "outside", "revoked", "compromised"],
)
def test_the_life_of_the_key_decides(changes: dict[str, object], finding: Finding) -> None:
    assert read_receipt(document(), trusting(**changes), at=AT).finding is finding


def test_a_receipt_from_the_future_is_refused() -> None:
    assert refused(document(receipt(at=AT + timedelta(hours=1)))) == "from_the_future"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ESP256", "Ed25519", None])
def test_the_header_chooses_no_other_algorithm(algorithm: str | None) -> None:
    assert refused(resigned(lambda header, _: header.update(alg=algorithm))) == "algorithm"


def test_a_header_that_brings_its_own_key_is_refused() -> None:
    own = STATUS_KEY.public.jwk()
    assert refused(resigned(lambda header, _: header.update(jwk=own))) == "algorithm"


def test_another_sort_of_jwt_is_no_receipt() -> None:
    assert refused(resigned(lambda header, _: header.update(typ="JWT"))) == "not_a_receipt"


@pytest.mark.parametrize(
    "change",
    [{"iat": -1}, {"iat": 10**15}, {"iat": "1"}, {"jti": "x"}, {"person": "maybe"}, {"answer": 1},
     {"code_sha256": None}, {"certificate": 3}, {"evidence": "x"}],
    ids=str,
)  # fmt: skip
def test_claims_of_another_form_are_refused(change: dict[str, object]) -> None:
    assert refused(resigned(lambda _, claims: claims.update(change))) == "claims"


def test_a_missing_claim_is_refused() -> None:
    assert refused(resigned(lambda _, claims: claims.pop("evidence"))) == "claims"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"a.b", b"a.b.c.d", b"\xff.\xff.\xff", b"W10.W10.", HEAD + b"}",
     b'{"type":"check-receipt","version":2,"signed":"","claims":{}}'],
)  # fmt: skip
def test_anything_else_is_no_receipt(data: bytes) -> None:
    assert refused(data) == "not_a_receipt"


def test_more_members_than_a_receipt_has_are_refused() -> None:
    assert refused(orjson.dumps({**orjson.loads(document()), "note": "x"})) == "not_a_receipt"


def test_a_file_that_is_too_long_is_not_read() -> None:
    assert refused(b" " * (LARGEST + 1)) == "too_long"


def test_receipts_are_known_by_how_they_begin() -> None:
    assert document().startswith(HEAD)
    assert len(document()) < LARGEST // 4
    assert from_qr_text(CODE)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_by_a_rule(data: bytes) -> None:
    assert refused(data)


@given(st.integers(0, 5000), st.integers(1, 255))
def test_one_changed_byte_is_never_another_receipt(place: int, flip: int) -> None:
    whole = bytearray(document())
    whole[place % len(whole)] ^= flip
    read = partial(read_receipt, bytes(whole), TRUST, at=AT)
    try:
        judged = read()
    except InvalidInputError:
        return
    assert judged.receipt == receipt()
