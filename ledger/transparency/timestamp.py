"""Time-stamps of an authority outside: asking for one, and judging what comes. Source: RFC 3161.

A token says: whoever this certificate names saw these bytes no later than then. Signature and chain
are checked by `rfc3161_client` (extra ``timestamp``), at the token's own time. Around them stands
what CMS leaves unsigned and other programs pass over: two version numbers and the name of the
signature's algorithm have to be what they must be, so that no byte of a token can be changed.
The one change that remains says the same: RSA's algorithm has two names.

No clock and no randomness here: the nonce comes from the caller.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256, sha384, sha512
from typing import Any, Final

import rfc3161_client
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ledger.errors import InvalidInputError, ProofError

LARGEST_TOKEN: Final = 1 << 16
"""Bytes; with a chain of four certificates it is a tenth of it."""
NONCE_BYTES: Final = 8
_HASHES: Final = {"sha256": sha256, "sha384": sha384, "sha512": sha512}
_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm)
"""What parsers raise at bytes that are none."""
_Answer: Final[Any] = type(
    "_Answer",
    (core.Sequence,),
    {
        "_fields": [
            ("status", tsp.PKIStatusInfo),
            ("time_stamp_token", cms.ContentInfo, {"optional": True}),
        ]
    },
)
"""TimeStampResp of RFC 3161, 2.4.2; the library's own wants a token where there is none."""
_PLAIN: Final = {"rsa": "rsassa_pkcs1v15", "ec": None, "ed25519": "ed25519"}
"""By kind of key, the name of its signature that says no hash."""
_WITH_HASH: Final = {"rsa": "{}_rsa", "ec": "{}_ecdsa", "ed25519": None}


def request(message: bytes, nonce: bytes, *, policy: str | None = None) -> bytes:
    """Return the question for a token over ``message``, as ``application/timestamp-query``.

    Args:
        message: What is to be stamped; its SHA-512 is all that leaves.
        nonce: `NONCE_BYTES` random bytes; the answer has to repeat them.
        policy: The authority's policy that is wanted, as dotted numbers.
    """
    imprint = {
        "hash_algorithm": {"algorithm": "sha512"},
        "hashed_message": sha512(message).digest(),
    }
    asked: dict[str, Any] = {
        "version": "v1",
        "message_imprint": imprint,
        "nonce": int.from_bytes(nonce),
        "cert_req": True,
    }
    if policy is not None:
        asked["req_policy"] = policy
    return bytes(tsp.TimeStampReq(asked).dump())


class TimestampAuthority:
    """Whom to believe the time: the certificates of a time-stamping authority, from a file."""

    def __init__(self, certificates: bytes) -> None:
        """Believe tokens that lead to one of ``certificates``, PEM.

        Raises:
            InvalidInputError: ``tsa_certificate``.
        """
        try:
            self._trusted = x509.load_pem_x509_certificates(certificates)
        except _UNREADABLE as error:
            expected = "the authority's certificates in PEM"
            raise InvalidInputError("tsa_certificate", "tsa_certificate", expected) from error

    def check(
        self,
        message: bytes,
        token: bytes,
        *,
        nonce: bytes | None = None,
        policy: str | None = None,
    ) -> datetime:
        """Return when the authority says that it saw ``message``.

        Args:
            message: What was stamped.
            token: The authority's whole answer, as it was kept.
            nonce: What it was asked with, where the answer is fresh.
            policy: What it was asked for, likewise.

        Raises:
            ProofError: ``timestamp_form`` (no token, or not in its one form),
                ``timestamp_refused`` (the authority said no), ``timestamp_signature`` (not
                signed by whom we believe), ``timestamp_imprint`` (good, over other bytes),
                ``timestamp_nonce``, ``timestamp_policy`` (good, for another question).
        """
        signed = _parsed(token)
        try:
            self._check_signature(token, signed)
            info = signed["encap_content_info"]["content"].parsed
            imprint = info["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            said, stamped_at = imprint["hashed_message"].native, info["gen_time"].native
            got_nonce, got_policy = info["nonce"].native, info["policy"].native
        except _UNREADABLE as error:
            raise _no_form("its contents cannot be read") from error
        if algorithm not in _HASHES or _HASHES[algorithm](message).digest() != said:
            raise ProofError("timestamp_imprint", "the token is over other bytes")
        if nonce is not None and got_nonce != int.from_bytes(nonce):
            raise ProofError("timestamp_nonce", "the token answers another question")
        if policy is not None and got_policy != policy:
            raise ProofError(
                "timestamp_policy", "the token is of another policy than was asked for"
            )
        assert isinstance(stamped_at, datetime), "a generalized time"
        return stamped_at

    def _check_signature(self, token: bytes, signed: Any) -> None:
        try:
            answer = rfc3161_client.decode_timestamp_response(token)
            builder = rfc3161_client.VerifierBuilder(roots=list(self._trusted))
            builder.build().verify(answer, answer.tst_info.message_imprint.message)
        except (rfc3161_client.VerificationError, x509.InvalidVersion) as error:
            raise _not_signed("signature, chain or purpose is wrong") from error
        certificate = _signer(signed)
        if not any(_is_named(certificate, name) for name in _named(signed["signer_infos"][0])):
            raise _not_signed("the signed attributes name another certificate")


def _parsed(token: bytes) -> Any:
    """Return the signed data of an answer, in its one form."""
    if len(token) > LARGEST_TOKEN:
        raise _no_form(f"more than {LARGEST_TOKEN} bytes")
    try:
        answer = _Answer.load(token, strict=True)
        status = answer["status"]["status"].native
        if status != "granted":
            raise ProofError("timestamp_refused", f"the authority says: {status}")
        signed = answer["time_stamp_token"]["content"]
        one_form = _is_in_one_form(signed)
    except _UNREADABLE as error:
        raise _no_form("not an answer of a time-stamping authority") from error
    if not one_form:
        raise _no_form("versions and algorithms as RFC 3161 orders were expected")
    return signed


def _is_in_one_form(signed: Any) -> bool:
    """Whether all that no signature covers is what it has to be."""
    if signed["version"].native != "v3" or len(signed["signer_infos"]) != 1:
        return False
    signer = signed["signer_infos"][0]
    plain = signer["version"].native == "v1" and not len(signer["unsigned_attrs"])
    digests = [one.dump() for one in signed["digest_algorithms"]]
    hashed = signer["digest_algorithm"]
    kind = _signer(signed).public_key.algorithm
    names = {_PLAIN.get(kind), (_WITH_HASH.get(kind) or "").format(hashed["algorithm"].native)}
    forms = [cms.SignedDigestAlgorithm({"algorithm": name}).dump() for name in names if name]
    return plain and digests == [hashed.dump()] and signer["signature_algorithm"].dump() in forms


def _signer(signed: Any) -> asn1_x509.Certificate:
    """Return the certificate that the signature names; there may be no second one of that name."""
    name = signed["signer_infos"][0]["sid"].chosen
    found = [
        one.chosen
        for one in signed["certificates"]
        if one.chosen.issuer == name["issuer"]
        and one.chosen.serial_number == name["serial_number"].native
    ]
    if len(found) != 1:
        raise _no_form("exactly one certificate of its signer was expected")
    return found[0]


def _named(signer: Any) -> Iterator[tuple[str, bytes]]:
    """Yield the hashes of the certificates that the signed attributes name."""
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_certificate":
            yield "sha1", attribute["values"][0]["certs"][0]["cert_hash"].native
        if attribute["type"].native == "signing_certificate_v2":
            first = attribute["values"][0]["certs"][0]
            yield first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native


def _is_named(certificate: asn1_x509.Certificate, name: tuple[str, bytes]) -> bool:
    algorithm, value = name
    if algorithm == "sha1":
        return bool(certificate.sha1 == value)
    return algorithm in _HASHES and _HASHES[algorithm](certificate.dump()).digest() == value


def _no_form(what: str) -> ProofError:
    return ProofError("timestamp_form", f"no token of a time-stamping authority: {what}")


def _not_signed(what: str) -> ProofError:
    return ProofError("timestamp_signature", f"not a token of the authority: {what}")
