"""Files that an applicant sent: told to them and to who works on the request, opened by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.certificates.request_files import FileReceived
from ledger.commands.kept_files import KeptFiles
from ledger.commands.loading import load_request
from ledger.commands.request_files import opened
from ledger.errors import NotFoundError
from ledger.facts import FactStore, History, RecordedFact
from ledger.personal import Erased
from verify_api.callers import Action, Role, Scope, who_may
from verify_api.desk.files import NO_REQUEST, require_organisation
from verify_api.told_files import ToldFile

OPENS: Final[frozenset[Role]] = who_may(Action.OPEN_SENT_FILES)
"""Officers who judge whether what was sent is what was missing; signers and the police unit work
with what these have found."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file, what is said of it, and whose it is."""

    subject: UUID
    file_name: str
    """For saving; says nothing of a person."""
    told: ToldFile
    content: bytes


def told_files(recorded: Sequence[RecordedFact]) -> tuple[ToldFile, ...]:
    """Return the files of a request, in the order in which they came."""
    return tuple(_told(one, one.fact) for one in recorded if isinstance(one.fact, FileReceived))


@dataclass(frozen=True, slots=True)
class RequestFiles:
    """The files of requests, to those who may see them."""

    facts: FactStore
    files: KeptFiles

    def own(self, scope: Scope, request: UUID) -> tuple[ToldFile, ...]:
        """Return what the person in ``scope`` sent with one of their requests.

        Raises:
            NotFoundError: There is no such request of theirs.
        """
        return told_files(self._own(scope, request).recorded)

    def own_file(self, scope: Scope, request: UUID, number: int) -> OpenedFile:
        """Return a file that the person in ``scope`` sent.

        Raises:
            NotFoundError: There is no such file of theirs.
            RefusedError: ``file_erased``.
            TamperedError: What lies there is not what was sent.
        """
        return self._opened(self._own(scope, request), number)

    def file(self, scope: Scope, request: UUID, number: int) -> OpenedFile:
        """Return a file of a request that the organisation in ``scope`` works on.

        Raises:
            NotFoundError: There is no such file there.
            RefusedError: ``file_erased``.
            TamperedError: What lies there is not what was sent.
        """
        found = load_request(self.facts, request)
        require_organisation(found.state, scope.organisation)
        return self._opened(found.history, number)

    def _own(self, scope: Scope, request: UUID) -> History:
        found = load_request(self.facts, request)
        if scope.subject is None or found.state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        return found.history

    def _opened(self, history: History, number: int) -> OpenedFile:
        fact, content = opened(self.files, history, number)
        recorded = history.recorded[number - 1]
        assert recorded.subject is not None, "a request is about somebody"
        told = _told(recorded, fact)
        name = f"{fact.address.hex()[:12]}.{told.ending}"
        return OpenedFile(recorded.subject, name, told, content)


def _told(one: RecordedFact, fact: FileReceived) -> ToldFile:
    return ToldFile(
        number=one.version,
        at=one.act.at,
        name=None if isinstance(fact.name, Erased) else fact.name,
        size=fact.size,
        media_type=fact.media_type,
        digest=None if isinstance(fact.digest, Erased) else fact.digest,
    )
