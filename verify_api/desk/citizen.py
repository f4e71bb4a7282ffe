"""What a citizen sees: own requests, own certificates, and who looked. `ports.OwnRecords`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.certificates.request_values import Form
from ledger.commands import passcodes
from ledger.commands.loading import load_request
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import FactStore
from ledger.records.person import RequestOpened
from verify_api.callers import Scope
from verify_api.desk.files import NO_REQUEST, certificate_of, file_view
from verify_api.desk.looks import looks_at, words_of
from verify_api.desk.papers import PaperDesk
from verify_api.ports import FileView, IssuedPaper, Look

MOST_LOOKS: Final = 100
TOLD_FOR: Final = timedelta(days=30)
"""How long the first page tells that a passcode was set anew."""


@dataclass(frozen=True, slots=True)
class LedgerOwnRecords:
    """Fills the port `OwnRecords` from the person's own streams; no view is asked."""

    facts: FactStore
    calendar: WorkingCalendar
    papers: PaperDesk
    organisation_name: Callable[[str], Wording | None]
    """From an organisation's code to its name, None if there is none to show."""

    def requests(self, scope: Scope, *, at: datetime) -> Sequence[FileView]:
        """Return every request about the person, the newest first."""
        if scope.subject is None:
            return []
        opened = [
            fact.request
            for fact in self.facts.history(scope.subject).facts
            if isinstance(fact, RequestOpened)
        ]
        return [self._view(request, at) for request in dict.fromkeys(reversed(opened))]

    def _view(self, request: UUID, at: datetime) -> FileView:
        found = load_request(self.facts, request)
        certificate = certificate_of(self.facts, found.state)
        return file_view(found, certificate, at=at, calendar=self.calendar)

    def looks(self, scope: Scope, *, at: datetime) -> Sequence[Look]:
        """Return who looked, the newest first, `MOST_LOOKS` at most."""
        del at
        if scope.subject is None:
            return []
        newest = looks_at(self.facts, scope.subject)[:MOST_LOOKS]
        return [words_of(one, self.organisation_name) for one in newest]

    def passcode_reset(self, scope: Scope, *, at: datetime) -> datetime | None:
        """Return when a forgotten passcode was last set anew, for `TOLD_FOR`; else None."""
        anew = () if scope.subject is None else passcodes.resets(self.facts, scope.subject)
        return anew[-1] if anew and at < anew[-1] + TOLD_FOR else None

    def paper(self, scope: Scope, request: UUID, *, at: datetime) -> IssuedPaper:
        """Return the issued certificate.

        Raises:
            NotFoundError: There is none, or it is somebody else's: the same words for both.
            RefusedError: ``passcode_needed``: Form 2 is handed out by `citizen_code` alone.
        """
        if scope.subject is None:
            raise NotFoundError(NO_REQUEST)
        state = load_request(self.facts, request).state
        if state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        if state.draft.form is Form.TWO:
            raise RefusedError("passcode_needed", "Form 2 is shown behind its passcode alone")
        return self.papers.paper(state, at=at)
