"""Makes the signature of a PDF; see `ledger.paper.pdf_signature`, which loads this when it signs.

What it takes to read and write PDF objects costs a process as much as everything else that it
loads, and most never sign.
"""

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from typing_extensions import override

from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.document_certificate import der_signature
from ledger.paper.document_signer import DocumentSigner

Made = TypeVar("Made")
_DIGEST: Final = "sha256"
_STRUCTURE_BYTES: Final = 1536
"""Room for the CMS structure without its certificates; it takes about 700."""


def signed(
    pdf: bytes, signer: DocumentSigner, *, at: datetime, reason: str, location: str
) -> bytes:
    """Return what `ledger.paper.pdf_signature.sign_pdf` returns; raises as it does."""
    certificate = x509.Certificate.load(signer.certificate)
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        raise RefusedError(
            "certificate_out_of_time", "the document certificate is not valid at the signing time"
        )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        before = len(writer.prev.embedded_signatures)
    except (PdfError, ValueError, TypeError, KeyError) as error:
        raise InvalidInputError("pdf", "not_a_pdf", "a whole PDF document") from error
    writer.register_extension(ESIC_EXTENSION_1)
    placeholder = SignatureObject(
        timestamp=at,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason or None,
        location=location or None,
        bytes_reserved=2 * (_STRUCTURE_BYTES + sum(map(len, (signer.certificate, *signer.chain)))),
    )
    return _embedded(writer, placeholder, _PortSigner(signer), number=before + 1)


def _embedded(
    writer: IncrementalPdfFileWriter, placeholder: SignatureObject, signer: Signer, *, number: int
) -> bytes:
    """Return the document with ``placeholder`` filled by ``signer``, step by step."""
    field = f"Signature{number}"
    # (1) Make the field; (2) put the signature object in; (3) write and hash; (4) fill in the CMS.
    steps: Any = PdfCMSEmbedder(SigFieldSpec(field)).write_cms(field, writer)
    next(steps)
    rule = (
        SigMDPSetup(_DIGEST, certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
        if number == 1
        else SigMDPSetup(_DIGEST)
    )
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=rule))
    output = io.BytesIO()
    prepared, _ = steps.send(SigIOSetup(md_algorithm=_DIGEST, output=output))
    structure = _finished(
        signer.async_sign(
            prepared.document_digest,
            _DIGEST,
            use_pades=True,
            signed_attr_settings=PdfCMSSignedAttributes(),
        )
    )
    steps.send(structure)
    return output.getvalue()


def _finished(signing: Coroutine[Any, Any, Made]) -> Made:
    """Return what a coroutine makes, also where the thread has a loop of its own already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(signing)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, signing).result()


class _PortSigner(Signer):
    """Lets the library make the CMS structure and our port the signature."""

    def __init__(self, signer: DocumentSigner) -> None:
        super().__init__(signing_cert=x509.Certificate.load(signer.certificate), embed_roots=False)
        for above in signer.chain:
            self.cert_registry.register(x509.Certificate.load(above))
        self._sign = signer.sign

    @override
    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return der_signature(self._sign(data))
