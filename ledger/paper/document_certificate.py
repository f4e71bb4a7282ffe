"""X.509 certificates for document-signing keys: a small authority of our own.

A paper's PDF is signed by another key than its token, so that neither opens the other's door. PDF
readers ask for X.509, hence an authority certificate and one certificate for each signing key.
Keys stay where they are: an authority is its certificate and a function that signs. In production
the certificate comes from a recognised authority; this one is for demonstrations and tests.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any, Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.algorithms import ESP256, PublicKey
from ledger.errors import InvalidInputError

Sign = Callable[[bytes], bytes]
"""Returns the raw ESP256 signature (64 bytes, r ‖ s) of a message."""

DOCUMENT_SIGNING: Final = "1.3.6.1.5.5.7.3.36"
"""Extended key usage id-kp-documentSigning. Source: RFC 9336, section 3."""

_COORDINATE_BYTES: Final = 32
_ECDSA_SHA256: Final = {"algorithm": "sha256_ecdsa"}


def make_authority(
    key: PublicKey,
    sign: Sign,
    *,
    name: str,
    serial: int,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """Return the self-signed certificate (DER) of an authority that issues to signing keys.

    Args:
        key: The authority's key, for ESP256.
        sign: Signs by that key.
        name: Common name.
        serial: Positive, at most 20 bytes, unpredictable. Source: RFC 5280, section 4.1.2.2.
        valid_from: Aware, inclusive.
        valid_until: Aware, inclusive.

    Raises:
        InvalidInputError: Another kind of key.
    """
    subject = x509.Name.build({"common_name": name})
    extensions = [
        _extension("basic_constraints", {"ca": True, "path_len_constraint": 0}, critical=True),
        _extension("key_usage", {"key_cert_sign", "crl_sign"}, critical=True),
    ]
    return _certificate(
        key, subject, subject, extensions, _key_identifier(key), sign,
        serial=serial, valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip


def certify(
    key: PublicKey,
    *,
    name: str,
    authority: bytes,
    sign: Sign,
    serial: int,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """Return the certificate (DER) of a document-signing key, issued by ``authority``.

    Args:
        key: The signing key, for ESP256.
        name: Common name: the authority or office that signs documents.
        authority: Certificate (DER) of the issuer.
        sign: Signs by the issuer's key.
        serial: As for `make_authority`.
        valid_from: Aware, inclusive.
        valid_until: Aware, inclusive.

    Raises:
        InvalidInputError: Another kind of key.
    """
    issuer = x509.Certificate.load(authority)
    extensions = [
        _extension("basic_constraints", {"ca": False}, critical=True),
        _extension("key_usage", {"digital_signature", "non_repudiation"}, critical=True),
        _extension("extended_key_usage", [DOCUMENT_SIGNING]),
    ]
    return _certificate(
        key, x509.Name.build({"common_name": name}), issuer.subject, extensions,
        issuer.key_identifier, sign,
        serial=serial, valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip


def der_signature(raw: bytes) -> bytes:
    """Return a raw ESP256 signature as the ECDSA-Sig-Value of X.509 and CMS (RFC 3279, 2.2.3)."""
    r, s = raw[:_COORDINATE_BYTES], raw[_COORDINATE_BYTES:]
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def _certificate(
    key: PublicKey,
    subject: x509.Name,
    issuer: x509.Name,
    extensions: list[dict[str, Any]],
    issuer_identifier: bytes,
    sign: Sign,
    *,
    serial: int,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    identified = [
        _extension("key_identifier", _key_identifier(key)),
        _extension("authority_key_identifier", {"key_identifier": issuer_identifier}),
    ]
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": _ECDSA_SHA256,
            "issuer": issuer,
            "validity": {"not_before": _time(valid_from), "not_after": _time(valid_until)},
            "subject": subject,
            "subject_public_key_info": asn1_keys.PublicKeyInfo.load(_public_key_info(key)),
            "extensions": [*extensions, *identified],
        }
    )
    signature = der_signature(sign(body.dump()))
    whole = {
        "tbs_certificate": body,
        "signature_algorithm": _ECDSA_SHA256,
        "signature_value": signature,
    }
    return bytes(x509.Certificate(whole).dump())


def _public_key_info(key: PublicKey) -> bytes:
    if key.algorithm != ESP256:
        raise InvalidInputError("certificate.key", "algorithm", "a key for ESP256")
    return key.key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _key_identifier(key: PublicKey) -> bytes:
    # A name and no protection. Source: RFC 5280, section 4.2.1.2, method 1.
    point = asn1_keys.PublicKeyInfo.load(_public_key_info(key))["public_key"].native
    return sha1(point, usedforsecurity=False).digest()


def _extension(name: str, value: object, *, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def _time(at: datetime) -> x509.Time:
    # UTCTime until 2049, GeneralizedTime from 2050 on. Source: RFC 5280, section 4.1.2.5.
    whole = at.astimezone(UTC).replace(microsecond=0)
    form = "utc_time" if whole.year < 2050 else "general_time"  # noqa: PLR2004  as cited
    return x509.Time(name=form, value=whole)
