"""A paper's code as its holder shows it on a screen: the same text as on the printed paper."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.qr_text import short_code, to_qr_text
from verify_api.desk.health_papers import HealthPaperDesk


class PaperCode(NamedTuple):
    """What is shown."""

    text: str
    """Of the QR code."""
    short: str
    """What is typed where the code cannot be read."""


def code_of(
    desk: HealthPaperDesk, kind: str, certificate: UUID, *, reader: UUID, at: datetime
) -> PaperCode:
    """Return the code of an issued paper to its holder, or who acts for them.

    Raises:
        NotFoundError: There is none that ``reader`` may see.
        NotYetLoggedError: No cosigned head of the log covers it yet.
    """
    found, _ = desk.held(kind, certificate, reader=reader, at=at)
    intent = found.certificate.intent
    assert intent is not None, "an issued paper was signed"
    desk.release.proof(certificate)  # nothing leaves before the log has it
    token = lifecycle.token_of(found.certificate)
    host = desk.letterhead(intent.authority, intent.signer).host
    return PaperCode(to_qr_text(token, host), short_code(token))
