"""A paper as a page of its facility shows it: what it says as it is printed, and where it is.

A draft is seen by the facility alone that put it together: who signs has to see what they sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.kind import Holder, PaperLine, Wording
from ledger.certificates.lifecycle import Phase
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.commands import certificates, health_papers
from ledger.commands.certificates import CertificateOnFile
from ledger.errors import NotFoundError, NotYetLoggedError
from ledger.facts import Act
from ledger.paper.qr_code import draw_svg
from verify_api.desk.health_papers import KINDS, HealthPaperDesk

UNSIGNED: Final = frozenset({Phase.DRAFTED, Phase.SIGNED})


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """One paper with all that it says."""

    kind: str
    reference: UUID
    subject: UUID | None
    title: Wording
    holder: Holder
    addressee: Wording | None
    lines: Sequence[PaperLine]
    number: str | None
    """None of a draft."""
    content: Mapping[str, object]
    state: Mapping[str, Any]
    """As `HealthPaperDesk.state` tells it; of a draft, its stage and its issuer alone."""
    drafted_by: str
    """Account."""
    replaces: UUID | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it waits for its signature."""
        return self.number is None


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A paper's code, for the facility that issued it."""

    svg: str
    short: str


def draft_of(desk: HealthPaperDesk, kind: str, reference: UUID, act: Act) -> ShownPaper:
    """Return a paper of the acting facility that is not issued yet.

    Raises:
        NotFoundError: There is none, or it is another facility's; the same words.
    """
    unknown = f"no draft of a {kind} is known under this reference"
    try:
        found = certificates.load(desk.facts, reference)
    except NotFoundError:
        raise NotFoundError(unknown) from None
    drafted, facility = found.certificate.drafted, health_papers.acting_facility(act)
    waits = found.certificate.issued_at is None and _phase(desk, reference) in UNSIGNED
    if drafted.kind != kind or not waits or health_papers.is_erased(found):
        raise NotFoundError(unknown)
    content = lifecycle.content_of(found.certificate)
    if content.get("facility") != facility:
        raise NotFoundError(unknown)
    return _shown(found, kind, None, {"stage": "drafted", "from": facility, "facility": facility})


def issued_paper(desk: HealthPaperDesk, kind: str, reference: UUID, act: Act) -> ShownPaper:
    """Return an issued paper that concerns the acting facility.

    Raises:
        NotFoundError: There is none that the facility may see.
    """
    state = desk.state(kind, reference, act=act)
    found = certificates.load(desk.facts, reference)
    intent = found.certificate.intent
    assert intent is not None, "an issued certificate was signed"
    return _shown(found, kind, intent.number, state.body)


def _shown(
    found: CertificateOnFile, kind: str, number: str | None, state: Mapping[str, Any]
) -> ShownPaper:
    content, known = lifecycle.content_of(found.certificate), KINDS[kind]
    printed, drafted = known.paper(content), found.certificate.drafted
    correction = drafted.correction
    return ShownPaper(
        kind, found.id, found.subject, known.title, lifecycle.holder_of(found.certificate),
        printed.addressee, printed.lines, number, content, state, drafted.drafter,
        None if correction is None else correction.certificate,
    )  # fmt: skip


def _phase(desk: HealthPaperDesk, reference: UUID) -> Phase:
    return health_papers.course_of(desk.facts, reference).phase


def code_of(desk: HealthPaperDesk, paper: ShownPaper, act: Act) -> ShownCode | None:
    """Return the code of a paper that the acting facility issued; None until the log has it."""
    own = act.organisation in {paper.state.get("from"), paper.state.get("facility")}
    if paper.is_draft or not own:
        return None
    found = certificates.load(desk.facts, paper.reference).certificate
    try:
        desk.release.proof(paper.reference)
    except NotYetLoggedError:
        return None
    token = lifecycle.token_of(found)
    host = desk.letterhead(act.organisation or "", act.actor).host
    return ShownCode(draw_svg(to_qr_text(token, host), label=paper.number or ""), short_code(token))
