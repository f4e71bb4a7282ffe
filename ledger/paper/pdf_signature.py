"""Signs a certificate's PDF: PAdES-B-B by a document-signing key, at a given time.

The signature covers every byte of the document but its own. The first one certifies it: only
further signatures may be added afterwards, so that a person and then the authority can sign. The
time stands in the signature dictionary and is the signer's word; a time-stamp would prove it.

Source: ETSI EN 319 142-1, section 6.3; RFC 5652 (CMS).
"""

from datetime import datetime

from ledger.paper.document_signer import DocumentSigner


def sign_pdf(
    pdf: bytes, signer: DocumentSigner, *, at: datetime, reason: str = "", location: str = ""
) -> bytes:
    """Return ``pdf`` with one more signature by ``signer``.

    Args:
        pdf: A whole document, signed before or not.
        signer: Signs; its key never signs tokens.
        at: Signing time that is stated; aware.
        reason: Printed by PDF readers beside the signature.
        location: Likewise.

    Raises:
        InvalidInputError: ``pdf`` is not a PDF document.
        RefusedError: ``certificate_out_of_time``: ``at`` lies outside the certificate's validity.
    """
    from ledger.paper.pdf_pades import signed  # noqa: PLC0415  most processes never sign

    return signed(pdf, signer, at=at, reason=reason, location=location)
