"""Certificates as paper: who may have them is decided before, here they are made and handed out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.request import Request
from ledger.commands import corrections, papers
from ledger.commands.papers import Letterhead
from ledger.commands.releasing import UNLOGGED, Release
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore
from ledger.paper.document_signer import DocumentSigner
from verify_api.ports import IssuedPaper

SEALED_BY: Final = Wording("Con dấu điện tử của cơ quan", "Electronic seal of the authority")
SYSTEM: Final = "paper-desk"


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """Makes papers of issued certificates."""

    facts: FactStore
    host: str
    authority_name: Callable[[str], Wording]
    officer_name: Callable[[str], str]
    """From the signing officer's account to the name that is printed."""
    signer: Callable[[str], DocumentSigner]
    specimen: bool
    release: Release = UNLOGGED
    """Holds papers back until the log has them."""

    def paper(self, state: Request, *, at: datetime) -> IssuedPaper:
        """Return the PDF of a request's certificate that counts now; made the first time.

        Raises:
            NotFoundError: There is no issued certificate.
            NotYetLoggedError: No cosigned head of the log covers it yet.
        """
        if state.certificate is None:
            raise NotFoundError("this request has no certificate")
        found = corrections.chain(self.facts, state.certificate)[-1]
        intent = found.certificate.intent
        if intent is None or found.certificate.issued_at is None:
            raise NotFoundError("this request has no certificate")
        authority = intent.authority
        pdf = papers.make_paper(
            self.facts,
            certificate=found.id,
            letterhead=Letterhead(
                host=self.host,
                authority=self.authority_name(authority),
                officer=self.officer_name(intent.signer),
                office=SEALED_BY,
                specimen=self.specimen,
            ),
            signer=self.signer(authority),
            act=Act(at, SYSTEM, "system", authority),
            release=self.release,
        )
        number = intent.number.replace("/", "-")
        return IssuedPaper(state.draft.subject, pdf, f"{number}.pdf")
