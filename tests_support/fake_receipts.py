"""Receipts for checks, signed by the keys of `tests_support.signed_certificates`."""

from datetime import datetime

from keys.trust_list import TrustedKey
from ledger.errors import RefusedError
from tests_support.issuing_office import document_signer
from tests_support.signed_certificates import STATUS_KEY, TRUST, TRUSTED_FOR_STATUS
from verify_api.desk.receipts import ReceiptDesk


def receipt_desk(service: str) -> ReceiptDesk:
    """Return what signs receipts for the service at ``service``."""
    return ReceiptDesk(
        key=_key,
        sign=_sign,
        trust=lambda: TRUST,
        document_signer=lambda _: document_signer(),
        service=service,
        specimen=True,
    )


def _key(at: datetime) -> TrustedKey:
    key = TRUSTED_FOR_STATUS
    if not key.sign_from <= at < key.sign_until:
        raise RefusedError("no_signing_key", "no key signs at this time")
    return key


def _sign(kid: bytes, message: bytes) -> bytes:
    assert kid == STATUS_KEY.public.kid
    return STATUS_KEY.sign(message)
