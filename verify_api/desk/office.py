"""What officers see and do: `verify_api.ports.Office` over commands and the work queue.

A queue line comes from a view and names nobody; a file is folded from its own facts when it is
opened. Everything is bounded by the caller's scope: what lies outside is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger import canonical
from ledger.calendar import local_day
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.kinds.judicial_record.procedure import LAW_2026, PILOT_570, PROCEDURE
from ledger.certificates.lifecycle import Phase
from ledger.certificates.procedure import Role as ProcedureRole
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_values import Form
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import Loaded, load_request
from ledger.errors import ConflictError, NotFoundError, RefusedError
from ledger.facts import Act, Idempotency
from projections.columns import moment
from projections.queue_queries import waiting
from projections.view_store import ViewStore
from projections.work_queue import FileRow
from verify_api.callers import Caller, Role, Scope
from verify_api.desk import beside
from verify_api.desk.actions import ACTS, ON_CERTIFICATES, Row
from verify_api.desk.doing import Desk, Doing
from verify_api.desk.files import (
    NO_REQUEST,
    certificate_of,
    file_view,
    is_at_authority,
    pressure,
    require_organisation,
)
from verify_api.desk.papers import PaperDesk
from verify_api.desk.words import STAGES
from verify_api.ports import Deed, FileView, IssuedPaper, Offer, WaitingFile

LEGAL_BASES: Final[Mapping[str, str]] = MappingProxyType({
    PILOT_570.code: "28/2009/QH12",
    LAW_2026.code: "107/2025/QH15",
})  # fmt: skip
"""On what officers process a request, by its procedure version: the Law on Judicial Records of
2009, and as amended from 1 July 2026."""


@dataclass(frozen=True, slots=True)
class LedgerOffice:
    """Fills the port `Office`."""

    desk: Desk
    views: ViewStore
    papers: PaperDesk

    def work_queue(self, scope: Scope, role: Role, *, at: datetime) -> Sequence[WaitingFile]:
        """Return the organisation's open files, first those of ``role``, each by its limit.

        At most a page of either; a long queue of others never hides one's own work.
        """
        authority = scope.organisation
        if authority is None:
            return []
        with self.views.database.reading() as session:
            mine = waiting(session, authority=authority, role=ProcedureRole(role.value))
            everybody = waiting(session, authority=authority)
        rows = {row.request: row for page in (mine, everybody) for row in page.files}
        return [
            self._line(row, role, local_day(at))
            for row in rows.values()
            if is_at_authority(row.submitted_on, row.channel)
        ]

    def _line(self, row: FileRow, role: Role, today: date) -> WaitingFile:
        appointed = None if row.appointed_on is None else date.fromisoformat(row.appointed_on)
        return WaitingFile(
            request=UUID(row.request),
            dossier_code=row.dossier_code,
            title=KIND.title,
            stage=STAGES[Stage(row.stage)],
            mine=role.value in row.waits_for.split(),
            since=moment(row.since),
            appointed_on=appointed,
            pressure=pressure(
                appointed, paused=bool(row.suspended), today=today, calendar=self.desk.calendar
            ),
        )

    def file(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> FileView:
        """Return one file with what ``role`` may do on it now."""
        found = self._found(scope, request)
        certificate = certificate_of(self.desk.facts, found.state)
        view = file_view(found, certificate, at=at, calendar=self.desk.calendar)
        shown = view.has_paper and may_see_paper(role, found.state.draft.form)
        return replace(view, offers=offers(found.state, certificate, role), has_paper=shown)

    def offers(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> Sequence[Offer]:
        """Return what ``role`` may do on a file now."""
        del at
        state = self._found(scope, request).state
        return offers(state, certificate_of(self.desk.facts, state), role)

    def act(self, scope: Scope, caller: Caller, deed: Deed, *, at: datetime) -> None:
        """Do it, once for each idempotency key; the same form again changes nothing.

        Raises:
            ConflictError: Somebody was faster.
            IdempotencyMismatchError: The key was used for another form.
            InvalidInputError: A field is not of the form wanted.
            NotFoundError: There is no such file in ``scope``, or no such act.
            RefusedError: A rule says no.
        """
        state = self._found(scope, deed.request).state
        row = ACTS.get(deed.act)
        if row is None:
            raise NotFoundError("there is no such act")
        content = canonical.encode([deed.act, str(deed.request), dict(deed.values)])
        doing = Doing(
            desk=self.desk,
            request=deed.request,
            certificate=state.certificate,
            authority=state.draft.authority,
            act=_act(caller, state, deed.request, at),
            values=deed.values,
            idempotency=Idempotency(deed.idempotency_key, sha256(content).digest()),
        )
        if self.desk.facts.answered(doing.idempotency) is not None:
            return
        try:
            self._do(row, deed.act, doing, state, caller.role)
        except (ConflictError, RefusedError):
            # The same form, sent twice at once: who comes second finds it done.
            if not self._is_done(row, deed.act, doing, caller.role):
                raise

    def paper(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate, to a role that may see what it says.

        Raises:
            NotFoundError: There is none, or not for this role.
        """
        state = self._found(scope, request).state
        if not may_see_paper(role, state.draft.form):
            raise NotFoundError(NO_REQUEST)
        return self.papers.paper(state, at=at)

    def _found(self, scope: Scope, request: UUID) -> Loaded[Request]:
        if scope.organisation is None:
            raise NotFoundError(NO_REQUEST)
        found = load_request(self.desk.facts, request)
        require_organisation(found.state, scope.organisation)
        return found

    def _do(self, row: Row, name: str, doing: Doing, state: Request, role: Role) -> None:
        certificate = certificate_of(self.desk.facts, state)
        if name not in {offer.act for offer in offers(state, certificate, role)}:
            raise RefusedError("step_out_of_order", f"{name} is not possible now in this role")
        if certificate is None or not row.is_done(doing, certificate.certificate):
            row.do(doing)

    def _is_done(self, row: Row, name: str, doing: Doing, role: Role) -> bool:
        if self.desk.facts.answered(doing.idempotency) is not None:
            return True
        if name not in ON_CERTIFICATES or role is not Role.SIGNER or doing.certificate is None:
            return False
        return row.is_done(doing, doing.certificate_on_file.certificate)


def may_see_paper(role: Role, form: Form) -> bool:
    """Say whether ``role`` may see what a certificate says. What officers handle, and no more."""
    if role is Role.INTAKE_OFFICER:  # hands results over, and form 2 is not theirs to read
        return form is Form.ONE
    return role in {Role.CASE_OFFICER, Role.SIGNER}


def offers(state: Request, certificate: CertificateOnFile | None, role: Role) -> tuple[Offer, ...]:
    """Return what ``role`` may do on a file now.

    That is what the step table says, what stands beside it, and what a written decision does to a
    certificate in force.
    """
    possible = [(step.action, step.title) for step in PROCEDURE.possible(state.stage, role.value)]
    possible += beside.possible(state, role)
    if certificate is not None and role is Role.SIGNER:
        in_force = certificate.certificate.phase is Phase.ACTIVE
        # A request that has not been told of its certificate yet is told first.
        possible += ON_CERTIFICATES.items() if in_force and state.stage in PROCEDURE.ended else ()
    return tuple(
        Offer(action, title, ACTS[action].fields, ACTS[action].serious)
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
