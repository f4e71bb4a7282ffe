"""A receipt for one check: what was checked, when, by whom, and what the answer was. Pure.

It names no person: the certificate's number and the digest of its code tie it to the paper that
whoever keeps it has seen. It is signed by a key that the trust list allows to make statements about
status, which is what it is, and says which of its own two copies is the signed one::

    {"type": "check-receipt", "version": 1, "signed": a compact JWS, "claims": the same to read}

The JWS is a JWT (RFC 7519) of type ``check-receipt+jwt`` by ``ES256``, whose ``kid`` stands in the
published key set: any JOSE library checks it. A receipt says what was true then, and never that
the certificate still stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson

from keys.algorithms import ESP256, PublicKey
from keys.base64url import from_base64url, to_base64url
from keys.trust_judgement import Finding, KeyReason, Signed, judge
from keys.trust_list import STATUS_USE, TrustList
from ledger.certificates.qr_text import from_qr_text
from ledger.errors import InvalidInputError, RefusedError
from ledger.records.check import PersonCompared
from verify_api.receipt_form import LARGEST, TYPE, VERSION
from verify_api.verdict import Authenticity, Verdict
from verify_api.verdict_json import HANOI, Json, verdict_json

_TYP: Final = "check-receipt+jwt"
_CLOCKS: Final = timedelta(seconds=300)
_LATEST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z, the last second that can be written as a date."""
_UNREAD: Final = frozenset({Authenticity.DAMAGED, Authenticity.UNSUPPORTED})
_ASKED: Final = ("overall", "state", "axes", "failed_check", "profile", "checked_at")


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """What a receipt says."""

    receipt: UUID
    issuer: str
    """The authority whose key signs."""
    service: str
    """Where it was checked: scheme and host."""
    at: datetime
    """Aware, whole seconds."""
    code_digest: bytes
    """32 bytes; see `digest_of`."""
    certificate: Mapping[str, Json] | None
    """``kind``, ``issuer``, ``number``, ``issued_at``: of a genuine certificate of ours."""
    answer: Mapping[str, Json]
    """``overall``, ``state``, ``axes``, ``reasons``, ``failed_check``, ``profile``, ``checked_at``,
    as the answer had them, without its words."""
    evidence: Mapping[str, Json]
    """What the answer rested on, and how old that was."""
    person: PersonCompared
    """Whether the checker compared the person before them with the certificate."""
    organisation: str | None = None
    """For whom it was checked; None if nobody had signed in."""


@dataclass(frozen=True, slots=True)
class JudgedReceipt:
    """A receipt that was shown, and whether its signature counts."""

    receipt: CheckReceipt
    finding: Finding
    reason: KeyReason


def digest_of(text: str) -> bytes:
    """Return the SHA-256 of the token in ``text``; of the text itself if it is no code of ours.

    The same paper gives the same digest whether its code was scanned or its digits typed.
    """
    try:
        return sha256(from_qr_text(text)).digest()
    except InvalidInputError:
        return sha256(text.strip().encode()).digest()


def was_read(verdict: Verdict) -> bool:
    """Return whether there was anything that could have been signed.

    What somebody typed is not: from its digest a number could be guessed.
    """
    return verdict.authenticity not in _UNREAD


def receipt_of(
    verdict: Verdict,
    text: str,
    *,
    receipt: UUID,
    issuer: str,
    service: str,
    person: PersonCompared = PersonCompared.NOT_COMPARED,
    organisation: str | None = None,
) -> CheckReceipt:
    """Return the receipt for the ``verdict`` on ``text``.

    Raises:
        RefusedError: ``nothing_was_read``: see `was_read`.
    """
    if not was_read(verdict):
        raise RefusedError("nothing_was_read", "there is no receipt for what cannot be read")
    told = verdict_json(verdict)
    answer = {name: told[name] for name in _ASKED}
    answer["reasons"] = [reason.value for reason in verdict.reasons]
    token, kind = verdict.token, verdict.kind
    certificate: dict[str, Json] | None = None
    if token is not None and kind is not None and verdict.issuer is not None:
        certificate = {
            "kind": kind.code,
            "issuer": verdict.issuer.code,
            "number": token.number,
            "issued_at": token.issued_at.astimezone(HANOI).isoformat(timespec="seconds"),
        }
    evidence = told["evidence"]
    assert isinstance(evidence, dict)
    return CheckReceipt(
        receipt=receipt,
        issuer=issuer,
        service=service,
        at=verdict.checked_at.replace(microsecond=0),
        code_digest=digest_of(text),
        certificate=certificate,
        answer=answer,
        evidence=evidence,
        person=person,
        organisation=organisation,
    )


def write_receipt(
    receipt: CheckReceipt, *, key: PublicKey, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return ``receipt`` as a document signed by ``key``, one that may sign status lists.

    Args:
        receipt: What it says.
        key: For ESP256, which JOSE calls ES256.
        sign: From a message to the raw signature, 64 bytes.

    Raises:
        RefusedError: ``receipt_key``: a key for another algorithm.
    """
    if key.algorithm != ESP256:
        raise RefusedError("receipt_key", "receipts are signed by ES256 keys")
    header = {"alg": key.algorithm.jose, "kid": to_base64url(key.kid), "typ": _TYP}
    claims = _claims(receipt)
    signed = b".".join(to_base64url(orjson.dumps(part)).encode() for part in (header, claims))
    jws = f"{signed.decode()}.{to_base64url(sign(signed))}"
    document = {"type": TYPE, "version": VERSION, "signed": jws, "claims": claims}
    return orjson.dumps(document)


def read_receipt(data: bytes, trust: TrustList, *, at: datetime) -> JudgedReceipt:
    """Return the receipt in ``data``, and whether the one who signed it counts for that.

    Args:
        data: A document, or its JWS alone.
        trust: Whose signatures count; nothing in ``data`` does.
        at: The moment to judge; aware.

    Raises:
        InvalidInputError: ``receipt``, with the rule that it breaks: ``too_long``,
            ``not_a_receipt``, ``copies_differ`` (what is there to read is not what was signed),
            ``algorithm``, ``unknown_key``, ``signature``, ``claims`` or ``from_the_future``.
    """
    jws, shown = _opened(data)
    header, payload, signature, message = _parts(jws)
    if header.get("alg") != ESP256.jose or set(header) != {"alg", "kid", "typ"}:
        raise _wrong("algorithm", "the algorithm, key and type of a receipt and nothing else")
    key = next((k for k in trust.keys if to_base64url(k.public.kid) == header["kid"]), None)
    if key is None:
        raise _wrong("unknown_key", "a receipt signed by a key of the trust list")
    if key.public.algorithm != ESP256 or not key.public.verify(signature, message):
        raise _wrong("signature", "the bytes that were signed")
    claims = _json_object(payload)
    if shown is not None and shown != claims:
        raise _wrong("copies_differ", "the claims as they were signed")
    receipt = _receipt(claims)
    if receipt.at > at + _CLOCKS:
        raise _wrong("from_the_future", "a time before now")
    signed = Signed(key.public.algorithm.cose, STATUS_USE, receipt.issuer, receipt.at)
    judged = judge(trust, key, signed, at=at)
    return JudgedReceipt(receipt, judged.finding, judged.reason)


def receipt_json(receipt: CheckReceipt) -> dict[str, Json]:
    """Return the claims of ``receipt``, as they are signed."""
    return _claims(receipt)


def _claims(receipt: CheckReceipt) -> dict[str, Json]:
    return {
        "iss": receipt.issuer,
        "iat": int(receipt.at.timestamp()),
        "jti": str(receipt.receipt),
        "service": receipt.service,
        "code_sha256": receipt.code_digest.hex(),
        "certificate": None if receipt.certificate is None else dict(receipt.certificate),
        "answer": dict(receipt.answer),
        "evidence": dict(receipt.evidence),
        "person": receipt.person.value,
        "organisation": receipt.organisation,
    }


def _receipt(claims: Mapping[str, Any]) -> CheckReceipt:
    """Return what is claimed; a key of ours signed it, and the version may still be another."""
    try:
        certificate = claims["certificate"]
        return CheckReceipt(
            receipt=UUID(claims["jti"]),
            issuer=str(claims["iss"]),
            service=str(claims["service"]),
            at=_moment(claims["iat"]),
            code_digest=bytes.fromhex(claims["code_sha256"]),
            certificate=None if certificate is None else dict(certificate),
            answer=dict(claims["answer"]),
            evidence=dict(claims["evidence"]),
            person=PersonCompared(claims["person"]),
            organisation=claims["organisation"],
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _wrong("claims", "the claims of version 1") from error


def _moment(seconds: int) -> datetime:
    if not 0 <= seconds <= _LATEST:
        raise ValueError("no date that can be written")
    return datetime.fromtimestamp(seconds, UTC)


def _opened(data: bytes) -> tuple[bytes, Mapping[str, Any] | None]:
    """Return the JWS in ``data``, and the copy of its claims beside it if there is one."""
    if len(data) > LARGEST:
        raise _wrong("too_long", f"at most {LARGEST} bytes")
    stripped = data.strip()
    if not stripped.startswith(b"{"):
        return stripped, None
    document = _json_object(stripped)
    jws, shown = document.get("signed"), document.get("claims")
    if (
        set(document) != {"type", "version", "signed", "claims"}
        or (document["type"], document["version"]) != (TYPE, VERSION)
        or not isinstance(jws, str)
        or not isinstance(shown, dict)
    ):
        raise _wrong("not_a_receipt", "type, version 1, signed, claims")
    return jws.encode(), shown


def _parts(jws: bytes) -> tuple[Mapping[str, Any], bytes, bytes, bytes]:
    """Return header, payload, signature and what is signed."""
    try:
        header, payload, signature = jws.decode("ascii").split(".")
        opened = _json_object(from_base64url(header))
        message = f"{header}.{payload}".encode()
        parts = from_base64url(payload), from_base64url(signature)
    except ValueError as error:
        raise _wrong("not_a_receipt", "three parts in base64url, with points between") from error
    if opened.get("typ") != _TYP:
        raise _wrong("not_a_receipt", f"a JWS of type {_TYP}")
    return opened, *parts, message


def _json_object(data: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _wrong("not_a_receipt", "a JSON object") from error
    if not isinstance(value, dict):
        raise _wrong("not_a_receipt", "a JSON object")
    return value


def _wrong(rule: str, expected: str) -> InvalidInputError:
    return InvalidInputError("receipt", rule, expected)
