"""The paper of a certificate: drawn and signed once, then the same bytes for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.kind import CertificateKind, Wording
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Certificate
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.commands.certificates import load
from ledger.commands.loading import until_settled
from ledger.commands.releasing import UNLOGGED, Release
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore
from ledger.paper.document_signer import DocumentSigner
from ledger.paper.page import write_pdf
from ledger.paper.pdf_signature import sign_pdf
from ledger.personal import Erased


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What an authority's papers bear besides their content."""

    host: str
    """Of the page that checks certificates."""
    authority: Wording
    """Name of the issuing authority."""
    officer: str
    """Name of the officer who signed."""
    office: Wording | None = None
    """Office of that person."""
    specimen: bool = False
    """Prints on every page that this is no document."""


def make_paper(
    facts: FactStore,
    *,
    certificate: UUID,
    letterhead: Letterhead,
    signer: DocumentSigner,
    act: Act,
    kinds: Mapping[str, CertificateKind] = KINDS,
    release: Release = UNLOGGED,
) -> bytes:
    """Return the signed PDF of a certificate in force; made the first time it is asked for.

    Args:
        facts: The ledger.
        certificate: Its stream.
        letterhead: What the authority's papers bear.
        signer: Signs the document.
        act: Who makes it.
        kinds: Kinds that this program knows.
        release: Waits for the log, whose proof is attached; of a certificate that is older than
            the newest landmark, also the one that needs no signature.

    Raises:
        InvalidInputError: The content has letters that the page's font does not.
        NotFoundError: There is no such certificate.
        NotYetLoggedError: No cosigned head of the log covers it yet.
        RefusedError: Never issued, ended before a paper was made, or erased.
    """

    def attempt() -> bytes:
        found = load(facts, certificate)
        if found.certificate.paper is not None:
            return _kept(found.certificate)
        state = lifecycle.may_make_paper(found.certificate)
        proofs = release.proof(certificate), release.landmark_proof(certificate)
        drawn = _draw(state, letterhead, kinds, proofs)
        document = sign_pdf(drawn, signer, at=act.at)
        made = lifecycle.file_paper(
            found.certificate, document=document, document_digest=sha256(document).digest()
        )
        facts.append(act, found.history.then(made, subject=found.subject))
        return document

    return until_settled(attempt)


def _kept(state: Certificate) -> bytes:
    assert state.paper is not None, "asked for after it was made"
    if isinstance(state.paper.document, Erased):
        raise RefusedError("paper_erased", "the document of this certificate has been erased")
    return state.paper.document


def _draw(
    state: Certificate,
    letterhead: Letterhead,
    kinds: Mapping[str, CertificateKind],
    proofs: tuple[bytes | None, bytes | None],
) -> bytes:
    token = lifecycle.token_of(state)
    intent, kind = state.intent, kinds.get(state.drafted.kind)
    assert intent is not None, "an issued certificate was signed"
    if kind is None:
        raise RefusedError("kind_unknown", "this program does not know this kind of certificate")
    return write_pdf(
        kind,
        kind.paper(lifecycle.content_of(state)),
        lifecycle.holder_of(state),
        intent.number,
        intent.issued_at,
        to_qr_text(token, letterhead.host),
        short_code(token),
        issuer=letterhead.authority,
        signed_by=letterhead.officer,
        signed_as=letterhead.office,
        specimen=letterhead.specimen,
        proof=proofs[0],
        landmark_proof=proofs[1],
    )
