"""What officers see and do: `verify_api.officer_desk.OfficerDesk` over commands and views.

A queue line comes from a view and names nobody; a file is folded from its own facts when it is
opened. Everything is bounded by the caller's scope: what lies outside is not there. The rooms of
the desk stand in files of their own: `queue`, `case_file`, `letters`, `signing`, `finding`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger import canonical
from ledger.calendar import local_day
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record.procedure import LAW_2026, PILOT_570, PROCEDURE
from ledger.certificates.lifecycle import Phase
from ledger.certificates.request import Request
from ledger.certificates.request_values import Form
from ledger.commands import corrections as correcting
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import Loaded, load_request
from ledger.commands.people import Directory
from ledger.errors import ConflictError, NotFoundError, RefusedError
from ledger.facts import Act, Idempotency
from projections.view_store import ViewStore
from verify_api.callers import Caller, Role, Scope
from verify_api.desk import beside, case_file, corrections, custody, finding, signing
from verify_api.desk.actions import ACTS, ON_CERTIFICATES, Row
from verify_api.desk.doing import Desk, Doing
from verify_api.desk.files import (
    NO_REQUEST,
    certificate_of,
    certificates_of,
    file_view,
    history_of,
    newest,
    noted,
    require_organisation,
)
from verify_api.desk.letters import WRITING, LetterDesk
from verify_api.desk.papers import PaperDesk
from verify_api.desk.queue import QueueDesk
from verify_api.officer_desk import CaseFile, Coded, Draft, Hits, Neighbours, QueueAsk, QueuePage
from verify_api.ports import Deed, FileView, IssuedPaper, Offer

LEGAL_BASES: Final[Mapping[str, str]] = MappingProxyType({
    PILOT_570.code: "28/2009/QH12",
    LAW_2026.code: "107/2025/QH15",
})  # fmt: skip
"""On what officers process a request, by its procedure version: the Law on Judicial Records of
2009, and as amended from 1 July 2026."""
_DONE_ONCE: Final = frozenset({*ON_CERTIFICATES, "sign_correction"})
"""Acts of a signer that keep no idempotency key: the certificate itself says that they are done."""

_SAID: Final[Mapping[str, Wording]] = MappingProxyType({
    "mark_ready": Wording("Ký, cấp Phiếu điện tử", "Sign and issue the certificate"),
})  # fmt: skip
"""What an act is called before it is done, where the step table tells what has been done."""


@dataclass(frozen=True, slots=True)
class LedgerOffice:
    """Fills the port `OfficerDesk`."""

    desk: Desk
    views: ViewStore
    papers: PaperDesk
    directory: Directory | None = None
    """Finds persons by their number; None where nobody searches."""

    def queue(
        self, scope: Scope, caller: Caller, ask: QueueAsk, *, after: str, at: datetime
    ) -> QueuePage:
        """Return a page of the open files, without names of applicants."""
        return self._queue.page(scope, caller, ask, after=after, at=at)

    def neighbours(
        self, scope: Scope, caller: Caller, ask: QueueAsk, request: UUID, *, at: datetime
    ) -> Neighbours:
        """Return the files before and after ``request`` in the queue."""
        return self._queue.neighbours(scope, caller, ask, request, at=at)

    def file(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> FileView:
        """Return one file with what ``role`` may do on it now."""
        return self._view(self._found(scope, request), role, at)

    def case(self, scope: Scope, caller: Caller, request: UUID, *, at: datetime) -> CaseFile:
        """Return one file with all that belongs to it, and what ``caller`` may do on it now."""
        found = self._found(scope, request)
        view = self._view(found, caller.role, at)
        left = custody.narrowed(view.offers, found.state, caller, self.desk.colleagues)
        view = replace(view, offers=left)
        asks = case_file.Asks(
            self.desk.facts, self.views, caller, at, self.papers.officer_name, self.desk.calendar
        )
        return case_file.case_of(found, view, asks)

    def offers(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> Sequence[Offer]:
        """Return what ``role`` may do on a file now."""
        del at
        return self._offers(self._found(scope, request).state, role)

    def act(self, scope: Scope, caller: Caller, deed: Deed, *, at: datetime) -> None:
        """Do it, once for each idempotency key; the same form again changes nothing.

        Raises:
            ConflictError: Somebody was faster, or has been since the file was shown.
            IdempotencyMismatchError: The key was used for another form.
            InvalidInputError: A field is not of the form wanted.
            NotFoundError: There is no such file in ``scope``, or no such act.
            RefusedError: A rule says no.
        """
        found = self._found(scope, deed.request)
        row = ACTS.get(deed.act)
        if row is None:
            raise NotFoundError("there is no such act")
        doing = self._doing(found.state, caller, deed, at)
        if self.desk.facts.answered(doing.idempotency) is not None:
            return
        try:
            self._require_unmoved(found, deed)
            self._do(row, deed.act, doing, found.state, caller.role)
        except (ConflictError, RefusedError):
            # The same form, sent twice at once: who comes second finds it done.
            if not self._is_done(row, deed.act, doing, caller.role):
                raise
        if deed.act in WRITING:
            self.letters.keep_new(deed.request, at=at)

    def paper(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate, to a role that may see what it says.

        Raises:
            NotFoundError: There is none, or not for this role.
        """
        state = self._found(scope, request).state
        if not may_see_paper(role, state.draft.form):
            raise NotFoundError(NO_REQUEST)
        return self.papers.paper(state, at=at)

    def letter(self, scope: Scope, request: UUID, number: int, *, at: datetime) -> IssuedPaper:
        """Return a letter of the file: the very document that the applicant gets.

        Raises:
            NotFoundError: That fact of the file is none that was written to the applicant.
            RefusedError: ``letter_erased``.
        """
        return self.letters.letter(self._found(scope, request), number, at=at)

    def to_sign(self, scope: Scope, caller: Caller, *, at: datetime) -> Sequence[Draft]:
        """Return the drafts that wait for a signature, without what they say; a page at most."""
        return self._signing.waiting(scope, caller, at=at)

    def drafts(
        self, scope: Scope, caller: Caller, requests: Sequence[UUID], *, at: datetime
    ) -> Sequence[Draft]:
        """Return these drafts with what they say; those that wait no longer are left out."""
        return self._signing.read(scope, caller, requests, at=at)

    def codes(self, scope: Scope, requests: Sequence[UUID]) -> Sequence[Coded]:
        """Return what these files are called, of those that are there."""
        return self._signing.codes(scope, requests)

    def search(self, scope: Scope, role: Role, typed: str, *, at: datetime) -> Hits:
        """Return the files that ``typed`` finds."""
        desk = finding.FindingDesk(self.desk.facts, self.views, self.directory, self._queue)
        return desk.search(scope, role, typed, at=at)

    @property
    def letters(self) -> LetterDesk:
        """Who makes letters."""
        return LetterDesk(self.desk.facts, self.papers)

    @property
    def _queue(self) -> QueueDesk:
        return QueueDesk(self.views, self.desk.calendar, self.papers.officer_name)

    @property
    def _signing(self) -> signing.SigningDesk:
        return signing.SigningDesk(self.desk, self.views, self.papers.officer_name)

    def _view(self, found: Loaded[Request], role: Role, at: datetime) -> FileView:
        made = certificates_of(self.desk.facts, found.state)
        certificate = made[-1] if made else None
        view = file_view(
            found, certificate, at=at, calendar=self.desk.calendar, corrected=made[:-1]
        )
        shown = view.has_paper and may_see_paper(role, found.state.draft.form)
        return replace(view, offers=self._offers(found.state, role), has_paper=shown)

    def _doing(self, state: Request, caller: Caller, deed: Deed, at: datetime) -> Doing:
        content = canonical.encode([deed.act, str(deed.request), dict(deed.values)])
        certificate = certificate_of(self.desk.facts, state)
        return Doing(
            desk=self.desk,
            request=deed.request,
            certificate=None if certificate is None else certificate.id,
            authority=state.draft.authority,
            act=_act(caller, state, deed.request, at),
            values=deed.values,
            idempotency=Idempotency(deed.idempotency_key, sha256(content).digest()),
        )

    def _require_unmoved(self, found: Loaded[Request], deed: Deed) -> None:
        """Refuse an act on a file that has moved on since it was shown."""
        if deed.seen is None:
            return
        made = certificates_of(self.desk.facts, found.state)
        if newest(noted(history_of(found, made))) > deed.seen:
            raise ConflictError("the file has moved on since it was shown: look at it again")

    def _found(self, scope: Scope, request: UUID) -> Loaded[Request]:
        if scope.organisation is None:
            raise NotFoundError(NO_REQUEST)
        found = load_request(self.desk.facts, request)
        require_organisation(found.state, scope.organisation)
        return found

    def _offers(self, state: Request, role: Role) -> tuple[Offer, ...]:
        certificate = certificate_of(self.desk.facts, state)
        return offers(state, certificate, role, pending=self._pending(state, certificate))

    def _pending(
        self, state: Request, certificate: CertificateOnFile | None
    ) -> CertificateOnFile | None:
        if certificate is None or state.stage not in PROCEDURE.ended:
            return None
        return correcting.pending(self.desk.facts, certificate.id)

    def _do(self, row: Row, name: str, doing: Doing, state: Request, role: Role) -> None:
        certificate = certificate_of(self.desk.facts, state)
        if name not in {offer.act for offer in self._offers(state, role)}:
            raise RefusedError("step_out_of_order", f"{name} is not possible now in this role")
        if certificate is None or not row.is_done(doing, certificate.certificate):
            row.do(doing)

    def _is_done(self, row: Row, name: str, doing: Doing, role: Role) -> bool:
        if self.desk.facts.answered(doing.idempotency) is not None:
            return True
        if name not in _DONE_ONCE or role is not Role.SIGNER or doing.certificate is None:
            return False
        return row.is_done(doing, doing.certificate_on_file.certificate)


def may_see_paper(role: Role, form: Form) -> bool:
    """Say whether ``role`` may see what a certificate says. What officers handle, and no more."""
    if role is Role.INTAKE_OFFICER:  # hands results over, and form 2 is not theirs to read
        return form is Form.ONE
    return role in {Role.CASE_OFFICER, Role.SIGNER}


def offers(
    state: Request,
    certificate: CertificateOnFile | None,
    role: Role,
    *,
    pending: CertificateOnFile | None = None,
) -> tuple[Offer, ...]:
    """Return what ``role`` may do on a file now.

    That is what the step table says, what stands beside it, what a written decision does to a
    certificate in force, and what moves its correction on.
    """
    steps = PROCEDURE.possible(state.stage, role.value)
    asides = {step.action for step in steps if not step.number} | beside.BESIDE.keys()
    asides |= {name for name in custody.ON_CUSTODY if name != "take_file"}
    possible = [(step.action, step.title) for step in steps]
    possible += beside.possible(state, role)
    if certificate is not None and role is Role.SIGNER:
        in_force = certificate.certificate.phase is Phase.ACTIVE
        # A request that has not been told of its certificate yet is told first.
        possible += ON_CERTIFICATES.items() if in_force and state.stage in PROCEDURE.ended else ()
    possible += corrections.possible(state, certificate, pending, role)
    possible += custody.possible(state, role)
    return tuple(
        Offer(
            action,
            _SAID.get(action, title),
            ACTS[action].fields,
            ACTS[action].serious,
            action in asides,
        )
        for action, title in possible
    )


def _act(caller: Caller, state: Request, request: UUID, at: datetime) -> Act:
    version = state.procedure or PROCEDURE.in_force(local_day(at)).code
    return Act(
        at,
        caller.account,
        caller.role.value,
        caller.organisation,
        legal_basis=LEGAL_BASES[version],
        correlation=request,
    )
