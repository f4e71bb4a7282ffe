"""Drafts that wait for a signature: which there are, and what each says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kind import PaperLine, Sex, Wording
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.commands import certificates, corrections
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import Loaded, load_request
from ledger.errors import NotFoundError
from ledger.facts import FactStore
from ledger.personal import Erased
from projections import corrections_waiting
from projections.queue_pages import in_stage
from projections.view_store import ViewStore
from verify_api.callers import Caller, Scope
from verify_api.desk.case_words import ERASED
from verify_api.desk.doing import Desk
from verify_api.desk.files import (
    certificates_of,
    history_of,
    newest,
    noted,
    pressure,
    require_organisation,
)
from verify_api.desk.words import FORMS
from verify_api.officer_desk import Coded, Draft

_NAME = Wording("Họ và tên", "Full name")
_BIRTH_DATE = Wording("Ngày sinh", "Date of birth")
_SEX = Wording("Giới tính", "Sex")
_ID_TAIL = Wording("Bốn ký tự cuối của số giấy tờ", "Identity paper ends in")
_SEXES = {
    Sex.MALE: Wording("Nam", "Male"),
    Sex.FEMALE: Wording("Nữ", "Female"),
    Sex.OTHER: Wording("Khác", "Other"),
}


@dataclass(frozen=True, slots=True)
class SigningDesk:
    """What signers of one authority have before them."""

    desk: Desk
    views: ViewStore
    officer_name: Callable[[str], str]

    def waiting(self, scope: Scope, caller: Caller, *, at: datetime) -> Sequence[Draft]:
        """Return the drafts of requests and of corrections, without what they say.

        A page of each at most.
        """
        if scope.organisation is None:
            return []
        with self.views.database.reading() as session:
            rows = in_stage(session, scope.organisation, Stage.ISSUING)
            more = corrections_waiting.waiting(session, scope.organisation)
        requests = [*(row.request for row in rows), *(row.request for row in more)]
        found = (self._listed(UUID(one), scope, caller, at, said=False) for one in requests)
        return [draft for draft in found if draft is not None]

    def read(
        self, scope: Scope, caller: Caller, requests: Sequence[UUID], *, at: datetime
    ) -> Sequence[Draft]:
        """Return these drafts with what they say; those that wait no longer are left out."""
        found = (self._listed(request, scope, caller, at, said=True) for request in requests)
        return [draft for draft in found if draft is not None]

    def codes(self, scope: Scope, requests: Sequence[UUID]) -> Sequence[Coded]:
        """Return what these files are called, of those that are there."""
        found = [self._state(request, scope) for request in requests]
        return [self._coded(one) for one in found if one is not None]

    def _coded(self, found: Loaded[Request]) -> Coded:
        made = certificates_of(self.desk.facts, found.state)
        issued = made[-1].certificate if made else None
        intent = None if issued is None or issued.issued_at is None else issued.intent
        if _unsigned(found.state, self.desk.facts) is not None:
            intent = None  # what is issued is not what was to be signed
        number = "" if intent is None else intent.number
        return Coded(found.history.stream_id, found.state.draft.dossier_code, number)

    def _state(self, request: UUID, scope: Scope) -> Loaded[Request] | None:
        try:
            found = load_request(self.desk.facts, request)
            require_organisation(found.state, scope.organisation)
        except NotFoundError:
            return None
        return found

    def _listed(
        self, request: UUID, scope: Scope, caller: Caller, at: datetime, *, said: bool
    ) -> Draft | None:
        found = self._state(request, scope)
        if found is None:
            return None
        draft = draft_of(found, self.desk.facts, caller, self.officer_name, said=said)
        deadline = found.state.deadline
        if draft is None or deadline is None or found.state.stage is not Stage.ISSUING:
            return draft
        standing = pressure(
            deadline.appointed_on, paused=False, today=local_day(at), calendar=self.desk.calendar
        )
        return replace(draft, appointed_on=deadline.appointed_on, pressure=standing)


def draft_of(
    found: Loaded[Request],
    facts: FactStore,
    caller: Caller,
    officer_name: Callable[[str], str],
    *,
    said: bool = True,
) -> Draft | None:
    """Return the draft of a file that waits for a signature; None if there is none.

    Args:
        found: The request.
        facts: The ledger.
        caller: Who looks: a draft of their own they may not sign.
        officer_name: From an account to a name.
        said: Whether to tell what it says, which is about a person.
    """
    waits = _unsigned(found.state, facts)
    if waits is None:
        return None
    certificate, act = waits
    drafter = certificate.certificate.drafted.drafter
    paper = KIND.paper(lifecycle.content_of(certificate.certificate)) if said else None
    name = officer_name(drafter)
    return Draft(
        request=found.history.stream_id,
        certificate=certificate.id,
        subject=found.state.draft.subject,
        dossier_code=found.state.draft.dossier_code,
        act=act,
        title=FORMS[found.state.draft.form],
        lines=() if paper is None else (*_holder(certificate.certificate), *paper.lines),
        statement=None if paper is None else paper.statement,
        drafted_at=certificate.history.recorded[0].act.at,
        drafter=Wording(name, name),
        yours=drafter == caller.account,
        seen=newest(noted(history_of(found, certificates_of(facts, found.state)))),
    )


def _unsigned(state: Request, facts: FactStore) -> tuple[CertificateOnFile, str] | None:
    """Return the certificate that is not issued yet, and the act that signs it."""
    if state.certificate is None:
        return None
    if state.stage is Stage.ISSUING:
        return certificates.load(facts, state.certificate), "mark_ready"
    if state.stage not in PROCEDURE.ended:
        return None
    current = corrections.chain(facts, state.certificate)[-1]
    if current.certificate.phase is not Phase.ACTIVE:
        return None
    pending = corrections.pending(facts, current.id)
    return None if pending is None else (pending, "sign_correction")


def _holder(state: Certificate) -> tuple[PaperLine, ...]:
    holder = state.drafted.holder
    if isinstance(holder, Erased):
        return (PaperLine(_NAME, ERASED),)
    born = holder.birth_date
    return (
        PaperLine(_NAME, _same(holder.name)),
        PaperLine(_BIRTH_DATE, Wording(f"{born:%d/%m/%Y}", f"{born.day} {born:%B %Y}")),
        PaperLine(_SEX, _SEXES[holder.sex]),
        PaperLine(_ID_TAIL, _same(holder.id_tail)),
    )


def _same(text: str) -> Wording:
    return Wording(text, text)
