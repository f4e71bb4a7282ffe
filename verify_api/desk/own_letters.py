"""The letters that a citizen got about their own requests: the documents that officers see, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.certificates.request import Request
from ledger.commands.letters import kept
from ledger.commands.loading import Loaded, load_request
from ledger.errors import NotFoundError
from ledger.facts import FactStore
from ledger.records.letter import LetterKept
from verify_api.callers import Scope
from verify_api.desk import letters
from verify_api.desk.files import NO_REQUEST
from verify_api.desk.letters import LetterDesk
from verify_api.desk.papers import PaperDesk
from verify_api.officer_desk import KeptLetter
from verify_api.ports import IssuedPaper


@dataclass(frozen=True, slots=True)
class OwnLetters:
    """Reads the letters of citizens."""

    facts: FactStore
    papers: PaperDesk

    def letters(self, scope: Scope, request: UUID) -> Sequence[tuple[KeptLetter, bytes | None]]:
        """Return the letters of a request of the person in ``scope``, the oldest first.

        With each comes the SHA-256 of the document; None of one that nobody has asked for yet.

        Raises:
            NotFoundError: There is no such request, or it is somebody else's.
        """
        found = self._found(scope, request)
        return [
            (one, self._digest(request, one.number)) for one in letters.kept(found.history.recorded)
        ]

    def letter(self, scope: Scope, request: UUID, number: int, *, at: datetime) -> IssuedPaper:
        """Return one of them: the same bytes for everybody.

        Raises:
            NotFoundError: There is no such letter, or it is somebody else's.
            RefusedError: ``letter_erased``.
        """
        found = self._found(scope, request)
        return LetterDesk(self.facts, self.papers).letter(found, number, at=at)

    def _digest(self, request: UUID, number: int) -> bytes | None:
        one = kept(self.facts, request, number)
        return one.fact.document_digest if one and isinstance(one.fact, LetterKept) else None

    def _found(self, scope: Scope, request: UUID) -> Loaded[Request]:
        found = load_request(self.facts, request)
        if scope.subject is None or found.state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        return found
