"""What officers see and do: `verify_api.ports.Office` over commands and the work queue.

A queue line comes from a view and names nobody; a file is folded from its own facts when it is
opened. Everything is bounded by the caller's scope: what lies outside is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger import canonical
from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import Phase
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_facts import StepFact
from ledger.commands import certificates
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import Loaded, load_request
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act, Idempotency
from projections.columns import moment
from projections.view_store import ViewStore
from verify_api.callers import Caller, Role, Scope
from verify_api.desk.actions import ACTS, Desk, Doing
from verify_api.desk.papers import PaperDesk
from verify_api.desk.words import STAGES, details_lines
from verify_api.ports import (
    Deed,
    FileView,
    IssuedPaper,
    Note,
    Offer,
    Pressure,
    StepView,
    WaitingFile,
)

LEGAL_BASIS: Final = "law-on-judicial-records-2009"
"""What officers process requests on."""
_QUEUE: Final = (
    "SELECT request, dossier_code, stage, since, appointed_on, suspended, waits_for "
    "FROM work_queue WHERE open = 1 AND authority = ? AND submitted_on IS NOT NULL "
    "ORDER BY CASE WHEN appointed_on IS NULL THEN 1 ELSE 0 END, appointed_on, since LIMIT 200"
)
_AFTER_ISSUE: Final = ("recall", "cancel")
_TITLES: Final = {
    "recall": Wording("Thu hồi Phiếu", "Recall the certificate"),
    "cancel": Wording("Huỷ bỏ Phiếu", "Cancel the certificate"),
}


@dataclass(frozen=True, slots=True)
class LedgerOffice:
    """Fills the port `Office`."""

    desk: Desk
    views: ViewStore
    papers: PaperDesk

    def work_queue(self, scope: Scope, role: Role, *, at: datetime) -> Sequence[WaitingFile]:
        """Return the open files of the organisation, those that are late or near first."""
        with self.views.database.reading() as session:
            rows = session.execute(_QUEUE, (scope.organisation or "",))
        today = local_day(at)
        return [
            WaitingFile(
                request=UUID(request),
                dossier_code=code,
                title=KIND.title,
                stage=STAGES[Stage(stage)],
                mine=role.value in waits_for.split(),
                since=moment(since),
                appointed_on=_day(appointed_on),
                pressure=pressure(
                    _day(appointed_on),
                    paused=bool(suspended),
                    today=today,
                    calendar=self.desk.calendar,
                ),
            )
            for request, code, stage, since, appointed_on, suspended, waits_for in rows
        ]

    def file(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> FileView:
        """Return one file with what ``role`` may do on it now."""
        found = self._found(scope, request)
        view = file_view(found, at=at, calendar=self.desk.calendar)
        certificate = self._certificate(found.state)
        return replace(
            view,
            offers=_offers(found.state, certificate, role),
            has_paper=certificate is not None and certificate.certificate.issued_at is not None,
        )

    def offers(self, scope: Scope, role: Role, request: UUID, *, at: datetime) -> Sequence[Offer]:
        """Return what ``role`` may do on a file now."""
        del at
        found = self._found(scope, request)
        return _offers(found.state, self._certificate(found.state), role)

    def act(self, scope: Scope, caller: Caller, deed: Deed, *, at: datetime) -> None:
        """Do it, once for each idempotency key."""
        found = self._found(scope, deed.request)
        row = ACTS.get(deed.act)
        if row is None:
            raise NotFoundError("there is no such act")
        offered = _offers(found.state, self._certificate(found.state), caller.role)
        content = [deed.act, str(deed.request), dict(deed.values)]
        idempotency = Idempotency(deed.idempotency_key, sha256(canonical.encode(content)).digest())
        if self.desk.facts.answered(idempotency) is not None:
            return
        if deed.act not in {offer.act for offer in offered}:
            raise RefusedError("step_out_of_order", f"{deed.act} is not possible now in this role")
        act = Act(
            at, caller.account, caller.role.value, caller.organisation, legal_basis=LEGAL_BASIS,
            correlation=deed.request,
        )  # fmt: skip
        row.do(
            Doing(
                desk=self.desk,
                request=deed.request,
                certificate=found.state.certificate,
                authority=found.state.draft.authority,
                act=act,
                values=deed.values,
                idempotency=idempotency,
            )
        )

    def paper(self, scope: Scope, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate."""
        return self.papers.paper(self._found(scope, request).state, at=at)

    def _found(self, scope: Scope, request: UUID) -> Loaded[Request]:
        found = load_request(self.desk.facts, request)
        if scope.organisation is None or found.state.draft.authority != scope.organisation:
            raise NotFoundError("no request is known under this reference")
        return found

    def _certificate(self, state: Request) -> CertificateOnFile | None:
        if state.certificate is None:
            return None
        return certificates.load(self.desk.facts, state.certificate)


def file_view(found: Loaded[Request], *, at: datetime, calendar: WorkingCalendar) -> FileView:
    """Return a request as a file, without offers."""
    state, deadline = found.state, found.state.deadline
    appointed = deadline.appointed_on if deadline else None
    ended = state.stage in PROCEDURE.ended
    return FileView(
        request=found.history.stream_id,
        subject=state.draft.subject,
        dossier_code=state.draft.dossier_code,
        title=KIND.title,
        stage=STAGES[state.stage],
        pressure=Pressure.NONE
        if ended
        else pressure(
            appointed, paused=state.asked_on is not None, today=local_day(at), calendar=calendar
        ),
        steps=_steps(found),
        appointed_on=appointed,
        lines=details_lines(state, state.declaration),
        notes=_notes(found),
    )


def pressure(
    appointed: date | None, *, paused: bool, today: date, calendar: WorkingCalendar
) -> Pressure:
    """Return how a file stands to its limit ``today``."""
    if paused:
        return Pressure.PAUSED
    if appointed is None:
        return Pressure.NONE
    if appointed < today:
        return Pressure.LATE
    return Pressure.NEAR if appointed <= calendar.add_working_days(today, 1) else Pressure.EASY


def _offers(state: Request, certificate: CertificateOnFile | None, role: Role) -> tuple[Offer, ...]:
    offers = [
        Offer(step.action, step.title, ACTS[step.action].fields, ACTS[step.action].serious)
        for step in PROCEDURE.possible(state.stage, role.value)
        if step.action in ACTS
    ]
    issued = certificate is not None and certificate.certificate.phase is Phase.ACTIVE
    if issued and role is Role.SIGNER:
        offers += [
            Offer(name, _TITLES[name], ACTS[name].fields, ACTS[name].serious)
            for name in _AFTER_ISSUE
        ]
    return tuple(offers)


def _steps(found: Loaded[Request]) -> tuple[StepView, ...]:
    """Return the ten steps, each with the moment at which its last fact was recorded."""
    done: dict[int, datetime] = {}
    for recorded in found.history.recorded:
        if isinstance(recorded.fact, StepFact):
            done[PROCEDURE.step_of(type(recorded.fact)).number] = recorded.act.at
    titles: dict[int, Wording] = {}
    for step in PROCEDURE.steps:
        if step.number:
            titles.setdefault(step.number, step.title)
    current = max((number for number in done if number), default=0) + 1
    return tuple(
        StepView(number, title, done.get(number), current=number == current)
        for number, title in sorted(titles.items())
    )


def _notes(found: Loaded[Request]) -> tuple[Note, ...]:
    return tuple(
        Note(recorded.act.at, PROCEDURE.step_of(type(recorded.fact)).title)
        for recorded in found.history.recorded
        if isinstance(recorded.fact, StepFact)
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
