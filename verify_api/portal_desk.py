"""What a province's system does here: hand dossiers in, ask how they stand, fetch what is ready.

Every question is asked in the name of one authority, and finds that authority's dossiers alone:
the stream of a dossier is made of both its codes. Nothing here knows HTTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates.lifecycle import Phase
from ledger.certificates.request import Request
from ledger.commands import portal
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.certificates import load as load_certificate
from ledger.commands.loading import load_request
from ledger.commands.people import Directory
from ledger.commands.portal import HandedIn, Intake
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act, FactStore
from ledger.identifiers import DOSSIER_CODE, request_stream
from projections import notice_queries
from projections.portal_notices import NoticeRow
from projections.view_store import ViewDatabase
from verify_api.portal_dossier import Dossier, read_dossier
from verify_api.portal_mapping import (
    declaration_of,
    in_their_words,
    person_of,
    request_of,
    settlement_of,
)
from verify_api.portal_result import (
    Json,
    check_processed,
    notice_body,
    recall_fields,
    result_fields,
    status_fields,
)


@dataclass(frozen=True, slots=True)
class PortalAuthority:
    """An authority that takes dossiers from its province's system."""

    code: str
    """The organisation of the system's token."""
    province: str
    """Two digits."""
    signing_office: str = "Người có thẩm quyền ký"
    """``chucVu`` of results."""


class Papers(Protocol):
    """Makes the signed PDF of a certificate, or finds it if it is made."""

    def __call__(self, certificate: UUID, *, act: Act) -> bytes:
        """Return the PDF."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """Something that a province fetches, and whose data it is."""

    fields: Json
    subject: UUID
    certificate: UUID


@dataclass(frozen=True, slots=True)
class Feed:
    """Some notices, and where to go on."""

    notices: tuple[Json, ...]
    after: int
    """Position to ask for next time; the one that was asked for, if there was nothing."""
    more: bool


@dataclass(frozen=True, slots=True)
class PortalDesk:
    """Takes from provinces, and answers them."""

    facts: FactStore
    reading: FactStore
    """The same facts with personal parts withheld: enough to say how a dossier stands."""
    directory: Directory
    views: ViewDatabase
    calendar: WorkingCalendar
    ids: Callable[[], UUID]
    """New random identifiers."""
    papers: Papers
    authorities: Mapping[str, PortalAuthority]

    def take_in(self, body: bytes, *, authority: str, act: Act) -> tuple[str, Intake]:
        """Take a dossier in; return its code, and what happened to it.

        Raises:
            InvalidInputError: A field has not its form; names the province's own field.
            RefusedError: A rule says no.
        """
        dossier = read_dossier(body)
        try:
            handed_in = self._handed_in(dossier, self._authority(authority))
            taken = portal.receive(
                self.facts,
                self.directory,
                dossier=handed_in,
                act=act,
                calendar=self.calendar,
                ids=self.ids,
            )
        except InvalidInputError as error:
            raise in_their_words(error) from None
        return dossier.code, taken

    def _handed_in(self, dossier: Dossier, authority: PortalAuthority) -> HandedIn:
        if dossier.province != authority.province:
            raise InvalidInputError("maTinh", "other_province", "the province of this system")
        DOSSIER_CODE.check(dossier.code, place="maHoSoMCDT")
        details, contact = person_of(dossier)
        return HandedIn(
            authority=authority.code,
            code=dossier.code,
            digest=dossier.digest(),
            details=details,
            contact=contact,
            declaration=declaration_of(dossier),
            request=lambda subject: request_of(dossier, authority=authority.code, subject=subject),
            settlement=lambda: settlement_of(dossier),
        )

    def status(self, code: str, *, authority: str) -> Json:
        """Return where a dossier stands.

        Raises:
            NotFoundError: This authority has no such dossier.
        """
        return status_fields(self._request(self.reading, code, authority))

    def result(self, code: str, *, authority: str, act: Act) -> Fetched:
        """Return the certificate of a dossier; the one that took its place, if it was corrected.

        Raises:
            NotFoundError: This authority has no such dossier.
            RefusedError: It is not processed, or has been erased.
        """
        state = self._request(self.facts, code, authority)
        check_processed(state)
        found = self._certificate(self.facts, state)
        paper = self._paper(found, act)
        office = self._authority(authority).signing_office
        recalled = found.certificate.phase in {Phase.RECALLED, Phase.CANCELLED}
        fields = {
            **result_fields(found.certificate, signing_office=office, paper=paper),
            "maHoSoMCDT": code,
            "quyetDinhThuHoi": recall_fields(found.history.facts) if recalled else None,
        }
        return Fetched(fields, state.draft.subject, found.id)

    def recall(self, code: str, *, authority: str) -> Fetched:
        """Return the decision by which a dossier's certificate was recalled or cancelled.

        Raises:
            NotFoundError: This authority has no such dossier, or there is no such decision.
            RefusedError: It is not processed, or has been erased.
        """
        state = self._request(self.facts, code, authority)
        check_processed(state)
        found = self._certificate(self.facts, state)
        fields = {"maHoSoMCDT": code, **recall_fields(found.history.facts)}
        return Fetched(fields, state.draft.subject, found.id)

    def _paper(self, found: CertificateOnFile, act: Act) -> bytes | None:
        state = found.certificate
        if state.paper is None and state.phase is not Phase.ACTIVE:
            return None
        return self.papers(found.id, act=act)

    @staticmethod
    def _certificate(facts: FactStore, state: Request) -> CertificateOnFile:
        assert state.certificate is not None, "a processed dossier has its certificate"
        found = load_certificate(facts, state.certificate)
        while found.certificate.superseded_by is not None:
            found = load_certificate(facts, found.certificate.superseded_by)
        return found

    def feed(self, *, authority: str, after: int, limit: int) -> Feed:
        """Return the notices of an authority behind the position ``after``, in order."""
        with self.views.reading() as session:
            rows = notice_queries.feed(session, authority=authority, after=after, limit=limit + 1)
        shown = rows[:limit]
        last = shown[-1].position if shown else after
        return Feed(tuple(notice_body(row) for row in shown), last, len(rows) > limit)

    def dead_letters(self, *, after: int, limit: int) -> tuple[Json, ...]:
        """Return what no province has taken and an officer has to look at, in order."""
        with self.views.reading() as session:
            rows = notice_queries.dead_letters(session, after=after, limit=limit)
        return tuple(
            {
                **notice_body(row),
                "coQuan": row.authority,
                "soLan": row.attempts,
                "traLoi": row.answer,
            }
            for row in rows
        )

    def revive(self, notice: int, *, act: Act) -> None:
        """Let a dead letter go out again.

        Raises:
            NotFoundError: There is no such notice.
            RefusedError: It is not among the dead letters.
        """
        request = UUID(self._notice(notice).request)
        portal.revive(self.facts, request=request, notice=notice, act=act)

    def set_aside(self, notice: int, *, act: Act) -> None:
        """Take a dead letter out for good, so that those after it go out.

        Raises:
            NotFoundError: There is no such notice.
            RefusedError: It is not among the dead letters.
        """
        request = UUID(self._notice(notice).request)
        portal.set_aside(self.facts, request=request, notice=notice, act=act)

    def _notice(self, position: int) -> NoticeRow:
        with self.views.reading() as session:
            row = notice_queries.notice(session, position)
        if row is None:
            raise NotFoundError("no notice is known under this position")
        return row

    def _authority(self, code: str) -> PortalAuthority:
        if code not in self.authorities:
            raise NotFoundError("this organisation takes no dossiers")
        return self.authorities[code]

    @staticmethod
    def _request(facts: FactStore, code: str, authority: str) -> Request:
        if not DOSSIER_CODE.matches(code):
            raise NotFoundError("no dossier is known under this code")
        try:
            return load_request(facts, request_stream(authority, code)).state
        except NotFoundError:
            raise NotFoundError("no dossier is known under this code") from None
