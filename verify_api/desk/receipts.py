"""Signs receipts for checks, prints them, and says whether one that is shown is genuine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from keys.trust_list import TrustedKey, TrustList
from ledger.certificates.kind import Wording
from ledger.paper.document_signer import DocumentSigner
from ledger.paper.pdf_signature import sign_pdf
from ledger.paper.statement import write_statement
from ledger.records.check import PersonCompared
from verify_api.check_receipt import (
    JudgedReceipt,
    read_receipt,
    receipt_of,
    write_receipt,
)
from verify_api.receipt_paper import statement_of
from verify_api.receipt_words import TITLE
from verify_api.verdict import Verdict


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """One receipt, in its two forms."""

    document: bytes
    """The signed JSON."""
    print: Callable[[], bytes]
    """Makes the signed PDF, which carries the JSON; slow, so only for who asks."""


@dataclass(frozen=True, slots=True)
class ReceiptDesk:
    """What receipts need of an opened ledger."""

    key: Callable[[datetime], TrustedKey]
    """The key that signs statements about status now."""
    sign: Callable[[bytes, bytes], bytes]
    """From a key's name and a message to the raw signature."""
    trust: Callable[[], TrustList]
    """The newest published list."""
    document_signer: Callable[[str], DocumentSigner]
    """From an authority to who signs its PDF documents."""
    service: str
    """Scheme and host under which the service is reached."""
    specimen: bool

    def sign_check(
        self,
        verdict: Verdict,
        text: str,
        *,
        receipt: UUID,
        person: PersonCompared,
        organisation: str | None,
    ) -> SignedReceipt:
        """Return a receipt for the ``verdict`` on ``text``, named ``receipt``.

        Raises:
            RefusedError: ``nothing_was_read``: there is none for what cannot be read;
                ``no_signing_key`` or ``no_document_key``: nobody signs here now.
        """
        at = verdict.checked_at
        key = self.key(at)
        said = receipt_of(
            verdict, text, receipt=receipt, issuer=key.issuer, service=self.service,
            person=person, organisation=organisation,
        )  # fmt: skip
        kid = key.public.kid
        document = write_receipt(said, key=key.public, sign=lambda text: self.sign(kid, text))

        def printed() -> bytes:
            by = Wording(*key.names)
            pdf = write_statement(
                statement_of(said, verdict, document, by=by, specimen=self.specimen)
            )
            return sign_pdf(pdf, self.document_signer(key.issuer), at=at, reason=TITLE.vi)

        return SignedReceipt(document, printed)

    def judge(self, document: bytes, *, at: datetime) -> JudgedReceipt:
        """Return what ``document`` says, and whether its signature counts at ``at``.

        Raises:
            InvalidInputError: See `verify_api.check_receipt.read_receipt`.
            NotFoundError: No trust list has been published yet.
        """
        return read_receipt(document, self.trust(), at=at)
